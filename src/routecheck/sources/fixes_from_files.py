"""All fixes of a site, by local date: read once, in bounded memory, loaded a day at a time."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from routecheck.config import FixesSource
from routecheck.domain.errors import MissingDataError, Said, UnreadableFileError
from routecheck.domain.tables import FIXES
from routecheck.sources.date_buckets import Buckets
from routecheck.sources.file_cache import SeenFile, Touched, reading_of, stamp
from routecheck.sources.file_paths import expand, label_of
from routecheck.sources.fix_file import NOT_RECEIVED, FixFile, Piece
from routecheck.sources.rejected_rows import joined, why_unusable
from routecheck.sources.temporary_folder import SpillFolder
from routecheck.sources.terminals import Vehicles
from routecheck.sources.time_values import DAY_US, as_days, as_times, local_days, local_to_utc

HOUR_US = 3_600_000_000
BEFORE_US, AFTER_US = 14 * HOUR_US, 20 * HOUR_US
"""A clock that is wrong by its time zone (at most 14 h) still falls into the day it belongs to, as
do windows that run past midnight."""
CLOCK_FAULT_US = 10 * HOUR_US
"""Received so long after the device time, or before: sent late, or the clock is off."""
RECEIVED_BEFORE_US, RECEIVED_AFTER_US = HOUR_US, 30 * HOUR_US
"""When the fixes of a day are received where they are received as they are made."""
RECEIPTS_NEAR = (3, 1)
"""So many days before a receipt, and after it, may load what was received then."""
IN_MEMORY_ROWS = 1_000_000
"""About 75 MB; beyond it days go to a temporary folder, which was measured to cost nothing."""


@dataclass(frozen=True)
class _Files:
    """The files of a site, and how they are read."""

    source: FixesSource
    zone: ZoneInfo
    paths: list[Path]
    labels: list[str]
    today: int
    reading: str

    def stamp(self, number: int) -> str | None:
        return stamp(self.paths[number], self.reading)

    def size(self, number: int) -> int:
        path = self.paths[number]
        return path.stat().st_size if path.exists() else 0


class FixDays:
    """The fixes of all files, by day. A context manager: leaving it removes what it put on disk.

    Attributes:
        rows_in: rows in each file, kept and rejected.
        failed: (file, message) of files that could not be read, or not to the end; the rows before
            a cut are used.
        found: what was found in the files that were read now, to be kept for the next time.
        labels: all files of the source, as `found` names them.
    """

    def __init__(self, files: _Files, vehicles: Vehicles, in_memory_rows: int) -> None:
        self.rows_in: dict[str, int] = {}
        self.failed: list[tuple[str, str]] = []
        self.found: list[SeenFile] = []
        self.labels = files.labels
        self._files = files
        self._vehicles = vehicles
        self._spilled: SpillFolder | None = None
        self._limit = in_memory_rows
        self._home = Buckets("home")
        """By the local date of the device time, where it is the day that counts."""
        self._odd = Buckets("odd")
        """By the day that counts, where the device time says another."""
        self._late = Buckets("late")
        """By the local date of receipt, where that is far from the device time: second copies."""
        self._days: Counter[int] = Counter()
        self._rejected: dict[int, pd.DataFrame] = {}
        self._waiting: dict[int, SeenFile] = {}
        """Files that are as they were when they were read before: until a day needs them."""
        self._loaded: tuple[int, Piece] | None = None

    @classmethod
    def read(
        cls,
        source: FixesSource,
        directory: Path,
        zone: ZoneInfo,
        *,
        vehicles: pd.DataFrame | None = None,
        now: datetime.datetime,
        seen: Mapping[str, SeenFile] | None = None,
        progress: Callable[[int, int], None] | None = None,
        in_memory_rows: int = IN_MEMORY_ROWS,
    ) -> Self:
        """Read the files of the source.

        Args:
            source: the section of the configuration.
            directory: what relative paths start from.
            zone: local time, of times without an offset and of the days.
            vehicles: the table VEHICLES; see `Vehicles` for terminals that it does not cover.
            now: an aware time; dates after it are no dates of fixes.
            seen: what was `found` before, by label: a file that is as it was then is read only
                when a day is loaded that has to do with it.
            progress: is told the bytes read and the bytes in all.
            in_memory_rows: how many rows stay in memory.

        Raises:
            MissingDataError: no file, none that can be read, or none with a row.
            UsageError: the configuration maps a header that a file does not have.
        """
        paths = expand(directory, source.path)
        if not paths:
            raise MissingDataError("no_fix_files", path=source.path)
        labels = [label_of(path, directory) for path in paths]
        today = as_days(now.astimezone(zone).date())
        reading = reading_of(source, zone, vehicles)
        files = _Files(source, zone, paths, labels, today, reading)
        days = cls(files, Vehicles.of(vehicles), in_memory_rows)
        try:
            days._read(seen or {}, progress)
            days._require_rows(source)
        except BaseException:
            days.close()
            raise
        return days

    def _read(
        self, seen: Mapping[str, SeenFile], progress: Callable[[int, int], None] | None
    ) -> None:
        for number, label in enumerate(self.labels):
            before = seen.get(label)
            if before is not None and before.holds(self._files.stamp(number), self._files.today):
                self._waiting[number] = before
                self._days.update(before.days)
                self.rows_in[label] = before.rows
        sizes = {
            number: self._files.size(number)
            for number in range(len(self.labels))
            if number not in self._waiting
        }
        done = 0
        for number, size in sizes.items():

            def tell(count: int, before: int = done) -> None:
                if progress is not None:
                    progress(before + count, sum(sizes.values()))

            self._read_file(number, tell)
            tell(size)
            done += size

    def _read_file(self, number: int, tell: Callable[[int], None] | None = None) -> None:
        """Read one file, and note which days it has to do with."""
        files, label = self._files, self.labels[number]
        stamped, failures, started = files.stamp(number), len(self.failed), False
        counted: Counter[int] = Counter()
        touched = Touched()
        file = FixFile(
            files.paths[number],
            label,
            files.source,
            files.zone,
            self._vehicles,
            files.today,
            tell,
        )
        try:
            for piece in file.pieces():
                self._add(piece, number, counted, touched)
                started = True
        except UnreadableFileError as error:
            self.failed.append((label, error.said))
            if not started:
                return
        if file.cut_off:
            why, rows = file.cut_off, file.rows_in
            self.failed.append((label, Said("cut_off_used", file=label, why=why, rows=rows)))
        self._days.update(counted)
        self.rows_in[label] = file.rows_in
        self._rejected[number] = rejected = file.rejected()
        touched.near(rejected["day"].unique().tolist(), 0, 0)
        whole = bool(counted) and len(self.failed) == failures
        # Without a usable row, or not read to its end, a file is told of every time.
        if whole and stamped is not None and stamped == files.stamp(number):
            self.found.append(
                SeenFile(
                    label,
                    stamped,
                    file.rows_in,
                    dict(counted),
                    touched.days,
                    file.since,
                    file.until,
                )
            )

    def _read_waiting(self, day: int) -> None:
        """Read the files that have to do with a day, of those that were left for later."""
        needed = [number for number, before in self._waiting.items() if day in before.touched]
        for number in needed:
            self._days.subtract(self._waiting.pop(number).days)
            self._read_file(number)

    @property
    def rejected(self) -> pd.DataFrame:
        """The table REJECTED of the files that were read; the cleaning stage rejects more."""
        return joined([self._rejected[number] for number in sorted(self._rejected)])

    def rejected_on(self, day: datetime.date) -> pd.DataFrame:
        """Return the rows of the table REJECTED that are counted under a date."""
        number = as_days(day)
        self._read_waiting(number)
        tables = (self._rejected[file] for file in sorted(self._rejected))
        found = [table[(table["day"] == number).to_numpy()] for table in tables if len(table)]
        return joined([table for table in found if len(table)])

    def _require_rows(self, source: FixesSource) -> None:
        if any(self._days.values()):
            return
        if self.failed:
            first = self.failed[0][1]
            if len(self.failed) > 1:
                first = Said("and_others_failed", first=first, count=len(self.failed))
            raise MissingDataError(first)
        raise MissingDataError(
            "no_usable_fixes",
            path=source.path,
            files=len(self.labels),
            rows=why_unusable(self.rejected),
        )

    def _add(self, piece: Piece, file: int, counted: Counter[int], touched: Touched) -> None:
        if not len(piece["row"]):
            return
        piece["file"] = np.full(len(piece["row"]), file, np.int32)
        moment = piece.pop("moment")
        days, rows = np.unique(piece["day"], return_counts=True)
        counted.update(dict(zip(days.tolist(), rows.tolist(), strict=True)))
        touched.near(days.tolist(), 1, 1)
        odd = piece["day"] != moment
        received = piece["received"]
        late = (received != NOT_RECEIVED) & (np.abs(received - piece["time"]) > CLOCK_FAULT_US)
        if odd.any():
            self._odd.add(_some(piece, odd), piece["day"][odd])
            self._home.add(_some(piece, ~odd), moment[~odd])
        else:
            self._home.add(piece, moment)
        if late.any():
            receipts = local_days(received[late], self._files.zone)
            self._late.add(_some(piece, late), receipts)
            touched.near(np.unique(receipts).tolist(), *RECEIPTS_NEAR)
        buckets = (self._home, self._odd, self._late)
        if sum(bucket.rows_in_memory for bucket in buckets) > self._limit:
            if self._spilled is None:
                self._spilled = SpillFolder()
            for bucket in buckets:
                bucket.spill(self._spilled.path)

    @property
    def days(self) -> list[datetime.date]:
        """The local dates under which fixes are counted, in order."""
        return list(self.rows_by_day)

    @property
    def rows_by_day(self) -> dict[datetime.date, int]:
        """How many usable rows are counted under each local date, in order of the dates."""
        first = datetime.date(1970, 1, 1)
        return {
            first + datetime.timedelta(day): n for day, n in sorted(self._days.items()) if n > 0
        }

    def load(self, day: datetime.date) -> pd.DataFrame:
        """Return the fixes that may belong to a service date: the table FIXES.

        Those whose device time lies within 14 h before and 20 h after the local date; those
        received from 1 h before it to 30 h after whose device time is more than 10 h from that;
        and those counted under it because their own date says nothing. Each row once. What truly
        belongs to the date is for the cleaning stage to say.
        """
        piece = self._piece(as_days(day))
        table = pd.DataFrame(
            {
                "vehicle_id": _categories(piece["vehicle"], self._vehicles.names),
                "time": as_times(piece["time"], np.zeros(len(piece["time"]), bool)),
                "lon": piece["lon"],
                "lat": piece["lat"],
                "speed_kmh": piece["speed"],
                "heading_deg": piece["heading"],
                "received_at": as_times(piece["received"], piece["received"] == NOT_RECEIVED),
                "positioned": piece["positioned"],
                "day": piece["day"].astype(np.int64),
                "file": _categories(piece["file"], self.labels),
                "row": piece["row"],
            },
            copy=False,
        )
        return FIXES.check(table)

    def fingerprint(self, day: datetime.date) -> str:
        """Return a hash of what `load` gives for a day.

        The order of rows and the files they stand in do not count. Rejected rows do not either.
        """
        piece = self._piece(as_days(day))
        names = [hashlib.blake2b(n.encode(), digest_size=8).digest() for n in self._vehicles.names]
        total = np.frombuffer(b"".join(names), np.uint64)[piece["vehicle"]]
        for position, name in enumerate(_HASHED):
            bits = _bits(piece[name])
            total = _mixed(total + bits * np.uint64(2 * position + 3))
        summary = (len(total), int(total.sum()), int(np.bitwise_xor.reduce(total)))
        return hashlib.blake2b(repr(summary).encode(), digest_size=16).hexdigest()

    def _piece(self, day: int) -> Piece:
        if self._loaded is not None and self._loaded[0] == day:
            return self._loaded[1]
        self._read_waiting(day)
        zone = self._files.zone
        midnights = local_to_utc(np.array([day, day + 1], np.int64) * DAY_US, zone)
        first, last = midnights[0] - BEFORE_US, midnights[1] + AFTER_US
        parts = [self._odd.get(day)]
        for near in (day - 1, day, day + 1):
            part = self._home.get(near)
            parts.append(_some(part, (part["time"] >= first) & (part["time"] <= last)))
        since, until = midnights[0] - RECEIVED_BEFORE_US, midnights[1] + RECEIVED_AFTER_US
        for near in range(day - RECEIPTS_NEAR[1], day + RECEIPTS_NEAR[0] + 1):
            part = self._late.get(near)
            within = (part["received"] >= since) & (part["received"] <= until)
            # Rows that are counted under the day are there already, and so are those by time,
            # but for those whose time is not to be believed.
            moment = local_days(part["time"], zone)
            by_time = (part["time"] >= first) & (part["time"] <= last) & (part["day"] == moment)
            parts.append(_some(part, within & (part["day"] != day) & ~by_time))
        whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        self._loaded = (day, whole)
        return whole

    def close(self) -> None:
        """Remove what was put on disk."""
        if self._spilled is not None:
            self._spilled.close()
            self._spilled = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


_HASHED = ("time", "lon", "lat", "speed", "heading", "received", "positioned")


def _bits(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint64]:
    if values.dtype == np.bool_:
        return values.astype(np.uint64)
    if values.dtype == np.float64:
        # One NaN for all, and one zero.
        values = np.where(np.isnan(values), np.nan, values) + 0.0
    return values.view(np.uint64)


def _mixed(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scatter the bits of each number over all of it (the finalizer of splitmix64)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))


def _some(piece: Piece, rows: npt.NDArray[np.bool_]) -> Piece:
    if rows.all():
        return piece
    return {name: column[rows] for name, column in piece.items()}


def _categories(codes: npt.NDArray[np.int32], names: list[str]) -> pd.Categorical:
    """Return codes as a category of the names that occur, in order."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(names))).tolist()
    order = sorted(used, key=lambda code: names[code])
    place = np.full(len(names), -1, np.int32)
    place[order] = np.arange(len(order))
    categories = pd.Index([names[code] for code in order], dtype="str")
    return pd.Categorical.from_codes(place[codes], categories)
