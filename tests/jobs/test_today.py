"""The day as it goes: what is judged before it is over, what waits, and that nothing stays."""

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from routecheck.config import Config, load_config
from routecheck.domain.errors import MissingDataError
from routecheck.engine.session import open_site
from routecheck.jobs import today
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.run import reconcile
from routecheck.jobs.today import Today, do_today
from routecheck.queries.running_day import running_days
from routecheck.queries.status import read_status
from routecheck.store import Store
from scene import drive, fixes, local
from village import POINTS, Village, day, morning

LATER = "P1,V1,1234567,14:00,16:00\n"
"""A second pickup of a point, in the afternoon."""


class Town(Village):
    """The village with a feed that comes bit by bit."""

    def site(self) -> Config:
        return load_config(self.config)

    def whole_day(self, n: int, *, skip: Iterable[str] = ()) -> pd.DataFrame:
        """The fixes of a round, and of standing at home until noon."""
        path = self.deliver(day(n), skip=list(skip))
        driven = pd.read_csv(path)
        path.unlink()
        home = fixes(
            "V1", local("08:16", day(n)), drive((-900.0, 0.0), [("stand", 4 * 3600)], 60.0)
        )
        home["time"] = home["time"].dt.strftime("%Y-%m-%dT%H:%M:%S%z")
        home["received_at"] = home["received_at"].dt.strftime("%Y-%m-%dT%H:%M:%S%z")
        return pd.concat([driven, home[driven.columns]], ignore_index=True)

    def feed(self, n: int, table: pd.DataFrame, until: str) -> None:
        """Write what had come of a day by a moment."""
        come = pd.to_datetime(table["received_at"], utc=True) <= morning(day(n), until)
        table[come].to_csv(self.folder / "fixes" / f"V1_{day(n)}.csv", index=False)

    def judge(self, n: int, clock: str) -> Today:
        return do_today(self.site(), now=morning(day(n), clock), until=day(n - 1))

    def close(self, n: int) -> None:
        do_round(self.site(), now=morning(day(n + 1)), command="serve")

    def verdicts(self, n: int) -> dict[tuple[str, str], str]:
        with Store.open(self.site().store_url) as store:
            table = store.read_pickups(day(n))
        hours = table["window_start"].dt.tz_convert("Asia/Shanghai").dt.strftime("%H:%M")
        return {
            (point, at): f"{verdict} {cause}".strip()
            for point, at, verdict, cause in zip(
                table["point_id"], hours, table["verdict"], table["cause"], strict=True
            )
        }

    def exports(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in sorted((self.folder / "out").glob("*.csv"))}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return known(tmp_path / "town")


def known(folder: Path) -> Town:
    """A town whose first four dates were judged."""
    town = Town(folder)
    with (folder / "schedule.csv").open("a") as file:
        file.write(LATER)
    for n in range(4):
        town.deliver(day(n))
    reconcile(town.site(), [day(n) for n in range(4)], now=morning(day(4), "00:10"))
    return town


def test_what_is_over_is_judged_and_what_is_not_waits(town: Town) -> None:
    table = town.whole_day(4, skip=["P3"])
    town.feed(4, table, "07:30")
    assert town.judge(4, "07:45").report is None  # no window is over yet
    town.feed(4, table, "08:45")
    assert town.judge(4, "08:46").report is not None
    verdicts = town.verdicts(4)
    assert verdicts[("P3", "06:00")].startswith("missed")
    assert verdicts[("P1", "14:00")] == "unverifiable no_fixes"
    others = [verdicts[(point, "06:00")] for point in POINTS if point != "P3"]
    assert others == ["collected"] * 7
    with Store.open(town.site().store_url) as store:
        assert day(4) not in {entry["service_date"] for entry in store.dates()}
        [running] = store.running()
        assert running["state"] == "provisional"
        assert store.read_corrections().empty
        # Other dates would learn from them.
        for name in ("history", "candidates"):
            assert day(4) not in store.evidence(name, day(0), day(9)), name
        assert day(3) in store.evidence("candidates", day(0), day(9))
    missed = (town.folder / "out" / f"missed_{day(4)}.csv").read_text("utf-8-sig")
    assert "P3" in missed
    assert (town.folder / "out" / f"report_{day(4)}.html").exists()


def test_nothing_is_judged_or_written_where_nothing_has_come(town: Town) -> None:
    town.feed(4, town.whole_day(4), "08:45")
    assert town.judge(4, "08:46").report is not None
    before = {p: p.stat().st_mtime_ns for p in (town.folder / "out").iterdir()}
    with Store.open(town.site().store_url) as store:
        runs = store.runs()
    assert town.judge(4, "09:01").report is None
    assert {p: p.stat().st_mtime_ns for p in (town.folder / "out").iterdir()} == before
    with Store.open(town.site().store_url) as store:
        assert store.runs() == runs


