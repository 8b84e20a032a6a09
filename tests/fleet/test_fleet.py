"""Many sites by one command, as whoever runs them calls it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from routecheck.store import Store
from routecheck.store.databases import parse_url
from servers import new_database
from site_tools import call, exports, rows

UNTIL = "2026-03-03"
SITES = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sites that nobody has judged yet."""
    folder = tmp_path_factory.mktemp("counties")
    for seed, name in enumerate(SITES, 21):
        size = ("--seed", str(seed), "--days", "2", "--points", "16", "--trucks", "2")
        call("simulate", str(folder / name), *size)
        path = folder / name / "routecheck.toml"
        text = path.read_text("utf-8").replace("report = true", "report = false")
        path.write_text(text, "utf-8")
    return folder


def fleet_of(counties: Path, folder: Path, engine: str = "local", **more: object) -> Path:
    """A fleet file beside a copy of the sites."""
    shutil.copytree(counties, folder / "counties")
    path = folder / "fleet.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in more.items()]
    path.write_text(
        '[fleet]\nname = "The province"\nsites = ["counties/*/routecheck.toml"]\n'
        f'[engine]\nkind = "{engine}"\n' + "\n".join(lines) + "\n",
        "utf-8",
    )
    return path


def run(fleet: Path, capsys, *more: str) -> tuple[int, dict]:
    capsys.readouterr()
    status = call("fleet", "run", str(fleet), "--to", UNTIL, "--json", *more)
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_results_are_the_same_bytes_whatever_does_the_work(
    counties: Path, tmp_path: Path, capsys, engine: str
) -> None:
    here = fleet_of(counties, tmp_path / "here")
    there = fleet_of(counties, tmp_path / "there", engine, workers=2)
    assert run(here, capsys)[0] == run(there, capsys)[0]
    for name in SITES:
        one, other = (exports(path.parent / "counties" / name) for path in (here, there))
        assert len(one) > 8
        assert one == other
        # And as each site would have been run by itself.
    alone = tmp_path / "alone"
    shutil.copytree(counties / "a", alone)
    for day in ("2026-03-02", UNTIL):
        call("run", "--date", day, "--config", str(alone / "routecheck.toml"))
    assert set(exports(alone)) <= set(exports(here.parent / "counties" / "a"))


def test_a_second_round_has_nothing_to_do(counties: Path, tmp_path: Path, capsys) -> None:
    fleet = fleet_of(counties, tmp_path)
    _, first = run(fleet, capsys)
    assert all(len(site["dates"]) >= 2 for site in first["sites"])
    _, again = run(fleet, capsys)
    assert [site["dates"] for site in again["sites"]] == [[]] * len(SITES)


@pytest.mark.parametrize("engine", ["local", "processes"])
def test_broken_and_locked_sites_stop_no_other(
    counties: Path, tmp_path: Path, capsys, engine: str
) -> None:
    fleet = fleet_of(counties, tmp_path, engine)
    a, b, c, _ = (tmp_path / "counties" / name for name in SITES)
    (a / "points.csv").write_bytes(b"PK\x03\x04 no table")
    text = (b / "routecheck.toml").read_text("utf-8")
    (b / "routecheck.toml").write_text(text.replace("[points]", "[pionts]"), "utf-8")
    (c / "routecheck.db").write_bytes(b"no database at all" * 400)
    status, found = run(fleet, capsys)
    assert status == 1
    by_folder = {Path(site["config"]).parent.name: site for site in found["sites"]}
    assert [name for name, site in by_folder.items() if site["trouble"]] == ["a", "b", "c"]
    assert "points.csv" in by_folder["a"]["trouble"]
    assert '"pionts" is not known' in by_folder["b"]["trouble"]
    assert "routecheck.db" in by_folder["c"]["trouble"]
    assert len(by_folder["d"]["dates"]) >= 2
    assert not (a / "out").exists()

    assert call("fleet", "status", str(fleet), "--json", "--check") == 1
    stand = json.loads(capsys.readouterr().out)
    assert len(stand["sites"]) == len(SITES)
    assert all(
        one["trouble"] for one in stand["sites"] if Path(one["config"]).parent.name in ("b", "c")
    )


