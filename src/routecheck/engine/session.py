"""The one way into a site: for a command, the service, a page, a notebook, a worker.

    with open_site(config, now=now) as site:
        basis = site.as_judged([day])
        learned = basis.learn({day: basis.history_of(day)})
        judged = basis.judge(day, learned)

A session that reads takes no lock and writes nothing, and needs no store. A run holds the lock of
the store (`Session.running`) while it brings the registry to the points file, judges and stores.
Nothing is shared between sessions; one session serves one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message
from routecheck.domain.patience import Patience
from routecheck.domain.settings import Settings
from routecheck.engine.basis import Basis
from routecheck.engine.inputs import Inputs, Progress, open_fixes, read_inputs
from routecheck.engine.judged import Judged
from routecheck.engine.judged_before import refuse_to_begin_anew
from routecheck.engine.learning import Learned
from routecheck.engine.patience import learn_patience
from routecheck.fetching import Fetched
from routecheck.sources.fix_source import FixSource
from routecheck.store import PointChange, Store, is_running, preview_import


def no_progress(_what: str, _share: float) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class JudgedAgain:
    """A date as judged again, and what it was judged on."""

    basis: Basis
    learned: Learned
    judged: Judged


class Session:
    """A site, opened: configuration, inputs, fixes, store. Made by `open_site`.

    Attributes:
        config: the configuration.
        inputs: what was read, but the fixes.
        fixes: of the site.
        now: the present, UTC.
        progress: informed of what is being done.
        made_store: whether this session made the store.
        fetched: what was brought from elsewhere for it.
    """

    def __init__(
        self,
        config: Config,
        inputs: Inputs,
        fixes: FixSource,
        store: Store | None,
        now: pd.Timestamp,
        progress: Progress,
        opened: ExitStack,
        *,
        new_store: bool = False,
        fetched: Fetched | None = None,
    ) -> None:
        self.config, self.inputs, self.fixes = config, inputs, fixes
        self.fetched = fetched or Fetched()
        self.now, self.progress = now, progress
        self.stored = store
        self._opened = opened
        self._new_store = new_store
        self.made_store = False
        self._last: tuple[tuple[date, bool], JudgedAgain] | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the stages."""
        return self.config.settings

    @property
    def store(self) -> Store:
        """The store; made where there has never been one.

        Raises:
            StoreNotOpenedError: the site was judged before, and its store is gone.
        """
        if self.stored is None:
            if not self._new_store:
                refuse_to_begin_anew(self.config)
            self.made_store = True
            self.stored = self._opened.enter_context(Store.open(self.config.store_url))
        return self.stored

    def require_not_lost(self) -> None:
        """Require that the store is there where the site was judged before.

        Raises:
            StoreNotOpenedError: it is gone, and with it what people decided.
        """
        if self.stored is None:
            refuse_to_begin_anew(self.config)

    # --- what is judged on --------------------------------------------------------------------

    def as_stored(self) -> Basis:
        """Return the basis of a run: registry and history as the store holds them now."""
        return self._basis(self.store)

    def as_judged(self, dates: Sequence[date]) -> Basis:
        """Return the basis on which a run judged these dates, or would judge them.

        Where the store has verdicts of all of them: the registry of points as it was when they
        were judged (of several dates, the last), and the history that was known by then, the other
        dates of the same run among it. So what is computed from it is what that run stored,
        whatever the points file, the registry and later dates have added since. Corrections are
        those in force by what operators have decided until now, as in a run of these dates now;
        schedule, calendar, alerts and fixes are those of the files.

        Else a run of these dates is still to come: the points file is taken over, in memory, as
        that run would import it on the first date that was not judged.

        Args:
            dates: service dates, in order, one at least.
        """
        if self.stored is None:
            return self.as_imported(dates[0])
        ledger = {entry["service_date"]: entry for entry in self.stored.dates()}
        unjudged = [day for day in dates if day not in ledger]
        if unjudged:
            return self.as_imported(unjudged[0])
        runs = [self.stored.run_entry(run) for run in {ledger[day]["run_id"] for day in dates}]
        # Of a run that is not finished, the last date that it has stored.
        spans = {
            run["run_id"]: (
                run["started_at"],
                run["finished_at"]
                or max(e["judged_at"] for e in ledger.values() if e["run_id"] == run["run_id"]),
            )
            for run in runs
        }
        first_judged = self.stored.first_judged(min(ledger), max(ledger))
        together = {
            day
            for day, entry in ledger.items()
            if entry["run_id"] in spans
            or any(start <= first_judged[day] <= end for start, end in spans.values())
        }
        as_of = max(end for _, end in spans.values())
        # A run counts the words that stood when it began.
        words_until = max(start for start, _ in spans.values())
        return self._basis(
            self.stored, as_of=as_of, together=frozenset(together), words_until=words_until
        )

    def as_running(self, dates: Sequence[date], *, allow_shrink: bool = True) -> Basis:
        """Return the basis on which dates that are not over are judged as they go.

        The points file is taken over in memory: the run that closes the first of the dates
        imports it.

        Args:
            dates: in order, one at least.
            allow_shrink: take a points file that lacks more than a tenth of the known points.

        Raises:
            MissingDataError: the file lacks more than a tenth of the known points.
        """
        patience = learn_patience(self.stored, dates[0])
        running = dict.fromkeys(dates, patience)
        return self._imported(dates[0], running, allow_shrink=allow_shrink)

    def runs_still(self, day: date) -> bool:
        """Whether a date is not over by the clock of the site.

        A date that a run has closed is over, whatever the clock shows now.
        """
        if day < self.now.tz_convert(self.config.time_zone).date():
            return False
        entry = None if self.stored is None else self.stored.date_entry(day)
        return entry is None or is_running(entry)

    def as_imported(self, on: date) -> Basis:
        """Return the basis of a run that would import the points file with changes from a date."""
        return self._imported(on)

    def _imported(
        self,
        on: date,
        running: Mapping[date, Patience] | None = None,
        *,
        allow_shrink: bool = True,
    ) -> Basis:
        registry = preview_import(
            self.stored,
            self.inputs.points,
            on=on,
            unread=self.inputs.unread_points,
            allow_shrink=allow_shrink,
        )
        self._opened.callback(registry.engine.dispose)
        return self._basis(registry, running=running)

    def _basis(
        self,
        registry: Store,
        *,
        as_of: datetime | None = None,
        together: frozenset[date] = frozenset(),
        running: Mapping[date, Patience] | None = None,
        words_until: datetime | None = None,
    ) -> Basis:
        return Basis(
            self.inputs,
            self.fixes,
            self.settings,
            self.now,
            registry,
            self.stored,
            as_of=as_of,
            together=together,
            running=running,
            words_until=words_until,
        )

    def judged(self, day: date, *, by_file: bool = False) -> JudgedAgain:
        """Judge a date again, without storing anything; the last answer is kept.

        Args:
            day: the service date.
            by_file: by the points file, as a run of that date would import it now, even where the
                date was judged.
        """
        if self._last is None or self._last[0] != (day, by_file):
            if self.runs_still(day):
                basis = self.as_running([day])
            else:
                basis = self.as_imported(day) if by_file else self.as_judged([day])
            learned = basis.learn({day: basis.history_of(day)})
            self._last = (day, by_file), JudgedAgain(basis, learned, basis.judge(day, learned))
        return self._last[1]

    # --- running ------------------------------------------------------------------------------

    @contextmanager
    def running(
        self, *, wait_s: float = 30.0, told: Callable[[Message], None] | None = None
    ) -> Iterator[Store]:
        """Hold the store as its one runner.

        Args:
            wait_s: how long to wait for another runner.
            told: is told, after some seconds, for whom it waits; the log, where not given.

        Raises:
            StoreBusyError: another runner holds it.
        """
        with self.store.lock(wait_s=wait_s, told=told):
            yield self.store

    def import_points(self, on: date, *, allow_shrink: bool = False) -> list[PointChange]:
        """Bring the registry to what the points file has, and return what changed.

        Args:
            on: first day on which changes hold, where the file gives no `valid_from`.
            allow_shrink: take a file that lacks more than a tenth of the known points.

        Raises:
            MissingDataError: the file lacks more than a tenth of the known points.
        """
        by = f"import of {self.config.points.path}"
        return self.store.sync_points(
            self.inputs.points,
            on=on,
            by=by,
            allow_shrink=allow_shrink,
            unread=self.inputs.unread_points,
        )

    def kept_points(self) -> list[str]:
        """Return points whose last good record stands, for the file's cannot be used."""
        return self.store.kept_points(self.inputs.points, self.inputs.unread_points)


