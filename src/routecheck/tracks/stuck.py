"""Receivers that are stuck: the same position to the last digit, on a device whose digits vary.

A stand scatters by a metre or two, unless a device holds its digits while it stands. Which of the
two a device does, its other stands show; and one of which no fix has ever differed from another has
not shown that it works.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, records, seconds
from routecheck.domain.tables import TEXT
from routecheck.geo.plane import distance_m
from routecheck.tracks import parameters as par


def find_stuck(history: pd.DataFrame, stands: pd.DataFrame) -> list[tuple[object, ...]]:
    """Find long stands without scatter of devices whose long stands scatter.

    What is stuck stays where it is: one run of such stands, however many dates it lasts. A device
    that holds its digits by habit does so again and again, with driving in between.

    Args:
        history: HISTORY of all dates that are known.
        stands: those that were seen, see `tracks.health`.

    Returns:
        Rows of faults, as `tracks.health` has them.
    """
    held = _held(history)
    long = (stands["fixes"] >= par.STUCK_FIXES) & (stands["stood_s"] >= par.STUCK_S)
    alone = long.to_numpy() & ~_overlap(stands, held)
    rows = pd.concat([stands[alone].assign(held=False), held.assign(held=True)])
    rows = rows.sort_values(["vehicle_id", "start_s"], kind="stable").reset_index(drop=True)
    vehicle, is_held = rows["vehicle_id"], rows["held"].astype(bool)
    lively = ~is_held & (rows["spread_m"] >= par.LIVELY_M)
    usual_m = vehicle.map(rows[lively].groupby("vehicle_id")["spread_m"].median()).astype(float)
    still = is_held | (rows["spread_m"] <= par.STUCK_SHARE * usual_m)
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    moved_m = distance_m(lon, lat, np.roll(lon, 1), np.roll(lat, 1))
    same = (vehicle == vehicle.shift()) & (moved_m <= par.STUCK_M) & still.shift(fill_value=False)
    runs = (still & ~same).groupby(vehicle).transform("sum")
    others = lively.groupby(vehicle).transform("sum")
    stuck = still & (others >= par.STUCK_OTHERS)
    stuck &= runs <= np.maximum(1.0, par.HABIT_SHARE * (runs + others))
    stuck |= is_held & vehicle.isin(_lifeless(history, held))
    return [
        (
            row.service_date,
            row.vehicle_id,
            "stuck",
            "",
            row.start_s,
            row.start_s + row.stood_s,
            np.nan,
        )
        for row in records(rows[stuck.to_numpy()])
    ]


def _held(history: pd.DataFrame) -> pd.DataFrame:
    """Rows of kind `hold` of HISTORY, as stands."""
    rows = history[(history["kind"] == "hold").to_numpy()]
    return pd.DataFrame(
        {
            "service_date": rows["service_date"].array,
            "vehicle_id": rows["vehicle_id"].astype(TEXT).array,
            "start_s": seconds(rows["start"]),
            "stood_s": rows["stood_s"].to_numpy(),
            "lon": rows["lon"].to_numpy(),
            "lat": rows["lat"].to_numpy(),
            "spread_m": 0.0,
            "fixes": rows["fixes"].to_numpy(),
        }
    )


def _overlap(stands: pd.DataFrame, held: pd.DataFrame) -> Bools:
    """Which stands are mostly one with a run of held digits."""
    found = np.zeros(len(stands), dtype=bool)
    start_s, end_s = _span(stands)
    of = stands.groupby("vehicle_id", sort=False).indices
    from_s, until_s = _span(held)
    for name, runs in held.groupby("vehicle_id", sort=False).indices.items():
        mine = of.get(name, np.zeros(0, dtype=np.int64))
        both_s = np.minimum(end_s[mine][:, None], until_s[runs][None, :]) - np.maximum(
            start_s[mine][:, None], from_s[runs][None, :]
        )
        held_s = np.maximum(both_s, 0.0).sum(axis=1)
        found[mine] = held_s >= par.HELD_SHARE * (end_s[mine] - start_s[mine])
    return found


def _span(rows: pd.DataFrame) -> tuple[Array, Array]:
    start_s = rows["start_s"].to_numpy(dtype=float)
    return start_s, start_s + rows["stood_s"].to_numpy(dtype=float)


def _lifeless(history: pd.DataFrame, held: pd.DataFrame) -> list[str]:
    """Vehicles of which every fix of all dates holds one position."""
    days = history[(history["kind"] == "track").to_numpy()]
    name = days["vehicle_id"].astype(TEXT)
    heard_s = days.groupby(name.to_numpy())["stood_s"].sum()
    wide_m = days.groupby(name.to_numpy())["spread_m"].max()
    held_s = held.groupby("vehicle_id")["stood_s"].sum().reindex(heard_s.index).fillna(0.0)
    lifeless = (wide_m <= par.STUCK_M) & (held_s >= par.STUCK_S)
    lifeless &= held_s >= par.HELD_ALL * heard_s
    return [str(vehicle) for vehicle in heard_s.index[lifeless.to_numpy()]]
