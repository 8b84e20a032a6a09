"""A store that has vanished: nothing begins anew by itself, and what was decided comes back."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.store import Store
from routecheck.store.care import back_up, check
from site_tools import call, exports, run


@pytest.fixture(scope="module")
def decided(county, tmp_path_factory) -> Path:
    """A site that was run, some corrections accepted, one rejected, and run again."""
    folder = tmp_path_factory.mktemp("decided") / "county"
    shutil.copytree(county, folder)
    assert run(folder) in (0, 1)
    config = ("--config", str(folder / "routecheck.toml"))
    proposed = pd.read_csv(folder / "out" / "corrections.csv", dtype=str)["point_id"].tolist()
    assert len(proposed) >= 4
    back_up(load_config(folder / "routecheck.toml").store_url, folder / "before.bak")
    assert call("accept", *proposed[1:4], "--by", "=clerk", *config) == 0
    assert call("reject", proposed[0], *config) == 0
    assert run(folder) in (0, 1)
    return folder


@pytest.fixture
def site(decided, tmp_path) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(decided, folder)
    return folder


def of(site: Path, *arguments: str) -> int:
    return call(*arguments, "--config", str(site / "routecheck.toml"))


def states(site: Path) -> dict[str, str]:
    table = pd.read_csv(site / "out" / "corrections.csv", dtype=str)
    return dict(zip(table["point_id"], table["state"], strict=True))


def lose_store(site: Path, how: str) -> None:
    for path in site.glob("routecheck.db*"):
        if how == "all" or "decisions" not in path.name:
            path.unlink()


@pytest.mark.parametrize("how", ["store", "all"])
@pytest.mark.parametrize(
    "command",
    [
        ("run", "--date", "2026-03-02"), ("run", "--due"), ("status", "--check"),
        ("accept", "--all"), ("reject", "P0001"), ("history", "P0001"), ("evaluate", "--checks"),
        ("export", "--date", "2026-03-02"), ("report", "--date", "2026-03-02"),
        ("store", "check"), ("store", "backup"), ("store", "prune"),
        ("diagnose",), ("recheck", "P0001", "--date", "2026-03-02"),
    ],
)  # fmt: skip
def test_nothing_begins_anew_by_itself(site, capsys, how, command):
    lose_store(site, how)
    before = exports(site)
    assert of(site, *command) == 3
    shown = capsys.readouterr()
    assert "was judged before" in shown.err
    assert "store restore" in shown.err
    assert "--new-store" in shown.err
    assert not (site / "routecheck.db").exists()
    assert exports(site) == before


def test_where_nothing_was_judged_a_run_creates_the_store(county, tmp_path, capsys):
    folder = tmp_path / "county"
    shutil.copytree(county, folder)
    for command in (("accept", "--all"), ("history", "P0001"), ("store", "check")):
        assert of(folder, *command) == 3
        assert "`routecheck run` creates one" in capsys.readouterr().err


def test_begun_anew_it_has_the_decisions(site, capsys):
    before = states(site)
    lose_store(site, "store")
    dates = ("--from", "2026-03-02", "--to", "2026-03-03")
    assert run(site, *dates, "--new-store") in (0, 1)
    assert "4 decisions were read in" in capsys.readouterr().err
    assert states(site) == before
    assert sorted(before.values()).count("accepted") == 3
    with Store.open(load_config(site / "routecheck.toml").store_url) as store:
        table = store.read_corrections()
    decided = table[table["state"] == "accepted"]
    assert set(decided["decided_by"]) == {"=clerk"}
    assert decided["holds_from"].notna().all()
    assert check(load_config(site / "routecheck.toml").store_url).faults == []


def test_begun_anew_it_judges_as_before(site):
    before = exports(site)
    lose_store(site, "store")
    assert run(site, "--from", "2026-03-02", "--to", "2026-03-03", "--new-store") in (0, 1)
    now = exports(site)
    for name in ("pickups_2026-03-03.csv", "alerts_2026-03-02.csv"):
        was, found = (_without_revisions(files[name]) for files in (before, now))
        pd.testing.assert_frame_equal(was, found)
    assert before.keys() == now.keys()


def _without_revisions(content: bytes) -> pd.DataFrame:
    """An export, but for what was said before: a new store cannot know it."""
    table = pd.read_csv(io.BytesIO(content), dtype=str)
    return table.drop(columns=["revised_at", "earlier_verdict"])


def test_an_older_backup_does_not_overwrite_later_decisions(site, capsys):
    before = states(site)
    assert of(site, "store", "restore", str(site / "before.bak")) == 0
    assert run(site) in (0, 1)
    assert "decisions that this store never had are kept in" in capsys.readouterr().err
    assert set(states(site).values()) == {"proposed"}
    [kept] = site.glob("routecheck.db.decisions.*Z.csv")
    assert of(site, "store", "decisions", str(kept)) == 0
    assert states(site) == before
    assert of(site, "store", "decisions", str(kept)) == 0
    assert "0 decisions" in capsys.readouterr().out


def test_the_file_follows_what_is_taken_back(site):
    taken = next(point for point, state in states(site).items() if state == "accepted")
    assert of(site, "accept", "--undo", taken) == 0
    text = (site / "routecheck.db.decisions.csv").read_text("utf-8-sig")
    assert taken not in {line.split(",")[0] for line in text.splitlines()}
    assert not list(site.glob("routecheck.db.decisions.*Z.csv"))


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"a,b\n1,2\n", "columns"), (b"\xff\xfe\x00", "cannot be read"), (None, "cannot be read")],
)
def test_a_file_that_holds_no_decisions_is_refused(site, capsys, content, told):
    path = site / "other.csv"
    if content is not None:
        path.write_bytes(content)
    assert of(site, "store", "decisions", str(path)) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("column", "cell"),
    [("state", "maybe"), ("cause", "moved"), ("decided_at", ""), ("confidence", "nan"),
     ("offset_m", "far"), ("criteria", "{"), ("holds_from", None)],
)  # fmt: skip
def test_a_cell_that_no_decision_has_is_named_and_nothing_is_entered(site, capsys, column, cell):
    """Typed by hand; None: the row ends before it."""
    path = site / "routecheck.db.decisions.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    at = header.index(column)
    lines[1] = lines[1][:at] if cell is None else [*lines[1][:at], cell, *lines[1][at + 1 :]]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    assert of(site, "store", "decisions", str(path)) == 2
    said = capsys.readouterr().err
    assert f"decisions.csv, row 3: {column}: {cell or ''!r}" in said
    assert check(load_config(site / "routecheck.toml").store_url).faults == []


def test_a_decision_on_an_older_backup_says_where_later_ones_are(site, capsys):
    assert of(site, "store", "restore", str(site / "before.bak")) == 0
    [point, *_] = states(site)
    assert of(site, "reject", point) == 0
    assert "decisions that this store never had are kept in" in capsys.readouterr().err
    [kept] = site.glob("routecheck.db.decisions.*Z.csv")
    # A file from elsewhere, while the one beside the store knows more.
    shutil.copy(site / "routecheck.db.decisions.csv", site / "other.csv")
    kept.replace(site / "routecheck.db.decisions.csv")
    assert of(site, "store", "decisions", str(site / "other.csv")) == 0
    assert "decisions that this store never had are kept in" in capsys.readouterr().err


def test_field_checks_are_kept_as_a_file_that_can_be_read_again(site):
    checks = site / "checks.csv"
    point = pd.read_csv(site / "out" / "pickups_2026-03-02.csv", dtype=str)["point_id"][0]
    checks.write_text(
        f"point_id,service_date,window_start,collected,by\n{point},2026-03-02,,true,Li\n"
    )
    assert 'path = "checks.csv"' in (site / "routecheck.toml").read_text("utf-8")
    assert run(site) in (0, 1)
    kept = site / "routecheck.db.checks.csv"
    shutil.copy(kept, checks)
    assert run(site) in (0, 1)
    assert kept.read_text("utf-8-sig") == checks.read_text("utf-8-sig")
    assert f"{point},2026-03-02,,true,Li" in kept.read_text("utf-8-sig")
