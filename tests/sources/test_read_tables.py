"""Points, schedule, alerts and the optional tables: what is kept, and why the rest is not."""

import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from routecheck.config import (
    AlertsSource,
    CalendarSource,
    ChecksSource,
    PointsSource,
    ScheduleSource,
    VehiclesSource,
    write_site,
)
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.sources.points import read_points
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import (
    read_alerts,
    read_calendar,
    read_checks,
    read_vehicles,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
DATE = datetime.date
DAY = (DATE(2026, 3, 1) - DATE(1970, 1, 1)).days


def _write(folder, name, text, encoding="utf-8"):
    (folder / name).write_bytes(text.encode(encoding))
    return name


def _reasons(result):
    assert result.rows_in == len(result.table) + len(result.rejected)
    return dict(zip(result.rejected["row"], result.rejected["reason"], strict=True))


def _points(folder, text, encoding="utf-8", **options):
    source = PointsSource(path=_write(folder, "points.csv", text, encoding), **options)
    return read_points(source, folder)


def test_points_as_a_chinese_export_has_them(tmp_path):
    text = (
        "序号,点位编号,点位名称,所属乡镇,行政村,经度(°),纬度(°),坐标类型,容差（米）,启用日期,批次\r\n"
        "1,007,桥头,龙潭镇,五江村,108.7672,28.8411,WGS84,30米,2026年1月1日,一期\r\n"
        "2,NA,村口,龙潭镇,,108.7715273,28.8379284,GCJ-02,,,\r\n"
        "3,03,场镇,,,108.7781231,28.8436383,bd09,,,\r\n"
    )
    result = _points(tmp_path, text, "gb18030")
    assert _reasons(result) == {}
    table = result.table
    assert table["point_id"].tolist() == ["007", "NA", "03"]
    assert table["name"].tolist() == ["桥头", "村口", "场镇"]
    assert table["township"].tolist() == ["龙潭镇", "龙潭镇", ""]
    assert table["tolerance_m"].tolist()[0] == 30
    assert np.isnan(table["tolerance_m"][1])
    assert table["valid_from"].tolist() == [DATE(2026, 1, 1), None, None]
    assert table["datum"].tolist() == ["wgs84", "gcj02", "bd09"]
    assert table["group"].tolist() == ["points.csv:一期", "points.csv", "points.csv"]
    # The published vector of Youyang, in three datums.
    for place in table["geometry"]:
        assert (place.x, place.y) == pytest.approx((108.7672, 28.8411), abs=2e-7)
    assert table["recorded_lon"].tolist() == [108.7672, 108.7715273, 108.7781231]


def test_impossible_places_stay_without_a_place(tmp_path):
    text = "point_id,lon,lat\n" + "".join(
        f"{i},{cells}\n"
        for i, cells in enumerate(
            ["28.8,108.7", ",", "x,28.8", "1e400,28.8", "nan,28.8", "0,0", "181,28.8", "108.7,-91"]
        )
    )
    result = _points(tmp_path, text)
    assert _reasons(result) == {}
    assert result.table["geometry"].isna().all()
    assert result.table["recorded_lon"][0] == 28.8
    assert result.table["recorded_lat"][0] == 108.7
    assert np.isnan(result.table["recorded_lon"][2])
    assert result.table["recorded_lat"][2] == 28.8


def test_rejected_points(tmp_path):
    text = (
        "point_id,lon,lat,datum,tolerance_m,valid_from,valid_to\n"
        ",108.7,28.8,,,,\n"
        "2,108.7,28.8,utm,,,\n"
        "3,108.7,28.8,,-5,,\n"
        "4,108.7,28.8,,wide,,\n"
        "4,108.7,28.8,,10001,,\n"
        "5,108.7,28.8,,,2026-02-30,\n"
        "6,108.7,28.8,,,2026-03-01,2026-02-01\n"
        "7,108.7\n"
        "8,108.7,28.8,,,,,x\n"
        "9,108.7,28.8,,,,2026-01-31\n"
        "9,108.8,28.8,,,2026-02-01,\n"
        "9,108.9,28.8,,,2026-01-31,2026-01-31\n"
        "9,108.9,28.8,,,,\n"
    )
    result = _points(tmp_path, text)
    assert _reasons(result) == {
        2: "missing_value", 3: "unknown_datum", 4: "bad_number", 5: "bad_number", 6: "bad_number",
        7: "bad_date", 8: "bad_date", 9: "too_few_cells", 10: "too_many_cells",
        13: "duplicate_key", 14: "duplicate_key",
    }  # fmt: skip
    assert result.rejected["text"].tolist()[1] == "utm"
    assert set(result.rejected["file"]) == {"points.csv"}
    assert result.table["point_id"].tolist() == ["9", "9"]
    assert [place.x for place in result.table["geometry"]] == [108.7, 108.8]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("lon,lat", "575144.32,3191889.05"),
        ("东坐标,北坐标", "36575144.32,3191889.05"),
        ("X坐标,Y坐标", "3191889.05,36575144.32"),
        ("x,y", "36575144.32,3191889.05"),
    ],
)
def test_national_grid(tmp_path, header, cells):
    from pyproj import Transformer

    wanted = Transformer.from_crs(4545, 4490, always_xy=True).transform(575144.32, 3191889.05)
    result = _points(tmp_path, f"point_id,{header}\n1,{cells}\n", datum="EPSG:4545")
    place = result.table["geometry"][0]
    assert (place.x, place.y) == pytest.approx(wanted, abs=1e-8)
    assert result.table["recorded_lat"][0] == 3191889.05


