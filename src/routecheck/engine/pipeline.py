"""The order of the stages: tables and settings in, verdicts out. Pure.

    fixes ─► observe: clean, stops ─► (diagnose, over many dates) ─► decide: match, judge, classify

`observe` is done for each service date by itself; `decide` needs the places that were diagnosed
from all of them. Nothing here touches a disk, a clock or a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.alerts.classify import classify
from routecheck.alerts.coarse import left_open
from routecheck.alerts.plain_rule import plain_rule, shown
from routecheck.diagnosis import diagnose, summarise
from routecheck.diagnosis.feed_datum import FeedDatum, find_feed_datum
from routecheck.diagnosis.paces import learn_paces
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.grain import Grain
from routecheck.domain.settings import Settings
from routecheck.domain.standing import Standing
from routecheck.domain.tables import PACES, PLACES
from routecheck.matching import match
from routecheck.registry.due import expect
from routecheck.registry.records import (
    accepted_places,
    as_places,
    back_again,
    recorded_places,
    same_place,
    valid_points,
)
from routecheck.registry.schedule_gaps import ScheduleGaps
from routecheck.tracks.clean import Cleaned, clean, clock_table
from routecheck.tracks.clocks import confirmed, feed_offset, find_clocks, standpoints, wrong_dates
from routecheck.tracks.drift import Drift, find_drifts
from routecheck.tracks.grain import coarse_devices, of_grain, to_grain
from routecheck.tracks.health import believable, believable_fixes, doubts_on, find_faults
from routecheck.tracks.stops import find_stops
from routecheck.verdicts import Scene, judge
from routecheck.verdicts.recalibrate import Recalibration
from routecheck.verdicts.recalibrate import apply as recalibrate

BATCH_MESHES = 3.0
"""A batch of points is off by so many meshes of the fixes' lattice at least: what a lattice does to
their mean is a small part of one."""


@dataclass(frozen=True)
class Site:
    """What is expected: POINTS, SCHEDULE and CALENDAR, and what of the schedule is not known."""

    points: pd.DataFrame
    schedule: pd.DataFrame
    calendar: pd.DataFrame
    gaps: ScheduleGaps = field(default_factory=ScheduleGaps)
    _due: dict[date, pd.DataFrame] = field(default_factory=dict, repr=False)

    def pickups(self, service_date: date, settings: Settings) -> pd.DataFrame:
        """PICKUPS that were due on a date; worked out once, as the dates beside it need it too."""
        if service_date not in self._due:
            self._due[service_date] = expect(
                self.schedule, self.points, self.calendar, service_date, settings.time_zone
            )
        return self._due[service_date]


@dataclass(frozen=True)
class Observation:
    """What the fixes about one service date show: cleaned tracks and where vehicles stood."""

    service_date: date
    cleaned: Cleaned
    standing: Standing
    stops: pd.DataFrame
    as_of: pd.Timestamp
    grain: Grain = field(default_factory=Grain)

    def history(self, pickups: pd.DataFrame, settings: Settings) -> pd.DataFrame:
        """HISTORY of the date: what diagnosing will look back on."""
        return summarise(
            self.cleaned.tracks,
            self.standing,
            self.stops,
            pickups,
            self.service_date,
            settings.time_zone,
        )

    def without_drift(self, drifts: Mapping[str, Drift]) -> Observation:
        """The same with clocks that drift put right, of vehicles without receipt times.

        Args:
            drifts: by vehicle, from `find_drifts`.
        """
        if not drifts:
            return self
        tracks = self.cleaned.tracks
        checked = tracks["received_at"].notna() | (tracks["clock_offset_s"] != 0.0)
        vehicle = tracks["vehicle_id"].astype("str")
        unchecked = set(vehicle.unique()) - set(vehicle[checked].unique())
        off = {
            name: round(drift.correction_s(self.service_date))
            for name, drift in drifts.items()
            if name in unchecked
        }
        if not any(off.values()):
            return self

        def moved(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
            shift = pd.to_timedelta(table["vehicle_id"].astype("str").map(off).fillna(0), unit="s")
            return table.assign(
                **{name: (table[name] + shift).astype(table[name].dtype) for name in columns}
            )

        offset_s = tracks["clock_offset_s"] + vehicle.map(off).fillna(0.0).astype(float)
        tracks = moved(tracks, "time").assign(clock_offset_s=offset_s)
        cleaned = Cleaned(tracks, clock_table(tracks), self.cleaned.rejected)
        stops = moved(self.stops, "start", "end")
        return replace(self, cleaned=cleaned, stops=stops)

    def believable(self, faults: pd.DataFrame, settings: Settings) -> Observation:
        """The same without fixes that cannot be believed, displaced days put back.

        Args:
            faults: of devices, from `find_faults`.
            settings: all settings.
        """
        tracks = believable_fixes(self.cleaned.tracks, faults)
        if tracks is self.cleaned.tracks:
            return self
        cleaned = Cleaned(tracks, self.cleaned.clocks, self.cleaned.rejected)
        standing, stops = _stands(tracks, self.grain, settings)
        return replace(self, cleaned=cleaned, standing=standing, stops=stops)


def observe(
    fixes: pd.DataFrame,
    service_date: date,
    settings: Settings,
    now: pd.Timestamp,
    site: Site | None = None,
) -> Observation:
    """Clean the fixes that may belong to a service date, and find the stops in them.

    Args:
        fixes: FIXES from the evening before to the night after.
        service_date: local calendar date.
        settings: all settings.
        now: the present, UTC.
        site: where it is given, clocks that are off are also found by the schedule, for devices
            without receipt times.
    """
    fixes, grain = of_grain(fixes)
    cleaned = clean(fixes, settings.clean, now, coarse=grain.mesh_m)
    standing, stops = _stands(cleaned.tracks, grain, settings)
    feed_s = 0.0 if site is None else _feed_offset(stops, service_date, settings, site)
    if feed_s:
        fixes = _later(fixes, feed_s, settings.time_zone)
        cleaned = clean(fixes, settings.clean, now, coarse=grain.mesh_m)
        standing, stops = _stands(cleaned.tracks, grain, settings)
    off = {} if site is None else _clocks_off(fixes, stops, service_date, settings, now, site)
    if off:
        cleaned = clean(fixes, settings.clean, now, off, coarse=grain.mesh_m)
        standing, stops = _stands(cleaned.tracks, grain, settings)
    if feed_s:
        offset_s = cleaned.tracks["clock_offset_s"] + feed_s
        tracks = cleaned.tracks.assign(clock_offset_s=offset_s)
        cleaned = Cleaned(tracks, clock_table(tracks), cleaned.rejected)
    tracks = cleaned.tracks
    if tracks.empty:
        as_of = pd.Timestamp(service_date, tz="UTC").as_unit("us")
    else:
        heard = [tracks["time"].max(), tracks["received_at"].max()]
        as_of = max(moment for moment in heard if moment is not pd.NaT)
    return Observation(service_date, cleaned, standing, stops, as_of, grain)


def _stands(
    tracks: pd.DataFrame, grain: Grain, settings: Settings
) -> tuple[Standing, pd.DataFrame]:
    """Standing and STOPS of TRACKS, as well as they are known."""
    standing, stops = find_stops(tracks, settings.stops)
    return to_grain(standing, stops, tracks, grain, settings.stops.min_stop_s)


def _feed_offset(stops: pd.DataFrame, service_date: date, settings: Settings, site: Site) -> float:
    """Seconds to add to all times, of a feed that was read in another time zone."""
    pickups, points = site.pickups(service_date, settings), valid_points(site.points, service_date)
    stands = standpoints(stops, pickups, points)
    return feed_offset(stands, service_date, settings.time_zone)


def _later(fixes: pd.DataFrame, seconds_later: float, zone: ZoneInfo) -> pd.DataFrame:
    """FIXES with all their times so much later, and counted under the dates that they then have."""
    later = pd.Timedelta(seconds=seconds_later)
    moved = {
        name: (fixes[name] + later).astype(fixes[name].dtype) for name in ("time", "received_at")
    }
    before, after = (_local_days(times, zone) for times in (fixes["time"], moved["time"]))
    # Rows of clocks that are days off are counted under the dates of the rows about them.
    same = fixes["day"].to_numpy() == before
    return fixes.assign(**moved, day=np.where(same, after, fixes["day"].to_numpy()))


def _local_days(times: pd.Series, zone: ZoneInfo) -> np.ndarray:
    """The local date of each moment, in days since 1970."""
    local = times.dt.tz_convert(zone).dt.tz_localize(None)
    return np.asarray(local.to_numpy().astype("datetime64[D]").astype(np.int64))


def _clocks_off(
    fixes: pd.DataFrame,
    stops: pd.DataFrame,
    service_date: date,
    settings: Settings,
    now: pd.Timestamp,
    site: Site,
) -> dict[str, float]:
    """Seconds to add to device times, by vehicle, for clocks that no receipt time betrays."""
    vehicle = fixes["vehicle_id"].cat
    received = np.bincount(
        vehicle.codes[fixes["received_at"].notna()], minlength=len(vehicle.categories)
    )
    unchecked = {str(name) for name, n in zip(vehicle.categories, received, strict=True) if n == 0}
    if not unchecked:
        return {}
    zone = settings.time_zone
    pickups, points = site.pickups(service_date, settings), valid_points(site.points, service_date)
    dates = {
        name: amount_s
        for name, amount_s in wrong_dates(fixes, service_date, zone).items()
        if name in unchecked
    }
    if dates:
        again = clean(fixes, settings.clean, now, dates)
        _, stops = find_stops(again.tracks, settings.stops)
    stands = standpoints(stops, pickups, points)
    off = find_clocks(stands, unchecked, service_date, zone)
    return confirmed(dates, stands, off) | {
        name: amount_s for name, amount_s in off.items() if name not in dates
    }


@dataclass(frozen=True)
class Decision:
    """What was decided of a service date, and the evidence that it was decided on.

    Attributes:
        alerts: CLASSIFIED.
        judgements: JUDGEMENTS with the column `alerted`.
        visits: VISITS at the places.
        approaches: VISITS with the tolerance widened by `margin_m`.
    """

    alerts: pd.DataFrame
    judgements: pd.DataFrame
    visits: pd.DataFrame
    approaches: pd.DataFrame


def decide(
    observation: Observation,
    site: Site,
    places: pd.DataFrame,
    usual: pd.DataFrame,
    alerts: pd.DataFrame,
    settings: Settings,
    recalibration: Recalibration | None = None,
    paces: pd.DataFrame | None = None,
    faults: pd.DataFrame | None = None,
    feed_datum: FeedDatum | None = None,
    strangers: Mapping[str, str] | None = None,
) -> Decision:
    """Judge the pickups of a service date and classify its alerts.

    Args:
        observation: the tracks and stops about the date.
        site: points, schedule, calendar.
        places: PLACES, where each point is believed to be.
        usual: columns point_id, vehicle_id: who usually serves a point.
        alerts: ALERTS of the date.
        settings: all settings.
        recalibration: what the field checks of earlier dates taught about confidence.
        paces: PACES, how fast vehicles drive where; None: not known.
        faults: of devices, from `find_faults`; None: none are known.
        feed_datum: where the datum of the fixes is declared wrongly; None: it is not.
        strangers: vehicles of the schedule that join to none that was heard, with the one that
            does their round.
    """
    day = observation.service_date
    tracks, standing = observation.cleaned.tracks, observation.standing
    wide = places.assign(tolerance_m=places["tolerance_m"] + settings.judge.margin_m)
    scene = Scene(
        service_date=day,
        zone=settings.time_zone,
        pickups=site.pickups(day, settings),
        around=pd.concat(
            [site.pickups(day + timedelta(days=shift), settings) for shift in (-1, 1)],
            ignore_index=True,
        ),
        places=places,
        tracks=tracks,
        standing=standing,
        stops=observation.stops,
        visits=_visits(observation, places, settings),
        approaches=_visits(observation, wide, settings),
        usual=usual,
        paces=PACES.empty() if paces is None else paces,
        as_of=observation.as_of,
        doubts=doubts_on(day, faults),
        grain=observation.grain,
    )
    judgements = recalibrate(judge(scene, settings.judge), recalibration or Recalibration())
    recorded = valid_points(site.points, day)
    if feed_datum is not None:
        recorded = feed_datum.as_the_feed_has_it(recorded)
    plain = replay(observation, scene.pickups, recorded, settings)
    classified = classify(
        judgements,
        alerts,
        site.points,
        places,
        plain,
        shown(judgements, plain, recorded, tracks, observation.stops, settings.judge),
        day,
        settings.time_zone,
        settings.judge.margin_m,
        site.gaps.on(day, alerts["point_id"], strangers),
    )
    classified = left_open(classified, observation.grain)
    return Decision(
        _with_shifts(classified.alerts, day, faults),
        _with_shifts(classified.judgements, day, faults),
        scene.visits,
        scene.approaches,
    )


def _with_shifts(table: pd.DataFrame, day: date, faults: pd.DataFrame | None) -> pd.DataFrame:
    """Verdicts or alerts, with the shift that was undone in the criteria of its vehicle's rows."""
    if faults is None:
        return table
    own = faults[((faults["service_date"] == day) & (faults["fault"] == "displaced")).to_numpy()]
    if own.empty:
        return table
    shifts = {
        str(row.vehicle_id): {
            "device_shift": str(row.how).partition(" ")[0],
            "device_shift_m": round(float(row.shift_m), 1),
        }
        for row in records(own)
    }
    criteria = [
        {**found, **shifts[vehicle]} if vehicle in shifts and found else found
        for vehicle, found in zip(table["vehicle_id"], table["criteria"], strict=True)
    ]
    return table.assign(criteria=pd.Series(criteria, index=table.index, dtype=object))


