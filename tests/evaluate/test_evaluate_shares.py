"""Intervals against published and closed values, bins against their definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.evaluate.calibration import calibration, equal_bins
from routecheck.evaluate.shares import (
    NOTHING,
    Share,
    estimate_of_quantile,
    estimate_of_sums,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(hits, n, low, high):
    assert Share(hits, n).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000), st.data())
def test_wilson_holds_the_share_and_mirrors(n, data):
    hits = data.draw(st.integers(0, n))
    low, high = Share(hits, n).interval
    assert 0 <= low <= hits / n <= high <= 1
    other_low, other_high = Share(n - hits, n).interval
    assert (1 - other_high, 1 - other_low) == pytest.approx((low, high), abs=1e-12)


def mean(sums):
    return sums[:, 0] / sums[:, 1]


def test_bootstrap_of_a_mean_is_near_the_normal_interval():
    rng = np.random.default_rng(5)
    values = rng.normal(10.0, 2.0, 400)
    groups = pd.Series(np.arange(400))
    found = estimate_of_sums(groups, np.column_stack([values, np.ones(400)]), mean)
    half = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.25 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.25 * half)


def test_rows_of_a_point_are_drawn_together():
    # Ten rows a point, all alike: they tell no more than one row a point.
    rng = np.random.default_rng(6)
    once = rng.normal(0.0, 1.0, 50)
    points = pd.Series(np.repeat(np.arange(50), 10))
    rows = np.repeat(once, 10)
    many = estimate_of_sums(points, np.column_stack([rows, np.ones(500)]), mean)
    few = estimate_of_sums(pd.Series(np.arange(50)), np.column_stack([once, np.ones(50)]), mean)
    assert many.high - many.low == pytest.approx(few.high - few.low, rel=1e-9)


def test_the_same_table_gives_the_same_interval():
    values = np.arange(30.0)
    assert estimate_of_quantile(values, 0.95) == estimate_of_quantile(values, 0.95)
    assert estimate_of_quantile(values, 0.5).value == 14.5
    assert estimate_of_quantile(np.array([]), 0.5) == NOTHING


@given(st.lists(st.sampled_from([0.5, 0.7, 0.8, 0.9, 0.95, 0.99]), min_size=1, max_size=300))
def test_bins_are_ordered_and_keep_equal_values_together(values):
    p = np.array(values)
    bins = equal_bins(p)
    assert set(bins) == set(range(bins.max() + 1))
    assert bins.max() < 10
    for value in np.unique(p):
        assert len(set(bins[p == value])) == 1
    order = np.argsort(p, kind="stable")
    assert (np.diff(bins[order]) >= 0).all()


def test_bins_of_distinct_values_are_of_equal_count():
    p = np.random.default_rng(1).permutation(np.linspace(0, 1, 1000))
    assert list(np.bincount(equal_bins(p))) == [100] * 10


def test_honest_confidence_has_no_error_and_false_one_has():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.5, 1.0, 50_000)
    points = pd.Series(np.arange(len(p)) % 400)
    hit = rng.random(len(p)) < p
    honest = calibration(pd.Series(p), hit, points)
    assert honest.expected_error.value < 0.01
    # E[p(1-p)] for p uniform on [0.5, 1]: 3/4 - 7/12 = 1/6; the best constant: 3/4 · 1/4.
    assert honest.brier.value == pytest.approx(1 / 6, abs=0.005)
    assert honest.best_constant == pytest.approx(3 / 16, abs=0.005)
    assert honest.ratio.value == pytest.approx((1 / 6) / (3 / 16), abs=0.02)
    # Too sure by 0.1 everywhere.
    proud = calibration(pd.Series(np.minimum(p + 0.1, 1.1)), hit, points)
    assert proud.expected_error.value == pytest.approx(0.1, abs=0.01)
    assert proud.expected_error.low < proud.expected_error.value < proud.expected_error.high


def test_reliability_table_by_hand():
    p = pd.Series([0.6] * 5 + [0.9] * 5)
    hit = np.array([1, 1, 1, 0, 0, 1, 1, 1, 1, 0], dtype=bool)
    found = calibration(p, hit, pd.Series(range(10)))
    assert [(b.mean_confidence, b.right.hits, b.right.n) for b in found.bins] == [
        (pytest.approx(0.6), 3, 5),
        (pytest.approx(0.9), 4, 5),
    ]
    # |0.6 - 3/5| · 1/2 + |0.9 - 4/5| · 1/2
    assert found.expected_error.value == pytest.approx(0.05)


def test_all_right_leaves_no_constant_to_beat():
    found = calibration(pd.Series([0.9, 0.8]), np.array([True, True]), pd.Series([1, 2]))
    assert found.best_constant == 0
    assert found.ratio == NOTHING


def test_without_confidence_nothing_is_said():
    found = calibration(pd.Series([np.nan]), np.array([True]), pd.Series([1]))
    assert found.right.n == 0
    assert found.bins == ()
