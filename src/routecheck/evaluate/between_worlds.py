"""How often a criterion is right in a world that nobody has seen yet.

A criterion that is right for 98% in one world and for 64% in another is not right for 97% because
the first world is larger. So each world has a share of its own, and worlds differ:

    logit share[world] = m + b[world],    b[world] ~ N(0, s)

The mean m and the spread s between worlds are not known either: m has a normal prior about the
share that holds now, s a half-normal one, and both are integrated over a grid (A. Gelman et al.,
"Bayesian Data Analysis", 3rd ed. 2013, chapter 5). What is told is the mean share of a new world
drawn from that: few rows, few worlds, or worlds that differ move it accordingly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logsumexp

from routecheck.domain.arrays import Array
from routecheck.verdicts.parameters import CRITERION_SD, VERDICT_SD

MEAN_SD = 1.0
"""Standard deviation (log-odds) of the prior of the mean: a share of 0.95 may as well be 0.88 or
0.98."""
SPREAD_SD = float(np.hypot(VERDICT_SD, CRITERION_SD))
"""Scale (log-odds) of the half-normal prior of the spread: sites differ by so much, as field checks
have it (`verdicts/parameters.py`)."""
_STEP = 0.02
_SHARES = np.arange(-8.0, 10.0 + _STEP / 2, _STEP)
"""Log-odds over which the share of a world is integrated."""
_MEANS = np.arange(-4.0, 4.0 + 0.05, 0.1) * MEAN_SD
_SPREADS = np.concatenate([np.arange(0.05, 0.5, 0.05), np.arange(0.5, 3.01, 0.25)])
_WIDTHS = np.gradient(_SPREADS)
_ABOUT = np.arange(-10.0, 10.05, 0.1)
_FACTOR_DIGITS = 2
"""Rows whose own factors differ by less count together."""


@dataclass(frozen=True)
class NewWorld:
    """What is expected of a criterion in a world that was not seen.

    Attributes:
        share: how often it is right there, the mean over what is possible.
        spread: between worlds (standard deviation of the log-odds, posterior mean).
        rows: on which it rests.
        worlds: how many of them have such rows.
        lowest: the least share right among the worlds with ten rows or more; NaN: there is none.
        highest: the greatest one.
    """

    share: float
    spread: float
    rows: int
    worlds: int
    lowest: float
    highest: float


SOME_ROWS = 10
"""The share of a world with fewer rows says nothing to people."""


def new_world(rows: pd.DataFrame, now: float) -> NewWorld:
    """Return how often a criterion will be right in a world that is not among these.

    Each group of worlds counts alike, however many worlds it has; the order of rows and worlds does
    not matter.

    Args:
        rows: of the criterion: columns world, group (texts), right (bool), factor (what each row
            has of the share; 1: all of it).
        now: the share that holds now, above 0 and below 1. Without rows it stays.
    """
    factor = np.round(rows["factor"].to_numpy(dtype=np.float64), _FACTOR_DIGITS)
    cells = (
        rows.assign(factor=factor)
        .groupby(["group", "world", "factor"], sort=True)["right"]
        .agg(["size", "sum"])
        .reset_index()
    )
    worlds = cells.groupby(["group", "world"], sort=True)[["size", "sum"]].sum().reset_index()
    weights = len(worlds) / worlds["group"].nunique() / worlds.groupby("group")["world"].transform(
        "size"
    ).to_numpy(dtype=np.float64) if len(worlds) else np.zeros(0)  # fmt: skip
    centres = _centre(now) + _MEANS
    share_of = expit(_SHARES)
    prior = -0.5 * (_MEANS / MEAN_SD) ** 2
    evidence = np.zeros((len(_SPREADS), len(_MEANS)))
    seen = _likelihoods(cells, worlds, share_of)
    expected = np.zeros_like(evidence)
    for i, spread in enumerate(_SPREADS):
        kernel = _kernel(centres, float(spread))
        with np.errstate(divide="ignore"):
            marginal = np.log(seen @ kernel)  # worlds x means
        evidence[i] = weights @ marginal + prior - 0.5 * (spread / SPREAD_SD) ** 2
        evidence[i] += np.log(_WIDTHS[i])
        expected[i] = share_of @ kernel
    possible = np.exp(evidence - logsumexp(evidence))
    some = worlds[worlds["size"] >= SOME_ROWS]
    own = (some["sum"] / some["size"]).to_numpy(dtype=np.float64)
    return NewWorld(
        share=float((possible * expected).sum()) if len(worlds) else now,
        spread=float(possible.sum(axis=1) @ _SPREADS),
        rows=int(worlds["size"].sum()),
        worlds=len(worlds),
        lowest=float(own.min()) if len(own) else float("nan"),
        highest=float(own.max()) if len(own) else float("nan"),
    )


def _kernel(centres: Array, spread: float) -> Array:
    """Probabilities of the shares of a world, a column a mean."""
    density = np.exp(-0.5 * ((_SHARES[:, None] - centres) / spread) ** 2)
    return np.asarray(density / density.sum(axis=0))


def _centre(now: float) -> float:
    """Mean log-odds under which a new world, before anything is seen, is right as often as now.

    The mean of shares lies nearer to a half than the share of the mean log-odds.
    """
    spreads = np.exp(-0.5 * (_SPREADS / SPREAD_SD) ** 2) * _WIDTHS
    wide = np.hypot(MEAN_SD, _SPREADS)[:, None]
    density = np.exp(-0.5 * (_ABOUT / wide) ** 2)
    density = (spreads / spreads.sum()) @ (density / density.sum(axis=1, keepdims=True))
    return float(brentq(lambda centre: density @ expit(centre + _ABOUT) - now, -30.0, 30.0))


def _likelihoods(cells: pd.DataFrame, worlds: pd.DataFrame, share_of: Array) -> Array:
    """Likelihood of what was seen in each world, a column a share; the greatest of a world is 1."""
    place = {name: k for k, name in enumerate(zip(worlds["group"], worlds["world"], strict=True))}
    found = np.zeros((len(worlds), len(share_of)))
    for group, world, factor, n, hits in cells.itertuples(index=False):
        right = np.clip(factor * share_of, 1e-6, 1 - 1e-6)
        found[place[group, world]] += hits * np.log(right) + (n - hits) * np.log1p(-right)
    return np.exp(found - found.max(axis=1, keepdims=True)) if len(found) else found
