"""The registry by validity in time, and corrections with what was decided."""

from datetime import date

import pandas as pd
import pytest
import shapely

from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.domain.tables import CORRECTIONS, POINTS
from routecheck.store import PointChange, Store
from store.builders import corrections, point, points, proposal

FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 12), date(2026, 3, 22)


def points_on(store: Store, day: date) -> pd.DataFrame:
    """The records that hold on a day: of each point the one that was entered last."""
    table = store.points()
    holds = [
        (pd.isna(first) or first <= day) and (pd.isna(last) or last >= day)
        for first, last in zip(table["valid_from"], table["valid_to"], strict=True)
    ]
    return (
        table[pd.Series(holds, dtype=bool)]
        .drop_duplicates("point_id", keep="last")
        .reset_index(drop=True)
    )


def names_at(store: Store, day: date) -> dict[str, str]:
    found = points_on(store, day)
    return dict(zip(found["point_id"], found["name"], strict=True))


def sync(store: Store, *rows: dict[str, object], on: date = FIRST) -> list[PointChange]:
    return store.sync_points(points(*rows), on=on, by="points.csv", allow_shrink=True)


def test_what_is_entered_is_read(store: Store) -> None:
    line = shapely.LineString([(104.1, 30.6), (104.2, 30.7)])
    table = points(
        point("007", tolerance_m=45.0, village="East", group="survey 2"),
        point("NA", geometry=line, recorded_lon=None, recorded_lat=None, datum="EPSG:4545"),
        point("P3", geometry=None, valid_from=FIRST, valid_to=SECOND, name="东门\n2"),
    )
    changes = store.sync_points(table, on=FIRST, by="points.csv")
    assert changes == [PointChange("added", p) for p in ("007", "NA", "P3")]
    pd.testing.assert_frame_equal(POINTS.check(points_on(store, FIRST)), table)
    pd.testing.assert_frame_equal(POINTS.check(store.points()), table)
    # The first file is all that is known of earlier days, but for what it says itself.
    assert list(names_at(store, date(2020, 1, 1))) == ["007", "NA"]
    assert list(names_at(store, THIRD)) == ["007", "NA"]


def test_an_empty_registry(store: Store) -> None:
    assert len(POINTS.check(points_on(store, FIRST))) == 0


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    rows = [point("P1"), point("P2", geometry=None), point("P3", tolerance_m=20.0)]
    sync(store, *rows)
    before = store.points()
    assert sync(store, *reversed(rows), on=SECOND) == []
    moved_by_a_centimetre = point("P1") | {"geometry": shapely.Point(104.1234561, 30.6543211)}
    assert sync(store, moved_by_a_centimetre, *rows[1:], on=SECOND) == []
    pd.testing.assert_frame_equal(store.points(), before)


def test_a_moved_point_keeps_its_former_place_for_earlier_days(store: Store) -> None:
    sync(store, point("P1", at=(104.0, 30.0)), point("P2"))
    (change,) = sync(store, point("P1", at=(104.0, 30.01)), point("P2"), on=SECOND)
    assert (change.kind, change.point_id, change.field) == ("moved", "P1", "geometry")
    assert change.was == "104.000000 30.000000"
    # A hundredth of a degree of latitude at 30 N: 1,108.5 m on the ellipsoid.
    assert change.moved_m == pytest.approx(1108.5, rel=0.01)

    def lat(day: date) -> float:
        found = points_on(store, day)
        return float(found[found["point_id"] == "P1"]["geometry"].iloc[0].y)

    assert lat(date(2026, 3, 11)) == 30.0
    assert lat(SECOND) == 30.01
    spans = store.points()
    spans = spans[spans["point_id"] == "P1"]
    assert spans["valid_to"].iloc[0] == date(2026, 3, 11)
    assert spans["valid_from"].iloc[1] == SECOND


def test_other_columns_are_reported_with_their_former_values(store: Store) -> None:
    sync(store, point("P1"), point("P2"))
    changes = sync(
        store, point("P1", township="South", tolerance_m=50.0), point("P2", name="New"), on=SECOND
    )
    assert changes == [
        PointChange("changed", "P1", "township", "North", "South"),
        PointChange("changed", "P1", "tolerance_m", "", "50.0"),
        PointChange("changed", "P2", "name", "Gate P2", "New"),
    ]
    assert names_at(store, FIRST)["P2"] == "Gate P2"
    assert names_at(store, SECOND)["P2"] == "New"


