"""What reading a file of fixes found, kept so that it need not be read again for other days.

A run of one date on a site with a year of daily files needs three or four of them. Which ones
cannot be known from their names, nor from a span of times: clocks are off by days, and fixes come
late. So what is kept of a file are the days whose `load` takes a row from it, found with the rows
themselves; every other day has nothing of it, as long as the file, and how it is read, stay as
they are.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck import __version__
from routecheck.config import FixesSource
from routecheck.domain.input_columns import INPUT_COLUMNS

SETTLED_S = 10.0
"""A file that was changed within the last seconds may change again without a sign: some file
systems count time by two seconds."""
ALWAYS = (-(1 << 30), 1 << 30)
"""Days between which anything holds."""


@dataclass(frozen=True)
class FileSummary:
    """What reading one file found; days are numbers since 1970.

    Attributes:
        label: how tables and messages name the file.
        stamp: changes with the file, and with how it is read (`stamp`).
        rows: rows of it, kept and rejected.
        days: how many usable rows are counted under each local date.
        touched: the days whose `load` may take a row from it, or under which one was rejected.
        since: the first local date of today on which reading gives the same: which dates lie in
            the future, and are not believed, depends on it.
        until: the last such date.
    """

    label: str
    stamp: str
    rows: int
    days: dict[int, int]
    touched: tuple[int, ...]
    since: int = ALWAYS[0]
    until: int = ALWAYS[1]

    def holds(self, stamp: str | None, today: int) -> bool:
        """Whether reading the file would find the same again."""
        return stamp == self.stamp and self.since <= today <= self.until

    def to_json(self) -> str:
        """Return it as a text to keep."""
        return json.dumps(asdict(self) | {"days": sorted(self.days.items())})

    @classmethod
    def from_json(cls, text: str) -> Self | None:
        """Return what was kept; None where another version of the program kept it."""
        try:
            found = json.loads(text)
            found["days"] = {int(day): int(rows) for day, rows in found["days"]}
            found["touched"] = tuple(found["touched"])
            return cls(**found)
        except (ValueError, TypeError, KeyError):
            return None


def stamp(path: Path, reading: str) -> str | None:
    """Return what changes when a file does; None where that is not certain yet.

    Size and time of change, and of the change of its entry, which no program can set back. None
    for a file that is not there, or that was changed a moment ago.

    Args:
        path: the file.
        reading: from `reading_of`.
    """
    try:
        stat = path.stat()
    except OSError:
        return None
    if not 0 <= stat.st_mtime <= time.time() - SETTLED_S:
        return None
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {reading}"


def reading_of(source: FixesSource, zone: ZoneInfo, vehicles: pd.DataFrame | None) -> str:
    """Return a hash of all that decides what is read from a file, but for the file itself."""
    mounted = "" if vehicles is None else vehicles.to_csv(index=False)
    settings = (source.model_dump(exclude={"path"}), source.limits.text_length)
    deciding = (_reader(), settings, zone.key, mounted)
    return hashlib.blake2b(repr(deciding).encode("utf-8", "replace"), digest_size=8).hexdigest()


@cache
def _reader() -> str:
    """Return a hash of the modules that read: another version may find something else."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=8)
    digest.update(repr(INPUT_COLUMNS).encode())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()
