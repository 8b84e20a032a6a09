"""The whole diagnosis of a range of dates."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.diagnosis.assignment import choose
from routecheck.diagnosis.batches import find_batches
from routecheck.diagnosis.evidence import gather
from routecheck.diagnosis.exchanges import order_told
from routecheck.diagnosis.frame import Frame, make_frame
from routecheck.diagnosis.history import CELL_DEG
from routecheck.diagnosis.outcome import Found, corrections_of
from routecheck.diagnosis.places import places_of, usual_of
from routecheck.diagnosis.singles import options
from routecheck.diagnosis.stands import near_pairs
from routecheck.diagnosis.variants import lattice, slips
from routecheck.domain.arrays import Array, Bools
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import CORRECTIONS, HISTORY, PICKUPS, PLACES, POINTS
from routecheck.geo.plane import distance_m
from routecheck.geo.shapes import moved_to
from routecheck.registry.records import valid_points

COPIED_M = 12.0
"""Closer than this, two records may be one copied from the other (facts: GPS error)."""
AGREES_M = 25.0
"""Two places this near to each other are one: stands so close are one place for a point."""
EXCHANGES = 2
"""Exchanges are told by what was chosen: once more, where that brought others within reach."""
APPROACH_M = 100.0
"""Beyond the tolerance: a record that no vehicle ever came so near to lies off the road."""


@dataclass(frozen=True)
class Diagnosis:
    """What the history says of the records.

    Attributes:
        places: PLACES, one row a point.
        corrections: CORRECTIONS, proposed ones and those an operator has decided on.
        usual: columns point_id, vehicle_id: which vehicles usually serve a point.
        unaided: PLACES, by the tracks alone, of the points whose accepted place is another: for
            the days before their correction holds.
    """

    places: pd.DataFrame
    corrections: pd.DataFrame
    usual: pd.DataFrame
    unaided: pd.DataFrame


def diagnose(
    history: pd.DataFrame,
    pickups: pd.DataFrame,
    points: pd.DataFrame,
    accepted: pd.DataFrame,
    settings: DiagnoseSettings,
    zone: ZoneInfo,
) -> Diagnosis:
    """Tell for every point where it is believed to be, and which records are wrong.

    Args:
        history: HISTORY of some dates, in any order; may be empty.
        pickups: PICKUPS of the same dates.
        points: POINTS as recorded; of several validities of a point the last that has begun
            by the last date is diagnosed.
        accepted: CORRECTIONS that an operator has accepted or rejected. An accepted one is taken
            for the place of its point, and changes nothing for the others where the tracks tell
            the same; a rejected one is not proposed again.
        settings: thresholds.
        zone: zone of the dates (HISTORY carries local dates already).

    Returns:
        `Diagnosis`. Positions in WGS-84, distances in metres.
    """
    HISTORY.check(history)
    PICKUPS.check(pickups)
    POINTS.check(points)
    CORRECTIONS.check(accepted)
    del zone  # dates are local already
    if len(history):
        points = valid_points(points, max(history["service_date"]))
    tables = (history, pickups, points)
    found = _find(*tables, np.zeros(len(points), dtype=bool), points, settings)
    # That an operator accepts what was found is no further evidence: the other points are told
    # from the tracks alone, whatever was accepted. Only where he knows better than the tracks,
    # his places stand for the records.
    known = _known_better(found, accepted, settings)
    unaided = PLACES.empty()
    if known.any():
        before = places_of(found, corrections_of(found, accepted[:0], settings), settings)
        unaided = before[known].reset_index(drop=True)
        found = _find(*tables, known, _with_accepted(points, accepted, known), settings)
    corrections = corrections_of(found, accepted, settings)
    return Diagnosis(
        places=PLACES.check(places_of(found, corrections, settings)),
        corrections=CORRECTIONS.check(corrections),
        usual=usual_of(found, pickups),
        unaided=PLACES.check(unaided),
    )


def _find(
    history: pd.DataFrame,
    pickups: pd.DataFrame,
    recorded: pd.DataFrame,
    fixed: Bools,
    points: pd.DataFrame,
    settings: DiagnoseSettings,
) -> Found:
    """Choose what holds of every point; those that are `fixed` lie where `points` has them."""
    frame = make_frame(history, pickups, points, settings)
    evidence = gather(history, pickups, frame, settings)
    batches, move_x, move_y = find_batches(evidence, frame, points, ~fixed, settings)
    in_batch = np.zeros(frame.points, dtype=bool)
    for batch in batches:
        in_batch[batch.points] = True
    known = slips(frame, points)
    near_road = _near_road(history, frame, frame.x + move_x, frame.y + move_y)
    opts = options(
        evidence, frame, (move_x, move_y), in_batch, known, lattice(frame, points), near_road,
        settings,
    )  # fmt: skip
    copied = _copied(frame.x + move_x, frame.y + move_y, frame.located)
    choice = choose(opts, evidence.stands, frame.tolerance_m, copied)
    # Of single points nothing is proposed before: until then it does not matter whose is whose.
    for _ in range(EXCHANGES if frame.days >= settings.min_days else 0):
        told = order_told(opts, choice, evidence, frame)
        if told is None:
            break
        choice = choose(told, evidence.stands, frame.tolerance_m, copied)
    return Found(
        frame=frame,
        evidence=evidence,
        batches=batches,
        move=(move_x, move_y),
        slips=known,
        choice=choice,
        near_road=near_road,
        recorded=recorded,
        fixed=fixed,
    )


def _known_better(found: Found, accepted: pd.DataFrame, settings: DiagnoseSettings) -> Bools:
    """Points whose accepted place is not the one that the tracks tell now."""
    said = _accepted_places(accepted)
    result = np.zeros(found.frame.points, dtype=bool)
    if said.empty:
        return result
    now = corrections_of(found, accepted[:0], settings).set_index("point_id")
    now = now.reindex(said["point_id"])
    away = distance_m(
        said["proposed_lon"].to_numpy(), said["proposed_lat"].to_numpy(),
        now["proposed_lon"].to_numpy(), now["proposed_lat"].to_numpy(),
    )  # fmt: skip
    other = said["point_id"][~(np.nan_to_num(away, nan=np.inf) <= AGREES_M)]
    rows = found.frame.point_codes(other)
    result[rows[rows >= 0]] = True
    return result


def _accepted_places(accepted: pd.DataFrame) -> pd.DataFrame:
    """The accepted corrections that move a point; a wider tolerance does not."""
    said = accepted[accepted["state"] == str(CorrectionState.ACCEPTED)]
    said = said[(said["cause"] != str(Cause.TOLERANCE)) & said["proposed_lon"].notna()]
    return said.drop_duplicates("point_id", keep="last").reset_index(drop=True)


def _with_accepted(points: pd.DataFrame, accepted: pd.DataFrame, which: Bools) -> pd.DataFrame:
    """Put the accepted places of some points in the place of their records."""
    said = _accepted_places(accepted).set_index("point_id")
    geometry = points["geometry"].to_numpy(copy=True)
    for i in np.flatnonzero(which):
        row = said.loc[points["point_id"].iloc[i]]
        geometry[i] = moved_to(geometry[i], row["proposed_lon"], row["proposed_lat"])
    return points.assign(geometry=pd.Series(geometry, dtype=object))


def _copied(x: Array, y: Array, located: Bools) -> Bools:
    """Points within GPS error of another point's place."""
    rows = np.flatnonzero(located)
    nil = np.zeros(len(rows), dtype=np.int64)
    i, j = near_pairs(x[rows], y[rows], nil, x[rows], y[rows], nil, COPIED_M)
    result = np.zeros(len(x), dtype=bool)
    result[rows[i[i != j]]] = True
    return result


