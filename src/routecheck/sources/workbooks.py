"""Tables in Excel workbooks (.xlsx), cell by cell as text, each known by its place in the sheet."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from routecheck.config import LimitsSection
from routecheck.domain.errors import UnreadableFileError
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import require_file
from routecheck.sources.header_matching import (
    HEAD_ROWS,
    header_row,
    match_headers,
    unused_headers,
)
from routecheck.sources.text_file import Block, SheetCells

_SUFFIXES = frozenset({".xlsx", ".xlsm"})
LONGEST_CELL = 32_767
"""Characters that a cell may have in Excel."""
_ROWS_AT_ONCE = 1000
_HEAD_BYTES, _ENCODINGS = 4096, ("utf-8", "utf-16-le", "utf-16-be")
"""Where a part of a workbook could declare entities, which none that a program wrote does."""


@dataclass
class Sheet:
    """The tables of a workbook, as one.

    Attributes:
        block: canonical columns of text, and the row of each in the sheet; those of a further sheet
            are counted on from the sheet before.
        where: which columns are where, a sheet each.
        left_out: titles of sheets that hold no table.
        headers: by canonical column, its header.
        unused: headers that no canonical column is read from.
        other_sheets: sheets with rows that are not read.
    """

    block: Block
    where: Sequence[SheetCells]
    left_out: tuple[str, ...] = ()
    rows_in: int = 0
    cut_off: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    decimal_comma: ClassVar[bool] = False

    def blocks(self) -> Iterator[Block]:
        """Yield the rows, all at once."""
        self.rows_in = len(self.block)
        yield self.block


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by its name."""
    return path.suffix.lower() in _SUFFIXES


def read_sheet(
    path: Path, label: str, kind: str, mapped: Mapping[str, str], limits: LimitsSection
) -> Sheet:
    """Read the sheets of a workbook that hold tables of a kind, as one: one a vehicle, or a month.

    Formulas count by the value that was saved with them. Dates and times become ISO text, whole
    numbers lose their point; ids that a spreadsheet took for numbers lose their zeros before we
    see them, so their column should be text.

    Args:
        path: the file.
        label: how messages and tables name it.
        kind: section of the configuration; it decides the headers.
        mapped: canonical name to header, as the configuration has it.
        limits: what it may hold.

    Raises:
        UnreadableFileError: no workbook, damaged, with a password, or no sheet with the columns.
        FileLimitError: it holds more than it may.
        UsageError: the configuration maps a header that the sheet does not have.
    """
    import openpyxl
    from openpyxl.utils import get_column_letter

    size = require_file(path, label)
    try:
        counted = _Counted(FileLimits(limits, label))
        _check_archive(path, size, counted.limits)
        with warnings.catch_warnings():
            # What it leaves out of a workbook (colours, checks) is nothing that is read here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                tables = {sheet.title: counted.rows(sheet) for sheet in book.worksheets}
                hidden = {
                    sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"
                }
            finally:
                book.close()
    except UnreadableFileError:
        raise
    # It raises whatever its parts raise where a workbook is not as it expects.
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise UnreadableFileError("sheet_unreadable", file=label, reason=reason) from None
    found, left_out = _find_tables(tables, kind, mapped, label, hidden)
    numbers: list[int] = []
    columns: dict[str, list[str]] = {}
    where: list[SheetCells] = []
    unused: list[str] = []
    headers: dict[str, str] = {}
    for title, rows, head in found:
        places = match_headers(rows[head][1], kind, mapped, label)
        body = [(number, cells) for number, cells in rows[head + 1 :] if any(cells)]
        letters = {name: f"{title}!{get_column_letter(at + 1)}" for name, at in places.items()}
        unused += unused_headers(rows[head][1], places)
        headers |= {name: rows[head][1][at] for name, at in places.items()}
        before = numbers[-1] if numbers else 0
        where.append(SheetCells(before, letters))
        for name in {**columns, **places}:
            at = places.get(name, -1)
            column = columns.setdefault(name, [""] * len(numbers))
            column += [cells[at] if 0 <= at < len(cells) else "" for _, cells in body]
        numbers += [before + number for number, _ in body]
    arrays = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    read = {title for title, _, _ in found}
    others = tuple(title for title, rows in tables.items() if rows and title not in read)
    block = Block(arrays, np.array(numbers, np.int64))
    return Sheet(
        block,
        where,
        tuple(left_out),
        headers=headers,
        unused=tuple(dict.fromkeys(unused)),
        other_sheets=others,
    )


class _Counted:
    """Reads sheets, and counts what they hold."""

    def __init__(self, limits: FileLimits) -> None:
        self.limits = limits
        self._cells = self._letters = 0

    def rows(self, sheet: Any) -> list[tuple[int, list[str]]]:
        """The rows of a sheet that are not empty, each with its number."""
        # What a sheet says of its size may be the whole grid, and rows would be filled up to it.
        sheet.reset_dimensions()
        rows = []
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [_text(value)[:LONGEST_CELL] for value in values]
            while cells and not cells[-1]:
                cells.pop()
            self._cells += 1 + len(values)
            self._letters += sum(map(len, cells))
            if cells:
                rows.append((number, cells))
            if number % _ROWS_AT_ONCE == 0 or len(values) > _ROWS_AT_ONCE:
                self._check()
        self._check()
        return rows

    def _check(self) -> None:
        self.limits.count("cells", self._cells)
        self.limits.whole(self._letters)


def _check_archive(path: Path, size: int, limits: FileLimits) -> None:
    """Check what a workbook unpacks to, and that none of its parts declares entities.

    Raises:
        UnreadableFileError: one does.
        FileLimitError: it unpacks to too much.
    """
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        limits.unpacked(unpacked, size)
        # Of a workbook with pictures only the tables are unpacked.
        read = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
        limits.whole(sum(entry.file_size for entry in read))
        for entry in read:
            with archive.open(entry) as part:
                head = part.read(_HEAD_BYTES)
            if any("<!DOCTYPE".encode(encoding) in head for encoding in _ENCODINGS):
                raise UnreadableFileError("sheet_entities", file=limits.label)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()


def _find_tables(
    tables: Mapping[str, Sequence[tuple[int, list[str]]]],
    kind: str,
    mapped: Mapping[str, str],
    label: str,
    hidden: Set[str],
) -> tuple[list[tuple[str, Sequence[tuple[int, list[str]]], int]], list[str]]:
    """The sheets, each with the row whose headers are those of the kind; else the first of all.

    Also the titles of those that hold no table of any kind, or are hidden.
    """
    filled = {title: rows for title, rows in tables.items() if rows}
    if not filled:
        raise UnreadableFileError("sheet_empty", file=label)
    heads = {title: _head(rows, kind, mapped) for title, rows in filled.items()}
    shown = [title for title in filled if title not in hidden and heads[title] is not None]
    if shown:  # what a person does not see is not what is meant
        heads |= dict.fromkeys(hidden & heads.keys(), None)
    found = [(title, filled[title], at) for title, at in heads.items() if at is not None]
    if not found:
        title, rows = next(iter(filled.items()))
        return [(title, rows, 0)], []
    left_out = [
        title
        for title, at in heads.items()
        if at is None
        and (
            title in hidden
            or all(_head(filled[title], other, {}) is None for other in INPUT_COLUMNS)
        )
    ]
    return found, left_out


def _head(
    rows: Sequence[tuple[int, list[str]]], kind: str, mapped: Mapping[str, str]
) -> int | None:
    return header_row([cells for _, cells in rows[:HEAD_ROWS]], kind, mapped)
