"""How sure a judgement is: the share of its criterion's judgements that were right.

The shares are measured, not chosen: they stand in `confidence.toml`, with how they were found; and
where one could not be measured, the criterion that is like it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from routecheck.domain.arrays import Array


@cache
def measured() -> Mapping[str, Any]:
    """Return the tables of `confidence.toml`."""
    return tomllib.loads(files(__package__).joinpath("confidence.toml").read_text(encoding="utf-8"))


def of(criterion: str) -> float:
    """Return how often judgements of a criterion were right, or of one like it."""
    alike = measured()["like"].get(criterion, criterion)
    return float(measured()["criterion"][alike])


def of_miss(criterion: str, place: float) -> float:
    """Return how often nobody had collected, by how sure the place is that was looked at."""
    return of(criterion) * min(place / float(measured()["place"]["recorded"]), 1.0)


def of_stand(dwell_s: float, distance_m: float, fixes_inside: int, *, other: bool) -> float:
    """Return how often a pickup was collected that shows such a stand within the tolerance.

    Args:
        dwell_s: how long it stood.
        distance_m: how far from the point it came nearest.
        fixes_inside: fixes within the tolerance.
        other: whether it was another vehicle than the scheduled one.
    """
    stand = measured()["stand"]
    sure = float(np.interp(dwell_s, stand["dwell_s"], stand["right"]))
    if distance_m > stand["far_m"]:
        sure -= stand["less_if_far"]
    if fixes_inside == 0:
        sure = min(sure, stand["most_without_fix"])
    elif fixes_inside == 1:
        sure = min(sure, stand["most_with_one_fix"])
    return sure - (stand["less_if_other_vehicle"] if other else 0.0)


def of_coarse(sure: float) -> float:
    """Return how often a pickup was collected where the positions of its stand lie on a lattice.

    Args:
        sure: how often with good positions.
    """
    return min(sure, of("coarse_stand"))


def of_hidden(spare_s: float) -> float:
    """Return how often a pickup was collected that shows so much time to spare."""
    hidden = measured()["hidden"]
    return float(np.interp(spare_s, hidden["spare_s"], hidden["right"]))


def bounded(confidence: Array) -> Array:
    """Return confidences within the bounds that no verdict leaves."""
    bounds = measured()["bounds"]
    return np.clip(confidence, bounds["least"], bounds["most"])
