"""The state of a site: as JSON for scripts, as lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.codes import Cause, CorrectionState, Language
from routecheck.domain.errors import in_language
from routecheck.present.run_summary import point_changes
from routecheck.present.sentences.devices import clock_line, fault_line
from routecheck.present.sentences.figures import duration_text
from routecheck.present.summary import check_lines
from routecheck.present.terminal import indented, table
from routecheck.queries.site_state import Status
from routecheck.store import PointChange
from routecheck.texts import text

SHOWN_DATES = 14
"""Dates listed to people; JSON has them all."""
LATE_S = 6 * 3600.0
"""A vehicle whose fixes come so late, in the middle, misses the morning's run."""


def as_json(status: Status, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    """Return the state of a site, ready for JSON; times local ISO 8601 with offset.

    Args:
        status: from `read_status`.
        language: of the reason why the store cannot be read; problems are in English.
        zone: the site's time zone.
    """

    def local(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")

    service, points = status.service, status.points
    disk = {"free_bytes": status.free_bytes}
    if status.store_bytes is not None:
        disk["store_bytes"] = status.store_bytes
    shown: dict[str, Any] = {
        "store": status.store,
        "runs": [
            vars(run) | {"started_at": local(run.started_at), "finished_at": local(run.finished_at)}
            for run in status.runs
        ],
        "next_run_at": local(status.next_run_at),
        "daily": status.daily,
        "service": None
        if service is None
        else {
            "last_tick_at": local(service.last_tick_at),
            "alive": service.alive,
            **service.left,
        },
        "dates": [
            {
                "service_date": entry.service_date.isoformat(),
                "state": entry.state,
                "complete": entry.complete,
                "judged_at": local(entry.judged_at),
                "changed_at": local(entry.changed_at),
                "counts": {k: v for k, v in entry.counts.items() if k != "heard"},
            }
            for entry in status.dates
        ],
        "running": [
            {
                "service_date": day.service_date.isoformat(),
                "judged_at": local(day.judged_at),
                "looked_at": local(day.looked_at),
                "reach_at": local(day.reach_at),
                "missed": day.missed,
                "windows_over": day.over,
                "waiting": day.waiting,
                "vehicles": {name: local(at) for name, at in day.vehicles.items()},
                "late": day.late,
            }
            for day in status.running
        ],
        "due": [day.isoformat() for day in status.due],
        "last_data": status.last_data.isoformat() if status.last_data else None,
        "vehicles": [
            vars(vehicle) | {"last_fix_at": local(vehicle.last_fix_at)}
            for vehicle in status.vehicles
        ],
        "clocks": [
            vars(clock) | {"first": clock.first.isoformat(), "last": clock.last.isoformat()}
            for clock in status.clocks
        ],
        "faults": [
            vars(fault) | {"first": fault.first.isoformat(), "last": fault.last.isoformat()}
            for fault in status.faults
        ],
        "checks": [
            {
                "service_date": day.isoformat(),
                **checks,
                "contradict": [
                    one | {"window_start": local(datetime.fromisoformat(one["window_start"]))}
                    for one in checks["contradict"]
                ],
            }
            for day, checks in status.checks.items()
        ],
        "rejected": dict(status.rejected),
        "corrections": dict(status.corrections),
        "chronic": list(status.chronic),
        "points": {}
        if points is None
        else {
            "known": points.known,
            "changed_at": local(points.changed_at),
            "by": points.by,
            "changes": [vars(change) for change in points.changes],
        },
        "retention": {
            "keep_days": status.keep_days,
            "before": status.forgotten_before.isoformat() if status.forgotten_before else None,
        },
        "disk": disk,
        "inputs_changed": [str(path) for path in status.inputs_changed],
        "set_aside": [asdict(one) for one in status.aside],
        "backup": None
        if status.backup is None
        else asdict(status.backup) | {"at": local(status.backup.at)},
        "receivers": [asdict(one) for one in status.receivers],
        "sources": [
            asdict(one) | {"asked_at": local(one.asked_at), "failed_at": local(one.failed_at)}
            for one in status.sources
        ],
        "problems": list(status.problems),
    }
    if status.trouble is not None:
        note = status.trouble.in_language(language)
        shown |= {"note": note, "problems": [note]}
    return shown


def as_text(found: dict[str, Any], language: Language) -> str:
    """The state as lines for a terminal."""

    def say(key: str, **values: object) -> str:
        return text(f"status.{key}", language, **values)

    lines = [say("store", store=found["store"])]
    if found.get("note"):
        return "\n".join([*lines, in_language(found["note"], language)])
    service = found["service"]
    if service is not None:
        state = "alive" if service["alive"] else "silent"
        state = say("stopped" if service["stopped"] else state)
        at, pid = _shown(service["last_tick_at"]), service["pid"]
        lines.append(say("service", state=state, at=at, pid=pid))
    if found["daily"]:
        lines.append(say("next", at=_shown(found["next_run_at"])))
    else:
        lines.append(say("by_hand"))
    if found["runs"]:
        lines.append(say("runs"))
        lines += table(
            [
                [
                    _shown(row["started_at"]),
                    say(f"run_{row['state']}"),
                    _command(row, say),
                    row["note"],
                ]
                for row in found["runs"][:5]
            ],
            indent="  ",
        )
    if found["dates"]:
        lines.append(say("dates"))
        lines += table(
            [_date_row(entry, say) for entry in found["dates"][-SHOWN_DATES:]], indent="  "
        )
    for day in found["running"]:
        lines += _running_lines(day, language)
    if found["due"]:
        shown = ", ".join(found["due"][:5]) + (" …" if len(found["due"]) > 5 else "")
        lines.append(say("due", count=len(found["due"]), dates=shown))
    else:
        lines.append(say("nothing_due"))
    for row in found["vehicles"]:
        late = row["delay_s"] or 0.0
        if row["silent_days"] or late > LATE_S:
            at = _shown(row["last_fix_at"])
            key = "vehicle_late" if late > LATE_S else "vehicle"
            lines.append(say(key, vehicle=row["vehicle_id"], at=at, hours=late / 3600))
    lines += [clock_line(row, language) for row in found["clocks"]]
    lines += [fault_line(row, language) for row in found["faults"]]
    checked = [date.fromisoformat(row["service_date"]) for row in found["checks"]]
    lines += check_lines(checked, found["checks"], language)
    for name, count in sorted(found["rejected"].items()):
        if count:
            lines.append(say("rejected", name=text(f"codes.source_{name}", language), count=count))
    for state, count in sorted(found["corrections"].items()):
        lines.append(say("corrections", state=CorrectionState(state).label(language), count=count))
    lines += _registry_lines(found["points"], language)
    lines += _chronic_lines(found["chronic"], language)
    for one in found["sources"]:
        key, at = (
            ("source_fetched", _shown(one["asked_at"])) if one["asked_at"] else ("source_never", "")
        )
        kind = text(f"codes.source_{one['kind']}", language)
        lines.append(say(key, source=one["source"], kind=kind, at=at))
        if one["caution"]:
            lines.append(say("source_caution", kind=kind, what=one["caution"]))
    backup = found["backup"]
    if backup is not None and not backup["failure"]:
        lines.append(say("backup", at=_shown(backup["at"]), path=backup["path"]))
    kept = found["retention"]
    if kept["keep_days"]:
        key = "kept_since" if kept["before"] else "kept"
        lines.append(say(key, days=kept["keep_days"], before=kept["before"]))
    free, size = found["disk"].get("free_bytes"), found["disk"].get("store_bytes")
    if free is not None:
        lines.append(say("free", free=free / 1e9))
    if size is not None:
        lines.append(say("size", size=size / 1e6))
    lines += [say("problem", what=in_language(problem, language)) for problem in found["problems"]]
    return "\n".join(lines)


def _running_lines(day: dict[str, Any], language: Language) -> list[str]:
    """How far a date that is not over was judged, and what it waits for."""
    line = text(
        "status.running",
        language,
        day=day["service_date"],
        at=_shown(day["judged_at"]),
        reach=_shown(day["reach_at"]),
        over=day["windows_over"],
        missed=day["missed"],
        waiting=day["waiting"],
    )
    looked_at = datetime.fromisoformat(day["looked_at"])
    late = [
        text(
            "status.running_vehicle",
            language,
            vehicle=name,
            at=_shown(at),
            late=duration_text((looked_at - datetime.fromisoformat(at)).total_seconds(), language),
        )
        for name, at in day["vehicles"].items()
    ]
    return [line, *map(indented, late)]


def _registry_lines(points: dict[str, Any], language: Language) -> list[str]:
    at, count = points["changed_at"], points["known"]
    if at is None:
        return [text("status.points_same", language, count=count)]
    changes = [PointChange(**change) for change in points["changes"]]
    return [
        text("status.points_known", language, count=count, at=_shown(at)),
        *point_changes(changes, language),
    ]


def _chronic_lines(weeks: list[dict[str, Any]], language: Language) -> list[str]:
    """The last weeks: how many points alert chronically, and what explains them."""
    if not weeks:
        return []
    lines = [text("status.chronic", language)]
    comma = text("figures.comma", language)
    for week in weeks:
        change = ""
        if week["came"] is not None:
            change = text("status.chronic_change", language, came=week["came"], left=week["left"])
        line = text(
            "status.chronic_week",
            language,
            week=week["week"],
            points=week["points"],
            change=change,
            false=week["false"],
            genuine=week["genuine"],
            unverifiable=week["unverifiable"],
            held=week["corrections_in_force"],
            corrected=week["corrected"],
        )
        if week["days_judged"] < 7:
            line += text("status.chronic_part", language, days=week["days_judged"])
        lines.append(indented(line))
        causes = comma.join(
            f"{Cause(cause).label(language)} {n}" for cause, n in week["causes"].items()
        )
        if causes:
            lines.append(indented(causes, 3))
    return lines


def _date_row(entry: dict[str, Any], say: Callable[..., str]) -> list[str]:
    counts = entry["counts"] or {}
    kept, total = counts.get("fixes_kept", 0), counts.get("fixes_in", 0)
    short = "" if entry["complete"] else say("incomplete")
    state = say(f"date_{entry['state']}")
    return [entry["service_date"], state, say("fixes", kept=f"{kept:,}", total=f"{total:,}"), short]


def _command(run: dict[str, Any], say: Callable[..., str]) -> str:
    """What a run was of: a command, in words."""
    return say("command", command=re.sub(r"\W+", "-", run["command"]))


def _shown(moment: str | None) -> str:
    """A local moment to the minute, as people write it."""
    return moment[:16].replace("T", " ") if moment else "-"
