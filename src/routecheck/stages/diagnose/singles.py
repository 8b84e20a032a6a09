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

from routecheck.model.arrays import Array, Bools, Ints
from routecheck.model.settings import DiagnoseSettings
from routecheck.stages.diagnose.affinity import affinity
from routecheck.stages.diagnose.batches import log_near
from routecheck.stages.diagnose.evidence import Evidence, density, vague_days
from routecheck.stages.diagnose.frame import Frame
from routecheck.stages.diagnose.stands import Stands
from routecheck.stages.diagnose.variants import Lattice, Slip

MISPLACED, NEVER_SERVED, SLIPPED, COARSE = 0.04, 0.012, 0.004, 0.7
"""Shares of all records (facts: 1 to 4% misplaced, a few never served); of coarse ones where
coarse records are rare."""
SHARED = 0.25
"""A neighbour's stand within tolerance may serve a point that has none of its own."""
UNSEEN, UNSEEN_BLURRED = 0.015, 0.6
"""Of the misplaced, those whose true stand is no free stand within reach: shared, or beyond; and
more where the vehicle's services are seldom seen."""
OFF_ROAD = 0.3
"""Fewer records of bins that nobody can drive to are right than of others."""
LEAST_OFFSET_M = 40.0
"""Nearer than this a record is not misplaced but roughly right."""
SAME_PLACE_M = 25.0
"""Two stands this close are one place for a point: no rivals."""
WEAK = 4.0
"""An own stand worth less than this is held against all other places."""
FAR_M = 5000.0
"""Farther than this from every stand of its vehicles a record is impossible."""


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


@dataclass(frozen=True)
class Choice:
    """What was chosen for each point, row by row of the frame."""

    kind: Ints
    stand: Ints
    slip: Ints
    away_m: Array
    margin: Array
    """Log-odds against all other places."""
    rival: Ints
    """Kind of the next best explanation, -1: none."""
    rival_margin: Array
    p_right: Array
    """Probability that the believed place is right."""
    p_lost: Array
    """Probability that it is served nowhere, or at a place that is not known."""
    exchange: Array
    """Log-odds against the best of its places that another point now holds."""
    rivals: dict[int, Ints]
    """Of doubtful points: the stands that together hold nearly all of the probability."""


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
    near = np.flatnonzero(away <= frame.tolerance_m[p] + 30.0)
    junk = _junk_density(evidence, frame, near, away)
    blur = stands.sigma_m[s]
    like = pairs.likeness + affinity(evidence, frame, base_x, base_y, away)
    own = np.log(right) + like[near] + log_near(away[near], blur[near]) - np.log(junk[near])
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
    alone(shared, Kind.SHARED, best[shared])

    due, q = evidence.due_days, evidence.service
    unlucky = 0.85 * (1 - q) ** due + 0.15 * 0.5**due
    never = NEVER_SERVED * np.where(near_road, 1.0, OFF_ROAD) + right * unlucky
    vague = vague_days(evidence, frame, base_x, base_y)
    # Stops that nobody saw fit neighbours as well: they say no more than that nothing speaks
    # against the record.
    rows = np.flatnonzero((due > 0) & (vague >= 0.5 * due) & frame.located)
    alone(rows, Kind.VAGUE, np.log(right * SHARED) + _log_never_clear(evidence)[rows])
    impossible = _impossible(evidence, frame, base_x, base_y)
    value = np.log(never) - np.where(impossible, 8.0, 0.0)
    located = np.flatnonzero(frame.located)
    alone(located, Kind.NEVER, value[located])
    lost = np.clip(UNSEEN + UNSEEN_BLURRED * (0.96 - evidence.clear), 0.0, 0.6)
    few = 0.95 * np.clip(1.0 - due / 8.0, 0.0, 1.0)
    alone(np.arange(n), Kind.UNSEEN, np.log(MISPLACED * np.maximum(lost, 0.3 * few)))

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
    return Options(
        point=np.concatenate([part[0] for part in parts]),
        stand=np.concatenate([part[1] for part in parts]),
        kind=np.concatenate([np.full(len(part[0]), part[2]) for part in parts]),
        slip=np.concatenate([np.full(len(part[0]), part[3]) for part in parts]),
        value=np.concatenate([part[4] for part in parts]),
        away_m=np.concatenate([part[5] for part in parts]),
    )


def _log_offset(offset_m: Array, reach_m: float) -> Array:
    """Log-density (per m²) of a misplaced record's offset: half log-uniform, half uniform."""
    near = 1.0 / (offset_m**2 * np.log(reach_m / LEAST_OFFSET_M))
    even = 1.0 / (offset_m * (reach_m - LEAST_OFFSET_M))
    return np.asarray(np.log(0.5 * (near + even) / (2 * np.pi)))


