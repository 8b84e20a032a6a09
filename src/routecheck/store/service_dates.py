"""The ledger of service dates: what was judged, on which data, and whether it is final."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from routecheck import __version__
from routecheck.domain.errors import StoreError
from routecheck.store.conversion import as_json, content
from routecheck.store.schema import (
    alert_verdict,
    correction,
    evidence,
    field_word,
    pickup_verdict,
    rejected,
    run,
    service_date,
)
from routecheck.store.seals import broken_on, seal_before
from routecheck.store.side_tables import SideTables
from routecheck.store.verdicts import Changes, Verdicts, Written

RUNNING = "running"
"""What `counts` of a date that was judged as it goes holds as true."""
RUNNING_DAYS = 7
"""Among so many dates before the last one are those that are still running: a window past midnight
and a morning's run that failed for days."""


@dataclass(frozen=True)
class DateOutcome:
    """What writing a service date changed."""

    service_date: date
    pickups: Changes
    alerts: Changes
    first_time: bool

    @property
    def changed(self) -> bool:
        """Whether any verdict or classification of the date is new or other than before."""
        return bool(self.pickups or self.alerts)


class Mark(NamedTuple):
    """What tells whether something that was read of a store is still so.

    Attributes:
        dates: of the verdicts, and all that is kept with their dates.
        corrections: of what is proposed, and decided of it.
        runs: of the registry, which runs bring to the points file.
        words: of what was found in the field.
    """

    dates: tuple[object, ...]
    corrections: tuple[object, ...]
    runs: tuple[object, ...]
    words: tuple[object, ...]

    @property
    def judged(self) -> tuple[object, ...]:
        """The mark of all but the words: no verdict and no correction changes with a word."""
        return self.dates, self.corrections, self.runs


