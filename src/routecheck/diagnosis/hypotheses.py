"""Single points: what each may be, and which unexplained stand belongs to which point.

Every point has hypotheses, each with a log-probability up to a constant of its own: served where
it is believed to be, at a stand of its own or at a neighbour's; right and never served; written
wrongly in a known way; misplaced to some stand; misplaced, and the place not seen. A hypothesis
at a stand explains that stand, which as junk would have been as dense as junk lies about it. Each
stand is explained once: `assignment` chooses the hypotheses of all points together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence, vague_days
from routecheck.diagnosis.batches import log_near
from routecheck.diagnosis.claims import RIGHTLY, claims_of_homeless, claims_of_unread, log_offset
from routecheck.diagnosis.day_counts import share_worse
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.misreadings import Lattice, Slip
from routecheck.diagnosis.registry_context import affinity
from routecheck.diagnosis.relocations import Relocations, relocations_of
from routecheck.diagnosis.stands import has_neighbour
from routecheck.diagnosis.surroundings import (
    impossible,
    junk_density,
    outside_round,
    unseen_of_vehicle,
)
from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.settings import DiagnoseSettings


class Kind(IntEnum):
    """What a hypothesis claims of a point."""

    OWN = 0  # served where it is believed to be
    SHARED = 1  # served there, at a neighbour's stand
    NEVER = 2  # right, and never served (or not yet seen to be)
    SLIP = 3  # a known slip, at a stand
    SLIP_ONLY = 4  # a known slip, without a stand
    COARSE = 5  # digits cut off, at a stand in the box
    MOVED = 6  # misplaced, at a stand
    UNSEEN = 7  # misplaced, place not known
    VAGUE = 8  # served there as far as can be seen: stops between two fixes fit
    CLAIM = 9  # a stand that may be its own, of a point that is not judged: never chosen
    FAR = 10  # misplaced farther than a point is looked for: at a stand that serves nothing yet
    LEFT = 11  # served there until a day, and since then at another stand
    CAME = 12  # served at another stand until a day, and since then there


RIGHT = (Kind.OWN, Kind.SHARED, Kind.NEVER, Kind.VAGUE, Kind.CAME)
"""The hypotheses that the believed place is right."""


@dataclass(frozen=True)
class Hypotheses:
    """Hypotheses in columns; `stand` is -1 where one needs none of its own."""

    point: Ints
    stand: Ints
    kind: Ints
    slip: Ints
    value: Array
    """Log-probability, up to a constant of the point."""
    away_m: Array
    """From the stand to where the hypothesis puts the bins (kinds of right places), or offset."""
    unserved: Bools
    """The point is right, and hardly ever served: a stand beyond the tolerance on few days is a
    halt."""
    relocations: Relocations | None = None
    """What the kinds LEFT and CAME rest on."""


class _Rows:
    """Rows of hypotheses, as they are added."""

    def __init__(self, evidence: Evidence) -> None:
        self._pairs = evidence.pairs
        self._parts: list[tuple[Ints, Ints, Ints, Ints, Array, Array]] = []

    def at_stands(
        self, pairs: Ints, kind: Kind, value: Array, away_m: Array, slip: int = -1
    ) -> None:
        """Add one for each of some pairs of a point and a stand."""
        self.add(self._pairs.point[pairs], self._pairs.stand[pairs], kind, slip, value, away_m)

    def alone(self, points: Ints, kind: Kind, value: Array, slip: int = -1) -> None:
        """Add one for each of some points, at no stand."""
        n = len(points)
        self.add(points, np.full(n, -1, dtype=np.int64), kind, slip, value, np.full(n, np.nan))

    def add(
        self, point: Ints, stand: Ints, kind: Kind, slip: int, value: Array, away_m: Array
    ) -> None:
        """Add one for each of some points and stands (-1: none)."""
        kinds, slips = np.full(len(point), int(kind)), np.full(len(point), slip)
        self._parts.append((point, stand, kinds, slips, value, away_m))

    def columns(self) -> tuple[Ints, Ints, Ints, Ints, Array, Array]:
        """Point, stand, kind, slip, value and away_m of all rows."""
        point, stand, kind, slip, value, away_m = map(
            np.concatenate, zip(*self._parts, strict=True)
        )
        return point, stand, kind, slip, value, away_m


@dataclass(frozen=True)
class _Given:
    """What all hypotheses are weighed by."""

    evidence: Evidence
    frame: Frame
    x: Array
    """Metres, where each point is believed to be: its record, moved with its batch."""
    y: Array
    stand_x: Array
    """Of each pair: where its stand is, and how far from where its point is believed to be."""
    stand_y: Array
    away_m: Array
    likeness: Array
    """Of each pair: with what the registry's own order adds."""
    log_junk: Array
    """Of each pair: log-density of stands that no believed place explains."""
    order_fit: Array
    """Of each point: how well it fits by the registry's own order where it is believed to be."""
    near_road: Bools
    coarse: Lattice
    impossible: Bools
    outside_round: Bools
    """Of each stand: before the first or after the last that a believed place explains."""

    def near(self, pairs: Ints, distance_m: Array) -> Array:
        """Log-likelihood ratio of stands that far from the bins to junk (a part of a value)."""
        blur_m = self.evidence.stands.sigma_m[self.evidence.pairs.stand[pairs]]
        return log_near(distance_m, blur_m)


