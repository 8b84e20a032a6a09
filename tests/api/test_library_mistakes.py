"""A table that cannot be used is answered in the words of whoever calls."""

from __future__ import annotations

import pandas as pd
import pytest

import routecheck

PLACES = pd.DataFrame({"point_id": ["a"], "lon": [8.5], "lat": [50.1]})
FIXES = pd.DataFrame(
    {
        "vehicle_id": ["v"] * 3,
        "time": pd.date_range("2026-03-02 06:00", periods=3, freq="min", tz="UTC"),
        "lon": [8.5] * 3,
        "lat": [50.1] * 3,
    }
)


def test_a_column_that_is_missing_is_answered_with_the_setting_that_maps_it():
    places = PLACES.rename(columns={"point_id": "pointid_no"})
    with pytest.raises(routecheck.MissingDataError) as raised:
        routecheck.visits(FIXES, places, time_zone="UTC")
    said = str(raised.value)
    assert said.startswith("places: required column point_id")
    offered = said.partition("settings=")[2]
    assert offered == '{"points": {"columns": {"point_id": "pointid_no"}}}'
    settings = {"points": {"columns": {"point_id": "pointid_no"}}}
    visits = routecheck.visits(FIXES, places, time_zone="UTC", settings=settings)
    assert visits["point_id"].tolist() == ["a"]
    assert 'settings={"points"' in raised.value.in_language("zh")


def test_windows_given_as_moments_are_answered_with_what_a_window_is():
    schedule = pd.DataFrame(
        {
            "point_id": ["a"],
            "vehicle_id": ["v"],
            "weekdays": ["1234567"],
            "window_start": [pd.Timestamp("2026-03-02 06:00")],
            "window_end": [pd.Timestamp("2026-03-02 08:00")],
        }
    )
    with pytest.raises(routecheck.MissingDataError, match="two times of day, such as 06:00"):
        routecheck.judge(PLACES, schedule, FIXES, date="2026-03-02", time_zone="UTC")
    as_times = schedule.assign(
        window_start=schedule["window_start"].dt.time, window_end=schedule["window_end"].dt.time
    )
    result = routecheck.judge(PLACES, as_times, FIXES, date="2026-03-02", time_zone="UTC")
    assert len(result.pickups) == 1
