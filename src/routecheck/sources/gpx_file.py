"""GPX: tracks as fixes, waypoints as points, read piece by piece.

Each `trkpt` is a row, numbered from 1 in the order of the file, whatever track and segment it is
of; the name of its track is the vehicle, unless the name of the file is. Between two segments
recording was broken off: that is a gap, however short. Cells stay text: they are read, and
rejected, as those of any table. Nothing is fetched, and a document type is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from routecheck.config import LimitsSection
from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import open_file, require_file
from routecheck.sources.header_matching import match_headers
from routecheck.sources.markup_tables import XmlFeed
from routecheck.sources.sheet_cells import LONGEST_CELL
from routecheck.sources.text_file import Block, PlainFile

_ROWS_AT_ONCE = 50_000
_TRACK = ("vehicle", "time", "lon", "lat", "speed (m/s)", "course")
_POINT = ("name", "description", "lon", "lat")
_TEXTS = {
    "fixes": {"time": "time", "speed": "speed (m/s)", "course": "course"},
    "points": {"name": "name", "desc": "description"},
}
"""Elements of a point, in whatever namespace: GPX 1.0, 1.1 and its extensions by Garmin have speed
in metres a second."""


def is_gpx(path: Path) -> bool:
    """Whether a file is GPX, by its name."""
    return path.suffix.lower() == ".gpx"


@dataclass
class GpxFile(PlainFile):
    """One GPX file; its arguments are those of `TextFile`."""

    path: Path
    label: str
    kind: str
    mapped: Mapping[str, str]
    limits: LimitsSection
    on_bytes: Callable[[int], None] | None = None
    given: Collection[str] = ()
    rows_in: int = 0
    cut_off: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield the points of tracks, or the waypoints.

        Raises:
            UnreadableFileError: no GPX, or with a document type.
            FileLimitError: it holds more than it may.
        """
        from lxml import etree

        require_file(self.path, self.label)
        limits = FileLimits(self.limits, self.label)
        names = _TRACK if self.kind == "fixes" else _POINT
        columns = dict(self.mapped)
        if self.kind == "points" and "point_id" not in columns:
            # What a waypoint is called is all that tells it apart.
            columns["point_id"] = "name"
        places = match_headers(names, self.kind, columns, self.label, self.given)
        self.headers = {name: names[at] for name, at in places.items()}
        points = _Points(names, _TEXTS[self.kind], "trkpt" if self.kind == "fixes" else "wpt")
        with open_file(self.path) as file:
            feed = XmlFeed(points, file, limits)
            try:
                for _ in feed.pieces():
                    if len(points.rows) >= _ROWS_AT_ONCE:
                        yield self._block(points, places, limits)
                        if self.on_bytes is not None:
                            self.on_bytes(file.tell())
            except etree.XMLSyntaxError as error:
                if not points.gpx:
                    raise UnreadableFileError("no_gpx", file=self.label) from None
                self.cut_off = Message("xml_cut", line=error.lineno or 0)
        if not points.gpx:
            raise UnreadableFileError("no_gpx", file=self.label)
        yield self._block(points, places, limits)

    def _block(self, points: _Points, places: Mapping[str, int], limits: FileLimits) -> Block:
        rows, points.rows = points.rows, []
        stretch, points.stretch = points.stretch, []
        first = self.rows_in + 1
        self.rows_in += len(rows)
        limits.count("rows" if self.kind == "fixes" else "points", self.rows_in)
        columns = {
            name: pa.array([row[at] for row in rows], pa.string()) for name, at in places.items()
        }
        numbers = np.array(stretch, np.int64) if self.kind == "fixes" else None
        return Block(columns, np.arange(first, self.rows_in + 1), numbers)


class _Points:
    """Collects points from the events of a parser, a list of cells each."""

    def __init__(self, names: Sequence[str], texts: Mapping[str, str], wanted: str) -> None:
        self.rows: list[list[str]] = []
        self.stretch: list[int] = []
        self.gpx = False
        self._at = {name: n for n, name in enumerate(names)}
        self._texts = {element: self._at[name] for element, name in texts.items()}
        self._wanted = wanted
        self._track = ""
        self._segment = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._letters = 0
        self._in_track = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == self._wanted:
            row = [""] * len(self._at)
            row[self._at["lon"]] = attributes.get("lon", "")
            row[self._at["lat"]] = attributes.get("lat", "")
            if "vehicle" in self._at:
                row[0] = self._track
            self._row = row
        elif self._row is not None:
            if name in self._texts:
                self._cell, self._letters = [], 0
        elif name == "trk":
            self._track, self._in_track = "", True
        elif name == "name" and self._in_track:
            self._cell, self._letters = [], 0
        elif name in ("trkseg", "rtept"):
            self._in_track = False
            self._segment += 1
        elif name == "gpx":
            self.gpx = True

    def data(self, text: str) -> None:
        if self._cell is not None and self._letters <= LONGEST_CELL:
            self._cell.append(text)
            self._letters += len(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == self._wanted and self._row is not None:
            self.rows.append(self._row)
            self.stretch.append(self._segment)
            self._row = self._cell = None
        elif self._cell is not None:
            text, self._cell = "".join(self._cell).strip(), None
            if self._row is None:
                self._track = text
            elif name in self._texts and not self._row[self._texts[name]]:
                self._row[self._texts[name]] = text

    def close(self) -> None:
        pass
