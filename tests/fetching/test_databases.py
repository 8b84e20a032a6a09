"""The same county from files and from databases: the same exports, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from fetching import elsewhere
from servers import new_database
from site_tools import DAYS, exports, run

BY_MARK = 'query = "SELECT * FROM fixes WHERE id > :after ORDER BY id"\nwatermark = "id"'


@pytest.fixture(scope="module")
def from_files(county, tmp_path_factory) -> dict[str, bytes]:
    site = tmp_path_factory.mktemp("files") / "county"
    shutil.copytree(county, site)
    run(site)
    return exports(site)


def moved_to(url: str, site: Path, fixes: str) -> sa.Engine:
    """Put all tables of a site into a database, and take its files away."""
    engine = elsewhere.engine_of(url)
    sections = {}
    for name in elsewhere.TABLES:
        elsewhere.fill(engine, name, elsewhere.rows_of(site, elsewhere.pattern_of(site, name)))
        sections[name] = f'url = "{url}"\nquery = "SELECT * FROM {name} ORDER BY id"'
    elsewhere.fill(engine, "fixes", elsewhere.rows_of(site, "fixes/*.csv"), kinds={})
    for name in ("fixes", "alerts"):
        shutil.rmtree(site / name)
    for name in elsewhere.TABLES:
        (site / f"{name}.csv").unlink(missing_ok=True)
    elsewhere.points_at(site, sections | {"fixes": f'url = "{url}"\n{fixes}'})
    return engine


def same(found: dict[str, bytes], wanted: dict[str, bytes]) -> bool:
    """Whether exports are the same; rejected rows are named by the place they were read from."""

    def judged(files: dict[str, bytes]) -> dict[str, bytes]:
        return {n: data for n, data in files.items() if not n.startswith("rejected")}

    return judged(found) == judged(wanted) and found.keys() == wanted.keys()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.server),
        pytest.param("mariadb", marks=pytest.mark.server),
    ]
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'office.db'}"
    fixture = "server" if request.param == "postgresql" else "mariadb_server"
    return new_database(request.getfixturevalue(fixture))


def test_a_county_in_a_database_is_judged_as_from_files(
    database: str, site: Path, from_files: dict[str, bytes]
) -> None:
    moved_to(database, site, BY_MARK)
    run(site)
    found = exports(site)
    assert same(found, from_files)
    # What is rejected is the same, whatever the files are called that it was read from.
    for day in DAYS:
        reasons = [
            sorted(line.split(b",")[2] for line in files[f"rejected_{day}.csv"].splitlines())
            for files in (found, from_files)
        ]
        assert reasons[0] == reasons[1]


def test_a_plain_table_by_mark_and_by_dates_is_as_a_file(
    database: str, site: Path, tmp_path: Path
) -> None:
    engine = moved_to(database, site, 'table = "gps"\nwatermark = "id"\ntime_zone = "UTC"')
    typed = elsewhere.sound_fixes(elsewhere.rows_of_table(engine, "fixes"))
    elsewhere.fill(engine, "gps", typed, as_time=("time", "received_at"))
    elsewhere.write_csv(site / "fixes" / "all.csv", typed)
    found = []
    for name, old, new in (
        ("by mark", "", ""),
        ("by dates", 'watermark = "id"\n', ""),
        ("file", f'url = "{database}"\ntable = "gps"\nwatermark = "id"', 'path = "fixes/*.csv"'),
    ):
        other = tmp_path / name
        shutil.copytree(site, other)
        config = other / "routecheck.toml"
        config.write_text(config.read_text("utf-8").replace(old, new), "utf-8")
        run(other)
        found.append(exports(other))
    assert len(found[0]) > 8
    assert same(found[0], found[2])
    assert same(found[1], found[2])
