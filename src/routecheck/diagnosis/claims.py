"""Stands that may be of points which the files lost: without a location, or without a schedule.

Such a point is left out of what is judged: where it is, or when it is due, is not known. Yet its
truck stands at it, and no other record explains that stand. Without a claim of its own the stand
would fall to a neighbour whose bins nobody ever emptied, who would seem to be misplaced to it.
A claim gives nothing to its point. It says what the stand is worth to somebody else.
"""

from __future__ import annotations

import numpy as np

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence
from routecheck.diagnosis.batches import log_near
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.misreadings import Slip
from routecheck.diagnosis.stands import near_pairs
from routecheck.domain.arrays import Array, Bools, Ints

RIGHTLY = 1.0 - lk.MISPLACED - lk.NEVER_SERVED - lk.SLIPPED
"""Share of the records that are right, of points that are served."""


def claims_of_homeless(
    evidence: Evidence,
    frame: Frame,
    likeness: Array,
    log_junk: Array,
    explained: Bools,
    known_slips: list[Slip],
) -> tuple[Ints, Array]:
    """Return the claims of points without a location that no reading gives one either.

    Such a point may be at any recurring stand of its vehicles that no record explains: at all of
    them alike, but for what days, windows and the order of the registry show (in `likeness`).

    Args:
        evidence: the pairs of points and stands.
        frame: codes and metres.
        likeness: of each pair.
        log_junk: of each pair, log-density of stands that no believed place explains, per m².
        explained: stands that a point may be served at where it is believed to be.
        known_slips: readings of single records.

    Returns:
        Rows of the pairs, and their values: log-probabilities, as of a misplaced point.
    """
    pairs = evidence.pairs
    read = np.zeros(frame.points, dtype=bool)
    for slip in known_slips:
        read |= ~np.isnan(slip.x)
    mine = (~frame.located & ~read)[pairs.point] & ~explained[pairs.stand]
    often = pairs.days > par.OFTEN * evidence.due_days[pairs.point]
    at = np.flatnonzero(mine & often & (pairs.likeness > lk.LIKELY))
    count = np.bincount(pairs.point[at], minlength=frame.points)[pairs.point[at]]
    # Where the vehicle stands is where its points are: so much a square metre of one of them.
    value = np.log(lk.MISPLACED) + likeness[at] - pairs.common[at]
    value += np.log(pairs.density[at] / np.maximum(count, 1)) - log_junk[at]
    return at, value


def claims_of_unread(
    evidence: Evidence,
    frame: Frame,
    x: Array,
    y: Array,
    log_junk: Array,
    explained: Bools,
    unread: Bools,
    reach_m: float,
) -> tuple[Ints, Ints, Array]:
    """Return the claims of points of which the schedule has a row that could not be read.

    Args:
        evidence: the pairs of points and stands.
        frame: codes and metres.
        x: metres, where each point is believed to be.
        y: metres.
        log_junk: of each pair, log-density of stands that no believed place explains, per m².
        explained: stands that a point which is due may be served at where it is believed to be.
        unread: those points.
        reach_m: how far a misplaced point is looked for.

    Returns:
        Points, stands and values: log-odds against being served nowhere.
    """
    pairs, stands = evidence.pairs, evidence.stands
    lost = np.flatnonzero(unread & (evidence.due_days == 0) & np.isfinite(x))
    # As regular as it is for the points of its vehicle, and as rare as such stands are there.
    best, junk = np.full(len(stands), -np.inf), np.full(len(stands), -np.inf)
    np.maximum.at(best, pairs.stand, pairs.likeness - pairs.common)
    np.maximum.at(junk, pairs.stand, log_junk)
    free = np.flatnonzero(~explained & (best > lk.LIKELY))
    i, j = near_pairs(
        x[lost], y[lost], np.zeros(len(lost), dtype=np.int64),
        stands.x[free], stands.y[free], np.zeros(len(free), dtype=np.int64),
        reach_m,
    )  # fmt: skip
    point, stand = lost[i], free[j]
    offset_m = np.hypot(stands.x[stand] - x[point], stands.y[stand] - y[point])
    right = np.log(RIGHTLY) + log_near(offset_m, stands.sigma_m[stand])
    wrong = np.log(lk.MISPLACED) + log_offset(np.maximum(offset_m, par.LEAST_OFFSET_M), reach_m)
    value = np.logaddexp(right, wrong) - np.log(lk.NEVER_SERVED)
    return point, stand, value + best[stand] - junk[stand]


def log_offset(offset_m: Array, reach_m: float) -> Array:
    """Log-density (per m²) of a misplaced record's offset: half log-uniform, half uniform."""
    least_m, (_, usual_m) = par.LEAST_OFFSET_M, par.USUAL_OFFSET_M
    near = 1.0 / (offset_m**2 * np.log(reach_m / least_m))
    even = 1.0 / (offset_m * (reach_m - least_m))
    few = np.where(offset_m > usual_m, np.log(lk.FAR_OFFSET), 0.0)
    return np.asarray(np.log(0.5 * (near + even) / (2 * np.pi)) + few)
