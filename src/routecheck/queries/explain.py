"""Why the pickups of one point on one date were judged as they were: all the evidence.

The same stages on the same data as in the run that judged the date (`Session.judged`), so that
what is explained is what is stored.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import records, seconds
from routecheck.domain.errors import Message, UsageError
from routecheck.domain.local_time import day_span
from routecheck.domain.settings import AFTER_WINDOW_S
from routecheck.domain.tables import TEXT
from routecheck.engine.basis import Basis
from routecheck.engine.observing import Observation
from routecheck.engine.retention import require_kept
from routecheck.engine.session import Session
from routecheck.engine.what_if import WhatIf
from routecheck.geo.distance import distances_m
from routecheck.geo.shapes import shown_at
from routecheck.queries.whereabouts import rivals
from routecheck.registry.ids import as_shown
from routecheck.registry.records import valid_points
from routecheck.store import pickups_as_kept

MAX_ROWS = 12
"""Visits, approaches and gaps that are listed: the nearest, the longest."""
NEAREST_VEHICLES = 3
"""Vehicles whose nearest fix is listed beside those of the scheduled ones."""


@dataclass(frozen=True)
class Place:
    """Where a point was judged, and where it is on record; centres in deg, WGS-84.

    Attributes:
        judged: geometry that it was judged at; None: not known.
        recorded: geometry on record; None: none.
        tolerance_m: that it was judged with.
        recorded_tolerance_m: of its record; NaN: it has none of its own.
        cause: what is wrong with the record; empty: nothing.
        settled: whether the place is sure enough to accuse anybody.
        accepted: whether an accepted correction is in force.
        offset_m: from the recorded centre to the one judged at; None where one is not known.
    """

    judged: Any
    recorded: Any
    tolerance_m: float
    recorded_tolerance_m: float
    cause: str
    settled: bool
    accepted: bool
    offset_m: float | None


@dataclass(frozen=True)
class Gap:
    """A time in which a scheduled vehicle could have been anywhere within reach; UTC."""

    vehicle_id: str
    start: pd.Timestamp
    end: pd.Timestamp
    seconds: float


@dataclass(frozen=True)
class Nearest:
    """How near the fixes of a vehicle came on the date (m), and when (UTC)."""

    vehicle_id: str
    scheduled: bool
    distance_m: float
    at: pd.Timestamp


@dataclass(frozen=True)
class Explanation:
    """The pickups of a point on a date as judged, and what they were judged on.

    Attributes:
        point_id: the point.
        service_date: the date.
        name: of the point, as recorded on that date.
        township: likewise.
        place: where it was judged.
        pickups: JUDGEMENTS with `alerted`.
        alerts: CLASSIFIED of the point, by the ids that the monitor gave.
        episodes: EPISODES of those pickups: all that the tracks have of them.
        visits: VISITS of the date, in order of time; of many the longest and nearest.
        approaches: the same with the tolerance widened by the margin of error.
        gaps: of the scheduled vehicles, overlapping the windows, longest first.
        nearest: how near vehicles came, nearest first.
        candidates: CANDIDATES of the point that come into question, likeliest first, with
            `apart_m`.
        correction: what was decided of the point's correction; empty: it has none; None: there
            is no store yet.
        observation: tracks and stops about the date.
    """

    point_id: str
    service_date: date
    name: str
    township: str
    place: Place
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    episodes: pd.DataFrame
    visits: pd.DataFrame
    approaches: pd.DataFrame
    gaps: tuple[Gap, ...]
    nearest: tuple[Nearest, ...]
    candidates: pd.DataFrame
    correction: str | None
    observation: Observation


def explain_point(
    site: Session,
    point_id: str,
    day: date,
    *,
    window: str | None = None,
    tolerance_m: float | None = None,
) -> Explanation:
    """Judge the pickups of a point again, from the data and what the store knows.

    Where the date was judged, this is what the run stored, computed again: from the registry as it
    was then and from the history that was known then (see `Session.as_judged`), with the
    corrections that operators have decided on until now. Else it is what a run of that date would
    store. A point that is new in the points file is judged by the file. A point that has no pickup
    on the date, and has one under its other id, is taken under that.

    Args:
        site: an open site; nothing of it is changed.
        point_id: the point, or its name where only one is called so.
        day: the service date.
        window: `HH:MM`: only the pickup whose window starts then.
        tolerance_m: what if the tolerance were this; None: as it is.

    Raises:
        UsageError: the point is not known, or has no pickup in that window.
        MissingDataError: the evidence of the date is gone, as the configuration has it.
        StoreError: the store cannot be read, or is gone though the site was judged before.
    """
    site.require_not_lost()
    require_kept(site.stored, day)
    again = site.judged(day)
    if not _known(point_id, again.basis.site.points) and _known(point_id, site.inputs.points):
        again = site.judged(day, by_file=True)
    basis, judged, zone = again.basis, again.judged, site.config.time_zone
    point_id = _id_of(point_id, basis, day, site.config.points.path)
    if tolerance_m is not None:
        judged = basis.judge(day, again.learned, what_if=WhatIf(point_id, tolerance_m))
    rows = pickups_as_kept(_of_point(judged.judgements, point_id))
    if window is not None:
        rows = _in_window(rows, point_id, window, day, zone)
    place = _of_point(judged.places, point_id).iloc[0]
    point = _of_point(valid_points(basis.site.points, day), point_id).iloc[0]
    accepted = set(judged.accepted["point_id"])
    return Explanation(
        point_id=point_id,
        service_date=day,
        name=str(point["name"]),
        township=str(point["township"]),
        place=_place(place, point, accepted=point_id in accepted),
        pickups=rows,
        alerts=_alerts(judged.alerts, point_id),
        episodes=_episodes(judged.episodes(), rows),
        visits=_passes(judged.visits, point_id, day, rows, zone),
        approaches=_passes(judged.approaches, point_id, day, rows, zone),
        gaps=_gaps(judged.observation, rows),
        nearest=_nearest(judged.observation, place["geometry"], rows, zone),
        candidates=rivals(again.learned.candidates, point_id),
        correction=_decided(basis, point_id) if site.stored is not None else None,
        observation=judged.observation,
    )


def _of_point(table: pd.DataFrame, point_id: str) -> pd.DataFrame:
    rows: pd.DataFrame = table[(table["point_id"] == point_id).to_numpy()]
    return rows


def _in_window(
    rows: pd.DataFrame, point_id: str, window: str, day: date, zone: ZoneInfo
) -> pd.DataFrame:
    starts = rows["window_start"].dt.tz_convert(zone).dt.strftime("%H:%M")
    if window not in set(starts):
        raise UsageError(
            "no_such_window",
            point=point_id,
            window=window,
            day=day,
            known=", ".join(starts) or Message("none"),
        )
    wanted: pd.DataFrame = rows[(starts == window).to_numpy()]
    return wanted


def _episodes(episodes: pd.DataFrame, pickups: pd.DataFrame) -> pd.DataFrame:
    """The EPISODES of some pickups of one point."""
    mine = episodes["point_id"].isin(pickups["point_id"])
    mine &= episodes["window_start"].isin(pickups["window_start"])
    rows: pd.DataFrame = episodes[mine.to_numpy()]
    return rows


def _alerts(alerts: pd.DataFrame, point_id: str) -> pd.DataFrame:
    """The alerts of a point, those raised under its other id among them."""
    ids = [
        (criteria or {}).get("known_as", raised)
        for raised, criteria in zip(alerts["point_id"], alerts["criteria"], strict=True)
    ]
    rows: pd.DataFrame = alerts[np.array(ids, dtype=object) == point_id]
    return rows


def _decided(basis: Basis, point_id: str) -> str:
    current = _of_point(basis.registry.read_corrections(), point_id)
    return "".join(current["state"].astype(str).iloc[-1:])


def _place(place: pd.Series, point: pd.Series, *, accepted: bool) -> Place:
    offset_m = None
    if place["geometry"] is not None and point["geometry"] is not None:
        centre = shown_at(place["geometry"])
        was = shown_at(point["geometry"])
        offset_m = float(distances_m(was, np.array([centre.x]), np.array([centre.y]))[0])
    return Place(
        judged=place["geometry"],
        recorded=point["geometry"],
        tolerance_m=float(place["tolerance_m"]),
        recorded_tolerance_m=float(point["tolerance_m"]),
        cause=str(place["cause"]),
        settled=bool(place["settled"]),
        accepted=accepted,
        offset_m=offset_m,
    )


def _passes(
    table: pd.DataFrame, point_id: str, day: date, rows: pd.DataFrame, zone: ZoneInfo
) -> pd.DataFrame:
    """Passes of the date (or up to six hours after a window past midnight), in order of time.

    Of many, those that stood longest and came nearest.
    """
    midnight, last = day_span(day, zone)
    if len(rows) and rows["window_end"].max() > last:
        last = rows["window_end"].max() + pd.Timedelta(seconds=AFTER_WINDOW_S)
    mine = _of_point(table, point_id)
    mine = mine[((mine["entered"] >= midnight) & (mine["entered"] < last)).to_numpy()]
    mine = mine.sort_values(["dwell_s", "distance_m"], ascending=[False, True], kind="stable")
    return mine.head(MAX_ROWS).sort_values("entered", kind="stable")


def _gaps(observation: Observation, rows: pd.DataFrame) -> tuple[Gap, ...]:
    """Gaps of the scheduled vehicles that overlap the windows."""
    tracks = observation.cleaned.tracks
    starts = np.flatnonzero(observation.standing.gap)
    time_s = seconds(tracks["time"])
    vehicle = tracks["vehicle_id"].astype(TEXT).to_numpy()
    gaps = []
    for row in records(rows):
        first_s, last_s = row.window_start.timestamp(), row.window_end.timestamp()
        mine = starts[vehicle[starts] == row.scheduled_vehicle_id]
        for i in mine[(time_s[mine] < last_s) & (time_s[mine + 1] > first_s)]:
            start, end = tracks["time"].iloc[i], tracks["time"].iloc[i + 1]
            length_s = float(time_s[i + 1] - time_s[i])
            gaps.append(Gap(row.scheduled_vehicle_id, start, end, length_s))
    return tuple(sorted(gaps, key=lambda gap: -round(gap.seconds))[:MAX_ROWS])


def _nearest(
    observation: Observation, shape: Any, rows: pd.DataFrame, zone: ZoneInfo
) -> tuple[Nearest, ...]:
    """How near each vehicle's fixes came on the date: the scheduled ones, and the nearest."""
    tracks = observation.cleaned.tracks
    local = tracks["time"].dt.tz_convert(zone).dt.date
    tracks = tracks[(local == observation.service_date).to_numpy()]
    if shape is None or rows.empty or tracks.empty:
        return ()
    away = distances_m(shape, tracks["lon"].to_numpy(), tracks["lat"].to_numpy())
    table = pd.DataFrame(
        {"vehicle": tracks["vehicle_id"].astype(TEXT), "at": tracks["time"], "away": away}
    )
    first = table.loc[table.groupby("vehicle")["away"].idxmin()].sort_values("away")
    scheduled = set(rows["scheduled_vehicle_id"])
    keep = first["vehicle"].isin(scheduled) | (np.arange(len(first)) < NEAREST_VEHICLES)
    return tuple(
        Nearest(row.vehicle, row.vehicle in scheduled, float(row.away), row.at)
        for row in records(first[keep])
    )


def _known(name: str, points: pd.DataFrame) -> bool:
    ids = points["point_id"]
    name = as_shown(name, ids) or name
    return bool(((ids == name) | (points["name"].str.strip() == name.strip())).any())


def _id_of(name: str, basis: Basis, day: date, path: str) -> str:
    """The point that is meant: clerks know names, not ids, and ids of before or after a renaming.

    Raises:
        UsageError: there is no such point, or several are called so.
    """
    points = basis.site.points
    ids = points["point_id"].tolist()
    name = as_shown(name, ids) or name
    if name in set(ids):
        due, other = set(basis.pickups(day)["point_id"]), basis.other_id(name)
        return other if name not in due and other in due else name
    named = points.loc[points["name"].str.strip() == name.strip(), "point_id"].unique()
    if len(named) == 1:
        return str(named[0])
    if len(named):
        raise UsageError("points_named_so", name=name, ids=", ".join(map(str, named)))
    close = difflib.get_close_matches(name, [*ids, *points["name"].tolist()], n=1)
    key = "point_unknown_near" if close else "point_unknown"
    raise UsageError(key, point=name, path=path, near=close[0] if close else None)
