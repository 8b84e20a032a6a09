"""How sure each criterion is: the share of its judgements that were right.

Measured on twelve simulated counties of the profiles county, hard and dense with tuning seeds
(69,000 pickups), checked on six others of them, and on seeds held out (docs/accuracy.md). Of rows
that say 0.9, nine in ten are right; an `unverifiable` is right where the delivered fixes could not
show what happened.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

PLAIN_PLACE = 0.98
"""How sure a place is that is recorded where vehicles stand for it."""
_DWELL_S = (0.0, 8.0, 10.0, 12.0, 20.0, 40.0, 90.0)
_BY_DWELL = (0.90, 0.93, 0.955, 0.975, 0.989, 0.995, 0.9985)
"""A stand within the tolerance, by its dwell: short ones may be traffic."""
_HIDDEN_S = (10.0, 20.0, 40.0, 70.0)
_BY_HIDDEN = (0.78, 0.86, 0.935, 0.965)
"""A stand between two fixes, by the time to spare."""

_FIXED: Mapping[str, float] = {
    "tolerance": 0.925,
    "route_not_run": 0.985,
    "stayed_home": 0.90,
    "passed_by": 0.935,
    "not_approached": 0.97,
    "feed_missing": 0.99,
    "no_fixes": 0.99,
    "no_observer": 0.90,
    "window_open": 0.95,
    "gap": 0.955,
    "gap_short": 0.72,
    "poor_fixes": 0.36,
    "poor_pass": 0.36,
    "unknown_point": 0.50,
}


def of(criterion: str) -> float:
    """Return how often judgements of a criterion were right."""
    return _FIXED[criterion]


def of_miss(criterion: str, place: float) -> float:
    """Return how often nobody had collected, by how sure the place is that was looked at."""
    return _FIXED[criterion] * min(place / PLAIN_PLACE, 1.0)


def of_stand(dwell_s: float, distance_m: float, fixes_inside: int, *, other: bool) -> float:
    """Return how often a pickup was collected that shows such a stand within the tolerance."""
    sure = float(np.interp(dwell_s, _DWELL_S, _BY_DWELL))
    if distance_m > 20.0:
        sure -= 0.03
    if fixes_inside == 0:
        sure = min(sure, 0.975)
    elif fixes_inside == 1:
        sure = min(sure, 0.992)
    return sure - (0.02 if other else 0.0)


def of_hidden(stood_s: float) -> float:
    """Return how often a pickup was collected that shows so much time to spare."""
    return float(np.interp(stood_s, _HIDDEN_S, _BY_HIDDEN))
