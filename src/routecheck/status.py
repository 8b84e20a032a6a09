"""What ran, when, on what data, what is due, and whether anything is wrong.

Reads the store and looks at the input files from outside, but reads none of them: it answers at
once, and changes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from routecheck import ledger
from routecheck.config import Config
from routecheck.errors import RoutecheckError, Said, StoreError, told
from routecheck.model.codes import Cause, CorrectionState, Language
from routecheck.model.report_texts import duration_text
from routecheck.model.texts import text
from routecheck.reporting import WEEKS, read_weeks
from routecheck.reports.summary import check_lines
from routecheck.rounds import input_files, next_slot, slot
from routecheck.service import HEARTBEAT
from routecheck.store import PointChange, Store
from routecheck.terminal import table
from routecheck.told import point_changes

SHOWN_DATES = 14
"""Dates listed to people; JSON has them all."""
LOOK_BACK = 14
"""Service dates over which a vehicle's silence and lateness are told."""
LEAST_FREE = 500_000_000
"""Bytes that should be free for the store and the exports."""
LATE_S = 6 * 3600.0
"""A vehicle whose fixes come so late, in the middle, misses the morning's run."""
GRACE = timedelta(hours=2)
"""After `daily_at`: so long the service may work, or wait for data, before it is late."""


def read_status(config: Config, now: pd.Timestamp) -> dict[str, Any]:
    """Return the state of the site, ready for JSON; times local ISO 8601 with offset.

    Args:
        config: the site.
        now: the present, UTC.
    """
    zone = config.time_zone
    present = now.to_pydatetime()
    found: dict[str, Any] = {
        "store": "",
        "runs": [],
        "next_run_at": _local(next_slot(present, config.service.daily_at, zone), zone),
        "service": None,
        "dates": [],
        "due": [],
        "last_data": None,
        "vehicles": [],
        "clocks": [],
        "checks": [],
        "rejected": {},
        "corrections": {},
        "chronic": [],
        "points": {},
        "disk": _disk(config),
        "inputs_changed": [],
        "problems": [],
    }
    try:
        url = config.store_url
        with Store.open(url, create=False) as store:
            found["store"] = store.label
            runs, dates = store.runs(limit=10), store.dates()
            states = store.run_states()
            corrections = store.read_corrections()
            judged = [entry["service_date"] for entry in dates]
            found["points"] = _registry(store, zone)
            found["chronic"] = read_weeks(store, judged, limit=WEEKS)
            note = store.read_note(HEARTBEAT)
            rejected = {
                name: sum(rows for _, _, rows in store.rejected_counts(name))
                for name in store.rejected_inputs()
            }
            if store.path is not None:
                found["disk"]["store_bytes"] = store.path.stat().st_size
    except RoutecheckError as error:
        shown = config.store.url if isinstance(error, StoreError) else "?"
        found |= {
            "store": found["store"] or _hidden(shown),
            "note": error.told(config.site.language),
        }
        found["problems"] = [found["note"]]
        return found
    known = ledger.entries(dates, states)
    changed = _changed_since(config, max((r["started_at"] for r in runs), default=None))
    found["inputs_changed"] = [str(path) for path in changed]
    last_data = max((day for day, entry in known.items() if entry.rows > 0), default=None)
    until = slot(present, config.service.daily_at, zone).astimezone(zone).date()
    found["due"] = [
        day.isoformat()
        for day in _due(config, known, last_data, changed, until - timedelta(days=1))
    ]
    found["last_data"] = last_data.isoformat() if last_data else None
    found["runs"] = [
        {
            "run_id": row["run_id"],
            "command": row["command"],
            "state": row["state"],
            "started_at": _local(row["started_at"], zone),
            "finished_at": _local(row["finished_at"], zone),
            "note": row["note"] or "",
        }
        for row in runs
    ]
    found["dates"] = [
        {
            "service_date": entry["service_date"].isoformat(),
            "state": entry["state"],
            "complete": known[entry["service_date"]].complete,
            "judged_at": _local(entry["judged_at"], zone),
            "changed_at": _local(entry["changed_at"], zone),
            "counts": {k: v for k, v in (entry["counts"] or {}).items() if k != "heard"},
        }
        for entry in dates
    ]
    found["vehicles"] = _vehicles(dates, zone)
    found["clocks"] = _clocks(dates)
    found["checks"] = _checks(dates, zone)
    found["rejected"] = rejected | {
        "fixes": sum(
            sum(((entry["counts"] or {}).get("rejected") or {}).values())
            for entry in dates[-LOOK_BACK:]
        )
    }
    found["corrections"] = {
        str(state): int(n) for state, n in corrections["state"].value_counts().items()
    }
    if note is not None:
        content, at = note
        tick = timedelta(seconds=3 * content["tick_s"] + 600)
        alive = abs(present - at) <= tick and not content["stopped"]
        found["service"] = {"last_tick_at": _local(at, zone), "alive": alive, **content}
    found["problems"] = _problems(config, found, runs, last_data, present)
    return found


