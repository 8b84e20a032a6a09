"""Inputs that cannot be used are reported first, and rewrite nothing that was judged on more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from routecheck.config import load_config
from routecheck.engine.results import RunReport
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.run import reconcile
from routecheck.present.run_summary import notices
from routecheck.queries.status import read_status
from routecheck.store import Store
from site_tools import call, exports, rows
from village import POINTS, Village, day, morning

ALERT_HEAD = "alert_id,point_id,service_date,raised_at\n"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """Two dates, P3 left out on each, and alerts of both in one file; both judged."""
    site = Village(tmp_path / "village")
    for n in range(2):
        site.deliver(day(n), skip=["P3"])
    write_alerts(site)
    assert run(site, 0, 1).exit_status == 0
    return site


def write_alerts(site: Village, change: str = "") -> None:
    """The monitor alerted P3 and P5; `change` follows the date in every cell of it."""
    lines = [
        f"{n}{point},{point},{day(n)}{change},{day(n)}T12:00:00+08:00\n"
        for n in range(2)
        for point in ("P3", "P5")
    ]
    (site.folder / "alerts" / "all.csv").write_text(ALERT_HEAD + "".join(lines))


def run(site: Village, *days: int, allow_shrink: bool = False) -> RunReport:
    config = load_config(site.config)
    now = morning(day(max(days) + 1))
    return reconcile(config, [day(n) for n in days], now=now, allow_shrink=allow_shrink)


def problems(site: Village) -> list[str]:
    return [str(one) for one in read_status(load_config(site.config), morning(day(2))).problems]


def verdicts(site: Village) -> dict[str, bytes]:
    kinds = ("alerts_", "pickups_", "missed_")
    return {name: text for name, text in exports(site.folder).items() if name.startswith(kinds)}


def test_alerts_whose_dates_cannot_be_read(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    before = verdicts(village)
    write_alerts(village, change=" 07:15:00")
    village.deliver(day(2), skip=["P3"])
    later = "".join(f"2{p},{p},{day(2)} 07:15:00,{day(2)}T12:00:00+08:00\n" for p in ("P3", "P5"))
    with (village.folder / "alerts" / "all.csv").open("a") as file:
        file.write(later)
    span = ("--from", str(day(0)), "--to", str(day(2)))
    assert call("run", *span, "--config", str(village.config)) == 1
    shown = capsys.readouterr()
    assert "2 of 2 alerts of 2026-03-02" in shown.err.splitlines()[0]
    assert "07:15:00" in shown.out
    assert "raised no alerts" not in shown.out
    after = verdicts(village)
    assert {name: after[name] for name in before} == before
    # A pickup whose alert could not be read was alerted all the same.
    due = rows(village.folder / "out" / f"pickups_{day(2)}.csv")
    assert [row["point_id"] for row in due if row["alerted"] == "true"] == ["P3", "P5"]
    assert any("2026-03-02" in one for one in problems(village))
    write_alerts(village)
    assert run(village, 0, 1, 2).exit_status == 0
    assert not any("alerts" in one for one in problems(village))


def test_a_page_shows_first_what_could_not_be_used(village: Village) -> None:
    write_alerts(village, change=" 07:15:00")
    run(village, 0, 1)
    assert call("report", "--date", str(day(1)), "--config", str(village.config)) == 0
    page = next((village.folder / "out").glob(f"report_{day(1)}*.html")).read_text("utf-8")
    assert "2 of 2 alerts of 2026-03-03" in page


@pytest.mark.parametrize("change", ["alerts gone", "schedule cut", "schedule ragged", "fixes gone"])
def test_a_date_is_not_judged_again_on_less(village: Village, change: str) -> None:
    before = verdicts(village)
    schedule = village.folder / "schedule.csv"
    head, *lines = schedule.read_text().splitlines(keepends=True)
    if change == "alerts gone":
        (village.folder / "alerts" / "all.csv").unlink()
    elif change == "schedule cut":
        schedule.write_text(head + "".join(lines[:5]))
    elif change == "schedule ragged":
        schedule.write_text(head + "".join(lines).replace("P4,V1,1234567", "P4,V1,sometimes"))
    else:
        (village.folder / "fixes" / f"V1_{day(0)}.csv").unlink()
        (village.folder / "fixes" / f"V1_{day(1)}.csv").unlink()
        village.deliver(day(2))
    report = run(village, 0, 1)
    assert report.exit_status == 1
    assert report.kept_dates == {day(0), day(1)}
    assert verdicts(village) == before
    assert problems(village)
    if change != "schedule ragged":
        assert run(village, 0, 1, allow_shrink=True).kept_dates == frozenset()
        assert verdicts(village) != before


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_point_that_only_the_points_file_lost_keeps_its_verdicts(village: Village) -> None:
    points, schedule = village.folder / "points.csv", village.folder / "schedule.csv"
    for n in range(20, 24):
        points.write_text(points.read_text() + f"P{n},Far {n},North,109.{n},29.0\n")
        schedule.write_text(schedule.read_text() + f"P{n},,1234567,06:00,08:00\n")
    run(village, 0, 1)
    before = verdicts(village)
    # One of twelve: less than the tenth and more that a run refuses to lose.
    points.write_text("".join(points.read_text().splitlines(keepends=True)[:-1]))
    report = run(village, 0, 1)
    assert (report.exit_status, report.kept_dates) == (1, {day(0), day(1)})
    assert ["P23" in str(one.message) for one in report.losses] == [True, True]
    assert verdicts(village) == before


def test_alerts_that_are_gone_in_part_rewrite_nothing(village: Village) -> None:
    alerts = village.folder / "alerts" / "all.csv"
    more = "".join(f"{n}P6,P6,{day(n)},{day(n)}T12:00:00+08:00\n" for n in range(2))
    whole = alerts.read_text() + more
    alerts.write_text(whole)
    run(village, 0, 1)
    before = verdicts(village)
    alerts.write_text("".join(whole.splitlines(keepends=True)[:2]))
    report = run(village, 0, 1)
    assert (report.exit_status, report.kept_dates) == (1, {day(0), day(1)})
    assert verdicts(village) == before


@pytest.mark.parametrize("spoilt", ["device_id,vehicle_id\n", "device_id,vehicle_id\nD1,\n"])
def test_a_vehicles_file_that_was_cut_rewrites_nothing(tmp_path: Path, spoilt: str) -> None:
    site = Village(tmp_path / "site", more='[vehicles]\npath = "vehicles.csv"\n')
    vehicles = site.folder / "vehicles.csv"
    vehicles.write_text("device_id,vehicle_id\nD1,V1\n")
    for n in range(2):
        rewrite(site.deliver(day(n), skip=["P3"]), "V1,", "D1,")
    assert run(site, 0, 1).exit_status == 0
    before = verdicts(site)
    vehicles.write_text(spoilt)
    report = run(site, 0, 1)
    assert (report.exit_status, report.kept_dates) == (1, {day(0), day(1)})
    assert "V1" in str(report.losses[-1].message)
    assert any("vehicles" in one for one in problems(site))
    assert verdicts(site) == before


def test_a_vehicle_that_sent_nothing_has_lost_nothing_since(tmp_path: Path) -> None:
    site = Village(tmp_path / "site")
    # P8 is V2's, which is not heard on the second date.
    rewrite(site.folder / "schedule.csv", "P8,V1,", "P8,V2,")
    site.deliver(day(0), skip=["P8"])
    site.deliver(day(0), "V2", begins="06:30")
    site.deliver(day(1), skip=["P8"])
    assert run(site, 0, 1).exit_status == 0
    before = verdicts(site)
    again = run(site, 0, 1)
    assert (again.exit_status, again.kept_dates) == (0, set())
    assert verdicts(site) == before


CALENDAR = "date,township,point_id,due\n"


def with_calendar(folder: Path, text: str) -> Village:
    """Two dates, P3 left out and alerted on the second, and a calendar."""
    site = Village(folder / "site", more='[calendar]\npath = "calendar.csv"\n')
    site.deliver(day(0))
    site.deliver(day(1), skip=["P3"])
    site.alert("A3", "P3", day(1))
    (site.folder / "calendar.csv").write_text(CALENDAR + text, "utf-8")
    return site


def verdict_of(site: Village, kind: str, point: str) -> tuple[str, str]:
    table = rows(site.folder / "out" / f"{kind}_{day(1)}.csv")
    row = next(row for row in table if row["point_id"] == point)
    return row.get("verdict") or row["classification"], row["cause"]


@pytest.mark.parametrize(
    "row",
    [
        "{on},North,,perhaps", "{month}-40,North,,false", "soon,North,,false", "{on},,P3,",
        "{on},North,,false,holiday,x", '{on},"North,,false', ",North,,false",
    ],
)  # fmt: skip
def test_what_hangs_on_a_row_of_the_calendar_that_was_not_read_is_open(
    tmp_path: Path, row: str
) -> None:
    site = with_calendar(tmp_path, row.format(on=day(1), month=day(1).strftime("%Y-%m")) + "\n")
    report = run(site, 0, 1)
    assert report.exit_status == 1
    assert "calendar.csv:2" in str(report.losses[0].message)
    for kind in ("pickups", "alerts"):
        assert verdict_of(site, kind, "P3") == ("unverifiable", "unknown_schedule")
    (site.folder / "calendar.csv").write_text(CALENDAR + f"{day(1)},North,,false\n")
    assert run(site, 0, 1, allow_shrink=True).exit_status == 0
    assert verdict_of(site, "alerts", "P3") == ("false", "not_due")


@pytest.mark.parametrize(
    "row", ["{on},South,,perhaps", "{other},North,,perhaps", "Total,,,", "{on},,P9,perhaps"]
)
def test_a_row_of_the_calendar_about_something_else_opens_nothing(tmp_path: Path, row: str) -> None:
    site = with_calendar(tmp_path, row.format(on=day(1), other=day(9)) + "\n")
    rewrite(site.folder / "points.csv", "Gate P8,North", "Gate P8,South")
    run(site, 0, 1)
    assert verdict_of(site, "pickups", "P3") == ("missed", "passed_by")


def test_a_township_that_is_probably_meant_is_open(tmp_path: Path) -> None:
    site = with_calendar(tmp_path, f"{day(1)},Norht,,false\n")
    assert run(site, 0, 1).exit_status == 1
    assert verdict_of(site, "alerts", "P3") == ("unverifiable", "unknown_schedule")


def test_a_round_that_an_unread_row_of_the_calendar_may_order(tmp_path: Path) -> None:
    site = with_calendar(tmp_path, f"{day(1)},,,maybe\n")
    rewrite(site.folder / "schedule.csv", "1234567", "7")
    assert run(site, 0, 1).exit_status == 1
    assert verdict_of(site, "alerts", "P3") == ("unverifiable", "unknown_schedule")


def test_rows_of_the_calendar_that_are_gone_rewrite_nothing(tmp_path: Path) -> None:
    site = with_calendar(tmp_path, f"{day(1)},,P3,false\n")
    assert run(site, 0, 1).exit_status == 0
    before = verdicts(site)
    (site.folder / "calendar.csv").write_text(CALENDAR)
    report = run(site, 0, 1)
    assert (report.exit_status, report.kept_dates) == (1, {day(1)})
    assert verdicts(site) == before


def test_points_without_usable_places_keep_the_last_good_ones(village: Village) -> None:
    points = village.folder / "points.csv"
    good = points.read_text()
    head, *lines = good.splitlines()
    before = verdicts(village)
    spoilt = [",".join([*line.split(",")[:-1], "n. a."]) for line in lines]
    points.write_text("\n".join([head, *spoilt]) + "\n")
    report = run(village, 0, 1)
    assert report.exit_status == 1
    assert (report.kept_points, report.changes, report.unlocated) == (POINTS, [], [])
    assert verdicts(village) == before
    points.write_text(good)
    report = run(village, 0, 1)
    assert (report.exit_status, report.kept_points, report.changes) == (0, [], [])


def test_points_without_a_location_that_the_tracks_show_are_told_from_others(
    tmp_path: Path,
) -> None:
    village = Village(tmp_path / "spoilt")
    points = village.folder / "points.csv"
    head, *lines = points.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    # Of P3 longitude and latitude are exchanged, as the tracks show; P6 says nothing at all.
    cells[2][3:] = reversed(cells[2][3:])
    cells[5][3:] = ["", ""]
    points.write_text("\n".join([head, *(",".join(row) for row in cells)]) + "\n")
    for n in range(7):
        village.deliver(day(n), skip=["P6"])
    report = run(village, *range(7))
    assert verdict_of(village, "pickups", "P3")[0] == "collected"
    assert verdict_of(village, "pickups", "P6") == ("unverifiable", "unknown_point")
    assert (report.unlocated, report.unplaced) == (["P3", "P6"], ["P6"])
    said = notices(report, "en")
    assert "points without a usable location: 2 (P3, P6)" in said
    [line] = [line for line in said if line.endswith("cannot be decided: 1 (P6)")]
    assert "tracks do not show" in line
    assert "其中轨迹也未显示位置、收运无法核实的：1 个（P6）" in notices(report, "zh")


@pytest.mark.parametrize("spoil", ["ragged", "bad tolerance", "cut in the last line"])
def test_a_point_whose_row_cannot_be_read_keeps_its_record(village: Village, spoil: str) -> None:
    points = village.folder / "points.csv"
    head, *lines = points.read_text().splitlines()
    before = verdicts(village)
    if spoil == "ragged":
        lines[2] += ",,,stray"
    elif spoil == "bad tolerance":
        head, lines = head + ",tolerance_m", [line + ",30" for line in lines]
        lines[2] = lines[2].removesuffix("30") + "wide"
    else:
        lines = [*lines[:2], *lines[3:], lines[2][:14]]
    points.write_text("\n".join([head, *lines]) + "\n")
    report = run(village, 1)
    assert report.kept_points == ["P3"]
    assert not [one for one in report.changes if one.point_id == "P3"]
    if spoil != "bad tolerance":
        assert verdicts(village) == before


def test_a_file_of_fixes_whose_times_are_spoilt(village: Village) -> None:
    path = village.deliver(day(2))
    head, *lines = path.read_text().splitlines(keepends=True)
    lines[50:] = [line.replace(":", "h", 1) for line in lines[50:]]
    path.write_text(head + "".join(lines))
    report = run(village, 2)
    assert report.exit_status == 1
    assert [(loss.source, loss.day) for loss in report.losses] == [("fixes", str(day(2)))]


def test_a_monitor_that_numbers_its_alerts_anew_each_day(village: Village) -> None:
    folder = village.folder / "alerts"
    (folder / "all.csv").unlink()
    village.deliver(day(2), skip=["P3"])
    for n in range(3):
        alerts = "".join(
            f"{k},{p},{day(n)},{day(n)}T12:00:00+08:00\n" for k, p in enumerate(POINTS)
        )
        (folder / f"{n}.csv").write_text(ALERT_HEAD + alerts + alerts)
    report = run(village, 0, 1, 2)
    assert report.exit_status == 1  # those of the first run, by other ids, are gone
    assert report.kept_dates == {day(0), day(1)}
    run(village, 0, 1, 2, allow_shrink=True)
    for n in range(3):
        found = rows(village.folder / "out" / f"alerts_{day(n)}.csv")
        assert [row["point_id"] for row in found] == POINTS
        assert [row["classification"] for row in found].count("false") == 7


def test_what_comes_for_a_final_date_is_reported_until_someone_runs_it(tmp_path: Path) -> None:
    site = Village(tmp_path / "late")
    for n in range(8):
        site.deliver(day(n), skip=["P3"])
    config = load_config(site.config)
    now = morning(day(8))
    assert do_round(config, now=now).exit_status == 0
    site.alert("B1", "P3", day(1))
    done = do_round(config, now=now)
    assert [(one.day, one.fixes, one.alerts) for one in done.late] == [(str(day(1)), 0, 1)]
    site.deliver(day(0), "V2", begins="06:40")
    done = do_round(config, now=now)
    assert done.exit_status == 1
    assert [(one.day, one.fixes > 0, one.alerts) for one in done.late] == [
        (str(day(0)), True, 0),
        (str(day(1)), False, 1),
    ]
    found = [str(one) for one in read_status(config, now).problems]
    assert any(f"run --date {day(0)}" in one for one in found)
    assert any(f"1 alert of {day(1)}" in one and f"run --date {day(1)}" in one for one in found)
    reconcile(config, [day(0), day(1)], now=now)
    assert not [one for one in read_status(config, now).problems if "--date" in str(one)]
    done = do_round(config, now=now + timedelta(minutes=5))
    assert (done.exit_status, done.late) == (0, ())
    with Store.open(config.store_url) as store:
        assert store.read_alerts(day(1))["classification"].tolist() == ["genuine"]


def test_a_date_with_hardly_any_fixes_beside_the_others_lacks_a_file(tmp_path, capsys):
    village = Village(tmp_path / "village")
    for n in range(5):
        path = village.deliver(day(n))
        if n == 2:
            lines = path.read_text("utf-8").splitlines(keepends=True)
            path.write_text("".join(lines[:20]), "utf-8")
    config = ["--config", str(village.config)]
    assert call("run", "--from", str(day(0)), "--to", str(day(4)), *config) == 1
    said = capsys.readouterr().err
    assert f"{day(2)}: only 19 fixes, where other dates have about" in said
    assert said.count("where other dates have about") == 1
    village.deliver(day(2))
    assert call("run", "--date", str(day(2)), *config) == 0
    assert "where other dates" not in capsys.readouterr().err


def test_two_dates_do_not_show_how_many_fixes_are_usual(tmp_path, capsys):
    village = Village(tmp_path / "village")
    village.deliver(day(0))
    path = village.deliver(day(1))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:20]), "utf-8")
    call("run", "--date", str(day(1)), "--config", str(village.config))
    assert "where other dates" not in capsys.readouterr().err
