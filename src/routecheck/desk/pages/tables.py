"""The table of a page as a file: CSV as the exports have it, or a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

import pandas as pd
from starlette.responses import Response

from routecheck.desk.visit import Visit
from routecheck.present.columns import Column
from routecheck.present.csv_files import as_csv

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(
    visit: Visit,
    table: pd.DataFrame,
    shown: Sequence[Column],
    stem: str,
    day: date,
    *,
    heading: str,
    sheet: str,
) -> Response:
    """Return the table of a page in the form that was asked for.

    Args:
        visit: who asks; `visit.as_table` says for what.
        table: has the columns.
        shown: columns, in order.
        stem: name of the file, without its ending.
        day: the workbook is marked as made on it: the same data give the same bytes.
        heading: stands above each page of the workbook.
        sheet: key of the name of its sheet.
    """
    zone = visit.site.config.time_zone
    if visit.as_table == "csv":
        return attached(as_csv(table, shown, zone), f"{stem}.csv")
    from routecheck.present.workbook.book import Book

    book = Book(visit.language, zone, day)
    book.heading = f"{visit.site.config.site.name}  {heading}".strip()
    book.table(sheet, [column for column in shown if column.heading], table)
    return attached(book.close(), f"{stem}.xlsx")


def attached(content: bytes, name: str) -> Response:
    """Return a file to be saved."""
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else XLSX
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    disposition = f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, headers={"content-type": kind, "content-disposition": disposition})
