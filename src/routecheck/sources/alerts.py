"""The alerts of the monitor."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from routecheck.config import AlertsSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import UnreadableFileError
from routecheck.domain.tables import ALERTS
from routecheck.sources.rejects import ReadResult, joined
from routecheck.sources.rows import Rows, dates, expand, label_of, read_rows, strings, window_starts
from routecheck.sources.times import as_days, as_times, beyond_calendar, local_days, read_times
from routecheck.sources.values import read_date


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
            failed.append((label, error.said))
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
    for i in np.flatnonzero(times.bad | beyond_calendar(times.us)).tolist():
        rows.reject(i, RejectReason.BAD_TIME, raised[i], name="raised_at")
    start = window_starts(rows, service_date, zone)
    for i, alert in enumerate(alert_id):
        if alert in seen:
            rows.reject(i, RejectReason.DUPLICATE_KEY, name="alert_id")
    rows.reject_repeated(alert_id)
    raised_days = local_days(times.us, zone)

    def day(i: int) -> int:
        if (date := service_date[i]) is not None:
            return as_days(date)
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
