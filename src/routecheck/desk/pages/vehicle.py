"""A vehicle's day: its track through time, where it stood, whom it served, its device."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from starlette.responses import HTMLResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.looked import note_look
from routecheck.desk.pages.tables import as_file
from routecheck.desk.visit import Visit
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Verdict
from routecheck.domain.errors import MissingDataError
from routecheck.domain.local_time import day_begins
from routecheck.geo.crs import WGS84, from_wgs84
from routecheck.present.columns import columns
from routecheck.present.html.page import as_json
from routecheck.present.sentences.devices import clock_line, fault_line
from routecheck.present.sentences.figures import day_text, duration_text
from routecheck.present.sentences.tables import with_sentences
from routecheck.queries.devices import ClockState, FaultState
from routecheck.queries.service_date import with_names
from routecheck.queries.vehicle_day import VehicleDay, read_vehicle_day
from routecheck.store import Store

_TABLE = columns(
    "service_date", "point_id", "name", "township", "window_start", "window_end",
    "scheduled_vehicle_id", "verdict", "cause", "confidence", "vehicle_id", "arrived_at",
    "departed_at", "dwell_s", "distance_m", "evidence", "action",
)  # fmt: skip
_JS_TEXTS = (
    "zoom_in", "zoom_out", "fit", "served", "stood_from", "silent", "play", "pause",
)  # fmt: skip


def show(visit: Visit) -> Response:
    """Show a vehicle's day."""
    name, asked = visit.name_in(), visit.query.get("date", "")
    with visit.site.store() as store:
        dates = visit.site.dates(store)
        day = visit.day_in(asked) if asked else visit.site.latest(store)
        entry = None if day is None else store.date_entry(day)
        if day is None or entry is None:
            raise MissingDataError("desk.no_day", day=asked[:20] or "-")
        found = read_vehicle_day(store, name, day, dates, entry)
        pickups = _named(visit, store, found)
        places = _places(store, day)
    if visit.as_table:
        stem, heading = f"vehicle_{name}_{day}", f"{name}  {day}"
        return as_file(visit, pickups, _TABLE, stem, day, heading=heading, sheet="sheet_pickups")
    site = visit.site
    note_look(site.config, site.clock(), visit.session.name, [name], day)
    made = set(found.served.index)
    served = [row for at, row in zip(pickups.index, records(pickups), strict=True) if at in made]
    others = [
        row for at, row in zip(pickups.index, records(pickups), strict=True) if at not in made
    ]
    at = bisect.bisect_left(dates, day)
    later = at + 1 if at < len(dates) and dates[at] == day else at
    view = {
        "title": visit.t("vehicle_title", vehicle=name),
        "vehicle": name,
        "day": day,
        "day_text": day_text(day, visit.language),
        "facts": _facts(visit, found),
        "device": _device(visit, found),
        "track": len(found.track) > 0,
        "bands": _bands(found, visit),
        "served": [_row(row, visit) for row in served],
        "others": [_row(row, visit) for row in others],
        "stops": len(found.stops),
        "data": as_json(_map(visit, found, served, places)),
    }
    page = shown.page(
        visit, "desk_vehicle.html", view,
        earlier=visit.links.vehicle(name, dates[at - 1]) if at else "",
        later=visit.links.vehicle(name, dates[later]) if later < len(dates) else "",
        day=str(day), day_path=visit.links.vehicle(name),
        downloads=visit.links.vehicle(name, day), scripts=("base.js", "vehicle.js"),
    )  # fmt: skip
    return HTMLResponse(page)


def _named(visit: Visit, store: Store, found: VehicleDay) -> pd.DataFrame:
    """The pickups of the vehicle with names and sentences, in the order of the day."""
    decided = visit.site.decided(store)
    table = with_names(found.pickups, visit.site.points(store))
    table.index = found.pickups.index
    table = with_sentences(table, decided, visit.language, visit.site.config.time_zone)
    order = table["arrived_at"].fillna(table["window_start"])
    return table.assign(order=order).sort_values(["order", "point_id"], kind="stable")


def _places(store: Store, day: date) -> Mapping[str, tuple[float, float]]:
    """Where each point was judged to be on the date, longitude and latitude."""
    rounds = store.evidence("rounds", day, day).get(day)
    if rounds is None or rounds.empty:
        return {}
    table = rounds.drop_duplicates("point_id")
    spots = zip(table["point_id"], table["lon"], table["lat"], strict=True)
    return {point: (float(x), float(y)) for point, x, y in spots if not np.isnan(x)}


