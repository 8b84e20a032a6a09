"""Points whose places are known: a miss shows on the first day, and nothing is proposed.

A bus drives along a straight road in EPSG:25833 and stands 30 s at each of its stops.
"""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest

import routecheck
from routecheck.simulate.datums import gcj02_from_wgs84

X, Y = 390_000.0, 5_820_000.0
STOPS = 8
CRS = "EPSG:25833"
SURVEYED = {"points": {"surveyed": True}}
SCHEDULE = pd.DataFrame(
    {
        "point_id": [f"S{n}" for n in range(STOPS)],
        "vehicle_id": "bus",
        "weekdays": "1234567",
        "window_start": "06:00",
        "window_end": "08:00",
    }
)


def stops(off_m: float = 0.0) -> geopandas.GeoDataFrame:
    """The stops beside the road, every 500 m; S3 recorded so far north of where it is."""
    north = np.full(STOPS, Y + 5.0)
    north[3] += off_m
    return geopandas.GeoDataFrame(
        {"point_id": SCHEDULE["point_id"]},
        geometry=geopandas.points_from_xy(X + 500.0 * np.arange(STOPS), north),
        crs=CRS,
    )


def driven(served: int, days: int = 1, x: float = X, y: float = Y) -> geopandas.GeoDataFrame:
    """Fixes of every 10 s: to so many stops, then back to the yard, where it stands till nine."""
    corners = [(5.5 * 3600, x - 2000.0), (6.1 * 3600, x - 2000.0)]
    for n in range(served):
        at_s, to_x = corners[-1][0], x + 500.0 * n
        arrives_s = at_s + abs(to_x - corners[-1][1]) / 10.0
        corners += [(arrives_s, to_x), (arrives_s + 30.0, to_x)]
    back_s = corners[-1][0] + (corners[-1][1] - x + 2000.0) / 10.0
    corners += [(back_s, x - 2000.0), (9.0 * 3600, x - 2000.0)]
    when, where = np.array(corners).T
    at_s = np.arange(when[0], when[-1], 10.0)
    noise_m = np.random.default_rng(3).normal(0.0, 3.0, (2, days, len(at_s)))
    parts = [
        geopandas.GeoDataFrame(
            {
                "vehicle_id": "bus",
                "time": pd.Timestamp("2026-03-02", tz="Europe/Berlin")
                + pd.Timedelta(days=day)
                + pd.to_timedelta(at_s, unit="s"),
            },
            geometry=geopandas.points_from_xy(
                np.interp(at_s, when, where) + noise_m[0, day], y + noise_m[1, day]
            ),
            crs=CRS,
        )
        for day in range(days)
    ]
    return pd.concat(parts, ignore_index=True)


def judged(points, fixes, settings, days: int = 1) -> routecheck.Results:
    dates = pd.date_range("2026-03-02", periods=days)
    return routecheck.judge(
        points, SCHEDULE, fixes, dates=dates, time_zone="Europe/Berlin", settings=settings
    )


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [(None, ("unverifiable", "unknown_point")), (SURVEYED, ("missed", "not_approached"))],
)
def test_a_stop_that_was_never_seen_served_is_missed_where_its_place_is_known(settings, verdict):
    pickups = judged(stops(), driven(served=6), settings).pickups.set_index("point_id")
    assert set(pickups.loc["S0":"S5", "verdict"]) == {"collected"}
    for point in ("S6", "S7"):
        assert tuple(pickups.loc[point, ["verdict", "cause"]]) == verdict


def test_nothing_is_looked_for_elsewhere():
    found = {
        name: judged(stops(off_m=150.0), driven(served=STOPS, days=5), settings, days=5)
        for name, settings in (("tracks", None), ("surveyed", SURVEYED))
    }
    assert found["tracks"].corrections["point_id"].tolist() == ["S3"]
    assert found["surveyed"].corrections.empty
    of_stop = {
        name: set(result.pickups.loc[result.pickups["point_id"] == "S3", "verdict"])
        for name, result in found.items()
    }
    assert of_stop == {"tracks": {"collected"}, "surveyed": {"missed"}}
    places = found["surveyed"].places.to_crs(CRS).set_index("point_id").geometry
    assert (places.distance(stops(150.0).set_index("point_id").geometry, align=True) < 1.0).all()


def test_a_feed_in_another_datum_accuses_nobody():
    """The places are right; it is the fixes that are not what they are declared to be."""
    x, y = 390_000.0, 3_300_000.0  # in China, where the two differ by some 500 m
    plane = "EPSG:32648"
    points = stops().set_geometry(
        geopandas.points_from_xy(x + 500.0 * np.arange(STOPS), np.full(STOPS, y + 5.0)), crs=plane
    )
    fixes = driven(served=STOPS, days=5, x=x, y=y).set_crs(plane, allow_override=True)
    at = fixes.to_crs("EPSG:4326").geometry
    lon, lat = gcj02_from_wgs84(at.x.to_numpy(), at.y.to_numpy())
    shifted = fixes.set_geometry(geopandas.points_from_xy(lon, lat), crs="EPSG:4326")
    result = judged(points, shifted, SURVEYED, days=5)
    assert set(result.pickups["verdict"]) == {"collected"}
