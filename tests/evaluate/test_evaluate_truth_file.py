"""truth.csv and truth_points.csv as they may come, written by hand."""

from __future__ import annotations

from datetime import date

import pytest
from eval_tables import ZONE

from routecheck.domain.errors import UsageError
from routecheck.evaluate import read_truth

HEADER = (
    "point_id,service_date,window_start,collected,vehicle_id,arrived_at,departed_at,observable,"
    "cause\n"
)


def write(tmp_path, text, name="truth.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def test_windows_in_every_form(tmp_path):
    path = write(
        tmp_path,
        HEADER
        + "007,2026-03-02,06:30,true,V1,,,true,\n"
        + "NA,2026-03-02,2026-03-02T06:30:00,false,,,,false,gap|passed_by\n"
        + "3,2026-03-02,2026-03-02T06:30:00+08:00,TRUE,,,,true,\n"
        + "4,2026-03-02,2026-03-01T22:30:00Z,true,,,,true,\n"
        + "5,2026-03-02,2026-03-02 06:30,true,,,,true,\n"
        + "6,2026-03-02,,false,,,,true,not_due\n"
        + "7,2026-03-02,23:50,true,,,,,\n",
    )
    table = read_truth(path, ZONE).pickups
    assert list(table["point_id"]) == ["007", "NA", "3", "4", "5", "6", "7"]
    assert list(table["start_minute"]) == [390, 390, 390, 390, 390, -1, 1430]
    assert list(table["collected"]) == [True, False, True, True, True, False, True]
    assert list(table["observable"]) == [True, False, True, True, True, True, True]
    assert list(table["service_date"]) == [date(2026, 3, 2)] * 7
    assert table["cause"][1] == "gap|passed_by"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_and_any_order_of_columns(tmp_path, encoding):
    path = write(
        tmp_path,
        "collected, note ,point_id,service_date\ntrue,好,新华街1号,2026-03-02\n",
        encoding=encoding,
    )
    found = read_truth(path, ZONE)
    assert list(found.pickups["point_id"]) == ["新华街1号"]
    assert not found.observable_known
    assert not found.causes_known
    assert found.points is None


def test_rows_that_cannot_be_used_are_kept_apart(tmp_path):
    path = write(
        tmp_path,
        HEADER
        + "1,2026-03-02,06:00,true,,,,true,\n"
        + ",2026-03-02,06:00,true,,,,true,\n"
        + "2,02/03/2026,06:00,true,,,,true,\n"
        + "3,2026-03-02,06:00,perhaps,,,,true,\n"
        + "4,2026-03-02,6 o'clock,true,,,,true,\n"
        + "5,2026-03-02,06:00,true,,,,some,\n"
        + "\n"
        + "1,2026-03-02,2026-03-02T06:00:00+08:00,false,,,,true,\n",
    )
    found = read_truth(path, ZONE)
    assert len(found.pickups) == 1
    assert bool(found.pickups["collected"][0])
    assert [(line, reason) for line, reason, _ in found.rejected] == [
        (3, "point_id"),
        (4, "service_date"),
        (5, "collected"),
        (6, "window_start"),
        (7, "observable"),
        (9, "duplicate"),
    ]


def test_points_beside_the_file(tmp_path):
    path = write(tmp_path, HEADER + "1,2026-03-02,,true,,,,true,\n")
    write(
        tmp_path,
        "point_id,lon,lat,record_fault\n1,108.5,28.5,datum\n2,,,\n",
        "truth_points.csv",
        "utf-8-sig",
    )
    points = read_truth(path, ZONE).points
    assert points is not None
    assert list(points["record_fault"]) == ["datum", ""]
    assert points["lon"][0] == 108.5
    assert points["lon"].isna()[1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "found: nothing"),
        ("a,b\n1,2\n", "missing: point_id, service_date, collected; found: a, b"),
        (HEADER, "it has no rows"),
        (HEADER + "1,2026-13-02,,true,,,,true,\n", "line 2, service_date"),
        ("\0\1\2", "not text"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path, text, told):
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as error:
        read_truth(path, ZONE)
    assert told in str(error.value)
    assert "truth.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_no_file_or_a_folder(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_truth(tmp_path / "nothing.csv", ZONE)
    with pytest.raises(UsageError, match="a folder"):
        read_truth(tmp_path, ZONE)


def test_bad_points_beside_are_told_by_their_name(tmp_path):
    path = write(tmp_path, HEADER + "1,2026-03-02,,true,,,,true,\n")
    write(tmp_path, "id,x,y\n", "truth_points.csv")
    with pytest.raises(UsageError, match=r"truth_points\.csv.*point_id, lon, lat"):
        read_truth(path, ZONE)