def hypotheses_of(
    evidence: Evidence,
    frame: Frame,
    move: tuple[Array, Array],
    batch_share: Array,
    known_slips: list[Slip],
    coarse: Lattice,
    near_road: Bools,
    unread: Bools,
    settings: DiagnoseSettings,
) -> Hypotheses:
    """Return the hypotheses of all points.

    Args:
        evidence: stands and agreement.
        frame: codes and metres.
        move: metres east and north that batches move each record by.
        batch_share: how many records of its batch are wrong as the batch is; NaN: in none.
        known_slips: readings of single records.
        coarse: boxes of records with few digits.
        near_road: believed places near which a vehicle has been.
        unread: points of which the schedule has a row that could not be read.
        settings: how far a point is looked for.
    """
    pairs, stands = evidence.pairs, evidence.stands
    p, s = pairs.point, pairs.stand
    sx, sy = stands.x[s], stands.y[s]
    x, y = frame.x + move[0], frame.y + move[1]
    away = frame.away_m(p, sx - move[0][p], sy - move[1][p])
    near = np.flatnonzero(away <= frame.tolerance_m[p] + par.BESIDE_M)
    of_pairs, order_fit = affinity(evidence, frame, x, y, away)
    given = _Given(
        evidence=evidence,
        frame=frame,
        x=x,
        y=y,
        stand_x=sx,
        stand_y=sy,
        away_m=away,
        likeness=pairs.likeness + of_pairs,
        log_junk=np.log(junk_density(evidence, frame, near, away)),
        order_fit=order_fit,
        near_road=near_road,
        coarse=coarse,
        impossible=impossible(evidence, frame, x, y),
        outside_round=outside_round(evidence.stands, pairs.stand[near], frame.days),
    )
    rows = _Rows(evidence)
    _add_own(rows, given, near)
    if not np.isnan(batch_share).all():
        _add_outside_batch(rows, given, batch_share, slip=len(known_slips))
    _add_right_unseen(rows, given)
    _add_lost(rows, given)
    _add_slips(rows, given, known_slips)
    offset_m = np.hypot(sx - x[p], sy - y[p])
    worth = _worth_elsewhere(given, offset_m, settings)
    _add_misplaced(rows, given, offset_m, worth, settings)
    moved = relocations_of(
        evidence, frame, away, np.where(offset_m <= settings.reach_m, worth, -np.inf)
    )
    _add_relocated(rows, given, moved, offset_m, worth)
    _add_claims(rows, given, known_slips, near, unread, settings)
    point, stand, kind, slip, value, away_m = rows.columns()
    beyond_m = away_m - frame.tolerance_m[point]
    halts = np.isin(kind, (Kind.OWN, Kind.MOVED))
    halts &= (beyond_m > par.OUTSIDE_M) & (beyond_m <= par.BESIDE_M)
    halts[halts] = ~stands.blurred[stand[halts]]
    halts &= evidence.days_at(point, stand) < lk.FEW * evidence.due_days[point]
    return Hypotheses(
        point=point,
        stand=stand,
        kind=kind,
        slip=slip,
        value=value,
        away_m=away_m,
        unserved=halts | (kind == Kind.NEVER),
        relocations=moved,
    )


def _add_own(rows: _Rows, given: _Given, near: Ints) -> None:
    """Served where it is believed to be, at a stand of its own."""
    evidence, pairs = given.evidence, given.evidence.pairs
    point, away_m = pairs.point[near], given.away_m[near]
    value = np.log(RIGHTLY) + given.likeness[near] + given.near(near, away_m) - given.log_junk[near]
    few = pairs.days[near] < lk.FEW * evidence.due_days[point]
    well_seen = (evidence.due_days >= lk.HALT_DAYS) & (evidence.clear >= lk.HALT_CLEAR)
    value -= lk.HALT * (few & well_seen[point])
    rows.at_stands(near, Kind.OWN, value, away_m)


