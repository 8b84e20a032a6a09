"""Times against Python's own calendar and zones."""

import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.sources.time_values import as_days, local_days, local_to_utc, read_times

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MOMENTS = st.datetimes(
    datetime.datetime.fromisoformat("1975-01-01"), datetime.datetime.fromisoformat("2037-12-31")
)


def _us(moment):
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _read(*texts, zone=SHANGHAI):
    return read_times(pa.array(texts, pa.string()), zone)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-03-01T06:05:09Z", "2026-03-01T06:05:09"),
        ("2026-03-01 06:05:09z", "2026-03-01T06:05:09"),
        ("2026-03-01T06:05:09+08:00", "2026-02-28T22:05:09"),
        ("2026-03-01T06:05:09+0800", "2026-02-28T22:05:09"),
        ("2026-03-01T06:05:09+08", "2026-02-28T22:05:09"),
        ("2026-03-01 06:05:09 -03:30", "2026-03-01T09:35:09"),
        ("2026-03-01 06:05:09", "2026-02-28T22:05:09"),
        ("2026-03-01T06:05:09.5", "2026-02-28T22:05:09.500000"),
        ("2026-03-01T06:05:09.123456789Z", "2026-03-01T06:05:09.123456"),
        ("2026-03-01 06:05:09,25", "2026-02-28T22:05:09.250000"),
        ("2026-03-01 06:05", "2026-02-28T22:05:00"),
        ("2026/3/1 6:05", "2026-02-28T22:05:00"),
        ("2026/03/01 06:05:09", "2026-02-28T22:05:09"),
        ("2026.3.1 6:5:9", "2026-02-28T22:05:09"),
        ("2026年3月1日 06:05:09", "2026-02-28T22:05:09"),
        ("2026年3月1日6时05分09秒", "2026-02-28T22:05:09"),
        ("2026年03月01日 6时5分", "2026-02-28T22:05:00"),
        ("20260301060509", "2026-02-28T22:05:09"),
        ("20260301 060509", "2026-02-28T22:05:09"),
        ("20260301T060509Z", "2026-03-01T06:05:09"),
        ("1772316000", "2026-02-28T22:00:00"),
        ("1772316000.25", "2026-02-28T22:00:00.250000"),
        ("1772316000123", "2026-02-28T22:00:00.123000"),
        ("  2026-03-01 06:05:09\t", "2026-02-28T22:05:09"),
    ],
)
def test_ways_of_writing_a_time(text, wanted):
    times = _read(text)
    moment = datetime.datetime.fromisoformat(wanted).replace(tzinfo=datetime.UTC)
    assert not times.bad[0]
    assert times.us[0] == _us(moment)


@pytest.mark.parametrize(
    "text",
    [
        "x", "2026-02-30 06:00:00", "2026-13-01 06:00:00", "2026-03-01 25:00:00",
        "2026-03-01 06:60:00", "1/3/2026 06:00", "2026-03/01 06:00", "06:00:00", "2026-03-01T",
        "2026-03-01 06:00:00+99:00", "12345", "0000-01-01 00:00:00", "2026-03-01 06", "１２３",
    ],
)  # fmt: skip
def test_what_is_no_time(text):
    times = _read(text)
    assert times.bad[0]
    assert not times.blank[0]
    assert not times.date_only[0]


def test_blank_and_date_only():
    times = _read("", "  ", None, "2026-03-01", "20260301", "2026年3月1日")
    assert times.blank.tolist() == [True] * 3 + [False] * 3
    assert times.date_only.tolist() == [False] * 3 + [True] * 3
    assert times.bad.tolist() == times.date_only.tolist()


@given(
    st.lists(
        st.tuples(
            MOMENTS,
            st.sampled_from(
                ["%Y-%m-%dT%H:%M:%S.%fZ", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "junk%Y"]
            ),
        ),
        max_size=40,
    )
)
def test_mixed_columns_against_strptime(cells):
    texts = [moment.strftime(form) for moment, form in cells]
    times = _read(*texts)
    for text, (_, form), us, bad in zip(texts, cells, times.us, times.bad, strict=True):
        if form.startswith("junk"):
            assert bad
            continue
        moment = datetime.datetime.strptime(text, form)  # noqa: DTZ007
        zone = datetime.UTC if form.endswith("Z") else SHANGHAI
        assert us == _us(moment.replace(tzinfo=zone))


@given(st.lists(st.text("0159-/: T.Z+年", max_size=25), max_size=30))
def test_never_fails_and_gives_what_single_cells_give(texts):
    together = _read(*texts)
    for i, text in enumerate(texts):
        alone = _read(text)
        assert (alone.us[0], alone.bad[0]) == (together.us[i], together.bad[i])


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, LORD_HOWE])
@given(moments=st.lists(MOMENTS, min_size=1, max_size=20))
def test_local_times_as_zoneinfo_has_them(zone, moments):
    local = np.array([_us(m.replace(tzinfo=datetime.UTC)) for m in moments], np.int64)
    wanted = [_us(m.replace(tzinfo=zone, fold=0)) for m in moments]
    assert local_to_utc(local, zone).tolist() == wanted
    days = [(m.replace(tzinfo=datetime.UTC).astimezone(zone).date()) for m in moments]
    assert local_days(local, zone).tolist() == [as_days(day) for day in days]


def test_clocks_set_on_and_back():
    times = _read("2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-10-25 03:00:00", zone=BERLIN)
    found = [EPOCH + datetime.timedelta(microseconds=int(us)) for us in times.us]
    assert [m.isoformat()[11:16] for m in found] == ["01:30", "00:30", "02:00"]


def test_typed_columns():
    moment = datetime.datetime.fromisoformat("2026-03-01 06:00:00")
    naive = read_times(pa.array([moment, None], pa.timestamp("ms")), SHANGHAI)
    assert naive.us[0] == _us(moment.replace(tzinfo=SHANGHAI))
    assert naive.blank.tolist() == [False, True]
    aware = read_times(pa.array([moment], pa.timestamp("ns", "UTC")), SHANGHAI)
    assert aware.us[0] == _us(moment.replace(tzinfo=datetime.UTC))
    for value in (1772316000, 1772316000000, 1772316000.0):
        assert read_times(pa.array([value]), SHANGHAI).us[0] == 1772316000_000_000
    assert read_times(pa.array([moment.date()]), SHANGHAI).date_only[0]
    assert read_times(pa.array([float("inf"), 1e300, -5.0]), SHANGHAI).us.tolist() == [0, 0, 0]
