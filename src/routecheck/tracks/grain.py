"""The grain of the data: seconds and digits that are not there.

A spreadsheet that saves a CSV drops the seconds; a column of type FLOAT keeps six digits of a
longitude (a lattice of some 100 m); feeds round times to ten seconds and positions to whole
seconds of arc. What is lost so cannot be concluded from:

- Several fixes of a vehicle at one stamped minute lie within that minute, in the order of the file.
  They are spread evenly over it; what the vehicle stood then is known to a minute only.
- Positions on a lattice lie anywhere within half its mesh of where they seem to be.

A device that really reports once a minute has one fix a minute: nothing is found of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Ints, runs_of, seconds
from routecheck.domain.grain import Grain
from routecheck.domain.standing import Standing
from routecheck.domain.tables import FIXES, HISTORY
from routecheck.geo.plane import distance_m, metres_per_degree
from routecheck.tracks import parameters as par


def of_grain(fixes: pd.DataFrame) -> tuple[pd.DataFrame, Grain]:
    """Find the grain of FIXES, and spread those of one stamped time over what it stands for.

    Args:
        fixes: FIXES, in any order.

    Returns:
        FIXES in the same order, and their grain.
    """
    FIXES.check(fixes)
    if fixes.empty:
        return fixes, Grain()
    fixes, time_s, stamped_s = _spread(fixes)
    mesh_of = _meshes(fixes)
    files = _files(fixes, time_s), _files(fixes, mesh_of)
    return fixes, Grain(time_s, mesh_of, stamped_s, *files)


def _files(fixes: pd.DataFrame, vehicles: Collection[str]) -> tuple[str, ...]:
    """The files of FIXES with rows of these vehicles."""
    if not vehicles:
        return ()
    mine = fixes["vehicle_id"].isin(list(vehicles))
    return tuple(sorted(str(name) for name in fixes.loc[mine, "file"].unique()))


# --- times ----------------------------------------------------------------------------------------


def _spread(fixes: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float], float]:
    """FIXES with those of one stamped time spread over its grain.

    And by vehicle, to how many seconds its times are then known, and the widest grain (s).
    """
    moment_us = fixes["time"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    whole = moment_us % par.SECOND_US == 0
    vehicle = fixes["vehicle_id"].cat.codes.to_numpy().astype(np.int64)
    source = fixes["file"].cat.codes.to_numpy().astype(np.int64)
    group = vehicle * (int(source.max()) + 2) + source
    order = np.lexsort((fixes["row"].to_numpy(), group))
    lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
    new_us, found, widest_s = moment_us.copy(), dict[str, float](), 0.0
    names = fixes["vehicle_id"].cat.categories
    for _, start, count in zip(*runs_of(group[order]), strict=True):
        rows = order[start : start + count]
        stamp_s = moment_us[rows] // par.SECOND_US
        grain_s = _grain_s(stamp_s) if whole[rows].all() else 0
        if not grain_s:
            continue
        steps = np.diff(stamp_s)
        if (steps < 0).sum() > (steps > 0).sum():  # the file runs backwards in time
            rows, stamp_s = rows[::-1], stamp_s[::-1]
        by_time = np.argsort(stamp_s, kind="stable")
        rows, stamp_s = rows[by_time], stamp_s[by_time]
        if not _shares_stamps(stamp_s, lon[rows], lat[rows], grain_s):
            continue
        _, first, size = runs_of(stamp_s)
        nth = np.arange(len(rows)) - np.repeat(first, size)
        new_us[rows] += nth * grain_s * par.SECOND_US // np.repeat(size, size)
        name = str(names[vehicle[rows[0]]])
        widest_s = max(widest_s, float(grain_s))
        found[name] = max(found.get(name, 0.0), _known_s(size, grain_s))
    if not found:
        return fixes, {}, 0.0
    spread = pd.Series(new_us.view("datetime64[us]"), index=fixes.index).dt.tz_localize("UTC")
    return fixes.assign(time=spread.astype(fixes["time"].dtype)), found, widest_s


def _grain_s(stamp_s: Ints) -> int:
    """The widest grain that all times of a vehicle in a file lie on; 0: they have seconds."""
    if len(stamp_s) < par.GRAIN_FIXES:
        return 0
    common = int(np.gcd.reduce(stamp_s))
    return next((grain for grain in par.GRAINS_S if common % grain == 0), 0)


def _known_s(size: Ints, grain_s: int) -> float:
    """To how many seconds times are known once they are spread (s).

    Of a device that reports in steps the fixes of one stamp lie a step apart, as they are spread.

    Args:
        size: fixes of each stamp.
        grain_s: the grain.
    """
    several = size[size > 1]
    usual = float(np.median(several))
    if (np.abs(several - usual) <= 1.0).mean() < par.STEADY_SHARE:
        return float(grain_s)
    return float(min(grain_s, par.STEADY_STEPS * grain_s / usual))


def _shares_stamps(stamp_s: Ints, lon: Array, lat: Array, grain_s: int) -> bool:
    """Whether several fixes at one time are the rule, and can lie within the grain of it.

    Args:
        stamp_s: times in order.
        lon: longitudes (deg).
        lat: latitudes (deg).
        grain_s: the grain.
    """
    same = np.diff(stamp_s) == 0
    step_m = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    shared = same & (step_m > 0.0)
    stamps = int((~same).sum()) + 1
    if shared.sum() < max(par.SHARED_STAMPS, par.SHARED_SHARE * stamps):
        return False
    far = shared & (step_m - par.STEP_ERROR_M > par.GRAIN_KMH / 3.6 * grain_s)
    return bool(far.sum() <= par.SHARED_FAR * shared.sum())


def to_grain(
    standing: Standing, stops: pd.DataFrame, tracks: pd.DataFrame, grain: Grain, min_stop_s: float
) -> tuple[Standing, pd.DataFrame]:
    """Return standing and STOPS of which no more is known than the grain of the times allows.

    What seems to have been stood between two moving fixes may be the grain; and any segment may
    have been stood in as long as it is.

    Args:
        standing: of the segments of `tracks`.
        stops: STOPS.
        tracks: TRACKS.
        grain: of the fixes.
        min_stop_s: shorter standing is no stop.
    """
    if not grain.time_s or len(tracks) < 2:
        return standing, stops
    known_s = tracks["vehicle_id"].map(grain.time_s).to_numpy(dtype=float)
    known_s = np.nan_to_num(known_s)
    dt_s = np.append(np.diff(seconds(tracks["time"])), 0.0)
    reported_kmh = tracks["speed_kmh"].to_numpy()
    still = reported_kmh <= par.STANDING_REPORT_KMH
    watched = still | np.append(still[1:], False)
    # Without speeds: fixes that are known to better than the time between them, and do not move.
    steady = np.isnan(reported_kmh) & (known_s <= par.STEADY_STEPS * dt_s) & (dt_s > 0.0)
    watched |= steady & (_moved_m(tracks) - par.NOISE_M < par.STANDING_MS * dt_s)
    stood_s = np.where(watched, standing.stood_s, np.maximum(standing.stood_s - known_s, 0.0))
    blurred = (known_s > 0.0) & ~standing.gap & (standing.stood_max_s > 0.0)
    most_s = np.where(blurred, np.clip(dt_s, standing.stood_max_s, None), standing.stood_max_s)
    of_stop_s = stops["vehicle_id"].map(grain.time_s).to_numpy(dtype=float)
    of_stop_s = np.nan_to_num(of_stop_s)
    hidden = stops["fixes"].to_numpy() == 0
    seen_s = stops["stood_s"].to_numpy()
    seen_s = np.where(hidden, np.maximum(seen_s - of_stop_s, 0.0), seen_s)
    stops = stops.assign(
        stood_s=seen_s,
        stood_min_s=np.maximum(stops["stood_min_s"] - of_stop_s, 0.0),
        stood_max_s=stops["stood_max_s"] + of_stop_s,
    )
    kept = stops[~hidden | (seen_s >= min_stop_s)].reset_index(drop=True)
    return replace(standing, stood_s=stood_s, stood_max_s=most_s), kept


def _moved_m(tracks: pd.DataFrame) -> Array:
    """Metres from each fix to the next; the last of a vehicle leads nowhere."""
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    moved_m = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    code = tracks["vehicle_id"].cat.codes.to_numpy()
    return np.append(np.where(code[1:] == code[:-1], moved_m, np.inf), np.inf)


# --- positions ------------------------------------------------------------------------------------


def _meshes(fixes: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """By vehicle, the lattice that its positions lie on, east and north (m)."""
    fixed = fixes[
        fixes["positioned"].to_numpy() & (fixes["lat"].abs() > par.NOWHERE_DEG).to_numpy()
    ]
    lon, lat = fixed["lon"].to_numpy(), fixed["lat"].to_numpy()
    found: dict[str, tuple[float, float]] = {}
    for name, rows in fixed.groupby("vehicle_id", observed=True).indices.items():
        if len(rows) < par.GRAIN_FIXES:
            continue
        mesh = mesh_m(lon[rows], lat[rows], par.MESH_STRAY_SHARE)
        if max(mesh) >= par.MESH_LEAST_M:
            found[str(name)] = mesh
    return found


def mesh_m(lon: Array, lat: Array, off_share: float = 0.0) -> tuple[float, float]:
    """Return the widths (m) of the lattice that positions (deg) lie on, east and north; 0: none.

    Args:
        lon: longitudes.
        lat: latitudes.
        off_share: at most such a share of the positions lies off it.
    """
    east_deg, north_deg = _mesh_deg(lon, off_share), _mesh_deg(lat, off_share)
    if not (east_deg or north_deg):
        return 0.0, 0.0
    east_m, north_m = metres_per_degree(float(np.median(lat)))
    many = [_many(lon, east_deg), _many(lat, north_deg)]
    if not any(many):
        return 0.0, 0.0
    # A road along one axis has few values of the other: they count where that axis has a lattice.
    east_deg = east_deg if many[0] else min(east_deg, north_deg)
    north_deg = north_deg if many[1] else min(east_deg, north_deg)
    wide_m = east_deg * float(east_m), north_deg * float(north_m)
    return (
        wide_m[0] if wide_m[0] >= par.MESH_LEAST_M else 0.0,
        wide_m[1] if wide_m[1] >= par.MESH_LEAST_M else 0.0,
    )


def _many(values: Array, mesh_deg: float) -> bool:
    """Whether so many distinct values lie on a lattice of this mesh (deg) by no chance."""
    each = 2.0 * par.MESH_OFF_DEG / (mesh_deg or min(par.MESHES_DEG))
    lying = values if not mesh_deg else values[_off_deg(values, mesh_deg) <= par.MESH_OFF_DEG]
    return bool(each ** len(np.unique(lying)) <= par.MESH_CHANCE)


def _off_deg(values: Array, mesh_deg: float) -> Array:
    """How far (deg) values lie off a lattice."""
    return np.abs(values - np.round(values / mesh_deg) * mesh_deg)


def _mesh_deg(values: Array, off_share: float) -> float:
    """The widest lattice (deg) that the values lie on; 0: none."""
    some = values[: par.MESH_FIRST]
    for mesh in par.MESHES_DEG:
        # Nearly always the first few are more than may lie off it, of all of them.
        if (_off_deg(some, mesh) > par.MESH_OFF_DEG).sum() > off_share * len(values) + 1:
            continue
        if (_off_deg(values, mesh) > par.MESH_OFF_DEG).mean() <= off_share:
            return mesh
    return 0.0


def coarse_devices(history: pd.DataFrame) -> dict[str, float]:
    """Vehicles whose stands lie on a lattice, with half the diagonal of its mesh (m).

    Args:
        history: HISTORY of all dates that are known.
    """
    HISTORY.check(history)
    stands = history[((history["kind"] == "stop") & (history["fixes"] > 0)).to_numpy()]
    lon, lat = stands["lon"].to_numpy(), stands["lat"].to_numpy()
    found: dict[str, float] = {}
    for name, rows in stands.groupby("vehicle_id", observed=True).indices.items():
        half_m = float(np.hypot(*mesh_m(lon[rows], lat[rows], par.MESH_OFF_SHARE)) / 2)
        if half_m:
            found[str(name)] = half_m
    return found
