"""Servers that tests start: PostgreSQL and MariaDB from Debian's packages, S3 from Python's."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from site_tools import cannot_check


def _postgresql_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    return found[-1].parent if found else None


def _unprivileged(*names: str) -> str | None:
    """A user to run the server as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in (*names, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _running(
    name: str, command: list[object], folder: Path, user: str | None, connect: Callable[[], None]
) -> Iterator[None]:
    """A server, from when it can be connected to."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=log, user=user, cwd=folder
        )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                connect()
                break
            except Exception:
                if time.monotonic() > deadline or process.poll() is not None:
                    cannot_check(f"{name} did not start: {(folder / 'log').read_text()[-300:]}")
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _folder(user: str | None) -> Path:
    # A short path: a socket's name has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="rcdb"))
    if user is not None:
        shutil.chown(folder, user)
    return folder


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The URL, without a database name, of a private PostgreSQL server."""
    psycopg = None
    with contextlib.suppress(ImportError):
        import psycopg
    if psycopg is None:
        cannot_check("no PostgreSQL: the Python package psycopg is not installed")
    programs = _postgresql_programs()
    if programs is None:
        cannot_check(
            "no PostgreSQL: its server is not installed (Debian: apt-get install postgresql)"
        )
    user = _unprivileged("postgres")
    folder, port = _folder(user), free_port()
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "routecheck", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"],
        check=True, capture_output=True, user=user, cwd=folder,
    )  # fmt: skip
    command = [
        programs / "postgres", "-D", data, "-k", folder, "-p", port,
        "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "timezone=America/New_York",
    ]  # fmt: skip

    def connect() -> None:
        psycopg.connect(host="127.0.0.1", port=port, user="routecheck", dbname="postgres").close()

    with _running("PostgreSQL", command, folder, user, connect):
        yield f"postgresql://routecheck@127.0.0.1:{port}"


@contextlib.contextmanager
def mariadb() -> Iterator[str]:
    """The URL, without a database name, of a private MariaDB server; its zone is not the site's."""
    pymysql = None
    with contextlib.suppress(ImportError):
        import pymysql
    if pymysql is None:
        cannot_check("no MariaDB: the Python package pymysql is not installed")
    server = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        cannot_check(
            "no MariaDB: its server is not installed (Debian: apt-get install mariadb-server)"
        )
    user = _unprivileged("mysql")
    folder, port = _folder(user), free_port()
    subprocess.run(
        [install, "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        check=True, capture_output=True, user=user, cwd=folder,
    )  # fmt: skip
    command = [
        server, "--no-defaults", f"--datadir={folder / 'data'}", f"--socket={folder / 's'}",
        f"--port={port}", "--bind-address=127.0.0.1", "--default-time-zone=-05:00",
        f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0",
    ]  # fmt: skip

    def connect() -> None:
        pymysql.connect(host="127.0.0.1", port=port, user="root").close()

    with _running("MariaDB", command, folder, user, connect):
        yield f"mysql://root@127.0.0.1:{port}"


@contextlib.contextmanager
def s3() -> Iterator[str]:
    """The address of a private server that answers as S3."""
    server = shutil.which("moto_server", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if server is None:
        cannot_check("no S3 server: the Python package moto[server] is not installed")
    folder, port = _folder(None), free_port()

    def connect() -> None:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/", timeout=1).close()

    command: list[object] = [server, "-H", "127.0.0.1", "-p", port]
    with _running("The S3 server", command, folder, None, connect):
        yield f"http://127.0.0.1:{port}"


def new_database(server: str) -> str:
    """The URL of a fresh database on a server."""
    import sqlalchemy as sa

    name = f"t{secrets.token_hex(6)}"
    home = f"{server}/postgres" if server.startswith("postgresql") else f"{server}/mysql"
    driver = "postgresql+psycopg" if server.startswith("postgresql") else "mysql+pymysql"
    engine = sa.create_engine(home.replace(home.partition(":")[0], driver, 1))
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            charset = "" if server.startswith("postgresql") else " CHARACTER SET utf8mb4"
            connection.execute(sa.text(f"CREATE DATABASE {name}{charset}"))
    finally:
        engine.dispose()
    return f"{server}/{name}"
