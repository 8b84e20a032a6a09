"""The core of the matching: rows of tracks in, pieces of visits out, numpy columns only.

Fed batch by batch; what is kept between batches is the pieces of visits, a small part of the
rows. The grid throws out almost every segment; the few that are left are solved exactly, in
metres about the place.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from routecheck.geo.grid import Grid, Pairs
from routecheck.geo.segments import Pass, pass_disc
from routecheck.geo.shapes import Shapes, unwrap
from routecheck.stages.match.pieces import Pieces, joined, visits

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

CREEP_KMH = 10.0
"""Along a line the service is to creep; a truck that works from bin to bin at the kerb, or
sweeps, is slower than this, one that passes is faster (10 km/h: brisk running pace)."""
_BLOCK = 1 << 15
"""Fixes looked up at a time: the columns at work stay in a core's own cache."""


class Rows(Protocol):
    """Some consecutive rows of tracks. The first row is the last row fed before."""

    @property
    def lon(self) -> Array:
        """Longitudes, deg, WGS-84."""

    @property
    def lat(self) -> Array:
        """Latitudes, deg, WGS-84."""

    @property
    def time(self) -> Ints:
        """Times, microseconds since 1970, UTC."""

    def linked(self, row: Ints) -> Bools:
        """Tell whether rows and the next ones are one vehicle's, without a gap between."""

    def standing(self, row: Ints) -> tuple[Array, Array, NDArray[np.int8]]:
        """Return stood_s, stood_max_s and where, as `Standing` has them, of rows' segments."""


class Matcher:
    """Holds tracks against places: `feed` all rows in order, then `finish`."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.grid = Grid.over(shapes)
        self._lots: list[Pieces] = []
        self._row = 0
        self._open = False

    def feed(self, rows: Rows) -> None:
        """Take the segments between these rows."""
        lon, lat = rows.lon, rows.lat
        n = len(lon) - 1
        if n < 1:
            return
        if self.shapes.wrapped:
            lon = unwrap(lon)
        blocks = [
            self.grid.near(lon[k : k + _BLOCK + 1], lat[k : k + _BLOCK + 1]) + k
            for k in range(0, n, _BLOCK)
        ]
        row = np.concatenate(blocks)
        linked = rows.linked(row)
        alone = self._alone(row[~linked])
        start = np.concatenate([row[linked], alone])
        end = np.concatenate([row[linked] + 1, alone])
        self._open = bool(rows.linked(np.array([n - 1]))[0])
        if len(start):
            pairs = self.grid.pairs(lon[start], lat[start], lon[end], lat[end])
            self._solve(rows, lon, lat, start, end, pairs)
        self._row += n

    def finish(self, last: Rows | None) -> Pieces:
        """Take the last row, given twice and not linked, and return the visits."""
        if last is not None:
            self.feed(last)
        return visits(self._lots)

    def _alone(self, unlinked: Ints) -> Ints:
        """Return the fixes near places with no segment on either side.

        Near an occupied cell both segments of a fix have passed the grid, so it is enough to
        look for neighbours among those without a link.
        """
        after = np.empty(len(unlinked), dtype=bool)
        after[1:] = unlinked[1:] == unlinked[:-1] + 1
        if len(unlinked):
            after[0] = unlinked[0] == 0 and not self._open
        return unlinked[after]

    def _solve(
        self, rows: Rows, lon: Array, lat: Array, start: Ints, end: Ints, pairs: Pairs
    ) -> None:
        """Solve pairs of segments and parts exactly, and keep the pieces of visits they make."""
        shapes = self.shapes
        simple = pairs.part < shapes.discs
        if simple.all():
            segment, place, found = self._discs(lon, lat, start, end, pairs)
        else:
            segment, place, found = self._discs(
                lon, lat, start, end, Pairs(pairs.segment[simple], pairs.part[simple])
            )
            rest = Pairs(pairs.segment[~simple], pairs.part[~simple])
            if len(rest.part):
                from routecheck.stages.match.unions import pass_places

                more = pass_places(shapes, lon, lat, start, end, rest)
                segment = np.concatenate([segment, more[0]])
                place = np.concatenate([place, more[1]])
                found = found.and_(more[2])
        if len(segment):
            self._keep(rows, lon, lat, start[segment], end[segment], place, found)

    def _discs(
        self, lon: Array, lat: Array, start: Ints, end: Ints, pairs: Pairs
    ) -> tuple[Ints, Ints, Pass]:
        shapes, part = self.shapes, pairs.part
        a, b = start[pairs.segment], end[pairs.segment]
        lon_0, lat_0 = shapes.lon[part], shapes.lat[part]
        lon_m, lat_m = shapes.lon_m[part], shapes.lat_m[part]
        found = pass_disc(
            (lon[a] - lon_0) * lon_m,
            (lat[a] - lat_0) * lat_m,
            (lon[b] - lon_0) * lon_m,
            (lat[b] - lat_0) * lat_m,
            shapes.radius_m[part],
        )
        hit = np.flatnonzero(found.hit)
        return pairs.segment[hit], shapes.place[part[hit]], found.take(hit)

    def _keep(
        self, rows: Rows, lon: Array, lat: Array, a: Ints, b: Ints, place: Ints, found: Pass
    ) -> None:
        time_a = rows.time[a]
        length = rows.time[b] - time_a
        alone = a == b
        from_fix = found.enter == 0
        to_fix = (found.leave == 1) & ~alone
        # Of a lone fix there is no way to read the standing of the segment, which is a gap.
        stood, most, where = rows.standing(a)
        stood, most = np.where(alone, 0.0, stood), np.where(alone, 0.0, most)
        share = found.leave - found.enter
        at_end = np.where(where < 0, from_fix, to_fix)
        dwell = np.where(where == 0, stood * share, np.where(at_end, stood, 0.0))
        # What may have been stood beyond the estimate may have been stood anywhere.
        dwell_max = np.where((where == 0) | at_end, most, most - stood)
        dwell_max = np.where(share > 0, np.maximum(dwell_max, dwell), dwell)
        creeping = self.shapes.creeping[place]
        if creeping.any():
            crept = self._crept(lon, lat, a, b, length) * share * creeping
            dwell, dwell_max = np.maximum(dwell, crept), np.maximum(dwell_max, crept)
        self._lots.append(
            joined(
                Pieces(
                    place=place,
                    first_row=a + self._row,
                    last_row=a + self._row,
                    from_fix=from_fix,
                    to_fix=to_fix,
                    entered=time_a + np.rint(found.enter * length).astype(np.int64),
                    left=time_a + np.rint(found.leave * length).astype(np.int64),
                    nearest_at=time_a + np.rint(found.nearest * length).astype(np.int64),
                    distance_m=found.distance_m,
                    dwell_s=dwell,
                    dwell_max_s=dwell_max,
                    fixes=from_fix.astype(np.int64),
                )
            )
        )

    @staticmethod
    def _crept(lon: Array, lat: Array, a: Ints, b: Ints, length: Ints) -> Array:
        """Return the length (s) of segments driven more slowly than creeping, of others 0."""
        from routecheck.geo.plane import distance_m

        way = distance_m(lon[a], lat[a], lon[b], lat[b])
        took = length / 1e6
        return np.where(way * 3.6 < CREEP_KMH * took, took, 0.0)
