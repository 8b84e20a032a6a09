"""Tables in databases, through SQLAlchemy: read only, in pieces, by a mark or by dates.

A query may name parameters, and is asked with those that it names:

    :after                        the mark up to which rows are kept
    :from, :to                    a span of time, local to the declared zone, `:to` left out
    :from_s, :to_s, :from_ms …    the same as seconds or milliseconds since 1970

Of a plain `table` the query is written here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import SourceError, UsageError
from routecheck.fetching.database import Database
from routecheck.fetching.protocol import Mark, Slice, Source
from routecheck.fetching.server_cut import cut_on_server
from routecheck.fetching.sql_rows import as_table, weight
from routecheck.sources.header_matching import match_headers

CHUNK_ROWS, CHUNK_CELLS, CHUNK_BYTES = 20_000, 400_000, 16_000_000
"""Rows that are asked for at a time: some megabytes, whatever is in them."""
FIRST_ROWS, GROWTH = 100, 8
"""How many rows tell how large they are, and how much more is asked for at most the next time."""
_PARAMETERS = re.compile(r"(?<![:\w\\]):(after|from|to)(_s|_ms)?\b")
_TEXTS = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


class SqlTable(Source):
    """A table, or what a query gives: a `Source`.

    Args:
        address: of the database, secrets filled in.
        kind: which input it is.
        query: what to ask; empty: all of `table`.
        table: its name, with its schema before a dot.
        watermark: the column by which new rows are told; empty: by their time.
        overlap: how far below the mark to ask again: so many numbers, or seconds.
        columns: canonical name to header, from the configuration.
        zone: of times without an offset.
        seconds: how long a statement, or a connection, may take to answer.
        limits: what a table may hold.
    """

    def __init__(
        self,
        address: str,
        kind: str,
        *,
        query: str = "",
        table: str = "",
        watermark: str = "",
        overlap: int = 0,
        columns: Mapping[str, str] | None = None,
        zone: ZoneInfo,
        seconds: float,
        limits: LimitsSection,
    ) -> None:
        self._limits = limits
        self._database = Database(address, zone=zone, seconds=seconds, limits=limits)
        self.label = self._database.label
        self._kind, self._query, self._table = kind, query.strip().rstrip(";"), table
        self._watermark, self._overlap = watermark, overlap
        self._columns, self._zone = columns or {}, zone
        self._names = {"".join(found) for found in _PARAMETERS.findall(_TEXTS.sub("", query))}
        self.by_mark = bool(watermark)
        self._check()

    def _check(self) -> None:
        if bool(self._query) == bool(self._table):
            raise UsageError("source_query_or_table", section=self._kind)
        if self._kind != "fixes" or not self._query:
            return
        if self.by_mark and "after" not in self._names:
            raise UsageError("source_no_after", section=self._kind)
        spans = ({"from", "to"}, {"from_s", "to_s"}, {"from_ms", "to_ms"})
        if not self.by_mark and not any(span <= self._names for span in spans):
            raise UsageError("source_no_span", section=self._kind)

    # --- a Source --------------------------------------------------------------------------------

    def whole(self) -> Iterator[pa.Table]:
        """Yield the whole table."""
        with self._database.connected() as connection:
            query = self._query or f"SELECT * FROM {self._quoted(connection)}"
            yield from self._rows(connection, query, {})

    def lower(self, mark: Mark) -> Mark:
        """Return the mark from which on to ask again."""
        if isinstance(mark, int):
            return mark - self._overlap
        try:
            moment = datetime.datetime.fromisoformat(mark)
        except ValueError:
            return mark
        return (moment - datetime.timedelta(seconds=self._overlap)).isoformat()

    def after(self, mark: Mark | None, since: datetime.datetime) -> Iterator[Slice]:
        """Yield the rows beyond a mark, in order of it."""
        with self._database.connected() as connection:
            query, values = self._query, self._span(since, None)
            if not query:
                query, values = self._of_table(connection, mark, values)
            # Before there is a mark, one below any: of what kind it is, the database knows.
            lowest = (-1, values["from"]) if mark is None else (self._as_sent(mark),)
            column = ""
            for rows in self._first_that_works(connection, query, values, lowest):
                if not rows.num_rows:
                    continue
                column = column or self._mark_column(rows)
                last = rows[column][-1].as_py()
                if last is None or isinstance(last, float):
                    raise SourceError("source_mark_wrong", source=self.label, column=column)
                yield Slice(rows, _as_mark(last))

    def between(self, start: datetime.datetime, end: datetime.datetime) -> Iterator[Slice]:
        """Yield the rows of a span of time."""
        with self._database.connected() as connection:
            query, values = self._query, self._span(start, end)
            if not query:
                time = self._time_column(connection)
                table = self._quoted(connection)
                query = f"SELECT * FROM {table} WHERE {time} >= :from AND {time} < :to"
            for rows in self._rows(connection, query, values):
                yield Slice(rows)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    # --- queries ---------------------------------------------------------------------------------

    def _quoted(self, connection: Connection) -> str:
        return ".".join(_quote(connection, part) for part in self._table.split("."))

    def _of_table(
        self, connection: Connection, mark: Mark | None, values: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """The query of a plain table: beyond the mark, at first from a moment on."""
        table, column = self._quoted(connection), _quote(connection, self._watermark)
        if mark is None:
            time = self._time_column(connection)
            return f"SELECT * FROM {table} WHERE {time} >= :from ORDER BY {column}", values
        return f"SELECT * FROM {table} WHERE {column} > :after ORDER BY {column}", values

    def _time_column(self, connection: Connection) -> str:
        """The column of a plain table that holds the time of a fix."""
        found = connection.execute(sa.text(f"SELECT * FROM {self._quoted(connection)} WHERE 1 = 0"))
        names = list(found.keys())
        found.close()
        at = match_headers(names, self._kind, self._columns, self.label)
        return _quote(connection, names[at["time"]])

    def _first_that_works(
        self,
        connection: Connection,
        query: str,
        values: Mapping[str, Any],
        marks: Sequence[Any],
    ) -> Iterator[pa.Table]:
        """Ask beyond the first of some marks that the database can compare."""
        for n, mark in enumerate(marks):
            rows = self._rows(connection, query, {**values, "after": mark})
            try:
                first = next(rows, None)
            except DBAPIError:
                if n + 1 == len(marks):
                    raise
                self._database.begin_again(connection)
                continue
            if first is not None:
                yield first
                yield from rows
            return

    def _mark_column(self, rows: pa.Table) -> str:
        for name in rows.column_names:
            if name.lower() == self._watermark.lower().rpartition(".")[2]:
                return str(name)
        found = ", ".join(rows.column_names)
        raise SourceError(
            "source_no_mark", source=self.label, column=self._watermark, columns=found
        )

    def _span(self, start: datetime.datetime, end: datetime.datetime | None) -> dict[str, Any]:
        """A span of time in all forms that a query may ask for."""
        values: dict[str, Any] = {}
        for name, moment in (("from", start), ("to", end)):
            if moment is None:
                continue
            values[name] = moment.astimezone(self._zone).replace(tzinfo=None)
            values[f"{name}_s"] = int(moment.timestamp())
            values[f"{name}_ms"] = int(moment.timestamp() * 1000)
            if self._database.backend == "sqlite":
                values[name] = values[name].isoformat(" ", "seconds")
        return values

    def _as_sent(self, mark: Mark) -> Any:
        """A mark as the database compares it."""
        if isinstance(mark, int):
            return mark
        try:
            moment = datetime.datetime.fromisoformat(mark)
        except ValueError:
            return mark
        return mark if self._database.backend == "sqlite" else moment

    # --- rows ------------------------------------------------------------------------------------

    def _rows(
        self, connection: Connection, query: str, values: Mapping[str, Any]
    ) -> Iterator[pa.Table]:
        wanted = set(sa.text(query).compile().params)
        unknown = wanted - values.keys()
        if unknown:
            raise SourceError(
                "source_parameter", source=self.label, names=", ".join(sorted(unknown))
            )
        asked_with = {name: values[name] for name in wanted}
        if self._database.backend == "postgresql":
            query = cut_on_server(connection, query, asked_with, self._limits.text_length)
        result = connection.execute(
            sa.text(query),
            asked_with,
            execution_options={"stream_results": True, "max_row_buffer": FIRST_ROWS},
        )
        # Where it breaks off, a driver leaves what it reads from open.
        with closing(result):
            names = list(result.keys())
            types: dict[str, pa.DataType] = {}
            wanted_rows, widest = FIRST_ROWS, max(CHUNK_CELLS // max(len(names), 1), 1)
            given = 0
            while chunk := result.fetchmany(min(wanted_rows, widest)):
                given += len(chunk)
                if given > self._limits.rows:
                    raise SourceError(
                        "source_dataset_large", source=self.label, key="limits.rows",
                        limit=self._limits.rows,
                    )  # fmt: skip
                yield as_table(names, chunk, types, self._limits.text_length)
                usual = max(sum(map(weight, chunk)) // len(chunk), 1)
                most = min(CHUNK_ROWS, GROWTH * len(chunk), CHUNK_BYTES // usual)
                wanted_rows = max(most, 1)
            if not given:
                yield pa.table({name: pa.nulls(0) for name in names})


def _quote(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _as_mark(value: object) -> Mark:
    if isinstance(value, bool) or not isinstance(value, int | datetime.datetime | str):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.datetime) else value
