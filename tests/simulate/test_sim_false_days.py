"""Days on which a device says what is not so, told from the files beside those of a clean county.

The same seed gives the same county and the same fixes, so that each fix of a false day has its true
one beside it. Shifts of datums are those of published pairs of coordinates and of PROJ's geodesics,
not of the simulator's own formulas.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from routecheck.simulate import amounts_for, write_site
from routecheck.simulate.county_building import build_county
from routecheck.simulate.devices import Fixes
from routecheck.simulate.false_days import KINDS, STUCK, FalseDays
from routecheck.simulate.operation import make_calendar, plan_day
from routecheck.simulate.truck_day import TruckDay, run_shift

SEED, DAYS = 4, 2
SIZE = {"points": 40, "trucks": 4, "night_trucks": 0, "box_m": 16_000.0, "townships": 4}
GEOD = Geod(ellps="WGS84")


def fixes_of(directory: Path, **amounts: object) -> pd.DataFrame:
    """Fixes of a faultless county with these amounts, in the order of vehicle and receipt."""
    write_site(directory, profile="ideal", seed=SEED, days=DAYS, **SIZE, **amounts)  # type: ignore[arg-type]
    table = pd.concat([pd.read_csv(p, dtype={"vehicle_id": str})
                       for p in sorted((directory / "fixes").glob("*.csv"))])  # fmt: skip
    for name in ("time", "received_at"):
        table[name] = pd.to_datetime(table[name])
    return table.sort_values(["vehicle_id", "time"], kind="stable").reset_index(drop=True)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return fixes_of(tmp_path_factory.mktemp("clean"))


def truth_of(directory: Path) -> pd.DataFrame:
    return pd.read_csv(directory / "truth.csv", dtype=str, keep_default_na=False)


def moved(false: pd.DataFrame, true: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Azimuth (deg) and metres from the true places to those told."""
    azimuth, _, metres = GEOD.inv(*(t[name] for t in (true, false) for name in ("lon", "lat")))
    return np.asarray(azimuth), np.asarray(metres)


