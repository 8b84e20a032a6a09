"""What a place elsewhere offers. To add one: a module with a `Source`, and its entry in `kinds`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from routecheck.domain.errors import Message, SourceError

Mark = int | str
"""How far a source was read: a number, or a text that sorts as its rows came (ISO time, UTC)."""


@dataclass(frozen=True)
class Slice:
    """Rows of a source, in the order in which it gives them.

    Attributes:
        rows: any columns; `sources` finds out which is which, as in a file.
        mark: how far the source has been read with these rows; None where it has no mark.
    """

    rows: pa.Table
    mark: Mark | None = None


@dataclass(frozen=True)
class Caution:
    """What a person should know of the rows of a source, and is no failure.

    Attributes:
        what: the sentence.
        sure: whether the rows show it; else it may be so.
    """

    what: Message
    sure: bool


class PartError(SourceError):
    """A part of what was asked for cannot be had; the rest was given, and other dates can be."""


class Source:
    """A table that lies elsewhere. Nothing is asked of it before the first method is called.

    A source of small tables has `whole`; one of fixes has `between`, or, where new rows are told by
    a mark, `after` and `lower`. All raise `SourceError`: it cannot be reached, refuses, or gives no
    table. What was given before that is good.

    Attributes:
        label: how messages name it, without what is secret.
        by_mark: whether new rows of fixes are told by a mark, not by their time.
    """

    label: str
    by_mark: bool = False

    @property
    def caution(self) -> Caution | None:
        """What is to be known of the rows that were given; usually nothing."""
        return None

    def whole(self) -> Iterator[pa.Table]:
        """Yield the whole table: all tables but the fixes are small."""
        raise NotImplementedError

    def lower(self, mark: Mark) -> Mark:
        """Return the mark from which on to ask again, for rows that were written late."""
        return mark

    def after(self, mark: Mark | None, since: datetime) -> Iterator[Slice]:
        """Yield the fixes beyond a mark, in order of it; at first, those since a moment (UTC)."""
        raise NotImplementedError

    def state(self, start: datetime, end: datetime) -> str:
        """Return what can be told of a span without reading it; empty: nothing.

        While it is the same, `between` gives the same, and is not asked.
        """
        return ""

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        """Yield the fixes of a span of time (UTC, the end left out), in any order."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what is open."""
