"""The accuracy ledger: a fixed set of simulated counties, run as a user would, and judged.

    python -m benchmarks.accuracy
    python -m benchmarks.accuracy --profiles county,hard --seeds 1-5 --mistakes mistakes.csv
    python -m benchmarks.accuracy --profiles drawn --seeds 301-310 --set points=100 --set trucks=9
    python -m benchmarks.accuracy --first-days 201-203 --write docs/accuracy.md

Each county is written by `routecheck simulate`, reconciled by `routecheck run`, each in a process
of its own, and what the store then holds is compared with the truth. Figures are pooled over the
rows of all seeds of a profile; of `drawn`, whose seeds are sites of different kinds, the worst
tenth is shown too. `--first-days` judges the first dates of some of the counties once more, from
nothing, as those of a new site.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from benchmarks.accuracy_page import (
    DRAWN_SEEDS,
    GIVEN_PLACES,
    HELD_OUT_SEEDS,
    TUNING_SEEDS,
    document,
    ledger_rows,
    named_seeds,
)
from benchmarks.first_days import FirstDays, first_days, first_days_rows
from benchmarks.sites import FIRST, compared, judge, simulated, site_name, true_of
from benchmarks.worst_tenth import worst_tenth_rows
from routecheck.evaluate import Compared, Evaluation, measure, mistakes, pool
from routecheck.present.evaluation_text import aligned
from routecheck.simulate import DRAWN

PROFILES = ("county", "hard", "dense", "ideal", DRAWN)
DAYS = 14


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--seeds", type=seeds_of,
        help=f"such as 201-205 or 1,2,5; default: {named_seeds(HELD_OUT_SEEDS)}, of {DRAWN} "
        f"{named_seeds(DRAWN_SEEDS)}",
    )  # fmt: skip
    parser.add_argument(
        "--profiles", type=lambda text: tuple(text.split(",")), default=PROFILES,
        help="default: %(default)s",
    )  # fmt: skip
    parser.add_argument(
        "--days", type=int, default=DAYS, help="service dates (default %(default)s)"
    )
    parser.add_argument(
        "--set", metavar="NAME=VALUE", dest="amounts", action="append", default=[],
        help="an amount of all counties, such as points=100",
    )  # fmt: skip
    parser.add_argument(
        "--first-days", metavar="SEEDS", type=seeds_of, default=(),
        help="judge the first day, three and seven days of these counties from nothing too",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=1, help="counties at once")
    parser.add_argument("--sites", type=Path, help="keep the simulated counties here")
    parser.add_argument("--mistakes", type=Path, help="list every mistake in this CSV file")
    parser.add_argument("--write", type=Path, help="write the ledger to this Markdown file")
    given = parser.parse_args(arguments)
    if given.write and set(given.seeds or ()) & set(TUNING_SEEDS):
        parser.error("the ledger is written of held-out seeds only; leave --seeds out")
    if not all("=" in amount for amount in given.amounts):
        parser.error(f"--set takes NAME=VALUE, not {' '.join(given.amounts)}")
    seeds = {
        profile: given.seeds or (DRAWN_SEEDS if profile == DRAWN else HELD_OUT_SEEDS)
        for profile in given.profiles
    }
    amounts: dict[str, str] = dict(amount.split("=", 1) for amount in given.amounts)
    with tempfile.TemporaryDirectory() as scratch:
        sites = given.sites or Path(scratch)
        started = time.perf_counter()
        beside = {
            profile: _of_profile(profile, seeds[profile], given.days, sites, given.jobs, amounts)
            for profile in given.profiles
        }
        given_places = None
        if given.write and GIVEN_PLACES in beside:
            folders = [
                sites / site_name(GIVEN_PLACES, seed, given.days, amounts)
                for seed in seeds[GIVEN_PLACES]
            ]
            given_places = _with_true_places(folders, given.days, given.jobs)
        new = {
            profile: found_first
            for profile in given.profiles
            if (found_first := _first_days(profile, seeds[profile], beside[profile], given, sites))
        }
    found = {profile: measure(pool(parts)) for profile, parts in beside.items()}
    print("\n".join(aligned(ledger_rows(found))))
    if DRAWN in beside:
        parts = [measure(part) for part in beside[DRAWN]]
        print("\n" + "\n".join(aligned(worst_tenth_rows(parts, seeds[DRAWN]))))
    for profile, (shown_seeds, spans, after) in new.items():
        print(f"\n{profile}, seeds {shown_seeds}, from nothing:")
        print("\n".join(aligned(first_days_rows(spans, after))))
    print(f"\n{time.perf_counter() - started:.0f} s")
    if given.mistakes:
        _write_mistakes(given.mistakes, beside, seeds)
    if given.write:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        text = document(found, beside, seeds, given.days, given_places, given.amounts, new)
        given.write.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {given.write}")


def seeds_of(text: str) -> tuple[int, ...]:
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        seeds += range(int(first), int(last if dash else first) + 1)
    return tuple(seeds)


def _of_profile(
    profile: str,
    seeds: Sequence[int],
    days: int,
    sites: Path,
    jobs: int,
    amounts: Mapping[str, object],
) -> list[Compared]:
    def one(seed: int) -> Compared:
        return judged_county(profile, seed, days, sites, amounts)

    with ThreadPoolExecutor(jobs) as threads:
        return list(threads.map(one, seeds))


def judged_county(
    profile: str, seed: int, days: int, sites: Path, amounts: Mapping[str, object] | None = None
) -> Compared:
    """Write a county unless it is there, run it from nothing, compare.

    `amounts` of the simulator replace those of the profile.
    """
    return _judged(simulated(profile, seed, days, sites, amounts), days)


def _judged(site: Path, days: int) -> Compared:
    started = time.perf_counter()
    judge(site, FIRST, FIRST + timedelta(days=days - 1))
    beside = compared(site, true_of(site))
    print(f"{site.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return beside


def _first_days(
    profile: str,
    seeds: Sequence[int],
    beside: Sequence[Compared],
    given: argparse.Namespace,
    sites: Path,
) -> FirstDays | None:
    """The first days of the counties that are asked for; None: of none of this profile."""
    chosen = [k for k, seed in enumerate(seeds) if seed in given.first_days]
    if not chosen:
        return None
    amounts = dict(amount.split("=", 1) for amount in given.amounts)
    folders = [sites / site_name(profile, seeds[k], given.days, amounts) for k in chosen]
    after = measure(pool([beside[k] for k in chosen]))
    spans = first_days(folders, given.days, given.jobs)
    return named_seeds([seeds[k] for k in chosen]), spans, after


def _with_true_places(sites: Sequence[Path], days: int, jobs: int) -> Evaluation:
    """Judge the same counties with every point recorded where its bins stand."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(jobs) as threads:
        corrected = [Path(scratch) / site.name for site in sites]
        left_out = shutil.ignore_patterns("routecheck.db*", "out")
        for site, copy in zip(sites, corrected, strict=True):
            shutil.copytree(site, copy, ignore=left_out)
            _record_true_places(copy)
        return measure(pool(list(threads.map(lambda copy: _judged(copy, days), corrected))))


def _record_true_places(site: Path) -> None:
    import pandas as pd

    points = pd.read_csv(site / "points.csv", dtype=str, keep_default_na=False)
    true = pd.read_csv(site / "truth_points.csv", dtype=str).set_index("point_id")
    known = points["point_id"].isin(true.index) & (points["lon"] != "")
    for column in ("lon", "lat"):
        points.loc[known, column] = true.loc[points["point_id"][known], column].to_numpy()
    points.to_csv(site / "points.csv", index=False)


def _write_mistakes(
    path: Path, beside: Mapping[str, list[Compared]], seeds: Mapping[str, Sequence[int]]
) -> None:
    import pandas as pd

    tables = []
    for profile, parts in beside.items():
        table = mistakes(pool(parts))
        if table.empty:
            continue
        seed = [seeds[profile][int(site)] for site in table["site"]]
        tables.append(table.assign(profile=profile, seed=seed).drop(columns="site"))
    none = pd.DataFrame(columns=["kind"])
    (pd.concat(tables, ignore_index=True) if tables else none).to_csv(path, index=False)


if __name__ == "__main__":
    main()
