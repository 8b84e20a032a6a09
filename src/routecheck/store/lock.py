"""One runner a store: a lock that the operating system frees when its holder dies.

SQLite: `BEGIN EXCLUSIVE` held on a file of its own beside the store. PostgreSQL: a session
advisory lock. Whoever is refused learns who holds it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from routecheck.domain.errors import Message, StoreError, StoreNotOpenedError
from routecheck.domain.special_files import require_ordinary_database
from routecheck.store.databases import RUNNER_KEY, SAID_AFTER_S, label, sqlite_path

_POLL_S = 0.2
_APPLICATION = "routecheck"
_NAMED_S = 1.0
"""How long a refused runner waits for the name of the other, before it does without."""


Told = Callable[[Message], None]
"""Is told what is waited for."""

log = logging.getLogger(__name__)


class StoreBusyError(StoreError):
    """Another routecheck is at work on this store."""


@contextmanager
def run_lock(
    engine: Engine, *, wait_s: float = 0.0, told: Told | None = None
) -> Iterator[Callable[[], None]]:
    """Hold the store for one runner; gives a function that raises where the lock was lost.

    A lock on a server ends with its session: after a restart another runner may hold it.

    Args:
        engine: of the store.
        wait_s: how long to wait for another runner to finish.
        told: is told, after some seconds, for whom it waits; the log, where not given.

    Raises:
        StoreBusyError: another runner holds it still; the text names it and since when.
    """
    path = sqlite_path(engine.url)
    if path is not None:
        with _file_lock(path, wait_s, told or _logged):
            yield _held
    elif engine.dialect.name == "postgresql":
        with _server_lock(engine, wait_s, told or _logged) as check:
            yield check
    else:
        # A store in memory has one process. Other servers: each date is one transaction still.
        yield _held


def is_held(engine: Engine) -> bool:
    """Tell whether some runner holds the store now; takes nothing itself."""
    path = sqlite_path(engine.url)
    if path is not None:
        lock = lock_path(path)
        return lock.exists() and _locked(lock)
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        return bool(connection.execute(sa.text(_HOLDERS), {"key": RUNNER_KEY}).first())


def _locked(lock: Path) -> bool:
    require_ordinary_database(lock, StoreNotOpenedError)
    url = f"{lock.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(url, uri=True, timeout=0)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    return False


def _held() -> None:
    """A lock on a file is held as long as its holder lives."""


def lock_path(store: Path) -> Path:
    """Return the lock file of a SQLite store."""
    return store.with_name(f"{store.name}.lock")


def holder_path(store: Path) -> Path:
    """Return the file that names the holder of the lock; without meaning while that is free."""
    return store.with_name(f"{store.name}.runner")


@contextmanager
def _file_lock(store: Path, wait_s: float, told: Told) -> Iterator[None]:
    first_s = min(wait_s, SAID_AFTER_S)
    require_ordinary_database(lock_path(store), StoreNotOpenedError)
    with closing(
        sqlite3.connect(
            lock_path(store), timeout=first_s, isolation_level=None, check_same_thread=False
        )
    ) as connection:
        taken = _taken(connection)
        if not taken and wait_s > first_s:
            told(_waiting(str(store), _holder(store), wait_s))
            connection.execute(f"PRAGMA busy_timeout={round(1000 * (wait_s - first_s))}")
            taken = _taken(connection)
        if not taken:
            raise _busy(str(store), _holder(store))
        holder = holder_path(store)
        if not holder.is_file():
            # A named pipe would keep its writer waiting.
            holder.unlink(missing_ok=True)
        holder.write_text(
            json.dumps(
                {
                    "pid": os.getpid(),
                    "host": socket.gethostname(),
                    "since": datetime.now(UTC).isoformat(timespec="seconds"),
                }
            ),
            encoding="utf-8",
        )
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                holder.unlink(missing_ok=True)
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")


def _taken(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True


def _logged(message: Message) -> None:
    log.warning("%s", message)


def _waiting(where: str, holder: str, wait_s: float) -> Message:
    return Message("store_waiting", store=where, holder=holder, seconds=wait_s)


def _holder(store: Path) -> str:
    # Whoever has just taken the lock needs a moment to leave its name.
    until = time.monotonic() + _NAMED_S
    while (holder := _read_holder(store)) is None and time.monotonic() < until:
        time.sleep(_NAMED_S / 20)
    return holder or Message("holder_nameless")


def _read_holder(store: Path) -> Message | None:
    try:
        path = holder_path(store)
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return Message("holder", pid=found["pid"], host=found["host"], since=found["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def _server_lock(engine: Engine, wait_s: float, told: Told) -> Iterator[Callable[[], None]]:
    began = time.monotonic()
    until, said = began + wait_s, False
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not _try_server_lock(connection):
            if time.monotonic() >= until:
                raise _busy(label(engine.url), _server_holder(connection))
            if not said and time.monotonic() >= began + SAID_AFTER_S:
                told(_waiting(label(engine.url), _server_holder(connection), wait_s))
                said = True
            time.sleep(_POLL_S)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        # 63 bytes are kept of it.
        name = f"{_APPLICATION} {os.getpid()} {since} {socket.gethostname()}"[:63]
        connection.execute(sa.select(sa.func.set_config("application_name", name, False)))

        def check() -> None:
            # The session lives, so it holds the lock.
            try:
                connection.execute(sa.text("SELECT 1"))
            except sa.exc.SQLAlchemyError as error:
                raise StoreError("store_server_lost", store=label(engine.url)) from error

        try:
            yield check
        finally:
            # A session that has been lost has freed its lock. Invalidated: not pooled again.
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
            connection.invalidate()


def _try_server_lock(connection: Connection) -> bool:
    # The second key distinguishes sites that share a database, each in a schema of its own.
    found = connection.execute(
        sa.text("SELECT pg_try_advisory_lock(:key, hashtext(current_schema()))"),
        {"key": RUNNER_KEY},
    )
    return bool(found.scalar_one())


_HOLDERS = (
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = :key "
    "AND l.objid::bigint = hashtext(current_schema())::bigint & 4294967295 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Who holds the lock of this database and schema: numbers of locks are unsigned there."""


def _server_holder(connection: Connection) -> str:
    found = connection.execute(sa.text(_HOLDERS), {"key": RUNNER_KEY}).scalars()
    for name in found:
        words = str(name).split(" ", 3)
        if len(words) == 4 and words[0] == _APPLICATION:
            return Message("holder", pid=words[1], host=words[3], since=words[2])
    return Message("holder_nameless")


def _busy(where: str, holder: str) -> StoreBusyError:
    return StoreBusyError("store_busy", store=where, holder=holder)
