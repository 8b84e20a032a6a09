"""A page in a browser, with what it requests and the errors that it logs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


class Watched:
    """An opened page with everything that it requested, logged and threw."""

    def __init__(self, page, url: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        page.wait_for_selector("#map[data-ready]")

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def evaluate(self, script: str):
        return self.page.evaluate(script)


@contextlib.contextmanager
def opened(browser, path: Path, **options) -> Iterator[Watched]:
    options = {"viewport": {"width": 1200, "height": 900}, **options}
    context = browser.new_context(offline=True, **options)
    try:
        yield Watched(context.new_page(), path.resolve().as_uri())
    finally:
        context.close()
