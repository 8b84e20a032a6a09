"""Months: trends, townships by rank, why alerts were false, and what came to an end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
from starlette.responses import HTMLResponse, Response

from routecheck.desk import show as shown
from routecheck.desk.pages.tables import as_file, attached
from routecheck.desk.site import Site
from routecheck.desk.visit import FIRST_YEAR, LAST_YEAR, Visit
from routecheck.domain.codes import Cause
from routecheck.domain.errors import MissingDataError
from routecheck.present.columns import columns
from routecheck.queries.chronic import WEEKS, read_weeks
from routecheck.queries.months import DateCounts, Month, read_date_counts
from routecheck.store import Store

_TABLE = columns(
    "township", "due", "collected", "missed", "unverifiable", "rate", "rank", "alerts", "false",
    "genuine", "alerts_unverifiable", "false_rate",
)  # fmt: skip
MOST_MONTHS = 12
"""Months that stand beside each other."""


def show(visit: Visit) -> Response:
    """Show a month, the last one where none is named."""
    wanted = str(visit.request.path_params.get("month", ""))
    with visit.site.store() as store:
        by_month = _dates(visit, store)
        if not by_month:
            raise MissingDataError("desk.nothing_judged")
        chosen = _chosen(wanted) if wanted else max(by_month)
        if chosen not in by_month:
            raise MissingDataError("desk.no_month", found=wanted[:20])
        if visit.as_table == "xlsx":
            return _workbook(visit, store, chosen)
        known = sorted(by_month)
        recent = [one for one in known if one <= chosen][-MOST_MONTHS:]
        months = {one: Month(one, counts_of(visit.site, store, by_month[one])) for one in recent}
    month = months[chosen]
    if visit.as_table:
        names = month.townships["township"].replace("", visit.t("no_township_name"))
        names.iloc[-1] = visit.t("total")
        return as_file(
            visit, month.townships.assign(township=names), _TABLE, f"townships_{chosen:%Y-%m}",
            chosen, heading=f"{chosen:%Y-%m}", sheet="sheet_summary",
        )  # fmt: skip
    at = known.index(chosen)
    view = {
        "title": visit.t("month_title", month=f"{chosen:%Y-%m}"),
        "month": f"{chosen:%Y-%m}",
        "months": [_month(visit, one, chosen) for one in reversed(list(months.values()))],
        "days": [_day(visit, row) for row in month.days.to_dict("records")],
        "townships": [_township(visit, row) for row in month.townships.to_dict("records")],
        "causes": [
            (Cause(row["cause"]).label(visit.language), int(row["alerts"]))
            for row in month.causes.to_dict("records")
        ],
        "weeks_at": visit.links.to(f"/weeks/{chosen:%Y-%m}"),
        "before": visit.links.to(f"/months/{known[at - 1]:%Y-%m}") if at else "",
        "after": visit.links.to(f"/months/{known[at + 1]:%Y-%m}") if at + 1 < len(known) else "",
    }
    address = visit.links.to(f"/months/{chosen:%Y-%m}")
    page = shown.page(visit, "desk_months.html", view, here="months", downloads=address)
    return HTMLResponse(page)


def weeks(visit: Visit) -> Response:
    """Show which points alerted week after week, and which stopped: a part of a month's page."""
    chosen = _chosen(str(visit.request.path_params["month"]))
    end = pd.Timestamp(chosen) + pd.offsets.MonthEnd(0)
    with visit.site.store() as store:
        dates = [one for one in visit.site.dates(store) if one <= end.date()]
        found: Sequence[Mapping[str, Any]] = visit.site.kept(
            store, ("weeks", chosen), lambda: read_weeks(store, dates, limit=WEEKS)
        )
    rows = [
        {
            **week,
            "causes": ", ".join(
                f"{Cause(cause).label(visit.language)} {count}"
                for cause, count in week["causes"].items()
            ),
        }
        for week in reversed(list(found))
    ]
    return HTMLResponse(shown.rendered("desk_weeks.html", {"t": visit.t, "weeks": rows}))


def _dates(visit: Visit, store: Store) -> dict[date, list[date]]:
    found: dict[date, list[date]] = {}
    for day in visit.site.dates(store):
        found.setdefault(day.replace(day=1), []).append(day)
    return found


def _chosen(given: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", given) or not (
        FIRST_YEAR <= int(given[:4]) <= LAST_YEAR
    ):
        raise MissingDataError("desk.no_month", found=given[:20])
    return date.fromisoformat(f"{given}-01")


def counts_of(site: Site, store: Store, days: Sequence[date]) -> list[DateCounts]:
    """Return dates in figures; those that were counted before, and not judged again, are kept."""
    points, judged = site.points(store), site.judged_at(store)
    # A date is counted by townships: by others once a point belongs to another.
    hashes = pd.util.hash_pandas_object(points[["point_id", "township"]], index=False)
    belongs = hash(hashes.to_numpy().tobytes())
    return [
        site.counts.get(
            (day, judged.get(day), belongs),
            lambda day=day: read_date_counts(store, day, points),  # type: ignore[misc]
        )
        for day in days
    ]


def _month(visit: Visit, month: Month, chosen: date) -> dict[str, Any]:
    total = month.townships.iloc[-1]
    return {
        "name": f"{month.first:%Y-%m}",
        "address": visit.links.to(f"/months/{month.first:%Y-%m}"),
        "here": month.first == chosen,
        "dates": len(month.dates),
        **_figures(total),
    }


def _figures(row: Mapping[str, Any] | pd.Series) -> dict[str, Any]:
    figures = {
        name: int(row[name])
        for name in ("due", "missed", "unverifiable", "alerts", "false", "genuine")
    }
    settled = int(row["collected"]) + figures["missed"]
    return {
        **figures,
        "rate": _per_cent(int(row["collected"]), settled),
        "false_rate": _per_cent(figures["false"], figures["alerts"]),
    }


def _per_cent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _day(visit: Visit, row: Mapping[Any, Any]) -> dict[str, Any]:
    day = row["service_date"]
    return {"name": str(day), "address": visit.links.day(day), **_figures(row)}


def _township(visit: Visit, row: Mapping[Any, Any]) -> dict[str, Any]:
    rank = row["rank"]
    return {"name": row["township"], "rank": "" if rank != rank else int(rank), **_figures(row)}


def _workbook(visit: Visit, store: Store, month: date) -> Response:
    from routecheck.present.workbook import monthly_workbook
    from routecheck.queries.monthly_report import read_monthly_report

    config = visit.site.config
    content = monthly_workbook(
        read_monthly_report(store, month.year, month.month),
        site=config.site.name, language=visit.language, zone=config.time_zone,
    )  # fmt: skip
    return attached(content, f"report_{month:%Y-%m}.xlsx")
