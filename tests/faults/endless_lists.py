"""Object storage whose lists of files never end: they are left, within bounds, and named."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

from faults import bombs
from faults.outcome import Outcome

_HEAD = (
    '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Name>b</Name><Prefix>x/</Prefix><MaxKeys>1000</MaxKeys>"
)
_FILE = (
    "<Contents><Key>x/date=2026-03-02/{}.parquet</Key><Size>10</Size>"
    "<LastModified>2026-03-02T00:00:00.000Z</LastModified></Contents>"
)
_FOLDER = "<CommonPrefixes><Prefix>x/date=2026-03-02/{}/</Prefix></CommonPrefixes>"
_MORE = (
    "<KeyCount>1000</KeyCount><IsTruncated>true</IsTruncated>"
    "<NextContinuationToken>t{}</NextContinuationToken></ListBucketResult>"
)


@dataclass(frozen=True)
class Endless:
    """A way not to end.

    Attributes:
        name: what it is.
        table: which table lies there.
        files: how many files a page has; None: a page that goes on by itself.
        told: what must be said.
        seconds: what `fetch.seconds` is: a list may take sixty times that.
    """

    name: str
    table: str
    files: int | None
    told: str
    seconds: float = 5.0


WAYS = (
    Endless("pages without files", "fixes", 0, "sixty times fetch.seconds", 0.05),
    Endless("pages full of files", "fixes", 20_000, "limits.answer_mb"),
    Endless("one page of files", "fixes", None, "ListObjectsV2"),
    Endless("one page in the place of a file", "points", None, "ListObjectsV2"),
)


@contextlib.contextmanager
def serving(way: Endless) -> Iterator[str]:
    """A server of that kind, by its address."""
    pages = count()
    ended = threading.Event()
    block = "".join(_FOLDER.format(n) + _FILE.format(n) for n in range(way.files or 1000))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            # Who asks is killed in the midst of an answer.
            with contextlib.suppress(OSError):
                super().handle()

        def do_HEAD(self) -> None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            if way.files is None:
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(_HEAD.encode())
                while not ended.is_set():
                    self.wfile.write(block.encode())
                return
            files = block if way.files else ""
            page = (_HEAD + files + _MORE.format(next(pages))).encode()
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        ended.set()
        server.shutdown()
        server.server_close()


def tried(way: Endless, good: Path, folder: Path) -> tuple[bombs.Cost, str]:
    """What a run costs whose table lies on such a server, and what did not hold."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(good, folder)
    config = folder / "routecheck.toml"
    with serving(way) as server:
        address = f"s3://key:secret-9Xy-zTail@b/x?endpoint_override={server}"
        text = config.read_text()
        files = f"{way.table}/*.csv" if way.table == "fixes" else f"{way.table}.csv"
        path = f'path = "{files}"'
        assert path in text
        text = text.replace(path, f'url = "{address}"')
        config.write_text(f"{text}\n[fetch]\nseconds = {way.seconds}\nfirst_days = 1\n")
        cost = bombs.run(folder)
    found = []
    if cost.memory_mb > bombs.MEMORY_MB:
        found.append(f"{cost.memory_mb:.0f} MB")
    if cost.seconds > bombs.SECONDS:
        found.append(f"{cost.seconds:.0f} s")
    # Nothing was had from there: without a first copy of it there is nothing to judge.
    if cost.status != 3 or "Traceback" in cost.said or "zTail" in cost.said:
        found.append(f"status {cost.status}")
    if way.told not in cost.said:
        found.append(f"'{way.told}' is not told")
    return cost, ", ".join(found)


def try_all(folder: Path, times: int) -> Outcome:
    """Try the first so many ways; with the worst of time and memory."""
    good = bombs.village(folder / "good")
    failures, longest, largest = [], 0.0, 0.0
    for way in WAYS[:times]:
        cost, amiss = tried(way, good, folder / "site")
        longest, largest = max(longest, cost.seconds), max(largest, cost.memory_mb)
        if amiss:
            failures.append(f"{way.name}: {amiss}; {cost.said.strip()[:300]}")
    figures = {"longest, s": round(longest), "largest, MB": round(largest)}
    return Outcome(len(WAYS[:times]), tuple(failures), figures)
