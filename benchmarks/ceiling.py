"""What the evidence holds at best: a learner that is given the truth, on the same evidence.

    python -m pip install -e '.[accuracy]'
    python -m benchmarks.ceiling --jobs 2 --write docs/ceiling.md

For every pickup of simulated counties the evidence that routecheck kept (what settled it and all
that was seen with it, what became of the point and of the vehicle's day otherwise) is laid beside
the truth. Gradient boosting (J. H. Friedman, 2001; the histogram variant of scikit-learn) learns
from the tuning seeds who was missed, and is asked of the others. Where to draw its line it chooses
with their truth in hand, which no system can: what it does not find then, the evidence does not
hold.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accuracy import DAYS, judged_county, seeds_of
from benchmarks.accuracy_page import HELD_OUT_SEEDS, TUNING_SEEDS, named_seeds
from routecheck import __version__
from routecheck.evaluate import Share, local_minutes
from routecheck.present.evaluation_text import per_10000, percent

KEY = ["point_id", "service_date", "start_minute"]
NUMBERS = (
    "dwell_s", "dwell_max_s", "fixes_inside", "outside_s", "offset_m", "stand_outside_m",
    "spread_m", "distance_m", "nearest_m", "fixes_in_window", "clock_offset_s", "other_vehicle",
    "seldom", "located",
)  # fmt: skip
"""Of the criteria, as they are."""
SPANS = ("silent", "stood")
"""Of the criteria, by how long from `_from` to `_until`."""
LEARNERS = 3
"""Averaged, each with other random numbers."""
BOOSTING = {
    "max_iter": 400, "max_depth": 5, "learning_rate": 0.04, "min_samples_leaf": 12,
    "l2_regularization": 1.0, "early_stopping": False,
}  # fmt: skip
PRECISION, RECALL, PER_10000 = 0.98, 0.95, 2.0
"""The aims of the ledger: genuine alerts, and wrong accusations of all pickups."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ceiling", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--profiles", type=lambda text: tuple(text.split(",")), default=("county", "hard"),
        help="default: %(default)s",
    )  # fmt: skip
    parser.add_argument("--learn", type=seeds_of, default=TUNING_SEEDS, help="seeds to learn from")
    parser.add_argument("--ask", type=seeds_of, default=HELD_OUT_SEEDS, help="seeds to judge")
    parser.add_argument(
        "--days", type=int, default=DAYS, help="service dates (default %(default)s)"
    )
    parser.add_argument("--jobs", type=int, default=1, help="counties at once")
    parser.add_argument("--sites", type=Path, help="keep the simulated counties here")
    parser.add_argument("--write", type=Path, help="write the table to this Markdown file")
    given = parser.parse_args(arguments)
    if set(given.learn) & set(given.ask):
        parser.error("a seed that was learnt from cannot be judged")
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        sites = given.sites or Path(scratch)
        for profile in given.profiles:
            learnt, asked = (
                _pooled(profile, seeds, given.days, sites, given.jobs)
                for seeds in (given.learn, given.ask)
            )
            found[profile] = lines_drawn(asked, _probability(learnt, asked))
    text = page(found, given.learn, given.ask, given.days)
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class Line:
    """What is found, and who is accused wrongly, where the line is drawn somewhere."""

    label: str
    found: Share
    """Genuine alerts whose truth the data could show, called genuine."""
    right: Share
    """Of those that are called genuine."""
    unalerted: Share
    """Misses that no alert named and the data could show, called missed."""
    accused: Share
    """Pickups called missed that were collected, of all pickups."""


def lines_drawn(asked: pd.DataFrame, probability: np.ndarray) -> list[Line]:
    """The figures of routecheck, and those of the learner where its line is drawn.

    Args:
        asked: rows with status (missed, collected), observable, alerted, verdict.
        probability: that each was missed, as the learner has it.
    """
    missed = (asked["status"] == "missed").to_numpy()
    shown, alerted = asked["observable"].to_numpy(bool), asked["alerted"].to_numpy(bool)
    genuine, silent = missed & shown & alerted, missed & shown & ~alerted

    def line(label: str, accused: np.ndarray) -> Line:
        hits = int((accused & genuine).sum())
        return Line(
            label,
            Share(hits, int(genuine.sum())),
            Share(hits, int((accused & shown & alerted).sum())),
            Share(int((accused & silent).sum()), int(silent.sum())),
            Share(int((accused & ~missed).sum()), len(asked)),
        )

    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(genuine[order])
    false = np.cumsum((~missed & shown & alerted)[order])
    wrong = np.cumsum(~missed[order])
    ends = {
        f"at a precision of {PRECISION}": _last(hits >= PRECISION * (hits + false)),
        f"at {PER_10000:g} wrong accusations in 10,000": _last(
            wrong <= PER_10000 * len(asked) / 10_000
        ),
        f"at a recall of {RECALL}": int(np.searchsorted(hits, RECALL * genuine.sum())) + 1,
    }
    result = [line("routecheck", (asked["verdict"] == "missed").to_numpy())]
    for label, end in ends.items():
        accused = np.zeros(len(asked), dtype=bool)
        accused[order[:end]] = True
        result.append(line(f"the learner, {label}", accused))
    return result


def _last(holds: np.ndarray) -> int:
    """How many may be taken so that it holds."""
    where = np.flatnonzero(holds)
    return int(where[-1]) + 1 if len(where) else 0


