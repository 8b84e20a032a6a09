"""The service's daily backups, and messages that a receiver does not take."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.daemon.service import Service
from routecheck.queries.status import read_status
from routecheck.store.care import check, restore
from village import Village, day, morning


@pytest.fixture
def village(tmp_path: Path) -> Village:
    site = Village(tmp_path / "village", more="[service]\nbackups = 2\n")
    for n in range(4):
        site.deliver(day(n))
    return site


def problems(village: Village, now: pd.Timestamp) -> list[str]:
    return list(read_status(load_config(village.config), now).problems)


def backups(village: Village) -> list[str]:
    return sorted(path.name for path in village.folder.glob("backups/*"))


def test_a_backup_a_day_and_the_last_are_kept(village: Village) -> None:
    now = [morning(day(1))]
    service = Service(village.config, clock=lambda: now[0])
    for n in range(1, 5):
        now[0] = morning(day(n))
        assert service.tick() is not None
    assert backups(village) == [f"rc.db.{day(3)}.bak", f"rc.db.{day(4)}.bak"]
    state = read_status(load_config(village.config), now[0]).backup
    assert state is not None
    assert Path(state.path).name == f"rc.db.{day(4)}.bak"
    for path in village.folder.glob("backups/*"):
        assert check(f"sqlite:///{path}").faults == []
    # It brings back what was lost.
    (village.folder / "rc.db").unlink()
    restore(load_config(village.config).store_url, Path(state.path))
    assert [row.service_date for row in read_status(load_config(village.config), now[0]).dates] == [
        day(n) for n in range(4)
    ]


def test_a_damaged_store_is_named_and_takes_no_sound_backup_away(village: Village) -> None:
    now = [morning(day(1))]
    service = Service(village.config, clock=lambda: now[0])
    for n in (1, 2):
        now[0] = morning(day(n))
        service.tick()
    kept = backups(village)
    with closing(sqlite3.connect(village.folder / "rc.db")) as connection, connection:
        connection.execute("UPDATE evidence SET rows = rows + 1 WHERE kind = 'rounds'")
    for n in (3, 4):
        now[0] = morning(day(n))
        assert service.tick() is not None
    assert backups(village) == kept
    [named] = [one for one in problems(village, now[0]) if "daily backup failed" in one]
    assert "evidence" in named


def test_none_where_none_is_wanted(village: Village) -> None:
    text = village.config.read_text().replace("backups = 2", "backups = 0")
    village.config.write_text(text)
    assert Service(village.config, clock=lambda: morning(day(1))).tick() is not None
    assert not (village.folder / "backups").exists()


@pytest.fixture
def receiver():
    """A web server that takes messages, at a port that was closed until it is started."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["title"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
    server.server_bind()
    yield server, came
    if server.fileno() != -1:
        server.shutdown() if came else None
        server.server_close()


def test_what_a_receiver_does_not_take_is_named_and_tried_again(village: Village, receiver) -> None:
    server, came = receiver
    port = server.server_address[1]
    text = village.config.read_text()
    village.config.write_text(f'{text}\n[messages]\nurls = ["json://127.0.0.1:{port}/s3cr3t"]\n')
    now = [morning(day(1))]
    service = Service(village.config, clock=lambda: now[0])
    assert service.tick() is not None
    [named] = [one for one in problems(village, now[0]) if "receiver 1" in one]
    assert "json" in named
    assert "one waits" in named
    assert "s3cr3t" not in named
    assert b"s3cr3t" not in (village.folder / "rc.db").read_bytes()
    # A service that is started anew has not forgotten it; nor does it try at once.
    service = Service(village.config, clock=lambda: now[0])
    server.server_activate()
    Thread(target=server.serve_forever, daemon=True).start()
    now[0] += pd.Timedelta(seconds=30)
    service._messages.retry(now[0])
    assert came == []
    now[0] += pd.Timedelta(seconds=60)
    service.tick()
    assert [title for title in came if "summary" in title] == came
    assert len(came) == 1
    assert not [one for one in problems(village, now[0]) if "receiver" in one]


def test_old_news_is_given_up_and_the_receiver_is_named_still(village: Village, receiver) -> None:
    server, came = receiver
    text = village.config.read_text()
    port = server.server_address[1]
    village.config.write_text(f'{text}\n[messages]\nurls = ["json://127.0.0.1:{port}/"]\n')
    now = [morning(day(1))]
    service = Service(village.config, clock=lambda: now[0])
    service.tick()
    now[0] += pd.Timedelta(days=4)
    service._messages.retry(now[0])
    service._beat(service.config, now[0])
    [named] = [one for one in problems(village, now[0]) if "receiver 1" in one]
    assert "none waits" in named
    assert came == []
