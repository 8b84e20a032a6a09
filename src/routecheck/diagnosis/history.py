"""What is kept of a service date so that later dates can look back on it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.keys import ragged
from routecheck.domain.arrays import Array, Ints, runs_of, seconds, times
from routecheck.domain.local_time import day_span
from routecheck.domain.standing import Standing
from routecheck.domain.tables import HISTORY, PICKUPS, STOPS, TEXT, TRACKS
from routecheck.geo.plane import metres_per_degree


def summarise(
    tracks: pd.DataFrame,
    standing: Standing,
    stops: pd.DataFrame,
    pickups: pd.DataFrame,
    service_date: date,
    zone: ZoneInfo,
) -> pd.DataFrame:
    """Return the compact evidence of one service date.

    Args:
        tracks: TRACKS, which may reach into the days beside the date.
        standing: the standing in their segments; nothing is followed across a gap.
        stops: STOPS of the same tracks.
        pickups: PICKUPS of the date: a window past midnight draws the night after into it.
        service_date: local calendar date.
        zone: zone of the date.

    Returns:
        HISTORY: rows of kind `stop`, one a stop that lies on the date; of kind `track`, one a
        vehicle, with its first fix, the span of its fixes in `stood_s` and their number; of kind
        `gap`, one for each time that a vehicle was silent on its way, at the middle of it, with
        how long in `stood_s` and half of how far it came in `spread_m`; of kind `hold`, one for
        each time that fixes repeated their digits for minutes, with how long in `stood_s`; of kind
        `pass`, one for each cell of some 50 m that any vehicle drove through, with the pace of the
        fastest.
    """
    TRACKS.check(tracks)
    STOPS.check(stops)
    PICKUPS.check(pickups)
    start_s, end_s = (moment.timestamp() for moment in day_span(service_date, zone))
    # The night after belongs to the date for the vehicles whose windows run into it.
    ends_s = seconds(pickups["window_end"])
    late = ends_s > end_s
    until = pickups[late].assign(end_s=ends_s[late]).groupby("vehicle_id")["end_s"].max()
    parts = [
        _stops(stops, start_s, end_s, until),
        _tracks(tracks, start_s, end_s),
        _gaps(tracks, standing, start_s, end_s),
        _holds(tracks, start_s, end_s),
        _passes(tracks, standing, start_s, end_s),
    ]
    kept = [part for part in parts if len(part)] or parts[:1]
    table = pd.concat(kept, ignore_index=True)
    table.insert(0, "service_date", pd.Series([service_date] * len(table), dtype=object))
    table["vehicle_id"] = table["vehicle_id"].astype("category")
    return HISTORY.check(table)


def _table(
    kind: str,
    vehicle: object,
    start_s: Array,
    lon: Array,
    lat: Array,
    stood_s: Array | float = 0.0,
    spread_m: Array | float = 0.0,
    fixes: Ints | int = 0,
    pace_ms: Array | float = np.nan,
) -> pd.DataFrame:
    """Rows of one kind, rounded: six digits of a degree are 0.1 m; more would only cost room."""
    index = pd.RangeIndex(len(start_s))
    return pd.DataFrame(
        {
            "kind": pd.Series(kind, index=index, dtype=TEXT),
            "vehicle_id": pd.Series(vehicle, index=index, dtype=TEXT),
            "start": times(np.round(start_s)),
            "lon": np.round(lon, 6),
            "lat": np.round(lat, 6),
            "stood_s": np.round(stood_s),
            "spread_m": spread_m,
            "fixes": fixes,
            "pace_ms": pace_ms,
        },
        index=index,
    )


def _stops(stops: pd.DataFrame, start_s: float, end_s: float, until: pd.Series) -> pd.DataFrame:
    begin_s, over_s = seconds(stops["start"]), seconds(stops["end"])
    vehicle = stops["vehicle_id"].astype(TEXT)
    last_s = vehicle.map(until).fillna(end_s).to_numpy(dtype=np.float64)
    # A stand through the night counts for the date on which it began, and the first one of the
    # date if it began before: there the vehicle came from.
    rows = np.flatnonzero((over_s > start_s) & (begin_s < last_s))
    kept = stops.iloc[rows]
    return _table(
        "stop",
        vehicle.iloc[rows].to_numpy(),
        begin_s[rows],
        kept["lon"].to_numpy(),
        kept["lat"].to_numpy(),
        kept["stood_s"].to_numpy(),
        np.round(kept["spread_m"].to_numpy(), 1),
        kept["fixes"].to_numpy().astype(np.int64),
    )


def _tracks(tracks: pd.DataFrame, start_s: float, end_s: float) -> pd.DataFrame:
    time_s = seconds(tracks["time"])
    rows = np.flatnonzero((time_s >= start_s) & (time_s < end_s))
    time_s, lon, lat = time_s[rows], tracks["lon"].to_numpy()[rows], tracks["lat"].to_numpy()[rows]
    code, first, count = runs_of(tracks["vehicle_id"].cat.codes.to_numpy()[rows])
    last = first + count - 1
    east_m, north_m = metres_per_degree(lat[first])
    wide, high = (
        np.maximum.reduceat(v, first) - np.minimum.reduceat(v, first) if len(first) else v
        for v in (lon, lat)
    )
    return _table(
        "track",
        _vehicle_names(tracks)[code],
        time_s[first],
        lon[first],
        lat[first],
        time_s[last] - time_s[first],
        np.asarray(np.round(np.hypot(wide * east_m, high * north_m)), dtype=np.float64),
        count,
    )


def _gaps(tracks: pd.DataFrame, standing: Standing, start_s: float, end_s: float) -> pd.DataFrame:
    time_s = seconds(tracks["time"])
    dt_s = np.append(np.diff(time_s), 0.0)
    rows = np.flatnonzero(standing.gap & (time_s >= start_s) & (time_s < end_s))
    rows = rows[dt_s[rows] <= par.LONGEST_GAP_S]
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    east_m, north_m = metres_per_degree(lat[rows])
    way_m = np.hypot((lon[rows + 1] - lon[rows]) * east_m, (lat[rows + 1] - lat[rows]) * north_m)
    return _table(
        "gap",
        _vehicle_names(tracks)[tracks["vehicle_id"].cat.codes.to_numpy()[rows]],
        time_s[rows],
        (lon[rows] + lon[rows + 1]) / 2,
        (lat[rows] + lat[rows + 1]) / 2,
        dt_s[rows],
        np.round(way_m / 2),
    )


def _holds(tracks: pd.DataFrame, start_s: float, end_s: float) -> pd.DataFrame:
    """Fixes of a vehicle that repeat the digits of the one before, on and on."""
    time_s = seconds(tracks["time"])
    rows = np.flatnonzero((time_s >= start_s) & (time_s < end_s))
    time_s, lon, lat = time_s[rows], tracks["lon"].to_numpy()[rows], tracks["lat"].to_numpy()[rows]
    code = tracks["vehicle_id"].cat.codes.to_numpy()[rows]
    changes = (np.diff(lon) != 0) | (np.diff(lat) != 0) | (np.diff(code) != 0)
    _, first, count = runs_of(np.append(0, np.cumsum(changes))[: len(rows)])
    held_s = time_s[first + count - 1] - time_s[first]
    long = (count >= par.HELD_FIXES) & (held_s >= par.HELD_S)
    first = first[long]
    return _table(
        "hold",
        _vehicle_names(tracks)[code[first]],
        time_s[first],
        lon[first],
        lat[first],
        held_s[long],
        fixes=count[long],
    )


def _vehicle_names(tracks: pd.DataFrame) -> np.ndarray:
    return np.asarray(tracks["vehicle_id"].cat.categories, dtype=object)


def _passes(tracks: pd.DataFrame, standing: Standing, start_s: float, end_s: float) -> pd.DataFrame:
    time_s = seconds(tracks["time"])
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    code = tracks["vehicle_id"].cat.codes.to_numpy()
    on_date = (time_s >= start_s) & (time_s < end_s)
    east_m, north_m = metres_per_degree(lat)
    length_m = np.hypot(np.diff(lon) * east_m[1:], np.diff(lat) * north_m[1:])
    followed = (np.diff(code) == 0) & ~standing.gap[:-1] & on_date[:-1]
    followed &= (length_m > par.STEP_M) & (length_m <= par.FOLLOWED_M)
    rows = np.flatnonzero(followed)
    steps = np.ceil(length_m[rows] / par.STEP_M).astype(np.int64)
    of, nth = ragged(steps)
    part = nth / steps[of]
    at = rows[of]
    dt_s = np.diff(time_s)
    drove = followed & (length_m >= par.PACED_M) & (standing.stood_s[:-1] <= 0.0)
    drove &= (dt_s >= par.PACED_S[0]) & (dt_s <= par.PACED_S[1])
    paced = np.flatnonzero(drove)
    middle = (lon[paced] + lon[paced + 1]) / 2, (lat[paced] + lat[paced + 1]) / 2
    x = np.concatenate([lon[on_date], lon[at] + part * (lon[at + 1] - lon[at]), middle[0]])
    y = np.concatenate([lat[on_date], lat[at] + part * (lat[at + 1] - lat[at]), middle[1]])
    # Whoever drives is in a cell for several fixes: runs of them are one before all are sorted.
    cell = np.unique(runs_of(cell_number(*cells_of(x, y)))[0])
    pace_ms = np.full(len(cell), np.nan)
    paced_cell = np.searchsorted(cell, cell_number(*cells_of(*middle)))
    np.fmax.at(pace_ms, paced_cell, length_m[paced] / dt_s[paced])
    row = np.floor_divide(cell, 1_000_000)
    column = cell - row * 1_000_000
    # West of Greenwich the column is negative and has borrowed from the row.
    borrowed = column > 500_000
    row, column = row + borrowed, column - 1_000_000 * borrowed
    return _table(
        "pass",
        "",
        np.full(len(cell), start_s),
        (column + 0.5) * par.CELL_DEG,
        (row + 0.5) * par.CELL_DEG,
        pace_ms=np.round(pace_ms, 1),
    )


def cells_of(lon: Array, lat: Array) -> tuple[Ints, Ints]:
    """Return row and column of the cell that each position (deg) lies in."""
    return (
        np.floor(lat / par.CELL_DEG).astype(np.int64),
        np.floor(lon / par.CELL_DEG).astype(np.int64),
    )


def cell_number(row: Ints, column: Ints) -> Ints:
    """Return row and column of cells as one number."""
    return row * 1_000_000 + column
