"""Local times of an hour that occurs twice, told apart by the order in which a device wrote them.

Where clocks are set back, a time without an offset means one of two moments. It is read as the
first of them (`time_values.local_to_utc`); here the rows of a device, in their order, show which
are the second: from where its clock falls back, or where they go on into the hour that follows and
not from the one before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from routecheck.sources.rejected_rows import Ints
from routecheck.sources.time_values import DAY_US, again_after_us, utc_offset_us

FELL_BACK_SHARE = 0.25
"""Of what clocks are set back, 30 to 120 minutes. A device that reports every few minutes falls
back by nearly all of it; packets overtake each other by seconds, or minutes where one was kept."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Last:
    """The last row of a device so far: as the first reading, and as it was settled."""

    first_us: int
    us: int


@dataclass
class RepeatedHours:
    """Settles the times of one file, block by block.

    Attributes:
        zone: of times without an offset.
    """

    zone: ZoneInfo
    _last: dict[str, _Last] = field(default_factory=dict)
    _down: int = 0
    """Steps from row to row of a device in which the time falls, less those in which it rises:
    above 0 the newest come first in the file."""

    def settle(self, us: Ints, local: Bools, devices: list[str], which: Ints) -> Ints:
        """Return times, those of a second occurrence put right.

        Args:
            us: microseconds since 1970 UTC, local times as their first occurrence, in the order of
                the file.
            local: which of them had no offset.
            devices: names.
            which: the device of each row.
        """
        if not local.any() or not _may_repeat(us[local], self.zone):
            return us
        self._note_order(us, local, which)
        later = np.where(local, again_after_us(us, self.zone), 0)
        if not later.any():
            self._keep_last(us, us, local, devices, which)
            return us
        settled = us.copy()
        for code in np.unique(which[later > 0]).tolist():
            rows = np.flatnonzero((which == code) & local)
            settled[rows] = self._of_device(us[rows], later[rows], self._last.get(devices[code]))
        self._keep_last(us, settled, local, devices, which)
        return settled

    def _of_device(self, us: Ints, later: Ints, last: _Last | None) -> Ints:
        if self._down > 0:
            return self._oldest_first(us[::-1], later[::-1], None)[::-1]
        return self._oldest_first(us, later, last)

    def _oldest_first(self, us: Ints, later: Ints, last: _Last | None) -> Ints:
        twice = later > 0
        before = np.concatenate([[us[0] if last is None else last.first_us], us[:-1]])
        fall = np.where(before - us > FELL_BACK_SHARE * later, before - us, 0)
        second = np.zeros(len(us), bool)
        bounds = np.flatnonzero(np.diff(np.concatenate([[False], twice, [False]]).astype(int)))
        for first, end in zip(bounds[::2].tolist(), bounds[1::2].tolist(), strict=True):
            if first == 0 and last is not None and last.us > last.first_us:
                # The block before ended in the second occurrence.
                second[first:end] = True
            elif fall[first:end].any():
                # The deepest is that of the clock.
                second[first + int(np.argmax(fall[first:end])) : end] = True
            else:
                second[first:end] = _goes_on(us, later, first, end, last)
        return us + np.where(second, later, 0)

    def _note_order(self, us: Ints, local: Bools, which: Ints) -> None:
        rows = np.flatnonzero(local)
        rows = rows[np.argsort(which[rows], kind="stable")]
        steps = np.diff(us[rows])[np.diff(which[rows]) == 0]
        self._down += int((steps < 0).sum()) - int((steps > 0).sum())

    def _keep_last(
        self, us: Ints, settled: Ints, local: Bools, devices: list[str], which: Ints
    ) -> None:
        rows = np.flatnonzero(local)[::-1]
        codes, at = np.unique(which[rows], return_index=True)
        for code, row in zip(codes.tolist(), rows[at].tolist(), strict=True):
            self._last[devices[code]] = _Last(int(us[row]), int(settled[row]))


def _goes_on(us: Ints, later: Ints, first: int, end: int, last: _Last | None) -> bool:
    """Whether rows that fall back nowhere are nearer to what follows, as their second reading."""
    previous = int(us[first - 1]) if first else (None if last is None else last.us)
    since = np.inf if previous is None else float(us[first] - previous)
    until = np.inf if end == len(us) else float(us[end] - us[end - 1] - later[end - 1])
    return bool(0 <= until < since)


def _may_repeat(us: Ints, zone: ZoneInfo) -> bool:
    """Whether the offset of the zone changes within the days of some times."""
    days = range(int(us.min()) // DAY_US - 1, int(us.max()) // DAY_US + 3)
    if len(days) > 1000:
        return True
    return len({utc_offset_us(day * DAY_US, zone) for day in days}) > 1
