"""Distances in metres from positions to geometries that are given in degrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from routecheck.domain.arrays import Array
from routecheck.geo.plane import LocalPlane, metres_per_degree


def distances_m(geometry: Any, lon: Array, lat: Array) -> Array:
    """Return the distance in metres of positions (deg, WGS-84) from one shapely geometry (deg).

    Inside a polygon it is 0. Measured in a plane about the centroid of the geometry.
    """
    if geometry.geom_type == "Point":
        x, y = LocalPlane(geometry.x, geometry.y).to_metres(lon, lat)
        return np.asarray(np.hypot(x, y))
    centre = shapely.centroid(geometry)
    plane = LocalPlane(centre.x, centre.y)
    flat = shapely.transform(geometry, lambda c: np.column_stack(plane.to_metres(c[:, 0], c[:, 1])))
    return np.asarray(shapely.distance(flat, shapely.points(*plane.to_metres(lon, lat))))


def lower_bounds_m(bounds: Array, lon: float, lat: float) -> Array:
    """Return distances in metres from a position to boxes that geometries lie in.

    Args:
        bounds: west, south, east, north of each geometry (deg), as `shapely.bounds` gives them.
        lon: longitude of the position (deg).
        lat: latitude of the position (deg).

    Returns:
        For points their distance, for others no more than it: what is far by this is far.
    """
    east_m, north_m = metres_per_degree(lat)
    dx = np.maximum(np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2]), 0.0) * east_m
    dy = np.maximum(np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3]), 0.0) * north_m
    return np.asarray(np.hypot(dx, dy))
