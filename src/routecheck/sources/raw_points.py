"""A delimited file cell by cell as it stands, for handing it back with something added."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from routecheck.config import PointsSource
from routecheck.sources.cell_splitting import find_delimiter
from routecheck.sources.file_paths import resolve
from routecheck.sources.geodata import is_geodata
from routecheck.sources.header_matching import match_headers
from routecheck.sources.line_reader import guess_encoding
from routecheck.sources.workbooks import is_workbook


@dataclass(frozen=True)
class RawTable:
    """A table of text.

    Attributes:
        header: the headers as the file has them.
        rows: the cells, a list a row, as many as there are headers.
        places: where the canonical columns stand.
    """

    header: list[str]
    rows: list[list[str]]
    places: Mapping[str, int]


def raw_points(source: PointsSource, directory: Path) -> RawTable | None:
    """Return the points file as it stands; None where it is no plain delimited text with headers.

    Rows with too few or too many cells are left out: reading has reported them.
    """
    path, label = resolve(directory, source.path)
    if is_geodata(path) or is_workbook(path) or not source.header:
        return None
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        return None
    encoding = guess_encoding(data) if source.encoding == "auto" else source.encoding
    text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("sep=")]
    first = next((line for line in lines if line.strip(" ,;|\t\r\n\ufeff")), "")
    delimiter = source.delimiter or find_delimiter(first)
    try:
        reader = csv.reader(io.StringIO("".join(lines)), delimiter=delimiter)
        # Line ends within a cell as the other reader has them: ids must be the same.
        table = [
            [cell.replace("\r\n", "\n").replace("\r", " ") for cell in row]
            for row in reader
            if any(row)
        ]
    except csv.Error:
        # A cell beyond 128 KB: reading has reported it.
        return None
    if not table:
        return None
    header = table[0]
    places = match_headers(header, "points", source.columns, label)
    return RawTable(header, [row for row in table[1:] if len(row) == len(header)], places)
