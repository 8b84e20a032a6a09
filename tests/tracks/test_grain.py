"""Seconds and digits that are not there: found, and nothing lost or concluded for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.domain.settings import CleanSettings
from routecheck.tracks import parameters as par
from routecheck.tracks.clean import clean
from routecheck.tracks.grain import _mesh_deg, coarse_devices, mesh_m, of_grain
from scene import drive, fixes, local, together

NOW = pd.Timestamp("2026-03-10", tz="UTC")
LEGS = [("stand", 600), ("to", 3000.0, 900.0, 8.0), ("stand", 120), ("to", 3000.0, 2500.0, 8.0),
        ("stand", 90), ("to", 0.0, 0.0, 9.0), ("stand", 600)]  # fmt: skip


def a_track(every_s: float = 15.0, vehicle: str = "A", **options) -> pd.DataFrame:
    table = fixes(vehicle, local("07:00"), drive((0.0, 0.0), LEGS, every_s=every_s), receipt_s=None,
                  **options)  # fmt: skip
    noise = np.random.default_rng(7).normal(0.0, 3.0, (2, len(table)))
    return table.assign(
        lon=table["lon"] + noise[0] / 97_600.0, lat=table["lat"] + noise[1] / 110_900.0
    )


def stamped(table: pd.DataFrame, grain_s: int, *, nearest: bool = False) -> pd.DataFrame:
    """The same with times cut to a grain, or rounded to the nearest."""
    grain = f"{grain_s}s"
    times = table["time"].dt.round(grain) if nearest else table["time"].dt.floor(grain)
    return table.assign(time=times)


@pytest.mark.parametrize(("grain_s", "every_s"), [(60, 15.0), (60, 20.0), (60, 30.0), (30, 10.0),
                                                  (10, 5.0)])  # fmt: skip
def test_times_cut_to_a_grain_are_spread_over_it(grain_s, every_s):
    true = a_track(every_s)
    table, grain = of_grain(stamped(true, grain_s))
    # A device that reports in steps: known to two of them.
    assert grain.time_s == {"A": min(grain_s, 2 * every_s)}
    assert grain.stamped_s == grain_s
    assert grain.time_files == ("fixes.csv",)
    off_s = (table["time"] - true["time"]).dt.total_seconds().abs()
    assert off_s.max() <= grain_s / 2
    assert clean(table, CleanSettings(), NOW).rejected.empty


@pytest.mark.parametrize("order", ["reversed", "by vehicle", "mixed"])
def test_the_order_of_the_file_is_the_order_within_a_minute(order):
    one, other = a_track(15.0), a_track(20.0, "B")
    table = together(one, other)
    rows = np.arange(2, len(table) + 2)
    if order == "reversed":
        table = table.assign(row=rows[::-1])
    elif order == "mixed":
        table = table.sort_values("time", kind="stable").reset_index(drop=True).assign(row=rows)
    else:
        table = table.assign(row=rows)
    table = table.sample(frac=1.0, random_state=3).reset_index(drop=True)
    spread, grain = of_grain(stamped(table, 60))
    assert grain.time_s == {"A": 30.0, "B": 40.0}
    for name in "AB":
        mine = (spread["vehicle_id"] == name).to_numpy()
        assert (spread.loc[mine, "time"].rank().tolist() == table.loc[mine, "time"].rank()).all()


def test_times_rounded_to_ten_seconds_are_spread_and_kept():
    true = a_track(7.0)
    table, grain = of_grain(stamped(true, 10, nearest=True))
    assert grain.time_s == {"A": 10.0}
    assert clean(table, CleanSettings(), NOW).rejected.empty


@pytest.mark.parametrize("every_s", [60.0, 120.0, 30.0])
def test_a_device_that_reports_on_whole_minutes_has_its_seconds(every_s):
    table = a_track(every_s)
    spread, grain = of_grain(table)
    assert grain.time_s == {}
    assert spread["time"].equals(table["time"])


@pytest.mark.parametrize("every_s", [10.0, 7.0])
def test_doubled_rows_and_a_second_place_now_and_then_are_no_grain(every_s):
    table = a_track(every_s)
    again = table.iloc[5::20].assign(row=lambda t: t["row"] + 1000)
    elsewhere = table.iloc[[30, 90]].assign(row=[3000, 3001], lon=lambda t: t["lon"] + 0.02)
    both = together(table, again, elsewhere)
    spread, grain = of_grain(both)
    assert grain.time_s == {}
    assert spread["time"].equals(both["time"])


def test_two_far_apart_trucks_under_one_name_are_no_grain():
    one = a_track(60.0)
    far = one.assign(lon=one["lon"] + 0.2, row=one["row"] + 1000)
    assert of_grain(together(one, far))[1].time_s == {}


def test_one_file_of_two_without_seconds():
    cut = stamped(a_track(15.0), 60)
    later = a_track(15.0).assign(file=pd.Categorical(["next.csv"] * len(a_track(15.0))))
    later["time"] += pd.Timedelta(hours=5, seconds=3)
    table, grain = of_grain(together(cut, later))
    assert grain.time_s == {"A": 30.0}
    assert clean(table, CleanSettings(), NOW).rejected.empty


def test_a_device_that_reports_now_often_and_now_seldom_is_known_to_the_grain_only():
    every_5_s = a_track(5.0)
    of_minute = every_5_s.groupby(every_5_s["time"].dt.floor("60s")).cumcount()
    # Twelve fixes in one minute, four in the next, two in the one after.
    turn = every_5_s["time"].dt.minute % 3
    kept = (turn == 0) | ((turn == 1) & (of_minute % 3 == 0)) | ((turn == 2) & (of_minute % 6 == 0))
    _, grain = of_grain(stamped(every_5_s[kept].reset_index(drop=True), 60))
    assert grain.time_s == {"A": 60.0}


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_a_lattice_of_decimals_is_found(digits):
    table = a_track().round({"lon": digits, "lat": digits})
    width = 97_600.0 / 10**digits
    found = of_grain(table)[1].mesh_m
    assert found["A"][0] == pytest.approx(width, rel=0.02)
    assert found["A"][1] == pytest.approx(110_900.0 / 10**digits, rel=0.02)


@pytest.mark.parametrize(
    ("digits", "distinct", "shown"), [(2, 2, True), (2, 1, False), (4, 3, False), (4, 4, True)]
)
def test_the_wider_a_lattice_the_fewer_values_show_it(digits, distinct, shown):
    values = np.round(108.77 + np.arange(distinct) / 10**digits, digits)
    lon, lat = np.tile(values, 10), np.full(10 * distinct, 28.841237)
    assert (mesh_m(lon, lat)[0] > 0.0) == shown


@pytest.mark.parametrize("mesh", [1 / 3600, 1 / 6000, 5e-4, 2e-4])
def test_a_lattice_of_seconds_or_minutes_of_arc_is_found(mesh):
    table = a_track()
    for name in ("lon", "lat"):
        table[name] = (np.round(table[name] / mesh) * mesh).round(6)
    assert of_grain(table)[1].mesh_m["A"][0] == pytest.approx(97_600.0 * mesh, rel=0.02)


def test_a_lattice_along_one_axis_of_one_device():
    coarse = a_track().round({"lon": 3})
    table = together(coarse, a_track(vehicle="B"))
    mesh = of_grain(table)[1].mesh_m
    assert list(mesh) == ["A"]
    assert mesh["A"][0] > 90.0
    assert mesh["A"][1] == 0.0


@pytest.mark.parametrize("digits", [3, 4])
def test_a_leap_with_all_its_digits_hides_no_lattice(digits):
    table = a_track(1.0).round({"lon": digits, "lat": digits})
    table.loc[len(table) // 2, ["lon", "lat"]] += 0.0412345
    found = of_grain(table)[1].mesh_m
    assert found["A"][0] == pytest.approx(97_600.0 / 10**digits, rel=0.02)


def test_a_truck_that_hardly_leaves_a_place_on_a_lattice_shows_none():
    """One value on it, however often, is chance; the few others show that there is no lattice."""
    lon, lat = np.full(2000, 108.77), np.full(2000, 28.84)
    lon[:15] += np.linspace(0.001234, 0.023457, 15)
    lat[:15] += np.linspace(0.004321, 0.017653, 15)
    assert mesh_m(lon, lat, 0.01) == (0.0, 0.0)


@pytest.mark.parametrize("digits", [5, 6, 7])
def test_five_digits_and_more_are_no_lattice(digits):
    _table, grain = of_grain(a_track().round({"lon": digits, "lat": digits}))
    assert grain.mesh_m == {}
    assert grain.time_s == {}


def test_a_truck_that_stays_in_its_yard_shows_no_lattice():
    rows = drive((0.0, 0.0), [("stand", 7200)], every_s=60.0)
    assert of_grain(fixes("A", local("07:00"), rows, receipt_s=None))[1].mesh_m == {}


def test_stands_off_the_lattice_are_few():
    lon = np.round(108.77 + np.linspace(0.0, 0.05, 40), 3)
    lat = np.round(28.84 + np.linspace(0.0, 0.03, 40), 4)
    lon[:8] += 0.00037
    assert mesh_m(lon, lat) == (0.0, pytest.approx(11.1, abs=0.1))
    assert mesh_m(lon, lat, 0.3)[0] == pytest.approx(97.6, abs=0.5)


def test_no_history_has_no_coarse_devices():
    from routecheck.domain.tables import HISTORY

    assert coarse_devices(HISTORY.empty()) == {}


@pytest.mark.parametrize("every_s", [4.0, 5.0])
def test_positions_repeated_on_a_lattice_are_not_old(every_s):
    table = a_track(every_s).round({"lon": 3, "lat": 3})
    assert "stale" in set(clean(table, CleanSettings(), NOW).rejected["reason"])
    mesh = of_grain(table)[1].mesh_m
    assert "stale" not in set(clean(table, CleanSettings(), NOW, coarse=mesh).rejected["reason"])


@given(
    st.lists(st.integers(0, 40), min_size=20, max_size=400),
    st.integers(0, 400),
    st.sampled_from([0.0, 0.01, 0.3]),
)
def test_a_lattice_is_that_which_all_values_lie_on(steps, strays, share):
    """However many of the first values lie off it: the plain way holds all against each mesh."""
    values = 108.0 + np.array(steps) * 1e-3
    values[:strays] += 0.00041
    wide = [
        mesh
        for mesh in par.MESHES_DEG
        if np.mean(np.abs(values - np.round(values / mesh) * mesh) > par.MESH_OFF_DEG) <= share
    ]
    assert _mesh_deg(values, share) == (wide[0] if wide else 0.0)
