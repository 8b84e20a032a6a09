"""Nobody collected it, and the tracks were there to see it: why it was missed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from routecheck.domain.arrays import Ints
from routecheck.domain.codes import Cause, Verdict
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement, iso
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.trajectories import Trajectory


def missed(case: Case, facts: Facts) -> Judgement:
    """Return the judgement `missed` with the cause that applies first.

    That nobody stopped at a place which no stand has shown yet may as well mean that the record is
    wrong: there only a round that was not run is a miss.
    """
    pass_by = _pass_by(case, facts)
    case.criteria.update(window_from=iso(case.window_s[0]), window_until=iso(case.window_s[1]))
    not_run = bool(case.scheduled) and _round_not_run(case, facts, passed=pass_by is not None)
    if not not_run and not case.confirmed:
        case.criteria["located"] = True
        return case.unverifiable("unknown_point", Cause.UNKNOWN_POINT)
    nearest = _nearest(case)
    if not_run:
        sure = case.confidences.of("route_not_run")
        judgement = Judgement(
            Verdict.MISSED, Cause.ROUTE_NOT_RUN, sure, case.criteria, vehicle_id=case.scheduled
        )
    elif pass_by is not None:
        passes = facts.approaches
        case.criteria["dwell_max_s"] = round(float(passes.dwell_max_s[pass_by]), 1)
        share, least = float(passes.covered_share[pass_by]), facts.settings.min_line_share
        if share < least:
            case.criteria.update(covered_share=round(share, 2), least_share=least)
        if case.is_other(str(passes.vehicle[pass_by])):
            _note_own(case)
        judgement = Judgement(
            Verdict.MISSED,
            Cause.PASSED_BY,
            case.confidences.of_miss("passed_by", case.place_confidence),
            case.criteria,
            str(passes.vehicle[pass_by]),
            *passes.span_s(pass_by),
            dwell_s=float(passes.dwell_s[pass_by]),
            distance_m=float(passes.distance_m[pass_by]),
        )
    else:
        judgement = Judgement(
            Verdict.MISSED,
            Cause.NOT_APPROACHED,
            case.confidences.of_miss("not_approached", case.place_confidence),
            case.criteria,
            vehicle_id="" if nearest is None else nearest[0],
        )
    case.criteria["say"] = str(judgement.cause)
    if nearest is None:
        return judgement
    vehicle, away_m, time_s = nearest
    case.criteria.update(
        nearest_vehicle=vehicle, nearest_m=round(away_m, 1), nearest_at=iso(time_s)
    )
    if np.isnan(judgement.distance_m):
        judgement = replace(judgement, distance_m=away_m)
    return judgement


def _pass_by(case: Case, facts: Facts) -> int | None:
    """The approach to report: by the scheduled vehicle first, in the window, then the nearest."""
    passes = facts.approaches
    rows = passes.at(case.point_id)
    near = passes.distance_m[rows] <= case.tolerance_m + p.PASS_M
    rows = rows[passes.begin_within(rows, *case.span_s) & near]
    if not len(rows):
        return None
    entered_s = passes.entered_s[rows]
    aside = (entered_s < case.window_s[0]) | (entered_s > case.window_s[1])
    foreign = passes.vehicle[rows] != case.scheduled
    return int(rows[np.lexsort((passes.distance_m[rows], aside, foreign))[0]])


def _note_own(case: Case) -> None:
    """Record how near the scheduled vehicle came, where another one drove past."""
    own = _nearest_of(case, case.observers[:1])
    if own is not None:
        _, away_m, time_s = own
        case.criteria.update(own_nearest_m=round(away_m, 1), own_nearest_at=iso(time_s))


def _nearest(case: Case) -> tuple[str, float, float] | None:
    """Vehicle, distance and moment of the observers' fix that came nearest."""
    return _nearest_of(case, case.observers)


def _nearest_of(case: Case, tracks: list[Trajectory]) -> tuple[str, float, float] | None:
    best: tuple[str, float, float] | None = None
    for track in tracks:
        inside = (track.time_s >= case.span_s[0]) & (track.time_s < case.span_s[1])
        if not inside.any():
            continue
        away_m = distances_m(case.geometry, track.lon[inside], track.lat[inside])
        k = int(np.argmin(away_m))
        if best is None or away_m[k] < best[1]:
            best = (track.vehicle_id, float(away_m[k]), float(track.time_s[inside][k]))
    return best


def _drove(case: Case, facts: Facts, mine: Ints) -> bool:
    """Whether the scheduled vehicle passed most points of its round, wherever it stood."""
    passes = facts.approaches
    points = np.unique(facts.rounds.point[mine].astype(str))
    near = [
        bool(
            (
                passes.begin_within(rows, *case.span_s) & (passes.vehicle[rows] == case.scheduled)
            ).any()
        )
        for rows in map(passes.at, points)
    ]
    return float(np.mean(near)) >= p.DID_ROUND_SHARE


def _round_not_run(case: Case, facts: Facts, *, passed: bool) -> bool:
    """Whether the scheduled vehicle evidently did not work, or broke off before this point."""
    rounds, track, end_s = facts.rounds, case.observers[0], case.window_s[1]
    if rounds.took_over(case.scheduled, case.window_s):
        return False
    mine = rounds.overlapping(case.scheduled, case.window_s)
    own = rounds.served_by[mine] == case.scheduled
    if not own.any() and track.idle(*case.window_s):
        return True
    left = int((rounds.served_by[mine] == "").sum())
    if len(mine) < p.ROUND_LEAST or left < p.BROKEN_OFF_LEAST:
        return False
    if not own.any():
        # Of what may have been served unseen the vehicle was near: it drove its round.
        return not passed and not _drove(case, facts, mine)
    if not case.confirmed:
        return False  # the round was run; where this one lies is not known for sure
    if passed or left < p.BROKEN_OFF_SHARE * len(mine):
        return False
    last_s = float(np.nanmax(rounds.served_s[mine][own]))
    until_s = max(end_s, last_s + p.BROKEN_OFF_S)
    return track.idle(last_s + p.WAY_HOME_S, until_s) or end_s - last_s > p.BROKEN_OFF_S
