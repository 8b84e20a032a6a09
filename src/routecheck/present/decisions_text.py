"""What a decision on proposed corrections changed, as lines for a terminal."""

from __future__ import annotations

from collections import Counter

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState, Language
from routecheck.engine.results import Decision
from routecheck.texts import text

SHOWN_POINTS = 20
"""Points listed one by one; of more there is the total, by cause."""


def point_lines(decision: Decision, language: Language, *, limit: int = SHOWN_POINTS) -> list[str]:
    """Return a line for each point, none where there are more than `limit`."""
    if len(decision.corrections) > limit:
        return []
    return [
        text(
            "decisions.point" if row.state == CorrectionState.ACCEPTED else "decisions.point_plain",
            language,
            point=row.point_id,
            state=CorrectionState(row.state).label(language),
            cause=Cause(row.cause).label(language),
            since=row.holds_from,
        )
        for row in records(decision.corrections)
    ]


def total_lines(decision: Decision, language: Language, *, more: str = "") -> list[str]:
    """Return the total, by cause, and what happens next.

    Args:
        decision: what was decided.
        language: of the lines.
        more: what a command needs beside its name (such as `--config FILE`).
    """
    table = decision.corrections
    if table.empty:
        return [text("decisions.none", language)]
    causes = ", ".join(
        f"{Cause(cause).label(language)} {n}" for cause, n in Counter(table["cause"]).most_common()
    )
    lines = [
        text(
            f"decisions.{decision.kind}", language, count=len(table), by=decision.by, causes=causes
        )
    ]
    if decision.judged is not None:
        first, last = decision.judged
        command = f"routecheck run --from {first} --to {last}{more}"
        lines.append(text("decisions.again", language, command=command))
    if decision.kind == "accepted":
        lines.append(
            text("decisions.hand_over", language, command=f"routecheck diagnose --export{more}")
        )
    if decision.kind != "undone":
        verb = "accept" if decision.kind == "accepted" else "reject"
        point = text("help.value-point", language)
        command = f"routecheck {verb} --undo {point}…{more}"
        lines.append(text("decisions.undo", language, command=command))
    return lines
