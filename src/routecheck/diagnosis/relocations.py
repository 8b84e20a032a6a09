"""Points that were moved within the history: two stands, one until a day and one since.

Bins are put across the road, or to the end of the village, and no file says so, or the file says
it for all days. Either stand is seen on some of the due days, and each on days of its own: up to a
day one of them, from that day on the other. Neither a crew that stops coming nor a halt somewhere
else agrees with that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence
from routecheck.diagnosis.day_counts import log_served, share_worse
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.keys import equal_pairs
from routecheck.domain.arrays import Array, Bools, Ints


@dataclass(frozen=True)
class Relocations:
    """Pairs of stands that may be one point's before and after a day, in columns."""

    here: Ints
    """Row of the pairs: the stand where the point is believed to be."""
    there: Ints
    """Row of the pairs: the other stand."""
    left: Bools
    """It was here first, and is there now."""
    since: Ints
    """Code of the first day at the later place."""
    gain: Array
    """Log-probability of it and of the due days, over what each stand is worth by itself."""


def relocations_of(evidence: Evidence, frame: Frame, away_m: Array, worth: Array) -> Relocations:
    """Find the points that one stand serves on some days and another on the others.

    Args:
        evidence: the pairs of points and stands, and the due days.
        frame: codes and tolerances.
        away_m: of each pair, from its stand to the believed place of its point.
        worth: of each pair, log-odds that its stand is of its point although that is not recorded
            there; -inf: at its place, or out of reach.
    """
    pairs, due = evidence.pairs, evidence.due_days
    p, days, n = pairs.point, pairs.days, due[pairs.point]
    tolerance_m = frame.tolerance_m[p]
    some = (days >= par.LEAST_DAYS) & (days <= n - par.LEAST_DAYS) & frame.located[p]
    near = away_m <= tolerance_m + par.EDGE_M
    at_place = np.flatnonzero(some & near)
    # What another point's place explains is that point's.
    explains = (away_m <= tolerance_m + par.EXPLAINED_M) & (days >= lk.HALF * n)
    others = np.bincount(pairs.stand[explains], minlength=len(evidence.stands))
    free = others[pairs.stand] - explains == 0
    elsewhere = np.flatnonzero(some & ~near & free & (worth > -np.inf))
    i, j = equal_pairs(p[at_place], p[elsewhere])
    here, there = at_place[i], elsewhere[j]
    together, due_days = days[here] + days[there], n[here]
    at_best = _gain(evidence, pairs.point[here], np.minimum(together, due_days), 0)
    for rows in (here, there):
        at_best -= _gain(evidence, pairs.point[here], days[rows], 0)
    at_best += np.log(lk.RELOCATED_A_DAY * 2.0 * due_days) + worth[there]
    kept = (together >= lk.MOST_DAYS * due_days) & (together <= due_days + 1)
    kept &= at_best > lk.NEGLIGIBLE
    here, there = here[kept], there[kept]
    if not len(here):
        return Relocations(here, there, np.zeros(0, dtype=bool), here, np.zeros(0))
    due_day, at_here, at_there = _calendars(evidence, here, there, frame.days)
    return _best_split(evidence, here, there, due_day, at_here, at_there)


def _gain(evidence: Evidence, point: Ints, days: Ints, wrong: Ints | int) -> Array:
    """Log-likelihood of a stand on some of the due days, and of some at the wrong place."""
    served = log_served(
        days, evidence.due_days[point], evidence.service[point], share_worse(evidence.clear)[point]
    )
    return np.asarray(served + wrong * np.log(lk.IDLE_DAY))


def _calendars(
    evidence: Evidence, here: Ints, there: Ints, days: int
) -> tuple[Bools, Bools, Bools]:
    """Row by row: on which days the point was due, and a vehicle of it stood at either stand."""
    pairs, stands = evidence.pairs, evidence.stands
    points, row = np.unique(pairs.point[here], return_inverse=True)
    wanted = np.isin(evidence.due.point, points)
    due = evidence.due.take(np.flatnonzero(wanted))
    due_day = np.zeros((len(points), days), dtype=bool)
    due_day[np.searchsorted(points, due.point), due.day] = True
    named = np.flatnonzero(np.isin(stands.visit_stand, pairs.stand[np.concatenate([here, there])]))
    k, visit = due.meeting(stands.visit_vehicle[named], stands.visit_day[named])
    stood = np.unique(due.point[k] * len(stands) + stands.visit_stand[named[visit]])
    calendar = np.zeros((len(stood), days), dtype=bool)
    key = due.point[k] * len(stands) + stands.visit_stand[named[visit]]
    calendar[np.searchsorted(stood, key), due.day[k]] = True

    def of(rows: Ints) -> Bools:
        at = np.searchsorted(stood, pairs.point[rows] * len(stands) + pairs.stand[rows])
        return calendar[at]

    return due_day[row], of(here), of(there)


def _best_split(
    evidence: Evidence, here: Ints, there: Ints, due: Bools, at_here: Bools, at_there: Bools
) -> Relocations:
    """Weigh all days on which a point may have been moved, and keep the likeliest."""
    pairs = evidence.pairs
    point = pairs.point[here]
    size, days = due.shape

    def until(flags: Bools) -> Ints:
        """How many before each day."""
        count = np.cumsum(flags, axis=1)
        return np.hstack([np.zeros((size, 1), dtype=np.int64), count[:, :-1]])

    total_here, total_there = at_here.sum(axis=1)[:, None], at_there.sum(axis=1)[:, None]
    hits_left = until(at_here) + total_there - until(at_there)
    wrong_left = total_here + total_there - hits_left
    possible = due & (until(due) > 0)
    log_of = np.full((2, size, days), -np.inf)
    for way, (hits, wrong) in enumerate(((hits_left, wrong_left), (wrong_left, hits_left))):
        hits = np.minimum(hits, evidence.due_days[point][:, None])
        for day in range(days):
            value = _gain(evidence, point, hits[:, day], wrong[:, day])
            log_of[way, :, day] = np.where(possible[:, day], value, -np.inf)
    flat = log_of.transpose(1, 0, 2).reshape(size, -1)
    best = flat.argmax(axis=1)
    # Any day is as likely as any other.
    gain = np.log(lk.RELOCATED_A_DAY) + np.logaddexp.reduce(flat, axis=1)
    for rows in (here, there):
        gain -= _gain(evidence, point, pairs.days[rows], 0)
    return Relocations(here, there, best < days, best % days, gain)
