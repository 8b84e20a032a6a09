"""The grid may let segments through in vain; it may never lose one."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routecheck.geo import grid as grid_module
from routecheck.geo.grid import Grid
from routecheck.geo.plane import LocalPlane, distance_m, metres_per_degree
from routecheck.geo.shapes import Shapes, shapes


def points(lon: np.ndarray, lat: np.ndarray, tolerance_m: np.ndarray) -> Shapes:
    """The discs of plain points."""
    return shapes(shapely.points(lon, lat), tolerance_m)


def least_distance(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Of each segment (row) from each place (column), in the plane of the columns."""
    way = b - a
    length = np.maximum((way**2).sum(1), 1e-30)[:, None]
    s = np.clip((((p[None] - a[:, None]) * way[:, None]).sum(2)) / length, 0, 1)
    return np.sqrt(((a[:, None] + s[..., None] * way[:, None] - p[None]) ** 2).sum(2))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([20.0, 300.0, 3000.0, 60_000.0]),
    st.sampled_from([0.0, 28.8, -61.0]),
)
def test_every_segment_that_touches_a_tolerance_is_kept(
    seed: int, reach_m: float, lat: float
) -> None:
    random = np.random.default_rng(seed)
    lon_m, lat_m = metres_per_degree(lat)
    side = 20_000.0
    held = random.uniform(-side, side, (60, 2))
    tolerance = random.choice([1.0, 30.0, 150.0, 600.0], 60)
    way = np.cumsum(random.normal(0, reach_m, (300, 2)), axis=0)
    way[::7] = held[random.integers(0, 60, len(way[::7]))] + random.normal(0, 100, (43, 2))
    lon, lat_ = 100.0 + way[:, 0] / lon_m, lat + way[:, 1] / lat_m
    grid = Grid.over(points(100.0 + held[:, 0] / lon_m, lat + held[:, 1] / lat_m, tolerance))

    # The plane of the scene is off by a thousandth at most: leave that out of what must be found.
    touches = least_distance(way[:-1], way[1:], held) < 0.98 * tolerance
    near = grid.near(lon, lat_)
    assert set(np.flatnonzero(touches.any(axis=1))) <= set(near)
    pairs = grid.pairs(lon[:-1], lat_[:-1], lon[1:], lat_[1:])
    found = list(zip(pairs.segment.tolist(), pairs.part.tolist(), strict=True))
    assert len(found) == len(set(found))
    assert set(zip(*(axis.tolist() for axis in np.nonzero(touches)), strict=True)) <= set(found)


@pytest.mark.parametrize("reach_m", [2.0, 60.0, 110.0, 350.0])
def test_small_tolerances_beside_the_edges_of_cells(reach_m: float) -> None:
    random = np.random.default_rng(7)
    lon_m, lat_m = metres_per_degree(28.8)
    held = random.uniform(-900, 900, (1500, 2))
    start = random.uniform(-900, 900, (1500, 2))
    turn = random.uniform(0, 2 * np.pi, 1500)
    end = start + reach_m * random.uniform(0.5, 1.5, (1500, 1)) * np.column_stack(
        [np.cos(turn), np.sin(turn)]
    )
    way = np.stack([start, end], axis=1).reshape(-1, 2)
    lon, lat = 108.0 + way[:, 0] / lon_m, 28.8 + way[:, 1] / lat_m
    tolerance = np.full(1500, 1.0)
    touches = least_distance(start, end, held) < 0.995
    assert touches.sum() > 3
    for some in np.array_split(np.arange(1500), 100):  # few at a time: most cells are empty
        spots = points(108.0 + held[some, 0] / lon_m, 28.8 + held[some, 1] / lat_m, tolerance[some])
        grid = Grid.over(spots)
        expected = touches[:, some]
        near = set(grid.near(lon, lat).tolist())
        assert {2 * row for row in np.flatnonzero(expected.any(axis=1)).tolist()} <= near
        pairs = grid.pairs(lon[::2], lat[::2], lon[1::2], lat[1::2])
        found = set(zip(pairs.segment.tolist(), pairs.part.tolist(), strict=True))
        assert set(zip(*(axis.tolist() for axis in np.nonzero(expected)), strict=True)) <= found


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_tolerance_that_just_reaches_over_the_edge_of_a_cell(axis: int, side: int) -> None:
    scale = np.array(metres_per_degree(28.8))
    first = Grid.over(points(np.array([108.0]), np.array([28.8]), np.array([1.0])))
    cells = np.array([first.lon_cells, first.lat_cells])
    edge = (np.rint(np.array([108.0, 28.8]) * cells) + 0.5) / cells
    off = np.zeros(2)
    off[axis] = side
    place, fix = (edge - 0.45 * off / scale)[:, None], (edge + 0.45 * off / scale)[:, None]
    for other in (0.2, 0.4):  # away from the corner of the cell
        shift = np.where(off == 0, other, 0.0)[:, None] / cells[:, None]
        lon, lat = np.repeat(fix + shift, 2, axis=1)
        grid = Grid.over(points(*(place + shift), np.array([1.0])))
        assert grid.lat_cells == pytest.approx(first.lat_cells, rel=1e-6)
        assert len(grid.near(lon, lat)) == 1
        assert len(grid.pairs(lon, lat, lon, lat).segment) == 2


