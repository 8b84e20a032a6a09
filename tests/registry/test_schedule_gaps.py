"""Of which points it is not known what was due: rows unread, rows that join to nothing."""

from datetime import date, timedelta

import pandas as pd

import scene
from routecheck.registry.ids import POINT, join_ids
from routecheck.registry.schedule_gaps import UnreadRow, never_heard, schedule_gaps

DAY = date(2026, 3, 4)
POINTS = [f"P{n:02d}" for n in range(1, 21)]


def gaps(*unread, rows=POINTS[:10], points=POINTS):
    table = scene.schedule(*[(p, "A", "06:00", "10:00") for p in rows])
    joined = join_ids(points, rows, POINT)
    return schedule_gaps(table, unread, joined, points, rows_in=len(rows) + len(unread))


def of(found, point, day=DAY):
    gap = found.of(point, day)
    return gap and gap["say"]


def test_a_schedule_that_was_read_whole_leaves_no_gap():
    assert not gaps().on(DAY, POINTS)


def test_a_row_that_was_not_read_is_a_gap_of_its_point_only():
    found = gaps(UnreadRow("P15"))
    assert found.on(DAY, POINTS) == {"P15": {"say": "schedule_row_unread"}}


def test_a_row_that_was_not_read_is_a_gap_of_its_point_beside_rows_that_were():
    assert of(gaps(UnreadRow("P01")), "P01") == "schedule_row_unread"
    assert of(gaps(UnreadRow("p01\u200b")), "P01") == "schedule_row_unread"


def test_a_point_that_only_the_points_file_has_not_is_a_gap():
    found = gaps(rows=[*POINTS[:10], "X1"])
    assert found.of("X1", DAY) == {"say": "schedule_row_unjoined", "named": "X1"}


def test_a_row_that_was_not_read_is_a_gap_of_all_points_that_it_may_mean():
    found = gaps(UnreadRow("0701"), points=["00701", "701", *POINTS])
    assert set(found.on(DAY, ["00701", "701", *POINTS])) == {"00701", "701"}


def test_the_validity_of_a_row_bounds_its_gap():
    season = UnreadRow("P15", first=DAY, last=DAY + timedelta(days=5))
    days = [DAY + timedelta(days=n) for n in (-1, 0, 5, 6, 7)]
    known = [of(gaps(season), "P15", day) is None for day in days]
    # The day after counts too: the window may have been one past midnight.
    assert known == [True, False, False, False, True]


def test_without_its_point_a_row_is_a_gap_of_all_that_no_row_names():
    found = gaps(UnreadRow(""))
    assert of(found, "P15") == "schedule_unread"
    assert of(found, "P01") is None


def test_a_row_that_fell_into_no_cells_is_one_of_the_point_in_it():
    found = gaps(UnreadRow("", text="P15,A,1234567,06:00"))
    assert found.on(DAY, POINTS) == {"P15": {"say": "schedule_row_unread"}}


def test_from_a_fifth_on_nothing_is_known_of_points_without_rows():
    few = gaps(*[UnreadRow("P11")] * 2)
    many = gaps(*[UnreadRow("P11")] * 3)
    assert of(few, "P15") is None
    assert of(many, "P15") == "schedule_unread"
    assert of(many, "P01") is None


def test_a_row_that_joins_to_nothing_is_one_of_the_point_that_it_probably_means():
    found = gaps(rows=[*POINTS[:10], "P1S", "PI5"])
    assert found.of("P15", DAY) == {"say": "schedule_row_unjoined", "named": "PI5"}
    assert of(found, "P16") is None


def test_a_schedule_of_which_much_joins_to_nothing_says_nothing_of_other_points():
    found = gaps(rows=[*POINTS[:10], "Xa", "Xb", "Xc"])
    assert of(found, "P15") == "schedule_unread"
    assert of(found, "P01") is None


def test_a_vehicle_never_heard_is_a_stranger_only_where_another_does_its_round():
    plan = {"V1": frozenset({"P1", "P2"}), "V2": frozenset({"P3"})}

    def usual(*pairs):
        columns = ["point_id", "vehicle_id"]
        return pd.DataFrame(pairs, columns=columns).astype("str")

    does = usual(("P1", "X"), ("P2", "X"), ("P3", "V2"))
    assert never_heard(plan, {"V2", "X"}, does) == {"V1": "X"}
    assert never_heard(plan, {"V1", "V2", "X"}, does) == {}
    # One point of three is help with a round, and not the round.
    longer = {**plan, "V1": frozenset({"P1", "P2", "P4"})}
    assert never_heard(longer, {"V2", "X"}, usual(("P1", "X"), ("P3", "V2"))) == {}
    assert never_heard(plan, {"V2"}, usual(("P1", "V2"), ("P2", "V2"))) == {}
