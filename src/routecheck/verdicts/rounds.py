"""Who had to serve what on a date, who did, and who did whose round."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Ints, rows_of, seconds
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
        # A round is a dozen of the ten thousand pickups that a prefecture has a date: what is
        # asked of a vehicle or a point looks at its own.
        self._scheduled_of, self._of_point = rows_of(self.scheduled), rows_of(self.point)
        self._served_of: dict[str, Ints] | None = None
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
        self._forget()

    def enter(self, position: int, vehicle: str, served_s: float) -> None:
        """Enter who served a pickup, or may have, though no visit of its own shows it.

        Args:
            position: of the pickup.
            vehicle: that served it, or stood beside it and may have: it was left to no colleague.
            served_s: when.
        """
        self.served_by[position] = vehicle
        self.served_s[position] = served_s
        self._forget()

    def _forget(self) -> None:
        self._served_of = None
        self._substitutes.clear()

    def scheduled_of(self, vehicle: str) -> Ints:
        """The pickups that a vehicle was due."""
        return self._scheduled_of.get(vehicle, _NONE)

    def served_of(self, vehicle: str) -> Ints:
        """The pickups that a vehicle was seen serving."""
        if self._served_of is None:
            self._served_of = rows_of(self.served_by)
        return self._served_of.get(vehicle, _NONE)

    def overlapping(self, vehicle: str, window_s: tuple[float, float]) -> Ints:
        """The pickups of a vehicle's round: those whose windows overlap this one."""
        mine = self.scheduled_of(vehicle)
        return mine[(self.start_s[mine] < window_s[1]) & (self.end_s[mine] > window_s[0])]

    def took_over(self, scheduled: str, window_s: tuple[float, float]) -> str:
        """Another vehicle that did what the scheduled one left of its round, or of its day."""
        mine = self.scheduled_of(scheduled)
        of_round = self.overlapping(scheduled, window_s)
        for rows, share in ((of_round, p.TOOK_OVER_SHARE), (mine, p.DID_ROUND_SHARE)):
            left = rows[self.served_by[rows] != scheduled]
            name, count = _most_frequent(self.served_by[left])
            if name and count >= share * len(left):
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
        mine = self.scheduled_of(vehicle)
        due = len(mine)
        if not due:
            return 0, 0.0, 0.0
        served_by = self.served_by[mine]
        return due, float((served_by == vehicle).mean()), float((served_by != "").mean())

    def did_for(self, vehicle: str) -> str:
        """Another vehicle whose round this one did, or empty: crews swap trucks for a day."""
        scheduled = self.scheduled[self.served_of(vehicle)]
        name, count = _most_frequent(scheduled[scheduled != vehicle])
        due = len(self.scheduled_of(name))
        enough = count >= max(p.FOREIGN_ROUND_LEAST, p.DID_ROUND_SHARE * due)
        return name if name and enough else ""

    def did_round(self, vehicle: str, window_s: tuple[float, float]) -> bool:
        """Whether a vehicle was seen serving most of its pickups whose windows overlap this one."""
        mine = self.overlapping(vehicle, window_s)
        if not len(mine):
            return len(self.served_of(vehicle)) >= p.FOREIGN_ROUND_LEAST
        return bool((self.served_by[mine] == vehicle).mean() >= p.DID_ROUND_SHARE)

    def served_within_s(self, vehicle: str, window_s: tuple[float, float]) -> float:
        """When a vehicle was last seen serving a point of its round before the window ended.

        Minus infinity where it was not, but for an observer that has no round of its own then:
        any of its pickups counts.
        """
        mine = self.overlapping(vehicle, window_s)
        served = mine[self.served_by[mine] == vehicle] if len(mine) else self.served_of(vehicle)
        return self._last_s(served, window_s[1])

    def shift_s(self, vehicle: str) -> float:
        """How long before or after its window a vehicle may have come that date.

        Rounds shift by hours; who was seen serving the morning's points in the afternoon may have
        served the others then too.
        """
        mine = self.scheduled_of(vehicle)
        own = mine[self.served_by[mine] == vehicle]
        early_s = self.start_s[own] - self.served_s[own]
        late_s = self.served_s[own] - self.end_s[own]
        seen_s = float(np.max(np.maximum(early_s, late_s), initial=0.0))
        return max(p.SHIFTED_WINDOW_S, seen_s + p.SHIFTED_ROUND_S)

    def last_served_s(self, vehicle: str, until_s: float) -> float:
        """When a vehicle was last seen serving a point until a moment, else minus infinity."""
        return self._last_s(self.served_of(vehicle), until_s)

    def _last_s(self, rows: Ints, until_s: float) -> float:
        served_s = self.served_s[rows]
        return float(np.max(served_s[served_s <= until_s], initial=-np.inf))

    def is_nearest(self, case: Case, start_s: float, end_s: float) -> bool:
        """Whether of the point's pickups this one's window lies nearest to a span of time."""
        mine = self._of_point[case.point_id]
        before, after = self.start_s[mine] - end_s, start_s - self.end_s[mine]
        away_s = np.maximum(np.maximum(before, after), 0.0)
        return int(mine[int(np.argmin(away_s))]) == case.position

    def needing(self, vehicle: str, span_s: tuple[float, float], most_s: float) -> set[str]:
        """The points that a vehicle has to serve, or served, no farther in time from a span."""
        start_s, end_s = span_s
        of_any = self.scheduled_of("")
        mine = np.concatenate([self.scheduled_of(vehicle), of_any, self.served_of(vehicle)])
        away_s = np.maximum(self.start_s[mine] - end_s, start_s - self.end_s[mine])
        return set(self.point[mine[away_s <= most_s]])


_NONE: Ints = np.zeros(0, dtype=np.int64)


def _most_frequent(names: np.ndarray) -> tuple[str, int]:
    """The most frequent of names but the empty one, and how often it stands there.

    Of those that stand there alike, the first in their order.
    """
    counts = Counter(str(name) for name in names.tolist() if name != "")
    if not counts:
        return "", 0
    most = max(counts.values())
    return min(name for name, count in counts.items() if count == most), most
