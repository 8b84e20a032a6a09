"""The matching of a TRACKS table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routecheck.domain.settings import MatchSettings
from routecheck.domain.standing import Standing
from routecheck.geo.shapes import Shapes, shapes
from routecheck.matching.core import Matcher

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_LOT = 1 << 19
"""Rows held against the places at a time, to bound memory."""


@dataclass(frozen=True)
class _Rows:
    """Rows of a table, as the core wants them."""

    lon: Array
    lat: Array
    time: Ints
    vehicle: NDArray[np.integer]
    beside: Standing

    def cut(self, start: int, end: int) -> _Rows:
        rows = slice(start, end)
        beside = self.beside
        return _Rows(
            self.lon[rows],
            self.lat[rows],
            self.time[rows],
            self.vehicle[rows],
            Standing(
                beside.stood_s[rows],
                beside.stood_max_s[rows],
                beside.where[rows],
                beside.gap[rows],
            ),
        )

    def linked(self, row: Ints) -> Bools:
        same = self.vehicle[row] == self.vehicle[row + 1]
        return np.asarray(same & ~self.beside.gap[row], dtype=bool)

    def standing(self, row: Ints, way_m: Array) -> tuple[Array, Array, NDArray[np.int8]]:
        return self.beside.stood_s[row], self.beside.stood_max_s[row], self.beside.where[row]


def match(
    tracks: pd.DataFrame, standing: Standing, places: pd.DataFrame, settings: MatchSettings
) -> pd.DataFrame:
    """Return every visit: each contiguous interval in which a track lies within tolerance.

    Args:
        tracks: TRACKS, sorted by vehicle and time (UTC, deg in WGS-84).
        standing: beside it, how long the vehicle stood within the segment that each row begins,
            and whether that segment is a gap.
        places: PLACES; any geometry (deg, WGS-84; straight between its vertices in degrees);
            None has no visits. A blank `tolerance_m` is `settings.tolerance_m`.
        settings: how tracks are held against places.

    Returns:
        VISITS, in the order of places, then of tracks. `entered` and `left` are solved on the
        line between fixes, at even speed, to a microsecond. A visit that touches a gap ends at
        the last fix before it; a lone fix between two gaps is a visit of no length.
        `distance_m` is the least distance to the geometry (0 inside a polygon), `nearest_at`
        the first moment of it. `dwell_s` is the time stood within tolerance; where a segment
        crosses the tolerance, the standing goes with the end at which it was, else in
        proportion to the time inside; along a line, time at less than 10 km/h counts too.
        `dwell_max_s` takes for this what the data allow at most. `fixes_inside` counts fixes
        at no more than the tolerance.

    Raises:
        ValueError: the columns of `standing` are not as long as the tracks.
    """
    import pandas as pd

    from routecheck.domain.tables import VISITS

    n = len(tracks)
    if any(len(c) != n for c in (standing.stood_s, standing.stood_max_s, standing.where)):
        raise ValueError(f"standing has other rows than the {n} of the tracks")
    if n == 0 or len(places) == 0:
        return VISITS.empty()
    vehicle = tracks["vehicle_id"].astype("category")
    rows = _Rows(
        np.ascontiguousarray(tracks["lon"].to_numpy(dtype=np.float64)),
        np.ascontiguousarray(tracks["lat"].to_numpy(dtype=np.float64)),
        tracks["time"].to_numpy(dtype="datetime64[us]").astype(np.int64),
        vehicle.cat.codes.to_numpy(),
        standing,
    )
    matcher = Matcher(_shapes(places, settings))
    for start in range(0, n - 1, _LOT):
        matcher.feed(rows.cut(start, start + _LOT + 1))
    found = matcher.finish(_last(rows))
    columns = {
        "point_id": places["point_id"].array.take(found.place),
        "vehicle_id": vehicle.array.take(found.first_row),
        **{
            name: pd.DatetimeIndex(values.view("datetime64[us]")).tz_localize("UTC")
            for name, values in (
                ("entered", found.entered),
                ("left", found.left),
                ("nearest_at", found.nearest_at),
            )
        },
        "distance_m": found.distance_m,
        "dwell_s": found.dwell_s,
        "dwell_max_s": found.dwell_max_s,
        "fixes_inside": found.fixes,
    }
    return pd.DataFrame(columns)[VISITS.names]


def _last(rows: _Rows) -> _Rows:
    """Return the last row twice: a segment of no length, which is no segment."""
    last = len(rows.lon) - 1
    twice = np.array([last, last])
    return _Rows(
        rows.lon[twice],
        rows.lat[twice],
        rows.time[twice],
        rows.vehicle[twice],
        Standing(np.zeros(2), np.zeros(2), np.zeros(2, np.int8), np.ones(2, dtype=bool)),
    )


def _shapes(places: pd.DataFrame, settings: MatchSettings) -> Shapes:
    tolerance = places["tolerance_m"].to_numpy(dtype=np.float64)
    tolerance = np.where(np.isnan(tolerance), settings.tolerance_m, tolerance)
    return shapes(places["geometry"].to_numpy(dtype=object), tolerance)
