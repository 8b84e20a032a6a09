"""Stands that are no pickups: a truck that is parked beside a point.

In its yard, at a workshop, or as the place to which smaller vehicles bring their loads, a truck
stands for hours within the tolerance of points that it does not serve meanwhile (kbrianps/busones
issue 4, traccar issue 6023). Such a stand serves no point. A shorter one in the same visit, at the
point itself before or after the truck parks, does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints, records, seconds, texts, times
from routecheck.domain.tables import TEXT, VISITS
from routecheck.geo.distance import distances_m
from routecheck.geo.plane import distance_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.scene import Scene


class Parking:
    """The long stands of a service date, and where each vehicle rests.

    Attributes:
        rests: by row of the STOPS of the scene, whether its vehicle rests there, in its yard.
    """

    def __init__(self, scene: Scene) -> None:
        """Gather the stands of a scene that are too long for pickups.

        Args:
            scene: the service date.
        """
        stops = scene.stops
        self._vehicle = texts(stops["vehicle_id"])
        own = stops.groupby("vehicle_id", sort=False, observed=True).indices
        self._of = {str(name): np.asarray(rows, np.int64) for name, rows in own.items()}
        self._start_s, self._end_s = seconds(stops["start"]), seconds(stops["end"])
        self._lon, self._lat = stops["lon"].to_numpy(), stops["lat"].to_numpy()
        self._stops = stops
        self._geometry = dict(zip(scene.places["point_id"], scene.places["geometry"], strict=True))
        pickups = pd.concat([scene.pickups, scene.around], ignore_index=True)
        window = np.column_stack(
            [seconds(pickups["window_start"]), seconds(pickups["window_end"])]
        ).reshape(-1, 2)
        rows = pickups.groupby("point_id", sort=False).indices
        self._windows = {str(point): window[which] for point, which in rows.items()}
        self.rests = self._at_rest(scene)

    def _at_rest(self, scene: Scene) -> Bools:
        """Stops longer than a break at a place where the vehicle begins or ends its track.

        There it sleeps if it stood for an hour; or, as a device that is off with the ignition shows
        less of it, if its track both begins and ends there.
        """
        vehicle = scene.tracks["vehicle_id"].array
        time_s = pd.Series(seconds(scene.tracks["time"]))
        self._ends = time_s.groupby(vehicle, observed=True).agg(["min", "max"])
        self._ends.index = self._ends.index.astype(TEXT)
        own = self._ends.reindex(pd.Index(self._vehicle, dtype=TEXT))
        first_s, last_s = own["min"].to_numpy(dtype=float), own["max"].to_numpy(dtype=float)
        long_s = self._end_s - self._start_s
        begins, ends = self._start_s <= first_s + p.END_S, self._end_s >= last_s - p.END_S
        home = self._at_each(begins, ends) | self._at_each(ends, begins)
        sleeps = (begins | ends) & ((long_s >= p.RESTED_S) | home)
        return sleeps | self._at_each((long_s > p.BREAK_S) & ~sleeps, sleeps)

    def _at_each(self, some: Bools, others: Bools) -> Bools:
        """Which of some stops lie at the place of one of the others of their vehicle."""
        found = np.zeros(len(some), dtype=bool)
        for k in np.flatnonzero(some):
            same = self._of[self._vehicle[k]]
            same = same[others[same] & (same != k)]
            away_m = distance_m(self._lon[k], self._lat[k], self._lon[same], self._lat[same])
            found[k] = bool((away_m <= p.PARKED_WITHIN_M).any())
        return found

    def _parked(self, point_id: str, which: Ints) -> Bools:
        """Which of the stops serve no point, if they are beside this one."""
        start_s, end_s = self._start_s[which], self._end_s[which]
        long_s = end_s - start_s
        windows: Array = self._windows.get(point_id, np.zeros((0, 2)))
        covers = (start_s[:, None] < windows[:, 0]) & (end_s[:, None] > windows[:, 1])
        within = (start_s[:, None] >= windows[:, 0]) & (end_s[:, None] <= windows[:, 1])
        most_s = np.where(within.any(axis=1), p.WAITED_S, p.PARKED_S)
        covered = covers.any(axis=1) & (long_s >= p.RESTED_S)
        away_m = distances_m(self._geometry[point_id], self._lon[which], self._lat[which])
        aside = (long_s >= p.MEAL_S) & (away_m > p.ASIDE_M)
        return np.asarray(self.rests[which] | covered | aside | (long_s >= most_s))

    def split(self, visits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Separate visits from parking.

        Args:
            visits: VISITS.

        Returns:
            VISITS without those that are parking only, and with the stand at the point in the
            place of those that are both; and VISITS that were parked, whole.
        """
        long_s = seconds(visits["left"]) - seconds(visits["entered"])
        ends = self._ends.reindex(visits["vehicle_id"].astype(TEXT))
        at_end = (seconds(visits["entered"]) <= ends["min"].to_numpy() + p.END_S) | (
            seconds(visits["left"]) >= ends["max"].to_numpy() - p.END_S
        )
        perhaps = np.flatnonzero((long_s > p.BREAK_S) | at_end)
        parked = np.zeros(len(visits), dtype=bool)
        instead: list[tuple[int, int, float]] = []  # visit, its stand at the point, metres to it
        for k, visit in zip(perhaps.tolist(), records(visits.iloc[perhaps]), strict=True):
            entered_s, left_s = visit.entered.timestamp(), visit.left.timestamp()
            which = self._of.get(str(visit.vehicle_id), _NO_ROWS)
            which = which[(self._start_s[which] < left_s) & (self._end_s[which] > entered_s)]
            if not len(which):
                continue
            resting = self._parked(visit.point_id, which)
            if not resting.any():
                continue
            parked[k] = True
            stand = self._stand_beside(visit.point_id, which, resting)
            if stand is not None:
                instead.append((k, *stand))
        if not parked.any():
            return visits, visits[:0]
        parts = [visits[~parked], *([self._as_visits(visits, instead)] if instead else [])]
        kept = pd.concat(parts, ignore_index=True)
        return VISITS.check(kept), visits[parked].reset_index(drop=True)

    def _stand_beside(self, point_id: str, which: Ints, resting: Bools) -> tuple[int, float] | None:
        """The stand at the point itself, before the vehicle parked or after it left; metres to it.

        Between two stands in its yard it did not leave it: a parked receiver drifts.
        """
        away_m = distances_m(self._geometry[point_id], self._lon[which], self._lat[which])
        start_s, end_s = self._start_s[which], self._end_s[which]
        outside = (end_s <= start_s[resting].min()) | (start_s >= end_s[resting].max())
        nearer = away_m + p.EQUALLY_NEAR_M < away_m[resting].min()
        seen = self._stops["fixes"].to_numpy()[which] > 0
        at_point = np.flatnonzero(~resting & outside & nearer & seen)
        if not len(at_point):
            return None
        best = int(at_point[np.argmax(self._stops["stood_s"].to_numpy()[which[at_point]])])
        return int(which[best]), float(away_m[best])

    def _as_visits(
        self, visits: pd.DataFrame, instead: list[tuple[int, int, float]]
    ) -> pd.DataFrame:
        """VISITS with each one's stand at its point in its place."""
        rows, stops, away_m = (list(column) for column in zip(*instead, strict=True))
        stood = self._stops.iloc[stops]
        entered = times(self._start_s[stops])
        return visits.iloc[rows].assign(
            entered=entered,
            left=times(self._end_s[stops]),
            nearest_at=entered,
            distance_m=away_m,
            dwell_s=stood["stood_s"].to_numpy(),
            dwell_max_s=stood["stood_max_s"].to_numpy(),
            fixes_inside=stood["fixes"].to_numpy(),
        )


_NO_ROWS: Ints = np.zeros(0, dtype=np.int64)
