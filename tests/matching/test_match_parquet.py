"""Parquet streamed is the table matched, however it is cut; and what is wrong with a file."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match_scenes import Scene, places, random_scene, seconds, standing, tracks

from routecheck.domain.errors import UnreadableFileError
from routecheck.domain.settings import MatchSettings, StopSettings
from routecheck.matching import match_parquet, stream

COLUMNS = ["point_id", "vehicle_id", "entered", "left", "nearest_at", "distance_m", "fixes_inside"]


def write(path: Path, table: pd.DataFrame, **how: Any) -> Path:
    plain = table.assign(vehicle_id=table["vehicle_id"].astype("str"))
    pq.write_table(pa.Table.from_pandas(plain, preserve_index=False), path, **how)
    return path


def as_frame(visits: pa.Table) -> pd.DataFrame:
    frame = visits.to_pandas()
    frame["vehicle_id"] = frame["vehicle_id"].astype("str")
    return frame[COLUMNS]


def expected(scene: Scene) -> pd.DataFrame:
    visits = scene.visits()
    return visits.assign(vehicle_id=visits["vehicle_id"].astype("str"))[COLUMNS]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_however_the_rows_are_cut(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    group: int,
    lot: int,
    dictionary: bool,
) -> None:
    scene = random_scene(seed, gaps=False)
    monkeypatch.setattr(stream, "_LOT", lot)
    file = write(
        tmp_path / "fixes.parquet", scene.tracks, row_group_size=group, use_dictionary=dictionary
    )
    found = match_parquet(file, scene.places, MatchSettings())
    pd.testing.assert_frame_equal(as_frame(found), expected(scene))


@pytest.mark.parametrize("cut", [1, 7, 20])
def test_several_files_are_one_stream(tmp_path: Path, cut: int) -> None:
    t = np.arange(0.0, 200.0, 10)
    scene = Scene(tracks(t, t - 100, 0 * t), standing(len(t)), places([shapely.Point(0, 0)], 30.0))
    files = [
        write(tmp_path / f"{k}.parquet", scene.tracks.iloc[rows])
        for k, rows in enumerate((slice(0, cut), slice(cut, None)))
    ]
    found = match_parquet(files, scene.places, MatchSettings())
    pd.testing.assert_frame_equal(as_frame(found), expected(scene))


def test_other_types_units_and_zones(tmp_path: Path) -> None:
    t = np.arange(0.0, 200.0, 10)
    scene = Scene(
        tracks(t, 10 * t - 1000, 0 * t), standing(len(t)), places([shapely.Point(0, 0)], 30.0)
    )
    time = scene.tracks["time"]
    for unit, zone in (("s", "Asia/Shanghai"), ("ms", "UTC"), ("ns", "America/New_York")):
        table = scene.tracks.assign(time=time.dt.tz_convert(zone).dt.as_unit(unit))
        table["note"] = "not read"
        table["speed_kmh"] = pd.array([36, None] * 10, dtype="Int16")
        found = match_parquet(write(tmp_path / "f.parquet", table), scene.places, MatchSettings())
        pd.testing.assert_frame_equal(as_frame(found), expected(scene))


def test_places_as_plain_columns(tmp_path: Path) -> None:
    t = np.arange(0.0, 200.0, 10)
    dots = [shapely.Point(0, 0), shapely.Point(300, 20)]
    scene = Scene(tracks(t, 10 * t - 1000, 0 * t), standing(len(t)), places(dots, [30.0, 60.0]))
    file = write(tmp_path / "f.parquet", scene.tracks)
    columns = {
        "point_id": scene.places["point_id"].tolist(),
        "lon": [point.x for point in scene.places["geometry"]],
        "lat": [point.y for point in scene.places["geometry"]],
        "tolerance_m": scene.places["tolerance_m"].tolist(),
    }
    found = match_parquet(file, columns, MatchSettings())
    pd.testing.assert_frame_equal(as_frame(found), expected(scene))
    assert len(found) == 2


def test_a_long_time_between_two_places_is_a_gap_and_in_one_place_is_none(tmp_path: Path) -> None:
    near = places([shapely.Point(0, 0)], 80.0)
    for apart_m, count in ((30.0, 1), (60.0, 2)):
        file = write(tmp_path / "f.parquet", tracks([0, 600], [0, apart_m], [0, 0]))
        found = match_parquet(file, near, MatchSettings(), StopSettings(gap_s=300.0))
        assert len(found) == count


def test_dwell_is_told_from_speeds_and_positions(tmp_path: Path) -> None:
    # 36 km/h up to the point, 60 s at it, and on: 10 s each of the ways is 100 m.
    t = np.array([0.0, 10, 20, 40, 60, 80, 90, 100])
    x = np.array([-200.0, -100, 0, 0, 0, 0, 100, 200])
    for speed, atol in (([36.0, 36, 0, 0, 0, 0, 36, 36], 0.1), ([np.nan] * 8, 0.1)):
        table = tracks(t, x, 0 * x).assign(speed_kmh=speed)
        file = write(tmp_path / "f.parquet", table)
        found = match_parquet(file, places([shapely.Point(0, 0)], 30.0), MatchSettings())
        (dwell_s,) = found["dwell_s"].to_pylist()
        assert dwell_s == pytest.approx(60.0, abs=atol)
    # What the speed of 30 s between fixes leaves over was stood at the end that stands.
    table = tracks([0, 30, 60], [-100, 0, 100], [0, 0, 0]).assign(speed_kmh=[36.0, 0, 36])
    file = write(tmp_path / "f.parquet", table)
    found = match_parquet(file, places([shapely.Point(0, 0)], 30.0), MatchSettings())
    assert found["dwell_s"].to_pylist() == pytest.approx([40.0], abs=0.1)


def test_a_file_without_rows_gives_no_visits(tmp_path: Path) -> None:
    file = write(tmp_path / "f.parquet", tracks([0], [0], [0]).iloc[:0])
    assert len(match_parquet(file, places([shapely.Point(0, 0)], 30.0), MatchSettings())) == 0


GOOD = tracks([0, 10, 20], [0, 0, 0], [0, 0, 0])


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (GOOD.drop(columns=["lat", "time"]), r"found no time, lat among vehicle_id, lon"),
        (GOOD.iloc[::-1], "T1 going back in time; sort"),
        (GOOD.assign(lon=[1.0, np.nan, 1.0]), "lon"),
        (GOOD.assign(lon=[1.0, np.inf, 1.0]), "lon or lat that are no numbers"),
        (GOOD.assign(time=["a", "b", "c"]), "time must be a timestamp"),
        (GOOD.assign(vehicle_id=["T1", "T2", "T1"]), "vehicle T1 again after T2; sort"),
        (GOOD.assign(vehicle_id=["T1", None, "T1"]), "vehicle_id, found 1 blank"),
    ],
)
def test_one_clear_line_for_a_bad_file(tmp_path: Path, bad: pd.DataFrame, says: str) -> None:
    file = tmp_path / "bad.parquet"
    pq.write_table(pa.Table.from_pandas(bad, preserve_index=False), file)
    with pytest.raises(UnreadableFileError, match=says) as raised:
        match_parquet(file, places([shapely.Point(0, 0)], 30.0), MatchSettings())
    assert "bad.parquet" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_no_parquet_or_not_there_is_told(tmp_path: Path) -> None:
    here = places([shapely.Point(0, 0)], 30.0)
    text = tmp_path / "text.parquet"
    text.write_text("vehicle_id,time\n")
    cut = tmp_path / "cut.parquet"
    whole = write(tmp_path / "whole.parquet", GOOD).read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    for file in (text, cut, tmp_path / "none.parquet"):
        with pytest.raises(UnreadableFileError, match=file.name):
            match_parquet(file, here, MatchSettings())


def test_seconds_of_the_scene_are_read_back() -> None:
    assert seconds(GOOD["time"]).tolist() == [0, 10, 20]
