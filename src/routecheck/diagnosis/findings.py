"""All that places, corrections and usual vehicles are derived from, and counts of days of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.agreement import Evidence
from routecheck.diagnosis.assignment import Choice
from routecheck.diagnosis.batches import Batch
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.hypotheses import Hypotheses, Kind
from routecheck.diagnosis.misreadings import Slip
from routecheck.domain.arrays import Array, Bools, Ints


@dataclass(frozen=True)
class Findings:
    """What was chosen for every point and why, in the order of the frame."""

    frame: Frame
    evidence: Evidence
    batches: list[Batch]
    move: tuple[Array, Array]
    """Metres east and north that batches move each record by."""
    slips: list[Slip]
    hypotheses: Hypotheses
    choice: Choice
    near_road: Bools
    recorded: pd.DataFrame
    fixed: Bools
    """Points that an operator knows better than the tracks: his place stands for the record."""

    def relocation(self, i: int) -> tuple[int, int, Any] | None:
        """The stand at the believed place, the other one and the date of the move, if it moved."""
        row, moved = self.relocated[i], self.hypotheses.relocations
        if row < 0 or moved is None:
            return None
        stand = self.evidence.pairs.stand
        here, there = int(stand[moved.here[row]]), int(stand[moved.there[row]])
        return here, there, self.frame.dates[int(moved.since[row])]

    @cached_property
    def relocated(self) -> Ints:
        """For each point the row of the relocations that was chosen, -1: none."""
        choice, pairs, moved = self.choice, self.evidence.pairs, self.hypotheses.relocations
        result = np.full(self.frame.points, -1, dtype=np.int64)
        for i in np.flatnonzero(np.isin(choice.kind, (Kind.LEFT, Kind.CAME))).tolist():
            assert moved is not None
            mine = (pairs.point[moved.there] == i) & (moved.left == (choice.kind[i] == Kind.LEFT))
            rows = np.flatnonzero(mine & (pairs.stand[moved.there] == choice.stand[i]))
            result[i] = rows[np.argmax(moved.gain[rows])]
        return result

    @cached_property
    def device_moved(self) -> Bools:
        """Points that seem to have been moved on the same day as others of their vehicle.

        Bins are moved one at a time; what moves many of them is the vehicle's receiver.
        """
        moved, result = self.hypotheses.relocations, np.zeros(self.frame.points, dtype=bool)
        points = np.flatnonzero(self.relocated >= 0)
        if moved is not None and len(points):
            since = moved.since[self.relocated[points]]
            key = self.frame.main_vehicle[points] * self.frame.days + since
            _, which, count = np.unique(key, return_inverse=True, return_counts=True)
            result[points] = count[which] >= par.MOVED_TOGETHER
        return result

    def scattered_batch(self, slip: int) -> Batch | None:
        """The batch whose points are here and there, if a slip is its reading."""
        scattered = [batch for batch in self.batches if batch.scattered]
        number = slip - (len(self.slips) - len(scattered))
        return scattered[number] if 0 <= number < len(scattered) else None

    def shown_by(self, rows: Ints) -> Bools:
        """Whether the stand of each of some hypotheses shows where the bins of its point are.

        Rather than the record: beyond its tolerance, and there on most of the due days on which a
        service would leave a stand. On fewer it is a halt beside the point.
        """
        every, evidence = self.hypotheses, self.evidence
        point, stand = every.point[rows], every.stand[rows]
        days = evidence.days_at(point, stand)
        beyond = (every.away_m[rows] > self.frame.tolerance_m[point]) & ~self.frame.shaped[point]
        often = days > par.OFTEN * evidence.due_days[point] * evidence.service[point]
        elsewhere = every.kind[rows] == Kind.CAME
        shown = (stand >= 0) & beyond & often & (days >= par.LEAST_DAYS) & ~elsewhere
        return np.asarray(shown)

    def stand_days(self) -> Ints:
        """Due days on which a vehicle stood at the chosen stand."""
        return self.evidence.days_at(np.arange(self.frame.points), self.choice.stand)

    def _within(self, move: tuple[Array, Array] | None = None) -> Bools:
        """Pairs whose stand lies within tolerance of the record, or of where it is moved to."""
        pairs, stands = self.evidence.pairs, self.evidence.stands
        x, y = stands.x[pairs.stand], stands.y[pairs.stand]
        if move is not None:
            x, y = x - move[0][pairs.point], y - move[1][pairs.point]
        return self.frame.away_m(pairs.point, x, y) <= self.frame.tolerance_m[pairs.point]

    def days_near(self) -> Ints:
        """Due days with a stand within tolerance of where points are believed to be, at most."""
        pairs, near = self.evidence.pairs, self._within(self.move)
        counted = np.bincount(pairs.point[near], pairs.days[near], minlength=self.frame.points)
        return counted.astype(np.int64)

    def days_at_record(self) -> Ints:
        """Most due days that any one stand within tolerance of the record has."""
        pairs, near = self.evidence.pairs, self._within()
        result = np.zeros(self.frame.points, dtype=np.int64)
        np.maximum.at(result, pairs.point[near], pairs.days[near])
        return result
