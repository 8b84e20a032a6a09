"""Places taken apart into what the matching solves exactly: discs, capsules, areas.

A single Point is a disc. Every other geometry is the capsules about its edges (a point of a
MultiPoint is an edge without length), and, for polygons, the area they enclose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routecheck.geo.plane import metres_per_degree

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_TOLERANCE_M = 1e-3
"""A tolerance of 0 is a millimetre: the edge of a polygon must have some width."""
_POLE = 89.9
"""Closer to a pole a degree of longitude is no measure; no place to collect lies there."""
_WRAP = 179.0
"""With a place beyond this, longitudes count from 0 to 360, so that none is cut in two."""


@dataclass(frozen=True)
class Shapes:
    """The parts of all places, in columns; part p is disc, edge or area in this order.

    Discs have both ends in one place. `lon_m`, `lat_m` are metres per degree at the part.
    `area` tells the polygons, which have their bounding box as ends.
    """

    place: Ints
    lon: Array
    lat: Array
    end_lon: Array
    end_lat: Array
    radius_m: Array
    lon_m: Array
    lat_m: Array
    discs: int
    edges: int
    polygon: NDArray[np.object_]
    """Of each area, prepared."""
    creeping: NDArray[np.bool_]
    """Of each place: a line along which vehicles creep, so that creeping is dwell."""
    wrapped: bool
    """Longitudes count from 0 to 360."""

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(self.place)


def points(lon: Array, lat: Array, tolerance_m: Array) -> Shapes:
    """Return the discs of plain points (deg, WGS-84); those without a usable place have none."""
    return _shapes(len(lon), _Discs(np.arange(len(lon)), lon, lat), tolerance_m)


def shapes(geometry: Iterable[Any], tolerance_m: Array) -> Shapes:
    """Return the parts of shapely geometries (deg, WGS-84), None and empty ones without any."""
    found = np.asarray(list(geometry), dtype=object)
    kind = shapely.get_type_id(found)
    empty = np.asarray(shapely.is_empty(found), dtype=bool)
    simple = (kind == 0) & ~empty
    place = np.flatnonzero(simple)
    discs = _Discs(place, shapely.get_x(found[place]), shapely.get_y(found[place]))
    rest = np.flatnonzero((kind > 0) & ~empty)
    if len(rest) == 0:
        return _shapes(len(found), discs, tolerance_m)

    part, owner = found[rest], rest
    while np.any(shapely.get_type_id(part) >= 4):  # collections may hold collections
        part, index = shapely.get_parts(part, return_index=True)
        owner = owner[index]
    is_area = shapely.get_type_id(part) == 3
    areas = (owner[is_area], part[is_area])
    rings, index = shapely.get_rings(areas[1], return_index=True)
    lines = np.concatenate([part[~is_area], rings])
    line_owner = np.concatenate([owner[~is_area], areas[0][index]])
    coords, line = shapely.get_coordinates(lines, return_index=True)
    alone = np.bincount(line, minlength=len(lines)) == 1
    begins = np.append(line[:-1] == line[1:], False) | alone[line]
    start = np.flatnonzero(begins)
    end = np.where(alone[line[start]], start, start + 1)
    creeping = np.zeros(len(found), dtype=bool)
    creeping[owner[np.isin(shapely.get_type_id(part), (1, 2))]] = True
    edges = _Edges(line_owner[line[start]], coords[start], coords[end])
    return _shapes(len(found), discs, tolerance_m, edges, areas, creeping)


@dataclass(frozen=True)
class _Discs:
    place: Ints
    lon: Array
    lat: Array


@dataclass(frozen=True)
class _Edges:
    place: Ints
    start: Array
    end: Array


def _shapes(
    places: int,
    discs: _Discs,
    tolerance_m: Array,
    edges: _Edges | None = None,
    areas: tuple[Ints, NDArray[np.object_]] | None = None,
    creeping: NDArray[np.bool_] | None = None,
) -> Shapes:
    edges = edges or _Edges(np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros((0, 2)))
    areas = areas or (np.zeros(0, np.int64), np.zeros(0, dtype=object))
    box = np.zeros((0, 4))
    if len(areas[1]):
        box = shapely.bounds(areas[1])
    kinds = np.repeat([0, 1, 2], [len(discs.place), len(edges.place), len(areas[0])])
    place = np.concatenate([discs.place, edges.place, areas[0]]).astype(np.int64)
    lon = np.concatenate([discs.lon, edges.start[:, 0], box[:, 0]])
    lat = np.concatenate([discs.lat, edges.start[:, 1], box[:, 1]])
    end_lon = np.concatenate([discs.lon, edges.end[:, 0], box[:, 2]])
    end_lat = np.concatenate([discs.lat, edges.end[:, 1], box[:, 3]])
    usable = (
        np.isfinite(lon + lat + end_lon + end_lat)
        & (np.abs(lat) <= _POLE)
        & (np.abs(end_lat) <= _POLE)
        & (np.abs(lon) <= 360)
        & (np.abs(end_lon) <= 360)
        & np.isfinite(tolerance_m[place])
        & (tolerance_m[place] >= 0)
    )
    wrapped = bool(np.any(np.abs(lon[usable]) > _WRAP))
    if wrapped:
        lon, end_lon = unwrap(lon), unwrap(end_lon)
    polygon = areas[1][usable[len(usable) - len(areas[0]) :]]
    if len(polygon):
        if wrapped:
            polygon = shapely.transform(polygon, _unwrap_places)
        shapely.prepare(polygon)
    kinds, place = kinds[usable], place[usable]
    lon, lat, end_lon, end_lat = lon[usable], lat[usable], end_lon[usable], end_lat[usable]
    lon_m, lat_m = metres_per_degree((lat + end_lat) / 2)
    return Shapes(
        place=place,
        lon=lon,
        lat=lat,
        end_lon=end_lon,
        end_lat=end_lat,
        radius_m=np.maximum(tolerance_m[place], LEAST_TOLERANCE_M),
        lon_m=lon_m,
        lat_m=lat_m,
        discs=int(np.count_nonzero(kinds == 0)),
        edges=int(np.count_nonzero(kinds == 1)),
        polygon=polygon,
        creeping=np.zeros(places, dtype=bool) if creeping is None else creeping,
        wrapped=wrapped,
    )


def unwrap(lon: Array) -> Array:
    """Return longitudes (deg) counted from 0 to 360."""
    return np.where(lon < 0, lon + 360, lon)


def _unwrap_places(coords: Array) -> Array:
    return np.column_stack([unwrap(coords[:, 0]), coords[:, 1]])


def moved_to(geometry: Any, lon: float, lat: float) -> Any:
    """The geometry with its centroid at a place (deg); a point where there was none."""
    if geometry is None or geometry != geometry:
        return shapely.Point(lon, lat)
    centre = shapely.centroid(geometry)
    way = np.array([lon - centre.x, lat - centre.y])
    return shapely.transform(geometry, lambda c: c + way)
