"""Matching from cleaned, sorted Parquet: against the floor, and a plain geopandas join.

Two floors: pyarrow as it comes, and tuned to read no more than matching has to.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, Section, in_turns, once

COLUMNS = ["vehicle_id", "time", "lon", "lat", "speed_kmh"]
NAMES = {"S": "a county-day", "M": "a county-month", "L": "a prefecture-month"}
ABOUT = """From cleaned, sorted Parquet to a table of visits, written. The floor streams the same
file with pyarrow as it comes, and does nothing else; the tuned floor reads only the columns that
matching needs, in its own lots, ids as numbers. geopandas joins fixes with buffers, and sees none
of the passes between two fixes."""
JOINED_UP_TO = ("S", "M")  # beyond a county-month geopandas needs more memory than machines have


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size",
        action="append",
        choices=list(NAMES),
        help="S: county-day, M: county-month, L: prefecture-month; again for more (default: S M)",
    )
    parser.add_argument("--no-join", action="store_true", help="leave out geopandas")


def run(arguments: argparse.Namespace) -> Iterator[Section]:
    """Seconds, their ratio to the floors, and peak memory of each way and size."""
    for size in arguments.size or ["S", "M"]:
        fixes, points = made(size, arguments.data)
        ways = ["floor", "tuned", "routecheck"]
        found = in_turns(
            {way: ("benchmarks.matching", way, fixes, points) for way in ways}, arguments.repeat
        )
        if size in JOINED_UP_TO and not arguments.no_join:
            joined = ("benchmarks.matching", "geopandas", fixes, points)
            found |= in_turns({"geopandas": joined}, 1)
        rows: list[Row] = [
            ("", "seconds", "CPU s", "x floor", "x tuned", "peak MB", "fixes or visits")
        ]
        rows += [
            (
                way,
                f"{of.seconds:.2f}",
                f"{of.cpu_s:.2f}",
                f"{of.over(found['floor']):.2f}",
                f"{of.over(found['tuned']):.2f}",
                f"{of.peak_mb:.0f}",
                of.said,
            )
            for way, of in found.items()
        ]
        yield Section(f"Matching {NAMES[size]}", ABOUT, rows)


def made(size: str, directory: Path) -> tuple[str, str]:
    """Write the data of a size, unless they are there; return the paths of fixes and points."""
    # In a process of its own: the memory of this one would count as that of its children.
    fixes, points = once("benchmarks.data", size, str(directory)).said.splitlines()
    return fixes, points


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

    from routecheck.domain.settings import MatchSettings
    from routecheck.matching import match_parquet

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
