"""The list of what was fetched: which files of fixes count, and how far each source was read.

It is `kept.db` in the folder of what was fetched. A file counts once it is listed, in the
transaction that moves the mark of its source.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routecheck.domain.errors import SourceError
from routecheck.domain.special_files import require_ordinary_database
from routecheck.fetching.protocol import Mark
from routecheck.fetching.state import KEPT

FOUND = "found"
"""Scope of files that no list had: for what they were asked is not known."""
DAMAGED = ".damaged"
"""What is no longer what was written is put aside under such a name, and asked for again."""
WAIT_S = 60.0

_DAMAGE = ("not a database", "malformed", "no such column", "is not a table", "no column")
"""What SQLite says of a list that is damaged, or somebody else's."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS part (
    name TEXT PRIMARY KEY, day TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
    digest TEXT NOT NULL, scope TEXT NOT NULL, mark TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Part:
    """A file of fixes.

    Attributes:
        name: its path below the folder of fixes: the date, and a number.
        rows: how many it has.
        size: in bytes.
        digest: hash of what was written.
        scope: for what its rows were asked: `day:` and a date; empty: beyond a mark.
        mark: the mark that they reach to.
    """

    name: str
    rows: int
    size: int
    digest: str
    scope: str
    mark: Mark | None

    @property
    def day(self) -> str:
        """The local date of its fixes, ISO."""
        return self.name[:10]


class KeptList:
    """The list, and the lock that one process holds while it fetches.

    Args:
        folder: of what was fetched; it is there.

    Raises:
        SourceError: it cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in (KEPT, "lock.db"):
            require_ordinary_database(folder / name, SourceError)
        try:
            self._db = sqlite3.connect(folder / KEPT, timeout=WAIT_S, isolation_level=None)
            self._lock = sqlite3.connect(folder / "lock.db", timeout=WAIT_S, isolation_level=None)
        except sqlite3.Error as error:
            raise refused(folder, error) from None

    def begin(self) -> bool:
        """Hold the lock; returns whether the list was damaged, and is made anew.

        Raises:
            SourceError: another process fetches, or the list can be neither read nor made.
        """
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
            usable = self._usable()
            if not usable:
                self._begin_anew()
        except sqlite3.Error as error:
            self.close()
            if "locked" in str(error):
                raise SourceError("fetched_busy", path=str(self._folder)) from None
            raise refused(self._folder, error) from None
        return not usable

    def _usable(self) -> bool:
        """Whether the list can be read, and is one; made where there is none."""
        try:
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
            self._db.execute(
                "SELECT name, day, rows, bytes, digest, scope, mark FROM part LIMIT 1"
            ).fetchall()
            self._db.execute("SELECT name, value FROM mark LIMIT 1").fetchall()
            return bool(self._db.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)])
        except sqlite3.DatabaseError as error:
            if any(sign in str(error) for sign in _DAMAGE):
                return False
            raise

    def _begin_anew(self) -> None:
        """Put a list aside that cannot be used: the files tell what is kept.

        How far sources were read is forgotten with it, and all is asked for once more.
        """
        self._db.close()
        path = self._folder / KEPT
        try:
            path.replace(path.with_name(f"{KEPT}{DAMAGED}"))
            for end in ("-journal", "-wal", "-shm"):
                path.with_name(f"{KEPT}{end}").unlink(missing_ok=True)
        except OSError as error:
            raise refused(self._folder, error) from None
        self._db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let the next one fetch."""
        self._db.close()
        self._lock.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: what is changed in it counts together, or not at all."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise refused(self._folder, error) from None
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    # --- files -----------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """Return the files that count, in the order of their names."""
        found = self._db.execute(
            "SELECT name, rows, bytes, digest, scope, mark FROM part ORDER BY name"
        )
        return [
            Part(name, rows, size, digest, scope, json.loads(mark))
            for name, rows, size, digest, scope, mark in found
        ]

    def add(self, parts: Iterable[Part]) -> None:
        """List files."""
        self._db.executemany(
            "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (one.name, one.day, one.rows, one.size, one.digest, one.scope, json.dumps(one.mark))
                for one in parts
            ],
        )

    def remove(self, parts: Iterable[Part]) -> None:
        """List files no longer."""
        self._db.executemany("DELETE FROM part WHERE name = ?", [(one.name,) for one in parts])

    # --- how far sources were read ---------------------------------------------------------------

    def mark(self, name: str) -> Any:
        """Return what is noted under a name; None where nothing is."""
        row = self._db.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, marks: Mapping[str, Any]) -> None:
        """Note values under names, those that are None not."""
        self._db.executemany(
            "INSERT OR REPLACE INTO mark VALUES (?, ?)",
            [(name, json.dumps(value)) for name, value in marks.items() if value is not None],
        )

    def forget(self, names: Iterable[str]) -> None:
        """Forget what is noted under names."""
        self._db.executemany("DELETE FROM mark WHERE name = ?", [(name,) for name in names])

    def forget_days(self, before: str) -> None:
        """Forget that dates before one were asked for."""
        self._db.execute("DELETE FROM mark WHERE name >= 'day:' AND name < ?", (f"day:{before}",))

    def forget_asked(self) -> None:
        """Forget how far the source of the fixes was read, and for what files were asked."""
        self._db.execute("UPDATE part SET scope = ?", (FOUND,))
        self._db.execute(
            "DELETE FROM mark WHERE name IN ('mark', 'since', 'asked:fixes') "
            "OR name LIKE 'day:%' OR name LIKE 'state:%'"
        )


def refused(path: Path, error: BaseException) -> SourceError:
    """Say that what is kept cannot be read or written."""
    reason = getattr(error, "strerror", None) or str(error)
    return SourceError("fetched_refused", path=str(path), reason=reason)
