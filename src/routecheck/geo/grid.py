"""A grid over the tolerances that throws out almost every segment for the price of a look-up.

The cells tile the plane of longitude and latitude. Each part of a place is entered in every
cell that its tolerance reaches. The table of cells is a torus: the low bits of the two cell
numbers are the address, so that no place is too far away, no fix is out of range, and memory is
bounded. Two cells with one address only cost a needless exact test.

For each address the table knows how many rings of cells away the nearest occupied one is. A
segment that runs over n cells, from a cell with D rings about it to one with E, meets no
occupied cell if D + E > n + 1 (see `Grid.near`): long segments need no walk, and none is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routecheck.domain.arrays import Array, Ints
from routecheck.geo.plane import metres_per_degree
from routecheck.geo.shapes import Shapes

CELL_M = 100.0
"""Measured: from 75 to 150 m it makes no difference; larger cells let more segments through."""
_MARGIN_M = 0.05
"""A part is entered this much beyond its tolerance: rounding cannot lose a touch."""
_RINGS = 16
"""Rings that are counted: enough to throw out segments of 3 km (120 s at 90 km/h)."""
_CELLS_AN_ENTRY = 64
"""Addresses for each occupied cell: so few places share one by chance."""
_MAGIC = 1.5 * 2.0**52
"""Added to a number below 2**51 it leaves the number's nearest integer in the low bits: a cell
number for an addition, where a conversion would take several times as long."""
_WALK = 1 << 20
"""Pieces of long segments that are walked at a time, to bound memory."""
_PART_BITS = 32
"""Of a key that holds a segment and a part."""


class Pairs(NamedTuple):
    """Segments and the parts of places they may touch."""

    segment: Ints
    part: Ints


@dataclass(frozen=True)
class Grid:
    """The table of cells; made by `Grid.over`."""

    lon_cells: float
    """Cells per degree."""
    lat_cells: float
    bits: int
    rings: NDArray[np.uint8]
    """Of each address: rings to the nearest occupied cell; 0: occupied."""
    starts: NDArray[np.int32]
    """Of each address: where its parts begin in `parts`; they end where the next one's begin."""
    parts: Ints

    @classmethod
    def over(cls, shapes: Shapes, cell_m: float = CELL_M) -> Grid:
        """Enter the parts of places in the cells that their tolerance reaches."""
        lat = float(np.median(shapes.lat)) if shapes.parts else 0.0
        lon_m, lat_m = (float(m) for m in metres_per_degree(lat))
        lon_cells, lat_cells = lon_m / cell_m, lat_m / cell_m
        part, west, south, east, north = _boxes(shapes, lon_cells, lat_cells)
        entries = int(((east - west + 1) * (north - south + 1)).clip(1, 1 << 20).sum())
        bits = int(np.clip(np.ceil(np.log2(entries * _CELLS_AN_ENTRY + 1) / 2), 7, 11))
        side = 1 << bits
        wide = np.minimum(east - west + 1, side)
        high = np.minimum(north - south + 1, side)
        box = np.repeat(np.arange(len(part)), wide * high)
        within = np.arange(len(box)) - np.repeat(np.cumsum(wide * high) - wide * high, wide * high)
        x = west[box] + within % wide[box]
        y = south[box] + within // wide[box]
        address = _address(x, y, bits)
        key = np.unique(address * max(shapes.parts, 1) + part[box])
        address, parts = np.divmod(key, max(shapes.parts, 1))
        starts = np.zeros(side * side + 1, dtype=np.int32)
        np.add.at(starts, address + 1, 1)
        np.cumsum(starts, out=starts)
        occupied = np.zeros(side * side, dtype=bool)
        occupied[address] = True
        return cls(lon_cells, lat_cells, bits, _rings(occupied, side), starts, parts)

    def near(self, lon: Array, lat: Array) -> Ints:
        """Return the rows whose segment to the next row may touch an occupied cell.

        Why n + 1: take an occupied cell on the way. Along each axis cell numbers only grow or
        only shrink, so its distances from both ends, the larger of two axes each, add up to
        at most n, the same of the whole way, and one more where the axes take turns in being
        the larger. D and E, the rings to any occupied cell, are no more than those distances.
        """
        x, y = self._cells(lon, lat)
        rings = self.rings.take(_address(x, y, self.bits), mode="clip")
        dx = x[1:] - x[:-1]
        np.abs(dx, out=dx)
        dy = y[1:] - y[:-1]
        np.abs(dy, out=dy)
        np.maximum(dx, dy, out=dx)
        dx += 1
        return np.flatnonzero(rings[1:] + rings[:-1] <= dx)

    def pairs(self, lon_a: Array, lat_a: Array, lon_b: Array, lat_b: Array) -> Pairs:
        """Return the segments from a to b with all the parts whose cells they may touch.

        Each pair comes once, in no order to rely on.
        """
        ax, ay = self._cells(lon_a, lat_a)
        bx, by = self._cells(lon_b, lat_b)
        cells = np.maximum(np.abs(bx - ax), np.abs(by - ay))
        inside = np.flatnonzero(cells == 0)
        lots = [self._parts(inside, _address(ax[inside], ay[inside], self.bits))]
        step = np.flatnonzero(cells == 1)
        lots.append(self._square(step, ax[step], ay[step], bx[step], by[step]))
        for some in _slices(np.flatnonzero(cells > 1), cells):
            lots.append(self._walk(some, cells[some], lon_a, lat_a, lon_b, lat_b))
        return Pairs(
            np.concatenate([pairs.segment for pairs in lots]),
            np.concatenate([pairs.part for pairs in lots]),
        )

    def _walk(
        self, segment: Ints, cells: Ints, lon_a: Array, lat_a: Array, lon_b: Array, lat_b: Array
    ) -> Pairs:
        """Cut segments into pieces shorter than a cell, each of which touches at most 2 x 2."""
        pieces = cells + 1
        of = np.repeat(np.arange(len(segment)), pieces)
        first = np.repeat(np.cumsum(pieces) - pieces, pieces)
        step = 1.0 / pieces[of]
        s = (np.arange(len(of)) - first) * step
        row = segment[of]
        lon, lat = lon_a[row], lat_a[row]
        lon_way, lat_way = lon_b[row] - lon, lat_b[row] - lat
        x0, y0 = self._cells(lon + s * lon_way, lat + s * lat_way)
        s += step
        x1, y1 = self._cells(lon + s * lon_way, lat + s * lat_way)
        return self._square(row, x0, y0, x1, y1)

    def _square(self, segment: Ints, x0: Ints, y0: Ints, x1: Ints, y1: Ints) -> Pairs:
        """Return segments with the parts in the 2 x 2 cells between two cells, each pair once."""
        address = np.concatenate([_address(x, y, self.bits) for x in (x0, x1) for y in (y0, y1)])
        busy = np.flatnonzero(self.rings.take(address, mode="clip") == 0)
        pairs = self._parts(segment[busy % max(len(segment), 1)], address[busy])
        key = pairs.segment << _PART_BITS | pairs.part
        key.sort()
        key = key[np.concatenate([[True], key[1:] != key[:-1]])] if len(key) else key
        return Pairs(key >> _PART_BITS, key & (1 << _PART_BITS) - 1)

    def _parts(self, segment: Ints, address: Ints) -> Pairs:
        """Return segments with the parts entered at their addresses, first parts first."""
        start = self.starts.take(address, mode="clip")
        count = self.starts.take(address + 1, mode="clip") - start
        segments, parts = [], []
        nth = 0
        while len(segment):
            has = np.flatnonzero(count > nth)
            segment, start, count = segment[has], start[has], count[has]
            segments.append(segment)
            parts.append(self.parts.take(start + nth, mode="clip"))
            nth += 1
        if not segments:
            return Pairs(segment, segment)
        return Pairs(np.concatenate(segments), np.concatenate(parts))

    def _cells(self, lon: Array, lat: Array) -> tuple[Ints, Ints]:
        """Return cell numbers, all with one constant added, which takes no part in addresses."""
        x = lon * self.lon_cells
        x += _MAGIC
        y = lat * self.lat_cells
        y += _MAGIC
        return x.view(np.int64), y.view(np.int64)


