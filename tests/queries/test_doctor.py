"""What `routecheck doctor` finds in sites whose faults are known, and that it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from site_tools import call

LON, LAT = 108.02, 32.05
STEP = 0.004
"""Degrees between two points of a round."""
ROUNDS = {"川A10001": range(5), "川A10002": range(5, 10)}


def fixes_of(vehicle, points, day, *, start=6, zone="+08:00", lon=LON):
    """A truck that stands a minute at each of its points, from 06:00 local on."""
    lines = []
    for k, n in enumerate(points):
        for fix in range(7):
            second = k * 300 + fix * 10
            clock = f"{start + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            jitter = (fix * 37 % 11 - 5) * 4e-6
            lines.append(
                f"{vehicle},{day}T{clock}{zone},{lon + n * STEP + jitter:.6f},{LAT + jitter:.6f}"
            )
    return lines


@pytest.fixture
def site(tmp_path: Path):
    """A small site in order; a test spoils what it is about."""
    ids = [f"P{n:02}" for n in range(10)]
    points = ["point_id,name,lon,lat"]
    points += [f"{p},Gate {n},{LON + n * STEP:.6f},{LAT:.6f}" for n, p in enumerate(ids)]
    schedule = ["point_id,vehicle_id,weekdays,window_start,window_end"]
    schedule += [
        f"{ids[n]},{vehicle},1234567,05:00,12:00" for vehicle, of in ROUNDS.items() for n in of
    ]
    fixes = ["vehicle_id,time,lon,lat"]
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        for vehicle, of in ROUNDS.items():
            fixes += fixes_of(vehicle, of, day)
    files = {"points": points, "schedule": schedule, "fixes": fixes}
    config = "".join(f'[{name}]\npath = "{name}.csv"\n' for name in files)
    (tmp_path / "routecheck.toml").write_text(config, "utf-8")
    write(tmp_path, **files)
    return tmp_path


def write(folder: Path, **files: list[str]) -> None:
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")


def lines_of(folder: Path, name: str) -> list[str]:
    return (folder / f"{name}.csv").read_text("utf-8").splitlines()


def examined(folder: Path, capsys, status: int) -> dict[str, dict]:
    """What doctor finds, by code; the files of the site are as they were."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert call("doctor", "--json", "--config", str(folder / "routecheck.toml")) == status
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    answer = json.loads(capsys.readouterr().out)
    assert all(one["action"] for one in answer["findings"] if one["to_do"])
    return {one["code"]: one for one in answer["findings"]} | {
        row["kind"]: row for row in answer["feed"]
    }


def test_a_site_in_order_has_nothing_to_do(site, capsys):
    found = examined(site, capsys, 0)
    assert set(found) == {"inputs", "fixes", "declared"}
    assert call("doctor", "--config", str(site / "routecheck.toml")) == 0
    assert capsys.readouterr().out.startswith("Nothing to do.")


def test_a_plate_with_a_wrong_digit_is_shown_with_its_partner(site, capsys):
    schedule = [line.replace("川A10002", "川A1O002") for line in lines_of(site, "schedule")]
    write(site, schedule=schedule)
    found = examined(site, capsys, 1)
    assert "川A1O002 → 川A10002?" in found["vehicles_silent"]["sentence"]
    assert "川A10002 → 川A1O002?" in found["vehicles_foreign"]["sentence"]


def test_points_that_join_to_nothing_have_no_place_or_are_never_due(site, capsys):
    points = [*lines_of(site, "points"), "Q01,Spare,108.1,32.1"]
    points[3] = "P02,Gate 2,,"
    schedule = [*lines_of(site, "schedule"), "Z99,川A10001,1234567,05:00,12:00"]
    write(site, points=points, schedule=schedule)
    found = examined(site, capsys, 1)
    assert found["points_placeless"]["ids"] == ["P02"]
    assert found["points_unscheduled"]["ids"] == ["Q01"]
    assert found["points_unknown"]["ids"] == ["Z99"]


def test_a_township_of_the_calendar_that_joins_to_nothing_is_named(site, capsys):
    (site / "calendar.csv").write_text("date,township,due\n2026-03-09,Nowhere,false\n", "utf-8")
    config = site / "routecheck.toml"
    config.write_text(config.read_text("utf-8") + '\n[calendar]\npath = "calendar.csv"\n', "utf-8")
    assert examined(site, capsys, 1)["calendar_unknown"]["ids"] == ["Nowhere"]


