"""Incidents: what explains many pickups of a service date at once, said once.

A device that is silent, a feed that is missing, a round that was not run, a township recorded in
another datum: each leaves a row a pickup in the lists, and one cause behind them. Here the rows
are gathered under that cause. Nothing is judged anew: an incident holds pickups whose verdict
tells that cause, each pickup under at most one. Pure: from verdicts as they are stored, so an
old date can be told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Ints, seconds, times
from routecheck.domain.codes import Cause, Classification, IncidentKind, Verdict
from routecheck.domain.tables import INCIDENTS

LEAST = 2
"""Pickups (or alerts) that make an incident, where the device, the round or the record is at
fault as a whole."""
LEAST_OF_ROUND = 3
"""... and where each pickup might also have its own story."""
FEED_VEHICLES = 3
"""So many vehicles silent at once, and half of those due, are the feed and not their devices."""
FEED_S = 600.0
"""Shorter common silence is chance."""
MONITOR_SHARE = 0.5
"""The monitor is wrong about a batch where it is wrong about half of it ..."""
MONITOR_DAY_SHARE = 0.1
"""... and about the whole date from a tenth of its pickups on."""


@dataclass(frozen=True)
class Incidents:
    """Incidents of a service date.

    Attributes:
        table: INCIDENTS, the gravest kind first.
        pickup: for each row of the pickups, the row of its incident in `table`, -1: none.
        alert: the same for each row of the alerts.
    """

    table: pd.DataFrame
    pickup: Ints
    alert: Ints


class _Row(NamedTuple):
    """What is asked of a pickup."""

    point_id: str
    scheduled_vehicle_id: str
    vehicle_id: str
    verdict: str
    cause: str
    criteria: Mapping[str, Any]


class _Alert(NamedTuple):
    """What is asked of an alert."""

    point_id: str
    classification: str
    cause: str
    criteria: Mapping[str, Any]


@dataclass
class _Found:
    """An incident being gathered: rows of pickups and of alerts."""

    kind: IncidentKind
    vehicle_id: str = ""
    batch: str = ""
    pickups: list[int] = field(default_factory=list)
    alerts: list[int] = field(default_factory=list)
    start_s: float = np.nan
    end_s: float = np.nan
    criteria: dict[str, Any] = field(default_factory=dict)


def find_incidents(
    service_date: date,
    pickups: pd.DataFrame,
    alerts: pd.DataFrame,
    corrections: pd.DataFrame,
    points: pd.DataFrame,
    counts: Mapping[str, Any],
) -> Incidents:
    """Gather the pickups and alerts of a service date under what explains several of them.

    Args:
        service_date: the date.
        pickups: JUDGEMENTS of the date; `alerted` is not looked at.
        alerts: CLASSIFIED of the date.
        corrections: CORRECTIONS, for what is wrong with whole batches of records.
        points: POINTS, for the townships.
        counts: what the run counted of the date: `heard` (by vehicle, `last` as ISO 8601 UTC),
            `clocks` (seconds by vehicle that were added to its time) and `clock_spans` (by
            vehicle, first and last true time of such fixes, ISO 8601 UTC). Each may be missing.

    Returns:
        Incidents; a clock that is off is told even where it left no false alert.
    """
    day = _Day(pickups, alerts, corrections, points, counts)
    found = [
        *_feed(day),
        *_silent(day),
        *_by_vehicle(day),
        *_batches(day),
        *_clocks(day),
        *_monitor(day),
        *_not_due(day),
    ]
    order = {kind: n for n, kind in enumerate(IncidentKind)}
    found.sort(
        key=lambda f: (order[f.kind], -len(f.pickups), -len(f.alerts), f.vehicle_id, f.batch)
    )
    of_pickup = np.full(len(pickups), -1, dtype=np.int64)
    of_alert = np.full(len(alerts), -1, dtype=np.int64)
    for number, one in enumerate(found):
        of_pickup[one.pickups] = number
        of_alert[one.alerts] = number
    return Incidents(_table(service_date, found), of_pickup, of_alert)


class _Day:
    """The rows of a date, by what the rules ask for."""

    def __init__(
        self,
        pickups: pd.DataFrame,
        alerts: pd.DataFrame,
        corrections: pd.DataFrame,
        points: pd.DataFrame,
        counts: Mapping[str, Any],
    ) -> None:
        # Lists, not rows of the tables: a county-day is told in a few milliseconds.
        self.rows = [_Row(*values) for values in _columns(pickups, _Row._fields)]
        self.raised = [_Alert(*values) for values in _columns(alerts, _Alert._fields)]
        self.start_s = seconds(pickups["window_start"])
        self.end_s = seconds(pickups["window_end"])
        self.arrived_s = seconds(pickups["arrived_at"])
        self.departed_s = seconds(pickups["departed_at"])
        self.heard: Mapping[str, Any] | None = counts.get("heard")
        self.clocks: Mapping[str, float] = counts.get("clocks") or {}
        self.clock_spans: Mapping[str, Sequence[str]] = counts.get("clock_spans") or {}
        towns = points["township"].tolist()
        self.township = dict(zip(points["point_id"].tolist(), towns, strict=True))
        self.batch = {
            point_id: (cause, told)
            for point_id, cause, told in _columns(corrections, ("point_id", "cause", "criteria"))
            if told and "batch" in told
        }
        self.taken: set[int] = set()
        self.by_cause: dict[str, list[int]] = {}
        at: dict[tuple[str, float], int] = {}
        for k, row in enumerate(self.rows):
            at[row.point_id, float(self.start_s[k])] = k
            self.by_cause.setdefault(row.cause, []).append(k)
        # Which pickup an alert was classified by: the window that its criteria name.
        self.alerts_of: dict[int, list[int]] = {}
        for a, alert in enumerate(self.raised):
            told = (alert.criteria or {}).get("window_from")
            pickup = at.get((alert.point_id, _epoch(told))) if told else None
            if pickup is not None and self.rows[pickup].cause == alert.cause:
                self.alerts_of.setdefault(pickup, []).append(a)

    def said(self, k: int, name: str) -> Any:
        """What a criterion of a pickup found; None where it was not asked."""
        return (self.rows[k].criteria or {}).get(name)

    def with_cause(self, *causes: Cause) -> list[int]:
        """The pickups that tell one of these causes and belong to no incident yet."""
        found = [k for cause in causes for k in self.by_cause.get(str(cause), ())]
        return sorted(k for k in found if k not in self.taken)

    def make(self, kind: IncidentKind, members: Iterable[int], **more: Any) -> _Found:
        """An incident over pickups, with their alerts; nobody else may have them."""
        rows = sorted(members)
        self.taken.update(rows)
        alerts = [a for k in rows for a in self.alerts_of.get(k, ())]
        return _Found(kind, pickups=rows, alerts=alerts, **more)

    def alerted(self, members: Iterable[int]) -> int:
        """How many of the pickups an alert named."""
        return sum(k in self.alerts_of for k in members)


# --- silence ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Silence:
    vehicle_id: str
    start_s: float
    end_s: float
    members: tuple[int, ...]


def _feed(day: _Day) -> list[_Found]:
    """The feed as a whole: all of the date, or some hours in which several vehicles were silent."""
    members = [k for k in day.with_cause(Cause.NO_FIXES) if day.said(k, "say") == "feed_missing"]
    if members:
        span = {
            "start_s": float(day.start_s[members].min()),
            "end_s": float(day.end_s[members].max()),
        }
        return [day.make(IncidentKind.FEED_MISSING, members, **span)]
    found = []
    left = _silences(day)
    while len(left) >= FEED_VEHICLES:
        # The moment at which most are silent begins with a silence.
        together = max(
            ([s for s in left if s.start_s <= one.start_s < s.end_s] for one in left),
            key=lambda some: (len({s.vehicle_id for s in some}), -some[0].start_s),
        )
        vehicles = {s.vehicle_id for s in together}
        start_s = max(s.start_s for s in together)
        end_s = min(s.end_s for s in together)
        overlap = (day.start_s < end_s) & (day.end_s > start_s)
        due = {day.rows[k].scheduled_vehicle_id for k in np.flatnonzero(overlap)} - {""}
        seen = bool(((day.departed_s > start_s) & (day.arrived_s < end_s)).any())
        few = len(vehicles) < max(FEED_VEHICLES, 0.5 * len(due))
        if few or seen or end_s - start_s < FEED_S:
            break
        found.append(
            day.make(
                IncidentKind.FEED_GAP,
                (k for s in together for k in s.members),
                start_s=start_s,
                end_s=end_s,
                criteria={"vehicles": len(vehicles)},
            )
        )
        left = [s for s in left if s not in together]
    return found


def _silences(day: _Day) -> list[_Silence]:
    """By vehicle, stretches of silence that overlap, with the pickups left open by them."""
    told: dict[str, list[tuple[float, float, int]]] = {}
    for k in day.with_cause(Cause.NO_FIXES, Cause.GAP):
        since, until = day.said(k, "silent_from"), day.said(k, "silent_until")
        if since and until and day.said(k, "say") in ("no_fixes", "gap"):
            vehicle = day.rows[k].vehicle_id or day.rows[k].scheduled_vehicle_id
            told.setdefault(vehicle, []).append((_epoch(since), _epoch(until), k))
    found: list[_Silence] = []
    for vehicle, spans in told.items():
        spans.sort()
        start_s, end_s, members = spans[0][0], spans[0][1], [spans[0][2]]
        for since_s, until_s, k in spans[1:]:
            if since_s <= end_s:
                end_s = max(end_s, until_s)
                members.append(k)
            else:
                found.append(_Silence(vehicle, start_s, end_s, tuple(members)))
                start_s, end_s, members = since_s, until_s, [k]
        found.append(_Silence(vehicle, start_s, end_s, tuple(members)))
    return found


def _silent(day: _Day) -> list[_Found]:
    """Devices: silent all the date, from some moment on, or for a while."""
    found = []
    by_vehicle: dict[str, list[_Silence]] = {}
    for silence in _silences(day):
        by_vehicle.setdefault(silence.vehicle_id, []).append(silence)
    for vehicle, silences in by_vehicle.items():
        if day.heard is not None and vehicle not in day.heard:
            # Two silences of a vehicle that was never heard are one.
            merged = _Silence(
                vehicle,
                min(s.start_s for s in silences),
                max(s.end_s for s in silences),
                tuple(k for s in silences for k in s.members),
            )
            silences, whole = [merged], True
        else:
            whole = False
        last_s = _epoch(day.heard[vehicle]["last"]) if day.heard and not whole else np.inf
        for silence in silences:
            if len(silence.members) < LEAST:
                continue
            kind = IncidentKind.DEVICE_GAP
            if whole:
                kind = IncidentKind.DEVICE_SILENT
            elif last_s <= silence.start_s + 60.0:
                kind = IncidentKind.DEVICE_DIED
            found.append(
                day.make(
                    kind,
                    silence.members,
                    vehicle_id=vehicle,
                    start_s=silence.start_s,
                    end_s=silence.end_s,
                )
            )
    return found


# --- a vehicle, its round, its device ------------------------------------------------------------


def _by_vehicle(day: _Day) -> list[_Found]:
    """Rounds not run, broken off, taken over, at other hours; devices that see too little."""
    found = []
    for cause in (
        Cause.ROUTE_NOT_RUN,
        Cause.POOR_FIXES,
        Cause.OTHER_VEHICLE,
        Cause.OUTSIDE_WINDOW,
        Cause.LATE_DATA,
        Cause.SPARSE_FIXES,
    ):
        groups: dict[tuple[str, str], list[int]] = {}
        for k in day.with_cause(cause):
            row = day.rows[k]
            other = row.vehicle_id if cause == Cause.OTHER_VEHICLE else ""
            groups.setdefault((row.scheduled_vehicle_id or row.vehicle_id, other), []).append(k)
        for (vehicle, other), members in groups.items():
            if vehicle and _many(day, cause, members):
                found.append(_of_vehicle(day, cause, vehicle, other, members))
    return found


def _many(day: _Day, cause: Cause, members: list[int]) -> bool:
    if cause in (Cause.ROUTE_NOT_RUN, Cause.POOR_FIXES):
        return len(members) >= LEAST
    # What is no fault of the pickup is of interest only where the monitor alerted.
    return day.alerted(members) >= LEAST_OF_ROUND


def _of_vehicle(day: _Day, cause: Cause, vehicle: str, other: str, members: list[int]) -> _Found:
    criteria: dict[str, Any] = {}
    start_s, end_s = float(day.start_s[members].min()), float(day.end_s[members].max())
    kind = _KIND[cause]
    if cause == Cause.ROUTE_NOT_RUN:
        served = [
            float(day.departed_s[k])
            for k, row in enumerate(day.rows)
            if row.verdict == Verdict.COLLECTED
            and row.vehicle_id == vehicle
            and start_s <= day.departed_s[k] <= end_s
        ]
        if served:
            # It worked in those hours: the round was begun, and not ended.
            kind = IncidentKind.ROUTE_BROKEN_OFF
            criteria["last_served"] = _iso(max(served))
    elif cause != Cause.POOR_FIXES:
        start_s = float(np.nanmin(day.arrived_s[members]))
        end_s = float(np.nanmax(day.departed_s[members]))
    if other:
        criteria["other_vehicle"] = other
    if cause == Cause.LATE_DATA:
        seen = [
            (day.raised[a].criteria or {}).get("seen_at")
            for k in members
            for a in day.alerts_of.get(k, ())
        ]
        criteria["seen_at"] = max((s for s in seen if s), default=None)
    return day.make(
        kind, members, vehicle_id=vehicle, start_s=start_s, end_s=end_s, criteria=criteria
    )


_KIND: Mapping[Cause, IncidentKind] = {
    Cause.ROUTE_NOT_RUN: IncidentKind.ROUTE_NOT_RUN,
    Cause.POOR_FIXES: IncidentKind.DEVICE_POOR,
    Cause.OTHER_VEHICLE: IncidentKind.TAKEN_OVER,
    Cause.OUTSIDE_WINDOW: IncidentKind.OTHER_HOURS,
    Cause.LATE_DATA: IncidentKind.LATE_DATA,
    Cause.SPARSE_FIXES: IncidentKind.SELDOM_HEARD,
}


# --- records, clocks, the monitor ----------------------------------------------------------------


def _batches(day: _Day) -> list[_Found]:
    """Records of a whole batch in another datum, or shifted as one."""
    groups: dict[tuple[IncidentKind, str, str], list[int]] = {}
    for k in day.with_cause(Cause.DATUM, Cause.MISPLACED):
        cause, told = day.batch.get(day.rows[k].point_id, ("", {}))
        if cause != day.rows[k].cause:
            continue
        datum = cause == Cause.DATUM
        kind = IncidentKind.BATCH_DATUM if datum else IncidentKind.BATCH_SHIFT
        groups.setdefault((kind, str(told["batch"]), str(told.get("reading", ""))), []).append(k)
    found = []
    for (kind, batch, reading), members in groups.items():
        if len(members) < LEAST:
            continue
        metres = [day.said(k, "offset_m") for k in members]
        known = [float(m) for m in metres if m is not None]
        criteria: dict[str, Any] = {"points": len({day.rows[k].point_id for k in members})}
        if reading:
            criteria["reading"] = reading
        if known:
            criteria["offset_m"] = round(float(np.median(known)), 1)
        found.append(day.make(kind, members, batch=batch, criteria=criteria))
    return found


def _clocks(day: _Day) -> list[_Found]:
    """A device whose clock is off, once, with the false alerts that it made."""
    found = []
    members: dict[str, list[int]] = {}
    for k in day.with_cause(Cause.CLOCK):
        members.setdefault(day.rows[k].vehicle_id, []).append(k)
    # Most devices off by the same are the feed: a wall clock that was marked as UTC.
    for amount in set(day.clocks.values()):
        same = [vehicle for vehicle, offset_s in day.clocks.items() if offset_s == amount]
        if len(same) < max(FEED_VEHICLES, 0.5 * len(day.heard or same)):
            continue
        spans = [_epoch(moment) for v in same for moment in day.clock_spans.get(v, ())]
        one = day.make(
            IncidentKind.FEED_CLOCK,
            [k for vehicle in same for k in members.pop(vehicle, ())],
            start_s=min(spans, default=np.nan),
            end_s=max(spans, default=np.nan),
            criteria={"clock_offset_s": round(float(amount)), "vehicles": len(same)},
        )
        found.append(one)
    told = {one.criteria["clock_offset_s"] for one in found}
    for vehicle, offset_s in day.clocks.items():
        if round(float(offset_s)) in told:
            continue
        span = [_epoch(moment) for moment in day.clock_spans.get(vehicle, ())] or [np.nan] * 2
        found.append(
            day.make(
                IncidentKind.CLOCK,
                members.get(vehicle, ()),
                vehicle_id=vehicle,
                start_s=span[0],
                end_s=span[1],
                criteria={"clock_offset_s": round(float(offset_s))},
            )
        )
    return found


def _monitor(day: _Day) -> list[_Found]:
    """The monitor is wrong about the whole date, a vehicle's pickups, or a township's."""
    wrong = day.with_cause(Cause.MONITOR_FAULT)
    if len(wrong) >= max(LEAST_OF_ROUND, MONITOR_DAY_SHARE * len(day.rows)):
        return [day.make(IncidentKind.MONITOR_FAULT, wrong)]
    found = []
    for name in ("vehicle_id", "batch"):
        groups: dict[str, list[int]] = {}
        size: dict[str, int] = {}
        for k, row in enumerate(day.rows):
            if name == "vehicle_id":
                key = row.scheduled_vehicle_id
            else:
                key = day.township.get(row.point_id, "")
            size[key] = size.get(key, 0) + 1
            if row.cause == Cause.MONITOR_FAULT and k not in day.taken:
                groups.setdefault(key, []).append(k)
        for key, members in groups.items():
            if key and len(members) >= max(LEAST_OF_ROUND, MONITOR_SHARE * size[key]):
                found.append(day.make(IncidentKind.MONITOR_FAULT, members, **{name: key}))
    return found


def _not_due(day: _Day) -> list[_Found]:
    """The monitor alerts where nobody was due that day: a holiday that it does not know."""
    due = {day.township.get(row.point_id, "") for row in day.rows}
    groups: dict[str, list[int]] = {}
    for a, alert in enumerate(day.raised):
        false = alert.classification == Classification.FALSE and alert.cause == Cause.NOT_DUE
        township = day.township.get(alert.point_id, "")
        if false and (alert.criteria or {}).get("say") == "not_due" and township not in due:
            groups.setdefault(township if day.rows else "", []).append(a)
    return [
        _Found(IncidentKind.NOT_DUE, batch=township, alerts=alerts)
        for township, alerts in groups.items()
        if len(alerts) >= LEAST_OF_ROUND
    ]


def _table(service_date: date, found: Sequence[_Found]) -> pd.DataFrame:
    if not found:
        return INCIDENTS.empty()
    n = len(found)
    table = pd.DataFrame(
        {
            "service_date": pd.Series([service_date] * n, dtype=object),
            "incident": np.arange(1, n + 1),
            "kind": pd.Series([str(f.kind) for f in found], dtype="str"),
            "vehicle_id": pd.Series([f.vehicle_id for f in found], dtype="str"),
            "batch": pd.Series([f.batch for f in found], dtype="str"),
            "start": times(np.array([f.start_s for f in found])),
            "end": times(np.array([f.end_s for f in found])),
            "pickups": np.array([len(f.pickups) for f in found], dtype=np.int64),
            "alerts": np.array([len(f.alerts) for f in found], dtype=np.int64),
            "criteria": pd.Series([f.criteria for f in found], dtype=object),
        }
    )
    return INCIDENTS.check(table)


def _columns(table: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in names), strict=True)


def _epoch(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _iso(moment_s: float) -> str:
    return str(pd.Timestamp(moment_s, unit="s", tz="UTC").isoformat())
