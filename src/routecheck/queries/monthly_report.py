"""What the workbook of a month shows: its verdicts, its dates, who alerts chronically."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from routecheck.domain.errors import MissingDataError
from routecheck.queries.chronic import WEEKS, chronic_points, read_weeks
from routecheck.queries.counts import by_date, township_summary
from routecheck.queries.daily_report import by_confidence
from routecheck.queries.service_date import with_names
from routecheck.registry.records import valid_points
from routecheck.store import Store


@dataclass(frozen=True)
class MonthlyReport:
    """A month as the store has it.

    Attributes:
        first: first day of the month.
        states: `final` or `provisional`, by date, in order.
        pickups: JUDGEMENTS of its dates, with names.
        alerts: CLASSIFIED of its dates, with names.
        corrections: CORRECTIONS, current ones, with names, the highest confidence first.
        chronic: points that alert chronically in the month, with names: `chronic.chronic_points`.
        weeks: the last weeks, see `chronic.chronic_weeks`.
    """

    first: date
    states: Mapping[date, str]
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    corrections: pd.DataFrame
    chronic: pd.DataFrame
    weeks: Sequence[Mapping[str, Any]]

    @cached_property
    def townships(self) -> pd.DataFrame:
        """See `counts.township_summary`."""
        return township_summary(self.pickups, self.alerts)

    @cached_property
    def days(self) -> pd.DataFrame:
        """See `counts.by_date`; a date on which nothing was due belongs to the month too."""
        counted = self.pickups.groupby(["service_date", "verdict"]).size()
        table = by_date(counted.reset_index(name="pickups"), self.alerts)
        every_date = table.set_index("service_date").reindex(list(self.states), fill_value=0)
        return every_date.reset_index(names="service_date")


def read_monthly_report(store: Store, year: int, month: int) -> MonthlyReport:
    """Read what the workbook of a month shows.

    Args:
        store: open; only read.
        year: of the calendar.
        month: 1 to 12.

    Raises:
        MissingDataError: the store holds no date of that month.
    """
    first = date(year, month, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    known = [entry for entry in store.dates() if entry["service_date"] <= last]
    states = {e["service_date"]: e["state"] for e in known if e["service_date"] >= first}
    if not states:
        raise MissingDataError("no_verdicts_of_month", month=f"{first:%Y-%m}")
    records = valid_points(store.points(), date.max)

    def named(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
        return with_names(pd.concat(tables, ignore_index=True), records)

    alerts = named([store.read_alerts(day) for day in states])
    often = chronic_points(alerts, list(states), store.due_days(first, last))
    return MonthlyReport(
        first=first,
        states=states,
        pickups=named([store.read_pickups(day) for day in states]),
        alerts=alerts,
        corrections=by_confidence(with_names(store.read_corrections(), records)),
        chronic=with_names(often, records),
        weeks=read_weeks(store, [entry["service_date"] for entry in known], limit=WEEKS),
    )
