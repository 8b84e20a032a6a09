"""Points that are moved while no file says so: both places are known, and since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest
import shapely

from diagnosis.diagnose_scene import County, degrees
from diagnosis.test_diagnose_records import in_township, proposed, record_in
from routecheck.diagnosis import Diagnosis

NAME = "T1-06"
DAYS = 12


@dataclass
class Moving(County):
    """A county in which bins are moved on a day, with the places before and after."""

    later: dict[str, int] = field(default_factory=dict)
    """Stands that begin after so many days."""

    def _served(self, name: str, day: date) -> bool:
        return self.dates().index(day) >= self.later.get(name, 0) and super()._served(name, day)

    def move(self, name: str, off: tuple[float, float], after: int, until: int = 99) -> str:
        """Put the bins of a point elsewhere (m) after so many days; they end after `until`."""
        (x, y), new = self.true[name], f"{name}-new"
        order = list(self.true)
        self.stand_of_nobody(new, (x + off[0], y + off[1]))
        order.insert(order.index(name) + 1, new)
        self.true = {one: self.true[one] for one in order}
        self.first_days |= {name: after, new: until}
        self.later[new] = after
        return new


def errors_m(county: County, found: Diagnosis, *names: str) -> list[float]:
    """How far the places where NAME is judged lie from those of the names, in their order."""
    place = found.places.set_index("point_id").loc[NAME, "geometry"]
    at = shapely.get_coordinates(place)
    assert len(at) == len(names)
    return [county.error_m(name, x, y) for name, (x, y) in zip(names, at, strict=True)]


@pytest.mark.parametrize("off", [(36.0, 48.0), (-72.0, 96.0), (180.0, 240.0), (480.0, -640.0)])
@pytest.mark.parametrize("after", [3, 6, 9])
def test_bins_that_no_file_moved_are_judged_at_both_places_and_proposed_at_the_new(
    off: tuple[float, float], after: int
) -> None:
    county = Moving(townships=2, days=DAYS)
    new = county.move(NAME, off, after)
    found = county.diagnose()
    place = found.places.set_index("point_id").loc[NAME]
    assert place["settled"]
    assert place["cause"] == "misplaced"
    assert max(errors_m(county, found, new, NAME)) < 12.0
    [said] = found.corrections[found.corrections["point_id"] == NAME].to_dict("records")
    assert county.error_m(new, said["proposed_lon"], said["proposed_lat"]) < 12.0
    assert said["days_seen"] == DAYS - after
    assert said["criteria"]["say"] == "relocated"
    assert said["criteria"]["since"] == str(county.dates()[after])
    first = found.candidates[(found.candidates["point_id"] == NAME)].iloc[0]
    assert county.error_m(new, first["lon"], first["lat"]) < 12.0


@pytest.mark.parametrize("after", [3, 6, 9])
def test_a_record_that_holds_from_a_day_on_is_kept_and_the_old_place_counts_before(
    after: int,
) -> None:
    county = Moving(townships=2, days=DAYS)
    new = county.move(NAME, (72.0, 96.0), after)
    county.recorded[NAME] = degrees(*county.true[new])
    found = county.diagnose()
    assert NAME not in set(found.corrections["point_id"])
    place = found.places.set_index("point_id").loc[NAME]
    assert place["settled"]
    assert place["cause"] == ""
    assert max(errors_m(county, found, new, NAME)) < 12.0
    first = found.candidates[(found.candidates["point_id"] == NAME)].iloc[0]
    assert county.error_m(new, first["lon"], first["lat"]) < 12.0


def test_a_place_that_is_refused_is_not_judged_at() -> None:
    county = Moving(townships=2, days=DAYS)
    county.move(NAME, (180.0, 240.0), 6)
    corrections = county.diagnose().corrections
    refused = corrections[corrections["point_id"] == NAME].assign(state="rejected")
    again = county.diagnose(refused.astype({"state": "str"}))
    assert max(errors_m(county, again, NAME)) < 1.0


def test_a_crew_that_stops_coming_is_not_a_move() -> None:
    """Nor with a halt elsewhere on some of the days since."""
    county = Moving(townships=2, days=DAYS, first_days={NAME: 6}, halts={NAME: (180.0, 240.0)})
    found = county.diagnose()
    assert NAME not in set(found.corrections["point_id"])
    assert max(errors_m(county, found, NAME)) < 1.0


@pytest.mark.parametrize(("moved", "settled"), [(2, True), (3, False)])
def test_many_points_of_a_truck_that_move_on_one_day_are_its_receiver(
    moved: int, settled: bool
) -> None:
    county = Moving(townships=2, days=DAYS)
    names = [NAME, "T1-02", "T1-10"][:moved]
    for name in names:
        county.move(name, (60.0, 90.0), 6)
    found = county.diagnose()
    places = found.places.set_index("point_id").loc[names]
    assert places["settled"].tolist() == [settled] * moved
    assert set(names) <= set(found.corrections["point_id"]) or not settled
    assert settled or not set(names) & set(found.corrections["point_id"])


def test_one_day_somewhere_else_is_no_move() -> None:
    county = Moving(townships=2, days=DAYS)
    county.move(NAME, (180.0, 240.0), DAYS - 1)
    found = county.diagnose()
    assert NAME not in set(found.corrections["point_id"])


def test_of_a_township_in_another_datum_that_is_proposed_first() -> None:
    """The point that was moved is corrected like the others, and judged at both places."""
    county = Moving(townships=3, days=DAYS)
    record_in(county, in_township(county, "town 1"), "gcj02")
    new = county.move(NAME, (60.0, 90.0), 6)
    found = county.diagnose()
    cause, error_m = proposed(county, found.corrections)[NAME]
    assert cause == "datum"
    assert error_m < 15.0
    assert max(errors_m(county, found, new, NAME)) < 12.0
