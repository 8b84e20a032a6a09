"""Which column of a file is which."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Container, Mapping, Sequence
from functools import lru_cache

from routecheck.domain.errors import Message, UnreadableFileError, UsageError
from routecheck.domain.input_columns import INPUT_COLUMNS, InputColumn

HEAD_ROWS = 20
"""The line of headers stands among the first rows."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = (("window",), *((day,) for day in _DAYS))
INSTEAD = {
    "lon": (("x", "y"), ("position",), ("geometry",)),
    "lat": (("x", "y"), ("position",), ("geometry",)),
    "window_start": _WINDOW,
    "window_end": _WINDOW,
}
"""Columns that can stand for a required one."""
_SHORT_WEEKS = ("1234567", "一二三四五六日", "一二三四五六天")
"""Headers of one sign, which are weekdays where all seven are there."""


# The names of our columns are asked for again with each row and file.
@lru_cache(maxsize=4096)
def plain_header(text: str) -> str:
    """Return a header without case, blanks, dashes, underscores and units in brackets."""
    text = unicodedata.normalize("NFKC", text).strip().strip("\"'\ufeff").lower()
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[\s_\-/:.#*]", "", text) or text


def match_headers(
    found: Sequence[str],
    kind: str,
    mapped: Mapping[str, str],
    label: str,
    given: Collection[str] = (),
    *,
    by_call: bool = False,
) -> dict[str, int]:
    """Return the position of each canonical column that the file has.

    Args:
        found: the headers of the file.
        kind: section of the configuration.
        mapped: canonical name to header, from the configuration.
        label: the file, for messages.
        given: columns that are known without the file: it may lack them.
        by_call: the table was given in a call from Python, and no configuration is at hand.

    Raises:
        UnreadableFileError: a required column is missing, or two headers mean the same column.
        UsageError: the configuration maps a header that the file does not have.
    """
    plain = _plain_headers(found)
    taken = {name: _mapped(found, name, header, kind, label) for name, header in mapped.items()}
    used = set(taken.values())
    for header in INPUT_COLUMNS[kind]:
        if header.name in taken:
            continue
        for names in ((header.name,), header.aliases):
            wanted = {plain_header(name) for name in names}
            places = [i for i, name in enumerate(plain) if name in wanted and i not in used]
            if len(places) > 1:
                if len({found[i] for i in places}) == 1:
                    raise UnreadableFileError(
                        "header_twice", file=label, header=found[places[0]].strip()
                    )
                both = [f'"{found[i].strip()}"' for i in places[:2]]
                raise UnreadableFileError(
                    "headers_alike",
                    file=label,
                    first=both[0],
                    second=both[1],
                    name=header.name,
                    kind=kind,
                )
            if places:
                taken[header.name] = places[0]
                used.add(places[0])
                break
    _require(taken, found, kind, label, given, by_call=by_call)
    return taken


def _plain_headers(found: Sequence[str]) -> list[str]:
    plain = [plain_header(header) for header in found]
    for week in _SHORT_WEEKS:
        if sorted(header for header in plain if header in week and header) == sorted(week):
            names = dict(zip(week, _DAYS, strict=True))
            return [names.get(header, header) for header in plain]
    return plain


def unused_headers(found: Sequence[str], taken: Mapping[str, int]) -> tuple[str, ...]:
    """Return the headers of a file that no canonical column is read from."""
    used = set(taken.values())
    return tuple(
        header.strip() for i, header in enumerate(found) if i not in used and header.strip()
    )


def columns_among(cells: Sequence[str], kind: str, mapped: Mapping[str, str]) -> set[str]:
    """Return the canonical columns whose names, mapped ones among them, are in these cells."""
    there = set(_plain_headers(cells))
    return {
        column.name
        for column in INPUT_COLUMNS[kind]
        for name in (column.name, *column.aliases, mapped.get(column.name, column.name))
        if plain_header(name) in there
    }


def header_row(
    rows: Sequence[Sequence[str]],
    kind: str,
    mapped: Mapping[str, str],
    given: Collection[str] = (),
) -> int | None:
    """Return which of the first rows of a table holds its headers; None: none has all it needs.

    A title, or a row of groups of columns, may stand above it: it is the one with most columns.
    """
    found = [columns_among(cells, kind, mapped) for cells in rows[:HEAD_ROWS]]
    known = [0 if missing_columns(names | {*given}, kind) else len(names) for names in found]
    most = max(known, default=0)
    return known.index(most) if most else None


def missing_columns(taken: Container[str], kind: str) -> list[InputColumn]:
    """Return the required columns that a file lacks, and has no others for."""
    return [
        column
        for column in INPUT_COLUMNS[kind]
        if column.required
        and not any(
            all(name in taken for name in names)
            for names in ((column.name,), *INSTEAD.get(column.name, ()))
        )
    ]


def _mapped(found: Sequence[str], name: str, header: str, kind: str, label: str) -> int:
    for same in (str.strip, plain_header):
        places = [i for i, other in enumerate(found) if same(other) == same(header)]
        if len(places) == 1:
            return places[0]
    raise UsageError(
        "mapped_header_several" if places else "mapped_header_missing",
        file=label,
        kind=kind,
        name=name,
        header=header,
        found=_listed(found),
    )


def _require(
    taken: Mapping[str, int],
    found: Sequence[str],
    kind: str,
    label: str,
    given: Collection[str],
    *,
    by_call: bool,
) -> None:
    missing = missing_columns({*taken, *given}, kind)
    if not missing:
        return
    first = missing[0]
    also = Message("or_aliases", names=", ".join(first.aliases[:3])) if first.aliases else ""
    free = [header for i, header in enumerate(found) if i not in taken.values()]
    names = [plain_header(name) for name in (first.name, *first.aliases)]
    near = [h.strip() for h in free if difflib.get_close_matches(plain_header(h), names, 1, 0.7)]
    guess = near[0] if near else "…"
    raise UnreadableFileError(
        "column_missing_in_call" if by_call else "column_missing",
        file=label,
        missing=", ".join(header.name for header in missing),
        also=also,
        found=_listed(found),
        kind=kind,
        name=first.name,
        guess=guess,
    )


def _listed(found: Sequence[str]) -> str:
    shown = ", ".join(
        "".join(c if c.isprintable() else "\ufffd" for c in header.strip())[:40] or "(blank)"
        for header in found[:20]
    )
    return shown + (" …" if len(found) > 20 else "")
