"""Classifying: what each alert was worth, and why a plain monitor raised it.

The plain rule is the monitor's own: the scheduled vehicle, a fix inside the recorded tolerance,
within the window, received before the alert. Where a pickup was collected and the rule does not
hold, the cause is what would have to change for it to hold, asked in the order of the codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.geo.distance import distances_m
from routecheck.model.arrays import Array, records, runs_of, seconds
from routecheck.model.codes import Cause, Classification, Verdict
from routecheck.model.settings import JudgeSettings
from routecheck.model.tables import ALERTS, CLASSIFIED, JUDGEMENTS, PLACES, POINTS, TRACKS, VISITS


@dataclass(frozen=True)
class Classified:
    """CLASSIFIED, a row an alert, and JUDGEMENTS with causes and a column `alerted`."""

    alerts: pd.DataFrame
    judgements: pd.DataFrame


def classify(
    judgements: pd.DataFrame,
    alerts: pd.DataFrame,
    points: pd.DataFrame,
    places: pd.DataFrame,
    recorded_visits: pd.DataFrame,
    tracks: pd.DataFrame,
    service_date: date,
    zone: ZoneInfo,
    settings: JudgeSettings,
) -> Classified:
    """Classify the alerts of a service date and find the cause of each collected pickup.

    Args:
        judgements: JUDGEMENTS of the date.
        alerts: ALERTS of the date.
        points: POINTS as recorded, all validities.
        places: PLACES at which was judged.
        recorded_visits: VISITS at the recorded geometries with the recorded tolerance (or the
            monitor's), for the plain rule.
        tracks: TRACKS, sorted by vehicle and time.
        service_date: local calendar date.
        zone: zone of the windows that alerts name.
        settings: the monitor's tolerance.
    """
    for table, df in (
        (JUDGEMENTS, judgements),
        (ALERTS, alerts),
        (POINTS, points),
        (PLACES, places),
        (VISITS, recorded_visits),
        (TRACKS, tracks),
    ):
        table.check(df)
    plain = _plain_rule(judgements, points, recorded_visits, tracks, settings)
    fault = dict(zip(places["point_id"], places["cause"], strict=True))
    offsets = _offsets_by_vehicle(tracks)
    causes = [
        _cause(row, bool(plain.holds[k]), bool(plain.touched[k]), fault, offsets)
        if row.verdict == Verdict.COLLECTED
        else row.cause
        for k, row in enumerate(records(judgements))
    ]
    judged = judgements.assign(cause=pd.Series(causes, index=judgements.index, dtype="str"))
    rows, raised = _alert_rows(judged, alerts, points, plain, service_date, zone)
    alerted = np.zeros(len(judged), dtype=bool)
    final = judged["cause"].to_numpy(dtype=object).copy()
    for k, cause in raised.items():
        alerted[k] = True
        if cause and judged["verdict"].iloc[k] == Verdict.COLLECTED:
            final[k] = str(cause)
    judged = judged.assign(cause=pd.Series(final, index=judged.index, dtype="str"))
    JUDGEMENTS.check(judged)
    return Classified(_alert_table(alerts, rows), judged.assign(alerted=alerted))


@dataclass(frozen=True)
class _Plain:
    """The plain rule for each judgement.

    Does it hold, since when was that known, and did the right vehicle have any fix inside the
    recorded tolerance on the date at all.
    """

    holds: np.ndarray
    seen_s: Array
    touched: np.ndarray


def _plain_rule(
    judgements: pd.DataFrame,
    points: pd.DataFrame,
    visits: pd.DataFrame,
    tracks: pd.DataFrame,
    settings: JudgeSettings,
) -> _Plain:
    n = len(judgements)
    holds, touched = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    seen_s = np.full(n, np.inf)
    inside = visits[visits["fixes_inside"] > 0]
    if n == 0 or inside.empty:
        return _Plain(holds, seen_s, touched)
    time_s = seconds(tracks["time"])
    device_s = time_s - tracks["clock_offset_s"].to_numpy()
    received_s = seconds(tracks["received_at"])
    received_s = np.where(np.isnan(received_s), time_s, received_s)
    lon, lat = tracks["lon"].to_numpy(), tracks["lat"].to_numpy()
    names = tracks["vehicle_id"].cat.categories
    bounds = {
        str(names[code]): (int(start), int(start + count))
        for code, start, count in zip(
            *runs_of(tracks["vehicle_id"].cat.codes.to_numpy()), strict=True
        )
    }
    shapes = {
        p: (g, t if t == t else settings.monitor_tolerance_m)
        for p, g, t in zip(
            points["point_id"], points["geometry"], points["tolerance_m"], strict=True
        )
    }
    pairs = (
        inside.assign(
            vehicle=inside["vehicle_id"].astype("str"),
            entered_s=seconds(inside["entered"]),
            left_s=seconds(inside["left"]),
        )[["point_id", "vehicle", "entered_s", "left_s"]]
        .merge(
            pd.DataFrame(
                {
                    "point_id": judgements["point_id"],
                    "k": np.arange(n),
                    "scheduled": judgements["scheduled_vehicle_id"],
                    "start_s": seconds(judgements["window_start"]),
                    "end_s": seconds(judgements["window_end"]),
                    "collected": judgements["verdict"] == Verdict.COLLECTED,
                }
            ),
            on="point_id",
        )
        .query("collected and (scheduled == '' or scheduled == vehicle)")
    )
    for pair in records(pairs):
        first, last = bounds[pair.vehicle]
        a = first + int(np.searchsorted(time_s[first:last], pair.entered_s - 0.5))
        b = first + int(np.searchsorted(time_s[first:last], pair.left_s + 0.5, side="right"))
        geometry, tolerance_m = shapes[pair.point_id]
        near = distances_m(geometry, lon[a:b], lat[a:b]) <= tolerance_m
        touched[pair.k] |= bool(near.any())
        ok = near & (device_s[a:b] >= pair.start_s) & (device_s[a:b] <= pair.end_s)
        if ok.any():
            holds[pair.k] = True
            seen_s[pair.k] = min(seen_s[pair.k], float(received_s[a:b][ok].min()))
    return _Plain(holds, seen_s, touched)


def _offsets_by_vehicle(tracks: pd.DataFrame) -> dict[str, float]:
    off = tracks[tracks["clock_offset_s"] != 0.0]
    if off.empty:
        return {}
    medians = off.groupby("vehicle_id", observed=True)["clock_offset_s"].median()
    return {str(name): float(value) for name, value in medians.items()}


def _cause(
    row: Any, holds: bool, touched: bool, fault: dict[str, str], offsets: dict[str, float]
) -> str:
    """Why a plain monitor would have missed a collected pickup; empty: it would not have."""
    if holds:
        return ""
    criteria = row.criteria
    if fault.get(row.point_id):
        return fault[row.point_id]
    offset_s = offsets.get(row.vehicle_id, 0.0)
    if offset_s and row.arrived_at is not pd.NaT:
        device_in = row.arrived_at.timestamp() - offset_s
        device_out = row.departed_at.timestamp() - offset_s
        in_window = (
            device_out >= row.window_start.timestamp() and device_in <= row.window_end.timestamp()
        )
        if not in_window:
            criteria["clock_offset_s"] = round(offset_s)
            return str(Cause.CLOCK)
    if row.scheduled_vehicle_id and row.vehicle_id != row.scheduled_vehicle_id:
        return str(Cause.OTHER_VEHICLE)
    if criteria.get("outside_s", 0.0) > 0.0:
        return str(Cause.OUTSIDE_WINDOW)
    if criteria["say"] == "tolerance":
        return str(Cause.TOLERANCE)
    if touched:
        # Fixes lie inside, none of them in the window: the visit straddles its edge.
        return str(Cause.OUTSIDE_WINDOW)
    return str(Cause.SPARSE_FIXES)


def _alert_rows(
    judged: pd.DataFrame,
    alerts: pd.DataFrame,
    points: pd.DataFrame,
    plain: _Plain,
    service_date: date,
    zone: ZoneInfo,
) -> tuple[list[dict[str, Any]], dict[int, Cause | str]]:
    """A row for each alert, and the cause that each alerted judgement takes from its alert."""
    by_point: dict[Any, Any] = dict(judged.groupby("point_id").indices)
    minutes = _minutes(judged, service_date, zone)
    registry = {
        p: rows for p, rows in points.groupby("point_id", sort=False)[["valid_from", "valid_to"]]
    }
    rows: list[dict[str, Any]] = []
    raised: dict[int, Cause | str] = {}
    for alert in records(alerts):
        spoken = list(by_point.get(alert.point_id, ()))
        if alert.start_minute >= 0 and spoken:
            exact = [k for k in spoken if minutes[k][0] == alert.start_minute]
            within = [k for k in spoken if minutes[k][0] <= alert.start_minute < minutes[k][1]]
            spoken = exact or within
        if not spoken:
            rows.append(
                _not_due(alert.point_id, alert.point_id in registry, registry, service_date)
            )
            continue
        for k in spoken:
            raised[k] = _cause_of_alert(judged.iloc[k], plain, k, alert.raised_at)
        verdicts = [judged["verdict"].iloc[k] for k in spoken]
        for verdict, classification in (
            (Verdict.MISSED, Classification.GENUINE),
            (Verdict.UNVERIFIABLE, Classification.UNVERIFIABLE),
            (Verdict.COLLECTED, Classification.FALSE),
        ):
            if verdict in verdicts:
                those = [k for k, v in zip(spoken, verdicts, strict=True) if v == verdict]
                order = [str(cause) for cause in Cause]
                k = min(those, key=lambda k: order.index(str(raised[k])))
                row = judged.iloc[k]
                rows.append(
                    {
                        "classification": classification,
                        "cause": str(raised[k]),
                        **{
                            name: row[name]
                            for name in (
                                "confidence",
                                "vehicle_id",
                                "arrived_at",
                                "departed_at",
                                "dwell_s",
                                "distance_m",
                            )
                        },
                        "criteria": {
                            **row["criteria"],
                            "scheduled_vehicle_id": row["scheduled_vehicle_id"],
                            "window_from": row["window_start"].isoformat(),
                            "window_until": row["window_end"].isoformat(),
                        }
                        | (
                            {
                                "seen_at": pd.Timestamp(
                                    plain.seen_s[k], unit="s", tz="UTC"
                                ).isoformat()
                            }
                            if np.isfinite(plain.seen_s[k])
                            else {}
                        ),
                    }
                )
                break
    return rows, raised


def _cause_of_alert(row: pd.Series, plain: _Plain, k: int, raised_at: Any) -> str:
    if row["verdict"] != Verdict.COLLECTED or row["cause"]:
        return str(row["cause"])
    if raised_at is not pd.NaT and plain.seen_s[k] > raised_at.timestamp():
        return str(Cause.LATE_DATA)
    return str(Cause.MONITOR_FAULT)


def _minutes(judged: pd.DataFrame, day: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Windows in wall-clock minutes after local midnight of the service date."""
    midnight = datetime.combine(day, datetime.min.time())
    result = []
    for start, end in zip(judged["window_start"], judged["window_end"], strict=True):
        walls = [t.tz_convert(zone).tz_localize(None) - midnight for t in (start, end)]
        result.append((round(walls[0].total_seconds() / 60), round(walls[1].total_seconds() / 60)))
    return result


def _not_due(
    point_id: str, known: bool, registry: dict[Any, pd.DataFrame], day: date
) -> dict[str, Any]:
    if not known:
        return {
            "classification": Classification.UNVERIFIABLE,
            "cause": str(Cause.UNKNOWN_POINT),
            "confidence": 0.95,
            "criteria": {"say": "not_registered"},
        }
    last = [value for value in registry[point_id]["valid_to"] if value is not None]
    retired = bool(last) and max(last) < day and len(last) == len(registry[point_id])
    criteria: dict[str, Any] = {"say": "retired" if retired else "not_due"}
    if retired:
        criteria["retired_on"] = max(last).isoformat()
    return {
        "classification": Classification.FALSE,
        "cause": str(Cause.NOT_DUE),
        "confidence": 0.99,
        "criteria": criteria,
    }


def _alert_table(alerts: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    if alerts.empty:
        return CLASSIFIED.empty()

    def column(name: str, blank: Any) -> list[Any]:
        return [row.get(name, blank) for row in rows]

    time = "datetime64[us, UTC]"
    table = pd.DataFrame(
        {
            **{name: alerts[name].array for name in ALERTS.names[:4]},
            "classification": pd.Series(
                [str(c) for c in column("classification", "")], dtype="str"
            ),
            "cause": pd.Series(column("cause", ""), dtype="str"),
            "confidence": np.array(column("confidence", 0.5), dtype=float),
            "vehicle_id": pd.Series(column("vehicle_id", ""), dtype="str"),
            "arrived_at": pd.Series(column("arrived_at", pd.NaT), dtype=time),
            "departed_at": pd.Series(column("departed_at", pd.NaT), dtype=time),
            "dwell_s": np.array(column("dwell_s", np.nan), dtype=float),
            "distance_m": np.array(column("distance_m", np.nan), dtype=float),
            "criteria": pd.Series(column("criteria", None), dtype=object),
        }
    )
    return CLASSIFIED.check(table)
