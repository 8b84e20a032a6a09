"""Where points may be, and how sure: known places, closed forms, symmetric scenes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.diagnose_scene import EAST_M, LAT, LON, NORTH_M, County, away, degrees
from diagnosis.test_diagnose_records import SHIFTS, in_township, proposed, record_in
from routecheck.diagnosis.posterior import as_recorded, doubted
from routecheck.domain.codes import Basis, Cause
from routecheck.queries.whereabouts import rivals, whereabouts


def first_of(found: pd.DataFrame, point_id: str) -> pd.Series:
    return found[(found["point_id"] == point_id) & (found["rank"] == 0)].iloc[0]


@pytest.mark.parametrize("off_m", [42.0, 55.0, 68.0])
def test_a_point_recorded_some_fifty_metres_off_is_judged_where_its_vehicle_stands(
    off_m: float,
) -> None:
    county = County(days=8)
    county.recorded["T1-06"] = away(county.true["T1-06"], 0.0, -off_m)
    found = county.diagnose()
    place = found.places.set_index("point_id").loc["T1-06"]
    assert place["settled"]
    assert county.error_m("T1-06", place["geometry"].x, place["geometry"].y) < 12.0
    likeliest = first_of(found.candidates, "T1-06")
    assert county.error_m("T1-06", likeliest["lon"], likeliest["lat"]) < 12.0
    assert likeliest["probability"] > 0.9
    assert likeliest["offset_m"] == pytest.approx(off_m + 6.0, abs=4.0)


@pytest.mark.parametrize(("days", "moved"), [(1, False), (2, True)])
def test_one_day_does_not_move_a_point_to_a_stand_beyond_its_tolerance(
    days: int, moved: bool
) -> None:
    county = County(townships=2, days=days)
    county.recorded["T1-05"] = away(county.true["T1-05"], 0.0, -45.0)
    place = county.diagnose().places.set_index("point_id").loc["T1-05"]
    error_m = county.error_m("T1-05", place["geometry"].x, place["geometry"].y)
    assert error_m < 12.0 if moved else error_m == pytest.approx(45.0, abs=1.0)
    assert place["settled"]


def test_where_stands_are_seldom_seen_fewer_of_them_move_a_point() -> None:
    """Every third service of the vehicle leaves no stand: half of the due days are often then."""
    county = County(townships=2, days=8)
    county.recorded["T1-05"] = away(county.true["T1-05"], 0.0, -45.0)
    history = county.history()
    stops = (history["kind"] == "stop") & (history["vehicle_id"] == "V1")
    rows = np.flatnonzero(stops)
    day = pd.factorize(history["service_date"])[0][rows]
    lost = rows[(np.arange(len(rows)) + day) % 3 == 0]
    county.history = lambda: history.drop(index=lost).reset_index(drop=True)  # type: ignore[method-assign]
    place = county.diagnose().places.set_index("point_id").loc["T1-05"]
    assert place["stand_days"] == 4
    assert county.error_m("T1-05", place["geometry"].x, place["geometry"].y) < 12.0


def test_a_stand_beyond_the_tolerance_on_few_days_is_not_where_a_point_is_judged() -> None:
    county = County(days=8, never_served={"T1-06"})
    county.halts["T1-06"] = (0.0, 50.0)  # on two days of eight
    place = county.diagnose().places.set_index("point_id").loc["T1-06"]
    assert county.error_m("T1-06", place["geometry"].x, place["geometry"].y) < 1.0


def test_a_datum_of_some_records_here_and_there_moves_no_other() -> None:
    county = County(townships=3, size=40, days=8)
    names = in_township(county, "town 1")
    wrong = names[2::5]
    record_in(county, wrong, "bd09")
    off = [name for name in names[3::5] if name not in wrong]
    for name in off:
        county.recorded[name] = away(county.true[name], 0.0, -50.0)
    found = county.diagnose()
    told = proposed(county, found.corrections)
    assert {name for name, (cause, _) in told.items() if cause == Cause.DATUM} == set(wrong)
    assert max(told[name][1] for name in wrong) < 12.0
    criteria = found.corrections.set_index("point_id")["criteria"]
    assert {criteria[name]["reading"] for name in wrong} == {"bd09"}
    place = found.places.set_index("point_id")["geometry"]
    errors = [county.error_m(name, place[name].x, place[name].y) for name in names]
    assert max(errors) < 15.0
    # Where a reading puts a point and the stand that lies there are one place, not two.
    for name in wrong:
        mine = found.candidates[(found.candidates["point_id"] == name).to_numpy()]
        about = [county.error_m(name, row.lon, row.lat) < 20.0 for row in mine.itertuples()]
        assert sum(about) == 1


def test_a_datum_of_some_records_makes_the_others_no_less_sure() -> None:
    """On the first day, of records that lie some thirty metres off."""
    county = County(townships=3, size=40, days=1)
    names = in_township(county, "town 1")
    record_in(county, names[2::5], "bd09")
    off = names[3::5]
    for name in off:
        county.recorded[name] = away(county.true[name], 0.0, -30.0)
    place = county.diagnose().places.set_index("point_id").loc[off]
    assert place["settled"].all()
    assert place["confidence"].min() > 0.9
    assert {shape.geom_type for shape in place["geometry"]} == {"Point"}


def test_a_township_in_another_datum_says_nothing_of_the_records_of_others() -> None:
    """Of another one's record, at which nobody stands, somebody halts where GCJ-02 would put it."""
    county = County(days=2, never_served={"T0-07"})
    names = in_township(county, "town 1")
    record_in(county, names, "gcj02")
    record = degrees(*county.true["T0-07"])
    east, north = SHIFTS["gcj02"](*(np.array([degree]) for degree in record))
    # The shift is the same over its own length to a metre.
    place = np.array(record) * 2.0 - (east[0], north[0])
    x_m, y_m = (place - (LON, LAT)) * (EAST_M, NORTH_M)
    county.stand_of_nobody("T0-halt", (float(x_m) + 25.0, float(y_m)))
    found = county.diagnose()
    assert set(found.corrections["point_id"]) == set(names)
    assert found.places.set_index("point_id").loc["T0-07", "cause"] != Cause.DATUM


