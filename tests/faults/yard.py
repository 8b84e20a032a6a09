"""A small county in which one round has everything to do, and a copy of it for every trial.

The base is a store that has done two dates, one of them without the fixes of a vehicle. Then the
late fixes and a third date arrive: the round that follows must judge a new date, revise an old
one, and write both again. Each trial starts from a copy of the base.
"""

from __future__ import annotations

import contextlib
import csv
import gc
import importlib
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from routecheck.__main__ import COLLECT_AFTER
from routecheck.config import load_config
from routecheck.domain.errors import RoutecheckError
from routecheck.jobs.catch_up import do_round
from routecheck.simulate import write_site

FIRST = date(2026, 3, 2)
CLOCK_TIMES = {"said_at", "ended_at", "judged_at", "changed_at", "entered_at", "decided_at",
               "noted_at", "seen_at"}  # fmt: skip
TROUBLE = 9
"""Exit status of a child that ended in one clear line."""


@dataclass(frozen=True)
class Yard:
    """Where the base and the full inputs lie."""

    folder: Path
    now: pd.Timestamp

    def trial(self, name: str, where: Path | None = None) -> Path:
        """A fresh copy of the base; returns its configuration."""
        target = (where or self.folder / "trials") / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder / "base", target)
        return target / "routecheck.toml"


def config_text(inputs: Path, url: str = "sqlite:///routecheck.db") -> str:
    return (
        '[site]\nname = "Yard"\ntime_zone = "Asia/Shanghai"\n'
        f'[points]\npath = "{inputs}/points.csv"\n[schedule]\npath = "{inputs}/schedule.csv"\n'
        f'[fixes]\npath = "{inputs}/fixes/*.csv"\n[alerts]\npath = "{inputs}/alerts/*.csv"\n'
        f'[calendar]\npath = "{inputs}/calendar.csv"\n'
        f'[vehicles]\npath = "{inputs}/vehicles.csv"\n[store]\nurl = "{url}"\n'
    )


def morning(day: date) -> pd.Timestamp:
    """Half past six of a local date."""
    return pd.Timestamp(f"{day} 06:35", tz="Asia/Shanghai").tz_convert("UTC")


def make_yard(folder: Path, *, points: int = 40, trucks: int = 4, url: str = "") -> Yard:
    """Simulate, and bring the base to the morning of the third date."""
    full, early, base = folder / "full", folder / "early", folder / "base"
    inputs = folder / "inputs"
    in_child(lambda: write_site(full, points=points, trucks=trucks, days=3, seed=5))
    shutil.copytree(full, early)
    second, third = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
    for path in early.glob("*/*.csv"):
        if path.stem.endswith((str(third), str(third + timedelta(days=1)))):
            path.unlink()
    # The truck with most pickups is silent on the second date: its fixes come late.
    late = early / "fixes" / f"fixes_{second}.csv"
    rows = late.read_text().splitlines(keepends=True)
    vehicles = [row.split(",", 1)[0] for row in rows[1:]]
    silent = max(set(vehicles), key=vehicles.count)
    late.write_text("".join(row for row in rows if not row.startswith(f"{silent},")))
    settle(*full.rglob("*.csv"), *early.rglob("*.csv"))
    base.mkdir()
    inputs.symlink_to(early)
    config = base / "routecheck.toml"
    config.write_text(config_text(inputs, url or "sqlite:///routecheck.db"))
    assert in_child(lambda: one_round(config, morning(third))) == 0
    inputs.unlink()
    inputs.symlink_to(full)
    preload(folder / "modules")
    return Yard(folder, morning(third + timedelta(days=1)))


def settle(*files: Path) -> None:
    """Let files look as if they had come an hour ago: only such are remembered as read."""
    moment = time.time() - 3600
    for path in files:
        os.utime(path, (moment, moment))


def one_round(config: Path, now: pd.Timestamp, wait_s: float = 30.0) -> None:
    do_round(load_config(config), now=now, wait_s=wait_s)


def run_due(config: Path, now: pd.Timestamp, log: Path) -> subprocess.Popen[bytes]:
    """The same round as a user's command, at a present of our choice: a new interpreter."""
    command = (
        "import sys, pandas as pd, routecheck.cli.judging as judging, routecheck.__main__ as main;"
        f"judging.now = lambda: pd.Timestamp({now.isoformat()!r});"
        f"sys.argv = ['routecheck', 'run', '--due', '--config', {str(config)!r}];"
        "main.command()"
    )
    with log.open("wb") as told:
        return subprocess.Popen(
            [sys.executable, "-c", command], stdout=subprocess.DEVNULL, stderr=told
        )


# --- children -------------------------------------------------------------------------------------


