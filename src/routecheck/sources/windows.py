"""Windows that stand in one cell: `6:00-10:00`, several, with words for parts of the day."""

from __future__ import annotations

import re
import unicodedata

from routecheck.sources.cell_values import read_minute
from routecheck.sources.date_orders import MARK, first_hour

LATEST_MINUTE = 2 * 24 * 60
"""Timetables count the hours of the night on: 24:10 and 25:40 are 00:10 and 01:40 of the day
after. A window that starts on one day ends before the day after the next."""

_CLOCK = r"(?:\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}[点點时時](?:\d{1,2}分?|半|整)?|\d{4})"
_SPAN = re.compile(
    rf"(?P<a>{MARK})?\s*(?P<first>{_CLOCK})\s*(?P<b>{MARK})?"
    r"\s*(?:-+|–|—+|―|−|~|～|〜|至|到|to)\s*"
    rf"(?P<c>{MARK})?\s*(?P<last>{_CLOCK})\s*(?P<d>{MARK})?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?:[\s,;、/|&+和及与與]|and)*", re.IGNORECASE)


def read_windows(text: str) -> list[tuple[str, str]]:
    """Read the windows of a cell, each as two times; from 24:00 on they are of the night after.

    Known: `6:00-10:00`, `06:00—10:00、14:00—18:00`, `上午6点至10点半`, `下午2:00-5:00` (both are of
    the afternoon), `晚上10:00-2:00`, `2:00 PM - 5:00 PM`.

    Raises:
        ValueError: there is something else, or a mark that may mean one time or both.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found, at = [], 0
    for match in _SPAN.finditer(plain):
        if not _BETWEEN.fullmatch(plain, at, match.start()):
            raise ValueError(text)
        at = match.end()
        first, last = _minutes(match, text)
        found.append((_clock(first), _clock(last)))
    if not found or not _BETWEEN.fullmatch(plain, at):
        raise ValueError(text)
    return found


def _minutes(match: re.Match[str], text: str) -> tuple[int, int]:
    before, behind = match["a"] or match["b"], match["c"] or match["d"]
    if (match["a"] and match["b"]) or (match["c"] and match["d"]):
        raise ValueError(text)
    first = read_minute((before or "") + match["first"], LATEST_MINUTE)
    last = read_minute((behind or "") + match["last"], LATEST_MINUTE)
    if behind and not before and match["d"] and first_hour(behind) > 0:
        # "6:00-10:00 PM" may begin in the morning or in the evening.
        raise ValueError(text)
    if before and not behind:
        if first_hour(before) > 0:
            marked = read_minute(before + match["last"], LATEST_MINUTE)
            last = marked if marked > first else last
        elif last <= first:
            raise ValueError(text)
    return first, last


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