def _add_outside_batch(rows: _Rows, given: _Given, batch_share: Array, slip: int) -> None:
    """In a batch some were recorded rightly, or are shifted by it needlessly."""
    frame, p = given.frame, given.evidence.pairs.point
    plain_m = frame.away_m(p, given.stand_x, given.stand_y)
    in_batch = ~np.isnan(batch_share)
    at = np.flatnonzero(in_batch[p] & (plain_m <= frame.tolerance_m[p] + par.EDGE_M))
    outside = np.maximum(lk.NOT_IN_BATCH, 1.0 - batch_share[p[at]])
    value = np.log(outside) + given.likeness[at] - given.log_junk[at]
    value += given.near(at, plain_m[at])
    rows.at_stands(at, Kind.SLIP, value, plain_m[at], slip)


def _add_right_unseen(rows: _Rows, given: _Given) -> None:
    """Right, without a stand of its own: a neighbour's serves it, or none was seen, or none is."""
    evidence, frame, pairs = given.evidence, given.frame, given.evidence.pairs
    # A neighbour's stand: it agrees with the point's days or it does not, and explains nothing.
    inside = np.flatnonzero(given.away_m <= frame.tolerance_m[pairs.point])
    best = np.full(frame.points, -np.inf)
    fit = np.log(RIGHTLY * lk.SHARED) + pairs.fit[inside]
    np.maximum.at(best, pairs.point[inside], fit)
    shared = np.flatnonzero(best > -np.inf)
    rows.alone(shared, Kind.SHARED, best[shared] + given.order_fit[shared])

    due, q = evidence.due_days, evidence.service
    worse = share_worse(evidence.clear)
    unlucky = (1 - worse) * (1 - q) ** due + worse / (due + 1)
    # Of a service that left no stand most were hidden by gaps, which judging sees for itself.
    none_yet = RIGHTLY * (lk.MISSED_A_DAY**due + lk.UNLUCKY * unlucky)
    never = lk.NEVER_SERVED * np.where(given.near_road, 1.0, lk.OFF_ROAD) + none_yet
    hidden, silent = vague_days(evidence, frame, given.x, given.y)
    # Stops that no fix saw fit neighbours as well: they show no more than that nothing contradicts
    # the record. Where the vehicle was silent nothing could be seen at all.
    heard = np.maximum(due - silent, 0)
    vague = (due > 0) & (np.maximum(hidden, silent) >= lk.HALF * due) & frame.located
    own_share = np.where(silent >= lk.HALF * due, 1.0, lk.SHARED)
    value = np.log(RIGHTLY * own_share) + _log_never_clear(evidence, heard)
    # What nothing stands for, and is coarse where few records are, is cut off sooner than right.
    coarse = given.coarse
    cut = np.where(coarse.rare & ~np.isnan(coarse.x), np.log(1.0 - lk.COARSE), 0.0)
    unseen = np.flatnonzero(vague)
    rows.alone(unseen, Kind.VAGUE, (value + given.order_fit + cut)[unseen])
    value = np.log(never) + given.order_fit + cut
    value -= np.where(given.impossible, lk.IMPOSSIBLE, 0.0)
    located = np.flatnonzero(frame.located)
    rows.alone(located, Kind.NEVER, value[located])


def _add_lost(rows: _Rows, given: _Given) -> None:
    """Misplaced, and the true place not seen."""
    evidence, frame, due = given.evidence, given.frame, given.evidence.due_days
    beside = has_neighbour(given.x, given.y, frame.main_vehicle, par.NEIGHBOUR_M)
    total = frame.sum_of_vehicle(np.ones(frame.points))
    crowded = frame.sum_of_vehicle(beside) / np.maximum(total, 1)
    never_clear = np.exp(_log_never_clear(evidence, due))
    blurred = np.maximum(never_clear, unseen_of_vehicle(evidence, frame, given.away_m))
    lost = lk.UNSEEN + lk.ONE_STAND * crowded + lk.UNSEEN_BLURRED * blurred
    # In the first days even a plain stand may not have shown itself as one.
    few = lk.FIRST_DAY_UNSEEN * lk.STILL_UNSEEN ** np.maximum(due - 1, 0)
    value = np.log(lk.MISPLACED * np.maximum(lost, few))
    rows.alone(np.arange(frame.points), Kind.UNSEEN, value)


def _add_slips(rows: _Rows, given: _Given, known_slips: list[Slip]) -> None:
    """Written wrongly in a known way, at a stand or, where that is plain, without one."""
    frame, p = given.frame, given.evidence.pairs.point
    wrong = given.impossible | ~frame.located
    usual = np.where(wrong, lk.SLIP_OF_IMPOSSIBLE, lk.SLIPPED)
    for number, slip in enumerate(known_slips):
        off_m = np.hypot(given.stand_x - slip.x[p], given.stand_y - slip.y[p])
        offset_m = np.hypot(slip.x - given.x, slip.y - given.y)
        near = (off_m <= frame.tolerance_m[p] + par.EDGE_M) & ~(offset_m[p] < par.LEAST_OFFSET_M)
        at = np.flatnonzero(near)
        share = usual if slip.share is None else slip.share
        value = np.log(share[p[at]]) + given.likeness[at] + given.near(at, off_m[at])
        value -= given.log_junk[at]
        rows.at_stands(at, Kind.SLIP, value, off_m[at], number)
        lonely = np.flatnonzero(slip.certain & ~np.isnan(slip.x))
        certain = np.full(len(lonely), np.log(lk.SLIP_CERTAIN))
        rows.alone(lonely, Kind.SLIP_ONLY, certain, number)


