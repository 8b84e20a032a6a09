"""How sure a judgement is: the share of its criterion's judgements that were right.

The shares are measured, not chosen: they stand in `confidence.toml`, with how they were found; and
where one could not be measured, the criterion that is like it. A site may have others, refitted by
`routecheck calibrate` (`judge.confidence` of its configuration).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from routecheck.domain.arrays import Array


@cache
def installed_text() -> str:
    """Return `confidence.toml` as it is installed."""
    return files(__package__).joinpath("confidence.toml").read_text(encoding="utf-8")


@cache
def installed() -> Confidences:
    """Return the shares of `confidence.toml`."""
    return Confidences(tomllib.loads(installed_text()))


def adapted(changes: Mapping[str, Mapping[str, Any]]) -> Confidences:
    """Return the installed shares with those of a site in their place.

    Args:
        changes: sections and keys as in `confidence.toml`, as far as they differ.
    """
    if not changes:
        return installed()
    tables = installed().tables
    return Confidences({name: {**table, **changes.get(name, {})} for name, table in tables.items()})


@dataclass(frozen=True)
class Confidences:
    """How often judgements are right, by what they rest on.

    Attributes:
        tables: the sections of `confidence.toml`.
    """

    tables: Mapping[str, Mapping[str, Any]]

    def measured_as(self, criterion: str) -> str:
        """Return the criterion whose share is taken for one: its own, or one like it."""
        return str(self.tables["like"].get(criterion, criterion))

    def of(self, criterion: str) -> float:
        """Return how often judgements of a criterion were right, or of one like it."""
        return float(self.tables["criterion"][self.measured_as(criterion)])

    def of_miss(self, criterion: str, place: float) -> float:
        """Return how often nobody had collected, by how sure the place is that was looked at."""
        return self.of(criterion) * min(place / float(self.tables["place"]["recorded"]), 1.0)

    def of_stand(
        self, dwell_s: float, distance_m: float, fixes_inside: int, *, other: bool
    ) -> float:
        """Return how often a pickup was collected that shows such a stand within the tolerance.

        Args:
            dwell_s: how long it stood.
            distance_m: how far from the point it came nearest.
            fixes_inside: fixes within the tolerance.
            other: whether it was another vehicle than the scheduled one.
        """
        stand = self.tables["stand"]
        sure = float(np.interp(dwell_s, stand["dwell_s"], stand["right"]))
        if distance_m > stand["far_m"]:
            sure -= stand["less_if_far"]
        if fixes_inside == 0:
            sure = min(sure, stand["most_without_fix"])
        elif fixes_inside == 1:
            sure = min(sure, stand["most_with_one_fix"])
        return sure - (stand["less_if_other_vehicle"] if other else 0.0)

    def of_coarse(self, sure: float) -> float:
        """Return how often a pickup was collected where the positions of its stand are a lattice's.

        Args:
            sure: how often with good positions.
        """
        return min(sure, self.of("coarse_stand"))

    def of_hidden(self, spare_s: float) -> float:
        """Return how often a pickup was collected that shows so much time to spare."""
        hidden = self.tables["hidden"]
        return float(np.interp(spare_s, hidden["spare_s"], hidden["right"]))

    def bounded(self, confidence: Array) -> Array:
        """Return confidences within the bounds that no verdict leaves."""
        bounds = self.tables["bounds"]
        return np.clip(confidence, bounds["least"], bounds["most"])
