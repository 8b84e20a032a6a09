"""A site that has a configuration and a store: its stored results, and dates judged again."""

from __future__ import annotations

import datetime
import weakref
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pandas as pd

from routecheck.api.given import Day, dates_of, present
from routecheck.api.results import Results
from routecheck.config import Config, load_config
from routecheck.domain.closing import Closing
from routecheck.domain.errors import MissingDataError
from routecheck.engine import session


class Site(Closing):
    """A site as its configuration describes it; made by `open_site`, and only read.

    A context manager. Results of it can be had as long as it is open.

    Attributes:
        config: the configuration.
    """

    def __init__(self, site: session.Session, opened: ExitStack) -> None:
        self._site, self._opened = site, opened
        self._results: weakref.WeakSet[Results] = weakref.WeakSet()
        self.config: Config = site.config

    @property
    def dates(self) -> list[datetime.date]:
        """The service dates that the store holds, in order."""
        if self._site.stored is None:
            return []
        return sorted(entry["service_date"] for entry in self._site.stored.dates())

    def results(self, date: Day | None = None, dates: Iterable[Day] | None = None) -> Results:
        """Return what is stored of service dates; without any, of all that are.

        Raises:
            MissingDataError: the store holds no verdicts of one of them.
        """
        known = self.dates
        days = known if date is None and dates is None else dates_of(date, dates)
        missing = [day for day in days if day not in known]
        if missing or not days:
            first, last = (missing[0], missing[-1]) if missing else ("", "")
            raise MissingDataError("no_verdicts", count=len(missing), first=first, last=last)
        results = Results(self._site, days)
        self._results.add(results)
        return results

    def close(self) -> None:
        """Close the store, and end the session; what was not asked of results is gone."""
        for results in self._results:
            results.close()
        self._opened.close()


def open_site(config: str | Path, *, now: pd.Timestamp | datetime.datetime | None = None) -> Site:
    """Open a site by its configuration: nothing is fetched, nothing is written.

    Args:
        config: the path of `routecheck.toml`.
        now: the present.

    Raises:
        UsageError: the configuration is wrong.
        MissingDataError: there are no points, no schedule, or no fixes at all.
        StoreError: the store cannot be opened.
    """
    with ExitStack() as opened:
        site = opened.enter_context(session.open_site(load_config(config), now=present(now)))
        site.require_not_lost()
        return Site(site, opened.pop_all())
