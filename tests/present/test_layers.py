"""Layers of a map: held against the CSV exports, the specifications, and QGIS where it is there."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from routecheck.domain.codes import (
    Classification,
    CorrectionState,
    EpisodeKind,
    Verdict,
)
from routecheck.present.layer_styles import qml
from routecheck.present.layers import LAYERS
from site_tools import DAYS, call, cannot_check, rows, run

SPAN = ("--from", DAYS[0], "--to", DAYS[1])
CODES = {"pickups": Verdict, "alerts": Classification, "corrections": CorrectionState}


@pytest.fixture(scope="module")
def judged(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("layers") / "county"
    shutil.copytree(county, site)
    assert run(site) == 0
    return site


def export(site: Path, form: str) -> list[Path]:
    known = set((site / "out").iterdir())
    assert call("export", "--format", form, *SPAN, "--config", str(site / "routecheck.toml")) == 0
    return sorted(set((site / "out").iterdir()) - known)


@pytest.fixture(scope="module")
def package(judged) -> Path:
    [path] = export(judged, "gpkg")
    assert path.name == f"routecheck_{DAYS[0]}_{DAYS[1]}.gpkg"
    return path


def exported(site: Path, name: str) -> list[dict[str, str]]:
    return [row for day in DAYS for row in rows(site / "out" / f"{name}_{day}.csv")]


# --- GeoPackage -----------------------------------------------------------------------------------


def test_layers_hold_what_the_exports_do(judged, package):
    for name, code in (("pickups", "verdict"), ("alerts", "classification")):
        layer = geopandas.read_file(package, layer=name)
        assert layer.crs == "EPSG:4326"
        csv = exported(judged, name)
        assert layer["point_id"].tolist() == [row["point_id"] for row in csv]
        assert layer[code].tolist() == [row[code] for row in csv]
        assert layer["arrived_at"].dt.tz_convert("UTC").tolist() == [
            pd.Timestamp(row["arrived_at"]).tz_convert("UTC") if row["arrived_at"] else pd.NaT
            for row in csv
        ]
        assert layer["name"].fillna("").tolist() == [row["name"] for row in csv]
    located = geopandas.read_file(package, layer="pickups").geometry.dropna()
    assert len(located) > 100
    assert located.x.between(107, 110).all()


def test_the_package_is_one_by_the_specification(package):
    """OGC 12-128r18, requirements 2, 5, 10, 13, 17, 19 to 22."""
    with closing(sqlite3.connect(package)) as file:

        def ask(query: str) -> list[tuple]:
            return file.execute(query).fetchall()

        assert ask("PRAGMA application_id") == [(0x47504B47,)]  # "GPKG"
        assert ask("PRAGMA user_version") == [(10200,)]
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
        contents = dict(ask("SELECT table_name, data_type FROM gpkg_contents"))
        assert contents == {**dict.fromkeys(LAYERS, "features"), "layer_styles": "attributes"}
        assert {srs for (srs,) in ask("SELECT srs_id FROM gpkg_spatial_ref_sys")} >= {-1, 0, 4326}
        columns = ask(
            "SELECT table_name, column_name, geometry_type_name, srs_id FROM gpkg_geometry_columns"
        )
        assert set(columns) == {(name, "geom", "POINT", 4326) for name in LAYERS}
        for name in LAYERS:
            assert [row[5] for row in ask(f"PRAGMA table_info({name})")].count(1) == 1
            [head] = {row[0][:2] for row in ask(f"SELECT geom FROM {name} WHERE geom NOT NULL")}
            assert head == b"GP"
        for text in ask("SELECT window_start FROM pickups"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text[0])
        assert {day for (day,) in ask("SELECT service_date FROM pickups")} == set(DAYS)
        kinds = {row[1]: row[2] for row in ask("PRAGMA table_info(pickups)")}
        assert (kinds["service_date"], kinds["window_start"]) == ("DATE", "DATETIME")


def test_every_layer_has_one_style_by_default_with_every_code(package):
    with closing(sqlite3.connect(package)) as file:
        styles = file.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
    assert sorted(row[0] for row in styles) == sorted(LAYERS)
    for name, column, text, default in styles:
        assert (column, default) == ("geom", 1)
        renderer = ET.fromstring(text).find("renderer-v2")
        symbols = {one.get("name") for one in renderer.iter("symbol")}
        drawn = {one.get("symbol"): one.get("value") for one in renderer.iter("category")}
        if name in CODES:
            assert set(drawn.values()) == {str(code) for code in CODES[name]}
            assert drawn.keys() == symbols
        # What tells verdicts apart is the shape too.
        shapes = [one.get("value") for one in renderer.iter("Option") if one.get("name") == "name"]
        assert len(shapes) == len(symbols)
        if name in ("pickups", "alerts"):
            assert len(set(shapes)) == len(shapes)
    assert "漏收" in qml("pickups", "zh")


def test_visits_are_drawn_by_the_kinds_that_they_may_have(package):
    kinds = set(geopandas.read_file(package, layer="visits")["kind"])
    drawn = {one.get("value") for one in ET.fromstring(qml("visits", "en")).iter("category")}
    assert kinds <= drawn <= {str(kind) for kind in EpisodeKind}


LOAD = """
import os, sys
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    drawn = layer.renderer()
    print(name, layer.featureCount(), drawn.type(),
          *[c.value() for c in getattr(drawn, "categories", list)()], flush=True)
