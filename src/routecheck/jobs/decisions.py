"""What operators decide on proposed corrections: accepting, rejecting, taking back, by whom.

A decision is a new version in the store: nothing is overwritten, and each can be taken back.
"""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from routecheck.config import Config
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState, Language
from routecheck.domain.errors import UsageError
from routecheck.present.exports import export
from routecheck.store import Store
from routecheck.texts import text

SHOWN_POINTS = 20
"""Points listed one by one; of more the total is told, by cause."""


@dataclass(frozen=True)
class Decision:
    """What a decision changed.

    Attributes:
        kind: `accepted`, `rejected`, or `undone`.
        by: who decided.
        corrections: CORRECTIONS that it changed, as they are now, with `holds_from`.
        judged: first and last date that was judged under other corrections; None: none.
    """

    kind: str
    by: str
    corrections: pd.DataFrame
    judged: tuple[date, date] | None


def decide(
    config: Config,
    point_ids: Sequence[str],
    state: CorrectionState,
    *,
    by: str = "",
    undo: bool = False,
    holds_from: date | None = None,
    everything: bool = False,
    min_confidence: float = 0.0,
) -> Decision:
    """Accept or reject proposed corrections, or take such decisions back.

    Args:
        config: the site.
        point_ids: points, where not all.
        state: accepted or rejected.
        by: who decides; the user of this machine, where not said.
        undo: take this decision back where it was made: the correction is proposed again.
        holds_from: accepted corrections hold from then on; None: the first date of the evidence.
        everything: all proposed ones (with `undo` all that were so decided).
        min_confidence: with `everything`, only those at least so sure.

    Raises:
        UsageError: a point has no correction, or none is named.
    """
    who = by.strip() or _user()
    with Store.open(config.store_url, create=False) as store, store.lock(wait_s=30.0):
        before = store.read_corrections()
        from_state = state if undo else CorrectionState.PROPOSED
        if everything:
            open_to = (before["state"] == from_state) & (before["confidence"] >= min_confidence)
            point_ids = before.loc[open_to, "point_id"].tolist()
        elif not point_ids:
            # Accepting has --all; what is rejected, someone looked at.
            raise UsageError(
                "points_or_all" if state == CorrectionState.ACCEPTED else "points_wanted"
            )
        elif undo:
            known = set(before["point_id"])
            decided = set(before.loc[before["state"] == from_state, "point_id"])
            # One that is not known at all is an error; one not so decided is nothing to change.
            point_ids = [p for p in point_ids if p in decided or p not in known]
        changed: list[str] = []
        if point_ids:
            into = CorrectionState.PROPOSED if undo else state
            changed = store.set_correction_state(point_ids, into, by=who, holds_from=holds_from)
        now = store.read_corrections()
        export(config, store, [])
        dates = [entry["service_date"] for entry in store.dates()]
    # What held before or holds now: those dates were judged otherwise than they would be.
    spans = [
        first
        for table in (before, now)
        for row in records(table[table["point_id"].isin(changed)])
        if row.state == CorrectionState.ACCEPTED and (first := row.holds_from) is not None
    ]
    touched = [day for day in dates if spans and day >= min(spans)]
    kind = "undone" if undo else str(state)
    table = now[now["point_id"].isin(changed)].reset_index(drop=True)
    return Decision(kind, who, table, (touched[0], touched[-1]) if touched else None)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


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
        lines.append(
            text("decisions.undo", language, command=f"routecheck {verb} --undo POINT…{more}")
        )
    return lines
