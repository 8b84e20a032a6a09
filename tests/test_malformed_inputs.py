"""Inputs spoilt in many ways: one clear line, an exit status of the contract, never a traceback."""

from __future__ import annotations

import json
import random
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
import shapely

from faults.malformed import BINARY_WAYS, SENT, TEXT_WAYS, Plain, cut, empty, random_bytes
from routecheck.cli import main
from scene import degrees
from village import AT_M, Village, day

WAYS = TEXT_WAYS
TABLES = ("points.csv", "schedule.csv", "fixes", "alerts/none.csv")


@pytest.fixture(scope="module")
def village(tmp_path_factory) -> Path:
    site = Village(tmp_path_factory.mktemp("malformed") / "site")
    path = site.deliver(day(0))
    # A part of the round is enough, and quick.
    path.write_text("\n".join(path.read_text().splitlines()[:150]) + "\n")
    (site.folder / "alerts" / "none.csv").write_text(
        "alert_id,point_id,service_date,raised_at\n"
        f"A1,P1,{day(0)},{day(0)} 08:10\nA2,P2,{day(0)},{day(0)} 08:10\n"
    )
    return site.folder


def _run(folder: Path, capsys) -> str:
    """Run the site; return what stands on standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        status = main(("run", "--date", str(day(0)), "--config", str(folder / "routecheck.toml")))
    shown = capsys.readouterr().err
    assert status in (0, 1, 2, 3)
    assert "Traceback" not in shown
    assert "Warning" not in shown
    lines = [line for line in shown.splitlines() if line.startswith("routecheck:")]
    assert len(lines) == (1 if status in (2, 3) else 0), shown
    return shown


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_spoilt_table_ends_in_one_clear_line(village, tmp_path, capsys, table, way):
    folder = tmp_path / "site"
    shutil.copytree(village, folder)
    path = folder / table
    if path.is_dir():
        path = next(path.iterdir())
    path.write_bytes(way(path.read_bytes(), random.Random(f"{table} {way.__name__}")))
    _run(folder, capsys)


def _with_points(village: Path, folder: Path, name: str, data: bytes) -> Path:
    shutil.copytree(village, folder)
    (folder / name).write_bytes(data)
    config = folder / "routecheck.toml"
    config.write_text(config.read_text().replace("points.csv", name))
    return folder


def _geojson() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"point_id": point},
            "geometry": {"type": "Point", "coordinates": list(degrees(x, 0.0))},
        }
        for point, x in AT_M.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize("way", [cut, random_bytes, empty], ids=["cut", "bytes", "empty"])
@pytest.mark.parametrize("seed", range(2))
def test_spoilt_geojson_ends_in_one_clear_line(village, tmp_path, capsys, way, seed):
    data = way(_geojson(), random.Random(seed))
    shown = _run(_with_points(village, tmp_path / "site", "points.geojson", data), capsys)
    assert way is not cut or "points.geojson" in shown


def _shapefile(folder: Path) -> dict[str, bytes]:
    import pyogrio

    shapes = shapely.points([degrees(x, 0.0) for x in AT_M.values()])
    pyogrio.raw.write(
        folder / "points.shp",
        geometry=shapely.to_wkb(shapes),
        field_data=[np.array(list(AT_M), object)],
        fields=np.array(["point_id"]),
        geometry_type="Point",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
    )
    return {path.name: path.read_bytes() for path in folder.glob("points.*")}


@pytest.mark.parametrize("part", ["points.dbf", "points.shp", "points.shx"])
@pytest.mark.parametrize("way", [cut, random_bytes], ids=["cut", "bytes"])
def test_a_spoilt_shapefile_ends_in_one_clear_line(village, tmp_path, capsys, part, way):
    (tmp_path / "made").mkdir()
    parts = _shapefile(tmp_path / "made")
    parts[part] = way(parts[part], random.Random(part))
    folder = _with_points(village, tmp_path / "site", "points.shp", b"")
    for name, data in parts.items():
        (folder / name).write_bytes(data)
    shown = _run(folder, capsys)
    if way is cut and part != "points.shx":
        assert part in shown


@pytest.fixture(scope="module")
def sent(tmp_path_factory) -> dict[str, Path]:
    """A village in each of the formats that people send."""
    folder = tmp_path_factory.mktemp("sent")
    return {form: Plain(folder / form, form).folder for form in SENT}


SPOILT_FILES = {
    "xls": "schedule.xls",
    "html": "alerts/alerts.xls",
    "gpx": "fixes/fixes.gpx",
    "nmea": "fixes/T1.nmea",
    "zip": "fixes/fixes.zip",
    "kmz": "points.kmz",
}


@pytest.mark.parametrize("form", SENT)
@pytest.mark.parametrize("way", BINARY_WAYS, ids=lambda way: way.__name__)
def test_a_spoilt_file_that_people_send_ends_in_one_clear_line(sent, tmp_path, capsys, form, way):
    folder = tmp_path / "site"
    shutil.copytree(sent[form], folder)
    path = folder / SPOILT_FILES[form]
    path.write_bytes(way(path.read_bytes(), random.Random(f"{form} {way.__name__}")))
    _run(folder, capsys)


@pytest.mark.parametrize("name", ["a[1]b", "we%20ird", "ha#sh", "q?uery"])
def test_a_folder_of_any_name_holds_its_own_site(village, tmp_path, capsys, name):
    folder = tmp_path / name
    shutil.copytree(village, folder)
    _run(folder, capsys)
    assert (folder / "rc.db").exists()
    config = str(folder / "routecheck.toml")
    assert main(("export", "--date", str(day(0)), "--config", config)) == 0


def test_a_file_that_a_pattern_or_a_link_names_again_is_read_once(village, tmp_path, capsys):
    folder = tmp_path / "site"
    shutil.copytree(village, folder)
    (folder / "fixes" / "again").symlink_to(".")
    config = folder / "routecheck.toml"
    config.write_text(config.read_text().replace("fixes/*.csv", "fixes/**/**/*.csv"))
    assert "rejected" not in _run(folder, capsys)


def test_an_export_folder_that_links_to_itself_is_named(village, tmp_path, capsys):
    folder = tmp_path / "site"
    shutil.copytree(village, folder)
    shutil.rmtree(folder / "out", ignore_errors=True)
    (folder / "out").symlink_to("out")
    config = str(folder / "routecheck.toml")
    assert main(("run", "--date", str(day(0)), "--config", config)) in (1, 2, 3)
    shown = capsys.readouterr().err
    assert "out" in shown
    assert "Traceback" not in shown
