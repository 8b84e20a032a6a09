"""What is kept of the devices of a date: when last heard, whose clock was off, what failed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.local_time import day_span
from routecheck.domain.settings import Settings


def last_heard(tracks: pd.DataFrame, number: int) -> dict[str, dict[str, Any]]:
    """When each vehicle was last heard on a date, and how late its fixes came.

    Args:
        tracks: columns vehicle_id, time, received_at (UTC), day.
        number: the date, in days since 1970.

    Returns:
        By vehicle: `last`, ISO 8601 UTC, and `delay_s`, the median of receipt less time, null
        where receipt is not known.
    """
    own = tracks[tracks["day"] == number]
    delay = (own["received_at"] - own["time"]).dt.total_seconds()
    by_vehicle = own.assign(delay=delay).groupby("vehicle_id", observed=True)
    last_time, delays = by_vehicle["time"].max(), by_vehicle["delay"].median()
    return {
        str(vehicle): {
            "last": last.isoformat(timespec="seconds"),
            "delay_s": None if pd.isna(late) else round(float(late), 1),
        }
        for vehicle, last, late in zip(last_time.index, last_time, delays, strict=True)
    }


def clocks_off(clocks: pd.DataFrame, day: date, settings: Settings) -> dict[str, Any]:
    """Which clocks were off on a date, and from when to when.

    Args:
        clocks: CLOCKS of the fixes about the date.
        day: the service date.
        settings: the time zone.

    Returns:
        `clocks`, seconds that were added by vehicle, and `clock_spans`, by vehicle the first and
        last such moment within the local date, ISO 8601 UTC.
    """
    first, last = day_span(day, settings.time_zone)
    off = clocks[((clocks["first"] < last) & (clocks["last"] >= first)).to_numpy()]
    return {
        "clocks": {str(row.vehicle_id): round(float(row.offset_s)) for row in records(off)},
        "clock_spans": {
            str(row.vehicle_id): [
                max(row.first, first).isoformat(),
                min(row.last, last - pd.Timedelta(seconds=1)).isoformat(),
            ]
            for row in records(off)
        },
    }


def faults_on(faults: pd.DataFrame, day: date, settings: Settings) -> list[dict[str, Any]]:
    """Return the faults of devices that touch a date, ready for the ledger.

    Args:
        faults: from `find_faults`.
        day: the service date.
        settings: the time zone.

    Returns:
        For each: `vehicle_id`, `fault`, `how` (the shift that was undone; empty: none), `shift_m`
        (null where it has none), `start` and `end` (ISO 8601 UTC; null: the whole date). In the
        order of the vehicles.
    """
    first_s, last_s = (moment.timestamp() for moment in day_span(day, settings.time_zone))
    whole = (faults["start"] == -np.inf).to_numpy()
    own = (faults["service_date"] == day).to_numpy()
    spans = ((faults["start"] < last_s) & (faults["end"] >= first_s)).to_numpy()
    rows = faults[np.where(whole, own, spans)].sort_values(["vehicle_id", "fault", "start"])

    def moment(seconds: float) -> str | None:
        if not np.isfinite(seconds):
            return None
        return str(pd.Timestamp(round(seconds), unit="s", tz="UTC").isoformat())

    return [
        {
            "vehicle_id": str(row.vehicle_id),
            "fault": str(row.fault),
            "how": str(row.how),
            "shift_m": round(float(row.shift_m), 1) if np.isfinite(row.shift_m) else None,
            "start": moment(row.start),
            "end": moment(row.end),
        }
        for row in records(rows)
    ]
