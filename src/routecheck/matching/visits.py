"""From tracks and places to visits: the grid throws out segments, the rest is solved exactly.

Almost every segment is nowhere near a place and is thrown out by one look-up. The few that are
left are solved in metres about the place, each giving pieces of visits, and pieces that meet in a
fix are joined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.settings import MatchSettings
from routecheck.domain.standing import Standing
from routecheck.domain.tables import VISITS
from routecheck.geo.grid import Grid, Pairs
from routecheck.geo.segments import Pass, pass_disc
from routecheck.geo.shapes import Shapes, shapes, unwrap
from routecheck.matching.compound import pass_compound
from routecheck.matching.coverage import Ways, covered_m, is_line
from routecheck.matching.parameters import BLOCK_FIXES, CREEP_KMH, LEAST_LINE_M
from routecheck.matching.pieces import Pieces, joined, whole


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
        at no more than the tolerance. `covered_m` is how much of a line it drove along, of
        all of it `covered_share`; blank of other geometries.

    Raises:
        ValueError: the columns of `standing` are not as long as the tracks.
    """
    n = len(tracks)
    if any(len(c) != n for c in (standing.stood_s, standing.stood_max_s, standing.where)):
        raise ValueError(f"standing has other rows than the {n} of the tracks")
    if n == 0 or len(places) == 0:
        return VISITS.empty()
    tolerance_m = places["tolerance_m"].to_numpy(dtype=np.float64)
    tolerance_m = np.where(np.isnan(tolerance_m), settings.tolerance_m, tolerance_m)
    geometry = places["geometry"].to_numpy(dtype=object)
    parts = shapes(geometry, tolerance_m)
    vehicle = tracks["vehicle_id"].astype("category")
    rows = _Rows.of(tracks, vehicle.cat.codes.to_numpy(), standing, parts.wrapped)
    visits = _visits(parts, rows)
    along = np.flatnonzero(is_line(geometry)[visits.place])
    covered, share = np.full((2, len(visits.place)), np.nan)
    if len(along):
        ways = _ways(rows, visits.take(along), parts.wrapped)
        covered[along], length_m = covered_m(geometry, tolerance_m, ways)
        share[along] = covered[along] / np.maximum(length_m, LEAST_LINE_M)
    columns = {
        "point_id": places["point_id"].array.take(visits.place),
        "vehicle_id": vehicle.array.take(visits.first_row),
        **{
            name: pd.DatetimeIndex(values.view("datetime64[us]")).tz_localize("UTC")
            for name, values in (
                ("entered", visits.entered),
                ("left", visits.left),
                ("nearest_at", visits.nearest_at),
            )
        },
        "distance_m": visits.distance_m,
        "dwell_s": visits.dwell_s,
        "dwell_max_s": visits.dwell_max_s,
        "fixes_inside": visits.fixes + visits.to_fix,
        "covered_m": covered,
        "covered_share": share,
    }
    return pd.DataFrame(columns)[VISITS.names]


@dataclass(frozen=True)
class _Rows:
    """Tracks in columns, the last row twice, so that it too has a segment (of no length)."""

    lon: Array
    lat: Array
    time_us: Ints
    """Microseconds since 1970, UTC."""
    linked: Bools
    """Whether a row and the next one are one vehicle's, without a gap between."""
    standing: Standing

    @classmethod
    def of(
        cls, tracks: pd.DataFrame, vehicle: np.ndarray, standing: Standing, wrapped: bool
    ) -> _Rows:
        lon = tracks["lon"].to_numpy(dtype=np.float64)
        lat = tracks["lat"].to_numpy(dtype=np.float64)
        if wrapped:
            lon = unwrap(lon)
        return cls(
            np.append(lon, lon[-1:]),
            np.append(lat, lat[-1:]),
            tracks["time"].to_numpy(dtype="datetime64[us]").astype(np.int64),
            np.append((vehicle[1:] == vehicle[:-1]) & ~standing.gap[:-1], False),
            standing,
        )


def _visits(parts: Shapes, rows: _Rows) -> Pieces:
    """Return whole visits, in order of places and rows."""
    grid = Grid.over(parts)
    n = len(rows.time_us)
    lots: list[Pieces] = []
    for first in range(0, n, BLOCK_FIXES):
        after = min(first + BLOCK_FIXES, n)
        start = grid.near(rows.lon[first : after + 1], rows.lat[first : after + 1]) + first
        if len(start):
            # A fix with no segment behind it is held by itself: the last before a gap, which
            # joins what comes before it, or a lone one between two gaps.
            lots.append(_solved(parts, grid, rows, start, start + rows.linked[start]))
    return whole(lots)


