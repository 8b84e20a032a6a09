"""Only what was named is read: no other file, no address, nothing that is no file."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from routecheck.config import AlertsSource, FixesSource, PointsSource, ScheduleSource
from routecheck.domain.errors import MissingDataError, RoutecheckError
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.points import read_points
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import read_alerts
from scene import ZONE, local

FIXES = "vehicle_id,time,lon,lat\nV1,2026-03-02T06:00:00,108.7,28.8\n"


@pytest.fixture
def asked():
    """An address, and the requests that were made to it."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - so the library names it

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()


def _points(folder: Path, name: str, content: str | bytes = b"") -> object:
    if content:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_points(PointsSource(path=name), folder)


def _vrt(source: str) -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="points"><SrcDataSource>{source}</SrcDataSource>'
        "<SrcLayer>other</SrcLayer><GeometryType>wkbPoint</GeometryType><GeometryField "
        'encoding="PointFromColumns" x="lon" y="lat"/></OGRVRTLayer></OGRVRTDataSource>'
    )


@pytest.mark.parametrize(
    "name", ["points.geojson", "points.gpkg", "points.gml", "points.kml", "points.fgb", "p.vrt"]
)
def test_a_virtual_data_set_is_refused_whatever_its_name(tmp_path, asked, name):
    address, requests = asked
    (tmp_path / "other.csv").write_text("point_id,lon,lat\nSECRET,108.7,28.8\n")
    for source in (f"{tmp_path}/other.csv", f"/vsicurl/{address}/other.csv", f"{address}/o.json"):
        with pytest.raises(MissingDataError) as caught:
            _points(tmp_path, name, _vrt(source))
        assert name in str(caught.value)
        assert "SECRET" not in str(caught.value)
    assert requests == []


def test_formats_that_can_name_addresses_ask_for_none(tmp_path, asked):
    address, requests = asked
    feature = f'{{"type":"FeatureCollection","features":[],"links":[{{"href":"{address}/n"}}]}}'
    algorithm = (
        f'{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read {address}/a"}}'
    )
    gml = (
        '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis'
        '.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xlink="http://www.w3'
        f'.org/1999/xlink" xsi:schemaLocation="http://ogr.maptools.org/ {address}/schema.xsd">'
        f'<gml:featureMember><ogr:p><ogr:point_id xlink:href="{address}/x#a">P1</ogr:point_id>'
        "<ogr:geometryProperty><gml:Point><gml:coordinates>108.7,28.8</gml:coordinates>"
        "</gml:Point></ogr:geometryProperty></ogr:p></gml:featureMember></ogr:FeatureCollection>"
    )
    entity = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{address}/entity">]>'
    kml = (
        f'{entity}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link>'
        f"<href>{address}/link.kml</href></Link></NetworkLink><Placemark><name>&x;</name><Point>"
        "<coordinates>108.7,28.8</coordinates></Point></Placemark></Document></kml>"
    )
    for name, content in {
        "a.geojson": feature, "b.json": algorithm, "c.gml": gml, "d.kml": kml,
        "http:127.0.0.1.geojson": feature,
    }.items():  # fmt: skip
        with contextlib.suppress(RoutecheckError):
            _points(tmp_path, name, content)
    assert requests == []


def test_a_database_whose_table_is_another_file_is_refused(tmp_path):
    for name in ("points.gpkg", "points.sqlite"):
        with closing(sqlite3.connect(tmp_path / name)) as connection, connection:
            connection.execute("CREATE TABLE plain (a)")
            # The module need not be there to be named in a schema.
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(
                "INSERT INTO sqlite_master VALUES ('table', 'far', 'far', 0,"
                " 'CREATE VIRTUAL TABLE far USING VirtualOGR(''/etc/passwd'')')"
            )
        with pytest.raises(MissingDataError, match="far"):
            _points(tmp_path, name)


def _written(path: Path, driver: str) -> None:
    import pyogrio

    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(np.array([shapely.Point(108.7, 28.8)], object)),
        field_data=[np.array(["P1"], object)], fields=np.array(["point_id"]),
        geometry_type="Point", crs="EPSG:4326", driver=driver,
    )  # fmt: skip


def test_the_tables_that_every_spatialite_database_has_refer_to_nothing_else(tmp_path):
    path = tmp_path / "points.sqlite"
    _written(path, "SQLite")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        for name, module in {
            "SpatialIndex": "VirtualSpatialIndex", "ElementaryGeometries": "VirtualElementary",
            "KNN": "VirtualKNN", "KNN2": "VirtualKNN2",
        }.items():  # fmt: skip
            connection.execute(
                "INSERT INTO sqlite_master VALUES ('table', ?, ?, 0, ?)",
                (name, name, f"CREATE VIRTUAL TABLE {name} USING {module}()"),
            )
    assert _points(tmp_path, "points.sqlite").table["point_id"].tolist() == ["P1"]


