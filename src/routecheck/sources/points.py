"""The collection points: from a table, or from anything with geometries that GDAL reads."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from routecheck.config import PointsSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import (
    FileLimitError,
    Message,
    MissingDataError,
    UnreadableFileError,
    UsageError,
)
from routecheck.domain.settings import LARGEST_TOLERANCE_M
from routecheck.domain.tables import POINTS
from routecheck.geo.crs import from_crs, parse_datum, to_wgs84
from routecheck.geo.datum import Pair
from routecheck.sources.cell_values import read_number
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import resolve
from routecheck.sources.geodata import is_geodata, read_geodata
from routecheck.sources.geometry_cells import read_geometry_cells
from routecheck.sources.gpx_file import is_gpx
from routecheck.sources.kml_file import is_kml
from routecheck.sources.one_file import as_one_file
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

LARGEST_EXTENT_DEG = 0.5
"""No collection point is as large as 50 km; to measure tracks against the outline of a country
takes minutes."""
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
        file (of a line or polygon: its centroid); where most of a file has longitude and latitude
        exchanged, put right in all of it, with a note. One id may hold several places in periods
        that do not overlap. `group` is the file, with the batch where the file has that column.

    Raises:
        MissingDataError: the file is not there or cannot be read.
        UsageError: the configuration maps a header, or names a layer, that the file has not.
    """
    path, label = resolve(directory, source.path)
    own = not source.layer and (is_gpx(path) or is_kml(path))
    if source.held is not None:
        rows = read_single("points", source, directory)
        shapes, crs = source.held.shapes, source.held.crs
    elif path.exists() and is_geodata(path) and not own:
        try:
            with as_one_file(label):
                rows, shapes, crs = read_geodata(path, label, source)
        except UnreadableFileError as error:
            raise MissingDataError(error.message) from None
    else:
        rows, shapes, crs = read_single("points", source, directory), None, ""
    if crs:
        from_crs(0.0, 0.0, crs)

    try:
        FileLimits(source.limits, label).count("points", len(rows))
    except FileLimitError as error:
        raise MissingDataError(error.message) from None
    exchanged = 0

    def place(rows: Rows) -> None:
        nonlocal exchanged
        datum = [own or source.datum for own in rows.parsed["datum"]]
        # What a shape of nothing has for a centre, and where, is no matter for a person.
        with np.errstate(all="ignore"):
            recorded, geometry, exchanged = _places(rows, shapes, datum, crs)
        rows.parsed |= {
            "datum": datum,
            "geometry": geometry,
            "recorded_lon": recorded[0],
            "recorded_lat": recorded[1],
            "group": [f"{label}:{v}" if v else label for v in rows.parsed["group"]],
        }

    checks = (place, lambda rows: rows.reject_overlapping("point_id"))
    result = TableReader(POINTS, _COLUMNS, checks).read(rows, ZoneInfo("UTC"))
    if not exchanged:
        return result
    note = Message("points_exchanged", file=label, count=exchanged)
    return replace(result, notes=(*result.notes, note))


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


def _places(
    rows: Rows, shapes: Objects | None, datum: list[str], crs: str
) -> tuple[Pair, Objects, int]:
    """Return the coordinates as the file has them, and the geometries in WGS-84.

    And how many show that longitude and latitude are exchanged, where that is most of the file:
    they are then read the other way round.
    """
    systems = [crs] * len(rows)
    if shapes is None and "geometry" in rows:
        shapes, systems = read_geometry_cells(rows.text("geometry"))
    columns = {
        name: pa.array(rows.text(name), pa.string())
        for name in ("lon", "lat", "x", "y", "position")
        if name in rows
    }
    names = np.array(datum, object)
    recorded = (np.full(len(rows), np.nan), np.full(len(rows), np.nan))
    if shapes is None or {"lon", "lat"} <= columns.keys() or {"x", "y"} <= columns.keys():
        recorded = read_position(columns, comma=rows.decimal_comma).east_north(names)
    exchanged = _exchanged(*recorded)
    if exchanged:
        recorded = recorded[1], recorded[0]
    placed = _points(*in_wgs84(*recorded, names))
    if shapes is None:
        return recorded, placed, exchanged
    # A blank cell, or one of another meaning, leaves the coordinates beside it.
    shapes = np.array([_usable(shape) for shape in shapes], object)
    known = shapes != None  # noqa: E711 - elementwise
    centres = shapely.centroid(shapes)
    x, y = shapely.get_x(centres), shapely.get_y(centres)
    recorded = np.where(known, x, recorded[0]), np.where(known, y, recorded[1])
    return recorded, np.where(known, _placed(shapes, datum, systems), placed), exchanged


