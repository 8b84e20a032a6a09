"""Who gets in, and what does not: tokens, cookies, hosts, forms of others, sizes, addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from desk_tools import BASE, Clerk
from starlette.testclient import TestClient

from routecheck.desk.app import make_app
from routecheck.desk.links import Links, local
from routecheck.desk.sessions import LONGEST_S, Sessions

PAGES = ("/", "/day/2026-03-03", "/point/P0001", "/evidence/P0001?date=2026-03-03", "/corrections",
         "/search?q=P", "/vehicle/V0001", "/months", "/nothing")  # fmt: skip


def test_nobody_gets_a_page_without_a_session(judged):
    clerk = Clerk(judged, opened=False)
    for path in PAGES:
        answer = clerk.client.get(path)
        assert answer.status_code == 401
        assert "P0001" not in answer.text
    assert clerk.client.post("/decide", data={"point": "P0001"}).status_code == 401


def test_a_token_opens_one_session_once(judged):
    clerk = Clerk(judged, opened=False)
    token = clerk.desk.sessions.token("Li Na")
    first, second = clerk.browser(), clerk.browser()
    answer = first.get(f"/open/{token}")
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert first.get("/search").status_code == 200
    assert second.get(f"/open/{token}").status_code == 401
    assert second.get("/search").status_code == 401
    assert clerk.browser().get("/open/guessed").status_code == 401


def test_sessions_end_when_nothing_is_asked_and_after_a_day():
    now = [0.0]
    sessions = Sessions(idle_s=100.0, clock=lambda: now[0])
    key = sessions.begin("Li Na", "decide")
    for _ in range(3):
        now[0] += 99.0
        assert sessions.find(key) is not None
    now[0] += 101.0
    assert sessions.find(key) is None
    other = sessions.begin("Li Na", "decide")
    while now[0] < 400.0 + LONGEST_S:
        now[0] += 50.0
        sessions.find(other)
    assert sessions.find(other) is None
    weekly = Sessions(idle_s=7 * LONGEST_S, clock=lambda: now[0])
    kept = weekly.begin("Li Na", "decide")
    now[0] += 6 * LONGEST_S
    assert weekly.find(kept) is not None
    third = sessions.begin("Li Na", "decide")
    sessions.end(third)
    assert sessions.find(third) is None


def test_two_desks_of_a_machine_do_not_sign_each_other_out(judged, reader):
    # Browsers send the cookies of a host to each of its ports.
    app, other = make_app(reader.desk.site.config, hosts=("127.0.0.1:9000",))
    client = TestClient(app, base_url="http://127.0.0.1:9000", follow_redirects=False)
    mine = Clerk(judged).client
    opened = client.get(f"/open/{other.sessions.token('Wang')}")
    mine.cookies.update(opened.cookies)
    assert client.get("/search").status_code == 200
    assert mine.get("/search").status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8737", "127.0.0.1", "127.0.0.1:80", "localhost.evil:8737"],
)
def test_a_page_whose_name_was_made_to_lead_here_is_refused(reader, host):
    answer = reader.client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "P0001" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(reader, headers):
    fields = {"csrf": reader.csrf(), "point": "P0001", "state": "accepted", "version": "1"}
    assert reader.client.post("/decide", data=fields, headers=headers).status_code == 403


@pytest.mark.parametrize("csrf", ["", "guessed", "é"])
def test_a_form_without_its_token_decides_nothing(clerk, csrf):
    with clerk.desk.site.store() as store:
        before = store.read_corrections()
        proposed = before[before["state"] == "proposed"]["point_id"].iloc[0]
    answer = clerk.post("/decide", 403, csrf=csrf, point=proposed, state="accepted", version="1")
    assert "earlier session" in answer
    with clerk.desk.site.store() as store:
        assert store.mark().corrections[2] == len(before)


def test_the_token_of_another_session_is_none(clerk):
    other = Clerk(clerk.folder)
    assert other.csrf() != clerk.csrf()
    clerk.post("/undo", 403, csrf=other.csrf())


def test_huge_forms_are_refused_whatever_their_header_says(reader):
    huge = b"csrf=" + b"x" * 200_000
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert reader.client.post("/decide", content=huge, headers=kind).status_code == 413

    def parts():
        for _ in range(50):
            yield b"x" * 10_000

    assert reader.client.post("/decide", content=parts(), headers=kind).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(1000))
    assert reader.client.post("/decide", content=many, headers=kind).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(reader, method):
    assert reader.client.request(method, "/").status_code == 405


def test_asking_changes_nothing(clerk):
    assert clerk.client.get("/decide").status_code == 405
    assert clerk.client.get("/undo").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../routecheck.toml", "/assets/..%2f..%2froutecheck.toml", "/assets/desk_bar.html",
        "/assets//etc/passwd", "/point/..%2f..%2f..%2fetc%2fpasswd", "/day/..%2froutecheck.toml",
        "/point/%00", "/evidence/%2e%2e?date=2026-03-03", "/routecheck.db", "/.git/config",
        "/corrections/..%2f..%2froutecheck.db", "/batch/..%2f..", "/day/9999-99-99", "/point/",
    ],
)  # fmt: skip
def test_no_path_reaches_the_disk(reader, path):
    answer = reader.client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "[site]" not in answer.text


def test_every_answer_carries_the_policy(reader):
    for path in (*PAGES, "/assets/desk.css", "/?as=csv"):
        headers = reader.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        if not path.startswith("/assets"):
            assert headers["cache-control"] == "no-store"


def test_no_page_has_a_script_or_style_that_the_policy_forbids(reader):
    for path in PAGES[:-1]:
        page = reader.client.get(path).text
        for tag in re.findall(r"<script[^>]*>", page):
            assert 'type="application/json"' in tag or ' src="/assets/' in tag
        assert not re.search(r"<style|\son\w+=|\sstyle=|javascript:", page)


def test_a_session_that_may_only_look_decides_nothing(clerk):
    viewer = Clerk(clerk.folder, opened=False, name="Wang")
    viewer.open("look")
    token = next(iter(viewer.desk.sessions._open.values())).csrf
    page = viewer.get("/corrections")
    assert "look, not decide" in page
    assert 'id="accept"' not in page
    point = re.search(r'href="/point/(P\d+)"', page)
    fields = {"point": point[1], "state": "accepted", "version": "1"}
    viewer.post("/decide", 403, csrf=token, **fields)
    viewer.post("/undo", 403, csrf=token)
    viewer.post("/decide-batch", 403, csrf=token, batch="x")


def test_a_link_from_elsewhere_comes_back_with_its_cookie(judged):
    clerk = Clerk(judged, opened=False)
    answer = clerk.client.get("/point/P0001", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 401
    assert 'http-equiv="refresh"' in answer.text
    assert "P0001" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "",
        "/\nx",
        "/" + "x" * 3000,
    ],
)
def test_no_address_leads_away(reader, address):
    assert local(address) == "/"
    answer = reader.browser().get("/language/zh", params={"to": address})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "name", ["P1", "a/b", "..", ".", "?x=1", "中文 1", "a\\b", "100%", "#", "a'\"<b"]
)
def test_every_id_has_an_address_of_its_own(reader, name):
    address = Links().point(name, "2026-03-03")
    answer = reader.client.get(address)
    assert answer.status_code == 404
    assert str(answer.request.url).startswith(BASE + "/point")
    shown = answer.text.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<")
    assert f'"{name}"' in shown


def test_a_language_is_kept_for_the_browser_that_chose_it(judged):
    clerk = Clerk(judged)
    assert "Corrections" in clerk.get("/search")
    assert (
        clerk.client.get("/language/zh", params={"to": "/search"}).headers["location"] == "/search"
    )
    page = clerk.get("/search")
    assert 'lang="zh-CN"' in page
    assert "点位更正" in page
    assert clerk.client.get("/language/xx").status_code == 404


def test_the_folder_of_the_site_stays_as_it_was(judged):
    def state(folder: Path) -> dict[str, tuple[int, int]]:
        # Who looked at tracks is noted beside the store.
        files = (p for p in folder.rglob("*") if p.is_file() and "looked" not in p.name)
        return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in files}

    before = state(judged)
    clerk = Clerk(judged)
    for path in PAGES:
        clerk.client.get(path)
    clerk.desk.close()
    assert state(judged) == before
