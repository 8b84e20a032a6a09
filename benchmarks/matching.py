"""Matching from cleaned, sorted Parquet: against the floor, and a plain geopandas join.

Two floors: pyarrow as it comes, and tuned to read no more than matching has to.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.data import SIZES, make
from benchmarks.measure import measured_row, python, table

COLUMNS = ["vehicle_id", "time", "lon", "lat", "speed_kmh"]
JOINED_UP_TO = ("S", "M")  # beyond a county-month geopandas needs more memory than machines have


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size",
        action="append",
        choices=list(SIZES),
        help="S: county-day, M: county-month, L: prefecture-month; again for more (default: S M)",
    )
    parser.add_argument("--no-join", action="store_true", help="leave out geopandas")


def run(arguments: argparse.Namespace) -> None:
    """Print seconds, their ratio to the floor, and peak memory of each way and size."""
    rows: list[tuple[str, ...]] = [
        ("", "seconds", "x floor", "x tuned", "peak MB", "fixes or visits")
    ]
    for size in arguments.size or ["S", "M"]:
        fixes, points = (str(path) for path in make(size, arguments.data))
        ways = ["floor", "tuned", "routecheck"]
        if size in JOINED_UP_TO and not arguments.no_join:
            ways.append("geopandas")
        found = {
            way: python(
                "benchmarks.matching",
                *(way, fixes, points),
                repeat=1 if way == "geopandas" else arguments.repeat,
            )
            for way in ways
        }
        floors = [found["floor"].seconds, found["tuned"].seconds]
        rows += [measured_row(f"{size} {way}", found[way], floors) for way in ways]
    print(table(rows))


def floor(fixes: str, points: str) -> int:
    """Stream the file with pyarrow as it comes, and nothing else."""
    import pyarrow.parquet as pq

    return sum(len(lot) for lot in pq.ParquetFile(fixes).iter_batches())


def tuned(fixes: str, points: str) -> int:
    """Stream only what matching needs, in its own lots, ids as numbers: the strictest floor."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(fixes, read_dictionary=["vehicle_id"], pre_buffer=False)
    return sum(len(lot) for lot in file.iter_batches(batch_size=1 << 18, columns=COLUMNS))


def routecheck(fixes: str, points: str) -> int:
    """Match, and write the visits beside the fixes."""
    import pyarrow.parquet as pq

    from routecheck.model.settings import MatchSettings
    from routecheck.stages.match import match_parquet

    held = pq.ParquetFile(points).read()
    places: dict[str, Any] = {name: held[name].to_pylist() for name in held.column_names}
    visits = match_parquet(fixes, places, MatchSettings())
    pq.write_table(visits, Path(fixes).with_suffix(".visits"))
    return len(visits)


def geopandas(fixes: str, points: str) -> int:
    """Join fixes with buffers, and count runs of fixes: what one would write first."""
    import geopandas as gpd
    import pandas as pd

    places = pd.read_parquet(points)
    held = gpd.GeoDataFrame(
        places, geometry=gpd.points_from_xy(places["lon"], places["lat"]), crs=4326
    )
    utm = held.estimate_utm_crs()
    held = held.to_crs(utm)
    held = held.set_geometry(held.buffer(held["tolerance_m"]))
    tracks = pd.read_parquet(fixes)
    dots = gpd.GeoDataFrame(
        tracks, geometry=gpd.points_from_xy(tracks["lon"], tracks["lat"]), crs=4326
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


if __name__ == "__main__":
    way = {"floor": floor, "tuned": tuned, "routecheck": routecheck, "geopandas": geopandas}[
        sys.argv[1]
    ]
    print(way(sys.argv[2], sys.argv[3]))
