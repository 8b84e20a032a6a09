"""The small tables but points and schedule: alerts, and the optional ones.

An optional file that is configured must be there: a calendar that silently fails accuses on
holidays.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.config import (
    AlertsSource,
    CalendarSource,
    ChecksSource,
    FileSource,
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
from routecheck.sources.alert_dates import DateFromRaising
from routecheck.sources.cell_values import (
    read_date,
)
from routecheck.sources.file_paths import expand
from routecheck.sources.given_files import GivenFiles
from routecheck.sources.one_file import as_one_file
from routecheck.sources.rejected_rows import ReadResult, joined
from routecheck.sources.table_reader import (
    VALIDITY,
    TableReader,
    TimeColumn,
    WindowColumn,
    date_column,
    identifier,
    text_column,
    yes_or_no,
)
from routecheck.sources.table_rows import Rows, read_rows, read_single
from routecheck.sources.time_values import as_days

_NO_ZONE = ZoneInfo("UTC")
"""Of tables that hold no moments: no cell depends on it."""
_DIGIT = re.compile("[0-9]")
"""A line of a calendar without a date, a point and a township is a note."""

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
    the exports show it. The path may be a pattern of several files. A row without an answer is
    nothing that was seen: samples are handed out so.

    Raises:
        MissingDataError: the file is configured and cannot be read.
    """
    if not source.given:
        return ReadResult(CHECKS.empty(), REJECTED.empty(), 0)
    # A file that is named and not there is told; of a pattern there may be none yet.
    several = "*" in source.path or "?" in source.path
    paths = [str(path) for path in expand(directory, source.path)] if several else [source.path]
    results = []
    for path in paths:
        rows = read_single("checks", source.model_copy(update={"path": path}), directory)
        if "collected" in rows:
            told = [i for i, answer in enumerate(rows.text("collected")) if answer.strip()]
            rows = rows.taken(told, {})
        results.append(_CHECKS.read(rows, zone))
    if not results:
        return ReadResult(CHECKS.empty(), REJECTED.empty(), 0)
    if len(results) == 1:
        return results[0]
    tables = [result.table for result in results if len(result.table)]
    return ReadResult(
        pd.concat(tables, ignore_index=True) if tables else CHECKS.empty(),
        joined([result.rejected for result in results]),
        sum(result.rows_in for result in results),
        lost=tuple(row for result in results for row in result.lost),
        notes=tuple(note for result in results for note in result.notes),
    )


def _read_optional(
    reader: TableReader, source: FileSource, directory: Path, zone: ZoneInfo = _NO_ZONE
) -> ReadResult:
    if not source.given:
        return ReadResult(reader.table.empty(), REJECTED.empty(), 0)
    return reader.read(read_single(reader.table.name, source, directory), zone)


def read_alerts(
    source: AlertsSource, directory: Path, zone: ZoneInfo, schedule: pd.DataFrame | None = None
) -> ReadResult:
    """Read all files of alerts.

    Args:
        source: the section of the configuration; without a path there are no alerts.
        directory: what relative paths start from.
        zone: local time, of times without an offset.
        schedule: SCHEDULE, to date alerts that have only a time of raising (`DateFromRaising`);
            None: nothing is known of it.

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
    columns = (
        identifier("alert_id", required=True),
        identifier("point_id", required=True),
        date_column("service_date"),
        TimeColumn("raised_at"),
        DateFromRaising(
            "service_date", schedule=SCHEDULE.empty() if schedule is None else schedule
        ),
        WindowColumn("window_start", target="start_minute"),
    )
    reader = TableReader(ALERTS, columns, checks, day)
    results: list[ReadResult] = []
    failed: list[tuple[str, str]] = []
    with GivenFiles.of(source, directory) as given:
        failed += given.failed
        for file in given.files:
            try:
                with as_one_file(file.label), given.on_disk(file) as path:
                    rows = read_rows(path, file.label, "alerts", source)
                    results.append(reader.read(rows, zone))
            except UnreadableFileError as error:
                failed.append((file.label, error.message))
                continue
            table = results[-1].table
            known.update(zip(*(table[name] for name in ALERT_KEY), strict=True))
    tables = [result.table for result in results if len(result.table)]
    return ReadResult(
        pd.concat(tables, ignore_index=True) if tables else ALERTS.empty(),
        joined([result.rejected for result in results]),
        sum(result.rows_in for result in results),
        tuple(failed),
        lost=tuple(row for result in results for row in result.lost),
        notes=(*given.notes, *(note for result in results for note in result.notes)),
    )


def _leading_date(text: str) -> date | None:
    """The date that a cell begins with, whatever follows; None: it begins with none."""
    try:
        return read_date(re.split(r"[T\s,;|]", text.strip(), maxsplit=1)[0])
    except ValueError:
        return None
