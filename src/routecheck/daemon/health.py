"""Whether a service is well, for who monitors it: an address of this machine, no others.

`/health` answers 200 where nothing is wrong, 503 where something is, with the sites and what is
wrong as JSON; `/metrics` has the figures as Prometheus reads them. Nothing can be changed by them,
and no name that is asked for reaches the disk.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from routecheck.domain.errors import UsageError
from routecheck.queries.county import County
from routecheck.texts.outside import shown, within

KEPT_S = 15.0
"""An answer is given again for so long: who asks often does not keep the stores busy."""

log = logging.getLogger(__name__)
States = Callable[[], Sequence[County]]


@contextmanager
def served(address: str, states: States) -> Iterator[str]:
    """Answer at an address meanwhile; yields it, with the port that was taken.

    Args:
        address: `HOST:PORT` of this machine; port 0: any; empty: nothing is answered.
        states: how the sites stand.

    Raises:
        UsageError: it is no address of this machine alone, or is taken.
    """
    if not address:
        yield ""
        return
    host, port = loopback(address)
    try:
        server = make_server(host, port, _Answers(states), _Server, _Quiet)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("health_taken", address=address, reason=reason) from None
    thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield f"{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def loopback(address: str) -> tuple[str, int]:
    """Return host and port of an address that only this machine reaches.

    Raises:
        UsageError: it is none.
    """
    host, _, port = address.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        if ipaddress.ip_address(host).is_loopback and 0 <= int(port) <= 65535:
            return host, int(port)
    except ValueError:
        pass
    raise UsageError("health_address", address=address)


class _Server(ThreadingMixIn, WSGIServer):
    # Who asks slowly keeps nobody waiting; a service that starts again has its address at once.
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 16

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave to the log what whoever asks has broken off."""
        log.debug("a question was broken off", exc_info=True)


class _Quiet(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_: Any) -> None:
        """Write no line for a question."""


class _Answers:
    """What is answered, as a WSGI application."""

    def __init__(self, states: States) -> None:
        self._states, self._reading = states, threading.Lock()
        self._kept: tuple[float, tuple[County, ...]] = (-KEPT_S, ())

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not _asked_here(environ.get("HTTP_HOST", "")):
            # A page from elsewhere whose name was made to lead here.
            return _answer(start, "403 Forbidden", "text/plain", b"")
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return _answer(start, "405 Method Not Allowed", "text/plain", b"")
        if path == "/health":
            sites = self._sites()
            well = not any(one.trouble or one.problems for one in sites)
            status = "200 OK" if well else "503 Service Unavailable"
            return _answer(start, status, "application/json", _as_json(sites, well=well))
        if path == "/metrics":
            kind, body = _as_metrics(self._sites())
            return _answer(start, "200 OK", kind, body)
        return _answer(start, "404 Not Found", "text/plain", b"/health, /metrics\n")

    def _sites(self) -> tuple[County, ...]:
        with self._reading:
            at, sites = self._kept
            if time.monotonic() - at >= KEPT_S:
                sites = tuple(self._states())
                self._kept = time.monotonic(), sites
            return sites


def _asked_here(host: str) -> bool:
    """Whether a question named this machine."""
    try:
        loopback(host if re.search(r":\d+$", host) else f"{host}:80")
    except UsageError:
        return False
    return True


def _answer(start: Any, status: str, kind: str, body: bytes) -> list[bytes]:
    headers = [
        ("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/plain") else kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start(status, headers)
    return [body]


def _as_json(sites: Sequence[County], *, well: bool) -> bytes:
    found = {
        "well": well,
        "sites": [
            {
                "name": one.name,
                "service_date": None if one.service_date is None else str(one.service_date),
                "due": [str(day) for day in one.due],
                "problems": [*([one.trouble] if one.trouble else []), *one.problems],
            }
            for one in sites
        ],
    }
    return json.dumps(within(found, shown), ensure_ascii=False).encode()


def _as_metrics(sites: Sequence[County]) -> tuple[str, bytes]:
    """The figures of the sites in the format of Prometheus."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, value: Callable[[County], float]) -> None:
        figure = Gauge(f"routecheck_{name}", meaning, ["site"], registry=registry)
        for one in sites:
            figure.labels(site=shown(one.name)).set(value(one))

    gauge("well", "1 where nothing is wrong with the site", lambda one: not _wrong(one))
    gauge("problems", "Things that someone should look at", _wrong)
    gauge("due_dates", "Service dates that are due and not judged", lambda one: len(one.due))
    gauge(
        "missed_pickups", "Pickups of the last date that were really missed", lambda one: one.missed
    )
    gauge("untold_pickups", "Pickups of the last date that cannot be told", lambda one: one.untold)
    gauge("pickups", "Pickups due on the last date", lambda one: one.pickups)
    gauge("alerts", "Alerts of the last date", lambda one: one.raised)
    gauge("false_alerts", "Alerts of the last date that were false", lambda one: one.false_alerts)
    gauge("silent_devices", "Devices that are not heard any more", lambda one: len(one.silent))
    gauge("corrections_waiting", "Corrections that nobody has decided on", lambda one: one.waiting)
    gauge(
        "last_date_timestamp_seconds",
        "The last date that was judged, its midnight in UTC",
        lambda one: 0.0 if one.service_date is None else _midnight_s(one),
    )
    return CONTENT_TYPE_LATEST, generate_latest(registry)


def _wrong(one: County) -> int:
    return len(one.problems) + bool(one.trouble and not one.problems)


def _midnight_s(one: County) -> float:
    from datetime import UTC, datetime

    day = one.service_date
    assert day is not None
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
