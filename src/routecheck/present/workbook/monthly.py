"""The workbook of a month: totals per township, the trend, who alerts chronically."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.codes import Cause, Language, Verdict
from routecheck.present.columns import columns
from routecheck.present.sentences.tables import with_sentences
from routecheck.present.workbook.book import Book
from routecheck.present.workbook.daily import state_key
from routecheck.present.workbook.sheets import causes_sheet, corrections_sheet, township_sheet
from routecheck.queries.monthly_report import MonthlyReport

_DAYS = columns(
    "service_date", "due", "collected", "missed", "unverifiable", "rate", "alerts", "false",
    "genuine", "alerts_unverifiable", "false_rate", "date_state",
)  # fmt: skip
_MISSED = columns(
    "township", "point_id", "name", "window", "scheduled_vehicle_id", "cause", "evidence",
    "action", "alerted", "done", window=24, cause=16, evidence=55,
)  # fmt: skip
_CHRONIC = columns(
    "township", "point_id", "name", "cause", "days", "false", "genuine",
    "dates_unverifiable", "marks", "code", name=22, cause=22, false=9, genuine=9, code=18,
)  # fmt: skip
_WEEKS = columns(
    "week", "days_judged", "week_points", "came", "left", "false", "genuine",
    "dates_unverifiable", "causes", "corrected", "corrections_in_force", false=9, genuine=9,
)  # fmt: skip


def monthly_workbook(
    report: MonthlyReport, *, site: str, language: Language, zone: ZoneInfo
) -> bytes:
    """Return the workbook of a month; the same store gives the same bytes.

    Args:
        report: the month.
        site: name of the site, may be empty.
        language: of all that is written.
        zone: the site's time zone.
    """
    book = Book(language, zone, report.first)
    title = book.text("book_month", month=report.first.strftime("%Y-%m"))
    book.heading = f"{site}  {title}".strip()
    township_sheet(book, report.townships)
    sheet = book.table("sheet_days", _DAYS, _days(report, book))
    book.chart(sheet, "sheet_days", _DAYS, len(report.days))
    book.table("sheet_missed", _MISSED, _missed(report, book))
    causes_sheet(book, report.alerts)
    book.table("sheet_chronic", _CHRONIC, _chronic(report, book))
    weeks = [_week(week, book) for week in report.weeks]
    book.table("sheet_weeks", _WEEKS, pd.DataFrame(weeks, columns=[c.source for c in _WEEKS]))
    corrections_sheet(book, report.corrections)
    return book.close()


def _days(report: MonthlyReport, book: Book) -> pd.DataFrame:
    days = report.days
    decided = days["collected"] + days["missed"]
    return days.assign(
        rate=days["collected"] / decided.where(decided > 0, np.nan),
        false_rate=days["false"] / days["alerts"].where(days["alerts"] > 0, np.nan),
        date_state=[book.text(state_key(report.states[day])) for day in days["service_date"]],
    )


def _missed(report: MonthlyReport, book: Book) -> pd.DataFrame:
    missed = report.pickups[(report.pickups["verdict"] == str(Verdict.MISSED)).to_numpy()]
    missed = missed.sort_values(["window_start", "point_id"], kind="stable")
    ends = zip(missed["window_start"], missed["window_end"], strict=True)
    windows = [
        f"{start.astimezone(book.zone):%Y-%m-%d %H:%M}–{end.astimezone(book.zone):%H:%M}"
        for start, end in ends
    ]
    return with_sentences(missed.assign(window=windows, done=""), None, book.language, book.zone)


def _chronic(report: MonthlyReport, book: Book) -> pd.DataFrame:
    marks = [
        "".join("·" if mark == "-" else book.text(f"mark_{mark}") for mark in row)
        for row in report.chronic["marks"]
    ]
    return report.chronic.assign(marks=marks)


def _week(week: Mapping[str, Any], book: Book) -> dict[str, Any]:
    causes = [
        book.text("week_cause", cause=book.label(cause, Cause), count=count)
        for cause, count in week["causes"].items()
    ]
    return {**week, "causes": ", ".join(causes)}
