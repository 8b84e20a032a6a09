"""A point explained: as JSON for scripts, as lines for a terminal, as a scene for maps."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.config import Config
from routecheck.domain.arrays import records
from routecheck.domain.codes import Basis, Cause, Classification, EpisodeKind, Language, Verdict
from routecheck.domain.local_time import to_second
from routecheck.geo.shapes import shown_at
from routecheck.present.sentences.criteria import criteria_lines
from routecheck.present.sentences.figures import duration_text, metres_text
from routecheck.present.sentences.verdicts import action, evidence
from routecheck.present.terminal import table
from routecheck.queries.explain import Explanation, Place
from routecheck.queries.point_scene import PointScene
from routecheck.texts import text
from routecheck.texts.outside import fit, within
from routecheck.verdicts.trajectories import trajectories

EPISODE_FIGURES = (
    "outside_s", "distance_m", "tolerance_m", "dwell_s", "dwell_max_s", "usual_stand_s",
    "interval_s", "scatter_m",
)  # fmt: skip


def as_json(explanation: Explanation, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    """Return an explanation, ready for JSON; times local ISO 8601 with offset, lengths in metres.

    Args:
        explanation: from `explain_point`.
        language: of the sentences.
        zone: the site's time zone.
    """
    return {
        "point_id": explanation.point_id,
        "service_date": explanation.service_date.isoformat(),
        "name": explanation.name,
        "township": explanation.township,
        "place": _place(explanation.place),
        "candidates": [
            {
                "lon": row.lon,
                "lat": row.lat,
                "probability": round(row.probability, 3),
                "basis": str(row.basis),
                "apart_m": round(row.apart_m),
                "days_seen": row.days_seen,
                "days_due": row.days_due,
            }
            for row in records(explanation.candidates)
        ],
        "pickups": [
            _pickup(row, explanation.correction, language, zone)
            for row in records(explanation.pickups)
        ],
        "alerts": [
            {
                "alert_id": row.alert_id,
                "classification": str(row.classification),
                "cause": str(row.cause),
            }
            for row in records(explanation.alerts)
        ],
        "episodes": [_episode(row, zone) for row in records(explanation.episodes)],
        "visits": _passes(explanation.visits, zone),
        "approaches": _passes(explanation.approaches, zone),
        "gaps": [
            {
                "vehicle_id": gap.vehicle_id,
                "from": _local(gap.start, zone),
                "until": _local(gap.end, zone),
                "seconds": round(gap.seconds),
            }
            for gap in explanation.gaps
        ],
        "nearest": [
            {
                "vehicle_id": one.vehicle_id,
                "scheduled": one.scheduled,
                "distance_m": _number(one.distance_m),
                "at": _local(one.at, zone),
            }
            for one in explanation.nearest
        ],
    }


def scene_of(
    explanation: Explanation, config: Config, language: Language | None = None
) -> PointScene:
    """Return what a map of an explanation shows, in the language of the site or another."""
    language = language or config.site.language
    seen = explanation.observation
    tracks = seen.cleaned.tracks
    tracks_of = trajectories(tracks, seen.standing, config.settings.judge)
    gaps = [np.append(track.gap, False) for track in tracks_of.values()]
    return PointScene(
        found=as_json(explanation, language, config.time_zone),
        name=explanation.name,
        township=explanation.township,
        language=language,
        zone=config.time_zone,
        recorded=explanation.place.recorded,
        place=explanation.place.judged,
        tolerance_m=explanation.place.tolerance_m,
        tracks=tracks,
        gap=np.concatenate(gaps) if gaps else np.zeros(0, dtype=bool),
        stops=seen.stops,
        speeds_ms={name: track.speed_ms for name, track in tracks_of.items()},
        min_dwell_s=config.settings.judge.min_dwell_s,
    )


def _place(place: Place) -> dict[str, Any]:
    centre = shown_at(place.judged)
    was = shown_at(place.recorded)
    return {
        "lon": None if centre is None else round(centre.x, 7),
        "lat": None if centre is None else round(centre.y, 7),
        "tolerance_m": round(place.tolerance_m, 1),
        "diagnosed": place.cause or None,
        "settled": place.settled,
        "recorded": None if was is None else {"lon": round(was.x, 7), "lat": round(was.y, 7)},
        "offset_m": None if place.offset_m is None else round(place.offset_m, 1),
        "accepted": place.accepted,
    }


def _pickup(row: Any, decided: str | None, language: Language, zone: ZoneInfo) -> dict[str, Any]:
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


def _episode(row: Any, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "window_start": _local(row.window_start, zone),
        "vehicle_id": row.vehicle_id,
        "scheduled": bool(row.scheduled),
        "kind": str(row.kind),
        "from": _local(row.start, zone),
        "until": _local(row.end, zone),
        **{name: _number(getattr(row, name)) for name in EPISODE_FIGURES},
        "fixes": int(row.fixes),
        "place": None if row.place < 0 else int(row.place),
        "place_probability": round(float(row.place_probability), 3),
        "served_point_id": row.served_point_id or None,
        "fault": row.fault or None,
        "decisive": bool(row.decisive),
    }


def _passes(visits: pd.DataFrame, zone: ZoneInfo) -> list[dict[str, Any]]:
    return [
        {
            "vehicle_id": str(row.vehicle_id),
            "entered": _local(row.entered, zone),
            "left": _local(row.left, zone),
            "distance_m": _number(row.distance_m),
            "dwell_s": _number(row.dwell_s),
            "dwell_max_s": _number(row.dwell_max_s),
            "fixes_inside": int(row.fixes_inside),
        }
        for row in records(visits)
    ]


def as_text(found: dict[str, Any], language: Language) -> str:
    """The evidence as lines for a terminal."""
    found = within(found, fit)

    def say(key: str, **values: object) -> str:
        return text(f"recheck.{key}", language, **values)

    name = ", ".join(part for part in (found["name"], found["township"]) if part)
    day = found["service_date"]
    lines = [f"{found['point_id']}  {name}  {day}" if name else f"{found['point_id']}  {day}"]
    lines += [f"  {line}" for line in _place_lines(found["place"], language)]
    lines += [f"  {line}" for line in _rival_lines(found["candidates"], language)]
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
        mine = [e for e in found["episodes"] if e["window_start"] == pickup["window_start"]]
        if mine:
            lines.append("    " + say("episodes"))
            lines += table([_episode_cells(one, day, language) for one in mine], indent="      ")
    for alert in found["alerts"]:
        said = Classification(alert["classification"]).label(language)
        cause = Cause(alert["cause"]).label(language)
        lines.append("  " + say("alert", alert=alert["alert_id"], said=said, cause=cause))
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


def _episode_cells(one: dict[str, Any], day: str, language: Language) -> list[str]:
    """What a track has of a pickup in an interval of time, as cells of a line."""

    def say(key: str, **values: object) -> str:
        return text(f"recheck.{key}", language, **values)

    kind, distance_m = EpisodeKind(one["kind"]), one["distance_m"]
    span = ""
    if one["from"] is not None:
        span = _clock(one["from"], day)
        span += "" if one["until"] == one["from"] else f" - {_clock(one['until'], day)}"
    dwell = ""
    if kind == EpisodeKind.SILENCE:
        dwell = say("time_for_it", length=duration_text(one["dwell_max_s"], language))
    elif one["dwell_s"] is not None and kind != EpisodeKind.AWAY:
        dwell = say(
            "stood_and_perhaps",
            dwell=duration_text(one["dwell_s"], language),
            most=duration_text(one["dwell_max_s"], language),
        )
    remarks = [
        say("named") if one["decisive"] else "",
        say("other_place", probability=f"{one['place_probability']:.0%}")
        if one["place"] is not None
        else "",
        say("served_then", point=one["served_point_id"]) if one["served_point_id"] else "",
        say("outside", length=duration_text(one["outside_s"], language))
        if one["outside_s"]
        else "",
        say("not_believed") if one["fault"] else "",
    ]
    return [
        one["vehicle_id"],
        span,
        kind.label(language),
        "" if distance_m is None else say("away", metres=metres_text(distance_m, language)),
        dwell,
        say("fixes", count=one["fixes"]) if one["fixes"] else "",
        say("and").join(filter(None, remarks)),
    ]


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


def _rival_lines(candidates: list[dict[str, Any]], language: Language) -> list[str]:
    """The places that come into question, where there are several."""

    def say(key: str, **values: object) -> str:
        return text(f"recheck.{key}", language, **values)

    if len(candidates) < 2:
        return []
    apart = metres_text(max(one["apart_m"] for one in candidates), language)
    lines = [say("several_places", count=len(candidates), apart=apart)]
    return lines + [
        "  "
        + say(
            "candidate",
            lat=one["lat"],
            lon=one["lon"],
            basis=Basis(one["basis"]).label(language),
            probability=f"{one['probability']:.0%}",
            seen=one["days_seen"],
            due=one["days_due"],
        )
        for one in candidates
    ]


def _clock(moment: str, day: str) -> str:
    """Local time of day, with its date where that is not the service date."""
    return moment[11:19] if moment[:10] == day else f"{moment[:10]} {moment[11:19]}"


def _local(moment: Any, zone: ZoneInfo) -> str | None:
    if moment is None or moment is pd.NaT:
        return None
    return str(to_second(moment).astimezone(zone).isoformat())


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 1)
