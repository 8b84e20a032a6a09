"""The registry of collection points: what the points file gave, and from when to when.

A record holds for a span of days. When the file changes a point, its record ends the day
before and a new one begins, so that earlier days keep the point as it was. The effective first
day of a new record is its own `valid_from` where the file gives one that it did not give before;
else, for a point that was known, the day of the change; else it always held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from routecheck.domain.errors import MissingDataError
from routecheck.domain.tables import POINTS
from routecheck.store.conversion import frame, to_rows
from routecheck.store.corrections import follow_points
from routecheck.store.point_changes import (
    COMPARED,
    PointChange,
    changes_at,
    moments,
    same_place,
)
from routecheck.store.schema import DEGREES_DIGITS, correction, point
from routecheck.store.transactions import Transactions

SHRINK_LIMIT = 0.1
"""More than this share of the known points gone from a file: it is cut off, not a change."""
_ONE_DAY = timedelta(days=1)
_SHOWN = (
    "name", "township", "village", "tolerance_m", "holds_from", "holds_to", "entered_at",
    "entered_by", "ended_at", "ended_by",
)  # fmt: skip
_GIVEN = (
    "point_id", "name", "township", "village", "geometry", "tolerance_m", "datum", "recorded_lon",
    "recorded_lat", "group", "file_valid_from", "file_valid_to",
)  # fmt: skip
"""What the points file gives of a record."""
_PLACE = ("geometry", "datum", "recorded_lon", "recorded_lat")
"""What of it is the place."""


class Registry(Transactions):
    """The collection points of a store."""

    def sync_points(
        self,
        points: pd.DataFrame,
        *,
        on: date,
        by: str,
        allow_shrink: bool = False,
        unread: Collection[str] = (),
    ) -> list[PointChange]:
        """Bring the registry to what the points file gives, and return what changed.

        A row that cannot be read is no change: the last good record of its point stands. So does
        its last good place where the row has none that can be used.

        Args:
            points: POINTS as read, `valid_from` and `valid_to` as the file has them.
            on: first day on which changes hold, where the file gives no `valid_from`.
            by: who or what brought the change.
            allow_shrink: take a file that lacks more than a tenth of the known points.
            unread: points whose row could not be read.

        Raises:
            MissingDataError: the file lacks more than a tenth of the points known and in force.
        """
        at = self.now()
        with self._writing() as connection:
            history = _by_point(connection.execute(_ALL))
            given: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for record in _records(points):
                given[record["point_id"]].append(record)
            if not allow_shrink:
                _refuse_shrunk(history, {*given, *unread}, on)
            for point_id in set(unread) & history.keys():
                history.pop(point_id)
                given.pop(point_id, None)
            _keep_places(history, given)
            starts = _enter(connection, history, given, on=on, by=by, at=at)
            if starts:
                self._written |= {(point.name, None), (correction.name, None)}
            if not history or not starts:
                return [PointChange("added", point_id) for point_id in sorted(starts)]
            rows = connection.execute(_ALL).all()
            changes = changes_at(rows, at)
            _follow(connection, rows, changes, starts, at)
            return changes

    def kept_points(self, points: pd.DataFrame, unread: Collection[str] = ()) -> list[str]:
        """Return points whose last good record, or place, stands instead of what the file has.

        Args:
            points: POINTS as read.
            unread: points whose row could not be read.
        """
        statement = _ALL.where(point.c.ended_at.is_(None))
        with self._reading() as connection:
            history = _by_point(connection.execute(statement))
        nowhere = set(points.loc[points["geometry"].isna(), "point_id"])
        placed = {p for p, rows in history.items() if any(row.geometry for row in rows)}
        return sorted((history.keys() & set(unread)) | (placed & nowhere))

    def known_points(self) -> int:
        """Return how many points the points file had when it was last read."""
        statement = sa.select(sa.func.count(sa.distinct(point.c.point_id)))
        with self._reading() as connection:
            return int(connection.scalar(statement.where(point.c.ended_at.is_(None))) or 0)

    def point_records(self, point_id: str) -> list[dict[str, Any]]:
        """Return the records of a point, oldest first: what the file gave, from when to when.

        A dict each: `name`, `township`, `village`, `lon`, `lat` (centre, WGS-84), `tolerance_m`,
        `holds_from`, `holds_to`, `entered_at`, `entered_by`, `ended_at`, `ended_by`.
        """
        import shapely

        with self._reading() as connection:
            rows = connection.execute(_ALL.where(point.c.point_id == point_id)).all()
        records = []
        for row in rows:
            record = {name: getattr(row, name) for name in _SHOWN} | {"lon": None, "lat": None}
            if row.geometry is not None:
                centre = shapely.centroid(shapely.from_wkb(row.geometry))
                record["lon"] = round(centre.x, DEGREES_DIGITS)
                record["lat"] = round(centre.y, DEGREES_DIGITS)
            records.append(record)
        return records

    def point_changes(self) -> list[tuple[datetime, str, list[PointChange]]]:
        """Return what each import of the points file changed, oldest first: when, by, what.

        The import that filled the registry is not among them.
        """
        with self._reading() as connection:
            rows = connection.execute(_ALL).all()
        by = {row.ended_at: row.ended_by for row in rows}
        by |= {row.entered_at: row.entered_by for row in rows}
        return [(at, by[at], changes_at(rows, at)) for at in moments(rows)[1:]]

    def points(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return POINTS of all time, a row a point and span; `valid_*` are the days it holds.

        Args:
            as_of: as the registry was at that moment (UTC): without records that were entered
                later, and with the ends that records had before they were replaced; as it is now,
                where not given.
        """
        c = point.c
        if as_of is None:
            return self._points()
        open_then = sa.or_(c.ended_at.is_(None), c.ended_at > as_of)
        last = sa.case((open_then, c.file_valid_to), else_=c.holds_to)
        return self._points(c.entered_at <= as_of, last=last)

    def _points(
        self,
        *conditions: sa.ColumnElement[bool],
        last: sa.ColumnElement[Any] = point.c.holds_to,
    ) -> pd.DataFrame:
        import shapely

        first = point.c.holds_from
        ever = sa.or_(first.is_(None), last.is_(None), last >= first)
        columns = (point, first.label("valid_from"), last.label("valid_to"))
        with self._reading() as connection:
            rows = list(connection.execute(sa.select(*columns).where(ever, *conditions)))
        rows.sort(key=lambda row: (row.point_id, row.record_id))
        table = frame(POINTS, rows)
        if len(table):
            table["geometry"] = shapely.from_wkb(_objects(table["geometry"]))
        return table


