"""Whether confidence is a probability: of the rows that say 0.9, nine in ten are right.

A verdict is right where it says what was true, and also where it is `unverifiable` and the
delivered fixes could not show what was true (contract, section 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routecheck.evaluate.intervals import NOTHING, Estimate, Share, estimate_of_sums

BINS = 10

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class ReliabilityBin:
    """Rows of much the same confidence: how sure they were, and how many were right."""

    lowest: float
    highest: float
    mean_confidence: float
    right: Share


@dataclass(frozen=True)
class Calibration:
    """How far confidence can be believed, over some rows.

    Attributes:
        right: rows that were right.
        brier: mean squared difference of confidence and outcome (G. W. Brier, 1950).
        best_constant: the Brier score of the best constant, which is the share right.
        ratio: the first as a share of the second; below 1 confidence says more than a constant.
        expected_error: mean difference of confidence and share right over bins of equal count,
            weighted by their rows. Its interval keeps the bins as they are.
        bins: the reliability table.
    """

    right: Share
    brier: Estimate
    best_constant: float
    ratio: Estimate
    expected_error: Estimate
    bins: tuple[ReliabilityBin, ...]


NO_CALIBRATION = Calibration(Share(0, 0), NOTHING, math.nan, NOTHING, NOTHING, ())


def calibration(confidence: pd.Series, right: Bools, points: pd.Series) -> Calibration:
    """Measure confidence against what was right.

    Args:
        confidence: 0 to 1; blank rows are left out.
        right: whether each row was right.
        points: what is drawn together for intervals.
    """
    p = confidence.to_numpy(dtype=np.float64)
    some = ~np.isnan(p)
    if not some.any():
        return NO_CALIBRATION
    p, hit, points = p[some], right[some].astype(np.float64), points[some]
    bins = equal_bins(p)
    n_bins = int(bins.max()) + 1
    members = (bins[:, None] == np.arange(n_bins)).astype(np.float64)
    squared = (p - hit) ** 2
    ones = np.ones(len(p))

    def brier(sums: Array) -> Array:
        return np.asarray(sums[:, 0] / sums[:, 1])

    def ratio(sums: Array) -> Array:
        share = sums[:, 2] / sums[:, 1]
        constant = share * (1 - share)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(constant > 0, sums[:, 0] / sums[:, 1] / constant, np.nan)

    def expected_error(sums: Array) -> Array:
        return np.asarray(np.abs(sums[:, 1:]).sum(axis=1) / sums[:, 0])

    basic = np.column_stack([squared, ones, hit])
    share = float(hit.mean())
    constant = share * (1 - share)
    return Calibration(
        right=Share(int(hit.sum()), len(hit)),
        brier=estimate_of_sums(points, basic, brier),
        best_constant=constant,
        ratio=estimate_of_sums(points, basic, ratio) if constant > 0 else NOTHING,
        expected_error=estimate_of_sums(
            points, np.column_stack([ones, members * (p - hit)[:, None]]), expected_error
        ),
        bins=tuple(
            ReliabilityBin(
                float(p[bins == k].min()),
                float(p[bins == k].max()),
                float(p[bins == k].mean()),
                Share(int(hit[bins == k].sum()), int((bins == k).sum())),
            )
            for k in range(n_bins)
        ),
    )


def equal_bins(confidence: Array, count: int = BINS) -> NDArray[np.int64]:
    """Sort rows into bins of as equal a count as ties allow, numbered from 0 without holes.

    Equal confidences are never parted, so the order of rows cannot matter: a value belongs to the
    bin in which the middle of its rows falls.
    """
    _, which, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0
    raw = np.minimum((middle * count / len(confidence)).astype(np.int64), count - 1)
    return np.unique(raw, return_inverse=True)[1][which].astype(np.int64)


def pickups_right(pickups: pd.DataFrame) -> Bools:
    """Return which pickups of `Compared` were judged right."""
    verdict, status = pickups["verdict"], pickups["status"]
    same = verdict == status
    open_ = (verdict == "unverifiable") & ~pickups["observable"]
    # Not due: there was nothing to collect; any verdict that accuses nobody is right.
    idle = (status == "not_due") & (verdict != "missed") & (verdict != "")
    return _bools(same | open_ | idle)


def alerts_right(alerts: pd.DataFrame) -> Bools:
    """Return which alerts of `Compared` were classified right."""
    said, status = alerts["classification"], alerts["status"]
    genuine = (said == "genuine") & (status == "missed")
    false = (said == "false") & status.isin(["collected", "not_due"])
    open_ = (said == "unverifiable") & (~alerts["observable"] | (status == "unknown"))
    return _bools(genuine | false | open_)


def of_pickups(pickups: pd.DataFrame, only: Bools | None = None) -> Calibration:
    """Measure the confidence of the judged pickups of `Compared`, or of some of them."""
    rows = pickups["verdict"] != ""
    if only is not None:
        rows &= only
    return _over(pickups[rows], pickups_right(pickups[rows]))


def of_alerts(alerts: pd.DataFrame, only: Bools | None = None) -> Calibration:
    """Measure the confidence of the alerts of `Compared`, or of some of them."""
    rows = alerts if only is None else alerts[only]
    return _over(rows, alerts_right(rows))


def point_keys(table: pd.DataFrame) -> pd.Series:
    """Return what is drawn together: the points, apart by site."""
    return table["site"].astype("str") + "/" + table["point_id"].astype("str")


def _over(table: pd.DataFrame, right: Bools) -> Calibration:
    if table.empty:
        return NO_CALIBRATION
    return calibration(table["confidence"], right, point_keys(table))


def _bools(values: Any) -> Bools:
    return np.asarray(values.to_numpy(dtype=bool), dtype=bool)
