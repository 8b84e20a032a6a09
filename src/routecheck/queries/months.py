"""Months beside each other: counted date by date, so that what was counted once can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from routecheck.domain.codes import Classification, Verdict
from routecheck.domain.tables import TEXT
from routecheck.queries.counts import township_summary
from routecheck.store import Store


@dataclass(frozen=True)
class DateCounts:
    """A date in figures.

    Attributes:
        day: the date.
        pickups: `township`, `verdict`, `pickups`.
        alerts: `township`, `classification`, `cause`, `alerts`.
    """

    day: date
    pickups: pd.DataFrame
    alerts: pd.DataFrame


def read_date_counts(store: Store, day: date, points: pd.DataFrame) -> DateCounts:
    """Count a date.

    Args:
        store: open; only read.
        day: a date that was judged.
        points: `point_id`, `township`, a row a point.
    """
    town = points.set_index("point_id")["township"]
    tables = []
    for table, keys in zip(
        store.counts_on(day), (["verdict"], ["classification", "cause"]), strict=True
    ):
        named = table.assign(township=table["point_id"].map(town).fillna("").astype(TEXT))
        count = table.columns[-1]
        tables.append(named.groupby(["township", *keys], sort=True)[count].sum().reset_index())
    return DateCounts(day, *tables)


@dataclass(frozen=True)
class Month:
    """Some dates together.

    Attributes:
        first: the first day of the month.
        dates: in order, one at least.
    """

    first: date
    dates: Sequence[DateCounts]

    @cached_property
    def _pickups(self) -> pd.DataFrame:
        return pd.concat([one.pickups.assign(service_date=one.day) for one in self.dates])

    @cached_property
    def _alerts(self) -> pd.DataFrame:
        return pd.concat([one.alerts.assign(service_date=one.day) for one in self.dates])

    @cached_property
    def townships(self) -> pd.DataFrame:
        """See `counts.township_summary`."""
        return township_summary(self._pickups, self._alerts)

    @cached_property
    def days(self) -> pd.DataFrame:
        """A row a date, as `counts.by_date` has it."""
        index = pd.Index([one.day for one in self.dates], dtype=object)
        verdicts = _by_day(self._pickups, "verdict", "pickups", index, [str(v) for v in Verdict])
        worth = _by_day(
            self._alerts, "classification", "alerts", index, [str(c) for c in Classification]
        )
        return pd.DataFrame(
            {
                "service_date": index,
                "due": verdicts.sum(axis=1).to_numpy(),
                **{str(v): verdicts[str(v)].to_numpy() for v in Verdict},
                "alerts": worth.sum(axis=1).to_numpy(),
                "false": worth["false"].to_numpy(),
                "genuine": worth["genuine"].to_numpy(),
                "alerts_unverifiable": worth["unverifiable"].to_numpy(),
            }
        )

    @cached_property
    def causes(self) -> pd.DataFrame:
        """`cause`, `alerts` of the false alerts, the most frequent first."""
        false = self._alerts[(self._alerts["classification"] == Classification.FALSE).to_numpy()]
        counts = false.groupby("cause")["alerts"].sum().reset_index()
        return counts.sort_values(["alerts", "cause"], ascending=[False, True], ignore_index=True)


def _by_day(
    table: pd.DataFrame, column: str, many: str, days: pd.Index, codes: Sequence[str]
) -> pd.DataFrame:
    if table.empty:
        return pd.DataFrame(0, index=days, columns=list(codes))
    counts = table.pivot_table(index="service_date", columns=column, values=many, aggfunc="sum")
    filled = counts.reindex(index=days, columns=list(codes)).fillna(0)
    return filled.astype(np.int64)
