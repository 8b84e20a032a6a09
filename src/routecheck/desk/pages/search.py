"""Search: points by id, name, village, township or the first letters of their sounds; vehicles."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from starlette.responses import HTMLResponse, RedirectResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.pages.tables import as_file
from routecheck.desk.pinyin import initials, typed_as
from routecheck.desk.site import Site
from routecheck.desk.visit import Visit
from routecheck.domain.arrays import records
from routecheck.present.columns import columns
from routecheck.registry.ids import as_shown
from routecheck.store import Store

MOST_SHOWN = 200
LONGEST = 100
"""Characters of a question; names have fewer."""
_TABLE = columns("point_id", "name", "township", "village")
_RECENT = 14
"""Dates whose vehicles are found."""


@dataclass(frozen=True)
class Index:
    """What is searched.

    Attributes:
        points: `point_id`, `name`, `township`, `village`, by id.
        text: beside them, all of that in small letters.
        typed: beside them, the letters that their names may be typed as.
        vehicles: names of vehicles.
    """

    points: pd.DataFrame
    text: list[str]
    typed: list[tuple[frozenset[str], ...]]
    vehicles: list[str]


def show(visit: Visit) -> Response:
    """Show what a question finds; a question that names one point leads to it."""
    asked = " ".join(visit.query.get("q", "").split())[:LONGEST]
    with visit.site.store() as store:
        index = index_of(visit.site, store)
    known = set(index.points["point_id"])
    exact = asked if asked in known else as_shown(asked, index.points["point_id"])
    if exact and not visit.as_table:
        return RedirectResponse(visit.links.point(exact), 303)
    if asked in index.vehicles and not visit.as_table:
        return RedirectResponse(visit.links.vehicle(asked), 303)
    found, vehicles = _found(index, asked)
    address = visit.links.to("/search", q=asked)
    if visit.as_table:
        day = visit.site.clock().tz_convert(visit.site.config.time_zone).date()
        return as_file(
            visit, found, _TABLE, "search", day, heading=asked, sheet="sheet_points",
        )  # fmt: skip
    view = {
        "title": visit.t("search_title", asked=asked) if asked else visit.t("search"),
        "asked": asked,
        "rows": list(records(found.head(MOST_SHOWN))),
        "count": len(found),
        "more": max(0, len(found) - MOST_SHOWN),
        "vehicles": vehicles[:MOST_SHOWN],
    }
    page = shown.page(visit, "desk_search.html", view, downloads=address if len(found) else "")
    return HTMLResponse(page)


def _found(index: Index, asked: str) -> tuple[pd.DataFrame, list[str]]:
    """Points and vehicles that hold every word of a question; those that begin with it first."""
    words = asked.lower().split()
    if not words:
        return index.points.head(0), []
    ranked = []
    for at, text in enumerate(index.text):
        ranks = [_rank(word, text, index.typed[at]) for word in words]
        if None not in ranks:
            ranked.append((max(rank for rank in ranks if rank is not None), at))
    order = [at for _, at in sorted(ranked)]
    vehicles = [name for name in index.vehicles if all(word in name.lower() for word in words)]
    return index.points.iloc[order], vehicles


def _rank(word: str, text: str, typed: tuple[frozenset[str], ...]) -> int | None:
    """How well a word fits a point: 0 an id or name begins with it; None: not at all."""
    if word in text:
        return 0 if f"\n{word}" in text else 1
    if word.isascii() and word.isalnum() and typed_as(word, typed):
        return 2
    return None


def index_of(site: Site, store: Store) -> Index:
    """Return what is searched; kept as it was made."""
    return site.kept_of_dates(store, "index", lambda: _read(site, store))


def _read(site: Site, store: Store) -> Index:
    points = site.points(store)
    lines = zip(*(points[name].tolist() for name in points.columns), strict=True)
    dates = store.dates()[-_RECENT:]
    vehicles = {name for entry in dates for name in (entry["counts"] or {}).get("heard") or {}}
    for entry in dates[-1:]:
        vehicles |= set(store.read_pickups(entry["service_date"])["scheduled_vehicle_id"]) - {""}
    return Index(
        points,
        ["\n" + "\n".join(parts).lower() for parts in lines],
        # A run of letters does not go on from the name to the village.
        [
            initials(f"{name}|{village}")
            for name, village in zip(points["name"], points["village"], strict=True)
        ],
        sorted(vehicles),
    )
