"""Pieces of visits and how they are joined: an associative merge, so that rows come in blocks.

A piece is what a run of consecutive segments shows of one visit. One segment gives a piece;
two pieces that meet in a fix inside become one. Joining joined pieces again is the same work,
which is how seams between blocks are closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.matching.parameters import SAME_DISTANCE_M


@dataclass(frozen=True)
class Pieces:
    """Pieces of visits, in columns. Times are microseconds since 1970, UTC."""

    place: Ints
    first_row: Ints
    """The row whose segment begins the piece, counted over all tracks."""
    last_row: Ints
    from_fix: Bools
    """It begins in the fix of `first_row`: an earlier piece may end there."""
    to_fix: Bools
    """It ends in the fix after `last_row`: a later piece may begin there."""
    entered: Ints
    left: Ints
    nearest_at: Ints
    distance_m: Array
    dwell_s: Array
    dwell_max_s: Array
    fixes: Ints
    """Fixes within tolerance, but that in which it ends."""

    def take(self, index: Ints | Bools) -> Pieces:
        """Return the pieces at `index`."""
        return Pieces(*(getattr(self, field.name)[index] for field in fields(self)))

    @classmethod
    def concat(cls, lots: Sequence[Pieces]) -> Pieces:
        """Return the pieces of all lots, in order; without any, an empty one."""
        if not lots:
            none = np.zeros(0, np.int64)
            no, nil = np.zeros(0, bool), np.zeros(0)
            return cls(none, none, none, no, no, none, none, none, nil, nil, nil, none)
        columns = ([getattr(lot, field.name) for lot in lots] for field in fields(cls))
        return cls(*(np.concatenate(column) for column in columns))


def joined(pieces: Pieces) -> Pieces:
    """Join neighbours in the table that meet in a fix; any order is right, some join more."""
    n = len(pieces.place)
    if n < 2:
        return pieces
    meets = pieces.to_fix[:-1] & pieces.from_fix[1:]
    meets &= pieces.place[1:] == pieces.place[:-1]
    meets &= pieces.first_row[1:] == pieces.last_row[:-1] + 1
    if not meets.any():
        return pieces
    start = np.flatnonzero(np.concatenate([[True], ~meets]))
    end = np.append(start[1:], n) - 1
    least = np.minimum.reduceat(pieces.distance_m, start)
    of = np.repeat(np.arange(len(start)), end - start + 1)
    close = np.flatnonzero(pieces.distance_m <= least[of] + SAME_DISTANCE_M)
    first = close[np.concatenate([[True], of[close][1:] != of[close][:-1]])]
    return Pieces(
        place=pieces.place[start],
        first_row=pieces.first_row[start],
        last_row=pieces.last_row[end],
        from_fix=pieces.from_fix[start],
        to_fix=pieces.to_fix[end],
        entered=pieces.entered[start],
        left=pieces.left[end],
        nearest_at=pieces.nearest_at[first],
        distance_m=least,
        dwell_s=np.add.reduceat(pieces.dwell_s, start),
        dwell_max_s=np.add.reduceat(pieces.dwell_max_s, start),
        fixes=np.add.reduceat(pieces.fixes, start),
    )


def whole(lots: Sequence[Pieces]) -> Pieces:
    """Return the pieces of all lots, joined as far as they go, in order of places and rows."""
    pieces = Pieces.concat(lots)
    # Two intervals of one segment at one place are already in order of time: a stable sort.
    return joined(pieces.take(np.lexsort((pieces.first_row, pieces.place))))
