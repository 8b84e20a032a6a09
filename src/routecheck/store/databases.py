"""Connections to the store: how each database is opened, and what its errors mean to a user.

SQLite is opened with `synchronous=FULL`, foreign keys, a busy time-out and explicit
`BEGIN IMMEDIATE` (SQLAlchemy's default transactions lose updates on it). It uses the write-ahead
log, except where the SQLite library may corrupt a database when two connections write and
checkpoint the log at once (up to 3.51.2, but for 3.50.7 and 3.44.6): there the rollback journal
is used, which is a few milliseconds slower a transaction and safe whoever else writes.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from routecheck.domain.errors import (
    Message,
    RoutecheckError,
    StoreError,
    StoreNotOpenedError,
    UsageError,
)
from routecheck.store.server import end_waits, server_options
from routecheck.texts.outside import beginning, without_secrets

BUSY_TIMEOUT_S = 30.0
"""How long a transaction waits for another one; one of ours takes well under a second."""

SAID_AFTER_S = 2.0
"""Who waits longer for another is told so."""

RUNNER_KEY = 0x726F7574
"""Names our advisory locks on PostgreSQL ("rout"): the runner, a writer, a change of schema."""
WRITER_KEY = RUNNER_KEY + 1
SCHEMA_KEY = RUNNER_KEY + 2


def parse_url(text: str) -> URL:
    """Return the URL of a store with the driver that is tested for its database.

    Raises:
        UsageError: the text is not a database URL.
    """
    scheme, _, rest = text.partition("://")
    if not scheme.startswith("sqlite") and rest.partition("?")[0].count("@") > 1:
        # What follows the first one would be taken for a host, and asked for by that name.
        raise UsageError("store_url_sign")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # A port that is no number is a ValueError, which shows it.
        raise UsageError("store_url_wrong") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    return url


def sqlite_path(url: URL) -> Path | None:
    """Return the file of a SQLite store; None for one in memory and for other databases."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def label(url: URL) -> str:
    """Return how the store is named in messages: its file, or its URL without what is secret."""
    path = sqlite_path(url)
    if path:
        return str(path)
    return without_secrets(url.set(query={}).render_as_string(hide_password=True))


