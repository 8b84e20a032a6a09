"""How the figures fall as fixes get sparser and noisier, on simulated counties: page and picture.

    python -m benchmarks.degradation --write docs/degradation.md docs/degradation.png
    python -m benchmarks.degradation --seeds 301 --days 7 --sites /somewhere

Two series of counties. In one every terminal reports at the same interval, in the other GPS noise
has the same standard deviation everywhere; all else stays as the profile has it. Each county is
written by `routecheck simulate`, judged by `routecheck run`, and compared with the truth, as in
`benchmarks.accuracy`. The same seed gives the same county, the same rounds and the same misses.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy import HELD_OUT_SEEDS, TUNING_SEEDS, judged_county
from routecheck import __version__
from routecheck.evaluate import Evaluation, Share, measure, pool
from routecheck.present.evaluation_text import aligned, per_10000, percent

SEEDS = (301, 302)
"""Nothing was chosen by these, nor are they those of the accuracy page."""
DAYS = 7
SAMPLING_S = (10.0, 20.0, 30.0, 60.0, 120.0)
NOISE_M = (3.0, 6.0, 12.0, 25.0)


@dataclass(frozen=True)
class Series:
    """One thing that is made worse step by step.

    Attributes:
        name: how the steps are named in tables.
        label: of the axis.
        unit: of the steps.
        steps: what it is set to.
        amounts: of the simulator, for a step.
    """

    name: str
    label: str
    unit: str
    steps: tuple[float, ...]
    amounts: Callable[[float], Mapping[str, object]]


SERIES = (
    Series(
        "sampling", "seconds between fixes, all terminals", "s", SAMPLING_S,
        lambda step: {"interval_mix": f"(({step:g},1.0),)"},
    ),
    Series(
        "noise", "noise of GPS, standard deviation of each axis, m", "m", NOISE_M,
        lambda step: {"noise_m": f"{step:g}"},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A line of the table and of the picture.

    Attributes:
        label: what it is.
        cell: how to see it.
        style: of its line: colour and dashes.
        panel: 0 the shares that should be high, 1 those that should be low.
    """

    label: str
    cell: Callable[[Evaluation], Share]
    style: tuple[str, str]
    panel: int = 0


