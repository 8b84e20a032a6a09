"""Rounds on a village whose days are known: in order, each once, late data taken in."""

import csv
import io
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from routecheck.config import load_config
from routecheck.domain.errors import MissingDataError
from routecheck.engine.results import Round
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.run import reconcile
from routecheck.present.run_summary import retracted, revisions, round_notices
from routecheck.sources.fix_file import FixFile
from routecheck.store import Store
from site_tools import call
from village import POINTS, Village, day, morning


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path / "village")


def go(village: Village, n: int, clock: str = "06:35", **more) -> Round:
    """The round of a morning."""
    return do_round(load_config(village.config), now=morning(day(n), clock), **more)


def dates(village: Village) -> dict[str, str]:
    with Store.open(load_config(village.config).store_url) as store:
        return {entry["service_date"].isoformat(): entry["state"] for entry in store.dates()}


def export(village: Village, name: str, n: int) -> list[dict[str, str]]:
    path = village.folder / "out" / f"{name}_{day(n)}.csv"
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_a_morning_after_another(village: Village) -> None:
    for n in range(6):
        village.deliver(day(n))
        assert go(village, n + 1).due.missing == (day(n),)
        assert go(village, n + 1).due.dates == ()
    # The round of day 6 has looked at days 4, 3 and 2 for the last, but two, times.
    states = list(dates(village).values())
    assert states == ["final"] * 3 + ["provisional"] * 3


def test_thirty_days_of_downtime(village: Village) -> None:
    village.deliver(day(0))
    go(village, 1)
    for n in range(1, 31):
        village.deliver(day(n))
    done = go(village, 31)
    # The last date before is looked at too: its fixes reach into the day that followed.
    assert done.due.dates == tuple(day(n) for n in range(31))
    assert done.due.missing == tuple(day(n) for n in range(1, 31))
    assert [len(report.dates) for report in done.reports] == [14, 14, 3]
    judged = [entry.service_date for report in done.reports for entry in report.dates]
    assert judged == sorted(judged)
    assert len(dates(village)) == 31
    assert {path.name[8:18] for path in (village.folder / "out").glob("pickups_*")} == {
        str(day(n)) for n in range(31)
    }
    assert go(village, 31).due.dates == ()


