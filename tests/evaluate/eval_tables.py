"""Small tables in which every figure can be counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.evaluate import Truth

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 2)
TIME = "datetime64[us, UTC]"


def day(n: int) -> date:
    """The n-th service date, from 1."""
    return date(2026, 3, 1 + n)


def judgements(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """JUDGEMENTS with `alerted`; a row needs point_id and verdict. Windows are 06:00 to 08:00."""
    n = len(rows)

    def column(name: str, default: Any) -> list[Any]:
        return [row.get(name, default) for row in rows]

    days = column("service_date", DAY)
    starts = column("window", "06:00")
    opens = pd.Series(
        [
            pd.Timestamp(f"{d} {w}").tz_localize(ZONE).tz_convert("UTC")
            for d, w in zip(days, starts, strict=True)
        ],
        dtype=TIME,
    )
    return pd.DataFrame(
        {
            "service_date": pd.Series(days, dtype=object),
            "point_id": pd.Series(column("point_id", ""), dtype="str"),
            "window_start": opens,
            "window_end": (opens + pd.Timedelta(hours=2)).astype(TIME),
            "scheduled_vehicle_id": pd.Series(["V1"] * n, dtype="str"),
            "verdict": pd.Series(column("verdict", "collected"), dtype="str"),
            "cause": pd.Series(column("cause", ""), dtype="str"),
            "confidence": np.array(column("confidence", 0.9), dtype=float),
            "vehicle_id": pd.Series(column("vehicle_id", "V1"), dtype="str"),
            "arrived_at": pd.Series([pd.NaT] * n, dtype=TIME),
            "departed_at": pd.Series([pd.NaT] * n, dtype=TIME),
            "dwell_s": np.full(n, np.nan),
            "distance_m": np.full(n, np.nan),
            "criteria": pd.Series([row.get("criteria", {}) for row in rows], dtype=object),
            "alerted": np.array(column("alerted", False), dtype=bool),
        }
    )


def classified(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """CLASSIFIED; a row needs point_id and classification. `minute` gives it start_minute."""
    n = len(rows)

    def column(name: str, default: Any) -> list[Any]:
        return [row.get(name, default) for row in rows]

    table = pd.DataFrame(
        {
            "alert_id": pd.Series([f"A{k}" for k in range(n)], dtype="str"),
            "point_id": pd.Series(column("point_id", ""), dtype="str"),
            "service_date": pd.Series(column("service_date", DAY), dtype=object),
            "raised_at": pd.Series([pd.NaT] * n, dtype=TIME),
            "classification": pd.Series(column("classification", "false"), dtype="str"),
            "cause": pd.Series(column("cause", ""), dtype="str"),
            "confidence": np.array(column("confidence", 0.9), dtype=float),
            "vehicle_id": pd.Series([""] * n, dtype="str"),
            "arrived_at": pd.Series([pd.NaT] * n, dtype=TIME),
            "departed_at": pd.Series([pd.NaT] * n, dtype=TIME),
            "dwell_s": np.full(n, np.nan),
            "distance_m": np.full(n, np.nan),
            "criteria": pd.Series([row.get("criteria", {}) for row in rows], dtype=object),
        }
    )
    if any("minute" in row for row in rows):
        table["start_minute"] = np.array(column("minute", -1), dtype=np.int64)
    return table


def truth(rows: Sequence[dict[str, Any]], points: Sequence[dict[str, Any]] | None = None) -> Truth:
    """Truth; a row needs point_id. Windows are 06:00; `minute` -1 is none."""

    def column(name: str, default: Any) -> list[Any]:
        return [row.get(name, default) for row in rows]

    table = pd.DataFrame(
        {
            "point_id": pd.Series(column("point_id", ""), dtype="str"),
            "service_date": pd.Series(column("service_date", DAY), dtype=object),
            "start_minute": np.array(column("minute", 360), dtype=np.int64),
            "collected": np.array(column("collected", True), dtype=bool),
            "observable": np.array(column("observable", True), dtype=bool),
            "cause": pd.Series(column("cause", ""), dtype="str"),
            "vehicle_id": pd.Series(column("vehicle_id", ""), dtype="str"),
        }
    )
    places = None
    if points is not None:
        places = pd.DataFrame(
            {
                "point_id": pd.Series([p["point_id"] for p in points], dtype="str"),
                "lon": np.array([p.get("lon", 108.0) for p in points], dtype=float),
                "lat": np.array([p.get("lat", 28.0) for p in points], dtype=float),
                "record_fault": pd.Series([p.get("fault", "") for p in points], dtype="str"),
            }
        )
    return Truth(ZONE, table, places, causes_known=bool((table["cause"] != "").any()))


def corrections(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """CORRECTIONS; a row needs point_id and cause."""
    n = len(rows)

    def column(name: str, default: Any) -> list[Any]:
        return [row.get(name, default) for row in rows]

    return pd.DataFrame(
        {
            "point_id": pd.Series(column("point_id", ""), dtype="str"),
            "cause": pd.Series(column("cause", "misplaced"), dtype="str"),
            "recorded_lon": np.full(n, 108.0),
            "recorded_lat": np.full(n, 28.0),
            "proposed_lon": np.array(column("lon", np.nan), dtype=float),
            "proposed_lat": np.array(column("lat", np.nan), dtype=float),
            "offset_m": np.full(n, np.nan),
            "days_seen": np.full(n, 3, dtype=np.int64),
            "confidence": np.array(column("confidence", 0.95), dtype=float),
            "proposed_tolerance_m": np.full(n, np.nan),
            "state": pd.Series(column("state", "proposed"), dtype="str"),
            "criteria": pd.Series([{} for _ in range(n)], dtype=object),
        }
    )


NO_CORRECTIONS = corrections([])
