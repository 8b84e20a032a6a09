"""Tables in Excel workbooks: the templates, what people enter in them, and the bad cells named."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest

from routecheck.config import (
    AlertsSource,
    CalendarSource,
    ChecksSource,
    FixesSource,
    PointsSource,
    ScheduleSource,
    VehiclesSource,
    load_config,
    write_site,
)
from routecheck.domain.errors import MissingDataError
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.points import read_points
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import (
    read_alerts,
    read_calendar,
    read_checks,
    read_vehicles,
)
from site_tools import call, rows
from site_tools import rows as csv_rows

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)


def book(path, rows_, title="points", before=()):
    made = openpyxl.Workbook()
    for name in before:
        made.active.title = name
        made.active.append(["anything", "else"])
        made.create_sheet(title)
    sheet = made[title] if before else made.active
    sheet.title = title
    for row in rows_:
        sheet.append(row)
    made.save(path)
    return path


def tables_of(folder, suffix):
    """Every kind as the readers see it, from the templates."""
    name = f"templates/{{}}{suffix}".format
    fixes = FixFiles.read(FixesSource(path=name("fixes")), folder, ZONE, now=NOW)
    with fixes:
        day = fixes.load(datetime.date(2026, 3, 1))
    return {
        "points": read_points(PointsSource(path=name("points")), folder),
        "schedule": read_schedule(ScheduleSource(path=name("schedule")), folder),
        "alerts": read_alerts(AlertsSource(path=name("alerts")), folder, ZONE),
        "vehicles": read_vehicles(VehiclesSource(path=name("vehicles")), folder),
        "calendar": read_calendar(CalendarSource(path=name("calendar")), folder),
        "checks": read_checks(ChecksSource(path=name("checks")), folder, ZONE),
    }, day


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_template_reads_like_its_csv(tmp_path, language):
    write_site(tmp_path, language)
    from_csv, fixes_csv = tables_of(tmp_path, ".csv")
    from_book, fixes_book = tables_of(tmp_path, ".xlsx")
    for kind, wanted in from_csv.items():
        found = from_book[kind]
        assert len(found.rejected) == 0, kind
        assert len(found.table) == found.rows_in == 1, kind
        drop = [c for c in ("group", "geometry") if c in wanted.table.columns]
        pd.testing.assert_frame_equal(
            found.table.drop(columns=drop), wanted.table.drop(columns=drop)
        )
    assert len(fixes_book) == 1
    pd.testing.assert_frame_equal(
        fixes_book.drop(columns=["file"], errors="ignore"),
        fixes_csv.drop(columns=["file"], errors="ignore"),
    )


@pytest.mark.parametrize("kind", list(INPUT_COLUMNS))
def test_a_template_explains_and_checks_its_columns(tmp_path, kind):
    write_site(tmp_path, "zh")
    made = openpyxl.load_workbook(tmp_path / "templates" / f"{kind}.xlsx")
    assert made.sheetnames[1:] == ["填写说明"]
    data, explained = made.worksheets
    columns = [column for column in INPUT_COLUMNS[kind] if column.template]
    assert [cell.value for cell in data[1]] == [column.aliases[0] for column in columns]
    names = [explained.cell(4 + n, 2).value for n in range(len(columns))]
    assert names == [column.name for column in columns]
    assert data.freeze_panes == "A2"
    rules = {str(rule.sqref).split(":")[0] for rule in data.data_validations.dataValidation}
    if kind == "points":
        assert {"E2", "F2", "G2"} <= rules
        assert data["A2"].number_format == "@"


def test_cells_of_all_kinds_are_understood(tmp_path):
    book(tmp_path / "schedule.xlsx", [
        ["编号", "车牌号", "星期", "开始时间", "结束时间", "启用日期"],
        [7, "V1", 135, datetime.time(6, 0), "9:30", datetime.date(2026, 1, 1)],
        ["007", "V2", "周一至周五", "22:00", datetime.time(1, 0), datetime.datetime(2026, 2, 1)],  # noqa: DTZ001
    ], title="计划", before=["封面"])  # fmt: skip
    source = ScheduleSource(path="schedule.xlsx", columns={"point_id": "编号"})
    table = read_schedule(source, tmp_path).table
    assert table["point_id"].tolist() == ["7", "007"]
    assert table["weekdays"].tolist() == ["135", "12345"]
    assert table["start_minute"].tolist() == [360, 1320]
    assert table["end_minute"].tolist() == [570, 1500]
    assert table["valid_from"].tolist() == [datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)]


def test_a_bad_cell_is_named_by_sheet_and_cell(tmp_path):
    book(tmp_path / "points.xlsx", [
        ["乡镇收集点登记表"],
        ["point_id", "name", "lon", "lat", "tolerance_m", "valid_from"],
        ["P1", "one", 108.7, 28.8, 30, None],
        [None, "two", 108.7, 28.8, None, None],
        [],
        ["P3", "three", 108.7, 28.8, "wide", None],
        ["P4", "four", 108.7, 28.8, None, "soon"],
        ["P1", "again", 108.7, 28.8, None, None],
    ], title="Points 2026")  # fmt: skip
    found = read_points(PointsSource(path="points.xlsx"), tmp_path)
    assert found.table["point_id"].tolist() == ["P1"]
    told = {row.row: (row.reason, row.text) for row in found.rejected.itertuples()}
    assert told[4] == ("missing_value", "Points 2026!A4: ,two,108.7,28.8,,")
    assert told[6] == ("bad_number", "Points 2026!E6: wide")
    assert told[7] == ("bad_date", "Points 2026!F7: soon")
    assert told[8][0] == "duplicate_key"
    assert told[8][1].startswith("Points 2026!8:8: P1,again")
    assert found.rows_in == 5


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda p: p.write_bytes(b"PK\x03\x04 cut off"), "cannot be read as a workbook"),
        (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(500)), "without a password"),
        (lambda p: openpyxl.Workbook().save(p), "no sheet of the workbook has any content"),
        (lambda p: book(p, [["a", "b"], [1, 2]]), "required column point_id, lon, lat"),
        (lambda _p: None, "there is no such file"),
    ],
)
def test_a_workbook_without_the_table_is_one_clear_line(tmp_path, write, told):
    write(tmp_path / "points.xlsx")
    with pytest.raises(MissingDataError, match=r"^points\.xlsx: .*" + told):
        read_points(PointsSource(path="points.xlsx"), tmp_path)


def test_a_site_runs_from_workbooks(site, capsys):
    for kind in ("points", "schedule"):
        book(site / f"{kind}.xlsx", [list(row) for row in table(site / f"{kind}.csv")], kind)
    config = site / "routecheck.toml"
    text = config.read_text("utf-8")
    where = ("--date", "2026-03-02", "--config", str(config))
    assert call("run", *where) == 0
    plain = rows(site / "out" / "pickups_2026-03-02.csv")
    for path in site.glob("routecheck.db*"):
        path.unlink()
    config.write_text(
        text.replace('"points.csv"', '"points.xlsx"').replace('"schedule.csv"', '"schedule.xlsx"'),
        "utf-8",
    )
    assert load_config(config).points.path == "points.xlsx"
    assert call("run", "--new-store", *where) == 0
    assert rows(site / "out" / "pickups_2026-03-02.csv") == plain


def table(path):
    found = rows(path)
    yield list(found[0])
    for row in found:
        yield list(row.values())


def test_exchanged_columns_are_guessed(site, capsys):
    lines = (site / "points.csv").read_text("utf-8-sig").splitlines()
    head = lines[0].replace("lon,lat", "lat,lon")
    assert head != lines[0]
    (site / "points.csv").write_text("\n".join([head, *lines[1:]]), "utf-8")
    for path in (site / "fixes").glob("*.csv"):
        text = path.read_text("utf-8-sig")
        path.write_text(text.replace("lon,lat", "lat,lon", 1), "utf-8")
    call("run", "--date", "2026-03-02", "--config", str(site / "routecheck.toml"))
    said = capsys.readouterr().err
    assert "points, most of the file, are exchanged; the file was read the other way round" in said
    assert "are the columns of longitude and latitude exchanged?" in said


def test_points_with_longitude_and_latitude_exchanged_are_judged_as_if_they_were_not(site, capsys):
    config = ["--config", str(site / "routecheck.toml")]
    call("run", "--date", "2026-03-02", *config)
    right = csv_rows(site / "out" / "pickups_2026-03-02.csv")
    for path in (site / "routecheck.db", site / "out" / "pickups_2026-03-02.csv"):
        path.unlink()
    points = (site / "points.csv").read_text("utf-8-sig")
    (site / "points.csv").write_text(points.replace("lon,lat", "lat,lon", 1), "utf-8")
    capsys.readouterr()
    assert call("run", "--new-store", "--date", "2026-03-02", *config) == 0
    assert "exchange the headers of the two columns" in capsys.readouterr().err
    assert csv_rows(site / "out" / "pickups_2026-03-02.csv") == right


def test_every_sheet_that_holds_the_table_is_read(tmp_path):
    """A sheet a vehicle, in another order of columns, and one that holds something else."""
    made = openpyxl.Workbook()
    made.active.title = "V1"
    head = ["vehicle_id", "time", "lon", "lat"]
    sheets = {"V1": head, "V2": ["time", "vehicle_id", "lat", "lon"], "V3": head}
    for title, columns in sheets.items():
        sheet = made["V1"] if title == "V1" else made.create_sheet(title)
        sheet.append(columns)
        for minute in range(3):
            time = f"2026-03-02 06:0{minute}:00"
            row = {"vehicle_id": title, "time": time, "lon": 108.0 + minute / 100, "lat": 30.0}
            sheet.append([row[name] for name in columns])
    made["V3"].append(["V3", "2026-03-02 06:05:00", "east", 30.0])
    made.create_sheet("Notes").append(["drivers of March", "by hand"])
    made.save(tmp_path / "fixes.xlsx")
    with FixFiles.read(FixesSource(path="fixes.xlsx"), tmp_path, ZONE, now=NOW) as fixes:
        table = fixes.load(datetime.date(2026, 3, 2))
        rejected, notes = fixes.rejected, [str(note) for note in fixes.notes]
    assert table["vehicle_id"].value_counts().to_dict() == {"V1": 3, "V2": 3, "V3": 3}
    assert table["lat"].eq(30.0).all()
    assert rejected["reason"].tolist() == ["bad_number"]
    assert len(notes) == 1
    assert notes[0].endswith("not read: Notes")


def test_a_cell_of_a_further_sheet_is_named_by_its_own_place(tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "March"
    head = ["alert_id", "point_id", "service_date", "raised_at"]
    for title, date in (("March", "2026-03-02"), ("April", "2026-04-01")):
        sheet = made["March"] if title == "March" else made.create_sheet(title)
        sheet.append(head)
        sheet.append([f"{title}1", "P1", date, f"{date} 12:00:00"])
    made["April"].append(["April2", "P1", "tomorrow", "2026-04-02 12:00:00"])
    made.save(tmp_path / "alerts.xlsx")
    result = read_alerts(AlertsSource(path="alerts.xlsx"), tmp_path, ZONE)
    assert result.table["alert_id"].tolist() == ["March1", "April1"]
    assert result.rejected["text"].tolist() == ["April!C3: tomorrow"]
    assert result.rows_in == 3
    assert ["read as one table: March, April" in note for note in result.notes] == [True]


def test_hidden_sheets_are_not_read_and_are_named(tmp_path):
    book = openpyxl.Workbook()
    for name, point in (("now", "P1"), ("old", "P0")):
        sheet = book.create_sheet(name)
        sheet.append(["point_id", "lon", "lat"])
        sheet.append([point, 108.7, 28.8])
    del book["Sheet"]
    book["old"].sheet_state = "hidden"
    book.save(tmp_path / "points.xlsx")
    result = read_points(PointsSource(path="points.xlsx"), tmp_path)
    assert result.table["point_id"].tolist() == ["P1"]
    assert ["old" in str(note) for note in result.notes] == [True]


def test_the_headers_are_the_row_with_most_columns(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Points of the county"],
        ["id", None, "coordinates", None],
        ["point_id", "name", "lon", "lat"],
        ["P1", "Gate", 108.7, 28.8],
    ):
        book.active.append(row)
    book.active.merge_cells("C2:D2")
    book.save(tmp_path / "points.xlsx")
    result = read_points(PointsSource(path="points.xlsx"), tmp_path)
    assert result.table["point_id"].tolist() == ["P1"]
    assert result.table["geometry"].notna().all()


def test_a_workbook_that_the_library_stumbles_over_is_one_message(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["point_id", "lon", "lat"])
    book.create_chartsheet("Chart")
    book.save(tmp_path / "points.xlsx")
    with pytest.raises(MissingDataError, match=r"points\.xlsx"):
        read_points(PointsSource(path="points.xlsx"), tmp_path)
