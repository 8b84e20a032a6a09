"""Judging: what became of each expected pickup of a service date.

Silence is never a miss. A pickup is `missed` only if the track that had to see it was there: the
scheduled vehicle's, and that of another vehicle only where it did that round. What stands in the
way (no fixes, a gap, poor fixes, a place not known) makes it `unverifiable`.

Every verdict carries the outcome of each criterion that was looked at, in `criteria`; its entry
`say` names the sentence that tells it (in the catalogue `evidence`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Verdict
from routecheck.domain.settings import JudgeSettings
from routecheck.domain.tables import JUDGEMENTS, PICKUPS, PLACES, VISITS
from routecheck.verdicts import confidence
from routecheck.verdicts.assign_visits import assign
from routecheck.verdicts.case import Case, Judgement
from routecheck.verdicts.criteria import IN_ORDER, unknown_place
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.missed import missed
from routecheck.verdicts.scene import Scene

__all__ = ["Scene", "judge"]


def judge(scene: Scene, settings: JudgeSettings) -> pd.DataFrame:
    """Return a verdict for every expected pickup of the scene.

    Returns:
        JUDGEMENTS, in the order of `scene.pickups`; `cause` is blank for the collected ones.
    """
    PICKUPS.check(scene.pickups)
    PLACES.check(scene.places)
    VISITS.check(scene.visits)
    pickups = scene.pickups.reset_index(drop=True)
    if pickups.empty:
        return JUDGEMENTS.empty()
    if not _heard(scene):
        return JUDGEMENTS.check(_table(pickups, [_feed_missing() for _ in range(len(pickups))]))
    everything = pd.concat([pickups, scene.around], ignore_index=True)
    facts = Facts(scene, pickups, settings)
    stood = scene.visits[_stood(scene.visits, settings)]
    serving = assign(
        stood[facts.had_time(stood)],
        everything,
        scene.zone,
        any_vehicle=settings.any_vehicle,
    )
    # Another vehicle that stood between two of its fixes, somewhere, is no proof.
    serving = serving[~(serving["other"] & (serving["fixes_inside"] == 0))]
    best = serving.drop_duplicates("pickup").set_index("pickup")
    settled = scene.places.set_index("point_id")["settled"]
    known = pickups["point_id"].map(settled).eq(True).to_numpy()
    # A place in doubt is good enough where its own vehicle was seen standing in the window.
    plain = best[~best["other"] & (best["outside_s"] == 0.0) & (best["fixes_inside"] > 0)]
    known = known | np.isin(np.arange(len(pickups)), plain.index.to_numpy())
    served = np.isin(np.arange(len(pickups)), best.index.to_numpy()) & known

    rows: list[dict[str, Any]] = [{} for _ in range(len(pickups))]
    for i, visit in zip(
        np.flatnonzero(served), records(best.reindex(np.flatnonzero(served))), strict=True
    ):
        rows[i] = _collected(visit)
    rest = np.flatnonzero(~served)
    if len(rest):
        facts.take(best)
        for i in rest:
            rows[i] = _unserved(facts.case(int(i)), facts)
        # What was collected unseen tells who did whose round: nobody is accused before it is known.
        found = [i for i in rest if rows[i]["verdict"] == Verdict.COLLECTED]
        for i in found:
            facts.serve(int(i), rows[i])
        for i in rest:
            if found and rows[i]["verdict"] == Verdict.MISSED:
                rows[i] = _unserved(facts.case(int(i)), facts)
    return JUDGEMENTS.check(_table(pickups, rows))


def _unserved(case: Case, facts: Facts) -> Judgement:
    """A pickup without a serving visit: the first criterion that settles it, else missed."""
    if not case.settled:
        return unknown_place(case, facts)
    for criterion in IN_ORDER:
        settled = criterion(case, facts)
        if settled is not None:
            return settled
    return missed(case, facts)


def _heard(scene: Scene) -> bool:
    """Whether any vehicle was heard in the hours in which the pickups would have counted."""
    midnight = pd.Timestamp(scene.service_date).tz_localize(scene.zone)
    last = max(midnight + pd.DateOffset(days=1), scene.pickups["window_end"].max())
    times = scene.tracks["time"]
    return bool(((times >= midnight) & (times < last)).any())


def _feed_missing() -> dict[str, Any]:
    """Where the feed as a whole is missing, nothing of the date is judged missed."""
    return {
        "verdict": Verdict.UNVERIFIABLE,
        "cause": Cause.NO_FIXES,
        "confidence": confidence.of("feed_missing"),
        "criteria": {"say": "feed_missing"},
    }


def _stood(visits: pd.DataFrame, settings: JudgeSettings) -> np.ndarray:
    """Visits with dwell enough.

    The dwell of a short stand is known to a sampling interval only: half of what is required is
    taken where all of it may have been stood, as most pickups happen.
    """
    dwell_s, most_s = visits["dwell_s"].to_numpy(), visits["dwell_max_s"].to_numpy()
    least_s = settings.min_dwell_s
    return np.asarray((dwell_s >= least_s) | ((dwell_s >= 0.5 * least_s) & (most_s >= least_s)))


def _collected(visit: Any) -> dict[str, Any]:
    """A visit that stood within the tolerance."""
    # Between two fixes the way is told at even speed; a stand at its end began before it seems.
    short_s = visit.dwell_s - (visit.left - visit.entered).total_seconds()
    early = pd.Timedelta(seconds=max(short_s, 0.0) / 2)
    return {
        "verdict": Verdict.COLLECTED,
        "cause": "",
        "confidence": confidence.of_stand(
            visit.dwell_s, visit.distance_m, visit.fixes_inside, other=visit.other
        ),
        "vehicle_id": visit.vehicle_id,
        "arrived_at": (visit.entered - early).as_unit("us"),
        "departed_at": (visit.left + early).as_unit("us"),
        "dwell_s": visit.dwell_s,
        "distance_m": visit.distance_m,
        "criteria": {
            "say": "collected",
            "dwell_s": round(float(visit.dwell_s), 1),
            "dwell_max_s": round(float(visit.dwell_max_s), 1),
            "fixes_inside": int(visit.fixes_inside),
            "outside_s": round(float(visit.outside_s), 1),
            "other_vehicle": bool(visit.other),
        },
    }


def _table(pickups: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    def column(name: str, blank: Any) -> list[Any]:
        return [row.get(name, blank) for row in rows]

    time = "datetime64[us, UTC]"
    return pd.DataFrame(
        {
            "service_date": pickups["service_date"].array,
            "point_id": pickups["point_id"].array,
            "window_start": pickups["window_start"].array,
            "window_end": pickups["window_end"].array,
            "scheduled_vehicle_id": pickups["vehicle_id"].array,
            "verdict": pd.Series([str(v) for v in column("verdict", "")], dtype="str"),
            "cause": pd.Series([str(v) for v in column("cause", "")], dtype="str"),
            "confidence": np.clip(np.array(column("confidence", 0.5), dtype=float), 0.01, 0.999),
            "vehicle_id": pd.Series(column("vehicle_id", ""), dtype="str"),
            "arrived_at": pd.Series(column("arrived_at", pd.NaT), dtype=time),
            "departed_at": pd.Series(column("departed_at", pd.NaT), dtype=time),
            "dwell_s": np.array(column("dwell_s", np.nan), dtype=float),
            "distance_m": np.array(column("distance_m", np.nan), dtype=float),
            "criteria": pd.Series(column("criteria", None), dtype=object),
        }
    )
