"""The registry as it was written down: where the record says each point is, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .county import County
from .datums import bd09_from_wgs84, gcj02_from_wgs84
from .roads import MAIN, PARALLEL

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Records:
    """Recorded places, one row a point in the county's order.

    lon and lat are the texts of the file; x and y what a reader makes of them as WGS-84, in plane
    metres (NaN: unusable); fault is a cause code, kind says which of its forms.
    """

    lon: list[str]
    lat: list[str]
    x: Floats
    y: Floats
    fault: list[str]
    kind: list[str]
    true_lon: Floats
    true_lat: Floats


def _minutes(value: float) -> float:
    """Degrees and decimal minutes written as if they were decimal degrees."""
    whole = np.floor(value)
    return float(whole + (value - whole) * 0.6)


def _cut(value: float, per_degree: int) -> float:
    """A value with the digits beyond 1 / per_degree cut off."""
    return float(np.floor(value * per_degree) / per_degree)


def _batches(county: County, rng: np.random.Generator) -> dict[int, str]:
    """Townships whose whole survey is in another datum."""
    amounts = county.amounts
    size: dict[int, int] = {}
    for p in county.points:
        size[p.township_no] = size.get(p.township_no, 0) + 1
    found: dict[int, str] = {}
    for block in range(amounts.blocks):
        here = sorted({p.township_no for p in county.points if p.block == block})
        aim = amounts.batch_share * sum(size[t] for t in here)
        kinds = ["gcj02"] * amounts.gcj02_townships + ["bd09"] * amounts.bd09_townships
        # not the seat: half the county in one batch would leave nothing to compare it with
        free = [t for t in (here[1:] if len(here) > 2 else here) if size[t] >= 4]
        tries = [rng.permutation(free)[: len(kinds)] for _ in range(40)]
        best = min(tries, key=lambda chosen: abs(sum(size[int(t)] for t in chosen) - aim))
        found.update({int(t): kind for t, kind in zip(best, kinds, strict=False)})
    return found


def _misplaced_xy(
    county: County, n: int, rng: np.random.Generator, usual: set[int]
) -> tuple[Floats, str]:
    """A wrong place for a point: on another point, across on the other road, or elsewhere."""
    p = county.points[n]
    network = county.networks[p.block]
    others = np.array([q.xy for q in county.points if q.block == p.block])
    numbers = [i for i, q in enumerate(county.points) if q.block == p.block]
    distance = np.hypot(*(others - p.xy).T)
    draw = rng.random()
    near = [int(i) for i in np.argsort(distance, kind="stable")
            if 80 < distance[i] < 1000 and numbers[int(i)] in usual]  # fmt: skip
    if draw < 0.25 and near:
        return others[near[int(rng.integers(min(len(near), 6)))]] + rng.normal(0, 1.5, 2), "copied"
    edge = network.edges[p.place.edge]
    if edge.kind in (MAIN, PARALLEL):
        twin = [e for e in network.edges if e.u == edge.u and e.v == edge.v and e is not edge]
        if twin:
            d = np.hypot(*(twin[0].xy - p.xy).T)
            far = np.flatnonzero((d > 45) & (d < 400))
            if len(far):
                return twin[0].xy[int(rng.choice(far))] + rng.normal(0, 4, 2), "parallel"
    if draw < 0.6:  # on some road
        road = np.vstack([other.xy for other in network.edges])
        d = np.hypot(*(road - p.xy).T)
        good = np.flatnonzero((d > 80) & (d < 1000))
        if len(good):
            return road[int(rng.choice(good))] + rng.normal(0, 5, 2), "road"
    angle, away = rng.uniform(0, 2 * np.pi), 80 * (1000 / 80) ** rng.random()
    return p.xy + away * np.array([np.cos(angle), np.sin(angle)]), "free"


def write_down(county: County, seed: int) -> Records:
    """The records of a county, with their faults."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 3]))
    amounts, points = county.amounts, county.points
    true = np.array([p.xy for p in points])
    lon, lat = county.to_lonlat(true[:, 0], true[:, 1])
    survey = rng.normal(0, 0.8 if amounts.noise_m < 2 else 2.0, true.shape)
    rx, ry = true[:, 0] + survey[:, 0], true[:, 1] + survey[:, 1]
    fault, kind = [""] * len(points), [""] * len(points)
    batch = _batches(county, rng)
    free = [n for n, p in enumerate(points)
            if p.township_no not in batch and not p.never_served and not p.retired]  # fmt: skip
    free = [int(n) for n in rng.permutation(free)]
    usual = set(free)

    def take(count: int) -> list[int]:
        taken, free[:] = free[:count], free[count:]
        return taken

    coordinate = take(round(amounts.coordinate_fault_share * len(points)))
    nowhere = take(amounts.no_location_points * amounts.blocks)
    for n in take(round(amounts.misplaced_share * len(points))):
        usual.discard(n)
        (rx[n], ry[n]), kind[n] = _misplaced_xy(county, n, rng, usual)
        fault[n] = "misplaced"
    for n in take(round(amounts.tolerance_fault_share * len(points))):
        # the stand, not the bins, lies 32-45 m away: that is what the monitor sees
        p = points[n]
        network = county.networks[p.block]
        length = network.edges[p.place.edge].length_m
        s = float(np.clip(p.place.s_m + p.habit_m, 1.0, length - 1.0))
        stand = network.xy_at(p.place._replace(s_m=s))
        outward = p.xy - stand
        outward = outward / max(float(np.hypot(*outward)), 0.1)
        turn = rng.uniform(-0.5, 0.5)
        spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        rx[n], ry[n] = stand + spin @ outward * rng.uniform(33.0, 45.0)
        fault[n] = kind[n] = "tolerance"
    rlon, rlat = county.to_lonlat(rx, ry)
    for n, p in enumerate(points):
        if p.township_no in batch:
            kind[n], fault[n] = batch[p.township_no], "datum"
            change = gcj02_from_wgs84 if kind[n] == "gcj02" else bd09_from_wgs84
            a, b = change(rlon[n : n + 1], rlat[n : n + 1])
            rlon[n], rlat[n] = a[0], b[0]
    text_lon = [f"{v:.6f}" for v in rlon]
    text_lat = [f"{v:.6f}" for v in rlat]
    for i, n in enumerate(coordinate):
        fault[n] = "coordinate_error"
        wrong_lon, wrong_lat = float(rlon[n]), float(rlat[n])
        kind[n] = ("swapped", "minutes", "digits")[i % 3]
        if kind[n] == "swapped":
            text_lon[n], text_lat[n] = text_lat[n], text_lon[n]
        elif kind[n] == "minutes":
            text_lon[n], text_lat[n] = f"{_minutes(wrong_lon):.6f}", f"{_minutes(wrong_lat):.6f}"
        else:
            digits = 1000 if rng.random() < 0.6 else 100
            east, north = _cut(wrong_lon, digits), _cut(wrong_lat, digits)
            if np.hypot((wrong_lon - east) * 97_000, (wrong_lat - north) * 111_000) < 60:
                digits = 100  # too near the lattice to be an error at all
            places = len(str(digits)) - 1
            text_lon[n] = f"{_cut(wrong_lon, digits):.{places}f}"
            text_lat[n] = f"{_cut(wrong_lat, digits):.{places}f}"
    for i, n in enumerate(nowhere):
        fault[n], kind[n] = "unknown_point", "nowhere"
        text_lon[n], text_lat[n] = ("", "") if i % 2 == 0 else ("0", "0")
    read_lon = np.array([float(v or "nan") for v in text_lon])
    read_lat = np.array([float(v or "nan") for v in text_lat])
    usable = (np.abs(read_lat) < 90) & (np.hypot(read_lon, read_lat) > 1)
    x, y = np.full(len(points), np.nan), np.full(len(points), np.nan)
    if usable.any():
        x[usable], y[usable] = county.to_plane(read_lon[usable], read_lat[usable])
    far = np.hypot(x - true[:, 0], y - true[:, 1]) > 1e6
    x[far], y[far] = np.nan, np.nan
    return Records(text_lon, text_lat, x, y, fault, kind, np.asarray(lon), np.asarray(lat))