def test_retired_renamed_and_returned_points(store: Store) -> None:
    there, elsewhere = (104.5, 30.5), (104.6, 30.6)
    sync(store, point("old", at=there), point("gone", at=elsewhere), point("P1"))
    changes = sync(store, point("new", at=there), point("P1"), on=SECOND)
    assert set(changes) == {
        PointChange("renamed", "new", "point_id", "old", "new"),
        PointChange("retired", "gone"),
    }
    assert set(names_at(store, FIRST)) >= {"old", "gone", "P1"}
    assert set(names_at(store, SECOND)) == {"new", "P1"}
    changes = sync(
        store, point("new", at=there), point("P1"), point("gone", at=elsewhere), on=THIRD
    )
    assert changes == [PointChange("returned", "gone")]
    assert "gone" not in names_at(store, date(2026, 3, 15))
    assert "gone" in names_at(store, THIRD)


def test_the_dates_that_a_file_gives_count(store: Store) -> None:
    """A file that tells of the move itself is believed, whenever it is read."""
    sync(store, point("P1", name="here"))
    rows = (
        point("P1", name="here", valid_to=date(2026, 3, 5)),
        point("P1", name="there", at=(105.0, 31.0), valid_from=date(2026, 3, 6)),
    )
    assert [c.kind for c in sync(store, *rows, on=SECOND)] == ["changed"]
    assert names_at(store, date(2026, 3, 5))["P1"] == "here"
    assert names_at(store, date(2026, 3, 6))["P1"] == "there"
    assert names_at(store, THIRD)["P1"] == "there"
    assert sync(store, *rows, on=THIRD) == []


def test_a_change_entered_for_an_earlier_day(store: Store) -> None:
    sync(store, point("P1", name="a"))
    sync(store, point("P1", name="b"), on=THIRD)
    sync(store, point("P1", name="c"), on=SECOND)
    assert names_at(store, date(2026, 3, 11))["P1"] == "a"
    assert names_at(store, SECOND)["P1"] == "c"
    assert names_at(store, THIRD)["P1"] == "c"
    assert store.points()["name"].tolist() == ["a", "c"]  # b never held


def test_a_file_that_was_cut_off_is_refused(store: Store) -> None:
    rows = [point(f"P{i:02}") for i in range(20)]
    store.sync_points(points(*rows), on=FIRST, by="points.csv")
    store.sync_points(points(*rows[2:]), on=SECOND, by="points.csv")  # a tenth may go
    with pytest.raises(MissingDataError) as error:
        store.sync_points(points(*rows[4:]), on=THIRD, by="points.csv")
    assert "2 of 18" in str(error.value)
    assert "--allow-shrink" in str(error.value)
    assert len(points_on(store, THIRD)) == 18
    store.sync_points(points(*rows[4:]), on=THIRD, by="points.csv", allow_shrink=True)
    assert len(points_on(store, THIRD)) == 16


def test_points_that_the_file_had_ended_may_leave_it(store: Store) -> None:
    ended = [point(f"P{i}", valid_to=date(2026, 3, 5)) for i in range(5)]
    store.sync_points(points(*ended, point("Q")), on=FIRST, by="points.csv")
    store.sync_points(points(point("Q")), on=SECOND, by="points.csv")
    assert "P1" in names_at(store, date(2026, 3, 5))
    assert list(names_at(store, date(2026, 3, 6))) == ["Q"]


