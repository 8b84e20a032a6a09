"""The order of the stages: tables and settings in, verdicts out. Pure.

    fixes ─► observe: clean, stops ─► (learn, over many dates) ─► weigh: match, judge ─► decide

`observe` is done for each service date by itself; `weigh` needs the places that were learned from
all of them (`learning`), and no other date. `decide` hears the field checks of the dates before,
and classifies. Nothing here touches a disk, a clock or a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from routecheck.alerts.classify import classify
from routecheck.alerts.coarse import left_open
from routecheck.alerts.opened import open_unknown_days
from routecheck.alerts.plain_rule import plain_rule, shown
from routecheck.diagnosis.feed_datum import FeedDatum
from routecheck.domain.arrays import records
from routecheck.domain.patience import Patience
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CANDIDATES, PACES
from routecheck.engine.observing import Observation, Site
from routecheck.matching import match
from routecheck.registry.records import (
    as_places,
    valid_points,
)
from routecheck.tracks.believed import doubts_on
from routecheck.verdicts import Scene, judge
from routecheck.verdicts.confidence import adapted
from routecheck.verdicts.recalibrate import Recalibration
from routecheck.verdicts.recalibrate import apply as recalibrate


@dataclass(frozen=True)
class Weighed:
    """What the tracks of a service date say of its pickups, before people are heard.

    Attributes:
        judgements: JUDGEMENTS, with the confidence that judging itself gives.
        plain: PLAIN, what the monitor's own rule makes of the pickups.
        shown: SHOWN, what the fixes of visits show the monitor.
        visits: VISITS at the places.
        approaches: VISITS with the tolerance widened by `margin_m`.
        episodes: makes EPISODES, all that the tracks have of the pickups.
    """

    judgements: pd.DataFrame
    plain: pd.DataFrame
    shown: pd.DataFrame
    visits: pd.DataFrame
    approaches: pd.DataFrame
    episodes: Callable[[], pd.DataFrame]


def weigh(
    observation: Observation,
    site: Site,
    places: pd.DataFrame,
    usual: pd.DataFrame,
    settings: Settings,
    paces: pd.DataFrame | None = None,
    faults: pd.DataFrame | None = None,
    feed_datum: FeedDatum | None = None,
    patience: Patience | None = None,
    candidates: pd.DataFrame | None = None,
) -> Weighed:
    """Judge the pickups of a service date by the tracks, and replay the monitor.

    Args:
        observation: the tracks and stops about the date.
        site: points, schedule, calendar.
        places: PLACES, where each point is believed to be.
        usual: columns point_id, vehicle_id: who usually serves a point.
        settings: all settings.
        paces: PACES, how fast vehicles drive where; None: not known.
        faults: of devices, from `find_faults`; None: none are known.
        feed_datum: where the datum of the fixes is declared wrongly; None: it is not.
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
        visits=visits_at(observation, places, settings),
        approaches=visits_at(observation, wide, settings),
        usual=usual,
        paces=PACES.empty() if paces is None else paces,
        as_of=observation.as_of,
        doubts=doubts_on(day, faults),
        candidates=CANDIDATES.empty() if candidates is None else candidates,
        grain=observation.grain,
        patience=patience,
    )
    judged, episodes = judge(scene, settings.judge)
    recorded = valid_points(site.points, day)
    if feed_datum is not None:
        recorded = feed_datum.as_the_feed_has_it(recorded)
    plain = replay(observation, scene.pickups, recorded, settings)
    return Weighed(
        judged,
        plain,
        shown(judged, plain, recorded, tracks, observation.stops, settings.judge),
        scene.visits,
        scene.approaches,
        episodes,
    )


def decide(
    weighed: Weighed,
    observation: Observation,
    site: Site,
    places: pd.DataFrame,
    alerts: pd.DataFrame,
    settings: Settings,
    recalibration: Recalibration | None = None,
    faults: pd.DataFrame | None = None,
    strangers: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the verdicts of a service date the confidence they deserve, and classify its alerts.

    Args:
        weighed: from `weigh`, of the same date.
        observation: the tracks and stops about the date.
        site: points, schedule, calendar.
        places: PLACES, where each point is believed to be.
        alerts: ALERTS of the date.
        settings: all settings.
        recalibration: what the field checks of earlier dates taught about confidence.
        faults: of devices, from `find_faults`; None: none are known.
        strangers: vehicles of the schedule that join to none that was heard, with the one that
            does their round.

    Returns:
        CLASSIFIED, and JUDGEMENTS with the column `alerted`.
    """
    day = observation.service_date
    confidences = adapted(settings.judge.confidence)
    judgements = recalibrate(weighed.judgements, recalibration or Recalibration(), confidences)
    classified = classify(
        judgements,
        alerts,
        site.points,
        places,
        weighed.plain,
        weighed.shown,
        day,
        settings.time_zone,
        settings.judge.margin_m,
        site.gaps.on(day, alerts["point_id"], strangers),
    )
    classified = left_open(classified, observation.grain, confidences.of("coarse_fixes"))
    unknown = site.gaps.calendar.on(day, judgements["point_id"])
    classified = open_unknown_days(classified, unknown)
    return (
        _with_shifts(classified.alerts, day, faults),
        _with_shifts(classified.judgements, day, faults),
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


def visits_at(observation: Observation, places: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """VISITS at places; of positions on a lattice, within half its mesh of the tolerance too.

    Args:
        observation: the tracks about the date.
        places: PLACES.
        settings: all settings.
    """
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
