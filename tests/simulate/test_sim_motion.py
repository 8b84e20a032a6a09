"""The truth must be physics: smooth speed, nobody jumps, stands stand."""

from __future__ import annotations

import numpy as np
import pytest

from routecheck.simulate import amounts_for
from routecheck.simulate.county import County
from routecheck.simulate.county_building import build_county
from routecheck.simulate.motion import Stand, drive
from routecheck.simulate.road_building import fractal
from routecheck.simulate.roads import BRANCH, LIMIT_MPS, MAIN, Place
from routecheck.simulate.trips import Task, drive_trip


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(amounts_for("county", points=150, trucks=12), 5)


def test_speed_and_acceleration_by_the_second(county: County) -> None:
    for number, truck in enumerate(county.trucks[:6]):
        tasks = [Task(n, "serve", 60.0) for n in truck.trips[0]]
        rng = np.random.default_rng(number)
        motion, served = drive_trip(county, number, 0, tasks, 21_600.0, rng)
        t = np.arange(motion.start_t, motion.end_t)
        x, y, v, _ = motion.at(t)
        moved = np.hypot(np.diff(x), np.diff(y))
        assert v.max() < 15.5
        assert v.max() > 5.0
        assert (moved <= np.maximum(v[1:], v[:-1]) + 0.8).all()
        along = np.diff(v)
        assert along.max() < 0.85
        assert along.min() > -1.05
        assert len(served) == len(tasks)
        for stand in served:
            inside = (t > stand.arrive_t + 0.5) & (t < stand.depart_t - 0.5)
            assert v[inside].max() == 0
            bins = county.points[stand.point].xy
            assert np.hypot(x[inside] - bins[0], y[inside] - bins[1]).max() < 21
            assert stand.depart_t - stand.arrive_t == pytest.approx(60.0)


def test_track_length_is_the_integral_of_speed() -> None:
    rng = np.random.default_rng(3)
    line = fractal(rng, np.zeros(2), np.array([4000.0, 500.0]), 0.15)
    length = np.hypot(*np.diff(line, axis=0).T).sum()
    stands = [Stand(500.0, 40.0), Stand(503.0, 20.0), Stand(2500.0, 30.0)]
    motion = drive(rng, line, np.full(len(line) - 1, 12.0), stands, 0.0, 1.0, 2)
    t = np.arange(0, motion.end_t, 0.05)
    _, _, v, _ = motion.at(t)
    assert v.sum() * 0.05 == pytest.approx(length, rel=2e-3)
    assert (motion.depart_t - motion.arrive_t).tolist() == pytest.approx([40.0, 20.0, 30.0])
    assert motion.arrive_t[1] > motion.depart_t[0]


def test_roads_wind_with_short_segments() -> None:
    line = fractal(np.random.default_rng(0), np.zeros(2), np.array([8000.0, 0.0]), 0.15)
    step = np.hypot(*np.diff(line, axis=0).T)
    assert 25 < np.median(step) < 60
    assert 1.05 < step.sum() / 8000 < 1.8


def test_ways_are_continuous_and_end_where_they_should(county: County) -> None:
    network = county.networks[0]
    rng = np.random.default_rng(1)
    for _ in range(40):
        a, b = (
            Place(int(e), float(rng.uniform(1, network.edges[int(e)].length_m - 1)))
            for e in rng.integers(0, len(network.edges), 2)
        )
        leg = network.leg(a, b)
        np.testing.assert_allclose(leg.xy[0], network.xy_at(a), atol=1e-6)
        np.testing.assert_allclose(leg.xy[-1], network.xy_at(b), atol=1e-6)
        step = np.hypot(*np.diff(leg.xy, axis=0).T)
        assert len(step) == len(leg.limit_mps)
        assert step.max() < 260
        assert (step / leg.limit_mps).sum() == pytest.approx(network.seconds(a, b), rel=0.01)


def test_some_roads_run_side_by_side() -> None:
    network = build_county(amounts_for("county"), 1).networks[0]
    apart = []
    for edge in network.edges:
        twin = [e for e in network.edges if (e.u, e.v) == (edge.u, edge.v) and e.kind == MAIN]
        if edge.kind == 4 and twin:
            middle = edge.xy[len(edge.xy) // 2]
            apart.append(np.hypot(*(twin[0].xy - middle).T).min())
    assert len(apart) >= 3
    assert 25 < np.median(apart) < 75


def test_points_are_spaced_as_promised() -> None:
    for profile, low, high in (("county", 32.0, 85.0), ("dense", 24.0, 55.0)):
        county = build_county(amounts_for(profile), 2)
        town = np.array([p.xy for p in county.points if p.in_town])
        d = np.hypot(*(town[:, None] - town[None]).transpose(2, 0, 1))
        np.fill_diagonal(d, np.inf)
        assert d.min() > 10
        assert low < np.median(d.min(axis=1)) < high
    assert LIMIT_MPS[MAIN] > LIMIT_MPS[BRANCH]