def _due(
    config: Config,
    known: dict[date, ledger.Entry],
    last_data: date | None,
    changed: list[Path],
    until: date,
) -> list[date]:
    """Dates that a round would do as far as can be told without reading the fixes."""
    revisit = config.service.revisit_days
    if not known:
        return []
    unfinished = {
        day
        for day, entry in known.items()
        if entry.run_state not in ledger.FINISHED | {"running"} and day <= until
    }
    # Files that came since the last run are taken to bring the dates up to now.
    reach = until if changed else min(until, (last_data or max(known)) + timedelta(days=revisit))
    first = min(known)
    span = [first + timedelta(days=n) for n in range((reach - first).days + 1)]
    recent = until - timedelta(days=revisit)
    missing = [
        day
        for day in span
        if day not in known
        and (changed or (last_data is not None and day <= last_data) or day >= recent)
    ]
    # A hole of more than a month is no service: it is not filled.
    if len(missing) > ledger.HOLE_DAYS and changed:
        missing = missing[-ledger.HOLE_DAYS :]
    return sorted({*missing, *unfinished})


def _changed_since(config: Config, moment: datetime | None) -> list[Path]:
    if moment is None:
        return []
    found = []
    for path in input_files(config):
        try:
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) > moment:
                found.append(path)
        except OSError:
            continue
    return found


def _vehicles(dates: list[dict[str, Any]], zone: Any) -> list[dict[str, Any]]:
    """Each vehicle of the last dates: when it was last heard, and how late its fixes come."""
    latest: dict[str, dict[str, Any]] = {}
    recent = [entry for entry in dates if (entry["counts"] or {}).get("heard")][-LOOK_BACK:]
    for entry in recent:
        for vehicle, heard in entry["counts"]["heard"].items():
            latest[vehicle] = heard | {"date": entry["service_date"]}
    end = max((entry["service_date"] for entry in recent), default=None)
    return [
        {
            "vehicle_id": vehicle,
            "last_fix_at": _local(datetime.fromisoformat(told["last"]), zone),
            "delay_s": told["delay_s"],
            "silent_days": (end - told["date"]).days if end else 0,
        }
        for vehicle, told in sorted(latest.items())
    ]


