"""Where along a segment it lies within a distance of a place: exact, vectorised, in metres.

A segment runs from a (s = 0) to b (s = 1) in a plane whose origin is the place. Each pair gives
the interval of s within the radius, the s of the least distance, and that distance.
An interval begins at s = 0 if and only if a itself is within the radius, and ends at s = 1 if
and only if b is, so that intervals of consecutive segments join without any epsilon.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routecheck.domain.arrays import Array, Ints

_INSIDE = 1e-12
"""An interval that does not touch an end of the segment keeps this clear of it (in s)."""


class Pass(NamedTuple):
    """The pairs that come within the radius: which they are, and how they pass (in s, and m)."""

    which: Ints
    enter: Array
    leave: Array
    nearest: Array
    distance_m: Array

    def take(self, chosen: Ints) -> Pass:
        """Return the passes at `chosen`."""
        return Pass._make(column[chosen] for column in self)

    def and_(self, more: Pass) -> Pass:
        """Return these passes with others after them."""
        return Pass._make(np.concatenate(columns) for columns in zip(self, more, strict=True))


def pass_disc(ax: Array, ay: Array, bx: Array, by: Array, radius: Array) -> Pass:
    """Return how segments pass discs about the origin: the roots of a quadratic."""
    dx, dy = bx - ax, by - ay
    dd = dx * dx + dy * dy
    rr = radius * radius
    in_a = ax * ax + ay * ay <= rr
    in_b = bx * bx + by * by <= rr
    with np.errstate(all="ignore"):
        nearest = (ax * dx + ay * dy) / -dd
    nearest[dd == 0] = 0.0
    np.maximum(nearest, 0.0, out=nearest)
    np.minimum(nearest, 1.0, out=nearest)
    px, py = ax + nearest * dx, ay + nearest * dy
    square = px * px + py * py
    hit = np.flatnonzero((square <= rr) | in_a | in_b)

    nearest, through = nearest[hit], ~(in_a & in_b)[hit]
    enter, leave = np.zeros(len(hit)), np.ones(len(hit))
    crossing = hit[through]  # all others are inside from end to end
    enter[through], leave[through] = _chord(
        ax[crossing], ay[crossing], dx[crossing], dy[crossing], dd[crossing], rr[crossing]
    )
    enter[in_a[hit]] = 0.0
    leave[in_b[hit]] = 1.0
    return Pass(hit, enter, np.maximum(enter, leave), nearest, np.sqrt(square[hit]))


def _chord(ax: Array, ay: Array, dx: Array, dy: Array, dd: Array, rr: Array) -> tuple[Array, Array]:
    """Return where lines enter and leave discs that they touch, clear of their ends."""
    with np.errstate(all="ignore"):
        cross = ax * dy - ay * dx
        # The half chord by the distance of the line, not by B² - AC, which cancels far away.
        half = np.sqrt(np.maximum(rr - cross * cross / dd, 0.0) / dd)
        middle = (ax * dx + ay * dy) / -dd
    enter = np.clip(middle - half, _INSIDE, 1 - _INSIDE)
    return enter, np.clip(middle + half, _INSIDE, 1 - _INSIDE)


def pass_capsule(
    ax: Array, ay: Array, bx: Array, by: Array, ex: Array, ey: Array, radius: Array
) -> Pass:
    """Return how segments pass capsules: all within `radius` of the edge from the origin to e.

    A capsule is convex, so that each segment has one interval in it: the span of its intervals
    in the two end discs and in the rectangle between them.
    """
    dx, dy = bx - ax, by - ay
    ee = ex * ex + ey * ey
    in_a = _edge_distance2(ax, ay, ex, ey, ee) <= radius * radius
    in_b = _edge_distance2(bx, by, ex, ey, ee) <= radius * radius
    enter, leave = np.full(len(ax), np.inf), np.full(len(ax), -np.inf)
    for ox, oy in ((0.0, 0.0), (ex, ey)):
        disc = pass_disc(ax - ox, ay - oy, bx - ox, by - oy, radius)
        enter[disc.which] = np.minimum(enter[disc.which], disc.enter)
        leave[disc.which] = np.maximum(leave[disc.which], disc.leave)
    length = np.sqrt(ee)
    with np.errstate(all="ignore"):
        ux, uy = ex / length, ey / length
    along_low, along_high = _span(ax * ux + ay * uy, dx * ux + dy * uy, 0 * length, length)
    side_low, side_high = _span(ax * uy - ay * ux, dx * uy - dy * ux, -radius, radius)
    low = np.maximum(np.maximum(along_low, side_low), 0.0)
    high = np.minimum(np.minimum(along_high, side_high), 1.0)
    across = low <= high
    enter = np.where(across, np.minimum(enter, low), enter)
    leave = np.where(across, np.maximum(leave, high), leave)
    hit = np.flatnonzero(in_a | in_b | (enter <= leave))
    enter = np.where(in_a, 0.0, np.clip(enter, _INSIDE, 1 - _INSIDE))[hit]
    leave = np.where(in_b, 1.0, np.clip(leave, _INSIDE, 1 - _INSIDE))[hit]
    nearest, distance = _nearest_to_edge(
        ax[hit], ay[hit], bx[hit], by[hit], ex[hit], ey[hit], ee[hit]
    )
    return Pass(hit, enter, np.maximum(enter, leave), nearest, distance)


def _span(at_a: Array, step: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return the interval of s in which at_a + s step lies within low and high."""
    with np.errstate(all="ignore"):
        first, second = (low - at_a) / step, (high - at_a) / step
    always = (low <= at_a) & (at_a <= high)
    start = np.where(step == 0, np.where(always, -np.inf, np.inf), np.minimum(first, second))
    end = np.where(step == 0, np.where(always, np.inf, -np.inf), np.maximum(first, second))
    return start, end


