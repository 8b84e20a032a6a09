"""A county: its points, its trucks with their rounds, and the windows promised for them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from pyproj import Transformer

from .amounts import Amounts
from .devices import Device
from .plane import Floats
from .roads import Edge, Network, Place

DAY_S = 86_400


@dataclass
class Point:
    """A collection point as it truly is."""

    point_id: str
    name: str
    township: str
    village: str
    township_no: int  # counts through all blocks
    block: int
    place: Place
    xy: Floats  # where the bins stand
    in_town: bool
    habit_m: float  # trucks stand so far along the road from the bins
    dwell_s: float
    truck: int = -1
    trips: tuple[int, ...] = (0,)
    weekdays: str = "1234567"
    every_days: int = 1
    phase: int = 0  # days before the start at which every_days counts from
    retired: bool = False
    never_served: str = ""  # how it is missed every day: pass or skip
    scheduled: bool = True  # the schedule names the vehicle
    rest: Place | None = None  # near here a driver usually has a long break


@dataclass
class Truck:
    """A truck, its usual round and its device."""

    vehicle_id: str
    block: int
    depot: Place
    transfer: Place
    night: bool
    device: Device
    driver: float
    trips: list[list[int]] = field(default_factory=list)
    starts_s: list[float] = field(default_factory=list)  # seconds after midnight
    windows_s: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class County:
    """Everything that does not change from day to day."""

    amounts: Amounts
    projection: Transformer
    networks: list[Network] = field(default_factory=list)  # of each block
    points: list[Point] = field(default_factory=list)
    trucks: list[Truck] = field(default_factory=list)
    dead_zones: Floats = field(default_factory=lambda: np.empty((0, 3)))  # x, y, radius in metres
    blind_zones: Floats = field(default_factory=lambda: np.empty((0, 3)))

    def to_lonlat(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude (WGS-84, deg) of plane metres."""
        lon, lat = self.projection.transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    def to_plane(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Plane metres of longitude and latitude (WGS-84, deg)."""
        x, y = self.projection.transform(lon, lat, direction="INVERSE")
        return np.asarray(x), np.asarray(y)

    def network(self, point: Point) -> Network:
        """The roads of a point's county."""
        return self.networks[point.block]

    def edge(self, point: Point) -> Edge:
        """The road of a point."""
        return self.networks[point.block].edges[point.place.edge]

    def along(self, point: Point, by_m: float, margin_m: float) -> Place:
        """A place so far along the road from a point, margin_m from the ends of the road."""
        length_m = self.edge(point).length_m
        s_m = float(np.clip(point.place.s_m + by_m, margin_m, length_m - margin_m))
        return Place(point.place.edge, s_m)

    def stand_place(self, point: Point, rng: np.random.Generator) -> Place:
        """Where a truck stands for a point on one day."""
        habit_m = float(np.clip(point.habit_m + rng.normal(0.0, 2.0), -18.0, 18.0))
        return self.along(point, habit_m, 1.0)
