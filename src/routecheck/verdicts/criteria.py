"""The criteria that may settle a pickup without a serving visit, in the order they are tried.

Each takes a case and the facts, adds what it saw to `case.criteria`, and returns a judgement, or
None where it does not settle the case. What none of them settles was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from routecheck.domain.codes import Cause, Verdict
from routecheck.domain.settings import EDGE_S
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement, iso
from routecheck.verdicts.coarse import coarse_fixes
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.hidden import HiddenStand, hidden_stands, unmeasured_stand
from routecheck.verdicts.other_vehicles import other_vehicle
from routecheck.verdicts.poor_fixes import (
    drove_past,
    note_stop,
    poor_day,
    poor_fixes,
    poor_pass,
)
from routecheck.verdicts.running_day import place_unsure, still_running
from routecheck.verdicts.silence import Silence, longest_silence
from routecheck.verdicts.trajectories import Trajectory
from routecheck.verdicts.visibility import too_short_to_see


def unknown_place(case: Case, facts: Facts) -> Judgement:
    """The place is not known, or contradicted.

    Only a vehicle that stayed home can have missed it; a stand where the point is recorded, in its
    window, shows its pickup all the same.
    """
    home = _stayed_home(case, facts) and not _about_yard(case, facts)
    if home and not facts.doubts_about(case):
        start_s, end_s = case.window_s
        case.criteria.update(say="stayed_home", window_from=iso(start_s), window_until=iso(end_s))
        sure = case.confidences.of("stayed_home")
        return Judgement(
            Verdict.MISSED, Cause.ROUTE_NOT_RUN, sure, case.criteria, vehicle_id=case.scheduled
        )
    if case.geometry is not None:
        for criterion in (standing_fix, just_outside, hidden_stand):
            judgement = criterion(case, facts)
            collected = judgement is not None and judgement.verdict == Verdict.COLLECTED
            if judgement is not None and collected and case.criteria["outside_s"] == 0.0:
                return judgement
    case.criteria["located"] = case.geometry is not None
    return case.unverifiable("unknown_point", Cause.UNKNOWN_POINT)


def _stayed_home(case: Case, facts: Facts) -> bool:
    """Wherever the point may be: its vehicle reported all the window, and all date in a yard.

    Whether another vehicle took over shows only where most places of the round are known.
    """
    track = facts.tracks.get(case.scheduled)
    if (
        track is None
        or not facts.round_is_known(case)
        or facts.as_of_s + p.TO_THE_MINUTE_S < case.window_s[1]
        or still_running(case, facts) is not None
        or facts.rounds.took_over(case.scheduled, case.window_s)
    ):
        return False
    reported = track.longest_silence_s(*case.window_s) <= p.PARKED_SILENCE_S
    return reported and track.idle(*case.span_s)


def _about_yard(case: Case, facts: Facts) -> bool:
    """Whether the point lies so near to its vehicle's yard that staying there tells nothing."""
    if case.geometry is None:
        return False
    track = facts.tracks[case.scheduled]
    away_m = track.distance_m(case.lon, case.lat)[track.between(*case.span_s)]
    return bool((away_m <= p.IDLE_M).any())


def standing_fix(case: Case, facts: Facts) -> Judgement | None:
    """Standing at the point by one fix at least, and for how long lies between two fixes.

    What was stood for sure is too short for a pickup; what may have been is not.
    """
    passes = facts.visits
    rows = passes.at(case.point_id)
    perhaps = (passes.fixes_inside[rows] > 0) & passes.touch(rows, *case.window_s)
    perhaps &= passes.dwell_max_s[rows] >= facts.settings.min_dwell_s
    own = case.observed_by
    for k in passes.longest_first(rows[perhaps]):
        track = own.get(passes.vehicle[k])
        if track is None or not facts.counts(case, track.vehicle_id):
            continue
        start_s, end_s = passes.span_s(k)
        standing = track.between(start_s - EDGE_S, end_s + EDGE_S) & track.stands
        away_m = distances_m(case.geometry, track.lon[standing], track.lat[standing])
        if not (away_m <= case.tolerance_m).any():
            continue
        dwell_s, fixes = float(passes.dwell_s[k]), int(passes.fixes_inside[k])
        distance_m, other = float(passes.distance_m[k]), case.is_other(track.vehicle_id)
        case.criteria.update(
            dwell_s=round(dwell_s, 1),
            dwell_max_s=round(float(passes.dwell_max_s[k]), 1),
            fixes_inside=fixes,
        )
        return case.collected(
            "collected",
            track.vehicle_id,
            (start_s, end_s),
            dwell_s=dwell_s,
            distance_m=distance_m,
            sure=case.confidences.of_stand(dwell_s, distance_m, fixes, other=other),
        )
    return None