def _near_road(history: pd.DataFrame, frame: Frame, x: Array, y: Array) -> Bools:
    """Whether any vehicle came within a hundred metres of the tolerance of each place."""
    passes = history[(history["kind"] == "pass").to_numpy()]
    lon = np.floor(passes["lon"].to_numpy() / CELL_DEG).astype(np.int64)
    lat = np.floor(passes["lat"].to_numpy() / CELL_DEG).astype(np.int64)
    cells = np.unique(lat * 1_000_000 + lon)
    near = np.zeros(frame.points, dtype=bool)
    rows = np.flatnonzero(~np.isnan(x))
    reach = frame.tolerance_m[rows] + APPROACH_M + frame.half_size_m[rows]
    steps = int(np.ceil(float(reach.max(initial=0.0)) / 40.0)) + 1
    own_lon, own_lat = frame.plane.to_degrees(x[rows], y[rows])
    around = np.arange(-steps, steps + 1)
    column = np.floor(own_lon / CELL_DEG).astype(np.int64)[:, None] + around
    if not len(cells):
        return near
    for i in around:
        row = np.floor(own_lat / CELL_DEG).astype(np.int64)[:, None] + i
        cx, cy = frame.plane.to_metres((column + 0.5) * CELL_DEG, (row + 0.5) * CELL_DEG)
        close = np.hypot(cx - x[rows, None], cy - y[rows, None]) <= reach[:, None]
        key = row * 1_000_000 + column
        hit = cells[np.minimum(np.searchsorted(cells, key), len(cells) - 1)] == key
        near[rows] |= (close & hit).any(axis=1)
    return near