def test_a_folder_of_the_same_name_beside_it_is_no_part_of_a_file(tmp_path):
    for name, driver in {"points.gpkg": "GPKG", "points.shp": "ESRI Shapefile"}.items():
        _written(tmp_path / name, driver)
    (tmp_path / "points.gdb").mkdir()
    (tmp_path / "points.old").mkdir()
    for name in ("points.gpkg", "points.shp"):
        assert _points(tmp_path, name).table["point_id"].tolist() == ["P1"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="limits of POSIX")
def test_geometries_are_read_where_the_system_allows_less_than_the_configuration(tmp_path):
    import resource

    _written(tmp_path / "points.gpkg", "GPKG")
    request = {
        "name": "points.gpkg", "label": "points.gpkg", "drivers": ["GPKG"], "json": False,
        "sqlite": True, "layer": "", "encoding": "", "whole_mb": 200, "cells": 100, "seconds": 600,
    }  # fmt: skip

    def lowered() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        resource.setrlimit(resource.RLIMIT_DATA, (600 << 20, 600 << 20))

    done = subprocess.run(
        [sys.executable, "-m", "routecheck.sources.geodata_process", json.dumps(request)],
        cwd=tmp_path, preexec_fn=lowered, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert pa.ipc.open_stream(done.stdout).read_all().num_rows == 1


@pytest.mark.parametrize("sign", ["a!points.geojson", "a;points.geojson"])
def test_a_name_that_would_lead_to_another_file_is_refused(tmp_path, sign):
    feature = {"P1": shapely.Point(108.7, 28.8)}
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"point_id":"P1"},'
        f'"geometry":{shapely.to_geojson(feature["P1"])}}}]}}'
    )
    (tmp_path / "points.geojson").write_text(text)
    assert len(_points(tmp_path, "points.geojson").table) == 1
    with pytest.raises(MissingDataError, match="rename it"):
        _points(tmp_path, sign, text)


def test_each_kind_is_read_by_its_own_driver(tmp_path):
    for name, driver in {
        "p.geojson": "GeoJSON", "p.gpkg": "GPKG", "p.shp": "ESRI Shapefile", "p.fgb": "FlatGeobuf",
        "p.gml": "GML", "p.tab": "MapInfo File", "p.geojsonl": "GeoJSONSeq", "p.sqlite": "SQLite",
    }.items():  # fmt: skip
        _written(tmp_path / name, driver)
        table = _points(tmp_path, name).table
        assert table["point_id"].tolist() == ["P1"], name
        assert table["geometry"][0].x == pytest.approx(108.7), name
    # The content decides nothing: what is no GeoJSON is not read as what it is.
    (tmp_path / "q.geojson").write_bytes((tmp_path / "p.gpkg").read_bytes())
    with pytest.raises(MissingDataError, match="not what the name says"):
        _points(tmp_path, "q.geojson")


def _specials(folder: Path) -> dict[str, str]:
    os.mkfifo(folder / "pipe")
    # A socket's name has at most 107 bytes.
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as unix:
            unix.bind("socket")
    finally:
        os.chdir(here)
    (folder / "device").symlink_to("/dev/zero")
    return {"pipe": "a named pipe", "socket": "a socket", "device": "a device"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "xlsx", "parquet"])
def test_what_is_no_file_is_refused_and_the_others_are_read(tmp_path, suffix):
    kinds = _specials(tmp_path)
    (tmp_path / "fixes").mkdir()
    (tmp_path / "alerts").mkdir()
    (tmp_path / "fixes" / "a.csv").write_text(FIXES)
    for kind in kinds:
        for folder in ("fixes", "alerts"):
            (tmp_path / kind).rename(tmp_path / folder / f"{kind}.{suffix}")
            (tmp_path / kind).symlink_to(tmp_path / folder / f"{kind}.{suffix}")
    source = FixesSource(path="fixes/*")
    with FixFiles.read(source, tmp_path, ZONE, now=local("09:00")) as read:
        assert sum(read.rows_by_day.values()) == 1
        failed = dict(read.failed)
    assert set(failed) == {f"fixes/{kind}.{suffix}" for kind in kinds}
    for kind, what in kinds.items():
        assert what in failed[f"fixes/{kind}.{suffix}"]
    assert len(read_alerts(AlertsSource(path="alerts/*"), tmp_path, ZONE).failed) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_tables_that_are_no_files_are_refused(tmp_path):
    for kind, what in _specials(tmp_path).items():
        for suffix in ("csv", "geojson", "gpkg", "xlsx"):
            (tmp_path / f"{kind}.{suffix}").symlink_to(tmp_path / kind)
            with pytest.raises(MissingDataError, match=what):
                read_points(PointsSource(path=f"{kind}.{suffix}"), tmp_path)
        with pytest.raises(MissingDataError, match=what):
            read_schedule(ScheduleSource(path=f"{kind}.csv"), tmp_path)
    # A part of a Shapefile beside it.
    (tmp_path / "s.shp").write_bytes(b"\x00\x00\x27\x0a" + bytes(96))
    os.mkfifo(tmp_path / "s.dbf")
    with pytest.raises(MissingDataError, match=r"s\.dbf: this is a named pipe"):
        read_points(PointsSource(path="s.shp"), tmp_path)
