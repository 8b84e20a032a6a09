"""The ledger of sites with known truth that lie ready: a column a site, and all of them pooled.

    python -m benchmarks.worlds SITE…
    python -m benchmarks.worlds SITE… --by-day --days 5 --write ledger.md

A folder holds routecheck.toml with the files that it names, truth.csv, and truth_points.csv beside
it; or it holds them in folders `site` and `truth`. Where truth_alerts.csv lies beside truth.csv
(alert_id, point_id, service_date, observable, causes), its alerts without a pickup count too. Each
site is copied, and judged from nothing; the folder itself stays as it is.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import Geod

from benchmarks.accuracy_page import shown
from benchmarks.sites import compared, exported, judge, leave_out_reports, true_of
from routecheck.evaluate import Compared, Estimate, Evaluation, Share, Truth, measure, pool
from routecheck.evaluate.calibration import calibration
from routecheck.present.evaluation_text import aligned, per_10000

CLOSE_M = 30.0
"""A place this near to the bins serves: the usual tolerance."""


@dataclass(frozen=True)
class World:
    """What was judged of one site, or of several pooled, beside the truth.

    Attributes:
        compared: verdicts beside the truth.
        places_off_m: from each place that was judged to its bins, of the points that were due;
            NaN where no place is known.
    """

    compared: Compared
    places_off_m: pd.Series

    @cached_property
    def evaluation(self) -> Evaluation:
        """The figures."""
        return measure(self.compared)

    @property
    def missed_error(self) -> Estimate:
        """Calibration error of the pickups that were called missed."""
        p = self.compared.pickups
        called = p[p["verdict"] == "missed"]
        right = (called["status"] == "missed").to_numpy(dtype=bool)
        points = called["site"].astype("str") + "/" + called["point_id"]
        return calibration(called["confidence"], right, points).expected_error

    @property
    def places_close(self) -> Share:
        """Points due whose place was judged to be within 30 m of the bins."""
        return Share(int((self.places_off_m <= CLOSE_M).sum()), len(self.places_off_m))


ROWS: tuple[tuple[str, Callable[[World], Share | Estimate | str | None]], ...] = (
    ("pickups", lambda w: f"{w.evaluation.pickups:,}"),
    ("really missed", lambda w: f"{w.evaluation.misses:,}"),
    ("alerts", lambda w: f"{w.evaluation.alerts:,}"),
    ("wrong accusations", lambda w: f"{w.evaluation.routecheck.accused.hits:,}"),
    ("  in 10,000 pickups", lambda w: per_10000(w.evaluation.routecheck.accused)),
    ("genuine alerts found", lambda w: w.evaluation.routecheck.genuine_recall.observable),
    ("called genuine, really so", lambda w: w.evaluation.routecheck.genuine_precision.observable),
    ("misses without an alert, found", lambda w: w.evaluation.routecheck.silent_recall.observable),
    ("  called so, really so", lambda w: w.evaluation.routecheck.silent_precision.observable),
    ("false alerts called false", lambda w: w.evaluation.routecheck.false_recall.observable),
    ("cause right", lambda w: w.evaluation.causes and w.evaluation.causes.alerts.observable),
    ("alerts left open", lambda w: w.evaluation.routecheck.unverifiable_alerts),
    ("pickups left open", lambda w: w.evaluation.routecheck.unverifiable_pickups),
    ("calibration error, alerts", lambda w: w.evaluation.confidence["alerts"].expected_error),
    ("calibration error, called missed", lambda w: w.missed_error),
    ("corrected places that are wrong", lambda w: w.evaluation.corrections
     and w.evaluation.corrections.precision),
    ("wrong places found", lambda w: w.evaluation.corrections
     and w.evaluation.corrections.recall_served),
    ("places within 30 m of the bins", lambda w: w.places_close),
)  # fmt: skip
"""Shares of alerts and pickups are over those whose truth the data could show."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.worlds", description=__doc__.splitlines()[0]
    )
    parser.add_argument("sites", metavar="SITE", nargs="+", type=Path)
    parser.add_argument("--days", type=int, help="only the first of the service dates")
    parser.add_argument("--by-day", action="store_true", help="a run for each date, not one range")
    parser.add_argument("--jobs", type=int, default=1, help="sites at once")
    parser.add_argument("--write", type=Path, help="write the ledger to this Markdown file too")
    given = parser.parse_args(arguments)

    def world(folder: Path) -> World:
        started = time.perf_counter()
        judged = judged_world(folder, given.days, by_day=given.by_day)
        print(f"{folder.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        return judged

    with ThreadPoolExecutor(given.jobs) as threads:
        worlds = list(threads.map(world, given.sites))
    names = [folder.resolve().name for folder in given.sites]
    if len(set(names)) < len(names):
        names = [str(folder) for folder in given.sites]
    rows = ledger(dict(zip(names, worlds, strict=True)))
    print("\n".join(aligned(rows)))
    if given.write:
        given.write.write_text(markdown(rows), encoding="utf-8", newline="\n")


def judged_world(folder: Path, days: int | None = None, *, by_day: bool = False) -> World:
    """Judge a copy of a site, or its first service dates, and compare with the truth."""
    site_files, truth_files = parts_of(folder)
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch) / "site"
        shutil.copytree(site_files, site, ignore=shutil.ignore_patterns("routecheck.db*", "out"))
        leave_out_reports(site)
        truth = true_of(site, truth_files / "truth.csv")
        dates = sorted(set(truth.pickups["service_date"]))
        last = dates[-1] if days is None else min(dates[-1], dates[0] + timedelta(days=days - 1))
        judge(site, dates[0], last, by_day=by_day)
        whole = with_alerts(truth, truth_files / "truth_alerts.csv")
        beside = compared(site, whole)
        return World(beside, places_off_m(exported(site) / "places.csv", truth, beside))


