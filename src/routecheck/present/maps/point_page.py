"""The map behind a verdict: one self-contained page that people without GPS knowledge can read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from routecheck import __version__
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Verdict
from routecheck.geo.crs import WGS84, from_wgs84
from routecheck.geo.plane import distance_m
from routecheck.geo.shapes import shown_at
from routecheck.present.html.page import render
from routecheck.present.maps.labels import FAR_M, time_labels, title, window
from routecheck.present.maps.point_chart import chart
from routecheck.present.sentences.figures import duration_text, metres_text
from routecheck.queries.point_scene import PointScene, Track, clock
from routecheck.texts import text

NEAR_FIXES = 700
"""Fixes that are drawn as dots with their times: the nearest to the point."""
APART_M = 15.0
"""Nearer to the place that was judged, another place is the same one."""
_TEXTS = ("zoom_in", "zoom_out", "fit", "pm_recorded", "pm_judged", "pm_both")


def point_page(scene: PointScene, *, tiles: str = "", tiles_datum: str = WGS84) -> bytes:
    """Return the page of one point on one date.

    Args:
        scene: the point on the date.
        tiles: address of map tiles, empty: none, and nothing is requested.
        tiles_datum: their datum, `wgs84` or `gcj02`; what is drawn is shifted to it.
    """
    view = point_view(scene, tiles=tiles, tiles_datum=tiles_datum)
    return render(view, tiles, template="pointmap.html")


def point_view(scene: PointScene, *, tiles: str = "", tiles_datum: str = WGS84) -> dict[str, Any]:
    """Return what the templates of the page, and of its map alone, show.

    Args:
        scene: the point on the date.
        tiles: as for `point_page`.
        tiles_datum: likewise.
    """
    language = scene.language

    def t(key: str, **values: object) -> str:
        return text(f"report.{key}", language, **values)

    found = scene.found
    wrong = found["place"]["diagnosed"]
    return {
        "lang": "zh-CN" if language == "zh" else "en",
        "t": t,
        "title": title(scene),
        "township": scene.township,
        "wrong": t("pm_wrong", cause=Cause(wrong).label(language)) if wrong else "",
        "pickups": [_pickup(scene, pickup) for pickup in found["pickups"]],
        "alerts": [
            (alert["alert_id"], Cause(alert["cause"]).label(language)) for alert in found["alerts"]
        ],
        "tolerance": t("pm_tolerance", metres=metres_text(scene.tolerance_m, language)),
        "moved": _moved(scene),
        "rivals": bool(_rivals(scene)),
        "charts": [
            (f"{focus.vehicle}  {window(focus.pickup)}", chart(scene, focus))
            for focus in scene.focuses()
        ],
        "vehicles": scene.vehicles(),
        "scheduled": {p["scheduled_vehicle_id"] for p in found["pickups"]},
        "located": scene.centre is not None,
        "version": __version__,
        "data": _drawn(_data(scene, tiles), tiles_datum if tiles else WGS84),
    }


def _pickup(scene: PointScene, pickup: Any) -> dict[str, Any]:
    verdict = Verdict(pickup["verdict"])
    return {
        "window": window(pickup),
        "verdict": str(verdict),
        "label": verdict.label(scene.language),
        "cause": Cause(pickup["cause"]).label(scene.language) if pickup["cause"] else "",
        "vehicle": pickup["scheduled_vehicle_id"] or "",
        "evidence": pickup["evidence"],
        "action": pickup["action"],
    }


def _moved(scene: PointScene) -> bool:
    """Return whether the place it was judged at is another than the recorded one."""
    return (
        scene.place is not None
        and scene.recorded is not None
        and not shapely.equals_exact(scene.place, scene.recorded, 1e-7)
    )


def _data(scene: PointScene, tiles: str) -> dict[str, Any]:
    language, zone = scene.language, scene.zone
    centre = scene.centre
    data: dict[str, Any] = {
        "texts": {key: text(f"report.{key}", language) for key in _TEXTS},
        "tiles": tiles,
        "point": None,
        "tracks": [],
        "stands": [],
        "rivals": [],
        "silences": [],
        "fit": [],
    }
    if centre is None:
        return data
    start_s, end_s = scene.span_s()
    vehicles = scene.vehicles()
    data["point"] = [round(centre[1], 7), round(centre[0], 7)]
    data["tolerance"] = scene.tolerance_m
    data["place"] = _shape(scene.place)
    data["moved"] = _moved(scene)
    data["recorded"] = _shape(scene.recorded)
    data["rivals"] = _rivals(scene)
    data["near"] = data["recorded"] is not None and _apart_m(scene) < FAR_M
    east = scene.tolerance_m * 2.5 / (111_320.0 * math.cos(math.radians(centre[1])))
    north = scene.tolerance_m * 2.5 / 110_600.0
    data["fit"] = [
        [centre[1] - north, centre[0] - east],
        [centre[1] + north, centre[0] + east],
    ]
    # Where the truck was before and after a silence that the verdict names is part of the picture.
    for vehicle, begin_s, until_s in scene.named_silences():
        track = scene.track(vehicle)
        ends = np.flatnonzero((track.time_s >= begin_s - 1) & (track.time_s <= until_s + 1))
        data["fit"] += [
            [round(float(track.lat[i]), 6), round(float(track.lon[i]), 6)]
            for i in ends
            if track.away_m[i] < FAR_M
        ]
    tracks = [scene.track(vehicle) for vehicle in vehicles]
    data["tracks"] = [_track(scene, track, start_s, end_s) for track in tracks]
    data["stands"] = [
        {
            "v": vehicles.index(str(row.vehicle_id)),
            "at": [round(row.lat, 6), round(row.lon, 6)],
            "s": round(row.stood_s),
            "text": f"{row.vehicle_id}: "
            + text(
                "report.pm_stood",
                language,
                duration=duration_text(row.stood_s, language),
                start=clock(row.start.timestamp(), zone),
                end=clock(row.end.timestamp(), zone),
            ),
        }
        for row in records(scene.stands(vehicles, start_s, end_s))
    ]
    for vehicle, begin_s, until_s in _silent_spans(scene):
        for silence in scene.silences(vehicle, begin_s, until_s):
            data["silences"].append(
                {
                    "v": vehicles.index(vehicle),
                    "outline": [[round(y, 6), round(x, 6)] for x, y in silence.outline],
                    "text": f"{vehicle}: "
                    + text(
                        "report.pm_gap",
                        language,
                        start=clock(silence.start_s, zone),
                        end=clock(silence.end_s, zone),
                    ),
                }
            )
    return data


def _drawn(data: dict[str, Any], datum: str) -> dict[str, Any]:
    """Return what the map draws with its positions (latitude first) in the datum of the tiles."""
    if datum == WGS84 or data["point"] is None:
        return data

    def moved(places: list[list[Any]]) -> list[list[Any]]:
        """Positions, what stands behind them kept."""
        if not places:
            return places
        known = np.array([place[:2] for place in places], dtype=np.float64)
        lon, lat = from_wgs84(known[:, 1], known[:, 0], datum)
        there = np.round(np.column_stack([lat, lon]), 7).tolist()
        return [[*new, *old[2:]] for new, old in zip(there, places, strict=True)]

    def shape(found: dict[str, Any] | None) -> dict[str, Any] | None:
        if found is None:
            return None
        lines = [moved(line) for line in found.get("lines", ())]
        return {**found, "at": moved([found["at"]])[0], "lines": lines}

    return {
        **data,
        "point": moved([data["point"]])[0],
        "place": shape(data["place"]),
        "recorded": shape(data["recorded"]),
        "fit": moved(data["fit"]),
        "rivals": [shape(one) for one in data["rivals"]],
        "stands": [shape(one) for one in data["stands"]],
        "silences": [{**one, "outline": moved(one["outline"])} for one in data["silences"]],
        "tracks": [
            {**one, "lines": [moved(line) for line in one["lines"]], "dots": moved(one["dots"])}
            for one in data["tracks"]
        ],
    }


def _rivals(scene: PointScene) -> list[dict[str, Any]]:
    """Return the other places that come into question, with their words."""
    centre = scene.centre
    return [
        {
            "at": [one["lat"], one["lon"]],
            "text": text(
                "report.pm_rival", scene.language, probability=f"{one['probability']:.0%}"
            ),
        }
        for one in scene.found["candidates"]
        if centre is not None and distance_m(*centre, one["lon"], one["lat"]) > APART_M
    ]


def _silent_spans(scene: PointScene) -> list[tuple[str, float, float]]:
    """Return in which spans silences are drawn: those named, else those about the visits."""
    return scene.named_silences() or [(f.vehicle, f.start_s, f.end_s) for f in scene.focuses()]


def _apart_m(scene: PointScene) -> float:
    """Return how far the record lies from the place it was judged at, metres."""
    if scene.centre is None or scene.recorded is None:
        return 0.0
    middle = shown_at(scene.recorded)
    return float(distance_m(*scene.centre, middle.x, middle.y))


def _shape(geometry: Any) -> dict[str, Any] | None:
    """Return the centre of a geometry and, where it is no point, its lines."""
    if geometry is None:
        return None
    centre = shown_at(geometry)
    shape: dict[str, Any] = {"at": [round(centre.y, 7), round(centre.x, 7)], "lines": []}
    if geometry.geom_type not in ("Point", "MultiPoint"):
        boundary = geometry.boundary if "Polygon" in geometry.geom_type else geometry
        shape["lines"] = [
            [[round(y, 7), round(x, 7)] for x, y, *_ in part.coords]
            for part in getattr(boundary, "geoms", [boundary])
        ]
    return shape


def _track(scene: PointScene, track: Track, start_s: float, end_s: float) -> dict[str, Any]:
    """Return the lines of a track within a span, and its fixes near the point as dots."""
    rows = np.flatnonzero((track.time_s >= start_s) & (track.time_s <= end_s))
    lines: list[list[list[float]]] = []
    if len(rows):
        breaks = np.flatnonzero(track.gap[rows[:-1]] | (np.diff(rows) != 1)) + 1
        for part in np.split(rows, breaks):
            lines.append(np.round(np.column_stack([track.lat[part], track.lon[part]]), 6).tolist())
    near = rows[np.argsort(track.away_m[rows], kind="stable")[:NEAR_FIXES]]
    near.sort()
    labels = time_labels(scene, track)
    dots = [
        [
            round(float(track.lat[i]), 6),
            round(float(track.lon[i]), 6),
            _fix_text(scene, track, int(i)),
            labels.get(int(i), ""),
        ]
        for i in near
    ]
    return {"vehicle": track.vehicle, "lines": lines, "dots": dots}


def _fix_text(scene: PointScene, track: Track, i: int) -> str:
    """Return vehicle, time, speed and distance of a fix, as its dot shows them."""
    parts = [track.vehicle, clock(float(track.time_s[i]), scene.zone)]
    if np.isfinite(track.speed_kmh[i]):
        speed = f"{track.speed_kmh[i]:.0f}"
        parts.append(text("report.pm_speed_at", scene.language, speed=speed))
    away = metres_text(float(track.away_m[i]), scene.language)
    return ", ".join([*parts, text("report.pm_away", scene.language, metres=away)])
