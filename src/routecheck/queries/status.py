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

from routecheck.config import Config
from routecheck.daemon.service import HEARTBEAT
from routecheck.domain.errors import RoutecheckError, Said, StoreError
from routecheck.engine import due_dates
from routecheck.jobs.catch_up import LOOKED, input_files, next_slot, slot
from routecheck.queries.chronic import WEEKS, read_weeks
from routecheck.sources.file_paths import expand
from routecheck.store import Store

SHOWN_RUNS, LAST_RUNS = 10, 200
"""Runs that are shown, and that are looked at for the daily ones among them."""
DAILY = frozenset({"serve", "run --due"})
"""Runs that find their dates themselves: a site that has had one is expected to keep up."""
LOOK_BACK = 14
"""Service dates over which a vehicle's silence and lateness are told."""
LEAST_FREE = 500_000_000
"""Bytes that should be free for the store and the exports."""
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
        "daily": False,
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
            runs, dates = store.runs(limit=LAST_RUNS), store.dates()
            states = _states(store)
            corrections = store.read_corrections()
            judged = [entry["service_date"] for entry in dates]
            found["points"] = _registry(store, zone)
            found["chronic"] = read_weeks(store, judged, limit=WEEKS)
            note = store.read_note(HEARTBEAT)
            looked = note is not None or store.read_note(LOOKED) is not None
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
    runs = [row | {"state": states.get(row["run_id"], row["state"])} for row in runs]
    known = due_dates.entries(dates, states)
    found["daily"] = looked or any(row["command"] in DAILY for row in runs)
    changed = _changed_since(config, max((r["started_at"] for r in runs), default=None))
    found["inputs_changed"] = [str(path) for path in changed]
    fed = not set(changed).isdisjoint(expand(config.directory, config.fixes.path))
    last_data = max((day for day, entry in known.items() if entry.rows > 0), default=None)
    until = slot(present, config.service.daily_at, zone).astimezone(zone).date()
    found["due"] = [
        day.isoformat()
        for day in _due(config, known, last_data, until - timedelta(days=1), fed=fed)
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
        for row in runs[:SHOWN_RUNS]
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


def _states(store: Store) -> dict[str, str]:
    """Return the state of each run; those that have died are `killed`.

    The next run will enter them so. A run ends before it frees the lock: one that is entered as
    running when the lock has been seen free is not under way.
    """
    states = store.run_states()
    if "running" not in states.values() or store.held():
        return states
    return {
        run: "killed" if state == "running" else state for run, state in store.run_states().items()
    }


def _due(
    config: Config,
    known: dict[date, due_dates.Entry],
    last_data: date | None,
    until: date,
    *,
    fed: bool,
) -> list[date]:
    """Dates that a round would do as far as can be told without reading the fixes.

    Files of fixes that came since the last run (`fed`) are taken to bring the dates up to now.
    """
    revisit = config.service.revisit_days
    if not known:
        return []
    unfinished = {
        day
        for day, entry in known.items()
        if entry.run_state not in due_dates.FINISHED | {"running"} and day <= until
    }
    reach = until if fed else min(until, (last_data or max(known)) + timedelta(days=revisit))
    first = min(known)
    span = [first + timedelta(days=n) for n in range((reach - first).days + 1)]
    recent = until - timedelta(days=revisit)
    missing = [
        day
        for day in span
        if day not in known
        and (fed or (last_data is not None and day <= last_data) or day >= recent)
    ]
    # A hole of more than a month is no service: it is not filled.
    if len(missing) > due_dates.HOLE_DAYS and fed:
        missing = missing[-due_dates.HOLE_DAYS :]
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
        state = Said(f"status.state_{ended[0]['state']}")
        note = ended[0]["note"]
        key = "status.last_run_ended_so" if note else "status.last_run_ended"
        problems.append(Said(key, state=state, note=note))
    slot_at = slot(present, config.service.daily_at, zone)
    # Who runs dates by hand knows which: nothing is late.
    if found["daily"] and found["due"] and present - slot_at > GRACE:
        problems.append(Said("status.dates_due", count=len(found["due"]), first=found["due"][0]))
    until = slot_at.astimezone(zone).date() - timedelta(days=1)
    if not found["dates"]:
        problems.append(Said("status.nothing_run"))
    elif last_data is None:
        problems.append(Said("status.no_data_ever"))
    elif (until - last_data).days > 1 and (found["daily"] or _looked_after(found, last_data)):
        problems.append(Said("status.no_data_since", day=last_data))
    service = found["service"]
    if service is not None and not service["alive"] and not service["stopped"]:
        since, pid, host = service["last_tick_at"], service["pid"], service["host"]
        problems.append(Said("status.service_silent", since=since, pid=pid, host=host))
    elif service is not None and service["failure"]:
        problems.append(Said("status.service_failing", reason=service["failure"]))
    free = found["disk"]["free_bytes"]
    if free is not None and free < LEAST_FREE:
        folder = config.export_directory
        problems.append(Said("status.space_short", megabytes=free / 1e6, folder=folder))
    return problems


def _looked_after(found: dict[str, Any], last_data: date) -> bool:
    """Tell whether a run has looked for data of a later date, and found none."""
    return any(entry["service_date"] > last_data.isoformat() for entry in found["dates"])


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


def _hidden(url: str) -> str:
    """A URL of the configuration without its password."""
    from routecheck.store.databases import label, parse_url

    try:
        return label(parse_url(url))
    except RoutecheckError:
        return "?"


def _local(moment: datetime | None, zone: Any) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
