"""Classifying: what each alert was worth, and why a plain monitor raised it.

The plain rule is the monitor's own: the scheduled vehicle, a fix inside the recorded tolerance,
within the window, received before the alert. What it lacks is the cause of a false alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.alerts.causes import Causes, find_causes
from routecheck.alerts.parameters import (
    NOT_DUE_CONFIDENCE,
    NOT_REGISTERED_CONFIDENCE,
    UNKNOWN_SCHEDULE_CONFIDENCE,
)
from routecheck.domain.arrays import Array, records, seconds
from routecheck.domain.codes import Cause, Classification, Verdict
from routecheck.domain.local_time import local_moment
from routecheck.domain.tables import (
    ALERTS,
    CLASSIFIED,
    JUDGEMENTS,
    PLACES,
    PLAIN,
    POINTS,
    SHOWN,
    TEXT,
)

_GRAVEST_FIRST = (
    (Verdict.MISSED, Classification.GENUINE),
    (Verdict.UNVERIFIABLE, Classification.UNVERIFIABLE),
    (Verdict.COLLECTED, Classification.FALSE),
)
Unknown = Mapping[str, dict[str, Any]]
"""By point of which it is not known what was due: the criteria that say why."""
_CAUSE_ORDER = {str(cause): n for n, cause in enumerate(Cause)}


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
    unknown: Unknown,
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
        unknown: by point, why it is not known what was due there on this date.

    Raises:
        TableError: a table is not what its contract says.
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
    causes = find_causes(judgements, plain, shown, places, points, service_date, margin_m)
    judged = _with_causes(judgements, causes.cause).assign(
        criteria=pd.Series(causes.criteria, index=judgements.index, dtype=object)
    )
    seen_s = seconds(plain["seen_at"])
    rows, raised = _alert_rows(judged, alerts, points, seen_s, causes, service_date, zone, unknown)
    final = list(causes.cause)
    for k, cause in raised.items():
        if judgements["verdict"].iloc[k] == Verdict.COLLECTED:
            final[k] = cause
    judged = JUDGEMENTS.check(_with_causes(judged, final))
    alerted = np.isin(np.arange(len(judged)), list(raised))
    return Classified(CLASSIFIED.of_rows(rows), judged.assign(alerted=alerted))


def _with_causes(judgements: pd.DataFrame, causes: list[str]) -> pd.DataFrame:
    return judgements.assign(cause=pd.Series(causes, index=judgements.index, dtype=TEXT))


def _alert_rows(
    judged: pd.DataFrame,
    alerts: pd.DataFrame,
    points: pd.DataFrame,
    seen_s: Array,
    causes: Causes,
    service_date: date,
    zone: ZoneInfo,
    unknown: Unknown,
) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """A row for each alert, and the cause that each alerted judgement takes from its alert."""
    # Only rows that alerts name are looked at one by one.
    rows_named = np.flatnonzero(judged["point_id"].isin(alerts["point_id"]))
    judgements = dict(zip(rows_named.tolist(), records(judged.iloc[rows_named]), strict=True))
    by_point: dict[str, list[int]] = {}
    for k, row in judgements.items():
        by_point.setdefault(row.point_id, []).append(k)
    last_dates = _last_dates(points)
    rows: list[dict[str, Any]] = []
    raised: dict[int, str] = {}
    for alert in records(alerts[ALERTS.names]):
        # An alert without a window is about all pickups of its point.
        about = by_point.get(alert.point_id, [])
        if alert.start_minute >= 0 and about:
            # As windows are: a time that the clocks of the date leave out is a later one.
            named = local_moment(service_date, alert.start_minute, zone)
            exact = [k for k in about if judgements[k].window_start == named]
            within = [
                k for k in about if judgements[k].window_start <= named < judgements[k].window_end
            ]
            about = exact or within
        given = {name: getattr(alert, name) for name in ALERTS.names[:4]}
        if not about:
            gap = unknown.get(alert.point_id)
            rows.append(given | _without_pickup(alert.point_id, last_dates, service_date, gap))
            continue
        for k in about:
            of_visit = causes.of_visit.get(k, "")
            raised[k] = _cause_of_alert(judgements[k], float(seen_s[k]), alert.raised_at, of_visit)
        verdict, classification = next(
            pair for pair in _GRAVEST_FIRST if pair[0] in {judgements[k].verdict for k in about}
        )
        gravest = [k for k in about if judgements[k].verdict == verdict]
        k = min(gravest, key=lambda k: _CAUSE_ORDER[raised[k]])
        decisive = _of_pickup(judgements[k], float(seen_s[k]))
        # Beside the pickup that was collected another may have been due.
        gap = unknown.get(alert.point_id) if alert.start_minute < 0 else None
        if gap is not None and classification == Classification.FALSE:
            rows.append(given | _unknown_schedule(gap))
            continue
        rows.append(given | decisive | {"classification": classification, "cause": raised[k]})
    return rows, raised


def _of_pickup(row: Any, seen_s: float) -> dict[str, Any]:
    """What an alert takes from the judgement that decides it."""
    criteria = {
        **row.criteria,
        "scheduled_vehicle_id": row.scheduled_vehicle_id,
        "window_from": row.window_start.isoformat(),
        "window_until": row.window_end.isoformat(),
    }
    if np.isfinite(seen_s):
        criteria["seen_at"] = pd.Timestamp(seen_s, unit="s", tz="UTC").isoformat()
    same = ("confidence", "vehicle_id", "arrived_at", "departed_at", "dwell_s", "distance_m")
    return {name: getattr(row, name) for name in same} | {"criteria": criteria}


def _cause_of_alert(row: Any, seen_s: float, raised_at: Any, of_visit: str) -> str:
    """The cause of an alert.

    Args:
        row: the judgement of a pickup that it is about.
        seen_s: when the first fix by which the plain rule holds was received, NaN: never.
        raised_at: when it was raised.
        of_visit: what the visit lacks where other fixes make the rule hold.
    """
    if row.verdict != Verdict.COLLECTED or row.cause:
        return str(row.cause)
    if raised_at is not pd.NaT and seen_s > raised_at.timestamp():
        return of_visit or str(Cause.LATE_DATA)
    return str(Cause.MONITOR_FAULT)


def _last_dates(points: pd.DataFrame) -> dict[str, date | None]:
    """Points of the registry, with the last date of those whose every record has one."""
    last_dates: dict[str, date | None] = {}
    spans = zip(points["point_id"].tolist(), points["valid_to"].tolist(), strict=True)
    for point_id, last in spans:
        before = last_dates.get(point_id, date.min)
        last_dates[point_id] = None if last is None or before is None else max(last, before)
    return last_dates


def _without_pickup(
    point_id: str,
    last_dates: Mapping[str, date | None],
    day: date,
    gap: dict[str, Any] | None,
) -> dict[str, Any]:
    """The classification of an alert about a point that had no pickup in its window."""
    if point_id not in last_dates:
        return {
            "classification": Classification.UNVERIFIABLE,
            "cause": Cause.UNKNOWN_POINT,
            "confidence": NOT_REGISTERED_CONFIDENCE,
            "criteria": {"say": "not_registered"},
        }
    last = last_dates[point_id]
    criteria = {"say": "not_due"}
    gone_only = gap is not None and gap.get("named") == point_id
    if last is not None and last < day and not gone_only:
        criteria = {"say": "retired", "retired_on": last.isoformat()}
    elif gap is not None:
        return _unknown_schedule(gap)
    return {
        "classification": Classification.FALSE,
        "cause": Cause.NOT_DUE,
        "confidence": NOT_DUE_CONFIDENCE,
        "criteria": criteria,
    }


def _unknown_schedule(gap: dict[str, Any]) -> dict[str, Any]:
    """The classification of an alert where it is not known what was due."""
    return {
        "classification": Classification.UNVERIFIABLE,
        "cause": Cause.UNKNOWN_SCHEDULE,
        "confidence": UNKNOWN_SCHEDULE_CONFIDENCE,
        "criteria": gap,
    }
