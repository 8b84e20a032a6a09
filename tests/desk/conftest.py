"""A county that was run, whose desk is asked; each test that decides has a copy of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_tools import Clerk

from site_tools import run


@pytest.fixture(scope="session")
def judged(county, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "county"
    shutil.copytree(county, folder)
    assert run(folder) == 0
    return folder


@pytest.fixture(scope="session")
def reader(judged) -> Iterator[Clerk]:
    """A desk that is only looked at."""
    clerk = Clerk(judged)
    yield clerk
    clerk.desk.close()


@pytest.fixture
def clerk(judged, tmp_path) -> Iterator[Clerk]:
    """A desk of a site that the test may change."""
    folder = tmp_path / "county"
    shutil.copytree(judged, folder, ignore=shutil.ignore_patterns("*.looked.csv"))
    made = Clerk(folder)
    made.folder = folder  # type: ignore[attr-defined]
    yield made
    made.desk.close()