def test_who_holds_a_store_is_waited_for_and_then_named(
    counties: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    fleet = fleet_of(counties, tmp_path)
    held = tmp_path / "counties" / "b"
    monkeypatch.setattr("routecheck.fleet.work.WAIT_S", 0.2)
    with Store.open(f"sqlite:///{held / 'routecheck.db'}") as store, store.lock(wait_s=0.0):
        status, found = run(fleet, capsys)
    troubles = [site["trouble"] for site in found["sites"]]
    assert [bool(trouble) for trouble in troubles] == [False, True, False, False]
    assert status == 1


def test_the_page_ranks_by_misses_and_leads_to_the_sites(
    counties: Path, tmp_path: Path, capsys
) -> None:
    fleet = fleet_of(counties, tmp_path)
    run(fleet, capsys)
    for name in SITES:
        call("report", "--date", UNTIL, "-c", str(tmp_path / "counties" / name / "routecheck.toml"))
    assert call("fleet", "report", str(fleet), "--date", UNTIL) == 0
    page = (tmp_path / "out" / f"fleet_{UNTIL}.html").read_text("utf-8")
    assert (tmp_path / "out" / f"fleet_{UNTIL}.xlsx").stat().st_size > 3000
    assert "The province" in page
    assert "http" not in page.replace("http-equiv", "")
    missed = {}
    for name in SITES:
        folder = tmp_path / "counties" / name
        link = f'href="../counties/{name}/out/report_{UNTIL}.html"'
        assert link in page
        missed[page.index(link)] = len(rows(folder / "out" / f"missed_{UNTIL}.csv"))
    order = [missed[place] for place in sorted(missed)]
    assert order == sorted(order, reverse=True)


def test_names_of_sites_are_text(counties: Path, tmp_path: Path, capsys) -> None:
    fleet = fleet_of(counties, tmp_path)
    path = tmp_path / "counties" / "a" / "routecheck.toml"
    hostile = "<script>alert(1)</script>"
    lines = path.read_text("utf-8").splitlines()
    named = [f'name = "{hostile}"' if line.startswith("name = ") else line for line in lines]
    path.write_text("\n".join(named), "utf-8")
    run(fleet, capsys)
    call("fleet", "report", str(fleet))
    page = next((tmp_path / "out").glob("fleet_*.html")).read_text("utf-8")
    assert hostile not in page
    assert "&lt;script&gt;" in page


def test_what_is_wrong_with_a_fleet_is_one_clear_line(tmp_path: Path, capsys) -> None:
    assert call("fleet", "run", str(tmp_path / "*" / "routecheck.toml")) == 2
    assert "no configuration of a site is there" in capsys.readouterr().err
    path = tmp_path / "fleet.toml"
    for text, said in (
        ('[fleet]\nsites = ["x/*.toml"]\n', "x/*.toml"),
        ('[fleet]\nsite = ["x"]\n', '"fleet.site" is not known; did you mean "sites"?'),
        ('[fleet]\nsites = ["x"]\n[engine]\nkind = "spark"\n', "engine.kind"),
        ("[fleet\n", "line 1"),
    ):
        path.write_text(text, "utf-8")
        assert call("fleet", "run", str(path)) == 2
        err = capsys.readouterr().err
        assert said in err
        assert len(err.strip().splitlines()) == 1


def test_a_pattern_will_do_and_so_will_one_site(counties: Path, tmp_path: Path, capsys) -> None:
    fleet_of(counties, tmp_path)
    pattern = str(tmp_path / "counties" / "[ab]" / "routecheck.toml")
    assert len(run(Path(pattern), capsys)[1]["sites"]) == 2
    one = tmp_path / "counties" / "c" / "routecheck.toml"
    assert len(run(one, capsys)[1]["sites"]) == 1


def test_a_killed_fleet_loses_nothing(counties: Path, tmp_path: Path, capsys) -> None:
    """Killed at a moment between sites: what is done is done, the rest follows."""
    import signal
    import subprocess
    import sys
    import time

    fleet = fleet_of(counties, tmp_path, "processes", workers=1)
    whole = fleet_of(counties, tmp_path / "whole")
    run(whole, capsys)
    command = (sys.executable, "-m", "routecheck", "fleet", "run", str(fleet), "--to", UNTIL)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    # Its worker ends by itself when nobody is left to answer to; until then it holds a store.
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status, _ = run(fleet, capsys)
        if status == 0:
            break
    for name in SITES:
        one, other = (exports(path.parent / "counties" / name) for path in (fleet, whole))
        assert one == other
        database = fleet.parent / "counties" / name / "routecheck.db"
        with sqlite3.connect(database) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.server
def test_one_database_holds_all_sites_each_in_a_schema_of_its_own(
    counties: Path, tmp_path: Path, capsys, server: str
) -> None:
    lite = fleet_of(counties, tmp_path / "lite")
    run(lite, capsys)
    fleet = fleet_of(counties, tmp_path / "server", "processes", workers=2)
    database = new_database(server)
    for name in SITES:
        path = fleet.parent / "counties" / name / "routecheck.toml"
        text = path.read_text("utf-8")
        own = f'[store]\nurl = "{database}"\npostgresql_schema = "site_{name}"\n'
        path.write_text(re.sub(r"\[store\][^\[]*", lambda _, own=own: own, text), "utf-8")
    run(fleet, capsys)
    for name in SITES:
        one, other = (exports(path.parent / "counties" / name) for path in (lite, fleet))
        assert len(one) > 8
        # What was decided is kept beside a store: of one on a server, with the exports.
        assert one == {file: data for file, data in other.items() if not file.startswith("store.")}
    engine = sa.create_engine(parse_url(database))
    with engine.connect() as connection:
        schemas = sa.inspect(connection).get_schema_names()
        tables = sa.inspect(connection).get_table_names(schema="public")
    engine.dispose()
    assert {f"site_{name}" for name in SITES} <= set(schemas)
    assert tables == []
    # A second round finds what the first has left, each its own.
    assert [site["dates"] for site in run(fleet, capsys)[1]["sites"]] == [[]] * len(SITES)


@pytest.mark.parametrize("engine", ["local", "processes"])
def test_a_trial_of_judging_again_tells_what_is_then_changed(
    counties: Path, tmp_path: Path, capsys, engine: str
) -> None:
    fleet = fleet_of(counties, tmp_path, engine)
    run(fleet, capsys)
    broken = tmp_path / "counties" / "c" / "routecheck.toml"
    broken.write_text("[pionts]\n" + broken.read_text("utf-8"), "utf-8")
    for name in "abd":
        path = tmp_path / "counties" / name / "routecheck.toml"
        with path.open("a", encoding="utf-8") as written:
            written.write("\n[matching]\nmin_dwell_s = 240.0\n")
    before = {name: exports(tmp_path / "counties" / name) for name in SITES}
    call_ = ("fleet", "rejudge", str(fleet), "--from", "2026-03-02", "--to", UNTIL, "--json")

    def answered(*more: str) -> dict:
        capsys.readouterr()
        assert call(*call_, *more) == 1
        return {
            Path(one["config"]).parent.name: one
            for one in json.loads(capsys.readouterr().out)["sites"]
        }

    would = answered("--dry-run")
    assert {name: exports(tmp_path / "counties" / name) for name in SITES} == before
    assert would["c"]["trouble"]
    assert sum(would[name]["changed_pickups"] for name in "abd") > 0
    did = answered()
    for name in "abd":
        assert did[name] == would[name]
        changed = exports(tmp_path / "counties" / name) != before[name]
        assert changed or not did[name]["changed_pickups"]
    assert {
        name: one["changed_pickups"] for name, one in answered("--dry-run").items()
    } == dict.fromkeys(SITES, 0)
