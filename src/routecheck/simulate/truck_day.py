"""A truck-day: drive the shift, fill in what was collected, and let the device observe it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .chance import Stream, generator
from .county import DAY_S, County
from .devices import Fixes, observe
from .motion import Motion
from .operation import Pickup, Shift
from .trips import drive_trip, join

LONG_BREAK_S = 900.0


@dataclass(frozen=True)
class TruckDay:
    """What a truck did on a day and what its device reported."""

    motion: Motion | None
    fixes: Fixes
    ignition: list[tuple[float, float]]


def run_shift(county: County, shift: Shift, pickups: list[Pickup], seed: int, day: int) -> TruckDay:
    """Drive a shift. Fills collector and times of the pickups served."""
    rng = generator(seed, Stream.TRUCK_DAY, day, shift.truck)
    truck = county.trucks[shift.truck]
    motions: list[Motion] = []
    for slot, ((_, tasks), start) in enumerate(zip(shift.trips, shift.starts_t, strict=True)):
        if motions:
            start = max(start, motions[-1].end_t + 480.0)
        motion, served = drive_trip(
            county, shift.truck, slot, tasks, start, rng, last=slot == len(shift.trips) - 1
        )
        motions.append(motion)
        for stand in served:
            pickup = pickups[stand.pickup]
            pickup.collector = shift.truck
            pickup.arrive_t, pickup.depart_t = stand.arrive_t, stand.depart_t
    ignition: list[tuple[float, float]] = []
    for motion in motions:
        begin, end = motion.start_t - float(rng.uniform(60, 300)), motion.end_t + 60.0
        if ignition and begin - ignition[-1][1] < LONG_BREAK_S:
            ignition[-1] = (ignition[-1][0], end)
        else:
            ignition.append((begin, end))
    whole = join(motions) if motions else None
    home = county.networks[truck.block].xy_at(truck.depot)
    device = truck.device
    if shift.idle and not device.heartbeat_s and rng.random() < 0.9:
        # the engine runs for the heating while the crew waits
        device = replace(device, heartbeat_s=180.0)
    # a truck-day begins and ends at a time when the truck is parked
    begins = day * DAY_S + (12.0 if truck.night else 3.0) * 3600
    fixes = observe(
        rng, whole, home, (begins, begins + DAY_S), ignition, device, county.amounts,
        shift.trouble, county.dead_zones, county.blind_zones,
    )  # fmt: skip
    return TruckDay(whole, fixes, ignition)
