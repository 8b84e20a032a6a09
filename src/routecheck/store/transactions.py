"""A database and its transactions: what the parts of a `Store` have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from routecheck.domain.errors import StoreError
from routecheck.store.conversion import strange_content
from routecheck.store.databases import errors_explained, label, one_writer, sqlite_path
from routecheck.store.seals import Scope, put_seals


@dataclass
class Transactions:
    """A database; each method of its parts is one transaction."""

    engine: Engine
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    """The clock, for tests."""
    _still_held: Callable[[], None] | None = field(default=None, repr=False)
    """While this is the runner: raises where the lock was lost, before anything is written."""
    _open: Connection | None = field(default=None, repr=False)
    """While several writes are put into one transaction: the connection that holds it."""
    _written: set[Scope] = field(default_factory=set, repr=False)
    """What the transaction under way has written, and is sealed at its end."""

    @property
    def label(self) -> str:
        """How the store is named to people: its file, or its URL without the password."""
        return label(self.engine.url)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite store."""
        return sqlite_path(self.engine.url)

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Put all that is written within into one transaction, done as a whole or not at all.

        Each commit waits for the disk, some 10 to 20 ms. What is read within is what was there
        before; of a store in memory what has been written so far.
        """
        with self._writing() as connection:
            outer, self._open = self._open, connection
            try:
                yield
            finally:
                self._open = outer

    def rows_of(self, table: sa.Table) -> list[dict[str, Any]]:
        """Return all rows of a table of the schema, a dict each."""
        with self._reading() as connection:
            return [row._asdict() for row in connection.execute(sa.select(table))]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._open is not None and isinstance(self.engine.pool, sa.StaticPool):
            # A store in memory has one connection: to give it back here would roll back what the
            # transaction under way has written.
            yield self._open
            return
        with (
            errors_explained(self.engine.url),
            self.engine.connect().execution_options(reading=True) as connection,
        ):
            try:
                yield connection
            except (ValueError, TypeError, OverflowError) as error:
                # A date that is none, a number that is text: no value that was written.
                raise StoreError(strange_content(error, self.label)) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._open is not None:
            yield self._open
            return
        with errors_explained(self.engine.url):
            if self._still_held is not None:
                self._still_held()
            self._written.clear()
            with self.engine.begin() as connection:
                one_writer(connection)
                yield connection
                put_seals(connection, sorted(self._written, key=str))