def test_a_late_feed_waits_and_status_says_so(town: Town) -> None:
    town.feed(4, town.whole_day(4, skip=["P3"]), "07:50")
    town.judge(4, "08:15")
    verdicts = town.verdicts(4)
    # It had driven past before the feed fell silent; its window was not over in the data.
    assert verdicts[("P3", "06:00")] == "unverifiable no_fixes"
    assert town.judge(4, "09:15").report is None
    with Store.open(town.site().store_url) as store:
        [running] = running_days(store)
    assert running.late
    assert running.waiting == 1
    assert running.missed == 0
    problems = [one.key for one in read_status(town.site(), morning(day(4), "09:16")).problems]
    assert "status.feed_late" in problems


def other_truck(town: Town, n: int) -> None:
    """Another truck, which stands in its yard until nine and is heard."""
    rows = drive((-900.0, 9.0), [("stand", 3 * 3600)], 60.0)
    other = fixes("V2", local("06:00", day(n)), rows)
    columns = ["vehicle_id", "time", "lon", "lat", "speed_kmh", "received_at"]
    path = town.folder / "fixes" / "V2.csv"
    other[columns].to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S%z")


def test_a_vehicle_that_is_not_heard_waits_though_the_feed_goes_on(town: Town) -> None:
    # On its way home, all points behind it.
    town.feed(4, town.whole_day(4, skip=["P3"]), "06:40")
    other_truck(town, 4)
    town.judge(4, "09:15")
    assert town.verdicts(4)[("P3", "06:00")] == "unverifiable no_fixes"
    with Store.open(town.site().store_url) as store:
        [running] = running_days(store)
    assert not running.late
    assert running.vehicles.keys() == {"V1"}
    at = running.vehicles["V1"]
    assert morning(day(4), "06:35") < pd.Timestamp(at) <= morning(day(4), "06:40")
    # Nor is one parked that falls silent at a stop of its round.
    town.feed(4, town.whole_day(4, skip=["P3"]), "06:34")
    reconcile(town.site(), [day(4)], now=morning(day(4), "09:16"), allow_shrink=True)
    assert town.verdicts(4)[("P3", "06:00")] == "unverifiable no_fixes"


def test_a_device_that_is_off_at_home_is_no_late_data(town: Town) -> None:
    town.feed(4, town.whole_day(4, skip=["P3"]), "07:20")
    town.judge(4, "08:10")
    # Nobody else is heard, so that the whole feed may be late.
    assert town.verdicts(4)[("P3", "06:00")] == "unverifiable no_fixes"
    other_truck(town, 4)
    town.judge(4, "09:15")
    assert town.verdicts(4)[("P3", "06:00")].startswith("missed")


def said(town: Town, n: int, point: str) -> tuple[str, str]:
    """A verdict, and which sentence says why."""
    with Store.open(town.site().store_url) as store:
        table = store.read_pickups(day(n)).set_index("point_id")
    return str(table.loc[point, "verdict"]), table.loc[point, "criteria"]["say"]


def test_a_round_that_goes_on_after_its_window_is_waited_for(tmp_path: Path) -> None:
    town = Town(tmp_path / "short")
    schedule = town.folder / "schedule.csv"
    schedule.write_text(schedule.read_text().replace("06:00,08:00", "06:00,06:30"))
    for n in range(4):
        town.deliver(day(n))
    reconcile(town.site(), [day(n) for n in range(4)], now=morning(day(4), "00:10"))
    table = town.whole_day(4, skip=["P3"])
    home = pd.to_datetime(table["time"], utc=True)[table["speed_kmh"] > 0].iloc[-1]
    assert morning(day(4), "06:39") < home < morning(day(4), "06:45")
    for clock, verdict, say in (
        ("06:39", "unverifiable", "round_awaited"),
        # At home; a colleague may take along what it left.
        ("06:46", "unverifiable", "pickup_awaited"),
        ("06:55", "missed", "passed_by"),
    ):
        town.feed(4, table, clock)
        assert town.judge(4, clock).report is not None
        assert said(town, 4, "P3") == (verdict, say), clock
        assert said(town, 4, "P4")[0] == "collected"


