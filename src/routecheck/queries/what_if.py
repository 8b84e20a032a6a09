"""The verdicts of a point on a date as they are, and as they would be if something were other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from routecheck.domain.arrays import records
from routecheck.engine.retention import require_kept
from routecheck.engine.session import Session
from routecheck.engine.what_if import WhatIf


@dataclass(frozen=True)
class Tried:
    """A pickup, judged both ways on the same basis.

    Attributes:
        window_start: UTC.
        window_end: UTC.
        verdict: as it is.
        cause: likewise.
        verdict_if: as it would be.
        cause_if: likewise.
    """

    window_start: datetime
    window_end: datetime
    verdict: str
    cause: str
    verdict_if: str
    cause_if: str

    @property
    def changes(self) -> bool:
        """Whether the verdict would be another."""
        return self.verdict != self.verdict_if


def try_on(site: Session, what_if: WhatIf, day: date) -> list[Tried]:
    """Judge a date again both ways, and return the pickups of the point.

    Args:
        site: an open site; nothing of it is changed.
        what_if: what is tried.
        day: a service date.

    Raises:
        StoreError: the store cannot be read.
        MissingDataError: the evidence of the date was removed, as the configuration has it.
    """
    site.require_not_lost()
    require_kept(site.stored, day)
    again = site.judged(day)
    tried = again.basis.judge(day, again.learned, what_if=what_if)
    tables = (again.judged.judgements, tried.judgements)
    as_is, as_if = (
        {
            row.window_start: row
            for row in records(table[(table["point_id"] == what_if.point_id).to_numpy()])
        }
        for table in tables
    )
    return [
        Tried(
            start, row.window_end, str(row.verdict), str(row.cause), str(as_if[start].verdict),
            str(as_if[start].cause),
        )
        for start, row in sorted(as_is.items())
    ]  # fmt: skip
