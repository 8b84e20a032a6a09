"""Tracks without a schedule: cleaned, the stops in them, and which places were served."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routecheck.api.given import Settings, Table, config_of, present
from routecheck.config import Config
from routecheck.domain.errors import MissingDataError
from routecheck.domain.tables import CLOCKS, STOPS, TEXT, TRACKS, VISITS
from routecheck.engine.basis import LATEST_DAYS
from routecheck.engine.observing import Observation, observe
from routecheck.engine.pipeline import visits_at
from routecheck.present import csv_files
from routecheck.present.frames import WGS84, placed, typed
from routecheck.registry.records import recorded_places, valid_points
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.points import read_points
from routecheck.sources.rejected_rows import joined, why_unusable

if TYPE_CHECKING:
    import geopandas

_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class CleanedFixes:
    """What cleaning made of fixes.

    Attributes:
        tracks: the fixes that can be believed, by vehicle and true time: `vehicle_id`, `time`,
            `speed_kmh` (null where not to be trusted), `received_at`, `clock_offset_s` (added to
            the device time), `drifting` (parked, and scattering about one place), geometry.
        rejected: the others: `file`, `row` (from 1), `reason`, `text`.
        clocks: devices whose clock was off: `vehicle_id`, `offset_s`, `fixes`, `first`, `last`.
    """

    tracks: geopandas.GeoDataFrame
    rejected: pd.DataFrame
    clocks: pd.DataFrame


def clean(
    fixes: Table,
    *,
    time_zone: str | datetime.tzinfo | None = None,
    settings: Settings | None = None,
    now: pd.Timestamp | datetime.datetime | None = None,
) -> CleanedFixes:
    """Keep apart the fixes that cannot be believed, and put clocks right.

    Args:
        fixes: as for `judge`.
        time_zone: local time: of times without a zone, and of the dates that are worked on.
        settings: sections and keys of the configuration, such as `{"fixes": {"datum": "gcj02"}}`.
        now: the present: nothing can have been measured later.

    Raises:
        UsageError: the call or the settings are wrong.
        MissingDataError: there is no usable fix.
    """
    config = config_of({"fixes": fixes}, time_zone=time_zone, settings=settings)
    tracks, rejected, clocks = [TRACKS.empty()], [], [CLOCKS.empty()]
    with _fixes_of(config, now) as (source, days):
        for day, seen in days:
            number = (day - _EPOCH).days
            own = seen.cleaned.tracks
            tracks.append(own[(own["day"] == number).to_numpy()])
            kept_apart = seen.cleaned.rejected
            rejected.append(kept_apart[(kept_apart["day"] == number).to_numpy()])
            clocks.append(seen.cleaned.clocks)
        rejected.append(source.rejected)
    names = ["vehicle_id", "time", "speed_kmh", "received_at", "clock_offset_s", "drifting"]
    return CleanedFixes(
        _frame(tracks, names, ["vehicle_id", "time"], config),
        typed(joined(rejected).sort_values(["file", "row"], kind="stable"), csv_files.REJECTED),
        _plain(clocks, CLOCKS.names, ["vehicle_id", "first"], config).drop_duplicates(
            ["vehicle_id", "first"], ignore_index=True
        ),
    )


def stops(
    fixes: Table,
    *,
    time_zone: str | datetime.tzinfo | None = None,
    settings: Settings | None = None,
    now: pd.Timestamp | datetime.datetime | None = None,
) -> geopandas.GeoDataFrame:
    """Find where vehicles stood, and how long.

    Args:
        fixes: as for `judge`; they are cleaned first.
        time_zone: local time.
        settings: sections and keys of the configuration.
        now: the present.

    Returns:
        A row a stand, by vehicle and time: `vehicle_id`, `start`, `end`, `stood_s` (best estimate),
        `stood_min_s`, `stood_max_s` (what the data allow), `spread_m` (scatter of its fixes),
        `fixes` (0: hidden between two fixes), geometry. A stand is followed to 20 h after the local
        date on which it began.

    Raises:
        UsageError, MissingDataError: as `clean`.
    """
    config = config_of({"fixes": fixes}, time_zone=time_zone, settings=settings)
    found = [STOPS.empty()]
    with _fixes_of(config, now) as (_, days):
        found += [_begun(seen.stops, "start", day, config) for day, seen in days]
    return _frame(found, STOPS.names, ["vehicle_id", "start"], config)


def visits(
    fixes: Table,
    places: Table,
    *,
    tolerance_m: float | None = None,
    min_dwell_s: float | None = None,
    min_line_share: float | None = None,
    time_zone: str | datetime.tzinfo | None = None,
    settings: Settings | None = None,
    now: pd.Timestamp | datetime.datetime | None = None,
) -> geopandas.GeoDataFrame:
    """Tell which of these places the vehicles came to, when, and for how long. Needs no schedule.

    Args:
        fixes: as for `judge`; they are cleaned first.
        places: `point_id`, a geometry of any kind or `lon` and `lat`; optional `name`,
            `tolerance_m`.
        tolerance_m: where a place has none of its own (m); None: 30.
        min_dwell_s: from how long a vehicle counts as having served it (s); None: 10.
        min_line_share: of a line, how much of it has to be driven along (0 to 1); None: 0.
        time_zone: local time.
        settings: sections and keys of the configuration.
        now: the present.

    Returns:
        A row for each interval in which a track lay within the tolerance, by vehicle and time:
        `point_id`, `name`, `vehicle_id`, `start`, `end`, `nearest_at`, `distance_m` (least),
        `dwell_s` (stood there; along a line, crept), `dwell_max_s` (most that the data allow),
        `fixes` (within), `served` (`dwell_s` is at least `min_dwell_s`, and of a line
        `covered_share` at least `min_line_share`), `covered_m` and `covered_share` (of a line, how
        much of it was driven along; blank of others), and the geometry of the place. Driving
        through is a visit, and serves nothing.

    Raises:
        UsageError, MissingDataError: as `clean`; no place is usable.
    """
    own = {
        "tolerance_m": tolerance_m,
        "min_dwell_s": min_dwell_s,
        "min_line_share": min_line_share,
    }
    wanted = {name: float(value) for name, value in own.items() if value is not None}
    matching = {**dict((settings or {}).get("matching", {})), **wanted}
    config = config_of(
        {"fixes": fixes, "points": places},
        time_zone=time_zone,
        settings={**(settings or {}), "matching": matching},
        called={"points": "places"},
    )
    read = read_points(config.points, config.directory)
    if read.table.empty:
        rows = why_unusable(read.rejected)
        raise MissingDataError("no_points", path=config.points.path, rows=rows)
    found, stages = [VISITS.empty()], config.settings
    with _fixes_of(config, now) as (_, days):
        for day, seen in days:
            there = recorded_places(read.table, day, stages.match)
            found.append(_begun(visits_at(seen, there, stages), "entered", day, config))
    table = _plain(found, VISITS.names, ["vehicle_id", "entered"], config)
    records = valid_points(read.table, datetime.date.max).set_index("point_id")
    of_rows = records.reindex(table["point_id"])
    import geopandas

    frame = pd.DataFrame(
        {
            "point_id": table["point_id"],
            "name": of_rows["name"].replace("", np.nan).astype(TEXT).array,
            "vehicle_id": table["vehicle_id"],
            "start": table["entered"],
            "end": table["left"],
            "nearest_at": table["nearest_at"],
            "distance_m": table["distance_m"],
            "dwell_s": table["dwell_s"],
            "dwell_max_s": table["dwell_max_s"],
            "fixes": table["fixes_inside"],
            "served": (table["dwell_s"] >= stages.judge.min_dwell_s)
            & ~(table["covered_share"] < stages.judge.min_line_share),
            "covered_m": table["covered_m"],
            "covered_share": table["covered_share"],
        }
    )
    shapes = np.array(of_rows["geometry"].tolist() or np.empty(0, object), dtype=object)
    return geopandas.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


# --- how it is done -------------------------------------------------------------------------------


@contextmanager
def _fixes_of(
    config: Config, now: pd.Timestamp | datetime.datetime | None
) -> Iterator[tuple[FixFiles, Iterator[tuple[datetime.date, Observation]]]]:
    """The fixes of a call, and what they show on each local date that has any."""
    moment, stages = present(now), config.settings
    with FixFiles.read(config.fixes, config.directory, config.time_zone, now=moment) as source:

        def days() -> Iterator[tuple[datetime.date, Observation]]:
            for day in source.days:
                after = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=LATEST_DAYS)
                yield day, observe(source.load(day), day, stages, max(moment, after))

        yield source, days()


def _begun(table: pd.DataFrame, column: str, day: datetime.date, config: Config) -> pd.DataFrame:
    """The rows that began on a local date: each is of one date, whatever reaches into others."""
    own = table[column].dt.tz_convert(config.time_zone).dt.date == day
    rows: pd.DataFrame = table[own.to_numpy(dtype=bool)]
    return rows


def _plain(
    tables: list[pd.DataFrame], names: list[str], order: list[str], config: Config
) -> pd.DataFrame:
    """Tables of dates as one, in order; vehicles as text, times in the zone of the site."""
    whole = pd.concat(
        [table[names].astype({"vehicle_id": TEXT}) for table in tables], ignore_index=True
    )
    whole = whole.sort_values(order, kind="stable", ignore_index=True)
    zone = config.time_zone
    return whole.assign(
        **{n: whole[n].dt.tz_convert(zone) for n in names if hasattr(whole[n], "dt")}
    )


def _frame(
    tables: list[pd.DataFrame], names: list[str], order: list[str], config: Config
) -> geopandas.GeoDataFrame:
    """The same with their positions as the geometry."""
    whole = _plain(tables, list(dict.fromkeys([*names, "lon", "lat"])), order, config)
    lon, lat = whole["lon"].to_numpy(), whole["lat"].to_numpy()
    return placed(whole.drop(columns=["lon", "lat"]), lon, lat)
