"""Reports for people, written from the store alone: a service date, a month."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from routecheck.config import Config
from routecheck.domain.errors import MissingDataError
from routecheck.present.daily import TREND_DAYS, DailySource, prepare
from routecheck.present.files import write_all, write_whole
from routecheck.queries.chronic import WEEKS, read_weeks
from routecheck.store import Store
from routecheck.tracks.thinned import restored


def write_daily(
    config: Config, store: Store, day: date, *, html: bool = True, workbook: bool = True
) -> list[Path]:
    """Write the report and the workbook of a service date and return where they were written.

    Args:
        config: the site.
        store: open; only read.
        day: the service date.
        html: write `report_D.html` (and a page a township where the area is large).
        workbook: write `report_D.xlsx`.

    Raises:
        MissingDataError: the store holds no verdicts of that date.
        ExportError: a file could not be written.
    """
    daily = prepare(read_source(config, store, day))
    files: dict[str, bytes] = {}
    if html:
        from routecheck.present.html import build_report

        files |= build_report(daily, tiles=config.export.tiles)
    if workbook:
        from routecheck.present.workbook import daily_workbook

        files[f"report_{day}.xlsx"] = daily_workbook(daily)
    return write_all({config.export_directory / name: what for name, what in files.items()})


def write_reports(config: Config, store: Store, dates: Sequence[date]) -> list[Path]:
    """Write report and workbook of each of these dates and return where they were written."""
    return [path for day in dates for path in write_daily(config, store, day)]


def read_source(config: Config, store: Store, day: date) -> DailySource:
    """Read what a report of a service date needs.

    Raises:
        MissingDataError: the store holds no verdicts of that date.
    """
    entry = store.date_entry(day)
    if entry is None:
        raise MissingDataError("no_verdicts", day=day)
    tracks = store.evidence("tracks", day, day).get(day)
    began = day - timedelta(days=TREND_DAYS - 1)
    past_pickups, past_alerts = store.outcomes(began, day)
    return DailySource(
        service_date=day,
        site=config.site.name,
        language=config.site.language,
        zone=config.time_zone,
        entry=entry,
        pickups=store.read_pickups(day),
        alerts=store.read_alerts(day),
        points=store.points(),
        corrections=store.read_corrections(),
        tracks=None if tracks is None else restored(tracks),
        rounds=store.evidence("rounds", day, day).get(day),
        rejected=store.rejected_counts(day),
        past_pickups=past_pickups,
        past_alerts=past_alerts,
        past_due=store.due_days(began, day),
        decided=store.correction_states(),
    )


def write_month(config: Config, store: Store, year: int, month: int) -> Path:
    """Write the workbook of a month and return where it was written.

    Raises:
        MissingDataError: the store holds no date of that month.
        ExportError: the file could not be written.
    """
    from routecheck.present.workbook import Month, monthly_workbook

    first = date(year, month, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    known = store.dates()
    entries = [e for e in known if first <= e["service_date"] <= last]
    if not entries:
        raise MissingDataError("no_verdicts_of_month", month=f"{first:%Y-%m}")
    content = monthly_workbook(
        Month(
            first=first,
            site=config.site.name,
            language=config.site.language,
            zone=config.time_zone,
            entries=entries,
            pickups=[store.read_pickups(e["service_date"]) for e in entries],
            alerts=[store.read_alerts(e["service_date"]) for e in entries],
            points=store.points(),
            corrections=store.read_corrections(),
            due=store.due_days(first, last),
            weeks=read_weeks(
                store,
                [e["service_date"] for e in known if e["service_date"] <= last],
                limit=WEEKS,
            ),
        )
    )
    return write_whole(config.export_directory / f"report_{first:%Y-%m}.xlsx", content)
