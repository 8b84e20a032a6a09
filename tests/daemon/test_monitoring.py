"""Whether a service is well, as monitoring asks it; and the service of many sites."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from daemon.clock import Clock
from routecheck.daemon.fleet_service import FleetService
from routecheck.daemon.health import loopback, served
from routecheck.domain.errors import UsageError
from routecheck.queries.county import County
from routecheck.store import Store
from village import Village, day, morning

WELL = County("a.toml", "A", date(2026, 3, 2), verdicts={"missed": 3, "collected": 40})
ILL = County("b.toml", "B", problems=("the feed is silent",))


def asked(address: str, path: str, method: str = "GET") -> tuple[int, bytes]:
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_health_is_200_or_503_and_says_what_is_wrong():
    with served("127.0.0.1:0", lambda: [WELL]) as address:
        status, body = asked(address, "/health")
    assert (status, json.loads(body)["well"]) == (200, True)
    with served("localhost:0", lambda: [WELL, ILL]) as address:
        status, body = asked(address, "/health")
    found = json.loads(body)
    assert (status, found["well"]) == (503, False)
    assert [site["problems"] for site in found["sites"]] == [[], ["the feed is silent"]]


def test_metrics_are_what_prometheus_reads():
    with served("127.0.0.1:0", lambda: [WELL, ILL]) as address:
        status, body = asked(address, "/metrics")
    assert status == 200
    values = {
        (sample.name, sample.labels["site"]): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }
    assert values["routecheck_missed_pickups", "A"] == 3
    assert values["routecheck_pickups", "A"] == 43
    assert values["routecheck_well", "A"] == 1
    assert values["routecheck_well", "B"] == 0
    assert values["routecheck_last_date_timestamp_seconds", "A"] == 1772409600


def test_nothing_else_is_answered_and_nothing_can_be_changed():
    with served("127.0.0.1:0", lambda: [WELL]) as address:
        for path in ("/", "/../../etc/passwd", "/health/../metrics", "/%2e%2e/health"):
            assert asked(address, path)[0] == 404
        for method in ("POST", "PUT", "DELETE"):
            assert asked(address, "/health", method)[0] == 405
        # Whoever asks in part and goes does not keep the next one waiting.
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(b"GET /health HT")
        assert asked(address, "/health")[0] == 200


def test_who_asks_slowly_keeps_nobody_waiting():
    with served("127.0.0.1:0", lambda: [WELL]) as address:
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(b"GET /health HT")
            began = time.monotonic()
            assert asked(address, "/health")[0] == 200
            assert time.monotonic() - began < 5.0


def test_a_name_from_elsewhere_that_leads_here_is_not_answered():
    with served("127.0.0.1:0", lambda: [WELL]) as address:
        connection = http.client.HTTPConnection(*address.split(":"), timeout=10)
        for name, status in (("evil.example:9464", 403), ("evil.example", 403), ("localhost", 200)):
            connection.request("GET", "/health", headers={"Host": name})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
            connection.close()


def test_stores_are_not_read_for_every_question():
    reads = []

    def states():
        reads.append(1)
        return [WELL]

    with served("127.0.0.1:0", states) as address:
        for _ in range(20):
            asked(address, "/health")
    assert len(reads) == 1


@pytest.mark.parametrize(
    "address", ["0.0.0.0:80", "192.168.1.7:80", "[::]:80", "example.org:80", "127.0.0.1", ":80",
                "127.0.0.1:http", "127.0.0.1:70000"],
)  # fmt: skip
def test_only_this_machine_is_answered(address: str):
    with pytest.raises(UsageError, match="only this machine"):
        loopback(address)


def test_an_address_that_is_taken_is_one_clear_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(UsageError, match="cannot be listened at"),
            served(f"127.0.0.1:{port}", list),
        ):
            pass


# --- many sites -----------------------------------------------------------------------------------


def villages(folder: Path, names: str) -> dict[str, Village]:
    found = {name: Village(folder / name) for name in names}
    for one in found.values():
        one.deliver(day(0))
    return found


def judged(village: Village) -> list[date]:
    path = village.folder / "rc.db"
    if not path.exists():
        return []
    with Store.open(f"sqlite:///{path}", create=False) as store:
        return [entry["service_date"] for entry in store.dates()]


@pytest.mark.parametrize("engine", ["local", "processes"])
def test_a_morning_of_every_site_and_none_that_stops_another(tmp_path: Path, engine: str):
    sites = villages(tmp_path, "abc")
    fleet = tmp_path / "fleet.toml"
    fleet.write_text(
        f'[fleet]\nsites = ["*/routecheck.toml"]\n[engine]\nkind = "{engine}"\n', "utf-8"
    )
    broken = sites["b"].config
    text = broken.read_text("utf-8")
    broken.write_text("[pionts]\n" + text, "utf-8")
    clock = Clock(morning(day(1), "06:31"))
    service = FleetService(str(fleet), clock=clock)
    service.tick()
    assert [judged(one) for one in sites.values()] == [[day(0)], [], [day(0)]]
    assert next((tmp_path / "out").glob("fleet_*.html")).is_file()
    # What was mended, and what is new, is kept from the next tick on.
    broken.write_text(text, "utf-8")
    sites |= villages(tmp_path, "d")
    service.tick()
    assert [judged(one) for one in sites.values()] == [[day(0)]] * 4
    rounds = {path.parent.name: one.rounds for path, one in service.services.items()}
    assert rounds == dict.fromkeys("abcd", 1)
    assert [one.name for one in service.states() if one.trouble] == []


def test_a_store_that_another_holds_is_no_failure_of_the_round(tmp_path: Path, monkeypatch, caplog):
    sites = villages(tmp_path, "ab")
    fleet = tmp_path / "fleet.toml"
    fleet.write_text(
        '[fleet]\nsites = ["*/routecheck.toml"]\n[engine]\nkind = "processes"\n', "utf-8"
    )
    clock = Clock(morning(day(1), "06:31"))
    service = FleetService(str(fleet), clock=clock)
    url = f"sqlite:///{sites['a'].folder / 'rc.db'}"
    with caplog.at_level("INFO"), Store.open(url) as store, store.lock():
        service.tick()
    assert [judged(one) for one in sites.values()] == [[], [day(0)]]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
    service.tick()
    assert judged(sites["a"]) == [day(0)]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM is no signal there")
def test_the_service_of_many_sites_from_outside(tmp_path: Path):
    sites = villages(tmp_path, "ab")
    fleet = tmp_path / "fleet.toml"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fleet.write_text(
        f'[fleet]\nsites = ["*/routecheck.toml"]\nhealth = "127.0.0.1:{port}"\n', "utf-8"
    )
    command = (sys.executable, "-m", "routecheck", "fleet", "serve", str(fleet))
    log = tmp_path / "log.txt"
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(command, stderr=written)
    try:
        deadline = time.monotonic() + 90
        while not all(judged(one) for one in sites.values()):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.5)
        status, body = asked(f"127.0.0.1:{port}", "/health")
        assert status in (200, 503)
        assert len(json.loads(body)["sites"]) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
    assert "stopped" in log.read_text("utf-8")
