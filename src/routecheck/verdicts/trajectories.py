"""Where each vehicle was, as its fixes show it: one trajectory a vehicle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints, runs_of, seconds
from routecheck.domain.settings import STANDING_KMH, UNMOVED_M, JudgeSettings
from routecheck.domain.standing import Standing
from routecheck.geo.plane import metres_per_degree
from routecheck.verdicts import parameters as p

MEDIAN_OF_RAYLEIGH = 1.177
"""Median distance from the middle, in standard deviations of one axis (sqrt(2 ln 2))."""


@dataclass(frozen=True)
class Trajectory:
    """The track of one vehicle over a service date and its surroundings, in arrays.

    Times in seconds since 1970 (UTC), positions in degrees (WGS-84). What is known of segments has
    one entry less than what is known of fixes: entry i is of the segment from fix i to fix i + 1.

    Attributes:
        vehicle_id: the vehicle.
        time_s: time of each fix.
        lon: longitude of each fix.
        lat: latitude of each fix.
        stands: whether it stands at a fix: by its speed, else by a segment that was stood.
        speed_at_ms: speed that a fix reports, NaN: none.
        gap: segments too long to know where it was.
        parked: silent segments that begin and end with the vehicle standing in one place.
        halted: silent segments of a device that leaves out the fixes of its stands. It may have
            been where nothing is received, but nowhere where it reported that date.
        moved_m: length of each segment.
        stood_s: time stood in each segment.
        stood_max_s: most time stood in each segment that the data allow.
        speed_ms: the fastest that it drives along a straight line.
        pace_ms: how fast it usually does.
        home: longitude and latitude of its longest rest.
        grain_s: to how many seconds its times are known, see `tracks.grain`; 0: to the second.
    """

    vehicle_id: str
    time_s: Array
    lon: Array
    lat: Array
    stands: Bools
    speed_at_ms: Array
    gap: Bools
    parked: Bools
    halted: Bools
    moved_m: Array
    stood_s: Array
    stood_max_s: Array
    speed_ms: float = p.UNKNOWN_TOP_MS
    pace_ms: float = p.UNKNOWN_PACE_MS
    home: tuple[float, float] = (0.0, 0.0)
    grain_s: float = 0.0

    @property
    def stands_unseen(self) -> bool:
        """Whether its times are vague and hardly any of its fixes reports standing."""
        still = self.speed_at_ms <= STANDING_KMH / 3.6
        return self.grain_s > 0.0 and bool(still.mean() <= p.LEAVES_OUT_STILL_SHARE)

    @classmethod
    def silent(cls, vehicle_id: str) -> Trajectory:
        """A vehicle that did not report at all."""
        none, no = np.zeros(0), np.zeros(0, dtype=bool)
        return cls(vehicle_id, none, none, none, no, none, no, no, no, none, none, none)

    @property
    def driving_interval_s(self) -> float:
        """The usual time between two fixes while it drives; NaN: it did not.

        Parked devices report at intervals of their own.
        """
        drives = ~(self.stands[:-1] & self.stands[1:]) & ~self.parked
        return float(np.median(np.diff(self.time_s)[drives])) if drives.any() else np.nan

    def between(self, start_s: float, end_s: float) -> Bools:
        """Which fixes lie in a span of time, ends included."""
        return (self.time_s >= start_s) & (self.time_s <= end_s)

    def longest_silence_s(self, start_s: float, end_s: float) -> float:
        """Longest time without a fix in a span of time, its ends included."""
        inside = self.time_s[self.between(start_s, end_s)]
        return float(np.diff(np.concatenate([[start_s], inside, [end_s]])).max())

    def rows_between(self, start_s: float, end_s: float) -> Ints:
        """The fixes in a span of time, ends included."""
        first = np.searchsorted(self.time_s, start_s)
        return np.arange(first, np.searchsorted(self.time_s, end_s, side="right"))

    @cached_property
    def silences(self) -> Ints:
        """Segments in which it may have been elsewhere: gaps, and long silences of a parked one."""
        long = np.diff(self.time_s) > p.PARKED_SILENCE_S
        return np.flatnonzero(self.gap | (self.parked & long))

    def distance_m(self, lon: float, lat: float, fixes: Ints | None = None) -> Array:
        """Distance of fixes from a place, metres; None: of every one."""
        east_m, north_m = metres_per_degree(lat)
        x, y = (self.lon, self.lat) if fixes is None else (self.lon[fixes], self.lat[fixes])
        return np.hypot((x - lon) * east_m, (y - lat) * north_m)

    def idle(self, start_s: float, end_s: float) -> bool:
        """Whether fixes in the span show the vehicle staying in one yard."""
        inside = self.between(start_s, end_s)
        if inside.sum() < 2:
            return False
        middle = float(np.median(self.lon[inside])), float(np.median(self.lat[inside]))
        return bool(np.quantile(self.distance_m(*middle)[inside], p.IDLE_SHARE) <= p.IDLE_M)

    def _at_home(self) -> Bools:
        """Which fixes lie in its yard."""
        return np.asarray(self.distance_m(*self.home) <= p.YARD_M)

    def scatter_m(self) -> float:
        """Scatter of its fixes, one axis, while it is parked in its yard; 0: not known."""
        there = self._at_home()
        if there.sum() < p.YARD_FIXES:
            return 0.0
        middle = float(np.median(self.lon[there])), float(np.median(self.lat[there]))
        return float(np.median(self.distance_m(*middle)[there])) / MEDIAN_OF_RAYLEIGH


def trajectories(
    tracks: pd.DataFrame,
    standing: Standing,
    settings: JudgeSettings,
    grain_s: Mapping[str, float] | None = None,
) -> dict[str, Trajectory]:
    """Return the trajectory of each vehicle, from TRACKS and the standing of their segments.

    Args:
        tracks: TRACKS.
        standing: of their segments.
        settings: speeds.
        grain_s: by vehicle, to how many seconds its times are known; None: to the second.
    """
    names = tracks["vehicle_id"].cat.categories
    time_s, speed_kmh = seconds(tracks["time"]), tracks["speed_kmh"].to_numpy()
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    east_m, north_m = metres_per_degree(lat)
    moved_m = np.append(np.hypot(np.diff(lon) * east_m[1:], np.diff(lat) * north_m[1:]), 0.0)
    dt_s = np.append(np.diff(time_s), 0.0)
    # A fix stands if it reports so; one without a speed, if all of a segment at it was stood.
    stood = (standing.stood_s >= p.STOOD_SHARE * dt_s) & (dt_s > 0)
    beside_stand = stood | np.concatenate([[False], stood[:-1]])
    stands = np.where(np.isnan(speed_kmh), beside_stand, speed_kmh <= STANDING_KMH)
    result: dict[str, Trajectory] = {}
    for code, start, count in zip(*runs_of(tracks["vehicle_id"].cat.codes.to_numpy()), strict=True):
        own = slice(int(start), int(start + count))
        inner = slice(int(start), int(start + count - 1))
        dt, moved = dt_s[inner], moved_m[inner]
        speed_ms, pace_ms = _speeds_ms(dt, moved, settings)
        halted = _fell_silent(dt, moved, speed_kmh[own])
        parked = _parked(dt, moved, stands[own], speed_kmh[own], halted)
        rests = (moved <= UNMOVED_M) | parked | halted
        at = int(np.argmax(np.where(rests, dt, 0.0))) if count > 1 else 0
        result[str(names[code])] = Trajectory(
            vehicle_id=str(names[code]),
            time_s=time_s[own],
            lon=lon[own],
            lat=lat[own],
            stands=stands[own],
            speed_at_ms=speed_kmh[own] / 3.6,
            gap=standing.gap[inner] & ~parked,
            parked=parked,
            halted=halted,
            moved_m=moved,
            stood_s=standing.stood_s[inner],
            stood_max_s=standing.stood_max_s[inner],
            speed_ms=speed_ms,
            pace_ms=pace_ms,
            home=(float(lon[own][at]), float(lat[own][at])),
            grain_s=(grain_s or {}).get(str(names[code]), 0.0),
        )
    return result


def _speeds_ms(dt_s: Array, moved_m: Array, settings: JudgeSettings) -> tuple[float, float]:
    """The fastest that a vehicle drives along a straight line, and its usual pace."""
    shortest_s, longest_s = p.MOVING_S
    moving = (dt_s >= shortest_s) & (dt_s <= longest_s) & (moved_m > p.MOVING_M)
    driven_ms = moved_m[moving] / dt_s[moving]
    known = len(driven_ms) >= p.MOVING_SEGMENTS
    top = float(np.quantile(driven_ms, p.FASTEST_QUANTILE)) * p.FASTEST_FACTOR if known else np.inf
    # Within the bounds of trucks.
    speed = float(np.clip(top, p.SLOWEST_TOP_MS, settings.max_speed_kmh / 3.6 / p.WINDING))
    pace = float(np.quantile(driven_ms, p.USUAL_QUANTILE)) if known else p.USUAL_QUANTILE * speed
    return speed, float(np.clip(pace, p.SLOWEST_PACE_MS, speed))


def _parked(dt_s: Array, moved_m: Array, stands: Bools, speed_kmh: Array, halted: Bools) -> Bools:
    """Segments that begin and end with the vehicle standing in one place, or for long in a yard."""
    parked = (moved_m <= UNMOVED_M) & stands[:-1] & stands[1:]
    # A receiver that wakes in the yard drifts; one driven past both times is not parked.
    driven = (speed_kmh[:-1] > p.DRIVEN_KMH) & (speed_kmh[1:] > p.DRIVEN_KMH)
    in_yard = (moved_m <= p.YARD_M) & (dt_s >= p.YARD_SILENCE_S)
    return np.asarray(parked | (in_yard & (~driven | halted)))


def _fell_silent(dt_s: Array, moved_m: Array, speed_kmh: Array) -> Bools:
    """Silent segments of a device that leaves out the fixes of its stands.

    Such a device reports speeds, hardly ever one of standing, and falls silent where it goes on.
    What it moved meanwhile is what it drove to halt, and when it set off, before the next fix.
    """
    none = np.zeros(len(dt_s), dtype=bool)
    known = speed_kmh[~np.isnan(speed_kmh)]
    still = known <= p.STILL_KMH
    if len(known) < p.LEAVES_OUT_SPEEDS or still.mean() > p.LEAVES_OUT_STILL_SHARE:
        return none
    every_s = float(np.median(dt_s))
    if not 0.0 < every_s <= p.LEAVES_OUT_EVERY_S:
        return none
    ends_ms = np.nan_to_num(np.fmax(speed_kmh[:-1], speed_kmh[1:]) / 3.6)
    silent = dt_s > p.LEAVES_OUT_SILENCE * every_s
    halted = silent & (moved_m <= UNMOVED_M + p.LEAVES_OUT_DRIVEN * every_s * ends_ms)
    return halted if halted.sum() >= p.LEAVES_OUT_HALTS else none
