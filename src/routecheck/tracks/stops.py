"""Where and how long vehicles stood.

Standing is seen in two ways. Fixes that report a speed near zero, or do not move, are a stand
that was watched. A segment that took longer than its length needs at the speed about it hides a
stand between two fixes. Every segment gets the seconds stood within it, with bounds; segments
and fixes that stand in one place are gathered into stops.

Stops are split by displacement, not by speed: at 20-30 s between fixes the stands at two
neighbouring points run together otherwise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints, seconds, times
from routecheck.domain.settings import StopSettings
from routecheck.domain.standing import Standing
from routecheck.domain.tables import STOPS, TRACKS
from routecheck.geo.plane import metres_per_degree

AWAY_S, AWAY_MS = 120.0, 4.0
"""Standing unseen for longer than pickups take is time to go down a lane and come back."""
BRAKING_MS2 = 0.9
"""Comfortable braking and starting of a loaded truck, m/s²; a stand costs v / a on top."""


def find_stops(tracks: pd.DataFrame, settings: StopSettings) -> tuple[Standing, pd.DataFrame]:
    """Tell for every segment how long the vehicle stood in it, and gather stops.

    Args:
        tracks: TRACKS, sorted by vehicle and time.
        settings: thresholds.

    Returns:
        `Standing`, aligned with the segments that begin at each row of `tracks` (the last row of
        a vehicle begins none: zeros), and STOPS.
    """
    TRACKS.check(tracks)
    n = len(tracks)
    if n < 2:
        return Standing.none(n), STOPS.empty()
    time_s = seconds(tracks["time"])
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    vehicle = tracks["vehicle_id"].cat.codes.to_numpy()
    joined = np.diff(vehicle) == 0
    east_m, north_m = metres_per_degree((lat[1:] + lat[:-1]) / 2)
    moved_m = np.hypot(np.diff(lon) * east_m, np.diff(lat) * north_m)
    dt_s = np.where(joined, np.diff(time_s), 0.0)

    speed_ms = _speeds(tracks["speed_kmh"].to_numpy() / 3.6, moved_m, dt_s, joined)
    stands = speed_ms <= settings.standing_kmh / 3.6
    same_place = moved_m <= settings.same_place_m
    gap = joined & (dt_s > settings.gap_s) & ~(same_place & stands[1:] & stands[:-1])

    still = joined & stands[1:] & stands[:-1]
    noisy = _noisy(moved_m, dt_s, still, ~np.isnan(tracks["speed_kmh"].to_numpy()), settings)
    stood, least, most, where = _segments(moved_m, dt_s, speed_ms, stands, settings)
    for values in (stood, least, most):
        values[noisy] = dt_s[noisy]
    for values in (stood, least, most):
        values[~joined | gap] = 0.0
    pad = np.zeros(1)
    standing = Standing(
        stood_s=np.append(stood, pad),
        stood_max_s=np.append(most, pad),
        where=np.append(np.where(joined, where, 0), 0).astype(np.int8),
        gap=np.append(gap, False),
    )
    near = still & ((moved_m <= settings.radius_m) | noisy)
    stops = _gather(
        tracks,
        time_s,
        lon,
        lat,
        moved_m,
        near & ~gap,
        joined & ~gap,
        stands,
        stood,
        least,
        most,
        where,
        settings,
    )
    return standing, STOPS.check(stops)


def _speeds(reported_ms: Array, moved_m: Array, dt_s: Array, joined: Bools) -> Array:
    """Speed at each fix: as reported, else told from the segments on both sides of it."""
    unknown = np.isnan(reported_ms)
    if not unknown.any():
        return reported_ms
    # Within GPS noise a stand seems to move; take off what noise does in one step.
    calm_m = np.maximum(moved_m - 6.0, 0.0)
    segment_ms = np.where(joined & (dt_s > 0), calm_m / np.maximum(dt_s, 1e-9), np.nan)
    before = np.concatenate([[np.nan], segment_ms])
    after = np.concatenate([segment_ms, [np.nan]])
    low, high = np.fmin(before, after), np.fmax(before, after)
    # Beside a segment that stands the fix stands; otherwise the faster side is the free speed.
    told = np.where(low < 0.7, 0.0, high)
    told = np.where(np.isnan(told), 0.0, told)
    return np.where(unknown, told, reported_ms)


def _noisy(
    moved_m: Array, dt_s: Array, still: Bools, reported: Bools, settings: StopSettings
) -> Bools:
    """Segments of a stand in poor reception: the device says it stands, its position leaps.

    Three or more such segments in a row, half of them longer than the places of one stand are
    apart, and going to and fro rather than on. A truck that serves one point after another moves
    on in one or two.
    """
    sure = still & reported[1:] & reported[:-1] & (dt_s <= 45.0) & (moved_m <= 150.0)
    run = np.cumsum(np.concatenate([[True], sure[1:] != sure[:-1]])) - 1
    long = np.bincount(run, weights=moved_m > settings.radius_m)
    size = np.bincount(run)
    return np.asarray(sure & (size[run] >= 3) & (long[run] >= 0.5 * size[run]))


def _segments(
    moved_m: Array, dt_s: Array, speed_ms: Array, stands: Bools, settings: StopSettings
) -> tuple[Array, Array, Array, Ints]:
    """Seconds stood in each segment: best estimate, least, most; and at which end.

    The time that the way took at the speed of its ends, with braking, is taken off. Roads wind:
    the way is up to a quarter longer than the chord between two fixes.
    """
    a_stands, b_stands = stands[:-1], stands[1:]
    ends = np.stack([speed_ms[:-1], speed_ms[1:]])
    free_ms = np.clip(np.max(ends, axis=0), 1.0, 20.0)
    mean_ms = np.clip(np.mean(ends, axis=0), 1.0, 20.0)
    # From rest to rest over d: accelerate half way, brake half way, at most at 8 m/s.
    rest_s = np.where(
        moved_m < 64.0 / BRAKING_MS2,
        2.0 * np.sqrt(moved_m / BRAKING_MS2),
        moved_m / 8.0 + 8.0 / BRAKING_MS2,
    )
    rest_s = np.where(moved_m <= settings.radius_m, 0.0, rest_s)
    one_s = np.where(
        moved_m <= settings.radius_m / 2,
        0.0,
        np.minimum(2.0 * moved_m / free_ms, moved_m / free_ms + free_ms / (2 * BRAKING_MS2)),
    )
    way_s = moved_m / mean_ms
    both, one = a_stands & b_stands, a_stands ^ b_stands
    travel_s = np.select([both, one], [rest_s, one_s], 1.1 * way_s + mean_ms / BRAKING_MS2)
    stood = np.clip(dt_s - travel_s, 0.0, dt_s)
    slow_s = np.select([both, one], [1.25 * rest_s, 1.3 * one_s], 1.35 * way_s + mean_ms / 0.7)
    least = np.clip(dt_s - slow_s, 0.0, dt_s)
    # At the most: driven a third faster, braked harder; a stand on the way costs braking too.
    fast_s = np.select(
        [both, one], [0.6 * rest_s, 0.75 * one_s], moved_m / (1.3 * free_ms) + free_ms / 1.3
    )
    most = np.maximum(np.clip(dt_s - fast_s, 0.0, dt_s), stood)
    where = np.select([a_stands & ~b_stands, b_stands & ~a_stands], [-1, 1], 0)
    return stood, least, most, where


def _gather(
    tracks: pd.DataFrame,
    time_s: Array,
    lon: Array,
    lat: Array,
    moved_m: Array,
    together: Bools,
    solid: Bools,
    stands: Bools,
    stood: Array,
    least: Array,
    most: Array,
    where: Ints,
    settings: StopSettings,
) -> pd.DataFrame:
    """Stops: runs of standing fixes in one place, and hidden stands between two moving fixes."""
    n = len(time_s)
    group = np.concatenate([[0], np.cumsum(~together)])
    rows = np.flatnonzero(stands)
    start = rows[np.concatenate([[True], np.diff(group[rows]) != 0])] if len(rows) else rows
    if len(start):
        count = np.bincount(group[rows])
        size = count[group[start]].astype(np.int64)
    else:
        size = np.zeros(0, dtype=np.int64)
    last = start + size - 1

    i_before, i_after = np.maximum(start - 1, 0), np.minimum(last, n - 2)
    before_ok = (start > 0) & solid[i_before]
    after_ok = (last < n - 1) & solid[i_after]
    # A neighbouring segment gives the part that was stood at this end of it.
    share_before = np.where(before_ok, np.where(where[i_before] == 1, 1.0, 0.5), 0.0)
    share_after = np.where(after_ok, np.where(where[i_after] == -1, 1.0, 0.5), 0.0)

    def total(values: Array) -> Array:
        """Over the group's own segments, and what lies at its two ends."""
        inside = np.concatenate([[0.0], np.cumsum(values)])
        own = inside[last] - inside[start]
        return np.asarray(own + share_before * values[i_before] + share_after * values[i_after])

    lead, trail = share_before * stood[i_before], share_after * stood[i_after]
    csum_lon = np.concatenate([[0.0], np.cumsum(lon - lon[0])])
    csum_lat = np.concatenate([[0.0], np.cumsum(lat - lat[0])])
    mean_lon = (csum_lon[last + 1] - csum_lon[start]) / np.maximum(size, 1) + lon[0]
    mean_lat = (csum_lat[last + 1] - csum_lat[start]) / np.maximum(size, 1) + lat[0]
    member = np.repeat(np.arange(len(start)), size)
    east_m, north_m = metres_per_degree(lat[rows])
    off2 = ((lon[rows] - mean_lon[member]) * east_m) ** 2 + (
        (lat[rows] - mean_lat[member]) * north_m
    ) ** 2
    spread = np.sqrt(np.bincount(member, weights=off2, minlength=len(start)) / np.maximum(size, 1))
    seen = pd.DataFrame(
        {
            "row": start,
            "start_s": time_s[start] - lead,
            "end_s": time_s[last] + trail,
            "lon": mean_lon,
            "lat": mean_lat,
            "stood_s": total(stood),
            "stood_min_s": total(least),
            "stood_max_s": total(most),
            "spread_m": spread,
            "fixes": size,
        }
    )
    # Between two moving fixes: somewhere on the way, most likely in the middle of it.
    hidden = np.flatnonzero(solid & ~stands[1:] & ~stands[:-1] & (stood >= settings.min_stop_s))
    middle_s = (time_s[hidden] + time_s[hidden + 1]) / 2
    away_m = np.maximum(stood[hidden] - AWAY_S, 0.0) / 2 * AWAY_MS
    unseen = pd.DataFrame(
        {
            "row": hidden,
            "start_s": middle_s - stood[hidden] / 2,
            "end_s": middle_s + stood[hidden] / 2,
            "lon": (lon[hidden] + lon[hidden + 1]) / 2,
            "lat": (lat[hidden] + lat[hidden + 1]) / 2,
            "stood_s": stood[hidden],
            "stood_min_s": least[hidden],
            "stood_max_s": most[hidden],
            "spread_m": moved_m[hidden] / 2 + away_m,
            "fixes": np.zeros(len(hidden), dtype=np.int64),
        }
    )
    stops = pd.concat([seen[seen["stood_s"] >= settings.min_stop_s], unseen])
    stops = stops.sort_values("row", kind="stable").reset_index(drop=True)
    row = stops.pop("row").to_numpy()
    stops.insert(0, "vehicle_id", tracks["vehicle_id"].iloc[row].array)
    stops.insert(1, "start", times(stops.pop("start_s").to_numpy()))
    stops.insert(2, "end", times(stops.pop("end_s").to_numpy()))
    return stops
