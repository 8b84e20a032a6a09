"""Verdicts with versions: what was decided of each pickup and alert, when, and on what.

A new version is made only where the outcome changes: verdict or classification, cause,
vehicle, times, dwell, distance, confidence, whether the monitor raised an alert. Where all
that stands and only the criteria differ, they are brought up to date within the version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from routecheck.domain.tables import CLASSIFIED, JUDGEMENTS, TEXT, Table, TableError
from routecheck.store.conversion import as_kept, frame, to_rows
from routecheck.store.schema import alert_verdict, pickup_verdict
from routecheck.store.transactions import Transactions
from routecheck.store.versions import Key, change_current, end_current, last_versions

_OUTCOME = (
    "cause",
    "confidence",
    "vehicle_id",
    "arrived_at",
    "departed_at",
    "dwell_s",
    "distance_m",
)
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
    """A table of versions.

    Attributes:
        name: of what it holds.
        table: of the store.
        form: the table of the stages that it comes from.
        key: what names a row within its date.
        content: what makes a new version where it changes.
        verdict: the column of the verdict.
        more: further columns that reading returns.
    """

    name: str
    table: sa.Table
    form: Table
    key: tuple[str, ...]
    content: tuple[str, ...]
    verdict: str
    more: tuple[str, ...] = ()


PICKUPS = Kind(
    "pickup",
    pickup_verdict,
    JUDGEMENTS,
    ("point_id", "window_start"),
    ("window_end", "scheduled_vehicle_id", "verdict", *_OUTCOME, "alerted"),
    "verdict",
    ("alerted",),
)
ALERTS = Kind(
    "alert",
    alert_verdict,
    CLASSIFIED,
    ("alert_id",),
    ("point_id", "raised_at", "classification", *_OUTCOME),
    "classification",
)


def pickups_as_kept(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return JUDGEMENTS with their times and figures as the store would give them back."""
    return as_kept(judgements, pickup_verdict.columns)


@dataclass(frozen=True)
class Written:
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


AT_ONCE = 500
"""Points in one query: databases limit how many values it may have."""


@dataclass(frozen=True)
class Revision:
    """A verdict, or the classification of an alert, that is another than it was before.

    Attributes:
        kind: `pickup` or `alert`.
        service_date: of the pickup or alert.
        key: what names it within its date (point and start of window, or id of the alert).
        point_id: the point.
        earlier: the verdict before.
        now: the verdict that stands instead.
        cause: the cause that is given now.
        revised_at: since when, UTC.
        run_id: the run that revised it.
    """

    kind: str
    service_date: date
    key: Key
    point_id: str
    earlier: str
    now: str
    cause: str
    revised_at: datetime
    run_id: str


