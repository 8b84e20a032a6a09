"""Folders for fixes that do not fit in memory: gone with their process, killed or not."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from routecheck.sources.temporary_folder import TemporaryFolder, clear_abandoned

CHILD = """
import sys, tempfile, time
tempfile.tempdir = sys.argv[1]
from routecheck.sources.temporary_folder import TemporaryFolder
folder = TemporaryFolder()
(folder.path / "home_1_0.arrow").write_bytes(b"x" * 1000)
print(folder.path, flush=True)
time.sleep(60)
"""


def aged(path: Path) -> Path:
    moment = time.time() - 3600
    os.utime(path, (moment, moment))
    return path


def test_what_a_killed_process_left_goes_and_what_lives_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    left = aged(Path(child.stdout.readline().strip()))
    (strange := tmp_path / "routecheck-fixes-strange").mkdir()
    aged(strange)
    mine = TemporaryFolder()
    assert left.is_dir(), "its owner lives"
    child.kill()
    child.wait()
    child.stdout.close()
    aged(mine.path)
    other = TemporaryFolder()
    assert not left.exists()
    assert mine.path.is_dir()
    assert strange.is_dir(), "without a lock nobody knows whose it is"
    other.close()
    mine.close()
    assert list(tmp_path.iterdir()) == [strange]


def test_a_folder_of_this_minute_may_not_have_its_lock_yet(tmp_path: Path) -> None:
    folder = tmp_path / "routecheck-fixes-x"
    folder.mkdir()
    (folder / "lock").touch()
    assert clear_abandoned(tmp_path) == 0
    aged(folder)
    assert clear_abandoned(tmp_path) == 1


def test_where_nothing_can_be_written_it_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(OSError, match="none"):
        TemporaryFolder()
