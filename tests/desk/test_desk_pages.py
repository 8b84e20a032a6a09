"""The pages of the desk: what they show is what the store has, whoever wrote the names in it."""

from __future__ import annotations

import asyncio
import csv
import html
import html.parser
import json
import math
import re
import shutil
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import httpx2
import pytest
from desk_tools import BASE, Clerk

from routecheck.desk.app import MOST_JUDGING
from routecheck.desk.pages.months import counts_of
from routecheck.desk.pinyin import initials, typed_as
from routecheck.domain.errors import MissingDataError
from site_tools import DAYS, rows, run
from village import FIRST, POINTS, Village

T = TypeVar("T")


def test_a_day_shows_what_its_report_shows(reader, judged):
    assert any(rows(judged / "out" / f"missed_{day}.csv") for day in DAYS)
    for day in DAYS:
        text = reader.get(f"/day/{day}")
        missed = rows(judged / "out" / f"missed_{day}.csv")
        for row in missed:
            assert f'data-point="{row["point_id"]}"' in text
            assert f'href="/point/{row["point_id"]}?date={day}"' in text
        assert len(re.findall(r'class="pin"', text)) == len(missed)
    assert DAYS[1] in reader.get("/")
    assert f'href="/day/{DAYS[0]}" rel="prev"' in reader.get("/")
    assert reader.client.get(f"/day?date={DAYS[0]}").headers["location"] == f"/day/{DAYS[0]}"


def test_a_date_that_was_not_judged_is_not_found(reader):
    assert "2026-03-09" in reader.get("/day/2026-03-09", 404)
    reader.get("/day/yesterday", 404)


def test_the_list_to_act_on_can_be_taken_along(reader, judged):
    text = reader.client.get(f"/day/{DAYS[1]}?as=csv").content.decode("utf-8-sig")
    missed = rows(judged / "out" / f"missed_{DAYS[1]}.csv")
    for row in missed:
        assert row["point_id"] in text
    assert len(text.splitlines()) == 1 + len(missed)
    assert reader.client.get(f"/day/{DAYS[1]}?as=xlsx").content[:2] == b"PK"


