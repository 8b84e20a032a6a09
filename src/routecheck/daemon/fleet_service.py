"""The service of many sites: one process that keeps each of them as its own service would.

Each site has its `Service`, with its messages, backups and running day; they tick together, a few
at a time. Where the fleet has processes, rounds are done in these, so that a round that takes all
memory is ended alone. The fleet file is read again at each tick: sites come and go.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.config import load_config
from routecheck.config.fleet import Fleet, load_fleet
from routecheck.config.sections import EngineSection
from routecheck.daemon.health import served
from routecheck.daemon.service import Service
from routecheck.daemon.ticking import tick_until
from routecheck.domain.errors import Message, RoutecheckError, StoppedError
from routecheck.engine.results import Round
from routecheck.engine.workers import work
from routecheck.fleet.rounds import counties
from routecheck.fleet.work import alone
from routecheck.jobs.catch_up import do_round
from routecheck.present.fleet_report import write_fleet_report
from routecheck.queries.county import County
from routecheck.store import StoreBusyError

TICK_S = 60.0
"""Sites look at their own hours; a tick in between only asks whether one has come (s)."""

log = logging.getLogger(__name__)


class FleetService:
    """The service of the sites of a fleet.

    Args:
        given: the fleet file, or a pattern; see `load_fleet`.
        clock: gives the present, UTC.
        tick_s: seconds between ticks.
    """

    def __init__(
        self,
        given: str,
        *,
        clock: Callable[[], pd.Timestamp] = lambda: pd.Timestamp.now("UTC"),
        tick_s: float = TICK_S,
    ) -> None:
        """Read which sites there are; nothing runs yet.

        Raises:
            UsageError: there are none, or the fleet file is wrong.
        """
        self.given, self.clock, self.tick_s = given, clock, tick_s
        self.fleet: Fleet = load_fleet(given)
        self.services: dict[Path, Service] = {}
        self._stop = threading.Event()
        self._one = threading.Lock()
        self._told: dict[Path, str] = {}

    def tick(self) -> None:
        """Let every site look whether there is something to do; never raises."""
        if not self._one.acquire(blocking=False):
            return
        try:
            self._tick()
        except Exception:
            log.exception("the round of all sites failed")
        finally:
            self._one.release()

    def _tick(self) -> None:
        try:
            self.fleet = load_fleet(self.given)
        except RoutecheckError as error:
            log.error("%s", error)
        self._open()
        before = sum(service.rounds for service in self.services.values())
        with ThreadPoolExecutor(self.fleet.engine.workers) as pool:
            list(pool.map(lambda service: service.tick(), self.services.values()))
        if sum(service.rounds for service in self.services.values()) > before:
            self._report()

    def _open(self) -> None:
        """Have a service for every site whose configuration can be read, and for no other."""
        for path in [*self.services]:
            if path not in self.fleet.sites:
                self.services.pop(path).end()
        for path in self.fleet.sites:
            if path in self.services:
                continue
            try:
                round_by = self._round_by(path)
                self.services[path] = Service(path, clock=self.clock, round_by=round_by)
                self._told.pop(path, None)
            except RoutecheckError as error:
                if self._told.get(path) != str(error):
                    log.error("%s", error)
                self._told[path] = str(error)

    def _round_by(self, path: Path) -> Callable[..., Round] | None:
        """What does a round of a site: a process beside this one; None: this one."""
        if self.fleet.engine.kind != "processes":
            return None
        engine = self.fleet.engine.model_copy(update={"workers": 1})

        def elsewhere(_config: object, *, progress: object, **options: Any) -> Round:
            del progress  # of a round in another process none is shown
            return _done_beside(engine, path, options, self._stop.is_set)

        return elsewhere

    def _report(self) -> None:
        """Write the page of all sites; what fails is named, and stops nothing."""
        try:
            write_fleet_report(
                self.states(),
                self.fleet.directory,
                name=self.fleet.name,
                language=self.fleet.language,
                at=self.clock(),
            )
        except RoutecheckError as error:
            log.error("%s", error)

    def states(self) -> Sequence[County]:
        """How every site stands."""
        here = self.fleet.engine.model_copy(update={"kind": "local"})
        fleet = Fleet(**{**vars(self.fleet), "engine": here})
        return counties(fleet, self.clock().to_pydatetime(), None, lambda _: None)

    def stop(self) -> None:
        """Ask the service to end: rounds here end between two transactions, processes at once."""
        self._stop.set()
        for service in [*self.services.values()]:
            service.stop()

    def serve(self) -> None:
        """Tick until `stop` is called, or SIGTERM or SIGINT comes."""
        log.info("serving %d sites of %s", len(self.fleet.sites), self.given)
        with served(self.fleet.health, self.states):
            tick_until(self._stop, self.tick, every_s=self.tick_s, zone=ZoneInfo("UTC"))
        log.info("stopping")
        self.stop()
        for service in self.services.values():
            service.end()
        log.info("stopped")


@dataclass(frozen=True)
class _Busy:
    """Another runner holds the store: no failure, and no round either."""

    told: str


def _done_beside(
    engine: EngineSection, path: Path, options: dict[str, Any], stopped: Callable[[], bool]
) -> Round:
    """Do a round of a site in a process of its own.

    Raises:
        StoppedError: it was ended.
        StoreBusyError: another runner holds the store.
        RoutecheckError: the round failed, or its process was lost.
    """
    pieces = {str(path): (str(path), options)}
    done = next(work(engine, _round_at, pieces, lambda _: None, stopped), None)
    if done is None:
        raise StoppedError("stopped")
    if isinstance(done.answer, _Busy):
        raise StoreBusyError(done.answer.told)
    if done.answer is None:
        raise RoutecheckError(done.failure or Message("fleet.worker_lost", status="-"))
    return done.answer


def _round_at(path: str, options: dict[str, Any]) -> Round | _Busy:
    config = alone(load_config(path))
    language = config.site.language
    try:
        return do_round(config, **options)
    except StoreBusyError as error:
        return _Busy(error.in_language(language))
    except RoutecheckError as error:
        # In the language of the site, before it leaves the process that knows its secrets.
        raise RoutecheckError(error.in_language(language)) from None
