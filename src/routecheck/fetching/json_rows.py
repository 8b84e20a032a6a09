"""Rows of JSON as a table of texts: what is nested becomes columns with dotted names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from routecheck.domain.errors import SourceError

LEAST_ROWS = 100
"""A column of few rows costs as much as one of so many."""


def at_path(value: Any, path: str) -> Any:
    """Return what stands at a dotted path; None where nothing does."""
    for name in path.split(".") if path else ():
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, Mapping) and name in value:
            value = value[name]
        else:
            return None
    return value


def as_rows(rows: Sequence[Mapping[str, Any]], *, label: str, most_cells: int) -> pa.Table:
    """Return rows as a table of texts, in the order in which their columns first appear.

    Args:
        rows: as `json.loads` gives them, numbers as texts. What a row does not have is blank.
        label: how messages name the source.
        most_cells: how many cells the table may have, blank ones among them.

    Raises:
        SourceError: it has more.
    """
    if not rows:
        return pa.table({})
    if max(len(rows), LEAST_ROWS) * _width(rows) > most_cells:
        raise SourceError("source_too_large", source=label, limit=most_cells)
    try:
        table = pa.Table.from_struct_array(pa.array(rows))
        while any(pa.types.is_struct(field.type) for field in table.schema):
            table = table.flatten()
        kinds = {field.type for field in table.schema}
        regular = all(map(_plain, kinds)) and len(set(table.column_names)) == table.num_columns
    except (pa.ArrowException, TypeError, ValueError):
        regular = False
    if not regular:
        # Lists, or a name that is a text in one row and an object in another.
        return _one_by_one(rows)
    return pa.table(
        {name: table[name].combine_chunks().cast(pa.string()) for name in table.column_names}
    )


def _width(rows: Sequence[Mapping[str, Any]]) -> int:
    """How many columns rows have together: each with names of its own makes a table of squares."""
    count, waiting = 0, [rows]
    while waiting:
        level = waiting.pop()
        count += len(set[str]().union(*level))
        if dict not in map(type, chain.from_iterable(row.values() for row in level)):
            continue
        nested: dict[str, list[Mapping[str, Any]]] = {}
        for row in level:
            for name, value in row.items():
                if isinstance(value, dict):
                    nested.setdefault(name, []).append(value)
        waiting += nested.values()
    return count


def _plain(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind))


def _one_by_one(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    flat = [_flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    return pa.table(
        {name: pa.array([row.get(name) for row in flat], pa.string()) for name in names}
    )


def _flat(row: Mapping[str, Any], above: str = "") -> dict[str, str | None]:
    cells: dict[str, str | None] = {}
    for key, value in row.items():
        name = _encodable(above + key)
        if isinstance(value, Mapping):
            cells |= _flat(value, f"{name}.")
        elif isinstance(value, list):
            # A position may be a list: as text it is one that is understood.
            nested = any(isinstance(item, list | Mapping) for item in value)
            text = json.dumps(value) if nested else ",".join(str(_scalar(item)) for item in value)
            cells[name] = _encodable(text)
        else:
            cells[name] = _scalar(value)
    return cells


def _scalar(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else _encodable(str(value))


def _encodable(text: str) -> str:
    """A text without lone surrogates, which JSON can write and nothing else can."""
    return text.encode("utf-8", "replace").decode()
