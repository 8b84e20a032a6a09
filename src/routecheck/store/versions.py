"""Tables of versions: a row is never overwritten, but ended, and another one entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

Key = tuple[Any, ...]
"""What names a row whatever its version: the values of some columns."""


def last_versions(
    connection: Connection, table: sa.Table, key: Sequence[str], *conditions: Any
) -> dict[Key, int]:
    """Return the last version of each key of the rows that fulfil the conditions."""
    columns = [table.c[name] for name in key]
    statement = sa.select(*columns, sa.func.max(table.c.version)).where(*conditions)
    rows = connection.execute(statement.group_by(*columns))
    return {tuple(row[:-1]): row[-1] for row in rows}


def change_current(
    connection: Connection,
    table: sa.Table,
    key: Sequence[str],
    changes: Iterable[tuple[Key, dict[str, Any]]],
    *conditions: Any,
) -> None:
    """Set columns of the current versions of some keys.

    Args:
        connection: in a transaction.
        table: of versions.
        key: the columns that make up a key.
        changes: keys, and what is set in the row of each; the same columns in all.
        conditions: further ones that the rows must fulfil.
    """
    bound = [
        {f"key_{name}": part for name, part in zip(key, values, strict=True)}
        | {f"new_{name}": value for name, value in columns.items()}
        for values, columns in changes
    ]
    if not bound:
        return
    names = [name.removeprefix("new_") for name in bound[0] if name.startswith("new_")]
    statement = (
        sa.update(table)
        .where(*conditions, table.c.current)
        .where(*(table.c[name] == sa.bindparam(f"key_{name}") for name in key))
        .values({name: sa.bindparam(f"new_{name}") for name in names})
    )
    connection.execute(statement, bound)


def end_current(
    connection: Connection,
    table: sa.Table,
    key: Sequence[str],
    keys: Iterable[Key],
    at: datetime,
    *conditions: Any,
) -> None:
    """End the current versions of some keys."""
    ended = {"current": False, "ended_at": at}
    change_current(connection, table, key, ((values, ended) for values in keys), *conditions)
