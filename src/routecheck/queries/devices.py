"""What the ledger of dates knows of vehicles and clocks: when heard, how late, how far off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.tables import HISTORY, TEXT, TIME_DTYPE

LOOK_BACK = 14
"""Service dates over which a vehicle's silence and lateness are counted."""


@dataclass(frozen=True)
class VehicleState:
    """A vehicle of the last dates.

    Attributes:
        vehicle_id: the vehicle.
        last_fix_at: when it was last heard (UTC).
        delay_s: how late its fixes come, in the middle; None: not known.
        silent_days: dates since then.
    """

    vehicle_id: str
    last_fix_at: datetime
    delay_s: float | None
    silent_days: int


@dataclass(frozen=True)
class ClockState:
    """A clock that was off (s, added to device times) from one date to another.

    The clock of the whole feed has no vehicle.
    """

    vehicle_id: str
    offset_s: int
    first: date
    last: date


@dataclass(frozen=True)
class FaultState:
    """A device that was not believed, or was corrected, on some dates.

    Attributes:
        vehicle_id: the vehicle.
        fault: `elsewhere`, `displaced`, `poor` or `stuck` (see `tracks.health`).
        how: the shift that was undone, as `tracks.health` names it; empty: none.
        shift_m: how far it was off on the last of the dates (m); None: not a distance.
        first: the first such date.
        last: the last such date.
        dates: how many dates there were.
    """

    vehicle_id: str
    fault: str
    how: str
    shift_m: float | None
    first: date
    last: date
    dates: int


def vehicle_states(counts: Mapping[date, Mapping[str, Any]]) -> list[VehicleState]:
    """Return each vehicle of the last dates: when it was last heard, how late its fixes come.

    Args:
        counts: by date, in order, what its run counted (see `tracks.device_stats`).
    """
    recent = [day for day in counts if counts[day].get("heard")][-LOOK_BACK:]
    latest: dict[str, tuple[date, Mapping[str, Any]]] = {}
    for day in recent:
        for vehicle, heard in counts[day]["heard"].items():
            latest[vehicle] = day, heard
    end = max(recent, default=date.min)
    return [
        VehicleState(
            vehicle, datetime.fromisoformat(heard["last"]), heard["delay_s"], (end - day).days
        )
        for vehicle, (day, heard) in sorted(latest.items())
    ]


def clock_states(counts: Mapping[date, Mapping[str, Any]]) -> list[ClockState]:
    """Return each clock that was off on these dates: by how much, on which dates.

    One that was off on all vehicles heard, and on several, is that of the feed.
    """
    off: dict[tuple[str, int], list[date]] = {}
    for day, counted in counts.items():
        clocks = {name: int(s) for name, s in (counted.get("clocks") or {}).items()}
        heard = set(counted.get("heard") or ())
        if len(heard) > 1 and heard <= clocks.keys() and len(set(clocks.values())) == 1:
            clocks = {"": next(iter(clocks.values()))}
        for vehicle, offset_s in clocks.items():
            off.setdefault((vehicle, offset_s), []).append(day)
    return [
        ClockState(vehicle, offset_s, days[0], days[-1])
        for (vehicle, offset_s), days in sorted(off.items())
    ]


def fault_states(counts: Mapping[date, Mapping[str, Any]]) -> list[FaultState]:
    """Return each device that was not believed, or was corrected, on these dates."""
    found: dict[tuple[str, str, str], dict[date, float | None]] = {}
    for day, counted in counts.items():
        for fault in counted.get("faults") or ():
            key = fault["vehicle_id"], fault["fault"], fault["how"].partition(" ")[0]
            found.setdefault(key, {})[day] = fault["shift_m"]
    return [
        FaultState(*key, shifts[max(shifts)], min(shifts), max(shifts), len(shifts))
        for key, shifts in sorted(found.items())
    ]


def vehicle_days(
    pickups: pd.DataFrame, counts: Mapping[str, Any], history: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the vehicles of a date, heard or not: those scheduled, and all that sent a fix.

    Args:
        pickups: JUDGEMENTS of the date.
        counts: what its run counted (see `tracks.device_stats`).
        history: HISTORY of the date; None: it is not kept.

    Returns:
        A row a vehicle, by its id: `vehicle_id`, `scheduled_pickups`, `heard` (whether any fix of
        the local date is its own), `first_fix_at`, `last_fix_at` (UTC, by clocks put right; NaT:
        not heard), `fixes` (NA: not kept), `delay_s` (median of receipt less time; NaN: not
        known), `clock_offset_s` (added to its device times), `fault` (why its device was not
        believed, or what was put right; several joined by `|`).
    """
    scheduled = pickups["scheduled_vehicle_id"].value_counts()
    scheduled = scheduled[scheduled.index != ""]
    heard, clocks = counts.get("heard") or {}, counts.get("clocks") or {}
    tracks = HISTORY.empty() if history is None else history[history["kind"] == "track"]
    tracks = tracks.assign(vehicle_id=tracks["vehicle_id"].astype(TEXT)).set_index("vehicle_id")
    ids = pd.Index(sorted({*scheduled.index, *heard, *tracks.index}), dtype=TEXT)
    tracks = tracks[["start", "stood_s", "fixes"]].reindex(ids)
    last = pd.Series([heard.get(one, {}).get("last") for one in ids], index=ids, dtype=object)
    last = pd.to_datetime(last, utc=True)
    by_track = tracks["start"] + pd.to_timedelta(tracks["stood_s"], unit="s")
    faults: dict[str, set[str]] = {}
    for fault in counts.get("faults") or ():
        faults.setdefault(fault["vehicle_id"], set()).add(fault["fault"])
    was_heard = ids.isin(list(heard)) | tracks["start"].notna().to_numpy()
    fixes = tracks["fixes"].astype("Int64")
    delay_s = [heard.get(one, {}).get("delay_s") for one in ids]
    return pd.DataFrame(
        {
            "vehicle_id": ids,
            "scheduled_pickups": scheduled.reindex(ids, fill_value=0).to_numpy(dtype=np.int64),
            "heard": was_heard,
            "first_fix_at": pd.Series(tracks["start"], dtype=TIME_DTYPE).array,
            "last_fix_at": pd.Series(last.fillna(by_track), dtype=TIME_DTYPE).array,
            "fixes": fixes.where(was_heard, 0).array,
            "delay_s": np.array(delay_s, dtype=np.float64),
            "clock_offset_s": np.array([clocks.get(one, 0) for one in ids], dtype=np.int64),
            "fault": pd.array(["|".join(sorted(faults.get(one, ()))) for one in ids], dtype=TEXT),
        }
    )
