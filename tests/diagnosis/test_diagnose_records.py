"""Wrong records of a county whose places are known: found, proposed rightly, and no others."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.diagnose_scene import County, away, degrees
from routecheck.diagnosis import diagnose
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import CORRECTIONS
from routecheck.present.sentences.corrections import correction_evidence
from routecheck.simulate.datums import bd09_from_wgs84, gcj02_from_wgs84

SHIFTS = {"gcj02": gcj02_from_wgs84, "bd09": bd09_from_wgs84}
"""The simulator's own copy of the published formulas: another implementation."""


def in_township(county: County, township: str) -> list[str]:
    return [name for name in county.true if county.township[name] == township]


def record_in(county: County, names: list[str], datum: str) -> None:
    for name in names:
        lon, lat = degrees(*county.true[name])
        east, north = SHIFTS[datum](np.array([lon]), np.array([lat]))
        county.recorded[name] = (round(float(east[0]), 6), round(float(north[0]), 6))


def proposed(county: County, corrections: pd.DataFrame) -> dict[str, tuple[str, float]]:
    return {
        row.point_id: (row.cause, county.error_m(row.point_id, row.proposed_lon, row.proposed_lat))
        for row in corrections.itertuples()
    }


@pytest.mark.parametrize("days", [1, 2, 10])
def test_right_records_are_left_alone(days: int) -> None:
    found = County(days=days).diagnose()
    assert found.corrections.empty
    assert found.places["settled"].all()
    assert (found.places["cause"] == "").all()


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("days", [1, 10])
def test_a_township_in_another_datum(datum: str, days: int) -> None:
    county = County(days=days)
    names = in_township(county, "town 1")
    record_in(county, names, datum)
    found = county.diagnose()
    told = proposed(county, found.corrections)
    assert set(told) == set(names)
    assert {cause for cause, _ in told.values()} == {Cause.DATUM}
    assert max(error for _, error in told.values()) < 12.0
    assert {c["reading"] for c in found.corrections["criteria"]} == {datum}


def test_the_whole_registry_in_another_datum() -> None:
    county = County(townships=2, days=1)
    record_in(county, list(county.true), "gcj02")
    told = proposed(county, county.diagnose().corrections)
    assert set(told) == set(county.true)
    assert max(error for _, error in told.values()) < 12.0


def test_converted_although_it_was_right_already() -> None:
    county = County(days=2)
    names = in_township(county, "town 2")
    for name in names:
        lon, lat = degrees(*county.true[name])
        east, north = gcj02_from_wgs84(np.array([lon]), np.array([lat]))
        # The shift is the same over its own length to a metre: taking it off undoes it.
        county.recorded[name] = (2 * lon - float(east[0]), 2 * lat - float(north[0]))
    found = county.diagnose()
    assert {c["reading"] for c in found.corrections["criteria"]} == {"gcj02_reversed"}
    assert set(found.corrections["point_id"]) == set(names)


def test_a_township_shifted_by_an_unknown_constant() -> None:
    county = County(days=3, size=10)
    names = in_township(county, "town 0")
    for name in names:
        county.recorded[name] = away(county.true[name], 130.0, -210.0)
    # A fifth of the batch is wrong in another way.
    county.recorded[names[2]] = away(county.true[names[2]], -600.0, 300.0)
    county.recorded[names[6]] = away(county.true[names[6]], 500.0, 420.0)
    found = county.diagnose()
    shifted = found.corrections[
        [c["say"] == "batch_shift" and not c.get("in_doubt") for c in found.corrections["criteria"]]
    ]
    told = proposed(county, shifted)
    right = set(names) - {names[2], names[6]}
    assert right <= set(told)
    assert max(told[name][1] for name in right) < 15.0


def test_single_slips_of_the_pen() -> None:
    county = County(days=4)
    swapped, minutes, cut = "T0-03", "T1-05", "T2-09"
    lon, lat = degrees(*county.true[swapped])
    county.recorded[swapped] = (lat, lon)
    lon, lat = degrees(*county.true[minutes])
    county.recorded[minutes] = (108 + (lon - 108) * 0.6, 28 + (lat - 28) * 0.6)
    lon, lat = degrees(*county.true[cut])
    county.recorded[cut] = (np.floor(lon * 100) / 100, np.floor(lat * 100) / 100)
    found = county.diagnose()
    told = proposed(county, found.corrections)
    slips = dict(
        zip(
            found.corrections["point_id"],
            [c["slip"] for c in found.corrections["criteria"]],
            strict=True,
        )
    )
    assert slips == {swapped: "swapped", minutes: "minutes", cut: "digits"}
    assert {cause for cause, _ in told.values()} == {Cause.COORDINATE_ERROR}
    assert max(error for _, error in told.values()) < 15.0


