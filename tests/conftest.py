"""Fixtures that all tests may ask for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from routecheck.present.maps import fonts
from servers import mariadb, postgresql, s3
from site_tools import call, cannot_check

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("routecheck", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("routecheck")

# Before a site is known the language follows the environment; tests read English.
os.environ["ROUTECHECK_LANGUAGE"] = "en"


@pytest.fixture(scope="session")
def county(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "county"
    size = ("--seed", "5", "--days", "2", "--points", "60", "--trucks", "6")
    # Pages and lists are tested on all that they may show: misses among it, on both dates.
    call("simulate", str(folder), *size, "--set", "passed_by_rate=0.15")
    # The page of a date takes a second; tests of it ask for it.
    config = folder / "routecheck.toml"
    config.write_text(config.read_text("utf-8").replace("report = true", "report = false"), "utf-8")
    return folder


@pytest.fixture
def site(county, tmp_path) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(county, folder)
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL, without a database name, of a private PostgreSQL server."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a private server that answers as S3."""
    with s3() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """The URL, without a database name, of a private MariaDB server."""
    with mariadb() as url:
        yield url


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
