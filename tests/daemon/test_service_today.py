"""The service through a running day: what it tells, and takes back, once each."""

import os
from pathlib import Path
from types import ModuleType

import pytest

from daemon.clock import Clock
from routecheck.config import load_config
from routecheck.daemon import messages as messages_module
from routecheck.daemon import service as service_module
from routecheck.daemon.service import Service
from routecheck.jobs.run import reconcile
from routecheck.store import Store
from scene import drive, fixes, local
from village import POINTS, Village, day, morning

Message = dict[str, str]


@pytest.fixture
def village(tmp_path: Path, hook: tuple[str, list[Message]]) -> Village:
    """A village of which four dates were judged, with a service that looks every quarter."""
    village = Village(
        tmp_path / "village",
        more='[service]\nevery = "15min"\n'
        f'[messages]\nurls = ["json://{hook[0]}"]\nsend = ["misses"]\n',
    )
    for n in range(4):
        village.deliver(day(n))
    reconcile(load_config(village.config), [day(n) for n in range(4)], now=morning(day(4), "00:10"))
    return village


def closed(village: Village) -> tuple[Clock, Service]:
    """A clock and a service that has closed the dates before this morning."""
    clock = Clock(morning(day(4), "06:35"))
    service = Service(village.config, clock=clock)
    service.tick()
    return clock, service


def come(village: Village, skip: list[str]) -> None:
    """The round of the fifth day, and its truck at home until noon."""
    village.deliver(day(4), skip=skip)
    rows = drive((-900.0, 0.0), [("stand", 4 * 3600)], 60.0)
    home = fixes("V1", local("08:16", day(4)), rows)
    columns = ["vehicle_id", "time", "lon", "lat", "speed_kmh", "received_at"]
    path = village.folder / "fixes" / "home.csv"
    home[columns].to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S%z")


def later(village: Village, *points: str) -> None:
    """The fixes of another truck come, which served some points."""
    village.deliver(day(4), "V2", skip=[p for p in POINTS if p not in points], begins="07:05")


def test_a_miss_is_told_once_and_taken_back_once(
    village: Village, hook: tuple[str, list[Message]]
) -> None:
    came = hook[1]
    clock = Clock(morning(day(4), "06:35"))
    service = Service(village.config, clock=clock)
    assert service.tick() is not None  # the morning's run
    come(village, ["P3", "P5", "P6", "P8"])
    for at in ("12:20", "12:25", "12:31", "12:46"):
        clock.now = morning(day(4), at)
        assert service.tick() is None
    assert [one["title"] for one in came] == ["Village: 4 pickups newly missed"]
    assert came[0]["message"].splitlines()[0].startswith("P3 (Gate P3, North), 06:00–08:00: ")
    later(village, "P3")
    for at in ("13:01", "13:16"):
        clock.now = morning(day(4), at)
        service.tick()
    assert [one["title"] for one in came[1:]] == ["Village: one miss is taken back"]
    assert came[1]["message"].startswith("Taken back: P3 (Gate P3, North), 06:00–08:00: collected")
    # The run that closes the day has its own summary; nothing is told again.
    clock.now = morning(day(5), "06:35")
    done = service.tick()
    assert done is not None
    assert day(4) in done.due.missing
    assert len(came) == 2


def test_what_later_data_leave_open_the_morning_decides(
    village: Village, hook: tuple[str, list[Message]]
) -> None:
    came = hook[1]
    clock, service = closed(village)
    come(village, ["P3", "P5"])
    clock.now = morning(day(4), "12:31")
    service.tick()
    # The other truck made half of what was left, so that its silence at the other half counts.
    later(village, "P3")
    clock.now = morning(day(4), "13:01")
    service.tick()
    with Store.open(load_config(village.config).store_url) as store:
        verdicts = store.read_pickups(day(4)).set_index("point_id")["verdict"]
    assert verdicts["P5"] == "unverifiable"
    assert [one["title"] for one in came[1:]] == ["Village: one miss is taken back"]
    assert came[1]["message"].startswith("Taken back: P3")
    clock.now = morning(day(5), "06:35")
    service.tick()
    assert [one["message"].partition(" (")[0] for one in came[2:]] == ["Taken back: P5"]


def test_what_the_morning_cures_is_taken_back_too(
    village: Village, hook: tuple[str, list[Message]]
) -> None:
    came = hook[1]
    clock, service = closed(village)
    come(village, ["P3"])
    clock.now = morning(day(4), "12:31")
    service.tick()
    assert [one["title"] for one in came] == ["Village: one pickup newly missed"]
    later(village, "P3")
    for on, at in ((5, "06:35"), (5, "06:50"), (6, "06:35")):
        clock.now = morning(day(on), at)
        service.tick()
    assert [one["title"] for one in came[1:]] == ["Village: one miss is taken back"]


def test_nothing_is_judged_as_it_goes_by_default(
    village: Village, hook: tuple[str, list[Message]]
) -> None:
    village.config.write_text(village.config.read_text().replace('"15min"', '""'))
    clock, service = closed(village)
    come(village, ["P3"])
    clock.now = morning(day(4), "12:31")
    service.tick()
    with Store.open(load_config(village.config).store_url) as store:
        assert store.running() == []
    assert hook[1] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
@pytest.mark.parametrize(
    ("module", "at"), [(service_module, "do_today"), (messages_module, "keep_told")]
)
def test_a_service_that_is_killed_tells_it_after_its_next_start(
    village: Village,
    hook: tuple[str, list[Message]],
    module: ModuleType,
    at: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the verdicts were stored, and between keeping the message and sending it."""
    came = hook[1]
    clock = Clock(morning(day(4), "06:35"))
    Service(village.config, clock=clock).tick()
    come(village, ["P3"])
    clock.now = morning(day(4), "12:31")
    child = os.fork()
    if child == 0:
        # Whatever happens, the child is not to go on with the tests.
        try:
            original = getattr(module, at)

            def die(*arguments: object, **options: object) -> None:
                original(*arguments, **options)
                os._exit(9)

            monkeypatch.setattr(module, at, die)
            Service(village.config, clock=clock).tick()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert came == []
    service = Service(village.config, clock=clock)
    for clock_at in ("12:40", "12:46", "13:01"):
        clock.now = morning(day(4), clock_at)
        service.tick()
    assert [one["title"] for one in came] == ["Village: one pickup newly missed"]


def test_a_failure_is_told_once(village: Village, hook: tuple[str, list[Message]]) -> None:
    village.config.write_text(village.config.read_text().replace('["misses"]', '["failures"]'))
    clock, service = closed(village)
    schedule = village.folder / "schedule.csv"
    kept = schedule.read_text()
    schedule.unlink()
    for at in ("08:31", "08:46"):
        clock.now = morning(day(4), at)
        service.tick()
    schedule.write_text(kept)
    clock.now = morning(day(4), "09:01")
    service.tick()
    assert [one["title"] for one in hook[1]] == ["Village: the running day could not be judged"]