def _exchanged(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> int:
    """How many latitudes can only be longitudes, where they are most of the file; else 0."""
    wrong = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
    count = int(wrong.sum())
    return count if 2 * count > int((np.isfinite(lon) & np.isfinite(lat)).sum()) else 0


def _usable(shape: Any) -> Any:
    """Return a shape of one of the kinds that a point may have, None where there is none.

    Parts that are empty or not finite go. A line of no length is a point; so is, or is a line, a
    polygon without an area.
    """
    if shape is None or shape.is_empty or shape.geom_type not in _USABLE:
        return None
    if (
        not np.isfinite(shapely.get_coordinates(shape)).all()
        or shapely.is_empty(shapely.get_parts(shape)).any()
    ):
        parts = [
            part
            for part in shapely.get_parts(shape)
            if not part.is_empty and np.isfinite(shapely.get_coordinates(part)).all()
        ]
        if not parts or "Multi" not in shape.geom_type:
            return None
        shape = getattr(shapely, shape.geom_type)(parts)
    west, south, east, north = shape.bounds
    if "Point" not in shape.geom_type and west == east and south == north:
        return shapely.set_srid(shapely.Point(west, south), shapely.get_srid(shape))
    if "Polygon" in shape.geom_type and shape.area == 0:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=True)
        return shape if shape.geom_type in _USABLE and not shape.is_empty else None
    return shape


def _points(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Objects:
    possible = _possible(lon, lat)
    places = np.full(len(lon), None, object)
    places[possible] = shapely.points(lon[possible], lat[possible])
    return places


def _possible(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Any:
    somewhere = np.isfinite(lon) & np.isfinite(lat) & ((lon != 0) | (lat != 0))
    return somewhere & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)


def _placed(shapes: Objects, datum: list[str], systems: list[str]) -> Objects:
    """Return shapes in WGS-84, None where they cannot be.

    Args:
        shapes: of kinds that a point may have, or None.
        datum: of each, as declared.
        systems: the coordinate system that each carries; empty: the declared one.
    """
    placed = np.full(len(shapes), None, object)
    names = np.array(datum, dtype=object)
    usable = shapes != None  # noqa: E711 - elementwise
    carried = np.array(systems, dtype=object)
    for name, crs in set(zip(datum, systems, strict=True)):
        rows = np.flatnonzero(usable & (names == name) & (carried == crs))
        if not len(rows):
            continue

        def convert(
            xy: npt.NDArray[np.float64], name: str = name, crs: str = crs
        ) -> npt.NDArray[np.float64]:
            if crs:
                x, y = from_crs(xy[:, 0], xy[:, 1], crs)
                x, y = to_wgs84(x, y, name if name in ("gcj02", "bd09") else "wgs84")
            else:
                x, y = to_wgs84(xy[:, 0], xy[:, 1], name)
            return np.column_stack([x, y])

        # A number in a cell that is no coordinate system costs the places that carry it.
        with contextlib.suppress(UsageError):
            placed[rows] = shapely.transform(shapely.force_2d(shapes[rows]), convert)
    coordinates, which = shapely.get_coordinates(placed, return_index=True)
    impossible = which[~_possible(coordinates[:, 0], coordinates[:, 1])]
    placed[impossible] = None
    west, south, east, north = shapely.bounds(placed).T
    placed[(east - west > LARGEST_EXTENT_DEG) | (north - south > LARGEST_EXTENT_DEG)] = None
    broken = ~shapely.is_valid(placed) & (placed != None)  # noqa: E711 - elementwise
    if broken.any():
        mended = shapely.make_valid(placed[broken], method="structure", keep_collapsed=False)
        placed[broken] = [
            shape if shape.geom_type in _USABLE and not shape.is_empty else None for shape in mended
        ]
    return placed
