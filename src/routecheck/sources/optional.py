"""The optional tables: which terminal was on which truck, days that differ, what was checked.

A file that is configured must be there: a calendar that silently fails accuses on holidays.
"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.config import CalendarSource, ChecksSource, VehiclesSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.tables import CALENDAR, CHECKS, REJECTED, VEHICLES, Table
from routecheck.sources.rejects import ReadResult
from routecheck.sources.rows import dates, read_single, strings, window_starts
from routecheck.sources.values import read_bool, read_date


def read_vehicles(source: VehiclesSource, directory: Path) -> ReadResult:
    """Read which terminal was on which vehicle: the table VEHICLES, empty without a file.

    A terminal on two vehicles on one day: the later row is rejected as `duplicate_key`.

    Raises:
        MissingDataError: the file is configured and cannot be read.
    """
    if not source.given:
        return _none(VEHICLES)
    rows = read_single("vehicles", source, directory)
    device_id = rows.identifiers("device_id")
    vehicle_id = rows.identifiers("vehicle_id")
    valid_from = rows.parsed("valid_from", read_date, RejectReason.BAD_DATE)
    valid_to = rows.parsed("valid_to", read_date, RejectReason.BAD_DATE)
    rows.reject_overlapping(device_id, valid_from, valid_to)
    table, rejected = rows.finish(
        {
            "device_id": strings(device_id),
            "vehicle_id": strings(vehicle_id),
            "valid_from": dates(valid_from),
            "valid_to": dates(valid_to),
        }
    )
    return ReadResult(VEHICLES.check(table), rejected, rows.rows_in, (rows.file,))


def read_calendar(source: CalendarSource, directory: Path) -> ReadResult:
    """Read the days that differ from the schedule: the table CALENDAR, empty without a file.

    A second row for the same date, township and point is rejected as `duplicate_key`.

    Raises:
        MissingDataError: the file is configured and cannot be read.
    """
    if not source.given:
        return _none(CALENDAR)
    rows = read_single("calendar", source, directory)
    date = rows.parsed("date", read_date, RejectReason.BAD_DATE, required=True)
    township = rows.text("township")
    point_id = rows.identifiers("point_id", required=False)
    due = rows.parsed("due", read_bool, RejectReason.BAD_VALUE, required=True)
    rows.reject_repeated(list(zip(date, township, point_id, strict=True)))
    table, rejected = rows.finish(
        {
            "date": dates(date),
            "township": strings(township),
            "point_id": strings(point_id),
            "due": np.array([bool(value) for value in due], bool),
        }
    )
    return ReadResult(CALENDAR.check(table), rejected, rows.rows_in, (rows.file,))


def read_checks(source: ChecksSource, directory: Path, zone: ZoneInfo) -> ReadResult:
    """Read what someone went to see: the table CHECKS, empty without a file.

    A window may be named by its time of day, or by a timestamp (without offset: local, `zone`), as
    the exports show it.

    Raises:
        MissingDataError: the file is configured and cannot be read.
    """
    if not source.given:
        return _none(CHECKS)
    rows = read_single("checks", source, directory)
    point_id = rows.identifiers("point_id")
    service_date = rows.parsed("service_date", read_date, RejectReason.BAD_DATE, required=True)
    start = window_starts(rows, service_date, zone)
    collected = rows.parsed("collected", read_bool, RejectReason.BAD_VALUE, required=True)
    table, rejected = rows.finish(
        {
            "point_id": strings(point_id),
            "service_date": dates(service_date),
            "start_minute": start,
            "collected": np.array([bool(value) for value in collected], bool),
            "by": strings(rows.text("by")),
        }
    )
    return ReadResult(CHECKS.check(table), rejected, rows.rows_in, (rows.file,))


def _none(table: Table) -> ReadResult:
    rejected: pd.DataFrame = REJECTED.empty()
    return ReadResult(table.empty(), rejected, 0)
