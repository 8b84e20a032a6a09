"""Counts of verdicts and alerts: per township, per cause, per date.

Tables in, tables out. A rate counts only what was settled: a pickup that the data cannot settle
counts neither as collected nor as missed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from routecheck.domain.codes import Classification, Verdict
from routecheck.domain.tables import TEXT


def township_summary(pickups: pd.DataFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """Return a row a township, and a last row of totals whose township is empty text.

    Args:
        pickups: `township`, `verdict`; a row a pickup, or with how many `pickups` a row is.
        alerts: `township`, `classification`; a row an alert, or with how many `alerts` a row is.

    Returns:
        `township`, `due`, `collected`, `missed`, `unverifiable`, `rate` (collected of what was
        settled, NaN where nothing was), `alerts`, `false`, `genuine`, `alerts_unverifiable`,
        `false_rate` (false of all alerts), `rank` (by rate, ties share one; NaN where there is no
        rate); sorted by rank, then township.
    """
    verdicts = _counted(pickups, "verdict", "pickups", [str(v) for v in Verdict])
    worth = _counted(alerts, "classification", "alerts", [str(c) for c in Classification])
    names = sorted(set(verdicts.index) | set(worth.index))
    verdicts, worth = (table.reindex(names, fill_value=0) for table in (verdicts, worth))
    table = pd.DataFrame(
        {
            "township": pd.Series(names, dtype=TEXT),
            "due": verdicts.sum(axis=1).to_numpy(),
            "collected": verdicts["collected"].to_numpy(),
            "missed": verdicts["missed"].to_numpy(),
            "unverifiable": verdicts["unverifiable"].to_numpy(),
            "alerts": worth.sum(axis=1).to_numpy(),
            "false": worth["false"].to_numpy(),
            "genuine": worth["genuine"].to_numpy(),
            "alerts_unverifiable": worth["unverifiable"].to_numpy(),
        }
    )
    total = table.drop(columns="township").sum()
    table = pd.concat(
        [table, pd.DataFrame([{"township": "", **{k: int(v) for k, v in total.items()}}])],
        ignore_index=True,
    )
    settled = (table["collected"] + table["missed"]).to_numpy(dtype=float)
    raised = table["alerts"].to_numpy(dtype=float)
    table["rate"] = _share(table["collected"].to_numpy(dtype=float), settled)
    table["false_rate"] = _share(table["false"].to_numpy(dtype=float), raised)
    rows, totals = table.iloc[:-1].copy(), table.iloc[-1:].copy()
    rows["rank"] = rows["rate"].rank(method="min", ascending=False)
    totals["rank"] = np.nan
    rows = rows.sort_values(["rank", "township"], kind="stable", na_position="last")
    return pd.concat([rows, totals], ignore_index=True)


def _counted(table: pd.DataFrame, column: str, many: str, codes: Sequence[str]) -> pd.DataFrame:
    if table.empty:
        return pd.DataFrame(0, index=pd.Index([], dtype=TEXT), columns=list(codes))
    if many in table.columns:
        counts = table.pivot_table(
            index="township", columns=column, values=many, aggfunc="sum", fill_value=0
        )
    else:
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
        `genuine`, `alerts_unverifiable`, sorted by date.
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
            "alerts_unverifiable": worth["unverifiable"].to_numpy(dtype=int),
        }
    )
