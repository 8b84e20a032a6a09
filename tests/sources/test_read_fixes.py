"""Fixes: every way they come, which day they are counted under, and what a day loads."""

import datetime
import gzip
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from routecheck.config import FixesSource, VehiclesSource, write_site
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.domain.tables import FIXES, REJECTED
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.tables import read_vehicles

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 3, 5, 4, tzinfo=datetime.UTC)
DATE = datetime.date
MARCH = DATE(2026, 3, 1)
DAY = (MARCH - DATE(1970, 1, 1)).days
HEADER = "vehicle_id,time,lon,lat,speed_kmh,heading_deg,received_at\n"


def _days(folder, files, pattern="*", **options):
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    source = FixesSource(path=pattern, **options.pop("source", {}))
    return FixFiles.read(source, folder, options.pop("zone", SHANGHAI), now=NOW, **options)


def _all(days):
    """Every kept row once, whatever day it is counted under."""
    tables = [days.load(day) for day in days.days]
    numbers = [(day - DATE(1970, 1, 1)).days for day in days.days]
    tables = [t[t["day"] == n] for t, n in zip(tables, numbers, strict=True)]
    return pd.concat([t.astype({"vehicle_id": "str", "file": "str"}) for t in tables])


def test_a_plain_file(tmp_path):
    text = HEADER + (
        "007,2026-03-01T06:00:00+08:00,108.7,28.8,12.5,90,2026-03-01T06:00:03+08:00\n"
        "NA,2026-03-01 06:00:10,108.71,28.81,,,\n"
    )
    with _days(tmp_path, {"f.csv": text}) as days:
        assert days.days == [MARCH]
        assert days.rows_in == {"f.csv": 2}
        assert days.failed == []
        table = days.load(MARCH)
    FIXES.check(table)
    assert table["vehicle_id"].tolist() == ["007", "NA"]
    start = datetime.datetime(2026, 2, 28, 22, tzinfo=datetime.UTC)
    assert table["time"].tolist() == [start, start + datetime.timedelta(seconds=10)]
    assert table["received_at"].isna().tolist() == [False, True]
    assert table["received_at"][0] == start + datetime.timedelta(seconds=3)
    assert table[["lon", "lat"]].to_numpy().tolist() == [[108.7, 28.8], [108.71, 28.81]]
    assert table["speed_kmh"][0] == 12.5
    assert np.isnan(table["speed_kmh"][1])
    assert table["row"].tolist() == [2, 3]
    assert table["day"].tolist() == [DAY, DAY]
    assert table["positioned"].all()


