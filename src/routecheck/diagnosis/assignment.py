"""Choosing: which hypothesis of each point holds, when every stand is explained once.

The hypotheses with the largest total are chosen, by an assignment of points to stands. A choice
is as sure as the total falls when it is forbidden. Points that are not judged take part by their
claims alone: a stand that may be theirs costs whoever takes it as much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.hypotheses import RIGHT, Hypotheses, Kind
from routecheck.diagnosis.keys import starts
from routecheck.diagnosis.stands import Stands
from routecheck.domain.arrays import Array, Bools, Ints

_IS_RIGHT, _IS_NOWHERE = np.zeros((2, max(Kind) + 1), dtype=bool)
"""By kind: whether the believed place is right; whether no stand is where the point is."""
_IS_RIGHT[list(RIGHT)] = True
_IS_NOWHERE[[Kind.NEVER, Kind.UNSEEN, Kind.VAGUE, Kind.SLIP_ONLY, Kind.FAR]] = True

SMALL = 40
"""Points up to which a matching is computed here: for more, scipy is faster, import included."""


@dataclass(frozen=True)
class Choice:
    """What was chosen for each point, row by row of the frame."""

    row: Ints
    """Of the hypotheses."""
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
    claimed: Bools
    """Stands that may be of points which are not judged."""
    rivals: dict[int, Ints]
    """Of doubtful points: the stands that together hold nearly all of the probability."""
    weights: dict[int, tuple[Ints, Array]]
    """Of doubtful points: rows of their hypotheses, and the probability of each."""


def choose(hypotheses: Hypotheses, stands: Stands, tolerance_m: Array, copied: Bools) -> Choice:
    """Choose the hypotheses of largest total, each stand once, and weigh how sure each choice is.

    Args:
        hypotheses: those of all points.
        stands: the stands they are at.
        tolerance_m: tolerance of each point.
        copied: points whose record lies on another's: either may be the one that is wrong.
    """
    points, every = len(tolerance_m), hypotheses
    # What a point gains without a stand of its own, and by which row.
    private = np.full(points, -np.inf)
    chosen = np.full(points, -1, dtype=np.int64)
    free = np.flatnonzero(every.stand < 0)
    order = free[np.argsort(every.value[free], kind="stable")]
    private[every.point[order]] = every.value[order]
    chosen[every.point[order]] = order
    # Of several hypotheses of a point at one stand only the best counts.
    rows = np.flatnonzero(every.stand >= 0)
    rows = rows[np.lexsort((-every.value[rows], every.stand[rows], every.point[rows]))]
    rows = rows[starts(every.point[rows], every.stand[rows])]
    gain = every.value[rows] - private[every.point[rows]]
    rows, gain = rows[gain > 0.0], gain[gain > 0.0]
    solver = _Solver(every.point[rows], every.stand[rows], gain)
    claims = every.kind == Kind.CLAIM
    for i, row in solver.solution.items():
        if not claims[rows[row]]:
            chosen[i] = rows[row]
    claiming = np.zeros(points, dtype=bool)
    claiming[every.point[claims]] = True

    claimed = np.zeros(len(stands), dtype=bool)
    claimed[every.stand[rows[claims[rows]]]] = True
    kind = every.kind[chosen]
    choice = Choice(
        row=chosen,
        kind=kind,
        stand=every.stand[chosen],
        slip=every.slip[chosen],
        away_m=every.away_m[chosen],
        margin=np.full(points, lk.CERTAIN),
        rival=np.full(points, -1, dtype=np.int64),
        rival_margin=np.full(points, lk.CERTAIN),
        p_right=np.ones(points),
        p_lost=np.zeros(points),
        p_unserved=np.zeros(points),
        claimed=claimed,
        rivals={},
        weights={},
    )
    # A plain record with its stand inside is beyond doubt; a stand outside could be another's.
    outside = (every.away_m[chosen] > tolerance_m) | (every.value[chosen] < lk.WEAK)
    doubtful = ((kind == Kind.OWN) & outside) | copied | ~np.isin(kind, (Kind.OWN, Kind.SHARED))
    doubtful |= every.value[chosen] - _best_free(every, chosen) < lk.CERTAIN
    by_point = np.argsort(every.point, kind="stable")
    bounds = np.searchsorted(every.point[by_point], np.arange(points + 1))
    for i in np.flatnonzero(doubtful).tolist():
        mine = by_point[bounds[i] : bounds[i + 1]]
        if claiming[i]:
            mine = mine[~claims[mine]]
            change = every.value[mine] - every.value[chosen[i]]
        else:
            change = solver.changes(
                i, every.stand[mine], every.value[mine], private[i], every.value[chosen[i]]
            )
        _weigh(choice, i, mine, change, chosen[i], every, stands, tolerance_m[i])
    return choice


def _best_free(every: Hypotheses, chosen: Ints) -> Array:
    """The most that each point gains at a stand that is nobody's; -inf where there is none."""
    taken = np.zeros(int(every.stand.max(initial=-1)) + 2, dtype=bool)
    taken[every.stand[chosen]] = True
    free = (every.stand >= 0) & ~taken[every.stand] & (every.kind != Kind.CLAIM)
    best = np.full(len(chosen), -np.inf)
    np.maximum.at(best, every.point[free], every.value[free])
    return best


