"""The workbook for the office: a service date, or a month, as spreadsheets people can sort.

Ids are text, nothing from the data is ever a formula, a link or a number by accident; each sheet
has a frozen header, filters where it has rows to filter, and prints on A4 landscape.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.model import messages
from routecheck.model.arrays import records
from routecheck.model.codes import (
    Cause,
    Classification,
    CorrectionState,
    Language,
    RejectReason,
    Verdict,
)
from routecheck.model.report_texts import day_text, duration_text, report_text
from routecheck.reports.daily import Daily
from routecheck.reports.figures import by_date, causes_of, chronic, township_summary

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CELL_LETTERS = 32_000
"""A cell holds 32,767 characters; a longer text is cut."""
MAX_ROWS = 1_048_000
"""Rows of a sheet."""


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


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: heading key, width in characters, kind of its cells."""

    key: str
    width: float
    kind: str = "text"


def _columns(*declared: tuple[str, float] | tuple[str, float, str]) -> list[_Column]:
    return [_Column(*entry) for entry in declared]


_SUMMARY = _columns(
    ("township", 16), ("due", 9, "int"), ("collected", 10, "int"), ("missed", 10, "int"),
    ("unverifiable", 11, "int"), ("rate", 15, "share"), ("rank", 7, "int"),
    ("alerts", 10, "int"), ("false", 10, "int"), ("genuine_short", 10, "int"),
    ("untold_short", 13, "int"), ("false_rate", 12, "share"),
)  # fmt: skip
_MISSED = _columns(
    ("order", 6, "int"), ("township", 12), ("route_id", 11), ("point_id", 11), ("name", 20),
    ("window", 13), ("scheduled", 11), ("cause", 16), ("evidence", 55, "wrap"),
    ("action", 40, "wrap"), ("alerted", 8), ("done", 8),
)  # fmt: skip
_MONTH_MISSED = [column for column in _MISSED if column.key not in ("order", "route_id")]
_ALERTS = _columns(
    ("alert_id", 18), ("township", 12), ("point_id", 11), ("name", 20), ("raised", 17, "time"),
    ("classification", 12), ("cause", 18), ("confidence", 10, "number"), ("vehicle", 11),
    ("arrived", 17, "time"), ("departed", 17, "time"), ("dwell", 10, "number"),
    ("distance", 11, "number"), ("evidence", 60, "wrap"), ("action", 40, "wrap"), ("code", 16),
)  # fmt: skip
_PICKUPS = _columns(
    ("township", 12), ("point_id", 11), ("name", 20), ("route_id", 11),
    ("window_start", 17, "time"), ("window_end", 17, "time"), ("scheduled", 11),
    ("verdict", 12), ("cause", 18), ("confidence", 10, "number"), ("vehicle", 11),
    ("arrived", 17, "time"), ("departed", 17, "time"), ("dwell", 10, "number"),
    ("distance", 11, "number"), ("alerted", 8), ("code", 16),
)  # fmt: skip
_CAUSES = _columns(
    ("cause", 24), ("alerts", 10, "int"), ("share", 9, "share"), ("points_count", 9, "int"),
    ("meaning", 80, "wrap"), ("code", 18),
)  # fmt: skip
_CORRECTIONS = _columns(
    ("township", 12), ("point_id", 11), ("name", 20), ("cause", 20),
    ("recorded_lon", 14, "degrees"), ("recorded_lat", 14, "degrees"),
    ("proposed_lon", 16, "degrees"), ("proposed_lat", 16, "degrees"),
    ("offset_m", 11, "number"), ("proposed_tolerance", 12, "number"), ("days_seen", 10, "int"),
    ("confidence", 10, "number"), ("state", 10), ("code", 16),
)  # fmt: skip
_QUALITY = _columns(("item", 28), ("detail", 52, "wrap"), ("rows", 12, "int"))
_DAYS = _columns(
    ("date", 12, "date"), ("due", 9, "int"), ("collected", 10, "int"), ("missed", 10, "int"),
    ("unverifiable", 11, "int"), ("rate", 15, "share"), ("alerts", 10, "int"),
    ("false", 10, "int"), ("genuine_short", 10, "int"), ("untold_short", 13, "int"),
    ("false_rate", 12, "share"), ("q_state", 14),
)  # fmt: skip
_CHRONIC = _columns(
    ("township", 12), ("point_id", 11), ("name", 22), ("cause", 22), ("chronic_days", 10, "int"),
    ("false", 9, "int"), ("genuine_short", 9, "int"), ("untold_short", 13, "int"),
    ("chronic_marks", 36), ("code", 18),
)  # fmt: skip


