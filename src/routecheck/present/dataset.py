"""What the store holds as a data set to be analysed: Parquet, a folder a table, site and date.

    DIR/pickups/site=NAME/service_date=2026-03-02/part.parquet

DuckDB, geopandas and whatever else reads folders of this kind (Hive's) take site and date
from the names of the folders, and read only those that a question is about. Tables with a place are
GeoParquet 1.1. Values and names of columns are those of the CSV files, but that times are UTC, ids
stand as they are, and what is blank is null. Each date has all tables, each with the same types,
whatever its rows: so that a year reads as one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message
from routecheck.engine.inputs import Progress
from routecheck.engine.session import no_progress
from routecheck.present import csv_files
from routecheck.present.columns import Column, columns
from routecheck.present.files import clear_leftovers, write_all
from routecheck.present.frames import kept, placed, tables_of, typed
from routecheck.present.sentences.tables import DateInWords
from routecheck.queries.devices import vehicle_days
from routecheck.queries.service_date import read_service_date
from routecheck.store import Store
from routecheck.texts.outside import fit

_PLACE = columns("lon", "lat")
TABLES: Mapping[str, Sequence[Column]] = {
    "pickups": [*csv_files.PICKUPS, *_PLACE],
    "alerts": [*csv_files.ALERTS, *_PLACE],
    "episodes": [*csv_files.EPISODES, *_PLACE],
    "stops": columns("vehicle_id", "start", "stood_s", "spread_m", "fixes", "lon", "lat"),
    "vehicles": columns(
        "vehicle_id", "scheduled_pickups", "heard", "first_fix_at", "last_fix_at", "fixes",
        "delay_s", "clock_offset_s", "fault",
    ),
}  # fmt: skip
"""The tables and their columns. The service date is in the name of the folder, and nowhere else:
readers that find it twice take one or the other, or refuse. Those with a place have `geometry` too.
"""
UNNAMED = "__HIVE_DEFAULT_PARTITION__"
"""What Hive's folders are called by a value that is not there: a site without a name."""
_DATUM = "OGC:CRS84"
"""WGS-84 with the longitude first, which is how GeoParquet has it."""


def export_dataset(
    config: Config,
    store: Store,
    dates: Sequence[date],
    directory: Path,
    *,
    progress: Progress = no_progress,
) -> list[Path]:
    """Write the tables of service dates (TABLES), and return the folder of the site in each.

    A date is written when all its files are on the disk; what was there of it before is replaced.
    Several sites may share the directory, where they have names of their own. One export of a site
    at a time: what a killed one has left is removed.

    Args:
        config: the site.
        store: open; only read.
        dates: service dates that it holds.
        directory: made where it is missing.
        progress: informed of what is being done.

    Raises:
        ExportError: a file could not be written.
        StoreError: the store cannot be read.
    """
    points, corrections = store.points(), store.read_corrections()
    zone, language = config.time_zone, config.site.language
    folders = {name: directory / name / f"site={_named(config.site.name)}" for name in TABLES}
    for n, day in enumerate(dates):
        progress(Message("progress.exporting_date", day=day), n / len(dates))
        read = read_service_date(store, day, points=points, corrections=corrections)
        tables = _tables(store, DateInWords(read, language, zone))
        contents = {}
        for name, folder in folders.items():
            partition = folder / f"service_date={day}"
            clear_leftovers(partition)
            contents[partition / "part.parquet"] = _parquet(tables[name], TABLES[name])
        write_all(contents, beside=False)
    return list(folders.values())


def _named(site: str) -> str:
    """The name of a site in the name of a folder: without what paths and Hive mean something by."""
    name = re.sub(r"[^\w -]", lambda sign: quote(sign[0], safe="").replace(".", "%2E"), fit(site))
    return name.strip() or UNNAMED


def _tables(store: Store, words: DateInWords) -> dict[str, pd.DataFrame]:
    """The tables of a date by their name, each with more columns than are written."""
    day = words.day
    history = kept(store, "history", day.service_date)
    vehicles = vehicle_days(day.pickups, day.entry["counts"] or {}, history)
    return {**tables_of(store, words), "vehicles": vehicles}


def _parquet(table: pd.DataFrame, wanted: Sequence[Column]) -> bytes:
    """The columns of a table as Parquet, their types those of the columns and not of the rows."""
    frame = typed(table, [column for column in wanted if column.name != "service_date"])
    written = io.BytesIO()
    if "lon" in frame.columns:
        place = placed(frame, frame["lon"].to_numpy(), frame["lat"].to_numpy(), _DATUM)
        place.to_parquet(written, index=False, compression="zstd", schema_version="1.1.0")
    else:
        frame.to_parquet(written, index=False, compression="zstd")
    return written.getvalue()