def test_a_point_shows_every_day_and_every_alert(reader, judged):
    alerts = [row for day in DAYS for row in rows(judged / "out" / f"alerts_{day}.csv")]
    point = alerts[0]["point_id"]
    text = html.unescape(reader.get(f"/point/{point}?date={DAYS[0]}"))
    for row in alerts:
        if row["point_id"] == point:
            assert row["alert_id"] in text
            assert row["evidence"] in text
    for day in DAYS:
        state = next(
            (
                r["verdict"]
                for r in rows(judged / "out" / f"pickups_{day}.csv")
                if r["point_id"] == point
            ),
            "none",
        )
        cell = re.search(rf'<a class="cell cell-(\w+)" href="/point/{point}\?date={day}"', text)
        assert cell
        assert cell[1] == state
    table = reader.client.get(f"/point/{point}?as=csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) > 1


def test_the_evidence_is_what_recheck_finds(reader, judged, capsys):
    from site_tools import call

    row = rows(judged / "out" / f"pickups_{DAYS[1]}.csv")[0]
    text = html.unescape(reader.get(f"/evidence/{row['point_id']}?date={DAYS[1]}"))
    config = str(judged / "routecheck.toml")
    capsys.readouterr()
    assert call("recheck", row["point_id"], "--date", DAYS[1], "--config", config) == 0
    told = capsys.readouterr().out.strip()
    assert told in text
    assert 'id="map"' in text
    assert '<svg class="chart"' in text


def test_evidence_of_nothing_is_not_found(reader):
    reader.get("/evidence/P9999?date=2026-03-03", 404)
    reader.get("/evidence/P0001?date=2020-01-01", 404)
    reader.get("/evidence/P0001", 404)


def test_a_vehicle_shows_whom_it_served_and_who_looked_is_noted(clerk):
    day = DAYS[1]
    pickups = rows(clerk.folder / "out" / f"pickups_{day}.csv")
    made = [row for row in pickups if row["verdict"] == "collected"]
    vehicle = max({row["vehicle_id"] for row in made}, key=[r["vehicle_id"] for r in made].count)
    text = clerk.get(f"/vehicle/{vehicle}?date={day}")
    served = text[text.index('id="h-served"') :]
    for row in pickups:
        mine = row["verdict"] == "collected" and row["vehicle_id"] == vehicle
        assert (f'href="/point/{row["point_id"]}?date={day}"' in served) is mine
    data = json.loads(re.search(r'id="data">(.*?)</script>', text)[1])
    assert data["lines"]
    times = [at[2] for line in data["lines"] for at in line]
    assert times == sorted(times)
    looked = rows(clerk.folder / "routecheck.db.looked.csv")
    assert [(row["by"], row["vehicle_id"], row["service_date"]) for row in looked] == [
        ("Li Na", vehicle, day)
    ]
    clerk.get(f"/day/{day}")
    point = made[0]["point_id"]
    clerk.get(f"/evidence/{point}?date={day}")
    looked = rows(clerk.folder / "routecheck.db.looked.csv")
    assert looked[1]["vehicle_id"] == "*"
    assert made[0]["vehicle_id"] in {row["vehicle_id"] for row in looked[2:]}
    table = clerk.client.get(f"/vehicle/{vehicle}?date={day}&as=csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) > sum(row["vehicle_id"] == vehicle for row in made)
    clerk.get("/vehicle/nobody", 404)


def test_a_vehicle_is_drawn_in_the_datum_of_the_tiles(clerk):
    config = clerk.desk.site.config
    pickups = rows(clerk.folder / "out" / f"pickups_{DAYS[1]}.csv")
    vehicle = next(row["vehicle_id"] for row in pickups if row["verdict"] == "collected")

    def drawn(datum: str) -> dict:
        tiles = {"tiles": "https://tiles.example/{z}/{x}/{y}.png", "tiles_datum": datum}
        export = config.export.model_copy(update=tiles)
        clerk.desk.site.config = config.model_copy(update={"export": export})
        text = clerk.get(f"/vehicle/{vehicle}?date={DAYS[1]}")
        return json.loads(re.search(r'id="data">(.*?)</script>', text)[1])

    plain, shifted = drawn("wgs84"), drawn("gcj02")
    for part in ("points", "stops"):
        assert plain[part]
        _are_shifted(plain[part], shifted[part])
    for one, other in zip(plain["lines"], shifted["lines"], strict=True):
        _are_shifted(one, other)


def _are_shifted(plain: list, shifted: list) -> None:
    """Whether places lie 300 to 800 m apart, as everywhere in China, and all else is the same."""
    for one, other in zip(plain, shifted, strict=True):
        north = 111_195 * (other[0] - one[0])
        east = 111_195 * (other[1] - one[1]) * math.cos(math.radians(one[0]))
        assert 200 < math.hypot(north, east) < 1000
        assert one[2:] == other[2:]


def test_a_month_is_counted_anew_once_a_point_belongs_to_another_township(judged, monkeypatch):
    site = Clerk(judged).desk.site
    with site.store() as store:
        points = site.points(store)
        day = date.fromisoformat(DAYS[1])
        [before] = counts_of(site, store, [day])
        assert counts_of(site, store, [day])[0] is before
        moved = points.assign(township="Elsewhere")
        monkeypatch.setattr(site, "points", lambda _: moved)
        assert counts_of(site, store, [day])[0] is not before


@pytest.mark.parametrize("when", ["0001-01-01", "9999-12-31", "1969-12-31", "2200-01-01"])
def test_dates_at_the_ends_of_the_calendar_are_none(reader, judged, when):
    point = rows(judged / "out" / f"pickups_{DAYS[1]}.csv")[0]["point_id"]
    for path in (f"/point/{point}?date={when}", f"/day/{when}", f"/weeks/{when[:7]}"):
        reader.get(path, 404)


def test_reading_ahead_goes_on_after_a_fault(judged, caplog):
    warming = Clerk(judged).desk.warming
    done = []
    warming._want(lambda store: 1 / 0)
    warming._want(lambda store: done.append(store.dates()))
    warming.finish()
    assert len(done) == 1
    assert "reading ahead failed" in caplog.text


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a thread of its own: a browser of other tests has its loop on this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_waiting_for_evidence_keeps_no_other_page_waiting(judged):
    """More ask for evidence than there are threads for pages (40); the session answers none."""
    clerk = Clerk(judged)
    begun, go = threading.Event(), threading.Event()

    def stuck(mark: object, question: object) -> object:
        begun.set()
        go.wait(60)
        raise MissingDataError("desk.nothing_here")

    clerk.desk.evidence.ask = stuck
    path = f"/evidence/P0001?date={DAYS[1]}"

    async def asked() -> tuple[int, list[int]]:
        transport = httpx2.ASGITransport(app=clerk.app)
        async with httpx2.AsyncClient(
            transport=transport, base_url=BASE, cookies=dict(clerk.client.cookies)
        ) as client:
            waiting = [asyncio.create_task(client.get(path)) for _ in range(45)]
            try:
                await asyncio.to_thread(begun.wait, 60)
                page = await asyncio.wait_for(client.get("/search"), 30)
            finally:
                go.set()
            return page.status_code, [(await one).status_code for one in waiting]

    page, parts = apart(asked())
    assert page == 200
    assert parts.count(404) == MOST_JUDGING
    assert parts.count(503) == 45 - MOST_JUDGING


def test_evidence_that_nobody_waits_for_is_not_looked_for(judged):
    clerk = Clerk(judged)
    questions = []
    clerk.desk.evidence.ask = lambda mark, question: questions.append(question)
    key = clerk.client.cookies["routecheck_desk_8737"]
    scope = {
        "type": "http", "method": "GET", "path": "/evidence/P0001", "root_path": "",
        "query_string": f"date={DAYS[1]}".encode(), "scheme": "http",
        "headers": [
            (b"host", b"127.0.0.1:8737"), (b"cookie", f"routecheck_desk_8737={key}".encode()),
        ],
    }  # fmt: skip

    async def gone() -> dict:
        return {"type": "http.disconnect"}

    async def sent(message: dict) -> None:
        assert message.get("status", 503) == 503

    apart(clerk.app(scope, gone, sent))
    assert questions == []


def test_a_month_counts_what_its_dates_have(reader, judged):
    pickups = [row for day in DAYS for row in rows(judged / "out" / f"pickups_{day}.csv")]
    alerts = [row for day in DAYS for row in rows(judged / "out" / f"alerts_{day}.csv")]
    text = reader.client.get("/months/2026-03?as=csv").content.decode("utf-8-sig")
    table = list(csv.DictReader(text.splitlines()))
    for row in table[:-1]:
        mine = [one for one in pickups if one["township"] == row["township"]]
        assert int(row["due"]) == len(mine)
        assert int(row["missed"]) == sum(one["verdict"] == "missed" for one in mine)
    total = table[-1]
    assert int(total["due"]) == len(pickups)
    assert int(total["alerts"]) == len(alerts)
    assert int(total["false"]) == sum(row["classification"] == "false" for row in alerts)
    page = reader.get("/months")
    assert all(f'href="/day/{day}"' in page for day in DAYS)
    assert "2026-W10" in reader.get("/weeks/2026-03")
    assert reader.client.get("/months/2026-03?as=xlsx").content[:2] == b"PK"
    for unknown in ("/months/2026-02", "/months/2026-13", "/months/x", "/weeks/x"):
        reader.get(unknown, 404)


def test_search_finds_by_id_name_part_and_first_letters(reader, judged):
    points = rows(judged / "points.csv")
    one = points[7]
    assert reader.client.get("/search", params={"q": one["point_id"]}).headers["location"] == (
        f"/point/{one['point_id']}"
    )
    assert one["point_id"] in reader.get(f"/search?q={one['name'][:3]}")
    same = [p for p in points if p["township"] == one["township"]]
    text = reader.get(f"/search?q={one['township']}")
    assert all(p["point_id"] in text for p in same)
    assert "Nothing is called" in reader.get("/search?q=qqqqqqq")
    csv = reader.client.get("/search", params={"q": one["township"], "as": "csv"})
    assert len(csv.content.decode("utf-8-sig").splitlines()) == 1 + len(same)


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("龙潭镇", "ltz", True),
        ("龙潭镇", "tz", True),
        ("龙潭镇", "lz", False),
        ("重庆路", "cql", True),
        ("重庆路", "zql", True),
        ("朝阳街12号", "cyj12", True),
        ("North gate", "ng", False),
        ("", "a", False),
    ],
)
def test_names_are_found_by_the_first_letters_of_their_sounds(name, typed, found):
    assert typed_as(typed, initials(name)) is found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Clerk:
    """A village whose names are markup, one of them a point that was missed."""
    village = Village(tmp_path_factory.mktemp("hostile") / "site")
    points = (village.folder / "points.csv").read_text()
    for n, bad in enumerate(HOSTILE, 1):
        points = points.replace(
            f"Gate P{n},North",
            f'"{bad.replace(chr(34), chr(34) * 2)}","{bad.replace(chr(34), chr(34) * 2)}"',
        )
    (village.folder / "points.csv").write_text(points, encoding="utf-8")
    village.deliver(FIRST, skip={"P1", "P2", "P3"})
    assert run(village.folder, "--date", str(FIRST)) == 0
    return Clerk(village.folder)


