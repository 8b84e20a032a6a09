"""Long values that PostgreSQL cuts before it sends them.

Its driver takes each value whole, and keeps it three times until it is given: 500 MB are 1.6 GB.
MariaDB sends no value beyond its `max_allowed_packet`, and SQLite is told a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

_SHORT = frozenset(
    {16, 18, 19, 20, 21, 23, 26, 650, 700, 701, 774, 790, 829, 869}
    | {1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950}
)
"""The numbers of types, which are the same on every server, whose values have a bound: truths,
numbers, dates, times, money, addresses, uuid."""
_CUT: Mapping[int, str] = {
    17: "substring({0} FROM 1 FOR {1})",
    **{
        oid: f"CASE WHEN length({{0}}::text) < {{1}} THEN {{0}} "
        f"ELSE to_{name}(left({{0}}::text, {{1}})) END"
        for oid, name in ((114, "json"), (3802, "jsonb"))
    },
}
"""Bytes and JSON: the driver gives them another form than that of a text."""
_TEXT = "left({0}::text, {1})"
"""Texts, arrays, ranges, and types of extensions: each has a form as text, which is given."""


def cut_on_server(
    connection: Connection, query: str, values: Mapping[str, Any], longest: int
) -> str:
    """Return a query that gives the same rows, its long values cut.

    As many signs stay as show that a value is too long. The order of the rows stays: PostgreSQL
    keeps that of a query whose columns are only picked.

    Args:
        connection: to PostgreSQL, in a transaction.
        query: what is to be asked.
        values: of its parameters.
        longest: so many signs a text may have.
    """
    # On a line of its own: a query may end in a comment.
    asked = f"(\n{query}\n) AS asked"
    try:
        with (
            connection.begin_nested(),
            connection.execute(sa.text(f"SELECT * FROM {asked} WHERE false"), values) as found,
        ):
            described: Any = found.cursor.description
            columns = [(column.name, column.type_code) for column in described]
    except DBAPIError:
        return query  # it says itself what is wrong with it, or is no query of rows
    if len({name for name, _ in columns}) < len(columns):
        return query
    if all(oid in _SHORT for _, oid in columns):
        return query
    picked = []
    for name, oid in columns:
        # SQLAlchemy's own quoting doubles a per cent sign, which a text does too. No parameter.
        quoted = '"' + name.replace('"', '""').replace(":", r"\:") + '"'
        column = f"asked.{quoted}"
        form = "{0}" if oid in _SHORT else _CUT.get(oid, _TEXT)
        cut = form.format(column, longest + 1)
        picked.append(f"{cut} AS {quoted}")
    return f"SELECT {', '.join(picked)} FROM {asked}"
