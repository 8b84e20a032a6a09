"""A vehicle's day that its other days contradict accuses nobody; one that they bear out may."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.jobs.run import reconcile
from routecheck.simulate.datums import gcj02_from_wgs84
from village import AT_M, POINTS, Village, day

NOW = pd.Timestamp("2026-03-20", tz="UTC")
DATES = [day(n) for n in range(4)]
METRE_DEG = 1e-5
"""About a metre, at the latitude of the village: noise needs no more."""


def jittered(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    noise = rng.normal(0.0, 1.5 * METRE_DEG, (2, len(table)))
    return table.assign(lon=table["lon"] + noise[0], lat=table["lat"] + noise[1])


def last_day(folder: Path, spoil, *, skip=()) -> pd.DataFrame:
    """Verdicts of the last of four days, by point; only that day is spoilt, or left points out."""
    village = Village(folder)
    for n, on in enumerate(DATES):
        path = village.deliver(on, skip=skip if on == DATES[-1] else ())
        table = jittered(pd.read_csv(path), n)
        (spoil(table) if on == DATES[-1] else table).to_csv(path, index=False)
    report = reconcile(load_config(village.config), DATES, now=NOW)
    for entry in report.dates[:-1]:
        assert set(entry.pickups["verdict"]) == {"collected"}
    return report.dates[-1].pickups.set_index("point_id")


def as_it_is(table: pd.DataFrame) -> pd.DataFrame:
    return table


def test_a_day_that_is_borne_out_shows_what_was_missed(tmp_path: Path):
    verdicts = last_day(tmp_path, as_it_is, skip=("P3", "P6"))["verdict"]
    assert set(verdicts[["P3", "P6"]]) == {"missed"}
    assert set(verdicts.drop(["P3", "P6"])) == {"collected"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda table: table.assign(lon=-table["lon"]),
        lambda table: table.assign(lat=-table["lat"]),
        lambda table: table.assign(lon=table["lon"] + 1.0),
    ],
    ids=["west", "south", "a degree off"],
)
def test_a_device_in_another_part_of_the_world_saw_nothing(tmp_path: Path, spoil):
    last = last_day(tmp_path, spoil)
    assert set(last["verdict"]) == {"unverifiable"}
    assert set(last["cause"]) == {"poor_fixes"}


def in_gcj02(table: pd.DataFrame) -> pd.DataFrame:
    lon, lat = gcj02_from_wgs84(table["lon"].to_numpy(), table["lat"].to_numpy())
    return table.assign(lon=lon, lat=lat)


@pytest.mark.parametrize(
    "spoil",
    [in_gcj02, lambda table: table.assign(lat=table["lat"] + 400 * METRE_DEG)],
    ids=["gcj02", "a constant"],
)
def test_a_displaced_day_is_put_back_and_still_shows_what_was_missed(tmp_path: Path, spoil):
    verdicts = last_day(tmp_path, spoil, skip=("P3",))["verdict"]
    assert verdicts["P3"] in ("missed", "unverifiable")
    assert set(verdicts.drop("P3")) == {"collected"}


def stuck_from(share: float):
    """The same digits, and no speed, from a share of the round on."""

    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        k = int(share * len(table))
        still = np.arange(len(table)) >= k
        return table.assign(
            lon=np.where(still, table["lon"].iloc[k], table["lon"]),
            lat=np.where(still, table["lat"].iloc[k], table["lat"]),
            speed_kmh=np.where(still, 0.0, table["speed_kmh"]),
        )

    return spoil


@pytest.mark.parametrize("share", [0.02, 0.06, 0.1])
def test_a_receiver_that_sticks_shows_nothing_from_then_on(tmp_path: Path, share: float):
    last = last_day(tmp_path, stuck_from(share))
    assert "missed" not in set(last["verdict"])
    assert set(last.loc[last["verdict"] == "unverifiable", "cause"]) <= {"poor_fixes", "gap"}
    assert last.loc["P8", "verdict"] == "unverifiable"


@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_poor_reception_accuses_nobody(tmp_path: Path, seed: int):
    def wandering(table: pd.DataFrame) -> pd.DataFrame:
        # Off by 35 to 60 m, for a minute and a half at a time, as between walls or trees.
        rng = np.random.default_rng(seed)
        block = np.arange(len(table)) // 9
        n = block.max() + 1
        angle, off = rng.uniform(0, 2 * np.pi, n), rng.uniform(35, 60, n) * METRE_DEG
        return table.assign(
            lon=table["lon"] + (off * np.cos(angle))[block],
            lat=table["lat"] + (off * np.sin(angle))[block],
        )

    assert "missed" not in set(last_day(tmp_path, wandering)["verdict"])


def parked(village: Village, vehicle: str) -> None:
    """Heard all the last day, and always at home."""
    path = village.deliver(DATES[-1], vehicle)
    table = pd.read_csv(path)
    home = table.iloc[0]
    still = table.assign(lon=home["lon"], lat=home["lat"], speed_kmh=0.0)
    jittered(still, 7).to_csv(path, index=False)


@pytest.mark.parametrize("known", [0, 2, 8])
def test_who_stayed_home_is_accused_only_where_most_of_the_round_is_known(
    tmp_path: Path, known: int
):
    village = Village(tmp_path)
    parked(village, "V1")
    # Another truck does the round; where the points lie nowhere, that cannot be seen.
    if known < len(POINTS):
        village.deliver(DATES[-1], "V2", begins="06:20")
    points = pd.read_csv(village.folder / "points.csv")
    points.loc[~points["point_id"].isin(list(AT_M)[:known]), ["lon", "lat"]] = np.nan
    points.to_csv(village.folder / "points.csv", index=False)
    report = reconcile(load_config(village.config), DATES[-1:], now=NOW)
    verdicts = report.dates[0].pickups["verdict"]
    if known == len(POINTS):
        assert set(verdicts) == {"missed"}
    else:
        assert "missed" not in set(verdicts)
