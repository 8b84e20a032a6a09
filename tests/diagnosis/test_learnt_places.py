"""What is learnt of points that really moved: the file says where they are now."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
import shapely

from diagnosis.diagnose_scene import EAST_M, FIRST, LAT, LON, NORTH_M, County, away
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CALENDAR, CORRECTIONS, SCHEDULE
from routecheck.engine.learning import Learned, learn
from routecheck.engine.observing import Site
from routecheck.registry.records import accepted_places, recorded_places

DAYS = 10
MOVED = "T1-05"


def learnt(county: County, *, moved_to: tuple[float, float]) -> Learned:
    """Learn on the last date, from which on the point is recorded elsewhere; nobody came yet."""
    last = FIRST + timedelta(days=DAYS - 1)
    points = county.points()
    mine = points["point_id"] == MOVED
    before = points[mine].assign(valid_to=pd.Series([last - timedelta(days=1)], dtype=object).array)
    after = points[mine].assign(
        valid_from=pd.Series([last], dtype=object).array,
        geometry=pd.Series([shapely.Point(moved_to)], dtype=object).array,
        recorded_lon=moved_to[0],
        recorded_lat=moved_to[1],
    )
    points = pd.concat([points[~mine], before, after], ignore_index=True)
    history = county.history()
    x, y = county.true[MOVED]
    near = np.hypot((history["lon"] - LON) * EAST_M - x, (history["lat"] - LAT) * NORTH_M - y) < 40
    there = near & (history["kind"] == "stop") & (history["service_date"] == last)
    history = history[~there].reset_index(drop=True)
    site = Site(points, SCHEDULE.empty(), CALENDAR.empty())
    return learn(history, county.pickups(), site, CORRECTIONS.empty(), last, Settings())


def test_a_point_that_really_moved_is_not_proposed_to_go_back() -> None:
    county = County(days=DAYS)
    there = away(county.true[MOVED], 40.0, 210.0)
    found = learnt(county, moved_to=there)
    assert MOVED not in set(found.corrections["point_id"])
    place = found.places.set_index("point_id").loc[MOVED]
    assert place["settled"]
    assert place["cause"] == ""
    assert county.error_m(MOVED, place["geometry"].x, place["geometry"].y) > 200.0
    # And may be nowhere else.
    mine = found.candidates[found.candidates["point_id"] == MOVED]
    assert mine["basis"].tolist() == ["recorded"]
    assert mine[["lon", "lat"]].to_numpy()[0] == pytest.approx(there, abs=1e-7)


def test_what_the_file_has_moved_already_is_not_moved_once_more() -> None:
    """A point of a shifted batch, put right alone, at which its vehicle was never seen."""
    county = County(days=DAYS)
    shift = (420.0, -370.0)
    for name in county.true:
        if name.startswith("T1"):
            county.recorded[name] = away(county.true[name], *shift)
    county.silent = {MOVED}
    found = learnt(county, moved_to=away(county.true[MOVED], 0.0, 0.0))
    said = set(found.corrections["point_id"])
    assert len(said) == county.size - 1
    assert MOVED not in said
    place = found.places.set_index("point_id").loc[MOVED]
    assert county.error_m(MOVED, place["geometry"].x, place["geometry"].y) < 1.0


def test_a_record_that_was_put_right_keeps_what_was_learnt() -> None:
    """The file corrects a wrong record to where vehicles always stopped."""
    county = County(days=DAYS)
    county.recorded[MOVED] = away(county.true[MOVED], 40.0, 210.0)
    lon, lat = away(county.true[MOVED], 0.0, 0.0)
    found = learnt(county, moved_to=(lon, lat))
    assert MOVED not in set(found.corrections["point_id"])
    place = found.places.set_index("point_id").loc[MOVED]
    assert place["settled"]
    assert place["stand_days"] >= DAYS - 2
    assert 60.0 < place["stand_s"] < 120.0  # as crews stand there, each time anew
    assert county.error_m(MOVED, place["geometry"].x, place["geometry"].y) < 1.0


def test_what_was_wrong_with_an_accepted_record_stays_its_cause() -> None:
    """On the days before the file was put right the record was wrong, whatever it says now."""
    county = County(days=DAYS)
    county.recorded[MOVED] = away(county.true[MOVED], 40.0, 210.0)
    accepted = county.diagnose().corrections
    county.recorded.clear()
    on = FIRST + timedelta(days=DAYS - 1)
    recorded = recorded_places(county.points(), on, Settings().match)
    places = accepted_places(recorded, recorded, accepted).set_index("point_id")
    assert places.loc[MOVED, "cause"] == "misplaced"
    assert set(places.drop(index=MOVED)["cause"]) == {""}
