"""Where and how long vehicles stood.

Standing is seen in two ways. Fixes that report a speed near zero, or do not move, are a stand
that was watched. A segment that took longer than its length needs at the speed about it hides a
stand between two fixes. Every segment gets the seconds stood within it, with bounds; segments
and fixes that stand in one place are gathered into stops.

Stops are split by displacement, not by speed: at 20-30 s between fixes the stands at two
neighbouring points run together otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints, runs_of, seconds, times
from routecheck.domain.settings import StopSettings
from routecheck.domain.standing import Standing
from routecheck.domain.tables import STOPS, TRACKS
from routecheck.geo.plane import metres_per_degree
from routecheck.tracks import parameters as par


def find_stops(tracks: pd.DataFrame, settings: StopSettings) -> tuple[Standing, pd.DataFrame]:
    """Estimate for every segment how long the vehicle stood in it, and gather stops.

    Args:
        tracks: TRACKS, sorted by vehicle and time.
        settings: thresholds.

    Returns:
        `Standing`, aligned with the segments that begin at each row of `tracks` (the last row of
        a vehicle begins none: zeros), and STOPS.
    """
    tracks = TRACKS.check(tracks)
    n = len(tracks)
    if n < 2:
        return Standing.none(n), STOPS.empty()
    time_s = seconds(tracks["time"])
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    reported_kmh = tracks["speed_kmh"].to_numpy()
    joined = np.diff(tracks["vehicle_id"].cat.codes.to_numpy()) == 0
    east_m, north_m = metres_per_degree((lat[1:] + lat[:-1]) / 2)
    moved_m = np.hypot(np.diff(lon) * east_m, np.diff(lat) * north_m)
    dt_s = np.where(joined, np.diff(time_s), 0.0)
    broken = joined & tracks["after_break"].to_numpy()[1:]

    # How fast it was at a break, the other side of it does not tell.
    whole = joined & ~broken
    speed_ms = _speeds(reported_kmh / 3.6, lambda: _calm_ms(time_s, lon, lat, moved_m, dt_s, whole))
    stands = speed_ms <= settings.standing_kmh / 3.6
    still = joined & stands[1:] & stands[:-1]
    gap = joined & (dt_s > settings.gap_s) | broken
    gap &= ~((moved_m <= settings.same_place_m) & stands[1:] & stands[:-1])
    noisy = _noisy(moved_m, dt_s, still, ~np.isnan(reported_kmh), settings)
    stood, least, most, where = _segments(moved_m, dt_s, speed_ms, stands, settings)
    for values in (stood, least, most):
        values[noisy] = dt_s[noisy]
        values[~joined | gap] = 0.0
    segments = _Segments(
        moved_m=moved_m,
        solid=joined & ~gap,
        together=still & ((moved_m <= settings.radius_m) | noisy) & ~gap,
        stood_s=stood,
        least_s=least,
        most_s=most,
        where=where,
    )
    standing = Standing(
        stood_s=np.append(stood, 0.0),
        stood_max_s=np.append(most, 0.0),
        where=np.append(np.where(joined, where, 0), 0).astype(np.int8),
        gap=np.append(gap, False),
    )
    watched = _watched(time_s, lon, lat, segments, stands)
    hidden = _hidden(time_s, lon, lat, segments, stands, settings)
    stops = pd.concat([watched[watched["stood_s"] >= settings.min_stop_s], hidden])
    stops = stops.sort_values("row", kind="stable").reset_index(drop=True)
    vehicle_id = tracks["vehicle_id"].iloc[stops["row"].to_numpy()].array
    start, end = (times(stops[name].to_numpy()) for name in ("start_s", "end_s"))
    return standing, STOPS.check(stops.assign(vehicle_id=vehicle_id, start=start, end=end))


@dataclass(frozen=True)
class _Segments:
    """Of each row of the tracks but the last: the segment to the next row."""

    moved_m: Array
    solid: Bools
    """One vehicle's, and no gap."""
    together: Bools
    """Both ends stand in one place."""
    stood_s: Array
    least_s: Array
    most_s: Array
    where: Ints
    """-1: it stood at the segment's start, 1: at its end, 0: throughout, or not known."""


