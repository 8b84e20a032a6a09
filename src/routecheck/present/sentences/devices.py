"""The lines about devices: clocks that are off, positions that are not believed or put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routecheck.domain.codes import Language
from routecheck.present.sentences.figures import duration_text, metres_text
from routecheck.texts import text


def clock_line(row: Mapping[str, Any], language: Language) -> str:
    """Return how far a clock was off, and when.

    Args:
        row: of a `ClockState`: `vehicle_id` (empty: the clock of the feed), `offset_s`, and ISO
            dates `first` and `last`.
        language: `en` or `zh`.
    """
    way = "behind" if row["offset_s"] > 0 else "ahead"
    return text(
        f"status.clock_{way}" if row["vehicle_id"] else f"status.feed_{way}",
        language,
        vehicle=row["vehicle_id"],
        offset=duration_text(row["offset_s"], language),
        dates=_span(row["first"], row["last"], language),
    )


def fault_line(row: Mapping[str, Any], language: Language) -> str:
    """Return why a device was not believed, or what of it was put right, and when.

    Args:
        row: of a `FaultState`, its dates ISO.
        language: `en` or `zh`.
    """
    how = row["how"] or "none"
    return text(
        f"status.fault_{row['fault']}",
        language,
        vehicle=row["vehicle_id"],
        shift=text(f"incidents.shift_{how}", language),
        offset=metres_text(row["shift_m"] or 0.0, language),
        first=row["first"],
        last=row["last"],
        dates=row["dates"],
    )


def _span(first: str, last: str, language: Language) -> str:
    """A date, or the first and the last of several."""
    return first if first == last else text("status.span", language, first=first, last=last)
