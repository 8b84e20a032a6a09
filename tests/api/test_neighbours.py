"""To and from what others use: timetables, Moving Features, and tables of other libraries."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from library_tools import PASSED, SERVED, ZONE, given

import routecheck
from scene import degrees

IGNORED = pytest.mark.filterwarnings("ignore")
"""What other libraries warn of is theirs."""


# --- GTFS -----------------------------------------------------------------------------------------

LON, LAT = degrees([SERVED[0], PASSED[0]], [SERVED[1], PASSED[1]])
FEED = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nA,Bus,http://x,Asia/Shanghai\n",
    "stops": "stop_id,stop_name,stop_lat,stop_lon,location_type\n"
    f"S1,First,{LAT[0]},{LON[0]},0\nS2,Second,{LAT[1]},{LON[1]},\nST,Station,28.84,108.77,1\n",
    "routes": "route_id,route_short_name,route_type\nR1,1,3\nR2,2,3\n",
    "trips": "route_id,service_id,trip_id,block_id\nR1,WK,T1,B1\nR2,WK,T2,B2\nR1,SU,T3,\n"
    "R1,WK,T4,\nR1,WK,T5,\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,"
    "drop_off_type\n"
    "T1,08:01:00,08:02:30,S1,1,,\nT1,08:05:00,08:05:00,S2,2,0,0\n"
    "T2,08:01:00,08:01:00,S1,1,,\nT2,,,S2,2,,\n"
    "T3,09:00:00,09:00:00,S1,1,,\n"
    "T4,25:10:00,25:10:00,S1,1,,\nT4,25:20:00,25:20:00,S2,2,1,1\n"
    "T5,10:00:00,10:00:00,S1,1,,\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,"
    "end_date\nWK,1,1,1,1,1,0,0,20260101,20261231\nSU,0,0,0,0,0,0,1,20260101,20261231\n",
    "calendar_dates": "service_id,date,exception_type\nWK,20260303,2\nSU,20260303,1\n",
    "frequencies": "trip_id,start_time,end_time,headway_secs\nT5,10:00:00,12:00:00,600\n",
}


@pytest.fixture
def feed(tmp_path) -> Path:
    path = tmp_path / "gtfs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FEED.items():
            archive.writestr(f"{name}.txt", f"\ufeff{text}")
    return path


def test_a_timetable_becomes_points_and_windows(feed):
    found = routecheck.from_gtfs(feed, date="2026-03-02", vehicles={"B1": "V1"})
    assert found.time_zone == "Asia/Shanghai"
    assert found.points["point_id"].tolist() == ["S1", "S2"]  # a station is no stop
    assert found.points.crs == "EPSG:4326"
    rows = found.schedule.set_index(["point_id", "window_start"])
    assert rows["window_end"].to_dict() == {
        # Two trips in one minute: one window, to the later departure.
        ("S1", "07:59"): "08:13",
        ("S1", "25:08"): "25:20",
        ("S2", "08:03"): "08:15",
    }
    assert rows.loc[("S1", "07:59"), "route_id"] == "R1|R2"
    # Who ran the second of them is not known: so either may be seen there.
    assert pd.isna(rows.loc[("S1", "07:59"), "vehicle_id"])
    assert rows.loc[("S2", "08:03"), "vehicle_id"] == "V1"
    assert set(found.schedule["valid_from"]) == {pd.Timestamp("2026-03-02")}


def test_exceptions_of_a_date_count(feed):
    found = routecheck.from_gtfs(feed, dates=["2026-03-02", "2026-03-03"], early_min=0, late_min=1)
    tuesday = found.schedule[found.schedule["valid_from"] == "2026-03-03"]
    assert tuesday[["point_id", "window_start", "window_end"]].to_numpy().tolist() == [
        ["S1", "09:00", "09:01"]
    ]
    with pytest.raises(routecheck.MissingDataError, match="no departure is due from 2026-03-07"):
        routecheck.from_gtfs(feed, date="2026-03-07")


def test_a_bus_is_judged_by_its_timetable(feed):
    timetable = routecheck.from_gtfs(feed, date="2026-03-02", vehicles={"T1": "V1"})
    result = routecheck.judge(
        timetable.points, timetable.schedule, given(), date="2026-03-02",
        time_zone=timetable.time_zone, settings={"matching": {"min_dwell_s": 0}},
    )  # fmt: skip
    assert len(result.rejected["schedule"]) == 0
    due = result.pickups.set_index(["point_id", "window_start"])
    # The window of 25:08 is one of the next date.
    assert len(due) == 2
    assert due["verdict"].tolist() == ["collected", "collected"]
    assert due["vehicle_id"].tolist() == ["V1", "V1"]


def test_a_folder_is_read_as_its_archive_is(feed, tmp_path):
    with zipfile.ZipFile(feed) as archive:
        archive.extractall(tmp_path / "feed")
    packed, folder = (
        routecheck.from_gtfs(path, date="2026-03-02") for path in (feed, tmp_path / "feed")
    )
    pd.testing.assert_frame_equal(packed.schedule, folder.schedule)


def test_what_is_no_timetable_is_refused(feed, tmp_path):
    with pytest.raises(routecheck.MissingDataError, match=r"nowhere\.zip: there is no such file"):
        routecheck.from_gtfs(tmp_path / "nowhere.zip", date="2026-03-02")
    (tmp_path / "feed").mkdir()
    for name, text in FEED.items():
        (tmp_path / "feed" / f"{name}.txt").write_text(text, "utf-8")
    (tmp_path / "feed" / "stop_times.txt").write_text("trip_id,stop_id\nT1,S1\n", "utf-8")
    with pytest.raises(routecheck.UnreadableFileError, match="arrival_time, departure_time"):
        routecheck.from_gtfs(tmp_path / "feed", date="2026-03-02")
    (tmp_path / "feed" / "trips.txt").unlink()
    with pytest.raises(routecheck.UnreadableFileError, match=r"has no trips\.txt"):
        routecheck.from_gtfs(tmp_path / "feed", date="2026-03-02")


# --- Moving Features JSON -------------------------------------------------------------------------


def tracks() -> geopandas.GeoDataFrame:
    both = pd.concat([given(), given(vehicle="V2", clock="09:00")], ignore_index=True)
    return routecheck.clean(both, time_zone=ZONE).tracks


def same_fixes(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    assert found["vehicle_id"].tolist() == wanted["vehicle_id"].tolist()
    assert (
        found["time"].dt.tz_convert("UTC").tolist() == wanted["time"].dt.tz_convert("UTC").tolist()
    )
    np.testing.assert_allclose(found.geometry.x, wanted.geometry.x, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.geometry.y, wanted.geometry.y, rtol=0, atol=1e-9)


def test_moving_features_come_back_as_they_went(tmp_path):
    made = tracks()
    written = routecheck.to_mfjson(made.to_crs(32649), tmp_path / "tracks.json")
    for source in (written, tmp_path / "tracks.json"):
        found = routecheck.read_mfjson(source)
        same_fixes(found, made)
        np.testing.assert_allclose(found["speed_kmh"], made["speed_kmh"])
    point = written["features"][0]["temporalGeometry"]
    assert point["type"] == "MovingPoint"
    assert point["datetimes"][0].endswith("Z")
    assert json.loads((tmp_path / "tracks.json").read_text("utf-8")) == written


@IGNORED
def test_movingpandas_reads_what_is_written_and_writes_what_is_read(tmp_path):
    mpd = pytest.importorskip("movingpandas")
    made = tracks()
    routecheck.to_mfjson(made, tmp_path / "ours.json")
    theirs = mpd.read_mf_json(str(tmp_path / "ours.json"), traj_id_property="vehicle_id")
    lengths = [len(one.df) for one in theirs.trajectories]
    assert lengths == made["vehicle_id"].value_counts(sort=False).tolist()
    collection = mpd.TrajectoryCollection(made, traj_id_col="vehicle_id", t="time")
    form = collection.to_mf_json()
    found = routecheck.read_mfjson(form)
    assert sorted(set(found["vehicle_id"])) == ["V1", "V2"]
    assert len(found) == len(made)


def test_the_trajectory_form_and_numbers_of_milliseconds_are_read():
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[108.77, 28.84, 400], [108.78, 28.84]]},
        "properties": {"mfidref": "V7", "datetimes": [1772402400000, 1772402460000]},
    }
    found = routecheck.read_mfjson(feature)
    assert found["vehicle_id"].tolist() == ["V7", "V7"]
    assert found["time"].iloc[0] == pd.Timestamp("2026-03-01 22:00", tz="UTC")


def test_what_moves_nowhere_is_refused(tmp_path):
    with pytest.raises(routecheck.UnreadableFileError, match="no trajectory in it"):
        routecheck.read_mfjson({"type": "FeatureCollection", "features": []})
    (tmp_path / "broken.json").write_text("{", "utf-8")
    with pytest.raises(routecheck.UnreadableFileError, match=r"broken\.json"):
        routecheck.read_mfjson(tmp_path / "broken.json")


# --- tables of other libraries --------------------------------------------------------------------


def served(fixes: pd.DataFrame, **more) -> list[tuple]:
    places = geopandas.GeoDataFrame(
        {"point_id": ["served", "passed"]},
        geometry=geopandas.points_from_xy(LON, LAT),
        crs="EPSG:4326",
    )
    found = routecheck.visits(fixes, places, time_zone=ZONE, **more)
    return list(found[["point_id", "vehicle_id", "served"]].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def wanted() -> list[tuple]:
    return served(tracks())


@IGNORED
def test_tracks_of_movingpandas(wanted):
    mpd = pytest.importorskip("movingpandas")
    made = tracks()
    collection = mpd.TrajectoryCollection(made, traj_id_col="vehicle_id", t="time")
    assert len(collection.trajectories) == 2
    back = collection.to_point_gdf()
    assert served(back) == wanted
    # Its stops are where ours are.
    theirs = mpd.TrajectoryStopDetector(collection.trajectories[0]).get_stop_points(
        min_duration=pd.Timedelta(seconds=60).to_pytimedelta(), max_diameter=30
    )
    ours = routecheck.stops(made[made["vehicle_id"] == "V1"], time_zone=ZONE)
    nearest = (
        ours.to_crs(32649)
        .geometry.iloc[0]
        .distance(theirs.set_crs(4326).to_crs(32649).geometry.iloc[0])
    )
    assert nearest < 15


@IGNORED
def test_tables_of_trackintel(wanted):
    ti = pytest.importorskip("trackintel")
    names = {"vehicle_id": "user_id", "time": "tracked_at"}
    fixes = ti.Positionfixes(tracks().rename(columns=names))
    settings = {"fixes": {"columns": names}}
    assert served(fixes, settings=settings) == wanted
    stops = routecheck.stops(tracks(), time_zone=ZONE)
    stays = ti.Staypoints(
        stops.rename(columns={"vehicle_id": "user_id", "start": "started_at", "end": "finished_at"})
    )
    stays, places = stays.generate_locations(epsilon=50, num_samples=1)
    # The two trucks stood at the same two places.
    assert len(stays) == 4
    assert len(places.drop_duplicates("center")) >= 2


@IGNORED
def test_tables_of_traja(wanted):
    traja = pytest.importorskip("traja")
    made = tracks().to_crs(32649)
    plane = traja.TrajaDataFrame(
        {"x": made.geometry.x, "y": made.geometry.y, "time": made["time"], "id": made["vehicle_id"]}
    )
    settings = {"fixes": {"datum": "EPSG:32649", "columns": {"vehicle_id": "id"}}}
    assert served(plane, settings=settings) == wanted
