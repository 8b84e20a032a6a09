"""Tables in HTML, and spreadsheets in XML (Excel 2003), read piece by piece with lxml.

Nothing is fetched: no entity, no other file. A document type of XML is refused, as its entities may
grow without end; HTML has none that grow.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.line_reader import guess_encoding
from routecheck.sources.sheet_cells import LONGEST_CELL, CountedCells, SheetRows

_BLOCK_BYTES = 1 << 16
_HEAD_BYTES = 4096
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252"}
"""Encodings by the one that holds them and what is really written under their names."""
_MOST_NESTED = 20
"""Tables within tables; pages that lay out with them have three or four."""
_WIDEST_SPAN = 1000
_CELLS_AT_ONCE = 10_000
_BREAKS = frozenset({"br", "p", "div", "li"})
_NS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}Visible"


def read_html(file: IO[bytes], size: int, counted: CountedCells) -> list[SheetRows]:
    """Read the tables of a page, numbered from 1 as they begin.

    A cell that spans several rows stands in each of them; of several columns, in the first.

    Raises:
        UnreadableFileError: no table.
        FileLimitError: it holds more than it may.
    """
    from lxml import etree

    counted.limits.whole(size)
    page = _Page(counted)
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=False, no_network=True)
    _feed(parser, file, counted.limits, page)
    tables = [table for table in page.tables if table.rows]
    if not tables:
        raise UnreadableFileError("html_no_table", file=counted.limits.label)
    return [SheetRows(str(n), False, counted.rows(t.rows)) for n, t in enumerate(tables, 1)]


def read_spreadsheet_xml(file: IO[bytes], size: int, counted: CountedCells) -> list[SheetRows]:
    """Read the sheets of a workbook in the XML of Excel 2003.

    Raises:
        UnreadableFileError: damaged, or with a document type.
        FileLimitError: it holds more than it may.
    """
    counted.limits.whole(size)
    book = _Book(counted)
    for _ in XmlFeed(book, file, counted.limits).pieces():
        pass
    return [
        SheetRows(title, title in book.hidden, counted.rows(_without_gaps(rows)))
        for title, rows in book.sheets
    ]


class XmlFeed:
    """Feeds a file to a target of lxml, as bytes in the encoding that it declares.

    Args:
        target: as lxml has them; it gets a `doctype` that refuses.
        file: XML.
        limits: what it may take.
    """

    def __init__(self, target: Any, file: IO[bytes], limits: FileLimits) -> None:
        from lxml import etree

        self._file, self._limits = file, limits
        target.doctype = self._refuse
        self._parser = etree.XMLParser(
            target=target, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
        )

    def pieces(self) -> Iterator[None]:
        """Feed the file, and yield after each piece of it.

        Raises:
            UnreadableFileError: it has a document type, whose entities could grow without end.
            lxml.etree.XMLSyntaxError: it is no XML, or not to its end.
        """
        while block := self._file.read(_BLOCK_BYTES):
            if b"<!DOCTYPE" in block:
                self._refuse()
            self._parser.feed(block)
            self._limits.time()
            yield
        self._parser.close()

    def _refuse(self, *_: str) -> None:
        raise UnreadableFileError("xml_entities", file=self._limits.label)


def _feed(parser: Any, file: IO[bytes], limits: FileLimits, page: _Page) -> None:
    """Feed a page as UTF-8, whatever it was: what it declares is often not what it is in."""
    head = file.read(_HEAD_BYTES)
    decoder = codecs.getincrementaldecoder(_encoding(head))("replace")
    block = head
    while block:
        # A NUL would end the page for libxml2.
        text = decoder.decode(block).replace("\0", "\ufffd")
        parser.feed(text.encode("utf-8", "replace"))
        page.check()
        limits.time()
        block = file.read(_BLOCK_BYTES)
    parser.close()


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    declared = _CHARSET.search(head)
    name = declared[1].decode("ascii").lower() if declared else ""
    if name.startswith("utf") or not name:
        return guess_encoding(head)
    try:
        return codecs.lookup(_WIDER.get(name, name)).name
    except LookupError:
        return guess_encoding(head)


@dataclass
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By column, for how many rows more a cell reaches down, and its text."""
    row: list[str] | None = None
    cell: list[str] | None = None
    letters: int = 0
    span: tuple[int, int] = (1, 1)


