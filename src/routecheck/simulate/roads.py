"""Roads of a mountain county in a local plane (metres, east and north), and ways along them.

Country roads are fractal lines with a vertex every 40-60 m that join the towns as a tree with a
few loops; branches climb from them to villages and end there; some stretches have a second road
40-70 m beside them; every town has a grid of streets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

Floats = NDArray[np.float64]

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


class Leg(NamedTuple):
    """A way from one place to another: a line, the limit on each segment, the nodes passed."""

    xy: Floats
    limit_mps: Floats
    nodes: list[tuple[float, int]]


def fractal(
    rng: np.random.Generator, start: Floats, end: Floats, roughness: float, longest_m: float = 60.0
) -> Floats:
    """A winding line by midpoint displacement, until no segment is longer than longest_m."""
    line = np.vstack([start, end]).astype(float)
    while True:
        step = np.diff(line, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        if length.mean() <= longest_m * 0.85:
            return line
        normal = np.column_stack([-step[:, 1], step[:, 0]])
        push = np.clip(rng.normal(0.0, roughness, len(step)), -2 * roughness, 2 * roughness)
        middle = (line[:-1] + line[1:]) / 2 + normal * push[:, None]
        woven = np.empty((len(line) + len(middle), 2))
        woven[0::2], woven[1::2] = line, middle
        line = woven


def arc_m(xy: Floats) -> Floats:
    """Distance along a line at each vertex."""
    step = np.hypot(np.diff(xy[:, 0]), np.diff(xy[:, 1]))
    return np.concatenate([[0.0], np.cumsum(step)])


def _offset(line: Floats, by_m: float) -> Floats:
    """A line beside another, that leaves it at one end and joins it at the other."""
    tangent = np.gradient(line, axis=0)
    kernel = np.ones(9) / 9
    padded = np.pad(tangent, ((4, 4), (0, 0)), mode="edge")
    smooth = np.column_stack([np.convolve(padded[:, i], kernel, "valid") for i in (0, 1)])
    normal = np.column_stack([-smooth[:, 1], smooth[:, 0]])
    normal /= np.hypot(normal[:, 0], normal[:, 1])[:, None]
    ramp = np.minimum(1.0, np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 2)
    return np.asarray(line + normal * (by_m * ramp)[:, None])


@dataclass
class _Raw:
    """A road under construction; nodes are known by vertex."""

    xy: Floats
    kind: int
    township: int
    nodes: dict[int, int]


@dataclass
class Network:
    """The finished roads of one county."""

    node_xy: Floats
    edges: list[Edge]
    towns: Floats
    signals: frozenset[int]
    yards: list[tuple[Place, int]]  # depots, then transfer stations, with their township
    depots: int
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

    def _ends(self, place: Place) -> tuple[tuple[int, float, float], tuple[int, float, float]]:
        """Both ends of a place's edge: node, distance along the edge, seconds to get there."""
        edge = self.edges[place.edge]
        speed = LIMIT_MPS[edge.kind]
        return (
            (edge.u, 0.0, place.s_m / speed),
            (edge.v, edge.length_m, (edge.length_m - place.s_m) / speed),
        )

    def seconds(self, a: Place, b: Place) -> float:
        """Least time from one place to another at the limit."""
        best = np.inf
        if a.edge == b.edge:
            best = abs(a.s_m - b.s_m) / LIMIT_MPS[self.edges[a.edge].kind]
        for node_a, _, cost_a in self._ends(a):
            for node_b, _, cost_b in self._ends(b):
                best = min(best, cost_a + self._cost[node_a, node_b] + cost_b)
        return float(best)

    def _cut(self, edge: int, s0: float, s1: float) -> Floats:
        road = self.edges[edge]
        low, high = min(s0, s1), max(s0, s1)
        inside = road.xy[(road.s_m > low) & (road.s_m < high)]
        line = np.vstack([self.xy_at(Place(edge, low)), inside, self.xy_at(Place(edge, high))])
        return line if s0 <= s1 else line[::-1]

    def _edge_path(self, start: int, end: int) -> list[int]:
        key = (start, end)
        if key not in self._paths:
            found: list[int] = []
            node = end
            while node != start:
                prior = int(self._before[start, node])
                found.append(self._best[prior, node])
                node = prior
            self._paths[key] = found[::-1]
        return self._paths[key]

    def leg(self, a: Place, b: Place) -> Leg:
        """The quickest way from a to b."""
        best, choice = np.inf, None
        for end_a in self._ends(a):
            for end_b in self._ends(b):
                cost = end_a[2] + self._cost[end_a[0], end_b[0]] + end_b[2]
                if cost < best:
                    best, choice = cost, (end_a, end_b)
        same = a.edge == b.edge
        if same and abs(a.s_m - b.s_m) / LIMIT_MPS[self.edges[a.edge].kind] <= best + 1e-9:
            choice = None
        if choice is None:
            line = self._cut(a.edge, a.s_m, b.s_m)
            return Leg(line, np.full(len(line) - 1, LIMIT_MPS[self.edges[a.edge].kind]), [])
        end_a, end_b = choice
        first = self._cut(a.edge, a.s_m, end_a[1])
        chunks = [first]
        limits = [np.full(len(first) - 1, LIMIT_MPS[self.edges[a.edge].kind])]
        done = arc_m(first)[-1]
        nodes = [(float(done), end_a[0])]
        node = end_a[0]
        for number in self._edge_path(end_a[0], end_b[0]):
            edge = self.edges[number]
            line = edge.xy if edge.u == node else edge.xy[::-1]
            node = edge.v if edge.u == node else edge.u
            chunks.append(line[1:])
            limits.append(np.full(len(line) - 1, LIMIT_MPS[edge.kind]))
            done += edge.length_m
            nodes.append((float(done), node))
        last = self._cut(b.edge, end_b[1], b.s_m)
        chunks.append(last[1:])
        limits.append(np.full(len(last) - 1, LIMIT_MPS[self.edges[b.edge].kind]))
        return Leg(np.vstack(chunks), np.concatenate(limits), nodes)


