"""The sentences of a verdict or an alert: why it is so, and what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import RECORD_CAUSES, Cause
from routecheck.present.sentences.figures import Figures
from routecheck.texts import Language, has_text, text
from routecheck.verdicts import parameters


def evidence(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> str:
    """Return the sentence (and what explains it) for a stored verdict or alert.

    Args:
        row: the columns of a pickup or an alert as stored, with `criteria`.
        language: `en` or `zh`.
        zone: zone of the times.
    """
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    figures = Figures(row, criteria, language, zone)
    key = f"evidence.{criteria.get('say', '')}"
    if key == "evidence.unknown_point" and not criteria.get("located", True):
        key = "evidence.no_location"
    if criteria.get("say") == "poor_fixes" and _good_fixes(criteria):
        key = "evidence.near_stand"
    if criteria.get("say") == "collected" and not round(float(row.get("dwell_s") or 0.0)):
        key = "evidence.collected_along" if "covered_share" in criteria else "evidence.driven_past"
    if "least_share" in criteria:
        key = "evidence.passed_along"
    elif _another_passed(criteria):
        key = "evidence.passed_by_other"
    if _stood_near(row, criteria):
        key = f"{key}_stood"
    if _aside(criteria) and has_text(f"{key}_aside"):
        key = f"{key}_aside"
    if _inside(row) and has_text(f"{key}_inside"):
        key = f"{key}_inside"
    keys = [key] if has_text(key) else []
    if _passed_aside(row, criteria):
        keys.append("evidence.pass_aside")
    cause = row.get("cause")
    plain = cause == Cause.TOLERANCE and criteria.get("offset_m") is None
    if cause == Cause.LATE_DATA and figures["raised"] == figures.unknown:
        keys.append("evidence.received_late")
    elif cause and not plain and has_text(f"causes.{cause}.because"):
        keys.append(f"causes.{cause}.because")
    if criteria.get("device_shift"):
        shift = criteria["device_shift"]
        figures["shift"] = text(f"incidents.shift_{shift}", language)
        figures["shift_length"] = figures.metres(criteria.get("device_shift_m"))
        keys.append("evidence.device_displaced")
    if criteria.get("known_as"):
        keys.append("evidence.also_known_as")
    return text("figures.space", language).join(figures.sentence(key) for key in keys)


def _good_fixes(criteria: Mapping[str, Any]) -> bool:
    """Whether a stand is in doubt although reception was good."""
    return (
        criteria.get("say") in ("poor_fixes", "stood_beside")
        and criteria.get("spread_m", math.inf) <= parameters.GOOD_SCATTER_M
    )


def _another_passed(criteria: Mapping[str, Any]) -> bool:
    """Whether another vehicle drove past, and the scheduled one did not come near."""
    return criteria.get("say") == "passed_by" and criteria.get("own_nearest_m") is not None


def _inside(row: Mapping[str, Any]) -> bool:
    """Whether the vehicle came so near that there is no distance to be told."""
    away_m: Any = row.get("distance_m")
    return away_m is not None and not math.isnan(away_m) and round(away_m) == 0


def _stood_near(row: Mapping[str, Any], criteria: Mapping[str, Any]) -> bool:
    """Whether who drove past a point stood near by, for something else."""
    dwell_s: Any = row.get("dwell_s")
    passed = criteria.get("say") == "passed_by" and dwell_s is not None
    return passed and float(dwell_s) >= parameters.SHORT_STAND_S


def _passed_aside(row: Mapping[str, Any], criteria: Mapping[str, Any]) -> bool:
    """Whether a vehicle drove past a point outside its window."""
    at: Any = row.get("arrived_at")
    if criteria.get("say") != "passed_by" or at is None or at is pd.NaT:
        return False
    names = ("window_from", "window_until")
    if any(not isinstance(criteria.get(name), str) for name in names):
        return False
    first, last = (datetime.fromisoformat(criteria[name]) for name in names)
    return not first <= pd.Timestamp(at).to_pydatetime() <= last


def _aside(criteria: Mapping[str, Any]) -> bool:
    """Whether the nearest fix lies outside the window."""
    names = ("window_from", "nearest_at", "window_until")
    if any(not isinstance(criteria.get(name), str) for name in names):
        return False
    first, at, last = (datetime.fromisoformat(criteria[name]) for name in names)
    return not first <= at <= last


def action(
    row: Mapping[str, Any], language: Language, zone: ZoneInfo, correction: str | None = None
) -> str:
    """Return the sentence on what to do about a stored verdict or alert.

    Args:
        row: the columns of a pickup or an alert as stored, with `criteria`.
        language: `en` or `zh`.
        zone: zone of the times.
        correction: what was decided on the correction of its point: proposed, accepted or
            rejected; here: proposed, and can be decided where this is read; ended: accepted, and
            the points file has changed the point since; empty: there is none; None: not known here.
    """
    cause = row.get("cause")
    if not cause:
        return text("actions.nothing", language)
    figures = Figures(row, row.get("criteria") or {}, language, zone)
    figures["point"] = str(row.get("point_id") or figures.unknown)
    if Cause(cause) in RECORD_CAUSES and correction is not None:
        return figures.sentence(f"actions.record_{correction or 'none'}")
    if cause == Cause.TOLERANCE and has_text(f"actions.tolerance_{correction}"):
        return figures.sentence(f"actions.tolerance_{correction}")
    if cause == Cause.MONITOR_FAULT and figures.criteria.get("device_shift"):
        return figures.sentence("actions.device_displaced")
    if cause == Cause.PASSED_BY and _another_passed(figures.criteria):
        return figures.sentence("actions.passed_by_other")
    if cause == Cause.POOR_FIXES and _good_fixes(figures.criteria):
        return text("actions.ask_crew", language)
    return figures.sentence(f"causes.{cause}.action")
