"""What the daily report shows, in the order of its sections: plain values for the template."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from routecheck import __version__
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Classification, IncidentKind, Verdict
from routecheck.present.daily import Daily
from routecheck.present.html.report_map import map_data
from routecheck.present.sentences.figures import (
    clock_text,
    day_text,
    direction_text,
    metres_text,
)
from routecheck.present.summary import check_lines
from routecheck.queries.counts import causes_of
from routecheck.queries.drive_order import numbered
from routecheck.texts import text

CHRONIC_ROWS = 30
"""Points that the list of chronic alerts names; the workbook of the month has them all."""


def view(
    daily: Daily,
    *,
    tiles: str = "",
    township: str | None = None,
    pages: Mapping[str, str] | None = None,
    back: str = "",
) -> dict[str, Any]:
    """Return what the template shows.

    Args:
        daily: the date, ready to be shown.
        tiles: address of map tiles, empty: none.
        township: only this township; None: all.
        pages: file by township: an overview, whose details are in those files.
        back: file of the overview.
    """
    source = daily.source
    shown = _Shown(daily, township, overview=pages is not None)
    t = shown.text
    day = day_text(source.service_date, source.language)
    name = t("title", day=day)
    if township is not None:
        name = t("title_township", township=township or t("no_township"), day=day)
    steps = shown.todo()
    return {
        "lang": "zh-CN" if source.language == "zh" else "en",
        "t": t,
        "title": name,
        "site": source.site,
        "provisional": source.entry["state"] == "provisional",
        "judged_at": source.entry["judged_at"].astimezone(source.zone).strftime("%Y-%m-%d %H:%M"),
        "version": __version__,
        "tiles_top": shown.tiles(),
        "incidents": shown.incidents(),
        "checks": shown.checks(),
        "todo": steps,
        "todo_counts": shown.todo_counts(),
        "silenced": shown.silenced(),
        "untold": shown.untold(),
        "devices": shown.devices(),
        "corrections": shown.corrections(),
        "decided": shown.decided(),
        "trend": shown.trend() if township is None else [],
        "chronic": shown.chronic(),
        "townships": shown.townships(pages or {}),
        "overview": pages is not None,
        "back": back,
        "options": shown.options(),
        "words": [(c.label(source.language), str(c), c.meaning(source.language)) for c in Cause],
        "data": map_data(
            daily,
            pickups=shown.pickups,
            alerts=shown.alerts,
            points=shown.points,
            numbers=shown.numbers,
            tiles=tiles,
            tracks=pages is None,
        ),
    }


class _Shown:
    """The rows of one page: all, or those of a township."""

    def __init__(self, daily: Daily, township: str | None, *, overview: bool) -> None:
        self.daily, self.overview, self.township = daily, overview, township
        self.language, self.zone = daily.source.language, daily.source.zone
        tables = (daily.pickups, daily.alerts, daily.points, daily.corrections, daily.chronic)
        if township is not None:
            tables = tuple(df[(df["township"] == township).to_numpy()] for df in tables)  # type: ignore[assignment]
        self.pickups, self.alerts, self.points, self.fixed, self.often = tables
        if overview:
            # What to act on, for the whole area; the rest is on the pages.
            grave = self.pickups[(self.pickups["verdict"] == str(Verdict.MISSED)).to_numpy()]
            self.points = self.points[self.points["point_id"].isin(grave["point_id"]).to_numpy()]
        self.numbers: dict[str, int] = {}

    def text(self, key: str, **values: object) -> str:
        """Return a text in the language of the site."""
        return text(f"report.{key}", self.language, **values)

    def town(self, name: str) -> str:
        """Return the name of a township, or what stands for none."""
        return name or self.text("no_township")

    def tiles(self) -> list[tuple[str, str, int]]:
        """Return the figures at the top: kind, label, count."""
        verdicts, worth = self.pickups["verdict"], self.alerts["classification"]
        return [
            ("due", self.text("due"), len(self.pickups)),
            ("collected", self.text("collected"), int((verdicts == "collected").sum())),
            ("missed", self.text("missed"), int((verdicts == "missed").sum())),
            ("unverifiable", self.text("unverifiable"), int((verdicts == "unverifiable").sum())),
            ("alerts", self.text("alerts"), len(self.alerts)),
            ("false", self.text("false"), int((worth == "false").sum())),
        ]

    def options(self) -> dict[str, list[tuple[str, str]]]:
        """Return what can be filtered by: value and label."""
        causes = {*self.pickups["cause"], *self.alerts["cause"]} - {""}
        return {
            "townships": [(n, self.town(n)) for n in sorted(set(self.points["township"]))],
            "routes": [(r, r or self.text("no_route")) for r in sorted(set(self.pickups["route"]))],
            "causes": [(str(c), c.label(self.language)) for c in Cause if str(c) in causes],
        }

    def todo(self) -> list[dict[str, Any]]:
        """Return the missed pickups, by township and route, in an order to drive them."""
        rows = numbered(self.pickups, self.daily.depot)
        self.numbers = dict(zip(rows["point_id"], rows["number"].tolist(), strict=True))
        groups: list[dict[str, Any]] = []
        for row in records(rows):
            key = (row.township, row.route)
            if not groups or groups[-1]["key"] != key:
                groups.append(
                    {
                        "key": key,
                        "township": self.town(row.township),
                        "route": row.route_id,
                        "vehicle": row.scheduled_vehicle_id,
                        "rows": [],
                    }
                )
            groups[-1]["rows"].append(self._row(row) | {"number": row.number})
        return groups

    def incidents(self) -> list[dict[str, Any]]:
        """Return what explains several pickups at once, with those of this page."""
        found = []
        for entry in records(self.daily.incidents):
            mine = self.pickups[(self.pickups["incident"] == entry.incident).to_numpy()]
            raised = self.alerts[(self.alerts["incident"] == entry.incident).to_numpy()]
            if self.township is not None and mine.empty and raised.empty:
                continue
            # Alerts where nothing was due have no pickup.
            rows = mine if len(mine) or raised.empty else raised
            found.append(
                {
                    "label": IncidentKind(entry.kind).label(self.language),
                    "evidence": entry.evidence,
                    "action": entry.action,
                    "pickups": len(mine),
                    "alerts": len(raised),
                    "rows": [] if self.overview else [self._row(row) for row in records(rows)],
                }
            )
        return found

    def checks(self) -> list[str]:
        """Return what field checks say of the verdicts of the date, as lines."""
        told = self.daily.source.entry["counts"].get("checks") or {}
        points = set(self.points["point_id"])
        if self.township is not None:
            told = {
                "contradict": [c for c in told.get("contradict", ()) if c["point_id"] in points]
            }
        day = self.daily.source.service_date
        return [line.strip() for line in check_lines([day], [told], self.language, self.zone)]

    def todo_counts(self) -> dict[str, int]:
        """Return how many pickups and points were missed, and how many no alert named."""
        rows = self.pickups[(self.pickups["verdict"] == str(Verdict.MISSED)).to_numpy()]
        return {
            "pickups": len(rows),
            "points": int(rows["point_id"].nunique()),
            "unalerted": int((~rows["alerted"].astype(bool)).sum()),
        }

    def _row(self, row: Any) -> dict[str, Any]:
        return {
            "point": row.point_id,
            "name": row.name or self.text("no_name"),
            "township": row.township,
            "town": self.town(row.township),
            "village": row.village,
            "route": getattr(row, "route", ""),
            "window": getattr(row, "window", ""),
            "cause": str(row.cause),
            "label": Cause(row.cause).label(self.language) if row.cause else "",
            "evidence": row.evidence,
            "action": getattr(row, "action", ""),
            "alerted": bool(getattr(row, "alerted", True)),
            "confidence": f"{row.confidence:.2f}",
        }

    def silenced(self) -> list[dict[str, Any]]:
        """Return the false alerts by cause, the most frequent first."""
        routes = self.pickups.drop_duplicates("point_id").set_index("point_id")["route"]
        groups = []
        for entry in records(causes_of(self.alerts, Classification.FALSE)):
            cause = Cause(entry.cause)
            rows = self.alerts[
                ((self.alerts["cause"] == entry.cause) & (self.alerts["classification"] == "false"))
                .to_numpy()
            ]  # fmt: skip
            groups.append(
                {
                    "cause": str(cause),
                    "label": cause.label(self.language),
                    "meaning": cause.meaning(self.language),
                    "alerts": int(entry.alerts),
                    "points": int(entry.points),
                    "action": rows["action"].value_counts().index[0]
                    if rows["action"].nunique() == 1
                    else "",
                    "rows": []
                    if self.overview
                    else [
                        self._row(row)
                        | {"alert": row.alert_id, "route": routes.get(row.point_id, "")}
                        for row in records(rows)
                    ],
                }
            )
        return groups

    def untold(self) -> list[dict[str, Any]]:
        """Return the pickups that cannot be told, by cause."""
        rows = self.pickups[(self.pickups["verdict"] == str(Verdict.UNVERIFIABLE)).to_numpy()]
        groups = []
        for code, count in rows["cause"].value_counts().items():
            cause = Cause(str(code))
            mine = rows[(rows["cause"] == code).to_numpy()]
            groups.append(
                {
                    "cause": str(cause),
                    "label": cause.label(self.language),
                    "meaning": cause.meaning(self.language),
                    "pickups": int(count),
                    "rows": [] if self.overview else [self._row(row) for row in records(mine)],
                }
            )
        return groups

    def devices(self) -> list[dict[str, Any]]:
        """Return the vehicles whose device needs a look, the worst first."""
        pickups = self.pickups[(self.pickups["scheduled_vehicle_id"] != "").to_numpy()]
        silent = {str(c) for c in (Cause.NO_FIXES, Cause.GAP, Cause.POOR_FIXES)}
        untold = pickups["cause"].isin(silent) & (pickups["verdict"] == str(Verdict.UNVERIFIABLE))
        by_vehicle = pickups.assign(untold=untold).groupby("scheduled_vehicle_id")["untold"]
        table = by_vehicle.agg(["sum", "size"])
        heard = self.daily.heard
        clocks: Mapping[str, float] = self.daily.source.entry["counts"].get("clocks", {})
        found = []
        for vehicle, (count, due) in zip(table.index, table.to_numpy().tolist(), strict=True):
            times = heard.get(vehicle) if heard is not None else (None, None)
            clock = clocks.get(vehicle, 0.0)
            if count == 0 and times is not None and not clock:
                continue
            found.append(
                {
                    "vehicle": vehicle,
                    "silent": times is None,
                    "first": _clock(times[0]) if times is not None else "",
                    "last": _clock(times[1]) if times is not None else "",
                    "untold": int(count),
                    "due": int(due),
                    "clock": clock_text(clock, self.language) if clock else "",
                }
            )
        return sorted(found, key=lambda v: (-v["untold"], not v["silent"], v["vehicle"]))

    def corrections(self) -> list[dict[str, Any]]:
        """Return the corrections that wait for a decision, the surest first."""
        waiting = self.fixed[(self.fixed["state"] == "proposed").to_numpy()]
        alerts = self.alerts["point_id"].value_counts()
        return [
            {
                "point": row.point_id,
                "name": row.name or self.text("no_name"),
                "township": row.township,
                "town": self.town(row.township),
                "cause": str(row.cause),
                "label": Cause(row.cause).label(self.language),
                "change": self._change(row),
                "days": int(row.days_seen),
                "confidence": f"{row.confidence:.2f}",
                "alerts": int(alerts.get(row.point_id, 0)),
            }
            for row in records(waiting)
        ]

    def _change(self, row: Any) -> str:
        """Return in words what a correction would change."""
        parts = []
        if not math.isnan(row.offset_m) and row.cause != Cause.TOLERANCE:
            east = (row.proposed_lon - row.recorded_lon) * math.cos(math.radians(row.proposed_lat))
            bearing = math.degrees(math.atan2(east, row.proposed_lat - row.recorded_lat))
            metres = metres_text(row.offset_m, self.language)
            if math.isnan(bearing):
                parts.append(metres)
            else:
                direction = direction_text(bearing, self.language)
                parts.append(self.text("moved", metres=metres, direction=direction))
        if not math.isnan(row.proposed_tolerance_m):
            metres = metres_text(row.proposed_tolerance_m, self.language)
            parts.append(self.text("tolerance_to", metres=metres))
        return "; ".join(parts)

    def decided(self) -> dict[str, int]:
        """Return how many corrections were accepted and rejected."""
        states = self.fixed["state"]
        return {s: int((states == s).sum()) for s in ("accepted", "rejected")}

    def trend(self) -> list[dict[str, Any]]:
        """Return a row a date, the newest first, with the lengths of its bar in per cent."""
        table = self.daily.trend
        most = max(1, int(table["alerts"].max())) if len(table) else 1
        rows = []
        for row in records(table.rename(columns={"false": "false_"}).iloc[::-1]):
            parts, x = [], 0.0
            for kind, count in (
                ("false", row.false_),
                ("genuine", row.genuine),
                ("untold", row.untold),
            ):
                width = 100.0 * count / most
                parts.append({"kind": kind, "x": round(x, 2), "width": round(width, 2)})
                x += width
            rows.append(
                {
                    "date": row.service_date.isoformat(),
                    "due": row.due,
                    "missed": row.missed,
                    "unverifiable": row.unverifiable,
                    "alerts": row.alerts,
                    "false": row.false_,
                    "genuine": row.genuine,
                    "untold": row.untold,
                    "bar": parts,
                }
            )
        return rows

    def chronic(self) -> dict[str, Any]:
        """Return the points that alert again and again, the worst first."""
        rows = [] if len(self.daily.dates) < 2 else list(records(self.often))
        return {
            "more": max(0, len(rows) - CHRONIC_ROWS),
            "dates": len(self.daily.dates),
            "rows": [
                {
                    "point": row.point_id,
                    "name": row.name or self.text("no_name"),
                    "township": row.township,
                    "town": self.town(row.township),
                    "label": Cause(row.cause).label(self.language),
                    "cause": str(row.cause),
                    "days": int(row.days),
                    "marks": [
                        (m, "·" if m == "-" else self.text(f"mark_{m}")) for m in row.marks[-14:]
                    ],
                }
                for row in rows[:CHRONIC_ROWS]
            ],
        }

    def townships(self, pages: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the summary per township; of one township only its row."""
        table = self.daily.townships
        rows = []
        for number, row in enumerate(records(table.rename(columns={"false": "false_"}))):
            total = number == len(table) - 1
            if self.township is not None and (total or row.township != self.township):
                continue
            rows.append(
                {
                    "total": total,
                    "township": self.text("total") if total else self.town(row.township),
                    "page": "" if total else pages.get(row.township, ""),
                    "due": row.due,
                    "collected": row.collected,
                    "missed": row.missed,
                    "unverifiable": row.unverifiable,
                    "rate": _per_cent(row.rate),
                    "alerts": row.alerts,
                    "false": row.false_,
                    "false_rate": _per_cent(row.false_rate),
                    "rank": "" if total or np.isnan(row.rank) else int(row.rank),
                }
            )
        return rows


def _per_cent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f}%"


def _clock(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
