"""What it costs when the data lie: a county judged clean, and once with each kind of false data.

    python -m benchmarks.lying
    python -m benchmarks.lying --kinds stuck_rate,feed_off_h --mistakes mistakes.csv --sites DIR
    python -m benchmarks.lying --write docs/lying-data.md

The same seed gives the same county, the same rounds and the same misses; a kind is an amount of
`routecheck simulate`. Each county is judged by `routecheck run` with what had arrived on the
morning after its last date, and compared with the truth.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd

from benchmarks.accuracy import HELD_OUT_SEEDS, TUNING_SEEDS
from benchmarks.sites import FIRST, compared, judge, simulated, true_of
from routecheck import __version__
from routecheck.evaluate import Compared, Evaluation, measure, mistakes
from routecheck.evaluate.comparison import NOT_JUDGED
from routecheck.present.evaluation_text import aligned, per_10000

SEED = 401
"""Nothing was chosen by it, nor is it one of those of other pages."""
DAYS = 7
SIZE = {"points": 160, "trucks": 14}


@dataclass(frozen=True)
class Kind:
    """One kind of false data.

    Attributes:
        name: what it is.
        amounts: of the simulator.
    """

    name: str
    amounts: Mapping[str, object]


CLEAN = Kind("as the profile has it", {})
KINDS = (
    CLEAN,
    Kind("days of a device in GCJ-02", {"gcj02_day_rate": 0.1}),
    Kind("in BD-09", {"bd09_day_rate": 0.1}),
    Kind("displaced by a constant", {"displaced_day_rate": 0.1}),
    Kind("sign of the longitude lost", {"sign_lost_rate": 0.1}),
    Kind("axes exchanged", {"axes_swapped_rate": 0.1}),
    Kind("errors that wander", {"wandering_rate": 0.1}),
    Kind("receiver stuck for hours or days", {"stuck_rate": 0.05}),
    Kind("no fix: rows repeat the last position", {"no_fix_rate": 0.1}),
    Kind("fixes that arrive days later", {"held_back_rate": 0.1}),
    Kind("devices that hold their last speed", {"last_speed_share": 0.5}),
    Kind("a device in GCJ-02 for good", {"gcj02_day_rate": 0.02, "fault_days": 30}),
    Kind("the feed in UTC, without offset", {"feed_off_h": -8.0}),
    Kind("times cut to the minute", {"stamp_s": 60}),
    Kind("fixes with 3 decimals of a degree", {"fix_decimals": 3}),
    Kind("fixes declared to be GCJ-02", {"declared_datum": "gcj02"}),
    Kind("plates spelt otherwise in the schedule", {"respelt_share": 0.5}),
    Kind("leading zeros lost in the schedule", {"zeros_lost": True}),
    Kind("weekdays as masks", {"weekday_masks": True}),
    Kind("hours past 24:00", {"hours_past_24": True}),
    Kind("unreadable rows in the schedule", {"schedule_spoilt_share": 0.05}),
    Kind("most rows of the schedule unreadable", {"schedule_spoilt_share": 0.5}),
    Kind("points with blank coordinates", {"blank_share": 0.1}),
    Kind("all points of a truck with blank coordinates", {"blank_rounds": 1}),
    Kind("alerts without a date", {"alerts_spoilt_share": 0.3}),
    Kind("points beside the yard", {"yard_points": 7}),
)


@dataclass(frozen=True)
class Found:
    """What became of a county.

    Attributes:
        kind: of its data.
        beside: verdicts beside the truth.
        printed: what `routecheck run` printed: the top of its summary, its messages, the rest.
    """

    kind: Kind
    beside: Compared
    printed: str


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.lying", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--days", type=int, default=DAYS, help="default: %(default)s")
    parser.add_argument("--profile", default="county", help="default: %(default)s")
    parser.add_argument("--jobs", type=int, default=1, help="counties at once")
    parser.add_argument(
        "--kinds", type=lambda text: text.split(","), help="only those with these amounts"
    )
    parser.add_argument("--sites", type=Path, help="keep the simulated counties here")
    parser.add_argument("--mistakes", type=Path, help="list every mistake in this CSV file")
    parser.add_argument("--write", type=Path, help="write the page to this Markdown file")
    given = parser.parse_args(arguments)
    if given.write and given.seed in {*TUNING_SEEDS, *HELD_OUT_SEEDS}:
        parser.error("the page is written of a seed that nothing else looks at; leave --seed out")
    if given.write and given.kinds:
        parser.error("the page shows all kinds; leave --kinds out")
    chosen = [
        kind
        for kind in KINDS
        if kind is CLEAN or not given.kinds or set(given.kinds) & set(kind.amounts)
    ]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(given.jobs) as threads:
        sites = given.sites or Path(scratch)
        found = list(
            threads.map(
                lambda kind: judged(kind, given.profile, given.seed, given.days, sites), chosen
            )
        )
    rows = table(found)
    print("\n".join(aligned(rows)))
    print(f"\n{time.perf_counter() - started:.0f} s", file=sys.stderr)
    if given.mistakes:
        pd.concat([listed(each).assign(kind_of_data=each.kind.name) for each in found]).to_csv(
            given.mistakes, index=False
        )
    if given.write:
        text = document(rows, given.profile, given.seed, given.days)
        given.write.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {given.write}", file=sys.stderr)


def judged(kind: Kind, profile: str, seed: int, days: int, sites: Path) -> Found:
    """Write a county unless it is there, judge it with what came in time, compare."""
    site = simulated(profile, seed, days, sites, {**SIZE, **kind.amounts})
    last = FIRST + timedelta(days=days - 1)
    for late in (site / "fixes").glob("fixes_*"):
        if late.name.split("_")[1][:10] > (last + timedelta(days=1)).isoformat():
            late.unlink()
    output, messages = judge(site, FIRST, last)
    top, figures, rest = output.partition("  Pickups expected")
    return Found(kind, compared(site, true_of(site)), f"{top}{messages}\n{figures}{rest}")


def cleared(beside: Compared) -> pd.DataFrame:
    """Misses that are off the list for good: judged collected, or alerted and called false."""
    p, a = beside.pickups, beside.alerts
    key = ["point_id", "service_date", "start_minute"]
    as_collected = p[(p["status"] == "missed") & (p["verdict"] == "collected")]
    as_false = a[(a["status"] == "missed") & (a["classification"] == "false")]
    as_false = as_false.assign(start_minute=-1, verdict="false")
    named = set(zip(as_collected["point_id"], as_collected["service_date"], strict=True))
    other = [
        row not in named for row in zip(as_false["point_id"], as_false["service_date"], strict=True)
    ]
    both: pd.DataFrame = pd.concat([as_collected, as_false[other]], ignore_index=True)
    return both[[*key, "verdict", "cause", "confidence", "status", "causes", "observable"]]


def listed(found: Found) -> pd.DataFrame:
    """Mistakes one by one, misses that were cleared among them."""
    gone = cleared(found.beside).rename(columns={"verdict": "said"})
    return pd.concat([mistakes(found.beside), gone.assign(kind="miss_cleared")], ignore_index=True)


def table(found: Sequence[Found]) -> list[list[str]]:
    """A row a kind."""
    head = (
        "data", "amount", "pickups", "wrong accusations, of 10,000", "genuine alerts found",
        "called genuine, really so", "misses cleared", "left open", "of these, could be shown",
        "not judged", "said first",
    )  # fmt: skip
    clean = next(each for each in found if each.kind is CLEAN)
    rows = [list(head)]
    for each in found:
        e = measure(each.beside)
        p = each.beside.pickups
        open_ones = p["verdict"] == "unverifiable"
        rows.append(
            [
                each.kind.name,
                ", ".join(f"`{name}={value}`" for name, value in each.kind.amounts.items()),
                f"{e.pickups:,}",
                f"{e.routecheck.accused.hits} ({per_10000(e.routecheck.accused).split()[0]})",
                _of(e, found_ones=True),
                _of(e, found_ones=False),
                f"{len(cleared(each.beside))} of {e.misses}",
                f"{open_ones.mean():.1%}",
                f"{(open_ones & p['observable']).sum()}",
                f"{(p['verdict'] == NOT_JUDGED).sum()}",
                "" if each is clean else said_first(each.printed, clean.printed),
            ]
        )
    return rows


def _of(e: Evaluation, *, found_ones: bool) -> str:
    figures = e.routecheck
    share = figures.genuine_recall.every if found_ones else figures.genuine_precision.every
    return f"{share.hits} of {share.n}" if share.n else "-"


def said_first(printed: str, clean: str) -> str:
    """The first line of a run that the run on clean data did not print, but for its figures.

    The figures of pickups and alerts are left out: they stand in the other columns.
    """
    known = set(map(_without_figures, _lines(clean)))
    new = (line for line in _lines(printed) if _without_figures(line) not in known)
    return next(new, "").split(". ")[0][:200]


def _lines(printed: str) -> list[str]:
    """What names something: all but the counts by verdict, classification and cause."""
    figures = r"\n  Pickups expected:.*?(?=\n  Explained|\nPoints with|\nFiles are)"
    kept = re.sub(figures, "", printed, flags=re.DOTALL)
    return [line.strip() for line in kept.splitlines() if "/out" not in line]


def _without_figures(line: str) -> str:
    return re.sub(r"\w*\d[\w.,:-]*", "#", line)


def document(rows: Sequence[Sequence[str]], profile: str, seed: int, days: int) -> str:
    """The page in Markdown."""
    head, *body = rows
    lines = [
        "# Data that lie",
        "",
        "Made by `python -m benchmarks.lying --write docs/lying-data.md`; do not edit.",
        f"routecheck {__version__}.",
        "",
        f"A simulated county of the profile `{profile}` ({SIZE['points']} points, "
        f"{SIZE['trucks']} trucks, {days} days, seed {seed}), judged as it is and once with each "
        "kind of false data. The county, the rounds and the misses are the same in every row; the "
        "amount is one of the [simulator](simulator.md#amounts). Judged is what had arrived on the "
        "morning after the last date, and nothing is told to routecheck: no key is set. What is "
        "understood and what is done where data lie stands in [input files](inputs.md).",
        "",
        "- *wrong accusations*: pickups called missed, or alerts called genuine, that were "
        "collected or were not due.",
        "- *misses cleared*: really missed, and called collected or their alert false; nobody "
        "will look at them again. Some are so on good data too: a truck stood beside the bins for "
        "another reason.",
        "- *left open*: pickups called `unverifiable`. What a device says wrongly often cannot be "
        "shown by anybody; the next column counts those whose truth the fixes could show.",
        "- *not judged*: due, and in no file: its row of the schedule could not be read.",
        "- *said first*: the first line that `run` prints and does not print of the clean county.",
        "",
        "| " + " | ".join(head) + " |",
        "| --- |" + " --- |" * (len(head) - 1),
    ]
    lines += ["| " + " | ".join(row) + " |" for row in body]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
