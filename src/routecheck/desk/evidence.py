"""The engine behind the desk: one session of the site, kept while it holds.

Judging a date again takes seconds, and the next question is mostly about the same date: so the
session stays open until the store, or a file that it read, is another than it was. One
question at a time, as a session serves one; who asks meanwhile waits for their turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

import pandas as pd

from routecheck.config import Config
from routecheck.engine.inputs import input_state
from routecheck.engine.session import Session, open_site

T = TypeVar("T")


class Evidence:
    """Asks the session of a site, one question after another.

    Args:
        config: of the site.
        clock: the present, UTC.
    """

    def __init__(self, config: Config, clock: Callable[[], pd.Timestamp]) -> None:
        self.config, self._clock = config, clock
        self._one = threading.Lock()
        self._opened: ExitStack | None = None
        self._session: Session | None = None
        self._seen: object = None

    def ask(self, mark: object, question: Callable[[Session], T]) -> T:
        """Return what a question finds out from the session of the site.

        Args:
            mark: of what the store holds; where it is another than before, the site is opened anew.
            question: is given the session; nothing is changed.

        Raises:
            RoutecheckError: the site cannot be opened, or the question cannot be answered.
        """
        with self._one:
            seen = mark, input_state(self.config)
            if self._session is None or seen != self._seen:
                self._close()
                opened = ExitStack()
                self._session = opened.enter_context(open_site(self.config, now=self._clock()))
                self._opened, self._seen = opened, seen
            return question(self._session)

    def close(self) -> None:
        """Close the session."""
        with self._one:
            self._close()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
        self._opened, self._session = None, None
