"""The files of a site, written from its store: CSV, and where wanted the reports beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path

import pandas as pd

from routecheck.config import Config
from routecheck.present.csv_files import (
    export_corrections,
    export_date,
    export_episodes,
    export_places,
    export_rejected_inputs,
)
from routecheck.present.sentences.tables import DateInWords
from routecheck.queries.service_date import read_service_date
from routecheck.queries.whereabouts import whereabouts
from routecheck.store import Store

Attempt = Callable[[date], AbstractContextManager[object]]
"""Within which the files of a date are written; it decides what becomes of a fault."""


def export(
    config: Config,
    store: Store,
    dates: Sequence[date],
    *,
    reports: bool = False,
    episodes: bool = False,
    attempt: Attempt = lambda _day: nullcontext(),
) -> list[Path]:
    """Write the export files of dates, and those that are of no single date.

    Args:
        config: the site.
        store: open; only read.
        dates: service dates that it holds.
        reports: write page and workbook of each date too.
        episodes: write all that the tracks have of each pickup too.
        attempt: within which the files of a date are written; it decides what becomes of a fault.

    Raises:
        ExportError: a file could not be written.
    """
    directory, zone, language = config.export_directory, config.time_zone, config.site.language
    points, corrections = store.points(), store.read_corrections()
    written, pages = _of_dates(config, store, dates, points, corrections, reports, attempt)
    written.append(export_corrections(corrections, points, directory, language=language, zone=zone))
    candidates = store.last_evidence("candidates")
    if candidates is not None:
        last = whereabouts(candidates, config.settings.diagnose.reach_m)
        written.append(export_places(last, directory, zone=zone))
    if episodes:
        written += export_episodes(_episodes(store, dates), directory, zone=zone)
    inputs = {name: store.read_rejected(name) for name in store.rejected_inputs()}
    return [*written, *export_rejected_inputs(inputs, directory, zone=zone), *pages]


def _episodes(store: Store, dates: Sequence[date]) -> dict[date, pd.DataFrame]:
    """EPISODES of dates, of those that were judged since they are kept."""
    kept = store.evidence("episodes", min(dates), max(dates))
    return {day: kept[day] for day in dates if day in kept}


def export_running(
    config: Config,
    store: Store,
    dates: Sequence[date],
    points: pd.DataFrame,
    *,
    reports: bool,
    attempt: Attempt,
) -> list[Path]:
    """Write the export files of dates that are not over; those of no single date stay as they are.

    Args:
        config: the site.
        store: open; only read.
        dates: service dates that it holds.
        points: POINTS of all time, as the run that closes the dates will import them.
        reports: write page and workbook of each date too.
        attempt: as for `export`.

    Raises:
        ExportError: a file could not be written.
    """
    corrections = store.read_corrections()
    written, pages = _of_dates(config, store, dates, points, corrections, reports, attempt)
    return [*written, *pages]


def _of_dates(
    config: Config,
    store: Store,
    dates: Sequence[date],
    points: pd.DataFrame,
    corrections: pd.DataFrame,
    reports: bool,
    attempt: Attempt,
) -> tuple[list[Path], list[Path]]:
    """Write the files of dates: the CSV files, and the pages and workbooks."""
    directory, zone, language = config.export_directory, config.time_zone, config.site.language
    written: list[Path] = []
    pages: list[Path] = []
    for day in dates:
        with attempt(day):
            read = read_service_date(store, day, points=points, corrections=corrections)
            words = DateInWords(read, language, zone)
            written += export_date(words, store.read_rejected(day), directory)
            if reports:
                from routecheck.present.reports import write_report

                pages += write_report(config, store, words)
    return written, pages
