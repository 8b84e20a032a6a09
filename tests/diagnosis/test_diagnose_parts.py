"""The parts of diagnosing, held against brute force, closed forms and hand-made tables."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routecheck.diagnosis import summarise
from routecheck.diagnosis.assignment import SMALL, _Matching, _Solver
from routecheck.diagnosis.day_counts import _log_rates, log_junk
from routecheck.diagnosis.stands import Stops, find_stands, near_pairs
from routecheck.domain.standing import Standing
from routecheck.domain.tables import HISTORY, PICKUPS, STOPS
from scene import DAY, ZONE, degrees, local

MATRICES = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5, 3.0, 7.0]), min_size=columns,
                     max_size=columns),
            min_size=rows, max_size=rows,
        )
    )
)  # fmt: skip


def best_by_trying(gain: np.ndarray) -> float:
    rows, columns = gain.shape
    wide = np.hstack([gain, np.zeros((rows, rows))])
    return max(
        sum(wide[i, j] for i, j in enumerate(order))
        for order in permutations(range(columns + rows), rows)
    )


def matched(gain: np.ndarray) -> tuple[_Matching, np.ndarray, np.ndarray]:
    """The matching of a table of gains, and the points and stands it chose."""
    i, j = np.nonzero(gain)
    found = _Matching(i, j, gain[i, j])
    return found, i[found.taken], j[found.taken]


@settings(max_examples=60, deadline=None)
@given(MATRICES.filter(lambda m: len(m) + len(m[0]) <= 7))
def test_the_matching_is_the_best_of_all(matrix: list[list[float]]) -> None:
    gain = np.array(matrix)
    found, a, b = matched(gain)
    assert len(set(a.tolist())) == len(a)
    assert len(set(b.tolist())) == len(b)
    assert found.total == pytest.approx(best_by_trying(gain))
    assert gain[a, b].sum() == pytest.approx(found.total)
    for stand in range(gain.shape[1]):
        without = best_by_trying(np.delete(gain, stand, axis=1))
        assert found.total - found.loss(stand) == pytest.approx(without, abs=1e-9)


@pytest.mark.parametrize("most", [30, SMALL + 8])
def test_the_matching_agrees_with_scipy(most: int) -> None:
    from scipy.optimize import linear_sum_assignment

    def best(gain: np.ndarray) -> float:
        return float(gain[linear_sum_assignment(gain, maximize=True)].sum())

    rng = np.random.default_rng(5)
    for _ in range(15):
        gain = rng.uniform(0, 10, (rng.integers(most - 12, most), rng.integers(2, most)))
        found, a, b = matched(gain)
        assert gain[a, b].sum() == pytest.approx(best(gain))
        for stand in range(gain.shape[1]):
            without = best(np.delete(gain, stand, axis=1)) if gain.shape[1] > 1 else 0.0
            assert found.total - found.loss(stand) == pytest.approx(without)


def test_each_stand_once() -> None:
    # Both want stand 7; the one that loses less takes the other.
    point, stand = np.array([1, 1, 2, 2]), np.array([7, 8, 7, 8])
    found = _Matching(point, stand, np.array([5.0, 4.0, 5.0, 1.0]))
    assert found.total == 9.0
    assert sorted(found.taken.tolist()) == [1, 2]
    # Without 7 both want 8; without 8 both want 7.
    assert (found.loss(7), found.loss(8), found.loss(9)) == (5.0, 4.0, 0.0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500), st.integers(0, 2)), max_size=40),
    st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500), st.integers(0, 2)), max_size=40),
    st.sampled_from([5.0, 30.0, 200.0]),
)
def test_near_pairs_are_those_of_all_pairs(first, second, radius: float) -> None:
    a = np.array(first, dtype=float).reshape(-1, 3)
    b = np.array(second, dtype=float).reshape(-1, 3)
    i, j = near_pairs(
        a[:, 0], a[:, 1], a[:, 2].astype(int), b[:, 0], b[:, 1], b[:, 2].astype(int), radius
    )
    away2 = (a[:, None, 0] - b[None, :, 0]) ** 2 + (a[:, None, 1] - b[None, :, 1]) ** 2
    wanted = np.argwhere((away2 <= radius**2) & (a[:, None, 2] == b[None, :, 2]))
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == [
        tuple(row) for row in wanted.tolist()
    ]


def test_the_days_of_junk_are_a_distribution() -> None:
    table = log_junk(12)
    for n in range(1, 13):
        ways = np.array([comb(n, k) for k in range(1, n + 1)])
        assert (ways * np.exp(table[n, 1 : n + 1])).sum() == pytest.approx(1.0)
    # A place that is stopped at on nine of ten days is far rarer than one stopped at once.
    assert table[10, 1] + np.log(10) > table[10, 9] + np.log(10) + np.log(20)


def test_the_days_of_an_unknown_rate_are_a_distribution() -> None:
    flat, skew = _log_rates(12, 1.0, 1.0), _log_rates(12, 0.5, 2.0)
    for n in range(13):
        ways = np.array([comb(n, k) for k in range(n + 1)])
        # Where every rate is as likely, so is every number of days (Bayes 1763).
        np.testing.assert_allclose(ways * np.exp(flat[n, : n + 1]), 1.0 / (n + 1))
        assert (ways * np.exp(skew[n, : n + 1])).sum() == pytest.approx(1.0)
    # Beta(1/2, 2) has mean 1/5.
    assert np.exp(skew[1, 1]) == pytest.approx(0.2)


def stops_at(
    places: list[tuple[float, float]], days: int, scatter_m: float = 4.0, apart_s: float = 1800.0
) -> Stops:
    rng = np.random.default_rng(11)
    x, y, day, start = [], [], [], []
    for d in range(days):
        for k, (px, py) in enumerate(places):
            x.append(px + rng.normal(0, scatter_m))
            y.append(py + rng.normal(0, scatter_m))
            day.append(d)
            start.append(86400.0 * d + apart_s * k)
    n = len(x)
    return Stops(
        x=np.array(x),
        y=np.array(y),
        sigma_m=np.full(n, 5.0),
        vehicle=np.zeros(n, dtype=np.int64),
        day=np.array(day),
        start_s=np.array(start),
        stood_s=np.full(n, 80.0),
        hidden=np.zeros(n, dtype=bool),
    )


def test_neighbours_forty_metres_apart_are_two_stands() -> None:
    places = [(0.0, 0.0), (40.0, 0.0), (80.0, 5.0), (400.0, 0.0)]
    stands = find_stands(stops_at(places, days=14), days=14)
    big = stands.days >= 10
    assert big.sum() == 4
    for x, y in places:
        assert np.hypot(stands.x[big] - x, stands.y[big] - y).min() < 5.0
    assert np.exp(stands.log_stood[big]) == pytest.approx([80.0] * 4)


def test_two_stands_of_one_visit_are_two_though_their_stops_run_together() -> None:
    places = [(0.0, 0.0), (17.0, 0.0)]
    one_after_another = stops_at(places, days=14, scatter_m=3.5, apart_s=120.0)
    stands = find_stands(one_after_another, days=14)
    big = stands.days >= 10
    assert big.sum() == 2
    assert sorted(stands.x[big]) == pytest.approx([0.0, 17.0], abs=3.0)
    # On one day here and on the next there, it is one place at which nobody stops just so.
    odd = one_after_another.day % 2 == np.arange(28) % 2
    parts = {k: v[odd] for k, v in one_after_another.__dict__.items()}
    assert (find_stands(Stops(**parts), days=14).days >= 10).sum() == 1


def test_the_place_of_a_stand_withstands_an_outlier() -> None:
    stops = stops_at([(0.0, 0.0)], days=12)
    x = stops.x.copy()
    x[0] = 17.0
    moved = Stops(**{**stops.__dict__, "x": x})
    stands = find_stands(moved, days=12)
    k = int(np.argmax(stands.days))
    assert abs(stands.x[k] - np.median(x)) < 2.5


def tracks_of(rows: list[tuple[str, float, float, float]]) -> pd.DataFrame:
    lon, lat = degrees(np.array([r[1] for r in rows]), np.array([r[2] for r in rows]))
    n = len(rows)
    return pd.DataFrame(
        {
            "vehicle_id": pd.Categorical(["V1"] * n),
            "time": pd.Series([pd.Timestamp(local(r[0])).tz_convert("UTC") for r in rows]).astype(
                "datetime64[us, UTC]"
            ),
            "lon": lon,
            "lat": lat,
            "speed_kmh": [r[3] for r in rows],
            "received_at": pd.Series([pd.NaT] * n, dtype="datetime64[us, UTC]"),
            "clock_offset_s": 0.0,
            "drifting": False,
            "day": 0,
        }
    )


def stop_rows(spans: list[tuple[str, str, date]]) -> pd.DataFrame:
    n = len(spans)
    lon, lat = degrees(np.zeros(n), np.zeros(n))
    table = pd.DataFrame({"vehicle_id": pd.Categorical(["V1"] * n)})
    for name, k in (("start", 0), ("end", 1)):
        moments = [pd.Timestamp(local(span[k], span[2])).tz_convert("UTC") for span in spans]
        table[name] = pd.Series(moments).astype("datetime64[us, UTC]")
    for name in ("stood_s", "stood_min_s", "stood_max_s"):
        table[name] = (table["end"] - table["start"]).dt.total_seconds()
    return STOPS.check(table.assign(lon=lon, lat=lat, spread_m=2.0, fixes=5))


def test_the_summary_follows_segments_and_leaves_gaps() -> None:
    tracks = tracks_of(
        [("08:00", 0.0, 0.0, 30.0), ("08:01", 400.0, 0.0, 30.0), ("08:40", 400.0, 900.0, 30.0)]
    )
    none = np.zeros(3)
    standing = Standing(none, none, np.zeros(3, np.int8), np.array([False, True, False]))
    table = summarise(tracks, standing, STOPS.empty(), PICKUPS.empty(), DAY, ZONE)
    HISTORY.check(table)
    track = table[table["kind"] == "track"].iloc[0]
    assert track["fixes"] == 3
    assert track["stood_s"] == 2400.0
    gap = table[table["kind"] == "gap"].iloc[0]
    assert (gap["stood_s"], gap["spread_m"]) == (2340.0, 450.0)
    assert (gap["lon"], gap["lat"]) == pytest.approx(degrees(400.0, 450.0), abs=1e-6)
    passes = table[table["kind"] == "pass"]

    def been(x: float, y: float) -> bool:
        lon, lat = degrees(x, y)
        return bool(
            ((abs(passes["lon"] - lon) < 0.000251) & (abs(passes["lat"] - lat) < 0.000251)).any()
        )

    assert been(200.0, 0.0)
    assert been(400.0, 900.0)
    assert not been(400.0, 450.0)


def test_the_night_after_belongs_to_the_date_whose_window_runs_into_it() -> None:
    next_day = date(2026, 3, 3)
    stops = stop_rows([("09:00", "09:02", DAY), ("01:00", "01:02", next_day)])
    pickup = pd.DataFrame(
        {
            "service_date": [DAY],
            "point_id": ["P"],
            "window_start": [pd.Timestamp(local("22:00"))],
            "window_end": [pd.Timestamp(local("02:00", next_day))],
            "vehicle_id": ["V1"],
            "route_id": [""],
        }
    )
    for column in ("window_start", "window_end"):
        pickup[column] = pickup[column].dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    tracks = tracks_of([("08:00", 0.0, 0.0, 0.0), ("09:00", 0.0, 0.0, 0.0)])
    standing = Standing.none(2)
    plain = summarise(tracks, standing, stops, PICKUPS.empty(), DAY, ZONE)
    night = summarise(tracks, standing, stops, pickup, DAY, ZONE)
    assert (plain["kind"] == "stop").sum() == 1
    assert (night["kind"] == "stop").sum() == 2


def test_what_the_others_lose_by_each_choice_against_trying_everything() -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        points, stands = (int(n) for n in rng.integers(2, 5, 2))
        gain = np.where(
            rng.random((points, stands)) < 0.7, rng.uniform(0.1, 9.0, (points, stands)), 0
        )

        def best(rows: list[int], free: set[int], gain=gain) -> float:
            if not rows:
                return 0.0
            first, rest = rows[0], rows[1:]
            taken = [gain[first, s] + best(rest, free - {s}) for s in free if gain[first, s] > 0]
            return max([best(rest, free), *taken])

        i, j = np.nonzero(gain)
        solver = _Solver(i, j, gain[i, j])
        everyone, everywhere = list(range(points)), set(range(stands))
        whole = best(everyone, everywhere)
        for point in everyone:
            mine = np.flatnonzero(i == point)
            if not len(mine):
                continue
            found = solver.changes(point, j[mine], gain[i, j][mine], 0.0, 0.0)
            others = [p for p in everyone if p != point]
            wanted = [gain[point, s] + best(others, everywhere - {int(s)}) - whole for s in j[mine]]
            np.testing.assert_allclose(found, wanted, atol=1e-9)
