"""Verdicts and classifications that are left open after all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from routecheck.alerts.classify import Classified
from routecheck.alerts.parameters import UNKNOWN_SCHEDULE_CONFIDENCE
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Classification, Verdict


def opened(
    table: pd.DataFrame,
    rows: pd.Series,
    column: str,
    cause: Cause,
    confidence: float,
    criteria: Callable[[Any], dict[str, Any]],
) -> pd.DataFrame:
    """Return JUDGEMENTS or CLASSIFIED with some rows left open.

    Args:
        table: JUDGEMENTS or CLASSIFIED.
        rows: which.
        column: that of the verdict or of the classification.
        cause: why they are open.
        confidence: that they are.
        criteria: makes those of a row.
    """
    found = [
        criteria(row) if which else row.criteria
        for row, which in zip(records(table), rows, strict=True)
    ]
    return table.assign(
        **{column: table[column].where(~rows, str(Verdict.UNVERIFIABLE))},
        cause=table["cause"].where(~rows, str(cause)),
        confidence=np.where(rows, confidence, table["confidence"]),
        criteria=pd.Series(found, index=table.index, dtype=object),
    )


def open_unknown_days(classified: Classified, unknown: Mapping[str, dict[str, Any]]) -> Classified:
    """Accuse nobody of a pickup that a row of the calendar which was not read may have cancelled.

    Args:
        classified: alerts and judgements with causes.
        unknown: by point, the criteria that say why it is not known whether it was due.
    """
    if not unknown:
        return classified
    judged, alerts = classified.judgements, classified.alerts
    missed = judged["point_id"].isin(unknown) & (judged["verdict"] == Verdict.MISSED)
    genuine = alerts["point_id"].isin(unknown)
    genuine &= alerts["classification"] == Classification.GENUINE

    def why(row: Any) -> dict[str, Any]:
        return {**row.criteria, **unknown[row.point_id]}

    cause, sure = Cause.UNKNOWN_SCHEDULE, UNKNOWN_SCHEDULE_CONFIDENCE
    return Classified(
        opened(alerts, genuine, "classification", cause, sure, why),
        opened(judged, missed, "verdict", cause, sure, why),
    )
