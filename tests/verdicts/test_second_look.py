"""What a miss is held against before it is told: rounds with one cause, and places that are two.

The scenes are those of `judged`: a straight road, points beside it, a truck at 8 m/s.
"""

from __future__ import annotations

import pandas as pd
import pytest

from judged import ALL, DAY, HOME, POINTS, ROUTE, a, decide, decided, serve
from routecheck.domain.settings import JudgeSettings, Settings
from routecheck.domain.tables import ALERTS, CALENDAR, CANDIDATES
from routecheck.engine import observing
from routecheck.registry.records import recorded_places
from scene import ZONE, degrees, drive, fixes, local, points, schedule, together


def of_all(table: pd.DataFrame, **options) -> list[tuple[str, str]]:
    rows = decide(table, **options).judgements.set_index("point_id").loc[list("PQRS")]
    return list(zip(rows["verdict"], [c["say"] for c in rows["criteria"]], strict=True))


def shifted(table: pd.DataFrame, by_m: float) -> pd.DataFrame:
    """All positions so far off to the east, as of a receiver in another datum."""
    lon, lat = degrees(by_m, 0.0)
    home_lon, home_lat = degrees(0.0, 0.0)
    return table.assign(lon=table["lon"] + lon - home_lon, lat=table["lat"] + lat - home_lat)


def test_a_round_that_a_receiver_shows_elsewhere_is_not_ten_misses():
    true = a(serve(*ALL))
    assert {verdict for verdict, _ in of_all(true)} == {"collected"}
    assert set(of_all(shifted(true, 150.0))) == {("unverifiable", "round_unseen")}


def test_a_round_that_others_are_seen_serving_is_not_one_that_nobody_sees():
    b = fixes("B", local("06:30"), drive((0.0, 0.0), serve(*ALL[1:3]), every_s=5.0))
    says = [say for _, say in of_all(together(shifted(a(serve(*ALL)), 150.0), b))]
    assert says[1:3] == ["collected", "collected"]
    assert "round_unseen" not in says


def test_a_colleague_may_be_shown_beside_the_round_that_it_took_over():
    """A and B exchange their rounds; the positions of B lie far beside where it was."""
    west = {f"W{k}": (-3000.0 - 400.0 * k, 5.0) for k in range(4)}
    pts = points(**{p: (3000.0 + 400.0 * k, 5.0) for k, p in enumerate("PQRS")}, **west)
    route = schedule(
        *[(p, "A", "06:00", "10:00") for p in "PQRS"], *[(p, "B", "06:00", "10:00") for p in west]
    )
    legs = [(leg[0], -leg[1], *leg[2:]) if leg[0] == "to" else leg for leg in serve(*ALL)]

    def told(of_b: list[tuple], by_m: float) -> set[tuple[str, str]]:
        b = fixes("B", local("06:30"), drive((0.0, 0.0), of_b, every_s=5.0))
        return set(of_all(together(a(legs), shifted(b, by_m)), pts=pts, route=route))

    assert told(serve(*ALL), 0.0) == {("collected", "collected")}
    assert told(serve(*ALL), 150.0) == {("unverifiable", "round_unseen")}
    assert {verdict for verdict, _ in told(serve(), 0.0)} == {"missed"}


def test_a_truck_that_drives_its_round_without_a_stop_missed_it():
    assert {verdict for verdict, _ in of_all(a(serve()))} == {"missed"}


def test_a_truck_that_worked_elsewhere_did_not_drive_its_round():
    elsewhere = serve(13000.0, 13400.0, 13800.0, 14200.0)
    west = [(leg[0], -leg[1], *leg[2:]) if leg[0] == "to" else leg for leg in elsewhere]
    assert {verdict for verdict, _ in of_all(a(west))} == {"missed"}


def test_a_truck_that_moved_about_its_yard_did_not_drive_its_round():
    pts = points(**{p: (700.0 + 60.0 * k, 5.0) for k, p in enumerate("PQRS")})
    legs: list[tuple] = [("stand", 60), ("to", 0.0, -9000.0, 8.0), ("to", 0.0, 0.0, 8.0)]
    for x_m in (203.0, 20.0, 251.0, 40.0, 199.0, 0.0):
        legs += [("stand", 300), ("to", x_m, 0.0, 5.0)]
    table = a([*legs, ("stand", 20000)], begins="05:20", every_s=20.0)
    assert {verdict for verdict, _ in of_all(table, pts=pts)} == {"missed"}


def test_setting_out_and_coming_home_are_no_stands_on_the_way():
    """A minute in the yard before and after the round, and none between, at two of four points."""
    to_and_fro = [
        leg for _ in range(6) for leg in (("to", 5000.0, 0.0, 8.0), ("to", 100.0, 0.0, 8.0))
    ]
    table = a([("stand", 60), *to_and_fro, ("to", 0.0, 0.0, 8.0), ("stand", 60)])
    route = schedule(*[(p, "A", "06:15", "08:00") for p in "PQRS"])
    assert {verdict for verdict, _ in of_all(table, route=route)} == {"missed"}


