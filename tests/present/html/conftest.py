"""Two small counties with their reports, English and Chinese; and a real Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_tools import DAYS, call, run

DAY = DAYS[1]


def _not_run(reason: str) -> None:
    """Report a test as not run; where everything must run (CI), as failed."""
    if os.environ.get("ROUTECHECK_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def reported(county, tmp_path_factory) -> dict[str, Path]:
    """The folder of each language's site, its dates run and their reports written."""
    sites = {}
    for language in ("en", "zh"):
        folder = tmp_path_factory.mktemp("reported") / language
        shutil.copytree(county, folder)
        config = folder / "routecheck.toml"
        text = config.read_text(encoding="utf-8").replace(
            'language = "en"', f'language = "{language}"'
        )
        config.write_text(text, encoding="utf-8")
        assert run(folder) == 0
        assert call("report", "--date", DAY, "--config", str(config)) == 0
        sites[language] = folder
    return sites


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A real browser, without a network."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        _not_run("no browser: the Python package playwright is not installed")
    named = (os.environ.get("ROUTECHECK_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    binary = next((found for name in named if name and (found := shutil.which(name))), None)
    if binary is None:
        _not_run("no browser: Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        try:
            # Without a sandbox: the tests may run as root, and open only files they made.
            browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        except Error as error:
            _not_run(f"no browser: {binary} does not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()
