"""A date that fails is set aside and named; the others are judged, and it is tried again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from routecheck.config import load_config
from routecheck.daemon.outbox import Outbox
from routecheck.daemon.service import Service
from routecheck.engine import partition
from routecheck.engine.basis import Basis
from routecheck.engine.due_dates import entries
from routecheck.jobs import judging as job
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.run import reconcile
from routecheck.queries.status import read_status
from routecheck.store import Store
from site_tools import call
from village import Village, day, morning

BAD = day(1)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    site = Village(tmp_path / "village")
    for n in range(3):
        site.deliver(day(n))
    return site


def judged(village: Village) -> list[date]:
    with Store.open(load_config(village.config).store_url) as store:
        return list(entries(store.dates(), {}))


def fails_of(monkeypatch, owner, name: str, at: int) -> None:
    """Let a function raise whenever the date that it is given is the bad one."""
    usual = getattr(owner, name)

    def failing(*args, **more):
        given = args[at]
        if given == BAD or getattr(given, "service_date", None) == BAD or _only(given):
            raise ZeroDivisionError("nothing of this date adds up\nsecond line")
        return usual(*args, **more)

    monkeypatch.setattr(owner, name, failing)


def _only(given: object) -> bool:
    return isinstance(given, dict) and BAD in given


PLACES = {
    "observed": (partition, "observed", 1),
    "learned from": (Basis, "learn", 1),
    "judged": (partition, "weighed", 0),
    "stored": (job, "_stored", 2),
    "hashed": (Basis, "input_hash", 1),
}


@pytest.mark.parametrize("where", PLACES)
def test_the_other_dates_go_on(village, monkeypatch, where):
    config = load_config(village.config)
    fails_of(monkeypatch, *PLACES[where])
    done = do_round(config, now=morning(day(3)))
    assert judged(village) == [day(n) for n in (0, 2)]
    assert done.exit_status == 1
    [aside] = [one for report in done.reports for one in report.aside]
    assert (aside.day, aside.tries) == (str(BAD), 1)
    assert aside.reason == "ZeroDivisionError: nothing of this date adds up"


@pytest.mark.parametrize("where", ["judged", "hashed"])
def test_it_is_tried_again_every_morning(village, monkeypatch, where):
    config = load_config(village.config)
    with monkeypatch.context() as patch:
        fails_of(patch, *PLACES[where])
        do_round(config, now=morning(day(3)))
        # The next morning: it is tried, by itself, and fails again.
        village.deliver(day(3))
        assert do_round(config, now=morning(day(4))).exit_status == 1
        assert judged(village) == [day(n) for n in (0, 2, 3)]
        problems = read_status(config, morning(day(4), "09:00")).problems
        named = [problem for problem in problems if str(BAD) in problem and "set aside" in problem]
        assert len(named) == 1
        assert "2 times" in named[0]
    village.deliver(day(4))
    assert do_round(config, now=morning(day(5))).exit_status == 0
    assert judged(village) == [day(n) for n in range(5)]
    assert not [one for one in read_status(config, morning(day(5))).problems if "aside" in one]


def test_a_date_that_was_judged_and_fails_now_keeps_what_is_stored(village, monkeypatch):
    config = load_config(village.config)
    reconcile(config, [BAD], now=morning(day(3)))
    before = (village.folder / "out" / f"pickups_{BAD}.csv").read_bytes()
    village.deliver(BAD, "V2", begins="07:05")
    fails_of(monkeypatch, partition, "weighed", 0)
    report = reconcile(config, [BAD], now=morning(day(3)))
    assert [one.day for one in report.aside] == [str(BAD)]
    assert (village.folder / "out" / f"pickups_{BAD}.csv").read_bytes() == before


def test_a_date_whose_files_cannot_be_written_is_due_again(village, monkeypatch):
    from routecheck.present import exports

    config = load_config(village.config)
    with monkeypatch.context() as patch:
        fails_of(patch, exports, "read_service_date", 1)
        assert do_round(config, now=morning(day(3))).exit_status == 1
        assert judged(village) == [day(n) for n in range(3)]
    assert not (village.folder / "out" / f"pickups_{BAD}.csv").exists()
    assert (village.folder / "out" / f"pickups_{day(2)}.csv").exists()
    assert do_round(config, now=morning(day(3), "07:00")).exit_status == 0
    assert (village.folder / "out" / f"pickups_{BAD}.csv").exists()


def test_the_corrections_of_a_run_are_kept_where_its_last_date_fails(village, monkeypatch):
    config = load_config(village.config)
    proposed = []
    usual = Store.write_corrections
    monkeypatch.setattr(
        Store, "write_corrections", lambda *a, **k: (proposed.append(1), usual(*a, **k))
    )
    fails_of(monkeypatch, partition, "weighed", 0)
    reconcile(config, [day(0), BAD], now=morning(day(3)))
    assert judged(village) == [day(0)]
    assert proposed == [1]


def test_a_date_that_is_set_aside_teaches_nothing():
    """Its history was made, and what came after it failed."""

    class Learning:
        def learn(self, observed):
            return list(observed)

    attempts = job.Attempts({BAD: "failed"})
    assert job._learned(Learning(), attempts, {day(0): None, BAD: None}) == [day(0)]
    assert job._learned(Learning(), attempts, {BAD: None}) is None


def test_no_date_is_named_for_what_several_cannot_do_together(caplog):
    class Learning:
        def learn(self, observed):
            return list(observed) if len(observed) == 1 or BAD not in observed else 1 / 0

    with pytest.raises(ZeroDivisionError):
        job._learned(Learning(), job.Attempts(), {day(0): None, BAD: None})
    assert [record.getMessage() for record in caplog.records] == [
        "learning from all dates together failed"
    ]


def test_commands_and_the_service_name_it(village, monkeypatch, capsys):
    fails_of(monkeypatch, partition, "weighed", 0)
    sent = []
    monkeypatch.setattr(
        Outbox, "send", lambda self, to, kind, title, lines, now: sent.append((title, list(lines)))
    )
    service = Service(village.config, clock=lambda: morning(day(3)))
    assert service.tick() is not None
    [told] = [lines for title, lines in sent if "could not be judged" in title]
    assert str(BAD) in told[0]
    capsys.readouterr()
    config = ("--config", str(village.config))
    assert call("run", "--date", str(BAD), "--json", *config) == 1
    shown = capsys.readouterr()
    assert f"{BAD} could not be judged and is set aside (ZeroDivisionError" in shown.err
    assert json.loads(shown.out)["runs"][0]["set_aside"][0]["day"] == str(BAD)
    assert call("run", "--date", str(BAD), *config) == 1
    capsys.readouterr()
    assert call("status", "--check", *config) == 1
    assert f"{BAD} could not be judged" in capsys.readouterr().out
