"""What a source elsewhere gives, read as a run would read it, and what looks wrong with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError
from scipy.spatial import cKDTree

from routecheck.config import Config, FileSource, FixesSource
from routecheck.config.sections import SOURCES
from routecheck.domain.arrays import seconds
from routecheck.domain.errors import Message, MissingDataError, RoutecheckError, UsageError
from routecheck.fetching.kinds import is_sql, source_of, zone_of
from routecheck.fetching.protocol import Source
from routecheck.geo.crs import to_wgs84
from routecheck.geo.plane import LocalPlane, distance_m
from routecheck.registry.ids import VEHICLE, join_ids
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.header_matching import match_headers
from routecheck.sources.points import read_points
from routecheck.sources.rejected_rows import ReadResult
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import read_alerts, read_calendar, read_checks, read_vehicles

LOOKED_AT = 50_000
"""Rows that are looked at: some thousand fixes show units and zones, and take a second."""
BACK_DAYS = (2, 14, 100, 1000)
"""So far back is looked for rows, one after the other, until there are some."""
SHOWN = 5

AHEAD_S = 300.0
"""A clock that is ahead by less is a clock; by whole hours, it is a zone."""
HOUR_TOLERANCE_S = 600.0
MOST_HOURS = 14
"""No zone is further from UTC, and no two that one country uses are as far apart."""
OLD = timedelta(days=1)
UNITS = {"kn": 1.852, "m/s": 3.6, "mph": 1.609}
"""Units of speeds, in km/h."""
UNIT_TOLERANCE, MOVING_KMH, MOVES = 0.1, 10.0, 50
"""A unit is another one where at least so many ratios of distance over time to the speed as read
show it; segments of 5 to 60 s with hardly a change of speed."""
STRAIGHT = 0.7
"""Quantile of these ratios that is 1 where speeds are in km/h: roads bend, and chords are shorter
(0.98 to 1.02 on counties of two simulators that have nothing in common)."""
NEAR_M, STANDING_M, BETTER = 30.0, 15.0, 0.15
"""Stands (two fixes so near each other, half a minute or more apart) near points: another datum
is meant where such a share more of them are within reach of a point by it."""
FAR_M = 100_000.0
"""Fixes whose middle lies farther than this from that of the points are elsewhere."""


@dataclass(frozen=True)
class Tables:
    """What may be fetched from a database, where no table was named.

    Attributes:
        source: how messages name the database.
        fitting: tables that have the columns that are needed.
        others: the other ones.
    """

    source: str
    fitting: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Connection:
    """What was seen of a source.

    Attributes:
        kind: of which input.
        source: how messages name it.
        keys: of the section, as they were given.
        rows: looked at.
        shown: the newest of them, as a run would understand them.
        first: time of the earliest row that was looked at, UTC; None where rows have no time.
        last: time of the latest.
        rejected: how many rows were rejected, by reason.
        known: vehicles that the schedule names as well.
        strange: vehicles that it does not name.
        silent: vehicles of the schedule that were not heard.
        findings: what looks wrong.
    """

    kind: str
    source: str
    keys: Mapping[str, Any]
    rows: int
    shown: pd.DataFrame
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    findings: tuple[Message, ...] = ()


def connect(
    config: Config, kind: str, keys: Mapping[str, Any], now: datetime
) -> Connection | Tables:
    """Ask a source for some rows, and read them as a run would.

    Args:
        config: the site; points and schedule are looked at where they can be read.
        kind: which input the source is to be.
        keys: of its section: url, query or table, columns, time_zone and others.
        now: the present, an aware time.

    Returns:
        What was seen; the tables of a database, where none was named and not just one fits.

    Raises:
        UsageError: keys are wrong.
        SourceError: the source cannot be asked.
        MissingDataError: it gives no row.
        UnreadableFileError: it lacks a column that is needed.
    """
    section = _section(config, kind, keys)
    if is_sql(section) and not (section.query or section.table or keys.get("preset")):
        from routecheck.fetching.sql import tables_of

        label, found = tables_of(section, config)
        fitting = tuple(name for name, headers in found.items() if _fits(kind, headers, section))
        if len(fitting) != 1:
            return Tables(label, fitting, tuple(sorted(set(found) - set(fitting))))
        keys = {**keys, "table": fitting[0]}
        section = _section(config, kind, keys)
    looked_at = section
    if isinstance(section, FixesSource) and section.table:
        # The newest rows of a plain table are told by their time.
        looked_at = section.model_copy(update={"watermark": ""})
    source = source_of(looked_at, config)
    try:
        with tempfile.TemporaryDirectory(prefix="routecheck-") as scratch:
            if isinstance(section, FixesSource):
                return _of_fixes(section, keys, source, config, now, Path(scratch))
            return _of_table(section, keys, source, config, Path(scratch))
    finally:
        source.close()


def _section(config: Config, kind: str, keys: Mapping[str, Any]) -> FileSource:
    try:
        section = SOURCES[kind].model_validate({**keys, "path": "-"})
    except ValidationError as error:
        found = error.errors()[0]
        name = ".".join(str(part) for part in found["loc"])
        raise UsageError("connect.key_wrong", kind=kind, name=name, reason=found["msg"]) from None
    section._limits = config.limits
    return section


def _fits(kind: str, headers: list[str], section: FileSource) -> bool:
    with suppress(RoutecheckError):
        return bool(match_headers(headers, kind, section.columns, ""))
    return False


# --- fixes ------------------------------------------------------------------------------------


def _of_fixes(
    section: FixesSource,
    keys: Mapping[str, Any],
    source: Source,
    config: Config,
    now: datetime,
    scratch: Path,
) -> Connection:
    rows = _newest(source, now)
    pq.write_table(rows, scratch / "rows.parquet")
    read = section.model_copy(update={"path": str(scratch / "rows.parquet")})
    read._limits = config.limits
    scheduled = _scheduled(config)
    # What lies in the future is to be seen, not to be left out.
    ahead = now + timedelta(days=2)
    with FixFiles.read(read, scratch, config.time_zone, now=ahead, scheduled=scheduled) as files:
        fixes = pd.concat([files.load(day) for day in files.days], ignore_index=True)
        reasons = files.rejected["reason"].value_counts()
    fixes["vehicle_id"] = fixes["vehicle_id"].astype(object)
    fixes = fixes.drop_duplicates(["vehicle_id", "time", "row"]).sort_values("time", kind="stable")
    heard = set(fixes["vehicle_id"])
    same = join_ids(scheduled, sorted(heard), VEHICLE).same if scheduled else {}
    named = {same.get(one, one) for one in heard}
    return Connection(
        kind="fixes",
        source=source.label,
        keys=keys,
        rows=rows.num_rows,
        shown=fixes.tail(SHOWN),
        first=fixes["time"].min(),
        last=fixes["time"].max(),
        rejected={str(reason): int(count) for reason, count in reasons.items()},
        known=tuple(sorted(named & scheduled)),
        strange=tuple(sorted(named - scheduled)) if scheduled else (),
        silent=tuple(sorted(scheduled - named)),
        findings=tuple(_findings(fixes, section, config, now)),
    )


def _newest(source: Source, now: datetime) -> pa.Table:
    """The rows of the last days that have some, the oldest first; not more than are looked at."""
    for days in BACK_DAYS:
        since = now - timedelta(days=days)
        ahead = now + timedelta(days=2)
        slices = source.after(None, since) if source.by_mark else source.between(since, ahead)
        parts, count = [], 0
        for one in slices:
            parts.append(one.rows)
            count += one.rows.num_rows
            if count >= LOOKED_AT:
                break
        if count:
            return pa.concat_tables(parts, promote_options="permissive")
    raise MissingDataError("connect.no_rows", source=source.label, days=BACK_DAYS[-1])


def _scheduled(config: Config) -> frozenset[str]:
    with suppress(RoutecheckError):
        schedule = read_schedule(config.schedule, config.directory).table
        return frozenset(schedule["vehicle_id"]) - {""}
    return frozenset()


def _places(config: Config) -> np.ndarray:
    """Longitude and latitude of the points, one a row; none where they cannot be read."""
    with suppress(RoutecheckError):
        points = read_points(config.points, config.directory).table
        located = points[points["recorded_lon"].notna() & points["recorded_lat"].notna()]
        return located[["recorded_lon", "recorded_lat"]].to_numpy(float)
    return np.empty((0, 2))


def _findings(
    fixes: pd.DataFrame, section: FixesSource, config: Config, now: datetime
) -> Iterator[Message]:
    zone = zone_of(section, config).key
    yield from _of_clock(fixes, zone, now)
    yield from _of_speed(fixes)
    yield from _of_grain(fixes)
    yield from _of_place(fixes, _places(config), section)


def _of_clock(fixes: pd.DataFrame, zone: str, now: datetime) -> Iterator[Message]:
    """Times that are hours ahead of the present, or of their receipts."""
    # Of each vehicle the newest: one clock that is wrong is a device's matter.
    newest = seconds(fixes.groupby("vehicle_id", observed=True)["time"].max())
    ahead_s = float(np.median(newest)) - now.timestamp()
    received = fixes["received_at"].notna().to_numpy()
    if received.any():
        late_s = seconds(fixes["received_at"][received]) - seconds(fixes["time"][received])
        behind_s = float(np.median(late_s))
        hours = round(behind_s / 3600)
        if 0 < abs(hours) <= MOST_HOURS and abs(behind_s - 3600 * hours) < HOUR_TOLERANCE_S:
            yield Message("connect.zone_of_receipts", hours=abs(hours), zone=zone,
                          ahead=int(hours < 0))  # fmt: skip
            return
    if ahead_s > AHEAD_S:
        yield Message("connect.ahead", hours=round(ahead_s / 3600, 1), zone=zone)
    elif ahead_s < -OLD.total_seconds():
        yield Message("connect.old", days=round(-ahead_s / 86400))


def _of_speed(fixes: pd.DataFrame) -> Iterator[Message]:
    """Speeds in another unit than km/h, by how far vehicles came meanwhile."""
    table = fixes.sort_values(["vehicle_id", "time"], kind="stable")
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    took_s = np.diff(seconds(table["time"]))
    vehicle = table["vehicle_id"].to_numpy()
    went_m = distance_m(lon[1:], lat[1:], lon[:-1], lat[:-1])
    speed = table["speed_kmh"].to_numpy(float)
    told = (speed[1:] + speed[:-1]) / 2
    fit = (vehicle[1:] == vehicle[:-1]) & (took_s >= 5) & (took_s <= 60) & (told > 0)
    kmh = 3.6 * went_m / np.where(took_s > 0, took_s, np.inf)
    fit &= (kmh > MOVING_KMH) & (np.abs(speed[1:] - speed[:-1]) < 0.1 * told)
    if fit.sum() < MOVES:
        return
    factor = float(np.quantile(kmh[fit] / told[fit], STRAIGHT))
    unit = min(UNITS, key=lambda name: abs(np.log(UNITS[name] / factor)))
    if abs(np.log(factor)) > UNIT_TOLERANCE and abs(np.log(UNITS[unit] / factor)) < UNIT_TOLERANCE:
        yield Message("connect.speed_unit", unit=unit)


def _of_grain(fixes: pd.DataFrame) -> Iterator[Message]:
    at_s = seconds(fixes["time"])
    if len(at_s) >= MOVES and np.mean(np.mod(at_s, 60.0) == 0.0) > 0.98:
        yield Message("connect.whole_minutes")


def _of_place(fixes: pd.DataFrame, points: np.ndarray, section: FixesSource) -> Iterator[Message]:
    """Fixes far from all points, exchanged axes, or another datum."""
    if not len(points):
        return
    lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
    middle = np.median(points, axis=0)
    there = float(np.median(distance_m(lon, lat, middle[0], middle[1])))
    if there > FAR_M:
        fits = np.abs(lon) <= 90
        swapped = distance_m(lat[fits], lon[fits], middle[0], middle[1])
        if len(swapped) and float(np.median(swapped)) < FAR_M:
            yield Message("connect.axes")
        else:
            yield Message("connect.elsewhere", km=round(there / 1000))
        return
    if section.datum != "wgs84":
        return
    plane = LocalPlane(float(middle[0]), float(middle[1]))
    tree = cKDTree(np.column_stack(plane.to_metres(points[:, 0], points[:, 1])))
    stood = _standing(fixes, plane)
    if len(stood) < MOVES:
        return
    shares = {}
    for datum in ("wgs84", "gcj02", "bd09"):
        x, y = plane.to_metres(*to_wgs84(stood[:, 0], stood[:, 1], datum))
        shares[datum] = float(np.mean(tree.query(np.column_stack([x, y]))[0] <= NEAR_M))
    best = max(shares, key=lambda name: shares[name])

    if shares[best] > shares["wgs84"] + BETTER:
        yield Message("connect.datum", datum=best, share=round(100 * shares[best]),
                      now=round(100 * shares["wgs84"]))  # fmt: skip


def _standing(fixes: pd.DataFrame, plane: LocalPlane) -> np.ndarray:
    """Longitude and latitude of the places at which vehicles stood, each once."""
    table = fixes.sort_values(["vehicle_id", "time"], kind="stable")
    x, y = plane.to_metres(table["lon"].to_numpy(), table["lat"].to_numpy())
    took_s = np.diff(seconds(table["time"]))
    vehicle = table["vehicle_id"].to_numpy()
    stood = (vehicle[1:] == vehicle[:-1]) & (np.hypot(np.diff(x), np.diff(y)) <= STANDING_M)
    stood &= (took_s >= 5) & (took_s <= 600)
    # A night in the yard is one place, as a minute at the bins is.
    cells = np.column_stack([x[1:][stood] // NEAR_M, y[1:][stood] // NEAR_M])
    _, first = np.unique(cells, axis=0, return_index=True)
    found: np.ndarray = table[["lon", "lat"]].to_numpy(float)[1:][stood][first]
    return found


# --- the other tables -------------------------------------------------------------------------


def _of_table(
    section: FileSource, keys: Mapping[str, Any], source: Source, config: Config, scratch: Path
) -> Connection:
    from routecheck.fetching.bringing import as_texts
    from routecheck.fetching.cache import write_csv

    whole = pa.concat_tables(list(source.whole()), promote_options="permissive")
    if not whole.num_rows:
        raise MissingDataError("connect.no_rows", source=source.label, days=0)
    write_csv(as_texts(whole), scratch / "rows.csv")
    read = section.model_copy(update={"path": "rows.csv"})
    read._limits = config.limits
    result = _read(read, scratch, config)
    reasons = result.rejected["reason"].value_counts()
    return Connection(
        kind=section.kind,
        source=source.label,
        keys=keys,
        rows=whole.num_rows,
        shown=result.table.head(SHOWN),
        rejected={str(reason): int(count) for reason, count in reasons.items()},
    )


def _read(section: Any, directory: Path, config: Config) -> ReadResult:
    """Read a table as a run reads it."""
    zone = config.time_zone
    if section.kind == "alerts":
        alerts = read_alerts(section, directory, zone)
        for _, message in alerts.failed:
            raise MissingDataError(message)
        return alerts
    if section.kind == "checks":
        return read_checks(section, directory, zone)
    readers: dict[str, Any] = {
        "points": read_points,
        "schedule": read_schedule,
        "vehicles": read_vehicles,
        "calendar": read_calendar,
    }
    result: ReadResult = readers[section.kind](section, directory)
    return result
