"""KML and KMZ: Placemarks as points, written by GDAL and by hand."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
import shapely

from routecheck.config import LimitsSection, PointsSource
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.sources.points import read_points

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
)
PLACES = """<name>County</name><Folder><name>North</name>
<Placemark id="x1"><name>东门</name><description>by the gate</description>
<ExtendedData><Data name="收集点编号"><displayName>no</displayName><value>0601</value></Data>
<Data name="乡镇"><value>北镇</value></Data></ExtendedData>
<Point><coordinates> 108.7,28.8,400 </coordinates></Point></Placemark></Folder>
<Folder><name>South</name>
<Placemark><name>Street</name><ExtendedData><SchemaData schemaUrl="#s">
<SimpleData name="收集点编号">0602</SimpleData></SchemaData></ExtendedData>
<LineString><coordinates>108.7,28.8 108.701,28.8</coordinates></LineString></Placemark>
<Placemark><name>Yard</name><ExtendedData><Data name="收集点编号"><value>0603</value></Data>
</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>108.7,28.8 108.702,28.8
108.702,28.802 108.7,28.802 108.7,28.8</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>108.7005,28.8005 108.701,28.8005 108.701,28.801
108.7005,28.8005</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
<Placemark><name>Two</name><ExtendedData><Data name="收集点编号"><value>0604</value></Data>
</ExtendedData><MultiGeometry><Point><coordinates>108.7,28.8</coordinates></Point><Point>
<coordinates>108.71,28.8</coordinates></Point></MultiGeometry></Placemark>
<Placemark><name>Bad</name><ExtendedData><Data name="收集点编号"><value>0605</value></Data>
</ExtendedData><Point><coordinates>east,28.8</coordinates></Point></Placemark>
<Placemark><name>None</name><ExtendedData><Data name="收集点编号"><value>0606</value></Data>
</ExtendedData></Placemark>
<Placemark><name>No id</name><Point><coordinates>108.7,28.8</coordinates></Point></Placemark>
</Folder>"""
KML = f"{HEAD}{PLACES}</Document></kml>"


def _read(folder, name, data, **source):
    if isinstance(data, str):
        data = data.encode()
    (folder / name).write_bytes(data)
    return read_points(PointsSource(path=name, **source), folder)


def _packed(folder, **members):
    with zipfile.ZipFile(folder / "p.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return (folder / "p.kmz").read_bytes()


@pytest.mark.parametrize("name", ["p.kml", "p.KMZ"])
def test_placemarks_of_all_folders_are_points(tmp_path, name):
    data = KML if name == "p.kml" else _packed(tmp_path, icon_png=b"x", doc_kml=KML)
    result = _read(tmp_path, name, data)
    table = result.table.set_index("point_id")
    assert table.index.tolist() == ["0601", "0602", "0603", "0604", "0605", "0606"]
    assert table.loc["0601", ["name", "township"]].tolist() == ["东门", "北镇"]
    wanted = {
        "0601": "POINT (108.7 28.8)",
        "0602": "LINESTRING (108.7 28.8, 108.701 28.8)",
        "0603": "POLYGON ((108.7 28.8, 108.702 28.8, 108.702 28.802, 108.7 28.802, 108.7 28.8), "
        "(108.7005 28.8005, 108.701 28.8005, 108.701 28.801, 108.7005 28.8005))",
        "0604": "MULTIPOINT ((108.7 28.8), (108.71 28.8))",
    }
    for point, shape in wanted.items():
        assert shapely.equals(table.loc[point, "geometry"], shapely.from_wkt(shape)), point
    assert table.loc[["0605", "0606"], "geometry"].tolist() == [None, None]
    assert result.rejected[["row", "reason"]].to_numpy().tolist() == [[7, "missing_value"]]


@pytest.mark.parametrize("name", ["p.kml", "p.kmz"])
def test_files_of_another_library_are_read(tmp_path, name):
    import pyogrio

    if "LIBKML" not in pyogrio.list_drivers():
        pytest.skip("the wheel of this pyogrio cannot write KML by that library")
    xy = np.array([[108.7, 28.8], [108.71, 28.81]])
    pyogrio.raw.write(
        tmp_path / name, geometry=shapely.to_wkb(shapely.points(xy)), geometry_type="Point",
        field_data=[np.array(["A", "B"], object), np.array(["N", "S"], object)],
        fields=np.array(["point_id", "township"]), crs="EPSG:4326", driver="LIBKML",
    )  # fmt: skip
    table = read_points(PointsSource(path=name), tmp_path).table
    assert table[["point_id", "township"]].to_numpy().tolist() == [["A", "N"], ["B", "S"]]
    assert np.allclose(shapely.get_coordinates(table["geometry"]), xy)


def test_without_an_id_the_name_is_one(tmp_path):
    places = "".join(
        f"<Placemark><name>{n}</name><Point><coordinates>108.7,28.8</coordinates></Point>"
        "</Placemark>" for n in ("P1", "P2")
    )  # fmt: skip
    result = _read(tmp_path, "p.kml", f"{HEAD}{places}</Document></kml>")
    assert result.table["point_id"].tolist() == ["P1", "P2"]


def test_a_layer_is_still_one_of_gdal(tmp_path):
    assert (
        len(_read(tmp_path, "p.kml", KML, layer="North", columns={"point_id": "Name"}).table) == 1
    )
    with pytest.raises(UsageError, match="no such layer"):
        _read(tmp_path, "p.kml", KML, layer="West")


ENTITY = (
    '<!DOCTYPE kml [<!ENTITY a "aa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("p.kml", KML.replace("<kml", ENTITY + "<kml").replace("东门", "&b;"), "document type"),
        ("p.kml", KML.replace("<kml", ENTITY + "<kml").replace("东门", "&c;"), "document type"),
        ("p.kml", KML[: len(KML) // 2], "breaks off"),
        ("p.kml", "", "breaks off"),
        ("p.kml", f"{HEAD}</Document></kml>", "no Placemark"),
        ("p.kmz", "PK\x03\x04", "ZIP archive"),
        ("p.kmz", KML, "ZIP archive"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path, name, data, told):
    with pytest.raises(MissingDataError, match=f"{name}: .*{told}"):
        _read(tmp_path, name, data)


def test_an_archive_that_unpacks_to_too_much_is_not_read(tmp_path):
    data = _packed(tmp_path, doc_kml=KML.replace("</Document>", " " * 3_000_000 + "</Document>"))
    source = PointsSource(path="p.kmz")
    object.__setattr__(source, "_limits", LimitsSection(whole_mb=2))
    (tmp_path / "p.kmz").write_bytes(data)
    with pytest.raises(MissingDataError, match=r"limits\.whole_mb"):
        read_points(source, tmp_path)
