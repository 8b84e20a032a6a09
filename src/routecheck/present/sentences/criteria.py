"""What each criterion of a verdict saw, a sentence each.

`criteria` of a verdict are figures by name, made in the stages; scripts read them as they are.
People read them here, with times in the time of the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.present.sentences.figures import Figures
from routecheck.texts import Language, has_text

_WITH_OTHERS = frozenset(
    {"say", "window_from", "window_until", "scheduled_vehicle_id", "dwell_s", "silent_until",
     "stand_belongs_to", "nearest_vehicle", "nearest_at", "distance_m", "retired_on",
     "stood_from", "stood_until", "other_place_m", "round_due", "own_nearest_m", "own_nearest_at",
     "least_share"}
)  # fmt: skip
"""Values that stand in the sentence of another one, or beside the verdict."""
_NAMES = {
    "silent_from": "silent",
    "offset_m": "offset",
    "others_offset_m": "others_offset",
    "clock_offset_s": "clock",
    "nearest_m": "nearest",
    "until": "reach",
    "covered_share": "covered",
}
"""Sentences that are named otherwise than the criterion."""


def criteria_lines(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> list[str]:
    """Return what the criteria of a verdict saw, a sentence each.

    Args:
        row: the columns of a pickup or an alert as stored, with `criteria`.
        language: `en` or `zh`.
        zone: zone of the times.
    """
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    figures = Figures(row, criteria, language, zone)
    figures.update(
        observers=", ".join(map(str, criteria.get("observers") or [])) or figures.unknown,
        fixes_in_window=str(criteria.get("fixes_in_window", "")),
        fixes_inside=str(criteria.get("fixes_inside", "")),
        stand_outside=figures.metres(criteria.get("stand_outside_m")),
        stand_belongs_to=str(criteria.get("stand_belongs_to", "")),
        stand_away=figures.metres(criteria.get("distance_m")),
        outside=figures.duration(criteria.get("outside_s")),
        dwell=figures.duration(criteria.get("dwell_s")),
    )
    lines = []
    for name, value in criteria.items():
        if name in _WITH_OTHERS or value is None:
            continue
        figures.update(name=name, value=str(value))
        lines.append(figures.sentence(f"criteria.{_message(name, criteria)}"))
    return lines


def _message(name: str, criteria: Mapping[str, Any]) -> str:
    """The sentence of a figure, which may depend on what it is and what stands beside it."""
    value = criteria[name]
    match name:
        case "outside_s":
            return "outside_window" if value else "inside_window"
        case "other_vehicle":
            return "other_vehicle" if value else "own_vehicle"
        case "located":
            return "contradicted" if value else "not_located"
        case "dwell_max_s":
            return "stood" if criteria.get("dwell_s") is not None else "stood_at_most"
        case "stand_outside_m":
            return "stand_of_other" if criteria.get("stand_belongs_to") else "stand_outside"
        case "spread_m":
            return "spread" if "stood_until" in criteria else "scatter"
    named = _NAMES.get(name, name)
    return named if has_text(f"criteria.{named}") else "other"