_ALL = sa.select(point).order_by(point.c.record_id)


def _by_point(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    history: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        history[row.point_id].append(row)
    return history


def _records(points: pd.DataFrame) -> list[dict[str, Any]]:
    """Return POINTS, as the file has them, as records of the registry."""
    import shapely

    given = points.assign(
        geometry=pd.Series(list(shapely.to_wkb(_objects(points["geometry"]))), dtype="object"),
        file_valid_from=points["valid_from"],
        file_valid_to=points["valid_to"],
    )
    return to_rows(given, [point.c[name] for name in _GIVEN])


def _keep_places(
    history: Mapping[str, Sequence[Row[Any]]], given: Mapping[str, Sequence[dict[str, Any]]]
) -> None:
    """Give records without a usable place that of the record they replace, where it has one."""
    for point_id, records in given.items():
        in_file = [r for r in history.get(point_id, ()) if r.ended_at is None and r.geometry]
        for record in records:
            if record["geometry"] is not None or not in_file:
                continue
            same_span = [r for r in in_file if r.file_valid_from == record["file_valid_from"]]
            former = (same_span or in_file)[-1]
            record |= {name: getattr(former, name) for name in _PLACE}


def _refuse_shrunk(
    history: Mapping[str, Sequence[Row[Any]]], given: Collection[str], on: date
) -> None:
    """Raise where a file lacks many of the points that are known and in force."""
    known = [
        point_id
        for point_id, rows in history.items()
        if any(row.ended_at is None and (row.holds_to or on) >= on for row in rows)
    ]
    gone = sorted(point_id for point_id in known if point_id not in given)
    if len(gone) > SHRINK_LIMIT * len(known):
        raise MissingDataError(
            "points_lost", gone=len(gone), known=len(known), examples=", ".join(gone[:3])
        )


def _enter(
    connection: Connection,
    history: Mapping[str, Sequence[Row[Any]]],
    given: Mapping[str, Sequence[dict[str, Any]]],
    *,
    on: date,
    by: str,
    at: datetime,
) -> dict[str, date]:
    """Enter and end records; return by point that changed the first day of its new records."""
    insert: list[dict[str, Any]] = []
    end: list[dict[str, Any]] = []
    trim: list[dict[str, Any]] = []
    starts: dict[str, date] = {}
    for point_id in sorted(history.keys() | given.keys()):
        old_rows, new_rows = history.get(point_id, []), given.get(point_id, [])
        in_file = [row for row in old_rows if row.ended_at is None]
        stays, appears = _pair(in_file, new_rows)
        leaves = [row for row in in_file if row.record_id not in stays]
        if not leaves and not appears:
            continue
        for record in appears:
            record["holds_from"] = _first_day(record, leaves, on if old_rows else None)
            record["holds_to"] = record["file_valid_to"]
            record |= {"entered_at": at, "entered_by": by, "ended_by": ""}
            insert.append(record)
        start = min((record["holds_from"] or date.min for record in appears), default=on)
        starts[point_id] = start
        for row in old_rows:
            if row.record_id in stays:
                continue
            if row.holds_to is None or row.holds_to >= start:
                last = start - _ONE_DAY if start > date.min else start
                trim.append({"key": row.record_id, "last": last})
            if row.ended_at is None:
                end.append({"key": row.record_id})
    if insert:
        connection.execute(sa.insert(point), insert)
    here = sa.update(point).where(point.c.record_id == sa.bindparam("key"))
    if trim:
        connection.execute(here.values(holds_to=sa.bindparam("last")), trim)
    if end:
        connection.execute(here.values(ended_at=at, ended_by=by), end)
    return starts


def _first_day(record: dict[str, Any], leaves: Sequence[Row[Any]], on: date | None) -> date | None:
    """The first day on which a record of the file holds; None: it always held.

    Args:
        record: as the file has it now.
        leaves: the records of the point that the file had until now, and has no more.
        on: the day of the change; None where the point was not known.
    """
    first: date | None = record["file_valid_from"]
    former = next((row for row in leaves if row.file_valid_from == first), None)
    only_end = (
        former is not None
        and all(getattr(former, n) == record[n] for n in COMPARED if n != "file_valid_to")
        and same_place(former.geometry, record["geometry"])
    )
    if former is not None and only_end:
        held_from: date | None = former.holds_from
        return held_from
    if first is None:
        return on
    # A first day that the file gave before is not the day of this change.
    last = record["file_valid_to"]
    given_before = former is not None and on is not None and first < on
    return on if given_before and (last is None or last >= on) else first


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
    return all(getattr(row, name) == record[name] for name in COMPARED) and same_place(
        row.geometry, record["geometry"]
    )


def _follow(
    connection: Connection,
    rows: Sequence[Row[Any]],
    changes: Sequence[PointChange],
    starts: dict[str, date],
    at: datetime,
) -> None:
    """Let corrections follow their points: a correction ends with the record it corrects.

    Where the file changes the place or the tolerance, or drops the point, the file wins. Where
    it only gives the same place another id, what an operator has decided goes over to that id.
    """
    ended = {
        change.point_id
        for change in changes
        if change.kind in ("moved", "retired") or change.field == "tolerance_m"
    }
    # Several validities are compared as a whole; here it counts whether the place is another.
    for change in changes:
        if change.field == "valid_from" and change.point_id not in ended:
            mine = [row for row in rows if row.point_id == change.point_id]
            before = [row.geometry for row in mine if row.ended_at == at]
            after = [row.geometry for row in mine if row.entered_at == at]
            if any(not any(same_place(a, b) for b in before) for a in after):
                ended.add(change.point_id)
    renamed = {c.was: c.point_id for c in changes if c.kind == "renamed" and c.moved_m is None}
    former = {c.was for c in changes if c.kind in ("renamed", "merged", "split")}
    leaving = {point_id: starts[point_id] for point_id in ended | former}
    if leaving:
        follow_points(connection, leaving, renamed, at)
