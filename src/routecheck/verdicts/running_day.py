"""Which misses wait while their date is running: what would show the pickup may still come.

A truck that is out may make its round late, in parts that are hours apart. It is done with it when
it is back in its yard, or has rested so long that this is no meal. Where it was once is not undone
by where it goes later: what is told of a running date is not to be taken back because the truck has
set out on its next round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.domain.arrays import Array, Bools
from routecheck.domain.codes import Cause
from routecheck.geo.plane import metres_per_degree
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement, iso
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.trajectories import Trajectory


def still_running(case: Case, facts: Facts) -> Judgement | None:
    """What a date that is still running leaves open; None: nothing, or the date is over.

    The vehicles that must have seen it have to be heard after its window. One that is on its round
    has to be home again, or to have rested for long: a round goes on after its windows, in parts
    hours later. One that has not begun it may set out late.
    """
    patience, end_s = facts.scene.patience, case.window_s[1]
    if patience is None:
        return None
    for track in case.observers:
        vehicle = track.vehicle_id
        served_s = facts.rounds.served_within_s(vehicle, case.window_s)
        began = np.isfinite(served_s)
        heard_s = float(track.time_s[-1]) if len(track.time_s) else facts.day_s[0]
        feed_s = facts.as_of_s - patience.delay_s
        stays = Stays.of(track, feed_s)
        done_s = stays.done_s(served_s) if began else np.inf
        # With the ignition off many devices are silent: it is where it was last heard.
        reach_s = max(heard_s, feed_s) if began and stays.rests_now(served_s) else heard_s
        if reach_s < end_s:
            case.criteria["until"] = iso(max(heard_s, facts.day_s[0]))
            return case.unverifiable("data_awaited", Cause.NO_FIXES, vehicle)
        if began and np.isinf(done_s):
            case.criteria["until"] = iso(heard_s)
            return case.unverifiable("round_awaited", Cause.NO_FIXES, vehicle)
        until_s = max(end_s, done_s) + patience.begun_s if began else end_s + patience.waiting_s
        if reach_s < until_s:
            if until_s >= case.span_s[1]:
                return case.unverifiable("pickup_awaited_morning", Cause.NO_FIXES, vehicle)
            case.criteria["until"] = iso(until_s)
            return case.unverifiable("pickup_awaited", Cause.NO_FIXES, vehicle)
    return None


def place_unsure(case: Case, facts: Facts) -> Judgement | None:
    """On a date that is still running, a place of which the date itself may show another."""
    if facts.scene.patience is None or case.place_confidence >= p.SURE_PLACE:
        return None
    return case.unverifiable("place_awaited", Cause.UNKNOWN_POINT)


@dataclass(frozen=True)
class Stays:
    """Where a vehicle stayed, each within the width of a yard, in order of time.

    Attributes:
        start_s: when it was first seen standing there (s since 1970).
        end_s: when it was last.
        lon: where: its first fix that stands, degrees.
        lat: likewise.
        here: whether the last stay goes on as far as the vehicle was heard.
    """

    start_s: Array
    end_s: Array
    lon: Array
    lat: Array
    here: bool

    @classmethod
    def of(cls, track: Trajectory, until_s: float) -> Stays:
        """The stays of a track.

        Args:
            track: the vehicle's.
            until_s: how far the feed as a whole reaches: one that fell silent where it had rested
                before is there until then. One that falls silent at a stop of its round has lost
                its connection.
        """
        rows = np.flatnonzero(track.stands)
        if not len(rows):
            none = np.zeros(0)
            return cls(none, none, none, none, here=False)
        lon, lat = track.lon, track.lat
        east_m, north_m = metres_per_degree(lat[rows[0]])
        since = rows[np.maximum(np.cumsum(track.stands) - 1, 0)]
        off_m = np.hypot((lon - lon[since]) * east_m, (lat - lat[since]) * north_m)
        off_m[: rows[0]] = 0.0
        # From each fix that stands up to the next: how far it went in between, and how far that is.
        away_m = np.maximum.reduceat(off_m, rows)
        step_m = np.hypot(np.diff(lon[rows]) * east_m, np.diff(lat[rows]) * north_m)
        cut = np.flatnonzero((away_m[:-1] > p.YARD_M) | (step_m > p.YARD_M))
        first, last = rows[np.append(0, cut + 1)], rows[np.append(cut, len(rows) - 1)]
        here = bool(away_m[-1] <= p.YARD_M)
        end_s = track.time_s[last].copy()
        if here:
            end_s[-1] = track.time_s[-1]
        stays = cls(track.time_s[first], end_s, lon[first], lat[first], here)
        if here and stays._rested_here_before():
            end_s[-1] = max(end_s[-1], until_s)
        return stays

    def done_s(self, served_s: float) -> float:
        """When it was first back in its yard, or had rested for longer than for a meal.

        Infinity where it was neither since it served a point.

        Args:
            served_s: when it last served one before the window ended.
        """
        later = self.end_s > served_s
        start_s = np.maximum(self.start_s, served_s)
        rested = later & (self.end_s - start_s >= p.PARKED_SILENCE_S)
        home = later & self._in_yard(served_s)
        return min(
            float(np.min(start_s[home], initial=np.inf)),
            float(np.min(start_s[rested], initial=np.inf)) + p.PARKED_SILENCE_S,
        )

    def rests_now(self, served_s: float) -> bool:
        """Whether it is in its yard as far as is known, or rests, since it served a point."""
        if not self.here or self.end_s[-1] <= served_s:
            return False
        long_s = self.end_s[-1] - max(self.start_s[-1], served_s)
        return bool(self._in_yard(served_s)[-1] or long_s >= p.PARKED_SILENCE_S)

    def _in_yard(self, before_s: float) -> Bools:
        """Which stays are where it had stayed longest before a moment.

        What follows the moment may not change where it is at home.
        """
        long_s = np.clip(np.minimum(self.end_s, before_s) - self.start_s, 0.0, None)
        if not long_s.any():
            return np.zeros(len(long_s), dtype=bool)
        near = np.array([self._near(k) for k in range(len(long_s))])
        return np.asarray(near[int(np.argmax(near @ long_s))])

    def _near(self, stay: int) -> Bools:
        """Which stays are within the width of a yard of one."""
        east_m, north_m = metres_per_degree(self.lat[stay])
        away_m = np.hypot(
            (self.lon - self.lon[stay]) * east_m, (self.lat - self.lat[stay]) * north_m
        )
        return np.asarray(away_m <= p.YARD_M)

    def _rested_here_before(self) -> bool:
        """Whether the last stay is where it rested before, or stood when its track began."""
        near = self._near(len(self.lon) - 1)
        long = self.end_s - self.start_s >= p.PARKED_SILENCE_S
        long[0] = True
        return bool((near & long)[:-1].any()) or (len(long) == 1)
