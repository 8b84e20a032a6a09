"""A small county whose evidence is written by hand: no track, no simulator, known places."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.diagnosis import Diagnosis, diagnose
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import CORRECTIONS, HISTORY, PICKUPS, POINTS

ZONE = ZoneInfo("Asia/Shanghai")
LON, LAT = 108.77, 28.84
EAST_M, NORTH_M = 97_540.0, 110_850.0
"""Lengths of a degree at 28.84 N, from tables, to 0.1%."""
FIRST = date(2026, 3, 2)


def degrees(x: float, y: float) -> tuple[float, float]:
    return LON + x / EAST_M, LAT + y / NORTH_M


@dataclass
class County:
    """Points stand every 150 m along the roads of their townships; one vehicle a township.

    `true` are where the bins stand (m), `recorded` what the file says (deg). Vehicles stop 6 m
    beside the bins, for 60 to 120 s, with a scatter of 4 m. Every vehicle also parks in a yard
    all share, and halts at a light on some days.
    """

    townships: int = 4
    size: int = 15
    days: int = 10
    seed: int = 1
    recorded: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    never_served: set[str] = field(default_factory=set)
    beside: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Where vehicles stand for a point, from its bins (m), if not 6 m north."""
    halts: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Where vehicles halt for two minutes near a point (m from its bins), on every fourth day."""
    silent: set[str] = field(default_factory=set)
    """Points about which their vehicle is not heard, for eight minutes within 400 m."""
    first_days: dict[str, int] = field(default_factory=dict)
    """Points that are served on so many of the first days, and not after."""
    unrecorded: set[str] = field(default_factory=set)
    """Points that are served, and that no file has: stands of nobody."""

    def __post_init__(self) -> None:
        self.true: dict[str, tuple[float, float]] = {}
        self.township: dict[str, str] = {}
        rng = np.random.default_rng(self.seed)
        for t in range(self.townships):
            for k in range(self.size):
                name = f"T{t}-{k:02d}"
                bend = 120.0 * np.sin(k / 2.0 + t)
                self.true[name] = (150.0 * k + rng.uniform(-30, 30), 4000.0 * t + bend)
                self.township[name] = f"town {t}"

    def stand_of_nobody(self, name: str, place: tuple[float, float]) -> None:
        """Let the vehicle of a township (`T1-...`) stand daily at a place that no file has (m)."""
        self.true[name] = place
        self.township[name] = f"town {name[1]}"
        self.unrecorded.add(name)

    def points(self) -> pd.DataFrame:
        names = [name for name in self.true if name not in self.unrecorded]
        places = [self.recorded.get(n, degrees(*self.true[n])) for n in names]
        impossible = [p is None or abs(p[1]) > 90 for p in places]
        geometry = [
            None if bad or p is None else shapely.Point(p)
            for p, bad in zip(places, impossible, strict=True)
        ]
        blank = pd.Series([""] * len(names), dtype="str")
        nobody = pd.Series([None] * len(names), dtype=object)
        return POINTS.check(
            pd.DataFrame(
                {
                    "point_id": pd.Series(names, dtype="str"),
                    "name": pd.Series([f"stand {k}" for k in range(len(names))], dtype="str"),
                    "township": pd.Series([self.township[n] for n in names], dtype="str"),
                    "village": blank,
                    "geometry": pd.Series(geometry, dtype=object),
                    "tolerance_m": np.full(len(names), np.nan),
                    "datum": pd.Series(["wgs84"] * len(names), dtype="str"),
                    "valid_from": nobody,
                    "valid_to": nobody,
                    "recorded_lon": [np.nan if p is None else p[0] for p in places],
                    "recorded_lat": [np.nan if p is None else p[1] for p in places],
                    "group": blank,
                }
            )
        )

    def dates(self) -> list[date]:
        return [FIRST + timedelta(days=k) for k in range(self.days)]

    def pickups(self) -> pd.DataFrame:
        if not self.days:
            return PICKUPS.empty()
        rows = [
            (
                day,
                name,
                pd.Timestamp(f"{day} 06:00", tz=ZONE).tz_convert("UTC"),
                pd.Timestamp(f"{day} 12:00", tz=ZONE).tz_convert("UTC"),
                "V" + self.township[name][-1],
                "",
            )
            for day in self.dates()
            for name in self.true
            if name not in self.unrecorded
        ]
        table = pd.DataFrame(rows, columns=PICKUPS.names)
        for column in ("window_start", "window_end"):
            table[column] = table[column].astype("datetime64[us, UTC]")
        return PICKUPS.check(
            table.astype({"point_id": "str", "vehicle_id": "str", "route_id": "str"})
        )

    def history(self) -> pd.DataFrame:
        if not self.days:
            return HISTORY.empty()
        rng = np.random.default_rng(self.seed + 100)
        rows: list[tuple[object, ...]] = []
        for day in self.dates():
            for t in range(self.townships):
                vehicle = f"V{t}"
                clock = pd.Timestamp(f"{day} 06:30", tz=ZONE).tz_convert("UTC")
                begin = clock
                stops = [(-900.0, -700.0, 2400.0)]  # the yard
                for name, (x, y) in self.true.items():
                    if self.township[name] != f"town {t}":
                        continue
                    if name in self.silent:
                        lon, lat = degrees(x + 150.0, y)
                        rows.append((day, "gap", vehicle, clock, lon, lat, 480.0, 400.0, 0, np.nan))
                    elif name not in self.never_served and self._served(name, day):
                        dx, dy = self.beside.get(name, (0.0, 6.0))
                        stops.append((x + dx, y + dy, rng.uniform(60, 120)))
                    if name in self.halts and self.dates().index(day) % 4 == 0:
                        dx, dy = self.halts[name]
                        stops.append((x + dx, y + dy, 120.0))
                    if name.endswith("07") and rng.random() < 0.4:
                        stops.append((x + 70.0, y + 40.0, 20.0))  # a light
                for x, y, stood in stops:
                    off = rng.normal(0, 4.0, 2)
                    lon, lat = degrees(x + off[0], y + off[1])
                    rows.append((day, "stop", vehicle, clock, lon, lat, stood, 3.0, 6, np.nan))
                    clock += pd.Timedelta(seconds=stood + 60.0)
                span = (clock - begin).total_seconds()
                rows.append((day, "track", vehicle, begin, LON, LAT, span, 3000.0, 800, np.nan))
                for x in np.arange(-900.0, 150.0 * self.size, 40.0):
                    for dy in np.arange(-160.0, 161.0, 40.0):
                        lon, lat = degrees(x, 4000.0 * t + dy)
                        rows.append((day, "pass", "", begin, *_cell(lon, lat), 0.0, 0.0, 0, 8.0))
        table = pd.DataFrame(rows, columns=HISTORY.names).drop_duplicates()
        table["start"] = table["start"].astype("datetime64[us, UTC]")
        return HISTORY.check(
            table.astype({"kind": "str", "vehicle_id": "category"}).reset_index(drop=True)
        )

    def _served(self, name: str, day: date) -> bool:
        return self.dates().index(day) < self.first_days.get(name, self.days)

    def diagnose(self, accepted: pd.DataFrame | None = None) -> Diagnosis:
        return diagnose(
            self.history(),
            self.pickups(),
            self.points(),
            CORRECTIONS.empty() if accepted is None else accepted,
            DiagnoseSettings(),
        )

    def error_m(self, point_id: str, lon: float, lat: float) -> float:
        x, y = self.true[point_id]
        return float(np.hypot((lon - LON) * EAST_M - x, (lat - LAT) * NORTH_M - y))


def _cell(lon: float, lat: float) -> tuple[float, float]:
    return (np.floor(lon / 0.0005) + 0.5) * 0.0005, (np.floor(lat / 0.0005) + 0.5) * 0.0005


def away(true: tuple[float, float], dx: float, dy: float) -> tuple[float, float]:
    """Degrees of a place so many metres from another."""
    return degrees(true[0] + dx, true[1] + dy)