CHINESE = (
    "序号,车牌号,定位时间,经度,纬度,速度(km/h),方向(度),接收时间,ACC状态,定位状态,地址\r\n"
    "1,渝A12345,2026/3/1 6:00:00,108.7,28.8,12.5,90,2026/3/1 6:00:03,开,有效,龙潭镇\r\n"
    "2,渝A12345,2026/3/1 6:00:10,108.7,28.8,12.5,90,2026/3/1 6:00:13,开,无效,龙潭镇\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_chinese_export(tmp_path, encoding, packed):
    data = CHINESE.encode(encoding)
    name, data = ("f.csv.gz", gzip.compress(data)) if packed else ("f.csv", data)
    with _days(tmp_path, {name: data}) as days:
        table = days.load(MARCH)
    assert table["vehicle_id"].tolist() == ["渝A12345"] * 2
    assert table["speed_kmh"].tolist() == [12.5, 12.5]
    assert table["heading_deg"].tolist() == [90, 90]
    assert table["received_at"].notna().all()
    assert table["positioned"].tolist() == [True, False]


def test_split_date_and_time_one_position_cell_and_a_datum_column(tmp_path):
    text = (
        "设备编号,日期,时间,GPS坐标,坐标类型\n"
        'T1,2026-03-01,06:00:00,"108.7672,28.8411",\n'
        'T1,2026/3/1,6:00:10,"108.7715273,28.8379284",GCJ02\n'
        'T1,2026-03-01 00:00:00,06:00:20,"[108.7781231 28.8436383]",BD-09\n'
        'T1,2026-03-01,06:00:30,"108.7,28.8",utm\n'
        "T1,2026-03-01,06:00:40,108.7,wgs84\n"
    )
    with _days(tmp_path, {"f.csv": text}) as days:
        table = days.load(MARCH)
        assert days.rejected["reason"].tolist() == ["unknown_datum", "missing_value"]
    np.testing.assert_allclose(table["lon"], 108.7672, rtol=0, atol=2e-7)
    np.testing.assert_allclose(table["lat"], 28.8411, rtol=0, atol=2e-7)
    assert table["time"].dt.second.tolist() == [0, 10, 20]


def test_declared_datum_and_mapped_headers(tmp_path):
    text = "who;when;e;n\nV;2026-03-01 06:00:00;36575144,32;3191889,05\n"
    source = {
        "datum": "EPSG:4545",
        "columns": {"vehicle_id": "who", "time": "when", "x": "e", "y": "n"},
    }
    with _days(tmp_path, {"f.csv": text}, source=source) as days:
        table = days.load(MARCH)
    assert table["lon"][0] == pytest.approx(108.770, abs=2e-3)
    assert table["lat"][0] == pytest.approx(28.84, abs=2e-2)
    source["columns"]["time"] = "then"
    with pytest.raises(UsageError, match=r'\[fixes\.columns\] time = "then"'):
        _days(tmp_path, {}, source=source)


@pytest.mark.parametrize("kind", ["aware", "naive", "text", "epoch", "millis", "category"])
def test_parquet(tmp_path, kind):
    times = pd.Series(pd.date_range("2026-03-01 06:00", periods=3, freq="10s"))
    utc = times.dt.tz_localize(SHANGHAI).dt.tz_convert("UTC")
    seconds = (utc - pd.Timestamp(0, tz="UTC")) // pd.Timedelta("1s")
    frame = pd.DataFrame(
        {
            "vehicle_id": ["007", "NA", None],
            "time": {
                "aware": utc, "naive": times, "text": times.astype(str), "epoch": seconds,
                "millis": seconds * 1000, "category": times.astype(str).astype("category"),
            }[kind],
            "lon": [108.7, np.nan, 108.7],
            "lat": [28, 28, 28],
            "extra": [[1], [2], [3]],
        }
    )  # fmt: skip
    if kind == "category":
        frame["vehicle_id"] = frame["vehicle_id"].astype("category")
    frame.to_parquet(tmp_path / "f.parquet")
    with _days(tmp_path, {}) as days:
        table = days.load(MARCH)
        rejected = days.rejected
    assert table["vehicle_id"].tolist() == ["007"]
    assert table["time"][0] == utc[0]
    assert table["row"].tolist() == [1]
    assert rejected[["row", "reason"]].to_numpy().tolist() == [
        [2, "missing_value"], [3, "missing_value"],
    ]  # fmt: skip


def test_parquet_with_numbers_as_ids(tmp_path):
    frame = pd.DataFrame({"vehicle_id": [7, 8], "time": ["2026-03-01 06:00:00"] * 2})
    frame.assign(lon=108.7, lat=28.8).to_parquet(tmp_path / "f.parquet")
    with _days(tmp_path, {}) as days:
        assert days.load(MARCH)["vehicle_id"].tolist() == ["7", "8"]


REJECTED_ROWS = [
    (",2026-03-01 06:00:00,108.7,28.8,,,", "missing_value"),
    ("V,,108.7,28.8,,,", "missing_value"),
    ("V,2026-03-01 06:00:00,,28.8,,,", "missing_value"),
    ("V,soon,108.7,28.8,,,", "bad_time"),
    ("V,2026-03-01,108.7,28.8,,,", "bad_time"),
    ("V,2026-03-01 06:00:00,1e400,28.8,,,", "bad_number"),
    ("V,2026-03-01 06:00:00,nan,28.8,,,", "bad_number"),
    ("V,2026-03-01 06:00:00,108.7,inf,,,", "bad_number"),
    ("V,2026-03-01 06:00:00,108.7,28°48,,,", "bad_number"),
    ("V\0,2026-03-01 06:00:00,108.7,28.8,,,", "bad_value"),
    ("V,2026-03-01 06:00:00,108.7", "too_few_cells"),
    ("V,2026-03-01 06:00:00,108.7,28.8,,,,x", "too_many_cells"),
]


def test_rejected_rows_have_a_reason_and_a_day(tmp_path):
    good = "V,2026-03-01 06:00:00,108.7,28.8,x,y,z"
    lines = [good, *(row for row, _ in REJECTED_ROWS), good.replace("03-01", "03-02"), "V,x,1,2,,,"]
    with _days(tmp_path, {"f.csv": HEADER + "\n".join(lines) + "\n"}) as days:
        rejected = days.rejected
        table = _all(days)
    REJECTED.check(rejected)
    wanted = [reason for _, reason in REJECTED_ROWS]
    assert rejected["reason"].tolist() == [*wanted, "bad_time"]
    assert rejected["row"].tolist() == [*range(3, 3 + len(REJECTED_ROWS)), 16]
    assert rejected["day"].tolist() == [DAY] * len(REJECTED_ROWS) + [DAY + 1]
    assert rejected["text"][3] == "soon"
    # What is optional and cannot be read costs itself only.
    assert table["row"].tolist() == [2, 15]
    assert table[["speed_kmh", "heading_deg"]].isna().all(axis=None)


def test_not_positioned_rows(tmp_path):
    text = (
        "vehicle_id,time,lon,lat,有效性\nV,2026-03-01 06:00:00,,,V\nV,2026-03-01 06:00:00,0,0,V\n"
        "V,2026-03-01 06:00:00,0,0,A\nV,2026-03-01 06:00:00,,,A\n"
    )
    with _days(tmp_path, {"f.csv": text}) as days:
        assert days.rejected["reason"].tolist() == ["not_positioned", "missing_value"]
        # With a position, even 0/0, it is for the cleaning stage to say.
        assert days.load(MARCH)["positioned"].tolist() == [False, True]


def test_impossible_dates_are_counted_under_their_neighbours_day(tmp_path):
    stamps = [
        ("1980-01-06 00:00:00", "", DAY),
        ("2026-03-01 06:00:00", "", DAY),
        ("2106-02-07 06:00:00", "", DAY),
        ("2006-07-16 06:00:00", "", DAY),
        ("2026-03-02 06:00:00", "", DAY + 1),
        ("2000-01-01 00:00:00", "2026-03-03 06:00:00", DAY + 2),
        ("2026-08-01 06:00:00", "", DAY + 1),
    ]
    text = HEADER + "".join(f"V,{time},108.7,28.8,,,{got}\n" for time, got, _ in stamps)
    with _days(tmp_path, {"f.csv": text}) as days:
        table = _all(days).sort_values("row")
        assert days.days == [MARCH, DATE(2026, 3, 2), DATE(2026, 3, 3)]
    assert table["day"].tolist() == [day for _, _, day in stamps]


def test_a_file_without_any_credible_date(tmp_path):
    bad = HEADER + "V,1980-01-06 00:00:00,108.7,28.8,,,\nV,x,108.7,28.8,,,\n"
    good = HEADER + "V,2026-03-01 06:00:00,108.7,28.8,,,\n"
    with _days(tmp_path, {"a.csv": bad, "b.csv": good}) as days:
        assert days.rejected["reason"].tolist() == ["bad_clock", "bad_time"]
        assert days.rejected["day"].tolist() == [-1, -1]
        assert days.rows_in == {"a.csv": 2, "b.csv": 1}
        assert len(_all(days)) == 1


def test_a_site_whose_dates_all_lie_ahead_of_this_clock(tmp_path):
    text = HEADER + "".join(f"V,2027-01-0{day} 06:00:00,108.7,28.8,,,\n" for day in (1, 2))
    with _days(tmp_path, {"f.csv": text}) as days:
        assert days.days == [DATE(2027, 1, 1), DATE(2027, 1, 2)]


def test_terminals_on_vehicles_by_date(tmp_path):
    (tmp_path / "v.txt").write_text(
        "device_id,vehicle_id,valid_from,valid_to\nT1,A,,2026-03-01\nT1,B,2026-03-02,2026-03-02\n"
        "T2,C,2026-03-02,\n"
    )
    vehicles = read_vehicles(VehiclesSource(path="v.txt"), tmp_path).table
    text = HEADER + "".join(
        f"{device},2026-03-0{day} 06:00:00,108.7,28.8,,,\n"
        for device in ("T1", "T2", "T9")
        for day in (1, 2, 3)
    )
    with _days(tmp_path, {"f.csv": text}, "*.csv", vehicles=vehicles) as days:
        table = _all(days).sort_values("row")
        rejected = days.rejected
    assert table["vehicle_id"].tolist() == ["A", "B", "C", "C", "T9", "T9", "T9"]
    assert rejected[["row", "reason", "text", "day"]].to_numpy().tolist() == [
        [4, "no_vehicle", "T1", DAY + 2],
        [5, "no_vehicle", "T2", DAY],
    ]


def test_terminals_count_for_the_vehicles_of_the_times_put_right(tmp_path):
    """Of a feed 8 h behind, the first hours after a move bear the date before it."""
    (tmp_path / "v.txt").write_text(
        "device_id,vehicle_id,valid_from,valid_to\nT1,A,,2026-03-01\nT1,B,2026-03-02,\n"
        "T2,A,2026-03-02,\n"
    )
    vehicles = read_vehicles(VehiclesSource(path="v.txt"), tmp_path).table
    text = HEADER + "".join(
        f"{device},2026-03-01 {hour:02}:00:00,108.7,28.8,,,\n"
        for device in ("T1", "T2", "T9")
        for hour in (8, 20)
    )
    with _days(tmp_path, {"f.csv": text}, "*.csv", vehicles=vehicles) as days:
        written, right = days.load(MARCH), days.load(MARCH, later_s=8 * 3600.0)
        assert days.rows_by_day == {MARCH: 4}
        assert days.rejected["row"].tolist() == [4, 5]
    for table, wanted in (
        (written, {2: "A", 3: "A", 6: "T9", 7: "T9"}),
        # 20:00 is 04:00 of the next day: T1 is on B by then, and T2 is on A.
        (right, {2: "A", 3: "B", 5: "A", 6: "T9", 7: "T9"}),
    ):
        named = table["vehicle_id"].astype("str").tolist()
        assert dict(zip(table["row"], named, strict=True)) == wanted
    kept = right[right["row"] != 5]
    assert kept["time"].tolist() == written["time"].tolist(), "the times stay as written"


@pytest.mark.parametrize(
    "none", ["0001-01-01 00:00:00", "1970-01-01 08:00:00", "9999-12-31 23:59:59"]
)
def test_receipt_that_no_platform_can_mean_is_none(tmp_path, none):
    text = f"vehicle_id,time,lon,lat,received_at\nV,2026-03-01 06:00:00,108.7,28.8,{none}\n"
    with _days(tmp_path, {"a.csv": text}) as days:
        loaded = days.load(MARCH)
    assert loaded["received_at"].isna().tolist() == [True]


def test_bad_files_are_named_and_the_others_are_read(tmp_path):
    body = "".join(
        f"V,2026-03-01T06:{i // 60:02d}:{i % 60:02d}Z,108.7{i * 7919 % 9999:04d},28.8\n"
        for i in range(3000)
    )
    packed = gzip.compress(("vehicle_id,time,lon,lat\n" + body).encode())
    with _days(
        tmp_path,
        {
            "a.csv": HEADER + "V,2026-03-01 06:00:00,108.7,28.8,,,\n",
            "b.csv": "",
            "c.csv": "vehicle_id,time,lat\n",
            "d.csv": "车牌号,定位时间,经度,纬度\n" + "V,2026-03-01,108.7,28.8\n" * 2,
            "e.parquet": b"PAR1 rubbish",
            "f.csv.gz": packed[: len(packed) // 2],
            "g.csv": "vehicle_id,time,lon,lat\n" + "V,2026-03-01 00:00:00,108.7,28.8\n" * 30,
        },
    ) as days:
        failed = dict(days.failed)
        loaded = days.load(MARCH)
        rejected = days.rejected
    assert sorted(failed) == ["b.csv", "c.csv", "d.csv", "e.parquet", "f.csv.gz", "g.csv"]
    assert "empty" in failed["b.csv"]
    assert "lon" in failed["c.csv"]
    assert "without the time of day" in failed["d.csv"]
    assert "without the time of day" in failed["g.csv"]
    assert "Parquet" in failed["e.parquet"]
    assert "before that" in failed["f.csv.gz"]
    assert all(message.startswith(name) for name, message in failed.items())
    assert 500 < days.rows_in["f.csv.gz"] < 2500
    assert len(loaded) + len(rejected) == sum(days.rows_in.values())


@pytest.mark.parametrize(
    ("files", "pattern", "part"),
    [
        ({}, "fixes/*.csv", "no file of fixes matches"),
        ({"a.csv": ""}, "*.csv", "a.csv: it is empty"),
        ({"a.csv": "", "b.csv": ""}, "*.csv", "(2 files failed)"),
        ({"a.csv": HEADER}, "*.csv", "without a single usable row (it has no rows)"),
        ({"a.csv": HEADER + "V,x,1,2,,,\n"}, "*.csv", "1 rejected"),
    ],
)
def test_no_fixes_at_all(tmp_path, files, pattern, part):
    with pytest.raises(MissingDataError) as caught:
        _days(tmp_path, files, pattern)
    assert part in str(caught.value)


def test_template_is_read(tmp_path):
    write_site(tmp_path, "en")
    with _days(tmp_path, {}, "templates/fixes.csv") as days:
        assert len(days.load(MARCH)) == 1


def test_progress_ends_at_the_whole(tmp_path):
    told = []
    text = HEADER + "V,2026-03-01 06:00:00,108.7,28.8,,,\n"
    _days(tmp_path, {"a.csv": text, "b.csv": text}, progress=lambda *at: told.append(at)).close()
    assert told[-1] == (2 * len(text), 2 * len(text))
    assert [at for at, _ in told] == sorted(at for at, _ in told)


HOURS = st.integers(-60, 60)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["007", "NA", "V"]),
        HOURS,
        st.one_of(st.none(), HOURS),
        st.sampled_from(["", "1980-01-06 00:00:00", "2106-01-01 00:00:00"]),
    ),
    min_size=1,
    max_size=25,
)
NOON = datetime.datetime.fromisoformat("2026-03-01 12:00")


