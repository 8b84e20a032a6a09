"""What a run reads: points, schedule, calendar, vehicles, alerts, and the fixes by date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message, MissingDataError
from routecheck.domain.tables import ALERTS, CALENDAR, CHECKS
from routecheck.engine.joins import Joins, join_tables
from routecheck.registry.calendar_gaps import UnreadDay, calendar_gaps
from routecheck.registry.schedule_gaps import ScheduleGaps, schedule_gaps
from routecheck.sources.file_cache import FileSummary
from routecheck.sources.file_paths import expand
from routecheck.sources.fix_source import FixSource
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.points import read_points
from routecheck.sources.rejected_rows import LostRow, ReadResult, why_unusable
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import (
    read_alerts,
    read_calendar,
    read_checks,
    read_vehicles,
)
from routecheck.store import InputFile, Store

FIXES = "fixes"
"""Of which input the store keeps what its files were found to hold."""
Progress = Callable[[str, float], None]
"""Called with what is being done, and with the share of the whole that is done."""


@dataclass(frozen=True)
class Inputs:
    """Everything that was read, but the fixes; points under the ids of the points file.

    Attributes:
        joins: how the tables join to the points file.
        gaps: of which points it is not known when they are due.
        notes: what a person should know of the reading, and is no failure.
        lost: by input, the rows that could not be read, as far as they are known.
    """

    points: pd.DataFrame
    schedule: pd.DataFrame
    calendar: pd.DataFrame
    alerts: pd.DataFrame
    vehicles: pd.DataFrame | None
    checks: pd.DataFrame
    rejected: dict[str, pd.DataFrame]
    failed: list[tuple[str, str]]
    joins: Joins = field(default_factory=Joins)
    gaps: ScheduleGaps = field(default_factory=ScheduleGaps)
    lost: dict[str, tuple[LostRow, ...]] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)

    @property
    def unread_points(self) -> frozenset[str]:
        """Ids of points whose row could not be read; of ragged rows, all that may be an id."""
        rows = self.lost.get("points", ())
        cells = (cell for row in rows for cell in re.split(r"[,;|\t\"]", row.text))
        return frozenset({row.point_id for row in rows} | {cell.strip() for cell in cells}) - {""}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the inputs that were read, by name."""
        return {name: getattr(self, name) for name in self.rejected}


def read_inputs(config: Config) -> Inputs:
    """Read points, schedule, and what else is configured.

    Raises:
        MissingDataError: there are no points, or no schedule; or a table was never fetched.
        UnreadableFileError: a file that the run cannot do without is bad.
    """
    for section in config.fetched:
        # Alerts may be had later than all else.
        if section.kind != "alerts" and not expand(config.directory, section.path):
            raise MissingDataError("not_fetched", kind=section.kind, folder=config.fetch.directory)
    zone = config.time_zone
    rejected: dict[str, pd.DataFrame] = {}
    lost: dict[str, tuple[LostRow, ...]] = {}
    notes: list[Message] = []

    def table(name: str, result: ReadResult) -> pd.DataFrame:
        rejected[name], lost[name] = result.rejected, result.lost
        notes.extend(result.notes)
        return result.table

    points = table("points", read_points(config.points, config.directory))
    if points.empty:
        raise MissingDataError(
            "no_points", path=config.points.path, rows=why_unusable(rejected["points"])
        )
    plan = read_schedule(config.schedule, config.directory)
    schedule = table("schedule", plan)
    if schedule.empty:
        raise MissingDataError(
            "no_schedule", path=config.schedule.path, rows=why_unusable(rejected["schedule"])
        )
    calendar = CALENDAR.empty()
    unread_days: tuple[UnreadDay, ...] = ()
    if config.calendar.given:
        days = read_calendar(config.calendar, config.directory)
        calendar, unread_days = table("calendar", days), days.unread_days
    vehicles = None
    if config.vehicles.given:
        vehicles = table("vehicles", read_vehicles(config.vehicles, config.directory))
    checks = CHECKS.empty()
    if config.checks.given:
        checks = table("checks", read_checks(config.checks, config.directory, zone))
    alerts, failed = ALERTS.empty(), []
    if config.alerts.given:
        result = read_alerts(config.alerts, config.directory, zone, schedule)
        alerts, failed = table("alerts", result), list(result.failed)
    tables = {"schedule": schedule, "calendar": calendar, "alerts": alerts, "checks": checks}
    tables, joins = join_tables(points, tables)
    gaps = schedule_gaps(
        tables["schedule"],
        plan.unread,
        joins.tables["schedule"],
        points["point_id"],
        rows_in=plan.rows_in,
        calendar=calendar_gaps(
            tables["calendar"], unread_days, points, joins.tables["calendar"], joins.townships
        ),
    )
    return Inputs(
        points,
        tables["schedule"],
        tables["calendar"],
        tables["alerts"],
        vehicles,
        tables["checks"],
        rejected,
        failed,
        joins,
        gaps,
        lost,
        notes,
    )


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


def input_state(config: Config) -> dict[Path, tuple[int, int]]:
    """Return size and time (ns) of the input files that are there: another once one has changed."""
    state = {}
    for path in input_files(config):
        with suppress(OSError):
            stat = path.stat()
            state[path] = (stat.st_size, stat.st_mtime_ns)
    return state


def dates_between(first: date, last: date) -> list[date]:
    """All dates from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@contextmanager
def open_fixes(
    config: Config, inputs: Inputs, now: pd.Timestamp, progress: Progress, store: Store | None
) -> Iterator[FixSource]:
    """Read the fixes of a site; what was kept on disk is gone when the context ends.

    Files that the store knows, and that are as they were, are read when a day needs them.
    """
    with FixFiles.read(
        config.fixes,
        config.directory,
        config.time_zone,
        vehicles=inputs.vehicles,
        scheduled=frozenset(inputs.schedule["vehicle_id"]) - {""},
        now=now,
        known=_known_files(store),
        progress=lambda done, total: progress(
            "progress.reading_fixes", 0.25 * done / max(total, 1)
        ),
    ) as fixes:
        yield fixes


def _known_files(store: Store | None) -> dict[str, FileSummary]:
    if store is None:
        return {}
    found = {path: FileSummary.from_json(text) for path, text in store.input_files(FIXES).items()}
    return {path: file for path, file in found.items() if file is not None}


def keep_found(store: Store, fixes: FixSource) -> None:
    """Keep in the store what reading files of fixes found, and forget files that are gone."""
    if not fixes.summaries:
        return
    known = store.input_files(FIXES)
    found = {file.label: file.to_json() for file in fixes.summaries}
    new = [InputFile(path, FIXES, text) for path, text in found.items() if known.get(path) != text]
    store.put_input_files(new, gone=known.keys() - set(fixes.labels))