class _Builder:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.node_xy: list[Floats] = []
        self.raw: list[_Raw] = []

    def node(self, xy: Floats) -> int:
        self.node_xy.append(np.asarray(xy, dtype=float))
        return len(self.node_xy) - 1

    def road(self, a: int, b: int, kind: int, township: int, rough: float) -> int:
        line = fractal(self.rng, self.node_xy[a], self.node_xy[b], rough)
        self.raw.append(_Raw(line, kind, township, {0: a, len(line) - 1: b}))
        return len(self.raw) - 1

    def node_on(self, road: int, vertex: int) -> int:
        raw = self.raw[road]
        if vertex not in raw.nodes:
            raw.nodes[vertex] = self.node(raw.xy[vertex])
        return raw.nodes[vertex]

    def branch(self, road: int, vertex: int, length_m: float, kind: int, township: int) -> int:
        raw = self.raw[road]
        start = self.node_on(road, vertex)
        along = raw.xy[min(vertex + 1, len(raw.xy) - 1)] - raw.xy[max(vertex - 1, 0)]
        side = self.rng.choice([-1.0, 1.0])
        angle = np.arctan2(along[1], along[0]) + side * self.rng.uniform(0.9, 2.2)
        end = raw.xy[vertex] + length_m * np.array([np.cos(angle), np.sin(angle)])
        rough = 0.05 if kind == YARD else 0.2
        return self.road(start, self.node(end), kind, township, rough)

    def grid(self, centre: Floats, columns: int, rows: int, township: int) -> list[int]:
        turn = self.rng.uniform(0, np.pi / 2)
        pace = self.rng.uniform(115, 175, 2)
        axis = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        nodes = np.empty((columns, rows), dtype=int)
        for i in range(columns):
            for j in range(rows):
                flat = np.array([(i - (columns - 1) / 2) * pace[0], (j - (rows - 1) / 2) * pace[1]])
                nodes[i, j] = self.node(centre + flat @ axis + self.rng.normal(0, 8, 2))
        for i in range(columns):
            for j in range(rows):
                if i + 1 < columns:
                    self.road(nodes[i, j], nodes[i + 1, j], STREET, township, 0.015)
                if j + 1 < rows:
                    self.road(nodes[i, j], nodes[i, j + 1], STREET, township, 0.015)
        return [int(n) for n in nodes.ravel()]

    def finish(self, towns: Floats, signals: set[int], yards: list[tuple[int, int]],
               depots: int) -> Network:  # fmt: skip
        edges: list[Edge] = []
        ends: dict[int, Place] = {}
        for raw in self.raw:
            cuts = sorted(raw.nodes)
            for first, last in pairwise(cuts):
                line = raw.xy[first : last + 1]
                edge = Edge(raw.nodes[first], raw.nodes[last], line, arc_m(line), raw.kind,
                            raw.township)  # fmt: skip
                edges.append(edge)
                ends[edge.v] = Place(len(edges) - 1, edge.length_m)
        best: dict[tuple[int, int], int] = {}
        for number, edge in enumerate(edges):
            seconds = edge.length_m / LIMIT_MPS[edge.kind]
            for key in ((edge.u, edge.v), (edge.v, edge.u)):
                if key not in best or seconds < _seconds(edges[best[key]]):
                    best[key] = number
        rows = np.array([k[0] for k in best])
        cols = np.array([k[1] for k in best])
        cost = np.array([_seconds(edges[n]) for n in best.values()])
        size = len(self.node_xy)
        graph = coo_array((cost, (rows, cols)), shape=(size, size)).tocsr()
        table, before = dijkstra(graph, return_predecessors=True)
        return Network(
            node_xy=np.array(self.node_xy),
            edges=edges,
            towns=towns,
            signals=frozenset(signals),
            yards=[(ends[node], township) for node, township in yards],
            depots=depots,
            _cost=np.asarray(table),
            _before=np.asarray(before, dtype=np.int32),
            _best=best,
        )


def _seconds(edge: Edge) -> float:
    return edge.length_m / float(LIMIT_MPS[edge.kind])


