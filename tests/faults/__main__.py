"""All trials: `python -m tests.faults`, from the root of the repository.

Prints a line for each kind of fault: how often it was tried, and how often something failed. Needs
root for small disks and read-only folders, and PostgreSQL's programs for the server; says what it
could not do. `--kills 10` tries a kind less often, or more.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults import page
from faults.outcome import Ground, NotPossibleError, Outcome
from faults.trial_list import TRIALS


def main() -> int:
    """Do every trial; exit status 1 where something failed or could not be done."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    for trial in TRIALS:
        parser.add_argument(f"--{trial.name}", type=int, default=trial.times, help=trial.what)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=math.inf, help="kills end after so long")
    parser.add_argument("--only", default="", help="kinds, with commas between: kills, bombs, …")
    parser.add_argument("--folder", type=Path, help="where to work, such as /dev/shm")
    parser.add_argument("--page", action="store_true", help="write docs/reliability.md and .zh.md")
    given = parser.parse_args()
    only = set(filter(None, given.only.split(",")))
    outcomes: dict[str, Outcome] = {}
    undone = []
    with tempfile.TemporaryDirectory(prefix="routecheck-faults-", dir=given.folder) as name:
        ground = Ground(Path(name), given.seed, given.minutes)
        for trial in TRIALS:
            if only and trial.name not in only:
                continue
            began = time.monotonic()
            try:
                outcome = trial.work(ground, getattr(given, trial.name.replace("-", "_")))
            except NotPossibleError as error:
                undone.append(trial.name)
                print(f"{trial.name}: not tried: {error}", flush=True)
                continue
            outcomes[trial.name] = outcome
            figures = "".join(f", {what} {count}" for what, count in outcome.figures.items())
            print(
                f"{trial.name}: tried {outcome.tried}, failed {len(outcome.failures)}{figures} "
                f"({time.monotonic() - began:.0f} s)",
                *outcome.failures,
                sep="\n  ",
                flush=True,
            )
    if given.page:
        today = datetime.now(UTC).date()
        for one in page.PAGES:
            text = one.path.read_text("utf-8") if one.path.exists() else ""
            one.path.write_text(one.updated(text, TRIALS, outcomes, today), "utf-8")
    return 1 if undone or any(outcome.failures for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
