"""The sentences of a proposed correction: what it would change, and what proves it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.codes import Cause
from routecheck.present.sentences.figures import Figures, direction_text, metres_text
from routecheck.texts import Language, has_text, text


def correction_evidence(row: Mapping[str, Any], language: Language) -> str:
    """Return the sentence that proves a proposed correction.

    Args:
        row: the columns of CORRECTIONS as stored, with `criteria`.
        language: `en` or `zh`.
    """
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    say = str(criteria.get("say", ""))
    if say == "batch_datum" and "batch" not in criteria:
        say = "datum_and_place"
    if say == "coordinate_error" and not row.get("days_seen"):
        say = "read_only"
    if not has_text(f"corrections.{say}"):
        return ""
    figures = Figures(row, criteria, language, ZoneInfo("UTC"))
    figures["offset"] = figures.metres(row.get("offset_m"))
    figures["days"] = str(row.get("days_seen", ""))
    for name in ("reading", "slip"):
        figures[name] = reading_text(str(criteria.get(name, "")), language)
    for name in (
        "batch",
        "batch_points",
        "supporting",
        "batch_days",
        "scatter_m",
        "since",
    ):
        figures[name] = str(criteria.get(name, figures.unknown))
    figures["stood"] = figures.duration(criteria.get("stood_s"))
    if criteria.get("batch") == "":  # The batch of all points has no name.
        figures["batch"] = text("corrections.the_registry", language)
    for name in ("east_m", "north_m"):
        figures[name] = f"{float(criteria.get(name) or 0.0):.0f}"
    by_batch = figures.sentence("corrections.by_batch") if criteria.get("batch_days") else ""
    return figures.sentence(f"corrections.{say}") + by_batch


def reading_text(code: str, language: Language) -> str:
    """Return how a coordinate was read, in words: another datum, or a slip in writing."""
    key = f"corrections.reading_{code}"
    return text(key, language) if has_text(key) else code


def correction_change(row: Any, language: Language) -> str:
    """Return in words what a correction would change.

    Args:
        row: a row of CORRECTIONS.
        language: `en` or `zh`.
    """
    parts = []
    if not math.isnan(row.offset_m) and row.cause != Cause.TOLERANCE:
        east = (row.proposed_lon - row.recorded_lon) * math.cos(math.radians(row.proposed_lat))
        bearing = math.degrees(math.atan2(east, row.proposed_lat - row.recorded_lat))
        metres = metres_text(row.offset_m, language)
        if math.isnan(bearing):
            parts.append(metres)
        else:
            direction = direction_text(bearing, language)
            parts.append(text("report.moved", language, metres=metres, direction=direction))
    if not math.isnan(row.proposed_tolerance_m):
        metres = metres_text(row.proposed_tolerance_m, language)
        parts.append(text("report.tolerance_to", language, metres=metres))
    return "; ".join(parts)
