"""Who had to serve what on a date, who did, and who did whose round."""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Bools, seconds
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case


class Rounds:
    """The pickups of a date with the vehicles that were seen serving them. Times in s (UTC)."""

    def __init__(self, pickups: pd.DataFrame) -> None:
        """Take the pickups of the date, none of them served yet.

        Args:
            pickups: PICKUPS, plain index.
        """
        self.point = pickups["point_id"].to_numpy(dtype=object)
        self.scheduled = pickups["vehicle_id"].to_numpy(dtype=object)
        self.start_s, self.end_s = seconds(pickups["window_start"]), seconds(pickups["window_end"])
        self.served_by = np.full(len(pickups), "", dtype=object)
        self.served_s = np.full(len(pickups), np.nan)
        # Asked for each pickup of a round, and the same for all of them until more is entered.
        self._substitutes: dict[tuple[str, tuple[float, float]], list[str]] = {}

    def enter_visits(self, serving: pd.DataFrame) -> None:
        """Enter the visits that serve pickups of the date; those of other dates are left out.

        Args:
            serving: VISITS, indexed by the position of the pickup.
        """
        mine = serving[serving.index < len(self.point)]
        self.served_by[mine.index] = mine["vehicle_id"].to_numpy(dtype=object)
        self.served_s[mine.index] = seconds(mine["entered"])
        self._substitutes.clear()

    def enter(self, position: int, vehicle: str, served_s: float) -> None:
        """Enter who served a pickup, or may have, though no visit of its own shows it.

        Args:
            position: of the pickup.
            vehicle: that served it, or stood beside it and may have: it was left to no colleague.
            served_s: when.
        """
        self.served_by[position] = vehicle
        self.served_s[position] = served_s
        self._substitutes.clear()

    def overlapping(self, vehicle: str, window_s: tuple[float, float]) -> Bools:
        """The pickups of a vehicle's round: those whose windows overlap this one."""
        mine = (self.scheduled == vehicle) & (self.start_s < window_s[1])
        return np.asarray(mine & (self.end_s > window_s[0]))

    def took_over(self, scheduled: str, window_s: tuple[float, float]) -> str:
        """Another vehicle that did what the scheduled one left of its round, or of its day."""
        left = (self.scheduled == scheduled) & (self.served_by != scheduled)
        of_round = left & self.overlapping(scheduled, window_s)
        for rest, share in ((of_round, p.TOOK_OVER_SHARE), (left, p.DID_ROUND_SHARE)):
            name, count = _most_frequent(self.served_by[rest])
            if name and count >= share * rest.sum():
                return name
        return ""

    def substitutes(self, scheduled: str, window_s: tuple[float, float]) -> list[str]:
        """The vehicles that took over a round and whose round its vehicle did; empty: none."""
        key = scheduled, window_s
        if key not in self._substitutes:
            self._substitutes[key] = [self.took_over(scheduled, window_s), self.did_for(scheduled)]
        return self._substitutes[key]

    def shares(self, vehicle: str) -> tuple[int, float, float]:
        """How many pickups of the date a vehicle was due, and the shares that it and any served."""
        mine = self.scheduled == vehicle
        due = int(mine.sum())
        if not due:
            return 0, 0.0, 0.0
        served_by = self.served_by[mine]
        return due, float((served_by == vehicle).mean()), float((served_by != "").mean())

    def did_for(self, vehicle: str) -> str:
        """Another vehicle whose round this one did, or empty: crews swap trucks for a day."""
        foreign = (self.served_by == vehicle) & (self.scheduled != vehicle)
        name, count = _most_frequent(self.scheduled[foreign])
        due = int((self.scheduled == name).sum())
        enough = count >= max(p.FOREIGN_ROUND_LEAST, p.DID_ROUND_SHARE * due)
        return name if name and enough else ""

    def did_round(self, vehicle: str, window_s: tuple[float, float]) -> bool:
        """Whether a vehicle was seen serving most of its pickups whose windows overlap this one."""
        mine = self.overlapping(vehicle, window_s)
        if not mine.any():
            return bool((self.served_by == vehicle).sum() >= p.FOREIGN_ROUND_LEAST)
        return bool((self.served_by[mine] == vehicle).mean() >= p.DID_ROUND_SHARE)

    def served_within_s(self, vehicle: str, window_s: tuple[float, float]) -> float:
        """When a vehicle was last seen serving a point of its round before the window ended.

        Minus infinity where it was not, but for an observer that has no round of its own then:
        any of its pickups counts.
        """
        mine = self.overlapping(vehicle, window_s)
        served = (self.served_by == vehicle) & (self.served_s <= window_s[1])
        if mine.any():
            served &= mine
        return float(np.max(self.served_s[served], initial=-np.inf))

    def shift_s(self, vehicle: str) -> float:
        """How long before or after its window a vehicle may have come that date.

        Rounds shift by hours; who was seen serving the morning's points in the afternoon may have
        served the others then too.
        """
        own = (self.served_by == vehicle) & (self.scheduled == vehicle)
        early_s = self.start_s[own] - self.served_s[own]
        late_s = self.served_s[own] - self.end_s[own]
        seen_s = float(np.max(np.maximum(early_s, late_s), initial=0.0))
        return max(p.SHIFTED_WINDOW_S, seen_s + p.SHIFTED_ROUND_S)

    def last_served_s(self, vehicle: str, until_s: float) -> float:
        """When a vehicle was last seen serving a point until a moment, else minus infinity."""
        served = (self.served_by == vehicle) & (self.served_s <= until_s)
        return float(np.max(self.served_s[served], initial=-np.inf))

    def is_nearest(self, case: Case, start_s: float, end_s: float) -> bool:
        """Whether of the point's pickups this one's window lies nearest to a span of time."""
        mine = np.flatnonzero(self.point == case.point_id)
        before, after = self.start_s[mine] - end_s, start_s - self.end_s[mine]
        away_s = np.maximum(np.maximum(before, after), 0.0)
        return int(mine[int(np.argmin(away_s))]) == case.position

    def needing(self, vehicle: str, span_s: tuple[float, float], most_s: float) -> set[str]:
        """The points that a vehicle has to serve, or served, no farther in time from a span."""
        start_s, end_s = span_s
        mine = (self.scheduled == vehicle) | (self.scheduled == "") | (self.served_by == vehicle)
        away_s = np.maximum(self.start_s - end_s, start_s - self.end_s)
        return set(self.point[mine & (away_s <= most_s)])


def _most_frequent(names: np.ndarray) -> tuple[str, int]:
    """The most frequent of names but the empty one, and how often it stands there."""
    known = names[names != ""].astype(str)
    if not len(known):
        return "", 0
    distinct, counts = np.unique(known, return_counts=True)
    most = int(np.argmax(counts))
    return str(distinct[most]), int(counts[most])
