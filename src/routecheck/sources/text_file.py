"""Delimited text as it really comes: encodings, delimiters, headers, broken rows.

A file is read in blocks of whole lines, so memory does not grow with it. Rows are known by their
line in the file; the header is line 1 unless empty lines stand before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.config import LimitsSection
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.cell_splitting import (
    UNCLOSED,
    Cells,
    find_delimiter,
    split_cells,
    split_line,
)
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import require_file
from routecheck.sources.header_matching import (
    HEAD_ROWS,
    header_row,
    match_headers,
    unused_headers,
)
from routecheck.sources.line_reader import LineReader
from routecheck.sources.rejected_rows import Ints, Rejects

_MEASURED = frozenset({"lon", "lat", "time", "received_at"})
"""Columns in which a cut-off last cell shows by its length."""

_MOST_MISFITS = 100_000
"""After so many rows that do not fit its header, most of its rows, a file is no table: to list
millions of them takes minutes."""
_SHOWN_MISFITS = 100


@dataclass(frozen=True)
class Block:
    """Rows of a file.

    Attributes:
        columns: by canonical name.
        rows: the line of each row.
        stretch: number of the stretch that each row is of, where recording was broken off in
            between; None: the file does not say.
    """

    columns: Mapping[str, pa.Array]
    rows: Ints
    stretch: Ints | None = None

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class SheetCells:
    """Where the cells of a sheet of a workbook are.

    Attributes:
        before: number of the last row of the sheets before: its own rows are counted on from it.
        columns: by canonical column, the sheet and the letters of its column: `Points!E`.
    """

    before: int
    columns: Mapping[str, str]


class PlainFile:
    """A file with one table and no more: what text and workbooks may have beside it, it has not."""

    decimal_comma: ClassVar[bool] = False
    where: ClassVar[Sequence[SheetCells]] = ()
    left_out: ClassVar[tuple[str, ...]] = ()
    taken: ClassVar[tuple[str, ...]] = ()


@dataclass
class TextFile:
    """One delimited file, read block by block.

    Args:
        path: the file; gzip is known by its content.
        label: how messages and tables name it.
        kind: section of the configuration; it decides the headers.
        encoding: `auto`, or one that was declared.
        mapped: canonical name to header, as the configuration has it.
        declared_delimiter: one that was declared; empty: it is found.
        given: columns that it may lack, as they are known without it.
        has_header: whether its first line has headers; without, the columns are called `1`, `2` …
        rejects: where rows with too few or too many cells go.
        limits: what it may hold.

    While reading, `rows_in` counts the rows, `cut_off` is the reason why the end is missing where
    it is, `delimiter` is the one found, `headers` are those of canonical columns, and `unused`
    those that mean nothing here.
    """

    path: Path
    label: str
    kind: str
    rejects: Rejects
    limits: LimitsSection = field(default_factory=LimitsSection)
    encoding: str = "auto"
    mapped: Mapping[str, str] = field(default_factory=dict)
    on_bytes: Callable[[int], None] | None = None
    declared_delimiter: str = ""
    given: Collection[str] = ()
    has_header: bool = True
    rows_in: int = 0
    cut_off: str = ""
    delimiter: str = ","
    unused: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    where: ClassVar[Sequence[SheetCells]] = ()
    left_out: ClassVar[tuple[str, ...]] = ()
    taken: ClassVar[tuple[str, ...]] = ()
    _shortest: int = 1 << 30
    _compared: int = 0

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers may have a decimal comma: the delimiter is another character."""
        return self.delimiter != ","

    def blocks(self) -> Iterator[Block]:
        """Yield the rows.

        Raises:
            UnreadableFileError: not there, not text, empty, or without a required column.
            FileLimitError: it holds more than it may.
        """
        size = require_file(self.path, self.label)
        limits = FileLimits(self.limits, self.label)
        whole = self.kind != "fixes"
        try:
            with self.path.open("rb") as raw:
                reader = LineReader(raw, size, limits, whole=whole, encoding=self.encoding)
                for block in self._blocks(reader, limits):
                    if whole:
                        limits.count("cells", self.rows_in * len(block.columns))
                    else:
                        limits.count("rows", self.rows_in)
                    yield block
                    if self.on_bytes is not None:
                        self.on_bytes(raw.tell())
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnreadableFileError("file_refused", file=self.label, reason=reason) from None

    def _blocks(self, reader: LineReader, limits: FileLimits) -> Iterator[Block]:
        line, misfits = 1, 0
        header: list[str] | None = None
        places: dict[str, int] = {}
        for data, ended in reader.blocks():
            block = data
            if header is None:
                skipped, header, block = self._header(data)
                line += skipped
                if header is None:
                    continue
                limits.count("cells", len(header))
                places = match_headers(header, self.kind, self.mapped, self.label, self.given)
                self.unused = unused_headers(header, places)
                self.headers = {name: header[at] for name, at in places.items()}
            if not block:
                continue
            lost = not ended and reader.cut_off != ""
            parts = split_cells(block, self.delimiter, len(header), list(places.values()))
            cells = next(parts, None)
            while cells is not None:
                following = next(parts, None)
                misfits += len(cells.misfits)
                if misfits > _MOST_MISFITS and misfits > self.rows_in + len(cells.lines) - misfits:
                    first = line + cells.misfits[0][0]
                    cells = replace(cells, misfits=cells.misfits[:_SHOWN_MISFITS])
                    yield self._checked(cells, line, header, places, ended=True, lost=False)
                    self.cut_off = Message("too_many_misfits", row=first, width=len(header))
                    return
                # What was cut off stands in the last row of all.
                last = following is None
                yield self._checked(
                    cells, line, header, places, ended=ended or not last, lost=lost and last
                )
                cells = following
            line += block.count(b"\n")
        self.cut_off = reader.cut_off
        if header is None:
            why = self.cut_off or Message("empty_file")
            raise UnreadableFileError("no_table", file=self.label, why=why)

    def _header(self, data: bytes) -> tuple[int, list[str] | None, bytes]:
        """Return how many lines the header takes with what is before it, the header, the rest."""
        lines: list[tuple[int, str, list[str]]] = []
        ends: list[int] = []
        at = 0
        for skipped, head in enumerate(data.split(b"\n", 4 * HEAD_ROWS)[: 4 * HEAD_ROWS], 1):
            at += len(head) + 1
            text = head.decode(errors="replace").strip("\ufeff")
            # "sep=;" is a line that Excel understands and writes.
            if text.strip(" ,;|\t\r\ufeff") and not text.startswith("sep="):
                delimiter = self.declared_delimiter or find_delimiter(text)
                if not self.has_header:
                    self.delimiter = delimiter
                    width = len(split_line(text, delimiter))
                    before = at - len(head) - 1
                    return skipped - 1, [str(n + 1) for n in range(width)], data[before:]
                lines.append((skipped, delimiter, split_line(text, delimiter)))
                ends.append(at)
        if not lines:
            return data.count(b"\n"), None, b""
        rows = [cells for _, _, cells in lines]
        best = header_row(rows, self.kind, self.mapped, self.given) or 0
        skipped, self.delimiter, header = lines[best]
        return skipped, header, data[ends[best] :]

    def _checked(
        self,
        cells: Cells,
        line: int,
        header: list[str],
        places: Mapping[str, int],
        *,
        ended: bool,
        lost: bool,
    ) -> Block:
        rows = cells.lines + line
        for at, count, text in cells.misfits:
            few = count < len(header)
            reason = RejectReason.TOO_FEW_CELLS if few else RejectReason.TOO_MANY_CELLS
            if count == UNCLOSED:
                reason = RejectReason.UNCLOSED_QUOTE
            self.rejects.add(line + at, reason, [text])
        columns = dict(zip(places, cells.columns, strict=True))
        self.rows_in += len(rows) + len(cells.misfits)
        if len(rows) and any(at > cells.lines[-1] for at, _, _ in cells.misfits):
            # What was cut off stands in a line that does not fit: it is kept apart already.
            ended, lost = True, False
        last = next((name for name, i in places.items() if i == len(header) - 1), "")
        if self.kind in ("fixes", "points") and last in _MEASURED and len(rows):
            lost |= self._is_cut(columns[last], ended=ended)
        if lost and len(rows):
            text = self.delimiter.join(column[-1].as_py() for column in columns.values())
            self.rejects.add(rows[-1], RejectReason.TOO_FEW_CELLS, [text])
            rows = rows[:-1]
            columns = {name: column[:-1] for name, column in columns.items()}
        return Block(columns, rows)

    def _is_cut(self, values: pa.Array, *, ended: bool) -> bool:
        """Whether the last cell of a file without a last line end lost its own end.

        A number that was cut is still a number, and a wrong one. It shows where every other cell
        of the column is longer; twenty of them are required, as a coordinate may end in a zero
        that is not written.
        """
        lengths = pc.utf8_length(values).to_numpy(zero_copy_only=False)
        others = lengths if ended else lengths[:-1]
        if len(others):
            self._shortest = min(self._shortest, int(np.min(others)))
            self._compared += len(others)
        return not ended and self._compared >= 20 and 0 < int(lengths[-1]) < self._shortest
