"""Finders of incidents of devices and of the feed: not believed, displaced, in another zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from routecheck.alerts import parameters as p
from routecheck.alerts.incident_day import Draft, IncidentDay, epoch_s
from routecheck.domain.codes import Cause, IncidentKind

_KIND_BY_FAULT: Mapping[str, IncidentKind] = {
    "elsewhere": IncidentKind.DEVICE_ELSEWHERE,
    "displaced": IncidentKind.DEVICE_DISPLACED,
    "poor": IncidentKind.DEVICE_BLURRED,
    "stuck": IncidentKind.DEVICE_STUCK,
}


def faults(day: IncidentDay) -> Iterable[Draft]:
    """Devices that are not believed on the date, or were corrected; most of them: the feed.

    An incident even where it left no pickup open: the device needs attention.
    """
    open_rows: dict[tuple[str, str], list[int]] = {}
    for k in day.with_cause(Cause.POOR_FIXES):
        row = day.pickups[k]
        vehicle = row.vehicle_id or row.scheduled_vehicle_id
        criterion = str(day.criterion(k, "say"))
        open_rows.setdefault((vehicle, criterion.removeprefix("device_")), []).append(k)
    of_feed: set[int] = set()
    for members in _alike(day.faults):
        vehicles = {str(day.faults[n]["vehicle_id"]) for n in members}
        heard = max(len(day.reported or ()), len(vehicles))
        if len(vehicles) < max(p.FEED_VEHICLES, p.FEED_SHARE * heard):
            continue
        of_feed.update(members)
        first = day.faults[members[0]]
        kind = IncidentKind.FEED_STUCK
        if first["fault"] != "stuck":
            kind = IncidentKind.FEED_DISPLACED
        rows = [k for name in vehicles for k in open_rows.pop((name, first["fault"]), ())]
        yield _of_fault(day, kind, first, rows, vehicles=len(vehicles))
    left = [fault for n, fault in enumerate(day.faults) if n not in of_feed]
    by_device: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for fault in left:
        by_device.setdefault((fault["vehicle_id"], fault["fault"]), []).append(fault)
    for (vehicle, fault_kind), some in by_device.items():
        rows = open_rows.pop((vehicle, fault_kind), [])
        kind = _KIND_BY_FAULT[fault_kind]
        starts = [fault["start"] for fault in some if fault["start"]]
        ends = [fault["end"] for fault in some if fault["end"]]
        span = {"start": min(starts, default=None), "end": max(ends, default=None)}
        yield _of_fault(day, kind, {**some[0], **span}, rows, vehicle_id=vehicle)


def _alike(faults: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Rows of faults of one kind: of whole days by how they are undone, of stuck ones by start."""
    groups: dict[tuple[str, str], list[int]] = {}
    stuck = [n for n, fault in enumerate(faults) if fault["fault"] == "stuck" and fault["start"]]
    stuck.sort(key=lambda n: epoch_s(faults[n]["start"]))
    pile: list[list[int]] = []
    for n in stuck:
        if pile and _seconds_apart(faults[pile[-1][-1]], faults[n]) <= p.TOGETHER_S:
            pile[-1].append(n)
        else:
            pile.append([n])
    for n, fault in enumerate(faults):
        # Poor reception has no common cause, wherever it is.
        if fault["fault"] in ("elsewhere", "displaced"):
            how = str(fault["how"])
            groups.setdefault((fault["fault"], how.partition(" ")[0]), []).append(n)
    return [*groups.values(), *pile]


def _seconds_apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    return abs(epoch_s(one["start"]) - epoch_s(other["start"]))


def _of_fault(
    day: IncidentDay,
    kind: IncidentKind,
    fault: Mapping[str, Any],
    rows: list[int],
    *,
    vehicle_id: str = "",
    vehicles: int = 1,
) -> Draft:
    start, end = fault["start"], fault["end"]
    criteria = {"vehicles": vehicles, "fault": fault["fault"], "how": fault["how"]}
    if fault["shift_m"] is not None:
        criteria["offset_m"] = fault["shift_m"]
    return day.draft(
        kind,
        rows,
        vehicle_id=vehicle_id,
        start_s=epoch_s(start) if start else np.nan,
        end_s=epoch_s(end) if end else np.nan,
        criteria=criteria,
    )


def clocks(day: IncidentDay) -> Iterable[Draft]:
    """A device whose clock is off, once, with the false alerts that it made."""
    rows = day.grouped(day.with_cause(Cause.CLOCK), lambda k: day.pickups[k].vehicle_id)
    of_feed: set[int] = set()
    # Most devices off by the same are the feed: a wall clock that was marked as UTC.
    for amount in set(day.clocks.values()):
        same = [vehicle for vehicle, offset_s in day.clocks.items() if offset_s == amount]
        heard = len(day.reported or same)
        all_of_them = heard > 1 and len(same) >= heard
        if not all_of_them and len(same) < max(p.FEED_VEHICLES, p.FEED_SHARE * heard):
            continue
        of_feed.add(round(float(amount)))
        spans_s = [epoch_s(moment) for v in same for moment in day.clock_spans.get(v, ())]
        yield day.draft(
            IncidentKind.FEED_CLOCK,
            [k for vehicle in same for k in rows.pop(vehicle, ())],
            start_s=min(spans_s, default=np.nan),
            end_s=max(spans_s, default=np.nan),
            criteria={
                "clock_offset_s": round(float(amount)),
                "vehicles": len(same),
                **_zone_of_feed(day, float(amount)),
            },
        )
    for vehicle, offset_s in day.clocks.items():
        if round(float(offset_s)) in of_feed:
            continue
        span_s = [epoch_s(moment) for moment in day.clock_spans.get(vehicle, ())] or [np.nan] * 2
        yield day.draft(
            IncidentKind.CLOCK,
            rows.get(vehicle, ()),
            vehicle_id=vehicle,
            start_s=span_s[0],
            end_s=span_s[1],
            criteria={"clock_offset_s": round(float(offset_s))},
        )


def _zone_of_feed(day: IncidentDay, amount_s: float) -> dict[str, Any]:
    """The zone that the times are in, and the one that they were read in, where both are known."""
    if "utc_offset_s" not in day.feed:
        return {}
    found: dict[str, Any] = {"declared_zone": day.feed.get("time_zone", "")}
    offset_s = day.feed["utc_offset_s"] - amount_s
    hours = round(offset_s / p.HOUR_S)
    if hours == 0 and abs(offset_s) < p.TOGETHER_S:
        return found | {"feed_zone": "UTC"}
    if abs(offset_s - day.feed["site_offset_s"]) < p.TOGETHER_S:
        return found | {"feed_zone": day.feed["site_zone"]}
    if (
        abs(offset_s - hours * p.HOUR_S) < p.TOGETHER_S
        and p.ZONE_HOURS[0] <= hours <= p.ZONE_HOURS[1]
    ):
        # The names of these zones have the sign of the wall clock turned round.
        found["feed_zone"] = f"Etc/GMT{-hours:+d}"
    return found


def datum_of_feed(day: IncidentDay) -> Iterable[Draft]:
    """The positions of the feed are in another datum than the configuration declares."""
    found = day.feed.get("datum")
    if not found:
        return
    rows = day.with_cause(Cause.DATUM)
    yield day.draft(IncidentKind.FEED_DATUM, rows, criteria=dict(found))