class _Page:
    """Collects the tables of a page from the events of a parser."""

    def __init__(self, counted: CountedCells) -> None:
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._counted = counted
        self._cells = self._letters = 0
        self._next = _CELLS_AT_ONCE

    def check(self) -> None:
        self._counted.limits.count("cells", self._cells)
        self._counted.limits.whole(self._letters)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            if len(self._open) >= _MOST_NESTED:
                raise UnreadableFileError(
                    "sheet_unreadable",
                    file=self._counted.limits.label,
                    reason=Message("html_nested", most=_MOST_NESTED),
                )
            table = _Table()
            self.tables.append(table)
            self._open.append(table)
            return
        if not self._open:
            return
        table = self._open[-1]
        if tag == "tr":
            self._end_row(table)
            table.row = []
        elif tag in ("td", "th"):
            self._end_cell(table)
            if table.row is None:
                table.row = []
            table.cell, table.letters = [], 0
            spans = (attributes.get("colspan", "1"), attributes.get("rowspan", "1"))
            wide, high = (int(n) if n.isascii() and n.isdigit() and n != "0" else 1 for n in spans)
            table.span = min(wide, _WIDEST_SPAN), high
        elif tag in _BREAKS and table.cell:
            table.cell.append("\n")

    def end(self, tag: str) -> None:
        if not self._open:
            return
        table = self._open[-1]
        if tag == "table":
            self._end_row(table)
            self._open.pop()
        elif tag == "tr":
            self._end_row(table)
        elif tag in ("td", "th"):
            self._end_cell(table)

    def data(self, text: str) -> None:
        if self._open and (cell := self._open[-1].cell) is not None:
            if self._open[-1].letters <= LONGEST_CELL:
                cell.append(text)
                self._letters += len(text)
            self._open[-1].letters += len(text)

    def close(self) -> None:
        while self._open:
            self.end("table")

    def _end_cell(self, table: _Table) -> None:
        if table.cell is None or table.row is None:
            return
        lines = (" ".join(line.split()) for line in "".join(table.cell).split("\n"))
        text = "\n".join(line for line in lines if line)
        table.cell = None
        wide, high = table.span
        self._reach_down(table, table.row)
        if high > 1:
            for column in range(len(table.row), len(table.row) + wide):
                own = text if column == len(table.row) else ""
                table.spans[column] = (high - 1, own)
        table.row += [text] + [""] * (wide - 1)
        self._count(wide)

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.row is None:
            return
        self._reach_down(table, table.row)
        table.rows.append(table.row)
        table.row = None
        self._count(1)

    def _count(self, cells: int) -> None:
        self._cells += cells
        if self._cells > self._next:
            self._next = self._cells + _CELLS_AT_ONCE
            self.check()

    def _reach_down(self, table: _Table, row: list[str]) -> None:
        """Add cells of rows above that reach down to the place where the next cell would stand."""
        while (reach := table.spans.get(len(row))) is not None:
            left, text = reach
            if left > 1:
                table.spans[len(row)] = (left - 1, text)
            else:
                del table.spans[len(row)]
            row.append(text)
            self._letters += len(text)
            self._count(1)


class _Book:
    """Collects the sheets of a workbook in XML: rows by their number, cells by their column."""

    def __init__(self, counted: CountedCells) -> None:
        self.sheets: list[tuple[str, dict[int, list[str]]]] = []
        self.hidden: set[str] = set()
        self._counted = counted
        self._row = self._cells = self._letters = 0
        self._cell: list[str] | None = None
        self._kind = ""
        self._column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_NS}Worksheet":
            self.sheets.append((attributes.get(f"{_NS}Name", ""), {}))
            self._row = 0
        elif not self.sheets:
            return
        elif tag == f"{_NS}Row":
            self._row = _index(attributes, self._row + 1)
            self._column = 0
        elif tag == f"{_NS}Cell":
            self._column = _index(attributes, self._column + 1)
        elif tag == f"{_NS}Data":
            self._kind, self._cell = attributes.get(f"{_NS}Type", ""), []
        elif tag == _VISIBLE:
            self.hidden.add(self.sheets[-1][0])

    def data(self, text: str) -> None:
        if self._cell is not None:
            self._cell.append(text)

    def end(self, tag: str) -> None:
        if self._cell is None or tag != f"{_NS}Data":
            return
        text, self._cell = "".join(self._cell)[:LONGEST_CELL], None
        rows = self.sheets[-1][1]
        cells = rows.setdefault(self._row, [])
        missing = self._column - 1 - len(cells)
        self._cells += 1 + max(missing, 0)
        self._letters += len(text)
        self._counted.limits.count("cells", self._cells)
        self._counted.limits.whole(self._letters)
        cells += [""] * missing
        if len(cells) == self._column - 1:
            cells.append(_xml_text(text, self._kind))

    def close(self) -> None:
        pass


def _index(attributes: dict[str, str], following: int) -> int:
    given = attributes.get(f"{_NS}Index", "")
    return max(int(given), following) if given.isascii() and given.isdigit() else following


def _xml_text(text: str, kind: str) -> str:
    text = text.strip()
    if kind == "Boolean":
        return "true" if text == "1" else "false"
    if kind == "Number":
        return re.sub(r"\.0+$", "", text)
    if kind == "DateTime":
        # A time of day is one of the last day of 1899.
        day, _, clock = text.partition("T")
        clock = clock.removesuffix(".000")
        if day.startswith("1899-12-31"):
            return clock
        return day if clock in ("", "00:00:00") else f"{day} {clock}"
    return text


def _without_gaps(rows: dict[int, list[str]]) -> Iterator[Sequence[str]]:
    """Yield rows in order, empty ones between; numbers beyond a sheet's grid are not waited for."""
    last = 0
    for number, cells in sorted(rows.items()):
        if number > _MOST_ROWS:
            return
        for _ in range(number - last - 1):
            yield ()
        yield cells
        last = number


_MOST_ROWS = 1_048_576
"""Rows of a sheet in Excel."""
