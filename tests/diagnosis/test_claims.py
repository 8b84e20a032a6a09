"""Points that the files lost still stand somewhere: nobody else is moved to their stands."""

from __future__ import annotations

import pytest

from diagnosis.diagnose_scene import County, away
from routecheck.diagnosis import Diagnosis, diagnose
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import CORRECTIONS
from routecheck.registry.ids import Joined
from routecheck.registry.schedule_gaps import ScheduleGaps, UnreadRow, schedule_gaps

LOST, NEVER = "T1-05", "T1-06"
"""Served every day, and lost to the files; recorded rightly beside it, and never served."""


def found(county: County, unread: frozenset[str] = frozenset()) -> Diagnosis:
    pickups = county.pickups()
    pickups = pickups[~pickups["point_id"].isin(unread)].reset_index(drop=True)
    return diagnose(
        county.history(), pickups, county.points(), CORRECTIONS.empty(), DiagnoseSettings(), unread
    )


def assert_not_moved(county: County, said: Diagnosis, name: str = NEVER) -> None:
    assert name not in set(said.corrections["point_id"])
    place = said.places.set_index("point_id").loc[name]
    if place["settled"]:
        x, y = place["geometry"].centroid.x, place["geometry"].centroid.y
        assert county.error_m(name, x, y) < 1.0, "judged where it is recorded, or not at all"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_stand_of_a_point_without_coordinates_is_nobody_elses(seed: int) -> None:
    county = County(seed=seed, never_served={NEVER}, recorded={LOST: None})
    said = found(county)
    assert_not_moved(county, said)
    place = said.places.set_index("point_id").loc[LOST]
    assert not place["settled"]
    assert LOST not in set(said.corrections["point_id"])


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("shift_m", [0.0, 100.0])
def test_the_stand_of_a_point_without_a_schedule_is_nobody_elses(seed: int, shift_m: float) -> None:
    """Whether that point is recorded rightly or a little off."""
    county = County(seed=seed, never_served={NEVER})
    county.recorded[LOST] = away(county.true[LOST], shift_m, shift_m / 2)
    assert_not_moved(county, found(county, frozenset({LOST})))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_point_that_is_misplaced_is_found_while_another_has_no_coordinates(seed: int) -> None:
    county = County(seed=seed, recorded={LOST: None})
    far = "T3-09"
    county.recorded[far] = away(county.true[far], 90.0, 120.0)
    said = found(county)
    mine = said.corrections.set_index("point_id").loc[far]
    assert county.error_m(far, mine["proposed_lon"], mine["proposed_lat"]) < 20.0


@pytest.mark.parametrize("lost", [True, False])
def test_a_far_stand_that_may_be_of_a_lost_point_must_be_surer_to_be_judged_at(lost: bool) -> None:
    """Recorded 1.4 km off, on the second day; nobody else is known to have that stand."""
    far = "T1-09"
    county = County(townships=2, seed=3, days=2, recorded={LOST: None} if lost else {})
    county.recorded[far] = away(county.true[far], 0.0, -1420.0)
    place = found(county).places.set_index("point_id").loc[far]
    assert place["settled"] != lost
    if place["settled"]:
        middle = place["geometry"].centroid
        assert county.error_m(far, middle.x, middle.y) < 20.0


def test_points_of_rows_that_were_not_read_are_those_without_another_row() -> None:
    schedule = County(townships=1, size=2, days=1).pickups()[["point_id", "vehicle_id"]]
    lost = [UnreadRow("T0-01"), UnreadRow("T0-02")]
    names = ["T0-00", "T0-01", "T0-02", "T0-03"]
    few = schedule_gaps(schedule, lost, Joined({}, {}), names, rows_in=40)
    assert few.unread(names) == {"T0-02"}
    most = schedule_gaps(schedule, lost, Joined({}, {}), names, rows_in=4)
    assert most.unread(names) == {"T0-02", "T0-03"}
    assert ScheduleGaps().unread(names) == frozenset()
