"""The whole diagnosis of a range of dates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import gather
from routecheck.diagnosis.assignment import choose
from routecheck.diagnosis.batches import find_batches
from routecheck.diagnosis.corrections import corrections_of, proposals_apart_m
from routecheck.diagnosis.exchanges import with_order
from routecheck.diagnosis.findings import Findings
from routecheck.diagnosis.frame import Frame, make_frame
from routecheck.diagnosis.habits import Habits, habits_of
from routecheck.diagnosis.history import cell_number, cells_of
from routecheck.diagnosis.hypotheses import hypotheses_of
from routecheck.diagnosis.keys import lookup
from routecheck.diagnosis.misreadings import lattice, slips
from routecheck.diagnosis.places import places_of, usual_of
from routecheck.diagnosis.posterior import candidates_of
from routecheck.diagnosis.stands import has_neighbour
from routecheck.domain.arrays import Array, Bools
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import CORRECTIONS, HISTORY, PICKUPS, PLACES, POINTS
from routecheck.geo.shapes import moved_to
from routecheck.registry.records import valid_points


@dataclass(frozen=True)
class Diagnosis:
    """What the history shows of the records.

    Attributes:
        places: PLACES, one row a point.
        corrections: CORRECTIONS, proposed ones and those an operator has decided on.
        usual: columns point_id, vehicle_id: which vehicles usually serve a point.
        unaided: PLACES, by the tracks alone, of the points whose accepted place is another: for
            the days before their correction holds.
        candidates: CANDIDATES: all places that each point may be at, and how probable each is.
        habits: what was learnt of all points and vehicles together.
    """

    places: pd.DataFrame
    corrections: pd.DataFrame
    usual: pd.DataFrame
    unaided: pd.DataFrame
    candidates: pd.DataFrame
    habits: Habits


def diagnose(
    history: pd.DataFrame,
    pickups: pd.DataFrame,
    points: pd.DataFrame,
    decided: pd.DataFrame,
    settings: DiagnoseSettings,
    unread: Collection[str] = (),
) -> Diagnosis:
    """Infer for every point where it is believed to be, and which records are wrong.

    Args:
        history: HISTORY of some dates, in any order; may be empty.
        pickups: PICKUPS of the same dates.
        points: POINTS as recorded; of several records of a point the one that holds on the last
            date is diagnosed.
        decided: CORRECTIONS that an operator has accepted or rejected. An accepted one is taken
            for the place of its point, and changes nothing for the others where the tracks show
            the same; a rejected one is not proposed again.
        settings: thresholds.
        unread: points of which the schedule has a row that could not be read: nothing is due at
            them, and the stands that may be theirs are nobody else's for sure.

    Returns:
        `Diagnosis`. Positions in WGS-84, distances in metres.

    Raises:
        TableError: a table is not what its declaration in `domain.tables` requires.
    """
    HISTORY.check(history)
    PICKUPS.check(pickups)
    POINTS.check(points)
    CORRECTIONS.check(decided)
    if len(history):
        points = valid_points(points, max(history["service_date"]))
    tables = (history, pickups, points)
    lost = points["point_id"].isin(list(unread)).to_numpy()
    findings = _find(*tables, np.zeros(len(points), dtype=bool), points, lost, settings)
    # That an operator accepts a proposal is no further evidence: the other points are inferred
    # from the tracks alone, whatever was accepted. Only where he knows better than the tracks,
    # his places stand for the records.
    known = _known_better(findings, decided, settings)
    unaided = PLACES.empty()
    if known.any():
        before = places_of(findings, corrections_of(findings, decided[:0], settings), settings)
        unaided = before[known].reset_index(drop=True)
        findings = _find(*tables, known, _with_accepted(points, decided, known), lost, settings)
    corrections = corrections_of(findings, decided, settings)
    shown = findings.evidence
    return Diagnosis(
        places=PLACES.check(places_of(findings, corrections, settings)),
        corrections=CORRECTIONS.check(corrections),
        usual=usual_of(findings, pickups),
        unaided=PLACES.check(unaided),
        candidates=candidates_of(findings, corrections),
        habits=habits_of(
            findings.frame, shown.stands, shown.usual_stand, shown.rates, shown.due_days
        ),
    )


def _find(
    history: pd.DataFrame,
    pickups: pd.DataFrame,
    recorded: pd.DataFrame,
    fixed: Bools,
    points: pd.DataFrame,
    unread: Bools,
    settings: DiagnoseSettings,
) -> Findings:
    """Choose what holds of every point; those that are `fixed` lie where `points` has them."""
    frame = make_frame(history, pickups, points, settings)
    evidence = gather(history, pickups, frame, settings)
    batches, move = find_batches(evidence, frame, points, ~fixed, settings)
    share = np.full(frame.points, np.nan)
    for batch in batches:
        if not batch.scattered:
            share[batch.points] = batch.share
    known_slips = slips(frame, points) + [b.slip(frame) for b in batches if b.scattered]
    x, y = frame.x + move[0], frame.y + move[1]
    near_road = _near_road(history, frame, x, y)
    hypotheses = hypotheses_of(
        evidence,
        frame,
        move,
        share,
        known_slips,
        lattice(frame, points),
        near_road,
        unread,
        settings,
    )
    copied = has_neighbour(x, y, np.zeros(frame.points, dtype=np.int64), par.COPIED_M)
    choice = choose(hypotheses, evidence.stands, frame.tolerance_m, copied)
    # Of single points nothing is proposed before: until then it does not matter whose is whose.
    for _ in range(par.EXCHANGES if frame.days >= settings.min_days else 0):
        ordered = with_order(hypotheses, choice, evidence, frame)
        if ordered is None:
            break
        choice = choose(ordered, evidence.stands, frame.tolerance_m, copied)
    return Findings(
        frame=frame,
        evidence=evidence,
        batches=batches,
        move=move,
        slips=known_slips,
        hypotheses=hypotheses,
        choice=choice,
        near_road=near_road,
        recorded=recorded,
        fixed=fixed,
    )


def _known_better(findings: Findings, decided: pd.DataFrame, settings: DiagnoseSettings) -> Bools:
    """Points whose accepted place is not the one that the tracks show now."""
    accepted = _accepted_places(decided)
    result = np.zeros(findings.frame.points, dtype=bool)
    if accepted.empty:
        return result
    now = corrections_of(findings, decided[:0], settings).set_index("point_id")
    away_m = proposals_apart_m(accepted, now.reindex(accepted["point_id"]))
    other = accepted["point_id"][~(away_m <= par.ONE_PLACE_M)]
    rows = findings.frame.point_codes(other)
    result[rows[rows >= 0]] = True
    return result


def _accepted_places(decided: pd.DataFrame) -> pd.DataFrame:
    """The accepted corrections that move a point; a wider tolerance does not."""
    accepted = decided[decided["state"] == str(CorrectionState.ACCEPTED)]
    moving = (accepted["cause"] != str(Cause.TOLERANCE)) & accepted["proposed_lon"].notna()
    return accepted[moving].drop_duplicates("point_id", keep="last").reset_index(drop=True)


def _with_accepted(points: pd.DataFrame, decided: pd.DataFrame, which: Bools) -> pd.DataFrame:
    """Put the accepted places of some points in the place of their records."""
    accepted = _accepted_places(decided).set_index("point_id")
    geometry = points["geometry"].to_numpy(copy=True)
    for i in np.flatnonzero(which):
        row = accepted.loc[points["point_id"].iloc[i]]
        geometry[i] = moved_to(geometry[i], row["proposed_lon"], row["proposed_lat"])
    return points.assign(geometry=pd.Series(geometry, dtype=object))


def _near_road(history: pd.DataFrame, frame: Frame, x: Array, y: Array) -> Bools:
    """Whether any vehicle came within a hundred metres of the tolerance of each place (m)."""
    passes = history[(history["kind"] == "pass").to_numpy()]
    row, column = cells_of(passes["lon"].to_numpy(), passes["lat"].to_numpy())
    visited = np.unique(cell_number(row, column))
    near = np.zeros(frame.points, dtype=bool)
    if not len(visited):
        return near
    places = np.flatnonzero(~np.isnan(x))
    reach_m = frame.tolerance_m[places] + par.APPROACH_M + frame.half_size_m[places]
    steps = int(np.ceil(float(reach_m.max(initial=0.0)) / par.CELL_LEAST_M)) + 1
    around = np.arange(-steps, steps + 1)
    own_row, own_column = cells_of(*frame.plane.to_degrees(x[places], y[places]))
    column = own_column[:, None] + around
    for i in around:
        row = own_row[:, None] + i
        cx, cy = frame.plane.to_metres((column + 0.5) * par.CELL_DEG, (row + 0.5) * par.CELL_DEG)
        close = np.hypot(cx - x[places, None], cy - y[places, None]) <= reach_m[:, None]
        near[places] |= (close & lookup(visited, cell_number(row, column))[1]).any(axis=1)
    return near
