"""The worst tenth of sites that differ in kind: a mean over them hides where judging fails."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from routecheck.evaluate import Evaluation, Share
from routecheck.present.evaluation_text import per_10000, percent


@dataclass(frozen=True)
class Figure:
    """A figure of a site: what it is, how it is shown, and whether much of it is bad."""

    label: str
    of: Callable[[Evaluation], Share]
    shown: Callable[[Share], str] = percent
    much_is_bad: bool = False


FIGURES = (
    Figure("wrong accusations in 10,000 pickups", lambda e: e.routecheck.accused, per_10000, True),
    Figure("genuine ones called genuine", lambda e: e.routecheck.genuine_recall.observable),
    Figure("called genuine, really genuine", lambda e: e.routecheck.genuine_precision.observable),
    Figure("misses that no alert named, found", lambda e: e.routecheck.silent_recall.observable),
    Figure("of those, really missed", lambda e: e.routecheck.silent_precision.observable),
)
"""Shares of alerts and misses are over those whose truth the data could show."""


def worst_tenth_rows(sites: Sequence[Evaluation], seeds: Sequence[int]) -> list[list[str]]:
    """A row a figure: all sites pooled, the site in the middle, and the worst tenth by it.

    Sites that have none of what a figure counts (no genuine alert, say) are not among them.
    """
    rows = [["", "all", "median site", "worst tenth", "its seeds"]]
    for figure in FIGURES:
        shares = {
            seed: share
            for seed, site in zip(seeds, sites, strict=True)
            if (share := figure.of(site)).n
        }
        if not shares:
            rows.append([figure.label, *["-"] * 4])
            continue
        sign = -1 if figure.much_is_bad else 1
        by_worst = sorted(shares, key=lambda seed: sign * shares[seed].value)
        worst = by_worst[: math.ceil(len(shares) / 10)]
        middle = statistics.median(share.value for share in shares.values())
        rows.append(
            [
                figure.label,
                figure.shown(_pooled(list(shares.values()))),
                f"{middle * 10_000:.1f}" if figure.shown is per_10000 else f"{middle:.1%}",
                figure.shown(_pooled([shares[seed] for seed in worst])),
                ", ".join(map(str, worst)),
            ]
        )
    return rows


def worst_tenth(sites: Sequence[Evaluation], seeds: Sequence[int]) -> list[str]:
    """The same as a part of a page."""
    head, *rows = worst_tenth_rows(sites, seeds)
    return [
        "",
        "### The worst tenth of the sites",
        "",
        f"By each figure for itself, of {len(sites)} sites, their rows pooled; sites without any "
        "of what it counts are left out.",
        "",
        f"| {' | '.join(head)} |",
        "| --- " * len(head) + "|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _pooled(shares: Sequence[Share]) -> Share:
    return Share(sum(share.hits for share in shares), sum(share.n for share in shares))
