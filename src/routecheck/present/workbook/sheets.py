"""Sheets that the workbooks of a date and of a month have alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.domain.codes import Cause, Classification
from routecheck.present.columns import columns
from routecheck.present.workbook.book import Book
from routecheck.queries.counts import causes_of

_TOWNSHIPS = columns(
    "township", "due", "collected", "missed", "unverifiable", "rate", "rank", "alerts", "false",
    "genuine", "alerts_unverifiable", "false_rate", township=16,
)  # fmt: skip
_CAUSES = columns("cause", "alerts", "share", "points", "meaning", "code", cause=24, code=18)
_CORRECTIONS = columns(
    "township", "point_id", "name", "cause", "recorded_lon", "recorded_lat", "proposed_lon",
    "proposed_lat", "offset_m", "proposed_tolerance_m", "days_seen", "confidence", "state", "code",
    cause=20,
)  # fmt: skip


def township_sheet(book: Book, townships: pd.DataFrame) -> None:
    """Write the counts of each township, and their totals (see `counts.township_summary`)."""
    names = townships["township"].replace("", book.text("no_township"))
    names.iloc[-1] = book.text("total")
    book.table("sheet_summary", _TOWNSHIPS, townships.assign(township=names), totals=True)


def causes_sheet(book: Book, alerts: pd.DataFrame) -> None:
    """Write why alerts were false, the most frequent cause first."""
    table = causes_of(alerts, Classification.FALSE)
    total = float(table["alerts"].sum())
    meanings = [Cause(code).meaning(book.language) for code in table["cause"]]
    shares = table["alerts"].to_numpy(dtype=float) / (total or np.nan)
    book.table("sheet_causes", _CAUSES, table.assign(share=shares, meaning=meanings))


def corrections_sheet(book: Book, corrections: pd.DataFrame) -> None:
    """Write the corrections, those of the highest confidence first."""
    book.table("sheet_corrections", _CORRECTIONS, corrections)