def evidence(table: pd.DataFrame) -> pd.DataFrame:
    """The evidence of pickups of one site as numbers, one row each.

    Args:
        table: columns of `Compared.pickups`, and of the stored judgements criteria (mappings),
            scheduled_vehicle_id, arrived_at, window_start (UTC), dwell_s, distance_m.
    """
    criteria = [c if isinstance(c, dict) else {} for c in table["criteria"]]
    numbers = {
        name: np.array([float(c[name]) if c.get(name) is not None else np.nan for c in criteria])
        for name in NUMBERS
    }
    for name in SPANS:
        span = [(c.get(f"{name}_from"), c.get(f"{name}_until")) for c in criteria]
        start, end = (pd.to_datetime(pd.Series(ends), utc=True) for ends in zip(*span, strict=True))
        numbers[f"{name}_s"] = (end - start).dt.total_seconds().to_numpy()
    numbers["observers"] = np.array([len(c.get("observers", ())) for c in criteria], dtype=float)
    result = pd.DataFrame(numbers, index=table.index)
    criterion, point = table["criterion"].astype(str), table["point_id"]
    of_day = [table["scheduled_vehicle_id"], table["service_date"]]
    result["stood_there_s"], result["away_m"] = table["dwell_s"], table["distance_m"]
    result["confidence"], result["start"] = table["confidence"], table["start_minute"]
    result["own"] = table["vehicle_id"] == table["scheduled_vehicle_id"]
    result["alerted"] = table["alerted"]
    result["alerted_of_point"] = _of_others(result["alerted"].astype(float), point)
    for name in sorted(set(criterion)):
        result[name] = (criterion == name).astype(float)
        result[f"{name}_of_point"] = _of_others(result[name], point)
        result[f"{name}_of_day"] = _of_others(result[name], of_day)
    for name in sorted(set(table["cause"]) - {""}):
        result[f"cause_{name}"] = table["cause"] == name
    seen = (criterion == "collected").to_numpy()
    for name in ("dwell_s", "distance_m"):
        of_point = table[name].where(seen).groupby(point)
        for part in (0.1, 0.5, 0.9):
            result[f"{name}_{part}_of_point"] = point.map(of_point.quantile(part))
    late_s = (table["arrived_at"] - table["window_start"]).dt.total_seconds()
    late_s = late_s - late_s.groupby([point, table["start_minute"]]).transform("median")
    result["late_s"] = late_s
    result["late_of_day_s"] = late_s - late_s.groupby(of_day).transform("median")
    return result.astype(float)


def _of_others(values: pd.Series, group: object) -> pd.Series:
    """Share among the others of each row's group: the row itself is left out."""
    of_group = values.groupby(group)
    return (of_group.transform("sum") - values) / (of_group.transform("size") - 1).clip(lower=1)


def _pooled(profile: str, seeds: Sequence[int], days: int, sites: Path, jobs: int) -> pd.DataFrame:
    with ThreadPoolExecutor(jobs) as threads:
        parts = list(threads.map(lambda seed: _county(profile, seed, days, sites), seeds))
    return pd.concat(parts, ignore_index=True)


def _county(profile: str, seed: int, days: int, sites: Path) -> pd.DataFrame:
    """Pickups of a county that was judged anew: what is true, and the evidence in numbers."""
    from routecheck.config import load_config
    from routecheck.store import Store

    compared = judged_county(profile, seed, days, sites)
    config = load_config(sites / f"{profile}_{seed}_{days}" / "routecheck.toml")
    with Store.open(config.store_url, create=False) as store:
        kept = pd.concat([store.read_pickups(day) for day in compared.dates], ignore_index=True)
    minutes = local_minutes(kept["window_start"], kept["service_date"], config.time_zone)
    kept = kept.assign(start_minute=minutes)
    more = ["criteria", "scheduled_vehicle_id", "arrived_at", "window_start", "dwell_s",
            "distance_m"]  # fmt: skip
    both = compared.pickups.merge(kept[[*KEY, *more]], on=KEY)
    truth = both[["status", "observable", "alerted", "verdict"]]
    return truth.join(evidence(both).add_prefix("evidence_"))[
        truth["status"].isin(["missed", "collected"])
    ]


def _probability(learnt: pd.DataFrame, asked: pd.DataFrame) -> np.ndarray:
    """That each of `asked` was missed, as learnt from the truth of `learnt`."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    evident = learnt.filter(like="evidence_").dropna(axis="columns", how="all")
    names = list(evident.columns)
    truth = (learnt["status"] == "missed").to_numpy()
    there = asked.reindex(columns=names).to_numpy(float)
    total = np.zeros(len(asked))
    for number in range(LEARNERS):
        learner = HistGradientBoostingClassifier(random_state=number, **BOOSTING)
        total += learner.fit(evident.to_numpy(float), truth).predict_proba(there)[:, 1]
    return total / LEARNERS


def page(
    found: dict[str, list[Line]], learnt: Sequence[int], asked: Sequence[int], days: int = DAYS
) -> str:
    """The table as Markdown."""
    intro = __doc__.split("\n\n")[2].replace("\n", " ").strip()
    lines = [
        "# What the evidence holds",
        "",
        "Made by `python -m benchmarks.ceiling --write docs/ceiling.md`; do not edit.",
        f"routecheck {__version__}.",
        "",
        intro,
        "",
        f"Learnt from seeds {named_seeds(learnt)}, asked of {named_seeds(asked)}; counties of "
        f"{days} days. In brackets: 95% intervals (Wilson).",
    ]
    for profile, rows in found.items():
        lines += [
            "",
            f"## {profile}",
            "",
            "| | genuine alerts found | called genuine, really so | misses without an alert, found "
            "| wrong accusations in 10,000 pickups |",
            "| --- | --- | --- | --- | --- |",
        ]
        for row in rows:
            shares = " | ".join(percent(share) for share in (row.found, row.right, row.unalerted))
            lines.append(f"| {row.label} | {shares} | {per_10000(row.accused)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