def wal_can_corrupt(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite has the WAL-reset fault (sqlite.org: fixed in 3.51.3)."""
    return version < (3, 51, 3) and version not in ((3, 50, 7), (3, 44, 6))


def make_engine(url: URL, *, patient: bool = False) -> Engine:
    """Return an engine with the settings of its database.

    Args:
        url: of the database.
        patient: whether a statement on a server may take an hour, of what reads a whole store.

    Raises:
        UsageError: no such database is known.
        StoreNotOpenedError: its driver is not installed.
    """
    options: dict[str, Any] = {}
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        options["connect_args"] = {"timeout": SAID_AFTER_S, "isolation_level": None}
        if sqlite_path(url) is None:
            options["poolclass"] = sa.StaticPool
            options["connect_args"]["check_same_thread"] = False
    else:
        # A server that was restarted between two dates is noticed before the next one.
        options["pool_pre_ping"] = True
    server = url.drivername == "postgresql+psycopg"
    given = ""
    if server:
        given = " ".join(url.normalized_query.get("options", ()))
        url = url.difference_update_query(["options"])
        ours = server_options(given, patient=patient)
        options["connect_args"] = {k: v for k, v in ours.items() if k not in url.query}
    try:
        engine = sa.create_engine(url, **options)
    except NoSuchModuleError:
        raise UsageError("store_no_such_database", found=url.drivername) from None
    except ModuleNotFoundError as error:
        extra = "_postgresql" if "psycopg" in str(error) else ""
        raise StoreNotOpenedError(
            "store_driver_missing" + extra, store=label(url), package=error.name
        ) from None
    if server:
        end_waits(engine, patient=patient, given=given)
    if sqlite:
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _patiently(connection: sqlite3.Connection, work: Callable[[], object]) -> None:
    """Do what may have to wait for another program, and say so where it does."""
    connection.execute(f"PRAGMA busy_timeout={round(1000 * min(SAID_AFTER_S, BUSY_TIMEOUT_S))}")
    try:
        work()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error) or BUSY_TIMEOUT_S <= SAID_AFTER_S:
            raise
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        log.warning("%s", Message("store_waited_for", store=path, seconds=BUSY_TIMEOUT_S))
        connection.execute(f"PRAGMA busy_timeout={round(1000 * (BUSY_TIMEOUT_S - SAID_AFTER_S))}")
        work()
    finally:
        connection.execute(f"PRAGMA busy_timeout={round(1000 * BUSY_TIMEOUT_S)}")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    _patiently(connection, lambda: _set_up_sqlite(connection))


def _set_up_sqlite(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # A transaction too large for the cache would lock out readers, those of its own process too.
    connection.execute("PRAGMA cache_spill=OFF")
    found = connection.execute("PRAGMA journal_mode").fetchone()[0]
    wanted = "delete" if wal_can_corrupt(sqlite3.sqlite_version_info) else "wal"
    if found in ("delete", "wal") and found != wanted:
        try:
            connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()
        except sqlite3.OperationalError as error:
            # Somebody is reading, or the folder is read-only: the present mode works as well.
            if "locked" not in str(error) and "readonly" not in str(error):
                raise


def _begin_sqlite(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    reading = connection.get_execution_options().get("reading", False)

    def begin() -> None:
        if not raw.in_transaction:
            raw.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
        # What is read first waits; so it does here.
        raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()

    _patiently(raw, begin)


def one_writer(connection: Connection) -> None:
    """Let one transaction write at a time: what it read is still so when it writes.

    On SQLite `BEGIN IMMEDIATE` has seen to it; on PostgreSQL a lock that the end of the
    transaction frees.
    """
    if connection.dialect.name == "postgresql":
        # Sites that share a database, each in a schema of its own, do not wait for each other.
        schema = sa.func.hashtext(sa.func.current_schema())
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER_KEY, schema)))


@contextmanager
def errors_explained(url: URL, kind: type[StoreError] = StoreError) -> Iterator[None]:
    """Turn what a database or the disk refuses into one clear error of a kind."""
    try:
        yield
    except RoutecheckError:
        raise
    except DBAPIError as error:
        raise kind(_explain(error.orig or error, url)) from error
    except UnicodeDecodeError as error:
        # SQLite quotes the schema that it cannot make sense of, whatever bytes that has.
        raise kind(Message("store_malformed", store=label(url))) from error
    except (sqlite3.Error, OSError) as error:
        raise kind(_explain(error, url)) from error


log = logging.getLogger(__name__)

_SERVER_MEANINGS = (
    ("due to statement timeout", "store_server_slow"),
    ("due to lock timeout", "store_server_locked"),
    ("idle-in-transaction timeout", "store_server_lost"),
)
_SQLITE_MEANINGS = (
    ("file is not a database", "store_no_database"),
    ("malformed", "store_malformed"),
    ("disk is full", "store_full"),
    ("readonly database", "store_read_only"),
    ("unable to open", "store_not_opened"),
    ("locked", "store_locked"),
)


_OS_SIGNS = {
    errno.ENOSPC: " disk is full",
    getattr(errno, "EDQUOT", errno.ENOSPC): " disk is full",
    errno.EROFS: " readonly database",
    errno.EACCES: " readonly database",
    errno.EPERM: " readonly database",
}
"""What SQLite calls what befalls the files beside the store."""


def _explain(error: BaseException, url: URL) -> Message:
    text = str(error).strip()
    first_line = beginning(text, 500) or type(error).__name__
    where = label(url)
    if url.get_backend_name() == "sqlite":
        if isinstance(error, OSError):
            text += _OS_SIGNS.get(error.errno or 0, "")
        for sign, key in _SQLITE_MEANINGS:
            if sign in text:
                return Message(key, store=where)
    for sign, key in _SERVER_MEANINGS:
        if sign in text:
            return Message(key, store=where)
    if ("connection" in text or "server" in text) and url.get_backend_name() == "postgresql":
        return Message("store_server_silent", store=where, reason=first_line)
    return Message("store_failed", store=where, reason=first_line)
