"""Two points that may have exchanged their stands: which is whose, by the order they come in.

Where two records are wrong, or one is copied from the other, both assignments explain both stands,
and neither point alone tells which. Together they may: registries are written along the way, and
a round is driven in much the same order. How much the order tells is measured in each registry
anew, on neighbours whose records are plainly right: their own order against the exchanged one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from routecheck.diagnosis.affinity import LEAST_PLAIN, ROWS_APART, logistic
from routecheck.diagnosis.assignment import Choice
from routecheck.diagnosis.evidence import Evidence
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.singles import Kind, Options
from routecheck.domain.arrays import Array, Bools, Ints

BOUND = 3.0
"""The order does not outweigh what the positions say."""
WHERE, WHEN = slice(0, 2), slice(2, 3)
"""Of a place: metres east and north, seconds of the day."""
OPEN = 6.0
"""Log-odds from which on the positions have settled an exchange."""


def order_told(opts: Options, choice: Choice, evidence: Evidence, frame: Frame) -> Options | None:
    """Return the options with what the order tells of exchanges, or None where it tells nothing.

    Args:
        opts: the options of all points.
        choice: what was chosen of them at first.
        evidence: stands.
        frame: codes, and the order of the registry.
    """
    pairs = _exchanges(opts, choice, frame)
    plain = np.flatnonzero((choice.kind == Kind.OWN) & (choice.margin >= 12.0))
    if not len(pairs) or len(plain) < LEAST_PLAIN:
        return None
    stands = evidence.stands
    at = np.stack([stands.x, stands.y, stands.hour_s], axis=1)
    place = np.full((frame.points, 3), np.nan)
    place[plain] = at[choice.stand[plain]]
    first, second = plain[:-1], plain[1:]
    beside = _together(first, second, frame)
    first, second = first[beside], second[beside]
    known = _order(first, second, place[first], place[second], plain, place, frame)
    if len(known) < LEAST_PLAIN:
        return None
    weights = logistic(np.concatenate([known, -known]), np.arange(2 * len(known)) < len(known))
    a, b = pairs[:, 0], pairs[:, 1]
    told = _order(a, b, at[choice.stand[a]], at[choice.stand[b]], plain, place, frame) @ weights
    told = np.clip(told, -BOUND, BOUND)
    # Both options of both points share in it, so that an exchange weighs as much as was told.
    value = opts.value.copy()
    count = max(len(stands), 1)
    key = opts.point * count + opts.stand
    for i, j, share in zip(a.tolist(), b.tolist(), (told / 4.0).tolist(), strict=True):
        own, other = int(choice.stand[i]), int(choice.stand[j])
        for point, stand, sign in ((i, own, 1), (j, other, 1), (i, other, -1), (j, own, -1)):
            value[(key == point * count + stand) & (opts.stand >= 0)] += sign * share
    return replace(opts, value=value)


def _exchanges(opts: Options, choice: Choice, frame: Frame) -> Ints:
    """Pairs of points, in the order of the registry, that could as well exchange their stands."""
    owner = np.full(int(opts.stand.max(initial=-1)) + 2, -1, dtype=np.int64)
    held = np.flatnonzero(choice.stand >= 0)
    owner[choice.stand[held]] = held
    best: dict[tuple[int, int], float] = {}
    rows = np.flatnonzero((opts.stand >= 0) & (owner[opts.stand] >= 0))
    rows = rows[
        _together(opts.point[rows], owner[opts.stand[rows]], frame)
        | (owner[opts.stand[rows]] == opts.point[rows])
    ]
    for point, stand, value in zip(
        opts.point[rows].tolist(), opts.stand[rows].tolist(), opts.value[rows].tolist(), strict=True
    ):
        best[point, stand] = max(value, best.get((point, stand), -np.inf))
    found = set()
    for (i, stand), value in best.items():
        j = int(owner[stand])
        own = int(choice.stand[i])
        if i == j or own < 0:
            continue
        back, now, then = best.get((j, own)), best.get((i, own)), best.get((j, stand))
        if back is None or now is None or then is None:
            continue
        if abs(now + then - value - back) < OPEN:
            found.add((min(i, j), max(i, j)))
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _together(first: Ints, second: Ints, frame: Frame) -> Bools:
    """Whether two points stand near each other in the registry, on one vehicle's round."""
    near = (np.abs(first - second) <= ROWS_APART) & (first != second)
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
