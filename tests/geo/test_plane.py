"""Lengths of a degree: of many places and of one, asked for once and again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from routecheck.geo.plane import metres_per_degree

WGS84 = Geod(ellps="WGS84")
STEP_DEG = 1e-3


@given(st.lists(st.floats(-75.0, 75.0), min_size=1, max_size=5))
def test_lengths_of_a_degree_are_those_of_the_geodesic(latitudes):
    east_m, north_m = metres_per_degree(np.array(latitudes))
    for k, lat in enumerate(latitudes):
        for of_one in (metres_per_degree(lat), metres_per_degree(np.float64(lat))):
            assert of_one == pytest.approx((east_m[k], north_m[k]), rel=1e-15)
        half = STEP_DEG / 2
        geodesic = (
            WGS84.inv(108.0 - half, lat, 108.0 + half, lat)[2],
            WGS84.inv(108.0, lat - half, 108.0, lat + half)[2],
        )
        measured = east_m[k] * STEP_DEG, north_m[k] * STEP_DEG
        assert measured == pytest.approx(geodesic, rel=1e-8)
