"""Messages to people, through apprise: mail, WeCom, DingTalk, Feishu, a webhook.

Off unless `messages.urls` names receivers. Secrets stand in the environment, as `${NAME}` within
a URL, and neither they nor the URLs are ever logged: a receiver is named by its place in the
list and the kind of its service.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Sequence
from typing import Literal

from routecheck.config.environment import filled_in
from routecheck.domain.errors import UsageError

Kind = Literal["summary", "revisions", "failures"]
LONGEST = 3500
"""Characters in a message; WeCom takes 4,096 bytes, of which a Chinese character needs three: the
services cut longer ones by themselves, so this keeps the beginning whole for most."""

log = logging.getLogger(__name__)


class Messenger:
    """Sends messages to the receivers of a site; never raises, and never shows a secret."""

    def __init__(self, urls: Sequence[str], kinds: Sequence[Kind]) -> None:
        """Take receivers as the configuration has them, and what they want to hear."""
        self.urls, self.kinds = tuple(urls), frozenset(kinds)

    def send(self, kind: Kind, title: str, lines: Sequence[str]) -> int:
        """Send a message to every receiver; return how many took it.

        Args:
            kind: what it is about; left unsent where receivers do not want it.
            title: its first line.
            lines: the rest.
        """
        if not self.urls or kind not in self.kinds:
            return 0
        with warnings.catch_warnings():
            # Its plug-ins' warnings about the standard library do not matter here.
            warnings.simplefilter("ignore")
            return self._send(title, "\n".join(lines))

    def _send(self, title: str, body: str) -> int:
        try:
            import apprise
        except ModuleNotFoundError:
            log.error(
                "messages are configured, and the Python package 'apprise' is not installed "
                "(pip install 'routecheck[notify]'); nothing was sent"
            )
            return 0
        # Its own logs show addresses.
        for name in ("apprise", "urllib3", "requests"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        if len(body) > LONGEST:
            body = body[:LONGEST].rsplit("\n", 1)[0] + "\n…"
        taken = 0
        for place, url in enumerate(self.urls, 1):
            service = re.match(r"[a-zA-Z]*", url)[0] or "?"  # type: ignore[index]
            try:
                receiver = apprise.Apprise()
                if not receiver.add(filled_in(url)):
                    log.error("message receiver %d (%s): not a URL apprise knows", place, service)
                elif receiver.notify(title=title, body=body or title):
                    taken += 1
                    continue
                else:
                    log.error("message receiver %d (%s): not delivered", place, service)
            except UsageError as error:
                log.error("message receiver %d (%s): %s", place, service, error)
            except Exception as error:
                # Whatever a service does must not stop the judging; its text may hold the URL.
                log.error("message receiver %d (%s): %s", place, service, type(error).__name__)
        return taken