# Qt takes its objects apart in another order than Python does.
os._exit(0)
"""


def test_qgis_opens_the_layers_in_colour(package, tmp_path):
    """Debian's QGIS runs in the system's Python; where there is none, nothing is checked."""
    python = "/usr/bin/python3"
    tried = [python, "-c", "import qgis.core"]
    if (
        not Path(python).exists()
        or subprocess.run(tried, capture_output=True, check=False).returncode
    ):
        cannot_check("no QGIS for the system's Python: Debian's package python3-qgis")
    copy = shutil.copy(package, tmp_path)
    done = subprocess.run(
        [python, "-c", LOAD, str(copy), *LAYERS],
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    for name, codes in CODES.items():
        assert int(told[name][0]) == len(geopandas.read_file(package, layer=name))
        assert told[name][1] == "categorizedSymbol"
        assert set(told[name][2:]) == {str(code) for code in codes}
    assert told["stops"][1] == "singleSymbol"


def test_it_is_written_again_as_a_whole(judged, package):
    before = package.read_bytes()
    assert (
        call("export", "--format", "gpkg", *SPAN, "--config", str(judged / "routecheck.toml")) == 0
    )
    assert len(package.read_bytes()) == len(before)
    assert not [path for path in package.parent.iterdir() if path.name.startswith(".")]


# --- GeoParquet and GeoJSON -----------------------------------------------------------------------


def test_geoparquet_is_read_back_with_its_types(judged):
    paths = export(judged, "geoparquet")
    assert [path.name for path in paths] == [
        f"{name}_{DAYS[0]}_{DAYS[1]}.parquet" for name in sorted(LAYERS)
    ]
    [path] = [path for path in paths if path.name.startswith("pickups")]
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
    assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    read = geopandas.read_parquet(path)
    assert read["verdict"].tolist() == [row["verdict"] for row in exported(judged, "pickups")]
    assert str(read["arrived_at"].dt.tz) == "Asia/Shanghai"
    assert read["alerted"].dtype == bool
    assert str(read["service_date"].iloc[0]) == DAYS[0]


def test_geojson_is_that_of_the_rfc(judged):
    [path] = [path for path in export(judged, "geojson") if path.name.startswith("pickups")]
    found = json.loads(path.read_bytes().decode("utf-8"))
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found  # RFC 7946, section 4
    csv = exported(judged, "pickups")
    assert len(found["features"]) == len(csv)
    for feature, row in zip(found["features"], csv, strict=True):
        assert feature["type"] == "Feature"
        told = feature["properties"]
        assert (told["point_id"], told["verdict"]) == (row["point_id"], row["verdict"])
        assert told["window_start"] == row["window_start"]
        assert told["service_date"] == row["service_date"]
        assert (told["cause"] or "") == row["cause"]
        if feature["geometry"] is None:
            assert row["cause"] == "unknown_point"
            continue
        lon, lat = feature["geometry"]["coordinates"]
        assert 107 < lon < 110
        assert 28 < lat < 30
    assert pyogrio.read_info(path)["crs"] == "EPSG:4326"


def test_a_format_is_written_alone(judged, capsys):
    config = ("--config", str(judged / "routecheck.toml"))
    for other in (("--episodes",), ("--dataset", "x")):
        assert call("export", "--format", "gpkg", *other, *SPAN, *config) == 2
        assert "--format writes layers of a map and nothing else" in capsys.readouterr().err
    assert call("export", "--format", "shp", *SPAN, *config) == 2