def _line(vehicle, hours, received, junk):
    time = junk or str(NOON + datetime.timedelta(hours=hours))
    got = "" if received is None else str(NOON + datetime.timedelta(hours=received))
    return f"{vehicle},{time},108.7,28.8,,,{got}\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, limit=st.sampled_from([3, 1_000_000]))
def test_a_day_loads_what_may_belong_to_it(tmp_path, rows, limit):
    """Against the rule, applied row by row; in memory and from disk."""
    rows = [("V", 0, None, ""), *rows]
    text = HEADER + "".join(_line(*row) for row in rows)
    counted = []
    for _, hours, received, junk in rows:
        if not junk:
            day = (NOON + datetime.timedelta(hours=hours)).date()
        elif received is not None:
            day = (NOON + datetime.timedelta(hours=received)).date()
        else:
            before = [d for d, row in zip(counted, rows, strict=False) if not row[3]]
            day = before[-1]
        counted.append(day)
    with _days(tmp_path, {"f.csv": text}, in_memory_rows=limit) as days:
        assert days.days == sorted(set(counted))
        assert days.rows_in == {"f.csv": len(rows)}
        for wanted in [MARCH + datetime.timedelta(n) for n in range(-3, 5)]:
            midnight = datetime.datetime.combine(wanted, datetime.time())
            expected = set()
            for number, (_, hours, received, junk) in enumerate(rows):
                hour = datetime.timedelta(hours=1)
                time = NOON + hours * hour - midnight
                near = not junk and -14 * hour <= time <= 44 * hour
                if received is not None:
                    got = NOON + received * hour - midnight
                    apart = junk or abs(received - hours) > 10
                    near |= bool(apart) and -hour <= got <= 54 * hour
                if near or counted[number] == wanted:
                    expected.add(number + 2)
            loaded = days.load(wanted)["row"].tolist()
            assert sorted(loaded) == sorted(expected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, seed=st.integers(0, 9))
