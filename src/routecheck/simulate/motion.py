"""True motion along a line: smooth speed under limits, stands, and the position at any second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .plane import Floats, apart_m, arc_m

ACCELERATE_MPS2 = 0.8
BRAKE_MPS2 = 1.0
SIDEWAYS_MPS2 = 1.6
TURN_ROUND_MPS = 0.9
_GRID_M = 6.0


@dataclass(frozen=True)
class Stand:
    """A stand on the way: where along the line, and how long."""

    s_m: float
    dwell_s: float


@dataclass(frozen=True)
class Motion:
    """A drive: knots of time, distance and speed; acceleration is constant between knots."""

    xy: Floats
    s_m: Floats  # of the vertices of xy
    knot_t: Floats
    knot_s: Floats
    knot_v: Floats
    arrive_t: Floats  # of the stands, in their order
    depart_t: Floats

    @property
    def start_t(self) -> float:
        """When it sets out."""
        return float(self.knot_t[0])

    @property
    def end_t(self) -> float:
        """When it has arrived for good."""
        return float(self.knot_t[-1])

    def at(self, t: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """x, y (m), speed (m/s) and heading (degrees from north) at times t, standing outside."""
        clipped = np.clip(t, self.knot_t[0], self.knot_t[-1])
        i = np.clip(np.searchsorted(self.knot_t, clipped, "right") - 1, 0, len(self.knot_t) - 2)
        span = self.knot_t[i + 1] - self.knot_t[i]
        into = clipped - self.knot_t[i]
        rate = np.divide(
            self.knot_v[i + 1] - self.knot_v[i], span, out=np.zeros_like(span), where=span > 0
        )
        s = self.knot_s[i] + self.knot_v[i] * into + rate * into * into / 2
        s = np.clip(s, self.knot_s[i], self.knot_s[i + 1])
        v = np.where(
            (t < self.knot_t[0]) | (t > self.knot_t[-1]), 0.0, self.knot_v[i] + rate * into
        )
        x = np.interp(s, self.s_m, self.xy[:, 0])
        y = np.interp(s, self.s_m, self.xy[:, 1])
        j = np.clip(np.searchsorted(self.s_m, s, "right") - 1, 0, len(self.s_m) - 2)
        d = self.xy[j + 1] - self.xy[j]
        heading = np.degrees(np.arctan2(d[:, 0], d[:, 1])) % 360
        return x, y, v, heading


def without_doubles(xy: Floats, limit: Floats) -> tuple[Floats, Floats]:
    """A line without doubled vertices, and the limits of its segments."""
    keep = apart_m(xy[1:], xy[:-1]) > 0.05
    return np.vstack([xy[:1], xy[1:][keep]]), limit[keep]


def _turn_limit(xy: Floats, step: Floats) -> Floats:
    """The speed at which each inner vertex can be taken."""
    d = np.diff(xy, axis=0)
    angle = np.abs(np.angle(np.exp(1j * np.diff(np.arctan2(d[:, 1], d[:, 0])))))
    reach = np.minimum(np.minimum(step[:-1], step[1:]) / 2, 25.0)
    radius = reach / np.maximum(np.tan(np.minimum(angle, 3.1) / 2), 1e-3)
    speed = np.clip(np.sqrt(SIDEWAYS_MPS2 * radius), 2.2, 30.0)
    return np.where(angle > 2.6, TURN_ROUND_MPS, speed)


def drive(
    rng: np.random.Generator,
    xy: Floats,
    limit_mps: Floats,
    stands: list[Stand],
    start_t: float,
    driver: float,
    crawls: int,
) -> Motion:
    """Drive along xy with the stands, which must be in order along the line.

    driver scales the limits (some drive faster), crawls is the number of slow stretches.
    """
    step, s_vertex = apart_m(xy[1:], xy[:-1]), arc_m(xy)
    total = float(s_vertex[-1])
    at = np.clip(np.array([stand.s_m for stand in stands]), 0.0, total)
    at = np.maximum.accumulate(at) if len(at) else at
    # two stands closer than this would be one: push the later one on
    between = (at[1:] + at[:-1])[np.diff(at) > 0.2] / 2 if len(at) else at
    even = np.arange(0.0, total, _GRID_M)
    grid = np.unique(np.concatenate([even, s_vertex, at, between, [0.0, total]]))
    grid = np.minimum(grid, total)

    segment = np.clip(np.searchsorted(s_vertex, grid, "right") - 1, 0, len(step) - 1)
    limit = limit_mps[segment] * driver
    knots = np.arange(0.0, total + 250.0, 250.0)
    limit = limit * np.interp(grid, knots, rng.uniform(0.72, 1.08, len(knots)))
    for _ in range(crawls):
        begin = rng.uniform(0, total)
        length = rng.uniform(80, 400)
        crawling = (grid > begin) & (grid < begin + length)
        limit = np.where(crawling, np.minimum(limit, rng.uniform(1.4, 2.5)), limit)
    if len(step) > 1:
        vertex = np.clip(np.searchsorted(grid, s_vertex[1:-1]), 0, len(grid) - 1)
        np.minimum.at(limit, vertex, _turn_limit(xy, step))
    stand_at = np.clip(np.searchsorted(grid, at), 0, len(grid) - 1)
    limit[stand_at] = 0.0
    limit[0] = limit[-1] = 0.0

    # the fastest speed that never brakes or accelerates harder than allowed
    square = limit * limit
    braked = np.minimum.accumulate((square + 2 * BRAKE_MPS2 * grid)[::-1])[::-1]
    square = braked - 2 * BRAKE_MPS2 * grid
    pulled = np.minimum.accumulate(square - 2 * ACCELERATE_MPS2 * grid)
    v = np.sqrt(np.maximum(pulled + 2 * ACCELERATE_MPS2 * grid, 0.0))
    v[stand_at] = 0.0
    v[0] = v[-1] = 0.0

    both = v[1:] + v[:-1]
    ds = np.diff(grid)
    creeping = 2 * np.sqrt(ds / ACCELERATE_MPS2)
    dt = np.divide(2 * ds, both, out=creeping, where=both > 1e-3)
    dwell = np.zeros(len(grid))
    np.add.at(dwell, stand_at, np.array([stand.dwell_s for stand in stands]))
    leave = start_t + np.concatenate([[0.0], np.cumsum(dt)]) + np.cumsum(dwell)
    reach = leave - dwell
    order = np.sort(np.concatenate([np.arange(len(grid)), np.flatnonzero(dwell > 0)]))
    second = np.concatenate([[False], order[1:] == order[:-1]])
    knot_t = np.where(second, leave[order], reach[order])
    # several stands on one spot: one after the other
    arrive, depart = reach[stand_at], np.empty(len(stand_at))
    for i in range(len(stand_at)):
        if i and stand_at[i] == stand_at[i - 1]:
            arrive[i] = depart[i - 1]
        depart[i] = arrive[i] + stands[i].dwell_s
    return Motion(xy, s_vertex, knot_t, grid[order], v[order], arrive, depart)
