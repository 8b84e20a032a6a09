"""Dates judged again: a dry run against what a real one then changes, and what interrupts it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from routecheck.engine import partition
from routecheck.jobs import rejudge as job
from routecheck.jobs.run import run_dates
from routecheck.store import Store
from site_tools import DAYS, call, exports, rows, run

SPAN = ("--from", DAYS[0], "--to", DAYS[1])
FIRST, SECOND = map(date.fromisoformat, DAYS)


@pytest.fixture(scope="module")
def once(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A judged site whose history is then corrected: a pickup is to take two minutes."""
    folder = tmp_path_factory.mktemp("rejudge") / "county"
    shutil.copytree(county, folder)
    assert run(folder) == 0
    config = folder / "routecheck.toml"
    text = config.read_text("utf-8")
    assert "[matching]" not in text
    config.write_text(f"{text}\n[matching]\nmin_dwell_s = 120\n", "utf-8")
    return folder


@pytest.fixture
def judged(once: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(once, folder)
    return folder


@pytest.fixture
def by_single_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "BATCH_DATES", 1)


def rejudge(site: Path, *more: str, status: int = 0, dates: Sequence[str] = SPAN) -> None:
    config = str(site / "routecheck.toml")
    assert call("rejudge", *dates, *more, "--config", config) == status


def told(site: Path, capsys: pytest.CaptureFixture[str], *more: str, **how: Any) -> dict[str, Any]:
    capsys.readouterr()
    rejudge(site, "--json", *more, **how)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def everything(site: Path) -> dict[str, bytes]:
    found = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def by_key(site: Path, name: str, day: str, *key: str) -> dict[tuple[str, ...], dict[str, str]]:
    return {tuple(row[k] for k in key): row for row in rows(site / "out" / f"{name}_{day}.csv")}


def differences(before: Path, after: Path, day: str, name: str) -> dict[str, Any]:
    """What changed between two exports of a date, by the CSV files alone."""
    key, verdict = {
        "pickups": (("point_id", "window_start"), "verdict"),
        "alerts": (("alert_id",), "classification"),
    }[name]
    was, stands = by_key(before, name, day, *key), by_key(after, name, day, *key)
    verdicts: Counter[tuple[str | None, str | None]] = Counter()
    causes = details = 0
    told_otherwise = {"evidence", "action", "revised_at", "earlier_verdict", "name", "township"}
    for one in was.keys() | stands.keys():
        old, new = was.get(one), stands.get(one)
        if old is None or new is None or old[verdict] != new[verdict]:
            verdicts[old and old[verdict], new and new[verdict]] += 1
        elif old["cause"] != new["cause"]:
            causes += 1
        elif any(old[c] != new[c] for c in old if c not in told_otherwise):
            details += 1
    return {"rows": len(stands), "verdicts": verdicts, "causes": causes, "details": details}


def as_told(changes: dict[str, Any]) -> dict[str, Any]:
    verdicts = Counter({(one["from"], one["to"]): one["count"] for one in changes["verdicts"]})
    assert changes["changed"] == verdicts.total()
    return {"verdicts": verdicts, **{k: changes[k] for k in ("rows", "causes", "details")}}


@pytest.mark.parametrize("size", [1, 14])
def test_a_dry_run_tells_just_what_a_real_one_then_changes(judged, once, capsys, monkeypatch, size):
    monkeypatch.setattr(job, "BATCH_DATES", size)
    dry = told(judged, capsys, "--dry-run")
    real = told(judged, capsys)
    assert dry.pop("trial") is True
    assert real.pop("trial") is False
    assert dry == real
    changed = 0
    for day, entry in zip(DAYS, dry["dates"], strict=True):
        assert entry["service_date"] == day
        for name in ("pickups", "alerts"):
            assert as_told(entry[name]) == differences(once, judged, day, name)
            changed += entry[name]["changed"]
            for example in entry[name]["examples"]:
                assert example["from"] != example["to"]
    assert changed > 10
    for name in ("pickups", "alerts"):
        sums = [entry[name]["changed"] for entry in dry["dates"]]
        assert dry["total"][name]["changed"] == sum(sums)
    # Once more there is nothing to change.
    again = told(judged, capsys)
    assert again["total"]["pickups"]["changed"] == again["total"]["alerts"]["changed"] == 0
    assert again["resumed"] == 0


