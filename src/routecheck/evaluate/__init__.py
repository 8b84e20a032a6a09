"""How good the verdicts are: against known truth, or against what someone went to see.

Figures and their intervals
---------------------------
Shares carry Wilson's 95% score interval. Brier score, calibration error and distances carry a
percentile bootstrap over points with a fixed seed. Recall is over what really happened, precision
over what was said; both are given for what the delivered fixes could show (`observable`) and for
everything. On what is not observable `unverifiable` is right.

The monitor stands beside routecheck in every figure: each of its alerts is an accusation, each
pickup that it did not name is taken as collected.

`compare` puts verdicts beside the truth, `pool` puts sites together, `measure` counts; `evaluate`
does the first and the last for one site, `compare_store` the first for all that a store holds.
"""

from __future__ import annotations

from routecheck.evaluate.compare import Compared, compare, pool
from routecheck.evaluate.evaluation import (
    Evaluation,
    as_json,
    evaluate,
    evaluate_checks,
    measure,
)
from routecheck.evaluate.figures import mistakes
from routecheck.evaluate.limits import not_found
from routecheck.evaluate.picture import plot
from routecheck.evaluate.stored import compare_store, stored_verdicts
from routecheck.evaluate.text import as_text
from routecheck.evaluate.truth import Truth, read_truth

__all__ = [
    "Compared",
    "Evaluation",
    "Truth",
    "as_json",
    "as_text",
    "compare",
    "compare_store",
    "evaluate",
    "evaluate_checks",
    "measure",
    "mistakes",
    "not_found",
    "plot",
    "pool",
    "read_truth",
    "stored_verdicts",
]
