"""A service date that fails is set aside, named, and tried again later; the other dates go on.

What a user can cause has an error of its own (`RoutecheckError`), and so have a store, a disk and
a stop: those end a run. Anything else is a fault of the program that shows on one date's data. It
must not keep every date after it from being judged.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from routecheck.domain.errors import Message, RoutecheckError
from routecheck.store import Store
from routecheck.texts.outside import beginning

SET_ASIDE = "set_aside"
"""Name of the note in the store that holds them."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Aside:
    """A date that was set aside.

    Attributes:
        day: ISO date.
        reason: the kind of what was raised, and the first line of what it says.
        since: when it failed first, ISO 8601 UTC.
        tries: how often it has failed.
    """

    day: str
    reason: str
    since: str
    tries: int

    @property
    def message(self) -> Message:
        """The sentence that reports it."""
        return Message("status.set_aside", **asdict(self))


@contextmanager
def faults(what: str) -> Iterator[list[str]]:
    """Do something; a fault of the program ends it, is logged, and gives a reason.

    Args:
        what: it is about.

    Raises:
        RoutecheckError, OSError: no fault of the program.
    """
    reasons: list[str] = []
    try:
        yield reasons
    except (RoutecheckError, OSError):
        raise
    except Exception as error:
        log.exception("%s failed", what)
        said, name = beginning(str(error), 200), type(error).__name__
        reasons.append(f"{name}: {said}" if said else name)


@dataclass
class Attempts:
    """The dates of a run, and which of them failed.

    Attributes:
        failed: the reason, by date.
    """

    failed: dict[date, str] = field(default_factory=dict)

    @contextmanager
    def about(self, day: date) -> Iterator[None]:
        """Do something about one date; where it fails, the date is set aside.

        Raises:
            RoutecheckError, OSError: what is no matter of one date.
        """
        with faults(str(day)) as found:
            yield
        for reason in found:
            self.failed.setdefault(day, reason)

    def left(self, dates: Collection[date]) -> list[date]:
        """Return those dates that have not failed."""
        return [day for day in dates if day not in self.failed]


def keep_aside(
    store: Store, dates: Collection[date], failed: Mapping[date, str], now: datetime
) -> tuple[Aside, ...]:
    """Keep for `status` and the next round which dates of a run failed; return those.

    Args:
        store: that the run writes to.
        dates: that the run was about; those that did not fail are no longer set aside.
        failed: the reason, by date.
        now: the present, UTC.
    """
    before = {one.day: one for one in kept_aside(store)}
    found = []
    for day, reason in sorted(failed.items()):
        known = before.get(str(day))
        since = known.since if known else now.isoformat(timespec="seconds")
        found.append(Aside(str(day), reason, since, 1 + (known.tries if known else 0)))
    others = [one for day, one in before.items() if day not in {str(d) for d in dates}]
    if before or found:
        kept = sorted([*others, *found], key=lambda one: one.day)
        store.put_note(SET_ASIDE, {"found": [asdict(one) for one in kept]})
    return tuple(found)


def kept_aside(store: Store) -> list[Aside]:
    """Return the dates that are set aside, in order."""
    note = store.read_note(SET_ASIDE)
    return [] if note is None else [Aside(**one) for one in note[0]["found"]]