def test_proposals_and_decisions(store: Store, run_id: str) -> None:
    table = corrections(proposal("P1"), proposal("P2"), proposal("P3"))
    seen_from = table.assign(evidence_from=pd.Series([FIRST] * 3, dtype=object))
    assert store.write_corrections(seen_from, run_id=run_id) == 3
    pd.testing.assert_frame_equal(CORRECTIONS.check(store.read_corrections()), table)
    assert store.write_corrections(seen_from, run_id=run_id) == 0

    accepted, rejected = CorrectionState.ACCEPTED, CorrectionState.REJECTED
    assert store.set_correction_state(["P1"], accepted, by="Li") == ["P1"]
    assert store.set_correction_state(["P2"], rejected, by="Wu") == ["P2"]
    assert store.set_correction_state(["P1"], accepted, by="Li") == []
    found = store.read_corrections()
    assert found["state"].tolist() == ["accepted", "rejected", "proposed"]
    assert found["decided_by"].tolist() == ["Li", "Wu", ""]
    assert found["holds_from"].tolist() == [FIRST, None, None]

    # Decisions stand; a proposal follows what diagnosis says, and ends with it.
    other = corrections(*(proposal(p, proposed_lon=104.5) for p in ("P1", "P2", "P3")))
    assert store.write_corrections(other, run_id=run_id) == 1
    assert store.read_corrections()["proposed_lon"].tolist() == [104.102, 104.102, 104.5]
    assert store.write_corrections(corrections(), run_id=run_id) == 1
    assert store.read_corrections()["point_id"].tolist() == ["P1", "P2"]
    history = store.read_corrections(every_version=True)
    assert history["point_id"].tolist() == ["P1", "P1", "P2", "P2", "P3", "P3"]
    assert history["version"].tolist() == [1, 2] * 3

    with pytest.raises(UsageError, match="P3, P9"):
        store.set_correction_state(["P1", "P9", "P3"], rejected, by="Li")
    assert store.read_corrections()["state"].tolist() == ["accepted", "rejected"]


def test_an_accepted_correction_ends_where_the_file_changes_the_point(
    store: Store, run_id: str
) -> None:
    sync(store, point("P1", at=(104.1, 30.6)), point("P2"))
    store.write_corrections(corrections(proposal("P1"), proposal("P2")), run_id=run_id)
    store.set_correction_state(["P1", "P2"], CorrectionState.ACCEPTED, by="Li", holds_from=FIRST)
    sync(store, point("P1", at=(104.1, 30.6), name="New"), point("P2"), on=SECOND)

    def in_force(day: date) -> list[str]:
        return store.read_corrections(in_force_on=day)["point_id"].tolist()

    assert in_force(THIRD) == ["P1", "P2"]  # a name is no place
    sync(store, point("P1", at=(104.102, 30.601), name="New"), point("P2"), on=THIRD)
    assert in_force(THIRD) == ["P2"]
    assert in_force(date(2026, 3, 21)) == ["P1", "P2"]
    assert in_force(date(2026, 3, 1)) == []
    assert store.read_corrections()["point_id"].tolist() == ["P2"]


def test_a_decision_can_be_taken_back(store: Store, run_id: str) -> None:
    store.write_corrections(corrections(proposal("P1")), run_id=run_id)
    store.set_correction_state(["P1"], CorrectionState.ACCEPTED, by="Li", holds_from=FIRST)
    assert len(store.read_corrections(in_force_on=SECOND)) == 1
    store.set_correction_state(["P1"], CorrectionState.PROPOSED, by="Wu")
    assert len(store.read_corrections(in_force_on=SECOND)) == 0
    assert store.read_corrections(every_version=True)["state"].tolist() == [
        "proposed",
        "accepted",
        "proposed",
    ]


def east(metres: float, of: tuple[float, float] = (104.5, 30.5)) -> tuple[float, float]:
    """A place so many metres east: at 30.5 N a degree is 95.9 km."""
    return of[0] + metres / 95_900.0, of[1]


def kin(changes: list[PointChange]) -> set[tuple[str, str, str]]:
    return {(c.kind, c.point_id, c.was) for c in changes if c.field == "point_id"}


def plain(changes: list[PointChange]) -> set[tuple[str, str]]:
    return {(c.kind, c.point_id) for c in changes if c.field != "point_id"}


def test_a_new_id_within_metres_of_one_that_is_gone_is_its_new_name(store: Store) -> None:
    sync(store, point("old", at=east(0)), point("far", at=east(500)), point("P1"))
    changes = sync(
        store, point("new", at=east(9)), point("other", at=east(440)), point("P1"), on=SECOND
    )
    assert kin(changes) == {("renamed", "new", "old")}
    (renamed,) = (c for c in changes if c.kind == "renamed")
    assert renamed.moved_m == pytest.approx(9.0, abs=0.3)
    # Sixty metres away is another point.
    assert plain(changes) == {("retired", "far"), ("added", "other")}


