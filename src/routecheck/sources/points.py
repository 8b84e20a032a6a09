"""The collection points: from a table, or from anything with geometries that GDAL reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from routecheck.config import PointsSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import MissingDataError, UnreadableFileError, UsageError
from routecheck.domain.settings import LARGEST_TOLERANCE_M
from routecheck.domain.tables import POINTS
from routecheck.geo.crs import from_crs, parse_datum, to_wgs84
from routecheck.geo.datum import Pair
from routecheck.sources.cell_values import read_number
from routecheck.sources.file_paths import resolve
from routecheck.sources.geodata import is_geodata, read_geodata
from routecheck.sources.positions import in_wgs84, read_position
from routecheck.sources.rejected_rows import ReadResult
from routecheck.sources.table_reader import (
    VALIDITY,
    Column,
    TableReader,
    identifier,
    text_column,
)
from routecheck.sources.table_rows import Rows, read_single

Objects = npt.NDArray[np.object_]

_USABLE = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}


def read_points(source: PointsSource, directory: Path) -> ReadResult:
    """Read the collection points.

    Args:
        source: the section of the configuration.
        directory: what relative paths start from.

    Returns:
        The table POINTS, geometries in WGS-84. A datum column goes before the declared datum.
        A file with its own coordinate system is reprojected from that; GCJ-02 and BD-09, which no
        file can carry, are then taken off where declared. A place that is blank, no number, not
        on Earth or 0/0 is None, and the row stays. `recorded_lon` and `recorded_lat` are as in the
        file (of a line or polygon: its centroid). One id may hold several places in periods that
        do not overlap. `group` is the file, with the batch where the file has that column.

    Raises:
        MissingDataError: the file is not there or cannot be read.
        UsageError: the configuration maps a header, or names a layer, that the file has not.
    """
    path, label = resolve(directory, source.path)
    if path.exists() and is_geodata(path):
        try:
            rows, shapes, crs = read_geodata(path, label, source)
        except UnreadableFileError as error:
            raise MissingDataError(error.message) from None
    else:
        rows, shapes, crs = read_single("points", source, directory), None, ""

    def place(rows: Rows) -> None:
        datum = [own or source.datum for own in rows.parsed["datum"]]
        recorded, geometry = _places(rows, shapes, datum, crs)
        rows.parsed |= {
            "datum": datum,
            "geometry": geometry,
            "recorded_lon": recorded[0],
            "recorded_lat": recorded[1],
            "group": [f"{label}:{v}" if v else label for v in rows.parsed["group"]],
        }

    checks = (place, lambda rows: rows.reject_overlapping("point_id"))
    return TableReader(POINTS, _COLUMNS, checks).read(rows, ZoneInfo("UTC"))


def _read_tolerance_m(text: str) -> float:
    value = read_number(text)
    if not 0 < value <= LARGEST_TOLERANCE_M:
        raise ValueError(text)
    return value


def _read_datum(text: str) -> str:
    try:
        return parse_datum(text)
    except UsageError as error:
        raise ValueError(text) from error


_COLUMNS = (
    identifier("point_id", required=True),
    text_column("name"),
    text_column("township"),
    text_column("village"),
    Column("datum", _read_datum, RejectReason.UNKNOWN_DATUM, blank=""),
    Column("tolerance_m", _read_tolerance_m, RejectReason.BAD_NUMBER),
    *VALIDITY,
    text_column("group"),
)


def _places(rows: Rows, shapes: Objects | None, datum: list[str], crs: str) -> tuple[Pair, Objects]:
    """Return the coordinates as the file has them, and the geometries in WGS-84."""
    if shapes is None and "geometry" in rows:
        texts = [text or None for text in rows.text("geometry")]
        shapes = shapely.from_wkt(texts, on_invalid="ignore")
    if shapes is None:
        columns = {
            name: pa.array(rows.text(name), pa.string())
            for name in ("lon", "lat", "x", "y", "position")
            if name in rows
        }
        names = np.array(datum, object)
        recorded = read_position(columns, comma=rows.decimal_comma).east_north(names)
        return recorded, _points(*in_wgs84(*recorded, names))
    centres = shapely.centroid(shapes)
    recorded = shapely.get_x(centres), shapely.get_y(centres)
    return recorded, _placed(shapes, datum, crs)


def _points(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Objects:
    possible = _possible(lon, lat)
    places = np.full(len(lon), None, object)
    places[possible] = shapely.points(lon[possible], lat[possible])
    return places


def _possible(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Any:
    somewhere = np.isfinite(lon) & np.isfinite(lat) & ((lon != 0) | (lat != 0))
    return somewhere & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)


def _placed(shapes: Objects, datum: list[str], crs: str) -> Objects:
    """Return shapes in WGS-84, None where they cannot be."""
    placed = np.full(len(shapes), None, object)
    names = np.array(datum, dtype=object)
    kinds = np.array([None if s is None or s.is_empty else s.geom_type for s in shapes])
    usable = np.isin(kinds.astype(str), list(_USABLE))
    for name in set(datum):
        rows = np.flatnonzero(usable & (names == name))
        if not len(rows):
            continue

        def convert(xy: npt.NDArray[np.float64], name: str = name) -> npt.NDArray[np.float64]:
            if crs:
                x, y = from_crs(xy[:, 0], xy[:, 1], crs)
                x, y = to_wgs84(x, y, name if name in ("gcj02", "bd09") else "wgs84")
            else:
                x, y = to_wgs84(xy[:, 0], xy[:, 1], name)
            return np.column_stack([x, y])

        placed[rows] = shapely.transform(shapely.force_2d(shapes[rows]), convert)
    coordinates, which = shapely.get_coordinates(placed, return_index=True)
    impossible = which[~_possible(coordinates[:, 0], coordinates[:, 1])]
    placed[impossible] = None
    broken = ~shapely.is_valid(placed) & (placed != None)  # noqa: E711 - elementwise
    if broken.any():
        mended = shapely.make_valid(placed[broken], method="structure", keep_collapsed=False)
        placed[broken] = [shape if shape.geom_type in _USABLE else None for shape in mended]
    return placed
