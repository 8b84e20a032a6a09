"""Look-ups and counts by whole numbers: what a table library would do by joining, in columns."""

from __future__ import annotations

import numpy as np

from routecheck.domain.arrays import Bools, Ints


def ragged(sizes: Ints) -> tuple[Ints, Ints]:
    """Return, for lists of these sizes laid end to end, the list and the number within it."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def equal_pairs(wanted: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """Return the rows (i, j) at which wanted[i] is keys[j], in order of i, then of j."""
    order = np.argsort(keys, kind="stable")
    begin = np.searchsorted(keys[order], wanted, side="left")
    i, nth = ragged(np.searchsorted(keys[order], wanted, side="right") - begin)
    return i, order[begin[i] + nth]


def lookup(sorted_keys: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Return where keys are that were wanted, and whether they are there at all.

    There must be one key at least.
    """
    at = np.minimum(np.searchsorted(sorted_keys, wanted), len(sorted_keys) - 1)
    return at, sorted_keys[at] == wanted


def distinct_days(group: Ints, day: Ints, groups: int, days: int) -> Ints:
    """Count the different days of each group."""
    key = np.sort(group * days + day)
    return np.bincount(key[starts(key)] // days, minlength=groups)


def starts(*columns: Ints) -> Bools:
    """Mark the first row of every run of rows that agree in all columns."""
    first = np.ones(len(columns[0]), dtype=bool)
    if len(first):
        first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return first
