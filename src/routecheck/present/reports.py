"""The reports for people, written from the store alone: a service date, a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from routecheck.config import Config
from routecheck.present.daily import Daily
from routecheck.present.files import write_all, write_whole
from routecheck.present.sentences.tables import DateInWords
from routecheck.queries.daily_report import read_daily_report
from routecheck.queries.monthly_report import read_monthly_report
from routecheck.queries.service_date import read_service_date
from routecheck.store import Store


def write_reports(config: Config, store: Store, dates: Sequence[date]) -> list[Path]:
    """Write page and workbook of each of these dates and return where they were written.

    `report_D.html` (and a page a township where the area is large) and `report_D.xlsx`.

    Args:
        config: the site.
        store: open; only read.
        dates: service dates.

    Raises:
        MissingDataError: the store holds no verdicts of a date.
        ExportError: a file could not be written.
    """
    language, zone = config.site.language, config.time_zone
    return [
        path
        for day in dates
        for path in write_report(
            config, store, DateInWords(read_service_date(store, day), language, zone)
        )
    ]


def write_report(config: Config, store: Store, words: DateInWords) -> list[Path]:
    """Write page and workbook of a service date; see `write_reports`."""
    from routecheck.present.html import build_report
    from routecheck.present.workbook import daily_workbook

    daily = Daily(read_daily_report(store, words.day), config.site.name, words)
    files = {
        **build_report(daily, tiles=config.export.tiles, tiles_datum=config.export.tiles_datum)
    }
    files[f"report_{words.day.service_date}.xlsx"] = daily_workbook(daily)
    return write_all({config.export_directory / name: files[name] for name in files})


def write_month(config: Config, store: Store, year: int, month: int) -> Path:
    """Write the workbook of a month and return where it was written.

    Raises:
        MissingDataError: the store holds no date of that month.
        ExportError: the file could not be written.
    """
    from routecheck.present.workbook import monthly_workbook

    report = read_monthly_report(store, year, month)
    content = monthly_workbook(
        report, site=config.site.name, language=config.site.language, zone=config.time_zone
    )
    return write_whole(config.export_directory / f"report_{year:04d}-{month:02d}.xlsx", content)
