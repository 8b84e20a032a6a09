"""Readers of files, as frames that `judge` takes again: what a run reads, and how it reads it.

Each takes a path (of alerts and fixes a pattern, for many files and archives) and the keys of its
section of the configuration: `columns`, `datum`, `time_format`, `encoding`, `sheet` … Rows that
cannot be used are kept apart and counted in the log; `read` returns them too.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from routecheck.api.given import config_of, present
from routecheck.config import Config
from routecheck.domain.errors import UnreadableFileError, UsageError
from routecheck.domain.tables import FIXES, TEXT
from routecheck.present import csv_files
from routecheck.present.frames import WGS84, placed, typed
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.points import read_points as points_of
from routecheck.sources.rejected_rows import ReadResult
from routecheck.sources.schedule import read_schedule as schedule_of
from routecheck.sources.tables import read_alerts as alerts_of
from routecheck.sources.tables import read_calendar as calendar_of
from routecheck.sources.tables import read_checks as checks_of
from routecheck.sources.tables import read_vehicles as vehicles_of

if TYPE_CHECKING:
    import geopandas

_EPOCH = datetime.date(1970, 1, 1)
_DAY_MINUTES = 24 * 60
_ANY_ZONE = "UTC"
"""Of tables that hold no moments."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Read:
    """What a file was found to hold.

    Attributes:
        table: the rows that can be used, as `read_fixes` and its like return them.
        rejected: the others: `file`, `row` (its line in the file), `reason`, `text`.
        notes: what a person should know of the reading, and is no failure.
    """

    table: pd.DataFrame
    rejected: pd.DataFrame
    notes: tuple[str, ...] = ()


def read(kind: str, path: str | Path, **keys: Any) -> Read:
    """Read a table of any kind, with the rows that were kept apart.

    Args:
        kind: `points`, `schedule`, `fixes`, `alerts`, `vehicles`, `calendar` or `checks`.
        path: as for the reader of that kind.
        keys: likewise.

    Raises:
        UsageError: there is no such kind, or a key is not known.
        MissingDataError, UnreadableFileError: as the reader of that kind.
    """
    if kind not in _READERS:
        raise UsageError("library.no_kind", found=kind, known=", ".join(_READERS))
    return _READERS[kind](path, **keys)


def read_fixes(
    path: str | Path,
    *,
    time_zone: str | datetime.tzinfo,
    vehicles: pd.DataFrame | str | Path | None = None,
    now: pd.Timestamp | datetime.datetime | None = None,
    **keys: Any,
) -> geopandas.GeoDataFrame:
    """Read fixes from all files of a pattern: CSV, Parquet, workbooks, GPX, NMEA, archives of them.

    Args:
        path: the file or a pattern, `fixes/*.csv.gz`.
        time_zone: local time, of times without an offset.
        vehicles: which terminal was on which vehicle.
        now: the present: nothing can have been measured later.
        keys: of `[fixes]`.

    Returns:
        In EPSG:4326, in the order of the dates: `vehicle_id`, `time` (in the zone), `speed_kmh`,
        `heading_deg`, `received_at`, `positioned` (false where the device said that it had no
        position), `after_break` (recording was broken off before it), geometry.

    Raises:
        UsageError: a key is not known.
        MissingDataError: no file matches, or none can be used.
    """
    return _told(_fixes(path, time_zone=time_zone, vehicles=vehicles, now=now, **keys))


def read_points(path: str | Path, **keys: Any) -> geopandas.GeoDataFrame:
    """Read collection points from a table, or from anything with geometries that GDAL reads.

    Args:
        path: the file.
        keys: of `[points]`, `datum` and `layer` among them.

    Returns:
        In EPSG:4326: `point_id`, `name`, `township`, `village`, `tolerance_m`, `valid_from`,
        `valid_to`, `group`, geometry (None where a place is impossible).

    Raises:
        UsageError: a key is not known.
        MissingDataError: the file is not there, or cannot be read.
    """
    return _told(_points(path, **keys))


def read_schedule(path: str | Path, **keys: Any) -> pd.DataFrame:
    """Read a schedule, one with weekdays across among them.

    Args:
        path: the file.
        keys: of `[schedule]`.

    Returns:
        A row a window of a point: `point_id`, `vehicle_id` (null: any), `weekdays` (ISO digits),
        `window_start`, `window_end` (local `HH:MM`; an end not after the start is on the next
        day), `valid_from`, `valid_to`, `every_days`, `route_id`.

    Raises:
        UsageError, MissingDataError: as `read_points`.
    """
    return _told(_schedule(path, **keys))


