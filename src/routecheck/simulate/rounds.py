"""One trip of a truck: from yard to yard past its tasks, with lights, halts and crawling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .motion import Motion, Stand, drive, rounded
from .roads import Place

if TYPE_CHECKING:
    from .county import County

Floats = NDArray[np.float64]

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


def _decoy_place(county: County, point: int, rng: np.random.Generator) -> Place | None:
    """A place 36-60 m along the road from the bins, if the road is long enough."""
    p = county.points[point]
    length = county.networks[p.block].edges[p.place.edge].length_m
    for _ in range(6):
        away = float(rng.uniform(38.0, 60.0) * rng.choice([-1.0, 1.0]))
        if 2.0 < p.place.s_m + away < length - 2.0:
            place = Place(p.place.edge, p.place.s_m + away)
            if np.hypot(*(county.networks[p.block].xy_at(place) - p.xy)) > 36.0:
                return place
    return None


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
    stands: list[Stand] = []
    doing: list[Task | None] = []
    signals: list[float] = []
    done = 0.0

    def go(to: Place) -> None:
        nonlocal at, done
        leg = network.leg(at, to)
        line, limit = rounded(leg.xy, leg.limit_mps)
        lines.append(line if not lines else line[1:])
        limits.append(limit)
        signals.extend(done + s for s, node in leg.nodes if node in network.signals)
        done += float(np.hypot(*np.diff(line, axis=0).T).sum())
        at = to

    for task in tasks:
        if task.mode == "serve":
            go(county.stand_place(task.point, rng))
            stands.append(Stand(done, task.dwell_s, "pickup", task.pickup))
            doing.append(task)
        elif task.mode == "rest":
            rest = county.points[task.point].rest
            if rest is not None:
                go(rest)
                stands.append(Stand(done, task.dwell_s, "rest"))
                doing.append(None)
        elif task.mode == "pass":
            go(county.points[task.point].place)
        else:
            place = _decoy_place(county, task.point, rng)
            if place is not None:
                go(place)
                stands.append(Stand(done, task.dwell_s, "decoy"))
                doing.append(None)
    go(truck.transfer)
    if last:
        stands.append(Stand(done, float(rng.uniform(*UNLOAD_S)), "unload"))
        doing.append(None)
        go(truck.depot)
    if not plain:
        taken = np.array([stand.s_m for stand in stands])
        extra = [
            Stand(s - float(rng.uniform(5, 14)), float(rng.uniform(8, 55)), "light")
            for s in signals
            if rng.random() < amounts.light_stop
        ]
        extra += [
            Stand(float(rng.uniform(60, done - 60)), float(rng.uniform(12, 150)), "halt")
            for _ in range(rng.poisson(amounts.halts_per_trip) if done > 400 else 0)
        ]
        for stand in extra:
            if stand.s_m > 20 and (np.abs(taken - stand.s_m) > 12).all():
                stands.append(stand)
                doing.append(None)
    order = np.argsort([stand.s_m for stand in stands], kind="stable")
    stands = [stands[i] for i in order]
    doing = [doing[i] for i in order]
    crawls = 0 if plain else int(rng.poisson(amounts.crawls_per_trip))
    motion = drive(rng, np.vstack(lines), np.concatenate(limits), stands, start_t, truck.driver,
                   crawls)  # fmt: skip
    served = [
        Served(task.pickup, task.point, float(motion.arrive_t[i]), float(motion.depart_t[i]))
        for i, task in enumerate(doing)
        if task is not None
    ]
    return motion, served


def join(motions: list[Motion]) -> Motion:
    """Several trips as one motion; between them the truck stands where the one before ended."""
    if len(motions) == 1:
        return motions[0]
    shift = np.cumsum([0.0] + [float(m.s_m[-1]) for m in motions[:-1]])
    return Motion(
        np.vstack([m.xy for m in motions]),
        np.concatenate([m.s_m + by for m, by in zip(motions, shift, strict=True)]),
        np.concatenate([m.knot_t for m in motions]),
        np.concatenate([m.knot_s + by for m, by in zip(motions, shift, strict=True)]),
        np.concatenate([m.knot_v for m in motions]),
        np.concatenate([m.arrive_t for m in motions]),
        np.concatenate([m.depart_t for m in motions]),
    )
