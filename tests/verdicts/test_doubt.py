"""What sparse fixes, neighbours, other vehicles and sick receivers can hide, and what not.

The scenes are those of `judged`: a straight road, points beside it, a truck at 8 m/s.
"""

from __future__ import annotations

import numpy as np
import pytest

from judged import ALL, HOME, NOW, a, decide, serve, verdict
from routecheck.domain.settings import CleanSettings
from routecheck.tracks.clean import clean
from scene import degrees, drive, fixes, local, points, schedule, together


def test_what_was_stood_at_a_neighbour_was_not_stood_at_the_point():
    # It stands 60 m before P, then passes P without a halt. Of the half minute between two fixes
    # it spent most at the neighbour: hardly ever is time left to stop and start again.
    pts = points(P=(3000.0, 5.0), N=(2940.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PNRS"])
    outcome = []
    for lag in range(0, 30, 3):
        table = a(serve(2940.0, 3800.0, 4200.0, stood_s=75.0), every_s=30.0, lag_s=float(lag))
        assert verdict(table, "N", pts=pts, route=route)[0] == "collected"
        outcome.append(verdict(table, pts=pts, route=route))
    assert set(outcome) <= {("missed", "passed_by"), ("unverifiable", "gap")}
    assert outcome.count(("missed", "passed_by")) >= 8


def test_a_place_off_the_way_is_not_visited_in_half_a_minute():
    # The side road to P ends 70 m off the road; nobody drives in, stops and comes back in 30 s.
    pts = points(P=(3010.0, 75.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    legs = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 20)]
    legs += [("to", 3800.0, 0.0, 8.0), ("stand", 75), *HOME]  # it serves R
    for lag in range(0, 30, 5):
        outcome = verdict(a(legs, every_s=30.0, lag_s=float(lag)), pts=pts)
        assert outcome[0] == "missed", (lag, outcome)


def test_a_short_stand_that_a_fix_saw_is_no_miss():
    # 15 s at P; one fix in the middle reports standing, the others are half a minute away.
    legs = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 15), *HOME]
    assert verdict(a(legs, every_s=30.0, lag_s=23.0))[0] == "collected"


def test_an_hour_without_a_fix_from_a_truck_on_the_road_is_no_parking():
    # Last heard at full speed, heard again an hour later at the same place going home.
    legs = [("stand", 60), ("to", 2000.0, 0.0, 8.0), ("hide", 4000.0, 0.0, 1.0)]
    legs += [("hide", 2000.0, 0.0, 1.0), ("to", 0.0, 0.0, 8.0), ("stand", 16000)]
    assert verdict(a(legs)) == ("unverifiable", "gap")


def test_the_point_of_another_round_does_not_explain_a_stand():
    # The truck stands 38 m from P and 25 m from F, which another truck serves at noon.
    pts = points(
        P=(3000.0, 38.0), F=(3000.0, -25.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0)
    )
    own = [(p, "A", "06:00", "10:00") for p in "PQRS"]
    b = fixes("B", local("11:30"), drive((0.0, 0.0), serve(3000.0)))
    table = together(a(serve(*ALL)), b)
    route = schedule(*own, ("F", "B", "11:00", "14:00"))
    assert verdict(table, pts=pts, route=route) == ("collected", "tolerance")
    # Where it is the same round's, the stand is that point's.
    route = schedule(*own, ("F", "A", "06:00", "10:00"))
    assert verdict(a(serve(*ALL)), pts=pts, route=route) == ("missed", "passed_by")


def test_a_point_that_is_due_at_another_hour_does_not_explain_a_stand():
    pts = points(
        P=(3000.0, 38.0), N=(3000.0, -15.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0)
    )
    own = [(p, "A", "06:00", "10:00") for p in "PQRS"]
    later = schedule(*own, ("N", "A", "13:00", "16:00"))
    assert verdict(a(serve(*ALL)), pts=pts, route=later) == ("collected", "tolerance")
    same = schedule(*own, ("N", "A", "06:00", "10:00"))
    assert verdict(a(serve(*ALL)), pts=pts, route=same) == ("missed", "passed_by")


def test_a_long_break_beside_a_point_is_no_pickup_of_it():
    pts = points(P=(3000.0, 40.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    legs = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 1500), *serve(*ALL[1:])[1:]]
    assert verdict(a(legs), pts=pts)[0] == "missed"


