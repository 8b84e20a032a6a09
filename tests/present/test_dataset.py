"""The data set: what DuckDB, geopandas and pandas read of it, held against the CSV exports.

The queries are those of the page; what they must give is worked out from the CSV files, and of
devices from the files of fixes, with plain pandas.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pytest

from routecheck.present import dataset
from routecheck.present.csv_files import unguarded
from site_tools import DAYS, call, run

PAGE = Path(__file__).parents[2] / "docs" / "analysis.md"
SPAN = ("--from", DAYS[0], "--to", DAYS[1])
SILENT, SILENT_DAY, SITE = "V0005", DAYS[1], "甲县/东.区 =1%"
TABLES = ("pickups", "alerts", "episodes", "stops", "vehicles")


def write(site: Path, *more: str) -> Path:
    arguments = ("export", "--dataset", str(site / "analysis"), *(more or SPAN))
    assert call(*arguments, "--config", str(site / "routecheck.toml")) == 0
    return site / "analysis"


@pytest.fixture(scope="module")
def judged(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two judged dates; one vehicle sends nothing on the second, and its files say so."""
    import shutil

    site = tmp_path_factory.mktemp("dataset") / "county"
    shutil.copytree(county, site)
    config = site / "routecheck.toml"
    text = re.sub(r'(?m)^name = ".*"$', f'name = "{SITE}"', config.read_text("utf-8"), count=1)
    config.write_text(text, "utf-8")
    for path in sorted((site / "fixes").glob("*.csv*")):
        fixes = pd.read_csv(path, dtype=str, keep_default_na=False)
        local = fixes["time"].str[:10]
        fixes[~((fixes["vehicle_id"] == SILENT) & (local >= SILENT_DAY))].to_csv(path, index=False)
    assert run(site) == 0
    assert call("export", "--episodes", *SPAN, "--config", str(config)) == 0
    write(site)
    return site


def of_csv(site: Path, name: str, days: tuple[str, ...] = DAYS) -> pd.DataFrame:
    tables = [
        pd.read_csv(site / "out" / f"{name}_{day}.csv", dtype=str, keep_default_na=False)
        for day in days
    ]
    return pd.concat(tables, ignore_index=True)


def code_of(heading: str, kind: str) -> str:
    section = re.split(rf"^## {heading}$", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1]
    found = re.search(rf"```{kind}\n(.*?)```", section.split("\n## ")[0], re.DOTALL)
    assert found is not None
    return found[1]


def by_sql(site: Path, heading: str) -> pd.DataFrame:
    query = code_of(heading, "sql").replace("'analysis/", f"'{site}/analysis/")
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as base:
        base.execute("SET TimeZone = 'UTC'")
        return base.sql(query).df()


