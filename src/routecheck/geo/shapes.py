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

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.geo.plane import metres_per_degree

LEAST_TOLERANCE_M = 1e-3
"""A tolerance of 0 is a millimetre: the edge of a polygon must have some width."""
_POLE = 89.9
"""deg. Closer to a pole a degree of longitude is no measure; no place to collect lies there."""
_WRAP = 179.0
"""deg. With a place beyond this, longitudes count from 0 to 360, so that none is cut in two."""


@dataclass(frozen=True)
class Shapes:
    """The parts of all places, in columns; part p is disc, edge or area in this order.

    Discs have both ends in one place, areas have the corners of their bounding box as ends.
    `lon_m`, `lat_m` are metres per degree at the part.
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
    creeping: Bools
    """Of each place: a line along which vehicles creep, so that creeping is dwell."""
    wrapped: bool
    """Longitudes count from 0 to 360."""

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(self.place)


def shapes(geometry: Iterable[Any], tolerance_m: Array) -> Shapes:
    """Return the parts of shapely geometries (deg, WGS-84).

    None, empty ones, and those whose position or tolerance cannot be used have no parts.
    """
    held = np.asarray(list(geometry), dtype=object)
    kind = shapely.get_type_id(held)
    full = (kind >= 0) & ~shapely.is_empty(held)
    dots, owner = np.flatnonzero(full & (kind == 0)), np.flatnonzero(full & (kind > 0))
    dot = np.column_stack([shapely.get_x(held[dots]), shapely.get_y(held[dots])])
    part = held[owner]
    while np.any(shapely.get_type_id(part) >= 4):  # collections may hold collections
        part, index = shapely.get_parts(part, return_index=True)
        owner = owner[index]
    part_kind = shapely.get_type_id(part)
    creeping = np.zeros(len(held), dtype=bool)
    creeping[owner[np.isin(part_kind, (1, 2))]] = True
    is_area = part_kind == 3
    area, area_owner = part[is_area], owner[is_area]
    edge_owner, edge_begin, edge_end = _edges(part[~is_area], owner[~is_area], area, area_owner)
    box = shapely.bounds(area).reshape(-1, 4)
    return _usable_parts(
        [dots, edge_owner, area_owner],
        np.concatenate([dot, edge_begin, box[:, :2]]),
        np.concatenate([dot, edge_end, box[:, 2:]]),
        area,
        np.asarray(tolerance_m, dtype=np.float64),
        creeping,
    )


def _edges(
    lines: NDArray[np.object_], owner: Ints, area: NDArray[np.object_], area_owner: Ints
) -> tuple[Ints, Array, Array]:
    """Return whose edge it is, and both ends (deg), of the edges of lines, dots and rings."""
    rings, index = shapely.get_rings(area, return_index=True)
    lines, owner = np.append(lines, rings), np.append(owner, area_owner[index])
    coords, line = shapely.get_coordinates(lines, return_index=True)
    alone = np.bincount(line, minlength=len(lines)) == 1
    start = np.flatnonzero(np.append(line[:-1] == line[1:], False)[: len(line)] | alone[line])
    end = np.where(alone[line[start]], start, start + 1)
    return owner[line[start]], coords[start], coords[end]


def _usable_parts(
    owners: list[Ints],
    begin: Array,
    end: Array,
    area: NDArray[np.object_],
    tolerance_m: Array,
    creeping: Bools,
) -> Shapes:
    """Keep the parts that can be matched, in longitudes that are not cut by the date line."""
    kinds = np.repeat([0, 1, 2], [len(owner) for owner in owners])
    place = np.concatenate(owners).astype(np.int64)
    usable = np.isfinite(begin + end).all(axis=1)
    for ends in (begin, end):
        usable &= (np.abs(ends[:, 1]) <= _POLE) & (np.abs(ends[:, 0]) <= 360)
    usable &= np.isfinite(tolerance_m[place]) & (tolerance_m[place] >= 0)
    polygon = area[usable[len(usable) - len(area) :]]
    kinds, place = kinds[usable], place[usable]
    (lon, lat), (end_lon, end_lat) = begin[usable].T, end[usable].T
    wrapped = bool(np.any(np.abs(lon) > _WRAP))
    if wrapped:
        lon, end_lon = unwrap(lon), unwrap(end_lon)
        polygon = shapely.transform(
            polygon, lambda coords: np.column_stack([unwrap(coords[:, 0]), coords[:, 1]])
        )
    shapely.prepare(polygon)
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
        creeping=creeping,
        wrapped=wrapped,
    )


def unwrap(lon: Array) -> Array:
    """Return longitudes (deg) counted from 0 to 360."""
    return np.where(lon < 0, lon + 360, lon)


def moved_to(geometry: Any, lon: float, lat: float) -> Any:
    """Return the geometry with its centroid at a place (deg); a point where there was none."""
    if geometry is None or geometry != geometry:
        return shapely.Point(lon, lat)
    centre = shapely.centroid(geometry)
    way = np.array([lon - centre.x, lat - centre.y])
    return shapely.transform(geometry, lambda c: c + way)


def shown_at(geometry: Any) -> Any:
    """Return the position (shapely Point) at which each geometry is shown; None stays None.

    Of several positions the first: a point that may be at one of several places has the likeliest
    there, and in their middle there may be nothing. Of lines and areas the centre.

    Args:
        geometry: one geometry, or an array of them, in degrees.
    """
    several = shapely.get_type_id(geometry) == shapely.GeometryType.MULTIPOINT
    first = shapely.get_geometry(geometry, 0)
    return np.where(several, first, shapely.centroid(geometry))[()]
