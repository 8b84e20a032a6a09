"""A database, reached through SQLAlchemy: sessions that only read, and end by themselves.

The session's zone is set to the declared one, so that a time without a zone means the same to the
database as it does to who declared it.
"""

from __future__ import annotations

import datetime
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from routecheck.config import Config, FileSource, filled_in
from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import RoutecheckError, SourceError, UsageError
from routecheck.domain.special_files import require_ordinary_database
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
ALL_ANSWERS = 60
"""All rows of a statement may take so many times as long as an answer."""
_STEPS = 1_000_000
"""Steps of SQLite, a few milliseconds, after which time is looked at."""
MB = 1_000_000


class Database:
    """A database that is asked.

    Attributes:
        label: how messages name it: what, where, which.
        backend: SQLAlchemy's name of its kind, such as `postgresql`.
    """

    def __init__(
        self, address: str, *, zone: ZoneInfo, seconds: float, limits: LimitsSection
    ) -> None:
        """Take an address; connect to nothing yet.

        Args:
            address: secrets filled in.
            zone: of times without an offset.
            seconds: how long a connection may take, and an answer.
            limits: what a table may hold.

        Raises:
            UsageError: it is no address of a database.
        """
        self._url = _url_of(address)
        self._zone, self._seconds, self._limits = zone, seconds, limits
        self._engine: sa.Engine | None = None
        bare = URL.create(
            self._url.get_backend_name(), host=self._url.host, port=self._url.port,
            database=self._url.database,
        )  # fmt: skip
        self.label = without_secrets(bare.render_as_string(hide_password=True))
        self.backend = self._url.get_backend_name()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Give a connection that reads only, in one transaction.

        Raises:
            SourceError: it cannot be asked, or broke off.
        """
        with self._explained():
            if self._engine is None:
                self._engine = self._made()
            with self._engine.connect() as connection:
                self._prepare(connection)
                yield connection
                connection.rollback()

    def begin_again(self, connection: Connection) -> None:
        """Begin another transaction after a statement that the database refused."""
        connection.rollback()
        self._prepare(connection)

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _made(self) -> sa.Engine:
        arguments: dict[str, Any] = {}
        # Drivers take 0 for no limit, or refuse it.
        backend, seconds = self.backend, max(1, round(self._seconds))
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
        backend = self.backend
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
            if "too big" in reason and self.backend == "sqlite":
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
    asked = Database(
        filled_in(section.url.get_secret_value()),
        zone=config.time_zone,
        seconds=config.fetch.seconds,
        limits=section.limits,
    )
    with asked.connected() as connection:
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