def just_outside(case: Case, facts: Facts) -> Judgement | None:
    """A stand within GPS and survey error of the tolerance, which belongs to no other point.

    Beside a point that is hardly ever served vehicles halt for other reasons.
    """
    if case.seldom:
        return None
    passes, stops = facts.approaches, facts.stops
    rows = passes.at(case.point_id)
    dwell_s = passes.dwell_s[rows]
    stood = (dwell_s >= max(facts.settings.min_dwell_s, p.SHORT_STAND_S)) & (dwell_s <= p.BREAK_S)
    rows = rows[stood & passes.begin_within(rows, *case.span_s)]
    for k in rows[np.argsort(passes.distance_m[rows], kind="stable")]:
        vehicle = str(passes.vehicle[k])
        if not facts.counts(case, vehicle):
            continue
        nearest = stops.nearest(vehicle, passes.span_s(k), case.geometry)
        if nearest is None:
            continue
        stop, away_m = nearest
        span_s = stops.span_s(stop)
        if (
            not 0.0 < away_m - case.tolerance_m <= facts.settings.margin_m
            or stops.stood_s[stop] > p.BREAK_S
            or case.outside_s(*span_s) > facts.rounds.shift_s(vehicle)
            or not facts.rounds.is_nearest(case, *span_s)
        ):
            continue
        case.criteria["stand_outside_m"] = round(away_m, 1)
        other_point = facts.belongs_to(stop, away_m, case)
        if other_point is not None:
            case.criteria["stand_belongs_to"] = other_point
            continue
        if not case.is_other(vehicle) and drove_past(case, facts, vehicle, k):
            case.criteria["others_offset_m"] = round(facts.offset_m(vehicle), 1)
            note_stop(case, facts, stop, away_m)
            return case.unverifiable("stood_beside", Cause.POOR_FIXES, vehicle)
        return case.collected(
            "tolerance",
            vehicle,
            span_s,
            dwell_s=round(span_s[1] - span_s[0], 1),
            distance_m=away_m,
            sure=case.confidences.of("tolerance"),
        )
    return None


def hidden_stand(case: Case, facts: Facts) -> Judgement | None:
    """A stand between two sparse fixes: collected if the usual pace leaves time for it."""
    case.criteria["observers"] = [track.vehicle_id for track in case.observers]
    quick_s = max(facts.settings.min_dwell_s, p.SHORT_STAND_S)
    for track in case.observers:
        stands = hidden_stands(track, case.place, case.span_s, facts.settings, case.stretch)
        # At a place that no stand has shown yet, sparse fixes count at its hour only.
        best = next(
            (
                stand
                for stand in stands
                if facts.rounds.is_nearest(case, stand.start_s, stand.end_s)
                and not facts.parks_beside(case, track.vehicle_id, stand)
                and (case.confirmed or case.outside_s(stand.start_s, stand.end_s) == 0.0)
            ),
            None,
        )
        if best is None:
            continue
        usual = best.end_s - best.start_s <= p.SELDOM_INTERVALS * track.driving_interval_s
        if case.seldom and usual and best.stood_s < p.SELDOM_SPARE_S:
            # Two sparse fixes leave room for some seconds every day: not for a stand that no day
            # has ever shown. Where its device falls silent each time, no day could show one.
            case.criteria["seldom"] = True
            continue
        case.note(best)
        # When it left its yard, or came back to it, is not known to the second either.
        aside = facts.rests_about(track.vehicle_id, best)
        aside |= best.stood_s > p.BREAK_S or not best.on_the_way
        if best.stood_s < quick_s or aside:
            return case.unverifiable("gap_short", Cause.GAP, track.vehicle_id)
        return case.collected(
            "hidden",
            track.vehicle_id,
            (best.start_s, best.end_s),
            dwell_s=round(best.stood_s, 1),
            distance_m=0.0,
            sure=case.confidences.of_hidden(best.stood_s),
        )
    return None


def slow_pass(case: Case, facts: Facts) -> Judgement | None:
    """A pass that took so long that a quick pickup may lie in it, between its fixes."""
    if case.seldom:
        return None
    passes, own = facts.visits, case.observed_by
    rows = passes.at(case.point_id)
    mine = np.isin(passes.vehicle[rows], list(own)) & passes.touch(rows, *case.window_s)
    for k in passes.longest_first(rows[mine]):
        track, span_s = own[passes.vehicle[k]], passes.span_s(k)
        least_s, most_s = float(passes.dwell_s[k]), float(passes.dwell_max_s[k])
        slow = span_s[1] - span_s[0] >= p.SLOW_PASS_S
        required_s = facts.settings.min_dwell_s
        quick = required_s < p.SHORT_STAND_S and most_s >= p.QUICK_SHARE * required_s
        if quick or (slow and most_s >= required_s):
            stand: HiddenStand | None = HiddenStand(*span_s, least_s, most_s, on_the_way=True)
        else:
            stand = _standing_report(track, span_s, case)
            stand = stand or unmeasured_stand(track, span_s, case.stretch)
        if stand is not None:
            case.note(stand)
            return case.unverifiable("gap_short", Cause.GAP, track.vehicle_id)
    return None


