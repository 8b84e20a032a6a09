"""Messages that a receiver did not take: kept, tried again, and named until it takes one.

They are kept in the store too, so that a restart loses none. Neither addresses nor secrets are
among what is kept: a receiver is named by its place in `messages.urls`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from routecheck.daemon.notify import Kind, Messenger, Undelivered

RETRY_S = (60.0, 300.0, 900.0, 3600.0)
"""After it was not taken a message is tried again so much later; the last holds from then on."""
GIVEN_UP = pd.Timedelta(days=3)
"""Older news is of no use in the morning; that the receiver fails is named still."""
MOST = 50
"""Messages that wait at most; the oldest go first."""


@dataclass
class Waiting:
    """A message that some receivers did not take.

    Attributes:
        kind: what it is about.
        title: its first line.
        lines: the rest.
        places: of the receivers that did not take it.
        since: when it was sent first, ISO 8601 UTC.
        again_at: when it is tried again, ISO 8601 UTC.
        tries: how often it was sent.
    """

    kind: Kind
    title: str
    lines: list[str]
    places: list[int]
    since: str
    again_at: str = ""
    tries: int = 0


@dataclass
class Outbox:
    """What waits, and which receivers fail.

    Attributes:
        waiting: messages, oldest first.
        failing: by place of the receiver: `service`, `reason`, `since` (ISO 8601 UTC).
        changed: whether that is otherwise than it was last kept.
    """

    waiting: list[Waiting] = field(default_factory=list)
    failing: dict[int, dict[str, str]] = field(default_factory=dict)
    changed: bool = False

    @classmethod
    def of_note(cls, note: Mapping[str, Any]) -> Outbox:
        """Return what `as_note` kept."""
        return cls(
            [Waiting(**one) for one in note["waiting"]],
            {int(place): dict(one) for place, one in note["failing"].items()},
        )

    def as_note(self) -> dict[str, Any]:
        """What is kept in the store."""
        return {
            "waiting": [asdict(one) for one in self.waiting],
            "failing": {str(place): one for place, one in self.failing.items()},
        }

    def send(
        self,
        messenger: Messenger,
        kind: Kind,
        title: str,
        lines: Sequence[str],
        now: pd.Timestamp,
    ) -> None:
        """Send a message; what is not taken waits."""
        message = Waiting(kind, title, list(lines), [], now.isoformat())
        if self._try(messenger, message, None, now):
            self.waiting = [*self.waiting, message][-MOST:]

    def post(
        self,
        messenger: Messenger,
        kind: Kind,
        title: str,
        lines: Sequence[str],
        now: pd.Timestamp,
    ) -> None:
        """Put a message among those that wait: it is sent by the next `retry`, to all receivers.

        For what must neither be lost nor sent twice where the process is killed: it can be kept
        (`as_note`) before it is sent.
        """
        places = list(range(1, len(messenger.urls) + 1)) if kind in messenger.kinds else []
        if places:
            at = now.isoformat()
            message = Waiting(kind, title, list(lines), places, at, again_at=at)
            self.waiting = [*self.waiting, message][-MOST:]
            self.changed = True

    def retry(self, messenger: Messenger, now: pd.Timestamp) -> None:
        """Send again what has waited long enough; give up what is old."""
        kept = []
        for message in self.waiting:
            if pd.Timestamp(message.since) < now - GIVEN_UP:
                self.changed = True
                continue
            due = pd.Timestamp(message.again_at) <= now
            if not due or self._try(messenger, message, message.places, now):
                kept.append(message)
        self.waiting = kept
        # A receiver that was taken out of the configuration fails no more.
        gone = [place for place in self.failing if place > len(messenger.urls)]
        for place in gone:
            del self.failing[place]
            self.changed = True

    def _try(
        self,
        messenger: Messenger,
        message: Waiting,
        places: Sequence[int] | None,
        now: pd.Timestamp,
    ) -> bool:
        """Send a message; return whether it waits still."""
        done = messenger.deliver(message.kind, message.title, message.lines, places=places)
        for place in done.taken:
            self.changed |= self.failing.pop(place, None) is not None
        for one in done.failed:
            self._note(one, now)
        message.places = [one.place for one in done.failed]
        message.tries += 1
        wait_s = RETRY_S[min(message.tries, len(RETRY_S)) - 1]
        message.again_at = (now + pd.Timedelta(seconds=wait_s)).isoformat()
        self.changed |= bool(message.places) or places is not None
        return bool(message.places)

    def _note(self, one: Undelivered, now: pd.Timestamp) -> None:
        since = self.failing.get(one.place, {}).get("since", now.isoformat())
        known = {"service": one.service, "reason": one.reason, "since": since}
        self.failing[one.place] = known
