"""What a judged date costs afterwards: storing it, and its report page, by how many points.

Storing is held against inserting the same rows with sqlite3 alone, a page against exporting the
same date as CSV: ratios, which other work on the machine leaves as they are.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.measure import Section, in_turns
from benchmarks.whole import FIRST, command, made, scaling

POINTS, TRUCKS, BLOCKS = 10_000, 400, 25
TIMES = (0.5, 1, 2)
"""So many times the points, to see how a report grows."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how many points."""
    parser.add_argument("--points", type=int, default=POINTS, help="default: %(default)s")


def run(arguments: argparse.Namespace) -> Iterator[Section]:
    """Measure both, on one site."""
    site = judged(arguments.data, arguments.points)
    yield storing(site, arguments.points, arguments.repeat)
    yield page(site, arguments.points, arguments.repeat)
    yield growth(arguments.data, arguments.points, arguments.repeat)


def judged(directory: Path, points: int) -> Path:
    """Write a site of one date and judge it, unless it is there."""
    blocks = max(1, round(BLOCKS * points / POINTS))
    trucks = max(blocks, round(TRUCKS * points / POINTS))
    site = made(
        directory / f"outputs_{points}",
        days=1, profile="prefecture", points=points, trucks=trucks, blocks=blocks,
    )  # fmt: skip
    if not (site / "out").exists():
        in_turns({"run": command(site, 1)}, 1)
    return site


def storing(site: Path, points: int, repeat: int) -> Section:
    """Write a date to a store."""
    ways = {"routecheck": "store", "sqlite3 alone": "insert"}
    commands = {name: ("benchmarks.outputs", way, str(site)) for name, way in ways.items()}
    spent = {
        name: median(float(run.said) for run in of.runs)
        for name, of in in_turns(commands, repeat).items()
    }
    return Section(
        f"Storing a date of {points:,} points",
        "Verdicts, alerts and what they rest on in one transaction, in a new SQLite; only the "
        "writing is timed. sqlite3 alone inserts the same rows as text, without keys.",
        [
            ("", "seconds", "x sqlite3 alone"),
            *(
                (name, f"{seconds:.3f}", f"{seconds / spent['sqlite3 alone']:.1f}")
                for name, seconds in spent.items()
            ),
        ],
    )


def page(site: Path, points: int, repeat: int) -> Section:
    """Write the report of a date."""
    which = ("--config", str(site / "routecheck.toml"), "--date", FIRST.isoformat())
    commands = {
        "report page and workbook": ("routecheck", "report", *which),
        "CSV files": ("routecheck", "export", *which),
    }
    measured = in_turns(commands, repeat)
    floor = measured["CSV files"]
    return Section(
        f"The report of a date of {points:,} points",
        "The page with its maps and the workbook, against the CSV files of the same date.",
        [
            ("", "seconds", "CPU s", "x CSV files", "peak MB"),
            *(
                (name, f"{of.seconds:.2f}", f"{of.cpu_s:.2f}", f"{of.over(floor):.2f}",
                 f"{of.peak_mb:.0f}")
                for name, of in measured.items()
            ),
        ],
    )  # fmt: skip


def growth(directory: Path, points: int, repeat: int) -> Section:
    """Write the report of a date of fewer and of more points."""
    found = {}
    for times in TIMES:
        size = round(times * points)
        which = ("--config", str(judged(directory, size) / "routecheck.toml"))
        report = ("routecheck", "report", *which, "--date", FIRST.isoformat())
        found[size] = in_turns({"report": report}, repeat)["report"]
    return scaling("The report of a date, by points", "points", found)


def stored(site: Path, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The verdicts and alerts of a date that was judged."""
    from routecheck.domain.tables import CLASSIFIED, JUDGEMENTS
    from routecheck.store import Store

    with Store.open(f"sqlite:///{site / 'routecheck.db'}", create=False) as store:
        return store.read_pickups(day)[JUDGEMENTS.names], store.read_alerts(day)[CLASSIFIED.names]


def store_s(site: Path, scratch: Path) -> float:
    """Seconds to write a date to a new store."""
    from routecheck.domain.tables import REJECTED
    from routecheck.store import Store

    pickups, alerts = stored(site, FIRST)
    with Store.open(f"sqlite:///{scratch / 'new.db'}") as store:
        run_id = store.begin_run("run")
        started = time.perf_counter()
        store.write_date(
            FIRST, pickups, alerts, REJECTED.empty(), input_hash="h", run_id=run_id,
            provisional=False,
        )  # fmt: skip
        return time.perf_counter() - started


def insert_s(site: Path, scratch: Path) -> float:
    """Seconds to insert the same rows with sqlite3 alone."""
    tables = stored(site, FIRST)
    started = time.perf_counter()
    with sqlite3.connect(scratch / "plain.db") as connection:
        for number, table in enumerate(tables):
            names = ", ".join(table.columns)
            blanks = ", ".join("?" * len(table.columns))
            connection.execute(f"CREATE TABLE t{number} ({names})")
            rows = table.astype(str).itertuples(index=False, name=None)
            connection.executemany(f"INSERT INTO t{number} VALUES ({blanks})", rows)
    return time.perf_counter() - started


if __name__ == "__main__":
    scratch = Path(tempfile.mkdtemp())
    try:
        print({"store": store_s, "insert": insert_s}[sys.argv[1]](Path(sys.argv[2]), scratch))
    finally:
        shutil.rmtree(scratch)
