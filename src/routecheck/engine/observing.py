"""Observing: the fixes about one service date, cleaned, with the stops in them. Pure.

Clocks that are off are found here too, by receipt times or by the schedule; what a device's other
days say about it is applied later, when they are known (`Observation.believable`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.diagnosis import summarise
from routecheck.domain.grain import Grain
from routecheck.domain.settings import Settings
from routecheck.domain.standing import Standing
from routecheck.domain.tables import TEXT
from routecheck.registry.due import expect
from routecheck.registry.records import (
    valid_points,
)
from routecheck.registry.schedule_gaps import ScheduleGaps
from routecheck.tracks.believed import believable_fixes
from routecheck.tracks.clean import Cleaned, clean, clock_table
from routecheck.tracks.clocks import confirmed, feed_offset, find_clocks, standpoints, wrong_dates
from routecheck.tracks.drift import Drift
from routecheck.tracks.grain import of_grain, to_grain
from routecheck.tracks.stops import find_stops


@dataclass(frozen=True)
class Site:
    """What is expected: POINTS, SCHEDULE and CALENDAR, and what of the schedule is not known."""

    points: pd.DataFrame
    schedule: pd.DataFrame
    calendar: pd.DataFrame
    gaps: ScheduleGaps = field(default_factory=ScheduleGaps)
    _due: dict[date, pd.DataFrame] = field(default_factory=dict, repr=False)

    def pickups(self, service_date: date, settings: Settings) -> pd.DataFrame:
        """PICKUPS that were due on a date; worked out once, as the dates beside it need it too."""
        if service_date not in self._due:
            self._due[service_date] = expect(
                self.schedule, self.points, self.calendar, service_date, settings.time_zone
            )
        return self._due[service_date]


@dataclass(frozen=True)
class Observation:
    """What the fixes about one service date show: cleaned tracks and where vehicles stood."""

    service_date: date
    cleaned: Cleaned
    standing: Standing
    stops: pd.DataFrame
    as_of: pd.Timestamp
    grain: Grain = field(default_factory=Grain)
    feed_s: float = 0.0
    """Seconds that were added to all times: the feed was read in another time zone."""

    def history(self, pickups: pd.DataFrame, settings: Settings) -> pd.DataFrame:
        """HISTORY of the date: what diagnosing will look back on."""
        return summarise(
            self.cleaned.tracks,
            self.standing,
            self.stops,
            pickups,
            self.service_date,
            settings.time_zone,
        )

    def without_drift(self, drifts: Mapping[str, Drift]) -> Observation:
        """The same with clocks that drift put right, of vehicles without receipt times.

        Args:
            drifts: by vehicle, from `find_drifts`.
        """
        if not drifts:
            return self
        tracks = self.cleaned.tracks
        checked = tracks["received_at"].notna() | (tracks["clock_offset_s"] != 0.0)
        vehicle = tracks["vehicle_id"].astype(TEXT)
        unchecked = set(vehicle.unique()) - set(vehicle[checked].unique())
        off = {
            name: round(drift.correction_s(self.service_date))
            for name, drift in drifts.items()
            if name in unchecked
        }
        if not any(off.values()):
            return self

        def moved(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
            shift = pd.to_timedelta(table["vehicle_id"].astype(TEXT).map(off).fillna(0), unit="s")
            return table.assign(
                **{name: (table[name] + shift).astype(table[name].dtype) for name in columns}
            )

        offset_s = tracks["clock_offset_s"] + vehicle.map(off).fillna(0.0).astype(float)
        tracks = moved(tracks, "time").assign(clock_offset_s=offset_s)
        cleaned = replace(self.cleaned, tracks=tracks, clocks=clock_table(tracks))
        stops = moved(self.stops, "start", "end")
        return replace(self, cleaned=cleaned, stops=stops)

    def believable(self, faults: pd.DataFrame, settings: Settings) -> Observation:
        """The same without fixes that cannot be believed, displaced days put back.

        Args:
            faults: of devices, from `find_faults`.
            settings: all settings.
        """
        tracks = believable_fixes(self.cleaned.tracks, faults)
        if tracks is self.cleaned.tracks:
            return self
        cleaned = replace(self.cleaned, tracks=tracks)
        standing, stops = _stands(tracks, self.grain, settings)
        return replace(self, cleaned=cleaned, standing=standing, stops=stops)


def observe(
    fixes: pd.DataFrame,
    service_date: date,
    settings: Settings,
    now: pd.Timestamp,
    site: Site | None = None,
) -> Observation:
    """Clean the fixes that may belong to a service date, and find the stops in them.

    Args:
        fixes: FIXES from the evening before to the night after.
        service_date: local calendar date.
        settings: all settings.
        now: the present, UTC.
        site: where it is given, clocks that are off are also found by the schedule, for devices
            without receipt times.
    """
    fixes, grain = of_grain(fixes)
    cleaned = clean(fixes, settings.clean, now, coarse=grain.mesh_m)
    standing, stops = _stands(cleaned.tracks, grain, settings)
    feed_s = 0.0 if site is None else _feed_offset(stops, service_date, settings, site)
    if feed_s:
        fixes = _later(fixes, feed_s, settings.time_zone)
        cleaned = clean(fixes, settings.clean, now, coarse=grain.mesh_m)
        standing, stops = _stands(cleaned.tracks, grain, settings)
    off = {} if site is None else _clocks_off(fixes, stops, service_date, settings, now, site)
    if off:
        cleaned = clean(fixes, settings.clean, now, off, coarse=grain.mesh_m)
        standing, stops = _stands(cleaned.tracks, grain, settings)
    if feed_s:
        offset_s = cleaned.tracks["clock_offset_s"] + feed_s
        tracks = cleaned.tracks.assign(clock_offset_s=offset_s)
        cleaned = replace(cleaned, tracks=tracks, clocks=clock_table(tracks))
    tracks = cleaned.tracks
    if tracks.empty:
        as_of = pd.Timestamp(service_date, tz="UTC").as_unit("us")
    else:
        heard = [tracks["time"].max(), tracks["received_at"].max()]
        as_of = max(moment for moment in heard if moment is not pd.NaT)
    return Observation(service_date, cleaned, standing, stops, as_of, grain, feed_s)


def _stands(
    tracks: pd.DataFrame, grain: Grain, settings: Settings
) -> tuple[Standing, pd.DataFrame]:
    """Standing and STOPS of TRACKS, as well as they are known."""
    standing, stops = find_stops(tracks, settings.stops)
    return to_grain(standing, stops, tracks, grain, settings.stops.min_stop_s)


def _feed_offset(stops: pd.DataFrame, service_date: date, settings: Settings, site: Site) -> float:
    """Seconds to add to all times, of a feed that was read in another time zone."""
    pickups, points = site.pickups(service_date, settings), valid_points(site.points, service_date)
    stands = standpoints(stops, pickups, points)
    return feed_offset(stands, service_date, settings.time_zone)


def _later(fixes: pd.DataFrame, seconds_later: float, zone: ZoneInfo) -> pd.DataFrame:
    """FIXES with all their times so much later, and counted under the dates that they then have."""
    later = pd.Timedelta(seconds=seconds_later)
    moved = {
        name: (fixes[name] + later).astype(fixes[name].dtype) for name in ("time", "received_at")
    }
    before, after = (_local_days(times, zone) for times in (fixes["time"], moved["time"]))
    # Rows of clocks that are days off are counted under the dates of the rows about them.
    same = fixes["day"].to_numpy() == before
    return fixes.assign(**moved, day=np.where(same, after, fixes["day"].to_numpy()))


def _local_days(times: pd.Series, zone: ZoneInfo) -> np.ndarray:
    """The local date of each moment, in days since 1970."""
    local = times.dt.tz_convert(zone).dt.tz_localize(None)
    return np.asarray(local.to_numpy().astype("datetime64[D]").astype(np.int64))


def _clocks_off(
    fixes: pd.DataFrame,
    stops: pd.DataFrame,
    service_date: date,
    settings: Settings,
    now: pd.Timestamp,
    site: Site,
) -> dict[str, float]:
    """Seconds to add to device times, by vehicle, for clocks that no receipt time betrays."""
    vehicle = fixes["vehicle_id"].cat
    received = np.bincount(
        vehicle.codes[fixes["received_at"].notna()], minlength=len(vehicle.categories)
    )
    unchecked = {str(name) for name, n in zip(vehicle.categories, received, strict=True) if n == 0}
    if not unchecked:
        return {}
    zone = settings.time_zone
    pickups, points = site.pickups(service_date, settings), valid_points(site.points, service_date)
    dates = {
        name: amount_s
        for name, amount_s in wrong_dates(fixes, service_date, zone).items()
        if name in unchecked
    }
    if dates:
        again = clean(fixes, settings.clean, now, dates)
        _, stops = find_stops(again.tracks, settings.stops)
    stands = standpoints(stops, pickups, points)
    off = find_clocks(stands, unchecked, service_date, zone)
    return confirmed(dates, stands, off) | {
        name: amount_s for name, amount_s in off.items() if name not in dates
    }
