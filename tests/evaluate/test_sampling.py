"""Samples with known chances: drawn as told, and intervals that hold what is true."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from routecheck.evaluate.sampling import allocate, draw, estimate, strata

DAY = date(2026, 3, 2)
SHARES = {"missed": (0.75, 0.004), "collected": (0.1, 0.95), "unverifiable": (0.15, 0.046)}
"""Of what was missed, and of what was not, the share that is called so."""


def county(rng: np.random.Generator, n: int = 400, missed: float = 0.05) -> pd.DataFrame:
    """Pickups with verdicts, confidences, and beside them the truth."""
    really = rng.random(n) < missed
    verdicts = [
        rng.choice(list(SHARES), p=[of[0 if one else 1] for of in SHARES.values()])
        for one in really
    ]
    sure = {"missed": (0.8, 0.97), "collected": (0.85, 0.96, 0.999), "unverifiable": (0.9,)}
    return pd.DataFrame(
        {
            "service_date": DAY,
            "point_id": [f"P{i}" for i in range(n)],
            "window_start": pd.Timestamp("2026-03-02", tz="UTC"),
            "verdict": verdicts,
            "confidence": [rng.choice(sure[verdict]) for verdict in verdicts],
            "really": really,
        }
    )


def kept(pickups: pd.DataFrame, n: int, key: str) -> dict:
    """A draw as the store has it."""
    chosen, sizes = draw(pickups, n, key)
    told = pickups.assign(s=strata(pickups)).groupby("s")["confidence"].mean().to_dict()
    rows = [
        {"point_id": p, "window_start": str(w), "verdict": v, "stratum": s}
        for p, w, v, s in zip(
            chosen["point_id"], chosen["window_start"], chosen["verdict"], chosen["stratum"],
            strict=True,
        )
    ]  # fmt: skip
    return {"sizes": sizes, "told": told, "rows": rows}


def truth(pickups: pd.DataFrame) -> dict[tuple[str, str], bool]:
    columns = (pickups[name] for name in ("point_id", "window_start", "really"))
    return {(p, str(w)): bool(r) for p, w, r in zip(*columns, strict=True)}


def test_the_same_date_gives_the_same_sample_whatever_the_order_of_rows():
    pickups = county(np.random.default_rng(1))
    first, sizes = draw(pickups, 20, "2026-03-02")
    again, _ = draw(pickups.sample(frac=1, random_state=3), 20, "2026-03-02")
    pd.testing.assert_frame_equal(first, again)
    other, _ = draw(pickups, 20, "2026-03-03")
    assert set(first["point_id"]) != set(other["point_id"])
    assert len(first) == 20
    assert sum(sizes.values()) == 400
    assert first["point_id"].is_unique


def test_every_pickup_has_the_chance_of_its_stratum():
    pickups = county(np.random.default_rng(2), n=60)
    pickups["stratum"] = strata(pickups)
    _, sizes = draw(pickups, 16, "x")
    counts = pd.Series(0, index=pickups["point_id"])
    rounds = 400
    for k in range(rounds):
        chosen, _ = draw(pickups, 16, f"day {k}")
        counts[chosen["point_id"]] += 1
    wanted = chosen["stratum"].value_counts()
    for row in pickups.itertuples():
        chance = wanted[row.stratum] / sizes[row.stratum]
        # Five standard deviations of a binomial count.
        off = 5 * np.sqrt(chance * (1 - chance) / rounds) + 1e-9
        assert abs(counts[row.point_id] / rounds - chance) <= off


def test_half_looks_at_misses_and_no_stratum_is_left_out():
    sizes = {"missed/1": 40, "collected/0": 5, "collected/2": 300, "unverifiable/0": 20}
    expected = {"missed/1": 0.95, "collected/0": 0.2, "collected/2": 0.001, "unverifiable/0": 0.3}
    got = allocate(sizes, expected, 20)
    assert sum(got.values()) == 20
    assert got["missed/1"] == 10
    assert all(got[name] >= 2 for name in sizes)
    # What is large and what is doubtful is looked at most.
    assert got["collected/2"] + got["unverifiable/0"] > got["collected/0"]
    # No more than there are; what is over goes to the others.
    few = allocate({"missed/1": 3, "collected/2": 300}, expected, 20)
    assert few == {"missed/1": 3, "collected/2": 17}
    assert allocate({"missed/1": 3}, expected, 20) == {"missed/1": 3}


def test_a_county_that_was_looked_at_as_a_whole_is_known_exactly():
    pickups = county(np.random.default_rng(3), n=80, missed=0.2)
    found = estimate([kept(pickups, 80, "all")], truth(pickups))
    called = pickups[pickups["verdict"] == "missed"]
    precision = called["really"].mean()
    recall = called["really"].sum() / pickups["really"].sum()
    for one, value in ((found.precision, precision), (found.recall, recall)):
        assert (one.value, one.low, one.high) == pytest.approx((value, value, value))


def test_what_nobody_looked_at_is_not_known():
    pickups = county(np.random.default_rng(4))
    one = kept(pickups, 20, "none")
    found = estimate([one], {})
    assert (found.drawn, found.looked_at) == (20, 0)
    assert np.isnan(found.precision.value)
    assert np.isnan(found.recall.low)
    # Misses alone tell of precision and of nothing else.
    known = truth(pickups[pickups["verdict"] == "missed"])
    found = estimate([one], known)
    assert found.precision.low > 0.5
    assert np.isnan(found.recall.value)


@pytest.mark.parametrize("days", [1, 6])
def test_intervals_hold_what_is_true_about_as_often_as_they_say(days):
    """95% of counties: with 60 of them at least 52 (binomial, one in a thousand below)."""
    rng = np.random.default_rng(5)
    counties = 60
    held = {"precision": 0, "recall": 0}
    for k in range(counties):
        several = [county(rng) for _ in range(days)]
        draws, known = [], {}
        for n, pickups in enumerate(several):
            pickups = pickups.assign(point_id=pickups["point_id"] + f"-{n}")
            several[n] = pickups
            draws.append(kept(pickups, 20, f"{k} {n}"))
            known |= truth(pickups)
        found = estimate(draws, known)
        every = pd.concat(several)
        called = every[every["verdict"] == "missed"]
        true = {
            "precision": called["really"].mean(),
            "recall": called["really"].sum() / every["really"].sum(),
        }
        for name, value in true.items():
            one = getattr(found, name)
            held[name] += one.low - 1e-9 <= value <= one.high + 1e-9
    assert min(held.values()) >= 52, held