def _weigh(
    choice: Choice,
    i: int,
    mine: Ints,
    change: Array,
    here: int,
    every: Hypotheses,
    stands: Stands,
    tolerance_m: float,
) -> None:
    """Fill in how sure the choice of a point is.

    Args:
        choice: to be filled in.
        i: the point.
        mine: rows of its hypotheses.
        change: of the largest total, when each of them is made to hold.
        here: the row that was chosen.
        every: the hypotheses of all points.
        stands: the stands they are at.
        tolerance_m: of the point.
    """
    kinds, at = every.kind[mine], every.stand[mine]
    others = np.where(_same_place(mine, here, every, stands), -np.inf, change)
    total = np.logaddexp.reduce(others) if len(others) else -np.inf
    choice.margin[i] = -total if total > -lk.CERTAIN else lk.CERTAIN
    k = int(np.argmax(others))
    choice.rival[i], choice.rival_margin[i] = kinds[k], -others[k]
    # Misplaced to a stand that may as well be its own: the same place, by another name.
    beside = (kinds == Kind.MOVED) & (every.away_m[mine] <= tolerance_m + par.BESIDE_M)
    softened = np.exp(lk.SOFTENED * (change - change.max()))
    choice.weights[i] = mine, softened / softened.sum()
    weight = np.exp(change - change.max())
    weight /= weight.sum()
    caution = (lk.FAR_CAUTION - 1.0) * weight[kinds == Kind.FAR].sum()
    choice.p_right[i] = weight[_IS_RIGHT[kinds] | beside].sum() / (1.0 + caution)
    nowhere = _IS_NOWHERE[kinds]
    choice.p_lost[i] = weight[nowhere].sum()
    choice.p_unserved[i] = weight[every.unserved[mine]].sum()
    choice.rivals[i] = _likely(at[~nowhere], weight[~nowhere], choice.weights[i][1][~nowhere])


def _same_place(mine: Ints, here: int, every: Hypotheses, stands: Stands) -> Bools:
    """Mark the hypotheses of a point that put it at the same place as the chosen one."""
    same = mine == here
    kind, stand = every.kind[here], every.stand[here]
    if stand >= 0 and kind != Kind.CAME:
        at = every.stand[mine]
        away_m = np.hypot(stands.x[at] - stands.x[stand], stands.y[at] - stands.y[stand])
        same |= (at >= 0) & (away_m <= par.ONE_PLACE_M) & (every.kind[mine] != Kind.CAME)
    slips = (Kind.SLIP, Kind.SLIP_ONLY)
    if kind in slips:
        same |= (every.slip[mine] == every.slip[here]) & np.isin(every.kind[mine], slips)
    if kind in (Kind.NEVER, Kind.VAGUE, Kind.CAME):
        same |= _IS_RIGHT[every.kind[mine]]
    return np.asarray(same)


