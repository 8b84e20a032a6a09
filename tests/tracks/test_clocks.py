"""Clocks without receipt times: found by the schedule, and never where the schedule is kept."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

import scene
from judged import decided
from routecheck.domain.codes import Cause
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CALENDAR
from routecheck.engine import observing
from routecheck.registry.records import recorded_places
from scene import DAY, ZONE, local

NOW = pd.Timestamp("2026-04-01T00:00:00Z")
SETTINGS = Settings(time_zone=ZONE)
POINTS = {f"P{n}": (n * 500.0, 0.0) for n in range(12)}


def round_of(vehicle, begins, names, *, clock_s=0.0, receipt_s=None, every_s=20.0):
    """Fixes of a truck that stands 90 s at each of these points, one after another."""
    legs = []
    for name in names:
        legs += [("to", *POINTS[name], 8.0), ("stand", 90.0)]
    rows = scene.drive((-400.0, 0.0), legs, every_s)
    return scene.fixes(vehicle, begins, rows, receipt_s=receipt_s, clock_s=clock_s)


def site(*rows):
    return observing.Site(scene.points(**POINTS), scene.schedule(*rows), CALENDAR.empty())


def two_rounds(vehicle="V1", clock_s=0.0, receipt_s=None, late_s=0.0):
    """A truck with six points in the morning and six after noon."""
    names = list(POINTS)
    at = [local("06:30") + timedelta(seconds=late_s), local("12:30") + timedelta(seconds=late_s)]
    return scene.together(
        round_of(vehicle, at[0], names[:6], clock_s=clock_s, receipt_s=receipt_s),
        round_of(vehicle, at[1], names[6:], clock_s=clock_s, receipt_s=receipt_s),
    )


def plan(vehicle="V1"):
    names = list(POINTS)
    return [
        *((name, vehicle, "06:00", "08:00") for name in names[:6]),
        *((name, vehicle, "12:00", "14:00") for name in names[6:]),
    ]


def observed(fixes, *rows):
    return observing.observe(fixes, DAY, SETTINGS, NOW, site(*rows))


def clocks(seen):
    table = seen.cleaned.clocks
    return dict(zip(table["vehicle_id"].astype("str"), table["offset_s"], strict=True))


@pytest.mark.parametrize("hours", [8, -8])
def test_a_device_that_takes_utc_for_local_time_or_the_reverse_is_found_and_put_right(hours):
    seen = observed(two_rounds(clock_s=hours * 3600.0), *plan())
    assert clocks(seen) == {"V1": -hours * 3600.0}
    first = seen.cleaned.tracks["time"].min()
    assert abs((first - pd.Timestamp(local("06:30"))).total_seconds()) < 60.0
    table = seen.cleaned.clocks
    assert table["first"].iloc[0] == first
    assert table["last"].iloc[0] == seen.cleaned.tracks["time"].max()


def test_the_cause_of_its_alerts_is_the_clock():
    ours = site(*plan())
    seen = observing.observe(two_rounds(clock_s=8 * 3600.0), DAY, SETTINGS, NOW, ours)
    places = recorded_places(ours.points, DAY, SETTINGS.match)
    raised = scene.alerts(("A1", "P1", "18:00"), ("A2", "P7", "18:00"))
    usual = pd.DataFrame({"point_id": list(POINTS), "vehicle_id": ["V1"] * len(POINTS)})
    said = decided(seen, ours, places, usual, raised, SETTINGS)
    assert said.judgements["verdict"].tolist() == ["collected"] * 12
    assert said.alerts["cause"].tolist() == [str(Cause.CLOCK)] * 2
    assert [c["clock_offset_s"] for c in said.alerts["criteria"]] == [-28800, -28800]


@pytest.mark.parametrize("late_s", [0.0, 3600.0, 4 * 3600.0])
def test_a_round_in_time_or_run_late_is_no_clock(late_s):
    assert clocks(observed(two_rounds(late_s=late_s), *plan())) == {}


def test_rounds_swapped_eight_hours_apart_are_no_clock():
    names = list(POINTS)
    fixes = scene.together(
        round_of("V1", local("06:30"), names[6:]), round_of("V1", local("14:30"), names[:6])
    )
    rows = [
        *((name, "V1", "06:00", "08:00") for name in names[:6]),
        *((name, "V1", "14:00", "16:00") for name in names[6:]),
    ]
    assert clocks(observed(fixes, *rows)) == {}


def test_one_short_round_at_another_hour_is_not_enough():
    names = list(POINTS)[:6]
    fixes = round_of("V1", local("14:30"), names)
    assert clocks(observed(fixes, *((name, "V1", "06:00", "08:00") for name in names))) == {}


def test_receipt_times_outweigh_the_schedule():
    fixes = two_rounds(late_s=8 * 3600.0, receipt_s=5.0)
    assert clocks(observed(fixes, *plan())) == {}, "it was received as it was made"


def test_points_recorded_elsewhere_do_not_count_for_the_clock():
    names = list(POINTS)
    moved = {name: (x, y + (5000.0 if name in names[4:6] + names[8:] else 0.0))
             for name, (x, y) in POINTS.items()}  # fmt: skip
    ours = dataclasses.replace(site(*plan()), points=scene.points(**moved))
    seen = observing.observe(two_rounds(clock_s=8 * 3600.0), DAY, SETTINGS, NOW, ours)
    assert clocks(seen) == {"V1": -8 * 3600.0}


def test_a_whole_feed_that_is_off_takes_along_the_devices_with_too_few_points():
    names = list(POINTS)
    off = 8 * 3600.0
    fixes = scene.together(
        *(two_rounds(f"V{n}", clock_s=off) for n in (1, 2, 3)),
        round_of("V4", local("06:30"), names[:2], clock_s=off),
    )
    rows = [row for n in (1, 2, 3) for row in plan(f"V{n}")]
    few = [(name, "V4", "06:00", "08:00") for name in names[:2]]
    # Two trucks cannot be due in one window of a point: shift each plan by a minute.
    rows = [
        (point, vehicle, f"{start[:3]}0{n // 12}", end)
        for n, (point, vehicle, start, end) in enumerate(rows)
    ] + [(p, v, "06:05", e) for p, v, _, e in few]
    assert clocks(observed(fixes, *rows)) == dict.fromkeys(("V1", "V2", "V3", "V4"), -off)
    right = scene.together(fixes[fixes["vehicle_id"] != "V3"], two_rounds("V3"))
    assert clocks(observed(right, *rows)) == dict.fromkeys(("V1", "V2"), -off), "V3 is right"


def test_a_lost_week_counter_is_known_by_its_1024_weeks():
    fixes = two_rounds(clock_s=-7168 * 86400.0)
    assert clocks(observed(fixes, *plan())) == {"V1": 7168 * 86400.0}


@pytest.mark.parametrize("days", [365, -400])
def test_a_date_that_is_wrong_by_whole_days_needs_the_schedule_to_confirm_it(days):
    fixes = two_rounds(clock_s=days * 86400.0)
    assert clocks(observed(fixes, *plan())) == {"V1": -days * 86400.0}
    # A clock that started anew somewhere in the day: the hours make no sense.
    adrift = two_rounds(clock_s=days * 86400.0 + 4.4 * 3600.0)
    seen = observed(adrift, *plan())
    assert clocks(seen) == {}


def test_the_input_is_left_as_it_was():
    fixes = two_rounds(clock_s=8 * 3600.0)
    before = fixes.copy(deep=True)
    observed(fixes, *plan())
    pd.testing.assert_frame_equal(fixes, before)


def test_receipt_times_are_believed_before_the_schedule(monkeypatch):
    def refuse(*_):
        raise AssertionError("the schedule was asked")

    monkeypatch.setattr(observing, "find_clocks", refuse)
    observed(two_rounds(receipt_s=5.0), *plan())
    with pytest.raises(AssertionError):
        observed(two_rounds(), *plan())


def test_an_observation_without_a_site_looks_at_no_schedule():
    seen = observing.observe(two_rounds(clock_s=8 * 3600.0), DAY, SETTINGS, NOW)
    assert seen.cleaned.clocks.empty
    assert np.isfinite(seen.cleaned.tracks["lon"]).all()


def two_trucks(hours=0.0, receipt_s=None):
    """Two trucks with six points each, the one in the morning, the other after noon."""
    names = list(POINTS)
    fixes = scene.together(
        round_of("V1", local("06:30"), names[:6], receipt_s=receipt_s),
        round_of("V2", local("12:30"), names[6:], receipt_s=receipt_s),
    )
    shift = pd.Timedelta(hours=hours)
    return fixes.assign(time=fixes["time"] + shift, received_at=fixes["received_at"] + shift)


TWO = [
    *((name, "V1", "06:00", "08:00") for name in list(POINTS)[:6]),
    *((name, "V2", "12:00", "14:00") for name in list(POINTS)[6:]),
]


@pytest.mark.parametrize("hours", [8, -8])
@pytest.mark.parametrize("receipt_s", [None, 5.0])
def test_a_feed_in_another_time_zone_is_put_right_whatever_its_receipts(hours, receipt_s):
    # A platform that exports UTC without an offset does so in both columns.
    seen = observed(two_trucks(hours, receipt_s), *TWO)
    assert clocks(seen) == {"V1": -hours * 3600.0, "V2": -hours * 3600.0}
    assert seen.cleaned.tracks["time"].min() == two_trucks()["time"].min()
    assert set(seen.cleaned.tracks["day"]) == set(two_trucks()["day"])


@pytest.mark.parametrize("hours", [0, 3, -3])
def test_a_fleet_that_worked_at_other_hours_has_no_wrong_clocks(hours):
    assert observed(two_trucks(hours, 5.0), *TWO).cleaned.clocks.empty
