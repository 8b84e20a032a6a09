"""What a miss is held against before it is told: what several pickups, or places, have in common.

A criterion looks at one pickup. Where a receiver is wrong for a day, or a colleague does a round
in the silences of his own device, all pickups of a round look missed, each by itself beyond doubt:
ten accusations with one cause. And a place that is only likely makes of its pickups misses that
the next likely place would not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import shapely

from routecheck.domain.codes import Cause
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement, iso
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.trajectories import Trajectory


def another_place(case: Case, facts: Facts) -> Judgement | None:
    """What is a miss where the point is judged is a pickup where it may as well be.

    A vehicle that had to see it stood at another place that comes into question for the point.
    Where that is less likely, the miss is less sure.
    """
    places = facts.other_places(case)
    if not places:
        return None
    stops = facts.stops
    first_s, last_s = facts.hours_of(case)
    least_s = max(facts.settings.min_dwell_s, p.SHORT_STAND_S)
    there = stops.between(stops.of(case.observed_by), (first_s, last_s), (least_s, p.BREAK_S))
    share, vehicle = 0.0, ""
    for place in places:  # the likeliest first
        away_m = stops.away_m(shapely.Point(place.lon, place.lat), there)
        if not (away_m <= case.tolerance_m).any():
            continue
        if not vehicle:
            vehicle = str(stops.vehicle[there[int(np.argmin(away_m))]])
            case.criteria["other_place_m"] = round(float(place.apart_m), 1)
        share += float(place.probability)
    if not vehicle:
        return None
    case.criteria["other_place_share"] = round(share, p.SHARE_DIGITS)
    if share < p.OTHER_PLACE_SHARE:
        return None
    return case.unverifiable("two_places", Cause.UNKNOWN_POINT, vehicle)


def round_unseen(case: Case, facts: Facts) -> Judgement | None:
    """Who had to see it drove the round, and by its positions stood at none of its points.

    That its receiver shows it elsewhere is likelier than that a crew drove all of it for nothing.
    A vehicle that never left its yard did not drive it; and one whose round others served did
    another. A colleague who takes the round over may be shown elsewhere as well.
    """
    due, own_share, any_share = facts.rounds.shares(case.scheduled)
    if due < p.ROUND_LEAST or own_share > p.UNSEEN_OWN_SHARE or any_share > p.UNSEEN_ANY_SHARE:
        return None
    round_points = len(facts.rounds.overlapping(case.scheduled, case.window_s))
    for track in case.observers:
        if track.idle(*case.window_s):
            continue
        about = track.between(case.window_s[0] - p.APART_S, case.window_s[1] + p.APART_S)
        away_m = distances_m(case.geometry, track.lon[about], track.lat[about])
        if not (away_m <= p.UNSEEN_WITHIN_M).any():
            continue
        # Who drove for nothing did not stand; whose positions are off stood, elsewhere.
        vehicle = track.vehicle_id
        stood = facts.stands_on_the_way(vehicle, case.window_s)
        stood -= len(facts.rounds.served_of(vehicle))
        if stood >= p.UNSEEN_STANDS_SHARE * round_points:
            case.criteria.update(round_due=due, round_stood=stood)
            return case.unverifiable("round_unseen", Cause.POOR_FIXES, vehicle)
    return None


def another_had_time(case: Case, facts: Facts) -> Judgement | None:
    """The scheduled vehicle did nothing of its round, and another passed with time to stand.

    Time to stand between two fixes is what every vehicle has that passes with a sparse device; it
    counts where somebody else must have done the round, if it was done, or no vehicle is scheduled.
    """
    if not facts.settings.any_vehicle or (case.scheduled and not _left_its_round(case, facts)):
        return None
    passes = facts.visits
    rows = passes.at(case.point_id)
    rows = rows[(passes.vehicle[rows] != case.scheduled) & passes.touch(rows, *case.window_s)]
    rows = rows[passes.dwell_max_s[rows] >= p.LEFT_DWELLS * facts.settings.min_dwell_s]
    if not len(rows):
        return None
    k = int(passes.longest_first(rows)[0])
    start_s, end_s = passes.span_s(k)
    case.criteria.update(
        dwell_s=round(float(passes.dwell_s[k]), 1),
        dwell_max_s=round(float(passes.dwell_max_s[k]), 1),
        silent_from=iso(start_s),
        silent_until=iso(end_s),
    )
    return case.unverifiable("gap_short", Cause.GAP, str(passes.vehicle[k]))


def _driving(case: Case, facts: Facts) -> Trajectory | None:
    """The track of the scheduled vehicle, where it was not in its yard all the window."""
    track = facts.tracks.get(case.scheduled)
    return None if track is None or track.idle(*case.window_s) else track


def _left_its_round(case: Case, facts: Facts) -> bool:
    """Whether the scheduled vehicle drove that date, and next to nothing of its round is served."""
    due, own_share, any_share = facts.rounds.shares(case.scheduled)
    left = own_share <= p.LEFT_OWN_SHARE and any_share < p.LEFT_ANY_SHARE
    return due >= p.ROUND_LEAST and left and _driving(case, facts) is not None


IN_ORDER: Sequence[Callable[[Case, Facts], Judgement | None]] = (
    another_place,
    round_unseen,
    another_had_time,
)
"""The first that leaves a miss open counts."""


def looked_again(missed: Judgement, case: Case, facts: Facts) -> Judgement:
    """Return a miss, less sure where its place may be another; or what leaves it open.

    Args:
        missed: the miss.
        case: its pickup.
        facts: of the date, with everybody who served anything in `Facts.rounds`.
    """
    if case.geometry is None:
        return missed
    case = replace(case, criteria=dict(missed.criteria))
    for look in IN_ORDER:
        judgement = look(case, facts)
        if judgement is not None:
            return judgement
    sure = missed.confidence * (1.0 - case.criteria.get("other_place_share", 0.0))
    return replace(missed, criteria=case.criteria, confidence=sure)
