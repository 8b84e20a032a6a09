"""Choosing: which option of each point holds, when every stand is explained once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.diagnosis.singles import BESIDE_M, RIGHT, Kind, Options
from routecheck.diagnosis.stands import Stands
from routecheck.domain.arrays import Array, Bools, Ints

SAME_PLACE_M = 25.0
"""Two stands this close are one place for a point: no rivals."""
NEGLIGIBLE = -10.0
"""Log-odds below which nobody asks how much exactly."""
SMALL = 40
"""Rows up to which a matching is found here."""
WEAK = 4.0
"""An own stand worth less than this is held against all other places."""


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
    p_unserved: Array
    """Probability that it is right, and hardly ever served."""
    rivals: dict[int, Ints]
    """Of doubtful points: the stands that together hold nearly all of the probability."""


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
    p_right, p_lost, p_unserved = np.ones(points), np.zeros(points), np.zeros(points)
    rivals: dict[int, Ints] = {}
    # A plain record with its stand inside is beyond doubt; a stand outside could be another's.
    outside = (kind == Kind.OWN) & (opts.away_m[chosen] > tolerance_m)
    outside |= (kind == Kind.OWN) & (opts.value[chosen] < WEAK)
    doubtful = np.flatnonzero(outside | copied | ~np.isin(kind, (Kind.OWN, Kind.SHARED)))
    by_point = np.argsort(opts.point, kind="stable")
    bounds = np.searchsorted(opts.point[by_point], np.arange(points + 1))
    for i in doubtful.tolist():
        mine = by_point[bounds[i] : bounds[i + 1]]
        drop = solver.losses(
            i, mine, opts.stand[mine], opts.value[mine], private[i],
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
        # Misplaced to a stand that may as well be its own: the same place, by another name.
        beside = (opts.kind[mine] == Kind.MOVED) & (opts.away_m[mine] <= tolerance_m[i] + BESIDE_M)
        right = np.isin(opts.kind[mine], RIGHT) | beside
        weight = np.exp(drop - drop.max())
        weight /= weight.sum()
        p_right[i] = weight[right].sum()
        nowhere = np.isin(opts.kind[mine], (Kind.NEVER, Kind.UNSEEN, Kind.VAGUE, Kind.SLIP_ONLY))
        p_lost[i] = weight[nowhere].sum()
        p_unserved[i] = weight[opts.unserved[mine]].sum()
        rivals[i] = _likely(opts.stand[mine][~nowhere], weight[~nowhere])
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
        p_unserved=p_unserved,
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
        self.parts = self._split()
        self.matchings = [self._matching(rows) for rows in self.parts]
        self.solution: dict[int, int] = {}
        self.part_of_point: dict[int, int] = {}
        self.part_of_stand: dict[int, int] = {}
        for number, (rows, matching) in enumerate(zip(self.parts, self.matchings, strict=True)):
            for row in rows[matching.taken].tolist():
                self.solution[int(point[row])] = row
            self.part_of_point |= dict.fromkeys(point[rows].tolist(), number)
            self.part_of_stand |= dict.fromkeys(stand[rows].tolist(), number)

    def _matching(self, rows: Ints) -> _Matching:
        return _Matching(self.point[rows], self.stand[rows], self.gain[rows])

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
        if not (stand >= 0).any() and i not in self.part_of_point:
            return value - now
        number = self.part_of_point.get(i)
        alone, base, others = 0.0, 0.0, None
        if number is not None:
            rows = self.parts[number]
            others = self._matching(rows[self.point[rows] != i])
            alone, base = others.total, self.matchings[number].total
        # At best nobody minds that the stand is taken.
        result = value - private + alone - base
        for k, s in enumerate(stand.tolist()):
            part = self.part_of_stand.get(s)
            if s < 0 or part is None or result[k] < NEGLIGIBLE:
                continue
            # In the other parts the point has no say.
            matching = others if part == number and others is not None else self.matchings[part]
            result[k] -= matching.loss(s)
        return result


class _Matching:
    """Points matched with stands for the largest total gain, each at most once.

    Small ones by shortest augmenting paths (Jonker and Volgenant 1987), one point at a time:
    importing scipy for a handful of points would take longer than all else of a single day. The
    prices that come with them tell what each stand is worth to the others by one path more.

    Attributes:
        taken: the rows of point, stand and gain that were chosen.
        total: what they gain.
    """

    def __init__(self, point: Ints, stand: Ints, gain: Array) -> None:
        """Match; rows are pairs of a point and a stand, with what they gain (more than nothing)."""
        points, i = np.unique(point, return_inverse=True)
        stands, j = np.unique(stand, return_inverse=True)
        self._column = {s: n for n, s in enumerate(stands.tolist())}
        self._gain = np.zeros((len(points), len(stands)))
        self._gain[i, j] = gain
        self._losses: dict[int, float] = {}
        self._priced = len(points) <= SMALL
        held = self._by_paths() if self._priced else _by_scipy(self._gain)
        self.taken = np.flatnonzero(held[j] == i)
        self.total = float(gain[self.taken].sum())

    def loss(self, stand: int) -> float:
        """How much less is gained where a stand is not to be had."""
        column = self._column.get(stand)
        if column is None:
            return 0.0
        if column not in self._losses:
            self._losses[column] = self._loss(column)
        return self._losses[column]

    def _loss(self, column: int) -> float:
        if not self._priced:
            rest = np.delete(self._gain, column, axis=1)
            owner = _by_scipy(rest)
            held = np.flatnonzero(owner >= 0)
            return self.total - float(rest[owner[held], held].sum())
        row = int(self._owner[column])
        if row < 0:
            return 0.0
        least, _, _, end = self._path(row, barred=column)
        return float(self._gain[row, column] + least[end] + self._row_price[row])

    def _by_paths(self) -> Ints:
        """The point of each stand, -1: none."""
        rows, columns = self._gain.shape
        # Columns of its own, worth nothing, let a row stay out.
        self._cost = np.hstack([-self._gain, np.zeros((rows, rows))])
        self._column_price = np.zeros(columns + rows)
        self._owner = np.full(columns + rows, -1, dtype=np.int64)
        # Most rows get what they like best: that is optimal for them with these prices.
        favourite = self._cost.argmin(axis=1) if rows else np.zeros(0, dtype=np.int64)
        self._row_price = self._cost[np.arange(rows), favourite]
        distinct, winner = np.unique(favourite, return_index=True)
        self._owner[distinct] = winner
        left = np.ones(rows, dtype=bool)
        left[winner] = False
        for start in np.flatnonzero(left).tolist():
            least, done, came_from, here = self._path(start)
            reached = done & (self._owner >= 0)
            short = least[here]
            self._row_price[self._owner[reached]] += short - least[reached]
            self._row_price[start] += short
            self._column_price[done] -= short - least[done]
            while here >= 0:
                before = int(came_from[here])
                self._owner[here] = start if before < 0 else self._owner[before]
                here = before
        return self._owner[:columns]

    def _path(self, start: int, barred: int = -1) -> tuple[Array, Bools, Ints, int]:
        """The shortest way from a row to a free column, other than one that is barred.

        Returns:
            Least cost of each column, whether that is final, from which column it was reached
            (-1: at once), and the free one.
        """
        wide = len(self._owner)
        least = np.full(wide, np.inf)
        came_from = np.full(wide, -1, dtype=np.int64)
        done = np.zeros(wide, dtype=bool)
        row, here, short = start, -1, 0.0
        while row >= 0:
            reduced = self._cost[row] - self._column_price + (short - self._row_price[row])
            better = (reduced < least) & ~done
            if barred >= 0:
                better[barred] = False
            least[better] = reduced[better]
            came_from[better] = here
            here = int(np.where(done, np.inf, least).argmin())
            short = least[here]
            done[here] = True
            row = int(self._owner[here])
        return least, done, came_from, here


def _by_scipy(gain: Array) -> Ints:
    """The point of each stand, -1: none."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(gain, maximize=True)
    owner = np.full(gain.shape[1], -1, dtype=np.int64)
    owner[columns] = rows
    return owner
