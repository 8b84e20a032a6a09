"""What says nothing of a pickup changes no verdict: a whole county, written down otherwise.

The coordinates in another datum that is declared, the rows in another order, ids with a prefix, a
rounding in the seventh decimal. Slips of digits are left out: in another datum there is no digit to
have slipped. The order of ids, and names, do say where points lie: registries are written along
roads.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyproj
import pytest

from routecheck.geo.datum import wgs84_to_gcj02
from site_tools import call, rows, run

Rows = list[dict[str, str]]
DATES = ("--from", "2026-03-02", "--to", "2026-03-04")
OF_POINTS = ("points.csv", "schedule.csv", "checks.csv", "calendar.csv", "alerts/*.csv")
CGCS2000_3_DEGREE = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4546", always_xy=True)


def write(path: Path, table: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0].keys())
        writer.writeheader()
        writer.writerows(table)


def rewrite(path: Path, change: Callable[[Rows], Rows]) -> None:
    if path.exists() and (table := rows(path)):
        write(path, change(table))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("county") / "site"
    small = ("--points", "60", "--trucks", "6", "--days", "3", "--seed", "13")
    assert call("simulate", str(site), *small, "--set", "coordinate_fault_share=0") == 0
    assert run(site, *DATES) in (0, 1)
    return site


def verdicts(site: Path) -> dict[tuple[str, str, str], tuple[str, str]]:
    found = {}
    for path in sorted((site / "out").glob("pickups_*.csv")):
        for row in rows(path):
            key = row["service_date"], row["point_id"].removeprefix("K-"), row["window_start"]
            found[key] = row["verdict"], row["cause"]
    return found


def declared(
    site: Path, datum: str, convert: Callable[[float, float], tuple[float, float]]
) -> None:
    def moved(table: Rows) -> Rows:
        for row in table:
            if row["lon"] and row["lat"]:
                x, y = convert(float(row["lon"]), float(row["lat"]))
                row["lon"], row["lat"] = f"{float(x):.9f}", f"{float(y):.9f}"
        return table

    rewrite(site / "points.csv", moved)
    config = (site / "routecheck.toml").read_text(encoding="utf-8")
    before = 'path = "points.csv"\ndatum = "wgs84"'
    assert before in config
    (site / "routecheck.toml").write_text(
        config.replace(before, f'path = "points.csv"\ndatum = "{datum}"'), encoding="utf-8"
    )


def in_gcj02(site: Path) -> None:
    declared(site, "gcj02", wgs84_to_gcj02)


def in_a_projection(site: Path) -> None:
    declared(site, "EPSG:4546", CGCS2000_3_DEGREE.transform)


def in_another_order(site: Path) -> None:
    for pattern in ("schedule.csv", "alerts/*.csv"):
        for path in site.glob(pattern):
            rewrite(path, lambda table: random.Random(5).sample(table, len(table)))


def with_other_ids(site: Path) -> None:
    def prefixed(table: Rows) -> Rows:
        return [{**row, "point_id": f"K-{row['point_id']}"} for row in table]

    for pattern in OF_POINTS:
        for path in site.glob(pattern):
            if "point_id" in rows(path)[0]:
                rewrite(path, prefixed)


def a_centimetre_off(site: Path) -> None:
    def rounded(table: Rows) -> Rows:
        by = random.Random(7)
        for row in table:
            if row["lon"] and row["lat"]:
                row["lon"] = f"{float(row['lon']) + by.uniform(-1e-7, 1e-7):.7f}"
        return table

    rewrite(site / "points.csv", rounded)


@pytest.mark.parametrize(
    "otherwise",
    [in_gcj02, in_a_projection, in_another_order, with_other_ids, a_centimetre_off],
)
def test_a_county_written_down_otherwise_is_judged_alike(
    county: Path, tmp_path: Path, otherwise: Callable[[Path], None]
) -> None:
    site = tmp_path / "site"
    shutil.copytree(county, site, ignore=shutil.ignore_patterns("out", "*.db*"))
    otherwise(site)
    assert run(site, *DATES) in (0, 1)
    before, now = verdicts(county), verdicts(site)
    assert len(before) > 150
    assert {key: (before[key], now.get(key)) for key in before if before[key] != now.get(key)} == {}
