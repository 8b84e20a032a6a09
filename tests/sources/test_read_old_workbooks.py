"""What is called .xls: workbooks of Excel 97, pages, spreadsheets in XML, cells with tabs."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest

from routecheck.config import AlertsSource, FixesSource, LimitsSection, PointsSource, ScheduleSource
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.points import read_points
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import read_alerts

xlwt = pytest.importorskip("xlwt")

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
MARCH = datetime.date(2026, 3, 1)


def _old_book(path, sheets):
    """A workbook of Excel 97, by another library; dates and times with their formats."""
    book = xlwt.Workbook()
    formats = {
        datetime.datetime: xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS"),
        datetime.time: xlwt.easyxf(num_format_str="HH:MM"),
    }
    for title, rows, hidden in sheets:
        sheet = book.add_sheet(title)
        sheet.visibility = int(hidden)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                style = formats.get(type(value))
                sheet.write(i, j, value, style) if style else sheet.write(i, j, value)
    book.save(str(path))


def _fixes(folder, **source):
    with FixFiles.read(FixesSource(path="f.*", **source), folder, ZONE, now=NOW) as files:
        return files.load(MARCH), files


FIXES = [
    ["车牌号", "定位时间", "经度", "纬度", "速度"],
    ["渝A11111", datetime.datetime(2026, 3, 1, 6, 0, 5), 108.7, 28.8, 12],  # noqa: DTZ001
    ["渝A11111", datetime.datetime(2026, 3, 1, 23, 59, 59), 108.71, 28.81, 0],  # noqa: DTZ001
]


def test_an_old_workbook_has_dates_times_and_numbers(tmp_path):
    _old_book(tmp_path / "f.xls", [("轨迹", FIXES, False)])
    table, files = _fixes(tmp_path)
    assert files.failed == []
    local = table["time"].dt.tz_convert(ZONE).dt.strftime("%F %T").tolist()
    assert local == ["2026-03-01 06:00:05", "2026-03-01 23:59:59"]
    assert table[["lon", "lat"]].to_numpy().tolist() == [[108.7, 28.8], [108.71, 28.81]]
    assert table["speed_kmh"].tolist() == [12.0, 0.0]


def test_windows_of_an_old_workbook_may_be_past_midnight(tmp_path):
    head = ["point_id", "weekdays", "window_start", "window_end"]
    rows = [head, [601, 1234567, datetime.time(6), datetime.time(10, 30)], [602, 135, 23.0 / 24, 1]]
    _old_book(tmp_path / "s.xls", [("s", rows, False)])
    result = read_schedule(ScheduleSource(path="s.xls"), tmp_path)
    assert result.table[["point_id", "start_minute", "end_minute"]].to_numpy().tolist() == [
        ["601", 360, 630]
    ]
    # Without a format of time they are numbers, and the cell is named.
    assert result.rejected["text"].tolist()[0].startswith("s!C3: 0.958")


def test_a_hidden_sheet_is_left_out_and_a_named_one_is_the_only_one(tmp_path):
    def rows(*ids):
        return [["point_id", "lon", "lat"], *([one, 108.7, 28.8] for one in ids)]

    sheets = [("2025", rows("A"), True), ("2026", rows("B", "C"), False), ("里", rows("D"), False)]
    _old_book(tmp_path / "p.xls", sheets)
    result = read_points(PointsSource(path="p.xls"), tmp_path)
    assert result.table["point_id"].tolist() == ["B", "C", "D"]
    left_out, taken = result.notes
    assert left_out.endswith("are not read: 2025")
    assert "read as one table: 2026, 里" in taken
    one = read_points(PointsSource(path="p.xls", sheet="2025"), tmp_path)
    assert one.table["point_id"].tolist() == ["A"]
    assert one.notes == ()
    with pytest.raises(UsageError, match="2025, 2026, 里"):
        read_points(PointsSource(path="p.xls", sheet="2027"), tmp_path)


def test_the_key_holds_for_new_workbooks_too(tmp_path):
    book = openpyxl.Workbook()
    for title, point in (("a", "A"), ("b", "B")):
        sheet = book.create_sheet(title)
        sheet.append(["point_id", "lon", "lat"])
        sheet.append([point, 108.7, 28.8])
    book.save(tmp_path / "p.xlsx")
    source = PointsSource(path="p.xlsx", sheet="b")
    assert read_points(source, tmp_path).table["point_id"].tolist() == ["B"]


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>告警</title></head><body>
<table><tr><td>menu</td></tr></table>
<TABLE border=1><tr><td colspan="4"><b>告警列表</b></td></tr>
<tr><th>告警编号<th>收集点编号<th>服务日期<th>告警时间
<tr><td style="mso-number-format:'\\@'">0001</td><td rowspan=2>镕1&nbsp;</td><td>2026-03-01</td>
  <td>2026-03-01<br>12:30:00</td></tr>
<tr><td>0002</td><td>2026-03-02</td><td>2026-03-02 12:30:00</td></tr>
<tr><td>0003</td><td>A &amp; B</td><td>2026-03-40</td><td>2026-03-02 12:30:00</td></tr>
</TABLE></body></html>"""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_page_called_xls_is_its_tables(tmp_path, encoding):
    # A page says gb2312 whatever it is in, and has a sign that only its successor has.
    page = PAGE if encoding == "gb18030" else PAGE.replace("charset=gb2312", "charset=utf-8")
    (tmp_path / "a.xls").write_bytes(page.encode(encoding))
    result = read_alerts(AlertsSource(path="a.xls"), tmp_path, ZONE)
    assert result.failed == ()
    assert result.table[["alert_id", "point_id"]].to_numpy().tolist() == [
        ["0001", "镕1"],
        ["0002", "镕1"],
    ]
    assert result.rejected[["row", "reason", "text"]].to_numpy().tolist() == [
        [5, "bad_date", "2!C5: 2026-03-40"]
    ]


