"""Nothing waits for ever, and who waits says so after a moment."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from routecheck.domain.errors import Message, StoreError
from routecheck.store import Store, StoreBusyError, databases, lock, server
from servers import new_database


def test_who_waits_for_another_runner_is_told_for_whom(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "SAID_AFTER_S", 0.4)
    told: list[tuple[float, Message]] = []
    with Store.open(url) as one, Store.open(url) as two, one.lock():
        began = time.monotonic()
        with (
            pytest.raises(StoreBusyError),
            two.lock(wait_s=1.2, told=lambda line: told.append((time.monotonic() - began, line))),
        ):
            pass
        spent = time.monotonic() - began
    [(after_s, line)] = told
    assert 0.3 < after_s < spent - 0.1
    assert spent >= 1.1
    assert "in use by another routecheck: process" in line
    assert "等待中" in line.in_language("zh")


def test_who_waits_for_no_one_is_told_nothing(url: str) -> None:
    told: list[Message] = []
    with Store.open(url) as store, store.lock(wait_s=10.0, told=told.append):
        pass
    assert told == []


@pytest.mark.parametrize("reading", [True, False])
def test_a_file_that_another_program_locks(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    reading: bool,
) -> None:
    monkeypatch.setattr(databases, "SAID_AFTER_S", 0.3)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with (
        Store.open(url) as store,
        closing(sqlite3.connect(tmp_path / "store.db", check_same_thread=False)) as other,
    ):
        # Held by a program that knows nothing of our locks, for a second.
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        ends = threading.Timer(1.0, other.rollback)
        ends.start()
        with caplog.at_level(logging.WARNING):
            store.run_states() if reading else store.put_note("x", {})
        ends.join()
        assert [r.getMessage() for r in caplog.records if "waiting for it" in r.getMessage()]
        assert "store.db is locked by another program" in caplog.text
        monkeypatch.setattr(databases, "BUSY_TIMEOUT_S", 0.6)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="being written by another program"):
            store.run_states() if reading else store.put_note("x", {})
        other.rollback()


@pytest.fixture
def on_server(request: pytest.FixtureRequest) -> str:
    return new_database(request.getfixturevalue("server"))


@pytest.mark.server
def test_a_statement_that_takes_too_long(on_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "STATEMENT_S", 0.5)
    with (
        Store.open(on_server) as store,
        pytest.raises(StoreError, match="took too long"),
        store._reading() as connection,
    ):
        connection.execute(sa.text("SELECT pg_sleep(20)"))
    with Store.open(on_server, patient=True) as store, store._reading() as connection:
        connection.execute(sa.text("SELECT pg_sleep(1)"))


@pytest.mark.server
def test_a_lock_that_nobody_frees(on_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LOCK_S", 0.5)
    with Store.open(on_server) as store, store.engine.begin() as other:
        databases.one_writer(other)
        with Store.open(on_server) as late, pytest.raises(StoreError, match="another session"):
            late.put_note("x", {})


@pytest.mark.server
def test_options_of_the_address_win(on_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        Store.open(f"{on_server}?options=-c%20statement_timeout%3D7000") as store,
        store._reading() as connection,
    ):
        assert connection.execute(sa.text("SHOW statement_timeout")).scalar_one() == "7s"
        assert connection.execute(sa.text("SHOW lock_timeout")).scalar_one() == "30s"
    # A longer time-out is not cut short on our side of the line either.
    monkeypatch.setattr(server, "STATEMENT_S", 0.3)
    monkeypatch.setattr(server, "SILENT_S", 0.2)
    with (
        Store.open(f"{on_server}?options=-c%20statement_timeout%3D5s") as store,
        store._reading() as connection,
    ):
        connection.execute(sa.text("SELECT pg_sleep(1)"))


def test_how_long_connecting_may_take_is_the_address_s_to_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    psycopg = pytest.importorskip("psycopg")
    asked: dict[str, object] = {}

    def connect(_class, *_args, **values):
        asked.update(values)
        raise StoreError("store_full", store="x")

    monkeypatch.setattr(psycopg.Connection, "connect", classmethod(connect))
    for query, wanted in (("", server.CONNECT_S), ("?connect_timeout=60", 60)):
        engine = databases.make_engine(sa.make_url(f"postgresql+psycopg://a@127.0.0.1/x{query}"))
        with pytest.raises(StoreError):
            engine.connect()
        assert int(asked["connect_timeout"]) == wanted
