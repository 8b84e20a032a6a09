"""Tables in databases, through SQLAlchemy: read only, in pieces, by a mark or by dates.

A query may name parameters, and is asked with those that it names:

    :after                        the mark up to which rows are kept
    :from, :to                    a span of time, local to the declared zone, `:to` left out
    :from_s, :to_s, :from_ms …    the same as seconds or milliseconds since 1970

Of a plain `table` the query is written here. The session's zone is set to the declared one, so
that a time without a zone means the same to the database as it does to who declared it.
"""

from __future__ import annotations

import datetime
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from routecheck.config import Config, FileSource, filled_in
from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import RoutecheckError, SourceError, UsageError
from routecheck.domain.special_files import require_ordinary_database
from routecheck.fetching.protocol import Mark, Slice, Source
from routecheck.fetching.sql_rows import as_table, weight
from routecheck.sources.header_matching import match_headers
from routecheck.store.server import end_where_silent
from routecheck.texts.outside import beginning, without_secrets

DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mssql": "mssql+pyodbc",
}
"""The driver that is tried for each database; another one may stand in the address."""
CHUNK_ROWS, CHUNK_CELLS, CHUNK_BYTES = 20_000, 400_000, 16_000_000
"""Rows that are asked for at a time: some megabytes, whatever is in them."""
FIRST_ROWS, GROWTH = 100, 8
"""How many rows tell how large they are, and how much more is asked for at most the next time."""
ALL_ANSWERS = 60
"""All rows of a statement may take so many times as long as an answer."""
_STEPS = 1_000_000
"""Steps of SQLite, a few milliseconds, after which time is looked at."""
MB = 1_000_000
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
        self._url = _url_of(address)
        self.label = label_of(self._url)
        self._kind, self._query, self._table = kind, query.strip().rstrip(";"), table
        self._watermark, self._overlap = watermark, overlap
        self._columns, self._zone, self._seconds = columns or {}, zone, seconds
        self._names = {"".join(found) for found in _PARAMETERS.findall(_TEXTS.sub("", query))}
        self.by_mark = bool(watermark)
        self._engine: sa.Engine | None = None
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
        with self._connected() as connection:
            yield from self._rows(connection, self._query or f"SELECT * FROM {self._quoted()}", {})

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
        with self._connected() as connection:
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
        with self._connected() as connection:
            query, values = self._query, self._span(start, end)
            if not query:
                time = self._time_column(connection)
                query = f"SELECT * FROM {self._quoted()} WHERE {time} >= :from AND {time} < :to"
            for rows in self._rows(connection, query, values):
                yield Slice(rows)

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    # --- queries ---------------------------------------------------------------------------------

    def _quoted(self) -> str:
        assert self._engine is not None
        quote = self._engine.dialect.identifier_preparer.quote
        return ".".join(quote(part) for part in self._table.split("."))

    def _of_table(
        self, connection: Connection, mark: Mark | None, values: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """The query of a plain table: beyond the mark, at first from a moment on."""
        assert self._engine is not None
        column = self._engine.dialect.identifier_preparer.quote(self._watermark)
        if mark is None:
            time = self._time_column(connection)
            return f"SELECT * FROM {self._quoted()} WHERE {time} >= :from ORDER BY {column}", values
        query = f"SELECT * FROM {self._quoted()} WHERE {column} > :after ORDER BY {column}"
        return query, values

    def _time_column(self, connection: Connection) -> str:
        """The column of a plain table that holds the time of a fix."""
        assert self._engine is not None
        found = connection.execute(sa.text(f"SELECT * FROM {self._quoted()} WHERE 1 = 0"))
        names = list(found.keys())
        found.close()
        at = match_headers(names, self._kind, self._columns, self.label)
        return self._engine.dialect.identifier_preparer.quote(names[at["time"]])

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
                connection.rollback()
                self._prepare(connection)
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
            if self._url.get_backend_name() == "sqlite":
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
        return mark if self._url.get_backend_name() == "sqlite" else moment

    # --- rows ------------------------------------------------------------------------------------

    def _rows(
        self, connection: Connection, query: str, values: Mapping[str, Any]
    ) -> Iterator[pa.Table]:
        text = sa.text(query)
        wanted = set(text.compile().params)
        unknown = wanted - values.keys()
        if unknown:
            raise SourceError(
                "source_parameter", source=self.label, names=", ".join(sorted(unknown))
            )
        result = connection.execute(
            text,
            {name: values[name] for name in wanted},
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

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection that reads only, in one transaction."""
        with self._explained():
            if self._engine is None:
                self._engine = self._made()
            with self._engine.connect() as connection:
                self._prepare(connection)
                yield connection
                connection.rollback()

    def _made(self) -> sa.Engine:
        arguments: dict[str, Any] = {}
        # Drivers take 0 for no limit, or refuse it.
        backend, seconds = self._url.get_backend_name(), max(1, round(self._seconds))
        if backend == "postgresql":
            arguments = {"connect_timeout": seconds}
        elif backend in ("mysql", "mariadb"):
            arguments = {"connect_timeout": seconds, "read_timeout": seconds}
        elif backend == "mssql":
            arguments = {"timeout": seconds}
        url = self._url
        if backend == "sqlite" and url.database not in (None, "", ":memory:"):
            # A file that is not there is not made.
            require_ordinary_database(Path(str(url.database)), SourceError)
            path = quote(str(Path(str(url.database)).absolute()))
            url = url.set(database=f"file:{path}", query={"mode": "ro", "uri": "true"})
        engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=arguments)
        if backend == "postgresql" and url.get_driver_name() == "psycopg":
            most_s = ALL_ANSWERS * self._seconds
            end_where_silent(engine, seconds=float(seconds), most_s=most_s + float(seconds))
        return engine

    def _prepare(self, connection: Connection) -> None:
        """Let the session read only, end by itself, and know the declared zone."""
        backend = self._url.get_backend_name()
        if backend == "postgresql":
            milliseconds = round(self._seconds * 1000)
            connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            zone = sa.text("SELECT set_config('TimeZone', :zone, true)")
            connection.execute(zone, {"zone": self._zone.key})
            connection.execute(sa.text(f"SET LOCAL lock_timeout = {milliseconds}"))
            connection.execute(
                sa.text(f"SET LOCAL statement_timeout = {ALL_ANSWERS * milliseconds}")
            )
        elif backend in ("mysql", "mariadb"):
            connection.execute(sa.text("SET SESSION TRANSACTION READ ONLY"))
            self._set_mysql_zone(connection)
            connection.rollback()
        elif backend == "sqlite":
            connection.execute(sa.text("PRAGMA query_only = ON"))
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._limits.whole_mb * MB)
            until = time.monotonic() + ALL_ANSWERS * self._seconds
            # A query may look for its first row without end.
            driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)

    def _set_mysql_zone(self, connection: Connection) -> None:
        """By its name; by its offset where the server has no names and the offset never changes."""
        try:
            connection.execute(sa.text("SET time_zone = :zone"), {"zone": self._zone.key})
        except DBAPIError:
            now = datetime.datetime.now(datetime.UTC)
            year = (now + datetime.timedelta(days=30 * n) for n in range(-12, 13))
            offsets = {moment.astimezone(self._zone).strftime("%z") for moment in year}
            if len(offsets) > 1:
                raise SourceError(
                    "source_mysql_zone", source=self.label, zone=self._zone.key
                ) from None
            offset = offsets.pop()
            zone = {"zone": f"{offset[:3]}:{offset[3:5]}"}
            connection.execute(sa.text("SET time_zone = :zone"), zone)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except RoutecheckError:
            raise
        except (SQLAlchemyError, OSError, UnicodeDecodeError) as error:
            cause = getattr(error, "orig", None) or error
            reason = beginning(str(cause), 200) or type(cause).__name__
            if "too big" in reason and self._url.get_backend_name() == "sqlite":
                raise SourceError(
                    "source_dataset_large", source=self.label, key="limits.whole_mb",
                    limit=self._limits.whole_mb,
                ) from None  # fmt: skip
            raise SourceError("source_refused", source=self.label, reason=reason) from None
        except ImportError as error:
            raise SourceError(
                "source_driver_missing", source=self.label, package=error.name or "?"
            ) from None


def tables_of(section: FileSource, config: Config) -> tuple[str, dict[str, list[str]]]:
    """Return how messages name a database, and its tables and views with their columns.

    Raises:
        UsageError, SourceError: it cannot be asked.
    """
    asked = SqlTable(
        filled_in(section.url.get_secret_value()),
        section.kind,
        table="-",
        zone=config.time_zone,
        seconds=config.fetch.seconds,
        limits=section.limits,
    )
    with asked._connected() as connection:
        inspector = sa.inspect(connection)
        found = {}
        for schema in inspector.get_schema_names():
            if schema.lower() in _SYSTEM or schema.startswith("pg_"):
                continue
            usual = schema == inspector.default_schema_name
            for name in [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]:
                columns = inspector.get_columns(name, schema)
                full = name if usual else f"{schema}.{name}"
                found[full] = [str(column["name"]) for column in columns]
    asked.close()
    return asked.label, found


_SYSTEM = frozenset({"information_schema", "mysql", "performance_schema", "sys"})


def _url_of(address: str) -> URL:
    scheme = address.partition("://")[0]
    try:
        url = make_url(address)
        url.get_dialect()
    except (ArgumentError, ValueError):
        raise UsageError("source_url_wrong") from None
    except (NoSuchModuleError, ImportError):
        pass
    return url.set(drivername=DRIVERS.get(scheme, scheme))


def label_of(url: URL) -> str:
    """Return how messages name a database: what, where, which."""
    bare = URL.create(url.get_backend_name(), host=url.host, port=url.port, database=url.database)
    return without_secrets(bare.render_as_string(hide_password=True))


def _as_mark(value: object) -> Mark:
    if isinstance(value, bool) or not isinstance(value, int | datetime.datetime | str):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.datetime) else value
