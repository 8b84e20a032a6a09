"""Incidents: what explains many pickups of a service date at once.

A device that is silent, a feed that is missing, a round that was not run, a township recorded in
another datum: each leaves a row a pickup in the lists, and one cause behind them. Here the rows
are gathered under that cause. Nothing is judged anew: an incident holds pickups whose verdict
has that cause, each pickup at most one. Pure: from verdicts as they are stored, so that an old
date gets the same incidents again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from routecheck.alerts.incident_day import Draft, IncidentDay
from routecheck.alerts.incident_finders import IN_ORDER
from routecheck.domain.arrays import Ints, times
from routecheck.domain.codes import IncidentKind
from routecheck.domain.tables import INCIDENTS


@dataclass(frozen=True)
class Incidents:
    """Incidents of a service date.

    Attributes:
        table: INCIDENTS, the gravest kind first.
        pickup: for each row of the pickups, the row of its incident in `table`, -1: none.
        alert: the same for each row of the alerts.
    """

    table: pd.DataFrame
    pickup: Ints
    alert: Ints


def find_incidents(
    service_date: date,
    pickups: pd.DataFrame,
    alerts: pd.DataFrame,
    corrections: pd.DataFrame,
    points: pd.DataFrame,
    counts: Mapping[str, Any],
) -> Incidents:
    """Gather the pickups and alerts of a service date under what explains several of them.

    Args:
        service_date: the date.
        pickups: JUDGEMENTS of the date; `alerted` is not looked at.
        alerts: CLASSIFIED of the date.
        corrections: CORRECTIONS, for what is wrong with whole batches of records.
        points: POINTS, for the townships.
        counts: what the run counted of the date: `heard` (by vehicle, `last` as ISO 8601 UTC),
            `clocks` (seconds by vehicle that were added to its time) and `clock_spans` (by
            vehicle, first and last true time of such fixes, ISO 8601 UTC). Each may be missing.

    Returns:
        Incidents; a clock that is off is one even where it left no false alert.
    """
    day = IncidentDay(pickups, alerts, corrections, points, counts)
    drafts = [draft for finder in IN_ORDER for draft in finder(day)]
    order = {kind: n for n, kind in enumerate(IncidentKind)}
    drafts.sort(
        key=lambda d: (order[d.kind], -len(d.pickups), -len(d.alerts), d.vehicle_id, d.batch)
    )
    of_pickup = np.full(len(pickups), -1, dtype=np.int64)
    of_alert = np.full(len(alerts), -1, dtype=np.int64)
    for number, draft in enumerate(drafts):
        of_pickup[draft.pickups] = number
        of_alert[draft.alerts] = number
    rows = [_row(service_date, number, draft) for number, draft in enumerate(drafts, start=1)]
    return Incidents(INCIDENTS.of_rows(rows), of_pickup, of_alert)


def _row(service_date: date, number: int, draft: Draft) -> dict[str, Any]:
    start, end = times(np.array([draft.start_s, draft.end_s]))
    return {
        "service_date": service_date,
        "incident": number,
        "kind": draft.kind,
        "vehicle_id": draft.vehicle_id,
        "batch": draft.batch,
        "start": start,
        "end": end,
        "pickups": len(draft.pickups),
        "alerts": len(draft.alerts),
        "criteria": draft.criteria,
    }
