"""What the ledger of dates knows of vehicles and clocks: when heard, how late, how far off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
    """A clock that was off (s, added to device times) from one date to another."""

    vehicle_id: str
    offset_s: int
    first: date
    last: date


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
    """Return each clock that was off on these dates: by how much, on which dates."""
    off: dict[tuple[str, int], list[date]] = {}
    for day, counted in counts.items():
        for vehicle, offset_s in (counted.get("clocks") or {}).items():
            off.setdefault((vehicle, int(offset_s)), []).append(day)
    return [
        ClockState(vehicle, offset_s, days[0], days[-1])
        for (vehicle, offset_s), days in sorted(off.items())
    ]