def _visits(observation: Observation, places: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """VISITS at places; of positions on a lattice, within half its mesh of the tolerance too."""
    tracks, standing, grain = observation.cleaned.tracks, observation.standing, observation.grain
    if not grain.mesh_m:
        return match(tracks, standing, places, settings.match)
    half_m = tracks["vehicle_id"].astype("str").map(grain.half_mesh_m).to_numpy(dtype=float)
    tolerance_m = places["tolerance_m"].fillna(settings.match.tolerance_m)
    parts = []
    for more_m in np.unique(half_m):
        rows = np.flatnonzero(half_m == more_m)
        own = tracks.iloc[rows].reset_index(drop=True)
        wide = places.assign(tolerance_m=tolerance_m + more_m)
        parts.append(match(own, standing.take(rows), wide, settings.match))
    found = pd.concat(parts, ignore_index=True)
    order = pd.Index(places["point_id"]).get_indexer(pd.Index(found["point_id"]))
    return found.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def replay(
    observation: Observation, pickups: pd.DataFrame, points: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """PLAIN: what the monitor's own rule makes of pickups under the points given.

    Args:
        observation: the tracks about the date.
        pickups: PICKUPS of the date.
        points: POINTS, a row a point: as recorded, or as corrected.
        settings: all settings.
    """
    tolerance = points["tolerance_m"].fillna(settings.judge.monitor_tolerance_m)
    places = as_places(points, tolerance.to_numpy(dtype=float))
    tracks = observation.cleaned.tracks
    visits = match(tracks, observation.standing, places, settings.match)
    recorded = points.assign(tolerance_m=tolerance.to_numpy(dtype=float))
    return plain_rule(pickups, recorded, visits, tracks, settings.judge)


@dataclass(frozen=True)
class Learned:
    """What many dates taught: where points are, what is wrong with their records, who serves them.

    Attributes:
        places: PLACES, by the record that held on the last date.
        corrections: CORRECTIONS to propose.
        usual: columns point_id, vehicle_id.
        paces: PACES, how fast vehicles drive where.
        drifts: clocks that seem to drift, by vehicle.
        faults: vehicle's days that cannot be believed, from `find_faults`.
        on: the date whose records were diagnosed.
        since: the first date that was learned from.
        feed_datum: where the datum of the fixes is declared wrongly; None: it is not.
        heard: vehicles that stood anywhere on the dates that were learned from.
        unaided: PLACES, by the tracks alone, of points whose accepted place is another one.
    """

    places: pd.DataFrame
    corrections: pd.DataFrame
    usual: pd.DataFrame
    paces: pd.DataFrame
    drifts: Mapping[str, Drift]
    faults: pd.DataFrame
    on: date
    since: date
    feed_datum: FeedDatum | None = None
    heard: frozenset[str] = frozenset()
    unaided: pd.DataFrame = field(default_factory=PLACES.empty)

    def places_on(
        self, day: date, points: pd.DataFrame, accepted: pd.DataFrame, settings: Settings
    ) -> pd.DataFrame:
        """PLACES to judge a date at.

        A point whose record was another one on that date is taken at that record's word; an
        accepted correction outweighs both. Causes are found against the record all the same.

        Args:
            day: the service date.
            points: POINTS of all time.
            accepted: CORRECTIONS in force on that date.
            settings: all settings.
        """
        then = recorded_places(points, day, settings.match)
        now = recorded_places(points, self.on, settings.match)
        places = self.places
        early = self.unaided[~self.unaided["point_id"].isin(accepted["point_id"])]
        if len(early):  # their correction does not hold yet
            others = places[~places["point_id"].isin(early["point_id"])]
            places = pd.concat([others, early], ignore_index=True)
        if day != self.on:
            former = dict(zip(then["point_id"], then["geometry"], strict=True))
            moved = [
                p in former and not same_place(former[p], g)
                for p, g in zip(now["point_id"], now["geometry"], strict=True)
            ]
            other = set(now.loc[moved, "point_id"])
            places = pd.concat(
                [
                    places[~places["point_id"].isin(other)],
                    then[then["point_id"].isin(other)],
                ],
                ignore_index=True,
            )
        return accepted_places(places, then, accepted)


def _finer_than_known(
    corrections: pd.DataFrame,
    usual: pd.DataFrame,
    pickups: pd.DataFrame,
    coarse: Mapping[str, float],
) -> set[str]:
    """Points with a proposal that rests on positions from a lattice.

    A batch of another datum lies off by many meshes; where one point lies is known to half of one.

    Args:
        corrections: CORRECTIONS.
        usual: columns point_id, vehicle_id: who usually serves a point.
        pickups: PICKUPS of the dates that were learned from.
        coarse: half of the mesh by vehicle (m), see `coarse_devices`.
    """
    if not coarse or corrections.empty:
        return set()
    due = pickups.loc[pickups["vehicle_id"] != "", ["point_id", "vehicle_id"]]
    served = pd.concat([due, usual[["point_id", "vehicle_id"]]]).drop_duplicates()
    half_m = served["vehicle_id"].astype("str").map(coarse).fillna(0.0)
    of_point = half_m.groupby(served["point_id"]).max().reindex(corrections["point_id"])
    widest_m = of_point.fillna(max(coarse.values())).to_numpy(dtype=float)
    least_m = BATCH_MESHES * 2 * widest_m
    far = (corrections["cause"] == Cause.DATUM).to_numpy() & (
        corrections["offset_m"].to_numpy() >= least_m
    )
    open_still = (corrections["state"] == CorrectionState.PROPOSED).to_numpy()
    return set(corrections.loc[open_still & (widest_m > 0.0) & ~far, "point_id"])


def learn(
    history: pd.DataFrame,
    pickups: pd.DataFrame,
    site: Site,
    decided: pd.DataFrame,
    on: date,
    settings: Settings,
    unfinished: Collection[date] = (),
) -> Learned:
    """Find out where the points really are, from the stops of many dates.

    Args:
        history: HISTORY of all dates to learn from.
        pickups: PICKUPS of those dates.
        site: points, schedule, calendar.
        decided: CORRECTIONS that an operator accepted or rejected.
        on: the last of the dates: its records are diagnosed.
        settings: all settings.
        unfinished: dates that nothing is learned from.
    """
    valid = valid_points(site.points, on)
    whole, whole_pickups = (
        table[~table["service_date"].isin(unfinished)].reset_index(drop=True)
        for table in (history, pickups)
    )
    faults = find_faults(whole, whole_pickups, valid, settings.time_zone)
    if unfinished:
        # Their own devices may be at fault too; what they show of others does not count.
        of_all = find_faults(history, pickups, valid, settings.time_zone)
        own = of_all[of_all["service_date"].isin(unfinished)]
        faults = pd.concat([faults, own], ignore_index=True) if len(own) else faults
    history, pickups = whole, whole_pickups
    history = believable(history, faults)
    diagnosis = diagnose(history, pickups, valid, decided, settings.diagnose)
    coarse = coarse_devices(history)
    since = min(history["service_date"], default=on)
    # A point that is retired is learned of, for its stands explain what was stopped for; there is
    # nothing left to correct.
    over = {
        point
        for point, last in zip(valid["point_id"], valid["valid_to"], strict=True)
        if last is not None and last == last and last < on
    }
    corrections = diagnosis.corrections
    blurred = _finer_than_known(corrections, diagnosis.usual, pickups, coarse)
    # Where their places are not, the tracks show; where they are, not finely enough.
    elsewhere = corrections["point_id"].isin(blurred) & (corrections["cause"] != Cause.TOLERANCE)
    contradicted = corrections.loc[elsewhere, "point_id"]
    corrections = corrections[~corrections["point_id"].isin(blurred)].reset_index(drop=True)
    back = back_again(corrections, site.points, valid) | blurred
    places = diagnosis.places
    feed_datum = find_feed_datum(corrections, places, set(pickups["point_id"]), settings.diagnose)
    if feed_datum is not None:
        proposed = corrections["state"] == CorrectionState.PROPOSED
        unfounded = places["point_id"].isin(corrections.loc[proposed, "point_id"])
        # Records and stands disagree everywhere: only where a stand has shown the place may
        # anybody be accused.
        places = places.assign(
            cause=places["cause"].mask(unfounded, ""),
            settled=places["settled"] & (places["stand_days"] > 0),
        )
        corrections = corrections[~proposed].reset_index(drop=True)
    if back:
        taken = recorded_places(valid[valid["point_id"].isin(back)], on, settings.match)
        known = ~taken["point_id"].isin(contradicted)
        taken = taken.assign(settled=taken["settled"] & known, confirmed=taken["confirmed"] & known)
        others = places[~places["point_id"].isin(back)]
        places = pd.concat([others, taken], ignore_index=True)
    open_still = ~corrections["point_id"].isin(over | back) | (
        corrections["state"] != CorrectionState.PROPOSED
    )
    corrections = corrections[open_still].reset_index(drop=True)
    return Learned(
        places=places,
        corrections=corrections,
        usual=diagnosis.usual,
        paces=learn_paces(history),
        drifts=find_drifts(history, pickups, settings.time_zone),
        faults=faults,
        on=on,
        since=since,
        feed_datum=feed_datum,
        heard=frozenset(history["vehicle_id"].astype("str")),
        unaided=diagnosis.unaided,
    )
