"""What was fetched, kept: fixes in Parquet by local date, the other tables as CSV.

    fetched/points.csv                        what a source gave last
    fetched/fixes/2026-03-02/000017.parquet   rows of that date, sorted by vehicle
    fetched/kept.db                           which files count, and how far each source was read

A file counts once `kept.db` lists it, in the transaction that moves the mark of its source: killed
at any moment, a fetch has kept rows and mark together, or neither. A row that was asked for twice
is kept once; rows that a source has twice are kept twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from routecheck.domain.errors import SourceError
from routecheck.domain.special_files import require_ordinary_database
from routecheck.fetching.known_rows import Known
from routecheck.fetching.protocol import Mark
from routecheck.fetching.state import KEPT

ROW, VEHICLE, DAY = "routecheck_row", "routecheck_sorted_by", "routecheck_day"
"""Columns of ours beside those of the source: hash of the row, and what rows are sorted by."""
FOUND = "found"
"""Scope of files that no list had: for what they were asked is not known."""
DAMAGED = ".damaged"
"""What is no longer what was written is put aside under such a name, and asked for again."""
WIDEST = 1000
"""Files of more columns than that, together, are not put together."""
MANY_PARTS = 8
"""A date that is over, and has more files than that, is put together into one."""
RECENT_DAYS = 14
"""Dates that are kept however much room they take."""
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


class Cache:
    """The folder of what was fetched; a context manager. One process fetches at a time.

    Args:
        folder: made where it is not there.
        today: once on each date all files are held against what was written.

    Attributes:
        lost_list: whether the list of what is kept was damaged, and is made anew.
    """

    lost_list = False

    def __init__(self, folder: Path, today: date) -> None:
        self.folder, self._today = folder, today
        self._fixes = folder / "fixes"
        try:
            self._fixes.mkdir(parents=True, exist_ok=True)
            for name in (KEPT, "lock.db"):
                require_ordinary_database(folder / name, SourceError)
            self._db = sqlite3.connect(folder / KEPT, timeout=WAIT_S, isolation_level=None)
            self._lock = sqlite3.connect(folder / "lock.db", timeout=WAIT_S, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise _refused(folder, error) from None

    def __enter__(self) -> Self:
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
            self.lost_list = not self._usable()
            if self.lost_list:
                self._begin_anew()
        except sqlite3.Error as error:
            self.close()
            if "locked" in str(error):
                raise SourceError("fetched_busy", path=str(self.folder)) from None
            raise _refused(self.folder, error) from None
        self._recover()
        return self

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
        path = self.folder / KEPT
        try:
            path.replace(path.with_name(f"{KEPT}{DAMAGED}"))
            for end in ("-journal", "-wal", "-shm"):
                path.with_name(f"{KEPT}{end}").unlink(missing_ok=True)
        except OSError as error:
            raise _refused(self.folder, error) from None
        self._db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the next one fetch."""
        self._db.close()
        self._lock.close()

    # --- how far sources were read ---------------------------------------------------------------

    def mark(self, name: str) -> Any:
        """Return what is noted under a name; None where nothing is."""
        row = self._db.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_marks(self, marks: Mapping[str, Any]) -> None:
        """Note values under names, those that are None not."""
        with self._writing():
            self._put(marks)

    def _put(self, marks: Mapping[str, Any]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO mark VALUES (?, ?)",
            [(name, json.dumps(value)) for name, value in marks.items() if value is not None],
        )

    def meant(self, place: str) -> None:
        """Note which source fixes are of; how far another one was read is forgotten.

        What was kept of it stays, and is not kept again.
        """
        before = self.mark("place")
        if before == place:
            return
        with self._writing():
            if before is not None:
                self._db.execute("UPDATE part SET scope = ?", (FOUND,))
                self._db.execute(
                    "DELETE FROM mark WHERE name IN ('mark', 'since', 'asked:fixes') "
                    "OR name LIKE 'day:%' OR name LIKE 'state:%'"
                )
            self._put({"place": place})

    # --- fixes -----------------------------------------------------------------------------------

    def known(self, *, scopes: Sequence[str] = (), since: Mark | None = None) -> Known:
        """Return the rows that are kept: of scopes, or of all slices from a mark on.

        Those of files that were found without a list of them count always.
        """
        rows = self._db.execute("SELECT name, scope, mark FROM part").fetchall()
        names = [name for name, of, _ in rows if of in (*scopes, FOUND)]
        if not scopes:
            late = [(n, json.loads(mark)) for n, of, mark in rows if not of]
            names += [n for n, mark in late if since is None or mark is None or mark >= since]
        parts = [self._read(name, [ROW])[ROW].to_numpy() for name in names]
        return Known(np.concatenate([np.empty(0, np.uint64), *parts]))

    def append(
        self, rows: pa.Table, *, scope: str, mark: Mark | None, marks: Mapping[str, Any]
    ) -> None:
        """Keep rows (with the columns ROW, VEHICLE and DAY), and what is noted with them."""
        days = rows[DAY].to_numpy()
        number = 1 + max((int(Path(n).stem) for (n,) in self._names()), default=0)
        made: list[tuple[str, str, int, int, str]] = []
        for day in np.unique(days).tolist():
            part = rows.filter(pa.array(days == day)).sort_by(VEHICLE)
            name = f"{date(1970, 1, 1) + timedelta(days=day)}/{number:06d}.parquet"
            made.append(self._write(name, part.drop_columns([DAY])))
        with self._writing():
            self._db.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(*one, scope, json.dumps(mark)) for one in made],
            )
            self._put(marks)
        for name, *_ in made:
            self._show(name)

    def _write(self, name: str, part: pa.Table) -> tuple[str, str, int, int, str]:
        path = self._fixes / f"{name}.new"
        try:
            path.parent.mkdir(exist_ok=True)
            pq.write_table(part, path, compression="zstd")
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            return name, name[:10], part.num_rows, path.stat().st_size, digest_of(path)
        except OSError as error:
            raise _refused(self.folder, error) from None

    def _read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        try:
            return pq.read_table(self._fixes / name, columns=columns)
        except (OSError, pa.ArrowException) as error:
            raise _refused(self._fixes / name, error) from None

    def _columns(self, name: str) -> list[str]:
        try:
            return list(pq.read_schema(self._fixes / name).names)
        except (OSError, pa.ArrowException) as error:
            raise _refused(self._fixes / name, error) from None

    def _show(self, name: str) -> None:
        path = self._fixes / name
        with contextlib.suppress(FileNotFoundError):
            path.with_name(f"{path.name}.new").replace(path)

    def _names(self) -> list[tuple[str]]:
        return self._db.execute("SELECT name FROM part").fetchall()

    def put_together(self) -> None:
        """Put the many files of each date that is over into one."""
        last = str(self._today - timedelta(days=2))
        many = self._db.execute(
            "SELECT day FROM part WHERE day <= ? GROUP BY day HAVING count(*) > ?",
            (last, MANY_PARTS),
        ).fetchall()
        for (day,) in many:
            rows = self._db.execute(
                "SELECT name, scope, mark FROM part WHERE day = ? ORDER BY name", (day,)
            ).fetchall()
            for scope in {of for _, of, _ in rows}:
                mine = [(name, mark) for name, of, mark in rows if of == scope]
                self._merge(scope, mine)

    def _merge(self, scope: str, parts: Sequence[tuple[str, str]]) -> None:
        if len(parts) < 2:
            return
        columns = {n for name, _ in parts for n in self._columns(name)}
        if len(columns) > WIDEST:
            # Of JSON, every row may have columns of its own.
            return
        tables = [self._read(name) for name, _ in parts]
        whole = pa.concat_tables(tables, promote_options="permissive").sort_by(VEHICLE)
        marks = [json.loads(mark) for _, mark in parts]
        latest = max((mark for mark in marks if mark is not None), default=None)
        number = 1 + max(int(Path(n).stem) for (n,) in self._names())
        one = self._write(f"{parts[0][0][:10]}/{number:06d}.parquet", whole)
        with self._writing():
            self._db.executemany("DELETE FROM part WHERE name = ?", [(n,) for n, _ in parts])
            self._db.execute(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?)", (*one, scope, json.dumps(latest))
            )
        # Seen twice for a moment, rows count once; not at all, a date would have lost them.
        self._show(one[0])
        for name, _ in parts:
            (self._fixes / name).unlink(missing_ok=True)

    def prune(self, keep_from: date, most_mb: int) -> int:
        """Drop dates that are too old, and the oldest where they take too much room.

        Returns:
            How many dates had to go for want of room.
        """
        sizes = self._db.execute("SELECT day, sum(bytes) FROM part GROUP BY day ORDER BY day")
        days = dict(sizes.fetchall())
        old = [day for day in days if day < str(keep_from)]
        left, crowded = sum(days[day] for day in days if day not in old), []
        for day in sorted(days):
            if left <= most_mb * 1_000_000 or day >= str(self._today - timedelta(days=RECENT_DAYS)):
                break
            if day not in old:
                crowded.append(day)
                left -= days[day]
        self._forget_before(str(keep_from))
        for day in [*old, *crowded]:
            gone = self._db.execute("SELECT name FROM part WHERE day = ?", (day,)).fetchall()
            with self._writing():
                self._db.execute("DELETE FROM part WHERE day = ?", (day,))
            for (name,) in gone:
                (self._fixes / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                (self._fixes / day).rmdir()
        for folder in self._fixes.iterdir():
            # What was put aside as damaged goes with its date.
            if folder.name < str(keep_from):
                shutil.rmtree(folder, ignore_errors=True)
        return len(crowded)

    def _forget_before(self, day: str) -> None:
        """Forget that dates were asked for that are not kept: who needs them again asks again."""
        since = self.mark("since")
        with self._writing():
            self._db.execute("DELETE FROM mark WHERE name >= 'day:' AND name < ?", (f"day:{day}",))
            if since is not None and since < day:
                self._put({"since": day})

    # --- the other tables ------------------------------------------------------------------------

    def put_table(self, name: str, table: pa.Table) -> None:
        """Keep the whole of a small table, in the place of what was kept of it."""
        path = self.folder / f"{name}.csv"
        new = path.with_name(f"{path.name}.new")
        try:
            write_csv(table, new)
            if path.exists() and digest_of(path) == digest_of(new):
                new.unlink()
            else:
                with new.open("rb+") as file:
                    os.fsync(file.fileno())
                new.replace(path)
        except OSError as error:
            raise _refused(self.folder, error) from None

    def has_table(self, name: str) -> bool:
        """Whether a table was ever fetched."""
        return (self.folder / f"{name}.csv").is_file()

    # --- what a kill or a disk has left ----------------------------------------------------------

    def _recover(self) -> None:
        """Show what is listed, remove what is not, and ask again for what is gone or damaged."""
        rows = self._db.execute("SELECT name, bytes, digest FROM part ORDER BY name").fetchall()
        if not rows:
            self._adopt()
            return
        listed = {name for name, _, _ in rows}
        for path in self._fixes.glob("*/*"):
            name = path.relative_to(self._fixes).as_posix()
            if name.endswith(".new") and name.removesuffix(".new") in listed:
                self._show(name.removesuffix(".new"))
            elif name not in listed and not name.endswith(DAMAGED):
                path.unlink(missing_ok=True)
        # Sizes each time; whether each bit is as it was, once a day.
        whole = self.mark("checked") != str(self._today)
        for name, size, digest in rows:
            path = self._fixes / name
            there = path.is_file() and path.stat().st_size == size
            if not there or (whole and digest_of(path) != digest):
                self._ask_again(name)
        self.set_marks({"checked": str(self._today)})

    def _adopt(self) -> None:
        """List files that are there without a list: it was lost, they need not be."""
        found = []
        for path in self._fixes.glob("*/*.new"):
            path.unlink(missing_ok=True)
        for path in sorted(self._fixes.glob("*/*.parquet")):
            try:
                rows = pq.ParquetFile(path).metadata.num_rows
            except (OSError, pa.ArrowException):
                continue
            name = path.relative_to(self._fixes).as_posix()
            found.append((name, name[:10], rows, path.stat().st_size, digest_of(path)))
        with self._writing():
            self._db.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, 'null')",
                [(*one, FOUND) for one in found],
            )

    def _ask_again(self, name: str) -> None:
        """Put a file aside, and forget that its rows were asked for."""
        scope, mark = self._db.execute(
            "SELECT scope, mark FROM part WHERE name = ?", (name,)
        ).fetchone()
        marks = self._db.execute("SELECT mark FROM part WHERE scope = ''").fetchall()
        before = [json.loads(one) for (one,) in marks if one != "null" and not scope]
        before = [one for one in before if one < json.loads(mark)]
        with self._writing():
            self._db.execute("DELETE FROM part WHERE name = ?", (name,))
            # What may be lacking may be as old as anything that is kept.
            gone = [scope] if scope.startswith("day:") else ["mark", "asked:fixes"]
            self._db.executemany("DELETE FROM mark WHERE name = ?", [(one,) for one in gone])
            if before:
                self._put({"mark": max(before)})
        with contextlib.suppress(FileNotFoundError):
            (self._fixes / name).replace(self._fixes / f"{name}{DAMAGED}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise _refused(self.folder, error) from None
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def _refused(folder: Path, error: BaseException) -> SourceError:
    reason = getattr(error, "strerror", None) or str(error)
    return SourceError("fetched_refused", path=str(folder), reason=reason)


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table of texts, blank where there are none."""
    from pyarrow import csv

    csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))


def digest_of(path: Path) -> str:
    """Return a hash of a file; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError:
        return ""
