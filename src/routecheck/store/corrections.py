"""Proposed corrections of the record, what was decided of them, and when.

Nothing is overwritten: another proposal, or a decision, is a new version. An accepted
correction holds from a day on until the points file changes that point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import UsageError
from routecheck.domain.tables import CORRECTIONS
from routecheck.registry.ids import as_shown
from routecheck.store.conversion import clean_text, frame, to_rows
from routecheck.store.schema import correction
from routecheck.store.transactions import Transactions
from routecheck.store.versions import change_current, end_current, last_versions

DECISION_COLUMNS = (
    "version", "current", "evidence_from", "decided_by", "decided_at", "holds_from", "holds_to",
    "said_at", "run_id",
)  # fmt: skip
_CONTENT = (
    "cause", "recorded_lon", "recorded_lat", "proposed_lon", "proposed_lat", "offset_m",
    "days_seen", "confidence", "proposed_tolerance_m", "evidence_from",
)  # fmt: skip
_KEY = ("point_id",)
KEPT = tuple(
    column
    for column in correction.columns
    if column.name not in ("version", "current", "said_at", "ended_at", "run_id")
)
"""What of a decision is kept outside the store too: all but its place among the versions."""


class Corrections(Transactions):
    """The proposed corrections of a store, and the decisions of operators."""

    def write_corrections(self, proposals: pd.DataFrame, *, run_id: str) -> int:
        """Enter what diagnosis proposes now; return how many points changed.

        A proposal that an operator has decided on stays as it was decided: accepted ones go on
        holding, rejected ones are not proposed again for the same cause. Proposals that are no
        longer made are ended.

        Args:
            proposals: CORRECTIONS, with an optional column `evidence_from` (date). Its `state` is
                not looked at.
            run_id: the run that made them.
        """
        at = self.now()
        if "evidence_from" not in proposals.columns:
            proposals = proposals.assign(evidence_from=None)
        columns = [correction.c[name] for name in (*_KEY, *_CONTENT, "criteria")]
        rows = to_rows(proposals, columns)
        with self._writing() as connection:
            old = _current(connection)
            last = last_versions(connection, correction, _KEY)
            insert: list[dict[str, Any]] = []
            end: list[str] = []
            for row in rows:
                before = old.get(row["point_id"])
                if before is not None:
                    if not _replaces(row, before):
                        continue
                    end.append(before.point_id)
                version = {
                    "version": last.get((row["point_id"],), 0) + 1,
                    "state": str(CorrectionState.PROPOSED),
                    "decided_by": "",
                    "current": True,
                    "said_at": at,
                    "run_id": run_id,
                }
                insert.append(row | version)
            made = {row["point_id"] for row in rows}
            gone = [
                point_id
                for point_id, before in old.items()
                if point_id not in made and before.state == CorrectionState.PROPOSED
            ]
            _end(connection, end + gone, at)
            if insert or gone:
                self._written.add((correction.name, None))
            if insert:
                connection.execute(sa.insert(correction), insert)
        return len(insert) + len(gone)

    def set_correction_state(
        self,
        point_ids: Sequence[str],
        state: CorrectionState,
        *,
        by: str,
        at: datetime | None = None,
        holds_from: date | None = None,
    ) -> list[str]:
        """Enter an operator's decision; return the points whose correction it changed.

        Args:
            point_ids: points with a current correction.
            state: accepted, rejected, or proposed (which takes a decision back).
            by: who decided.
            at: when, UTC; now, where not given.
            holds_from: for accepted ones; the first date of the evidence, where not given.

        Raises:
            UsageError: a point has no correction.
        """
        at = at or self.now()
        decision = {
            "state": str(state),
            "decided_by": clean_text(by),
            "decided_at": at,
            "holds_to": None,
            "said_at": at,
        }
        with self._writing() as connection:
            old = _current(connection)
            point_ids = [p if p in old else as_shown(p, old) or p for p in point_ids]
            unknown = sorted(set(point_ids) - set(old))
            if unknown:
                raise UsageError("nothing_proposed", points=", ".join(unknown))
            last = last_versions(connection, correction, _KEY)
            insert = []
            for point_id in dict.fromkeys(point_ids):
                before = old[point_id]
                accepted = state == CorrectionState.ACCEPTED
                start = (holds_from or before.evidence_from) if accepted else None
                if before.state == state and before.holds_from == start:
                    continue
                version = {"version": last[(point_id,)] + 1, "holds_from": start}
                insert.append(before._asdict() | decision | version)
            changed = [row["point_id"] for row in insert]
            _end(connection, changed, at)
            if insert:
                self._written.add((correction.name, None))
                connection.execute(sa.insert(correction), insert)
        return changed

    def decisions(self, *, every_version: bool = False) -> list[dict[str, Any]]:
        """Return what people decided that still counts, a dict of `KEPT` each.

        Those are the current corrections that were accepted or rejected, and accepted ones that
        hold on dates before the points file changed their point.

        Args:
            every_version: what was decided and taken back, or decided anew, too.
        """
        c = correction.c
        statement = sa.select(*KEPT).where(c.decided_at.is_not(None))
        if not every_version:
            decided = c.state != str(CorrectionState.PROPOSED)
            statement = statement.where(decided, sa.or_(c.current, c.holds_to.is_not(None)))
        with self._reading() as connection:
            rows = [row._asdict() for row in connection.execute(statement)]
        return sorted(rows, key=lambda row: (row["point_id"], row["decided_at"]))

    def enter_decisions(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Enter decisions that the store does not know; return how many.

        Args:
            rows: as `decisions` gives them. The last of a point becomes its current correction,
                unless the store has a later decision on it.
        """
        at = self.now()
        known = {(row["point_id"], row["decided_at"]) for row in self.decisions(every_version=True)}
        new = [row for row in rows if (row["point_id"], row["decided_at"]) not in known]
        with self._writing() as connection:
            last = last_versions(connection, correction, _KEY)
            for row in sorted(new, key=lambda row: row["decided_at"]):
                before = _current(connection).get(row["point_id"])
                later = before is not None and (before.decided_at or row["decided_at"])
                current = row["holds_to"] is None and not (later and later > row["decided_at"])
                if current:
                    _end(connection, [row["point_id"]], at)
                key = (row["point_id"],)
                last[key] = last.get(key, 0) + 1
                version = {"version": last[key], "current": current, "said_at": at, "run_id": None}
                ended = {"ended_at": None if current else at}
                connection.execute(sa.insert(correction), [{**row, **version, **ended}])
            if new:
                self._written.add((correction.name, None))
        return len(new)

    def correction_states(self) -> dict[str, str]:
        """Return by point what was decided of its correction: a state, or `ended`.

        `ended` is an accepted one that the points file has overtaken.
        """
        c = correction.c
        statement = (
            sa.select(c.point_id, c.state, c.current)
            .where(sa.or_(c.current, c.holds_to.is_not(None)))
            .order_by(c.current)
        )
        with self._reading() as connection:
            return {
                row.point_id: row.state if row.current else "ended"
                for row in connection.execute(statement)
            }

    def read_corrections(
        self,
        *,
        every_version: bool = False,
        in_force_on: date | None = None,
        of: str | None = None,
    ) -> pd.DataFrame:
        """Return CORRECTIONS with what was decided: current ones, all versions, or in force.

        Of one point where `of` names it.

        In force on a day are the accepted ones whose span holds it, also where the points file has
        changed the point since.
        """
        c = correction.c
        statement = sa.select(correction)
        if in_force_on is not None:
            statement = statement.where(
                c.state == str(CorrectionState.ACCEPTED),
                sa.or_(c.current, c.holds_to.is_not(None)),
                sa.or_(c.holds_from.is_(None), c.holds_from <= in_force_on),
                sa.or_(c.holds_to.is_(None), c.holds_to >= in_force_on),
            )
        elif not every_version:
            statement = statement.where(c.current)
        if of is not None:
            statement = statement.where(c.point_id == of)
        with self._reading() as connection:
            rows = sorted(
                connection.execute(statement), key=lambda row: (row.point_id, row.version)
            )
        return frame(CORRECTIONS, rows, more=DECISION_COLUMNS)


