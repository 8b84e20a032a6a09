"""What every criterion may ask of a service date: stops, passes, windows, rounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, records, seconds
from routecheck.domain.settings import AFTER_WINDOW_S, JudgeSettings
from routecheck.geo.distance import distances_m, lower_bounds_m
from routecheck.verdicts.case import Case, Judgement
from routecheck.verdicts.hidden import hidden_stands
from routecheck.verdicts.scene import Passes, Scene
from routecheck.verdicts.stretches import Stretches
from routecheck.verdicts.trajectories import ASIDE_S, Watch, watches

BREAK_S = 600.0
"""Longer than any pickup: a break. Beside a point, it is no pickup of it."""
TAKEN_SHARE = 0.3
"""A vehicle that was seen serving so much of what another left of a round took it over: of the
rest some may lie in its own silence."""
ROUND_SHARE = 0.5
"""A vehicle that served this share of a round did it."""
SHIFTED_S = 3600.0
"""A shifted round goes on for so long beside what was seen of it."""
NEARBY_M = 1500.0
"""Where no vehicle is scheduled: those that worked within this could have collected."""
POOR_DAY_M = 12.0
"""Parked fixes that scatter by so much on one axis: good receivers have 4 to 8 (facts: about four;
95% of the truck-days of a tuning county at most 10)."""
NOISE_S = 420.0
"""Multipath between houses and in valleys holds for minutes of driving."""


class Facts:
    """The scene in arrays, and questions that several criteria ask."""

    def __init__(self, scene: Scene, pickups: pd.DataFrame, settings: JudgeSettings) -> None:
        """Gather where vehicles were, and where they stood.

        Args:
            scene: the service date.
            pickups: its pickups, plain index.
            settings: dwell, speeds, margins.
        """
        self.scene, self.pickups, self.settings = scene, pickups, settings
        self.seen: dict[str, Watch] = watches(scene.tracks, scene.standing, settings)
        self.as_of_s = scene.as_of.timestamp()
        midnight = pd.Timestamp(scene.service_date).tz_localize(scene.zone)
        self.day_s = (midnight.timestamp(), (midnight + pd.DateOffset(days=1)).timestamp())
        self.point = pickups["point_id"].to_numpy(dtype=object)
        self.scheduled = pickups["vehicle_id"].to_numpy(dtype=object)
        self.start_s, self.end_s = seconds(pickups["window_start"]), seconds(pickups["window_end"])
        self.served_by = np.full(len(pickups), "", dtype=object)
        self.served_s = np.full(len(pickups), np.nan)
        stops = scene.stops
        self.stop_vehicle = stops["vehicle_id"].astype("str").to_numpy(dtype=object)
        self.stop_lon, self.stop_lat = stops["lon"].to_numpy(), stops["lat"].to_numpy()
        self.stop_start_s, self.stop_end_s = seconds(stops["start"]), seconds(stops["end"])
        self.stop_stood_s = stops["stood_s"].to_numpy()
        self.stop_fixes = stops["fixes"].to_numpy()
        self.stop_spread_m = stops["spread_m"].to_numpy()
        self.noise_m = _noise(
            self.stop_vehicle, self.stop_start_s, stops["spread_m"].to_numpy(), self.stop_fixes
        )
        # A receiver that is poor all day is so at every stop, also at those too short to show it.
        of_day = {name: watch.noise_m() for name, watch in self.seen.items()}
        self.poor_m = {name: noise for name, noise in of_day.items() if noise >= POOR_DAY_M}
        if self.poor_m:
            day_m = [self.poor_m.get(str(name), 0.0) for name in self.stop_vehicle]
            self.noise_m = np.maximum(self.noise_m, day_m)
        self.visits, self.approaches = Passes.of(scene.visits), Passes.of(scene.approaches)
        located = scene.places[scene.places["geometry"].notna()]
        self.place_id = located["point_id"].to_numpy(dtype=object)
        self.place_tolerance_m = located["tolerance_m"].to_numpy()
        self.place_geometry = located["geometry"].to_numpy(dtype=object)
        self.place_bounds = shapely.bounds(self.place_geometry)
        self.boxes: Array | None = None
        self.stretches = Stretches(scene.paces)
        self.row_of = {row.point_id: row for row in scene.places.itertuples(index=False)}

    def take(self, best: pd.DataFrame) -> None:
        """Take notice of the visits that serve pickups, by position; those of other dates left out.

        Args:
            best: VISITS, indexed by the position of the pickup.
        """
        mine = best[best.index < len(self.pickups)]
        self.served_by[mine.index] = mine["vehicle_id"].to_numpy(dtype=object)
        self.served_s[mine.index] = seconds(mine["entered"])

    def had_time(self, visits: pd.DataFrame) -> Bools:
        """Whether visits that no fix saw had time to stand, at the pace usual on their stretch.

        Where that is not known, a fix saw them, or the place is more than a point, they had.

        Args:
            visits: VISITS.
        """
        result = np.ones(len(visits), dtype=bool)
        unseen = np.flatnonzero(visits["fixes_inside"].to_numpy() == 0)
        for k, visit in zip(unseen.tolist(), records(visits.iloc[unseen]), strict=True):
            place: Any = self.row_of[visit.point_id]
            if place.geometry.geom_type != "Point":
                continue
            centre = place.geometry
            stretch = self.stretches.about(centre.x, centre.y)
            if stretch is None:
                continue
            span_s = visit.entered.timestamp(), visit.left.timestamp() + 1.0
            spot = centre.x, centre.y, float(place.tolerance_m)
            watch = self.seen[visit.vehicle_id]
            stands = hidden_stands(watch, *spot, span_s, self.settings, stretch)
            result[k] = bool(stands) and stands[0].stood_s > 0.0
        return result

    def case(self, i: int) -> Case:
        """The i-th pickup, with what the criteria ask of it."""
        place: Any = self.row_of.get(self.point[i])
        geometry = None if place is None else place.geometry
        centre = None if geometry is None else geometry.centroid
        lon, lat = (np.nan, np.nan) if centre is None else (float(centre.x), float(centre.y))
        past_midnight = self.end_s[i] > self.day_s[1]
        last_s = self.end_s[i] + AFTER_WINDOW_S if past_midnight else self.day_s[1]
        scheduled = str(self.scheduled[i])
        return Case(
            i=i,
            point_id=str(self.point[i]),
            scheduled=scheduled,
            window_s=(float(self.start_s[i]), float(self.end_s[i])),
            span_s=(self.day_s[0], float(last_s)),
            geometry=geometry,
            lon=lon,
            lat=lat,
            tolerance_m=0.0 if place is None else float(place.tolerance_m),
            settled=geometry is not None and bool(place.settled),
            seldom=place is not None and bool(place.seldom),
            confirmed=place is not None and bool(place.confirmed),
            place_confidence=0.0 if place is None else float(place.confidence),
            stretch=None if geometry is None else self.stretches.about(lon, lat),
            observers=self._observers(i, lon, lat),
        )

    def _observers(self, i: int, lon: float, lat: float) -> list[Watch]:
        """The vehicles whose track must have seen the pickup for it to be missed."""
        point_id, scheduled = str(self.point[i]), str(self.scheduled[i])
        window_s = float(self.start_s[i]), float(self.end_s[i])
        if scheduled:
            names = {scheduled: None}
            if self.settings.any_vehicle:
                # Whoever did its round; and where it did another's, that one may have done its.
                names |= dict.fromkeys(
                    name
                    for name in (self.took_over(scheduled, window_s), self.did_for(scheduled))
                    if name
                )
            return [self.seen.get(name, Watch.silent(name)) for name in names]
        usual = self.scene.usual
        servers = set(usual.loc[usual["point_id"] == point_id, "vehicle_id"])
        if servers:
            return [self.seen[name] for name in sorted(servers) if name in self.seen]
        return [
            watch
            for _, watch in sorted(self.seen.items())
            if len(watch.time_s) and float(watch.distance_m(lon, lat).min()) <= NEARBY_M
        ]

    def counts(self, case: Case, vehicle: str) -> bool:
        """Whether a pickup by this vehicle would count."""
        return self.settings.any_vehicle or case.scheduled in ("", vehicle)

    def took_over(self, scheduled: str, window_s: tuple[float, float]) -> str:
        """Another vehicle that did what the scheduled one left of its round, or of its day."""
        left = (self.scheduled == scheduled) & (self.served_by != scheduled)
        of_round = left & (self.start_s < window_s[1]) & (self.end_s > window_s[0])
        for rest, share in ((of_round, TAKEN_SHARE), (left, ROUND_SHARE)):
            others = self.served_by[rest]
            others = others[others != ""]
            if len(others):
                names, counts = np.unique(others.astype(str), return_counts=True)
                most = int(np.argmax(counts))
                if counts[most] >= max(2, share * rest.sum()):
                    return str(names[most])
        return ""

    def serve(self, i: int, judgement: Judgement) -> None:
        """Take notice that a pickup was collected, though no visit of its own shows it."""
        self.served_by[i] = judgement["vehicle_id"]
        self.served_s[i] = judgement["arrived_at"].timestamp()

    def aside_s(self, vehicle: str) -> float:
        """How long before or after its window a vehicle may have come that date.

        Rounds shift by hours; who was seen serving the morning's points in the afternoon may have
        served the others then too.
        """
        own = (self.served_by == vehicle) & (self.scheduled == vehicle)
        early_s, late_s = (
            self.start_s[own] - self.served_s[own],
            self.served_s[own] - self.end_s[own],
        )
        return max(ASIDE_S, float(np.max(np.maximum(early_s, late_s), initial=0.0)) + SHIFTED_S)

    def did_for(self, vehicle: str) -> str:
        """Another vehicle whose round this one did, or empty: crews swap trucks for a day."""
        foreign = (self.served_by == vehicle) & (self.scheduled != vehicle) & (self.scheduled != "")
        if not foreign.any():
            return ""
        names, counts = np.unique(self.scheduled[foreign].astype(str), return_counts=True)
        most = int(np.argmax(counts))
        due = int((self.scheduled == names[most]).sum())
        return str(names[most]) if counts[most] >= max(3, ROUND_SHARE * due) else ""

    def did_round(self, vehicle: str, case: Case) -> bool:
        """Whether a vehicle was seen serving most of its pickups whose windows overlap this one."""
        mine = (self.scheduled == vehicle) & (self.start_s < case.window_s[1])
        mine &= self.end_s > case.window_s[0]
        if not mine.any():
            return bool((self.served_by == vehicle).sum() >= 3)
        return bool((self.served_by[mine] == vehicle).mean() >= ROUND_SHARE)

    def last_served_s(self, vehicle: str, case: Case) -> float:
        """When a vehicle was last seen serving a point in the window, else minus infinity."""
        served = (self.served_by == vehicle) & (self.served_s <= case.window_s[1])
        return float(np.max(self.served_s[served], initial=-np.inf))

    def nearest_window(self, case: Case, start_s: float, end_s: float) -> bool:
        """Whether of the point's pickups this one's window lies nearest to a span of time."""
        mine = np.flatnonzero(self.point == case.point_id)
        before, after = self.start_s[mine] - end_s, start_s - self.end_s[mine]
        away_s = np.maximum(np.maximum(before, after), 0.0)
        return int(mine[int(np.argmin(away_s))]) == case.i

    def worked_about(self, lon: float, lat: float, reach_m: float) -> list[str]:
        """Vehicles whose fixes of the date surround or touch a place, by the box of them."""
        heard = [name for name, watch in sorted(self.seen.items()) if len(watch.time_s)]
        if self.boxes is None:
            tracks = [self.seen[name] for name in heard]
            self.boxes = np.array(
                [[t.lon.min(), t.lat.min(), t.lon.max(), t.lat.max()] for t in tracks]
            ).reshape(-1, 4)
        near = lower_bounds_m(self.boxes, lon, lat) <= reach_m
        return [heard[k] for k in np.flatnonzero(near)]

    def noise_about(self, vehicle: str, time_s: Array) -> Array:
        """Scatter (m) of a vehicle's fixes about moments, by the nearest stop and its yard."""
        mine = np.flatnonzero(self.stop_vehicle == vehicle)
        of_day = np.full(len(time_s), self.poor_m.get(vehicle, 0.0))
        if not len(mine):
            return of_day
        apart_s = np.abs(time_s[:, None] - self.stop_start_s[mine][None, :])
        near = np.argmin(apart_s, axis=1)
        told = apart_s[np.arange(len(time_s)), near] <= NOISE_S
        return np.asarray(np.maximum(of_day, np.where(told, self.noise_m[mine][near], 0.0)))

    def nearest_stop(
        self, vehicle: str, start_s: float, end_s: float, geometry: Any
    ) -> tuple[int, float] | None:
        """The nearest stop of a vehicle in a span of time, and its distance from a geometry (m)."""
        mine = np.flatnonzero(
            (self.stop_vehicle == vehicle)
            & (self.stop_start_s <= end_s)
            & (self.stop_end_s >= start_s)
        )
        if not len(mine):
            return None
        away = distances_m(geometry, self.stop_lon[mine], self.stop_lat[mine])
        k = int(np.argmin(away))
        return int(mine[k]), float(away[k])

    def explained(self, stop: int, away_m: float, case: Case) -> str | None:
        """Another point that a stop lies within tolerance of, and nearer, and that needs it.

        Only a point that this vehicle has to serve at that hour: beside another round's points it
        has no business.
        """
        due = self._due(stop, case)
        lon, lat = self.stop_lon[stop : stop + 1], self.stop_lat[stop : stop + 1]
        near = lower_bounds_m(self.place_bounds, float(lon[0]), float(lat[0]))
        for k in np.flatnonzero(near <= self.place_tolerance_m):
            if self.place_id[k] == case.point_id or self.place_id[k] not in due:
                continue
            other_m = float(distances_m(self.place_geometry[k], lon, lat)[0])
            nearer = other_m <= min(self.place_tolerance_m[k], away_m)
            if nearer and not self._served_elsewhere(int(k), other_m, stop, case):
                return str(self.place_id[k])
        return None

    def _due(self, stop: int, case: Case) -> set[str]:
        """The points that the vehicle of a stop has to serve, or served, no farther in time.

        A point whose window lies farther from the stop than the case's own does not need it.
        """
        vehicle = str(self.stop_vehicle[stop])
        start_s, end_s = float(self.stop_start_s[stop]), float(self.stop_end_s[stop])
        mine = (self.scheduled == vehicle) | (self.scheduled == "") | (self.served_by == vehicle)
        away_s = np.maximum(self.start_s - end_s, start_s - self.end_s)
        return set(self.point[mine & (away_s <= max(case.outside_s(start_s, end_s), 0.0))])

    def _served_elsewhere(self, k: int, other_m: float, stop: int, case: Case) -> bool:
        """Whether a point has another stop of that round, so that it needs not this one.

        One that lies as near to it; or one within its tolerance that no other point of the round
        lies nearer to.
        """
        others = np.flatnonzero(
            (self.stop_vehicle == self.stop_vehicle[stop])
            & (np.abs(self.stop_start_s - self.stop_start_s[stop]) < ASIDE_S)
            & (self.stop_stood_s >= max(self.settings.min_dwell_s, 8.0))
        )
        others = others[others != stop]
        away_m = distances_m(self.place_geometry[k], self.stop_lon[others], self.stop_lat[others])
        if (away_m <= other_m + 2.0).any():
            return True
        seen = (away_m <= self.place_tolerance_m[k]) & (self.stop_fixes[others] > 0)
        return any(self._nearest_due(int(i), case) == k for i in others[seen])

    def _nearest_due(self, stop: int, case: Case) -> int:
        """The nearest of the points that the vehicle of a stop has to serve at that hour."""
        lon, lat = self.stop_lon[stop : stop + 1], self.stop_lat[stop : stop + 1]
        due = self._due(stop, case)
        near = lower_bounds_m(self.place_bounds, float(lon[0]), float(lat[0]))
        found = [
            (float(distances_m(self.place_geometry[k], lon, lat)[0]), int(k))
            for k in np.flatnonzero(near <= self.place_tolerance_m)
            if self.place_id[k] in due
        ]
        return min(found)[1] if found else -1


def _noise(
    vehicle: np.ndarray, start_s: np.ndarray, spread_m: np.ndarray, fixes: np.ndarray
) -> np.ndarray:
    """Scatter of the fixes about each stop, told from the stands of some minutes before and after.

    The scatter while standing is the noise of a stretch (about four metres; tens on poor days).
    """
    noise = np.full(len(start_s), 4.0)
    seen = np.flatnonzero((fixes >= 3) & (spread_m > 0))
    for name in np.unique(vehicle.astype(str)):
        mine = seen[vehicle[seen] == name]
        every = np.flatnonzero(vehicle == name)
        if not len(mine):
            continue
        near = np.abs(start_s[every][:, None] - start_s[mine][None, :]) <= NOISE_S
        spread = np.where(near, spread_m[mine][None, :], np.nan)
        # The median of what is known, as np.nanmedian has it: that asks row by row.
        known = near.sum(axis=1)
        ranked, some = np.sort(spread, axis=1), np.flatnonzero(known)
        low, high = (known[some] - 1) // 2, known[some] // 2
        noise[every[some]] = (ranked[some, low] + ranked[some, high]) / 2
    return noise
