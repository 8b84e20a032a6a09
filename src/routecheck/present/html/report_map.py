"""What the map of the daily report draws: points, evidence, thinned tracks, as compact JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, records
from routecheck.domain.codes import Cause, Verdict
from routecheck.geo.plane import distance_m
from routecheck.present.daily import Daily
from routecheck.present.html.map_lines import MapLines
from routecheck.texts import text

MOVED_M = 25.0
"""A record this far from where the point really is gets a line from one to the other."""
FAR_M = 5_000.0
"""A record farther off than this (swapped axes, minutes for degrees) is not drawn."""
APART = 4.0
"""A place lies apart beyond this many times the distance that holds three quarters of them."""
AROUND_DEG = 0.02
"""A page of one township shows the tracks to some 2 km about its points."""
_JS_TEXTS = (
    "shown", "close", "zoom_in", "zoom_out", "fit", "judged", "window", "cause", "action",
    "lg_notdue", "lg_depot", "no_name", "alert", "way_of",
)  # fmt: skip
_ORDER = {"missed": 0, "unverifiable": 1, "collected": 2}


def map_data(
    daily: Daily,
    *,
    pickups: pd.DataFrame,
    due: Mapping[str, list[Any]],
    raised: Mapping[str, list[Any]],
    points: pd.DataFrame,
    numbers: Mapping[str, int],
    tiles: str,
    lines: MapLines,
    depot: tuple[float, float] | None,
    tracks: bool,
) -> dict[str, Any]:
    """Return what the script of the report reads.

    Args:
        daily: the date, ready to be shown.
        pickups: of the page.
        due: the same by point, as rows.
        raised: its alerts by point, as rows.
        points: of the page.
        numbers: number of each missed point in the order to drive.
        tiles: address of map tiles, empty: none.
        lines: the tracks of the date.
        depot: longitude and latitude of where most vehicles begin, None where not known.
        tracks: whether to draw them.
    """
    language = daily.language
    routes = sorted(set(pickups["route"]))
    route_no = {name: number for number, name in enumerate(routes)}
    vehicles = {name: number for number, name in enumerate(lines.vehicles)}
    by_route: dict[int, set[int]] = {}
    pairs = pickups[["route", "scheduled_vehicle_id"]].drop_duplicates()
    for route, vehicle in zip(pairs["route"], pairs["scheduled_vehicle_id"], strict=True):
        if vehicle in vehicles:
            by_route.setdefault(route_no[route], set()).add(vehicles[vehicle])
    towns = sorted(set(points["township"]))
    return {
        "texts": {key: _raw(key, language) for key in _JS_TEXTS},
        "townships": towns,
        "routes": routes,
        "vehicles": list(vehicles),
        "routeVehicles": {str(k): sorted(v) for k, v in by_route.items()},
        "verdicts": {str(v): v.label(language) for v in Verdict},
        "causes": {str(c): c.label(language) for c in Cause},
        "points": _points(due, raised, points, numbers, route_no, towns, vehicles),
        "tracks": _tracks(lines, points) if tracks else [],
        "depot": None if depot is None else [round(depot[0], 5), round(depot[1], 5)],
        "tiles": tiles,
    }


def _raw(key: str, language: Any) -> str:
    """Return a text with its places left open, for the script to fill in."""
    names = {name: "{" + name + "}" for name in ("count", "total", "vehicle")}
    return text(f"report.{key}", language, **names)


def _points(
    by_pickup: Mapping[str, list[Any]],
    by_alert: Mapping[str, list[Any]],
    points: pd.DataFrame,
    numbers: Mapping[str, int],
    route_no: Mapping[str, int],
    towns: list[str],
    vehicles: Mapping[str, int],
) -> list[dict[str, Any]]:
    town_no = {name: number for number, name in enumerate(towns)}
    recorded = points[["recorded_lon", "recorded_lat"]].to_numpy(dtype=float)
    place = points[["lon", "lat"]].to_numpy(dtype=float)
    off_m = distance_m(recorded[:, 0], recorded[:, 1], place[:, 0], place[:, 1])
    shown = []
    for row, off in zip(records(points), off_m, strict=True):
        due, alerted = by_pickup.get(row.point_id, []), by_alert.get(row.point_id, [])
        if math.isnan(row.lon) or (not due and not alerted and not row.holds):
            continue
        causes = {r.cause for r in [*due, *alerted]} - {""}
        entry: dict[str, Any] = {
            "i": row.point_id,
            "n": row.name,
            "t": town_no[row.township],
            "r": sorted({route_no[r.route] for r in due}),
            "x": round(row.lon, 6),
            "y": round(row.lat, 6),
            "s": _state([r.verdict for r in due], [a.classification for a in alerted]),
            "c": sorted(causes),
            "w": _ways(due, alerted, vehicles),
            "v": [
                [r.window, r.verdict, r.cause, r.scheduled_vehicle_id, r.evidence, r.action]
                for r in due
            ],
        }
        if not due and alerted:
            entry["a"] = [[a.cause, a.evidence, a.action] for a in alerted[:3]]
        if not math.isnan(row.tolerance_m):
            entry["m"] = round(row.tolerance_m)
        if MOVED_M <= off <= FAR_M:
            entry["q"] = [round(row.recorded_lon, 6), round(row.recorded_lat, 6)]
        if row.point_id in numbers:
            entry["k"] = numbers[row.point_id]
        outline = _outline(row.geometry)
        if outline and off < MOVED_M:
            entry["g"] = outline
        shown.append(entry)
    return shown


def _ways(due: list[Any], alerted: list[Any], vehicles: Mapping[str, int]) -> list[int]:
    """The numbers of the vehicles that a point is judged by: those due, then who else came."""
    named = [row.scheduled_vehicle_id for row in due]
    named += [row.vehicle_id for row in [*due, *alerted]]
    return list(dict.fromkeys(vehicles[name] for name in named if name in vehicles))


def _state(verdicts: list[str], worth: list[str]) -> str:
    """Return what a point is drawn as: the gravest of its pickups; a false alert shows."""
    gravest = min(verdicts, key=lambda v: _ORDER[v], default="")
    if gravest == "missed":
        return "m"
    if gravest == "unverifiable" or "unverifiable" in worth:
        return "u"
    if "false" in worth:
        return "f"
    return "c" if gravest == "collected" else "n"


def _outline(geometry: Any) -> list[list[list[float]]]:
    """Return the lines of a geometry that is no point: latitude and longitude by turns."""
    if geometry is None or geometry.geom_type in ("Point", "MultiPoint"):
        return []
    boundary = geometry.boundary if "Polygon" in geometry.geom_type else geometry
    parts = getattr(boundary, "geoms", [boundary])
    return [[[round(y, 6), round(x, 6)] for x, y, *_ in part.coords] for part in parts]


def _tracks(lines: MapLines, points: pd.DataFrame) -> list[list[Any]]:
    """Return the lines about these points; see `MapLines.within`."""
    lon, lat = points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float)
    together = _together(lon, lat)
    if not together.any():
        return []
    low = np.array([float(v[together].min()) - AROUND_DEG for v in (lon, lat)])
    high = np.array([float(v[together].max()) + AROUND_DEG for v in (lon, lat)])
    return lines.within(low * 1e5, high * 1e5)


def _together(lon: Array, lat: Array) -> Bools:
    """Mark the places that lie together: a record in another county must not let all tracks in."""
    known = ~(np.isnan(lon) | np.isnan(lat))
    if not known.any():
        return known
    middle = float(np.median(lon[known])), float(np.median(lat[known]))
    away = distance_m(lon, lat, *middle)
    return known & (away <= APART * float(np.quantile(away[known], 0.75)) + 1.0)
