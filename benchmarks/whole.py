"""The whole `routecheck run`, as a user calls it: a county-day, more days, more points.

A county-day is held against twice what it takes to import geopandas and SQLAlchemy and to read
the same files with pandas. Sites are written by the simulator with a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measure import Measured, Row, Section, exponent, in_turns, once

FIRST = date(2026, 3, 2)
SEED = 20
DAYS = (1, 2, 4, 8, 16, 32)
BLOCKS = (1, 2, 4, 8, 16)
"""Counties side by side: the points of a truck and the roads about it stay what they are."""
POINTS, TRUCKS = 406, 36
PREFECTURE_DAYS = 2
WHAT = ("day", "days", "points", "prefecture")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which measurements are wanted."""
    parser.add_argument(
        "--what",
        action="append",
        choices=WHAT,
        help="which measurements of the whole run; again for more (default: all)",
    )
    parser.add_argument(
        "--most", type=int, default=32, help="leave out sizes beyond so many days or counties"
    )


def run(arguments: argparse.Namespace) -> Iterator[Section]:
    """Measure what is wanted."""
    parts = {"day": county_day, "days": by_days, "points": by_points, "prefecture": prefecture}
    for what in arguments.what or WHAT:
        yield parts[what](arguments)


def county_day(arguments: argparse.Namespace) -> Section:
    """A county-day from CSV, against the imports and readings that one would start with."""
    site = made(arguments.data / "county_1", days=1)
    commands = {
        "routecheck run": command(site, 1),
        "reference": ("benchmarks.whole", "reference", str(site)),
    }
    in_turns(commands, 1, lambda: clear(site))  # compiles, and fills the caches of the disk
    found = in_turns(commands, max(arguments.repeat, 3), lambda: clear(site))
    floor = found["reference"]
    return Section(
        "A county-day from CSV",
        f"{POINTS} points, {TRUCKS} trucks: read, judged, stored in a new SQLite, exported. The "
        "reference imports geopandas and SQLAlchemy and reads the same files with pandas, no more; "
        "to be reached are at most two of it.",
        [
            ("", "seconds", "CPU s", "x reference", "peak MB"),
            *(
                (name, f"{of.seconds:.2f}", f"{of.cpu_s:.2f}", f"{of.over(floor):.2f}",
                 f"{of.peak_mb:.0f}")
                for name, of in found.items()
            ),
        ],
    )  # fmt: skip


def by_days(arguments: argparse.Namespace) -> Section:
    """Ranges of dates of one county."""
    sizes = [n for n in DAYS if n <= arguments.most]
    found = {}
    for days in sizes:
        site = made(arguments.data / f"county_{days}", days=days)
        found[days] = of_site(site, days, arguments.repeat if days < 16 else 1)
    return scaling("Days of a county in one run", "days", found)


def by_points(arguments: argparse.Namespace) -> Section:
    """Counties side by side, as one site."""
    found = {}
    for blocks in (n for n in BLOCKS if n <= arguments.most):
        points = POINTS * blocks
        site = made(
            arguments.data / f"points_{points}",
            days=2,
            points=points,
            trucks=TRUCKS * blocks,
            blocks=blocks,
        )
        found[points] = of_site(site, 2, arguments.repeat if blocks < 8 else 1)
    return scaling(f"Points, {POINTS / TRUCKS:.0f} to a truck, two days", "points", found)


def prefecture(arguments: argparse.Namespace) -> Section:
    """A prefecture from Parquet."""
    site = made(arguments.data / "prefecture", days=PREFECTURE_DAYS, profile="prefecture")
    found = {days: of_site(site, days, 1) for days in range(1, PREFECTURE_DAYS + 1)}
    section = scaling("A prefecture from Parquet: 10,000 points, 400 trucks", "days", found)
    return Section(section.title, "Both days lie in the files that are read.", section.rows)


def scaling(title: str, of: str, found: dict[int, Measured]) -> Section:
    """A table over sizes, with the exponent of the CPU time: of all sizes, and of each step."""
    sizes = list(found)
    spent = [found[size].cpu_s for size in sizes]
    rows: list[Row] = [(of, "seconds", "CPU s", "exponent", "peak MB")]
    for k, size in enumerate(sizes):
        step = exponent(sizes[k - 1 : k + 1], spent[k - 1 : k + 1]) if k else None
        rows.append(
            (
                f"{size:,}",
                f"{found[size].seconds:.2f}",
                f"{spent[k]:.2f}",
                "" if step is None else f"{step:.2f}",
                f"{found[size].peak_mb:.0f}",
            )
        )
    text = "The exponent of a row is that of its step from the row before, in CPU time."
    if len(sizes) > 1:
        text += f" Of all rows: {exponent(sizes, spent):.2f}; to be reached: at most 1.1."
    return Section(title, text, rows)


def of_site(site: Path, days: int, repeat: int) -> Measured:
    """Measure runs over the first days of a site, each with a new store."""
    return in_turns({"run": command(site, days)}, repeat, lambda: clear(site))["run"]


def command(site: Path, days: int) -> tuple[str, ...]:
    """What a user types."""
    last = FIRST + timedelta(days=days - 1)
    dates = ("--from", FIRST.isoformat(), "--to", last.isoformat())
    return ("routecheck", "run", "--config", str(site / "routecheck.toml"), *dates)


def clear(site: Path) -> None:
    """Remove store and exports."""
    for path in site.glob("routecheck.db*"):
        path.unlink()
    shutil.rmtree(site / "out", ignore_errors=True)


def made(site: Path, *, days: int, profile: str = "county", **amounts: int) -> Path:
    """Write a site, unless it is there."""
    if not (site / "truth.csv").exists():
        shutil.rmtree(site, ignore_errors=True)
        unfinished = site.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        # In a process of its own: the memory of this one would count as that of its children.
        how = {"profile": profile, "days": days, **amounts}
        once("benchmarks.whole", "make", str(unfinished), json.dumps(how))
        unfinished.rename(site)
    return site


def reference(site: Path) -> int:
    """Import what everybody imports, and read the tables of a site with pandas."""
    import geopandas  # noqa: F401
    import pandas as pd
    import sqlalchemy  # noqa: F401

    tables = ("points.csv", "schedule.csv", "vehicles.csv", "calendar.csv")
    files = [site / name for name in tables]
    files += sorted((site / "fixes").iterdir()) + sorted((site / "alerts").iterdir())
    return sum(len(pd.read_csv(path)) for path in files)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        from benchmarks.sites import leave_out_reports
        from routecheck.simulate import write_site

        made = Path(sys.argv[2])
        write_site(made, start=FIRST, **{"seed": SEED, **json.loads(sys.argv[3])})
        leave_out_reports(made)
    else:
        print(reference(Path(sys.argv[2])))
