"""Shares and other figures, each with its 95% interval.

Shares: Wilson's score interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927), which keeps its
meaning at 0 of n and n of n. Everything else: the percentile bootstrap over points. The rows of
one point are drawn together, as they stand or fall together: a wrong record makes the same error
every day. `scipy.stats.bootstrap` cannot draw groups of unequal size; what is drawn here are
weights of points. The seed is fixed, so the same tables give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from routecheck.domain.arrays import Array, Bools

DRAWS = 1000
SEED = 20260302


@dataclass(frozen=True)
class Share:
    """Some rows of n, with the 95% interval of their share; NaN where there are no rows."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% score interval."""
        if not self.n:
            return math.nan, math.nan
        interval = binomtest(self.hits, self.n).proportion_ci(0.95, method="wilson")
        return float(interval.low), float(interval.high)


@dataclass(frozen=True)
class Split:
    """A share over the rows whose truth the data could show, and over all rows."""

    observable: Share
    every: Share


@dataclass(frozen=True)
class Estimate:
    """A figure that is no share, with its 95% bootstrap interval, on n rows."""

    value: float
    low: float
    high: float
    n: int


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)


def share(hits: Bools, of: Bools) -> Share:
    """Return how many rows of `of` are `hits`."""
    return Share(int((hits & of).sum()), int(of.sum()))


def split(hits: Bools, of: Bools, observable: Bools) -> Split:
    """Return the share over the observable rows of `of`, and over all of them."""
    return Split(share(hits, of & observable), share(hits, of))


def estimate_of_sums(groups: pd.Series, parts: Array, figure: Callable[[Array], Array]) -> Estimate:
    """Return a figure that is a function of column sums, with its interval.

    Args:
        groups: what is drawn together (the point), a value a row.
        parts: the columns to sum, one row a row.
        figure: from sums, shape (draws, columns), to the figure, shape (draws,).
    """
    n = len(parts)
    if n == 0:
        return NOTHING
    codes = pd.factorize(groups)[0]
    count = int(codes.max()) + 1
    sums = np.zeros((count, parts.shape[1]))
    np.add.at(sums, codes, parts)
    value = float(figure(sums.sum(axis=0, keepdims=True))[0])
    rng = np.random.default_rng(SEED)
    drawn = np.empty(DRAWS)
    # In pieces, so that ten counties' points do not make a table of hundreds of megabytes.
    for start in range(0, DRAWS, 50):
        weights = rng.multinomial(count, np.full(count, 1.0 / count), size=50).astype(np.float64)
        drawn[start : start + 50] = figure(weights @ sums)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Estimate(value, float(low), float(high), n)


def estimate_of_quantile(values: Array, q: float) -> Estimate:
    """Return a quantile of values, each drawn by itself, with its interval."""
    n = len(values)
    if n == 0:
        return NOTHING
    rng = np.random.default_rng(SEED)
    drawn = np.quantile(values[rng.integers(0, n, size=(DRAWS, n))], q, axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(float(np.quantile(values, q)), float(low), float(high), n)