class Verdicts(Transactions):
    """The verdicts of pickups and the classifications of alerts of a store."""

    def write_verdicts(
        self, on: date, judgements: pd.DataFrame, classified: pd.DataFrame, written: Written
    ) -> tuple[Changes, Changes]:
        """Bring the versions of a date to what was judged now; return what changed.

        Args:
            on: the service date.
            judgements: JUDGEMENTS of that date, `alerted` as for `ServiceDates.write_date`.
            classified: CLASSIFIED of that date.
            written: what new versions carry.

        Raises:
            TableError: two rows have the same key: a bug.
        """
        if "alerted" not in judgements.columns:
            alerted = judgements["point_id"].isin(classified["point_id"])
            judgements = judgements.assign(alerted=alerted)
        with self._writing() as connection:
            self._written |= {(PICKUPS.table.name, on), (ALERTS.table.name, on)}
            return (
                _write(connection, PICKUPS, on, judgements, written),
                _write(connection, ALERTS, on, classified, written),
            )

    def read_pickups(self, on: date, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return JUDGEMENTS of a date with `alerted` and the columns of versions, sorted.

        Two more columns show revisions: `revised_at` (UTC) and `earlier_verdict`, blank where
        the verdict was never another one.

        Args:
            on: the service date.
            as_of: as it stood at that moment (UTC); now, where not given.
        """
        return self._read(PICKUPS, on, as_of)

    def read_alerts(self, on: date, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return CLASSIFIED of a date with the columns of versions, sorted by alert.

        `revised_at` and `earlier_verdict` as in `read_pickups`; the verdict of an alert is its
        classification.
        """
        return self._read(ALERTS, on, as_of)

    def _read(self, kind: Kind, on: date, as_of: datetime | None) -> pd.DataFrame:
        c = kind.table.c
        standing: sa.ColumnElement[bool] = c.current
        if as_of is not None:
            standing = sa.and_(c.said_at <= as_of, sa.or_(c.ended_at.is_(None), c.ended_at > as_of))
        with self._reading() as connection:
            rows = _select(connection, kind, c.service_date == on, standing)
            revised = _revisions(connection, kind, on, as_of=as_of)
        return _with_revisions(rows, kind, revised)

    def read_pickups_of(self, dates: Sequence[date], points: Sequence[str]) -> pd.DataFrame:
        """Return JUDGEMENTS as they stand of some points on some dates, with `alerted`."""
        return self._read_of(PICKUPS, dates, points)

    def read_alerts_of(self, dates: Sequence[date], points: Sequence[str]) -> pd.DataFrame:
        """Return CLASSIFIED as they stand of some points on some dates."""
        return self._read_of(ALERTS, dates, points)

    def _read_of(self, kind: Kind, dates: Sequence[date], points: Sequence[str]) -> pd.DataFrame:
        c = kind.table.c
        rows: list[sa.Row[Any]] = []
        with self._reading() as connection:
            for first in range(0, len(points) if dates else 0, AT_ONCE):
                wanted = c.point_id.in_(points[first : first + AT_ONCE])
                within = c.service_date.between(min(dates), max(dates))
                rows += connection.execute(sa.select(*c).where(c.current, within, wanted))
        days = set(dates)
        rows = [row for row in rows if row.service_date in days]
        rows.sort(
            key=lambda row: (
                row.service_date, row.point_id, *(getattr(row, name) for name in kind.key)
            )
        )  # fmt: skip
        return frame(kind.form, rows, more=kind.more)

    def read_pickups_by(self, on: date, vehicle_id: str) -> pd.DataFrame:
        """Return JUDGEMENTS of a date that a vehicle made or was scheduled for, with `alerted`."""
        c = pickup_verdict.c
        its = sa.or_(c.vehicle_id == vehicle_id, c.scheduled_vehicle_id == vehicle_id)
        with self._reading() as connection:
            rows = list(
                connection.execute(sa.select(*c).where(c.service_date == on, c.current, its))
            )
        rows.sort(key=lambda row: (row.window_start, row.point_id))
        return frame(JUDGEMENTS, rows, more=PICKUPS.more)

    def history(self, point_id: str, on: date) -> pd.DataFrame:
        """Return every version of the pickups of a point on a date, oldest first."""
        return self._history(PICKUPS, point_id, on)

    def alert_history(self, point_id: str, on: date) -> pd.DataFrame:
        """Return every version of the alerts of a point on a date, oldest first."""
        return self._history(ALERTS, point_id, on)

    def _history(self, kind: Kind, point_id: str, on: date) -> pd.DataFrame:
        c = kind.table.c
        with self._reading() as connection:
            return _select(connection, kind, c.service_date == on, c.point_id == point_id)

    def revisions(self, on: date, *, run_id: str | None = None) -> list[Revision]:
        """Return the verdicts of a date that are others than before, of one run or of all."""
        with self._reading() as connection:
            revisions = [
                revision
                for kind in (PICKUPS, ALERTS)
                for revision in _revisions(connection, kind, on).values()
            ]
        return [one for one in revisions if run_id is None or one.run_id == run_id]


def _write(
    connection: Connection, kind: Kind, on: date, judged: pd.DataFrame, written: Written
) -> Changes:
    """Bring the versions of one date to `judged`, within the transaction of `connection`."""
    table, key_size = kind.table, len(kind.key)
    columns = [table.c[name] for name in (*kind.key, *kind.content, "criteria")]
    here = table.c.service_date == on
    statement = sa.select(*columns, table.c.version).where(here, table.c.current)
    old = {tuple(row[:key_size]): row[key_size:] for row in connection.execute(statement)}
    last = last_versions(connection, table, kind.key, here, sa.not_(table.c.current))

    insert: list[dict[str, Any]] = []
    end: list[Key] = []
    refresh: list[tuple[Key, dict[str, Any]]] = []
    seen: set[Key] = set()
    unchanged = 0
    stamp = vars(written) | {"service_date": on, "current": True}
    for row in to_rows(judged, columns):
        key = tuple(row[name] for name in kind.key)
        if key in seen:
            raise TableError(f"{table.name}: two rows for {key} on {on}")
        seen.add(key)
        before = old.get(key)
        if before is None:
            insert.append(stamp | row | {"version": last.get(key, 0) + 1})
            continue
        *content, criteria, version = before
        if content == [row[name] for name in kind.content]:
            unchanged += 1
            if criteria != row["criteria"]:
                refresh.append((key, {"criteria": row["criteria"]}))
            continue
        end.append(key)
        insert.append(stamp | row | {"version": version + 1})
    gone = [key for key in old if key not in seen]
    end_current(connection, table, kind.key, end + gone, written.said_at, here)
    change_current(connection, table, kind.key, refresh, here)
    if insert:
        connection.execute(sa.insert(table), insert)
    return Changes(len(insert) - len(end), len(end), len(gone), unchanged)


def _select(connection: Connection, kind: Kind, *conditions: Any) -> pd.DataFrame:
    """Return rows in the form of the stages, with the columns of versions, sorted by key."""
    rows = list(connection.execute(sa.select(kind.table).where(*conditions)))
    # Sorted here: databases differ in how they order texts.
    rows.sort(key=lambda row: (*(getattr(row, name) for name in kind.key), row.version))
    return frame(kind.form, rows, more=(*kind.more, *VERSION_COLUMNS))


def _revisions(
    connection: Connection, kind: Kind, on: date, *, as_of: datetime | None = None
) -> dict[Key, Revision]:
    """Return the last change of the verdict of each pickup or alert of a date, by its key.

    Only another verdict or classification is a revision to people, not another confidence or
    time; those are versions too (`history`).
    """
    c = kind.table.c
    here = [c.service_date == on]
    if as_of is not None:
        here.append(c.said_at <= as_of)
    if connection.scalar(sa.select(c.version).where(*here, c.version > 1).limit(1)) is None:
        return {}
    names = (*kind.key, "point_id", kind.verdict, "cause", "said_at", "run_id")
    columns = [c[name].label(f"column_{n}") for n, name in enumerate(names)]
    before: dict[Key, str] = {}
    revisions: dict[Key, Revision] = {}
    for row in connection.execute(sa.select(*columns).where(*here).order_by(c.version)):
        key = tuple(row[: len(kind.key)])
        point_id, verdict, cause, said_at, run_id = row[len(kind.key) :]
        earlier = before.setdefault(key, verdict)
        if verdict != earlier:
            revisions[key] = Revision(
                kind.name, on, key, point_id, earlier, verdict, cause, said_at, run_id
            )
            before[key] = verdict
    return revisions


def _with_revisions(
    rows: pd.DataFrame, kind: Kind, revisions: Mapping[Key, Revision]
) -> pd.DataFrame:
    """Append `revised_at` (UTC) and `earlier_verdict` to a table of current rows."""
    keys = zip(*(rows[name].tolist() for name in kind.key), strict=True)
    of_rows = [revisions.get(key) for key in keys] if revisions else [None] * len(rows)
    at = [None if one is None else one.revised_at.replace(tzinfo=None) for one in of_rows]
    return rows.assign(
        revised_at=pd.DatetimeIndex(np.array(at, dtype="datetime64[us]"), tz=UTC),
        earlier_verdict=pd.array(["" if one is None else one.earlier for one in of_rows], TEXT),
    )
