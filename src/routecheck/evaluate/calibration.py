"""Whether confidence is a probability: of the rows that say 0.9, nine in ten are right.

A verdict is right where it says what was true, and also where it is `unverifiable` and the
delivered fixes could not show what was true (contract, section 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.tables import TEXT
from routecheck.evaluate.comparison import NOT_JUDGED, Compared
from routecheck.evaluate.shares import NOTHING, Estimate, Share, estimate_of_sums

BINS = 10


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
            return np.where(constant > 0, brier(sums) / constant, np.nan)

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
        bins=tuple(_bin(p[bins == k], hit[bins == k]) for k in range(n_bins)),
    )


def _bin(confidence: Array, hit: Array) -> ReliabilityBin:
    lowest, highest, mean = confidence.min(), confidence.max(), confidence.mean()
    return ReliabilityBin(
        float(lowest), float(highest), float(mean), Share(int(hit.sum()), len(hit))
    )


def equal_bins(confidence: Array, count: int = BINS) -> Ints:
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
    left_open = (verdict == "unverifiable") & ~pickups["observable"]
    # Not due: there was nothing to collect; any verdict that accuses nobody is right.
    idle = (status == "not_due") & ~verdict.isin(["missed", NOT_JUDGED])
    return ((verdict == status) | left_open | idle).to_numpy(dtype=bool)


def alerts_right(alerts: pd.DataFrame) -> Bools:
    """Return which alerts of `Compared` were classified right."""
    given, status = alerts["classification"], alerts["status"]
    genuine = (given == "genuine") & (status == "missed")
    false = (given == "false") & status.isin(["collected", "not_due"])
    nobody_knows = ~alerts["observable"] | (status == "unknown")
    return (genuine | false | ((given == "unverifiable") & nobody_knows)).to_numpy(dtype=bool)


def calibrations(compared: Compared) -> dict[str, Calibration]:
    """Measure the confidence of judged pickups and of alerts, and of the observable ones."""
    judged = compared.pickups[compared.pickups["verdict"] != NOT_JUDGED]
    tables = {
        "pickups": (judged, pickups_right(judged)),
        "alerts": (compared.alerts, alerts_right(compared.alerts)),
    }
    if compared.observable_known:
        for name, (table, right) in list(tables.items()):
            seen = table["observable"].to_numpy(dtype=bool)
            tables[f"{name}_observable"] = (table[seen], right[seen])
    return {
        name: calibration(
            table["confidence"], right, table["site"].astype(TEXT) + "/" + table["point_id"]
        )
        for name, (table, right) in tables.items()
    }
