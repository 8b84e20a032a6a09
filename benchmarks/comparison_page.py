"""The figures to compare with, in docs/benchmark.md: routecheck's beside the simplest method's.

    python -m benchmarks.comparison_page
    python -m benchmarks.comparison_page --measure --sites FOLDER

The first takes routecheck's figures from docs/accuracy.md, whenever that was made anew, and leaves
those of `benchmarks.nearest`. The second measures these too, on the counties of the ledger, which
are written to the folder unless they are there.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import DAYS, PROFILES
from benchmarks.accuracy_page import DRAWN_SEEDS, HELD_OUT_SEEDS, ledger_rows
from benchmarks.nearest import verdicts_of
from benchmarks.sites import simulated
from benchmarks.submission import Submission, scored
from routecheck.evaluate import measure, pool
from routecheck.simulate import DRAWN

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmark.md"
LEDGER = ROOT / "docs" / "accuracy.md"
COLUMNS = {
    "wrong accusations in 10,000 pickups": "for every 10,000 pickups",
    "genuine alerts found": "genuine ones called genuine",
    "called genuine, really so": "called genuine, really genuine",
    "false alerts called false": "false ones called false",
    "misses without an alert, found": "misses that no alert named, found",
    "pickups judged right": "judged right",
    "calibration error, pickups": "calibration error, pickups",
}
"""What the table shows, by the label that it has in the ledger."""
OWN, SIMPLEST = "routecheck", "nearest"
_TABLE = re.compile(r"(<!-- figures -->\n).*?(\n<!-- end of figures -->)", re.DOTALL)

Cells = Mapping[str, Mapping[str, str]]
"""By profile, the cells of the ledger by their labels."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the figures into the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparison_page")
    parser.add_argument("--measure", action="store_true", help="measure the simplest method too")
    parser.add_argument("--sites", type=Path, help="keep the simulated counties here")
    given = parser.parse_args(arguments)
    simplest = None
    if given.measure:
        with tempfile.TemporaryDirectory() as scratch:
            simplest = measured(given.sites or Path(scratch))
    text = PAGE.read_text("utf-8")  # not before: measuring takes minutes
    simplest = simplest or shown_of(text, SIMPLEST)
    PAGE.write_text(with_figures(text, ledger_cells(LEDGER.read_text("utf-8")), simplest), "utf-8")


def ledger_cells(text: str) -> Cells:
    """Return the cells of the first table of the ledger's page."""
    lines = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return _by_profile(rows)


def measured(sites: Path) -> Cells:
    """Judge the counties of the ledger by the simplest method, and return its cells."""
    found = {}
    for profile in PROFILES:
        parts = []
        for seed in DRAWN_SEEDS if profile == DRAWN else HELD_OUT_SEEDS:
            world = simulated(profile, seed, DAYS, sites)
            parts.append(scored(world, Submission(verdicts_of(world).astype("str"))))
        found[profile] = measure(pool(parts))
    return _by_profile(ledger_rows(found))


def _by_profile(rows: Sequence[Sequence[str]]) -> Cells:
    """Cells of rows of label, aim, and one a profile, without counts and marks."""
    profiles = rows[0][2:]
    cells: dict[str, dict[str, str]] = {profile: {} for profile in profiles}
    for label, *rest in rows[1:]:
        for profile, cell in zip(profiles, rest[1:], strict=False):
            # The first of a label counts: of alerts, then of pickups.
            cells[profile].setdefault(label, re.sub(r", [\d,]+ of [\d,]+.*| \*\*✗\*\*", "", cell))
    return cells


def shown_of(page: str, method: str) -> Cells:
    """Return the cells that the page shows of a method."""
    found = _TABLE.search(page)
    lines = found[0].splitlines() if found else []
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[3:-1]]
    return {
        row[0]: dict(zip(COLUMNS.values(), row[2:], strict=True))
        for row in rows
        if len(row) > 2 and row[1] == method
    }


def with_figures(page: str, own: Cells, simplest: Cells) -> str:
    """Return the page with a row a profile and method, of the profiles that both have."""
    rows = [["worlds", "method", *COLUMNS], ["---"] * (len(COLUMNS) + 2)]
    for profile in own:
        if profile in simplest:
            rows += [
                [profile, method, *(cells[profile].get(label, "-") for label in COLUMNS.values())]
                for method, cells in ((OWN, own), (SIMPLEST, simplest))
            ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _TABLE.sub(lambda found: found[1] + table + found[2], page)


if __name__ == "__main__":
    main()
