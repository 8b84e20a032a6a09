"""Sites with known truth for the benchmarks: written, judged as a user would, compared."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from routecheck.config import load_config
from routecheck.evaluate import Compared, Truth, compare_store, read_truth

FIRST = date(2026, 3, 2)
"""The first service date of the counties that are simulated."""


def routecheck(*arguments: str) -> tuple[str, str]:
    """Run the command line in a process of its own; returns its standard output and error.

    Status 1 means that a part failed, such as a date without fixes: counties have such days.
    """
    done = subprocess.run(
        [sys.executable, "-m", "routecheck", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise SystemExit(
            f"routecheck {' '.join(arguments)}: status {done.returncode}\n{done.stderr[-4000:]}"
        )
    return done.stdout, done.stderr


def site_name(
    profile: str, seed: int, days: int, amounts: Mapping[str, object] | None = None
) -> str:
    """The folder of a county; `amounts` replace those of the profile."""
    changed = (re.sub(r"\W+", "-", f"{name}={value}") for name, value in (amounts or {}).items())
    return "_".join([profile, str(seed), str(days), *changed])


def simulated(
    profile: str, seed: int, days: int, sites: Path, amounts: Mapping[str, object] | None = None
) -> Path:
    """Write a county unless it is there; `amounts` replace those of the profile."""
    changed = [f"{name}={value}" for name, value in (amounts or {}).items()]
    site = sites / site_name(profile, seed, days, amounts)
    if not (site / "truth_points.csv").exists():
        shutil.rmtree(site, ignore_errors=True)
        routecheck(
            "simulate", str(site), "--profile", profile, "--seed", str(seed), "--days", str(days),
            "--start", FIRST.isoformat(), *(word for c in changed for word in ("--set", c)),
        )  # fmt: skip
        leave_out_reports(site)
    return site


def leave_out_reports(site: Path) -> None:
    """Have a site's runs write no reports: what is measured is the judging."""
    config = site / "routecheck.toml"
    quiet = config.read_text("utf-8").replace("report = true", "report = false")
    config.write_text(quiet, "utf-8")


def judge(site: Path, first: date, last: date, *, by_day: bool = False) -> tuple[str, str]:
    """Judge dates from nothing, as one range or a run for each.

    Returns:
        The standard output and error of the last run.
    """
    for left in site.glob("routecheck.db*"):
        left.unlink()
    # A site that has exports was judged before, and does not begin anew by itself.
    shutil.rmtree(site / "out", ignore_errors=True)
    config = ("run", "--config", str(site / "routecheck.toml"))
    if not by_day:
        return routecheck(*config, "--from", first.isoformat(), "--to", last.isoformat())
    for n in range((last - first).days + 1):
        printed = routecheck(*config, "--date", (first + timedelta(days=n)).isoformat())
    return printed


def exported(site: Path) -> Path:
    """The folder to which a site's results are exported."""
    return load_config(site / "routecheck.toml").export_directory


def true_of(site: Path, truth: Path | None = None) -> Truth:
    """The truth of a site: truth.csv in its folder, or another file."""
    return read_truth(truth or site / "truth.csv", load_config(site / "routecheck.toml").time_zone)


def compared(site: Path, truth: Truth) -> Compared:
    """Put what the store of a site holds beside the truth."""
    # Imported here: a store loads a database, which --help need not wait for.
    from routecheck.store import Store

    config = load_config(site / "routecheck.toml")
    with Store.open(config.store_url, create=False) as store:
        return compare_store(store, truth)
