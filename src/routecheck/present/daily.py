"""One service date made ready to be shown: verdicts with names, routes, places and sentences.

Tables as the store holds them go in; the HTML report and the workbook read what comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.alerts.incidents import find_incidents
from routecheck.domain.codes import Language
from routecheck.present.sentences.incidents import incident_action, incident_text
from routecheck.present.sentences.verdicts import action, evidence
from routecheck.queries.chronic import chronic_points
from routecheck.queries.counts import by_date, township_summary
from routecheck.queries.drive_order import depot
from routecheck.registry.records import holds_on, valid_points

TREND_DAYS = 42
"""Dates that the trend looks back on: six weeks, as diagnosis does."""


@dataclass(frozen=True)
class DailySource:
    """What the store holds of a service date, and of the dates before it.

    Attributes:
        service_date: the date.
        site: name of the site, may be empty.
        language: of all that is written.
        zone: the site's time zone.
        entry: the ledger's entry of the date.
        pickups: JUDGEMENTS with `alerted`.
        alerts: CLASSIFIED.
        points: POINTS of all time.
        corrections: CORRECTIONS, current ones.
        tracks: thinned tracks (see `routecheck.tracks.thinned`), None where none were kept.
        rounds: see `engine.evidence.routes_and_places`, None where none were kept.
        rejected: (file, reason, rows) of the date.
        past_pickups: `service_date`, `verdict`, `pickups`, this date included.
        past_alerts: `service_date`, `point_id`, `classification`, `cause`, this date included.
        past_due: days due in that time, by point; None: every date.
        decided: by point, what has been said of its correction (see `messages.action`); None:
            the states of `corrections`.
    """

    service_date: date
    site: str
    language: Language
    zone: ZoneInfo
    entry: Mapping[str, Any]
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    points: pd.DataFrame
    corrections: pd.DataFrame
    tracks: pd.DataFrame | None
    rounds: pd.DataFrame | None
    rejected: Sequence[tuple[str, str, int]]
    past_pickups: pd.DataFrame
    past_alerts: pd.DataFrame
    past_due: pd.Series | None = None
    decided: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Daily:
    """A service date ready to be shown.

    Attributes:
        source: what it was made from.
        pickups: with `incident` (its number, 0: none), `name`, `township`, `village`, `route_id`,
            `route` (the route, else the scheduled vehicle), `lon`, `lat` (judged at), `evidence`,
            `action`, `window` (local `HH:MM-HH:MM`).
        alerts: with `incident`, `name`, `township`, `village`, `evidence`, `action`.
        corrections: with `name`, `township`, `evidence`.
        points: a row a point: `point_id`, `name`, `township`, `village`, `geometry` (recorded),
            `recorded_lon`, `recorded_lat` (centre, WGS-84), `lon`, `lat` (where it is believed to
            be), `tolerance_m` (NaN: not known).
        townships: see `counts.township_summary`.
        trend: see `counts.by_date`.
        chronic: see `chronic.chronic_points`, with names.
        incidents: INCIDENTS with `evidence`, `action`.
        dates: the dates of the trend, this one the last.
        depot: longitude and latitude of where most vehicles begin, None where not known.
        heard: by vehicle, its first and last fix of the date in seconds since local midnight;
            None where no tracks were kept.
    """

    source: DailySource
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    corrections: pd.DataFrame
    points: pd.DataFrame
    townships: pd.DataFrame
    trend: pd.DataFrame
    chronic: pd.DataFrame
    incidents: pd.DataFrame
    dates: list[date]
    depot: tuple[float, float] | None
    heard: dict[str, tuple[int, int]] | None


def prepare(source: DailySource) -> Daily:
    """Give the rows of a service date their names, routes, places and sentences."""
    day, zone, language = source.service_date, source.zone, source.language
    points = _points(source)
    named = points[["point_id", "name", "township", "village"]]
    found = find_incidents(
        day, source.pickups, source.alerts, source.corrections, source.points,
        source.entry["counts"],
    )  # fmt: skip
    incidents = found.table
    told = [{str(k): v for k, v in row.items()} for row in incidents.to_dict("records")]
    incidents["evidence"] = [incident_text(row, language, zone) for row in told]
    incidents["action"] = [incident_action(row, language, zone) for row in told]
    pickups = _with_names(source.pickups.assign(incident=found.pickup + 1), named)
    pickups = _with_routes(pickups, source.rounds, points)
    pickups["window"] = _windows(pickups, zone)
    states = source.corrections["state"].astype(str)
    decided = source.decided or dict(zip(source.corrections["point_id"], states, strict=True))
    pickups["evidence"], pickups["action"] = _sentences(pickups, language, zone, decided)
    alerts = _with_names(source.alerts.assign(incident=found.alert + 1), named)
    alerts["evidence"], alerts["action"] = _sentences(alerts, language, zone, decided)
    corrections = _with_names(source.corrections, named)
    corrections["evidence"], _ = _sentences(corrections, language, zone, decided)
    trend = by_date(source.past_pickups, source.past_alerts)
    dates = trend["service_date"].tolist()
    return Daily(
        source=source,
        pickups=pickups.sort_values(["township", "point_id", "window_start"], kind="stable"),
        alerts=alerts.sort_values(["township", "point_id", "alert_id"], kind="stable"),
        corrections=corrections.sort_values(
            ["confidence", "point_id"], ascending=[False, True], kind="stable"
        ),
        points=points,
        townships=township_summary(pickups, alerts),
        trend=trend,
        chronic=_with_names(chronic_points(source.past_alerts, dates, source.past_due), named),
        incidents=incidents,
        dates=[d for d in dates if d <= day],
        depot=depot(source.tracks),
        heard=_heard(source.tracks),
    )


def local_clock(moment: Any, zone: ZoneInfo) -> str:
    """Return the local `HH:MM` of a UTC moment, empty where there is none."""
    if not isinstance(moment, datetime) or moment is pd.NaT:
        return ""
    return moment.astimezone(zone).strftime("%H:%M")


def _heard(tracks: pd.DataFrame | None) -> dict[str, tuple[int, int]] | None:
    if tracks is None:
        return None
    today = tracks[(tracks["time_s"] < 24 * 3600).to_numpy()]
    ends = today.groupby("vehicle_id", observed=True)["time_s"].agg(["min", "max"])
    return {
        str(vehicle): (int(first), int(last))
        for vehicle, first, last in zip(ends.index, ends["min"], ends["max"], strict=True)
    }


def _points(source: DailySource) -> pd.DataFrame:
    """Return a row a point: the record that holds on the date, else its last one."""
    rows = valid_points(source.points, source.service_date)
    rows = rows.assign(holds=holds_on(rows, source.service_date))
    rows = rows.sort_values("point_id", kind="stable")
    centre = shapely.centroid(rows["geometry"].to_numpy(dtype=object))
    table = pd.DataFrame(
        {
            "point_id": rows["point_id"].to_numpy(),
            "name": rows["name"].to_numpy(),
            "township": rows["township"].to_numpy(),
            "village": rows["village"].to_numpy(),
            "geometry": rows["geometry"].to_numpy(),
            "holds": rows["holds"].to_numpy(),
            "recorded_lon": shapely.get_x(centre),
            "recorded_lat": shapely.get_y(centre),
        }
    )
    if source.rounds is None or source.rounds.empty:
        judged = pd.DataFrame({"point_id": [], "lon": [], "lat": [], "tolerance_m": []})
    else:
        judged = source.rounds.drop_duplicates("point_id")
    judged = judged.set_index("point_id")[["lon", "lat", "tolerance_m"]]
    moved = source.corrections.set_index("point_id")[["proposed_lon", "proposed_lat"]]
    at = judged.reindex(table["point_id"]).to_numpy(dtype=float)
    proposed = moved.reindex(table["point_id"]).to_numpy(dtype=float)
    recorded = table[["recorded_lon", "recorded_lat"]].to_numpy(dtype=float)
    # A date that was judged before places were kept: what is proposed now, else the record.
    place = np.where(np.isnan(at[:, :2]), proposed, at[:, :2])
    place = np.where(np.isnan(place), recorded, place)
    return table.assign(lon=place[:, 0], lat=place[:, 1], tolerance_m=at[:, 2])


def _with_names(df: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    df = df.drop(columns=[c for c in ("name", "township", "village") if c in df.columns])
    joined = df.assign(point_id=df["point_id"].astype("str")).merge(
        named, on="point_id", how="left"
    )
    return joined.fillna({"name": "", "township": "", "village": ""})


def _with_routes(
    pickups: pd.DataFrame, rounds: pd.DataFrame | None, points: pd.DataFrame
) -> pd.DataFrame:
    pickups = pickups.merge(points[["point_id", "lon", "lat"]], on="point_id", how="left")
    if rounds is None:
        routes = pd.Series("", index=pickups.index, dtype="str")
    else:
        known = rounds.drop_duplicates(["point_id", "window_start"])
        found = pickups[["point_id", "window_start"]].merge(
            known[["point_id", "window_start", "route_id"]],
            on=["point_id", "window_start"],
            how="left",
        )
        routes = found["route_id"].fillna("")
    pickups["route_id"] = routes.to_numpy()
    vehicle = pickups["scheduled_vehicle_id"].to_numpy(dtype=object)
    pickups["route"] = np.where(pickups["route_id"] != "", pickups["route_id"], vehicle)
    return pickups


def _windows(pickups: pd.DataFrame, zone: ZoneInfo) -> list[str]:
    start = pickups["window_start"].dt.tz_convert(zone).dt.strftime("%H:%M")
    end = pickups["window_end"].dt.tz_convert(zone).dt.strftime("%H:%M")
    return [f"{a}–{b}" for a, b in zip(start, end, strict=True)]


def _sentences(
    df: pd.DataFrame, language: Language, zone: ZoneInfo, decided: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    rows = [{str(k): v for k, v in row.items()} for row in df.to_dict("records")]
    return (
        [evidence(row, language, zone) for row in rows],
        [action(row, language, zone, decided.get(row["point_id"], "")) for row in rows],
    )
