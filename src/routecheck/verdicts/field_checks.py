"""Field checks beside verdicts: who looked, what was said, and whether the two agree.

A check changes no verdict. It recalibrates the confidence of later dates
(`routecheck.verdicts.recalibrate`), and where it contradicts a verdict that is shown. Only checks
of earlier dates count for a date, so that a date judged again on the same data says the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import Verdict
from routecheck.domain.tables import CHECKED
from routecheck.verdicts.recalibrate import Recalibration, fit

LOOK_BACK_DAYS = 365
"""Devices, crews and records change: older checks say little of today."""


def beside(checks: pd.DataFrame, pickups: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Put checks beside the pickups that they speak of.

    A check without a window speaks of the only pickup of its point and date. Checks of one pickup
    that contradict each other are left out, and so is what names no pickup.

    Args:
        checks: CHECKS.
        pickups: JUDGEMENTS of any dates.
        zone: zone of the windows that checks name.

    Returns:
        CHECKED, a row a pickup, with the confidence that judging itself gave.
    """
    at: dict[tuple[str, date], list[Any]] = {}
    wanted = set(zip(checks["point_id"], checks["service_date"], strict=True))
    asked = ["point_id", "service_date", "window_start", "verdict", "confidence", "criteria"]
    spoken_of = pickups["point_id"].isin({point_id for point_id, _ in wanted}).to_numpy()
    for row in records(pickups[asked][spoken_of]):
        key = (row.point_id, row.service_date)
        if key in wanted:
            at.setdefault(key, []).append(row)
    found: dict[tuple[str, date, Any], list[tuple[Any, Any]]] = {}
    for check in records(checks):
        rows = at.get((check.point_id, check.service_date), [])
        if check.start_minute >= 0:
            start = _moment(check.service_date, int(check.start_minute), zone)
            rows = [row for row in rows if row.window_start == start]
        if len(rows) == 1:
            one = (check.point_id, check.service_date, rows[0].window_start)
            found.setdefault(one, []).append((check, rows[0]))
    kept = [pairs[0] for pairs in found.values() if len({c.collected for c, _ in pairs}) == 1]
    if not kept:
        return CHECKED.empty()
    criteria = [row.criteria or {} for _, row in kept]
    said = [
        told.get("model_confidence", row.confidence)
        for told, (_, row) in zip(criteria, kept, strict=True)
    ]
    table = pd.DataFrame(
        {
            "point_id": pd.Series([c.point_id for c, _ in kept], dtype="str"),
            "service_date": pd.Series([c.service_date for c, _ in kept], dtype=object),
            "window_start": pd.Series([r.window_start for _, r in kept]).dt.as_unit("us"),
            "collected": pd.Series([bool(c.collected) for c, _ in kept], dtype=bool),
            "by": pd.Series([c.by for c, _ in kept], dtype="str"),
            "verdict": pd.Series([r.verdict for _, r in kept], dtype="str"),
            "say": pd.Series([str(told.get("say", "")) for told in criteria], dtype="str"),
            # As the store rounds it: a date judged in this run and one read back count alike.
            "confidence": np.round(np.array(said, dtype=float), 3),
        }
    )
    return CHECKED.check(table)


def counted(checked: pd.DataFrame) -> dict[str, Any]:
    """What checks say of the verdicts of a date, ready for the ledger.

    Args:
        checked: CHECKED of the date.

    Returns:
        `agree` and `open` (the verdict could not be told), counts; `contradict`, of each check that
        says otherwise: `point_id`, `window_start` (ISO 8601 UTC), `collected`, `by`, `verdict`.
    """
    agree, left_open = 0, 0
    contradict: list[dict[str, Any]] = []
    for row in records(checked):
        if row.verdict == Verdict.UNVERIFIABLE:
            left_open += 1
        elif row.collected == (row.verdict == Verdict.COLLECTED):
            agree += 1
        else:
            contradict.append(
                {
                    "point_id": row.point_id,
                    "window_start": row.window_start.isoformat(),
                    "collected": bool(row.collected),
                    "by": row.by,
                    "verdict": row.verdict,
                }
            )
    return {"agree": agree, "open": left_open, "contradict": contradict}


class CheckBook:
    """The checks of a site while dates are judged one after another."""

    def __init__(self, checks: pd.DataFrame, zone: ZoneInfo) -> None:
        """Take the checks of a site: CHECKS."""
        self.checks, self.zone = checks, zone
        self._known: dict[date, pd.DataFrame] = {}

    def wanted(self, dates: Sequence[date]) -> tuple[list[date], list[str]]:
        """Dates and points whose stored verdicts are needed before these dates are judged."""
        first = dates[0] - timedelta(days=LOOK_BACK_DAYS)
        mine = {
            (day, point_id)
            for day, point_id in zip(
                self.checks["service_date"], self.checks["point_id"], strict=True
            )
            if first <= day < dates[-1] and day not in set(dates)
        }
        return sorted({day for day, _ in mine}), sorted({point_id for _, point_id in mine})

    def enter(self, pickups: pd.DataFrame) -> None:
        """Take verdicts: JUDGEMENTS of one or several dates, all that is checked of them."""
        days = set(pickups["service_date"])
        checks = self.checks[self.checks["service_date"].isin(days).to_numpy()]
        if checks.empty:
            return
        found = beside(checks, pickups, self.zone)
        for day in days:
            self._known[day] = found[(found["service_date"] == day).to_numpy()]

    def of(self, day: date) -> pd.DataFrame:
        """CHECKED of a date whose verdicts were entered."""
        return self._known.get(day, CHECKED.empty())

    def before(self, day: date) -> Recalibration:
        """What the checks of the dates before this one teach."""
        first = day - timedelta(days=LOOK_BACK_DAYS)
        tables = [self._known[d] for d in sorted(self._known) if first <= d < day]
        tables = [table for table in tables if len(table)]
        return fit(pd.concat(tables, ignore_index=True)) if tables else Recalibration()


def contradictions(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The checks that say otherwise than the verdicts of a date, from its entry in the ledger."""
    told = (entry.get("counts") or {}).get("checks") or {}
    return list(told.get("contradict") or ())


def _moment(day: date, minute: int, zone: ZoneInfo) -> pd.Timestamp:
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return pd.Timestamp(wall.replace(tzinfo=zone)).tz_convert("UTC").as_unit("us")
