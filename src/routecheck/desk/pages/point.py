"""A point: its verdicts, its last weeks, its record, and the evidence of a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
from starlette.responses import HTMLResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.looked import note_look
from routecheck.desk.pages import words
from routecheck.desk.pages.tables import as_file
from routecheck.desk.visit import Visit
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Classification, Verdict
from routecheck.domain.errors import MissingDataError
from routecheck.present import point_history_text, recheck_text
from routecheck.present.columns import columns
from routecheck.present.html.page import as_json
from routecheck.present.maps.point_page import point_view
from routecheck.present.sentences.figures import day_text
from routecheck.present.sentences.tables import with_sentences
from routecheck.queries.explain import explain_point
from routecheck.queries.field_words import FieldWords, read_field_words
from routecheck.queries.point_days import PointDays, read_point_days

_MARKS = {"collected": "✓", "missed": "✗", "unverifiable": "?", "": "·"}
_TABLE = columns(
    "service_date", "point_id", "name", "township", "window_start", "window_end",
    "scheduled_vehicle_id", "verdict", "cause", "confidence", "vehicle_id", "arrived_at",
    "departed_at", "dwell_s", "distance_m", "evidence", "action", "alerted",
)  # fmt: skip


def show(visit: Visit) -> Response:
    """Show a point."""
    name = visit.name_in()
    asked = visit.query.get("date", "")
    day = visit.day_in(asked) if asked else None
    with visit.site.store() as store:
        dates = visit.site.dates(store)
        if not dates:
            raise MissingDataError("desk.nothing_judged")
        try:
            found = read_point_days(store, name, dates, day)
        except MissingDataError:
            raise MissingDataError("desk.no_point", point=name[:60]) from None
        decided = visit.site.decided(store)
        said = read_field_words(store, found.day)
    pickups = _in_words(visit, found.pickups, decided)
    if visit.as_table:
        table = pickups.assign(name=found.name, township=found.township)
        stem, heading = f"point_{found.history.point_id}", _title(found)
        return as_file(
            visit, table, _TABLE, stem, found.day, heading=heading, sheet="sheet_pickups"
        )
    point_id = found.history.point_id
    at = found.judged.index(found.day) if found.day in found.judged else None
    today = pickups[(pickups["service_date"] == found.day).to_numpy()]
    alerts = _in_words(visit, found.alerts, decided)
    view = {
        "title": visit.t("point_title", point=_title(found)),
        "name": found.name,
        "point_id": point_id,
        "township": found.township,
        "village": found.village,
        "day": found.day,
        "day_text": day_text(found.day, visit.language),
        "judged": found.day in dates,
        "kin": point_history_text.kin_lines(
            found.history.kin, visit.language, visit.site.config.time_zone
        ),
        "pickups": [_pickup(row, visit, said) for row in records(today)],
        "word_form": words.form(visit),
        "proposed": decided.get(point_id) == "here",
        "weekdays": [visit.t(f"weekday_{n}") for n in range(1, 8)],
        "weeks": _weeks(visit, found),
        "alerts": [_alert(row, visit) for row in records(alerts.iloc[::-1])],
        "parts": point_history_text.as_parts(
            point_history_text.as_json(found.history, visit.site.config.time_zone), visit.language
        ),
        "evidence_at": visit.links.evidence(point_id, found.day),
    }
    page = shown.page(
        visit,
        "desk_point.html",
        view,
        earlier=_beside(visit, found, at, -1),
        later=_beside(visit, found, at, 1),
        day=str(found.day),
        day_path=visit.links.point(point_id),
        downloads=visit.links.point(point_id, asked),
        scripts=("base.js",),
    )
    return HTMLResponse(page)


def evidence(visit: Visit) -> Response:
    """Show what the tracks have of a point on a date: a part of its page, judged again."""
    point_id, day = visit.name_in(), visit.day_in(visit.query.get("date", ""))
    site, language = visit.site, visit.language
    with site.store() as store:
        mark = store.mark().judged
        if day not in site.dates(store):
            raise MissingDataError("desk.no_day", day=day)
    explanation = visit.desk.evidence.ask(
        mark, lambda session: explain_point(session, point_id, day)
    )
    scene = recheck_text.scene_of(explanation, site.config, language)
    note_look(site.config, site.clock(), visit.session.name, scene.vehicles(), day)
    tiles = site.config.export.tiles
    tiles = tiles if tiles.startswith("http") else ""
    content = point_view(scene, tiles=tiles, tiles_datum=site.config.export.tiles_datum)
    found = scene.found
    view = {
        **content,
        "desk": {"t": visit.t},
        "data": as_json(content["data"]),
        "criteria": [
            (pickup["window_start"][11:16], pickup["criteria_told"]) for pickup in found["pickups"]
        ],
        "whole": recheck_text.as_text(dict(found), language).split("\n"),
        "script": shown.asset_address("pointmap.js"),
    }
    return HTMLResponse(shown.rendered("desk_evidence.html", view))


def _title(found: PointDays) -> str:
    return " ".join(part for part in (found.name, found.history.point_id) if part)


def _in_words(visit: Visit, table: pd.DataFrame, decided: Mapping[str, str]) -> pd.DataFrame:
    return with_sentences(table, decided, visit.language, visit.site.config.time_zone)


def _pickup(row: Any, visit: Visit, said: FieldWords) -> dict[str, Any]:
    zone, verdict = visit.site.config.time_zone, Verdict(row.verdict)
    start, end = (moment.astimezone(zone) for moment in (row.window_start, row.window_end))
    return {
        "window": f"{start:%H:%M}–{end:%H:%M}",
        "start": row.window_start.isoformat(),
        "verdict": str(verdict),
        "label": verdict.label(visit.language),
        "cause": Cause(row.cause).label(visit.language) if row.cause else "",
        "vehicle": row.scheduled_vehicle_id,
        "by": row.vehicle_id,
        "evidence": row.evidence,
        "action": row.action,
        "confidence": f"{row.confidence:.2f}",
        "alerted": bool(row.alerted),
        "words": words.buttons(visit, row, said) if verdict == Verdict.MISSED else "",
    }


def _alert(row: Any, visit: Visit) -> dict[str, Any]:
    worth = Classification(row.classification)
    return {
        "day": row.service_date.isoformat(),
        "id": row.alert_id,
        "classification": str(worth),
        "label": worth.label(visit.language),
        "cause": Cause(row.cause).label(visit.language) if row.cause else "",
        "evidence": row.evidence,
    }


def _weeks(visit: Visit, found: PointDays) -> list[list[dict[str, Any] | None]]:
    """The last weeks as a calendar: a row a week, None where nothing was judged."""
    weeks: list[list[dict[str, Any] | None]] = []
    monday = found.first
    point_id = found.history.point_id
    last = max(found.judged, default=found.day)
    while monday <= last:
        days = [monday + timedelta(days=n) for n in range(7)]
        cells = [_cell(visit, found, point_id, day) for day in days]
        if any(cells) or weeks:
            weeks.append(cells)
        monday += timedelta(days=7)
    return weeks


def _cell(visit: Visit, found: PointDays, point_id: str, day: date) -> dict[str, Any] | None:
    if day not in found.states:
        return None
    state = found.states[day]
    label = Verdict(state).label(visit.language) if state else visit.t("not_due")
    return {
        "day": f"{day:%m-%d}",
        "state": state or "none",
        "mark": _MARKS[state],
        "address": visit.links.point(point_id, day),
        "label": f"{day_text(day, visit.language)}: {label}",
        "here": day == found.day,
    }


def _beside(visit: Visit, found: PointDays, at: int | None, step: int) -> str:
    if at is None or not 0 <= at + step < len(found.judged):
        return ""
    return visit.links.point(found.history.point_id, found.judged[at + step])