def test_one_cell_wkt_and_decimal_commas(tmp_path):
    result = _points(tmp_path, 'point_id,GPS坐标\n1,"108.7,28.8"\n2,108.7\n')
    assert [g is not None for g in result.table["geometry"]] == [True, False]
    result = _points(tmp_path, "point_id;经度;纬度\n1;108,75;28,8\n")
    assert (result.table["geometry"][0].x, result.table["geometry"][0].y) == (108.75, 28.8)
    result = _points(
        tmp_path,
        'point_id,wkt\n1,"LINESTRING (108.7 28.8, 108.8 28.9)"\n2,POINT (28.8 108.7)\n3,rubbish\n'
        '4,"GEOMETRYCOLLECTION (POINT (1 1))"\n',
    )
    assert result.table["geometry"][0].geom_type == "LineString"
    assert result.table["geometry"].isna().tolist() == [False, True, True, True]


SHAPES = {
    "point": shapely.Point(108.7672, 28.8411),
    "line": shapely.LineString([(108.76, 28.84), (108.77, 28.85)]),
    "area": shapely.box(108.76, 28.84, 108.77, 28.85),
    "points": shapely.MultiPoint([(108.76, 28.84), (108.77, 28.85)]),
    "lines": shapely.MultiLineString([[(108.76, 28.84), (108.77, 28.85)]]),
    "areas": shapely.MultiPolygon([shapely.box(108.76, 28.84, 108.77, 28.85)]),
    "none": None,
}


def _frame(names, crs=4326):
    import geopandas as gpd

    return gpd.GeoDataFrame(
        {"point_id": [f"00{i}" for i in range(len(names))], "名称": [f"点{n}" for n in names]},
        geometry=[SHAPES[name] for name in names],
        crs=crs,
    )


@pytest.mark.parametrize("crs", [4326, 4490, 4545, 32649])
@pytest.mark.parametrize("driver", ["GeoJSON", "GPKG", "ESRI Shapefile"])
def test_files_with_geometries(tmp_path, driver, crs):
    groups = [["point", "none"], ["points"], ["line", "lines"], ["area", "areas"]]
    suffix = {"GeoJSON": "geojson", "GPKG": "gpkg", "ESRI Shapefile": "shp"}[driver]
    for names in groups if driver == "ESRI Shapefile" else [list(SHAPES)]:
        path = tmp_path / f"{names[0]}.{suffix}"
        frame = _frame(names)
        # CGCS2000 has the same numbers as WGS-84.
        frame = frame.set_crs(4490, allow_override=True) if crs in (4490, 4545) else frame
        frame = frame.to_crs(crs)
        if driver == "ESRI Shapefile":
            frame.to_file(path, driver=driver, encoding="UTF-8")
        elif driver == "GeoJSON":
            frame.to_file(path, driver=driver, RFC7946="NO")
        else:
            frame.to_file(path, driver=driver)
        result = read_points(PointsSource(path=path.name), tmp_path)
        assert _reasons(result) == {}
        assert result.table["point_id"].tolist() == [f"00{i}" for i in range(len(names))]
        assert result.table["name"].tolist() == [f"点{name}" for name in names]
        for name, place in zip(names, result.table["geometry"], strict=True):
            if name == "none":
                assert place is None
            else:
                assert shapely.hausdorff_distance(place, SHAPES[name]) < 1e-7


