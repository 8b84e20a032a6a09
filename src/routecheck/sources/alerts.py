"""The alerts of the monitor."""

from __future__ import annotations

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from routecheck.config import AlertsSource
from routecheck.errors import UnreadableFileError
from routecheck.model.codes import RejectReason
from routecheck.model.tables import ALERTS
from routecheck.sources.rejects import ReadResult, joined
from routecheck.sources.rows import Rows, dates, expand, label_of, read_rows, strings
from routecheck.sources.times import as_times, local_days, read_times
from routecheck.sources.values import read_date, read_minute

EPOCH = datetime.date(1970, 1, 1)


def read_alerts(source: AlertsSource, directory: Path, zone: ZoneInfo) -> ReadResult:
    """Read all files of alerts.

    Args:
        source: the section of the configuration; without a path there are no alerts.
        directory: what relative paths start from.
        zone: local time, of times without an offset.

    Returns:
        The table ALERTS, in the order of the files' names. An id given again is rejected as
        `duplicate_key`, in whichever file. Files that cannot be read are in `failed`; the others
        are read. Rejected rows are counted under their service date, where they have one.

    Raises:
        UsageError: the configuration maps a header that a file does not have.
    """
    tables = [ALERTS.empty()]
    rejected: list[pd.DataFrame] = []
    failed: list[tuple[str, str]] = []
    labels: list[str] = []
    rows_in = 0
    seen: set[str] = set()
    for path in expand(directory, source.path) if source.given else []:
        label = label_of(path, directory)
        try:
            rows = read_rows(path, label, "alerts", source)
        except UnreadableFileError as error:
            failed.append((label, str(error)))
            continue
        table, apart = _alerts(rows, zone, seen)
        seen.update(table["alert_id"])
        tables.append(table)
        rejected.append(apart)
        labels.append(label)
        rows_in += rows.rows_in
    filled = [table for table in tables if len(table)] or tables[:1]
    table = pd.concat(filled, ignore_index=True)
    return ReadResult(ALERTS.check(table), joined(rejected), rows_in, tuple(labels), tuple(failed))


def _alerts(rows: Rows, zone: ZoneInfo, seen: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    alert_id = rows.identifiers("alert_id")
    point_id = rows.identifiers("point_id")
    service_date = rows.parsed("service_date", read_date, RejectReason.BAD_DATE, required=True)
    raised = rows.text("raised_at")
    times = read_times(pa.array(raised, pa.string()), zone)
    for i in np.flatnonzero(times.bad).tolist():
        rows.reject(i, RejectReason.BAD_TIME, raised[i])
    start = _window_start(rows, service_date, zone)
    for i, alert in enumerate(alert_id):
        if alert in seen:
            rows.reject(i, RejectReason.DUPLICATE_KEY)
    rows.reject_repeated(alert_id)
    raised_days = local_days(times.us, zone)

    def day(i: int) -> int:
        if (date := service_date[i]) is not None:
            return (date - EPOCH).days
        return -1 if times.blank[i] or times.bad[i] else int(raised_days[i])

    return rows.finish(
        {
            "alert_id": strings(alert_id),
            "point_id": strings(point_id),
            "service_date": dates(service_date),
            "raised_at": as_times(times.us, times.blank),
            "start_minute": start,
        },
        day,
    )


def _window_start(
    rows: Rows, service_date: list[datetime.date | None], zone: ZoneInfo
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the minute after local midnight of the service date, -1 where none is named.

    A full timestamp may stand for the time of day; it must lie on the service date.
    """
    found = rows.text("window_start")
    minutes = np.full(len(rows), -1, np.int64)
    times = read_times(pa.array(found, pa.string()), zone)
    days = local_days(times.us, zone)
    for i, text in enumerate(found):
        if not text:
            continue
        try:
            minutes[i] = read_minute(text)
            if minutes[i] < 24 * 60:
                continue
        except ValueError:
            date = service_date[i]
            if not times.bad[i] and date is not None and days[i] == (date - EPOCH).days:
                moment = datetime.datetime.fromtimestamp(times.us[i] / 1e6, zone)
                minutes[i] = moment.hour * 60 + moment.minute
                continue
        rows.reject(i, RejectReason.BAD_TIME, text)
    return minutes
