"""Cleaning: each fault of the facts, made by hand in a track that is otherwise right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routecheck.domain.settings import CleanSettings
from routecheck.tracks.clean import clean
from scene import UTC_TIME, degrees, drive, fixes, local, together

NOW = pd.Timestamp("2026-03-10", tz="UTC")
ROUND = [("to", 3000.0, 0.0, 8.0), ("stand", 300), ("to", 3000.0, 2000.0, 10.0)]


def a_track(**options) -> pd.DataFrame:
    return fixes("A", local("07:00"), drive((0.0, 0.0), ROUND), **options)


def reasons(table: pd.DataFrame, now: pd.Timestamp = NOW) -> dict[str, int]:
    result = clean(table, CleanSettings(), now)
    assert len(result.tracks) + len(result.rejected) == len(table)
    return result.rejected["reason"].value_counts().to_dict()


def spoiled(table: pd.DataFrame, row: int, **values) -> pd.DataFrame:
    table = table.copy()
    for name, value in values.items():
        table.loc[row, name] = value
    return table


def test_a_right_track_is_kept_whole():
    assert reasons(a_track()) == {}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"lon": 0.0, "lat": 0.0}, "not_positioned"),
        ({"positioned": False}, "not_positioned"),
        ({"lon": 28.8, "lat": 108.8}, "out_of_range"),
        ({"lon": 108.9, "lat": 28.95}, "jump"),
        ({"time": pd.Timestamp("1980-01-06", tz="UTC")}, "bad_clock"),
    ],
)
def test_one_spoiled_fix_is_rejected_alone(values, reason):
    assert reasons(spoiled(a_track(receipt_s=None), 20, **values)) == {reason: 1}


def test_a_fix_from_the_future_is_rejected_by_receipt_or_by_now():
    later = pd.Timestamp("2026-05-01", tz="UTC")
    assert reasons(spoiled(a_track(), 20, time=later)) == {"future": 1}
    assert reasons(spoiled(a_track(receipt_s=None), 20, time=later)) == {"future": 1}


def test_doubled_rows_are_rejected_and_the_first_received_is_kept():
    table = a_track()
    again = table.iloc[10:15].assign(row=lambda t: t["row"] + 1000)
    again["received_at"] += pd.Timedelta(hours=1)
    result = clean(together(table, again), CleanSettings(), NOW)
    assert result.rejected["reason"].tolist() == ["duplicate"] * 5
    assert sorted(result.rejected["row"]) == sorted(again["row"])


def test_two_places_at_one_time_keep_the_one_on_the_way():
    table = a_track()
    far = table.iloc[[12]].assign(row=999)
    far["lon"], far["lat"] = degrees(0.0, 900.0)
    result = clean(together(far, table), CleanSettings(), NOW)
    assert result.rejected["reason"].tolist() == ["conflict"]
    assert result.rejected["row"].tolist() == [999]


def test_a_stale_position_repeated_while_moving_is_rejected_but_not_its_first_fix():
    table = a_track()
    for row in range(11, 15):
        table.loc[row, ["lon", "lat"]] = table.loc[10, ["lon", "lat"]].to_numpy()
    table.loc[10:15, "speed_kmh"] = 28.0
    assert reasons(table) == {"stale": 4}


def test_standing_still_at_speed_zero_is_no_stale_position():
    assert reasons(a_track()) == {}


def test_several_fixes_that_jumped_together_go_together():
    table = a_track()
    lon, lat = degrees(20_000.0, 9_000.0)
    table.loc[20:22, "lon"], table.loc[20:22, "lat"] = lon, lat
    assert reasons(table) == {"jump": 3}


def test_drift_while_parked_is_flagged_and_kept():
    rng = np.random.default_rng(5)
    rows = [(i * 60.0, *rng.normal(0, 25, 2), 0.0) for i in range(60)]
    result = clean(fixes("A", local("01:00"), rows), CleanSettings(), NOW)
    assert len(result.rejected) == 0
    assert 10 < result.tracks["drifting"].sum() < 60
    assert not clean(a_track(), CleanSettings(), NOW).tracks["drifting"].any()


@pytest.mark.parametrize("hours", [8, -8, 24, -48, 3])
def test_a_clock_off_by_hours_is_found_from_receipts_and_corrected(hours):
    right = clean(a_track(), CleanSettings(), NOW).tracks["time"]
    result = clean(a_track(clock_s=hours * 3600.0), CleanSettings(), NOW)
    assert result.clocks["offset_s"].tolist() == [-hours * 3600.0]
    assert abs(result.tracks["time"] - right).max() <= pd.Timedelta(seconds=6)


def test_week_rollover_is_undone_row_by_row():
    lost = -1024 * 7 * 86400.0
    result = clean(a_track(clock_s=lost), CleanSettings(), NOW)
    assert len(result.rejected) == 0
    assert result.tracks["time"].iloc[0] == pd.Timestamp(local("07:00")).tz_convert("UTC")


def test_late_upload_is_no_fault_of_the_clock():
    table = a_track()
    table["received_at"] = pd.Series(
        [pd.Timestamp(local("19:00")).tz_convert("UTC")] * len(table), dtype=UTC_TIME
    )
    result = clean(table, CleanSettings(), NOW)
    assert result.clocks.empty
    assert (result.tracks["clock_offset_s"] == 0).all()


def test_speed_stuck_at_zero_is_not_believed():
    table = a_track()
    table["speed_kmh"] = 0.0
    stuck, right = (clean(one, CleanSettings(), NOW) for one in (table, a_track()))
    assert stuck.tracks["speed_kmh"].isna().all()
    assert right.tracks["speed_kmh"].notna().all()
    assert (stuck.false_stands, right.false_stands) == ({"A"}, frozenset())
    assert stuck.last_speeds == right.last_speeds == frozenset()


def test_speeds_of_a_stand_in_poor_reception_are_believed():
    # Standing and driving in turn; positions leap by tens of metres, to and fro.
    legs = [leg for n in range(1, 9) for leg in (("to", 400.0 * n, 0.0, 8.0), ("stand", 240))]
    table = fixes("A", local("07:00"), drive((0.0, 0.0), legs, every_s=5.0))
    noise = np.random.default_rng(3).normal(0.0, 10.0, (2, len(table)))
    table["lon"] += noise[0] / 97_600.0
    table["lat"] += noise[1] / 110_900.0
    assert clean(table, CleanSettings(), NOW).tracks["speed_kmh"].notna().all()


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 40))
def test_row_order_and_doubled_rows_change_nothing(random, doubles):
    table = together(a_track(), fixes("B", local("07:03"), drive((50.0, 0.0), ROUND, every_s=17.0)))
    plain = clean(table, CleanSettings(), NOW).tracks
    rows = list(range(len(table))) + [random.randrange(len(table)) for _ in range(doubles)]
    random.shuffle(rows)
    mixed = clean(table.iloc[rows].reset_index(drop=True), CleanSettings(), NOW).tracks
    pd.testing.assert_frame_equal(plain, mixed)


def test_nothing_in_nothing_out():
    result = clean(a_track().iloc[:0], CleanSettings(), NOW)
    assert result.tracks.empty
    assert result.rejected.empty


def test_the_same_track_a_day_later_is_cleaned_alike():
    table = spoiled(a_track(), 20, lon=0.0, lat=0.0)
    later = table.assign(
        time=table["time"] + timedelta(days=1), received_at=table["received_at"] + timedelta(days=1)
    )
    first, second = (clean(t, CleanSettings(), NOW).tracks for t in (table, later))
    assert (second["time"] - first["time"] == timedelta(days=1)).all()


STOPS_M = (600.0, 1200.0, 1800.0, 2400.0)
STANDS = [leg for x in STOPS_M for leg in (("to", x, 0.0, 8.0), ("stand", 70))]


WHOLE_ROUND = (("stand", 600), *STANDS, ("to", 0.0, 0.0, 9.0), ("stand", 1800))


def repeated(
    every_s: float = 20.0, *, from_fix: float = 28.0, legs: Sequence[tuple] = WHOLE_ROUND
) -> pd.DataFrame:
    """A device that repeats its last position and speed through every stand."""
    rows = drive((0.0, 0.0), list(legs), every_s=every_s)
    table = fixes("A", local("07:00"), rows, receipt_s=None)
    speed = table["speed_kmh"].to_numpy(copy=True)
    last = from_fix
    for row in range(len(table)):
        last = speed[row] = speed[row] if speed[row] > 0 else last
    return table.assign(speed_kmh=speed)


@pytest.mark.parametrize("every_s", [10.0, 15.0, 20.0])
@pytest.mark.parametrize("digits", [5, 7])
def test_the_last_speed_repeated_through_stands_is_standing(every_s, digits):
    table = repeated(every_s).round({"lon": digits, "lat": digits})
    result = clean(table, CleanSettings(), NOW)
    assert result.rejected.empty
    still = result.tracks["speed_kmh"].to_numpy() == 0.0
    true = drive((0.0, 0.0), [("stand", 600), *STANDS, ("to", 0.0, 0.0, 9.0), ("stand", 1800)],
                 every_s)  # fmt: skip
    stood = np.array([row[3] == 0.0 for row in true])
    # The fix in which a stand begins or ends counts to either side.
    assert abs(int(still.sum()) - int(stood.sum())) <= 2 * (len(STOPS_M) + 2)
    assert still[stood].mean() >= 0.9


def test_a_device_that_holds_its_last_speed_holds_that_of_braking_too():
    # Every other stand repeats a walking pace: the last fix before it was within its braking.
    legs = [("stand", 600), *STANDS, ("to", 0.0, 0.0, 9.0), ("stand", 1800)]
    stood = np.array([row[3] == 0.0 for row in drive((0.0, 0.0), legs, every_s=10.0)])
    number = np.cumsum(np.diff(stood, prepend=False) & stood)
    slow = stood & (number % 2 == 0)
    table = repeated(10.0)
    table = table.assign(speed_kmh=table["speed_kmh"].mask(slow, 1.8))
    result = clean(table, CleanSettings(), NOW)
    assert result.rejected.empty
    still = result.tracks["speed_kmh"].to_numpy() <= 3.0
    assert still[stood & ~slow].mean() >= 0.9


@pytest.mark.parametrize("every_s", [2.0, 10.0, 20.0])
@pytest.mark.parametrize("stands", [1, 2])
def test_whoever_is_not_where_its_speed_would_have_led_stood(stands, every_s):
    way = (*STANDS[: 2 * stands], ("to", 3000.0, 0.0, 8.0), ("to", 0.0, 0.0, 9.0))
    result = clean(repeated(every_s, legs=way), CleanSettings(), NOW)
    assert result.rejected.empty
    x = result.tracks["lon"].to_numpy()
    still = np.append(np.diff(x) == 0, False)
    assert still.sum() >= stands * (70 // every_s - 1)
    assert (result.tracks["speed_kmh"].to_numpy()[still] <= 3.0).mean() >= 0.9


def test_a_fixed_position_is_old_where_the_next_one_leaps():
    table = repeated()
    # On the way home its receiver loses the position for a minute and a half.
    begins = table.index[(table["lon"] == table["lon"].max())].max() + 2
    table.loc[begins + 1 : begins + 4, ["lon", "lat"]] = table.loc[
        begins, ["lon", "lat"]
    ].to_numpy()
    assert reasons(table) == {"stale": 4}


def test_a_device_that_reports_its_stands_is_held_to_that():
    # Its repeats at driving speed are old positions, whether or not the next one leaps.
    legs = [("stand", 600), *STANDS, ("to", 0.0, 0.0, 9.0), ("stand", 600)]
    table = fixes("A", local("07:00"), drive((0.0, 0.0), legs, every_s=20.0), receipt_s=None)
    row = table.index[table["speed_kmh"].between(25.0, 30.0)][2]
    still = table.loc[[row] * 4].assign(row=range(900, 904))
    still["time"] += pd.to_timedelta([4.0, 8.0, 12.0, 16.0], unit="s").to_numpy()
    assert reasons(together(table, still)) == {"stale": 4}


def test_two_devices_of_which_one_repeats_its_speed():
    other = a_track(receipt_s=None).assign(vehicle_id=pd.Categorical(["B"] * len(a_track())))
    result = clean(together(repeated(), other), CleanSettings(), NOW)
    assert result.rejected.empty
    of_b = result.tracks[result.tracks["vehicle_id"] == "B"]
    assert np.allclose(of_b["speed_kmh"], other["speed_kmh"])
    assert (result.last_speeds, result.false_stands) == ({"A"}, frozenset())