def test_points_that_are_no_longer_due_are_told(judged, once, capsys):
    due = [row["point_id"] for row in rows(judged / "out" / f"pickups_{DAYS[1]}.csv")]
    gone = next(point for point in due if due.count(point) == 1)
    schedule = judged / "schedule.csv"
    lines = schedule.read_text("utf-8").splitlines()
    kept = [line for line in lines if line.split(",")[0] != gone]
    assert len(kept) < len(lines)
    schedule.write_text("\n".join(kept) + "\n", "utf-8")
    dry = told(judged, capsys, "--dry-run")
    assert told(judged, capsys)["dates"] == dry["dates"]
    entry = dry["dates"][1]["pickups"]
    assert as_told(entry) == differences(once, judged, DAYS[1], "pickups")
    went = [one for one in entry["verdicts"] if one["to"] is None]
    assert sum(one["count"] for one in went) == 1
    assert gone not in {row["point_id"] for row in rows(judged / "out" / f"pickups_{DAYS[1]}.csv")}


def test_a_dry_run_writes_nothing_and_waits_for_no_lock(judged, capsys):
    before = everything(judged)
    with Store.open(f"sqlite:///{judged / 'routecheck.db'}") as store, store.lock():
        dry = told(judged, capsys, "--dry-run")
    assert dry["total"]["pickups"]["changed"] > 0
    after = everything(judged)
    for name in ("routecheck.db-wal", "routecheck.db-shm", "routecheck.db.lock"):
        before.pop(name, None)
        after.pop(name, None)
    assert after == before


def judged_at(site: Path) -> dict[date, Any]:
    with Store.open(f"sqlite:///{site / 'routecheck.db'}", create=False) as store:
        return {entry["service_date"]: entry["judged_at"] for entry in store.dates()}


def verdict_columns(site: Path) -> dict[str, list[tuple[str, ...]]]:
    """The exports without the moment of a revision."""
    found = {}
    for name in exports(site):
        table = rows(site / "out" / name)
        cells = [tuple(v for k, v in row.items() if k != "revised_at") for row in table]
        found[name] = cells
    return found


def interrupt(monkeypatch: pytest.MonkeyPatch, site: Path) -> None:
    """Make a call that raises in the second of two batches."""

    def failing(opened: Any, dates: Sequence[date], **options: Any) -> Any:
        if SECOND in dates:
            raise KeyboardInterrupt
        return run_dates(opened, dates, **options)

    with monkeypatch.context() as patched:
        patched.setattr(job, "run_dates", failing)
        config = str(site / "routecheck.toml")
        assert call("rejudge", *SPAN, "--config", config) not in (0, 1)


def test_an_interrupted_call_goes_on_where_it_was(
    judged, once, tmp_path, monkeypatch, capsys, by_single_dates
):
    whole = tmp_path / "whole"
    shutil.copytree(judged, whole)
    uninterrupted = told(whole, capsys)
    start = judged_at(judged)
    interrupt(monkeypatch, judged)
    middle = judged_at(judged)
    assert middle[FIRST] > start[FIRST]
    assert middle[SECOND] == start[SECOND]
    done = told(judged, capsys)
    end = judged_at(judged)
    assert end[FIRST] == middle[FIRST]
    assert end[SECOND] > middle[SECOND]
    assert done.pop("resumed") == 1
    assert uninterrupted.pop("resumed") == 0
    # It tells of all that the call has changed, and has come to the same.
    assert done == uninterrupted
    assert verdict_columns(judged) == verdict_columns(whole)
    # What is finished is forgotten: the same call begins anew.
    assert told(judged, capsys)["resumed"] == 0
    assert judged_at(judged)[FIRST] > end[FIRST]


def test_status_tells_of_an_interrupted_call(judged, monkeypatch, capsys, by_single_dates):
    def problems() -> list[str]:
        capsys.readouterr()
        assert call("status", "--json", "--config", str(judged / "routecheck.toml")) == 0
        found: list[str] = json.loads(capsys.readouterr().out)["problems"]
        return [one for one in found if "rejudge" in one]

    interrupt(monkeypatch, judged)
    assert problems() == []  # It may be on its way to the next batch.
    monkeypatch.setattr("routecheck.queries.status.BETWEEN_BATCHES_S", 0.0)
    assert len(problems()) == 1
    assert f"{DAYS[0]} to {DAYS[1]}" in problems()[0]
    with Store.open(f"sqlite:///{judged / 'routecheck.db'}") as store, store.lock():
        assert problems() == []
    rejudge(judged)
    assert problems() == []


