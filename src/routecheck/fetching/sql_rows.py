"""Rows of a database as Arrow tables: each type in one form, whatever slice it comes in."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa


def as_table(
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    types: dict[str, pa.DataType],
    longest: int,
) -> pa.Table:
    """Return rows of a database as a table.

    Args:
        names: of the columns.
        rows: as the driver gives them.
        types: what the columns were until now; changed.
        longest: so many signs a text may have, before it takes room once more.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    made = {}
    for name, values in zip(_distinct(names), columns, strict=True):
        made[name] = _column(_cut(values, longest), types.get(name))
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


def weight(row: Sequence[Any]) -> int:
    """Bytes or signs of the texts of a row."""
    return sum(len(value) for value in row if isinstance(value, str | bytes | memoryview))


def _cut(values: Sequence[Any], longest: int) -> Sequence[Any]:
    """Values with texts of one sign more than they may have at most: they will be rejected."""
    texts = [v for v in values if isinstance(v, str | bytes | memoryview)]
    if not texts or max(map(len, texts)) <= longest:
        return values
    return [v[: longest + 1] if isinstance(v, str | bytes | memoryview) else v for v in values]


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
