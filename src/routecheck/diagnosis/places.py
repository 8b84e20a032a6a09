"""Where each point is to be judged meanwhile, and who usually serves it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.diagnosis.outcome import DATUM_SIGMA_M, OFTEN, STAND_SIGMA_M, Found
from routecheck.diagnosis.singles import RIGHT, Kind
from routecheck.domain.arrays import Array
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import DiagnoseSettings
from routecheck.geo.shapes import moved_to

RECORD_SIGMA_M = 5.0
"""A surveyed place: a few metres of the receiver that surveyed it."""
LEAST_CHANCES = 5
"""Due days after which a place that no vehicle ever came near may be right all the same."""
KNOWN = 0.9
"""Probability that the record is wrong, from which on that is told as the cause."""
AMONG = 0.7
"""Probability that a point is at one of a few places where vehicles stand on its due days, from
which on it is judged there; what speaks against it is mostly that its own may not have shown."""
LEAST_DAYS = 2
"""One day's stop may be a halt of any kind."""
SELDOM, WELL_SEEN = 0.15, 0.8
"""A point at which vehicles whose services fixes mostly show stand on fewer of the due days than
this is mostly not served."""
UNSERVED = 0.8
"""Probability from which on a point is known to be hardly ever served."""
MOST_RIVALS = 4
"""A point that may be at more places than these is not known to be anywhere."""


def places_of(found: Found, corrections: pd.DataFrame, settings: DiagnoseSettings) -> pd.DataFrame:
    """Return PLACES: where each point is to be judged meanwhile."""
    frame, choice, stands = found.frame, found.choice, found.evidence.stands
    n = frame.points
    held = corrections[corrections["state"] != str(CorrectionState.REJECTED)]
    held = held.drop_duplicates("point_id", keep="last")
    row_of = dict(zip(frame.point_codes(held["point_id"]).tolist(), range(len(held)), strict=True))
    refused = set(
        corrections.loc[corrections["state"] == str(CorrectionState.REJECTED), "point_id"]
    )
    days = found.stand_days()
    stand_lon, stand_lat = frame.plane.to_degrees(stands.x, stands.y)
    geometry = np.full(n, None, dtype=object)
    stand_at = np.full(n, None, dtype=object)
    cause = [""] * n
    tolerance = frame.tolerance_m.copy()
    sigma, confidence = np.full(n, RECORD_SIGMA_M), np.full(n, 0.98)
    stand_sigma = np.full(n, np.nan)
    settled = np.ones(n, dtype=bool)
    for i in range(n):
        kind, stand = Kind(int(choice.kind[i])), int(choice.stand[i])
        geometry[i] = frame.geometry[i] if frame.located[i] else None
        fits = stand >= 0
        if i in row_of:
            row: Any = held.iloc[row_of[i]]
            cause[i], confidence[i] = str(row["cause"]), float(row["confidence"])
            if not found.fixed[i]:
                geometry[i] = _place(geometry[i], row, stand, stand_lon, stand_lat)
            sigma[i] = DATUM_SIGMA_M if cause[i] == Cause.DATUM else STAND_SIGMA_M
            if row["criteria"] and row["criteria"].get("in_doubt"):
                settled[i], fits = bool(choice.p_right[i] >= settings.settled), False
        elif str(frame.point_ids[i]) in refused:
            # The operator refused one place; that the record is right, the tracks must say.
            fits = kind is Kind.OWN
            settled[i] = fits or bool(found.near_road[i])
        elif i in choice.rivals:
            wrong = 1.0 - choice.p_right[i]
            bar = 0.5 if kind is Kind.VAGUE else settings.settled
            # Where no vehicle has been, some days must have had the chance; where none of its
            # vehicles was ever heard, nothing contradicts the record.
            chances = found.evidence.due_days[i]
            seen = found.near_road[i] or chances >= LEAST_CHANCES or chances == 0
            if kind in RIGHT and choice.p_right[i] >= bar and seen:
                confidence[i] = float(choice.p_right[i])
            else:
                fits = False
                among = choice.rivals[i]
                known = 1.0 - float(choice.p_lost[i])
                often = days[i] > OFTEN * found.evidence.due_days[i]
                enough = (days[i] >= LEAST_DAYS and often) or kind in (Kind.SLIP, Kind.NEVER)
                settled[i] = bool(known >= AMONG and enough and len(among) <= MOST_RIVALS)
                confidence[i] = known if settled[i] else float(choice.p_right[i])
                if settled[i]:
                    # Exchanged with another wrong record: it is one of these, whichever.
                    geometry[i] = shapely.MultiPoint(
                        np.column_stack([stand_lon[among], stand_lat[among]])
                    )
                    sigma[i] = STAND_SIGMA_M
                    if wrong >= KNOWN:
                        slip = kind in (Kind.SLIP, Kind.COARSE)
                        cause[i] = str(Cause.COORDINATE_ERROR if slip else Cause.MISPLACED)
        if geometry[i] is None:
            settled[i] = False
        if not settled[i] or (i not in row_of and kind in (Kind.NEVER, Kind.VAGUE)):
            confidence[i] = float(choice.p_right[i])
        if fits:
            stand_at[i] = shapely.Point(stand_lon[stand], stand_lat[stand])
            stand_sigma[i] = max(float(stands.scatter_m[stand]), 3.0)
    has_stand = np.array([s is not None for s in stand_at], dtype=bool)
    due = found.evidence.due_days
    seldom = settled & (due >= LEAST_CHANCES) & (found.evidence.clear >= WELL_SEEN)
    seldom &= found.days_near() <= SELDOM * due
    seldom &= choice.p_unserved >= UNSERVED
    # Where nothing has stood yet, the record stands alone; that nobody comes shows in some days.
    unseen = (choice.kind == Kind.NEVER) & (due < settings.min_days)
    confirmed = (choice.kind != Kind.VAGUE) & ~unseen
    return pd.DataFrame(
        {
            "point_id": pd.Series([str(p) for p in frame.point_ids], dtype="str"),
            "geometry": pd.Series(geometry, dtype=object),
            "tolerance_m": tolerance,
            "sigma_m": sigma,
            "cause": pd.Series(cause, dtype="str"),
            "settled": settled,
            "stand": pd.Series(stand_at, dtype=object),
            "stand_sigma_m": stand_sigma,
            "stand_days": np.where(has_stand, days, 0),
            "seldom": seldom,
            "confirmed": confirmed,
            "confidence": np.clip(confidence, 0.01, 0.999),
        }
    )


