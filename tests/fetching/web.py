"""A web server for tests, that misbehaves as it is told; what it was asked is kept."""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """What a server answers.

    Attributes:
        value: sent as JSON; bytes as they are.
        cut: so many bytes of it are sent, then the connection ends.
        drip_s: a byte at a time, with so long a pause between.
        told: whether its length is told beforehand.
    """

    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip_s: float = 0.0
    packed: bool = False
    told: bool = True


@dataclass(frozen=True)
class Asked:
    """What a server was asked."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class Web:
    """The server; `answer` says what it replies, `faults` come before, one a call."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.faults: list[Reply] = []
        self.asked: list[Asked] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                parameters = {k: v[0] for k, v in parse_qs(parts.query).items()}
                asked = Asked(
                    parts.path, parameters, {k.lower(): v for k, v in self.headers.items()}
                )
                web.asked.append(asked)
                reply = web.faults.pop(0) if web.faults else web.answer(asked)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self._send(reply)

            def _send(self, reply: Reply) -> None:
                value = reply.value
                body = value if isinstance(value, bytes) else json.dumps(value).encode()
                body = gzip.compress(body) if reply.packed else body
                self.send_response(reply.status)
                if reply.told:
                    self.send_header("Content-Length", str(len(body)))
                if reply.packed:
                    self.send_header("Content-Encoding", "gzip")
                for name, text in reply.headers.items():
                    self.send_header(name, text)
                self.end_headers()
                body = body if reply.cut is None else body[: reply.cut]
                if not reply.drip_s:
                    self.wfile.write(body)
                    return
                for n in range(len(body)):
                    self.wfile.write(body[n : n + 1])
                    self.wfile.flush()
                    time.sleep(reply.drip_s)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Web:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[Web]:
    """A server, from when it answers until it is gone."""
    with Web(answer) as web:
        yield web