def parts_of(folder: Path) -> tuple[Path, Path]:
    """Where the files of a site lie, and its truth."""
    nested = (folder / "site").is_dir()
    return (folder / "site", folder / "truth") if nested else (folder, folder)


def ledger(worlds: Mapping[str, World]) -> list[list[str]]:
    """Rows of a label and a cell for each world; where there are several, one for all pooled."""
    columns = dict(worlds)
    if len(worlds) > 1:
        columns["pooled"] = World(
            pool([world.compared for world in worlds.values()]),
            pd.concat([world.places_off_m for world in worlds.values()], ignore_index=True),
        )
    rows = [["", *columns]]
    rows += [[label, *(shown(cell(world)) for world in columns.values())] for label, cell in ROWS]
    return rows


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """The ledger as a table of Markdown."""
    lines = [f"| {' | '.join(cell.strip() for cell in row)} |" for row in rows]
    return "\n".join([lines[0], "| --- " * len(rows[0]) + "|", *lines[1:]]) + "\n"


def with_alerts(truth: Truth, path: Path) -> Truth:
    """Add the alerts for which there is no pickup, as rows without a window."""
    if not path.exists():
        return truth
    alerts = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    alerts["service_date"] = pd.to_datetime(alerts["service_date"]).dt.date
    key = ["point_id", "service_date"]
    known = pd.MultiIndex.from_frame(truth.pickups[key])
    alone = alerts[~pd.MultiIndex.from_frame(alerts[key]).isin(known)].drop_duplicates(key)
    rows = alone[key].assign(
        start_minute=-1,
        collected=False,
        observable=alone["observable"] == "true",
        cause=alone["causes"],
        vehicle_id="",
    )
    pickups = pd.concat([truth.pickups, rows], ignore_index=True)
    return Truth(**{**vars(truth), "pickups": pickups})


def places_off_m(path: Path, truth: Truth, beside: Compared) -> pd.Series:
    """Distance of each place that was judged from the bins, of the points that were due."""
    if truth.points is None or not path.exists():
        return pd.Series(dtype=float)
    judged = pd.read_csv(path, encoding="utf-8-sig", dtype={"point_id": str})
    judged["point_id"] = judged["point_id"].str.removeprefix("'")
    due = truth.points[truth.points["point_id"].isin(beside.pickups["point_id"])]
    both = due.merge(judged, on="point_id", how="left", suffixes=("_true", ""))
    places = (both[name].to_numpy(float) for name in ("lon", "lat", "lon_true", "lat_true"))
    _, _, off_m = Geod(ellps="WGS84").inv(*places)
    return pd.Series(np.asarray(off_m))


if __name__ == "__main__":
    main()
