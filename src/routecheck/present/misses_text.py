"""What is told of a day as it goes: a line a miss, by vehicle, and a line for each taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import Cause, Language, Verdict
from routecheck.present.sentences import verdicts
from routecheck.present.sentences.tables import mappings
from routecheck.texts import text

SHOWN = 25
"""Misses, and as many retractions, that a message names; the page of the day has them all."""


def missed_lines(missed: pd.DataFrame, language: Language, zone: ZoneInfo) -> list[str]:
    """Return a line for each pickup that is newly missed, one vehicle's after another's.

    Args:
        missed: pickups as stored, with `name` and `township`.
        language: of the lines.
        zone: of the times in them.
    """
    if missed.empty:
        return []
    order = missed.sort_values(["scheduled_vehicle_id", "window_start", "point_id"], kind="stable")
    lines = [
        text(
            "messages.miss",
            language,
            point=_point(row),
            window=_window(row, zone),
            evidence=verdicts.evidence(row, language, zone),
        )
        for row in mappings(order)
    ]
    return _first(lines, language)


def retracted_lines(retracted: pd.DataFrame, language: Language, zone: ZoneInfo) -> list[str]:
    """Return a line for each pickup that was told as missed and is not any more.

    Args:
        retracted: pickups as stored, with `name`; of those that are due no more without verdict.
        language: of the lines.
        zone: of the times in them.
    """
    lines = []
    for row in mappings(retracted):
        known = isinstance(row.get("verdict"), str)
        now = Verdict(row["verdict"]).label(language) if known else ""
        cause = Cause(row["cause"]).label(language) if known and row["cause"] else ""
        lines.append(
            text(
                "messages.retracted" if known else "messages.undue",
                language,
                point=_point(row),
                window=_window(row, zone),
                verdict=now,
                cause=cause or "none",
            )
        )
    return _first(lines, language)


def _point(row: Mapping[str, Any]) -> str:
    named = [row.get("name"), row.get("township")]
    place = ", ".join(str(part) for part in named if isinstance(part, str) and part)
    return f"{row['point_id']} ({place})" if place else str(row["point_id"])


def _window(row: Mapping[str, Any], zone: ZoneInfo) -> str:
    ends = [row["window_start"], row.get("window_end")]
    return "–".join(f"{end.tz_convert(zone):%H:%M}" for end in ends if not pd.isna(end))


def _first(lines: list[str], language: Language) -> list[str]:
    left = len(lines) - SHOWN
    return [*lines[:SHOWN], *([text("run.more", language, count=left)] if left > 0 else [])]
