"""Schedules as people lay them out: weekdays across, ticks or windows in the cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from routecheck.domain.codes import RejectReason
from routecheck.sources.cell_values import NO_DAY, is_blank, plain, read_weekdays
from routecheck.sources.table_rows import Rows
from routecheck.sources.windows import read_windows

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Columns of a matrix, in the order of ISO digits."""
_TICK_WORDS = "√ ✓ ✔ ☑ ● ■ 1 v y yes true 是 有 收 应收 需要"
_CROSS_WORDS = "x × ✕ ✖ ✗ ✘ ☒"
"""Some tick with a cross, some cross out: it is what the other cells of the file are not."""
_NO_WORDS = "0 n no false 否 不 不收 不需要 停收 休 ☐ □ ○ /"
_TICKS, _CROSSES, _NONE = (
    frozenset(words.split()) for words in (_TICK_WORDS, _CROSS_WORDS, _NO_WORDS)
)
_NEVER = "0000000"

Window = tuple[str, str]


def spread(rows: Rows) -> Rows:
    """Return a row for each window of a schedule whose windows, or weekdays, are laid out in cells.

    A window comes from `window_start` and `window_end`, else from `window`, where several may
    stand; a weekday's own cell goes before. A cell that says neither becomes a row that is
    rejected for it, with its weekday; so does one that contradicts `weekdays`. A row whose cells
    all say no is never due; one whose cells are all blank is rejected like one without weekdays.

    Args:
        rows: of a schedule.
    """
    present = [name for name in DAYS if name in rows]
    if not present and "window" not in rows:
        return rows
    cells = {name: rows.text(name) for name in present}
    crosses = _crosses(cells)
    whole, weekdays = _own_windows(rows), rows.text("weekdays")
    which: list[int] = []
    made: list[tuple[str, str, str]] = []
    bad: list[tuple[int, str, str]] = []
    for i in range(len(rows)):
        if not present:
            parts = [(weekdays[i], *window) for window in whole[i]]
        else:
            own = {DAYS.index(name) + 1: texts[i] for name, texts in cells.items()}
            parts = _of_row(own, weekdays[i], whole[i], crosses)
        for days, start, end in parts:
            if end == _UNREAD:
                bad.append((len(which), days, start))
                start, end = "", ""
            which.append(i)
            made.append((days, start, end))
    columns = zip(*made, strict=True) if made else ((), (), ())
    names = ("weekdays", "window_start", "window_end")
    found = rows.taken(which, dict(zip(names, map(list, columns), strict=True)))
    for at, days, cell in bad:
        where = DAYS[int(days) - 1] if days in "1234567" and days else "window"
        found.reject(at, RejectReason.BAD_VALUE, cell, name=where)
    return found


_UNREAD = "?"
"""Stands in the place of an end: the start is a cell that could not be read."""


def _own_windows(rows: Rows) -> list[list[Window]]:
    """The windows that hold for all days of each row; none: its days have their own."""
    starts, ends = rows.text("window_start"), rows.text("window_end")
    found: list[list[Window]] = []
    for start, end, text in zip(starts, ends, rows.text("window"), strict=True):
        if start or end or is_blank(text):
            found.append([(start, end)])
            continue
        try:
            found.append(list(dict.fromkeys(read_windows(text))))
        except ValueError:
            found.append([(text, _UNREAD)])
    return found


def _crosses(cells: Mapping[str, Sequence[str]]) -> bool | None:
    """Whether a cross ticks a day of this file; None: that cannot be known."""
    found = {_mark(text) for texts in cells.values() for text in texts}
    if any(mark in _TICKS or ":" in mark for mark in found):
        return False
    used = found & _CROSSES
    return True if used <= {"x"} else None


def _mark(text: str) -> str:
    return plain(unicodedata.normalize("NFKC", text).replace("\ufe0e", "").replace("\ufe0f", ""))


def _of_row(
    cells: Mapping[int, str], weekdays: str, whole: Sequence[Window], crosses: bool | None
) -> list[tuple[str, str, str]]:
    """Return (weekdays, start, end) for each window of a row; of a bad cell, see `_UNREAD`."""
    days_of: dict[Window, str] = {}
    unread: list[tuple[str, str, str]] = []
    refused = 0
    for day, text in cells.items():
        mark = _mark(text)
        if is_blank(text) and mark not in _NONE:
            continue
        ticked = _ticked(mark, day, crosses)
        if ticked is False:
            refused += 1
            continue
        try:
            windows = whole if ticked else read_windows(text)
        except ValueError:
            unread.append((str(day), text, _UNREAD))
            continue
        for window in dict.fromkeys(windows):
            days_of[window] = days_of.get(window, "") + str(day)
    # Digits alone may be masks, whose zeros a spreadsheet dropped.
    parts = unread + [(days, *window) for window, days in days_of.items()]
    if not parts and refused == len(cells):
        return [(_NEVER, "00:00", "24:00")]
    if not parts:
        return [(weekdays, *window) for window in whole]
    due = "".join(sorted({day for days, _, _ in parts for day in days}))
    if weekdays and _days(weekdays) != due:
        return [("", f"{weekdays} / {due}", _UNREAD)]
    return [(f"周{days}" if end != _UNREAD else days, start, end) for days, start, end in parts]


def _ticked(mark: str, day: int, crosses: bool | None) -> bool | None:
    """Whether a cell ticks its day, or says no; None: neither."""
    if mark in _CROSSES:
        return crosses
    if mark in _NONE:
        return False
    return True if mark in _TICKS or (_days(mark) == str(day) and not mark.isdigit()) else None


def _days(text: str) -> str:
    try:
        days = read_weekdays(text)
    except ValueError:
        return ""
    return "" if days == NO_DAY else days