def test_a_point_shared_out_and_points_put_together(store: Store) -> None:
    sync(store, *(point(p, at=east(x)) for p, x in {"S": 0, "A": 300, "B": 350, "P": 900}.items()))
    changes = sync(
        store,
        point("S1", at=east(-25)), point("S2", at=east(30)),
        point("AB", at=east(325)), point("P", at=east(900)),
        on=SECOND,
    )  # fmt: skip
    assert kin(changes) == {
        ("split", "S1", "S"), ("split", "S2", "S"), ("merged", "AB", "A"), ("merged", "AB", "B"),
    }  # fmt: skip
    assert plain(changes) == set()


def test_a_neighbour_that_moved_over_takes_the_place_of_one_that_is_gone(store: Store) -> None:
    sync(store, point("A", at=east(0)), point("B", at=east(60)), point("C", at=east(600)))
    changes = sync(store, point("A", at=east(30)), point("C", at=east(600)), on=SECOND)
    assert kin(changes) == {("merged", "A", "B")}
    assert plain(changes) == {("moved", "A")}


def test_a_whole_registry_with_new_ids(store: Store) -> None:
    """Neighbours stand 40 m apart: each new id is told to its own place."""
    sync(store, *(point(f"old{n:02}", at=east(40.0 * n)) for n in range(20)))
    changes = sync(store, *(point(f"new{n:02}", at=east(40.0 * n + 5)) for n in range(20)))
    assert kin(changes) == {("renamed", f"new{n:02}", f"old{n:02}") for n in range(20)}
    assert plain(changes) == set()


def test_what_changed_can_be_inferred_years_later(store: Store) -> None:
    sync(store, point("old", at=east(0)), point("P1"), point("P2"))
    assert store.point_changes() == []
    second = sync(store, point("new", at=east(3)), point("P1", township="South"), point("P2"))
    third = sync(store, point("new", at=east(3)), point("P1", township="South"), on=THIRD)
    told = store.point_changes()
    assert [changes for _, _, changes in told] == [second, third]
    assert [by for _, by, _ in told] == ["points.csv"] * 2
    assert store.known_points() == 2


def test_decisions_follow_a_new_id_and_end_with_their_record(store: Store, run_id: str) -> None:
    names = ("same", "shifted", "gone", "refused", "P1")
    places = {name: east(100.0 * n) for n, name in enumerate(names)}
    sync(store, *(point(p, at=at) for p, at in places.items()))
    store.write_corrections(corrections(*(proposal(p) for p in names)), run_id=run_id)
    accepted, rejected = CorrectionState.ACCEPTED, CorrectionState.REJECTED
    store.set_correction_state(["same", "shifted", "gone"], accepted, by="Li", holds_from=FIRST)
    store.set_correction_state(["refused"], rejected, by="Wu")
    sync(
        store,
        point("same2", at=places["same"]),
        point("shifted2", at=east(8.0, places["shifted"])),
        point("refused2", at=places["refused"]),
        point("P1", at=places["P1"]),
        on=SECOND,
    )
    now = store.read_corrections().set_index("point_id")
    assert now["state"].to_dict() == {"same2": "accepted", "refused2": "rejected", "P1": "proposed"}
    assert now.loc["same2", "decided_by"] == "Li"
    assert now.loc["same2", "holds_from"] == FIRST

    def in_force(day: date) -> list[str]:
        return store.read_corrections(in_force_on=day)["point_id"].tolist()

    # The file says otherwise of the shifted one, and no more of the one that is gone.
    assert in_force(THIRD) == ["same2"]
    assert in_force(FIRST) == ["gone", "same", "same2", "shifted"]


def test_a_first_day_that_was_given_before_does_not_date_a_change(store: Store) -> None:
    """Files often say since when a point exists: that is not when it moved."""
    since = date(2024, 4, 1)
    sync(store, point("P1", at=(104.0, 30.0), valid_from=since))
    sync(store, point("P1", at=(104.0, 30.01), valid_from=since), on=SECOND)

    def lat(day: date) -> float:
        return float(points_on(store, day)["geometry"].iloc[0].y)

    assert lat(date(2026, 3, 11)) == 30.0
    assert lat(SECOND) == 30.01
    # An end alone changes nothing but the end, also where it is told late.
    sync(
        store,
        point("P1", at=(104.0, 30.01), valid_from=since, valid_to=date(2026, 3, 20)),
        on=THIRD,
    )
    assert lat(date(2026, 3, 11)) == 30.0
    assert lat(date(2026, 3, 20)) == 30.01
    assert points_on(store, date(2026, 3, 21)).empty
