"""A service date, as its report shows it: what to do, what is open, why alerts were false."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.links import Links
from routecheck.desk.looked import ALL, note_look
from routecheck.desk.pages import words
from routecheck.desk.pages.tables import attached
from routecheck.desk.site import Site
from routecheck.desk.visit import Visit
from routecheck.domain.codes import Language
from routecheck.domain.errors import MissingDataError
from routecheck.present.columns import columns
from routecheck.present.csv_files import as_csv
from routecheck.present.daily import Daily
from routecheck.present.html import PAGE_POINTS
from routecheck.present.html.page import as_json
from routecheck.present.html.report import view
from routecheck.queries.field_words import FieldWords, read_field_words
from routecheck.store import Store
from routecheck.texts import text

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
    content, large = content_of(visit.site, store, day, visit.language, visit.links, town)
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
    if town is not None or not large:
        # The overview of a large area shows no tracks.
        note_look(visit.site.config, visit.site.clock(), visit.session.name, [ALL], day)
    if large and at:
        visit.desk.warming.read_date(dates[at - 1], visit.language)
    said = read_field_words(store, day)
    frame = shown.Frame(
        visit,
        bar,
        ("base.js", "report.js"),
        told=_told(visit, said, day),
        day=str(day),
        words=lambda row: words.buttons(visit, row, said),
    )  # fmt: skip
    return HTMLResponse(shown.rendered("report.html", {**content, "desk": frame}))


def _told(visit: Visit, said: FieldWords, day: date) -> Markup:
    """Return what stands above the list of what to do."""
    view = {
        "form": words.form(visit),
        "how_right": words.how_right(visit, said),
        "sample_at": visit.links.to(f"/sample/{day}"),
        "t": visit.t,
    }
    return Markup(shown.rendered("desk_told.html", view))


def content_of(
    site: Site,
    store: Store,
    day: date,
    language: Language,
    links: Links,
    township: str | None = None,
) -> tuple[Mapping[str, Any], bool]:
    """Return what the page of a date shows, and whether the area is large; kept as it was made.

    Raises:
        MissingDataError: there is no such township, or no verdict of that date.
    """

    def read() -> tuple[Mapping[str, Any], bool]:
        whole = site.daily(store, day, language, township)
        points = whole.daily.report.points
        large = len(points) > PAGE_POINTS
        towns = sorted(set(points["township"]))
        if township is not None and township not in towns:
            raise MissingDataError("desk.no_township", found=township[:60])
        here = links.day(day)
        pages = {name: f"{here}?{urlencode({'township': name})}" for name in towns}
        content = view(
            whole,
            tiles=_tiles(site),
            township=township,
            pages=pages if large and township is None else None,
            back=here if township is not None else "",
        )
        content["data"]["evidence"] = {
            "before": links.to("/point/"),
            "after": f"?date={day}",
            "text": text("desk.evidence", language) + " →",
        }
        return {**content, "data": as_json(content["data"])}, large

    return site.views.get((day, language, township, store.mark().judged), read)


def _tiles(site: Site) -> str:
    """The address of map tiles on the web; pictures that lie with the report are not served."""
    tiles = site.config.export.tiles
    return tiles if tiles.startswith("http") else ""


def _file(visit: Visit, daily: Daily) -> Response:
    """The list to act on as CSV, or the workbook of the date."""
    day = daily.report.day.service_date
    if visit.as_table == "csv":
        return attached(as_csv(daily.missed, _LISTED, daily.zone), f"missed_{day}.csv")
    from routecheck.present.workbook import daily_workbook

    whole = Daily(daily.report, daily.site, daily.words)
    return attached(daily_workbook(whole), f"report_{day}.xlsx")
