"""What the order of the registry tells where places do not settle it."""

from __future__ import annotations

import numpy as np
import pytest

from diagnosis.diagnose_scene import County, away, degrees
from routecheck.diagnosis.agreement import Evidence, gather
from routecheck.diagnosis.exchanges import _order
from routecheck.diagnosis.frame import Frame, make_frame
from routecheck.diagnosis.registry_context import affinity
from routecheck.domain.arrays import Array
from routecheck.domain.settings import DiagnoseSettings

FIRST, SECOND = "T1-05", "T1-06"


def seen(county: County) -> tuple[Frame, Evidence]:
    settings = DiagnoseSettings()
    frame = make_frame(county.history(), county.pickups(), county.points(), settings)
    return frame, gather(county.history(), county.pickups(), frame, settings)


def of_places(county: County) -> dict[str, float]:
    frame, evidence = seen(county)
    pairs, stands = evidence.pairs, evidence.stands
    away_m = frame.away_m(pairs.point, stands.x[pairs.stand], stands.y[pairs.stand])
    _, told = affinity(evidence, frame, frame.x, frame.y, away_m)
    return dict(zip(map(str, frame.point_ids), told.tolist(), strict=True))


@pytest.mark.parametrize("nearer_m", [-20.0, 20.0])
def test_two_misplaced_neighbours_are_distinguished_by_their_order(nearer_m: float) -> None:
    """Both are recorded half way between their stands, 300 m off; one the other's way."""
    county = County(days=10)
    (x1, y1), (x2, y2) = county.true[FIRST], county.true[SECOND]
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)
    county.recorded[FIRST] = away(middle, nearer_m, 300.0)
    county.recorded[SECOND] = away(middle, -nearer_m, 310.0)
    found = county.diagnose().corrections.set_index("point_id")
    for name in (FIRST, SECOND):
        lon, lat = found.loc[name, ["proposed_lon", "proposed_lat"]]
        assert county.error_m(name, lon, lat) < 20.0, name


def test_an_exchange_on_a_straight_way_is_longer_and_the_same_from_both_ends() -> None:
    frame, _ = seen(County(days=1))
    plain = np.array([0, 3])
    place = np.full((frame.points, 3), np.nan)
    place[0], place[3] = (0.0, 0.0, 0.0), (300.0, 0.0, 900.0)
    one, two = np.array([[100.0, 0.0, 300.0]]), np.array([[200.0, 0.0, 600.0]])
    a, b = np.array([1]), np.array([2])

    def told(at_a: Array, at_b: Array) -> list[float]:
        return list(_order(a, b, at_a, at_b, plain, place, frame)[0])

    # Straight: 100 + 100 + 100 m; crossed: 200 + 100 + 200 m. Of both ways together: 200 / 800.
    assert told(one, two) == pytest.approx([0.25, 0.25])
    assert told(two, one) == pytest.approx([-0.25, -0.25])
    place[:] = np.nan  # nobody plain before or after: nothing is told
    assert told(one, two) == pytest.approx([0.0, 0.0])


def test_a_record_among_its_neighbours_fits_and_one_far_off_does_not() -> None:
    right = County(days=6, never_served={FIRST})
    wrong = County(days=6, never_served={FIRST})
    wrong.recorded[FIRST] = away(wrong.true[FIRST], 200.0, 900.0)
    assert of_places(right)[FIRST] > 0.0 > of_places(wrong)[FIRST]


def test_where_the_order_of_the_file_shows_nothing_nothing_is_added() -> None:
    """With too few points whose record is plainly right, nothing is learnt."""
    told = of_places(County(townships=1, size=12, days=6))
    assert set(told.values()) == {0.0}


def test_a_vehicle_whose_stops_no_fix_shows_is_not_taken_for_well_seen() -> None:
    """All records of its township are shifted: no plain point tells how well it is seen."""
    county = County(days=6)
    for name, (x, y) in county.true.items():
        if name.startswith("T2"):
            county.recorded[name] = degrees(x + 600.0, y + 400.0)
    history = county.history()
    stop = (history["kind"] == "stop") & (history["vehicle_id"] == "V2")
    sparse = history.assign(fixes=history["fixes"].where(~stop, 0))
    settings = DiagnoseSettings()
    clear = {}
    for name, table in (("watched", history), ("sparse", sparse)):
        frame = make_frame(table, county.pickups(), county.points(), settings)
        evidence = gather(table, county.pickups(), frame, settings)
        clear[name] = evidence.clear[list(frame.point_ids).index("T2-03")]
    assert clear["watched"] > 0.9
    assert clear["sparse"] < 0.2


def test_a_coarse_record_that_nothing_stands_for_is_likelier_wrong() -> None:
    """Three digits where all others have more: seven in ten of such were cut off."""
    odds = []
    for jitter_deg in (0.0, 0.000003):
        county = County(days=8, never_served={FIRST})
        lon, lat = degrees(*county.true[FIRST])
        county.recorded[FIRST] = (round(lon, 3) + jitter_deg, round(lat, 3) + jitter_deg)
        sure = county.diagnose().places.set_index("point_id").loc[FIRST, "confidence"]
        odds.append(sure / (1.0 - sure))
    coarse, fine = odds
    assert coarse == pytest.approx(0.3 * fine, rel=0.1)
