"""Where each point is, and how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.diagnosis.likelihood import IN_QUESTION
from routecheck.domain.arrays import Array
from routecheck.domain.codes import Basis
from routecheck.geo.plane import distance_m

HELD = 0.95
"""Share of the probability that lies within the uncertainty of a place."""
SIGMAS = float(np.sqrt(-2.0 * np.log(1.0 - HELD)))
"""Sigmas of one axis within which that share of a normal distribution in the plane lies
(Rayleigh's: 2.45)."""


def whereabouts(candidates: pd.DataFrame, reach_m: float) -> pd.DataFrame:
    """Return one row a point: its likeliest place, and how far about it the bins may stand.

    Args:
        candidates: CANDIDATES of a date.
        reach_m: how far points are looked for: the uncertainty of one that may well be elsewhere.

    Returns:
        Columns `point_id`, `lon`, `lat` (WGS-84, blank where nothing is known), `uncertainty_m`
        (95% of the probability lies within), `confidence` (that the bins stand within 30 m),
        `basis`, `offset_m` (from the record), `days_seen`, `days_due`; by point.
    """
    best = _likeliest_known(candidates)
    return best.assign(
        uncertainty_m=_uncertainty_m(candidates, best, reach_m), confidence=best["probability"]
    ).sort_values("point_id", kind="stable", ignore_index=True)


def rivals(candidates: pd.DataFrame, point_id: str) -> pd.DataFrame:
    """Return CANDIDATES of a point that come into question, likeliest first, with `apart_m`.

    Args:
        candidates: CANDIDATES.
        point_id: the point.

    Returns:
        The known places of probability enough, and how far each lies from the first (m).
    """
    mine = candidates[(candidates["point_id"] == point_id).to_numpy()]
    mine = mine[mine["lon"].notna() & (mine["probability"] >= IN_QUESTION)]
    mine = mine.sort_values("rank", ignore_index=True)
    lon, lat = mine["lon"].to_numpy(), mine["lat"].to_numpy()
    apart_m = distance_m(lon[:1], lat[:1], lon, lat) if len(mine) else np.zeros(0)
    return mine.assign(apart_m=apart_m)


def _likeliest_known(candidates: pd.DataFrame) -> pd.DataFrame:
    """The likeliest place of each point that is a place; of points without one, a blank row."""
    blank = candidates["lon"].isna()
    first = candidates.assign(blank=blank).sort_values(["point_id", "blank", "rank"], kind="stable")
    best = first.drop_duplicates("point_id").reset_index(drop=True)
    nowhere = best["blank"].to_numpy()
    return best.assign(
        probability=np.where(nowhere, 0.0, best["probability"]),
        basis=best["basis"].mask(nowhere, str(Basis.UNKNOWN)),
    ).drop(columns="blank")


def _uncertainty_m(candidates: pd.DataFrame, best: pd.DataFrame, reach_m: float) -> Array:
    """Radius (m) about each best place that holds 95% of the probability of all candidates."""
    centre = best.set_index("point_id")[["lon", "lat"]].reindex(candidates["point_id"])
    away_m = distance_m(
        centre["lon"].to_numpy(), centre["lat"].to_numpy(),
        candidates["lon"].to_numpy(), candidates["lat"].to_numpy(),
    )  # fmt: skip
    out_to_m = away_m + SIGMAS * candidates["sigma_m"].to_numpy()
    rows = pd.DataFrame(
        {
            "point_id": candidates["point_id"].array,
            "out_to_m": np.where(np.isnan(out_to_m), reach_m, out_to_m),
            "probability": candidates["probability"].to_numpy(),
        }
    ).sort_values(["point_id", "out_to_m"], kind="stable")
    of_point = rows.groupby("point_id")["probability"]
    held = of_point.cumsum() / of_point.transform("sum")
    within = rows[(held >= HELD - 1e-9).to_numpy()].drop_duplicates("point_id")
    radius_m = within.set_index("point_id")["out_to_m"].reindex(best["point_id"]).to_numpy()
    return np.where(best["lon"].isna(), np.nan, radius_m)
