"""How long a site waits, while a date is running, until a pickup counts as missed.

Pickups are made after their windows: by colleagues who take them along, by vehicles that set out
hours late. What was not seen when its window ended is missed only where hardly any pickup of the
site is made so late; how late they are, and how late fixes come, its last weeks show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.codes import Verdict
from routecheck.domain.patience import Patience
from routecheck.store import Store

LOOK_BACK_DAYS = 21
"""Habits of the last three weeks: they change with season and staff."""
RETRACTED_SHARE = 0.02
"""Of what is called missed while a date is running at most so much is to be taken back: with more
of it a clerk stops sending trucks."""
LEAST = 100
"""Pickups that were open at the end of their window, from which a site's own lateness is known:
with fewer, one in fifty of them is one or two."""
BEGUN_S, WAITING_S, DELAY_S = 600.0, float("inf"), 120.0
"""Before a site has shown its own (s). Ten minutes hardly matter to who looks every quarter of an
hour, and within them come half of the colleagues who take a point along late (six simulated
counties, seeds 431, 432 and 441 to 444: three of seven). Rounds that begin late do by up to six
hours there, and go on after that: six misses that were told after six hours (seeds 445 and 461) had
been made, or were within the hour. So the morning decides. Devices that are online send within
seconds; a heartbeat or two may be lost."""
DELAY_QUANTILE = 0.95
"""Of the devices of a site: some few send in the evening what they kept, and do not count."""


@dataclass(frozen=True)
class LearnedPatience:
    """How long is waited after a window, and how much that rests on.

    Attributes:
        patience: what is waited.
        begun: pickups that were open at the end of their window, of vehicles on their round; with
            fewer than `LEAST` what is typed in holds.
        waiting: the same, of rounds that had not begun.
        delays: delays of devices, one a device and date.
        dates: closed dates that were looked at.
    """

    patience: Patience
    begun: int = 0
    waiting: int = 0
    delays: int = 0
    dates: int = 0


def learn_patience(store: Store | None, before: date) -> Patience:
    """Return how long is waited after a window, by the last closed dates of a site.

    Args:
        store: what was judged; None: nothing.
        before: the date that is running.
    """
    return learned_patience(store, before).patience


def learned_patience(store: Store | None, before: date) -> LearnedPatience:
    """Return how long is waited after a window, and how much that rests on.

    Args:
        store: what was judged; None: nothing.
        before: the date that is running.
    """
    if store is None:
        return LearnedPatience(Patience(BEGUN_S, WAITING_S, DELAY_S))
    first = before - timedelta(days=LOOK_BACK_DAYS)
    recent = [entry for entry in store.dates() if first <= entry["service_date"] < before]
    closed = {entry["service_date"] for entry in recent}
    timing = store.timing(first, before - timedelta(days=1))
    timing = timing[timing["service_date"].isin(closed)]
    counts = [entry["counts"] or {} for entry in recent]
    begun_s, waiting_s = waits_s(timing)
    begun, waiting = (len(late_s) + missed for late_s, missed in _open_at_the_end(timing))
    patience = Patience(begun_s, waiting_s, delay_s(counts))
    return LearnedPatience(patience, begun, waiting, len(_delays_s(counts)), len(closed))


def waits_s(timing: pd.DataFrame) -> tuple[float, float]:
    """Return how long is waited so that hardly any miss is taken back (s).

    Args:
        timing: of pickups of closed dates, from `Store.timing`.

    Returns:
        Where the vehicle did its round, and where it had not begun it when the window ended.
    """
    begun, waiting = _open_at_the_end(timing)
    return _wait_s(*begun, BEGUN_S), _wait_s(*waiting, WAITING_S)


def _open_at_the_end(timing: pd.DataFrame) -> tuple[tuple[np.ndarray, int], ...]:
    """Of pickups open at the end of their window: how late they were made (s), how many never were.

    Those of vehicles on their round, which others made; and those of rounds that had not begun.
    """
    collected = (timing["verdict"] == str(Verdict.COLLECTED)).to_numpy()
    missed = (timing["verdict"] == str(Verdict.MISSED)).to_numpy()
    late_s = (timing["arrived_at"] - timing["window_end"]).dt.total_seconds().to_numpy()
    keys = [timing[name] for name in ("service_date", "scheduled_vehicle_id", "window_start")]
    own = (timing["vehicle_id"] == timing["scheduled_vehicle_id"]).to_numpy()
    seen = pd.Series(collected & own & (late_s <= 0.0), index=timing.index)
    began = seen.groupby(keys).transform("any").to_numpy(dtype=bool)
    late = collected & (late_s > 0.0)
    # A vehicle that is on its round is waited for until it is home, however late.
    by_others = late_s[late & began & ~own]
    return (
        (by_others, int((missed & began).sum())),
        (late_s[late & ~began], int((missed & ~began).sum())),
    )


def _wait_s(late_s: np.ndarray, missed: int, unseen_s: float) -> float:
    """The shortest wait after which what is still open was hardly ever collected.

    Args:
        late_s: how late after their windows pickups were collected that were open then.
        missed: how many pickups stayed missed.
        unseen_s: what is taken while too little is known.
    """
    if len(late_s) + missed < LEAST:
        return unseen_s
    allowed = int(RETRACTED_SHARE * missed / (1.0 - RETRACTED_SHARE))
    later_s = np.sort(late_s)
    return float(later_s[len(later_s) - 1 - allowed]) if len(later_s) > allowed else 0.0


def delay_s(counts: Iterable[Mapping[str, Any]]) -> float:
    """Return how late the fixes of a site come (s).

    Args:
        counts: of closed dates, as the ledger has them; `heard` with the delay by vehicle.
    """
    delays = _delays_s(counts)
    return max(DELAY_S, float(np.quantile(delays, DELAY_QUANTILE))) if delays else DELAY_S


def _delays_s(counts: Iterable[Mapping[str, Any]]) -> list[float]:
    """How late the fixes of each device came on each date, where that is known (s)."""
    return [
        heard["delay_s"]
        for of_date in counts
        for heard in (of_date.get("heard") or {}).values()
        if heard["delay_s"] is not None
    ]
