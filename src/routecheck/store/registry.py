"""The registry of collection points: what the points file said, and from when to when.

A record holds for a span of days. When the file changes a point, its record ends the day
before and a new one begins, so that earlier days keep the point as it was. The effective first
day of a new record is its own `valid_from` where the file gives one; else, for a point that
was known, the day of the change; else it always held.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from routecheck.errors import MissingDataError
from routecheck.model.tables import POINTS
from routecheck.store import rows as r
from routecheck.store.schema import correction, point

SHRINK_LIMIT = 0.1
"""More than this share of the known points gone from a file: it is cut off, not a change."""
SAME_PLACE_DEG = 5e-7
"""Coordinates nearer than this (5 cm) are one place: another library version, not a move."""
_M_PER_DEG = 111_320.0
_ONE_DAY = timedelta(days=1)
_COMPARED = (
    "name", "township", "village", "tolerance_m", "datum", "recorded_lon", "recorded_lat",
    "group", "file_valid_from", "file_valid_to",
)  # fmt: skip


@dataclass(frozen=True)
class PointChange:
    """One difference between the registry and a points file.

    Attributes:
        kind: `added`, `retired` (gone from the file), `returned`, `renamed` (a new id at the
            place of a retired one), `moved`, `changed` (another column).
        point_id: the point, by its new id.
        field: the column that changed, empty where the point as a whole did.
        was: its former text; for `renamed` the former id.
        now: its new text.
        moved_m: how far it moved, between the centres of the two geometries; None where it had,
            or has, no usable place.
    """

    kind: str
    point_id: str
    field: str = ""
    was: str = ""
    now: str = ""
    moved_m: float | None = None


def sync(
    connection: Connection,
    points: pd.DataFrame,
    *,
    on: date,
    by: str,
    at: datetime,
    allow_shrink: bool,
) -> list[PointChange]:
    """Bring the registry to what the points file says.

    Args:
        connection: in a transaction.
        points: POINTS as read, `valid_from` and `valid_to` as the file has them.
        on: first day on which changes hold, where the file does not say.
        by: who or what brought the change.
        at: now, UTC.
        allow_shrink: do not refuse a file that lacks many known points.

    Raises:
        MissingDataError: more than a tenth of the points known and in force are gone.
    """
    history: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(point).order_by(point.c.record_id)):
        history[row.point_id].append(row)
    given: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in _records(points):
        given[record["point_id"]].append(record)

    known = [
        point_id
        for point_id, rows in history.items()
        if any(row.ended_at is None and (row.holds_to or on) >= on for row in rows)
    ]
    gone = [point_id for point_id in known if point_id not in given]
    if len(gone) > SHRINK_LIMIT * len(known) and not allow_shrink:
        raise MissingDataError(
            "points_lost", gone=len(gone), known=len(known), examples=", ".join(sorted(gone)[:3])
        )

    changes: list[PointChange] = []
    insert: list[dict[str, Any]] = []
    end: list[dict[str, Any]] = []
    trim: list[dict[str, Any]] = []
    file_wins: dict[str, date] = {}
    retired: list[Row[Any]] = []
    for point_id in sorted(history.keys() | given.keys()):
        old_rows, new_rows = history.get(point_id, []), given.get(point_id, [])
        in_file = [row for row in old_rows if row.ended_at is None]
        stays, appears = _pair(in_file, new_rows)
        leaves = [row for row in in_file if row.record_id not in stays]
        if not leaves and not appears:
            continue
        for record in appears:
            record["holds_from"] = record["file_valid_from"] or (on if old_rows else None)
            record["holds_to"] = record["file_valid_to"]
            record |= {"entered_at": at, "entered_by": by, "ended_by": ""}
            insert.append(record)
        start = min((record["holds_from"] or date.min for record in appears), default=on)
        for row in old_rows:
            if row.record_id in stays:
                continue
            if row.holds_to is None or row.holds_to >= start:
                last = start - _ONE_DAY if start > date.min else start
                trim.append({"key": row.record_id, "last": last})
            if row.ended_at is None:
                end.append({"key": row.record_id})
        if not old_rows:
            changes.append(PointChange("added", point_id))
        elif not new_rows:
            changes.append(PointChange("retired", point_id))
            retired += leaves
        elif not in_file:
            changes.append(PointChange("returned", point_id))
        else:
            found = _differences(point_id, leaves, appears, bool(stays))
            changes += found
            if any(c.kind == "moved" or c.field == "tolerance_m" for c in found):
                file_wins[point_id] = start
    if insert:
        connection.execute(sa.insert(point), insert)
    here = point.c.record_id == sa.bindparam("key")
    if trim:
        change = sa.update(point).where(here).values(holds_to=sa.bindparam("last"))
        connection.execute(change, trim)
    if end:
        connection.execute(sa.update(point).where(here).values(ended_at=at, ended_by=by), end)
    _end_corrections(connection, file_wins, at)
    return _with_renames(changes, retired, given)


def _records(points: pd.DataFrame) -> list[dict[str, Any]]:
    import shapely

    df = points
    columns: dict[str, list[Any]] = {
        "point_id": r.texts(df["point_id"]),
        "name": r.texts(df["name"]),
        "township": r.texts(df["township"]),
        "village": r.texts(df["village"]),
        "geometry": list(shapely.to_wkb(_objects(df["geometry"]))),
        "tolerance_m": r.numbers(df["tolerance_m"]),
        "datum": r.texts(df["datum"]),
        "recorded_lon": r.numbers(df["recorded_lon"]),
        "recorded_lat": r.numbers(df["recorded_lat"]),
        "group": r.texts(df["group"]),
        "file_valid_from": r.dates(df["valid_from"]),
        "file_valid_to": r.dates(df["valid_to"]),
    }
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _objects(values: pd.Series) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return objects with None where blank."""
    return np.array([None if b else v for v, b in zip(values, values.isna(), strict=True)], object)


