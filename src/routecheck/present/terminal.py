"""Lines for a terminal: tables and paragraphs that stay aligned where characters are wide.

A Chinese character takes two columns of a terminal, and a line of Chinese may be broken between
any two of them, but for the marks that may not begin a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from routecheck.texts.outside import shown

_PIECES = re.compile(r"[^\s\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]+|\s+|.")
_NOT_FIRST = "，。；：、！？）》”’」』】〕…—"


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def indented(line: str, levels: int = 1) -> str:
    """Return a line that stands below a heading."""
    return "  " * levels + line


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text filled with blanks to so many columns, to the right of it or to the left."""
    blank = " " * max(columns - width(text), 0)
    return blank + text if right else text + blank


def table(
    rows: Sequence[Sequence[str]], *, indent: str = "", right: Sequence[int] = ()
) -> list[str]:
    """Return rows of cells as lines with aligned columns, two blanks apart.

    Args:
        rows: all with as many cells.
        indent: what each line begins with.
        right: the columns of figures, whose cells end in one column.
    """
    rows = [[shown(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        indent
        + "  ".join(
            padded(cell, widths[n], right=n in right) for n, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def wrapped(text: str, columns: int, *, indent: str = "", first: str | None = None) -> list[str]:
    """Return a paragraph as lines of at most so many columns.

    Args:
        text: one paragraph.
        columns: of a line, with what it begins with.
        indent: what each line begins with.
        first: what the first line begins with, where that is something else.
    """
    lines = [indent if first is None else first]
    begin = True
    for piece in _PIECES.findall(shown(text)):
        long = width(lines[-1]) + width(piece.rstrip()) > columns
        if long and not begin and piece not in _NOT_FIRST:
            lines[-1] = lines[-1].rstrip()
            lines.append(indent)
            begin = True
        if begin and piece.isspace():
            continue
        lines[-1] += piece
        begin = False
    lines[-1] = lines[-1].rstrip()
    return lines
