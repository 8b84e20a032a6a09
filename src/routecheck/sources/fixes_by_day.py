"""Fixes by local date: in memory, beyond a limit on disk, and what of them may be of a date."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from routecheck.sources.counted_days import NOT_RECEIVED
from routecheck.sources.date_buckets import DateBuckets, Piece
from routecheck.sources.rejected_rows import Ints
from routecheck.sources.temporary_folder import TemporaryFolder
from routecheck.sources.time_values import DAY_US, local_days, local_to_utc

HOUR_US = 3_600_000_000
BEFORE_US, AFTER_US = 14 * HOUR_US, 20 * HOUR_US
"""A clock that is wrong by its time zone (at most 14 h) still falls into the day it belongs to, as
do windows that run past midnight."""
CLOCK_FAULT_US = 10 * HOUR_US
"""Received so long after the device time, or before: sent late, or the clock is off."""
RECEIVED_BEFORE_US, RECEIVED_AFTER_US = HOUR_US, 30 * HOUR_US
"""When the fixes of a day are received where they are received as they are made."""
RECEIPTS_NEAR = (3, 1)
"""Days before a receipt, and after it, that may load what was received then."""


class FixesByDay:
    """The fixes of a site in columns, by the number of a day (days since 1970-01-01).

    Args:
        zone: of the dates.
        limit: rows kept in memory; beyond it days go to a temporary folder.
    """

    def __init__(self, zone: ZoneInfo, limit: int) -> None:
        self._zone, self._limit = zone, limit
        self._folder: TemporaryFolder | None = None
        self._counted = DateBuckets("counted")
        """By the day that they are counted under."""
        self._late = DateBuckets("late")
        """By the local date of receipt, where that is far from the device time: second copies."""
        self._loaded: tuple[int, Piece] | None = None

    def add(
        self, piece: Piece, counted: Counter[int], spare: npt.NDArray[np.bool_] | None = None
    ) -> set[int]:
        """Add rows; return the days whose loading takes some of them.

        Args:
            piece: columns of fixes.
            counted: rows by the day they are counted under, to be added to.
            spare: rows that are not counted; None: all are.
        """
        own = piece["day"] if spare is None else piece["day"][~spare]
        days, rows = np.unique(own, return_counts=True)
        counted.update(dict(zip(days.tolist(), rows.tolist(), strict=True)))
        days = np.unique(piece["day"])
        touched = _around(days, 1, 1)
        self._counted.add(piece, piece["day"])
        received = piece["received"]
        late = (received != NOT_RECEIVED) & (np.abs(received - piece["time"]) > CLOCK_FAULT_US)
        if late.any():
            receipts = local_days(received[late], self._zone)
            self._late.add(_some(piece, late), receipts)
            touched |= _around(np.unique(receipts), *RECEIPTS_NEAR)
        if self._counted.rows_in_memory + self._late.rows_in_memory > self._limit:
            self._folder = self._folder or TemporaryFolder()
            self._counted.spill(self._folder.path)
            self._late.spill(self._folder.path)
        self._loaded = None
        return touched

    def drop(self, file: int) -> None:
        """Forget the rows of a file, by its number."""
        self._counted.drop(file)
        self._late.drop(file)
        self._loaded = None

    def of(self, day: int) -> Piece:
        """Return the rows that may belong to a day; the last one asked for is kept."""
        if self._loaded is None or self._loaded[0] != day:
            self._loaded = (day, self._of(day))
        return self._loaded[1]

    def _of(self, day: int) -> Piece:
        midnights = local_to_utc(np.array([day, day + 1], np.int64) * DAY_US, self._zone)

        def within(times: Ints, before_us: int, after_us: int) -> npt.NDArray[np.bool_]:
            first, last = midnights[0] - before_us, midnights[1] + after_us
            return np.asarray((times >= first) & (times <= last))

        def believed(part: Piece) -> npt.NDArray[np.bool_]:
            """Where the day that counts is that of the device time."""
            return np.asarray(part["day"] == local_days(part["time"], self._zone))

        own = self._counted.get(day)
        parts = [_some(own, ~believed(own))]
        for near in (day - 1, day, day + 1):
            part = self._counted.get(near)
            parts.append(_some(part, believed(part) & within(part["time"], BEFORE_US, AFTER_US)))
        for near in range(day - RECEIPTS_NEAR[1], day + RECEIPTS_NEAR[0] + 1):
            part = self._late.get(near)
            received = within(part["received"], RECEIVED_BEFORE_US, RECEIVED_AFTER_US)
            # Rows that are counted under the day are there already, and so are those by time.
            by_time = believed(part) & within(part["time"], BEFORE_US, AFTER_US)
            parts.append(_some(part, received & (part["day"] != day) & ~by_time))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def close(self) -> None:
        """Remove what was put on disk."""
        if self._folder is not None:
            self._folder.close()
            self._folder = None


def _around(days: npt.NDArray[Any], before: int, after: int) -> set[int]:
    """Return days, and as many days before and after each."""
    return {day + k for day in days.tolist() for k in range(-before, after + 1)}


def _some(piece: Piece, rows: npt.NDArray[np.bool_]) -> Piece:
    if rows.all():
        return piece
    return {name: column[rows] for name, column in piece.items()}
