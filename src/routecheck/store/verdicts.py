"""Verdicts with versions: what was said of each pickup and alert, when, and on what.

A new version is made only where what is said changes: verdict or classification, cause,
vehicle, times, dwell, distance, confidence, whether the monitor raised an alert. Where all
that stands and only the criteria differ, they are brought up to date within the version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from routecheck.domain.tables import CLASSIFIED, JUDGEMENTS, TableError
from routecheck.store import rows as r
from routecheck.store.schema import alert_verdict, pickup_verdict

_FOUND = ("cause", "confidence", "vehicle_id", "arrived_at", "departed_at", "dwell_s", "distance_m")
VERSION_COLUMNS = (
    "version",
    "current",
    "said_at",
    "ended_at",
    "run_id",
    "input_hash",
    "program_version",
)


@dataclass(frozen=True)
class Kind:
    """A table of versions: what names a row within its date, and what makes a new version."""

    table: sa.Table
    key: tuple[str, ...]
    content: tuple[str, ...]
    verdict: str


PICKUPS = Kind(
    pickup_verdict,
    ("point_id", "window_start"),
    ("window_end", "scheduled_vehicle_id", "verdict", *_FOUND, "alerted"),
    "verdict",
)
ALERTS = Kind(
    alert_verdict,
    ("alert_id",),
    ("point_id", "raised_at", "classification", *_FOUND),
    "classification",
)


@dataclass(frozen=True)
class Said:
    """What every new version of one writing carries."""

    said_at: datetime
    run_id: str
    input_hash: str
    program_version: str


@dataclass(frozen=True)
class Changes:
    """How many rows of a date were new, revised, closed (no longer there) or left as they were."""

    new: int = 0
    revised: int = 0
    closed: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.new or self.revised or self.closed)


def pickup_rows(judgements: pd.DataFrame, classified: pd.DataFrame) -> list[dict[str, Any]]:
    """Return JUDGEMENTS as rows; `alerted` is taken from the table, else found by the point."""
    df = judgements
    if "alerted" in df.columns:
        alerted = [bool(value) for value in df["alerted"]]
    else:
        named = set(r.texts(classified["point_id"]))
        alerted = [point_id in named for point_id in r.texts(df["point_id"])]
    columns: dict[str, list[Any]] = {
        "point_id": r.texts(df["point_id"]),
        "window_start": r.moments(df["window_start"]),
        "window_end": r.moments(df["window_end"]),
        "scheduled_vehicle_id": r.texts(df["scheduled_vehicle_id"]),
        "verdict": r.texts(df["verdict"]),
        **_found_columns(df),
        "alerted": alerted,
    }
    return _as_rows(columns)


def alert_rows(classified: pd.DataFrame) -> list[dict[str, Any]]:
    """Return CLASSIFIED as rows."""
    df = classified
    columns: dict[str, list[Any]] = {
        "alert_id": r.texts(df["alert_id"]),
        "point_id": r.texts(df["point_id"]),
        "raised_at": r.moments(df["raised_at"]),
        "classification": r.texts(df["classification"]),
        **_found_columns(df),
    }
    return _as_rows(columns)


def _found_columns(df: pd.DataFrame) -> dict[str, list[Any]]:
    return {
        "cause": r.texts(df["cause"]),
        "confidence": r.numbers(df["confidence"], r.CONFIDENCE_DIGITS),
        "vehicle_id": r.texts(df["vehicle_id"]),
        "arrived_at": r.moments(df["arrived_at"]),
        "departed_at": r.moments(df["departed_at"]),
        "dwell_s": r.numbers(df["dwell_s"], r.SECONDS_DIGITS),
        "distance_m": r.numbers(df["distance_m"], r.METRES_DIGITS),
        "criteria": [r.as_json(value) for value in df["criteria"]],
    }


def _as_rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def write(
    connection: Connection,
    kind: Kind,
    service_date: date,
    rows: Sequence[dict[str, Any]],
    said: Said,
) -> Changes:
    """Bring the versions of one date to `rows`, within the transaction of `connection`.

    Raises:
        TableError: two rows have the same key.
    """
    table, n_key = kind.table, len(kind.key)
    names = [*kind.key, *kind.content, "criteria", "version"]
    old: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for stored in connection.execute(
        sa.select(*(table.c[name] for name in names)).where(
            table.c.service_date == service_date, table.c.current
        )
    ):
        old[tuple(stored[:n_key])] = tuple(stored[n_key:])
    last = _last_closed(connection, kind, service_date)

    insert: list[dict[str, Any]] = []
    end: list[dict[str, Any]] = []
    refresh: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    n_new = n_unchanged = 0
    stamp = {
        "service_date": service_date,
        "current": True,
        "said_at": said.said_at,
        "run_id": said.run_id,
        "input_hash": said.input_hash,
        "program_version": said.program_version,
    }
    for row in rows:
        key = tuple(row[name] for name in kind.key)
        if key in seen:
            raise TableError(f"{table.name}: two rows for {key} on {service_date}")
        seen.add(key)
        before = old.get(key)
        if before is None:
            insert.append(stamp | row | {"version": last.get(key, 0) + 1})
            n_new += 1
            continue
        *content, criteria, version = before
        if content == [row[name] for name in kind.content]:
            n_unchanged += 1
            if criteria != row["criteria"]:
                refresh.append({**_bound(kind, key), "new_criteria": row["criteria"]})
            continue
        end.append(_bound(kind, key))
        insert.append(stamp | row | {"version": version + 1})
    gone = [_bound(kind, key) for key in old if key not in seen]
    _execute(connection, kind, service_date, end + gone, insert, refresh, said.said_at)
    return Changes(n_new, len(end), len(gone), n_unchanged)


def _last_closed(
    connection: Connection, kind: Kind, service_date: date
) -> dict[tuple[Any, ...], int]:
    """Return the last version of each key of the date, of those that have an ended one."""
    table = kind.table
    key = [table.c[name] for name in kind.key]
    found = connection.execute(
        sa.select(*key, sa.func.max(table.c.version))
        .where(table.c.service_date == service_date, sa.not_(table.c.current))
        .group_by(*key)
    )
    return {tuple(row[:-1]): row[-1] for row in found}


def _bound(kind: Kind, key: tuple[Any, ...]) -> dict[str, Any]:
    return {f"key_{name}": value for name, value in zip(kind.key, key, strict=True)}


def _execute(
    connection: Connection,
    kind: Kind,
    service_date: date,
    end: list[dict[str, Any]],
    insert: list[dict[str, Any]],
    refresh: list[dict[str, Any]],
    at: datetime,
) -> None:
    table = kind.table
    here = sa.and_(
        table.c.service_date == service_date,
        table.c.current,
        *(table.c[name] == sa.bindparam(f"key_{name}") for name in kind.key),
    )
    if end:
        connection.execute(sa.update(table).where(here).values(current=False, ended_at=at), end)
    if refresh:
        change = sa.update(table).where(here).values(criteria=sa.bindparam("new_criteria"))
        connection.execute(change, refresh)
    if insert:
        connection.execute(sa.insert(table), insert)


def read(
    connection: Connection,
    kind: Kind,
    service_date: date,
    *,
    as_of: datetime | None = None,
    point_id: str | None = None,
    every_version: bool = False,
) -> Sequence[Row[Any]]:
    """Return the rows of a date as they stand, as they stood at `as_of`, or all versions."""
    table = kind.table
    conditions: list[sa.ColumnElement[bool]] = [table.c.service_date == service_date]
    if as_of is not None:
        ended = table.c.ended_at
        conditions += [table.c.said_at <= as_of, sa.or_(ended.is_(None), ended > as_of)]
    elif not every_version:
        conditions.append(table.c.current)
    if point_id is not None:
        conditions.append(table.c.point_id == point_id)
    statement = sa.select(table).where(*conditions)
    found = list(connection.execute(statement).all())
    # Sorted here: databases differ in how they order texts.
    found.sort(key=lambda row: (*(getattr(row, name) for name in kind.key), row.version))
    return found


AT_ONCE = 500
"""Points in one question: databases limit how many values it may have."""


def read_some(
    connection: Connection, dates: Sequence[date], points: Sequence[str]
) -> Sequence[Row[Any]]:
    """Return the rows of pickups as they stand, of some points on some dates."""
    table, found = PICKUPS.table, []
    if not dates:
        return []
    wanted = set(dates)
    for first in range(0, len(points), AT_ONCE):
        statement = sa.select(table).where(
            table.c.current,
            table.c.service_date.between(min(dates), max(dates)),
            table.c.point_id.in_(points[first : first + AT_ONCE]),
        )
        rows = connection.execute(statement).all()
        found += [row for row in rows if row.service_date in wanted]
    found.sort(key=lambda row: (row.service_date, row.point_id, row.window_start))
    return found


@dataclass(frozen=True)
class Revision:
    """A verdict, or the classification of an alert, that is another than it was before.

    Attributes:
        kind: `pickup` or `alert`.
        service_date: of the pickup or alert.
        key: what names it within its date (point and start of window, or id of the alert).
        point_id: the point.
        earlier: what was said before.
        now: what is said instead.
        cause: the cause that is given now.
        revised_at: since when, UTC.
        run_id: the run that said so.
    """

    kind: str
    service_date: date
    key: tuple[Any, ...]
    point_id: str
    earlier: str
    now: str
    cause: str
    revised_at: datetime
    run_id: str


def revised(
    connection: Connection, kind: Kind, service_date: date, *, as_of: datetime | None = None
) -> dict[tuple[Any, ...], Revision]:
    """Return the last change of what was said of each pickup or alert of a date, by its key.

    Only another verdict or classification is a revision to people, not another confidence or
    time; those are versions too (`read` with `every_version`).
    """
    table = kind.table
    here = [table.c.service_date == service_date]
    if as_of is not None:
        here.append(table.c.said_at <= as_of)
    more = connection.execute(sa.select(table.c.version).where(*here, table.c.version > 1).limit(1))
    if more.first() is None:
        return {}
    names = (*kind.key, "point_id", kind.verdict, "cause", "said_at", "run_id")
    rows = connection.execute(
        sa.select(*(table.c[name].label(f"{n}") for n, name in enumerate(names)))
        .where(*here)
        .order_by(table.c.version)
    )
    n_key = len(kind.key)
    before: dict[tuple[Any, ...], str] = {}
    found: dict[tuple[Any, ...], Revision] = {}
    for row in rows:
        key = tuple(row[:n_key])
        point_id, verdict, cause, said_at, run_id = row[n_key:]
        earlier = before.setdefault(key, verdict)
        if verdict != earlier:
            name = "pickup" if kind is PICKUPS else "alert"
            found[key] = Revision(
                name, service_date, key, point_id, earlier, verdict, cause, said_at, run_id
            )
            before[key] = verdict
    return found


def with_revisions(
    df: pd.DataFrame, kind: Kind, found: dict[tuple[Any, ...], Revision]
) -> pd.DataFrame:
    """Append `revised_at` (UTC) and `earlier_verdict` to a table of current rows."""
    rows: list[Revision | None] = [None] * len(df)
    if found:
        keys = zip(*(df[name].tolist() for name in kind.key), strict=True)
        rows = [found.get(key) for key in keys]
    moments = [None if row is None else row.revised_at.replace(tzinfo=None) for row in rows]
    stamps = pd.DatetimeIndex(np.array(moments, dtype="datetime64[us]"), tz=UTC)
    return df.assign(
        revised_at=pd.Series(stamps, index=df.index),
        earlier_verdict=pd.Series(
            ["" if row is None else row.earlier for row in rows], index=df.index, dtype="str"
        ),
    )


def pickup_frame(found: Sequence[Row[Any]]) -> pd.DataFrame:
    """Return rows of pickups as JUDGEMENTS with `alerted` and the columns of versions."""
    return r.frame(JUDGEMENTS, found, more=("alerted", *VERSION_COLUMNS))


def alert_frame(found: Sequence[Row[Any]]) -> pd.DataFrame:
    """Return rows of alerts as CLASSIFIED with the columns of versions."""
    return r.frame(CLASSIFIED, found, more=VERSION_COLUMNS)
