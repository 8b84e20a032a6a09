"""One file of fixes: from its columns to pieces of numpy arrays, and rejected rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.config import FixesSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import UnreadableFileError, UsageError
from routecheck.geo.crs import parse_datum
from routecheck.sources.cell_values import identifiers, numbers, positioned, texts
from routecheck.sources.counted_days import (
    LATEST_DAY,
    NOT_RECEIVED,
    OLDEST_DAY,
    CountedDays,
)
from routecheck.sources.date_orders import (
    ANY_WAY,
    Evidence,
    TimeWay,
    doubtful_row,
    evidence_of,
)
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.line_reader import BAD_CHARACTER
from routecheck.sources.measures import speeds_kmh
from routecheck.sources.one_file import as_one_file
from routecheck.sources.positions import in_wgs84, read_position
from routecheck.sources.rejected_rows import Ints, Rejects
from routecheck.sources.repeated_hours import RepeatedHours
from routecheck.sources.table_files import open_table
from routecheck.sources.terminals import Vehicles
from routecheck.sources.text_file import Block
from routecheck.sources.time_values import (
    DAY_US,
    Times,
    again_after_us,
    local_days,
    local_to_utc,
    read_times,
    unfit_cell,
)
from routecheck.sources.vehicle_names import vehicle_in

_CLOCK_ALONE = r"^(上午|下午|[AaPp]\.?[Mm]\.?)?\s*[0-9]{1,2}(:|时|時|点|點)"
_MOST_WORDS = 20
"""So many words of a column of validity are kept for a message; a column of text has any number."""
_MOST_UNREADABLE, _UNREADABLE_SHARE = 300_000, 0.9
"""After so many rows that cannot be read, nearly all of its rows, a file is none of fixes: to list
millions of them takes more memory than all the others."""
_MIDNIGHT_ROWS = 20
"""From this number of fixes on, all at midnight to the second, their time of day is lost."""

Array = npt.NDArray[Any]
Piece = dict[str, Array]
"""Columns of fixes of the same length: vehicle (number of the device, `Vehicles.codes`), time, lon,
lat, speed, heading, received, positioned, day (as in the table FIXES), moment (local date of the
device time), spare (rejected, as its terminal was on no vehicle that day, and on one the day
before or after: it counts if the times of the feed turn out to be hours off), row, after_break."""


@dataclass
class FixFile:
    """One file of fixes.

    `neighbours` gives what the other files of the source show of the order of day and month.
    After `pieces` is exhausted, `rows_in` counts the rows, `rejected()` gives those kept apart,
    `cut_off` is the reason why the end of the file is missing, where it is, and `strange_words` are
    those in columns of validity that are not known; `days` holds the dates of its rows.
    """

    path: Path
    label: str
    source: FixesSource
    zone: ZoneInfo
    vehicles: Vehicles
    today: int
    on_bytes: Callable[[int], None] | None = None
    neighbours: Callable[[], Evidence] = Evidence
    rows_in: int = 0
    cut_off: str = ""
    left_out: tuple[str, ...] = ()
    strange_words: set[str] = field(default_factory=set)
    days: CountedDays = field(init=False)
    _way: TimeWay = ANY_WAY
    _comma: bool = False
    _headers: Mapping[str, str] = field(default_factory=dict)
    _rejects: Rejects = field(init=False)
    _written_zone: ZoneInfo = field(init=False)
    _hours: RepeatedHours = field(init=False)
    _unreadable: int = 0
    _stretch: int = -1
    _heard: set[str] = field(default_factory=set)
    _limits: FileLimits = field(init=False)

    def __post_init__(self) -> None:
        self._rejects = Rejects(self.label)
        self.days = CountedDays(self.zone, self.today)
        self._limits = FileLimits(self.source.limits, self.label)
        declared = self.source.time_zone
        self._written_zone = ZoneInfo(declared) if declared else self.zone
        self._hours = RepeatedHours(self._written_zone)

    def pieces(self) -> Iterator[Piece]:
        """Yield the fixes.

        Raises:
            UnreadableFileError: not readable, a required column missing, times that are dates, or
                nearly all rows of no use.
            FileLimitError: it holds more than it may.
        """
        with as_one_file(self.label):
            yield from self._pieces()

    def _pieces(self) -> Iterator[Piece]:
        waiting: list[Piece] = []
        first = True
        for block in self._blocks():
            if len(block):
                waiting.append(self._piece(block, first=first))
                first = False
            if self.days.first < 0:
                continue
            yield from self._dated(waiting)
            waiting = []
        yield from self._dated(waiting)

    def rejected(self) -> pd.DataFrame:
        """Return the rows kept apart as the table REJECTED, each counted under a date."""
        if not len(self._rejects):
            return self._rejects.table()
        return self._rejects.table(self.days.at(self._rejects.numbers))

    def _dated(self, pieces: list[Piece]) -> Iterator[Piece]:
        """Give what came before the first credible date that date; without any, it goes."""
        for piece in pieces:
            undated = piece["day"] < 0
            if undated.any():
                if self.days.first < 0:
                    days = piece["moment"][undated].astype("datetime64[D]").astype(str)
                    self._rejects.add(piece["row"][undated], RejectReason.BAD_CLOCK, days)
                    piece = {name: column[~undated] for name, column in piece.items()}
                else:
                    piece["day"][undated] = self.days.first
            yield piece

    def _blocks(self) -> Iterator[Block]:
        file = open_table(self.path, self.label, "fixes", self.source, self._rejects, self.on_bytes)
        pattern = self.source.vehicle_from_name
        vehicle = vehicle_in(self.label, pattern) if pattern else ""
        for block in file.blocks():
            if vehicle:
                named = pa.array([vehicle] * len(block), pa.string())
                block = replace(block, columns={**block.columns, "vehicle_id": named})
            elif "vehicle_id" not in block.columns:
                key = "vehicle_not_named" if pattern else "vehicle_nowhere"
                raise UnreadableFileError(key, file=self.label, pattern=pattern)
            self.rows_in, self._comma = file.rows_in, file.decimal_comma
            self._headers = file.headers
            yield block
        self.rows_in, self.cut_off, self.left_out = file.rows_in, file.cut_off, file.left_out

    def _piece(self, block: Block, *, first: bool) -> Piece:
        """Return the good rows of a block, and keep the others apart."""
        columns = block.columns
        bad = _Bad(len(block))
        device = identifiers(columns["vehicle_id"]).dictionary_encode()
        devices = device.dictionary.to_pylist()
        which = device.indices.to_numpy()
        bad.mark(np.array([d == "" for d in devices], bool)[which], RejectReason.MISSING_VALUE, "")
        broken = np.array([BAD_CHARACTER in d for d in devices], bool)[which]
        bad.mark(broken, RejectReason.BAD_VALUE, "vehicle_id")
        long = np.array([len(d) > self.source.limits.text_length for d in devices], bool)
        if long.any():
            bad.mark(long[which], RejectReason.TOO_LONG, "vehicle_id")
            devices = ["" if beyond else d for d, beyond in zip(devices, long, strict=True)]

        times = self._times(columns, block.rows, first=first)
        times = replace(times, us=self._hours.settle(times.us, times.local, devices, which))
        bad.mark(times.blank, RejectReason.MISSING_VALUE, "")
        bad.mark(times.bad, RejectReason.BAD_TIME, "time")
        has = np.ones(len(block), bool)
        for name in ("positioned", "fix", "status"):
            if name in columns:
                own, strange = positioned(columns[name], general=name == "status")
                has &= own
                self.strange_words.update(strange[:_MOST_WORDS])
        lon, lat = self._position(columns, bad, has)

        received = np.full(len(block), NOT_RECEIVED)
        if "received_at" in columns:
            arrived = read_times(columns["received_at"], self._written_zone, self._way)
            # A receipt that cannot be read costs the receipt, not the fix; so does one that is
            # a platform's word for none, such as the first second of the year 1.
            credible = (arrived.us >= OLDEST_DAY * DAY_US) & (arrived.us < LATEST_DAY * DAY_US)
            credible &= ~(arrived.blank | arrived.bad)
            arrived_us = arrived.us
            early = arrived.local & (arrived_us < times.us)
            if early.any():
                # What was measured in an hour's second occurrence was received in it.
                arrived_us = arrived_us.copy()
                arrived_us[early] += again_after_us(arrived_us[early], self._written_zone)
            received = np.where(credible, arrived_us, NOT_RECEIVED)
        moment = local_days(times.us, self.zone)
        day = self.days.of(block.rows, moment, received, times.blank | times.bad)

        self._unreadable += len(block) - int(bad.good.sum())
        if self._unreadable > max(_MOST_UNREADABLE, _UNREADABLE_SHARE * self.rows_in):
            raise UnreadableFileError(
                "nearly_all_unreadable", file=self.label, count=self._unreadable, rows=self.rows_in
            )
        self._heard.update(devices)
        self._limits.count("vehicles", len(self._heard))
        vehicle = self.vehicles.codes(devices, which)
        on_none = self.vehicles.on(vehicle, day) < 0
        spare = on_none & bad.good & (day >= 0)
        if spare.any():
            spare &= np.any([self.vehicles.on(vehicle, day + k) >= 0 for k in (-1, 1)], axis=0)
        bad.mark(on_none, RejectReason.NO_VEHICLE, "vehicle_id")
        bad.report(self._rejects, block)
        piece = {
            "vehicle": vehicle,
            "time": times.us,
            "lon": lon,
            "lat": lat,
            "speed": self._speed(columns, len(block)),
            "heading": self._heading(columns, len(block)),
            "received": received,
            "positioned": has,
            "day": day.astype(np.int32),
            "moment": moment.astype(np.int32),
            "spare": spare,
            "row": block.rows,
        }
        stretch = block.stretch
        if bad.any:
            used = bad.good | spare
            piece = {name: column[used] for name, column in piece.items()}
            stretch = None if stretch is None else stretch[used]
        piece["after_break"] = self._after_break(stretch, len(piece["row"]))
        return piece

    def _after_break(self, stretch: Ints | None, count: int) -> Array:
        """Whether each row that is used is the first of its stretch."""
        if stretch is None or not count:
            return np.zeros(count, bool)
        before, self._stretch = self._stretch, int(stretch[-1])
        return np.asarray(np.diff(stretch, prepend=before) != 0)

    def _times(self, columns: Mapping[str, pa.Array], block_rows: Ints, *, first: bool) -> Times:
        values = moments(columns)
        if first:
            self._way = self._find_way(values, block_rows)
        times = read_times(values, self._written_zone, self._way)
        given = ~times.blank
        if first and given.any():
            us = times.us[given & ~times.bad]
            midnight = len(us) >= _MIDNIGHT_ROWS and not np.any(
                us - _midnight(us, self._written_zone)
            )
            if midnight or times.date_only[given].all():
                raise UnreadableFileError("dates_only", file=self.label)
        return times

    def _find_way(self, values: pa.Array, rows: Ints) -> TimeWay:
        """Return how the file writes its times.

        Raises:
            UnreadableFileError: its dates may be read in two ways; or not in the declared one.
        """
        declared = self.source.time_format
        if declared:
            way = TimeWay.of(declared)
            if not pa.types.is_string(values.type):
                return way
            unfit = unfit_cell(values, self._written_zone, way)
            if unfit is not None:
                raise self._time_mistake("time_format_wrong", rows, *unfit)
            return way
        evidence = evidence_of([values])
        if not evidence.some:
            return ANY_WAY
        if not evidence.certain:
            # What follows may hold a day above 12.
            others = open_table(self.path, self.label, "fixes", self.source, Rejects(self.label))
            for block in others.blocks():
                evidence.add(moments(block.columns))
        if not evidence.certain:
            near = self.neighbours()
            if near.certain or not evidence.order:
                evidence = near
        doubtful = None if evidence.order else doubtful_row(values)
        if doubtful is not None:
            raise self._time_mistake("time_order_unknown", rows, *doubtful)
        return TimeWay(evidence.order)

    def _time_mistake(self, key: str, rows: Ints, i: int, cell: str) -> UnreadableFileError:
        return UnreadableFileError(
            key,
            file=self.label,
            row=int(rows[i]),
            cell=cell[:60],
            kind="fixes",
            declared=self.source.time_format,
        )

    def _position(
        self, columns: Mapping[str, pa.Array], bad: _Bad, has: npt.NDArray[np.bool_]
    ) -> tuple[Array, Array]:
        position = read_position(columns, comma=self._comma)
        bad.mark(position.blank & ~has, RejectReason.NOT_POSITIONED, "")
        bad.mark(position.blank, RejectReason.MISSING_VALUE, "")
        bad.mark(position.bad_x, RejectReason.BAD_NUMBER, position.columns[0])
        bad.mark(position.bad_y, RejectReason.BAD_NUMBER, position.columns[1])
        datum: str | Array = self.source.datum
        if "datum" in columns:
            coded = texts(columns["datum"]).dictionary_encode()
            names = [self._datum(text) for text in coded.dictionary.to_pylist()]
            datum = of_rows = np.array(names, object)[coded.indices.to_numpy()]
            bad.mark(pd.isna(of_rows), RejectReason.UNKNOWN_DATUM, "datum")
        lon, lat = in_wgs84(*position.east_north(datum), datum)
        nowhere = ~(np.isfinite(lon) & np.isfinite(lat))
        bad.mark(nowhere, RejectReason.OUT_OF_RANGE, position.columns[0])
        return lon, lat

    def _datum(self, text: str) -> str | None:
        try:
            return parse_datum(text) if text else self.source.datum
        except UsageError:
            return None

    # A speed or a heading that cannot be read costs that, not the fix.
    def _speed(self, columns: Mapping[str, pa.Array], count: int) -> Array:
        if "speed_kmh" not in columns:
            return np.full(count, np.nan)
        header = self._headers.get("speed_kmh", "")
        return speeds_kmh(columns["speed_kmh"], header, comma=self._comma)

    def _heading(self, columns: Mapping[str, pa.Array], count: int) -> Array:
        if "heading_deg" not in columns:
            return np.full(count, np.nan)
        return numbers(columns["heading_deg"], comma=self._comma)[0]


class _Bad:
    """Which rows of a block are rejected, each for its first reason."""

    def __init__(self, count: int) -> None:
        self.good = np.ones(count, bool)
        self._found: list[tuple[Array, RejectReason, str]] = []

    @property
    def any(self) -> bool:
        return bool(self._found)

    def mark(self, rows: npt.NDArray[np.bool_], reason: RejectReason, column: str) -> None:
        """Reject rows; `column` is the one that offends, empty: the whole row is shown."""
        if not rows.any():
            return
        new = rows & self.good
        if new.any():
            self._found.append((np.flatnonzero(new), reason, column))
            self.good &= ~rows

    def report(self, rejects: Rejects, block: Block) -> None:
        for rows, reason, column in self._found:
            shown = [column] if column else list(block.columns)
            cells = [texts(block.columns[name].take(pa.array(rows))).to_pylist() for name in shown]
            found = [",".join(row) for row in zip(*cells, strict=True)]
            rejects.add(block.rows[rows], reason, found)


def moments(columns: Mapping[str, pa.Array]) -> pa.Array:
    """Return the column of times; with the date before it where that has a column of its own."""
    values = columns["time"]
    if "date" in columns:
        clock = texts(values)
        if pc.any(pc.match_substring_regex(clock, _CLOCK_ALONE)).as_py():
            dates = pc.replace_substring_regex(
                texts(columns["date"]), r"[T ](0?0:00(:00(\.0+)?)?|12:00:00 AM)$", ""
            )
            values = pc.binary_join_element_wise(dates, clock, " ")
    return values


def _midnight(us: Ints, zone: ZoneInfo) -> Ints:
    return local_to_utc(local_days(us, zone) * DAY_US, zone)