def start(work: Callable[[], object], kill_at: int | None = None, log: Path | None = None) -> int:
    """Fork a child that works, and dies at its `kill_at`th point; returns its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        # As the command does.
        gc.set_threshold(COLLECT_AFTER)
        if log is not None:
            sys.stderr = log.open("w")
        if kill_at is not None:
            die_at(kill_at)
        try:
            work()
            status = 0
        except RoutecheckError as error:
            print(error, file=sys.stderr)
            status = TROUBLE
        except BaseException:
            traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def end(pid: int) -> int:
    """Wait for a child; its exit status, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def in_child(work: Callable[[], object], log: Path | None = None) -> int:
    return end(start(work, log=log))


def preload(scratch: Path) -> None:
    """Import here what a round imports, so that every child need not: a second each."""
    config = Yard(scratch.parent, morning(FIRST)).trial("preload")

    def listed() -> None:
        one_round(config, morning(FIRST + timedelta(days=3)))
        scratch.write_text("\n".join(sys.modules))

    assert in_child(listed) == 0
    for name in scratch.read_text().splitlines():
        if not name.startswith(("faults", "tests", "__")):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    # Nor look through what it has from here for garbage.
    gc.collect()
    gc.freeze()


def at_points(call: Callable[[], None]) -> None:
    """Call something at each point of this process: a statement, a commit, a file touched.

    Only in children: an audit hook cannot be taken back.
    """
    for event in ("before_cursor_execute", "after_cursor_execute", "commit", "begin", "rollback"):
        sa.event.listen(sa.Engine, event, lambda *_: call())
    touched = {"os.rename", "os.remove", "os.mkdir", "sqlite3.connect"}

    def hook(event: str, args: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(args[1], str) and args[1][:1] in "wax"
        if event in touched or writes:
            call()

    sys.addaudithook(hook)
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        call()
        sync(descriptor)
        call()

    os.fsync = fsync


def die_at(number: int) -> None:
    """SIGKILL this process at its `number`th point."""
    left = number

    def point() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    at_points(point)


def count_points(work: Callable[[], object], scratch: Path) -> int:
    """How many points a run has, when nothing kills it."""
    seen = 0

    def point() -> None:
        nonlocal seen
        seen += 1

    def counted() -> None:
        at_points(point)
        work()
        total = seen
        scratch.write_text(str(total))

    assert in_child(counted) == 0
    return int(scratch.read_text())


# --- what is compared -----------------------------------------------------------------------------


def snapshot(config: Path, url: str = "") -> dict[str, object]:
    """All that a store and its exports say, but for run ids and clock times."""
    found: dict[str, object] = {}
    folder = config.parent
    for name, rows in _server_tables(url) if url else _file_tables(folder / "routecheck.db"):
        found[f"table {name}"] = rows
    for path in sorted((folder / "out").glob("*.csv")):
        found[path.name] = _export(path)
    return found


def _file_tables(store: Path) -> Iterator[tuple[str, list[object]]]:
    with closing(sqlite3.connect(store)) as connection:
        assert [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in sorted(names):
            cursor = connection.execute(f"SELECT * FROM {name}")
            yield name, _plain(name, [column[0] for column in cursor.description], cursor)


def _server_tables(url: str) -> Iterator[tuple[str, list[object]]]:
    from routecheck.store.databases import make_engine, parse_url
    from routecheck.store.schema import metadata

    engine = make_engine(parse_url(url))
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            result = connection.execute(sa.select(table))
            yield table.name, _plain(table.name, list(result.keys()), result)
    engine.dispose()


def _plain(table: str, columns: list[str], rows: object) -> list[object]:
    if table in ("run", "note", "sqlite_sequence"):
        # A killed run leaves its row; what it may not leave is a run under way.
        states = [row[columns.index("state")] for row in rows] if table == "run" else []
        return ["running" in states]
    if table == "seal":
        # Hashes of times among other things; that they are right, `store check` tells.
        return sorted(row[columns.index("scope")] for row in rows)
    kept = []
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        for name in CLOCK_TIMES & set(columns):
            cells[name] = cells[name] is not None
        cells.pop("run_id", None)
        kept.append(repr(sorted(cells.items())))
    return sorted(kept)


def export_rows(path: Path) -> list[dict[str, object]]:
    """The rows of an export file."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def _export(path: Path) -> object:
    rows = export_rows(path)
    for row in rows:
        if "revised_at" in row:
            row["revised_at"] = bool(row["revised_at"])
    return rows


def differences(a: dict[str, object], b: dict[str, object]) -> list[str]:
    """Names of what differs between two snapshots."""
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


@contextlib.contextmanager
def timed(label: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{label}: {time.monotonic() - began:.1f} s", flush=True)
