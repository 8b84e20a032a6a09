"""Geometries in cells of text: WKT, EWKT, and WKB or EWKB in hexadecimal digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Objects = npt.NDArray[np.object_]


def read_geometry_cells(texts: Sequence[str]) -> tuple[Objects, list[str]]:
    r"""Return the geometries of some cells, and the coordinate system that each carries.

    Args:
        texts: WKT, EWKT (`SRID=4326;POINT(108.7 28.8)`), or WKB or EWKB in hexadecimal digits, as
            PostGIS shows a geometry, with or without `\x` before it.

    Returns:
        None where a cell is blank or no geometry; the system as `EPSG:4326`, empty where the cell
        names none, or 0.
    """
    shapes = np.full(len(texts), None, object)
    systems = [""] * len(texts)
    for i, text in enumerate(texts):
        cell = text.strip().strip("\"'")
        match = re.match(r"(?i)SRID\s*=\s*(\d+)\s*;\s*", cell)
        body = cell[match.end() :] if match else cell
        digits = re.sub(r"^(\\x|0x|X')", "", body)
        if re.fullmatch(r"(?:[0-9A-Fa-f]{2}){9,}", digits):
            shape: Any = shapely.from_wkb(bytes.fromhex(digits), on_invalid="ignore")
        else:
            shape = shapely.from_wkt(body, on_invalid="ignore") if body else None
        shapes[i] = shape
        srid = int(match[1]) if match else int(shapely.get_srid(shape))
        if shape is not None and srid > 0:
            systems[i] = f"EPSG:{srid}"
    return shapes, systems
