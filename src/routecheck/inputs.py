"""What a run reads: points, schedule, calendar, vehicles, alerts, and the fixes by date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from routecheck.config import Config
from routecheck.errors import MissingDataError
from routecheck.model.tables import ALERTS, CALENDAR
from routecheck.sources.alerts import read_alerts
from routecheck.sources.fixes import FixDays
from routecheck.sources.optional import read_calendar, read_vehicles
from routecheck.sources.points import read_points
from routecheck.sources.rejects import ReadResult
from routecheck.sources.schedule import read_schedule

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of the whole is done."""


@dataclass(frozen=True)
class Inputs:
    """Everything that was read, but the fixes."""

    points: pd.DataFrame
    schedule: pd.DataFrame
    calendar: pd.DataFrame
    alerts: pd.DataFrame
    vehicles: pd.DataFrame | None
    rejected: dict[str, pd.DataFrame]
    failed: list[tuple[str, str]]


def read_inputs(config: Config) -> Inputs:
    """Read points, schedule, and what else is configured.

    Raises:
        MissingDataError: there are no points, or no schedule.
        UnreadableFileError: a file that the run cannot do without is bad.
    """
    zone = config.time_zone
    rejected: dict[str, pd.DataFrame] = {}

    def table(name: str, result: ReadResult) -> pd.DataFrame:
        rejected[name] = result.rejected
        return result.table

    points = table("points", read_points(config.points, config.directory))
    if points.empty:
        raise MissingDataError(
            "no_points", path=config.points.path, rejected=len(rejected["points"])
        )
    schedule = table("schedule", read_schedule(config.schedule, config.directory))
    if schedule.empty:
        raise MissingDataError(
            "no_schedule", path=config.schedule.path, rejected=len(rejected["schedule"])
        )
    calendar = CALENDAR.empty()
    if config.calendar.given:
        calendar = table("calendar", read_calendar(config.calendar, config.directory))
    vehicles = None
    if config.vehicles.given:
        vehicles = table("vehicles", read_vehicles(config.vehicles, config.directory))
    alerts, failed = ALERTS.empty(), []
    if config.alerts.given:
        result = read_alerts(config.alerts, config.directory, zone)
        alerts, failed = table("alerts", result), list(result.failed)
    return Inputs(points, schedule, calendar, alerts, vehicles, rejected, failed)


def dates_between(first: date, last: date) -> list[date]:
    """All dates from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@contextmanager
def open_fixes(
    config: Config, inputs: Inputs, now: pd.Timestamp, tell: Progress
) -> Iterator[FixDays]:
    """Read the fixes of a site; what was kept on disk is gone when the context ends."""
    with FixDays.read(
        config.fixes,
        config.directory,
        config.time_zone,
        vehicles=inputs.vehicles,
        now=now,
        progress=lambda done, total: tell("reading_fixes", 0.25 * done / max(total, 1)),
    ) as fixes:
        yield fixes
