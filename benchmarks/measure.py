"""Seconds and peak memory of a command, start of the interpreter and imports included."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """The median of some runs of one command, and what it printed last."""

    seconds: float
    peak_mb: float
    said: str


def python(*arguments: str, repeat: int = 3) -> Measured:
    """Run `python -m …` so many times, one after another, each in a process of its own."""
    took, peaks, said = [], [], ""
    for _ in range(repeat):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took.append(time.perf_counter() - start)
        peaks.append(usage.ru_maxrss / 1024)  # kB on Linux
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed")
    return Measured(statistics.median(took), max(peaks), said.strip())


def table(rows: list[tuple[str, ...]]) -> str:
    """Lay out rows, the first of which is the header, in columns."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def measured_row(name: str, found: Measured, floors_s: list[float]) -> tuple[str, ...]:
    """A row of a table: name, seconds, their ratios to floors, peak memory, what was said."""
    ratios = (f"{found.seconds / floor_s:.2f}" for floor_s in floors_s)
    return name, f"{found.seconds:.2f}", *ratios, f"{found.peak_mb:.0f}", found.said
