"""Confidence adapted to a site by what someone saw there.

The confidences of judging are shares that were right on simulated counties. A site may be kinder
or harsher; its field checks show it. For each verdict, and within it for each criterion that
settled it (`say`), the log-odds of the confidence are shifted by a constant:

    logit q = logit p + a[verdict] + b[verdict, say]

A shift of the intercept is the update of a prediction model that needs the least data (D. R. Cox,
"Two further applications of a model for binary regression", Biometrika 45, 1958; E. W. Steyerberg
et al., "Validation and updating of predictive logistic regression models", Statistics in Medicine
23, 2004). The shifts are the most likely ones under normal priors about zero, so that a few
checks move little and many move all the way; without checks nothing moves.

People go where they expect a miss, so checks are no sample of all pickups. Within one verdict and
one criterion they are taken as such. A verdict is never changed by a check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array
from routecheck.domain.codes import Verdict
from routecheck.domain.tables import CHECKED, JUDGEMENTS
from routecheck.verdicts.confidence import Confidences, installed
from routecheck.verdicts.parameters import CRITERION_SD, VERDICT_SD

MOST_STEPS, SMALLEST_STEP = 60, 1e-9
"""Of Newton's method: far more steps than it takes, to far more digits than are shown."""


@dataclass(frozen=True)
class Recalibration:
    """Shifts of the log-odds, by verdict and by (verdict, say); empty: nothing is changed.

    Attributes:
        verdict: shift by verdict.
        say: shift by verdict and criterion, beside that of the verdict.
        checks: how many checks they rest on, by verdict.
    """

    verdict: Mapping[str, float] = field(default_factory=dict)
    say: Mapping[tuple[str, str], float] = field(default_factory=dict)
    checks: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.verdict)


def fit(checked: pd.DataFrame) -> Recalibration:
    """Learn the shifts from checked pickups.

    Args:
        checked: CHECKED; unverifiable ones are left out, as no check shows whether the data could
            have shown it.
    """
    CHECKED.check(checked)
    verdicts = checked["verdict"].to_numpy(dtype=object)
    definite = (verdicts == Verdict.COLLECTED) | (verdicts == Verdict.MISSED)
    by_verdict: dict[str, float] = {}
    by_say: dict[tuple[str, str], float] = {}
    counts: dict[str, int] = {}
    for verdict in sorted(set(verdicts[definite])):
        mine = checked[verdicts == verdict]
        right = mine["collected"].to_numpy(dtype=bool) == (verdict == Verdict.COLLECTED)
        says, group = np.unique(mine["say"].to_numpy(dtype=str), return_inverse=True)
        shared, own = _shifts(_logit(mine["confidence"].to_numpy()), right, group, len(says))
        by_verdict[str(verdict)] = shared
        by_say |= {(str(verdict), str(s)): float(b) for s, b in zip(says, own, strict=True)}
        counts[str(verdict)] = len(mine)
    return Recalibration(by_verdict, by_say, counts)


def apply(
    judgements: pd.DataFrame, learned: Recalibration, confidences: Confidences | None = None
) -> pd.DataFrame:
    """Return JUDGEMENTS with the confidence adapted to the site.

    Where it changed, `criteria` keeps the one that judging gave as `model_confidence`.

    Args:
        judgements: JUDGEMENTS.
        learned: from `fit`.
        confidences: with the bounds of the site; None: those that are installed.
    """
    JUDGEMENTS.check(judgements)
    if not learned or judgements.empty:
        return judgements
    keys = [
        (str(verdict), str((criteria or {}).get("say", "")))
        for verdict, criteria in zip(judgements["verdict"], judgements["criteria"], strict=True)
    ]
    shift = np.array(
        [learned.verdict.get(v, 0.0) + learned.say.get((v, say), 0.0) for v, say in keys]
    )
    model = judgements["confidence"].to_numpy(dtype=float)
    shifted = (confidences or installed()).bounded(1.0 / (1.0 + np.exp(-(_logit(model) + shift))))
    moved = np.round(shifted, 3) != np.round(model, 3)
    criteria = [
        {**(before or {}), "model_confidence": round(float(p), 3)} if changed else before
        for before, p, changed in zip(judgements["criteria"], model, moved, strict=True)
    ]
    return JUDGEMENTS.check(
        judgements.assign(
            confidence=np.where(moved, shifted, model),
            criteria=pd.Series(criteria, index=judgements.index, dtype=object),
        )
    )


def _logit(p: Array) -> Array:
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(p / (1 - p)))


def _shifts(logit: Array, right: np.ndarray, group: np.ndarray, n: int) -> tuple[float, Array]:
    """The most likely shift shared by all rows, and that of each group: Newton, concave."""
    design = np.zeros((len(logit), n + 1))
    design[:, 0] = 1.0
    design[np.arange(len(logit)), group + 1] = 1.0
    precision = np.diag([1 / VERDICT_SD**2] + [1 / CRITERION_SD**2] * n)
    shifts = np.zeros(n + 1)
    for _ in range(MOST_STEPS):
        q = 1.0 / (1.0 + np.exp(-(logit + design @ shifts)))
        gradient = design.T @ (right - q) - precision @ shifts
        curvature = (design * (q * (1 - q))[:, None]).T @ design + precision
        step = np.linalg.solve(curvature, gradient)
        # Half steps at most of one: far from the top the curvature is nearly flat.
        step *= min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        shifts += step
        if float(np.abs(step).max()) < SMALLEST_STEP:
            break
    return float(shifts[0]), shifts[1:]
