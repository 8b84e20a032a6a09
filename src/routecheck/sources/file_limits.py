"""What reading one file may take, whatever it holds: the limits of the configuration, watched.

A small file can unpack to more than any machine holds. A file that meets a limit is one file that
was not read; the error names the limit, and the key that lifts it.
"""

from __future__ import annotations

import time
from typing import Literal

from routecheck.config import LimitsSection
from routecheck.domain.errors import FileLimitError

MB = 1 << 20
RATIO_FROM = 50 * MB
"""Below it no ratio is looked at: a small file of one repeated row is soon read."""

Counted = Literal["rows", "cells", "points", "vehicles"]
"""Limits of how many there may be of something, by their keys."""


class FileLimits:
    """The limits of one file, from when it was opened.

    Args:
        limits: the section of the configuration.
        label: how messages name the file.
    """

    def __init__(self, limits: LimitsSection, label: str) -> None:
        self.limits, self.label = limits, label
        self._until = time.monotonic() + limits.seconds

    def unpacked(self, unpacked: int, packed: int) -> None:
        """Check how many bytes came, or will come, out of so many packed ones.

        Raises:
            FileLimitError: too many.
        """
        if unpacked > RATIO_FROM and unpacked > self.limits.unpacked_ratio * max(packed, 1):
            raise self.error("unpacked_ratio")
        if unpacked > self.limits.unpacked_mb * MB:
            raise self.error("unpacked_mb")

    def whole(self, size: int) -> None:
        """Check the bytes of a file that is held as a whole.

        Raises:
            FileLimitError: too many.
        """
        if size > self.limits.whole_mb * MB:
            raise self.error("whole_mb")

    def count(self, what: Counted, count: int) -> None:
        """Check how many came, or will come; and the time.

        Raises:
            FileLimitError: too many, or too late.
        """
        if count > getattr(self.limits, what):
            raise self.error(what)
        self.time()

    def time(self) -> None:
        """Check the time since the file was opened.

        Raises:
            FileLimitError: it took too long.
        """
        if time.monotonic() > self._until:
            raise self.error("seconds")

    def error(self, key: str) -> FileLimitError:
        """Return the error of a limit that was met."""
        return FileLimitError(
            "over_limit", file=self.label, key=key, limit=getattr(self.limits, key)
        )
