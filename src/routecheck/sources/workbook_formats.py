"""The sheets of a workbook, whatever it is inside: the end of its name often does not say.

Platforms write a table in HTML, or cells with tabs between them, and call it `.xls`.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Literal

from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.file_limits import MB, FileLimits
from routecheck.sources.file_paths import open_file
from routecheck.sources.sheet_cells import CountedCells, SheetRows

_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".htm", ".html"})
Format = Literal["xlsx", "xls", "html", "xml", ""]

_HEAD_BYTES, _ENCODINGS = 4096, ("utf-8", "utf-16-le", "utf-16-be")
"""Where a part of a workbook could declare entities, which none that a program wrote does."""
_OLE = (b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
"""How files of Excel 97 to 2003 begin, and those of Excel 2 to 95 without a container."""
_TAG = re.compile(rb"[\s\0\xef\xbb\xbf\xff\xfe]*<[\0]?[!?a-zA-Z]")
_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_CELL_BYTES = 10
"""A number takes 6 to 18 bytes in a workbook of Excel 97, a text 14 and itself. Its reader reads a
sheet to its end, some microseconds a cell, so what it may hold is bounded by its size."""
_HOURS_UNTIL = 3
"""A number below it in a cell of a date is a time of day or a duration: no date of use is that
near to 1900 (days)."""


def format_of(path: Path) -> Format:
    """Return what a file of that name is inside; empty: text, or no workbook by its name.

    Raises:
        OSError: it cannot be read.
    """
    if path.suffix.lower() not in _SUFFIXES:
        return ""
    with open_file(path) as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(_OLE):
        return "xls"
    if _TAG.match(head):
        return "xml" if _SPREADSHEET in head.replace(b"\0", b"") else "html"
    return ""


def read_sheets(path: Path, size: int, limits: FileLimits) -> list[SheetRows]:
    """Read all sheets of a file that `format_of` knows; of HTML, each table is one.

    Formulas count by the value that was saved with them.

    Raises:
        UnreadableFileError: damaged, with a password, or declaring entities.
        FileLimitError: it holds more than it may.
    """
    from routecheck.sources.markup_tables import read_html, read_spreadsheet_xml

    counted = CountedCells(limits)
    try:
        with open_file(path) as file:
            match format_of(path):
                case "xlsx":
                    return _read_xlsx(file, size, counted)
                case "xls":
                    return _read_xls(file, size, counted)
                case "xml":
                    return read_spreadsheet_xml(file, size, counted)
                case _:
                    return read_html(file, size, counted)
    except UnreadableFileError:
        raise
    # Libraries raise whatever their parts raise where a workbook is not as they expect.
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise UnreadableFileError("sheet_unreadable", file=limits.label, reason=reason) from None


def _read_xlsx(file: IO[bytes], size: int, counted: CountedCells) -> list[SheetRows]:
    import openpyxl

    _check_archive(file, size, counted.limits)
    with warnings.catch_warnings():
        # What it leaves out of a workbook (colours, checks) is nothing that is read here.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            found = []
            for sheet in book.worksheets:
                # What a sheet says of its size may be the whole grid: rows would be filled.
                sheet.reset_dimensions()
                rows = counted.rows(sheet.iter_rows(values_only=True))
                found.append(SheetRows(sheet.title, sheet.sheet_state != "visible", rows))
            return found
        finally:
            book.close()


def _check_archive(file: IO[bytes], size: int, limits: FileLimits) -> None:
    """Check what a workbook unpacks to, and that none of its parts declares entities.

    Raises:
        UnreadableFileError: one does.
        FileLimitError: it unpacks to too much.
    """
    with zipfile.ZipFile(file) as archive:
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


def _read_xls(file: IO[bytes], size: int, counted: CountedCells) -> list[SheetRows]:
    """Read a workbook of Excel 97 to 2003, a sheet at a time; one is 65,536 by 256 at most."""
    import xlrd

    most = counted.limits.limits.cells * _CELL_BYTES
    if size > most:
        raise UnreadableFileError(
            "xls_large", file=counted.limits.label, size=size // MB, most=most // MB
        )
    said = io.StringIO()
    try:
        book = xlrd.open_workbook(
            file_contents=file.read(), on_demand=True, ragged_rows=True, logfile=said
        )
    except xlrd.XLRDError as error:
        if "Can't find workbook" in str(error) or "ncrypt" in str(error):
            # An encrypted .xlsx is in such a container too.
            reason = Message("sheet_encrypted")
            raise UnreadableFileError(
                "sheet_unreadable", file=counted.limits.label, reason=reason
            ) from None
        raise
    found = []
    for index, title in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(index)
        counted.limits.time()
        rows = counted.rows(_xls_rows(sheet, book.datemode))
        found.append(SheetRows(title, sheet.visibility != 0, rows))
        book.unload_sheet(index)
    return found


def _xls_rows(sheet: Any, datemode: int) -> Iterator[Sequence[Any]]:
    import xlrd

    for row in range(sheet.nrows):
        yield [
            _xls_value(kind, value, datemode, xlrd)
            for kind, value in zip(sheet.row_types(row), sheet.row_values(row), strict=True)
        ]


def _xls_value(kind: int, value: Any, datemode: int, xlrd: Any) -> Any:
    if kind == xlrd.XL_CELL_DATE:
        if value < _HOURS_UNTIL:
            seconds = round(value * 86_400)
            clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
            return f"{clock}:{seconds % 60:02d}" if seconds % 60 else clock
        moment = xlrd.xldate_as_datetime(value, datemode)
        # Of a fraction of a day a hundred thousandth of a second is left over.
        return (moment + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "")
    return value if kind in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER) else None