@pytest.mark.parametrize(("dx", "dy"), [(90.0, 60.0), (-260.0, 200.0), (500.0, 700.0)])
def test_a_misplaced_point(dx: float, dy: float) -> None:
    county = County(days=8)
    county.recorded["T3-04"] = away(county.true["T3-04"], dx, dy)
    told = proposed(county, county.diagnose().corrections)
    assert set(told) == {"T3-04"}
    cause, error = told["T3-04"]
    assert cause == Cause.MISPLACED
    assert error < 12.0


def test_one_day_does_not_settle_a_misplaced_point() -> None:
    county = County(days=1)
    county.recorded["T3-04"] = away(county.true["T3-04"], 200.0, 250.0)
    found = county.diagnose()
    assert found.corrections.empty
    places = found.places.set_index("point_id")
    assert not places.loc["T3-04", "settled"]
    assert places.drop(index="T3-04")["settled"].all()


@pytest.mark.parametrize("days", [5, 10])
def test_a_point_that_is_never_served_takes_no_neighbours_stand(days: int) -> None:
    county = County(days=days, never_served={"T1-06", "T2-00"})
    found = county.diagnose()
    assert found.corrections.empty
    places = found.places.set_index("point_id")
    assert places.loc[["T1-06", "T2-00"], "settled"].all()
    assert (places.loc[["T1-06", "T2-00"], "stand_days"] == 0).all()


def test_halts_beside_a_point_that_is_never_served_are_no_place_of_it() -> None:
    county = County(days=12, never_served={"T1-06"}, halts={"T1-06": (0.0, 47.0)})
    found = county.diagnose()
    assert found.corrections.empty
    places = found.places.set_index("point_id")
    assert places.loc["T1-06", "settled"]
    assert places.loc["T1-06", "seldom"]
    assert not places.drop(index="T1-06")["seldom"].any()


def test_halts_on_many_days_are_no_seldom_service() -> None:
    # On every day that is seen: nobody halts so beside a point that he passes by.
    county = County(days=12, beside={"T1-06": (0.0, 47.0)})
    assert not county.diagnose().places["seldom"].any()


def test_a_point_about_which_its_vehicle_is_silent_is_right_and_not_confirmed() -> None:
    quiet = {"T1-05", "T1-06", "T1-07"}
    found = County(days=10, silent=quiet).diagnose()
    assert found.corrections.empty
    places = found.places.set_index("point_id")
    assert places["settled"].all()
    assert set(places.index[~places["confirmed"]]) == quiet
    assert not places["seldom"].any()


def test_a_vehicle_that_was_never_heard_contradicts_no_record() -> None:
    county = County(days=4)
    history = county.history()
    heard = history[(history["vehicle_id"] != "V3").to_numpy()].reset_index(drop=True)
    lat = heard["lat"].to_numpy()
    heard = heard[lat < degrees(0.0, 11000.0)[1]].reset_index(drop=True)
    nothing = CORRECTIONS.empty()
    found = diagnose(heard, county.pickups(), county.points(), nothing, DiagnoseSettings())
    places = found.places.set_index("point_id")
    theirs = places.index.str.startswith("T3")
    assert places["settled"].all()
    assert not places[theirs]["confirmed"].any()
    assert places[~theirs]["confirmed"].all()


def test_that_no_vehicle_comes_is_not_known_after_two_days() -> None:
    for days, known in ((2, False), (8, True)):
        places = County(days=days, never_served={"T1-06"}).diagnose().places.set_index("point_id")
        assert places.drop(index="T1-06")["confirmed"].all()
        here = places.loc["T1-06"]
        assert bool(here["settled"] and here["confirmed"]) == known


def test_a_place_that_only_a_misread_record_names_is_not_confirmed() -> None:
    county = County(days=10, never_served={"T0-03"})
    lon, lat = degrees(*county.true["T0-03"])
    county.recorded["T0-03"] = (lat, lon)
    found = county.diagnose()
    assert found.corrections["cause"].tolist() == ["coordinate_error"]
    places = found.places.set_index("point_id")
    assert set(places.index[~places["confirmed"]]) == {"T0-03"}


def test_a_never_served_point_leaves_the_stand_to_the_misplaced_one() -> None:
    county = County(days=10, never_served={"T1-06"})
    county.recorded["T1-08"] = away(county.true["T1-08"], 60.0, 110.0)
    told = proposed(county, county.diagnose().corrections)
    assert set(told) <= {"T1-08"}
    assert all(error < 12.0 for _, error in told.values())


def test_a_stand_just_outside_the_tolerance_is_not_seldom() -> None:
    county = County(days=8, beside={"T0-09": (0.0, 42.0)})
    assert not county.diagnose().places["seldom"].any()