def daily_workbook(daily: Daily) -> bytes:
    """Return the workbook of a service date; the same date gives the same bytes."""
    source = daily.source
    book = _Book(source.language, source.zone, source.service_date)
    title = book.text("book_title", day=day_text(source.service_date, source.language))
    book.heading = f"{source.site}  {title}".strip()
    book.table("sheet_summary", _SUMMARY, _summary_rows(daily.townships, book), totals=True)
    book.table("sheet_missed", _MISSED, _missed_rows(daily, book))
    book.table("sheet_alerts", _ALERTS, _alert_rows(daily.alerts, book))
    book.table("sheet_pickups", _PICKUPS, _pickup_rows(daily.pickups, book))
    book.table("sheet_causes", _CAUSES, _cause_rows(daily.alerts, book))
    book.table("sheet_corrections", _CORRECTIONS, _correction_rows(daily.corrections, book))
    book.table("sheet_quality", _QUALITY, _quality_rows(daily, book))
    return book.close()


def monthly_workbook(month: Month) -> bytes:
    """Return the workbook of a month: totals per township, the trend, who alerts chronically."""
    book = _Book(month.language, month.zone, month.first)
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
    days = days.set_index("service_date").reindex(dates, fill_value=0).reset_index(names="service_date")
    often = _named(chronic(alerts, dates), names)
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
    book.table(
        "sheet_corrections", _CORRECTIONS, _correction_rows(_named(month.corrections, names), book)
    )
    return book.close()


# --- rows ------------------------------------------------------------------------------------


def _summary_rows(table: pd.DataFrame, book: _Book) -> list[list[Any]]:
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


def _missed_rows(daily: Daily, book: _Book) -> list[list[Any]]:
    from routecheck.reports.drive import numbered

    rows = numbered(daily.pickups, daily.source.tracks)
    return [
        [
            row.number, row.township, row.route_id, row.point_id, row.name, row.window,
            row.scheduled_vehicle_id, book.cause(row.cause), row.evidence, row.action,
            book.yes(row.alerted), "",
        ]
        for row in records(rows)
    ]  # fmt: skip


def _month_missed(grave: pd.DataFrame, book: _Book) -> list[list[Any]]:
    rows = []
    for row in records(grave.sort_values(["window_start", "point_id"], kind="stable")):
        entry = row._asdict()
        start, end = book.local(row.window_start), book.local(row.window_end)
        rows.append(
            [
                row.township, row.point_id, row.name, f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}",  # noqa: RUF001
                row.scheduled_vehicle_id, book.cause(row.cause),
                messages.evidence(entry, book.language, book.zone),
                messages.action(entry, book.language, book.zone), book.yes(row.alerted), "",
            ]
        )  # fmt: skip
    return rows


def _alert_rows(alerts: pd.DataFrame, book: _Book) -> list[list[Any]]:
    return [
        [
            row.alert_id, row.township, row.point_id, row.name, row.raised_at,
            Classification(row.classification).label(book.language), book.cause(row.cause),
            row.confidence, row.vehicle_id, row.arrived_at, row.departed_at, row.dwell_s,
            row.distance_m, row.evidence, row.action, row.cause,
        ]
        for row in records(alerts)
    ]  # fmt: skip


