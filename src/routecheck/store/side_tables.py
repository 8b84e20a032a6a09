"""What is kept beside the verdicts: rejected rows, evidence for later days, input files seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from routecheck.domain.tables import REJECTED
from routecheck.store import blobs
from routecheck.store import rows as r
from routecheck.store.schema import evidence, input_file, note, rejected, rejected_count


@dataclass(frozen=True)
class InputFile:
    """What reading an input file found, so that it need not be read again.

    Attributes:
        path: as messages name it.
        kind: `fixes`, …
        content: a text that its reader understands.
    """

    path: str
    kind: str
    content: str


def _scope(scope: date | str) -> str:
    return scope if isinstance(scope, str) else scope.isoformat()


def pack_rejected(df: pd.DataFrame) -> bytes:
    """Return REJECTED as bytes, none where it has no rows."""
    return blobs.pack(REJECTED.check(df)) if len(df) else b""


def put_rejected(
    connection: Connection, scope: date | str, df: pd.DataFrame, content: bytes
) -> None:
    """Replace the rejected rows of a service date or an input, and their counts.

    `content` is the packed table; empty bytes leave no trace of the scope.
    """
    name = _scope(scope)
    before = connection.execute(
        sa.select(rejected.c.content).where(rejected.c.scope == name)
    ).scalar_one_or_none()
    if (before or b"") == content:
        return
    connection.execute(sa.delete(rejected).where(rejected.c.scope == name))
    connection.execute(sa.delete(rejected_count).where(rejected_count.c.scope == name))
    if not content:
        return
    connection.execute(sa.insert(rejected), {"scope": name, "rows": len(df), "content": content})
    if not len(df):
        return
    counts = Counter(zip(r.texts(df["file"]), r.texts(df["reason"]), strict=True))
    connection.execute(
        sa.insert(rejected_count),
        [
            {"scope": name, "file": file, "reason": reason, "rows": count}
            for (file, reason), count in sorted(counts.items())
        ],
    )


def read_rejected(connection: Connection, scope: date | str) -> pd.DataFrame:
    """Return REJECTED of a service date or an input."""
    content = connection.execute(
        sa.select(rejected.c.content).where(rejected.c.scope == _scope(scope))
    ).scalar_one_or_none()
    return REJECTED.empty() if content is None else blobs.unpack(content)


def rejected_counts(connection: Connection, scope: date | str) -> list[tuple[str, str, int]]:
    """Return (file, reason, rows) of a service date or an input, sorted."""
    c = rejected_count.c
    statement = sa.select(c.file, c.reason, c.rows).where(c.scope == _scope(scope))
    return sorted((row[0], row[1], row[2]) for row in connection.execute(statement))


def rejected_inputs(connection: Connection) -> list[str]:
    """Return the inputs without a date that were entered, by name."""
    names = connection.execute(sa.select(rejected.c.scope)).scalars()
    return sorted(name for name in names if not name[:1].isdigit())


def put_evidence(connection: Connection, on: date, kind: str, n_rows: int, content: bytes) -> None:
    """Replace the evidence of a kind of a service date."""
    here = sa.and_(evidence.c.service_date == on, evidence.c.kind == kind)
    before = connection.execute(sa.select(evidence.c.content).where(here)).scalar_one_or_none()
    if before == content:
        return
    connection.execute(sa.delete(evidence).where(here))
    connection.execute(
        sa.insert(evidence),
        {"service_date": on, "kind": kind, "rows": n_rows, "content": content},
    )


def read_evidence(
    connection: Connection, kind: str, first: date, last: date
) -> dict[date, pd.DataFrame]:
    """Return the evidence of a kind from `first` to `last`, both included, oldest first."""
    c = evidence.c
    found = connection.execute(
        sa.select(c.service_date, c.content)
        .where(c.kind == kind, c.service_date >= first, c.service_date <= last)
        .order_by(c.service_date)
    )
    return {row.service_date: blobs.unpack(row.content) for row in found}


def put_input_files(
    connection: Connection, files: Iterable[InputFile], gone: Iterable[str], *, at: datetime
) -> None:
    """Enter what reading input files found, replacing what was known of them; forget others."""
    rows = [vars(file) | {"path": r.clean_text(file.path), "seen_at": at} for file in files]
    old = [{"key": path} for path in {*(str(row["path"]) for row in rows), *gone}]
    if old:
        connection.execute(
            sa.delete(input_file).where(input_file.c.path == sa.bindparam("key")), old
        )
    if rows:
        connection.execute(sa.insert(input_file), rows)


def read_input_files(connection: Connection, kind: str) -> dict[str, str]:
    """Return what reading input files of a kind found, by path."""
    c = input_file.c
    found = connection.execute(sa.select(c.path, c.content).where(c.kind == kind))
    return {row.path: row.content for row in found}


def put_note(connection: Connection, name: str, content: str, *, at: datetime) -> None:
    """Replace what is kept under a name: JSON."""
    connection.execute(sa.delete(note).where(note.c.name == name))
    connection.execute(sa.insert(note), {"name": name, "content": content, "noted_at": at})


def read_note(connection: Connection, name: str) -> tuple[str, datetime] | None:
    """Return what is kept under a name (JSON) and since when; None where there is nothing."""
    found = connection.execute(
        sa.select(note.c.content, note.c.noted_at).where(note.c.name == name)
    ).first()
    return None if found is None else (found.content, found.noted_at)
