"""Points that may be at several places: which of them count, and where they are judged meanwhile.

Scenes of two townships: too few points for the order of the registry to show anything.
"""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from diagnosis.diagnose_scene import County, away
from routecheck.diagnosis import Diagnosis

NAME = "T1-05"
OTHER = "T1-other"


def told(found: Diagnosis) -> pd.Series:
    return found.places.set_index("point_id").loc[NAME]


def errors_m(county: County, name: str, geometry: shapely.Geometry) -> list[float]:
    """How far each position of a geometry lies from the bins of a point."""
    return [county.error_m(name, x, y) for x, y in shapely.get_coordinates(geometry)]


def proposed_to(county: County, found: Diagnosis) -> float:
    """How far from the bins the proposed place lies."""
    row = found.corrections.set_index("point_id").loc[NAME]
    return county.error_m(NAME, row["proposed_lon"], row["proposed_lat"])


def recorded_between(bins_m: float, other_m: float) -> County:
    """The bins lie north of the record, and a stand of nobody south of it."""
    county = County(townships=2, days=8)
    east, north = county.true[NAME]
    county.recorded[NAME] = away((east, north), 0.0, -bins_m)
    county.stand_of_nobody(OTHER, (east, north - bins_m - other_m))
    return county


@pytest.mark.parametrize(("bins_m", "both"), [(100.0, True), (60.0, False)])
def test_what_is_proposed_and_not_sure_is_judged_at_all_places(bins_m: float, both: bool) -> None:
    """The nearer a place lies to the record, the surer it is the one."""
    county = recorded_between(bins_m, 850.0)
    found = county.diagnose()
    assert proposed_to(county, found) < 12.0
    place = told(found)
    assert place["settled"]
    assert errors_m(county, NAME, place["geometry"])[0] < 12.0
    others = errors_m(county, OTHER, place["geometry"])[1:]
    assert others == (pytest.approx([0.0], abs=12.0) if both else [])
    # At one of two places no stand is its own for sure.
    assert (place["stand_days"] == 0) == both


def test_many_places_of_little_weight_do_not_hide_two_likely_ones() -> None:
    county = recorded_between(100.0, 112.0)
    east, north = county.true[NAME]
    for k in range(6):
        county.stand_of_nobody(f"{OTHER}-{k}", (east + 130.0 * k - 350.0, north - 1000.0))
    place = told(county.diagnose())
    assert place["settled"]
    assert len(shapely.get_coordinates(place["geometry"])) == 2
    for name in (NAME, OTHER):
        assert min(errors_m(county, name, place["geometry"])) < 12.0


def test_a_point_with_stands_all_about_it_is_judged_at_each_of_them() -> None:
    """Some sixty metres off in three directions: none is likely enough to be the only one."""
    county = County(townships=2, days=8)
    east, north = county.true[NAME]
    county.recorded[NAME] = away((east, north), 0.0, -52.0)
    others = {f"{OTHER}-south": (0.0, -122.0), f"{OTHER}-east": (64.0, -58.0)}
    for name, (dx, dy) in others.items():
        county.stand_of_nobody(name, (east + dx, north + dy))
    place = told(county.diagnose())
    assert place["settled"]
    assert len(shapely.get_coordinates(place["geometry"])) == 3
    for name in (NAME, *others):
        assert min(errors_m(county, name, place["geometry"])) < 12.0


def test_a_stand_of_nobody_is_one_of_the_places_of_a_point_with_a_stand_of_its_own() -> None:
    county = County(townships=2, days=8)
    east, north = county.true[NAME]
    county.stand_of_nobody(OTHER, (east, north - 90.0))
    found = county.diagnose()
    assert found.corrections.empty
    mine = found.candidates[found.candidates["point_id"] == NAME].set_index("rank")
    assert mine.loc[0, "basis"] == "recorded"
    assert mine.loc[0, "probability"] > 0.9
    assert county.error_m(OTHER, mine.loc[1, "lon"], mine.loc[1, "lat"]) < 12.0
    assert 0.01 < mine.loc[1, "probability"] < 0.1


@pytest.mark.parametrize(
    ("days", "halt", "settled"),
    [(3, (120.0, 30.0), True), (3, (70.0, 40.0), False), (8, (120.0, 30.0), False)],
)
def test_a_record_without_a_stand_is_judged_only_where_nothing_else_is_likely(
    days: int, halt: tuple[float, float], settled: bool
) -> None:
    """Nobody stands for it; the truck halts about it, once or twice, near or farther."""
    name = "T0-06"
    county = County(days=days, never_served={name}, halts={name: halt})
    found = county.diagnose()
    place = found.places.set_index("point_id").loc[name]
    assert found.corrections.empty
    assert place["settled"] == settled
    assert place["confidence"] > 0.7
    assert errors_m(county, name, place["geometry"]) == pytest.approx([0.0], abs=1.0)


@pytest.mark.parametrize("off_m", [1700.0, 2600.0, 3800.0])
def test_a_point_entered_in_another_village_accuses_nobody(off_m: float) -> None:
    """Its stand is told as a place that comes into question, but gives it nothing."""
    county = County(townships=2, days=8)
    county.recorded[NAME] = away(county.true[NAME], 0.0, -off_m)
    found = county.diagnose()
    assert NAME not in set(found.corrections["point_id"])
    place = told(found)
    assert not place["settled"]
    assert not place["seldom"]
    assert place["stand"] is None
    mine = found.candidates[found.candidates["point_id"] == NAME]
    assert min(county.error_m(NAME, *at) for at in zip(mine.lon, mine.lat, strict=True)) < 12.0


@pytest.mark.parametrize(
    ("off_m", "within_round", "settled"),
    [(2300.0, True, False), (4300.0, True, True), (2300.0, False, True)],
)
def test_a_stand_far_off_is_no_place_of_a_point_where_it_ends_the_round(
    off_m: float, within_round: bool, settled: bool
) -> None:
    """Tips and yards are stood at every day, whether or not a point is missing."""
    county = County(townships=2, days=8, never_served={NAME})
    east, north = county.true[NAME]
    order = list(county.true)
    county.stand_of_nobody(OTHER, (east, north - off_m))
    if within_round:
        order.insert(order.index(NAME), OTHER)
        county.true = {name: county.true[name] for name in order}
    place = told(county.diagnose())
    assert place["settled"] == settled
    assert place["seldom"] == settled
    assert county.error_m(NAME, place["geometry"].x, place["geometry"].y) < 1.0


def test_a_stand_farther_off_takes_little_from_a_place_that_is_proposed() -> None:
    """A point that is recorded 700 m off, and a stand of nobody 2.3 km in the other direction."""
    county = County(townships=2, days=8)
    east, north = county.true[NAME]
    county.recorded[NAME] = away((east, north), 0.0, -700.0)
    order = list(county.true)
    order.insert(order.index(NAME), OTHER)
    county.stand_of_nobody(OTHER, (east, north - 700.0 - 2300.0))
    county.true = {name: county.true[name] for name in order}
    found = county.diagnose()
    assert proposed_to(county, found) < 12.0
    # In the logarithm of the offset it is four times as unlikely, and few lie so far off.
    assert 0.65 < found.corrections.set_index("point_id").loc[NAME, "confidence"] < 0.9