@pytest.mark.parametrize(("inside", "least"), [(True, 0.95), (False, 0.75)])
def test_one_day_shows_which_points_of_a_township_share_its_fault(
    inside: bool, least: float
) -> None:
    """Many of its records are in another datum; a single stand tells of which kind one is."""
    county = County(townships=3, size=40 if inside else 15, days=4)
    names = in_township(county, "town 1")
    wrong = names[2::5] if inside else names[:6]
    record_in(county, wrong, "bd09" if inside else "gcj02")
    name = wrong[3] if inside else names[12]
    county.first_days = {name: 1}
    found = county.diagnose()
    assert set(found.corrections["point_id"]) == set(wrong)
    likeliest = first_of(found.candidates, name)
    assert county.error_m(name, likeliest["lon"], likeliest["lat"]) < 12.0
    assert likeliest["days_seen"] == 1
    assert likeliest["probability"] > least


@pytest.mark.parametrize("reading", ["gcj02", "bd09"])
def test_a_village_of_its_own_datum_is_a_batch_within_its_township(reading: str) -> None:
    county = County(townships=2, size=40, days=6)
    names = in_township(county, "town 0")[:10]
    record_in(county, names, reading)
    points = county.points()
    village = np.where(points["point_id"].isin(names), "by the river", "on the hill")
    county.points = lambda: points.assign(village=pd.Series(village, dtype="str"))  # type: ignore[method-assign]
    told = proposed(county, county.diagnose().corrections)
    assert set(told) == set(names)
    assert max(error for _, error in told.values()) < 12.0


