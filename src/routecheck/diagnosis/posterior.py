"""The posterior over places: for every point the places it may be at, and how probable each is.

Every hypothesis puts a point somewhere: at its record, at a stand, where a slip read otherwise puts
it, or elsewhere, not seen. Its probability is what choosing found: how much the best explanation of
all points and stands together loses when this hypothesis is made to hold. Hypotheses that put
the point at one place are one candidate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.findings import Findings
from routecheck.diagnosis.hypotheses import Kind
from routecheck.domain.arrays import Array, Ints
from routecheck.domain.codes import Basis, CorrectionState
from routecheck.domain.tables import CANDIDATES, TEXT
from routecheck.geo.plane import distance_m


@dataclass(frozen=True)
class _Rows:
    """Hypotheses that count, in columns, by point and the likeliest first; metres of the frame.

    `x` and `y` are NaN where the place is elsewhere and not seen; `stand` is -1: none.
    """

    point: Ints
    stand: Ints
    weight: Array
    x: Array
    y: Array
    sigma_m: Array


def candidates_of(findings: Findings, corrections: pd.DataFrame) -> pd.DataFrame:
    """Return CANDIDATES: the places that each point may be at.

    Args:
        findings: what was chosen for every point, and how sure each hypothesis is.
        corrections: CORRECTIONS, of `corrections_of`: what is proposed or accepted.
    """
    frame, rows = findings.frame, _weighed(findings)
    head = _one_place(rows)
    total = np.bincount(head, weights=rows.weight, minlength=len(head))
    # The stand of a candidate is the one that the likeliest of its hypotheses names.
    named = np.flatnonzero(rows.stand >= 0)
    stand = np.full(len(head), -1, dtype=np.int64)
    heads, first = np.unique(head[named], return_index=True)
    stand[heads] = rows.stand[named[first]]
    kept = np.flatnonzero(head == np.arange(len(head)))
    kept = kept[np.lexsort((-total[kept], rows.point[kept]))]
    point, x, y = rows.point[kept], rows.x[kept], rows.y[kept]
    lon, lat = frame.plane.to_degrees(x, y)
    geometry = findings.recorded["geometry"].to_numpy()
    centre = shapely.centroid(np.array([g if g == g else None for g in geometry], dtype=object))
    offset_m = distance_m(shapely.get_x(centre)[point], shapely.get_y(centre)[point], lon, lat)
    known = ~np.isnan(x)
    probability = np.clip(total[kept], *lk.PLACE_BOUNDS)
    table = pd.DataFrame(
        {
            "point_id": pd.Series(frame.point_ids[point].astype(str), dtype=TEXT),
            "rank": _counted(point),
            "lon": np.round(lon, 7),
            "lat": np.round(lat, 7),
            "sigma_m": np.where(known, rows.sigma_m[kept], np.nan),
            "probability": probability,
            "basis": _basis(findings, point, known, lon, lat, offset_m, corrections),
            "offset_m": offset_m,
            "days_seen": findings.evidence.days_at(point, stand[kept]),
            "days_due": findings.evidence.due_days[point],
        }
    )
    return CANDIDATES.check(table)


def doubted(candidates: pd.DataFrame) -> pd.DataFrame:
    """Return CANDIDATES of which none is sure: records and stands disagree for another reason."""
    basis = candidates["basis"].replace(str(Basis.PROPOSED), str(Basis.LEARNT))
    return candidates.assign(
        basis=basis.astype(TEXT), probability=candidates["probability"].clip(upper=lk.IN_DOUBT)
    )


def as_recorded(candidates: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return CANDIDATES with some points at their record alone.

    Args:
        candidates: of all points.
        places: PLACES of those whose record is known better than the tracks show it yet.
    """
    mine = candidates[candidates["point_id"].isin(places["point_id"])]
    days_due = mine.groupby("point_id")["days_due"].first().reindex(places["point_id"])
    geometry = places["geometry"].to_numpy()
    centre = shapely.centroid(np.array([g if g == g else None for g in geometry], dtype=object))
    known = ~shapely.is_missing(centre)
    taken = pd.DataFrame(
        {
            "point_id": places["point_id"].array,
            "rank": np.zeros(len(places), dtype=np.int64),
            "lon": np.round(shapely.get_x(centre), 7),
            "lat": np.round(shapely.get_y(centre), 7),
            "sigma_m": np.where(known, places["sigma_m"], np.nan),
            "probability": np.where(places["settled"], places["confidence"], lk.IN_DOUBT),
            "basis": pd.Series(
                np.where(known, str(Basis.RECORDED), str(Basis.UNKNOWN)), dtype=TEXT
            ),
            "offset_m": np.where(known, 0.0, np.nan),
            "days_seen": np.zeros(len(places), dtype=np.int64),
            "days_due": days_due.fillna(0).to_numpy(dtype=np.int64),
        }
    )
    others = candidates[~candidates["point_id"].isin(places["point_id"])]
    return CANDIDATES.check(pd.concat([others, taken], ignore_index=True))


