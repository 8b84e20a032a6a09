"""Which known id is probably meant by one that joins to nothing."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

ALIKE = 0.8
"""Least similarity of two ids that may be one, misspelt (share of common characters)."""


def likely_partner(name: str, candidates: Iterable[str]) -> str:
    """Return the candidate that a name probably means; empty where none is alike.

    Args:
        name: an id that joins to nothing.
        candidates: ids that it may mean.
    """
    by_core: dict[str, str] = {}
    for candidate in sorted(candidates, reverse=True):
        by_core[_core(candidate)] = candidate
    core = _core(name)
    if core in by_core:
        return by_core[core]
    near = difflib.get_close_matches(core, by_core, n=1, cutoff=ALIKE)
    return by_core[near[0]] if near else ""


def _core(name: str) -> str:
    """An id without width, case, signs, and zeros that a spreadsheet adds or drops."""
    plain = unicodedata.normalize("NFKC", name).casefold().removesuffix(".0")
    return "".join(sign for sign in plain if sign.isalnum()).lstrip("0")