def read_alerts(
    path: str | Path,
    *,
    time_zone: str | datetime.tzinfo,
    schedule: pd.DataFrame | str | Path | None = None,
    **keys: Any,
) -> pd.DataFrame:
    """Read what the monitor raised, from all files of a pattern.

    Args:
        path: the file or a pattern.
        time_zone: local time, of times without an offset.
        schedule: to date alerts that have only a time of raising.
        keys: of `[alerts]`.

    Returns:
        `alert_id`, `point_id`, `service_date`, `raised_at` (in the zone), `window_start` (`HH:MM`).

    Raises:
        UsageError: a key is not known.
        UnreadableFileError: a file cannot be read.
    """
    return _told(_alerts(path, time_zone=time_zone, schedule=schedule, **keys))


def read_vehicles(path: str | Path, **keys: Any) -> pd.DataFrame:
    """Read which terminal was on which vehicle.

    Args:
        path: the file.
        keys: of `[vehicles]`.

    Returns:
        `device_id`, `vehicle_id`, `valid_from`, `valid_to`.

    Raises:
        UsageError, MissingDataError: as `read_points`.
    """
    return _told(_vehicles(path, **keys))


def read_calendar(path: str | Path, **keys: Any) -> pd.DataFrame:
    """Read the days that differ from the schedule.

    Args:
        path: the file.
        keys: of `[calendar]`.

    Returns:
        `date`, `township`, `point_id` (null: all), `due`.

    Raises:
        UsageError, MissingDataError: as `read_points`.
    """
    return _told(_calendar(path, **keys))


def read_checks(path: str | Path, *, time_zone: str | datetime.tzinfo, **keys: Any) -> pd.DataFrame:
    """Read what someone went to see.

    Args:
        path: the file.
        time_zone: local time.
        keys: of `[checks]`.

    Returns:
        `point_id`, `service_date`, `window_start` (`HH:MM`), `collected`, `by`.

    Raises:
        UsageError, MissingDataError: as `read_points`.
    """
    return _told(_checks(path, time_zone=time_zone, **keys))


def _told(found: Read) -> pd.DataFrame:
    """The table; how many rows were kept apart goes to the log."""
    if len(found.rejected):
        reasons = found.rejected["reason"].value_counts().to_dict()
        said = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
        log.warning("%d rows kept apart: %s", len(found.rejected), said)
    return found.table


# --- a kind each ----------------------------------------------------------------------------------


def _fixes(
    path: str | Path,
    *,
    time_zone: str | datetime.tzinfo,
    vehicles: pd.DataFrame | str | Path | None = None,
    now: pd.Timestamp | datetime.datetime | None = None,
    **keys: Any,
) -> Read:
    tables = {"fixes": path, "vehicles": vehicles}
    config = config_of(tables, time_zone=time_zone, settings={"fixes": keys})
    zone = config.time_zone
    mounted = None
    if vehicles is not None:
        mounted = vehicles_of(config.vehicles, config.directory).table
    parts = [FIXES.empty()]
    with FixFiles.read(
        config.fixes, config.directory, zone, vehicles=mounted, now=present(now)
    ) as source:
        for day in source.days:
            rows = source.load(day)
            # Each row once: those about midnight are loaded with both dates.
            parts.append(rows[(rows["day"] == (day - _EPOCH).days).to_numpy()])
        rejected, notes = source.rejected, [*source.notes, *(why for _, why in source.failed)]
    whole = pd.concat([part.astype({"vehicle_id": TEXT}) for part in parts], ignore_index=True)
    frame = pd.DataFrame(
        {
            "vehicle_id": whole["vehicle_id"],
            "time": whole["time"].dt.tz_convert(zone),
            "speed_kmh": whole["speed_kmh"],
            "heading_deg": whole["heading_deg"],
            "received_at": whole["received_at"].dt.tz_convert(zone),
            "positioned": whole["positioned"].astype(bool),
            "after_break": whole["after_break"].astype(bool),
        }
    )
    table = placed(frame, whole["lon"].to_numpy(), whole["lat"].to_numpy())
    return Read(table, typed(rejected, csv_files.REJECTED), tuple(map(str, notes)))


