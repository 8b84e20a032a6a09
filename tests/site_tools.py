"""What tests of commands do again and again: call, run, read what was exported."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import NoReturn

import pytest

from routecheck.cli import main

DAYS = ("2026-03-02", "2026-03-03")


def cannot_check(reason: str) -> NoReturn:
    """Report a test as skipped for what this machine lacks; where all must run (CI), as failed."""
    if os.environ.get("ROUTECHECK_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def call(*arguments: str) -> int:
    return main(arguments)


def run(site: Path, *more: str) -> int:
    dates = more or ("--from", DAYS[0], "--to", DAYS[1])
    return call("run", *dates, "--config", str(site / "routecheck.toml"))


def rows(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def header(path: Path) -> list[str]:
    return next(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def exports(site: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((site / "out").glob("*.csv"))}
