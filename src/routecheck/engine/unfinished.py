"""Which dates the data end on before the work was over: nothing is learned from such a date.

The points that the trucks had not reached yet look as if they had been left out, and the places
they drove past on their way as if nobody stopped there. What is learned from that would revise
the dates before.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import seconds
from routecheck.domain.local_time import day_begins

OVER_SHARE = 0.75
"""Of the windows of a date, the share that has to end within its data."""
LATEST_H = 21.0
"""Local hour at which a window counts as ended at the latest: a night's work goes on beyond the
local date, and devices that are switched off in the evening are silent until morning."""
EARLIER_H = 2.0
"""Hours by which the data of a date end before those of a usual date. Where crews are usually
finished, and their devices silent, before the windows end, every date ends early."""


def unfinished_dates(history: pd.DataFrame, pickups: pd.DataFrame, zone: ZoneInfo) -> set[date]:
    """Return the dates whose data end before most of their windows do; never all dates.

    Args:
        history: HISTORY of several dates.
        pickups: PICKUPS of those dates.
        zone: local time.
    """
    ends_h = _data_ends(history, zone)
    early: set[date] = set()
    for day in set(pickups["service_date"].tolist()):
        windows = pickups.loc[pickups["service_date"] == day, "window_end"]
        others = [hour for other, hour in ends_h.items() if other != day]
        if not others:
            continue
        end_h = ends_h.get(day, 0.0)
        over = np.minimum(_hours_after(windows, day, zone), LATEST_H) <= end_h
        if over.mean() < OVER_SHARE and end_h < float(np.median(others)) - EARLIER_H:
            early.add(day)
    return early


def _data_ends(history: pd.DataFrame, zone: ZoneInfo) -> dict[date, float]:
    """Hours after local midnight of the last fix of any vehicle, by date that has fixes."""
    tracks = history[history["kind"] == "track"]
    ends_s = pd.Series(seconds(tracks["start"]) + tracks["stood_s"].to_numpy(), tracks.index)
    last_s = ends_s.groupby(tracks["service_date"].to_numpy()).max()
    days: list[date] = last_s.index.tolist()
    return {
        day: (end_s - _midnight_s(day, zone)) / 3600.0
        for day, end_s in zip(days, last_s.tolist(), strict=True)
    }


def _hours_after(moments: pd.Series, day: date, zone: ZoneInfo) -> np.ndarray:
    return (seconds(moments) - _midnight_s(day, zone)) / 3600.0


def _midnight_s(day: date, zone: ZoneInfo) -> float:
    return float(day_begins(day, zone).timestamp())
