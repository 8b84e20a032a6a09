"""Which days of a vehicle are believed: scenes of stands whose truth is known by construction."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import shapely

from routecheck.domain.arrays import times
from routecheck.domain.tables import HISTORY, PICKUPS, POINTS, TRACKS
from routecheck.geo import datum
from routecheck.geo.plane import distance_m, metres_per_degree
from routecheck.tracks import parameters as par
from routecheck.tracks.believed import believable, believable_fixes, doubts_on
from routecheck.tracks.health import _nearest_other_day_m, find_faults
from routecheck.tracks.part_days import _at_any
from routecheck.tracks.shifts import shift_of

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 3, 2)
LON, LAT = 108.02, 32.05
METRE_LON, METRE_LAT = 1 / 94_300, 1 / 110_900
"""Degrees a metre at that latitude, to a part in a thousand."""


def round_of(seed: int, n: int = 12) -> np.ndarray:
    """The places of a round: some kilometres of points, the yard first."""
    rng = np.random.default_rng(seed)
    return np.column_stack(
        [
            LON + rng.uniform(-4000, 4000, n) * METRE_LON,
            LAT + rng.uniform(-4000, 4000, n) * METRE_LAT,
        ]
    )


def day_of(
    places: np.ndarray,
    number: int,
    vehicle: str = "T1",
    noise_m: float = 3.0,
    spread_m: float = 1.5,
) -> pd.DataFrame:
    """HISTORY of one day: a stand at each place, the first of them two hours long."""
    rng = np.random.default_rng(1000 + number)
    day = FIRST + timedelta(days=number)
    at = pd.Timestamp(day).tz_localize(ZONE).timestamp() + 6 * 3600.0
    n = len(places)
    table = HISTORY.empty().reindex(range(n))
    return table.assign(
        service_date=pd.Series([day] * n, dtype=object),
        kind=pd.Series(["stop"] * n, dtype="str"),
        vehicle_id=pd.Categorical([vehicle] * n),
        start=times(at + 600.0 * np.arange(n) + 7200.0 * (np.arange(n) > 0)),
        lon=places[:, 0] + rng.normal(0, noise_m, n) * METRE_LON,
        lat=places[:, 1] + rng.normal(0, noise_m, n) * METRE_LAT,
        stood_s=np.where(np.arange(n) == 0, 7200.0, 60.0),
        spread_m=np.full(n, spread_m),
        fixes=np.full(n, 8),
        pace_ms=np.nan,
    )


def joined(*days: pd.DataFrame) -> pd.DataFrame:
    history = pd.concat(days, ignore_index=True).astype({"vehicle_id": "category"})
    return HISTORY.check(history.astype({"fixes": "int64"}))


def site(places: np.ndarray, vehicle: str = "T1") -> tuple[pd.DataFrame, pd.DataFrame]:
    """PICKUPS of the first date, and POINTS, at all places but the yard."""
    names = [f"P{k:02}" for k in range(1, len(places))]
    n = len(names)
    start = pd.Timestamp(FIRST).tz_localize(ZONE).tz_convert("UTC").as_unit("us")
    pickups = pd.DataFrame(
        {
            "service_date": pd.Series([FIRST] * n, dtype=object),
            "point_id": pd.Series(names, dtype="str"),
            "window_start": pd.Series([start] * n),
            "window_end": pd.Series([start + pd.Timedelta(hours=6)] * n),
            "vehicle_id": pd.Series([vehicle] * n, dtype="str"),
            "route_id": pd.Series([""] * n, dtype="str"),
        }
    )
    points = POINTS.empty().reindex(range(n))
    points = points.assign(
        point_id=pd.Series(names, dtype="str"),
        geometry=pd.Series([shapely.Point(*xy) for xy in places[1:]], dtype=object),
        **{
            name: pd.Series([""] * n, dtype="str")
            for name in ("name", "township", "village", "datum", "group")
        },
    )
    return PICKUPS.check(pickups), points


def found(history: pd.DataFrame, places: np.ndarray) -> list[tuple[int, str, str]]:
    faults = find_faults(history, *site(places), ZONE)
    return [
        ((row.service_date - FIRST).days, row.fault, row.how.split(" ")[0])
        for row in faults.itertuples()
    ]


def shifted(places: np.ndarray, convert) -> np.ndarray:
    return np.column_stack(convert(places[:, 0], places[:, 1]))


@pytest.mark.parametrize("seed", range(5))
def test_sound_days_are_believed(seed):
    places = round_of(seed)
    assert found(joined(*(day_of(places, k) for k in range(4))), places) == []


@pytest.mark.parametrize(
    ("name", "convert"),
    [
        ("gcj02", datum.wgs84_to_gcj02),
        ("bd09", datum.wgs84_to_bd09),
        ("gcj02_inverse", datum.gcj02_to_wgs84),
        ("constant", lambda lon, lat: (lon + 300 * METRE_LON, lat - 450 * METRE_LAT)),
    ],
)
def test_a_day_that_is_displaced_as_a_whole_is_put_back(name, convert):
    places = round_of(1)
    history = joined(day_of(places, 0), day_of(shifted(places, convert), 1), day_of(places, 2))
    before = history.copy(deep=True)
    faults = find_faults(history, *site(places), ZONE)
    assert found(history, places) == [(1, "displaced", name)]
    again = believable(history, faults)
    day = again[again["service_date"] == FIRST + timedelta(days=1)]
    away_m = np.hypot(
        (day["lon"].to_numpy() - places[:, 0]) / METRE_LON,
        (day["lat"].to_numpy() - places[:, 1]) / METRE_LAT,
    )
    # The noise of the stands, and of the estimate where the shift is an unknown constant.
    assert np.median(away_m) < 8.0
    assert doubts_on(FIRST + timedelta(days=1), faults).empty
    pd.testing.assert_frame_equal(history, before)


@pytest.mark.parametrize("days", [(1,), (2, 3)])
def test_days_that_are_displaced_alike_do_not_bear_each_other_out(days):
    places = round_of(1)
    history = joined(
        *(
            day_of(shifted(places, datum.wgs84_to_gcj02) if k in days else places, k)
            for k in range(4)
        )
    )
    assert found(history, places) == [(k, "displaced", "gcj02") for k in days]


@pytest.mark.parametrize(
    ("name", "lon", "lat", "convert"),
    [
        ("swapped", 31.0, 31.1, lambda lon, lat: (lat, lon)),
        ("sign_lon", 0.06, 51.4, lambda lon, lat: (-lon, lat)),
        ("sign_lat", 36.8, -0.07, lambda lon, lat: (lon, -lat)),
    ],
)
def test_exchanged_axes_and_lost_signs_that_stay_near_the_site_are_put_back(
    name, lon, lat, convert
):
    places = round_of(4) + np.array([lon - LON, lat - LAT])
    history = joined(day_of(places, 0), day_of(shifted(places, convert), 1), day_of(places, 2))
    assert found(history, places) == [(1, "displaced", name)]


def leaping(places: np.ndarray, first: int, last: int, east_m: float, north_m: float) -> np.ndarray:
    """The places of a day with those from one to another displaced."""
    off = np.array([east_m * METRE_LON, north_m * METRE_LAT])
    inside = (np.arange(len(places)) >= first) & (np.arange(len(places)) < last)
    return places + inside[:, None] * off


@pytest.mark.parametrize(("first", "last"), [(4, 7), (3, 9), (7, 12)])
@pytest.mark.parametrize("off_m", [(500.0, 0.0), (-90.0, 80.0), (0.0, -1500.0)])
def test_a_receiver_that_leaps_aside_for_a_part_of_its_round_is_not_believed_then(
    first, last, off_m
):
    places = round_of(1)
    spoilt = day_of(leaping(places, first, last, *off_m), 2)
    history = joined(day_of(places, 0), day_of(places, 1), spoilt)
    assert found(history, places) == [(2, "poor", "")]
    fault = find_faults(history, *site(places), ZONE).iloc[0]
    assert fault["shift_m"] == pytest.approx(np.hypot(*off_m), rel=0.1)
    start_s = spoilt["start"].astype("int64").to_numpy() / 1e6
    inside = (start_s >= fault["start"]) & (start_s <= fault["end"])
    assert list(np.flatnonzero(inside)) == list(range(first, last))


def test_places_that_no_shift_explains_are_a_new_errand():
    places = round_of(1)
    rng = np.random.default_rng(8)
    new = places.copy()
    new[4:9] += rng.uniform(-2000, 2000, (5, 2)) * np.array([METRE_LON, METRE_LAT])
    assert found(joined(day_of(places, 0), day_of(places, 1), day_of(new, 2)), places) == []


def test_another_round_is_no_leap():
    # The stands of the last day lie at points of the site that the truck never served before.
    places = round_of(1, 18)
    first = places[:9]
    other = np.vstack([places[:2], places[9:]])
    assert found(joined(day_of(first, 0), day_of(first, 1), day_of(other, 2)), places) == []


@pytest.mark.parametrize(("first", "last"), [(0, 3), (5, 8), (9, 12)])
def test_a_sign_that_is_lost_for_some_hours_shows_nothing_then(first, last):
    places = round_of(1)
    spoilt = places.copy()
    spoilt[first:last, 0] *= -1
    history = joined(day_of(spoilt, 0))
    faults = find_faults(history, *site(places), ZONE)
    assert list(faults["fault"]) == ["elsewhere"]
    kept = believable(history, faults)
    assert len(kept) == len(places) - (last - first)
    assert (kept["lon"] > 0).all()


def hold(number: int, minute: int, minutes: float, at: np.ndarray, vehicle="T1") -> pd.DataFrame:
    """A row of HISTORY: digits that repeat for some minutes, from a minute after eight."""
    row = day_of(at[None, :], number, vehicle, noise_m=0.0).assign(kind="hold", spread_m=0.0)
    return row.assign(
        start=row["start"] + pd.Timedelta(minutes=120 + minute), stood_s=60.0 * minutes, fixes=12
    )


def test_a_few_minutes_of_repeated_digits_are_a_stuck_receiver():
    places = round_of(1)
    # Its long stand, in the yard, always scatters.
    days = [day_of(places, k) for k in range(3)]
    history = joined(*days, hold(2, 31, 4.0, places[5]))
    faults = find_faults(history, *site(places), ZONE)
    assert [(row.fault, row.end - row.start) for row in faults.itertuples()] == [("stuck", 240.0)]


def test_a_device_that_holds_its_digits_at_its_points_is_not_stuck():
    places = round_of(1)
    held = [hold(k, 10 * n, 4.0, places[n]) for k in range(3) for n in (3, 5, 8)]
    assert found(joined(*(day_of(places, k) for k in range(3)), *held), places) == []


@pytest.mark.parametrize(("moves", "faults"), [(False, [(0, "stuck", "")]), (True, [])])
def test_a_device_of_which_no_fix_ever_differed_has_not_shown_that_it_works(moves, faults):
    places = round_of(1)
    parked = day_of(places[:1], 0, noise_m=0.0, spread_m=0.0)
    track = parked.assign(kind="track", spread_m=3000.0 if moves else 0.0)
    history = joined(parked, track, hold(0, 0, 120.0, places[0]))
    assert found(history, places) == faults


def test_two_days_are_enough_where_the_other_day_lies_at_the_points():
    places = round_of(2)
    history = joined(day_of(places, 0), day_of(shifted(places, datum.wgs84_to_gcj02), 1))
    assert found(history, places) == [(1, "displaced", "gcj02")]


def test_a_first_day_is_taken_as_it_is():
    # Its points may be recorded in another datum: one day alone does not show which of the two.
    places = round_of(3)
    assert found(joined(day_of(shifted(places, datum.wgs84_to_gcj02), 0)), places) == []


def test_another_round_from_the_same_yard_is_no_displacement():
    places, other = round_of(4), round_of(5)
    other[0] = places[0]
    history = joined(day_of(places, 0), day_of(places, 1), day_of(other, 2))
    assert found(history, places) == []


@pytest.mark.parametrize(
    "convert",
    [
        lambda lon, lat: (-lon, lat),
        lambda lon, lat: (lon, -lat),
        lambda lon, lat: (lat, lon),
        lambda lon, lat: (lon + 1.0, lat),
    ],
    ids=["west", "south", "exchanged", "a degree off"],
)
def test_a_day_in_another_part_of_the_world_shows_nothing(convert):
    places = round_of(6)
    history = joined(day_of(places, 0), day_of(shifted(places, convert), 1), day_of(places, 2))
    assert found(history, places) == [(1, "elsewhere", "")]
    faults = find_faults(history, *site(places), ZONE)
    assert set(believable(history, faults)["service_date"]) == {FIRST, FIRST + timedelta(days=2)}
    assert list(doubts_on(FIRST + timedelta(days=1), faults)["fault"]) == ["elsewhere"]
    assert doubts_on(FIRST, faults).empty


def test_a_trip_to_a_tip_outside_the_county_is_no_fault():
    places = round_of(7)
    tip = places.copy()
    tip[5] = LON + 25_000 * METRE_LON, LAT
    history = joined(day_of(places, 0), day_of(tip, 1), day_of(places, 2))
    assert found(history, places) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_poor_reception_stands_beside_its_usual_places(seed):
    places = round_of(seed)
    days = [day_of(places, k) for k in range(5)]
    days[3] = day_of(places, 3, noise_m=35.0)
    assert found(joined(*days), places) == [(3, "poor", "")]


def test_a_device_that_is_never_better_has_no_poor_days():
    places = round_of(8)
    days = [day_of(places, k, noise_m=20.0) for k in range(5)]
    assert found(joined(*days), places) == []


def stuck_day(places: np.ndarray, number: int) -> pd.DataFrame:
    """A day whose fourth stand lasts ten hours without any scatter; nothing follows."""
    day = day_of(places[:4], number)
    return day.assign(
        stood_s=[500.0, 60.0, 60.0, 36_000.0], spread_m=[1.5, 1.5, 1.5, 0.0], fixes=[60, 8, 8, 900]
    )


def test_a_receiver_that_repeats_its_digits_though_it_always_jittered_is_stuck():
    places = round_of(9)
    days = [day_of(places, k) for k in range(4)]
    history = joined(*days[:3], stuck_day(places, 3))
    assert found(history, places) == [(3, "stuck", "")]
    faults = find_faults(history, *site(places), ZONE)
    assert faults["end"].iloc[0] - faults["start"].iloc[0] == pytest.approx(36_000.0)
    assert len(believable(history, faults)) == len(history) - 1


def test_a_device_that_holds_its_digits_whenever_it_stands_is_not_stuck():
    places = round_of(10)
    days = [day_of(places, k, spread_m=0.0) for k in range(3)]
    assert found(joined(*days, stuck_day(places, 3)), places) == []


def test_a_device_that_holds_its_digits_at_night_is_not_stuck():
    places = round_of(11)
    nights = [
        day_of(places, k).assign(spread_m=np.where(np.arange(len(places)) == 0, 0.0, 1.5))
        for k in range(4)
    ]
    assert found(joined(*nights, stuck_day(places, 4)), places) == []


def through_the_night(history: pd.DataFrame, number: int, place: np.ndarray) -> pd.DataFrame:
    """A rest from 20:00 of a day to 04:00 of the next: a row of both dates."""
    day = FIRST + timedelta(days=number)
    at = pd.Timestamp(day).tz_localize(ZONE).timestamp() + 20 * 3600.0
    row = history[:1].assign(
        start=times(np.array([at])), lon=place[0], lat=place[1], stood_s=8 * 3600.0, fixes=90
    )
    both = [row.assign(service_date=pd.Series([d], dtype=object)) for d in (day, next_day(day))]
    return joined(history, *both)


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def test_the_night_of_a_displaced_day_does_not_confirm_it():
    places = round_of(21)
    gcj02 = shifted(places, datum.wgs84_to_gcj02)
    history = joined(*(day_of(gcj02 if k == 1 else places, k) for k in range(4)))
    history = through_the_night(history, 1, gcj02[0])
    assert found(history, places) == [(1, "displaced", "gcj02")]


def test_two_displaced_days_of_a_week_do_not_confirm_each_other():
    places = round_of(22)
    gcj02 = shifted(places, datum.wgs84_to_gcj02)
    history = joined(*(day_of(gcj02 if k in (2, 4) else places, k) for k in range(7)))
    assert found(history, places) == [(2, "displaced", "gcj02"), (4, "displaced", "gcj02")]


def test_records_in_the_datum_of_a_displaced_day_do_not_confirm_it():
    # The township was surveyed in GCJ-02: on its one displaced day the truck stands at the records.
    places = round_of(23)
    gcj02 = shifted(places, datum.wgs84_to_gcj02)
    history = joined(*(day_of(gcj02 if k == 3 else places, k) for k in range(5)))
    assert found(history, gcj02) == [(3, "displaced", "gcj02")]
    sound = joined(*(day_of(places, k) for k in range(5)))
    assert found(sound, gcj02) == []


def test_a_round_of_its_own_on_one_day_of_the_week_is_no_displacement():
    # Saturdays' points, as recorded, and its own yard: two Saturdays of two weeks.
    places, saturday = round_of(24), round_of(25)
    saturday[0] = places[0]
    history = joined(*(day_of(saturday if k % 7 == 5 else places, k) for k in range(14)))
    assert found(history, places) == []
    assert found(history, saturday) == []


def test_a_day_that_became_displaced_in_its_night_is_found():
    # It wakes where it should, several times, and all it does from then on is displaced.
    places = round_of(26)
    gcj02 = shifted(places, datum.wgs84_to_gcj02)
    night = np.vstack([places[:1]] * 3)
    days = [day_of(gcj02 if k == 1 else places, k) for k in range(5)]
    woke = day_of(night, 1)
    day_s = pd.Timestamp(FIRST + timedelta(days=1)).tz_localize(ZONE).timestamp()
    woke = woke.assign(start=times(day_s + 2400.0 * np.arange(3)), stood_s=2000.0)
    assert found(joined(*days, woke), places) == [(1, "displaced", "gcj02")]


def test_many_stands_in_the_yard_are_one_place_of_a_displaced_day():
    places = round_of(27)
    gcj02 = shifted(places, datum.wgs84_to_gcj02)
    days = [day_of(gcj02 if k == 1 else places, k) for k in range(5)]
    # By its heartbeat it wakes in its yard ten times, and two of its stops are of that day alone.
    yard = day_of(np.vstack([gcj02[:1]] * 10 + [gcj02[1:3] + 0.01]), 1)
    assert found(joined(*days, yard), places) == [(1, "displaced", "gcj02")]


@pytest.mark.parametrize("lat", [0.0, 29.0, -45.0, 69.0])
@pytest.mark.parametrize(("rows", "count"), [(0, 5), (5, 0), (300, 40), (40, 300)])
def test_rows_at_a_place_are_those_of_all_pairs(lat, rows, count):
    rng = np.random.default_rng(3)

    def scattered(n: int) -> pd.DataFrame:
        lon, north = 108.0 + rng.uniform(-0.01, 0.01, n), lat + rng.uniform(-0.01, 0.01, n)
        return pd.DataFrame({"lon": lon, "lat": north})

    some, places = scattered(rows), scattered(count)
    lon, north = (places[name].to_numpy()[None, :] for name in ("lon", "lat"))
    own_lon, own_lat = (some[name].to_numpy()[:, None] for name in ("lon", "lat"))
    wanted = (distance_m(own_lon, own_lat, lon, north) <= 60.0).any(axis=1)
    assert _at_any(some, places).tolist() == wanted.tolist()
    assert not len(wanted) or not count or 0.02 < wanted.mean() < 0.98


def in_a_yard(vehicles: int, days: int, each: int) -> pd.DataFrame:
    """Stands within some hundred metres, some of them past midnight."""
    rng = np.random.default_rng(5)
    n = vehicles * days * each
    day = np.tile(np.repeat(np.arange(days), each), vehicles)
    began = np.where(rng.random(n) < 0.2, np.maximum(day - 1, 0), day)
    return pd.DataFrame(
        {
            "vehicle_id": np.repeat([f"V{k}" for k in range(vehicles)], days * each),
            "service_date": [FIRST + timedelta(days=int(k)) for k in day],
            "began": [FIRST + timedelta(days=int(k)) for k in began],
            "lon": 108.0 + rng.uniform(0.0, 0.004, n),
            "lat": 29.0 + rng.uniform(0.0, 0.004, n),
        }
    )


@pytest.mark.parametrize("at_once", [7, 8192])
def test_the_nearest_stand_of_another_date_is_that_of_all_pairs(at_once, monkeypatch):
    monkeypatch.setattr(par, "STANDS_AT_ONCE", at_once)
    stands = in_a_yard(2, 3, 12)
    among = np.random.default_rng(6).random(len(stands)) < 0.7
    east_m, north_m = metres_per_degree(np.median(stands["lat"]))
    wanted = []
    for one in stands.itertuples():
        away_m = np.hypot(
            (stands["lon"] - one.lon).to_numpy() * east_m,
            (stands["lat"] - one.lat).to_numpy() * north_m,
        )
        same = (stands["vehicle_id"] == one.vehicle_id).to_numpy()
        other = (stands["service_date"] != one.service_date) & (stands["began"] != one.began)
        counts = same & other.to_numpy() & among
        nearest = away_m[counts].min(initial=np.inf)
        nearer = (same & ~counts & (away_m < nearest)).sum()
        wanted.append(nearest if nearest <= par.POOR_REACH_M and nearer < 5 else np.inf)
    found = _nearest_other_day_m(stands, among)
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    assert 0.05 < np.isinf(found).mean() < 0.95


def test_stands_that_are_all_near_one_another_are_looked_up_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(par, "STANDS_AT_ONCE", 100)
    stands = in_a_yard(1, 10, 200)
    tracemalloc.start()
    try:
        _nearest_other_day_m(stands)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20e6


@pytest.mark.parametrize(
    ("vehicle", "fault", "how", "number"),
    [
        ("T1", "elsewhere", "", 0),
        ("T1", "displaced", "gcj02", 0),
        ("T1", "stuck", "", 0),
        ("T1", "poor", "", 0),
        ("T1", "elsewhere", "", 3),
        ("T9", "elsewhere", "", 0),
    ],
)
def test_fixes_are_taken_as_row_by_row(vehicle, fault, how, number):
    """And where none of them is at fault, the table is the one that was given."""
    start_s = pd.Timestamp(FIRST, tz=ZONE).timestamp()
    names, days = ["T1", "T1", "T1", "T1", "T2", "T2"], [0, 0, 0, 1, 0, 0]
    tracks = TRACKS.empty().reindex(range(6))
    tracks = tracks.assign(
        vehicle_id=pd.Categorical(names),
        time=times(start_s + 600.0 * np.arange(6)),
        lon=LON + 0.01 * np.array([0, 0, 1, 2, 0, 0]),
        lat=LAT,
        day=[(FIRST - date(1970, 1, 1)).days + day for day in days],
    )
    day = FIRST + timedelta(days=number)
    span_s = (start_s, start_s + 1200.0) if fault == "stuck" else (-np.inf, np.inf)
    faults = pd.DataFrame(
        [(day, vehicle, fault, how, *span_s, 300.0)],
        columns=["service_date", "vehicle_id", "fault", "how", "start", "end", "shift_m"],
    )
    kept, at = [], list(zip(tracks["lon"], tracks["lat"], strict=True))
    for k in range(6):
        mine = names[k] == vehicle and fault != "poor"
        if fault == "stuck":
            if mine and k in (1, 2) and at[k] == at[k - 1]:
                continue
        elif mine and days[k] == number:
            if not how:
                continue
            lon, lat = shift_of(how).undo(*(np.array([value]) for value in at[k]))
            at[k] = float(lon[0]), float(lat[0])
        kept.append(at[k])
    found = believable_fixes(tracks, faults)
    assert list(zip(found["lon"], found["lat"], strict=True)) == kept
    untouched = fault == "poor" or vehicle == "T9" or number == 3
    assert (found is tracks) == untouched
