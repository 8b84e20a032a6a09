"""Where each point is to be judged meanwhile, and who usually serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.findings import Findings
from routecheck.diagnosis.hypotheses import RIGHT, Kind
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import TEXT
from routecheck.geo.shapes import moved_to


@dataclass
class _Place:
    """Where one point is judged; at first, as recorded."""

    geometry: Any
    cause: str = ""
    sigma_m: float = par.RECORD_SIGMA_M
    confidence: float = lk.RECORDED
    settled: bool = True
    at_stand: bool = False
    """Whether the chosen stand is where vehicles stop for it."""


def places_of(
    findings: Findings, corrections: pd.DataFrame, settings: DiagnoseSettings
) -> pd.DataFrame:
    """Return PLACES: where each point is to be judged meanwhile.

    Args:
        findings: what was chosen for every point.
        corrections: CORRECTIONS, of `corrections_of`.
        settings: thresholds.
    """
    frame, choice, stands = findings.frame, findings.choice, findings.evidence.stands
    due, days = findings.evidence.due_days, findings.stand_days()
    refused = corrections["state"] == str(CorrectionState.REJECTED)
    held = corrections[~refused].drop_duplicates("point_id", keep="last")
    codes = frame.point_codes(held["point_id"]).tolist()
    correction_of = dict(zip(codes, records(held), strict=True))
    refused_ids = set(corrections.loc[refused, "point_id"])
    lon, lat = frame.plane.to_degrees(stands.x, stands.y)
    dots: np.ndarray = np.asarray(shapely.points(lon, lat), dtype=object)
    beyond = findings.shown_by(choice.row)
    places: list[_Place] = []
    for i in range(frame.points):
        kind, stand = Kind(int(choice.kind[i])), int(choice.stand[i])
        place = _Place(
            frame.geometry[i] if frame.located[i] else None,
            at_stand=stand >= 0 and kind is not Kind.FAR,
        )
        if i in correction_of:
            dot = dots[stand] if stand >= 0 else None
            _correct(place, findings, i, correction_of[i], dot, settings)
            if i in choice.rivals and correction_of[i].state == CorrectionState.PROPOSED:
                _put_among_rivals(place, findings, i, dots)
        elif str(frame.point_ids[i]) in refused_ids:
            # The operator refused one place; that the record is right, the tracks must show.
            place.at_stand = kind is Kind.OWN
            place.settled = place.at_stand or bool(findings.near_road[i])
        elif i in choice.rivals:
            _weigh_rivals(place, findings, i, int(days[i]), dots, settings)
            if place.settled and kind is Kind.OWN and not place.cause and beyond[i]:
                _put_at_stand(place, dots[stand])
        if kind in (Kind.LEFT, Kind.CAME) and str(frame.point_ids[i]) not in refused_ids:
            _put_at_both(place, findings, i, dots)
        if place.geometry is None:
            place.settled = False
        unseen = i not in correction_of and kind in (Kind.NEVER, Kind.VAGUE)
        if not place.settled or unseen:
            place.confidence = float(choice.p_right[i])
        places.append(place)
    at_stand = np.array([place.at_stand for place in places], dtype=bool)
    settled = np.array([place.settled for place in places], dtype=bool)
    stand_at = np.full(frame.points, None, dtype=object)
    stand_at[at_stand] = dots[choice.stand[at_stand]]
    stand_sigma_m = np.full(frame.points, np.nan)
    scatter_m = stands.scatter_m[choice.stand[at_stand]]
    stand_sigma_m[at_stand] = np.maximum(scatter_m, par.LEAST_STAND_SIGMA_M)
    stand_s = np.full(frame.points, np.nan)
    stand_s[at_stand] = np.exp(stands.log_stood[choice.stand[at_stand]])
    seldom = settled & (due >= par.LEAST_CHANCES) & (findings.evidence.clear >= par.WELL_SEEN)
    seldom &= findings.days_near() <= par.SELDOM * due
    seldom &= choice.p_unserved >= lk.UNSERVED
    # Where nothing has stood yet, the record stands alone; that none comes shows in some days.
    unseen_yet = (choice.kind == Kind.NEVER) & (due < settings.min_days)
    # Nor where what the record must mean is all that is known of a place.
    shown = (choice.kind != Kind.VAGUE) & (choice.kind != Kind.SLIP_ONLY)
    confidence = np.array([place.confidence for place in places], dtype=np.float64)
    return pd.DataFrame(
        {
            "point_id": pd.Series([str(p) for p in frame.point_ids], dtype=TEXT),
            "geometry": pd.Series([place.geometry for place in places], dtype=object),
            "tolerance_m": frame.tolerance_m.copy(),
            "sigma_m": np.array([place.sigma_m for place in places], dtype=np.float64),
            "cause": pd.Series([place.cause for place in places], dtype=TEXT),
            "settled": settled,
            "stand": pd.Series(stand_at, dtype=object),
            "stand_sigma_m": stand_sigma_m,
            "stand_days": np.where(at_stand, days, 0),
            "stand_s": stand_s,
            "seldom": seldom,
            "confirmed": shown & ~unseen_yet,
            "confidence": np.clip(confidence, *lk.CONFIDENCE_BOUNDS),
        }
    )


def _correct(
    place: _Place,
    findings: Findings,
    i: int,
    correction: Any,
    dot: shapely.Point | None,
    settings: DiagnoseSettings,
) -> None:
    """Put a point at its correction; for a wider tolerance, where vehicles stand (`dot`)."""
    place.cause, place.confidence = str(correction.cause), float(correction.confidence)
    if not findings.fixed[i]:
        lon, lat = float(correction.proposed_lon), float(correction.proposed_lat)
        if place.cause == Cause.TOLERANCE and dot is not None:
            lon, lat = dot.x, dot.y
        place.geometry = moved_to(place.geometry, lon, lat)
    place.sigma_m = par.DATUM_SIGMA_M if place.cause == Cause.DATUM else par.STAND_SIGMA_M
    if correction.criteria and correction.criteria.get("in_doubt"):
        place.settled = bool(findings.choice.p_right[i] >= settings.settled)
        place.at_stand = False


def _put_at_stand(place: _Place, dot: shapely.Point) -> None:
    """Judge a point where its vehicles stand, beyond the tolerance of its record.

    Records are off by 25 to 80 m more often than by any other distance; whether that is proposed
    to be corrected is another question.
    """
    if not isinstance(place.geometry, shapely.MultiPoint):
        place.geometry = moved_to(place.geometry, dot.x, dot.y)
        place.sigma_m = par.STAND_SIGMA_M


def _put_at_both(place: _Place, findings: Findings, i: int, dots: np.ndarray) -> None:
    """Judge a point that was moved at both its places, where it is now first."""
    moved, place.at_stand = findings.relocation(i), False
    if moved is None or findings.device_moved[i] or findings.choice.margin[i] < 0.0:
        place.settled = False
    elif place.settled:
        here, there, _ = moved
        now, before = (there, here) if findings.choice.kind[i] == Kind.LEFT else (here, there)
        place.geometry = shapely.MultiPoint(shapely.get_coordinates(dots[[now, before]]))
        place.sigma_m = par.STAND_SIGMA_M


def _put_among_rivals(place: _Place, findings: Findings, i: int, dots: np.ndarray) -> None:
    """Judge a misplaced point at all of the places that it may be at, where one is not sure."""
    choice = findings.choice
    rivals = choice.rivals[i]
    kind = Kind(int(choice.kind[i]))
    if kind not in (Kind.MOVED, Kind.COARSE, Kind.SLIP) or len(rivals) < 2:
        return
    if place.settled and place.confidence < lk.ONE_PLACE and len(rivals) <= par.MOST_RIVALS:
        place.geometry = shapely.MultiPoint(shapely.get_coordinates(dots[rivals]))
        place.at_stand = False


def _weigh_rivals(
    place: _Place,
    findings: Findings,
    i: int,
    days: int,
    dots: np.ndarray,
    settings: DiagnoseSettings,
) -> None:
    """Decide whether a doubtful point is judged as recorded, at one of a few places, or not."""
    choice, due = findings.choice, findings.evidence.due_days[i]
    kind, p_right = Kind(int(choice.kind[i])), float(choice.p_right[i])
    least = lk.RIGHT_UNSEEN if kind is Kind.VAGUE else settings.settled
    # Where no vehicle has been, some days must have had the chance; where none of its vehicles
    # was ever heard, nothing contradicts the record.
    had_chance = findings.near_road[i] or due >= par.LEAST_CHANCES or due == 0
    if kind in RIGHT and p_right >= least and had_chance:
        place.confidence = p_right
        return
    place.at_stand = False
    among, p_known = choice.rivals[i], 1.0 - float(choice.p_lost[i])
    regular = days >= par.LEAST_DAYS and days > par.OFTEN * due
    enough = regular or kind in (Kind.SLIP, Kind.NEVER, Kind.LEFT)
    # What vehicles do at a stand that may as well be another's says little of this one.
    sure = lk.ONE_PLACE if choice.claimed[among].any() else lk.AMONG
    place.settled = bool(p_known >= sure and enough and len(among) <= par.MOST_RIVALS)
    place.confidence = p_known if place.settled else p_right
    if not place.settled:
        return
    # Exchanged with another wrong record: it is one of these, whichever.
    place.geometry = shapely.MultiPoint(shapely.get_coordinates(dots[among]))
    place.sigma_m = par.STAND_SIGMA_M
    if 1.0 - p_right >= lk.KNOWN_WRONG:
        slip = kind in (Kind.SLIP, Kind.COARSE)
        place.cause = str(Cause.COORDINATE_ERROR if slip else Cause.MISPLACED)


def usual_of(findings: Findings, pickups: pd.DataFrame) -> pd.DataFrame:
    """Return columns point_id, vehicle_id: who comes on a quarter of the due days at least.

    Where no stand is known, the vehicles that the schedule names.

    Args:
        findings: what was chosen for every point.
        pickups: PICKUPS of the dates.
    """
    frame, stands, due = findings.frame, findings.evidence.stands, findings.evidence.due
    owner = pd.DataFrame({"stand": findings.choice.stand, "point": np.arange(frame.points)})
    visits = pd.DataFrame(
        {"stand": stands.visit_stand, "vehicle": stands.visit_vehicle, "day": stands.visit_day}
    )
    due_days = pd.DataFrame({"point": due.point, "vehicle": due.vehicle, "day": due.day})
    met = owner[owner["stand"] >= 0].merge(visits.drop_duplicates(), on="stand")
    met = met.merge(due_days.drop_duplicates(), on=["point", "vehicle", "day"])
    count = met.groupby(["point", "vehicle"]).size().rename("days").reset_index()
    due_of = np.maximum(findings.evidence.due_days[count["point"]], 1)
    count = count[count["days"] >= par.USUAL_SHARE * due_of]
    seen = pd.DataFrame(
        {
            "point_id": frame.point_ids[count["point"]].astype(TEXT),
            "vehicle_id": frame.vehicle_ids[count["vehicle"]].astype(TEXT),
        }
    )
    named = pickups.loc[pickups["vehicle_id"] != "", ["point_id", "vehicle_id"]].drop_duplicates()
    named = named[~named["point_id"].isin(seen["point_id"])]
    both = pd.concat([seen, named.astype(TEXT)], ignore_index=True).astype(TEXT)
    return both.sort_values(["point_id", "vehicle_id"], kind="stable").reset_index(drop=True)