def by_python(site: Path, heading: str, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    names: dict[str, object] = {}
    with monkeypatch.context() as there:
        there.chdir(site)
        exec(code_of(heading, "python"), names)
    result = names["result"]
    assert isinstance(result, pd.DataFrame)
    return result.reset_index(drop=True)


def test_chronic_points_are_those_of_the_csv_files(judged, monkeypatch):
    alerts = of_csv(judged, "alerts")
    false = alerts[alerts["classification"] == "false"]
    of_points = false.groupby("point_id")
    wanted = pd.DataFrame(
        {
            "name": of_points["name"].first(),
            "dates": of_points["service_date"].nunique(),
            "causes": of_points["cause"].agg(lambda causes: "|".join(sorted(set(causes)))),
        }
    )
    wanted = wanted[wanted["dates"] >= 2].reset_index()
    assert len(wanted) > 3
    found = by_sql(judged, "Chronic points")
    assert set(found["site"]) == {SITE}
    pd.testing.assert_frame_equal(found[wanted.columns], wanted, check_dtype=False)
    layer = by_python(judged, "Chronic points", monkeypatch)
    names = ["point_id", "name", "dates"]
    pd.testing.assert_frame_equal(pd.DataFrame(layer[names]), wanted[names], check_dtype=False)
    assert layer.crs == "OGC:CRS84"
    placed = found["lon"].notna()
    assert placed.any()
    assert layer.geometry[placed].x.tolist() == pytest.approx(found["lon"][placed].tolist())
    assert layer.geometry[placed].y.tolist() == pytest.approx(found["lat"][placed].tolist())


def test_silent_devices_are_those_that_the_files_of_fixes_lack(judged, monkeypatch):
    due = of_csv(judged, "pickups").groupby("service_date")["scheduled_vehicle_id"].agg(set)
    paths = sorted((judged / "fixes").glob("*.csv*"))
    fixes = pd.concat([pd.read_csv(path, dtype=str) for path in paths], ignore_index=True)
    terminals = pd.read_csv(judged / "vehicles.csv", dtype=str)
    terminals = terminals[terminals["valid_from"].isna()]  # Those of these dates.
    names = dict(zip(terminals["device_id"], terminals["vehicle_id"], strict=True))
    fixes = fixes.assign(vehicle_id=fixes["vehicle_id"].replace(names))
    heard = fixes.groupby(fixes["time"].str[:10])["vehicle_id"].agg(set)
    silent = [(day, one) for day in DAYS for one in (due[day] - {""}) - heard[day]]
    assert silent == [(SILENT_DAY, SILENT)]
    last = pd.to_datetime(fixes.loc[fixes["vehicle_id"] == SILENT, "time"]).max()
    last = last.tz_localize("Asia/Shanghai")
    for found in (
        by_sql(judged, "Silent devices"),
        by_python(judged, "Silent devices", monkeypatch),
    ):
        assert found["vehicle_id"].tolist() == [SILENT]
        assert found["dates_silent"].tolist() == [1]
        assert found["dates_scheduled"].tolist() == [sum(SILENT in due[day] for day in DAYS)]
        assert abs(found["last_fix_at"].iloc[0] - last) < timedelta(seconds=61)


def test_times_at_points_are_those_of_the_csv_files(judged, monkeypatch):
    pickups = of_csv(judged, "pickups")
    came = pickups[(pickups["verdict"] == "collected") & (pickups["arrived_at"] != "")]
    clock = came["arrived_at"].str[11:19].str.split(":", expand=True).astype(float)
    came = came.assign(hour=clock @ [1, 1 / 60, 1 / 3600], dwell_s=came["dwell_s"].astype(float))
    of_points = came.groupby("point_id")
    wanted = pd.DataFrame(
        {
            "visits": of_points.size(),
            "usual_hour": of_points["hour"].median(),
            "usual_dwell_s": of_points["dwell_s"].median(),
            "longest_dwell_s": of_points["dwell_s"].max(),
        }
    ).reset_index()
    assert len(wanted) > 20
    for found in (
        by_sql(judged, "Times at points"),
        by_python(judged, "Times at points", monkeypatch),
    ):
        pd.testing.assert_frame_equal(found[wanted.columns], wanted, check_dtype=False)


@pytest.mark.parametrize("name", ["pickups", "alerts", "episodes"])
def test_a_table_holds_what_the_csv_file_holds(judged, name):
    for day in DAYS:
        csv = of_csv(judged, name, (day,)).drop(columns="service_date")
        path = next((judged / "analysis" / name).glob(f"*/service_date={day}/part.parquet"))
        table = pd.DataFrame(geopandas.read_parquet(path))
        assert table.columns.tolist() == [*csv.columns, "lon", "lat", "geometry"]
        assert len(table) == len(csv) > 0
        for column in csv.columns:
            values, cells = table[column], csv[column]
            assert (values.isna() == (cells == "")).all(), column
            shown = values.notna()
            if isinstance(values.dtype, pd.DatetimeTZDtype):
                same = values[shown] == pd.to_datetime(cells[shown], utc=True).dt.as_unit("us")
            elif values.dtype == bool:
                same = values.map({True: "true", False: "false"}) == cells
            elif pd.api.types.is_numeric_dtype(values):
                same = values[shown].astype(float) == cells[shown].astype(float)
            else:
                same = values[shown] == cells[shown].map(unguarded)
            assert same.all(), column


def test_every_date_has_the_same_tables_and_types_whatever_its_rows(judged):
    empty = "2026-05-04"  # Two months on: neither a fix nor an alert.
    config = str(judged / "routecheck.toml")
    assert call("run", "--date", empty, "--config", config) == 1
    write(judged, "--date", empty)
    for name in TABLES:
        paths = sorted((judged / "analysis" / name).glob("*/*/part.parquet"))
        assert len(paths) == 3, name
        schemas = [pq.read_schema(path) for path in paths]
        types = [[(field.name, field.type) for field in schema] for schema in schemas]
        assert types[0] == types[1] == types[2], name
        if name != "vehicles":
            for schema in schemas:
                geo = json.loads(schema.metadata[b"geo"])
                assert geo["version"] == "1.1.0"
                assert geo["primary_column"] == "geometry"
                assert geo["columns"]["geometry"]["encoding"] == "WKB"
                assert set(geo["columns"]["geometry"]["geometry_types"]) <= {"Point"}
                assert schema.field("lon").type == schema.field("lat").type == "double"
        if name in ("alerts", "stops"):
            assert len(pd.read_parquet(paths[2])) == 0
    vehicles = pd.read_parquet(sorted((judged / "analysis").glob("vehicles/*/*/*"))[2])
    assert len(vehicles) > 0
    assert not vehicles["heard"].any()
    # Read together, as a year is.
    stops = geopandas.read_parquet(judged / "analysis" / "stops")
    assert set(stops["service_date"].astype(str)) == set(DAYS)


def test_writing_again_gives_the_same_bytes_and_replaces_only_its_dates(judged):
    before = {path: path.read_bytes() for path in (judged / "analysis").rglob("*.parquet")}
    min(before).write_bytes(b"half a file")
    write(judged)
    assert {path: path.read_bytes() for path in before} == before


def test_an_export_that_fails_leaves_the_former_files(judged, monkeypatch):
    before = {path: path.read_bytes() for path in (judged / "analysis").rglob("*.parquet")}
    written = dataset._parquet
    calls = []

    def failing(table: pd.DataFrame, wanted: object) -> bytes:
        calls.append(1)
        if len(calls) == 8:  # In the second date.
            raise RuntimeError("in the middle")
        return written(table.iloc[:0], wanted)  # Other content than before.

    monkeypatch.setattr(dataset, "_parquet", failing)
    config = str(judged / "routecheck.toml")
    with pytest.raises(RuntimeError, match="in the middle"):
        call("export", "--dataset", str(judged / "analysis"), *SPAN, "--config", config)
    now = {path: path.read_bytes() for path in (judged / "analysis").rglob("*.parquet")}
    changed = {path for path in before if now[path] != before[path]}
    assert len(changed) == len(TABLES)
    assert {path.parent.name for path in changed} == {f"service_date={DAYS[0]}"}
    assert not list((judged / "analysis").rglob(".*"))
    monkeypatch.undo()
    write(judged)
    assert {path: path.read_bytes() for path in before} == before


KILLED = """
import os, sys, pathlib
from routecheck.cli import main
real = os.fsync
def waiting(descriptor):
    print("writing", flush=True)
    import time; time.sleep(60)
os.fsync = waiting
main(sys.argv[1:])
"""


def test_a_killed_export_leaves_no_half_file(judged, tmp_path):
    there = tmp_path / "set"
    config = str(judged / "routecheck.toml")
    arguments = ["export", "--dataset", str(there), *SPAN, "--config", config]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "writing\n"
    child.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert [path.name for path in there.rglob("*") if path.is_file()]
    assert not list(there.rglob("*.parquet"))
    assert call(*arguments) == 0
    assert len(list(there.rglob("part.parquet"))) == 2 * len(TABLES)
    assert not list(there.rglob(".*"))


def test_what_makes_no_sense_is_refused(judged, capsys):
    config = str(judged / "routecheck.toml")
    assert call("export", "--dataset", "x", "--episodes", *SPAN, "--config", config) == 2
    assert "--episodes" in capsys.readouterr().err
    held = judged / "a file"
    held.write_text("")
    assert call("export", "--dataset", str(held), *SPAN, "--config", config) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
