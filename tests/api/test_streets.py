"""Streets as lines: ploughs that drive along them, touch them, or leave them out."""

from __future__ import annotations

import re

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

import routecheck

CRS = "EPSG:3067"
X, Y = 385_000.0, 6_672_000.0
DAY = pd.Timestamp("2026-01-12", tz="Europe/Helsinki")
SETTINGS = {
    "matching": {"min_dwell_s": 0, "tolerance_m": 15, "min_line_share": 0.6},
    "points": {"surveyed": True},
}


def streets(n: int = 6) -> geopandas.GeoDataFrame:
    """Streets to the north from one main road, 300 m long, every 200 m."""
    return geopandas.GeoDataFrame(
        {"point_id": [f"S{k}" for k in range(n)]},
        geometry=[
            shapely.LineString([(X + 200.0 * k, Y), (X + 200.0 * k, Y + 300.0)]) for k in range(n)
        ],
        crs=CRS,
    )


def ploughed(vehicle: str, ways: list[tuple[int, float]], since: str, n: int = 6):
    """A plough along the main road that turns into streets, so many metres, and comes back.

    Fixes of every 5 s at 9 m/s; it stands in its yard for an hour before and four after.
    """
    corners = [(X - 400.0, Y - 10.0)]
    for street, metres in ways:
        corners += [(X + 200.0 * street, Y - 10.0)]
        corners += [(X + 200.0 * street + 3.0, Y + metres), (X + 200.0 * street + 3.0, Y - 10.0)]
    corners += [(X + 200.0 * n, Y - 10.0), (X - 400.0, Y - 10.0)]
    way = shapely.LineString(corners)
    moving_s = way.length / 9.0
    t = np.arange(0.0, moving_s + 5 * 3600.0, 5.0)
    at = shapely.get_coordinates(way.interpolate(np.clip((t - 3600.0) * 9.0, 0.0, way.length)))
    at += np.random.default_rng(7).normal(0.0, 2.0, at.shape)
    return geopandas.GeoDataFrame(
        {
            "vehicle_id": vehicle,
            "time": DAY + pd.Timedelta(since) + pd.to_timedelta(t - 3600.0, unit="s"),
        },
        geometry=geopandas.points_from_xy(*at.T),
        crs=CRS,
    )


def schedule(vehicle: str, n: int = 6) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "point_id": [f"S{k}" for k in range(n)],
            "vehicle_id": vehicle,
            "weekdays": "1234567",
            "window_start": "04:00",
            "window_end": "07:00",
        }
    )


def results(fixes, **matching) -> routecheck.Results:
    return routecheck.judge(
        streets(),
        schedule("plough 1"),
        fixes,
        date="2026-01-12",
        time_zone="Europe/Helsinki",
        settings={**SETTINGS, "matching": {**SETTINGS["matching"], **matching}},
    )


def judged(fixes, **matching) -> pd.DataFrame:
    return results(fixes, **matching).pickups.set_index("point_id")


def test_a_visit_says_how_much_of_the_street_was_driven_along():
    fixes = ploughed("plough 1", [(0, 300.0), (1, 150.0)], "04:30:00")
    visits = routecheck.visits(
        fixes, streets(), tolerance_m=15, min_dwell_s=0, min_line_share=0.6,
        time_zone="Europe/Helsinki",
    )  # fmt: skip
    longest = visits.groupby("point_id")[["covered_m", "covered_share", "served"]].max()
    assert longest["covered_m"].reindex(["S0", "S1", "S2"]).tolist() == pytest.approx(
        [300.0, 150.0, 0.0],
        abs=25.0,  # at the turn up to half of what lies between two fixes
    )
    assert longest["served"].tolist() == [True, False, False, False, False, False]
    assert longest["covered_share"]["S1"] == pytest.approx(0.5, abs=0.08)


def test_a_street_that_was_only_touched_is_not_served():
    ways = [(0, 300.0), (1, 300.0), (2, 100.0), (4, 300.0), (5, 300.0)]
    found = results(ploughed("plough 1", ways, "04:30:00"))
    pickups = found.pickups.set_index("point_id")
    missed = pickups[pickups["verdict"] == "missed"]
    assert missed["cause"].to_dict() == {"S2": "passed_by", "S3": "passed_by"}
    assert set(pickups["verdict"].drop(["S2", "S3"])) == {"collected"}
    told = {point: str(found.explain(point)) for point in ("S0", "S2")}
    assert re.search(r"plough 1 drove along 9\d% of it, 04:30", told["S0"])
    assert re.search(r"drove along [23]\d% of it; 60% is asked for", told["S2"])
    # It was on that street, and a distance is told to the street, not to its middle.
    assert re.search(r"04:33:\d\d - 04:34:\d\d  passed  0 m away", told["S2"])
    assert "came no nearer" not in told["S2"]


def test_how_near_it_came_is_told_to_the_street_and_not_to_its_middle():
    far = streets()
    far.geometry = far.geometry.translate(yoff=400.0)
    found = routecheck.judge(
        far,
        schedule("plough 1"),
        ploughed("plough 1", [(0, 300.0)], "04:30:00"),
        date="2026-01-12",
        time_zone="Europe/Helsinki",
        settings=SETTINGS,
    )
    told = str(found.explain("S0"))
    # It turned 100 m before the beginning of the street; a fix comes every 45 m.
    (away_m,) = re.findall(r"came no nearer  (\d+) m away", told)
    assert 95 <= int(away_m) <= 125
    (nearest_m,) = re.findall(r"([\d.]+) m away  scheduled", told)
    assert float(nearest_m) == pytest.approx(int(away_m), abs=0.6)


@pytest.mark.parametrize(
    ("until", "verdict"), [("06:59:20", "missed"), ("06:58:20", "unverifiable")]
)
def test_fixes_that_end_within_the_last_minute_of_a_window_have_seen_it(until, verdict):
    fixes = ploughed("plough 1", [(k, 300.0) for k in range(5)], "04:30:00")
    fixes = fixes[fixes["time"] <= DAY + pd.Timedelta(until)]
    assert judged(fixes).loc["S5", "verdict"] == verdict


def test_by_default_touching_is_enough():
    pickups = judged(ploughed("plough 1", [(0, 300.0)], "04:30:00"), min_line_share=0)
    assert set(pickups["verdict"]) == {"collected"}


def test_who_drove_along_it_goes_before_who_was_scheduled_and_touched_it():
    own = ploughed("plough 1", [(0, 300.0), (1, 300.0)], "04:30:00")
    other = ploughed("plough 2", [(k, 300.0) for k in range(2, 6)], "05:00:00")
    fixes = pd.concat([own, other], ignore_index=True)
    for least in (0, 0.6):
        pickups = judged(fixes, min_line_share=least)
        assert set(pickups["verdict"]) == {"collected"}
        assert pickups["vehicle_id"].tolist() == ["plough 1"] * 2 + ["plough 2"] * 4
    # Both drove along all of them: the scheduled one.
    both = [
        ploughed(f"plough {k}", [(n, 300.0) for n in range(6)], f"0{3 + k}:30:00") for k in (2, 1)
    ]
    pickups = judged(pd.concat(both, ignore_index=True))
    assert set(pickups["vehicle_id"]) == {"plough 1"}
