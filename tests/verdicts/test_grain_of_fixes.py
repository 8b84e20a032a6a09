"""What fixes without seconds, or without digits, show of pickups: less, and never the contrary."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from judged import ALL, a, decide, serve
from routecheck.domain.tables import FIXES
from scene import alerts, points, schedule, together

FAR_APART = points(P=(3000.0, 5.0), Q=(3500.0, 5.0), R=(4000.0, 5.0), S=(4500.0, 5.0))
STANDS = (3000.0, 3500.0, 4000.0, 4500.0)
CLOSE = points(P=(3000.0, 5.0), Q=(3060.0, 5.0), R=(4000.0, 5.0), S=(4500.0, 5.0))
ROUTE = schedule(*[(name, "A", "06:00", "10:00") for name in "PQRS"])


def noisy(table: pd.DataFrame) -> pd.DataFrame:
    noise = np.random.default_rng(11).normal(0.0, 2.0, (2, len(table)))
    return table.assign(
        lon=table["lon"] + noise[0] / 97_600.0, lat=table["lat"] + noise[1] / 110_900.0
    )


def without_seconds(table: pd.DataFrame, grain: str = "60s") -> pd.DataFrame:
    return FIXES.check(table.assign(time=table["time"].dt.floor(grain)))


def with_digits(table: pd.DataFrame, lon: int, lat: int) -> pd.DataFrame:
    return FIXES.check(table.round({"lon": lon, "lat": lat}))


def verdicts(table: pd.DataFrame, **options) -> dict[str, str]:
    rows = decide(table, route=ROUTE, **options).judgements
    return dict(zip(rows["point_id"], rows["verdict"], strict=True))


@pytest.mark.parametrize("speed", [True, False])
@pytest.mark.parametrize("every_s", [5.0, 10.0, 15.0, 20.0, 30.0])
@pytest.mark.parametrize("grain", ["60s", "30s", "10s"])
def test_without_seconds_nothing_is_the_contrary(speed, every_s, grain):
    table = noisy(a(serve(*[x for x in STANDS if x != 3500.0], stood_s=45.0), every_s=every_s,
                    lag_s=3.0, receipt_s=None, speed=speed))  # fmt: skip
    found = verdicts(without_seconds(table, grain), pts=FAR_APART)
    assert found.pop("Q") in ("missed", "unverifiable")
    assert "missed" not in found.values()
    if every_s <= 15.0:
        assert set(found.values()) == {"collected"}


@pytest.mark.parametrize("every_s", [10.0, 20.0])
def test_a_device_that_leaves_out_its_stands_and_seconds_shows_no_miss(every_s):
    table = noisy(a(serve(*STANDS, stood_s=30.0), every_s=every_s, receipt_s=None))
    driving = table[table["speed_kmh"] > 0.0].reset_index(drop=True)
    assert "missed" not in verdicts(without_seconds(driving), pts=FAR_APART).values()


@pytest.mark.parametrize("digits", [(3, 4), (3, 3), (4, 3)])
@pytest.mark.parametrize("every_s", [10.0, 20.0])
def test_what_was_served_is_not_missed_by_coarse_fixes(digits, every_s):
    table = noisy(a(serve(*STANDS), every_s=every_s, receipt_s=None))
    found = verdicts(with_digits(table, *digits), pts=FAR_APART)
    assert set(found.values()) == {"collected"}


@pytest.mark.parametrize("digits", [(3, 4), (3, 3), (4, 4)])
@pytest.mark.parametrize("speed", [True, False])
def test_what_was_left_out_is_not_collected_by_coarse_fixes(digits, speed):
    left_out = [x for x in STANDS if x != 3500.0]
    table = noisy(a(serve(*left_out), every_s=10.0, receipt_s=None, speed=speed))
    found = verdicts(with_digits(table, *digits), pts=FAR_APART)
    assert found.pop("Q") != "collected"
    assert "missed" not in found.values()


def test_one_stand_beside_two_points_of_one_cell_serves_one_at_most():
    table = noisy(a(serve(3000.0, 4000.0, 4500.0), every_s=10.0, receipt_s=None))
    found = verdicts(with_digits(table, 3, 4), pts=CLOSE)
    assert found["P"] in ("collected", "unverifiable")
    assert found["Q"] == "unverifiable"
    assert (found["R"], found["S"]) == ("collected", "collected")


def test_an_alert_that_hangs_on_less_than_a_mesh_is_left_open():
    # On the lattice of 98 m they lie 5 to 45 m from where they are.
    stands = (3000.0, 3530.0, 4060.0, 4590.0)
    places = points(**{name: (x, 5.0) for name, x in zip("PQRS", stands, strict=True)})
    table = with_digits(noisy(a(serve(*stands), every_s=10.0, receipt_s=None)), 3, 4)
    raised = alerts(*[(f"A{name}", name, "12:00") for name in "PQRS"])
    decision = decide(table, pts=places, route=ROUTE, raised=raised)
    causes = set(zip(decision.alerts["classification"], decision.alerts["cause"], strict=True))
    assert causes <= {("unverifiable", "poor_fixes"), ("false", "monitor_fault")}
    assert ("unverifiable", "poor_fixes") in causes
    by_point = decision.judgements.set_index("point_id")["verdict"]
    opened = decision.alerts["classification"] == "unverifiable"
    assert set(by_point[decision.alerts.loc[opened, "point_id"]]) == {"unverifiable"}


def test_one_coarse_device_leaves_the_others_as_they_are():
    fine = noisy(a(serve(*ALL), every_s=10.0, receipt_s=None))
    coarse = with_digits(fine, 3, 3).assign(vehicle_id=pd.Categorical(["B"] * len(fine)))
    alone, beside = (decide(table).judgements for table in (fine, together(fine, coarse)))
    columns = ["point_id", "verdict", "cause", "confidence", "arrived_at", "dwell_s"]
    pd.testing.assert_frame_equal(alone[columns], beside[columns])
