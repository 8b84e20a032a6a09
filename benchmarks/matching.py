"""Matching as a run calls it, beside a plain geopandas join and every segment by brute force.

All ways start from the same cleaned, sorted fixes and are timed alone: neither reading the file
nor what a run has worked out before it matches is counted.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import Row, Section, in_turns, once

NAMES = {"S": "a county-day", "M": "a county-month", "L": "a prefecture-day"}
ABOUT = """From a table of cleaned, sorted fixes to a table of visits; seconds are those of the
matching alone, memory is that of the whole process. routecheck is `match` as a run calls it, with
the standing and gaps that `find_stops` found. geopandas joins fixes with buffers, and sees none of
the passes between two fixes. Polars and DuckDB, where they are installed, have no geometry of their
own (DuckDB's is an extension fetched from the internet): they join fixes and points by cells
of a grid, and keep the pairs within the tolerance, as geopandas does. Brute force holds every
segment of the tracks against every point, one point after another, in numpy."""
FEASIBLE = {
    "geopandas": ("S", "M", "L"),
    "polars": ("S", "M", "L"),
    "duckdb": ("S", "M", "L"),
    "brute-force": ("S",),
}
"""Sizes at which the others end in minutes and within the memory of common machines."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size",
        action="append",
        choices=list(NAMES),
        help="S: county-day, M: county-month, L: prefecture-day; again for more (default: S M)",
    )
    parser.add_argument("--no-join", action="store_true", help="leave out all that join fixes")


def run(arguments: argparse.Namespace) -> Iterator[Section]:
    """Seconds of each way and size, as a multiple of routecheck's, and peak memory."""
    for size in arguments.size or ["S", "M"]:
        fixes, points = made(size, arguments.data)
        ways = [way for way in ("routecheck", *FEASIBLE) if size in FEASIBLE.get(way, NAMES)]
        ways = [way for way in ways if way not in JOINS or _to_be_had(way, arguments.no_join)]
        measured = in_turns(
            {way: ("benchmarks.matching", way, fixes, points) for way in ways}, arguments.repeat
        )
        rows: list[Row] = [("", "seconds", "x routecheck", "fixes a second", "peak MB", "visits")]
        own_s = 0.0
        for way, of in measured.items():
            runs = [one.said.split() for one in of.runs]
            matching_s = float(np.median([float(run[0]) for run in runs]))
            own_s = own_s or matching_s
            rows.append(
                (
                    way,
                    f"{matching_s:.3f}",
                    f"{matching_s / own_s:.1f}",
                    f"{int(runs[-1][1]) / matching_s:,.0f}",
                    f"{of.peak_mb:.0f}",
                    runs[-1][2],
                )
            )
        yield Section(f"Matching {NAMES[size]}", ABOUT, rows)


def made(size: str, directory: Path) -> tuple[str, str]:
    """Write the data of a size, unless they are there; return the paths of fixes and points."""
    # In a process of its own: the memory of this one would count as that of its children.
    fixes, points = once("benchmarks.data", size, str(directory)).said.splitlines()
    return fixes, points


def routecheck(fixes: pd.DataFrame, points: pd.DataFrame) -> Callable[[], int]:
    """Match the tracks as a run does."""
    import shapely

    from routecheck.domain.settings import MatchSettings, StopSettings
    from routecheck.matching import match
    from routecheck.tracks.stops import find_stops

    tracks = fixes.assign(
        vehicle_id=fixes["vehicle_id"].astype("category"),
        received_at=fixes["time"],
        clock_offset_s=0.0,
        drifting=False,
        day=0,
    )
    standing, _ = find_stops(tracks, StopSettings())
    places = points.assign(geometry=shapely.points(points["lon"], points["lat"]))
    return lambda: len(match(tracks, standing, places, MatchSettings()))


def geopandas(fixes: pd.DataFrame, points: pd.DataFrame) -> Callable[[], int]:
    """Join fixes with buffers, and count runs of fixes: what one would write first."""
    import geopandas as gpd

    def join() -> int:
        held = gpd.GeoDataFrame(
            points, geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs=4326
        )
        utm = held.estimate_utm_crs()
        held = held.to_crs(utm)
        held = held.set_geometry(held.buffer(held["tolerance_m"]))
        dots = gpd.GeoDataFrame(
            fixes, geometry=gpd.points_from_xy(fixes["lon"], fixes["lat"]), crs=4326
        ).to_crs(utm)
        inside = dots.sjoin(held[["point_id", "geometry"]], predicate="within")
        inside = inside.reset_index(names="row").sort_values(["point_id", "vehicle_id", "row"])
        new = (
            (inside["point_id"] != inside["point_id"].shift())
            | (inside["vehicle_id"] != inside["vehicle_id"].shift())
            | (inside["row"] != inside["row"].shift() + 1)
        )
        visits = inside.groupby(new.cumsum()).agg(
            point_id=("point_id", "first"), entered=("time", "min"), left=("time", "max")
        )
        return len(visits)

    return join


CELL_M = 100.0
"""Side of a cell for those that join by a grid: more than a tolerance."""


