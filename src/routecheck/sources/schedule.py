"""The schedule: which pickups are expected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from routecheck.config import ScheduleSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.tables import SCHEDULE
from routecheck.sources.rejects import ReadResult
from routecheck.sources.rows import dates, read_single, strings
from routecheck.sources.values import read_date, read_minute, read_number, read_weekdays

_DAY_MINUTES = 1440


def read_schedule(source: ScheduleSource, directory: Path) -> ReadResult:
    """Read the schedule.

    Args:
        source: the section of the configuration.
        directory: what relative paths start from.

    Returns:
        The table SCHEDULE. Blank weekdays mean daily where `every_days` is given, else the row is
        rejected. A window whose end is not after its start ends on the next day. Rows that would
        give the same pickups are rejected after the first. Points are not looked up here.

    Raises:
        MissingDataError: the file is not there or cannot be read.
        UsageError: the configuration maps a header that the file does not have.
    """
    rows = read_single("schedule", source, directory)
    point_id = rows.identifiers("point_id")
    vehicle_id = rows.identifiers("vehicle_id", required=False)
    start = rows.parsed("window_start", _start, RejectReason.BAD_TIME, required=True)
    end = rows.parsed("window_end", read_minute, RejectReason.BAD_TIME, required=True)
    every = rows.parsed("every_days", _period, RejectReason.BAD_VALUE)
    weekdays = rows.parsed("weekdays", read_weekdays, RejectReason.BAD_VALUE)
    valid_from = rows.parsed("valid_from", read_date, RejectReason.BAD_DATE)
    valid_to = rows.parsed("valid_to", read_date, RejectReason.BAD_DATE)
    rows.reject_reversed(valid_from, valid_to)
    for i in rows.kept:
        if every[i] and valid_from[i] is None:
            rows.reject(i, RejectReason.BAD_VALUE, f"every_days {every[i]}, no valid_from")
        elif not weekdays[i] and not every[i]:
            rows.reject(i, RejectReason.MISSING_VALUE, name="weekdays")
    days = [value or "1234567" for value in weekdays]
    periods = [value or 0 for value in every]
    starts = np.array([value or 0 for value in start], np.int64)
    ends = np.array([value or 0 for value in end], np.int64)
    rows.reject_repeated(
        list(zip(point_id, starts, days, periods, valid_from, valid_to, strict=True))
    )
    table, rejected = rows.finish(
        {
            "point_id": strings(point_id),
            "vehicle_id": strings(vehicle_id),
            "weekdays": strings(days),
            "start_minute": starts,
            "end_minute": np.where(ends <= starts, ends + _DAY_MINUTES, ends),
            "valid_from": dates(valid_from),
            "valid_to": dates(valid_to),
            "every_days": pd.Series(periods, dtype="int64"),
            "route_id": strings(rows.text("route_id")),
        }
    )
    return ReadResult(SCHEDULE.check(table), rejected, rows.rows_in, (rows.file,))


def _start(text: str) -> int:
    minute = read_minute(text)
    if minute >= _DAY_MINUTES:
        raise ValueError(text)
    return minute


def _period(text: str) -> int:
    value = read_number(text)
    if value < 0 or not value.is_integer() or value > 10_000:
        raise ValueError(text)
    return int(value)