def test_files_that_have_nothing_of_a_date_are_not_read(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(20):
        os.utime(village.deliver(day(n)), (1e9, 1e9))
    go(village, 20)
    read: list[str] = []
    pieces = FixFile.pieces
    monkeypatch.setattr(
        FixFile, "pieces", lambda self: (read.append(self.label[9:19]), pieces(self))[1]
    )
    os.utime(village.deliver(day(20)), (1e9, 1e9))
    done = go(village, 21)
    assert done.due.missing == (day(20),)
    # The new one, and those about the dates that are not final yet.
    assert sorted(set(read)) == [str(day(n)) for n in range(16, 21)]
    read.clear()
    assert go(village, 21).due.dates == ()
    (left := village.folder / "out" / ".x.csv.0a.routecheck-tmp").touch()
    first, second = (
        reconcile(load_config(village.config), [day(5)], now=morning(day(21))) for _ in range(2)
    )
    assert not second.dates[0].changed
    assert not left.exists(), "left by a run that was killed while it wrote"
    assert sorted(set(read))[:3] == [str(day(n)) for n in (4, 5, 6)]
    assert first.dates[0].fixes == second.dates[0].fixes > 0
    # What was delivered with a wrong date on it weeks later is found for the date it belongs to.
    late = village.deliver(day(19), "V2", begins="06:40")
    text = late.read_text().replace(str(day(19)), str(day(18)))
    late.write_text(text)
    assert go(village, 21).due.dates == (day(18), day(19))


def test_the_clock_set_back(village: Village) -> None:
    for n in range(5):
        village.deliver(day(n))
    go(village, 5)
    before = dates(village)
    back = go(village, 2)
    assert (back.due.dates, back.due.final) == ((), ())
    assert go(village, -400).due.dates == ()
    assert dates(village) == before
    village.deliver(day(5))
    assert go(village, 6).due.missing == (day(5),)


def test_a_clock_that_was_ahead_and_is_set_back(village: Village) -> None:
    """What was final by the wrong clock is open still by the right one: late fixes count."""
    for n in range(3):
        village.deliver(day(n))
    village.deliver(day(1), skip=["P3"])
    go(village, 40)
    assert set(dates(village).values()) == {"final"}
    assert go(village, 3).due.dates == ()
    village.deliver(day(1), "V2", begins="07:05", skip=[p for p in POINTS if p != "P3"])
    done = go(village, 3)
    assert day(1) in done.due.dates
    assert [r for report in done.reports for r in report.revised if r.point_id == "P3"]
    # By the wrong clock again, nothing more is due.
    assert go(village, 40).due.dates == ()


def test_data_that_come_later(village: Village) -> None:
    """Silence first: nobody is accused. Then the files come, and the date is done again."""
    village.deliver(day(0))
    village.deliver(day(1))
    go(village, 2)
    done = go(village, 3)
    assert done.due.missing == (day(2),)
    assert done.incomplete == (day(2),)
    assert done.exit_status == 1
    assert {row["verdict"] for row in export(village, "pickups", 2)} == {"unverifiable"}
    assert go(village, 3, "09:00", incomplete_only=True).due.dates == ()
    village.deliver(day(2))
    done = go(village, 3, "10:00", incomplete_only=True)
    assert done.due.dates == (day(2),)
    assert done.exit_status == 0
    rows = export(village, "pickups", 2)
    assert {row["verdict"] for row in rows} == {"collected"}
    assert {row["earlier_verdict"] for row in rows} == {"unverifiable"}
    assert all(row["revised_at"] for row in rows)


def test_a_site_whose_data_ended(village: Village) -> None:
    for n in range(3):
        village.deliver(day(n))
    done = go(village, 200)
    assert done.due.dates == (day(0), day(1), day(2))
    assert set(dates(village).values()) == {"final"}
    done = go(village, 201)
    assert done.due.dates == ()
    assert any(
        f"No data has arrived since {day(2)}: 198 days" in line
        for line in round_notices(done, "en")
    )


def test_a_feed_that_stops_is_reported_day_by_day_and_then_let_be(village: Village) -> None:
    for n in range(3):
        village.deliver(day(n))
    found = [go(village, n).due.missing for n in range(3, 9)]
    assert found == [(day(0), day(1), day(2)), (day(3),), (day(4),), (day(5),), (), ()]


def test_no_data_at_all_writes_nothing(village: Village) -> None:
    with pytest.raises(MissingDataError):
        go(village, 3)
    assert not (village.folder / "rc.db").exists()
    assert not (village.folder / "out").exists()


def test_archived_files_take_no_verdict_back(village: Village) -> None:
    for n in range(4):
        village.deliver(day(n))
    go(village, 4)
    before = export(village, "pickups", 2)
    for n in range(4):
        (village.folder / "fixes" / f"V1_{day(n)}.csv").unlink()
    village.deliver(day(4))
    done = go(village, 5)
    assert done.due.dates == (day(4),)
    assert done.due.shrunk == (day(1), day(2), day(3))
    assert export(village, "pickups", 2) == before


def test_late_data_turn_a_miss_into_a_pickup(village: Village) -> None:
    """V1 passed P3 by; that V2 collected there is heard a day later. The alert is withdrawn."""
    for n in range(4):
        village.deliver(day(n), skip=["P3"] if n == 3 else [])
    village.alert("A1", "P3", day(3))
    go(village, 4)
    [missed] = export(village, "missed", 3)
    [alert] = export(village, "alerts", 3)
    assert (missed["point_id"], missed["revised_at"]) == ("P3", "")
    assert (alert["classification"], alert["earlier_verdict"]) == ("genuine", "")

    village.deliver(day(3), "V2", skip=[p for p in POINTS if p != "P3"], begins="07:05")
    village.deliver(day(4))
    done = go(village, 5)
    assert export(village, "missed", 3) == []
    [alert] = export(village, "alerts", 3)
    assert (alert["classification"], alert["cause"]) == ("false", "other_vehicle")
    assert alert["earlier_verdict"] == "genuine"
    assert alert["revised_at"].endswith("+08:00")
    rows = {row["point_id"]: row for row in export(village, "pickups", 3)}
    assert rows["P3"]["earlier_verdict"] == "missed"
    assert [p for p in POINTS if rows[p]["revised_at"]] == ["P3"]

    [report] = done.reports
    assert [one.key for one in retracted(report.revised)] == [("A1",)]
    text = "\n".join(revisions(report.revised, "en"))
    assert "1 alert classified as genuine before is withdrawn" in text
    assert "P3: missed before, now collected (another vehicle collected)" in text
    assert "撤回" in "\n".join(revisions(report.revised, "zh"))
    # The next round says it no more, the exports go on telling it.
    village.deliver(day(5))
    assert all(not report.revised for report in go(village, 6).reports)
    assert export(village, "alerts", 3) == [alert]


def test_history_shows_every_version(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    test_late_data_turn_a_miss_into_a_pickup(village)
    config = ["--config", str(village.config)]
    assert call("history", "P3", "--date", str(day(3)), "--json", *config) == 0
    versions = json.loads(capsys.readouterr().out)
    told = [(v["kind"], v["version"], v["current"]) for v in versions]
    assert told[:2] == [("pickup", 1, False), ("pickup", 2, True)]
    assert ("alert", 1, False) in told
    assert ("alert", 2, True) in told
    assert [v["verdict"] for v in versions if v["kind"] == "pickup"][:2] == ["missed", "collected"]
    assert call("history", "P3", "--date", str(day(3)), *config) == 0
    text = capsys.readouterr().out
    assert "version 1 " in text
    assert "version 2 " in text
    assert call("history", "P99", "--date", str(day(3)), *config) == 3


def test_due_on_the_command_line(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(2):
        village.deliver(day(n))
    config = ["--config", str(village.config)]
    assert call("run", "--due", *config) == 0
    assert f"Service dates {day(0)} to {day(1)}" in capsys.readouterr().out
    assert call("run", "--due", *config) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "Nothing is due" in err
    assert f"No data has arrived since {day(1)}" in err
    assert call("run", "--due", "--date", "2026-03-02", *config) == 2


def test_a_run_whose_files_could_not_be_written_is_done_again(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    from routecheck.jobs import run
    from routecheck.present.files import ExportError

    village.deliver(day(0))

    def full(*_: object, **_known: object) -> None:
        raise ExportError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(run, "export", full)
        with pytest.raises(ExportError):
            go(village, 1)
    with Store.open(load_config(village.config).store_url) as store:
        assert store.runs()[0]["state"] == "failed"
    assert go(village, 1).due.dates == (day(0),)
    assert len(export(village, "pickups", 0)) == 8
    with Store.open(load_config(village.config).store_url) as store:
        assert set(store.read_pickups(day(0))["version"]) == {1}


def test_a_schedule_that_changes_tomorrow_changes_no_yesterday(village: Village) -> None:
    for n in range(3):
        village.deliver(day(n))
    go(village, 3)
    path = village.folder / "schedule.csv"
    lines = path.read_text().splitlines()
    head = f"{lines[0]},valid_from"
    path.write_text("\n".join([head, *(f"{line}," for line in lines[1:]),
                               f"P1,V2,1234567,14:00,16:00,{day(9)}"]) + "\n")  # fmt: skip
    assert go(village, 3).due.dates == ()
    path.write_text("\n".join([head, *(f"{line}," for line in lines[1:]),
                               f"P1,V2,1234567,14:00,16:00,{day(2)}"]) + "\n")  # fmt: skip
    assert day(2) in go(village, 3).due.dates


def test_a_new_store_with_a_long_past(village: Village) -> None:
    village.deliver(day(0))
    village.deliver(day(100))
    assert go(village, 101).due.dates == (day(0), day(100))
    assert day(100) - day(0) > timedelta(days=31)
