"""What operators decide on proposed corrections: accepting, rejecting, taking back, by whom.

A decision is a new version in the store: nothing is overwritten, and each can be taken back.
"""

from __future__ import annotations

import getpass
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pandas as pd

from routecheck.config import Config
from routecheck.domain.arrays import records
from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import Message, UsageError
from routecheck.engine.judged_before import open_store
from routecheck.engine.results import Decision
from routecheck.jobs.kept_decisions import keep_decisions
from routecheck.present.exports import export

log = logging.getLogger(__name__)


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
    seen: Mapping[str, int] | None = None,
    wait_s: float = 30.0,
    told: Callable[[Message], None] | None = None,
) -> Decision:
    """Accept or reject proposed corrections, or take such decisions back.

    Args:
        config: the site.
        point_ids: points, where not all.
        state: accepted or rejected.
        by: who decides; the user of this machine, where not given.
        undo: take this decision back where it was made: the correction is proposed again.
        holds_from: accepted corrections hold from then on; None: the first date of the evidence.
        everything: all proposed ones (with `undo` all that were so decided).
        min_confidence: with `everything`, only those at least so sure.
        seen: by point, the version that was looked at; where one of them is another by now,
            nothing is decided.
        wait_s: how long to wait for a run.
        told: is told, after some seconds, for whom it waits, and what had to be put aside; the log,
            where not given.

    Raises:
        UsageError: a point has no correction, or none is named.
        ChangedMeanwhileError: a correction is another than the one that was looked at.
        StoreBusyError: a run is at work still.
    """
    who = by.strip() or _user()
    with open_store(config) as store, store.lock(wait_s=wait_s, told=told):
        before = store.read_corrections()
        _require_as_seen(before, seen or {})
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
        for message in keep_decisions(config, store):
            (told or log.warning)(message)
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


class ChangedMeanwhileError(UsageError):
    """A correction is another than whoever decides has looked at."""


def _require_as_seen(corrections: pd.DataFrame, seen: Mapping[str, int]) -> None:
    now = {row.point_id: row for row in records(corrections)}
    for point_id, version in seen.items():
        row = now.get(point_id)
        if row is None or row.version != version:
            by = "" if row is None or row.state == CorrectionState.PROPOSED else row.decided_by
            key = "decided_meanwhile" if by else "changed_meanwhile"
            raise ChangedMeanwhileError(key, point=point_id, by=by)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
