"""The local date under which each row of a file of fixes is counted.

That is the date of its device time where it can be believed, else that of its receipt, else that of
the row before it.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from routecheck.sources.file_cache import ALWAYS
from routecheck.sources.rejected_rows import Ints
from routecheck.sources.time_values import DAY_US, as_days, local_days, local_to_utc

NOT_RECEIVED = np.iinfo(np.int64).min
"""Stands for a blank time of receipt; it is numpy's NaT."""
OLDEST_DAY = as_days(2005)
"""No tracker of this kind reports from before; such dates are those of a device without time."""
LATEST_DAY = as_days(2080)
"""Dates from here on are factory dates and overflows."""
REACH_DAYS = 400
"""A date farther than this from the file's other rows (week rollovers are 7,168 days off, factory
dates decades) is no date of the fix; a file may well hold a year."""
UNDATED = -1


class CountedDays:
    """The dates of the rows of one file, block by block.

    Attributes:
        first: the first date that is known; UNDATED until there is one.
        since: from here ...
        until: ... to here today may lie, and the same rows would be counted under the same dates.
    """

    def __init__(self, zone: ZoneInfo, today: int) -> None:
        """Take the zone of the dates, and the present one (days since 1970-01-01)."""
        self.zone, self.today = zone, today
        self.first, self._last = UNDATED, UNDATED
        self.since, self.until = ALWAYS
        self._changes: list[tuple[Ints, Ints]] = []

    def of(self, rows: Ints, moment: Ints, received: Ints, unknown: npt.NDArray[np.bool_]) -> Ints:
        """Return the date of each row of the next block; UNDATED where none is known yet.

        Args:
            rows: their numbers in the file, rising.
            moment: local dates of the device times, days since 1970-01-01.
            received: receipts, microseconds since 1970 UTC, or NOT_RECEIVED.
            unknown: where there is no device time.
        """
        day = self._of(moment, received, unknown)
        changes = np.flatnonzero(np.diff(day, prepend=UNDATED - 1))
        self._changes.append((rows[changes], day[changes]))
        return day

    def at(self, numbers: Ints) -> Ints:
        """Return the dates of rows that were seen, by their numbers; before any, the first."""
        if not self._changes:
            return np.full(len(numbers), self.first)
        rows, days = (np.concatenate(parts) for parts in zip(*self._changes, strict=True))
        at = np.searchsorted(rows, numbers, side="right") - 1
        found = np.where(at < 0, UNDATED, days[np.maximum(at, 0)])
        return np.where(found < 0, self.first, found)

    def _of(self, moment: Ints, received: Ints, unknown: npt.NDArray[np.bool_]) -> Ints:
        right = ~unknown & (moment >= OLDEST_DAY) & (moment < LATEST_DAY)
        latest = LATEST_DAY
        if right.any():
            middle = np.median(moment[right])
            self._note_today(moment[right])
            self._note_today(np.array([np.ceil(middle)], np.int64))
            # Nothing was measured in the future; but where all of it was, this machine's clock is
            # behind, or the site is simulated.
            latest = self.today + 2 if middle <= self.today + 2 else LATEST_DAY
            right &= (np.abs(moment - middle) <= REACH_DAYS) & (moment <= latest)
        self._note_receipts(received)
        if right.all():
            day = moment
        else:
            rows = np.maximum.accumulate(np.where(right, np.arange(len(moment)), -1))
            day = np.where(rows >= 0, moment[np.maximum(rows, 0)], self._last)
            arrived = local_days(np.where(received == NOT_RECEIVED, 0, received), self.zone)
            dated = ~right & (arrived >= OLDEST_DAY) & (arrived <= latest)
            day = np.where(dated, arrived, day)
        known = np.flatnonzero(day >= 0)
        if len(known):
            if self.first < 0:
                self.first = int(day[known[0]])
            self._last = int(day[known[-1]])
        return np.array(day, np.int64)

    def _note_today(self, days: Ints) -> None:
        """Narrow `since` and `until` to where these days lie on the same side of the future."""
        beyond = days > self.today + 2
        if not beyond.all():
            self.since = max(self.since, int(days[~beyond].max()) - 2)
        if beyond.any():
            self.until = min(self.until, int(days[beyond].min()) - 3)

    def _note_receipts(self, received: Ints) -> None:
        known = received[received != NOT_RECEIVED]
        border = local_to_utc(np.array([(self.today + 3) * DAY_US]), self.zone)[0]
        before, after = known <= border - DAY_US, known >= border + DAY_US
        # Away from the border the nearest ones will do; finding the dates of all takes a while.
        nearest = [known[~(before | after)]]
        nearest += [known[before].max(keepdims=True)] if before.any() else []
        nearest += [known[after].min(keepdims=True)] if after.any() else []
        self._note_today(local_days(np.concatenate(nearest), self.zone).astype(np.int64))
