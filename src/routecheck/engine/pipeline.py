"""The order of the stages: tables and settings in, verdicts out. Pure.

    fixes ─► observe: clean, stops ─► (diagnose, over many dates) ─► decide: match, judge, classify

`observe` is done for each service date by itself; `decide` needs the places that were diagnosed
from all of them. Nothing here touches a disk, a clock or a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from routecheck.alerts.classify import classify
from routecheck.alerts.coarse import left_open
from routecheck.alerts.opened import open_unknown_days
from routecheck.alerts.plain_rule import plain_rule, shown
from routecheck.diagnosis import diagnose
from routecheck.diagnosis.feed_datum import FeedDatum, find_feed_datum
from routecheck.diagnosis.paces import learn_paces
from routecheck.diagnosis.posterior import as_recorded, doubted
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.patience import Patience
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CANDIDATES, PACES, PLACES, TEXT
from routecheck.engine.observing import Observation, Site
from routecheck.matching import match
from routecheck.registry.records import (
    accepted_places,
    as_places,
    back_again,
    recorded_places,
    same_place,
    valid_points,
)
from routecheck.tracks.drift import Drift, find_drifts
from routecheck.tracks.grain import coarse_devices
from routecheck.tracks.health import believable, doubts_on, find_faults
from routecheck.verdicts import Scene, judge
from routecheck.verdicts.confidence import adapted
from routecheck.verdicts.recalibrate import Recalibration
from routecheck.verdicts.recalibrate import apply as recalibrate

BATCH_MESHES = 3.0
"""A batch of points is off by so many meshes of the fixes' lattice at least: what a lattice does to
their mean is a small part of one."""


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
    patience: Patience | None = None,
    candidates: pd.DataFrame | None = None,
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
        patience: with what may still come of a date that is still running; None: it is over.
        candidates: CANDIDATES, all places that each point may be at; None: those of `places` alone.
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
        candidates=CANDIDATES.empty() if candidates is None else candidates,
        grain=observation.grain,
        patience=patience,
    )
    judgements = recalibrate(
        judge(scene, settings.judge),
        recalibration or Recalibration(),
        adapted(settings.judge.confidence),
    )
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
    unknown = site.gaps.calendar.on(day, judgements["point_id"])
    classified = open_unknown_days(classified, unknown)
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
    half_m = tracks["vehicle_id"].map(grain.half_mesh_m).to_numpy(dtype=float)
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
        candidates: CANDIDATES: all places that each point may be at.
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
    candidates: pd.DataFrame = field(default_factory=CANDIDATES.empty)

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
    half_m = served["vehicle_id"].astype(TEXT).map(coarse).fillna(0.0)
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
    unread = site.gaps.unread(valid["point_id"])
    diagnosis = diagnose(history, pickups, valid, decided, settings.diagnose, unread)
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
    candidates = diagnosis.candidates
    if feed_datum is not None:
        candidates = doubted(candidates)
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
        candidates = as_recorded(candidates, taken)
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
        heard=frozenset(history["vehicle_id"].unique()),
        unaided=diagnosis.unaided,
        candidates=candidates,
    )
