"""What a vehicle's track could have seen: where it was, and where nobody knows.

A gap is a question, not an answer: within it the vehicle can have been anywhere in the
space-time prism of its two ends (Hägerstrand 1970), the places P with
|AP| + |PB| <= v_max (t_B - t_A - dwell).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, runs_of, seconds
from routecheck.domain.settings import JudgeSettings
from routecheck.domain.standing import Standing
from routecheck.geo.plane import metres_per_degree
from routecheck.verdicts.stretches import Stretch

ASIDE_S = 4 * 3600.0
"""Gaps so long before or after the window are not asked: rounds shift by hours, not by days."""
WINDING = 1.3
"""A county road between two places is at least so much longer than the straight line, on
average; a vehicle's straight-line speed over minutes is below its speedometer's by as much."""
YARD_M = 150.0
"""A depot yard, with the drift of parked receivers; ends of an hour's silence within it are one
place."""
PARKED_FIXES = 20
"""So many fixes in the yard show how far fixes scatter that day."""
ROUND_SHARE = 0.3
"""A round takes at least this share of its window: parked for less, none was done meanwhile."""
PARKED_QUESTION_S = 2400.0
"""Parked without a word for less than this is parked, a heartbeat or two lost: a round takes
longer."""
STANDING_KMH = 3.0
"""At or below this a reported speed is standing."""
DRIVEN_KMH = 10.0
"""Above this nobody is about to park."""
SAME_PLACE_M = 40.0
"""Two fixes closer than this are in one place, within GPS error."""
IDLE_M = 400.0
"""A vehicle whose fixes stay within this (a depot yard, with drift) did not work."""
STILL_KMH = 1.0
"""A receiver that stands reports no more; one that brakes passes by it within a second."""
LEAST_TOLD, MOST_STILL, LEAST_HALTS = 50, 0.02, 3
"""So many speeds of which so few are still, and so many silent halts, show a device that leaves out
the fixes of its stands: a round stands for a third of its time."""
MOST_EVERY_S = 12.0
"""With fixes farther apart the place of a halt is too vague, round a corner and behind it."""


@dataclass(frozen=True)
class Silence:
    """A span of time in which a vehicle may have been at the place unseen."""

    start_s: float
    end_s: float
    whole_window: bool

    @property
    def length_s(self) -> float:
        """How long it was."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Watch:
    """The track of one vehicle over a service date and its surroundings.

    Times in seconds since 1970 (UTC), positions in degrees (WGS-84). `gap[i]`, `parked[i]` and
    `halted[i]` speak of the segment from fix i to fix i + 1; halted: its device leaves out the
    fixes of its stands, and this looks like one. It may have been where nothing is received all
    the same, but nowhere where it was heard that date.
    """

    vehicle_id: str
    time_s: Array
    lon: Array
    lat: Array
    gap: Bools
    parked: Bools
    halted: Bools
    stands: Bools
    speed_at_ms: Array
    moved_m: Array
    stood_s: Array
    stood_max_s: Array
    speed_ms: float
    pace_ms: float
    home: tuple[float, float]

    @classmethod
    def silent(cls, vehicle_id: str) -> Watch:
        """A vehicle that was not heard at all."""
        none, no = np.zeros(0), np.zeros(0, dtype=bool)
        return cls(
            vehicle_id, none, none, none, *(no, no, no, no), *(none, none, none, none), 10.0, 7.0,
            (0.0, 0.0),
        )  # fmt: skip

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

    def noise_m(self) -> float:
        """Scatter of its fixes, one axis, told where it is parked for long: in its yard.

        The median distance from the middle is 1.18 of it (Rayleigh). 0 where too little was heard.
        """
        there = self.distance_m(*self.home) <= YARD_M
        if there.sum() < PARKED_FIXES:
            return 0.0
        lon, lat = float(np.median(self.lon[there])), float(np.median(self.lat[there]))
        return float(np.median(self.distance_m(lon, lat)[there])) / 1.177

    def silence(
        self,
        lon: float,
        lat: float,
        reach_m: float,
        window_s: tuple[float, float],
        day_s: tuple[float, float],
        as_of_s: float,
        *,
        did_round: bool,
        last_served_s: float,
        aside_s: float,
        settings: JudgeSettings,
        stretch: Stretch | None = None,
    ) -> Silence | None:
        """Find the longest gap in which the vehicle could have been at a place and stood there.

        Args:
            lon: longitude of the place, WGS-84.
            lat: latitude of the place, WGS-84.
            reach_m: how near it had to come (the tolerance).
            window_s: start and end of the pickup's window.
            day_s: span in which a pickup would have counted.
            as_of_s: until when the feed as a whole was heard.
            did_round: whether the vehicle was seen doing its round in the window; then a silence
                in which it was parked hides nothing.
            last_served_s: when it was last seen serving a point in the window, else minus infinity.
            aside_s: how long before and after the window it may have come.
            settings: speeds and dwell.
            stretch: how fast vehicles drive about the place; None: not known.
        """
        if len(self.time_s) == 0:
            return Silence(window_s[0], window_s[1], whole_window=True)
        away_m = np.maximum(self.distance_m(lon, lat) - reach_m, 0.0)
        start_s, end_s = self.time_s[:-1], self.time_s[1:]
        least_s = self._least_s(away_m, stretch)
        need_s = least_s[:-1] + least_s[1:] + settings.min_dwell_s
        first_s = max(day_s[0], window_s[0] - aside_s)
        last_s = min(day_s[1], window_s[1] + aside_s)
        overlaps = (start_s < last_s) & (end_s > first_s)
        possible = overlaps & (need_s <= end_s - start_s)
        # Parked with both ends in one place: there was time to get away and back only if the
        # silence covers the hours of the pickup and the round was not seen.
        long_s = end_s - start_s
        in_window_s = np.minimum(end_s, window_s[1]) - np.maximum(start_s, window_s[0])
        asks = (in_window_s >= ROUND_SHARE * (window_s[1] - window_s[0])) & (not did_round)
        asks |= (start_s >= window_s[0]) & (long_s >= self._late_round_s(window_s))
        parked = self.parked & (long_s > settings.gap_s)
        for k in np.flatnonzero(parked & asks & possible):
            worked = self._worked(int(k), window_s[0]) or last_served_s >= end_s[k]
            asks[k] = not worked
        gap = self.gap & ~(self.halted & (away_m <= 0.0).any())
        asked = np.where(parked, asks & (long_s > PARKED_QUESTION_S), gap)
        possible &= asked
        found: list[tuple[float, float]] = [
            (float(a), float(b)) for a, b in zip(start_s[possible], end_s[possible], strict=True)
        ]
        found += self._open_ends(least_s, window_s, day_s, as_of_s, did_round, settings)
        if not found:
            return None

        def in_window(span: tuple[float, float]) -> tuple[float, float]:
            inside_s = min(span[1], window_s[1]) - max(span[0], window_s[0])
            return max(inside_s, 0.0), span[1] - span[0]

        best = max(found, key=in_window)
        whole = any(a <= window_s[0] and b >= window_s[1] for a, b in found)
        return Silence(best[0], best[1], whole)

    def _least_s(self, away_m: Array, stretch: Stretch | None) -> Array:
        """Least time from each fix to the place, or from the place to it."""
        if stretch is None:
            return away_m / self.speed_ms
        return stretch.least_s(away_m, self.speed_ms)

    def _late_round_s(self, window_s: tuple[float, float]) -> float:
        """How long a silence may hide a round that was hours late, else infinity.

        Of a vehicle that was heard all the window, in its yard: it told of itself while parked,
        so that a long silence afterwards is none of an ignition that is off.
        """
        inside = self.time_s[(self.time_s >= window_s[0]) & (self.time_s <= window_s[1])]
        quiet_s = float(np.diff(np.concatenate([window_s[:1], inside, window_s[1:]])).max())
        if quiet_s > PARKED_QUESTION_S or not self.idle(*window_s):
            return np.inf
        return max(ROUND_SHARE * (window_s[1] - window_s[0]), 3.0 * quiet_s)

    def _worked(self, k: int, since_s: float) -> bool:
        """Whether it was heard working since the window began, and then parked: its device lived.

        A vehicle that comes home from its round and is silent there has its ignition off; and so
        has one that is silent at home until it sets out on its round.
        """
        before = slice(int(np.searchsorted(self.time_s[: k + 1], since_s)), k + 1)
        away_m = self.distance_m(float(self.lon[k]), float(self.lat[k]))[before]
        return bool((away_m > IDLE_M).any())

    def _open_ends(
        self,
        least_s: Array,
        window_s: tuple[float, float],
        day_s: tuple[float, float],
        as_of_s: float,
        did_round: bool,
        settings: JudgeSettings,
    ) -> list[tuple[float, float]]:
        """Silence before the first fix and after the last, where the vehicle was not at home."""
        found: list[tuple[float, float]] = []
        half_s = 0.5 * (window_s[1] - window_s[0])
        late_s = self._late_round_s(window_s)
        home = self.distance_m(*self.home) <= YARD_M
        first_s, last_s = float(self.time_s[0]), float(self.time_s[-1])
        until_s = min(max(window_s[1], last_s), as_of_s)
        until_day_s = min(day_s[1], as_of_s)
        tail_s = window_s[1] - last_s
        rests = bool(self.stands[-1] or home[-1])
        asks = tail_s >= half_s and not did_round if rests else tail_s > settings.gap_s
        asks |= last_s <= window_s[1] + ASIDE_S and until_day_s - last_s >= late_s
        until_s = max(until_s, until_day_s) if until_day_s - last_s >= late_s else until_s
        need_s = least_s[-1] + settings.min_dwell_s
        if asks and need_s <= until_s - last_s:
            found.append((last_s, until_s))
        head_s = first_s - window_s[0]
        rests = bool(self.stands[0] or home[0])
        asks = head_s >= half_s and not did_round if rests else head_s > settings.gap_s
        need_s = least_s[0] + settings.min_dwell_s
        if asks and need_s <= first_s - day_s[0]:
            found.append((max(day_s[0], window_s[0]), first_s))
        return found


