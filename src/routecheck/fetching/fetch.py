"""Brings what lies elsewhere; of a site whose tables are all files nothing is imported for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from routecheck.config import Config
from routecheck.domain.errors import Message

Progress = Callable[[Message], None]


@dataclass
class Fetched:
    """What a fetch came to.

    Attributes:
        rows: new rows, by input.
        failed: (input, message) of those that could not be asked, or not to the end.
        notes: what a person should know of it, and is no failure.
        lacking_from: the first date that may lack fixes; None where all were had.
        lacking: dates of which a part could not be had, and later ones could.
    """

    rows: dict[str, int] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    lacking_from: date | None = None
    lacking: set[date] = field(default_factory=set)

    def lacks(self, day: date) -> bool:
        """Whether fixes of a date may not have come."""
        if self.lacking_from is not None and day >= self.lacking_from:
            return True
        # A part of another day may hold some hours of this one.
        return any(day + timedelta(days=n) in self.lacking for n in (-1, 0, 1))


def fetch(
    config: Config,
    now: datetime,
    *,
    first: date | None = None,
    last: date | None = None,
    told: Progress = lambda _what: None,
) -> Fetched:
    """Bring the tables of a site that lie elsewhere; nothing where all are files.

    Args:
        config: the site.
        now: the present, an aware time.
        first: the first service date that is to be judged, where that lies further back than
            fixes are fetched from anyway.
        last: the last service date that is to be judged now: of a source that is asked by dates,
            later ones wait. None: until the present.
        told: informed of what is being asked for.

    Raises:
        UsageError: the configuration names no source that there could be.
        MissingDataError: points or schedule were never had, and cannot be had now.
        SourceError: the folder of what is kept cannot be used.
    """
    if not config.fetched:
        return Fetched()
    from routecheck.fetching.bringing import bring

    return bring(config, now, first, last, told)
