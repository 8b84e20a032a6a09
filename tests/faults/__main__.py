"""The long form: `python -m tests.faults --kills 1000`, from the root of the repository.

Prints a line of counts for each kind of fault. Needs root for small disks and read-only folders,
and PostgreSQL's programs for the server; says what it could not do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults import trials, year
from faults.server import Server, binaries
from faults.yard import make_yard


def main() -> int:
    """Run every kind of fault; exit status 1 where something was lost or not done."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--kills-twice", type=int, default=50)
    parser.add_argument("--stops", type=int, default=50)
    parser.add_argument("--disk-full", type=int, default=50)
    parser.add_argument("--conflicts", type=int, default=100)
    parser.add_argument("--corrupted", type=int, default=50)
    parser.add_argument("--flipped-bits", type=int, default=500)
    parser.add_argument("--server-stops", type=int, default=20)
    parser.add_argument("--clocks", type=int, default=50)
    parser.add_argument("--downtime-days", type=int, default=30)
    parser.add_argument("--soak-days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", default="", help="kinds, with commas between: kills, stops, disk-full, …"
    )
    parser.add_argument("--folder", type=Path, help="where to work, such as /dev/shm")
    given = parser.parse_args()
    only = set(filter(None, given.only.split(",")))
    seed = given.seed
    lost: list[str] = []

    with tempfile.TemporaryDirectory(prefix="routecheck-faults-", dir=given.folder) as name:
        folder = Path(name)
        (folder / "yard").mkdir()
        (folder / "year").mkdir()
        (folder / "month").mkdir()
        (folder / "zones").mkdir()
        # Small: what is tried is the order of writes, and a round has them all.
        yard = make_yard(folder / "yard", points=16, trucks=2)
        disks = trials.can_mount(folder)
        programs = binaries()

        def on_server() -> object:
            assert programs is not None, "PostgreSQL is not installed"
            with Server(programs) as server:
                return trials.server_stops(yard, server, given.server_stops, seed)

        def frozen() -> object:
            assert programs is not None, "PostgreSQL is not installed"
            with Server(programs) as server:
                return trials.frozen_server(yard, server)

        def on_disk(work: Callable[[], object]) -> object:
            assert disks, "no small file system can be mounted here: needs root"
            return work()

        kinds: dict[str, Callable[[], object]] = {
            "kills": lambda: trials.kills(yard, given.kills, seed),
            "kills-twice": lambda: trials.kills_twice(yard, given.kills_twice, seed),
            "stops": lambda: trials.stops(yard, given.stops, seed),
            "disk-full": lambda: on_disk(lambda: trials.disk_full(yard, given.disk_full, seed)),
            "read-only": lambda: on_disk(lambda: trials.read_only(yard)),
            "conflicts": lambda: trials.conflicts(yard, given.conflicts),
            "corrupted": lambda: trials.corrupted(yard, given.corrupted, seed),
            "flipped-bits": lambda: trials.flipped_bits(yard, given.flipped_bits, seed),
            "server-stops": on_server,
            "frozen-server": frozen,
            "clocks": lambda: trials.clocks(yard, given.clocks, seed),
            "zones": lambda: trials.zones(folder / "zones"),
            "downtime": lambda: trials.downtime(folder / "month", given.downtime_days),
            "soak": lambda: year.soak(folder / "year", given.soak_days),
        }
        for kind, work in kinds.items():
            if only and kind not in only:
                continue
            began = time.monotonic()
            try:
                found = work()
                told = ", ".join(f"{key} {n}" for key, n in dict(found).items())  # type: ignore[call-overload]
                print(f"{kind}: {told} ({time.monotonic() - began:.0f} s)", flush=True)
            except AssertionError as error:
                lost.append(kind)
                print(f"{kind}: LOST: {error}", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
