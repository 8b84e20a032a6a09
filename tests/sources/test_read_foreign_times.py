"""Dates that do not begin with the year, 12-hour clocks, and the keys that declare them."""

import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from routecheck.config import AlertsSource, ChecksSource, FixesSource, ScheduleSource
from routecheck.domain.errors import MissingDataError
from routecheck.sources.cell_values import read_minute
from routecheck.sources.date_orders import TimeWay, evidence_of
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import read_alerts, read_checks
from routecheck.sources.time_values import read_times

SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC = ZoneInfo("UTC")
NOW = datetime.datetime(2026, 4, 20, 4, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026/3/4 上午 06:36:05", "2026-03-04T06:36:05"),
        ("2026/03/04 下午06:36:05", "2026-03-04T18:36:05"),
        ("2026-03-04 6:36:05 PM", "2026-03-04T18:36:05"),
        ("2026-03-04 12:05 am", "2026-03-04T00:05:00"),
        ("2026-03-04 12:05 p.m.", "2026-03-04T12:05:00"),
        ("2026-03-04 6:36 a. m.", "2026-03-04T06:36:00"),
        ("2026年3月4日 下午6時36分5秒", "2026-03-04T18:36:05"),
        ("2026年3月4日 18點36分", "2026-03-04T18:36:00"),
        ("4 Mar 2026 06:36:05", "2026-03-04T06:36:05"),
        ("04-Mar-2026 06:36", "2026-03-04T06:36:00"),
        ("Mar 4, 2026 6:36:05 PM", "2026-03-04T18:36:05"),
    ],
)
def test_a_cell_that_leaves_no_doubt_is_read(cell, moment):
    times = read_times(pa.array([cell]), UTC)
    assert not times.bad[0]
    expected = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
    assert times.us[0] == expected.timestamp() * 1e6


@pytest.mark.parametrize(
    "cell",
    ["3/4/2026 06:36", "2026-03-04 14:05 AM", "2026-03-04 下午 6:36 PM", "31 Foo 2026 06:36"],
)
def test_a_cell_in_doubt_is_not_read(cell):
    assert read_times(pa.array([cell]), UTC).bad[0]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["3/4/2026 06:36", "3/13/2026 06:36"], "month"),
        (["3/4/2026 06:36", "13/4/2026 06:36"], "day"),
        (["13.04.2026"], "day"),
        (["3/4/2026 6:36:05 AM"], "month"),
        (["3/3/2026 6:36 AM", "3/4/2026 6:36 AM"], "month"),
        (["03/03/2026 6:36 AM", "04/03/2026 6:36 AM"], "day"),
        (["01/04/2026 06:00", "02/04/2026 06:00", "03/04/2026 06:00"], "day"),
        (["3/4/2026 06:36"], ""),
        (["3/4/2026 6:36 a. m."], ""),
        (["3-4-2026 6:36 AM"], ""),
        # The first of three months, or three days of January: nothing decides.
        (["01/03/2026", "01/04/2026", "01/05/2026"], ""),
        # Half of the cells were rewritten by a spreadsheet: the file contradicts itself.
        (["13/04/2026 06:36", "04/14/2026 06:36"], ""),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_column(cells, order):
    assert evidence_of([pa.array(cells)]).order == order


def test_a_declared_pattern_is_read_and_iso_besides():
    way = TimeWay.of("%d/%m/%y %H:%M")
    times = read_times(pa.array(["04/03/26 06:36", "2026-03-04 06:36:00"]), UTC, way)
    assert not times.bad.any()
    assert times.us[0] == times.us[1]


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("6:30 AM", 390), ("6:30 pm", 1110), ("下午2:00", 840), ("上午 06:30", 390),
        ("12:00 AM", 0), ("12:00 PM", 720), ("中午11:30", 690), ("中午12:30", 750),
        ("中午1点", 780), ("凌晨12:30", 30), ("早上6点半", 390), ("6pm", 1080), ("晚上9点", 1260),
        ("晚上20:30", 1230),
    ],
)  # fmt: skip
def test_a_time_of_day_with_its_part_of_the_day(text, minute):
    assert read_minute(text) == minute


