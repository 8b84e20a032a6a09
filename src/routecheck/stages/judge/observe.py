"""What a vehicle's track could have seen: where it was, and where nobody knows.

A gap is a question, not an answer: within it the vehicle can have been anywhere in the
space-time prism of its two ends (Hägerstrand 1970), the places P with
|AP| + |PB| <= v_max (t_B - t_A - dwell).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.geo.plane import metres_per_degree
from routecheck.model.arrays import Array, Bools, runs_of, seconds
from routecheck.model.settings import JudgeSettings
from routecheck.model.standing import Standing

WINDING = 1.3
"""A county road between two places is at least so much longer than the straight line, on
average; a vehicle's straight-line speed over minutes is below its speedometer's by as much."""
PARKED_QUESTION_S = 7200.0
"""Parked without a word for less than this is parked: a round takes longer."""
IDLE_M = 400.0
"""A vehicle whose fixes stay within this (a depot yard, with drift) did not work."""


@dataclass(frozen=True)
class Silence:
    """A span of time in which a vehicle may have been at the place unseen."""

    start_s: float
    end_s: float
    whole_window: bool


@dataclass(frozen=True)
class Watch:
    """The track of one vehicle over a service date and its surroundings.

    Times in seconds since 1970 (UTC), positions in degrees (WGS-84). `gap[i]` and `parked[i]`
    speak of the segment from fix i to fix i + 1.
    """

    vehicle_id: str
    time_s: Array
    lon: Array
    lat: Array
    gap: Bools
    stands: Bools
    speed_ms: float

    def fixes_between(self, start_s: float, end_s: float) -> int:
        """Count fixes in a span of time, ends included."""
        first, last = np.searchsorted(self.time_s, [start_s, end_s], side="left")
        last += int(np.searchsorted(self.time_s[last:], end_s, side="right"))
        return int(last - first)

    def distance_m(self, lon: float, lat: float) -> Array:
        """Distance of every fix from a place, metres."""
        east_m, north_m = metres_per_degree(lat)
        return np.hypot((self.lon - lon) * east_m, (self.lat - lat) * north_m)

    def idle(self, start_s: float, end_s: float) -> bool:
        """Whether fixes in the span show the vehicle staying in one yard."""
        inside = (self.time_s >= start_s) & (self.time_s <= end_s)
        if inside.sum() < 2:
            return False
        away = self.distance_m(
            float(np.median(self.lon[inside])), float(np.median(self.lat[inside]))
        )
        return bool(np.quantile(away[inside], 0.98) <= IDLE_M)

    def silence(
        self,
        lon: float,
        lat: float,
        reach_m: float,
        window_s: tuple[float, float],
        day_s: tuple[float, float],
        as_of_s: float,
        settings: JudgeSettings,
    ) -> Silence | None:
        """Find the longest gap in which the vehicle could have been at a place and stood there.

        Args:
            lon: longitude of the place, WGS-84.
            lat: latitude of the place, WGS-84.
            reach_m: how near it had to come (the tolerance).
            window_s: start and end of the pickup's window.
            day_s: span in which a pickup would have counted.
            as_of_s: until when the feed as a whole was heard.
            settings: speeds and dwell.
        """
        if len(self.time_s) == 0:
            return Silence(window_s[0], window_s[1], whole_window=True)
        away_m = np.maximum(self.distance_m(lon, lat) - reach_m, 0.0)
        start_s, end_s = self.time_s[:-1], self.time_s[1:]
        need_s = (away_m[:-1] + away_m[1:]) / self.speed_ms + settings.min_dwell_s
        long_s = end_s - start_s
        overlaps = (start_s < day_s[1]) & (end_s > day_s[0])
        in_window_s = np.minimum(end_s, window_s[1]) - np.maximum(start_s, window_s[0])
        # Parked with ends in one place: there was time to get away and back only if the silence
        # was as long as a round and fell into the hours of the pickup.
        half_window = in_window_s >= 0.5 * (window_s[1] - window_s[0])
        parked = ~self.gap & (long_s > PARKED_QUESTION_S) & half_window
        possible = overlaps & (self.gap | parked) & (need_s <= long_s)
        found: list[tuple[float, float]] = [
            (float(a), float(b)) for a, b in zip(start_s[possible], end_s[possible], strict=True)
        ]
        # Before the first fix and after the last nothing is known; a vehicle that was standing
        # then was parked.
        first_s, last_s = float(self.time_s[0]), float(self.time_s[-1])
        until_s = min(max(window_s[1], last_s), as_of_s)
        tail_s = window_s[1] - last_s
        tail_asks = not self.stands[-1] or tail_s >= 0.5 * (window_s[1] - window_s[0])
        need_last_s = away_m[-1] / self.speed_ms + settings.min_dwell_s
        if tail_s > settings.gap_s and tail_asks and need_last_s <= until_s - last_s:
            found.append((last_s, until_s))
        head_s = first_s - window_s[0]
        head_asks = not self.stands[0] or head_s >= 0.5 * (window_s[1] - window_s[0])
        need_first_s = away_m[0] / self.speed_ms + settings.min_dwell_s
        if head_s > settings.gap_s and head_asks and need_first_s <= first_s - day_s[0]:
            found.append((max(day_s[0], window_s[0]), first_s))
        if not found:
            return None
        best = max(found, key=lambda span: span[1] - span[0])
        whole = any(a <= window_s[0] and b >= window_s[1] for a, b in found)
        return Silence(best[0], best[1], whole)


def watches(tracks: pd.DataFrame, standing: Standing, settings: JudgeSettings) -> dict[str, Watch]:
    """One `Watch` a vehicle, from TRACKS and the standing of their segments."""
    codes = tracks["vehicle_id"].cat.codes.to_numpy()
    names = tracks["vehicle_id"].cat.categories
    time_s = seconds(tracks["time"])
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    east_m, north_m = metres_per_degree(lat)
    step_m = np.append(np.hypot(np.diff(lon) * east_m[1:], np.diff(lat) * north_m[1:]), 0.0)
    dt_s = np.append(np.diff(time_s), 0.0)
    # A fix stands if all of a segment at it was stood.
    full = (standing.stood_s >= 0.9 * dt_s) & (dt_s > 0)
    stands = full | np.concatenate([[False], full[:-1]])
    result: dict[str, Watch] = {}
    for code, start, count in zip(*runs_of(codes), strict=True):
        own = slice(start, start + count)
        inner = slice(start, start + count - 1)
        moving = (dt_s[inner] >= 5.0) & (dt_s[inner] <= 120.0) & (step_m[inner] > 40.0)
        usual = step_m[inner][moving] / dt_s[inner][moving]
        # The fastest it is seen to go in a straight line, within the bounds of trucks.
        top = float(np.quantile(usual, 0.95)) * 1.25 if len(usual) >= 20 else np.inf
        result[str(names[code])] = Watch(
            vehicle_id=str(names[code]),
            time_s=time_s[own],
            lon=lon[own],
            lat=lat[own],
            gap=standing.gap[inner],
            stands=stands[own],
            speed_ms=float(np.clip(top, 6.0, settings.max_speed_kmh / 3.6 / WINDING)),
        )
    return result