@pytest.mark.parametrize("page", [True, False])
def test_shapefile_in_gbk(tmp_path, page):
    _frame(["point"]).to_file(tmp_path / "p.shp", encoding="GBK")
    if not page:
        (tmp_path / "p.cpg").unlink()
    result = read_points(PointsSource(path="p.shp"), tmp_path)
    assert result.table["name"].tolist() == ["点point"]


def test_declared_datum_of_a_geojson_holds(tmp_path):
    import geopandas as gpd

    frame = gpd.GeoDataFrame(
        {"id": ["a"]}, geometry=[shapely.Point(108.7715273, 28.8379284)], crs=4326
    )
    frame.to_file(tmp_path / "p.geojson")
    result = read_points(PointsSource(path="p.geojson", datum="gcj02"), tmp_path)
    place = result.table["geometry"][0]
    assert (place.x, place.y) == pytest.approx((108.7672, 28.8411), abs=2e-7)
    assert result.table["recorded_lon"][0] == pytest.approx(108.7715273)
    # Coordinates in metres in a format that knows degrees only: what was declared says which.
    _write(
        tmp_path, "m.geojson",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"point_id":"1"},'
        '"geometry":{"type":"Point","coordinates":[575144.32,3191889.05]}}]}',
    )  # fmt: skip
    result = read_points(PointsSource(path="m.geojson", datum="EPSG:4545"), tmp_path)
    assert result.table["geometry"][0].x == pytest.approx(108.77, abs=0.01)


def test_layers_of_a_geopackage(tmp_path):
    for layer in ("a", "b"):
        _frame(["point"]).to_file(tmp_path / "p.gpkg", layer=layer)
    with pytest.raises(UsageError, match=r"points\.layer: a, b"):
        read_points(PointsSource(path="p.gpkg"), tmp_path)
    with pytest.raises(UsageError, match="no such layer"):
        read_points(PointsSource(path="p.gpkg", layer="c"), tmp_path)
    assert len(read_points(PointsSource(path="p.gpkg", layer="b"), tmp_path).table) == 1


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("none.csv", None, "points.path in the configuration"),
        ("p.csv", "", "it is empty"),
        ("p.csv", "id,longitud,lat\n", 'lon = "longitud"'),
        ("p.geojson", '{"type": "Fea', "cannot be read as a file with geometries"),
        ("p.geojson", '{"type":"FeatureCollection","features":[{"type":"Feature",'
         '"properties":{"x":1},"geometry":null}]}', "required column point_id"),
        ("p.shp", "rubbish", "cannot be read"),
    ],
)  # fmt: skip
def test_points_that_cannot_be_read(tmp_path, name, text, part):
    if text is not None:
        _write(tmp_path, name, text)
    with pytest.raises(MissingDataError) as caught:
        read_points(PointsSource(path=name), tmp_path)
    assert part in str(caught.value)
    assert str(caught.value).startswith(name)


def test_schedule(tmp_path):
    text = (
        "收集点编号,计划车辆,收运日,开始时间,结束时间,间隔天数,启用日期,线路\n"
        "007,渝A1,每天,6:00,08:30,,,R1\n"
        "007,渝A1,1-7,0600,09:00,,,R2\n"
        "007,渝A1,1234567,18:00,24:00,,,R1\n"
        "8,,周一至周五,22:00,02:00,,,\n"
        "8,,1,05:00,05:00,,,\n"
        "9,,,06:00,07:00,2,2026-03-01,\n"
        "9,,,06:00,07:00,2,,\n"
        "9,,,06:00,07:00,,,\n"
        "9,,18,06:00,07:00,,,\n"
        "9,,1,48:00,07:00,,,\n"
        "9,,1,06:00,,,,\n"
        "9,,1,06:00,07:00,-2,,\n"
        ",,1,06:00,07:00,,,\n"
    )
    result = read_schedule(ScheduleSource(path=_write(tmp_path, "s.csv", text)), tmp_path)
    assert _reasons(result) == {
        3: "duplicate_key", 8: "bad_value", 9: "missing_value", 10: "bad_value", 11: "bad_time",
        12: "missing_value", 13: "bad_value", 14: "missing_value",
    }  # fmt: skip
    columns = ["point_id", "vehicle_id", "weekdays", "start_minute", "end_minute", "every_days"]
    assert result.table[columns].to_numpy().tolist() == [
        ["007", "渝A1", "1234567", 360, 510, 0],
        ["007", "渝A1", "1234567", 1080, 1440, 0],
        ["8", "", "12345", 1320, 1560, 0],
        ["8", "", "1", 300, 1740, 0],
        ["9", "", "1234567", 360, 420, 2],
    ]
    assert result.table["route_id"].tolist()[0] == "R1"


