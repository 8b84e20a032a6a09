"""What `status` shows, and what it calls wrong."""

import json
import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from routecheck.config import load_config
from routecheck.daemon.outbox import Outbox
from routecheck.daemon.service import Service
from routecheck.engine.notes import MESSAGES
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.run import reconcile
from routecheck.present.status_text import as_json, as_text
from routecheck.queries.status import read_status
from routecheck.store import Store
from routecheck.store.schema import service_date
from site_tools import call
from village import Village, day, morning


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path / "village")


def status(village: Village, n: int, clock: str = "09:00") -> dict:
    config = load_config(village.config)
    found = read_status(config, morning(day(n), clock))
    return as_json(found, config.site.language, config.time_zone)


def test_all_is_well(village: Village) -> None:
    for n in range(3):
        village.deliver(day(n))
    now = [morning(day(3))]
    service = Service(village.config, clock=lambda: now[0])
    service.tick()
    found = status(village, 3)
    # The clock of the store is the machine's; the village lives in its own time.
    found["problems"] = [p for p in found["problems"] if "not responded" not in p]
    assert found["problems"] == []
    assert found["due"] == []
    assert found["last_data"] == str(day(2))
    assert found["next_run_at"] == f"{day(4)}T06:30:00+08:00"
    [vehicle] = found["vehicles"]
    assert vehicle["vehicle_id"] == "V1"
    assert vehicle["silent_days"] == 0
    assert vehicle["delay_s"] == 5.0
    assert vehicle["last_fix_at"].startswith(str(day(2)))
    assert [row["state"] for row in found["dates"]] == ["provisional"] * 3
    assert "nothing is due" in as_text(found, "en")
    assert "没有待运行的日期" in as_text(found, "zh")


def test_a_silent_vehicle_and_a_silent_feed(village: Village) -> None:
    for n in range(3):
        village.deliver(day(n))
        if n == 0:
            village.deliver(day(n), "V2", begins="07:05")
    do_round(load_config(village.config), now=morning(day(3)))
    silent = {v["vehicle_id"]: v["silent_days"] for v in status(village, 3)["vehicles"]}
    assert silent == {"V1": 0, "V2": 2}
    assert "vehicle V2: last fix" in as_text(status(village, 3), "en")
    assert f"no data has arrived since {day(2)}" in status(village, 6)["problems"]


def test_months_after_the_data_nothing_is_due(village: Village) -> None:
    for n in range(3):
        village.deliver(day(n))
    do_round(load_config(village.config), now=morning(day(3)))
    found = status(village, 200)
    assert found["due"] == []
    assert f"no data has arrived since {day(2)}" in found["problems"]


def test_what_is_due_is_counted(village: Village) -> None:
    for n in (0, 1, 3):
        village.deliver(day(n))
    config = load_config(village.config)
    do_round(config, now=morning(day(2)))
    reconcile(config, [day(3)], now=morning(day(4)))
    found = status(village, 4)
    assert found["due"] == [str(day(2))]
    assert f"1 date is due, the first is {day(2)}" in found["problems"]


def test_the_exit_status_for_monitoring(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(village.config)]
    assert call("status", *config) == 0
    assert call("status", "--check", *config) == 1
    assert "there is no store" in capsys.readouterr().out
    village.deliver(day(0))
    assert call("run", "--due", *config) == 0
    capsys.readouterr()
    assert call("status", "--check", "--json", *config) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["problems"] == [f"no data has arrived since {day(0)}"]


def test_points_that_alert_chronically_are_counted(village: Village) -> None:
    # On the first day it is served: so its place is known.
    village.deliver(day(0))
    for n in range(1, 5):
        village.deliver(day(n), skip=["P3"])
        village.alert(f"A{n}", "P3", day(n))
        if n < 4:
            village.alert(f"B{n}", "P5", day(n))
    village.alert("C", "P6", day(1))
    do_round(load_config(village.config), now=morning(day(5)))
    found = status(village, 5)
    [week] = found["chronic"]
    # P3 on four days of five, P5 on three of five, P6 on one.
    assert (week["week"], week["days_judged"], week["points"]) == ("2026-W10", 5, 2)
    assert (week["false"], week["genuine"], week["unverifiable"]) == (1, 1, 0)
    assert week["causes"] == {"monitor_fault": 1, "passed_by": 1}
    assert "2026-W10  2 points: false 1, genuine 1" in as_text(found, "en")
    assert "2026-W10  2 个：误报 1，属实 1" in as_text(found, "zh")
    assert "(5 of 7 days judged)" in as_text(found, "en")


