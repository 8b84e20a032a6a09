"""Shares and other figures, each with its 95% interval.

Shares: Wilson's score interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927), which keeps its
meaning at 0 of n and n of n. Everything else: the percentile bootstrap over points. The rows of
one point are drawn together, as they stand or fall together: a wrong record makes the same error
every day. The seed is fixed, so the same tables give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Z_95 = 1.959963984540054
"""The 97.5% quantile of the normal distribution."""
DRAWS = 1000
SEED = 20260302

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95% interval of the share; NaN where there is nothing."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% score interval."""
        return wilson(self.hits, self.n)


@dataclass(frozen=True)
class Estimate:
    """A figure that is no share, with its 95% bootstrap interval, on so many rows."""

    value: float
    low: float
    high: float
    n: int


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95% score interval of hits in n; NaN where n is 0."""
    if n == 0:
        return math.nan, math.nan
    p = hits / n
    scale = 1.0 + Z_95**2 / n
    centre = (p + Z_95**2 / (2 * n)) / scale
    half = Z_95 / scale * math.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n * n))
    # At the ends the formula gives 0 and 1 up to rounding.
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return low, high


def share(hits: NDArray[np.bool_], of: NDArray[np.bool_]) -> Share:
    """Return how many rows of `of` are `hits`."""
    return Share(int((hits & of).sum()), int(of.sum()))


def estimate_of_sums(
    groups: pd.Series, parts: Array, figure: Callable[[Array], Array], seed: int = SEED
) -> Estimate:
    """Return a figure that is a function of column sums, with its interval.

    Args:
        groups: what is drawn together (the point), a value a row.
        parts: the columns to sum, one row a row.
        figure: from sums, shape (draws, columns), to the figure, shape (draws,).
        seed: of the bootstrap.
    """
    n = len(parts)
    if n == 0:
        return NOTHING
    codes = pd.factorize(groups)[0]
    count = int(codes.max()) + 1
    sums = np.zeros((count, parts.shape[1]))
    np.add.at(sums, codes, parts)
    value = float(figure(sums.sum(axis=0, keepdims=True))[0])
    rng = np.random.default_rng(seed)
    drawn = np.empty(DRAWS)
    # In pieces, so that ten counties' points do not make a table of hundreds of megabytes.
    for start in range(0, DRAWS, 50):
        weights = rng.multinomial(count, np.full(count, 1.0 / count), size=50).astype(np.float64)
        drawn[start : start + 50] = figure(weights @ sums)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Estimate(value, float(low), float(high), n)


def estimate_of_quantile(values: Array, q: float, seed: int = SEED) -> Estimate:
    """Return a quantile of values, each drawn by itself, with its interval."""
    n = len(values)
    if n == 0:
        return NOTHING
    rng = np.random.default_rng(seed)
    drawn = np.quantile(values[rng.integers(0, n, size=(DRAWS, n))], q, axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(float(np.quantile(values, q)), float(low), float(high), n)
