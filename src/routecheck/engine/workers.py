"""What does pieces of work: this process, processes beside it, or workers of Dask.

A piece that fails is one piece: it is told by its name, and the others go on. One whose worker is
lost (killed, out of memory, out of time) is tried again, a bounded number of times.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from routecheck.config.sections import EngineSection
from routecheck.domain.errors import Message, RoutecheckError, UsageError
from routecheck.texts.outside import shown

Answer = TypeVar("Answer")
Name = TypeVar("Name")
Pieces = Mapping[str, tuple[Any, ...]]
Told = Callable[[Message], None]

STOP_LOOKED_AT_S = 1.0
"""How often it is looked whether work in other processes is to be ended (s)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Done(Generic[Answer]):
    """A piece of work that was done, or that could not be.

    Attributes:
        name: of the piece.
        answer: what it gave; None: it failed.
        failure: why; None: it did not.
        tries: how often it was tried.
    """

    name: str
    answer: Answer | None = None
    failure: Message | None = None
    tries: int = 1


class LostError(Exception):
    """A piece whose worker was lost as often as it was tried."""


# --- pieces of which each stands alone ------------------------------------------------------------


def work(
    engine: EngineSection,
    function: Callable[..., Answer],
    pieces: Pieces,
    told: Told,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Done[Answer]]:
    """Do pieces of work, and yield each as soon as it is done.

    Args:
        engine: what does them.
        function: of a module, so that another process finds it.
        pieces: its arguments, by the name of the piece.
        told: is told where the work can be watched.
        stopped: whether what is still at work is to be ended, and nothing more begun. Looked at
            where others do the work, each second; else between two pieces.

    Raises:
        UsageError: the engine cannot be used.
    """
    if engine.kind == "local":
        for name, arguments in pieces.items():
            yield _done(name, _attempt(function, arguments))
            if stopped():
                return
        return
    with _workers(engine, told) as workers:
        tries = dict.fromkeys(pieces, 0)
        alone: list[str] = []

        def given(name: str) -> Future[Answer | _Failed]:
            tries[name] += 1
            return workers.submit(_attempt, function, pieces[name])

        waiting = {given(name): name for name in pieces}
        while waiting and not stopped():
            for future in wait(waiting, STOP_LOOKED_AT_S, FIRST_COMPLETED).done:
                name = waiting.pop(future)
                lost = workers.lost(future)
                if lost is None:
                    yield _done(name, future.result(), tries[name] + workers.tries_each - 1)
                elif tries[name] <= workers.retries:
                    # Beside others, or when they are done: then none of them is to blame.
                    if workers.alone:
                        alone.append(name)
                    else:
                        waiting[given(name)] = name
                else:
                    yield _set_aside(name, lost, tries[name] + workers.tries_each - 1)
            if not waiting and alone:
                waiting = {given(name): name for name in [alone.pop()]}


@dataclass(frozen=True)
class _Failed:
    """Why a piece failed, made where it was tried: only there are the secrets of its site known."""

    why: Message


def _attempt(function: Callable[..., Answer], arguments: tuple[Any, ...]) -> Answer | _Failed:
    """Try a piece; what it raises is told without secrets, and goes to the log here."""
    try:
        return function(*arguments)
    except RoutecheckError as error:
        return _Failed(Message(shown(str(error))))
    except MemoryError:
        return _Failed(Message("fleet.no_memory"))
    except Exception as error:
        log.exception("a piece of work failed")
        reason = shown(str(error))[:200]
        return _Failed(Message("fleet.fault", kind=type(error).__name__, reason=reason))


def _done(name: str, answer: Answer | _Failed, tries: int = 1) -> Done[Answer]:
    if isinstance(answer, _Failed):
        return Done(name, failure=answer.why, tries=tries)
    return Done(name, answer, tries=tries)


def _set_aside(name: str, reason: Message, tries: int) -> Done[Any]:
    return Done(name, failure=Message("fleet.set_aside", reason=reason, tries=tries), tries=tries)


# --- pieces of one run ----------------------------------------------------------------------------


def in_order(
    engine: EngineSection,
    function: Callable[..., Answer],
    pieces: Sequence[tuple[Name, Callable[[], tuple[Any, ...]]]],
    told: Told,
) -> Iterator[tuple[Name, Callable[[], Answer]]]:
    """Do pieces of one run, and hand each out in its turn.

    Others work ahead by one piece more than they are: what waits to be taken, and what was made
    for them, does not grow with the number of pieces. In this process nothing is done ahead.

    Args:
        engine: what does them.
        function: of a module, so that another process finds it.
        pieces: names, and what makes the arguments of each just before they are needed.
        told: is told where the work can be watched.

    Yields:
        The name of each piece, and a call that returns its answer. It raises what making the
        arguments or the piece itself raised, and `LostError`.

    Raises:
        UsageError: the engine cannot be used.
    """
    if engine.kind == "local" or len(pieces) < 2:
        for name, made in pieces:
            yield name, partial(_here, function, made)
        return
    with _workers(engine, told) as workers:
        ahead: deque[tuple[Name, _Given[Answer]]] = deque()
        left = iter(pieces)
        while True:
            while len(ahead) <= engine.workers and (one := next(left, None)) is not None:
                ahead.append((one[0], _Given(workers, function, one[1])))
            if not ahead:
                return
            name, given = ahead.popleft()
            yield name, given.answer


