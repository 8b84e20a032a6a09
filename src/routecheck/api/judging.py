"""Judging tables: which pickups were collected or missed, and which records are wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING

import pandas as pd

from routecheck.api.given import Day, Settings, Table, config_of, dates_of, present
from routecheck.api.results import Results
from routecheck.config import Config
from routecheck.engine.session import Session, open_site
from routecheck.jobs.run import run_all
from routecheck.present.frames import correction_frame

if TYPE_CHECKING:
    import geopandas


def judge(
    points: Table,
    schedule: Table,
    fixes: Table,
    alerts: Table | None = None,
    *,
    vehicles: Table | None = None,
    calendar: Table | None = None,
    checks: Table | None = None,
    date: Day | None = None,
    dates: Iterable[Day] | None = None,
    time_zone: str | datetime.tzinfo | None = None,
    settings: Settings | None = None,
    now: pd.Timestamp | datetime.datetime | None = None,
) -> Results:
    """Judge the pickups of service dates, as `routecheck run` does.

    All tables have the columns of the input files, by their names or known aliases; others are
    left out. Rows that cannot be used are kept apart, with the reason (`Results.rejected`). A
    geometry goes before columns of coordinates. Where it carries a coordinate system it is
    reprojected from that; else `settings={"fixes": {"datum": "EPSG:4546"}}` (or `"points"`) says
    in which the numbers are. GCJ-02 and BD-09, which no coordinate system can name, are said there
    too.

    Args:
        points: `point_id`, a geometry of any kind or `lon` and `lat`; optional `name`, `township`,
            `village`, `tolerance_m` (m), `datum`, `valid_from`, `valid_to`.
        schedule: `point_id`, `vehicle_id`, `weekdays` (ISO digits), `window_start`, `window_end`
            (local `HH:MM`); optional `valid_from`, `valid_to`, `every_days`, `route_id`.
        fixes: `vehicle_id`, `time` (with zone, else local), a Point geometry or `lon` and `lat`;
            optional `speed_kmh`, `heading_deg`, `received_at`.
        alerts: `alert_id`, `point_id`, `service_date`, `raised_at`; optional `window_start`.
        vehicles: which terminal was on which vehicle.
        calendar: days that differ from the schedule.
        checks: what someone went to see.
        date: the service date, a local calendar date.
        dates: several: they are diagnosed as a whole, as `run --from … --to …` does.
        time_zone: the local time of the site, such as `"Asia/Shanghai"`.
        settings: sections and keys of the configuration: `{"matching": {"tolerance_m": 40}}`.
        now: the present; a date that is not over by it is judged as far as it has come.

    Raises:
        UsageError: the call or the settings are wrong.
        MissingDataError: there are no points, no schedule, or no fixes at all.
        UnreadableFileError: a required column is missing.
    """
    days = dates_of(date, dates)
    tables = {
        "points": points,
        "schedule": schedule,
        "fixes": fixes,
        "alerts": alerts,
        "vehicles": vehicles,
        "calendar": calendar,
        "checks": checks,
    }
    config = config_of(tables, time_zone=time_zone, settings=settings)
    with ExitStack() as opened:
        site = opened.enter_context(_in_memory(config, present(now)))
        report = run_all(site, days, command="library", exports=False)
        return Results.of_run(site, report, opened.pop_all())


def diagnose(
    points: Table,
    schedule: Table,
    fixes: Table,
    *,
    vehicles: Table | None = None,
    calendar: Table | None = None,
    date: Day | None = None,
    dates: Iterable[Day] | None = None,
    time_zone: str | datetime.tzinfo | None = None,
    settings: Settings | None = None,
    now: pd.Timestamp | datetime.datetime | None = None,
) -> geopandas.GeoDataFrame:
    """Find the points whose record is wrong, and where the tracks say that they are.

    Args:
        points: as for `judge`.
        schedule: as for `judge`.
        fixes: as for `judge`; three dates or more, as one day shows little.
        vehicles: which terminal was on which vehicle.
        calendar: days that differ from the schedule.
        date: one service date.
        dates: several.
        time_zone: the local time of the site.
        settings: sections and keys of the configuration.
        now: the present.

    Returns:
        A row a point: the columns of `Results.corrections`.

    Raises:
        UsageError, MissingDataError, UnreadableFileError: as `judge`.
    """
    days = dates_of(date, dates)
    tables = {
        "points": points,
        "schedule": schedule,
        "fixes": fixes,
        "vehicles": vehicles,
        "calendar": calendar,
    }
    config = config_of(tables, time_zone=time_zone, settings=settings)
    with _in_memory(config, present(now)) as site:
        basis = site.as_imported(days[0])
        learned = basis.learn({day: basis.history_of(day) for day in days})
        return correction_frame(
            learned.corrections, basis.site.points, config.site.language, config.time_zone
        )


def _in_memory(config: Config, now: pd.Timestamp) -> AbstractContextManager[Session]:
    """A session on what was given; its store is made in memory, whatever lies in this folder."""
    return open_site(config, now=now, new_store=True)