def _log_never_clear(evidence: Evidence) -> Array:
    """Log-probability that no fix saw a served point's vehicle standing on any due day.

    Beta-binomial about the vehicle's rate: some points are seen worse than others.
    """
    a, b = 4.0 * evidence.clear, 4.0 * (1.0 - evidence.clear)
    result = np.zeros(len(a))
    for day in range(int(evidence.due_days.max(initial=0))):
        more = evidence.due_days > day
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
    """Records farther than some kilometres from every stand of the vehicles of the point."""
    pairs, stands = evidence.pairs, evidence.stands
    nearest = np.full(frame.points, np.inf)
    away = np.hypot(stands.x[pairs.stand] - x[pairs.point], stands.y[pairs.stand] - y[pairs.point])
    np.minimum.at(nearest, pairs.point, np.nan_to_num(away, nan=np.inf))
    return frame.located & (nearest > FAR_M) & (nearest < np.inf)


def choose(opts: Options, stands: Stands, tolerance_m: Array, copied: Bools) -> Choice:
    """Choose the options of largest total, each stand once, and tell how sure each choice is.

    Args:
        opts: the options of all points.
        stands: the stands they speak of.
        tolerance_m: tolerance of each point.
        copied: points whose record lies on another's: either may be the one that is wrong.
    """
    points, stands_x, stands_y = len(tolerance_m), stands.x, stands.y
    private = np.full(points, -np.inf)
    private_row = np.full(points, -1, dtype=np.int64)
    free = np.flatnonzero(opts.stand < 0)
    order = free[np.argsort(opts.value[free], kind="stable")]
    private[opts.point[order]] = opts.value[order]
    private_row[opts.point[order]] = order
    # Of several options of a point at one stand only the best counts.
    rows = np.flatnonzero(opts.stand >= 0)
    rows = rows[np.lexsort((-opts.value[rows], opts.stand[rows], opts.point[rows]))]
    key_p, key_s = opts.point[rows], opts.stand[rows]
    if len(rows):
        first = np.concatenate([[True], (np.diff(key_p) != 0) | (np.diff(key_s) != 0)])
        rows = rows[first]
    gain = opts.value[rows] - private[opts.point[rows]]
    useful = gain > 0.0
    rows, gain = rows[useful], gain[useful]
    solver = _Solver(opts.point[rows], opts.stand[rows], gain)
    chosen = private_row.copy()
    for i, row in solver.solution.items():
        chosen[i] = rows[row]

    kind = opts.kind[chosen]
    margin, rival_margin = np.full(points, 12.0), np.full(points, 12.0)
    rival = np.full(points, -1, dtype=np.int64)
    p_right, p_lost = np.ones(points), np.zeros(points)
    rivals: dict[int, Ints] = {}
    exchange = np.full(points, 12.0)
    # A plain record with its stand inside is beyond doubt; a stand outside could be another's.
    outside = (kind == Kind.OWN) & (opts.away_m[chosen] > tolerance_m)
    outside |= (kind == Kind.OWN) & (opts.value[chosen] < WEAK)
    doubtful = np.flatnonzero(outside | copied | ~np.isin(kind, (Kind.OWN, Kind.SHARED)))
    by_point = np.argsort(opts.point, kind="stable")
    bounds = np.searchsorted(opts.point[by_point], np.arange(points + 1))
    for i in doubtful:
        mine = by_point[bounds[i] : bounds[i + 1]]
        drop = solver.losses(
            int(i), mine, opts.stand[mine], opts.value[mine], private[i],
            opts.value[chosen[i]],
        )  # fmt: skip
        here = chosen[i]
        same = mine == here
        if opts.stand[here] >= 0:
            at = opts.stand[mine]
            close = np.hypot(
                stands_x[at] - stands_x[opts.stand[here]],
                stands_y[at] - stands_y[opts.stand[here]],
            )
            same |= (at >= 0) & (close <= SAME_PLACE_M)
        if kind[i] in (Kind.SLIP, Kind.SLIP_ONLY):
            same |= (opts.slip[mine] == opts.slip[here]) & np.isin(
                opts.kind[mine], (Kind.SLIP, Kind.SLIP_ONLY)
            )
        if kind[i] in (Kind.NEVER, Kind.VAGUE):
            same |= np.isin(opts.kind[mine], RIGHT)
        others = np.where(same, -np.inf, drop)
        total = np.logaddexp.reduce(others) if len(others) else -np.inf
        margin[i] = -total if total > -12.0 else 12.0
        k = int(np.argmax(others))
        rival[i], rival_margin[i] = opts.kind[mine[k]], -others[k]
        taken = np.array([int(at) in solver.owner for at in opts.stand[mine]], dtype=bool)
        swap = np.where(taken, others, -np.inf).max(initial=-np.inf)
        exchange[i] = -swap if swap > -12.0 else 12.0
        right = np.isin(opts.kind[mine], RIGHT)
        weight = np.exp(drop - drop.max())
        weight /= weight.sum()
        p_right[i] = weight[right].sum()
        nowhere = np.isin(opts.kind[mine], (Kind.NEVER, Kind.UNSEEN, Kind.VAGUE, Kind.SLIP_ONLY))
        p_lost[i] = weight[nowhere].sum()
        rivals[int(i)] = _likely(opts.stand[mine][~nowhere], weight[~nowhere])
    return Choice(
        kind=kind,
        stand=opts.stand[chosen],
        slip=opts.slip[chosen],
        away_m=opts.away_m[chosen],
        margin=margin,
        rival=rival,
        rival_margin=rival_margin,
        p_right=p_right,
        p_lost=p_lost,
        exchange=exchange,
        rivals=rivals,
    )


