"""Who is at the desk: the one-time token of an opened address, sessions, and their ends.

Sessions live in this process alone: a desk that is started again knows nobody.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["look", "decide"]

IDLE_S = 12 * 3600.0
"""A session ends when nothing was asked for so long: a working day."""
LONGEST_S = 24 * 3600.0
"""A session ends after so long in any case, or after `idle_s` where that is longer."""
MOST_SESSIONS = 1000
"""More sessions than this at once are no office: the oldest ends."""
UNDOABLE = 200
"""Decisions of a session that can be taken back one after another."""


@dataclass(frozen=True)
class Done:
    """A decision that was made at the desk, so that it can be taken back.

    Attributes:
        point_ids: whose corrections were decided.
        versions: of the corrections as they were decided: what changed since is not taken back.
        state: what they became.
    """

    point_ids: tuple[str, ...]
    versions: tuple[int, ...]
    state: str


@dataclass(frozen=True)
class Looked:
    """A batch of corrections as it was shown.

    Attributes:
        sample: points whose corrections were to be looked at.
        versions: by point, the corrections that the batch had.
    """

    sample: tuple[str, ...]
    versions: Mapping[str, int]


@dataclass
class DeskSession:
    """Somebody at the desk.

    Attributes:
        name: as decisions show it.
        role: what may be done: look, or decide too.
        csrf: stands in every form, and in no page of anybody else.
        done: decisions that can be taken back, the last one last.
        told: said on the next page, once.
        looked: by the key of a batch, what was shown of it.
        signed_in: whether it began with a password; else with the token of an opened address.
        password: the hash of that password; with another one the session is over.
    """

    name: str
    role: Role
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    done: list[Done] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    looked: dict[str, Looked] = field(default_factory=dict)
    signed_in: bool = False
    password: str = ""
    began_s: float = 0.0
    asked_s: float = 0.0

    @property
    def decides(self) -> bool:
        """Whether decisions are taken from this session."""
        return self.role == "decide"

    def remember(self, done: Done) -> None:
        """Keep a decision, so that it can be taken back."""
        self.done.append(done)
        del self.done[:-UNDOABLE]


class Sessions:
    """All who are at the desk.

    Args:
        idle_s: a session ends when nothing was asked for so long (s).
        clock: seconds that only grow.
    """

    def __init__(
        self, *, idle_s: float = IDLE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle_s, self._clock = idle_s, clock
        self._longest_s = max(LONGEST_S, idle_s)
        self._open: dict[str, DeskSession] = {}
        self._tokens: dict[str, tuple[str, Role]] = {}
        self._lock = threading.Lock()

    def token(self, name: str, role: Role = "decide") -> str:
        """Return a token that opens one session, once."""
        made = secrets.token_urlsafe(32)
        with self._lock:
            self._tokens[made] = name, role
        return made

    def redeem(self, token: str) -> str | None:
        """Return the key of the session that a token opens; None: it opens none, or no more."""
        with self._lock:
            found = self._tokens.pop(token, None)
        return None if found is None else self.begin(*found)

    def begin(self, name: str, role: Role, *, password: str | None = None) -> str:
        """Begin a session, and return its key.

        Args:
            name: as decisions show it.
            role: what may be done.
            password: the hash of the password that was given; None: none was.
        """
        key, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._drop_ended(now)
            while len(self._open) >= MOST_SESSIONS:
                self._open.pop(next(iter(self._open)))
            self._open[key] = DeskSession(
                name, role, signed_in=password is not None, password=password or "",
                began_s=now, asked_s=now,
            )  # fmt: skip
        return key

    def find(self, key: str) -> DeskSession | None:
        """Return a session that has not ended, and note that it was asked."""
        now = self._clock()
        with self._lock:
            found = self._open.get(key)
            if found is None or self._ended(found, now):
                self._open.pop(key, None)
                return None
            found.asked_s = now
            return found

    def end(self, key: str) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(key, None)

    def _ended(self, session: DeskSession, now: float) -> bool:
        return now - session.asked_s > self._idle_s or self._longest_s < now - session.began_s

    def _drop_ended(self, now: float) -> None:
        for key in [key for key, one in self._open.items() if self._ended(one, now)]:
            del self._open[key]
