"""What is wrong with what a site is fed, and what to do: before the first run, and at any time.

Everything is found in the inputs, in the fixes of the last dates and, where there is one, in the
store; nothing is changed. Each finding is one line for people: what was found, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from routecheck.alerts.incidents import find_incidents
from routecheck.domain.arrays import records
from routecheck.domain.codes import IncidentKind, RejectReason
from routecheck.domain.errors import Message, RoutecheckError
from routecheck.domain.tables import CLASSIFIED, CORRECTIONS, INCIDENTS, JUDGEMENTS
from routecheck.engine.feed import device_counts, grain_s
from routecheck.engine.inputs import Inputs
from routecheck.engine.join_report import spelt_otherwise
from routecheck.engine.learning import Learned
from routecheck.engine.results import Finding
from routecheck.engine.session import Session
from routecheck.queries.devices import LOOK_BACK, fault_states, vehicle_states
from routecheck.registry.ids import POINT, VEHICLE, Joined, likely_partner
from routecheck.sources.unused_parts import unused_parts

DATES = 7
"""Dates that are looked at, the last with fixes: a week has every weekday of a schedule."""
LOST_SHARE = 0.2
"""A table that loses so large a share of its rows is not the table that was meant."""
LATE_S = 6 * 3600.0
"""A vehicle whose fixes come so late, in the middle, misses the morning's run (s)."""
SILENT_DATES = 2
"""A vehicle that was not heard on so many dates at the end may have a dead device; on one it may
have had its day off."""
COARSE_S = 60.0
"""Times without seconds: a stand shorter than that cannot be distinguished from a pass (s)."""
_FEED = {
    IncidentKind.FEED_CLOCK,
    IncidentKind.FEED_DATUM,
    IncidentKind.FEED_DISPLACED,
    IncidentKind.FEED_STUCK,
}


@dataclass(frozen=True)
class Examination:
    """What was found of a site, the gravest first; what is in order last."""

    findings: tuple[Finding, ...]
    incidents: pd.DataFrame
    """INCIDENTS of the feed as a whole on the last date looked at."""

    @property
    def to_do(self) -> list[Finding]:
        """The findings that someone has to do something about."""
        return [finding for finding in self.findings if finding.weight]


def examine(site: Session) -> Examination:
    """Examine a site: its inputs, and the fixes of the last dates.

    Args:
        site: opened; it is only read.
    """
    dates = site.fixes.days[-DATES:]
    basis = site.as_judged(dates)
    learned = basis.learn({day: basis.history_of(day) for day in dates})
    counts = _stored_counts(site) | {
        day: device_counts(site.config, basis.observe(day).cleaned, learned, day) for day in dates
    }
    rejected = dict(site.inputs.rejected)
    rejected["fixes"] = pd.concat(
        [table for day in dates if len(table := site.fixes.rejected_on(day))] or [_no_rows(site)]
    )
    findings = [
        *findings_of(
            site.inputs, counts, rejected, failed=[*site.inputs.failed, *site.fixes.failed]
        ),
        *_unserved(site.inputs, learned, dates),
        *_grain([basis.observe(day).cleaned.tracks for day in dates]),
        *_unused(site),
        *_joined(site),
        *_in_order(site, dates),
    ]
    return _sorted(findings, feed_incidents(counts, site.inputs.points))


def refused(error: RoutecheckError) -> Examination:
    """Return the examination of a site that cannot be opened: why."""
    finding = Finding("refused", 100, {"why": error.message})
    return Examination((finding,), INCIDENTS.empty())


def _no_rows(site: Session) -> pd.DataFrame:
    return next(iter(site.inputs.rejected.values())).iloc[:0]


def _stored_counts(site: Session) -> dict[date, Mapping[str, Any]]:
    """What the ledger knows of devices on the dates judged so far."""
    if site.stored is None:
        return {}
    ledger = site.stored.dates()
    return {entry["service_date"]: entry["counts"] or {} for entry in ledger[-LOOK_BACK:]}


def _sorted(findings: Iterable[Finding], incidents: pd.DataFrame) -> Examination:
    return Examination(tuple(sorted(findings, key=lambda one: -one.weight)), incidents)


def of_run(
    inputs: Inputs, counts: Mapping[date, Mapping[str, Any]], failed: Sequence[tuple[str, str]]
) -> list[Finding]:
    """Return what a run has found, without reading anything again, the gravest first.

    Args:
        inputs: that it read.
        counts: by date, what it counted.
        failed: files that could not be read.
    """
    found = findings_of(inputs, counts, inputs.rejected, failed=failed)
    return sorted(found, key=lambda one: -one.weight)


def findings_of(
    inputs: Inputs,
    counts: Mapping[date, Mapping[str, Any]],
    rejected: Mapping[str, pd.DataFrame],
    *,
    failed: Sequence[tuple[str, str]] = (),
) -> list[Finding]:
    """Return what the inputs and the counts of dates show to be wrong.

    Args:
        inputs: of the site.
        counts: by date: `heard`, `clocks`, `faults`.
        rejected: REJECTED, by input.
        failed: files that could not be read, each with its message.
    """
    found = [
        Finding("file_failed", 90, {"file": file, "why": message}, (file,))
        for file, message in failed
    ]
    found += _vehicles(inputs, counts)
    found += _points(inputs)
    found += _rejects(inputs, rejected)
    found += _devices(counts)
    return found


