"""The accuracy ledger: a fixed set of simulated counties, run as a user would, and judged.

    python -m benchmarks.accuracy
    python -m benchmarks.accuracy --profiles county,hard --seeds 1-5 --mistakes mistakes.csv
    python -m benchmarks.accuracy --write docs/accuracy.md

Each county is written by `routecheck simulate`, reconciled by `routecheck run`, each in a process
of its own, and what the store then holds is compared with the truth. Figures are pooled over the
rows of all seeds of a profile.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from benchmarks.accuracy_page import (
    HELD_OUT_SEEDS,
    TOLD_PLACES,
    TUNING_SEEDS,
    document,
    ledger_rows,
)
from routecheck.config import load_config
from routecheck.evaluate import (
    Compared,
    Evaluation,
    compare_store,
    measure,
    mistakes,
    pool,
    read_truth,
)
from routecheck.present.evaluation_text import aligned

PROFILES = ("county", "hard", "dense", "ideal")
DAYS = 14
FIRST = date(2026, 3, 2)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--seeds", type=seeds_of, default=HELD_OUT_SEEDS, help="such as 201-205 (default) or 1,2,5"
    )
    parser.add_argument(
        "--profiles", type=lambda text: tuple(text.split(",")), default=PROFILES,
        help="default: %(default)s",
    )  # fmt: skip
    parser.add_argument(
        "--days", type=int, default=DAYS, help="service dates (default %(default)s)"
    )
    parser.add_argument("--jobs", type=int, default=1, help="counties at once")
    parser.add_argument("--sites", type=Path, help="keep the simulated counties here")
    parser.add_argument("--mistakes", type=Path, help="list every mistake in this CSV file")
    parser.add_argument("--write", type=Path, help="write the ledger to this Markdown file")
    given = parser.parse_args(arguments)
    if given.write and set(given.seeds) & set(TUNING_SEEDS):
        parser.error("the ledger is written of held-out seeds only; leave --seeds out")
    with tempfile.TemporaryDirectory() as scratch:
        sites = given.sites or Path(scratch)
        started = time.perf_counter()
        compared = {
            profile: _of_profile(profile, given.seeds, given.days, sites, given.jobs)
            for profile in given.profiles
        }
        given_places = (
            _with_true_places(TOLD_PLACES, given.seeds, given.days, sites, given.jobs)
            if given.write and TOLD_PLACES in compared
            else None
        )
    found = {profile: measure(pool(parts)) for profile, parts in compared.items()}
    print("\n".join(aligned(ledger_rows(found))))
    print(f"\n{time.perf_counter() - started:.0f} s")
    if given.mistakes:
        _write_mistakes(given.mistakes, compared, given.seeds)
    if given.write:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        text = document(found, compared, given.seeds, given.days, given_places)
        given.write.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {given.write}")


def seeds_of(text: str) -> tuple[int, ...]:
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        seeds += range(int(first), int(last if dash else first) + 1)
    return tuple(seeds)


def _of_profile(
    profile: str, seeds: Sequence[int], days: int, sites: Path, jobs: int
) -> list[Compared]:
    with ThreadPoolExecutor(jobs) as threads:
        return list(threads.map(lambda seed: judged_county(profile, seed, days, sites), seeds))


def judged_county(
    profile: str, seed: int, days: int, sites: Path, amounts: Mapping[str, object] | None = None
) -> Compared:
    """Write a county unless it is there, run it from nothing, compare.

    `amounts` of the simulator replace those of the profile.
    """
    changed = [f"{name}={value}" for name, value in (amounts or {}).items()]
    site = sites / "_".join(
        [profile, str(seed), str(days), *(re.sub(r"\W+", "-", c) for c in changed)]
    )
    config_path = site / "routecheck.toml"
    started = time.perf_counter()
    if not (site / "truth_points.csv").exists():
        shutil.rmtree(site, ignore_errors=True)
        _routecheck(
            "simulate", str(site), "--profile", profile, "--seed", str(seed), "--days", str(days),
            "--start", FIRST.isoformat(), *(word for c in changed for word in ("--set", c)),
        )  # fmt: skip
        quiet = config_path.read_text("utf-8").replace("report = true", "report = false")
        config_path.write_text(quiet, "utf-8")
    for left in site.glob("routecheck.db*"):
        left.unlink()
    last = FIRST + timedelta(days=days - 1)
    _routecheck(
        "run", "--config", str(config_path), "--from", FIRST.isoformat(), "--to", last.isoformat()
    )
    # Imported here: a store drags in a database, which --help need not wait for.
    from routecheck.store import Store

    config = load_config(config_path)
    truth = read_truth(site / "truth.csv", config.time_zone)
    with Store.open(config.store_url, create=False) as store:
        compared = compare_store(store, truth)
    print(f"{site.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return compared


def _with_true_places(
    profile: str, seeds: Sequence[int], days: int, sites: Path, jobs: int
) -> Evaluation:
    """Judge the same counties with every point recorded where its bins stand."""
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch)
        for seed in seeds:
            name = f"{profile}_{seed}_{days}"
            left_out = shutil.ignore_patterns("routecheck.db*", "out")
            shutil.copytree(sites / name, told / name, ignore=left_out)
            _tell_places(told / name)
        return measure(pool(_of_profile(profile, seeds, days, told, jobs)))


def _tell_places(site: Path) -> None:
    import pandas as pd

    points = pd.read_csv(site / "points.csv", dtype=str, keep_default_na=False)
    true = pd.read_csv(site / "truth_points.csv", dtype=str).set_index("point_id")
    known = points["point_id"].isin(true.index) & (points["lon"] != "")
    for column in ("lon", "lat"):
        points.loc[known, column] = true.loc[points["point_id"][known], column].to_numpy()
    points.to_csv(site / "points.csv", index=False)


def _routecheck(*arguments: str) -> None:
    """Run the command line in a process of its own.

    Status 1 says that a part failed, such as a date without fixes: counties have such days.
    """
    done = subprocess.run(
        [sys.executable, "-m", "routecheck", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise SystemExit(
            f"routecheck {' '.join(arguments)}: status {done.returncode}\n{done.stderr[-4000:]}"
        )


def _write_mistakes(path: Path, compared: dict[str, list[Compared]], seeds: Sequence[int]) -> None:
    import pandas as pd

    tables = []
    for profile, parts in compared.items():
        table = mistakes(pool(parts))
        if table.empty:
            continue
        seed = [seeds[int(site)] for site in table["site"]]
        tables.append(table.assign(profile=profile, seed=seed).drop(columns="site"))
    none = pd.DataFrame(columns=["kind"])
    (pd.concat(tables, ignore_index=True) if tables else none).to_csv(path, index=False)


if __name__ == "__main__":
    main()
