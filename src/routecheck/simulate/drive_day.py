"""A truck-day: drive the shift, fill in what was collected, and let the device observe it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .county import DAY_S, County
from .devices import Fixes, observe
from .motion import Motion
from .plan import Pickup, Shift
from .rounds import drive_trip, join

Floats = NDArray[np.float64]

LONG_BREAK_S = 900.0


@dataclass(frozen=True)
class TruckDay:
    """What a truck did on a day and what its device told of it."""

    motion: Motion | None
    fixes: Fixes
    ignition: list[tuple[float, float]]


def day_span(night: bool, day: int) -> tuple[float, float]:
    """When a truck-day begins and ends: at a time when the truck is parked."""
    begin = 12.0 if night else 3.0
    return day * DAY_S + begin * 3600, (day + 1) * DAY_S + begin * 3600


def run_shift(county: County, shift: Shift, pickups: list[Pickup], seed: int, day: int) -> TruckDay:
    """Drive a shift. Fills collector and times of the pickups served."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 6, day, shift.truck]))
    truck = county.trucks[shift.truck]
    span = day_span(truck.night, day)
    motions: list[Motion] = []
    for slot, ((_, tasks), start) in enumerate(zip(shift.trips, shift.starts_t, strict=True)):
        if motions:
            start = max(start, motions[-1].end_t + 480.0)
        motion, served = drive_trip(
            county, shift.truck, slot, tasks, start, rng, last=slot == len(shift.trips) - 1
        )
        motions.append(motion)
        for stand in served:
            if stand.pickup >= 0:
                pickup = pickups[stand.pickup]
                pickup.collector = shift.truck
                pickup.arrive_t, pickup.depart_t = stand.arrive_t, stand.depart_t
    whole = join(motions) if motions else None
    ignition = []
    for motion in motions:
        begin = motion.start_t - float(rng.uniform(60, 300))
        ignition.append((begin, motion.end_t + 60.0))
    for first in range(len(ignition) - 1, 0, -1):
        if ignition[first][0] - ignition[first - 1][1] < LONG_BREAK_S:
            ignition[first - 1 : first + 1] = [(ignition[first - 1][0], ignition[first][1])]
    home = county.networks[truck.block].xy_at(truck.depot)
    device = truck.device
    if shift.idle and not device.heartbeat_s and rng.random() < 0.9:
        # the engine runs for the heating while the crew waits
        device = replace(device, heartbeat_s=180.0)
    fixes = observe(rng, whole, home, span, ignition, device, county.amounts, shift.trouble,
                    county.dead_zones, county.blind_zones)  # fmt: skip
    return TruckDay(whole, fixes, ignition)
