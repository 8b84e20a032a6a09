"""Geometries in cells, ids beside the properties of features, and shapes that are none."""

import json
import warnings

import numpy as np
import pyproj
import pytest
import shapely

from routecheck.config import PointsSource
from routecheck.sources.points import read_points

LON, LAT = 108.7672, 28.8411


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def _cells(folder, cells, header="geom", **keys):
    lines = "".join(f'P{i},"{cell}"\n' for i, cell in enumerate(cells))
    (folder / "points.csv").write_text(f"point_id,{header}\n{lines}")
    result = read_points(PointsSource(path="points.csv", **keys), folder)
    assert len(result.table) == len(cells)
    return result.table


def _ewkb(x, y, srid):
    return shapely.to_wkb(shapely.set_srid(shapely.Point(x, y), srid), hex=True, include_srid=True)


def test_every_way_of_writing_a_geometry(tmp_path):
    mercator = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(LON, LAT)
    grid = pyproj.Transformer.from_crs(4326, 32649, always_xy=True).transform(LON, LAT)
    point = shapely.Point(LON, LAT)
    cells = [
        point.wkt,
        shapely.to_wkb(point, hex=True),
        shapely.to_wkb(point, hex=True, byte_order=0).lower(),
        "\\x" + shapely.to_wkb(point, hex=True),
        _ewkb(LON, LAT, 4326),
        _ewkb(LON, LAT, 0),
        _ewkb(*mercator, 3857),
        f"SRID=4326;POINT({LON} {LAT})",
        f"srid=32649; POINT ({grid[0]} {grid[1]})",
        f"POINT Z ({LON} {LAT} 12)",
    ]
    table = _cells(tmp_path, cells)
    assert not table["geometry"].isna().any()
    found = np.array([[place.x, place.y] for place in table["geometry"]])
    assert np.allclose(found, [LON, LAT], atol=1e-7)


def test_a_declared_datum_holds_where_a_cell_carries_no_other(tmp_path):
    table = _cells(tmp_path, [_ewkb(LON, LAT, 0), _ewkb(LON, LAT, 4326)], datum="gcj02")
    plain = _cells(tmp_path, [f"POINT({LON} {LAT})"] * 2, datum="gcj02")
    assert [place.wkt for place in table["geometry"]] == [place.wkt for place in plain["geometry"]]


def test_shapes_that_are_none_cost_their_own_place_only(tmp_path):
    cells = [
        "POINT EMPTY",
        "POINT(nan nan)",
        "LINESTRING EMPTY",
        "POLYGON((0 0, 0 90, 180 90, 180 0, 0 0))",
        "POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))",
        "GEOMETRYCOLLECTION EMPTY",
        "POINT(1",
        "zz",
        "0101000020",
        "SRID=999999;POINT(1 2)",
        "MULTIPOINT(EMPTY)",
        f"POINT({LON} {LAT})",
    ]
    table = _cells(tmp_path, cells)
    assert table["geometry"].isna().tolist() == [True] * 11 + [False]


def test_lines_without_a_length_and_flat_polygons_are_where_they_are(tmp_path):
    x, y = LON, LAT
    cells = [
        f"LINESTRING({x} {y}, {x} {y})",
        f"POLYGON(({x} {y}, {x} {y}, {x} {y}, {x} {y}))",
        f"POLYGON(({x} {y}, {x + 1e-4} {y}, {x} {y}, {x} {y}))",
        f"MULTIPOINT(EMPTY, ({x} {y}))",
    ]
    places = _cells(tmp_path, cells)["geometry"]
    for place in places:
        assert not place.is_empty
        assert place.is_valid
        assert place.distance(shapely.Point(x, y)) < 1e-9


def test_coordinates_beside_a_blank_geometry_are_used(tmp_path):
    (tmp_path / "points.csv").write_text(
        f"point_id,geom,lon,lat\nA,,{LON},{LAT}\nB,round bin,{LON},{LAT}\n"
        f"C,POINT({LON + 1} {LAT}),{LON},{LAT}\n"
    )
    places = read_points(PointsSource(path="points.csv"), tmp_path).table["geometry"]
    assert [round(place.x - LON) for place in places] == [0, 0, 1]


def _features(folder, ids, properties=None, **keys):
    features = []
    for i, own in enumerate(ids):
        feature = {
            "type": "Feature",
            "properties": properties[i] if properties else {"name": f"N{i}"},
            "geometry": {"type": "Point", "coordinates": [LON + i * 0.01, LAT]},
        }
        features.append(feature if own is None else {"id": own} | feature)
    document = {"type": "FeatureCollection", "features": features}
    (folder / "points.geojson").write_text(json.dumps(document))
    return read_points(PointsSource(path="points.geojson", **keys), folder)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([3, 4], ["3", "4"]),
        (["P03", "P04"], ["P03", "P04"]),
        ([3.0, "004"], ["3", "004"]),
        ([9007199254740993, 0], ["9007199254740993", "0"]),
    ],
)
@pytest.mark.parametrize("keys", [{}, {"columns": {"point_id": "id"}}])
def test_ids_beside_the_properties(tmp_path, ids, expected, keys):
    result = _features(tmp_path, ids, **keys)
    assert result.table["point_id"].tolist() == expected
    assert len(result.rejected) == 0


@pytest.mark.parametrize("key", ["point_id", "编号", "id"])
def test_a_property_goes_before_the_id_of_the_feature(tmp_path, key):
    for ids in ([1, 2], ["x", "y"]):
        result = _features(tmp_path, ids, [{key: "A"}, {key: "B"}])
        assert result.table["point_id"].tolist() == ["A", "B"]


def test_the_id_of_the_feature_where_it_is_mapped(tmp_path):
    properties = [{"point_id": "A"}, {"point_id": "B"}]
    result = _features(tmp_path, [1, 2], properties, columns={"point_id": "id"})
    assert result.table["point_id"].tolist() == ["1", "2"]


def test_ids_that_are_no_ids_reject_their_feature(tmp_path):
    result = _features(tmp_path, [{"$oid": "5f"}, 2, None, [7]])
    assert result.table["point_id"].tolist() == ["2"]
    assert dict(zip(result.rejected["row"], result.rejected["reason"], strict=True)) == {
        1: "bad_value",
        3: "missing_value",
        4: "bad_value",
    }
    assert '"$oid": "5f"' in result.rejected["text"].iloc[0]
