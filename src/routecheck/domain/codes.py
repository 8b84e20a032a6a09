"""Verdicts, classifications and causes: one code a row, the same in every file and language.

The order of the members of `Cause` is the order in which causes are tried: where several
apply, the first is reported. Codes never change with the language; their labels and meanings
stand in the catalogues `codes`, `causes` and `incidents`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from routecheck.texts import Language as Language
from routecheck.texts import has_text, text


class Code(StrEnum):
    """A code with a label, and mostly an explanation, in each language."""

    _before: ClassVar[str]

    def __init_subclass__(cls, *, catalogue: str) -> None:
        """Note where the labels stand.

        Args:
            catalogue: what stands before a code in the key of its label.
        """
        super().__init_subclass__()
        cls._before = catalogue

    @property
    def key(self) -> str:
        """The key of its label."""
        return f"{self._before}{self}"

    def label(self, language: Language) -> str:
        """Return the short label in the language asked for."""
        return text(self.key, language)

    def meaning(self, language: Language) -> str:
        """Return the explanation in the language asked for; empty where the label is enough."""
        key = f"{self.key}.meaning"
        return text(key, language) if has_text(key) else ""


class Verdict(Code, catalogue="codes.verdict_"):
    """What became of an expected pickup."""

    COLLECTED = "collected"
    MISSED = "missed"
    UNVERIFIABLE = "unverifiable"


class Classification(Code, catalogue="codes.classification_"):
    """What an alert of the monitor was worth."""

    FALSE = "false"
    GENUINE = "genuine"
    UNVERIFIABLE = "unverifiable"


class Cause(Code, catalogue="causes."):
    """Why an alert was false, why a pickup was missed, or why the data cannot tell."""

    classification: Classification
    """What an alert with this cause was worth."""

    def __new__(cls, value: str, classification: Classification = Classification.FALSE) -> Cause:
        """Build the member: its value is the code."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.classification = classification
        return member

    NOT_DUE = "not_due"
    DATUM = "datum"
    COORDINATE_ERROR = "coordinate_error"
    MISPLACED = "misplaced"
    CLOCK = "clock"
    OTHER_VEHICLE = "other_vehicle"
    OUTSIDE_WINDOW = "outside_window"
    LATE_DATA = "late_data"
    TOLERANCE = "tolerance"
    SPARSE_FIXES = "sparse_fixes"
    MONITOR_FAULT = "monitor_fault"
    ROUTE_NOT_RUN = "route_not_run", Classification.GENUINE
    PASSED_BY = "passed_by", Classification.GENUINE
    NOT_APPROACHED = "not_approached", Classification.GENUINE
    UNKNOWN_POINT = "unknown_point", Classification.UNVERIFIABLE
    NO_FIXES = "no_fixes", Classification.UNVERIFIABLE
    GAP = "gap", Classification.UNVERIFIABLE
    POOR_FIXES = "poor_fixes", Classification.UNVERIFIABLE
    UNKNOWN_SCHEDULE = "unknown_schedule", Classification.UNVERIFIABLE


RECORD_CAUSES = frozenset({Cause.DATUM, Cause.COORDINATE_ERROR, Cause.MISPLACED})
"""Causes that lie in the record of the point and end with a correction of it."""


class CorrectionState(Code, catalogue="codes.correction_"):
    """What an operator decided on a proposed correction."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class FieldWord(Code, catalogue="codes.word_"):
    """What somebody found at a point that was listed as missed."""

    COLLECTED = "collected"
    MISSED = "missed"
    BLOCKED = "blocked"
    UNSURE = "unsure"

    @property
    def collected(self) -> bool | None:
        """Whether it had been collected; None: whoever looked cannot say.

        A point that nobody could get at was not collected.
        """
        return None if self is FieldWord.UNSURE else self is FieldWord.COLLECTED


class Basis(Code, catalogue="codes.basis_"):
    """How the place of a point is known."""

    RECORDED = "recorded"
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    LEARNT = "learnt"
    UNKNOWN = "unknown"


class EpisodeKind(Code, catalogue="codes.episode_"):
    """What a vehicle's track has of a pickup in an interval of time."""

    STAND = "stand"
    PASS = "pass"
    PARKED = "parked"
    STAND_BESIDE = "stand_beside"
    PASS_BESIDE = "pass_beside"
    STAND_ELSEWHERE = "stand_elsewhere"
    HIDDEN = "hidden"
    SILENCE = "silence"
    AWAY = "away"
    UNHEARD = "unheard"


class IncidentKind(Code, catalogue="incidents."):
    """What explains many pickups at once; the gravest first."""

    FEED_MISSING = "feed_missing"
    FEED_GAP = "feed_gap"
    FEED_CLOCK = "feed_clock"
    FEED_DATUM = "feed_datum"
    FEED_DISPLACED = "feed_displaced"
    FEED_STUCK = "feed_stuck"
    ROUTE_NOT_RUN = "route_not_run"
    ROUTE_BROKEN_OFF = "route_broken_off"
    DEVICE_SILENT = "device_silent"
    DEVICE_DIED = "device_died"
    DEVICE_GAP = "device_gap"
    DEVICE_ELSEWHERE = "device_elsewhere"
    DEVICE_STUCK = "device_stuck"
    DEVICE_BLURRED = "device_blurred"
    DEVICE_POOR = "device_poor"
    DEVICE_DISPLACED = "device_displaced"
    CLOCK = "clock"
    BATCH_DATUM = "batch_datum"
    BATCH_SHIFT = "batch_shift"
    TAKEN_OVER = "taken_over"
    OTHER_HOURS = "other_hours"
    LATE_DATA = "late_data"
    SELDOM_HEARD = "seldom_heard"
    MONITOR_FAULT = "monitor_fault"
    NOT_DUE = "not_due"


class RejectReason(Code, catalogue="codes.reject_"):
    """Why a row of an input file was kept apart."""

    MISSING_VALUE = "missing_value"
    BAD_NUMBER = "bad_number"
    BAD_TIME = "bad_time"
    BAD_DATE = "bad_date"
    BAD_VALUE = "bad_value"
    TOO_LONG = "too_long"
    BAD_GEOMETRY = "bad_geometry"
    UNKNOWN_DATUM = "unknown_datum"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_FEW_CELLS = "too_few_cells"
    UNCLOSED_QUOTE = "unclosed_quote"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_POINT = "unknown_point"
    NOT_POSITIONED = "not_positioned"
    OUT_OF_RANGE = "out_of_range"
    BAD_CLOCK = "bad_clock"
    FUTURE = "future"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    JUMP = "jump"
    STALE = "stale"
    NO_VEHICLE = "no_vehicle"
