"""Whole runs of a village whose tables spell ids, days and windows in their own ways."""

from __future__ import annotations

import pytest

from site_tools import call, rows
from village import AT_M, POINTS, Village, day

DATE = day(2)  # a Wednesday
HEADER = "point_id,vehicle_id,weekdays,window_start,window_end\n"


@pytest.fixture
def village(tmp_path):
    """P3 is left out on the third day, and alerted, as P5, which was collected."""
    site = Village(tmp_path / "site")
    for n in range(3):
        site.deliver(day(n), skip=("P3",) if n == 2 else ())
    site.alert("A3", "P3", DATE)
    site.alert("A5", "P5", DATE)
    return site


def plan(site, *lines, of=None):
    """A schedule of these rows, and of the usual one of each point of `of`."""
    usual = [f"{point},V1,1234567,06:00,08:00" for point in (POINTS if of is None else of)]
    (site.folder / "schedule.csv").write_text(HEADER + "\n".join([*usual, *lines]) + "\n", "utf-8")


def replace(site, name, *pairs):
    for path in sorted(site.folder.glob(name)):
        text = path.read_text("utf-8")
        for old, new in pairs:
            text = text.replace(old, new)
        path.write_text(text, "utf-8")


def judged(site, capsys):
    """Exit status, alerts (classification, cause, point) by id, what was said."""
    span = ("--from", str(day(0)), "--to", str(DATE))
    status = call("run", *span, "--config", str(site.config))
    found = {
        row["alert_id"]: (row["classification"], row["cause"], row["point_id"])
        for row in rows(site.folder / "out" / f"alerts_{DATE}.csv")
    }
    return status, found, capsys.readouterr().err


RIGHT = {"A3": ("genuine", "passed_by", "P3"), "A5": ("false", "monitor_fault", "P5")}


def test_plain_tables_need_no_joining(village, capsys):
    assert judged(village, capsys) == (0, RIGHT, "")


def test_ids_that_a_spreadsheet_made_one_clear_no_alert(village, capsys):
    """`#N/A` in every row: the rows beside the first repeat it."""
    plan(village, *["#N/A,V1,1234567,06:00,08:00"] * 8, of=[])
    status, found, _ = judged(village, capsys)
    assert status == 1
    assert {alert[:2] for alert in found.values()} == {("unverifiable", "unknown_schedule")}


def test_numbers_in_scientific_notation_clear_no_alert(village, capsys):
    numbers = {point: f"1300000006{point[1:]:0>2}" for point in POINTS}
    for name in ("points.csv", "schedule.csv", "alerts/*.csv"):
        replace(village, name, *((f"{p},", f"{numbers[p]},") for p in POINTS))
    replace(
        village, "schedule.csv", *((f"{number},", "1.30000E+11,") for number in numbers.values())
    )
    status, found, _ = judged(village, capsys)
    assert status == 1
    assert {alert[:2] for alert in found.values()} == {("unverifiable", "unknown_schedule")}


def test_a_plate_with_and_without_its_colour_on_one_day(village, capsys):
    replace(village, "schedule.csv", ("V1", "渝A11111"))
    for path in sorted(village.folder.glob("fixes/*.csv")):
        head, *lines = path.read_text("utf-8").splitlines()
        plates = ("渝A11111", "渝A·11111(黄)", "渝A11111_2")
        mixed = [line.replace("V1", plates[n % 3]) for n, line in enumerate(lines)]
        path.write_text("\n".join([head, *mixed]) + "\n", "utf-8")
    assert judged(village, capsys)[:2] == (0, RIGHT)


def test_of_two_alerts_under_one_id_on_a_date_the_first_counts(village, capsys):
    replace(village, "alerts/*.csv", ("A3,", "7,"), ("A5,", "7,"))
    status, found, said = judged(village, capsys)
    assert (status, found) == (0, {"7": RIGHT["A3"]})
    assert "1 row of alerts was rejected" in said
    [row] = rows(village.folder / "out" / "rejected_alerts.csv")
    assert (row["reason"], row["text"].split(",")[:2]) == ("duplicate_key", ["7", "P5"])


def test_an_alert_given_under_two_spellings_of_its_point_counts_once(village, capsys):
    replace(village, "alerts/A5.csv", ("A5,P5,", "A3,p3,"))
    assert judged(village, capsys)[:2] == (0, {"A3": RIGHT["A3"]})


@pytest.mark.parametrize("days", ["1111111", "每天", "周一至周日", "Mon-Sun", "1,1,1,1,1,1,1"])
def test_weekdays_in_other_writings(village, capsys, days):
    replace(village, "schedule.csv", (",1234567,", f',"{days}",'))
    assert judged(village, capsys)[:2] == (0, RIGHT)


@pytest.mark.parametrize(
    "row",
    [
        "P3,V1,1234567,6h,8h",
        "P3,V1,3 times,06:00,08:00",
        "P3,V1,11,06:00,08:00",
        "P3,V1,1234567,06:00",
        "P3,V1,1234567,06:00,08:00,more",
        "p3\u200b,V1,,06:00,08:00",
    ],
)
def test_an_alert_is_not_cleared_by_a_row_that_was_not_read(village, capsys, row):
    plan(village, row, of=[point for point in POINTS if point != "P3"])
    status, found, said = judged(village, capsys)
    assert status == 1
    assert found == RIGHT | {"A3": ("unverifiable", "unknown_schedule", "P3")}
    assert "1 alert cannot be decided, as it is not known what was due" in said


def test_an_alert_on_a_point_that_a_whole_schedule_leaves_out_is_false(village, capsys):
    plan(village, of=[point for point in POINTS if point != "P3"])
    status, found, _ = judged(village, capsys)
    assert (status, found["A3"]) == (0, ("false", "not_due", "P3"))


def test_beside_a_collected_pickup_another_may_have_been_due(village, capsys):
    plan(village, "P5,V1,1234567,evening,22:00")
    status, found, _ = judged(village, capsys)
    assert (status, found["A5"]) == (1, ("unverifiable", "unknown_schedule", "P5"))
    assert found["A3"] == RIGHT["A3"]


def test_words_for_nothing_reject_no_row(village, capsys):
    path = village.folder / "schedule.csv"
    path.write_text(
        HEADER.strip() + ",valid_from,valid_to\n"
        + "".join(f"{p},V1,1234567,06:00,08:00,\\N,0000-00-00\n" for p in POINTS)
    )  # fmt: skip
    assert judged(village, capsys) == (0, RIGHT, "")


def test_hours_of_the_night_after(tmp_path, capsys):
    site = Village(tmp_path / "site")
    for n in range(4):
        site.deliver(day(n), skip=("P3",) if n == 2 else (), begins="00:15")
    site.alert("A3", "P3", DATE, clock="03:00")
    replace(site, "schedule.csv", ("06:00,08:00", "24:05,25:40"))
    status, found, _ = judged(site, capsys)
    assert (status, found) == (0, {"A3": RIGHT["A3"]})
    windows = {r["window_start"] for r in rows(site.folder / "out" / f"pickups_{DATE}.csv")}
    assert windows == {f"{DATE}T00:05:00+08:00"}


SPELT = {
    "letter case": [(point, point.lower()) for point in POINTS],
    "characters without width": [(point, f"{point}\u200b") for point in POINTS],
    "full width": [(point, f"Ｐ{point[1:]}") for point in POINTS],
}


@pytest.mark.parametrize("spelling", SPELT)
@pytest.mark.parametrize("table", ["schedule.csv", "alerts/A*.csv"])
def test_points_under_other_spellings(village, capsys, table, spelling):
    replace(village, table, *SPELT[spelling])
    status, found, said = judged(village, capsys)
    assert (status, found) == (0, RIGHT)
    assert "spelt otherwise" in said


def test_zeros_that_a_spreadsheet_dropped(village, capsys):
    for name in ("points.csv", "alerts/A*.csv"):
        replace(village, name, *((point, f"00{point[1:]}") for point in POINTS))
    replace(village, "schedule.csv", *((f"{point},V", f"{point[1:]}.0,V") for point in POINTS))
    status, found, said = judged(village, capsys)
    expected = {key: (*value[:2], f"00{value[2][1:]}") for key, value in RIGHT.items()}
    assert (status, found) == (0, expected)
    assert "8 ids of schedule spelt otherwise were joined: 1.0 is 001" in said


@pytest.mark.parametrize("heard", ["渝A11111", "渝a 11111", "渝A11111（黄牌）", "渝A-11111_黄"])
def test_plates_under_other_spellings(village, capsys, heard):
    replace(village, "fixes/*.csv", ("V1,", f"{heard},"))
    replace(village, "schedule.csv", (",V1,", ",渝A·11111,"))
    status, found, said = judged(village, capsys)
    assert (status, found) == (0, RIGHT)
    assert f"{heard} is 渝A·11111" in said
    pickups = rows(village.folder / "out" / f"pickups_{DATE}.csv")
    assert {row["vehicle_id"] for row in pickups} == {"渝A·11111"}


def test_a_feed_that_changes_its_spelling_between_two_dates(village, capsys):
    replace(village, "schedule.csv", (",V1,", ",渝A·11111,"))
    replace(village, f"fixes/*{day(0)}.csv", ("V1,", "渝A11111,"))
    replace(village, f"fixes/*{day(1)}.csv", ("V1,", "渝A·11111,"))
    replace(village, f"fixes/*{day(2)}.csv", ("V1,", "渝a 11111,"))
    assert judged(village, capsys)[:2] == (0, RIGHT)


def test_terminals_whose_numbers_lost_their_zeros(village, capsys):
    replace(village, "fixes/*.csv", ("V1,", "013800001111,"))
    (village.folder / "vehicles.csv").write_text("device_id,vehicle_id\n13800001111,V1\n")
    replace(village, "routecheck.toml", ("[store]", '[vehicles]\npath = "vehicles.csv"\n[store]'))
    status, found, said = judged(village, capsys)
    assert (status, found) == (0, RIGHT)
    assert "013800001111 is 13800001111" in said


def test_a_scheduled_vehicle_that_another_drives_for_is_named(village, capsys):
    replace(village, "fixes/*.csv", ("V1,", "Truck one,"))
    _, found, said = judged(village, capsys)
    assert "scheduled vehicles that were never heard: 1 (V1, probably Truck one)" in said
    assert found["A3"][0] == "unverifiable"


def test_a_calendar_that_names_no_township_is_reported(village, capsys):
    (village.folder / "calendar.csv").write_text(
        f"date,township,point_id,due\n{DATE},Nroth,,false\n{DATE},,p8,false\n"
    )
    replace(village, "routecheck.toml", ("[store]", '[calendar]\npath = "calendar.csv"\n[store]'))
    _, _, said = judged(village, capsys)
    assert "change nothing: 1 (Nroth)" in said
    pickups = rows(village.folder / "out" / f"pickups_{DATE}.csv")
    assert {row["point_id"] for row in pickups} == set(AT_M) - {"P8"}
