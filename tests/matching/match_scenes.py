"""Scenes for the matching: made tracks and places, and an oracle that shares nothing with it.

The oracle projects with pyproj (transverse Mercator), buffers with shapely, and intersects every
segment with every place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from routecheck.domain.settings import MatchSettings
from routecheck.domain.standing import Standing
from routecheck.domain.tables import VISITS
from routecheck.matching import match

LON, LAT = 108.77, 28.84
START = np.datetime64("2024-05-01T15:58:00", "us")  # two minutes to midnight in China


class Interval(NamedTuple):
    """Seconds after the start of the scene."""

    entered: float
    left: float


class Scene(NamedTuple):
    """Tracks, what stands beside them, and places."""

    tracks: pd.DataFrame
    standing: Standing
    places: pd.DataFrame

    def visits(self) -> pd.DataFrame:
        visits = match(self.tracks, self.standing, self.places, MatchSettings())
        VISITS.check(visits)
        return visits


def to_degrees(x: Any, y: Any, lon: float = LON, lat: float = LAT) -> tuple[Any, Any]:
    """Metres about the scene's centre to degrees, by pyproj."""
    plane = pyproj.Proj(proj="tmerc", lat_0=lat, lon_0=lon, k=1, ellps="WGS84")
    return plane(x, y, inverse=True)


def place(geometry: BaseGeometry | None, lon: float = LON, lat: float = LAT) -> BaseGeometry | None:
    """A geometry in metres to one in degrees."""
    if geometry is None:
        return None
    return shapely.transform(
        geometry, lambda c: np.column_stack(to_degrees(c[:, 0], c[:, 1], lon, lat))
    )


def places(geometries: list[Any], tolerance_m: Any, **where: float) -> pd.DataFrame:
    """PLACES (what of it is read) of geometries in metres."""
    held = np.empty(len(geometries), dtype=object)
    held[:] = [place(geometry, **where) for geometry in geometries]
    return pd.DataFrame(
        {
            "point_id": pd.array([f"P{i}" for i in range(len(held))], dtype="str"),
            "geometry": held,
            "tolerance_m": np.broadcast_to(np.asarray(tolerance_m, float), len(held)).copy(),
        }
    )


def tracks(t_s: Any, x: Any, y: Any, vehicle: Any = "T1", **where: float) -> pd.DataFrame:
    """TRACKS (what of it is read) of seconds after the start and metres."""
    lon, lat = to_degrees(np.asarray(x, float), np.asarray(y, float), **where)
    micros = np.rint(np.asarray(t_s, float) * 1e6).astype("timedelta64[us]")
    return pd.DataFrame(
        {
            "vehicle_id": pd.Categorical(np.broadcast_to(vehicle, len(micros))),
            "time": pd.DatetimeIndex(START + micros).tz_localize("UTC"),
            "lon": lon,
            "lat": lat,
        }
    )


def standing(n: int, gap: Any = ()) -> Standing:
    """Nothing stands; the segments that begin at the rows of `gap` are gaps."""
    gaps = np.zeros(n, dtype=bool)
    gaps[list(gap)] = True
    return Standing(np.zeros(n), np.zeros(n), np.zeros(n, np.int8), gaps)


def seconds(times: Any) -> np.ndarray:
    """Seconds after the start of the scene."""
    return (pd.DatetimeIndex(times).tz_convert(None).to_numpy() - START) / np.timedelta64(1, "s")


def intervals(visits: pd.DataFrame, point: str, vehicle: str) -> list[Interval]:
    """What was found of one point and vehicle, in order of time."""
    own = visits[(visits["point_id"] == point) & (visits["vehicle_id"] == vehicle)]
    return sorted(
        Interval(a, b) for a, b in zip(seconds(own["entered"]), seconds(own["left"]), strict=True)
    )


def random_scene(seed: int, *, gaps: bool = True, kinds: str = "all") -> Scene:
    """A few trucks among a few places, with stands, jumps and gaps."""
    random = np.random.default_rng(seed)
    per_truck = [int(n) for n in random.integers(1, 40, random.integers(1, 4))]
    lots, gap = [], []
    for truck, n in enumerate(per_truck):
        reach = random.choice([3.0, 40.0, 200.0, 900.0], n)
        steps = random.normal(0, 1, (n, 2)) * reach[:, None]
        steps[random.random(n) < 0.2] = 0.0  # stands
        took = random.choice([0.0, 1.0, 10.0, 30.0], n, p=(0.05, 0.15, 0.5, 0.3))
        steps[took == 0] = 0.0  # said twice
        way = np.clip(random.uniform(-400, 400, 2) + np.cumsum(steps, axis=0), -1500, 1500)
        t = np.cumsum(took)
        lots.append(tracks(t + random.integers(0, 200), way[:, 0], way[:, 1], f"T{truck}"))
        gap.append(random.random(n) < (0.15 if gaps else 0.0))
    table = pd.concat(lots, ignore_index=True)
    table["vehicle_id"] = table["vehicle_id"].astype("category")
    n = len(table)
    beside = Standing(
        np.zeros(n), np.zeros(n), np.zeros(n, np.int8), np.concatenate(gap).astype(bool)
    )
    geometries = [_geometry(random, kinds) for _ in range(random.integers(1, 7))]
    tolerance = random.choice([5.0, 30.0, 60.0, 150.0], len(geometries))
    return Scene(table, beside, places(geometries, tolerance))


