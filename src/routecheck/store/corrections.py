"""Proposed corrections of the record, what was decided of them, and when.

Nothing is overwritten: another proposal, or a decision, is a new version. An accepted
correction holds from a day on until the points file changes that point.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import UsageError
from routecheck.domain.tables import CORRECTIONS
from routecheck.store import rows as r
from routecheck.store.schema import correction

DECISION_COLUMNS = (
    "version", "current", "evidence_from", "decided_by", "decided_at", "holds_from", "holds_to",
    "said_at", "run_id",
)  # fmt: skip
_CONTENT = (
    "cause", "recorded_lon", "recorded_lat", "proposed_lon", "proposed_lat", "offset_m",
    "days_seen", "confidence", "proposed_tolerance_m", "evidence_from",
)  # fmt: skip
_DECISION = ("state", "decided_by", "decided_at", "holds_from", "holds_to")


def write(connection: Connection, proposals: pd.DataFrame, *, run_id: str, at: datetime) -> int:
    """Enter what diagnosis proposes now; return how many points changed.

    A proposal that an operator has decided on stays as it was decided: accepted ones go on
    holding, rejected ones are not proposed again for the same cause. Proposals that are no
    longer made are ended.

    Args:
        connection: in a transaction.
        proposals: CORRECTIONS, with an optional column `evidence_from` (date). Its `state` is
            not looked at.
        run_id: the run that made them.
        at: now, UTC.
    """
    old = {row.point_id: row for row in _current(connection)}
    last = _last_versions(connection)
    insert: list[dict[str, Any]] = []
    end: list[str] = []
    seen: set[str] = set()
    for row in _rows(proposals):
        point_id = row["point_id"]
        seen.add(point_id)
        before = old.get(point_id)
        if before is not None:
            if before.state == CorrectionState.ACCEPTED:
                continue
            if before.state == CorrectionState.REJECTED and before.cause == row["cause"]:
                continue
            if before.cause == row["cause"] and before.evidence_from and row["evidence_from"]:
                # The window that is looked back on moves on; the evidence began when it began.
                row["evidence_from"] = min(before.evidence_from, row["evidence_from"])
            if all(getattr(before, name) == row[name] for name in (*_CONTENT, "criteria")):
                continue
            end.append(point_id)
        row |= {
            "version": last.get(point_id, 0) + 1,
            "state": str(CorrectionState.PROPOSED),
            "decided_by": "",
            "current": True,
            "said_at": at,
            "run_id": run_id,
        }
        insert.append(row)
    gone = [
        point_id
        for point_id, row in old.items()
        if point_id not in seen and row.state == CorrectionState.PROPOSED
    ]
    _end(connection, end + gone, at)
    if insert:
        connection.execute(sa.insert(correction), insert)
    return len(insert) + len(gone)


def decide(
    connection: Connection,
    point_ids: Sequence[str],
    state: CorrectionState,
    *,
    by: str,
    at: datetime,
    holds_from: date | None,
) -> list[str]:
    """Enter a decision on the current corrections of some points; return those it changed.

    Raises:
        UsageError: for one of the points no correction is known.
    """
    old = {row.point_id: row for row in _current(connection)}
    unknown = sorted(set(point_ids) - set(old))
    if unknown:
        raise UsageError("nothing_proposed", points=", ".join(unknown))
    last = _last_versions(connection)
    insert = []
    for point_id in dict.fromkeys(point_ids):
        before = old[point_id]._asdict()
        start = None
        if state == CorrectionState.ACCEPTED:
            start = holds_from or before["evidence_from"]
        if before["state"] == state and before["holds_from"] == start:
            continue
        insert.append(
            before
            | {
                "version": last[point_id] + 1,
                "state": str(state),
                "decided_by": r.clean_text(by),
                "decided_at": at,
                "holds_from": start,
                "holds_to": None,
                "said_at": at,
            }
        )
    changed = [row["point_id"] for row in insert]
    _end(connection, changed, at)
    if insert:
        connection.execute(sa.insert(correction), insert)
    return changed


def states(connection: Connection) -> dict[str, str]:
    """Return by point what was decided of its correction: a state, or `ended`.

    `ended` is an accepted one that the points file has overtaken.
    """
    c = correction.c
    found: dict[str, str] = {}
    rows = connection.execute(
        sa.select(c.point_id, c.state, c.current, c.holds_to)
        .where(sa.or_(c.current, c.holds_to.is_not(None)))
        .order_by(c.current)
    )
    for row in rows:
        found[row.point_id] = row.state if row.current else "ended"
    return found


def read(
    connection: Connection, *, every_version: bool = False, in_force_on: date | None = None
) -> pd.DataFrame:
    """Return CORRECTIONS with what was decided: the current ones, all versions, or in force.

    In force on a day are the accepted ones whose span holds it, also where the points file has
    changed the point since.
    """
    table = correction
    statement = sa.select(table)
    if in_force_on is not None:
        statement = statement.where(
            table.c.state == str(CorrectionState.ACCEPTED),
            sa.or_(table.c.current, table.c.holds_to.is_not(None)),
            sa.or_(table.c.holds_from.is_(None), table.c.holds_from <= in_force_on),
            sa.or_(table.c.holds_to.is_(None), table.c.holds_to >= in_force_on),
        )
    elif not every_version:
        statement = statement.where(table.c.current)
    found = sorted(connection.execute(statement).all(), key=lambda row: (row.point_id, row.version))
    return r.frame(CORRECTIONS, found, more=DECISION_COLUMNS)


def _rows(proposals: pd.DataFrame) -> list[dict[str, Any]]:
    df = proposals
    first = r.dates(df["evidence_from"]) if "evidence_from" in df.columns else [None] * len(df)
    columns: dict[str, list[Any]] = {
        "point_id": r.texts(df["point_id"]),
        "cause": r.texts(df["cause"]),
        **{
            name: r.numbers(df[name], r.DEGREES_DIGITS)
            for name in ("recorded_lon", "recorded_lat", "proposed_lon", "proposed_lat")
        },
        "offset_m": r.numbers(df["offset_m"], r.METRES_DIGITS),
        "days_seen": [int(value) for value in df["days_seen"]],
        "confidence": r.numbers(df["confidence"], r.CONFIDENCE_DIGITS),
        "proposed_tolerance_m": r.numbers(df["proposed_tolerance_m"], r.METRES_DIGITS),
        "evidence_from": first,
        "criteria": [r.as_json(value) for value in df["criteria"]],
    }
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _current(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(sa.select(correction).where(correction.c.current)).all()


def _last_versions(connection: Connection) -> dict[str, int]:
    found = connection.execute(
        sa.select(correction.c.point_id, sa.func.max(correction.c.version)).group_by(
            correction.c.point_id
        )
    )
    return {row[0]: row[1] for row in found}


def _end(connection: Connection, point_ids: Sequence[str], at: datetime) -> None:
    if point_ids:
        connection.execute(
            sa.update(correction)
            .where(correction.c.current, correction.c.point_id == sa.bindparam("key"))
            .values(current=False, ended_at=at),
            [{"key": point_id} for point_id in point_ids],
        )