@pytest.mark.parametrize(
    ("text", "minute"),
    [("晚上12:05", 1445), ("晚上12点", 1440), ("深夜1点", 1500), ("夜里2:30", 1590)],
)
def test_the_night_after_is_counted_on(text, minute):
    assert read_minute(text, 2880) == minute


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2026-03-04 中午11:45:10", "2026-03-04T11:45:10"),
        ("2026-03-04 中午12:15:10", "2026-03-04T12:15:10"),
        ("2026-03-04 晚上12:05:00", "2026-03-04T00:05:00"),
        ("2026-03-04 凌晨12:05:00", "2026-03-04T00:05:00"),
        ("2026-03-04 晚上9:05:00", "2026-03-04T21:05:00"),
    ],
)
@pytest.mark.parametrize("declared", ["", "%Y-%m-%d %p%I:%M:%S"])
def test_parts_of_the_day_beside_a_date(text, right, declared):
    times = read_times(pa.array([text]), UTC, TimeWay.of(declared))
    assert np.datetime64(int(times.us[0]), "us") == np.datetime64(right)


def _fixes(folder, files, **keys):
    for name, times in files.items():
        lines = "".join(f"T1,{time},108.7,28.8\n" for time in times)
        (folder / name).write_text("vehicle_id,time,lon,lat\n" + lines)
    source = FixesSource(path="*.csv", **keys)
    return FixFiles.read(source, folder, SHANGHAI, now=NOW)


def test_another_file_of_the_feed_settles_the_order(tmp_path):
    files = {
        "a.csv": ["04/03/2026 06:36:05", "04/03/2026 06:36:15"],
        "b.csv": ["13/03/2026 06:36:05", "13/03/2026 06:36:15"],
    }
    with _fixes(tmp_path, files) as days:
        assert days.failed == []
        assert days.days == [datetime.date(2026, 3, 4), datetime.date(2026, 3, 13)]


def test_a_feed_in_doubt_shows_the_cell_and_the_key(tmp_path):
    with pytest.raises(MissingDataError) as caught:
        _fixes(tmp_path, {"a.csv": ["03/03/2026 06:36:05", "04/03/2026 06:36:05"]})
    line = str(caught.value)
    assert "a.csv" in line
    assert "row 3" in line
    assert "04/03/2026 06:36:05" in line
    assert "fixes.time_format" in line


@pytest.mark.parametrize("declared", ["day-first", "%d/%m/%Y %H:%M:%S"])
def test_the_key_settles_the_order(tmp_path, declared):
    files = {"a.csv": ["04/03/2026 06:36:05", "04/03/2026 06:36:15"]}
    with _fixes(tmp_path, files, time_format=declared) as days:
        assert days.days == [datetime.date(2026, 3, 4)]


def test_a_key_that_the_file_contradicts_is_reported(tmp_path):
    files = {"a.csv": ["03/25/2026 06:36:05", "03/26/2026 06:36:15"]}
    with pytest.raises(MissingDataError, match=r"03/25/2026.*fixes\.time_format"):
        _fixes(tmp_path, files, time_format="day-first")


def test_times_of_a_table_are_in_its_own_zone(tmp_path):
    files = {"a.csv": ["2026-03-03 22:36:05", "2026-03-03T22:36:15+00:00"]}
    with _fixes(tmp_path, files, time_zone="UTC") as days:
        times = days.load(datetime.date(2026, 3, 4))["time"]
    assert (times.max() - times.min()).total_seconds() == 10
    (tmp_path / "alerts.txt").write_text(
        "alert_id,point_id,service_date,raised_at\nA,P,2026-03-04,2026-03-04 00:10\n"
    )
    alerts = read_alerts(AlertsSource(path="alerts.txt", time_zone="UTC"), tmp_path, SHANGHAI)
    assert str(alerts.table["raised_at"][0]) == "2026-03-04 00:10:00+00:00"


def test_small_tables_in_the_order_of_their_file(tmp_path):
    (tmp_path / "alerts.csv").write_text(
        "alert_id;point_id;service_date;raised_at\n"
        "A;P;3/4/2026;3/4/2026 8:10:00 AM\nB;P;3/14/2026;3/14/2026 8:10:00 PM\n"
    )
    alerts = read_alerts(AlertsSource(path="alerts.csv"), tmp_path, SHANGHAI).table
    assert alerts["service_date"].tolist() == [
        datetime.date(2026, 3, 4),
        datetime.date(2026, 3, 14),
    ]
    assert str(alerts["raised_at"][1]) == "2026-03-14 12:10:00+00:00"
    (tmp_path / "checks.csv").write_text("point_id,service_date,collected\nP,14.3.2026,true\n")
    checks = read_checks(ChecksSource(path="checks.csv"), tmp_path, SHANGHAI).table
    assert checks["service_date"].tolist() == [datetime.date(2026, 3, 14)]


