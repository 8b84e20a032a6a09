"""The small tables but the points: schedule, alerts, and the optional ones.

An optional file that is configured must be there: a calendar that silently fails accuses on
holidays.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.config import (
    AlertsSource,
    CalendarSource,
    ChecksSource,
    FileSource,
    ScheduleSource,
    VehiclesSource,
)
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import UnreadableFileError
from routecheck.domain.tables import (
    ALERT_KEY,
    ALERTS,
    CALENDAR,
    CHECKS,
    REJECTED,
    SCHEDULE,
    VEHICLES,
)
from routecheck.registry.calendar_gaps import UnreadDay
from routecheck.registry.schedule_gaps import UnreadRow
from routecheck.sources.cell_values import (
    NO_DAY,
    is_mask,
    read_date,
    read_minute,
    read_number,
    read_weekdays,
)
from routecheck.sources.file_paths import expand, label_of
from routecheck.sources.line_reader import BAD_CHARACTER
from routecheck.sources.rejected_rows import ReadResult, joined
from routecheck.sources.table_reader import (
    DAY_MINUTES,
    LATEST_MINUTE,
    VALIDITY,
    Column,
    TableReader,
    TimeColumn,
    WindowColumn,
    date_column,
    identifier,
    read_start,
    text_column,
    yes_or_no,
)
from routecheck.sources.table_rows import Rows, read_rows, read_single
from routecheck.sources.time_values import as_days

_NO_ZONE = ZoneInfo("UTC")
"""Of tables that hold no moments: no cell depends on it."""
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

_DIGIT = re.compile("[0-9]")
"""A line of a calendar without a date, a point and a township is a note."""

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

_VEHICLES = TableReader(
    VEHICLES,
    (identifier("device_id", required=True), identifier("vehicle_id", required=True), *VALIDITY),
    checks=(lambda rows: rows.reject_overlapping("device_id"),),
)

_CALENDAR = TableReader(
    CALENDAR,
    (
        date_column("date", required=True),
        text_column("township"),
        identifier("point_id"),
        yes_or_no("due"),
    ),
    checks=(lambda rows: rows.reject_repeated("date", "township", "point_id"),),
)

_CHECKS = TableReader(
    CHECKS,
    (
        identifier("point_id", required=True),
        date_column("service_date", required=True),
        WindowColumn("window_start", target="start_minute"),
        yes_or_no("collected"),
        text_column("by"),
    ),
)

_ALERT_COLUMNS = (
    identifier("alert_id", required=True),
    identifier("point_id", required=True),
    date_column("service_date", required=True),
    TimeColumn("raised_at"),
    WindowColumn("window_start", target="start_minute"),
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
        give the same pickups are rejected after the first. Points are not looked up here.

    Raises:
        MissingDataError: the file is not there or cannot be read.
        UsageError: the configuration maps a header that the file does not have.
    """
    rows = read_single("schedule", source, directory)
    misfits = [UnreadRow("", text=text) for text in rows.rejects.texts if _HOUR.search(text)]
    result = _SCHEDULE.read(rows, _NO_ZONE)
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


def read_vehicles(source: VehiclesSource, directory: Path) -> ReadResult:
    """Read which terminal was on which vehicle: the table VEHICLES, empty without a file.

    A terminal on two vehicles on one day: the later row is rejected as `duplicate_key`.

    Raises:
        MissingDataError: the file is configured and cannot be read.
    """
    return _read_optional(_VEHICLES, source, directory)


def read_calendar(source: CalendarSource, directory: Path) -> ReadResult:
    """Read the days that differ from the schedule: the table CALENDAR, empty without a file.

    A second row for the same date, township and point is rejected as `duplicate_key`.

    Raises:
        MissingDataError: the file is configured and cannot be read.
    """
    if not source.given:
        return ReadResult(CALENDAR.empty(), REJECTED.empty(), 0)
    rows = read_single("calendar", source, directory)
    misfits = [
        UnreadDay("", "", *_span_of(text), text)
        for text in rows.rejects.texts
        if _DIGIT.search(text)
    ]
    result = _CALENDAR.read(rows, _NO_ZONE)
    points, towns, dates = (rows.text(name) for name in ("point_id", "township", "date"))
    unread = [
        UnreadDay(points[i], towns[i], *_span_of(dates[i], rows.parsed["date"][i]))
        for i, reason in rows.bad.items()
        if reason != RejectReason.DUPLICATE_KEY
        and (_DIGIT.search(dates[i]) or points[i] or towns[i])
    ]
    return replace(result, unread_days=(*misfits, *unread))


