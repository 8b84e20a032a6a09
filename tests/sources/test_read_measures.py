"""Degrees with minutes, and speeds with units: cells as people write them, values from tables."""

import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from routecheck.config import FixesSource, PointsSource
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.points import read_points

NOW = datetime.datetime(2026, 3, 5, 4, tzinfo=datetime.UTC)
MARCH = datetime.date(2026, 3, 1)
# The Washington Monument and Christ the Redeemer, as an encyclopaedia has them in both ways.
NORTH_WEST = (-77.035278, 38.889444)
SOUTH_WEST = (-43.2105, -22.951944)


def _fixes(folder, text, **source):
    (folder / "f.csv").write_text(text)
    with FixFiles.read(
        FixesSource(path="f.csv", **source), folder, ZoneInfo("Asia/Shanghai"), now=NOW
    ) as files:
        return files.load(MARCH), files.rejected_on(MARCH)


def _quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


@pytest.mark.parametrize(
    ("lon", "lat", "place"),
    [
        ("77°02'07\"W", "38°53'22\"N", NORTH_WEST),
        ("W77°02′07″", "N38°53′22″", NORTH_WEST),
        ("-77 2 7", "38 53 22", NORTH_WEST),
        ("-77:02:07", "38:53:22.0", NORTH_WEST),
        ("西经77度2分7秒", "北纬38度53分22秒", NORTH_WEST),
        ("77º02’07’’ W", "38º53’22’’ N", NORTH_WEST),
        ("43°12.63'W", "22°57.11664'S", SOUTH_WEST),
        ("43.2105°W", "22.951944S", SOUTH_WEST),
        ("西经43°12′37.8″", "南緯22°57′7″", SOUTH_WEST),
    ],
)
def test_degrees_with_minutes_are_the_place_that_they_name(tmp_path, lon, lat, place):
    row = f"V1,2026-03-01 06:00:00,{_quoted(lon)},{_quoted(lat)}\n"
    table, rejected = _fixes(tmp_path, "vehicle_id,time,lon,lat\n" + row)
    assert rejected.empty
    assert np.allclose(table[["lon", "lat"]].to_numpy()[0], place, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "cell",
    [
        "38°53'22\"N 77°02'07\"W",
        "W77°02'07\" N38°53'22\"",
        "-77°02'07\", 38°53'22\"",
        "北纬38°53′22″ 西经77°2′7″",
        "38.889444N;77.035278W",
        "-77 2 7, 38 53 22",
    ],
)
def test_both_may_stand_in_one_cell(tmp_path, cell):
    text = f"vehicle_id,time,坐标\nV1,2026-03-01 06:00:00,{_quoted(cell)}\n"
    table, _ = _fixes(tmp_path, text)
    assert np.allclose(table[["lon", "lat"]].to_numpy()[0], NORTH_WEST, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "lat", ["38°61'00\"N", "38°53'22\"E", "-38°53'22\"N", "38.5°53'", "N38°53'22\"S", "3853.37N"]
)
def test_what_contradicts_itself_is_rejected_with_the_cell(tmp_path, lat):
    good = "V1,2026-03-01 06:00:10,108.7,28.8\n"
    text = f"vehicle_id,time,lon,lat\nV1,2026-03-01 06:00:00,77°02'07W,{_quoted(lat)}\n{good}"
    table, rejected = _fixes(tmp_path, text.replace("07W", "07″W"))
    assert len(table) == 1
    assert rejected[["row", "reason", "text"]].to_numpy().tolist() == [[2, "bad_number", lat]]


def test_points_have_them_too_and_a_plain_number_stays_one(tmp_path):
    (tmp_path / "p.csv").write_text(
        "收集点编号,经度,纬度\nA,108°45′10″,28°50′28″\nB,108.752778,28.841111\nC,108°61′,28°\n"
    )
    table = read_points(PointsSource(path="p.csv"), tmp_path).table.set_index("point_id")
    assert table.loc["A", "geometry"].distance(table.loc["B", "geometry"]) < 1e-6
    assert table.loc["C", "geometry"] is None


@pytest.mark.parametrize(
    ("header", "cell", "kmh"),
    [
        ("speed", "12km/h", 12.0),
        ("速度", "12 公里/小时", 12.0),
        ("speed", "6.5 kn", 12.038),
        ("speed", "5 m/s", 18.0),
        ("speed", "10 mph", 16.09344),
        ("车速", "１２ＫＭ／Ｈ", 12.0),
        ("speed", "12", 12.0),
        ("速度(m/s)", "5", 18.0),
        ("speed_knots", "6.5", 12.038),
        ("speed_ms", "5", 18.0),
        ("speed (m/s)", "12 km/h", 12.0),
        ("speed", "fast", np.nan),
    ],
)
def test_speeds_have_the_unit_of_their_cell_or_header(tmp_path, header, cell, kmh):
    text = f"vehicle_id,time,lon,lat,{header}\nV1,2026-03-01 06:00:00,108.7,28.8,{cell}\n"
    table, rejected = _fixes(tmp_path, text)
    assert rejected.empty
    assert np.allclose(table["speed_kmh"], [kmh], equal_nan=True)


def test_a_decimal_comma_counts_in_degrees_and_speeds(tmp_path):
    text = "vehicle_id;time;lon;lat;speed\nV1;2026-03-01 06:00:00;43°12,63'W;22°57,11664'S;6,5 kn\n"
    table, _ = _fixes(tmp_path, text)
    assert np.allclose(table[["lon", "lat"]].to_numpy()[0], SOUTH_WEST, rtol=0, atol=1e-6)
    assert np.allclose(table["speed_kmh"], 12.038)
