"""Stands that sparse fixes may hide: between two of them on the way, or where a way turns back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.settings import JudgeSettings
from routecheck.geo.plane import metres_per_degree
from routecheck.verdicts.stretches import Stretch
from routecheck.verdicts.trajectories import Watch

DETOUR_M = (15.0, 40.0)
"""Off the chord by GPS error, half a road's width and its bends, after 30 s and after 60 s: still
on the way."""
HALTED_M = 15.0
"""Off the chord by GPS error, where a vehicle is known to have stood on it."""
UNTOLD_S = 45.0
"""Over so long the speeds at the two ends no longer tell how the way between was driven: both may
be those of a truck that sets off or brakes."""
STARTING_MS2 = 1.0
"""A refuse truck that hurries off gains so much speed each second, at most."""
BRAKING_MS2 = 1.5
"""And loses so much when it stops in a hurry."""
TURNING_S = 10.0
"""Leaving the way and coming back to it takes a truck two turns in the road."""
MOST_HIDDEN = 12
"""Hidden stands that are looked at for one place: two rounds leave two or three."""
TURNED_M, AWAY_M = 500.0, 60.0
"""Who turns back within so much of a place may have come for it; nearer than this no direction is
told."""
TURNED_COS = 0.7
"""Come from and gone to within 45 degrees: back by the way it came."""
TURNED_S, SEEN_THERE_S = 50.0, 28.0
"""Time to spare for a pickup, the turn beside it; and where one fix saw it there."""
TURNED_MOST_S = 1200.0
"""A longer silence tells nothing of a way out and back."""

SEEMING_M = 10.0
"""A vehicle that stands seems to move so far from fix to fix: GPS error of 4 to 8 m an axis."""
QUICKEST_S = 15.0
"""The quickest pickups stand for so long; that braking comes on top is left as doubt."""


@dataclass(frozen=True)
class Hidden:
    """A stand that may lie between two fixes: when, how long by the usual pace, at the most."""

    start_s: float
    end_s: float
    stood_s: float
    most_s: float
    on_the_way: bool


def hidden_stands(
    watch: Watch,
    lon: float,
    lat: float,
    reach_m: float,
    span_s: tuple[float, float],
    settings: JudgeSettings,
    stretch: Stretch | None = None,
) -> list[Hidden]:
    """Find the stands at a place that sparse fixes may hide, the most plausible first.

    A segment of 25 s or more hides a stand if its time allows the way over the place at the pace
    that is usual on that stretch, else for the vehicle, and the dwell on top. At the fastest pace,
    braked and started in a hurry, it is only possible.
    """
    if stretch is None:
        stretch = Stretch(watch.pace_ms, watch.speed_ms)
    start_s, end_s = watch.time_s[:-1], watch.time_s[1:]
    long_s = end_s - start_s
    away_m = np.maximum(watch.distance_m(lon, lat) - reach_m, 0.0)
    # Where it was heard that date it would have been heard again: it halted between these two.
    halted = watch.halted & (away_m <= 0.0).any()
    k = np.flatnonzero(
        (start_s < span_s[1])
        & (end_s > span_s[0])
        & ((long_s >= 25.0) | halted)
        & (~watch.gap | halted)
        & ~watch.parked
        & ((watch.stood_max_s >= settings.min_dwell_s) | (long_s >= UNTOLD_S))
    )
    if not len(k):
        return []
    moved_m, long_s = watch.moved_m[k], long_s[k]
    way_m = np.maximum(away_m[k] + away_m[k + 1], moved_m)
    detour_m = way_m - moved_m - np.interp(long_s, [30.0, 60.0], DETOUR_M)
    # On the way, within what a winding road may lie beside the chord; or off it, where the
    # usual pace leaves time to go there and back.
    aside = detour_m > np.interp(long_s, [25.0, 45.0, 90.0], [0.1, 0.25, 0.6]) * moved_m
    # The place lies on the chord or beside it: what the way is longer than straight to its
    # reach and on from there is driven on both sides alike.
    more_m = (way_m - away_m[k] - away_m[k + 1]) / 2
    there_m, on_m = away_m[k] + more_m, away_m[k + 1] + more_m
    fastest_ms = [stretch.fastest_of(side_m, watch.speed_ms) for side_m in (there_m, on_m)]
    there_s = _stopping_s(there_m, watch.speed_at_ms[k], fastest_ms[0])
    on_s = _stopping_s(on_m, watch.speed_at_ms[k + 1], fastest_ms[1], reverse=True)
    most_s = long_s - there_s - on_s - np.where(aside, TURNING_S, 0.0)
    spare_s = long_s - stretch.usual_s(way_m, watch.pace_ms)
    # Below a minute the speeds at the two ends still tell how the way was driven; and a
    # vehicle that is seen standing elsewhere at one end has stood there.
    told_s = np.where(_stood_elsewhere(watch, k, away_m), 0.0, watch.stood_s[k])
    spare_s = np.where(long_s < 60.0, np.minimum(spare_s, told_s), spare_s)
    near = ~aside | ((long_s >= 45.0) & (spare_s >= max(settings.min_dwell_s, 10.0)))
    near &= ~halted[k] | (way_m - moved_m <= HALTED_M)
    near &= most_s >= settings.min_dwell_s
    # A winding road may lie so far beside the chord, the more so the more time is left; with
    # a minute to spare the vehicle went there.
    on_the_way = detour_m <= np.where(spare_s < 30.0, 0.15, 0.35) * moved_m
    on_the_way |= spare_s >= 60.0
    found = np.flatnonzero(near)
    found = found[np.lexsort((-spare_s[found], ~on_the_way[found]))]
    return [
        Hidden(
            float(start_s[k[j]]),
            float(end_s[k[j]]),
            float(np.clip(spare_s[j], 0.0, most_s[j])),
            float(np.clip(most_s[j], 0.0, long_s[j])),
            bool(on_the_way[j]),
        )
        for j in found[:MOST_HIDDEN]
    ]


def unmeasured_stand(
    watch: Watch, span_s: tuple[float, float], stretch: Stretch | None
) -> Hidden | None:
    """A quick pickup that a pass may hold where the device tells no speeds.

    Two fixes some 20 s apart look alike whether a truck crawled between them or stood and drove:
    what the pass took beyond the usual pace, from the last fix before it to the first after, may
    have been stood.

    Args:
        watch: the vehicle.
        span_s: begin and end of the pass.
        stretch: how fast vehicles drive there; None: as this one does.
    """
    first = max(int(np.searchsorted(watch.time_s, span_s[0], side="right")) - 1, 0)
    last = min(int(np.searchsorted(watch.time_s, span_s[1])), len(watch.time_s) - 1)
    time_s = watch.time_s[first : last + 1]
    if last <= first or not np.isnan(watch.speed_at_ms[first : last + 1]).all():
        return None
    if watch.gap[first:last].any():
        return None
    # Within GPS error a stand seems to move.
    way_m = np.maximum(watch.moved_m[first:last] - SEEMING_M, 0.0).sum(keepdims=True)
    pace_ms = watch.pace_ms
    usual_s = way_m / pace_ms if stretch is None else stretch.usual_s(way_m, pace_ms)
    spare_s = float(time_s[-1] - time_s[0] - usual_s[0])
    if spare_s < QUICKEST_S:
        return None
    return Hidden(float(time_s[0]), float(time_s[-1]), 0.0, spare_s, on_the_way=True)


def turned_back(
    watch: Watch, lon: float, lat: float, reach_m: float, span_s: tuple[float, float]
) -> Hidden | None:
    """Find where the vehicle came near a place and went back the way it had come.

    Between two fixes, or about one within reach, with time to spare at its usual pace. A
    vehicle that stands at either end has stood there.
    """
    first, last = np.searchsorted(watch.time_s, span_s)
    east_m, north_m = metres_per_degree(lat)
    x, y = (watch.lon[first:last] - lon) * east_m, (watch.lat[first:last] - lat) * north_m
    away_m, time_s = np.hypot(x, y), watch.time_s[first:last]
    near = np.flatnonzero(away_m <= TURNED_M)
    a = np.concatenate([near, near[(away_m[np.minimum(near + 1, len(x) - 1)] <= reach_m)]])
    b = a + 1 + (np.arange(len(a)) >= len(near))
    inside = b < len(x)
    a, b = a[inside], b[inside]
    long_s = time_s[b] - time_s[a]
    way_m = np.maximum(away_m[a] - reach_m, 0.0) + np.maximum(away_m[b] - reach_m, 0.0)
    spare_s = long_s - way_m / watch.pace_ms
    good = (away_m[b] <= TURNED_M) & (long_s <= TURNED_MOST_S)
    good &= spare_s >= np.where(b - a == 1, TURNED_S, SEEN_THERE_S)
    good &= ~watch.stands[first + a] & ~watch.stands[first + b]
    for k in np.flatnonzero(good):
        before = np.flatnonzero(away_m[: a[k] + 1] >= AWAY_M)[-1:]
        after = b[k] + np.flatnonzero(away_m[b[k] :] >= AWAY_M)[:1]
        if not len(before) or not len(after):
            continue
        i, j = int(before[0]), int(after[0])
        if (x[i] * x[j] + y[i] * y[j]) >= TURNED_COS * away_m[i] * away_m[j]:
            start_s, end_s = float(time_s[a[k]]), float(time_s[b[k]])
            spare = float(spare_s[k])
            return Hidden(start_s, end_s, spare, end_s - start_s, on_the_way=False)
    return None


def _stood_elsewhere(watch: Watch, k: Ints, away_m: Array) -> Bools:
    """Whether a segment begins or ends with a stand out of reach of the place."""
    before = watch.stands[k] & (away_m[k] > 0.0)
    return np.asarray(before | (watch.stands[k + 1] & (away_m[k + 1] > 0.0)))


def _stopping_s(way_m: Array, from_ms: Array, fastest_ms: Array, *, reverse: bool = False) -> Array:
    """Least time from a speed to a stand over a way; reversed: from the stand to the speed.

    Where the way is too short to brake on, the stand lies farther on, within reach. A speed that
    is not known is the best one.
    """
    gain, lose = (BRAKING_MS2, STARTING_MS2) if reverse else (STARTING_MS2, BRAKING_MS2)
    best_ms = np.minimum(np.sqrt(2.0 * lose * way_m), fastest_ms)
    start_ms = np.where(np.isnan(from_ms), best_ms, np.minimum(from_ms, fastest_ms))
    way_m = np.maximum(way_m, start_ms**2 / (2.0 * lose))
    peak_ms = np.sqrt((2.0 * gain * lose * way_m + lose * start_ms**2) / (gain + lose))
    peak_ms = np.minimum(peak_ms, fastest_ms)
    changing_m = (peak_ms**2 - start_ms**2) / (2.0 * gain) + peak_ms**2 / (2.0 * lose)
    cruise_s = np.maximum(way_m - changing_m, 0.0) / np.maximum(peak_ms, 0.1)
    return np.asarray((peak_ms - start_ms) / gain + peak_ms / lose + cruise_s)