def test_late_data_cure_a_miss(town: Town) -> None:
    town.feed(4, town.whole_day(4, skip=["P3"]), "08:45")
    town.judge(4, "08:46")
    assert town.verdicts(4)[("P3", "06:00")].startswith("missed")
    town.deliver(day(4), "V2", skip=[p for p in POINTS if p != "P3"], begins="07:05")
    town.judge(4, "09:01")
    assert town.verdicts(4)[("P3", "06:00")] == "collected other_vehicle"
    assert "P3" not in (town.folder / "out" / f"missed_{day(4)}.csv").read_text("utf-8-sig")


def test_the_morning_gives_the_same_whether_or_not_the_day_was_judged(tmp_path: Path) -> None:
    watched, left = known(tmp_path / "watched"), known(tmp_path / "left")
    for n in (4, 5):
        for town in (watched, left):
            table = town.whole_day(n, skip=["P3"])
            if n == 5:
                # The office moves a bin in its file, at noon of that day.
                points = town.folder / "points.csv"
                points.write_text(points.read_text().replace("Gate P5", "Gate P5 (new)"))
            for clock in ("08:45", "11:30") if town is watched else ():
                town.feed(n, table, clock)
                assert town.judge(n, clock).report is not None
            town.feed(n, table, "12:30")
            if n == 4:
                # It comes in the evening, and no round sees it before the morning.
                town.deliver(day(n), "V2", skip=[p for p in POINTS if p != "P3"], begins="07:05")
            town.close(n)
    assert watched.exports() == left.exports()
    assert f"missed_{day(5)}.csv" in left.exports()
    with (
        Store.open(watched.site().store_url) as one,
        Store.open(left.site().store_url) as other,
    ):
        assert one.running() == []
        for n in range(6):
            tables = [store.read_pickups(day(n)) for store in (one, other)]
            kept = [c for c in tables[0].columns if c not in ("said_at", "run_id", "ended_at")]
            pd.testing.assert_frame_equal(tables[0][kept], tables[1][kept])
        histories = [store.evidence("history", day(0), day(9)) for store in (one, other)]
        assert histories[0].keys() == histories[1].keys()
        for on in histories[0]:
            pd.testing.assert_frame_equal(histories[0][on], histories[1][on])


def test_what_a_date_had_while_it_ran_is_no_measure_for_the_morning(town: Town) -> None:
    # The monitor writes its alerts anew when the day is over, and drops those that were cured.
    town.feed(4, town.whole_day(4, skip=["P3"]), "08:45")
    town.alert("A1", "P5", day(4))
    town.judge(4, "08:46")
    (town.folder / "alerts" / "A1.csv").unlink()
    town.feed(4, town.whole_day(4, skip=["P3"]), "12:30")
    done = do_round(town.site(), now=morning(day(5)), command="serve")
    [report] = done.reports
    assert (report.exit_status, report.kept_dates) == (0, frozenset())
    with Store.open(town.site().store_url) as store:
        assert day(4) in {entry["service_date"] for entry in store.dates()}
        assert store.read_alerts(day(4)).empty


def test_other_dates_learn_nothing_from_the_running_one(town: Town) -> None:
    # Everything stands a hundred metres from where it should today.
    moved = dict.fromkeys(POINTS, 0.0) | {p: 500.0 * n + 100.0 for n, p in enumerate(POINTS, 1)}
    town.deliver(day(4), moved_m=moved)

    def yesterday() -> pd.DataFrame:
        with open_site(town.site(), now=morning(day(4), "13:00")) as site:
            return site.judged(day(3)).judged.judgements

    before = yesterday()
    assert town.judge(4, "09:00").report is not None
    pd.testing.assert_frame_equal(yesterday(), before)
    do_round(town.site(), now=morning(day(4), "13:00"), command="run --due")
    with Store.open(town.site().store_url) as store:
        assert store.read_corrections().empty
        stored = store.read_pickups(day(3))
    assert stored["verdict"].tolist() == before["verdict"].astype(str).tolist()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