def _pickup_rows(pickups: pd.DataFrame, book: _Book) -> list[list[Any]]:
    return [
        [
            row.township, row.point_id, row.name, row.route_id, row.window_start, row.window_end,
            row.scheduled_vehicle_id, Verdict(row.verdict).label(book.language),
            book.cause(row.cause), row.confidence, row.vehicle_id, row.arrived_at,
            row.departed_at, row.dwell_s, row.distance_m, book.yes(row.alerted), row.cause,
        ]
        for row in records(pickups)
    ]  # fmt: skip


def _cause_rows(alerts: pd.DataFrame, book: _Book) -> list[list[Any]]:
    table = causes_of(alerts, Classification.FALSE)
    total = float(table["alerts"].sum())
    return [
        [
            book.cause(row.cause), int(row.alerts), row.alerts / total, int(row.points),
            Cause(row.cause).meaning(book.language), row.cause,
        ]
        for row in records(table)
    ]  # fmt: skip


def _correction_rows(corrections: pd.DataFrame, book: _Book) -> list[list[Any]]:
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


def _day_rows(
    days: pd.DataFrame, states: Mapping[date, str], book: _Book
) -> list[list[Any]]:
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


def _chronic_rows(often: pd.DataFrame, book: _Book) -> list[list[Any]]:
    return [
        [
            row.township, row.point_id, row.name, book.cause(row.cause), row.days, row.false_,
            row.genuine, row.untold,
            "".join("·" if m == "-" else book.text(f"mark_{m}") for m in row.marks), row.cause,
        ]
        for row in records(often.rename(columns={"false": "false_"}))
    ]  # fmt: skip


def _quality_rows(daily: Daily, book: _Book) -> list[list[Any]]:
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
        [t("q_clock"), f"{vehicle}: {duration_text(off, book.language)}", None]
        for vehicle, off in sorted(counts.get("clocks", {}).items())
    ]
    untold = daily.pickups[(daily.pickups["verdict"] == str(Verdict.UNVERIFIABLE)).to_numpy()]
    rows += [
        [t("q_untold"), book.cause(cause), int(count)]
        for cause, count in untold["cause"].value_counts().items()
    ]
    return rows


def _names(points: pd.DataFrame) -> pd.DataFrame:
    """Return name and township by point, of its last record."""
    last = points.assign(until=[date.max if pd.isna(d) else d for d in points["valid_to"]])
    last = last.sort_values("until", kind="stable").drop_duplicates("point_id", keep="last")
    return last[["point_id", "name", "township"]]