def test_the_grid_throws_out_what_is_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_module, "_WALK", 50)  # walked in several lots
    grid = Grid.over(points(np.array([108.0]), np.array([29.0]), np.array([30.0])))
    far = np.array([108.02, 108.03, 108.031])
    assert len(grid.near(far, np.full(3, 29.0))) == 0
    lon = np.repeat([[107.9], [108.1]], 20, axis=1)
    lat = np.linspace(28.99, 29.01, 20)
    pairs = grid.pairs(lon[0], lat, lon[1], lat)
    assert len(pairs.segment) <= 3


def test_places_all_over_the_world_are_bounded_in_memory() -> None:
    random = np.random.default_rng(1)
    lon, lat = random.uniform(-180, 180, 2000), random.uniform(-89.99, 89.99, 2000)
    grid = Grid.over(points(lon, lat, np.full(2000, 150.0)))
    assert grid.rings.nbytes + grid.starts.nbytes <= 5 * (1 << 22) + 64
    held = points(lon, lat, np.full(2000, 150.0))
    pairs = grid.pairs(held.lon, held.lat, held.lon, held.lat)
    hit = set(zip(pairs.segment.tolist(), pairs.part.tolist(), strict=True))
    assert {(part, part) for part in range(held.parts)} <= hit
    assert held.wrapped


def test_places_that_are_none_are_left_out() -> None:
    bad = points(
        np.array([np.nan, 108.0, 108.0, 108.0, 900.0]),
        np.array([29.0, np.inf, 95.0, 29.0, 29.0]),
        np.array([30.0, 30.0, 30.0, -1.0, 30.0]),
    )
    assert bad.parts == 0
    assert len(Grid.over(bad).near(np.array([108.0, 108.0]), np.array([29.0, 29.0]))) == 0


# The plane


@pytest.mark.parametrize(
    ("lat", "lon_m", "lat_m"),
    # Published lengths of a degree on WGS 84 (National Geospatial-Intelligence Agency).
    [(0, 111_319.5, 110_574.3), (45, 78_846.8, 111_131.7), (60, 55_800.0, 111_412.2)],
)
def test_metres_per_degree_as_published(lat: float, lon_m: float, lat_m: float) -> None:
    found = metres_per_degree(lat)
    assert found[0] == pytest.approx(lon_m, abs=0.3)
    assert found[1] == pytest.approx(lat_m, abs=0.3)


@given(st.floats(-80, 80), st.floats(0, 360), st.floats(1, 500), st.floats(-170, 170))
def test_the_plane_is_true_at_the_range_of_tolerances(
    lat: float, azimuth: float, way_m: float, lon: float
) -> None:
    there = pyproj.Geod(ellps="WGS84").fwd(lon, lat, azimuth, way_m)[:2]
    x, y = LocalPlane(lon, lat).to_metres(*there)
    assert np.hypot(x, y) == pytest.approx(way_m, abs=2e-2 if abs(lat) < 60 else 0.3)
    assert distance_m(lon, lat, *there) == pytest.approx(way_m, abs=1e-2)
    back = LocalPlane(lon, lat).to_degrees(x, y)
    assert back == pytest.approx(there, abs=1e-12)
