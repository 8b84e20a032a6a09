"""The figures of real recordings, on small made ones whose figures are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from benchmarks import real


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
    runs = real.runs_of(real.labelled(tmp_path))
    assert runs["driving"].tolist() == [True, False, True]
    assert runs["lasted_s"].tolist() == [115.0, 120.0, 110.0]


def test_stands_of_couriers(tmp_path):
    for name, halt in (("a", True), ("b", False)):
        chunk(tmp_path, name, halt=halt)
    rows = dict(real.couriers(tmp_path))
    assert rows["chunks of 6 minutes"] == "2"
    assert rows["of them on foot"] == "35%"  # 25 fixes of 72
    assert rows["a fix in 5 s: 120 s and more on foot, with a stand"] == "100%"
    # One halt in two times 225 s of driving.
    assert rows["a fix in 5 s: stands while driving, an hour"] == "8"
    assert rows["a fix in 5 s: how long those last: median, nine in ten within"] == "30 s, 30 s"


def test_a_feed_of_trucks(tmp_path):
    at = pd.Timestamp("2026-03-02T08:00Z")
    minutes = [0, 1, 2, 3, 4, 5, 15, 16, 16]
    lon = [9.0, 9.01, 9.01, 9.01, 9.01, 9.02, 9.03, 9.04, 9.05]
    rows = pd.DataFrame(
        {
            "vehicle_id": "1",
            "time": [(at + pd.Timedelta(minutes=m)).isoformat() for m in minutes],
            "lon": lon,
            "lat": 48.0,
        }
    )
    rows.to_csv(tmp_path / "fixes.csv", index=False)
    figures = dict(real.trucks(tmp_path / "fixes.csv"))
    assert figures["fixes"] == "9 of 1 vehicles"
    assert figures["seconds between fixes, median"] == "60"
    assert figures["silences of more than 5 minutes"] == "1"
    assert figures["one vehicle at one time in two places"] == "1 times"
    assert figures["stands of 10 s and more"].endswith("of 1 vehicles")


def test_how_near_points_lie(tmp_path):
    # Two 22 m apart, one 1.1 km away, and one on another continent.
    rows = pd.DataFrame(
        {
            "point_id": list("ABCD"),
            "lat": [23.0, 23.0002, 23.01, 3.08],
            "lon": [120.1, 120.1, 120.1, 3.08],
        }
    )
    rows.to_csv(tmp_path / "points.csv", index=False)
    figures = dict(real.points(tmp_path / "points.csv"))
    assert figures["another point within 30 m"] == "50%"
    assert figures["points"] == "4"


def test_an_empty_folder_is_told(tmp_path, capsys):
    with pytest.raises(SystemExit, match="no CSV files"):
        real.main(["couriers", str(tmp_path)])
