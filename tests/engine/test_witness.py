"""A vehicle's day that its other days contradict accuses nobody; one that they bear out may."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.engine.session import open_site
from routecheck.jobs.run import reconcile
from routecheck.simulate.datums import gcj02_from_wgs84
from scene import degrees
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


@pytest.mark.parametrize("off_m", [20, 28])
def test_a_day_of_poor_reception_accuses_nobody(tmp_path: Path, off_m: int):
    def beside(table: pd.DataFrame) -> pd.DataFrame:
        # To one side of the road in the first half of the day, to the other one afterwards.
        side = np.where(np.arange(len(table)) < len(table) / 8, 1, -1)
        return table.assign(lat=table["lat"] + side * off_m * METRE_DEG)

    last = last_day(tmp_path, beside, skip=("P3", "P6"))
    assert "missed" not in set(last["verdict"])
    says = [last.loc[point, "criteria"]["say"] for point in ("P3", "P6")]
    assert says == ["device_poor"] * 2


@pytest.mark.parametrize("points", [("P3", "P5"), ("P2", "P6"), ("P6", "P8")])
def test_a_receiver_that_leaps_aside_for_a_part_of_the_round_accuses_nobody(tmp_path: Path, points):
    first, last = (degrees(AT_M[name], 0.0)[0] for name in points)

    def leaps(table: pd.DataFrame) -> pd.DataFrame:
        out = np.arange(len(table)) <= int(table["lon"].argmax())
        aside = out & (table["lon"] > first - 1e-3) & (table["lon"] < last + 1e-3)
        return table.assign(lat=table["lat"] + np.where(aside, 500 * METRE_DEG, 0.0))

    served = last_day(tmp_path, leaps)
    assert "missed" not in set(served["verdict"])
    assert (served["verdict"] == "unverifiable").sum() >= 3


def test_a_displaced_day_teaches_no_places(tmp_path: Path):
    # Two points are due on the last weekday only: nothing but the displaced day shows them.
    village = Village(tmp_path)
    schedule = village.folder / "schedule.csv"
    lines = schedule.read_text().splitlines()
    weekday = str(DATES[-1].isoweekday())
    rare = [
        line.replace("1234567", weekday) if line[:2] in ("P7", "P8") else line for line in lines
    ]
    schedule.write_text("\n".join(rare) + "\n")
    for n, on in enumerate(DATES):
        path = village.deliver(on, skip=() if on == DATES[-1] else ("P7", "P8"))
        table = jittered(pd.read_csv(path), n)
        (in_gcj02(table) if on == DATES[-1] else table).to_csv(path, index=False)
    config = load_config(village.config)
    report = reconcile(config, DATES, now=NOW)
    assert report.corrections.empty
    assert all(set(entry.pickups["verdict"]) == {"collected"} for entry in report.dates)
    with open_site(config, now=NOW) as site:
        basis = site.as_judged(DATES)
        places = basis.learn({on: basis.history_of(on) for on in DATES}).places
    stand_days = places.set_index("point_id")["stand_days"]
    assert dict(stand_days[["P6", "P7", "P8"]]) == {"P6": 4, "P7": 1, "P8": 1}


@pytest.mark.parametrize("days", [1, 4])
def test_a_receiver_that_stays_stuck_shows_nothing_however_long(tmp_path: Path, days: int):
    village = Village(tmp_path)
    x, y = degrees(AT_M["P3"], 0.0)
    dates = [day(n) for n in range(3 + days)]
    for n, on in enumerate(dates):
        path = village.deliver(on)
        table = jittered(pd.read_csv(path), n)
        if n >= 2:  # from half a minute at the third point on, and on all later dates
            at_p3 = np.cumsum(np.abs(table["lon"] - x) < 3 * METRE_DEG) > 3
            stuck = at_p3 | (n > 2)
            table = table.assign(
                lon=np.where(stuck, round(x, 7), table["lon"]),
                lat=np.where(stuck, round(y, 7), table["lat"]),
                speed_kmh=np.where(stuck, 0.0, table["speed_kmh"]),
            )
        table.to_csv(path, index=False)
    report = reconcile(load_config(village.config), dates, now=NOW)
    first, *later = (entry.pickups.set_index("point_id")["verdict"] for entry in report.dates[2:])
    assert set(first[["P1", "P2", "P3"]]) == {"collected"}
    assert set(first.drop(["P1", "P2", "P3"])) == {"unverifiable"}
    assert all(set(verdicts) == {"unverifiable"} for verdicts in later)


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