def test_fingerprint_knows_rows_and_neither_order_nor_files(tmp_path, rows, seed):
    for old in tmp_path.iterdir():
        old.unlink()
    lines = [_line(v, h, r, "") for v, h, r, _ in [("V", 0, None, ""), *rows]]
    order = np.random.default_rng(seed).permutation(len(lines))
    cut = len(lines) // 2
    shuffled = [lines[i] for i in order]
    with _days(tmp_path, {"f.csv": HEADER + "".join(lines)}, "f.csv") as days:
        whole = days.fingerprint(MARCH)
    files = {"g1.csv": HEADER + "".join(shuffled[:cut]), "g2.csv": HEADER + "".join(shuffled[cut:])}
    with _days(tmp_path, files, "g*.csv") as days:
        assert days.fingerprint(MARCH) == whole
    for change in (("V,", "W,"), ("108.7,28.8", "108.7,28.800001"), ("28.8,,", "28.8,1,")):
        changed = [lines[0].replace(*change), *lines[1:]]
        with _days(tmp_path, {"h.csv": HEADER + "".join(changed)}, "h.csv") as days:
            assert days.fingerprint(MARCH) != whole
    with _days(tmp_path, {"h.csv": HEADER + "".join([*lines, lines[0]])}, "h.csv") as days:
        assert days.fingerprint(MARCH) != whole


