"""Import templates: for each kind of table its headers, an example row, and what each cell means.

As CSV with the canonical headers, and as an Excel workbook in the language of the site: a sheet to
fill in, whose columns check what is entered, and a sheet that explains them. Both can be read back
as they are.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from routecheck.domain.input_columns import INPUT_COLUMNS, InputColumn
from routecheck.texts import Language, text

EXAMPLES: Mapping[str, str] = {
    "points": "P001,Bridge Street 4,Longtan,Wujiang,108.767200,28.841100,,2026-01-01,",
    "schedule": "P001,V01,1234567,06:00,09:00,2026-01-01,,,R1",
    "fixes": "V01,2026-03-01T06:12:30,108.767230,28.841080,0,90,2026-03-01T06:12:33",
    "alerts": "A0001,P001,2026-03-01,2026-03-01T10:00:00,06:00",
    "vehicles": "T13800001,V01,2026-01-01,",
    "calendar": "2026-02-17,Longtan,,false",
    "checks": "P001,2026-03-01,06:00,true,Li Na",
}
"""A row for each template, in the order of its columns."""

_LAST_ROW = 5000
"""How far down the cells of a template check what is entered."""
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
"""Characters in the notes that Excel shows at a cell."""


def template_columns(table: str) -> list[InputColumn]:
    """Return the columns of the template for a kind of table, in order."""
    return [column for column in INPUT_COLUMNS[table] if column.template]


def headers_line(table: str) -> str:
    """Return the line of canonical headers of a CSV template."""
    return ",".join(column.name for column in template_columns(table)) + "\n"


def csv_template(table: str) -> str:
    """Return a CSV template with its example row."""
    return f"{headers_line(table)}{EXAMPLES[table]}\n"


def workbook_template(table: str, language: Language) -> bytes:
    """Return a workbook with a sheet to fill in, and one that explains it."""
    import xlsxwriter

    def word(key: str) -> str:
        return text(f"templates.{key}", language, table=table)

    columns = template_columns(table)
    headers = [c.aliases[0] if language == "zh" else c.name for c in columns]
    meanings = [text(f"columns.{c.name}", language, table=table) for c in columns]
    examples = EXAMPLES[table].split(",")
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_numbers": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DDE8F0", "border": 1})
        needed = book.add_format({"bold": True, "bg_color": "#F6DDB8", "border": 1})
        as_text = book.add_format({"num_format": "@"})
        fold = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(word("sheet"))
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            number = column.kind == "number"
            sheet.set_column(at, at, 16, None if number else as_text)
            sheet.write_string(0, at, headers[at], needed if column.required else bold)
            if number and examples[at]:
                sheet.write_number(1, at, float(examples[at]))
            else:
                sheet.write_string(1, at, examples[at], as_text)
            if column.kind != "text":
                notes = {
                    "input_title": headers[at][:_LONGEST_TITLE],
                    "input_message": meanings[at][:_LONGEST_MESSAGE],
                    "error_title": headers[at][:_LONGEST_TITLE],
                }
                sheet.data_validation(1, at, _LAST_ROW, at, _rule(column, language) | notes)
        sheet = book.add_worksheet(word("explained"))
        sheet.set_column(0, 1, 18)
        sheet.set_column(2, 2, 10)
        sheet.set_column(3, 4, 44)
        sheet.merge_range(0, 0, 0, 4, word("about"), fold)
        sheet.set_row(0, 80)
        for at, key in enumerate(("column", "name", "required", "meaning", "example")):
            sheet.write_string(2, at, word(key), bold)
        for n, column in enumerate(columns):
            must = word("yes" if column.required else "no")
            for at, cell in enumerate((headers[n], column.name, must, meanings[n], examples[n])):
                sheet.write_string(3 + n, at, cell)
    return data.getvalue()


def _rule(column: InputColumn, language: Language) -> dict[str, object]:
    """What the cells of a column accept."""
    if column.bounds is not None:
        low, high = column.bounds
        limits = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
        wanted = text("templates.number_wanted", language, low=low, high=high)
        return limits | {"error_message": wanted}
    if column.kind == "date":
        # Text and true dates are both read; what is neither is refused at once.
        limits = {"validate": "length", "criteria": "between", "minimum": 5, "maximum": 19}
    else:
        limits = {"validate": "list", "source": ["true", "false"]}
    return limits | {"error_message": text(f"templates.{column.kind}_wanted", language)}