def _span_of(text: str, day: date | None = None) -> tuple[date | None, date | None]:
    """The first and the last date that a cell may mean: that, or its month with what adjoins."""
    day = day or _leading_date(text)
    if day is not None:
        return day, day
    month = re.match(r"\s*(\d{4})[-/.年](\d{1,2})(?!\d)", text)
    if month is None or not 1 <= int(month[2]) <= 12:
        return None, None
    first = date(int(month[1]), int(month[2]), 1)
    return first, first + timedelta(days=31)


def read_checks(source: ChecksSource, directory: Path, zone: ZoneInfo) -> ReadResult:
    """Read what someone went to see: the table CHECKS, empty without a file.

    A window may be named by its time of day, or by a timestamp (without offset: local, `zone`), as
    the exports show it.

    Raises:
        MissingDataError: the file is configured and cannot be read.
    """
    return _read_optional(_CHECKS, source, directory, zone)


def _read_optional(
    reader: TableReader, source: FileSource, directory: Path, zone: ZoneInfo = _NO_ZONE
) -> ReadResult:
    if not source.given:
        return ReadResult(reader.table.empty(), REJECTED.empty(), 0)
    return reader.read(read_single(reader.table.name, source, directory), zone)


def read_alerts(source: AlertsSource, directory: Path, zone: ZoneInfo) -> ReadResult:
    """Read all files of alerts.

    Args:
        source: the section of the configuration; without a path there are no alerts.
        directory: what relative paths start from.
        zone: local time, of times without an offset.

    Returns:
        The table ALERTS, in the order of the files' names. An alert given again, by its id,
        point and date, is rejected as `duplicate_key`, in whichever file; so is an id that another
        point of the date has. On another date it is another alert: there are monitors that number
        theirs anew each day. Files that cannot be read are in `failed`; the others
        are read. Rejected rows are counted under their service date, where they have one, else
        under the date that their cell begins with, else under the local date on which they were
        raised.

    Raises:
        UsageError: the configuration maps a header that a file does not have.
    """
    known: set[tuple[Any, ...]] = set()

    def reject_known(rows: Rows) -> None:
        given = zip(*(rows.parsed[name] for name in ALERT_KEY), strict=True)
        for i, key in enumerate(given):
            if key in known:
                rows.reject(i, RejectReason.DUPLICATE_KEY, name="alert_id")

    def day(rows: Rows, i: int) -> int:
        raised = rows.parsed["raised_at"][i]
        on = rows.parsed["service_date"][i] or _leading_date(rows.text("service_date")[i])
        if on is None and not pd.isna(raised):
            on = raised.tz_convert(zone).date()
        return -1 if on is None else as_days(on)

    checks = (reject_known, lambda rows: rows.reject_repeated(*ALERT_KEY))
    reader = TableReader(ALERTS, _ALERT_COLUMNS, checks, day)
    results: list[ReadResult] = []
    failed: list[tuple[str, str]] = []
    for path in expand(directory, source.path) if source.given else []:
        label = label_of(path, directory)
        try:
            rows = read_rows(path, label, "alerts", source)
        except UnreadableFileError as error:
            failed.append((label, error.message))
            continue
        results.append(reader.read(rows, zone))
        table = results[-1].table
        known.update(zip(*(table[name] for name in ALERT_KEY), strict=True))
    tables = [result.table for result in results if len(result.table)]
    return ReadResult(
        pd.concat(tables, ignore_index=True) if tables else ALERTS.empty(),
        joined([result.rejected for result in results]),
        sum(result.rows_in for result in results),
        tuple(failed),
        lost=tuple(row for result in results for row in result.lost),
        notes=tuple(note for result in results for note in result.notes),
    )


def _leading_date(text: str) -> date | None:
    """The date that a cell begins with, whatever follows; None: it begins with none."""
    try:
        return read_date(re.split(r"[T\s,;|]", text.strip(), maxsplit=1)[0])
    except ValueError:
        return None
