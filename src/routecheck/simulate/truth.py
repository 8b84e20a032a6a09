"""What was true, whether the delivered fixes could show it, and which causes are defensible.

The rules are stated in the docstring of the package.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .county import County
from .devices import Fixes, empty_fixes
from .drive_day import TruckDay
from .plan import Pickup
from .records import Records
from .roads import LIMIT_MPS

Floats = NDArray[np.float64]

REACH_M = 30.0  # the plain monitor's tolerance
PASSED_M, NEAR_M = 45.0, 25.0
GOOD_FIX_M = 25.0
BRACKET_S, BRACKET_SHARE = 180.0, 0.35
FASTEST_MPS = 15.5  # no truck of a simulated site drives faster
SHORT_GAP_S = 180.0  # up to here the way to the bins is the bins' own road
SHORTEST_VISIT_S = 26.0  # the shortest pickup, and what braking and starting cost
STOOD_S = 10.0
STOOD_AT_BINS_M = 35.0
PARKED_M = 100.0
CLOSE_S = 45.0


@dataclass(frozen=True)
class Judged:
    """The truth of one pickup."""

    observable: bool
    cause: str
    alerted: bool


def plain_rule(pickup: Pickup, fixes: Fixes, x: float, y: float) -> bool:
    """Whether a plain monitor sees the pickup at the recorded place x, y."""
    if np.isnan(x) or not len(fixes):
        return False
    near = np.hypot(fixes.x - x, fixes.y - y) <= REACH_M
    inside = (fixes.device_t >= pickup.opens_t) & (fixes.device_t <= pickup.closes_t)
    return bool((near & inside & (fixes.received_t < pickup.raised_t)).any())


def pickup_observable(pickup: Pickup, fixes: Fixes) -> tuple[bool, str]:
    """Whether the collector's fixes show a stand, and if not, the codes for why."""
    good = fixes.usable & (fixes.error_m <= GOOD_FIX_M)
    during = (fixes.t >= pickup.arrive_t) & (fixes.t <= pickup.depart_t)
    # where no speed is given, one fix cannot tell standing from driving
    speaks = bool((fixes.speed_kmh > 0).any())
    if int((during & good).sum()) >= (1 if speaks else 2):
        return True, ""
    before = np.flatnonzero(good & (fixes.t < pickup.arrive_t))
    after = np.flatnonzero(good & (fixes.t > pickup.depart_t))
    around = np.abs(fixes.t - pickup.arrive_t) < 3600
    if not around.any():
        return False, "no_fixes|gap"
    if not len(before) or not len(after):
        return False, "gap|no_fixes"
    gap_s = float(fixes.t[after[0]] - fixes.t[before[-1]])
    dwell_s = pickup.depart_t - pickup.arrive_t
    if gap_s <= BRACKET_S and dwell_s >= BRACKET_SHARE * gap_s:
        return True, ""
    if during.any():
        return False, "poor_fixes|gap"
    return False, "gap|sparse_fixes|poor_fixes"


def miss_observable(
    pickup: Pickup, day: TruckDay, xy: Floats, local_mps: float, others: list[TruckDay]
) -> tuple[bool, str]:
    """Whether the scheduled vehicle's fixes leave no room for a visit of the bins."""
    fixes = day.fixes.where(day.fixes.usable)
    span = (pickup.opens_t - 3600, pickup.closes_t + 3600)
    if int(((fixes.t >= span[0]) & (fixes.t <= span[1])).sum()) < 3:
        return False, "no_fixes|gap"
    inside = (fixes.t >= span[0]) & (fixes.t <= span[1])
    if float(np.median(fixes.error_m[inside])) > GOOD_FIX_M:
        return False, "poor_fixes"
    if day.ignition:  # the working day, whatever the window
        span = (min(span[0], day.ignition[0][0]), max(span[1], day.ignition[-1][1]))
    a, b = slice(None, -1), slice(1, None)
    dt = fixes.t[b] - fixes.t[a]
    to = np.hypot(fixes.x - xy[0], fixes.y - xy[1])
    speed = np.where(dt <= SHORT_GAP_S, local_mps, FASTEST_MPS)
    room = to[a] + to[b] <= speed * (dt - SHORTEST_VISIT_S) + REACH_M
    hop = np.hypot(np.diff(fixes.x), np.diff(fixes.y))
    on = np.zeros(len(dt), dtype=bool)
    for start, end in day.ignition:
        on |= (fixes.t[a] < end - 60) & (fixes.t[b] > start + 60)
    parked = (hop < PARKED_M) & ~on
    # between fixes close in time the track itself shows whether it came near and stood
    apart = dt > CLOSE_S
    overlap = (fixes.t[b] > span[0]) & (fixes.t[a] < span[1])
    if (room & apart & overlap & ~parked).any():
        return False, "gap|sparse_fixes"
    if day.ignition and (
        fixes.t[0] > day.ignition[0][0] + 600 or fixes.t[-1] < day.ignition[-1][1] - 600
    ):
        return False, "gap|no_fixes"
    for other in others:
        if other.motion is None:
            continue
        k = other.motion
        stood = (np.diff(k.knot_t) >= STOOD_S) & (np.diff(k.knot_s) < 0.01)
        s = k.knot_s[:-1][stood]
        x, y = np.interp(s, k.s_m, k.xy[:, 0]), np.interp(s, k.s_m, k.xy[:, 1])
        if len(s) and np.hypot(x - xy[0], y - xy[1]).min() < STOOD_AT_BINS_M:
            return False, "poor_fixes|gap"
    return True, ""