def test_a_point_with_a_stand_at_one_of_its_places_is_not_one_that_nobody_stands_for(site, capsys):
    """P08 is not in the files any more, and P09 is recorded between the stands of both."""
    points = [line for line in lines_of(site, "points") if not line.startswith(("P08", "P09"))]
    points += [f"P09,Gate 9,{LON + 8.5 * STEP:.6f},{LAT:.6f}", f"Q01,Spare,108.0,{LAT + 0.03}"]
    schedule = [line for line in lines_of(site, "schedule") if not line.startswith("P08")]
    write(site, points=points, schedule=[*schedule, "Q01,川A10002,1234567,05:00,12:00"])
    assert examined(site, capsys, 1)["points_unserved"]["ids"] == ["Q01"]


def test_rejected_rows_are_shown_with_an_example_cell(site, capsys):
    schedule = lines_of(site, "schedule")
    schedule[4] = "P03,川A10001,1234567,25h,12:00"
    write(site, schedule=schedule)
    sentence = examined(site, capsys, 1)["rows_rejected"]["sentence"]
    assert "row 5 of schedule.csv" in sentence
    assert "25h" in sentence


def test_a_silent_vehicle_and_a_displaced_and_a_foreign_one(site, capsys):
    fixes = [line for line in lines_of(site, "fixes") if "川A10002" not in line]
    fixes += fixes_of("沪B77777", range(5, 10), "2026-03-04")
    # One truck on the other side of the world on the last date.
    fixes = [line for line in fixes if not line.startswith("川A10001,2026-03-04")]
    fixes += fixes_of("川A10001", range(5), "2026-03-04", lon=-LON)
    write(site, fixes=fixes)
    found = examined(site, capsys, 1)
    assert found["vehicles_silent"]["ids"] == ["川A10002"]
    assert found["vehicles_foreign"]["ids"] == ["沪B77777"]
    assert found["device_elsewhere"]["ids"] == ["川A10001"]


def test_a_feed_in_another_zone_stands_first_with_the_key_to_set(site, capsys):
    fixes = ["vehicle_id,time,lon,lat"]
    for day, before in (("2026-03-02", "2026-03-01"), ("2026-03-03", "2026-03-02")):
        for vehicle, of in ROUNDS.items():
            assert day > before
            fixes += fixes_of(vehicle, of, before, start=22, zone="")
    write(site, fixes=fixes)
    assert "feed_clock" in examined(site, capsys, 1)
    call("doctor", "--config", str(site / "routecheck.toml"))
    assert 'fixes.time_zone = "UTC"' in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("missing", ["points", "fixes"])
def test_what_cannot_be_read_is_a_finding(site, capsys, missing):
    (site / f"{missing}.csv").unlink()
    found = examined(site, capsys, 1)
    assert set(found) == {"refused"}
    assert missing in found["refused"]["sentence"]


def test_columns_that_are_not_used_are_listed(site, capsys):
    schedule = lines_of(site, "schedule")
    write(
        site, schedule=[schedule[0] + ",remark,Fahrer", *(f"{line},x,y" for line in schedule[1:])]
    )
    found = examined(site, capsys, 0)
    assert found["columns_unused"]["ids"] == ["remark", "Fahrer"]


def test_sheets_that_are_not_read_are_something_to_do(site, capsys):
    book = openpyxl.Workbook()
    lines = lines_of(site, "schedule")
    for title, rows in (("Rounds", lines), ("Notes", ["remark,who", "gate locked,Li"])):
        sheet = book.create_sheet(title)
        for line in rows:
            sheet.append(line.split(","))
    book.remove(book.worksheets[0])
    book.save(site / "schedule.xlsx")
    config = site / "routecheck.toml"
    config.write_text(config.read_text("utf-8").replace("schedule.csv", "schedule.xlsx"), "utf-8")
    found = examined(site, capsys, 1)
    assert found["sheets_unused"]["ids"] == ["Notes"]


def test_a_workbook_of_several_tables_leaves_nothing_unread(site, capsys):
    book = openpyxl.Workbook()
    for table in ("points", "schedule"):
        sheet = book.create_sheet(table)
        for line in lines_of(site, table):
            sheet.append(line.split(","))
    book.remove(book.worksheets[0])
    book.save(site / "all.xlsx")
    config = site / "routecheck.toml"
    text = config.read_text("utf-8").replace("schedule.csv", "all.xlsx")
    config.write_text(text.replace("points.csv", "all.xlsx"), "utf-8")
    assert "sheets_unused" not in examined(site, capsys, 0)


def test_ids_that_were_joined_under_another_spelling_are_listed(site, capsys):
    schedule = [line.replace("川A10002", "川A·10002") for line in lines_of(site, "schedule")]
    write(site, schedule=schedule)
    found = examined(site, capsys, 0)
    assert "川A10002" in found["ids_joined"]["sentence"]
