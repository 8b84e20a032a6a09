"""The rows of one small table (everything but fixes): their cells, and which are rejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionDtype

from routecheck.config import FileSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import Message, MissingDataError, UnreadableFileError
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.domain.tables import TEXT, Table
from routecheck.sources.cell_values import identifiers
from routecheck.sources.date_orders import (
    ANY_WAY,
    TimeWay,
    doubtful_row,
    evidence_of,
)
from routecheck.sources.file_paths import resolve
from routecheck.sources.one_file import as_one_file
from routecheck.sources.rejected_rows import LONGEST_TEXT, Ints, LostRow, ReadResult, Rejects
from routecheck.sources.table_files import open_table
from routecheck.sources.text_file import Block, SheetCells
from routecheck.sources.time_values import unfit_cell

_UTC = ZoneInfo("UTC")
Values = Sequence[Any] | npt.NDArray[Any] | pd.Series
"""One value a row."""
_DTYPES: Mapping[str, str | ExtensionDtype] = {
    "text": TEXT,
    "float": "float64",
    "int": "int64",
    "bool": "bool",
}
"""By kind of column; the others are objects, but times, which come as a column already."""


class Rows:
    """The rows of one file; a row that is rejected keeps its first reason.

    Args:
        file: how tables and messages name the file.
        columns: canonical columns of text, stripped.
        lines: the line of each row.
        rejects: where rejected rows go, those among them that never became rows.
        decimal_comma: whether numbers may have a decimal comma.
        where: of a workbook: which columns are where; rejected cells are named by them.

    Attributes:
        notes: what a person should know of the file.
        parsed: what was made of the columns, one value a row, by column of the table.
        way: how the file writes dates and times.
        zone: of times without an offset, where the table declares its own.
    """

    def __init__(
        self,
        file: str,
        columns: Mapping[str, Sequence[str]],
        lines: Ints,
        rejects: Rejects,
        *,
        decimal_comma: bool = False,
        where: Sequence[SheetCells] = (),
    ) -> None:
        self.file = file
        self.where = where
        self.lines = lines
        self.rejects = rejects
        self.decimal_comma = decimal_comma
        self.parsed: dict[str, Values] = {}
        self.way = ANY_WAY
        self.zone: ZoneInfo | None = None
        self.notes: tuple[Message, ...] = ()
        self._columns = dict(columns)
        self._bad: dict[int, tuple[RejectReason, str]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def text(self, name: str) -> list[str]:
        """Return a column of text, empty where the file has none."""
        return list(self._columns.get(name) or [""] * len(self))

    def taken(self, which: Sequence[int], columns: Mapping[str, Sequence[str]]) -> Rows:
        """Return some of the rows, each as often as it is named, with some columns as given.

        What was rejected stays so; rows that never became rows stay with the first of all.
        """
        texts = {
            name: [column[i] for i in which]
            for name, column in self._columns.items()
            if name not in columns
        }
        found = Rows(
            self.file,
            texts | dict(columns),
            self.lines[np.array(which, np.int64)],
            self.rejects,
            decimal_comma=self.decimal_comma,
            where=self.where,
        )
        found.way, found.zone, found.notes = self.way, self.zone, self.notes
        found._bad = {at: self._bad[i] for at, i in enumerate(which) if i in self._bad}
        return found

    def settle_times(self, kind: str, source: FileSource) -> None:
        """Find how the file writes dates and times: as declared, else as its cells show.

        Raises:
            UnreadableFileError: most dates of a column may be read in two ways; or the declared
                format is not that of the file.
        """
        declared = getattr(source, "time_zone", "")
        self.zone = ZoneInfo(declared) if declared else None
        dated = {column.name for column in INPUT_COLUMNS[kind] if column.kind == "date"}
        dated |= {"raised_at", "window_start"} & {column.name for column in INPUT_COLUMNS[kind]}
        columns = {n: pa.array(self.text(n), pa.string()) for n in sorted(dated) if n in self}
        if source.time_format:
            self.way = TimeWay.of(source.time_format)
            for name, values in columns.items():
                unfit = unfit_cell(values, _UTC, self.way) if name != "window_start" else None
                if unfit is not None:
                    raise self._time_mistake("time_format_wrong", kind, source, *unfit)
            return
        self.way = TimeWay(evidence_of(columns.values()).order)
        if not self.way.order:
            for values in columns.values():
                if (doubtful := doubtful_row(values)) is not None:
                    raise self._time_mistake("time_order_unknown", kind, source, *doubtful)

    def _time_mistake(
        self, key: str, kind: str, source: FileSource, i: int, cell: str
    ) -> UnreadableFileError:
        row = int(self.lines[i])
        return UnreadableFileError(
            key, file=self.file, row=row, cell=cell[:60], kind=kind, declared=source.time_format
        )

    def reject(
        self, i: int, reason: RejectReason, text: str | None = None, *, name: str = ""
    ) -> None:
        """Keep row `i` apart; without a text, the whole row is shown.

        In a workbook the cell is named too: that of the column `name`, else the whole row.
        """
        if i not in self._bad:
            cells = (column[i][: 2 * LONGEST_TEXT] for column in self._columns.values())
            shown = text or ",".join(cells)
            sheets = [one for one in self.where if one.before < self.lines[i]]
            if sheets:
                columns, line = sheets[-1].columns, self.lines[i] - sheets[-1].before
                sheet = next(iter(columns.values())).rpartition("!")[0]
                cell = f"{columns[name]}{line}" if name in columns else f"{sheet}!{line}:{line}"
                shown = f"{cell}: {shown}"
            self._bad[i] = (reason, shown)

    @property
    def bad(self) -> dict[int, RejectReason]:
        """The rows that have been rejected, each with its first reason."""
        return {i: reason for i, (reason, _) in sorted(self._bad.items())}

    @property
    def kept(self) -> list[int]:
        """The rows that have not been rejected."""
        return [i for i in range(len(self)) if i not in self._bad]

    def reject_long(self, longest: int) -> None:
        """Reject rows with a text of more characters, but for geometries; they keep its beginning.

        A place may be described at any length; an id or a name that long is none.
        """
        for name, column in self._columns.items():
            if name == "geometry":
                continue
            long = [i for i, text in enumerate(column) if len(text) > longest]
            if not long:
                continue
            texts = list(column)
            for i in long:
                self.reject(i, RejectReason.TOO_LONG, column[i][: 2 * LONGEST_TEXT], name=name)
                texts[i] = f"{column[i][:longest]}…"
            self._columns[name] = texts

    def reject_repeated(self, *names: str) -> None:
        """Reject rows that equal a kept row before them in all of these columns."""
        keys = list(zip(*(self.parsed[name] for name in names), strict=True))
        seen = set()
        for i in self.kept:
            if keys[i] in seen:
                self.reject(i, RejectReason.DUPLICATE_KEY)
            seen.add(keys[i])

    def reject_reversed(self) -> None:
        """Reject rows whose `valid_to` is before their `valid_from`."""
        firsts, lasts = self.parsed["valid_from"], self.parsed["valid_to"]
        for i in self.kept:
            if firsts[i] and lasts[i] and lasts[i] < firsts[i]:
                self.reject(i, RejectReason.BAD_DATE, f"{firsts[i]} – {lasts[i]}")

    def reject_overlapping(self, name: str) -> None:
        """Reject rows that hold on a day on which a kept row before them holds.

        Args:
            name: the column in which the two rows are equal.
        """
        self.reject_reversed()
        held: dict[Any, list[tuple[Any, Any]]] = {}
        for i in self.kept:
            first, last = self.parsed["valid_from"][i], self.parsed["valid_to"][i]
            before = held.setdefault(self.parsed[name][i], [])
            if any(
                (first is None or end is None or first <= end)
                and (last is None or start is None or start <= last)
                for start, end in before
            ):
                self.reject(i, RejectReason.DUPLICATE_KEY)
            else:
                before.append((first, last))

    def finish(self, table: Table, day: Callable[[int], int] | None = None) -> ReadResult:
        """Return the kept rows as a table, and all rejected ones.

        Args:
            table: its columns are taken from `parsed`.
            day: gives the local date that a rejected row is counted under.
        """
        rows_in = len(self) + len(self.rejects)
        order = sorted(self._bad)
        counted = [-1] * len(self.rejects) + [day(i) if day else -1 for i in order]
        lost = [LostRow("", text=text) for text in self.rejects.texts]
        points = self.parsed.get("point_id", [""] * len(self))
        for i, on in zip(order, counted[len(self.rejects) :], strict=True):
            if self._bad[i][0] != RejectReason.DUPLICATE_KEY:
                lost.append(LostRow(str(points[i]), on))
        for i in order:
            reason, text = self._bad[i]
            self.rejects.add(self.lines[i], reason, [text])
        columns = {
            column.name: values
            if isinstance(values := self.parsed[column.name], pd.Series)
            else pd.Series(list(values), dtype=_DTYPES.get(column.kind, "object"))
            for column in table.columns
        }
        kept = pd.DataFrame(columns).iloc[self.kept].reset_index(drop=True)
        return ReadResult(
            table.check(kept),
            self.rejects.table(counted),
            rows_in,
            lost=tuple(lost),
            notes=self.notes,
        )


def read_rows(path: Path, label: str, kind: str, source: FileSource) -> Rows:
    """Read a delimited file, or a sheet of a workbook, whole.

    Raises:
        UnreadableFileError: as `TableFile.blocks`; or the file is cut off.
        FileLimitError: it holds more than it may.
    """
    rejects = Rejects(label)
    file = open_table(path, label, kind, source, rejects)
    blocks = list(file.blocks())
    if file.cut_off:
        raise UnreadableFileError("cut_off", file=label, why=file.cut_off)
    rows = rows_of(blocks, label, rejects, decimal_comma=file.decimal_comma, where=file.where)
    if file.left_out:
        rows.notes += (Message("sheets_left_out", file=label, sheets=", ".join(file.left_out)),)
    if file.taken:
        sheets = ", ".join(file.taken)
        rows.notes += (Message("sheets_taken", file=label, kind=kind, sheets=sheets),)
    rows.reject_long(source.limits.text_length)
    rows.settle_times(kind, source)
    return rows


def rows_of(
    blocks: Sequence[Block],
    label: str,
    rejects: Rejects,
    *,
    decimal_comma: bool = False,
    where: Sequence[SheetCells] = (),
) -> Rows:
    """Return blocks as one set of rows."""
    names = list(blocks[0].columns) if blocks else []
    columns = {name: [v for block in blocks for v in _plain(block.columns[name])] for name in names}
    lines = np.concatenate([np.empty(0, np.int64), *(block.rows for block in blocks)])
    return Rows(label, columns, lines, rejects, decimal_comma=decimal_comma, where=where)


def _plain(values: pa.Array) -> list[str]:
    texts: list[str] = identifiers(values).to_pylist()
    return texts


def read_single(kind: str, source: FileSource, directory: Path) -> Rows:
    """Read the one file of a source that a run cannot do without once it is configured.

    Raises:
        MissingDataError: it cannot be read.
    """
    path, label = resolve(directory, source.path)
    if source.held is None and not path.exists():
        raise MissingDataError("no_file_configured", file=label, kind=kind)
    try:
        with as_one_file(label):
            return read_rows(path, label, kind, source)
    except UnreadableFileError as error:
        raise MissingDataError(error.message) from None
