"""What does pieces of work: this process, processes beside it, or workers of Dask.

A piece that fails is one piece: it is told by its name, and the others go on. One whose worker is
lost (killed, out of memory, out of time) is tried again, a bounded number of times.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from routecheck.config.fleet import EngineSection
from routecheck.domain.errors import Message, RoutecheckError, UsageError
from routecheck.texts.outside import shown

Answer = TypeVar("Answer")
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
            where processes do the work, each second; else between two pieces.

    Raises:
        UsageError: the engine cannot be used.
    """
    if engine.kind == "processes":
        yield from _in_processes(engine, function, pieces, stopped)
        return
    found = (
        _on_dask(engine, function, pieces, told)
        if engine.kind == "dask"
        else _local(function, pieces)
    )
    for done in found:
        yield done
        if stopped():
            return


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


def _local(function: Callable[..., Answer], pieces: Pieces) -> Iterator[Done[Answer]]:
    for name, arguments in pieces.items():
        yield _done(name, _attempt(function, arguments))


# --- processes ------------------------------------------------------------------------------------


def _in_processes(
    engine: EngineSection,
    function: Callable[..., Answer],
    pieces: Pieces,
    stopped: Callable[[], bool],
) -> Iterator[Done[Answer]]:
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
    tries = dict.fromkeys(pieces, 1)

    def given(name: str) -> Future[Answer | _Failed]:
        work: Future[Answer | _Failed] = pool.schedule(
            _attempt, args=(function, pieces[name]), timeout=engine.seconds
        )
        return work

    try:
        waiting = {given(name): name for name in pieces}
        while waiting and not stopped():
            done = wait(waiting, timeout=STOP_LOOKED_AT_S, return_when=FIRST_COMPLETED).done
            for future in done:
                name = waiting.pop(future)
                try:
                    yield _done(name, future.result(), tries[name])
                    continue
                except ProcessExpired as error:
                    failure = Message("fleet.worker_lost", status=error.exitcode)
                except TimeoutError:
                    failure = Message("fleet.out_of_time", seconds=engine.seconds)
                if tries[name] > engine.retries:
                    yield _set_aside(name, failure, tries[name])
                    continue
                tries[name] += 1
                waiting[given(name)] = name
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


# --- Dask -----------------------------------------------------------------------------------------


def _on_dask(
    engine: EngineSection, function: Callable[..., Answer], pieces: Pieces, told: Told
) -> Iterator[Done[Answer]]:
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
        try:
            told(Message("fleet.dashboard", address=client.dashboard_link))

            def given(name: str) -> Any:
                # Never an answer of before: a piece reads what has come since.
                return client.submit(_attempt, function, pieces[name], pure=False)

            futures = {given(name): name for name in pieces}
            lost = []
            for future in dd.as_completed(futures):
                if future.exception() is None:
                    yield _done(futures[future], future.result())
                else:
                    lost.append(futures[future])
            # What was on a worker when another piece killed it is suspected too: each is tried
            # once more, alone.
            for name in lost:
                future, tries = given(name), engine.retries + 2
                if future.exception() is None:
                    yield _done(name, future.result(), tries)
                else:
                    yield _set_aside(name, Message("fleet.worker_lost", status="-"), tries)
        finally:
            client.close()
            if cluster is not None:
                cluster.close()
