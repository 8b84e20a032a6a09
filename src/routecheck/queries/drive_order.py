"""An order in which to drive to places: by group, each group by its shortest way.

Straight lines stand for roads, so it is a suggestion; a driver who knows the roads knows better.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Ints
from routecheck.domain.codes import Verdict
from routecheck.geo.plane import LocalPlane, distance_m

MOST_FOR_SWAPS = 120
"""With more places in a group, nearest-next is left as it is: swaps take their square."""
YARD_M = 300.0
"""Vehicles that begin their day within this of each other begin in one yard."""


def numbered(pickups: pd.DataFrame, start: tuple[float, float] | None) -> pd.DataFrame:
    """Return the missed pickups in an order to drive them, with the `number` of their point.

    Args:
        pickups: `point_id`, `window_start`, `verdict`, `township`, `route`, `lon`, `lat`.
        start: longitude and latitude of the depot; None: not known.
    """
    rows = pickups[(pickups["verdict"] == str(Verdict.MISSED)).to_numpy()]
    first = rows.drop_duplicates("point_id")
    order = drive_order(
        first["lon"].to_numpy(dtype=float),
        first["lat"].to_numpy(dtype=float),
        list(zip(first["township"], first["route"], strict=True)),
        start,
    )
    number = {point: n for n, point in enumerate(first["point_id"].to_numpy()[order], start=1)}
    rows = rows.assign(number=rows["point_id"].map(number).astype("int64"))
    return rows.sort_values(["number", "window_start"], kind="stable")


def depot(tracks: pd.DataFrame | None) -> tuple[float, float] | None:
    """Return longitude and latitude of where most vehicles begin their day, None if unknown."""
    if tracks is None or tracks.empty:
        return None
    first = tracks.drop_duplicates("vehicle_id")
    lon, lat = first["lon_e5"].to_numpy() * 1e-5, first["lat_e5"].to_numpy() * 1e-5
    away = distance_m(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    near = away <= YARD_M
    best = int(np.argmax(near.sum(axis=1)))
    if near[best].sum() < 2 and len(first) > 1:
        return None
    return float(np.median(lon[near[best]])), float(np.median(lat[near[best]]))


def drive_order(
    lon: Array,
    lat: Array,
    groups: Sequence[Hashable],
    start: tuple[float, float] | None,
) -> Ints:
    """Return the numbers of places in an order to drive them.

    A group (a route of a township) is driven as a whole; the nearest group comes next. Places
    without a location come last in their group, groups without any last of all.

    Args:
        lon: longitudes, deg; NaN where not known.
        lat: latitudes, deg.
        groups: the group of each place.
        start: longitude and latitude of the depot; None: begin with the first group.
    """
    known = ~(np.isnan(lon) | np.isnan(lat))
    members: dict[Hashable, list[int]] = {}
    for number, group in enumerate(groups):
        members.setdefault(group, []).append(number)
    if not known.any():
        return np.array([n for rows in members.values() for n in rows], dtype=np.int64)
    plane = LocalPlane(float(np.mean(lon[known])), float(np.mean(lat[known])))
    x, y = plane.to_metres(lon, lat)
    here = None if start is None else tuple(float(v) for v in plane.to_metres(*start))
    order: list[int] = []
    rows_of = list(members.values())
    # All places by their groups, so that one look over them finds the nearest place of each group.
    by_group = np.concatenate([np.array(rows) for rows in rows_of])
    begins = np.cumsum([0, *map(len, rows_of[:-1])])
    gx, gy = x[by_group], y[by_group]
    # What has no location is as far as can be; without a start all that have one are equally near.
    away = np.where(known[by_group], 0.0, np.inf)
    left = np.arange(len(rows_of))
    while len(left):
        if here is not None:
            away = np.hypot(gx - here[0], gy - here[1])
            away[np.isnan(away)] = np.inf
        at = int(np.minimum.reduceat(away, begins)[left].argmin())
        rows = rows_of[left[at]]
        left = np.delete(left, at)
        located = [n for n in rows if known[n]]
        way = shortest_way(x[located], y[located], here)
        order += [located[k] for k in way] + [n for n in rows if not known[n]]
        if located:
            last = located[way[-1]]
            here = (float(x[last]), float(y[last]))
    return np.array(order, dtype=np.int64)


def shortest_way(x: Array, y: Array, start: tuple[float, ...] | None) -> list[int]:
    """Return the order of an open way through all places: nearest next, then 2-opt.

    Args:
        x: metres east.
        y: metres north.
        start: where the way begins, metres; None: at the first place.
    """
    n = len(x)
    if n == 0:
        return []
    px = np.concatenate([[x[0] if start is None else start[0]], x])
    py = np.concatenate([[y[0] if start is None else start[1]], y])
    way, left = [0], np.ones(n + 1, dtype=bool)
    left[0] = False
    for _ in range(n):
        away = np.where(left, np.hypot(px - px[way[-1]], py - py[way[-1]]), np.inf)
        way.append(int(away.argmin()))
        left[way[-1]] = False
    if n <= MOST_FOR_SWAPS:
        _untangle(way, np.hypot(px[:, None] - px[None, :], py[:, None] - py[None, :]))
    return [k - 1 for k in way[1:]]


def _untangle(way: list[int], away: Array) -> None:
    """Turn round stretches of the way as long as that makes it shorter (2-opt, open end)."""
    better = True
    while better:
        better = False
        for i in range(1, len(way) - 1):
            for j in range(i + 1, len(way)):
                before, first, last = way[i - 1], way[i], way[j]
                gain = away[before, first] - away[before, last]
                if j + 1 < len(way):
                    gain += away[last, way[j + 1]] - away[first, way[j + 1]]
                if gain > 1e-6:
                    way[i : j + 1] = way[i : j + 1][::-1]
                    better = True
