"""Days that are displaced in part: from one stand to the next the positions leap.

A receiver that jumps half a kilometre aside for some of its round, or loses a sign at noon, stands
at places that nobody knows, in a row. One shift that brings the row to places where the vehicle
always stands, and was not seen that day, is no coincidence; and nobody drives to the other half of
the world and back between two stands. Where exactly it began does not show, so that nothing is put
back: the vehicle is not believed from the stand before to the stand after.
"""

from __future__ import annotations

from datetime import date
from typing import cast

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, Ints, runs_of
from routecheck.geo.plane import distance_m, metres_per_degree
from routecheck.tracks import parameters as par
from routecheck.tracks.shifts import one_shift_m

_LON_LAT = ["lon", "lat"]
_BOX_M = 1.01 * par.SAME_STAND_M
"""A little more, for degrees are not as long at a place as at the row near it."""


def find_part_days(
    stands: pd.DataFrame,
    nearest_m: Array,
    far_m: Array,
    place: pd.DataFrame,
) -> list[tuple[object, ...]]:
    """Find parts of days that lie elsewhere, or are displaced.

    Args:
        stands: those that were seen, see `tracks.health`.
        nearest_m: from each to the nearest of its vehicle on another date.
        far_m: from each to the site.
        place: columns lon, lat: where points are recorded.

    Returns:
        Rows of faults, as `tracks.health` has them: `elsewhere`, and `poor` where a part is
        displaced.
    """
    placed = nearest_m <= par.SAME_STAND_M
    placed[~placed] = _at_any(stands[~placed], place)
    found: list[tuple[object, ...]] = []
    of_vehicle = stands.groupby("vehicle_id", sort=True).indices
    for key, which in stands.groupby(["vehicle_id", "service_date"], sort=True).indices.items():
        vehicle, day = cast(tuple[str, date], key)
        began_s = stands["start_s"].to_numpy()[which]
        rows: Ints = np.asarray(which)[np.argsort(began_s, kind="stable")]
        found += [
            (day, vehicle, "elsewhere", "", *_between(stands, rows, first, count), away_m)
            for first, count, away_m in _leaps(stands.iloc[rows], far_m[rows])
        ]
        runs = _runs(~placed[rows], par.PART_STANDS)
        if not runs or not placed[rows].any():
            continue
        # Points do not tell: their own records may be displaced alike.
        known = stands.iloc[of_vehicle[vehicle]]
        known = known[(known["service_date"] != day).to_numpy()]
        if known.empty:
            continue
        seen: pd.DataFrame = stands.iloc[rows[placed[rows]]]
        unseen = known[~_at_any(known, seen)]
        for first, count in runs:
            mine: pd.DataFrame = stands.iloc[rows[first : first + count]]
            length_m = one_shift_m(mine, unseen, par.PART_SHARE, par.PART_STANDS)
            if np.isfinite(length_m):
                span_s = _between(stands, rows, first, count)
                found.append((day, vehicle, "poor", "", *span_s, length_m))
    return found


def _runs(some: Bools, least: int) -> list[tuple[int, int]]:
    """Where some in a row begin, and how many they are; fewer are left out."""
    value, start, count = runs_of(some.astype(np.int64))
    long = (value == 1) & (count >= least)
    return list(zip(start[long].tolist(), count[long].tolist(), strict=True))


def _leaps(day: pd.DataFrame, far_m: Array) -> list[tuple[int, int, float]]:
    """Stands far from the site that nobody can have driven to or from: first, count, metres."""
    far = far_m > par.ELSEWHERE_M
    if not far.any() or far.all():
        return []
    lon, lat = day["lon"].to_numpy(), day["lat"].to_numpy()
    start_s = day["start_s"].to_numpy()
    end_s = start_s + day["stood_s"].to_numpy()
    step_m = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    leaping = step_m > par.LEAPING_MS * np.maximum(start_s[1:] - end_s[:-1], 1.0)
    leaping = np.concatenate([[False], leaping, [False]])
    return [
        (first, count, float(np.median(far_m[first : first + count])))
        for first, count in _runs(far, 1)
        if leaping[first] or leaping[first + count]
    ]


def _between(stands: pd.DataFrame, rows: Ints, first: int, count: int) -> tuple[float, float]:
    """From the end of the stand before some to the start of the one after (s)."""
    start_s, stood_s = (stands[name].to_numpy()[rows] for name in ("start_s", "stood_s"))
    after = first + count
    since_s = float(start_s[first - 1] + stood_s[first - 1]) + 1.0 if first else -np.inf
    return since_s, float(start_s[after]) - 1.0 if after < len(rows) else np.inf


def _at_any(some: pd.DataFrame, places: pd.DataFrame) -> Bools:
    """Which rows lie at one of the places."""
    found = np.zeros(len(some), dtype=bool)
    lon, lat = (some[name].to_numpy() for name in _LON_LAT)
    place_lon, place_lat = (places[name].to_numpy() for name in _LON_LAT)
    # What lies in a box of degrees about a row is measured: rows and places are many at first.
    lon_m, lat_m = metres_per_degree(lat)
    east, north = _BOX_M / np.maximum(lon_m, 1.0), _BOX_M / lat_m
    boxes = shapely.box(lon - east, lat - north, lon + east, lat + north)
    at = np.asarray(shapely.points(place_lon, place_lat), dtype=object)
    row, near = shapely.STRtree(at).query(boxes)
    away_m = distance_m(lon[row], lat[row], place_lon[near], place_lat[near])
    found[row[away_m <= par.SAME_STAND_M]] = True
    return found
