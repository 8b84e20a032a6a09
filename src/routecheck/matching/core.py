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
from routecheck.matching.pieces import Pieces, joined, visits, whole

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

CREEP_KMH = 10.0
"""Along a line the service is to creep; a truck that works from bin to bin at the kerb, or
sweeps, is slower than this, one that passes is faster (10 km/h: brisk running pace)."""
_BLOCK = 1 << 16
"""Fixes looked up at a time: the columns at work stay in a core's own cache."""


_PENDING = 1 << 18
"""Pieces that may wait to be joined: what is kept is little more than the visits."""


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

    def standing(self, row: Ints, way_m: Array) -> tuple[Array, Array, NDArray[np.int8]]:
        """Return stood_s, stood_max_s and where, as `Standing` has them, of rows' segments.

        `way_m` is the length of each.
        """


class Matcher:
    """Holds tracks against places: `feed` all rows in order, then `finish`."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.grid = Grid.over(shapes)
        self._lon_m, self._lat_m = np.zeros((2, len(shapes.creeping)))
        self._lon_m[shapes.place], self._lat_m[shapes.place] = shapes.lon_m, shapes.lat_m
        self._lots: list[Pieces] = []
        self._done: list[Pieces] = []
        self._row = 0

    def feed(self, rows: Rows) -> None:
        """Take the segments between these rows."""
        self.take(self.scan(rows, self.begin(rows)))

    def begin(self, rows: Rows) -> int:
        """Count rows that are fed; return the number of the first in the whole stream."""
        first = self._row
        self._row += max(len(rows.lon) - 1, 0)
        return first

    def scan(self, rows: Rows, first_row: int) -> Pieces:
        """Return the pieces of visits between these rows. Changes nothing: threads may call it."""
        lon = unwrap(rows.lon) if self.shapes.wrapped else rows.lon
        n = len(lon) - 1
        lots: list[Pieces] = []
        for first in range(0, n, _BLOCK):
            after = min(first + _BLOCK, n)
            row = self.grid.near(lon[first : after + 1], rows.lat[first : after + 1])
            row += first
            # A fix with no segment behind it is held by itself: the last before a gap, which
            # joins what comes before it, or a lone one between two gaps.
            end = row + rows.linked(row)
            if len(row):
                lots.append(self._solve(rows, lon, row, end, first_row))
        return Pieces.concat(lots)

    def take(self, pieces: Pieces) -> None:
        """Keep what `scan` returned, in any order."""
        self._lots.append(pieces)
        if sum(len(lot.place) for lot in self._lots) > _PENDING:
            self._done.append(whole(self._lots))
            self._lots = []

    def finish(self, last: Rows | None) -> Pieces:
        """Take the last row, given twice and not linked, and return the visits."""
        if last is not None:
            self.feed(last)
        return visits([*self._done, *self._lots])

    def _solve(self, rows: Rows, lon: Array, start: Ints, end: Ints, first_row: int) -> Pieces:
        """Solve the segments exactly, and return the pieces of visits they make."""
        shapes, lat = self.shapes, rows.lat
        lon_a, lat_a, lon_b, lat_b = lon[start], lat[start], lon[end], lat[end]
        pairs = self.grid.pairs(lon_a, lat_a, lon_b, lat_b)
        if shapes.discs < shapes.parts:
            from routecheck.matching.unions import pass_places

            simple = pairs.part < shapes.discs
            discs = Pairs(pairs.segment[simple], pairs.part[simple])
            others = Pairs(pairs.segment[~simple], pairs.part[~simple])
            more = pass_places(shapes, lon_a, lat_a, lon_b, lat_b, others)
            segment, place, found = self._discs(lon_a, lat_a, lon_b, lat_b, discs)
            segment = np.concatenate([segment, more[0]])
            place = np.concatenate([place, more[1]])
            found = found.and_(more[2])
        else:
            segment, place, found = self._discs(lon_a, lat_a, lon_b, lat_b, pairs)
        dx = (lon_b[segment] - lon_a[segment]) * self._lon_m[place]
        dy = (lat_b[segment] - lat_a[segment]) * self._lat_m[place]
        way_m = np.sqrt(dx * dx + dy * dy)
        return self._pieces(rows, start[segment], end[segment], way_m, place, found, first_row)

    def _discs(
        self, lon_a: Array, lat_a: Array, lon_b: Array, lat_b: Array, pairs: Pairs
    ) -> tuple[Ints, Ints, Pass]:
        shapes, part = self.shapes, pairs.part
        lon, lat = shapes.lon[part], shapes.lat[part]
        lon_m, lat_m = shapes.lon_m[part], shapes.lat_m[part]
        found = pass_disc(
            (lon_a[pairs.segment] - lon) * lon_m,
            (lat_a[pairs.segment] - lat) * lat_m,
            (lon_b[pairs.segment] - lon) * lon_m,
            (lat_b[pairs.segment] - lat) * lat_m,
            shapes.radius_m[part],
        )
        return pairs.segment[found.which], shapes.place[part[found.which]], found

    def _pieces(
        self,
        rows: Rows,
        a: Ints,
        b: Ints,
        way_m: Array,
        place: Ints,
        found: Pass,
        first_row: int,
    ) -> Pieces:
        time_a = rows.time[a]
        length = rows.time[b] - time_a
        alone = a == b
        from_fix = found.enter == 0
        to_fix = (found.leave == 1) & ~alone
        stood, most, where = rows.standing(a, way_m)
        share = found.leave - found.enter
        # The row of a fix by itself speaks of the gap behind it, not of the fix.
        stood, most = np.where(alone, 0.0, stood), np.where(alone, 0.0, most)
        share[alone] = 0.0
        at_end = np.where(where < 0, from_fix, to_fix) & ~alone
        dwell = np.where(where == 0, stood * share, stood * at_end)
        # What may have been stood beyond the estimate may have been stood anywhere.
        dwell_max = np.where((where == 0) | at_end, most, most - stood) * (share > 0)
        dwell_max = np.maximum(dwell_max, dwell)
        creeping = self.shapes.creeping[place]
        if creeping.any():
            slow = creeping & (way_m * 3.6e6 < CREEP_KMH * length)
            crept = np.where(slow, share * length / 1e6, 0.0)
            dwell, dwell_max = np.maximum(dwell, crept), np.maximum(dwell_max, crept)
        return joined(
            Pieces(
                place=place,
                first_row=a + first_row,
                last_row=a + first_row,
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
