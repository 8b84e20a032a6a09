"""What spreadsheets, exports and other systems do to the cells of a table. Truth holds."""

from __future__ import annotations

import numpy as np

from .chance import Stream, generator
from .county import DAY_S, County
from .plane import Bools

_SCHEDULE, _ALERTS, _POINTS = 1, 2, 3  # tables: each has chance of its own
TOO_NARROW = "########"
"""What a spreadsheet shows of a time whose column is too narrow."""
MIDNIGHT = "0:00:00"
"""What remains of a date that was saved as a time of day."""


def spoilt_rows(seed: int, count: int, share: float) -> Bools:
    """Which rows of the schedule cannot be read."""
    return generator(seed, Stream.SPOILT_TABLES, _SCHEDULE).random(count) < share


def spoilt_alerts(seed: int, day: int, count: int, share: float) -> Bools:
    """Which alerts of a day have no date."""
    return generator(seed, Stream.SPOILT_TABLES, _ALERTS, day).random(count) < share


def blank_points(county: County, seed: int) -> Bools:
    """Which points have no coordinates: a share of all, and all of some trucks."""
    rng = generator(seed, Stream.SPOILT_TABLES, _POINTS)
    blank = rng.random(len(county.points)) < county.amounts.blank_share
    trucks = rng.permutation(len(county.trucks))[: county.amounts.blank_rounds]
    return np.asarray(blank | np.isin([p.truck for p in county.points], trucks))


def plate(vehicle_id: str, truck: int, share: float, seed: int) -> str:
    """The plate of a truck as the schedule spells it: as it is, or for a share otherwise."""
    if generator(seed, Stream.SPOILT_TABLES, _SCHEDULE, truck).random() >= share:
        return vehicle_id
    wide = vehicle_id.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    spellings = (
        f"{vehicle_id[:1]}·{vehicle_id[1:]}",
        f"{vehicle_id[:1]} {vehicle_id[1:]}",
        f"{vehicle_id.lower()}(黄)",
        wide,
    )
    return spellings[truck % len(spellings)]


def mask(weekdays: str) -> str:
    """Weekdays, Monday is 1, as seven digits of 0 and 1."""
    return "".join("01"[day in weekdays] for day in "1234567")


def clock(seconds: int, past_24: bool = False) -> str:
    """Seconds after midnight as HH:MM; hours of the next day from 0 on, or past 24."""
    if not past_24:
        seconds %= DAY_S
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
