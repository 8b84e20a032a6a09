"""The posterior over places: for every point the places it may be at, and how probable each is.

Every hypothesis puts a point somewhere: at its record, at a stand, where a slip read otherwise puts
it, or elsewhere, not seen. Its probability is what choosing found: how much the best explanation of
all points and stands together loses when this hypothesis is made to hold. Hypotheses that put
the point at one place are one candidate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.findings import Findings
from routecheck.diagnosis.hypotheses import Kind
from routecheck.domain.arrays import Array, Ints


@dataclass(frozen=True)
class Candidates:
    """Candidates in columns, of each point the likeliest first.

    `x`, `y` in metres of the frame, NaN: elsewhere, not seen. `stand` is -1 where none is known.
    """

    point: Ints
    x: Array
    y: Array
    sigma_m: Array
    weight: Array
    stand: Ints


def candidates_of(findings: Findings) -> Candidates:
    """Return the candidates of all points.

    Args:
        findings: what was chosen for every point, and how sure each hypothesis is.
    """
    rows, weight = _weighed(findings)
    every = findings.hypotheses
    point, stand = every.point[rows], every.stand[rows]
    x, y, sigma_m = _places(findings, rows)
    # The likeliest of a point draws in what lies about it; then the likeliest of the rest.
    order = np.lexsort((-weight, point))
    point, stand, weight = point[order], stand[order], weight[order]
    x, y, sigma_m = x[order], y[order], sigma_m[order]
    head = np.full(len(point), -1, dtype=np.int64)
    while (head < 0).any():
        left = np.flatnonzero(head < 0)
        first = left[np.unique(point[left], return_index=True)[1]]
        of = first[np.searchsorted(point[first], point[left])]
        near = np.hypot(x[left] - x[of], y[left] - y[of]) <= par.ONE_PLACE_M
        near |= np.isnan(x[left]) & np.isnan(x[of])
        near |= left == of
        head[left[near]] = of[near]
    total = np.bincount(head, weights=weight, minlength=len(point))
    # The stand of a candidate is the likeliest that any of its hypotheses names.
    named = np.flatnonzero(stand >= 0)
    its = np.full(len(point), -1, dtype=np.int64)
    heads, where = np.unique(head[named], return_index=True)
    its[heads] = stand[named[where]]
    kept = np.flatnonzero(head == np.arange(len(point)))
    kept = kept[np.lexsort((-total[kept], point[kept]))]
    return Candidates(point[kept], x[kept], y[kept], sigma_m[kept], total[kept], its[kept])


def _weighed(findings: Findings) -> tuple[Ints, Array]:
    """Rows of hypotheses that count, and the probability of each."""
    choice, every = findings.choice, findings.hypotheses
    parts = [np.zeros(0, dtype=np.int64)]
    weights = [np.zeros(0)]
    for rows, weight in choice.weights.values():
        held = weight > lk.NEVER_WEIGHED
        parts.append(rows[held])
        weights.append(weight[held])
    # Of the others one hypothesis is beyond doubt.
    sure = np.ones(findings.frame.points, dtype=bool)
    sure[list(choice.weights)] = False
    parts.append(choice.row[sure])
    weights.append(np.ones(int(sure.sum())))
    return np.concatenate(parts), np.concatenate(weights)


def _places(findings: Findings, rows: Ints) -> tuple[Array, Array, Array]:
    """Where hypotheses put their points: metres, and how exactly (one axis, m)."""
    frame, every, stands = findings.frame, findings.hypotheses, findings.evidence.stands
    point, kind, stand = every.point[rows], every.kind[rows], every.stand[rows]
    x, y = frame.x[point] + findings.move[0][point], frame.y[point] + findings.move[1][point]
    sigma_m = np.full(len(rows), par.RECORD_SIGMA_M)
    moved = np.abs(findings.move[0][point]) + np.abs(findings.move[1][point]) > 0.0
    sigma_m[moved] = par.DATUM_SIGMA_M
    as_read = np.flatnonzero(np.isin(kind, (Kind.SLIP, Kind.SLIP_ONLY)))
    for i in as_read.tolist():
        number = int(every.slip[rows[i]])
        if number < len(findings.slips):
            x[i], y[i] = findings.slips[number].x[point[i]], findings.slips[number].y[point[i]]
        else:
            x[i], y[i] = frame.x[point[i]], frame.y[point[i]]
    # A stand of its own beyond the tolerance of a record shows where the bins are; one within it
    # shows that the record is right.
    away_m = every.away_m[rows]
    at_stand = np.isin(kind, (Kind.MOVED, Kind.COARSE)) | (away_m > frame.tolerance_m[point])
    at_stand &= stand >= 0
    x[at_stand], y[at_stand] = stands.x[stand[at_stand]], stands.y[stand[at_stand]]
    sigma_m[at_stand] = np.hypot(par.STAND_SIGMA_M, stands.sigma_m[stand[at_stand]])
    unseen = kind == Kind.UNSEEN
    x[unseen] = y[unseen] = np.nan
    return x, y, sigma_m
