"""Servers that answer with what no server should: named in a line, in time, in little memory."""

from __future__ import annotations

import contextlib
import datetime
import gc
import json
import socket
import sqlite3
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from faults.server import Server, binaries
from fetching.web import Asked, Reply, serving
from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import SourceError
from routecheck.fetching import http_answers
from routecheck.fetching.datasets import DataSet
from routecheck.fetching.http_json import HttpJson
from routecheck.fetching.long_texts import shortened
from routecheck.fetching.protocol import Source
from routecheck.fetching.sql import SqlTable
from site_tools import cannot_check
from village import Village, day

START = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
END = START + datetime.timedelta(days=1)
UTC = ZoneInfo("UTC")
FIX = {"vehicle_id": "V1", "time": "2026-03-02T06:30:00+08:00", "lon": 108.7, "lat": 28.8}
SECRET = "hunter8Qw-zTail9Xy"


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answers, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(http_answers, "TRIES", 1)


def web_source(url: str, **keys: Any) -> HttpJson:
    given = {"zone": UTC, "seconds": 5.0, "limits": LimitsSection(), **keys}
    return HttpJson(f"{url}/x?from={{from}}&to={{to}}", "fixes", **given)


def refusal(one: Source) -> str:
    """What is said of a source that gives nothing."""
    with pytest.raises(SourceError) as refused:
        list(one.between(START, END))
    one.close()
    return str(refused.value)


