"""Distances in metres from positions to geometries that are given in degrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routecheck.geo.plane import LocalPlane


def distances_m(
    geometry: Any, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
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
