"""What there is to see about one point on one date: the scene behind a verdict.

Tables in, columns out; `present.maps` draws it as a page and as a picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, seconds
from routecheck.domain.codes import Language
from routecheck.domain.local_time import to_second
from routecheck.geo.distance import distances_m
from routecheck.geo.plane import LocalPlane
from routecheck.geo.shapes import shown_at

AROUND_S = 1800.0
"""The way before and after the window that the map shows."""
CLOSE_S = 600.0
"""Before and after the visit, what the curves show."""
LONGEST_S = 3 * 3600.0
"""A curve over more than this shows nothing."""
MOST_VEHICLES = 4
"""Tracks of more vehicles than this hide each other."""


@dataclass(frozen=True)
class PointScene:
    """A point on a date, and the vehicles about it.

    Attributes:
        found: what `recheck` found, as its JSON has it.
        name: of the point.
        township: of the point.
        language: of all texts.
        zone: the site's time zone.
        recorded: geometry as the registry has it, WGS-84; None: none.
        place: geometry it was judged at, WGS-84; None: not known.
        tolerance_m: about the place.
        tracks: TRACKS about the date.
        gap: beside it, whether a gap begins at a fix.
        stops: STOPS about the date.
        speeds_ms: by vehicle, how fast it may have gone unseen, straight (m/s).
        min_dwell_s: a pickup takes at least so long.
    """

    found: Mapping[str, Any]
    name: str
    township: str
    language: Language
    zone: ZoneInfo
    recorded: Any
    place: Any
    tolerance_m: float
    tracks: pd.DataFrame
    gap: Bools
    stops: pd.DataFrame
    speeds_ms: Mapping[str, float]
    min_dwell_s: float

    @property
    def centre(self) -> tuple[float, float] | None:
        """Longitude and latitude of the place, else of the record."""
        shape = self.place if self.place is not None else self.recorded
        if shape is None:
            return None
        middle = shown_at(shape)
        return float(middle.x), float(middle.y)

    def vehicles(self) -> list[str]:
        """Return the vehicles to show, the one that the first verdict names first."""
        named: list[str] = []
        for pickup in self.found["pickups"]:
            named += [pickup["vehicle_id"], pickup["scheduled_vehicle_id"]]
        for kind in ("visits", "approaches", "nearest"):
            named += [row["vehicle_id"] for row in self.found[kind]]
        reporting = set(self.tracks["vehicle_id"].cat.categories)
        return [v for v in dict.fromkeys(named) if v and v in reporting][:MOST_VEHICLES]

    def span_s(self) -> tuple[float, float]:
        """Return the time that the map shows, seconds since 1970."""
        begins, ends = [], []
        for pickup in self.found["pickups"]:
            begins += [moment(pickup["window_start"])]
            ends += [moment(pickup["window_end"])]
        for focus in self.focuses():
            begins.append(focus.start_s)
            ends.append(focus.end_s)
        if not begins:
            times = seconds(self.tracks["time"])
            return (float(times.min()), float(times.max())) if len(times) else (0.0, 0.0)
        return min(begins) - AROUND_S, max(ends) + AROUND_S

    def focuses(self) -> list[Focus]:
        """Return for each pickup the vehicle and the time that its verdict rests on."""
        found = []
        for pickup in self.found["pickups"]:
            criteria = pickup["criteria"]
            vehicle = pickup["vehicle_id"] or pickup["scheduled_vehicle_id"] or ""
            if pickup["arrived_at"] is not None:
                start = moment(pickup["arrived_at"])
                end = moment(pickup["departed_at"] or pickup["arrived_at"])
            elif criteria.get("silent_from") and criteria.get("silent_until"):
                start, end = moment(criteria["silent_from"]), moment(criteria["silent_until"])
            else:
                vehicle = str(criteria.get("nearest_vehicle") or vehicle)
                start = end = self._nearest_s(pickup, vehicle)
            if np.isnan(start):
                continue
            middle = (start + end) / 2
            half = min((end - start) / 2 + CLOSE_S, LONGEST_S / 2)
            found.append(Focus(pickup, vehicle, middle - half, middle + half))
        return found

    def named_silences(self) -> list[tuple[str, float, float]]:
        """Return the silences that verdicts name: vehicle, from, until (seconds since 1970)."""
        return [
            (focus.vehicle, moment(criteria["silent_from"]), moment(criteria["silent_until"]))
            for focus in self.focuses()
            for criteria in (focus.pickup["criteria"],)
            if criteria.get("silent_from") and criteria.get("silent_until")
        ]

    def _nearest_s(self, pickup: Mapping[str, Any], vehicle: str) -> float:
        """Return when the vehicle came nearest: within the window where it has fixes then."""
        track = self.track(vehicle)
        if self.centre is None or len(track.time_s) == 0:
            return float("nan")
        away = track.away_m
        inside = (track.time_s >= moment(pickup["window_start"])) & (
            track.time_s <= moment(pickup["window_end"])
        )
        if inside.any():
            away = np.where(inside, away, np.inf)
        return float(track.time_s[int(np.argmin(away))])

    def track(self, vehicle: str) -> Track:
        """Return the track of a vehicle, empty where it has no fixes."""
        mine = np.flatnonzero((self.tracks["vehicle_id"] == vehicle).to_numpy())
        rows = self.tracks.iloc[mine]
        lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
        shape = self.place if self.place is not None else self.recorded
        away = distances_m(shape, lon, lat) if shape is not None and len(rows) else lon * np.nan
        return Track(
            vehicle, seconds(rows["time"]), lon, lat, rows["speed_kmh"].to_numpy(),
            np.asarray(away, dtype=np.float64), self.gap[mine],
        )  # fmt: skip

    def stands(self, vehicles: Sequence[str], start_s: float, end_s: float) -> pd.DataFrame:
        """Return the STOPS of vehicles within a span of time."""
        stops = self.stops
        begin, end = seconds(stops["start"]), seconds(stops["end"])
        mine = stops["vehicle_id"].isin(list(vehicles)).to_numpy()
        return stops[mine & (begin < end_s) & (end > start_s)]

    def silences(self, vehicle: str, start_s: float, end_s: float) -> list[Silence]:
        """Return the silences of a vehicle within a span, and where it could have been in them.

        What a verdict names as a silence is among them, however short it is.
        """
        track = self.track(vehicle)
        n = len(track.time_s)
        if n < 2:
            return []
        named = {(begin, end) for _, begin, end in self.named_silences()}
        found = []
        speed = self.speeds_ms.get(vehicle, 15.0)
        for i in range(n - 1):
            a, b = float(track.time_s[i]), float(track.time_s[i + 1])
            if b < start_s or a > end_s:
                continue
            is_named = any(abs(a - x) < 1.5 and abs(b - y) < 1.5 for x, y in named)
            if not (track.gap[i] or is_named):
                continue
            ends = (track.lon[i], track.lat[i], track.lon[i + 1], track.lat[i + 1])
            found.append(Silence(vehicle, a, b, prism(*ends, b - a - self.min_dwell_s, speed)))
        return found


@dataclass(frozen=True)
class Focus:
    """The span about a visit (or what comes nearest to one) that the curves show."""

    pickup: Mapping[str, Any]
    vehicle: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Track:
    """One vehicle: time (s since 1970), position (deg), speed (km/h), distance of the point."""

    vehicle: str
    time_s: Array
    lon: Array
    lat: Array
    speed_kmh: Array
    away_m: Array
    gap: Bools


@dataclass(frozen=True)
class Silence:
    """A gap of a track, and the outline of where the vehicle could have been in it (deg)."""

    vehicle: str
    start_s: float
    end_s: float
    outline: list[tuple[float, float]]


def prism(
    lon_a: float, lat_a: float, lon_b: float, lat_b: float, time_s: float, speed_ms: float
) -> list[tuple[float, float]]:
    """Return the outline of the places P with |AP| + |PB| <= speed x time (Hägerstrand 1970).

    An ellipse with the two ends as its foci.

    Args:
        lon_a: longitude of the last fix before the silence, deg.
        lat_a: its latitude.
        lon_b: longitude of the first fix after it, deg.
        lat_b: its latitude.
        time_s: how long it was silent, less the time that a pickup takes.
        speed_ms: how fast it may have gone.

    Returns:
        Longitude and latitude of 72 corners; none where there was no time to go anywhere.
    """
    plane = LocalPlane((lon_a + lon_b) / 2, (lat_a + lat_b) / 2)
    x, y = plane.to_metres(np.array([lon_a, lon_b]), np.array([lat_a, lat_b]))
    apart = float(np.hypot(x[1] - x[0], y[1] - y[0]))
    way = speed_ms * max(time_s, 0.0)
    if way <= apart:
        return []
    long, short = way / 2, float(np.sqrt(way**2 - apart**2)) / 2
    turn = np.arctan2(y[1] - y[0], x[1] - x[0])
    angle = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    u, v = long * np.cos(angle), short * np.sin(angle)
    lon, lat = plane.to_degrees(
        u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)
    )
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def moment(text: str) -> float:
    """Return ISO 8601 text with offset as seconds since 1970."""
    return datetime.fromisoformat(text).timestamp()


def clock(time_s: float, zone: ZoneInfo, *, exact: bool = True) -> str:
    """Return the local time of day."""
    at = to_second(datetime.fromtimestamp(time_s, zone))
    return at.strftime("%H:%M:%S" if exact else "%H:%M")
