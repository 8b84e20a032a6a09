"""A named pipe or a device in the place of any file: told in a line, and nobody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from village import Village, day

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
DATE = ("--date", str(day(0)))
PATIENCE_S = 60.0
OFFICE = 'path = "fixes/*.csv"', 'url = "sqlite:///{folder}/office.db"\ntable = "fixes"'


def called(site: Village, *command: str) -> tuple[int, str]:
    """A command's exit status and what it says, in a process that may hang."""
    words = command[:2] if command[0] == "store" else command[:1]
    done = subprocess.run(
        [sys.executable, "-m", "routecheck", *words, "--config", site.config,
         *command[len(words) :]],
        capture_output=True, check=False, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.fixture
def site(tmp_path: Path) -> Village:
    one = Village(tmp_path / "site")
    one.deliver(day(0))
    one.alert("A1", "P1", day(0))
    return one


@pytest.mark.parametrize(
    ("name", "command", "status"),
    [
        ("routecheck.toml", ("run", *DATE), 2),
        ("points.csv", ("run", *DATE), 3),
        ("fixes/x.csv", ("run", *DATE), 1),
        ("rc.db", ("run", *DATE), 3),
        ("rc.db-wal", ("run", *DATE), 3),
        ("rc.db-journal", ("store", "check"), 3),
        ("rc.db.lock", ("run", *DATE), 3),
        ("rc.db.runner", ("run", *DATE), 0),
        ("rc.db.decisions.csv", ("run", *DATE), 0),
        ("truth.csv", ("evaluate", "--truth", "{folder}/truth.csv"), 2),
        ("old.bak", ("store", "restore", "{folder}/old.bak"), 2),
    ],
)
@pytest.mark.parametrize("special", ["pipe", "device"])
def test_nothing_special_is_opened(
    site: Village, name: str, command: tuple[str, ...], status: int, special: str
) -> None:
    if name != "rc.db" and name.startswith("rc.db"):
        assert called(site, "run", *DATE)[0] == 0
    path = site.folder / name
    path.unlink(missing_ok=True)
    if special == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    found, said = called(site, *(word.format(folder=site.folder) for word in command))
    assert found == status, said
    assert "Traceback" not in said
    if status:
        assert f"a {'named pipe' if special == 'pipe' else 'device'}" in said or name == "old.bak"


@pytest.mark.parametrize("name", ["office.db", "office.db-journal", "fetched/kept.db"])
def test_no_database_of_a_source_is_special(site: Village, name: str) -> None:
    site.config.write_text(
        site.config.read_text().replace(OFFICE[0], OFFICE[1].format(folder=site.folder))
    )
    path = site.folder / name
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    status, said = called(site, "run", *DATE)
    assert status in (1, 3)
    assert "a named pipe" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "[" * 100_000, "brackets within brackets"),
        ("# " + "x" * 6_000_000, "this is no configuration"),
    ],
)
def test_a_configuration_is_bounded(site: Village, text: str, said: str) -> None:
    site.config.write_text(text)
    found = called(site, "run", *DATE)
    assert found[0] == 2
    assert said in found[1]
    assert "Traceback" not in found[1]
