"""What lies about points and stands: junk, ends of rounds, records far off, what is not seen."""

from __future__ import annotations

import numpy as np

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence, density
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.stands import Stands
from routecheck.domain.arrays import Array, Bools, Ints


def junk_density(evidence: Evidence, frame: Frame, near: Ints, away: Array) -> Array:
    """Return the density of stands that no believed place explains, about each stand, per m².

    Args:
        evidence: the pairs of points and stands.
        frame: codes and tolerances.
        near: pairs whose stand lies about the believed place of their point.
        away: metres, of each pair's stand from the believed place of its point.
    """
    pairs = evidence.pairs
    plain = near[away[near] <= frame.tolerance_m[pairs.point[near]] + par.EXPLAINED_M]
    explained = np.zeros(len(evidence.stands), dtype=bool)
    explained[pairs.stand[plain]] = True
    return density(pairs.point, pairs.stand, evidence.stands, ~explained[pairs.stand])


def outside_round(stands: Stands, explained: Ints, days: int) -> Bools:
    """Mark the stands that vehicles come to before or after all they serve, on most days.

    Yards, fuel stations and tips are come to on every day of work, as points are: that they are
    regular shows nothing of them.

    Args:
        stands: stands and visits.
        explained: the stands that a point is served at where it is believed to be.
        days: how many days there are.
    """
    served = np.zeros(len(stands), dtype=bool)
    served[explained] = True
    first = np.full(int(stands.visit_vehicle.max(initial=-1) + 1) * days, np.inf)
    last = np.full(len(first), -np.inf)
    of_day = stands.visit_vehicle * days + stands.visit_day
    at = np.flatnonzero(served[stands.visit_stand])
    np.minimum.at(first, of_day[at], stands.visit_start_s[at])
    np.maximum.at(last, of_day[at], stands.visit_start_s[at])
    start_s = stands.visit_start_s
    outside = (start_s < first[of_day]) | (start_s > last[of_day])
    count = np.bincount(stands.visit_stand, minlength=len(stands))
    out = np.bincount(stands.visit_stand, weights=outside, minlength=len(stands))
    return np.asarray(out > lk.HALF * count)


def impossible(evidence: Evidence, frame: Frame, x: Array, y: Array) -> Bools:
    """Mark the records some kilometres from every stand of any vehicle (in squares of that size).

    Args:
        evidence: the stands.
        frame: which points have a location.
        x: metres, where each point is believed to be.
        y: metres.
    """
    stands = evidence.stands
    if not len(stands):
        return np.zeros(frame.points, dtype=bool)

    def square(px: Array, py: Array) -> tuple[Ints, Ints]:
        return np.floor(px / par.FAR_FROM_STANDS_M).astype(np.int64), np.floor(
            py / par.FAR_FROM_STANDS_M
        ).astype(np.int64)

    column, row = square(stands.x, stands.y)
    taken = np.unique(column * 1_000_003 + row)
    own_column, own_row = square(np.nan_to_num(x), np.nan_to_num(y))
    near = np.zeros(frame.points, dtype=bool)
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            near |= np.isin((own_column + i) * 1_000_003 + own_row + j, taken)
    return frame.located & ~near


def unseen_of_vehicle(evidence: Evidence, frame: Frame, away_m: Array) -> Array:
    """Return the share of a vehicle's other points without a clear stand where they should be.

    One of them may be wrong itself; where there are more, the vehicle's stands are seldom seen.

    Args:
        evidence: stands and agreement.
        frame: codes and tolerances.
        away_m: of each pair, from its stand to the believed place of its point.
    """
    pairs = evidence.pairs
    near = away_m <= frame.tolerance_m[pairs.point] + par.EDGE_M
    clear = near & (pairs.days >= lk.PLAIN_SHARE * evidence.due_days[pairs.point])
    clear &= ~evidence.stands.blurred[pairs.stand]
    has = np.zeros(frame.points, dtype=bool)
    has[pairs.point[clear]] = True
    counted = evidence.due_days > 0
    others = np.maximum(frame.sum_of_vehicle(counted & ~has) - ~has - 1, 0)
    return np.asarray(others / np.maximum(frame.sum_of_vehicle(counted) - 1, 1))
