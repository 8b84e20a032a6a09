"""What is kept beside the verdicts: rejected rows, evidence for later days, files seen, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from routecheck.domain.tables import REJECTED
from routecheck.store.conversion import as_json, clean_text, content, pack, texts, unpack
from routecheck.store.schema import evidence, input_file, note, rejected, rejected_count
from routecheck.store.transactions import Transactions


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


class SideTables(Transactions):
    """Small things kept by name, or by service date."""

    def write_rejected(self, inputs: Mapping[str, pd.DataFrame]) -> None:
        """Replace the rejected rows of inputs that have no date, by name (`points`, …).

        An input without rejected rows is entered too: see `rejected_inputs`.
        """
        with self.as_one():
            for name, table in inputs.items():
                self._replace_rejected(name, table, pack(REJECTED.check(table)))

    def put_rejected(self, on: date, table: pd.DataFrame) -> None:
        """Replace the rejected rows of a service date (REJECTED)."""
        content = pack(REJECTED.check(table)) if len(table) else b""
        self._replace_rejected(on.isoformat(), table, content)

    def _replace_rejected(self, scope: str, table: pd.DataFrame, content: bytes) -> None:
        """Replace the rejected rows of a scope; empty bytes leave no trace of it."""
        with self._writing() as connection:
            before = connection.scalar(
                sa.select(rejected.c.content).where(rejected.c.scope == scope)
            )
            if (before or b"") == content:
                return
            self._written.add((rejected.name, scope))
            connection.execute(sa.delete(rejected).where(rejected.c.scope == scope))
            connection.execute(sa.delete(rejected_count).where(rejected_count.c.scope == scope))
            if not content:
                return
            row = {"scope": scope, "rows": len(table), "content": content}
            connection.execute(sa.insert(rejected), row)
            counts = Counter(zip(texts(table["file"]), texts(table["reason"]), strict=True))
            if counts:
                connection.execute(
                    sa.insert(rejected_count),
                    [
                        {"scope": scope, "file": file, "reason": reason, "rows": count}
                        for (file, reason), count in sorted(counts.items())
                    ],
                )

    def read_rejected(self, scope: date | str) -> pd.DataFrame:
        """Return REJECTED of a service date, or of an input by its name."""
        statement = sa.select(rejected.c.content).where(rejected.c.scope == str(scope))
        with self._reading() as connection:
            content = connection.scalar(statement)
        return REJECTED.empty() if content is None else unpack(content)

    def rejected_counts(self, scope: date | str) -> list[tuple[str, str, int]]:
        """Return (file, reason, rows) of a service date, or of an input by its name."""
        c = rejected_count.c
        statement = sa.select(c.file, c.reason, c.rows).where(c.scope == str(scope))
        with self._reading() as connection:
            return sorted((row[0], row[1], row[2]) for row in connection.execute(statement))

    def rejected_inputs(self) -> list[str]:
        """Return the names of the inputs without a date, also of those without rejected rows.

        The export needs them too: it empties the file that an earlier fault has left.
        """
        with self._reading() as connection:
            scopes = connection.scalars(sa.select(rejected.c.scope)).all()
        return sorted(scope for scope in scopes if not scope[:1].isdigit())

    def put_evidence(self, on: date, kind: str, table: pd.DataFrame) -> None:
        """Keep a small table of a service date for later days; replaces the former one."""
        content = pack(table)
        here = sa.and_(evidence.c.service_date == on, evidence.c.kind == kind)
        row = {"service_date": on, "kind": kind, "rows": len(table), "content": content}
        with self._writing() as connection:
            if connection.scalar(sa.select(evidence.c.content).where(here)) != content:
                self._written.add((evidence.name, on))
                connection.execute(sa.delete(evidence).where(here))
                connection.execute(sa.insert(evidence), row)

    def evidence(self, kind: str, first: date, last: date) -> dict[date, pd.DataFrame]:
        """Return the tables of a kind for the dates from `first` to `last`, both included."""
        c = evidence.c
        statement = (
            sa.select(c.service_date, c.content)
            .where(c.kind == kind, c.service_date.between(first, last))
            .order_by(c.service_date)
        )
        with self._reading() as connection:
            rows = connection.execute(statement).all()
        return {row.service_date: unpack(row.content) for row in rows}

    def last_evidence(self, kind: str) -> pd.DataFrame | None:
        """Return the table of a kind of the last date that has one; None: no date has."""
        c = evidence.c
        statement = sa.select(c.content).where(c.kind == kind).order_by(c.service_date.desc())
        with self._reading() as connection:
            content = connection.scalar(statement.limit(1))
        return None if content is None else unpack(content)

    def put_input_files(self, files: Iterable[InputFile], *, gone: Collection[str] = ()) -> None:
        """Keep what reading input files found, replacing what was known of their paths.

        Args:
            files: that were read.
            gone: paths of which nothing need be known any more.
        """
        at = self.now()
        rows = [vars(file) | {"path": clean_text(file.path), "seen_at": at} for file in files]
        replaced = [{"key": path} for path in {*(str(row["path"]) for row in rows), *gone}]
        with self._writing() as connection:
            if replaced:
                here = input_file.c.path == sa.bindparam("key")
                connection.execute(sa.delete(input_file).where(here), replaced)
            if rows:
                connection.execute(sa.insert(input_file), rows)

    def input_files(self, kind: str) -> dict[str, str]:
        """Return what reading input files of a kind found, by path."""
        c = input_file.c
        with self._reading() as connection:
            rows = connection.execute(sa.select(c.path, c.content).where(c.kind == kind))
            return {row.path: row.content for row in rows}

    def put_note(self, name: str, content: Mapping[str, Any]) -> None:
        """Keep a small thing under a name, with the time; replaces the former one."""
        row = {"name": name, "content": as_json(content), "noted_at": self.now()}
        with self._writing() as connection:
            connection.execute(sa.delete(note).where(note.c.name == name))
            connection.execute(sa.insert(note), row)

    def forget_note(self, name: str) -> None:
        """Keep nothing under a name any more."""
        with self._writing() as connection:
            connection.execute(sa.delete(note).where(note.c.name == name))

    def read_note(self, name: str) -> tuple[dict[str, Any], datetime] | None:
        """Return what is kept under a name and since when (UTC); None where there is nothing."""
        with self._reading() as connection:
            row = connection.execute(sa.select(note).where(note.c.name == name)).first()
        return None if row is None else (content(row.content), row.noted_at)
