"""All that tracks have of a pickup is kept, whatever settled it.

The scenes are those of `judged`: when a truck stands where, how long, and how far from a point is
known from how it was driven. Windows are 06:00 to 10:00, the truck sets out at 06:11.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from judged import ALL, DAY, HOME, POINTS, ROUTE, a, decide, decided, serve
from routecheck.domain.settings import Settings
from routecheck.domain.tables import ALERTS, CALENDAR, CANDIDATES
from routecheck.engine import observing
from routecheck.registry.records import recorded_places
from routecheck.tracks.health import COLUMNS, fault_table
from scene import ZONE, degrees, drive, fixes, local, points, schedule, together

SETS_OUT_S, SPEED_MS = 60.0, 8.0


def of(point: str, table: pd.DataFrame, **options) -> pd.DataFrame:
    rows = decide(table, **options).episodes()
    return rows[rows["point_id"] == point].reset_index(drop=True)


def arrival(x_m: float, stood_before_s: float = 0.0) -> pd.Timestamp:
    """When a truck of `serve` comes to a place on the road."""
    driven = pd.Timedelta(seconds=SETS_OUT_S + x_m / SPEED_MS + stood_before_s)
    return pd.Timestamp(local("06:10")).tz_convert("UTC") + driven


def b(legs: list[tuple], begins: str = "07:00", every_s: float = 10.0) -> pd.DataFrame:
    return fixes("B", local(begins), drive((0.0, 0.0), legs, every_s=every_s))


def test_a_stand_has_its_place_length_hour_and_fixes():
    rows = of("Q", a(serve(*ALL)))
    row = rows[rows["kind"] == "stand"].iloc[0]
    assert (row["vehicle_id"], rows["decisive"].sum()) == ("A", 1)
    assert row[["scheduled", "decisive"]].tolist() == [True, True]
    assert row["distance_m"] == pytest.approx(5.0, abs=0.5)
    assert row["dwell_s"] == pytest.approx(60.0, abs=10.0)
    assert row["dwell_max_s"] >= row["dwell_s"]
    assert row["interval_s"] == pytest.approx(10.0, abs=0.2)
    assert row["outside_s"] == 0.0
    came = arrival(3400.0, stood_before_s=60.0)
    assert abs((row["start"] - came).total_seconds()) <= 15.0
    assert (row["place"], row["fault"], row["served_point_id"]) == (-1, "", "")


def test_what_settled_a_pickup_does_not_hide_what_else_there_was():
    also = b([("to", 3000.0, 0.0, 8.0), ("stand", 90), *HOME])
    rows = of("P", together(a(serve(*ALL)), also))
    stands = rows[rows["kind"] == "stand"].set_index("vehicle_id")
    assert set(stands.index) == {"A", "B"}
    assert stands["decisive"].to_dict() == {"A": True, "B": False}
    assert stands["scheduled"].to_dict() == {"A": True, "B": False}
    assert stands.loc["B", "dwell_s"] == pytest.approx(90.0, abs=10.0)


def test_a_colleague_who_drove_by_without_time_to_stand_is_left_out_and_the_own_truck_is_not():
    rows = of("P", together(a(serve(*ALL[1:])), b(HOME)))
    assert set(rows["vehicle_id"]) == {"A"}
    # There and back.
    assert (rows["kind"] == "pass").sum() == 2


def test_a_stand_beside_is_told_with_its_distance_also_far_beyond_gps_error():
    pts = points(P=(3000.0, 5.0), Q=(3400.0, 80.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    row = of("Q", a(serve(*ALL)), pts=pts)
    beside = row[row["kind"] == "stand_beside"].iloc[0]
    assert beside["distance_m"] == pytest.approx(80.0, abs=1.0)
    assert beside["dwell_s"] == pytest.approx(60.0, abs=10.0)


def test_a_place_that_was_entered_is_not_told_as_passed_beside_too():
    kinds = of("Q", a(serve(*ALL)))["kind"].tolist()
    assert "stand" in kinds
    assert "pass_beside" not in kinds


def test_a_place_that_was_passed_within_gps_error_is_told_so():
    pts = points(P=(3000.0, 5.0), Q=(3400.0, 38.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    rows = of("Q", a(serve(3000.0, 3800.0, 4200.0)), pts=pts)
    beside = rows[rows["kind"] == "pass_beside"]
    # There and back.
    assert len(beside) == 2
    assert beside["distance_m"].tolist() == pytest.approx([38.0, 38.0], abs=0.5)


def test_a_break_nearby_is_no_stand_beside():
    pts = points(P=(3000.0, 5.0), Q=(3400.0, 80.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    rows = of("Q", a(serve(*ALL, stood_s=5000.0)), pts=pts)
    assert "stand_beside" not in rows["kind"].tolist()


def test_a_stand_before_the_window_says_by_how_much():
    early = schedule(*[(p, "A", "08:00", "10:00") for p in "PQRS"])
    rows = of("P", a(serve(*ALL)), route=early)
    stand = rows[rows["kind"] == "stand"].iloc[0]
    opens = pd.Timestamp(local("08:00")).tz_convert("UTC")
    assert stand["outside_s"] == pytest.approx((opens - stand["end"]).total_seconds(), abs=10.0)
    assert stand["outside_s"] > 4000.0


def test_of_two_stands_the_verdict_names_the_one_that_it_rests_on():
    twice = [("stand", 60), ("to", 3000.0, 0.0, 8.0), ("stand", 40), ("to", 3600.0, 0.0, 8.0),
             ("to", 3000.0, 0.0, 8.0), ("stand", 200), *HOME]  # fmt: skip
    table = a(twice)
    rows = of("P", table)
    stands = rows[rows["kind"] == "stand"]
    assert len(stands) == 2
    judged = decide(table).judgements.set_index("point_id").loc["P"]
    named = stands[stands["decisive"]]
    assert len(named) == 1
    assert named["dwell_s"].iloc[0] == pytest.approx(judged["dwell_s"], abs=0.1)


def test_where_no_visit_serves_a_stretch_that_may_hide_a_stand_is_told():
    pts = points(P=(3000.0, 150.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    aside = [("hide", 3000.0, 150.0, 8.0), ("silent", 60), ("hide", 3100.0, 0.0, 8.0)]
    rows = of(
        "P", a([("stand", 60), ("to", 2900.0, 0.0, 8.0), *aside, *HOME], every_s=5.0), pts=pts
    )
    hidden = rows[rows["kind"] == "hidden"]
    # 105 s from one fix to the next, 150 m to within its tolerance and as much back.
    assert hidden["dwell_max_s"].max() == pytest.approx(105.0 - 300.0 / 20.0, abs=25.0)
    start, end = hidden["start"].iloc[0], hidden["end"].iloc[0]
    assert (end - start).total_seconds() == pytest.approx(105.0, abs=10.0)


def test_a_date_on_which_all_is_seen_has_stands_alone():
    all_day = b([("stand", 60)], begins="05:00")
    quiet = schedule(*[(p, "A", "06:15", "06:30") for p in "PQRS"])
    rows = decide(together(a(serve(*ALL)), all_day), route=quiet).episodes()
    assert set(rows["kind"]) <= {"stand", "pass", "stand_beside"}
    assert rows["decisive"].sum() == 4


def test_a_date_of_which_nothing_is_known_has_no_rows():
    nowhere = recorded_places(POINTS, DAY, Settings(time_zone=ZONE).match)
    nowhere = nowhere.assign(geometry=None, settled=False)
    assert decide(a(serve(*ALL)), places=nowhere).episodes().empty


def test_a_worn_device_does_not_fill_the_list_with_its_silences():
    legs: list[tuple] = [("stand", 60)]
    for x in range(2000, 2900, 100):
        legs += [("to", float(x), 0.0, 8.0), ("silent", 300)]
    rows = of("P", a([*legs, *HOME]))
    assert 1 <= (rows["kind"] == "silence").sum() <= 3


def test_scatter_is_that_of_the_stretch():
    scattered = a(serve(*ALL, stood_s=240.0))
    rng = np.random.default_rng(1)
    east, north = degrees(1.0, 1.0)
    home = degrees(0.0, 0.0)
    noise = rng.normal(0.0, 12.0, (len(scattered), 2))
    still = (scattered["speed_kmh"] < 1.0).to_numpy()[:, None]
    noisy = scattered.assign(
        lon=scattered["lon"] + (noise * still)[:, 0] * (east - home[0]),
        lat=scattered["lat"] + (noise * still)[:, 1] * (north - home[1]),
    )
    assert of("Q", noisy)["scatter_m"].max() == pytest.approx(12.0, rel=0.6)
    assert of("Q", scattered)["scatter_m"].max() < 5.0


def test_a_stand_that_served_another_point_says_which():
    pts = points(P=(3000.0, 5.0), Q=(3040.0, 5.0))
    route = schedule(*[(p, "A", "06:00", "10:00") for p in "PQ"])
    rows = of("Q", a(serve(3000.0)), pts=pts, route=route)
    beside = rows[rows["kind"] == "stand_beside"]
    assert beside["served_point_id"].tolist() == ["P"]
    assert set(of("P", a(serve(3000.0)), pts=pts, route=route)["served_point_id"]) == {""}


def test_a_silence_is_told_where_there_was_time_to_come():
    legs = [("stand", 60), ("to", 2500.0, 0.0, 8.0), ("silent", 600), *HOME]
    rows = of("P", a(legs))
    silence = rows[(rows["kind"] == "silence") & (rows["start"] > arrival(0.0))].iloc[0]
    assert (silence["end"] - silence["start"]).total_seconds() == pytest.approx(600, abs=25)
    # 500 m there and back at some 20 m/s at the least.
    assert 500.0 <= silence["dwell_max_s"] < 600.0
    assert silence["distance_m"] == pytest.approx(500.0, abs=90.0)
    # There was no time to be 40 km away.
    far = points(P=(43000.0, 5.0))
    assert "silence" not in set(of("P", a(legs), pts=far, route=ROUTE)["kind"])


def test_a_truck_that_was_never_heard_is_told_so():
    yard = b([("stand", 30000)], begins="05:00", every_s=60.0)
    rows = of("P", yard)
    assert rows[["vehicle_id", "kind"]].to_numpy().tolist() == [["A", "unheard"]]
    assert rows["start"].isna().all()


def test_a_truck_that_came_no_nearer_is_told_with_how_near_it_was():
    rows = of("S", a([("stand", 60), ("to", 3000.0, 0.0, 8.0), ("to", 0.0, 0.0, 8.0), HOME[-1]]))
    away = rows[rows["kind"] == "away"].iloc[0]
    assert away["distance_m"] == pytest.approx(1200.0, abs=SPEED_MS * 10.0)


def of_p_with(
    table: pd.DataFrame,
    may_be: list[tuple[float, float, float]],
    faults: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Of P: judged at its record, with places that it may be at (m, probability)."""
    settings = Settings(time_zone=ZONE)
    places = recorded_places(POINTS, DAY, settings.match)
    candidates = CANDIDATES.of_rows(
        [
            {
                "point_id": "P", "rank": rank, "lon": degrees(x, y)[0], "lat": degrees(x, y)[1],
                "sigma_m": 5.0, "probability": share, "basis": "learnt", "days_seen": 1,
                "days_due": 1,
            }
            for rank, (x, y, share) in enumerate(may_be)
        ]
    )  # fmt: skip
    seen = observing.observe(table, DAY, settings, pd.Timestamp("2026-03-10", tz="UTC"))
    usual = pd.DataFrame({"point_id": [], "vehicle_id": []}, dtype="str")
    site = observing.Site(POINTS, ROUTE, CALENDAR.empty())
    decision = decided(
        seen, site, places, usual, ALERTS.empty(), settings, faults=faults, candidates=candidates
    )
    rows = decision.episodes()
    return rows[rows["point_id"] == "P"]