def test_alerts_in_doubt_are_no_alerts_of_another_month(tmp_path):
    (tmp_path / "alerts.csv").write_text(
        "alert_id,point_id,service_date,raised_at\nA,P,3/4/2026,3/4/2026 08:10\n"
    )
    result = read_alerts(AlertsSource(path="alerts.csv"), tmp_path, SHANGHAI)
    assert result.table.empty
    assert "alerts.time_format" in result.failed[0][1]
    declared = AlertsSource(path="alerts.csv", time_format="month-first")
    assert len(read_alerts(declared, tmp_path, SHANGHAI).table) == 1


def test_a_schedule_in_doubt_shows_the_cell_and_the_key(tmp_path):
    (tmp_path / "s.csv").write_text(
        "point_id,vehicle_id,weekdays,window_start,window_end,valid_from\n"
        "P,T,1234567,6:00 AM,2:00 PM,01/03/2026\n"
    )
    with pytest.raises(MissingDataError, match=r"s\.csv.*row 2.*01/03/2026.*schedule\.time_format"):
        read_schedule(ScheduleSource(path="s.csv"), tmp_path)
    read = read_schedule(ScheduleSource(path="s.csv", time_format="day-first"), tmp_path).table
    assert read["valid_from"].tolist() == [datetime.date(2026, 3, 1)]
    assert (read["start_minute"][0], read["end_minute"][0]) == (360, 840)


@pytest.mark.parametrize("delimiter", ["|", ";", "\t", ","])
def test_delimiters_are_found(tmp_path, delimiter):
    text = "车牌,時間,經度,緯度\nT1,2026-03-04 06:36:05,108.7,28.8\n".replace(",", delimiter)
    (tmp_path / "f.csv").write_text(text, "utf-8")
    with FixFiles.read(FixesSource(path="f.csv"), tmp_path, SHANGHAI, now=NOW) as days:
        assert days.days == [datetime.date(2026, 3, 4)]


def test_a_delimiter_is_declared(tmp_path):
    (tmp_path / "f.csv").write_text(
        "vehicle_id^time^lon,lat,x^lon^lat\nT1^2026-03-04 06:36:05^0^108.7^28.8\n"
    )
    source = FixesSource(path="f.csv", delimiter="^")
    with FixFiles.read(source, tmp_path, SHANGHAI, now=NOW) as days:
        assert days.days == [datetime.date(2026, 3, 4)]


def _positioned(folder, header, words):
    lines = "".join(
        f"T1,2026-03-04 06:{i:02d}:05,108.7,28.8,{word}\n" for i, word in enumerate(words)
    )
    (folder / "f.csv").write_text(f"vehicle_id,time,lon,lat,{header}\n{lines}", "utf-8")
    with FixFiles.read(FixesSource(path="f.csv"), folder, SHANGHAI, now=NOW) as days:
        table = days.load(datetime.date(2026, 3, 4)).sort_values("row")
        return table["positioned"].tolist(), [str(note) for note in days.notes]


@pytest.mark.parametrize("header", ["valid", "gps_valid", "fix", "fix_type", "定位状态"])
def test_words_of_a_device_without_a_position(tmp_path, header):
    bad = [
        "NO FIX",
        "nofix",
        "no-fix",
        "none",
        "unfixed",
        "0D",
        "invalid",
        "V",
        "无效",
        "未定位",
        "0",
    ]
    good = ["SPS", "DGPS", "3D", "A", "true", "1", "2", "有效", ""]
    found, notes = _positioned(tmp_path, header, bad + good)
    assert found == [False] * len(bad) + [True] * len(good)
    assert notes == []


def test_an_unknown_word_is_reported_once_and_counts_unless_it_denies(tmp_path):
    found, notes = _positioned(tmp_path, "valid", ["SUPER", "SUPER", "NOT READY", "A"])
    assert found == [True, True, False, True]
    assert len(notes) == 1
    assert "SUPER" in notes[0]
    assert "NOT READY" in notes[0]


def test_a_state_of_any_kind_counts_only_where_it_is_about_a_position(tmp_path):
    states = ["0", "1", "idle", "offline", "inactive", "parked", "V", "NO FIX"]
    found, notes = _positioned(tmp_path, "status", states)
    assert found == [True] * 7 + [False]
    assert notes == []
    assert _positioned(tmp_path, "status", ["A", "V", "A"])[0] == [True, False, True]
