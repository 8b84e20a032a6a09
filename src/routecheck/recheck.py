"""Looking at one point again: the same stages on the same data, with all the evidence shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck import pipeline
from routecheck.config import Config
from routecheck.errors import Said, StoreError, UsageError
from routecheck.geo.distance import distances_m
from routecheck.inputs import Progress, open_fixes, read_inputs
from routecheck.model import messages
from routecheck.model.arrays import records, seconds
from routecheck.model.codes import Cause, Classification, Language, Verdict
from routecheck.model.tables import CORRECTIONS
from routecheck.reports.pointscene import PointScene
from routecheck.run import Observer, learn
from routecheck.stages.judge.observe import watches
from routecheck.store import Store

MAX_ROWS = 12
"""Visits, approaches and gaps that are listed: the nearest, the longest."""


@dataclass(frozen=True)
class Look:
    """What looking again found, and what was looked at.

    Attributes:
        found: ready for JSON; times local ISO 8601 with offset, lengths in metres.
        point: the row of POINTS that holds on the date.
        place: the row of PLACES that it was judged at.
        observation: tracks and stops about the date.
    """

    found: dict[str, Any]
    point: pd.Series
    place: pd.Series
    observation: pipeline.Observation

    def scene(self, config: Config) -> PointScene:
        """Return what a map of it shows."""
        seen = self.observation
        tracks = seen.cleaned.tracks
        watching = watches(tracks, seen.standing, config.settings.judge)
        gaps = [np.append(watch.gap, False) for watch in watching.values()]
        return PointScene(
            found=self.found,
            name=str(self.point["name"]),
            township=str(self.point["township"]),
            language=config.site.language,
            zone=config.time_zone,
            recorded=self.point["geometry"],
            place=self.place["geometry"],
            tolerance_m=float(self.place["tolerance_m"]),
            tracks=tracks,
            gap=np.concatenate(gaps) if gaps else np.zeros(0, dtype=bool),
            stops=seen.stops,
            speeds_ms={name: watch.speed_ms for name, watch in watching.items()},
            min_dwell_s=config.settings.judge.min_dwell_s,
        )


def look_again(
    config: Config,
    point_id: str,
    day: date,
    *,
    window: str | None,
    tolerance_m: float | None,
    now: pd.Timestamp,
    progress: Progress,
) -> Look:
    """Judge the pickups of a point again, from the data and what the store knows.

    Args:
        config: the site.
        point_id: the point.
        day: the service date.
        window: `HH:MM`: only the pickup whose window starts then.
        tolerance_m: what if the tolerance were this; None: as it is.
        now: the present, UTC.
        progress: told what is being done.

    Raises:
        UsageError: the point is not known, or has no pickup in that window.
    """
    settings, zone = config.settings, config.time_zone
    inputs = read_inputs(config)
    if point_id not in set(inputs.points["point_id"]):
        near = _similar(point_id, inputs.points["point_id"].tolist())
        raise UsageError(
            "point_unknown_near" if near else "point_unknown",
            point=point_id,
            path=config.points.path,
            near=near,
        )
    with open_fixes(config, inputs, now, progress) as fixes:
        site = pipeline.Site(inputs.points, inputs.schedule, inputs.calendar)
        observer = Observer(fixes, settings, now, site)
        observation = observer(day)
        pickups = site.pickups(day, settings)
        today = {day: observation.history(pickups, settings)}
        accepted = CORRECTIONS.empty()
        try:
            with Store.open(config.store_url, create=False) as store:
                learned = learn(store, site, today, settings)
                accepted = store.read_corrections(in_force_on=day)
        except StoreError:
            # Nothing was stored yet: the day's own data are all there is.
            none = CORRECTIONS.empty()
            learned = pipeline.learn(today[day], pickups, site, none, day, settings)
    places = learned.places_on(day, site.points, accepted, settings)
    if tolerance_m is not None:
        mine = (places["point_id"] == point_id).to_numpy()
        places = places.assign(
            tolerance_m=np.where(mine, tolerance_m, places["tolerance_m"].to_numpy())
        )
    alerts = inputs.alerts[inputs.alerts["service_date"] == day].reset_index(drop=True)
    decision = pipeline.decide(observation, site, places, learned.usual, alerts, settings)
    rows = decision.judgements[decision.judgements["point_id"] == point_id]
    if window is not None:
        starts = rows["window_start"].dt.tz_convert(zone).dt.strftime("%H:%M")
        if window not in set(starts):
            raise UsageError(
                "no_such_window",
                point=point_id,
                window=window,
                day=day,
                known=", ".join(starts) or Said("none"),
            )
        rows = rows[(starts == window).to_numpy()]
    place = places[places["point_id"] == point_id].iloc[0]
    raised = decision.alerts[decision.alerts["point_id"] == point_id]
    found = {
        "point_id": point_id,
        "service_date": day.isoformat(),
        "place": _place(place),
        "pickups": [_pickup(row, config) for row in records(rows)],
        "alerts": [
            {
                "alert_id": row.alert_id,
                "classification": str(row.classification),
                "cause": str(row.cause),
            }
            for row in records(raised)
        ],
        "visits": _passes(decision.visits, point_id, day, rows, config),
        "approaches": _passes(decision.approaches, point_id, day, rows, config),
        "gaps": _gaps(observation, rows, config),
        "nearest": _nearest(observation, place, rows, config),
    }
    valid = pipeline.valid_points(site.points, day)
    point = valid[valid["point_id"] == point_id].iloc[0]
    return Look(found, point, place, observation)


def _place(place: pd.Series) -> dict[str, Any]:
    known = place["geometry"] is not None
    centre = shapely.centroid(place["geometry"]) if known else None
    return {
        "lon": round(centre.x, 7) if centre is not None else None,
        "lat": round(centre.y, 7) if centre is not None else None,
        "tolerance_m": round(float(place["tolerance_m"]), 1),
        "diagnosed": place["cause"] or None,
        "settled": bool(place["settled"]),
    }


def _pickup(row: Any, config: Config) -> dict[str, Any]:
    zone, language = config.time_zone, config.site.language
    stored = row._asdict()
    return {
        "window_start": _local(row.window_start, zone),
        "window_end": _local(row.window_end, zone),
        "scheduled_vehicle_id": row.scheduled_vehicle_id or None,
        "verdict": str(row.verdict),
        "cause": str(row.cause) or None,
        "confidence": round(float(row.confidence), 3),
        "vehicle_id": row.vehicle_id or None,
        "arrived_at": _local(row.arrived_at, zone),
        "departed_at": _local(row.departed_at, zone),
        "dwell_s": _number(row.dwell_s),
        "distance_m": _number(row.distance_m),
        "criterion": row.criteria["say"],
        "criteria": row.criteria,
        "evidence": messages.evidence(stored, language, zone),
        "action": messages.action(stored, language, zone),
    }


def _passes(
    table: pd.DataFrame, point_id: str, day: date, rows: pd.DataFrame, config: Config
) -> list[dict[str, Any]]:
    """Passes of the date (or up to six hours after a window past midnight), in order of time.

    Of many, those that stood longest and came nearest.
    """
    midnight = pd.Timestamp(day).tz_localize(config.time_zone)
    last = midnight + pd.DateOffset(days=1)
    if len(rows) and rows["window_end"].max() > last:
        last = rows["window_end"].max() + pd.Timedelta(hours=6)
    mine = table[(table["point_id"] == point_id).to_numpy()]
    mine = mine[((mine["entered"] >= midnight) & (mine["entered"] < last)).to_numpy()]
    mine = mine.sort_values(["dwell_s", "distance_m"], ascending=[False, True], kind="stable")
    mine = mine.head(MAX_ROWS).sort_values("entered", kind="stable")
    return [
        {
            "vehicle_id": str(row.vehicle_id),
            "entered": _local(row.entered, config.time_zone),
            "left": _local(row.left, config.time_zone),
            "distance_m": _number(row.distance_m),
            "dwell_s": _number(row.dwell_s),
            "dwell_max_s": _number(row.dwell_max_s),
            "fixes_inside": int(row.fixes_inside),
        }
        for row in records(mine)
    ]


def _gaps(
    observation: pipeline.Observation, rows: pd.DataFrame, config: Config
) -> list[dict[str, Any]]:
    """Gaps of the scheduled vehicles that overlap the windows."""
    tracks = observation.cleaned.tracks
    starts = np.flatnonzero(observation.standing.gap)
    found = []
    time_s = seconds(tracks["time"])
    vehicle = tracks["vehicle_id"].astype("str").to_numpy()
    for row in records(rows):
        a, b = row.window_start.timestamp(), row.window_end.timestamp()
        for i in starts[vehicle[starts] == row.scheduled_vehicle_id]:
            if time_s[i] < b and time_s[i + 1] > a:
                found.append(
                    {
                        "vehicle_id": row.scheduled_vehicle_id,
                        "from": _local(tracks["time"].iloc[i], config.time_zone),
                        "until": _local(tracks["time"].iloc[i + 1], config.time_zone),
                        "seconds": round(float(time_s[i + 1] - time_s[i])),
                    }
                )
    return sorted(found, key=lambda gap: -gap["seconds"])[:MAX_ROWS]


def _nearest(
    observation: pipeline.Observation, place: pd.Series, rows: pd.DataFrame, config: Config
) -> list[dict[str, Any]]:
    """How near each vehicle's fixes came on the date: the scheduled ones, and the nearest."""
    if place["geometry"] is None or rows.empty:
        return []
    tracks = observation.cleaned.tracks
    local = tracks["time"].dt.tz_convert(config.time_zone).dt.date
    tracks = tracks[(local == observation.service_date).to_numpy()]
    if tracks.empty:
        return []
    away = distances_m(place["geometry"], tracks["lon"].to_numpy(), tracks["lat"].to_numpy())
    table = pd.DataFrame(
        {"vehicle": tracks["vehicle_id"].astype("str"), "at": tracks["time"], "away": away}
    )
    first = table.loc[table.groupby("vehicle")["away"].idxmin()].sort_values("away")
    scheduled = set(rows["scheduled_vehicle_id"])
    keep = first["vehicle"].isin(scheduled) | (np.arange(len(first)) < 3)
    return [
        {
            "vehicle_id": row.vehicle,
            "scheduled": row.vehicle in scheduled,
            "distance_m": _number(row.away),
            "at": _local(row.at, config.time_zone),
        }
        for row in records(first[keep])
    ]


