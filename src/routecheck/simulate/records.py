"""The registry as it was written down: where the record says each point is, and what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from .chance import Stream, generator
from .county import County, Point
from .datums import bd09_from_wgs84, gcj02_from_wgs84
from .plane import Floats, apart_m
from .roads import MAIN, PARALLEL
from .spoilt_tables import blank_points


@dataclass(frozen=True)
class Records:
    """Recorded places, one row a point in the county's order.

    lon and lat are the texts of the file; x and y what a reader makes of them as WGS-84, in plane
    metres (NaN: unusable); fault is a cause code, or empty.
    """

    lon: list[str]
    lat: list[str]
    x: Floats
    y: Floats
    fault: list[str]
    true_lon: Floats
    true_lat: Floats


def _minutes(value: float) -> float:
    """Degrees and decimal minutes written as if they were decimal degrees."""
    whole = np.floor(value)
    return float(whole + (value - whole) * 0.6)


def _cut(value: float, digits: int) -> float:
    """A value with all but these decimal digits cut off."""
    return float(np.floor(value * 10**digits) / 10**digits)


def _batches(county: County, rng: np.random.Generator) -> dict[int, str]:
    """Townships whose whole survey is in another datum."""
    amounts = county.amounts
    size = Counter(p.township_no for p in county.points)
    batches: dict[int, str] = {}
    for block in range(amounts.blocks):
        here = sorted({p.township_no for p in county.points if p.block == block})
        aim = amounts.batch_share * sum(size[t] for t in here)
        kinds = ["gcj02"] * amounts.gcj02_townships + ["bd09"] * amounts.bd09_townships
        # not the seat: half the county in one batch would leave nothing to compare it with
        free = [t for t in (here[1:] if len(here) > 2 else here) if size[t] >= 4]
        tries = [rng.permutation(free)[: len(kinds)] for _ in range(40)]
        best = min(tries, key=lambda chosen: abs(sum(size[int(t)] for t in chosen) - aim))
        batches |= {int(t): kind for t, kind in zip(best, kinds, strict=False)}
    return batches


def _misplaced_xy(county: County, n: int, rng: np.random.Generator, usual: set[int]) -> Floats:
    """A wrong place for a point: on another point, across on the other road, or elsewhere."""
    p = county.points[n]
    least_m, most_m = county.amounts.misplaced_m
    edges, edge = county.network(p).edges, county.edge(p)
    away_m = apart_m(np.array([q.xy for q in county.points]), p.xy)
    draw = rng.random()
    near = [
        int(i)
        for i in np.argsort(away_m, kind="stable")
        if least_m < away_m[i] < most_m and int(i) in usual and county.points[i].block == p.block
    ]
    if draw < 0.25 and near:
        other = county.points[near[int(rng.integers(min(len(near), 6)))]]
        return other.xy + rng.normal(0, 1.5, 2)

    def on(road: Floats, low_m: float, high_m: float, survey_m: float) -> Floats | None:
        """A vertex of a road within these distances, as somebody would measure it."""
        d = apart_m(road, p.xy)
        good = np.flatnonzero((d > low_m) & (d < high_m))
        if not len(good):
            return None
        return np.asarray(road[int(rng.choice(good))] + rng.normal(0, survey_m, 2))

    wrong = None
    if edge.kind in (MAIN, PARALLEL):
        twins = [e for e in edges if e.u == edge.u and e.v == edge.v and e is not edge]
        wrong = on(twins[0].xy, 45, 400, 4) if twins else None
    if wrong is None and draw < 0.6:
        wrong = on(np.vstack([other.xy for other in edges]), least_m, most_m, 5)
    if wrong is None:
        angle, off_m = rng.uniform(0, 2 * np.pi), least_m * (most_m / least_m) ** rng.random()
        wrong = p.xy + off_m * np.array([np.cos(angle), np.sin(angle)])
    return wrong


def write_down(county: County, seed: int) -> Records:
    """The records of a county, with their faults."""
    rng = generator(seed, Stream.RECORDS)
    amounts, points = county.amounts, county.points
    true = np.array([p.xy for p in points])
    true_lon, true_lat = county.to_lonlat(*true.T)
    recorded = true + rng.normal(0, 0.8 if amounts.noise_m < 2 else 2.0, true.shape)
    fault = [""] * len(points)
    batches = _batches(county, rng)
    free = [
        n
        for n, p in enumerate(points)
        if p.township_no not in batches and not p.never_served and not p.retired
    ]
    free = [int(n) for n in rng.permutation(free)]
    usual = set(free)

    def take(count: int, cause: str) -> list[int]:
        taken, free[:] = free[:count], free[count:]
        for n in taken:
            fault[n] = cause
        return taken

    mistyped = take(round(amounts.coordinate_fault_share * len(points)), "coordinate_error")
    nowhere = take(amounts.no_location_points * amounts.blocks, "unknown_point")
    for n in take(round(amounts.misplaced_share * len(points)), "misplaced"):
        usual.discard(n)
        recorded[n] = _misplaced_xy(county, n, rng, usual)
    for n in take(round(amounts.tolerance_fault_share * len(points)), "tolerance"):
        recorded[n] = _beyond_tolerance_xy(county, points[n], rng)
    lon, lat = county.to_lonlat(*recorded.T)
    for n, p in enumerate(points):
        if p.township_no in batches:
            fault[n] = "datum"
            shift = gcj02_from_wgs84 if batches[p.township_no] == "gcj02" else bd09_from_wgs84
            (lon[n],), (lat[n],) = shift(lon[n : n + 1], lat[n : n + 1])
    text_lon, text_lat = ([f"{value:.6f}" for value in values] for values in (lon, lat))
    for i, n in enumerate(mistyped):
        text_lon[n], text_lat[n] = _mistyped(float(lon[n]), float(lat[n]), i, rng)
    for i, n in enumerate(nowhere):
        text_lon[n], text_lat[n] = ("", "") if i % 2 == 0 else ("0", "0")
    for n, blank in enumerate(blank_points(county, seed)):
        if blank:
            text_lon[n], text_lat[n], fault[n] = "", "", "unknown_point"
    x, y = _as_read(county, text_lon, text_lat)
    far = np.hypot(x - true[:, 0], y - true[:, 1]) > 1e6
    x[far], y[far] = np.nan, np.nan
    return Records(text_lon, text_lat, x, y, fault, true_lon, true_lat)


def _beyond_tolerance_xy(county: County, point: Point, rng: np.random.Generator) -> Floats:
    """A place 32-45 m from the stand, not from the bins: that is what the monitor sees."""
    stand = county.network(point).xy_at(county.along(point, point.habit_m, 1.0))
    outward = point.xy - stand
    outward = outward / max(float(np.hypot(*outward)), 0.1)
    turn = rng.uniform(-0.5, 0.5)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(stand + spin @ outward * rng.uniform(33.0, 45.0))


def _mistyped(lon: float, lat: float, turn: int, rng: np.random.Generator) -> tuple[str, str]:
    """Longitude and latitude swapped, as degrees and minutes, or cut off, in turn."""
    if turn % 3 == 0:
        return f"{lat:.6f}", f"{lon:.6f}"
    if turn % 3 == 1:
        return f"{_minutes(lon):.6f}", f"{_minutes(lat):.6f}"
    digits = 3 if rng.random() < 0.6 else 2
    east_m = (lon - _cut(lon, digits)) * 97_000
    north_m = (lat - _cut(lat, digits)) * 111_000
    if np.hypot(east_m, north_m) < 60:
        digits = 2  # too near the lattice to be an error at all
    return f"{_cut(lon, digits):.{digits}f}", f"{_cut(lat, digits):.{digits}f}"


def _as_read(county: County, lon: list[str], lat: list[str]) -> tuple[Floats, Floats]:
    """What a reader makes of the texts, in plane metres; NaN: unusable."""
    read_lon, read_lat = (np.array([float(v or "nan") for v in texts]) for texts in (lon, lat))
    usable = (np.abs(read_lat) < 90) & (np.hypot(read_lon, read_lat) > 1)
    x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    if usable.any():
        x[usable], y[usable] = county.to_plane(read_lon[usable], read_lat[usable])
    return x, y
