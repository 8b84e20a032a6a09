"""KML, and KMZ with it: a Placemark is a point, under its own data, whatever folder it lies in.

GDAL leaves out the data of Placemarks, or spells Chinese names of them with underscores; so they
are read here, piece by piece. Nothing that a file links to is fetched, and a document type is
refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from routecheck.config import LimitsSection
from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import open_file, require_file
from routecheck.sources.header_matching import columns_among, match_headers
from routecheck.sources.markup_tables import XmlFeed
from routecheck.sources.text_file import Block, PlainFile

_SHAPES = {"Point": "POINT", "LineString": "LINESTRING", "Polygon": "POLYGON"}
_TEXTS = frozenset({"name", "description"})
_CELL_ELEMENTS = frozenset({"value", "SimpleData"})


def is_kml(path: Path) -> bool:
    """Whether a file is KML or KMZ, by its name."""
    return path.suffix.lower() in (".kml", ".kmz")


@dataclass
class KmlFile(PlainFile):
    """One file of points; its arguments are those of `TextFile`."""

    path: Path
    label: str
    mapped: Mapping[str, str]
    limits: LimitsSection
    rows_in: int = 0
    cut_off: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield the Placemarks, all at once, numbered from 1 in the order of the file.

        Raises:
            UnreadableFileError: no KML, with a document type, or without a Placemark.
            FileLimitError: it holds more than it may.
        """
        size = require_file(self.path, self.label)
        limits = FileLimits(self.limits, self.label)
        with open_file(self.path) as file:
            if self.path.suffix.lower() == ".kmz":
                places = self._packed(file, size, limits)
            else:
                limits.whole(size)
                places = _Placemarks()
                self._read(file, limits, places)
        if not places.rows:
            why = self.cut_off or Message("kml_empty")
            raise UnreadableFileError("kml_unreadable", file=self.label, why=why)
        names = list(dict.fromkeys(name for row in places.rows for name in row))
        limits.count("cells", len(names) * len(places.rows))
        mapped = dict(self.mapped)
        known = columns_among(names, "points", mapped) | mapped.keys()
        if "name" in names and "point_id" not in known:
            # What a Placemark is called is all that tells it apart.
            mapped["point_id"] = "name"
        at = match_headers(names, "points", mapped, self.label)
        self.headers = {name: names[place] for name, place in at.items()}
        self.rows_in = len(places.rows)
        columns = {
            name: pa.array([row.get(header, "") for row in places.rows], pa.string())
            for name, header in self.headers.items()
        }
        yield Block(columns, np.arange(1, self.rows_in + 1))

    def _packed(self, file: IO[bytes], size: int, limits: FileLimits) -> _Placemarks:
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                limits.unpacked(sum(entry.file_size for entry in entries), size)
                found = [entry for entry in entries if entry.filename.lower().endswith(".kml")]
                if not found:
                    raise UnreadableFileError("zip_empty", file=self.label)
                # The first links to the others where there are several.
                limits.whole(sum(entry.file_size for entry in found))
                places = _Placemarks()
                for entry in found:
                    if entry.flag_bits & 1:
                        raise UnreadableFileError("zip_password", file=self.label)
                    with archive.open(entry) as part:
                        self._read(part, limits, places)
                return places
        except zipfile.BadZipFile as error:
            raise UnreadableFileError(
                "zip_unreadable", file=self.label, reason=str(error)
            ) from None

    def _read(self, file: IO[bytes], limits: FileLimits, places: _Placemarks) -> None:
        from lxml import etree

        try:
            for _ in XmlFeed(places, file, limits).pieces():
                limits.count("points", len(places.rows))
                limits.whole(places.letters)
        except etree.XMLSyntaxError as error:
            self.cut_off = Message("xml_cut", line=error.lineno or 0)


class _Placemarks:
    """Collects Placemarks from the events of a parser: by name, the texts of each."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.letters = 0
        self._row: dict[str, str] | None = None
        self._path: list[str] = []
        self._name = ""
        self._cell: list[str] | None = None
        self._shapes: list[tuple[str, list[str]]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self._path.append(name)
        if name == "Placemark":
            self._row, self._shapes = {}, []
        elif self._row is None:
            return
        elif name in _SHAPES:
            self._shapes.append((name, []))
        elif name in ("Data", "SimpleData"):
            self._name = attributes.get("name", "").strip()
            self._cell = [] if name == "SimpleData" else None
        elif name in ("value", "coordinates") or (
            name in _TEXTS and self._path[-2:-1] == ["Placemark"]
        ):
            self._cell = []

    def data(self, text: str) -> None:
        if self._cell is not None:
            self._cell.append(text)
            self.letters += len(text)

    def end(self, tag: str) -> None:
        name = self._path.pop()
        if self._row is None:
            return
        if name == "Placemark":
            self._row["geometry"] = _wkt(self._shapes)
            self.rows.append(self._row)
            self._row = self._cell = None
        elif self._cell is not None and name in (*_TEXTS, *_CELL_ELEMENTS, "coordinates"):
            text, self._cell = "".join(self._cell).strip(), None
            if name == "coordinates":
                if self._shapes:
                    self._shapes[-1][1].append(text)
            elif name in _TEXTS:
                self._row[name] = text
            elif self._name and self._name != "geometry":
                self._row.setdefault(self._name, text)

    def close(self) -> None:
        pass


def _wkt(shapes: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return the shapes of a Placemark as WKT, empty where there is none, or of several kinds."""
    kinds = {kind for kind, _ in shapes}
    if len(kinds) != 1:
        return ""
    parts = [_part(kind, rings) for kind, rings in shapes]
    name = _SHAPES[kinds.pop()]
    return f"{name} {parts[0]}" if len(parts) == 1 else f"MULTI{name} ({', '.join(parts)})"


def _part(kind: str, rings: Sequence[str]) -> str:
    lists = [f"({', '.join(map(_pair, ring.split()))})" for ring in rings]
    return f"({', '.join(lists)})" if kind == "Polygon" else "".join(lists[:1])


def _pair(coordinates: str) -> str:
    """The first two of `longitude,latitude,altitude`."""
    return " ".join(coordinates.split(",")[:2])
