"""Batches: whole townships, villages, files or the registry recorded in another way.

For every reading of a batch each point tells how well a stand of its vehicles lies where that
reading puts it: the density of stands about a right place, against the density of stands there
for any reason. Over the batch the logarithms add up; a share of points may be wrong in another
way, so a batch is a mixture of the reading and the record as declared. A constant shift of
unknown origin is sought where the displacements from records to stands pile up, and pays for its
freedom by the number of places where they might have piled up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from routecheck.diagnosis.evidence import Evidence
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.variants import READINGS
from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.settings import DiagnoseSettings

NEAR_SIGMA_M = 12.0
"""One axis: where vehicles stop, from where the bins stand (habit, width of the road, survey)."""
WIDE_SIGMA_M = 35.0
WIDE_SHARE = 0.07
LIKENESS_CAP = 1.0
"""Stands of other points agree with any point's days: agreement alone is no proof."""
OTHERWISE = 0.25
"""Share of points whose stand is nowhere near even where the reading is right."""
ENOUGH = 8.0
"""Least gain in log-likelihood, some 3,000 to 1: ten readings of thirty groups are tried."""
LEAST_POINTS, LEAST_POINTS_FREE = 4, 6
LEAST_SHARE = 0.3
CELL_M = 20.0


@dataclass(frozen=True)
class Batch:
    """A batch that is recorded in another way.

    `dx`, `dy`: metres from record to place, of each of `points`.
    """

    level: str
    name: str
    reading: str
    points: Ints
    dx: Array
    dy: Array
    share: float
    """Share of the batch that the reading explains."""
    gain: float
    supporting: int
    next_reading: str
    next_gain: float


@dataclass
class _Best:
    gain: float = -np.inf
    reading: str = ""
    share: float = 0.0
    supporting: int = 0
    support: Bools = field(default_factory=lambda: np.zeros(0, bool))
    dx: Array = field(default_factory=lambda: np.zeros(0))
    dy: Array = field(default_factory=lambda: np.zeros(0))


def log_near(distance_m: Array, blur_m: Array) -> Array:
    """Log-density (per m²) of a stand at a distance from where the bins are believed to be.

    Args:
        distance_m: from the bins.
        blur_m: uncertainty of the stand's own place, one axis.
    """

    def normal(sigma_m: float) -> Array:
        sigma2 = sigma_m**2 + blur_m**2
        return np.asarray(-0.5 * distance_m**2 / sigma2 - np.log(2 * np.pi * sigma2))

    return np.asarray(
        np.logaddexp(
            np.log(1 - WIDE_SHARE) + normal(NEAR_SIGMA_M), np.log(WIDE_SHARE) + normal(WIDE_SIGMA_M)
        )
    )


class Readings:
    """Scores of every point under any displacement of its record."""

    def __init__(self, evidence: Evidence, frame: Frame) -> None:
        """Keep the pairs of points and stands that count."""
        pairs, self.frame = evidence.pairs, frame
        good = frame.located[pairs.point] & (pairs.likeness > -6.0)
        self.point, self.stand = pairs.point[good], pairs.stand[good]
        self.weight = np.minimum(pairs.likeness[good], LIKENESS_CAP) - np.log(pairs.density[good])
        self.likeness = pairs.likeness[good]
        self.blur = evidence.stands.sigma_m[self.stand]
        self.sx, self.sy = evidence.stands.x[self.stand], evidence.stands.y[self.stand]

    def score(self, dx: Array, dy: Array) -> Array:
        """Log-likelihood ratio of each point, displaced by so much, to "no stand belongs there".

        Args:
            dx: metres east from record to place, of each point.
            dy: metres north.
        """
        away = self.frame.away_m(self.point, self.sx - dx[self.point], self.sy - dy[self.point])
        best = np.full(self.frame.points, -np.inf)
        np.maximum.at(best, self.point, self.weight + log_near(away, self.blur))
        return np.asarray(np.logaddexp(np.log(OTHERWISE), np.log1p(-OTHERWISE) + best))


def find_batches(
    evidence: Evidence,
    frame: Frame,
    points: pd.DataFrame,
    open_to: Bools,
    settings: DiagnoseSettings,
) -> tuple[list[Batch], Array, Array]:
    """Return the batches found, and the displacement (m) that they give to each point.

    Args:
        evidence: stands and agreement.
        frame: codes and metres.
        points: POINTS in the order of the frame.
        open_to: points that may be moved; not those whose place an operator has accepted.
        settings: how far a free shift may reach.
    """
    none = np.zeros(frame.points)
    if not len(evidence.pairs.point) or not frame.located.any():
        return [], none, none.copy()
    readings = Readings(evidence, frame)
    as_declared = readings.score(none, none)
    lon, lat = frame.plane.to_degrees(frame.x, frame.y)
    known: dict[str, tuple[float, Array, Array, Array]] = {}
    for reading in READINGS:
        x, y = frame.plane.to_metres(*reading.convert(lon, lat))
        dx, dy = np.nan_to_num(x - frame.x), np.nan_to_num(y - frame.y)
        known[reading.name] = (reading.prior, dx, dy, readings.score(dx, dy))
    found: list[Batch] = []
    taken = np.zeros(frame.points, dtype=bool)
    move_x, move_y = none.copy(), none.copy()
    useful = frame.located & open_to & (evidence.due_days > 0)
    for level, name, members in _groups(points):
        rows = members[useful[members]]
        if level != "all":
            rows = rows[~taken[rows]]
        if len(rows) < LEAST_POINTS:
            continue
        best, second = _best(readings, as_declared, known, rows, settings)
        least_share = 0.6 if level == "all" else LEAST_SHARE
        if best.gain < ENOUGH or best.share < least_share:
            continue
        whole = members[(frame.located & open_to & ~taken)[members]]
        if not len(whole):
            continue
        dx, dy = best.dx[whole], best.dy[whole]
        found.append(
            Batch(level, name, best.reading, whole, dx, dy, best.share, best.gain,
                  best.supporting, second.reading, second.gain)
        )  # fmt: skip
        move_x[whole], move_y[whole] = dx, dy
        taken[whole] = True
    return found, move_x, move_y


