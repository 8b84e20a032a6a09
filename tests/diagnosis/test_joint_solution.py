"""What is chosen of all points together, against trying every joint explanation.

A joint explanation gives every point one hypothesis and no stand to two points. Here all of them
are written out, with nothing of `assignment` but its answer: the largest total, what it loses when
a point is made to hold each of its hypotheses, and what follows from that.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.diagnose_scene import EAST_M, LAT, LON, NORTH_M, County, away, degrees
from routecheck.diagnosis import diagnosis
from routecheck.diagnosis.assignment import Choice, choose
from routecheck.diagnosis.findings import Findings
from routecheck.diagnosis.hypotheses import Hypotheses, Kind
from routecheck.diagnosis.likelihood import SOFTENED
from routecheck.diagnosis.posterior import candidates_of
from routecheck.diagnosis.stands import Stands

ONE_PLACE_M = 25.0
"""Stands so close are one place for a point."""
BESIDE_M = 30.0
"""Beyond the tolerance; a stand so near may be a point's own."""
TOLERANCE_M = 30.0
AT_RECORD = {Kind.OWN, Kind.SHARED, Kind.NEVER, Kind.VAGUE}
NO_STAND = {Kind.SHARED, Kind.NEVER, Kind.UNSEEN, Kind.VAGUE, Kind.SLIP_ONLY}


class Tried:
    """All joint explanations of some hypotheses.

    Attributes:
        best: the largest total.
        with_row: the largest total of those in which each hypothesis holds.
        log_sum: the logarithm of the sum, over those, of the exponential of the total.
    """

    def __init__(self, of: Hypotheses, points: int) -> None:
        self.with_row = np.full(len(of.point), -np.inf)
        self.log_sum = np.full(len(of.point), -np.inf)
        self._rows = [np.flatnonzero(of.point == i).tolist() for i in range(points)]
        self._stand, self._value = of.stand.tolist(), of.value.tolist()
        self._try([], set(), 0.0)
        self.best = float(self.with_row.max())

    def _try(self, held: list[int], taken: set[int], total: float) -> None:
        if len(held) == len(self._rows):
            self.with_row[held] = np.maximum(self.with_row[held], total)
            self.log_sum[held] = np.logaddexp(self.log_sum[held], total)
            return
        for row in self._rows[len(held)]:
            stand = self._stand[row]
            if stand in taken:
                continue
            now_taken = taken if stand < 0 else taken | {stand}
            self._try([*held, row], now_taken, total + self._value[row])


def stands_at(places: list[tuple[float, float]]) -> Stands:
    x, y = (np.array(v, dtype=float) for v in zip(*places, strict=True))
    n, none = len(places), np.zeros(0, dtype=np.int64)
    filled = dict.fromkeys(
        ("sigma_m", "scatter_m", "stop_sigma_m", "log_stood", "seen", "hour_s"), np.ones(n)
    )
    days = np.ones(n, dtype=np.int64)
    visits = dict.fromkeys(("visit_stand", "visit_vehicle", "visit_day"), none)
    return Stands(x=x, y=y, days=days, vehicles=days, **filled, **visits, visit_start_s=np.zeros(0))


