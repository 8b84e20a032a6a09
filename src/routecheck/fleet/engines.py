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

Answer = TypeVar("Answer")
Pieces = Mapping[str, tuple[Any, ...]]
Told = Callable[[Message], None]

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
    engine: EngineSection, function: Callable[..., Answer], pieces: Pieces, told: Told
) -> Iterator[Done[Answer]]:
    """Do pieces of work, and yield each as soon as it is done.

    Args:
        engine: what does them.
        function: of a module, so that another process finds it.
        pieces: its arguments, by the name of the piece.
        told: is told where the work can be watched.

    Raises:
        UsageError: the engine cannot be used.
    """
    kinds = {"local": _local, "processes": _in_processes, "dask": _on_dask}
    return kinds[engine.kind](engine, function, pieces, told)


def _local(
    engine: EngineSection, function: Callable[..., Answer], pieces: Pieces, told: Told
) -> Iterator[Done[Answer]]:
    for name, arguments in pieces.items():
        try:
            yield Done(name, function(*arguments))
        except Exception as error:
            yield Done(name, failure=_failed(name, error))


def _failed(name: str, error: BaseException) -> Message:
    """Why a piece failed; a fault of the program goes to the log whole."""
    if isinstance(error, RoutecheckError):
        return error.message
    if isinstance(error, MemoryError):
        return Message("fleet.no_memory")
    log.error("%s failed", name, exc_info=error)
    return Message("fleet.fault", kind=type(error).__name__, reason=str(error)[:200])


# --- processes ------------------------------------------------------------------------------------


def _in_processes(
    engine: EngineSection, function: Callable[..., Answer], pieces: Pieces, told: Told
) -> Iterator[Done[Answer]]:
    """Each piece in one of so many processes; a process that dies takes its piece along alone."""
    import multiprocessing

    from pebble import ProcessExpired, ProcessPool

    with ProcessPool(
        max_workers=engine.workers,
        # A copy of this process would share its connections and threads.
        context=multiprocessing.get_context("spawn"),
        initializer=_bound_memory,
        initargs=(engine.memory_mb,),
    ) as pool:
        tries = dict.fromkeys(pieces, 1)
        waiting: dict[Future[Answer], str] = {
            pool.schedule(function, args=arguments, timeout=engine.seconds): name
            for name, arguments in pieces.items()
        }
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                name = waiting.pop(future)
                try:
                    yield Done(name, future.result(), tries=tries[name])
                    continue
                except ProcessExpired as error:
                    failure = Message("fleet.worker_lost", status=error.exitcode)
                except TimeoutError:
                    failure = Message("fleet.out_of_time", seconds=engine.seconds)
                except Exception as error:
                    yield Done(name, failure=_failed(name, error), tries=tries[name])
                    continue
                if tries[name] > engine.retries:
                    told_tries = Message("fleet.set_aside", reason=failure, tries=tries[name])
                    yield Done(name, failure=told_tries, tries=tries[name])
                    continue
                tries[name] += 1
                again = pool.schedule(function, args=pieces[name], timeout=engine.seconds)
                waiting[again] = name


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
                memory_limit=engine.memory_mb * 1_000_000 or "auto", dashboard_address=":0",
            )  # fmt: skip
            client = dd.Client(cluster)
        try:
            told(Message("fleet.dashboard", address=client.dashboard_link))
            futures = {
                # Never an answer of before: a piece reads what has come since.
                client.submit(function, *arguments, pure=False): name
                for name, arguments in pieces.items()
            }
            lost = []
            for future in dd.as_completed(futures):
                name, error = futures[future], future.exception()
                if error is None:
                    yield Done(name, future.result())
                elif isinstance(error, dd.KilledWorker):
                    lost.append(name)
                else:
                    yield Done(name, failure=_failed(name, error))
            # What was on a worker when another piece killed it is suspected too: each is tried
            # once more, alone.
            for name in lost:
                future = client.submit(function, *pieces[name], pure=False)
                error, tries = future.exception(), engine.retries + 2
                if error is None:
                    yield Done(name, future.result(), tries=tries)
                elif isinstance(error, dd.KilledWorker):
                    reason = Message("fleet.worker_lost", status="-")
                    set_aside = Message("fleet.set_aside", reason=reason, tries=tries)
                    yield Done(name, failure=set_aside, tries=tries)
                else:
                    yield Done(name, failure=_failed(name, error), tries=tries)
        finally:
            client.close()
            if cluster is not None:
                cluster.close()
