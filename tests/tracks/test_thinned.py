"""Thinned tracks: near to the whole ones, few, and restored to the digit."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

import scene
from routecheck.tracks.parameters import THIN_M
from routecheck.tracks.thinned import compact, restored, thinned

ZONE = ZoneInfo("Asia/Shanghai")


def tracks_of(xs, ys, *, every_s=10.0, vehicle="V1", begins="07:00"):
    lon, lat = scene.degrees(np.asarray(xs, float), np.asarray(ys, float))
    start = pd.Timestamp(scene.local(begins)).tz_convert("UTC")
    times = start + pd.to_timedelta(np.arange(len(lon)) * every_s, unit="s")
    return pd.DataFrame(
        {
            "vehicle_id": pd.Categorical([vehicle] * len(lon)),
            "time": pd.Series(times).astype(scene.UTC_TIME),
            "lon": lon,
            "lat": lat,
        }
    )


def metres(df):
    plane = scene.pyproj.Transformer.from_crs(
        "EPSG:4326",
        f"+proj=aeqd +lat_0={scene.LAT} +lon_0={scene.LON} +ellps=WGS84",
        always_xy=True,
    )
    return np.column_stack(plane.transform(df["lon_e5"] * 1e-5, df["lat_e5"] * 1e-5))


def test_a_thinned_track_stays_near_the_whole_one():
    rng = np.random.default_rng(3)
    turn = np.cumsum(rng.normal(0, 0.25, 600))
    xs, ys = np.cumsum(80 * np.cos(turn)), np.cumsum(80 * np.sin(turn))
    whole = tracks_of(xs, ys)
    thin = thinned(whole, np.zeros(len(whole), bool), scene.DAY, ZONE)
    # Both ways: nothing of the one is far from the other. The grid adds a metre.
    a, b = shapely.LineString(np.column_stack([xs, ys])), shapely.LineString(metres(thin))
    assert shapely.hausdorff_distance(a, b, densify=0.05) <= THIN_M + 1.5
    assert len(thin) < len(whole)


def test_a_straight_way_keeps_its_ends_and_a_vertex_each_ten_minutes():
    whole = tracks_of(np.arange(361) * 50.0, np.zeros(361))
    thin = thinned(whole, np.zeros(len(whole), bool), scene.DAY, ZONE)
    assert thin["time_s"].tolist() == [7 * 3600 + 600 * k for k in range(7)]


def test_lines_break_at_gaps_and_between_vehicles():
    one, two = (
        tracks_of([0, 500, 1000, 5000], [0, 0, 0, 0]),
        tracks_of([0, 9], [0, 9], vehicle="V2"),
    )
    both = pd.concat([one.astype({"vehicle_id": "str"}), two.astype({"vehicle_id": "str"})])
    both = both.astype({"vehicle_id": "category"}).reset_index(drop=True)
    gap = np.array([False, False, True, False, False, False])
    thin = thinned(both, gap, scene.DAY, ZONE)
    by_piece = thin.groupby("piece")["vehicle_id"].agg(["first", "size"])
    assert by_piece["first"].tolist() == ["V1", "V1", "V2"]
    assert by_piece["size"].tolist() == [2, 1, 2]


def test_what_lies_before_midnight_belongs_to_another_date():
    early = tracks_of(np.arange(20) * 500.0, np.arange(20) % 2 * 400.0, every_s=60, begins="00:00")
    early["time"] -= pd.Timedelta(minutes=10)
    thin = thinned(early, np.zeros(20, bool), scene.DAY, ZONE)
    assert thin["time_s"].min() == 0
    assert len(thin) == 10


def test_no_tracks_make_an_empty_table_that_survives_the_store():
    none = thinned(tracks_of([], []), np.zeros(0, bool), date(2026, 3, 2), ZONE)
    assert len(none) == 0
    assert len(restored(compact(none))) == 0


numbers = st.integers(-18_000_000, 18_000_000)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(-90_000, 200_000), numbers, numbers)),
)
def test_compact_tracks_are_restored_to_the_digit(values):
    columns = list(zip(*values, strict=True)) or [[], [], [], []]
    thin = pd.DataFrame(
        {
            "vehicle_id": pd.Categorical(["V1"] * len(values)),
            **{
                name: np.array(column, dtype=np.int32)
                for name, column in zip(
                    ("piece", "time_s", "lon_e5", "lat_e5"), columns, strict=True
                )
            },
        }
    )
    steps = compact(thin)
    widest = {"x": 1, "x_high": 1, "x_far": 2}
    for name in steps.columns.drop("vehicle_id"):
        kind = "x_" + name.rsplit("_", 1)[1] if name.endswith(("_high", "_far")) else "x"
        assert steps[name].dtype.itemsize == widest[kind]
    pd.testing.assert_frame_equal(restored(steps), thin)


def test_tracks_of_an_earlier_store_are_restored_too():
    # Before, a step was kept in two columns of 16 bits.
    steps = pd.DataFrame(
        {
            "vehicle_id": pd.Categorical(["V1", "V1"]),
            **{name: np.array([7, -300], np.int16) for name in ("piece", "time_s")},
            **{name: np.array([0, 1], np.int16) for name in ("piece_far", "time_s_far")},
            **{name: np.array([100, -20_000], np.int16) for name in ("lon_e5", "lat_e5")},
            **{name: np.array([330, 0], np.int16) for name in ("lon_e5_far", "lat_e5_far")},
        }
    )
    found = restored(steps)
    assert found["time_s"].tolist() == [7, 7 - 300 + 32768]
    assert found["lon_e5"].tolist() == [100 + 330 * 32768, 100 + 330 * 32768 - 20_000]