def _town_centres(rng: np.random.Generator, count: int, box_m: float) -> Floats:
    """Centres apart from each other, the seat first and near the middle."""
    apart = 0.55 * box_m / np.sqrt(count)
    centres = [rng.uniform(-0.06, 0.06, 2) * box_m]
    while len(centres) < count:
        candidate = rng.uniform(-0.46, 0.46, 2) * box_m
        distance = np.hypot(*(np.array(centres) - candidate).T)
        if distance.min() > apart:
            centres.append(candidate)
        else:
            apart *= 0.995  # never search for ever
    return np.array(centres)


def build_network(
    rng: np.random.Generator, centre: Floats, box_m: float, townships: int, parallel_roads: int,
    streets: int,
) -> Network:  # fmt: skip
    """Roads of one county: towns, streets, country roads, branches, parallel roads and yards.

    streets is about how many 150 m street blocks the towns need together.
    """
    build = _Builder(rng)
    towns = _town_centres(rng, townships, box_m) + centre
    side = int(np.clip(np.sqrt(streets * 0.45 / 2) + 1, 3, 14))
    grids = [build.grid(towns[0], side + 1, side, 0)]
    small = int(np.clip(np.sqrt(streets * 0.9 / max(townships - 1, 1) / 2) + 1, 3, 8))
    for number in range(1, townships):
        grids.append(build.grid(towns[number], small, small, number))

    # a tree by Prim, then loops between near towns
    joined, links = {0}, []
    distance = np.hypot(*(towns[:, None] - towns[None]).transpose(2, 0, 1))
    while len(joined) < townships:
        inside = sorted(joined)
        outside = [t for t in range(townships) if t not in joined]
        block = distance[np.ix_(inside, outside)]
        i, j = np.unravel_index(int(block.argmin()), block.shape)
        links.append((inside[int(i)], outside[int(j)]))
        joined.add(outside[int(j)])
    for town in range(townships):
        near = [int(t) for t in np.argsort(distance[town])[1:3]]
        for other in near:
            known = (town, other) in links or (other, town) in links
            if not known and rng.random() < 0.15:
                links.append((town, other))
    mains: list[int] = []
    for a, b in links:
        way = towns[b] - towns[a]
        out = max(grids[a], key=lambda n: float(build.node_xy[n] @ way))
        back = min(grids[b], key=lambda n: float(build.node_xy[n] @ way))
        mains.append(build.road(out, back, MAIN, b, 0.15))

    # a main road belongs to the nearer of its two towns, vertex by vertex only roughly: b's
    roads_of: dict[int, list[int]] = {t: [] for t in range(townships)}
    for road, (a, b) in zip(mains, links, strict=True):
        roads_of[b].append(road)
        roads_of[a].append(road)
    for town in range(townships):
        for _ in range(int(rng.integers(4, 8))):
            road = int(rng.choice(roads_of[town]))
            size = len(build.raw[road].xy)
            half = size // 2
            nearer = links[mains.index(road)][0] == town if road in mains else False
            vertex = int(rng.integers(3, max(half, 4)) if nearer else rng.integers(half, size - 3))
            new = build.branch(road, vertex, float(rng.uniform(700, 3600)), BRANCH, town)
            if rng.random() < 0.35 and len(build.raw[new].xy) > 12:
                inner = int(rng.integers(4, len(build.raw[new].xy) - 3))
                build.branch(new, inner, float(rng.uniform(400, 1500)), BRANCH, town)
    for _ in range(parallel_roads):
        road = int(rng.choice(mains))
        size = len(build.raw[road].xy)
        length = min(int(rng.integers(14, 34)), size - 8)
        if length < 8:
            continue
        first = int(rng.integers(3, size - 3 - length))
        last = first + length
        if any(first <= v <= last for v in build.raw[road].nodes):
            continue  # a junction in between would be bridged over
        a, b = build.node_on(road, first), build.node_on(road, last)
        beside = float(rng.uniform(42, 68) * rng.choice([-1.0, 1.0]))
        line = _offset(build.raw[road].xy[first : last + 1], beside)
        build.raw.append(_Raw(line, PARALLEL, build.raw[road].township, {0: a, length: b}))

    yards: list[tuple[int, int]] = []
    others = rng.choice(np.arange(1, townships), min(2, townships - 1), replace=False)
    depot_towns = [0, *sorted(int(t) for t in others)]
    transfer_towns = depot_towns[:2]
    for town in depot_towns + transfer_towns:
        road = int(rng.choice(roads_of[town]))
        nearer = links[mains.index(road)][0] == town
        vertex = int(rng.integers(4, 10))
        vertex = vertex if nearer else len(build.raw[road].xy) - 1 - vertex
        branch = build.branch(road, vertex, float(rng.uniform(160, 300)), YARD, town)
        yards.append((build.raw[branch].nodes[len(build.raw[branch].xy) - 1], town))
    signals = {n for n in grids[0] if rng.random() < 0.3}
    return build.finish(towns, signals, yards, len(depot_towns))
