"""How much of a line was driven along: closed forms, and what must hold of any way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from match_scenes import Scene, places, standing, tracks


def drive(line, x, y, *, tolerance_m: float = 20.0, gap=(), step_s: float = 10.0, **where) -> Scene:
    """Fixes at these places (m), every ten seconds."""
    t = step_s * np.arange(len(x))
    return Scene(
        tracks(t, x, y, **where),
        standing(len(t), gap),
        places([line], tolerance_m, **where),
    )


def covered(scene: Scene) -> list[float]:
    visits = scene.visits()
    length_m = visits["covered_m"] / visits["covered_share"]
    assert (visits["covered_m"] <= length_m + 1e-6).all() or visits["covered_m"].eq(0).any()
    return visits["covered_m"].tolist()


STREET = shapely.LineString([(0, 0), (400, 0)])


@pytest.mark.parametrize("where", [{}, {"lat": 69.0, "lon": -122.0}, {"lat": 0.0, "lon": 179.999}])
def test_driven_beside_all_of_it(where) -> None:
    x = np.arange(-300.0, 701.0, 100.0)
    scene = drive(STREET, x, np.full(len(x), 8.0), **where)
    assert covered(scene) == pytest.approx([400.0], abs=0.1)
    assert scene.visits()["covered_share"].tolist() == pytest.approx([1.0], abs=1e-4)


@pytest.mark.parametrize("step", [35.0, 130.0])
def test_turned_back_on_the_way(step: float) -> None:
    there = np.arange(-260.0, 260.0 + step / 2, step)
    x = np.concatenate([there, there[-2::-1]])
    assert covered(drive(STREET, x, np.full(len(x), 8.0))) == pytest.approx([there[-1]], abs=0.1)


def test_driven_across_at_its_end_and_in_the_middle() -> None:
    y = np.arange(-350.0, 351.0, 100.0)
    for x in (400.0, 405.0, 200.0):
        assert covered(drive(STREET, np.full(len(y), x), y)) == pytest.approx([0.0], abs=0.1)
    # Askew in the middle: as far as it goes along between entering and leaving the tolerance.
    scene = drive(STREET, 200.0 + y / math.sqrt(3), y)
    assert covered(scene) == pytest.approx([2 * 20.0 / math.sqrt(3)], abs=0.1)


def test_round_a_corner_and_about_a_loop() -> None:
    bend = shapely.LineString([(0, 0), (200, 0), (200, 200)])
    way = shapely.LineString([(-100, 5), (205, -5), (205, 300)])
    at = [way.interpolate(d) for d in np.arange(0.0, way.length, 30.0)]
    scene = drive(bend, [p.x for p in at], [p.y for p in at])
    assert covered(scene) == pytest.approx([400.0], abs=1.0)
    # A ring that begins where it ends is no street driven because somebody crossed its beginning.
    ring = shapely.Point(0, 0).buffer(100.0, quad_segs=64).exterior
    x = np.arange(-25.0, 200.0, 10.0)
    (touched,) = covered(drive(ring, x + 30.0, np.full(len(x), 3.0)))
    assert touched < 10.0
    angle = np.arange(0.0, 2 * math.pi + 0.01, 0.2)
    around = drive(ring, 100.0 * np.cos(angle), 100.0 * np.sin(angle))
    assert sum(covered(around)) == pytest.approx(ring.length, rel=0.05)


def test_two_parts_of_a_street() -> None:
    parts = shapely.MultiLineString([[(0, 0), (100, 0)], [(300, 0), (400, 0)]])
    x = np.arange(-300.0, 701.0, 50.0)
    found = covered(drive(parts, x, np.full(len(x), 5.0)))
    assert found == pytest.approx([100.0, 100.0], abs=0.1)


def test_a_silence_is_not_driven_along() -> None:
    x = np.arange(-300.0, 701.0, 50.0)
    silent = [int(np.flatnonzero(x == 100.0)[0])]  # to 150 m
    found = covered(drive(STREET, x, np.full(len(x), 5.0), gap=silent))
    assert found == pytest.approx([100.0, 250.0], abs=0.1)


def test_points_and_areas_have_none() -> None:
    x = np.arange(-300.0, 701.0, 50.0)
    for geometry in (shapely.Point(100, 0), shapely.box(0, -5, 100, 5)):
        visits = drive(geometry, x, np.zeros(len(x))).visits()
        assert len(visits) == 1
        assert visits[["covered_m", "covered_share"]].isna().all(axis=None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_way_by_looking_at_every_metre(seed: int) -> None:
    """A straight street is walked along metre by metre by an oracle that knows no segment."""
    random = np.random.default_rng(seed)
    n = int(random.integers(4, 30))
    x = np.cumsum(random.normal(20.0, 60.0, n)) - 100.0
    y = random.normal(0.0, 25.0, n)
    tolerance_m = float(random.uniform(5.0, 40.0))
    scene = drive(STREET, x, y, tolerance_m=tolerance_m)
    way = shapely.LineString(np.column_stack([x, y]))
    dense = shapely.get_coordinates(way.segmentize(0.5))
    near = shapely.distance(STREET, shapely.points(dense)) <= tolerance_m
    runs = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]]).astype(int)))
    wanted = []
    for begin, end in zip(runs[::2], runs[1::2], strict=True):
        along = np.clip(dense[begin:end, 0], 0.0, 400.0)
        wanted.append(float(along.max() - along.min()))
    found = scene.visits()
    if len(found) == len(wanted):  # one that is shorter than half a metre is not seen by the oracle
        assert found["covered_m"].tolist() == pytest.approx(wanted, abs=1.5)
    assert sum(wanted) == pytest.approx(found["covered_m"].sum(), abs=1.5 * (len(found) + 1))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_driven_backwards_covers_as_much(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(4, 30))
    corners = np.cumsum(random.normal(0.0, 80.0, (6, 2)), axis=0)
    line = shapely.LineString(corners)
    at = np.array(
        [shapely.get_coordinates(line.interpolate(d))[0] for d in np.linspace(0, line.length, n)]
    )
    at += random.normal(0.0, 12.0, at.shape)
    forth, back = (drive(line, *way.T).visits() for way in (at, at[::-1]))
    assert sorted(forth["covered_m"]) == pytest.approx(sorted(back["covered_m"]), abs=0.1)
    assert forth["covered_share"].between(0.0, 1.0).all()
