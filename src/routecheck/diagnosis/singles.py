"""Single points: what each may be, and which unexplained stand belongs to which point.

Every point has options, each with a log-probability up to a constant of its own: served where it
is believed to be, at a stand of its own or at a neighbour's; right and never served; written
wrongly in a known way; misplaced to some stand; misplaced, and the place not seen. An option at
a stand explains that stand, which as junk would have been as dense as junk lies about it. Each
stand is explained once: the options are chosen together, by the assignment of largest total.
A choice is as sure as the total falls when it is forbidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from routecheck.diagnosis.affinity import affinity
from routecheck.diagnosis.batches import log_near
from routecheck.diagnosis.evidence import Evidence, density, share_worse, vague_days
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.stands import near_pairs
from routecheck.diagnosis.variants import Lattice, Slip
from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.settings import DiagnoseSettings

MISPLACED, NEVER_SERVED, SLIPPED, COARSE = 0.04, 0.012, 0.004, 0.7
"""Shares of all records (facts: 1 to 4% misplaced, a few never served); of coarse ones where
coarse records are rare."""
SHARED = 0.25
"""A neighbour's stand within tolerance may serve a point that has none of its own."""
UNSEEN, UNSEEN_BLURRED = 0.01, 0.2
"""Of the misplaced, those whose true stand is no free stand within reach: shared, or beyond; and
more where the vehicle's services are seldom seen (of 1,667 misplaced on tuning counties: 1% where
nine in ten services are seen and no point has a neighbour, 6 to 12% where a third is)."""
NEIGHBOUR_M, ONE_STAND = 45.0, 0.1
"""In a street where points stand so near each other, one stand serves two of them now and then;
who is misplaced and shares its stand is not seen (7 to 11% in streets of neighbours)."""
HALT = 1.5
"""Against a stand on few of the due days: halts lie along roads, as records do, so that they
meet by chance more often than their density over the land tells (20 m of road in 250 m)."""
FEW = 0.5
"""A stand beyond the tolerance on fewer of the due days is a halt, not the point's place."""
FIRST_DAY_UNSEEN = 0.3
MISSED_A_DAY = 0.03
"""Share of the pickups that are missed on a day (facts: 4 to 5% of the alerts, and silent ones)."""
OFF_ROAD = 0.7
"""Fewer records that no track passes are right than of others; yet to bins that are never served
nobody drives either."""
BESIDE_M = 30.0
"""So far beyond the tolerance a stand may be a point's own."""
OUTSIDE_M = 10.0
"""Nearer to the tolerance than this a stand may as well lie within."""
LEAST_OFFSET_M = 40.0
"""Nearer than this a record is not misplaced but roughly right."""
USUAL_REACH_M = 1000.0
"""Records are misplaced by 80 m to 1 km (facts); few by more."""
FAR_M = 5000.0
"""Farther than this from every stand a record is impossible."""


class Kind(IntEnum):
    """What an option says of a point."""

    OWN = 0  # served where it is believed to be
    SHARED = 1  # served there, at a neighbour's stand
    NEVER = 2  # right, and never served (or not yet seen served)
    SLIP = 3  # a known slip, at a stand
    SLIP_ONLY = 4  # a known slip, without a stand
    COARSE = 5  # digits cut off, at a stand in the box
    MOVED = 6  # misplaced, at a stand
    UNSEEN = 7  # misplaced, place not known
    VAGUE = 8  # served there as far as can be seen: stops between two fixes fit


RIGHT = (Kind.OWN, Kind.SHARED, Kind.NEVER, Kind.VAGUE)
"""The options that say the believed place is right."""


@dataclass(frozen=True)
class Options:
    """Options in columns; `stand` is -1 where the option needs none of its own."""

    point: Ints
    stand: Ints
    kind: Ints
    slip: Ints
    value: Array
    away_m: Array
    """From the stand to where the option puts the bins (kinds of right places), or the offset."""
    unserved: Bools
    """The point is right, and hardly ever served: a stand beyond the tolerance on few days is a
    halt."""


