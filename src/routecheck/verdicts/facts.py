"""What the criteria need to know of a service date: places, tracks, stops, rounds, passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, Ints, records
from routecheck.domain.local_time import day_span
from routecheck.domain.settings import AFTER_WINDOW_S, JudgeSettings
from routecheck.domain.tables import TEXT
from routecheck.geo.distance import distances_m, lower_bounds_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case
from routecheck.verdicts.confidence import adapted
from routecheck.verdicts.hidden import HiddenStand, hidden_stands
from routecheck.verdicts.rounds import Rounds
from routecheck.verdicts.scene import Passes, Scene
from routecheck.verdicts.stops import Stops
from routecheck.verdicts.stretches import Stretches
from routecheck.verdicts.trajectories import Trajectory, trajectories


@dataclass(frozen=True)
class OtherPlace:
    """A place that a point may be at.

    Attributes:
        rank: among its CANDIDATES.
        lon: longitude (deg, WGS-84).
        lat: latitude (deg).
        probability: that the bins are there.
        apart_m: how far it is from where the point is judged; NaN: that is not known.
    """

    rank: int
    lon: float
    lat: float
    probability: float
    apart_m: float = np.nan


class Facts:
    """A scene in arrays, with what several criteria need of it."""

    def __init__(
        self,
        scene: Scene,
        pickups: pd.DataFrame,
        settings: JudgeSettings,
        parked: pd.DataFrame | None = None,
        rests: Bools | None = None,
        touched: pd.DataFrame | None = None,
    ) -> None:
        """Gather where vehicles were, and where they stood.

        Args:
            scene: the service date.
            pickups: its pickups, plain index.
            settings: dwell, speeds, margins.
            parked: VISITS at which a vehicle was parked, see `Parking`; None: none.
            rests: by row of the STOPS, whether its vehicle rests there; None: nowhere.
            touched: VISITS of lines that were driven along too little; None: none.
        """
        self.scene, self.settings = scene, settings
        self.confidences = adapted(settings.confidence)
        self.as_of_s = scene.as_of.timestamp()
        begins, ends = day_span(scene.service_date, scene.zone)
        self.day_s = (begins.timestamp(), ends.timestamp())
        self.tracks = trajectories(scene.tracks, scene.standing, settings, scene.grain.time_s)
        of_day = {name: track.scatter_m() for name, track in self.tracks.items()}
        poor_m = {name: m for name, m in of_day.items() if m >= p.POOR_DAY_SCATTER_M}
        self.stops = Stops(scene.stops, poor_m)
        self._rests = np.zeros(len(scene.stops), dtype=bool) if rests is None else rests
        self.rounds = Rounds(pickups)
        self._doubts: dict[str, list[Any]] = {}
        for row in scene.doubts.itertuples():
            self._doubts.setdefault(str(row.vehicle_id), []).append(row)
        self.visits, self.approaches = Passes.of(scene.visits), Passes.of(scene.approaches)
        self.parked = Passes.of(scene.visits[:0] if parked is None else parked)
        self.touched = Passes.of(scene.visits[:0] if touched is None else touched)
        self.stretches = Stretches(scene.paces)
        self._offsets_m: dict[str, float] = {}
        self.place_of = {row.point_id: row for row in scene.places.itertuples(index=False)}
        located = scene.places[scene.places["geometry"].notna()]
        self._located = located["point_id"].to_numpy(dtype=object)
        self._tolerance_m = located["tolerance_m"].to_numpy()
        self._geometry = located["geometry"].to_numpy(dtype=object)
        self._bounds = shapely.bounds(self._geometry)

    def case(self, position: int, *, paces: bool = True) -> Case:
        """The pickup at a position, with what the criteria need to know of it.

        Args:
            position: of the pickup among those of the date.
            paces: whether it is asked for how fast vehicles drive about it.
        """
        rounds = self.rounds
        point_id, scheduled = str(rounds.point[position]), str(rounds.scheduled[position])
        window_s = float(rounds.start_s[position]), float(rounds.end_s[position])
        past_midnight = window_s[1] > self.day_s[1]
        last_s = window_s[1] + AFTER_WINDOW_S if past_midnight else self.day_s[1]
        place: Any = self.place_of.get(rounds.point[position])
        geometry = None if place is None else place.geometry
        centre = None if geometry is None else geometry.centroid
        lon, lat = (np.nan, np.nan) if centre is None else (float(centre.x), float(centre.y))
        return Case(
            position=position,
            point_id=point_id,
            scheduled=scheduled,
            window_s=window_s,
            span_s=(self.day_s[0], float(last_s)),
            geometry=geometry,
            lon=lon,
            lat=lat,
            tolerance_m=0.0 if place is None else float(place.tolerance_m),
            settled=geometry is not None and bool(place.settled),
            seldom=place is not None and bool(place.seldom),
            confirmed=place is not None and bool(place.confirmed),
            place_confidence=0.0 if place is None else float(place.confidence),
            usual_stand_s=np.nan if place is None else float(place.stand_s),
            stretch=self.stretches.about(lon, lat) if geometry is not None and paces else None,
            observers=self._observers(point_id, scheduled, window_s, lon, lat),
            confidences=self.confidences,
        )

    def _observers(
        self, point_id: str, scheduled: str, window_s: tuple[float, float], lon: float, lat: float
    ) -> list[Trajectory]:
        """The vehicles whose track must have seen the pickup for it to be missed."""
        if scheduled:
            names = [scheduled]
            if self.settings.any_vehicle:
                # Whoever did its round; and where it did another's, that one may have done its.
                names += self.rounds.substitutes(scheduled, window_s)
            distinct = [name for name in dict.fromkeys(names) if name]
            return [self.tracks.get(name) or Trajectory.silent(name) for name in distinct]
        servers = self._servers.get(point_id)
        if servers:
            return [self.tracks[name] for name in servers if name in self.tracks]
        return [
            track
            for _, track in sorted(self.tracks.items())
            if len(track.time_s) and float(track.distance_m(lon, lat).min()) <= p.NEARBY_M
        ]

    @cached_property
    def _servers(self) -> Mapping[str, list[str]]:
        """The vehicles that usually serve a point, in the order of their names."""
        usual = self.scene.usual.astype({"vehicle_id": TEXT}).drop_duplicates()
        named = usual.sort_values("vehicle_id").groupby("point_id", sort=False)["vehicle_id"]
        return {str(point): own.tolist() for point, own in named}

    @cached_property
    def _likely_places(self) -> Mapping[str, list[OtherPlace]]:
        """The places of `Scene.candidates` that may be meant, by point."""
        table = self.scene.candidates
        table = table[(table["lon"].notna() & (table["probability"] >= p.OTHER_PLACE_LEAST))]
        found: dict[str, list[OtherPlace]] = {}
        for row in records(table[["point_id", "rank", "lon", "lat", "probability"]]):
            found.setdefault(row.point_id, []).append(OtherPlace(*row[1:]))
        return found

    def other_places(self, case: Case) -> list[OtherPlace]:
        """Places that a point may be at, other than where it is judged, the likeliest first.

        Args:
            case: a pickup; where its place is not known, all of them are other ones.
        """
        likely = self._likely_places.get(case.point_id, [])
        if not likely or case.geometry is None:
            return likely
        lon, lat = (
            np.array([place.lon for place in likely]),
            np.array([place.lat for place in likely]),
        )
        away_m = distances_m(case.geometry, lon, lat).tolist()
        apart = [replace(one, apart_m=m) for one, m in zip(likely, away_m, strict=True)]
        return [one for one in apart if one.apart_m > p.OTHER_PLACE_M]

    def round_is_known(self, case: Case) -> bool:
        """Whether the places of most pickups of a case's round are known."""
        points = self.rounds.point[self.rounds.overlapping(case.scheduled, case.window_s)]
        places = [self.place_of.get(point) for point in points]
        known = [place is not None and bool(place.settled) for place in places]
        return bool(known) and float(np.mean(known)) >= p.KNOWN_ROUND_SHARE

    def hours_of(self, case: Case) -> tuple[float, float]:
        """When a stand may have been for a pickup: about its window, as late as its round was."""
        shift_s = max(
            [p.SHIFTED_WINDOW_S, *(self.rounds.shift_s(one.vehicle_id) for one in case.observers)]
        )
        first_s, last_s = case.window_s[0] - shift_s, case.window_s[1] + shift_s
        return max(case.span_s[0], first_s), min(case.span_s[1], last_s)

    def doubts_about(self, case: Case) -> list[Any]:
        """Rows of `Scene.doubts` on the pickup's observers that touch its window."""
        return [
            row
            for track in case.observers
            for row in self._doubts.get(track.vehicle_id, [])
            if row.start <= case.window_s[1] and row.end >= case.window_s[0]
        ]

    def parks_beside(self, case: Case, vehicle: str, stand: HiddenStand) -> bool:
        """Whether a hidden stand is the beginning or the end of parking beside the point."""
        rows = self.parked.at(case.point_id)
        rows = rows[self.parked.vehicle[rows] == vehicle]
        return bool(self.parked.touch(rows, stand.start_s, stand.end_s).any())

    def rests_about(self, vehicle: str, stand: HiddenStand) -> bool:
        """Whether a vehicle left its yard, or came back to it, about a hidden stand."""
        about = self.stops.during(stand.start_s, stand.end_s)
        return bool((self._rests & about)[self.stops.of([vehicle])].any())

    def stands_on_the_way(self, vehicle: str, window_s: tuple[float, float]) -> int:
        """How often a vehicle stood as for a pickup about a window, where it does not rest."""
        span_s = window_s[0] - p.APART_S, window_s[1] + p.APART_S
        lengths_s = self.settings.min_dwell_s, p.BREAK_S
        stood = self.stops.between(self.stops.of([vehicle]), span_s, lengths_s)
        return int((~self._rests[stood]).sum())

    def offset_m(self, vehicle: str) -> float:
        """How far a vehicle's stands of the date lie from the points they were for (m).

        The median over the points of its rounds, each with its nearest stop about its window; NaN
        where too few have one near by, or positions lie on a lattice.
        """
        if vehicle not in self._offsets_m:
            self._offsets_m[vehicle] = self._offset_of(vehicle)
        return self._offsets_m[vehicle]

    def _offset_of(self, vehicle: str) -> float:
        if vehicle in self.scene.grain.mesh_m:
            return np.nan
        rounds, stops = self.rounds, self.stops
        mine = stops.of([vehicle])
        mine = mine[stops.stood_s[mine] >= p.SEEN_STAND_S]
        offsets_m = []
        for k in rounds.scheduled_of(vehicle).tolist():
            place: Any = self.place_of.get(rounds.point[k])
            if place is None or place.geometry is None:
                continue
            hours = stops.during(rounds.start_s[k] - p.APART_S, rounds.end_s[k] + p.APART_S)
            offsets_m.append(
                np.min(stops.away_m(place.geometry, mine[hours[mine]]), initial=np.inf)
            )
        near_m = [away_m for away_m in offsets_m if away_m <= p.OFFSET_WITHIN_M]
        return float(np.median(near_m)) if len(near_m) >= p.OFFSET_LEAST else np.nan

    def counts(self, case: Case, vehicle: str) -> bool:
        """Whether a pickup by this vehicle would count."""
        return self.settings.any_vehicle or not case.is_other(vehicle)

    def had_time(self, visits: pd.DataFrame) -> Bools:
        """Whether visits that no fix saw had time to stand, at the pace usual on their stretch.

        Where that is not known, a fix saw them, or the place is more than a point, they had.

        Args:
            visits: VISITS.
        """
        result = np.ones(len(visits), dtype=bool)
        unseen = np.flatnonzero(visits["fixes_inside"].to_numpy() == 0)
        for k, visit in zip(unseen.tolist(), records(visits.iloc[unseen]), strict=True):
            place: Any = self.place_of[visit.point_id]
            centre = place.geometry
            if centre.geom_type != "Point":
                continue
            stretch = self.stretches.about(centre.x, centre.y)
            if stretch is None:
                continue
            span_s = visit.entered.timestamp(), visit.left.timestamp() + p.END_S
            spot = centre.x, centre.y, float(place.tolerance_m)
            track = self.tracks[visit.vehicle_id]
            stands = hidden_stands(track, spot, span_s, self.settings, stretch)
            result[k] = bool(stands) and stands[0].stood_s > 0.0
        return result

    @cached_property
    def _boxes(self) -> tuple[list[str], Array]:
        """The vehicles that reported, and the box of the fixes of each."""
        reported = [track for _, track in sorted(self.tracks.items()) if len(track.time_s)]
        boxes = [[t.lon.min(), t.lat.min(), t.lon.max(), t.lat.max()] for t in reported]
        return [track.vehicle_id for track in reported], np.array(boxes).reshape(-1, 4)

    def worked_about(self, lon: float, lat: float, reach_m: float) -> list[str]:
        """Vehicles whose fixes of the date surround or touch a place, by the box of them."""
        names, boxes = self._boxes
        near = lower_bounds_m(boxes, lon, lat) <= reach_m
        return [names[k] for k in np.flatnonzero(near)]

    def due_within(self, vehicle: str, stands: Ints, more_m: float) -> set[str]:
        """The points that a vehicle has to serve, or served, that lie near some of its stops.

        Args:
            vehicle: the vehicle.
            stands: rows of its stops.
            more_m: beyond the tolerance, how far a position may be off.
        """
        stops, found = self.stops, set[str]()
        for stop in stands.tolist():
            lon, lat = stops.lon[stop : stop + 1], stops.lat[stop : stop + 1]
            least_m = lower_bounds_m(self._bounds, float(lon[0]), float(lat[0]))
            needing = self.rounds.needing(vehicle, stops.span_s(stop), p.SHIFTED_WINDOW_S)
            for k in np.flatnonzero(least_m <= self._tolerance_m + more_m):
                away_m = float(distances_m(self._geometry[k], lon, lat)[0])
                if self._located[k] in needing and away_m <= self._tolerance_m[k] + more_m:
                    found.add(str(self._located[k]))
        return found

    def belongs_to(self, stop: int, away_m: float, case: Case) -> str | None:
        """Another point that a stop lies within tolerance of, and nearer, and that needs it.

        Only a point that this vehicle has to serve at that hour: beside another round's points it
        has no business.

        Args:
            stop: row of the stop.
            away_m: how far it lies from the point of the case.
            case: the pickup that the stop may be of.
        """
        for k, other_m in self._needing(stop, case):
            if self._located[k] == case.point_id:
                continue
            nearer = other_m <= min(self._tolerance_m[k], away_m)
            if nearer and not self._served_elsewhere(k, other_m, stop, case):
                return str(self._located[k])
        return None

    def _needing(self, stop: int, case: Case) -> list[tuple[int, float]]:
        """The points that a stop may be of, and how far it lies from each (m).

        Points about it that its vehicle has to serve, or served, about that hour. A point whose
        window lies farther from the stop than the case's own does not need it.
        """
        span_s = self.stops.span_s(stop)
        vehicle = str(self.stops.vehicle[stop])
        needing = self.rounds.needing(vehicle, span_s, case.outside_s(*span_s))
        lon, lat = self.stops.lon[stop : stop + 1], self.stops.lat[stop : stop + 1]
        near = lower_bounds_m(self._bounds, float(lon[0]), float(lat[0])) <= self._tolerance_m
        return [
            (int(k), float(distances_m(self._geometry[k], lon, lat)[0]))
            for k in np.flatnonzero(near)
            if self._located[k] in needing
        ]

    def _served_elsewhere(self, k: int, other_m: float, stop: int, case: Case) -> bool:
        """Whether a point has another stop of that round, so that it does not need this one.

        One that lies as near to it; or one within its tolerance that no other point of the round
        lies nearer to.
        """
        stops = self.stops
        others = stops.of([str(stops.vehicle[stop])])
        others = others[
            (np.abs(stops.start_s[others] - stops.start_s[stop]) < p.SHIFTED_WINDOW_S)
            & (stops.stood_s[others] >= max(self.settings.min_dwell_s, p.SHORT_STAND_S))
            & (others != stop)
        ]
        away_m = stops.away_m(self._geometry[k], others)
        if (away_m <= other_m + p.EQUALLY_NEAR_M).any():
            return True
        seen = (away_m <= self._tolerance_m[k]) & (stops.fixes[others] > 0)
        return any(self._nearest(int(other), case) == k for other in others[seen])

    def _nearest(self, stop: int, case: Case) -> int:
        """The nearest of the points that a stop may be of, -1: none."""
        about = [(away_m, k) for k, away_m in self._needing(stop, case)]
        return min(about)[1] if about else -1
