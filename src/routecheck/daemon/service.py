"""The scheduled service: ticks and rounds; set up once, then forgotten.

The scheduler only ticks: at `daily_at`, and every few minutes in between, because a timer alone
sleeps through a machine's sleep. What is due is worked out from the ledger each time
(`routecheck.jobs.catch_up`), so a tick too many does nothing, and one that was missed loses
nothing.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from routecheck.config import Config, load_config
from routecheck.daemon.backups import daily_backup
from routecheck.daemon.health import served
from routecheck.daemon.messages import Messages
from routecheck.daemon.ticking import tick_until
from routecheck.domain.errors import RoutecheckError, StoppedError
from routecheck.engine.due_dates import next_slot, slot
from routecheck.engine.inputs import input_state
from routecheck.engine.notes import BACKUP, SERVICE
from routecheck.engine.results import Round
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.today import do_today
from routecheck.queries.county import County, read_site
from routecheck.store import Store, StoreBusyError

RETRY_S = (60.0, 300.0, 900.0, 3600.0)
"""After a failure a round is tried again so much later; the last holds for all further ones."""
STOP_WAIT_S = 60.0
"""How long a stop waits for a transaction; usually it takes less than a second."""

log = logging.getLogger(__name__)


class Service:
    """One site's service.

    Args:
        config_path: its configuration; read again for every round.
        clock: gives the present, UTC.
        tick_s: seconds between ticks; `service.check_minutes`, where not given.
        round_by: what does a round, as `jobs.catch_up.do_round` does; that, where not given.
    """

    def __init__(
        self,
        config_path: Path,
        *,
        clock: Callable[[], pd.Timestamp] = lambda: pd.Timestamp.now("UTC"),
        tick_s: float | None = None,
        round_by: Callable[..., Round] | None = None,
    ) -> None:
        """Read the configuration; nothing runs yet.

        Raises:
            UsageError: the configuration is wrong.
        """
        self.config_path, self.clock = config_path, clock
        self.config = load_config(config_path)
        every_s = self.config.service.every_s or math.inf
        self.tick_s = tick_s or min(60.0 * self.config.service.check_minutes, every_s)
        self.rounds = 0
        self._round_by = round_by
        self._stop = threading.Event()
        self._one = threading.Lock()
        self._last_slot: datetime | None = None
        self._last_quarter: int | None = None
        self._untold = True
        self._today_failure = ""
        self._incomplete = False
        self._seen: dict[Path, tuple[int, int]] | None = None
        self._failures = 0
        self._reported_failure = ""
        self._retry_at = 0.0
        self._messages = Messages(self.config)

    # --- what a tick does ---------------------------------------------------------------------

    def tick(self) -> Round | None:
        """Do a round where there may be something to do; never raises."""
        if not self._one.acquire(blocking=False):
            return None
        try:
            return self._tick()
        except Exception as error:
            # A fault of the program: it is logged in full, and tomorrow is another day.
            log.exception("the round failed: %s", type(error).__name__)
            self._failed(f"{type(error).__name__}: {error}")
            return None
        finally:
            self._one.release()

    def _tick(self) -> Round | None:
        now = self.clock()
        try:
            self.config = config = load_config(self.config_path)
        except RoutecheckError as error:
            self._failed(error.in_language(self.config.site.language))
            return None
        self._messages.config = config
        self._messages.retry(now)
        due_at = slot(now.to_pydatetime(), config.service.daily_at, config.time_zone)
        daily = due_at != self._last_slot
        if self._failures:
            wanted = time.monotonic() >= self._retry_at
        else:
            wanted = daily or (self._incomplete and self._changed(config))
        if not wanted or self._stop.is_set():
            self._today(config, now, due_at)
            self._beat(config, now)
            return None
        try:
            seen = input_state(config)
            done = (self._round_by or do_round)(
                config,
                now=now,
                until=due_at.astimezone(config.time_zone).date() - timedelta(days=1),
                incomplete_only=not daily,
                command="serve",
                progress=self._progress,
            )
        except StoppedError:
            log.info("stopped between two transactions; the rest is done at the next start")
            return None
        except StoreBusyError as error:
            log.info("%s", error.in_language(config.site.language))
            return None
        except RoutecheckError as error:
            self._failed(error.in_language(self.config.site.language))
            return None
        self._seen, self._last_slot = seen, due_at
        aside = any(report.aside for report in done.reports)
        self._incomplete = bool(done.incomplete) or done.expected.silent_days > 0 or aside
        self.rounds += 1
        self._succeeded(done, daily=daily)
        if daily:
            self._back_up(config, now)
        self._untold = True
        self._today(config, now, due_at)
        self._beat(config, now)
        return done

    # --- the day as it goes -------------------------------------------------------------------

    def _today(self, config: Config, now: pd.Timestamp, due_at: datetime) -> None:
        """Judge the running day where its next round is due, and tell what is new in it."""
        every_s = config.service.every_s
        if not every_s or self._failures or self._stop.is_set():
            return
        quarter = int(now.timestamp() // every_s)
        if quarter == self._last_quarter:
            return
        language = config.site.language
        try:
            done = do_today(
                config,
                now=now,
                until=due_at.astimezone(config.time_zone).date() - timedelta(days=1),
                progress=self._progress,
            )
            self._untold |= done.report is not None
            if self._untold:
                self._messages.tell_misses(now)
                self._untold = False
        except StoppedError:
            return
        except StoreBusyError as error:
            log.info("%s", error.in_language(language))
            return
        except RoutecheckError as error:
            failure = error.in_language(language)
            log.error("%s", failure)
            if failure != self._today_failure:
                self._messages.send("failures", [failure], now, key="messages.today_failed")
            self._today_failure = failure
        else:
            self._today_failure = ""
            if done.report is not None:
                self._messages.log_today(done.report)
        # What fails is tried again in the next round.
        self._last_quarter = quarter

    def _back_up(self, config: Config, now: pd.Timestamp) -> None:
        """Back up the store; what fails is named, and stops nothing."""
        language, failure, path = config.site.language, "", None
        try:
            path = daily_backup(config, now.tz_convert(config.time_zone).date())
        except RoutecheckError as error:
            failure = error.in_language(language)
            log.error("%s", failure)
            self._messages.send("failures", [failure], now, key="messages.backup")
        if path is not None or failure:
            note = {"path": str(path or ""), "failure": failure}
            with (
                contextlib.suppress(RoutecheckError),
                Store.open(config.store_url, create=False) as store,
            ):
                store.put_note(BACKUP, note)

    def _progress(self, _what: str, _share: float) -> None:
        if self._stop.is_set():
            raise StoppedError("stopped")

    def _changed(self, config: Config) -> bool:
        # What lies elsewhere shows whether it has changed only when it is asked.
        return bool(config.fetched) or input_state(config) != self._seen

    # --- what is known of it ------------------------------------------------------------------

    def _succeeded(self, done: Round, *, daily: bool) -> None:
        now = self.clock()
        if self._failures:
            log.info("the daily run works again")
            self._messages.send("failures", [], now, key="messages.recovered")
        self._failures, self._reported_failure = 0, ""
        self._messages.tell_round(done, now, daily=daily)

    def _failed(self, message: str) -> None:
        self._retry_at = time.monotonic() + RETRY_S[min(self._failures, len(RETRY_S) - 1)]
        self._failures += 1
        log.error("%s", message)
        if message == self._reported_failure:
            return
        self._reported_failure = message
        self._messages.send("failures", [message], self.clock(), key="messages.failure")

    def _beat(self, config: Config, now: pd.Timestamp, *, stopped: bool = False) -> None:
        """Leave word in the store that the service lives; the store may be down, it goes on."""
        upcoming = next_slot(now.to_pydatetime(), config.service.daily_at, config.time_zone)
        note: dict[str, Any] = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "tick_s": self.tick_s,
            "next_run_at": upcoming.isoformat(),
            "failure": self._reported_failure or self._today_failure,
            "stopped": stopped,
        }
        with (
            contextlib.suppress(RoutecheckError),
            Store.open(config.store_url, create=False) as store,
        ):
            store.put_note(SERVICE, note)
            self._messages.keep(store)

    # --- running ------------------------------------------------------------------------------

    def stop(self) -> None:
        """Ask the service to end; a round in progress ends between two transactions."""
        self._stop.set()

    def serve(self) -> None:
        """Tick until `stop` is called, or SIGTERM or SIGINT comes."""
        service = self.config.service
        log.info(
            "serving %s: every day at %s (%s)",
            self.config_path,
            service.daily_at,
            self.config.site.time_zone,
        )
        with served(service.health, self._state), _desk_beside(self.config):
            tick_until(
                self._stop,
                self.tick,
                every_s=self.tick_s,
                zone=self.config.time_zone,
                daily_at=service.daily_at,
            )
        log.info("stopping")
        self.end()
        log.info("stopped")

    def end(self) -> None:
        """Wait for the round under way to end its transaction, and leave word that it is over."""
        self._stop.set()
        if self._one.acquire(timeout=STOP_WAIT_S):
            self._one.release()
        self._beat(self.config, self.clock(), stopped=True)

    def _state(self) -> list[County]:
        """How the site stands, for who monitors it."""
        return [read_site(str(self.config_path), self.config.site.language, self.clock())]


def _desk_beside(config: Config) -> AbstractContextManager[None]:
    """The desk, where the service opens it too; its libraries are imported only then."""
    if not config.desk.with_service:
        return contextlib.nullcontext()
    try:
        from routecheck.desk.opening import beside
    except ImportError as error:
        log.error("the desk does not open, judging goes on without it: %s", error)
        return contextlib.nullcontext()
    return beside(config)
