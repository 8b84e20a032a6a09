"""What the registry itself says of where a point belongs: its order, villages, names, rounds.

Registries are written along roads, points of a village lie together, names of neighbours begin
alike, and a round is driven in much the same order. How much each of these tells is measured in
each registry anew, by a logistic regression on the points whose record is plainly right: their
own stands against stands of other points of the same vehicle. Where nothing of it holds, nothing
is told. It helps where positions do not settle a case, and is bounded so that it does not
outweigh those that do.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from routecheck.diagnosis.evidence import Evidence
from routecheck.diagnosis.frame import Frame
from routecheck.domain.arrays import Array, Bools, Ints

LEAST_PLAIN = 40
"""With fewer plain points nothing is learnt."""
ROWS_APART = 4
"""Rows of the registry that count as neighbours."""
BOUND = 3.0
RIDGE = 1.0
DISPLACED, USUAL_M = 4, (80.0, 1000.0)
"""Each plain record, displaced so often by what records are misplaced by (facts)."""
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
"""Turned by this share of a circle each, any number of directions lie evenly."""
MOST_ROWS = 20_000
"""So many pairs are enough to learn a dozen numbers."""


def affinity(
    evidence: Evidence, frame: Frame, x: Array, y: Array, away: Array
) -> tuple[Array, Array]:
    """Return the log-likelihood ratios that a pair of point and stand belongs together.

    And those that a point belongs where it is believed to be, by places alone: nobody need have
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
    good = (away <= frame.tolerance_m[p]) & (pairs.days >= 0.5 * evidence.due_days[p])
    good &= pairs.likeness > 0.0
    plain = np.unique(p[good])
    of_pairs, of_places = np.zeros(len(p)), np.zeros(frame.points)
    if len(plain) < LEAST_PLAIN:
        return of_pairs, of_places
    known = np.zeros(frame.points, dtype=bool)
    known[plain] = True
    offset = np.hypot(stands.x[s] - x[p], stands.y[s] - y[p])
    false = known[p] & (offset > 60.0) & (offset < 1500.0) & (pairs.likeness > -4.0)
    wanted = pairs.likeness > -8.0
    used = np.flatnonzero(wanted | good)
    own_hour = np.full(frame.points, np.nan)
    own_hour[p[good]] = stands.hour_s[s[good]]
    true_row, false_row = good[used], false[used]
    if true_row.sum() < LEAST_PLAIN or false_row.sum() < LEAST_PLAIN:
        return of_pairs, of_places
    learnt = np.flatnonzero(true_row | false_row)
    if len(learnt) > MOST_ROWS:
        learnt = learnt[:: len(learnt) // MOST_ROWS + 1]
    truth = true_row[learnt]
    base = np.log(truth.sum() / max((~truth).sum(), 1))

    def features(point: Ints, at_x: Array, at_y: Array, hour_s: Array) -> tuple[Array, Array]:
        return _features(frame, (x, y), (point, at_x, at_y, hour_s), plain, own_hour)

    where, when = features(p[used], stands.x[s[used]], stands.y[s[used]], stands.hour_s[s[used]])
    both = np.hstack([where, when])
    odds = both @ logistic(both[learnt], truth) - base
    of_pairs[used] = np.clip(odds, -BOUND, BOUND)
    # A place fits by itself as the plain ones do, rather than as these would if misplaced.
    moved = np.repeat(plain, DISPLACED)
    off_x, off_y = _usual_offsets(len(moved))
    located = np.flatnonzero(np.isfinite(x))
    asked = np.concatenate([plain, moved, located])
    at_x = np.concatenate([x[plain], x[moved] + off_x, x[located]])
    at_y = np.concatenate([y[plain], y[moved] + off_y, y[located]])
    fit, _ = features(asked, at_x, at_y, np.zeros(len(asked)))
    count = len(plain) + len(moved)
    right = np.arange(count) < len(plain)
    # Each learns from those of which the same is known: at the end of a round it is less.
    told = fit[:, 1::2] @ 2 ** np.arange(fit[:, 1::2].shape[1])
    for pattern in np.unique(told[count:]):
        alike = np.flatnonzero(told[:count] == pattern)
        if right[alike].sum() < LEAST_PLAIN:
            continue
        weights = logistic(fit[alike], right[alike])
        mine = np.flatnonzero(told[count:] == pattern)
        odds = fit[count + mine] @ weights + np.log(DISPLACED)
        of_places[located[mine]] = np.clip(odds, -BOUND, BOUND)
    return of_pairs, of_places


def _usual_offsets(count: int) -> tuple[Array, Array]:
    """East and north metres of misplaced records: any direction, 80 m to 1 km (facts), evenly."""
    turn = np.arange(count) * GOLDEN
    away_m = USUAL_M[0] * (USUAL_M[1] / USUAL_M[0]) ** (turn * np.sqrt(2.0) % 1.0)
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
        told = np.isfinite(values)
        columns.append(told.astype(np.float64))
        columns.append(np.where(told, values, usual) - usual)

    near, late, beside = [], [], []
    at = np.searchsorted(plain, np.arange(frame.points))
    known = np.isin(np.arange(frame.points), plain)
    for step in (-2, -1, 0, 1):
        # The plain points before and after in the file; the point itself is left out.
        number = at + step + (known if step >= 0 else 0)
        there = (number >= 0) & (number < len(plain))
        other = plain[np.clip(number, 0, len(plain) - 1)]
        there &= np.abs(other - np.arange(frame.points)) <= ROWS_APART
        there &= frame.main_vehicle[other] == frame.main_vehicle
        other = other[p]
        far = np.hypot(sx - x[other], sy - y[other])
        near.append(np.where(there[p], np.log(np.maximum(far, 20.0)), np.inf))
        apart = np.abs(hour - own_hour[other])
        late.append(np.where(there[p], np.log(np.maximum(apart, 60.0)), np.inf))
        beside.append((np.where(there[p], far, np.nan), np.where(there[p], apart, np.nan), other))
    for columns, values in ((where, near), (when, late)):
        two = np.sort(np.stack(values), axis=0)[:2]
        add(columns, np.where(np.isinf(two[1]), two[0], two.sum(axis=0) / 2), 6.0)
    # Between the one before and the one after: how much longer the way and the round would be.
    (far_a, late_a, a), (far_b, late_b, b) = beside[1], beside[2]
    longer_m = far_a + far_b - np.hypot(x[a] - x[b], y[a] - y[b])
    longer_s = late_a + late_b - np.abs(own_hour[a] - own_hour[b])
    add(where, np.log(np.maximum(longer_m, 20.0)), 5.0)
    add(when, np.log(np.maximum(longer_s, 30.0)), 5.0)
    points = frame.points_table
    stem = points["name"].map(lambda name: re.split(r"[\d#号-]", str(name))[0].strip())
    for label in (points["village"], stem):
        add(where, _nearest_alike(label, p, sx, sy, x, y, plain), 6.0)
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
    size = np.where(empty[code] | (count[code] > 60), 0, count[code])
    row = np.repeat(np.arange(len(p)), size)
    within = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    other = by_code[begin[code[row]] + within]
    mine = other == p[row]
    far = np.hypot(sx[row] - x[other], sy[row] - y[other])
    np.minimum.at(result, row[~mine], np.log(np.maximum(far[~mine], 20.0)))
    return result


def logistic(features: Array, truth: Bools) -> Array:
    """Weights of a logistic regression, by Newton's method with a small ridge."""
    weights = np.zeros(features.shape[1])
    ridge = RIDGE * np.eye(features.shape[1])
    for _ in range(12):
        p = 1.0 / (1.0 + np.exp(-np.clip(features @ weights, -30.0, 30.0)))
        slope = features.T @ (truth - p) - ridge @ weights
        curve = (features * (p * (1.0 - p))[:, None]).T @ features + ridge
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights
