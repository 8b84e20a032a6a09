"""Alerts that have only a time of raising: dates that a dispatcher would give them, by hand."""

from zoneinfo import ZoneInfo

import pytest

from routecheck.config import AlertsSource, ScheduleSource
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import read_alerts

ZONE = ZoneInfo("Asia/Shanghai")
SCHEDULE = """point_id,weekdays,window_start,window_end,valid_from,valid_to,every_days
morning,daily,06:00,10:00,,,
night,daily,22:00,02:00,,,
two,daily,06:00,08:00,,,
two,daily,18:00,20:00,,,
monday,1,06:00,10:00,,,
third,,06:00,10:00,2026-03-02,,3
new,daily,06:00,10:00,2026-03-03,,
000601,daily,22:00,02:00,,,
"""
# 2 March 2026 is a Monday.


def _dates(folder, rows, head="alert_id,point_id,raised_at", zone=ZONE, schedule=SCHEDULE):
    (folder / "s.csv").write_text(schedule)
    (folder / "a.csv").write_text(head + "\n" + "\n".join(f"A{n},{r}" for n, r in enumerate(rows)))
    plan = read_schedule(ScheduleSource(path="s.csv"), folder).table
    result = read_alerts(AlertsSource(path="a.csv"), folder, zone, plan)
    assert result.failed == ()
    return [str(day) for day in result.table["service_date"]], result


@pytest.mark.parametrize(
    ("point", "raised", "date"),
    [
        ("morning", "2026-03-02 10:05", "2026-03-02"),
        ("morning", "2026-03-02 10:00", "2026-03-02"),
        # The window of that day is not over yet.
        ("morning", "2026-03-02 09:55", "2026-03-01"),
        ("morning", "2026-03-03 00:30", "2026-03-02"),
        ("night", "2026-03-03 02:10", "2026-03-02"),
        ("night", "2026-03-03 01:50", "2026-03-01"),
        ("night", "2026-03-03 12:00", "2026-03-02"),
        ("601", "2026-03-03 02:10", "2026-03-02"),
        ("two", "2026-03-02 08:10", "2026-03-02"),
        ("two", "2026-03-02 21:00", "2026-03-02"),
        ("two", "2026-03-02 07:00", "2026-03-01"),
        ("monday", "2026-03-02 10:05", "2026-03-02"),
        # Monday's pickup was over within the day before.
        ("monday", "2026-03-03 09:00", "2026-03-02"),
        # Of Tuesday, when none was due: Monday's was over a day ago.
        ("monday", "2026-03-03 10:05", "2026-03-03"),
        ("third", "2026-03-05 11:00", "2026-03-05"),
        ("third", "2026-03-06 09:00", "2026-03-05"),
        ("new", "2026-03-03 10:05", "2026-03-03"),
        # No window of it was over before.
        ("new", "2026-03-03 09:00", "2026-03-03"),
        ("unknown", "2026-03-03 01:00", "2026-03-03"),
        # With an offset: 10:05 in Shanghai.
        ("morning", "2026-03-02T02:05:00Z", "2026-03-02"),
        ("morning", "2026-03-01T18:05:00Z", "2026-03-01"),
    ],
)
def test_the_date_is_that_of_the_window_that_was_over(tmp_path, point, raised, date):
    assert _dates(tmp_path, [f"{point},{raised}"])[0] == [date]


def test_a_named_window_goes_before_the_last(tmp_path):
    head = "alert_id,point_id,raised_at,window_start"
    rows = ["two,2026-03-02 21:00,06:00", "two,2026-03-02 07:00,18:00", "two,2026-03-02 21:00,"]
    dates, result = _dates(tmp_path, rows, head)
    assert dates == ["2026-03-02", "2026-03-01", "2026-03-02"]
    assert result.table["start_minute"].tolist() == [360, 1080, -1]


def test_a_window_with_its_date_decides(tmp_path):
    head = "alert_id,point_id,raised_at,window_start"
    dates, result = _dates(tmp_path, ["two,2026-03-09 21:00,2026-03-02 06:00"], head)
    assert dates == ["2026-03-02"]
    assert result.table["start_minute"].tolist() == [360]


def test_a_date_that_is_given_stays_and_blank_ones_are_filled_in(tmp_path):
    head = "alert_id,point_id,raised_at,service_date"
    rows = ["night,2026-03-03 02:10,2026-03-03", "night,2026-03-03 02:10,", "night,,", "night,,x"]
    dates, result = _dates(tmp_path, rows, head)
    assert dates == ["2026-03-03", "2026-03-02"]
    assert result.rejected[["row", "reason"]].to_numpy().tolist() == [
        [4, "missing_value"],
        [5, "bad_date"],
    ]


def test_numbers_that_begin_anew_each_day_are_other_alerts(tmp_path):
    (tmp_path / "s.csv").write_text(SCHEDULE)
    rows = "1,morning,2026-03-02 10:05\n1,morning,2026-03-02 10:06\n1,morning,2026-03-03 10:05\n"
    (tmp_path / "a.csv").write_text("alert_id,point_id,raised_at\n" + rows)
    plan = read_schedule(ScheduleSource(path="s.csv"), tmp_path).table
    result = read_alerts(AlertsSource(path="a.csv"), tmp_path, ZONE, plan)
    assert [str(day) for day in result.table["service_date"]] == ["2026-03-02", "2026-03-03"]
    assert result.rejected[["row", "reason"]].to_numpy().tolist() == [[3, "duplicate_key"]]


def test_clocks_that_are_set_on_do_not_move_the_date(tmp_path):
    # In Berlin the hour from 02:00 is left out that day: a window until 02:30 ends at 03:30.
    schedule = "point_id,weekdays,window_start,window_end\nP,daily,22:00,02:30\n"
    berlin = ZoneInfo("Europe/Berlin")
    rows = ["P,2026-03-29 03:31", "P,2026-03-29 03:29"]
    assert _dates(tmp_path, rows, zone=berlin, schedule=schedule)[0] == ["2026-03-28", "2026-03-27"]
