"""A service date in the language of its site: each row with its window and its sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import Language, Verdict
from routecheck.present.sentences.tables import DateInWords, with_sentences
from routecheck.queries.daily_report import DailyReport
from routecheck.queries.drive_order import numbered


@dataclass(frozen=True)
class Daily:
    """What the page and the workbook of a service date are drawn from.

    Attributes:
        report: the date, without texts.
        site: name of the site, may be empty.
        words: the date with its sentences.
        told: points whose rows have their sentences: of a large area that takes seconds, and a
            page lists some of them; None: all.
    """

    report: DailyReport
    site: str
    words: DateInWords
    told: frozenset[str] | None = None

    @property
    def language(self) -> Language:
        """Of all that is written."""
        return self.words.language

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return self.words.zone

    @cached_property
    def pickups(self) -> pd.DataFrame:
        """The report's pickups with `window` (local `HH:MM–HH:MM`), `evidence` and `action`."""
        table = self.report.pickups
        ends = (table[name].dt.tz_convert(self.zone) for name in ("window_start", "window_end"))
        start, end = (moments.dt.strftime("%H:%M") for moments in ends)
        table = table.assign(window=[f"{a}–{b}" for a, b in zip(start, end, strict=True)])
        return self._in_words(table)

    def _in_words(self, table: pd.DataFrame) -> pd.DataFrame:
        decided = self.report.day.decided
        return with_sentences(table, decided, self.language, self.zone, only=self.told)

    @cached_property
    def alerts(self) -> pd.DataFrame:
        """The named alerts with `evidence` and `action`, sorted by township, point and id."""
        by = ["township", "point_id", "alert_id"]
        table = (
            self.words.alerts if self.told is None else self._in_words(self.words.day.named_alerts)
        )
        return table.sort_values(by, kind="stable")

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """See `DateInWords.incidents`."""
        return self.words.incidents

    @cached_property
    def missed(self) -> pd.DataFrame:
        """The missed pickups in an order to drive them, with the `number` of their point."""
        return numbered(self.pickups, self.report.depot)

    @cached_property
    def unverifiable(self) -> pd.DataFrame:
        """The pickups that the data cannot settle."""
        return self.pickups[(self.pickups["verdict"] == str(Verdict.UNVERIFIABLE)).to_numpy()]
