"""The one way into a site: for a command, the service, a page, a notebook, a worker.

    with open_site(config, now=now) as site:
        basis = site.as_judged([day])
        learned = basis.learn({day: basis.history_of(day)})
        judged = basis.judge(day, learned)

A session that reads takes no lock and writes nothing, and needs no store. A run holds the lock of
the store (`Session.running`) while it brings the registry to the points file, judges and stores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime

import pandas as pd

from routecheck.config import Config
from routecheck.domain.settings import Settings
from routecheck.engine.basis import Basis
from routecheck.engine.inputs import Inputs, Progress, open_fixes, read_inputs
from routecheck.sources.fixes_from_files import FixDays
from routecheck.store import PointChange, Reader, Store, preview_import


def no_progress(_what: str, _share: float) -> None:
    """Show no progress."""


class Session:
    """A site, opened: configuration, inputs, fixes, store. Made by `open_site`.

    Attributes:
        config: the configuration.
        inputs: what was read, but the fixes.
        fixes: of the site.
        now: the present, UTC.
        progress: informed of what is being done.
    """

    def __init__(
        self,
        config: Config,
        inputs: Inputs,
        fixes: FixDays,
        store: Store | None,
        now: pd.Timestamp,
        progress: Progress,
        opened: ExitStack,
    ) -> None:
        self.config, self.inputs, self.fixes = config, inputs, fixes
        self.now, self.progress = now, progress
        self.stored = store
        self._opened = opened

    @property
    def settings(self) -> Settings:
        """The settings of the stages."""
        return self.config.settings

    @property
    def store(self) -> Store:
        """The store; made where there is none yet."""
        if self.stored is None:
            self.stored = self._opened.enter_context(Store.open(self.config.store_url))
        return self.stored

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
        ledger = {} if self.stored is None else {e["service_date"]: e for e in self.stored.dates()}
        unjudged = [day for day in dates if day not in ledger]
        if self.stored is None or unjudged:
            return self.as_imported(unjudged[0])
        entries = [ledger[day] for day in dates]
        runs = {entry["run_id"] for entry in entries}
        return self._basis(
            self.stored,
            as_of=max(entry["judged_at"] for entry in entries),
            together=frozenset(day for day, entry in ledger.items() if entry["run_id"] in runs),
        )

    def as_imported(self, on: date) -> Basis:
        """Return the basis of a run that would import the points file with changes from a date."""
        registry = preview_import(self.stored, self.inputs.points, on=on)
        self._opened.callback(registry.engine.dispose)
        return self._basis(registry)

    def _basis(
        self,
        registry: Reader,
        *,
        as_of: datetime | None = None,
        together: frozenset[date] = frozenset(),
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
        )

    # --- running ------------------------------------------------------------------------------

    @contextmanager
    def running(self, *, wait_s: float = 30.0) -> Iterator[Store]:
        """Hold the store as its one runner.

        Args:
            wait_s: how long to wait for another runner.

        Raises:
            StoreBusyError: another runner holds it.
        """
        with self.store.lock(wait_s=wait_s):
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
        return self.store.sync_points(self.inputs.points, on=on, by=by, allow_shrink=allow_shrink)


@contextmanager
def open_site(
    config: Config, *, now: pd.Timestamp, progress: Progress = no_progress
) -> Iterator[Session]:
    """Open a site: read its inputs, find its fixes and its store.

    Files of fixes that the store knows, and that are as they were, are read when a date needs
    them. What was kept on disk meanwhile is gone when the context ends.

    Args:
        config: the site.
        now: the present, UTC.
        progress: informed of what is being done, and of the share of the whole that is done.

    Raises:
        MissingDataError: there are no points, no schedule, or no fixes at all.
        UnreadableFileError: a file that nothing can be judged without is bad.
        StoreError: the store cannot be used.
    """
    progress("progress.reading", 0.0)
    inputs = read_inputs(config)
    with ExitStack() as opened:
        store = Store.find(config.store_url)
        if store is not None:
            opened.enter_context(store)
        fixes = opened.enter_context(open_fixes(config, inputs, now, progress, store))
        yield Session(config, inputs, fixes, store, now, progress, opened)
