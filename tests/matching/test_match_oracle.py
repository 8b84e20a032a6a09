"""Brute force: pyproj and shapely, every segment against every place."""

import itertools

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from match_scenes import (
    LAT,
    LON,
    contained,
    intervals,
    oracle,
    random_scene,
    seconds,
)

WITHIN_M = 0.05  # grazes by centimetres are rounding of the two projections


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_intervals_lie_between_those_of_a_smaller_and_a_larger_buffer(seed: int) -> None:
    scene = random_scene(seed)
    visits = scene.visits()
    for number in range(len(scene.places)):
        for vehicle in scene.tracks["vehicle_id"].cat.categories:
            found = intervals(visits, f"P{number}", vehicle)
            assert contained(oracle(scene, number, vehicle, -WITHIN_M), found)
            assert contained(found, oracle(scene, number, vehicle, WITHIN_M))
            assert all(a.left <= b.entered for a, b in itertools.pairwise(found))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_distance_is_that_of_the_way_within_the_visit(seed: int) -> None:
    scene = random_scene(seed)
    plane = pyproj.Proj(proj="tmerc", lat_0=LAT, lon_0=LON, k=1, ellps="WGS84")
    for visit in scene.visits().itertuples():
        geometry = scene.places["geometry"].iloc[int(visit.point_id[1:])]
        flat = shapely.transform(geometry, lambda c: np.column_stack(plane(c[:, 0], c[:, 1])))
        rows = (scene.tracks["vehicle_id"] == visit.vehicle_id).to_numpy()
        t = seconds(scene.tracks["time"][rows])
        lon, lat = (scene.tracks[c].to_numpy()[rows] for c in ("lon", "lat"))
        entered, left, nearest = seconds([visit.entered, visit.left, visit.nearest_at])
        assert entered <= nearest <= left
        # Dense, as a straight line in degrees bends in the projection.
        moments = np.union1d(np.linspace(entered, left, 300), t[(t > entered) & (t < left)])
        way = np.column_stack(plane(np.interp(moments, t, lon), np.interp(moments, t, lat)))
        line = shapely.LineString(way) if left > entered else shapely.Point(way[0])
        assert visit.distance_m == pytest.approx(flat.distance(line), abs=WITHIN_M)
        there = shapely.Point(plane(np.interp(nearest, t, lon), np.interp(nearest, t, lat)))
        assert flat.distance(there) == pytest.approx(visit.distance_m, abs=WITHIN_M)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_fixes_inside_are_counted_as_they_lie(seed: int) -> None:
    scene = random_scene(seed)
    plane = pyproj.Proj(proj="tmerc", lat_0=LAT, lon_0=LON, k=1, ellps="WGS84")
    visits = scene.visits()
    x, y = plane(scene.tracks["lon"].to_numpy(), scene.tracks["lat"].to_numpy())
    dots = shapely.points(x, y)
    for number, place in enumerate(scene.places.itertuples()):
        if place.geometry is None or place.geometry.is_empty:
            continue
        flat = shapely.transform(place.geometry, lambda c: np.column_stack(plane(c[:, 0], c[:, 1])))
        distance = shapely.distance(flat, dots)
        found = visits.loc[visits["point_id"] == f"P{number}", "fixes_inside"].sum()
        assert np.sum(distance <= place.tolerance_m - WITHIN_M) <= found
        assert found <= np.sum(distance <= place.tolerance_m + WITHIN_M)