def _likely(stand: Ints, weight: Array, softened: Array) -> Ints:
    """The stands, likeliest first, that hold nearly all of the weight and come into question."""
    if not len(stand):
        return stand
    distinct, inverse = np.unique(stand, return_inverse=True)
    total = np.bincount(inverse, weights=weight)
    order = np.argsort(-total, kind="stable")
    held = np.cumsum(total[order]) / max(total.sum(), 1e-300)
    nearly_all = order[: int(np.searchsorted(held, lk.MOST_OF)) + 1]
    in_question = np.bincount(inverse, weights=softened)[nearly_all] >= lk.IN_QUESTION
    in_question[0] = True
    return distinct[nearly_all[in_question]]


class _Solver:
    """The assignment of points to stands with the largest total gain, part by part."""

    def __init__(self, point: Ints, stand: Ints, gain: Array) -> None:
        self.point, self.stand, self.gain = point, stand, gain
        self.parts = self._split()
        self._nobody = self._matching(np.zeros(0, dtype=np.int64))
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

    def changes(self, i: int, stand: Ints, value: Array, private: float, now: float) -> Array:
        """How the largest total changes when a point is made to take each of its hypotheses.

        The others settle anew about it: what a stand's owner loses counts, and what others gain
        by the stand that is set free.

        Args:
            i: the point.
            stand: of its hypotheses, -1: none.
            value: of its hypotheses.
            private: what it gains without a stand.
            now: what it gains by the chosen one.
        """
        number = self.part_of_point.get(i)
        if number is None and not (stand >= 0).any():
            return value - now
        alone, base, others = 0.0, 0.0, None
        if number is not None:
            rows = self.parts[number]
            rest = rows[self.point[rows] != i]
            others = self._matching(rest) if len(rest) else self._nobody
            alone, base = others.total, self.matchings[number].total
        # At best no other point loses by the stand that is taken.
        result = value - private + alone - base
        for k, s in enumerate(stand.tolist()):
            part = self.part_of_stand.get(s)
            if s < 0 or part is None or result[k] < lk.NEGLIGIBLE:
                continue
            # In the other parts the point takes no part.
            matching = others if part == number and others is not None else self.matchings[part]
            result[k] -= matching.loss(s)
        return result


class _Matching:
    """Points matched with stands for the largest total gain, each at most once.

    Small ones by shortest augmenting paths (Jonker and Volgenant 1987), one point at a time:
    importing scipy for a handful of points would take longer than all else of a single day. The
    prices that come with them show what each stand is worth to the others by one path more.

    Attributes:
        taken: the rows of point, stand and gain that were chosen.
        total: what they gain.
    """

    def __init__(self, point: Ints, stand: Ints, gain: Array) -> None:
        """Match; rows are pairs of a point and a stand, with what they gain (more than nothing)."""
        rows, i = _numbered(point)
        self._column, j = _numbered(stand)
        self._gain = np.zeros((len(rows), len(self._column)))
        self._gain[i, j] = gain
        self._losses: dict[int, float] = {}
        self._priced = len(rows) <= SMALL
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


def _numbered(values: Ints) -> tuple[dict[int, int], Ints]:
    """Number what is different, in order: which number each has, and that of each row."""
    listed = values.tolist()
    number = {value: n for n, value in enumerate(sorted(set(listed)))}
    return number, np.array([number[value] for value in listed], dtype=np.int64)


def _by_scipy(gain: Array) -> Ints:
    """The point of each stand, -1: none."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(gain, maximize=True)
    owner = np.full(gain.shape[1], -1, dtype=np.int64)
    owner[columns] = rows
    return owner
