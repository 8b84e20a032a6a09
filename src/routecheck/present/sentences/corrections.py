"""The sentence that proves a proposed correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.present.sentences.figures import Figures
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
        "stood_s",
        "scatter_m",
        "since",
    ):
        figures[name] = str(criteria.get(name, figures.unknown))
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
