"""All fixes of a site, by local date: read once, in bounded memory, loaded a day at a time."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.util import hash_pandas_object

from routecheck.config import FixesSource
from routecheck.domain.closing import Closing
from routecheck.domain.errors import (
    FileLimitError,
    Message,
    MissingDataError,
    UnreadableFileError,
    UsageError,
)
from routecheck.domain.tables import FIXES, TEXT
from routecheck.registry.ids import VEHICLE, join_ids
from routecheck.sources.counted_days import NOT_RECEIVED
from routecheck.sources.date_buckets import Piece
from routecheck.sources.date_orders import Evidence
from routecheck.sources.file_cache import FileSummary, reading_of, stamp
from routecheck.sources.fix_file import FixFile, moments
from routecheck.sources.fixes_by_day import FixesByDay
from routecheck.sources.given_files import GivenFiles
from routecheck.sources.one_file import as_one_file
from routecheck.sources.rejected_rows import Rejects, joined, why_unusable
from routecheck.sources.table_files import open_table
from routecheck.sources.terminals import Vehicles
from routecheck.sources.time_values import as_days, as_times, local_days

IN_MEMORY_ROWS = 1_000_000
"""About 75 MB; beyond it days go to a temporary folder, which was measured to cost nothing."""

_MOST_WORDS = 5
"""Words named in a note."""
_MOST_COMPARED = 40
"""So many files are looked into where one does not show the order of day and month."""
_HASHED = [
    "vehicle_id", "time", "lon", "lat", "speed_kmh", "heading_deg", "received_at", "positioned",
]  # fmt: skip


class FixFiles(Closing):
    """The fixes of all files of a site, by day: a `FixSource`.

    A context manager: leaving it removes what it put on disk.

    Attributes:
        rows_in: rows in each file, kept and rejected.
        failed: (file, message) of files that could not be read, or not to the end; the rows before
            a cut are used.
        summaries: what was found in the files that were read now, to be kept for the next time.
        notes: words in columns of validity that are not known, each once.
        labels: all files of the source, as `summaries` name them.
        heard: vehicles of the days that were loaded, each as the files spell it, with the
            spelling of the schedule that it has in what is loaded.
        devices: terminals that the files spell otherwise than the table of vehicles, each with
            the spelling of that table.
    """

    def __init__(
        self,
        source: FixesSource,
        directory: Path,
        zone: ZoneInfo,
        vehicles: pd.DataFrame | None,
        now: datetime.datetime,
        in_memory_rows: int,
        scheduled: frozenset[str],
    ) -> None:
        self.rows_in: dict[str, int] = {}
        self._given = GivenFiles.of(source, directory)
        self._files = self._given.files
        self.failed = self._given.failed
        self.notes = self._given.notes
        self.labels = [file.label for file in self._files]
        self.summaries: list[FileSummary] = []
        self.heard: dict[str, str] = {}
        self._scheduled = scheduled
        self._source = source
        self._zone = zone
        self._today = as_days(now.astimezone(zone).date())
        self._reading = reading_of(source, zone, vehicles)
        self._vehicles = Vehicles.of(vehicles)
        self.devices = self._vehicles.joined
        self._strange_words: set[str] = set()
        self._shown: Evidence | None = None
        self._by_day = FixesByDay(zone, in_memory_rows)
        self._days: Counter[int] = Counter()
        self._rejected: dict[int, pd.DataFrame] = {}
        self._waiting: dict[int, FileSummary] = {}
        """Files that are as they were when they were read before: until a day needs them."""

    @classmethod
    def read(
        cls,
        source: FixesSource,
        directory: Path,
        zone: ZoneInfo,
        *,
        vehicles: pd.DataFrame | None = None,
        now: datetime.datetime,
        known: Mapping[str, FileSummary] | None = None,
        progress: Callable[[int, int], None] | None = None,
        in_memory_rows: int = IN_MEMORY_ROWS,
        scheduled: frozenset[str] = frozenset(),
    ) -> Self:
        """Read the files of the source.

        Args:
            source: the section of the configuration.
            directory: what relative paths start from.
            zone: local time, of times without an offset and of the days.
            vehicles: the table VEHICLES; see `Vehicles` for terminals that it does not cover.
            now: an aware time; dates after it are no dates of fixes.
            known: earlier `summaries`, by label: a file that is as it was then is read only when
                a day is loaded that has to do with it.
            progress: is called with the bytes read and the bytes in all.
            in_memory_rows: how many rows stay in memory.
            scheduled: vehicles of the schedule: what is loaded has their spelling.

        Raises:
            MissingDataError: no file, none that can be read, or none with a row.
            UsageError: the configuration maps a header that a file does not have.
        """
        fixes = cls(source, directory, zone, vehicles, now, in_memory_rows, scheduled)
        if not fixes.labels and not fixes.failed:
            raise MissingDataError("no_fix_files", path=source.path)
        try:
            fixes._read(known or {}, progress)
            fixes._require_rows()
        except BaseException:
            fixes.close()
            raise
        return fixes

    def _read(
        self, known: Mapping[str, FileSummary], progress: Callable[[int, int], None] | None
    ) -> None:
        sizes: dict[int, int] = {}
        for number, file in enumerate(self._files):
            path, label = file.path, file.label
            summary = known.get(label)
            if summary is not None and summary.holds(stamp(path, self._reading), self._today):
                self._waiting[number] = summary
                self._days.update(summary.days)
                self.rows_in[label] = summary.rows
            else:
                sizes[number] = file.size
        total, done = sum(sizes.values()), 0
        for number, size in sizes.items():

            def report(count: int, before: int = done) -> None:
                if progress is not None:
                    progress(before + count, total)

            self._read_file(number, report)
            report(size)
            done += size

    def _read_file(self, number: int, on_bytes: Callable[[int], None] | None = None) -> None:
        """Read one file, and note which days it has to do with."""
        path, label = self._files[number].path, self.labels[number]
        # A table that is at hand is in no file that could be known again.
        held = self._source.held is not None
        stamped = None if held else stamp(path, self._reading)
        failures, started = len(self.failed), False
        counted: Counter[int] = Counter()
        touched: set[int] = set()
        try:
            with self._given.on_disk(self._files[number]) as unpacked:
                file = FixFile(
                    unpacked,
                    label,
                    self._source,
                    self._zone,
                    self._vehicles,
                    self._today,
                    on_bytes,
                    self._evidence,
                )
                for piece in file.pieces():
                    if len(piece["row"]):
                        del piece["moment"]
                        piece["file"] = np.full(len(piece["row"]), number, np.int32)
                        touched |= self._by_day.add(piece, counted, piece.pop("spare"))
                    started = True
        except FileLimitError as error:
            # What it holds beyond the limit is not known, so nothing of it is used.
            self.failed.append((label, error.message))
            self._by_day.drop(number)
            return
        except UnreadableFileError as error:
            self.failed.append((label, error.message))
            if not started:
                return
        if file.cut_off:
            why, rows = file.cut_off, file.rows_in
            self.failed.append((label, Message("cut_off_used", file=label, why=why, rows=rows)))
        if file.left_out:
            sheets = ", ".join(file.left_out)
            self.notes.append(Message("sheets_left_out", file=label, sheets=sheets))
        if strange := sorted(file.strange_words - self._strange_words)[:_MOST_WORDS]:
            self._strange_words.update(strange)
            words = ", ".join(f'"{word[:40]}"' for word in strange)
            self.notes.append(Message("unknown_validity", file=label, words=words))
        self._days.update(counted)
        self.rows_in[label] = file.rows_in
        self._rejected[number] = rejected = file.rejected()
        touched.update(rejected["day"].unique().tolist())
        whole = bool(counted) and len(self.failed) == failures
        # Without a usable row, or not read to its end, a file is reported every time.
        if whole and stamped is not None and stamped == stamp(path, self._reading):
            self.summaries.append(
                FileSummary(
                    label,
                    stamped,
                    file.rows_in,
                    dict(counted),
                    tuple(sorted(touched)),
                    file.days.since,
                    file.days.until,
                )
            )

    def _evidence(self) -> Evidence:
        """Return what the files together show of the order of day and month in their dates."""
        if self._shown is None:
            self._shown = Evidence()
            step = max(1, len(self._files) // _MOST_COMPARED)
            for given in self._files[::step]:
                label = given.label
                with (
                    contextlib.suppress(UnreadableFileError, UsageError),
                    as_one_file(label),
                    self._given.on_disk(given) as path,
                ):
                    file = open_table(path, label, "fixes", self._source, Rejects(label))
                    self._shown.add(moments(next(file.blocks()).columns))
        return self._shown

    def _read_waiting(self, day: int) -> None:
        """Read the files that have to do with a day, of those that were left for later."""
        needed = [number for number, known in self._waiting.items() if day in known.touched]
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

    def _require_rows(self) -> None:
        if any(self._days.values()):
            return
        if self.failed:
            first = self.failed[0][1]
            if len(self.failed) > 1:
                first = Message("and_others_failed", first=first, count=len(self.failed))
            raise MissingDataError(first)
        raise MissingDataError(
            "no_usable_fixes",
            path=self._source.path,
            files=len(self.labels),
            rows=why_unusable(self.rejected),
        )

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

    def load(self, day: datetime.date, later_s: float = 0.0) -> pd.DataFrame:
        """Return the fixes that may belong to a service date: the table FIXES.

        Those whose device time lies within 14 h before and 20 h after the local date; those
        received from 1 h before it to 30 h after whose device time is more than 10 h from that;
        and those counted under it because their own date is not credible. Each row once. What truly
        belongs to the date is decided by the cleaning stage.

        Args:
            day: the service date.
            later_s: seconds by which the feed is behind (zone or clock). The times stay as they
                are written; a terminal that moved to another vehicle counts for the one that it
                was on at the time put right.
        """
        number = as_days(day)
        self._read_waiting(number)
        piece = self._on_vehicles(self._by_day.of(number), later_s)
        table = pd.DataFrame(
            {
                "vehicle_id": _categories(self._joined(piece["vehicle"]), self._vehicles.names),
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
                "after_break": piece["after_break"],
            },
            copy=False,
        )
        return FIXES.check(table)

    def _on_vehicles(self, piece: Piece, later_s: float) -> Piece:
        """Return rows with the number of the vehicle that each one's terminal was on."""
        days = piece["day"]
        if later_s:
            own = days == local_days(piece["time"], self._zone)
            right = local_days(piece["time"] + round(later_s * 1e6), self._zone)
            days = np.where(own, right, days)
        vehicle = self._vehicles.on(piece["vehicle"], days)
        some = vehicle >= 0
        piece = piece | {"vehicle": vehicle}
        return piece if some.all() else {name: column[some] for name, column in piece.items()}

    def _joined(self, vehicles: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return the numbers of vehicles under the spelling of the schedule.

        Which spellings are one is decided for each day by what is heard about it: another day may
        have both.
        """
        used = np.unique(vehicles).tolist()
        names = [self._vehicles.names[code] for code in used]
        same = join_ids(self._scheduled, names, VEHICLE).same if self._scheduled else {}
        self.heard.update({name: same.get(name, name) for name in names})
        if not same:
            return vehicles
        codes = [self._vehicles.code(same.get(name, name)) for name in names]
        return np.array(codes, np.int32)[np.searchsorted(used, vehicles)]

    def fingerprint(self, day: datetime.date) -> str:
        """Return a hash of what `load` gives for a day.

        The order of rows and the files they stand in do not count. Rejected rows do not either.
        """
        fixes = self.load(day)
        # Hashes that are stored are those of files that know of no breaks.
        names = [*_HASHED, "after_break"] if fixes["after_break"].any() else _HASHED
        rows = hash_pandas_object(fixes[names], index=False).to_numpy()
        summary = (len(rows), int(rows.sum()), int(np.bitwise_xor.reduce(rows)))
        return hashlib.blake2b(repr(summary).encode(), digest_size=16).hexdigest()

    def close(self) -> None:
        """Remove what was put on disk."""
        self._given.close()
        self._by_day.close()


def _categories(codes: npt.NDArray[np.int32], names: list[str]) -> pd.Categorical:
    """Return codes as a category of the names that occur, in order."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(names))).tolist()
    order = sorted(used, key=lambda code: names[code])
    place = np.full(len(names), -1, np.int32)
    place[order] = np.arange(len(order))
    categories = pd.Index([names[code] for code in order], dtype=TEXT)
    return pd.Categorical.from_codes(place[codes], categories)
