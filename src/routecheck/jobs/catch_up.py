"""One round: what is due is worked out, done in order, and entered in the due_dates.

`run --due` is one round; the service does one every morning, and in between where data that were
missing have come.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.config import Config
from routecheck.engine import due_dates, pipeline
from routecheck.engine.inputs import Inputs, Progress, keep_found, open_site, read_inputs
from routecheck.engine.observing import input_hash
from routecheck.jobs.run import RunReport
from routecheck.jobs.run import run_dates as run_batch
from routecheck.present.files import clear_leftovers
from routecheck.sources.file_paths import expand
from routecheck.sources.fixes_from_files import FixDays
from routecheck.store import Store

BATCH_DATES = 14
"""So many dates are diagnosed together when there is much to catch up: enough to learn from, and
no more work than this is lost where the machine is switched off."""
LOOKED = "round"
"""The note in the store by which `status` knows that dates are looked for, where none was due."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """What a round did.

    Attributes:
        expected: the dates that should be done.
        due: those that were due, and what was decided of others.
        reports: of its runs, in order of the dates.
        incomplete: dates judged whose data have not all come.
    """

    expected: due_dates.Expected
    due: due_dates.Due
    reports: list[RunReport] = field(default_factory=list)
    incomplete: tuple[date, ...] = ()

    @property
    def exit_status(self) -> int:
        """0 done, 1 done with a part that failed."""
        return max((report.exit_status for report in self.reports), default=0)


def slot(now: datetime, daily_at: str, zone: ZoneInfo) -> datetime:
    """Return the last moment at which a daily run was due: UTC, at or before `now`.

    A time of day that a change of summer time leaves out counts by the offset before the change.
    """
    hour, minute = (int(part) for part in daily_at.split(":"))
    utc = ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        moment = datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(utc)
        if moment <= now:
            return moment
    raise AssertionError("a day has passed since yesterday")


def next_slot(now: datetime, daily_at: str, zone: ZoneInfo) -> datetime:
    """Return the first moment after `now` at which a daily run is due, UTC."""
    hour, minute = (int(part) for part in daily_at.split(":"))
    utc = ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        moment = datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(utc)
        if moment > now:
            return moment
    raise AssertionError("a day comes after today")


def input_files(config: Config) -> list[Path]:
    """Return the input files of a site that are there."""
    sources = (
        config.points, config.schedule, config.fixes, config.alerts, config.vehicles,
        config.calendar,
    )  # fmt: skip
    return [
        path
        for source in sources
        if source.given
        for path in expand(config.directory, source.path)
        if path.is_file()
    ]


def do_round(
    config: Config,
    *,
    now: pd.Timestamp,
    until: date | None = None,
    incomplete_only: bool = False,
    allow_shrink: bool = False,
    command: str = "run --due",
    wait_s: float = 30.0,
    progress: Progress | None = None,
) -> Round:
    """Do what is due.

    Args:
        config: the site.
        now: the present, UTC.
        until: the last date that may be done; yesterday, where not given.
        incomplete_only: of the dates judged before, look only at those whose data were missing.
        allow_shrink: take a points file that lacks more than a tenth of the known points.
        command: what is entered in the ledger of runs.
        wait_s: how long to wait for another runner on the same store.
        progress: told what is being done; may raise `StoppedError`.

    Raises:
        MissingDataError: no points, no schedule or no fixes at all: nothing was written.
        StoreError, ExportError: what was stored before stays.
    """
    tell = progress or (lambda _what, _share: None)
    last = until or now.tz_convert(config.time_zone).date() - timedelta(days=1)
    tell("progress.reading", 0.0)
    inputs = read_inputs(config)
    with open_site(config, inputs, now, tell) as (fixes, store), store.lock(wait_s=wait_s):
        clear_leftovers(config.export_directory)
        expected = due_dates.expected(fixes.rows_by_day, last, config.service.revisit_days)
        due = _due(config, inputs, fixes, store, expected, last, incomplete_only, allow_shrink)
        for day in due.shrunk:
            log.warning("%s has lost data since it was judged, and is left as it is", day)
        reports = []
        for dates in due_dates.batches(due.dates, BATCH_DATES):
            reports.append(
                run_batch(
                    config,
                    inputs,
                    fixes,
                    store,
                    dates,
                    now=now,
                    allow_shrink=allow_shrink,
                    command=command,
                    tell=tell,
                )
            )
        if not reports:
            with store.as_one():
                keep_found(store, fixes)
                store.put_note(LOOKED, {"command": command})
        if due.final:
            store.finalise(due.final)
        known = due_dates.entries(store.dates(), {})
    tell("progress.done", 1.0)
    missing = tuple(day for day, entry in sorted(known.items()) if not entry.complete)
    return Round(expected, due, reports, missing)


def _due(
    config: Config,
    inputs: Inputs,
    fixes: FixDays,
    store: Store,
    expected: due_dates.Expected,
    last: date,
    incomplete_only: bool,
    allow_shrink: bool,
) -> due_dates.Due:
    """Work out what is due, under the lock; brings the registry up to date first."""
    known = due_dates.entries(store.dates(), store.run_states())
    missing = [day for day in expected.dates if day not in known]
    # A change of the points file holds from the first date that was not judged yet.
    first = missing[0] if missing else last + timedelta(days=1)
    store.sync_points(
        inputs.points,
        on=first,
        by=f"import of {config.points.path}",
        allow_shrink=allow_shrink,
    )
    site = pipeline.Site(store.points(), inputs.schedule, inputs.calendar)
    settings = config.settings

    def hash_of(day: date) -> str:
        accepted = store.read_corrections(in_force_on=day)
        return input_hash(fixes, site, inputs.alerts, accepted, day=day, settings=settings)

    return due_dates.due(
        expected,
        known,
        fixes.rows_by_day,
        hash_of,
        until=last,
        revisit_days=config.service.revisit_days,
        incomplete_only=incomplete_only,
    )
