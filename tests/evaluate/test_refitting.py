"""Refitting shares: what rows are made of, and figures of groups that were left out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from evaluate.eval_tables import NO_CORRECTIONS, ZONE, classified, judgements, truth
from routecheck.domain.errors import UsageError
from routecheck.evaluate import World, compare, refit, rows_of
from routecheck.evaluate.confidence_rows import told_by
from routecheck.evaluate.refitting import told
from routecheck.verdicts.confidence import adapted, installed

PASSED_BY = installed().of("passed_by")


def judged(rows, true):
    """Rows as `rows_of` takes them apart, of judged pickups and of the truth."""
    pickups = judgements(rows)
    beside = compare(pickups, classified([]), truth(true), NO_CORRECTIONS)
    return rows_of(pickups, beside, ZONE, installed())


def world(name: str, group: str, of: dict[str, tuple[int, int]]) -> World:
    """A world with rows of criteria: how many, and how many right."""
    parts = [
        pd.DataFrame(
            {
                "verdict": "collected" if criterion == "tolerance" else "missed",
                "criterion": criterion,
                "confidence": installed().of(criterion),
                "right": np.arange(n) < right,
                "rest": 1.0,
                "seen_s": np.nan,
                "distance_m": 0.0,
                "fixes_inside": 2.0,
                "other": False,
            }
        )
        for criterion, (n, right) in of.items()
    ]
    return World(name, group, pd.concat(parts, ignore_index=True))


def test_rows_keep_what_is_their_own_apart_from_the_share_of_their_criterion():
    stand = {"say": "collected", "dwell_s": 15.0, "fixes_inside": 1, "other_vehicle": True}
    sure = installed().of_stand(15.0, 0.0, 1, other=True)
    lattice = installed().of("tolerance")
    table = judged(
        [
            {"point_id": "A", "verdict": "missed", "criteria": {"say": "passed_by"},
             "confidence": PASSED_BY / 2},
            {"point_id": "B", "criteria": stand, "confidence": round(sure, 3)},
            {"point_id": "C", "criteria": {**stand, "other_vehicle": False}, "confidence": lattice},
            {"point_id": "D", "verdict": "missed", "confidence": 0.4,
             "criteria": {"say": "not_approached", "model_confidence": 0.9}},
            {"point_id": "E", "verdict": "unverifiable", "criteria": {"say": "two_places"},
             "confidence": 0.5},
        ],
        [
            {"point_id": "A", "collected": False}, {"point_id": "B"}, {"point_id": "C"},
            {"point_id": "D"}, {"point_id": "E", "observable": False},
        ],
    )  # fmt: skip
    assert table["criterion"].tolist() == [
        "passed_by", "collected", "tolerance", "not_approached", "unknown_point"
    ]  # fmt: skip
    assert table["right"].tolist() == [True, True, True, False, True]
    # half as sure as its criterion: its place; a lattice counts as what is just outside
    assert table["rest"].tolist() == pytest.approx(
        [0.5, 1.0, 1.0, 0.9 / installed().of("not_approached"), 1.0], abs=0.002
    )
    # what field checks made of it is no confidence of judging
    assert table["confidence"][3] == 0.9
    # told by the shares that hold they are as sure as they were, by others as those are
    assert told_by(table, installed()) == pytest.approx(table["confidence"].to_numpy())
    half = adapted({"criterion": {"passed_by": 0.5}})
    assert told_by(table, half)[0] == pytest.approx(0.25)


def test_field_checks_say_nothing_of_what_was_left_open():
    rows = [
        {"point_id": "A", "verdict": "unverifiable", "criteria": {"say": "gap"}},
        {"point_id": "B", "verdict": "missed", "criteria": {"say": "passed_by"}},
    ]
    pickups = judgements(rows)
    known = truth([{"point_id": "A"}, {"point_id": "B"}])
    known = type(known)(ZONE, known.pickups, observable_known=False)
    beside = compare(pickups, classified([]), known, NO_CORRECTIONS)
    assert rows_of(pickups, beside, ZONE, installed())["verdict"].tolist() == ["missed"]


def test_figures_by_hand():
    found = told(np.array([0.9, 0.9, 0.9, 0.9]), np.array([True, True, True, False]))
    assert found.expected_error == pytest.approx(0.15)  # said 0.9, 0.75 right
    assert found.brier == pytest.approx((3 * 0.01 + 0.81) / 4)
    assert found.log_loss == pytest.approx(-(3 * math.log(0.9) + math.log(0.1)) / 4)
    assert (found.about_nine.hits, found.about_nine.n) == (3, 4)
    assert told(np.array([0.99, 0.5]), np.array([True, True])).about_nine.n == 0


def test_what_is_told_of_a_group_rests_on_the_others_alone():
    worlds = [
        world("a1", "a", {"passed_by": (800, 400)}),
        world("a2", "a", {"passed_by": (800, 400)}),
        world("b1", "b", {"passed_by": (800, 800)}),
        world("b2", "b", {"passed_by": (800, 800)}),
    ]
    found = refit(worlds, installed())
    of = {one.group: one for one in found.left_out if one.verdict == "missed"}
    # told of `a` by `b`, in which all were right: surer than it is; and the other way round
    assert of["a"].refitted.log_loss > of["a"].now.log_loss
    assert of["b"].refitted.log_loss > of["b"].now.log_loss
    assert found.worse_in == ("a", "b")
    assert of[""].now.right.n == 3200
    (change,) = found.changes
    assert 0.5 < change.refitted < PASSED_BY
    assert (change.found.lowest, change.found.highest) == (0.5, 1.0)
    assert found.tables == {"criterion": {"passed_by": change.refitted}}


def test_of_shares_only_those_that_gain_in_every_group_left_out_may_be_taken():
    # `passed_by` is alike everywhere and told wrongly; `not_approached` differs between groups
    worlds = [
        world("a", "a", {"passed_by": (400, 280), "not_approached": (400, 400)}),
        world("b", "b", {"passed_by": (400, 284), "not_approached": (400, 200)}),
        world("c", "c", {"passed_by": (400, 276)}),
    ]
    found = refit(worlds, installed(), only_gains=True)
    by_key = {change.key: (change.better_in, change.groups) for change in found.changes}
    assert by_key["passed_by"] == (3, 3)
    assert by_key["not_approached"] == (0, 2)
    assert list(found.tables["criterion"]) == ["passed_by"]
    everything = refit(worlds, installed())
    assert set(everything.tables["criterion"]) == {"passed_by", "not_approached"}
    assert everything.left_out == found.left_out


def test_worlds_alike_gain_and_their_order_does_not_matter():
    worlds = [
        world(f"w{k}", f"g{k % 3}", {"passed_by": (300, 240), "tolerance": (200, 190)})
        for k in range(6)
    ]
    found = refit(worlds, installed())
    assert found.worse_in == ()
    by_key = {change.key: change.refitted for change in found.changes}
    assert by_key["passed_by"] == pytest.approx(0.8, abs=0.01)
    assert by_key["tolerance"] == pytest.approx(0.95, abs=0.01)
    assert refit(worlds[::-1], installed()) == found


def test_longer_stands_are_never_told_as_less_sure():
    def stands(dwell_s: float, right: int) -> pd.DataFrame:
        sure = installed().of_stand(dwell_s, 0.0, 2, other=False)
        return world("w", "g", {"tolerance": (200, right)}).rows.assign(
            criterion="collected", confidence=sure, seen_s=dwell_s
        )

    worlds = [
        World(f"w{k}", f"g{k}", pd.concat([stands(8.0, 198), stands(12.0, 170), stands(40.0, 199)]))
        for k in range(4)
    ]
    found = refit(worlds, installed())
    shares = found.tables["stand"]["right"]
    assert len(shares) == len(installed().tables["stand"]["dwell_s"])
    assert shares == sorted(shares)
    assert all(0 < share < 1 for share in shares)
    # 99% and 85% are put together
    assert shares[1] == shares[3] == pytest.approx(0.92, abs=0.02)


def test_nothing_can_be_left_out_of_one_group():
    worlds = [world(name, "g", {"passed_by": (20, 18)}) for name in "ab"]
    with pytest.raises(UsageError, match="all 2 sites are of one group"):
        refit(worlds, installed())