def _clocks(dates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each clock that was off on the last dates: by how much, on which dates."""
    found: dict[tuple[str, int], list[str]] = {}
    for entry in dates[-LOOK_BACK:]:
        for vehicle, offset_s in ((entry["counts"] or {}).get("clocks") or {}).items():
            found.setdefault((vehicle, int(offset_s)), []).append(entry["service_date"].isoformat())
    return [
        {"vehicle_id": vehicle, "offset_s": offset_s, "first": seen[0], "last": seen[-1]}
        for (vehicle, offset_s), seen in sorted(found.items())
    ]


def _checks(dates: list[dict[str, Any]], zone: Any) -> list[dict[str, Any]]:
    """What field checks said of the verdicts of the last dates that had any."""
    found = []
    for entry in dates[-LOOK_BACK:]:
        seen = (entry["counts"] or {}).get("checks") or {}
        if not any(seen.values()):
            continue
        against = [
            one | {"window_start": _local(datetime.fromisoformat(one["window_start"]), zone)}
            for one in seen["contradict"]
        ]
        found.append(
            {"service_date": entry["service_date"].isoformat(), **seen, "contradict": against}
        )
    return found


def _disk(config: Config) -> dict[str, Any]:
    folder = config.export_directory
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return {"free_bytes": shutil.disk_usage(folder).free}
    except OSError:
        return {"free_bytes": None}


def _problems(
    config: Config,
    found: dict[str, Any],
    runs: list[dict[str, Any]],
    last_data: date | None,
    present: datetime,
) -> list[str]:
    """What someone should look at; empty where all is well."""
    zone = config.time_zone
    problems: list[str] = []
    ended = [row for row in runs if row["state"] != "running"]
    if ended and ended[0]["state"] in ("failed", "killed"):
        state = Said("state_failed" if ended[0]["state"] == "failed" else "state_killed")
        note = ended[0]["note"]
        key = "last_run_ended_so" if note else "last_run_ended"
        problems.append(Said(key, state=state, note=note))
    slot_at = slot(present, config.service.daily_at, zone)
    if found["due"] and present - slot_at > GRACE:
        problems.append(Said("dates_due", count=len(found["due"]), first=found["due"][0]))
    until = slot_at.astimezone(zone).date() - timedelta(days=1)
    if not found["dates"]:
        problems.append(Said("nothing_run"))
    elif last_data is None:
        problems.append(Said("no_data_ever"))
    elif (until - last_data).days > 1:
        problems.append(Said("no_data_since", day=last_data))
    service = found["service"]
    if service is not None and not service["alive"] and not service["stopped"]:
        since, pid, host = service["last_tick_at"], service["pid"], service["host"]
        problems.append(Said("service_silent", since=since, pid=pid, host=host))
    elif service is not None and service["failure"]:
        problems.append(Said("service_failing", reason=service["failure"]))
    free = found["disk"]["free_bytes"]
    if free is not None and free < LEAST_FREE:
        folder = config.export_directory
        problems.append(Said("space_short", megabytes=free / 1e6, folder=folder))
    return problems


def as_text(found: dict[str, Any], language: Language) -> str:
    """The state as lines for a terminal."""

    def say(key: str, **values: object) -> str:
        return text(f"status_{key}", language, **values)

    lines = [say("store", store=found["store"])]
    if found.get("note"):
        return "\n".join([*lines, told(found["note"], language)])
    service = found["service"]
    if service is not None:
        state = "alive" if service["alive"] else "silent"
        state = say("stopped" if service["stopped"] else state)
        at, pid = _shown(service["last_tick_at"]), service["pid"]
        lines.append(say("service", state=state, at=at, pid=pid))
    lines.append(say("next", at=_shown(found["next_run_at"])))
    if found["runs"]:
        lines.append(say("runs"))
        lines += table(
            [
                [_shown(row["started_at"]), say(f"run_{row['state']}"), row["command"], row["note"]]
                for row in found["runs"][:5]
            ],
            indent="  ",
        )
    if found["dates"]:
        lines.append(say("dates"))
        lines += table(
            [_date_row(entry, say) for entry in found["dates"][-SHOWN_DATES:]], indent="  "
        )
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
    for row in found["clocks"]:
        lines.append(
            text(
                "clock_behind" if row["offset_s"] > 0 else "clock_ahead",
                language,
                vehicle=row["vehicle_id"],
                offset=duration_text(row["offset_s"], language),
                first=row["first"],
                last=row["last"],
            )
        )
    lines += [
        line.strip()
        for line in check_lines(
            [date.fromisoformat(row["service_date"]) for row in found["checks"]],
            found["checks"],
            language,
        )
    ]
    for name, count in sorted(found["rejected"].items()):
        if count:
            lines.append(say("rejected", name=text(f"source_{name}", language), count=count))
    for state, count in sorted(found["corrections"].items()):
        lines.append(say("corrections", state=CorrectionState(state).label(language), count=count))
    lines += _registry_lines(found["points"], language)
    lines += _chronic_lines(found["chronic"], language)
    free, size = found["disk"].get("free_bytes"), found["disk"].get("store_bytes")
    if free is not None:
        lines.append(say("free", free=free / 1e9))
    if size is not None:
        lines.append(say("size", size=size / 1e6))
    lines += [say("problem", what=told(problem, language)) for problem in found["problems"]]
    return "\n".join(lines)


def _registry(store: Store, zone: Any) -> dict[str, Any]:
    """How many points there are, and what the points file changed when it last changed them."""
    imports = store.point_changes()
    at, by, changes = imports[-1] if imports else (None, "", [])
    return {
        "known": store.known_points(),
        "changed_at": _local(at, zone),
        "by": by,
        "changes": [vars(change) for change in changes],
    }


def _registry_lines(points: dict[str, Any], language: Language) -> list[str]:
    at, count = points["changed_at"], points["known"]
    if at is None:
        return [text("points_same", language, count=count)]
    changes = [PointChange(**change) for change in points["changes"]]
    return [
        text("points_known", language, count=count, at=_shown(at)),
        *point_changes(changes, language),
    ]


def _chronic_lines(weeks: list[dict[str, Any]], language: Language) -> list[str]:
    """The last weeks: how many points alert chronically, and what explains them."""
    if not weeks:
        return []
    lines = [text("chronic", language)]
    comma = "，" if language == "zh" else ", "
    for week in weeks:
        change = ""
        if week["came"] is not None:
            change = text("chronic_change", language, came=week["came"], left=week["left"])
        line = text(
            "chronic_week",
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
            line += text("chronic_part", language, days=week["days_judged"])
        lines.append(line)
        causes = comma.join(
            f"{Cause(cause).label(language)} {n}" for cause, n in week["causes"].items()
        )
        if causes:
            lines.append(text("chronic_causes", language, causes=causes))
    return lines


def _date_row(entry: dict[str, Any], say: Callable[..., str]) -> list[str]:
    counts = entry["counts"] or {}
    kept, total = counts.get("fixes_kept", 0), counts.get("fixes_in", 0)
    short = "" if entry["complete"] else say("incomplete")
    state = say(f"date_{entry['state']}")
    return [entry["service_date"], state, say("fixes", kept=f"{kept:,}", total=f"{total:,}"), short]


def _shown(moment: str | None) -> str:
    """A local moment to the minute, as people write it."""
    return moment[:16].replace("T", " ") if moment else "-"


def _hidden(url: str) -> str:
    """A URL of the configuration without its password."""
    from routecheck.store.engine import label, parse_url

    try:
        return label(parse_url(url))
    except RoutecheckError:
        return "?"


def _local(moment: datetime | None, zone: Any) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
