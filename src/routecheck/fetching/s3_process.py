"""Lists of files on an S3 server, in a process of its own: asks for them, and does nothing else.

The library keeps an answer, and a list with all its pages, whole before it gives any of it. A
server may go on for ever with either; only a process whose memory is bounded bounds that.

Run by its file, so that it imports nothing of ours. Reads JSON, a line each: first the `keys` of
the file system with bounds (`memory_mb`, `seconds`, `answer_bytes`), then what is asked: a `path`
and `of`, which is `itself`, `below` or `all` below. Writes a line for each: the files, or `error`.
It ends with its standard input, and dies where memory ends.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

TRIES = 3
LARGE = "large"
"""What is said of a list that holds more than it may."""
_MB = 1 << 20


def file_system(keys: Mapping[str, Any]) -> Any:
    """Return what reads from a server, from the arguments of pyarrow's `S3FileSystem`."""
    from pyarrow import fs

    return fs.S3FileSystem(retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=TRIES), **keys)


def main() -> None:
    """Answer until nobody asks any more."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    given = json.loads(lines.get())
    # What is imported later would count among what the lists take.
    from pyarrow import fs

    _bound(given["memory_mb"], given["seconds"])
    files = file_system(given["keys"])
    _say({"ready": True})
    while True:
        asked = json.loads(lines.get())
        try:
            if asked["of"] == "itself":
                found = [files.get_file_info(asked["path"])]
            else:
                recursive = asked["of"] == "all"
                found = files.get_file_info(
                    fs.FileSelector(asked["path"], recursive=recursive, allow_not_found=True)
                )
            rows = [(one.path, one.type.name, one.size, one.mtime_ns) for one in found]
        except (OSError, ValueError) as error:
            # Of what is read, a reason of some lines is shown.
            _say({"error": str(error)[:1000]})
            continue
        if sum(len(row[0]) + 50 for row in rows) > given["answer_bytes"]:
            _say({"error": LARGE})
            continue
        _say({"files": rows})


def _read(lines: queue.SimpleQueue[str]) -> None:
    """Take what is asked; end the process when who asks has gone, whatever it waits for."""
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


def _say(answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _bound(memory_mb: int, seconds: int) -> None:
    """Bound memory and time; what it dies of leaves no copy of its memory, which has the keys."""
    # Windows has no such limits.
    with suppress(ImportError):
        import resource

        for which, limit in (
            (resource.RLIMIT_DATA, memory_mb * _MB),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_CORE, 0),
        ):
            _, most = resource.getrlimit(which)
            limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
            resource.setrlimit(which, (limit, limit))


if __name__ == "__main__":
    main()
