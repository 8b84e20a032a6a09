"""Ends a call of a web server at a moment, whatever it waits for.

Time-outs of sockets hold for each piece: a line of a header that comes letter by letter, or "100
Continue" again and again, meets none. So the connection is cut from outside.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class Cutting:
    """The connections of a client, and when they are cut."""

    def __init__(self) -> None:
        self._connecting: weakref.WeakSet[Any] = weakref.WeakSet()
        self._lines: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def connect(self, connection: Any, connect: Callable[[], None]) -> None:
        """Let a connection connect, and keep its line: an answer may go on without it."""
        self._connecting.add(connection)
        connect()
        self._connecting.discard(connection)
        self._lines.add(connection.sock)

    @contextmanager
    def at(self, deadline: float) -> Iterator[None]:
        """Cut what is still open at a moment of `time.monotonic`, unless the work is done."""
        timer = threading.Timer(max(deadline - time.monotonic(), 0.0), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        # A proxy may be slow while it connects.
        for line in [*self._lines, *(one.sock for one in self._connecting)]:
            if line is not None:
                with contextlib.suppress(OSError):
                    # Of TLS too: there is nothing to say goodbye to.
                    socket.socket.shutdown(line, socket.SHUT_RDWR)


def pools(cutting: Cutting) -> Mapping[str, type]:
    """Return urllib3's classes of pools by scheme, with connections that can be cut."""
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Plain(HTTPConnection):
        def connect(self) -> None:
            cutting.connect(self, super().connect)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            cutting.connect(self, super().connect)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
