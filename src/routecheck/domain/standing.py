"""What is known of the standing within each segment: columns that go beside a TRACKS table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Standing:
    """Four columns beside TRACKS: row i describes the segment from row i to row i + 1.

    The last row of a vehicle begins no segment: what stands there is not read.
    """

    stood_s: NDArray[np.float64]
    """Best estimate of the time stood within the segment, 0 to its length (s)."""
    stood_max_s: NDArray[np.float64]
    """Most time stood that the data allow, stood_s to its length (s)."""
    where: NDArray[np.int8]
    """-1: it stood at the segment's start, 1: at its end, 0: throughout, or not known."""
    gap: NDArray[np.bool_]
    """The segment is too long in time to say where the vehicle was: no visit is read into it."""

    def take(self, rows: NDArray[np.int64]) -> Standing:
        """Return the columns at these rows, whole vehicles of them."""
        return Standing(*(column[rows] for column in vars(self).values()))

    @classmethod
    def none(cls, rows: int) -> Standing:
        """Return the columns for so many rows of which none stands."""
        zero = np.zeros(rows)
        return cls(zero, zero, np.zeros(rows, np.int8), np.zeros(rows, np.bool_))