def test_a_page_of_another_library_is_read(tmp_path):
    table = pd.DataFrame(FIXES[1:], columns=FIXES[0])
    for name in ("f.xls", "f.html"):
        (tmp_path / name).write_text(table.to_html(), encoding="utf-8")
    found, files = _fixes(tmp_path)
    assert files.rows_in == {"f.html": 2, "f.xls": 2}
    assert sorted(found["lon"]) == [108.7, 108.7, 108.71, 108.71]


XML = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Worksheet ss:Name="轨迹"><Table>
<Row><Cell><Data ss:Type="String">vehicle_id</Data></Cell><Cell><Data ss:Type="String">time</Data>
</Cell><Cell ss:Index="4"><Data ss:Type="String">lon</Data></Cell>
<Cell><Data ss:Type="String">lat</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">V1</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-03-01T06:00:05.000</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Number">108.7</Data></Cell>
<Cell><Data ss:Type="String">oops</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">V1</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-03-01T06:00:15.000</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Number">108.7</Data></Cell>
<Cell><Data ss:Type="Number">28.8</Data></Cell></Row></Table></Worksheet></Workbook>"""


def test_a_spreadsheet_in_xml_keeps_its_rows_and_columns(tmp_path):
    (tmp_path / "f.xls").write_text(XML, encoding="utf-8")
    table, files = _fixes(tmp_path)
    assert table[["row", "lon", "lat"]].to_numpy().tolist() == [[4, 108.7, 28.8]]
    rejected = files.rejected_on(MARCH)
    assert rejected[["row", "reason", "text"]].to_numpy().tolist() == [[3, "bad_number", "oops"]]


def test_text_with_tabs_called_xls_is_text(tmp_path):
    text = "\n".join("\t".join(map(str, row)) for row in FIXES)
    (tmp_path / "f.xls").write_bytes(text.encode("gb18030"))
    assert len(_fixes(tmp_path)[0]) == 2


ENTITIES = "<!DOCTYPE x [<!ENTITY a '&b;&b;'><!ENTITY b SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be read as a workbook"),
        (b"<html><body><p>Session expired</p></body></html>", "no table"),
        (b"<table>" * 30, "more than 20 tables"),
        (XML.replace("<Workbook", ENTITIES + "<Workbook").replace("oops", "&a;").encode(), "entit"),
        (XML.replace("<Workbook", ENTITIES + "<Workbook").encode("utf-16"), "entit"),
        (XML[:700].encode(), "cannot be read as a workbook"),
        (b"PK\x03\x04" + b"x" * 100, "cannot be read as a workbook"),
    ],
)
def test_one_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path, data, told):
    (tmp_path / "f.1.xls").write_bytes(data)
    _old_book(tmp_path / "f.2.xls", [("轨迹", FIXES, False)])
    table, files = _fixes(tmp_path)
    assert len(table) == 2
    [(name, why)] = files.failed
    assert name == "f.1.xls"
    assert told in str(why)


@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<tr>" + "<td rowspan=99999999>x</td>" * 900 + "<tr>" * 90_000,
        "<table>" + "<tr><td colspan=99999999>" * 90_000,
        "<table><tr><td rowspan=99999999>" + "x" * 30_000 + "<tr>" * 90_000,
    ],
    ids=["rows", "columns", "letters"],
)
def test_cells_that_span_many_are_counted(tmp_path, page):
    (tmp_path / "p.xls").write_text(page)
    source = PointsSource(path="p.xls")
    object.__setattr__(source, "_limits", LimitsSection(cells=1_000_000, whole_mb=20))
    with pytest.raises(MissingDataError, match="limits"):
        read_points(source, tmp_path)


def test_an_old_workbook_that_takes_minutes_is_not_read(tmp_path):
    _old_book(tmp_path / "p.xls", [("s", [["point_id", "lon", "lat"], ["A", 108.7, 28.8]], False)])
    source = PointsSource(path="p.xls")
    object.__setattr__(source, "_limits", LimitsSection(cells=100))
    with pytest.raises(MissingDataError, match=r"save it as \.xlsx .* limits\.cells"):
        read_points(source, tmp_path)