def test_a_record_between_two_stands_that_nobody_else_has_may_be_at_either() -> None:
    # Too few points for the order of the registry to show anything.
    county = County(townships=2, days=8)
    # Its bins and another stand of its vehicle lie as far from the record, on opposite sides.
    east, north = county.true["T1-05"]
    county.recorded["T1-05"] = away((east, north), 0.0, -100.0)
    county.stand_of_nobody("T1-other", (east, north - 200.0 - 12.0))
    found = county.diagnose()
    two = rivals(found.candidates, "T1-05")
    assert len(two) == 2
    assert two["probability"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.12)
    assert two["apart_m"].iloc[1] == pytest.approx(212.0, abs=8.0)
    assert not len(found.corrections)
    assert isinstance(
        found.places.set_index("point_id").loc["T1-05", "geometry"], shapely.MultiPoint
    )


def test_a_point_that_is_never_served_is_at_its_record_or_elsewhere() -> None:
    county = County(days=10, never_served={"T0-07"})
    found = county.diagnose().candidates
    mine = found[found["point_id"] == "T0-07"]
    assert mine["basis"].iloc[0] == Basis.RECORDED
    assert mine["days_seen"].iloc[0] == 0
    assert mine["days_due"].iloc[0] == 10
    assert set(mine["basis"]) >= {Basis.RECORDED, Basis.UNKNOWN}
    assert 0.5 < mine["probability"].iloc[0] < 0.99


def test_a_point_without_a_location_that_nothing_stops_for_is_nowhere() -> None:
    county = County(days=4, never_served={"T0-07"})
    county.recorded["T0-07"] = None
    row = whereabouts(county.diagnose().candidates, 1500.0).set_index("point_id").loc["T0-07"]
    assert row["basis"] == Basis.UNKNOWN
    assert row["confidence"] == 0.0
    assert np.isnan([row["lon"], row["lat"], row["uncertainty_m"], row["offset_m"]]).all()


def test_what_is_proposed_and_what_is_accepted_is_named_so() -> None:
    county = County(days=8)
    county.recorded["T3-04"] = away(county.true["T3-04"], 260.0, 200.0)
    first = county.diagnose()
    assert first_of(first.candidates, "T3-04")["basis"] == Basis.PROPOSED
    mine = first.candidates[first.candidates["point_id"] == "T3-04"]
    assert len(mine) > 1
    assert (mine["basis"] == Basis.PROPOSED).sum() == 1
    accepted = first.corrections.assign(state="accepted").astype({"state": "str"})
    again = county.diagnose(accepted)
    assert first_of(again.candidates, "T3-04")["basis"] == Basis.ACCEPTED
    assert first_of(again.candidates, "T3-05")["basis"] == Basis.RECORDED


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    days=st.integers(1, 6),
    moved=st.lists(
        st.tuples(st.integers(0, 23), st.floats(-400, 400), st.floats(-400, 400)), max_size=6
    ),
    unserved=st.sets(st.integers(0, 23), max_size=3),
)
def test_probabilities_of_a_point_are_one_together_and_fall(seed, days, moved, unserved) -> None:
    county = County(townships=2, size=12, days=days, seed=seed)
    names = list(county.true)
    county.never_served = {names[k] for k in unserved}
    for k, dx, dy in moved:
        county.recorded[names[k]] = away(county.true[names[k]], dx, dy)
    found = county.diagnose()
    of_point = found.candidates.groupby("point_id")
    assert list(of_point.size().index) == sorted(names)
    # All but what is bounded or too small to count.
    assert of_point["probability"].sum().between(0.98, 1.01).all()
    for _, mine in of_point:
        assert mine["rank"].tolist() == list(range(len(mine)))
        assert (np.diff(mine["probability"]) <= 1e-12).all()
    table = whereabouts(found.candidates, 1500.0)
    assert table["point_id"].tolist() == sorted(names)
    assert (table["uncertainty_m"].dropna() > 0).all()


