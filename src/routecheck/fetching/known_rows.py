"""Which rows were had before: a hash of each, and how often it was kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]


class Known:
    """Rows that are kept already, by hash: how often each."""

    def __init__(self, hashes: Hashes) -> None:
        self._hashes, self._left = np.unique(hashes, return_counts=True)

    def new(self, found: Hashes) -> npt.NDArray[np.bool_]:
        """Mark the rows that are not kept yet; those that are will not be expected again.

        Of a row that occurs n times here and is kept m times, the last n - m are new.
        """
        if not len(self._hashes):
            return np.ones(len(found), bool)
        order = np.argsort(found, kind="stable")
        ordered = found[order]
        nth = np.empty(len(found), np.int64)
        nth[order] = np.arange(len(found)) - np.searchsorted(ordered, ordered)
        at = np.minimum(np.searchsorted(self._hashes, found), len(self._hashes) - 1)
        kept = (self._hashes[at] == found) & (nth < self._left[at])
        self._left -= np.bincount(at[kept], minlength=len(self._hashes))
        return np.asarray(~kept)


def row_hashes(rows: pa.Table) -> Hashes:
    """Return a hash of each row: the same values have the same, in whatever slice they come.

    Numbers count as such, whole or not: a slice without blanks has whole numbers where another
    has blanks among them. A column that a slice does not have is blank; their order does not count.
    """
    total = np.zeros(rows.num_rows, np.uint64)
    for name in rows.column_names:
        hashes, blank = _column_hashes(rows[name].combine_chunks())
        mixed = _mixed(hashes ^ pd.util.hash_array(np.array([name], object)))
        total += np.where(blank, np.uint64(0), mixed)
    return total


def _mixed(hashes: Hashes) -> Hashes:
    """Hashes that may be added: those of two columns do not cancel each other out.

    The finaliser of MurmurHash3 (Appleby, public domain).
    """
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(factor)
    return hashes ^ (hashes >> np.uint64(33))


def _column_hashes(column: pa.Array) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Hashes of the values of a column, and which of them are blank."""
    kind = column.type
    blank = column.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_null(kind):
        return np.zeros(len(column), np.uint64), blank
    if pa.types.is_timestamp(kind):
        column = pc.cast(pc.cast(column, pa.timestamp("us", kind.tz)), pa.int64())
        kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        whole = pa.types.is_boolean(kind)
        numbers = pc.cast(pc.cast(column, pa.int8()) if whole else column, pa.float64(), safe=False)
        values = numbers.to_numpy(zero_copy_only=False)
        blank = np.isnan(values)
        return pd.util.hash_array(np.where(blank, 0.0, values), categorize=False), blank
    coded = pc.cast(column, pa.string()).dictionary_encode()
    texts = pd.util.hash_array(np.array([*coded.dictionary.to_pylist(), ""], object))
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return texts[codes], blank
