"""Small tables, row by row of meaning: everything but fixes."""

from __future__ import annotations

import datetime
import glob
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from routecheck.config import FileSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import MissingDataError, UnreadableFileError
from routecheck.sources.encoding import BAD_CHARACTER
from routecheck.sources.rejects import Ints, Rejects
from routecheck.sources.sheets import is_workbook, read_sheet
from routecheck.sources.text import Block, TextFile
from routecheck.sources.times import as_days, local_days, read_times
from routecheck.sources.values import identifiers, read_minute

T = TypeVar("T")


class Rows:
    """The rows of one file; a row that is rejected keeps its first reason.

    Args:
        file: how tables and messages name the file.
        columns: canonical columns of text, stripped.
        lines: the line of each row.
        rejects: where rejected rows go, those among them that never became rows.
        decimal_comma: whether numbers may have a decimal comma.
        where: of a workbook: by column, its sheet and letters; rejected cells are named by them.
    """

    def __init__(
        self,
        file: str,
        columns: Mapping[str, Sequence[str]],
        lines: Ints,
        rejects: Rejects,
        *,
        decimal_comma: bool = False,
        where: Mapping[str, str] | None = None,
    ) -> None:
        self.file = file
        self.where = where or {}
        self.lines = lines
        self.rejects = rejects
        self.decimal_comma = decimal_comma
        self.rows_in = len(lines) + len(rejects)
        self._columns = columns
        self._bad: dict[int, tuple[RejectReason, str]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def text(self, name: str) -> list[str]:
        """Return a column of text, empty where the file has none."""
        return list(self._columns.get(name) or [""] * len(self))

    def identifiers(self, name: str, *, required: bool = True) -> list[str]:
        """Return a column of ids; rows without one that is required are rejected."""
        found = self.text(name)
        for i, value in enumerate(found):
            if required and not value:
                self.reject(i, RejectReason.MISSING_VALUE, name=name)
            elif BAD_CHARACTER in value:
                self.reject(i, RejectReason.BAD_VALUE, value, name=name)
        return found

    def parsed(
        self,
        name: str,
        read: Callable[[str], T],
        reason: RejectReason,
        *,
        required: bool = False,
    ) -> list[T | None]:
        """Return a column as `read` understands it, None where blank.

        Rows whose value cannot be understood are rejected for `reason`; blank ones where the
        column is required.
        """
        known: dict[str, T | None] = {"": None}
        wrong: set[str] = set()
        found = self.text(name)
        for value in dict.fromkeys(found):
            if value:
                try:
                    known[value] = read(value)
                except ValueError:
                    known[value] = None
                    wrong.add(value)
        if wrong or required:
            for i, value in enumerate(found):
                if value in wrong:
                    self.reject(i, reason, value, name=name)
                elif required and not value:
                    self.reject(i, RejectReason.MISSING_VALUE, name=name)
        return [known[value] for value in found]

    def reject(
        self, i: int, reason: RejectReason, text: str | None = None, *, name: str = ""
    ) -> None:
        """Keep row `i` apart; without a text, the whole row is shown.

        In a workbook the cell is named too: that of the column `name`, else the whole row.
        """
        if i not in self._bad:
            shown = text or ",".join(column[i] for column in self._columns.values())
            if name in self.where:
                shown = f"{self.where[name]}{self.lines[i]}: {shown}"
            elif self.where:
                sheet = next(iter(self.where.values())).rpartition("!")[0]
                shown = f"{sheet}!{self.lines[i]}:{self.lines[i]}: {shown}"
            self._bad[i] = (reason, shown)

    @property
    def kept(self) -> list[int]:
        """The rows that have not been rejected."""
        return [i for i in range(len(self)) if i not in self._bad]

    def reject_repeated(self, keys: Sequence[Any]) -> None:
        """Reject rows whose key a kept row before them has."""
        seen = set()
        for i in self.kept:
            if keys[i] in seen:
                self.reject(i, RejectReason.DUPLICATE_KEY)
            seen.add(keys[i])

    def reject_reversed(self, valid_from: Sequence[Any], valid_to: Sequence[Any]) -> None:
        """Reject rows that end before they begin."""
        for i in self.kept:
            if valid_from[i] and valid_to[i] and valid_to[i] < valid_from[i]:
                self.reject(i, RejectReason.BAD_DATE, f"{valid_from[i]} – {valid_to[i]}")

    def reject_overlapping(
        self, keys: Sequence[Any], valid_from: Sequence[Any], valid_to: Sequence[Any]
    ) -> None:
        """Reject rows that hold on a day on which a kept row before them with their key holds."""
        self.reject_reversed(valid_from, valid_to)
        held: dict[Any, list[tuple[Any, Any]]] = {}
        for i in self.kept:
            first, last = valid_from[i], valid_to[i]
            before = held.setdefault(keys[i], [])
            if any(
                (first is None or end is None or first <= end)
                and (last is None or start is None or start <= last)
                for start, end in before
            ):
                self.reject(i, RejectReason.DUPLICATE_KEY)
            else:
                before.append((first, last))

    def finish(
        self, columns: Mapping[str, Any], days: Callable[[int], int] | None = None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the kept rows of `columns` as a table, and all rejected ones.

        Args:
            columns: complete columns, one value a row.
            days: gives the local date that a rejected row is counted under.
        """
        earlier = len(self.rejects)
        order = sorted(self._bad)
        for i in order:
            reason, text = self._bad[i]
            self.rejects.add(self.lines[i], reason, [text])
        counted = [-1] * earlier + [days(i) if days else -1 for i in order]
        table = pd.DataFrame(columns).iloc[self.kept].reset_index(drop=True)
        return table, self.rejects.table(counted)


def window_starts(
    rows: Rows, service_date: list[datetime.date | None], zone: ZoneInfo
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the minute after local midnight of the service date, -1 where none is named.

    A full timestamp may stand for the time of day; it must lie on the service date.
    """
    found = rows.text("window_start")
    minutes = np.full(len(rows), -1, np.int64)
    times = read_times(pa.array(found, pa.string()), zone)
    days = local_days(times.us, zone)
    for i, text in enumerate(found):
        if not text:
            continue
        try:
            minutes[i] = read_minute(text)
            if minutes[i] < 24 * 60:
                continue
        except ValueError:
            date = service_date[i]
            if not times.bad[i] and date is not None and days[i] == as_days(date):
                moment = datetime.datetime.fromtimestamp(times.us[i] / 1e6, zone)
                minutes[i] = moment.hour * 60 + moment.minute
                continue
        rows.reject(i, RejectReason.BAD_TIME, text, name="window_start")
    return minutes


def dates(values: Sequence[Any]) -> pd.Series:
    """Return dates, None where blank, as a column of objects."""
    return pd.Series(list(values), dtype="object")


def strings(values: Sequence[str]) -> pd.Series:
    """Return text as a column."""
    return pd.Series(list(values), dtype="str")


def read_rows(path: Path, label: str, kind: str, source: FileSource) -> Rows:
    """Read a delimited file, or a sheet of a workbook, whole.

    Raises:
        UnreadableFileError: as `TextFile.blocks`; or the file is cut off.
    """
    rejects = Rejects(label)
    if is_workbook(path):
        sheet = read_sheet(path, label, kind, source.columns)
        return rows_of([sheet.block], label, rejects, where=sheet.where)
    file = TextFile(path, label, kind, rejects, source.encoding, source.columns)
    blocks = list(file.blocks())
    if file.cut_off:
        raise UnreadableFileError("cut_off", file=label, why=file.cut_off)
    return rows_of(blocks, label, rejects, decimal_comma=file.delimiter != ",")


def rows_of(
    blocks: Sequence[Block],
    label: str,
    rejects: Rejects,
    *,
    decimal_comma: bool = False,
    where: Mapping[str, str] | None = None,
) -> Rows:
    """Return blocks as one set of rows."""
    names = list(blocks[0].columns) if blocks else []
    columns = {name: [v for block in blocks for v in _plain(block.columns[name])] for name in names}
    lines = [block.rows for block in blocks]
    return Rows(
        label,
        columns,
        np.concatenate(lines) if lines else np.empty(0, np.int64),
        rejects,
        decimal_comma=decimal_comma,
        where=where,
    )


def _plain(values: pa.Array) -> list[str]:
    found: list[str] = identifiers(values).to_pylist()
    return found


def resolve(directory: Path, path: str) -> tuple[Path, str]:
    """Return a path of the configuration, and how messages name it."""
    full = directory / path
    return full, label_of(full, directory)


def label_of(path: Path, directory: Path) -> str:
    """Return a path relative to the configuration where it lies below it."""
    try:
        return path.relative_to(directory).as_posix()
    except ValueError:
        return path.as_posix()


def expand(directory: Path, pattern: str) -> list[Path]:
    """Return the files of a glob, in order of their names; folders are passed over."""
    full = directory / pattern
    if full.is_file():
        # A name with brackets in it is a file before it is a pattern.
        return [full]
    found = glob.glob(str(full), recursive=True)  # noqa: PTH207 - the pattern may be absolute
    return sorted(path for path in map(Path, found) if not path.is_dir())


def read_single(kind: str, source: FileSource, directory: Path) -> Rows:
    """Read the one file of a source that a run cannot do without once it is configured.

    Raises:
        MissingDataError: it cannot be read.
    """
    path, label = resolve(directory, source.path)
    if not path.exists():
        raise MissingDataError("no_file_configured", file=label, kind=kind)
    try:
        return read_rows(path, label, kind, source)
    except UnreadableFileError as error:
        raise MissingDataError(error.said) from None
