"""The profile in which a seed draws the amounts: within their ranges, others for each seed."""

from __future__ import annotations

import csv
import math
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from routecheck.simulate import DRAWN, PROFILES, Amounts, amount_from_text, amounts_for, write_site
from routecheck.simulate.amounts import FIELDS
from routecheck.simulate.drawn import Range
from site_tools import call

SEEDS = range(1, 201)
SMALL = {"points": 24, "trucks": 3}


@pytest.fixture(scope="module")
def sites() -> list[Amounts]:
    return [amounts_for(DRAWN, seed) for seed in SEEDS]


def test_a_seed_draws_the_same_amounts_each_time_and_another_one_others(
    sites: list[Amounts],
) -> None:
    assert amounts_for(DRAWN, 7) == sites[6]
    assert len(set(sites)) == len(sites)


def test_every_value_lies_in_its_range_and_is_one_that_the_profile_takes(
    sites: list[Amounts],
) -> None:
    for name, field in FIELDS.items():
        drawn, values = field.metadata["drawn"], [getattr(site, name) for site in sites]
        if drawn is None:
            assert set(values) == {field.default}, name
            continue
        for value in values:
            if not name.startswith("stand"):  # these depend on one another
                amounts_for("county", **{name: value})
        if isinstance(drawn, Range) and not drawn.of and not isinstance(field.default, bool):
            flat = [v for value in values for v in (value if isinstance(value, tuple) else [value])]
            there = [v for v in flat if v or not drawn.absent]
            assert drawn.low <= min(there), name
            assert max(there) <= drawn.high, name
            # 200 draws come near both ends
            span = drawn.high - drawn.low
            assert max(there) > drawn.high - 0.2 * span, name
            assert min(there) < drawn.low + 0.2 * span, name
            if drawn.absent:
                assert abs(1 - len(there) / len(flat) - drawn.absent) < 0.12, name


def test_orders_of_magnitude_are_alike_where_the_range_is_wide(sites: list[Amounts]) -> None:
    # half of them below the geometric mean of 0.05 and 2, not below the arithmetic one
    below = sum(site.multipath_per_hour < math.sqrt(0.05 * 2) for site in sites) / len(sites)
    assert below == pytest.approx(0.5, abs=0.12)


def test_devices_are_of_up_to_four_kinds(sites: list[Amounts]) -> None:
    kinds = [site.interval_mix for site in sites]
    assert {len(mix) for mix in kinds} == {1, 2, 3, 4}
    assert all(sum(share for _, share in mix) == pytest.approx(1.0, abs=0.005) for mix in kinds)
    seconds = [s for mix in kinds for s, _ in mix]
    assert min(seconds) == 1.0
    assert 150 < max(seconds) <= 180


def test_stands_are_in_order_and_from_seconds_to_minutes(sites: list[Amounts]) -> None:
    assert all(5 <= s.stand_least_s <= s.stand_s <= s.stand_most_s <= 480 for s in sites)
    assert min(site.stand_least_s for site in sites) == 5
    assert max(site.stand_most_s for site in sites) > 380


def test_what_is_set_is_not_drawn_and_leaves_the_others(sites: list[Amounts]) -> None:
    changed = amounts_for(DRAWN, 3, noise_m=20.0, stand_s=100.0)
    other = {name for name in FIELDS if getattr(changed, name) != getattr(sites[2], name)}
    # the limits of a stand are multiples of its typical length
    assert other == {"noise_m", "stand_s", "stand_least_s", "stand_most_s"}
    assert changed.stand_least_s == pytest.approx(
        sites[2].stand_least_s * 100 / sites[2].stand_s, rel=0.02
    )


def test_other_profiles_do_not_go_by_the_seed() -> None:
    assert all(amounts_for(profile, 5) == PROFILES[profile] for profile in PROFILES)


def test_a_drawn_site_says_what_was_drawn(tmp_path: Path) -> None:
    target = tmp_path / "site"
    sizes = ["--set", "points=24", "--trucks", "3"]
    assert call("simulate", str(target), "--profile", DRAWN, "--seed", "4", "--days", "1", *sizes,
                "--set", "stand_s=12") == 0  # fmt: skip
    with (target / "amounts.csv").open(encoding="utf-8", newline="") as file:
        said = {row["amount"]: amount_from_text(row["amount"], row["value"])
                for row in csv.DictReader(file)}  # fmt: skip
    known = amounts_for(DRAWN, 4, stand_s=12)
    assert said == {
        name: getattr(known, name) for name in FIELDS if FIELDS[name].metadata["drawn"] is not None
    }
    assert said["stand_s"] == 12
    # stands shorter than the usual least dwell are told to whoever runs it
    config = tomllib.loads((target / "routecheck.toml").read_text("utf-8"))
    assert config["matching"]["min_dwell_s"] == int(known.stand_least_s) < 10


def test_stands_are_as_long_as_the_amounts_say(tmp_path: Path) -> None:
    found = {}
    for stand_s, least_s, most_s in ((10.0, 6.0, 18.0), (90.0, 20.0, 400.0), (240.0, 100.0, 480.0)):
        site = tmp_path / str(stand_s)
        limits = {"stand_s": stand_s, "stand_least_s": least_s, "stand_most_s": most_s}
        write_site(site, profile="ideal", days=1, **SMALL, **limits)
        truth = pd.read_csv(site / "truth.csv", parse_dates=["arrived_at", "departed_at"])
        stood_s = (truth["departed_at"] - truth["arrived_at"]).dt.total_seconds().dropna()
        assert len(stood_s) > 10
        assert stood_s.between(least_s - 1, most_s + 1).all()  # times are whole seconds
        found[stand_s] = float(stood_s.median())
        config = (site / "routecheck.toml").read_text("utf-8")
        assert ("min_dwell_s" in config) is (least_s < 10)
    assert all(0.6 * s < median < 1.6 * s for s, median in found.items()), found
