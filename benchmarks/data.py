"""Made tracks for the benchmarks, sorted as cleaned fixes are; nothing of routecheck is used.

Trucks drive winding ways from point to point, stand at each, go to unload, and report every
10 s. The amounts are those of a county and of a prefecture; the seed is fixed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

Array = NDArray[np.float64]

LAT, LON = 29.0, 108.7
LAT_M, LON_M = 110_850.0, 97_440.0
FIXES_A_DAY = 2850
INTERVAL_S = 10
DETOURS = 12  # ways to nowhere: villages looked at, fuel, the transfer station
ROW_GROUP = 1 << 20  # what pandas and pyarrow write unless told otherwise


@dataclass(frozen=True)
class Size:
    """How much: points, trucks, days; and over how many kilometres."""

    points: int
    trucks: int
    days: int
    side_km: float


SIZES = {
    "S": Size(406, 40, 1, 45.0),
    "M": Size(406, 40, 30, 45.0),
    "L": Size(10_000, 400, 1, 170.0),
}


def make(name: str, directory: Path) -> tuple[Path, Path]:
    """Write fixes and points of a size, unless they are there; return both paths."""
    size = SIZES[name]
    directory.mkdir(parents=True, exist_ok=True)
    fixes, points = directory / f"fixes_{name}.parquet", directory / f"points_{name}.parquet"
    if fixes.exists() and points.exists():
        return fixes, points
    random = np.random.default_rng(20240517)
    x, y = _points(random, size)
    pq.write_table(
        pa.table(
            {
                "point_id": [f"P{i:05d}" for i in range(size.points)],
                "lon": LON + x / LON_M,
                "lat": LAT + y / LAT_M,
                "tolerance_m": random.choice(
                    [30.0, 50.0, 80.0, 150.0], size.points, p=(0.6, 0.2, 0.15, 0.05)
                ),
            }
        ),
        points,
    )
    schema = pa.schema(
        {
            "vehicle_id": pa.string(),
            "time": pa.timestamp("us", tz="UTC"),
            "lon": pa.float64(),
            "lat": pa.float64(),
            "speed_kmh": pa.float64(),
        }
    )
    unfinished = fixes.with_suffix(".part")
    rounds = _rounds(x, y, size)
    with pq.ParquetWriter(unfinished, schema) as writer:
        lots: list[pa.Table] = []
        for truck, stops in enumerate(rounds):
            for day in range(size.days):
                lots.append(_day(random, f"T{truck:04d}", day, x[stops], y[stops], schema))
            if sum(map(len, lots)) >= 4 * ROW_GROUP or truck == size.trucks - 1:
                writer.write_table(pa.concat_tables(lots).combine_chunks(), ROW_GROUP)
                lots = []
    unfinished.replace(fixes)
    return fixes, points


def _points(random: np.random.Generator, size: Size) -> tuple[Array, Array]:
    """Scatter villages over the area, and points over the villages."""
    side = size.side_km * 1000
    villages = max(size.points // 12, 1)
    centre = random.uniform(-side / 2, side / 2, (villages, 2))
    of = random.integers(0, villages, size.points)
    place = centre[of] + random.normal(0, 700, (size.points, 2))
    return place[:, 0], place[:, 1]


def _rounds(x: Array, y: Array, size: Size) -> list[NDArray[np.int64]]:
    """Share the points among the trucks: strips from west to east, each from south to north."""
    strips = max(int(np.sqrt(size.trucks)), 1)
    strip = (np.argsort(np.argsort(x)) * strips) // len(x)
    order = np.lexsort((y, strip))
    return [np.asarray(part) for part in np.array_split(order, size.trucks)]


def _day(
    random: np.random.Generator, truck: str, day: int, x: Array, y: Array, schema: pa.Schema
) -> pa.Table:
    """Drive one truck for a day: a round over its points, ways between them, unloading, rest."""
    home = np.array([[x.mean(), y.mean()]]) + 1500.0
    stops = np.column_stack([x, y]) + random.normal(0, 8, (len(x), 2))
    detours = home + random.normal(0, 5000.0, (DETOURS, 2))
    way = np.concatenate([home, stops, home, detours, home])
    stand_s = np.concatenate(
        [[600], random.uniform(20, 200, len(x)), [1800], np.zeros(DETOURS), [0]]
    )
    length = np.hypot(*np.diff(way, axis=0).T) * 1.3
    drive_s = np.append(length / random.uniform(5, 11, len(length)), 0.0)
    spent = np.concatenate([[0.0], np.cumsum(np.column_stack([stand_s, drive_s]).ravel())])[:-1]
    at = np.repeat(way, 2, axis=0)
    clock = np.arange(FIXES_A_DAY) * float(INTERVAL_S)
    px, py = np.interp(clock, spent, at[:, 0]), np.interp(clock, spent, at[:, 1])
    leg = np.searchsorted(spent, clock, side="right") - 1
    share = (clock - spent[leg]) / np.maximum(np.diff(np.append(spent, spent[-1] + 1))[leg], 1e-9)
    driving = (leg % 2 == 1) & (leg < len(spent) - 1)
    wind = np.where(driving, np.sin(np.pi * share), 0.0)
    px += wind * 120 * np.sin(share * 9 + leg)
    py += wind * 120 * np.cos(share * 7 + leg)
    speed = np.hypot(np.gradient(px), np.gradient(py)) / INTERVAL_S * 3.6
    speed = np.where(driving, speed, 0.0).round(1)
    px += random.normal(0, 4, FIXES_A_DAY)
    py += random.normal(0, 4, FIXES_A_DAY)
    start = (np.datetime64("2024-05-01T22:00:00", "s") + np.timedelta64(day, "D")).astype(np.int64)
    time = (start + np.arange(FIXES_A_DAY) * INTERVAL_S) * 1_000_000
    return pa.table(
        [
            pa.array([truck]).take(pa.array(np.zeros(FIXES_A_DAY, np.int32))),
            pa.array(time).cast(schema.field("time").type),
            (LON + px / LON_M).round(6),
            (LAT + py / LAT_M).round(6),
            speed,
        ],
        schema=schema,
    )


if __name__ == "__main__":
    print(*make(sys.argv[1], Path(sys.argv[2])), sep="\n")
