"""The registry of collection points: what the points file said, and from when to when.

A record holds for a span of days. When the file changes a point, its record ends the day
before and a new one begins, so that earlier days keep the point as it was. The effective first
day of a new record is its own `valid_from` where the file gives one that it did not give before;
else, for a point that was known, the day of the change; else it always held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import MissingDataError
from routecheck.domain.tables import POINTS
from routecheck.store import rows as r
from routecheck.store.changes import COMPARED, PointChange, changes_at, moments, same_place
from routecheck.store.schema import correction, point

SHRINK_LIMIT = 0.1
"""More than this share of the known points gone from a file: it is cut off, not a change."""
_ONE_DAY = timedelta(days=1)


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
    here = point.c.record_id == sa.bindparam("key")
    if trim:
        change = sa.update(point).where(here).values(holds_to=sa.bindparam("last"))
        connection.execute(change, trim)
    if end:
        connection.execute(sa.update(point).where(here).values(ended_at=at, ended_by=by), end)
    if not history or not starts:
        return [PointChange("added", point_id) for point_id in sorted(starts)]
    rows = connection.execute(sa.select(point).order_by(point.c.record_id)).all()
    changes = changes_at(rows, at)
    _follow(connection, rows, changes, starts, at)
    return changes


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
        held: date | None = former.holds_from
        return held
    if first is None:
        return on
    # A first day that the file gave before says nothing of when this changed.
    last = record["file_valid_to"]
    told_before = former is not None and on is not None and first < on
    return on if told_before and (last is None or last >= on) else first


def known(connection: Connection) -> int:
    """Return how many points the points file had when it was last read."""
    statement = sa.select(sa.func.count(sa.distinct(point.c.point_id)))
    statement = statement.where(point.c.ended_at.is_(None))
    return int(connection.execute(statement).scalar_one())


def records_of(connection: Connection, point_id: str) -> list[dict[str, Any]]:
    """Return the records of a point, oldest first."""
    import shapely

    names = (
        "name", "township", "village", "tolerance_m", "holds_from", "holds_to", "entered_at",
        "entered_by", "ended_at", "ended_by",
    )  # fmt: skip
    statement = sa.select(point).where(point.c.point_id == point_id).order_by(point.c.record_id)
    found = []
    for row in connection.execute(statement):
        centre = None if row.geometry is None else shapely.centroid(shapely.from_wkb(row.geometry))
        found.append(
            {name: getattr(row, name) for name in names}
            | {
                "lon": None if centre is None else round(centre.x, r.DEGREES_DIGITS),
                "lat": None if centre is None else round(centre.y, r.DEGREES_DIGITS),
            }
        )
    return found


def changes(connection: Connection) -> list[tuple[datetime, str, list[PointChange]]]:
    """Return what each import changed, oldest first: when, by what, and what.

    The import that filled the registry is not among them.
    """
    rows = connection.execute(sa.select(point).order_by(point.c.record_id)).all()
    found = []
    for at in moments(rows)[1:]:
        by = next(
            name
            for row in rows
            for moment, name in ((row.entered_at, row.entered_by), (row.ended_at, row.ended_by))
            if moment == at
        )
        found.append((at, by, changes_at(rows, at)))
    return found


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
    """Let corrections follow their points: what was said of a record ends with the record.

    Where the file changes the place or the tolerance, or drops the point, the file wins. Where
    it only gives the same place another id, what an operator has decided goes over to that id.
    """
    ended = {
        change.point_id
        for change in changes
        if change.kind in ("moved", "retired") or change.field == "tolerance_m"
    }
    # Several validities are compared as a whole: whether the place is another, they must tell.
    for change in changes:
        if change.field == "valid_from" and change.point_id not in ended:
            mine = [row for row in rows if row.point_id == change.point_id]
            before = [row.geometry for row in mine if row.ended_at == at]
            after = [row.geometry for row in mine if row.entered_at == at]
            if any(not any(same_place(a, b) for b in before) for a in after):
                ended.add(change.point_id)
    renamed = {c.was: c.point_id for c in changes if c.kind == "renamed" and c.moved_m is None}
    heirs = {c.was for c in changes if c.kind in ("renamed", "merged", "split")}
    leaving = {key: starts[key] for key in ended | heirs}
    if not leaving:
        return
    held = connection.execute(
        sa.select(correction).where(
            correction.c.current, correction.c.point_id.in_(sorted(renamed))
        )
    ).all()
    _end_corrections(connection, leaving, at)
    kept = [row for row in held if row.state != str(CorrectionState.PROPOSED)]
    last = {
        row[0]: row[1]
        for row in connection.execute(
            sa.select(correction.c.point_id, sa.func.max(correction.c.version))
            .where(correction.c.point_id.in_([renamed[row.point_id] for row in kept]))
            .group_by(correction.c.point_id)
        )
    }
    if kept:
        connection.execute(
            sa.insert(correction),
            [
                row._asdict()
                | {
                    "point_id": renamed[row.point_id],
                    "version": last.get(renamed[row.point_id], 0) + 1,
                    "said_at": at,
                }
                for row in kept
            ],
        )


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


def read(
    connection: Connection, day: date | None = None, *, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return POINTS as they hold on `day`, or all that ever held, `valid_*` the span they hold.

    On a day a point has one row: where the file gave several, the one entered last.

    Args:
        connection: in a transaction.
        day: None: records of all days.
        as_of: as the registry was at that moment (UTC): without records that were entered later,
            and with the ends that records had before they were replaced. None: as it is.
    """
    import shapely

    table = point
    last: sa.ColumnElement[Any] = table.c.holds_to
    if as_of is not None:
        open_then = sa.or_(table.c.ended_at.is_(None), table.c.ended_at > as_of)
        last = sa.case((open_then, table.c.file_valid_to), else_=table.c.holds_to)
    ever = sa.or_(table.c.holds_from.is_(None), last.is_(None), last >= table.c.holds_from)
    statement = sa.select(
        table, table.c.holds_from.label("valid_from"), last.label("valid_to")
    ).where(ever)
    if as_of is not None:
        statement = statement.where(table.c.entered_at <= as_of)
    if day is not None:
        statement = statement.where(
            sa.or_(table.c.holds_from.is_(None), table.c.holds_from <= day),
            sa.or_(table.c.holds_to.is_(None), table.c.holds_to >= day),
        )
    found = list(connection.execute(statement.order_by(table.c.record_id)).all())
    if day is not None:
        found = list({row.point_id: row for row in found}.values())
    found.sort(key=lambda row: (row.point_id, row.record_id))
    df = r.frame(POINTS, found)
    if len(df):
        df["geometry"] = shapely.from_wkb(_objects(df["geometry"]))
    return df