def test_swapped_coordinates_change_the_fingerprint(tmp_path):
    one = HEADER + "V,2026-03-01 06:00:00,28.8,108.7,,,\n"
    two = HEADER + "V,2026-03-01 06:00:00,108.7,28.8,,,\n"
    with (
        _days(tmp_path, {"a.csv": one}, "a.csv") as a,
        _days(tmp_path, {"b.csv": two}, "b.csv") as b,
    ):
        assert a.fingerprint(MARCH) != b.fingerprint(MARCH)


def test_what_is_on_disk_is_removed(tmp_path, monkeypatch):
    import tempfile

    spill = tmp_path / "tmp"
    spill.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spill))
    text = HEADER + "".join(f"V,2026-03-01 06:00:{i:02d},108.7,28.8,,,\n" for i in range(60))
    with _days(tmp_path, {"f.csv": text}, "f.csv", in_memory_rows=10) as days:
        assert [path.suffix for path in spill.rglob("*.*")] == [".arrow"]
        assert days.load(MARCH)["row"].tolist() == list(range(2, 62))
    assert list(spill.iterdir()) == []
    with pytest.raises(UsageError):
        _days(tmp_path, {}, "f.csv", in_memory_rows=10, source={"columns": {"lon": "x"}})
    assert list(spill.iterdir()) == []


CELLS = st.sampled_from(
    ["", " ", "007", "NA", "nan", "1e400", "108.7", "28.8", "2026-03-01", "2026-03-01 06:00:00",
     "1980-01-01 00:00:00", "gcj02", "-1", '"', '"a"', "\0", "汉", "x;y"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=9).map(",".join), max_size=12),
    st.sampled_from(["utf-8", "gb18030"]),
)
@example(["\0,\0,\0,\0,\0,\0"], "utf-8")
@example([",".join("\0" * 9)] * 12, "gb18030")
def test_rows_in_are_kept_or_rejected(tmp_path, lines, encoding):
    lines = ["V,2026-03-01 06:00:00,108.7,28.8,,,", *lines]
    data = "\r\n".join([HEADER.strip(), *lines]).encode(encoding)
    with _days(tmp_path, {"f.csv": data}) as days:
        kept = _all(days)
        assert not days.failed
        assert days.rows_in["f.csv"] == len(kept) + len(days.rejected)
        assert not set(kept["row"]) & set(days.rejected["row"])
        assert kept["row"].is_unique
        if not any('"' in line for line in lines):
            assert days.rows_in["f.csv"] == sum(bool(line.strip()) for line in lines)
