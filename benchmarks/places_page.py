"""The page of the ledger of places: its tables, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from benchmarks.accuracy_page import named_seeds
from benchmarks.places import OTHER, OWN, WHOLE, Found, Ledger, pooled
from benchmarks.places_terms import TERMS
from benchmarks.worlds import CLOSE_M
from routecheck import __version__
from routecheck.domain.codes import Cause
from routecheck.evaluate import Evaluation, Share, measure

BANDS_M = (0.0, 30.0, 60.0, 200.0, 400.0, np.inf)
SAID = (0.0, 0.5, 0.7, 0.9, 0.97, 0.99, 1.0)
"""Bounds of the confidence that is said."""
SURE = 0.99

ABOUT = f"""\
# Places

Made by `python -m benchmarks.places --worlds DIR --write docs/places.md`; do not edit.
routecheck {__version__}.

Where every point is judged to be, against where its bins stand. All service dates of a site are
judged as one range, from nothing.
"""
OWN_TEXT = (
    "- *{group}*: counties of {days} service dates from the project's [simulator](simulator.md), "
    "seeds {seeds}, by which nothing was chosen; pooled by profile."
)
OTHER_TEXT = (
    "- *{group}*: sites of another simulator, which shares only the formats of files with it. "
    "Those whose names end in 1 were looked at while thresholds were chosen, the others counted."
)
COLUMNS = f"""
Counted are points that were due on these dates.

- *right*: the place in `places.csv` lies within {CLOSE_M:.0f} m of the bins.
- *settled, wrong*: the place is settled, so that it may accuse somebody, and none of the places
  at which pickups of the point are judged lies within {CLOSE_M:.0f} m of the bins. A point may be
  judged at a few places together.
- *said {SURE}, wrong*: `confidence` in `places.csv` is at least that, and the place is wrong.
- *off*: how far the record lies from the bins. Batches are records in another datum (`datum`).
- *missed every day*: points at which every pickup was missed, on three dates at least, by what
  most of their pickups were called.
