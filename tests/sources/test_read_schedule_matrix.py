"""Schedules with weekdays across and windows in one cell: what a person reads off the sheet."""

import pytest

from routecheck.config import ScheduleSource
from routecheck.sources.schedule import read_schedule

CHINESE = "收集点编号,车牌号,周一,周二,周三,周四,周五,周六,周日\n"
TIMED = "point_id,window_start,window_end,Mon,Tue,Wed,Thu,Fri,Sat,Sun\n"


def _read(folder, text):
    (folder / "s.csv").write_text(text, encoding="utf-8")
    return read_schedule(ScheduleSource(path="s.csv"), folder)


def _windows(result):
    """Point, days, and the window by the clock."""
    table = result.table
    return [
        (row.point_id, row.weekdays, f"{row.start_minute / 60:g}-{row.end_minute / 60:g}")
        for row in table.itertuples(index=False)
    ]


def _rejected(result):
    return result.rejected[["row", "reason", "text"]].to_numpy().tolist()


def test_windows_stand_in_the_cells_of_their_days(tmp_path):
    result = _read(
        tmp_path,
        CHINESE
        + "A,V1,6:00-10:00,,6:00-10:00,,上午8点至10点半,,\n"
        + 'B,V1,"6:00-8:00、14:00-18:00",,,,,,下午2:00-5:00\n'
        + "C,V1,,,,22:00-02:00,,,\n",
    )
    assert _windows(result) == [
        ("A", "13", "6-10"),
        ("A", "5", "8-10.5"),
        ("B", "1", "6-8"),
        ("B", "1", "14-18"),
        ("B", "7", "14-17"),
        ("C", "4", "22-26"),
    ]
    assert result.rejected.empty
    assert set(result.table["vehicle_id"]) == {"V1"}


@pytest.mark.parametrize("tick", ["√", "✓", "x", "X", "1", "是", "有", "✔", "yes", "三"])
def test_a_tick_makes_its_day_due_in_the_window_of_the_row(tmp_path, tick):
    result = _read(tmp_path, TIMED + f"A,6:00,10:00,,,{tick},,,,\n")
    assert _windows(result) == [("A", "3", "6-10")]


def test_a_cross_is_no_tick_beside_ticks(tmp_path):
    result = _read(tmp_path, TIMED + "A,6:00,10:00,√,x,√,×,✗,√,0\n")
    assert _windows(result) == [("A", "136", "6-10")]


def test_what_may_be_a_tick_or_not_is_rejected(tmp_path):
    result = _read(tmp_path, TIMED + "A,6:00,10:00,×,,×,,,,\nB,6:00,10:00,x,,,,,,\n")
    assert _windows(result) == []
    assert _rejected(result) == [[2, "bad_value", "×"]] * 2 + [[3, "bad_value", "x"]]
    result = _read(tmp_path, TIMED + "A,6:00,10:00,2,,√,,,,\nB,6:00,10:00,×,,,,,,\n")
    assert _windows(result) == [("A", "3", "6-10")]
    assert [row[:2] for row in _rejected(result)] == [[2, "bad_value"], [3, "missing_value"]]
    assert {row.point_id for row in result.unread} == {"A", "B"}


def test_a_row_that_says_no_every_day_is_never_due_and_a_blank_one_is_rejected(tmp_path):
    rows = "A,6:00,10:00,否,否,否,否,否,否,否\nB,6:00,10:00,,,,,,,\nC,6:00,10:00,是,,,,,,\n"
    result = _read(tmp_path, TIMED + rows)
    assert [row[:2] for row in _windows(result)] == [("A", "0"), ("C", "1")]
    assert [row[:2] for row in _rejected(result)] == [[3, "missing_value"]]


def test_seven_headers_of_one_digit_are_weekdays_and_fewer_are_not(tmp_path):
    head = "point_id,window," + ",".join("1234567") + "\n"
    assert _windows(_read(tmp_path, head + "A,6:00-8:00,1,,,1,,,1\n")) == [("A", "147", "6-8")]
    result = _read(tmp_path, "point_id,window,weekdays,1,2\nA,6:00-8:00,5,x,\n")
    assert _windows(result) == [("A", "5", "6-8")]


@pytest.mark.parametrize(
    ("cell", "windows"),
    [
        ("6:00-10:00", ["6-10"]),
        ("06:00~10:00；14:00～18:00", ["6-10", "14-18"]),
        ("6:00—7:30 9:00—10:00", ["6-7.5", "9-10"]),
        ("2:00 PM - 5:30 PM", ["14-17.5"]),
        ("晚上10:00-2:00", ["22-26"]),
        ("晚上10:00-6:00", ["22-30"]),
    ],
)
def test_a_column_may_hold_whole_windows(tmp_path, cell, windows):
    result = _read(tmp_path, f"收集点编号,星期,收运时间\nA,每天,{cell}\n")
    assert _windows(result) == [("A", "1234567", window) for window in windows]


@pytest.mark.parametrize("cell", ["6:00", "6-10", "6:00-10:00 PM", "上午9:00-2:00", "6:00-x", "早"])
def test_a_cell_that_is_no_window_is_rejected_and_shown(tmp_path, cell):
    good = "B,每天,6:00-8:00\n"
    result = _read(tmp_path, f"收集点编号,星期,收运时间\nA,每天,{cell}\n{good}")
    assert _rejected(result) == [[2, "bad_value", cell]]
    assert [row.point_id for row in result.unread] == ["A"]


def test_days_that_contradict_the_column_of_weekdays_are_rejected(tmp_path):
    text = "point_id,weekdays,window,Mon,Tue,Wed\nA,12,6:00-8:00,√,√,\nB,23,6:00-8:00,√,√,\n"
    result = _read(tmp_path, text)
    assert _windows(result) == [("A", "12", "6-8")]
    assert _rejected(result) == [[3, "bad_value", "23 / 12"]]


def test_a_bad_cell_of_a_workbook_is_named(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(tmp_path / "s.xlsx")
    sheet = book.add_worksheet("清运表")
    for at, row in enumerate(
        [["收集点编号", "周一", "周二", "周三"], ["A", "6:00-8:00", "6:00", None]]
    ):
        sheet.write_row(at, 0, row)
    book.close()
    result = read_schedule(ScheduleSource(path="s.xlsx"), tmp_path)
    assert _windows(result) == [("A", "1", "6-8")]
    assert _rejected(result) == [[2, "bad_value", "清运表!C2: 6:00"]]
