"""A service date, as its report shows it: what to do, what is open, why alerts were false."""

from __future__ import annotations

import bisect
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.looked import ALL, note_look
from routecheck.desk.pages import words
from routecheck.desk.pages.tables import attached
from routecheck.desk.visit import Visit
from routecheck.domain.errors import MissingDataError
from routecheck.present.columns import columns
from routecheck.present.csv_files import as_csv
from routecheck.present.daily import Daily
from routecheck.present.html import PAGE_POINTS
from routecheck.present.html.page import as_json
from routecheck.present.html.report import view
from routecheck.queries.field_words import read_field_words
from routecheck.store import Store

_LISTED = columns(
    "service_date", "number", "township", "route_id", "point_id", "name", "window_start",
    "window_end", "scheduled_vehicle_id", "cause", "confidence", "evidence", "action", "alerted",
    "lon", "lat",
)  # fmt: skip


def latest(visit: Visit) -> Response:
    """Show the last date that is over."""
    with visit.site.store() as store:
        day = visit.site.latest(store)
        if day is None:
            raise MissingDataError("desk.nothing_judged")
        return _answer(visit, store, day)


def chosen(visit: Visit) -> Response:
    """Go to the date that was asked for in a form."""
    return RedirectResponse(visit.links.day(visit.day_in(visit.query.get("date", ""))), 303)


def show(visit: Visit) -> Response:
    """Show a date."""
    day = visit.day_in(visit.request.path_params["day"])
    with visit.site.store() as store:
        return _answer(visit, store, day)


def _answer(visit: Visit, store: Store, day: date) -> Response:
    dates = visit.site.dates(store)
    if day not in dates:
        raise MissingDataError("desk.no_day", day=day)
    town = visit.query.get("township")
    if visit.as_table:
        return _file(visit, visit.site.daily(store, day, visit.language).daily)
    whole = visit.site.daily(store, day, visit.language, town)
    points = whole.daily.report.points
    towns = sorted(set(points["township"]))
    if town is not None and town not in towns:
        raise MissingDataError("desk.no_township", found=town[:60])
    pages = {name: f"{visit.links.day(day)}?{urlencode({'township': name})}" for name in towns}
    content = view(
        whole,
        tiles=_tiles(visit),
        township=town,
        pages=pages if len(points) > PAGE_POINTS and town is None else None,
        back=visit.links.day(day) if town is not None else "",
    )
    content["data"]["evidence"] = {
        "before": visit.links.to("/point/"),
        "after": f"?date={day}",
        "text": f"{visit.t('evidence')} →",
    }
    at = bisect.bisect_left(dates, day)
    bar = shown.bar(
        visit,
        here="day",
        earlier=visit.links.day(dates[at - 1]) if at else "",
        later=visit.links.day(dates[at + 1]) if at + 1 < len(dates) else "",
        day=str(day),
        day_path=visit.links.to("/day"),
        downloads=visit.links.day(day),
    )
    if town is not None or len(points) <= PAGE_POINTS:
        # The overview of a large area shows no tracks.
        note_look(visit.site.config, visit.site.clock(), visit.session.name, [ALL], day)
    said = read_field_words(store, day)
    frame = shown.Frame(
        visit,
        bar,
        ("base.js", "report.js"),
        told=Markup(shown.rendered("desk_told.html", {
            "form": words.form(visit), "how_right": words.how_right(visit, said), "t": visit.t,
        })),
        day=str(day),
        words=lambda row: words.buttons(visit, row, said),
    )  # fmt: skip
    whole_view = {**content, "data": as_json(content["data"]), "desk": frame}
    return HTMLResponse(shown.rendered("report.html", whole_view))


def _tiles(visit: Visit) -> str:
    """The address of map tiles on the web; pictures that lie with the report are not served."""
    tiles = visit.site.config.export.tiles
    return tiles if tiles.startswith("http") else ""


def _file(visit: Visit, daily: Daily) -> Response:
    """The list to act on as CSV, or the workbook of the date."""
    day = daily.report.day.service_date
    if visit.as_table == "csv":
        return attached(as_csv(daily.missed, _LISTED, daily.zone), f"missed_{day}.csv")
    from routecheck.present.workbook import daily_workbook

    whole = Daily(daily.report, daily.site, daily.words)
    return attached(daily_workbook(whole), f"report_{day}.xlsx")