def _standing_report(
    track: Trajectory, span_s: tuple[float, float], case: Case
) -> HiddenStand | None:
    """A fix within the tolerance that reports standing, however short the stand looks."""
    first, last = np.searchsorted(track.time_s, span_s)
    first, last = max(int(first) - 1, 0), min(int(last) + 1, len(track.time_s))
    still = track.speed_at_ms[first:last] <= p.STILL_KMH / 3.6
    away_m = distances_m(case.geometry, track.lon[first:last], track.lat[first:last])
    standing = first + np.flatnonzero(still & (away_m <= case.tolerance_m))
    if not len(standing):
        return None
    k = int(standing[0])
    start_s, end_s = track.time_s[max(k - 1, 0)], track.time_s[min(k + 1, len(track.time_s) - 1)]
    return HiddenStand(float(start_s), float(end_s), 0.0, float(end_s - start_s), on_the_way=True)


def window_open(case: Case, facts: Facts) -> Judgement | None:
    """The data do not reach to the end of the window."""
    if facts.as_of_s + p.TO_THE_MINUTE_S >= case.window_s[1]:
        return still_running(case, facts)
    case.criteria["until"] = iso(facts.as_of_s)
    return case.unverifiable("window_open", Cause.NO_FIXES)


def not_believed(case: Case, facts: Facts) -> Judgement | None:
    """A vehicle that had to see it has a device that cannot be believed at that time."""
    for doubt in facts.doubts_about(case):
        if doubt.fault == "stuck":
            case.criteria.update(silent_from=iso(doubt.start), silent_until=iso(doubt.end))
            return case.unverifiable("device_stuck", Cause.POOR_FIXES, doubt.vehicle_id)
        if doubt.fault == "elsewhere":
            case.criteria["spread_m"] = round(float(doubt.shift_m), 1)
            return case.unverifiable("device_elsewhere", Cause.POOR_FIXES, doubt.vehicle_id)
    return None


def silence(case: Case, facts: Facts) -> Judgement | None:
    """A vehicle that had to see it did not report, and could have been there meanwhile."""
    if not case.observers:
        return case.unverifiable("no_observer", Cause.NO_FIXES)
    case.criteria["fixes_in_window"] = int(case.observers[0].between(*case.window_s).sum())
    worst: tuple[Silence, Trajectory] | None = None
    for track in case.observers:
        quiet = longest_silence(track, case, facts)
        if quiet is not None and (worst is None or quiet.length_s > worst[0].length_s):
            worst = (quiet, track)
    if worst is None:
        return None
    quiet, track = worst
    case.criteria.update(silent_from=iso(quiet.start_s), silent_until=iso(quiet.end_s))
    if quiet.whole_window or not track.between(*case.span_s).any():
        return case.unverifiable("no_fixes", Cause.NO_FIXES, track.vehicle_id)
    return case.unverifiable("gap", Cause.GAP, track.vehicle_id)


def parked_beside(case: Case, facts: Facts) -> Judgement | None:
    """A vehicle that should have served the point was parked beside it in its window.

    Whether it served it meanwhile does not show. That a vehicle which never left its yard did not
    run its round does, where the round has points outside.
    """
    passes = facts.parked
    rows = passes.at(case.point_id)
    mine = np.isin(passes.vehicle[rows], list(case.observed_by))
    rows = rows[mine & passes.touch(rows, *case.window_s)]
    if not len(rows):
        return None
    round_points = facts.rounds.point[facts.rounds.overlapping(case.scheduled, case.window_s)]
    leads_out = any(not len(passes.at(str(point))) for point in round_points)
    if leads_out and _stayed_home(case, facts):
        return None
    k = int(passes.longest_first(rows)[0])
    start_s, end_s = passes.span_s(k)
    case.criteria.update(
        distance_m=round(float(passes.distance_m[k]), 1),
        stood_from=iso(start_s),
        stood_until=iso(end_s),
    )
    return case.unverifiable("parked_beside", Cause.POOR_FIXES, str(passes.vehicle[k]))


IN_ORDER: Sequence[Callable[[Case, Facts], Judgement | None]] = (
    standing_fix,
    just_outside,
    hidden_stand,
    slow_pass,
    too_short_to_see,
    window_open,
    not_believed,
    silence,
    parked_beside,
    other_vehicle,
    poor_fixes,
    poor_pass,
    poor_day,
    coarse_fixes,
    place_unsure,
)
"""The first that settles a case counts."""
