"""The service through mornings and troubles; its messages and logs; a stop from outside."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.clock import Clock
from routecheck.config import load_config
from routecheck.daemon.logs import JsonLines, TextLines, set_up_logs
from routecheck.daemon.notify import Delivery, Messenger
from routecheck.daemon.service import Service
from routecheck.domain.errors import UsageError
from routecheck.engine.notes import SERVICE
from routecheck.store import Store
from village import POINTS, Village, day, morning

SECRET = "s3cr3t-t0ken"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path / "village")


def test_a_round_a_morning_and_none_in_between(village: Village) -> None:
    village.deliver(day(0))
    clock = Clock(morning(day(1), "05:00"))
    service = Service(village.config, clock=clock)
    # Before half past six, yesterday's date is not due yet.
    done = service.tick()
    assert done is not None
    assert done.due.dates == ()
    clock.now = morning(day(1), "06:31")
    done = service.tick()
    assert done is not None
    assert done.due.dates == (day(0),)
    for at in ("06:40", "12:00", "23:59"):
        clock.now = morning(day(1), at)
        assert service.tick() is None
    village.deliver(day(1))
    clock.now = morning(day(2), "06:31")
    done = service.tick()
    assert done is not None
    assert day(1) in done.due.missing


def test_missing_data_are_taken_in_when_they_come(village: Village) -> None:
    village.deliver(day(0))
    clock = Clock(morning(day(2)))
    service = Service(village.config, clock=clock)
    service.tick()
    clock.now = morning(day(2), "07:00")
    # Nothing has come: the files are not even read.
    assert service.tick() is None
    village.deliver(day(1))
    clock.now = morning(day(2), "07:10")
    done = service.tick()
    assert done is not None
    assert done.due.dates == (day(1),)
    assert done.incomplete == ()


def test_weeks_asleep_and_a_clock_set_back(village: Village) -> None:
    for n in range(10):
        village.deliver(day(n))
    clock = Clock(morning(day(1)))
    service = Service(village.config, clock=clock)
    service.tick()
    clock.now = morning(day(10))
    done = service.tick()
    assert done is not None
    assert done.due.missing == tuple(day(n) for n in range(1, 10))
    clock.now = morning(day(3))
    done = service.tick()
    assert done is not None
    assert done.due.dates == ()


def test_trouble_is_reported_once_and_so_is_its_end(
    village: Village, hook: tuple[str, list[dict[str, str]]], caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    address, came = hook
    monkeypatch.setenv("HOOK", f"{address}/{SECRET}")
    with village.config.open("a") as file:
        file.write('[messages]\nurls = ["json://${HOOK}"]\n')
    village.deliver(day(0))
    schedule = village.folder / "schedule.csv"
    kept = schedule.read_text()
    schedule.unlink()
    clock = Clock(morning(day(1)))
    service = Service(village.config, clock=clock)
    for _ in range(3):
        assert service.tick() is None
        service._retry_at = 0.0
    assert [message["title"] for message in came] == ["Village: the daily run failed"]
    assert "schedule.csv" in came[0]["message"]
    schedule.write_text(kept)
    assert service.tick() is not None
    assert [message["title"] for message in came[1:]] == [
        "Village: the daily run works again", f"Village: summary for {day(0)}",
    ]  # fmt: skip
    assert "Pickups expected: 8" in came[2]["message"]
    assert all(message["path"] == f"/{SECRET}" for message in came)
    assert SECRET not in caplog.text
    for path in village.folder.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


def test_retractions_reach_who_wants_only_those(
    village: Village, hook: tuple[str, list[dict[str, str]]]
) -> None:
    address, came = hook
    with village.config.open("a") as file:
        file.write(f'[messages]\nurls = ["json://{address}"]\nsend = ["revisions"]\n')
    for n in range(4):
        village.deliver(day(n), skip=["P3"] if n == 3 else [])
    village.alert("A1", "P3", day(3))
    clock = Clock(morning(day(4)))
    service = Service(village.config, clock=clock)
    service.tick()
    assert came == []
    village.deliver(day(3), "V2", skip=[p for p in POINTS if p != "P3"], begins="07:05")
    village.deliver(day(4))
    clock.now = morning(day(5))
    service.tick()
    assert [message["title"] for message in came] == ["Village: earlier verdicts were revised"]
    assert "genuine before, now false" in came[0]["message"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("json://${NOT_SET_AT_ALL}/x", "NOT_SET_AT_ALL is not set"),
        (f"json://127.0.0.1:9/{SECRET}", "not delivered"),
        (f"nosuchservice://{SECRET}", "not a URL apprise knows"),
    ],
)
def test_a_message_that_cannot_be_sent_is_logged_without_its_secret(
    url: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        [failed] = (
            Messenger([SecretStr(url)], ["failures"]).deliver("failures", "title", ["line"]).failed
        )
    assert told in failed.reason
    assert SECRET not in failed.reason
    assert told in caplog.text
    assert SECRET not in caplog.text


def test_nothing_leaves_by_default(village: Village) -> None:
    assert load_config(village.config).messages.urls == []
    assert Messenger([], ["summary"]).deliver("summary", "title", []) == Delivery()


def test_a_long_message_is_cut_between_lines(hook: tuple[str, list[dict[str, str]]]) -> None:
    address, came = hook
    messenger = Messenger([SecretStr(f"json://{address}")], ["summary"])
    assert messenger.deliver("summary", "title", ["x" * 99] * 100).taken == (1,)
    lines = came[0]["message"].splitlines()
    assert set(lines[:-1]) == {"x" * 99}
    assert lines[-1] == "…"


def test_a_broken_configuration_stops_no_service(village: Village) -> None:
    village.deliver(day(0))
    service = Service(village.config, clock=Clock(morning(day(1))))
    good = village.config.read_text()
    village.config.write_text(good + "[nonsense]\nx = 1\n")
    assert service.tick() is None
    village.config.write_text(good)
    service._retry_at = 0.0
    assert service.tick() is not None
    with pytest.raises(UsageError):
        Service(village.folder / "none.toml")


def test_a_bug_stops_no_service(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    village.deliver(day(0))
    service = Service(village.config, clock=Clock(morning(day(1))))
    with monkeypatch.context() as patch:
        patch.setattr("routecheck.daemon.service.do_round", lambda *_, **__: 1 / 0)
        assert service.tick() is None
    service._retry_at = 0.0
    assert service.tick() is not None


def test_logs_as_json_and_text() -> None:
    record = logging.makeLogRecord(
        {"name": "routecheck.x", "levelname": "INFO", "msg": "done %d", "args": (3,),
         "created": 1772438400.5, "run_id": "R1"}
    )  # fmt: skip
    told = json.loads(JsonLines().format(record))
    assert told == {
        "time": "2026-03-02T08:00:00.500+00:00", "level": "info", "logger": "routecheck.x",
        "message": "done 3", "run_id": "R1",
    }  # fmt: skip
    assert TextLines().format(record) == "2026-03-02T08:00:00Z INFO    done 3  [R1]"


def test_a_log_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError):
        set_up_logs("text", tmp_path / "file" / "log")


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM")
def test_serving_until_stopped(village: Village) -> None:
    """The real command: it catches up, leaves word that it lives, and ends within seconds."""
    village.deliver(day(0))
    process = subprocess.Popen(
        [sys.executable, "-m", "routecheck", "serve", "--config", village.config,
         "--log-format", "json"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(json.loads(line))
            if "pickups to act on" in line or len(lines) > 40:
                break
        deadline = time.monotonic() + 20
        note = None
        with Store.open(load_config(village.config).store_url) as store:
            while note is None and time.monotonic() < deadline:
                note = store.read_note(SERVICE)
                time.sleep(0.1)
            assert note is not None
            assert note[0]["pid"] == process.pid
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
            assert time.monotonic() - began < 5
            note = store.read_note(SERVICE)
            assert note is not None
            assert note[0]["stopped"]
            runs = store.runs()
        assert [run["state"] for run in runs] == ["done"]
        assert {line["run_id"] for line in lines if "run_id" in line} == {runs[0]["run_id"]}
    finally:
        process.kill()
        process.communicate()