def follow_points(
    connection: Connection, starts: Mapping[str, date], new_ids: Mapping[str, str], at: datetime
) -> None:
    """End the corrections of records that the points file has changed.

    Args:
        connection: in a transaction.
        starts: by point, the first day of its new record; an accepted correction holds until then.
        new_ids: of points among them that only have another id now: the decisions on them go over
            to it.
        at: now, UTC.
    """
    decided = [
        row
        for row in _current(connection).values()
        if row.point_id in new_ids and row.state != CorrectionState.PROPOSED
    ]
    lasts = {
        (point_id,): {"holds_to": start - timedelta(days=1) if start > date.min else start}
        for point_id, start in starts.items()
    }
    accepted = correction.c.state == str(CorrectionState.ACCEPTED)
    change_current(connection, correction, _KEY, lasts.items(), accepted)
    _end(connection, starts, at)
    last = last_versions(connection, correction, _KEY)
    insert = []
    for row in decided:
        point_id = new_ids[row.point_id]
        version = last.get((point_id,), 0) + 1
        insert.append(row._asdict() | {"point_id": point_id, "version": version, "said_at": at})
    if insert:
        connection.execute(sa.insert(correction), insert)


def _replaces(row: dict[str, Any], before: Row[Any]) -> bool:
    """Tell whether a proposal takes the place of the current correction of its point.

    Where it has the same cause, `evidence_from` of the row is moved back to that of the former.
    """
    if before.state == CorrectionState.ACCEPTED:
        return False
    if before.cause == row["cause"]:
        if before.state == CorrectionState.REJECTED:
            return False
        if before.evidence_from and row["evidence_from"]:
            # The window that is looked back on moves on; the evidence began when it began.
            row["evidence_from"] = min(before.evidence_from, row["evidence_from"])
    return any(getattr(before, name) != row[name] for name in (*_CONTENT, "criteria"))


def _current(connection: Connection) -> dict[str, Row[Any]]:
    rows = connection.execute(sa.select(correction).where(correction.c.current))
    return {row.point_id: row for row in rows}


def _end(connection: Connection, point_ids: Iterable[str], at: datetime) -> None:
    end_current(connection, correction, _KEY, ((point_id,) for point_id in point_ids), at)
