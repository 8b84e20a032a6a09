"""Values of PostgreSQL that are longer than a text may be: cut where they lie, and rejected."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from fetching import elsewhere
from fetching.test_databases import CHINA
from routecheck.config.table_sections import LimitsSection
from routecheck.fetching.sql import SqlTable
from servers import new_database
from site_tools import run
from village import Village, day

pytestmark = pytest.mark.server
LONGEST = 1000

ASKED = """
import json, sys, zoneinfo
from pathlib import Path
from routecheck.config.table_sections import LimitsSection
from routecheck.fetching.sql import SqlTable
utc = zoneinfo.ZoneInfo("UTC")
limits = LimitsSection(text_length=1000)
source = SqlTable(sys.argv[1], "points", table="t", zone=utc, seconds=60.0, limits=limits)
longest = [max(map(len, rows["long"].to_pylist())) for rows in source.whole()]
# Of this program alone: what getrusage tells begins with the memory of whoever started it.
status = Path("/proc/self/status").read_text()
print(json.dumps([longest, int(status.split("VmHWM:")[1].split()[0]) / 1024]))
"""


def whole(url: str, query: str) -> pa.Table:
    limits = LimitsSection(text_length=LONGEST)
    source = SqlTable(url, "points", query=query, zone=CHINA, seconds=20.0, limits=limits)
    return pa.concat_tables(list(source.whole()))


@pytest.mark.parametrize("kind", ["text", "varchar", "bytea", "jsonb", "text[]", "citext"])
def test_a_value_of_two_hundred_megabytes_takes_no_room(server: str, kind: str) -> None:
    """It took three times as much; SQLAlchemy and Arrow take a hundred by themselves."""
    url = new_database(server)
    long = {
        "bytea": "convert_to(repeat('0123456789', 20000000), 'UTF8')",
        "jsonb": "to_jsonb(repeat('0123456789', 20000000))",
        "text[]": "ARRAY[repeat('0123456789', 10000000), repeat('0123456789', 10000000)]",
    }.get(kind, "repeat('0123456789', 20000000)")
    with elsewhere.engine_of(url).begin() as connection:
        if kind == "citext":
            connection.execute(sa.text("CREATE EXTENSION citext"))
        connection.execute(sa.text(f"CREATE TABLE t AS SELECT ({long})::{kind} AS long"))
    done = subprocess.run(
        [sys.executable, "-c", ASKED, url], capture_output=True, text=True, check=True
    )
    longest, most_mb = json.loads(done.stdout)
    assert all(length > LONGEST for length in longest)
    assert most_mb < 250


def test_values_that_are_short_enough_come_as_they_are(server: str) -> None:
    """What is asked of the server is another query then: names, types and order stay."""
    query = """
        SELECT n AS id, 'P' || n AS "Nummer: :x", '{"a": [1, 2]}'::jsonb AS "100%",
               '\\x00ff'::bytea AS b, ARRAY['x', 'y'] AS list, n / 4.0 AS number,
               'on'::state AS kind, int4range(1, 3) AS span, ROW(1, 'x') AS both,
               date '2026-03-02' + n AS day, repeat('é', 1000) AS just,
               repeat('é', 1001) AS more
        FROM generate_series(1, 30000) AS n ORDER BY n % 7, n DESC -- no limit"""
    url = new_database(server)
    with elsewhere.engine_of(url).begin() as connection:
        connection.execute(sa.text("CREATE TYPE state AS ENUM ('on', 'off')"))
    found = whole(url, query.replace(": :x", r"\: \:x"))
    order = sorted(range(1, 30001), key=lambda n: (n % 7, -n))
    assert found["id"].to_pylist() == order
    assert found.column_names[1:3] == ["Nummer: :x", "100%"]
    last = {name: values[-1] for name, values in found.to_pydict().items()}
    n = order[-1]
    assert last["Nummer: :x"] == f"P{n}"
    assert last["100%"] == "{'a': [1, 2]}"
    assert (last["b"], last["list"]) == ("00ff", "{x,y}")
    assert (last["kind"], last["span"], last["both"]) == ("on", "[1,3)", "(1,x)")
    assert float(last["number"]) == n / 4
    assert (len(last["just"]), len(last["more"])) == (1000, 1001)


@pytest.mark.parametrize("query", ["SELECT 'a' AS x, 'b' AS x", "TABLE t", "VALUES ('a', 'b')"])
def test_queries_of_any_form_are_asked(server: str, query: str) -> None:
    url = new_database(server)
    with elsewhere.engine_of(url).begin() as connection:
        connection.execute(sa.text("CREATE TABLE t AS SELECT 'a' AS x, 'b' AS y"))
    assert [column.to_pylist() for column in whole(url, query)] == [["a"], ["b"]]


def test_a_row_with_a_long_value_is_rejected_and_says_why(server: str, tmp_path: Path) -> None:
    village, url = Village(tmp_path), new_database(server)
    village.deliver(day(0))
    rows = elsewhere.rows_of(tmp_path, "points.csv")
    engine = elsewhere.engine_of(url)
    elsewhere.fill(engine, "points", rows)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE points ALTER COLUMN name TYPE text"))
        more = sa.text("INSERT INTO points VALUES (99, 'P9', repeat('x', 5000000), 'N', 108, 28)")
        connection.execute(more)
    text = village.config.read_text()
    asked = f'url = "{url}"\nquery = "SELECT * FROM points ORDER BY id"'
    village.config.write_text(text.replace('path = "points.csv"', asked))
    run(tmp_path, "--date", str(day(0)))
    rejected = (tmp_path / "out" / "rejected_points.csv").read_text("utf-8-sig").splitlines()
    assert len(rejected) == 2
    assert rejected[1].startswith("fetched/points.csv,10,too_long,xxx")
    judged = (tmp_path / "out" / f"pickups_{day(0)}.csv").read_text("utf-8-sig").splitlines()
    assert len(judged) == 1 + len(rows)