HOSTILE = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7*7 }}{% raw %}",
    "' onmouseover='alert(1)", "</script><script>alert(1)</script>", "javascript:alert(1)",
    "&lt;b&gt;", "<!--",
)  # fmt: skip


class Tags(html.parser.HTMLParser):
    """The tags of a page, with what could run."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("img", "iframe", "object", "embed", "style", "base"):
            self.bad.append(tag)
        ours = (given.get("src") or "").startswith("/assets/")
        if tag == "script" and not ours and given.get("type") != "application/json":
            self.bad.append(str(given))
        self.bad += [name for name in given if name.startswith("on")]
        self.bad += [
            v for v in given.values() if v and v.strip().startswith("javascript:") and tag == "a"
        ]


def test_names_that_are_markup_are_names(hostile):
    seen = ""
    for path in [
        "/",
        *(f"/point/{p}" for p in POINTS[:3]),
        *(f"/evidence/{p}?date={FIRST}" for p in POINTS[:3]),
        "/search?q=P",
        *(f"/search?q={bad}" for bad in ("<script>", '"><img src=x>', "{{7*7}}")),
    ]:
        answer = hostile.client.get(path)
        assert answer.status_code == 200
        assert Tags(answer.text).bad == [], path
        seen += answer.text
    assert "{{ 7*7 }}" in seen
    assert ">49<" not in seen


def test_addresses_that_are_markup_are_told_as_text(reader):
    for bad in HOSTILE:
        for path in ("/point/", "/corrections/", "/evidence/", "/vehicle/"):
            answer = reader.client.get(path, params={"id": bad, "date": bad})
            assert answer.status_code == 404
            assert Tags(answer.text).bad == []


def test_a_site_that_was_never_judged_says_so(county, tmp_path):
    folder = tmp_path / "county"
    shutil.copytree(county, folder)
    clerk = Clerk(folder)
    for path in ("/", "/corrections", "/search?q=P0001", "/point/P0001"):
        answer = clerk.client.get(path)
        assert answer.status_code == 503
        assert "Traceback" not in answer.text
    assert not (folder / "routecheck.db").exists()


def test_a_store_that_is_gone_or_damaged_is_told(clerk):
    store = clerk.folder / "routecheck.db"
    assert clerk.get("/")
    content = store.read_bytes()
    store.unlink()
    assert 'role="alert"' in clerk.get("/", 503)
    store.write_bytes(b"no database at all" * 100)
    assert 'role="alert"' in clerk.get("/", 503)
    store.write_bytes(content)
    assert clerk.get("/")


def test_pages_are_read_while_a_run_writes(clerk):
    import threading

    ended = threading.Event()
    wrong: list[int] = []

    def ask() -> None:
        while not ended.is_set():
            answer = clerk.client.get(f"/point/P0001?date={DAYS[0]}")
            if answer.status_code != 200:
                wrong.append(answer.status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        assert run(clerk.folder) == 0
    finally:
        ended.set()
        asking.join()
    assert wrong == []


def test_what_is_read_ahead_is_what_the_pages_show(judged):
    clerk = Clerk(judged)
    warming = clerk.desk.warming
    warming.begin("en")
    warming.read_date(date.fromisoformat(DAYS[0]), "en")
    warming.finish()
    site = clerk.desk.site
    with site.store() as store:
        mark = store.mark().judged
        assert site.views.known((date.fromisoformat(DAYS[0]), "en", None, mark))
        assert site.views.known((date.fromisoformat(DAYS[1]), "en", None, mark))
    ahead = clerk.get(f"/day/{DAYS[0]}")
    clerk.desk.close()
    assert re.sub(r'csrf" value="[^"]+', "", ahead) == re.sub(
        r'csrf" value="[^"]+', "", Clerk(judged).get(f"/day/{DAYS[0]}")
    )


def test_no_page_names_a_command_for_what_is_decided_at_the_desk(reader, judged):
    waiting = {row["point_id"] for row in rows(judged / "out" / "corrections.csv")}
    alerts = rows(judged / "out" / f"alerts_{DAYS[1]}.csv")
    named = [row for row in alerts if "routecheck accept" in row["action"]]
    assert named
    assert named[0]["point_id"] in waiting
    page = html.unescape(reader.get(f"/day/{DAYS[1]}"))
    assert "routecheck accept" not in page
    assert "Accept the" in page
    assert "routecheck accept" not in reader.get(f"/point/{named[0]['point_id']}?date={DAYS[1]}")
