"""A report for outsiders: whose vehicles and crews it is about stays with the office.

Vehicles, which stand for their crews too, get other names before anything is put into words, so
that no file can hold what was not given to it. The names are drawn anew for every report: neither
they nor their order tell anything, and two reports cannot be joined by them.
"""

from __future__ import annotations

import dataclasses
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from routecheck.queries.daily_report import DailyReport
from routecheck.queries.monthly_report import MonthlyReport
from routecheck.queries.service_date import ServiceDate
from routecheck.store import Store

_OF_VEHICLES = ("observers", "nearest_vehicle", "scheduled_vehicle_id")
"""Keys of criteria whose values are vehicles, or lists of them."""
_HIDDEN = "…"
"""Stands for names of files, which are called by vehicles, and for who decided or looked."""


_ASCII = re.compile(r"[A-Za-z0-9]")
_FIGURES = re.compile(r"[\d\s:.,+TZ-]*")
"""Times and numbers, in which the id of a vehicle that is a number would be found by chance."""


class Pseudonyms:
    """Other names for vehicles, the same in all that is made with them."""

    def __init__(self, vehicles: Iterable[str], named: Callable[[int], str]) -> None:
        """Draw names.

        Args:
            vehicles: their ids.
            named: the other name of the nth vehicle, from 1.
        """
        ids = sorted({*vehicles} - {""})
        secrets.SystemRandom().shuffle(ids)
        self._names = {old: named(n) for n, old in enumerate(ids, start=1)}
        longest = sorted(ids, key=len, reverse=True)
        self._any = re.compile("|".join(map(_as_a_whole, longest)) if ids else r"(?!)")

    def of(self, value: Any) -> Any:
        """Return a value with the vehicles in its texts replaced, and keys that are vehicles.

        What had the order of their ids has that of the other names.
        """
        if isinstance(value, str):
            other = self._names.get(value)
            if other is None:
                return value if _FIGURES.fullmatch(value) else self.within(value)
            return other
        if isinstance(value, Mapping):
            keys = [key for key in value if key in self._names]
            renamed = {self._names.get(key, key): self.of(one) for key, one in value.items()}
            return dict(sorted(renamed.items())) if len(keys) == len(value) else renamed
        if isinstance(value, list | tuple):
            found = [self.of(one) for one in value]
            named = [isinstance(one, str) and one in self._names for one in value]
            return sorted(found) if all(named) else found
        return value

    def within(self, text: str) -> str:
        """Return a text with the vehicles that it names replaced, as in the id of a route."""
        return self._any.sub(lambda found: self._names[found[0]], text)

    def table(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table with the vehicles of its columns and criteria replaced."""
        changed: dict[str, Any] = {}
        for name, change in (
            ("vehicle_id", self.of), ("scheduled_vehicle_id", self.of), ("criteria", self.of),
            ("route_id", self.within), ("alert_id", self.within),
        ):  # fmt: skip
            if name not in table:
                continue
            if isinstance(table[name].dtype, pd.CategoricalDtype):
                kinds = [change(one) for one in table[name].cat.categories]
                changed[name] = table[name].cat.rename_categories(kinds)
            else:
                cells = [change(one) for one in table[name].tolist()]
                changed[name] = pd.Series(cells, index=table.index, dtype=table[name].dtype)
        return table.assign(**changed)


def _as_a_whole(name: str) -> str:
    """A pattern that finds an id beside other words, but not as a part of a longer one.

    Only letters and digits of ASCII go on: Chinese is written without spaces, plate or not.
    """
    before = r"(?<![A-Za-z0-9])" if _ASCII.match(name[0]) else ""
    after = r"(?![A-Za-z0-9])" if _ASCII.match(name[-1]) else ""
    return before + re.escape(name) + after


def vehicles_known(store: Store, *tables: pd.DataFrame) -> set[str]:
    """Return every vehicle that a report may name.

    Args:
        store: open; only read: all vehicles that were ever heard of.
        tables: JUDGEMENTS and CLASSIFIED that are reported.
    """
    known = {str(name) for entry in store.dates() for name in entry["counts"].get("heard", ())}
    for table in tables:
        for name in ("vehicle_id", "scheduled_vehicle_id"):
            if name in table:
                known |= set(table[name].dropna().astype(str))
        for criteria in table["criteria"]:
            for key in _OF_VEHICLES:
                value = (criteria or {}).get(key) or ()
                known |= {value} if isinstance(value, str) else set(value)
    return known


def anonymous_date(day: ServiceDate, names: Pseudonyms) -> ServiceDate:
    """Return a service date without the names of its vehicles, and of who looked at what."""
    counts = names.of(day.entry["counts"])
    checks = counts.get("checks")
    if checks:
        against = [{**one, "by": ""} for one in checks.get("contradict", ())]
        counts["checks"] = {**checks, "contradict": against}
    return dataclasses.replace(
        day,
        entry={**day.entry, "counts": counts},
        pickups=names.table(day.pickups),
        alerts=names.table(day.alerts),
        corrections=names.table(day.corrections),
        rounds=None if day.rounds is None else names.table(day.rounds),
    )


def _by_name(tracks: pd.DataFrame) -> pd.DataFrame:
    """Tracks in the order of their other names: that of the ids would tell whose they are."""
    order = np.argsort(tracks["vehicle_id"].astype(str).to_numpy(dtype=str), kind="stable")
    return tracks.iloc[order].reset_index(drop=True)


def anonymous_report(report: DailyReport, day: ServiceDate, names: Pseudonyms) -> DailyReport:
    """Return the report of a service date without the names of its vehicles.

    Args:
        report: as it was read.
        day: the same date, from `anonymous_date`.
        names: of its vehicles.
    """
    rejected: Counter[str] = Counter()
    for _, reason, count in report.rejected:
        rejected[reason] += count
    return dataclasses.replace(
        report,
        day=day,
        tracks=None if report.tracks is None else _by_name(names.table(report.tracks)),
        rejected=[(_HIDDEN, reason, count) for reason, count in sorted(rejected.items())],
        losses=tuple(dataclasses.replace(loss, example=_HIDDEN) for loss in report.losses),
    )


def anonymous_month(report: MonthlyReport, names: Pseudonyms) -> MonthlyReport:
    """Return the report of a month without the names of its vehicles."""
    return dataclasses.replace(
        report,
        pickups=names.table(report.pickups),
        alerts=names.table(report.alerts),
        corrections=names.table(report.corrections),
    )