def table_of(rows: list[tuple[int, int, Kind, float, float]]) -> Hypotheses:
    point, stand, kind, value, away_m = (np.array(v) for v in zip(*rows, strict=True))
    return Hypotheses(
        point=point.astype(np.int64),
        stand=stand.astype(np.int64),
        kind=kind.astype(np.int64),
        slip=np.full(len(rows), -1),
        value=value.astype(float),
        away_m=away_m.astype(float),
        unserved=kind == Kind.NEVER,
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[Hypotheses, Stands]:
    """Up to four points and four stands 100 m apart; values near enough that all of them count."""
    stands = draw(st.integers(1, 4))
    value = st.floats(-2.0, 2.0)
    rows = []
    for point in range(draw(st.integers(2, 4))):
        for kind in draw(st.sets(st.sampled_from([Kind.SHARED, Kind.VAGUE]))):
            rows.append((point, -1, kind, draw(value), np.nan))
        rows += [(point, -1, kind, draw(value), np.nan) for kind in (Kind.NEVER, Kind.UNSEEN)]
        for stand in draw(st.sets(st.integers(0, stands - 1))):
            kinds = draw(st.sets(st.sampled_from([Kind.OWN, Kind.MOVED, Kind.COARSE]), min_size=1))
            away_m = draw(st.sampled_from([5.0, 45.0, 75.0, 300.0]))
            rows += [(point, stand, kind, draw(value), away_m) for kind in sorted(kinds)]
    return table_of(rows), stands_at([(100.0 * k, 0.0) for k in range(stands)])


def elsewhere(of: Hypotheses, stands: Stands, row: int, chosen: int) -> bool:
    """Whether two hypotheses of a point put it at different places."""
    if row == chosen:
        return False
    a, b = int(of.stand[row]), int(of.stand[chosen])
    if a >= 0 and b >= 0:
        return bool(np.hypot(stands.x[a] - stands.x[b], stands.y[a] - stands.y[b]) > ONE_PLACE_M)
    if of.kind[chosen] in (Kind.NEVER, Kind.VAGUE):
        return of.kind[row] not in AT_RECORD
    return True


def assert_as_tried(
    of: Hypotheses, stands: Stands, choice: Choice, tried: Tried, judged: list[int]
) -> None:
    assert of.value[choice.row].sum() == pytest.approx(tried.best, abs=1e-9)
    held = choice.stand[choice.stand >= 0]
    assert len(set(held.tolist())) == len(held)
    change = tried.with_row - tried.best
    for i in judged:
        if i not in choice.weights:
            continue
        rows = np.flatnonzero(of.point == i)
        mine, weight = choice.weights[i]
        assert sorted(mine.tolist()) == rows.tolist()
        softened = np.exp(SOFTENED * change[mine])
        np.testing.assert_allclose(weight, softened / softened.sum(), atol=2e-3)
        plain = np.exp(change[rows]) / np.exp(change[rows]).sum()
        at_record = np.isin(of.kind[rows], list(AT_RECORD))
        at_record |= (of.kind[rows] == Kind.MOVED) & (of.away_m[rows] <= TOLERANCE_M + BESIDE_M)
        assert choice.p_right[i] == pytest.approx(plain[at_record].sum(), abs=1e-3)
        nowhere = np.isin(of.kind[rows], list(NO_STAND - {Kind.SHARED}))
        assert choice.p_lost[i] == pytest.approx(plain[nowhere].sum(), abs=1e-3)
        others = [r for r in rows if elsewhere(of, stands, r, int(choice.row[i]))]
        margin = -np.logaddexp.reduce(change[others]) if others else 12.0
        assert choice.margin[i] == pytest.approx(min(margin, 12.0), abs=1e-2)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_the_choice_is_the_best_of_all_joint_explanations(given_tables) -> None:
    of, stands = given_tables
    points = int(of.point.max()) + 1
    every = np.ones(points, dtype=bool)  # weighed, however sure
    choice = choose(of, stands, np.full(points, TOLERANCE_M), copied=every)
    assert set(choice.weights) == set(range(points))
    assert_as_tried(of, stands, choice, Tried(of, points), list(range(points)))


@settings(max_examples=80, deadline=None)
@given(tables(), st.data())
def test_a_claim_costs_others_its_stand_and_gives_its_point_nothing(given_tables, data) -> None:
    of, stands = given_tables
    points = int(of.point.max()) + 1
    # The last point is one that is not judged: what it has at stands are claims.
    claims = (of.point == points - 1) & (of.stand >= 0)
    of = replace(of, kind=np.where(claims, int(Kind.CLAIM), of.kind))
    every = np.ones(points, dtype=bool)
    choice = choose(of, stands, np.full(points, TOLERANCE_M), copied=every)
    tried = Tried(of, points)
    change = tried.with_row - tried.best
    for i in range(points - 1):
        mine, weight = choice.weights[i]
        softened = np.exp(SOFTENED * change[mine])
        np.testing.assert_allclose(weight, softened / softened.sum(), atol=1e-9)
    assert choice.kind[-1] != Kind.CLAIM


def two_records_off(county: County) -> None:
    county.recorded["T0-01"] = away(county.true["T0-01"], 0.0, -110.0)
    county.recorded["T0-02"] = away(county.true["T0-02"], -20.0, 95.0)


def copied_from_a_neighbour(county: County) -> None:
    county.recorded["T0-02"] = county.recorded["T0-01"] = away(county.true["T0-01"], 0.0, 0.0)


def never_served_beside_one_that_is_off(county: County) -> None:
    county.never_served.add("T0-01")
    county.recorded["T0-02"] = away(county.true["T0-02"], -60.0, 30.0)


def past_each_other(county: County) -> None:
    county.recorded["T0-01"] = away(county.true["T0-01"], 170.0, 50.0)
    county.recorded["T0-03"] = away(county.true["T0-03"], -170.0, 50.0)


SPOILT = [
    two_records_off,
    copied_from_a_neighbour,
    never_served_beside_one_that_is_off,
    past_each_other,
]


@pytest.mark.parametrize("spoil", SPOILT)
@pytest.mark.parametrize(("size", "days", "seed"), [(4, 1, 1), (4, 6, 2), (5, 3, 3)])
def test_a_small_county_is_explained_as_trying_everything_explains_it(
    spoil, size: int, days: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = County(townships=1, size=size, days=days, seed=seed)
    spoil(county)
    seen: list[Findings] = []

    def watched(findings: Findings, corrections: pd.DataFrame) -> pd.DataFrame:
        seen.append(findings)
        return candidates_of(findings, corrections)

    monkeypatch.setattr(diagnosis, "candidates_of", watched)
    said = county.diagnose().candidates
    of, stands, choice = seen[0].hypotheses, seen[0].evidence.stands, seen[0].choice
    tried = Tried(of, size)
    assert_as_tried(of, stands, choice, tried, list(range(size)))
    # And from the outside: where each point is said to be, and how probable that is.
    change = SOFTENED * (tried.with_row - tried.best)
    doubtful = list(choice.weights)
    assert doubtful
    for i in doubtful:
        # Weighed by all explanations in which it holds, rather than by the best, it is the same.
        whole = int(np.flatnonzero(of.point == i)[tried.log_sum[of.point == i].argmax()])
        if choice.margin[i] > 2.0:
            assert not elsewhere(of, stands, whole, int(choice.row[i]))
        mine = said[said["point_id"] == list(county.true)[i]]
        rows = np.flatnonzero(of.point == i)
        weight = np.exp(change[rows]) / np.exp(change[rows]).sum()
        at_x, at_y = places_of_rows(county, seen[0], rows)
        wanted = []
        left = [k for k in np.argsort(-weight, kind="stable") if weight[k] > 1e-4]
        while left:  # the likeliest draws in what lies about it, then the likeliest of the rest
            x, y = at_x[left[0]], at_y[left[0]]
            here = [k for k in left if k == left[0] or one_place(at_x[k] - x, at_y[k] - y)]
            wanted.append((weight[here].sum(), x, y))
            left = [k for k in left if k not in here]
        wanted.sort(key=lambda place: -place[0])
        x, y = metres(mine["lon"].to_numpy(), mine["lat"].to_numpy())
        p, wanted_x, wanted_y = (np.array(v) for v in zip(*wanted, strict=True))
        sure = p > 0.02  # of what is less, a change is known to be small, and no more
        np.testing.assert_allclose(
            mine["probability"].to_numpy()[: sure.sum()], np.clip(p, 0.001, 0.995)[sure], atol=3e-3
        )
        np.testing.assert_allclose(x[: sure.sum()], wanted_x[sure], atol=0.5)
        np.testing.assert_allclose(y[: sure.sum()], wanted_y[sure], atol=0.5)


def one_place(east_m: float, north_m: float) -> bool:
    """Of a point; that it is elsewhere, not seen, is one hypothesis alone."""
    return float(np.hypot(east_m, north_m)) <= ONE_PLACE_M


def metres(lon, lat):
    return (lon - LON) * EAST_M, (lat - LAT) * NORTH_M


def places_of_rows(
    county: County, findings: Findings, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where hypotheses of one point put it (m of the scene): its record, a stand, or nowhere."""
    of, stands = findings.hypotheses, findings.evidence.stands
    stand_x, stand_y = metres(*findings.frame.plane.to_degrees(stands.x, stands.y))
    name = list(county.true)[int(of.point[rows[0]])]
    record = metres(*county.recorded.get(name, degrees(*county.true[name])))
    kind, stand = of.kind[rows], of.stand[rows]
    moved, unseen = np.isin(kind, [Kind.MOVED, Kind.COARSE]), kind == Kind.UNSEEN
    x = np.where(moved, stand_x[stand], record[0])
    y = np.where(moved, stand_y[stand], record[1])
    return np.where(unseen, np.nan, x), np.where(unseen, np.nan, y)


def of_one_point(rows: list[tuple[int, int, Kind, float, float]]) -> Choice:
    stands = stands_at([(0.0, 0.0)])
    return choose(table_of(rows), stands, np.full(1, TOLERANCE_M), copied=np.ones(1, dtype=bool))


def test_a_stand_far_off_counts_five_times_against_the_record_and_once_among_places() -> None:
    found = of_one_point([(0, -1, Kind.NEVER, 0.0, np.nan), (0, 0, Kind.FAR, -1.0, 2500.0)])
    far = np.exp(-1.0) / (1.0 + np.exp(-1.0))
    assert found.p_right[0] == pytest.approx((1.0 - far) / (1.0 + 4.0 * far))
    assert found.margin[0] == pytest.approx(1.0)
    # It serves nothing: no place that the point is judged at.
    assert len(found.rivals[0]) == 0


def test_where_a_point_was_before_is_another_place_than_where_it_is_now() -> None:
    """Both rest on one stand: moved away from it to the record, or recorded wrongly and there."""
    never = (0, -1, Kind.NEVER, 0.0, np.nan)
    found = of_one_point([(0, 0, Kind.CAME, 3.0, 90.0), (0, 0, Kind.MOVED, 2.0, 90.0), never])
    assert found.kind[0] == Kind.CAME
    # That it was never served puts it at its record, too.
    assert found.margin[0] == pytest.approx(1.0)
    found = of_one_point([(0, 0, Kind.CAME, 2.0, 90.0), (0, 0, Kind.MOVED, 3.0, 90.0), never])
    assert found.kind[0] == Kind.MOVED
    assert found.margin[0] == pytest.approx(-np.logaddexp(-1.0, -3.0))