def test_one_point_left_out_is_a_miss_although_the_truck_stood_elsewhere():
    outcome = of_all(a(serve(3200.0, *ALL[1:])))
    assert [verdict for verdict, _ in outcome] == ["missed", *["collected"] * 3]


def test_who_stood_at_the_points_of_another_round_did_not_stand_beside_its_own():
    far = {f"F{k}": (3150.0 + 400.0 * k, 5.0) for k in range(4)}
    pts = points(**{p: (3000.0 + 400.0 * k, 5.0) for k, p in enumerate("PQRS")}, **far)
    route = schedule(
        *[(p, "A", "06:00", "10:00") for p in "PQRS"], *[(p, "B", "06:00", "10:00") for p in far]
    )
    b = fixes("B", local("05:00"), drive((0.0, 0.0), [("stand", 36000)], every_s=60.0))
    table = together(a(serve(*[x for x, _ in far.values()])), b)
    assert {verdict for verdict, _ in of_all(table, pts=pts, route=route)} == {"missed"}


def test_whoever_had_time_may_have_done_a_round_that_its_truck_left():
    """B passes the points with fixes a minute apart, and stands half a minute at each."""
    legs = serve(*ALL, stood_s=30.0)
    b = fixes("B", local("06:30"), drive((0.0, 0.0), legs, every_s=60.0, lag_s=11.0))
    away = a([("stand", 60), ("to", -9000.0, 0.0, 8.0), ("to", 0.0, 0.0, 8.0), ("stand", 16000)])
    left = of_all(together(away, b))
    assert "missed" not in {verdict for verdict, _ in left}
    assert ("unverifiable", "gap_short") in left
    # Where A did its round but for one point, room between two fixes of B is no pickup.
    done = of_all(together(a(serve(*ALL[1:])), b))
    assert done[0][0] == "missed"


@pytest.mark.parametrize("lag_s", [2.0, 4.0, 6.0])
def test_where_crews_stand_for_seconds_room_for_seconds_is_no_miss(lag_s):
    """Five seconds at each point, past it at a walk, ten seconds between fixes."""
    settings = Settings(time_zone=ZONE, judge=JudgeSettings(min_dwell_s=5.0))

    def slowly_past(stood_s: float) -> pd.DataFrame:
        legs: list[tuple] = [("stand", 60)]
        for x_m in ALL:
            legs += [("to", x_m - 150.0, 0.0, 8.0), ("to", x_m, 0.0, 3.0), ("stand", stood_s)]
            legs += [("to", x_m + 150.0, 0.0, 3.0)]
        return a([*legs, *HOME], every_s=10.0, lag_s=lag_s)

    assert of_all(slowly_past(5.0), settings=settings)[0] == ("unverifiable", "gap_short")
    passed = a(serve(*ALL[1:], stood_s=40.0), every_s=5.0, lag_s=lag_s)
    assert of_all(passed, settings=settings)[0][0] == "missed"


@pytest.mark.parametrize("lag_s", range(0, 10, 3))
def test_a_stand_as_short_as_usual_may_lie_between_fixes_as_far_apart(lag_s):
    """Eight seconds at each point, ten between fixes, no speeds: what is not seen may have been."""
    places = recorded_places(POINTS, DAY, Settings(time_zone=ZONE).match)
    settings = Settings(time_zone=ZONE, judge=JudgeSettings(min_dwell_s=5.0))

    def verdicts(table: pd.DataFrame, usual_s: float) -> list[str]:
        known = places.assign(stand_s=usual_s)
        return [verdict for verdict, _ in of_all(table, settings=settings, places=known)]

    quick = a(serve(*ALL, stood_s=8.0), every_s=10.0, lag_s=float(lag_s), speed=False)
    assert "missed" not in verdicts(quick, 8.0)
    passed = a(serve(*ALL[1:], stood_s=40.0), every_s=10.0, lag_s=float(lag_s), speed=False)
    assert verdicts(passed, 8.0)[0] == "missed"  # driven past without a second to spare
    assert verdicts(passed, 40.0)[0] == "missed"


