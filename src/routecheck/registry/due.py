"""Which pickups were due: the schedule, the calendar and the validity of points, on one date."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.local_time import local_moment
from routecheck.domain.tables import CALENDAR, PICKUPS, POINTS, SCHEDULE, TIME_DTYPE
from routecheck.registry.records import holds_on


def expect(
    schedule: pd.DataFrame,
    points: pd.DataFrame,
    calendar: pd.DataFrame,
    service_date: date,
    zone: ZoneInfo,
) -> pd.DataFrame:
    """Return the pickups that were due on a service date.

    Args:
        schedule: SCHEDULE.
        points: POINTS; a point that is not valid on the date is not due. A scheduled point that
            the registry does not know at all is due: somebody expects it.
        calendar: CALENDAR; a row for a point outweighs one for its township, and that one a row
            for all. `due` false cancels; `due` true makes due what the weekdays leave out.
        service_date: local calendar date.
        zone: zone of windows and dates.

    Returns:
        PICKUPS, one row a point and window, ordered by them.
    """
    SCHEDULE.check(schedule)
    POINTS.check(points)
    CALENDAR.check(calendar)
    rows = schedule[holds_on(schedule, service_date)]
    if rows.empty:
        return PICKUPS.empty()
    known = points["point_id"].tolist()
    valid = holds_on(points, service_date).tolist()
    townships = zip(known, points["township"].tolist(), valid, strict=True)
    township = {point: town for point, town, holds in townships if holds}
    gone = set(known) - township.keys()
    rows = rows[np.array([point not in gone for point in rows["point_id"].tolist()], dtype=bool)]
    weekday = str(service_date.isoweekday())
    by_weekday = np.array([weekday in days for days in rows["weekdays"].tolist()], dtype=bool)
    by_weekday &= _in_phase(rows, service_date)
    ordered_by = _calendar_of(calendar, service_date)
    if ordered_by:
        ordered = [
            ordered_by.get(
                ("point", point),
                ordered_by.get(("town", township.get(point, "")), ordered_by.get(("", ""))),
            )
            for point in rows["point_id"].tolist()
        ]
        by_weekday = np.array(
            [
                regular if order is None else order
                for regular, order in zip(by_weekday, ordered, strict=True)
            ],
            dtype=bool,
        )
    rows = rows[by_weekday].sort_values(["point_id", "start_minute"], kind="stable")
    rows = rows.drop_duplicates(["point_id", "start_minute"])
    window_start, window_end = _windows(rows, service_date, zone)
    pickups = pd.DataFrame(
        {
            "service_date": pd.Series([service_date] * len(rows), dtype=object),
            "point_id": rows["point_id"].array,
            "window_start": window_start.array,
            "window_end": window_end.array,
            "vehicle_id": rows["vehicle_id"].array,
            "route_id": rows["route_id"].array,
        }
    )
    return PICKUPS.check(pickups)


def _windows(rows: pd.DataFrame, day: date, zone: ZoneInfo) -> tuple[pd.Series, pd.Series]:
    """Start and end of the window of each row on a date, UTC; never empty, and each its own.

    In an hour that occurs twice a window lasts until the second time that its end does. Where
    clocks leave out the hour that it lies in, it keeps its length; where it would then start with
    another window of its point, it starts a minute later, as starts tell pickups apart.
    """
    first = _moments(rows["start_minute"], day, zone)
    last = _moments(rows["end_minute"], day, zone, last=True)
    length = pd.to_timedelta(rows["end_minute"] - rows["start_minute"], unit="min")
    while True:
        last = last.where(last > first, first + length)
        same = pd.DataFrame({"point_id": rows["point_id"], "first": first})
        if not same.duplicated().any():
            return first, last
        # The one that starts when the schedule has it stays.
        local = first.dt.tz_convert(zone).dt.tz_localize(None)
        wanted = pd.Timestamp(day) + pd.to_timedelta(rows["start_minute"], unit="min")
        order = (local != wanted).sort_values(kind="stable").index
        rank = same.loc[order].groupby(["point_id", "first"]).cumcount().reindex(rows.index)
        first = (first + pd.to_timedelta(rank, unit="min")).astype(TIME_DTYPE)


def _moments(minutes: pd.Series, day: date, zone: ZoneInfo, *, last: bool = False) -> pd.Series:
    distinct, which = np.unique(minutes.to_numpy(), return_inverse=True)
    values = [local_moment(day, int(minute), zone, last=last) for minute in distinct]
    return pd.Series(
        pd.Series(values, dtype=TIME_DTYPE).array[which], index=minutes.index, dtype=TIME_DTYPE
    )


def _in_phase(rows: pd.DataFrame, day: date) -> np.ndarray:
    """Every so many days, counted from the first day of validity."""
    return np.array(
        [
            every <= 1 or (day - first).days % every == 0
            for every, first in zip(
                rows["every_days"].tolist(), rows["valid_from"].tolist(), strict=True
            )
        ],
        dtype=bool,
    )


def _calendar_of(calendar: pd.DataFrame, day: date) -> dict[tuple[str, str], bool]:
    orders: dict[tuple[str, str], bool] = {}
    for row in records(calendar[calendar["date"] == day]):
        if row.point_id:
            orders["point", row.point_id] = bool(row.due)
        elif row.township:
            orders["town", row.township] = bool(row.due)
        else:
            orders["", ""] = bool(row.due)
    return orders
