"""What people decided, as small readable files beside the store, and read in again from them.

Corrections that were accepted or rejected stand in the store alone; with it they would be lost.
What someone went to see stands in a file of its own, of which a copy is kept.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.errors import UsageError
from routecheck.domain.special_files import require_ordinary
from routecheck.present.csv_files import guarded, unguarded
from routecheck.store.schema import JsonText, UtcDateTime
from routecheck.texts.outside import fit

_REQUIRED = frozenset({"point_id", "days_seen", "confidence", "decided_at"})
"""Columns that every decision has."""
_CODES: Mapping[str, Collection[str]] = {
    "cause": tuple(Cause),
    "state": (CorrectionState.ACCEPTED, CorrectionState.REJECTED),
}
"""What a person may have typed, and would be damage in the store if it were another word."""


def decisions_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Return decisions as CSV: times ISO 8601 in UTC, numbers with all their digits.

    A text that cannot be shown as it is stands as a string of JSON, with escapes: here an id must
    come back as it was.

    Args:
        rows: from `Store.decisions`.
        columns: of the file, in order.
    """
    return _csv(columns, ([_cell(row[name]) for name in columns] for row in rows))


def read_decisions(path: Path, columns: Sequence[sa.Column[Any]]) -> list[dict[str, Any]]:
    """Read decisions again, for `Store.enter_decisions`.

    Args:
        path: a file as `decisions_text` gives it.
        columns: of the table that they belong to.

    Raises:
        UsageError: it cannot be read, lacks a column, or a cell has no value of its column.
    """
    require_ordinary(path, UsageError)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), strict=True)
        given = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError("decisions_unreadable", path=path, reason=reason) from None
    missing = [column.name for column in columns if column.name not in (reader.fieldnames or ())]
    if missing:
        raise UsageError("decisions_columns", path=path, columns=", ".join(missing))
    rows = []
    for number, line in enumerate(given, 2):
        row = {}
        for column in columns:
            cell = line[column.name]
            try:
                row[column.name] = _value(cell, column)
            except ValueError:
                reason = f"{column.name}: {cell or ''!r}"
                raise UsageError("decisions_row", path=path, row=number, reason=reason) from None
        rows.append(row)
    return rows


def checks_text(checks: pd.DataFrame) -> bytes:
    """Return CHECKS as a file that `checks.path` may name."""
    rows = (
        [
            guarded(row.point_id),
            str(row.service_date),
            "" if row.start_minute < 0 else "{:02}:{:02}".format(*divmod(row.start_minute, 60)),
            str(bool(row.collected)).lower(),
            guarded(row.by),
        ]
        for row in records(checks)
    )
    return _csv(("point_id", "service_date", "window_start", "collected", "by"), rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(UTC).isoformat()
        case float():
            return repr(value)
        case str():
            return json.dumps(value) if fit(value) != value or value[:1] == '"' else guarded(value)
        case _:
            return str(value)


def _value(cell: str | None, column: sa.Column[Any]) -> Any:
    """The value of a cell; None: the row ends before it.

    Raises:
        ValueError: it is none of the column, or none that a decision has.
    """
    if cell is None or (cell == "" and column.name in _REQUIRED):
        raise ValueError(column.name)
    match column.type:
        case JsonText():
            json.loads(text := _text(cell))
            return text
        case sa.Text():
            text = _text(cell)
            if text not in _CODES.get(column.name, (text,)):
                raise ValueError(text)
            return text
    if cell == "":
        return None
    match column.type:
        case UtcDateTime():
            moment = datetime.fromisoformat(cell)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        case sa.Date():
            return date.fromisoformat(cell)
        case sa.Integer():
            return int(cell)
        case _:
            number = float(cell)
            if not math.isfinite(number):
                raise ValueError(cell)
            return number


def _text(cell: str) -> str:
    """The text of a cell, as `_cell` wrote it."""
    return str(json.loads(cell)) if cell[:1] == '"' else unguarded(cell)
