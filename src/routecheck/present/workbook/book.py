"""A workbook being written: sheets that sort, filter and print, and hold no live formulas.

Ids are text, and nothing from the data is ever a formula, a link or a number by accident.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import Code, Language
from routecheck.present.columns import Column
from routecheck.present.terminal import width
from routecheck.texts import text
from routecheck.texts.outside import fit, fit_lines

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CELL_LETTERS = 32_000
"""A cell holds 32,767 characters; a longer text is cut."""
MAX_ROWS = 1_048_000
"""Rows of a sheet."""
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001
"""Sheets have dates and times as days since then."""
_WRITTEN = frozenset({"text", "wrap", "bool"})
"""Kinds of columns whose cells are texts."""

_FONTS: Mapping[Language, tuple[str, float]] = {
    "en": ("Calibri", 13.0),
    "zh": ("Microsoft YaHei", 16.5),
}
"""The font of a language, and the height of a line of it in points."""
_MOST_PT = 409.0
"""The greatest height of a row."""


@dataclass
class Book:
    """A workbook being written: its formats, its sheets, its language."""

    language: Language
    zone: ZoneInfo
    day: date
    heading: str = ""
    _line_pt: float = 0.0
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
        font, self._line_pt = _FONTS[self.language]
        base = {"font_name": font, "font_size": 10, "valign": "top"}
        kinds: Mapping[str, Mapping[str, Any]] = {
            "text": {"num_format": "@"},
            "bool": {"num_format": "@"},
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
        return text(f"report.{key}", self.language, **values)

    def label(self, code: str, codes: type[Code]) -> str:
        """Return the label of a code, empty for none."""
        return codes(code).label(self.language) if code else ""

    def table(
        self, name: str, shown: Sequence[Column], rows: pd.DataFrame, *, totals: bool = False
    ) -> Worksheet:
        """Write a sheet: a header and rows.

        Args:
            name: key of the sheet's name.
            shown: its columns.
            rows: a table that has them.
            totals: the last row holds totals, and stays apart from the rest.
        """
        sheet = self.book.add_worksheet(self.text(name)[:31])
        rows = rows.iloc[:MAX_ROWS]
        lines: dict[int, int] = {}
        for c, column in enumerate(shown):
            sheet.set_column(c, c, column.width, self._formats[column.kind])
            sheet.write_string(0, c, self.text(column.heading), self._formats["head"])
            write = sheet.write_string if column.kind in _WRITTEN else sheet.write_number
            cells = self._cells(rows[column.source], column)
            if totals:
                total, form = cells.pop(), self._formats[f"{column.kind}-total"]
                if total is None:
                    sheet.write_blank(len(rows), c, None, form)
                else:
                    write(len(rows), c, total, form)
            form = self._formats[column.kind]
            for r, cell in enumerate(cells, start=1):
                if cell is not None:
                    write(r, c, cell, form)
            if column.kind == "wrap":
                for r, cell in enumerate(cells, start=1):
                    lines[r] = max(lines.get(r, 1), _lines(cell, column.width))
        for r, count in lines.items():
            if count > 1:
                sheet.set_row(r, min(count * self._line_pt + 1.5, _MOST_PT))
        sheet.set_row(0, 32)
        body = len(rows) - (1 if totals else 0)
        if body > 0:
            # The totals stay where they are, whatever is sorted above them.
            sheet.autofilter(0, 0, body, len(shown) - 1)
        sheet.freeze_panes(1, 1 if totals else 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        # An ampersand begins a code in headers.
        title = fit(self.heading).replace("&", "&&")[:200]
        sheet.set_header(f'&L&"-,Bold"{title}&R&A')
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(1)
        return sheet

    def _cells(self, values: pd.Series, column: Column) -> list[Any]:
        """Return the cells of a column as a sheet has them: texts or numbers, None where blank."""
        if column.kind == "time":
            moments = pd.to_datetime(values, utc=True)
            local = moments.dt.tz_convert(self.zone).dt.tz_localize(None)
            days = (local - _FIRST_DAY) / pd.Timedelta(days=1)
            return [None if day != day else day for day in days.tolist()]
        known = {value for value in values.tolist() if not (value is None or value != value)}
        cells = {value: self._cell(value, column) for value in known}
        return [cells.get(value) for value in values.tolist()]

    def _cell(self, value: Any, column: Column) -> str | float:
        match column.kind:
            case "text" | "wrap":
                words = str(value) if column.codes is None else self.label(value, column.codes)
                return (fit if column.kind == "text" else fit_lines)(words)[:CELL_LETTERS]
            case "bool":
                return self.text("yes" if value else "no")
            case "date":
                return float((value - _FIRST_DAY.date()).days)
            case _:
                return float(value)

    def chart(self, sheet: Worksheet, name: str, shown: Sequence[Column], rows: int) -> None:
        """Draw the alerts of each date below their table, by what they were worth."""
        if rows < 2:
            return
        names = [column.name for column in shown]
        page = self.text(name)[:31]
        chart = self.book.add_chart({"type": "column", "subtype": "stacked"})
        colours = {"false": "#1559A6", "genuine": "#B3261E", "alerts_unverifiable": "#D9A441"}
        for column, colour in colours.items():
            c = names.index(column)
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


def _lines(words: str | None, letters: float) -> int:
    """Return in how many lines a text stands in a column so many letters wide.

    Excel and WPS find the height of a row with wrapped text when they open a file; LibreOffice
    takes what the file says, and prints what does not fit over the next row. The width of a
    column counts digits of a larger font: letters take a sixth less on average, also those of the
    wider fonts that stand in for a missing one, which is room for lines that end between words.
    """
    parts = (words or "").split("\n")
    return sum(max(1, math.ceil(width(part) / letters)) for part in parts)
