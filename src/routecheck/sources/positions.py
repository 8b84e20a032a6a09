"""Positions as files write them, in degrees or in a grid, and in WGS-84."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from routecheck.geo.crs import east_north, to_wgs84
from routecheck.geo.datum import Pair
from routecheck.sources.cell_values import Bools, Floats, split_position, texts
from routecheck.sources.measures import Axis, degrees, two_degrees

Names = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Position:
    """The positions of some rows as a file has them.

    Attributes:
        columns: the two columns that they stand in; one twice where both are in one cell.
        x: longitude or easting, NaN where there is no number.
        y: latitude or northing, NaN where there is no number.
        blank: where a number is missing.
        bad_x: where the cell of x is no number.
        bad_y: where the cell of y is no number.
    """

    columns: tuple[str, str]
    x: Floats
    y: Floats
    blank: Bools
    bad_x: Bools
    bad_y: Bools

    def east_north(self, datum: str | Names) -> Pair:
        """Return x and y in this order: in a grid the file may have them the other way round.

        Args:
            datum: of all rows, or of each.
        """
        if self.columns != ("x", "y"):
            return self.x, self.y
        return _by_datum(east_north, self.x, self.y, datum)


def read_position(columns: Mapping[str, pa.Array], *, comma: bool) -> Position:
    """Read positions from the columns that a file has: `lon` and `lat`, a grid, or one cell.

    Args:
        columns: canonical columns.
        comma: whether numbers may have a decimal comma.
    """
    names = next(
        (pair for pair in (("lon", "lat"), ("x", "y")) if set(pair) <= columns.keys()),
        ("position", "position"),
    )
    cells = [columns.get(name, pa.array([], pa.string())) for name in names]
    if names[0] == names[1]:
        pairs = [two_degrees(text) or split_position(text) for text in texts(cells[0]).to_pylist()]
        cells = [pa.array([pair[k] for pair in pairs], pa.string()) for k in (0, 1)]
    axes: tuple[Axis, Axis] = ("", "") if names[0] == "x" else ("lon", "lat")
    (x, no_x, bad_x), (y, no_y, bad_y) = (
        degrees(values, axis, comma=comma) for values, axis in zip(cells, axes, strict=True)
    )
    return Position(names, x, y, no_x | no_y, bad_x, bad_y)


def in_wgs84(x: Floats, y: Floats, datum: str | Names) -> Pair:
    """Return longitude and latitude in WGS-84, NaN where they cannot be had.

    Args:
        x: longitude or easting.
        y: latitude or northing.
        datum: of all rows, or of each; None where it is not known.
    """
    return _by_datum(to_wgs84, x, y, datum)


def _by_datum(
    convert: Callable[[Floats, Floats, str], Pair], x: Floats, y: Floats, datum: str | Names
) -> Pair:
    if isinstance(datum, str):
        return convert(x, y, datum)
    left, right = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for name in {name for name in datum if name is not None}:
        rows = datum == name
        left[rows], right[rows] = convert(x[rows], y[rows], name)
    return left, right