def _place(geometry: Any, row: pd.Series, stand: int, stand_lon: Array, stand_lat: Array) -> Any:
    """The geometry at the proposed place; for a tolerance, where vehicles stand."""
    if row["cause"] == Cause.TOLERANCE and stand >= 0:
        return moved_to(geometry, float(stand_lon[stand]), float(stand_lat[stand]))
    return moved_to(geometry, float(row["proposed_lon"]), float(row["proposed_lat"]))


def usual_of(found: Found, pickups: pd.DataFrame) -> pd.DataFrame:
    """Return columns point_id, vehicle_id: who comes on a quarter of the due days at least.

    Where no stand is known, the vehicles that the schedule names.
    """
    frame, choice, stands = found.frame, found.choice, found.evidence.stands
    owner = pd.DataFrame({"stand": choice.stand, "point": np.arange(frame.points)})
    owner = owner[owner["stand"] >= 0]
    visits = pd.DataFrame(
        {"stand": stands.visit_stand, "vehicle": stands.visit_vehicle, "day": stands.visit_day}
    ).drop_duplicates()
    due = found.evidence.due
    told = pd.DataFrame({"point": due.point, "vehicle": due.vehicle, "day": due.day})
    met = owner.merge(visits, on="stand").merge(
        told.drop_duplicates(), on=["point", "vehicle", "day"]
    )
    count = met.groupby(["point", "vehicle"]).size().rename("days").reset_index()
    often = count["days"] >= 0.25 * np.maximum(found.evidence.due_days[count["point"]], 1)
    count = count[often]
    seen = pd.DataFrame(
        {
            "point_id": frame.point_ids[count["point"]].astype("str"),
            "vehicle_id": frame.vehicle_ids[count["vehicle"]].astype("str"),
        }
    )
    named = pickups.loc[pickups["vehicle_id"] != "", ["point_id", "vehicle_id"]].drop_duplicates()
    named = named[~named["point_id"].isin(seen["point_id"])]
    both = pd.concat([seen, named.astype("str")], ignore_index=True).astype("str")
    return both.sort_values(["point_id", "vehicle_id"], kind="stable").reset_index(drop=True)