def _schedule(folder, *rows):
    header = "point_id,vehicle_id,weekdays,window_start,window_end,valid_from,valid_to\n"
    path = _write(folder, "s.csv", header + "".join(f"{row}\n" for row in rows))
    return read_schedule(ScheduleSource(path=path), folder)


def test_windows_past_midnight_belong_to_the_next_date(tmp_path):
    result = _schedule(
        tmp_path,
        "1,V,1234567,24:10,25:40,,",
        "2,V,57,24:00,01:30,2026-03-01,2026-03-31",
        "3,V,5,23:30,25:10,2026-03-01,2026-03-31",
        "4,V,1,06:00,31:00,,",
    )
    assert _reasons(result) == {5: "bad_time"}
    columns = ["point_id", "start_minute", "end_minute", "weekdays", "valid_from", "valid_to"]
    march, april = datetime.date(2026, 3, 1), datetime.date(2026, 4, 1)
    day = datetime.timedelta(days=1)
    assert result.table[columns].to_numpy().tolist() == [
        ["1", 10, 100, "1234567", None, None],
        ["2", 0, 90, "16", march + day, april],
        ["3", 1410, 1510, "5", march, april - day],
    ]


def test_a_row_past_midnight_repeats_the_same_window_after_it(tmp_path):
    result = _schedule(tmp_path, "1,V,1234567,00:10,01:40,,", "1,V,1234567,24:10,25:40,,")
    assert _reasons(result) == {3: "duplicate_key"}


def test_words_for_nothing_in_a_schedule_are_blank(tmp_path):
    result = _schedule(
        tmp_path, "1,NULL,1,06:00,07:00,\\N,0000-00-00", "2,-,1,06:00,07:00,N/A,none"
    )
    assert not len(result.rejected)
    assert result.table[["vehicle_id", "valid_from", "valid_to"]].to_numpy().tolist() == [
        ["", None, None], ["", None, None],
    ]  # fmt: skip


def test_a_mask_that_may_have_lost_its_zeros_is_rejected(tmp_path):
    result = _schedule(
        tmp_path, "1,V,1111100,06:00,07:00,,", "2,V,1,06:00,07:00,,", "3,V,11,06:00,07:00,,"
    )
    assert _reasons(result) == {3: "bad_value", 4: "bad_value"}
    alone = _schedule(tmp_path, "2,V,1,06:00,07:00,,", "3,V,135,06:00,07:00,,")
    assert alone.table["weekdays"].tolist() == ["1", "135"]


@pytest.mark.parametrize(
    ("masks", "rejected"),
    [
        (["0111110", "1111111"], 1),
        (["0101010", "0010101"], 2),
        (["0111111", "0111110"], 2),
        (["0111110", "1111100"], 0),
        (["0011000", "1111111"], 0),
        (["1010100", "0101010"], 0),
        (["23456"], 0),
    ],
)
def test_masks_that_may_begin_with_sunday_are_rejected(tmp_path, masks, rejected):
    path = tmp_path / "schedule.csv"
    rows = "".join(f"P{n},,{mask},06:00,07:00\n" for n, mask in enumerate(masks))
    path.write_text("point_id,vehicle_id,weekdays,window_start,window_end\n" + rows)
    result = read_schedule(ScheduleSource(path=path.name), tmp_path)
    assert len(result.rejected) == rejected
    assert len(result.unread) == rejected


def test_an_alert_of_a_window_past_midnight_is_of_the_next_date(tmp_path):
    text = "alert_id,point_id,service_date,raised_at,window_start\n1,7,2026-03-03,NULL,24:10\n"
    _write(tmp_path, "a.csv", text)
    table = read_alerts(AlertsSource(path="a.csv"), tmp_path, SHANGHAI).table
    assert table["service_date"].tolist() == [datetime.date(2026, 3, 4)]
    assert table["start_minute"].tolist() == [10]


