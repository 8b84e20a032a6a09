"""What cells of sheets hold, as text, counted while they are read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from routecheck.sources.file_limits import FileLimits

LONGEST_CELL = 32_767
"""Characters that a cell may have in Excel."""
_ROWS_AT_ONCE = 1000

NumberedRow = tuple[int, list[str]]
"""A row that is not empty, with its number in the sheet."""


@dataclass(frozen=True)
class SheetRows:
    """One sheet: its title, whether a person sees it, and its rows that are not empty."""

    title: str
    hidden: bool
    rows: list[NumberedRow]


class CountedCells:
    """Makes text of the cells of a file, and counts them.

    Args:
        limits: what the file may hold.
    """

    def __init__(self, limits: FileLimits) -> None:
        self.limits = limits
        self._cells = self._letters = 0

    def rows(self, sheet: Iterable[Sequence[Any]]) -> list[NumberedRow]:
        """Return the rows of a sheet that are not empty.

        Raises:
            FileLimitError: the sheets so far hold more than a file may.
        """
        found = []
        for number, values in enumerate(sheet, 1):
            cells = [cell_text(value)[:LONGEST_CELL] for value in values]
            while cells and not cells[-1]:
                cells.pop()
            self._cells += 1 + len(values)
            self._letters += sum(map(len, cells))
            if cells:
                found.append((number, cells))
            if number % _ROWS_AT_ONCE == 0 or len(values) > _ROWS_AT_ONCE:
                self._check()
        self._check()
        return found

    def _check(self) -> None:
        self.limits.count("cells", self._cells)
        self.limits.whole(self._letters)


def cell_text(value: Any) -> str:
    """Return a cell as text: dates and times as in ISO 8601, whole numbers without their point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()
