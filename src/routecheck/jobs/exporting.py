"""Writing the export files from the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from routecheck.alerts.incidents import find_incidents
from routecheck.config import Config
from routecheck.present.csv_files import (
    DateTables,
    export_corrections,
    export_date,
    export_rejected_inputs,
)
from routecheck.store import Store


def export(config: Config, store: Store, dates: Sequence[date]) -> list[Path]:
    """Write the export files of dates from the store, and what is not of one date.

    Args:
        config: the site.
        store: what was judged and decided.
        dates: that are there.

    Raises:
        ExportError: a file could not be written.
    """
    directory, zone, language = config.export_directory, config.time_zone, config.site.language
    points, corrections = store.points(), store.read_corrections()
    decided = store.correction_states() if dates else {}
    written: list[Path] = []
    for day in dates:
        pickups, alerts = store.read_pickups(day), store.read_alerts(day)
        entry = store.date_entry(day)
        counts = entry["counts"] if entry is not None else {}
        tables = DateTables(
            day,
            pickups,
            alerts,
            points,
            store.read_rejected(day),
            find_incidents(day, pickups, alerts, corrections, points, counts),
            decided,
        )
        written += export_date(tables, directory, language=language, zone=zone)
    written.append(export_corrections(corrections, points, directory, language=language, zone=zone))
    inputs = {name: store.read_rejected(name) for name in store.rejected_inputs()}
    written += export_rejected_inputs(inputs, directory, zone=zone)
    return written
