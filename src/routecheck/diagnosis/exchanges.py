"""Two points that may have exchanged their stands: which is whose, by the order they come in.

Where two records are wrong, or one is copied from the other, both assignments explain both stands,
and neither point alone shows which. Together they may: registries are written along the way, and
a round is driven in much the same order. How much the order is worth is learnt in each registry
anew, on neighbours whose records are plainly right: their own order against the exchanged one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence
from routecheck.diagnosis.assignment import Choice
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.hypotheses import Hypotheses, Kind
from routecheck.diagnosis.registry_context import logistic
from routecheck.domain.arrays import Array, Bools, Ints

WHERE, WHEN = slice(0, 2), slice(2, 3)
"""Of a place: metres east and north, seconds of the day."""


def with_order(
    hypotheses: Hypotheses, choice: Choice, evidence: Evidence, frame: Frame
) -> Hypotheses | None:
    """Weigh hypotheses by what the order shows of exchanges; None where it shows nothing.

    Args:
        hypotheses: those of all points.
        choice: what was chosen of them at first.
        evidence: stands.
        frame: codes, and the order of the registry.
    """
    pairs = _exchanges(hypotheses, choice, frame)
    plain = np.flatnonzero((choice.kind == Kind.OWN) & (choice.margin >= lk.CERTAIN))
    if not len(pairs) or len(plain) < par.LEAST_PLAIN:
        return None
    stands = evidence.stands
    at = np.stack([stands.x, stands.y, stands.hour_s], axis=1)
    place = np.full((frame.points, 3), np.nan)
    place[plain] = at[choice.stand[plain]]
    first, second = plain[:-1], plain[1:]
    beside = _together(first, second, frame)
    first, second = first[beside], second[beside]
    known = _order(first, second, place[first], place[second], plain, place, frame)
    if len(known) < par.LEAST_PLAIN:
        return None
    weights = logistic(np.concatenate([known, -known]), np.arange(2 * len(known)) < len(known))
    a, b = pairs[:, 0], pairs[:, 1]
    odds = _order(a, b, at[choice.stand[a]], at[choice.stand[b]], plain, place, frame) @ weights
    odds = np.clip(odds, -lk.ORDER_BOUND, lk.ORDER_BOUND)
    # Both hypotheses of both points share in it, so that an exchange weighs as much as the order.
    value = hypotheses.value.copy()
    count = max(len(stands), 1)
    key = hypotheses.point * count + hypotheses.stand
    for i, j, share in zip(a.tolist(), b.tolist(), (odds / 4.0).tolist(), strict=True):
        own, other = int(choice.stand[i]), int(choice.stand[j])
        for point, stand, sign in ((i, own, 1), (j, other, 1), (i, other, -1), (j, own, -1)):
            value[(key == point * count + stand) & (hypotheses.stand >= 0)] += sign * share
    return replace(hypotheses, value=value)


def _exchanges(hypotheses: Hypotheses, choice: Choice, frame: Frame) -> Ints:
    """Pairs of points, in the order of the registry, that could as well exchange their stands."""
    owner = np.full(int(hypotheses.stand.max(initial=-1)) + 2, -1, dtype=np.int64)
    held = np.flatnonzero(choice.stand >= 0)
    owner[choice.stand[held]] = held
    holder = owner[hypotheses.stand]
    rows = np.flatnonzero((hypotheses.stand >= 0) & (holder >= 0))
    near = _together(hypotheses.point[rows], holder[rows], frame)
    rows = rows[near | (holder[rows] == hypotheses.point[rows])]
    best: dict[tuple[int, int], float] = {}
    columns = (hypotheses.point, hypotheses.stand, hypotheses.value)
    for point, stand, value in zip(*(column[rows].tolist() for column in columns), strict=True):
        best[point, stand] = max(value, best.get((point, stand), -np.inf))
    pairs = set()
    for (i, stand), value in best.items():
        j, own = int(owner[stand]), int(choice.stand[i])
        if i == j or own < 0:
            continue
        back, now, then = best.get((j, own)), best.get((i, own)), best.get((j, stand))
        if back is None or now is None or then is None:
            continue
        if abs(now + then - value - back) < lk.SETTLED_EXCHANGE:
            pairs.add((min(i, j), max(i, j)))
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _together(first: Ints, second: Ints, frame: Frame) -> Bools:
    """Whether two points stand near each other in the registry, on one vehicle's round."""
    near = (np.abs(first - second) <= par.ROWS_APART) & (first != second)
    return np.asarray(near & (frame.main_vehicle[first] == frame.main_vehicle[second]))


def _order(
    a: Ints, b: Ints, at_a: Array, at_b: Array, plain: Ints, place: Array, frame: Frame
) -> Array:
    """How much longer the way and the round are if two points exchange their places.

    By what is plain before the first and after the second; as a share, from -1 to 1.
    """
    before, after = np.searchsorted(plain, a) - 1, np.searchsorted(plain, b, side="right")
    ends = []
    for number, near in ((before, a), (after, b)):
        there = (number >= 0) & (number < len(plain))
        other = plain[np.clip(number, 0, len(plain) - 1)]
        there &= _together(other, near, frame)
        ends.append(np.where(there[:, None], place[other], np.nan))

    def more(axes: slice) -> Array:
        def far(one: Array, two: Array) -> Array:
            return np.asarray(np.sqrt(((one[:, axes] - two[:, axes]) ** 2).sum(axis=1)))

        straight = np.nansum([far(ends[0], at_a), far(at_b, ends[1])], axis=0)
        crossed = np.nansum([far(ends[0], at_b), far(at_a, ends[1])], axis=0)
        whole = straight + crossed + 2 * far(at_a, at_b)
        return np.asarray((crossed - straight) / np.maximum(whole, 1.0))

    return np.stack([more(WHERE), more(WHEN)], axis=1)
