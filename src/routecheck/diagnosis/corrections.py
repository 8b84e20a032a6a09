"""From what was chosen to corrections: what is proposed, with its evidence, or was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.batches import Batch
from routecheck.diagnosis.findings import Findings
from routecheck.diagnosis.hypotheses import Kind
from routecheck.domain.arrays import Array
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import TEXT
from routecheck.geo.plane import distance_m


@dataclass(frozen=True)
class _Proposal:
    """What is proposed for a point."""

    cause: Cause
    x: float
    """Metres, where the point is believed to be."""
    y: float
    confidence: float
    criteria: dict[str, Any]
    """What it rests on; `say` names the sentence."""
    tolerance_m: float = np.nan
    offset_m: float = np.nan
    """From the record, where that is not the distance of centroids."""


def corrections_of(
    findings: Findings, decided: pd.DataFrame, settings: DiagnoseSettings
) -> pd.DataFrame:
    """Return CORRECTIONS: proposed ones, and those that an operator has decided on.

    Args:
        findings: what was chosen for every point.
        decided: CORRECTIONS; those that an operator has accepted or rejected are kept.
        settings: thresholds.
    """
    frame, choice = findings.frame, findings.choice
    batch_of: list[Batch | None] = [None] * frame.points
    for one in findings.batches:
        for i in one.points.tolist() if not one.scattered else ():
            batch_of[i] = one
    days, at_record = findings.stand_days(), findings.days_at_record()
    odds = lk.SOFTENED * choice.margin
    confidence = 1.0 / (1.0 + np.exp(-np.clip(odds, -lk.SURE, lk.SURE)))
    proposals: dict[int, _Proposal] = {}
    for i in np.flatnonzero(~findings.fixed).tolist():
        batch = batch_of[i]
        proposal = _proposal(findings, i, batch, int(days[i]), float(confidence[i]), settings)
        if proposal is None:
            continue
        proposal.criteria["days_due"] = int(findings.evidence.due_days[i])
        proposal.criteria["days_at_proposed"] = int(days[i])
        proposal.criteria["days_at_recorded"] = int(at_record[i])
        if batch is not None and not days[i]:
            # Its own place was not seen: what is known, the others of its batch have shown.
            others = days[batch.points]
            typical = int(np.median(others[others > 0])) if others.any() else 0
            proposal.criteria["batch_days"] = typical
        proposals[i] = proposal
    return _with_decided(_table(findings, proposals, days), decided, frame.point_ids)


def _proposal(
    findings: Findings,
    i: int,
    batch: Batch | None,
    days: int,
    confidence: float,
    settings: DiagnoseSettings,
) -> _Proposal | None:
    """What is proposed for a point, or None.

    A point of a batch whose own place is in doubt is recorded in the batch's datum all the same.
    """
    choice = findings.choice
    proposal = _of_point(findings, i, batch, days, confidence, settings)
    as_recorded = choice.kind[i] == Kind.SLIP and choice.slip[i] == len(findings.slips)
    if proposal is not None or batch is None or as_recorded:
        return proposal
    criteria = {"margin": round(float(choice.margin[i]), 1), "in_doubt": True}
    return _of_batch(findings, i, batch, -1, criteria, most=float(choice.p_right[i]))


def _of_point(
    findings: Findings,
    i: int,
    batch: Batch | None,
    days: int,
    confidence: float,
    settings: DiagnoseSettings,
) -> _Proposal | None:
    """What is proposed by the hypothesis that was chosen for a point."""
    choice, stands = findings.choice, findings.evidence.stands
    due = findings.evidence.due_days[i]
    kind, stand = Kind(int(choice.kind[i])), int(choice.stand[i])
    sure = confidence >= settings.min_confidence
    criteria: dict[str, Any] = {
        "margin": round(float(choice.margin[i]), 1),
        "next_best": Kind(int(choice.rival[i])).name.lower() if choice.rival[i] >= 0 else "",
        "next_margin": round(float(choice.rival_margin[i]), 1),
    }
    x = y = np.nan
    if stand >= 0:
        x, y = float(stands.x[stand]), float(stands.y[stand])
        criteria["stood_s"] = round(float(np.exp(stands.log_stood[stand])))
        criteria["scatter_m"] = round(float(stands.scatter_m[stand]), 1)
    moved = findings.relocation(i)
    if batch is not None and moved is not None:
        # Another datum is reported first: its record is wrong wherever it was moved to.
        return _of_batch(findings, i, batch, moved[0], criteria)
    if batch is not None and kind in (Kind.OWN, Kind.SHARED, Kind.VAGUE, Kind.NEVER):
        if kind is Kind.NEVER and choice.p_right[i] < settings.settled:
            return None
        return _of_batch(findings, i, batch, stand, criteria)
    # A stand that no fix shows cannot be distinguished from one within tolerance.
    enough = days >= settings.min_days and not (stand >= 0 and bool(stands.blurred[stand]))
    if kind is Kind.OWN and sure and enough:
        return _beyond_tolerance(findings, i, stand, days, confidence, criteria)
    if kind in (Kind.SLIP, Kind.SLIP_ONLY) and sure and choice.slip[i] < len(findings.slips):
        slip = findings.slips[int(choice.slip[i])]
        at = float(slip.x[i]), float(slip.y[i])
        if stand >= 0:
            at = _between(*at, par.RECORD_SIGMA_M, x, y)
        scattered = findings.scattered_batch(int(choice.slip[i]))
        if scattered is not None:
            criteria |= _of_scattered(scattered)
            return _Proposal(Cause.DATUM, *at, confidence, criteria)
        criteria |= {"say": "coordinate_error", "slip": slip.name}
        return _Proposal(Cause.COORDINATE_ERROR, *at, confidence, criteria)
    surely = confidence >= max(settings.min_confidence, lk.ONE_PLACE)
    if kind is Kind.LEFT and moved is not None and surely and enough:
        if findings.device_moved[i]:
            return None
        criteria |= {"say": "relocated", "since": str(moved[2])}
        return _Proposal(Cause.MISPLACED, x, y, confidence, criteria)
    if kind in (Kind.COARSE, Kind.MOVED) and sure and enough and days > par.OFTEN * due:
        cause = Cause.MISPLACED
        if kind is Kind.COARSE:
            cause = Cause.COORDINATE_ERROR
            criteria |= {"say": "coordinate_error", "slip": "digits"}
        elif batch is not None:
            # A batch of another datum is reported first, wherever else the record is wrong.
            cause = Cause.DATUM
            criteria |= {"say": "batch_datum", "reading": batch.reading, "and": "misplaced"}
        else:
            criteria["say"] = "misplaced"
        return _Proposal(cause, x, y, confidence, criteria)
    return None


def _beyond_tolerance(
    findings: Findings,
    i: int,
    stand: int,
    days: int,
    confidence: float,
    criteria: dict[str, Any],
) -> _Proposal | None:
    """What is proposed for a point whose own stand lies beyond the tolerance of its record."""
    evidence, away_m = findings.evidence, float(findings.choice.away_m[i])
    stands = evidence.stands
    beyond_m = away_m - float(findings.frame.tolerance_m[i])
    if beyond_m <= par.BEYOND_SIGMAS * float(stands.sigma_m[stand]):
        return None
    if days < par.HALF_SEEN * evidence.due_days[i] * evidence.service[i]:
        return None  # a halt on some days, at a point that is not served
    x, y = float(stands.x[stand]), float(stands.y[stand])
    if beyond_m <= par.JUST_OUTSIDE_M:
        step_m = par.TOLERANCE_STEP_M
        reach_m = away_m + 2.0 * float(stands.scatter_m[stand]) + step_m
        wider_m = float(np.ceil(reach_m / step_m) * step_m)
        criteria |= {"say": "tolerance", "distance_m": round(away_m, 1)}
        return _Proposal(Cause.TOLERANCE, x, y, confidence, criteria, wider_m, away_m)
    if beyond_m <= par.MISPLACED_M:
        return None
    return _Proposal(Cause.MISPLACED, x, y, confidence, criteria | {"say": "misplaced"})


def _between(
    x: float, y: float, sigma_m: float, stand_x: float, stand_y: float
) -> tuple[float, float]:
    """The place that agrees best with the record and with where vehicles stop."""
    weight = sigma_m**2 / (sigma_m**2 + par.STAND_SIGMA_M**2)
    return x + weight * (stand_x - x), y + weight * (stand_y - y)


def _of_batch(
    findings: Findings,
    i: int,
    batch: Batch,
    stand: int,
    criteria: dict[str, Any],
    most: float | None = None,
) -> _Proposal:
    """What is proposed for a point of a batch.

    Args:
        findings: what was chosen for every point.
        i: the point.
        batch: its batch.
        stand: its own stand where the batch's reading puts it, -1: none.
        criteria: what it rests on; added to.
        most: probability that this place is right, where that is in doubt.
    """
    stands = findings.evidence.stands
    x = float(findings.frame.x[i] + findings.move[0][i])
    y = float(findings.frame.y[i] + findings.move[1][i])
    known = batch.reading != "shift"
    if stand >= 0 and findings.choice.away_m[i] <= par.BATCH_STAND_M:
        sigma_m = par.DATUM_SIGMA_M if known else par.SHIFT_SIGMA_M
        x, y = _between(x, y, sigma_m, float(stands.x[stand]), float(stands.y[stand]))
    # The batch is beyond doubt at its gain; a point alone may be of the share that is not in it.
    others = batch.supporting / (len(batch.points) + 1)
    alone = lk.IN_BATCH if stand >= 0 else 0.5 + 0.5 * others
    confidence = float(min(alone, 1.0 / (1.0 + np.exp(-min(batch.gain, lk.SURE_BATCH)))))
    if most is not None:
        confidence = float(np.clip(most, lk.IN_DOUBT, confidence))
    criteria |= {
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
        criteria["east_m"] = round(float(batch.dx[k]), 1)
        criteria["north_m"] = round(float(batch.dy[k]), 1)
    return _Proposal(Cause.DATUM, x, y, confidence, criteria)


def _of_scattered(batch: Batch) -> dict[str, Any]:
    """What a point rests on that is recorded in another datum like some about it."""
    return {
        "say": "batch_datum",
        "reading": batch.reading,
        "batch": batch.name,
        "level": batch.level,
        "batch_points": len(batch.points),
        "supporting": batch.supporting,
        "gain": round(batch.gain, 1),
    }


def _table(findings: Findings, proposals: dict[int, _Proposal], days: np.ndarray) -> pd.DataFrame:
    """CORRECTIONS of proposals by point."""
    frame = findings.frame
    which = np.array(list(proposals), dtype=np.int64)

    def column(name: str) -> Array:
        return np.array([getattr(one, name) for one in proposals.values()], dtype=np.float64)

    x, y, offset_m = column("x"), column("y"), column("offset_m")
    # To the centimetre, as they are kept: what is accepted is what was judged by before.
    lon, lat = (np.round(degrees, 7) for degrees in frame.plane.to_degrees(x, y))
    geometry = findings.recorded["geometry"].to_numpy()
    centre = shapely.centroid(np.array([g if g == g else None for g in geometry], dtype=object))
    away_m = np.hypot(x - frame.x[which], y - frame.y[which])
    causes = [str(one.cause) for one in proposals.values()]
    return pd.DataFrame(
        {
            "point_id": pd.Series([str(frame.point_ids[i]) for i in which], dtype=TEXT),
            "cause": pd.Series(causes, dtype=TEXT),
            "recorded_lon": shapely.get_x(centre)[which],
            "recorded_lat": shapely.get_y(centre)[which],
            "proposed_lon": lon,
            "proposed_lat": lat,
            "offset_m": np.where(np.isnan(offset_m), away_m, offset_m),
            "days_seen": days[which],
            "confidence": column("confidence"),
            "proposed_tolerance_m": column("tolerance_m"),
            "state": pd.Series([str(CorrectionState.PROPOSED)] * len(which), dtype=TEXT),
            "criteria": pd.Series([one.criteria for one in proposals.values()], dtype=object),
        }
    )


def _with_decided(
    proposed: pd.DataFrame, decided: pd.DataFrame, point_ids: pd.Index
) -> pd.DataFrame:
    """Add what an operator decided on, and leave out what he has accepted or rejected before."""
    decided = decided[decided["state"] != str(CorrectionState.PROPOSED)]
    decided = decided[decided["point_id"].isin(point_ids)]
    if decided.empty:
        return proposed
    accepted = decided.loc[decided["state"] == str(CorrectionState.ACCEPTED), "point_id"]
    rejected = decided[decided["state"] == str(CorrectionState.REJECTED)]
    rejected = rejected.drop_duplicates("point_id", keep="last").set_index("point_id")
    before = rejected.reindex(proposed["point_id"])
    again = before["cause"].to_numpy() == proposed["cause"].to_numpy()
    again &= proposals_apart_m(proposed, before) <= par.SAME_PROPOSAL_M
    still_open = proposed[~again & ~proposed["point_id"].isin(accepted)]
    kept = [part for part in (still_open, decided) if len(part)]
    table: pd.DataFrame = pd.concat(kept, ignore_index=True)
    rows = np.argsort(point_ids.get_indexer(pd.Index(table["point_id"])), kind="stable")
    return table.iloc[rows].reset_index(drop=True)


def proposals_apart_m(one: pd.DataFrame, other: pd.DataFrame) -> Array:
    """Return how far (m) the proposed places of two tables lie apart, row by row; inf: unknown."""
    away_m = distance_m(
        one["proposed_lon"].to_numpy(), one["proposed_lat"].to_numpy(),
        other["proposed_lon"].to_numpy(), other["proposed_lat"].to_numpy(),
    )  # fmt: skip
    return np.nan_to_num(away_m, nan=np.inf)