def as_text(found: dict[str, Any], language: Language) -> str:
    """The evidence as lines for a terminal."""
    zh = language == "zh"
    place = found["place"]
    where = f"{place['lat']}, {place['lon']}" if place["lat"] is not None else "-"
    lines = [
        f"{found['point_id']}  {found['service_date']}",
        (
            f"  位置 {where}   容差 {place['tolerance_m']:g} 米"
            if zh
            else f"  place {where}   tolerance {place['tolerance_m']:g} m"
        ),
    ]
    if place["diagnosed"]:
        label = Cause(place["diagnosed"]).label(language)
        lines.append(f"  登记有误：{label}" if zh else f"  the record is wrong: {label}")
    if not found["pickups"]:
        lines.append("  当天无收运安排" if zh else "  no pickup was due on that date")
    for pickup in found["pickups"]:
        verdict = Verdict(pickup["verdict"]).label(language)
        cause = f" ({Cause(pickup['cause']).label(language)})" if pickup["cause"] else ""
        window = f"{pickup['window_start'][11:16]}-{pickup['window_end'][11:16]}"
        lines += [
            "",
            f"  {window}  {pickup['scheduled_vehicle_id'] or '-'}:  {verdict}{cause}   "
            f"{pickup['confidence']:.2f}",
            f"    {pickup['evidence']}",
        ]
        if pickup["action"]:
            lines.append(f"    {pickup['action']}")
        criteria = {k: v for k, v in pickup["criteria"].items() if k != "say"}
        lines.append(
            f"    [{pickup['criterion']}] " + "  ".join(f"{k}={v}" for k, v in criteria.items())
        )
    for alert in found["alerts"]:
        said = Classification(alert["classification"]).label(language)
        cause = Cause(alert["cause"]).label(language)
        lines.append(f"  {'告警' if zh else 'alert'} {alert['alert_id']}: {said} ({cause})")
    titles = {
        "visits": ("within the tolerance", "容差范围内"),
        "approaches": ("within the tolerance and GPS error", "容差加定位误差范围内"),
    }
    for key, title in titles.items():
        if found[key]:
            lines += ["", "  " + title[1 if zh else 0] + ":"]
            lines += [
                f"    {v['vehicle_id']:<10} {v['entered'][11:19]} - {v['left'][11:19]}  "
                f"{v['distance_m']:>7.1f} m  dwell {v['dwell_s']:>6.1f} s "
                f"(<= {v['dwell_max_s']:.1f})  {v['fixes_inside']} fixes"
                for v in found[key]
            ]
    if found["gaps"]:
        lines += ["", "  " + ("轨迹中断：" if zh else "gaps in the window:")]
        lines += [
            f"    {g['vehicle_id']:<10} {g['from'][11:19]} - {g['until'][11:19]}  {g['seconds']} s"
            for g in found["gaps"]
        ]
    if found["nearest"]:
        lines += ["", "  " + ("最近距离：" if zh else "nearest fixes of the date:")]
        lines += [
            f"    {n['vehicle_id']:<10} {n['distance_m']:>9.1f} m  {n['at'][11:19]}"
            + (("  计划车辆" if zh else "  scheduled") if n["scheduled"] else "")
            for n in found["nearest"]
        ]
    return "\n".join(lines)


def _local(moment: Any, zone: Any) -> str | None:
    if moment is None or moment is pd.NaT:
        return None
    return str(moment.tz_convert(zone).floor("s").isoformat())


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 1)


def _similar(point_id: str, known: list[str]) -> str | None:
    import difflib

    close = difflib.get_close_matches(point_id, known, n=1)
    return close[0] if close else None
