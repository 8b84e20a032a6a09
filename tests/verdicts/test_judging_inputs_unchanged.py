"""Stages never change what they are given: tables, and the criteria within them."""

from __future__ import annotations

import dataclasses
import pickle
from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from judged import ALL, HOME, POINTS, a, decide, serve
from routecheck.alerts.classify import classify
from routecheck.alerts.incidents import find_incidents
from routecheck.alerts.plain_rule import plain_rule, shown
from routecheck.domain.tables import CHECKED, CORRECTIONS, EPISODES
from routecheck.engine import pipeline
from routecheck.verdicts import judge
from routecheck.verdicts.recalibrate import apply, fit
from scene import DAY, alerts, drive, fixes, local, together

STAGES = (judge, apply, plain_rule, shown, classify, find_incidents, fit)


def assert_same(before: Any, after: Any) -> None:
    """Fail where two values differ in any cell, or in any entry of a cell."""
    if isinstance(before, pd.DataFrame):
        pd.testing.assert_frame_equal(before, after, check_exact=True)
        if "criteria" in before:
            assert before["criteria"].tolist() == after["criteria"].tolist()
    elif dataclasses.is_dataclass(before):
        for field in dataclasses.fields(before):
            assert_same(getattr(before, field.name), getattr(after, field.name))
    elif isinstance(before, tuple | list):
        for one, other in zip(before, after, strict=True):
            assert_same(one, other)
    else:
        assert pickle.dumps(before) == pickle.dumps(after)


def guarded(stage: Any, calls: Counter[str]) -> Any:
    """The stage, failing where it changes what it is given."""

    def call(*args: Any, **options: Any) -> Any:
        given_before = pickle.loads(pickle.dumps((args, list(options.values()))))
        result = stage(*args, **options)
        assert_same(given_before, (args, list(options.values())))
        calls[stage.__name__] += 1
        return result

    return call


WORLDS = st.fixed_dictionaries(
    {
        "served": st.sets(st.sampled_from(ALL)),
        "stood_s": st.sampled_from([9.0, 25.0, 60.0]),
        "every_s": st.sampled_from([10.0, 30.0, 75.0]),
        "begins": st.sampled_from(["06:10", "12:30"]),
        "clock_s": st.sampled_from([0.0, 8 * 3600.0]),
        "receipt_s": st.sampled_from([5.0, 6 * 3600.0]),
        "other": st.booleans(),
        "silent": st.booleans(),
    }
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLDS)
def test_no_stage_changes_what_it_is_given(world: dict[str, Any]) -> None:
    calls: Counter[str] = Counter()
    legs = serve(*sorted(world["served"]), stood_s=world["stood_s"])
    if world["silent"]:
        legs = [*legs[:2], ("silent", 4000), *HOME]
    options = {name: world[name] for name in ("every_s", "clock_s", "receipt_s")}
    table = a(legs, world["begins"], **options)
    if world["other"]:
        table = together(table, fixes("B", local("07:00"), drive((0.0, 0.0), serve(*ALL[:2]))))
    raised = alerts(*((p, p, "12:00") for p in "PQRS"), ("X", "unknown", "12:00"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in list(vars(pipeline).items()):
            if any(value is stage for stage in STAGES):
                patch.setattr(pipeline, name, guarded(value, calls))
        result = decide(table, raised=raised)
        EPISODES.check(result.episodes())
        checked = CHECKED.check(
            result.judgements.assign(
                collected=True, by=pd.Series(["me"] * 4, dtype="str"),
                say=pd.Series([c["say"] for c in result.judgements["criteria"]], dtype="str"),
            )
        )  # fmt: skip
        learned = guarded(fit, calls)(checked)
        guarded(apply, calls)(result.judgements, learned)
        guarded(find_incidents, calls)(
            DAY, result.judgements, result.alerts, CORRECTIONS.empty(), POINTS, {"heard": {}}
        )
    assert set(calls) == {stage.__name__ for stage in STAGES}
