"""What the store holds as data frames: a table each of all dates wanted, its columns the same.

Whoever works with data frames, and every file that holds one (Parquet, GeoPackage, GeoJSON), is
given these. Values and names of columns are those of the CSV files, but that ids stand as they are,
numbers and times have types, and what is blank is null. Each column has the type of its kind,
whatever its rows, so that tables of many dates and sites can be put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.config import Config
from routecheck.domain.codes import EpisodeKind, Language
from routecheck.domain.tables import EPISODES, HISTORY, TEXT, TIME_DTYPE
from routecheck.present import csv_files
from routecheck.present.columns import Column, columns
from routecheck.present.sentences.corrections import correction_evidence
from routecheck.present.sentences.tables import DateInWords, mappings
from routecheck.queries.service_date import read_service_date, with_names
from routecheck.queries.whereabouts import whereabouts
from routecheck.registry.records import valid_points
from routecheck.store import Store
from routecheck.texts.outside import fit

if TYPE_CHECKING:
    import geopandas

WGS84 = "EPSG:4326"
STOPS = columns("service_date", "vehicle_id", "start", "stood_s", "spread_m", "fixes")
VISITS = columns(
    "service_date", "point_id", "window_start", "vehicle_id", "scheduled", "kind", "start", "end",
    "outside_s", "distance_m", "tolerance_m", "dwell_s", "dwell_max_s", "fixes", "decisive",
)  # fmt: skip
AT_THE_PLACE = frozenset({EpisodeKind.STAND, EpisodeKind.PASS, EpisodeKind.PARKED})
"""Episodes within the tolerance of the place at which a pickup was judged."""
PLACES = columns(
    "point_id", "uncertainty_m", "confidence", "basis", "offset_m", "days_seen", "days_due",
)  # fmt: skip


class StoredFrames:
    """The tables of some service dates, each read and made when it is first asked for.

    Times are in the zone of the site, dates are midnights without a zone; geometries are points in
    WGS-84 (longitude first), None where no place is known.

    Args:
        config: the site.
        store: open; only read, and not after it was closed.
        dates: service dates that it holds, in order.
    """

    def __init__(self, config: Config, store: Store, dates: Sequence[date]) -> None:
        self._config, self.store, self._dates = config, store, tuple(dates)

    @cached_property
    def pickups(self) -> geopandas.GeoDataFrame:
        """A row for each expected pickup, by date, point and window."""
        return self._placed([tables["pickups"] for tables in self._tables], csv_files.PICKUPS)

    @cached_property
    def alerts(self) -> geopandas.GeoDataFrame:
        """A row for each alert, by date and id, with sentences in the language of the site."""
        return self._placed([tables["alerts"] for tables in self._tables], csv_files.ALERTS)

    @cached_property
    def episodes(self) -> geopandas.GeoDataFrame:
        """All that the tracks have of each pickup, whatever settled it."""
        return self._placed([tables["episodes"] for tables in self._tables], csv_files.EPISODES)

    @cached_property
    def visits(self) -> geopandas.GeoDataFrame:
        """Of these the intervals within the tolerance of the place that a pickup was judged at."""
        parts = []
        for tables in self._tables:
            table = tables["episodes"]
            there = table["kind"].isin([str(kind) for kind in AT_THE_PLACE]) & (
                table["place"] == -1
            )
            parts.append(table[there.to_numpy()])
        return self._placed(parts, VISITS)

    @cached_property
    def stops(self) -> geopandas.GeoDataFrame:
        """A row for each stand of a vehicle on the date, wherever it was."""
        return self._placed([tables["stops"] for tables in self._tables], STOPS)

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """What explains several pickups or alerts of a date at once."""
        return self._of_dates([words.incidents for words in self._words], csv_files.INCIDENTS)

    @cached_property
    def corrections(self) -> geopandas.GeoDataFrame:
        """A row for each point whose record is diagnosed wrong, placed where it is proposed."""
        language, zone = self._config.site.language, self._config.time_zone
        return correction_frame(self._corrections, self._points, language, zone)

    @cached_property
    def places(self) -> geopandas.GeoDataFrame:
        """A row for each point: where it is judged to be on the last date run, and how surely."""
        candidates = self.store.last_evidence("candidates")
        if candidates is None:
            frame = pd.DataFrame({column.name: [] for column in csv_files.WHEREABOUTS})
        else:
            frame = whereabouts(candidates, self._config.settings.diagnose.reach_m)
        lon, lat = frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float)
        return placed(typed(frame, PLACES, self._config.time_zone), lon, lat)

    # --- how they are made ----------------------------------------------------------------------

    @cached_property
    def _points(self) -> pd.DataFrame:
        return self.store.points()

    @cached_property
    def _corrections(self) -> pd.DataFrame:
        return self.store.read_corrections()

    @cached_property
    def _words(self) -> list[DateInWords]:
        zone, language = self._config.time_zone, self._config.site.language
        read = (
            read_service_date(self.store, day, points=self._points, corrections=self._corrections)
            for day in self._dates
        )
        return [DateInWords(one, language, zone) for one in read]

    @cached_property
    def _tables(self) -> list[dict[str, pd.DataFrame]]:
        return [tables_of(self.store, words) for words in self._words]

    def _of_dates(self, tables: Sequence[pd.DataFrame], wanted: Sequence[Column]) -> pd.DataFrame:
        """Tables of the dates as one, in their order."""
        zone = self._config.time_zone
        parts = [
            typed(table.assign(service_date=[day] * len(table)), wanted, zone)
            for day, table in zip(self._dates, tables, strict=True)
        ]
        return pd.concat(parts, ignore_index=True)

    def _placed(
        self, tables: Sequence[pd.DataFrame], wanted: Sequence[Column]
    ) -> geopandas.GeoDataFrame:
        frame = self._of_dates(tables, wanted)
        lon, lat = (
            np.concatenate([table[axis].to_numpy(dtype=float) for table in tables])
            for axis in ("lon", "lat")
        )
        return placed(frame, lon, lat)


def correction_frame(
    corrections: pd.DataFrame, points: pd.DataFrame, language: Language, zone: ZoneInfo
) -> geopandas.GeoDataFrame:
    """Return CORRECTIONS as a frame, by point, each placed where it is proposed.

    Args:
        corrections: CORRECTIONS.
        points: POINTS of all time; names are those of the last records.
        language: of the sentences.
        zone: of the site.
    """
    table = with_names(corrections, valid_points(points, date.max))
    table = table.sort_values("point_id", kind="stable", ignore_index=True)
    said = [correction_evidence(row, language) for row in mappings(table)]
    table = table.assign(evidence=pd.Series(said, index=table.index, dtype=object))
    lon, lat = (table[f"proposed_{axis}"].to_numpy(dtype=float) for axis in ("lon", "lat"))
    return placed(typed(table, csv_files.CORRECTIONS, zone), lon, lat)


def tables_of(store: Store, words: DateInWords) -> dict[str, pd.DataFrame]:
    """Return the tables of a date by their name, each with more columns than are shown.

    Args:
        store: open; only read.
        words: the date, read from it.

    Returns:
        `pickups`, `alerts`, `episodes`, `stops`, each with `lon` and `lat` (deg, WGS-84): of the
        first three the place at which the point was judged that date.
    """
    day = words.day
    rounds, history, episodes = (
        kept(store, kind, day.service_date) for kind in ("rounds", "history", "episodes")
    )
    if rounds is None:
        rounds = pd.DataFrame({"point_id": [], "window_start": [], "lon": [], "lat": []})
    of_points = rounds.drop_duplicates("point_id").set_index("point_id")[["lon", "lat"]]
    judged_at = {name: of_points[name].to_dict() for name in ("lon", "lat")}

    def with_place(table: pd.DataFrame) -> pd.DataFrame:
        """With the place at which the point was judged that date."""
        return table.assign(**{name: table["point_id"].map(of) for name, of in judged_at.items()})

    episodes = with_place(EPISODES.empty() if episodes is None else episodes)
    # Another place that the point may be at is not the one it is judged at.
    elsewhere = (episodes["place"] != -1).to_numpy()
    episodes = episodes.assign(**{n: episodes[n].mask(elsewhere) for n in ("lon", "lat")})
    stops = HISTORY.empty() if history is None else history[history["kind"] == "stop"]
    by_point = ["point_id", "window_start"]
    return {
        "pickups": with_place(day.named_pickups.sort_values(by_point, kind="stable")),
        "alerts": with_place(words.alerts.sort_values("alert_id", kind="stable")),
        "episodes": episodes,
        "stops": stops.sort_values(["vehicle_id", "start"], kind="stable"),
    }


def kept(store: Store, kind: str, day: date) -> pd.DataFrame | None:
    """Return a table that the store keeps of a date; None where it has none."""
    return store.evidence(kind, day, day).get(day)


def typed(
    table: pd.DataFrame, wanted: Sequence[Column], zone: ZoneInfo | None = None
) -> pd.DataFrame:
    """Return the columns of a table, their types those of their kinds and not of the rows.

    Args:
        table: with more columns, or fewer: what it has not is null.
        wanted: the columns, in order.
        zone: of the times; None: UTC.
    """
    blank = pd.Series([None] * len(table), dtype=object)
    return pd.DataFrame(
        {c.name: _values(table.get(c.source, blank), c, zone) for c in wanted},
        index=pd.RangeIndex(len(table)),
    )


def placed(
    frame: pd.DataFrame,
    lon: np.ndarray[Any, np.dtype[np.float64]],
    lat: np.ndarray[Any, np.dtype[np.float64]],
    crs: str = WGS84,
) -> geopandas.GeoDataFrame:
    """Return a frame with points as its geometry, None where there is no place (deg, WGS-84)."""
    import geopandas

    where = np.full(len(frame), None, dtype=object)
    known = np.isfinite(lon) & np.isfinite(lat)
    where[known] = shapely.points(lon[known], lat[known])
    geometry = geopandas.GeoSeries(where, index=frame.index, crs=crs)
    return geopandas.GeoDataFrame(frame, geometry=geometry)


def _values(values: pd.Series, column: Column, zone: ZoneInfo | None) -> Any:
    match column.kind:
        case "time":
            times = pd.Series(values, dtype=TIME_DTYPE)
            return (times if zone is None else times.dt.tz_convert(zone)).array
        case "date":
            return pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[us]").array
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
