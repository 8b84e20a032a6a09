"""Lines into cells, every cell as text.

pyarrow does the work. Where it and the count of the lines disagree (a quotation mark that does not
close, a lone carriage return, a cell of several lines), the block is done line by line, so that one
bad mark costs its own row only and each row keeps the line it stands in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from routecheck.sources.rejected_rows import Ints

UNCLOSED = -1
LONGEST_QUOTE = 20
"""Lines that a quoted cell may span; after that, its quotation mark is a stray one."""
_MANY_EMPTY = 1000
"""With so many empty lines among quoted cells, pyarrow's telling of each takes too long."""
_STRAY_ROWS = 100_000
"""Rows that do not fit, told by pyarrow one by one: with more, a block is done line by line."""
_LINES_AT_ONCE = 50_000
"""Lines done one by one that are handed on together, so that they can be stopped."""


@dataclass(frozen=True)
class Cells:
    """The rows of a block: the wanted columns, lines counted from 0, and what did not fit."""

    columns: list[pa.Array]
    lines: Ints
    misfits: list[tuple[int, int, str]]
    """(line, number of cells, text); of a row whose quotation mark does not close: `UNCLOSED`."""


def find_delimiter(header: str) -> str:
    """Return what separates the cells of a header; within quotation marks nothing does."""
    bare = re.sub('"[^"]*"', "", header)
    return max(",;\t|", key=bare.count)


def split_line(
    line: str, delimiter: str, *, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
) -> list[str]:
    """Return the cells of one line; of one with a cell beyond 128 KB, as csv has it, unquoted."""
    try:
        return next(csv.reader([line], delimiter=delimiter, quoting=quoting), [])
    except csv.Error:
        return line.split(delimiter)


def split_cells(block: bytes, delimiter: str, width: int, wanted: Sequence[int]) -> Iterator[Cells]:
    r"""Split a block, and yield its rows in one part, or in several where it is done line by line.

    Args:
        block: whole lines in UTF-8, with `\n` at their ends.
        delimiter: one character.
        width: number of cells that a row must have; more are allowed where they are empty.
        wanted: which of them to return.

    Empty lines are no rows.
    """
    cells = None
    # An odd number of quotation marks: one does not close, and pyarrow would take what follows.
    if block.strip(b"\n") and b"\r" not in block and block.count(b'"') % 2 == 0:
        if b'"' not in block:
            cells = _without_empty_lines(block, delimiter, width, wanted)
        elif block.count(b"\n\n") < _MANY_EMPTY:
            cells = _by_arrow(block, delimiter, width, wanted)
    if cells is not None:
        yield cells
    else:
        yield from _by_line(block, delimiter, width, wanted)


def _without_empty_lines(
    block: bytes, delimiter: str, width: int, wanted: Sequence[int]
) -> Cells | None:
    if b"\n\n" not in block and not block.startswith(b"\n"):
        return _by_arrow(block, delimiter, width, wanted)
    data = np.frombuffer(block, np.uint8)
    ends = data == ord("\n")
    empty = ends & np.concatenate([[True], ends[:-1]])
    cells = _by_arrow(data[~empty].tobytes(), delimiter, width, wanted)
    if cells is None:
        return None
    numbers = np.flatnonzero(~empty[ends])
    if not block.endswith(b"\n"):
        numbers = np.append(numbers, int(ends.sum()))
    misfits = [(int(numbers[line]), found, text) for line, found, text in cells.misfits]
    return Cells(cells.columns, numbers[cells.lines], misfits)


