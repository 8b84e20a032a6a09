"""Another vehicle that may have made the pickup: it spent time about there for no known reason.

Its silence does not count, nor that its sparse fixes could hide a stand: so could those of every
vehicle that passes. What counts is time that it spent beyond its usual pace, and that it came and
went back the way it had come.
"""

from __future__ import annotations

import numpy as np

from routecheck.domain.codes import Cause
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.hidden import HiddenStand, hidden_stands, turned_back

Sighting = tuple[HiddenStand, str]
"""Where a vehicle may have stood, and its id."""


def other_vehicle(case: Case, facts: Facts) -> Judgement | None:
    """Another vehicle stood there or about there in the window, for no known reason."""
    if not facts.settings.any_vehicle:
        return None
    sighting = _delayed(case, facts) or _stood_about(case, facts) or _turned_back(case, facts)
    if sighting is None:
        return None
    stand, vehicle = sighting
    case.note(stand)
    return case.unverifiable("gap_short", Cause.GAP, vehicle)


def _delayed(case: Case, facts: Facts) -> Sighting | None:
    """A vehicle that passed with a minute to spare."""
    passes, own = facts.visits, case.observed_by
    rows = passes.at(case.point_id)
    perhaps = passes.dwell_max_s[rows] >= max(facts.settings.min_dwell_s, p.UNEXPLAINED_S)
    perhaps &= passes.touch(rows, *case.window_s)
    for k in rows[perhaps]:
        if passes.vehicle[k] in own:
            continue
        track = facts.tracks[str(passes.vehicle[k])]
        start_s, end_s = passes.span_s(k)
        span_s = (start_s, end_s + p.END_S)
        stands = hidden_stands(track, case.place, span_s, facts.settings, case.stretch)
        if stands and stands[0].stood_s >= p.UNEXPLAINED_S:
            return stands[0], track.vehicle_id
    return None


def _stood_about(case: Case, facts: Facts) -> Sighting | None:
    """A vehicle that stood nearby, or between two fixes nearby, at no point that it serves."""
    stops = facts.stops
    there = np.flatnonzero(
        stops.during(*case.window_s)
        & (stops.stood_s >= max(facts.settings.min_dwell_s, p.UNEXPLAINED_S))
        & (stops.stood_s <= p.BREAK_S)
        & ~np.isin(stops.vehicle, list(case.observed_by))
    )
    away_m = stops.away_m(case.geometry, there)
    # Between two fixes it may have stood anywhere on the way, or at the end of a way out and back.
    room_m = np.where(
        stops.fixes[there] == 0, stops.spread_m[there] + p.AWAY_MS * stops.stood_s[there], 0.0
    )
    room_m = np.minimum(room_m, p.MOST_AWAY_M)
    near = np.flatnonzero(away_m <= case.tolerance_m + facts.settings.margin_m + room_m)
    for k in near[np.argsort(away_m[near], kind="stable")]:
        stop = int(there[k])
        if facts.belongs_to(stop, float(away_m[k]), case) is None:
            start_s, end_s = stops.span_s(stop)
            stood_s = float(stops.stood_s[stop])
            stand = HiddenStand(start_s, end_s, stood_s, end_s - start_s, on_the_way=False)
            return stand, str(stops.vehicle[stop])
    return None


def _turned_back(case: Case, facts: Facts) -> Sighting | None:
    """A vehicle that came near and went back the way it had come, with time to spare for it.

    Whoever passes goes on; whoever turns came for something. Where it served a point of its own
    meanwhile, it came for that; at a point that is hardly ever served, for something else.
    """
    if case.seldom:
        return None
    own, rounds = case.observed_by, facts.rounds
    for name in facts.worked_about(case.lon, case.lat, p.TURNED_WITHIN_M):
        if name in own:
            continue
        stand = turned_back(facts.tracks[name], case.place, case.window_s)
        if stand is None:
            continue
        served_s = rounds.served_s[rounds.served_of(name)]
        since_s, until_s = stand.start_s - p.OWN_ERRAND_S, stand.end_s + p.OWN_ERRAND_S
        if not ((served_s >= since_s) & (served_s <= until_s)).any():
            return stand, name
    return None