def _solved(parts: Shapes, grid: Grid, rows: _Rows, start: Ints, end: Ints) -> Pieces:
    """Solve segments exactly, from fix to fix, and return the pieces of visits they make."""
    ends = rows.lon[start], rows.lat[start], rows.lon[end], rows.lat[end]
    pairs = grid.pairs(*ends)
    if parts.discs < parts.parts:
        simple = pairs.part < parts.discs
        others = Pairs(pairs.segment[~simple], pairs.part[~simple])
        pairs = Pairs(pairs.segment[simple], pairs.part[simple])
        more = pass_compound(parts, ends, others)
    else:
        more = None
    segment, place, passes = _pass_discs(parts, ends, pairs)
    if more is not None:
        segment, place = np.append(segment, more[0]), np.append(place, more[1])
        passes = passes.and_(more[2])
    return _pieces(parts, rows, start[segment], end[segment], place, passes)


def _pass_discs(
    parts: Shapes, ends: tuple[Array, Array, Array, Array], pairs: Pairs
) -> tuple[Ints, Ints, Pass]:
    """Return segment, place and pass of every pair of a segment and a disc that meet."""
    part = pairs.part
    lon_a, lat_a, lon_b, lat_b = (column[pairs.segment] for column in ends)
    lon, lat, lon_m, lat_m = parts.lon[part], parts.lat[part], parts.lon_m[part], parts.lat_m[part]
    passes = pass_disc(
        (lon_a - lon) * lon_m,
        (lat_a - lat) * lat_m,
        (lon_b - lon) * lon_m,
        (lat_b - lat) * lat_m,
        parts.radius_m[part],
    )
    return pairs.segment[passes.which], parts.place[part[passes.which]], passes


def _pieces(parts: Shapes, rows: _Rows, a: Ints, b: Ints, place: Ints, passes: Pass) -> Pieces:
    """Give each pass its times, its dwell and its fixes, and join those of one block."""
    time_a = rows.time_us[a]
    length_us = rows.time_us[b] - time_a
    alone = a == b
    from_fix = passes.enter == 0
    to_fix = (passes.leave == 1) & ~alone
    where = rows.standing.where[a]
    share = passes.leave - passes.enter
    # The row of a fix by itself describes the gap behind it, not the fix.
    stood = np.where(alone, 0.0, rows.standing.stood_s[a])
    most = np.where(alone, 0.0, rows.standing.stood_max_s[a])
    share[alone] = 0.0
    at_end = np.where(where < 0, from_fix, to_fix) & ~alone
    dwell = np.where(where == 0, stood * share, stood * at_end)
    # What may have been stood beyond the estimate may have been stood anywhere.
    dwell_max = np.where((where == 0) | at_end, most, most - stood) * (share > 0)
    dwell_max = np.maximum(dwell_max, dwell)
    creeping = parts.creeping[place]
    if creeping.any():
        slow = creeping & (_way_m(parts, rows, a, b, place) * 3.6e6 < CREEP_KMH * length_us)
        crept = np.where(slow, share * length_us / 1e6, 0.0)
        dwell, dwell_max = np.maximum(dwell, crept), np.maximum(dwell_max, crept)
    return joined(
        Pieces(
            place=place,
            first_row=a,
            last_row=a,
            from_fix=from_fix,
            to_fix=to_fix,
            entered=time_a + np.rint(passes.enter * length_us).astype(np.int64),
            left=time_a + np.rint(passes.leave * length_us).astype(np.int64),
            nearest_at=time_a + np.rint(passes.nearest * length_us).astype(np.int64),
            distance_m=passes.distance_m,
            dwell_s=dwell,
            dwell_max_s=dwell_max,
            fixes=from_fix.astype(np.int64),
        )
    )


def _ways(rows: _Rows, visits: Pieces, wrapped: bool) -> Ways:
    """The positions of visits: where the tolerance was entered, the fixes within, where left."""
    inner = visits.last_row - visits.first_row
    way = np.repeat(np.arange(len(inner)), inner + 2)
    first = np.cumsum(inner + 2) - (inner + 2)
    step = np.arange(len(way)) - first[way]
    last = step == inner[way] + 1
    row = visits.first_row[way] + np.where(last, inner[way], step)
    at_us = np.where(step == 0, visits.entered[way], rows.time_us[row])
    at_us = np.where(last, visits.left[way], at_us)
    after = np.minimum(row + 1, len(rows.time_us) - 1)
    # Where nothing is linked to a fix a visit ends in it.
    length_us = np.maximum(rows.time_us[after] - rows.time_us[row], 1)
    share = np.where(rows.linked[row], (at_us - rows.time_us[row]) / length_us, 0.0)
    lon = rows.lon[row] + share * (rows.lon[after] - rows.lon[row])
    lat = rows.lat[row] + share * (rows.lat[after] - rows.lat[row])
    return Ways(visits.place, way, lon, lat, wrapped)


def _way_m(parts: Shapes, rows: _Rows, a: Ints, b: Ints, place: Ints) -> Array:
    """Length (m) of segments, in the plane of a part of each one's place."""
    lon_m, lat_m = np.zeros((2, len(parts.creeping)))
    lon_m[parts.place], lat_m[parts.place] = parts.lon_m, parts.lat_m
    dx = (rows.lon[b] - rows.lon[a]) * lon_m[place]
    dy = (rows.lat[b] - rows.lat[a]) * lat_m[place]
    return np.asarray(np.sqrt(dx * dx + dy * dy))
