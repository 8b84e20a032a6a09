"""Which pickups are due, against a calendar on paper. 2026-03-02 is a Monday."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from routecheck.domain.tables import CALENDAR
from routecheck.registry.due import expect
from scene import DAY, ZONE, points, schedule


def calendar(*rows: tuple) -> pd.DataFrame:
    if not rows:
        return CALENDAR.empty()
    day, town, point, due = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "date": pd.Series(day, dtype=object),
            "township": pd.Series(town, dtype="str"),
            "point_id": pd.Series(point, dtype="str"),
            "due": np.array(due, dtype=bool),
        }
    )


def due_days(rows, cal=None, pts=None, days=14) -> list[int]:
    """Days after the first Monday on which something is due."""
    cal = calendar() if cal is None else cal
    pts = points(P=(0.0, 0.0)) if pts is None else pts
    return [
        n for n in range(days) if len(expect(rows, pts, cal, DAY + timedelta(days=n), ZONE)) > 0
    ]


def test_weekdays_are_iso_digits():
    rows = schedule(("P", "A", "06:00", "10:00")).assign(weekdays="17")
    assert due_days(rows) == [0, 6, 7, 13]


def test_rows_that_became_one_by_joining_their_ids_are_one_pickup():
    rows = schedule(("P", "A", "06:00", "10:00"), ("P", "B", "06:00", "11:00"))
    found = expect(rows, points(P=(0.0, 0.0)), calendar(), DAY, ZONE)
    assert found["vehicle_id"].tolist() == ["A"]


def test_every_so_many_days_counts_from_the_first_day_of_validity():
    rows = schedule(("P", "A", "06:00", "10:00")).assign(every_days=3)
    rows["valid_from"] = pd.Series([DAY + timedelta(days=1)], dtype=object)
    assert due_days(rows) == [1, 4, 7, 10, 13]


def test_validity_of_schedule_and_point_is_inclusive():
    rows = schedule(("P", "A", "06:00", "10:00"))
    rows["valid_to"] = pd.Series([DAY + timedelta(days=3)], dtype=object)
    assert due_days(rows) == [0, 1, 2, 3]
    place = points(P=(0.0, 0.0))
    place["valid_from"] = pd.Series([DAY + timedelta(days=2)], dtype=object)
    assert due_days(rows, pts=place) == [2, 3]


def test_the_nearest_word_of_the_calendar_holds():
    rows = schedule(("P", "A", "06:00", "10:00"))
    said = calendar(
        (DAY, "", "", False),
        (DAY + timedelta(days=1), "", "", False),
        (DAY + timedelta(days=1), "town", "", True),
        (DAY + timedelta(days=2), "town", "", True),
        (DAY + timedelta(days=2), "", "P", False),
        (DAY + timedelta(days=3), "elsewhere", "", False),
    )
    assert due_days(rows, said, days=5) == [1, 3, 4]


def test_the_calendar_can_add_a_day():
    rows = schedule(("P", "A", "06:00", "10:00")).assign(weekdays="1")
    said = calendar((DAY + timedelta(days=2), "", "P", True))
    assert due_days(rows, said, days=7) == [0, 2]


def test_windows_are_local_and_may_end_on_the_next_day():
    rows = schedule(("P", "A", "22:00", "02:00"), ("P", "A", "06:00", "10:00"))
    due = expect(rows, points(P=(0.0, 0.0)), calendar(), DAY, ZONE)
    assert due["window_start"].dt.strftime("%d %H:%M").tolist() == ["01 22:00", "02 14:00"]
    assert due["window_end"].dt.strftime("%d %H:%M").tolist() == ["02 02:00", "02 18:00"]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 3), (date(2026, 3, 28), 4)])
def test_windows_follow_the_wall_clock_through_a_change_of_time(day, hours):
    from zoneinfo import ZoneInfo

    rows = schedule(("P", "A", "00:00", "04:00"))
    due = expect(rows, points(P=(0.0, 0.0)), calendar(), day, ZoneInfo("Europe/Berlin"))
    length = due["window_end"] - due["window_start"]
    assert length.dt.total_seconds().tolist() == [hours * 3600.0]


def test_a_scheduled_point_that_is_not_registered_is_expected():
    rows = schedule(("Q", "A", "06:00", "10:00"))
    assert due_days(rows, days=1) == [0]