def _flat(fixes: pd.DataFrame, points: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fixes with x and y (m) and their cell; points once for each of the nine cells about them."""
    lat_m, lon_m = 111_132.0, 111_320.0 * float(np.cos(np.radians(points["lat"].mean())))

    def placed(table: pd.DataFrame) -> pd.DataFrame:
        x, y = table["lon"].to_numpy() * lon_m, table["lat"].to_numpy() * lat_m
        cells = np.floor(x / CELL_M).astype(np.int64), np.floor(y / CELL_M).astype(np.int64)
        return pd.DataFrame({"x": x, "y": y, "cell_x": cells[0], "cell_y": cells[1]})

    dots = placed(fixes).assign(
        row=np.arange(len(fixes)),
        vehicle=fixes["vehicle_id"].astype("category").cat.codes.to_numpy(),
    )
    held = placed(points).assign(
        point=np.arange(len(points)), reach_m=points["tolerance_m"].to_numpy(dtype=float)
    )
    about = [
        held.assign(cell_x=held["cell_x"] + east, cell_y=held["cell_y"] + north)
        for east in (-1, 0, 1)
        for north in (-1, 0, 1)
    ]
    return dots, pd.concat(about, ignore_index=True)


def polars(fixes: pd.DataFrame, points: pd.DataFrame) -> Callable[[], int]:
    """Join fixes and points by cells in Polars, and count runs of fixes."""
    import polars as pl

    def join() -> int:
        dots, held = (pl.from_pandas(table) for table in _flat(fixes, points))
        near = (pl.col("x") - pl.col("x_right")) ** 2 + (pl.col("y") - pl.col("y_right")) ** 2
        inside = (
            dots.lazy()
            .join(held.lazy(), on=["cell_x", "cell_y"])
            .filter(near <= pl.col("reach_m") ** 2)
            .sort("point", "vehicle", "row")
            .select("point", "vehicle", "row")
        )
        new = pl.any_horizontal(
            pl.col("point") != pl.col("point").shift(),
            pl.col("vehicle") != pl.col("vehicle").shift(),
            pl.col("row") != pl.col("row").shift() + 1,
        )
        return int(inside.select(new.fill_null(value=True).sum()).collect().item())

    return join


def duckdb(fixes: pd.DataFrame, points: pd.DataFrame) -> Callable[[], int]:
    """Join fixes and points by cells in DuckDB, and count runs of fixes."""
    import duckdb as db

    def join() -> int:
        dots, held = _flat(fixes, points)
        with db.connect() as connection:
            connection.register("dots", dots)
            connection.register("held", held)
            found = connection.execute(
                """
                with inside as (
                    select point, vehicle, dots."row" as fix
                    from dots join held using (cell_x, cell_y)
                    where (dots.x - held.x) ** 2 + (dots.y - held.y) ** 2 <= reach_m ** 2
                ), before as (
                    select fix, lag(fix) over (partition by point, vehicle order by fix) as last
                    from inside
                )
                select count(*) from before where last is null or fix != last + 1
                """
            ).fetchone()
        assert found is not None
        return int(found[0])

    return join


JOINS = ("geopandas", "polars", "duckdb")


def _to_be_had(way: str, left_out: bool) -> bool:
    """Whether a way of joining fixes is wanted, and its package is installed."""
    return not left_out and importlib.util.find_spec(way) is not None


def brute_force(fixes: pd.DataFrame, points: pd.DataFrame) -> Callable[[], int]:
    """Hold every segment against every point, and count the visits; a fix by itself is none."""

    def hold() -> int:
        lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
        vehicle = fixes["vehicle_id"].astype("category").cat.codes.to_numpy()
        one_vehicle = vehicle[1:] == vehicle[:-1]
        visits = 0
        for point in points.itertuples():
            lat_m = 111_132.0
            lon_m = 111_320.0 * np.cos(np.radians(point.lat))
            x, y = (lon - point.lon) * lon_m, (lat - point.lat) * lat_m
            dx, dy = np.diff(x), np.diff(y)
            length2 = np.maximum(dx * dx + dy * dy, 1e-12)
            share = np.clip(-(x[:-1] * dx + y[:-1] * dy) / length2, 0.0, 1.0)
            near_m = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
            within = one_vehicle & (near_m <= point.tolerance_m)
            fix_within = np.hypot(x, y) <= point.tolerance_m
            # Two segments are one visit if the fix between them is within tolerance too.
            joins = within[1:] & within[:-1] & fix_within[1:-1]
            visits += int(within.sum() - joins.sum())
        return visits

    return hold


WAYS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Callable[[], int]]] = {
    "routecheck": routecheck,
    "geopandas": geopandas,
    "polars": polars,
    "duckdb": duckdb,
    "brute-force": brute_force,
}


def timed(way: str, fixes: str, points: str) -> tuple[float, int, int]:
    """Seconds of one way's matching alone, how many fixes, and how many visits."""
    read: Any = pd.read_parquet
    tracks = read(fixes)
    do = WAYS[way](tracks, read(points))
    start = time.perf_counter()
    visits = do()
    return time.perf_counter() - start, len(tracks), visits


if __name__ == "__main__":
    print(*timed(*sys.argv[1:4]))
