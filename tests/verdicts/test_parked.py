"""Trucks that are parked beside a point: what serves it, and what does not.

The yard of truck A lies at the origin, point Y some metres beside it, P to S along the road.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from judged import decide
from routecheck.domain.arrays import times
from routecheck.domain.tables import STOPS, VISITS
from routecheck.verdicts.parked import Parking
from scene import DAY, drive, fixes, local, points, schedule, together

PLACES = {
    "Y": (22.0, 0.0),
    "P": (3000.0, 5.0),
    "Q": (3400.0, 5.0),
    "R": (3800.0, 5.0),
    "S": (4200.0, 5.0),
}
NIGHT_S = 7 * 3600.0
ROUND = [leg for x in (3000.0, 3400.0, 3800.0, 4200.0) for leg in (("to", x, 0.0, 8.0),
         ("stand", 60))]  # fmt: skip
AT_Y = [("to", 22.0, 0.0, 8.0), ("stand", 60)]
HOME = [("to", 0.0, 0.0, 4.0), ("stand", 6 * 3600.0)]


def judged(
    *tables: pd.DataFrame, window=("06:00", "10:00"), only_y: bool = False, places=PLACES
) -> dict[str, tuple[str, str]]:
    """Verdict and cause of each point, all due by A in one window."""
    due = ["Y"] if only_y else list(places)
    route = schedule(*[(name, "A", *window) for name in due])
    rows = decide(together(*tables), pts=points(**places), route=route).judgements
    return {
        row.point_id: (row.verdict, row.cause)
        for row in rows.itertuples()
    }  # fmt: skip


def of_a(legs, begins: str = "00:10", *, every_s: float = 20.0) -> pd.DataFrame:
    return fixes("A", local(begins), drive((0.0, 0.0), legs, every_s))


def test_a_truck_that_never_leaves_its_yard_serves_no_point_beside_it():
    verdicts = judged(of_a([("stand", 13 * 3600.0)]))
    assert verdicts["Y"][0] == "missed"
    assert {verdicts[name] for name in "PQRS"} == {("missed", "route_not_run")}


def test_a_stand_at_the_point_before_parking_serves_it():
    verdicts = judged(of_a([("stand", NIGHT_S), *ROUND, *AT_Y, *HOME]))
    assert {verdict for verdict, _ in verdicts.values()} == {"collected"}


def test_a_stand_at_the_point_on_the_way_out_serves_it():
    home = [("to", 0.0, 0.0, 8.0), ("stand", 4 * 3600.0)]
    legs = [("stand", NIGHT_S), ("to", 22.0, 0.0, 4.0), ("stand", 60), *ROUND, *home]
    rows = judged(of_a(legs))
    assert rows["Y"][0] == "collected"


@pytest.mark.parametrize("begins", ["00:10", "05:20"])
def test_a_round_that_ends_in_the_yard_leaves_the_point_beside_it_open(begins):
    stood_s = NIGHT_S if begins == "00:10" else 6000.0
    verdicts = judged(of_a([("stand", stood_s), *ROUND, *HOME], begins))
    assert verdicts["Y"] == ("unverifiable", "poor_fixes")
    assert {verdicts[name][0] for name in "PQRS"} == {"collected"}


def test_a_lunch_in_the_yard_leaves_the_point_beside_it_open():
    legs = [("stand", NIGHT_S), *ROUND[:4], ("to", 0.0, 0.0, 8.0), ("stand", 2400), *ROUND[4:],
            ("to", 0.0, 0.0, 8.0), ("stand", 4 * 3600.0)]  # fmt: skip
    assert judged(of_a(legs))["Y"] == ("unverifiable", "poor_fixes")


@pytest.mark.parametrize("window", [("06:00", "08:00"), ("06:00", "10:00")])
def test_a_day_at_the_workshop_serves_no_point_beside_it(window):
    places = {**PLACES, "Y": (9000.0, 10.0)}
    legs = [("stand", 600), *ROUND, ("to", 9000.0, 0.0, 10.0), ("stand", 6 * 3600.0),
            ("to", 0.0, 0.0, 10.0), ("stand", 5 * 3600.0)]  # fmt: skip
    verdicts = judged(of_a(legs, "06:05"), window=window, places=places)
    assert verdicts["Y"] == ("unverifiable", "poor_fixes")


def test_a_mother_truck_that_covers_the_window_serves_no_point_beside_it():
    places = {**PLACES, "Y": (9000.0, 10.0)}
    legs = [("stand", 600), ("to", 9000.0, 0.0, 10.0), ("stand", 2.5 * 3600.0), *ROUND,
            ("to", 0.0, 0.0, 10.0), ("stand", 5 * 3600.0)]  # fmt: skip
    due = schedule(
        ("Y", "A", "06:00", "08:00"), *[(name, "A", "08:00", "11:00") for name in "PQRS"]
    )
    table = together(of_a(legs, "05:20"))
    rows = decide(table, pts=points(**places), route=due).judgements.set_index("point_id")
    assert rows.loc["Y", "verdict"] == "unverifiable"
    assert set(rows.loc[list("PQRS"), "verdict"]) == {"collected"}


@pytest.mark.parametrize("hours", [0.5, 1.5, 3.0])
def test_a_crew_that_waits_at_its_point_within_the_window_serves_it(hours):
    legs = [("stand", 600), *ROUND[:6], ("to", 4200.0, 0.0, 8.0), ("stand", hours * 3600.0),
            ("to", 0.0, 0.0, 8.0), ("stand", 4 * 3600.0)]  # fmt: skip
    verdicts = judged(of_a(legs, "06:05"), window=("06:00", "12:00"))
    assert {verdicts[name][0] for name in "PQRS"} == {"collected"}


def test_a_truck_due_at_its_yard_only_is_not_accused_for_staying():
    evening = fixes(
        "A", local("18:00", DAY - timedelta(days=1)), drive((0.0, 0.0), [("stand", 3600)], 60.0)
    )
    verdicts = judged(evening, of_a([("stand", 13 * 3600.0)]), only_y=True)
    assert verdicts["Y"] == ("unverifiable", "poor_fixes")


def test_leaving_the_yard_between_two_fixes_serves_no_point_beside_it():
    # Half a minute between two fixes, of which it was parked for most.
    legs = [("stand", NIGHT_S + 22.0), *ROUND, *HOME]
    assert judged(of_a(legs, every_s=30.0))["Y"] == ("unverifiable", "poor_fixes")


def test_leaving_the_yard_between_two_fixes_serves_no_point_on_the_way():
    places = {**PLACES, "Y": (700.0, 0.0)}
    home = [("to", 0.0, 0.0, 8.0), ("stand", 4 * 3600.0)]
    left_late = of_a([("stand", NIGHT_S + 100.0), *ROUND, *home], every_s=200.0)
    table = left_late.assign(speed_kmh=float("nan"))
    assert judged(table, places=places)["Y"] == ("unverifiable", "gap")


def at_r(*legs: tuple) -> dict[str, tuple[str, str]]:
    """Verdicts of a round that does something else at R."""
    home = [("to", 0.0, 0.0, 8.0), ("stand", 4 * 3600.0)]
    return judged(of_a([("stand", 600), *ROUND[:4], *legs, *ROUND[6:], *home], "06:05"))


def test_a_meal_beside_a_point_leaves_it_open():
    assert at_r(("to", 3822.0, 5.0, 8.0), ("stand", 3000))["R"] == ("unverifiable", "poor_fixes")


def test_a_meal_beside_a_point_that_was_served_before_takes_nothing_away():
    at_the_point = [("to", 3800.0, 5.0, 8.0), ("stand", 60)]
    assert at_r(*at_the_point, ("to", 3822.0, 5.0, 3.0), ("stand", 3000))["R"][0] == "collected"


@pytest.mark.parametrize("stood_s", [240.0, 700.0])
def test_a_device_that_is_on_with_the_ignition_shows_its_yard_by_both_ends(stood_s):
    legs = [("stand", stood_s), *ROUND, ("to", 0.0, 0.0, 4.0), ("stand", stood_s)]
    later = fixes("B", local("11:00"), drive((9000.0, 0.0), [("stand", 600)], 60.0))
    verdicts = judged(of_a(legs, "07:05"), later)
    assert verdicts["Y"] == ("unverifiable", "poor_fixes")
    assert {verdicts[name][0] for name in "PQRS"} == {"collected"}


DAY_S = pd.Timestamp(DAY, tz="UTC").timestamp()
HOURS = st.integers(0, 22)


@st.composite
def days_of_stands(draw):
    """Stops of two vehicles about two points, and visits that last as long as some of them."""
    rows = draw(st.lists(st.tuples(st.sampled_from("AB"), HOURS, st.integers(1, 9),
                                   st.integers(-3, 3)), min_size=4, max_size=10))  # fmt: skip
    vehicle = pd.Categorical([row[0] for row in rows], categories=["B", "A"])
    start_s = DAY_S + 3600.0 * np.array([row[1] for row in rows])
    long_s = 700.0 * np.array([row[2] for row in rows])
    offset = 3e-4 * np.array([row[3] for row in rows])
    stops = STOPS.empty().reindex(range(len(rows))).assign(
        vehicle_id=vehicle, start=times(start_s), end=times(start_s + long_s),
        lon=108.0 + offset, lat=30.0, stood_s=long_s, stood_max_s=long_s + 1.0, fixes=5,
    )  # fmt: skip
    visits = []
    for name in "AB":
        for point in "PQ":
            first = draw(st.integers(0, 3))
            span_s = DAY_S + 3600.0 * np.array([first, first + draw(st.integers(12, 24))])
            visits.append((point, name, *times(span_s), 5.0, 100.0, 100.0, 3))
    columns = ["point_id", "vehicle_id", "entered", "left", "distance_m", "dwell_s",
               "dwell_max_s", "fixes_inside"]  # fmt: skip
    table = pd.DataFrame(visits, columns=columns)
    table = table.assign(nearest_at=table["entered"]).astype({"vehicle_id": vehicle.dtype})
    for name in ("entered", "left", "nearest_at"):
        table[name] = table[name].dt.as_unit("us")
    places = pd.DataFrame({"point_id": list("PQ"), "geometry": [Point(108.0, 30.0)] * 2})
    due = pd.DataFrame({"point_id": list("PQ"), "window_start": times(np.full(2, DAY_S)),
                        "window_end": times(np.full(2, DAY_S + 7200.0))})  # fmt: skip
    tracks = pd.DataFrame({"vehicle_id": stops["vehicle_id"], "time": stops["start"]})
    scene = SimpleNamespace(stops=stops, places=places, pickups=due, around=due[:0], tracks=tracks)
    return scene, VISITS.check(table)


@given(days_of_stands())
def test_visits_are_split_from_parking_each_by_itself(case):
    """The stand that takes a visit's place is its own, whatever else is split along with it."""
    scene, visits = case
    parking = Parking(scene)
    kept, parked = parking.split(visits)
    alone = [parking.split(visits.iloc[[k]]) for k in range(len(visits))]
    keys = ["point_id", "vehicle_id"]
    for found, ones in ((kept, [one for one, _ in alone]), (parked, [one for _, one in alone])):
        plain = pd.concat(ones, ignore_index=True).sort_values(keys, ignore_index=True)
        pd.testing.assert_frame_equal(found.sort_values(keys, ignore_index=True), plain)
    stops = scene.stops.astype({"vehicle_id": str})
    changed = kept[kept["dwell_s"] != 100.0]
    for row in changed.itertuples():
        own = stops[(stops["vehicle_id"] == row.vehicle_id) & (stops["start"] == row.entered)]
        assert row.left in set(own["end"])
        assert row.dwell_s in set(own["stood_s"])
