"""Lists of files on an S3 server, in bounded memory and time: asks `s3_process`."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pyarrow import fs

from routecheck.domain.errors import SourceError
from routecheck.fetching import s3_process

MB = 1_000_000
_BASE_MB, _TIMES = 250, 8
"""What the library takes by itself, and so many times what a list may hold: each file stands in the
answer of the server, in the list, and in what is said of it."""

Which = Literal["itself", "below", "all"]


@dataclass(frozen=True)
class Listed:
    """A file or folder, as a list has it."""

    path: str
    is_file: bool
    is_folder: bool
    size: int | None
    mtime_ns: int | None

    @property
    def base_name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @classmethod
    def of(cls, info: fs.FileInfo) -> Listed:
        """What a file system of pyarrow says."""
        return cls._read([info.path, info.type.name, info.size, info.mtime_ns])

    @classmethod
    def _read(cls, row: list[Any]) -> Listed:
        path, kind, size, mtime_ns = row
        return cls(path, kind == "File", kind == "Directory", size, mtime_ns)


class Listing:
    """Lists of an S3 server, from a process that begins with the first question.

    Args:
        keys: the arguments of pyarrow's `S3FileSystem`.
        label: how messages name the server.
        answer_mb: how much a list may hold.
        seconds: of the processor, after which the process ends by itself.
    """

    def __init__(
        self, keys: Mapping[str, Any], *, label: str, answer_mb: int, seconds: float
    ) -> None:
        self._label, self._answer_mb = label, answer_mb
        self._begin = {
            "keys": dict(keys),
            "memory_mb": _BASE_MB + _TIMES * answer_mb,
            "seconds": math.ceil(seconds),
            "answer_bytes": answer_mb * MB,
        }
        self._process: subprocess.Popen[str] | None = None

    def ask(self, path: str, of: Which) -> list[Listed]:
        """Return a path itself, what is directly below it, or all below it.

        Raises:
            OSError: the server refuses.
            SourceError: the list is larger than it may be.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", s3_process.__file__],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, encoding="utf-8",
            )  # fmt: skip
            if not self._said(self._process, self._begin):
                self.close()
                raise OSError("the process that lists files does not start")
        answer = self._said(self._process, {"path": path, "of": of})
        if not answer or answer.get("error") == s3_process.LARGE:
            self.close()
            raise SourceError(
                "source_dataset_list", source=self._label, key="limits.answer_mb",
                limit=self._answer_mb,
            )  # fmt: skip
        if "error" in answer:
            raise OSError(answer["error"])
        return [Listed._read(row) for row in answer["files"]]

    def close(self) -> None:
        """End the process, whatever it waits for."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    @staticmethod
    def _said(process: subprocess.Popen[str], what: Mapping[str, object]) -> dict[str, Any]:
        """What the process says to something; nothing where it has died."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(what) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline() or "{}")
        except (BrokenPipeError, ValueError):
            # Half a line is none.
            return {}
        return answer
