"""The same county from files and from databases: the same exports, byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from fetching import elsewhere
from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import SourceError
from routecheck.fetching.protocol import Slice
from routecheck.fetching.sql import SqlTable
from routecheck.sources.time_values import read_times
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


# --- what a database is asked ---------------------------------------------------------------------

CHINA = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = 96


def hourly(url: str) -> dict[int, datetime]:
    """A table with a fix every hour in a column that knows its moments; those moments by id."""
    engine = elsewhere.engine_of(url)
    moments = {n: FIRST + timedelta(hours=n) for n in range(1, HOURS + 1)}
    kind = "TIMESTAMPTZ" if url.startswith("postgresql") else "TIMESTAMP"
    place = "lon DOUBLE PRECISION, lat DOUBLE PRECISION"
    with engine.begin() as connection:
        if kind == "TIMESTAMP":
            connection.execute(sa.text("SET time_zone = '+00:00'"))
        connection.execute(
            sa.text(
                f"CREATE TABLE hours (id INT PRIMARY KEY, vehicle_id TEXT, time {kind}, {place})"
            )
        )
        connection.execute(
            sa.text("INSERT INTO hours VALUES (:id, 'V1', :time, 108.5, 29)"),
            [
                {"id": n, "time": one if kind == "TIMESTAMPTZ" else one.replace(tzinfo=None)}
                for n, one in moments.items()
            ],
        )
    engine.dispose()
    return moments


def asked(url: str, **keys: object) -> SqlTable:
    given = {
        "table": "hours", "zone": CHINA, "seconds": 20.0, "limits": LimitsSection(), **keys
    }  # fmt: skip
    return SqlTable(url, "fixes", **given)  # type: ignore[arg-type]


def ids(slices: Iterator[Slice]) -> list[int]:
    return [i for one in slices if one.rows.num_rows for i in one.rows["id"].to_pylist()]


SERVERS = pytest.mark.parametrize("fixture", ["server", "mariadb_server"])


@pytest.mark.server
@SERVERS
def test_a_local_day_is_the_same_hours_whatever_zone_the_server_is_in(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    url = new_database(request.getfixturevalue(fixture))
    moments = hourly(url)
    start = datetime(2026, 3, 3, tzinfo=CHINA)
    end = start + timedelta(days=1)
    of_day = [n for n, moment in moments.items() if start <= moment < end]
    assert len(of_day) == 24
    query = "SELECT * FROM hours WHERE time >= :from AND time < :to ORDER BY id"
    for keys in ({}, {"table": "", "query": query}):
        source = asked(url, **keys)
        found = list(source.between(start, end))
        assert sorted(ids(iter(found))) == of_day
        # And so are their times, as they are read in the zone that was declared.
        times = read_times(found[0].rows["time"].combine_chunks(), CHINA).us
        assert sorted(times.tolist()) == [moments[n].timestamp() * 1e6 for n in of_day]
    # At first a watermark is asked for from a moment on, too.
    assert ids(asked(url, watermark="id").after(None, end)) == list(
        range(of_day[-1] + 1, HOURS + 1)
    )


@pytest.mark.server
@SERVERS
@pytest.mark.parametrize("watermark", ["id", "time"])
def test_beyond_a_mark_is_asked_from_the_overlap_on(
    watermark: str, fixture: str, request: pytest.FixtureRequest
) -> None:
    url = new_database(request.getfixturevalue(fixture))
    hourly(url)
    source = asked(url, watermark=watermark, overlap=5 if watermark == "id" else 5 * 3600)
    mark = list(source.after(None, FIRST))[-1].mark
    assert mark is not None
    # The rows at the mark and within the overlap below it: one that was committed late is there.
    assert ids(source.after(source.lower(mark), FIRST)) == [HOURS - n for n in (4, 3, 2, 1, 0)]
    assert ids(source.after(mark, FIRST)) == []


@pytest.mark.server
@SERVERS
def test_a_query_that_writes_is_refused(fixture: str, request: pytest.FixtureRequest) -> None:
    url = new_database(request.getfixturevalue(fixture))
    engine = elsewhere.engine_of(url)
    # What no transaction takes back: a number of a sequence, a row of a table without any.
    made, query = ("CREATE SEQUENCE s", "SELECT nextval('s') AS point_id")
    if fixture == "mariadb_server":
        made = "CREATE TABLE s (point_id INT) ENGINE=MyISAM"
        query = "INSERT INTO s VALUES (1) RETURNING point_id"
    with engine.begin() as connection:
        connection.execute(sa.text(made))
    source = SqlTable(url, "points", query=query, zone=CHINA, seconds=20.0, limits=LimitsSection())
    with pytest.raises(SourceError, match=r"(?i)read.only"):
        list(source.whole())
    with engine.connect() as connection:
        left = "last_value, is_called" if fixture == "server" else "count(*)"
        found = tuple(connection.execute(sa.text(f"SELECT {left} FROM s")).one())
    assert found == ((1, False) if fixture == "server" else (0,))
