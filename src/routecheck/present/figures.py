"""The figures that reports show: per township, per cause, per date, and who alerts chronically.

Tables in, tables out. A rate speaks only of what can be told: a pickup that the data cannot
settle counts neither for nor against anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from routecheck.domain.codes import Classification, Verdict

CHRONIC_SHARE = 0.5
"""A point that alerts on half of its due days or more does so chronically (see `weeks`)..."""
CHRONIC_DAYS = 2
"""... given at least so many dates with an alert."""


def township_summary(pickups: pd.DataFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """Return a row a township, and a last row of totals whose township is empty text.

    Args:
        pickups: `township`, `verdict`.
        alerts: `township`, `classification`.

    Returns:
        `township`, `due`, `collected`, `missed`, `unverifiable`, `rate` (collected of what can be
        told, NaN where nothing can), `alerts`, `false`, `genuine`, `untold` (alerts that cannot be
        told), `false_rate` (false of all alerts), `rank` (by rate, ties share one; NaN where
        there is no rate); sorted by rank, then township.
    """
    verdicts = _counted(pickups, "verdict", [str(v) for v in Verdict])
    worth = _counted(alerts, "classification", [str(c) for c in Classification])
    names = sorted(set(verdicts.index) | set(worth.index))
    verdicts, worth = (table.reindex(names, fill_value=0) for table in (verdicts, worth))
    table = pd.DataFrame(
        {
            "township": pd.Series(names, dtype="str"),
            "due": verdicts.sum(axis=1).to_numpy(),
            "collected": verdicts["collected"].to_numpy(),
            "missed": verdicts["missed"].to_numpy(),
            "unverifiable": verdicts["unverifiable"].to_numpy(),
            "alerts": worth.sum(axis=1).to_numpy(),
            "false": worth["false"].to_numpy(),
            "genuine": worth["genuine"].to_numpy(),
            "untold": worth["unverifiable"].to_numpy(),
        }
    )
    total = table.drop(columns="township").sum()
    table = pd.concat(
        [table, pd.DataFrame([{"township": "", **{k: int(v) for k, v in total.items()}}])],
        ignore_index=True,
    )
    told = (table["collected"] + table["missed"]).to_numpy(dtype=float)
    raised = table["alerts"].to_numpy(dtype=float)
    table["rate"] = _share(table["collected"].to_numpy(dtype=float), told)
    table["false_rate"] = _share(table["false"].to_numpy(dtype=float), raised)
    rows, totals = table.iloc[:-1].copy(), table.iloc[-1:].copy()
    rows["rank"] = rows["rate"].rank(method="min", ascending=False)
    totals["rank"] = np.nan
    rows = rows.sort_values(["rank", "township"], kind="stable", na_position="last")
    return pd.concat([rows, totals], ignore_index=True)


def _counted(table: pd.DataFrame, column: str, codes: Sequence[str]) -> pd.DataFrame:
    if table.empty:
        return pd.DataFrame(0, index=pd.Index([], dtype="str"), columns=list(codes))
    counts = pd.crosstab(table["township"], table[column])
    return counts.reindex(columns=list(codes), fill_value=0)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)


def causes_of(alerts: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Return `cause`, `alerts`, `points` of one classification, the most frequent first."""
    rows = alerts[(alerts["classification"] == str(classification)).to_numpy()]
    if rows.empty:
        return pd.DataFrame({"cause": [], "alerts": [], "points": []})
    found = rows.groupby("cause").agg(alerts=("alert_id", "size"), points=("point_id", "nunique"))
    found = found.reset_index().sort_values(["alerts", "cause"], ascending=[False, True])
    return found.reset_index(drop=True)


def by_date(pickups: pd.DataFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """Return a row a service date: what was due and what became of it, alerts and their worth.

    Args:
        pickups: `service_date`, `verdict`, `pickups` (how many).
        alerts: `service_date`, `classification`, a row an alert.

    Returns:
        `service_date`, `due`, `collected`, `missed`, `unverifiable`, `alerts`, `false`,
        `genuine`, `untold`, sorted by date.
    """
    dates = sorted(set(pickups["service_date"]) | set(alerts["service_date"]))
    index = pd.Index(dates, dtype=object)
    verdicts = pickups.pivot_table(
        index="service_date", columns="verdict", values="pickups", aggfunc="sum", fill_value=0
    ).reindex(index=index, columns=[str(v) for v in Verdict], fill_value=0)
    worth = pd.crosstab(alerts["service_date"], alerts["classification"]).reindex(
        index=index, columns=[str(c) for c in Classification], fill_value=0
    )
    return pd.DataFrame(
        {
            "service_date": dates,
            "due": verdicts.sum(axis=1).to_numpy(dtype=int),
            **{str(v): verdicts[str(v)].to_numpy(dtype=int) for v in Verdict},
            "alerts": worth.sum(axis=1).to_numpy(dtype=int),
            "false": worth["false"].to_numpy(dtype=int),
            "genuine": worth["genuine"].to_numpy(dtype=int),
            "untold": worth["unverifiable"].to_numpy(dtype=int),
        }
    )


def chronic(
    alerts: pd.DataFrame, dates: Sequence[date], due: pd.Series | None = None
) -> pd.DataFrame:
    """Return the points that alert on most of their days, the worst first.

    Args:
        alerts: `service_date`, `point_id`, `classification`, `cause`: a row an alert.
        dates: the dates that were judged, in order.
        due: days on which each point was due, by point; all dates, where not given. A point that
            is not in it was never due: its days are those on which it alerted.

    Returns:
        `point_id`, `days` (dates with an alert), `genuine`, `false`, `untold` (of those dates),
        `classification` (what most of them were worth, the graver of two alike), `cause` (the
        most frequent of that), `marks` (a letter a date: F false, G genuine, U cannot be told,
        `-` no alert).
    """
    columns = [
        "point_id", "days", "genuine", "false", "untold", "classification", "cause", "marks",
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
    cause = of_main.groupby("point_id")["cause"].agg(lambda c: c.value_counts().index[0])
    marks = grid.agg("".join, axis=1)
    found = pd.DataFrame(
        {
            "days": days.reindex(grid.index),
            "genuine": marks.str.count("G"),
            "false": marks.str.count("F"),
            "untold": marks.str.count("U"),
            "classification": main["classification"].reindex(grid.index),
            "cause": cause.reindex(grid.index),
            "marks": marks,
        }
    ).reset_index(names="point_id")
    return found.sort_values(["days", "genuine", "point_id"], ascending=[False, False, True])[
        columns
    ].reset_index(drop=True)
