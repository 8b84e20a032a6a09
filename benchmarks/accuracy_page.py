"""The page of the accuracy ledger: its rows, what is to be reached, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.first_days import FirstDays, first_days_page
from benchmarks.worst_tenth import worst_tenth
from routecheck import __version__
from routecheck.evaluate import (
    Compared,
    Estimate,
    Evaluation,
    Share,
    measure,
    mistakes,
    not_found,
    pool,
)
from routecheck.present.evaluation_text import figure, per_10000, percent
from routecheck.simulate import DRAWN

TUNING_SEEDS = (*range(1, 41), *range(101, 111))
"""Thresholds and calibration were chosen while looking at these."""
HELD_OUT_SEEDS = tuple(range(201, 211))
"""Nothing is chosen by these; the ledger shows them."""
DRAWN_SEEDS = tuple(range(201, 221))
"""As many more of the drawn sites, so that the worst tenth of them is not one alone."""
GIVEN_PLACES = "county"
"""The profile that is judged once more with the true places given."""
GIVEN_ROWS = (
    "genuine ones called genuine",
    "called genuine, really genuine",
    "false ones called false",
    "misses that no alert named, found",
    "of those, really missed",
    "points missed every due day, found",
    "wrong accusations, of pickups",
)

Cell = Callable[[Evaluation], "Share | Estimate | str | None"]


@dataclass(frozen=True)
class Row:
    """A line of the ledger: what it is, what is to be reached, and how to see it."""

    label: str
    aim: str
    cell: Cell
    reached: Callable[[Evaluation], bool] | None = None


def _least(cell: Cell, aim: float) -> Callable[[Evaluation], bool]:
    def reached(e: Evaluation) -> bool:
        found = cell(e)
        return isinstance(found, Share) and (found.n == 0 or found.value >= aim)

    return reached


def _most(cell: Cell, aim: float) -> Callable[[Evaluation], bool]:
    def reached(e: Evaluation) -> bool:
        found = cell(e)
        return isinstance(found, (Share, Estimate)) and not found.value > aim

    return reached


def _at_least(label: str, aim: float, cell: Cell) -> Row:
    return Row(label, f"≥ {aim}", cell, _least(cell, aim))


def _at_most(label: str, aim: float, cell: Cell, shown: str = "") -> Row:
    return Row(label, f"≤ {shown or aim}", cell, _most(cell, aim))


ROWS: tuple[Row | str, ...] = (
    "Alerts whose truth the data could show",
    _at_least(
        "genuine ones called genuine", 0.95, lambda e: e.routecheck.genuine_recall.observable
    ),
    _at_least(
        "called genuine, really genuine", 0.98, lambda e: e.routecheck.genuine_precision.observable
    ),
    _at_least("false ones called false", 0.99, lambda e: e.routecheck.false_recall.observable),
    _at_most("left open", 0.01, lambda e: e.routecheck.unverifiable_alerts),
    _at_least(
        "cause right", 0.95, lambda e: e.causes.alerts.observable if e.causes else Share(0, 0)
    ),
    "Pickups whose truth the data could show",
    Row("judged right", "", lambda e: e.routecheck.pickups_right.observable),
    Row(
        "judged right, record right",
        "",
        lambda e: e.routecheck.pickups_right_good_record.observable
    ),
    _at_most("left open", 0.01, lambda e: e.routecheck.unverifiable_pickups),
    _at_least(
        "misses that no alert named, found", 0.9, lambda e: e.routecheck.silent_recall.observable
    ),
    _at_least("of those, really missed", 0.95, lambda e: e.routecheck.silent_precision.observable),
    _at_least("points missed every due day, found", 1.0, lambda e: e.routecheck.always_found),
    "All pickups and alerts",
    _at_most("wrong accusations, of pickups", 1 / 5000, lambda e: e.routecheck.accused, "1/5000"),
    Row("for every 10,000 pickups", "≤ 2", lambda e: per_10000(e.routecheck.accused)),
    Row(
        "where the data could not show the truth", "0",
        lambda e: str(e.routecheck.accused_hidden),
        lambda e: str(e.routecheck.accused_hidden) == "0",
    ),
    Row("the monitor's wrong accusations", "", lambda e: e.monitor.accused),
    Row(
        "not observable, left open (pickups)", "",
        lambda e: e.routecheck.unverifiable_pickups_hidden,
    ),
    "Corrections of the record",
    Row(
        "corrected places that are wrong", "",
        lambda e: e.corrections.precision if e.corrections else None,
    ),
    Row(
        "wrong places found", "", lambda e: e.corrections.recall_served if e.corrections else None
    ),
    Row("the fault named", "", lambda e: e.corrections.named if e.corrections else None),
    Row(
        "distance to the bins, median, m", "",
        lambda e: e.corrections.median_m if e.corrections else None,
    ),
    Row(
        "distance to the bins, 95% within, m", "",
        lambda e: e.corrections.p95_m if e.corrections else None,
    ),
    "Confidence, where the data could show the truth",
    _at_most(
        "calibration error, pickups", 0.02,
        lambda e: e.confidence["pickups_observable"].expected_error,
    ),
    _at_most(
        "calibration error, alerts", 0.02,
        lambda e: e.confidence["alerts_observable"].expected_error,
    ),
    _at_most(
        "Brier score by that of the best constant, pickups", 0.7,
        lambda e: e.confidence["pickups_observable"].ratio,
    ),
    _at_most(
        "Brier score by that of the best constant, alerts", 0.7,
        lambda e: e.confidence["alerts_observable"].ratio,
    ),
)  # fmt: skip


def shown(value: Share | Estimate | str | None) -> str:
    """A cell of the ledger."""
    if isinstance(value, Share):
        return percent(value)
    if isinstance(value, Estimate):
        return figure(value, 1 if value.value > 2 else 3)
    return value or "-"


def ledger_rows(found: dict[str, Evaluation], mark: str = "") -> list[list[str]]:
    """Rows of label, aim, and a cell a profile; `mark` is put where an aim is not reached."""
    rows = [["", "aim", *found]]
    counts: tuple[tuple[str, Callable[[Evaluation], str]], ...] = (
        ("pickups", lambda e: f"{e.pickups:,}"),
        ("really missed", lambda e: f"{e.misses:,}"),
        ("alerts", lambda e: f"{e.alerts:,}"),
        ("pickups whose truth the data could show", lambda e: percent(e.observable)),
    )
    rows += [[name, "", *(count(e) for e in found.values())] for name, count in counts]
    for row in ROWS:
        if isinstance(row, str):
            rows += [[""], [row]]
            continue
        cells = [
            shown(row.cell(e)) + (mark if row.reached is not None and not row.reached(e) else "")
            for e in found.values()
        ]
        rows.append([row.label, row.aim, *cells])
    return rows


def document(
    found: dict[str, Evaluation],
    compared: dict[str, list[Compared]],
    seeds: Mapping[str, Sequence[int]],
    days: int,
    given_places: Evaluation | None,
    amounts: Sequence[str] = (),
    first: Mapping[str, FirstDays] | None = None,
) -> str:
    """The page.

    Args:
        found: figures by profile, in the order of the columns.
        compared: by profile, what was judged of each county beside the truth.
        seeds: by profile, those of the counties.
        days: service dates of each.
        given_places: figures of GIVEN_PLACES with the true places given, if they are shown.
        amounts: `NAME=VALUE` of the simulator that differ from the profiles.
        first: of the first days of counties, by profile; None or empty: they are not shown.
    """
    names = list(found)
    differing = f" Amounts in all of them: {', '.join(amounts)}." if amounts else ""
    shown_seeds = "; ".join(f"`{name}` {named_seeds(seeds[name])}" for name in names)
    lines = [
        "# Accuracy",
        "",
        "Made by `python -m benchmarks.accuracy --write docs/accuracy.md`"
        + (" (with `--first-days`)" if first else "")
        + "; do not edit.",
        f"routecheck {__version__}.",
        "",
        f"Simulated counties of {days} days each, with known truth, judged by `routecheck run` as "
        "a user would run it: from nothing, all days in one range. Figures are pooled over the "
        f"rows of all counties of a profile.{differing}",
        "",
        f"- Seeds {named_seeds(TUNING_SEEDS)} were looked at while thresholds and calibration were "
        "chosen.",
        f"- All others were not. This page shows {shown_seeds}.",
        f"- `{DRAWN}` is a site of another kind with every seed: what is wrong, how devices "
        "report, how long stands are, how close points lie are drawn from wide ranges ([amounts]"
        "(simulator.md#amounts)).",
        "- In brackets: 95% intervals, Wilson's for shares, a bootstrap over points for the rest. "
        "Rows of one point are alike, so Wilson's are somewhat too narrow.",
        "- What the data could show (`observable`) is told by the physics of the delivered fixes; "
        "the rules stand in the documentation of `routecheck.simulate`. On the rest "
        "`unverifiable` is right.",
        "- **✗** where an aim is not reached.",
        "- How far the aims can be reached together is told by [a learner that knows the truth]"
        "(ceiling.md), on the same evidence.",
        "- What the fixes do not hold: where another vehicle made a single pickup in a silence of "
        "its own, and the scheduled one drove past, the tracks are those of a miss. Another's "
        "silence counts only where it did that round; else hardly a miss could be told. On "
        "tuning seeds two thirds (12 of 18, of 171,591 pickups) of the wrong accusations on what "
        "the data could not show were another vehicle's pickup.",
        "",
        "| | aim | " + " | ".join(names) + " |",
        "| --- | --- |" + " --- |" * len(names),
    ]
    for row in ledger_rows(found, mark=" **✗**")[1:]:
        if row == [""]:
            continue
        if len(row) == 1:
            lines.append(f"| **{row[0]}** | |" + " |" * len(names))
        else:
            lines.append("| " + " | ".join(row) + " |")
    if given_places is not None:
        lines += _true_places(found[GIVEN_PLACES], given_places)
    if first:
        lines += first_days_page(first)
    for name, evaluation in found.items():
        lines += _profile_pages(name, evaluation, compared[name], seeds[name])
    return "\n".join(lines) + "\n"


def _profile_pages(
    name: str, e: Evaluation, parts: list[Compared], seeds: Sequence[int]
) -> list[str]:
    lines = ["", f"## {name}", "", "### By seed", ""]
    lines += [
        "| seed | pickups | really missed | found, of observable | wrong accusations | "
        "alerts called false, of false | left open, of observable |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    ones = [measure(part) for part in parts]
    for seed, one in zip(seeds, ones, strict=True):
        f = one.routecheck
        lines.append(
            f"| {seed} | {one.pickups:,} | {one.misses} | {_of(f.miss_recall.observable)} | "
            f"{f.accused.hits} | {_of(f.false_recall.observable)} | {_of(f.unverifiable_pickups)} |"
        )
    if name == DRAWN:
        lines += worst_tenth(ones, seeds)
    if e.corrections is not None and e.corrections.kinds:
        lines += ["", "### Records", "", "| fault | found | named so | called so, wrong |"]
        lines.append("| --- | --- | --- | --- |")
        lines += [
            f"| `{k.fault}` | {shown(k.found)} | {shown(k.named)} | {shown(k.precision)} |"
            for k in e.corrections.kinds
        ]
    for kind in ("pickups", "alerts"):
        bins = e.confidence[kind].bins
        if bins:
            lines += ["", f"### Confidence of {kind}", "", "| said | mean | right |"]
            lines.append("| --- | --- | --- |")
            lines += [
                f"| {b.lowest:.3f} to {b.highest:.3f} | {b.mean_confidence:.3f} | "
                f"{shown(b.right)} |"
                for b in bins
            ]
    lines += _limits(parts)
    left = mistakes(pool(parts))
    if len(left):
        count = left.groupby(["kind", "said", "cause", "causes"]).size().sort_values(
            ascending=False, kind="stable"
        )  # fmt: skip
        lines += ["", "### What is left", "", f"{len(left):,} mistakes, the commonest kinds:", ""]
        lines += ["| mistake | said | cause told | causes in the truth | rows |"]
        lines.append("| --- | --- | --- | --- | --- |")
        rows = count.head(20).rename("rows").reset_index()
        for kind, said, cause, causes, n in rows.itertuples(index=False):
            true = str(causes).replace("|", ", ")
            lines.append(f"| {str(kind).replace('_', ' ')} | {said} | {cause} | {true} | {n} |")
    return lines


def _limits(parts: list[Compared]) -> list[str]:
    """What the data hold of the misses that were not found."""
    rows = not_found(pool(parts))
    if rows.empty:
        return []
    lines = [
        "",
        "### What the data hold of the misses not found",
        "",
        "By what settled them: how many of the misses that the data could show were not found, and "
        "what became of all pickups that were spared for the same evidence. Whoever called them "
        "missed would accuse the collected ones too; where the last column is low, the data hold "
        "no more.",
        "",
        "| said | for | not found | all such: missed | collected | missed of these |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows.head(12).itertuples(index=False):
        lines.append(
            f"| {row.verdict} | `{row.criterion}` | {row.unfound} | {row.missed:,} | "
            f"{row.collected:,} | {100 * row.share:.1f}% |"
        )
    return lines


def _of(share: Share) -> str:
    return f"{share.hits:,} of {share.n:,}"


def named_seeds(seeds: Sequence[int]) -> str:
    """Seeds as people write them: `1 to 20, 101 to 110`."""
    runs: list[list[int]] = []
    for seed in sorted(seeds):
        if runs and seed == runs[-1][-1] + 1:
            runs[-1].append(seed)
        else:
            runs.append([seed])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _true_places(learnt: Evaluation, told: Evaluation) -> list[str]:
    """What is lost by learning the places: the same counties with the true ones given."""
    lines = [
        "",
        f"## With the true places given (`{GIVEN_PLACES}`)",
        "",
        "The same counties, every point recorded where its bins stand: what is lost then is lost "
        "in judging, not by a place that is not known.",
        "",
        "| | places learnt | places given |",
        "| --- | --- | --- |",
    ]
    for row in ROWS:
        if isinstance(row, Row) and row.label in GIVEN_ROWS:
            lines.append(f"| {row.label} | {shown(row.cell(learnt))} | {shown(row.cell(told))} |")
    return lines
