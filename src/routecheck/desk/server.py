"""The desk at an address of this machine: opened in the browser, until it is stopped."""

from __future__ import annotations

import logging
import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from routecheck.domain.errors import UsageError

HERE = "127.0.0.1"
MOST_AT_ONCE = 200
"""Requests that are answered at once; more are told to come again."""
HEADER_BYTES = 32 * 1024
IDLE_S = 30
"""A connection on which nothing is asked is closed after so long."""


def listening(port: int, host: str = HERE) -> socket.socket:
    """Return a socket that listens; port 0 takes any that is free.

    Raises:
        UsageError: the address is taken, or is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Started again at once, it has its address again; Windows would share it with others.
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        reason = error.strerror or str(error)
        raise UsageError(
            "desk_taken", address=f"{in_address(host)}:{port}", reason=reason
        ) from None
    return made


def in_address(host: str) -> str:
    """Return a host as addresses have it: that of IPv6 in brackets (RFC 3986)."""
    return f"[{host}]" if ":" in host else host


class Server:
    """Answers on a socket until it is stopped.

    Args:
        app: what answers.
        bound: the socket.
    """

    def __init__(self, app: ASGIApp, bound: socket.socket) -> None:
        self._socket = bound
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, date_header=True,
            lifespan="off", limit_concurrency=MOST_AT_ONCE, timeout_keep_alive=IDLE_S,
            h11_max_incomplete_event_size=HEADER_BYTES, http="h11", ws="none", loop="asyncio",
            proxy_headers=False, timeout_graceful_shutdown=3,
        )  # fmt: skip
        self._server = uvicorn.Server(config)

    def run(self, begun: Callable[[], None] = lambda: None) -> None:
        """Answer until `stop` is called, or the process is told to end.

        Args:
            begun: is called as soon as questions are answered.
        """
        threading.Thread(target=self._tell, args=(begun,), daemon=True).start()
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End answering."""
        self._server.should_exit = True

    def _tell(self, begun: Callable[[], None]) -> None:
        ended = threading.Event()
        for _ in range(600):
            if self._server.started:
                begun()
                return
            ended.wait(0.02)


def open_browser(address: str) -> bool:
    """Open an address in the browser of this machine; false where there is none."""
    try:
        return webbrowser.open(address)
    except webbrowser.Error as error:
        logging.getLogger(__name__).info("no browser: %s", error)
        return False
