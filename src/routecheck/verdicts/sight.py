"""How well a vehicle's track shows what was done at a place, by its own stands of that date.

How far fixes lie from where they should is asked of the day itself: a truck that stood within a few
metres of its points is believed where it drove past the next one, and where it stood beside it; one
that stood tens of metres off at all of them is not.
"""

from __future__ import annotations

import numpy as np

from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.trajectories import Trajectory


def saw_well(case: Case, facts: Facts, track: Trajectory) -> bool:
    """Whether a vehicle's fixes would have shown a stand at the point, however they scatter.

    It stood near its points on that date, and came by; and its pass lasted so long that a stand in
    it would have shown, or no segment leaves room for one.
    """
    if not facts.offset_m(track.vehicle_id) <= p.NEAR_OFFSET_M or track.grain_s > 0.0:
        return False
    visits, (since_s, until_s) = facts.visits, case.window_s
    rows = visits.at(case.point_id)
    rows = rows[visits.vehicle[rows] == track.vehicle_id]
    rows = rows[visits.touch(rows, since_s - p.APART_S, until_s + p.APART_S)]
    if not len(rows):
        return False
    longest_s = float((visits.left_s[rows] - visits.entered_s[rows]).max())
    return longest_s >= p.LONG_PASS_S or _most_room_s(case, track) <= p.NO_ROOM_S


def _most_room_s(case: Case, track: Trajectory) -> float:
    """The most time that any segment in the window leaves for a stand at the usual pace."""
    lon, lat, tolerance_m = case.place
    away_m = np.maximum(track.distance_m(lon, lat) - tolerance_m, 0.0)
    start_s, end_s = track.time_s[:-1], track.time_s[1:]
    k = np.flatnonzero((end_s >= case.window_s[0]) & (start_s <= case.window_s[1]))
    way_m = np.maximum(away_m[k] + away_m[k + 1], track.moved_m[k])
    pace_ms, stretch = track.pace_ms, case.stretch
    usual_s = way_m / pace_ms if stretch is None else stretch.usual_s(way_m, pace_ms)
    return float(np.max(end_s[k] - start_s[k] - usual_s, initial=-np.inf))


def drove_past(case: Case, facts: Facts, vehicle: str, approach: int) -> bool:
    """Whether a vehicle that stood beside the point was also seen driving past the point itself.

    Several fixes show the pass, none of them standing within the tolerance, on a date on which it
    stood near its other points.

    Args:
        case: the pickup.
        facts: of the date.
        vehicle: the vehicle.
        approach: row of `facts.approaches` in which it stood.
    """
    if not facts.offset_m(vehicle) <= p.NEAR_OFFSET_M:
        return False
    if facts.approaches.fixes_inside[approach] < p.PASS_FIXES:
        return False
    visits = facts.visits
    rows = visits.at(case.point_id)
    rows = rows[(visits.vehicle[rows] == vehicle) & visits.touch(rows, *case.span_s)]
    # Who never came nearer than where it stood may have stood for the point.
    nearer = bool((visits.distance_m[rows] <= p.NEAR_OFFSET_M).any())
    return nearer and float(visits.dwell_s[rows].max()) <= p.HARDLY_STOOD_S


def passed_over(case: Case, facts: Facts) -> int | None:
    """The approach in which the scheduled vehicle drove right over the place, well seen.

    None: there is none, or the place is more likely another one.
    """
    track = facts.tracks.get(case.scheduled)
    if track is None or case.place_confidence <= p.LIKELIER_THAN_NOT:
        return None
    passes = facts.approaches
    rows = passes.at(case.point_id)
    rows = rows[(passes.vehicle[rows] == case.scheduled) & passes.touch(rows, *case.window_s)]
    rows = rows[passes.distance_m[rows] <= p.OVER_M]
    inside = track.between(*case.window_s)
    near = track.distance_m(case.lon, case.lat)[inside] <= p.OVER_SEEN_M
    if not len(rows) or near.sum() < p.OVER_FIXES:
        return None
    return int(rows[np.argmin(passes.distance_m[rows])])
