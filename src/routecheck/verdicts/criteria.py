"""The criteria that may settle a pickup without a serving visit, in the order they are asked.

Each takes a case and the facts, adds what it saw to `case.criteria`, and returns a judgement, or
None where it does not settle it. What none of them settles was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from routecheck.domain.codes import Cause, Verdict
from routecheck.geo.distance import distances_m
from routecheck.verdicts import confidence
from routecheck.verdicts.case import Case, Judgement, iso, moment, tell_hidden
from routecheck.verdicts.facts import BREAK_S, Facts
from routecheck.verdicts.hidden import Hidden, hidden_stands, unmeasured_stand
from routecheck.verdicts.other_vehicles import stranger
from routecheck.verdicts.trajectories import ASIDE_S, PARKED_QUESTION_S, STILL_KMH, Silence, Watch

SELDOM_S = 30.0
"""At a point that is hardly ever served so much time beyond the usual pace is still no pickup."""
SLOW_PASS_S = 30.0
"""Past a point with its tolerance on both sides it takes some 10 s; crawling along, half a minute,
in which somebody may have been as quick as the quickest."""
POOR_M = 15.0
"""Fixes that scatter by so much while standing do not show whether a vehicle stands."""
GOOD_M = 8.0
"""Fixes of a stand scatter by some four metres; by twice as much reception is poor."""


def unknown_place(case: Case, facts: Facts) -> Judgement:
    """The place is not known, or contradicted.

    Only a vehicle that stayed home can have missed it; a stand where the point is recorded, in its
    window, speaks for its pickup all the same.
    """
    stayed = _stayed_home(case, facts)
    if stayed is not None:
        return stayed
    if case.geometry is not None:
        for criterion in (standing_fix, just_outside, hidden_stand):
            found = criterion(case, facts)
            if found is None or found["verdict"] != Verdict.COLLECTED:
                continue
            if case.criteria["outside_s"] == 0.0:
                return found
    case.criteria.update(say="unknown_point", located=case.geometry is not None)
    return case.unverifiable(Cause.UNKNOWN_POINT)


def _stayed_home(case: Case, facts: Facts) -> Judgement | None:
    """Wherever the point may be: its vehicle was heard all the window, and all date in a yard."""
    watch = facts.seen.get(case.scheduled)
    if (
        watch is None
        or facts.as_of_s < case.window_s[1]
        or facts.took_over(case.scheduled, case.window_s)
    ):
        return None
    start_s, end_s = case.window_s
    inside = watch.time_s[(watch.time_s >= start_s) & (watch.time_s <= end_s)]
    heard = np.concatenate([[start_s], inside, [end_s]])
    if not watch.idle(*case.span_s) or float(np.diff(heard).max()) > PARKED_QUESTION_S:
        return None
    case.criteria.update(say="stayed_home", window_from=iso(start_s), window_until=iso(end_s))
    return {
        "verdict": Verdict.MISSED,
        "cause": Cause.ROUTE_NOT_RUN,
        "confidence": confidence.of("stayed_home"),
        "vehicle_id": case.scheduled,
        "criteria": case.criteria,
    }


def just_outside(case: Case, facts: Facts) -> Judgement | None:
    """A stand within GPS and survey error of the tolerance, which no other point explains.

    Beside a point that is hardly ever served vehicles halt for other reasons.
    """
    if case.seldom:
        return None
    passes = facts.approaches
    rows = passes.at(case.point_id)
    long, entered_s = passes.dwell_s[rows], passes.entered_s[rows]
    stood = (long >= max(facts.settings.min_dwell_s, 8.0)) & (long <= BREAK_S)
    stood &= (entered_s >= case.span_s[0]) & (entered_s < case.span_s[1])
    rows = rows[stood]
    for k in rows[np.argsort(passes.distance_m[rows], kind="stable")]:
        vehicle = str(passes.vehicle[k])
        if not facts.counts(case, vehicle):
            continue
        span_s = float(passes.entered_s[k]), float(passes.left_s[k])
        found = facts.nearest_stop(vehicle, *span_s, case.geometry)
        if found is None:
            continue
        stop, away_m = found
        beyond_m = away_m - case.tolerance_m
        start_s, end_s = float(facts.stop_start_s[stop]), float(facts.stop_end_s[stop])
        if not 0.0 < beyond_m <= facts.settings.margin_m:
            continue
        if facts.stop_stood_s[stop] > BREAK_S:
            continue
        if case.outside_s(start_s, end_s) > ASIDE_S:
            continue
        if not facts.nearest_window(case, start_s, end_s):
            continue
        case.criteria["stand_outside_m"] = round(away_m, 1)
        other = facts.explained(stop, away_m, case)
        if other is not None:
            case.criteria["stand_belongs_to"] = other
            continue
        case.criteria.update(
            say="tolerance",
            outside_s=case.outside_s(start_s, end_s),
            other_vehicle=case.scheduled not in ("", vehicle),
        )
        return {
            "verdict": Verdict.COLLECTED,
            "cause": "",
            "confidence": confidence.of("tolerance"),
            "vehicle_id": vehicle,
            "arrived_at": moment(start_s),
            "departed_at": moment(end_s),
            "dwell_s": round(end_s - start_s, 1),
            "distance_m": away_m,
            "criteria": case.criteria,
        }
    return None


def standing_fix(case: Case, facts: Facts) -> Judgement | None:
    """Standing at the point by one fix at least, and for how long lies between two fixes.

    What was stood for sure is too short for a pickup; what may have been is not.
    """
    passes = facts.visits
    rows = passes.at(case.point_id)
    perhaps = passes.fixes_inside[rows] > 0
    perhaps &= passes.dwell_max_s[rows] >= facts.settings.min_dwell_s
    perhaps &= passes.entered_s[rows] <= case.window_s[1]
    perhaps &= passes.left_s[rows] >= case.window_s[0]
    own = {watch.vehicle_id: watch for watch in case.observers}
    rows = rows[perhaps]
    for k in rows[np.argsort(-passes.dwell_max_s[rows], kind="stable")]:
        watch = own.get(passes.vehicle[k])
        if watch is None:
            continue
        start_s, end_s = float(passes.entered_s[k]), float(passes.left_s[k])
        if not facts.counts(case, watch.vehicle_id):
            continue
        there = (watch.time_s >= start_s - 0.5) & (watch.time_s <= end_s + 0.5) & watch.stands
        away_m = distances_m(case.geometry, watch.lon[there], watch.lat[there])
        if not (away_m <= case.tolerance_m).any():
            continue
        other = case.scheduled not in ("", watch.vehicle_id)
        dwell_s, fixes = float(passes.dwell_s[k]), int(passes.fixes_inside[k])
        distance_m = float(passes.distance_m[k])
        case.criteria.update(
            say="collected",
            dwell_s=round(dwell_s, 1),
            dwell_max_s=round(float(passes.dwell_max_s[k]), 1),
            fixes_inside=fixes,
            outside_s=0.0,
            other_vehicle=other,
        )
        return {
            "verdict": Verdict.COLLECTED,
            "cause": "",
            "confidence": confidence.of_stand(dwell_s, distance_m, fixes, other=other),
            "vehicle_id": watch.vehicle_id,
            "arrived_at": moment(start_s),
            "departed_at": moment(end_s),
            "dwell_s": dwell_s,
            "distance_m": distance_m,
            "criteria": case.criteria,
        }
    return None


def hidden_stand(case: Case, facts: Facts) -> Judgement | None:
    """A stand between two sparse fixes: collected if the usual pace leaves time for it."""
    case.criteria["observers"] = [watch.vehicle_id for watch in case.observers]
    for watch in case.observers:
        stands = [
            stand
            for stand in _hidden(case, facts, watch, case.span_s)
            if facts.nearest_window(case, stand.start_s, stand.end_s)
            # Of a place that nothing has spoken for, sparse fixes tell at its hour only.
            and (case.confirmed or case.outside_s(stand.start_s, stand.end_s) == 0.0)
        ]
        if not stands:
            continue
        stand = stands[0]
        if case.seldom and stand.stood_s < SELDOM_S:
            # Two sparse fixes leave room for some seconds every day: not for a stand that no day
            # has ever shown.
            case.criteria["seldom"] = True
            continue
        tell_hidden(case, stand)
        quick = stand.stood_s < max(facts.settings.min_dwell_s, 8.0)
        if quick or stand.stood_s > BREAK_S or not stand.on_the_way:
            case.criteria["say"] = "gap_short"
            return case.unverifiable(Cause.GAP, watch.vehicle_id)
        case.criteria.update(
            say="hidden",
            outside_s=case.outside_s(stand.start_s, stand.end_s),
            other_vehicle=case.scheduled not in ("", watch.vehicle_id),
        )
        return {
            "verdict": Verdict.COLLECTED,
            "cause": "",
            "confidence": confidence.of_hidden(stand.stood_s),
            "vehicle_id": watch.vehicle_id,
            "arrived_at": moment(stand.start_s),
            "departed_at": moment(stand.end_s),
            "dwell_s": round(stand.stood_s, 1),
            "distance_m": 0.0,
            "criteria": case.criteria,
        }
    return None


def slow_pass(case: Case, facts: Facts) -> Judgement | None:
    """A pass that took so long that a quick pickup may lie in it, between its fixes."""
    if case.seldom:
        return None
    passes = facts.visits
    rows = passes.at(case.point_id)
    own = {watch.vehicle_id: watch for watch in case.observers}
    mine = np.isin(passes.vehicle[rows], list(own))
    mine &= passes.left_s[rows] >= case.window_s[0]
    mine &= passes.entered_s[rows] <= case.window_s[1]
    rows = rows[mine]
    for k in rows[np.argsort(-passes.dwell_max_s[rows], kind="stable")]:
        watch = own[passes.vehicle[k]]
        span_s = float(passes.entered_s[k]), float(passes.left_s[k])
        least_s, most_s = float(passes.dwell_s[k]), float(passes.dwell_max_s[k])
        if span_s[1] - span_s[0] >= SLOW_PASS_S and most_s >= facts.settings.min_dwell_s:
            stand: Hidden | None = Hidden(*span_s, least_s, most_s, on_the_way=True)
        else:
            stand = _halt_seen(watch, span_s, case) or unmeasured_stand(watch, span_s, case.stretch)
        if stand is not None:
            tell_hidden(case, stand)
            case.criteria["say"] = "gap_short"
            return case.unverifiable(Cause.GAP, watch.vehicle_id)
    return None


def _halt_seen(watch: Watch, span_s: tuple[float, float], case: Case) -> Hidden | None:
    """A fix within the tolerance that says it stands, however short the stand looks."""
    first, last = np.searchsorted(watch.time_s, span_s)
    first, last = max(int(first) - 1, 0), min(int(last) + 1, len(watch.time_s))
    still = watch.speed_at_ms[first:last] <= STILL_KMH / 3.6
    away_m = distances_m(case.geometry, watch.lon[first:last], watch.lat[first:last])
    found = first + np.flatnonzero(still & (away_m <= case.tolerance_m))
    if not len(found):
        return None
    k = int(found[0])
    start_s, end_s = watch.time_s[max(k - 1, 0)], watch.time_s[min(k + 1, len(watch.time_s) - 1)]
    return Hidden(float(start_s), float(end_s), 0.0, float(end_s - start_s), on_the_way=True)


def _hidden(case: Case, facts: Facts, watch: Watch, span_s: tuple[float, float]) -> list[Hidden]:
    place = case.lon, case.lat, case.tolerance_m
    return hidden_stands(watch, *place, span_s, facts.settings, case.stretch)


def window_open(case: Case, facts: Facts) -> Judgement | None:
    """The data do not reach to the end of the window."""
    if facts.as_of_s >= case.window_s[1]:
        return None
    case.criteria.update(say="window_open", until=iso(facts.as_of_s))
    return case.unverifiable(Cause.NO_FIXES)


def silence(case: Case, facts: Facts) -> Judgement | None:
    """A vehicle that had to see it was not heard, and could have been there meanwhile."""
    if not case.observers:
        case.criteria["say"] = "no_observer"
        return case.unverifiable(Cause.NO_FIXES)
    case.criteria["fixes_in_window"] = case.observers[0].fixes_between(*case.window_s)
    worst: tuple[Silence, Watch] | None = None
    for watch in case.observers:
        found = watch.silence(
            case.lon,
            case.lat,
            case.tolerance_m,
            case.window_s,
            case.span_s,
            facts.as_of_s,
            did_round=facts.did_round(watch.vehicle_id, case),
            last_served_s=facts.last_served_s(watch.vehicle_id, case),
            aside_s=facts.aside_s(watch.vehicle_id),
            settings=facts.settings,
            stretch=case.stretch,
        )
        if found is not None and (worst is None or found.length_s > worst[0].length_s):
            worst = (found, watch)
    if worst is None:
        return None
    quiet, watch = worst
    case.criteria.update(silent_from=iso(quiet.start_s), silent_until=iso(quiet.end_s))
    nothing = quiet.whole_window or watch.fixes_between(*case.span_s) == 0
    case.criteria["say"] = "no_fixes" if nothing else "gap"
    return case.unverifiable(Cause.NO_FIXES if nothing else Cause.GAP, watch.vehicle_id)


def poor_fixes(case: Case, facts: Facts) -> Judgement | None:
    """A stand that no point explains, farther off than fixes usually lie, nearer than these."""
    first_s = max(case.span_s[0], case.window_s[0] - ASIDE_S)
    last_s = min(case.span_s[1], case.window_s[1] + ASIDE_S)
    there = np.flatnonzero(
        (facts.stop_start_s < last_s)
        & (facts.stop_end_s > first_s)
        & (facts.stop_stood_s >= max(facts.settings.min_dwell_s, 15.0))
        & (facts.stop_stood_s <= BREAK_S)
        & (facts.stop_fixes > 0)
        & np.isin(facts.stop_vehicle, [watch.vehicle_id for watch in case.observers])
    )
    away_m = distances_m(case.geometry, facts.stop_lon[there], facts.stop_lat[there])
    # What a stretch scatters more than it should widens the doubt, and a little always is.
    doubt_m = np.clip(4.0 * facts.noise_m[there], 12.0, 80.0)
    if case.seldom:  # a halt of which the fixes are good is no pickup
        doubt_m = np.where(facts.noise_m[there] <= GOOD_M, -np.inf, doubt_m)
    near = away_m <= case.tolerance_m + facts.settings.margin_m + doubt_m
    for k in np.flatnonzero(near)[np.argsort(away_m[near], kind="stable")]:
        stop = int(there[k])
        span = float(facts.stop_start_s[stop]), float(facts.stop_end_s[stop])
        if not facts.counts(case, str(facts.stop_vehicle[stop])):
            continue
        if not facts.nearest_window(case, *span):
            continue
        if facts.explained(stop, float(away_m[k]), case) is not None:
            continue
        case.criteria.update(
            say="poor_fixes",
            spread_m=round(float(facts.noise_m[stop]), 1),
            distance_m=round(float(away_m[k]), 1),
            stood_from=iso(span[0]),
            stood_until=iso(span[1]),
        )
        return case.unverifiable(Cause.POOR_FIXES, str(facts.stop_vehicle[stop]))
    return None


def poor_pass(case: Case, facts: Facts) -> Judgement | None:
    """Past the point while its fixes scattered so far that a stand would look like driving."""
    if case.seldom:
        return None
    for watch in case.observers:
        inside = (watch.time_s >= case.window_s[0]) & (watch.time_s <= case.window_s[1])
        if not inside.any():
            continue
        time_s = watch.time_s[inside]
        away_m = distances_m(case.geometry, watch.lon[inside], watch.lat[inside])
        spread_m = facts.noise_about(watch.vehicle_id, time_s)
        near = (spread_m >= POOR_M) & (
            away_m <= case.tolerance_m + facts.settings.margin_m + spread_m
        )
        if near.any():
            k = int(np.flatnonzero(near)[np.argmin(away_m[near])])
            case.criteria.update(
                say="poor_pass",
                spread_m=round(float(spread_m[k]), 1),
                distance_m=round(float(away_m[k]), 1),
                stood_from=iso(float(time_s[k])),
            )
            return case.unverifiable(Cause.POOR_FIXES, watch.vehicle_id)
    return None


IN_ORDER: Sequence[Callable[[Case, Facts], Judgement | None]] = (
    standing_fix,
    just_outside,
    hidden_stand,
    slow_pass,
    window_open,
    silence,
    stranger,
    poor_fixes,
    poor_pass,
)
"""The first that settles a case is told."""
