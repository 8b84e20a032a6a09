"""Local dates and times of day as moments, in every time zone and on every date.

Clocks that are set on leave out times of day, midnight among them in some zones; clocks that are
set back have some twice. By RFC 5545, and Python's `fold=0`, a time that is left out is as much
later as clocks were set on, so that a date without a midnight begins when its first hour does; one
that occurs twice is the first.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd


def local_moment(day: date, minute: int, zone: ZoneInfo, *, last: bool = False) -> pd.Timestamp:
    """Return UTC of so many minutes by the wall clock after local midnight of a date.

    Args:
        day: the local date.
        minute: a day has 1,440 of them, whatever its clocks do.
        zone: of the clock.
        last: of a time of day that occurs twice, the second.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=int(minute))
    moment = pd.Timestamp(wall.replace(tzinfo=zone)).tz_convert("UTC").as_unit("us")
    if not last:
        return moment
    again = pd.Timestamp(wall.replace(tzinfo=zone, fold=1)).tz_convert("UTC").as_unit("us")
    # Where the time is left out, the second reading is the earlier one.
    return max(moment, again)


def to_second(moment: datetime) -> datetime:
    """Return a moment to the nearest second, a half upwards, as the store keeps times."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def day_begins(day: date, zone: ZoneInfo) -> pd.Timestamp:
    """Return the moment at which a local date begins, UTC."""
    return local_moment(day, 0, zone)


def day_span(day: date, zone: ZoneInfo) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return when a local date begins and when the next one does, UTC."""
    return day_begins(day, zone), day_begins(day + timedelta(days=1), zone)