def options(
    evidence: Evidence,
    frame: Frame,
    move: tuple[Array, Array],
    in_batch: Bools,
    known_slips: list[Slip],
    coarse: Lattice,
    near_road: Bools,
    settings: DiagnoseSettings,
) -> Options:
    """Return the options of all points.

    Args:
        evidence: stands and agreement.
        frame: codes and metres.
        move: metres east and north that batches move each record by.
        in_batch: points of a batch.
        known_slips: readings of single records.
        coarse: boxes of records with few digits.
        near_road: believed places near which a vehicle has been.
        settings: how far a point is looked for.
    """
    pairs, stands = evidence.pairs, evidence.stands
    p, s = pairs.point, pairs.stand
    n = frame.points
    sx, sy = stands.x[s], stands.y[s]
    base_x, base_y = frame.x + move[0], frame.y + move[1]
    parts: list[tuple[Ints, Ints, int, int, Array, Array]] = []

    def add(rows: Ints, kind: Kind, value: Array, away: Array, slip: int = -1) -> None:
        parts.append((p[rows], s[rows], int(kind), slip, value, away))

    def alone(points: Ints, kind: Kind, value: Array, slip: int = -1) -> None:
        none = np.full(len(points), -1, dtype=np.int64)
        parts.append((points, none, int(kind), slip, value, np.full(len(points), np.nan)))

    away = frame.away_m(p, sx - move[0][p], sy - move[1][p])
    right = 1.0 - MISPLACED - NEVER_SERVED - SLIPPED
    near = np.flatnonzero(away <= frame.tolerance_m[p] + BESIDE_M)
    junk = _junk_density(evidence, frame, near, away)
    blur = stands.sigma_m[s]
    of_pairs, of_places = affinity(evidence, frame, base_x, base_y, away)
    like = pairs.likeness + of_pairs
    own = np.log(right) + like[near] + log_near(away[near], blur[near]) - np.log(junk[near])
    few_of_many = pairs.days[near] < FEW * evidence.due_days[p[near]]
    own -= HALT * (few_of_many & ((evidence.due_days >= 5) & (evidence.clear >= 0.6))[p[near]])
    add(near, Kind.OWN, own, away[near])
    if in_batch.any():
        # In a batch some were recorded rightly, or are shifted by it needlessly.
        plain = frame.away_m(p, sx, sy)
        rows = np.flatnonzero(in_batch[p] & (plain <= frame.tolerance_m[p] + 10.0))
        value = np.log(0.03) + like[rows] - np.log(junk[rows])
        value += log_near(plain[rows], blur[rows])
        add(rows, Kind.SLIP, value, plain[rows], slip=len(known_slips))

    # A neighbour's stand: it agrees with the point's days or it does not, and explains nothing.
    inside = np.flatnonzero(away <= frame.tolerance_m[p])
    fit = pairs.fit[inside]
    best = np.full(n, -np.inf)
    np.maximum.at(best, p[inside], np.log(right * SHARED) + fit)
    shared = np.flatnonzero(best > -np.inf)
    alone(shared, Kind.SHARED, best[shared] + of_places[shared])

    due, q = evidence.due_days, evidence.service
    worse = share_worse(evidence.clear)
    unlucky = (1 - worse) * (1 - q) ** due + worse / (due + 1)
    # Of a service that left no stand most were hidden by gaps, which judging sees for itself.
    none_yet = right * (MISSED_A_DAY**due + 0.3 * unlucky)
    never = NEVER_SERVED * np.where(near_road, 1.0, OFF_ROAD) + none_yet
    hidden, silent = vague_days(evidence, frame, base_x, base_y)
    # Stops that nobody saw fit neighbours as well: they say no more than that nothing speaks
    # against the record. Where the vehicle was silent nothing could be seen at all.
    told = np.maximum(due - silent, 0)
    rows = np.flatnonzero((due > 0) & (np.maximum(hidden, silent) >= 0.5 * due) & frame.located)
    own_share = np.where(silent >= 0.5 * due, 1.0, SHARED)
    vague = np.log(right * own_share) + _log_never_clear(evidence, told)
    # What nothing stands for, and is coarse where few records are, is cut off sooner than right.
    cut = np.where(coarse.rare & ~np.isnan(coarse.x), np.log(1.0 - COARSE), 0.0)
    alone(rows, Kind.VAGUE, (vague + of_places + cut)[rows])
    impossible = _impossible(evidence, frame, base_x, base_y)
    value = np.log(never) + of_places + cut - np.where(impossible, 8.0, 0.0)
    located = np.flatnonzero(frame.located)
    alone(located, Kind.NEVER, value[located])
    lost = (
        UNSEEN
        + ONE_STAND * _crowded(frame, base_x, base_y)
        + UNSEEN_BLURRED
        * np.maximum(
            np.exp(_log_never_clear(evidence, due)), _unseen_of_vehicle(evidence, frame, away)
        )
    )
    # In the first days even a plain stand may not have shown itself as one.
    few = FIRST_DAY_UNSEEN * 0.6 ** np.maximum(due - 1, 0)
    alone(np.arange(n), Kind.UNSEEN, np.log(MISPLACED * np.maximum(lost, few)))

    prior = np.where(impossible | ~frame.located, np.log(0.3), np.log(SLIPPED))
    for number, slip in enumerate(known_slips):
        off = np.hypot(sx - slip.x[p], sy - slip.y[p])
        offset = np.hypot(slip.x - base_x, slip.y - base_y)
        rows = np.flatnonzero((off <= frame.tolerance_m[p] + 10.0) & ~(offset[p] < LEAST_OFFSET_M))
        value = prior[p[rows]] + like[rows] + log_near(off[rows], blur[rows]) - np.log(junk[rows])
        add(rows, Kind.SLIP, value, off[rows], slip=number)
        lonely = np.flatnonzero(slip.certain & ~np.isnan(slip.x))
        alone(lonely, Kind.SLIP_ONLY, np.full(len(lonely), np.log(0.6)), slip=number)

    off_x, off_y = np.abs(sx - coarse.x[p]), np.abs(sy - coarse.y[p])
    box = (off_x <= coarse.half_x[p] + 20.0) & (off_y <= coarse.half_y[p] + 20.0)
    rows = np.flatnonzero(box & (pairs.days >= 1))
    share = COARSE if coarse.rare else MISPLACED
    area = 4 * (coarse.half_x[p[rows]] + 20.0) * (coarse.half_y[p[rows]] + 20.0)
    offset = np.hypot(sx - base_x[p], sy - base_y[p])
    value = np.log(share) + like[rows] - pairs.common[rows] - np.log(area) - np.log(junk[rows])
    far = offset[rows] >= LEAST_OFFSET_M
    add(rows[far], Kind.COARSE, value[far], offset[rows][far])

    reach = (offset >= LEAST_OFFSET_M) & (offset <= settings.reach_m)
    rows = np.flatnonzero(reach & (pairs.likeness > -4.0))
    value = np.log(MISPLACED) + like[rows] - pairs.common[rows] - np.log(junk[rows])
    value += _log_offset(offset[rows], settings.reach_m)
    add(rows, Kind.MOVED, value, offset[rows])
    point, stand, value, away_m = (
        np.concatenate([part[k] for part in parts]) for k in (0, 1, 4, 5)
    )
    kind, slip_of = (
        np.concatenate([np.full(len(part[0]), part[k]) for part in parts]) for k in (2, 3)
    )
    beyond_m = away_m - frame.tolerance_m[point]
    halts = np.isin(kind, (Kind.OWN, Kind.MOVED)) & (beyond_m > OUTSIDE_M) & (beyond_m <= BESIDE_M)
    halts[halts] = ~stands.blurred[stand[halts]]
    halts &= evidence.days_at(point, stand) < FEW * due[point]
    return Options(
        point=point,
        stand=stand,
        kind=kind,
        slip=slip_of,
        value=value,
        away_m=away_m,
        unserved=halts | (kind == Kind.NEVER),
    )


