"""What the daily report shows, in the order of its sections, for the template."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from routecheck import __version__
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, IncidentKind, Verdict
from routecheck.present.columns import columns
from routecheck.present.html.report_map import map_data
from routecheck.present.html.whole_date import WholeDate
from routecheck.present.sentences.corrections import correction_change
from routecheck.present.sentences.figures import clock_text, day_text
from routecheck.present.summary import check_lines
from routecheck.queries.drive_order import numbered
from routecheck.texts import text

CHRONIC_ROWS = 30
"""Points that the list of chronic alerts names; the workbook of the month has them all."""
CHRONIC_DATES = 14
"""The last dates that the list of chronic alerts marks one by one."""
_TOWNSHIPS = columns(
    "due", "collected", "missed", "unverifiable", "rate", "rank", "alerts", "false", "false_rate"
)
_TILE_LINKS = {
    "due": "townships", "collected": "townships", "missed": "todo", "unverifiable": "untold",
    "alerts": "silenced", "false": "silenced",
}  # fmt: skip
"""The section that a count at the top leads to."""
_TREND = ("due", "missed", "unverifiable", "alerts", "false", "genuine")


def view(
    whole: WholeDate,
    *,
    tiles: str = "",
    township: str | None = None,
    pages: Mapping[str, str] | None = None,
    back: str = "",
) -> dict[str, Any]:
    """Return what the template shows.

    Args:
        whole: the date, ready to be shown.
        tiles: address of map tiles, empty: none.
        township: only this township; None: all.
        pages: file by township: an overview, whose details are in those files.
        back: file of the overview.
    """
    daily = whole.daily
    page = _Page(whole, township, overview=pages is not None)
    t, entry = page.text, daily.report.day.entry
    day = day_text(daily.report.day.service_date, daily.language)
    title = t("title", day=day)
    if township is not None:
        title = t("title_township", township=township or t("no_township"), day=day)
    return {
        "lang": "zh-CN" if daily.language == "zh" else "en",
        "t": t,
        "label": lambda code: Cause(code).label(daily.language) if code else "",
        "meaning": lambda code: Cause(code).meaning(daily.language),
        "title": title,
        "site": daily.site,
        "losses": [loss.message.in_language(daily.language) for loss in daily.report.losses],
        "provisional": entry["state"] == "provisional",
        "judged_at": entry["judged_at"].astimezone(daily.zone).strftime("%Y-%m-%d %H:%M"),
        "version": __version__,
        "counts": page.counts(),
        "tile_links": _TILE_LINKS,
        "incidents": page.incidents(),
        "checks": page.checks(),
        "todo": page.todo(),
        "todo_counts": page.todo_counts(),
        "silenced": page.silenced(),
        "untold": page.untold(),
        "devices": page.devices(),
        "corrections": page.corrections(),
        "decided": page.decided(),
        "trend": page.trend() if township is None else [],
        "chronic": page.chronic(),
        "townships": page.townships(pages or {}),
        "township_columns": _TOWNSHIPS,
        "overview": page.overview,
        "back": back,
        "options": page.options(),
        "words": [(c.label(daily.language), str(c), c.meaning(daily.language)) for c in Cause],
        "data": map_data(
            daily,
            pickups=page.pickups,
            due=_by(page.pickup_rows, "point_id"),
            raised=_by(page.alert_rows, "point_id"),
            points=page.points,
            numbers=page.numbers,
            tiles=tiles,
            lines=whole.lines,
            depot=whole.depot,
            tracks=not page.overview,
        ),
    }


class _Page:
    """The rows of one page: all, or those of a township."""

    def __init__(self, whole: WholeDate, township: str | None, *, overview: bool) -> None:
        self.whole, daily = whole, whole.daily
        self.daily, self.report, self.language = daily, daily.report, daily.language
        self.overview, self.township = overview, township
        self.pickups = self._mine("pickups")
        routes = self.pickups.drop_duplicates("point_id").set_index("point_id")["route"]
        alerts = self._mine("alerts")
        self.alerts = alerts.assign(route=alerts["point_id"].map(routes).fillna(""))
        self.points = self._mine("points")
        if township is None:
            self.missed = daily.missed
        else:
            self.missed = numbered(self.pickups, daily.report.depot)
        if overview:
            # What to act on, for the whole area; the rest is on the pages.
            points = self.points["point_id"].isin(self.missed["point_id"])
            self.points = self.points[points.to_numpy()]

    def _mine(self, name: str) -> pd.DataFrame:
        """The rows of a table that belong to the page."""
        return self.whole.rows_of(name, self.township)

    @cached_property
    def pickup_rows(self) -> list[Any]:
        """The pickups as rows."""
        return list(records(self.pickups))

    @cached_property
    def alert_rows(self) -> list[Any]:
        """The alerts as rows."""
        return list(records(self.alerts))

    def _listed(self, rows: list[Any]) -> list[Any]:
        """The rows of a list; an overview counts them, and lists them on the pages."""
        return [] if self.overview else rows

    def text(self, key: str, **values: object) -> str:
        """Return a text in the language of the site."""
        return text(f"report.{key}", self.language, **values)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """By point, its number in the order to drive."""
        return dict(zip(self.missed["point_id"], self.missed["number"].tolist(), strict=True))

    def counts(self) -> list[tuple[str, int]]:
        """Return the counts at the top, by the key of their label."""
        verdicts, worth = self.pickups["verdict"], self.alerts["classification"]
        return [
            ("due", len(self.pickups)),
            *((str(verdict), int((verdicts == str(verdict)).sum())) for verdict in Verdict),
            ("alerts", len(self.alerts)),
            ("false", int((worth == "false").sum())),
        ]

    def options(self) -> dict[str, list[tuple[str, str]]]:
        """Return what can be filtered by: value and label."""
        causes = {*self.pickups["cause"], *self.alerts["cause"]}
        towns, routes = sorted(set(self.points["township"])), sorted(set(self.pickups["route"]))
        return {
            "townships": [(name, name or self.text("no_township")) for name in towns],
            "routes": [(name, name or self.text("no_route")) for name in routes],
            "causes": [(str(c), c.label(self.language)) for c in Cause if str(c) in causes],
        }

    def todo(self) -> list[list[Any]]:
        """Return the missed pickups in an order to drive them, grouped by township and route."""
        groups = itertools.groupby(records(self.missed), key=lambda row: (row.township, row.route))
        return [list(rows) for _, rows in groups]

    def todo_counts(self) -> dict[str, int]:
        """Return how many pickups and points were missed, and how many no alert named."""
        return {
            "pickups": len(self.missed),
            "points": int(self.missed["point_id"].nunique()),
            "unalerted": int((~self.missed["alerted"].astype(bool)).sum()),
        }

    def incidents(self) -> list[dict[str, Any]]:
        """Return what explains several pickups at once, with those of this page."""
        found = []
        of_pickups, of_alerts = (
            _by(rows, "incident") for rows in (self.pickup_rows, self.alert_rows)
        )
        numbers = set(self.whole.incidents)
        if self.township is not None:
            numbers &= of_pickups.keys() | of_alerts.keys()
        for number in sorted(numbers):
            incident = self.whole.incidents[number]
            pickups, alerts = (of.get(number, []) for of in (of_pickups, of_alerts))
            found.append(
                {
                    "label": IncidentKind(incident.kind).label(self.language),
                    "evidence": incident.evidence,
                    "action": incident.action,
                    "pickups": len(pickups),
                    "alerts": len(alerts),
                    # Alerts where nothing was due have no pickup.
                    "rows": self._listed(pickups or alerts),
                }
            )
        return found

    def checks(self) -> list[str]:
        """Return how field checks compare with the verdicts of the date, as lines."""
        checks = self.report.day.entry["counts"].get("checks") or {}
        if self.township is not None:
            points = set(self.points["point_id"])
            against = [c for c in checks.get("contradict", ()) if c["point_id"] in points]
            checks = {"contradict": against}
        day = self.report.day.service_date
        zone = self.daily.zone
        return check_lines([day], [checks], self.language, zone, head="report.checks_counts")

    def silenced(self) -> list[dict[str, Any]]:
        """Return the false alerts by cause, the most frequent first."""
        false = _by((row for row in self.alert_rows if row.classification == "false"), "cause")
        groups = []
        for cause, rows in sorted(false.items(), key=lambda of: (-len(of[1]), of[0])):
            actions = {row.action for row in rows}
            common = actions.pop() if len(actions) == 1 else ""
            groups.append(
                {"cause": cause, "count": len(rows), "action": common, "rows": self._listed(rows)}
            )
        return groups

    def untold(self) -> list[dict[str, Any]]:
        """Return the pickups that the data cannot settle, by cause."""
        untold = [row for row in self.pickup_rows if row.verdict == str(Verdict.UNVERIFIABLE)]
        groups = _by(untold, "cause")
        return [
            {"cause": cause, "count": len(groups[cause]), "rows": self._listed(groups[cause])}
            for cause in sorted(groups, key=lambda cause: -len(groups[cause]))
        ]

    def devices(self) -> list[dict[str, Any]]:
        """Return the vehicles whose device needs a look, the worst first."""
        blind = {str(c) for c in (Cause.NO_FIXES, Cause.GAP, Cause.POOR_FIXES)}
        by_vehicle = _by(self.pickup_rows, "scheduled_vehicle_id")
        reported = self.report.reported
        clocks: Mapping[str, float] = self.report.day.entry["counts"].get("clocks", {})
        found = []
        for vehicle, rows in by_vehicle.items():
            if not vehicle:
                continue
            untold = [row for row in rows if row.verdict == str(Verdict.UNVERIFIABLE)]
            count = sum(row.cause in blind for row in untold)
            silent = reported is not None and vehicle not in reported
            clock_s = clocks.get(vehicle, 0.0)
            if count == 0 and not silent and not clock_s:
                continue
            first, last = (reported or {}).get(vehicle, (None, None))
            found.append(
                {
                    "vehicle": vehicle,
                    "silent": silent,
                    "first": _clock(first),
                    "last": _clock(last),
                    "untold": count,
                    "due": len(rows),
                    "clock": clock_text(clock_s, self.language) if clock_s else "",
                }
            )
        return sorted(found, key=lambda v: (-v["untold"], not v["silent"], v["vehicle"]))

    def corrections(self) -> list[dict[str, Any]]:
        """Return the corrections that wait for a decision, those of highest confidence first."""
        table = self._mine("corrections")
        waiting = table[(table["state"] == "proposed").to_numpy()]
        alerts = self.alerts["point_id"].value_counts()
        return [
            {
                "row": row,
                "change": "" if self.overview else correction_change(row, self.language),
                "alerts": int(alerts.get(row.point_id, 0)),
            }
            for row in records(waiting)
        ]

    def decided(self) -> dict[str, int]:
        """Return how many corrections were accepted and rejected."""
        states = self._mine("corrections")["state"]
        return {s: int((states == s).sum()) for s in ("accepted", "rejected")}

    def trend(self) -> list[dict[str, Any]]:
        """Return a row a date, the newest first, with the lengths of its bar in per cent."""
        table = self.report.trend
        most = max(1, int(table["alerts"].max())) if len(table) else 1
        return [
            {
                "date": row["service_date"].isoformat(),
                "counts": [(name, row[name]) for name in _TREND],
                "bar": _bar(row, most),
            }
            for row in table.iloc[::-1].to_dict("records")
        ]

    def chronic(self) -> dict[str, Any]:
        """Return the points that alert again and again, the worst first."""
        dates = self.report.trend["service_date"]
        dates = dates[dates <= self.report.day.service_date]
        often = self._mine("chronic")
        rows = [] if len(dates) < 2 else list(records(often.iloc[:CHRONIC_ROWS]))
        marks = {mark: self.text(f"mark_{mark}") for mark in "FGU"} | {"-": "·"}
        return {
            "more": max(0, len(often) - CHRONIC_ROWS) if rows else 0,
            "dates": len(dates),
            "rows": [(row, [(m, marks[m]) for m in row.marks[-CHRONIC_DATES:]]) for row in rows],
        }

    def townships(self, pages: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the counts per township and their totals; of one township only its row."""
        by_name, total = self.whole.townships
        rows = list(by_name.values())
        if self.township is not None:
            rows = [by_name[self.township]] if self.township in by_name else []
        shown = [
            (row["township"] or self.text("no_township"), pages.get(row["township"], ""), row)
            for row in rows
        ]
        if self.township is None:
            shown.append((self.text("total"), "", total))
        return [
            {
                "township": name,
                "page": page,
                "total": row is total,
                "cells": [(c.name, _CELLS[c.kind](row[c.source])) for c in _TOWNSHIPS],
            }
            for name, page, row in shown
        ]


def _by(rows: Iterable[Any], name: str) -> Mapping[Any, list[Any]]:
    """Rows by what they have in a column."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _per_cent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f}%"


def _whole(count: float) -> str:
    return "" if math.isnan(count) else str(int(count))


_CELLS: Mapping[str, Callable[[Any], str]] = {"int": _whole, "share": _per_cent}


def _bar(row: Mapping[Any, Any], most: int) -> list[dict[str, Any]]:
    """Return the parts of a bar of alerts: where each begins, and how long it is, in per cent."""
    parts, x = [], 0.0
    for kind in ("false", "genuine", "unverifiable"):
        name = "alerts_unverifiable" if kind == "unverifiable" else kind
        width = 100.0 * row[name] / most
        parts.append({"kind": kind, "x": round(x, 2), "width": round(width, 2)})
        x += width
    return parts


def _clock(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
