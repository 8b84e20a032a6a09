"""Many counties by `routecheck fleet run`: workers against workers, processes against Dask.

Counties of one day each, written by the simulator with fixed seeds, judged from nothing. The same
counties, and the same bytes come out; what differs is who does the work.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, Section, in_turns
from benchmarks.whole import FIRST, clear, made

SEED = 60
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
    """Measure a morning of so many counties with each engine."""
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