class ServiceDates(Verdicts, SideTables):
    """The service dates of a store, with the verdicts and tables that belong to each."""

    def write_date(
        self,
        on: date,
        judgements: pd.DataFrame,
        classified: pd.DataFrame,
        rejected_rows: pd.DataFrame,
        *,
        input_hash: str,
        run_id: str,
        provisional: bool,
        counts: Mapping[str, Any] | None = None,
        evidence_tables: Mapping[str, pd.DataFrame] | None = None,
    ) -> DateOutcome:
        """Store a service date as a whole, in one transaction.

        What was stored of it while it was running (`counts` with `RUNNING`) is replaced without a
        trace: neither versions nor evidence of it stay, so that a date comes out alike whether or
        not it was judged as it went.

        Args:
            on: the service date.
            judgements: JUDGEMENTS of that date; with a column `alerted` (bool) where alerts
                name windows, else a pickup is alerted where any alert names its point.
            classified: CLASSIFIED of that date.
            rejected_rows: REJECTED that are counted under that date.
            input_hash: of all that the date was judged on.
            run_id: from `begin_run`.
            provisional: data may still come; else final.
            counts: what the run counted, kept as JSON.
            evidence_tables: what later days need of this one, by kind (see `evidence`).

        Raises:
            StoreError: the store could not be written; it is as it was before.
            TableError: two rows have the same key: a bug.
        """
        at = self.now()
        entry: dict[str, Any] = {
            "state": "provisional" if provisional else "final",
            "input_hash": input_hash,
            "run_id": run_id,
            "judged_at": at,
            "counts": as_json(counts),
        }
        here = service_date.c.service_date == on
        with self.as_one(), self._writing() as connection:
            self._written.add((service_date.name, on))
            self._forget_running(connection, on)
            pickups, alerts = self.write_verdicts(
                on, judgements, classified, Written(at, run_id, input_hash, __version__)
            )
            if pickups or alerts:
                entry["changed_at"] = at
            updated = connection.execute(sa.update(service_date).where(here).values(entry))
            first_time = updated.rowcount == 0
            if first_time:
                entry |= {"service_date": on, "changed_at": at}
                connection.execute(sa.insert(service_date), entry)
            self.put_rejected(on, rejected_rows)
            for kind, table in (evidence_tables or {}).items():
                self.put_evidence(on, kind, table)
        return DateOutcome(on, pickups, alerts, first_time)

    def _forget_running(self, connection: sa.Connection, on: date) -> None:
        """Remove what was stored of a date while it was running, if it was."""
        entry = self.date_entry(on)
        if entry is None or not is_running(entry):
            return
        for table in (pickup_verdict, alert_verdict, evidence, service_date):
            self._written.add((table.name, on))
            connection.execute(sa.delete(table).where(table.c.service_date == on))

    def forget_runs(self, command: str, *, but: str) -> None:
        """Remove the runs of a command that nothing stored rests on, but for one.

        Args:
            command: as in `begin_run`.
            but: the run that stays.
        """
        used = [
            sa.exists().where(table.c.run_id == run.c.run_id)
            for table in (service_date, pickup_verdict, alert_verdict, correction)
        ]
        with self._writing() as connection:
            connection.execute(
                sa.delete(run).where(
                    run.c.command == command, run.c.run_id != but, sa.not_(sa.or_(*used))
                )
            )

    def forget_evidence(self, before: date, history_before: date) -> int:
        """Remove evidence and rejected rows of dates before one; return how many dates lost some.

        Verdicts, the ledger and all counts stay. What is left is sealed anew.

        Args:
            before: the first date that is kept.
            history_before: the first date whose history is kept: later dates are judged by it.
        """
        scope = rejected.c.scope
        # Scopes that are dates begin with a digit; inputs have names.
        old = sa.and_(scope >= "0", scope < ":", scope < before.isoformat())
        with self._writing() as connection:
            day = evidence.c.service_date
            shown = sa.and_(day < before, evidence.c.kind != "history")
            goes = sa.or_(shown, day < history_before)
            dates = connection.execute(sa.select(day).where(goes).distinct())
            gone = {str(row.service_date) for row in dates}
            rows = connection.execute(sa.select(scope).where(old).distinct())
            gone |= {str(row.scope) for row in rows}
            if gone:
                connection.execute(sa.delete(evidence).where(goes))
                connection.execute(sa.delete(rejected).where(old))
                seal_before(connection, before)
        return len(gone)

    def finalise(self, dates: Iterable[date]) -> None:
        """Enter dates as final that need no judging again."""
        dates = list(dates)
        with self._writing() as connection:
            self._written |= {(service_date.name, on) for on in dates}
            connection.execute(
                sa.update(service_date)
                .where(service_date.c.service_date.in_(dates))
                .values(state="final")
            )

    def require_as_written(self, dates: Iterable[date]) -> None:
        """Make sure that the store holds of some dates what was written.

        Raises:
            StoreError: it does not: it is damaged.
        """
        with self._reading() as connection:
            broken = broken_on(connection, dates)
        if broken:
            raise StoreError("store_other_values", store=self.label, scope=broken[0])

    def dates(self) -> list[dict[str, Any]]:
        """Return the ledger: a dict of its columns for each service date, `counts` as a dict.

        Dates that were judged as they went, and by no run since, are left out (see `running`).
        """
        return [entry for entry in self._entries() if not is_running(entry)]

    def running(self) -> list[dict[str, Any]]:
        """Return the entries of the dates that were judged as they went, and by no run since."""
        # They are the last ones, but for a clock that was set back.
        last = sa.select(sa.func.max(service_date.c.service_date)).scalar_subquery()
        with self._reading() as connection:
            latest = connection.scalar(sa.select(last))
        if latest is None:
            return []
        recent = service_date.c.service_date >= latest - timedelta(days=RUNNING_DAYS)
        return [entry for entry in self._entries(recent) if is_running(entry)]

    def mark(self) -> Mark:
        """Return a mark of what is stored: another one once a run or a decision has changed it."""
        d, c, w = service_date.c, correction.c, field_word.c
        statements = (
            sa.select(sa.func.max(d.judged_at), sa.func.count()).select_from(service_date),
            sa.select(sa.func.max(c.said_at), sa.func.max(c.ended_at), sa.func.count()),
            sa.select(sa.func.max(run.c.run_id), sa.func.max(run.c.finished_at)),
            sa.select(sa.func.max(w.said_at), sa.func.max(w.ended_at)),
        )
        with self._reading() as connection:
            return Mark(*(tuple(connection.execute(one).one()) for one in statements))

    def first_judged(self, first: date, last: date) -> dict[date, datetime]:
        """Return when each date from `first` to `last` was judged for the first time (UTC)."""
        p, d = pickup_verdict.c, service_date.c
        verdict = sa.select(p.service_date, sa.func.min(p.said_at).label("moment"))
        ledger = sa.select(d.service_date, d.judged_at)
        statements = (
            ledger.where(d.service_date.between(first, last)),
            verdict.where(p.service_date.between(first, last)).group_by(p.service_date),
        )
        with self._reading() as connection:
            moments = [(row[0], row[1]) for each in statements for row in connection.execute(each)]
        return dict(sorted(moments, key=lambda entry: entry[1], reverse=True))

    def date_entry(self, on: date) -> dict[str, Any] | None:
        """Return the ledger's entry of one service date; None where it was never judged."""
        return next(iter(self._entries(service_date.c.service_date == on)), None)

    def _entries(self, *conditions: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        statement = sa.select(service_date).where(*conditions).order_by(service_date.c.service_date)
        with self._reading() as connection:
            return [
                row._asdict() | {"counts": content(row.counts)}
                for row in connection.execute(statement)
            ]


def is_running(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of the ledger is of a date that was judged as it went."""
    return bool((entry["counts"] or {}).get(RUNNING))
