"""Files that hold one table, whatever their format: each is read in blocks of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from routecheck.config import FileSource
from routecheck.sources.file_paths import require_file
from routecheck.sources.frame_table import FrameTable
from routecheck.sources.gpx_file import GpxFile, is_gpx
from routecheck.sources.kml_file import KmlFile, is_kml
from routecheck.sources.nmea_file import NmeaFile, is_nmea
from routecheck.sources.parquet_file import ParquetFile, is_parquet
from routecheck.sources.rejected_rows import Rejects
from routecheck.sources.text_file import Block, SheetCells, TextFile
from routecheck.sources.workbooks import is_workbook, read_sheet


class TableFile(Protocol):
    """A file that holds one table.

    Attributes:
        rows_in: the rows read so far, those among them that never became rows.
        cut_off: why the end is missing, where it is.
        headers: by canonical column, the header that it has in the file.
    """

    rows_in: int
    cut_off: str
    headers: Mapping[str, str]

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers may have a decimal comma."""
        ...

    @property
    def where(self) -> Sequence[SheetCells]:
        """Of a workbook: which columns are where, a sheet each."""
        ...

    @property
    def left_out(self) -> tuple[str, ...]:
        """Of a workbook: sheets that hold no table."""
        ...

    @property
    def taken(self) -> tuple[str, ...]:
        """Of a workbook: sheets that were read as one table, where they are several."""
        ...

    def blocks(self) -> Iterator[Block]:
        """Yield the rows.

        Raises:
            UnreadableFileError: the file cannot be read, or lacks a required column.
        """
        ...


def open_table(
    path: Path,
    label: str,
    kind: str,
    source: FileSource,
    rejects: Rejects,
    on_bytes: Callable[[int], None] | None = None,
) -> TableFile:
    """Return the reader of a file: delimited text unless its name says otherwise.

    Of a table that is at hand (`FileSource.held`) it reads that, and no file.

    Args:
        path: the file.
        label: how messages and tables name it.
        kind: section of the configuration; it decides the headers.
        source: that section.
        rejects: where rows go that have too few or too many cells.
        on_bytes: is called with the bytes read so far.

    Raises:
        UnreadableFileError: it is no file, or a workbook that cannot be read.
        FileLimitError: a workbook holds more than it may.
        UsageError: the configuration maps a header that a workbook does not have.
    """
    given = ("vehicle_id",) if getattr(source, "vehicle_from_name", "") else ()
    if source.held is not None:
        return FrameTable(source.held, label, kind, source.columns, source.limits, given)
    require_file(path, label)
    if is_workbook(path):
        return read_sheet(path, label, kind, source.columns, source.limits, source.sheet, given)
    if kind == "fixes" and is_parquet(path):
        return ParquetFile(path, label, kind, source.columns, source.limits, on_bytes, given)
    if kind == "fixes" and is_nmea(path):
        return NmeaFile(path, label, rejects, source.limits, on_bytes)
    if is_gpx(path) and kind in ("fixes", "points"):
        return GpxFile(path, label, kind, source.columns, source.limits, on_bytes, given)
    if is_kml(path) and kind == "points":
        return KmlFile(path, label, source.columns, source.limits)
    return TextFile(
        path,
        label,
        kind,
        rejects,
        source.limits,
        source.encoding,
        source.columns,
        on_bytes,
        source.delimiter,
        given,
        source.header,
    )
