"""Straight passes at even speed, where pencil and paper tell the answer."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from match_scenes import (
    Interval,
    Scene,
    intervals,
    places,
    seconds,
    standing,
    tracks,
)

from routecheck.domain.settings import MatchSettings
from routecheck.domain.standing import Standing
from routecheck.domain.tables import VISITS
from routecheck.matching import match

CM_S = 0.01 / 10  # a centimetre at 10 m/s


def drive(
    geometry: Any, tolerance_m: float, y: float = 0.0, step_s: float = 15.0, **where: float
) -> Scene:
    """From x = -1000 to 1000 at 10 m/s, over y; at x = 0 after 100 s."""
    t = np.arange(0.0, 200.0 + step_s / 2, step_s)
    return Scene(
        tracks(t, -1000 + 10 * t, np.full(len(t), y), **where),
        standing(len(t)),
        places([geometry], tolerance_m, **where),
    )


def only(scene: Scene) -> list[Interval]:
    return intervals(scene.visits(), "P0", "T1")


@pytest.mark.parametrize("lat", [-33.0, 0.0, 28.8, 53.0, 69.0])
@pytest.mark.parametrize("lon", [-122.3, 0.0, 108.7, 179.9999])
@pytest.mark.parametrize("step_s", [1.0, 15.0, 200.0])
def test_a_chord_is_as_long_as_pythagoras_has_it(lat: float, lon: float, step_s: float) -> None:
    scene = drive(shapely.Point(0, 0), 50.0, y=30.0, step_s=step_s, lat=lat, lon=lon)
    # Over 2 km between two fixes, a line in degrees bends away from one in the projection.
    slack_s = CM_S if step_s < 100 else 0.5
    (visit,) = only(scene)
    assert visit == pytest.approx((100 - 4, 100 + 4), abs=slack_s)
    (found,) = scene.visits().itertuples()
    assert found.distance_m == pytest.approx(30.0, abs=0.01 if step_s < 100 else 2.0)
    assert seconds([found.nearest_at])[0] == pytest.approx(100, abs=0.1)


def test_a_pass_between_two_fixes_has_no_fix_inside() -> None:
    (found,) = drive(shapely.Point(75, 0), 30.0, step_s=20.0).visits().itertuples()
    assert found.fixes_inside == 0
    assert seconds([found.entered, found.left]) == pytest.approx([104.5, 110.5], abs=CM_S)


@pytest.mark.parametrize(("miss_m", "found"), [(-0.01, 1), (0.01, 0)])
def test_a_graze_is_a_visit_to_the_centimetre(miss_m: float, found: int) -> None:
    visits = only(drive(shapely.Point(0, 0), 40.0, y=40.0 + miss_m))
    assert len(visits) == found
    if found:  # the chord of a sagitta of 1 cm
        half_s = np.sqrt(40.0**2 - 39.99**2) / 10
        assert visits[0] == pytest.approx((100 - half_s, 100 + half_s), abs=0.05)


def test_a_line_is_entered_at_its_capsule() -> None:
    line = shapely.LineString([(-100, 0), (100, 0), (100, 300)])
    (visit,) = only(drive(line, 50.0, y=-30.0))
    assert visit == pytest.approx((90 - 4, 110 + 4), abs=CM_S)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("step_s", [15.0, 40.0, 200.0])
def test_along_a_line_the_first_moment_of_the_least_distance_counts(
    backwards: bool, step_s: float
) -> None:
    # In the plane of degrees itself, in which the two are parallel.
    ends = [(108.77 - 0.001, 28.84), (108.77 + 0.003, 28.84)]
    scene = drive(None, 50.0, step_s=step_s)
    lon = 108.77 + (seconds(scene.tracks["time"]) - 100) / 10_000
    table = scene.tracks.assign(lon=lon, lat=28.84 + 20 / 110_820)
    line = shapely.LineString(ends[::-1] if backwards else ends)
    scene.places["geometry"] = [line]
    (found,) = scene._replace(tracks=table).visits().itertuples()
    assert found.distance_m == pytest.approx(20, abs=0.01)
    assert seconds([found.nearest_at])[0] == pytest.approx(90, abs=0.01)


def test_a_crossed_line_is_at_no_distance() -> None:
    (found,) = drive(shapely.LineString([(3, -200), (3, 100)]), 20.0).visits().itertuples()
    assert found.distance_m == pytest.approx(0, abs=1e-6)
    assert seconds([found.nearest_at, found.entered, found.left]) == pytest.approx(
        [100.3, 98.3, 102.3], abs=CM_S
    )


SQUARE = shapely.box(-300, -300, 300, 300)
FRAME = SQUARE.difference(shapely.box(-200, -200, 200, 200))


@pytest.mark.parametrize("tolerance_m", [0.0, 30.0])
@pytest.mark.parametrize("step_s", [4.0, 15.0, 200.0])
def test_a_polygon_is_inside_and_all_around(tolerance_m: float, step_s: float) -> None:
    scene = drive(SQUARE, tolerance_m, step_s=step_s)
    (visit,) = only(scene)
    reach_s = tolerance_m / 10
    assert visit == pytest.approx((70 - reach_s, 130 + reach_s), abs=CM_S)
    (found,) = scene.visits().itertuples()
    assert found.distance_m == 0
    assert seconds([found.nearest_at])[0] == pytest.approx(70, abs=CM_S)


@pytest.mark.parametrize("step_s", [4.0, 15.0, 200.0])
def test_a_hole_is_outside_but_for_the_tolerance(step_s: float) -> None:
    visits = only(drive(FRAME, 30.0, step_s=step_s))
    assert np.concatenate(visits) == pytest.approx([67, 83, 117, 133], abs=CM_S)


def test_a_track_within_a_polygon_is_one_visit_from_its_first_fix() -> None:
    t = np.arange(0.0, 60.0, 10.0)
    scene = Scene(tracks(t, t, 0 * t), standing(len(t)), places([SQUARE], 30.0))
    (found,) = scene.visits().itertuples()
    assert seconds([found.entered, found.left, found.nearest_at]).tolist() == [0, 50, 0]
    assert (found.distance_m, found.fixes_inside) == (0, 6)


def test_parts_within_reach_of_each_other_are_one_visit() -> None:
    near = shapely.MultiPoint([(0, 0), (50, 0)])
    far = shapely.MultiPoint([(0, 0), (300, 0)])
    assert only(drive(near, 30.0)) == [pytest.approx((97, 108), abs=CM_S)]
    assert np.concatenate(only(drive(far, 30.0))) == pytest.approx([97, 103, 127, 133], abs=CM_S)


def test_no_place_no_visit() -> None:
    assert only(drive(None, 30.0)) == []
    assert only(drive(shapely.Polygon(), 30.0)) == []


def test_empty_tables_give_an_empty_table() -> None:
    scene = drive(shapely.Point(0, 0), 30.0)
    for one in (
        scene._replace(places=scene.places.iloc[:0]),
        scene._replace(tracks=scene.tracks.iloc[:0], standing=standing(0)),
    ):
        assert len(one.visits()) == 0


def test_a_blank_tolerance_is_that_of_the_settings() -> None:
    scene = drive(shapely.Point(0, 0), np.nan)
    visits = match(scene.tracks, scene.standing, scene.places, MatchSettings(tolerance_m=45.0))
    assert intervals(visits, "P0", "T1") == [pytest.approx((95.5, 104.5), abs=CM_S)]


def test_standing_of_another_length_is_refused() -> None:
    scene = drive(shapely.Point(0, 0), 30.0)
    with pytest.raises(ValueError, match="14 of the tracks"):
        match(scene.tracks, standing(3), scene.places, MatchSettings())


def test_the_input_is_left_as_it_was() -> None:
    scene = drive(shapely.Point(0, 0), 30.0)
    before = scene.tracks.copy(), scene.places.copy()
    scene.visits()
    pd.testing.assert_frame_equal(scene.tracks, before[0])
    pd.testing.assert_frame_equal(scene.places, before[1])


# Gaps


def test_a_visit_ends_at_the_last_fix_before_a_gap_and_begins_at_the_next() -> None:
    scene = drive(shapely.Point(0, 0), 200.0, step_s=10.0)
    scene = scene._replace(standing=standing(len(scene.tracks), gap=[9]))
    assert np.concatenate(only(scene)) == pytest.approx([80, 90, 100, 120], abs=CM_S)
    assert scene.visits()["fixes_inside"].tolist() == [2, 3]


def test_nothing_is_read_into_a_gap() -> None:
    scene = drive(shapely.Point(0, 0), 30.0, step_s=40.0)
    assert len(only(scene)) == 1
    scene = scene._replace(standing=standing(len(scene.tracks), gap=[2]))
    assert only(scene) == []


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_lone_fix_is_a_visit_of_no_length(at: int) -> None:
    x = np.array([2000.0, 2000.0, 2000.0])
    x[at] = 12.0
    scene = Scene(
        tracks([0, 600, 1200], x, 0 * x),
        Standing(np.full(3, 9.0), np.full(3, 9.0), np.zeros(3, np.int8), np.ones(3, bool)),
        places([shapely.Point(0, 0), shapely.box(-20, -20, 20, 20)], 30.0),
    )
    visits = scene.visits()
    assert seconds(visits["entered"]).tolist() == [600.0 * at, 600.0 * at]
    assert seconds(visits["left"]).tolist() == [600.0 * at, 600.0 * at]
    assert visits["fixes_inside"].tolist() == [1, 1]
    assert visits["distance_m"].tolist() == pytest.approx([12.0, 0.0], abs=1e-3)
    assert visits[["dwell_s", "dwell_max_s"]].to_numpy().tolist() == [[0, 0], [0, 0]]


def test_vehicles_are_not_joined() -> None:
    two = pd.concat(
        [tracks([0, 10], [0, 0], [0, 0], "T1"), tracks([20, 30], [0, 0], [0, 0], "T2")],
        ignore_index=True,
    )
    two["vehicle_id"] = two["vehicle_id"].astype("category")
    scene = Scene(two, standing(4), places([shapely.Point(0, 0)], 30.0))
    assert intervals(scene.visits(), "P0", "T1") == [(0, 10)]
    assert intervals(scene.visits(), "P0", "T2") == [(20, 30)]


# Dwell


def dwell(stood: list[float], most: list[float], where: list[int], geometry: Any) -> Any:
    """Fixes at x = -100, 0, 10, 100 after 0, 20, 60, 80 s; what was stood in the three segments."""
    n = 4
    beside = Standing(
        np.array([*stood, 99.0]),
        np.array([*most, 99.0]),
        np.array([*where, 0], dtype=np.int8),
        np.zeros(n, bool),
    )
    x = np.array([-100.0, 0, 10, 100])
    scene = Scene(tracks([0, 20, 60, 80], x, 0 * x), beside, places([geometry], 50.0))
    (visit,) = scene.visits().itertuples()
    return visit.dwell_s, visit.dwell_max_s


@pytest.mark.parametrize(
    ("stood", "most", "where", "expected"),
    [
        # A segment wholly inside: all of it.
        ([0, 30, 0], [0, 38, 0], [0, 0, 0], (30, 38)),
        ([0, 30, 0], [0, 38, 0], [0, 1, 0], (30, 38)),
        # At the end that lies inside: all of it; at the other: none.
        ([8, 30, 0], [9, 38, 0], [1, 0, 0], (38, 47)),
        ([8, 30, 0], [8, 38, 0], [-1, 0, 0], (30, 38)),
        ([0, 30, 8], [0, 38, 9], [0, 0, -1], (38, 47)),
        ([0, 30, 8], [0, 38, 8], [0, 0, 1], (30, 38)),
        # Not known: by the share of the time inside, half of 20 s; at most all.
        ([8, 30, 0], [9, 38, 0], [0, 0, 0], (34, 47)),
        # Stood outside for certain, but perhaps inside too.
        ([8, 30, 0], [10, 38, 0], [-1, 0, 0], (30, 40)),
        ([0, 0, 0], [5, 6, 7], [0, 0, 0], (0, 18)),
    ],
)
def test_dwell_goes_with_the_end_that_stood(
    stood: list[float], most: list[float], where: list[int], expected: tuple[float, float]
) -> None:
    assert dwell(stood, most, where, shapely.Point(0, 0)) == pytest.approx(expected, abs=0.01)


def test_along_a_line_creeping_is_dwell_and_driving_is_not() -> None:
    t = np.array([0.0, 20, 60, 80])
    x = np.array([-200.0, 0, 100, 300])  # 36, 9, 36 km/h
    for geometry, expected in (
        (shapely.LineString([(-50, 5), (150, 5)]), 40.0),
        (shapely.box(-50, 0, 150, 10), 0.0),
    ):
        scene = Scene(tracks(t, x, 0 * x), standing(4), places([geometry], 30.0))
        (visit,) = scene.visits().itertuples()
        assert visit.dwell_s == pytest.approx(expected)
        assert visit.dwell_max_s == pytest.approx(expected)


def test_visits_are_whole() -> None:
    VISITS.check(drive(shapely.Point(0, 0), 30.0).visits())