def test_a_truck_silent_at_home_after_its_round_is_parked():
    # Four points are left. It worked until eight, came home, and was heard again in the evening.
    far = {name: (3000.0 + 400.0 * k, 5.0) for k, name in enumerate("PQRSTUVW")}
    pts, route = points(**far), schedule(*[(p, "A", "06:00", "10:00") for p in far])
    legs = [*serve(3000.0, 3400.0, 3800.0, stood_s=900.0)[:-3], ("to", 0.0, 0.0, 9.0)]
    legs += [("stand", 60), ("silent", 30000), ("stand", 600)]
    assert verdict(a(legs), "W", pts=pts, route=route) == ("missed", "route_not_run")
    # Where nothing was heard of it in the window, it may have done its round unheard.
    asleep = [("stand", 60), ("silent", 30000), ("stand", 600)]
    assert verdict(a(asleep, begins="05:00"), "W", pts=pts, route=route)[0] == "unverifiable"


def test_a_neighbour_that_has_a_stand_of_its_own_leaves_the_other_one():
    # Two stands: 20 m before N, which is nobody else's, and 38 m from P, 15 m from N.
    pts = points(P=(3000.0, 38.0), N=(3000.0, -15.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PNRS"])
    table = a(serve(2980.0, 3000.0, 3800.0, 4200.0))
    outcome = {p: verdict(table, p, pts=pts, route=route) for p in "PN"}
    assert outcome == {"P": ("collected", "tolerance"), "N": ("collected", "")}


def test_another_truck_there_for_no_known_reason_makes_it_unverifiable():
    # P lies 90 m up a side road. A passes the junction; B drives in, stands 80 s and comes back,
    # two minutes between two of its fixes.
    pts = points(P=(3000.0, 90.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    passes = a(serve(3400.0, 3800.0, 4200.0))
    legs = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("to", 3000.0, 90.0, 8.0), ("stand", 80)]
    legs += [("to", 3000.0, 0.0, 8.0), *HOME]
    for lag in range(0, 120, 20):
        b = fixes("B", local("07:30"), drive((0.0, 0.0), legs, every_s=120.0, lag_s=float(lag)))
        assert verdict(together(passes, b), pts=pts)[0] != "missed", lag
    # Only driving past the junction it leaves none.
    b = fixes("B", local("07:30"), drive((0.0, 0.0), HOME, every_s=120.0))
    assert verdict(together(passes, b), pts=pts)[0] == "missed"


def test_the_vehicle_that_took_a_round_over_must_have_reported():
    far = {name: (3000.0 + 400.0 * k, 5.0) for k, name in enumerate("PQRSTUVW")}
    pts, route = points(**far), schedule(*[(p, "A", "06:00", "10:00") for p in far])
    # A does four points and goes home; B does three of the others, and is silent about U.
    first = a(
        [*serve(3000.0, 3400.0, 3800.0, 4200.0)[:-3], ("to", 0.0, 0.0, 9.0), ("stand", 16000)]
    )
    legs = [("stand", 60), ("to", 4600.0, 0.0, 8.0), ("stand", 60), ("hide", 5380.0, 0.0, 2.0)]
    for x in (5400.0, 5800.0):
        legs += [("to", x, 0.0, 8.0), ("stand", 60)]
    b = fixes("B", local("07:30"), drive((0.0, 0.0), [*legs, *HOME]))
    result = decide(together(first, b), pts=pts, route=route).judgements.set_index("point_id")
    assert set(result.loc[list("TVW"), "cause"]) == {"other_vehicle"}
    assert result.loc["U", "verdict"] == "unverifiable"


def reasons(table) -> dict[str, int]:
    rejected = clean(table, CleanSettings(), NOW).rejected
    return rejected["reason"].value_counts().to_dict()


def test_a_position_too_far_from_the_next_one_was_an_old_one():
    rows = drive((0.0, 0.0), [("to", 30000.0, 0.0, 20.0)])
    table = fixes("A", local("07:00"), rows, speed=False)
    table.loc[21:40, ["lon", "lat"]] = table.loc[20, ["lon", "lat"]].to_numpy()
    assert reasons(table) == {"stale": 20}


def test_a_repeated_position_while_driving_is_stale():
    rows = drive((0.0, 0.0), [("to", 1000.0, 0.0, 8.0), ("stand", 120), ("to", 1900.0, 0.0, 8.0)])
    table = fixes("A", local("07:00"), rows)
    still = np.flatnonzero(table["speed_kmh"] == 0.0)
    assert reasons(table) == {}
    table.loc[still[4], "speed_kmh"] = 24.0
    assert reasons(table) == {"stale": len(still) - 4}


@pytest.mark.parametrize("y", [0.0, 500.0])
def test_a_repeated_position_while_parked_is_kept(y):
    lon, lat = degrees(0.0, y)
    table = fixes("A", local("07:00"), drive((0.0, y), [("stand", 900), ("to", 900.0, y, 8.0)]))
    table.loc[:80, "lon"], table.loc[:80, "lat"] = lon, lat
    assert reasons(table) == {}
