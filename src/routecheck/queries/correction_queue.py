"""The corrections that wait for a decision, as somebody decides on them one after another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, records
from routecheck.domain.codes import CorrectionState
from routecheck.geo.plane import distance_m
from routecheck.queries.daily_report import by_confidence
from routecheck.queries.service_date import with_names
from routecheck.registry.records import valid_points
from routecheck.store import Store

LOOKED_AT = 10
"""Corrections of a batch that are looked at before all of it is decided."""


@dataclass(frozen=True)
class Batch:
    """Corrections with one reason.

    Attributes:
        key: names it in addresses.
        cause: code of the reason.
        name: of the batch whose records were taken wrong together; empty: only the cause is one.
        reading: how its coordinates were read; empty: none.
        rows: CORRECTIONS that wait, with names and versions, those of the highest confidence
            first.
    """

    key: str
    cause: str
    name: str
    reading: str
    rows: pd.DataFrame

    @property
    def sample(self) -> pd.DataFrame:
        """Those to look at: the surest, the least sure, and some evenly between."""
        at = np.unique(np.linspace(0, len(self.rows) - 1, min(LOOKED_AT, len(self.rows))).round())
        return self.rows.iloc[at.astype(int)]


@dataclass(frozen=True)
class Queue:
    """All current corrections.

    Attributes:
        waiting: those without a decision, with names and versions, the surest first.
        decided: those that were accepted or rejected, the last decision first.
    """

    waiting: pd.DataFrame
    decided: pd.DataFrame

    def batches(self) -> list[Batch]:
        """Return those that wait by their reason, the largest first."""
        found: dict[tuple[str, str, str], list[int]] = {}
        for at, row in enumerate(records(self.waiting)):
            criteria = row.criteria or {}
            reading = str(criteria.get("reading", "")) if "batch" in criteria else ""
            key = str(row.cause), str(criteria.get("batch", "")), reading
            found.setdefault(key, []).append(at)
        made = [
            Batch(_key(reason), *reason, self.waiting.iloc[rows]) for reason, rows in found.items()
        ]
        return sorted(made, key=lambda one: (-len(one.rows), one.key))


def read_queue(store: Store) -> Queue:
    """Read the corrections of a store."""
    table = by_confidence(
        with_names(store.read_corrections(), valid_points(store.points(), date.max))
    )
    waits = (table["state"] == CorrectionState.PROPOSED).to_numpy()
    decided = table[~waits].sort_values("decided_at", ascending=False, kind="stable")
    return Queue(table[waits].reset_index(drop=True), decided.reset_index(drop=True))


class Stands:
    """Where vehicles stood on many dates.

    Args:
        history: HISTORY by date.
    """

    def __init__(self, history: Mapping[date, pd.DataFrame]) -> None:
        parts = [table[(table["kind"] == "stop").to_numpy()] for table in history.values()]
        parts = [part[["service_date", "lon", "lat", "stood_s"]] for part in parts if len(part)]
        names = ["service_date", "lon", "lat", "stood_s"]
        whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
        self._day = whole["service_date"].to_numpy(dtype=object)
        self._lon, self._lat, self._stood_s = (
            whole[name].to_numpy(dtype=np.float64) for name in names[1:]
        )

    def about(self, places: Iterable[tuple[float, float]], reach_m: float) -> pd.DataFrame:
        """Return the stands near any of some places.

        Args:
            places: longitude and latitude (deg, WGS-84); NaN: left out.
            reach_m: how near.

        Returns:
            `service_date`, `lon`, `lat`, `stood_s`, a row a stand.
        """
        near = np.zeros(len(self._lon), dtype=bool)
        for lon, lat in places:
            if np.isnan(lon) or np.isnan(lat):
                continue
            near |= _within(self._lon, self._lat, lon, lat, reach_m)
        return pd.DataFrame(
            {
                "service_date": self._day[near],
                "lon": self._lon[near],
                "lat": self._lat[near],
                "stood_s": self._stood_s[near],
            }
        )


def _within(lons: Array, lats: Array, lon: float, lat: float, reach_m: float) -> Any:
    # A box first: all but some are far away.
    rows = np.flatnonzero(np.abs(lats - lat) < reach_m / 110_000.0)
    away_m = distance_m(lons[rows], lats[rows], lon, lat)
    found = np.zeros(len(lons), dtype=bool)
    found[rows[away_m <= reach_m]] = True
    return found


def _key(reason: tuple[str, str, str]) -> str:
    return hashlib.sha256("\x1f".join(reason).encode("utf-8", "replace")).hexdigest()[:12]