def _likely(stand: Ints, weight: Array) -> Ints:
    """The stands, likeliest first, that hold 98% of the weight."""
    if not len(stand):
        return stand
    distinct, inverse = np.unique(stand, return_inverse=True)
    total = np.bincount(inverse, weights=weight)
    order = np.argsort(-total, kind="stable")
    held = np.cumsum(total[order]) / max(total.sum(), 1e-300)
    return distinct[order[: int(np.searchsorted(held, 0.98)) + 1]]


class _Solver:
    """The assignment of points to stands with the largest total gain, part by part."""

    def __init__(self, point: Ints, stand: Ints, gain: Array) -> None:
        self.point, self.stand, self.gain = point, stand, gain
        self.part_of_point: dict[int, int] = {}
        self.parts = self._split()
        self.total: list[float] = []
        self.solution: dict[int, int] = {}
        self.owner: dict[int, int] = {}
        for number, rows in enumerate(self.parts):
            value, taken = _assign(self.point[rows], self.stand[rows], self.gain[rows])
            self.total.append(value)
            for k in taken:
                row = int(rows[k])
                self.solution[int(point[row])] = row
                self.owner[int(stand[row])] = int(point[row])
            for i in np.unique(point[rows]):
                self.part_of_point[int(i)] = number
        self.part_of_stand = {
            int(s): n for n, rows in enumerate(self.parts) for s in np.unique(stand[rows])
        }

    def _split(self) -> list[Ints]:
        """Rows of each connected part of the graph of points and stands."""
        if not len(self.point):
            return []
        wide = int(max(self.point.max(), 0)) + 1
        high = int(self.stand.max()) + 1
        of_point = np.arange(wide)
        while True:
            of_stand = np.full(high, wide)
            np.minimum.at(of_stand, self.stand, of_point[self.point])
            new = of_point.copy()
            np.minimum.at(new, self.point, of_stand[self.stand])
            if np.array_equal(new, of_point):
                break
            of_point = new
        label = of_point[self.point]
        order = np.argsort(label, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)

    def losses(
        self, i: int, mine: Ints, stand: Ints, value: Array, private: float, now: float
    ) -> Array:
        """How the largest total changes when a point is made to take each of its options.

        The others settle anew about it: what a stand's owner loses counts, and what others gain
        by the stand that is set free.
        """
        result = np.empty(len(mine))
        number = self.part_of_point.get(i)
        cache: dict[int, float] = {}

        def without(part: int, taken: int) -> float:
            """The total of a part without the point and without a stand."""
            key = part * 1_000_003 + taken + 1
            if key not in cache:
                rows = self.parts[part]
                keep = rows[(self.point[rows] != i) & (self.stand[rows] != taken)]
                cache[key] = _assign(self.point[keep], self.stand[keep], self.gain[keep])[0]
            return cache[key]

        base = self.total[number] if number is not None else 0.0
        for k, (s, v) in enumerate(zip(stand.tolist(), value.tolist(), strict=True)):
            if v - now < -25.0 - base + min(base, 25.0):
                result[k] = v - now
                continue
            gain = v - private
            if s < 0:
                rest = without(number, -1) if number is not None else 0.0
                result[k] = rest + gain - base
                continue
            part = self.part_of_stand.get(s)
            if part is None:  # nobody else wants it
                rest = without(number, -1) if number is not None else 0.0
                result[k] = rest + gain - base
            elif part == number:
                result[k] = without(part, s) + gain - base
            else:
                own = without(number, -1) if number is not None else 0.0
                result[k] = own + gain - base + without(part, s) - self.total[part]
        return result


def _assign(point: Ints, stand: Ints, gain: Array) -> tuple[float, list[int]]:
    """Largest total gain with each point and each stand at most once, and the rows taken."""
    if not len(point):
        return 0.0, []
    order = np.lexsort((-gain, point))
    first = order[np.concatenate([[True], np.diff(point[order]) != 0])]
    if len(np.unique(stand[first])) == len(first):
        return float(gain[first].sum()), [int(k) for k in first]
    from scipy.optimize import linear_sum_assignment

    _, i = np.unique(point, return_inverse=True)
    _, j = np.unique(stand, return_inverse=True)
    matrix = np.zeros((i.max() + 1, j.max() + 1))
    matrix[i, j] = gain
    row_of = np.full(matrix.shape, -1, dtype=np.int64)
    row_of[i, j] = np.arange(len(point))
    a, b = linear_sum_assignment(matrix, maximize=True)
    taken = [int(k) for k in row_of[a, b] if k >= 0]
    return float(gain[taken].sum()), taken