def _calm_ms(
    time_s: Array, lon: Array, lat: Array, moved_m: Array, dt_s: Array, joined: Bools
) -> Array:
    """Speed of each segment (m/s), NaN between tracks: what noise does in one step is taken off.

    Of fixes close upon each other it is that of the `BASE_S` from the segment's start on, or of
    those up to its end, whichever is less: so a stand shows from its first fix to its last.
    """
    moving = joined & (dt_s > 0)
    calm_ms = np.where(
        moving, np.maximum(moved_m - par.NOISE_M, 0.0) / np.maximum(dt_s, 1e-9), np.nan
    )
    rows = np.flatnonzero(moving & (dt_s < par.BASE_S))
    if not len(rows):
        return calm_ms
    track = np.append(0, np.cumsum(~joined))
    # One clock for all tracks, each after the one before.
    at_s = time_s - time_s.min() + track * (np.ptp(time_s) + 4.0 * par.BASE_S)

    def between_ms(first: Ints, last: Ints) -> Array:
        """Speed from one fix to another; NaN where there is none near enough on the track."""
        there = (first >= 0) & (last < len(time_s))
        a, b = np.maximum(first, 0), np.minimum(last, len(time_s) - 1)
        lasted_s = at_s[b] - at_s[a]
        there &= (track[a] == track[b]) & (lasted_s <= 3.0 * par.BASE_S)
        east_m, north_m = metres_per_degree((lat[a] + lat[b]) / 2)
        way_m = np.hypot((lon[b] - lon[a]) * east_m, (lat[b] - lat[a]) * north_m)
        calm_m = np.maximum(way_m - par.NOISE_M, 0.0)
        return np.where(there, calm_m / np.maximum(lasted_s, 1e-9), np.nan)

    after = between_ms(rows, np.searchsorted(at_s, at_s[rows] + par.BASE_S, side="left"))
    before = between_ms(
        np.searchsorted(at_s, at_s[rows + 1] - par.BASE_S, side="right") - 1, rows + 1
    )
    slower = np.fmin(after, before)
    calm_ms[rows] = np.where(np.isnan(slower), calm_ms[rows], slower)
    return calm_ms


def _speeds(reported_ms: Array, calm_ms: Callable[[], Array]) -> Array:
    """Speed at each fix: as reported, else inferred from the segments on both sides of it.

    Args:
        reported_ms: NaN where a fix has none.
        calm_ms: gives the speed of each segment, within GPS noise 0.
    """
    unknown = np.isnan(reported_ms)
    if not unknown.any():
        return reported_ms
    segment_ms = calm_ms()
    before = np.concatenate([[np.nan], segment_ms])
    after = np.concatenate([segment_ms, [np.nan]])
    low, high = np.fmin(before, after), np.fmax(before, after)
    # Beside a segment that stands the fix stands; otherwise the faster side is the free speed.
    inferred = np.where(low < par.STANDING_MS, 0.0, high)
    return np.where(unknown, np.nan_to_num(inferred, nan=0.0), reported_ms)


def _noisy(
    moved_m: Array, dt_s: Array, still: Bools, reported: Bools, settings: StopSettings
) -> Bools:
    """Segments of a stand in poor reception: the device reports standing, its position leaps.

    Three or more such segments in a row, half of them longer than the places of one stand are
    apart, and going to and fro rather than on. A truck that serves one point after another moves
    on in one or two.
    """
    sure = still & reported[1:] & reported[:-1] & (dt_s <= par.NOISY_S)
    sure &= moved_m <= par.NOISY_M
    run = np.cumsum(np.concatenate([[True], sure[1:] != sure[:-1]])) - 1
    long = np.bincount(run, weights=moved_m > settings.radius_m)
    size = np.bincount(run)
    return np.asarray(
        sure & (size[run] >= par.NOISY_SEGMENTS) & (long[run] >= par.NOISY_SHARE * size[run])
    )


def _segments(
    moved_m: Array, dt_s: Array, speed_ms: Array, stands: Bools, settings: StopSettings
) -> tuple[Array, Array, Array, Ints]:
    """Seconds stood in each segment: best estimate, least, most; and at which end.

    The time that the way took at the speed of its ends, with braking, is taken off. Roads wind:
    the way is up to a quarter longer than the chord between two fixes.
    """
    a_stands, b_stands = stands[:-1], stands[1:]
    ends = np.stack([speed_ms[:-1], speed_ms[1:]])
    free_ms = np.clip(np.max(ends, axis=0), *par.WAY_MS)
    mean_ms = np.clip(np.mean(ends, axis=0), *par.WAY_MS)
    # From rest to rest over d: accelerate half way, brake half way, up to a top speed.
    top_ms, braking_ms2 = par.BETWEEN_STANDS_MS, par.USUAL_BRAKING_MS2
    rest_s = np.where(
        moved_m < top_ms**2 / braking_ms2,
        2.0 * np.sqrt(moved_m / braking_ms2),
        moved_m / top_ms + top_ms / braking_ms2,
    )
    rest_s = np.where(moved_m <= settings.radius_m, 0.0, rest_s)
    one_s = np.where(
        moved_m <= settings.radius_m / 2,
        0.0,
        np.minimum(2.0 * moved_m / free_ms, moved_m / free_ms + free_ms / (2 * braking_ms2)),
    )
    way_s = moved_m / mean_ms
    both, one = a_stands & b_stands, a_stands ^ b_stands
    travel_s = np.select(
        [both, one], [rest_s, one_s], par.WAY_USUAL * way_s + mean_ms / braking_ms2
    )
    stood = np.clip(dt_s - travel_s, 0.0, dt_s)
    slow_s = np.select(
        [both, one],
        [par.WAY_LONG_BOTH * rest_s, par.WAY_LONG_ONE * one_s],
        par.WAY_LONG * way_s + mean_ms / par.EASY_BRAKING_MS2,
    )
    least = np.clip(dt_s - slow_s, 0.0, dt_s)
    # At the most: driven a third faster, braked harder; a stand on the way costs braking too.
    fast_s = np.select(
        [both, one],
        [par.WAY_FAST_BOTH * rest_s, par.WAY_FAST_ONE * one_s],
        moved_m / (par.WAY_FAST * free_ms) + free_ms / par.HARD_BRAKING_MS2,
    )
    most = np.maximum(np.clip(dt_s - fast_s, 0.0, dt_s), stood)
    where = np.select([a_stands & ~b_stands, b_stands & ~a_stands], [-1, 1], 0)
    return stood, least, most, where


