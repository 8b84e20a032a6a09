"""The short form of the faults; `python -m tests.faults` runs the long one."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from faults import (
    bombs,
    endless_lists,
    fetching,
    fuzz_target,
    fuzzing,
    hostile,
    malformed,
    many_sites,
    page,
    planted,
    trials,
)
from faults.outcome import Outcome
from faults.server import Server, binaries
from faults.trial_list import TRIALS
from faults.yard import Yard, export_rows, make_yard, start
from faults.year import soak
from faults.zones import NAMED, commands, write_zone_site
from routecheck.cli import main
from routecheck.sources import tables
from site_tools import call, cannot_check
from village import day

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


@pytest.fixture(scope="session")
def yard() -> Iterator[Yard]:
    # In memory where that is offered: what is tested is the order of writes, not the disk.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="routecheck-yard-", dir=memory if memory.is_dir() else None
    ) as folder:
        yield make_yard(Path(folder), points=16, trucks=2)


@pytest.fixture
def disks(tmp_path: Path) -> None:
    if not trials.can_mount(tmp_path):
        cannot_check("no small file system can be mounted here: needs root")


@pytest.fixture
def server() -> Iterator[Server]:
    pytest.importorskip("psycopg")
    programs = binaries()
    if programs is None:
        cannot_check(
            "no PostgreSQL: its server is not installed (Debian: apt-get install postgresql)"
        )
    assert programs is not None
    with Server(programs) as server:
        yield server


def test_workers_of_a_fleet_are_killed(tmp_path: Path) -> None:
    outcome = many_sites.try_all(tmp_path / "fleet", 3, seed=1)
    assert outcome.failures == ()
    assert sum(outcome.figures.values()) == 3


def test_kills(yard: Yard) -> None:
    assert trials.kills(yard, 6)["killed"] == 6


def test_kills_of_what_mends(yard: Yard) -> None:
    assert trials.kills_twice(yard, 1)["killed"] > 0


def test_kills_while_fetching(tmp_path: Path) -> None:
    outcome = fetching.try_all(tmp_path / "fetches", 8, seed=1)
    assert outcome.failures == ()
    assert outcome.figures["killed"] > 0


def test_stops(yard: Yard) -> None:
    trials.stops(yard, 2)


def test_conflicts(yard: Yard) -> None:
    found = trials.conflicts(yard, 2)
    assert found["waited"] + found["told who holds it"] == 2


def test_clocks_set_back(yard: Yard) -> None:
    assert trials.clocks(yard, 1)["trials"] == 1


def test_a_week_of_downtime(tmp_path: Path, yard: Yard) -> None:
    found = trials.downtime(tmp_path, 6, kills=2)
    assert found["killed"] > 0


def test_corruption(yard: Yard) -> None:
    assert trials.corrupted(yard, 2)["told by the check"] == 2


def test_changes_of_clocks(tmp_path: Path) -> None:
    assert trials.zones(tmp_path, 2)["changes"] == 2


@pytest.mark.parametrize(("zone", "day"), list(NAMED.items())[::2])  # one of either hemisphere
def test_every_command_on_a_date_without_a_midnight(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], zone: str, day: date
) -> None:
    days = [day + timedelta(days=n) for n in (-1, 0, 1)]
    config = write_zone_site(tmp_path / "site", zone, days)
    for command in commands(config, days):
        assert main(command) == 0, f"{command}: {capsys.readouterr().err}"
    alerts = export_rows(config.parent / "out" / f"alerts_{day}.csv")
    # The monitor named the window as the schedule has it: 00:00, which that date has not.
    assert [row["cause"] for row in alerts] == ["monitor_fault"] * 3, alerts


def test_flipped_bits(yard: Yard) -> None:
    found = trials.flipped_bits(yard, 40)
    assert found["found by the check"] > 5


@pytest.mark.usefixtures("disks")
def test_full_disks(yard: Yard) -> None:
    found = trials.disk_full(yard, 3)
    assert found["told"] > 0


@pytest.mark.usefixtures("disks")
def test_read_only_folders(yard: Yard) -> None:
    assert trials.read_only(yard) == {"store": 1, "exports": 1}


@pytest.mark.server
def test_a_server_that_goes_and_comes(yard: Yard, server: Server) -> None:
    found = trials.server_stops(yard, server, 2)
    assert found["told"] > 0


@pytest.mark.server
def test_a_server_that_freezes(yard: Yard, server: Server) -> None:
    assert trials.frozen_server(yard, server)["told"] == 1


def test_a_week_of_the_year(tmp_path: Path) -> None:
    counts = soak(tmp_path, 5)
    assert counts["rounds"] == counts["days"] == 5


@pytest.mark.parametrize("bomb", bombs.QUICK, ids=lambda bomb: f"{bomb.name}, {bomb.table}")
def test_bombs(tmp_path: Path, bomb: bombs.Bomb) -> None:
    cost = bombs.set_off(bomb, bombs.village(tmp_path / "good"), tmp_path / "bomb")
    assert not bombs.wrong(bomb, cost, tmp_path / "bomb"), cost.said


def test_a_bomb_can_go_off(tmp_path: Path) -> None:
    """What is found amiss is found: a limit that was lifted, and a file that is not named."""
    few = bombs._long_ids("schedule", length=2_000, count=5)  # a thousand are let in by default
    bomb = bombs.Bomb("a few long ids", "schedule", "b.csv", few, "text_length")
    good = bombs.village(tmp_path / "good")
    config = good / "routecheck.toml"
    config.write_text(config.read_text() + "[limits]\ntext_length = 1000000\n")
    cost = bombs.set_off(bomb, bombs.village(tmp_path / "usual"), tmp_path / "bomb")
    assert "'text_length' is not told" not in bombs.wrong(bomb, cost, tmp_path / "bomb")
    cost = bombs.set_off(bomb, good, tmp_path / "bomb")
    assert "'text_length' is not told" in bombs.wrong(bomb, cost, tmp_path / "bomb")


@pytest.mark.parametrize("way", [endless_lists.WAYS[0], endless_lists.WAYS[2]])
def test_lists_of_files_that_never_end(tmp_path: Path, way: endless_lists.Endless) -> None:
    good = bombs.village(tmp_path / "good")
    cost, amiss = endless_lists.tried(way, good, tmp_path / "site")
    assert not amiss, cost.said


def test_malformed_inputs(tmp_path: Path) -> None:
    assert malformed.try_all(tmp_path, 12, seed=2).failures == ()


@pytest.mark.parametrize(
    ("form", "word"), [("csv", "bell"), ("database", "override"), ("web", "all signs"),
                       ("xlsx", "a formula after '\\u200b'")],
)  # fmt: skip
def test_hostile_text(tmp_path: Path, form: str, word: str) -> None:
    """A sign, all of them, and a formula; a format each."""
    [(name, sign, formula)] = [one for one in hostile.WORDS if one[0] == word]
    site = hostile.Hostile(tmp_path / "site", form, sign, formula=formula)
    read, found = hostile.read_all(site)
    assert read > 50, name
    assert found == [], name


@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_points_that_were_handed_out_are_an_input_again(tmp_path: Path, form: str) -> None:
    """What stands for the signs in their ids joins to them."""
    site = hostile.Hostile(tmp_path / "site", "csv", hostile.ALL_SIGNS)
    config, on = ("--config", str(site.config)), ("--date", str(day(0)))

    def verdicts() -> list[list[str]]:
        assert call("run", *on, *config) == 1
        table = export_rows(site.folder / "out" / f"pickups_{day(0)}.csv")
        return [[row["point_id"], row["verdict"], row["cause"]] for row in table]

    before = verdicts()
    assert call("recheck", *on, *config, "--", before[0][0]) == 0
    assert call("diagnose", "--export", *config) == 0
    text = site.config.read_text().replace('"points.csv"', f'"out/corrected_points.{form}"')
    site.config.write_text(text.replace("rc.db", "new.db"))
    for path in (site.folder / "out").glob("pickups*"):
        path.unlink()
    after = verdicts()
    assert [v[1:] for v in after] == [v[1:] for v in before]
    assert [v[1] for v in after].count("collected") == 7


def test_hostile_text_is_found() -> None:
    assert hostile.amiss("run stdout", "a\x1b[2J")
    assert hostile.amiss("run stdout", f"a\n{hostile.LEAD}b")
    assert hostile.amiss("pickups.csv", "a\n\u200b=1+1\n")
    assert hostile.amiss("report.html", "<p><img src=x onerror=alert(1)></p>")
    assert not hostile.amiss("pickups.csv", "a,b\n'=1+1,-3.5\n")


@pytest.mark.parametrize(
    "name",
    [
        "in the query, from the environment",
        "unescaped, from the environment",
        "an @ and a slash in it",
        "no TOML, a list",
        "messages.urls, a literal key",
        "fixes, a web address, quoted",
        "a header, from the environment",
    ],
)
def test_planted_secrets(tmp_path: Path, name: str) -> None:
    [plant] = [plant for plant in planted.PLANTS if plant.name.endswith(name)]
    found = [leak for told in planted.outputs(tmp_path, plant) for leak in planted.leaks(*told)]
    assert found == []


def test_a_secret_is_found() -> None:
    assert planted.leaks("status", f"postgresql://u:x@{planted.LAST}/db")


def test_every_trial_is_on_the_page() -> None:
    english, chinese = page.PAGES
    text = english.updated("", TRIALS[:2], {"kills": Outcome(3, ("one",))}, date(2026, 3, 2))
    assert "| `kills` |" in text
    assert "| 3 of 1,000 | 1 |  | 2026-03-02 |" in text
    assert "Not run yet: `kills-twice`." in text
    again = english.updated(text, TRIALS, {"stops": Outcome(50)}, date(2026, 3, 3))
    assert "| 3 of 1,000 | 1 |  | 2026-03-02 |" in again
    assert "| 50 | 0 |  | 2026-03-03 |" in again
    assert len({trial.name for trial in TRIALS}) == len(TRIALS)
    everything = {trial.name: Outcome(1) for trial in TRIALS}
    told = chinese.updated("", TRIALS, everything, date(2026, 3, 3))
    assert told.count("2026-03-03") == len(TRIALS)


def test_what_is_fuzzed_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fuzzing.seeds(tmp_path / "good", tmp_path / "corpus")
    tried = [path.read_bytes() for path in sorted((tmp_path / "corpus").iterdir())]
    assert {fuzz_target.KINDS[data[0]] for data in tried} == set(fuzz_target.KINDS)
    for data in tried:
        fuzz_target.look(fuzz_target.KINDS[data[0]], data[1:], tmp_path)
    alerts = (tmp_path / "corpus" / "alerts.csv").read_bytes()[1:]
    read = tables.read_alerts
    monkeypatch.setattr(tables, "read_alerts", lambda *how: replace(read(*how), rows_in=99))
    with pytest.raises(AssertionError, match="rows were lost"):
        fuzz_target.look(("alerts", "csv"), alerts, tmp_path)


def test_a_trial_can_fail(yard: Yard) -> None:
    """What is compared does tell a store that lacks something."""
    import sqlite3
    from contextlib import closing

    want = trials.undisturbed(yard)
    config = yard.trial("undisturbed")
    assert trials.end(start(lambda: trials.one_round(config, yard.now))) == 0
    with closing(sqlite3.connect(config.parent / "routecheck.db")) as connection, connection:
        connection.execute("UPDATE pickup_verdict SET cause = 'gap' WHERE rowid = 3")
    assert trials.differences(want, trials.snapshot(config)) == ["table pickup_verdict"]