def _named(df: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    joined = df.assign(point_id=df["point_id"].astype("str")).merge(names, on="point_id", how="left")
    return joined.fillna({"name": "", "township": ""})


# --- the file --------------------------------------------------------------------------------


@dataclass
class _Book:
    """A workbook being written: its formats, its sheets, its language."""

    language: Language
    zone: ZoneInfo
    day: date
    heading: str = ""
    _file: io.BytesIO = field(default_factory=io.BytesIO)
    _formats: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        import xlsxwriter

        self.book: Workbook = xlsxwriter.Workbook(
            self._file,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        font = "Microsoft YaHei" if self.language == "zh" else "Calibri"
        base = {"font_name": font, "font_size": 10, "valign": "top"}
        kinds: Mapping[str, Mapping[str, Any]] = {
            "text": {"num_format": "@"},
            "wrap": {"num_format": "@", "text_wrap": True},
            "int": {"num_format": "0"},
            "number": {"num_format": "0.0##"},
            "share": {"num_format": "0.0%"},
            "degrees": {"num_format": "0.000000"},
            "time": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
            "date": {"num_format": "yyyy-mm-dd", "align": "left"},
        }
        self._formats = {kind: self.book.add_format({**base, **own}) for kind, own in kinds.items()}
        self._formats |= {
            f"{kind}-total": self.book.add_format({**base, **own, "bold": True, "top": 1})
            for kind, own in kinds.items()
        }
        self._formats["head"] = self.book.add_format(
            {
                **base, "bold": True, "text_wrap": True, "bg_color": "#1F4E79",
                "font_color": "#FFFFFF", "valign": "vcenter", "border": 1,
                "border_color": "#FFFFFF",
            }
        )  # fmt: skip
        # The same data give the same bytes: no clock of this machine in the file.
        self.book.set_properties({"created": datetime(self.day.year, self.day.month, self.day.day)})  # noqa: DTZ001

    def text(self, key: str, **values: object) -> str:
        """Return a text in the language of the site."""
        return report_text(key, self.language, **values)

    def cause(self, code: str) -> str:
        """Return the label of a cause, empty for none."""
        return Cause(code).label(self.language) if code else ""

    def yes(self, value: Any) -> str:
        """Return yes or no."""
        return self.text("yes" if value else "no")

    def local(self, moment: datetime) -> datetime:
        """Return a UTC moment as local time without an offset, as spreadsheets have it."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def table(
        self,
        name: str,
        columns: Sequence[_Column],
        rows: Iterable[Sequence[Any]],
        *,
        totals: bool = False,
    ) -> Worksheet:
        """Write a sheet: a header, rows, and where `totals` the last row apart from the rest."""
        sheet = self.book.add_worksheet(self.text(name)[:31])
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width, self._formats[column.kind])
            sheet.write_string(0, number, self.text(column.key), self._formats["head"])
        sheet.set_row(0, 32)
        rows = list(rows)[:MAX_ROWS]
        for r, row in enumerate(rows, start=1):
            last = "-total" if totals and r == len(rows) else ""
            for c, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._cell(sheet, r, c, value, column.kind, last)
        body = len(rows) - (1 if totals else 0)
        if body > 0:
            # The totals stay where they are, whatever is sorted above them.
            sheet.autofilter(0, 0, body, len(columns) - 1)
        sheet.freeze_panes(1, 1 if totals else 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        # An ampersand begins a code in headers.
        title = self.heading.replace("&", "&&")[:200]
        sheet.set_header(f"&L&\"-,Bold\"{title}&R&A")
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(1)
        return sheet

    def _cell(
        self, sheet: Worksheet, r: int, c: int, value: Any, kind: str, last: str
    ) -> None:
        form = self._formats[kind + last]
        if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
            if last:
                sheet.write_blank(r, c, None, form)
        elif kind in ("text", "wrap"):
            sheet.write_string(r, c, _clean(str(value))[:CELL_LETTERS], form)
        elif kind == "time":
            sheet.write_datetime(r, c, self.local(value), form)
        elif kind == "date":
            sheet.write_datetime(r, c, value, form)
        else:
            sheet.write_number(r, c, float(value), form)

    def chart(
        self, sheet: Worksheet, name: str, columns: Sequence[_Column], rows: int
    ) -> None:
        """Draw alerts and misses by date beside their table."""
        if rows < 2:
            return
        keys = [column.key for column in columns]
        page = self.text(name)[:31]
        chart = self.book.add_chart({"type": "column", "subtype": "stacked"})
        colours = {"false": "#1559A6", "genuine_short": "#B3261E", "untold_short": "#D9A441"}
        for key, colour in colours.items():
            c = keys.index(key)
            chart.add_series(
                {
                    "name": [page, 0, c],
                    "categories": [page, 1, 0, rows, 0],
                    "values": [page, 1, c, rows, c],
                    "fill": {"color": colour},
                    "gap": 40,
                }
            )
        chart.set_title({"name": self.text("alerts"), "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        chart.set_x_axis({"date_axis": False, "num_format": "mm-dd"})
        chart.set_size({"width": 900, "height": 300})
        sheet.insert_chart(rows + 2, 0, chart, {"object_position": 3})

    def close(self) -> bytes:
        """Return the file."""
        self.book.close()
        return self._file.getvalue()


def _clean(text: str) -> str:
    """Return a text without what no cell can hold: control characters, lone surrogates."""
    if not text.isprintable():
        text = "".join(ch for ch in text if ch in "\t\n" or ord(ch) >= 32)
    return text.encode("utf-8", errors="replace").decode("utf-8")