def _fell_silent(dt_s: Array, moved_m: Array, speed_at_kmh: Array) -> Bools:
    """Silent segments of a device that leaves out the fixes of its stands.

    Such a device tells speeds, hardly ever one of standing, and falls silent where it goes on.
    What it moved meanwhile is what it drove to halt, and when it set off, before the next fix.
    """
    none = np.zeros(len(dt_s), dtype=bool)
    told = speed_at_kmh[~np.isnan(speed_at_kmh)]
    if len(told) < LEAST_TOLD or (told <= STILL_KMH).mean() > MOST_STILL:
        return none
    every_s = float(np.median(dt_s))
    if not 0.0 < every_s <= MOST_EVERY_S:
        return none
    ends_ms = np.fmax(speed_at_kmh[:-1], speed_at_kmh[1:]) / 3.6
    silent = dt_s > 1.7 * every_s
    halted = silent & (moved_m <= SAME_PLACE_M + 2.0 * every_s * np.nan_to_num(ends_ms))
    return halted if halted.sum() >= LEAST_HALTS else none


def watches(tracks: pd.DataFrame, standing: Standing, settings: JudgeSettings) -> dict[str, Watch]:
    """One `Watch` a vehicle, from TRACKS and the standing of their segments."""
    codes = tracks["vehicle_id"].cat.codes.to_numpy()
    names = tracks["vehicle_id"].cat.categories
    time_s = seconds(tracks["time"])
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    east_m, north_m = metres_per_degree(lat)
    step_m = np.append(np.hypot(np.diff(lon) * east_m[1:], np.diff(lat) * north_m[1:]), 0.0)
    dt_s = np.append(np.diff(time_s), 0.0)
    # A fix stands if it says so; of one that does not say, if all of a segment at it was stood.
    full = (standing.stood_s >= 0.9 * dt_s) & (dt_s > 0)
    speed_kmh = tracks["speed_kmh"].to_numpy()
    told = full | np.concatenate([[False], full[:-1]])
    stands = np.where(np.isnan(speed_kmh), told, speed_kmh <= STANDING_KMH)
    result: dict[str, Watch] = {}
    for code, start, count in zip(*runs_of(codes), strict=True):
        own = slice(int(start), int(start + count))
        inner = slice(int(start), int(start + count - 1))
        dt, moved = dt_s[inner], step_m[inner]
        moving = (dt >= 5.0) & (dt <= 150.0) & (moved > 40.0)
        usual = moved[moving] / dt[moving]
        # The fastest it is seen to go in a straight line, within the bounds of trucks.
        top = float(np.quantile(usual, 0.95)) * 1.25 if len(usual) >= 20 else np.inf
        speed = float(np.clip(top, 6.0, settings.max_speed_kmh / 3.6 / WINDING))
        pace = float(np.quantile(usual, 0.6)) if len(usual) >= 20 else 0.6 * speed
        one_place = moved <= SAME_PLACE_M
        parked = one_place & stands[own][:-1] & stands[own][1:]
        # A receiver that wakes in the yard drifts; one driven past both times is not parked.
        speed_at = speed_kmh[own]
        driven = (speed_at[:-1] > DRIVEN_KMH) & (speed_at[1:] > DRIVEN_KMH)
        parked |= (moved <= YARD_M) & (dt >= 3600.0) & ~driven
        halted = _fell_silent(dt, moved, speed_at)
        parked |= halted & (moved <= YARD_M) & (dt >= 3600.0)
        rests = one_place | parked | halted
        at = int(np.argmax(np.where(rests, dt, 0.0))) if count > 1 else 0
        result[str(names[code])] = Watch(
            vehicle_id=str(names[code]),
            time_s=time_s[own],
            lon=lon[own],
            lat=lat[own],
            gap=standing.gap[inner] & ~parked,
            parked=parked,
            halted=halted,
            stands=stands[own],
            speed_at_ms=speed_at / 3.6,
            moved_m=moved,
            stood_s=standing.stood_s[inner],
            stood_max_s=standing.stood_max_s[inner],
            speed_ms=speed,
            pace_ms=float(np.clip(pace, 3.0, speed)),
            home=(float(lon[own][at]), float(lat[own][at])),
        )
    return result
