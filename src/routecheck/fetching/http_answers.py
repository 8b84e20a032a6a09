"""Answers of a web server, asked for until they are whole: JSON, within bounds of size and time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import Message, SourceError, UsageError
from routecheck.fetching.cutting import Cutting, pools
from routecheck.texts.outside import beginning, remember_address, remember_secret

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

TRIES = 5
"""How often an answer is asked for: with the waits between, a server may be away for half a
minute."""
FIRST_WAIT_S = 2.0
"""Before the second try; twice as long before each further one."""
ALL_ANSWERS = 60
"""All answers of a table, or of a date, may take so many times as long as one."""
MB = 1_000_000
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be another a moment later."""
_REDIRECTS = 5
_CHUNK = 65536
_LOOKED_AT = 2000
"""Bytes of an answer that is none, in which secrets are looked for; some tens are shown."""
_NAME, _VALUE = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII), re.compile(r"[\x20-\x7e\t]*")
"""What may stand in a header; what does not would be said in full by whoever refuses it."""
_LINK = re.compile(r"<([^>]*)>\s*((?:;[^,]*)?)")


@dataclass(frozen=True)
class Answer:
    """What a server said: its JSON, and the address of the next page where a header names one."""

    value: Any
    following: str


class _TryAgain(Exception):  # noqa: N818 - no error yet
    """It may work a moment later.

    Attributes:
        why: what to say if it does not.
        wait_s: how long the server asks to wait.
    """

    def __init__(self, why: Message, wait_s: float = 0.0) -> None:
        super().__init__()
        self.why, self.wait_s = why, wait_s