@pytest.mark.parametrize("content", [b"", b"no database " * 400])
def test_a_store_that_cannot_be_read_is_a_failure(
    village: Village, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    config = ["--config", str(village.config)]
    (village.folder / "rc.db").write_bytes(content)
    for more in ([], ["--check"]):
        assert call("status", *more, *config) == 3
        shown = capsys.readouterr()
        assert shown.out == ""
        [line] = shown.err.splitlines()
        assert "rc.db" in line
        assert "restore a backup" in line
    assert call("status", "--json", *config) == 3
    shown = capsys.readouterr()
    assert json.loads(shown.out)["problems"][0] in shown.err
    assert (village.folder / "rc.db").read_bytes() == content


def test_a_password_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_PASSWORD", "s3cr3t")
    village = Village(
        tmp_path / "v", url="postgresql://user:${PG_PASSWORD}@127.0.0.1:9/none?connect_timeout=1"
    )
    shown = as_text(status(village, 1), "en") + json.dumps(status(village, 1))
    assert "s3cr3t" not in shown
    assert "127.0.0.1" in shown


def test_a_clock_that_is_off_is_listed_once_a_device_with_its_dates(village: Village) -> None:
    for n in range(3):
        village.deliver(day(n))
    do_round(load_config(village.config), now=morning(day(3)))
    clock = {"vehicle_id": "V1", "offset_s": -28800, "first": str(day(0)), "last": str(day(1))}
    with Store.open(load_config(village.config).store_url) as store, store.engine.begin() as c:
        for n in range(2):
            counts = json.dumps(store.dates()[n]["counts"] | {"clocks": {"V1": -28800}})
            here = service_date.c.service_date == day(n)
            c.execute(sa.update(service_date).where(here).values(counts=counts))
    found = status(village, 3)
    assert found["clocks"] == [clock]
    assert f"clock of V1: 8 h ahead, {day(0)} to {day(1)}" in as_text(found, "en")
    assert "V1 终端时钟偏快 8 小时" in as_text(found, "zh")
    [clock] = found["clocks"]
    clock["last"] = clock["first"]
    assert f"8 h ahead, {day(0)}; corrected" in as_text(found, "en")
    assert f"8 小时（{day(0)}），" in as_text(found, "zh")


def test_dates_run_by_hand_are_no_service_that_fell_silent(village: Village) -> None:
    """A range of the past, on a site that was never served: nobody expects this morning's data."""
    config = load_config(village.config)
    for n in range(3):
        village.deliver(day(n))
    reconcile(config, [day(n) for n in range(3)], now=morning(day(200)))
    found = status(village, 200)
    assert not found["daily"]
    assert found["problems"] == []
    assert found["due"] == []
    assert "run by hand" in as_text(found, "en")
    assert "手动运行" in as_text(found, "zh")
    assert "next daily run" not in as_text(found, "en")
    # Whoever looks for a date's data and finds none is told.
    reconcile(config, [day(199)], now=morning(day(200)))
    assert status(village, 200)["problems"] == [f"no data has arrived since {day(2)}"]
    # And whoever has the dates found by themselves is, too.
    do_round(config, now=morning(day(201)))
    found = status(village, 201)
    assert found["daily"]
    assert "next daily run" in as_text(found, "en")


def test_other_files_that_changed_make_no_dates(village: Village) -> None:
    village.deliver(day(0))
    reconcile(load_config(village.config), [day(0)], now=morning(day(1)))
    (village.folder / "calendar.csv").write_text("date,township,point_id,due\n")
    points = village.folder / "points.csv"
    os.utime(points, (4e9, 4e9))
    found = status(village, 100)
    assert [Path(path).name for path in found["inputs_changed"]] == ["points.csv"]
    assert found["due"] == []


def test_a_run_that_died_is_shown_before_the_next_one(village: Village) -> None:
    village.deliver(day(0))
    config = load_config(village.config)
    do_round(config, now=morning(day(1)))
    with Store.open(config.store_url) as store:
        with store.lock():
            run_id = store.begin_run("run --due")
            state = status(village, 1)["runs"][0]["state"]
            assert state == "running"
        # Its process ended without a word: the lock is free, the entry has stayed.
        found = status(village, 1)
        assert (found["runs"][0]["run_id"], found["runs"][0]["state"]) == (run_id, "killed")
        assert any("killed" in problem for problem in found["problems"])
        assert "killed" in as_text(found, "en")
        assert store.run_states()[run_id] == "running"
        store.finish_run(run_id, "done")
    assert status(village, 1)["runs"][0]["state"] == "done"


def test_a_site_in_which_nothing_can_be_written(village: Village, monkeypatch) -> None:
    village.deliver(day(0))
    reconcile(load_config(village.config), [day(0)], now=morning(day(1)))
    before = status(village, 1)["problems"]
    assert not [one for one in before if "can be written" in one]
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    named = [one for one in status(village, 1)["problems"] if "can be written" in one]
    assert [str(village.folder) in one for one in named] == [True, True]


def test_receivers_that_fail_come_in_the_order_of_the_configuration(village: Village) -> None:
    failing = {place: {"service": "json", "reason": "", "since": "2026-03-02"} for place in (10, 2)}
    village.deliver(day(0))
    reconcile(load_config(village.config), [day(0)], now=morning(day(1)))
    with Store.open(load_config(village.config).store_url) as store:
        store.put_note(MESSAGES, Outbox(failing=failing).as_note())
    assert [one["place"] for one in status(village, 1)["receivers"]] == [2, 10]
