"""What the service tells: lines for the log, and messages to whoever receives them.

What a receiver did not take is kept in the store and sent again, see `outbox`.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence

import pandas as pd

from routecheck.config import Config
from routecheck.daemon.misses import find_news, keep_told
from routecheck.daemon.notify import Kind, Messenger
from routecheck.daemon.outbox import Outbox
from routecheck.domain.errors import RoutecheckError, in_language
from routecheck.engine.notes import MESSAGES
from routecheck.engine.results import Round, RunReport
from routecheck.present.misses_text import missed_lines, retracted_lines
from routecheck.present.run_summary import notices, results, revisions, round_notices
from routecheck.store import Store
from routecheck.texts import text

log = logging.getLogger(__name__)


class Messages:
    """The messages of one site.

    Attributes:
        config: of the site; whoever reads it again puts it here.
    """

    def __init__(self, config: Config) -> None:
        """Take a site; what a service before this one could not send is sent again."""
        self.config = config
        self._outbox = Outbox()
        with (
            contextlib.suppress(RoutecheckError),
            Store.open(config.store_url, create=False) as store,
        ):
            note = store.read_note(MESSAGES)
            if note is not None:
                self._outbox = Outbox.of_note(note[0])

    def send(
        self, kind: Kind, lines: Sequence[str], now: pd.Timestamp, *, key: str = "", what: str = ""
    ) -> None:
        """Send a message; what is not taken waits.

        Args:
            kind: what receivers have chosen it by.
            lines: what it says.
            now: the present, UTC.
            key: of the sentence that its title says after the name of the site.
            what: the same in words.
        """
        self._outbox.send(self._messenger(), kind, self._title(key, what), lines, now)

    def retry(self, now: pd.Timestamp) -> None:
        """Send again what has waited long enough."""
        self._outbox.retry(self._messenger(), now)

    def keep(self, store: Store) -> None:
        """Keep in the store what waits, where that has changed."""
        if self._outbox.changed:
            store.put_note(MESSAGES, self._outbox.as_note())
            self._outbox.changed = False

    def tell_round(self, done: Round, now: pd.Timestamp, *, daily: bool) -> None:
        """Tell what a round has judged, withdrawn or set aside.

        Args:
            done: the round.
            now: the present, UTC.
            daily: whether it is the one of the day, and not one for data that came late.
        """
        config, language = self.config, self.config.site.language
        lines = round_notices(done, language)
        for line in lines:
            if daily:
                log.info("%s", line)
        if daily and not done.reports and done.expected.silent_days:
            self.send("failures", lines, now, key="messages.silent")
        for report in done.reports:
            of_run = {"run_id": report.run_id}
            for line in notices(report, language):
                log.warning("%s", line, extra=of_run)
            new = [in_language(one.message, language) for one in report.aside if one.tries == 1]
            if new:
                self.send("failures", new, now, key="messages.set_aside")
            if not report.dates:
                continue
            summary = results(report, language, config.time_zone)
            for line in summary:
                log.info("%s", line.strip(), extra=of_run)
            days = [entry.service_date.isoformat() for entry in report.dates]
            span = days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}"
            what = text("messages.summary", language, dates=span)
            if "summary" in config.messages.send:
                self.send("summary", summary, now, what=what)
                continue
            # A receiver without summaries may still want what is withdrawn.
            withdrawn = revisions(report.revised, language)
            if withdrawn:
                self.send("revisions", withdrawn, now, key="messages.revisions")

    def log_today(self, report: RunReport) -> None:
        """Log what a round of the running day came to."""
        of_run = {"run_id": report.run_id}
        for entry in report.dates:
            counts = entry.pickups["verdict"].value_counts().to_dict()
            log.info("%s as it goes: %s", entry.service_date, counts, extra=of_run)
        for one in report.aside:
            log.error("%s could not be judged: %s", one.day, one.reason, extra=of_run)

    def tell_misses(self, now: pd.Timestamp) -> None:
        """Tell, once, which pickups are newly missed, and which are not any more.

        Raises:
            RoutecheckError: the store cannot be read or written; nothing was told.
        """
        config, language, zone = self.config, self.config.site.language, self.config.time_zone
        with Store.open(config.store_url, create=False) as store:
            news = find_news(store)
            if news is not None:
                lines = [
                    *missed_lines(news.missed, language, zone),
                    *retracted_lines(news.retracted, language, zone),
                ]
                for line in lines:
                    log.info("%s", line)
                if news:
                    what = text(
                        "messages.misses",
                        language,
                        missed=len(news.missed),
                        retracted=len(news.retracted),
                    )
                    title = self._title(what=what)
                    self._outbox.post(self._messenger(), "misses", title, lines, now)
                # The message and that it was told are kept together, before it is sent.
                with store.as_one():
                    store.put_note(MESSAGES, self._outbox.as_note())
                    keep_told(store, news)
        self._outbox.changed = False
        self.retry(now)

    def _messenger(self) -> Messenger:
        return Messenger(self.config.messages.urls, self.config.messages.send)

    def _title(self, key: str = "", what: str = "") -> str:
        site = self.config.site
        return text(
            "messages.title",
            site.language,
            site=site.name or "routecheck",
            what=what or text(key, site.language),
        )
