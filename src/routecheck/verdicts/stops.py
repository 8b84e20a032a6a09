"""Where vehicles stood on a date, and how far their fixes scattered about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints, seconds, texts
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p


class Stops:
    """STOPS in arrays, seconds since 1970 (UTC); a stop is its row."""

    def __init__(self, stops: pd.DataFrame, poor_m: Mapping[str, float]) -> None:
        """Take STOPS.

        Args:
            stops: STOPS of the date and its surroundings.
            poor_m: scatter of receivers that are poor all day, by vehicle: they are so at every
                stop, also at those too short to show it.
        """
        self.vehicle = texts(stops["vehicle_id"])
        self.lon, self.lat = stops["lon"].to_numpy(), stops["lat"].to_numpy()
        self.start_s, self.end_s = seconds(stops["start"]), seconds(stops["end"])
        self.stood_s = stops["stood_s"].to_numpy()
        self.stood_max_s = stops["stood_max_s"].to_numpy()
        self.fixes, self.spread_m = stops["fixes"].to_numpy(), stops["spread_m"].to_numpy()
        self._poor_m = poor_m
        rows = stops.groupby("vehicle_id", sort=False, observed=True).indices
        self._rows = {str(name): np.sort(own).astype(np.int64) for name, own in rows.items()}
        self.scatter_m = self._scatter_m()
        if poor_m:
            day_m = [poor_m.get(str(name), 0.0) for name in self.vehicle]
            self.scatter_m = np.maximum(self.scatter_m, day_m)

    def span_s(self, stop: int) -> tuple[float, float]:
        """Start and end of a stop."""
        return float(self.start_s[stop]), float(self.end_s[stop])

    def during(self, start_s: float, end_s: float) -> Bools:
        """Which stops lie in a span of time, or touch it."""
        return np.asarray((self.start_s <= end_s) & (self.end_s >= start_s))

    def of(self, vehicles: Iterable[str]) -> Ints:
        """The stops of some vehicles, each named once, in the order of the table."""
        return np.sort(np.concatenate([_NO_ROWS, *(self._rows.get(v, _NO_ROWS) for v in vehicles)]))

    def between(
        self, stops: Ints, span_s: tuple[float, float], stood_s: tuple[float, float]
    ) -> Ints:
        """Those of some stops that touch a span of time, and stood so long: least and most (s)."""
        long_s = self.stood_s[stops]
        touch = (self.start_s[stops] <= span_s[1]) & (self.end_s[stops] >= span_s[0])
        return stops[touch & (long_s >= stood_s[0]) & (long_s <= stood_s[1])]

    def away_m(self, geometry: Any, stops: Ints) -> Array:
        """Distance of stops from a geometry (m)."""
        return distances_m(geometry, self.lon[stops], self.lat[stops])

    def nearest(
        self, vehicle: str, span_s: tuple[float, float], geometry: Any
    ) -> tuple[int, float] | None:
        """The nearest stop of a vehicle in a span of time, and its distance from a geometry (m)."""
        mine = self.of([vehicle])
        mine = mine[self.during(*span_s)[mine]]
        if not len(mine):
            return None
        away_m = self.away_m(geometry, mine)
        k = int(np.argmin(away_m))
        return int(mine[k]), float(away_m[k])

    def scatter_about(self, vehicle: str, time_s: Array) -> Array:
        """Scatter (m) of a vehicle's fixes about moments, by the nearest stop and its yard."""
        mine = self.of([vehicle])
        of_day = np.full(len(time_s), self._poor_m.get(vehicle, 0.0))
        if not len(mine):
            return of_day
        apart_s = np.abs(time_s[:, None] - self.start_s[mine][None, :])
        near = np.argmin(apart_s, axis=1)
        holds = apart_s[np.arange(len(time_s)), near] <= p.SCATTER_HOLDS_S
        return np.asarray(np.maximum(of_day, np.where(holds, self.scatter_m[mine][near], 0.0)))

    def _scatter_m(self) -> Array:
        """Scatter of the fixes about each stop, from the stands of some minutes before and after.

        The scatter while standing is that of the stretch.
        """
        scatter = np.full(len(self.start_s), p.TYPICAL_SCATTER_M)
        known = (self.fixes >= p.SCATTER_FIXES) & (self.spread_m > 0)
        for every in self._rows.values():
            mine = every[known[every]]
            if not len(mine):
                continue
            apart_s = np.abs(self.start_s[every][:, None] - self.start_s[mine][None, :])
            near = apart_s <= p.SCATTER_HOLDS_S
            spread = np.where(near, self.spread_m[mine][None, :], np.nan)
            # The median of the known ones: np.nanmedian goes through the rows one by one.
            count = near.sum(axis=1)
            ranked, some = np.sort(spread, axis=1), np.flatnonzero(count)
            low, high = (count[some] - 1) // 2, count[some] // 2
            scatter[every[some]] = (ranked[some, low] + ranked[some, high]) / 2
        return scatter


_NO_ROWS: Ints = np.zeros(0, dtype=np.int64)