def _geometry(random: np.random.Generator, kinds: str) -> BaseGeometry | None:
    at = random.uniform(-500, 500, 2)
    kind = "point" if kinds == "points" else random.choice(
        ["point", "none", "empty", "line", "polygon", "hole", "multipoint", "multiline",
         "multipolygon", "collection"]
    )  # fmt: skip
    point = shapely.Point(at)
    line = shapely.LineString(at + random.normal(0, 150, (random.integers(2, 6), 2)))
    hull = shapely.MultiPoint(at + random.normal(0, 200, (5, 2))).convex_hull
    other = shapely.affinity.translate(hull, *random.uniform(-900, 900, 2))
    apart = other.difference(hull)
    made: dict[str, Any] = {
        "point": point,
        "none": None,
        "empty": shapely.Point(),
        "line": line,
        "polygon": hull,
        "hole": hull.difference(hull.centroid.buffer(60, quad_segs=2)),
        "multipoint": shapely.MultiPoint(at + random.normal(0, 90, (3, 2))),
        "multiline": shapely.MultiLineString([line, shapely.affinity.translate(line, 80, 30)]),
        "multipolygon": shapely.MultiPolygon([hull, apart])
        if apart.geom_type == "Polygon" and not apart.intersects(hull)
        else hull,
        "collection": shapely.GeometryCollection([point, line, other]),
    }
    return made[str(kind)]


def oracle(scene: Scene, point: int, vehicle: str, extra_m: float) -> list[Interval]:
    """Intervals within the tolerance and `extra_m`, by intersecting segments with a buffer."""
    geometry = scene.places["geometry"].iloc[point]
    if geometry is None or geometry.is_empty:
        return []
    plane = pyproj.Proj(proj="tmerc", lat_0=LAT, lon_0=LON, k=1, ellps="WGS84")
    flat = shapely.transform(geometry, lambda c: np.column_stack(plane(c[:, 0], c[:, 1])))
    area = flat.buffer(scene.places["tolerance_m"].iloc[point] + extra_m, quad_segs=128)
    shapely.prepare(area)
    rows = np.flatnonzero(scene.tracks["vehicle_id"].to_numpy() == vehicle)
    lon, lat = (scene.tracks[c].to_numpy()[rows] for c in ("lon", "lat"))
    t, gap = seconds(scene.tracks["time"].iloc[rows]), scene.standing.gap[rows]
    found: list[Interval] = []
    for i in range(len(rows)):
        # A fix of its own, then the segment that it begins.
        if area.intersects(shapely.Point(plane(lon[i], lat[i]))):
            found.append(Interval(t[i], t[i]))
        if i + 1 == len(rows) or gap[i]:
            found.append(Interval(np.nan, np.nan))  # nothing joins over this
            continue
        s = np.linspace(0, 1, 33)
        way = np.column_stack(
            plane(lon[i] + s * (lon[i + 1] - lon[i]), lat[i] + s * (lat[i + 1] - lat[i]))
        )
        for k in range(len(s) - 1):
            piece = shapely.LineString(way[k : k + 2])
            took = (t[i + 1] - t[i]) / (len(s) - 1)
            start = t[i] + k * took
            if piece.length == 0:
                if area.intersects(shapely.Point(way[k])):
                    found.append(Interval(start, start + took))
                continue
            for inside in shapely.get_parts(piece.intersection(area)):
                if inside.is_empty:
                    continue
                ends = sorted(piece.project(shapely.Point(c)) for c in inside.coords)
                found.append(
                    Interval(
                        start + took * ends[0] / piece.length,
                        start + took * ends[-1] / piece.length,
                    )
                )
    return _united(found)


def _united(found: list[Interval]) -> list[Interval]:
    united: list[Interval] = []
    cut = True
    for entered, left in found:
        if np.isnan(entered):
            cut = True
        elif not cut and entered <= united[-1].left + 1e-6:
            united[-1] = Interval(united[-1].entered, max(left, united[-1].left))
        else:
            united.append(Interval(entered, left))
            cut = False
    return united


def contained(inner: list[Interval], outer: list[Interval], slack_s: float = 2e-6) -> bool:
    """Whether each inner interval lies in one outer interval."""
    return all(
        any(b.entered - slack_s <= a.entered and a.left <= b.left + slack_s for b in outer)
        for a in inner
    )
