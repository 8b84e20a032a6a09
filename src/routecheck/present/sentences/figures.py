"""Figures as people write them: metres, durations, days, local times."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.local_time import to_second
from routecheck.texts import Language, text, variables

_DIRECTIONS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
_MOMENTS = (
    *("until", "silent_from", "silent_until", "stood_from", "stood_until"),
    *("nearest_at", "own_nearest_at"),
)


def day_text(day: date, language: Language) -> str:
    """Return a date with its weekday, as people write it."""
    weekday = text(f"figures.weekday_{day.isoweekday()}", language)
    parts = {"year": day.year, "month": day.month, "day": day.day}
    return text("figures.day", language, iso=day.isoformat(), weekday=weekday, **parts)


def metres_text(value: float, language: Language) -> str:
    """Return metres below a kilometre, else kilometres."""
    # To the decimetre first, as the store has them: what is told from it reads the same.
    value = round(value, 1)
    if value < 1000:
        return text("figures.metres", language, n=f"{value:.0f}")
    return text("figures.kilometres", language, n=f"{value / 1000:.1f}")


def duration_text(seconds: float, language: Language) -> str:
    """Return seconds below two minutes, else minutes, else hours."""
    value = abs(round(seconds, 1))
    if value < 120:
        return text("figures.seconds", language, n=f"{value:.0f}")
    if value < 7200:
        return text("figures.minutes", language, n=f"{value / 60:.0f}")
    return text("figures.hours", language, n=f"{value / 3600:.1f}".removesuffix(".0"))


def clock_text(offset_s: float, language: Language) -> str:
    """Return how far a device's clock is ahead or behind.

    Args:
        offset_s: what is added to its time to get the true one: below zero, it is ahead.
        language: `en` or `zh`.
    """
    key = "figures.clock_ahead" if offset_s < 0 else "figures.clock_behind"
    return text(key, language, off=duration_text(offset_s, language))


def direction_text(degrees: float, language: Language) -> str:
    """Return one of the eight directions of a bearing (deg, clockwise from north)."""
    return text(f"figures.direction_{_DIRECTIONS[round(degrees / 45.0) % 8]}", language)


class Figures(dict[str, str]):
    """Figures of a row as people write them; what is not there reads as unknown."""

    def __init__(
        self,
        row: Mapping[str, Any],
        criteria: Mapping[str, Any],
        language: Language,
        zone: ZoneInfo,
    ) -> None:
        super().__init__()
        self.row, self.criteria, self.zone, self.language = row, criteria, zone, language
        self.day = row.get("service_date")
        self.unknown = text("figures.unknown", language)

    def sentence(self, key: str) -> str:
        """Return a sentence with these figures filled in."""
        wanted = variables(key, self.language)
        return text(key, self.language, **{name: self[name] for name in wanted})

    def __missing__(self, key: str) -> str:
        """Put a figure into words when a sentence first asks for it."""
        written = self[key] = self._written(key)
        return written

    def _written(self, key: str) -> str:
        row, criteria, language = self.row, self.criteria, self.language
        scheduled = row.get("scheduled_vehicle_id") or criteria.get("scheduled_vehicle_id")
        match key:
            case "vehicle":
                known = row.get("vehicle_id") or scheduled
                return str(known) if known else text("figures.the_vehicle", language)
            case "scheduled":
                return str(scheduled or self.unknown)
            case "crew":
                return str(scheduled or row.get("vehicle_id") or self.unknown)
            case "arrived" | "departed":
                return self.clock(row.get(f"{key}_at"))
            case "raised":
                return self.clock(row.get("raised_at"), with_date=True)
            case "seen_at":
                return self.clock(criteria.get(key), with_date=True)
            case "window_from" | "window_until":
                # Windows are written to the minute, as the schedule has them.
                column = "window_start" if key == "window_from" else "window_end"
                written = self.clock(criteria.get(key) or row.get(column))
                return written.removesuffix(":00") if written.count(":") == 2 else written
            case "dwell":
                return self.duration(row.get("dwell_s"))
            case "dwell_max":
                return self.duration(criteria.get("dwell_max_s"))
            case "clock":
                return self.duration(criteria.get("clock_offset_s"))
            case "clock_way":
                return self._clock_way()
            case "distance":
                return self.metres(row.get("distance_m"))
            case "nearest" | "own_nearest" | "offset" | "others_offset" | "spread" | "other_place":
                return self.metres(criteria.get(f"{key}_m"))
            case "stand_away":
                return self.metres(criteria.get("distance_m"))
            case "day":
                return str(row.get("service_date") or self.unknown)
            case "retired":
                return str(criteria.get("retired_on") or self.unknown)
            case "covered" | "least":
                share: Any = criteria.get(f"{key}_share")
                return self.unknown if _missing(share) else f"{float(share):.0%}"
            case "other_share":
                return f"{criteria.get('other_place_share', 0.0):.2f}"
            case "nearest_vehicle" | "known_as" | "named" | "round_due" | "round_stood":
                return str(criteria.get(key) or self.unknown)
        return self.clock(criteria.get(key)) if key in _MOMENTS else self.unknown

    def _clock_way(self) -> str:
        """What is added to a device's time to get the true one has the other sign."""
        offset_s: Any = self.criteria.get("clock_offset_s")
        if _missing(offset_s):
            return text("figures.off", self.language)
        return text("figures.ahead" if float(offset_s) < 0 else "figures.behind", self.language)

    def clock(self, moment: Any, *, with_date: bool = False) -> str:
        """Local time of day of a UTC moment (datetime or ISO text).

        With its date where that is asked for, or is another one than the service date.
        """
        if isinstance(moment, str) and moment:
            moment = datetime.fromisoformat(moment)
        if not isinstance(moment, datetime) or moment != moment:
            return self.unknown
        local = to_second(moment).astimezone(self.zone)
        if with_date:
            return local.strftime("%Y-%m-%d %H:%M")
        # An hour of another day has its date: windows and silences run past midnight.
        same = not isinstance(self.day, date) or local.date() == self.day
        return local.strftime("%H:%M:%S" if same else "%Y-%m-%d %H:%M:%S")

    def duration(self, seconds: Any) -> str:
        """Seconds below two minutes, else minutes, else hours; unknown where there are none."""
        if _missing(seconds):
            return self.unknown
        return duration_text(float(seconds), self.language)

    def metres(self, value: Any) -> str:
        """Metres below a kilometre, else kilometres; unknown where there are none."""
        if _missing(value):
            return self.unknown
        return metres_text(float(value), self.language)


def _missing(value: Any) -> bool:
    return value is None or math.isnan(float(value))