def candidate(point: str, rank: int, lon: float, p: float, sigma_m: float = 10.0) -> dict:
    return {
        "point_id": point, "rank": rank, "lon": lon, "lat": 0.0, "sigma_m": sigma_m,
        "probability": p, "basis": "learnt", "offset_m": 0.0, "days_seen": 3, "days_due": 4,
    }  # fmt: skip


METRE = 1.0 / 111_319.49
"""Of longitude on the equator, in degrees (2 pi a / 360, a = 6,378,137 m)."""


def test_the_uncertainty_of_one_place_is_that_of_a_normal_distribution_in_the_plane() -> None:
    row = whereabouts(pd.DataFrame([candidate("P", 0, 0.0, 0.995)]), 1500.0).iloc[0]
    # Rayleigh's distribution: 95% within sqrt(-2 ln 0.05) sigmas.
    assert row["uncertainty_m"] == pytest.approx(24.477, abs=0.01)
    rng = np.random.default_rng(1)
    drawn = np.hypot(*rng.normal(0.0, 10.0, (2, 200_000)))
    assert (drawn <= row["uncertainty_m"]).mean() == pytest.approx(0.95, abs=0.003)


@pytest.mark.parametrize(("second", "expected_m"), [(0.03, 24.48), (0.2, 124.48)])
def test_a_second_place_counts_where_it_holds_more_than_a_twentieth(
    second: float, expected_m: float
) -> None:
    rows = [candidate("P", 0, 0.0, 1 - second), candidate("P", 1, 100 * METRE, second)]
    found = whereabouts(pd.DataFrame(rows), 1500.0).iloc[0]
    assert found["uncertainty_m"] == pytest.approx(expected_m, abs=0.2)
    assert found["confidence"] == 1 - second


def test_what_may_well_be_elsewhere_is_looked_for_as_far_as_points_are() -> None:
    rows = [candidate("P", 0, np.nan, 0.6, np.nan), candidate("P", 1, 0.0, 0.4)]
    found = whereabouts(pd.DataFrame(rows), 1500.0).iloc[0]
    assert found["lon"] == 0.0
    assert found["confidence"] == 0.4
    assert found["uncertainty_m"] == 1500.0


def test_only_places_that_come_into_question_are_named() -> None:
    rows = [
        candidate("P", 0, 0.0, 0.6),
        candidate("P", 1, 122 * METRE, 0.3),
        candidate("P", 2, 300 * METRE, 0.05),
        candidate("Q", 0, 0.0, 0.99),
    ]
    found = rivals(pd.DataFrame(rows), "P")
    assert found["apart_m"].to_numpy() == pytest.approx([0.0, 122.0], abs=0.2)
    assert len(rivals(pd.DataFrame(rows), "Q")) == 1
    assert rivals(pd.DataFrame(rows), "R").empty


def test_what_rests_on_a_wrong_declaration_is_doubted_and_a_moved_record_believed() -> None:
    county = County(days=8)
    county.recorded["T3-04"] = away(county.true["T3-04"], 260.0, 200.0)
    found = county.diagnose()
    less = doubted(found.candidates)
    assert less["probability"].max() <= 0.5
    assert Basis.PROPOSED not in set(less["basis"])
    place = found.places[found.places["point_id"] == "T3-04"].assign(
        geometry=[shapely.Point(1.0, 2.0)], settled=True
    )
    row = as_recorded(found.candidates, place.reset_index(drop=True))
    mine = row[row["point_id"] == "T3-04"]
    assert len(mine) == 1
    assert (mine["lon"].iloc[0], mine["lat"].iloc[0]) == (1.0, 2.0)
    assert mine["basis"].iloc[0] == Basis.RECORDED
    assert len(row) == len(found.candidates[found.candidates["point_id"] != "T3-04"]) + 1
