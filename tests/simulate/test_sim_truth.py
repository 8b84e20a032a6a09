"""The rules of observability on hand-made fixes."""

from __future__ import annotations

import numpy as np
import pytest

from routecheck.simulate.devices import Fixes
from routecheck.simulate.motion import Motion, Stand, drive
from routecheck.simulate.operation import Pickup
from routecheck.simulate.truck_day import TruckDay
from routecheck.simulate.truth import (
    miss_cause,
    miss_observable,
    nearest_m,
    pickup_observable,
    plain_rule,
)

LINE = np.column_stack([np.arange(0, 6001, 50.0), np.zeros(121)])


def drive_by(stands: list[Stand]) -> Motion:
    return drive(np.random.default_rng(0), LINE, np.full(120, 8.0), stands, 1000.0, 1.0, 0)


def fixes_of(motion: Motion, t: np.ndarray, error_m: float = 3.0) -> Fixes:
    x, y, v, heading = motion.at(t)
    every, unsaid = np.ones(len(t), dtype=bool), np.full(len(t), np.nan)
    return Fixes(t, t, t + 2, x, y + error_m, v * 3.6, heading, np.full(len(t), error_m),
                 every, every, unsaid, unsaid)  # fmt: skip


def pickup(arrive: float = np.nan, depart: float = np.nan, collector: int = -1) -> Pickup:
    return Pickup(0, 0, 0, 900.0, 5000.0, 12_000.0, "pass", collector, arrive, depart)


@pytest.fixture(scope="module")
def stopped() -> Motion:
    return drive_by([Stand(3000.0, 60.0)])


def test_a_fix_within_the_stand_shows_it(stopped: Motion) -> None:
    p = pickup(float(stopped.arrive_t[0]), float(stopped.depart_t[0]), 0)
    t = np.arange(stopped.start_t, stopped.end_t, 30.0)
    assert pickup_observable(p, fixes_of(stopped, t)) == (True, "")
    shown, why = pickup_observable(p, fixes_of(stopped, t, error_m=60.0))
    assert not shown
    assert "gap" in why or "poor_fixes" in why


def test_close_brackets_show_it_and_wide_ones_do_not(stopped: Motion) -> None:
    p = pickup(float(stopped.arrive_t[0]), float(stopped.depart_t[0]), 0)
    for margin, expected in ((20.0, True), (80.0, False)):
        t = np.array([p.arrive_t - margin - 60, p.arrive_t - margin, p.depart_t + margin,
                      p.depart_t + margin + 60])  # fmt: skip
        assert pickup_observable(p, fixes_of(stopped, t))[0] is expected
    far = np.array([p.arrive_t - 7200, p.depart_t + 7200])
    assert pickup_observable(p, fixes_of(stopped, far)) == (False, "no_fixes|gap")


def test_a_miss_needs_an_unbroken_track() -> None:
    passing = drive_by([])
    ignition = [(passing.start_t - 60, passing.end_t + 60)]
    bins = np.array([3000.0, 6.0])
    t = np.arange(passing.start_t, passing.end_t, 20.0)
    whole = TruckDay(passing, fixes_of(passing, t), ignition)
    assert miss_observable(pickup(), whole, bins, 9.0, [whole], 20.0) == (True, "")

    x, _, _, _ = passing.at(t)
    hole = TruckDay(passing, fixes_of(passing, t[np.abs(x - 3000) > 500]), ignition)
    assert miss_observable(pickup(), hole, bins, 9.0, [hole], 20.0)[0] is False
    # the same hole far away leaves no time to come here
    away = TruckDay(passing, fixes_of(passing, t[np.abs(x - 5200) > 500]), ignition)
    assert miss_observable(pickup(), away, bins, 9.0, [away], 20.0)[0] is True

    few = TruckDay(passing, fixes_of(passing, t[:2]), ignition)
    assert miss_observable(pickup(), few, bins, 9.0, [few], 20.0) == (False, "no_fixes|gap")
    died = TruckDay(passing, fixes_of(passing, t[: len(t) // 3]), [(940.0, 9000.0)])
    assert miss_observable(pickup(), died, bins, 9.0, [died], 20.0)[0] is False


def test_a_stand_at_the_bins_for_another_reason_hides_a_miss() -> None:
    bins = np.array([3000.0, 6.0])
    for at, expected in ((3020.0, False), (3060.0, True)):
        light = drive_by([Stand(at, 40.0)])
        t = np.arange(light.start_t, light.end_t, 10.0)
        day = TruckDay(light, fixes_of(light, t), [(light.start_t - 60, light.end_t + 60)])
        assert miss_observable(pickup(), day, bins, 9.0, [day], 20.0)[0] is expected


def test_where_pickups_are_short_less_of_a_gap_hides_one() -> None:
    passing = drive_by([])
    ignition = [(passing.start_t - 60, passing.end_t + 60)]
    bins = np.array([3000.0, 6.0])
    for every_s, stand_s, expected in (
        (40.0, 20.0, True),  # 40 s show whether it stood for 20 s
        (40.0, 5.0, False),  # but not whether it did for 5 s
        (15.0, 5.0, True),
        (100.0, 20.0, False),
        (100.0, 90.0, True),  # a stand of 90 s does not go into 100 s with the way
    ):
        t = np.arange(passing.start_t, passing.end_t, every_s)
        day = TruckDay(passing, fixes_of(passing, t), ignition)
        shown, _ = miss_observable(pickup(), day, bins, 12.0, [day], stand_s)
        assert shown is expected, (every_s, stand_s)


def test_a_stand_as_short_as_the_shortest_pickup_hides_a_miss() -> None:
    light = drive_by([Stand(3020.0, 7.0)])
    t = np.arange(light.start_t, light.end_t, 10.0)
    day = TruckDay(light, fixes_of(light, t), [(light.start_t - 60, light.end_t + 60)])
    bins = np.array([3000.0, 6.0])
    assert miss_observable(pickup(), day, bins, 9.0, [day], 20.0)[0] is True
    assert miss_observable(pickup(), day, bins, 9.0, [day], 5.0)[0] is False


def test_causes_of_a_miss_go_by_distance() -> None:
    passing = drive_by([])
    day = TruckDay(passing, fixes_of(passing, np.arange(1000.0, 1700.0, 20.0)), [])
    for off_m, expected in ((10, "passed_by"), (35, "passed_by|not_approached"),
                            (90, "not_approached")):  # fmt: skip
        bins = np.array([3010.0, float(off_m)])
        assert nearest_m(day, bins) == pytest.approx(off_m)
        assert miss_cause(pickup(), day, [day], bins) == expected
    idle = pickup()
    idle.skipped = "not_run"
    assert miss_cause(idle, day, [day], np.array([3000.0, 5.0])) == "route_not_run"


def test_the_plain_rule_needs_place_window_and_receipt(stopped: Motion) -> None:
    t = np.arange(stopped.start_t, stopped.end_t, 10.0)
    fixes = fixes_of(stopped, t)
    assert plain_rule(pickup(), fixes, 3000.0, 25.0)
    assert not plain_rule(pickup(), fixes, 3000.0, 60.0)
    assert not plain_rule(pickup(), fixes, np.nan, np.nan)
    early, late = pickup(), pickup()
    early.closes_t = 1100.0
    late.raised_t = 1100.0
    assert not plain_rule(early, fixes, 3000.0, 5.0)
    assert not plain_rule(late, fixes, 3000.0, 5.0)