def _worth_elsewhere(given: _Given, offset_m: Array, settings: DiagnoseSettings) -> Array:
    """Of each pair: log-odds that its stand is of its point, if that is recorded wrongly.

    -inf where the stand is at the record, or too far from it.
    """
    pairs = given.evidence.pairs
    worth = np.full(len(offset_m), -np.inf)
    at = np.flatnonzero((offset_m >= par.LEAST_OFFSET_M) & (offset_m <= settings.far_reach_m))
    worth[at] = given.likeness[at] - pairs.common[at] - given.log_junk[at]
    worth[at] += log_offset(offset_m[at], settings.reach_m)
    return worth


def _add_misplaced(
    rows: _Rows, given: _Given, offset_m: Array, worth: Array, settings: DiagnoseSettings
) -> None:
    """At some stand: in the box of a record whose digits were cut off, or within reach."""
    pairs, coarse = given.evidence.pairs, given.coarse
    p = pairs.point
    far = offset_m >= par.LEAST_OFFSET_M
    half_x, half_y = coarse.half_x + par.COARSE_SLACK_M, coarse.half_y + par.COARSE_SLACK_M
    box = np.abs(given.stand_x - coarse.x[p]) <= half_x[p]
    box &= np.abs(given.stand_y - coarse.y[p]) <= half_y[p]
    at = np.flatnonzero(box & (pairs.days >= 1) & far)
    share = lk.COARSE if coarse.rare else lk.MISPLACED
    area = 4 * half_x[p[at]] * half_y[p[at]]
    value = np.log(share) + given.likeness[at] - pairs.common[at] - np.log(area)
    rows.at_stands(at, Kind.COARSE, value - given.log_junk[at], offset_m[at])

    likely = (worth > -np.inf) & (pairs.likeness > lk.LIKELY)
    within = offset_m <= settings.reach_m
    far_off = ~within & ~given.outside_round[pairs.stand]
    for kind, looked_at in ((Kind.MOVED, within), (Kind.FAR, far_off)):
        at = np.flatnonzero(likely & looked_at)
        rows.at_stands(at, kind, np.log(lk.MISPLACED) + worth[at], offset_m[at])


def _add_relocated(
    rows: _Rows, given: _Given, moved: Relocations, offset_m: Array, worth: Array
) -> None:
    """Moved within the history: both stands are explained, the one that no record has is taken."""
    a, b = moved.here, moved.there
    value = moved.gain + given.likeness[a] + given.near(a, given.away_m[a]) - given.log_junk[a]
    value += worth[b]
    for kind, which in ((Kind.LEFT, moved.left), (Kind.CAME, ~moved.left)):
        rows.at_stands(b[which], kind, value[which], offset_m[b[which]])


def _add_claims(
    rows: _Rows,
    given: _Given,
    known_slips: list[Slip],
    near: Ints,
    unread: Bools,
    settings: DiagnoseSettings,
) -> None:
    """What stands are worth to points that are not judged, for want of a location or a schedule."""
    evidence, frame, log_junk = given.evidence, given.frame, given.log_junk
    explained = np.zeros(len(evidence.stands), dtype=bool)
    explained[evidence.pairs.stand[near]] = True
    at, value = claims_of_homeless(
        evidence, frame, given.likeness, log_junk, explained, known_slips
    )
    rows.at_stands(at, Kind.CLAIM, value, np.full(len(at), np.nan))
    point, stand, value = claims_of_unread(
        evidence, frame, given.x, given.y, log_junk, explained, unread, settings.reach_m
    )
    rows.add(point, stand, Kind.CLAIM, -1, value, np.full(len(point), np.nan))


def _log_never_clear(evidence: Evidence, days: Ints) -> Array:
    """Log-probability that no fix saw a served point's vehicle standing on any of some days.

    Beta-binomial about the vehicle's rate: some points are seen worse than others.
    """
    a, b = lk.CLEAR_DAYS * evidence.clear, lk.CLEAR_DAYS * (1.0 - evidence.clear)
    result = np.zeros(len(a))
    for day in range(int(days.max(initial=0))):
        more = days > day
        result[more] += np.log((b[more] + day) / (a[more] + b[more] + day))
    return result
