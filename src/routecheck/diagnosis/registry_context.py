"""What the registry itself shows of where a point belongs: its order, villages, names, rounds.

Registries are written along roads, points of a village lie together, names of neighbours begin
alike, and a round is driven in much the same order. How much each of these is worth is learnt
in each registry anew, by a logistic regression on the points whose record is plainly right: their
own stands against stands of other points of the same vehicle. Where nothing of it holds,
nothing is added. It helps where positions do not settle a case, and is bounded so that it does not
outweigh those that do.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.keys import ragged
from routecheck.domain.arrays import Array, Bools, Ints

GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
"""Turned by this share of a circle each, any number of directions lie evenly."""


def affinity(
    evidence: Evidence, frame: Frame, x: Array, y: Array, away: Array
) -> tuple[Array, Array]:
    """Return the log-likelihood ratios that a pair of point and stand belongs together.

    And those that a point belongs where it is believed to be, by places alone: no vehicle need have
    stood there.

    Args:
        evidence: the pairs.
        frame: codes and metres, with the table of points.
        x: metres, where each point is believed to be.
        y: metres.
        away: distance (m) of each pair's stand from where its point is believed to be.
    """
    pairs, stands = evidence.pairs, evidence.stands
    p, s = pairs.point, pairs.stand
    good = (away <= frame.tolerance_m[p]) & (pairs.days >= lk.HALF * evidence.due_days[p])
    good &= pairs.likeness > 0.0
    plain = np.unique(p[good])
    of_pairs, of_places = np.zeros(len(p)), np.zeros(frame.points)
    if len(plain) < par.LEAST_PLAIN:
        return of_pairs, of_places
    known = np.zeros(frame.points, dtype=bool)
    known[plain] = True
    offset = np.hypot(stands.x[s] - x[p], stands.y[s] - y[p])
    false = known[p] & (offset > par.FALSE_M[0]) & (offset < par.FALSE_M[1])
    false &= pairs.likeness > lk.LIKELY_FALSE
    wanted = pairs.likeness > lk.LIKELY_AT_ALL
    used = np.flatnonzero(wanted | good)
    own_hour = np.full(frame.points, np.nan)
    own_hour[p[good]] = stands.hour_s[s[good]]
    true_row, false_row = good[used], false[used]
    if true_row.sum() < par.LEAST_PLAIN or false_row.sum() < par.LEAST_PLAIN:
        return of_pairs, of_places
    learnt = np.flatnonzero(true_row | false_row)
    if len(learnt) > par.MOST_ROWS:
        learnt = learnt[:: len(learnt) // par.MOST_ROWS + 1]
    truth = true_row[learnt]
    base = np.log(truth.sum() / max((~truth).sum(), 1))

    def features(point: Ints, at_x: Array, at_y: Array, hour_s: Array) -> tuple[Array, Array]:
        return _features(frame, (x, y), (point, at_x, at_y, hour_s), plain, own_hour)

    where, when = features(p[used], stands.x[s[used]], stands.y[s[used]], stands.hour_s[s[used]])
    both = np.hstack([where, when])
    odds = both @ logistic(both[learnt], truth) - base
    of_pairs[used] = np.clip(odds, -lk.ORDER_BOUND, lk.ORDER_BOUND)
    # A place fits by itself as the plain ones do, rather than as these would if misplaced.
    moved = np.repeat(plain, par.DISPLACED)
    off_x, off_y = _usual_offsets(len(moved))
    located = np.flatnonzero(np.isfinite(x))
    points = np.concatenate([plain, moved, located])
    at_x = np.concatenate([x[plain], x[moved] + off_x, x[located]])
    at_y = np.concatenate([y[plain], y[moved] + off_y, y[located]])
    fit, _ = features(points, at_x, at_y, np.zeros(len(points)))
    count = len(plain) + len(moved)
    right = np.arange(count) < len(plain)
    # Each learns from those of which the same is known: at the end of a round it is less.
    pattern = fit[:, 1::2] @ 2 ** np.arange(fit[:, 1::2].shape[1])
    for own in np.unique(pattern[count:]):
        alike = np.flatnonzero(pattern[:count] == own)
        if right[alike].sum() < par.LEAST_PLAIN:
            continue
        weights = logistic(fit[alike], right[alike])
        mine = np.flatnonzero(pattern[count:] == own)
        odds = fit[count + mine] @ weights + np.log(par.DISPLACED)
        of_places[located[mine]] = np.clip(odds, -lk.ORDER_BOUND, lk.ORDER_BOUND)
    return of_pairs, of_places


def _usual_offsets(count: int) -> tuple[Array, Array]:
    """East and north metres of misplaced records: any direction, as far as usual, evenly."""
    turn = np.arange(count) * GOLDEN
    least, most = par.USUAL_OFFSET_M
    away_m = least * (most / least) ** (turn * np.sqrt(2.0) % 1.0)
    return away_m * np.cos(2 * np.pi * turn), away_m * np.sin(2 * np.pi * turn)


def _features(
    frame: Frame,
    place: tuple[Array, Array],
    wanted: tuple[Ints, Array, Array, Array],
    plain: Ints,
    own_hour: Array,
) -> tuple[Array, Array]:
    """Features of where, and of when: one row for each of the points, places and hours wanted.

    For each relation whether it is known and the log of how far; a one before those of where.
    """
    x, y = place
    p, sx, sy, hour = wanted
    where: list[Array] = [np.ones(len(p))]
    when: list[Array] = []

    def add(columns: list[Array], values: Array, usual: float) -> None:
        known = np.isfinite(values)
        columns.append(known.astype(np.float64))
        columns.append(np.where(known, values, usual) - usual)

    near, late, beside = [], [], []
    at = np.searchsorted(plain, np.arange(frame.points))
    is_plain = np.isin(np.arange(frame.points), plain)
    for step in (-2, -1, 0, 1):
        # The plain points before and after in the file; the point itself is left out.
        number = at + step + (is_plain if step >= 0 else 0)
        there = (number >= 0) & (number < len(plain))
        other = plain[np.clip(number, 0, len(plain) - 1)]
        there &= np.abs(other - np.arange(frame.points)) <= par.ROWS_APART
        there &= frame.main_vehicle[other] == frame.main_vehicle
        other = other[p]
        far = np.hypot(sx - x[other], sy - y[other])
        near.append(np.where(there[p], np.log(np.maximum(far, par.NEAR_LEAST_M)), np.inf))
        apart = np.abs(hour - own_hour[other])
        late.append(np.where(there[p], np.log(np.maximum(apart, par.HOUR_LEAST_S)), np.inf))
        beside.append((np.where(there[p], far, np.nan), np.where(there[p], apart, np.nan), other))
    for columns, values in ((where, near), (when, late)):
        two = np.sort(np.stack(values), axis=0)[:2]
        add(columns, np.where(np.isinf(two[1]), two[0], two.sum(axis=0) / 2), lk.USUAL_NEAR)
    # Between the one before and the one after: how much longer the way and the round would be.
    (far_a, late_a, a), (far_b, late_b, b) = beside[1], beside[2]
    longer_m = far_a + far_b - np.hypot(x[a] - x[b], y[a] - y[b])
    longer_s = late_a + late_b - np.abs(own_hour[a] - own_hour[b])
    add(where, np.log(np.maximum(longer_m, par.NEAR_LEAST_M)), lk.USUAL_LONGER)
    add(when, np.log(np.maximum(longer_s, par.LONGER_LEAST_S)), lk.USUAL_LONGER)
    points = frame.registry
    stem = points["name"].map(lambda name: re.split(r"[\d#号-]", str(name))[0].strip())
    for label in (points["village"], stem):
        add(where, _nearest_alike(label, p, sx, sy, x, y, plain), lk.USUAL_ALIKE)
    return np.stack(where, axis=1), np.stack(when, axis=1)


def _nearest_alike(
    label: pd.Series, p: Ints, sx: Array, sy: Array, x: Array, y: Array, plain: Ints
) -> Array:
    """Log of the distance from a stand to the nearest plain point, not itself, with its label."""
    codes, names = pd.factorize(label)
    empty = np.array([str(name) == "" for name in names], dtype=bool)
    result = np.full(len(p), np.inf)
    by_code = plain[np.argsort(codes[plain], kind="stable")]
    count = np.bincount(codes[plain], minlength=len(names))
    begin = np.cumsum(count) - count
    code = codes[p]
    size = np.where(empty[code] | (count[code] > par.MOST_ALIKE), 0, count[code])
    row, nth = ragged(size)
    other = by_code[begin[code[row]] + nth]
    mine = other == p[row]
    far = np.hypot(sx[row] - x[other], sy[row] - y[other])
    np.minimum.at(result, row[~mine], np.log(np.maximum(far[~mine], par.NEAR_LEAST_M)))
    return result


def logistic(features: Array, truth: Bools) -> Array:
    """Weights of a logistic regression, by Newton's method with a small ridge."""
    weights = np.zeros(features.shape[1])
    ridge = lk.RIDGE * np.eye(features.shape[1])
    for _ in range(lk.NEWTON_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(features @ weights, -30.0, 30.0)))
        slope = features.T @ (truth - p) - ridge @ weights
        curve = (features * (p * (1.0 - p))[:, None]).T @ features + ridge
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < lk.NEWTON_END:
            break
    return weights
