"""The sentences of incidents: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.codes import IncidentKind
from routecheck.present.sentences.corrections import reading_text
from routecheck.present.sentences.figures import Figures
from routecheck.texts import Language, text


def incident_text(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> str:
    """Return the sentence on what happened.

    Args:
        row: the columns of INCIDENTS.
        language: `en` or `zh`.
        zone: zone of the times.
    """
    figures = _figures(row, language, zone)
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    sentence = figures.sentence(f"incidents.{row['kind']}.sentence")
    declared = criteria.get("declared_zone" if row["kind"] == IncidentKind.FEED_CLOCK else "")
    if declared:
        contradicted = text("incidents.zone_contradicted", language, zone=declared)
        sentence = text("figures.space", language).join([sentence, contradicted])
    return sentence


def incident_action(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> str:
    """Return the sentence on what to do about an incident."""
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    key = f"incidents.{row['kind']}.action"
    if row["kind"] == IncidentKind.FEED_CLOCK and criteria.get("feed_zone"):
        return text("incidents.set_time_zone", language, zone=criteria["feed_zone"])
    if row["kind"] == IncidentKind.FEED_DATUM and criteria.get("points_value"):
        key = "incidents.set_either_datum"
    return _figures(row, language, zone).sentence(key)


_COUNTED = {
    "pickups": "pickups", "undecided": "pickups", "alerts": "alerts", "false_alerts": "alerts",
}  # fmt: skip
"""What sentences count, by the column it is counted in."""


def _figures(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> Figures:
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    figures = Figures(row, criteria, language, zone)
    for name, counted in _COUNTED.items():
        n = int(row[counted])
        figures[name] = text(f"incidents.{name}", language, n=n)
    for name in ("start", "end"):
        figures[name] = figures.clock(row.get(name))
    figures["last_served"] = figures.clock(criteria.get("last_served"))
    figures["seen"] = figures.clock(criteria.get("seen_at"), with_date=True)
    figures["other"] = str(criteria.get("other_vehicle", figures.unknown))
    figures["vehicles"] = str(criteria.get("vehicles", figures.unknown))
    figures["points"] = str(criteria.get("points", figures.unknown))
    figures["batch"] = str(row.get("batch") or figures.unknown)
    how = str(criteria.get("how", "")).partition(" ")[0]
    figures["shift"] = text(f"incidents.shift_{how or 'none'}", language)
    for name in ("key", "value", "declared", "of_points", "points_value"):
        figures[name] = str(criteria.get(name, figures.unknown))
    figures["reading"] = reading_text(str(criteria.get("reading", "")), language)
    # What is added to the time of a clock is what it lacks.
    slow = float(criteria.get("clock_offset_s", 0.0)) > 0
    figures["way"] = text(f"incidents.{'slow' if slow else 'fast'}", language)
    about = "of_vehicle" if row.get("vehicle_id") else "of_batch" if row.get("batch") else "whole"
    figures["about"] = figures.sentence(f"incidents.{about}")
    return figures
