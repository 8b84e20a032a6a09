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

import pandas as pd

from routecheck.queries.daily_report import DailyReport
from routecheck.queries.monthly_report import MonthlyReport
from routecheck.queries.service_date import ServiceDate
from routecheck.store import Store

_OF_VEHICLES = ("observers", "nearest_vehicle", "scheduled_vehicle_id")
"""Keys of criteria whose values are vehicles, or lists of them."""
_HIDDEN = "…"
"""Stands for names of files, which are called by vehicles, and for who decided or looked."""


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
        self._any = re.compile(
            r"(?<![^\W_])(?:" + "|".join(map(re.escape, longest)) + r")(?![^\W_])"
            if ids
            else r"(?!)"
        )

    def of(self, value: Any) -> Any:
        """Return a value with every text in it that is a vehicle replaced, keys among them."""
        if isinstance(value, str):
            return self._names.get(value, value)
        if isinstance(value, Mapping):
            return {self.of(key): self.of(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.of(one) for one in value]
        return value

    def within(self, text: str) -> str:
        """Return a text with the vehicles that it names replaced, as in the id of a route."""
        return self._any.sub(lambda found: self._names[found[0]], text)

    def table(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table with the vehicles of its columns and criteria replaced."""
        changed: dict[str, Any] = {}
        for name, change in (
            ("vehicle_id", self.of), ("scheduled_vehicle_id", self.of), ("criteria", self.of),
            ("route_id", self.within),
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
        tracks=None if report.tracks is None else names.table(report.tracks),
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
