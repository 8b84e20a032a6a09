"""The command line in a process of its own: its status and the end of its output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def process(*arguments: str, **how: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "routecheck", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **how,  # type: ignore[call-overload]
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("--version",), 0), (("run", "--date", "tomorrow"), 2), (("run", "--nothing"), 2)],
)
def test_the_status_of_the_command_is_that_of_the_process(
    arguments: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    done = process(*arguments, cwd=tmp_path)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert (done.stdout if status == 0 else done.stderr).endswith("\n")


def test_all_output_arrives_in_a_file(tmp_path: Path) -> None:
    # A file is written in blocks: what is left in the last one has to be flushed.
    with (tmp_path / "help").open("w") as out:
        subprocess.run(
            [sys.executable, "-m", "routecheck", "run", "--help"], stdout=out, check=True
        )
    assert "--allow-shrink" in (tmp_path / "help").read_text()


def test_a_reader_that_went_away_is_no_reason_to_complain() -> None:
    first = subprocess.Popen(
        [sys.executable, "-m", "routecheck", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stderr is not None
    first.stdout.close()
    messages = first.stderr.read()
    first.stderr.close()
    assert first.wait() in (0, 1)
    assert messages == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("simulate", "site"), ("init", "i")]
)
def test_a_full_disk_behind_the_output_is_reported_in_a_line(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    small = ("--days", "1", "--points", "8", "--trucks", "1") if "simulate" in arguments else ()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "routecheck", *arguments, *small],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("routecheck: the output could not be written")
    assert done.stderr.count("\n") == 1


PROCESS_WIDE = """
import gc, locale, logging, os, signal, sys, warnings

def state():
    import pandas as pd
    return (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), dict(os.environ),
            pd.get_option("mode.string_storage"), list(warnings.filters), locale.setlocale(
            locale.LC_ALL), signal.getsignal(signal.SIGTERM), sys.stdout.errors,
            logging.getLogger().level, list(logging.getLogger().handlers))

before = state()
from routecheck.cli import main
from routecheck.config import load_config, write_site
assert main(["init", "site", "--language", "zh"]) == 0
assert main(["run", "--date", "2026-03-02", "--config", "site/routecheck.toml"]) == 3
assert main(["status", "--check", "--config", "none.toml"]) == 2
after = state()
assert before == after, [(a, b) for a, b in zip(before, after) if a != b]
"""


def test_a_call_within_a_program_changes_nothing_for_the_whole_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROCESS_WIDE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
