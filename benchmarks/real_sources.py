"""Real recordings as their publishers have them, made the tables that routecheck takes.

- Jersey City (dangoldin/jersey-city-open-data): `jc-data-MMDDYY-HHMMSS.csv`, what the page of the
  trucks showed at that minute (UTC): latitude|longitude|vehicle|address|local time, no header. A
  vehicle that did not move on is in every file, so equal rows are one fix, received with the
  first.
- Tainan (kiang/tainan-garbage-truck): `Route_DISTRICT_NUMBER.json`, a list of routes with
  `RouteId` and `StopData`, each stop with `StopId`, `StopName`, `Turn`, `Lon` and `Lat`.
- Couriers (amazon-science/goal-gps-ordered-activity-labels): `trajectory_NUMBER.csv`, a chunk of a
  track each, with columns timestamp, x, y (m) and groundtruth (OnFoot or Driving).

Files of any other form are taken for input files of routecheck.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import geopandas
import pandas as pd

import routecheck

JERSEY_CITY = "America/New_York"
PLANE = "EPSG:32633"
"""Chunks have metres about an origin of their own: they are put somewhere on this plane."""
ORIGIN_M = (500_000.0, 4_000_000.0)
BEGIN = pd.Timestamp("2026-03-02T06:00", tz="UTC")
"""When each chunk is said to begin; none of them tells it."""
_SNAPSHOT = re.compile(r"jc-data-(\d{6}-\d{6})\.csv")


def files_of(paths: Sequence[Path], *patterns: str) -> list[Path]:
    """Return the files, and those of these patterns in the folders.

    Raises:
        SystemExit: a path leads nowhere, or a folder has none.
    """
    found: list[Path] = []
    for path in paths:
        inside = [f for pattern in patterns for f in sorted(path.rglob(pattern))]
        if not path.is_file() and not inside:
            raise SystemExit(f"{path}: there is no {' or '.join(patterns)}")
        found += [path] if path.is_file() else inside
    return found


def read_trucks(paths: Sequence[Path]) -> geopandas.GeoDataFrame:
    """Return fixes of `jc-data-*.csv`, or of input files (times without a zone are UTC)."""
    files = files_of(paths, "jc-data-*.csv")
    minutes = [_SNAPSHOT.fullmatch(file.name) for file in files]
    if not all(minutes):
        parts = [routecheck.read_fixes(file, time_zone="UTC") for file in files]
        return geopandas.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    names = ["lat", "lon", "vehicle_id", "address", "time"]
    rows = pd.concat(
        pd.read_csv(file, sep="|", header=None, names=names, dtype="str", quoting=3).assign(
            received_at=pd.to_datetime(minute[1], format="%m%d%y-%H%M%S", utc=True)
        )
        for file, minute in zip(files, minutes, strict=True)
        if minute is not None
    )
    rows = rows.sort_values("received_at", kind="stable")
    rows = rows.drop_duplicates(["vehicle_id", "time", "lat", "lon"], ignore_index=True)
    at = geopandas.points_from_xy(rows["lon"].astype(float), rows["lat"].astype(float))
    local = pd.to_datetime(rows["time"]).dt.tz_localize(JERSEY_CITY)
    kept = rows[["vehicle_id", "received_at"]].assign(time=local.dt.tz_convert("UTC"))
    return geopandas.GeoDataFrame(kept, geometry=at, crs="EPSG:4326")


def read_stops(paths: Sequence[Path]) -> tuple[geopandas.GeoDataFrame, pd.DataFrame]:
    """Return points of `Route_*.json` or of input files, and the rows kept apart.

    The points of the former have columns `stop_id`, `route_id` and `turn` (their order within the
    route) too; their `point_id` is made of route and stop, as stops of two routes may have one id.
    """
    files = files_of(paths, "Route_*.json")
    if not all(file.suffix == ".json" for file in files):
        read = [routecheck.read("points", file) for file in files]
        tables = pd.concat([one.table for one in read], ignore_index=True)
        rejected = pd.concat([one.rejected for one in read], ignore_index=True)
        return geopandas.GeoDataFrame(tables, crs=read[0].table.crs), rejected
    rows = pd.DataFrame(
        {
            "point_id": f"{route['RouteId']}-{stop['StopId']}",
            "name": stop["StopName"],
            "stop_id": stop["StopId"],
            "route_id": route["RouteId"],
            "turn": stop["Turn"],
            "lon": stop["Lon"],
            "lat": stop["Lat"],
        }
        for file in files
        for route in json.loads(file.read_text("utf-8-sig"))
        for stop in route["StopData"]
    )
    read = routecheck.read("points", rows)
    of_route = rows[["point_id", "stop_id", "route_id", "turn"]].drop_duplicates("point_id")
    return read.table.merge(of_route, on="point_id", how="left"), read.rejected


def read_couriers(paths: Sequence[Path]) -> geopandas.GeoDataFrame:
    """Return columns vehicle_id (one a chunk), time, driving (bool), geometry; all chunks."""
    files = files_of(paths, "*.csv")
    rows = pd.concat(
        [pd.read_csv(file).assign(vehicle_id=file.stem) for file in files], ignore_index=True
    )
    at = pd.to_datetime(rows["timestamp"], format="ISO8601")
    since = at - at.groupby(rows["vehicle_id"]).transform("min")
    return geopandas.GeoDataFrame(
        {
            "vehicle_id": rows["vehicle_id"],
            "time": BEGIN + since,
            "driving": rows["groundtruth"] == "Driving",
        },
        geometry=geopandas.points_from_xy(rows["x"] + ORIGIN_M[0], rows["y"] + ORIGIN_M[1]),
        crs=PLANE,
    ).sort_values(["vehicle_id", "time"], ignore_index=True)
