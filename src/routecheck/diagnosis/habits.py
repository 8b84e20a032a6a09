"""What the days taught of a site as a whole: how vehicles stand, how well their services show."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.stands import Stands, Stops
from routecheck.domain.arrays import Array, Ints
from routecheck.domain.tables import TEXT


@dataclass(frozen=True)
class UsualStand:
    """How long vehicles stand for a point, whichever: mean and scatter of log(seconds stood).

    Attributes:
        log_s: mean of the logarithm.
        log_sd: its scatter over the points.
        stands: stands that it was learnt from; 0: it is what is assumed at first.
    """

    log_s: float = math.log(lk.USUAL_STAND_S)
    log_sd: float = lk.USUAL_STAND_SD
    stands: int = 0

    @classmethod
    def of(cls, log_stood: Array) -> UsualStand:
        """Learn from the stands within tolerance of recorded places (means of log seconds)."""
        if len(log_stood) < lk.USUAL_STAND_LEAST:
            return cls()
        middle = float(np.median(log_stood))
        # 1.4826 makes the median deviation that of a normal distribution.
        scatter = 1.4826 * np.median(np.abs(log_stood - middle))
        return cls(middle, float(np.clip(scatter, *lk.USUAL_STAND_BOUNDS)), len(log_stood))


@dataclass(frozen=True)
class SeenRates:
    """How surely services show, of each point, by its vehicle.

    Attributes:
        service: probability that a service leaves a stand.
        clear: probability that fixes show the vehicle standing.
        due_days: due days of the points of the vehicle that both were learnt from.
    """

    service: Array
    clear: Array
    due_days: Array


def seen_rates(best: Array, clear: Array, due_days: Ints, frame: Frame, stops: Stops) -> SeenRates:
    """Learn how surely a service leaves a stand, and one that fixes saw, on a day.

    By the points of the vehicle whose record is plainly right; at first, by how many of its
    stops lie between two fixes.

    Args:
        best: share of the due days with a stand where each point is recorded.
        clear: the same of stands that fixes saw.
        due_days: of each point.
        frame: codes.
        stops: all stops.
    """
    plain = (best >= lk.PLAIN_SHARE) & (due_days > 0)
    due = frame.sum_of_vehicle(plain * due_days)
    # What is known at first is worth some points of the vehicle.
    usual_days = max(float(np.median(due_days)) if len(due_days) else 1.0, 1.0)
    prior = lk.PRIOR_POINTS * usual_days

    def rates(share: Array, at_first: Array | float, bounds: tuple[float, float]) -> Array:
        seen = frame.sum_of_vehicle(plain * (share * due_days))
        return np.clip((seen + at_first * prior) / (due + prior), *bounds)

    size = max(int(frame.main_vehicle.max(initial=0)) + 1, frame.vehicles)
    count = np.bincount(stops.vehicle, minlength=size)
    hidden = np.bincount(stops.vehicle, weights=stops.hidden, minlength=size)
    usually = np.interp(hidden / np.maximum(count, 1), lk.HIDDEN_SHARE, lk.CLEAR_RATE)
    usually[count == 0] = lk.SERVICE_SEEN
    return SeenRates(
        rates(best, lk.SERVICE_SEEN, lk.SERVICE_BOUNDS),
        rates(clear, usually[frame.main_vehicle], lk.CLEAR_BOUNDS),
        due,
    )


@dataclass(frozen=True)
class Habits:
    """What was learnt of all points and vehicles together.

    Attributes:
        dates: dates that were learnt from.
        stands: places at which vehicles stood.
        usual_stand: how long vehicles stand for a point.
        vehicles: a row a vehicle that points are due of: `vehicle_id`, `service` (probability that
            a service of it leaves a stand), `due_days` of its points that this was learnt from.
    """

    dates: int = 0
    stands: int = 0
    usual_stand: UsualStand = UsualStand()
    vehicles: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["vehicle_id", "service", "due_days"])
    )


def habits_of(
    frame: Frame, stands: Stands, usual: UsualStand, rates: SeenRates, due_days: Ints
) -> Habits:
    """Return what was learnt of all points and vehicles together.

    Args:
        frame: codes.
        stands: where vehicles stood.
        usual: how long they stand.
        rates: how surely services show.
        due_days: of each point.
    """
    due = np.flatnonzero(due_days > 0) if frame.vehicles else np.zeros(0, dtype=np.int64)
    which, first = np.unique(frame.main_vehicle[due], return_index=True)
    row = due[first]
    vehicles = pd.DataFrame(
        {
            "vehicle_id": pd.Series(frame.vehicle_ids[which].astype(str), dtype=TEXT),
            "service": rates.service[row],
            "due_days": rates.due_days[row].astype(np.int64),
        }
    )
    return Habits(frame.days, len(stands), usual, vehicles)