def _log_offset(offset_m: Array, reach_m: float) -> Array:
    """Log-density (per m²) of a misplaced record's offset: half log-uniform, half uniform."""
    near = 1.0 / (offset_m**2 * np.log(reach_m / LEAST_OFFSET_M))
    even = 1.0 / (offset_m * (reach_m - LEAST_OFFSET_M))
    few = np.where(offset_m > USUAL_REACH_M, np.log(0.2), 0.0)
    return np.asarray(np.log(0.5 * (near + even) / (2 * np.pi)) + few)


def _crowded(frame: Frame, x: Array, y: Array) -> Array:
    """Share of the points of each point's vehicle that have a neighbour on the same round."""
    rows = np.flatnonzero(~np.isnan(x))
    vehicle = frame.main_vehicle
    i, j = near_pairs(x[rows], y[rows], vehicle[rows], x[rows], y[rows], vehicle[rows], NEIGHBOUR_M)
    beside = np.zeros(frame.points, dtype=bool)
    beside[rows[i[i != j]]] = True
    size = int(vehicle.max(initial=0)) + 1
    total = np.bincount(vehicle, minlength=size)
    return np.asarray(
        (np.bincount(vehicle, weights=beside, minlength=size) / np.maximum(total, 1))[vehicle]
    )


def _unseen_of_vehicle(evidence: Evidence, frame: Frame, away: Array) -> Array:
    """Share of the vehicle's other points that have no clear stand where they are believed to be.

    One of them may be wrong itself; where there are more, the vehicle's stands are seldom seen.
    """
    pairs = evidence.pairs
    near = away <= frame.tolerance_m[pairs.point] + 10.0
    clear = near & (pairs.days >= 0.3 * evidence.due_days[pairs.point])
    clear &= ~evidence.stands.blurred[pairs.stand]
    has = np.zeros(frame.points, dtype=bool)
    has[pairs.point[clear]] = True
    counted = evidence.due_days > 0
    size = int(frame.main_vehicle.max(initial=0)) + 1
    total = np.bincount(frame.main_vehicle[counted], minlength=size)
    without = np.bincount(frame.main_vehicle[counted & ~has], minlength=size)
    others = np.maximum(without[frame.main_vehicle] - ~has - 1, 0)
    return np.asarray(others / np.maximum(total[frame.main_vehicle] - 1, 1))


