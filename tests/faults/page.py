"""`docs/reliability.md`: what was tried, how often, and what failed; a row for each kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from faults.outcome import Outcome, Trial

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
HEAD = """# What was tried to break it

Made by `python -m tests.faults --page`, from the root of the repository; `--only KINDS` makes the
rows of some kinds anew, and leaves the others. A short form of each kind is part of the tests. It
needs root for small disks, and PostgreSQL's programs for a server of its own.

| kind | what is tried | tried | failed | figures | on |
| --- | --- | ---: | ---: | --- | --- |
"""
TAIL = """
What was not tried:

- Windows and macOS: what is killed, bounded in memory and mounted here needs Linux.
- Power cuts, and disks that lie about what they have written: a killed process leaves what it wrote
  to the system.
- Parquet whose pages are larger than its own figures say: pyarrow unpacks a page whole, up to 2 GB.
- Memory of the stages after reading: a large county's date takes several gigabytes (docs/speed.md),
  and `MemoryMax` in `deploy/routecheck.service` is what bounds it.
- Passwords of fewer than four characters, and such as are words of every message (`postgres`): they
  are left out of addresses, and not recognized elsewhere.
- The key of a map server in `export.tiles`: the page has to hold it.
- Servers of messages that answer with hostile text.
"""
_ROW = re.compile(r"^\| `([\w-]+)` \|.*$", re.MULTILINE)


def updated(text: str, trials: tuple[Trial, ...], found: Mapping[str, Outcome], on: date) -> str:
    """Return the page with the rows of these outcomes, and those that it has of other kinds.

    Args:
        text: the page as it is; empty: there is none.
        trials: all kinds, in the order of the page.
        found: what came of some.
        on: the date.
    """
    rows = {match[1]: match[0] for match in _ROW.finditer(text)}
    for trial in trials:
        if trial.name in found:
            outcome = found[trial.name]
            figures = ", ".join(f"{name} {count:,}" for name, count in outcome.figures.items())
            failed = len(outcome.failures)
            cells = (
                f"`{trial.name}`",
                trial.what,
                f"{outcome.tried:,}",
                f"{failed:,}",
                figures,
                on,
            )
            rows[trial.name] = f"| {' | '.join(map(str, cells))} |"
    told = [rows[trial.name] for trial in trials if trial.name in rows]
    untold = [f"`{trial.name}`" for trial in trials if trial.name not in rows]
    more = f"\nNot run yet: {', '.join(untold)}.\n" if untold else ""
    return HEAD + "\n".join(told) + "\n" + more + TAIL
