"""Where the collection points of a county stand: close along streets, farther in the country."""

from __future__ import annotations

import numpy as np

from .amounts import Amounts
from .plane import Floats, apart_m
from .roads import BRANCH, MAIN, PARALLEL, STREET, Network, Place


def _slots(rng: np.random.Generator, length_m: float, low: float, high: float) -> list[float]:
    """Distances along a road at which points could stand."""
    slots, at = [], float(rng.uniform(0.2, 0.9) * low)
    while at < length_m - 12:
        slots.append(at)
        at += float(rng.uniform(low, high))
    return slots


def choose_places(
    rng: np.random.Generator, network: Network, count: int, amounts: Amounts
) -> list[Place]:
    """Places for the points of one block: along streets in town, along roads in the country."""
    low, high = amounts.town_spacing_m
    chosen: list[Place] = []
    taken: list[Floats] = []
    yards = np.array([network.xy_at(yard) for yard in network.depots + network.transfers])

    def add(place: Place, least_apart_m: float) -> None:
        xy = network.xy_at(place)
        if taken and apart_m(np.array(taken), xy).min() < least_apart_m:
            return
        if apart_m(yards, xy).min() >= 150:
            chosen.append(place)
            taken.append(xy)

    town_quota = round(count * amounts.town_share)
    towns = len(network.towns)
    streets: dict[int, list[int]] = {t: [] for t in range(towns)}
    for number, edge in enumerate(network.edges):
        if edge.kind == STREET:
            streets[edge.township].append(number)
    for town in range(towns):
        share = 0.5 if town == 0 else 0.5 / max(towns - 1, 1)
        want = round(town_quota * (share if towns > 1 else 1.0))
        begin = len(chosen)
        turn = int(rng.integers(len(streets[town])))
        for number in streets[town][turn:] + streets[town][:turn]:
            for s in _slots(rng, network.edges[number].length_m, low, high):
                if len(chosen) - begin < want:
                    add(Place(number, s), low * 0.85)
    spacing = {BRANCH: (160.0, 650.0), MAIN: (500.0, 1700.0), PARALLEL: (150.0, 420.0)}
    twins = {(e.u, e.v) for e in network.edges if e.kind == PARALLEL}
    groups = []
    for number, edge in enumerate(network.edges):
        if edge.kind in spacing:
            beside = edge.kind == PARALLEL or (edge.u, edge.v) in twins
            pace = spacing[PARALLEL] if beside else spacing[edge.kind]
            near, far = (apart * amounts.country_spacing for apart in pace)
            places = [Place(number, s) for s in _slots(rng, edge.length_m, near, far)]
            if edge.kind == BRANCH and edge.length_m > 120 and rng.random() < 0.6:
                places.append(Place(number, edge.length_m - 14.0))
            groups.append((0 if beside else 1, float(rng.random()), places))
    for _, _, places in sorted(groups, key=lambda g: g[:2]):
        for place in places:
            if len(chosen) < count:
                add(place, min(60.0, 60.0 * amounts.country_spacing))
    tries = 0
    while len(chosen) < count:  # a small box may be full: then closer together
        number = int(rng.integers(len(network.edges)))
        edge = network.edges[number]
        tries += 1
        if edge.kind in spacing or (edge.kind == STREET and tries > 4 * count):
            place = Place(number, float(rng.uniform(8, max(9.0, edge.length_m - 8))))
            add(place, max(low * 0.7, 60.0 - tries / 20))
    return chosen[:count]