def _edge_distance2(px: Array, py: Array, ex: Array, ey: Array, ee: Array) -> Array:
    """Return the squared distance of places from the edge from the origin to e."""
    with np.errstate(all="ignore"):
        foot = np.where(ee > 0, np.clip((px * ex + py * ey) / ee, 0.0, 1.0), 0.0)
    qx, qy = px - foot * ex, py - foot * ey
    return np.asarray(qx * qx + qy * qy, dtype=np.float64)


def _nearest_to_edge(
    ax: Array, ay: Array, bx: Array, by: Array, ex: Array, ey: Array, ee: Array
) -> tuple[Array, Array]:
    """Return the first s of the least distance to the edge, and that distance.

    Two segments that do not cross are nearest at an end of one of them.
    """
    dx, dy = bx - ax, by - ay
    dd = dx * dx + dy * dy
    with np.errstate(all="ignore"):
        cross = dx * ey - dy * ex
        s_cross = (ay * ex - ax * ey) / cross
        t_cross = (ay * dx - ax * dy) / cross
        s_origin = np.where(dd > 0, np.clip(-(ax * dx + ay * dy) / dd, 0.0, 1.0), 0.0)
        s_end = np.where(dd > 0, np.clip(((ex - ax) * dx + (ey - ay) * dy) / dd, 0.0, 1.0), 0.0)
        crosses = (s_cross >= 0) & (s_cross <= 1) & (t_cross >= 0) & (t_cross <= 1)
    ways = [
        (np.zeros_like(ax), _edge_distance2(ax, ay, ex, ey, ee)),
        (s_origin, (ax + s_origin * dx) ** 2 + (ay + s_origin * dy) ** 2),
        (s_end, (ax + s_end * dx - ex) ** 2 + (ay + s_end * dy - ey) ** 2),
        (np.ones_like(ax), _edge_distance2(bx, by, ex, ey, ee)),
        (np.where(crosses, s_cross, 0.0), np.where(crosses, 0.0, np.inf)),
    ]
    s, distance2 = ways[0]
    for s_other, other2 in ways[1:]:
        # Along a parallel stretch the distance is the same: the first moment counts.
        tie = (other2 <= distance2 + 1e-12) & (s_other < s)
        better = (other2 < distance2 - 1e-12) | tie
        s = np.where(better, s_other, s)
        distance2 = np.where(better, np.minimum(other2, distance2), distance2)
    return s, np.sqrt(distance2)
