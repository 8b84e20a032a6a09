"""`calibrate` from outside, on two small simulated sites: tells first, writes where it is asked."""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from pathlib import Path

import pytest

from routecheck.verdicts.confidence import installed
from site_tools import DAYS, call, rows, run


@pytest.fixture(scope="module")
def judged(county, tmp_path_factory) -> Path:
    """A folder with two judged sites, `one` and `two`."""
    folder = tmp_path_factory.mktemp("judged")
    shutil.copytree(county, folder / "one")
    size = ("--seed", "6", "--days", "2", "--points", "40", "--trucks", "4")
    call("simulate", str(folder / "two"), *size, "--set", "passed_by_rate=0.1")
    for name in ("one", "two"):
        assert run(folder / name) == 0
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def both_dates(site: Path) -> list[dict[str, str]]:
    return [row for day in DAYS for row in rows(site / "out" / f"pickups_{day}.csv")]


def truths(folder: Path) -> list[str]:
    return [str(path) for path in sorted(folder.glob("*/truth.csv"))]


def test_it_tells_what_a_refit_is_worth_and_changes_nothing(judged, capsys, monkeypatch):
    monkeypatch.chdir(judged)
    before = contents(judged)
    capsys.readouterr()
    assert call("calibrate", "--truth", *truths(judged)) == 0
    out, err = capsys.readouterr()
    assert "2 sites in 2 groups" in out
    for words in ("one (1 site)", "two (1 site)", "all (2 sites)", "criterion.passed_by", "→"):
        assert words in out
    # collected and missed pickups apart, in each group
    assert sum("  collected  " in line for line in out.splitlines()) == 3
    assert sum("missed  " in line for line in out.splitlines()) == 3
    assert "Nothing was written" in err
    assert contents(judged) == before


def test_scripts_are_given_the_same_as_json(judged, capsys):
    capsys.readouterr()
    assert call("calibrate", *truths(judged), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["group"] for one in told["left_out"]} == {"one", "two", ""}
    assert all(0 < change["refitted"] < 1 for change in told["changes"])
    assert sum(count for _, _, count in told["worlds"]) == sum(
        one["now"]["right"]["n"] for one in told["left_out"] if one["group"] == ""
    )


def test_a_site_uses_the_file_that_was_written_and_its_verdicts_stay(judged, tmp_path, capsys):
    site = tmp_path / "one"
    shutil.copytree(judged / "one", site)
    written = site / "mine.toml"
    assert call("calibrate", *truths(judged), "--write", str(written)) == 0
    assert str(written) in capsys.readouterr().err
    shares = tomllib.loads(written.read_text("utf-8"))
    assert shares["like"] == installed().tables["like"]
    assert shares["criterion"]["passed_by"] != installed().of("passed_by")
    before = both_dates(site)
    config = site / "routecheck.toml"
    config.write_text('[judge]\nconfidence = "mine.toml"\n' + config.read_text("utf-8"), "utf-8")
    assert run(site) == 0
    after = both_dates(site)
    assert len(after) == len(before)
    moved = 0
    passed = 0
    share = shares["criterion"]["passed_by"] / installed().of("passed_by")
    for old, new in zip(before, after, strict=True):
        was, now = float(old.pop("confidence")), float(new.pop("confidence"))
        assert old == new
        moved += was != now
        if new["cause"] == "passed_by":
            passed += 1
            assert now / was == pytest.approx(share, abs=0.002)
    assert passed
    assert moved > 10 + passed
    # what is refitted next starts from what judging told of each row, by whichever file
    capsys.readouterr()
    assert call("calibrate", str(site / "truth.csv"), str(judged / "two" / "truth.csv")) == 0


def test_only_what_gains_in_every_group_is_written_where_that_is_asked(judged, tmp_path, capsys):
    written = tmp_path / "gains.toml"
    capsys.readouterr()
    asked = (*truths(judged), "--only-gains", "--write", str(written), "--json")
    assert call("calibrate", *asked) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    gaining = {c["key"] for c in changes if c["better_in"] == c["groups"] > 1}
    shares = tomllib.loads(written.read_text("utf-8"))
    for key, share in installed().tables["criterion"].items():
        assert (shares["criterion"][key] != share) <= (key in gaining)
    lost = {c["key"] for c in changes if c["section"] == "criterion"} - gaining
    assert lost
    for section in ("stand", "hidden"):
        if not any(c["section"] == section and c["better_in"] == 2 for c in changes):
            assert shares[section] == installed().tables[section]


def test_field_checks_are_a_site_of_their_own(judged, tmp_path, capsys):
    site = tmp_path / "checked"
    shutil.copytree(judged / "one", site)
    seen = [
        f"{row['point_id']},{row['service_date']},{row['window_start'][11:16]},"
        f"{'true' if row['verdict'] == 'collected' else 'false'},Li"
        for row in both_dates(site)
        if row["verdict"] in ("collected", "missed")
    ]
    head = "point_id,service_date,window_start,collected,by"
    (site / "checks.csv").write_text("\n".join([head, *seen]), "utf-8")
    config = site / "routecheck.toml"
    assert 'path = "checks.csv"' in config.read_text("utf-8")
    capsys.readouterr()
    arguments = ("--checks", "--config", str(config), "--truth", str(judged / "two" / "truth.csv"))
    assert call("calibrate", *arguments) == 0
    out = capsys.readouterr().out
    (line,) = (line for line in out.splitlines() if line.startswith("checked (1 site)"))
    assert "100.0%" in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name what is known: --truth FILE"),
        (("one/truth.csv",), "one site cannot be left out of itself"),
        (("one/truth.csv", "two/truth.csv", "--group", "all=*"), "all 2 sites are of one group"),
        (("one/truth.csv", "two/truth.csv", "--group", "all"), "--group takes NAME=GLOB"),
        (("one/truth.csv", "gone/truth.csv", "--config", "two/routecheck.toml"), "gone/truth.csv"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(judged, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(judged)
    capsys.readouterr()
    assert call("calibrate", *arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
