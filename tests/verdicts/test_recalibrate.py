"""Recalibration by field checks: right after many, careful with few, nothing without any."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.domain.tables import CHECKED
from routecheck.verdicts.recalibrate import Recalibration, apply, fit
from store.builders import DAY, judgements, missed, pickup


def checked(*groups):
    """CHECKED of groups `(verdict, say, confidence, right, wrong)`."""
    rows = [
        (verdict, say, confidence, (verdict == "collected") == right)
        for verdict, say, confidence, n_right, n_wrong in groups
        for right, n in ((True, n_right), (False, n_wrong))
        for _ in range(n)
    ]
    n = len(rows)
    start = pd.Timestamp("2026-03-01T22:00Z").as_unit("us")
    return CHECKED.check(
        pd.DataFrame(
            {
                "point_id": pd.Series([f"P{k}" for k in range(n)], dtype="str"),
                "service_date": pd.Series([DAY - timedelta(days=1)] * n, dtype=object),
                "window_start": pd.Series([start] * n, dtype="datetime64[us, UTC]"),
                "collected": np.array([row[3] for row in rows], dtype=bool),
                "by": pd.Series(["Li"] * n, dtype="str"),
                "verdict": pd.Series([row[0] for row in rows], dtype="str"),
                "say": pd.Series([row[1] for row in rows], dtype="str"),
                "confidence": np.array([row[2] for row in rows], dtype=float),
            }
        )
    )


DATE = judgements(
    pickup("P1", confidence=0.95),
    pickup("P2", confidence=0.95, criteria={"say": "hidden"}),
    missed("P3", confidence=0.9, criteria={"say": "not_approached"}),
    missed("P4", verdict="unverifiable", cause="gap", confidence=0.97, criteria={"say": "gap"}),
)[list(judgements().columns[:-1])]


def after(*groups):
    return apply(DATE, fit(checked(*groups)))["confidence"].tolist()


def test_without_checks_nothing_is_changed():
    assert not fit(CHECKED.empty())
    pd.testing.assert_frame_equal(apply(DATE, fit(CHECKED.empty())), DATE)
    pd.testing.assert_frame_equal(apply(DATE, Recalibration()), DATE)


@pytest.mark.parametrize("share", [0.5, 0.7, 0.85, 0.99])
def test_many_checks_bring_confidence_to_the_share_that_was_right(share):
    n = 1000
    right = round(share * n)
    confidence = after(("collected", "collected", 0.95, right, n - right))
    assert confidence[0] == pytest.approx(share, abs=0.02)


def test_five_checks_move_little_and_more_move_more():
    moves = []
    for n in (5, 25, 125):
        right = round(0.6 * n)
        confidence = after(("collected", "collected", 0.95, right, n - right))
        moves.append(0.95 - confidence[0])
    assert moves == sorted(moves)
    assert 0 < moves[0] < 0.15
    assert 0.95 - after(("collected", "collected", 0.95, 0, 1))[0] < 0.06


def test_a_criterion_that_was_not_checked_follows_its_verdict_part_of_the_way():
    confidence = after(("collected", "collected", 0.95, 60, 40))
    checked_, same_verdict, other_verdict, unverifiable = confidence
    assert checked_ < same_verdict < 0.95
    assert other_verdict == 0.9, "misses are another matter"
    assert unverifiable == 0.97, "no check shows whether the data could have shown it"


def test_checks_that_confirm_the_confidence_change_next_to_nothing():
    confidence = after(
        ("collected", "collected", 0.95, 95, 5), ("missed", "not_approached", 0.9, 90, 10)
    )
    assert confidence[0] == pytest.approx(0.95, abs=0.005)
    assert confidence[2] == pytest.approx(0.9, abs=0.01)


def test_the_confidence_of_judging_is_kept_beside_the_new_one_and_verdicts_stay():
    table = apply(DATE, fit(checked(("missed", "not_approached", 0.9, 10, 90))))
    assert table["criteria"].iloc[2]["model_confidence"] == 0.9
    assert "model_confidence" not in table["criteria"].iloc[0]
    for name in ("verdict", "cause", "vehicle_id", "point_id"):
        assert table[name].tolist() == DATE[name].tolist()
    assert "model_confidence" not in DATE["criteria"].iloc[2], "the input is left as it was"


def test_held_out_rows_of_a_harsher_site_are_calibrated_after_the_checks():
    rng = np.random.default_rng(5)
    # The site is worse than the counties that confidence was measured on, by one log-odd.
    model = rng.uniform(0.75, 0.99, 2400)
    true = 1 / (1 + np.exp(-(np.log(model / (1 - model)) - 1.0)))
    right = rng.random(2400) < true
    groups = [
        ("collected", "collected", float(p), int(hit), int(not hit))
        for p, hit in zip(model[:800], right[:800], strict=True)
    ]
    rest = judgements(*(pickup(f"P{k}", confidence=float(p)) for k, p in enumerate(model[800:])))
    rest = rest[list(DATE.columns)]
    table = apply(rest, fit(checked(*groups)))
    before = abs(model[800:].mean() - right[800:].mean())
    now = abs(table["confidence"].mean() - right[800:].mean())
    assert before > 0.08
    assert now < 0.03
    assert table["confidence"].nunique() > 100, "still sharp: not one value for all"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["collected", "missed", "unverifiable"]),
            st.sampled_from(["collected", "hidden", "not_approached", ""]),
            st.floats(0.01, 0.999),
            st.integers(0, 30),
            st.integers(0, 30),
        ),
        max_size=6,
    )
)
def test_any_checks_give_confidences_in_order_within_bounds(groups):
    learned = fit(checked(*groups))
    sure = judgements(
        *(pickup(f"P{k}", confidence=p) for k, p in enumerate((0.5, 0.8, 0.95, 0.999)))
    )
    after_checks = apply(sure[list(DATE.columns)], learned)["confidence"].to_numpy()
    assert np.all(np.isfinite(after_checks))
    assert np.all((after_checks >= 0.01) & (after_checks <= 0.999))
    assert np.all(np.diff(after_checks) >= 0), "who was surer before is not less sure now"
