"""Breaking it: one clear line each, the right exit status, and nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from site_tools import DAYS, call, exports, rows, run


def one_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("routecheck:")]
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


def config_of(site: Path) -> Path:
    return site / "routecheck.toml"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("[points]", "[pionts]", "pionts"),
        ('datum = "wgs84" ', 'datum = "mars2000" ', "mars2000"),
        ('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Shangri-La"', "Shangri-La"),
        ('path = "points.csv"', 'path = "C:\\gps\\points.csv"', "forward slashes"),
        ('language = "en"', 'language = "fr"', "language"),
    ],
)
def test_a_wrong_configuration_is_reported_with_its_line(site, capsys, old, new, shown):
    change(config_of(site), old, new)
    assert run(site) == 2
    assert shown in one_line(capsys.readouterr().err)
    assert not (site / "routecheck.db").exists()


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("--date", "tomorrow"), "tomorrow"),
        (("--from", "2026-03-03", "--to", "2026-03-02"), "before"),
        (("--from", "2026-03-03"), "--to"),
        (("--date", "0001-01-01"), "1970-01-01"),
        (("--date", "9999-12-31"), "2999-12-31"),
    ],
)
def test_a_wrong_call_is_reported(site, capsys, arguments, shown):
    assert run(site, *arguments) == 2
    assert shown in one_line(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("recheck", "P", "--date", "2026-03-02", "--tolerance", "0"), "above 0"),
        (("recheck", "P", "--date", "2026-03-02", "--window", "dawn"), "06:00"),
        (("recheck", "P", "--date", "9999-12-31"), "2999-12-31"),
    ],
)
def test_a_wrong_option_of_recheck_is_reported(site, capsys, arguments, shown):
    assert call(*arguments, "-c", str(site / "routecheck.toml")) == 2
    assert shown in one_line(capsys.readouterr().err)


def test_rejecting_nothing_does_not_name_an_option_it_lacks(site, capsys):
    run(site)
    capsys.readouterr()
    assert call("reject", "-c", str(site / "routecheck.toml")) == 2
    assert "--all" not in one_line(capsys.readouterr().err)


@pytest.mark.parametrize("name", ["points.csv", "schedule.csv"])
def test_the_reason_is_reported_where_no_row_is_left(site, capsys, name):
    first, *others = (site / name).read_text("utf-8").splitlines()
    (site / name).write_text("\n".join([first, *(row + ",x" for row in others)]), "utf-8")
    assert run(site) == 3
    assert "more cells than headers" in one_line(capsys.readouterr().err)


@pytest.mark.parametrize("name", ["points.csv", "schedule.csv"])
def test_points_or_schedule_missing_ends_the_run_before_it_writes(site, capsys, name):
    run(site)
    before = exports(site)
    (site / name).unlink()
    assert run(site) == 3
    assert name in one_line(capsys.readouterr().err)
    assert exports(site) == before


def test_no_fixes_at_all_ends_the_run_before_it_writes(site, capsys):
    shutil.rmtree(site / "fixes")
    assert run(site) == 3
    assert "fixes" in one_line(capsys.readouterr().err)
    assert not (site / "out").exists()


def test_an_empty_day_is_unverifiable_and_reported(site, capsys):
    day = "2026-04-20"
    assert run(site, "--date", day) == 1
    assert day in capsys.readouterr().err
    judged = rows(site / "out" / f"pickups_{day}.csv")
    assert {(r["verdict"], r["cause"]) for r in judged} == {("unverifiable", "no_fixes")}
    assert rows(site / "out" / f"missed_{day}.csv") == []


def test_a_bad_file_among_good_ones_is_named_and_the_rest_is_done(site, capsys):
    (site / "fixes" / "fixes_2026-02-01.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00rubbish")
    assert run(site) == 1
    assert "fixes_2026-02-01.csv" in capsys.readouterr().err
    assert rows(site / "out" / f"pickups_{DAYS[0]}.csv")


def test_swapped_columns_of_fixes_do_not_accuse_anybody(site, capsys):
    for path in (site / "fixes").glob("*.csv"):
        change(path, "lon,lat", "lat,lon")
    assert run(site) in (0, 1, 3)
    for day in DAYS:
        path = site / "out" / f"missed_{day}.csv"
        assert not path.exists() or rows(path) == []
    assert "Traceback" not in capsys.readouterr().err


def test_most_points_gone_from_the_file_is_refused_unless_allowed(site, capsys):
    run(site)
    before = exports(site)
    lines = (site / "points.csv").read_text("utf-8-sig").splitlines(keepends=True)
    (site / "points.csv").write_text("".join(lines[:30]), "utf-8")
    capsys.readouterr()
    assert run(site) == 3
    assert "--allow-shrink" in one_line(capsys.readouterr().err)
    assert exports(site) == before
    # It is done; what the schedule and the alerts name is not known any more, which is named.
    assert run(site, "--from", DAYS[0], "--to", DAYS[1], "--allow-shrink") == 1
    assert "not known what was due" in capsys.readouterr().err
    assert exports(site) != before


def test_an_empty_store_is_refused_by_every_command(site, capsys):
    run(site)
    store, before = site / "routecheck.db", exports(site)
    backup = str(site / "kept.bak")
    config = ("--config", str(config_of(site)))
    assert call("store", "backup", backup, *config) == 0
    store.write_bytes(b"")
    point = rows(site / "points.csv")[0]["point_id"]
    left = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    for command in (
        ("run", "--date", DAYS[0]),
        ("run", "--due"),
        ("recheck", point, "--date", DAYS[0]),
        ("export", "--date", DAYS[0]),
        ("status", "--check"),
        ("report", "--date", DAYS[0]),
        ("doctor",),
        ("diagnose",),
        ("accept", point),
        ("reject", point),
        ("history", point),
        ("evaluate", "--truth", str(site / "truth.csv")),
        ("store", "check"),
        ("store", "prune"),
        ("store", "backup", str(site / "other.bak")),
    ):
        capsys.readouterr()
        assert call(*command, *config) == 3, command
        assert "is empty" in one_line(capsys.readouterr().err), command
        assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == left, command
    assert exports(site) == before
    assert call("store", "restore", backup, *config) == 0
    assert call("status", *config) == 0


def test_points_that_cannot_be_placed_or_found_are_named(site, capsys):
    lines = (site / "points.csv").read_text("utf-8-sig").splitlines()
    cells = lines[1].split(",")
    cells[4] = "abc"
    text = "\n".join([lines[0], ",".join(cells), *lines[2:-1]]) + "\n"
    (site / "points.csv").write_text(text, "utf-8")
    assert run(site) == 0
    shown = capsys.readouterr().err
    assert cells[0] in shown
    assert lines[-1].split(",")[0] in shown


def test_gb18030_everywhere_reads_the_same(site, county, tmp_path):
    run(site)
    other = tmp_path / "gbk"
    shutil.copytree(county, other)
    for name in ("points.csv", "schedule.csv"):
        text = (other / name).read_text("utf-8-sig")
        (other / name).write_bytes(text.encode("gb18030"))
    run(other)
    assert exports(other).keys() == exports(site).keys()
    a, b = (rows(s / "out" / f"alerts_{DAYS[0]}.csv") for s in (site, other))
    assert a == b


def test_a_corrupted_store_is_reported_and_left_as_it_is(site, capsys):
    run(site)
    database = site / "routecheck.db"
    rubbish = b"not a database, " * 1000
    database.write_bytes(rubbish)
    capsys.readouterr()
    assert run(site) == 3
    assert "routecheck.db" in one_line(capsys.readouterr().err)
    assert database.read_bytes() == rubbish


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_run_leaves_no_half_written_file(site):
    run(site)
    before = exports(site)
    command = [sys.executable, "-m", "routecheck", "run", "--from", DAYS[0], "--to", DAYS[1]]
    for delay in (0.3, 0.6, 0.9):
        process = subprocess.Popen(
            [*command, "--config", str(config_of(site))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert exports(site) == before
    assert run(site) == 0
    assert exports(site) == before
