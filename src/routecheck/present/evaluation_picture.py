"""The evaluation as a picture: confidence against outcome, routecheck beside the monitor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from routecheck.domain.errors import UsageError
from routecheck.evaluate import Evaluation, Share

_BARS = (
    ("genuine_recall", "genuine alerts\ncalled genuine"),
    ("genuine_precision", "called genuine,\nreally genuine"),
    ("false_recall", "false alerts\ncalled false"),
    ("miss_recall", "misses\nfound"),
    ("miss_precision", "called missed,\nreally missed"),
    ("silent_recall", "unalerted misses\nfound"),
)


def plot(evaluation: Evaluation, path_png: Path) -> None:
    """Draw a reliability diagram, and the shares of routecheck and the monitor side by side.

    Bars and points carry 95% intervals (Wilson). Labels are English: not every machine has a
    Chinese font.

    Raises:
        UsageError: the picture cannot be written there.
    """
    # The service draws without a screen, and most commands draw nothing.
    from matplotlib.figure import Figure

    picture = Figure(figsize=(12, 5), layout="constrained")
    left, right = picture.subplots(1, 2, width_ratios=[2, 3])
    _reliability(left, evaluation)
    _bars(right, evaluation)
    picture.suptitle(
        f"{evaluation.pickups:,} pickups, {evaluation.alerts:,} alerts, "
        f"{evaluation.misses:,} really missed"
    )
    try:
        picture.savefig(Path(path_png), format="png", dpi=120)
    except OSError as error:
        raise UsageError("picture_refused", path=path_png, reason=error.strerror or error) from None


def _reliability(axes: Any, evaluation: Evaluation) -> None:
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
    for name, colour, marker in (("pickups", "tab:blue", "o"), ("alerts", "tab:orange", "s")):
        bins = evaluation.confidence[name].bins
        if not bins:
            continue
        axes.errorbar(
            [b.mean_confidence for b in bins],
            [b.right.value for b in bins],
            yerr=_errors([b.right for b in bins]),
            color=colour,
            marker=marker,
            capsize=2,
            label=f"{name}, error {evaluation.confidence[name].expected_error.value:.3f}",
        )
    axes.set(
        xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence", ylabel="share right",
        title="Is confidence a probability?",
    )  # fmt: skip
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right")


def _bars(axes: Any, evaluation: Evaluation) -> None:
    at = range(len(_BARS))
    for shift, figures, name, colour in (
        (-0.2, evaluation.routecheck, "routecheck", "tab:blue"),
        (0.2, evaluation.monitor, "monitor", "0.65"),
    ):
        shares = [getattr(figures, key).observable for key, _ in _BARS]
        axes.bar(
            [k + shift for k in at],
            [s.value if s.n else 0.0 for s in shares],
            width=0.38,
            yerr=_errors(shares),
            capsize=2,
            color=colour,
            label=f"{name}: {figures.accused.hits:,} wrong accusations",
        )
    axes.set_xticks(list(at), [label for _, label in _BARS], fontsize=8)
    axes.set(ylim=(0, 1.08), title="Where the data could show the truth")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)


def _errors(shares: list[Share]) -> list[list[float]]:
    """How far the intervals reach below and above each share; nothing of a share of nothing."""
    below = [max(0.0, s.value - s.interval[0]) if s.n else 0.0 for s in shares]
    above = [max(0.0, s.interval[1] - s.value) if s.n else 0.0 for s in shares]
    return [below, above]
