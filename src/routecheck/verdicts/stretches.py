"""How fast vehicles drive about a place, as their own history shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array
from routecheck.geo.plane import metres_per_degree

STRETCH_M = 300.0
"""The roads so near to a place are those by which it is reached."""
LEAST_CELLS = 8
"""Cells of some 50 m in which a pace was told: with fewer the vehicle's own pace is taken."""
USUAL_SHARE, FASTEST_SHARE = 0.6, 0.9
"""Of the cells about a place: corners and the last metres before a stand are slower than the road
is, and one fix that jumped makes one cell too fast."""
FASTER = 1.25
"""Who hurries is so much faster than anybody was seen to be in a straight line."""


@dataclass(frozen=True)
class Stretch:
    """Straight-line paces (m/s) on the roads about a place: usual, and the fastest to reckon with.

    Beyond `STRETCH_M` from it the vehicle's own are taken.
    """

    usual_ms: float
    fastest_ms: float

    def usual_s(self, way_m: Array, beyond_ms: float) -> Array:
        """Time that a way over the place usually takes; half of it on either side."""
        near_m = np.minimum(way_m, 2 * STRETCH_M)
        return np.asarray(near_m / self.usual_ms + (way_m - near_m) / beyond_ms)

    def least_s(self, way_m: Array, beyond_ms: float) -> Array:
        """Least time that a way to the place, or from it, takes."""
        near_m = np.minimum(way_m, STRETCH_M)
        return np.asarray(near_m / min(self.fastest_ms, beyond_ms) + (way_m - near_m) / beyond_ms)

    def fastest_of(self, way_m: Array, beyond_ms: float) -> Array:
        """The fastest to reckon with on a way to the place or from it."""
        return np.where(way_m <= STRETCH_M, min(self.fastest_ms, beyond_ms), beyond_ms)


class Stretches:
    """PACES, asked for what lies about a place."""

    def __init__(self, paces: pd.DataFrame) -> None:
        order = np.argsort(paces["lat"].to_numpy(), kind="stable")
        self._lat, self._lon, self._usual, self._fastest = (
            paces[name].to_numpy()[order] for name in ("lat", "lon", "usual_ms", "fastest_ms")
        )

    def about(self, lon: float, lat: float) -> Stretch | None:
        """The paces on the roads about a place, None where too few are known."""
        east_m, north_m = metres_per_degree(lat)
        reach = STRETCH_M / north_m
        first, last = np.searchsorted(self._lat, [lat - reach, lat + reach])
        away_m = np.hypot(
            (self._lon[first:last] - lon) * east_m, (self._lat[first:last] - lat) * north_m
        )
        near = first + np.flatnonzero(away_m <= STRETCH_M)
        if len(near) < LEAST_CELLS:
            return None
        fastest = float(np.quantile(self._fastest[near], FASTEST_SHARE))
        return Stretch(float(np.quantile(self._usual[near], USUAL_SHARE)), FASTER * fastest)