def test_another_call_or_other_inputs_begin_anew(judged, monkeypatch, capsys, by_single_dates):
    interrupt(monkeypatch, judged)
    middle = judged_at(judged)
    other = told(judged, capsys, dates=("--from", DAYS[0], "--to", DAYS[0]))
    assert other["resumed"] == 0
    assert judged_at(judged)[FIRST] > middle[FIRST]
    interrupt(monkeypatch, judged)
    middle = judged_at(judged)
    config = judged / "routecheck.toml"
    text = config.read_text("utf-8").replace("min_dwell_s = 120", "min_dwell_s = 90")
    config.write_text(text, "utf-8")
    assert told(judged, capsys)["resumed"] == 0
    assert judged_at(judged)[FIRST] > middle[FIRST]
    interrupt(monkeypatch, judged)
    monkeypatch.setattr(job, "__version__", "999")
    assert told(judged, capsys)["resumed"] == 0


KILLED = """
import sys, time
from datetime import date
from routecheck.cli import main
from routecheck.jobs import rejudge
from routecheck.store import Store
rejudge.BATCH_DATES = 1
written = Store.write_date
def waiting(store, on, *arguments, **options):
    outcome = written(store, on, *arguments, **options)
    if on == date(2026, 3, 3):
        print("stored", flush=True)
        time.sleep(60)
    return outcome
Store.write_date = waiting
main(sys.argv[1:])
"""


def test_a_killed_call_goes_on_where_it_was(judged, tmp_path, capsys, by_single_dates):
    """Killed after the verdicts of the second batch are stored, before its files are written."""
    whole = tmp_path / "whole"
    shutil.copytree(judged, whole)
    uninterrupted = told(whole, capsys)
    arguments = ["rejudge", *SPAN, "--config", str(judged / "routecheck.toml")]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "stored\n"
    child.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    child.wait()
    child.stdout.close()
    middle = judged_at(judged)
    done = told(judged, capsys)
    assert judged_at(judged)[FIRST] == middle[FIRST]
    assert judged_at(judged)[SECOND] > middle[SECOND]
    assert done["resumed"] == 1
    assert done["dates"][0] == uninterrupted["dates"][0]
    assert verdict_columns(judged) == verdict_columns(whole)


def test_a_date_that_fails_is_set_aside_and_the_others_go_on(judged, monkeypatch, capsys):
    start, weighed = judged_at(judged), partition.weighed

    def failing(one: partition.Partition) -> Any:
        if one.service_date == FIRST:
            raise ZeroDivisionError("on this date")
        return weighed(one)

    monkeypatch.setattr(partition, "weighed", failing)
    for more in (("--dry-run",), ()):
        answer = told(judged, capsys, *more, status=1)
        assert answer["exit_status"] == 1
        first, second = answer["dates"]
        assert first["failed"].startswith("ZeroDivisionError")
        assert first["pickups"]["changed"] == 0
        assert second["failed"] is None
        assert second["pickups"]["changed"] > 0
    assert judged_at(judged)[FIRST] == start[FIRST]
    assert judged_at(judged)[SECOND] > start[SECOND]


def test_a_date_whose_fixes_are_gone_stays_as_it_is(judged, once, capsys):
    for path in (judged / "fixes").glob(f"*{DAYS[0]}*"):
        path.unlink()
    answer = told(judged, capsys, status=1)
    assert [entry["kept"] for entry in answer["dates"]] == [True, False]
    assert answer["dates"][0]["pickups"]["changed"] == 0
    before, after = (rows(site / "out" / f"pickups_{DAYS[0]}.csv") for site in (once, judged))
    assert after == before


def test_only_dates_that_were_judged_are_judged_again(judged, capsys):
    answer = told(judged, capsys, "--dry-run", dates=("--from", DAYS[1], "--to", "2026-03-05"))
    assert [entry["service_date"] for entry in answer["dates"]] == [DAYS[1]]
    assert answer["unjudged"] == ["2026-03-04", "2026-03-05"]
    rejudge(judged, dates=("--from", "2026-04-01", "--to", "2026-04-02"), status=3)
    rejudge(judged, dates=("--from", DAYS[0]), status=2)


@pytest.mark.parametrize(("language", "heading"), [("en", "would change"), ("zh", "将会改变")])
def test_people_read_it_in_their_language(judged, capsys, language, heading):
    config = judged / "routecheck.toml"
    text = config.read_text("utf-8").replace('language = "en"', f'language = "{language}"', 1)
    config.write_text(text, "utf-8")
    total = told(judged, capsys, "--dry-run")["total"]["pickups"]
    rejudge(judged, "--dry-run")
    lines = capsys.readouterr().out.splitlines()
    assert heading in lines[0]
    assert any(f"{total['changed']}" in line and f"{total['rows']}" in line for line in lines)
    assert any("->" in line and DAYS[0] in line for line in lines)
