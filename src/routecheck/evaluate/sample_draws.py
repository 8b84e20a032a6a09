"""What field checks of drawn samples say, from what a store has kept of the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.evaluate.sampling import Sampled, estimate
from routecheck.store import Store
from routecheck.verdicts.field_checks import beside

NOTE = "samples"
"""The name of the note in the store that has the draws: `jobs.sampling` writes it."""


@dataclass(frozen=True)
class Sample:
    """The pickups of a sample.

    Attributes:
        first: first date that it was drawn from.
        last: last date.
        pickups: those drawn, sorted: `service_date`, `point_id`, `name`, `township`, `village`,
            `window_start`, `window_end` (UTC), `scheduled_vehicle_id`.
        among: how many pickups it was drawn from.
        new: whether it was drawn now; else it is the one that was drawn before.
    """

    first: date
    last: date
    pickups: pd.DataFrame
    among: int
    new: bool


def kept_draws(store: Store) -> Sequence[Mapping[str, Any]]:
    """Return the draws of a store, see `routecheck.evaluate.sampling.estimate`."""
    found = store.read_note(NOTE)
    return [] if found is None else list(found[0]["draws"])


def what_samples_say(store: Store, checks: pd.DataFrame, zone: ZoneInfo) -> Sampled | None:
    """Return what is known by the samples; None: none was drawn.

    Args:
        store: open; only read.
        checks: CHECKS.
        zone: zone of the windows that checks name.

    Raises:
        StoreError: the store cannot be read.
    """
    draws = kept_draws(store)
    if not draws:
        return None
    points: dict[date, set[str]] = {}
    for one in draws:
        for row in one["rows"]:
            for day in one["dates"]:
                points.setdefault(date.fromisoformat(day), set()).add(str(row["point_id"]))
    known = {entry["service_date"] for entry in store.dates()}
    # A draw is some dozen points of the thousands that a date has.
    tables = [
        store.read_pickups_of([day], sorted(points[day])) for day in sorted(points) if day in known
    ]
    missed: dict[tuple[str, str], bool] = {}
    if tables and len(checks):
        found = beside(checks, pd.concat(tables, ignore_index=True), zone)
        starts = [start.isoformat() for start in found["window_start"]]
        seen = found["collected"].tolist()
        missed = {
            (str(point), start): not collected
            for point, start, collected in zip(found["point_id"], starts, seen, strict=True)
        }
    return estimate(draws, missed)
