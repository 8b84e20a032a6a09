"""What is expected of a world that was not seen: closed forms, and data drawn from the model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from routecheck.evaluate.between_worlds import new_world


def rows(worlds: list[tuple[str, str, int, int]], factor: float = 1.0) -> pd.DataFrame:
    """Rows of worlds, each a group, a name, how many, and how many of them right."""
    parts = [
        pd.DataFrame(
            {
                "group": group, "world": world, "factor": factor,
                "right": np.arange(n) < right,
            }
        )
        for group, world, n, right in worlds
    ]  # fmt: skip
    empty = pd.DataFrame({"group": [], "world": [], "factor": [], "right": []})
    return pd.concat(parts, ignore_index=True) if parts else empty


def mean_share(centre: float, spread: float) -> float:
    """Mean of the logistic of a normal variable, by numerical integration."""
    return quad(
        lambda z: norm.pdf(z) / (1 + np.exp(-(centre + spread * z))), -8, 8
    )[0]  # fmt: skip


def test_without_rows_the_share_stays():
    found = new_world(rows([]), 0.93)
    assert (found.share, found.rows, found.worlds) == (0.93, 0, 0)
    # and one row hardly moves it
    assert new_world(rows([("g", "w", 1, 1)]), 0.93).share == pytest.approx(0.93, abs=0.006)


def test_worlds_that_agree_give_the_share_that_they_have():
    same = [(f"g{k}", f"w{k}", 1000, 900) for k in range(40)]
    found = new_world(rows(same), 0.6)
    assert found.share == pytest.approx(0.9, abs=0.005)
    assert found.spread < 0.15
    assert (found.lowest, found.highest, found.worlds, found.rows) == (0.9, 0.9, 40, 40_000)


def test_a_large_world_does_not_speak_for_the_others():
    # pooled 97.7%; one world 98% and one 64%, as measured of a criterion
    found = new_world(rows([("g", "large", 20_000, 19_600), ("h", "small", 200, 128)]), 0.93)
    assert 0.7 < found.share < 0.93
    assert found.spread > 0.6


def test_the_part_of_a_row_that_is_its_own_is_not_told_as_the_share():
    # of rows whose places are right in half of the cases, 45% were right: the share is 0.9
    found = new_world(rows([(f"g{k}", f"w{k}", 2000, 900) for k in range(30)], factor=0.5), 0.9)
    assert found.share == pytest.approx(0.9, abs=0.01)


def test_groups_count_alike_however_many_worlds_they_have():
    good = [("many", f"w{k}", 500, 490) for k in range(12)]
    bad = [("few", "w", 500, 350)]
    together = [("one", name, n, right) for _, name, n, right in good] + [("one", "x", 500, 350)]
    assert new_world(rows(good + bad), 0.9).share < new_world(rows(together), 0.9).share - 0.02


@pytest.mark.parametrize(("centre", "spread"), [(2.5, 0.3), (2.5, 1.2), (3.5, 1.0), (0.0, 0.8)])
def test_the_mean_of_new_worlds_is_recovered_from_data_drawn_from_the_model(centre, spread):
    random = np.random.default_rng(20260302)
    shares = 1 / (1 + np.exp(-(centre + spread * random.standard_normal(120))))
    drawn = [
        (f"g{k}", f"w{k}", 400, int(random.binomial(400, share))) for k, share in enumerate(shares)
    ]
    found = new_world(rows(drawn), 0.9)
    # 120 worlds leave the mean share uncertain by its standard deviation among them / sqrt(120)
    assert found.share == pytest.approx(mean_share(centre, spread), abs=3 * shares.std() / 120**0.5)
    assert found.spread == pytest.approx(spread, abs=0.25)


counts = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 60), st.floats(0, 1)), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None)
@given(counts, st.floats(0.02, 0.995), st.randoms(use_true_random=False))
def test_a_share_stays_a_share_and_the_order_of_rows_does_not_matter(worlds, now, random):
    table = rows([(g, f"w{k}", n, round(n * s)) for k, (g, n, s) in enumerate(worlds)])
    found = new_world(table, now)
    assert 0 < found.share < 1
    order = list(range(len(table)))
    random.shuffle(order)
    again = new_world(table.iloc[order].reset_index(drop=True), now)
    assert again.share == pytest.approx(found.share, abs=1e-12)
    # What is right wherever it was tried is told as surer than before, what never is as less sure.
    assert new_world(table.assign(right=True), now).share > now
    assert new_world(table.assign(right=False), now).share < now
