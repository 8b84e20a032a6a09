"""Fixes in columns, in their order, with the steps between them worked out once."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.geo.plane import metres_per_degree
from routecheck.tracks import parameters as par


def in_order(vehicle: np.ndarray, time_s: Array, received_s: Array, lon: Array, lat: Array) -> Ints:
    """Return rows by vehicle, time, receipt (what has none comes last), longitude and latitude."""
    order = np.lexsort((time_s, vehicle))
    same = (np.diff(vehicle[order]) == 0) & (np.diff(time_s[order]) == 0)
    # Few fixes share vehicle and time: only those are put in order by the rest.
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[tied]
    last = np.where(np.isnan(received_s[rows]), np.inf, received_s[rows])
    order[tied] = rows[np.lexsort((lat[rows], lon[rows], last, time_s[rows], vehicle[rows]))]
    return np.asarray(order, dtype=np.int64)


@dataclass(frozen=True)
class Fixes:
    """Fixes in columns, by vehicle and time; a step leads from each fix to the next."""

    vehicle: np.ndarray
    time_s: Array
    lon: Array
    lat: Array
    speed_kmh: Array

    def __len__(self) -> int:
        return len(self.vehicle)

    def take(self, rows: Ints) -> Fixes:
        """The fixes at these rows, in this order."""
        return Fixes(*(getattr(self, column.name)[rows] for column in fields(self)))

    def only(self, kept: Bools) -> Fixes:
        """Those fixes that are kept; where all are, what is known of their steps is kept too."""
        return self if kept.all() else self.take(np.flatnonzero(kept))

    def with_speeds(self, speed_kmh: Array) -> Fixes:
        """The same fixes with other speeds; what is known of their steps is kept."""
        other = replace(self, speed_kmh=speed_kmh)
        known = {"joined", "steps_m", "length_m", "repeat"} & vars(self).keys()
        vars(other).update({name: vars(self)[name] for name in known})
        return other

    # Worked out once for all that ask: a projection of every step is a tenth of cleaning.

    @cached_property
    def joined(self) -> Bools:
        """Of each step: whether it is one vehicle's."""
        return np.asarray(np.diff(self.vehicle) == 0)

    @cached_property
    def steps_m(self) -> tuple[Array, Array]:
        """Of each step: metres east and north."""
        east_m, north_m = metres_per_degree((self.lat[1:] + self.lat[:-1]) / 2)
        return np.diff(self.lon) * east_m, np.diff(self.lat) * north_m

    @cached_property
    def length_m(self) -> Array:
        """Of each step: its length in metres."""
        return np.asarray(np.hypot(*self.steps_m))

    @cached_property
    def repeat(self) -> Bools:
        """Of each fix: whether it repeats the position of the one before to the last digit."""
        unmoved = (np.diff(self.lon) == 0) & (np.diff(self.lat) == 0)
        return np.append(False, self.joined & unmoved)

    def impossible(self, jump_kmh: float) -> Bools:
        """Of each step: whether it is faster than any truck, whatever GPS error lies in it."""
        least_s = np.maximum(np.diff(self.time_s), 1.0)
        return np.asarray(self.length_m - par.STEP_ERROR_M > jump_kmh / 3.6 * least_s)
