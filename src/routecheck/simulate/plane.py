"""Arrays and lengths in the local plane of a county: metres, east and north."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def apart_m(places: Floats, place: Floats) -> Floats:
    """Distance of each of some places (n, 2) from one place (2,) or from as many others."""
    return np.asarray(np.hypot(*(places - place).T))


def arc_m(line: Floats) -> Floats:
    """Distance along a line at each of its vertices."""
    return np.concatenate([[0.0], np.cumsum(apart_m(line[1:], line[:-1]))])
