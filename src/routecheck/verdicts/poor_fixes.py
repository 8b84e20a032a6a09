"""Criteria for fixes too poor to tell a stand from a pass, or for which point a stand was."""

from __future__ import annotations

import numpy as np

from routecheck.domain.codes import Cause
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement, iso
from routecheck.verdicts.facts import Facts


def poor_fixes(case: Case, facts: Facts) -> Judgement | None:
    """A stand of no other point, farther off than fixes usually lie, nearer than these may."""
    stops = facts.stops
    for stop, away_m in _doubtful_stops(case, facts):
        vehicle, span_s = str(stops.vehicle[stop]), stops.span_s(stop)
        if not facts.counts(case, vehicle) or not facts.rounds.is_nearest(case, *span_s):
            continue
        if facts.belongs_to(stop, away_m, case) is not None:
            continue
        note_stop(case, facts, stop, away_m)
        return case.unverifiable("poor_fixes", Cause.POOR_FIXES, vehicle)
    return None


def note_stop(case: Case, facts: Facts, stop: int, away_m: float) -> None:
    """Record in the criteria a stop beside the point, which may have been for it."""
    stops = facts.stops
    start_s, end_s = stops.span_s(stop)
    case.criteria.update(
        spread_m=round(float(stops.scatter_m[stop]), 1),
        distance_m=round(away_m, 1),
        stood_from=iso(start_s),
        stood_until=iso(end_s),
    )


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


def _doubtful_stops(case: Case, facts: Facts) -> list[tuple[int, float]]:
    """Stops of the observers that their scatter may have moved, the nearest first, with metres."""
    stops, margin_m = facts.stops, facts.settings.margin_m
    first_s, last_s = facts.hours_of(case)
    mine = stops.of(case.observed_by)
    there = mine[
        (stops.start_s[mine] < last_s)
        & (stops.end_s[mine] > first_s)
        & (stops.stood_s[mine] >= max(facts.settings.min_dwell_s, p.POOR_STAND_S))
        & (stops.stood_s[mine] <= p.BREAK_S)
        & (stops.fixes[mine] > 0)
    ]
    away_m = stops.away_m(case.geometry, there)
    # What a stretch scatters more than it should widens the doubt, and a little always is.
    scatter_m = stops.scatter_m[there]
    doubt_m = np.clip(p.DOUBT_PER_SCATTER * scatter_m, p.LEAST_DOUBT_M, p.MOST_DOUBT_M)
    if case.seldom:  # a halt of which the fixes are good is no pickup
        doubt_m = np.where(scatter_m <= p.GOOD_SCATTER_M, -np.inf, doubt_m)
    near = np.flatnonzero(away_m <= case.tolerance_m + margin_m + doubt_m)
    near = near[np.argsort(away_m[near], kind="stable")]
    return [(int(there[k]), float(away_m[k])) for k in near]


def poor_pass(case: Case, facts: Facts) -> Judgement | None:
    """Past the point while its fixes scattered so far that a stand would look like driving."""
    if case.seldom:
        return None
    margin_m = facts.settings.margin_m
    for track in case.observers:
        inside = track.between(*case.window_s)
        if not inside.any():
            continue
        time_s = track.time_s[inside]
        away_m = distances_m(case.geometry, track.lon[inside], track.lat[inside])
        scatter_m = facts.stops.scatter_about(track.vehicle_id, time_s)
        poor = scatter_m >= p.POOR_SCATTER_M
        near = np.flatnonzero(poor & (away_m <= case.tolerance_m + margin_m + scatter_m))
        if len(near):
            k = int(near[np.argmin(away_m[near])])
            case.criteria.update(
                spread_m=round(float(scatter_m[k]), 1),
                distance_m=round(float(away_m[k]), 1),
                stood_from=iso(float(time_s[k])),
            )
            return case.unverifiable("poor_pass", Cause.POOR_FIXES, track.vehicle_id)
    return None


def poor_day(case: Case, facts: Facts) -> Judgement | None:
    """A vehicle that had to see it stood beside all its usual places on that date."""
    for doubt in facts.doubts_about(case):
        if doubt.fault == "poor":
            case.criteria["spread_m"] = round(float(doubt.shift_m), 1)
            return case.unverifiable("device_poor", Cause.POOR_FIXES, doubt.vehicle_id)
    return None
