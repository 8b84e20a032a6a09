"""A store on each database: SQLite always, PostgreSQL where its server can be started here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from routecheck.store import Store
from servers import new_database
from store.builders import Clock


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return new_database(request.getfixturevalue("server"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    with Store.open(url) as store:
        store.now = clock
        yield store


@pytest.fixture
def run_id(store: Store) -> str:
    return store.begin_run("run --date 2026-03-02")
