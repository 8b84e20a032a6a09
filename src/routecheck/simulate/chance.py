"""Independent streams of chance: what is drawn in one leaves the others as they are."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a stream decides. The numbers are part of every seed's county: never change one."""

    COUNTY = 1
    ROUND = 2  # of a truck
    RECORDS = 3
    CALENDAR = 4
    OPERATION = 5  # of a day
    TRUCK_DAY = 6
    MONITOR = 7  # of a day
    ALERTS = 8  # of a day
    DIRTY_ROWS = 9  # of a file
    FALSE_DAYS = 10  # of a truck, or of a day of a truck
    SPOILT_TABLES = 11  # of a table
    YARD_POINTS = 12
    AMOUNTS = 13  # of an amount


def generator(seed: int, stream: Stream, *numbers: int) -> np.random.Generator:
    """The generator of a stream, for the truck, day or file that the numbers name."""
    return np.random.default_rng(np.random.SeedSequence([seed, int(stream), *numbers]))
