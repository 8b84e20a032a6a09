"""Many sites at once, and workers or the whole command killed: nothing lost, nothing twice.

A fleet works on small sites; at a random moment one of its processes, or it itself, is killed.
After a normal round of the fleet every site has its exports as undisturbed, and a sound store.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from faults.outcome import Outcome
from routecheck.cli import main
from routecheck.store.care import check
from site_tools import exports

SITES, DAYS, UNTIL = 3, 2, "2026-03-03"
WHOLE_S = 600.0
"""No round of such a fleet takes so long; one that does waits for something that never comes."""


def write_fleet(folder: Path, engine: str) -> Path:
    """Sites that nobody has judged yet, and the file that lists them."""
    folder.mkdir(parents=True)
    for n in range(SITES):
        size = ("--seed", str(31 + n), "--days", str(DAYS), "--points", "12", "--trucks", "2")
        main(["simulate", str(folder / f"s{n}"), *size])
        config = folder / f"s{n}" / "routecheck.toml"
        text = config.read_text("utf-8").replace("report = true", "report = false")
        config.write_text(text, "utf-8")
    fleet = folder / "fleet.toml"
    fleet.write_text(
        '[fleet]\nsites = ["s*/routecheck.toml"]\n[engine]\n'
        f'kind = "{engine}"\nworkers = 2\nretries = 1\n',
        "utf-8",
    )
    return fleet


def begin(fleet: Path) -> subprocess.Popen[bytes]:
    """A round of a fleet, as a user calls it."""
    command = (sys.executable, "-m", "routecheck", "fleet", "run", str(fleet), "--to", UNTIL)
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def results(folder: Path) -> dict[str, dict[str, bytes]]:
    return {f"s{n}": exports(folder / f"s{n}") for n in range(SITES)}


def workers(pid: int) -> list[int]:
    """All processes below one, deepest last; by the kernel's own list."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(word) for word in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *workers(child)]
    return found


def try_all(folder: Path, times: int, seed: int, engine: str = "processes") -> Outcome:
    """Kill workers, and twice in seven times the whole command; then do a normal round.

    With Dask the command is the client, and the scheduler lives in it; below it are the workers and
    what watches each of them.
    """
    pick = random.Random(seed)
    failures, figures = [], Counter[str]()
    base = write_fleet(folder / "base", engine)
    began = time.monotonic()
    whole = _copy(base.parent, folder / "whole")
    assert begin(whole).wait(WHOLE_S) in (0, 1)
    took_s, wanted = time.monotonic() - began, results(whole.parent)
    for n in range(times):
        fleet = _copy(base.parent, folder / "trial")
        process, after_s = begin(fleet), pick.uniform(0.2, 0.9) * took_s
        time.sleep(after_s)
        below = workers(process.pid)
        what = "the command" if n % 7 in (2, 5) else "a worker"
        if process.poll() is not None or (what == "a worker" and not below):
            figures["ended before the kill"] += 1
        else:
            _kill(process.pid if what == "the command" else pick.choice(below))
            figures[f"{what} killed"] += 1
        process.wait(WHOLE_S)
        if what == "the command":
            # Its workers end by themselves, and free the stores, when nobody answers any more.
            _wait_for(below)
        status = begin(fleet).wait(WHOLE_S)
        why = f"{what} killed after {after_s:.1f} s"
        if status not in (0, 1) or results(fleet.parent) != wanted:
            failures.append(f"{why}: other exports, status {status}")
        for n_site in range(SITES):
            faults = check(f"sqlite:///{fleet.parent / f's{n_site}' / 'routecheck.db'}").faults
            failures += [f"{why}: {fault}" for fault in faults]
    return Outcome(times, tuple(failures), dict(figures))


def _copy(base: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    return folder / "fleet.toml"


def _kill(pid: int) -> None:
    # It may have ended meanwhile.
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _wait_for(pids: list[int]) -> None:
    deadline = time.monotonic() + WHOLE_S
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            raise AssertionError("workers outlive their command")
        time.sleep(0.1)
