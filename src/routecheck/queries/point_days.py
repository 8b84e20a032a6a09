"""A point day by day: what became of its pickups in the last weeks, as the store has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from routecheck.domain.codes import Verdict
from routecheck.domain.errors import MissingDataError
from routecheck.queries.daily_report import TREND_DAYS
from routecheck.queries.point_history import PointHistory, point_history
from routecheck.store import Store

_GRAVEST = (Verdict.MISSED, Verdict.UNVERIFIABLE, Verdict.COLLECTED)


@dataclass(frozen=True)
class PointDays:
    """A point and its last weeks.

    Attributes:
        history: of its record.
        name: as it was recorded last.
        township: likewise.
        village: likewise.
        day: the date that is looked at.
        judged: dates of the weeks that were judged, in order.
        pickups: JUDGEMENTS of the point on them, with `alerted`.
        alerts: CLASSIFIED of the point on them.
    """

    history: PointHistory
    name: str
    township: str
    village: str
    day: date
    judged: Sequence[date]
    pickups: pd.DataFrame
    alerts: pd.DataFrame

    @property
    def first(self) -> date:
        """The Monday that the weeks begin with."""
        last = max(self.judged, default=self.day)
        begin = last - timedelta(days=TREND_DAYS - 1)
        return begin - timedelta(days=begin.weekday())

    @cached_property
    def states(self) -> Mapping[date, str]:
        """By date that was judged, the gravest verdict; empty where nothing was due."""
        by_day = self.pickups.groupby("service_date")["verdict"].agg(set).to_dict()
        return {
            day: next((str(one) for one in _GRAVEST if one in by_day.get(day, ())), "")
            for day in self.judged
        }


def read_point_days(
    store: Store, point_id: str, dates: Sequence[date], day: date | None = None
) -> PointDays:
    """Read a point and the weeks about a date.

    Args:
        store: open; only read.
        point_id: the point, as outputs show it.
        dates: those that were judged.
        day: the date to look at; None: the last on which a pickup of it was judged.

    Raises:
        MissingDataError: nothing is known of the point, or no date was judged.
    """
    history = point_history(store, point_id)
    last = max(dates, default=date.min)
    if day is not None:
        # A later date belongs to the same weeks as long as they reach back to the one looked at.
        last = min(last, max(day, day + timedelta(days=TREND_DAYS // 2)))
    began = last.toordinal() - TREND_DAYS + 1
    weeks = [one for one in dates if began <= one.toordinal() <= last.toordinal()]
    pickups = store.read_pickups_of(weeks, [history.point_id])
    if day is None:
        known = pickups["service_date"].tolist() or weeks
        if not known:
            raise MissingDataError("desk.nothing_judged")
        day = max(known)
    record = history.records[-1] if history.records else {}
    return PointDays(
        history=history,
        name=str(record.get("name", "")),
        township=str(record.get("township", "")),
        village=str(record.get("village", "")),
        day=day,
        judged=weeks,
        pickups=pickups,
        alerts=store.read_alerts_of(weeks, [history.point_id]),
    )
