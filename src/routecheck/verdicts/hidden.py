"""Stands that sparse fixes may hide: between two of them on the way, or where a way turns back.

A gap is a question, not an answer: within it the vehicle can have been anywhere in the
space-time prism of its two ends (Hägerstrand 1970), the places P with
|AP| + |PB| <= v_max (t_B - t_A - dwell).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.domain.arrays import Array, Ints
from routecheck.domain.settings import JudgeSettings
from routecheck.geo.plane import metres_per_degree
from routecheck.verdicts import parameters as p
from routecheck.verdicts.stretches import Stretch
from routecheck.verdicts.trajectories import Trajectory


@dataclass(frozen=True)
class HiddenStand:
    """A stand that may lie between two fixes.

    Attributes:
        start_s: the fix before it, seconds since 1970 (UTC).
        end_s: the fix after it.
        stood_s: how long it was by the usual pace.
        most_s: how long it can have been at the most.
        on_the_way: whether the place lies on the way between the two fixes.
    """

    start_s: float
    end_s: float
    stood_s: float
    most_s: float
    on_the_way: bool


def hidden_stands(
    track: Trajectory,
    place: tuple[float, float, float],
    span_s: tuple[float, float],
    settings: JudgeSettings,
    stretch: Stretch | None = None,
) -> list[HiddenStand]:
    """Find the stands at a place that sparse fixes may hide, the most plausible first.

    A segment of `HIDING_S` or more hides a stand if its time allows the way over the place at the
    pace that is usual on that stretch, else for the vehicle, and the dwell on top. At the fastest
    pace, braked and started in a hurry, it is only possible.

    Args:
        track: the vehicle.
        place: longitude, latitude and tolerance (m).
        span_s: the segments to look at, by a span of time.
        settings: the least dwell.
        stretch: how fast vehicles drive about the place; None: as this one does.
    """
    lon, lat, tolerance_m = place
    if stretch is None:
        stretch = Stretch(track.pace_ms, track.speed_ms)
    start_s, end_s = track.time_s[:-1], track.time_s[1:]
    long_s = end_s - start_s
    away_m = np.maximum(track.distance_m(lon, lat) - tolerance_m, 0.0)
    # Where it reported that date it would have reported again: it halted between these two.
    halted = track.halted & (away_m <= 0.0).any()
    k = np.flatnonzero(
        (start_s < span_s[1])
        & (end_s > span_s[0])
        & ((long_s >= p.HIDING_S) | halted | track.stands_unseen)
        & (~track.gap | halted)
        & ~track.parked
        & ((track.stood_max_s >= settings.min_dwell_s) | (long_s >= p.SPEEDS_TELL_S))
    )
    if not len(k):
        return []
    moved_m, long_s, before_m, after_m = track.moved_m[k], long_s[k], away_m[k], away_m[k + 1]
    way_m = np.maximum(before_m + after_m, moved_m)
    detour_m = way_m - moved_m - np.interp(long_s, p.DETOUR_AFTER_S, p.DETOUR_M)
    # On the way, within what a winding road may lie beside the chord; or off it, where the
    # usual pace leaves time to go there and back.
    aside = detour_m > np.interp(long_s, p.ASIDE_AFTER_S, p.ASIDE_SHARE) * moved_m
    # What is left over within the grain of the times may be nothing, or a stand of that length.
    spare_s = _spare_s(track, k, away_m, way_m, stretch) - track.grain_s
    there_s, on_s = _least_way_s(track, k, before_m, after_m, way_m, stretch)
    most_s = long_s - there_s - on_s - np.where(aside, p.TURNING_S, 0.0) + track.grain_s
    long_enough = (long_s >= p.ASIDE_S) & (spare_s >= max(settings.min_dwell_s, p.ASIDE_SPARE_S))
    possible = (~aside | long_enough) & (most_s >= settings.min_dwell_s)
    possible &= ~halted[k] | (way_m - moved_m <= p.HALTED_M)
    # A winding road may lie so far beside the chord, the more so the more time is left; with
    # a minute to spare the vehicle went there.
    share = np.where(spare_s < p.WINDING_SPARE_S, *p.WINDING_SHARES)
    on_the_way = (detour_m <= share * moved_m) | (spare_s >= p.WENT_THERE_S)
    rows = np.flatnonzero(possible)
    rows = rows[np.lexsort((-spare_s[rows], ~on_the_way[rows]))]
    return [
        HiddenStand(
            float(start_s[k[j]]),
            float(end_s[k[j]]),
            float(np.clip(spare_s[j], 0.0, most_s[j])),
            float(np.clip(most_s[j], 0.0, long_s[j] + track.grain_s)),
            bool(on_the_way[j]),
        )
        for j in rows[: p.MOST_HIDDEN]
    ]


def _spare_s(track: Trajectory, k: Ints, away_m: Array, way_m: Array, stretch: Stretch) -> Array:
    """Time that segments took beyond the usual pace.

    Below a minute the speeds at the two ends still show how the way was driven; and a vehicle that
    is seen standing elsewhere at one end has stood there.
    """
    long_s = track.time_s[k + 1] - track.time_s[k]
    spare_s = long_s - stretch.usual_s(way_m, track.pace_ms)
    elsewhere = track.stands[k] & (away_m[k] > 0.0)
    elsewhere |= track.stands[k + 1] & (away_m[k + 1] > 0.0)
    measured_s = np.where(elsewhere, 0.0, track.stood_s[k])
    return np.where(long_s < p.STOOD_TELLS_S, np.minimum(spare_s, measured_s), spare_s)


def _least_way_s(
    track: Trajectory, k: Ints, before_m: Array, after_m: Array, way_m: Array, stretch: Stretch
) -> tuple[Array, Array]:
    """Least times from the fix before to a stand at the place, and on to the fix after.

    The place lies on the chord or beside it: what the way is longer than straight to its reach and
    on from there is driven on both sides alike.
    """
    more_m = (way_m - before_m - after_m) / 2
    there_m, on_m = before_m + more_m, after_m + more_m
    there_ms = stretch.fastest_of(there_m, track.speed_ms)
    on_ms = stretch.fastest_of(on_m, track.speed_ms)
    there_s = _stopping_s(there_m, track.speed_at_ms[k], there_ms)
    return there_s, _stopping_s(on_m, track.speed_at_ms[k + 1], on_ms, reverse=True)


def _stopping_s(way_m: Array, from_ms: Array, fastest_ms: Array, *, reverse: bool = False) -> Array:
    """Least time from a speed to a stand over a way; reversed: from the stand to the speed.

    Where the way is too short to brake on, the stand lies farther on, within reach. A speed that
    is not known is the best one.
    """
    gain, lose = p.STARTING_MS2, p.BRAKING_MS2
    if reverse:
        gain, lose = lose, gain
    best_ms = np.minimum(np.sqrt(2.0 * lose * way_m), fastest_ms)
    start_ms = np.where(np.isnan(from_ms), best_ms, np.minimum(from_ms, fastest_ms))
    way_m = np.maximum(way_m, start_ms**2 / (2.0 * lose))
    peak_ms = np.sqrt((2.0 * gain * lose * way_m + lose * start_ms**2) / (gain + lose))
    peak_ms = np.minimum(peak_ms, fastest_ms)
    changing_m = (peak_ms**2 - start_ms**2) / (2.0 * gain) + peak_ms**2 / (2.0 * lose)
    cruise_s = np.maximum(way_m - changing_m, 0.0) / np.maximum(peak_ms, 0.1)
    return np.asarray((peak_ms - start_ms) / gain + peak_ms / lose + cruise_s)


def unmeasured_stand(
    track: Trajectory, span_s: tuple[float, float], stretch: Stretch | None
) -> HiddenStand | None:
    """Find a quick pickup that a pass may hold where the device reports no speeds.

    Two fixes some 20 s apart look alike whether a truck crawled between them or stood and drove:
    what the pass took beyond the usual pace, from the last fix before it to the first after, may
    have been stood.

    Args:
        track: the vehicle.
        span_s: begin and end of the pass.
        stretch: how fast vehicles drive there; None: as this one does.
    """
    first = max(int(np.searchsorted(track.time_s, span_s[0], side="right")) - 1, 0)
    last = min(int(np.searchsorted(track.time_s, span_s[1])), len(track.time_s) - 1)
    time_s = track.time_s[first : last + 1]
    if last <= first or not np.isnan(track.speed_at_ms[first : last + 1]).all():
        return None
    if track.gap[first:last].any():
        return None
    # Within GPS error a stand seems to move.
    way_m = np.maximum(track.moved_m[first:last] - p.SEEMING_M, 0.0).sum(keepdims=True)
    pace_ms = track.pace_ms
    usual_s = way_m / pace_ms if stretch is None else stretch.usual_s(way_m, pace_ms)
    spare_s = float(time_s[-1] - time_s[0] - usual_s[0]) + track.grain_s
    if spare_s < p.QUICKEST_S:
        return None
    return HiddenStand(float(time_s[0]), float(time_s[-1]), 0.0, spare_s, on_the_way=True)


def turned_back(
    track: Trajectory, place: tuple[float, float, float], span_s: tuple[float, float]
) -> HiddenStand | None:
    """Find where the vehicle came near a place and went back the way it had come.

    Between two fixes, or about one within reach, with time to spare at its usual pace. A
    vehicle that stands at either end has stood there.

    Args:
        track: the vehicle.
        place: longitude, latitude and tolerance (m).
        span_s: the fixes to look at, by a span of time.
    """
    lon, lat, tolerance_m = place
    first, last = np.searchsorted(track.time_s, span_s)
    east_m, north_m = metres_per_degree(lat)
    x, y = (track.lon[first:last] - lon) * east_m, (track.lat[first:last] - lat) * north_m
    away_m, time_s = np.hypot(x, y), track.time_s[first:last]
    near = np.flatnonzero(away_m <= p.TURNED_WITHIN_M)
    # From fix a to fix b: the next one; or the one after it, where the next is within reach.
    a = np.concatenate([near, near[away_m[np.minimum(near + 1, len(x) - 1)] <= tolerance_m]])
    b = a + 1 + (np.arange(len(a)) >= len(near))
    inside = b < len(x)
    a, b = a[inside], b[inside]
    long_s = time_s[b] - time_s[a]
    way_m = np.maximum(away_m[a] - tolerance_m, 0.0) + np.maximum(away_m[b] - tolerance_m, 0.0)
    spare_s = long_s - way_m / track.pace_ms
    possible = (away_m[b] <= p.TURNED_WITHIN_M) & (long_s <= p.TURNED_MOST_S)
    possible &= spare_s >= np.where(b - a == 1, p.TURNED_SPARE_S, p.TURNED_SEEN_SPARE_S)
    possible &= ~track.stands[first + a] & ~track.stands[first + b]
    for k in np.flatnonzero(possible):
        if _same_direction(x, y, away_m, int(a[k]), int(b[k])):
            start_s, end_s = float(time_s[a[k]]), float(time_s[b[k]])
            spare = float(spare_s[k])
            return HiddenStand(start_s, end_s, spare, end_s - start_s, on_the_way=False)
    return None


def _same_direction(x: Array, y: Array, away_m: Array, a: int, b: int) -> bool:
    """Whether a track came to the place until fix a from where it went after fix b."""
    before = np.flatnonzero(away_m[: a + 1] >= p.TURNED_AWAY_M)[-1:]
    after = b + np.flatnonzero(away_m[b:] >= p.TURNED_AWAY_M)[:1]
    if not len(before) or not len(after):
        return False
    i, j = int(before[0]), int(after[0])
    return bool(x[i] * x[j] + y[i] * y[j] >= p.TURNED_COS * away_m[i] * away_m[j])
