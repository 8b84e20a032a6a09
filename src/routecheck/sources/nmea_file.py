"""NMEA 0183: what a receiver said, sentence by sentence. A row is an RMC sentence, by its line.

RMC has date, time, position, speed and course; GGA of the same second has how the position came
about. Other sentences are passed over. Whole blocks of lines are read at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.config import LimitsSection
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import UnreadableFileError
from routecheck.sources.cell_values import Bools, Floats
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import open_file, require_file
from routecheck.sources.line_reader import LineReader
from routecheck.sources.rejected_rows import Ints, Rejects
from routecheck.sources.text_file import Block, PlainFile

_SUFFIXES = frozenset({".nmea", ".nma", ".log", ".txt", ".gps"})
_SENTENCE = re.compile(rb"\$[A-Z]{2}[A-Z]{3},")
_HEAD_BYTES = 4096
_RMC = (
    r"\$(?P<body>[A-Z]{2}RMC,(?P<time>\d{6}(?:\.\d+)?|),(?P<status>[AV]?),(?P<lat>[0-9.]*),"
    r"(?P<north>[NS]?),(?P<lon>[0-9.]*),(?P<east>[EW]?),(?P<speed>[0-9.]*),(?P<course>[0-9.]*),"
    r"(?P<date>\d{6}|)(?:,[^*]*)?)(?:\*(?P<sum>[0-9A-Fa-f]{2}))?\s*$"
)
_GGA = r"\$[A-Z]{2}GGA,(?P<time>\d{6}(?:\.\d+)?),[^,]*,[^,]*,[^,]*,[^,]*,(?P<quality>\d),"
_NO_FIX = ("0", "6", "7", "8")
"""Qualities of GGA without a position of satellites: none, dead reckoning, entered, simulated."""
_NEAR_LINES = 20
"""A GGA so far from its RMC is one of another day."""
_MOMENTS = tuple(
    (rf"^(\d\d)(\d\d)({years})(\d\d)(\d\d)(\d\d(?:\.\d+)?)$", rf"{century}\3-\2-\1T\4:\5:\6Z")
    for century, years in (("19", r"[89]\d"), ("20", r"[0-7]\d"))
)
"""Date and time as RMC has them, years of two digits from 1980 on, and as others do."""


def is_nmea(path: Path) -> bool:
    """Whether a file holds sentences of NMEA, by the end of its name and its beginning."""
    if path.suffix.lower() not in _SUFFIXES:
        return False
    try:
        with open_file(path) as file:
            return _SENTENCE.search(file.read(_HEAD_BYTES)) is not None
    except OSError:
        return False


@dataclass
class NmeaFile(PlainFile):
    """One log; its arguments are those of `TextFile`."""

    path: Path
    label: str
    rejects: Rejects
    limits: LimitsSection
    on_bytes: Callable[[int], None] | None = None
    rows_in: int = 0
    cut_off: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: {"speed_kmh": "speed (kn)"})

    def blocks(self) -> Iterator[Block]:
        """Yield the rows; those that are damaged, or whose checksum is wrong, are rejected.

        Raises:
            UnreadableFileError: no RMC sentence, and so no date.
            FileLimitError: it holds more than it may.
        """
        size = require_file(self.path, self.label)
        limits = FileLimits(self.limits, self.label)
        line = 1
        with open_file(self.path) as raw:
            reader = LineReader(raw, size, limits, whole=False)
            for data, _ in reader.blocks():
                lines = pa.array(data.decode(errors="replace").split("\n"), pa.string())
                yield self._block(lines, line)
                limits.count("rows", self.rows_in)
                line += data.count(b"\n")
                if self.on_bytes is not None:
                    self.on_bytes(raw.tell())
        self.cut_off = reader.cut_off
        if not self.rows_in:
            raise UnreadableFileError("nmea_no_rmc", file=self.label)

    def _block(self, lines: pa.Array, first: int) -> Block:
        meant = np.flatnonzero(_true(pc.match_substring(lines, "RMC,")))
        self.rows_in += len(meant)
        found = pc.extract_regex(lines.take(pa.array(meant)), _RMC)
        good = found.is_valid().to_numpy(zero_copy_only=False)
        good[good] = _sums_hold(found.filter(pa.array(good)))
        bad = meant[~good]
        if len(bad):
            texts = lines.take(pa.array(bad)).to_pylist()
            self.rejects.add(bad + first, RejectReason.BAD_VALUE, [t.strip() for t in texts])
        rows = found.filter(pa.array(good))
        at = meant[good]
        cell = {name: pc.struct_field(rows, name) for name in ("time", "date", "status")}
        moment = pc.binary_join_element_wise(cell["date"], cell["time"], "")
        for pattern, written in _MOMENTS:
            moment = pc.replace_substring_regex(moment, pattern, written)
        columns = {
            "time": moment,
            "lon": pa.array(_degrees(rows, "lon", "east", "W")),
            "lat": pa.array(_degrees(rows, "lat", "north", "S")),
            "speed_kmh": _numbers(rows, "speed"),
            "heading_deg": _numbers(rows, "course"),
            "positioned": cell["status"],
            "fix": pa.array(_quality(lines, cell["time"], at), pa.string()),
        }
        return Block(columns, at + first)


def _true(values: pa.Array) -> Bools:
    return np.asarray(values.to_numpy(zero_copy_only=False), bool)


def _sums_hold(rows: pa.Array) -> Bools:
    """Whether the checksum of each sentence is that of its characters; one without has none."""
    bodies, sums = pc.struct_field(rows, "body"), pc.struct_field(rows, "sum")
    if not len(rows):
        return np.zeros(0, bool)
    if isinstance(bodies, pa.ChunkedArray):
        bodies = bodies.combine_chunks()
    _, ends, data = bodies.buffers()
    offsets = np.frombuffer(ends, np.int32)[bodies.offset : bodies.offset + len(bodies) + 1]
    letters = np.frombuffer(data, np.uint8)[: offsets[-1]]
    found = np.bitwise_xor.reduceat(letters, offsets[:-1])
    coded = sums.fill_null("").dictionary_encode()
    wanted = [int(text, 16) if text else -1 for text in coded.dictionary.to_pylist()]
    told = np.array(wanted, np.int64)[coded.indices.to_numpy()]
    return np.asarray((told < 0) | (told == found), bool)


def _numbers(rows: pa.Array, name: str) -> pa.Array:
    cells = pc.struct_field(rows, name)
    right = pc.match_substring_regex(cells, r"^[0-9]+(\.[0-9]*)?$")
    return pc.cast(pc.if_else(right, cells, None), pa.float64())


def _degrees(rows: pa.Array, name: str, side: str, negative: str) -> Floats:
    """Degrees of `dddmm.mmmm`; NaN where there is none, infinite where it has 60 minutes."""
    value = np.asarray(_numbers(rows, name).to_numpy(zero_copy_only=False), np.float64)
    sides = pc.struct_field(rows, side)
    whole = np.floor(value / 100)
    minutes = value - 100 * whole
    found = np.where(minutes < 60, whole + minutes / 60, np.where(np.isnan(value), np.nan, np.inf))
    found = np.where(_true(pc.equal(sides, "")), np.nan, found)
    return np.where(_true(pc.equal(sides, negative)), -found, found)


def _quality(lines: pa.Array, times: pa.Array, at: Ints) -> list[str]:
    """What GGA of the same second says of the position of each RMC: `0` for none, else empty."""
    told = np.flatnonzero(_true(pc.match_substring(lines, "GGA,")))
    if not len(told) or not len(at):
        return [""] * len(at)
    found = pc.extract_regex(lines.take(pa.array(told)), _GGA)
    good = found.is_valid().to_numpy(zero_copy_only=False)
    rows = found.filter(pa.array(good))
    quality = pd.DataFrame(
        {
            "time": pc.struct_field(rows, "time").to_numpy(zero_copy_only=False),
            "quality": pc.struct_field(rows, "quality").to_numpy(zero_copy_only=False),
            "line": told[good],
        }
    )
    quality = quality[quality["quality"].isin(_NO_FIX)]
    own = pd.DataFrame({"time": times.to_numpy(zero_copy_only=False), "own": at})
    pairs = own.merge(quality, on="time")
    near = pairs[(pairs["own"] - pairs["line"]).abs() <= _NEAR_LINES]
    none = np.isin(at, near["own"].to_numpy())
    return ["0" if without else "" for without in none.tolist()]
