"""Points that are lines and areas, points without a vehicle, registries with several validities."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from diagnosis.diagnose_scene import EAST_M, NORTH_M, County, degrees
from routecheck.diagnosis import Diagnosis, diagnose
from routecheck.domain.codes import Cause
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import CORRECTIONS, PICKUPS, POINTS
from routecheck.simulate.datums import gcj02_from_wgs84


def run(county: County, points: pd.DataFrame, pickups: pd.DataFrame | None = None) -> Diagnosis:
    return diagnose(
        county.history(),
        county.pickups() if pickups is None else pickups,
        points,
        CORRECTIONS.empty(),
        DiagnoseSettings(),
    )


def shaped(county: County, township: str, half_m: float) -> pd.DataFrame:
    """Every point of a township as a line of some length, every third as an area."""
    points = county.points()
    geometry = points["geometry"].to_numpy(copy=True)
    for i in np.flatnonzero(points["township"] == township):
        x, y = geometry[i].x, geometry[i].y
        east, north = half_m / EAST_M, half_m / NORTH_M
        line = shapely.LineString([(x - east, y), (x + east, y)])
        area = shapely.box(x - east, y - north, x + east, y + north)
        geometry[i] = area if i % 3 == 0 else line
    return points.assign(geometry=pd.Series(geometry, dtype=object))


def test_lines_and_areas_are_right_where_vehicles_stop_along_them() -> None:
    # Vehicles stand 40 m along the line, beyond tolerance of its middle.
    names = [f"T1-{k:02d}" for k in range(15)]
    county = County(days=3, beside=dict.fromkeys(names, (40.0, 6.0)))
    found = run(county, shaped(county, "town 1", 50.0))
    assert found.corrections.empty
    assert found.places["settled"].all()


def test_no_line_or_area_is_moved_to_a_stand_beside_it() -> None:
    """Some fifty metres off its edge: too far for its tolerance, too near to be misplaced."""
    names = ["T1-05", "T1-06"]
    county = County(townships=2, days=4, beside=dict.fromkeys(names, (0.0, 57.0)))
    points = shaped(county, "town 1", 5.0)
    before = points.set_index("point_id")["geometry"]
    assert {before[name].geom_type for name in names} == {"LineString", "Polygon"}
    found = run(county, points)
    assert found.corrections.empty
    places = found.places.set_index("point_id")
    for name in names:
        assert shapely.equals_exact(places.loc[name, "geometry"], before[name], 1e-9)
        assert places.loc[name, "stand_days"] == 4


def test_a_batch_of_lines_and_areas_is_moved_whole() -> None:
    county = County(days=2)
    names = [name for name in county.true if county.township[name] == "town 1"]
    for name in names:
        lon, lat = degrees(*county.true[name])
        east, north = gcj02_from_wgs84(np.array([lon]), np.array([lat]))
        county.recorded[name] = (float(east[0]), float(north[0]))
    points = shaped(county, "town 1", 20.0)
    found = run(county, points)
    assert set(found.corrections["point_id"]) == set(names)
    places = found.places.set_index("point_id")
    before = points.set_index("point_id")["geometry"]
    for name in names:
        place = places.loc[name, "geometry"]
        assert place.geom_type == before[name].geom_type
        assert place.length == pytest.approx(before[name].length, rel=1e-6)
        centre = place.centroid
        assert county.error_m(name, centre.x, centre.y) < 12.0


def test_points_that_no_vehicle_is_scheduled_for() -> None:
    county = County(days=4, townships=2)
    names = [name for name in county.true if county.township[name] == "town 1"]
    for name in names:
        x, y = county.true[name]
        county.recorded[name] = degrees(x + 200.0, y - 150.0)
    pickups = county.pickups()
    nobody = pd.Series([""] * len(pickups), dtype="str")
    found = run(county, county.points(), pickups.assign(vehicle_id=nobody))
    assert set(found.corrections["point_id"]) == set(names)
    assert set(found.corrections["cause"]) == {Cause.DATUM}


def test_of_several_validities_the_one_that_holds_is_diagnosed() -> None:
    county = County(days=4)
    points = county.points()
    old = points[points["point_id"] == "T0-05"].assign(
        geometry=pd.Series([shapely.Point(degrees(-3000.0, 900.0))], index=[5], dtype=object),
        valid_to=pd.Series([date(2026, 2, 28)], index=[5], dtype=object),
    )
    new = points.assign(
        valid_from=[date(2026, 3, 1) if p == "T0-05" else None for p in points["point_id"]]
    )
    both = POINTS.check(pd.concat([old, new], ignore_index=True))
    found = run(county, both)
    assert found.corrections.empty
    assert found.places["point_id"].is_unique
    place = found.places.set_index("point_id").loc["T0-05", "geometry"]
    assert county.error_m("T0-05", place.x, place.y) < 1.0


def test_no_points_and_no_pickups() -> None:
    county = County(days=2)
    assert run(county, POINTS.empty()).places.empty
    found = run(county, county.points(), PICKUPS.empty())
    assert found.corrections.empty
    assert len(found.places) == len(county.true)
