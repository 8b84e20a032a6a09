"""Dirty rows in a file of fixes. Rows are added or shuffled, never changed, so truth holds."""

from __future__ import annotations

import numpy as np
import pandas as pd

_KINDS = ("zero", "doubled", "jump", "future", "old", "unparsable", "empty")


def soil(table: pd.DataFrame, rng: np.random.Generator, share: float) -> pd.DataFrame:
    """A table of texts with a share of dirty rows added, and some rows out of order."""
    count = int(rng.binomial(len(table), share)) if share > 0 else 0
    if not count:
        return table
    at = np.sort(rng.integers(0, len(table), count))
    kind = rng.choice(len(_KINDS), count, p=[0.25, 0.4, 0.1, 0.05, 0.1, 0.05, 0.05])
    dirty = table.iloc[at].reset_index(drop=True)
    which = np.array(_KINDS)[kind]
    dirty.loc[which == "zero", ["lon", "lat"]] = "0"
    jump = which == "jump"
    away = rng.uniform(0.05, 0.4, (count, 2)) * rng.choice([-1.0, 1.0], (count, 2))
    for column, off in zip(("lon", "lat"), away.T, strict=True):
        moved = pd.to_numeric(dirty[column]).to_numpy() + off
        dirty.loc[jump, column] = [f"{v:.6f}" for v in moved[jump]]
    for name, dates in (("future", ("2080-01-06", "2099-12-31")),
                        ("old", ("1980-01-06", "2000-01-01"))):  # fmt: skip
        wrong = pd.Series(rng.choice(dates, count), index=dirty.index)
        here = which == name
        dirty.loc[here, "time"] = (wrong + dirty["time"].str.slice(10))[here]
    dirty.loc[which == "unparsable", "lat"] = rng.choice(["--", "2B.84", "1e400"])
    dirty.loc[which == "empty", "lon"] = ""
    place = np.concatenate([np.arange(len(table)), at + 0.5])
    late = rng.random(len(place)) < share / 2  # a few rows further down than they belong
    place = place + late * rng.integers(5, 400, len(place))
    both = pd.concat([table, dirty], ignore_index=True)
    return both.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)
