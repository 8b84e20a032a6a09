"""A year of days, compressed: the service ticks through it, and nothing may grow.

The days are those of a small simulated week, dated on. As on many sites, the feed keeps only its
last files, and the store is backed up and pruned now and then.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from faults.yard import FIRST, config_text, end, in_child, morning, settle, start
from routecheck.simulate import write_site

KEPT_FILES = 10
WARM_DAYS = 60
"""Diagnosis looks back six weeks: until then the work of a day grows, and so may memory."""


class Feed:
    """Files of fixes and alerts that appear day by day, from a template of a week."""

    def __init__(self, folder: Path, *, points: int = 8, trucks: int = 1, days: int = 7) -> None:
        self.folder, self.days = folder / "inputs", days
        template = folder / "template"
        assert (
            in_child(lambda: write_site(template, points=points, trucks=trucks, days=days, seed=7))
            == 0
        )
        self.template = template
        for name in ("fixes", "alerts"):
            (self.folder / name).mkdir(parents=True)
        for path in template.glob("*.csv"):
            shutil.copy(path, self.folder)
        # Its dates are those of the template's week only.
        (self.folder / "calendar.csv").write_text("date,township,point_id,due\n")
        self.config = folder / "routecheck.toml"
        self.config.write_text(config_text(self.folder))

    def deliver(self, day: date, *, keep: int | None = KEPT_FILES) -> None:
        """Write the files of a date; remove those that the feed keeps no longer."""
        source = FIRST + timedelta(days=(day - FIRST).days % self.days)
        shift = day - source
        for kind in ("fixes", "alerts"):
            text = (self.template / kind / f"{kind}_{source}.csv").read_text()
            for n in (-1, 0, 1):
                old, new = source + timedelta(days=n), source + timedelta(days=n) + shift
                text = text.replace(f"{old}", f"@{new.toordinal()}@")
                text = text.replace(f"A{old:%Y%m%d}", f"A{new:%Y%m%d}")
            for n in (-1, 0, 1):
                new = source + timedelta(days=n) + shift
                text = text.replace(f"@{new.toordinal()}@", f"{new}")
            path = self.folder / kind / f"{kind}_{day}.csv"
            path.write_text(text)
            settle(path)
            if keep is not None:
                for path in sorted((self.folder / kind).iterdir())[:-keep]:
                    path.unlink()


def resident_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def soak(folder: Path, days: int = 365) -> Counter[str]:
    """Tick through so many days in one process; returns counts, memory and handles."""
    feed = Feed(folder)
    table = folder / "soak.csv"
    pid = start(lambda: _soak(feed, days, table), log=folder / "log")
    assert end(pid) == 0, (folder / "log").read_text()[-3000:]
    found = pd.read_csv(table)
    warm = found[found["day"] >= min(WARM_DAYS, days // 2)]
    early, late = warm.head(20), warm.tail(20)
    growth = late["mb"].median() - early["mb"].median()
    counts = Counter(
        {
            "days": len(found),
            "rounds": int(found["rounds"].iloc[-1]),
            "MB, warm": round(early["mb"].median()),
            "MB, at the end": round(late["mb"].median()),
            "handles, warm": int(early["handles"].max()),
            "handles, at the end": int(late["handles"].max()),
            "store, kB a day": round(found["store_kb"].iloc[-1] / len(found)),
            "ms a day, warm": round(1000 * early["s"].median()),
            "ms a day, at the end": round(1000 * late["s"].median()),
        }
    )
    assert growth < 0.1 * early["mb"].median(), counts
    assert late["handles"].max() <= early["handles"].max() + 2, counts
    return counts


def _soak(feed: Feed, days: int, table: Path) -> None:
    import time

    from routecheck.daemon.service import Service

    now = morning(FIRST)
    service = Service(feed.config, clock=lambda: now)
    rows = []
    for n in range(days):
        day = FIRST + timedelta(days=n)
        feed.deliver(day)
        now = morning(day + timedelta(days=1))
        began = time.monotonic()
        done = service.tick()
        assert done is not None, f"{day}: no round"
        assert day in done.due.missing, f"{day}: {done.due}"
        assert len(done.due.dates) <= 4, f"{day}: {done.due}"
        # A second tick on the same morning finds nothing to do.
        assert service.tick() is None
        spent = time.monotonic() - began
        store = feed.config.parent / "routecheck.db"
        rows.append(
            (n, resident_mb(), handles(), service.rounds, store.stat().st_size / 1000, spent)
        )
    df = pd.DataFrame(rows, columns=["day", "mb", "handles", "rounds", "store_kb", "s"])
    df.to_csv(table, index=False)