@pytest.mark.parametrize("at", ["judge_all", "export_running"])
def test_a_round_that_was_killed_leaves_the_next_as_if_undisturbed(
    tmp_path: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, calm = known(tmp_path / "killed"), known(tmp_path / "calm")
    for town in (killed, calm):
        table = town.whole_day(4, skip=["P3"])
        town.feed(4, table, "08:45")
    child = os.fork()
    if child == 0:
        original = getattr(today, at)

        def die(*arguments: object, **options: object) -> None:
            original(*arguments, **options)
            os._exit(9)

        monkeypatch.setattr(today, at, die)
        killed.judge(4, "08:46")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with Store.open(killed.site().store_url) as store:
        assert store.runs()[0]["state"] == "running"
    for town in (killed, calm):
        # Nothing new has come since; what was not finished is done again.
        done = town.judge(4, "09:01")
        assert done.report is not None
        assert town.judge(4, "09:16").report is None
    assert killed.exports() == calm.exports()
    with Store.open(killed.site().store_url) as store:
        assert "killed" not in {run["state"] for run in store.runs()}
        assert [run["command"] for run in store.runs()] == ["today", "run"]


def test_windows_past_midnight(tmp_path: Path) -> None:
    town = Town(tmp_path / "night")
    (town.folder / "schedule.csv").write_text(
        "point_id,vehicle_id,weekdays,window_start,window_end\n"
        + "".join(f"{p},V1,1234567,23:00,01:00\n" for p in POINTS)
    )

    def night(n: int, until: str | None = None, skip: Iterable[str] = ()) -> None:
        path = town.deliver(day(n), begins="23:10", skip=list(skip))
        if until is not None:
            table = pd.read_csv(path)
            come = pd.to_datetime(table["received_at"], utc=True) <= morning(day(n + 1), until)
            table[come].to_csv(path, index=False)

    for n in range(4):
        night(n)
    reconcile(town.site(), [day(n) for n in range(4)], now=morning(day(5), "00:10"))

    def judge(clock: str) -> Today:
        return do_today(town.site(), now=morning(day(5), clock), until=day(3))

    night(4, "00:50", ["P3"])
    assert judge("00:51") == Today((day(4), day(5)))
    night(4, "01:14", ["P3"])
    done = judge("01:15")
    assert done.report is not None
    assert [entry.service_date for entry in done.report.dates] == [day(4)]
    assert town.verdicts(4)[("P3", "23:00")].startswith("missed")
    assert sum(verdict == "collected" for verdict in town.verdicts(4).values()) == 7
    do_round(town.site(), now=morning(day(5)), command="serve")
    with Store.open(town.site().store_url) as store:
        assert store.running() == []
        assert day(4) in {entry["service_date"] for entry in store.dates()}


def test_the_night_in_which_clocks_go_forward(tmp_path: Path) -> None:
    """Berlin, 2026-03-29: 02:00 is 03:00. A window from 01:00 to 04:00 is two hours long."""
    town = Town(tmp_path / "berlin")
    town.config.write_text(
        town.config.read_text().replace('"Village"', '"Village"\ntime_zone = "Europe/Berlin"')
    )
    (town.folder / "schedule.csv").write_text(
        "point_id,vehicle_id,weekdays,window_start,window_end\n"
        + "".join(f"{p},V1,1234567,01:00,04:00\n" for p in POINTS)
    )
    spring = pd.Timestamp("2026-03-29").date()

    def round_of(on: object, skip: Iterable[str] = ()) -> Path:
        # 00:20 UTC: 01:20 in Berlin, by winter time, on all of these nights.
        return town.deliver(on, begins="08:20", skip=list(skip))  # type: ignore[arg-type]

    for n in range(1, 5):
        round_of(spring - timedelta(days=n))
    earlier = [spring - timedelta(days=n) for n in range(4, 0, -1)]
    utc = lambda clock: pd.Timestamp(f"2026-03-29 {clock}", tz="UTC")  # noqa: E731
    reconcile(town.site(), earlier, now=utc("00:01"))
    round_of(spring, ["P3"])

    def judge(clock: str) -> Today:
        return do_today(town.site(), now=utc(clock), until=earlier[-1])

    assert judge("01:59").report is None  # 03:59 of summer time
    done = judge("02:30")
    assert done.report is not None
    [entry] = done.report.dates
    assert entry.service_date == spring
    verdicts = entry.pickups.set_index("point_id")["verdict"].to_dict()
    assert verdicts == dict.fromkeys(POINTS, "collected") | {"P3": "missed"}


def test_a_points_file_that_shrank_stops_the_running_day_too(town: Town) -> None:
    town.feed(4, town.whole_day(4), "08:45")
    points = town.folder / "points.csv"
    points.write_text("".join(points.read_text().splitlines(keepends=True)[:4]))
    with pytest.raises(MissingDataError):
        town.judge(4, "08:46")


def test_a_range_that_reaches_to_today(town: Town) -> None:
    town.feed(4, town.whole_day(4, skip=["P3"]), "08:45")
    now = morning(day(4), "08:46")
    report = reconcile(town.site(), [day(3), day(4)], now=now)
    assert [entry.service_date for entry in report.dates] == [day(3), day(4)]
    with Store.open(town.site().store_url) as store:
        assert [entry["service_date"] for entry in store.running()] == [day(4)]
    names = {path.name for path in report.files}
    assert {f"missed_{day(3)}.csv", f"missed_{day(4)}.csv", "corrections.csv"} <= names