def _points(path: str | Path, **keys: Any) -> Read:
    import geopandas

    config = _config("points", path, keys)
    found = points_of(config.points, config.directory)
    rows = found.table
    frame = pd.DataFrame(
        {name: _texts(rows[name]) for name in ("point_id", "name", "township", "village")}
        | {
            "tolerance_m": rows["tolerance_m"],
            "valid_from": _dates(rows["valid_from"]),
            "valid_to": _dates(rows["valid_to"]),
            "group": _texts(rows["group"]),
        }
    )
    shapes = rows["geometry"].to_numpy(dtype=object)
    return _made(geopandas.GeoDataFrame(frame, geometry=shapes, crs=WGS84), found)


def _schedule(path: str | Path, **keys: Any) -> Read:
    config = _config("schedule", path, keys)
    found = schedule_of(config.schedule, config.directory)
    rows = found.table
    every = rows["every_days"].astype("Int64")
    frame = pd.DataFrame(
        {
            "point_id": rows["point_id"],
            "vehicle_id": _texts(rows["vehicle_id"]),
            "weekdays": rows["weekdays"],
            "window_start": _clock(rows["start_minute"]),
            "window_end": _clock(rows["end_minute"]),
            "valid_from": _dates(rows["valid_from"]),
            "valid_to": _dates(rows["valid_to"]),
            "every_days": every.mask(every == 0),
            "route_id": _texts(rows["route_id"]),
        }
    )
    return _made(frame, found)


def _alerts(
    path: str | Path,
    *,
    time_zone: str | datetime.tzinfo,
    schedule: pd.DataFrame | str | Path | None = None,
    **keys: Any,
) -> Read:
    tables = {"alerts": path, "schedule": schedule}
    config = config_of(tables, time_zone=time_zone, settings={"alerts": keys})
    plan = None if schedule is None else schedule_of(config.schedule, config.directory).table
    found = alerts_of(config.alerts, config.directory, config.time_zone, plan)
    if found.failed:
        raise UnreadableFileError(found.failed[0][1])
    rows = found.table
    frame = pd.DataFrame(
        {
            "alert_id": rows["alert_id"],
            "point_id": rows["point_id"],
            "service_date": _dates(rows["service_date"]),
            "raised_at": rows["raised_at"].dt.tz_convert(config.time_zone),
            "window_start": _clock(rows["start_minute"]),
        }
    )
    return _made(frame, found)


def _vehicles(path: str | Path, **keys: Any) -> Read:
    config = _config("vehicles", path, keys)
    found = vehicles_of(config.vehicles, config.directory)
    return _made(_with_dates(found.table, "valid_from", "valid_to"), found)


def _calendar(path: str | Path, **keys: Any) -> Read:
    config = _config("calendar", path, keys)
    found = calendar_of(config.calendar, config.directory)
    frame = _with_dates(found.table, "date")
    texts = {name: _texts(frame[name]) for name in ("township", "point_id")}
    return _made(frame.assign(**texts), found)


def _checks(path: str | Path, *, time_zone: str | datetime.tzinfo, **keys: Any) -> Read:
    config = config_of({"checks": path}, time_zone=time_zone, settings={"checks": keys})
    found = checks_of(config.checks, config.directory, config.time_zone)
    frame = _with_dates(found.table, "service_date")
    frame.insert(2, "window_start", _clock(frame.pop("start_minute")))
    return _made(frame, found)


_READERS: Mapping[str, Callable[..., Read]] = {
    "points": _points,
    "schedule": _schedule,
    "fixes": _fixes,
    "alerts": _alerts,
    "vehicles": _vehicles,
    "calendar": _calendar,
    "checks": _checks,
}


# --- how values are handed on ---------------------------------------------------------------------


def _config(kind: str, path: str | Path, keys: Mapping[str, Any]) -> Config:
    return config_of({kind: path}, time_zone=_ANY_ZONE, settings={kind: keys})


def _made(frame: pd.DataFrame, found: ReadResult) -> Read:
    return Read(frame, typed(found.rejected, csv_files.REJECTED), tuple(map(str, found.notes)))


def _with_dates(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    return table.assign(**{name: _dates(table[name]) for name in names})


def _dates(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values).astype("datetime64[us]")


def _texts(values: pd.Series) -> pd.Series:
    """Text, null where it is empty."""
    return values.mask(values == "").astype(TEXT)


def _clock(minutes: pd.Series) -> pd.Series:
    """Minutes after midnight as `HH:MM`, null where there are none (-1)."""
    shown = {
        minute: f"{minute % _DAY_MINUTES // 60:02}:{minute % 60:02}"
        for minute in set(minutes.tolist())
        if minute >= 0
    }
    return minutes.map(shown).astype(TEXT)
