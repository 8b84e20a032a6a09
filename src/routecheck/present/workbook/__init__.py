"""The workbook for the office: a service date, or a month, as spreadsheets people can sort.

Ids are text, nothing from the data is ever a formula, a link or a number by accident; each sheet
has a frozen header, filters where it has rows to filter, and prints on A4 landscape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import (
    Cause,
    Classification,
    CorrectionState,
    IncidentKind,
    Language,
    RejectReason,
    Verdict,
)
from routecheck.present.daily import Daily
from routecheck.present.sentences.figures import clock_text, day_text
from routecheck.present.sentences.verdicts import action, evidence
from routecheck.present.workbook.book import Book, columns
from routecheck.queries.chronic import chronic_points
from routecheck.queries.counts import by_date, causes_of, township_summary
from routecheck.registry.records import valid_points


@dataclass(frozen=True)
class Month:
    """What the store holds of a month.

    Attributes:
        first: first day of the month.
        site: name of the site.
        language: of all that is written.
        zone: the site's time zone.
        entries: the ledger's entries of its dates, in order.
        pickups: JUDGEMENTS of each of these dates.
        alerts: CLASSIFIED of each of these dates.
        points: POINTS of all time.
        corrections: CORRECTIONS, current ones.
        due: days due in the month, by point; None: every date.
        weeks: the last weeks, see `chronic.chronic_weeks`.
    """

    first: date
    site: str
    language: Language
    zone: ZoneInfo
    entries: Sequence[Mapping[str, Any]]
    pickups: Sequence[pd.DataFrame]
    alerts: Sequence[pd.DataFrame]
    points: pd.DataFrame
    corrections: pd.DataFrame
    due: pd.Series | None = None
    weeks: Sequence[Mapping[str, Any]] = ()


_SUMMARY = columns(
    ("township", 16), ("due", 9, "int"), ("collected", 10, "int"), ("missed", 10, "int"),
    ("unverifiable", 11, "int"), ("rate", 15, "share"), ("rank", 7, "int"),
    ("alerts", 10, "int"), ("false", 10, "int"), ("genuine_short", 10, "int"),
    ("untold_short", 13, "int"), ("false_rate", 12, "share"),
)  # fmt: skip
_INCIDENTS = columns(
    ("order", 6, "int"), ("kind", 24), ("vehicle", 11), ("batch", 16), ("since", 17, "time"),
    ("until", 17, "time"), ("pickups", 10, "int"), ("alerts", 10, "int"),
    ("evidence", 60, "wrap"), ("action", 45, "wrap"), ("code", 18),
)  # fmt: skip
_MISSED = columns(
    ("order", 6, "int"), ("township", 12), ("route_id", 11), ("point_id", 11), ("name", 20),
    ("window", 13), ("scheduled", 11), ("cause", 16), ("evidence", 55, "wrap"),
    ("action", 40, "wrap"), ("alerted", 8), ("done", 8),
)  # fmt: skip
_MONTH_MISSED = [column for column in _MISSED if column.key not in ("order", "route_id")]
_ALERTS = columns(
    ("alert_id", 18), ("township", 12), ("point_id", 11), ("name", 20), ("raised", 17, "time"),
    ("classification", 12), ("cause", 18), ("confidence", 10, "number"), ("vehicle", 11),
    ("arrived", 17, "time"), ("departed", 17, "time"), ("dwell", 10, "number"),
    ("distance", 11, "number"), ("evidence", 60, "wrap"), ("action", 40, "wrap"), ("code", 16),
)  # fmt: skip
_PICKUPS = columns(
    ("township", 12), ("point_id", 11), ("name", 20), ("route_id", 11),
    ("window_start", 17, "time"), ("window_end", 17, "time"), ("scheduled", 11),
    ("verdict", 12), ("cause", 18), ("confidence", 10, "number"), ("vehicle", 11),
    ("arrived", 17, "time"), ("departed", 17, "time"), ("dwell", 10, "number"),
    ("distance", 11, "number"), ("alerted", 8), ("code", 16),
)  # fmt: skip
_CAUSES = columns(
    ("cause", 24), ("alerts", 10, "int"), ("share", 9, "share"), ("points_count", 9, "int"),
    ("meaning", 80, "wrap"), ("code", 18),
)  # fmt: skip
_CORRECTIONS = columns(
    ("township", 12), ("point_id", 11), ("name", 20), ("cause", 20),
    ("recorded_lon", 14, "degrees"), ("recorded_lat", 14, "degrees"),
    ("proposed_lon", 16, "degrees"), ("proposed_lat", 16, "degrees"),
    ("offset_m", 11, "number"), ("proposed_tolerance", 12, "number"), ("days_seen", 10, "int"),
    ("confidence", 10, "number"), ("state", 10), ("code", 16),
)  # fmt: skip
_QUALITY = columns(("item", 28), ("detail", 52, "wrap"), ("rows", 12, "int"))
_DAYS = columns(
    ("date", 12, "date"), ("due", 9, "int"), ("collected", 10, "int"), ("missed", 10, "int"),
    ("unverifiable", 11, "int"), ("rate", 15, "share"), ("alerts", 10, "int"),
    ("false", 10, "int"), ("genuine_short", 10, "int"), ("untold_short", 13, "int"),
    ("false_rate", 12, "share"), ("q_state", 14),
)  # fmt: skip
_CHRONIC = columns(
    ("township", 12), ("point_id", 11), ("name", 22), ("cause", 22), ("chronic_days", 10, "int"),
    ("false", 9, "int"), ("genuine_short", 9, "int"), ("untold_short", 13, "int"),
    ("chronic_marks", 36), ("code", 18),
)  # fmt: skip
_WEEKS = columns(
    ("week", 11), ("week_days", 10, "int"), ("week_points", 13, "int"), ("week_came", 9, "int"),
    ("week_left", 9, "int"), ("false", 9, "int"), ("genuine_short", 9, "int"),
    ("untold_short", 13, "int"), ("week_causes", 60, "wrap"), ("week_corrected", 15, "int"),
    ("week_in_force", 15, "int"),
)  # fmt: skip


def daily_workbook(daily: Daily) -> bytes:
    """Return the workbook of a service date; the same date gives the same bytes."""
    source = daily.source
    book = Book(source.language, source.zone, source.service_date)
    title = book.text("book_title", day=day_text(source.service_date, source.language))
    book.heading = f"{source.site}  {title}".strip()
    book.table("sheet_summary", _SUMMARY, _summary_rows(daily.townships, book), totals=True)
    book.table("sheet_incidents", _INCIDENTS, _incident_rows(daily, book))
    book.table("sheet_missed", _MISSED, _missed_rows(daily, book))
    book.table("sheet_alerts", _ALERTS, _alert_rows(daily.alerts, book))
    book.table("sheet_pickups", _PICKUPS, _pickup_rows(daily.pickups, book))
    book.table("sheet_causes", _CAUSES, _cause_rows(daily.alerts, book))
    book.table("sheet_corrections", _CORRECTIONS, _correction_rows(daily.corrections, book))
    book.table("sheet_quality", _QUALITY, _quality_rows(daily, book))
    return book.close()


def monthly_workbook(month: Month) -> bytes:
    """Return the workbook of a month: totals per township, the trend, who alerts chronically."""
    book = Book(month.language, month.zone, month.first)
    title = book.text("book_month", month=month.first.strftime("%Y-%m"))
    book.heading = f"{month.site}  {title}".strip()
    names = _names(month.points)
    pickups = _named(pd.concat(month.pickups, ignore_index=True), names)
    alerts = _named(pd.concat(month.alerts, ignore_index=True), names)
    counted = pickups.groupby(["service_date", "verdict"]).size().reset_index(name="pickups")
    days = by_date(counted, alerts)
    states = {entry["service_date"]: entry["state"] for entry in month.entries}
    # A date on which nothing was due still belongs to the month.
    dates = sorted(states)
    days = (
        days.set_index("service_date")
        .reindex(dates, fill_value=0)
        .reset_index(names="service_date")
    )
    often = _named(chronic_points(alerts, dates, month.due), names)
    grave = pickups[(pickups["verdict"] == str(Verdict.MISSED)).to_numpy()]

    book.table(
        "sheet_summary", _SUMMARY, _summary_rows(township_summary(pickups, alerts), book),
        totals=True,
    )  # fmt: skip
    sheet = book.table("sheet_days", _DAYS, _day_rows(days, states, book))
    book.chart(sheet, "sheet_days", _DAYS, len(days))
    book.table("sheet_missed", _MONTH_MISSED, _month_missed(grave, book))
    book.table("sheet_causes", _CAUSES, _cause_rows(alerts, book))
    book.table("sheet_chronic", _CHRONIC, _chronic_rows(often, book))
    book.table("sheet_weeks", _WEEKS, _week_rows(month.weeks, book))
    book.table(
        "sheet_corrections", _CORRECTIONS, _correction_rows(_named(month.corrections, names), book)
    )
    return book.close()


# --- rows ------------------------------------------------------------------------------------


def _summary_rows(table: pd.DataFrame, book: Book) -> list[list[Any]]:
    rows = []
    for number, row in enumerate(records(table.rename(columns={"false": "false_"}))):
        total = number == len(table) - 1
        name = book.text("total") if total else row.township or book.text("no_township")
        rows.append(
            [
                name, row.due, row.collected, row.missed, row.unverifiable, row.rate, row.rank,
                row.alerts, row.false_, row.genuine, row.untold, row.false_rate,
            ]
        )  # fmt: skip
    return rows


def _incident_rows(daily: Daily, book: Book) -> list[list[Any]]:
    return [
        [
            row.incident, IncidentKind(row.kind).label(book.language), row.vehicle_id, row.batch,
            row.start, row.end, row.pickups, row.alerts, row.evidence, row.action, row.kind,
        ]
        for row in records(daily.incidents)
    ]  # fmt: skip


def _missed_rows(daily: Daily, book: Book) -> list[list[Any]]:
    from routecheck.queries.drive_order import numbered

    rows = numbered(daily.pickups, daily.depot)
    return [
        [
            row.number, row.township, row.route_id, row.point_id, row.name, row.window,
            row.scheduled_vehicle_id, book.cause(row.cause), row.evidence, row.action,
            book.yes(row.alerted), "",
        ]
        for row in records(rows)
    ]  # fmt: skip


def _month_missed(grave: pd.DataFrame, book: Book) -> list[list[Any]]:
    rows = []
    for row in records(grave.sort_values(["window_start", "point_id"], kind="stable")):
        entry = row._asdict()
        start, end = book.local(row.window_start), book.local(row.window_end)
        rows.append(
            [
                row.township, row.point_id, row.name, f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}",
                row.scheduled_vehicle_id, book.cause(row.cause),
                evidence(entry, book.language, book.zone),
                action(entry, book.language, book.zone), book.yes(row.alerted), "",
            ]
        )  # fmt: skip
    return rows


def _alert_rows(alerts: pd.DataFrame, book: Book) -> list[list[Any]]:
    return [
        [
            row.alert_id, row.township, row.point_id, row.name, row.raised_at,
            Classification(row.classification).label(book.language), book.cause(row.cause),
            row.confidence, row.vehicle_id, row.arrived_at, row.departed_at, row.dwell_s,
            row.distance_m, row.evidence, row.action, row.cause,
        ]
        for row in records(alerts)
    ]  # fmt: skip


def _pickup_rows(pickups: pd.DataFrame, book: Book) -> list[list[Any]]:
    return [
        [
            row.township, row.point_id, row.name, row.route_id, row.window_start, row.window_end,
            row.scheduled_vehicle_id, Verdict(row.verdict).label(book.language),
            book.cause(row.cause), row.confidence, row.vehicle_id, row.arrived_at,
            row.departed_at, row.dwell_s, row.distance_m, book.yes(row.alerted), row.cause,
        ]
        for row in records(pickups)
    ]  # fmt: skip


def _cause_rows(alerts: pd.DataFrame, book: Book) -> list[list[Any]]:
    table = causes_of(alerts, Classification.FALSE)
    total = float(table["alerts"].sum())
    return [
        [
            book.cause(row.cause), int(row.alerts), row.alerts / total, int(row.points),
            Cause(row.cause).meaning(book.language), row.cause,
        ]
        for row in records(table)
    ]  # fmt: skip


def _correction_rows(corrections: pd.DataFrame, book: Book) -> list[list[Any]]:
    rows = corrections.sort_values(["confidence", "point_id"], ascending=[False, True])
    return [
        [
            row.township, row.point_id, row.name, book.cause(row.cause), row.recorded_lon,
            row.recorded_lat, row.proposed_lon, row.proposed_lat, row.offset_m,
            row.proposed_tolerance_m, row.days_seen, row.confidence,
            CorrectionState(row.state).label(book.language), row.cause,
        ]
        for row in records(rows)
    ]  # fmt: skip


def _day_rows(days: pd.DataFrame, states: Mapping[date, str], book: Book) -> list[list[Any]]:
    rows = []
    for row in records(days.rename(columns={"false": "false_"})):
        told = row.collected + row.missed
        state = "final" if states[row.service_date] == "final" else "state_provisional"
        rows.append(
            [
                row.service_date, row.due, row.collected, row.missed, row.unverifiable,
                row.collected / told if told else None, row.alerts, row.false_, row.genuine,
                row.untold, row.false_ / row.alerts if row.alerts else None, book.text(state),
            ]
        )  # fmt: skip
    return rows


def _chronic_rows(often: pd.DataFrame, book: Book) -> list[list[Any]]:
    return [
        [
            row.township, row.point_id, row.name, book.cause(row.cause), row.days, row.false_,
            row.genuine, row.untold,
            "".join("·" if m == "-" else book.text(f"mark_{m}") for m in row.marks), row.cause,
        ]
        for row in records(often.rename(columns={"false": "false_"}))
    ]  # fmt: skip


def _week_rows(weeks: Sequence[Mapping[str, Any]], book: Book) -> list[list[Any]]:
    return [
        [
            week["week"], week["days_judged"], week["points"], week["came"], week["left"],
            week["false"], week["genuine"], week["unverifiable"],
            ", ".join(
                book.text("week_cause", cause=book.cause(cause), count=n)
                for cause, n in week["causes"].items()
            ),
            week["corrected"], week["corrections_in_force"],
        ]
        for week in weeks
    ]  # fmt: skip


def _quality_rows(daily: Daily, book: Book) -> list[list[Any]]:
    source = daily.source
    counts, t = source.entry["counts"], book.text
    state = "final" if source.entry["state"] == "final" else "state_provisional"
    rows: list[list[Any]] = [[t("q_state"), t(state), None]]
    rows += [
        [t(key), "", counts[name]]
        for key, name in (("q_in", "fixes_in"), ("q_kept", "fixes_kept"))
        if name in counts
    ]
    rows += [
        [t("q_rejected"), f"{file}: {RejectReason(reason).label(book.language)}", count]
        for file, reason, count in source.rejected
    ]
    if source.tracks is not None:
        heard = set(source.tracks["vehicle_id"].astype("str"))
        scheduled = daily.pickups["scheduled_vehicle_id"].value_counts()
        rows += [
            [t("q_silent"), str(vehicle), int(count)]
            for vehicle, count in sorted(scheduled.items())
            if vehicle and vehicle not in heard
        ]
    rows += [
        [t("q_clock"), f"{vehicle}: {clock_text(off, book.language)}", None]
        for vehicle, off in sorted(counts.get("clocks", {}).items())
    ]
    untold = daily.pickups[(daily.pickups["verdict"] == str(Verdict.UNVERIFIABLE)).to_numpy()]
    rows += [
        [t("q_untold"), book.cause(str(cause)), int(count)]
        for cause, count in untold["cause"].value_counts().items()
    ]
    return rows


def _names(points: pd.DataFrame) -> pd.DataFrame:
    """Return name and township by point, of its last record."""
    return valid_points(points, date.max)[["point_id", "name", "township"]]


def _named(df: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    joined = df.assign(point_id=df["point_id"].astype("str")).merge(
        names, on="point_id", how="left"
    )
    return joined.fillna({"name": "", "township": ""})
