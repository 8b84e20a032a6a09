"""What must not matter to the matching, and what must never happen."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from match_scenes import (
    Scene,
    contained,
    intervals,
    places,
    random_scene,
    seconds,
    standing,
    tracks,
)

from routecheck.domain.standing import Standing
from routecheck.matching import visits as visits_module

SEEDS = st.integers(0, 2**32)
TIMES = ["entered", "left", "nearest_at"]


def same(one: pd.DataFrame, other: pd.DataFrame, slack_s: float = 2e-6) -> None:
    """Equal visits, but for the noise of rounding."""
    assert one["point_id"].tolist() == other["point_id"].tolist()
    assert one["vehicle_id"].tolist() == other["vehicle_id"].tolist()
    for column in ("entered", "left"):
        assert seconds(other[column]) == pytest.approx(seconds(one[column]), abs=slack_s)
    assert other["distance_m"].tolist() == pytest.approx(one["distance_m"].tolist(), abs=2e-5)


def with_rows(scene: Scene, rows: np.ndarray) -> Scene:
    """The rows of a scene, repeated or in another order, with what stands beside them."""
    held = scene.standing
    return Scene(
        scene.tracks.iloc[rows].reset_index(drop=True),
        Standing(held.stood_s[rows], held.stood_max_s[rows], held.where[rows], held.gap[rows]),
        scene.places,
    )


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_order_of_rows_before_sorting(seed: int) -> None:
    scene = random_scene(seed)
    shuffled = np.random.default_rng(seed).permutation(len(scene.tracks))
    tracks_ = scene.tracks.iloc[shuffled].reset_index()
    order = tracks_.sort_values(["vehicle_id", "time", "index"]).index.to_numpy()
    pd.testing.assert_frame_equal(
        scene.visits(), with_rows(with_rows(scene, shuffled), order).visits()
    )


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_order_of_places(seed: int) -> None:
    scene = random_scene(seed)
    other = scene._replace(places=scene.places.iloc[::-1]).visits()
    other = other.sort_values("point_id", kind="stable").reset_index(drop=True)
    pd.testing.assert_frame_equal(scene.visits(), other)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SEEDS, st.integers(1, 20))
def test_how_many_fixes_are_looked_up_at_a_time(
    monkeypatch: pytest.MonkeyPatch, seed: int, block: int
) -> None:
    scene = random_scene(seed)
    visits = scene.visits()
    with monkeypatch.context() as patch:
        patch.setattr(visits_module, "BLOCK_FIXES", block)
        pd.testing.assert_frame_equal(visits, scene.visits())


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_fixes_reported_twice(seed: int) -> None:
    scene = random_scene(seed)
    times = np.random.default_rng(seed).integers(1, 4, len(scene.tracks))
    rows = np.repeat(np.arange(len(scene.tracks)), times)
    twice = with_rows(scene, rows)
    # Between the copies of one fix there is no gap.
    twice.standing.gap[:-1] &= rows[1:] != rows[:-1]
    same(scene.visits(), twice.visits())


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_fixes_on_the_way_between_two(seed: int) -> None:
    scene = random_scene(seed)
    fixes, gap = scene.tracks, scene.standing.gap
    random = np.random.default_rng(seed)
    codes = fixes["vehicle_id"].cat.codes.to_numpy()
    linked = np.append((codes[1:] == codes[:-1]) & ~gap[:-1], False)
    extra = np.where(linked, random.integers(0, 4, len(fixes)), 0)
    row = np.repeat(np.arange(len(fixes)), extra + 1)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(extra + 1) - extra - 1, extra + 1)
    after = np.minimum(row + 1, len(fixes) - 1)
    micros = fixes["time"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    length = micros[after] - micros[row]
    step = np.floor(length * (nth / (extra[row] + 1)))
    share = np.where(length > 0, step / np.maximum(length, 1), nth / (extra[row] + 1))
    split = pd.DataFrame(
        {
            "vehicle_id": fixes["vehicle_id"].iloc[row].reset_index(drop=True),
            "time": pd.DatetimeIndex(
                (micros[row] + step.astype(np.int64)).view("datetime64[us]")
            ).tz_localize("UTC"),
            **{
                c: fixes[c].to_numpy()[row]
                + np.where(nth > 0, share, 0)
                * (fixes[c].to_numpy()[after] - fixes[c].to_numpy()[row])
                for c in ("lon", "lat")
            },
        }
    )
    beside = standing(len(split), gap=np.flatnonzero(gap[row]))
    same(scene.visits(), Scene(split, beside, scene.places).visits(), slack_s=1e-5)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(-180, 180), st.booleans())
def test_the_longitude_of_the_scene(seed: int, shift: float, at_the_date_line: bool) -> None:
    scene = random_scene(seed, kinds="points")
    centre = float(scene.tracks["lon"].iloc[0])
    shift = 180.0 - centre if at_the_date_line else shift

    def moved(lon: np.ndarray) -> np.ndarray:
        return (lon + shift + 180) % 360 - 180

    there_tracks = scene.tracks.assign(lon=moved(scene.tracks["lon"].to_numpy()))
    there = scene.places.assign(
        geometry=[shapely.Point(moved(np.array([p.x]))[0], p.y) for p in scene.places["geometry"]]
    )
    same(scene.visits(), Scene(there_tracks, scene.standing, there).visits(), slack_s=1e-4)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.timedeltas(pd.Timedelta("-9000D"), pd.Timedelta("9000D")))
def test_the_date_and_the_hour(seed: int, shift: pd.Timedelta) -> None:
    scene = random_scene(seed)
    later = scene.tracks.assign(time=(scene.tracks["time"] + shift).astype("datetime64[us, UTC]"))
    visits, other = scene.visits(), scene._replace(tracks=later).visits()
    for column in TIMES:
        other[column] = (other[column] - shift).astype("datetime64[us, UTC]")
    pd.testing.assert_frame_equal(visits, other)


def test_a_stand_over_midnight_here_and_in_greenwich_is_one_visit() -> None:
    # The scene begins at 23:58 in China; eight hours later it is midnight in Greenwich.
    t = np.arange(0.0, 9 * 3600, 30.0)
    scene = Scene(tracks(t, 0 * t, 0 * t), standing(len(t)), places([shapely.Point(3, 4)], 30.0))
    assert intervals(scene.visits(), "P0", "T1") == [(0.0, 9 * 3600 - 30.0)]


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_time_run_backwards(seed: int) -> None:
    scene = random_scene(seed)
    turned = with_rows(scene, np.arange(len(scene.tracks))[::-1])
    first, last = scene.tracks["time"].min(), scene.tracks["time"].max()
    turned = turned._replace(
        tracks=turned.tracks.assign(time=first + (last - turned.tracks["time"])),
        standing=standing(
            len(scene.tracks), gap=np.flatnonzero(np.roll(turned.standing.gap, -1)[:-1])
        ),
    )
    visits, other = scene.visits(), turned.visits()
    end = seconds([last])[0]
    for number in range(len(scene.places)):
        for vehicle in scene.tracks["vehicle_id"].cat.categories:
            there = intervals(visits, f"P{number}", vehicle)
            back = intervals(other, f"P{number}", vehicle)
            mirrored = sorted(
                (seconds([first])[0] + end - b.left, seconds([first])[0] + end - b.entered)
                for b in back
            )
            assert len(there) == len(back)
            assert np.ravel(there) == pytest.approx(np.ravel(mirrored), abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(0.001, 80))
def test_a_wider_tolerance_holds_the_visits_of_a_narrower_one(seed: int, more_m: float) -> None:
    scene = random_scene(seed)
    wider = scene.places.assign(tolerance_m=scene.places["tolerance_m"] + more_m)
    visits, other = scene.visits(), scene._replace(places=wider).visits()
    for number in range(len(scene.places)):
        for vehicle in scene.tracks["vehicle_id"].cat.categories:
            inner = intervals(visits, f"P{number}", vehicle)
            assert contained(inner, intervals(other, f"P{number}", vehicle))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_no_visit_lies_across_a_gap(seed: int) -> None:
    scene = random_scene(seed)
    visits = scene.visits()
    codes = scene.tracks["vehicle_id"].to_numpy()
    t = seconds(scene.tracks["time"])
    for row in np.flatnonzero(scene.standing.gap[:-1]):
        if codes[row] != codes[row + 1] or t[row] == t[row + 1]:
            continue
        own = visits[visits["vehicle_id"] == codes[row]]
        entered, left = seconds(own["entered"]), seconds(own["left"])
        assert not np.any((entered < t[row + 1]) & (left > t[row]))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_places_do_not_know_of_each_other(seed: int) -> None:
    scene = random_scene(seed)
    visits = scene.visits()
    alone = [
        scene._replace(places=scene.places.iloc[[k]]).visits() for k in range(len(scene.places))
    ]
    same(visits, pd.concat(alone, ignore_index=True), slack_s=1e-9)