def gcj02(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 of WGS-84 by the formula as it circulates in JavaScript, a place at a time."""
    from math import cos, fabs, pi, sin, sqrt

    x, y = lon - 105.0, lat - 35.0
    dlat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x))
    dlat += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    dlat += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    dlat += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    dlon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x))
    dlon += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    dlon += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    dlon += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    a, ee, rad = 6378245.0, 0.00669342162296594323, lat / 180 * pi
    magic = 1 - ee * sin(rad) ** 2
    dlat = dlat * 180 / ((a * (1 - ee)) / (magic * sqrt(magic)) * pi)
    dlon = dlon * 180 / (a / sqrt(magic) * cos(rad) * pi)
    return lon + dlon, lat + dlat


def test_a_day_in_gcj02_lies_where_the_published_formula_puts_it(
    clean: pd.DataFrame, tmp_path: Path
) -> None:
    told = fixes_of(tmp_path, gcj02_day_rate=1.0)
    expected = [gcj02(*place) for place in clean[["lon", "lat"]].to_numpy()]
    np.testing.assert_allclose(told[["lon", "lat"]], expected, atol=2.1e-6)
    assert (told.drop(columns=["lon", "lat"]) == clean.drop(columns=["lon", "lat"])).all().all()


def test_a_day_in_bd09_lies_beyond_gcj02_by_the_constants_of_baidu(
    clean: pd.DataFrame, tmp_path: Path
) -> None:
    told = fixes_of(tmp_path, bd09_day_rate=1.0)
    middle = np.array([gcj02(*place) for place in clean[["lon", "lat"]].to_numpy()])
    beyond = told[["lon", "lat"]].to_numpy() - middle
    # 0.0065 and 0.006, and a ripple of at most (20 + 3e-6 * 110 rad) millionths of a degree
    np.testing.assert_allclose(beyond, np.broadcast_to([0.0065, 0.006], beyond.shape), atol=4e-4)
    assert np.ptp(beyond, axis=0).min() > 0


def test_a_displaced_day_keeps_one_distance_and_direction(
    clean: pd.DataFrame, tmp_path: Path
) -> None:
    told = fixes_of(tmp_path, displaced_day_rate=1.0, displaced_m=(200.0, 300.0))
    azimuth, metres = moved(told, clean)
    for _, rows in told.groupby(["vehicle_id", (told["time"] - pd.Timedelta("3h")).dt.date]):
        assert 199 < metres[rows.index].mean() < 301
        assert np.ptp(metres[rows.index]) < 0.7  # the file rounds to 0.1 m, twice
        turned = (azimuth[rows.index] - azimuth[rows.index[0]] + 180) % 360 - 180
        assert np.abs(turned).max() < 0.3
    assert len(np.unique(np.round(metres))) > 1


@pytest.mark.parametrize("rate", ["sign_lost_rate", "axes_swapped_rate"])
def test_signs_and_axes(clean: pd.DataFrame, tmp_path: Path, rate: str) -> None:
    told = fixes_of(tmp_path, **{rate: 1.0})
    if rate == "sign_lost_rate":
        expected = clean.assign(lon=-clean["lon"])
    else:
        expected = clean.assign(lon=clean["lat"], lat=clean["lon"])
    pd.testing.assert_frame_equal(told, expected)
    truth = truth_of(tmp_path)
    assert set(truth["collected"]) == {"true"}
    assert set(truth["observable"]) == {"false"}
    assert truth["cause"].str.contains("poor_fixes").all()


def test_errors_wander_between_their_bounds(clean: pd.DataFrame, tmp_path: Path) -> None:
    told = fixes_of(tmp_path, wandering_rate=1.0)
    azimuth, metres = moved(told, clean)
    # the errors of the clean county (1.5 m in each axis, more while parked) are replaced
    assert np.quantile(metres, 0.01) > 13
    assert np.quantile(metres, 0.99) < 67
    assert np.median(metres) == pytest.approx(40, abs=6)
    close = told["time"].diff().dt.total_seconds().to_numpy() <= 10
    turned = np.abs((np.diff(azimuth, prepend=azimuth[0]) + 180) % 360 - 180)[close]
    assert np.median(turned) < 20  # it turns slowly
    assert np.ptp(azimuth) > 270  # and all the way


def repeats(told: pd.DataFrame, clean: pd.DataFrame) -> pd.DataFrame:
    """Rows that are not where the truck was, with how many places they have by vehicle."""
    return told[moved(told, clean)[1] > 0.01]


def test_a_stuck_receiver_repeats_its_digits_over_days(clean: pd.DataFrame, tmp_path: Path) -> None:
    told = fixes_of(tmp_path, stuck_rate=0.5, stuck_h=40.0)
    wrong = repeats(told, clean)
    assert not wrong.empty
    assert (wrong["speed_kmh"].fillna(0) == 0).all()
    for _, rows in wrong.groupby("vehicle_id"):
        spells = rows[["lon", "lat"]].drop_duplicates()
        assert len(spells) <= DAYS
        for lon, lat in spells.to_numpy():
            same = rows[(rows["lon"] == lon) & (rows["lat"] == lat)]
            assert same["time"].max() - same["time"].min() < pd.Timedelta(hours=80)
    hours = wrong.groupby("vehicle_id")["time"].agg(lambda t: (t.max() - t.min()).total_seconds())
    assert hours.max() > 24 * 3600  # a night and more
    # what it told before it stuck stands, and the place is the last it told
    vehicle = wrong["vehicle_id"].iloc[0]
    first = wrong.index[wrong["vehicle_id"] == vehicle][0]
    assert (told.loc[first, ["lon", "lat"]] == told.loc[first - 1, ["lon", "lat"]]).all()


def test_rows_without_a_fix_say_so(clean: pd.DataFrame, tmp_path: Path) -> None:
    told = fixes_of(tmp_path, no_fix_rate=1.0)
    assert "valid" not in clean
    without = told["valid"] == "NO FIX"
    assert 0.05 < without.mean() < 0.9
    assert set(told.loc[~without, "valid"]) == {"3D"}
    unchanged = told[~without].drop(columns="valid")
    pd.testing.assert_frame_equal(unchanged, clean[~without])
    spell = (without != without.shift()).cumsum()[without]
    for _, rows in told[without].groupby(spell):
        before = told.loc[rows.index[0] - 1]
        assert (rows["lon"] == before["lon"]).all()
        assert (rows["lat"] == before["lat"]).all()


def test_fixes_held_back_arrive_days_later(clean: pd.DataFrame, tmp_path: Path) -> None:
    told = fixes_of(tmp_path, held_back_rate=1.0, held_back_days=4.0)
    assert (told["received_at"] - clean["received_at"] == pd.Timedelta(days=4)).all()
    last = date(2026, 3, 2).toordinal() + DAYS - 1 + 4
    assert (tmp_path / f"fixes/fixes_{date.fromordinal(last)}.csv").exists()
    assert truth_of(tmp_path)["observable"].eq("true").all()
    assert truth_of(tmp_path)["cause"].eq("late_data").mean() > 0.95


def test_a_device_that_holds_its_last_speed(clean: pd.DataFrame, tmp_path: Path) -> None:
    told = fixes_of(tmp_path, last_speed_share=1.0)
    assert (moved(told, clean)[1] < 25).all()  # as far as positions jitter in a stand
    # nothing but a day's beginning is at rest, and no stand has two places
    stood = clean["speed_kmh"] == 0
    on_the_way = stood & clean["speed_kmh"].ne(0).groupby(clean["vehicle_id"]).cummax()
    share = (told.loc[on_the_way, "speed_kmh"] > 0).mean()
    assert share > 0.5
    spell = (stood != stood.shift()).cumsum()[on_the_way]
    places = told[on_the_way].groupby(spell)[["lon", "speed_kmh"]].nunique()
    assert (places.median() == 1).all()
    truth = truth_of(tmp_path)
    assert truth["observable"].eq("true").mean() > 0.95


def ran_days(truck: int = 0) -> tuple[object, list[TruckDay]]:
    county = build_county(amounts_for("ideal", **SIZE), SEED)
    calendar = make_calendar(county, SEED, date(2026, 3, 2))
    days = []
    for day in range(3):
        pickups, shifts = plan_day(county, calendar, SEED, day)
        days.append(run_shift(county, shifts[truck], pickups, SEED, day))
    return county, days


@pytest.mark.parametrize("rate", [*KINDS, STUCK, "last_speed_share"])
def test_errors_are_those_of_the_places_told(rate: str) -> None:
    county, days = ran_days()
    amounts = replace(county.amounts, **{rate: 1.0})  # type: ignore[attr-defined]
    county.amounts = amounts  # type: ignore[attr-defined]
    devices = FalseDays(county, SEED)  # type: ignore[arg-type]
    before: Fixes = days[0].fixes
    after = devices.told(0, 0, days[0]).fixes
    assert len(after) == len(before)
    np.testing.assert_array_equal(after.t, before.t)
    x, y, _, _ = days[0].motion.at(after.t)  # type: ignore[union-attr]
    apart = np.hypot(after.x - x, after.y - y)
    np.testing.assert_allclose(after.error_m, apart, atol=1e-6)
    repeated = (after.x == before.x[0]) & after.usable
    assert not after.usable[repeated & (apart > 100)].any()


def test_faults_go_on_and_rates_are_met() -> None:
    amounts = amounts_for("ideal", points=40, trucks=4, gcj02_day_rate=0.1, wandering_rate=0.2)
    county = build_county(amounts, SEED)
    devices = FalseDays(county, SEED)
    kinds = [[devices.kind(truck, day) for day in range(300)] for truck in range(4)]
    counted = pd.Series(np.ravel(kinds)).value_counts(normalize=True)
    assert counted["gcj02_day_rate"] == pytest.approx(0.1, abs=0.03)
    assert counted["wandering_rate"] == pytest.approx(0.2, abs=0.04)
    county.amounts = replace(amounts, fault_days=3, wandering_rate=0.0)
    longer = [FalseDays(county, SEED).kind(0, day) for day in range(300)]
    for day, begun in enumerate(kinds[0][:-2]):
        if begun == "gcj02_day_rate":
            assert longer[day : day + 3] == ["gcj02_day_rate"] * 3


def test_rates_that_are_more_than_a_day_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more than 1 together: gcj02_day_rate"):
        write_site(tmp_path / "s", gcj02_day_rate=0.7, stuck_rate=0.4, **SIZE)  # type: ignore[arg-type]
    assert not (tmp_path / "s").exists()
