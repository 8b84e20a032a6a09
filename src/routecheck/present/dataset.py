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
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message
from routecheck.domain.tables import EPISODES, HISTORY, TEXT, TIME_DTYPE
from routecheck.engine.inputs import Progress
from routecheck.engine.session import no_progress
from routecheck.present import csv_files
from routecheck.present.columns import Column, columns
from routecheck.present.files import clear_leftovers, write_all
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

    def kept(kind: str) -> pd.DataFrame | None:
        return store.evidence(kind, day.service_date, day.service_date).get(day.service_date)

    rounds, history, episodes = kept("rounds"), kept("history"), kept("episodes")
    if rounds is None:
        rounds = pd.DataFrame({"point_id": [], "window_start": [], "lon": [], "lat": []})
    of_points = rounds.drop_duplicates("point_id").set_index("point_id")[["lon", "lat"]]
    judged_at = {name: of_points[name].to_dict() for name in ("lon", "lat")}

    def placed(table: pd.DataFrame) -> pd.DataFrame:
        """With the place at which the point was judged that date."""
        return table.assign(**{name: table["point_id"].map(of) for name, of in judged_at.items()})

    episodes = placed(EPISODES.empty() if episodes is None else episodes)
    # Another place that the point may be at is not the one it is judged at.
    elsewhere = (episodes["place"] != -1).to_numpy()
    episodes = episodes.assign(**{n: episodes[n].mask(elsewhere) for n in ("lon", "lat")})
    by_point = ["point_id", "window_start"]
    stops = HISTORY.empty() if history is None else history[history["kind"] == "stop"]
    return {
        "pickups": placed(day.named_pickups.sort_values(by_point, kind="stable")),
        "alerts": placed(words.alerts.sort_values("alert_id", kind="stable")),
        "episodes": episodes,
        "stops": stops.sort_values(["vehicle_id", "start"], kind="stable"),
        "vehicles": vehicle_days(day.pickups, day.entry["counts"] or {}, history),
    }


def _parquet(table: pd.DataFrame, wanted: Sequence[Column]) -> bytes:
    """The columns of a table as Parquet, their types those of the columns and not of the rows."""
    frame = pd.DataFrame(
        {c.name: _typed(table[c.source], c) for c in wanted if c.name != "service_date"}
    )
    written = io.BytesIO()
    if "lon" in frame.columns:
        import geopandas
        import shapely

        lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
        where = np.full(len(frame), None, dtype=object)
        known = np.isfinite(lon) & np.isfinite(lat)
        where[known] = shapely.points(lon[known], lat[known])
        geometry = geopandas.GeoSeries(where, index=frame.index, crs=_DATUM)
        placed = geopandas.GeoDataFrame(frame, geometry=geometry)
        placed.to_parquet(written, index=False, compression="zstd", schema_version="1.1.0")
    else:
        frame.to_parquet(written, index=False, compression="zstd")
    return written.getvalue()


def _typed(values: pd.Series, column: Column) -> Any:
    """The values of a column as an array of the type that its kind always has."""
    match column.kind:
        case "time":
            return pd.Series(values, dtype=TIME_DTYPE).array
        case "number" | "degrees":
            return np.round(values.to_numpy(dtype=np.float64, na_value=np.nan), column.digits) + 0.0
        case "int":
            return values.astype("Int64").array
        case "bool":
            return values.to_numpy(dtype=bool)
        case _:
            texts = values.astype(object).to_numpy()
            blank = pd.isna(texts) | (texts == "")
            return pd.array(
                [None if b else fit(str(v)) for v, b in zip(texts, blank, strict=True)], dtype=TEXT
            )
