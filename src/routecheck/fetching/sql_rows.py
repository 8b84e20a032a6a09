"""Rows of a database as Arrow tables: each type in one form, whatever slice it comes in."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa


def as_table(
    names: Sequence[str], rows: Sequence[Sequence[Any]], types: dict[str, pa.DataType]
) -> pa.Table:
    """Return rows of a database as a table; `types` keeps what the columns were until now."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    made = {}
    for name, values in zip(_distinct(names), columns, strict=True):
        made[name] = _column(values, types.get(name))
        if not pa.types.is_null(made[name].type):
            types[name] = made[name].type
    return pa.table(made)


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns; of several alike the later ones with a number."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return made


def _column(values: Sequence[Any], before: pa.DataType | None) -> pa.Array:
    first = next((v for v in values if v is not None), None)
    if first is None:
        return pa.nulls(len(values), before or pa.null())
    convert, kind = _FORMS.get(type(first), (str, pa.string()))
    if isinstance(first, datetime.datetime):
        kind = pa.timestamp("us", "UTC" if first.tzinfo else None)
    try:
        if convert is None:
            return pa.array(values, kind)
        return pa.array([None if v is None else convert(v) for v in values], kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([None if v is None else str(v) for v in values], pa.string())


_FORMS: Mapping[type, tuple[Callable[[Any], Any] | None, pa.DataType]] = {
    bool: (None, pa.bool_()),
    int: (None, pa.int64()),
    float: (None, pa.float64()),
    str: (None, pa.string()),
    datetime.datetime: (None, pa.timestamp("us")),
    decimal.Decimal: (lambda v: format(v, "f"), pa.string()),
    datetime.timedelta: (lambda v: _clock(v), pa.string()),
    bytes: (lambda v: v.hex(), pa.string()),
    memoryview: (lambda v: bytes(v).hex(), pa.string()),
    uuid.UUID: (str, pa.string()),
}
"""By the type of Python: how a value is written, and the column's type; all else as its text."""


def _clock(time: datetime.timedelta) -> str:
    """A time of day, which MySQL's drivers give as a span."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
