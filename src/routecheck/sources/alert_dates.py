"""The service date of alerts that have only a time of raising: that of the window that was over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from routecheck.domain.codes import RejectReason
from routecheck.domain.tables import SCHEDULE
from routecheck.registry.ids import POINT, join_ids
from routecheck.sources.rejected_rows import Ints
from routecheck.sources.table_reader import DAY_MINUTES, Column, read_start
from routecheck.sources.table_rows import Rows, Values
from routecheck.sources.time_values import DAY_US, as_days, local_days, local_to_utc, read_times

_EPOCH = date(1970, 1, 1)
_MINUTE_US = 60_000_000
_NO_WINDOW = -1
_NEVER, _EVER = -(1 << 30), 1 << 30
_MOST_BACK_D = 2
"""A window ends before the day after the next: one that was over a day ago started so far back."""


@dataclass(frozen=True)
class DateFromRaising(Column):
    """Fills in blank service dates, from `raised_at` and the schedule.

    The date is that on which the window began which was over last: of those that ended within the
    day before the alert was raised the last that was due by its weekday, else the last of all; an
    alert of 02:10 about a window from 22:00 to 02:00 is of the day before. Where no window of the
    point is known, it is the local date of raising. A window that the alert names goes before the
    others; with a date, it decides.

    Attributes:
        schedule: SCHEDULE.
    """

    schedule: pd.DataFrame = field(default_factory=SCHEDULE.empty)

    def parse(self, rows: Rows, zone: ZoneInfo) -> Values:
        """Return the dates; rows without a date and a time of raising are rejected."""
        dates = list(rows.parsed["service_date"])
        raised = pd.Series(rows.parsed["raised_at"])
        bad = rows.bad
        blank = [i for i, on in enumerate(dates) if on is None and i not in bad]
        for i in blank:
            if pd.isna(raised[i]):
                rows.reject(i, RejectReason.MISSING_VALUE, name="service_date")
        blank = [i for i in blank if not pd.isna(raised[i])]
        if not blank:
            return dates
        texts = [rows.text("window_start")[i] for i in blank]
        named = read_times(pa.array(texts, pa.string()), rows.zone or zone, rows.way)
        own = local_days(named.us, zone)
        points = [rows.text("point_id")[i] for i in blank]
        us = raised[blank].astype("datetime64[us, UTC]").to_numpy("datetime64[us]").astype(np.int64)
        found = self._days(points, us, [_start(text) for text in texts], zone)
        found = np.where(named.blank | named.bad, found, own)
        for i, day in zip(blank, found.tolist(), strict=True):
            dates[i] = _EPOCH + timedelta(days=day)
        return dates

    def _days(
        self, points: Sequence[str], raised_us: Ints, starts: Sequence[int], zone: ZoneInfo
    ) -> Ints:
        """The service dates, in days since 1970."""
        days = local_days(raised_us, zone)
        same = join_ids(set(self.schedule["point_id"]), points, POINT).same
        alerts = pd.DataFrame(
            {
                "alert": np.arange(len(points)),
                "point_id": [same.get(point, point) for point in points],
                "named": starts,
                "raised": raised_us,
                "raised_day": days,
            }
        )
        plan = self.schedule.assign(
            first=_in_days(self.schedule["valid_from"], _NEVER),
            last=_in_days(self.schedule["valid_to"], _EVER),
        )
        pairs = alerts.merge(plan, on="point_id")
        if pairs.empty:
            return days
        tried = pd.concat(
            [pairs.assign(day=pairs["raised_day"] - k) for k in range(_MOST_BACK_D + 1)]
        )
        local = tried["day"].to_numpy() * DAY_US + tried["end_minute"].to_numpy() * _MINUTE_US
        tried["end"] = local_to_utc(local, zone)
        over = (tried["end"] <= tried["raised"]) & (tried["end"] > tried["raised"] - DAY_US)
        held = (tried["first"] <= tried["day"]) & (tried["day"] <= tried["last"])
        tried = tried[over & held]
        tried = tried.assign(
            meant=tried["named"] == tried["start_minute"], due=_due(tried)
        ).sort_values(["meant", "due", "end"], kind="stable")
        last = tried.drop_duplicates("alert", keep="last")
        found = days.copy()
        found[last["alert"].to_numpy()] = last["day"].to_numpy()
        return found


def _due(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each window is due on its day by weekday and period."""
    # The first of January 1970 was a Thursday.
    weekday = (rows["day"] + 3) % 7 + 1
    every = rows["every_days"].clip(lower=1)
    by_weekday = [
        str(on) in days
        for on, days in zip(weekday.tolist(), rows["weekdays"].tolist(), strict=True)
    ]
    return (
        np.array(by_weekday, bool)
        & ((every == 1) | ((rows["day"] - rows["first"]) % every == 0)).to_numpy()
    )


def _in_days(dates: pd.Series, missing: int) -> list[int]:
    return [missing if pd.isna(day) else as_days(day) for day in dates]


def _start(text: str) -> int:
    try:
        return read_start(text) % DAY_MINUTES if text else _NO_WINDOW
    except ValueError:
        return _NO_WINDOW
