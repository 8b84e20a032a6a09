"""Thinned tracks: a service date's tracks with as few vertices as their shape needs.

A county-day of 100,000 fixes becomes some thousand vertices, kept in the store as evidence of its
date, so that a report can be written later without the fixes.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Bools, seconds
from routecheck.domain.local_time import day_begins
from routecheck.domain.tables import TEXT
from routecheck.geo.plane import metres_per_degree
from routecheck.tracks import parameters as par

UNIT_DEG = 1e-5
"""Positions are kept as whole hundred-thousandths of a degree: a metre."""
_NUMBERS = ("piece", "time_s", "lon_e5", "lat_e5")
_STEP = 1 << 15


def thinned(tracks: pd.DataFrame, gap: Bools, day: date, zone: ZoneInfo) -> pd.DataFrame:
    """Return the tracks of a service date with as few vertices as their shape needs.

    Args:
        tracks: TRACKS, sorted by vehicle and time.
        gap: beside it, whether the segment that begins at a row is a gap: lines break there.
        day: the service date; what lies before its local midnight is left out.
        zone: the site's time zone.

    Returns:
        A row a vertex: `vehicle_id` (text), `piece` (int32, a line without gaps), `time_s`
        (int32, seconds since local midnight of the date), `lon_e5`, `lat_e5` (int32, 1e-5 deg,
        WGS-84), sorted by vehicle and time.
    """
    midnight = day_begins(day, zone).timestamp()
    time_s = seconds(tracks["time"]) - midnight
    # A window that begins in the evening may run into the next morning.
    here = (time_s >= 0) & (time_s < par.DATE_ENDS_S)
    vehicle = tracks["vehicle_id"].cat.codes.to_numpy()
    rows = np.flatnonzero(here)
    if len(rows) == 0:
        return _table(np.array([], dtype=object), *(np.zeros(0) for _ in range(4)))
    breaks = (np.diff(vehicle[rows]) != 0) | gap[rows[:-1]] | (np.diff(rows) != 1)
    piece = np.concatenate([[0], np.cumsum(breaks)])
    lon, lat = tracks["lon"].to_numpy()[rows], tracks["lat"].to_numpy()[rows]
    keep = _shape(piece, lon, lat)
    keep |= _now_and_then(piece, time_s[rows], keep)
    names = tracks["vehicle_id"].cat.categories.to_numpy(dtype=object)
    return _table(names[vehicle[rows][keep]], piece[keep], time_s[rows][keep], lon[keep], lat[keep])


def _shape(piece: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> Bools:
    """Mark the vertices that Douglas and Peucker's rule keeps, and the ends of each piece."""
    first = np.concatenate([[True], np.diff(piece) != 0])
    last = np.concatenate([np.diff(piece) != 0, [True]])
    keep: Bools = first | last
    size = np.bincount(piece)
    long = np.flatnonzero(size[piece] >= 3)
    if len(long) == 0:
        return keep
    east_m, north_m = metres_per_degree(float(np.mean(lat)))
    # The number of the vertex rides along as its height, which the rule does not look at.
    flat = np.column_stack([lon[long] * east_m, lat[long] * north_m, long])
    number = np.unique(piece[long], return_inverse=True)[1]
    lines = shapely.linestrings(flat, indices=number)
    slim = shapely.simplify(lines, par.THIN_M, preserve_topology=False)
    kept = shapely.get_coordinates(slim, include_z=True)[:, 2]
    keep[np.round(kept[~np.isnan(kept)]).astype(np.int64)] = True
    return keep


def _now_and_then(piece: np.ndarray, time_s: np.ndarray, kept: Bools) -> Bools:
    """Mark the first vertex of each ten minutes of a piece of which none is kept."""
    slot = piece.astype(np.int64) * 1000 + (time_s // par.VERTEX_S).astype(np.int64)
    first = np.concatenate([[True], np.diff(slot) != 0])
    number = np.cumsum(first) - 1
    bare = np.bincount(number, weights=kept) == 0
    marked: Bools = first & bare[number]
    return marked


def _table(
    vehicle: np.ndarray, piece: np.ndarray, time_s: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "vehicle_id": pd.Series(vehicle, dtype=TEXT).astype("category"),
            "piece": piece.astype(np.int32),
            "time_s": np.round(time_s).astype(np.int32),
            "lon_e5": np.round(lon / UNIT_DEG).astype(np.int32),
            "lat_e5": np.round(lat / UNIT_DEG).astype(np.int32),
        }
    )


def compact(thin: pd.DataFrame) -> pd.DataFrame:
    """Return thinned tracks as steps from vertex to vertex: less than half the bytes in the store.

    Each number becomes three columns: the step is `x + 256 x_high + 32768 x_far`. The low byte of
    a step is noise and the others hardly vary, so each compresses best by itself.
    """
    columns: dict[str, object] = {"vehicle_id": thin["vehicle_id"].array}
    for name in _NUMBERS:
        step = np.diff(thin[name].to_numpy(dtype=np.int64), prepend=0)
        near = (step + _STEP // 2) % _STEP - _STEP // 2
        columns[name] = (near & 0xFF).astype(np.uint8)
        columns[f"{name}_high"] = (near >> 8).astype(np.int8)
        columns[f"{name}_far"] = ((step - near) // _STEP).astype(np.int16)
    return pd.DataFrame(columns)


def restored(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the thinned tracks that `compact` was given.

    Stores of before keep `x` whole, without `x_high`.
    """
    columns: dict[str, object] = {"vehicle_id": steps["vehicle_id"].array}
    for name in _NUMBERS:
        near = steps[name].to_numpy(dtype=np.int64)
        if f"{name}_high" in steps.columns:
            near = near + 256 * steps[f"{name}_high"].to_numpy(dtype=np.int64)
        far = steps[f"{name}_far"].to_numpy(dtype=np.int64)
        columns[name] = np.cumsum(near + _STEP * far).astype(np.int32)
    return pd.DataFrame(columns)
