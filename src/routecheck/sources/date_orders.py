"""Dates as spreadsheets of other places write them: day first, month first, and 12-hour clocks.

`3/4/2026` is the third of April in one country and the fourth of March in another. Which it is can
be known only from the whole column, or from several files of one export: a number above 12 is no
month; a clock with AM or PM behind a date with slashes is North American unless the dates then lie
months apart; the days of a feed follow each other. Where that leaves a doubt nothing is read, and
`Evidence.doubtful` gives a cell to show. Dates that begin with the year need none of this.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.domain.tables import TEXT

Order = Literal["day", "month", ""]
"""What a date that does not begin with its year begins with; empty: not known."""
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

WORDS: dict[str, Order] = {"day-first": "day", "month-first": "month"}
"""What `time_format` may be besides a pattern of `strptime`."""
_FEED_DAYS = 3
"""So many dates that follow each other in one order, and lie months apart in the other, decide."""
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MARKS = {
    0: "上午 凌晨 早上 清晨 清早 早晨",
    10: "中午",
    12: "下午 傍晚",
    17: "晚上 夜里 夜间 深夜 半夜 午夜",
}
"""Words for a part of the day, by the first of the twelve hours that are written with them: at noon
11:30 is before noon, and in the evening 12:05 is past midnight."""
_FIRST_HOURS = {word: first for first, words in _MARKS.items() for word in words.split()}
MARK = rf"{'|'.join(_FIRST_HOURS)}|[AaPp]\.?\s?[Mm]\.?"
_AS_AM_PM = (
    (r"中午(\s*1[01]\D)", r"AM\1"),
    (rf"(?:{_MARKS[17].replace(' ', '|')})(\s*(?:12|0?[1-4])\D)", r"AM\1"),
    (_MARKS[0].replace(" ", "|"), "AM"),
    ("|".join(_MARKS[first].replace(" ", "|") for first in (10, 12, 17)), "PM"),
    (r"([AaPp])\.?\s?([Mm])\.?", r"\1\2"),
)
"""The same for a declared pattern, which knows AM and PM."""
_NUMERIC = r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P<sep2>[-/.])(?P<c>\d{4}|\d{2})"
_NAMED = r"(?P<d1>\d{1,2})[-/. ]+(?P<n1>[A-Za-z]{3,9})[-/., ]+(?P<y1>\d{4})"
_NAME_FIRST = r"(?P<n2>[A-Za-z]{3,9})[. ]+(?P<d2>\d{1,2}),? +(?P<y2>\d{4})"
_YEAR_FIRST = r"(?P<y3>\d{4})(?P<u>[-/.年])(?P<m3>\d{1,2})(?P<u2>[-/.月])(?P<d3>\d{1,2})[日号號]?"
_TIME = (
    rf"(?P<p>{MARK})?\s*(?P<h>\d{{1,2}})[:时時点點](?P<mi>\d{{1,2}})"
    r"(?:[:分](?P<s>\d{1,2})(?P<f>[.,]\d{1,9})?秒?|分)?"
    rf"\s*(?P<q>{MARK})?\s*(?P<z>[Zz]|[+-]\d\d:?\d\d)?"
)
_CELL = rf"^(?:{_NUMERIC}|{_NAMED}|{_NAME_FIRST}|{_YEAR_FIRST})(?:[T,]?\s*{_TIME})?$"
_NO_YEAR_FIRST = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}($|[^\d])"


@dataclass(frozen=True)
class TimeWay:
    """How the times of a file are written.

    Attributes:
        order: what a date that does not begin with its year begins with.
        pattern: of `strptime`, as declared; empty: none.
        declared: the value of `time_format`, for messages.
    """

    order: Order = ""
    pattern: str = ""
    declared: str = ""

    @classmethod
    def of(cls, declared: str) -> TimeWay:
        """Return what a `time_format` of the configuration means."""
        if declared in WORDS:
            return cls(WORDS[declared], "", declared)
        day, month = declared.find("%d"), declared.find("%m")
        if min(day, month) < 0:
            return cls("", declared, declared)
        return cls("day" if day < month else "month", declared, declared)


ANY_WAY = TimeWay()
"""Nothing declared: what leaves no doubt is read."""


@dataclass
class Evidence:
    """What the cells of some columns show of the order of day and month."""

    cells: set[str] = field(default_factory=set)
    """The dates, each once, without the time of day."""
    marks: set[str] = field(default_factory=set)
    """How the halves of the day are marked."""
    timed: bool = False
    """Whether the dates are those of moments: such as follow each other."""

    def add(self, values: pa.Array) -> None:
        """Take a column of text into account."""
        found = _doubtful_cells(values)
        if not len(found):
            return
        dates = pc.replace_substring_regex(found, r"[^\d/.\-].*$", "")
        self.cells.update(pc.unique(dates).to_pylist())
        # A feed writes all its marks in one way: some thousand cells show both halves of the day.
        tails = pc.replace_substring_regex(found[:5000], r"^[\d/.\-]+[T,]?\s*", "")
        for text in pc.unique(tails).to_pylist():
            self.marks.update(re.findall(MARK, text))
            self.timed |= ":" in text

    @property
    def some(self) -> bool:
        """Whether there are dates at all that do not begin with their year."""
        return bool(self.cells)

    @property
    def certain(self) -> Order:
        """The order that a number above 12 shows; empty where none does, or they contradict."""
        pairs = self._pairs()
        day = any(a > 12 for a, _ in pairs)
        month = any(b > 12 for _, b in pairs)
        if day == month:
            return ""
        return "day" if day else "month"

    @property
    def order(self) -> Order:
        """The order, where the cells leave no doubt."""
        pairs = self._pairs()
        if self.certain or any(max(pair) > 12 for pair in pairs):
            return self.certain
        if all(a == b for a, b in pairs):
            return "day" if pairs else ""
        by_day, by_month = self._span_days("day"), self._span_days("month")
        if self.timed and (self.marks or len(self.cells) >= _FEED_DAYS):
            near, far = min(by_day, by_month), max(by_day, by_month)
            if near < len(self.cells) * 2 and far >= 28:
                return "day" if by_day < by_month else "month"
        plain = all(re.fullmatch("[AaPp][Mm]", mark) for mark in self.marks)
        slashes = all("/" in cell for cell in self.cells)
        return "month" if self.marks and plain and slashes and by_day == by_month else ""

    def _pairs(self) -> list[tuple[int, int]]:
        parts = [re.split(r"[-/.]", cell) for cell in self.cells]
        return [(int(part[0]), int(part[1])) for part in parts]

    def _span_days(self, order: Order) -> int:
        days = [_date_of(cell, order) for cell in self.cells]
        known = [day.toordinal() for day in days if day is not None]
        return max(known) - min(known) if known else 0


def _doubtful_cells(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return pa.array([], pa.string())
    trimmed = pc.utf8_trim_whitespace(values)
    return trimmed.filter(pc.match_substring_regex(trimmed, _NO_YEAR_FIRST).fill_null(False))


def doubtful_row(values: pa.Array) -> tuple[int, str] | None:
    """Return the first cell whose order is open, with its place, where most cells are such."""
    some = _doubtful_cells(values)
    given = pc.sum(pc.not_equal(pc.utf8_trim_whitespace(values), "")).as_py() if len(some) else 0
    if 2 * len(some) <= (given or 0) or not len(some):
        return None
    # 3/3/2026 is the same day in both orders: another cell shows the doubt better.
    first = next((c for c in some.slice(0, 10_000).to_pylist() if _differs(c)), some[0].as_py())
    return pc.index(pc.utf8_trim_whitespace(values), first).as_py(), first


def _differs(cell: str) -> bool:
    a, b = re.split(r"[-/.]", cell)[:2]
    return int(a) != int(b)


def _date_of(text: str, order: Order) -> datetime.date | None:
    a, b, year = (int(part) for part in re.split(r"[-/.]", text))
    day, month = (a, b) if order == "day" else (b, a)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def date_in(text: str, way: TimeWay) -> datetime.date:
    """Read a date that does not begin with its year.

    Raises:
        ValueError: it is none, or its order is not known.
    """
    if way.pattern:
        try:
            return datetime.datetime.strptime(text, way.pattern).date()  # noqa: DTZ007
        except ValueError:
            pass
    found = read_cells(pa.array([text], pa.string()), way)
    if not found.date_only[0] or not found.good[0]:
        raise ValueError(text)
    return datetime.date(1970, 1, 1) + datetime.timedelta(int(found.us[0]) // 86_400_000_000)


@dataclass(frozen=True)
class Cells:
    """Times read: microseconds since 1970 by the clock on the wall, less the offset if given."""

    us: Ints
    good: Bools
    local: Bools
    date_only: Bools


def read_cells(values: pa.Array, way: TimeWay) -> Cells:
    """Read cells of text that are not in ISO order, or have a 12-hour clock.

    Args:
        values: text without blanks around it.
        way: a declared pattern goes first.
    """
    read = _by_parts(values, way)
    if not way.pattern:
        return read
    texts = values
    for mark, plain in _AS_AM_PM:
        texts = pc.replace_substring_regex(texts, mark, plain)
    zoned = "%z" in way.pattern
    found = pd.to_datetime(
        pd.Series(texts.to_pylist(), dtype=TEXT), format=way.pattern, errors="coerce", utc=True
    )
    own = found.notna().to_numpy()
    us = found.dt.tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64)
    clock = any(part in way.pattern for part in ("%H", "%I", "%T", "%X", "%c", "%R", "%r"))
    return Cells(
        np.where(own, us, read.us),
        own | read.good,
        np.where(own, not zoned, read.local),
        np.where(own, not clock, read.date_only),
    )


def _by_parts(values: pa.Array, way: TimeWay) -> Cells:
    parts = pc.extract_regex(values, _CELL)
    good = parts.is_valid().to_numpy(zero_copy_only=False)

    def text(name: str) -> pa.Array:
        return pc.struct_field(parts, name).fill_null("")

    def number(*names: str) -> Ints:
        total = np.zeros(len(values), np.int64)
        for name in names:
            cells = pc.if_else(pc.equal(text(name), ""), "0", text(name))
            total += pc.cast(cells, pa.int64()).to_numpy(zero_copy_only=False)
        return total

    def given(*names: str) -> Bools:
        some = [pc.not_equal(text(name), "").to_numpy(zero_copy_only=False) for name in names]
        return np.asarray(np.logical_or.reduce(some))

    a, b, numeric = number("a"), number("b"), given("a")
    short = pc.equal(pc.utf8_length(text("c")), 2).to_numpy(zero_copy_only=False)
    year = number("c", "y1", "y2", "y3") + np.where(short, 2000, 0)
    # A year of two digits may stand in any place: only where the order was declared.
    good &= ~numeric | ((way.order != "") & (~short | (way.declared != "")))
    good &= pc.equal(text("sep"), text("sep2")).to_numpy(zero_copy_only=False)
    between = pc.replace_substring(text("u"), "年", "月")
    good &= pc.equal(between, text("u2")).to_numpy(zero_copy_only=False)
    day_first = way.order == "day"
    day = np.where(numeric, a if day_first else b, number("d1", "d2", "d3"))
    named = _month_numbers(text("n1")) + _month_numbers(text("n2"))
    month = np.where(numeric, b if day_first else a, named + number("m3"))
    hour, before, behind = number("h"), _first_hours(text("p")), _first_hours(text("q"))
    first = np.maximum(before, behind)
    # At most one mark, and one that the hour allows: 14:05 PM is 14:05.
    good &= ((before < 0) | (behind < 0)) & ~((first == 0) & (hour > 12))
    # A clock that writes the evening's 12:05 beside a date has the new date by then.
    hour = np.where((first >= 0) & (hour <= 12), (first + (hour - first) % 12) % 24, hour)
    zone = text("z")
    digits = pc.replace_substring_regex(zone, r"[^0-9]", "")
    off = pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.int64())
    off = off.to_numpy(zero_copy_only=False)
    offset = off // 100 * 60 + off % 100
    offset = np.where(pc.starts_with(zone, "-").to_numpy(zero_copy_only=False), -offset, offset)
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(text("f"), 7, "0"), 1, 7)
    fraction = pc.if_else(pc.equal(text("f"), ""), "0", fraction)
    us, right = civil_us(year, month, day, hour, number("mi"), number("s"), offset)
    us = us + pc.cast(fraction, pa.int64()).to_numpy(zero_copy_only=False)
    good &= right
    return Cells(us, good, ~given("z"), ~given("h"))


def _month_numbers(names: pa.Array) -> Ints:
    coded = pc.utf8_lower(pc.utf8_slice_codeunits(names, 0, 3)).dictionary_encode()
    known = [
        0 if not name else _MONTHS.index(name) + 1 if name in _MONTHS else 99
        for name in coded.dictionary.to_pylist()
    ]
    return np.array(known, np.int64)[coded.indices.to_numpy()] if len(names) else np.zeros(0, int)


def _first_hours(marks: pa.Array) -> Ints:
    """Return the first of the twelve hours that a mark stands for, -1 without one."""
    coded = marks.dictionary_encode()
    known = [first_hour(mark) if mark else -1 for mark in coded.dictionary.to_pylist()]
    return np.array(known, np.int64)[coded.indices.to_numpy()] if len(marks) else np.zeros(0, int)


def first_hour(mark: str) -> int:
    """Return the first of the twelve hours that a mark stands for: 0 of `AM`, 17 of `晚上`."""
    return _FIRST_HOURS.get(mark, 0 if mark[0] in "Aa" else 12)


def civil_us(
    year: Ints, month: Ints, day: Ints, hour: Ints, minute: Ints, second: Ints, offset_min: Ints
) -> tuple[Ints, Bools]:
    """Return microseconds since 1970 by the calendar, offset taken off, and which are real."""
    right = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    first = ((year - 1970) * 12 + np.where(right, month, 1) - 1).astype("datetime64[M]")
    following = first + np.timedelta64(1, "M")
    length = (following.astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    right &= (day <= length) & (hour < 24) & (minute < 60) & (second <= 60)
    right &= np.abs(offset_min) < 24 * 60
    days = first.astype("datetime64[D]").astype(np.int64) + day - 1
    seconds = days * 86_400 + hour * 3600 + (minute - offset_min) * 60 + second
    return seconds * 1_000_000, right


def half_day(text: str) -> tuple[str, int]:
    """Return a time of day without its mark, and how many minutes the mark adds to it.

    Args:
        text: such as `6:30 AM`, `下午2:00`; without blanks around it. `晚上12:05` is past the
            midnight that ends the day.
    """
    match = re.fullmatch(rf"({MARK})?\s*(\d{{1,2}})(.*?)\s*({MARK})?", text)
    if match is None or bool(match[1]) == bool(match[4]):
        return text, 0
    first, hour = first_hour(match[1] or match[4]), int(match[2])
    if hour > 12:
        return (text if first == 0 else match[2] + match[3]), 0
    return match[2] + (match[3] or ":00"), (first + (hour - first) % 12 - hour) * 60


def evidence_of(columns: Iterable[pa.Array]) -> Evidence:
    """Return what some columns show together."""
    evidence = Evidence()
    for values in columns:
        evidence.add(values)
    return evidence
