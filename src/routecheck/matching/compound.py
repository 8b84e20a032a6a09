"""Passes at lines, polygons and their Multi forms: unions of what their parts give.

A place of several parts is passed in several intervals on one segment. Those in the capsules
about its edges are united. Between them a segment keeps more than the tolerance from every
edge, so it is wholly inside a polygon or wholly outside: one look at the middle decides.
"""

from __future__ import annotations

import numpy as np
import shapely

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.geo.grid import Pairs
from routecheck.geo.segments import Pass, pass_capsule
from routecheck.geo.shapes import Shapes
from routecheck.matching.parameters import SAME_DISTANCE_M, TOUCH

Ends = tuple[Array, Array, Array, Array]
"""Longitude and latitude where segments begin, and where they end (deg)."""


def pass_compound(shapes: Shapes, ends: Ends, pairs: Pairs) -> tuple[Ints, Ints, Pass]:
    """Return segment, place and pass of every interval; per segment and place in order of s.

    `pairs` name edges and areas by their part.
    """
    places = int(shapes.place.max()) + 1
    key = pairs.segment * places + shapes.place[pairs.part]
    area = pairs.part >= shapes.discs + shapes.edges
    edge_key, passes = _edges(shapes, ends, pairs, key, ~area)
    pieces = _united(edge_key, passes)
    if area.any():
        filled = _areas(shapes, ends, pairs, key, area, pieces)
        pieces = _united(np.concatenate([pieces[0], filled[0]]), pieces[1].and_(filled[1]))
    segment, place = np.divmod(pieces[0], places)
    return segment, place, pieces[1]


def _edges(
    shapes: Shapes,
    ends: Ends,
    pairs: Pairs,
    key: Ints,
    chosen: Bools,
) -> tuple[Ints, Pass]:
    part = pairs.part[chosen]
    lon_a, lat_a, lon_b, lat_b = (column[pairs.segment[chosen]] for column in ends)
    lon_0, lat_0 = shapes.lon[part], shapes.lat[part]
    lon_m, lat_m = shapes.lon_m[part], shapes.lat_m[part]
    passes = pass_capsule(
        (lon_a - lon_0) * lon_m,
        (lat_a - lat_0) * lat_m,
        (lon_b - lon_0) * lon_m,
        (lat_b - lat_0) * lat_m,
        (shapes.end_lon[part] - lon_0) * lon_m,
        (shapes.end_lat[part] - lat_0) * lat_m,
        shapes.radius_m[part],
    )
    return key[chosen][passes.which], passes


def _united(key: Ints, passes: Pass) -> tuple[Ints, Pass]:
    """Unite intervals of one key that overlap; return them in order of key and s."""
    if len(key) == 0:
        return key, passes
    order = np.lexsort((passes.enter, key))
    key, passes = key[order], passes.take(order)
    # Each key has its own stretch of numbers, so that one running maximum serves all.
    lane = 2.0 * np.cumsum(np.concatenate([[0], key[1:] != key[:-1]]))
    reached = np.maximum.accumulate(passes.leave + lane)
    new = np.concatenate([[True], passes.enter[1:] + lane[1:] > reached[:-1] + TOUCH])
    begin = np.flatnonzero(new)
    of = np.cumsum(new) - 1
    least = np.minimum.reduceat(passes.distance_m, begin)
    candidate = np.where(passes.distance_m <= least[of] + SAME_DISTANCE_M, passes.nearest, np.inf)
    return key[begin], Pass(
        which=begin,
        enter=passes.enter[begin],
        leave=np.maximum.reduceat(passes.leave, begin),
        nearest=np.minimum.reduceat(candidate, begin),
        distance_m=least,
    )


def _areas(
    shapes: Shapes,
    ends: Ends,
    pairs: Pairs,
    key: Ints,
    area: Bools,
    pieces: tuple[Ints, Pass],
) -> tuple[Ints, Pass]:
    """Return what polygons add: stretches inside, and starts inside, at a distance of 0."""
    first = shapes.discs + shapes.edges
    own_key, own_part = key[area], pairs.part[area]
    lon_a, lat_a, lon_b, lat_b = (column[pairs.segment[area]] for column in ends)
    polygon = shapes.polygon[own_part - first]
    # Free stretches of each segment and polygon: before, between and after the intervals.
    low, high = np.searchsorted(pieces[0], own_key), np.searchsorted(pieces[0], own_key, "right")
    free = high - low + 1
    of = np.repeat(np.arange(len(own_key)), free)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(free) - free, free)
    before, after = low[of] + nth - 1, low[of] + nth
    leaves = np.append(pieces[1].leave, 0.0)
    enters = np.append(pieces[1].enter, 0.0)
    begins = np.where(nth == 0, 0.0, leaves[before])
    stops = np.where(nth == free[of] - 1, 1.0, enters[np.minimum(after, len(enters) - 1)])
    some = np.flatnonzero(stops > begins)
    of, begins, stops = of[some], begins[some], stops[some]
    middle = (begins + stops) / 2
    inside = shapely.contains_xy(
        polygon[of],
        lon_a[of] + middle * (lon_b - lon_a)[of],
        lat_a[of] + middle * (lat_b - lat_a)[of],
    )
    of, begins, stops = of[inside], begins[inside], stops[inside]
    at_start = np.flatnonzero(shapely.contains_xy(polygon, lon_a, lat_a))
    enter = np.concatenate([begins, np.zeros(len(at_start))])
    leave = np.concatenate([stops, np.zeros(len(at_start))])
    more = np.concatenate([own_key[of], own_key[at_start]])
    return more, Pass(more, enter, leave, enter, np.zeros(len(more)))
