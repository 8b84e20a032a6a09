"""The oval of a silence: the ellipse of Hägerstrand's prism, by an independent geodesic."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routecheck.queries.point_scene import prism

GEOD = pyproj.Geod(ellps="WGS84")


def away(lon_a, lat_a, lon_b, lat_b):
    return GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2]


@given(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02), st.floats(30.0, 600.0), st.floats(3.0, 20.0))
@settings(max_examples=60, deadline=None)
def test_each_corner_is_as_far_as_the_time_allows(east, north, time_s, speed):
    a, b = (108.77, 28.84), (108.77 + east, 28.84 + north)
    way = time_s * speed
    outline = prism(*a, *b, time_s, speed)
    apart = away(*a, *b)
    if way < 0.98 * apart:
        assert outline == []
        return
    if not outline:
        assert way <= 1.02 * apart
        return
    for lon, lat in outline:
        assert away(*a, lon, lat) + away(lon, lat, *b) == pytest.approx(way, rel=0.004)
    shape = shapely.Polygon(outline)
    assert shape.buffer(1e-6).contains(shapely.Point(a))
    assert shape.buffer(1e-6).contains(shapely.Point(b))


def test_no_time_left_no_oval():
    assert prism(108.0, 28.0, 108.01, 28.0, 0.0, 20.0) == []
    assert prism(108.0, 28.0, 108.01, 28.0, -5.0, 20.0) == []


def test_one_place_makes_a_circle():
    outline = np.array(prism(108.0, 28.0, 108.0, 28.0, 100.0, 10.0))
    radius = [away(108.0, 28.0, lon, lat) for lon, lat in outline]
    np.testing.assert_allclose(radius, 500.0, rtol=1e-3)
