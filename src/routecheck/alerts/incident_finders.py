"""Finders of incidents, each for one fault, in the order in which they may claim pickups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from routecheck.alerts import parameters as p
from routecheck.alerts.device_finders import clocks, datum_of_feed, faults
from routecheck.alerts.incident_day import Draft, IncidentDay, epoch_s
from routecheck.domain.codes import Cause, Classification, IncidentKind

# --- silence ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class VehicleSilence:
    """A silence of a vehicle, with the pickups that it leaves open (s since 1970, UTC)."""

    vehicle_id: str
    start_s: float
    end_s: float
    pickups: tuple[int, ...]

    @classmethod
    def over(cls, silences: Sequence[VehicleSilence]) -> VehicleSilence:
        """One silence over several of a vehicle."""
        return cls(
            silences[0].vehicle_id,
            min(s.start_s for s in silences),
            max(s.end_s for s in silences),
            tuple(k for s in silences for k in s.pickups),
        )


def feed(day: IncidentDay) -> Iterable[Draft]:
    """The feed as a whole: all of the date, or some hours in which several vehicles were silent."""
    without = [
        k for k in day.with_cause(Cause.NO_FIXES) if day.criterion(k, "say") == "feed_missing"
    ]
    if without:
        start_s, end_s = float(day.start_s[without].min()), float(day.end_s[without].max())
        yield day.draft(IncidentKind.FEED_MISSING, without, start_s=start_s, end_s=end_s)
        return
    left = [silence for of_vehicle in _silences(day).values() for silence in of_vehicle]
    while len(left) >= p.FEED_VEHICLES:
        together = _most_together(left)
        if not together:
            return
        start_s, end_s = max(s.start_s for s in together), min(s.end_s for s in together)
        # No vehicle has two silences at once: those that overlap are one.
        vehicles = len(together)
        if end_s - start_s < p.FEED_S or not _is_feed(day, vehicles, start_s, end_s):
            return
        yield day.draft(
            IncidentKind.FEED_GAP,
            VehicleSilence.over(together).pickups,
            start_s=start_s,
            end_s=end_s,
            criteria={"vehicles": vehicles},
        )
        gone = {id(s) for s in together}
        left = [s for s in left if id(s) not in gone]


def _most_together(silences: Sequence[VehicleSilence]) -> list[VehicleSilence]:
    """The silences at the moment at which most vehicles are silent.

    It begins with a silence. Of several such moments the one at which the first of them, in their
    order, began earliest.
    """
    starts = np.array([s.start_s for s in silences])
    ends = np.array([s.end_s for s in silences])
    count = np.searchsorted(np.sort(starts), starts, "right") - np.searchsorted(
        np.sort(ends), starts, "right"
    )
    moments, of_moment = np.unique(starts[count == count.max()], return_inverse=True)
    first_s = [starts[((starts <= at) & (at < ends)).argmax()] for at in moments]
    at = moments[of_moment[np.array(first_s)[of_moment].argmin()]]
    return [s for s in silences if s.start_s <= at < s.end_s]


def _is_feed(day: IncidentDay, vehicles: int, start_s: float, end_s: float) -> bool:
    """Whether silent vehicles are most of those due, and none was seen meanwhile."""
    overlap = np.flatnonzero((day.start_s < end_s) & (day.end_s > start_s))
    due = {day.pickups[k].scheduled_vehicle_id for k in overlap} - {""}
    seen = bool(((day.departed_s > start_s) & (day.arrived_s < end_s)).any())
    return not seen and vehicles >= max(p.FEED_VEHICLES, p.FEED_SHARE * len(due))


def _silences(day: IncidentDay) -> dict[str, list[VehicleSilence]]:
    """The silences of each vehicle that left pickups open; those that overlap are one."""
    spans: dict[str, list[VehicleSilence]] = {}
    for k in day.with_cause(Cause.NO_FIXES, Cause.GAP):
        since, until = day.criterion(k, "silent_from"), day.criterion(k, "silent_until")
        if since and until and day.criterion(k, "say") in ("no_fixes", "gap"):
            vehicle = day.pickups[k].vehicle_id or day.pickups[k].scheduled_vehicle_id
            span = VehicleSilence(vehicle, epoch_s(since), epoch_s(until), (k,))
            spans.setdefault(vehicle, []).append(span)
    merged: dict[str, list[VehicleSilence]] = {}
    for vehicle, silences in spans.items():
        own = merged.setdefault(vehicle, [])
        for span in sorted(silences, key=lambda s: (s.start_s, s.end_s, s.pickups)):
            if own and span.start_s <= own[-1].end_s:
                own[-1] = VehicleSilence.over([own[-1], span])
            else:
                own.append(span)
    return merged


def devices(day: IncidentDay) -> Iterable[Draft]:
    """Devices: silent all the date, from some moment on, or for a while."""
    for vehicle, silences in _silences(day).items():
        silent_all_day = day.reported is not None and vehicle not in day.reported
        if silent_all_day:
            silences = [VehicleSilence.over(silences)]
        for silence in silences:
            if len(silence.pickups) < p.LEAST:
                continue
            kind = IncidentKind.DEVICE_GAP
            if silent_all_day:
                kind = IncidentKind.DEVICE_SILENT
            elif day.reported and (
                epoch_s(day.reported[vehicle]["last"]) <= silence.start_s + p.DIED_S
            ):
                kind = IncidentKind.DEVICE_DIED
            yield day.draft(
                kind,
                silence.pickups,
                vehicle_id=vehicle,
                start_s=silence.start_s,
                end_s=silence.end_s,
            )


# --- a vehicle, its round, its device ------------------------------------------------------------

_KIND_BY_CAUSE: Mapping[Cause, IncidentKind] = {
    Cause.ROUTE_NOT_RUN: IncidentKind.ROUTE_NOT_RUN,
    Cause.POOR_FIXES: IncidentKind.DEVICE_POOR,
    Cause.OTHER_VEHICLE: IncidentKind.TAKEN_OVER,
    Cause.OUTSIDE_WINDOW: IncidentKind.OTHER_HOURS,
    Cause.LATE_DATA: IncidentKind.LATE_DATA,
    Cause.SPARSE_FIXES: IncidentKind.SELDOM_HEARD,
}


def vehicles(day: IncidentDay) -> Iterable[Draft]:
    """Rounds not run, broken off, taken over, at other hours; devices that see too little."""
    for cause in _KIND_BY_CAUSE:

        def by_vehicle(k: int, cause: Cause = cause) -> tuple[str, str] | None:
            row = day.pickups[k]
            other = row.vehicle_id if cause == Cause.OTHER_VEHICLE else ""
            vehicle = row.scheduled_vehicle_id or row.vehicle_id
            return (vehicle, other) if vehicle else None

        for (vehicle, other), rows in day.grouped(day.with_cause(cause), by_vehicle).items():
            if cause in (Cause.ROUTE_NOT_RUN, Cause.POOR_FIXES):
                enough = len(rows) >= p.LEAST
            else:
                # What is no fault of the pickup matters only where the monitor alerted.
                enough = day.alerted(rows) >= p.LEAST_OF_ROUND
            if enough:
                yield _of_vehicle(day, cause, vehicle, other, rows)


def _of_vehicle(day: IncidentDay, cause: Cause, vehicle: str, other: str, rows: list[int]) -> Draft:
    kind = _KIND_BY_CAUSE[cause]
    criteria: dict[str, Any] = {}
    start_s, end_s = float(day.start_s[rows].min()), float(day.end_s[rows].max())
    if cause == Cause.ROUTE_NOT_RUN:
        served_s = [s for s in day.served_s.get(vehicle, ()) if start_s <= s <= end_s]
        if served_s:
            # It worked in those hours: the round was begun, and not ended.
            kind = IncidentKind.ROUTE_BROKEN_OFF
            last = pd.Timestamp(max(served_s), unit="s", tz="UTC")
            criteria["last_served"] = str(last.isoformat())
    elif cause != Cause.POOR_FIXES:
        start_s = float(np.nanmin(day.arrived_s[rows]))
        end_s = float(np.nanmax(day.departed_s[rows]))
    if other:
        criteria["other_vehicle"] = other
    if cause == Cause.LATE_DATA:
        alerts = [day.alerts[a] for k in rows for a in day.alerts_of.get(k, ())]
        seen = [(alert.criteria or {}).get("seen_at") for alert in alerts]
        criteria["seen_at"] = max((moment for moment in seen if moment), default=None)
    return day.draft(
        kind, rows, vehicle_id=vehicle, start_s=start_s, end_s=end_s, criteria=criteria
    )


# --- records, clocks, the monitor ----------------------------------------------------------------


def batches(day: IncidentDay) -> Iterable[Draft]:
    """Records of a whole batch in another datum, or shifted as one."""

    def by_batch(k: int) -> tuple[str, str, str] | None:
        cause, criteria = day.batch.get(day.pickups[k].point_id, ("", {}))
        if cause != day.pickups[k].cause:
            return None
        return cause, str(criteria["batch"]), str(criteria.get("reading", ""))

    rows = day.with_cause(Cause.DATUM, Cause.MISPLACED)
    for (cause, batch, reading), members in day.grouped(rows, by_batch).items():
        if len(members) < p.LEAST:
            continue
        kind = IncidentKind.BATCH_DATUM if cause == Cause.DATUM else IncidentKind.BATCH_SHIFT
        offsets_m = [day.criterion(k, "offset_m") for k in members]
        known_m = [float(m) for m in offsets_m if m is not None]
        criteria: dict[str, Any] = {"points": len({day.pickups[k].point_id for k in members})}
        if reading:
            criteria["reading"] = reading
        if known_m:
            criteria["offset_m"] = round(float(np.median(known_m)), 1)
        yield day.draft(kind, members, batch=batch, criteria=criteria)


def monitor(day: IncidentDay) -> Iterable[Draft]:
    """The monitor is wrong about the whole date, a vehicle's pickups, or a township's."""
    wrong = day.with_cause(Cause.MONITOR_FAULT)
    if len(wrong) >= max(p.LEAST_OF_ROUND, p.MONITOR_DAY_SHARE * len(day.pickups)):
        yield day.draft(IncidentKind.MONITOR_FAULT, wrong)
        return
    groupings: Mapping[str, Callable[[int], str | None]] = {
        "vehicle_id": lambda k: day.pickups[k].scheduled_vehicle_id or None,
        "batch": lambda k: day.township.get(day.pickups[k].point_id) or None,
    }
    for name, key in groupings.items():
        every = day.grouped(range(len(day.pickups)), key)
        for group, rows in day.grouped(day.with_cause(Cause.MONITOR_FAULT), key).items():
            if len(rows) >= max(p.LEAST_OF_ROUND, p.MONITOR_SHARE * len(every[group])):
                yield day.draft(IncidentKind.MONITOR_FAULT, rows, **{name: group})


def not_due(day: IncidentDay) -> Iterable[Draft]:
    """The monitor alerts where nothing was due that day: a holiday that it does not know."""
    due = {day.township.get(row.point_id, "") for row in day.pickups}

    def by_township(a: int) -> str | None:
        alert = day.alerts[a]
        false = alert.classification == Classification.FALSE and alert.cause == Cause.NOT_DUE
        township = day.township.get(alert.point_id, "")
        if not false or (alert.criteria or {}).get("say") != "not_due" or township in due:
            return None
        return township if day.pickups else ""

    for township, alerts in day.grouped(range(len(day.alerts)), by_township).items():
        if len(alerts) >= p.LEAST_OF_ROUND:
            yield Draft(IncidentKind.NOT_DUE, batch=township, alerts=alerts)


IN_ORDER: Sequence[Callable[[IncidentDay], Iterable[Draft]]] = (
    feed,
    faults,
    devices,
    vehicles,
    datum_of_feed,
    batches,
    clocks,
    monitor,
    not_due,
)
"""A pickup belongs to the first incident that claims it."""
