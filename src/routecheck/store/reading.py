"""What is read of a store; each method is one transaction, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from routecheck.domain.tables import JUDGEMENTS
from routecheck.store import corrections, registry, side_tables, verdicts
from routecheck.store.changes import PointChange
from routecheck.store.engine import errors_told, label, sqlite_path
from routecheck.store.lock import is_held
from routecheck.store.schema import alert_verdict, pickup_verdict, run, service_date
from routecheck.store.verdicts import Revision


@dataclass
class Reader:
    """The reading half of a `Store`."""

    engine: Engine

    @property
    def label(self) -> str:
        """How the store is named to people: its file, or its URL without the password."""
        return label(self.engine.url)

    @property
    def path(self) -> Path | None:
        """The file of a SQLite store."""
        return sqlite_path(self.engine.url)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with (
            errors_told(self.engine.url),
            self.engine.connect().execution_options(reading=True) as connection,
        ):
            yield connection

    def rows_of(self, table: sa.Table) -> list[dict[str, Any]]:
        """Return all rows of a table of the schema, a dict each."""
        with self._reading() as connection:
            return [row._asdict() for row in connection.execute(sa.select(table))]

    # --- runs and service dates ---------------------------------------------------------------

    def held(self) -> bool:
        """Tell whether some runner is at work on the store now."""
        with errors_told(self.engine.url):
            return is_held(self.engine)

    def runs(self, *, limit: int = 20) -> list[dict[str, Any]]:
        """Return the last runs, newest first, a dict of their columns each."""
        statement = sa.select(run).order_by(run.c.started_at.desc(), run.c.run_id.desc())
        with self._reading() as connection:
            return [row._asdict() for row in connection.execute(statement.limit(limit))]

    def run_entry(self, run_id: str) -> dict[str, Any]:
        """Return the columns of a run."""
        with self._reading() as connection:
            return connection.execute(sa.select(run).where(run.c.run_id == run_id)).one()._asdict()

    def run_states(self) -> dict[str, str]:
        """Return the state of every run by its id."""
        with self._reading() as connection:
            found = connection.execute(sa.select(run.c.run_id, run.c.state))
            return {row.run_id: row.state for row in found}

    def dates(self) -> list[dict[str, Any]]:
        """Return the ledger: a dict of its columns for each service date, `counts` as a dict."""
        statement = sa.select(service_date).order_by(service_date.c.service_date)
        with self._reading() as connection:
            return [
                row._asdict() | {"counts": json.loads(row.counts)}
                for row in connection.execute(statement)
            ]

    def first_judged(self, first: date, last: date) -> dict[date, datetime]:
        """Return when each date from `first` to `last` was judged for the first time (UTC)."""
        p, d = pickup_verdict.c, service_date.c
        since = sa.func.min(p.said_at).label("moment")
        verdict = sa.select(p.service_date, since).group_by(p.service_date)
        ledger = sa.select(d.service_date, d.judged_at)
        with self._reading() as connection:
            found = [
                (row[0], row[1])
                for statement, day in ((ledger, d.service_date), (verdict, p.service_date))
                for row in connection.execute(statement.where(day >= first, day <= last))
            ]
        return dict(sorted(found, key=lambda entry: entry[1], reverse=True))

    def date_entry(self, on: date) -> dict[str, Any] | None:
        """Return the ledger's entry of one service date; None where it was never judged."""
        statement = sa.select(service_date).where(service_date.c.service_date == on)
        with self._reading() as connection:
            row = connection.execute(statement).first()
        return None if row is None else row._asdict() | {"counts": json.loads(row.counts)}

    def read_pickups(self, on: date, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return JUDGEMENTS of a date with `alerted` and the columns of versions, sorted.

        Two more columns tell of revisions: `revised_at` (UTC) and `earlier_verdict`, blank where
        the verdict was never another one.

        Args:
            on: the service date.
            as_of: as it was said at that moment (UTC); now, where not given.
        """
        with self._reading() as connection:
            found = verdicts.read(connection, verdicts.PICKUPS, on, as_of=as_of)
            revised = verdicts.revised(connection, verdicts.PICKUPS, on, as_of=as_of)
        return verdicts.with_revisions(verdicts.pickup_frame(found), verdicts.PICKUPS, revised)

    def read_pickups_of(self, dates: Sequence[date], points: Sequence[str]) -> pd.DataFrame:
        """Return JUDGEMENTS as they stand of some points on some dates."""
        with self._reading() as connection:
            found = verdicts.read_some(connection, dates, points)
        return verdicts.pickup_frame(found)[JUDGEMENTS.names]

    def read_alerts(self, on: date, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return CLASSIFIED of a date with the columns of versions, sorted by alert.

        `revised_at` and `earlier_verdict` as in `read_pickups`; the verdict of an alert is its
        classification.
        """
        with self._reading() as connection:
            found = verdicts.read(connection, verdicts.ALERTS, on, as_of=as_of)
            revised = verdicts.revised(connection, verdicts.ALERTS, on, as_of=as_of)
        return verdicts.with_revisions(verdicts.alert_frame(found), verdicts.ALERTS, revised)

    def revisions(self, on: date, *, run_id: str | None = None) -> list[Revision]:
        """Return what is said of a date otherwise than before, of one run or of all."""
        with self._reading() as connection:
            found = [
                revision
                for kind in (verdicts.PICKUPS, verdicts.ALERTS)
                for revision in verdicts.revised(connection, kind, on).values()
            ]
        return [one for one in found if run_id is None or one.run_id == run_id]

    def outcomes(self, first: date, last: date) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what was said of the dates from `first` to `last`, both included, in short.

        Returns:
            A row a date, verdict and scheduled vehicle (`service_date`, `verdict`,
            `scheduled_vehicle_id`, `pickups`), and a row an alert (`service_date`, `alert_id`,
            `point_id`, `classification`, `cause`).
        """
        p, a = pickup_verdict.c, alert_verdict.c
        keys = (p.service_date, p.verdict, p.scheduled_vehicle_id)
        pickups = (
            sa.select(*keys, sa.func.count().label("pickups"))
            .where(p.current, p.service_date >= first, p.service_date <= last)
            .group_by(*keys)
        )
        alerts = sa.select(a.service_date, a.alert_id, a.point_id, a.classification, a.cause)
        alerts = alerts.where(a.current, a.service_date >= first, a.service_date <= last)
        tables = []
        with self._reading() as connection:
            for statement in (pickups, alerts):
                names = [column.name for column in statement.selected_columns]
                found = sorted(tuple(row) for row in connection.execute(statement))
                tables.append(pd.DataFrame(found, columns=names))
        return tables[0], tables[1]

    def due_days(self, first: date, last: date) -> pd.Series:
        """Return on how many dates from `first` to `last` each point was due, by point."""
        p = pickup_verdict.c
        statement = (
            sa.select(p.point_id, sa.func.count(sa.distinct(p.service_date)).label("days"))
            .where(p.current, p.service_date >= first, p.service_date <= last)
            .group_by(p.point_id)
        )
        with self._reading() as connection:
            found = {row.point_id: int(row.days) for row in connection.execute(statement)}
        return pd.Series(found, dtype="int64").sort_index()

    def history(self, point_id: str, on: date) -> pd.DataFrame:
        """Return every version of the pickups of a point on a date, oldest first."""
        with self._reading() as connection:
            found = verdicts.read(
                connection, verdicts.PICKUPS, on, point_id=point_id, every_version=True
            )
        return verdicts.pickup_frame(found)

    def alert_history(self, point_id: str, on: date) -> pd.DataFrame:
        """Return every version of the alerts of a point on a date, oldest first."""
        with self._reading() as connection:
            found = verdicts.read(
                connection, verdicts.ALERTS, on, point_id=point_id, every_version=True
            )
        return verdicts.alert_frame(found)

    # --- rows kept apart, files, evidence -----------------------------------------------------

    def read_rejected(self, scope: date | str) -> pd.DataFrame:
        """Return REJECTED of a service date, or of an input by its name."""
        with self._reading() as connection:
            return side_tables.read_rejected(connection, scope)

    def rejected_counts(self, scope: date | str) -> list[tuple[str, str, int]]:
        """Return (file, reason, rows) of a service date, or of an input by its name."""
        with self._reading() as connection:
            return side_tables.rejected_counts(connection, scope)

    def rejected_inputs(self) -> list[str]:
        """Return the names of the inputs without a date, also of those without rejected rows.

        The export needs them too: it empties the file that an earlier fault has left.
        """
        with self._reading() as connection:
            return side_tables.rejected_inputs(connection)

    def evidence(self, kind: str, first: date, last: date) -> dict[date, pd.DataFrame]:
        """Return the tables of a kind for the dates from `first` to `last`, both included."""
        with self._reading() as connection:
            return side_tables.read_evidence(connection, kind, first, last)

    def input_files(self, kind: str) -> dict[str, str]:
        """Return what reading input files of a kind found, by path."""
        with self._reading() as connection:
            return side_tables.read_input_files(connection, kind)

    def read_note(self, name: str) -> tuple[dict[str, Any], datetime] | None:
        """Return what is kept under a name and since when (UTC); None where there is nothing."""
        with self._reading() as connection:
            found = side_tables.read_note(connection, name)
        return None if found is None else (json.loads(found[0]), found[1])

    # --- registry -----------------------------------------------------------------------------

    def known_points(self) -> int:
        """Return how many points the points file had when it was last read."""
        with self._reading() as connection:
            return registry.known(connection)

    def point_records(self, point_id: str) -> list[dict[str, Any]]:
        """Return the records of a point, oldest first: what the file said, from when to when.

        A dict each: `name`, `township`, `village`, `lon`, `lat` (centre, WGS-84), `tolerance_m`,
        `holds_from`, `holds_to`, `entered_at`, `entered_by`, `ended_at`, `ended_by`.
        """
        with self._reading() as connection:
            return registry.records_of(connection, point_id)

    def alert_days(self, point_id: str) -> list[tuple[date, str, int]]:
        """Return (service date, classification, alerts) of a point, oldest first."""
        a = alert_verdict.c
        statement = (
            sa.select(a.service_date, a.classification, sa.func.count())
            .where(a.current, a.point_id == point_id)
            .group_by(a.service_date, a.classification)
        )
        with self._reading() as connection:
            return sorted((row[0], row[1], int(row[2])) for row in connection.execute(statement))

    def point_changes(self) -> list[tuple[datetime, str, list[PointChange]]]:
        """Return what each import of the points file changed, oldest first: when, by, what."""
        with self._reading() as connection:
            return registry.changes(connection)

    def points_at(self, day: date) -> pd.DataFrame:
        """Return POINTS as they hold on a day, a row a point, sorted by point."""
        with self._reading() as connection:
            return registry.read(connection, day)

    def points(self, *, as_of: datetime | None = None) -> pd.DataFrame:
        """Return POINTS of all time, a row a point and span; `valid_*` tell when each holds.

        Args:
            as_of: as the registry was at that moment (UTC); now, where not given.
        """
        with self._reading() as connection:
            return registry.read(connection, as_of=as_of)

    def correction_states(self) -> dict[str, str]:
        """Return by point `proposed`, `accepted`, `rejected`, or `ended` by the points file."""
        with self._reading() as connection:
            return corrections.states(connection)

    def read_corrections(
        self, *, every_version: bool = False, in_force_on: date | None = None
    ) -> pd.DataFrame:
        """Return CORRECTIONS and what was decided: current ones, all versions, or in force."""
        with self._reading() as connection:
            return corrections.read(
                connection, every_version=every_version, in_force_on=in_force_on
            )
