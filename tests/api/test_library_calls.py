"""Calls of the library: what is imported when, what is refused, and how that is said."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import geopandas
import pandas as pd
import pytest
from library_tools import SERVED, ZONE, given

import routecheck
from scene import degrees

IMPORTED = """
import sys, time
begun = time.perf_counter()
import routecheck
taken = time.perf_counter() - begun
print(taken, routecheck.__version__, *sys.modules)
"""
_LON, _LAT = degrees(*SERVED)
POINTS = pd.DataFrame({"point_id": ["P1"], "lon": [_LON], "lat": [_LAT]})
SCHEDULE = pd.DataFrame(
    {
        "point_id": ["P1"],
        "vehicle_id": ["V1"],
        "weekdays": [1234567],
        "window_start": ["06:00"],
        "window_end": ["10:00"],
    }
)
FIXES = given()


def judge(**other) -> routecheck.Results:
    given = {"points": POINTS, "schedule": SCHEDULE, "fixes": FIXES, "date": "2026-03-02"}
    return routecheck.judge(**(given | {"time_zone": ZONE} | other))


def test_importing_is_quick_and_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True
    )
    taken_s, _, *modules = done.stdout.split()
    assert float(taken_s) < 0.1
    assert {"numpy", "pandas", "geopandas", "routecheck.api", "pydantic"} & {*modules} == set()


def test_names_are_the_same_at_run_time_and_for_type_checkers():
    stub = Path(routecheck.__file__).with_suffix(".pyi").read_text("utf-8")
    declared = {
        alias.asname
        for node in ast.walk(ast.parse(stub))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    from routecheck import api

    assert declared == set(api.__all__) == set(routecheck.__all__) - {"__version__"}
    assert set(routecheck.__all__) <= set(dir(routecheck))
    assert all(getattr(routecheck, name) is getattr(api, name) for name in declared)
    with pytest.raises(AttributeError, match="judged"):
        routecheck.judged  # noqa: B018


def test_a_pickup_is_collected():
    row = judge().pickups.iloc[0]
    assert (row["point_id"], row["verdict"], row["vehicle_id"]) == ("P1", "collected", "V1")
    assert row["arrived_at"].strftime("%Y-%m-%d %H:%M") == "2026-03-02 08:00"


@pytest.mark.parametrize(
    "date",
    ["2026-03-02", pd.Timestamp("2026-03-02 23:30"), pd.Timestamp("2026-03-02").date(),
     pd.Timestamp("2026-03-02 01:00", tz=ZONE)],
)  # fmt: skip
def test_dates_are_taken_as_people_have_them(date):
    assert [str(day) for day in judge(date=date).dates] == ["2026-03-02"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"date": None}, 'give the service dates: date="2026-03-02"'),
        ({"dates": ["2026-03-02"]}, "give the service dates"),
        ({"date": None, "dates": []}, "give the service dates"),
        ({"date": "2nd of March"}, "found '2nd of March'"),
        ({"date": 20260302}, "found 20260302"),
        ({"date": "1066-10-14"}, "dates from 1970-01-01 to 2999-12-31"),
        ({"time_zone": None}, "time_zone is missing"),
        ({"time_zone": "Asia/Shangai"}, '"Asia/Shanghai"; found "Asia/Shangai"'),
        ({"points": [1, 2]}, "points must be a data frame or the path of a file; found list"),
        ({"settings": {"matching": {"tolerance": 40}}}, 'did you mean "tolerance_m"?'),
        ({"settings": {"matching": {"tolerance_m": -1}}}, "matching.tolerance_m must be"),
        ({"settings": {"fixes": {"columns": {"vehicle_id": "truck"}}}}, "truck"),
    ],
)
def test_wrong_calls_are_refused_in_one_line(wrong, said):
    with pytest.raises(routecheck.UsageError) as error:
        judge(**wrong)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.in_language("zh") != str(error.value)


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        ({"points": POINTS.drop(columns="point_id")}, routecheck.MissingDataError, "point_id"),
        ({"fixes": FIXES.drop(columns="time")}, routecheck.MissingDataError, "time"),
        ({"points": POINTS.iloc[:0]}, routecheck.MissingDataError, "points has no usable row"),
        ({"fixes": FIXES.assign(lon="?")}, routecheck.MissingDataError, "fixes"),
        ({"schedule": "nowhere.csv"}, routecheck.MissingDataError, "nowhere.csv: there is no such"),
    ],
)
def test_data_that_are_not_there_are_named(wrong, kind, said):
    with pytest.raises(kind) as error:
        judge(**wrong)
    assert said in str(error.value)


def test_a_date_must_be_one_of_those_judged():
    result = judge(date=None, dates=["2026-03-02", "2026-03-03"])
    with pytest.raises(routecheck.UsageError, match="these results are of 2 dates"):
        result.explain("P1")
    with pytest.raises(routecheck.UsageError, match="2026-03-05 was not judged"):
        result.explain("P1", "2026-03-05")
    with pytest.raises(routecheck.UsageError, match="P9"):
        result.explain("P9", "2026-03-02")
    assert "<routecheck.Results of 2026-03-02 to 2026-03-03>" in repr(result)


def test_settings_are_those_of_the_configuration():
    strict = judge(settings={"matching": {"min_dwell_s": 3000}})
    assert judge().pickups["verdict"].tolist() == ["collected"]
    assert strict.pickups["verdict"].tolist() != ["collected"]


def test_a_date_that_is_not_over_is_judged_as_far_as_it_has_come():
    come = FIXES[FIXES["time"] < pd.Timestamp("2026-03-02 08:01", tz=ZONE)]
    now = pd.Timestamp("2026-03-02 08:02", tz=ZONE)
    running = judge(fixes=come, now=now)
    assert running.pickups[["verdict", "cause"]].to_numpy().tolist() == [
        ["unverifiable", "no_fixes"]
    ]
    assert len(running.corrections) == 0


def test_headers_in_chinese_and_an_index_of_times_are_known():
    fixes = FIXES.rename(columns={"vehicle_id": "车牌号"}).set_index("time")
    assert judge(fixes=fixes).pickups["verdict"].tolist() == ["collected"]
    fixes.index.name = None
    assert judge(fixes=fixes).pickups["verdict"].tolist() == ["collected"]


def test_a_polygon_and_a_named_geometry_are_taken():
    area = geopandas.GeoDataFrame(
        {"point_id": ["P1"]},
        geometry=geopandas.points_from_xy([_LON], [_LAT]).buffer(0.0005),
        crs="EPSG:4326",
    ).rename_geometry("outline")
    found = judge(points=area.to_crs(32649)).pickups
    assert found["verdict"].tolist() == ["collected"]
    assert found["distance_m"].tolist() == [0.0]


def test_several_results_stand_side_by_side():
    one = judge()
    other = judge(points=POINTS.assign(lat=28.99))
    assert one.pickups["verdict"].tolist() == ["collected"]
    assert other.pickups["verdict"].tolist() != ["collected"]
    one.close()
    for ask in (lambda: one.pickups, lambda: one.rejected, lambda: one.explain("P1")):
        with pytest.raises(routecheck.UsageError, match="these results were closed"):
            ask()
    assert other.explain("P1").as_dict()["point_id"] == "P1"
