"""Classifying: what each alert was worth, and why a plain monitor raised it.

The plain rule is the monitor's own: the scheduled vehicle, a fix inside the recorded tolerance,
within the window, received before the alert. Where a pickup was collected and the rule does not
hold, the cause is what would have to change for it to hold, asked in the order of the codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, records, seconds
from routecheck.domain.codes import Cause, Classification, Verdict
from routecheck.domain.tables import ALERTS, CLASSIFIED, JUDGEMENTS, PLACES, PLAIN, POINTS, SHOWN
from routecheck.geo.plane import distance_m
from routecheck.registry.records import valid_points


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
    plain: pd.DataFrame,
    shown: pd.DataFrame,
    service_date: date,
    zone: ZoneInfo,
    margin_m: float,
) -> Classified:
    """Classify the alerts of a service date and find the cause of each collected pickup.

    Args:
        judgements: JUDGEMENTS of the date.
        alerts: ALERTS of the date.
        points: POINTS as recorded, all validities.
        places: PLACES at which was judged.
        plain: PLAIN, the monitor's rule replayed, in the order of `judgements`.
        shown: SHOWN, of the visits that the rule did not see, or late.
        service_date: local calendar date.
        zone: zone of the windows that alerts name.
        margin_m: beyond the tolerance, what GPS and survey error allow.
    """
    for table, df in (
        (JUDGEMENTS, judgements),
        (ALERTS, alerts),
        (POINTS, points),
        (PLACES, places),
        (PLAIN, plain),
        (SHOWN, shown),
    ):
        table.check(df)
    holds = plain["holds"].to_numpy()
    fault = dict(zip(places["point_id"].tolist(), places["cause"].tolist(), strict=True))
    offset_m = _offsets(points, places, service_date)
    fixes = {row.pickup: row for row in records(shown)}
    causes, aside = judgements["cause"].tolist(), {}
    collected = (judgements["verdict"] == Verdict.COLLECTED).to_numpy()
    lacking = ~holds
    lacking[list(fixes)] = True
    asked = np.flatnonzero(collected & lacking)
    for k, row in zip(asked.tolist(), records(judgements.iloc[asked]), strict=True):
        causes[k] = _cause(row, fixes.get(k), fault, offset_m, margin_m)
    for k in np.flatnonzero(collected & holds).tolist():
        seen = fixes.get(k)
        if seen is not None and not seen.in_device_window:
            # The rule holds by fixes of another hour; those of this visit lack something.
            aside[k] = causes[k]
        causes[k] = ""
    judged = judgements.assign(cause=pd.Series(causes, index=judgements.index, dtype="str"))
    rows, raised = _alert_rows(
        judged, alerts, points, seconds(plain["seen_at"]), aside, service_date, zone
    )
    alerted = np.zeros(len(judged), dtype=bool)
    final = judged["cause"].to_numpy(dtype=object).copy()
    for k, cause in raised.items():
        alerted[k] = True
        if cause and collected[k]:
            final[k] = str(cause)
    judged = judged.assign(cause=pd.Series(final, index=judged.index, dtype="str"))
    JUDGEMENTS.check(judged)
    return Classified(_alert_table(alerts, rows), judged.assign(alerted=alerted))


def _offsets(points: pd.DataFrame, places: pd.DataFrame, day: date) -> dict[str, float]:
    """Metres from the recorded place to the one judged at, of points whose record is wrong."""
    wrong = places[places["cause"] != ""]
    recorded = valid_points(points[points["point_id"].isin(wrong["point_id"])], day)
    was = dict(zip(recorded["point_id"], recorded["geometry"], strict=True))
    result = {}
    for row in records(wrong):
        a, b = was.get(row.point_id), row.geometry
        if a is not None and b is not None:
            a, b = shapely.centroid(a), shapely.centroid(b)
            result[row.point_id] = round(float(distance_m(a.x, a.y, b.x, b.y)), 1)
    return result


def _cause(
    row: Any,
    fixes: Any,
    fault: dict[str, str],
    offset_m: dict[str, float],
    margin_m: float,
) -> str:
    """Why a plain monitor would have missed a collected pickup that its rule does not see."""
    criteria = row.criteria
    if fault.get(row.point_id):
        criteria["offset_m"] = offset_m.get(row.point_id)
        return fault[row.point_id]
    offset_s = 0.0 if fixes is None else fixes.clock_offset_s
    if offset_s:
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
    if fixes is not None and fixes.inside and not fixes.in_window:
        # Fixes of this visit lie inside, none of them in the window: it straddles its edge.
        return str(Cause.OUTSIDE_WINDOW)
    if (
        fixes is not None
        and not fixes.inside
        and fixes.tolerance_m < fixes.stand_m <= fixes.tolerance_m + margin_m
    ):
        # It was seen standing just outside; the track through the tolerance is on the way there.
        return str(Cause.TOLERANCE)
    return str(Cause.SPARSE_FIXES)


def _alert_rows(
    judged: pd.DataFrame,
    alerts: pd.DataFrame,
    points: pd.DataFrame,
    seen_s: Array,
    aside: dict[int, str],
    service_date: date,
    zone: ZoneInfo,
) -> tuple[list[dict[str, Any]], dict[int, Cause | str]]:
    """A row for each alert, and the cause that each alerted judgement takes from its alert."""
    # Only rows that alerts speak of are looked at one by one.
    spoken_of = np.flatnonzero(judged["point_id"].isin(alerts["point_id"]))
    judgements = dict(zip(spoken_of.tolist(), records(judged.iloc[spoken_of]), strict=True))
    by_point: dict[str, list[int]] = {}
    for k, row in judgements.items():
        by_point.setdefault(row.point_id, []).append(k)
    minutes = _minutes(judged, service_date, zone)
    retired_on = _ends(points)
    rows: list[dict[str, Any]] = []
    raised: dict[int, Cause | str] = {}
    for alert in records(alerts):
        spoken = by_point.get(alert.point_id, [])
        if alert.start_minute >= 0 and spoken:
            exact = [k for k in spoken if minutes[k][0] == alert.start_minute]
            within = [k for k in spoken if minutes[k][0] <= alert.start_minute < minutes[k][1]]
            spoken = exact or within
        if not spoken:
            rows.append(_not_due(alert.point_id, retired_on, service_date))
            continue
        for k in spoken:
            raised[k] = _cause_of_alert(
                judgements[k], float(seen_s[k]), alert.raised_at, aside.get(k, "")
            )
        verdicts = [judgements[k].verdict for k in spoken]
        for verdict, classification in _GRAVEST_FIRST:
            if verdict in verdicts:
                those = [k for k, v in zip(spoken, verdicts, strict=True) if v == verdict]
                k = min(those, key=lambda k: _CAUSE_ORDER[str(raised[k])])
                rows.append(
                    _row_of(judgements[k], classification, str(raised[k]), float(seen_s[k]))
                )
                break
    return rows, raised


_GRAVEST_FIRST = (
    (Verdict.MISSED, Classification.GENUINE),
    (Verdict.UNVERIFIABLE, Classification.UNVERIFIABLE),
    (Verdict.COLLECTED, Classification.FALSE),
)
_CAUSE_ORDER = {str(cause): n for n, cause in enumerate(Cause)}


def _row_of(row: Any, classification: Classification, cause: str, seen_s: float) -> dict[str, Any]:
    """A row of an alert from the judgement that it stands and falls with."""
    criteria = {
        **row.criteria,
        "scheduled_vehicle_id": row.scheduled_vehicle_id,
        "window_from": row.window_start.isoformat(),
        "window_until": row.window_end.isoformat(),
    }
    if np.isfinite(seen_s):
        criteria["seen_at"] = pd.Timestamp(seen_s, unit="s", tz="UTC").isoformat()
    return {
        "classification": classification,
        "cause": cause,
        "confidence": row.confidence,
        "vehicle_id": row.vehicle_id,
        "arrived_at": row.arrived_at,
        "departed_at": row.departed_at,
        "dwell_s": row.dwell_s,
        "distance_m": row.distance_m,
        "criteria": criteria,
    }


def _cause_of_alert(row: Any, seen_s: float, raised_at: Any, aside: str) -> str:
    """The cause of an alert; `aside`: what the visit lacks where other fixes make the rule hold."""
    if row.verdict != Verdict.COLLECTED or row.cause:
        return str(row.cause)
    if raised_at is not pd.NaT and seen_s > raised_at.timestamp():
        return aside or str(Cause.LATE_DATA)
    return str(Cause.MONITOR_FAULT)


def _minutes(judged: pd.DataFrame, day: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Windows in wall-clock minutes after local midnight of the service date."""
    midnight = pd.Timestamp(day)

    def walls(name: str) -> list[int]:
        wall = judged[name].dt.tz_convert(zone).dt.tz_localize(None)
        return [round(s / 60) for s in (wall - midnight).dt.total_seconds().tolist()]

    return list(zip(walls("window_start"), walls("window_end"), strict=True))


def _ends(points: pd.DataFrame) -> dict[str, date | None]:
    """Points of the registry, with the last date of those whose every record has one."""
    found: dict[str, date | None] = {}
    for point_id, last in zip(
        points["point_id"].tolist(), points["valid_to"].tolist(), strict=True
    ):
        before = found.get(point_id, date.min)
        found[point_id] = None if last is None or before is None else max(last, before)
    return found


def _not_due(point_id: str, retired_on: dict[str, date | None], day: date) -> dict[str, Any]:
    if point_id not in retired_on:
        return {
            "classification": Classification.UNVERIFIABLE,
            "cause": str(Cause.UNKNOWN_POINT),
            "confidence": 0.95,
            "criteria": {"say": "not_registered"},
        }
    last = retired_on[point_id]
    retired = last is not None and last < day
    criteria: dict[str, Any] = {"say": "retired" if retired else "not_due"}
    if last is not None and retired:
        criteria["retired_on"] = last.isoformat()
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
