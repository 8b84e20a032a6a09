"""What was true, whether the delivered fixes could show it, and which causes are defensible.

The monitor
-----------
It alerts on a due pickup unless the scheduled vehicle (any vehicle, where none is scheduled) has a
fix within 30 m of the recorded place, with a device time in the window, received before the alert
is raised, two hours or a little more after the window. Beside that it makes a few alerts against
its own rule (``monitor_fault``) and some for pickups that were not due.

Truth
-----
``truth.csv`` has a row for each due pickup. Beside them it has a row with an empty window for each
alert that was not due (cause ``not_due``) or whose point nobody knows (``unknown_point``).
``cause`` holds every code that can be defended, joined by ``|``:

- *collected*: empty if the plain rule holds and no alert was raised; ``monitor_fault`` if it holds
  and an alert was raised; else all of: the fault of the record; ``clock`` (device clock off by
  more than half an hour); ``other_vehicle``; ``outside_window``; ``late_data`` (every fix close to
  the bins came after the alert); ``sparse_fixes`` (no fix within 30 m of the place while the truck
  was there); ``tolerance`` (none within 30 m, but one within 60 m).
- *missed*: ``route_not_run`` if the truck stayed at home or broke off; beside it or instead
  ``passed_by`` if the true track of any truck of the county came within 45 m of the bins (the
  tolerance and 15 m), ``not_approached`` if none came within 25 m, or the scheduled truck not
  within 45 m. Between these distances both are right.
- *not observable*: the codes for that (``no_fixes``, ``gap``, ``poor_fixes``, ``sparse_fixes``),
  and the above.

Observable
----------
A fix counts as good if it is no stale repeat, was positioned, and lies within 25 m of the truth.
Fixes count from whenever they were received, and a clock that is off spoils none. What devices
say wrongly the monitor sees too. What is lost in an export (the feed's time zone, seconds, digits,
cells of tables) it does not see, and nothing becomes unobservable by it: what is left open for it
is the price of the export.

A collected pickup is observable if a good fix of the vehicle that collected it lies within the
stand (two, from devices that give no speed, always 0, or the last one while they stand), or if the
good fixes before and after the stand are at most 180 s apart and the stand fills at least 35 % of
that time: then the time it took shows.

A miss is observable if all of this holds for the scheduled vehicle:

1. it delivered at least 3 fixes within the window widened by an hour on both sides, and half of
   them or more are within 25 m of the truth;
2. it was heard from within 10 min of setting out and of coming home;
3. between no two consecutive fixes more than 45 s apart, within its working day or that window,
   was a visit possible: the way from the first fix to the bins and on to the second, as the crow
   flies and less 30 m, in the time between less 26 s (the shortest pickup with braking and
   starting), at no more than 1.15 times the limit of the bins' road in gaps up to 180 s and 56 km/h
   in longer ones. A gap with the engine off, with both ends within 100 m, is parking and no gap;
4. no truck of the county stood for 10 s or longer within 35 m of the bins that day, for whatever
   reason: nobody could tell that from a pickup.

The 26 s are 6 s more than the shortest stand of the county (`stand_least_s`), and follow it. Where
it is shorter than 20 s the 45 s are shorter in proportion, and where it is shorter than 10 s these
are.

A point whose record has no location is never observable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .county import County
from .devices import Fixes
from .operation import Pickup
from .plane import Floats, apart_m
from .records import Records
from .truck_day import TruckDay

REACH_M = 30.0  # the plain monitor's tolerance
PASSED_M, NEAR_M = 45.0, 25.0
GOOD_FIX_M = 25.0
BRACKET_S, BRACKET_SHARE = 180.0, 0.35
FASTEST_MPS = 15.5  # no truck of a simulated site drives faster
SHORT_GAP_S = 180.0  # up to here the way to the bins is the bins' own road
BRAKING_S = 6.0  # what braking and starting cost a visit beside the stand
STOOD_S = 10.0
STOOD_AT_BINS_M = 35.0
PARKED_M = 100.0
CLOSE_S, CLOSE_STAND_S = 45.0, 20.0  # such a gap does not hide such a stand


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
    # where no speed is given, one fix does not distinguish standing from driving
    within = fixes.speed_kmh[during & good]
    shows_stand = bool((fixes.speed_kmh > 0).any() and (within == 0).any())
    if shows_stand or len(within) >= 2:
        return True, ""
    before = np.flatnonzero(good & (fixes.t < pickup.arrive_t))
    after = np.flatnonzero(good & (fixes.t > pickup.depart_t))
    around = np.abs(fixes.t - pickup.arrive_t) < 3600
    if not around.any():
        return False, "no_fixes|gap"
    if not len(before) or not len(after):
        repeated = ~fixes.usable & (fixes.t > pickup.depart_t)
        believed = good.any() and (len(after) > 0 or not repeated.any())
        return False, "gap|no_fixes" if believed else "poor_fixes|gap|no_fixes"
    gap_s = float(fixes.t[after[0]] - fixes.t[before[-1]])
    dwell_s = pickup.depart_t - pickup.arrive_t
    if gap_s <= BRACKET_S and dwell_s >= BRACKET_SHARE * gap_s:
        return True, ""
    if during.any():
        return False, "poor_fixes|gap"
    return False, "gap|sparse_fixes|poor_fixes"


def miss_observable(
    pickup: Pickup,
    day: TruckDay,
    xy: Floats,
    local_mps: float,
    others: list[TruckDay],
    shortest_s: float,
) -> tuple[bool, str]:
    """Whether the scheduled vehicle's fixes leave no room for a visit of the bins.

    shortest_s is the shortest stand for a pickup.
    """
    fixes = day.fixes.rows(day.fixes.usable)
    opens, closes = pickup.opens_t - 3600, pickup.closes_t + 3600
    inside = (fixes.t >= opens) & (fixes.t <= closes)
    if int(inside.sum()) < 3:
        return False, "no_fixes|gap" if day.fixes.usable.all() else "no_fixes|gap|poor_fixes"
    if float(np.median(fixes.error_m[inside])) > GOOD_FIX_M:
        return False, "poor_fixes"
    if day.ignition:  # the working day, whatever the window
        opens, closes = min(opens, day.ignition[0][0]), max(closes, day.ignition[-1][1])
    before, after = fixes.t[:-1], fixes.t[1:]
    gap_s = after - before
    to_bins_m = np.hypot(fixes.x - xy[0], fixes.y - xy[1])
    speed = np.where(gap_s <= SHORT_GAP_S, local_mps, FASTEST_MPS)
    way_m = to_bins_m[:-1] + to_bins_m[1:]
    visit_s = shortest_s + BRAKING_S
    room = way_m <= speed * (gap_s - visit_s) + REACH_M
    engine_on = np.zeros(len(gap_s), dtype=bool)
    for start, end in day.ignition:
        engine_on |= (before < end - 60) & (after > start + 60)
    parked = (np.hypot(np.diff(fixes.x), np.diff(fixes.y)) < PARKED_M) & ~engine_on
    # between fixes close in time the track itself shows whether it came near and stood
    apart = gap_s > CLOSE_S * min(1.0, visit_s / (CLOSE_STAND_S + BRAKING_S))
    if (room & apart & (after > opens) & (before < closes) & ~parked).any():
        return False, "gap|sparse_fixes"
    if day.ignition and (
        fixes.t[0] > day.ignition[0][0] + 600 or fixes.t[-1] < day.ignition[-1][1] - 600
    ):
        return False, "gap|no_fixes"
    if any(_stood_at(other, xy, min(STOOD_S, shortest_s)) for other in others):
        return False, "poor_fixes|gap"
    return True, ""


def _stood_at(day: TruckDay, xy: Floats, least_s: float) -> bool:
    """Whether a truck stood at the bins for so long that day, for whatever reason."""
    motion = day.motion
    if motion is None:
        return False
    stood = (np.diff(motion.knot_t) >= least_s) & (np.diff(motion.knot_s) < 0.01)
    s_m = motion.knot_s[:-1][stood]
    stands = np.column_stack([np.interp(s_m, motion.s_m, axis) for axis in motion.xy.T])
    return bool((apart_m(stands, xy) < STOOD_AT_BINS_M).any())


def nearest_m(day: TruckDay, xy: Floats) -> float:
    """The least distance of the true track from a place."""
    if day.motion is None:
        return np.inf
    a, b = day.motion.xy[:-1], day.motion.xy[1:]
    d = b - a
    length2 = np.maximum((d * d).sum(axis=1), 1e-9)
    along = np.clip(((xy - a) * d).sum(axis=1) / length2, 0, 1)
    return float(apart_m(a + along[:, None] * d, xy).min())


def miss_cause(pickup: Pickup, own_day: TruckDay, others: list[TruckDay], xy: Floats) -> str:
    """The defensible codes of a genuine miss; others are the truck-days of the same county."""
    own, least = nearest_m(own_day, xy), min(nearest_m(day, xy) for day in others)
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
    local = 1.15 * county.edge(p).limit_mps
    same_block = [d for d, t in zip(days, county.trucks, strict=True) if t.block == p.block]
    shortest_s = county.amounts.stand_least_s
    shown, why = miss_observable(pickup, days[pickup.truck], p.xy, local, same_block, shortest_s)
    cause = miss_cause(pickup, days[pickup.truck], same_block, p.xy)
    if not shown:
        cause = "|".join(dict.fromkeys([*why.split("|"), *cause.split("|")]))
    return Judged(shown, cause, alerted)
