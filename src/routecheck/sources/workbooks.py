"""Tables in workbooks, cell by cell as text, each known by its place in the sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa

from routecheck.config import LimitsSection
from routecheck.domain.errors import UnreadableFileError, UsageError
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import require_file
from routecheck.sources.header_matching import (
    HEAD_ROWS,
    header_row,
    match_headers,
    unused_headers,
)
from routecheck.sources.sheet_cells import SheetRows
from routecheck.sources.text_file import Block, SheetCells
from routecheck.sources.workbook_formats import format_of, read_sheets


@dataclass
class Sheet:
    """The tables of a workbook, as one.

    Attributes:
        block: canonical columns of text, and the row of each in the sheet; those of a further sheet
            are counted on from the sheet before.
        where: which columns are where, a sheet each.
        left_out: titles of sheets that hold no table.
        read: titles of those that were read.
        headers: by canonical column, its header.
        unused: headers that no canonical column is read from.
        other_sheets: sheets with rows that are not read.
    """

    block: Block
    where: Sequence[SheetCells]
    left_out: tuple[str, ...] = ()
    rows_in: int = 0
    cut_off: str = ""
    read: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    decimal_comma: ClassVar[bool] = False

    @property
    def taken(self) -> tuple[str, ...]:
        """Titles of the sheets that were read as one table, where they are several."""
        return self.read if len(self.read) > 1 else ()

    def blocks(self) -> Iterator[Block]:
        """Yield the rows, all at once."""
        self.rows_in = len(self.block)
        yield self.block


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, or a page with tables, by its name and what is in it."""
    try:
        return format_of(path) != ""
    except OSError:
        return False


def read_sheet(
    path: Path,
    label: str,
    kind: str,
    mapped: Mapping[str, str],
    limits: LimitsSection,
    wanted: str = "",
    given: Collection[str] = (),
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
        wanted: title of the only sheet to read; empty: all that have the columns.
        given: columns that it may lack, as they are known without it.

    Raises:
        UnreadableFileError: no workbook, damaged, with a password, or no sheet with the columns.
        FileLimitError: it holds more than it may.
        UsageError: the configuration maps a header that the sheet does not have, or names a sheet
            that the workbook does not have.
    """
    size = require_file(path, label)
    sheets = read_sheets(path, size, FileLimits(limits, label))
    if wanted:
        sheets = _only(sheets, wanted, kind, label)
    found, left_out = _find_tables(sheets, kind, mapped, label, given)
    numbers: list[int] = []
    columns: dict[str, list[str]] = {}
    where: list[SheetCells] = []
    unused: list[str] = []
    headers: dict[str, str] = {}
    for title, rows, head in found:
        places = match_headers(rows[head][1], kind, mapped, label, given)
        body = [(number, cells) for number, cells in rows[head + 1 :] if any(cells)]
        letters = {name: f"{title}!{_letters(at)}" for name, at in places.items()}
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
    others = tuple(s.title for s in sheets if s.rows and s.title not in read)
    block = Block(arrays, np.array(numbers, np.int64))
    return Sheet(
        block,
        where,
        tuple(left_out),
        read=tuple(title for title, _, _ in found),
        headers=headers,
        unused=tuple(dict.fromkeys(unused)),
        other_sheets=others,
    )


def _only(sheets: Sequence[SheetRows], wanted: str, kind: str, label: str) -> list[SheetRows]:
    """The sheet of a title, which is read though it be hidden."""
    found = [sheet for sheet in sheets if sheet.title.strip() == wanted.strip()]
    if not found:
        titles = ", ".join(sheet.title for sheet in sheets)
        raise UsageError("sheet_unknown", file=label, kind=kind, wanted=wanted, sheets=titles)
    return [SheetRows(sheet.title, False, sheet.rows) for sheet in found]


def _letters(column: int) -> str:
    """The letters of a column, A for 0."""
    left, last = divmod(column, 26)
    return (_letters(left - 1) if left else "") + chr(ord("A") + last)


_Found = tuple[str, Sequence[tuple[int, list[str]]], int]
"""A table: the title of its sheet, its rows, and which of them holds the headers."""


def _find_tables(
    sheets: Sequence[SheetRows],
    kind: str,
    mapped: Mapping[str, str],
    label: str,
    given: Collection[str],
) -> tuple[list[_Found], list[str]]:
    """The sheets, each with the row whose headers are those of the kind; else the first of all.

    Also the titles of those that hold no table of any kind, or are hidden.
    """
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise UnreadableFileError("sheet_empty", file=label)
    heads = [_head(sheet.rows, kind, mapped, given) for sheet in filled]
    if any(at is not None and not s.hidden for s, at in zip(filled, heads, strict=True)):
        # What a person does not see is not what is meant.
        heads = [None if s.hidden else at for s, at in zip(filled, heads, strict=True)]
    found: list[_Found] = [
        (s.title, s.rows, at) for s, at in zip(filled, heads, strict=True) if at is not None
    ]
    if not found:
        return [(filled[0].title, filled[0].rows, 0)], []
    left_out = [
        sheet.title
        for sheet, at in zip(filled, heads, strict=True)
        if at is None
        and (sheet.hidden or all(_head(sheet.rows, other, {}) is None for other in INPUT_COLUMNS))
    ]
    return found, left_out


def _head(
    rows: Sequence[tuple[int, list[str]]],
    kind: str,
    mapped: Mapping[str, str],
    given: Collection[str] = (),
) -> int | None:
    return header_row([cells for _, cells in rows[:HEAD_ROWS]], kind, mapped, given)
