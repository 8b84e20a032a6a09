"""Single values as people write them."""

import datetime
import math
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.sources import cell_values


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1234567", "1234567"), ("531", "135"), ("1-5", "12345"), ("6-2", "1267"),
        ("1,3,5", "135"), ("1、3、5", "135"), ("daily", "1234567"), ("每天", "1234567"),
        ("一三五", "135"), ("周一,周三", "13"), ("周一至周五", "12345"), ("星期六、星期日", "67"),
        ("每周一、三、五", "135"), ("周日", "7"), ("工作日", "12345"), ("Mon-Fri", "12345"),
        ("MoWeFr", "135"), ("monday, sunday", "17"), ("１３５", "135"), ("7", "7"),
        ("1111111", "1234567"), ("1111100", "12345"), ("0000011", "67"), ("1000000", "1"),
        ("1,1,1,1,1,0,0", "12345"), ("0000000", cell_values.NO_DAY), ("1", "1"),
        ("週一", "1"), ("週一至週五", "12345"), ("禮拜日", "7"), ("礼拜一", "1"), ("Mon", "1"),
        ("周一/周四", "14"), ("Sat-Mon", "167"), ("周一三五日", "1357"), ("六日", "67"),
        ("1234567.0", "1234567"), ("1110000.0", "123"), ("Mon and Wed", "13"), ("1+3", "13"),
        ("双休日", "67"),
    ],
)  # fmt: skip
def test_weekdays(text, days):
    assert cell_values.read_weekdays(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "8",
        "1-8",
        "x",
        "双日",
        "-",
        "1-",
        "1.5",
        "11",
        "1,3,1",
        "11111",
        "1-5,3",
        "111110",
        "10",
        "1234568",
        "11111111",
        "周一,Mon",
        "3天",
        "1日",
        "2周",
        "每三天",
        "一日",
        "每2天",
    ],
)
def test_what_are_no_weekdays(text):
    if text == "1.5":  # a spreadsheet's idea of "1, 5"
        assert cell_values.read_weekdays(text) == "15"
        return
    with pytest.raises(ValueError, match=r".*"):
        cell_values.read_weekdays(text)


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("6:00", 360), ("06:00", 360), ("06:00:00", 360), ("0600", 360), ("600", 360),
        ("６：００", 360), ("6点", 360), ("6点30分", 390), ("00:00", 0), ("23:59", 1439),
        ("24:00", 1440),
    ],
)  # fmt: skip
def test_times_of_day(text, minute):
    assert cell_values.read_minute(text) == minute


@pytest.mark.parametrize("text", ["6", "24:01", "25:00", "6:60", "-1:00", "x", "6:0", "0.25"])
def test_what_is_no_time_of_day(text):
    with pytest.raises(ValueError, match=r".*"):
        cell_values.read_minute(text)


@pytest.mark.parametrize(("text", "minute"), [("24:10", 1450), ("25:40", 1540), ("47:59", 2879)])
def test_hours_of_the_night_after(text, minute):
    assert cell_values.read_minute(text, 2880) == minute


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True), ("NULL", True), ("\\N", True), ("N/A", True), ("NA", True), ("none", True),
        ("0000-00-00", True), ("0000-00-00 00:00:00", True), ("-", True), ("--", True),
        ("—", True), ("0", False), ("Nan Chuan", False), ("2026-03-01", False), ("N", False),
    ],
)  # fmt: skip
def test_words_for_nothing(text, blank):
    assert cell_values.is_blank(text) is blank


@pytest.mark.parametrize(
    "text",
    ["2026-03-01", "2026-3-1", "2026/3/1", "2026.03.01", "20260301", "2026年3月1日",
     "2026-03-01 00:00:00", "2026-03-01T00:00:00Z", " 2026/3/1 0:00 "],
)  # fmt: skip
def test_dates(text):
    assert cell_values.read_date(text) == datetime.date(2026, 3, 1)


@pytest.mark.parametrize("text", ["2026-02-30", "01/03/2026", "2026-03-01 06:00", "x", "2026-3/1"])
def test_what_is_no_date(text):
    with pytest.raises(ValueError, match=r".*"):
        cell_values.read_date(text)


def test_yes_and_no():
    assert [cell_values.read_bool(t) for t in ("TRUE", "1", "是", "Yes")] == [True] * 4
    assert [cell_values.read_bool(t) for t in ("false", "0", "否", "不收")] == [False] * 4
    with pytest.raises(ValueError, match="perhaps"):
        cell_values.read_bool("perhaps")


@given(st.lists(st.one_of(st.floats().map(repr), st.text(max_size=6)), max_size=30))
def test_numbers_as_python_reads_them(texts):
    found, blank, bad = cell_values.numbers(pa.array(texts, pa.string()))
    for text, value, is_blank, is_bad in zip(texts, found, blank, bad, strict=True):
        if not is_blank and not is_bad:
            # A full-width or raised digit is the digit it stands for.
            assert value == float(unicodedata.normalize("NFKC", text))
        else:
            assert math.isnan(value)
        try:
            right = math.isfinite(float(text)) and "_" not in text
        except ValueError:
            right = False
        if right:
            assert not is_bad


def test_numbers_that_are_none():
    texts = ["1e400", "nan", "inf", "-inf", "0x10", "1_000", "1,5", "", " ", None, "１２", " 3 "]
    found, blank, bad = cell_values.numbers(pa.array(texts, pa.string()))
    assert bad.tolist() == [True] * 7 + [False] * 5
    assert blank.tolist() == [False] * 7 + [True] * 3 + [False] * 2
    np.testing.assert_array_equal(found[-2:], [12, 3])
    assert cell_values.numbers(pa.array(["1,5"]), comma=True)[0].tolist() == [1.5]


def test_ids_stay_text():
    plain = pa.array(["007", "NA", " 1.0 ", '="008"', "1e5", None])
    wanted = ["007", "NA", "1.0", "008", "1e5", ""]
    assert cell_values.identifiers(plain).to_pylist() == wanted
    assert cell_values.identifiers(plain.dictionary_encode()).to_pylist() == wanted
    assert cell_values.identifiers(pa.array([7, None])).to_pylist() == ["7", ""]
    assert cell_values.identifiers(pa.array([7.0, 1.5, float("nan")])).to_pylist() == [
        "7",
        "1.5",
        "",
    ]
