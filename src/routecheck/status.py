"""What ran, when, on what data, what is due, and whether anything is wrong.

Reads the store and looks at the input files from outside, but reads none of them: it answers at
once, and changes nothing.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from routecheck import ledger
from routecheck.config import Config
from routecheck.errors import RoutecheckError, StoreError
from routecheck.model.codes import Cause, Language
from routecheck.model.texts import text
from routecheck.reporting import WEEKS, read_weeks
from routecheck.rounds import input_files, next_slot, slot
from routecheck.service import HEARTBEAT
from routecheck.store import Store

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
        "rejected": {},
        "corrections": {},
        "chronic": [],
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
        for vehicle, told in entry["counts"]["heard"].items():
            latest[vehicle] = told | {"date": entry["service_date"]}
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
    problems = []
    ended = [row for row in runs if row["state"] != "running"]
    if ended and ended[0]["state"] in ("failed", "killed"):
        problems.append(
            f"the last run {ended[0]['state']}: {ended[0]['note']}".rstrip(": ")
            if ended[0]["note"]
            else f"the last run was {ended[0]['state']}"
        )
    slot_at = slot(present, config.service.daily_at, zone)
    if found["due"] and present - slot_at > GRACE:
        problems.append(f"{len(found['due'])} dates are due, the first is {found['due'][0]}")
    until = slot_at.astimezone(zone).date() - timedelta(days=1)
    if not found["dates"]:
        problems.append("nothing was run yet")
    elif last_data is None or (until - last_data).days > 1:
        silent = "ever" if last_data is None else f"since {last_data}"
        problems.append(f"no data came {silent}")
    service = found["service"]
    if service is not None and not service["alive"] and not service["stopped"]:
        problems.append(
            f"the service has not ticked since {service['last_tick_at']} (process "
            f"{service['pid']} on {service['host']})"
        )
    elif service is not None and service["failure"]:
        problems.append(f"the service cannot work: {service['failure']}")
    free = found["disk"]["free_bytes"]
    if free is not None and free < LEAST_FREE:
        problems.append(f"only {free / 1e6:.0f} MB are free in {config.export_directory}")
    return problems


def as_text(found: dict[str, Any], language: Language) -> str:
    """The state as lines for a terminal."""
    zh = language == "zh"
    lines = [("存储：" if zh else "store: ") + str(found["store"])]
    if found.get("note"):
        return "\n".join([*lines, str(found["note"])])
    service = found["service"]
    if service is not None:
        state = (
            ("运行中" if zh else "alive") if service["alive"] else ("无响应" if zh else "silent")
        )
        if service["stopped"]:
            state = "已停止" if zh else "stopped"
        label = "服务" if zh else "service"
        lines.append(f"{label}: {state}  {service['last_tick_at']}  pid {service['pid']}")
    lines.append(("下次运行：" if zh else "next daily run: ") + str(found["next_run_at"]))
    lines.append("最近运行：" if zh else "last runs:")
    lines += [
        f"  {row['started_at']}  {row['state']:<8} {row['command']}  {row['note']}".rstrip()
        for row in found["runs"][:5]
    ]
    lines.append("服务日期：" if zh else "service dates:")
    for entry in found["dates"][-SHOWN_DATES:]:
        counts = entry["counts"] or {}
        kept, total = counts.get("fixes_kept", 0), counts.get("fixes_in", 0)
        fixes = f"定位 {kept}/{total}" if zh else f"fixes kept {kept} of {total}"
        short = "" if entry["complete"] else ("  数据不全" if zh else "  data are missing")
        lines.append(f"  {entry['service_date']}  {entry['state']:<12} {fixes}{short}")
    if found["due"]:
        shown = ", ".join(found["due"][:5]) + (" …" if len(found["due"]) > 5 else "")
        lines.append(("待运行：" if zh else "due: ") + f"{len(found['due'])}: {shown}")
    else:
        lines.append("没有待运行的日期" if zh else "nothing is due")
    odd = [
        row for row in found["vehicles"] if row["silent_days"] or (row["delay_s"] or 0.0) > LATE_S
    ]
    for row in odd:
        late = "" if row["delay_s"] is None else f"  {row['delay_s'] / 3600:.1f} h"
        label = (
            f"车辆 {row['vehicle_id']} 最后定位"
            if zh
            else f"vehicle {row['vehicle_id']} last heard"
        )
        lines.append(f"{label} {row['last_fix_at']}{late}")
    for name, count in sorted(found["rejected"].items()):
        if count:
            lines.append(f"{'单独存放的行' if zh else 'rows kept apart'}, {name}: {count}")
    for state, count in sorted(found["corrections"].items()):
        lines.append(f"{'更正' if zh else 'corrections'} {state}: {count}")
    lines += _chronic_lines(found["chronic"], language)
    free, size = found["disk"].get("free_bytes"), found["disk"].get("store_bytes")
    if free is not None:
        told = f"{'可用空间' if zh else 'free'} {free / 1e9:.1f} GB"
        if size is not None:
            told += f", {'存储' if zh else 'store'} {size / 1e6:.1f} MB"
        lines.append(told)
    for problem in found["problems"]:
        lines.append(("问题：" if zh else "problem: ") + problem)
    return "\n".join(lines)


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


def _hidden(url: str) -> str:
    """A URL of the configuration without its password."""
    from routecheck.store.engine import label, parse_url

    try:
        return label(parse_url(url))
    except RoutecheckError:
        return "?"


def _local(moment: datetime | None, zone: Any) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
