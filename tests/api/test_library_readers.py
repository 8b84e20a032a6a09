"""Readers: what they give, `judge` takes again, with the same verdicts as of the files."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pandas as pd
import pytest
from library_tools import ZONE, exported, raw_tables, same_as_exported

import routecheck
from site_tools import DAYS, run


@pytest.fixture(scope="module")
def judged(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("readers") / "county"
    shutil.copytree(county, site)
    assert run(site) == 0
    return site


def test_what_is_read_is_judged_as_the_files_are(judged):
    vehicles = routecheck.read_vehicles(judged / "vehicles.csv")
    fixes = routecheck.read_fixes(f"{judged}/fixes/*.csv", time_zone=ZONE, vehicles=vehicles)
    schedule = routecheck.read_schedule(judged / "schedule.csv")
    result = routecheck.judge(
        routecheck.read_points(judged / "points.csv"),
        schedule,
        fixes,
        routecheck.read_alerts(f"{judged}/alerts/*.csv", time_zone=ZONE, schedule=schedule),
        calendar=routecheck.read_calendar(judged / "calendar.csv"),
        checks=routecheck.read_checks(judged / "checks.csv", time_zone=ZONE),
        dates=DAYS,
        time_zone=ZONE,
    )
    # The record of a point is its place now: axes that were exchanged are not seen any more.
    truth = pd.read_csv(judged / "truth_points.csv", keep_default_na=False)
    known = truth.loc[truth["record_fault"] != "coordinate_error", "point_id"]
    csv = exported(judged, "pickups")
    same = csv["point_id"].isin(known)
    frame = result.pickups[same.to_numpy()].reset_index(drop=True)
    columns = ["service_date", "point_id", "window_start", "verdict", "cause", "vehicle_id"]
    same_as_exported(frame[columns], csv.loc[same, columns].reset_index(drop=True))


def test_rows_kept_apart_are_counted_in_the_log_and_returned(judged, caplog):
    with caplog.at_level(logging.WARNING):
        fixes = routecheck.read_fixes(f"{judged}/fixes/*.csv", time_zone=ZONE)
    found = routecheck.read("fixes", f"{judged}/fixes/*.csv", time_zone=ZONE)
    assert len(found.table) == len(fixes)
    assert len(found.table) + len(found.rejected) == len(raw_tables(judged)["fixes"])
    assert len(found.rejected)
    assert "rows kept apart" in caplog.text
    pd.testing.assert_frame_equal(pd.DataFrame(found.table), pd.DataFrame(fixes))
    with pytest.raises(routecheck.UsageError, match='no table "trips"; there are: points'):
        routecheck.read("trips", "trips.csv")


def test_keys_of_the_section_are_taken(tmp_path):
    path = tmp_path / "fahrten.csv"
    path.write_text("wagen;wann;x;y\nV1;02.03.2026 06:00:00;108,77;28,84\n", "utf-8")
    read = routecheck.read_fixes(
        path,
        time_zone=ZONE,
        columns={"vehicle_id": "wagen", "time": "wann"},
        time_format="%d.%m.%Y %H:%M:%S",
    )
    assert read["time"].tolist() == [pd.Timestamp("2026-03-02 06:00", tz=ZONE)]
    assert read.geometry.iloc[0].coords[0] == (108.77, 28.84)
    with pytest.raises(routecheck.UsageError, match="tolerance"):
        routecheck.read_points(path, tolerance=3)


def test_a_window_past_midnight_comes_back_as_it_was(tmp_path):
    path = tmp_path / "schedule.csv"
    path.write_text(
        "point_id,vehicle_id,weekdays,window_start,window_end,every_days,valid_from\n"
        "P1,,135,22:30,01:15,,\nP2,V2,,06:00,06:00,3,2026-03-01\n",
        "utf-8",
    )
    read = routecheck.read_schedule(path)
    assert read["window_start"].tolist() == ["22:30", "06:00"]
    assert read["window_end"].tolist() == ["01:15", "06:00"]
    assert read["weekdays"].tolist() == ["135", "1234567"]
    assert read["every_days"].isna().tolist() == [True, False]
    assert pd.isna(read["vehicle_id"].iloc[0])
    assert read["valid_from"].iloc[1] == pd.Timestamp("2026-03-01")


def test_breaks_in_a_recording_are_kept(tmp_path):
    from routecheck.config import LimitsSection
    from routecheck.sources.frame_table import FrameTable, HeldTable

    path = tmp_path / "V1.gpx"
    points = "".join(
        f'<trkpt lat="28.84" lon="108.77{n}"><time>2026-03-01T22:00:{n}0Z</time></trkpt>'
        + ("</trkseg><trkseg>" if n == 2 else "")
        for n in range(5)
    )
    path.write_text(
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x">'
        f"<trk><name>V1</name><trkseg>{points}</trkseg></trk></gpx>",
        "utf-8",
    )
    read = routecheck.read_fixes(path, time_zone=ZONE)
    assert read["after_break"].tolist() == [True, False, False, True, False]
    [block] = FrameTable(HeldTable.of(read), "fixes", "fixes", {}, LimitsSection()).blocks()
    assert (block.stretch == [1, 1, 1, 2, 2]).all()
