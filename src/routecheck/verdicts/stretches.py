"""How fast vehicles drive on the roads about a place, as their own history shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array
from routecheck.geo.plane import metres_per_degree
from routecheck.verdicts import parameters as p


@dataclass(frozen=True)
class Stretch:
    """Straight-line paces (m/s) on the roads about a place: usual, and the fastest to expect.

    Beyond `STRETCH_M` from it the vehicle's own are taken.
    """

    usual_ms: float
    fastest_ms: float

    def usual_s(self, way_m: Array, beyond_ms: float) -> Array:
        """Time that a way over the place usually takes; half of it on either side."""
        near_m = np.minimum(way_m, 2 * p.STRETCH_M)
        return np.asarray(near_m / self.usual_ms + (way_m - near_m) / beyond_ms)

    def least_s(self, way_m: Array, beyond_ms: float) -> Array:
        """Least time that a way to the place, or from it, takes."""
        near_m = np.minimum(way_m, p.STRETCH_M)
        return np.asarray(near_m / min(self.fastest_ms, beyond_ms) + (way_m - near_m) / beyond_ms)

    def fastest_of(self, way_m: Array, beyond_ms: float) -> Array:
        """The fastest to expect on a way to the place or from it."""
        return np.where(way_m <= p.STRETCH_M, min(self.fastest_ms, beyond_ms), beyond_ms)


class Stretches:
    """PACES, looked up about a place."""

    def __init__(self, paces: pd.DataFrame) -> None:
        order = np.argsort(paces["lat"].to_numpy(), kind="stable")
        self._lat, self._lon, self._usual, self._fastest = (
            paces[name].to_numpy()[order] for name in ("lat", "lon", "usual_ms", "fastest_ms")
        )
        # Several pickups, visits and criteria ask about one place.
        self._known: dict[tuple[float, float], Stretch | None] = {}

    def about(self, lon: float, lat: float) -> Stretch | None:
        """The paces on the roads about a place, None where too few are known."""
        if (lon, lat) not in self._known:
            self._known[lon, lat] = self._about(lon, lat)
        return self._known[lon, lat]

    def _about(self, lon: float, lat: float) -> Stretch | None:
        east_m, north_m = metres_per_degree(lat)
        reach = p.STRETCH_M / north_m
        first, last = np.searchsorted(self._lat, [lat - reach, lat + reach])
        away_m = np.hypot(
            (self._lon[first:last] - lon) * east_m, (self._lat[first:last] - lat) * north_m
        )
        near = first + np.flatnonzero(away_m <= p.STRETCH_M)
        if len(near) < p.STRETCH_CELLS:
            return None
        fastest = float(np.quantile(self._fastest[near], p.STRETCH_FASTEST_QUANTILE))
        usual = float(np.quantile(self._usual[near], p.STRETCH_USUAL_QUANTILE))
        return Stretch(usual, p.FASTEST_FACTOR * fastest)