@contextmanager
def open_site(
    config: Config,
    *,
    now: pd.Timestamp,
    progress: Progress = no_progress,
    new_store: bool = False,
    fetched: Fetched | None = None,
) -> Iterator[Session]:
    """Open a site: read its inputs, find its fixes and its store.

    Nothing is fetched here: of what lies elsewhere, what is kept of it is read.

    Files of fixes that the store knows, and that are as they were, are read when a date needs
    them. What was kept on disk meanwhile is gone when the context ends.

    Args:
        config: the site.
        now: the present, UTC.
        progress: informed of what is being done, and of the share of the whole that is done.
        new_store: begin anew where the store of a site that was judged before is gone.
        fetched: what was brought from elsewhere just now.

    Raises:
        MissingDataError: there are no points, no schedule, or no fixes at all.
        UnreadableFileError: a file that nothing can be judged without is bad.
        StoreError: the store cannot be used.
    """
    progress("progress.reading", 0.0)
    inputs = read_inputs(config)
    if fetched is not None:
        inputs.notes.extend(fetched.notes)
    with ExitStack() as opened:
        store = Store.find(config.store_url)
        if store is not None:
            opened.enter_context(store)
        fixes = opened.enter_context(open_fixes(config, inputs, now, progress, store))
        yield Session(
            config, inputs, fixes, store, now, progress, opened, new_store=new_store,
            fetched=fetched,
        )  # fmt: skip