def test_same_window_in_another_season_is_no_repetition(tmp_path):
    text = (
        "point_id,weekdays,window_start,window_end,valid_from,valid_to\n"
        "1,1,06:00,07:00,2026-01-01,2026-06-30\n"
        "1,1,06:00,07:00,2026-07-01,\n"
        "1,1,06:00,08:00,2026-07-01,\n"
        "1,1,06:00,08:00,2026-07-01,2026-06-01\n"
    )
    result = read_schedule(ScheduleSource(path=_write(tmp_path, "s.csv", text)), tmp_path)
    assert _reasons(result) == {4: "duplicate_key", 5: "bad_date"}


def test_alerts_of_several_files(tmp_path):
    _write(
        tmp_path, "a1.csv",
        "alert_id,point_id,service_date,raised_at,window_start\n"
        "1,007,2026-03-01,2026-03-01 20:00:00,\n"
        "1,007,2026-03-01,2026-03-01 20:00:00,\n"
        "2,NA,20260301,2026-03-01T12:00:00Z,06:00\n"
        "3,7,2026年3月1日,,2026-03-01 06:30:00\n"
        "4,7,2026-03-01,2026-03-01 20:00:00,2026-03-02 06:30:00\n"
        "5,7,soon,2026-03-01 23:00:00,\n"
        "6,7,2026-03-01,soon,\n"
        "7,,2026-03-01,,\n"
        "8,7,soon,,\n",
    )  # fmt: skip
    _write(
        tmp_path,
        "a2.csv",
        "告警编号;收集点编号;日期;告警时间\n1;007;2026/3/1;\n9;7;2026/3/1;\n",
        "gbk",
    )
    _write(tmp_path, "a3.csv", "")
    _write(tmp_path, "a4.csv", "alert_id,service_date\n")
    result = read_alerts(AlertsSource(path="a*.csv"), tmp_path, SHANGHAI)
    assert result.rows_in == len(result.table) + len(result.rejected) == 11
    assert [label for label, _ in result.failed] == ["a3.csv", "a4.csv"]
    assert "point_id" in result.failed[1][1]
    assert result.table["alert_id"].tolist() == ["1", "2", "3", "9"]
    assert result.table["start_minute"].tolist() == [-1, 360, 390, -1]
    utc = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    assert result.table["raised_at"].tolist()[:2] == [utc, utc]
    assert result.table["raised_at"].isna().tolist() == [False, False, True, True]
    assert set(result.table["service_date"]) == {DATE(2026, 3, 1)}
    assert result.rejected[["file", "row", "reason", "day"]].to_numpy().tolist() == [
        ["a1.csv", 3, "duplicate_key", DAY],
        ["a1.csv", 6, "bad_time", DAY],
        ["a1.csv", 7, "bad_date", DAY],
        ["a1.csv", 8, "bad_time", DAY],
        ["a1.csv", 9, "missing_value", DAY],
        ["a1.csv", 10, "bad_date", -1],
        ["a2.csv", 2, "duplicate_key", DAY],
    ]


