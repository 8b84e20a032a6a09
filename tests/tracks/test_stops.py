"""Stops against what the truck in the scene did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from routecheck.domain.settings import CleanSettings, StopSettings
from routecheck.geo.plane import LocalPlane
from routecheck.tracks.clean import clean
from routecheck.tracks.stops import find_stops
from scene import LAT, LON, drive, fixes, local

NOW = pd.Timestamp("2026-03-10", tz="UTC")


def stops_of(legs, **options):
    sampling = {k: options.pop(k) for k in ("every_s", "lag_s") if k in options}
    table = fixes("A", local("07:00"), drive((0.0, 0.0), legs, **sampling), **options)
    tracks = clean(table, CleanSettings(), NOW).tracks
    standing, stops = find_stops(tracks, StopSettings())
    x, y = LocalPlane(LON, LAT).to_metres(stops["lon"], stops["lat"])
    return standing, stops.assign(x=x, y=y)


@pytest.mark.parametrize("every_s", [5.0, 10.0, 20.0, 30.0])
@pytest.mark.parametrize("speed", [True, False])
@pytest.mark.parametrize("stood_s", [60.0, 180.0])
def test_a_stand_is_found_where_and_as_long_as_it_was(every_s, speed, stood_s):
    legs = [("to", 600.0, 0.0, 8.0), ("stand", stood_s), ("to", 1400.0, 0.0, 8.0)]
    _, stops = stops_of(legs, every_s=every_s, lag_s=3.0, speed=speed)
    inner = stops[(stops["x"] > 100) & (stops["x"] < 1300)]
    assert len(inner) == 1
    assert inner["x"].iloc[0] == pytest.approx(600.0, abs=10.0)
    # One sampling interval of doubt, and what braking would have cost.
    assert inner["stood_s"].iloc[0] == pytest.approx(stood_s, abs=every_s + 12.0)


@pytest.mark.parametrize("every_s", [10.0, 20.0, 30.0])
def test_driving_on_is_no_stop(every_s):
    _, stops = stops_of([("to", 4000.0, 0.0, 8.0)], every_s=every_s)
    assert stops[(stops["x"] > 100) & (stops["x"] < 3900)].empty


@pytest.mark.parametrize("every_s", [1.0, 2.0, 5.0])
@pytest.mark.parametrize("speed_ms", [3.0, 6.0, 12.0])
def test_close_fixes_without_a_speed_are_no_stand_while_they_drive(every_s, speed_ms):
    """Less way than noise lies between two of them."""
    legs = [("to", 900.0, 0.0, speed_ms), ("stand", 60.0), ("to", 2000.0, 0.0, speed_ms)]
    _, stops = stops_of(legs, every_s=every_s, speed=False, receipt_s=None)
    inner = stops[(stops["x"] > 100) & (stops["x"] < 1900)]
    assert inner["x"].tolist() == pytest.approx([900.0], abs=10.0)
    assert inner["stood_s"].tolist() == pytest.approx([60.0], abs=14.0)
    assert inner["stood_s"].iloc[0] >= 58.0


@pytest.mark.parametrize("speed", [True, False])
def test_crawling_is_no_stop(speed):
    legs = [("to", 300.0, 0.0, 8.0), ("to", 420.0, 0.0, 1.5), ("to", 900.0, 0.0, 8.0)]
    _, stops = stops_of(legs, speed=speed)
    assert stops[(stops["x"] > 100) & (stops["x"] < 850)].empty


def test_stands_at_two_neighbours_are_two_stops():
    legs = [
        ("to", 500.0, 0.0, 8.0),
        ("stand", 60),
        ("to", 540.0, 0.0, 5.0),
        ("stand", 60),
        ("to", 1200.0, 0.0, 8.0),
    ]
    _, stops = stops_of(legs, every_s=20.0)
    inner = stops[(stops["x"] > 100) & (stops["x"] < 1100)]
    assert np.allclose(sorted(inner["x"].round()), [500.0, 540.0], atol=12.0)


def test_parked_in_silence_is_standing_and_a_silent_drive_is_a_gap():
    parked = [("stand", 30), ("silent", 3000), ("stand", 30)]
    standing, _ = stops_of([("to", 500.0, 0.0, 8.0), *parked, ("to", 900.0, 0.0, 8.0)])
    assert not standing.gap.any()
    standing, _ = stops_of(
        [("to", 500.0, 0.0, 8.0), ("hide", 5500.0, 0.0, 8.0), ("to", 6000.0, 0.0, 8.0)]
    )
    assert standing.gap.sum() == 1


def test_standing_time_never_exceeds_the_segment():
    legs = [("to", 500.0, 0.0, 8.0), ("stand", 90), ("to", 900.0, 0.0, 3.0), ("stand", 20)]
    for every_s in (7.0, 23.0, 61.0):
        table = fixes("A", local("07:00"), drive((0.0, 0.0), legs, every_s=every_s))
        tracks = clean(table, CleanSettings(), NOW).tracks
        standing, _ = find_stops(tracks, StopSettings())
        dt = tracks["time"].diff().dt.total_seconds().shift(-1).fillna(0.0).to_numpy()
        assert (standing.stood_s <= dt + 1e-6).all()
        assert (standing.stood_s <= standing.stood_max_s + 1e-6).all()
        assert (standing.stood_s >= 0).all()


def test_a_silence_at_the_mouth_of_a_lane_does_not_show_where_the_truck_stood():
    # Down a lane without reception, a stand at its end 400 m away, and back: 100 + 60 + 100 s
    # between two fixes in the same place.
    legs = [("to", 600.0, 0.0, 8.0), ("to", 600.0, -400.0, 4.0), ("stand", 60),
            ("to", 600.0, 0.0, 4.0), ("to", 1400.0, 0.0, 8.0)]  # fmt: skip
    table = fixes("A", local("07:00"), drive((0.0, 0.0), legs, every_s=5.0))
    y = LocalPlane(LON, LAT).to_metres(table["lon"], table["lat"])[1]
    heard = table[np.asarray(y) > -5.0].reset_index(drop=True)
    tracks = clean(heard, CleanSettings(), NOW).tracks
    stops = find_stops(tracks, StopSettings())[1]
    silent = stops[stops["fixes"] == 0]
    assert len(silent) == 1
    assert silent["spread_m"].iloc[0] > 150.0
