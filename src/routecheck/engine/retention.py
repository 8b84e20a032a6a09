"""From which date on tracks and what is made of them are kept, by the configuration."""

from __future__ import annotations

from datetime import date, timedelta

from routecheck.config import Config
from routecheck.domain.errors import MissingDataError
from routecheck.engine.basis import HISTORY_DAYS
from routecheck.store import Store

NOTE = "retention"
"""The name of the note in the store: before which date nothing is left."""


def kept_days(config: Config) -> int:
    """Return how many days are kept; 0: all.

    Never fewer than a run looks back on, whatever dates it judges again.
    """
    if not config.retention.keep_days:
        return 0
    return max(config.retention.keep_days, HISTORY_DAYS + config.service.revisit_days + 1)


def kept_from(config: Config, today: date) -> date | None:
    """Return the first date that is kept; None: all are."""
    days = kept_days(config)
    return today - timedelta(days=days) if days else None


def forgotten_before(store: Store) -> date | None:
    """Return before which date a store has no evidence any more; None: nothing was removed."""
    found = store.read_note(NOTE)
    return None if found is None else date.fromisoformat(found[0]["before"])


def require_kept(store: Store | None, day: date) -> None:
    """Require that the evidence of a date is still there.

    Raises:
        MissingDataError: it was removed, as the configuration had it then.
    """
    found = None if store is None else store.read_note(NOTE)
    if found is not None and day.isoformat() < found[0]["before"]:
        raise MissingDataError("evidence_gone", day=day, **found[0])
