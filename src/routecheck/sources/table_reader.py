"""What a reader of a small table is: a declaration of its columns, and of what is checked.

A column gives the name by which it stands in a file, how its cells are read, and what becomes of a
row whose cell is blank or cannot be read. Aliases of the names: `routecheck.domain.input_columns`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from routecheck.domain.codes import RejectReason
from routecheck.domain.tables import Table
from routecheck.sources.cell_values import is_blank, read_bool, read_date, read_minute
from routecheck.sources.line_reader import BAD_CHARACTER
from routecheck.sources.rejected_rows import ReadResult
from routecheck.sources.table_rows import Rows, Values
from routecheck.sources.time_values import (
    as_days,
    as_times,
    beyond_calendar,
    local_days,
    read_times,
)
from routecheck.sources.windows import LATEST_MINUTE, read_windows

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Column:
    """How a column of a file becomes one of a table, cell by cell.

    Attributes:
        name: canonical name of the column; a file that has none has blank cells.
        read: makes a value of the text of a cell; raises `ValueError` where it cannot.
        reason: why a row is rejected whose cell cannot be read.
        required: whether a row is rejected whose cell is blank.
        blank: the value of a blank cell, and of one that cannot be read.
        target: the column of the table; `name` where empty.
    """

    name: str
    read: Callable[[str], Any] = str
    reason: RejectReason = RejectReason.BAD_VALUE
    required: bool = False
    blank: Any = None
    target: str = ""

    def parse(self, rows: Rows, zone: ZoneInfo) -> Values:
        """Return a value for each row, and reject the rows that have none."""
        known: dict[str, Any] = {"": self.blank}
        wrong: set[str] = set()
        texts = self._texts(rows)
        for text in dict.fromkeys(texts):
            if text:
                try:
                    known[text] = self.read(text)
                except ValueError:
                    known[text] = self.blank
                    wrong.add(text)
        if wrong or self.required:
            for i, text in enumerate(texts):
                if text in wrong:
                    rows.reject(i, self.reason, text, name=self.name)
                elif self.required and not text:
                    rows.reject(i, RejectReason.MISSING_VALUE, name=self.name)
        return [known[text] for text in texts]

    def _texts(self, rows: Rows) -> list[str]:
        """Return the cells; of an optional column, words for nothing are blank."""
        texts = rows.text(self.name)
        if self.required:
            return texts
        nothing = {text for text in set(texts) if is_blank(text)}
        return ["" if text in nothing else text for text in texts] if nothing else texts


@dataclass(frozen=True)
class DateColumn(Column):
    """A column of dates; the order of day and month is that of the file."""

    reason: RejectReason = RejectReason.BAD_DATE

    def parse(self, rows: Rows, zone: ZoneInfo) -> Values:
        """Return dates, None where blank; rows with another text are rejected."""
        column = Column(
            self.name,
            partial(read_date, way=rows.way),
            self.reason,
            self.required,
            self.blank,
            self.target,
        )
        return column.parse(rows, zone)


@dataclass(frozen=True)
class TimeColumn(Column):
    """A column of moments: with an offset, or local."""

    def parse(self, rows: Rows, zone: ZoneInfo) -> Values:
        """Return times in UTC, NaT where blank; rows with another text are rejected."""
        texts = self._texts(rows)
        times = read_times(pa.array(texts, pa.string()), rows.zone or zone, rows.way)
        wrong = times.bad | beyond_calendar(times.us)
        for i in np.flatnonzero(wrong).tolist():
            rows.reject(i, RejectReason.BAD_TIME, texts[i], name=self.name)
        return as_times(times.us, times.blank | wrong)


@dataclass(frozen=True)
class WindowColumn(Column):
    """The start of a window: a time of day, or a full timestamp on the service date."""

    def parse(self, rows: Rows, zone: ZoneInfo) -> Values:
        """Return the minute after local midnight of `service_date`, -1 where blank.

        A window of `24:10` is one of the next date: the row's `service_date` becomes that.
        """
        texts, dates = self._texts(rows), list(rows.parsed["service_date"])
        times = read_times(pa.array(texts, pa.string()), rows.zone or zone, rows.way)
        days = local_days(times.us, zone)
        minutes = [-1] * len(rows)
        for i, text in enumerate(texts):
            if not text:
                continue
            try:
                late, minutes[i] = divmod(read_start(text), DAY_MINUTES)
                if late and dates[i] is not None:
                    dates[i] += datetime.timedelta(days=1)
            except ValueError:
                if times.bad[i] or dates[i] is None or days[i] != as_days(dates[i]):
                    rows.reject(i, RejectReason.BAD_TIME, text, name=self.name)
                    continue
                moment = datetime.datetime.fromtimestamp(times.us[i] / 1e6, zone)
                minutes[i] = moment.hour * 60 + moment.minute
        rows.parsed["service_date"] = dates
        return minutes


def read_start(text: str) -> int:
    """Read a time of day at which a window may start; from 24:00 on it is one of the next day.

    Of a whole window, `6:00-10:00`, that is its first.
    """
    try:
        minute = read_minute(text, LATEST_MINUTE)
    except ValueError:
        windows = read_windows(text)
        if len(windows) > 1:
            raise
        minute = read_minute(windows[0][0], LATEST_MINUTE)
    if minute >= LATEST_MINUTE:
        raise ValueError(text)
    return minute


def _read_identifier(text: str) -> str:
    if BAD_CHARACTER in text:
        raise ValueError(text)
    return text


text_column = partial(Column, blank="")
identifier = partial(Column, read=_read_identifier, blank="")
date_column = DateColumn
yes_or_no = partial(Column, read=read_bool, required=True, blank=False)
VALIDITY = (date_column("valid_from"), date_column("valid_to"))


@dataclass(frozen=True)
class TableReader:
    """How a file becomes a table.

    Attributes:
        table: the table; its name is that of the section of the configuration.
        columns: in the order in which they are read: a row is rejected for its first fault.
        checks: what is done with the rows when all columns were read: each may reject rows, and
            add or change values.
        day: gives the local date that a rejected row is counted under.
    """

    table: Table
    columns: tuple[Column, ...]
    checks: tuple[Callable[[Rows], None], ...] = ()
    day: Callable[[Rows, int], int] | None = None

    def read(self, rows: Rows, zone: ZoneInfo) -> ReadResult:
        """Return the table, and the rows that were rejected.

        Args:
            rows: of one file.
            zone: local time, of times without an offset.
        """
        for column in self.columns:
            rows.parsed[column.target or column.name] = column.parse(rows, zone)
        for check in self.checks:
            check(rows)
        return rows.finish(self.table, partial(self.day, rows) if self.day else None)