def of_p_beside(road_m: float, usual_s: float, stood_s: float, every_s: float) -> str:
    """What is said of P, so far beside the road, where A stood between two fixes."""
    settings = Settings(time_zone=ZONE, judge=JudgeSettings(min_dwell_s=12.0))
    pts = points(P=(3000.0, road_m), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    places = recorded_places(pts, DAY, settings.match).assign(stand_s=usual_s)
    middle_s = 60.0 + 3000.0 / 8.0 + stood_s / 2
    legs = [("stand", 60.0), ("to", 3000.0, 0.0, 8.0), ("stand", stood_s), *serve(*ALL[1:])[1:]]
    table = a(legs, every_s=every_s, lag_s=(middle_s - every_s / 2) % every_s, speed=False)
    verdict, say = of_all(table, pts=pts, settings=settings, places=places)[0]
    return say if verdict == "unverifiable" else verdict


@pytest.mark.parametrize(("usual_s", "found"), [(22.0, "gap_short"), (22.5, "missed")])
def test_fixes_ten_seconds_apart_show_stands_of_twenty_two(usual_s, found):
    """A stand of nine seconds hides between them either way: 0.45 of a usual one is what tells."""
    assert of_p_beside(35.0, usual_s, 9.0, 10.0) == found


@pytest.mark.parametrize(("road_m", "found"), [(53.0, "gap_short"), (57.0, "missed")])
def test_fixes_that_never_came_within_two_tolerances_hide_no_stand(road_m, found):
    """The fixes about the stand lie 24 m along the road: 58 m from the point, and 62 m."""
    assert of_p_beside(road_m, 20.0, 14.0, 20.0) == found


def candidates(*places: tuple[float, float]) -> pd.DataFrame:
    """CANDIDATES of P: metres along the road, and the probability of each."""
    rows = []
    for rank, (x_m, probability) in enumerate(places):
        lon, lat = degrees(x_m, 5.0)
        rows.append(
            {
                "point_id": "P", "rank": rank, "lon": lon, "lat": lat, "sigma_m": 5.0,
                "probability": probability, "basis": "learnt", "offset_m": abs(x_m - 3000.0),
                "days_seen": 3, "days_due": 10,
            }
        )  # fmt: skip
    return CANDIDATES.of_rows(rows)


def of_p_with(places: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    settings = Settings(time_zone=ZONE)
    seen = observing.observe(table, DAY, settings, pd.Timestamp("2026-03-10", tz="UTC"))
    nobody = pd.DataFrame({"point_id": [], "vehicle_id": []}, dtype="str")
    decision = decided(
        seen,
        observing.Site(POINTS, ROUTE, CALENDAR.empty()),
        recorded_places(POINTS, DAY, settings.match),
        nobody,
        ALERTS.empty(),
        settings,
        candidates=places,
    )
    return decision.judgements.set_index("point_id").loc["P"]


def test_a_miss_at_one_place_that_is_a_pickup_at_the_next_likely_is_open_and_says_so():
    table = a(serve(3200.0, *ALL[1:]))  # at Q, R and S, and 200 m beyond P
    found = of_p_with(candidates((3000.0, 0.4), (3200.0, 0.55)), table)
    assert (found["verdict"], found["criteria"]["say"]) == ("unverifiable", "two_places")
    assert found["criteria"]["other_place_m"] == pytest.approx(200.0, abs=1.0)
    assert found["vehicle_id"] == "A"


def test_a_place_that_is_hardly_likely_takes_only_so_much_of_the_certainty():
    table = a(serve(3200.0, *ALL[1:]))
    sure = of_p_with(candidates((3000.0, 1.0)), table)
    less = of_p_with(candidates((3000.0, 0.9), (3200.0, 0.1)), table)
    nobody_stood_there = of_p_with(candidates((3000.0, 0.6), (3600.0, 0.4)), table)
    assert sure["verdict"] == less["verdict"] == nobody_stood_there["verdict"] == "missed"
    assert less["confidence"] == pytest.approx(0.9 * sure["confidence"], abs=1e-9)
    assert nobody_stood_there["confidence"] == sure["confidence"]


@pytest.mark.parametrize(("stood_s", "found"), [(590.0, "unverifiable"), (620.0, "missed")])
def test_a_break_at_the_next_likely_place_is_no_pickup_of_it(stood_s, found):
    legs = [("stand", 60), ("to", 3200.0, 0.0, 8.0), ("stand", stood_s), *serve(*ALL[1:])[1:]]
    places = candidates((3000.0, 0.4), (3200.0, 0.55))
    assert of_p_with(places, a(legs))["verdict"] == found


@pytest.mark.parametrize(("x_m", "found"), [(3024.0, "missed"), (3026.0, "unverifiable")])
def test_places_as_near_to_each_other_as_records_are_known_are_one(x_m, found):
    """A short stand, near either candidate and far from where the point is judged."""
    legs = [("stand", 60), ("to", 3053.0, 0.0, 8.0), ("stand", 14), *serve(*ALL[1:])[1:]]
    places = candidates((3000.0, 0.4), (x_m, 0.55))
    assert of_p_with(places, a(legs, every_s=2.0))["verdict"] == found
