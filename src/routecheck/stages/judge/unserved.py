"""The pickups that no visit serves: just outside, unseen, or missed.

Criteria are asked in this order, and the first that settles it is told: is the place known; did
a vehicle stop for it just outside the tolerance; did it stand there perhaps, too short to be
sure; was the scheduled vehicle heard; could it have been there in a gap; are its fixes too poor.
Only then the pickup is missed, and why is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from routecheck.geo.distance import distances_m
from routecheck.geo.plane import metres_per_degree
from routecheck.model.arrays import records, seconds
from routecheck.model.codes import Cause, Verdict
from routecheck.model.settings import JudgeSettings
from routecheck.stages.judge.observe import ASIDE_S, PARKED_QUESTION_S, Silence, Watch

if TYPE_CHECKING:
    from routecheck.stages.judge import Scene

ROUND_SHARE = 0.5
"""A vehicle that served this share of another's pickups that day did its round."""
NOISE_S = 420.0
"""Multipath between houses and in valleys holds for minutes of driving."""
BREAK_S = 600.0
"""Longer than any pickup: a break. Beside a point, it is no pickup of it."""
NEARBY_M = 1500.0
"""Where no vehicle is scheduled: those that worked within this could have collected."""


class Unserved:
    """Judges pickups without a serving visit, one at a time; there are few of them."""

    def __init__(
        self,
        scene: Scene,
        seen: dict[str, Watch],
        pickups: pd.DataFrame,
        best: pd.DataFrame,
        settings: JudgeSettings,
    ) -> None:
        """Gather what all of them need: who served what, and where vehicles stood."""
        self.scene, self.seen, self.pickups, self.settings = scene, seen, pickups, settings
        self.places = scene.places.set_index("point_id")
        self.start_s, self.end_s = (
            seconds(pickups["window_start"]),
            seconds(pickups["window_end"]),
        )
        midnight = pd.Timestamp(scene.service_date).tz_localize(scene.zone)
        self.day_s = (midnight.timestamp(), (midnight + pd.DateOffset(days=1)).timestamp())
        self.as_of_s = scene.as_of.timestamp()
        self.served_by = pd.Series("", index=np.arange(len(pickups)), dtype=object)
        mine = best[best.index < len(pickups)]
        self.served_by[mine.index] = mine["vehicle_id"].to_numpy()
        self.served_s = pd.Series(np.nan, index=self.served_by.index)
        self.served_s[mine.index] = seconds(mine["entered"])
        stops = scene.stops
        self.stop_vehicle = stops["vehicle_id"].astype("str").to_numpy()
        self.stop_lon, self.stop_lat = stops["lon"].to_numpy(), stops["lat"].to_numpy()
        self.stop_stood_s = stops["stood_s"].to_numpy()
        self.stop_start_s, self.stop_end_s = seconds(stops["start"]), seconds(stops["end"])
        self.stop_fixes = stops["fixes"].to_numpy()
        self.noise_m = _noise(
            self.stop_vehicle, self.stop_start_s, stops["spread_m"].to_numpy(), self.stop_fixes
        )
        # What a stretch scatters more than it should widens the doubt, and a little always is.
        self.noise_reach_m = np.clip(4.0 * self.noise_m, 12.0, 80.0)
        self.approaches = {
            str(point): rows for point, rows in scene.approaches.groupby("point_id", sort=False)
        }
        self.visits = {
            str(point): rows for point, rows in scene.visits.groupby("point_id", sort=False)
        }
        geometries = self.places["geometry"].to_numpy()
        located = np.array([g is not None for g in geometries], dtype=bool)
        self.place_ids = self.places.index.to_numpy()[located]
        self.place_tolerance = self.places["tolerance_m"].to_numpy()[located]
        self.place_geometry = geometries[located]

    def judge(self, i: int) -> dict[str, Any]:
        """Return the judgement of the i-th pickup."""
        pickup = self.pickups.iloc[i]
        criteria: dict[str, Any] = {}
        place = (
            self.places.loc[pickup["point_id"]] if pickup["point_id"] in self.places.index else None
        )
        if place is None or place["geometry"] is None or not place["settled"]:
            stayed = self._stayed_home(i, str(pickup["vehicle_id"]), criteria)
            if stayed is not None:
                return stayed
            criteria["say"] = "unknown_point"
            criteria["located"] = place is not None and place["geometry"] is not None
            return self._unverifiable(Cause.UNKNOWN_POINT, criteria, 0.9)
        centre = shapely.centroid(place["geometry"])
        lon, lat = float(centre.x), float(centre.y)
        span = self._span(i)
        outside = self._just_outside(i, pickup, place, span, criteria)
        if outside is not None:
            return outside
        vehicles = self._observers(pickup, lon, lat)
        criteria["observers"] = [watch.vehicle_id for watch in vehicles]
        hidden = self._hidden(i, place, lon, lat, span, vehicles, criteria)
        if hidden is not None:
            return hidden
        if self.as_of_s < self.end_s[i]:
            criteria |= {"say": "window_open", "until": _iso(self.as_of_s)}
            return self._unverifiable(Cause.NO_FIXES, criteria, 0.9)
        quiet = self._silence(i, pickup, place, lon, lat, span, vehicles, criteria)
        if quiet is not None:
            return quiet
        doubtful = self._stranger(i, pickup, place, lon, lat, vehicles, criteria)
        if doubtful is None:
            doubtful = self._doubtful(i, pickup, place, span, vehicles, criteria)
        if doubtful is not None:
            return doubtful
        return self._missed(i, pickup, place, lon, lat, span, vehicles, criteria)

    def _stayed_home(
        self, i: int, scheduled: str, criteria: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Wherever the point may be: its vehicle was heard all the window, and never left a yard."""
        watch = self.seen.get(scheduled)
        window = (float(self.start_s[i]), float(self.end_s[i]))
        if watch is None or self.as_of_s < window[1] or self._took_over(scheduled):
            return None
        inside = watch.time_s[(watch.time_s >= window[0]) & (watch.time_s <= window[1])]
        heard = np.concatenate([[window[0]], inside, [window[1]]])
        if not watch.idle(*window) or float(np.diff(heard).max()) > PARKED_QUESTION_S:
            return None
        criteria |= {
            "say": "stayed_home",
            "window_from": _iso(window[0]),
            "window_until": _iso(window[1]),
        }
        return {
            "verdict": Verdict.MISSED,
            "cause": Cause.ROUTE_NOT_RUN,
            "confidence": 0.85,
            "vehicle_id": scheduled,
            "criteria": criteria,
        }

    def _span(self, i: int) -> tuple[float, float]:
        """When a visit would have counted for the pickup: its date, or six hours after."""
        last = self.day_s[1]
        if self.end_s[i] > last:
            last = self.end_s[i] + 6 * 3600.0
        return self.day_s[0], last

    def _just_outside(
        self,
        i: int,
        pickup: pd.Series,
        place: pd.Series,
        span: tuple[float, float],
        criteria: dict[str, Any],
    ) -> dict[str, Any] | None:
        """A stand within GPS and survey error of the tolerance, which no other point explains."""
        rows = self.approaches.get(pickup["point_id"])
        if rows is None:
            return None
        long = rows["dwell_s"].to_numpy()
        rows = rows[(long >= max(self.settings.min_dwell_s, 8.0)) & (long <= BREAK_S)]
        for row in records(rows.sort_values("distance_m", kind="stable")):
            if not self._counts(pickup, str(row.vehicle_id)):
                continue
            entered_s, left_s = row.entered.timestamp(), row.left.timestamp()
            if not span[0] <= entered_s < span[1]:
                continue
            stop = self._stop_of(str(row.vehicle_id), entered_s, left_s, place)
            if stop is None:
                continue
            where, away_m = stop
            if not 0.0 < away_m - place["tolerance_m"] <= self.settings.margin_m:
                continue
            start_s, end_s = float(self.stop_start_s[where]), float(self.stop_end_s[where])
            aside_s = max(self.start_s[i] - end_s, start_s - self.end_s[i], 0.0)
            if aside_s > ASIDE_S or not self._nearest_window(i, start_s, end_s):
                continue
            other = self._explained(where, away_m, str(pickup["point_id"]))
            criteria["stand_outside_m"] = round(away_m, 1)
            if other is not None:
                criteria["stand_belongs_to"] = other
                continue
            margin = (away_m - place["tolerance_m"]) / self.settings.margin_m
            criteria |= {
                "say": "tolerance",
                "outside_s": float(aside_s),
                "other_vehicle": bool(pickup["vehicle_id"])
                and str(row.vehicle_id) != pickup["vehicle_id"],
            }
            return {
                "verdict": Verdict.COLLECTED,
                "cause": "",
                "confidence": 0.93 - 0.2 * max(margin, 0.0),
                "vehicle_id": str(row.vehicle_id),
                "arrived_at": _moment(start_s),
                "departed_at": _moment(end_s),
                "dwell_s": round(end_s - start_s, 1),
                "distance_m": away_m,
                "criteria": criteria,
            }
        return None

    def _nearest_window(self, i: int, start_s: float, end_s: float) -> bool:
        """Whether of the point's pickups this one's window lies nearest to a span of time."""
        point_id = self.pickups["point_id"].iloc[i]
        mine = np.flatnonzero((self.pickups["point_id"] == point_id).to_numpy())
        away_s = np.maximum(np.maximum(self.start_s[mine] - end_s, start_s - self.end_s[mine]), 0.0)
        return int(mine[int(np.argmin(away_s))]) == i

    def _stop_of(
        self, vehicle: str, start_s: float, end_s: float, place: pd.Series
    ) -> tuple[int, float] | None:
        """The nearest stop of a vehicle in a span of time, and its distance from the place."""
        mine = np.flatnonzero(
            (self.stop_vehicle == vehicle)
            & (self.stop_start_s <= end_s)
            & (self.stop_end_s >= start_s)
        )
        if not len(mine):
            return None
        away = distances_m(place["geometry"], self.stop_lon[mine], self.stop_lat[mine])
        k = int(np.argmin(away))
        return int(mine[k]), float(away[k])

    def _explained(self, stop: int, away_m: float, point_id: str) -> str | None:
        """Another point that the stop lies within tolerance of, and nearer."""
        lon, lat = self.stop_lon[stop], self.stop_lat[stop]
        east_m, north_m = metres_per_degree(lat)
        bounds = shapely.bounds(self.place_geometry)
        dx = np.maximum(np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2]), 0.0) * east_m
        dy = np.maximum(np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3]), 0.0) * north_m
        near = np.flatnonzero(np.hypot(dx, dy) <= self.place_tolerance)
        for k in near:
            if self.place_ids[k] == point_id:
                continue
            other_m = float(
                distances_m(self.place_geometry[k], np.array([lon]), np.array([lat]))[0]
            )
            nearer = other_m <= min(self.place_tolerance[k], away_m)
            if nearer and not self._served_elsewhere(int(k), other_m, stop):
                return str(self.place_ids[k])
        return None

    def _served_elsewhere(self, k: int, other_m: float, stop: int) -> bool:
        """Whether another stop of that round lies as near to a point, so that it needs not this."""
        round_ = (
            (self.stop_vehicle == self.stop_vehicle[stop])
            & (np.abs(self.stop_start_s - self.stop_start_s[stop]) < ASIDE_S)
            & (self.stop_stood_s >= max(self.settings.min_dwell_s, 8.0))
        )
        round_[stop] = False
        others = np.flatnonzero(round_)
        away = distances_m(self.place_geometry[k], self.stop_lon[others], self.stop_lat[others])
        return bool((away <= other_m + 2.0).any())

    def _counts(self, pickup: pd.Series, vehicle: str) -> bool:
        return (
            self.settings.any_vehicle or not pickup["vehicle_id"] or vehicle == pickup["vehicle_id"]
        )

    def _observers(self, pickup: pd.Series, lon: float, lat: float) -> list[Watch]:
        """The vehicles whose track must have seen the pickup for it to be missed."""
        scheduled = str(pickup["vehicle_id"])
        if scheduled:
            result = [self.seen.get(scheduled, Watch.silent(scheduled))]
            if self.settings.any_vehicle:
                stand_in = self._took_over(scheduled)
                if stand_in in self.seen:
                    result.append(self.seen[stand_in])
            return result
        usual = self.scene.usual
        names = set(usual.loc[usual["point_id"] == pickup["point_id"], "vehicle_id"])
        if names:
            return [self.seen[name] for name in sorted(names) if name in self.seen]
        return [
            watch
            for name, watch in sorted(self.seen.items())
            if len(watch.time_s) and float(watch.distance_m(lon, lat).min()) <= NEARBY_M
        ]

    def _took_over(self, scheduled: str) -> str:
        """Another vehicle that did the round of the scheduled one, or empty."""
        mine = (self.pickups["vehicle_id"] == scheduled).to_numpy()
        others = self.served_by[mine]
        others = others[(others != "") & (others != scheduled)]
        if others.empty:
            return ""
        top = others.value_counts()
        return str(top.index[0]) if top.iloc[0] >= ROUND_SHARE * mine.sum() else ""

    def _did_round(self, vehicle: str, i: int) -> bool:
        """Whether a vehicle was seen serving most of its pickups whose windows overlap this one."""
        mine = (self.pickups["vehicle_id"] == vehicle).to_numpy()
        mine = mine & (self.start_s < self.end_s[i]) & (self.end_s > self.start_s[i])
        if not mine.any():
            return bool((self.served_by == vehicle).sum() >= 3)
        return bool((self.served_by[mine] == vehicle).mean() >= ROUND_SHARE)

    def _hidden(
        self,
        i: int,
        place: pd.Series,
        lon: float,
        lat: float,
        span: tuple[float, float],
        vehicles: list[Watch],
        criteria: dict[str, Any],
    ) -> dict[str, Any] | None:
        """A stand between two sparse fixes: collected if the usual pace leaves time for it."""
        least_s = self.settings.min_dwell_s
        for watch in vehicles:
            reach_m = float(place["tolerance_m"])
            stands = watch.hidden(lon, lat, reach_m, span, self.settings)
            mine = [h for h in stands if self._nearest_window(i, h.start_s, h.end_s)]
            if not mine:
                continue
            found = mine[0]
            criteria |= {
                "dwell_s": round(found.stood_s, 1),
                "dwell_max_s": round(found.most_s, 1),
                "silent_from": _iso(found.start_s),
                "silent_until": _iso(found.end_s),
            }
            if found.stood_s < max(least_s, 8.0) or not found.on_the_way:
                criteria["say"] = "gap_short"
                return self._unverifiable(Cause.GAP, criteria, 0.6, watch.vehicle_id)
            scheduled = str(self.pickups["vehicle_id"].iloc[i])
            criteria |= {
                "say": "hidden",
                "outside_s": float(
                    max(self.start_s[i] - found.end_s, found.start_s - self.end_s[i], 0.0)
                ),
                "other_vehicle": bool(scheduled) and watch.vehicle_id != scheduled,
            }
            return {
                "verdict": Verdict.COLLECTED,
                "cause": "",
                "confidence": 0.8,
                "vehicle_id": watch.vehicle_id,
                "arrived_at": _moment(found.start_s),
                "departed_at": _moment(found.end_s),
                "dwell_s": round(found.stood_s, 1),
                "distance_m": 0.0,
                "criteria": criteria,
            }
        return None

    def _silence(
        self,
        i: int,
        pickup: pd.Series,
        place: pd.Series,
        lon: float,
        lat: float,
        span: tuple[float, float],
        vehicles: list[Watch],
        criteria: dict[str, Any],
    ) -> dict[str, Any] | None:
        window = (float(self.start_s[i]), float(self.end_s[i]))
        if not vehicles:
            criteria |= {"say": "no_observer"}
            return self._unverifiable(Cause.NO_FIXES, criteria, 0.8)
        criteria["fixes_in_window"] = int(sum(w.fixes_between(*window) for w in vehicles[:1]))
        radius_m = float(place["tolerance_m"])
        worst: tuple[Silence, Watch] | None = None
        for watch in vehicles:
            found = watch.silence(
                lon,
                lat,
                radius_m,
                window,
                span,
                self.as_of_s,
                did_round=self._did_round(watch.vehicle_id, i),
                settings=self.settings,
            )
            longer = worst is None or (
                found is not None
                and found.end_s - found.start_s > worst[0].end_s - worst[0].start_s
            )
            if found is not None and longer:
                worst = (found, watch)
        if worst is None:
            return None
        silence, watch = worst
        criteria |= {"silent_from": _iso(silence.start_s), "silent_until": _iso(silence.end_s)}
        nothing = watch.fixes_between(*span) == 0
        cause = Cause.NO_FIXES if nothing or silence.whole_window else Cause.GAP
        criteria["say"] = "no_fixes" if cause is Cause.NO_FIXES else "gap"
        return self._unverifiable(cause, criteria, 0.85, watch.vehicle_id)

    def _stranger(
        self,
        i: int,
        pickup: pd.Series,
        place: pd.Series,
        lon: float,
        lat: float,
        vehicles: list[Watch],
        criteria: dict[str, Any],
    ) -> dict[str, Any] | None:
        """Another vehicle that passed in the window, and whose sparse fixes leave time to stand."""
        rows = self.visits.get(pickup["point_id"])
        if rows is None or not self.settings.any_vehicle:
            return None
        own = {watch.vehicle_id for watch in vehicles}
        least_s = max(self.settings.min_dwell_s, 15.0)
        before, after = seconds(rows["entered"]), seconds(rows["left"])
        perhaps = (rows["dwell_max_s"].to_numpy() >= least_s) & (after >= self.start_s[i])
        for row in records(rows[perhaps & (before <= self.end_s[i])]):
            if str(row.vehicle_id) in own:
                continue
            span = (row.entered.timestamp(), row.left.timestamp() + 1.0)
            reach_m = float(place["tolerance_m"])
            watch = self.seen[str(row.vehicle_id)]
            stands = watch.hidden(lon, lat, reach_m, span, self.settings)
            if not stands or stands[0].stood_s < least_s:
                continue
            found = stands[0]
            criteria |= {
                "say": "gap_short",
                "dwell_s": round(found.stood_s, 1),
                "dwell_max_s": round(found.most_s, 1),
                "silent_from": _iso(found.start_s),
                "silent_until": _iso(found.end_s),
            }
            return self._unverifiable(Cause.GAP, criteria, 0.6, str(row.vehicle_id))
        return None

    def _doubtful(
        self,
        i: int,
        pickup: pd.Series,
        place: pd.Series,
        span: tuple[float, float],
        vehicles: list[Watch],
        criteria: dict[str, Any],
    ) -> dict[str, Any] | None:
        """A stand that no point explains, farther off than fixes usually lie, nearer than these."""
        window = (self.start_s[i] - ASIDE_S, self.end_s[i] + ASIDE_S)
        there = np.flatnonzero(
            (self.stop_start_s < min(span[1], window[1]))
            & (self.stop_end_s > max(span[0], window[0]))
            & (self.stop_stood_s >= max(self.settings.min_dwell_s, 15.0))
            & (self.stop_stood_s <= BREAK_S)
            & (self.stop_fixes > 0)
        )
        away = distances_m(place["geometry"], self.stop_lon[there], self.stop_lat[there])
        reach_m = place["tolerance_m"] + self.settings.margin_m + self.noise_reach_m[there]
        own = {watch.vehicle_id for watch in vehicles}
        for k in np.flatnonzero(away <= reach_m)[np.argsort(away[away <= reach_m])]:
            stop = int(there[k])
            vehicle = str(self.stop_vehicle[stop])
            if vehicle not in own or not self._counts(pickup, vehicle):
                continue
            if not self._nearest_window(
                i, float(self.stop_start_s[stop]), float(self.stop_end_s[stop])
            ):
                continue
            if self._explained(stop, float(away[k]), str(pickup["point_id"])) is not None:
                continue
            criteria |= {
                "say": "poor_fixes",
                "spread_m": round(float(self.noise_m[stop]), 1),
                "distance_m": round(float(away[k]), 1),
            }
            return self._unverifiable(Cause.POOR_FIXES, criteria, 0.6, vehicle)
        return None

    def _missed(
        self,
        i: int,
        pickup: pd.Series,
        place: pd.Series,
        lon: float,
        lat: float,
        span: tuple[float, float],
        vehicles: list[Watch],
        criteria: dict[str, Any],
    ) -> dict[str, Any]:
        """Nobody collected it, and the tracks were there to see it: why."""
        window = (float(self.start_s[i]), float(self.end_s[i]))
        nearest = self._nearest(vehicles, place["geometry"], span)
        passed = self._passed(pickup, span)
        scheduled = str(pickup["vehicle_id"])
        result: dict[str, Any] = {"verdict": Verdict.MISSED, "criteria": criteria}
        criteria |= {"window_from": _iso(window[0]), "window_until": _iso(window[1])}
        if scheduled and self._round_not_run(scheduled, vehicles, i, passed is not None):
            criteria["say"] = "route_not_run"
            result |= {"cause": Cause.ROUTE_NOT_RUN, "vehicle_id": scheduled, "confidence": 0.93}
        elif passed is not None:
            criteria |= {"say": "passed_by", "dwell_max_s": round(float(passed.dwell_max_s), 1)}
            result |= {
                "cause": Cause.PASSED_BY,
                "vehicle_id": str(passed.vehicle_id),
                "arrived_at": passed.entered,
                "departed_at": passed.left,
                "dwell_s": float(passed.dwell_s),
                "distance_m": float(passed.distance_m),
                "confidence": 0.85,
            }
        else:
            criteria["say"] = "not_approached"
            result |= {"cause": Cause.NOT_APPROACHED, "confidence": 0.9}
            if nearest is not None:
                result |= {"vehicle_id": nearest[0]}
        if nearest is not None:
            criteria |= {
                "nearest_vehicle": nearest[0],
                "nearest_m": round(nearest[1], 1),
                "nearest_at": _iso(nearest[2]),
            }
            result.setdefault("distance_m", nearest[1])
        return result

    def _passed(self, pickup: pd.Series, span: tuple[float, float]) -> Any:
        """The nearest pass within GPS error of the tolerance, the scheduled vehicle's first."""
        rows = self.approaches.get(pickup["point_id"])
        if rows is None:
            return None
        entered_s = seconds(rows["entered"])
        vehicle = rows["vehicle_id"].astype("str").to_numpy()
        inside = (entered_s >= span[0]) & (entered_s < span[1])
        place = self.places.loc[pickup["point_id"]]
        near = rows["distance_m"].to_numpy() <= place["tolerance_m"] + 15.0
        start_s, end_s = pickup["window_start"].timestamp(), pickup["window_end"].timestamp()
        rows = rows.assign(
            foreign=vehicle != pickup["vehicle_id"],
            aside=(entered_s < start_s) | (entered_s > end_s),
        )[inside & near]
        if rows.empty:
            return None
        # Of the passes in the window, those of the scheduled vehicle first.
        rows = rows.sort_values(["aside", "foreign", "distance_m"], kind="stable")
        return next(records(rows))

    def _nearest(
        self, vehicles: list[Watch], geometry: Any, span: tuple[float, float]
    ) -> tuple[str, float, float] | None:
        """Vehicle, distance and moment of the fix that came nearest in the span."""
        best: tuple[str, float, float] | None = None
        for watch in vehicles:
            inside = np.flatnonzero((watch.time_s >= span[0]) & (watch.time_s < span[1]))
            if not len(inside):
                continue
            away = distances_m(geometry, watch.lon[inside], watch.lat[inside])
            k = int(np.argmin(away))
            if best is None or away[k] < best[1]:
                best = (watch.vehicle_id, float(away[k]), float(watch.time_s[inside[k]]))
        return best

    def _round_not_run(self, scheduled: str, vehicles: list[Watch], i: int, passed: bool) -> bool:
        """Whether the scheduled vehicle evidently did not work, or broke off before this point."""
        if self._took_over(scheduled):
            return False
        watch = vehicles[0]
        window = (float(self.start_s[i]), float(self.end_s[i]))
        if watch.idle(*window):
            return True
        mine = np.flatnonzero((self.pickups["vehicle_id"] == scheduled).to_numpy())
        # Pickups of the same round: their windows overlap this one's.
        mine = mine[(self.start_s[mine] < window[1]) & (self.end_s[mine] > window[0])]
        own = self.served_by[mine].to_numpy() == scheduled
        left = (self.served_by[mine] == "").to_numpy()
        if len(mine) < 4 or left.sum() < 3:
            return False
        if not own.any():
            return not passed
        if passed or left.sum() < 0.2 * len(mine):
            return False
        last_s = float(np.nanmax(self.served_s[mine].to_numpy()[own]))
        until = max(window[1], last_s + 1800.0)
        return watch.idle(last_s + 900.0, until) or window[1] - last_s > 1800.0

    def _unverifiable(
        self, cause: Cause, criteria: dict[str, Any], confidence: float, vehicle: str = ""
    ) -> dict[str, Any]:
        return {
            "verdict": Verdict.UNVERIFIABLE,
            "cause": cause,
            "confidence": confidence,
            "vehicle_id": vehicle,
            "criteria": criteria,
        }


def _noise(
    vehicle: np.ndarray, start_s: np.ndarray, spread_m: np.ndarray, fixes: np.ndarray
) -> np.ndarray:
    """Scatter of the fixes about each stop, told from the stands of some minutes before and after.

    The scatter while standing is the noise of a stretch (about four metres; tens on poor days).
    """
    noise = np.full(len(start_s), 4.0)
    seen = np.flatnonzero((fixes >= 3) & (spread_m > 0))
    for name in np.unique(vehicle):
        mine = seen[vehicle[seen] == name]
        all_ = np.flatnonzero(vehicle == name)
        if not len(mine):
            continue
        near = np.abs(start_s[all_][:, None] - start_s[mine][None, :]) <= NOISE_S
        spread = np.where(near, spread_m[mine][None, :], np.nan)
        some = near.any(axis=1)
        noise[all_[some]] = np.nanmedian(spread[some], axis=1)
    return noise


def _iso(moment_s: float) -> str:
    return pd.Timestamp(round(moment_s), unit="s", tz="UTC").isoformat()


def _moment(moment_s: float) -> pd.Timestamp:
    return pd.Timestamp(round(moment_s * 1e6), unit="us", tz="UTC").as_unit("us")
