"""The desk as a clerk meets it: opened in a real browser, decided with the keyboard, on a phone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
from desk_tools import NOW, Clerk

from routecheck.config import load_config
from routecheck.desk.app import make_app
from routecheck.desk.server import HERE, Server, listening
from site_tools import DAYS, rows

pytestmark = pytest.mark.browser


class Opened:
    """A page of a desk that is served, and what went wrong on it."""

    def __init__(self, page, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)

    def _asked(self, request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.elsewhere.append(request.url)

    def go(self, path: str):
        self.page.goto(self.address + path)
        return self.page


@contextlib.contextmanager
def opened(browser, folder, **options) -> Iterator[Opened]:
    bound = listening(0)
    address = f"{HERE}:{bound.getsockname()[1]}"
    app, desk = make_app(
        load_config(folder / "routecheck.toml"), hosts=(address,), clock=lambda: NOW
    )
    server, begun = Server(app, bound), threading.Event()
    serving = threading.Thread(target=server.run, args=(begun.set,))
    serving.start()
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
    try:
        assert begun.wait(30)
        seen = Opened(context.new_page(), f"http://{address}")
        seen.go(f"/open/{desk.sessions.token('Li Na')}")
        yield seen
    finally:
        context.close()
        server.stop()
        serving.join()
        desk.close()


def test_a_clerk_opens_the_day_goes_to_a_point_and_decides(chromium, clerk: Clerk):
    missed = [
        (day, row) for day in DAYS for row in rows(clerk.folder / "out" / f"missed_{day}.csv")
    ]
    day, row = missed[-1]
    with opened(chromium, clerk.folder) as seen:
        page = seen.page
        page.wait_for_selector("#map[data-ready]")
        seen.go(f"/day/{day}")
        page.wait_for_selector("#map[data-ready]")
        page.click(f"tr:not(.word-row) a[href^='/point/{row['point_id']}?']")
        page.wait_for_selector("[data-loaded] #map[data-ready]", timeout=60_000)
        assert row["point_id"] in page.inner_text("h1")
        assert page.locator("svg.chart").count() >= 1
        page.click("button:has-text('Really missed')")
        page.wait_for_selector(".told")
        assert page.locator("[aria-pressed=true]").inner_text() == "Really missed"

        page.click(".desk-bar a[href='/corrections']")
        page.wait_for_selector("#map[data-ready]")
        waiting = int(page.inner_text(".desk-bar-count"))
        first = page.input_value("#accept input[name=point]")
        page.keyboard.press("s")
        page.wait_for_url(lambda url: first not in url and "/corrections/" in url)
        second = page.input_value("#accept input[name=point]")
        page.keyboard.press("a")
        page.wait_for_selector(".told")
        assert f"Accepted: {second}" in page.inner_text(".told")
        assert int(page.inner_text(".desk-bar-count")) == waiting - 1
        page.keyboard.press("r")
        page.wait_for_selector(".told:has-text('Rejected')")
        for _ in range(2):
            page.keyboard.press("u")
            page.wait_for_selector(".told:has-text('Taken back')")
        assert int(page.inner_text(".desk-bar-count")) == waiting
        # What is typed into the search decides nothing.
        page.focus("input[name=q]")
        page.keyboard.type("aru")
        assert page.input_value("input[name=q]") == "aru"
        assert int(page.inner_text(".desk-bar-count")) == waiting
        assert seen.errors == []
        assert seen.elsewhere == []


def test_a_track_is_played_through_its_day(chromium, judged):
    made = rows(judged / "out" / f"pickups_{DAYS[1]}.csv")
    vehicle = next(row["vehicle_id"] for row in made if row["verdict"] == "collected")
    with opened(chromium, judged) as seen:
        page = seen.go(f"/vehicle/{vehicle}?date={DAYS[1]}")
        page.wait_for_selector("#map[data-ready]")
        before = page.inner_text("#clock")
        page.click("#play")
        page.wait_for_function(
            "before => document.getElementById('clock').textContent !== before", arg=before
        )
        page.click("#play")
        page.focus("#time")
        page.keyboard.press("End")
        last = page.get_attribute("#time", "aria-valuetext")
        assert last
        assert last.split()[0] > before.split()[0]
        assert seen.errors == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_is_wider_than_a_phone(chromium, judged, language):
    point = rows(judged / "out" / f"pickups_{DAYS[1]}.csv")[0]
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with opened(chromium, judged, **phone) as seen:
        page = seen.go(f"/language/{language}?to=/search")
        for path in (
            f"/day/{DAYS[1]}", f"/point/{point['point_id']}?date={DAYS[1]}", "/corrections",
            f"/vehicle/{point['scheduled_vehicle_id']}", "/months", "/search?q=P00",
            f"/what-if?id={point['point_id']}", "/nothing",
        ):  # fmt: skip
            page = seen.go(path)
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, (path, wide)
            # What is named for a screen reader: fields, buttons and links have words.
            nameless = page.evaluate(
                """() => [...document.querySelectorAll(
                        'a, button, input:not([type=hidden]), select')]
                    .filter(node => !(node.textContent.trim() || node.getAttribute('aria-label')
                        || node.title || (node.labels && node.labels.length)))
                    .map(node => node.outerHTML)"""
            )
            assert nameless == [], path
        assert [one for one in seen.errors if "404" not in one] == []


def test_what_would_change_comes_date_by_date(chromium, judged):
    point = rows(judged / "out" / f"pickups_{DAYS[1]}.csv")[0]["point_id"]
    with opened(chromium, judged) as seen:
        page = seen.go(f"/what-if?id={point}&tolerance=80")
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-turn]')].every(n => n.dataset.loaded)",
            timeout=60_000,
        )
        assert page.locator(".try-row").count() >= 1
        assert "of 2 dates" in page.inner_text("#changed") or "of 1 dates" in page.inner_text(
            "#changed"
        )
        assert seen.errors == []


def test_a_session_that_has_ended_says_so(chromium, judged):
    with opened(chromium, judged) as seen:
        seen.page.context.clear_cookies()
        page = seen.go("/corrections")
        assert "routecheck desk" in page.inner_text("main")