def _row(row: Any, visit: Visit) -> dict[str, Any]:
    zone, verdict = visit.site.config.time_zone, Verdict(row.verdict)
    start, end = (moment.astimezone(zone) for moment in (row.window_start, row.window_end))
    known = row.arrived_at is not None and row.arrived_at == row.arrived_at
    return {
        "point_id": row.point_id,
        "name": row.name,
        "township": row.township,
        "window": f"{start:%H:%M}–{end:%H:%M}",
        "arrived": f"{row.arrived_at.astimezone(zone):%H:%M}" if known else "",
        "dwell": "" if np.isnan(row.dwell_s) else duration_text(row.dwell_s, visit.language),
        "verdict": str(verdict),
        "label": verdict.label(visit.language),
        "cause": Cause(row.cause).label(visit.language) if row.cause else "",
        "evidence": row.evidence,
        "scheduled": row.scheduled_vehicle_id,
        "by": row.vehicle_id,
    }


def _facts(visit: Visit, found: VehicleDay) -> list[tuple[str, str]]:
    """What the date is in figures: heading and value."""
    zone, figures = visit.site.config.time_zone, found.figures
    facts = [
        (visit.t("fact_served"), str(len(found.served))),
        (visit.t("fact_scheduled"), str(int(figures["scheduled_pickups"]) if figures else 0)),
        (visit.t("fact_stops"), str(len(found.stops))),
    ]
    if figures and figures["heard"]:
        first, last = figures["first_fix_at"], figures["last_fix_at"]
        if first == first and last == last:
            span = f"{first.astimezone(zone):%H:%M}–{last.astimezone(zone):%H:%M}"
            facts.append((visit.t("fact_heard"), span))
        if figures["fixes"] == figures["fixes"] and figures["fixes"] is not pd.NA:
            facts.append((visit.t("fact_fixes"), str(int(figures["fixes"]))))
    return facts


def _device(visit: Visit, found: VehicleDay) -> list[str]:
    """What is believed of the device, as sentences."""
    language, lines = visit.language, []
    if not found.figures or not found.figures["heard"]:
        lines.append(visit.t("not_heard"))
    if found.state is not None and found.state.silent_days:
        at = found.state.last_fix_at.astimezone(visit.site.config.time_zone)
        lines.append(visit.t("last_heard", at=f"{at:%Y-%m-%d %H:%M}"))
    if found.state is not None and found.state.delay_s and found.state.delay_s > 600:
        lines.append(visit.t("comes_late", late=duration_text(found.state.delay_s, language)))
    lines += [clock_line(_dated(one), language) for one in found.clocks]
    lines += [fault_line(_dated(one), language) for one in found.faults]
    return lines


def _dated(state: ClockState | FaultState) -> dict[str, Any]:
    return vars(state) | {"first": state.first.isoformat(), "last": state.last.isoformat()}


def _stop_spans(found: VehicleDay, visit: Visit) -> list[tuple[float, float]]:
    midnight = day_begins(found.day, visit.site.config.time_zone).timestamp()
    return [
        (row.start.timestamp() - midnight, row.start.timestamp() - midnight + row.stood_s)
        for row in records(found.stops)
    ]


def _bands(found: VehicleDay, visit: Visit) -> list[dict[str, Any]]:
    """The day as bands, in thousandths of the time that the track spans."""
    if not len(found.track):
        return []
    first, last = float(found.track["time_s"].min()), float(found.track["time_s"].max())
    length = max(last - first, 1.0)

    def band(kind: str, begin: float, end: float) -> dict[str, Any]:
        x = 1000 * (max(begin, first) - first) / length
        width = 1000 * (min(end, last) - max(begin, first)) / length
        return {"kind": kind, "x": round(x, 1), "width": round(max(width, 1.0), 1)}

    made = [band("stood", *span) for span in _stop_spans(found, visit)]
    return made + [band("silent", *span) for span in found.gaps()]


def _map(
    visit: Visit, found: VehicleDay, served: list[Any], places: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    export, zone = visit.site.config.export, visit.site.config.time_zone
    tiles = export.tiles if export.tiles.startswith("http") else ""
    datum = export.tiles_datum if tiles else WGS84

    def drawn(lon: Any, lat: Any) -> tuple[Any, Any]:
        """Latitude and longitude in the datum of the tiles."""
        x, y = from_wgs84(lon, lat, datum)
        return np.round(y, 6), np.round(x, 6)

    midnight = day_begins(found.day, zone).timestamp()
    lines = [
        np.column_stack([*drawn(part["lon"], part["lat"]), part["time_s"]]).tolist()
        for _, part in found.track.groupby("piece", sort=True)
    ]
    points = [
        [
            *map(float, drawn(*places[row.point_id])),
            round(row.arrived_at.timestamp() - midnight), row.name or row.point_id,
            visit.links.point(row.point_id, found.day),
        ]
        for row in served
        if row.point_id in places and row.arrived_at == row.arrived_at
    ]  # fmt: skip
    spans = _stop_spans(found, visit)
    stops = [
        [*map(float, drawn(row.lon, row.lat)), round(a), round(b)]
        for row, (a, b) in zip(records(found.stops), spans, strict=True)
    ]
    return {
        "texts": {key: visit.t(f"map_{key}") for key in _JS_TEXTS},
        "tiles": tiles,
        "lines": lines,
        "points": points,
        "stops": stops,
    }
