"""Fetches that are killed: rows and marks stay together, nothing is lost and nothing kept twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from faults.outcome import Outcome
from faults.yard import count_points, end, in_child, start
from routecheck.config import load_config
from routecheck.fetching import fetch

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
EARLIER = timedelta(hours=-3)
ROWS, MORE = 4000, 1500
BY_MARK, BY_DATES = 'watermark = "id"\noverlap = 50\n', ""


def write_site(folder: Path, mark: str) -> Path:
    """A site whose fixes, points and schedule lie in a database of an office."""
    folder.mkdir(parents=True)
    base = folder / "office.db"
    url = f'url = "sqlite:///{base}"'
    config = folder / "routecheck.toml"
    config.write_text(
        f'[points]\n{url}\ntable = "points"\n[schedule]\n{url}\ntable = "schedule"\n'
        f'[fixes]\n{url}\ntable = "fixes"\n{mark}'
    )
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("CREATE TABLE points (point_id, lon, lat)")
        connection.execute("CREATE TABLE schedule (point_id, vehicle_id, weekdays)")
        connection.execute("INSERT INTO points VALUES ('P1', 108.5, 29.0)")
        connection.execute("INSERT INTO schedule VALUES ('P1', 'V1', '1234567')")
        connection.execute(
            "CREATE TABLE fixes (id INTEGER PRIMARY KEY, vehicle_id, time, lon, lat)"
        )
        connection.commit()
    add(base, ROWS, seed=1)
    return config


def add(base: Path, count: int, seed: int) -> None:
    """Let rows come: in no order of their times, some of them twice."""
    pick = random.Random(seed)
    first = datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)
    rows = [
        (
            f"V{pick.randrange(5)}",
            str(first + timedelta(seconds=pick.randrange(3 * 86400))),
            108.5,
            29,
        )
        for _ in range(count)
    ]
    rows += rows[:20]
    with closing(sqlite3.connect(base)) as connection:
        insert = "INSERT INTO fixes (vehicle_id, time, lon, lat) VALUES (?, ?, ?, ?)"
        connection.executemany(insert, rows)
        connection.commit()


def in_office(config: Path) -> Counter[tuple[str, str]]:
    """Vehicle and time of all rows of the office."""
    with closing(sqlite3.connect(config.parent / "office.db")) as connection:
        return Counter(connection.execute("SELECT vehicle_id, time FROM fixes"))


def kept(config: Path) -> Counter[tuple[str, str]]:
    """Vehicle and time of all rows that a run would read."""
    found: Counter[tuple[str, str]] = Counter()
    for path in (config.parent / "fetched" / "fixes").glob("*/*.parquet"):
        table = pq.ParquetFile(path).read(["vehicle_id", "time"])
        found.update(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
    return found


def one_fetch(config: Path, after: timedelta = timedelta()) -> None:
    found = fetch(load_config(config), NOW + after)
    assert not found.failed, found.failed


def try_all(folder: Path, times: int, seed: int) -> Outcome:
    """Kill fetches, the first and those that bring more, and fetch once more after each."""
    pick = random.Random(seed)
    bases = []
    for name, mark in (("by-mark", BY_MARK), ("by-dates", BY_DATES)):
        nothing = write_site(folder / name / "nothing", mark)
        some = folder / name / "some"
        shutil.copytree(nothing.parent, some)
        (some / "routecheck.toml").write_text(
            nothing.read_text().replace(str(nothing.parent), str(some))
        )
        assert in_child(lambda c=some / "routecheck.toml": one_fetch(c, EARLIER)) == 0
        add(some / "office.db", MORE, seed=2)
        bases += [nothing.parent, some]
    failures, figures = [], Counter[str]()
    points = {}
    for n in range(times):
        base = bases[n % len(bases)]
        if base not in points:
            config = _copy(base, folder / "count")
            points[base] = count_points(lambda c=config: one_fetch(c), folder / "points")
        config = _copy(base, folder / "trial")
        if pick.random() < 0.5:
            at = pick.randrange(points[base])
            status = end(start(lambda c=config: one_fetch(c), kill_at=at))
            why = f"{base.parent.name}, {base.name}: killed at point {at} of {points[base]}"
        else:
            pid, after_s = start(lambda c=config: one_fetch(c)), pick.uniform(0.0, 0.3)
            time.sleep(after_s)
            os.kill(pid, signal.SIGKILL)
            status = end(pid)
            why = f"{base.parent.name}, {base.name}: killed after {after_s:.3f} s"
        figures["killed" if status == -signal.SIGKILL else "ended before the kill"] += 1
        beyond = kept(config) - in_office(config)
        if in_child(lambda c=config: one_fetch(c)) != 0 or kept(config) != in_office(config):
            failures.append(why)
        elif beyond:
            failures.append(f"{why}: rows twice until the next fetch")
        elif left := list((config.parent / "fetched").rglob("*.new")):
            failures.append(f"{why}: left {left[0].name}")
    return Outcome(times, tuple(failures), dict(figures))


def _copy(base: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(base, target)
    config = target / "routecheck.toml"
    config.write_text(config.read_text().replace(str(base), str(target)))
    return config