def _groups(points: pd.DataFrame) -> list[tuple[str, str, Ints]]:
    """Townships, files, villages, and all; those with the same points only once."""
    groups: list[tuple[str, str, Ints]] = []
    seen: set[bytes] = set()
    for level in ("township", "group", "village"):
        values = points[level].to_numpy()
        for name, rows in points.groupby(level, sort=True).indices.items():
            key = np.sort(rows).tobytes()
            if name == "" or key in seen or len(rows) == len(values):
                continue
            seen.add(key)
            groups.append((level, str(name), np.sort(rows)))
    groups.append(("all", "", np.arange(len(points))))
    return groups


def _best(
    readings: Readings,
    as_declared: Array,
    known: dict[str, tuple[float, Array, Array, Array]],
    rows: Ints,
    settings: DiagnoseSettings,
) -> tuple[_Best, _Best]:
    """The best reading of a batch and the next best, "as declared" being worth 0."""
    tried = [
        _mixture(name, prior, dx, dy, score[rows], as_declared[rows], LEAST_POINTS)
        for name, (prior, dx, dy, score) in known.items()
    ]
    # A free shift only where the record as declared fails and no datum does well.
    failing = int((as_declared[rows] < 0.5).sum())
    if failing >= LEAST_POINTS_FREE and max(t.gain for t in tried) < 3.0 * failing:
        tried += _free(readings, as_declared, rows, settings)
    tried.append(_Best(gain=0.0, reading="as_declared"))
    tried.sort(key=lambda t: -t.gain)
    best = tried[0]
    here = best.dx[rows] if len(best.dx) else np.zeros(len(rows))
    there = best.dy[rows] if len(best.dy) else np.zeros(len(rows))
    for other in tried[1:]:
        ox = other.dx[rows] if len(other.dx) else np.zeros(len(rows))
        oy = other.dy[rows] if len(other.dy) else np.zeros(len(rows))
        # Another reading that puts the points in the same places is no rival of the place; it
        # is told as one of the explanation.
        if other.reading != best.reading and np.hypot(ox - here, oy - there).mean() >= 0.0:
            return best, other
    return best, _Best(gain=0.0, reading="as_declared")


def _mixture(
    name: str, prior: float, dx: Array, dy: Array, score: Array, declared: Array, least: int
) -> _Best:
    result = _Best(reading=name, dx=dx, dy=dy)
    better = score - declared
    result.support = better > 1.0
    result.supporting = int(result.support.sum())
    if result.supporting < least:
        return result
    for share in (0.95, 0.8, 0.6, 0.4):
        mixed = np.logaddexp(np.log(share) + score, np.log1p(-share) + declared)
        gain = float((mixed - declared).sum()) + prior
        if gain > result.gain:
            result.gain, result.share = gain, share
    return result


def _free(
    readings: Readings, as_declared: Array, rows: Ints, settings: DiagnoseSettings
) -> list[_Best]:
    """Where displacements pile up: the best few constant shifts."""
    frame, reach = readings.frame, settings.shift_m
    chosen = np.zeros(frame.points, dtype=bool)
    chosen[rows] = True
    good = chosen[readings.point] & (readings.likeness > 0.0) & ~frame.shaped[readings.point]
    point = readings.point[good]
    dx = readings.sx[good] - frame.x[point]
    dy = readings.sy[good] - frame.y[point]
    near = (np.abs(dx) < reach) & (np.abs(dy) < reach)
    point, dx, dy = point[near], dx[near], dy[near]
    side = int(2 * reach / CELL_M) + 2
    cell = ((dx + reach) / CELL_M).astype(np.int64) * side + ((dy + reach) / CELL_M).astype(
        np.int64
    )
    once = np.unique(cell * frame.points + point) // frame.points
    piled = np.bincount(once, minlength=side * side).reshape(side, side).astype(np.float64)
    tall = piled + np.roll(piled, -1, axis=0) + np.roll(piled, 1, axis=0)
    wide = (tall + np.roll(tall, -1, axis=1) + np.roll(tall, 1, axis=1)).ravel()
    penalty = -float(np.log(reach**2 / NEAR_SIGMA_M**2))
    result: list[_Best] = []
    many = np.flatnonzero(wide >= LEAST_POINTS_FREE)
    for top in many[np.argsort(-wide[many], kind="stable")[:6]]:
        cx, cy = (np.array(divmod(int(top), side)) + 0.5) * CELL_M - reach
        for _ in range(2):
            close = np.hypot(dx - cx, dy - cy) <= 1.5 * CELL_M
            if close.any():
                cx, cy = float(np.median(dx[close])), float(np.median(dy[close]))
        if np.hypot(cx, cy) < 25.0 or any(
            abs(r.dx[0] - cx) + abs(r.dy[0] - cy) < 20 for r in result
        ):
            continue
        shift_x, shift_y = np.full(frame.points, cx), np.full(frame.points, cy)
        score = readings.score(shift_x, shift_y)[rows]
        result.append(
            _mixture("shift", penalty, shift_x, shift_y, score, as_declared[rows],
                     LEAST_POINTS_FREE)
        )  # fmt: skip
    return result
