"""A store on each database: SQLite always, PostgreSQL where its server can be started here."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from routecheck.store import Store
from site_tools import cannot_check
from store.builders import Clock


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    return found[-1].parent if found else None


def _unprivileged() -> str | None:
    """A user to run the server as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL, without a database name, of a private PostgreSQL server."""
    psycopg = None
    with contextlib.suppress(ImportError):
        import psycopg
    if psycopg is None:
        cannot_check("no PostgreSQL: the Python package psycopg is not installed")
    binaries = _binaries()
    if binaries is None:
        cannot_check(
            "no PostgreSQL: its server is not installed (Debian: apt-get install postgresql)"
        )
    assert binaries is not None
    user = _unprivileged()
    # A short path: a socket's name has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="rcpg"))
    if user is not None:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "routecheck", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"],
        check=True, capture_output=True, user=user, cwd=folder,
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, "-p", str(port),
             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
             "-c", "timezone=America/New_York"],
            stdout=log, stderr=log, user=user, cwd=folder,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(
                    host="127.0.0.1", port=port, user="routecheck", dbname="postgres"
                ).close()
                break
            except psycopg.OperationalError:
                if time.monotonic() > deadline or process.poll() is not None:
                    cannot_check(f"PostgreSQL did not start: {(folder / 'log').read_text()[-300:]}")
                time.sleep(0.1)
        yield f"postgresql://routecheck@127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """The URL of a fresh database on the server."""
    import psycopg

    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


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
