"""One trip of a truck: from yard to yard past its tasks, with lights, halts and crawling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .county import County, Point
from .motion import Motion, Stand, drive, without_doubles
from .plane import Floats, apart_m
from .roads import Place

UNLOAD_S = (420.0, 1100.0)


@dataclass(frozen=True)
class Task:
    """Something to do at a point: serve it, pass it, stand near it without serving it."""

    point: int
    mode: str  # serve | pass | decoy | rest
    dwell_s: float = 0.0
    pickup: int = -1


@dataclass(frozen=True)
class Served:
    """A stand for a pickup, in site seconds."""

    pickup: int
    point: int
    arrive_t: float
    depart_t: float


def _decoy_place(county: County, point: Point, rng: np.random.Generator) -> Place | None:
    """A place 36-60 m along the road from the bins, if the road is long enough."""
    length_m = county.edge(point).length_m
    for _ in range(6):
        away = float(rng.uniform(38.0, 60.0) * rng.choice([-1.0, 1.0]))
        place = Place(point.place.edge, point.place.s_m + away)
        if not 2.0 < place.s_m < length_m - 2.0:
            continue
        if np.hypot(*(county.network(point).xy_at(place) - point.xy)) > 36.0:
            return place
    return None


def _place_of(county: County, task: Task, rng: np.random.Generator) -> Place | None:
    """Where a task leads; None where it cannot be done."""
    point = county.points[task.point]
    if task.mode == "serve":
        return county.stand_place(point, rng)
    if task.mode == "rest":
        return point.rest
    return point.place if task.mode == "pass" else _decoy_place(county, point, rng)


def drive_trip(
    county: County,
    truck_no: int,
    trip: int,
    tasks: list[Task],
    start_t: float,
    rng: np.random.Generator,
    last: bool | None = None,
    plain: bool = False,
) -> tuple[Motion, list[Served]]:
    """Drive a trip; a first trip starts at the depot, later ones at the transfer station.

    Every trip unloads at the transfer station; the last one goes home from there. plain leaves
    out what chance adds (lights, halts, crawling), for the plan.
    """
    truck, amounts = county.trucks[truck_no], county.amounts
    network = county.networks[truck.block]
    last = trip == len(truck.trips) - 1 if last is None else last
    at = truck.depot if trip == 0 else truck.transfer
    lines: list[Floats] = []
    limits: list[Floats] = []
    stands: list[tuple[Stand, Task | None]] = []
    signals_m: list[float] = []
    done_m = 0.0

    def go(to: Place) -> None:
        nonlocal at, done_m
        leg = network.leg(at, to)
        line, limit = without_doubles(leg.xy, leg.limit_mps)
        lines.append(line if not lines else line[1:])
        limits.append(limit)
        signals_m.extend(done_m + s_m for s_m, node in leg.nodes if node in network.signals)
        done_m += float(apart_m(line[1:], line[:-1]).sum())
        at = to

    for task in tasks:
        place = _place_of(county, task, rng)
        if place is None:
            continue
        go(place)
        if task.mode != "pass":
            served = task if task.mode == "serve" else None
            stands.append((Stand(done_m, task.dwell_s), served))
    go(truck.transfer)
    if last:
        stands.append((Stand(done_m, float(rng.uniform(*UNLOAD_S))), None))
        go(truck.depot)
    if not plain:
        taken_m = np.array([stand.s_m for stand, _ in stands])
        extra = [
            Stand(s_m - float(rng.uniform(5, 14)), float(rng.uniform(8, 55)))
            for s_m in signals_m
            if rng.random() < amounts.light_stop
        ]
        extra += [
            Stand(float(rng.uniform(60, done_m - 60)), float(rng.uniform(12, 150)))
            for _ in range(rng.poisson(amounts.halts_per_trip) if done_m > 400 else 0)
        ]
        stands += [
            (stand, None)
            for stand in extra
            if stand.s_m > 20 and (np.abs(taken_m - stand.s_m) > 12).all()
        ]
    stands.sort(key=lambda pair: pair[0].s_m)
    crawls = 0 if plain else int(rng.poisson(amounts.crawls_per_trip))
    motion = drive(
        rng, np.vstack(lines), np.concatenate(limits), [stand for stand, _ in stands], start_t,
        truck.driver, crawls,
    )  # fmt: skip
    times = zip(stands, motion.arrive_t, motion.depart_t, strict=True)
    return motion, [
        Served(task.pickup, task.point, float(arrive_t), float(depart_t))
        for (_, task), arrive_t, depart_t in times
        if task is not None
    ]


def join(motions: list[Motion]) -> Motion:
    """Several trips as one motion; between them the truck stands where the one before ended."""
    before_m = np.cumsum([0.0] + [float(m.s_m[-1]) for m in motions[:-1]])
    pairs = list(zip(motions, before_m, strict=True))
    return Motion(
        xy=np.vstack([m.xy for m in motions]),
        s_m=np.concatenate([m.s_m + by for m, by in pairs]),
        knot_t=np.concatenate([m.knot_t for m in motions]),
        knot_s=np.concatenate([m.knot_s + by for m, by in pairs]),
        knot_v=np.concatenate([m.knot_v for m in motions]),
        arrive_t=np.concatenate([m.arrive_t for m in motions]),
        depart_t=np.concatenate([m.depart_t for m in motions]),
    )
