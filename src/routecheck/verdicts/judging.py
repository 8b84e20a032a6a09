"""A verdict for every expected pickup of a service date.

Every verdict carries the outcome of each criterion that was tried, in `criteria`; its entry `say`
names the one that settled it, and with it its sentence (in the catalogue `evidence`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Verdict
from routecheck.domain.local_time import day_span
from routecheck.domain.settings import JudgeSettings
from routecheck.domain.tables import EPISODES, JUDGEMENTS, PICKUPS, PLACES, VISITS
from routecheck.verdicts.assign_visits import assign, stood
from routecheck.verdicts.case import Case, Judgement, judgement_table
from routecheck.verdicts.coarse import shown
from routecheck.verdicts.confidence import Confidences, adapted
from routecheck.verdicts.criteria import IN_ORDER, unknown_place
from routecheck.verdicts.episodes import episodes
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.lines import driven_along
from routecheck.verdicts.missed import missed
from routecheck.verdicts.parked import Parking
from routecheck.verdicts.scene import Scene
from routecheck.verdicts.second_look import looked_again


def judge(scene: Scene, settings: JudgeSettings) -> tuple[pd.DataFrame, Callable[[], pd.DataFrame]]:
    """Return a verdict for every expected pickup of the scene, and what makes the evidence.

    Returns:
        JUDGEMENTS, in the order of `scene.pickups`; `cause` is blank for the collected ones. And a
        call that returns EPISODES, all that the tracks have of the pickups.

    Raises:
        TableError: the scene holds a table that is not what its contract says.
    """
    PICKUPS.check(scene.pickups)
    PLACES.check(scene.places)
    VISITS.check(scene.visits)
    pickups = scene.pickups.reset_index(drop=True)
    if pickups.empty:
        return JUDGEMENTS.empty(), EPISODES.empty
    # Where fixes came and are not believed, the device is named, not the feed.
    if not _any_vehicle_reported(scene) and scene.doubts.empty:
        confidences = adapted(settings.confidence)
        missing = [_feed_missing(confidences) for _ in range(len(pickups))]
        return judgement_table(pickups, missing, confidences), EPISODES.empty
    parking = Parking(scene)
    visits, parked = parking.split(scene.visits)
    approaches, _ = parking.split(scene.approaches)
    visits, touched = driven_along(visits, settings.min_line_share)
    scene = replace(scene, visits=visits, approaches=approaches)
    facts = Facts(scene, pickups, settings, parked, parking.rests, touched)
    serving = _serving_visits(facts, pickups)
    judgements = {
        i: _collected(visit, facts.confidences, coarse=visit.vehicle_id in scene.grain.mesh_m)
        for i, visit in zip(serving.index.tolist(), records(serving), strict=True)
        if i < len(pickups) and _place_known(facts, visit)
    }
    open_ = [i for i in range(len(pickups)) if i not in judgements]
    if open_:
        facts.rounds.enter_visits(serving)
    for i in open_:
        judgements[i] = _without_visit(facts.case(i), facts)
    # What was collected unseen, or may have been, shows who did whose round: misses are final only
    # then.
    unseen = False
    for i in open_:
        found = judgements[i]
        if found.verdict == Verdict.COLLECTED:
            facts.rounds.enter(i, found.vehicle_id, found.arrived_s)
        elif found.criteria["say"] == "stood_beside":
            stood = pd.Timestamp(found.criteria["stood_from"])
            facts.rounds.enter(i, found.vehicle_id, stood.timestamp())
        else:
            continue
        unseen = True
    for i in open_:
        if unseen and judgements[i].verdict == Verdict.MISSED:
            judgements[i] = _without_visit(facts.case(i), facts)
    for i in open_:
        if judgements[i].verdict == Verdict.MISSED:
            judgements[i] = looked_again(judgements[i], facts.case(i), facts)
    in_order = [judgements[i] for i in range(len(pickups))]
    table = judgement_table(pickups, in_order, facts.confidences)
    return table, lambda: episodes(facts, pickups, table)


def _any_vehicle_reported(scene: Scene) -> bool:
    """Whether any vehicle reported in the hours in which the pickups would have counted."""
    midnight, next_day = day_span(scene.service_date, scene.zone)
    last = max(next_day, scene.pickups["window_end"].max())
    times = scene.tracks["time"]
    return bool(((times >= midnight) & (times < last)).any())


def _feed_missing(confidences: Confidences) -> Judgement:
    """Where the feed as a whole is missing, nothing of the date is judged missed."""
    sure, criteria = confidences.of("feed_missing"), {"say": "feed_missing"}
    return Judgement(Verdict.UNVERIFIABLE, Cause.NO_FIXES, sure, criteria)


def _serving_visits(facts: Facts, pickups: pd.DataFrame) -> pd.DataFrame:
    """The best visit of each pickup that has one, by position; dates beside this one follow."""
    visits = facts.scene.visits
    least_s = facts.settings.min_dwell_s
    stands = visits[stood(visits["dwell_s"].to_numpy(), visits["dwell_max_s"].to_numpy(), least_s)]
    stands = stands[shown(stands, facts)]
    serving = assign(
        stands[facts.had_time(stands)],
        pd.concat([pickups, facts.scene.around], ignore_index=True),
        facts.scene.zone,
        any_vehicle=facts.settings.any_vehicle,
    )
    # Another vehicle that stood between two of its fixes, somewhere, is no proof.
    serving = serving[~(serving["other"] & (serving["fixes_inside"] == 0))]
    return serving.drop_duplicates("pickup").set_index("pickup")


def _place_known(facts: Facts, visit: Any) -> bool:
    """Whether the place of its point is known well enough for a visit to serve it.

    A place in doubt is where its own vehicle was seen standing in the window.
    """
    place = facts.place_of.get(visit.point_id)
    settled = place is not None and bool(place.settled)
    return settled or (not visit.other and visit.outside_s == 0.0 and visit.fixes_inside > 0)


def _collected(visit: Any, confidences: Confidences, *, coarse: bool) -> Judgement:
    """A visit that stood within the tolerance; `coarse`: by positions on a lattice."""
    # Between two fixes even speed is assumed; a stand at their end began before it seems.
    short_s = visit.dwell_s - (visit.left - visit.entered).total_seconds()
    early = pd.Timedelta(seconds=max(short_s, 0.0) / 2)
    criteria = {
        "say": "collected",
        "dwell_s": round(float(visit.dwell_s), 1),
        "dwell_max_s": round(float(visit.dwell_max_s), 1),
        "fixes_inside": int(visit.fixes_inside),
        "outside_s": round(float(visit.outside_s), 1),
        "other_vehicle": bool(visit.other),
    }
    if not np.isnan(visit.covered_share):
        criteria["covered_share"] = round(float(visit.covered_share), 2)
    sure = confidences.of_stand(
        visit.dwell_s, visit.distance_m, visit.fixes_inside, other=visit.other
    )
    return Judgement(
        Verdict.COLLECTED,
        "",
        confidences.of_coarse(sure) if coarse else sure,
        criteria,
        visit.vehicle_id,
        (visit.entered - early).as_unit("us").timestamp(),
        (visit.left + early).as_unit("us").timestamp(),
        visit.dwell_s,
        visit.distance_m,
    )


def _without_visit(case: Case, facts: Facts) -> Judgement:
    """A pickup without a serving visit: the first criterion that settles it, else missed."""
    if not case.settled:
        return unknown_place(case, facts)
    for criterion in IN_ORDER:
        judgement = criterion(case, facts)
        if judgement is not None:
            return judgement
    return missed(case, facts)
