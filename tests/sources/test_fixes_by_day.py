"""Fixes by day: what is added later is there when the day is asked for again."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import numpy as np

from routecheck.sources.counted_days import NOT_RECEIVED
from routecheck.sources.date_buckets import COLUMNS
from routecheck.sources.fixes_by_day import FixesByDay

DAY = 20_000
NOON_US = DAY * 86_400_000_000 + 12 * 3_600_000_000


def piece(n: int, at_us: int = NOON_US):
    columns = {name: np.zeros(n, kind) for name, kind in COLUMNS.items()}
    return columns | {
        "time": np.full(n, at_us, np.int64),
        "received": np.full(n, NOT_RECEIVED, np.int64),
        "day": np.full(n, DAY, np.int32),
        "row": np.arange(n, dtype=np.int64),
    }


def test_a_day_that_was_loaded_has_what_is_added_afterwards():
    fixes, counted = FixesByDay(ZoneInfo("UTC"), 1_000), Counter()
    assert fixes.add(piece(3), counted) == {DAY - 1, DAY, DAY + 1}
    assert len(fixes.of(DAY)["row"]) == 3
    fixes.add(piece(2), counted)
    assert len(fixes.of(DAY)["row"]) == 5
    assert counted == {DAY: 5}


def test_beyond_its_limit_it_gives_the_same_from_disk():
    small, large = FixesByDay(ZoneInfo("UTC"), 2), FixesByDay(ZoneInfo("UTC"), 1_000)
    for fixes in (small, large):
        for n in (3, 4):
            fixes.add(piece(n), Counter())
    for name, column in large.of(DAY).items():
        np.testing.assert_array_equal(np.sort(small.of(DAY)[name]), np.sort(column))
    small.close()