def _by_arrow(block: bytes, delimiter: str, width: int, wanted: Sequence[int]) -> Cells | None:
    count = block.count(b"\n") + (not block.endswith(b"\n"))
    misfits: list[tuple[int, str]] = []

    def keep_apart(row: pacsv.InvalidRow) -> str:
        misfits.append((row.number - 1, row.text))
        return "skip" if len(misfits) < _STRAY_ROWS else "error"

    names = [str(i) for i in range(width)]
    quoted = b'"' in block
    try:
        table = pacsv.read_csv(
            pa.BufferReader(block),
            read_options=pacsv.ReadOptions(
                column_names=names, use_threads=False, block_size=max(len(block) + 1, 1 << 10)
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                ignore_empty_lines=False,
                newlines_in_values=quoted,
                invalid_row_handler=keep_apart,
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=[str(i) for i in wanted],
                column_types={name: pa.string() for name in names},
                null_values=[],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        # Such as a block that holds a byte-order mark and no row.
        return None
    if table.num_rows + len(misfits) != count:
        return None
    empty = _empty_lines(block)
    if len(empty):
        # pyarrow makes rows of blanks of them.
        rows_of_lines = np.delete(np.arange(count), [line for line, _ in misfits])
        table = table.filter(pa.array(~np.isin(rows_of_lines, empty)))
        misfits += [(int(line), "") for line in empty]
    lines = np.arange(count)
    columns = [_whole(column) for column in table.columns]
    if not misfits:
        return Cells(columns, lines, [])
    lines = np.delete(lines, [line for line, _ in misfits])
    split = [(line, split_line(text, delimiter)) for line, text in misfits]
    padded = [(line, row) for line, row in split if _only_padded(row, width)]
    if padded:
        columns = [
            pa.concat_arrays([column, pa.array([row[i] for _, row in padded], pa.string())])
            for column, i in zip(columns, wanted, strict=True)
        ]
        lines = np.concatenate([lines, [line for line, _ in padded]])
        order = np.argsort(lines)
        columns, lines = [column.take(pa.array(order)) for column in columns], lines[order]
    bad = [
        (line, len(row), text)
        for (line, row), (_, text) in zip(split, misfits, strict=True)
        if text.strip() and not _only_padded(row, width)
    ]
    return Cells(columns, lines, bad)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _empty_lines(block: bytes) -> Ints:
    if b"\n\n" not in block and not block.startswith(b"\n"):
        return np.empty(0, np.int64)
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    return np.flatnonzero(np.diff(ends, prepend=-1) == 1)


def _by_line(block: bytes, delimiter: str, width: int, wanted: Sequence[int]) -> Iterator[Cells]:
    text = block.decode().split("\n")
    if text[-1] == "":
        text.pop()
    rows: list[list[str]] = []
    lines: list[int] = []
    misfits: list[tuple[int, int, str]] = []

    def done() -> Cells:
        columns = [pa.array([row[i] for row in rows], pa.string()) for i in wanted]
        return Cells(columns, np.array(lines, np.int64), misfits)

    at = 0
    while at < len(text):
        if not text[at]:
            at += 1
            continue
        if len(rows) + len(misfits) >= _LINES_AT_ONCE:
            yield done()
            rows, lines, misfits = [], [], []
        row, taken = _record(text, at, delimiter, width)
        if not row and '"' in text[at]:
            misfits.append((at, UNCLOSED, text[at]))
        elif len(row) == width or _only_padded(row, width):
            rows.append(row)
            lines.append(at)
        elif text[at].strip():
            misfits.append((at, len(row), "\n".join(text[at : at + taken])))
        at += taken
    yield done()


def _record(text: list[str], at: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """Return the cells of the row that begins in line `at`, and how many lines it takes.

    No cells where a quotation mark before a cell does not close: within the lines that a cell may
    span, or but in another row, so that the rows between would be lost in it.
    """
    for taken in range(1, min(LONGEST_QUOTE, len(text) - at) + 1):
        if taken > 1 and '"' not in text[at + taken - 1]:
            continue
        record = [line.replace("\r", " ") + "\n" for line in text[at : at + taken]]
        try:
            found = list(csv.reader(record, delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" not in str(error):
                break
            continue
        if len(found) == 1 and not (taken > 1 and _holds_rows(found[0], delimiter, width)):
            return found[0], taken
        break
    line = text[at].replace("\r", " ")
    cells = split_line(line, delimiter, quoting=csv.QUOTE_NONE)
    opened = any(cell.startswith('"') and cell.count('"') % 2 for cell in cells)
    return ([] if opened else cells), 1


def _holds_rows(row: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell of several lines holds other rows of the table.

    Its first and last lines are parts of rows; a line between them is a whole row, and of two lines
    together as many delimiters are in the cell as a row has.
    """
    for cell in row:
        if "\n" in cell and width > 2:
            if any(line.count(delimiter) == width - 1 for line in cell.split("\n")[1:-1]):
                return True
            if cell.count("\n") == 1 and cell.count(delimiter) == width - 1:
                return True
    return False


def _only_padded(row: list[str], width: int) -> bool:
    """Whether a row is longer than its header only by empty cells, as some programs write it."""
    return len(row) > width and not any(cell.strip() for cell in row[width:])
