"""The record of one point through time, and every version of what was stored of it on a date.

All of it is read from the store; points that were renamed, split or merged refer to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from routecheck.domain.errors import MissingDataError
from routecheck.registry.ids import as_shown
from routecheck.store import PointChange, Store

KIN = ("renamed", "split", "merged")
"""Changes in which a point takes the place of another."""


@dataclass(frozen=True)
class Kin:
    """Another id that a point was, is, or was split or merged into.

    Attributes:
        point_id: the other id.
        how: `renamed_to`, `renamed_from`, `split_to` and so on.
        at: when the points file brought it (UTC).
        moved_m: how far apart the two are; None: at one place, or not known.
    """

    point_id: str
    how: str
    at: datetime
    moved_m: float | None


@dataclass(frozen=True)
class PointHistory:
    """All that is known of the record of a point; moments in UTC.

    Attributes:
        point_id: the point.
        kin: its other ids.
        records: what the points file had, from when to when, as `Store.point_records` has it.
        changes: when each change came, by which import, and what it was.
        corrections: CORRECTIONS, every version, and what was decided of them.
        alerts: service date, classification and number of its alerts, oldest first.
    """

    point_id: str
    kin: tuple[Kin, ...]
    records: tuple[dict[str, Any], ...]
    changes: tuple[tuple[datetime, str, PointChange], ...]
    corrections: pd.DataFrame
    alerts: tuple[tuple[date, str, int], ...]


@dataclass(frozen=True)
class VerdictHistory:
    """Every version of the pickups and alerts of a point on a date, oldest first.

    Attributes:
        point_id: the point.
        kin: its other ids, under which more may be stored.
        pickups: JUDGEMENTS with the columns of versions.
        alerts: CLASSIFIED with the columns of versions.
    """

    point_id: str
    kin: tuple[Kin, ...]
    pickups: pd.DataFrame
    alerts: pd.DataFrame


def point_history(store: Store, point_id: str) -> PointHistory:
    """Return all that is known of the record of a point.

    Raises:
        MissingDataError: nothing is known of the point.
    """
    point_id = _meant(store, point_id)
    changes = _changes(store, point_id)
    history = PointHistory(
        point_id=point_id,
        kin=_kin(changes, point_id),
        records=tuple(store.point_records(point_id)),
        changes=changes,
        corrections=store.read_corrections(every_version=True, of=point_id),
        alerts=tuple(store.alert_days(point_id)),
    )
    if not history.records and history.corrections.empty and not history.alerts:
        raise MissingDataError("point_unknown_to_store", store=store.label, point=point_id)
    return history


def verdict_history(store: Store, point_id: str, on: date) -> VerdictHistory:
    """Return every version of what was stored of a point on a date; may be empty."""
    point_id = _meant(store, point_id)
    return VerdictHistory(
        point_id=point_id,
        kin=_kin(_changes(store, point_id), point_id),
        pickups=store.history(point_id, on),
        alerts=store.alert_history(point_id, on),
    )


def _meant(store: Store, point_id: str) -> str:
    """The id that was read off an output."""
    if point_id.isascii():
        return point_id
    return as_shown(point_id, store.points()["point_id"]) or point_id


def _changes(store: Store, point_id: str) -> tuple[tuple[datetime, str, PointChange], ...]:
    """The changes of a point, under whichever of its ids."""
    return tuple(
        (at, by, change)
        for at, by, changes in store.point_changes()
        for change in changes
        if point_id in (change.point_id, change.was if change.kind in KIN else "")
    )


def _kin(changes: Sequence[tuple[datetime, str, PointChange]], point_id: str) -> tuple[Kin, ...]:
    return tuple(
        Kin(
            point_id=change.point_id if (later := change.was == point_id) else change.was,
            how=f"{change.kind}_{'to' if later else 'from'}",
            at=at,
            moved_m=change.moved_m,
        )
        for at, _, change in changes
        if change.kind in KIN
    )
