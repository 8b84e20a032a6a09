"""Seconds and peak memory of commands, start of the interpreter and imports included.

Commands that are compared run in turns, so that other work on the machine meets them alike, and
ratios are medians of the ratios within a turn.
"""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = tuple[str, ...]


@dataclass(frozen=True)
class Once:
    """One run of a command: wall clock, CPU of all its threads, memory, what it printed last."""

    seconds: float
    cpu_s: float
    peak_mb: float
    said: str


@dataclass(frozen=True)
class Measured:
    """All runs of one command."""

    runs: list[Once]

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def cpu_s(self) -> float:
        """The median."""
        return statistics.median(run.cpu_s for run in self.runs)

    @property
    def peak_mb(self) -> float:
        """The most."""
        return max(run.peak_mb for run in self.runs)

    @property
    def said(self) -> str:
        """What it printed last."""
        return self.runs[-1].said

    def over(self, floor: Measured) -> float:
        """The median of the ratios to another command, turn by turn."""
        pairs = zip(self.runs, floor.runs, strict=False)
        return statistics.median(own.seconds / its.seconds for own, its in pairs)


@dataclass(frozen=True)
class Section:
    """A table of a report, the first row of which is the header."""

    title: str
    text: str
    rows: list[Row]


def once(*arguments: str) -> Once:
    """Run `python -m …` in a process of its own, with compiled modules as once installed."""
    environment = dict(os.environ)
    if environment.pop("PYTHONDONTWRITEBYTECODE", None):
        cache = Path(tempfile.gettempdir()) / "routecheck-benchmarks" / "pycache"
        environment.setdefault("PYTHONPYCACHEPREFIX", str(cache))
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Once(took, cpu_s, usage.ru_maxrss / 1024, said.strip())  # kB on Linux


def in_turns(
    commands: Mapping[str, Sequence[str]],
    repeat: int,
    before: Callable[[], None] = lambda: None,
) -> dict[str, Measured]:
    """Run commands one after another, and all of them so many times.

    Args:
        commands: arguments of `python -m`, by name.
        repeat: how many turns.
        before: called before each run, and not counted.
    """
    found: dict[str, list[Once]] = {name: [] for name in commands}
    for _ in range(repeat):
        for name, arguments in commands.items():
            before()
            found[name].append(once(*arguments))
    return {name: Measured(runs) for name, runs in found.items()}


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The b of seconds = a * size ** b that fits best in logarithms (least squares)."""
    x, y = [math.log(size) for size in sizes], [math.log(s) for s in seconds]
    return statistics.linear_regression(x, y).slope


def table(rows: list[Row]) -> str:
    """Lay out rows, the first of which is the header, in columns."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def markdown(section: Section) -> str:
    """A section of a page."""
    lines = [f"| {' | '.join(row)} |" for row in section.rows]
    lines.insert(1, "| --- |" + " ---: |" * (len(section.rows[0]) - 1))
    return "\n".join([f"## {section.title}", "", section.text, "", *lines, ""])
