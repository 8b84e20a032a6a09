"""What someone should look at, as the state of a site shows it."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from routecheck.config import Config
from routecheck.domain.errors import Message
from routecheck.queries.site_state import Status
from routecheck.store.databases import parse_url, sqlite_path

LEAST_FREE_BYTES = 500_000_000
"""That should be free for the store and the exports."""
GRACE = timedelta(hours=2)
"""After `daily_at`: so long the service may work, or wait for data, before it is late."""


def problems_of(
    config: Config, status: Status, slot_at: datetime, present: datetime
) -> list[Message]:
    """What someone should look at; empty where all is well."""
    zone = config.time_zone
    problems: list[Message] = []
    problems += status.losses
    problems += [one.message for one in status.aside]
    if status.rejudging is not None:
        problems.append(status.rejudging)
    if status.backup is not None and status.backup.failure:
        at = status.backup.at.astimezone(zone).isoformat(timespec="minutes")
        problems.append(Message("status.backup_failed", at=at, reason=status.backup.failure))
    for one in status.receivers:
        since = datetime.fromisoformat(one.since).astimezone(zone).isoformat(timespec="minutes")
        problems.append(Message("status.receiver_failing", **vars(one) | {"since": since}))
    for place in status.sources:
        if place.failed_at is not None:
            since = place.failed_at.astimezone(zone).isoformat(timespec="minutes")
            names = {"kind": place.kind, "source": place.source, "reason": place.failure}
            problems.append(Message("status.source_failing", since=since, **names))
    ended = [run for run in status.runs if run.state != "running"]
    if ended and ended[0].state in ("failed", "killed"):
        key = "status.last_run_ended_so" if ended[0].note else "status.last_run_ended"
        state = Message(f"status.state_{ended[0].state}")
        problems.append(Message(key, state=state, note=ended[0].note))
    # Who runs dates by hand knows which: nothing is late.
    if status.daily and status.due and present - slot_at > GRACE:
        first = status.due[0].isoformat()
        problems.append(Message("status.dates_due", count=len(status.due), first=first))
    until = slot_at.astimezone(zone).date() - timedelta(days=1)
    last_data = status.last_data
    if not status.dates:
        problems.append(Message("status.nothing_run"))
    elif last_data is None:
        problems.append(Message("status.no_data_ever"))
    elif (until - last_data).days > 1 and (
        # A run has looked for data of a later date, and found none.
        status.daily or status.dates[-1].service_date > last_data
    ):
        problems.append(Message("status.no_data_since", day=last_data))
    for day in status.running:
        if day.late:
            since = day.reach_at.astimezone(zone).isoformat(timespec="minutes")
            late_min = (day.looked_at - day.reach_at).total_seconds() / 60
            feed = config.fixes.path or Message("codes.source_fixes")
            figures = {"day": day.service_date, "since": since, "minutes": round(late_min)}
            problems.append(Message("status.feed_late", feed=feed, count=day.waiting, **figures))
    service = status.service
    if service is not None and not service.alive and not service.left["stopped"]:
        since = service.last_tick_at.astimezone(zone).isoformat(timespec="seconds")
        pid, host = service.left["pid"], service.left["host"]
        problems.append(Message("status.service_silent", since=since, pid=pid, host=host))
    elif service is not None and service.left["failure"]:
        problems.append(Message("status.service_failing", reason=service.left["failure"]))
    problems += [
        Message("status.read_only", folder=folder) for folder in _read_only(config) if status.dates
    ]
    free = status.free_bytes
    if free is not None and free < LEAST_FREE_BYTES:
        folder = config.export_directory
        problems.append(Message("status.space_short", megabytes=free / 1e6, folder=folder))
    return problems


def _read_only(config: Config) -> list[Path]:
    """Folders of store and exports in which no run can write.

    Whoever asks may have no right to write there, and is nobody whom a run works for: what counts
    is whether the file system is read-only, or the owner's own right is gone.
    """
    path = sqlite_path(parse_url(config.store_url))
    folders = {config.export_directory, *([] if path is None else [path.parent])}
    found = []
    for folder in sorted(folders):
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        try:
            own = hasattr(os, "geteuid") and folder.stat().st_uid == os.geteuid()
            fixed = hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
        except OSError:
            continue
        if fixed or (own and not os.access(folder, os.W_OK)):
            found.append(folder)
    return list(dict.fromkeys(found))
