"""Another vehicle that may have made the pickup: it spent time about there for no reason known.

Its silence does not count, nor that its sparse fixes could hide a stand: so could those of every
vehicle that passes. What counts is time that it spent beyond its usual pace, and that it came and
went back the way it had come.
"""

from __future__ import annotations

import numpy as np

from routecheck.domain.codes import Cause
from routecheck.geo.distance import distances_m
from routecheck.verdicts.case import Case, Judgement, tell_hidden
from routecheck.verdicts.facts import BREAK_S, Facts
from routecheck.verdicts.hidden import TURNED_M, Hidden, hidden_stands, turned_back

STRANGER_S = 60.0
"""What another vehicle spent about there, for no reason that is known, beyond its usual pace: more
than the winding of the road, or a halt at a corner."""
AWAY_MS, AWAY_M = 1.0, 120.0
"""How far off its way a vehicle may have stood, by the time that is left over: half of it is the
way out and back, at a walking driver's pace; no farther than a side road of some houses."""


def stranger(case: Case, facts: Facts) -> Judgement | None:
    """Another vehicle stood there or about there in the window, for no reason that is known."""
    if not facts.settings.any_vehicle:
        return None
    found = _delayed_passing(case, facts) or _stood_about(case, facts) or _turned_back(case, facts)
    if found is None:
        return None
    stand, vehicle = found
    tell_hidden(case, stand)
    case.criteria["say"] = "gap_short"
    return case.unverifiable(Cause.GAP, vehicle)


def _delayed_passing(case: Case, facts: Facts) -> tuple[Hidden, str] | None:
    """A vehicle that passed with a minute to spare."""
    passes = facts.visits
    rows = passes.at(case.point_id)
    own = {watch.vehicle_id for watch in case.observers}
    perhaps = passes.dwell_max_s[rows] >= max(facts.settings.min_dwell_s, STRANGER_S)
    perhaps &= passes.left_s[rows] >= case.window_s[0]
    perhaps &= passes.entered_s[rows] <= case.window_s[1]
    for k in rows[perhaps]:
        if passes.vehicle[k] in own:
            continue
        watch = facts.seen[str(passes.vehicle[k])]
        span = (float(passes.entered_s[k]), float(passes.left_s[k]) + 1.0)
        place = case.lon, case.lat, case.tolerance_m
        stands = hidden_stands(watch, *place, span, facts.settings, case.stretch)
        if stands and stands[0].stood_s >= STRANGER_S:
            return stands[0], watch.vehicle_id
    return None


def _stood_about(case: Case, facts: Facts) -> tuple[Hidden, str] | None:
    """A vehicle that stood nearby, or between two fixes nearby, at no point that it serves."""
    own = [watch.vehicle_id for watch in case.observers]
    there = np.flatnonzero(
        (facts.stop_start_s <= case.window_s[1])
        & (facts.stop_end_s >= case.window_s[0])
        & (facts.stop_stood_s >= max(facts.settings.min_dwell_s, STRANGER_S))
        & (facts.stop_stood_s <= BREAK_S)
        & ~np.isin(facts.stop_vehicle, own)
    )
    away_m = distances_m(case.geometry, facts.stop_lon[there], facts.stop_lat[there])
    # Between two fixes it may have stood anywhere on the way, or at the end of a way out and back.
    hidden = facts.stop_fixes[there] == 0
    room_m = np.where(hidden, facts.stop_spread_m[there] + AWAY_MS * facts.stop_stood_s[there], 0.0)
    near = away_m <= case.tolerance_m + facts.settings.margin_m + np.minimum(room_m, AWAY_M)
    for k in np.flatnonzero(near)[np.argsort(away_m[near], kind="stable")]:
        stop = int(there[k])
        if facts.explained(stop, float(away_m[k]), case) is None:
            start_s, end_s = float(facts.stop_start_s[stop]), float(facts.stop_end_s[stop])
            stood_s = float(facts.stop_stood_s[stop])
            stand = Hidden(start_s, end_s, stood_s, end_s - start_s, on_the_way=False)
            return stand, str(facts.stop_vehicle[stop])
    return None


def _turned_back(case: Case, facts: Facts) -> tuple[Hidden, str] | None:
    """A vehicle that came near and went back the way it had come, with time to spare for it.

    Whoever passes goes on; whoever turns came for something. Where it served a point of its own
    meanwhile, it came for that; at a point that is hardly ever served, for something else.
    """
    if case.seldom:
        return None
    own = {watch.vehicle_id for watch in case.observers}
    for name in facts.worked_about(case.lon, case.lat, TURNED_M):
        if name in own:
            continue
        stand = turned_back(facts.seen[name], case.lon, case.lat, case.tolerance_m, case.window_s)
        if stand is None:
            continue
        served = facts.served_s[facts.served_by == name]
        if not ((served >= stand.start_s - 60.0) & (served <= stand.end_s + 60.0)).any():
            return stand, name
    return None
