"""The verdicts on sample_data, as they come out now; run as a program it accepts them.

    python tests/accept_sample.py

Look at the difference that `git diff tests/data/sample_verdicts.csv` then shows before you commit
it: every line is a pickup that is judged otherwise than before.
"""

from __future__ import annotations

import csv
import difflib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data"
CONFIG = ROOT / "config" / "routecheck.toml"
ACCEPTED = ROOT / "tests" / "data" / "sample_verdicts.csv"
HOW = "python tests/accept_sample.py"
SHOWN = 200
HEADER = ("date", "point", "window", "verdict", "cause")


def sample_verdicts(scratch: Path) -> str:
    """Run a copy of the sample in a scratch folder, and return its verdicts as sorted CSV."""
    for folder in (SAMPLE, CONFIG.parent):
        # What earlier runs have left there is no part of the sample.
        shutil.copytree(
            folder, scratch / folder.name, ignore=shutil.ignore_patterns("out", "*.db*")
        )
    first, last = _dates(scratch / SAMPLE.name / "truth.csv")
    dates = ["--from", first, "--to", last]
    config = str(scratch / CONFIG.parent.name / CONFIG.name)
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    done = subprocess.run(
        [sys.executable, "-m", "routecheck", "run", "--config", config, *dates],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=scratch,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        check=False,
    )
    if done.returncode not in (0, 1):  # 1: done, a date without fixes for instance
        raise AssertionError(f"routecheck run ended with {done.returncode}:\n{done.stderr}")
    rows = []
    exports = sorted(scratch.rglob("pickups_*.csv"))
    if not exports:
        raise AssertionError(f"routecheck run wrote no pickups_*.csv:\n{done.stdout}{done.stderr}")
    for export in exports:
        with export.open(encoding="utf-8-sig", newline="") as lines:
            rows += [
                (
                    r["service_date"],
                    r["point_id"],
                    r["window_start"][11:16],
                    r["verdict"],
                    r["cause"],
                )
                for r in csv.DictReader(lines)
            ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(sorted(rows))
    return text.getvalue()


def difference(before: str, now: str) -> str:
    """Return the unified difference, and how to accept it; empty where there is none."""
    lines = list(
        difflib.unified_diff(
            before.splitlines(), now.splitlines(), "accepted", "now", lineterm="", n=0
        )
    )
    if not lines:
        return ""
    changed = [line for line in lines if not line.startswith("@@")]
    more = len(changed) - SHOWN
    shown = "\n".join(changed[:SHOWN]) + (f"\n… and {more} more lines" if more > 0 else "")
    return f"{shown}\n\nIf every one of these is meant: {HOW}, and commit {ACCEPTED.name}."


def _dates(truth: Path) -> tuple[str, str]:
    with truth.open(encoding="utf-8-sig", newline="") as lines:
        dates = {row["service_date"] for row in csv.DictReader(lines)}
    return min(dates), max(dates)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        verdicts = sample_verdicts(Path(folder))
    told = difference(ACCEPTED.read_text(encoding="utf-8") if ACCEPTED.exists() else "", verdicts)
    ACCEPTED.parent.mkdir(exist_ok=True)
    ACCEPTED.write_text(verdicts, encoding="utf-8", newline="\n")
    print(told.rpartition("\n\n")[0] or "nothing changed")
