"""Small tables as the stages make them, written out by hand."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.tables import (
    CLASSIFIED,
    CORRECTIONS,
    JUDGEMENTS,
    POINTS,
    REJECTED,
    TEXT,
    TIME_DTYPE,
    Table,
)

DAY = date(2026, 3, 2)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def as_table(table: Table, rows: list[dict[str, object]], **extra: object) -> pd.DataFrame:
    """A table from rows, with the types its columns ask for."""
    if not rows:
        return table.empty().assign(**{k: pd.Series([], dtype=bool) for k in extra})
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        values = [row[column.name] for row in rows]
        match column.kind:
            case "time":
                series = pd.Series(pd.to_datetime(values, utc=True, format="ISO8601")).astype(
                    TIME_DTYPE
                )
            case "float":
                series = pd.Series(values, dtype="float64")
            case "text":
                series = pd.Series(values, dtype=TEXT)
            case "vehicle":
                series = pd.Series(values, dtype=TEXT).astype("category")
            case "int":
                series = pd.Series(values, dtype="int64")
            case "bool":
                series = pd.Series(values, dtype="bool")
            case _:
                series = pd.Series(values, dtype=object)
        columns[column.name] = series
    return table.check(pd.DataFrame(columns)).assign(**extra)


def pickup(point_id: str = "P1", **changes: object) -> dict[str, object]:
    return {
        "service_date": DAY,
        "point_id": point_id,
        "window_start": "2026-03-01T22:00:00Z",
        "window_end": "2026-03-02T02:00:00Z",
        "scheduled_vehicle_id": "V1",
        "verdict": "collected",
        "cause": "",
        "confidence": 0.9,
        "vehicle_id": "V1",
        "arrived_at": "2026-03-01T23:10:05Z",
        "departed_at": "2026-03-01T23:11:00Z",
        "dwell_s": 41.0,
        "distance_m": 7.5,
        "criteria": {"say": "collected"},
    } | changes


def missed(point_id: str = "P1", **changes: object) -> dict[str, object]:
    blank = {"arrived_at": None, "departed_at": None, "dwell_s": None, "distance_m": None}
    return pickup(
        point_id,
        **{"verdict": "missed", "cause": "not_approached", "vehicle_id": "", **blank, **changes},
    )


def judgements(*rows: dict[str, object], alerted: bool | None = False) -> pd.DataFrame:
    extra = {} if alerted is None else {"alerted": alerted}
    return as_table(JUDGEMENTS, list(rows), **extra)


def alert(alert_id: str = "A1", point_id: str = "P1", **changes: object) -> dict[str, object]:
    return {
        "alert_id": alert_id,
        "point_id": point_id,
        "service_date": DAY,
        "raised_at": "2026-03-02T03:00:00Z",
        "classification": "false",
        "cause": "monitor_fault",
        "confidence": 0.95,
        "vehicle_id": "V1",
        "arrived_at": "2026-03-01T23:10:05Z",
        "departed_at": "2026-03-01T23:11:00Z",
        "dwell_s": 41.0,
        "distance_m": 7.5,
        "criteria": {"say": "collected"},
    } | changes


def classified(*rows: dict[str, object]) -> pd.DataFrame:
    return as_table(CLASSIFIED, list(rows))


def rejected(*rows: tuple[str, int, str, str]) -> pd.DataFrame:
    return as_table(
        REJECTED,
        [{"file": f, "row": n, "reason": why, "text": t, "day": 20514} for f, n, why, t in rows],
    )


def point(point_id: str = "P1", **changes: object) -> dict[str, object]:
    lon, lat = changes.pop("at", (104.123456, 30.654321))  # type: ignore[misc]
    return {
        "point_id": point_id,
        "name": f"Gate {point_id}",
        "township": "North",
        "village": "",
        "geometry": shapely.Point(lon, lat),
        "tolerance_m": np.nan,
        "datum": "wgs84",
        "valid_from": None,
        "valid_to": None,
        "recorded_lon": lon,
        "recorded_lat": lat,
        "group": "",
    } | changes


def points(*rows: dict[str, object]) -> pd.DataFrame:
    return as_table(POINTS, list(rows))


def proposal(point_id: str = "P1", **changes: object) -> dict[str, object]:
    return {
        "point_id": point_id,
        "cause": "misplaced",
        "recorded_lon": 104.1,
        "recorded_lat": 30.6,
        "proposed_lon": 104.102,
        "proposed_lat": 30.601,
        "offset_m": 220.4,
        "days_seen": 6,
        "confidence": 0.97,
        "proposed_tolerance_m": None,
        "state": "proposed",
        "criteria": {"say": "misplaced"},
    } | changes


def corrections(*rows: dict[str, object]) -> pd.DataFrame:
    return as_table(CORRECTIONS, list(rows))


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = utc("2026-03-03T06:30:00+00:00")

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at
