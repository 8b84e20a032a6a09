"""What judging dates again changes: which verdicts become others, and which only their details."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pandas as pd

from routecheck.engine.results import RunReport
from routecheck.store import Store
from routecheck.store.verdicts import ALERTS, PICKUPS, Kind

EXAMPLES = 3
"""Changed verdicts that are named of a date and table."""


@dataclass(frozen=True)
class Example:
    """A pickup, or an alert, whose verdict is another.

    Attributes:
        key: the start of its window (ISO 8601 UTC), or the id of the alert.
        point_id: its point.
        earlier: its verdict before; empty: it was not there.
        now: its verdict now; empty: it is no longer there.
        cause: of what it is now, else of what it was.
    """

    key: str
    point_id: str
    earlier: str
    now: str
    cause: str


@dataclass(frozen=True)
class TableChanges:
    """How the pickups, or the alerts, of a date differ from before.

    Attributes:
        rows: how many there are now.
        verdicts: (earlier, now, how many) of those whose verdict is another; as in `Example`.
        causes: how many have the same verdict and another cause.
        details: how many have both, and another confidence, vehicle, time, dwell or distance.
        examples: some of `verdicts`.
    """

    rows: int = 0
    verdicts: tuple[tuple[str, str, int], ...] = ()
    causes: int = 0
    details: int = 0
    examples: tuple[Example, ...] = ()

    @property
    def changed(self) -> int:
        """How many have another verdict, those that are new or gone among them."""
        return sum(count for _, _, count in self.verdicts)


@dataclass(frozen=True)
class DateChanges:
    """How a service date differs from before.

    Attributes:
        service_date: the date.
        pickups: of the date.
        alerts: of the date.
        kept: it has less data than it was judged on, and was left as it is.
        failed: why it could not be judged; empty: it was.
    """

    service_date: date
    pickups: TableChanges
    alerts: TableChanges
    kept: bool = False
    failed: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON has; see `of_plain`."""
        return asdict(self) | {"service_date": str(self.service_date)}

    @classmethod
    def of_plain(cls, value: Mapping[str, Any]) -> DateChanges:
        """Return what `plain` was made of."""
        return cls(
            date.fromisoformat(value["service_date"]),
            _of_plain(value["pickups"]),
            _of_plain(value["alerts"]),
            value["kept"],
            value["failed"],
        )


def _of_plain(value: Mapping[str, Any]) -> TableChanges:
    verdicts = tuple((earlier, now, count) for earlier, now, count in value["verdicts"])
    examples = tuple(Example(**one) for one in value["examples"])
    return TableChanges(value["rows"], verdicts, value["causes"], value["details"], examples)


@dataclass(frozen=True)
class Rejudged:
    """What judging dates again came to.

    Attributes:
        trial: it was a trial: nothing was written.
        dates: how each date differs from before, in order.
        unjudged: dates of the call that were never judged, or are not over; they are left.
        resumed: how many of `dates` an interrupted call had done.
        report: what was lost, failed or set aside of all batches; its `dates` are empty.
    """

    trial: bool
    dates: tuple[DateChanges, ...]
    unjudged: tuple[date, ...]
    resumed: int
    report: RunReport

    @property
    def exit_status(self) -> int:
        """0 done, 1 done with a part that failed or was left as it is."""
        return 1 if self.report.exit_status or any(one.kept for one in self.dates) else 0


class Before:
    """The verdicts of some dates as they stand, to be held against what stands later.

    Args:
        store: open; only read.
        dates: that are to be judged again.
    """

    def __init__(self, store: Store, dates: Sequence[date]) -> None:
        self._tables = {day: _read(store, day) for day in dates}

    def changes(self, store: Store, day: date, *, kept: bool, failed: str) -> DateChanges:
        """Return how a date differs from what it was.

        Args:
            store: open; only read.
            day: one of the dates.
            kept: as in `DateChanges`.
            failed: as in `DateChanges`.
        """
        before, now = self._tables[day], _read(store, day)
        pickups, alerts = (
            compare(before[n], now[n], kind) for n, kind in enumerate((PICKUPS, ALERTS))
        )
        return DateChanges(day, pickups, alerts, kept, failed)


def _read(store: Store, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    return store.read_pickups(day), store.read_alerts(day)


def compare(earlier: pd.DataFrame, now: pd.DataFrame, kind: Kind) -> TableChanges:
    """Return how a table of verdicts differs from an earlier one.

    Args:
        earlier: as the store returned it.
        now: as the store returns it now.
        kind: of the tables; its `content` is compared.
    """
    key, verdict = list(kind.key), kind.verdict
    # The point of an alert is content; that of a pickup names it.
    columns = list(dict.fromkeys([*key, "point_id", *kind.content]))
    # What is read of no row has columns of another type.
    before, after = earlier[columns].astype(object), now[columns].astype(object)
    both = before.merge(after, on=key, how="outer", suffixes=(".was", ".is"), indicator="side")
    both = both.sort_values(key, kind="stable", ignore_index=True)

    def differs(name: str) -> pd.Series:
        was, stands = both[f"{name}.was"], both[f"{name}.is"]
        return ~((was == stands) | (was.isna() & stands.isna())).astype(bool)

    here = both["side"] == "both"
    other = ~here | differs(verdict)
    cause = ~other & differs("cause")
    content = [name for name in kind.content if name not in key]
    detail = ~other & ~cause & pd.concat([differs(name) for name in content], axis=1).any(axis=1)
    rows = both[other].astype(object)
    rows = rows.where(rows.notna(), "")
    pairs = zip(rows[f"{verdict}.was"].tolist(), rows[f"{verdict}.is"].tolist(), strict=True)
    counts = Counter(pairs)
    examples = []
    for row in rows.head(EXAMPLES).to_dict("records"):
        point = row["point_id"] if "point_id" in row else row["point_id.is"] or row["point_id.was"]
        name = row[key[-1]]
        examples.append(
            Example(
                name.isoformat() if isinstance(name, pd.Timestamp) else str(name),
                str(point),
                row[f"{verdict}.was"],
                row[f"{verdict}.is"],
                row["cause.is"] or row["cause.was"],
            )
        )
    return TableChanges(
        len(now),
        tuple((was, stands, n) for (was, stands), n in counts.most_common()),
        int(cause.sum()),
        int(detail.sum()),
        tuple(examples),
    )
