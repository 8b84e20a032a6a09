"""Looking at one point again: the same stages on the same data, with all the evidence shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.config import Config
from routecheck.domain.arrays import records, seconds
from routecheck.domain.codes import Cause, Classification, Language, Verdict
from routecheck.domain.errors import Said, UsageError
from routecheck.domain.settings import AFTER_WINDOW_S
from routecheck.engine import pipeline
from routecheck.engine.basis import Basis
from routecheck.engine.inputs import Progress
from routecheck.engine.session import open_site
from routecheck.geo.distance import distances_m
from routecheck.present.sentences.criteria import criteria_lines
from routecheck.present.sentences.verdicts import action, evidence
from routecheck.present.terminal import table
from routecheck.queries.point_scene import PointScene
from routecheck.registry.records import valid_points
from routecheck.texts import text
from routecheck.verdicts.trajectories import trajectories

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
        tracks_of = trajectories(tracks, seen.standing, config.settings.judge)
        gaps = [np.append(track.gap, False) for track in tracks_of.values()]
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
            speeds_ms={name: track.speed_ms for name, track in tracks_of.items()},
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

    Where the date was judged, this is what the run stored, computed again: from the registry as it
    was then and from the history that was known then (see `Session.as_judged`), with the
    corrections that operators have decided on until now. Else it is what a run of that date would
    store. A point that is new in the points file is judged by the file. A point that has no pickup
    on the date, and has one under its other id, is taken under that.

    Args:
        config: the site.
        point_id: the point, or its name where only one is called so.
        day: the service date.
        window: `HH:MM`: only the pickup whose window starts then.
        tolerance_m: what if the tolerance were this; None: as it is.
        now: the present, UTC.
        progress: informed of what is being done.

    Raises:
        UsageError: the point is not known, or has no pickup in that window.
        MissingDataError: there are no points, no schedule, or no fixes.
        StoreError: there is a store, and it cannot be read.
    """
    zone = config.time_zone
    with open_site(config, now=now, progress=progress) as site:
        basis = site.as_judged([day])
        if not _known(point_id, basis.site.points) and _known(point_id, site.inputs.points):
            basis = site.as_imported(day)
        point_id = _id_of(point_id, basis, day, config.points.path)
        learned = basis.learn({day: basis.history_of(day)})
        what_if = None if tolerance_m is None else {point_id: tolerance_m}
        decision = basis.judge(day, learned, tolerance_m=what_if)
        current = basis.registry.read_corrections()
    observation, places, accepted = decision.observation, decision.places, decision.accepted
    decided = None
    if site.stored is not None:
        states = current.loc[current["point_id"] == point_id, "state"].astype(str)
        decided = "".join(states.iloc[-1:])
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
    known_as = [
        (criteria or {}).get("known_as", raised)
        for raised, criteria in zip(
            decision.alerts["point_id"], decision.alerts["criteria"], strict=True
        )
    ]
    raised = decision.alerts[np.array(known_as, dtype=object) == point_id]
    valid = valid_points(basis.site.points, day)
    point = valid[valid["point_id"] == point_id].iloc[0]
    found = {
        "point_id": point_id,
        "service_date": day.isoformat(),
        "name": str(point["name"]),
        "township": str(point["township"]),
        "place": _place(place, point, set(accepted["point_id"])),
        "pickups": [_pickup(row, config, decided) for row in records(rows)],
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
    return Look(found, point, place, observation)


def _place(place: pd.Series, point: pd.Series, accepted: set[str]) -> dict[str, Any]:
    """Where the point was judged, and where it is on record; WGS-84."""
    known = place["geometry"] is not None
    centre = shapely.centroid(place["geometry"]) if known else None
    was = None if point["geometry"] is None else shapely.centroid(point["geometry"])
    offset_m = None
    if centre is not None and was is not None:
        offset_m = float(distances_m(was, np.array([centre.x]), np.array([centre.y]))[0])
    return {
        "lon": round(centre.x, 7) if centre is not None else None,
        "lat": round(centre.y, 7) if centre is not None else None,
        "tolerance_m": round(float(place["tolerance_m"]), 1),
        "diagnosed": place["cause"] or None,
        "settled": bool(place["settled"]),
        "recorded": None if was is None else {"lon": round(was.x, 7), "lat": round(was.y, 7)},
        "offset_m": None if offset_m is None else round(offset_m, 1),
        "accepted": str(place["point_id"]) in accepted,
    }


def _pickup(row: Any, config: Config, decided: str | None) -> dict[str, Any]:
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
        "evidence": evidence(stored, language, zone),
        "action": action(stored, language, zone, decided),
        "criteria_told": criteria_lines(stored, language, zone),
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
        last = rows["window_end"].max() + pd.Timedelta(seconds=AFTER_WINDOW_S)
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

    def say(key: str, **values: object) -> str:
        return text(f"recheck.{key}", language, **values)

    name = ", ".join(part for part in (found["name"], found["township"]) if part)
    day = found["service_date"]
    lines = [f"{found['point_id']}  {name}  {day}" if name else f"{found['point_id']}  {day}"]
    lines += [f"  {line}" for line in _place_lines(found["place"], language)]
    if not found["pickups"]:
        lines += ["", "  " + say("not_due")]
    for pickup in found["pickups"]:
        verdict = Verdict(pickup["verdict"]).label(language)
        cause = f" ({Cause(pickup['cause']).label(language)})" if pickup["cause"] else ""
        start, end = _clock(pickup["window_start"], day), _clock(pickup["window_end"], day)
        vehicle = pickup["scheduled_vehicle_id"]
        head = [
            say("window", start=start[:-3], end=end[:-3]),
            say("scheduled", vehicle=vehicle) if vehicle else say("no_vehicle"),
            verdict + cause,
            say("confidence", confidence=f"{pickup['confidence']:.2f}"),
        ]
        lines += ["", "  " + "   ".join(head)]
        lines.append("    " + say("evidence", text=pickup["evidence"]))
        if pickup["action"]:
            lines.append("    " + say("action", text=pickup["action"]))
        if pickup["criteria_told"]:
            lines.append("    " + say("looked_at"))
            lines += [f"      - {line}" for line in pickup["criteria_told"]]
    for alert in found["alerts"]:
        said = Classification(alert["classification"]).label(language)
        cause = Cause(alert["cause"]).label(language)
        lines.append("  " + say("alert", alert=alert["alert_id"], said=said, cause=cause))
    for key in ("visits", "approaches"):
        rows = [
            [
                one["vehicle_id"],
                f"{_clock(one['entered'], day)} - {_clock(one['left'], day)}",
                say("distance", distance=f"{one['distance_m']:.1f}"),
                say("stood", dwell=f"{one['dwell_s']:.0f}"),
                say("stood_perhaps", most=f"{one['dwell_max_s']:.0f}"),
                say("fixes", count=one["fixes_inside"]),
            ]
            for one in found[key]
        ]
        lines += _block(say(key), rows)
    lines += _block(
        say("gaps"),
        [
            [
                one["vehicle_id"],
                f"{_clock(one['from'], day)} - {_clock(one['until'], day)}",
                say("lasted", length=one["seconds"]),
            ]
            for one in found["gaps"]
        ],
    )
    lines += _block(
        say("nearest"),
        [
            [
                one["vehicle_id"],
                _clock(one["at"], day),
                say("distance", distance=f"{one['distance_m']:.1f}"),
                say("is_scheduled") if one["scheduled"] else "",
            ]
            for one in found["nearest"]
        ],
    )
    return "\n".join(lines)


def _block(title: str, rows: list[list[str]]) -> list[str]:
    return ["", f"  {title}", *table(rows, indent="    ")] if rows else []


def _place_lines(place: dict[str, Any], language: Language) -> list[str]:
    def say(key: str, **values: object) -> str:
        return text(f"recheck.{key}", language, **values)

    tolerance, recorded = f"{place['tolerance_m']:g}", place["recorded"]
    lines = [say("recorded", **recorded) if recorded else say("not_recorded")]
    if place["lat"] is None:
        lines.append(say("judged_nowhere"))
    elif recorded and not place["offset_m"]:
        lines.append(say("judged_recorded", tolerance=tolerance))
    else:
        key = "judged_accepted" if place["accepted"] else "judged_learnt"
        away_m = place["offset_m"]
        offset = "" if away_m is None else say("offset", metres=f"{away_m:g}")
        lines.append(
            say(key, lat=place["lat"], lon=place["lon"], offset=offset, tolerance=tolerance)
        )
    if place["lat"] is not None and not place["settled"]:
        lines.append(say("unsettled"))
    if place["diagnosed"]:
        lines.append(say("wrong", cause=Cause(place["diagnosed"]).label(language)))
    return lines


def _clock(moment: str, day: str) -> str:
    """Local time of day, with its date where that is not the service date."""
    return moment[11:19] if moment[:10] == day else f"{moment[:10]} {moment[11:19]}"


def _local(moment: Any, zone: Any) -> str | None:
    if moment is None or moment is pd.NaT:
        return None
    return str(moment.tz_convert(zone).floor("s").isoformat())


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 1)


def _known(name: str, points: pd.DataFrame) -> bool:
    return bool(((points["point_id"] == name) | (points["name"].str.strip() == name.strip())).any())


def _id_of(name: str, basis: Basis, day: date, path: str) -> str:
    """The point that is meant: clerks know names, not ids, and ids of before or after a renaming.

    Raises:
        UsageError: there is no such point, or several are called so.
    """
    points = basis.site.points
    ids = points["point_id"].tolist()
    if name in set(ids):
        due, other = set(basis.pickups(day)["point_id"]), basis.other_id(name)
        return other if name not in due and other in due else name
    named = points.loc[points["name"].str.strip() == name.strip(), "point_id"].unique()
    if len(named) == 1:
        return str(named[0])
    if len(named):
        raise UsageError("points_named_so", name=name, ids=", ".join(map(str, named)))
    import difflib

    close = difflib.get_close_matches(name, [*ids, *points["name"].tolist()], n=1)
    key = "point_unknown_near" if close else "point_unknown"
    raise UsageError(key, point=name, path=path, near=close[0] if close else None)
