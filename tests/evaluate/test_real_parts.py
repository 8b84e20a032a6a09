"""The figures of real recordings, on small made ones whose figures are known."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from benchmarks import real
from benchmarks.real_sources import read_couriers, read_stops, read_trucks

NOON = pd.Timestamp("2015-12-10T12:00")
"""Local time of the trucks; 17:00 UTC."""


def chunk(folder, name: str, *, halt: bool) -> None:
    """Two minutes driven at 10 m/s (with a halt of 30 s, or none), two at one spot, two driven."""
    at_s = np.arange(0.0, 360.0, 5.0)
    corners = [(0, 0), (50, 500), (80, 500 if halt else 800), (120, 900), (240, 900), (360, 2100)]
    when, where = zip(*corners, strict=True)
    rows = pd.DataFrame(
        {
            "timestamp": pd.Timestamp("1964-01-12") + pd.to_timedelta(at_s + 0.001, unit="s"),
            "x": np.interp(at_s, when, where),
            "y": np.zeros(len(at_s)),
            "groundtruth": np.where((at_s >= 120) & (at_s <= 240), "OnFoot", "Driving"),
        }
    )
    rows.to_csv(folder / f"{name}.csv", index=False)


def test_spans_of_one_label(tmp_path):
    chunk(tmp_path, "a", halt=False)
    runs = real.runs_of(read_couriers([tmp_path]))
    assert runs["driving"].tolist() == [True, False, True]
    assert runs["lasted_s"].tolist() == [115.0, 120.0, 110.0]


def test_stands_of_couriers(tmp_path):
    for name, halt in (("a", True), ("b", False)):
        chunk(tmp_path, name, halt=halt)
    rows = dict(real.couriers([tmp_path]))
    assert rows["chunks of 6 minutes"] == "2"
    assert rows["of them on foot"] == "35%"  # 25 fixes of 72
    assert rows["a fix in 5 s: 120 s and more on foot, with a stand"] == "100%"
    # One halt in two times 225 s of driving.
    assert rows["a fix in 5 s: stands while driving, an hour"] == "8"
    assert rows["a fix in 5 s: how long those last: median, nine in ten within"] == "30 s, 30 s"


def snapshots(folder, tracks: dict[str, dict[int, float]], minutes: int) -> None:
    """Each minute the last place of each vehicle, as `jc-data-*.csv` has it; 1 s after noon.

    Args:
        folder: where to write.
        tracks: by vehicle, km east of a corner by minute after noon.
        minutes: how many files.
    """
    for minute in range(minutes):
        rows = []
        for vehicle, places in tracks.items():
            seen = [m for m in places if m <= minute]
            if seen:
                lon = -74.0 + places[max(seen)] / 84.4
                at = NOON + pd.Timedelta(minutes=max(seen))
                rows.append(f"40.7|{lon:.5f}|{vehicle}|1 Main St|{at:%Y-%m-%dT%H:%M:%S}")
        received = NOON + pd.Timedelta(hours=5, minutes=minute, seconds=1)
        text = "\n".join(rows) + "\n"
        (folder / f"jc-data-{received:%m%d%y-%H%M%S}.csv").write_text(text)


def test_what_a_page_showed_by_the_minute_becomes_fixes(tmp_path):
    snapshots(tmp_path, {"101": {0: 0.0, 1: 0.4, 4: 0.8}, "102": {-60 * 24: 3.0}}, 6)
    fixes = read_trucks([tmp_path])
    # Of the parked one, which every file repeats, one fix is left.
    assert fixes["vehicle_id"].value_counts().to_dict() == {"101": 3, "102": 1}
    own = fixes[fixes["vehicle_id"] == "101"].sort_values("time")
    assert own["time"].tolist() == [
        pd.Timestamp(f"2015-12-10T17:0{minute}Z") for minute in (0, 1, 4)
    ]
    assert own["received_at"].tolist() == [
        pd.Timestamp(f"2015-12-10T17:0{minute}:01Z") for minute in (0, 1, 4)
    ]
    assert own.geometry.x.round(5).tolist() == [-74.0, -73.99526, -73.99052]


def test_a_feed_of_trucks(tmp_path):
    # Driven at 24 km/h, a stand of 4 minutes, a silence of 8, and on. The other one follows
    # half an hour later, without a stand; the third is parked since the day before.
    stood = {0: 0.0, 1: 0.4, 2: 0.8, 3: 0.8, 4: 0.8, 5: 0.8, 6: 0.8, 7: 1.2, 15: 4.4, 16: 4.8}
    passed = {30 + minute: 0.4 * minute for minute in range(6)}
    snapshots(tmp_path, {"1": stood, "2": passed, "3": {-1440: 9.0}}, 40)
    figures = dict(real.trucks([tmp_path]))
    assert figures["fixes"] == "17 of 3 vehicles"
    assert figures["vehicles with one moment only"] == "1"
    assert figures["hours from the first to the last receipt"] == "1"
    # The first of all was measured a second before it was received, and so was the parked one.
    assert figures["fixes older than the first receipt"] == "2"
    assert (
        figures["seconds from a later fix to its receipt: tenth, median, nine tenths"] == "1, 1, 1"
    )
    assert figures["seconds between fixes: tenth, median, nine tenths"] == "60, 60, 60"
    assert figures["silences of more than 5 minutes"] == "1"
    assert figures["vehicles with such a silence"] == "1 of 2"
    assert figures["moments of a vehicle with several places"] == "0"
    assert figures["fixes kept apart"] == "none"
    assert figures["stands of 10 s and more"] == "1 of 1 vehicles"
    assert figures["lasting 1 to 5 min"] == "100%"
    assert (
        figures["of the places of stands up to 15 min: another vehicle came within 30 m"] == "100%"
    )
    assert figures["and stood there too"] == "0%"


def test_a_vehicle_in_two_places_at_once(tmp_path):
    snapshots(tmp_path, {"1": {0: 0.0, 1: 0.4, 2: 0.8}}, 4)
    last = sorted(tmp_path.glob("*.csv"))[-1]
    last.write_text(last.read_text().replace("40.7|", "40.701|"))  # 111 m to the north
    figures = dict(real.trucks([tmp_path]))
    assert figures["moments of a vehicle with several places"] == "1"
    assert figures["metres between those: tenth, median, nine tenths"] == "111, 111, 111"
    assert figures["fixes kept apart"] == "conflict 1"


def test_input_files_are_taken_too(tmp_path):
    snapshots(tmp_path, {"1": {0: 0.0, 1: 0.4, 2: 0.8, 9: 1.2}}, 12)
    fixes = read_trucks([tmp_path])
    table = fixes.assign(lon=fixes.geometry.x, lat=fixes.geometry.y).drop(columns="geometry")
    path = tmp_path / "fixes.csv"
    table.assign(time=table["time"].map(pd.Timestamp.isoformat)).to_csv(path, index=False)
    assert real.trucks([path]) == real.trucks([tmp_path])


def routes(folder, route: int, stops: list[tuple[int, float, float]]) -> None:
    """A file as `Route_*.json`: stops of one route, each an id, longitude and latitude."""
    data = [
        {"StopId": stop, "StopName": f"站{stop}", "Turn": n, "Lon": lon, "Lat": lat}
        for n, (stop, lon, lat) in enumerate(stops, 1)
    ]
    content = [{"RouteId": route, "RouteName": "甲", "StopData": data}]
    (folder / f"Route_甲區_{route}.json").write_text(json.dumps(content), "utf-8")


def test_how_near_points_lie(tmp_path):
    # Two 22 m apart that follow each other, one 1.1 km on, and one on another continent, one
    # nowhere on earth, and one on a second route at the very place of the first.
    routes(tmp_path, 1, [(1, 120.1, 23.0), (2, 120.1, 23.0002), (3, 120.1, 23.01)])
    routes(tmp_path, 2, [(3, 3.08, 3.08), (4, 120.1, 23.0), (5, 120.1, 120.1)])
    figures = dict(real.points([tmp_path]))
    assert figures["points"] == "6"
    assert figures["ids that stand for two points"] == "1"
    assert figures["no place, or one more than 100 km from the middle one"] == "2"
    assert figures["at the very place of another"] == "2"
    assert figures["another point within 30 m"] == "60%"
    assert figures["pairs of points that follow each other on a route"] == "3"
    assert figures["of them within 30 m"] == "33%"
    assert read_stops([tmp_path])[0]["point_id"].tolist() == [
        "1-1",
        "1-2",
        "1-3",
        "2-3",
        "2-4",
        "2-5",
    ]


def test_points_as_an_input_file(tmp_path):
    rows = pd.DataFrame(
        {"point_id": list("ABCA"), "lat": [23.0, 23.0002, 23.01, 23.1], "lon": [120.1] * 4}
    )
    rows.to_csv(tmp_path / "points.csv", index=False)
    figures = dict(real.points([tmp_path / "points.csv"]))
    assert figures["points"] == "3"
    assert figures["rows kept apart"] == "duplicate_key 1"
    assert figures["another point within 30 m"] == "67%"


@pytest.mark.parametrize("what", ["couriers", "trucks", "points"])
def test_an_empty_folder_is_told(what, tmp_path):
    with pytest.raises(SystemExit, match="there is no "):
        real.main([what, str(tmp_path)])