def test_a_stand_where_the_point_may_be_as_well_has_the_probability_of_that_place():
    rows = of_p_with(a(serve(2700.0, *ALL[1:])), [(3000.0, 5.0, 0.6), (2700.0, 0.0, 0.3)])
    there = rows[rows["kind"] == "stand_elsewhere"]
    assert there[["place", "place_probability"]].to_numpy().tolist() == [[1.0, 0.3]]
    assert there["distance_m"].iloc[0] == pytest.approx(0.0, abs=1.0)


def test_a_stand_that_lies_at_two_places_is_named_where_it_was_judged():
    rows = of_p_with(a(serve(*ALL)), [(3000.0, 5.0, 0.6), (3028.0, 0.0, 0.3)])
    assert {"stand", "stand_elsewhere"} <= set(rows["kind"])
    assert rows.loc[rows["decisive"], "kind"].tolist() == ["stand"]


def test_what_a_device_shows_that_is_not_believed_says_why():
    of_a = {"service_date": DAY, "vehicle_id": "A", "fault": "poor", "how": "", "shift_m": 40.0}
    noon_s = pd.Timestamp(local("12:00")).timestamp()
    faults = fault_table([tuple({**of_a, "start": 0.0, "end": noon_s}[c] for c in COLUMNS)])
    rows = of_p_with(a(serve(*ALL)), [], faults)
    assert set(rows["fault"]) == {"poor"}
    assert set(of_p_with(a(serve(*ALL)), [])["fault"]) == {""}
