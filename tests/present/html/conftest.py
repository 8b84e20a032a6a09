"""Two small counties with their reports, English and Chinese; and a real Chromium."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from routecheck.present.maps import fonts
from site_tools import DAYS, call, cannot_check, run

DAY = DAYS[1]


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
        cannot_check("no browser: the Python package playwright is not installed")
    named = (os.environ.get("ROUTECHECK_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    binary = next((found for name in named if name and (found := shutil.which(name))), None)
    if binary is None:
        cannot_check("no browser: Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        try:
            # Without a sandbox: the tests may run as root, and open only files they made.
            browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        except Error as error:
            cannot_check(f"no browser: {binary} does not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chinese_font() -> str:
    """The name of an installed font with which a browser can write Chinese."""
    lister = shutil.which("fc-list")
    if lister is None:
        found = fonts.chinese_font() or ""
    else:
        found = subprocess.run(
            [lister, ":lang=zh-cn", "family"], capture_output=True, check=True, text=True
        ).stdout.strip()
    if not found:
        cannot_check("no Chinese font is installed (Debian: apt-get install fonts-wqy-microhei)")
    return found.splitlines()[0]