def test_a_stand_just_outside_the_tolerance() -> None:
    county = County(days=6, beside={"T0-09": (0.0, 42.0)})
    found = county.diagnose()
    row = found.corrections.iloc[0]
    assert list(found.corrections["point_id"]) == ["T0-09"]
    assert row["cause"] == Cause.TOLERANCE
    assert 42.0 <= row["proposed_tolerance_m"] <= 65.0
    place = found.places.set_index("point_id").loc["T0-09"]
    assert county.error_m("T0-09", place["stand"].x, place["stand"].y) == pytest.approx(42, abs=5)


def test_without_a_location_a_point_is_not_settled() -> None:
    county = County(days=5)
    county.recorded["T2-02"] = None
    places = county.diagnose().places.set_index("point_id")
    assert not places.loc["T2-02", "settled"]
    assert places.loc["T2-02", "geometry"] is None


def test_an_accepted_correction_holds_and_a_rejected_one_is_not_proposed_again() -> None:
    county = County(days=8)
    county.recorded["T3-04"] = away(county.true["T3-04"], -260.0, 200.0)
    first = county.diagnose().corrections
    accepted = first.assign(state=pd.Series([str(CorrectionState.ACCEPTED)], dtype="str"))
    again = county.diagnose(accepted)
    assert list(again.corrections["state"]) == [CorrectionState.ACCEPTED]
    place = again.places.set_index("point_id").loc["T3-04"]
    assert place["settled"]
    assert place["cause"] == Cause.MISPLACED
    assert county.error_m("T3-04", place["geometry"].x, place["geometry"].y) < 12.0

    rejected = first.assign(state=pd.Series([str(CorrectionState.REJECTED)], dtype="str"))
    held = county.diagnose(rejected)
    assert list(held.corrections["state"]) == [CorrectionState.REJECTED]
    place = held.places.set_index("point_id").loc["T3-04"]
    assert place["settled"]
    assert place["cause"] == ""
    assert place["geometry"].equals(shapely.Point(county.recorded["T3-04"]))


def crowded_county() -> County:
    """Faults of all kinds side by side: a batch, and single points among each other."""
    county = County(days=6)
    for name in in_township(county, "town 1"):
        record_in(county, [name], "gcj02")
    county.recorded["T3-04"] = away(county.true["T3-04"], -260.0, 200.0)
    county.recorded["T3-06"] = away(county.true["T3-06"], 140.0, 90.0)
    county.recorded["T0-02"] = away(county.true["T0-02"], 60.0, -170.0)
    lon, lat = degrees(*county.true["T2-05"])
    county.recorded["T2-05"] = (108 + (lon - 108) * 0.6, 28 + (lat - 28) * 0.6)
    county.beside["T0-09"] = (0.0, 42.0)
    return county


CROWDED = crowded_county()
UNDECIDED = CROWDED.diagnose()


@settings(max_examples=12, deadline=None)
@given(st.sets(st.sampled_from(sorted(UNDECIDED.corrections["point_id"]))))
def test_accepting_some_leaves_the_proposals_for_the_others(chosen: set[str]) -> None:
    """Acceptance is no evidence: neither for the others nor against them."""
    table = UNDECIDED.corrections
    accepted = table[table["point_id"].isin(chosen)]
    accepted = accepted.assign(state=str(CorrectionState.ACCEPTED)).astype({"state": "str"})
    found = CROWDED.diagnose(accepted.reset_index(drop=True))
    mine = found.corrections["point_id"].isin(chosen)
    assert (found.corrections.loc[mine, "state"] == CorrectionState.ACCEPTED).all()
    assert set(found.corrections.loc[mine, "point_id"]) == chosen
    rest = found.corrections[~mine].reset_index(drop=True)
    expected = table[~table["point_id"].isin(chosen)].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, expected)
    pd.testing.assert_frame_equal(found.places, UNDECIDED.places)
    assert found.unaided.empty


def test_an_operator_who_knows_better_is_believed_and_the_days_before_keep_theirs() -> None:
    """He enters another place than the tracks tell: the stand there is his point's."""
    county = County(days=6)
    there = away(county.true["T0-05"], 0.0, 130.0)
    made_up = County(days=6)
    made_up.recorded["T0-05"] = there
    row = made_up.diagnose().corrections
    lon, lat = degrees(*county.true["T0-06"])
    accepted = row.assign(
        state=pd.Series([str(CorrectionState.ACCEPTED)], dtype="str"),
        proposed_lon=lon, proposed_lat=lat + 80.0 / 110_850.0,
    )  # fmt: skip
    found = county.diagnose(accepted)
    place = found.places.set_index("point_id").loc["T0-05"]
    assert place["geometry"].y == pytest.approx(lat + 80.0 / 110_850.0)
    assert list(found.unaided["point_id"]) == ["T0-05"]
    before = found.unaided["geometry"].iloc[0]
    assert county.error_m("T0-05", before.x, before.y) < 1.0


