"""How much of a line a vehicle drove along: linear referencing of its way within the tolerance.

A touch at the end of a street and a drive through all of it are both visits of one street; what
tells them apart is the length beside which the vehicle was. Each fix of a visit, and the two places
where it crossed the tolerance, is given its position along the line (the nearest one, in metres
from its beginning: ISO 19148); what lies between two that follow each other was driven along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.geo.plane import metres_per_degree
from routecheck.geo.shapes import unwrap

_LINES = [
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.LINEARRING,
    shapely.GeometryType.MULTILINESTRING,
]


@dataclass(frozen=True)
class Ways:
    """The ways of vehicles within the tolerance of lines, position by position.

    Attributes:
        place: of each way, the row of its place.
        way: of each position, its way; ways in order, positions in order of time.
        lon: of each position (deg); from 0 to 360 where `wrapped`.
        lat: of each position (deg).
    """

    place: Ints
    way: Ints
    lon: Array
    lat: Array
    wrapped: bool = False


def is_line(geometry: NDArray[Any]) -> Bools:
    """Which geometries are lines, of one part or several."""
    return np.isin(shapely.get_type_id(geometry), _LINES)


def covered_m(geometry: NDArray[Any], tolerance_m: Array, ways: Ways) -> tuple[Array, Array]:
    """Return how much of its line each way leads along, and how long the line is (m).

    Two positions that follow each other lie apart along the line by no more than on the ground,
    but for what each may be off it. Where they do (a loop whose beginning is its end, two arms of
    a hairpin) which way it went is not known, and nothing is counted.

    Args:
        geometry: of each place (deg, WGS-84), lines where a way refers to it.
        tolerance_m: of each place.
        ways: see there.
    """
    used, line = np.unique(ways.place, return_inverse=True)
    flat, lon_m, lat_m = _in_metres(geometry[used], ways.wrapped)
    of = line[ways.way]
    x, y = ways.lon * lon_m[of], ways.lat * lat_m[of]
    along = shapely.line_locate_point(flat[of], shapely.points(x, y))
    next_ = np.flatnonzero(ways.way[1:] == ways.way[:-1])
    a, b = along[next_], along[next_ + 1]
    apart_m = np.hypot(x[next_ + 1] - x[next_], y[next_ + 1] - y[next_])
    followed = np.abs(b - a) <= apart_m + 2 * tolerance_m[ways.place[ways.way[next_]]]
    found_m = _united_m(
        ways.way[next_][followed],
        np.minimum(a, b)[followed],
        np.maximum(a, b)[followed],
        len(ways.place),
    )
    length_m = shapely.length(flat)[line]
    return np.minimum(found_m, length_m), length_m


def _in_metres(lines: NDArray[Any], wrapped: bool) -> tuple[NDArray[Any], Array, Array]:
    """Lines in metres of the plane at the middle of each, and the lengths of a degree there."""
    bounds = shapely.bounds(lines).reshape(-1, 4)
    lon_m, lat_m = metres_per_degree((bounds[:, 1] + bounds[:, 3]) / 2)
    coords, of = shapely.get_coordinates(lines, return_index=True)
    lon = unwrap(coords[:, 0]) if wrapped else coords[:, 0]
    in_m = np.column_stack([lon * lon_m[of], coords[:, 1] * lat_m[of]])
    return shapely.set_coordinates(lines.copy(), in_m), lon_m, lat_m


def _united_m(way: Ints, begin_m: Array, end_m: Array, ways: int) -> Array:
    """Length of what intervals of each way cover together (m)."""
    order = np.lexsort((begin_m, way))
    way, begin_m, end_m = way[order], begin_m[order], end_m[order]
    # Each way has its own stretch of numbers, so that one running maximum serves all.
    lane_m = way * (end_m.max(initial=0.0) + 1.0)
    reached_m = np.maximum.accumulate(np.append(-1.0, lane_m + end_m))[:-1]
    more_m = lane_m + end_m - np.maximum(reached_m, lane_m + begin_m)
    return np.bincount(way, weights=np.maximum(more_m, 0.0), minlength=ways).astype(np.float64)
