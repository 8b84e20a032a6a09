"""GTFS: the stops and departures of a timetable as points and a schedule.

What was due on a date is what its services run on it, with the exceptions of that date, so each
date has rows of its own. Nothing is said in GTFS of the vehicle that runs a trip; whoever knows it
gives it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routecheck.api.given import Day, dates_of
from routecheck.config import LimitsSection
from routecheck.domain.errors import MissingDataError, UnreadableFileError
from routecheck.domain.tables import TEXT
from routecheck.present.frames import placed
from routecheck.sources.given_files import GivenFiles
from routecheck.sources.one_file import as_one_file

if TYPE_CHECKING:
    import geopandas

EARLY_MIN, LATE_MIN = 2.0, 10.0
"""A bus may leave its stop so much before the timetable says, or come so much after it, and the
departure was still served (min): wide enough for a feed with a fix a minute, narrow enough to tell
departures every ten minutes apart."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLATFORM = ("", "0")
"""Kinds of `location_type` at which vehicles stop; others are stations, entrances, areas."""


@dataclass(frozen=True)
class Gtfs:
    """A timetable as `judge` takes it.

    Attributes:
        points: a row a stop: `point_id`, `name`, geometry (EPSG:4326).
        schedule: a row a departure of a date: `point_id`, `vehicle_id` (null: any), `weekdays`,
            `window_start`, `window_end`, `valid_from`, `valid_to`, `route_id`. Departures of one
            stop in one minute are one row, their routes joined by `|`.
        time_zone: of the agency.
    """

    points: geopandas.GeoDataFrame
    schedule: pd.DataFrame
    time_zone: str


def from_gtfs(
    path: str | Path,
    *,
    date: Day | None = None,
    dates: Iterable[Day] | None = None,
    early_min: float = EARLY_MIN,
    late_min: float = LATE_MIN,
    vehicles: Mapping[str, str] | None = None,
) -> Gtfs:
    """Read a timetable as points and schedule.

    Args:
        path: the ZIP archive, or the folder that it was unpacked to.
        date: the service date.
        dates: several.
        early_min: how long before its arrival by the timetable a window begins (min).
        late_min: how long after its departure it ends (min).
        vehicles: by `trip_id`, or by `block_id`, the vehicle that ran it.

    Trips that run by `frequencies.txt` have no times of their own, and are left out; so are calls
    at which nobody may board or alight, and those without a time.

    Raises:
        UsageError: neither date nor dates, or none that can be judged.
        MissingDataError: there is no such file, or no departure on these dates.
        UnreadableFileError: it is no GTFS: a table or a column is missing.
    """
    days = dates_of(date, dates)
    with _Feed(Path(path)) as feed:
        agency = feed.table("agency", "agency_timezone")
        stops = feed.table(
            "stops", "stop_id", "stop_lat", "stop_lon", more=("stop_name", "location_type"),
        )  # fmt: skip
        trips = feed.table("trips", "trip_id", "route_id", "service_id", more=("block_id",))
        calls = feed.table(
            "stop_times", "trip_id", "stop_id", "arrival_time", "departure_time",
            more=("pickup_type", "drop_off_type"),
        )  # fmt: skip
        calendar = feed.table(
            "calendar", "service_id", *_DAYS, "start_date", "end_date", needed=False,
        )  # fmt: skip
        exceptions = feed.table(
            "calendar_dates", "service_id", "date", "exception_type", needed=False,
        )  # fmt: skip
        frequent = feed.table("frequencies", "trip_id", needed=False)
    calls = calls[~calls["trip_id"].isin(frequent["trip_id"])]
    closed = (calls["pickup_type"] == "1") & (calls["drop_off_type"] == "1")
    calls = calls[~closed].merge(trips, on="trip_id")
    calls = calls.assign(
        first=_minutes(calls["arrival_time"]), last=_minutes(calls["departure_time"])
    )
    calls = calls[calls["first"].notna() & calls["last"].notna()]
    schedule = _schedule(calls, days, calendar, exceptions, early_min, late_min, vehicles or {})
    if schedule.empty:
        raise MissingDataError("library.gtfs_nothing_due", file=path, first=days[0], last=days[-1])
    served = stops[stops["location_type"].isin(_PLATFORM)].reset_index(drop=True)
    lon, lat = (pd.to_numeric(served[f"stop_{axis}"], errors="coerce") for axis in ("lon", "lat"))
    frame = pd.DataFrame(
        {
            "point_id": served["stop_id"].astype(TEXT),
            "name": served["stop_name"].mask(served["stop_name"] == "").astype(TEXT),
        }
    )
    points = placed(frame, lon.to_numpy(dtype=float), lat.to_numpy(dtype=float))
    zone = str(agency["agency_timezone"].iloc[0]) if len(agency) else ""
    return Gtfs(points, schedule, zone)


