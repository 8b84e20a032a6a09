"""The order of the stages: tables and settings in, verdicts out. Pure.

    fixes ─► observe: clean, stops ─► (diagnose, over many dates) ─► decide: match, judge, classify

`observe` is done for each service date by itself; `decide` needs the places that were diagnosed
from all of them. Nothing here touches a disk, a clock or a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from routecheck.model.settings import MatchSettings, Settings
from routecheck.model.standing import Standing
from routecheck.model.tables import PLACES
from routecheck.stages.classify import Classified, classify
from routecheck.stages.clean import Cleaned, clean
from routecheck.stages.expect import expect
from routecheck.stages.judge import Scene, judge
from routecheck.stages.match import match
from routecheck.stages.stops import find_stops


@dataclass(frozen=True)
class Site:
    """What is expected: POINTS, SCHEDULE and CALENDAR."""

    points: pd.DataFrame
    schedule: pd.DataFrame
    calendar: pd.DataFrame

    def pickups(self, service_date: date, settings: Settings) -> pd.DataFrame:
        """PICKUPS that were due on a date."""
        return expect(self.schedule, self.points, self.calendar, service_date, settings.time_zone)


@dataclass(frozen=True)
class Observation:
    """What the fixes about one service date show: cleaned tracks and where vehicles stood."""

    service_date: date
    cleaned: Cleaned
    standing: Standing
    stops: pd.DataFrame
    as_of: pd.Timestamp


def observe(
    fixes: pd.DataFrame, service_date: date, settings: Settings, now: pd.Timestamp
) -> Observation:
    """Clean the fixes that may belong to a service date, and find the stops in them.

    Args:
        fixes: FIXES from the evening before to the night after.
        service_date: local calendar date.
        settings: all settings.
        now: the present, UTC.
    """
    cleaned = clean(fixes, settings.clean, now)
    standing, stops = find_stops(cleaned.tracks, settings.stops)
    tracks = cleaned.tracks
    if tracks.empty:
        as_of = pd.Timestamp(service_date, tz="UTC").as_unit("us")
    else:
        heard = [tracks["time"].max(), tracks["received_at"].max()]
        as_of = max(moment for moment in heard if moment is not pd.NaT)
    return Observation(service_date, cleaned, standing, stops, as_of)


def decide(
    observation: Observation,
    site: Site,
    places: pd.DataFrame,
    usual: pd.DataFrame,
    alerts: pd.DataFrame,
    settings: Settings,
) -> Classified:
    """Judge the pickups of a service date and classify its alerts.

    Args:
        observation: the tracks and stops about the date.
        site: points, schedule, calendar.
        places: PLACES, where each point is believed to be.
        usual: columns point_id, vehicle_id: who usually serves a point.
        alerts: ALERTS of the date.
        settings: all settings.

    Returns:
        CLASSIFIED alerts, and JUDGEMENTS with the column `alerted`.
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
        visits=match(tracks, standing, places, settings.match),
        approaches=match(tracks, standing, wide, settings.match),
        usual=usual,
        as_of=observation.as_of,
    )
    judgements = judge(scene, settings.judge)
    recorded = recorded_places(site.points, day, settings.match)
    monitored = site.points.drop_duplicates("point_id", keep="last")["tolerance_m"].to_numpy()
    recorded = recorded.assign(
        tolerance_m=np.where(np.isnan(monitored), settings.judge.monitor_tolerance_m, monitored)
    )
    seen = match(tracks, standing, recorded, settings.match)
    return classify(
        judgements,
        alerts,
        site.points,
        places,
        seen,
        tracks,
        day,
        settings.time_zone,
        settings.judge,
    )


def recorded_places(points: pd.DataFrame, on: date, settings: MatchSettings) -> pd.DataFrame:
    """PLACES that take every record at its word: the validity on a date, else the last."""
    valid = [
        (first is None or first <= on) and (last is None or on <= last)
        for first, last in zip(points["valid_from"], points["valid_to"], strict=True)
    ]
    order = points.assign(valid=valid).sort_values("valid", kind="stable")
    rows = order.drop_duplicates("point_id", keep="last").sort_index()
    n = len(rows)
    places = pd.DataFrame(
        {
            "point_id": rows["point_id"].array,
            "geometry": pd.Series(rows["geometry"].to_numpy(), dtype=object),
            "tolerance_m": rows["tolerance_m"].fillna(settings.tolerance_m).to_numpy(float),
            "sigma_m": np.full(n, 5.0),
            "cause": pd.Series([""] * n, dtype="str"),
            "settled": np.array([g is not None for g in rows["geometry"]], dtype=bool),
            "stand": pd.Series([None] * n, dtype=object),
            "stand_sigma_m": np.full(n, np.nan),
            "stand_days": np.zeros(n, dtype=np.int64),
            "confidence": np.full(n, 0.9),
        }
    )
    return PLACES.check(places)


def with_tolerance(places: pd.DataFrame, tolerance_m: float) -> pd.DataFrame:
    """The same places under another tolerance: what if."""
    return places.assign(tolerance_m=tolerance_m)


__all__ = ["Observation", "Site", "decide", "observe", "recorded_places", "with_tolerance"]
