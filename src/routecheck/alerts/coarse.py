"""Causes that positions on a lattice cannot show."""

from __future__ import annotations

from typing import Any

from routecheck.alerts.classify import Classified
from routecheck.alerts.opened import opened
from routecheck.domain.codes import Cause, Classification, Verdict
from routecheck.domain.grain import Grain

FINE = (str(Cause.TOLERANCE), str(Cause.SPARSE_FIXES))
"""Causes that hang on some metres."""


def left_open(classified: Classified, grain: Grain, sure: float) -> Classified:
    """Leave open what hangs on less than the mesh of the fixes' lattice.

    A stand within half a mesh of the tolerance shows that a round was run. Whether it lay inside
    the tolerance of one point such fixes do not show: a pickup that counts by nothing else is left
    open, and so are the alerts about it. One that an alert asks about is judged like any other.

    Args:
        classified: alerts and judgements with causes.
        grain: of the fixes.
        sure: how often what such fixes leave open is right.
    """
    if not grain.mesh_m:
        return classified
    judged, alerts = classified.judgements, classified.alerts
    fine = judged["vehicle_id"].isin(list(grain.mesh_m)) & judged["cause"].isin(FINE)
    fine &= judged["verdict"] == Verdict.COLLECTED
    asked = alerts["vehicle_id"].isin(list(grain.mesh_m)) & alerts["cause"].isin(FINE)
    asked &= alerts["classification"] == Classification.FALSE

    def criteria(row: Any) -> dict[str, Any]:
        return _criteria(row, grain)

    cause = Cause.POOR_FIXES
    return Classified(
        opened(alerts, asked, "classification", cause, sure, criteria),
        opened(judged, fine, "verdict", cause, sure, criteria),
    )


def _criteria(row: Any, grain: Grain) -> dict[str, Any]:
    """The criteria of a judgement or an alert that was left open."""
    return {
        **row.criteria,
        "say": "coarse_fixes",
        "spread_m": round(2.0 * grain.half_mesh_m(row.vehicle_id), 1),
        "distance_m": round(float(row.distance_m), 1),
    }