@contextlib.contextmanager
def saying(first: bytes, again: bytes, pause_s: float) -> Iterator[str]:
    """A server that says something, and then something else again and again."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer(line: socket.socket) -> None:
            with line, contextlib.suppress(OSError):
                line.recv(65536)
                line.sendall(first)
                while not ended.wait(pause_s):
                    line.sendall(again)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    threading.Thread(target=answer, args=(line,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n[", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n[\r\n"),
    ],
)
def test_no_answer_goes_on_for_ever(first: bytes, again: bytes) -> None:
    begun = time.monotonic()
    with saying(first, again, 0.02) as url:
        assert "longer than 0.5 s" in refusal(web_source(url, seconds=0.5))
    assert time.monotonic() - begun < 10.0


DEEP = b'{"a":' * 900 + b"1" + b"}" * 900


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (DEEP, "no list of rows"),
        (b"[" * 900 + b"]" * 900, "no list of rows"),
        (b"[" * 100_000, "no JSON"),
        (b"[" + b"{}," * 4_000_000 + b"{}]", "limits.cells"),
        # A column of its own for each row: 1.6 billion cells, in 500 kB.
        (json.dumps([{f"k{n}": 1} for n in range(40_000)]).encode(), "limits.cells"),
        (json.dumps([{"a": {f"k{n}": 1}} for n in range(40_000)]).encode(), "limits.cells"),
        (json.dumps([{f"k{n}": 1 for n in range(50_000)}]).encode(), "limits.cells"),
    ],
)
def test_json_that_is_larger_inside_is_named(body: bytes, said: str) -> None:
    begun = time.process_time()
    with serving(lambda _: Reply(body)) as web:
        told = refusal(web_source(web.url))
    assert said in told
    assert len(told) < 2000
    assert time.process_time() - begun < 10.0


def test_names_of_an_answer_without_rows_are_not_all_told() -> None:
    body = {f"k{n}": n for n in range(10_000)}
    with serving(lambda _: Reply(body)) as web:
        told = refusal(web_source(web.url))
    assert "k0, k1" in told
    assert len(told) < 1000


@pytest.mark.parametrize("said", ["Fri, 31 Dec 99999 23:59:59 GMT", "9" * 400, "-5", "soon"])
def test_a_pause_that_no_calendar_has_is_none(said: str) -> None:
    with serving(lambda _: Reply([], status=503, headers={"Retry-After": said})) as web:
        assert "503" in refusal(web_source(web.url))


def test_a_secret_that_comes_back_is_not_shown_in_part() -> None:
    leaks = []

    def echoed(asked: Asked, before: int, *, words: bool) -> Reply:
        text = "x" * before + asked.headers["x-whose"]
        return Reply({"code": 1, "message": text} if words else text.encode())

    for words, most in ((False, 40), (True, 200)):
        for before in range(most - len(SECRET) - 2, most + 1):
            with serving(lambda a, b=before, w=words: echoed(a, b, words=w)) as web:
                keys = {"success": "code=0"} if words else {}
                told = refusal(web_source(web.url, headers={"X-Whose": SECRET}, **keys))
            leaks += [told for n in range(4, len(SECRET)) if told.rstrip(" )").endswith(SECRET[:n])]
    assert not leaks


# --- databases ------------------------------------------------------------------------------------


def database(path: Path, *statements: str) -> str:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE fixes (vehicle_id, time, lon, lat, more)")
        for statement in statements:
            connection.execute(statement)
    return f"sqlite:///{path}"


def of_database(url: str, query: str = "", **keys: Any) -> SqlTable:
    query = query or "SELECT * FROM fixes WHERE time >= :from AND time < :to"
    given = {"query": query, "zone": UTC, "seconds": 5.0, "limits": LimitsSection(), **keys}
    return SqlTable(url, "fixes", **given)


COUNTED = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
ROW = "'V1', '2026-03-02 06:31:00', 108.7, 28.8"


def test_a_text_of_hundreds_of_megabytes_is_named(tmp_path: Path) -> None:
    url = database(
        tmp_path / "d.db", f"INSERT INTO fixes VALUES ({ROW}, 'x')",
        f"INSERT INTO fixes VALUES ({ROW}, CAST(zeroblob(300000000) AS TEXT))",
    )  # fmt: skip
    assert "limits.whole_mb" in refusal(of_database(url))


def test_rows_of_a_megabyte_come_few_at_a_time_and_cut(tmp_path: Path) -> None:
    long = "hex(zeroblob(500000))"
    url = database(
        tmp_path / "d.db",
        f"{COUNTED}INSERT INTO fixes SELECT {ROW}, {long} FROM n LIMIT 300",
    )
    tracemalloc.start()
    rows = [one.rows for one in of_database(url).between(START, END)]
    largest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    whole = pa.concat_tables(rows)
    assert whole.num_rows == 300
    assert {len(text) for text in whole["more"].to_pylist()} == {1001}
    assert largest < 150e6


def test_a_table_of_many_columns_comes_in_shorter_pieces(tmp_path: Path) -> None:
    more = ", ".join(f"1 AS c{n}" for n in range(1000))
    url = database(
        tmp_path / "d.db",
        f"{COUNTED}INSERT INTO fixes SELECT {ROW}, i FROM n LIMIT 1500",
    )
    query = f"SELECT *, {more} FROM fixes WHERE time >= :from AND time < :to"
    rows = [one.rows.num_rows for one in of_database(url, query).between(START, END)]
    assert sum(rows) == 1500
    assert max(rows) * 1005 <= 500_000


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"{COUNTED}SELECT max(i), :from, :to FROM n", "interrupted"),
        (f"{COUNTED}SELECT i, :from, :to FROM n", "limits.rows"),
    ],
)
def test_no_query_goes_on_for_ever(tmp_path: Path, query: str, said: str) -> None:
    url = database(tmp_path / "d.db")
    begun = time.monotonic()
    told = refusal(of_database(url, query, seconds=0.02, limits=LimitsSection(rows=20_000)))
    assert said in told
    assert time.monotonic() - begun < 10.0


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing is closed by chance: a server does not stop while a line is half open."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.mark.server
@pytest.mark.usefixtures("uncollected")
# psycopg cannot close a cursor whose connection was cut, and says so when it is collected.
@pytest.mark.filterwarnings("ignore:.*ServerCursor:ResourceWarning")
def test_a_frozen_database_is_left(tmp_path: Path) -> None:
    programs = binaries()
    if programs is None:
        cannot_check("PostgreSQL is not installed")
    with Server(programs) as server:
        url = server.database()
        query = "SELECT 1, :from, :to, pg_sleep(4)"
        slow = of_database(url, query, seconds=1.0)
        # It is at work: that is no reason to leave it.
        assert sum(one.rows.num_rows for one in slow.between(START, END)) == 1
        frozen = threading.Timer(0.7, server.freeze)
        frozen.start()
        begun = time.monotonic()
        try:
            told = refusal(of_database(url, query.replace("4", "3000"), seconds=1.0))
        finally:
            # A freeze that comes after the thaw would leave a server that never stops.
            frozen.cancel()
            frozen.join()
            server.thaw()
        assert time.monotonic() - begun < 30.0
        assert "server" in told or "connection" in told


# --- data sets ------------------------------------------------------------------------------------


def test_one_text_of_a_data_set_in_many_rows_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "set" / "date=2026-03-02"
    folder.mkdir(parents=True)
    count = 50_000
    ids = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(count, np.int32)), pa.array(["V" * 10_000_000])
    )
    columns = {n: pa.array([v] * count) for n, v in FIX.items() if n != "vehicle_id"}
    pq.write_table(pa.table({"vehicle_id": ids, **columns}), folder / "a.parquet")
    one = DataSet(
        f"file://{tmp_path / 'set'}", "fixes", zone=UTC, seconds=5.0, limits=LimitsSection()
    )
    before = pa.total_allocated_bytes()
    rows = [part.rows for part in one.between(START, END)]
    assert pa.total_allocated_bytes() - before < 300e6
    assert sum(part.num_rows for part in rows) == count
    assert {len(part["vehicle_id"][0].as_py()) for part in rows} == {1001}


def test_a_list_of_files_that_goes_on_and_on_is_left() -> None:
    counted = iter(range(10**9))
    listed = (
        '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<Name>b</Name><Prefix>x/</Prefix><KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>"
        "true</IsTruncated><NextContinuationToken>t{}</NextContinuationToken></ListBucketResult>"
    )
    begun = time.monotonic()
    with serving(lambda _: Reply(listed.format(next(counted)).encode())) as web:
        address = f"s3://key:{SECRET}@b/x?endpoint_override={web.url}"
        one = DataSet(address, "fixes", zone=UTC, seconds=0.05, limits=LimitsSection())
        told = refusal(one)
        assert next(counted) > 2
    assert "longer than 3" in told
    assert SECRET not in told
    assert time.monotonic() - begun < 20.0


def test_a_list_of_files_is_as_large_as_it_may_be() -> None:
    listed = (
        '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<Name>b</Name><Prefix>x/</Prefix><KeyCount>{1}</KeyCount><MaxKeys>9000</MaxKeys>"
        "<IsTruncated>false</IsTruncated>{0}</ListBucketResult>"
    )
    one = "<CommonPrefixes><Prefix>x/date={}-03-02/</Prefix></CommonPrefixes>"

    def said(count: int, answer_mb: int) -> str:
        folders = "".join(one.format(2026 + n) for n in range(count))
        with serving(lambda _: Reply(listed.format(folders, count).encode())) as web:
            address = f"s3://key:{SECRET}@b/x?endpoint_override={web.url}"
            limits = LimitsSection(answer_mb=answer_mb)
            source = DataSet(address, "fixes", zone=UTC, seconds=5.0, limits=limits)
            with contextlib.closing(source):
                source.state(START - datetime.timedelta(days=9), START)
        return "read"

    assert said(14_000, 1) == "read"
    with pytest.raises(SourceError, match=r"larger than 1 MB; limits\.answer_mb"):
        said(18_000, 1)
    assert said(18_000, 2) == "read"


def test_only_long_texts_are_cut() -> None:
    table = pa.table(
        {
            "text": ["x" * 12, "y", None],
            "coded": pa.array(["x" * 12, "z", None]).dictionary_encode(),
            "bytes": pa.array([b"x" * 12, b"z", None]),
            "number": [1.5, 2.5, None],
            "short": ["a", "b", None],
        }
    )
    found = shortened(table, 10)
    assert found.to_pydict() == {
        "text": ["x" * 11, "y", None],
        "coded": ["x" * 11, "z", None],
        "bytes": [b"x" * 11, b"z", None],
        "number": [1.5, 2.5, None],
        "short": ["a", "b", None],
    }
    assert found["coded"].type == pa.string()


# --- whole runs -----------------------------------------------------------------------------------


def of_web(url: str) -> str:
    return f'url = "{url}/x?from={{from}}&to={{to}}"'


def of_traccar(url: str) -> str:
    return f'url = "{url}"\npreset = "traccar"'


ODD = [
    [{"id": {"b": 1}, "name": []}],
    [{"name": "V1"}],
    [{"id": 1, "fixTime": {}, "longitude": [], "latitude": None, "speed": "fast", "course": {}}],
    [FIX | {"time": "99999-01-01T00:00:00Z"}, FIX | {"lon": "1e400"}, {"": ""}, {"a.b": 1}],
    [FIX | {"vehicle_id": "V\u0000\ud800\u202e\x1b[31m"}],
    [FIX | {"attributes": {"a": [{"b": [1, {"c": "\ud800"}]}]}}, FIX | {"attributes": 7}],
    "text", 7, None, [], [None], {"rows": {}},
]  # fmt: skip


@pytest.mark.parametrize("keys", [of_web, of_traccar])
def test_whatever_a_server_answers_is_told_in_a_line(
    tmp_path: Path, keys: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    from routecheck.cli import main

    for n, value in enumerate(ODD):
        with serving(lambda _, v=value: Reply(v)) as web:
            site = Village(tmp_path / str(n))
            text = site.config.read_text().replace('path = "fixes/*.csv"', keys(web.url))
            site.config.write_text(f"{text}\n[fetch]\nseconds = 1\nfirst_days = 1\n")
            status = main(["run", "--date", str(day(0)), "--config", str(site.config)])
        said = capsys.readouterr().err
        assert status in (0, 1, 3), (value, said)
        assert "Traceback" not in said, value
        assert "\x1b" not in said, value
