"""What will be asked next, read before it is asked: of a large county it takes seconds.

One thread for all of it, with one thing to do after another; what fails here is told to whoever
asks for it.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from datetime import date

from routecheck.desk.links import Links
from routecheck.desk.pages.corrections import read_stands
from routecheck.desk.pages.day import content_of
from routecheck.desk.pages.months import counts_of
from routecheck.desk.pages.search import index_of
from routecheck.desk.site import Site
from routecheck.domain.codes import Language
from routecheck.domain.errors import RoutecheckError
from routecheck.queries.correction_queue import read_queue
from routecheck.store import Store

log = logging.getLogger(__name__)
MOST_WAITING = 8
MONTH = 31


class Warming:
    """Reads ahead for a site; nothing is read until it is asked for the first time.

    Args:
        site: whose pages are read.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._wanted: queue.Queue[Callable[[Store], object] | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def begin(self, language: Language) -> None:
        """Read what the first pages show: the last date, corrections, the month, names."""
        self._want(lambda store: self._day(store, self._site.latest(store), language))
        self._want(lambda store: self._site.kept(store, "queue", lambda: read_queue(store)))
        self._want(lambda store: read_stands(self._site, store))
        self._want(lambda store: index_of(self._site, store))
        self._want(lambda store: counts_of(self._site, store, self._site.dates(store)[-MONTH:]))

    def read_date(self, day: date, language: Language) -> None:
        """Read a date, where there is nothing else to do."""
        self._want(lambda store: self._day(store, day, language))

    def stop(self) -> None:
        """End what has not begun."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._wanted.get_nowait()
        self.finish()

    def finish(self) -> None:
        """Do what is wanted, and end."""
        if self._thread is not None:
            self._wanted.put(None)
            self._thread.join()
            self._thread = None

    def _day(self, store: Store, day: date | None, language: Language) -> None:
        if day is not None:
            content_of(self._site, store, day, language, Links())

    def _want(self, work: Callable[[Store], object]) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="warming", daemon=True)
                self._thread.start()
        with contextlib.suppress(queue.Full):
            self._wanted.put_nowait(work)

    def _run(self) -> None:
        while (work := self._wanted.get()) is not None:
            try:
                with contextlib.suppress(RoutecheckError), self._site.store() as store:
                    work(store)
            except Exception:
                # A fault of the program; whoever asks for the page is told.
                log.exception("reading ahead failed")
