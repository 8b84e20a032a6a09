"""The plain rule: what the monitor tests, replayed on the recorded data.

The scheduled vehicle, a fix inside the recorded tolerance, within the window by the clock of the
device; and since when that had been received. By what it lacks, the cause of an alert is found:
`shown` tells of the visits that served pickups what their own fixes show. Under corrected points
the rule tells which alerts the monitor would still raise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, records, runs_of, seconds, times
from routecheck.domain.codes import Verdict
from routecheck.domain.settings import JudgeSettings
from routecheck.domain.tables import JUDGEMENTS, PICKUPS, PLAIN, SHOWN, STOPS, TRACKS, VISITS
from routecheck.geo.distance import distances_m

LATE_S = 600.0
"""Live fixes are received within minutes of the visit that they show."""


def plain_rule(
    pickups: pd.DataFrame,
    points: pd.DataFrame,
    visits: pd.DataFrame,
    tracks: pd.DataFrame,
    settings: JudgeSettings,
) -> pd.DataFrame:
    """Replay the monitor's rule for each pickup.

    Args:
        pickups: PICKUPS of the date.
        points: columns point_id, geometry, tolerance_m (blank: the monitor's), a row a point.
        visits: VISITS at those geometries with those tolerances.
        tracks: TRACKS, sorted by vehicle and time.
        settings: the monitor's tolerance.

    Returns:
        PLAIN, in the order of `pickups`.
    """
    PICKUPS.check(pickups)
    VISITS.check(visits)
    TRACKS.check(tracks)
    n = len(pickups)
    holds = np.zeros(n, dtype=bool)
    seen_s = np.full(n, np.inf)
    inside = visits[visits["fixes_inside"] > 0]
    if n == 0 or inside.empty:
        return _table(pickups, holds, seen_s)
    time_s = seconds(tracks["time"])
    device_s = time_s - tracks["clock_offset_s"].to_numpy()
    received_s = seconds(tracks["received_at"])
    received_s = np.where(np.isnan(received_s), time_s, received_s)
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    bounds, shapes = _bounds(tracks), _shapes(points, settings)
    pairs = inside.assign(
        vehicle=inside["vehicle_id"].astype("str"),
        entered_s=seconds(inside["entered"]),
        left_s=seconds(inside["left"]),
    )[["point_id", "vehicle", "entered_s", "left_s"]].merge(
        pd.DataFrame(
            {
                "point_id": pickups["point_id"],
                "k": np.arange(n),
                "scheduled": pickups["vehicle_id"],
                "start_s": seconds(pickups["window_start"]),
                "end_s": seconds(pickups["window_end"]),
            }
        ),
        on="point_id",
    )
    pairs = pairs[(pairs["scheduled"] == "") | (pairs["scheduled"] == pairs["vehicle"])]
    for pair in records(pairs):
        first, last = bounds[pair.vehicle]
        a = first + int(np.searchsorted(time_s[first:last], pair.entered_s - 0.5))
        b = first + int(np.searchsorted(time_s[first:last], pair.left_s + 0.5, side="right"))
        geometry, tolerance_m = shapes[pair.point_id]
        near = distances_m(geometry, lon[a:b], lat[a:b]) <= tolerance_m
        ok = near & (device_s[a:b] >= pair.start_s) & (device_s[a:b] <= pair.end_s)
        if ok.any():
            holds[pair.k] = True
            seen_s[pair.k] = min(seen_s[pair.k], float(received_s[a:b][ok].min()))
    return _table(pickups, holds, seen_s)


def shown(
    judgements: pd.DataFrame,
    plain: pd.DataFrame,
    points: pd.DataFrame,
    tracks: pd.DataFrame,
    stops: pd.DataFrame,
    settings: JudgeSettings,
) -> pd.DataFrame:
    """Tell what the fixes of a visit show the monitor, where the plain rule did not see it.

    Asked of the collected pickups for which the rule does not hold, or holds by fixes received
    more than `LATE_S` after the visit: those may be of another hour of the day.

    Args:
        judgements: JUDGEMENTS of the date.
        plain: PLAIN, in their order.
        points: columns point_id, geometry, tolerance_m (blank: the monitor's), a row a point.
        tracks: TRACKS, sorted by vehicle and time.
        stops: STOPS of the same tracks.
        settings: the monitor's tolerance.

    Returns:
        SHOWN.
    """
    JUDGEMENTS.check(judgements)
    PLAIN.check(plain)
    STOPS.check(stops)
    arrived_s, departed_s = seconds(judgements["arrived_at"]), seconds(judgements["departed_at"])
    with np.errstate(invalid="ignore"):
        late = ~(seconds(plain["seen_at"]) - departed_s <= LATE_S)
    asked = (judgements["verdict"] == Verdict.COLLECTED).to_numpy() & ~np.isnan(arrived_s) & late
    time_s, received_s = seconds(tracks["time"]), seconds(tracks["received_at"])
    received_s = np.where(np.isnan(received_s), time_s, received_s)
    offset_s = tracks["clock_offset_s"].to_numpy()
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    bounds = _bounds(tracks)
    shapes = _shapes(points, settings)
    watched = stops[stops["fixes"] > 0]
    standing = watched["vehicle_id"].astype("str").to_numpy(dtype=object)
    start_s, end_s = seconds(watched["start"]), seconds(watched["end"])
    stop_lon, stop_lat = watched["lon"].to_numpy(), watched["lat"].to_numpy()
    point, vehicle = judgements["point_id"].to_numpy(), judgements["vehicle_id"].to_numpy()
    opens_s, closes_s = seconds(judgements["window_start"]), seconds(judgements["window_end"])
    rows = []
    for k in np.flatnonzero(asked):
        shape = shapes.get(point[k])
        if shape is None or shape[0] is None or vehicle[k] not in bounds:
            continue
        geometry, tolerance_m = shape
        first, last = bounds[vehicle[k]]
        a = first + int(np.searchsorted(time_s[first:last], arrived_s[k] - 0.5))
        b = first + int(np.searchsorted(time_s[first:last], departed_s[k] + 0.5, side="right"))
        inside = a + np.flatnonzero(distances_m(geometry, lon[a:b], lat[a:b]) <= tolerance_m)
        device_s = time_s[inside] - offset_s[inside]
        due = (device_s >= opens_s[k]) & (device_s <= closes_s[k])
        truly = (time_s[inside] >= opens_s[k]) & (time_s[inside] <= closes_s[k])
        there = standing == vehicle[k]
        there &= (start_s <= departed_s[k]) & (end_s >= arrived_s[k])
        stand_m = distances_m(geometry, stop_lon[there], stop_lat[there])
        rows.append(
            (
                k,
                # Where the visit lies between two fixes, the clock of the one before it.
                float(offset_s[min(max(a, first), last - 1)]),
                len(inside),
                int(truly.sum()),
                int(due.sum()),
                float(received_s[inside][due].min()) if due.any() else np.nan,
                float(stand_m.min()) if len(stand_m) else np.nan,
                tolerance_m,
            )
        )
    table = pd.DataFrame(rows, columns=SHOWN.names)
    if table.empty:
        return SHOWN.empty()
    return SHOWN.check(table.assign(seen_at=times(table["seen_at"].to_numpy(dtype=float))))


def _bounds(tracks: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """First row of each vehicle, and the one after its last."""
    names = tracks["vehicle_id"].cat.categories
    runs = runs_of(tracks["vehicle_id"].cat.codes.to_numpy())
    return {
        str(names[code]): (int(start), int(start + count))
        for code, start, count in zip(*runs, strict=True)
    }


def _shapes(points: pd.DataFrame, settings: JudgeSettings) -> dict[str, tuple[Any, float]]:
    """Geometry of each point, and the tolerance that the monitor uses."""
    return {
        p: (g, float(t) if t == t else settings.monitor_tolerance_m)
        for p, g, t in zip(
            points["point_id"], points["geometry"], points["tolerance_m"], strict=True
        )
    }


def _table(pickups: pd.DataFrame, holds: Bools, seen_s: Array) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "point_id": pickups["point_id"].array,
            "window_start": pickups["window_start"].array,
            "holds": holds,
            "seen_at": times(np.where(np.isinf(seen_s), np.nan, seen_s)),
        }
    )
    return PLAIN.check(table)