FIGURES = (
    Figure(
        "genuine alerts called genuine, where the data could show it",
        lambda e: e.routecheck.genuine_recall.observable, ("tab:blue", "-"),
    ),
    Figure(
        "genuine alerts called genuine, of all",
        lambda e: e.routecheck.genuine_recall.every, ("tab:blue", ":"),
    ),
    Figure(
        "called genuine, really genuine",
        lambda e: e.routecheck.genuine_precision.every, ("tab:orange", "-"),
    ),
    Figure(
        "false alerts called false, where the data could show it",
        lambda e: e.routecheck.false_recall.observable, ("tab:green", "-"),
    ),
    Figure(
        "cause right, where the data could show it",
        lambda e: e.causes.alerts.observable if e.causes else Share(0, 0), ("tab:purple", "-"),
    ),
    Figure(
        "alerts left open, where the data could show it",
        lambda e: e.routecheck.unverifiable_alerts, ("tab:brown", "-"), 1,
    ),
    Figure(
        "pickups left open, of all",
        lambda e: Share(dict(e.routecheck.verdicts).get("unverifiable", 0), e.pickups),
        ("tab:gray", ":"), 1,
    ),
    Figure(
        "pickups whose truth the data could not show",
        lambda e: Share(e.observable.n - e.observable.hits, e.observable.n), ("black", ":"), 1,
    ),
    Figure("wrong accusations, of pickups", lambda e: e.routecheck.accused, ("tab:red", "-"), 1),
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.degradation", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--seeds", type=lambda text: tuple(int(n) for n in text.split(",")), default=SEEDS,
        help="default: %(default)s",
    )  # fmt: skip
    parser.add_argument("--days", type=int, default=DAYS, help="default: %(default)s")
    parser.add_argument("--profile", default="county", help="default: %(default)s")
    parser.add_argument("--sites", type=Path, help="keep the simulated counties here")
    parser.add_argument(
        "--write", type=Path, nargs=2, metavar=("PAGE.md", "PICTURE.png"),
        help="write the page and the picture that it shows",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    seen = set(TUNING_SEEDS) | set(HELD_OUT_SEEDS)
    if given.write and set(given.seeds) & seen:
        parser.error("the page is written of seeds that nothing else looks at; leave --seeds out")
    with tempfile.TemporaryDirectory() as scratch:
        found = {
            series.name: {
                step: measure(
                    pool(
                        [
                            judged_county(
                                given.profile, seed, given.days, given.sites or Path(scratch),
                                series.amounts(step),
                            )
                            for seed in given.seeds
                        ]
                    )
                )
                for step in series.steps
            }
            for series in SERIES
        }  # fmt: skip
    for series in SERIES:
        print("\n".join(aligned(table(series, found[series.name]))), end="\n\n")
    if given.write:
        page, picture = given.write
        draw(found, picture)
        text = document(found, picture.name, given.profile, given.seeds, given.days)
        page.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {page}, {picture}", file=sys.stderr)


def table(series: Series, found: Mapping[float, Evaluation]) -> list[list[str]]:
    """Rows of a series: a column a step."""
    rows = [[series.name, *(f"{step:g} {series.unit}" for step in found)]]
    rows.append(["really missed, of pickups", *(_of(e.misses, e.pickups) for e in found.values())])
    for figure in FIGURES:
        shares = [figure.cell(e) for e in found.values()]
        rows.append([figure.label, *(percent(share) for share in shares)])
    accused = [e.routecheck.accused for e in found.values()]
    rows.append(["wrong accusations for every 10,000 pickups", *(per_10000(s) for s in accused)])
    rows.append(["those of the monitor", *(per_10000(e.monitor.accused) for e in found.values())])
    return [[str(cell) for cell in row] for row in rows]


def _of(hits: int, n: int) -> str:
    return f"{hits:,} of {n:,}"


def document(
    found: Mapping[str, Mapping[float, Evaluation]],
    picture: str,
    profile: str,
    seeds: Sequence[int],
    days: int,
) -> str:
    """The page in Markdown."""
    lines = [
        "# Sparse and noisy fixes",
        "",
        f"Made by `python -m benchmarks.degradation --write docs/degradation.md docs/{picture}`;",
        f"do not edit. routecheck {__version__}.",
        "",
        f"Simulated counties of the profile `{profile}`, {days} days each, seeds "
        f"{', '.join(map(str, seeds))} pooled. In one series every terminal reports at the same "
        "interval, in the other the noise of GPS is the same everywhere; all else is as the "
        "profile has it (docs/simulator.md). The county, the rounds and the misses are those of "
        "the seed in every step. In brackets: Wilson's 95% intervals.",
        "",
        "What the data could show is told by the physics of the delivered fixes: as they get "
        "sparser, less can be shown, and what cannot be shown is right when it is left open.",
        "",
        f"![How the figures fall]({picture})",
    ]
    for series in SERIES:
        head, *rows = table(series, found[series.name])
        lines += ["", f"## {series.label[0].upper()}{series.label[1:]}", ""]
        lines += ["| " + " | ".join(["", *head[1:]]) + " |", "| --- |" + " --- |" * (len(head) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def draw(found: Mapping[str, Mapping[float, Evaluation]], path: Path) -> None:
    """Draw a column a series: above what should be high, below what should be low."""
    from matplotlib.figure import Figure as Picture

    picture = Picture(figsize=(12, 9), layout="constrained")
    axes = picture.subplots(2, len(SERIES), sharey="row")
    for column, series in enumerate(SERIES):
        for panel in (0, 1):
            _panel(axes[panel][column], series, found[series.name], panel)
    axes[0][0].set_ylabel("share")
    axes[1][0].set_ylabel("share (in thousandths and below, linear under 1/1000)")
    for panel in (0, 1):
        axes[panel][-1].legend(loc="best", fontsize=8)
    picture.suptitle("How the figures fall as fixes get sparser and noisier")
    picture.savefig(path, format="png", dpi=110)


def _panel(axes: Any, series: Series, found: Mapping[float, Evaluation], panel: int) -> None:
    steps = list(found)
    at = range(len(steps))
    for figure in FIGURES:
        if figure.panel != panel:
            continue
        shares = [figure.cell(e) for e in found.values()]
        colour, dashes = figure.style
        values = [s.value if s.n else float("nan") for s in shares]
        axes.plot(at, values, color=colour, linestyle=dashes, marker="o", label=figure.label)
        bounds = [s.interval if s.n else (float("nan"), float("nan")) for s in shares]
        axes.fill_between(
            at,
            [b[0] for b in bounds],
            [b[1] for b in bounds],
            color=colour,
            alpha=0.10,
            linewidth=0,
        )
    axes.set_xticks(list(at), [f"{step:g}" for step in steps])
    axes.set_xlabel(series.label)
    axes.grid(alpha=0.3)
    if panel == 0:
        axes.set_ylim(None, 1.01)
    else:
        axes.set_yscale("symlog", linthresh=1e-3)
        axes.set_ylim(0, 1)


if __name__ == "__main__":
    main()
