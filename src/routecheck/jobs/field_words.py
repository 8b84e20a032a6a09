"""What somebody found at a point, said with one tap, becomes a field check."""

from __future__ import annotations

from datetime import date, datetime

from routecheck.config import Config
from routecheck.domain.arrays import records
from routecheck.domain.codes import FieldWord
from routecheck.domain.errors import MissingDataError
from routecheck.engine.judged_before import open_store


def say(
    config: Config,
    on: date,
    point_id: str,
    window_start: datetime,
    word: FieldWord | None,
    *,
    by: str,
) -> None:
    """Enter what was found at a pickup; see `routecheck.store.field_words`.

    Args:
        config: the site.
        on: service date of the pickup.
        point_id: its point.
        window_start: of its window (UTC).
        word: what was found; None: what was said before is taken back.
        by: who says it.

    Raises:
        MissingDataError: no such pickup was judged.
        StoreError: the store cannot be written.
    """
    with open_store(config) as store:
        judged = store.read_pickups_of([on], [point_id])
        verdict = next(
            (row.verdict for row in records(judged) if row.window_start == window_start), None
        )
        if verdict is None:
            raise MissingDataError("no_such_pickup", point=point_id, day=on)
        store.say_word(on, point_id, window_start, str(word or ""), verdict=str(verdict), by=by)
