"""The verdicts of a service date as incidents are found in them, and an incident in the making."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from routecheck.domain.arrays import seconds
from routecheck.domain.codes import Cause, IncidentKind, Verdict


class Pickup(NamedTuple):
    """What incidents need of a pickup."""

    point_id: str
    scheduled_vehicle_id: str
    vehicle_id: str
    verdict: str
    cause: str
    criteria: Mapping[str, Any] | None


class Alert(NamedTuple):
    """What incidents need of an alert."""

    point_id: str
    classification: str
    cause: str
    criteria: Mapping[str, Any] | None


@dataclass
class Draft:
    """An incident in the making: rows of pickups and of alerts, times in seconds since 1970."""

    kind: IncidentKind
    vehicle_id: str = ""
    batch: str = ""
    pickups: list[int] = field(default_factory=list)
    alerts: list[int] = field(default_factory=list)
    start_s: float = np.nan
    end_s: float = np.nan
    criteria: dict[str, Any] = field(default_factory=dict)


class IncidentDay:
    """The rows of a date, by what the finders need, and which of them belong to an incident."""

    def __init__(
        self,
        pickups: pd.DataFrame,
        alerts: pd.DataFrame,
        corrections: pd.DataFrame,
        points: pd.DataFrame,
        counts: Mapping[str, Any],
    ) -> None:
        # Lists, not rows of the tables: a county-day takes a few milliseconds.
        self.pickups = [Pickup(*values) for values in _columns(pickups, Pickup._fields)]
        self.alerts = [Alert(*values) for values in _columns(alerts, Alert._fields)]
        self.start_s, self.end_s = seconds(pickups["window_start"]), seconds(pickups["window_end"])
        self.arrived_s = seconds(pickups["arrived_at"])
        self.departed_s = seconds(pickups["departed_at"])
        self.served_s: dict[str, list[float]] = {}
        """By vehicle, when it left what it collected."""
        for pickup, departed_s in zip(self.pickups, self.departed_s.tolist(), strict=True):
            if pickup.verdict == Verdict.COLLECTED:
                self.served_s.setdefault(pickup.vehicle_id, []).append(departed_s)
        self.reported: Mapping[str, Any] | None = counts.get("heard")
        self.clocks: Mapping[str, float] = counts.get("clocks") or {}
        self.faults: Sequence[Mapping[str, Any]] = counts.get("faults") or ()
        self.feed: Mapping[str, Any] = counts.get("feed") or {}
        self.clock_spans: Mapping[str, Sequence[str]] = counts.get("clock_spans") or {}
        self.township = dict(_columns(points, ("point_id", "township")))
        self.batch = {
            point_id: (cause, criteria)
            for point_id, cause, criteria in _columns(
                corrections, ("point_id", "cause", "criteria")
            )
            if criteria and "batch" in criteria
        }
        self.taken: set[int] = set()
        # Which pickup an alert was classified by: the window that its criteria name.
        at = {(p.point_id, float(self.start_s[k])): k for k, p in enumerate(self.pickups)}
        self.alerts_of: dict[int, list[int]] = {}
        for a, alert in enumerate(self.alerts):
            window = (alert.criteria or {}).get("window_from")
            k = at.get((alert.point_id, epoch_s(window))) if window else None
            if k is not None and self.pickups[k].cause == alert.cause:
                self.alerts_of.setdefault(k, []).append(a)

    def criterion(self, k: int, name: str) -> Any:
        """The outcome of a criterion of a pickup; None where it was not tried."""
        return (self.pickups[k].criteria or {}).get(name)

    def with_cause(self, *causes: Cause) -> list[int]:
        """The pickups that have one of these causes and belong to no incident yet."""
        return [k for k, p in enumerate(self.pickups) if p.cause in causes and k not in self.taken]

    def grouped(self, rows: Iterable[int], key: Callable[[int], Any]) -> dict[Any, list[int]]:
        """Rows by a key, in their order; those whose key is None are left out."""
        groups: dict[Any, list[int]] = {}
        for k in rows:
            group = key(k)
            if group is not None:
                groups.setdefault(group, []).append(k)
        return groups

    def draft(self, kind: IncidentKind, members: Iterable[int], **more: Any) -> Draft:
        """An incident over pickups, with their alerts; no other may have them."""
        rows = sorted(members)
        self.taken.update(rows)
        alerts = [a for k in rows for a in self.alerts_of.get(k, ())]
        return Draft(kind, pickups=rows, alerts=alerts, **more)

    def alerted(self, members: Iterable[int]) -> int:
        """How many of the pickups an alert named."""
        return sum(k in self.alerts_of for k in members)


def epoch_s(moment: str) -> float:
    """Seconds since 1970 of an ISO 8601 time."""
    return datetime.fromisoformat(moment).timestamp()


def _columns(table: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in names), strict=True)
