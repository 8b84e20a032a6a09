"""Field checks beside verdicts: who looked, what was seen, and whether the two agree.

A check changes no verdict. It recalibrates the confidence of later dates
(`routecheck.verdicts.recalibrate`), and where it contradicts a verdict that is shown. Only checks
of earlier dates count for a date, so that a date judged again on the same data stays the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import Verdict
from routecheck.domain.local_time import local_moment
from routecheck.domain.tables import CHECKED, TEXT, TIME_DTYPE
from routecheck.verdicts.parameters import LOOK_BACK_DAYS
from routecheck.verdicts.recalibrate import Recalibration, fit


def beside(checks: pd.DataFrame, pickups: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Put checks beside the pickups that they concern.

    A check without a window concerns the only pickup of its point and date. Checks of one pickup
    that contradict each other are left out, and so is what names no pickup.

    Args:
        checks: CHECKS.
        pickups: JUDGEMENTS of any dates.
        zone: zone of the windows that checks name.

    Returns:
        CHECKED, a row a pickup, with the confidence that judging itself gave.
    """
    starts = [
        local_moment(day, int(minute), zone) if minute >= 0 else pd.NaT
        for day, minute in zip(checks["service_date"], checks["start_minute"], strict=True)
    ]
    about = checks.assign(
        check=np.arange(len(checks)),
        named_start=pd.Series(starts, index=checks.index, dtype=TIME_DTYPE),
    )
    names = ["point_id", "service_date", "window_start", "verdict", "confidence", "criteria"]
    judged = pickups[names].assign(pickup=np.arange(len(pickups)))
    pairs = about.merge(judged, on=["point_id", "service_date"])
    named = pairs["start_minute"] >= 0
    pairs = pairs[~named | (pairs["window_start"] == pairs["named_start"])]
    pairs = pairs[~pairs["check"].duplicated(keep=False)]
    agreed = pairs.groupby("pickup")["collected"].transform("nunique") == 1
    pairs = pairs[agreed].drop_duplicates("pickup").reset_index(drop=True)
    if pairs.empty:
        return CHECKED.empty()
    criteria = [row or {} for row in pairs["criteria"]]
    model = [
        row.get("model_confidence", confidence)
        for row, confidence in zip(criteria, pairs["confidence"], strict=True)
    ]
    pairs = pairs.assign(
        say=pd.Series([str(row.get("say", "")) for row in criteria], dtype=TEXT),
        # As the store rounds it: a date judged in this run and one read back count alike.
        confidence=np.round(np.array(model, dtype=float), 3),
    )
    return CHECKED.check(pairs)


def counted(checked: pd.DataFrame) -> dict[str, Any]:
    """Count how checks and the verdicts of a date agree, ready for the ledger.

    Args:
        checked: CHECKED of the date.

    Returns:
        `agree` and `open` (the verdict was unverifiable), counts; `contradict`, of each check that
        contradicts its verdict: `point_id`, `window_start` (ISO 8601 UTC), `collected`, `by`,
        `verdict`.
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
        checked = beside(checks, pickups, self.zone)
        for day in days:
            self._known[day] = checked[(checked["service_date"] == day).to_numpy()]

    def of(self, day: date) -> pd.DataFrame:
        """CHECKED of a date whose verdicts were entered."""
        return self._known.get(day, CHECKED.empty())

    def before(self, day: date) -> Recalibration:
        """What the checks of the dates before this one teach."""
        first = day - timedelta(days=LOOK_BACK_DAYS)
        tables = [self._known[d] for d in sorted(self._known) if first <= d < day]
        tables = [table for table in tables if len(table)]
        return fit(pd.concat(tables, ignore_index=True)) if tables else Recalibration()