"""
CONFIDENCE = (
    "How many of the places that are said to be so sure lie within "
    f"{CLOSE_M:.0f} m of the bins; in brackets, how many have the bins within their "
    "`uncertainty_m`, which is to hold 95%."
)
TERMS_TEXT = (
    "Each term of the place model is taken out by itself. All else is left as it is, no parameter "
    "is fitted anew; points are placed and pickups judged once more, on one county of each profile "
    "but `ideal`, and on one other world of each kind. First the figures of the whole model, then "
    "what changes (·: nothing): points that are right, places that are settled and wrong, places "
    f"said with {SURE} and wrong, wrong accusations, and misses found, of those that the data "
    "could show."
)


def document(ledger: Ledger, seeds: Sequence[int], days: int) -> str:
    """The page in Markdown."""
    found = {name: (group, one) for (group, name), one in ledger.found.items()}
    about = {OWN: OWN_TEXT, OTHER: OTHER_TEXT}
    groups = dict.fromkeys(group for group, _ in found.values())
    said = [about[g].format(group=g, days=days, seeds=named_seeds(seeds)) for g in groups]
    lines = [ABOUT, *said, COLUMNS, *_overview(found)]
    lines += ["## By kind of fault, and by how far the record is off", ""]
    for name, (group, one) in found.items():
        lines += [f"### {name} ({group})", "", *_table(faults(one)), ""]
    lines += ["## What `confidence` means", "", CONFIDENCE, ""]
    lines += [*_table(reliability(found)), ""]
    if ledger.without:
        lines += ["## What each term is worth", "", TERMS_TEXT, "", *_table(terms(ledger)), ""]
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    lines = [f"| {' | '.join(head)} |", "| --- |" + " ---: |" * (len(head) - 1)]
    return lines + [f"| {' | '.join(row)} |" for row in body]


def _overview(found: dict[str, tuple[str, Found]]) -> list[str]:
    """A column a world, and one for all of a group."""
    groups: dict[str, list[Found]] = {}
    for group, one in found.values():
        groups.setdefault(group, []).append(one)
    columns = {name: one for name, (_, one) in found.items()}
    columns |= {f"all of the {group}": pooled(parts) for group, parts in groups.items()}
    measured = {name: measure(one.compared) for name, one in columns.items()}
    rows = [["", *columns]]
    for label, cell in OVERVIEW:
        rows.append([label, *(cell(one, measured[name]) for name, one in columns.items())])
    return ["## Together", "", *_table([list(row) for row in zip(*rows, strict=True)]), ""]


def off_singly(one: Found) -> pd.Series:
    """Points recorded off by more than 30 m, or unusably, apart from batches."""
    p = one.points
    return ~(p["recorded_off_m"] <= CLOSE_M) & (p["fault"] != Cause.DATUM)


def sound_moved(one: Found) -> pd.Series:
    """Points recorded rightly that are placed elsewhere."""
    p = one.points
    return (p["fault"] == "") & (p["recorded_off_m"] <= CLOSE_M) & (p["off_m"] > CLOSE_M)


def missed_always(one: Found) -> str:
    verdicts = one.missed_always()
    kinds = ("missed", "unverifiable", "collected", "mixed")
    return " / ".join(str(int((verdicts == kind).sum())) for kind in kinds)


def one_in(wrong: int, of: int) -> str:
    return f"{wrong} (1 in {of / wrong:.0f})" if wrong else f"0 of {of:,}"


def of(hits: pd.Series, which: pd.Series) -> str:
    return _share(int((hits & which).sum()), int(which.sum()))


def _share(hits: int, n: int) -> str:
    return f"{hits:,} of {n:,} ({hits / n:.1%})" if n else "-"


def _of_corrections(e: Evaluation, name: str) -> str:
    share: Share | None = getattr(e.corrections, name, None)
    return _share(share.hits, share.n) if share else "-"


OVERVIEW: tuple[tuple[str, Callable[[Found, Evaluation], str]], ...] = (
    ("points", lambda f, e: f"{len(f.points):,}"),
    ("right", lambda f, e: _share(int(f.close.sum()), len(f.points))),
    ("off by over 30 m, batches apart: right", lambda f, e: of(f.close, off_singly(f))),
    ("settled, wrong", lambda f, e: one_in(
        int(f.settled_wrong.sum()), int(f.points["settled"].sum()))),
    (f"said {SURE}, wrong", lambda f, e: one_in(
        int((sure(f) & ~f.close).sum()), int(sure(f).sum()))),
    ("sound points moved", lambda f, e: f"{sound_moved(f).sum()}"),
    ("corrected places that are wrong", lambda f, e: _of_corrections(e, "precision")),
    ("corrections within 30 m", lambda f, e: _of_corrections(e, "close")),
    ("wrong places found", lambda f, e: _of_corrections(e, "recall_served")),
    ("missed every day: missed / open / collected / mixed", lambda f, e: missed_always(f)),
    ("wrong accusations, in 10,000", lambda f, e: (
        f"{e.routecheck.accused.hits} ({1e4 * e.routecheck.accused.value:.1f})")),
)  # fmt: skip


def sure(one: Found) -> pd.Series:
    return one.points["confidence"] >= SURE


def faults(one: Found) -> list[list[str]]:
    """A row for each kind of fault and band of offsets: points, right, wrong, wrong and sure."""
    p = one.points
    rows = [["fault", "off", "points", "right", "wrong", "settled, wrong", f"said {SURE}, wrong"]]
    kinds = sorted(set(p["fault"]), key=lambda kind: (kind != "", kind))
    singly = p["fault"] != Cause.DATUM
    for kind in [*kinds, None]:
        of_kind = singly if kind is None else p["fault"] == kind
        bands = list(pairwise(BANDS_M))
        parts = [
            (f"{low:.0f}-{high:.0f} m" if high < np.inf else f"over {low:.0f} m",
             (p["recorded_off_m"] >= low) & (p["recorded_off_m"] < high))
            for low, high in bands
        ]  # fmt: skip
        parts.append(("no usable record", p["recorded_off_m"].isna()))
        label = "all, batches apart" if kind is None else f"`{kind}`" if kind else "none"
        for band, inside in parts:
            here = of_kind & inside
            if not here.any():
                continue
            wrong = here & ~one.close
            counts = (here, here & one.close, wrong, here & one.settled_wrong, wrong & sure(one))
            rows.append([label, band, *(f"{int(rows_of.sum()):,}" for rows_of in counts)])
    return rows


def reliability(found: dict[str, tuple[str, Found]]) -> list[list[str]]:
    """A row a world: how many of those said so sure are right, and within their uncertainty."""
    bands = list(pairwise(SAID))
    names = [f"{low:g}-{high:g}" if low else f"under {high:g}" for low, high in bands]
    rows = [["said", *names]]
    groups: dict[str, list[Found]] = {}
    for name, (group, one) in found.items():
        groups.setdefault(group, []).append(one)
        rows.append([name, *_said(one, bands)])
    rows += [[f"all of the {g}", *_said(pooled(parts), bands)] for g, parts in groups.items()]
    return rows


def _said(one: Found, bands: Sequence[tuple[float, float]]) -> list[str]:
    p, cells = one.points, []
    within = p["off_m"] <= p["uncertainty_m"]
    for low, high in bands:
        here = (p["confidence"] >= low) & ((p["confidence"] < high) | (high == 1.0))
        n = int(here.sum())
        right, inside = int((here & one.close).sum()), int((here & within).sum())
        cells.append(f"{right} of {n}: {right / n:.1%} ({inside / n:.1%})" if n else "-")
    return cells


COUNTS: tuple[tuple[str, Callable[[Found], int]], ...] = (
    ("right", lambda f: int(f.close.sum())),
    ("settled, wrong", lambda f: int(f.settled_wrong.sum())),
    (f"said {SURE}, wrong", lambda f: int((sure(f) & ~f.close).sum())),
    ("accused wrongly", lambda f: measure(f.compared).routecheck.accused.hits),
    ("misses found", lambda f: misses_found(f)),
)


def misses_found(one: Found) -> int:
    """Pickups really missed, as the data could show, that were called so."""
    p = one.compared.pickups
    return int(((p["status"] == "missed") & p["observable"] & (p["verdict"] == "missed")).sum())


def terms(ledger: Ledger) -> list[list[str]]:
    """The whole model, then a row a term: how its figures change where it is taken out."""
    groups = list(ledger.without[WHOLE])
    rows = [
        ["taken out", "then", *(f"{group}: {label}" for group in groups for label, _ in COUNTS)]
    ]
    whole = {
        group: [count(ledger.without[WHOLE][group]) for _, count in COUNTS] for group in groups
    }
    rows.append(["nothing", "", *(f"{n:,}" for group in groups for n in whole[group])])
    for term in TERMS:
        if term.name not in ledger.without:
            continue
        cells = [
            f"{change:+,}" if (change := count(ledger.without[term.name][group]) - before) else "·"
            for group in groups
            for (_, count), before in zip(COUNTS, whole[group], strict=True)
        ]
        rows.append([term.name, term.without, *cells])
    return rows
