"""Workers against workers, processes against Dask: many counties, and many dates of one.

Counties written by the simulator with fixed seeds, judged from nothing. The same bytes come out;
what differs is who does the work.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import Row, Section, in_turns
from benchmarks.whole import FIRST, clear, made

SEED = 60
DAYS = 14
COUNTIES = {"a province-day": 100, "a nation-day": 2800}
"""China has 2,844 units of the county level (Ministry of Civil Affairs, 2023)."""
CORES = (2, 16, 64)
ENGINES = {
    "one process (local)": ("local", 1),
    "1 process beside": ("processes", 1),
    "2 processes beside": ("processes", 2),
    "Dask, 1 worker": ("dask", 1),
    "Dask, 2 workers": ("dask", 2),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how many counties there are."""
    parser.add_argument("--counties", type=int, default=12, help="(default: %(default)s)")


def run(arguments: argparse.Namespace) -> Iterator[Section]:
    """Measure a morning of so many counties with each engine, and the dates of one county."""
    yield from _counties(arguments)
    yield _dates(arguments)


def _counties(arguments: argparse.Namespace) -> Iterator[Section]:
    folder = arguments.data / f"province_{arguments.counties}"
    sites = [made(folder / f"county_{n}", days=1, seed=SEED + n) for n in range(arguments.counties)]
    commands = {
        name: ("benchmarks.fleet", str(_fleet(folder, kind, workers)))
        for name, (kind, workers) in ENGINES.items()
    }

    def anew() -> None:
        for site in sites:
            clear(site)

    found = in_turns(commands, arguments.repeat, anew)
    alone = found["1 process beside"]
    rows: list[Row] = [("engine", "seconds", "CPU s", "of 1 process beside")]
    rows += [
        (name, f"{one.seconds:.1f}", f"{one.cpu_s:.1f}", f"{one.over(alone):.2f}")
        for name, one in found.items()
    ]
    yield Section(
        f"A morning of {arguments.counties} counties",
        "From nothing, a day of each (docs/fleet.md). CPU is that of all processes waited for; it "
        "does not count those of Dask's workers, which are no children of the command.",
        rows,
    )
    a_county_s = found["one process (local)"].cpu_s / arguments.counties
    yield Section(
        "What more counties would take",
        f"Computed, not measured: so many times the {a_county_s:.2f} s of CPU that a county takes "
        "above, over the cores, as if each were as fast as these and none waited for a disk or a "
        "database.",
        [
            ("", "counties", "core hours", *(f"minutes on {cores} cores" for cores in CORES)),
            *(
                (name, f"{n:,}", f"{n * a_county_s / 3600:.2f}",
                 *(f"{n * a_county_s / 60 / cores:.1f}" for cores in CORES))
                for name, n in COUNTIES.items()
            ),
        ],
    )  # fmt: skip


def _dates(arguments: argparse.Namespace) -> Section:
    site = made(arguments.data / f"county_{DAYS}_days", days=DAYS, seed=SEED)
    plain = (site / "routecheck.toml").read_text("utf-8")
    last = FIRST + timedelta(days=DAYS - 1)
    span = ("--from", FIRST.isoformat(), "--to", last.isoformat())
    commands = {}
    for name, (kind, workers) in ENGINES.items():
        config = site / f"{kind}_{workers}.toml"
        config.write_text(f'{plain}\n[engine]\nkind = "{kind}"\nworkers = {workers}\n', "utf-8")
        commands[name] = ("routecheck", "run", "--config", str(config), *span)
    found = in_turns(commands, arguments.repeat, lambda: clear(site))
    alone = found["one process (local)"]
    return Section(
        f"{DAYS} dates of one county",
        "From nothing, in one run (`[engine]`). The run itself reads, learns, stores and exports; "
        "the workers observe and weigh the dates.",
        [
            ("engine", "seconds", "CPU s", "of one process"),
            *(
                (name, f"{one.seconds:.1f}", f"{one.cpu_s:.1f}", f"{one.over(alone):.2f}")
                for name, one in found.items()
            ),
        ],
    )


def _fleet(folder: Path, kind: str, workers: int) -> Path:
    path = folder / f"{kind}_{workers}.toml"
    path.write_text(
        f'[fleet]\nsites = ["county_*/routecheck.toml"]\n[engine]\nkind = "{kind}"\n'
        f"workers = {workers}\n",
        "utf-8",
    )
    return path


def main() -> None:
    """One round of a fleet; a county with something to look at is no failure of the benchmark."""
    command = (sys.executable, "-m", "routecheck", "fleet", "run", sys.argv[1])
    done = subprocess.run((*command, "--to", FIRST.isoformat()), check=False)
    sys.exit(done.returncode if done.returncode not in (0, 1) else 0)


if __name__ == "__main__":
    main()