def _here(function: Callable[..., Answer], made: Callable[[], tuple[Any, ...]]) -> Answer:
    return function(*made())


class _Given(Generic[Answer]):
    """A piece that was given to a worker."""

    def __init__(
        self,
        workers: _Workers,
        function: Callable[..., Answer],
        made: Callable[[], tuple[Any, ...]],
    ) -> None:
        self._workers, self._function = workers, function
        try:
            self._arguments = made()
        except Exception as error:  # of this piece: told in its turn
            self._future: Future[Answer] = Future()
            self._future.set_exception(error)
        else:
            self._future = workers.submit(function, *self._arguments)

    def answer(self) -> Answer:
        tries = 1
        while (lost := self._workers.lost(self._future)) is not None:
            if tries > self._workers.retries:
                raise LostError(str(lost))
            tries += 1
            self._future = self._workers.submit(self._function, *self._arguments)
        return self._future.result()


# --- workers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Workers:
    """Processes, or workers of Dask.

    Attributes:
        submit: gives a call to one of them.
        losses: what a lost worker is told by, and the sentence about it.
        retries: how often a piece is given again whose worker was lost.
        tries_each: how often a piece was tried that was given once, and lost.
        alone: give it again only when no other piece is at work.
    """

    submit: Callable[..., Future[Any]]
    losses: tuple[tuple[type[BaseException], Callable[[Any], Message]], ...]
    retries: int
    tries_each: int = 1
    alone: bool = False

    def lost(self, future: Future[Any]) -> Message | None:
        """Why the worker of a piece was lost; None: it was not. Waits for it."""
        error = future.exception()
        for kind, told in self.losses:
            if isinstance(error, kind):
                return told(error)
        return None


@contextmanager
def _workers(engine: EngineSection, told: Told) -> Iterator[_Workers]:
    """What does the work beside this process; it ends with the context, done or not."""
    with _processes(engine) if engine.kind == "processes" else _cluster(engine, told) as workers:
        yield workers


@contextmanager
def _processes(engine: EngineSection) -> Iterator[_Workers]:
    """Each piece in one of so many processes; a process that dies takes its piece along alone."""
    import multiprocessing

    from pebble import ProcessExpired, ProcessPool

    pool: Any = ProcessPool(
        max_workers=engine.workers,
        # A copy of this process would share its connections and threads.
        context=multiprocessing.get_context("spawn"),
        initializer=_bound_memory,
        initargs=(engine.memory_mb,),
    )

    def submit(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = pool.schedule(function, args=arguments, timeout=engine.seconds)
        return future

    losses = (
        (ProcessExpired, lambda error: Message("fleet.worker_lost", status=error.exitcode)),
        (TimeoutError, lambda _: Message("fleet.out_of_time", seconds=engine.seconds)),
    )
    try:
        yield _Workers(submit, losses, engine.retries)
    finally:
        # Whoever leaves early, by Ctrl-C or a stop, does not wait for what is still at work: a
        # store that loses its writer keeps whole dates.
        pool.stop()
        pool.join()


def _bound_memory(most_mb: int) -> None:
    """Bound what this process may take, where the system can; 0: not at all."""
    if most_mb:
        try:
            import resource
        except ImportError:  # not on Windows
            return
        most = most_mb * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


@contextmanager
def _cluster(engine: EngineSection, told: Told) -> Iterator[_Workers]:
    """Each piece on a worker of a cluster: of the one at `scheduler`, else of one made here."""
    try:
        import dask
        import distributed
    except ImportError:
        raise UsageError("fleet.no_dask") from None
    dd: Any = distributed
    limits = {
        "distributed.scheduler.allowed-failures": engine.retries,
        # One piece a worker: what waits beside a piece that kills it would be suspected too.
        "distributed.scheduler.worker-saturation": 1.0,
    }
    with dask.config.set(limits):
        if engine.scheduler:
            try:
                client = dd.Client(engine.scheduler, timeout="10s")
            except OSError:
                raise UsageError("fleet.no_scheduler", address=engine.scheduler) from None
            cluster = None
        else:
            cluster = dd.LocalCluster(
                n_workers=engine.workers, threads_per_worker=1, processes=True,
                memory_limit=engine.memory_mb * 1_000_000 or None, dashboard_address=":0",
            )  # fmt: skip
            client = dd.Client(cluster)
        lost = Message("fleet.worker_lost", status="-")
        # The scheduler itself tries a piece again, on other workers. What was on a worker when
        # another piece killed it is suspected too: each is tried once more, alone.
        tries = engine.retries + 1
        try:
            told(Message("fleet.dashboard", address=client.dashboard_link))
            # Never an answer of before: a piece reads what has come since.
            executor = client.get_executor(pure=False)
            losses = ((dd.scheduler.KilledWorker, lambda _: lost),)
            yield _Workers(executor.submit, losses, 1, tries, alone=True)
        finally:
            client.close()
            if cluster is not None:
                cluster.close()