def nearest_m(day: TruckDay, xy: Floats) -> float:
    """The least distance of the true track from a place."""
    if day.motion is None:
        return np.inf
    a, b = day.motion.xy[:-1], day.motion.xy[1:]
    d = b - a
    length2 = np.maximum((d * d).sum(axis=1), 1e-9)
    along = np.clip(((xy - a) * d).sum(axis=1) / length2, 0, 1)
    return float(np.hypot(*(a + along[:, None] * d - xy).T).min())


def miss_cause(pickup: Pickup, own_day: TruckDay, others: list[TruckDay], xy: Floats) -> str:
    """The defensible codes of a genuine miss; others are the truck-days of the same county."""
    own, least = nearest_m(own_day, xy), np.inf
    for day in others:
        least = min(least, nearest_m(day, xy))
    codes = []
    if pickup.skipped in ("not_run", "broke_off"):
        codes.append("route_not_run")
    if pickup.skipped != "not_run":
        if least <= PASSED_M:
            codes.append("passed_by")
        if least > NEAR_M or own > PASSED_M:
            codes.append("not_approached")
    return "|".join(codes)


def why_unseen(county: County, records: Records, pickup: Pickup, days: list[TruckDay]) -> list[str]:
    """Why a plain monitor did not see a pickup that was collected."""
    p = county.points[pickup.point]
    fixes = days[pickup.collector].fixes
    codes = []
    x, y = float(records.x[pickup.point]), float(records.y[pickup.point])
    fault = records.fault[pickup.point]
    if fault:
        codes.append(fault)
    live = fixes.t + 600 > fixes.received_t
    offset = np.median((fixes.device_t - fixes.t)[live]) if live.any() else 0.0
    if abs(offset) > 1800:
        codes.append("clock")
    if pickup.collector != pickup.truck:
        codes.append("other_vehicle")
    if pickup.arrive_t > pickup.closes_t or pickup.depart_t < pickup.opens_t:
        codes.append("outside_window")
    place = p.xy if fault or np.isnan(x) else np.array([x, y])
    d = np.hypot(fixes.x - place[0], fixes.y - place[1])
    around = (fixes.t > pickup.arrive_t - 90) & (fixes.t < pickup.depart_t + 90)
    close = around & (d <= REACH_M)
    if close.any() and (fixes.received_t[close] >= pickup.raised_t).all():
        codes.append("late_data")
    if not close.any() and not fault:
        codes.append("sparse_fixes")
        if around.any() and d[around].min() <= 2 * REACH_M:
            codes.append("tolerance")
    elif close.any() and not (close & (fixes.t >= pickup.arrive_t)).any():
        codes.append("sparse_fixes")
    return codes


def judge(
    county: County,
    records: Records,
    pickup: Pickup,
    days: list[TruckDay],
    seen_by: list[Fixes],
    monitor_fault: bool,
) -> Judged:
    """The truth of a pickup. seen_by are the fixes a monitor had, the day before's among them."""
    p = county.points[pickup.point]
    x, y = float(records.x[pickup.point]), float(records.y[pickup.point])
    if p.scheduled:
        seen = plain_rule(pickup, seen_by[pickup.truck], x, y)
    else:
        seen = any(
            plain_rule(pickup, fixes, x, y)
            for fixes, truck in zip(seen_by, county.trucks, strict=True)
            if truck.block == p.block
        )
    alerted = not seen or monitor_fault
    if records.fault[pickup.point] == "unknown_point":
        return Judged(False, "unknown_point", alerted)
    if pickup.collected:
        shown, why = pickup_observable(pickup, days[pickup.collector].fixes)
        if seen:
            codes = ["monitor_fault"] if alerted else []
        else:
            codes = why_unseen(county, records, pickup, days)
        if not shown:
            codes += [c for c in why.split("|") if c not in codes]
        elif not codes and not seen:
            codes = ["sparse_fixes", "tolerance", "late_data"]
        return Judged(shown, "|".join(codes), alerted)
    edge = county.networks[p.block].edges[p.place.edge]
    local = 1.15 * float(LIMIT_MPS[edge.kind])
    same_block = [d for d, t in zip(days, county.trucks, strict=True) if t.block == p.block]
    shown, why = miss_observable(pickup, days[pickup.truck], p.xy, local, same_block)
    cause = miss_cause(pickup, days[pickup.truck], same_block, p.xy)
    if not shown:
        cause = "|".join(dict.fromkeys([*why.split("|"), *cause.split("|")]))
    return Judged(shown, cause, alerted)


def nothing(count: int) -> list[Fixes]:
    """No fixes for a number of trucks: the day before the first."""
    return [empty_fixes() for _ in range(count)]