def _pair(
    old: Sequence[Row[Any]], new: Sequence[dict[str, Any]]
) -> tuple[set[int], list[dict[str, Any]]]:
    """Return which old records the file still has, and the records that are new in it."""
    stays: set[int] = set()
    appears: list[dict[str, Any]] = []
    for record in new:
        for row in old:
            if row.record_id not in stays and _same(row, record):
                stays.add(row.record_id)
                break
        else:
            appears.append(record)
    return stays, appears


def _same(row: Row[Any], record: dict[str, Any]) -> bool:
    return all(getattr(row, name) == record[name] for name in _COMPARED) and _same_place(
        row.geometry, record["geometry"]
    )


def _same_place(one: bytes | None, other: bytes | None) -> bool:
    if one is None or other is None:
        return one is other
    if one == other:
        return True
    import shapely

    return bool(
        shapely.equals_exact(
            shapely.from_wkb(one), shapely.from_wkb(other), tolerance=SAME_PLACE_DEG
        )
    )


def _differences(
    point_id: str, leaves: list[Row[Any]], appears: list[dict[str, Any]], others: bool
) -> list[PointChange]:
    """Tell in which columns a point differs; several validities are compared as a whole."""
    if len(leaves) != 1 or len(appears) != 1 or others:
        return [PointChange("changed", point_id, "valid_from")]
    before, after = leaves[0], appears[0]
    found = [
        PointChange("changed", point_id, name.removeprefix("file_"), _shown(was), _shown(now))
        for name in _COMPARED
        if (was := getattr(before, name)) != (now := after[name])
        and name not in ("recorded_lon", "recorded_lat")
    ]
    if not _same_place(before.geometry, after["geometry"]):
        found.insert(
            0,
            PointChange(
                "moved",
                point_id,
                "geometry",
                _place(before.recorded_lon, before.recorded_lat),
                _place(after["recorded_lon"], after["recorded_lat"]),
                _distance_m(before.geometry, after["geometry"]),
            ),
        )
    # Written otherwise, and the same place: a datum declared with its coordinates.
    return found or [PointChange("changed", point_id, "recorded_lon")]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _place(lon: float | None, lat: float | None) -> str:
    return "" if lon is None or lat is None else f"{lon:.6f} {lat:.6f}"


def _distance_m(one: bytes | None, other: bytes | None) -> float | None:
    """Return metres between two centres; good to 1% at the distances points move by."""
    if one is None or other is None:
        return None
    import shapely

    a, b = shapely.centroid(shapely.from_wkb([one, other]))
    middle = math.radians((a.y + b.y) / 2)
    metres = math.hypot((b.x - a.x) * math.cos(middle), b.y - a.y) * _M_PER_DEG
    return round(metres, r.METRES_DIGITS)


def _with_renames(
    changes: list[PointChange], retired: list[Row[Any]], given: dict[str, list[dict[str, Any]]]
) -> list[PointChange]:
    """Read an added point at the very place of a retired one as its new id."""
    places = {row.geometry: row.point_id for row in retired if row.geometry is not None}
    renamed: dict[str, str] = {}
    for change in changes:
        if change.kind in ("added", "returned"):
            former = next((places.pop(record["geometry"]) for record in given[change.point_id]
                           if record["geometry"] in places), None)  # fmt: skip
            if former is not None:
                renamed[change.point_id] = former
    gone = set(renamed.values())
    return [
        PointChange("renamed", c.point_id, "point_id", renamed[c.point_id], c.point_id)
        if c.point_id in renamed
        else c
        for c in changes
        if not (c.kind == "retired" and c.point_id in gone)
    ]


def _end_corrections(connection: Connection, starts: dict[str, date], at: datetime) -> None:
    """End what was said of the former record of points that the file has changed."""
    here = sa.and_(correction.c.current, correction.c.point_id == sa.bindparam("key"))
    if not starts:
        return
    ended = sa.update(correction).where(here).values(current=False, ended_at=at)
    accepted = (
        sa.update(correction)
        .where(here, correction.c.state == "accepted")
        .values(holds_to=sa.bindparam("last"))
    )
    last = [
        {"key": key, "last": start - _ONE_DAY if start > date.min else start}
        for key, start in starts.items()
    ]
    connection.execute(accepted, last)
    connection.execute(ended, [{"key": key} for key in starts])


def read(connection: Connection, day: date | None = None) -> pd.DataFrame:
    """Return POINTS as they hold on `day`, or all that ever held, `valid_*` the span they hold.

    On a day a point has one row: where the file gave several, the one entered last.
    """
    import shapely

    table = point
    ever = sa.or_(
        table.c.holds_from.is_(None),
        table.c.holds_to.is_(None),
        table.c.holds_to >= table.c.holds_from,
    )
    statement = sa.select(
        table, table.c.holds_from.label("valid_from"), table.c.holds_to.label("valid_to")
    ).where(ever)
    if day is not None:
        statement = statement.where(
            sa.or_(table.c.holds_from.is_(None), table.c.holds_from <= day),
            sa.or_(table.c.holds_to.is_(None), table.c.holds_to >= day),
        )
    found = list(connection.execute(statement.order_by(table.c.record_id)))
    if day is not None:
        found = list({row.point_id: row for row in found}.values())
    found.sort(key=lambda row: (row.point_id, row.record_id))
    df = r.frame(POINTS, found)
    if len(df):
        df["geometry"] = shapely.from_wkb(_objects(df["geometry"]))
    return df
