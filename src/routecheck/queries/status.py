"""What ran, when, on what data, what is due, and whether anything is wrong.

Reads the store and looks at the input files from outside, but reads none of them: it answers at
once, and changes nothing.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import (
    Message,
    RoutecheckError,
    StoreError,
    StoreNotOpenedError,
)
from routecheck.engine import due_dates
from routecheck.engine.inputs import input_files
from routecheck.engine.judged_before import open_store
from routecheck.engine.late import kept_late
from routecheck.engine.losses import kept_losses
from routecheck.engine.notes import BACKUP, MESSAGES, REJUDGING, ROUND, SERVICE
from routecheck.engine.retention import forgotten_before, kept_days
from routecheck.engine.set_aside import kept_aside
from routecheck.fetching.state import source_states
from routecheck.queries.chronic import WEEKS, read_weeks
from routecheck.queries.devices import LOOK_BACK, clock_states, fault_states, vehicle_states
from routecheck.queries.problems import problems_of
from routecheck.queries.running_day import running_days
from routecheck.queries.site_state import (
    BackupState,
    DateState,
    ReceiverState,
    RegistryState,
    RunState,
    ServiceState,
    Status,
)
from routecheck.sources.file_paths import expand
from routecheck.store import NoStoreError, Store
from routecheck.store.databases import label, parse_url

SHOWN_RUNS, LAST_RUNS = 10, 200
"""Runs that are shown, and that are looked at for the daily ones among them."""
DAILY = frozenset({"serve", "run --due"})
"""Runs that find their dates themselves: a site that has had one is expected to keep up."""
BETWEEN_BATCHES_S = 600.0
"""Between two batches of dates that are judged again the lock is free while the inputs are read;
nothing takes so long."""
SILENT_TICKS, SILENT_S = 3, 600.0
"""A service that has missed so many ticks, and so many seconds beyond, is no longer alive."""


def read_status(config: Config, now: pd.Timestamp) -> Status:
    """Return the state of the site.

    Args:
        config: the site.
        now: the present, UTC.
    """
    present, zone = now.to_pydatetime(), config.time_zone
    status = Status(
        keep_days=kept_days(config),
        store="",
        next_run_at=due_dates.next_slot(present, config.service.daily_at, zone),
        free_bytes=_free_bytes(config),
        sources=tuple(source_states(config)),
    )
    try:
        with open_store(config) as store:
            status = _of_store(replace(status, store=store.label), store, present)
    except RoutecheckError as error:
        failure: RoutecheckError | None = error
        if isinstance(error, NoStoreError):
            failure = None
        elif isinstance(error, StoreError):
            # What fails while it is read could not be opened either, to who asks for its state.
            failure = StoreNotOpenedError(error.message)
        url = config.store.url.get_secret_value() if isinstance(error, StoreError) else "?"
        trouble = error.message
        name = status.store or _without_password(url)
        return replace(status, store=name, trouble=trouble, failure=failure, problems=(trouble,))
    changed = _changed_since(config, max((run.started_at for run in status.runs), default=None))
    fed = not set(changed).isdisjoint(expand(config.directory, config.fixes.path))
    slot_at = due_dates.slot(present, config.service.daily_at, zone)
    until = slot_at.astimezone(zone).date() - timedelta(days=1)
    status = replace(
        status,
        due=tuple(_due(config, status, until, fed=fed)),
        inputs_changed=tuple(changed),
        runs=status.runs[:SHOWN_RUNS],
    )
    return replace(status, problems=tuple(problems_of(config, status, slot_at, present)))


def _of_store(status: Status, store: Store, present: datetime) -> Status:
    """The status with all that the store knows."""
    states, ledger = _states(store), store.dates()
    runs = tuple(
        RunState(
            row["run_id"],
            row["command"],
            states.get(row["run_id"], row["state"]),
            row["started_at"],
            row["finished_at"],
            row["note"] or "",
        )
        for row in store.runs(limit=LAST_RUNS)
    )
    known = due_dates.entries(ledger, states)
    dates = tuple(
        DateState(
            row["service_date"],
            row["state"],
            known[row["service_date"]].complete,
            row["judged_at"],
            row["changed_at"],
            row["counts"] or {},
            known[row["service_date"]].run_state,
        )
        for row in ledger
    )
    note = store.read_note(SERVICE)
    followed = note is not None or store.read_note(ROUND) is not None
    recent = dates[-LOOK_BACK:]
    of_inputs = {
        name: sum(rows for _, _, rows in store.rejected_counts(name))
        for name in store.rejected_inputs()
    }
    of_fixes = sum(sum((entry.counts.get("rejected") or {}).values()) for entry in recent)
    imports = store.point_changes()
    at, by, changes = imports[-1] if imports else (None, "", [])
    return replace(
        status,
        runs=runs,
        daily=followed or any(run.command in DAILY for run in runs),
        service=None if note is None else _service(*note, present),
        dates=dates,
        running=tuple(running_days(store)),
        last_data=max((day for day, entry in known.items() if entry.rows > 0), default=None),
        vehicles=tuple(vehicle_states(_by_date(dates))),
        clocks=tuple(clock_states(_by_date(recent))),
        faults=tuple(fault_states(_by_date(recent))),
        checks={
            entry.service_date: checks
            for entry in recent
            if (checks := entry.counts.get("checks")) and any(checks.values())
        },
        rejected=of_inputs | {"fixes": of_fixes},
        corrections={
            str(state): int(n)
            for state, n in store.read_corrections()["state"].value_counts().items()
        },
        chronic=tuple(read_weeks(store, [row.service_date for row in dates], limit=WEEKS)),
        forgotten_before=forgotten_before(store),
        points=RegistryState(store.known_points(), at, by, tuple(changes)),
        aside=tuple(kept_aside(store)),
        backup=_backup(store),
        receivers=_receivers(store),
        losses=(
            *(loss.message for loss in kept_losses(store)),
            *(late.message for late in kept_late(store)),
        ),
        rejudging=_rejudging(store, present),
        store_bytes=None if store.path is None else store.path.stat().st_size,
    )


def _rejudging(store: Store, present: datetime) -> Message | None:
    """What there is to say of a call that judges dates again, where it does not go on."""
    note = store.read_note(REJUDGING)
    if note is None:
        return None
    content, at = note
    if (present - at).total_seconds() < BETWEEN_BATCHES_S or store.held():
        return None
    call = content["call"]
    done, first, last = len(content["done"]), call["first"], call["last"]
    return Message("status.rejudging", done=done, first=first, last=last)


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


def _service(left: Mapping[str, Any], at: datetime, present: datetime) -> ServiceState:
    patience = timedelta(seconds=SILENT_TICKS * left["tick_s"] + SILENT_S)
    return ServiceState(at, abs(present - at) <= patience and not left["stopped"], left)


def _backup(store: Store) -> BackupState | None:
    note = store.read_note(BACKUP)
    return None if note is None else BackupState(note[1], note[0]["path"], note[0]["failure"])


def _receivers(store: Store) -> tuple[ReceiverState, ...]:
    note = store.read_note(MESSAGES)
    if note is None:
        return ()
    waiting = Counter(place for one in note[0]["waiting"] for place in one["places"])
    return tuple(
        ReceiverState(int(place), one["service"], one["reason"], one["since"], waiting[int(place)])
        for place, one in sorted(note[0]["failing"].items(), key=lambda item: int(item[0]))
    )


def _due(config: Config, status: Status, until: date, *, fed: bool) -> list[date]:
    """Dates that a round would do as far as can be found without reading the fixes.

    Files of fixes that came since the last run (`fed`) are taken to bring the dates up to now.
    """
    if not status.dates:
        return []
    revisit, last_data = config.service.revisit_days, status.last_data
    judged = [entry.service_date for entry in status.dates]
    ended = due_dates.FINISHED | {"running"}
    unfinished = {
        entry.service_date
        for entry in status.dates
        if entry.run_state not in ended and entry.service_date <= until
    }
    reach = until if fed else min(until, (last_data or judged[-1]) + timedelta(days=revisit))
    span = [judged[0] + timedelta(days=n) for n in range((reach - judged[0]).days + 1)]
    recent = until - timedelta(days=revisit)
    missing = [
        day
        for day in span
        if day not in set(judged)
        and (fed or (last_data is not None and day <= last_data) or day >= recent)
    ]
    # A hole of more than a month is no service: it is not filled.
    if len(missing) > due_dates.HOLE_DAYS and fed:
        missing = missing[-due_dates.HOLE_DAYS :]
    return sorted({*missing, *unfinished})


def _changed_since(config: Config, moment: datetime | None) -> list[Path]:
    if moment is None:
        return []
    changed = []
    for path in input_files(config):
        try:
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) > moment:
                changed.append(path)
        except OSError:
            continue
    return changed


def _by_date(dates: Sequence[DateState]) -> dict[date, Mapping[str, Any]]:
    return {entry.service_date: entry.counts for entry in dates}


def _free_bytes(config: Config) -> int | None:
    folder = config.export_directory
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _without_password(url: str) -> str:
    """A URL of the configuration without its password."""
    try:
        return label(parse_url(url))
    except RoutecheckError:
        return "?"
