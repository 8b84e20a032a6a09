"""The roads of a county, places on them, and the quickest ways along them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .plane import Floats, arc_m

MAIN, BRANCH, STREET, YARD, PARALLEL = range(5)
LIMIT_MPS = np.array([13.5, 9.0, 8.0, 3.5, 11.0])


class Place(NamedTuple):
    """A place on a road: the edge and the distance along it in metres."""

    edge: int
    s_m: float


@dataclass(frozen=True)
class Edge:
    """A road between two nodes."""

    u: int
    v: int
    xy: Floats
    s_m: Floats
    kind: int
    township: int

    @property
    def length_m(self) -> float:
        """Length along the road."""
        return float(self.s_m[-1])

    @property
    def limit_mps(self) -> float:
        """The speed limit."""
        return float(LIMIT_MPS[self.kind])


_End = tuple[int, float, float]


class Leg(NamedTuple):
    """A way from one place to another: a line, the limit on each segment, the nodes passed."""

    xy: Floats
    limit_mps: Floats
    nodes: list[tuple[float, int]]


@dataclass
class Network:
    """The finished roads of one county."""

    edges: list[Edge]
    towns: Floats  # their centres
    signals: frozenset[int]  # nodes with a signal
    depots: list[Place]
    transfers: list[Place]  # where waste is unloaded
    _cost: Floats
    _before: NDArray[np.int32]
    _best: dict[tuple[int, int], int]
    _paths: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def xy_at(self, place: Place) -> Floats:
        """Plane coordinates of a place."""
        edge = self.edges[place.edge]
        return np.array(
            [np.interp(place.s_m, edge.s_m, edge.xy[:, 0]),
             np.interp(place.s_m, edge.s_m, edge.xy[:, 1])]
        )  # fmt: skip

    def normal_at(self, place: Place) -> Floats:
        """Unit vector to the left of the road at a place."""
        edge = self.edges[place.edge]
        i = int(np.clip(np.searchsorted(edge.s_m, place.s_m) - 1, 0, len(edge.s_m) - 2))
        d = edge.xy[i + 1] - edge.xy[i]
        return np.asarray(np.array([-d[1], d[0]]) / np.hypot(d[0], d[1]))

    def _ends(self, place: Place) -> list[_End]:
        """Both ends of a place's edge: node, distance along the edge, seconds to get there."""
        edge = self.edges[place.edge]
        return [
            (edge.u, 0.0, place.s_m / edge.limit_mps),
            (edge.v, edge.length_m, (edge.length_m - place.s_m) / edge.limit_mps),
        ]

    def _quickest(self, a: Place, b: Place) -> tuple[float, tuple[_End, _End] | None]:
        """Least seconds from a to b, and by which ends of their edges; None: along one edge."""
        best, ends = np.inf, None
        for end_a in self._ends(a):
            for end_b in self._ends(b):
                cost = float(end_a[2] + self._cost[end_a[0], end_b[0]] + end_b[2])
                if cost < best:
                    best, ends = cost, (end_a, end_b)
        if a.edge == b.edge:
            along = abs(a.s_m - b.s_m) / self.edges[a.edge].limit_mps
            if along <= best + 1e-9:
                return min(along, best), None
        return best, ends

    def seconds(self, a: Place, b: Place) -> float:
        """Least time from one place to another at the limit."""
        return self._quickest(a, b)[0]

    def _cut(self, edge: int, s0: float, s1: float) -> Floats:
        road = self.edges[edge]
        low, high = min(s0, s1), max(s0, s1)
        inside = road.xy[(road.s_m > low) & (road.s_m < high)]
        line = np.vstack([self.xy_at(Place(edge, low)), inside, self.xy_at(Place(edge, high))])
        return line if s0 <= s1 else line[::-1]

    def _edge_path(self, start: int, end: int) -> list[int]:
        key = (start, end)
        if key not in self._paths:
            numbers: list[int] = []
            node = end
            while node != start:
                prior = int(self._before[start, node])
                numbers.append(self._best[prior, node])
                node = prior
            self._paths[key] = numbers[::-1]
        return self._paths[key]

    def leg(self, a: Place, b: Place) -> Leg:
        """The quickest way from a to b."""
        _, ends = self._quickest(a, b)
        first, last = self.edges[a.edge], self.edges[b.edge]
        if ends is None:
            line = self._cut(a.edge, a.s_m, b.s_m)
            return Leg(line, np.full(len(line) - 1, first.limit_mps), [])
        (node, out_m, _), (end, in_m, _) = ends
        chunks = [self._cut(a.edge, a.s_m, out_m)]
        limits = [first.limit_mps]
        done = float(arc_m(chunks[0])[-1])
        nodes = [(done, node)]
        for number in self._edge_path(node, end):
            edge = self.edges[number]
            forward = edge.u == node
            node = edge.v if forward else edge.u
            chunks.append((edge.xy if forward else edge.xy[::-1])[1:])
            limits.append(edge.limit_mps)
            done += edge.length_m
            nodes.append((done, node))
        chunks.append(self._cut(b.edge, in_m, b.s_m)[1:])
        limits.append(last.limit_mps)
        segments = [len(chunks[0]) - 1, *map(len, chunks[1:])]
        return Leg(np.vstack(chunks), np.repeat(limits, segments), nodes)
