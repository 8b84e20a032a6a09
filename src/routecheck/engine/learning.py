"""What many dates teach: where points are, whose records are wrong, who serves them. Pure.

The history of compact stands goes in, `Learned` comes out; each date is judged by it afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from routecheck.diagnosis import diagnose
from routecheck.diagnosis.feed_datum import FeedDatum, find_feed_datum
from routecheck.diagnosis.habits import Habits
from routecheck.diagnosis.paces import learn_paces
from routecheck.diagnosis.posterior import as_recorded, doubted
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CANDIDATES, PLACES, TEXT
from routecheck.engine.observing import Site
from routecheck.registry.records import (
    accepted_places,
    back_again,
    recorded_places,
    same_place,
    valid_points,
)
from routecheck.tracks.believed import believable
from routecheck.tracks.drift import Drift, find_drifts
from routecheck.tracks.grain import coarse_devices
from routecheck.tracks.health import find_faults

BATCH_MESHES = 3.0
"""A batch of points is off by so many meshes of the fixes' lattice at least: what a lattice does to
their mean is a small part of one."""


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
        habits: what was learnt of all points and vehicles together.
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
    habits: Habits = field(default_factory=Habits)

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
    if settings.diagnose.surveyed and feed_datum is None:
        # As if each had been looked at and entered again: the tracks are not asked where it is.
        back, contradicted = set(valid["point_id"]), contradicted.iloc[:0]
    candidates, unaided = diagnosis.candidates, diagnosis.unaided
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
        unaided = unaided[~unaided["point_id"].isin(back)].reset_index(drop=True)
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
        unaided=unaided,
        candidates=candidates,
        habits=diagnosis.habits,
    )
