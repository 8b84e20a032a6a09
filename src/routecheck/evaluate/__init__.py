"""How good the verdicts are: against known truth, or against what someone went to see.

Figures and their intervals
---------------------------
Shares carry Wilson's 95% score interval. Brier score, calibration error and distances carry a
percentile bootstrap over points with a fixed seed. Recall is over what really happened, precision
over the verdicts; both are given for what the delivered fixes could show (`observable`) and for
everything. On what is not observable `unverifiable` is right.

The monitor stands beside routecheck in every figure: each of its alerts is an accusation, each
pickup that it did not name is taken as collected.

`compare` puts verdicts beside the truth, `pool` puts sites together, `measure` counts; `evaluate`
does the first and the last for one site, `compare_store` the first for all that a store holds.

`refit` fits the shares behind confidence anew, on worlds whose rows `rows_of` takes apart, and
tells what that is worth on the worlds left out.
"""

from __future__ import annotations

from routecheck.evaluate.calibration import Calibration
from routecheck.evaluate.comparison import Compared, compare, local_minutes, pool
from routecheck.evaluate.confidence_rows import World, rows_of
from routecheck.evaluate.evaluation import (
    Evaluation,
    compare_store,
    evaluate,
    measure,
    stored_verdicts,
)
from routecheck.evaluate.field_checks import truth_of_checks
from routecheck.evaluate.figures import Accusation, Figures
from routecheck.evaluate.mistakes import mistakes, not_found
from routecheck.evaluate.refitting import Change, LeftOut, Refit, Told, refit
from routecheck.evaluate.shares import Estimate, Share, Split
from routecheck.evaluate.truth import Truth, read_truth

__all__ = [
    "Accusation",
    "Calibration",
    "Change",
    "Compared",
    "Estimate",
    "Evaluation",
    "Figures",
    "LeftOut",
    "Refit",
    "Share",
    "Split",
    "Told",
    "Truth",
    "World",
    "compare",
    "compare_store",
    "evaluate",
    "local_minutes",
    "measure",
    "mistakes",
    "not_found",
    "pool",
    "read_truth",
    "refit",
    "rows_of",
    "stored_verdicts",
    "truth_of_checks",
]