def _address(x: Ints, y: Ints, bits: int) -> Ints:
    mask = (1 << bits) - 1
    address = y & mask
    address <<= bits
    address |= x & mask
    return address


def _slices(rows: Ints, cells: Ints) -> Iterator[Ints]:
    """Cut rows where their cells add up to what is walked at a time."""
    lot = np.cumsum(cells[rows] + 1) // _WALK
    return iter(np.split(rows, np.flatnonzero(np.diff(lot)) + 1)) if len(rows) else iter(())


def _boxes(shapes: Shapes, lon_cells: float, lat_cells: float) -> tuple[Ints, ...]:
    """Return parts and the cell numbers of the boxes that cover them, tolerance included.

    Edges are cut into pieces of a cell, or a slanting one would fill its whole bounding box.
    """
    lon_cell = np.abs(shapes.end_lon - shapes.lon) * lon_cells
    lat_cell = np.abs(shapes.end_lat - shapes.lat) * lat_cells
    pieces = np.ceil(np.maximum(lon_cell, lat_cell)).astype(np.int64).clip(1)
    pieces[shapes.discs + shapes.edges :] = 1
    part = np.repeat(np.arange(shapes.parts), pieces)
    s = np.arange(len(part)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start, end = s / pieces[part], (s + 1) / pieces[part]
    lon_way = (shapes.end_lon - shapes.lon)[part]
    lat_way = (shapes.end_lat - shapes.lat)[part]
    lon_0, lon_1 = shapes.lon[part] + start * lon_way, shapes.lon[part] + end * lon_way
    lat_0, lat_1 = shapes.lat[part] + start * lat_way, shapes.lat[part] + end * lat_way
    # The scale at the end nearer to the pole, where metres are most degrees.
    lon_m, lat_m = metres_per_degree(np.maximum(np.abs(lat_0), np.abs(lat_1)))
    reach = shapes.radius_m[part] + _MARGIN_M
    lon_reach, lat_reach = reach / lon_m * 1.001, reach / lat_m * 1.001

    def cell(degrees: Array, cells: float) -> Ints:
        return np.rint(degrees * cells).astype(np.int64)

    return (
        part,
        cell(np.minimum(lon_0, lon_1) - lon_reach, lon_cells),
        cell(np.minimum(lat_0, lat_1) - lat_reach, lat_cells),
        cell(np.maximum(lon_0, lon_1) + lon_reach, lon_cells),
        cell(np.maximum(lat_0, lat_1) + lat_reach, lat_cells),
    )


def _rings(occupied: NDArray[np.bool_], side: int) -> NDArray[np.uint8]:
    """Count the rings of cells to the nearest occupied one, over the edges of the table."""
    reached = np.zeros((side + 2, side + 2), dtype=bool)  # a margin that repeats the far edge
    wide = np.zeros((side + 2, side), dtype=bool)
    inner = reached[1:-1, 1:-1]
    inner[:] = occupied.reshape(side, side)
    rings = np.where(inner, np.uint8(_RINGS - 1), np.uint8(_RINGS))
    for _ring in range(1, _RINGS):
        reached[:, 0], reached[:, -1] = reached[:, -2], reached[:, 1]
        np.logical_or(inner, reached[1:-1, :-2], out=wide[1:-1])
        wide[1:-1] |= reached[1:-1, 2:]
        wide[0], wide[-1] = wide[-2], wide[1]
        np.logical_or(wide[1:-1], wide[:-2], out=inner)
        inner |= wide[2:]
        rings -= inner  # counted down from the most, once for every ring beyond it
    return rings.reshape(-1)
