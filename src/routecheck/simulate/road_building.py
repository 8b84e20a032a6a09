"""How the roads of a mountain county come to be.

Country roads are fractal lines with a vertex every 40-60 m that join the towns as a tree with a
few loops; branches climb from them to villages and end there; some stretches have a second road
40-70 m beside them; every town has a grid of streets.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from .plane import Floats, apart_m, arc_m
from .roads import BRANCH, MAIN, PARALLEL, STREET, YARD, Edge, Network, Place


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


def _beside(line: Floats, by_m: float) -> Floats:
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
    """A road under construction; its junctions are known by vertex."""

    xy: Floats
    kind: int
    township: int
    nodes: dict[int, int]


def build_network(
    rng: np.random.Generator,
    centre: Floats,
    box_m: float,
    townships: int,
    parallel_roads: int,
    streets: int,
) -> Network:
    """Roads of one county: towns, streets, country roads, branches, parallel roads and yards.

    streets is about how many 150 m street blocks the towns need together.
    """
    build = _Builder(rng, _town_centres(rng, townships, box_m) + centre)
    build.add_streets(streets)
    build.add_main_roads()
    build.add_branches()
    for _ in range(parallel_roads):
        build.add_parallel_road()
    return build.finish()


def _town_centres(rng: np.random.Generator, count: int, box_m: float) -> Floats:
    """Centres apart from each other, the seat first and near the middle."""
    apart = 0.55 * box_m / np.sqrt(count)
    centres = [rng.uniform(-0.06, 0.06, 2) * box_m]
    while len(centres) < count:
        candidate = rng.uniform(-0.46, 0.46, 2) * box_m
        if apart_m(np.array(centres), candidate).min() > apart:
            centres.append(candidate)
        else:
            apart *= 0.995  # never search for ever
    return np.array(centres)


class _Builder:
    """Roads under construction; the order in which they are added is part of every seed."""

    def __init__(self, rng: np.random.Generator, towns: Floats) -> None:
        self.rng, self.towns = rng, towns
        self.node_xy: list[Floats] = []
        self.raw: list[_Raw] = []
        self.grids: list[list[int]] = []  # nodes of the streets of each town
        self.links: dict[int, tuple[int, int]] = {}  # towns that each main road joins
        self.roads_of: dict[int, list[int]] = {town: [] for town in range(len(towns))}

    def _node(self, xy: Floats) -> int:
        self.node_xy.append(np.asarray(xy, dtype=float))
        return len(self.node_xy) - 1

    def _road(self, a: int, b: int, kind: int, township: int, rough: float) -> int:
        line = fractal(self.rng, self.node_xy[a], self.node_xy[b], rough)
        self.raw.append(_Raw(line, kind, township, {0: a, len(line) - 1: b}))
        return len(self.raw) - 1

    def _node_on(self, road: int, vertex: int) -> int:
        raw = self.raw[road]
        if vertex not in raw.nodes:
            raw.nodes[vertex] = self._node(raw.xy[vertex])
        return raw.nodes[vertex]

    def _branch(self, road: int, vertex: int, length_m: float, kind: int, township: int) -> int:
        raw = self.raw[road]
        start = self._node_on(road, vertex)
        along = raw.xy[min(vertex + 1, len(raw.xy) - 1)] - raw.xy[max(vertex - 1, 0)]
        side = self.rng.choice([-1.0, 1.0])
        angle = np.arctan2(along[1], along[0]) + side * self.rng.uniform(0.9, 2.2)
        end = raw.xy[vertex] + length_m * np.array([np.cos(angle), np.sin(angle)])
        return self._road(start, self._node(end), kind, township, 0.05 if kind == YARD else 0.2)

    def _grid(self, town: int, columns: int, rows: int) -> None:
        """Streets of a town: a grid turned by chance, its crossings a little off."""
        turn = self.rng.uniform(0, np.pi / 2)
        pace = self.rng.uniform(115, 175, 2)
        axis = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        cells = list(np.ndindex(columns, rows))
        nodes = {}
        for i, j in cells:
            flat = np.array([(i - (columns - 1) / 2) * pace[0], (j - (rows - 1) / 2) * pace[1]])
            nodes[i, j] = self._node(self.towns[town] + flat @ axis + self.rng.normal(0, 8, 2))
        for i, j in cells:
            for beyond in ((i + 1, j), (i, j + 1)):
                if beyond in nodes:
                    self._road(nodes[i, j], nodes[beyond], STREET, town, 0.015)
        self.grids.append(list(nodes.values()))

    def add_streets(self, streets: int) -> None:
        """A larger grid for the seat, smaller ones for the other towns."""
        others = len(self.towns) - 1
        side = int(np.clip(np.sqrt(streets * 0.45 / 2) + 1, 3, 14))
        self._grid(0, side + 1, side)
        small = int(np.clip(np.sqrt(streets * 0.9 / max(others, 1) / 2) + 1, 3, 8))
        for town in range(1, others + 1):
            self._grid(town, small, small)

    def add_main_roads(self) -> None:
        """A tree over the towns by Prim's algorithm, then loops between near ones."""
        towns = range(len(self.towns))
        distance = np.array([apart_m(self.towns, town) for town in self.towns])
        joined, links = {0}, []
        while len(joined) < len(towns):
            inside = sorted(joined)
            outside = [t for t in towns if t not in joined]
            block = distance[np.ix_(inside, outside)]
            i, j = np.unravel_index(int(block.argmin()), block.shape)
            links.append((inside[int(i)], outside[int(j)]))
            joined.add(outside[int(j)])
        for town in towns:
            for near in map(int, np.argsort(distance[town])[1:3]):
                known = (town, near) in links or (near, town) in links
                if not known and self.rng.random() < 0.15:
                    links.append((town, near))
        for a, b in links:
            way = self.towns[b] - self.towns[a]
            out = max(self.grids[a], key=lambda n: float(self.node_xy[n] @ way))
            back = min(self.grids[b], key=lambda n: float(self.node_xy[n] @ way))
            road = self._road(out, back, MAIN, b, 0.15)
            self.links[road] = a, b
            self.roads_of[b].append(road)
            self.roads_of[a].append(road)

    def add_branches(self) -> None:
        """Some from the near half of each town's main roads; some have a branch of their own."""
        rng = self.rng
        for town, roads in self.roads_of.items():
            for _ in range(int(rng.integers(4, 8))):
                road = int(rng.choice(roads))
                size = len(self.raw[road].xy)
                starts_here = self.links[road][0] == town
                low, high = (3, max(size // 2, 4)) if starts_here else (size // 2, size - 3)
                vertex = int(rng.integers(low, high))
                new = self._branch(road, vertex, float(rng.uniform(700, 3600)), BRANCH, town)
                if rng.random() < 0.35 and len(self.raw[new].xy) > 12:
                    inner = int(rng.integers(4, len(self.raw[new].xy) - 3))
                    self._branch(new, inner, float(rng.uniform(400, 1500)), BRANCH, town)

    def add_parallel_road(self) -> None:
        """A road beside a stretch of a main road, if one without a junction is drawn."""
        rng = self.rng
        road = int(rng.choice(list(self.links)))
        raw = self.raw[road]
        size = len(raw.xy)
        length = min(int(rng.integers(14, 34)), size - 8)
        if length < 8:
            return
        first = int(rng.integers(3, size - 3 - length))
        last = first + length
        if any(first <= vertex <= last for vertex in raw.nodes):
            return  # a junction in between would be bridged over
        a, b = self._node_on(road, first), self._node_on(road, last)
        beside = float(rng.uniform(42, 68) * rng.choice([-1.0, 1.0]))
        line = _beside(raw.xy[first : last + 1], beside)
        self.raw.append(_Raw(line, PARALLEL, raw.township, {0: a, length: b}))

    def _yard(self, town: int) -> int:
        """A depot or transfer station off a main road near a town; the node where it ends."""
        road = int(self.rng.choice(self.roads_of[town]))
        vertex = int(self.rng.integers(4, 10))
        if self.links[road][0] != town:
            vertex = len(self.raw[road].xy) - 1 - vertex
        branch = self._branch(road, vertex, float(self.rng.uniform(160, 300)), YARD, town)
        return self.raw[branch].nodes[len(self.raw[branch].xy) - 1]

    def finish(self) -> Network:
        """Add depots and transfer stations, cut the roads at junctions, find the least times."""
        others = np.arange(1, len(self.towns))
        chosen = self.rng.choice(others, min(2, len(others)), replace=False)
        depot_towns = [0, *sorted(map(int, chosen))]
        yards = [self._yard(town) for town in depot_towns + depot_towns[:2]]
        signals = frozenset(n for n in self.grids[0] if self.rng.random() < 0.3)
        edges: list[Edge] = []
        ends: dict[int, Place] = {}
        for raw in self.raw:
            for first, last in pairwise(sorted(raw.nodes)):
                line = raw.xy[first : last + 1]
                u, v = raw.nodes[first], raw.nodes[last]
                edges.append(Edge(u, v, line, arc_m(line), raw.kind, raw.township))
                ends[v] = Place(len(edges) - 1, edges[-1].length_m)
        seconds = [edge.length_m / edge.limit_mps for edge in edges]
        best: dict[tuple[int, int], int] = {}
        for number, edge in enumerate(edges):
            for key in ((edge.u, edge.v), (edge.v, edge.u)):
                if key not in best or seconds[number] < seconds[best[key]]:
                    best[key] = number
        rows, columns = np.array(list(best)).T
        cost = np.array([seconds[number] for number in best.values()])
        size = len(self.node_xy)
        graph = coo_array((cost, (rows, columns)), shape=(size, size)).tocsr()
        table, before = dijkstra(graph, return_predecessors=True)
        return Network(
            edges=edges,
            towns=self.towns,
            signals=signals,
            depots=[ends[node] for node in yards[: len(depot_towns)]],
            transfers=[ends[node] for node in yards[len(depot_towns) :]],
            _cost=np.asarray(table),
            _before=np.asarray(before, dtype=np.int32),
            _best=best,
        )
