"""From what was chosen to what is told: places, corrections with their evidence, usual vehicles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.diagnosis.assignment import Choice
from routecheck.diagnosis.batches import Batch
from routecheck.diagnosis.evidence import Evidence
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.singles import Kind
from routecheck.diagnosis.variants import Slip
from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import DiagnoseSettings

RECORD_SIGMA_M = 5.0
"""A surveyed place: a few metres of the receiver that surveyed it."""
DATUM_SIGMA_M, SHIFT_SIGMA_M = 7.0, 12.0
"""The published formula is off by up to 7 m; a shift of unknown origin is known to a dozen."""
STAND_SIGMA_M = 10.0
"""Bins from where vehicles stop for them."""
JUST_OUTSIDE_M, ELSEWHERE_M = 20.0, 40.0
"""So far beyond the tolerance a stand is a question of tolerance (GPS and survey error; between
fix and bin a p95 of 23 m was measured); so far, of the place. In between it may as well be a
traffic light beside a point that nobody serves: nothing is proposed."""
OFTEN = 0.6
"""A misplaced point is served on its due days; a place met on few of them is a halt."""
HALF_SEEN = 0.5
"""Of the due days on which a service would be seen: a stand beyond the tolerance on fewer may be a
halt beside a point that is passed by."""
SAME_M = 50.0
"""A proposal this near to a rejected one is the same."""


@dataclass(frozen=True)
class Found:
    """All that the outcome is told from, in the order of the frame."""

    frame: Frame
    evidence: Evidence
    batches: list[Batch]
    move: tuple[Array, Array]
    slips: list[Slip]
    choice: Choice
    near_road: Bools
    recorded: pd.DataFrame
    fixed: Bools
    """Points that an operator knows better than the tracks: his place stands for the record."""

    def stand_days(self) -> Ints:
        """Due days on which a vehicle stood at the chosen stand."""
        return self.evidence.days_at(np.arange(self.frame.points), self.choice.stand)

    def days_near(self) -> Ints:
        """Due days with a stand within tolerance of where points are believed to be, at most."""
        pairs, stands, frame = self.evidence.pairs, self.evidence.stands, self.frame
        x, y = (
            s[pairs.stand] - m[pairs.point]
            for s, m in zip((stands.x, stands.y), self.move, strict=True)
        )
        near = frame.away_m(pairs.point, x, y) <= frame.tolerance_m[pairs.point]
        counted = np.bincount(pairs.point[near], pairs.days[near], minlength=frame.points)
        return counted.astype(np.int64)

    def days_at_record(self) -> Ints:
        """Most due days that any one stand within tolerance of the record has."""
        pairs, stands, frame = self.evidence.pairs, self.evidence.stands, self.frame
        away = frame.away_m(pairs.point, stands.x[pairs.stand], stands.y[pairs.stand])
        near = away <= frame.tolerance_m[pairs.point]
        result = np.zeros(frame.points, dtype=np.int64)
        np.maximum.at(result, pairs.point[near], pairs.days[near])
        return result


def corrections_of(
    found: Found, accepted: pd.DataFrame, settings: DiagnoseSettings
) -> pd.DataFrame:
    """Return CORRECTIONS: proposed ones, and those that an operator has decided on."""
    frame, choice = found.frame, found.choice
    batch_of = np.full(frame.points, -1, dtype=np.int64)
    for number, batch in enumerate(found.batches):
        batch_of[batch.points] = number
    days, at_record = found.stand_days(), found.days_at_record()
    confidence = 1.0 / (1.0 + np.exp(-np.clip(choice.margin, -7.0, 7.0)))
    rows: list[dict[str, Any]] = []
    for i in range(frame.points):
        if found.fixed[i]:
            continue
        row = _proposal(found, i, int(batch_of[i]), int(days[i]), float(confidence[i]), settings)
        if row is None:
            continue
        row["criteria"] |= {
            "days_due": int(found.evidence.due_days[i]),
            "days_at_proposed": int(days[i]),
            "days_at_recorded": int(at_record[i]),
        }
        if batch_of[i] >= 0 and not row["days"]:
            # Its own place was not seen: what is known, the others of its batch have shown.
            others = days[found.batches[batch_of[i]].points]
            row["criteria"]["batch_days"] = (
                int(np.median(others[others > 0])) if others.any() else 0
            )
        rows.append(row)
    return _table(found, rows, accepted)


def _proposal(
    found: Found, i: int, batch: int, days: int, confidence: float, settings: DiagnoseSettings
) -> dict[str, Any] | None:
    """What is proposed for a point, or None.

    A point of a batch whose own place is in doubt is recorded in the batch's datum all the same.
    """
    row = _of_point(found, i, batch, days, confidence, settings)
    as_recorded = found.choice.kind[i] == Kind.SLIP and found.choice.slip[i] == len(found.slips)
    if row is None and batch >= 0 and not as_recorded:
        common = {"margin": round(float(found.choice.margin[i]), 1), "in_doubt": True}
        row = _of_batch(found, i, found.batches[batch], -1, days, common)
        row["confidence"] = float(np.clip(found.choice.p_right[i], 0.5, row["confidence"]))
    return row


def _of_point(
    found: Found, i: int, batch: int, days: int, confidence: float, settings: DiagnoseSettings
) -> dict[str, Any] | None:
    choice, frame = found.choice, found.frame
    kind, stand = Kind(int(choice.kind[i])), int(choice.stand[i])
    stands = found.evidence.stands
    sure = confidence >= settings.min_confidence
    blurred = stand >= 0 and bool(stands.blurred[stand])
    in_right_place = kind in (Kind.OWN, Kind.SHARED, Kind.VAGUE, Kind.NEVER)
    common = {
        "margin": round(float(choice.margin[i]), 1),
        "next_best": Kind(int(choice.rival[i])).name.lower() if choice.rival[i] >= 0 else "",
        "next_margin": round(float(choice.rival_margin[i]), 1),
    }
    if stand >= 0:
        common |= {
            "stood_s": round(float(np.exp(stands.log_stood[stand]))),
            "scatter_m": round(float(stands.scatter_m[stand]), 1),
        }
    if batch >= 0 and in_right_place:
        if kind is Kind.NEVER and choice.p_right[i] < settings.settled:
            return None
        return _of_batch(found, i, found.batches[batch], stand, days, common)
    if kind is Kind.OWN:
        beyond = float(choice.away_m[i]) - float(frame.tolerance_m[i])
        if beyond <= 0.5 * float(stands.sigma_m[stand]) or days < settings.min_days or not sure:
            return None
        if days < HALF_SEEN * found.evidence.due_days[i] * found.evidence.service[i]:
            return None  # a halt on some days, at a point that is not served
        if blurred:
            return None  # nobody can say that it lies outside
        x, y = float(stands.x[stand]), float(stands.y[stand])
        reach = float(choice.away_m[i]) + 2.0 * float(stands.scatter_m[stand]) + 5.0
        if beyond <= JUST_OUTSIDE_M:
            return {
                "i": i, "cause": Cause.TOLERANCE, "x": x, "y": y, "days": days,
                "offset_m": float(choice.away_m[i]), "confidence": confidence,
                "tolerance": float(np.ceil(reach / 5.0) * 5.0),
                "criteria": common | {"say": "tolerance",
                                      "distance_m": round(float(choice.away_m[i]), 1)},
            }  # fmt: skip
        if beyond <= ELSEWHERE_M:
            return None
        return _moved(i, Cause.MISPLACED, x, y, days, confidence, common | {"say": "misplaced"})
    if kind in (Kind.SLIP, Kind.SLIP_ONLY):
        slip = int(choice.slip[i])
        if slip >= len(found.slips) or not sure:
            return None
        reading = found.slips[slip]
        x, y = float(reading.x[i]), float(reading.y[i])
        if stand >= 0:
            x, y = _between(x, y, RECORD_SIGMA_M, float(stands.x[stand]), float(stands.y[stand]))
        said = {"say": "coordinate_error", "slip": reading.name}
        return _moved(i, Cause.COORDINATE_ERROR, x, y, days, confidence, common | said)
    if kind in (Kind.COARSE, Kind.MOVED):
        often = days > OFTEN * found.evidence.due_days[i]
        if not sure or days < settings.min_days or not often or blurred:
            return None
        x, y = float(stands.x[stand]), float(stands.y[stand])
        if kind is Kind.COARSE:
            said = {"say": "coordinate_error", "slip": "digits"}
            return _moved(i, Cause.COORDINATE_ERROR, x, y, days, confidence, common | said)
        # In a batch of another datum that fault comes first, wherever else the record is wrong.
        if batch >= 0:
            said = {
                "say": "batch_datum",
                "reading": found.batches[batch].reading,
                "and": "misplaced",
            }
            return _moved(i, Cause.DATUM, x, y, days, confidence, common | said)
        return _moved(i, Cause.MISPLACED, x, y, days, confidence, common | {"say": "misplaced"})
    return None


def _moved(
    i: int, cause: Cause, x: float, y: float, days: int, confidence: float, criteria: dict[str, Any]
) -> dict[str, Any]:
    return {
        "i": i, "cause": cause, "x": x, "y": y, "days": days, "confidence": confidence,
        "tolerance": np.nan, "criteria": criteria,
    }  # fmt: skip


def _between(
    x: float, y: float, sigma_m: float, stand_x: float, stand_y: float
) -> tuple[float, float]:
    """The place that agrees best with what the record says and where vehicles stop."""
    weight = sigma_m**2 / (sigma_m**2 + STAND_SIGMA_M**2)
    return x + weight * (stand_x - x), y + weight * (stand_y - y)


def _of_batch(
    found: Found, i: int, batch: Batch, stand: int, days: int, common: dict[str, Any]
) -> dict[str, Any]:
    stands = found.evidence.stands
    x, y = found.frame.x[i] + found.move[0][i], found.frame.y[i] + found.move[1][i]
    known = batch.reading != "shift"
    if stand >= 0 and found.choice.away_m[i] <= 40.0:
        sigma = DATUM_SIGMA_M if known else SHIFT_SIGMA_M
        x, y = _between(x, y, sigma, float(stands.x[stand]), float(stands.y[stand]))
    # The batch is beyond doubt at its gain; a point alone may be of the share that is not in it.
    alone = 0.995 if stand >= 0 else 0.5 + 0.5 * batch.supporting / (len(batch.points) + 1)
    confidence = min(alone, 1.0 / (1.0 + np.exp(-min(batch.gain, 10.0))))
    criteria = common | {
        "say": "batch_datum" if known else "batch_shift",
        "reading": batch.reading,
        "batch": batch.name,
        "level": batch.level,
        "batch_points": max(len(batch.points), batch.supporting),
        "supporting": batch.supporting,
        "gain": round(batch.gain, 1),
        "next_reading": batch.next_reading,
        "next_gain": round(batch.next_gain, 1),
    }
    if not known:
        k = int(np.flatnonzero(batch.points == i)[0])
        criteria |= {
            "east_m": round(float(batch.dx[k]), 1),
            "north_m": round(float(batch.dy[k]), 1),
        }
    return _moved(i, Cause.DATUM, float(x), float(y), days, float(confidence), criteria)


def _table(found: Found, rows: list[dict[str, Any]], accepted: pd.DataFrame) -> pd.DataFrame:
    frame, recorded = found.frame, found.recorded
    which = np.array([row["i"] for row in rows], dtype=np.int64)
    x, y = (np.array([row[name] for row in rows], dtype=np.float64) for name in ("x", "y"))
    # To the centimetre, as they are kept: what is accepted is what was judged by before.
    lon, lat = (np.round(degrees, 7) for degrees in frame.plane.to_degrees(x, y))
    geometry = recorded["geometry"].to_numpy()
    centre = shapely.centroid(np.array([g if g == g else None for g in geometry], dtype=object))
    own_lon, own_lat = shapely.get_x(centre)[which], shapely.get_y(centre)[which]
    offset = np.hypot(x - frame.x[which], y - frame.y[which])
    offset = np.array(
        [row.get("offset_m", away) for row, away in zip(rows, offset, strict=True)],
        dtype=np.float64,
    )
    table = pd.DataFrame(
        {
            "point_id": pd.Series([str(frame.point_ids[i]) for i in which], dtype="str"),
            "cause": pd.Series([str(row["cause"]) for row in rows], dtype="str"),
            "recorded_lon": own_lon,
            "recorded_lat": own_lat,
            "proposed_lon": lon,
            "proposed_lat": lat,
            "offset_m": offset,
            "days_seen": np.array([row["days"] for row in rows], dtype=np.int64),
            "confidence": np.array([row["confidence"] for row in rows], dtype=np.float64),
            "proposed_tolerance_m": np.array([row["tolerance"] for row in rows], dtype=np.float64),
            "state": pd.Series([str(CorrectionState.PROPOSED)] * len(rows), dtype="str"),
            "criteria": pd.Series([row["criteria"] for row in rows], dtype=object),
        }
    )
    decided = accepted[accepted["state"] != str(CorrectionState.PROPOSED)]
    decided = decided[decided["point_id"].isin(frame.point_ids)]
    if decided.empty:
        return table
    held = decided.loc[decided["state"] == str(CorrectionState.ACCEPTED), "point_id"]
    table = table[~_rejected_before(table, decided) & ~table["point_id"].isin(held)]
    kept = [part for part in (table, decided) if len(part)]
    order = pd.Series(np.arange(frame.points), index=frame.point_ids)
    table = pd.concat(kept, ignore_index=True)
    return table.iloc[np.argsort(order[table["point_id"]].to_numpy(), kind="stable")].reset_index(
        drop=True
    )


def _rejected_before(table: pd.DataFrame, decided: pd.DataFrame) -> Bools:
    from routecheck.geo.plane import distance_m

    rejected = decided[decided["state"] == str(CorrectionState.REJECTED)]
    rejected = rejected.drop_duplicates("point_id", keep="last").set_index("point_id")
    old = rejected.reindex(table["point_id"])
    away = distance_m(
        table["proposed_lon"].to_numpy(), table["proposed_lat"].to_numpy(),
        old["proposed_lon"].to_numpy(), old["proposed_lat"].to_numpy(),
    )  # fmt: skip
    same = old["cause"].to_numpy() == table["cause"].to_numpy()
    return np.asarray(same & (np.nan_to_num(away, nan=np.inf) <= SAME_M))