class Server:
    """A web server whose answers are JSON.

    Args:
        address: any address of it, secrets filled in; a user and a password in it are sent along.
        headers: what is sent with each call: all of it is secret.
        section: of the configuration, for messages.
        seconds: how long one answer may take.
        limits: how much JSON one answer may unpack to, and of how many values.

    Raises:
        UsageError: it is no address, or what is to be sent are no headers.
    """

    def __init__(
        self,
        address: str,
        headers: Mapping[str, str],
        *,
        section: str,
        seconds: float,
        limits: LimitsSection,
    ) -> None:
        self.address, self.label, user = _parts(address)
        for name, value in headers.items():
            if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
                raise UsageError("source_http_header", section=section, name=name)
        self._headers = {"Accept": "application/json", "Accept-Encoding": "gzip"} | dict(headers)
        for value in headers.values():
            remember_secret(value)
            remember_secret(value.partition(" ")[2])
        if user:
            self._headers["Authorization"] = _basic(user)
        self._seconds, self._limits = seconds, limits
        self._pool: Any = None
        self._cutting = Cutting()
        self._until = float("inf")

    def begin(self) -> None:
        """Begin to count the time that all answers may take."""
        self._until = time.monotonic() + ALL_ANSWERS * self._seconds

    def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.clear()

    def get(self, address: str) -> Answer:
        """Ask for an address, again and again while that may help.

        Raises:
            SourceError: no whole answer came in time, or it is none.
        """
        wait = FIRST_WAIT_S
        for tries in range(1, TRIES + 1):
            try:
                return self._once(address)
            except _TryAgain as again:
                pause = max(wait, again.wait_s)
                # A server that asks to wait beyond the time that there is has said no.
                if tries == TRIES or time.monotonic() + pause > self._until:
                    raise SourceError(
                        "source_http_failed", source=self.label, why=again.why, tries=tries
                    ) from None
            time.sleep(pause)
            wait *= 2
        raise AssertionError

    def _once(self, address: str) -> Answer:
        try:
            from urllib3 import Retry, Timeout
            from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError
        except ImportError:
            raise SourceError(
                "source_driver_missing", source=self.label, package="urllib3"
            ) from None
        self._require_time()
        # Another server than that which was meant must not learn what proves who we are.
        redirects = Retry(
            connect=0, read=0, status=0, other=0, redirect=_REDIRECTS,
            respect_retry_after_header=False,
            remove_headers_on_redirect=[name.lower() for name in self._headers],
        )  # fmt: skip
        deadline = min(time.monotonic() + self._seconds, self._until)
        try:
            # Each piece in time is not enough: drop by drop an answer, or what stands before it,
            # could take for ever.
            with self._cutting.at(deadline):
                response = self._connected().request(
                    "GET", address, headers=self._headers, retries=redirects,
                    preload_content=False,
                    timeout=Timeout(connect=self._seconds, read=self._seconds),
                )  # fmt: skip
                try:
                    return self._answer(response, deadline, address)
                finally:
                    # What was not read to its end is of no use to the next call.
                    response.close()
        except LocationParseError:
            raise UsageError("source_http_url_wrong") from None
        except MaxRetryError as error:
            if error.reason is not None and "redirect" in str(error.reason):
                raise SourceError("source_http_redirects", source=self.label) from None
            raise self._again(error.reason or error, deadline) from None
        except HTTPError as error:
            raise self._again(error, deadline) from None

    def _again(self, error: BaseException, deadline: float) -> _TryAgain:
        """What came in the way, of which our own end of the connection may be the cause."""
        if time.monotonic() < deadline:
            return _TryAgain(_unreachable(error))
        return self._slow()

    def _slow(self) -> _TryAgain:
        self._require_time()
        return _TryAgain(Message("source_http_slow", seconds=self._seconds))

    def _require_time(self) -> None:
        if time.monotonic() > self._until:
            raise SourceError(
                "source_http_long", source=self.label, seconds=ALL_ANSWERS * self._seconds
            )

    def _connected(self) -> Any:
        if self._pool is None:
            from urllib3 import PoolManager, ProxyManager, make_headers

            proxy = _proxy(self.address)
            if proxy:
                bare, _, user = _parts(proxy)
                by = make_headers(proxy_basic_auth=unquote(user)) if user else None
                self._pool = ProxyManager(bare, proxy_headers=by)
            else:
                self._pool = PoolManager()
            self._pool.pool_classes_by_scheme = pools(self._cutting)
        return self._pool

    def _answer(self, response: BaseHTTPResponse, deadline: float, address: str) -> Answer:
        status = response.status
        if status != 200:
            said = Message("source_http_status", status=status, reason=response.reason or "")
            if status in _PASSING:
                raise _TryAgain(said, _asked_to_wait(response))
            raise SourceError("source_http_failed", source=self.label, why=said, tries=1)
        data = self._whole(response, deadline)
        # Each value takes some hundred bytes, of which `[],` has three.
        if sum(map(data.count, (b",", b"{", b"["))) > self._limits.cells:
            raise SourceError("source_too_large", source=self.label, limit=self._limits.cells)
        try:
            # Numbers keep the digits that they were sent with: those of a position say how coarse
            # it is, and an id may have more than fit a float.
            value = json.loads(data, parse_int=str, parse_float=str, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            begin = beginning(data[:_LOOKED_AT].decode("utf-8", "replace"), 40)
            # Where a server does not say how long an answer is, one that breaks off is no JSON.
            raise _TryAgain(Message("source_http_no_json", begin=begin)) from None
        return Answer(value, _linked(response, address))

    def _whole(self, response: BaseHTTPResponse, deadline: float) -> bytes:
        parts, size = [], 0
        while part := response.read1(_CHUNK, decode_content=True):
            size += len(part)
            if size > self._limits.answer_mb * MB:
                raise SourceError(
                    "source_http_too_large", source=self.label, limit=self._limits.answer_mb
                )
            parts.append(part)
        if time.monotonic() > deadline:
            # It ends here because we cut it.
            raise self._slow()
        return b"".join(parts)


def _parts(address: str) -> tuple[str, str, str]:
    """An address without its user, how messages name it, and its user with password."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise UsageError("source_http_url_wrong") from None
    user, _, host = parts.netloc.rpartition("@")
    if not host:
        raise UsageError("source_http_url_wrong")
    bare = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    return bare, urlunsplit((parts.scheme, host, parts.path, "", "")), user


def _proxy(address: str) -> str:
    """The proxy that the environment names for an address, as other programs understand it."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(address)
    proxy = getproxies().get(parts.scheme, "")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return ""
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    remember_address(proxy)
    return proxy


def _basic(user: str) -> str:
    import base64

    coded = base64.b64encode(unquote(user).encode()).decode()
    remember_secret(unquote(user).partition(":")[2])
    remember_secret(coded)
    return f"Basic {coded}"


def _asked_to_wait(response: BaseHTTPResponse) -> float:
    """How long the server asks to wait; 0 where it does not."""
    from urllib3 import Retry
    from urllib3.exceptions import InvalidHeader

    try:
        return float(Retry().get_retry_after(response) or 0.0)
    except (InvalidHeader, ValueError, OverflowError):
        # A date that no calendar has is a ValueError.
        return 0.0


def _linked(response: BaseHTTPResponse, address: str) -> str:
    """The address of the page that follows, by the header `Link`."""
    for found in _LINK.finditer(response.headers.get("Link", "")):
        if re.search(r";\s*rel\s*=\s*[\"']?[^;\"']*\bnext\b", found[2]):
            return str(urljoin(address, found[1]))
    return ""


def _unreachable(error: BaseException) -> Message:
    """What came in the way, in the words of the system where it has any."""
    from urllib3.exceptions import NewConnectionError, ProtocolError
    from urllib3.exceptions import TimeoutError as Silent

    if isinstance(error, Silent) and not isinstance(error, NewConnectionError):
        return Message("source_http_silent")
    if isinstance(error, ProtocolError):
        return Message("source_http_cut")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return Message("source_http_unreachable", reason=cause.strerror)
        cause = cause.__cause__ or cause.__context__
    return Message("source_http_unreachable", reason=beginning(str(error).rpartition(": ")[2], 200))
