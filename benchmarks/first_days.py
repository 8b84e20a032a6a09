"""The first days of a new site: judged from nothing, with no other date to learn from."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from benchmarks.sites import FIRST, compared, judge, true_of
from benchmarks.worst_tenth import FIGURES
from routecheck.evaluate import Compared, Evaluation, measure, pool

SPANS = (1, 3, 7)
"""Service dates judged together, from the first."""
NAMES = {1: "first day", 3: "first three days", 7: "first seven days"}

FirstDays = tuple[str, Mapping[int, Evaluation], Evaluation]
"""Seeds as people write them, the figures by span, and those of the same sites with all dates."""


def first_days(
    sites: Sequence[Path], days: int, jobs: int, spans: Sequence[int] = SPANS
) -> dict[int, Evaluation]:
    """Judge the first dates of sites, each span for itself and from nothing; the sites stay.

    Args:
        sites: written, with truth.csv.
        days: service dates of each; longer spans are left out.
        jobs: sites at once.
        spans: how many dates.

    Returns:
        Figures by span, pooled over the sites.
    """
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(jobs) as threads:

        def of(site: Path) -> dict[int, Compared]:
            copy = Path(scratch) / site.name
            shutil.copytree(site, copy, ignore=shutil.ignore_patterns("routecheck.db*", "out"))
            truth, found = true_of(copy), {}
            for span in spans:
                if span <= days:
                    judge(copy, FIRST, FIRST + timedelta(days=span - 1))
                    found[span] = compared(copy, truth)
            shutil.rmtree(copy)
            return found

        parts = list(threads.map(of, sites))
    return {span: measure(pool([part[span] for part in parts])) for span in parts[0]}


def first_days_rows(found: Mapping[int, Evaluation], after: Evaluation) -> list[list[str]]:
    """A row a figure: each span, and the same sites with all their dates judged together."""
    columns = {**{NAMES.get(n, f"first {n} days"): e for n, e in found.items()}}
    columns[f"all {len(set(after.dates))} days"] = after
    rows = [["", *columns]]
    rows.append(["pickups", *(f"{e.pickups:,}" for e in columns.values())])
    for figure in FIGURES:
        rows.append([figure.label, *(figure.shown(figure.of(e)) for e in columns.values())])
    return rows


def first_days_page(
    found: Mapping[str, FirstDays],
) -> list[str]:
    """The section of the page.

    Args:
        found: by profile.
    """
    lines = [
        "",
        "## The first days of a new site",
        "",
        "Judged from nothing, with only these dates: no history to learn places, paces and habits "
        "from. The last column has the same counties with all their dates.",
    ]
    for profile, (seeds, spans, after) in found.items():
        head, *rows = first_days_rows(spans, after)
        lines += ["", f"`{profile}`, seeds {seeds}:", "", f"| {' | '.join(head)} |"]
        lines.append("| --- " * len(head) + "|")
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return lines
