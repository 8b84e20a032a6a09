"""The page and the workbook of many sites together: a province."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck import __version__
from routecheck.domain.codes import Language
from routecheck.present.columns import columns
from routecheck.present.files import write_all
from routecheck.present.sentences.figures import day_text
from routecheck.queries.county import County
from routecheck.texts import text

_COLUMNS = columns(
    "county", "service_date", "missed", "unverifiable", "pickups", "false", "alerts",
    "silent_devices", "waiting", "due_dates", "trouble",
)  # fmt: skip


def write_fleet_report(
    counties: Sequence[County],
    directory: Path,
    *,
    name: str,
    language: Language,
    at: pd.Timestamp,
    day: date | None = None,
) -> list[Path]:
    """Write `fleet_D.html` and `fleet_D.xlsx`, and return where.

    Args:
        counties: in the order in which they are shown.
        directory: made where it is missing; links to the pages of sites are relative to it.
        name: of all of them, may be empty.
        language: of both files.
        at: the present.
        day: the service date; None: the last one that any site has.

    Raises:
        ExportError: a file could not be written.
    """
    from routecheck.present.html.page import render_plain

    shown = day or max((one.service_date for one in counties if one.service_date), default=None)
    stem = f"fleet_{shown}" if shown else "fleet"
    page = render_plain(_view(counties, directory, name, language, at, shown), "fleet.html")
    book = _workbook(counties, name, language, shown or at.date())
    return write_all({directory / f"{stem}.html": page, directory / f"{stem}.xlsx": book})


def _view(
    counties: Sequence[County],
    directory: Path,
    name: str,
    language: Language,
    at: pd.Timestamp,
    day: date | None,
) -> dict[str, Any]:
    def t(key: str, **values: object) -> str:
        return text(f"fleet.{key}", language, **values)

    totals = {
        "missed": sum(one.missed for one in counties),
        "unverifiable": sum(one.untold for one in counties),
        "false": sum(one.false_alerts for one in counties),
        "collected": sum(one.pickups - one.missed - one.untold for one in counties),
    }
    tiles = ("missed", "tile_missed"), ("unverifiable", "tile_untold"), ("false", "tile_false")
    return {
        "lang": "zh-CN" if language == "zh" else "en",
        "t": t,
        "site": name,
        "title": t("title", day=day_text(day, language)) if day else t("title_none"),
        "made_at": t("made_at", at=at.tz_convert("UTC").strftime("%Y-%m-%d %H:%M")),
        "tiles": [(kind, totals[kind], t(key)) for kind, key in tiles],
        "counties": [
            {
                "name": one.name,
                "page": _link(one.page, directory),
                "date": "" if one.service_date is None else str(one.service_date),
                "other_date": day is not None and one.service_date != day,
                "judged": one.service_date is not None,
                "missed": one.missed,
                "untold": one.untold,
                "pickups": one.pickups,
                "false": one.false_alerts,
                "alerts": one.raised,
                "silent": len(one.silent),
                "silent_names": ", ".join(one.silent),
                "waiting": one.waiting,
                "trouble": one.trouble,
                "problems": [] if one.trouble else list(one.problems),
            }
            for one in counties
        ],
        "version": __version__,
    }


def _link(page: str, directory: Path) -> str:
    """The address of a page as seen from a folder; empty where there is no page."""
    if not page:
        return ""
    try:
        way = os.path.relpath(page, directory.resolve())
    except ValueError:  # on another drive
        return Path(page).as_uri()
    return quote(Path(way).as_posix())


def _workbook(counties: Sequence[County], name: str, language: Language, day: date) -> bytes:
    from routecheck.present.workbook.book import Book

    book = Book(language, ZoneInfo("UTC"), day)
    title = text("fleet.title", language, day=day_text(day, language))
    book.heading = f"{name}  {title}".strip()
    rows = pd.DataFrame(
        [
            {
                "county": one.name,
                "service_date": one.service_date,
                "missed": one.missed,
                "unverifiable": one.untold,
                "pickups": one.pickups,
                "false": one.false_alerts,
                "alerts": one.raised,
                "silent_devices": len(one.silent),
                "waiting": one.waiting,
                "due_dates": len(one.due),
                "trouble": "\n".join(dict.fromkeys(filter(None, [one.trouble, *one.problems]))),
            }
            for one in counties
        ],
        columns=[column.name for column in _COLUMNS],
    )
    book.table("sheet_counties", _COLUMNS, rows)
    return book.close()