def feed_incidents(counts: Mapping[date, Mapping[str, Any]], points: pd.DataFrame) -> pd.DataFrame:
    """Return INCIDENTS of the feed as a whole, of the last date that was counted."""
    day = max((day for day in counts if counts[day].get("heard")), default=None)
    if day is None:
        day, counts = date.min, {date.min: {}}
    judgements = JUDGEMENTS.empty()
    table = find_incidents(
        day, judgements, CLASSIFIED.empty(), CORRECTIONS.empty(), points, counts[day]
    ).table
    return table[table["kind"].isin([str(kind) for kind in _FEED])].reset_index(drop=True)


# --- vehicles and points ----------------------------------------------------------------------


def _vehicles(inputs: Inputs, counts: Mapping[date, Mapping[str, Any]]) -> Iterator[Finding]:
    """Scheduled plates that were never heard, and plates that were heard and nobody schedules."""
    scheduled = set(inputs.schedule["vehicle_id"]) - {""}
    heard = {vehicle for counted in counts.values() for vehicle in counted.get("heard") or ()}
    if not any(counted.get("heard") for counted in counts.values()):
        return
    silent, foreign = sorted(scheduled - heard), sorted(heard - scheduled)
    if silent:
        partners = {one: likely_partner(one, foreign, VEHICLE) for one in silent}
        weight = 85 if 2 * len(silent) > len(scheduled) else 60
        figures = {"count": len(silent), "of": len(scheduled), "ids": _listed(silent, partners)}
        yield Finding("vehicles_silent", weight, figures, tuple(silent))
    if foreign and scheduled:
        partners = {one: likely_partner(one, silent, VEHICLE) for one in foreign}
        weight = 40 if any(partners.values()) else 0
        figures = {"count": len(foreign), "ids": _listed(foreign, partners)}
        yield Finding("vehicles_foreign", weight, figures, tuple(foreign))


def _points(inputs: Inputs) -> Iterator[Finding]:
    """Points that do not join, have no place, or are not in the schedule."""
    known = set(inputs.points["point_id"])
    towns = set(inputs.points["township"])
    due = set(inputs.schedule["point_id"])
    for code, names, weight in (
        ("points_unknown", set(inputs.schedule["point_id"]) - known, 70),
        ("alerts_unknown", set(inputs.alerts["point_id"]) - known, 50),
        ("calendar_unknown", _alone_in_calendar(inputs), 60),
    ):
        if names:
            like = known | towns if code == "calendar_unknown" else known
            partners = {one: likely_partner(one, like, POINT) for one in sorted(names)[:_SHOWN]}
            figures = {"count": len(names), "ids": _listed(sorted(names), partners)}
            yield Finding(code, weight, figures, tuple(sorted(names)))
    blank = inputs.points[inputs.points["geometry"].isna().to_numpy()]
    placeless = sorted(set(blank["point_id"]) & due)
    if placeless:
        figures = {"count": len(placeless), "of": len(due), "ids": _listed(placeless)}
        yield Finding("points_placeless", 65, figures, tuple(placeless))
    never_due = sorted(known - due)
    if never_due:
        figures = {"count": len(never_due), "of": len(known), "ids": _listed(never_due)}
        yield Finding("points_unscheduled", 20, figures, tuple(never_due))


def _alone_in_calendar(inputs: Inputs) -> set[str]:
    """Points and townships of the calendar that join to nothing: their rows change nothing."""
    points = inputs.joins.tables.get("calendar", Joined()).alone
    return set(points) | set(inputs.joins.townships.alone)


def _unserved(inputs: Inputs, learned: Learned, dates: Sequence[date]) -> Iterator[Finding]:
    """Points that no vehicle stood for on any of the dates: fewer than that is no evidence."""
    if len(dates) < DATES // 2:
        return
    places, candidates = learned.places, learned.candidates
    due = places["point_id"].isin(set(inputs.schedule["point_id"])).to_numpy()
    # Of a point that may be at several places, a stand at any of them may be its own.
    stood = places["point_id"].isin(candidates.loc[candidates["days_seen"] > 0, "point_id"])
    unseen = due & ~stood.to_numpy() & places["geometry"].notna().to_numpy()
    names = sorted(places.loc[unseen, "point_id"])
    if names:
        weight = 55 if 2 * len(names) > due.sum() else 30
        figures = {
            "count": len(names), "of": int(due.sum()), "dates": len(dates), "ids": _listed(names),
        }  # fmt: skip
        yield Finding("points_unserved", weight, figures, tuple(names))


_SHOWN = 5
"""Ids named in a line; JSON has them all."""


