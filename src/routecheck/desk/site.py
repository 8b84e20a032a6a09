"""A site as the desk holds it: its configuration, its store, and what was read of it lately.

The store is opened for each request and closed after it; nothing of it is held while a page is
shown. What was read is kept with the mark of what it was read from (`Store.mark`), so that pages
of a large county open at once and none shows what is no longer so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

import pandas as pd

from routecheck.config import Config
from routecheck.desk.kept import Kept
from routecheck.domain.codes import CorrectionState, Language, Verdict
from routecheck.engine.judged_before import open_store
from routecheck.geo.crs import WGS84
from routecheck.present.daily import Daily
from routecheck.present.html import PAGE_POINTS
from routecheck.present.html.whole_date import WholeDate
from routecheck.present.sentences.tables import DateInWords
from routecheck.queries.daily_report import DailyReport, read_daily_report
from routecheck.queries.service_date import read_service_date
from routecheck.registry.records import valid_points
from routecheck.store import Store

T = TypeVar("T")

KEPT_DATES = 6
"""Dates that are kept as they are shown: some 100 MB of a county of 10,000 points."""
KEPT_PAGES = 12
"""Pages of those dates whose sentences are kept."""
KEPT_ANSWERS = 64
KEPT_COUNTS = 800
"""Dates in figures: two years."""


def decided_here(states: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was decided of corrections, those that are proposed to be decided at the desk.

    Sentences then name no command.
    """
    proposed = CorrectionState.PROPOSED
    return {point: "here" if state == proposed else state for point, state in states.items()}


class Site:
    """One site at the desk.

    Args:
        config: of the site.
        clock: the present, UTC.

    Attributes:
        counts: dates in figures, by date and when it was judged.
        views: what the pages of dates show.
    """

    def __init__(self, config: Config, clock: Callable[[], pd.Timestamp]) -> None:
        self.config, self.clock = config, clock
        self._dates, self._told = Kept(KEPT_DATES), Kept(KEPT_PAGES)
        self._answers = Kept(KEPT_ANSWERS)
        self.counts, self.views = Kept(KEPT_COUNTS), Kept(KEPT_PAGES)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store, as long as a request takes.

        Raises:
            StoreError: it is not there, or cannot be read.
        """
        with open_store(self.config) as store:
            yield store

    def dates(self, store: Store) -> list[date]:
        """Return the dates that were judged, those that are not over among them, in order."""
        return sorted(self.judged_at(store))

    def kept(self, store: Store, name: Hashable, make: Callable[[], T]) -> T:
        """Return an answer that was made from the store as it is now; words do not matter."""
        return self._answers.get((name, store.mark().judged), make)

    def kept_of_dates(self, store: Store, name: Hashable, make: Callable[[], T]) -> T:
        """Return an answer that was made from what is kept with dates: decisions do not matter."""
        return self._answers.get((name, store.mark().dates), make)

    def daily(
        self, store: Store, day: date, language: Language, township: str | None = None
    ) -> WholeDate:
        """Return a date as its report shows it.

        Of a large area it has the sentences of one township, or of the points that were missed.

        Args:
            store: open; only read.
            day: the date.
            language: of its sentences.
            township: whose rows are shown; None: all, or those of an overview.

        Raises:
            MissingDataError: the store holds no verdicts of that date.
        """
        mark = store.mark().judged

        def read() -> DailyReport:
            found = read_service_date(store, day)
            return read_daily_report(store, replace(found, decided=decided_here(found.decided)))

        def told() -> WholeDate:
            report = self._dates.get((day, mark), read)
            words = DateInWords(report.day, language, self.config.time_zone)
            listed = None
            if len(report.points) > PAGE_POINTS:
                table = report.points if township is not None else report.pickups
                mine = (
                    table["township"] == township
                    if township is not None
                    else table["verdict"] == Verdict.MISSED
                )
                listed = frozenset(table.loc[mine.to_numpy(), "point_id"])
            daily = Daily(report, self.config.site.name, words, listed)
            export = self.config.export
            return WholeDate(daily, export.tiles_datum if export.tiles else WGS84)

        return self._told.get((day, language, township, mark), told)

    def decided(self, store: Store) -> Mapping[str, str]:
        """Return by point what was decided of its correction; see `decided_here`."""
        return self.kept(store, "decided", lambda: decided_here(store.correction_states()))

    def judged_at(self, store: Store) -> dict[date, datetime]:
        """Return when each date was judged last."""

        def read() -> dict[date, datetime]:
            entries = [*store.dates(), *store.running()]
            return {entry["service_date"]: entry["judged_at"] for entry in entries}

        return self.kept_of_dates(store, "judged_at", read)

    def points(self, store: Store) -> pd.DataFrame:
        """Return `point_id`, `name`, `township`, `village` of every point by its last record."""

        def read() -> pd.DataFrame:
            table = valid_points(store.points(), date.max).sort_values("point_id", kind="stable")
            return table[["point_id", "name", "township", "village"]].reset_index(drop=True)

        return self._answers.get(("points", store.mark().runs), read)

    def latest(self, store: Store) -> date | None:
        """Return the last date that is over and was judged, else one that is running."""

        def read() -> date | None:
            entries = store.dates() or store.running()
            return max((entry["service_date"] for entry in entries), default=None)

        return self.kept_of_dates(store, "latest", read)
