"""What is left of history and fixes once the faults of devices are known, and what stays in doubt.

Faults are found by `health`: what lies in another part of the world, or of a stuck receiver,
is removed; a day displaced as a whole is put back; what is merely poor is kept, and not believed.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, records, seconds
from routecheck.domain.tables import TEXT
from routecheck.tracks.health import fault_table
from routecheck.tracks.shifts import shift_of


def believable(history: pd.DataFrame, faults: pd.DataFrame) -> pd.DataFrame:
    """Return HISTORY without what cannot be believed, displaced days put back.

    Args:
        history: HISTORY.
        faults: from `find_faults`.
    """
    if faults.empty:
        return history
    vehicle, day = history["vehicle_id"].astype(TEXT), history["service_date"]
    start_s = seconds(history["start"])
    end_s = start_s + history["stood_s"].to_numpy()
    lon, lat = history["lon"].to_numpy(copy=True), history["lat"].to_numpy(copy=True)
    keep = np.ones(len(history), dtype=bool)
    # The stands of a poor day are real, and scatter: they are weighed as such.
    for fault in records(faults[faults["fault"] != "poor"]):
        mine = ((vehicle == fault.vehicle_id) & (day == fault.service_date)).to_numpy(copy=True)
        mine &= (end_s >= fault.start) & (start_s <= fault.end)
        if fault.how:
            lon[mine], lat[mine] = shift_of(fault.how).undo(lon[mine], lat[mine])
        else:
            keep &= ~mine
    return history.assign(lon=lon, lat=lat)[keep].reset_index(drop=True)


def believable_fixes(tracks: pd.DataFrame, faults: pd.DataFrame) -> pd.DataFrame:
    """Return TRACKS without fixes that cannot be believed, displaced days put back.

    The very table given, where none of its fixes is at fault: what follows from it still holds.

    Args:
        tracks: TRACKS.
        faults: from `find_faults`.
    """
    if faults.empty:
        return tracks
    vehicle = tracks["vehicle_id"].cat.codes.to_numpy()
    number_of = {str(name): code for code, name in enumerate(tracks["vehicle_id"].cat.categories)}
    number, time_s = tracks["day"].to_numpy(), seconds(tracks["time"])
    lon, lat = tracks["lon"].to_numpy(copy=True), tracks["lat"].to_numpy(copy=True)
    keep, moved = np.ones(len(tracks), dtype=bool), False
    for fault in records(faults[faults["fault"] != "poor"]):
        day = (fault.service_date - date(1970, 1, 1)).days
        if fault.vehicle_id not in number_of:
            continue
        own = vehicle == number_of[fault.vehicle_id]
        if fault.fault == "stuck":
            mine = own & (time_s >= fault.start) & (time_s <= fault.end)
            keep &= ~(mine & _repeats(vehicle, tracks["lon"].to_numpy(), tracks["lat"].to_numpy()))
            continue
        mine = own & (number == day)
        mine &= (time_s >= fault.start) & (time_s <= fault.end)
        if fault.how:
            lon[mine], lat[mine] = shift_of(fault.how).undo(lon[mine], lat[mine])
            moved |= bool(mine.any())
        else:
            keep &= ~mine
    if keep.all() and not moved:
        return tracks
    return tracks.assign(lon=lon, lat=lat)[keep].reset_index(drop=True)


def doubts_on(day: date, faults: pd.DataFrame | None) -> pd.DataFrame:
    """Return the faults that hang over a date: its own, and spans that may reach into it.

    Args:
        day: the service date.
        faults: from `find_faults`; None: none are known.

    Returns:
        The columns of `find_faults`, without displaced days, which were put back.
    """
    if faults is None:
        return fault_table([])
    own = (faults["service_date"] == day).to_numpy()
    spans = np.isfinite(faults["start"].to_numpy())
    doubtful = faults[(own | spans) & (faults["how"] == "").to_numpy()]
    table: pd.DataFrame = doubtful.reset_index(drop=True)
    return table


def _repeats(vehicle: np.ndarray, lon: Array, lat: Array) -> Bools:
    """Fixes that repeat the digits of the one before."""
    again = (vehicle[1:] == vehicle[:-1]) & (np.diff(lon) == 0) & (np.diff(lat) == 0)
    return np.concatenate([[False], again])