def test_a_member_of_a_batch_that_was_never_seen_is_marked() -> None:
    county = County(days=4)
    names = in_township(county, "town 1")
    record_in(county, names, "gcj02")
    county.never_served = {names[4]}
    table = county.diagnose().corrections.set_index("point_id")
    assert table.loc[names[4], "days_seen"] == 0
    assert table.loc[names[4], "criteria"]["batch_days"] == 4
    assert table.loc[names[4], "confidence"] < table.loc[names[5], "confidence"]
    said = correction_evidence(table.loc[names[4]].to_dict(), "en")
    assert "No stop was seen at this point itself yet" in said
    assert "4 days" in said
    other = correction_evidence(table.loc[names[5]].to_dict(), "en")
    assert "No stop was seen at this point" not in other


def test_the_order_of_rows_does_not_matter_and_nothing_is_changed() -> None:
    from routecheck.diagnosis import diagnose
    from routecheck.domain.settings import DiagnoseSettings
    from routecheck.domain.tables import CORRECTIONS

    county = County(days=5)
    county.recorded["T3-04"] = away(county.true["T3-04"], -260.0, 200.0)
    record_in(county, in_township(county, "town 1"), "gcj02")
    tables = (county.history(), county.pickups(), county.points(), CORRECTIONS.empty())
    copies = [table.copy(deep=True) for table in tables]
    plain = diagnose(*tables, DiagnoseSettings())
    for table, copy in zip(tables, copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    mixed = diagnose(
        tables[0].sample(frac=1.0, random_state=3).reset_index(drop=True),
        tables[1].sample(frac=1.0, random_state=4).reset_index(drop=True),
        tables[2],
        tables[3],
        DiagnoseSettings(),
    )
    columns = ["point_id", "cause", "days_seen"]
    pd.testing.assert_frame_equal(plain.corrections[columns], mixed.corrections[columns])
    for column in ("proposed_lon", "proposed_lat"):
        np.testing.assert_allclose(plain.corrections[column], mixed.corrections[column], atol=1e-7)


def test_no_history_at_all() -> None:
    county = County(days=0)
    found = county.diagnose()
    assert found.corrections.empty
    assert len(found.places) == len(county.true)
    # Nothing contradicts a record, and nothing speaks for it.
    assert found.places["settled"].all()
    assert not found.places["confirmed"].any()


def test_usual_vehicles_are_those_that_come() -> None:
    county = County(days=3)
    usual = county.diagnose().usual
    expected = {(name, "V" + county.township[name][-1]) for name in county.true}
    assert set(zip(usual["point_id"], usual["vehicle_id"], strict=True)) == expected


def test_each_day_makes_it_surer() -> None:
    """More days: no proposal is lost, none is less sure, and fewer places are in doubt."""
    told: list[dict[str, float]] = []
    doubtful: list[int] = []
    for days in (1, 2, 3, 5, 8):
        county = County(days=days)
        county.recorded["T3-04"] = away(county.true["T3-04"], -260.0, 200.0)
        county.recorded["T0-02"] = away(county.true["T0-02"], 60.0, -170.0)
        county.recorded["T2-10"] = away(county.true["T2-10"], 90.0, 220.0)
        found = county.diagnose()
        table = found.corrections
        told.append(dict(zip(table["point_id"], table["confidence"], strict=True)))
        doubtful.append(int((~found.places["settled"]).sum()))
    for before, after in itertools.pairwise(told):
        assert set(before) <= set(after)
        assert all(after[point] >= before[point] - 1e-9 for point in before)
    assert doubtful == sorted(doubtful, reverse=True)
    assert told[0] == {}
    assert set(told[-1]) == {"T3-04", "T0-02", "T2-10"}
    assert doubtful[0] > doubtful[-1] == 0


@pytest.mark.parametrize("late_h", [0, 8])
def test_a_vehicle_that_drives_at_another_hour_does_so_to_wrong_records_as_well(late_h) -> None:
    """Windows are 06:00 to 12:00; one vehicle comes in the afternoon, to all of its points."""
    county = County()
    county.recorded["T1-06"] = away(county.true["T1-06"], 40.0, 60.0)
    history = county.history()
    late = (history["vehicle_id"] == "V1") & history["kind"].isin(["stop", "track"])
    history.loc[late, "start"] += pd.Timedelta(hours=late_h)
    found = diagnose(
        history, county.pickups(), county.points(), CORRECTIONS.empty(), DiagnoseSettings()
    )
    proposed = found.corrections.set_index("point_id").loc["T1-06"]
    assert proposed["cause"] == "misplaced"
    assert county.error_m("T1-06", proposed["proposed_lon"], proposed["proposed_lat"]) < 15.0
    # As if its hours told against the place: 0.8 where nothing were learnt of them.
    assert found.candidates.set_index("point_id").loc["T1-06", "probability"].max() > 0.9
