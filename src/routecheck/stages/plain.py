"""The plain rule: what the monitor tests, replayed on the recorded data.

The scheduled vehicle, a fix inside the recorded tolerance, within the window by the clock of the
device; and since when that had been received. By what it lacks, the cause of an alert is found;
under corrected points it tells which alerts the monitor would still raise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.geo.distance import distances_m
from routecheck.model.arrays import Array, Bools, records, runs_of, seconds, times
from routecheck.model.settings import JudgeSettings
from routecheck.model.tables import PICKUPS, PLAIN, TRACKS, VISITS


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
    holds, touched = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    seen_s = np.full(n, np.inf)
    inside = visits[visits["fixes_inside"] > 0]
    if n == 0 or inside.empty:
        return _table(pickups, holds, seen_s, touched)
    time_s = seconds(tracks["time"])
    device_s = time_s - tracks["clock_offset_s"].to_numpy()
    received_s = seconds(tracks["received_at"])
    received_s = np.where(np.isnan(received_s), time_s, received_s)
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    names = tracks["vehicle_id"].cat.categories
    bounds = {
        str(names[code]): (int(start), int(start + count))
        for code, start, count in zip(
            *runs_of(tracks["vehicle_id"].cat.codes.to_numpy()), strict=True
        )
    }
    shapes = {
        p: (g, t if t == t else settings.monitor_tolerance_m)
        for p, g, t in zip(
            points["point_id"], points["geometry"], points["tolerance_m"], strict=True
        )
    }
    pairs = (
        inside.assign(
            vehicle=inside["vehicle_id"].astype("str"),
            entered_s=seconds(inside["entered"]),
            left_s=seconds(inside["left"]),
        )[["point_id", "vehicle", "entered_s", "left_s"]]
        .merge(
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
        .query("scheduled == '' or scheduled == vehicle")
    )
    for pair in records(pairs):
        first, last = bounds[pair.vehicle]
        a = first + int(np.searchsorted(time_s[first:last], pair.entered_s - 0.5))
        b = first + int(np.searchsorted(time_s[first:last], pair.left_s + 0.5, side="right"))
        geometry, tolerance_m = shapes[pair.point_id]
        near = distances_m(geometry, lon[a:b], lat[a:b]) <= tolerance_m
        touched[pair.k] |= bool(near.any())
        ok = near & (device_s[a:b] >= pair.start_s) & (device_s[a:b] <= pair.end_s)
        if ok.any():
            holds[pair.k] = True
            seen_s[pair.k] = min(seen_s[pair.k], float(received_s[a:b][ok].min()))
    return _table(pickups, holds, seen_s, touched)


def _table(pickups: pd.DataFrame, holds: Bools, seen_s: Array, touched: Bools) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "point_id": pickups["point_id"].array,
            "window_start": pickups["window_start"].array,
            "holds": holds,
            "seen_at": times(np.where(np.isinf(seen_s), np.nan, seen_s)),
            "touched": touched,
        }
    )
    return PLAIN.check(table)
