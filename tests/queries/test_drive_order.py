"""The order to drive: each place once, groups whole, short ways."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routecheck.queries.drive_order import drive_order, shortest_way

spots = st.lists(
    st.tuples(st.floats(-5e3, 5e3), st.floats(-5e3, 5e3)), min_size=1, max_size=6, unique=True
)


def length(order, x, y, start):
    way = [start, *((x[k], y[k]) for k in order)]
    return sum(np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in itertools.pairwise(way))


@given(spots)
@settings(max_examples=60, deadline=None)
def test_a_way_visits_each_place_once_and_is_near_the_shortest(places):
    x, y = (np.array(c) for c in zip(*places, strict=True))
    found = shortest_way(x, y, (0.0, 0.0))
    assert sorted(found) == list(range(len(x)))
    best = min(length(p, x, y, (0.0, 0.0)) for p in itertools.permutations(range(len(x))))
    # Nearest-next and 2-opt on six places: never more than a third longer than the best of all.
    assert length(found, x, y, (0.0, 0.0)) <= 1.34 * best + 1e-6


def test_a_tangled_way_is_untangled():
    # Nearest-next from the left end of a comb goes back and forth; the best goes along.
    x = np.array([0.0, 10.0, 20.0, 30.0, 30.0, 20.0, 10.0, 0.0])
    y = np.array([0.0, 0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0])
    found = shortest_way(x, y, (-1.0, 0.0))
    assert length(found, x, y, (-1.0, 0.0)) == pytest.approx(1 + 30 + 9 + 30, abs=20)


def test_groups_are_driven_whole_the_nearest_first():
    lon = 108.0 + np.array([0.10, 0.01, 0.11, 0.02, np.nan])
    lat = np.full(5, 28.0)
    order = drive_order(lon, lat, ["far", "near", "far", "near", "near"], (108.0, 28.0))
    assert order.tolist() == [1, 3, 4, 0, 2]


def test_places_without_location_are_kept():
    none = np.full(3, np.nan)
    assert sorted(drive_order(none, none, ["a", "b", "a"], None).tolist()) == [0, 1, 2]
    assert drive_order(np.array([]), np.array([]), [], None).tolist() == []
