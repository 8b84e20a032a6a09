"""Checksums of what the store holds, so that a flipped bit is found.

SQLite notices pages that do not fit together, not a digit that has become another. So each
transaction keeps, for every scope that it has written (the rows of a table that are of one service
date, or of one input, or all of them), a hash of all its values. `store check` and every backup
hold the rows against it.

The hash is of values, not of bytes: it is the same on every database, so that a store may be
copied from one to another with its seals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from routecheck.store.schema import (
    alert_verdict,
    correction,
    evidence,
    field_word,
    metadata,
    pickup_verdict,
    point,
    rejected,
    seal,
    service_date,
)

SCOPED: dict[str, sa.Column[object] | None] = {
    pickup_verdict.name: pickup_verdict.c.service_date,
    alert_verdict.name: alert_verdict.c.service_date,
    service_date.name: service_date.c.service_date,
    evidence.name: evidence.c.service_date,
    rejected.name: rejected.c.scope,
    point.name: None,
    correction.name: None,
    field_word.name: None,
}
"""Tables that exports are made of, with the column that divides each; None: it is sealed whole."""

Scope = tuple[str, object]
"""A table, and the value of its column (None: the whole table)."""


def put_seals(connection: Connection, scopes: Iterable[Scope]) -> None:
    """Enter the hashes of scopes that a transaction has written, at its end."""
    rows = [{"scope": _name(scope), "digest": _digest(connection, scope)} for scope in scopes]
    if not rows:
        return
    connection.execute(
        sa.delete(seal).where(seal.c.scope == sa.bindparam("named")),
        [{"named": row["scope"]} for row in rows],
    )
    if kept := [row for row in rows if row["digest"]]:
        connection.execute(sa.insert(seal), kept)


def seal_all(connection: Connection) -> None:
    """Enter the hashes of all that there is: of a store from before there were seals."""
    connection.execute(sa.delete(seal))
    put_seals(connection, _all_scopes(connection))


def seal_before(connection: Connection, first: date) -> None:
    """Enter the hashes of what is of dates before one anew, after rows were removed."""
    scopes: list[Scope] = []
    for name in connection.execute(sa.select(seal.c.scope)).scalars():
        table, _, value = str(name).partition(" ")
        # Scopes that are dates begin with a digit; inputs have names.
        if value[:1].isdigit() and value < first.isoformat():
            scopes.append((table, value if table == rejected.name else date.fromisoformat(value)))
    put_seals(connection, scopes)


def broken_seals(connection: Connection) -> list[str]:
    """Return the scopes whose rows are not those that were written, by name.

    Raises:
        sqlalchemy.exc.SQLAlchemyError, ValueError: rows cannot be read at all.
    """
    known = {row.scope: row.digest for row in connection.execute(sa.select(seal))}
    found = {_name(scope): _digest(connection, scope) for scope in _all_scopes(connection)}
    names = sorted(known.keys() | found.keys())
    return [name for name in names if known.get(name) != found.get(name)]


def broken_on(connection: Connection, dates: Iterable[date]) -> list[str]:
    """Return those scopes that the files of some dates are made of, and that are not as written."""
    scopes: list[Scope] = [(name, None) for name, column in SCOPED.items() if column is None]
    for day in dates:
        dated = [name for name, column in SCOPED.items() if column is not None]
        scopes += [(name, str(day) if name == rejected.name else day) for name in dated]
    known = {row.scope: row.digest for row in connection.execute(sa.select(seal))}
    return [_name(one) for one in scopes if known.get(_name(one), "") != _digest(connection, one)]


def _all_scopes(connection: Connection) -> list[Scope]:
    scopes: list[Scope] = []
    for name, column in SCOPED.items():
        if column is None:
            some = connection.execute(sa.select(metadata.tables[name]).limit(1)).first()
            scopes += [(name, None)] if some is not None else []
        else:
            values = connection.execute(sa.select(column).distinct()).scalars()
            scopes += [(name, value) for value in sorted(values, key=str)]
    return scopes


def _name(scope: Scope) -> str:
    table, value = scope
    return table if value is None else f"{table} {value}"


def _digest(connection: Connection, scope: Scope) -> str:
    """Return the hash of the rows of a scope; empty where it has none."""
    name, value = scope
    table, column = metadata.tables[name], SCOPED[name]
    statement = sa.select(table)
    if column is not None:
        statement = statement.where(column == value)
    # Sorted here: databases differ in how they order texts.
    rows = sorted(repr(tuple(row)) for row in connection.execute(statement))
    if not rows:
        return ""
    return hashlib.blake2b("\n".join(rows).encode("utf-8", "replace"), digest_size=16).hexdigest()
