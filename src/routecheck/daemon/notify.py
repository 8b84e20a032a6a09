"""Messages to people, through apprise: mail, WeCom, DingTalk, Feishu, a webhook.

Off unless `messages.urls` names receivers. Secrets stand in the environment, as `${NAME}` within
a URL, and neither they nor the URLs are ever logged: a receiver is named by its place in the
list and the kind of its service.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from routecheck.config.environment import filled_in
from routecheck.domain.errors import UsageError
from routecheck.texts.outside import shown, shown_lines

Kind = Literal["summary", "revisions", "failures", "misses"]
LONGEST = 3500
"""Characters in a message; WeCom takes 4,096 bytes, of which a Chinese character needs three: the
services cut longer ones by themselves, so this keeps the beginning whole for most."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Undelivered:
    """A receiver that did not take a message: its place (from 1), the kind of its service, why."""

    place: int
    service: str
    reason: str


@dataclass(frozen=True)
class Delivery:
    """What became of a message: the places of those that took it, and those that did not."""

    taken: tuple[int, ...] = ()
    failed: tuple[Undelivered, ...] = ()


class Messenger:
    """Sends messages to the receivers of a site; never raises, and never shows a secret."""

    def __init__(self, urls: Sequence[SecretStr], kinds: Sequence[Kind]) -> None:
        """Take receivers as the configuration has them, and what they want to hear."""
        self.urls = tuple(url.get_secret_value() for url in urls)
        self.kinds = frozenset(kinds)

    def deliver(
        self, kind: Kind, title: str, lines: Sequence[str], *, places: Collection[int] | None = None
    ) -> Delivery:
        """Send a message; return which receivers took it.

        Args:
            kind: what it is about; left unsent where receivers do not want it.
            title: its first line.
            lines: the rest.
            places: of the receivers that it is for; all, where not given.
        """
        if not self.urls or kind not in self.kinds:
            return Delivery()
        wanted = [
            (place, url)
            for place, url in enumerate(self.urls, 1)
            if places is None or place in places
        ]
        with warnings.catch_warnings():
            # Its plug-ins' warnings about the standard library do not matter here.
            warnings.simplefilter("ignore")
            return _deliver(wanted, shown(title), shown_lines("\n".join(lines)))


def _deliver(receivers: Sequence[tuple[int, str]], title: str, body: str) -> Delivery:
    try:
        import apprise
    except ModuleNotFoundError:
        reason = "the Python package 'apprise' is not installed (pip install 'routecheck[notify]')"
        log.error("messages are configured, and %s; nothing was sent", reason)
        return Delivery((), tuple(Undelivered(n, _service(url), reason) for n, url in receivers))
    # Its own logs show addresses.
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if len(body) > LONGEST:
        body = body[:LONGEST].rsplit("\n", 1)[0] + "\n…"
    taken, failed = [], []
    for place, url in receivers:
        try:
            receiver = apprise.Apprise()
            if not receiver.add(filled_in(url)):
                reason = "not a URL apprise knows"
            elif receiver.notify(title=title, body=body or title):
                taken.append(place)
                continue
            else:
                reason = "not delivered"
        except UsageError as error:
            reason = str(error)
        except Exception as error:
            # Whatever a service does must not stop the judging; its text may hold the URL.
            reason = type(error).__name__
        log.error("message receiver %d (%s): %s", place, _service(url), reason)
        failed.append(Undelivered(place, _service(url), reason))
    return Delivery(tuple(taken), tuple(failed))


def _service(url: str) -> str:
    """The kind of an address; of one without a kind nothing, for it may be all secret."""
    found = re.match(r"([a-zA-Z]+)://", url)
    return found[1] if found else "?"
