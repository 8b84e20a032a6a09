"""What somebody found at a point, said of a pickup with one tap: each word with its versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from routecheck.store.conversion import clean_text
from routecheck.store.schema import field_word
from routecheck.store.transactions import Transactions
from routecheck.store.versions import end_current, last_versions

_KEY = ("service_date", "point_id", "window_start")


class FieldWords(Transactions):
    """The words of a store."""

    def say_word(
        self, on: date, point_id: str, window_start: datetime, word: str, *, verdict: str, by: str
    ) -> None:
        """Enter what somebody found; it takes the place of what was said of the pickup before.

        Needs no lock: it stands beside what a run writes, and the next run counts it.

        Args:
            on: service date of the pickup.
            point_id: its point.
            window_start: of its window (UTC).
            word: a code of `FieldWord`; empty: what was said before is taken back.
            verdict: of the pickup, as whoever says it was shown it.
            by: who says it.
        """
        at, key = self.now(), (on, point_id, window_start)
        with self._writing() as connection:
            here = [field_word.c[name] == part for name, part in zip(_KEY, key, strict=True)]
            last = last_versions(connection, field_word, _KEY, *here)
            end_current(connection, field_word, _KEY, [key], at)
            self._written.add((field_word.name, None))
            if word:
                row = dict(zip(_KEY, key, strict=True)) | {
                    "version": max(last.values(), default=0) + 1,
                    "current": True,
                    "word": word,
                    "verdict": verdict,
                    "said_by": clean_text(by),
                    "said_at": at,
                }
                connection.execute(sa.insert(field_word), row)

    def words(
        self, first: date | None = None, last: date | None = None, *, as_of: datetime | None = None
    ) -> list[Mapping[str, Any]]:
        """Return what was said and stands, in order of date, point and window.

        A dict each: `service_date`, `point_id`, `window_start`, `word`, `verdict`, `said_by`,
        `said_at` (UTC).

        Args:
            first: the first service date; None: of all.
            last: the last service date; None: of all.
            as_of: what stood at that moment (UTC); None: now.
        """
        c = field_word.c
        statement = sa.select(
            *(c[name] for name in (*_KEY, "word", "verdict", "said_by", "said_at"))
        )
        if first is not None:
            statement = statement.where(c.service_date >= first)
        if last is not None:
            statement = statement.where(c.service_date <= last)
        if as_of is None:
            statement = statement.where(c.current)
        else:
            stood = sa.or_(c.ended_at.is_(None), c.ended_at > as_of)
            statement = statement.where(c.said_at <= as_of, stood)
        with self._reading() as connection:
            rows = [row._asdict() for row in connection.execute(statement)]
        return sorted(rows, key=lambda row: tuple(row[name] for name in _KEY))
