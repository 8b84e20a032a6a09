"""What every request has to be before a page sees it, and what every answer carries.

- It names this machine (or a name that the configuration lists): a page from elsewhere whose name
  was made to lead here is refused (DNS rebinding).
- What changes anything comes from a page of ours: by its origin here, by the token of its form in
  `forms`, by the cookie that no other site's request carries (SameSite=Strict).
- Its body is small.
- The answer may be framed by nobody, runs no script but ours, and is kept by no cache.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY = 64 * 1024
"""Bytes of a form: ours have some hundreds."""


class Guard:
    """An ASGI application behind its guard.

    Args:
        app: what answers.
        hosts: names, with their port where it is not the usual one, under which it may be asked.
        tiles: origin of map tiles, with a blank before it; empty: none.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], tiles: str = "") -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._headers = {
            "content-security-policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; "
                f"img-src 'self' data:{tiles}; connect-src 'self'; form-action 'self'; "
                "base-uri 'none'; frame-ancestors 'none'"
            ),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            # Forms of ours name their origin; no other site learns of our addresses.
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wrong = self._wrong(scope)
        if wrong is not None:
            await wrong(scope, receive, self._sending(send))
            return
        body = b""
        if scope["method"] == "POST":
            read = await _body(receive)
            if read is None:
                await _refused(413)(scope, receive, self._sending(send))
                return
            body = read
        await self._app(scope, _replayed(body, receive), self._sending(send))

    def _wrong(self, scope: Scope) -> ASGIApp | None:
        """What refuses a request; None: nothing is wrong with it."""
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if host not in self._hosts or len(headers.getlist("host")) != 1:
            return _refused(421)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _refused(405)
        if scope["method"] != "POST":
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host:
            return _refused(403)
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _refused(403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return _refused(413)
        return None

    def _sending(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        return sent


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(status: int) -> ASGIApp:
    words = {403: "forbidden", 405: "method not allowed", 413: "too large", 421: "unknown host"}
    return PlainTextResponse(words[status] + "\n", status)


async def _body(receive: Receive) -> bytes | None:
    """The body of a request; None where it is too large, whatever its header says."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BODY:
            return None
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
