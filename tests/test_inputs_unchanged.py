"""No stage changes the tables it is given: they are shared by what runs after it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.diagnose_scene import FIRST, ZONE, County, away
from matching.match_scenes import random_scene
from routecheck.diagnosis import diagnose, summarise
from routecheck.diagnosis.paces import learn_paces
from routecheck.domain.settings import (
    CleanSettings,
    DiagnoseSettings,
    MatchSettings,
    StopSettings,
)
from routecheck.domain.tables import CORRECTIONS, PICKUPS
from routecheck.matching import match
from routecheck.tracks.clean import clean
from routecheck.tracks.clocks import find_clocks, standpoints, wrong_dates
from routecheck.tracks.drift import find_drifts
from routecheck.tracks.stops import find_stops
from scene import drive, fixes, local, together

NOW = pd.Timestamp("2026-03-10", tz="UTC")
SEEDS = st.integers(0, 2**32)


def same(one: Any, other: Any) -> None:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif is_dataclass(one):
        for field in fields(one):
            same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    else:
        assert one == other


def unchanged(stage: Callable[..., Any], *inputs: Any) -> Any:
    """Run a stage; fail if anything it was given is another thing afterwards."""
    before = copy.deepcopy(inputs)
    result = stage(*inputs)
    for one, other in zip(before, inputs, strict=True):
        same(one, other)
    return result


def faulty_fixes(seed: int) -> pd.DataFrame:
    """Two trucks' fixes in any order, some doubled, off the earth, in the future or far off."""
    random = np.random.default_rng(seed)
    legs = [("to", 2000.0, 0.0, 8.0), ("stand", 200), ("to", 2000.0, 1500.0, 9.0), ("stand", 90)]
    table = together(
        fixes("A", local("07:00"), drive((0.0, 0.0), legs)),
        fixes("B", local("07:10"), drive((500.0, 300.0), legs), receipt_s=None),
    )
    n = len(table)
    table = table.iloc[random.integers(0, n, n)].reset_index(drop=True)
    bad = random.random(n) < 0.1
    table.loc[bad, "lon"] += random.choice([0.0, 0.05, 200.0], bad.sum())
    late = random.random(n) < 0.05
    hours = pd.to_timedelta(random.choice([8, 24 * 400], late.sum()), unit="h")
    table.loc[late, "time"] = (table.loc[late, "time"] + hours).astype(table["time"].dtype)
    return table


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_cleaning_stops_clocks_and_the_summary_leave_their_inputs_alone(seed: int) -> None:
    county = County(townships=1, size=3, days=1)
    table, points, pickups = faulty_fixes(seed), county.points(), county.pickups()
    cleaned = unchanged(clean, table, CleanSettings(), NOW, {"B": 60.0})
    standing, stops = unchanged(find_stops, cleaned.tracks, StopSettings())
    unchanged(wrong_dates, table, FIRST, ZONE)
    stands = unchanged(standpoints, stops, pickups, points)
    unchanged(find_clocks, stands, {"B"}, FIRST, ZONE)
    unchanged(summarise, cleaned.tracks, standing, stops, PICKUPS.empty(), FIRST, ZONE)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_matching_leaves_its_inputs_alone(seed: int) -> None:
    scene = random_scene(seed)
    unchanged(match, scene.tracks, scene.standing, scene.places, MatchSettings())


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.booleans())
def test_diagnosing_paces_and_drift_leave_their_inputs_alone(seed: int, accept: bool) -> None:
    county = County(townships=2, size=8, days=5, seed=seed % 1000)
    county.recorded["T0-02"] = away(county.true["T0-02"], 250.0, 90.0)
    tables = (county.history(), county.pickups(), county.points())
    decided = CORRECTIONS.empty()
    if accept:
        proposed = diagnose(*tables, decided, DiagnoseSettings()).corrections
        decided = proposed.assign(state="accepted", proposed_lon=proposed["proposed_lon"] + 0.002)
    unchanged(diagnose, *tables, decided, DiagnoseSettings())
    unchanged(learn_paces, tables[0])
    unchanged(find_drifts, *tables[:2], ZONE)
