"""The workbook of a service date."""

from __future__ import annotations

from typing import Any

import pandas as pd

from routecheck.domain.codes import Cause, RejectReason
from routecheck.present.columns import columns
from routecheck.present.daily import Daily
from routecheck.present.sentences.figures import clock_text, day_text
from routecheck.present.workbook.book import Book
from routecheck.present.workbook.sheets import causes_sheet, corrections_sheet, township_sheet

_INCIDENTS = columns(
    "incident", "kind", "vehicle_id", "batch", "from", "until", "pickups", "alerts", "evidence",
    "action", "kind_code", action=45,
)  # fmt: skip
_MISSED = columns(
    "number", "township", "route_id", "point_id", "name", "window", "scheduled_vehicle_id",
    "cause", "evidence", "action", "alerted", "done", cause=16, evidence=55,
)  # fmt: skip
_ALERTS = columns(
    "alert_id", "township", "point_id", "name", "raised_at", "classification", "cause",
    "confidence", "vehicle_id", "arrived_at", "departed_at", "dwell_s", "distance_m", "evidence",
    "action", "code",
)  # fmt: skip
_PICKUPS = columns(
    "township", "point_id", "name", "route_id", "window_start", "window_end",
    "scheduled_vehicle_id", "verdict", "cause", "confidence", "vehicle_id", "arrived_at",
    "departed_at", "dwell_s", "distance_m", "alerted", "code",
)  # fmt: skip
_QUALITY = columns("item", "detail", "rows")


def daily_workbook(daily: Daily) -> bytes:
    """Return the workbook of a service date; the same date gives the same bytes."""
    report = daily.report
    day = report.day.service_date
    book = Book(daily.language, daily.zone, day)
    title = book.text("book_title", day=day_text(day, daily.language))
    book.heading = f"{daily.site}  {title}".strip()
    township_sheet(book, report.townships)
    book.table("sheet_incidents", _INCIDENTS, daily.incidents)
    book.table("sheet_missed", _MISSED, daily.missed.assign(done=""))
    book.table("sheet_alerts", _ALERTS, daily.alerts)
    book.table("sheet_pickups", _PICKUPS, daily.pickups)
    causes_sheet(book, daily.alerts)
    corrections_sheet(book, report.corrections)
    rows = pd.DataFrame(_quality_rows(daily, book), columns=["item", "detail", "rows"])
    book.table("sheet_quality", _QUALITY, rows)
    return book.close()


def _quality_rows(daily: Daily, book: Book) -> list[tuple[str, str, float | None]]:
    """What the data of the date were like: item, detail, count."""
    report, t = daily.report, book.text
    counts, state = report.day.entry["counts"], report.day.entry["state"]
    found: list[tuple[str, Any, float | None]] = [("q_state", t(state_key(state)), None)]
    found += [
        (key, "", counts[name])
        for key, name in (("q_in", "fixes_in"), ("q_kept", "fixes_kept"))
        if name in counts
    ]
    found += [
        ("q_rejected", f"{file}: {book.label(reason, RejectReason)}", count)
        for file, reason, count in report.rejected
    ]
    if report.tracks is not None:
        reported = set(report.tracks["vehicle_id"].unique())
        scheduled = report.pickups["scheduled_vehicle_id"].value_counts()
        found += [
            ("q_silent", str(vehicle), count)
            for vehicle, count in sorted(scheduled.items())
            if vehicle and vehicle not in reported
        ]
    found += [
        ("q_clock", f"{vehicle}: {clock_text(off, daily.language)}", None)
        for vehicle, off in sorted(counts.get("clocks", {}).items())
    ]
    found += [
        ("q_untold", book.label(str(cause), Cause), count)
        for cause, count in daily.unverifiable["cause"].value_counts().items()
    ]
    return [(t(key), detail, count) for key, detail, count in found]


def state_key(state: str) -> str:
    """Return the key of the words for the state of a date."""
    return "final" if state == "final" else "state_provisional"
