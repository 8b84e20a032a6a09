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
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from routecheck.domain.closing import Closing
from routecheck.fetching.kept_list import DAMAGED, FOUND, KeptList, Part, refused
from routecheck.fetching.known_rows import Known
from routecheck.fetching.protocol import Mark

ROW, VEHICLE, DAY = "routecheck_row", "routecheck_sorted_by", "routecheck_day"
"""Columns of ours beside those of the source: hash of the row, and what rows are sorted by."""
WIDEST = 1000
"""Files of more columns than that, together, are not put together."""
MANY_PARTS = 8
"""A date that is over, and has more files than that, is put together into one."""
RECENT_DAYS = 14
"""Dates that are kept however much room they take."""


class Cache(Closing):
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
        except OSError as error:
            raise refused(folder, error) from None
        self._list = KeptList(folder)

    def __enter__(self) -> Self:
        self.lost_list = self._list.begin()
        self._recover()
        return self

    def close(self) -> None:
        """Let the next one fetch."""
        self._list.close()

    # --- how far sources were read ---------------------------------------------------------------

    def mark(self, name: str) -> Any:
        """Return what is noted under a name; None where nothing is."""
        return self._list.mark(name)

    def set_marks(self, marks: Mapping[str, Any]) -> None:
        """Note values under names, those that are None not."""
        with self._list.writing():
            self._list.put(marks)

    def meant(self, place: str) -> None:
        """Note which source fixes are of; how far another one was read is forgotten.

        What was kept of it stays, and is not kept again.
        """
        before = self.mark("place")
        if before == place:
            return
        with self._list.writing():
            if before is not None:
                self._list.forget_asked()
            self._list.put({"place": place})

    # --- fixes -----------------------------------------------------------------------------------

    def known(self, *, scopes: Sequence[str] = (), since: Mark | None = None) -> Known:
        """Return the rows that are kept: of scopes, or of all slices from a mark on.

        Those of files that were found without a list of them count always.
        """
        kept = self._list.parts()
        names = [part.name for part in kept if part.scope in (*scopes, FOUND)]
        if not scopes:
            late: list[tuple[str, Any]] = [(one.name, one.mark) for one in kept if not one.scope]
            names += [n for n, mark in late if since is None or mark is None or mark >= since]
        parts = [self._read(name, [ROW])[ROW].to_numpy() for name in names]
        return Known(np.concatenate([np.empty(0, np.uint64), *parts]))

    def append(
        self, rows: pa.Table, *, scope: str, mark: Mark | None, marks: Mapping[str, Any]
    ) -> None:
        """Keep rows (with the columns ROW, VEHICLE and DAY), and what is noted with them."""
        days = rows[DAY].to_numpy()
        number, made = self._next_number(), []
        for day in np.unique(days).tolist():
            part = rows.filter(pa.array(days == day)).sort_by(VEHICLE)
            name = f"{date(1970, 1, 1) + timedelta(days=day)}/{number:06d}.parquet"
            made.append(self._write(name, part.drop_columns([DAY]), scope, mark))
        with self._list.writing():
            self._list.add(made)
            self._list.put(marks)
        for one in made:
            self._show(one.name)

    def _write(self, name: str, part: pa.Table, scope: str, mark: Mark | None) -> Part:
        path = self._fixes / f"{name}.new"
        try:
            path.parent.mkdir(exist_ok=True)
            pq.write_table(part, path, compression="zstd")
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            size = path.stat().st_size
            return Part(name, part.num_rows, size, digest_of(path), scope, mark)
        except OSError as error:
            raise refused(self.folder, error) from None

    def _read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        try:
            return pq.read_table(self._fixes / name, columns=columns)
        except (OSError, pa.ArrowException) as error:
            raise refused(self._fixes / name, error) from None

    def _columns(self, name: str) -> list[str]:
        try:
            return list(pq.read_schema(self._fixes / name).names)
        except (OSError, pa.ArrowException) as error:
            raise refused(self._fixes / name, error) from None

    def _show(self, name: str) -> None:
        path = self._fixes / name
        with contextlib.suppress(FileNotFoundError):
            path.with_name(f"{path.name}.new").replace(path)

    def _next_number(self) -> int:
        return 1 + max((int(Path(part.name).stem) for part in self._list.parts()), default=0)

    def put_together(self) -> None:
        """Put the many files of each date that is over into one."""
        last = str(self._today - timedelta(days=2))
        for day, parts in self._by_day().items():
            if day <= last and len(parts) > MANY_PARTS:
                for scope in {part.scope for part in parts}:
                    self._merge([part for part in parts if part.scope == scope])

    def _by_day(self) -> dict[str, list[Part]]:
        """The files that count by date, in order."""
        days: dict[str, list[Part]] = {}
        for part in self._list.parts():
            days.setdefault(part.day, []).append(part)
        return days

    def _merge(self, parts: Sequence[Part]) -> None:
        if len(parts) < 2:
            return
        columns = {n for part in parts for n in self._columns(part.name)}
        if len(columns) > WIDEST:
            # Of JSON, every row may have columns of its own.
            return
        tables = [self._read(part.name) for part in parts]
        whole = pa.concat_tables(tables, promote_options="permissive").sort_by(VEHICLE)
        latest = max((part.mark for part in parts if part.mark is not None), default=None)
        name = f"{parts[0].day}/{self._next_number():06d}.parquet"
        one = self._write(name, whole, parts[0].scope, latest)
        with self._list.writing():
            self._list.remove(parts)
            self._list.add([one])
        # Seen twice for a moment, rows count once; not at all, a date would have lost them.
        self._show(one.name)
        for part in parts:
            (self._fixes / part.name).unlink(missing_ok=True)

    def prune(self, keep_from: date, most_mb: int) -> int:
        """Drop dates that are too old, and the oldest where they take too much room.

        Returns:
            How many dates had to go for want of room.
        """
        parts = self._by_day()
        days = {day: sum(part.size for part in of_day) for day, of_day in parts.items()}
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
            with self._list.writing():
                self._list.remove(parts[day])
            for part in parts[day]:
                (self._fixes / part.name).unlink(missing_ok=True)
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
        with self._list.writing():
            self._list.forget_days(day)
            if since is not None and since < day:
                self._list.put({"since": day})

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
            raise refused(self.folder, error) from None

    def has_table(self, name: str) -> bool:
        """Whether a table was ever fetched."""
        return (self.folder / f"{name}.csv").is_file()

    # --- what a kill or a disk has left ----------------------------------------------------------

    def _recover(self) -> None:
        """Show what is listed, remove what is not, and ask again for what is gone or damaged."""
        parts = self._list.parts()
        if not parts:
            self._adopt()
            return
        listed = {part.name for part in parts}
        for path in self._fixes.glob("*/*"):
            name = path.relative_to(self._fixes).as_posix()
            if name.endswith(".new") and name.removesuffix(".new") in listed:
                self._show(name.removesuffix(".new"))
            elif name not in listed and not name.endswith(DAMAGED):
                path.unlink(missing_ok=True)
        # Sizes each time; whether each bit is as it was, once a day.
        whole = self.mark("checked") != str(self._today)
        for part in parts:
            path = self._fixes / part.name
            there = path.is_file() and path.stat().st_size == part.size
            if not there or (whole and digest_of(path) != part.digest):
                self._ask_again(part)
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
            found.append(Part(name, rows, path.stat().st_size, digest_of(path), FOUND, None))
        with self._list.writing():
            self._list.add(found)

    def _ask_again(self, part: Part) -> None:
        """Put a file aside, and forget that its rows were asked for."""
        before: list[Any] = []
        if not part.scope:
            marks: list[Any] = [one.mark for one in self._list.parts() if not one.scope]
            before = [mark for mark in marks if mark is not None and mark < part.mark]
        with self._list.writing():
            self._list.remove([part])
            # What may be lacking may be as old as anything that is kept.
            daily = part.scope.startswith("day:")
            self._list.forget([part.scope] if daily else ["mark", "asked:fixes"])
            if before:
                self._list.put({"mark": max(before)})
        with contextlib.suppress(FileNotFoundError):
            (self._fixes / part.name).replace(self._fixes / f"{part.name}{DAMAGED}")


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
