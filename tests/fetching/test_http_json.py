"""JSON behind web addresses: pages, repeats, half answers, refusals; and a county from it."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fetching import elsewhere
from fetching.test_databases import same
from fetching.web import Asked, Reply, Web, serving
from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import SourceError, UsageError
from routecheck.fetching import http_answers
from routecheck.fetching.http_json import Devices, HttpJson
from routecheck.fetching.json_pages import Paging
from routecheck.fetching.json_rows import as_rows
from routecheck.texts.outside import without_secrets
from servers import free_port
from site_tools import DAYS, exports, rows, run

START, END = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
SECRET = "Bearer pass-Word-771"
ROWS = [{"id": n, "time": f"2026-03-02T{n:02d}:00:00Z"} for n in range(24)]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answers, "FIRST_WAIT_S", 0.01)


def all_rows(asked: Asked) -> Reply:
    """The rows of the span that is asked for, both ends included."""
    first, last = asked.parameters["from"], asked.parameters["to"]
    return Reply([row for row in ROWS if first <= row["time"] <= last])


@pytest.fixture
def web() -> Iterator[Web]:
    with serving(all_rows) as one:
        yield one


def source(web: Web, more: str = "", **keys: Any) -> HttpJson:
    given = {
        "zone": ZoneInfo("Asia/Shanghai"),
        "seconds": 5.0,
        "limits": LimitsSection(answer_mb=1),
        **keys,
    }
    return HttpJson(f"{web.url}/fixes?from={{from}}&to={{to}}{more}", "fixes", **given)


def ids(one: HttpJson) -> list[int]:
    found = [part.rows for part in one.between(START, END)]
    one.close()
    return [int(i) for part in found if part.num_rows for i in part["id"].to_pylist()]


def test_spans_are_asked_for_one_after_the_other_and_their_seams_count_once(web: Web) -> None:
    assert ids(source(web, slice_hours=6.0)) == list(range(24))
    assert [one.parameters["from"][11:13] for one in web.asked] == ["00", "06", "12", "18"]
    assert web.asked[-1].parameters["to"] == "2026-03-03T00:00:00Z"


def test_every_form_of_a_span_means_the_same_moment(web: Web) -> None:
    more = "&a={from_s}&b={to_ms}&c={from_local}"
    ids(source(web, more))
    asked = web.asked[0].parameters
    assert (asked["a"], asked["b"]) == ("1772409600", "1772496000000")
    assert asked["c"] == "2026-03-02 08:00:00"


def paged(size: int, turn: Callable[[Asked, int, list[Any]], Reply]) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        at = int(asked.parameters.get("at", 0))
        return turn(asked, at, ROWS[at : at + size])

    return answer


def by_cursor(_: Asked, at: int, found: list[Any]) -> Reply:
    return Reply({"meta": {"next": at + 7 if at + 7 < 24 else None}, "data": found})


def by_link(asked: Asked, at: int, found: list[Any]) -> Reply:
    more = {"Link": f'</fixes?from=x&to=y&at={at + 7}>; rel="next"'} if at + 7 < 24 else {}
    return Reply({"data": found}, headers=more)


def by_link_inside(_: Asked, at: int, found: list[Any]) -> Reply:
    next_page = f"/fixes?from=x&to=y&at={at + 7}" if at + 7 < 24 else ""
    return Reply({"links": {"next": next_page}, "data": found})


@pytest.mark.parametrize(
    ("turn", "paging"),
    [
        (by_cursor, Paging("cursor", "meta.next", "at")),
        (by_link, Paging("link")),
        (by_link_inside, Paging("link", "links.next")),
    ],
)
def test_cursors_and_links_are_followed_to_the_end(turn: Any, paging: Paging) -> None:
    with serving(paged(7, turn)) as web:
        assert ids(source(web, rows="data", paging=paging)) == list(range(24))
        assert len(web.asked) == 4


@pytest.mark.parametrize("total", [True, False])
def test_numbered_pages_end_where_a_server_gives_the_last_one_again(total: bool) -> None:
    def answer(asked: Asked) -> Reply:
        number = min(int(asked.parameters["page"]), 4)
        return Reply({"total": 24, "data": ROWS[7 * number - 7 : 7 * number]})

    with serving(answer) as web:
        paging = Paging("number", "total" if total else "", "page")
        assert ids(source(web, rows="data", paging=paging)) == list(range(24))
        assert len(web.asked) == (4 if total else 5)


def test_a_server_that_does_not_know_the_page_is_not_believed() -> None:
    with serving(lambda _: Reply(ROWS[:7])) as web, pytest.raises(SourceError, match="page 2 is"):
        ids(source(web, paging=Paging("number", "", "pg")))


def test_pages_that_hold_less_than_they_are_said_to_are_not_believed() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply({"n": 30, "data": ROWS[7 * int(asked.parameters["page"]) :][:7]})

    paging = Paging("number", "n", "page", first=0)
    with serving(answer) as web, pytest.raises(SourceError, match="24 rows on all pages of the 30"):
        ids(source(web, rows="data", paging=paging))


def test_rows_that_move_to_the_next_page_meanwhile_count_once() -> None:
    # A new row at the top of the list pushes the last of each page to the next.
    def answer(asked: Asked) -> Reply:
        at = int(asked.parameters.get("at", 0))
        found = ROWS[max(at - 2, 0) : at + 7]
        return Reply({"next": at + 7 if at + 7 < 24 else "", "data": found})

    with serving(answer) as web:
        paging = Paging("cursor", "next", "at")
        assert ids(source(web, rows="data", paging=paging)) == list(range(24))


def test_a_circle_of_pages_ends(web: Web) -> None:
    web.answer = lambda _: Reply({"next": "a", "data": ROWS[:3]})
    with pytest.raises(SourceError, match="leads back"):
        ids(source(web, rows="data", paging=Paging("cursor", "next", "at")))
    # One that gives its last cursor again with nothing behind it has come to its end.
    web.answer = lambda asked: Reply(
        {"next": "a", "data": [] if "at" in asked.parameters else ROWS}
    )
    assert ids(source(web, rows="data", paging=Paging("cursor", "next", "at"))) == list(range(24))


@pytest.mark.parametrize(
    "fault",
    [
        Reply("", status=500),
        Reply("", status=503),
        Reply(ROWS, cut=300),
        Reply(ROWS, cut=300, told=False),
        Reply(b'{"rows": [1, 2'),
        Reply(b"<html>busy</html>"),
        Reply(ROWS, cut=0),
        Reply(ROWS, packed=True, cut=60),
    ],
    ids=["500", "503", "cut off", "cut off, length unknown", "broken", "a page", "empty", "packed"],
)
def test_an_answer_that_fails_is_asked_for_again(web: Web, fault: Reply) -> None:
    web.faults = [fault, fault]
    assert ids(source(web)) == list(range(24))
    assert len(web.asked) == 3


def test_a_server_that_asks_to_wait_is_given_the_time(web: Web) -> None:
    web.faults = [Reply("", status=429, headers={"Retry-After": "1"})]
    begun = time.monotonic()
    assert ids(source(web)) == list(range(24))
    assert time.monotonic() - begun >= 1


def test_a_server_that_asks_to_wait_for_too_long_is_left(web: Web) -> None:
    web.faults = [Reply("", status=429, headers={"Retry-After": "86400"})]
    with pytest.raises(SourceError, match="429"):
        ids(source(web))
    assert len(web.asked) == 1


def test_a_server_that_drips_is_left_in_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answers, "TRIES", 2)
    web.answer = lambda _: Reply(ROWS, drip_s=0.05)
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"longer than 0\.5 s"):
        ids(source(web, seconds=0.5))
    assert time.monotonic() - begun < 3


def test_all_answers_together_take_no_longer_than_they_may(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_answers, "ALL_ANSWERS", 1)

    def slow(asked: Asked) -> Reply:
        time.sleep(0.2)
        return all_rows(asked)

    web.answer = slow
    with pytest.raises(SourceError, match="together took longer"):
        ids(source(web, seconds=0.5, slice_hours=1.0))
    assert len(web.asked) < 6


def test_who_is_not_there_is_said_so() -> None:
    one = HttpJson(
        f"http://127.0.0.1:{free_port()}/x?from={{from}}&to={{to}}", "fixes",
        zone=ZoneInfo("UTC"), seconds=1.0, limits=LimitsSection(answer_mb=1),
    )  # fmt: skip
    with pytest.raises(SourceError, match=r"not reachable: Connection refused \(asked 5 times\)"):
        ids(one)


def test_the_package_that_is_missing_is_named(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    with pytest.raises(SourceError, match="the package urllib3 is not installed"):
        ids(source(web))


def test_a_refusal_is_believed_at_once_and_says_no_secret(web: Web) -> None:
    web.answer = lambda asked: Reply({"code": 401, "msg": f"bad {asked.headers['authorization']}"})
    headers = {"Authorization": SECRET}
    with pytest.raises(SourceError) as refused:
        ids(source(web, headers=headers, success="code=0", rows="data"))
    assert "code is 401 instead of 0; bad ***" in str(refused.value)
    assert SECRET[7:] not in str(refused.value)
    web.answer = lambda _: Reply("", status=401)
    with pytest.raises(SourceError, match="answered 401"):
        ids(source(web, headers=headers))
    assert len(web.asked) == 2


def test_no_rows_are_told_from_no_list_of_rows(web: Web) -> None:
    web.answer = lambda _: Reply({"code": 0, "data": None})
    assert ids(source(web, rows="data", success="code=0")) == []
    with pytest.raises(SourceError, match="no list of rows at"):
        ids(source(web, rows="data"))
    web.answer = lambda _: Reply({"result": {"list": ROWS}})
    with pytest.raises(SourceError, match=r"there is result\.list"):
        ids(source(web))


def test_headers_go_to_the_server_that_was_meant_and_to_no_other(web: Web) -> None:
    with serving(all_rows) as other:
        path = "/there?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z"
        web.faults = [Reply("", status=302, headers={"Location": other.url + path})]
        headers = {"Authorization": SECRET, "X-Key": "pass-Word-772"}
        assert ids(source(web, headers=headers)) == list(range(24))
        assert web.asked[0].headers["x-key"] == "pass-Word-772"
        assert not {"authorization", "x-key"} & other.asked[0].headers.keys()
        web.faults = [Reply("", status=302, headers={"Location": path})]
        assert ids(source(web, headers=headers)) == list(range(24))
        assert web.asked[-1].headers["x-key"] == "pass-Word-772"
        web.answer = lambda _: Reply({"next": f"{other.url}{path}", "data": ROWS})
        with pytest.raises(SourceError, match="another server: not followed"):
            ids(source(web, headers=headers, rows="data", paging=Paging("link", "next")))
        assert len(other.asked) == 1


def test_user_and_password_of_an_address_are_sent_and_not_said(web: Web) -> None:
    web.answer = lambda _: Reply("", status=403)
    address = f"{web.url.replace('//', '//user:pass%2FWord-773@')}/x?from={{from}}&to={{to}}"
    one = HttpJson(
        address, "fixes", zone=ZoneInfo("UTC"), seconds=5.0, limits=LimitsSection(answer_mb=1)
    )
    with pytest.raises(SourceError) as refused:
        ids(one)
    assert web.asked[0].headers["authorization"] == "Basic dXNlcjpwYXNzL1dvcmQtNzcz"
    assert str(refused.value).startswith(f"{web.url}/x: the server answered 403")


def test_the_proxy_of_the_environment_is_asked_and_not_said(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", web.url.replace("//", "//u:pass-Word-775@"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    address = "http://office.invalid/fixes?from={from}&to={to}"
    one = HttpJson(
        address, "fixes", zone=ZoneInfo("UTC"), seconds=5.0, limits=LimitsSection(answer_mb=1)
    )
    assert ids(one) == list(range(24))
    assert web.asked[0].headers["host"] == "office.invalid"
    assert web.asked[0].headers["proxy-authorization"] == "Basic dTpwYXNzLVdvcmQtNzc1"
    assert without_secrets("u pass-Word-775") == "u ***"
    # Who is named in no_proxy is asked without one.
    assert ids(source(web)) == list(range(24))
    assert "proxy-authorization" not in web.asked[1].headers


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_holds_no_more_than_it_may(web: Web, packed: bool) -> None:
    web.answer = lambda _: Reply(b"[" + b" " * 3_000_000 + b"]", packed=packed)
    with pytest.raises(SourceError, match="more than 1 MB"):
        ids(source(web))


def test_one_device_a_call_and_its_rows_are_known_to_be_its(web: Web) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.path == "/trucks":
            return Reply({"list": [{"no": 7, "plate": "V07"}, {"no": 9, "plate": "V09"}]})
        return Reply([{"time": "2026-03-02T00:00:00Z", "lon": 1.5, "no": asked.parameters["d"]}])

    web.answer = answer
    listed = Devices(address=f"{web.url}/trucks", rows="list", column="no", shown="plate")
    for devices, names in ((listed, ["V07", "V09"]), (Devices(["A", "B"]), ["A", "B"])):
        one = source(web, "&d={device}", devices=devices)
        found = pa.concat_tables([part.rows for part in one.between(START, END)])
        assert found["vehicle_id"].to_pylist() == names
    assert [one.parameters.get("d") for one in web.asked] == [None, "7", "9", "A", "B"]
    with pytest.raises(SourceError, match="there is none"):
        ids(source(web, "&d={device}"))


def table_of(given: list[dict[str, Any]]) -> pa.Table:
    return as_rows(given, label="web", most_cells=1000)


def test_what_is_nested_has_dotted_names_and_numbers_keep_their_digits() -> None:
    table = table_of(
        [
            {"a": {"b": {"c": "1.50"}, "on": True}, "id": "12345678901234567890"},
            {"a": {"b": None}, "new": "x"},
        ]
    )
    assert table.to_pylist() == [
        {"a.b.c": "1.50", "a.on": "true", "id": "12345678901234567890", "new": None},
        {"a.b.c": None, "a.on": None, "id": None, "new": "x"},
    ]
    odd = table_of([{"p": ["1.5", "2"], "q": "t\ud800"}, {"p": "3", "q": {"r": "4"}}])
    assert odd.to_pylist() == [
        {"p": "1.5,2", "q": "t?", "q.r": None},
        {"p": "3", "q": None, "q.r": "4"},
    ]


@pytest.mark.parametrize(
    ("address", "kind", "keys", "said"),
    [
        ("http://h/x", "fixes", {}, "must name the span"),
        ("http://h/x?from={from}&to={to}&d={car}", "fixes", {}, r"names \{car\}, which is not"),
        ("http://h/x?d={device}", "points", {}, "only the url of fixes"),
        ("http://h:port/x", "points", {}, "no web address"),
        ("http://h/x", "points", {"paging": Paging("cursor")}, "needs page_path"),
        (
            "http://h/x",
            "points",
            {"headers": {"A": "pass-Word-774\n"}},
            r"\[points.headers\]: A is",
        ),
    ],
)
def test_keys_that_do_not_go_together(
    address: str, kind: str, keys: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        HttpJson(
            address,
            kind,
            zone=ZoneInfo("UTC"),
            seconds=1.0,
            limits=LimitsSection(answer_mb=1),
            **keys,
        )


# --- a county ------------------------------------------------------------------------------------


def moved_to(web: Web, site: Path) -> list[dict[str, str]]:
    """Put the tables of a site behind a web address, and take their files away.

    The fixes are nested and asked for by device; points and schedule come in pages.
    """
    typed = elsewhere.sound_fixes(elsewhere.rows_of(site, "fixes/*.csv"))
    tables = {n: elsewhere.rows_of(site, f"{n}.csv") for n in ("points", "schedule")}

    of_device: dict[str, list[tuple[float, int, dict[str, str]]]] = {}
    for n, row in enumerate(typed):
        second = datetime.fromisoformat(row["time"]).timestamp()
        of_device.setdefault(row["vehicle_id"], []).append((second, n, row))

    def answer(asked: Asked) -> Reply:
        kind = asked.path.strip("/")
        if kind in tables:
            page = int(asked.parameters["page"])
            found = tables[kind][50 * page - 50 : 50 * page]
            return Reply({"data": {"rows": found, "total": len(tables[kind])}})
        first, last = (int(asked.parameters[name]) for name in ("a", "b"))
        moved = of_device[asked.parameters["d"]]
        return Reply(
            [
                {
                    "id": n, "when": row["time"], "got": row["received_at"],
                    "position": {"lon": float(row["lon"]), "lat": float(row["lat"])},
                    "speed_kmh": float(row["speed_kmh"]) if row["speed_kmh"] else None,
                    "heading": float(row["heading_deg"]) if row["heading_deg"] else None,
                }
                for second, n, row in moved
                if first <= second < last
            ]
        )  # fmt: skip

    web.answer = answer
    devices = sorted({row["vehicle_id"] for row in typed})
    small = 'rows = "data.rows"\npage = "number"\npage_parameter = "page"\npage_path = "data.total"'
    elsewhere.points_at(
        site,
        {
            "points": f'url = "{web.url}/points"\n{small}',
            "schedule": f'url = "{web.url}/schedule"\n{small}',
            "fixes": f'url = "{web.url}/fixes?a={{from_s}}&b={{to_s}}&d={{device}}"\n'
            f"devices = {devices}\n"
            "columns = { time = 'when', received_at = 'got', lon = 'position.lon', "
            "lat = 'position.lat' }\nslice_hours = 12.5",
        },
    )
    with (site / "routecheck.toml").open("a", encoding="utf-8") as file:
        file.write("[fetch]\nfirst_days = 3\nseconds = 5\n")
    for name in tables:
        (site / f"{name}.csv").unlink()
    shutil.rmtree(site / "fixes")
    elsewhere.write_csv(site / "fixes" / "all.csv", typed)
    return typed


def kept(site: Path) -> list[str]:
    """The ids of the fixes that were kept."""
    parts = (site / "fetched" / "fixes").glob("*/*.parquet")
    return [i for path in parts for i in pq.read_table(path, columns=["id"])["id"].to_pylist()]


def test_a_county_behind_a_web_address_is_judged_as_from_files(
    web: Web, site: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    shutil.copytree(site, files)
    typed = moved_to(web, site)
    shutil.rmtree(files / "fixes")
    shutil.copytree(site / "fixes", files / "fixes")
    run(files)
    run(site)
    assert len(exports(files)) > 8
    assert same(exports(site), exports(files))
    assert len(kept(site)) == len(set(kept(site)))
    day = timedelta(days=1)
    first = datetime.fromisoformat(f"{DAYS[0]}T00:00:00+08:00") - day
    times = [datetime.fromisoformat(row["time"]) for row in typed]
    asked = [time for time in times if first <= time < first + 4 * day]
    assert len(kept(site)) == len(asked)


def test_while_a_server_gives_half_of_it_dates_are_provisional_and_nothing_is_lost(
    web: Web, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved_to(web, site)
    whole, calls = web.answer, iter(range(10_000))
    web.answer = lambda asked: (
        whole(asked) if asked.path != "/fixes" or next(calls) < 20 else Reply("", status=500)
    )
    assert run(site) == 1
    assert f"{web.url}/fixes: the server answered 500" in capsys.readouterr().err
    before = kept(site)
    verdicts = {row["verdict"] for row in rows(site / "out" / f"pickups_{DAYS[1]}.csv")}
    assert "missed" not in verdicts
    web.answer = whole
    assert run(site) == 0
    assert set(before) < set(kept(site))
    assert len(kept(site)) == len(set(kept(site)))
    again = tmp_path / "again"
    shutil.copytree(site, again, ignore=shutil.ignore_patterns("out", "routecheck.db*", "fetched"))
    run(again)
    for day in DAYS:
        found, wanted = (rows(one / "out" / f"pickups_{day}.csv") for one in (site, again))
        assert [_judged(row) for row in found] == [_judged(row) for row in wanted]


def _judged(row: dict[str, str]) -> dict[str, str]:
    """A verdict, without what was said of it before."""
    return {k: v for k, v in row.items() if k not in ("revised_at", "earlier_verdict")}
