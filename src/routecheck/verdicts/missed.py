"""Nobody collected it, and the tracks were there to see it: why it was missed."""

from __future__ import annotations

import numpy as np

from routecheck.domain.codes import Cause, Verdict
from routecheck.geo.distance import distances_m
from routecheck.verdicts import confidence
from routecheck.verdicts.case import Case, Judgement, iso, moment
from routecheck.verdicts.facts import Facts

PASS_M = 15.0
"""Beyond the tolerance, what GPS error adds to a pass at the point."""
BROKEN_OFF_SHARE = 0.2
"""A round is broken off where at least this share of it was left, and at least three pickups."""
BROKEN_OFF_S = 1800.0
"""So long before the end of the window the last pickup lay: there was time to go on."""


def missed(case: Case, facts: Facts) -> Judgement:
    """Return the judgement `missed` with the cause that applies first.

    That nobody stopped at a place which no track has spoken for yet may as well say that the record
    is wrong: there only a round that was not run accuses.
    """
    nearest = _nearest(case)
    passed = _passed(case, facts)
    case.criteria.update(window_from=iso(case.window_s[0]), window_until=iso(case.window_s[1]))
    result: Judgement = {"verdict": Verdict.MISSED, "criteria": case.criteria}
    if case.scheduled and _round_not_run(case, facts, passed is not None):
        case.criteria["say"] = "route_not_run"
        result |= {
            "cause": Cause.ROUTE_NOT_RUN,
            "vehicle_id": case.scheduled,
            "confidence": confidence.of("route_not_run"),
        }
    elif not case.confirmed:
        case.criteria.update(say="unknown_point", located=True)
        return case.unverifiable(Cause.UNKNOWN_POINT)
    elif passed is not None:
        passes = facts.approaches
        case.criteria.update(
            say="passed_by", dwell_max_s=round(float(passes.dwell_max_s[passed]), 1)
        )
        result |= {
            "cause": Cause.PASSED_BY,
            "vehicle_id": str(passes.vehicle[passed]),
            "arrived_at": moment(float(passes.entered_s[passed])),
            "departed_at": moment(float(passes.left_s[passed])),
            "dwell_s": float(passes.dwell_s[passed]),
            "distance_m": float(passes.distance_m[passed]),
            "confidence": confidence.of_miss("passed_by", case.place_confidence),
        }
    else:
        case.criteria["say"] = "not_approached"
        result |= {
            "cause": Cause.NOT_APPROACHED,
            "confidence": confidence.of_miss("not_approached", case.place_confidence),
        }
        if nearest is not None:
            result["vehicle_id"] = nearest[0]
    if nearest is not None:
        case.criteria.update(
            nearest_vehicle=nearest[0],
            nearest_m=round(nearest[1], 1),
            nearest_at=iso(nearest[2]),
        )
        result.setdefault("distance_m", nearest[1])
    return result


def _passed(case: Case, facts: Facts) -> int | None:
    """The approach to tell of: by the scheduled vehicle first, in the window, then the nearest."""
    passes = facts.approaches
    rows = passes.at(case.point_id)
    entered_s = passes.entered_s[rows]
    inside = (entered_s >= case.span_s[0]) & (entered_s < case.span_s[1])
    rows = rows[inside & (passes.distance_m[rows] <= case.tolerance_m + PASS_M)]
    if not len(rows):
        return None
    entered_s = passes.entered_s[rows]
    aside = (entered_s < case.window_s[0]) | (entered_s > case.window_s[1])
    foreign = passes.vehicle[rows] != case.scheduled
    return int(rows[np.lexsort((passes.distance_m[rows], aside, foreign))[0]])


def _nearest(case: Case) -> tuple[str, float, float] | None:
    """Vehicle, distance and moment of the observers' fix that came nearest."""
    best: tuple[str, float, float] | None = None
    for watch in case.observers:
        inside = (watch.time_s >= case.span_s[0]) & (watch.time_s < case.span_s[1])
        if not inside.any():
            continue
        away_m = distances_m(case.geometry, watch.lon[inside], watch.lat[inside])
        k = int(np.argmin(away_m))
        if best is None or away_m[k] < best[1]:
            best = (watch.vehicle_id, float(away_m[k]), float(watch.time_s[inside][k]))
    return best


def _round_not_run(case: Case, facts: Facts, passed: bool) -> bool:
    """Whether the scheduled vehicle evidently did not work, or broke off before this point."""
    if facts.took_over(case.scheduled, case.window_s):
        return False
    # Pickups of the same round: their windows overlap this one's.
    mine = (facts.scheduled == case.scheduled) & (facts.start_s < case.window_s[1])
    mine &= facts.end_s > case.window_s[0]
    own = facts.served_by[mine] == case.scheduled
    watch = case.observers[0]
    if not own.any() and watch.idle(*case.window_s):
        return True
    left = int((facts.served_by[mine] == "").sum())
    if mine.sum() < 4 or left < 3:
        return False
    if not own.any():
        return not passed
    if not case.confirmed:
        return False  # the round was run; where this one lies is not known for sure
    if passed or left < BROKEN_OFF_SHARE * mine.sum():
        return False
    last_s = float(np.nanmax(facts.served_s[mine][own]))
    until_s = max(case.window_s[1], last_s + BROKEN_OFF_S)
    return watch.idle(last_s + 900.0, until_s) or case.window_s[1] - last_s > BROKEN_OFF_S