def _weighed(findings: Findings) -> _Rows:
    """Hypotheses that count; of points beyond doubt the one that was chosen."""
    choice, every = findings.choice, findings.hypotheses
    sure = np.ones(findings.frame.points, dtype=bool)
    sure[list(choice.weights)] = False
    rows = np.concatenate([choice.row[sure], *(rows for rows, _ in choice.weights.values())])
    weight = np.concatenate([np.ones(int(sure.sum())), *(w for _, w in choice.weights.values())])
    counted = np.flatnonzero(weight > lk.NEVER_WEIGHED)
    rows, weight = rows[counted], weight[counted]
    order = np.lexsort((-weight, every.point[rows]))
    rows, weight = rows[order], weight[order]
    return _Rows(every.point[rows], every.stand[rows], weight, *_places(findings, rows))


def _places(findings: Findings, rows: Ints) -> tuple[Array, Array, Array]:
    """Where hypotheses put their points (m), and how exactly (one axis, m)."""
    frame, every, stands = findings.frame, findings.hypotheses, findings.evidence.stands
    point, kind, stand = every.point[rows], every.kind[rows], every.stand[rows]
    move_x, move_y = findings.move[0][point], findings.move[1][point]
    x, y = frame.x[point] + move_x, frame.y[point] + move_y
    in_batch = (move_x != 0.0) | (move_y != 0.0)
    sigma_m = np.where(in_batch, par.DATUM_SIGMA_M, par.RECORD_SIGMA_M)
    read = np.isin(kind, (Kind.SLIP, Kind.SLIP_ONLY))
    for number in np.unique(every.slip[rows[read]]).tolist():
        at = np.flatnonzero(read & (every.slip[rows] == number))
        # Beyond the known slips: in a batch, and as it was recorded.
        as_read = number < len(findings.slips)
        source = findings.slips[number] if as_read else frame
        x[at], y[at] = source.x[point[at]], source.y[point[at]]
    at = np.flatnonzero(
        np.isin(kind, (Kind.MOVED, Kind.FAR, Kind.COARSE, Kind.LEFT)) | findings.shown_by(rows)
    )
    x[at], y[at] = stands.x[stand[at]], stands.y[stand[at]]
    sigma_m[at] = np.hypot(par.STAND_SIGMA_M, stands.sigma_m[stand[at]])
    x[kind == Kind.UNSEEN] = y[kind == Kind.UNSEEN] = np.nan
    return x, y, sigma_m


def _one_place(rows: _Rows) -> Ints:
    """For each row the row that stands for its place.

    The likeliest of a point draws in what lies about it, then the likeliest of the rest.
    """
    head = np.full(len(rows.point), -1, dtype=np.int64)
    while (head < 0).any():
        left = np.flatnonzero(head < 0)
        point = rows.point[left]
        first = left[np.unique(point, return_index=True)[1]]
        of = first[np.searchsorted(rows.point[first], point)]
        near = np.hypot(rows.x[left] - rows.x[of], rows.y[left] - rows.y[of]) <= par.ONE_PLACE_M
        near |= np.isnan(rows.x[left]) & np.isnan(rows.x[of])
        near |= left == of
        head[left[near]] = of[near]
    return head


def _counted(point: Ints) -> Ints:
    """How many rows of the same point stand before each, where those of a point are together."""
    first = np.searchsorted(point, point, side="left")
    return np.asarray(np.arange(len(point)) - first, dtype=np.int64)


def _basis(
    findings: Findings,
    point: Ints,
    known: np.ndarray,
    lon: Array,
    lat: Array,
    offset_m: Array,
    corrections: pd.DataFrame,
) -> pd.Series:
    """How each candidate is known: recorded, decided or proposed to be there, or learnt."""
    states = (CorrectionState.PROPOSED, CorrectionState.ACCEPTED)
    basis = np.where(known, str(Basis.LEARNT), str(Basis.UNKNOWN)).astype(object)
    basis[known & (offset_m <= par.ONE_PLACE_M)] = str(Basis.RECORDED)
    held = corrections[corrections["state"].isin([str(state) for state in states])]
    held = held.drop_duplicates("point_id", keep="last").set_index("point_id")
    mine = held.reindex(findings.frame.point_ids[point])
    away_m = distance_m(mine["proposed_lon"].to_numpy(), mine["proposed_lat"].to_numpy(), lon, lat)
    for state, name in zip(states, (Basis.PROPOSED, Basis.ACCEPTED), strict=True):
        there = (mine["state"] == str(state)).to_numpy() & known
        basis[there & (away_m <= par.ONE_PLACE_M)] = str(name)
    return pd.Series(basis, dtype=TEXT)
