"""What fetching costs beside the query alone: `python -m benchmarks.fetching [--url URL]`.

Makes a table of fixes, reads it with SQLAlchemy alone, and fetches it as a run would, each in a
process of its own and by turns; then fetches once more, with nothing new. Prints the ratio of the
times and the most memory. The database of `--url` has to let a table be made in it; without one,
a file of SQLite.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from routecheck.fetching.database import DRIVERS

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
VEHICLES, EVERY_S = 40, 20
ALONE = """
import json, resource, sys, time, sqlalchemy as sa
engine = sa.create_engine(sys.argv[1])
began = time.perf_counter()
with engine.connect().execution_options(stream_results=True, yield_per=20_000) as connection:
    found = connection.execute(sa.text("SELECT * FROM routecheck_fixes ORDER BY id"))
    rows = sum(len(part) for part in found.partitions(20_000))
"""
FETCH = """
import datetime, json, resource, sys, time
from routecheck.config import load_config
from routecheck.fetching import fetch
config, now = load_config(sys.argv[1]), datetime.datetime.fromisoformat(sys.argv[2])
began = time.perf_counter()
rows = fetch(config, now).rows["fixes"]
"""
TOLD = """
took_s = time.perf_counter() - began
most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([rows, took_s, most_mb]))
"""


def main() -> None:
    """Measure, and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fetching")
    parser.add_argument("--url", default="", help="of a database in which a table may be made")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = given.url or f"sqlite:///{folder / 'office.db'}"
        scheme = url.partition("://")[0]
        driver = url.replace(scheme, DRIVERS.get(scheme, scheme), 1)
        engine = sa.create_engine(driver)
        table = _filled(engine, given.rows)
        try:
            alone, fetched = [], []
            for n in range(given.rounds):
                alone.append(_run(ALONE, driver))
                config = _site(folder / str(n), url)
                fetched.append(_run(FETCH, str(config), NOW.isoformat()))
            again = _run(FETCH, str(config), NOW.isoformat())
        finally:
            table.drop(engine)
    alone_s, fetch_s = (statistics.median(one[1] for one in of) for of in (alone, fetched))
    print(f"{given.rows:,} rows of {engine.dialect.name}: SELECT alone {alone_s:.1f} s, ", end="")
    print(f"fetched {fetch_s:.1f} s: {fetch_s / alone_s:.1f} times")
    print(f"most memory: {max(one[2] for one in alone):.0f} MB alone, ", end="")
    print(f"{max(one[2] for one in fetched):.0f} MB fetching")
    print(f"once more, {again[0]:,} new rows: {again[1]:.2f} s")


def _filled(engine: sa.Engine, rows: int) -> sa.Table:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    table = sa.Table(
        "routecheck_fixes", sa.MetaData(),
        sa.Column("id", number, primary_key=True), sa.Column("vehicle_id", sa.String(20)),
        sa.Column("time", sa.DateTime()), sa.Column("lon", sa.Double), sa.Column("lat", sa.Double),
        sa.Column("speed_kmh", sa.Double), sa.Column("received_at", sa.DateTime()),
    )  # fmt: skip
    table.create(engine)
    first = (NOW - timedelta(seconds=rows // VEHICLES * EVERY_S)).replace(tzinfo=None)
    with engine.begin() as connection:
        for start in range(0, rows, 20_000):
            connection.execute(
                table.insert(),
                [
                    {
                        "id": n + 1,
                        "vehicle_id": f"V{n % VEHICLES:04d}",
                        "time": first + timedelta(seconds=n // VEHICLES * EVERY_S),
                        "lon": 108.5 + n % 9973 / 1e5,
                        "lat": 28.5 + n % 7919 / 1e5,
                        "speed_kmh": n % 611 / 10,
                        "received_at": first + timedelta(seconds=n // VEHICLES * EVERY_S + 2),
                    }
                    for n in range(start, min(start + 20_000, rows))
                ],
            )
    return table


def _site(folder: Path, url: str) -> Path:
    folder.mkdir()
    (folder / "points.csv").write_text("point_id,lon,lat\nP1,108.5,28.5\n")
    (folder / "schedule.csv").write_text("point_id,vehicle_id\nP1,V0001\n")
    config = folder / "routecheck.toml"
    config.write_text(
        '[points]\npath = "points.csv"\n[schedule]\npath = "schedule.csv"\n'
        f'[fixes]\nurl = "{url}"\ntable = "routecheck_fixes"\nwatermark = "id"\n'
        'time_zone = "UTC"\n'
    )
    return config


def _run(script: str, *arguments: str) -> tuple[int, float, float]:
    """Rows, seconds and the most memory in megabytes of a process."""
    done = subprocess.run(
        [sys.executable, "-c", script + TOLD, *arguments],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    rows, took_s, most_mb = json.loads(done.stdout)
    return int(rows), float(took_s), float(most_mb)


if __name__ == "__main__":
    main()
