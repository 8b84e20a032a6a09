"""What is told of a day as it goes: misses that are new, and those that are taken back, each once.

What was told is kept in the store, in the same transaction as the message that tells it; so a
service that is killed in between tells it after its next start, and does not tell it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from routecheck.domain.codes import Verdict
from routecheck.engine.notes import TOLD
from routecheck.queries.service_date import read_service_date, with_names
from routecheck.store import Store

Told = dict[str, list[list[str]]]
"""By ISO date the pickups that were told as missed: point, and start of the window (ISO, UTC)."""


@dataclass(frozen=True)
class News:
    """What there is to tell.

    Attributes:
        missed: pickups as stored, with names, that are newly missed.
        retracted: those that were told as missed and are not any more, as they stand now; of
            those that are due no more only `point_id`, `window_start` and `name`.
        told: what will have been told then.
    """

    missed: pd.DataFrame
    retracted: pd.DataFrame
    told: Told = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return len(self.missed) + len(self.retracted) > 0


def find_news(store: Store) -> News | None:
    """Return what has changed since it was told; None: nothing was judged or told so far.

    Of dates that are running what is newly missed is told, and taken back once it is collected or
    no longer due; of those that were closed since, only what is taken back: their misses stand in
    the summary of the run that closed them.

    Args:
        store: open; only read.
    """
    note = store.read_note(TOLD)
    told: Told = {} if note is None else note[0]["dates"]
    running = {str(entry["service_date"]): entry for entry in store.running()}
    missed, retracted, after = [], [], {}
    for day in sorted({*told, *running}):
        before = {(point, start) for point, start in told.get(day, [])}
        pickups = _named(store, date.fromisoformat(day))
        keys = _keys(pickups)
        now = {
            key
            for key, verdict in zip(keys, pickups["verdict"], strict=True)
            if verdict == str(Verdict.MISSED)
        }
        new = now - before if day in running else set()
        missed.append(pickups[[key in new for key in keys]])
        gone = before - now
        if day in running:
            # What later data leave open they may show to be missed again: the morning decides.
            gone -= {
                key
                for key, verdict in zip(keys, pickups["verdict"], strict=True)
                if verdict == str(Verdict.UNVERIFIABLE)
            }
        retracted += [pickups[[key in gone for key in keys]], _undue(gone - set(keys))]
        kept = now | (before - gone)
        if day in running and kept:
            after[day] = [list(key) for key in sorted(kept)]
    if not missed:
        return None
    return News(_together(missed), _together(retracted), after)


def keep_told(store: Store, news: News) -> None:
    """Keep that news were told."""
    store.put_note(TOLD, {"dates": news.told})


def _named(store: Store, day: date) -> pd.DataFrame:
    if store.date_entry(day) is None:
        return pd.DataFrame({"point_id": [], "window_start": [], "verdict": []})
    read = read_service_date(store, day)
    return with_names(read.pickups, read.records)


def _keys(pickups: pd.DataFrame) -> list[tuple[str, str]]:
    starts = [moment.isoformat() for moment in pickups["window_start"]]
    return list(zip(pickups["point_id"].tolist(), starts, strict=True))


def _undue(keys: set[tuple[str, str]]) -> pd.DataFrame:
    """Pickups that are not due any more: the schedule or the points file has changed."""
    rows = [(point, pd.Timestamp(start), point) for point, start in sorted(keys)]
    return pd.DataFrame(rows, columns=["point_id", "window_start", "name"])


def _together(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
