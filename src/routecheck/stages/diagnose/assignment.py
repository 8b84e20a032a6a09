"""Choosing: which option of each point holds, when every stand is explained once."""

from __future__ import annotations

import numpy as np

from routecheck.model.arrays import Array, Bools, Ints
from routecheck.model.frozen import frozen
from routecheck.stages.diagnose.singles import BESIDE_M, RIGHT, Kind, Options
from routecheck.stages.diagnose.stands import Stands

SAME_PLACE_M = 25.0
"""Two stands this close are one place for a point: no rivals."""
NEGLIGIBLE = -10.0
"""Log-odds below which nobody asks how much exactly."""
SMALL = 40
"""Rows up to which a matching is found here."""
WEAK = 4.0
"""An own stand worth less than this is held against all other places."""


@frozen
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
    p_right, p_lost = np.ones(points), np.zeros(points)
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
        if not (stand >= 0).any() and i not in self.part_of_point:
            return value - now
        result = np.empty(len(mine))
        number = self.part_of_point.get(i)
        cache: dict[int, float] = {}
        alone, used = 0.0 if number is None else self.total[number], set(self.owner)
        if number is not None and i in self.solution:
            rows = self.parts[number]
            rows = rows[self.point[rows] != i]
            alone, kept = _assign(self.point[rows], self.stand[rows], self.gain[rows])
            # In the other parts the point has no say.
            used -= {s for s in used if self.part_of_stand[s] == number}
            used |= set(self.stand[rows[kept]].tolist())

        def without(part: int, taken: int) -> float:
            """The total of a part without the point and without a stand."""
            if taken not in used:
                # Nobody needs it: the best matching stays what it is.
                return alone if part == number else self.total[part]
            if taken not in cache:
                rows = self.parts[part]
                keep = rows[(self.point[rows] != i) & (self.stand[rows] != taken)]
                cache[taken] = _assign(self.point[keep], self.stand[keep], self.gain[keep])[0]
            return cache[taken]

        base = self.total[number] if number is not None else 0.0
        for k, (s, v) in enumerate(zip(stand.tolist(), value.tolist(), strict=True)):
            # At best nobody minds that the stand is taken.
            result[k] = v - private + alone - base
            part = self.part_of_stand.get(s)
            if s < 0 or part is None or result[k] < NEGLIGIBLE:
                continue
            if part == number:
                result[k] += without(part, s) - alone
            else:
                result[k] += without(part, s) - self.total[part]
        return result


def _assign(point: Ints, stand: Ints, gain: Array) -> tuple[float, list[int]]:
    """Largest total gain with each point and each stand at most once, and the rows taken."""
    if not len(point):
        return 0.0, []
    order = np.lexsort((-gain, point))
    first = order[np.concatenate([[True], np.diff(point[order]) != 0])]
    if len(np.unique(stand[first])) == len(first):
        return float(gain[first].sum()), [int(k) for k in first]
    _, i = np.unique(point, return_inverse=True)
    _, j = np.unique(stand, return_inverse=True)
    matrix = np.zeros((i.max() + 1, j.max() + 1))
    matrix[i, j] = gain
    row_of = np.full(matrix.shape, -1, dtype=np.int64)
    row_of[i, j] = np.arange(len(point))
    a, b = _best_matching(matrix)
    taken = [int(k) for k in row_of[a, b] if k >= 0]
    return float(gain[taken].sum()), taken


def _best_matching(gain: Array) -> tuple[Ints, Ints]:
    """Rows and columns of the matching of largest total; gains are not negative.

    Small ones by shortest augmenting paths (Jonker and Volgenant 1987), one row at a time:
    importing scipy for a handful of rows would take longer than all else of a single day.
    """
    rows, columns = gain.shape
    if rows > SMALL:
        from scipy.optimize import linear_sum_assignment

        a, b = linear_sum_assignment(gain, maximize=True)
        return np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)
    # Columns of its own, worth nothing, let a row stay out.
    cost = np.hstack([-gain, np.zeros((rows, rows))])
    wide = columns + rows
    row_price, column_price = np.zeros(rows), np.zeros(wide)
    owner = np.full(wide, -1, dtype=np.int64)
    # Most rows get what they like best: that is optimal for them with these prices.
    favourite = np.argmin(cost, axis=1)
    row_price[:] = cost[np.arange(rows), favourite]
    distinct, winner = np.unique(favourite, return_index=True)
    owner[distinct] = winner
    left = np.ones(rows, dtype=bool)
    left[winner] = False
    for start in np.flatnonzero(left).tolist():
        least = np.full(wide, np.inf)
        came_from = np.full(wide, -1, dtype=np.int64)
        done = np.zeros(wide, dtype=bool)
        row, here = start, -1
        while row >= 0:
            reduced = cost[row] - row_price[row] - column_price
            if here >= 0:
                reduced = reduced + least[here]
            better = ~done & (reduced < least)
            least[better] = reduced[better]
            came_from[better] = here
            here = int(np.argmin(np.where(done, np.inf, least)))
            done[here] = True
            row = int(owner[here])
        reached = done & (owner >= 0)
        short = least[here]
        row_price[owner[reached]] += short - least[reached]
        row_price[start] += short
        column_price[done] -= short - least[done]
        while here >= 0:
            before = int(came_from[here])
            owner[here] = start if before < 0 else owner[before]
            here = before
    used = np.flatnonzero(owner[:columns] >= 0)
    return owner[used], used
