"""Times as exports write them, to UTC: whole columns at once.

Cells of a column are written in few ways. A column is sorted by the shape of its cells (digits are
digits, all else is itself), one regular expression reads each shape once, and the digits of all
cells of that shape are taken together. A hundred thousand times take some ten milliseconds.

Known: ISO 8601 with `T` or a blank, with or without seconds, fraction, `Z` or offset; `/` and `.`
between the parts of the date; `2026年3月1日 6时05分`; `20260301060500`; seconds or milliseconds
since 1970. What else there is, such as 12-hour clocks, `date_orders` reads.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.sources.date_orders import ANY_WAY, TimeWay, civil_us, read_cells
from routecheck.sources.rejected_rows import Ints

DAY_US = 86_400_000_000
QUARTER_US = 900_000_000
"""Offsets change at whole quarters of an hour, UTC, everywhere since 1972."""
COUNTED = 100_000
"""Values in a span no wider (quarters of an hour: three years) are counted instead of sorted."""
_FIRST_US, _LAST_US = -62_100_000_000_000_000, 253_300_000_000_000_000
Bools = npt.NDArray[np.bool_]
_Bytes = npt.NDArray[np.uint8]

_DATE = (
    r"(?P<Y>0000)(?P<s>[-/.])(?P<M>00?)(?P=s)(?P<D>00?)"
    r"|(?P<Y2>0000)年(?P<M2>00?)月(?P<D2>00?)(?:日|号|號)"
    r"|(?P<Y3>0000)(?P<M3>00)(?P<D3>00)"
)
_CLOCK = (
    r"(?P<h>00?):(?P<m>00?)(?::(?P<S>00?)(?:[.,](?P<f>0+))?)?"
    r"|(?P<h2>00?)(?:时|時|点|點)(?:(?P<m2>00?)分(?:(?P<S2>00?)秒?)?)?"
    r"|(?P<h3>00)(?P<m3>00)(?P<S3>00)?"
)
_OFFSET = r"[Zz]|(?P<sign>[+-])(?P<oh>00):?(?P<om>00)?"
_SHAPE = re.compile(f"(?:{_DATE})(?:[T t]?\\s*(?:{_CLOCK})\\s*(?P<z>{_OFFSET})?)?".encode())
_EPOCH = re.compile(rb"(?P<e>0{9,10}|0{13})(?:[.](?P<f>0+))?")


@dataclass(frozen=True)
class Times:
    """A column of times: microseconds since 1970 UTC, and what could not be read."""

    us: Ints
    blank: Bools
    bad: Bools
    """Neither blank nor a time; a date without the time of day among them."""
    date_only: Bools
    local: Bools
    """Without an offset: of local time."""


def read_times(values: pa.Array, zone: ZoneInfo, way: TimeWay = ANY_WAY) -> Times:
    """Read a column of times.

    Args:
        values: text, timestamps (without a zone: local), or numbers since 1970 in seconds, or in
            milliseconds where above 1e11.
        zone: local time, of cells without an offset. A time that occurs twice when clocks are set
            back is the first; one that does not occur is as much later as clocks were set on.
        way: how the file writes times, as declared or found.
    """
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        return _from_timestamps(values, zone)
    if pa.types.is_date(values.type):
        some = values.is_valid().to_numpy(zero_copy_only=False)
        none = np.zeros(len(values), bool)
        return Times(np.zeros(len(values), np.int64), ~some, some, some, none)
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        numbers = pc.cast(values, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        blank = np.isnan(numbers)
        bad = ~blank & ~((numbers >= 0) & (numbers < 8e12))
        usable = np.where(blank | bad, 0.0, numbers)
        us = np.rint(usable * np.where(usable > 1e11, 1e3, 1e6)).astype(np.int64)
        return Times(us, blank, bad, np.zeros(len(us), bool), np.zeros(len(us), bool))
    return _from_text(pc.cast(values, pa.string()), zone, way)


def unfit_cell(values: pa.Array, zone: ZoneInfo, way: TimeWay) -> tuple[int, str] | None:
    """Return a cell that is not written in a declared way, with its place.

    None where the column is written so: a cell that leaves no doubt, such as an ISO date, is no
    contradiction, nor are some that cannot be read at all.
    """
    times = read_times(values, zone, way)
    wrong = times.bad & ~times.date_only
    if 2 * int(wrong.sum()) <= int((~times.blank).sum()):
        return None
    first = int(np.flatnonzero(wrong)[0])
    return first, str(values[first].as_py())


def as_days(date: datetime.date | int) -> int:
    """Return a date, or the first of January of a year, as days since 1970-01-01."""
    first = datetime.date(date, 1, 1) if isinstance(date, int) else date
    return first.toordinal() - datetime.date(1970, 1, 1).toordinal()


def local_to_utc(local_us: Ints, zone: ZoneInfo) -> Ints:
    """Return local times, microseconds since 1970 by the clock on the wall, in UTC.

    A time that occurs twice is the first; one that does not occur is moved forward by the length
    of the hole (as RFC 5545 and Python's `fold=0` have it).
    """
    days, which = _distinct(local_us // DAY_US)
    starts = np.array([_offset_us(int(day) * DAY_US, zone) for day in days], np.int64)
    ends = np.array([_offset_us((int(day) + 1) * DAY_US - 1, zone) for day in days], np.int64)
    offsets = starts[which]
    changing = (starts != ends)[which]
    if changing.any():
        minutes, each = np.unique(local_us[changing] // 60_000_000, return_inverse=True)
        by_minute = [_offset_us(int(minute) * 60_000_000, zone) for minute in minutes]
        offsets[changing] = np.array(by_minute, np.int64)[each]
    return local_us - offsets


def again_after_us(us: Ints, zone: ZoneInfo) -> Ints:
    """Return after how long the local time of each moment occurs again; 0 where it does not.

    Args:
        us: microseconds since 1970 UTC.
        zone: of the local time.
    """
    quarters, which = _distinct(us // QUARTER_US)
    again = [_again_after_us(int(quarter) * QUARTER_US, zone) for quarter in quarters]
    return np.array(again, np.int64)[which]


def local_days(us: Ints, zone: ZoneInfo) -> Ints:
    """Return the local dates of UTC times, as days since 1970-01-01."""
    hours, which = _distinct(us // QUARTER_US)
    offsets = np.array([utc_offset_us(int(hour) * QUARTER_US, zone) for hour in hours], np.int64)
    return np.asarray((us + offsets[which]) // DAY_US) if len(us) else us.astype(np.int64)


def _distinct(values: Ints) -> tuple[Ints, Ints]:
    """Distinct values in order, and which of them each value is."""
    lowest, highest = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    if highest - lowest > COUNTED:
        distinct, which = np.unique(values, return_inverse=True)
        return distinct, which
    # Times of some weeks: counting them takes a tenth of the time that sorting does.
    there = np.bincount(values - lowest) > 0
    return np.flatnonzero(there) + lowest, (np.cumsum(there) - 1)[values - lowest]


@lru_cache(maxsize=4096)
def _offset_us(local_us: int, zone: ZoneInfo) -> int:
    wall = _datetime(local_us)
    offset = wall.replace(tzinfo=zone).utcoffset() if wall else None
    return round(offset.total_seconds() * 1e6) if offset is not None else 0


@lru_cache(maxsize=65536)
def utc_offset_us(us: int, zone: ZoneInfo) -> int:
    """Return how far local time is ahead of UTC at a moment; 0 beyond the calendar."""
    moment = _datetime(us)
    if moment is None:
        return 0
    offset = moment.replace(tzinfo=datetime.UTC).astimezone(zone).utcoffset()
    return round(offset.total_seconds() * 1e6) if offset is not None else 0


@lru_cache(maxsize=65536)
def _again_after_us(us: int, zone: ZoneInfo) -> int:
    moment = _datetime(us + utc_offset_us(us, zone))
    if moment is None:
        return 0
    first, second = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first is None or second is None or first <= second:
        return 0
    # Of the second occurrence itself there is no other one to come.
    own = round(first.total_seconds() * 1e6) == utc_offset_us(us, zone)
    return round((first - second).total_seconds() * 1e6) if own else 0


def beyond_calendar(us: Ints) -> Bools:
    """Where times lie so near the ends of the calendar that not every zone has a date for them."""
    return (us <= _FIRST_US) | (us >= _LAST_US)


def _datetime(us: int) -> datetime.datetime | None:
    # Dates beyond the years 2 to 9998 are faults that are reported later; here they need no offset.
    if not _FIRST_US < us < _LAST_US:
        return None
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=us)  # noqa: DTZ001


def as_times(us: Ints, blank: Bools) -> pd.Series[pd.Timestamp]:
    """Return microseconds since 1970 UTC as a column of times, NaT where blank."""
    times = us.astype("datetime64[us]")
    times[blank] = np.datetime64("NaT", "us")
    return pd.Series(times).dt.tz_localize("UTC")


def _from_timestamps(values: pa.Array, zone: ZoneInfo) -> Times:
    some = values.is_valid().to_numpy(zero_copy_only=False)
    aware = values.type.tz is not None
    bare = pc.cast(values, pa.timestamp("us", values.type.tz), safe=False)
    us = bare.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    none = np.zeros(len(us), bool)
    return Times(us if aware else local_to_utc(us, zone), ~some, none, none, some & (not aware))


def _from_text(values: pa.Array, zone: ZoneInfo, way: TimeWay) -> Times:
    values = pc.utf8_trim_whitespace(values).fill_null("")
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    count = len(values)
    _, ends, bytes_ = values.buffers()
    offsets = np.frombuffer(ends, np.int32)[values.offset : values.offset + count + 1]
    data = np.frombuffer(bytes_ or b"", np.uint8)
    lengths = np.diff(offsets) if count else np.empty(0, np.int32)
    us = np.zeros(count, np.int64)
    local = np.zeros(count, bool)
    good = np.zeros(count, bool)
    date_only = np.zeros(count, bool)
    for length in np.unique(lengths):
        if not 8 <= length <= 40:
            continue
        rows = np.flatnonzero(lengths == length)
        if len(rows) == count:
            cells = data[offsets[0] : offsets[-1]].reshape(count, length)
        else:
            cells = data[offsets[rows][:, None] + np.arange(length, dtype=np.int32)]
        digit = (cells >= 48) & (cells <= 57)
        shapes = np.where(digit, np.uint8(48), cells)
        for same in _alike(shapes):
            match = _match(shapes[same[0]].tobytes())
            if match is None:
                continue
            which = rows[same]
            part = cells[same] if len(same) < len(cells) else cells
            if match.re is _EPOCH:
                us[which], good[which] = _epoch(part, match), True
                continue
            us[which], good[which] = _civil(part, match)
            local[which] = match["z"] is None
            date_only[which] = not any(match[name] for name in ("h", "h2", "h3"))
    other = np.flatnonzero((lengths > 0) & ~good)
    if len(other):
        read = read_cells(values.take(pa.array(other)), way)
        us[other], good[other] = np.where(read.good, read.us, 0), read.good
        local[other], date_only[other] = read.local, read.date_only
    local &= good & ~date_only
    if local.any():
        us[local] = local_to_utc(us[local], zone)
    blank = lengths == 0
    ok = good & ~date_only
    return Times(np.where(ok, us, 0), blank, ~blank & ~ok, date_only & good, local)


def _alike(shapes: _Bytes) -> list[Ints]:
    """Return the rows of each shape."""
    groups: list[Ints] = []
    left = np.arange(len(shapes))
    # Columns are nearly all in one shape or a few: those are found by comparing with one row.
    for _ in range(6):
        if len(left) == 0:
            return groups
        rest = shapes if len(left) == len(shapes) else shapes[left]
        same = (rest == rest[0]).all(axis=1)
        groups.append(left[same])
        left = left[~same]
    if len(left):
        rest = np.ascontiguousarray(shapes[left])
        keys = rest.view(np.dtype((np.void, rest.shape[1])))[:, 0]
        _, which = np.unique(keys, return_inverse=True)
        order = np.argsort(which, kind="stable")
        groups += np.split(left[order], np.flatnonzero(np.diff(which[order])) + 1)
    return groups


@lru_cache(maxsize=1024)
def _match(shape: bytes) -> re.Match[bytes] | None:
    return _EPOCH.fullmatch(shape) or _SHAPE.fullmatch(shape)


def _number(cells: _Bytes, match: re.Match[bytes], *names: str) -> Ints:
    for name in names:
        start, end = match.span(name)
        if start >= 0:
            total = np.zeros(len(cells), np.int64)
            for column in range(start, end):
                total = total * 10 + (cells[:, column] - np.uint8(48))
            return total
    return np.zeros(len(cells), np.int64)


def _fraction_us(cells: _Bytes, match: re.Match[bytes]) -> Ints:
    start, end = match.span("f")
    if start < 0:
        return np.zeros(len(cells), np.int64)
    total = np.zeros(len(cells), np.int64)
    for place in range(6):
        column = start + place
        total = total * 10 + (cells[:, column] - np.uint8(48) if column < end else 0)
    return total


def _epoch(cells: _Bytes, match: re.Match[bytes]) -> Ints:
    number = _number(cells, match, "e")
    if match.end("e") - match.start("e") == 13:
        return number * 1000
    return number * 1_000_000 + _fraction_us(cells, match)


def _civil(cells: _Bytes, match: re.Match[bytes]) -> tuple[Ints, Bools]:
    """Return microseconds since 1970 by the calendar, offset taken off, and which are real."""
    year = _number(cells, match, "Y", "Y2", "Y3")
    month = _number(cells, match, "M", "M2", "M3")
    day = _number(cells, match, "D", "D2", "D3")
    hour = _number(cells, match, "h", "h2", "h3")
    minute = _number(cells, match, "m", "m2", "m3")
    second = _number(cells, match, "S", "S2", "S3")
    offset = _number(cells, match, "oh") * 60 + _number(cells, match, "om")
    if match["sign"] == b"-":
        offset = -offset
    us, right = civil_us(year, month, day, hour, minute, second, offset)
    return us + _fraction_us(cells, match), right
