"""How likely it is that so many of a point's due days show a stand, by what the place is."""

from __future__ import annotations

import math

import numpy as np

from routecheck.diagnosis import likelihood as lk
from routecheck.domain.arrays import Array, Ints


def log_served(days: Ints, due_days: Ints, service: Array, worse: Array) -> Array:
    """Log-likelihood of a stand on some of the due days, of a point that is served on all.

    Args:
        days: due days with a stand.
        due_days: all due days.
        service: how surely a service leaves a stand.
        worse: share of the points that are seen at a rate of their own.
    """
    n, q = due_days, service
    # Some points are seen worse than others (a valley, a hedge), at any rate: the fewer, the
    # better the vehicle is seen.
    any_rate = _log_rates(int(n.max(initial=0)), 1.0, 1.0)
    return np.logaddexp(
        np.log1p(-worse) + days * np.log(q) + (n - days) * np.log1p(-q),
        np.log(worse) + any_rate[n, days],
    )


def share_worse(clear: Array) -> Array:
    """Share of points that are seen at a rate of their own, by how well their vehicle is seen."""
    return np.clip(lk.WORSE_FACTOR * (1.0 - clear) ** 2, *lk.WORSE_BOUNDS)


def _log_rates(most: int, a: float, b: float) -> Array:
    """Log-probability of k of n days (one given order) where the rate is Beta(a, b)."""
    n, k = np.meshgrid(np.arange(most + 1), np.arange(most + 1), indexing="ij")
    misses = np.maximum(n - k, 0)
    up = _log_gamma(k + a) + _log_gamma(misses + b) - _log_gamma(k + misses + a + b)
    return np.asarray(up - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b))


def log_junk(most: int) -> Array:
    """Log-probability of k of n days (one given order) at a place that is no point.

    Of places that were stopped at: k is one at least.
    """
    n, k = np.meshgrid(np.arange(most + 1), np.arange(most + 1), indexing="ij")
    habit = _log_rates(most, lk.HABIT_A, lk.HABIT_B)
    habit = habit - np.log1p(-np.exp(np.minimum(habit[:, :1], -1e-9)))
    misses = np.maximum(n - k, 0)
    orders = _log_gamma(k + misses + 1.0) - _log_gamma(k + 1.0) - _log_gamma(misses + 1.0)
    once = math.log(1.0 - lk.AGAIN) + np.maximum(k - 1, 0) * math.log(lk.AGAIN) - orders
    once = once - np.log1p(-(lk.AGAIN ** np.maximum(n, 1.0)))
    return np.asarray(np.logaddexp(math.log(lk.ONCE) + once, math.log(1.0 - lk.ONCE) + habit))


_log_gamma = np.vectorize(math.lgamma, otypes=[float])
