"""How many points alert chronically, week by week, and what explains them.

A point alerts chronically in a week where it alerts on at least half of the days on which it was
due, and twice at least (`chronic_points`). Half, because the points of a county fall into two
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
from routecheck.registry.records import holds_on
from routecheck.store import Store

CHRONIC_SHARE = 0.5
"""A point that alerts on half of its due days or more does so chronically ..."""
CHRONIC_DAYS = 2
"""... given at least this many dates with an alert."""
WEEKS = 8
"""Weeks over which the workbook of a month counts the points that alert chronically."""
RARE_WEEKS = 4
"""Weeks over which a point is judged that is due less than twice a week."""


def monday(day: date) -> date:
    """Return the first day of the ISO week of a date."""
    return day - timedelta(days=day.weekday())


def needed_from(weeks: Sequence[date]) -> date:
    """Return the first date of which alerts and due days are needed for these weeks."""
    return min(weeks) - timedelta(weeks=RARE_WEEKS - 1)


def read_weeks(store: Store, dates: Sequence[date], *, limit: int) -> list[dict[str, Any]]:
    """Return the last weeks in which dates were judged: see `chronic_weeks`.

    Args:
        store: open; only read.
        dates: the dates that were judged.
        limit: how many weeks at most.
    """
    if not dates:
        return []
    weeks = sorted({monday(day) for day in dates})[-limit:]
    first, last = needed_from(weeks), weeks[-1] + timedelta(days=6)
    wanted = {w - timedelta(weeks=n) for w in weeks for n in range(RARE_WEEKS)}
    judged = {monday(day) for day in dates}
    return chronic_weeks(
        store.outcomes(first, last)[1],
        {w: store.due_days(w, w + timedelta(days=6)) for w in sorted(wanted & judged)},
        store.read_corrections(every_version=True),
        dates,
        weeks,
    )


def chronic_points(
    alerts: pd.DataFrame, dates: Sequence[date], due: pd.Series | None = None
) -> pd.DataFrame:
    """Return the points that alert on most of their days, the worst first.

    Args:
        alerts: `service_date`, `point_id`, `classification`, `cause`: a row an alert.
        dates: the dates that were judged, in order.
        due: days on which each point was due, by point; all dates, where not given. A point that
            is not in it was never due: its days are those on which it alerted.

    Returns:
        `point_id`, `days` (dates with an alert), `genuine`, `false`, `unverifiable` (of those
        dates), `classification` (what most of them were worth, the graver of two alike), `cause`
        (the most frequent of that), `marks` (a letter a date: F false, G genuine, U unverifiable,
        `-` no alert).
    """
    columns = [
        "point_id", "days", "genuine", "false", "unverifiable", "classification", "cause", "marks",
    ]  # fmt: skip
    rows = alerts[alerts["service_date"].isin(list(dates))]
    if rows.empty:
        return pd.DataFrame({name: [] for name in columns})
    grave = {"genuine": 0, "unverifiable": 1, "false": 2}
    rows = rows.assign(grave=rows["classification"].map(grave)).sort_values("grave", kind="stable")
    worst = rows.drop_duplicates(["point_id", "service_date"])
    days = worst.groupby("point_id").size()
    of = len(dates) if due is None else due.reindex(days.index).fillna(0)
    often = days[(days >= CHRONIC_DAYS) & (days >= CHRONIC_SHARE * of)].index
    worst = worst[worst["point_id"].isin(often)]
    if worst.empty:
        return pd.DataFrame({name: [] for name in columns})
    letter = worst["classification"].map({"genuine": "G", "unverifiable": "U", "false": "F"})
    grid = (
        worst.assign(letter=letter)
        .pivot_table(index="point_id", columns="service_date", values="letter", aggfunc="first")
        .reindex(columns=list(dates))
        .astype(object)  # a date without an alert has no letters
        .fillna("-")
    )
    count = worst.groupby(["point_id", "grave", "classification"]).size().rename("count")
    main = count.reset_index().sort_values(["count", "grave"], ascending=[False, True])
    main = main.drop_duplicates("point_id").set_index("point_id")
    of_main = worst[worst["classification"] == worst["point_id"].map(main["classification"])]
    causes = of_main.groupby(["point_id", "cause"], sort=False).size().rename("count").reset_index()
    causes = causes.sort_values("count", ascending=False, kind="stable")
    cause = causes.drop_duplicates("point_id").set_index("point_id")["cause"]
    marks = grid.agg("".join, axis=1)
    found = pd.DataFrame(
        {
            "days": days.reindex(grid.index),
            "genuine": marks.str.count("G"),
            "false": marks.str.count("F"),
            "unverifiable": marks.str.count("U"),
            "classification": main["classification"].reindex(grid.index),
            "cause": cause.reindex(grid.index),
            "marks": marks,
        }
    ).reset_index(names="point_id")
    return found.sort_values(["days", "genuine", "point_id"], ascending=[False, False, True])[
        columns
    ].reset_index(drop=True)


def chronic_weeks(
    alerts: pd.DataFrame,
    due: Mapping[date, pd.Series],
    corrections: pd.DataFrame,
    dates: Sequence[date],
    weeks: Sequence[date],
) -> list[dict[str, Any]]:
    """Return for each week which points alert chronically, and what explains them.

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
    found: list[dict[str, Any]] = []
    before: tuple[date, set[str]] | None = None
    for week in weeks:
        last = week + timedelta(days=6)
        judged = sorted(day for day in dates if week <= day <= last)
        own, of_week = rows[rows["week"] == week], due.get(week, none)
        often = chronic_points(own, judged, of_week)
        rare = set(own["point_id"]) - set(of_week.index[of_week >= CHRONIC_DAYS])
        if rare:
            span = [week - timedelta(weeks=n) for n in range(RARE_WEEKS)]
            wide = rows[rows["week"].isin(span) & rows["point_id"].isin(rare)]
            days = [due[one] for one in span if one in due]
            together = pd.concat(days).groupby(level=0).sum() if days else none
            long = [day for day in dates if span[-1] <= day <= last]
            more = chronic_points(wide, long, together)
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
        found.append(
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
    return found


def _in_force(corrections: pd.DataFrame, on: date) -> set[str]:
    """Points with an accepted correction that holds on a date."""
    accepted = corrections[(corrections["state"] == str(CorrectionState.ACCEPTED)).to_numpy()]
    # A version that was replaced holds only where it was ended with a date.
    dated = accepted[(accepted["current"].astype(bool) | accepted["holds_to"].notna()).to_numpy()]
    spans = dated.rename(columns={"holds_from": "valid_from", "holds_to": "valid_to"})
    return set(dated.loc[holds_on(spans, on), "point_id"])
