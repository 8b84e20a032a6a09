"""The schedule: which point is due on which days, in which window, by which vehicle.

Weekdays come as digits, names and masks, hours run past midnight, and spreadsheets spoil both; what
leaves a doubt is rejected, for a row that is misread clears real misses.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from routecheck.config import ScheduleSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.tables import SCHEDULE
from routecheck.registry.schedule_gaps import UnreadRow
from routecheck.sources.cell_values import (
    NO_DAY,
    is_mask,
    read_minute,
    read_number,
    read_weekdays,
)
from routecheck.sources.line_reader import BAD_CHARACTER
from routecheck.sources.rejected_rows import ReadResult
from routecheck.sources.schedule_matrix import spread
from routecheck.sources.table_reader import (
    DAY_MINUTES,
    VALIDITY,
    Column,
    TableReader,
    identifier,
    read_start,
    text_column,
)
from routecheck.sources.table_rows import Rows, read_single
from routecheck.sources.windows import LATEST_MINUTE

_LONGEST_PERIOD_D = 10_000
"""A longer period of a schedule is no period, but a wrong column."""


def _read_period(text: str) -> int:
    value = read_number(text)
    if value < 0 or not value.is_integer() or value > _LONGEST_PERIOD_D:
        raise ValueError(text)
    return int(value)


def _check_recurrence(rows: Rows) -> None:
    """Reject rows from which the days they are due cannot be known."""
    weekdays, every, first = (rows.parsed[n] for n in ("weekdays", "every_days", "valid_from"))
    for i in rows.kept:
        if every[i] and first[i] is None:
            rows.reject(i, RejectReason.BAD_VALUE, f"every_days {every[i]}, no valid_from")
        elif not weekdays[i] and not every[i]:
            rows.reject(i, RejectReason.MISSING_VALUE, name="weekdays")
    rows.parsed["weekdays"] = [days or "1234567" for days in weekdays]


def _reject_short_masks(rows: Rows) -> None:
    """Reject `1` and `11` where others are masks: spreadsheets drop the zeros before a number."""
    texts = rows.text("weekdays")
    if any(is_mask(text) for text in set(texts)):
        for i, text in enumerate(texts):
            if text and not text.strip("01") and not is_mask(text):
                rows.reject(i, RejectReason.BAD_VALUE, text, name="weekdays")


def _reject_doubtful_masks(rows: Rows) -> None:
    """Reject masks whose week may begin with Sunday.

    `0111110` is then from Monday to Friday. That shows where the masks of a file leave out the
    first day of their week, or the first and the last, and no other.
    """
    texts = rows.text("weekdays")
    masks = {text: read_weekdays(text) for text in set(texts) if is_mask(text)}
    some = {text: days for text, days in masks.items() if days not in (NO_DAY, "1234567")}
    if "".join(sorted(set("".join(some.values())))) in ("23456", "234567"):
        for i, text in enumerate(texts):
            if text in some:
                either = _day_earlier(some[text])
                rows.reject(
                    i, RejectReason.BAD_VALUE, f"{text}: {some[text]} / {either}?", name="weekdays"
                )


def _place_windows(rows: Rows) -> None:
    """Put windows on the date on which they start, and their ends after their starts.

    An end that is not after its start is on the next day. A window that starts at 24:00 or later
    is one of the next date: so are the weekdays and the validity of its row.
    """
    parsed = rows.parsed
    starts, ends = list(parsed["start_minute"]), list(parsed["end_minute"])
    weekdays = list(parsed["weekdays"])
    first, last = list(parsed["valid_from"]), list(parsed["valid_to"])
    for i in rows.kept:
        if ends[i] <= starts[i]:
            ends[i] += DAY_MINUTES
        if ends[i] - starts[i] > DAY_MINUTES:
            text = f"{rows.text('window_start')[i]}–{rows.text('window_end')[i]}"
            rows.reject(i, RejectReason.BAD_TIME, text, name="window_end")
        if starts[i] >= DAY_MINUTES:
            starts[i], ends[i] = starts[i] - DAY_MINUTES, ends[i] - DAY_MINUTES
            weekdays[i] = _day_later(weekdays[i])
            first[i], last[i] = (_next_date(day) for day in (first[i], last[i]))
    parsed |= {
        "start_minute": starts,
        "end_minute": ends,
        "weekdays": weekdays,
        "valid_from": first,
        "valid_to": last,
    }


def _day_earlier(weekdays: str) -> str:
    return "".join(sorted(str((int(day) + 5) % 7 + 1) for day in weekdays))


def _day_later(weekdays: str) -> str:
    if weekdays == NO_DAY:
        return weekdays
    return "".join(sorted(str(int(day) % 7 + 1) for day in weekdays))


def _next_date(day: date | None) -> date | None:
    return None if day is None or day == date.max else day + timedelta(days=1)


_SPAN = ("valid_from", "valid_to")
_SAYING = ("point_id", "vehicle_id", "weekdays", "window_start", "window_end")
"""A row without any of them is an empty one."""
_HOUR = re.compile(r"[0-9]{1,2}\s*[:：时点][0-9]{0,2}|[0-9]{3}")
"""A line without a time is a note, and no row of a schedule."""

_read_end = partial(read_minute, latest=LATEST_MINUTE)

_SCHEDULE = TableReader(
    SCHEDULE,
    (
        identifier("point_id", required=True),
        identifier("vehicle_id"),
        Column("window_start", read_start, RejectReason.BAD_TIME, True, 0, "start_minute"),
        Column("window_end", _read_end, RejectReason.BAD_TIME, True, 0, "end_minute"),
        Column("every_days", _read_period, blank=0),
        Column("weekdays", read_weekdays, blank=""),
        *VALIDITY,
        text_column("route_id"),
    ),
    checks=(
        Rows.reject_reversed,
        _reject_short_masks,
        _reject_doubtful_masks,
        _check_recurrence,
        _place_windows,
        lambda rows: rows.reject_repeated(
            "point_id", "start_minute", "weekdays", "every_days", "valid_from", "valid_to"
        ),
    ),
)


def read_schedule(source: ScheduleSource, directory: Path) -> ReadResult:
    """Read the schedule.

    Args:
        source: the section of the configuration.
        directory: what relative paths start from.

    Returns:
        The table SCHEDULE. Blank weekdays mean daily where `every_days` is given, else the row is
        rejected. A window whose end is not after its start ends on the next day; one that starts
        at `24:10` is `00:10` of the next, with weekdays and validity a day later. Rows that would
        give the same pickups are rejected after the first. A row with several windows, or with
        weekdays across (`schedule_matrix`), is as many rows. Points are not looked up here.

    Raises:
        MissingDataError: the file is not there or cannot be read.
        UsageError: the configuration maps a header that the file does not have.
    """
    rows = spread(read_single("schedule", source, directory))
    misfits = [UnreadRow("", text=text) for text in rows.rejects.texts if _HOUR.search(text)]
    result = _SCHEDULE.read(rows, ZoneInfo("UTC"))
    points, first, last = rows.text("point_id"), *(rows.parsed[n] for n in _SPAN)
    unread = [
        UnreadRow(
            "" if BAD_CHARACTER in points[i] else points[i],
            first[i],
            last[i],
            repeated=reason == RejectReason.DUPLICATE_KEY,
        )
        for i, reason in rows.bad.items()
        if any(rows.text(name)[i] for name in _SAYING)
    ]
    return replace(result, unread=(*misfits, *unread))
