"""The reports for people, written from the store alone: a service date, a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from routecheck.config import Config
from routecheck.present.csv_files import export_date
from routecheck.present.daily import Daily
from routecheck.present.files import write_all, write_whole
from routecheck.present.sentences.tables import DateInWords
from routecheck.queries.anonymous import (
    Pseudonyms,
    anonymous_date,
    anonymous_month,
    anonymous_report,
    vehicles_known,
)
from routecheck.queries.daily_report import read_daily_report
from routecheck.queries.monthly_report import read_monthly_report
from routecheck.queries.service_date import read_service_date
from routecheck.store import Store
from routecheck.texts import Language, text

ANONYMOUS = "anonymous"
"""The folder of copies for outsiders, in that of the exports."""


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
    daily = Daily(read_daily_report(store, words.day), config.site.name, words)
    files = _files(daily, config.export.tiles, config.export.tiles_datum)
    return write_all({config.export_directory / name: files[name] for name in files})


def _files(daily: Daily, tiles: str, tiles_datum: str) -> dict[str, bytes]:
    """Page (or pages) and workbook of a service date, by name."""
    from routecheck.present.html import build_report
    from routecheck.present.workbook import daily_workbook

    pages = build_report(daily, tiles=tiles, tiles_datum=tiles_datum)
    return {**pages, f"report_{daily.report.day.service_date}.xlsx": daily_workbook(daily)}


def write_anonymous_reports(config: Config, store: Store, dates: Sequence[date]) -> list[Path]:
    """Write copies for outsiders: page, workbook and CSV files without names of vehicles or crews.

    In a folder of their own, under the names that they have otherwise. A vehicle has the same
    other name in all of them; the next call draws new ones.

    Args:
        config: the site.
        store: open; only read.
        dates: service dates.

    Raises:
        MissingDataError: the store holds no verdicts of a date.
        ExportError: a file could not be written.
    """
    language, zone = config.site.language, config.time_zone
    folder, export = config.export_directory / ANONYMOUS, config.export
    read = [read_service_date(store, day) for day in dates]
    tables = [table for one in read for table in (one.pickups, one.alerts)]
    names = _pseudonyms(store, tables, language)
    tiles = export.tiles
    if tiles and "://" not in tiles:
        tiles = f"../{tiles}"
    written: list[Path] = []
    for as_read in read:
        hidden = anonymous_date(as_read, names)
        words = DateInWords(hidden, language, zone)
        report = anonymous_report(read_daily_report(store, as_read), hidden, names)
        daily = Daily(report, config.site.name, words)
        files = _files(daily, tiles, export.tiles_datum)
        written += write_all({folder / name: files[name] for name in files})
        written += export_date(words, None, folder)
    return written


def _pseudonyms(store: Store, tables: Sequence[pd.DataFrame], language: Language) -> Pseudonyms:
    def named(number: int) -> str:
        return text("report.pseudonym", language, number=number)

    return Pseudonyms(vehicles_known(store, *tables), named)


def write_month(
    config: Config, store: Store, year: int, month: int, *, anonymous: bool = False
) -> Path:
    """Write the workbook of a month and return where it was written.

    Args:
        config: the site.
        store: open; only read.
        year: of the calendar.
        month: 1 to 12.
        anonymous: as a copy for outsiders, see `write_anonymous_reports`.

    Raises:
        MissingDataError: the store holds no date of that month.
        ExportError: the file could not be written.
    """
    from routecheck.present.workbook import monthly_workbook

    report, directory = read_monthly_report(store, year, month), config.export_directory
    if anonymous:
        tables = [report.pickups, report.alerts]
        report = anonymous_month(report, _pseudonyms(store, tables, config.site.language))
        directory /= ANONYMOUS
    content = monthly_workbook(
        report, site=config.site.name, language=config.site.language, zone=config.time_zone
    )
    return write_whole(directory / f"report_{year:04d}-{month:02d}.xlsx", content)
