"""What if: a point with another tolerance or place, or another least time; nothing is stored.

Each date is judged again both ways, which takes some seconds: the page comes at once, and the
dates one after another, the last ones first.
"""

from __future__ import annotations

import math
from typing import Any

from starlette.responses import HTMLResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.visit import Visit
from routecheck.domain.codes import Cause, Verdict
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.domain.settings import LARGEST_TOLERANCE_M
from routecheck.engine.what_if import WhatIf
from routecheck.present.sentences.figures import day_text
from routecheck.queries.point_days import PointDays, read_point_days
from routecheck.queries.what_if import Tried, try_on

LONGEST_DWELL_S = 3600.0
_FIELDS = ("tolerance", "dwell", "lon", "lat")


def show(visit: Visit) -> Response:
    """Show what may be tried on a point, and where something is, the dates it is tried on."""
    found = _point(visit)
    point_id = found.history.point_id
    tried = _tried(visit, point_id)
    asked = {name: visit.query.get(name, "") for name in _FIELDS}
    record = found.history.records[-1] if found.history.records else {}
    due = sorted(set(found.pickups["service_date"]), reverse=True)
    config = visit.site.config
    view = {
        "title": visit.t("what_if_title", point=found.name or point_id),
        "point_id": point_id,
        "action": visit.links.to("/what-if"),
        "asked": asked,
        "most_tolerance": f"{LARGEST_TOLERANCE_M:g}",
        "as_is": {
            "tolerance": f"{record.get('tolerance_m') or config.matching.tolerance_m:g}",
            "dwell": f"{config.matching.min_dwell_s:g}",
            "lon": "" if record.get("lon") is None else f"{record['lon']:.6f}",
            "lat": "" if record.get("lat") is None else f"{record['lat']:.6f}",
        },
        "tried": tried is not None,
        "dates": [
            {
                "text": day_text(day, visit.language),
                "address": visit.links.to("/what-if-day", id=point_id, day=day, **asked),
            }
            for day in due
        ],
    }
    return HTMLResponse(shown.page(visit, "desk_what_if.html", view, scripts=()))


def one_date(visit: Visit) -> Response:
    """Show the pickups of a date both ways: a part of the page."""
    point_id, day = visit.name_in(), visit.day_in(visit.query.get("day", ""))
    tried = _tried(visit, point_id)
    if tried is None:
        raise UsageError("desk.nothing_tried")
    with visit.site.store() as store:
        mark = store.mark().judged
        if day not in visit.site.dates(store):
            raise MissingDataError("desk.no_day", day=day)
    found = visit.desk.evidence.ask(mark, lambda session: try_on(session, tried, day))
    view = {"t": visit.t, "rows": [_row(visit, one) for one in found]}
    return HTMLResponse(shown.rendered("desk_what_if_day.html", view))


def _point(visit: Visit) -> PointDays:
    name = visit.name_in()
    with visit.site.store() as store:
        dates = visit.site.dates(store)
        if not dates:
            raise MissingDataError("desk.nothing_judged")
        try:
            return read_point_days(store, name, dates)
        except MissingDataError:
            raise MissingDataError("desk.no_point", point=name[:60]) from None


def _tried(visit: Visit, point_id: str) -> WhatIf | None:
    """What the address asks to try; None: nothing.

    Raises:
        UsageError: a number is none, or beyond what can be.
    """
    tolerance = _number(visit, "tolerance", 1.0, LARGEST_TOLERANCE_M)
    dwell = _number(visit, "dwell", 0.0, LONGEST_DWELL_S)
    lon, lat = _number(visit, "lon", -180.0, 180.0), _number(visit, "lat", -90.0, 90.0)
    if (lon is None) != (lat is None):
        raise UsageError("desk.half_a_place")
    place = None if lon is None or lat is None else (lon, lat)
    if tolerance is None and dwell is None and place is None:
        return None
    return WhatIf(point_id, tolerance, place, dwell)


def _number(visit: Visit, name: str, least: float, most: float) -> float | None:
    given = visit.query.get(name, "").strip()
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        label = visit.t(f"try_{name}")
        raise UsageError("desk.no_such_number", what=label, least=least, most=most)
    return value


def _row(visit: Visit, one: Tried) -> dict[str, Any]:
    zone, language = visit.site.config.time_zone, visit.language
    start, end = one.window_start.astimezone(zone), one.window_end.astimezone(zone)

    def told(verdict: str, cause: str) -> str:
        label = Verdict(verdict).label(language)
        return f"{label} ({Cause(cause).label(language)})" if cause else label

    return {
        "window": f"{start:%H:%M}–{end:%H:%M}",
        "verdict": one.verdict,
        "as_is": told(one.verdict, one.cause),
        "verdict_if": one.verdict_if,
        "as_if": told(one.verdict_if, one.cause_if),
        "changes": one.changes,
    }
