"""Clocks of simulated counties without receipt times: said where true, and nowhere else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from routecheck.config import load_config
from routecheck.store import Store
from site_tools import call, rows, run

SIZE = ("--seed", "34", "--days", "2", "--points", "120", "--trucks", "8")


def without_receipts(site: Path, told=lambda time: time) -> None:
    """Take the receipt times out of the fixes of a site; `told` is what becomes of device times."""
    for path in (site / "fixes").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            names = [name for name in reader.fieldnames or () if name != "received_at"]
            kept = [{name: row[name] for name in names} for row in reader]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows({**row, "time": told(row["time"])} for row in kept)


def clocks(site: Path) -> dict[str, dict[str, int]]:
    with Store.open(load_config(site / "routecheck.toml").store_url, create=False) as store:
        return {str(e["service_date"]): e["counts"]["clocks"] for e in store.dates()}


@pytest.fixture
def site(tmp_path, request) -> Path:
    folder = tmp_path / "county"
    assert call("simulate", str(folder), *SIZE, "--set", f"clock_trucks={request.param}") == 0
    return folder


@pytest.mark.parametrize("site", [3], indirect=True)
def test_the_clocks_reported_are_off_and_one_is_found(site):
    without_receipts(site)
    assert run(site) in (0, 1)
    truth = rows(site / "truth.csv")
    wrong = {(row["service_date"], row["vehicle_id"]) for row in truth if "clock" in row["cause"]}
    said = {(day, vehicle) for day, off in clocks(site).items() for vehicle in off}
    assert said
    assert said <= wrong
    causes = {(row["point_id"], row["service_date"]): row["cause"] for row in truth}
    told = [row for day in clocks(site) for row in rows(site / "out" / f"pickups_{day}.csv")]
    told = [row for row in told if row["cause"] == "clock"]
    assert len(told) > 5
    # A point that is recorded wrongly besides is told as such only once that is known.
    right = ["clock" in causes[row["point_id"], row["service_date"]].split("|") for row in told]
    assert sum(right) >= 0.9 * len(right)


@pytest.mark.parametrize("site", [0], indirect=True)
def test_a_feed_whose_wall_clock_is_marked_as_utc_is_reported_once(site):
    without_receipts(site, lambda time: f"{time}Z")
    assert run(site) in (0, 1)
    for day, off in clocks(site).items():
        assert set(off.values()) == {-28800}
        assert len(off) == 8
        told = rows(site / "out" / f"incidents_{day}.csv")
        [feed] = [row for row in told if row["kind"] == "feed_clock"]
        assert "8 h ahead" in feed["evidence"]
        missed = rows(site / "out" / f"missed_{day}.csv")
        truth = rows(site / "truth.csv")
        collected = {
            (row["point_id"], row["service_date"]) for row in truth if row["collected"] == "true"
        }
        assert not [r for r in missed if (r["point_id"], r["service_date"]) in collected]
