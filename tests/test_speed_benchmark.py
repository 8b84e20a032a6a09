"""The benchmark of the whole run works: it would rot unseen. Its figures are not checked here."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.measure import Measured, Once, exponent


def test_a_county_day_is_measured_and_written_down(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks", "run", "--what", "days", "--most", "1"),
            *("--repeat", "1", "--data", str(tmp_path / "data"), "--write", str(page)),
        ],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    last = done.stdout.strip().splitlines()[-1].split()
    assert last[0] == "1"
    assert 0.1 < float(last[1]) < 600
    text = page.read_text(encoding="utf-8")
    assert "--what days" in text
    assert "| 1 |" in text


def test_exponents_are_slopes_in_logarithms() -> None:
    assert exponent([1, 2, 4, 8], [3 * n**1.5 for n in (1, 2, 4, 8)]) == pytest.approx(1.5)
    assert exponent([10, 20], [2.0, 2.0]) == pytest.approx(0.0)


def test_ratios_are_taken_turn_by_turn() -> None:
    def runs(*seconds: float) -> Measured:
        return Measured([Once(s, s, 1.0, "") for s in seconds])

    # The machine was busy in the second turn: the medians alone would say 4 / 2.
    ratio = runs(3.0, 40.0, 4.0).over(runs(2.0, 20.0, 2.0))
    assert math.isclose(ratio, 2.0)
    assert math.isclose(runs(3.0, 30.0, 3.3).over(runs(2.0, 20.0, 2.2)), 1.5)
