"""How many points alert chronically, week by week, and what explains them.

A point alerts chronically in a week where it alerts on at least half of the days on which it was
due, and twice at least (`figures.chronic`). Half, because the points of a county fall into two
heaps: those whose record is right alert on the few days on which something was missed or late (a
twentieth of all pickups), those whose record is wrong on nearly every day; hardly any lie about
the middle, so that the count does not hang on the exact share. Twice, because one alert is no
habit. A point that is due less than twice a week is held against the four weeks that end with
the week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from routecheck.domain.codes import CorrectionState
from routecheck.present.figures import CHRONIC_DAYS, chronic

RARE_WEEKS = 4
"""Weeks over which a point is told that is due less than twice a week."""
COLUMNS = (
    "week", "from", "to", "days_judged", "points", "came", "left", "false", "genuine",
    "unverifiable", "causes", "corrected", "corrections_in_force",
)  # fmt: skip


def monday(day: date) -> date:
    """Return the first day of the ISO week of a date."""
    return day - timedelta(days=day.weekday())


def needed_from(weeks: Sequence[date]) -> date:
    """Return the first date of which alerts and due days are needed to tell of these weeks."""
    return min(weeks) - timedelta(weeks=RARE_WEEKS - 1)


def chronic_weeks(
    alerts: pd.DataFrame,
    due: Mapping[date, pd.Series],
    corrections: pd.DataFrame,
    dates: Sequence[date],
    weeks: Sequence[date],
) -> list[dict[str, Any]]:
    """Tell of each week which points alert chronically, and what explains them.

    Args:
        alerts: `service_date`, `point_id`, `classification`, `cause`: a row an alert, from
            `needed_from(weeks)` on.
        due: by the Monday of each week: days due, by point.
        corrections: CORRECTIONS, every version, with `current`, `holds_from`, `holds_to`.
        dates: the dates that were judged.
        weeks: Mondays, in order.

    Returns:
        A dict a week, ready for JSON: `week` (ISO, `2026-W10`), `from`, `to`, `days_judged`,
        `points` (that alert chronically), `came` and `left` (against the week before, None where
        that was not judged), of the points: `false`, `genuine`, `unverifiable` (what most of
        their alerts were worth, the graver of two alike), `causes` (points by cause, the most
        frequent first), `corrected` (a correction is in force on the week's last day: the
        monitor has yet to take it over), and `corrections_in_force` (of all points).
    """
    monday_of = {day: monday(day) for day in set(alerts["service_date"])}
    rows = alerts.assign(week=alerts["service_date"].map(monday_of))
    none = pd.Series(dtype="int64")
    told: list[dict[str, Any]] = []
    before: tuple[date, set[str]] | None = None
    for week in weeks:
        last = week + timedelta(days=6)
        judged = sorted(day for day in dates if week <= day <= last)
        own, of_week = rows[rows["week"] == week], due.get(week, none)
        often = chronic(own, judged, of_week)
        rare = set(own["point_id"]) - set(of_week.index[of_week >= CHRONIC_DAYS])
        if rare:
            span = [week - timedelta(weeks=n) for n in range(RARE_WEEKS)]
            wide = rows[rows["week"].isin(span) & rows["point_id"].isin(rare)]
            days = [due[one] for one in span if one in due]
            together = pd.concat(days).groupby(level=0).sum() if days else none
            long = [day for day in dates if span[-1] <= day <= last]
            more = chronic(wide, long, together)
            more = more[~more["point_id"].isin(often["point_id"])]
            often = pd.concat([t for t in (often, more) if len(t)], ignore_index=True) if len(
                more
            ) else often  # fmt: skip
        points = set(often["point_id"])
        worth = often["classification"].value_counts() if len(often) else none
        causes = often["cause"].value_counts() if len(often) else none
        held = _in_force(corrections, last)
        known = before is not None and before[0] == week - timedelta(weeks=1)
        was = before[1] if before is not None else set()
        year, number, _ = week.isocalendar()
        told.append(
            {
                "week": f"{year}-W{number:02d}",
                "from": week.isoformat(),
                "to": last.isoformat(),
                "days_judged": len(judged),
                "points": len(points),
                "came": len(points - was) if known else None,
                "left": len(was - points) if known else None,
                **{
                    str(kind): int(worth.get(kind, 0))
                    for kind in ("false", "genuine", "unverifiable")
                },
                "causes": {
                    str(cause): int(n)
                    for cause, n in sorted(causes.items(), key=lambda item: (-item[1], item[0]))
                },
                "corrected": len(points & held),
                "corrections_in_force": len(held),
            }
        )
        before = (week, points)
    return told


def _in_force(corrections: pd.DataFrame, on: date) -> set[str]:
    """Points with an accepted correction that holds on a date."""
    state = str(CorrectionState.ACCEPTED)
    return {
        point
        for point, said, current, first, last in zip(
            *(
                corrections[name].tolist()
                for name in ("point_id", "state", "current", "holds_from", "holds_to")
            ),
            strict=True,
        )
        if said == state
        and (current or not pd.isna(last))
        and (pd.isna(first) or first <= on)
        and (pd.isna(last) or on <= last)
    }