def _watched(
    time_s: Array, lon: Array, lat: Array, segments: _Segments, stands: Bools
) -> pd.DataFrame:
    """Stops that fixes saw: runs of standing fixes in one place."""
    n, where = len(time_s), segments.where
    group = np.append(0, np.cumsum(~segments.together))
    rows = np.flatnonzero(stands)
    _, first, size = runs_of(group[rows])
    start = rows[first]
    last = start + size - 1

    i_before, i_after = np.maximum(start - 1, 0), np.minimum(last, n - 2)
    before_ok = (start > 0) & segments.solid[i_before]
    after_ok = (last < n - 1) & segments.solid[i_after]
    # A neighbouring segment gives the part that was stood at this end of it.
    share_before = np.where(before_ok, np.where(where[i_before] == 1, 1.0, 0.5), 0.0)
    share_after = np.where(after_ok, np.where(where[i_after] == -1, 1.0, 0.5), 0.0)

    def total(values: Array) -> Array:
        """Over the group's own segments, and what lies at its two ends."""
        inside = np.append(0.0, np.cumsum(values))
        own = inside[last] - inside[start]
        return np.asarray(own + share_before * values[i_before] + share_after * values[i_after])

    def mean(values: Array) -> Array:
        inside = np.append(0.0, np.cumsum(values - values[0]))
        return np.asarray((inside[last + 1] - inside[start]) / size + values[0])

    mean_lon, mean_lat = mean(lon), mean(lat)
    member = np.repeat(np.arange(len(start)), size)
    east_m, north_m = metres_per_degree(lat[rows])
    off_x = (lon[rows] - mean_lon[member]) * east_m
    off_y = (lat[rows] - mean_lat[member]) * north_m
    off2 = np.bincount(member, weights=off_x**2 + off_y**2, minlength=len(start))
    return pd.DataFrame(
        {
            "row": start,
            "start_s": time_s[start] - share_before * segments.stood_s[i_before],
            "end_s": time_s[last] + share_after * segments.stood_s[i_after],
            "lon": mean_lon,
            "lat": mean_lat,
            "stood_s": total(segments.stood_s),
            "stood_min_s": total(segments.least_s),
            "stood_max_s": total(segments.most_s),
            "spread_m": np.sqrt(off2 / size),
            "fixes": size,
        }
    )


def _hidden(
    time_s: Array,
    lon: Array,
    lat: Array,
    segments: _Segments,
    stands: Bools,
    settings: StopSettings,
) -> pd.DataFrame:
    """Stops between two moving fixes: somewhere on the way, most likely in the middle of it."""
    long = segments.stood_s >= settings.min_stop_s
    row = np.flatnonzero(segments.solid & ~stands[1:] & ~stands[:-1] & long)
    middle_s = (time_s[row] + time_s[row + 1]) / 2
    stood_s = segments.stood_s[row]
    away_m = np.maximum(stood_s - par.LANE_S, 0.0) / 2 * par.LANE_MS
    return pd.DataFrame(
        {
            "row": row,
            "start_s": middle_s - stood_s / 2,
            "end_s": middle_s + stood_s / 2,
            "lon": (lon[row] + lon[row + 1]) / 2,
            "lat": (lat[row] + lat[row + 1]) / 2,
            "stood_s": stood_s,
            "stood_min_s": segments.least_s[row],
            "stood_max_s": segments.most_s[row],
            "spread_m": segments.moved_m[row] / 2 + away_m,
            "fixes": np.zeros(len(row), dtype=np.int64),
        }
    )
