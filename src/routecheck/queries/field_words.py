"""What was found in the field at pickups that were listed as missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from routecheck.domain.codes import FieldWord, Verdict
from routecheck.store import Store

LOOK_BACK_DAYS = 90
"""How right the list has been is told of so many days: of what the program and the site are now."""

Pickup = tuple[str, datetime]
"""A point, and the start of the window (UTC)."""


@dataclass(frozen=True)
class FieldWords:
    """Words of a date, and how right the list of misses has been.

    Attributes:
        of_date: by pickup of the date, what was said of it.
        looked: pickups that were listed as missed, of which somebody could say something.
        as_said: those of them that had really not been collected.
    """

    of_date: Mapping[Pickup, Mapping[str, Any]]
    looked: int
    as_said: int


def read_field_words(store: Store, day: date) -> FieldWords:
    """Read the words of a date, and count those of the days up to it.

    Args:
        store: open; only read.
        day: the service date.
    """
    found = store.words(day - timedelta(days=LOOK_BACK_DAYS - 1), day)
    known = [
        collected
        for one in found
        if one["verdict"] == Verdict.MISSED
        and (collected := FieldWord(one["word"]).collected) is not None
    ]
    return FieldWords(
        of_date={
            (one["point_id"], one["window_start"]): one
            for one in found
            if one["service_date"] == day
        },
        looked=len(known),
        as_said=known.count(False),
    )
