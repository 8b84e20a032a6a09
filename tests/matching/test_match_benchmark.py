"""The benchmark runs: it would rot unseen."""

import subprocess
import sys
from pathlib import Path


def test_the_smallest_benchmark_runs(tmp_path: Path) -> None:
    how = ["--size", "S", "--no-join", "--repeat", "1", "--data", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "matching", *how],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    title, _header, *lines = done.stdout.strip().splitlines()
    assert title == "Matching a county-day"
    assert [line.split()[0] for line in lines] == ["routecheck", "brute-force"]
    visits, by_brute_force = (int(line.split()[-1]) for line in lines)
    assert visits == by_brute_force > 400
