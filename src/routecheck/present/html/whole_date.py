"""A service date as its pages share it: cut by township, once for all of them.

A large area has a page a township. None of them may look through the whole date again, or the
pages take time with the square of the area.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Ints, records
from routecheck.present.daily import Daily
from routecheck.present.html.map_lines import MapLines

_NONE = np.zeros(0, dtype=np.int64)


class WholeDate:
    """A date, and which rows of its tables belong to which township."""

    def __init__(self, daily: Daily) -> None:
        self.daily = daily
        report = daily.report
        self._tables: Mapping[str, pd.DataFrame] = {
            "pickups": daily.pickups,
            "alerts": daily.alerts,
            "points": report.points,
            "corrections": report.corrections,
            "chronic": report.chronic,
        }
        self._rows: dict[str, Mapping[Any, Ints]] = {}

    def rows_of(self, name: str, township: str | None) -> pd.DataFrame:
        """Return the rows of `pickups`, `alerts`, `points`, `corrections` or `chronic`.

        Args:
            name: of the table.
            township: whose rows; None: all.
        """
        table = self._tables[name]
        if township is None:
            return table
        if name not in self._rows:
            found = table.groupby("township", sort=False).indices
            self._rows[name] = {town: np.asarray(rows) for town, rows in found.items()}
        return table.iloc[self._rows[name].get(township, _NONE)]

    @cached_property
    def townships(self) -> tuple[dict[str, dict[Any, Any]], dict[Any, Any]]:
        """The counts of each township, in the order of their rank, and the totals."""
        *rows, total = self.daily.report.townships.to_dict("records")
        return {row["township"]: row for row in rows}, total

    @cached_property
    def incidents(self) -> Mapping[int, Any]:
        """The incidents as rows, by their number, the gravest first."""
        return {row.incident: row for row in records(self.daily.incidents)}

    @cached_property
    def lines(self) -> MapLines:
        """What the maps draw of the tracks."""
        return MapLines(self.daily.report.tracks)