def _listed(names: Sequence[str], partners: Mapping[str, str] | None = None) -> str:
    """Some ids, each with its likely partner after an arrow, and a sign that there are more."""
    shown = [
        f"{one} → {partners[one]}?" if partners and partners.get(one) else one
        for one in names[:_SHOWN]
    ]
    return ", ".join(shown) + (" …" if len(names) > _SHOWN else "")


# --- rows and files ---------------------------------------------------------------------------


def _rejects(inputs: Inputs, rejected: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Rows kept apart: a line each input and reason, with an example."""
    names = ("points", "schedule", "alerts", "calendar", "checks")
    kept = {name: len(getattr(inputs, name)) for name in names}
    for name, table in rejected.items():
        for reason, rows in table.groupby("reason", sort=True):
            first = next(records(rows.iloc[:1]))
            total = kept.get(name, 0) + len(table)
            lost = name in kept and len(rows) >= LOST_SHARE * total
            figures = {
                "count": len(rows),
                "source": Message(f"codes.source_{name}"),
                "reason": Message(RejectReason(str(reason)).key),
                "file": str(first.file),
                "row": int(first.row),
                "cell": str(first.text),
            }
            weight = 80 if lost else 35 if name != "fixes" else 15
            yield Finding("rows_rejected", weight, figures, (name,))


def _joined(site: Session) -> Iterator[Finding]:
    """Ids that were joined under another spelling, by input."""
    for name, same in spelt_otherwise(site.inputs, site.fixes).items():
        shown = [f"{one} = {own}" for one, own in same.items()]
        figures: dict[str, object] = {
            "count": len(same), "source": Message(f"codes.source_{name}"), "ids": _listed(shown),
        }  # fmt: skip
        yield Finding("ids_joined", 0, figures, tuple(same))


def _unused(site: Session) -> Iterator[Finding]:
    """Sheets that are not read, and columns that are not used: of most nothing is wanted."""
    config = site.config
    sources = [
        config.points, config.schedule, config.fixes, config.alerts, config.vehicles,
        config.calendar, config.checks,
    ]  # fmt: skip
    for part in unused_parts(sources, config.directory):
        figures: dict[str, object] = {"file": part.file, "source": part.kind}
        if part.sheets:
            found = {**figures, "ids": _listed(part.sheets)}
            yield Finding("sheets_unused", 30, found, part.sheets)
        if part.columns:
            found = {**figures, "ids": _listed(part.columns)}
            yield Finding("columns_unused", 0, found, part.columns)


# --- devices ----------------------------------------------------------------------------------


def _devices(counts: Mapping[date, Mapping[str, Any]]) -> Iterator[Finding]:
    """Vehicles that fell silent or come late, devices that were not believed or corrected."""
    ordered = dict(sorted(counts.items()))
    states = vehicle_states(ordered)
    silent = [one.vehicle_id for one in states if one.silent_days >= SILENT_DATES]
    if silent:
        figures: dict[str, object] = {"count": len(silent), "ids": _listed(silent)}
        yield Finding("devices_silent", 25, figures, tuple(silent))
    for state in states:
        if (state.delay_s or 0.0) > LATE_S:
            figures = {"vehicle": state.vehicle_id, "hours": round((state.delay_s or 0) / 3600, 1)}
            yield Finding("device_late", 22, figures, (state.vehicle_id,))
    for fault in fault_states(ordered):
        figures = {
            "vehicle": fault.vehicle_id,
            "metres": round(fault.shift_m or 0),
            "shift": Message(f"incidents.shift_{fault.how or 'none'}"),
            "first": fault.first.isoformat(),
            "last": fault.last.isoformat(),
            "dates": fault.dates,
        }
        weight = 45 if fault.fault != "poor" else 28
        yield Finding(f"device_{fault.fault}", weight, figures, (fault.vehicle_id,))


def _grain(tracks: Sequence[pd.DataFrame]) -> Iterator[Finding]:
    """Times that have no seconds."""
    grain = max((grain_s(table) for table in tracks if len(table)), default=0.0)
    if grain >= COARSE_S:
        yield Finding("grain_coarse", 32, {"seconds": round(grain)})


# --- what is in order ---------------------------------------------------------------------------


def _in_order(site: Session, dates: Sequence[date]) -> Iterator[Finding]:
    """What was understood of the inputs, for whoever wants to check it."""
    config, inputs = site.config, site.inputs
    figures: dict[str, object] = {
        "points": inputs.points["point_id"].nunique(), "rows": len(inputs.schedule),
        "vehicles": len(set(inputs.schedule["vehicle_id"]) - {""}), "alerts": len(inputs.alerts),
    }  # fmt: skip
    yield Finding("inputs", 0, figures)
    rows = site.fixes.rows_by_day
    figures = {
        "files": len(site.fixes.labels), "fixes": sum(rows.values()), "dates": len(rows),
        "first": min(rows).isoformat(), "last": max(rows).isoformat(), "looked": len(dates),
    }  # fmt: skip
    yield Finding("fixes", 0, figures)
    zone = config.fixes.time_zone or config.site.time_zone
    datums = {"fixes": config.fixes.datum, "points": config.points.datum}
    yield Finding("declared", 0, {"zone": zone, **datums})
