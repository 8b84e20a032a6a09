"""Judging frames: the same as the command line makes of the files they came from."""

from __future__ import annotations

import copy
import io
import json
import logging
import re
import shutil
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from library_tools import TABLES, ZONE, exported, raw_tables, same_as_exported, typed_tables

import routecheck
from accept_sample import ACCEPTED, SAMPLE
from routecheck.simulate.datums import gcj02_from_wgs84
from site_tools import DAYS, call, run

VERDICT = ["service_date", "point_id", "window_start", "verdict", "cause"]


@pytest.fixture(scope="module")
def judged(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county as the command line judged it, its exports beside its files."""
    site = tmp_path_factory.mktemp("library") / "county"
    shutil.copytree(county, site)
    assert run(site) == 0
    return site


def judge(tables: dict, **more) -> routecheck.Results:
    given = {name: tables[name] for name in TABLES}
    call_with = {"dates": DAYS, "time_zone": ZONE} | more
    return routecheck.judge(
        given.pop("points"), given.pop("schedule"), given.pop("fixes"), **given, **call_with
    )


@pytest.fixture(scope="module")
def result(judged: Path) -> routecheck.Results:
    return judge(raw_tables(judged))


def near(lon: pd.Series, lat: pd.Series) -> pd.Series:
    return lon.sub(108.8).abs().lt(2) & lat.sub(28.8).abs().lt(2)


def well_written(site: Path) -> list[str]:
    """Points but those with axes exchanged, degrees and minutes in one, or digits lost.

    How such a record came about can be seen in degrees as they were written, and in no other.
    """
    points = pd.read_csv(site / "truth_points.csv", keep_default_na=False)
    known = points.loc[points["record_fault"] != "coordinate_error", "point_id"].tolist()
    assert len(known) > 50
    return known


def verdicts(frame: pd.DataFrame, points=None) -> list[tuple]:
    if points is not None:
        frame = frame[frame["point_id"].isin(points)]
    return list(frame[VERDICT].fillna("").astype(str).itertuples(index=False, name=None))


@pytest.mark.parametrize("name", ["pickups", "alerts", "incidents", "corrections"])
def test_tables_are_those_of_the_command_line(judged, result, name):
    csv = exported(judged, name)
    assert len(csv)
    same_as_exported(getattr(result, name), csv)


def test_what_has_a_place_has_it_in_wgs84(judged, result):
    for name in ("pickups", "alerts", "corrections", "visits", "stops", "places", "episodes"):
        frame = getattr(result, name)
        assert frame.crs == "EPSG:4326", name
        assert len(frame), name
    proposed = exported(judged, "corrections")
    moved = result.corrections[result.corrections["proposed_lon"].notna()]
    assert moved.geometry.x.round(7).tolist() == [float(x) for x in proposed["proposed_lon"] if x]
    places = exported(judged, "places")
    known = (places["lon"] != "").to_numpy()
    assert result.places.geometry.notna().tolist() == known.tolist()
    np.testing.assert_allclose(
        result.places.geometry[known].y, places.loc[known, "lat"].astype(float), atol=1e-7
    )


def test_visits_are_those_that_the_exports_list(judged, result):
    assert call("export", "--episodes", "--from", DAYS[0], "--to", DAYS[1],
                "--config", str(judged / "routecheck.toml")) == 0  # fmt: skip
    csv = exported(judged, "episodes")
    there = csv[csv["kind"].isin(["stand", "pass", "parked"]) & (csv["place"] == "-1")]
    assert result.visits["vehicle_id"].tolist() == there["vehicle_id"].tolist()
    same_as_exported(result.episodes, csv)
    # A pickup that was seen to be collected rests on a visit or on another episode of its vehicle.
    decisive = result.episodes[result.episodes["decisive"]]
    collected = result.pickups[result.pickups["verdict"] == "collected"]
    named = set(decisive["point_id"])
    assert sum(point in named for point in collected["point_id"]) > 0.9 * len(collected)


def test_frames_with_types_and_geometries_are_judged_alike(judged, result):
    tables = typed_tables(judged)
    same = judge(tables)
    assert verdicts(same.pickups) == verdicts(result.pickups)


@pytest.mark.parametrize("crs", ["EPSG:4546", "EPSG:32649"])
def test_any_coordinate_system_is_judged_alike(judged, result, crs):
    tables = typed_tables(judged)
    possible = near(tables["points"].geometry.x, tables["points"].geometry.y)
    tables["points"].loc[~possible, "geometry"] = None
    for name in ("points", "fixes"):
        tables[name] = tables[name].to_crs(crs)
        assert tables[name].geometry.x.abs().max() > 1e5  # metres
    other = judge(tables)
    known = well_written(judged)
    assert verdicts(other.pickups, known) == verdicts(result.pickups, known)
    assert other.pickups.crs == "EPSG:4326"


def test_gcj02_is_declared_in_the_settings(judged, result):
    tables = raw_tables(judged)
    for name in ("points", "fixes"):
        lon, lat = (pd.to_numeric(tables[name][axis], errors="coerce") for axis in ("lon", "lat"))
        inside = near(lon, lat)
        moved = gcj02_from_wgs84(lon[inside].to_numpy(), lat[inside].to_numpy())
        for axis, values in zip(("lon", "lat"), moved, strict=True):
            tables[name][axis] = tables[name][axis].astype(object)
            tables[name].loc[inside, axis] = values
    known = well_written(judged)
    declared = {"points": {"datum": "gcj02"}, "fixes": {"datum": "gcj02"}}
    shifted = judge(tables, settings=declared)
    assert verdicts(shifted.pickups, known) == verdicts(result.pickups, known)
    apart = shifted.pickups.to_crs(32649).distance(result.pickups.to_crs(32649))
    assert apart.median() < 0.2
    undeclared = judge(tables)
    assert undeclared.places.geometry.x.median() != pytest.approx(
        result.places.geometry.x.median(), abs=1e-4
    )


def test_nothing_is_changed_printed_or_written(judged, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    tables = typed_tables(judged)
    before = copy.deepcopy(tables)
    handlers, level = list(logging.root.handlers), logging.root.level
    with judge(tables) as one:
        one.pickups["verdict"] = "changed by the caller"
        str(one.explain("P0001", DAYS[0]))
    for name, table in before.items():
        pd.testing.assert_frame_equal(tables[name], table)
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
    assert (logging.root.handlers, logging.root.level) == (handlers, level)


def test_rejected_rows_are_those_of_the_command_line(judged, result):
    csv = exported(judged, "rejected")
    of_fixes = csv[csv["file"].str.startswith("fixes/")]
    found = result.rejected["fixes"]
    assert len(found)
    assert sorted(found["reason"]) == sorted(of_fixes["reason"])
    assert set(found["file"]) == {"fixes"}
    # Rows are counted from 1: their cells stand there.
    fixes = raw_tables(judged)["fixes"]
    blank = found[found["reason"] == "bad_number"].iloc[0]
    assert blank["text"] in fixes.iloc[blank["row"] - 1].tolist()


def test_an_explanation_is_that_of_recheck(judged, result, capsys):
    point = result.pickups["point_id"].iloc[5]
    shown = result.explain(point, DAYS[0])
    assert call("recheck", point, "--date", DAYS[0], "--json",
                "--config", str(judged / "routecheck.toml")) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    found = shown.as_dict()
    # No store that lasts: nothing was decided of corrections.
    for answer in (told, found):
        for pickup in answer["pickups"]:
            pickup.pop("action", None)
    assert found == told
    assert routecheck.explain(result, point, DAYS[0]).as_dict() == shown.as_dict()


def test_an_explanation_shows_itself(result):
    shown = result.explain(result.pickups["point_id"].iloc[5], DAYS[0])
    page = shown._repr_html_()
    assert page.startswith('<img alt="" style="max-width:100%" src="data:image/png;base64,')
    assert shown.as_dict()["pickups"][0]["evidence"] in page
    assert shown.picture().startswith(b"\x89PNG")
    assert "<html" in shown.page()
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    assert shown.page(tiles=tiles) == shown.page(tiles=tiles, tiles_datum="wgs84")
    assert shown.page(tiles=tiles) != shown.page(tiles=tiles, tiles_datum="gcj02")
    axes = shown.plot()
    assert len(axes.lines) >= 2  # a track and the place
    assert shown.plot(axes) is axes


def test_names_in_chinese_are_written_on_axes_of_ones_own(result):
    from matplotlib.figure import Figure

    point = result.pickups["point_id"].iloc[5]
    figure = Figure()
    axes = result.explain(point, DAYS[0]).plot(figure.subplots())
    assert re.search(r"[\u4e00-\u9fff]", axes.get_title(loc="left"))
    figure.savefig(io.BytesIO())  # a sign that the font lacks is a warning, and so an error


def test_a_package_for_qgis_is_written(result, tmp_path):
    path = result.to_gpkg(tmp_path / "judged.gpkg")
    layers = geopandas.list_layers(path)["name"].tolist()
    assert layers[:2] == ["pickups", "alerts"]
    read = geopandas.read_file(path, layer="pickups")
    assert read["verdict"].tolist() == result.pickups["verdict"].tolist()


def test_a_what_if_is_answered(result):
    point = result.pickups["point_id"].iloc[5]
    assert result.explain(point, DAYS[0], tolerance_m=77.0).as_dict()["place"]["tolerance_m"] == 77
    with pytest.raises(routecheck.UsageError, match="metres"):
        result.explain(point, DAYS[0], tolerance_m=-1)


def test_paths_may_stand_for_tables(judged, result):
    paths = {
        "points": judged / "points.csv",
        "schedule": str(judged / "schedule.csv"),
        "fixes": str(judged / "fixes" / "*.csv"),
        "alerts": str(judged / "alerts" / "*.csv"),
        "vehicles": judged / "vehicles.csv",
        "calendar": judged / "calendar.csv",
        "checks": judged / "checks.csv",
    }
    pd.testing.assert_frame_equal(pd.DataFrame(judge(paths).pickups), pd.DataFrame(result.pickups))


def test_records_are_diagnosed_without_judging(judged, result):
    tables = raw_tables(judged)
    wanted = ("points", "schedule", "fixes", "vehicles", "calendar")
    points, schedule, fixes, vehicles, calendar = (tables[name] for name in wanted)
    found = routecheck.diagnose(
        points, schedule, fixes, vehicles=vehicles, calendar=calendar, dates=DAYS, time_zone=ZONE
    )
    columns = ["point_id", "cause", "offset_m", "confidence"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(found[columns]), pd.DataFrame(result.corrections[columns])
    )


def test_what_is_stored_is_read_as_it_was_judged(judged, result):
    with routecheck.open_site(judged / "routecheck.toml") as site:
        assert [str(day) for day in site.dates] == list(DAYS)
        stored = site.results()
        pd.testing.assert_frame_equal(
            pd.DataFrame(stored.pickups).drop(columns=["geometry"]),
            pd.DataFrame(result.pickups).drop(columns=["geometry"]),
        )
        one = site.results(DAYS[1])
        assert set(one.pickups["service_date"]) == {pd.Timestamp(DAYS[1])}
        point = one.pickups["point_id"].iloc[0]
        assert one.explain(point).as_dict() == result.explain(point, DAYS[1]).as_dict()
        with pytest.raises(routecheck.MissingDataError, match="2026-04-01"):
            site.results("2026-04-01")
    with pytest.raises(routecheck.UsageError, match="these results were closed"):
        _ = stored.pickups


@pytest.mark.skipif(not SAMPLE.exists(), reason="no sample_data beside the tests")
def test_the_sample_is_judged_as_it_was_accepted():
    accepted = pd.read_csv(ACCEPTED, dtype=str, keep_default_na=False)
    found = judge(raw_tables(SAMPLE), dates=pd.date_range("2026-03-02", "2026-03-08")).pickups
    mine = pd.DataFrame(
        {
            "date": found["service_date"].dt.strftime("%Y-%m-%d"),
            "point": found["point_id"],
            "window": found["window_start"].dt.strftime("%H:%M"),
            "verdict": found["verdict"],
            "cause": found["cause"].fillna(""),
        }
    )
    order = ["date", "point", "window"]
    pd.testing.assert_frame_equal(
        mine.sort_values(order, ignore_index=True).astype(str),
        accepted.sort_values(order, ignore_index=True).astype(str),
    )
