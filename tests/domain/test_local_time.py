"""Dates and windows in every zone, through every change of its clocks.

The truth is found by asking the zone for moments in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from faults.zones import about_now, begins
from registry.test_due import calendar
from routecheck.domain.local_time import day_span
from routecheck.registry.due import expect
from scene import points, schedule

HOURS = [(f"{hour:02}:30", f"{(hour + 1) % 24:02}:15") for hour in range(24)]
SHORT = [(f"{hour:02}:45", f"{(hour + 1) % 24:02}:00") for hour in range(24)]


def test_every_date_of_every_zone_begins_and_ends():
    for change in about_now():
        zone = ZoneInfo(change.zones[0])
        for day in change.dates:
            first, last = day_span(day, zone)
            assert first.to_pydatetime() == begins(day, zone), f"{zone} {day}"
            assert last.to_pydatetime() == begins(day + timedelta(days=1), zone), f"{zone} {day}"


def test_every_window_exists_on_every_date_of_every_zone():
    rows = schedule(*(("P", "V", start, end) for start, end in HOURS + SHORT))
    place = points(P=(0.0, 0.0))
    # A change at the same time of day by as much is the same to windows, whatever its year.
    alike = {((c.at + c.before).time(), c.after - c.before): c for c in about_now()}
    assert len(alike) > 10
    for change in alike.values():
        zone = ZoneInfo(change.zones[-1])
        for day in change.dates:
            due = expect(rows, place, calendar(), day, zone)
            assert len(due) == len(rows), f"{zone} {day}"
            assert not due["window_start"].duplicated().any(), f"{zone} {day}"
            assert (due["window_end"] > due["window_start"]).all(), f"{zone} {day}"
            first, last = begins(day, zone), begins(day + timedelta(days=1), zone)
            inside = due["window_start"].between(first, last, inclusive="left")
            # But for windows of an evening hour that the clocks leave out (Nuuk).
            assert inside.all() or change.at == last, f"{zone} {day}"


def test_what_the_clock_shows_within_a_window_lies_in_it():
    for change in about_now()[::7]:
        zone = ZoneInfo(change.zones[0])
        wall = change.at.astimezone(zone).replace(tzinfo=None)
        day = wall.date()
        start, end = wall - timedelta(minutes=150), wall + timedelta(minutes=150)
        if start.date() != day or end.date() != day:
            continue
        rows = schedule(("P", "V", f"{start:%H:%M}", f"{end:%H:%M}"))
        due = expect(rows, points(P=(0.0, 0.0)), calendar(), day, zone)
        for minute in range(-400, 400):
            moment = change.at + timedelta(minutes=minute)
            shown = moment.astimezone(zone).replace(tzinfo=None)
            inside = due["window_start"][0] <= pd.Timestamp(moment) < due["window_end"][0]
            assert inside == (start <= shown < end), f"{zone} {moment}"


def test_two_windows_that_clocks_put_on_one_start_stay_two():
    rows = schedule(("P", "V", "02:30", "03:00"), ("P", "V", "03:30", "04:00"))
    day = datetime(2026, 3, 8, tzinfo=UTC).date()
    due = expect(rows, points(P=(0.0, 0.0)), calendar(), day, ZoneInfo("America/New_York"))
    assert due["window_start"].dt.strftime("%H:%M").tolist() == ["07:31", "07:30"]
    assert due["window_end"].dt.strftime("%H:%M").tolist() == ["08:00", "08:00"]
