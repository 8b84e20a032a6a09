"""Tracks without a schedule: what was made is what is found."""

from __future__ import annotations

import geopandas
import pandas as pd
import pytest
from library_tools import PASSED, SERVED, STAND_S, ZONE, given

import routecheck
from scene import degrees, local


def places() -> geopandas.GeoDataFrame:
    lon, lat = degrees([SERVED[0], PASSED[0]], [SERVED[1], PASSED[1]])
    return geopandas.GeoDataFrame(
        {"point_id": ["served", "passed"], "name": ["A", ""]},
        geometry=geopandas.points_from_xy(lon, lat),
        crs="EPSG:4326",
    ).to_crs(32649)


@pytest.mark.parametrize("clock", ["08:00", "23:59"])
def test_places_that_were_served_and_those_that_were_passed(clock):
    found = routecheck.visits(given(clock=clock), places(), time_zone=ZONE).set_index("point_id")
    assert found["served"].to_dict() == {"served": True, "passed": False}
    stand = found.loc["served"]
    begun = pd.Timestamp(local(clock)) + pd.Timedelta(seconds=SERVED[0] / 8)
    # 30 m on either side at 8 m/s.
    assert stand["start"] == pytest.approx(
        begun - pd.Timedelta(seconds=30 / 8), abs=pd.Timedelta("1s")
    )
    assert stand["dwell_s"] == pytest.approx(STAND_S, abs=12)
    assert stand["name"] == "A"
    assert stand["distance_m"] == pytest.approx(0.0, abs=0.1)
    assert found.loc["passed", "distance_m"] == pytest.approx(10.0, abs=0.1)
    assert pd.isna(found.loc["passed", "name"])
    assert found.crs == "EPSG:4326"


def test_how_long_and_how_near_can_be_set():
    short = routecheck.visits(given(), places(), time_zone=ZONE, min_dwell_s=200)
    assert not short["served"].any()
    near = routecheck.visits(given(), places(), time_zone=ZONE, tolerance_m=5)
    assert near["point_id"].tolist() == ["served"]


def test_no_visit_is_an_empty_table_with_its_columns():
    far = places().set_geometry(places().geometry.translate(50_000, 0))
    found = routecheck.visits(given(), far, time_zone=ZONE)
    assert len(found) == 0
    assert found.columns.tolist() == [
        "point_id", "name", "vehicle_id", "start", "end", "nearest_at", "distance_m", "dwell_s",
        "dwell_max_s", "fixes", "served", "covered_m", "covered_share", "geometry",
    ]  # fmt: skip
    assert str(found["start"].dt.tz) == ZONE


def test_stops_are_where_the_truck_stood():
    both = pd.concat([given(), given(vehicle="V2", clock="09:00")])
    found = routecheck.stops(both, time_zone=ZONE)
    assert found["vehicle_id"].tolist() == ["V1", "V1", "V2", "V2"]
    assert found["stood_s"].tolist() == pytest.approx([STAND_S, 60, STAND_S, 60], abs=12)
    lon, lat = degrees(*SERVED)
    assert found.geometry.x.iloc[0] == pytest.approx(lon, abs=2e-5)
    assert found.geometry.y.iloc[0] == pytest.approx(lat, abs=2e-5)
    assert (found["stood_min_s"] <= found["stood_s"] + 1e-6).all()
    assert (found["stood_s"] <= found["stood_max_s"] + 1e-6).all()


def test_cleaning_keeps_every_row_once():
    fixes = pd.concat([given(clock="23:58"), given(clock="23:58").iloc[:3]], ignore_index=True)
    fixes.loc[10, ["lon", "lat"]] = 0.0
    fixes.loc[20, "lon"] += 0.5  # 49 km away, and back
    fixes.loc[30, "lat"] = float("nan")
    cleaned = routecheck.clean(fixes, time_zone=ZONE)
    assert len(cleaned.tracks) + len(cleaned.rejected) == len(fixes)
    reasons = cleaned.rejected.set_index("row")["reason"]
    assert {row: reasons[row] for row in (11, 21, 31)} == {
        11: "not_positioned", 21: "jump", 31: "missing_value",
    }  # fmt: skip
    assert cleaned.tracks["time"].is_monotonic_increasing
    assert cleaned.tracks.crs == "EPSG:4326"


def test_a_clock_that_is_off_is_put_right_by_the_receipts():
    fixes = given()
    fixes["received_at"] = fixes["time"] + pd.Timedelta(seconds=1)
    fixes["time"] -= pd.Timedelta(hours=8)
    cleaned = routecheck.clean(fixes, time_zone=ZONE)
    assert cleaned.tracks["time"].iloc[0].strftime("%H:%M") == "08:00"
    assert cleaned.clocks["offset_s"].tolist() == pytest.approx([8 * 3600.0], abs=2)


def test_fixes_without_any_use_are_refused():
    with pytest.raises(routecheck.MissingDataError):
        routecheck.stops(given().assign(lon=""), time_zone=ZONE)
    nowhere = pd.DataFrame({"point_id": ["P1"], "lon": ["?"], "lat": ["?"]})
    assert routecheck.visits(given(), nowhere, time_zone=ZONE).empty
    with pytest.raises(routecheck.MissingDataError, match="places has no usable row"):
        routecheck.visits(given(), nowhere.iloc[:0], time_zone=ZONE)
