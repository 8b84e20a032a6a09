"""Verdicts and causes, each on a scene in which anyone can see what happened.

Trucks drive east along a straight road (y = 0) at 8 m/s from a depot at x = 0; point P lies at
x = 3000 beside it, others further on. Windows are 06:00 to 10:00 unless a test sets others.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from judged import ALL, HOME, POINTS, a, classification, decide, of_p, serve, verdict
from routecheck.domain.settings import Settings
from routecheck.domain.tables import FIXES
from routecheck.registry.records import recorded_places
from scene import (
    DAY,
    ZONE,
    alerts,
    degrees,
    drive,
    fixes,
    local,
    point_at,
    points,
    schedule,
    together,
)

# --- collected -----------------------------------------------------------------------------------


def test_a_stand_at_the_point_is_a_pickup():
    result = decide(a(serve(*ALL))).judgements
    assert set(result["verdict"]) == {"collected"}
    assert set(result["cause"]) == {""}
    row = result.set_index("point_id").loc["P"]
    assert row["dwell_s"] == pytest.approx(60.0, abs=12.0)
    assert row["distance_m"] == pytest.approx(5.0, abs=0.5)
    # Left the depot at 06:11; 3000 m at 8 m/s are 375 s.
    arrived = pd.Timestamp(local("06:17:15")).tz_convert("UTC")
    assert abs((row["arrived_at"] - arrived).total_seconds()) < 12.0


def test_the_monitor_was_wrong_where_its_own_rule_holds():
    raised = alerts(("1", "P", "12:00"))
    assert classification(a(serve(*ALL)), raised) == ("false", "monitor_fault")


def test_received_after_the_alert_is_late_data():
    table = a(serve(*ALL), receipt_s=6 * 3600.0)
    assert classification(table, alerts(("1", "P", "10:30"))) == ("false", "late_data")
    assert classification(table, alerts(("1", "P", "13:30"))) == ("false", "monitor_fault")


def test_collected_at_another_hour_is_outside_the_window():
    assert verdict(a(serve(*ALL), begins="12:00")) == ("collected", "outside_window")


def test_another_vehicle_counts_unless_the_site_excludes_it():
    idle = a([("stand", 36000)], every_s=120.0)
    b = fixes("B", local("06:30"), drive((0.0, 0.0), serve(*ALL)))
    table = together(idle, b)
    assert verdict(table) == ("collected", "other_vehicle")
    base = Settings(time_zone=ZONE)
    strict = replace(base, judge=replace(base.judge, any_vehicle=False))
    assert verdict(table, settings=strict)[0] == "missed"


def test_a_clock_eight_hours_off_is_the_cause():
    table = a(serve(*ALL), begins="06:30", clock_s=8 * 3600.0)
    assert classification(table, alerts(("1", "P", "12:00"))) == ("false", "clock")


def test_standing_just_outside_the_tolerance_is_the_cause():
    pts = points(P=(3000.0, 38.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    assert verdict(a(serve(*ALL)), pts=pts) == ("collected", "tolerance")


def test_a_stand_at_a_neighbour_is_no_pickup_beyond_the_tolerance():
    pts = points(P=(3000.0, 5.0), Q=(3042.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    table = a(serve(3042.0, 3800.0, 4200.0))
    assert verdict(table, "Q", pts=pts)[0] == "collected"
    assert verdict(table, "P", pts=pts) == ("missed", "passed_by")


def test_one_stand_between_two_neighbours_serves_both():
    pts = points(P=(3000.0, 5.0), Q=(3040.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    table = a(serve(3020.0, 3800.0, 4200.0))
    assert [verdict(table, p, pts=pts)[0] for p in "PQ"] == ["collected", "collected"]


def test_no_fix_inside_the_tolerance_but_the_track_is():
    # 75 s between fixes, a stand of 45 s in between: seen only by the time that the way took.
    legs = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 45), *HOME]
    outcomes = set()
    for lag in range(0, 75, 5):
        rows = drive((0.0, 0.0), legs, every_s=75.0, lag_s=float(lag))
        if all(abs(x - 3000.0) > 30.0 for _, x, _, _ in rows):
            outcomes.add(verdict(a(legs, every_s=75.0, lag_s=float(lag))))
    assert outcomes == {("collected", "sparse_fixes")}


def test_fixes_of_another_hour_are_no_reason_for_what_sparse_fixes_hid():
    # At four in the morning it crawls past with fixes at the point; the pickup at six is seen by
    # the time that the way took only. Collected in its window: nothing is outside of it.
    past = a([("stand", 60), ("to", 3400.0, 0.0, 3.0), ("to", 0.0, 0.0, 9.0)], begins="04:00")
    outcomes = set()
    for lag in range(0, 75, 5):
        legs = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 60), *HOME]
        rows = decide(together(past, a(legs, every_s=75.0, lag_s=float(lag)))).judgements
        row = rows.set_index("point_id").loc["P"]
        if row["verdict"] == "collected":
            outcomes.add(row["cause"])
    assert "sparse_fixes" in outcomes
    assert outcomes <= {"", "sparse_fixes"}


def test_seen_standing_outside_the_tolerance_is_no_matter_of_sparse_fixes():
    # It stands 40 m before the point, by several fixes, and passes through the tolerance unseen.
    for lag in range(0, 30, 5):
        legs = [("stand", 60), ("to", 2960.0, 0.0, 8.0), ("stand", 100), *HOME]
        outcome = verdict(a(legs, every_s=30.0, lag_s=float(lag)))
        assert outcome in {("collected", "tolerance"), ("collected", "")}, (lag, outcome)


@pytest.mark.parametrize("every_s", [10.0, 75.0])
@pytest.mark.parametrize(
    ("off_m", "cause"), [(20.0, {"", "sparse_fixes"}), (43.0, {"tolerance"}), (59.0, {"misplaced"})]
)
def test_where_the_place_lies_beyond_its_record_the_record_is_the_cause(off_m, cause, every_s):
    """Trucks stand at the road, where the point is believed to be; no correction is proposed."""
    pts = points(P=(3000.0, off_m), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    table = a(serve(*ALL, stood_s=100.0), every_s=every_s)
    outcome = verdict(table, pts=pts, places=of_p(geometry=point_at(3000.0, 0.0)))
    assert outcome[0] == "collected"
    assert outcome[1] in cause


@pytest.mark.parametrize(("vehicle", "cause"), [("A", "misplaced"), ("B", "other_vehicle")])
def test_of_several_places_the_one_that_was_served_tells_the_cause(vehicle, cause):
    """One is the record, the other lies 210 m from it; which of them is right is not known."""
    pts = points(P=(3200.0, 60.0), Q=(3600.0, 5.0), R=(3900.0, 5.0), S=(4200.0, 5.0))
    both = shapely.MultiPoint([degrees(3200.0, 60.0), degrees(3000.0, 0.0)])
    route = schedule(*[(p, vehicle, "06:00", "10:00") for p in "PQRS"])
    table = a(serve(3000.0, 3600.0, 3900.0, 4200.0, stood_s=100.0))
    outcome = verdict(table, pts=pts, route=route, places=of_p(geometry=both))
    assert outcome == ("collected", cause)


def test_a_pass_at_another_hour_does_not_make_late_data_of_a_wrong_clock():
    # The clock is eight hours slow: by it the pickup was at six in the morning, and a pass that
    # was at night lies in the window.
    route = schedule(*[(p, "A", "14:00", "18:00") for p in "PQRS"])
    night = a([("stand", 60), ("to", 3400.0, 0.0, 3.0)], begins="22:30", clock_s=-8 * 3600.0)
    table = together(a(serve(*ALL), begins="14:10", clock_s=-8 * 3600.0), night)
    raised = alerts(("1", "P", "20:00"))
    assert classification(table, raised, route=route) == ("false", "clock")


def test_driving_past_is_enough_where_the_site_asks_no_dwell():
    table = a(serve(3400.0, 3800.0, 4200.0))
    base = Settings(time_zone=ZONE)
    lax = replace(base, judge=replace(base.judge, min_dwell_s=0.0))
    assert verdict(table) == ("missed", "passed_by")
    assert verdict(table, settings=lax)[0] == "collected"


def test_points_may_be_polygons_and_lines():
    ring = shapely.Polygon(
        [degrees(x, y) for x, y in [(2980, -5), (3020, -5), (3020, 15), (2980, 15)]]
    )
    street = shapely.LineString([degrees(3380.0, 6.0), degrees(3420.0, 6.0)])
    pts = points(P=ring, Q=street, R=(3800.0, 5.0), S=(4200.0, 5.0))
    result = decide(a(serve(*ALL)), pts=pts).judgements
    assert set(result["verdict"]) == {"collected"}


# --- windows -------------------------------------------------------------------------------------


def test_a_window_past_midnight_belongs_to_the_date_it_starts_on():
    route = schedule(*[(p, "A", "22:00", "02:00") for p in "PQRS"])
    table = a(serve(*ALL), begins="23:57")
    assert verdict(table, route=route) == ("collected", "")


def test_one_visit_serves_one_of_two_pickups_of_a_day():
    route = schedule(
        *[(p, "A", "06:00", "10:00") for p in "PQRS"], *[(p, "A", "14:00", "18:00") for p in "PQRS"]
    )
    result = decide(a([*serve(*ALL), ("stand", 30000)]), route=route).judgements
    mine = result[result["point_id"] == "P"].sort_values("window_start")
    assert mine["verdict"].tolist() == ["collected", "missed"]
    raised = alerts(("1", "P", "19:00", "14:00"), ("2", "P", "19:00", "06:00"), ("3", "P", "19:00"))
    table = a([*serve(*ALL), ("stand", 30000)])
    outcome = decide(table, route=route, raised=raised).alerts
    assert outcome["classification"].tolist() == ["genuine", "false", "genuine"]


# --- missed --------------------------------------------------------------------------------------


def test_driving_past_without_stopping_is_missed():
    table = a(serve(3400.0, 3800.0, 4200.0))
    assert verdict(table) == ("missed", "passed_by")
    assert classification(table, alerts(("1", "P", "12:00"))) == ("genuine", "passed_by")


def test_nobody_near_is_missed():
    pts = points(P=(3000.0, 900.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    result = decide(a(serve(3400.0, 3800.0, 4200.0)), pts=pts).judgements.set_index("point_id")
    assert (result.loc["P", "verdict"], result.loc["P", "cause"]) == ("missed", "not_approached")
    assert result.loc["P", "criteria"]["nearest_m"] == pytest.approx(900.0, abs=45.0)


def test_a_day_in_the_yard_is_a_route_not_run():
    table = a([("stand", 30000)], every_s=120.0)
    assert verdict(table) == ("missed", "route_not_run")


def test_a_round_broken_off_is_a_route_not_run_for_what_came_after():
    pts = points(
        P=(3000.0, 5.0), Q=(5000.0, 5.0), R=(6000.0, 5.0), S=(7000.0, 5.0), T=(2000.0, 5.0)
    )
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PQRST"])
    legs = [("stand", 900), ("to", 2000.0, 0.0, 8.0), ("stand", 60), ("to", 3000.0, 0.0, 8.0)]
    legs += [("stand", 60), ("to", 0.0, 0.0, 8.0), ("stand", 16000)]
    result = decide(a(legs), pts=pts, route=route).judgements.set_index("point_id")
    assert result["cause"].to_dict() == {
        "T": "", "P": "", "Q": "route_not_run", "R": "route_not_run", "S": "route_not_run",
    }  # fmt: skip


def test_in_a_round_run_in_part_an_unconfirmed_place_is_unverifiable():
    legs = [("stand", 900), ("to", 3400.0, 0.0, 8.0), ("stand", 60), ("to", 0.0, 0.0, 8.0)]
    pts = points(P=(5000.0, 5.0), Q=(3400.0, 5.0), R=(5400.0, 5.0), S=(5800.0, 5.0))
    table = a([*legs, ("stand", 16000)])
    assert verdict(table, "R", pts=pts) == ("missed", "route_not_run")
    unseen = recorded_places(pts, DAY, Settings(time_zone=ZONE).match).assign(confirmed=False)
    assert verdict(table, "R", pts=pts, places=unseen) == ("unverifiable", "unknown_point")


def test_wherever_the_point_is_a_vehicle_that_stayed_home_did_not_collect_it():
    pts = points(P=None, Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    table = a([("stand", 30000)], every_s=120.0)
    assert verdict(table, pts=pts) == ("missed", "route_not_run")
    b = fixes("B", local("06:30"), drive((0.0, 0.0), serve(*ALL)))
    assert verdict(together(table, b), pts=pts) == ("unverifiable", "unknown_point")


@pytest.mark.parametrize(
    ("x_m", "expected"),
    [(300.0, ("unverifiable", "unknown_point")), (3000.0, ("missed", "route_not_run"))],
)
def test_who_stayed_in_its_yard_may_have_served_a_point_beside_it(x_m, expected):
    pts = points(P=(x_m, 5.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    where = recorded_places(pts, DAY, Settings(time_zone=ZONE).match)
    doubtful = where.assign(settled=where["point_id"] != "P")
    table = a([("stand", 30000)], every_s=120.0)
    assert verdict(table, pts=pts, places=doubtful) == expected


def test_a_round_whose_points_were_passed_was_driven_though_it_served_none():
    """X lies at the end of a side road of 700 m; the truck drives by all others without a stop."""
    pts = points(P=(3000.0, 5.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), X=(4200.0, 700.0))
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PQRX"])
    driven = a([("stand", 60), *HOME])
    unseen = recorded_places(pts, DAY, Settings(time_zone=ZONE).match).assign(confirmed=False)
    assert verdict(driven, "X", pts=pts, route=route) == ("missed", "not_approached")
    outcome = verdict(driven, "X", pts=pts, route=route, places=unseen)
    assert outcome == ("unverifiable", "unknown_point")
    # Elsewhere all morning, it did not drive that round: wherever X is, nobody came for it.
    away = [("stand", 60), ("to", 0.0, 6000.0, 8.0), ("to", 0.0, 0.0, 10.0), ("stand", 16000)]
    outcome = verdict(a(away), "X", pts=pts, route=route, places=unseen)
    assert outcome == ("missed", "route_not_run")


# --- unverifiable --------------------------------------------------------------------------------


def test_a_vehicle_that_did_not_report_makes_no_miss():
    b = fixes("B", local("06:30"), drive((0.0, 0.0), HOME))
    assert verdict(b) == ("unverifiable", "no_fixes")
    assert verdict(FIXES.empty()) == ("unverifiable", "no_fixes")


def test_swapped_trucks_of_which_one_is_silent_are_unverifiable():
    far = {f"F{k}": (20000.0 + 400.0 * k, 5.0) for k in range(4)}
    pts = points(P=(3000.0, 5.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0), **far)
    route = schedule(
        *[(p, "A", "06:00", "10:00") for p in "PQRS"], *[(p, "B", "06:00", "10:00") for p in far]
    )
    # A does the round of B; nothing is heard of B, which may have done A's.
    legs = serve(*[x for x, _ in far.values()])[:-3]
    table = a([*legs, ("to", 23000.0, 0.0, 8.0), ("stand", 16000)])
    result = decide(table, pts=pts, route=route).judgements.set_index("point_id")
    assert set(result.loc[list(far), "cause"]) == {"other_vehicle"}
    assert set(result.loc[list("PQRS"), "verdict"]) == {"unverifiable"}
    heard = fixes("B", local("05:00"), drive((0.0, 0.0), [("stand", 36000)], every_s=120.0))
    result = decide(together(table, heard), pts=pts, route=route).judgements
    assert set(result.set_index("point_id").loc[list("PQRS"), "verdict"]) == {"missed"}


def test_a_gap_long_enough_for_the_way_and_back_is_unverifiable():
    legs = [("stand", 60), ("to", 2000.0, 0.0, 8.0), ("hide", 5500.0, 0.0, 4.0), *HOME]
    assert verdict(a(legs)) == ("unverifiable", "gap")


def test_a_gap_far_away_does_not_excuse():
    legs = serve(3400.0, 3800.0, 4200.0)[:-2]
    legs += [("to", 30000.0, 0.0, 12.0), ("hide", 34800.0, 0.0, 12.0), ("to", 0.0, 0.0, 15.0)]
    legs += [("stand", 16000)]
    assert verdict(a(legs)) == ("missed", "passed_by")


def test_a_device_that_died_on_the_way_leaves_pickups_unverifiable():
    legs = [("stand", 60), ("to", 2000.0, 0.0, 8.0)]
    b = fixes("B", local("06:30"), drive((0.0, 500.0), [("stand", 30000)], every_s=60.0))
    assert verdict(together(a(legs), b)) == ("unverifiable", "gap")


def test_parked_in_silence_after_a_round_that_was_seen_is_no_gap():
    legs = [*serve(3400.0, 3800.0, 4200.0)[:-1], ("stand", 60), ("silent", 20000), ("stand", 60)]
    assert verdict(a(legs)) == ("missed", "passed_by")


def test_a_window_that_is_not_over_is_unverifiable():
    legs = [("stand", 60), ("to", 2000.0, 0.0, 8.0), ("stand", 600)]
    assert verdict(a(legs)) == ("unverifiable", "no_fixes")


def test_a_point_without_a_location_is_unverifiable():
    pts = points(P=None, Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    assert verdict(a(serve(*ALL)), pts=pts) == ("unverifiable", "unknown_point")


def test_a_place_that_is_contradicted_is_not_judged():
    base = Settings(time_zone=ZONE)
    places = recorded_places(POINTS, DAY, base.match)
    places = places.assign(settled=np.array([False, True, True, True]))
    passing = a(serve(3400.0, 3800.0, 4200.0))
    assert verdict(passing, places=places) == ("unverifiable", "unknown_point")
    # Where its own vehicle stands in the window, the doubt does not matter.
    assert verdict(a(serve(*ALL)), places=places) == ("collected", "")


# --- alerts --------------------------------------------------------------------------------------


def test_alerts_where_nothing_was_due_are_false():
    retired = POINTS.copy()
    retired["valid_to"] = pd.Series(
        [pd.Timestamp("2026-02-01").date(), None, None, None], dtype=object
    )
    raised = alerts(("1", "P", "12:00"))
    result = decide(a(serve(*ALL)), pts=retired, raised=raised)
    assert result.alerts[["classification", "cause"]].to_numpy().tolist() == [["false", "not_due"]]
    assert "P" not in set(result.judgements["point_id"])


def test_an_alert_for_an_unregistered_point_is_unverifiable():
    outcome = classification(a(serve(*ALL)), alerts(("1", "X", "12:00")))
    assert outcome == ("unverifiable", "unknown_point")


def test_alerted_pickups_are_marked():
    result = decide(a(serve(*ALL)), raised=alerts(("1", "Q", "12:00"))).judgements
    assert dict(zip(result["point_id"], result["alerted"], strict=True)) == {
        "P": False, "Q": True, "R": False, "S": False,
    }  # fmt: skip


# --- what must always hold -----------------------------------------------------------------------


def test_moving_the_scene_or_the_rows_changes_no_verdict():
    table = together(
        a(serve(3400.0, 4200.0)), fixes("B", local("07:00"), drive((0.0, 0.0), serve(3800.0)))
    )
    raised = alerts(*[(p, p, "12:00") for p in "PQRS"])

    def outcomes(fx, pts):
        result = decide(fx, pts=pts, raised=raised)
        return result.alerts[["alert_id", "classification", "cause"]].to_numpy().tolist()

    plain = outcomes(table, POINTS)
    mixed = table.sample(frac=1.0, random_state=3).reset_index(drop=True)
    assert outcomes(mixed, POINTS) == plain
    east = table.assign(lon=table["lon"] - 40.0)
    moved = POINTS.assign(
        geometry=pd.Series(
            [shapely.Point(g.x - 40.0, g.y) for g in POINTS["geometry"]], dtype=object
        )
    )
    assert outcomes(east, moved) == plain


def test_at_a_place_in_doubt_a_stand_between_two_fixes_is_its_pickup_too():
    doubt = of_p(settled=False)
    # Two minutes at P, seen by no fix: a fix every two minutes, the last before it on the way.
    hidden = a(serve(*ALL, stood_s=110.0), every_s=120.0, lag_s=60.0)
    assert verdict(hidden)[0] == "collected"
    assert verdict(hidden, places=doubt) == verdict(hidden)


def test_passing_an_unconfirmed_place_is_no_miss():
    passing = a(serve(3400.0, 3800.0, 4200.0))
    assert verdict(passing) == ("missed", "passed_by")
    unseen = of_p(confirmed=False)
    assert verdict(passing, places=unseen) == ("unverifiable", "unknown_point")
    # A truck that did not work missed it all the same.
    idle = a([("stand", 36000)], every_s=120.0)
    assert verdict(idle, places=unseen) == ("missed", "route_not_run")


def test_at_a_place_hardly_served_a_device_that_falls_silent_shows_nothing():
    """Past the point it takes twenty seconds more than it needs, in a silence of seventy."""
    silent = [("stand", 60), ("to", 2800.0, 0.0, 8.0), ("hide", 3200.0, 0.0, 5.7)]
    rest = [leg for x in ALL[1:] for leg in (("to", x, 0.0, 8.0), ("stand", 60))]
    seldom = of_p(seldom=True)
    assert verdict(a([*silent, *rest, *HOME], every_s=4.0), places=seldom)[0] != "missed"
    # Where it reports so every day, no day has shown a stand.
    as_usual = verdict(a(serve(*ALL[1:]), every_s=70.0, lag_s=5.0), places=seldom)
    assert as_usual == ("missed", "passed_by")


def test_a_miss_is_no_surer_than_its_place():
    passing = a(serve(3400.0, 3800.0, 4200.0))
    half = decide(passing, places=of_p(confidence=0.49)).judgements.set_index("point_id")
    plain = decide(passing, places=of_p(confidence=0.98)).judgements.set_index("point_id")
    assert plain.loc["P", "cause"] == "passed_by"
    assert half.loc["P", "confidence"] == pytest.approx(plain.loc["P", "confidence"] / 2)


def test_a_halt_beside_a_point_that_is_hardly_ever_served_is_no_pickup():
    beside = a([*serve(3040.0, 3400.0, 3800.0, 4200.0)])
    assert verdict(beside)[0] == "unverifiable"
    assert verdict(beside, places=of_p(seldom=True)) == ("missed", "passed_by")


def test_silent_at_home_before_it_serves_was_parked_and_silent_without_work_is_a_gap():
    # Silent for two of the four hours of the window, from before it on, and all of that at home.
    asleep = [("stand", 60), ("silent", 3 * 3600), ("stand", 60)]
    assert verdict(a([*asleep, *serve(3400.0)[1:]], begins="05:00")) == ("missed", "passed_by")
    legs = [*asleep, ("to", 1200.0, 0.0, 8.0), ("to", 0.0, 0.0, 8.0), ("stand", 16000)]
    assert verdict(a(legs, begins="05:00")) == ("unverifiable", "gap")


def test_a_pass_at_walking_pace_may_hide_the_quickest_of_pickups():
    # 60 m in 40 s, with a fix every 20 s and none that stands.
    crawl = [("stand", 60), ("to", 2960.0, 0.0, 8.0), ("to", 3040.0, 0.0, 1.6)]
    outcome = verdict(a([*crawl, ("to", 3400.0, 0.0, 8.0), ("stand", 60), *HOME], every_s=20.0))
    assert outcome == ("unverifiable", "gap")
    fast = [("stand", 60), ("to", 3400.0, 0.0, 8.0), ("stand", 60), *HOME]
    assert verdict(a(fast, every_s=20.0)) == ("missed", "passed_by")


def test_of_two_silences_the_one_in_the_window_is_reported():
    # Silent for two hours on the way before the window, and for half an hour in it.
    legs = [("stand", 60), ("to", 2000.0, 0.0, 8.0), ("hide", 2400.0, 0.0, 400.0 / 7200.0)]
    legs += [("to", 2500.0, 0.0, 1.0 / 36.0), ("hide", 5500.0, 0.0, 3000.0 / 1800.0), *HOME]
    judged = decide(a(legs, begins="03:00")).judgements.set_index("point_id").loc["P"]
    assert (judged["verdict"], judged["cause"]) == ("unverifiable", "gap")
    first = pd.Timestamp(judged["criteria"]["silent_from"]).tz_convert(ZONE)
    assert first.hour >= 6


def test_a_morning_round_that_comes_in_the_afternoon_is_no_miss():
    route = schedule(
        *[(p, "A", "06:00", "10:00") for p in "PQRS"], *[(p, "A", "13:00", "17:00") for p in "PQRS"]
    )
    twice = a([*serve(*ALL)[:-1], ("stand", 1800), *serve(*ALL)[1:]], begins="13:10")
    rows = decide(twice, route=route).judgements
    assert set(rows["verdict"]) == {"collected"}
    # Once is once: the afternoon's, and no truck came in the morning.
    once = decide(a(serve(*ALL, before=26000.0), begins="05:50"), route=route).judgements
    outcome = once.sort_values("window_start").groupby("point_id")["verdict"].agg(list)
    assert all(verdicts == ["missed", "collected"] for verdicts in outcome)


def test_a_truck_that_comes_back_within_minutes_came_once():
    route = schedule(("P", "A", "06:00", "10:00"), ("P", "A", "13:00", "17:00"))
    legs = [*serve(3000.0, before=26000.0)[:-3], ("to", 3400.0, 0.0, 8.0), ("to", 3000.0, 0.0, 8.0)]
    back = a([*legs, ("stand", 60), *HOME], begins="05:50")
    rows = decide(back, route=route).judgements.sort_values("window_start")
    assert list(rows["verdict"]) == ["missed", "collected"]


def test_first_heard_standing_away_from_its_yard_it_may_have_been_anywhere_before():
    home = [("to", 0.0, 0.0, 8.0), ("stand", 60), ("silent", 16000), ("stand", 60)]
    heard_late = fixes("A", local("07:30"), drive((9000.0, 0.0), [("stand", 60), *home]))
    assert verdict(heard_late) == ("unverifiable", "gap")
    # Heard from the beginning of the window on, and never at P but driving.
    all_along = fixes("A", local("05:50"), drive((9000.0, 0.0), [("stand", 15000), *home]))
    assert verdict(all_along)[0] == "missed"