def _log_never_clear(evidence: Evidence, days: Ints) -> Array:
    """Log-probability that no fix saw a served point's vehicle standing on any of so many days.

    Beta-binomial about the vehicle's rate: some points are seen worse than others.
    """
    a, b = 4.0 * evidence.clear, 4.0 * (1.0 - evidence.clear)
    result = np.zeros(len(a))
    for day in range(int(days.max(initial=0))):
        more = days > day
        result[more] += np.log((b[more] + day) / (a[more] + b[more] + day))
    return result


def _junk_density(evidence: Evidence, frame: Frame, near: Ints, away: Array) -> Array:
    """Density of stands that no believed place explains, about each stand, per m²."""
    pairs = evidence.pairs
    plain = near[away[near] <= frame.tolerance_m[pairs.point[near]] + 5.0]
    explained = np.zeros(len(evidence.stands), dtype=bool)
    explained[pairs.stand[plain]] = True
    return density(pairs.point, pairs.stand, evidence.stands, ~explained[pairs.stand])


def _impossible(evidence: Evidence, frame: Frame, x: Array, y: Array) -> Bools:
    """Records some kilometres from every stand of any vehicle (in squares of that size)."""
    stands = evidence.stands
    if not len(stands):
        return np.zeros(frame.points, dtype=bool)

    def square(px: Array, py: Array) -> tuple[Ints, Ints]:
        return np.floor(px / FAR_M).astype(np.int64), np.floor(py / FAR_M).astype(np.int64)

    column, row = square(stands.x, stands.y)
    taken = np.unique(column * 1_000_003 + row)
    own_column, own_row = square(np.nan_to_num(x), np.nan_to_num(y))
    near = np.zeros(frame.points, dtype=bool)
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            near |= np.isin((own_column + i) * 1_000_003 + own_row + j, taken)
    return frame.located & ~near