@pytest.mark.parametrize("raised", ["9999-12-31 23:59:59", "0001-01-01 00:00:00"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_alert_raised_at_an_end_of_the_calendar_is_kept_apart(tmp_path, raised, zone):
    _write(
        tmp_path,
        "alerts.csv",
        f"alert_id,point_id,service_date,raised_at\n1,7,2026-03-01,{raised}\n2,7,2026-03-01,\n",
    )
    result = read_alerts(AlertsSource(path="alerts.csv"), tmp_path, ZoneInfo(zone))
    assert _reasons(result) == {2: "bad_time"}
    assert result.table["alert_id"].tolist() == ["2"]


def test_no_alerts_are_no_trouble(tmp_path):
    for source in (AlertsSource(), AlertsSource(path="none/*.csv")):
        result = read_alerts(source, tmp_path, SHANGHAI)
        assert len(result.table) == len(result.rejected) == result.rows_in == 0


def test_optional_tables(tmp_path):
    _write(
        tmp_path, "v.csv",
        "终端ID,车牌号,启用日期,停用日期\nT1,渝A1,,2026-03-01\nT1,渝A2,2026-03-02,\n"
        "T1,渝A3,2026-03-01,\nT2,,,\n",
    )  # fmt: skip
    _write(
        tmp_path, "c.csv",
        "date,township,point_id,due\n2026-03-01,,,false\n2026/3/1,龙潭,,是\n2026-03-01,,,true\n"
        "x,,,true\n2026-03-02,,007,maybe\n2026-03-02,,007,0\n",
    )  # fmt: skip
    _write(
        tmp_path, "k.csv",
        "point_id,service_date,window_start,collected,by\n007,2026-03-01,06:00,true,Li\n"
        "007,2026-03-01,,否,Li\n007,2026-03-01,49:00,true,Li\n007,2026-03-01,2026-03-01T06:00:00+08:00,1,\n",
    )  # fmt: skip
    vehicles = read_vehicles(VehiclesSource(path="v.csv"), tmp_path)
    assert _reasons(vehicles) == {4: "duplicate_key", 5: "missing_value"}
    assert vehicles.table["vehicle_id"].tolist() == ["渝A1", "渝A2"]
    calendar = read_calendar(CalendarSource(path="c.csv"), tmp_path)
    assert _reasons(calendar) == {4: "duplicate_key", 5: "bad_date", 6: "bad_value"}
    assert calendar.table[["township", "point_id", "due"]].to_numpy().tolist() == [
        ["", "", False], ["龙潭", "", True], ["", "007", False],
    ]  # fmt: skip
    checks = read_checks(ChecksSource(path="k.csv"), tmp_path, SHANGHAI)
    assert _reasons(checks) == {4: "bad_time"}
    assert checks.table[["start_minute", "collected"]].to_numpy().tolist() == [
        [360, True], [-1, False], [360, True],
    ]  # fmt: skip
    for read, source, more in (
        (read_vehicles, VehiclesSource, ()),
        (read_calendar, CalendarSource, ()),
        (read_checks, ChecksSource, (SHANGHAI,)),
    ):
        assert len(read(source(), tmp_path, *more).table) == 0
        with pytest.raises(MissingDataError, match="no such file"):
            read(source(path="none.csv"), tmp_path, *more)


def test_templates_of_a_new_site_are_read_without_a_rejected_row(tmp_path):
    write_site(tmp_path, "zh")
    found = [
        read_points(PointsSource(path="templates/points.csv"), tmp_path),
        read_schedule(ScheduleSource(path="templates/schedule.csv"), tmp_path),
        read_alerts(AlertsSource(path="templates/alerts.csv"), tmp_path, SHANGHAI),
        read_vehicles(VehiclesSource(path="templates/vehicles.csv"), tmp_path),
        read_calendar(CalendarSource(path="templates/calendar.csv"), tmp_path),
        read_checks(ChecksSource(path="templates/checks.csv"), tmp_path, SHANGHAI),
    ]
    assert [(len(r.table), r.rows_in) for r in found] == [(1, 1)] * 6
    assert found[0].table["geometry"][0].x == 108.7672
    assert len(read_points(PointsSource(path="points.csv"), tmp_path).table) == 0


CELLS = st.sampled_from(
    ["", " ", "007", "NA", "nan", "1e400", "108.7", "28.8", "06:00", "2026-03-01", "每天", "true",
     "2026-03-01 06:00:00", "gcj02", "-1", '"', '"a"', "\0", "汉", "x;y"]
)  # fmt: skip
DIRTY = st.lists(st.lists(CELLS, min_size=1, max_size=9).map(",".join), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DIRTY, st.sampled_from(["utf-8", "gb18030"]))
def test_rows_in_are_kept_or_rejected(tmp_path, lines, encoding):
    # A file of hardly anything but NUL is no text, and refused as a whole.
    assume("".join(lines).count("\0") <= 2)

    def write(header):
        data = "\r\n".join([header, *lines]).encode(encoding)
        (tmp_path / "f.csv").write_bytes(data)

    write("point_id,lon,lat,datum,tolerance_m,valid_from,valid_to")
    results = [read_points(PointsSource(path="f.csv"), tmp_path)]
    write("point_id,vehicle_id,weekdays,window_start,window_end,every_days,valid_from")
    results.append(read_schedule(ScheduleSource(path="f.csv"), tmp_path))
    write("alert_id,point_id,service_date,raised_at,window_start,note,more")
    results.append(read_alerts(AlertsSource(path="f.csv"), tmp_path, SHANGHAI))
    filled = sum(bool(line.strip()) for line in lines)
    for result in results:
        assert not result.failed
        assert result.rows_in == len(result.table) + len(result.rejected)
        if not any('"' in line for line in lines):
            assert result.rows_in == filled
