"""Batches: whole townships, villages, files or the registry recorded in another way.

For every reading of a batch each point has a score, how well a stand of its vehicles lies where
that reading puts it: the density of stands about a right place, against the density of stands there
for any reason. Over the batch the logarithms add up; a share of points may be wrong in another
way, so a batch is a mixture of the reading and the record as declared. A constant shift of
unknown origin is sought where the displacements from records to stands pile up, and pays for its
freedom by the number of places where they might have piled up.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.misreadings import READINGS, Slip
from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.settings import DiagnoseSettings


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
    scattered: bool = False
    """Only some of its points are recorded so, here and there: no record is moved by it."""

    def slip(self, frame: Frame) -> Slip:
        """Return its reading as one of those that each of its points may have by itself."""
        x, y, share = (np.full(frame.points, np.nan) for _ in range(3))
        x[self.points] = frame.x[self.points] + self.dx
        y[self.points] = frame.y[self.points] + self.dy
        share[self.points] = self.share
        return Slip(self.reading, x, y, np.zeros(frame.points, dtype=bool), share)


@dataclass(frozen=True)
class _Fit:
    """How well a reading fits a batch: log-likelihood gained over the records as declared."""

    reading: str
    dx: Array
    """Metres from record to place, of all points."""
    dy: Array
    gain: float
    share: float = 0.0
    supporting: int = 0


def log_near(distance_m: Array, blur_m: Array) -> Array:
    """Log-density (per m²) of a stand at a distance from where the bins are believed to be.

    Args:
        distance_m: from the bins.
        blur_m: uncertainty of the stand's own place, one axis.
    """

    def normal(sigma_m: float) -> Array:
        sigma2 = sigma_m**2 + blur_m**2
        return np.asarray(-0.5 * distance_m**2 / sigma2 - np.log(2 * np.pi * sigma2))

    near = np.log(1 - lk.WIDE_SHARE) + normal(lk.NEAR_SIGMA_M)
    return np.asarray(np.logaddexp(near, np.log(lk.WIDE_SHARE) + normal(lk.WIDE_SIGMA_M)))


class Readings:
    """Scores of every point under any displacement of its record."""

    def __init__(self, evidence: Evidence, frame: Frame) -> None:
        """Keep the pairs of points and stands that count."""
        pairs, self.frame = evidence.pairs, frame
        good = frame.located[pairs.point] & (pairs.likeness > lk.BATCH_LIKENESS)
        self.point, self.stand = pairs.point[good], pairs.stand[good]
        self.weight = np.minimum(pairs.likeness[good], lk.LIKENESS_CAP) - np.log(
            pairs.density[good]
        )
        self.likeness = pairs.likeness[good]
        self.blur = evidence.stands.sigma_m[self.stand]
        self.sx, self.sy = evidence.stands.x[self.stand], evidence.stands.y[self.stand]

    def score(self, dx: Array, dy: Array) -> Array:
        """Log-likelihood ratio of each point, displaced, to "no stand belongs there".

        Args:
            dx: metres east from record to place, of each point.
            dy: metres north.
        """
        away = self.frame.away_m(self.point, self.sx - dx[self.point], self.sy - dy[self.point])
        best = np.full(self.frame.points, -np.inf)
        np.maximum.at(best, self.point, self.weight + log_near(away, self.blur))
        return np.asarray(np.logaddexp(np.log(lk.OTHERWISE), np.log1p(-lk.OTHERWISE) + best))


def find_batches(
    evidence: Evidence,
    frame: Frame,
    points: pd.DataFrame,
    open_to: Bools,
    settings: DiagnoseSettings,
) -> tuple[list[Batch], tuple[Array, Array]]:
    """Return the batches, and the displacement (m) that they give to each point.

    Where a datum explains only some points of a group, here and there, the batch is `scattered`:
    none of its records is displaced, and each of its points may be one of these (`Batch.slip`).

    Args:
        evidence: stands and agreement.
        frame: codes and metres.
        points: POINTS in the order of the frame.
        open_to: points that may be moved; not those whose place an operator has accepted.
        settings: how far a free shift may reach.
    """
    none = np.zeros(frame.points)
    move_x, move_y = none.copy(), none.copy()
    batches: list[Batch] = []
    if not len(evidence.pairs.point) or not frame.located.any():
        return batches, (move_x, move_y)
    readings = Readings(evidence, frame)
    as_declared = readings.score(none, none)
    lon, lat = frame.plane.to_degrees(frame.x, frame.y)
    known: list[tuple[str, float, Array, Array, Array]] = []
    for reading in READINGS:
        x, y = frame.plane.to_metres(*reading.convert(lon, lat))
        dx, dy = np.nan_to_num(x - frame.x), np.nan_to_num(y - frame.y)
        known.append((reading.name, reading.prior, dx, dy, readings.score(dx, dy)))
    taken = np.zeros(frame.points, dtype=bool)
    open_to = frame.located & open_to
    useful = open_to & (evidence.due_days > 0)
    groups = _groups(points)
    # Whole groups first, then those of which only some points are recorded in another way.
    for scattered, (level, name, members) in product((False, True), groups):
        rows = members[useful[members]]
        if level != "all" or scattered:
            rows = rows[~taken[rows]]
        if len(rows) < par.BATCH_POINTS:
            continue
        best, second = _best(readings, as_declared, known, rows, settings, scattered)
        least_share = par.BATCH_SHARE_ALL if level == "all" else par.BATCH_SHARE
        whole = members[(open_to & ~taken)[members]]
        if best.gain < lk.ENOUGH or (best.share < least_share) != scattered or not len(whole):
            continue
        dx, dy = best.dx[whole], best.dy[whole]
        batches.append(
            Batch(level, name, best.reading, whole, dx, dy, best.share, best.gain,
                  best.supporting, second.reading, second.gain, scattered)
        )  # fmt: skip
        taken[whole] = True
        if not scattered:
            move_x[whole], move_y[whole] = dx, dy
    return batches, (move_x, move_y)


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
    known: list[tuple[str, float, Array, Array, Array]],
    rows: Ints,
    settings: DiagnoseSettings,
    scattered: bool,
) -> tuple[_Fit, _Fit]:
    """The best reading of a batch and the next best, "as declared" being worth 0.

    Points here and there are no shift of unknown origin: only a datum can be recognised by them.
    """
    declared = as_declared[rows]
    fits = [
        _mixture(name, prior, dx, dy, score[rows], declared, par.BATCH_POINTS)
        for name, prior, dx, dy, score in known
    ]
    # A free shift only where the record as declared fails and no datum does well.
    failing = int((declared < lk.FAILING).sum())
    no_datum = max(fit.gain for fit in fits) < lk.DATUM_WELL * failing
    if failing >= par.BATCH_POINTS_FREE and no_datum and not scattered:
        fits += _free(readings, declared, rows, settings)
    none = np.zeros(len(as_declared))
    fits.append(_Fit("as_declared", none, none, gain=0.0))
    best, *others = sorted(fits, key=lambda fit: -fit.gain)
    return best, next((fit for fit in others if fit.reading != best.reading), fits[-1])


def _mixture(
    name: str, prior: float, dx: Array, dy: Array, score: Array, declared: Array, least: int
) -> _Fit:
    """Fit a batch as a mixture of a reading and the records as declared."""
    better = score - declared
    supporting = int((better > lk.SUPPORT).sum())
    gain, best_share = -np.inf, 0.0
    for share in lk.SHARES if supporting >= least else ():
        mixed = np.logaddexp(np.log(share) + score, np.log1p(-share) + declared)
        here = float((mixed - declared).sum()) + prior
        if here > gain:
            gain, best_share = here, share
    return _Fit(name, dx, dy, gain, best_share, supporting)


def _free(
    readings: Readings, declared: Array, rows: Ints, settings: DiagnoseSettings
) -> list[_Fit]:
    """Where displacements pile up: the best few constant shifts."""
    frame, reach, cell_m = readings.frame, settings.shift_m, par.PILE_M
    chosen = np.zeros(frame.points, dtype=bool)
    chosen[rows] = True
    good = chosen[readings.point] & (readings.likeness > 0.0) & ~frame.shaped[readings.point]
    point = readings.point[good]
    dx = readings.sx[good] - frame.x[point]
    dy = readings.sy[good] - frame.y[point]
    near = (np.abs(dx) < reach) & (np.abs(dy) < reach)
    point, dx, dy = point[near], dx[near], dy[near]
    side = int(2 * reach / cell_m) + 2
    column, row = (((d + reach) / cell_m).astype(np.int64) for d in (dx, dy))
    once = np.unique((column * side + row) * frame.points + point) // frame.points
    piled = np.bincount(once, minlength=side * side).reshape(side, side).astype(np.float64)
    tall = piled + np.roll(piled, -1, axis=0) + np.roll(piled, 1, axis=0)
    wide = (tall + np.roll(tall, -1, axis=1) + np.roll(tall, 1, axis=1)).ravel()
    # It might have been at any place within reach that differs from the others.
    penalty = -float(np.log(reach**2 / lk.NEAR_SIGMA_M**2))
    fits: list[_Fit] = []
    many = np.flatnonzero(wide >= par.BATCH_POINTS_FREE)
    for top in many[np.argsort(-wide[many], kind="stable")[: par.PILES_TRIED]]:
        cx, cy = (np.array(divmod(int(top), side)) + 0.5) * cell_m - reach
        for _ in range(par.PILE_ROUNDS):
            close = np.hypot(dx - cx, dy - cy) <= par.PILE_SIDES * cell_m
            if close.any():
                cx, cy = float(np.median(dx[close])), float(np.median(dy[close]))
        tried = any(abs(fit.dx[0] - cx) + abs(fit.dy[0] - cy) < par.SAME_SHIFT_M for fit in fits)
        if np.hypot(cx, cy) < par.LEAST_SHIFT_M or tried:
            continue
        shift_x, shift_y = np.full(frame.points, cx), np.full(frame.points, cy)
        score = readings.score(shift_x, shift_y)[rows]
        fits.append(
            _mixture("shift", penalty, shift_x, shift_y, score, declared, par.BATCH_POINTS_FREE)
        )
    return fits
