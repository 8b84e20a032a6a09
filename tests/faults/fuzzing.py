"""Readers under a coverage-guided fuzzer: atheris, installed beside (`pip install atheris`).

It changes files of every table that we read ourselves (CSV, packed CSV, Parquet, workbooks),
beginning with those of a village, and keeps those that reach new lines of the readers. What geodata
hold is read by GDAL, in a process of its own, and not fuzzed here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from faults.fuzz_target import KINDS
from faults.malformed import villages
from faults.outcome import NotPossibleError, Outcome

LONGEST_S, MEMORY_MB = 30, 3000
"""Of one file; the process with all that the fuzzer keeps."""


def seeds(folder: Path, corpus: Path) -> None:
    """Write the files of villages as what the fuzzer begins with."""
    corpus.mkdir()
    good = villages(folder)
    for n, (table, ending) in enumerate(KINDS):
        form = {"csv.gz": "gz"}.get(ending, ending)
        [path] = [p for p in good[form].rglob(f"{table}.{ending}") if "out" not in p.parts]
        data = path.read_bytes()
        # Of a CSV some lines say all; what is short is tried more often.
        short = b"\n".join(data.split(b"\n")[:6]) if ending == "csv" else data
        (corpus / f"{table}.{ending}").write_bytes(bytes([n]) + short)


def try_all(folder: Path, minutes: int, seed: int = 1) -> Outcome:
    """Fuzz for so long, in a process of its own; files that went wrong are kept beside."""
    if find_spec("atheris") is None:
        raise NotPossibleError("atheris is not installed")
    seeds(folder / "good", folder / "corpus")
    found = folder / "found"
    found.mkdir()
    done = subprocess.run(
        [
            sys.executable, "-m", "faults.fuzz_target", str(found), str(folder / "corpus"),
            f"-max_total_time={minutes * 60}", f"-timeout={LONGEST_S}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-artifact_prefix={found}/", "-max_len=60000", "-print_final_stats=1",
            f"-seed={seed}", "-verbosity=0",
        ],
        capture_output=True, check=False, text=True, errors="replace",
        cwd=Path(__file__).parents[1], env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    failures = [json.loads(p.read_text())["what"] for p in sorted(found.glob("*.json"))]
    failures += [
        f"{p.name} (too slow, or too much memory)" for p in found.glob("*-*") if not p.suffix
    ]
    stats = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
    tried = int(stats.get("number_of_executed_units", 0))
    if not tried:
        failures.append(f"the fuzzer ended: {done.stderr[-500:]}")
    figures = {"minutes": minutes, "kept for new lines": int(stats.get("new_units_added", 0))}
    return Outcome(tried, tuple(failures), figures)