def _schedule(
    calls: pd.DataFrame,
    days: Iterable[datetime.date],
    calendar: pd.DataFrame,
    exceptions: pd.DataFrame,
    early_min: float,
    late_min: float,
    vehicles: Mapping[str, str],
) -> pd.DataFrame:
    """The windows of calls on dates."""
    of_trip = calls["trip_id"].map(vehicles).astype(object)
    of_block = calls["block_id"].map(vehicles).astype(object)
    rows = pd.DataFrame(
        {
            "point_id": calls["stop_id"],
            "vehicle_id": of_trip.where(of_trip.notna(), of_block),
            "service_id": calls["service_id"],
            "route_id": calls["route_id"],
            "begins": np.floor(np.maximum(calls["first"] - early_min, 0.0)).astype("int64"),
            "ends": np.ceil(calls["last"] + late_min).astype("int64"),
        }
    )
    parts = [_of_date(rows, day, calendar, exceptions) for day in days]
    whole = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(
        {
            "point_id": whole["point_id"].astype(TEXT),
            "vehicle_id": whole["vehicle_id"].astype(TEXT),
            "weekdays": pd.Series("1234567", index=whole.index, dtype=TEXT),
            "window_start": _clock(whole["begins"]),
            "window_end": _clock(whole["ends"]),
            "valid_from": whole["day"],
            "valid_to": whole["day"],
            "route_id": whole["route_id"].astype(TEXT),
        }
    )


def _of_date(
    rows: pd.DataFrame, day: datetime.date, calendar: pd.DataFrame, exceptions: pd.DataFrame
) -> pd.DataFrame:
    """The rows of services that run on a date, a stop and minute once."""
    written = day.strftime("%Y%m%d")
    regular = calendar[
        (calendar["start_date"] <= written)
        & (written <= calendar["end_date"])
        & (calendar[_DAYS[day.weekday()]] == "1")
    ]["service_id"]
    today = exceptions[exceptions["date"] == written]
    added = today.loc[today["exception_type"] == "1", "service_id"]
    removed = today.loc[today["exception_type"] == "2", "service_id"]
    running = (set(regular) | set(added)) - set(removed)
    due = rows[rows["service_id"].isin(running)].sort_values(["point_id", "begins"], kind="stable")
    shared = due.duplicated(["point_id", "begins"], keep=False).to_numpy()
    alone = due[~shared][["point_id", "begins", "vehicle_id", "ends", "route_id"]]
    together = due[shared].groupby(["point_id", "begins"], sort=False)
    found = together.agg(
        vehicle_id=("vehicle_id", "first"),
        ends=("ends", "max"),
        route_id=("route_id", lambda routes: "|".join(dict.fromkeys(routes))),
        vehicles=("vehicle_id", lambda names: names.nunique(dropna=False)),
    ).reset_index()
    # Two vehicles at one stop in one minute, known or not: either may be seen there.
    either = found["vehicle_id"].where(found["vehicles"] == 1)
    several = found.assign(vehicle_id=either).drop(columns="vehicles")
    # Of tables without a row pandas knows no types to put together.
    parts = [part for part in (alone, several) if len(part)] or [alone]
    whole = pd.concat(parts, ignore_index=True)
    whole = whole.sort_values(["point_id", "begins"], kind="stable", ignore_index=True)
    return whole.assign(day=pd.Timestamp(day))


def _minutes(times: pd.Series) -> pd.Series:
    """Times like 25:10:00 as minutes after midnight (by the clock), NaN where there is none."""
    parts = times.str.strip().str.extract(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$").astype(float)
    return parts[0] * 60 + parts[1] + parts[2].fillna(0.0) / 60


def _clock(minutes: pd.Series) -> pd.Series:
    """`HH:MM`; from 24:00 on it is one of the next day."""
    return pd.Series(
        [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes.tolist()],
        index=minutes.index,
        dtype=TEXT,
    )


class _Feed(ExitStack):
    """The tables of a feed, in an archive or a folder."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def __enter__(self) -> _Feed:
        if not self._path.exists():
            raise MissingDataError("no_file", file=self._path)
        paths = sorted(self._path.glob("*.txt")) if self._path.is_dir() else [self._path]
        self._given = self.enter_context(GivenFiles(paths, self._path.parent, LimitsSection()))
        for _, why in self._given.failed:
            raise UnreadableFileError(why)
        return self

    def table(
        self, name: str, *columns: str, more: Iterable[str] = (), needed: bool = True
    ) -> pd.DataFrame:
        """Return columns of a table as text, blank ones empty.

        Args:
            name: of the table.
            columns: that it must have.
            more: that it may have.
            needed: whether the feed must have the table; else it is empty where it has not.
        """
        wanted = [*columns, *more]
        found = [one for one in self._given.files if Path(one.label).name == f"{name}.txt"]
        if not found:
            if needed:
                raise UnreadableFileError("library.gtfs_no_table", file=self._path, table=name)
            return pd.DataFrame({column: pd.Series([], dtype=TEXT) for column in wanted})
        with as_one_file(found[0].label), self._given.on_disk(found[0]) as path:
            table = pd.read_csv(
                path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True,
                usecols=lambda column: column.strip() in wanted,
            )  # fmt: skip
        table = table.rename(columns=str.strip)
        missing = [column for column in columns if column not in table.columns]
        if missing:
            raise UnreadableFileError(
                "library.gtfs_no_column", file=found[0].label, column=", ".join(missing)
            )
        return table.reindex(columns=wanted, fill_value="").astype(TEXT)
