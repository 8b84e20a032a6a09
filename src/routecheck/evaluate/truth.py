"""What is known to have happened: truth.csv, and truth_points.csv beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.errors import Message, UsageError
from routecheck.domain.special_files import require_ordinary
from routecheck.domain.tables import TEXT
from routecheck.sources.cell_values import read_bool, read_date, read_minute

COLUMNS = (
    "point_id",
    "service_date",
    "window_start",
    "collected",
    "vehicle_id",
    "observable",
    "cause",
)
REQUIRED = ("point_id", "service_date", "collected")
POINT_COLUMNS = ("point_id", "lon", "lat", "record_fault")
POINT_REQUIRED = ("point_id", "lon", "lat")


@dataclass(frozen=True)
class Truth:
    """What is known of a site.

    Attributes:
        zone: local time of dates and windows.
        pickups: columns point_id (text), service_date (date), start_minute (int, window by the
            wall clock after local midnight of the service date; -1: none given), collected (bool),
            observable (bool), cause (text, several joined by `|`; empty: none), vehicle_id (text;
            empty: none, or not known).
        points: columns point_id, lon, lat (WGS-84, blank where not given), record_fault (text);
            None where the site has no truth_points.csv.
        observable_known: whether the file says what is observable; where not, all counts as such.
        causes_known: whether the file has causes.
        rejected: line, reason and text of the rows of the file that could not be used.
        unusable: how many rows, or checked pickups, could not be used.
        label: how the file is named to people.
        source: `truth`, or `checks`.
    """

    zone: ZoneInfo
    pickups: pd.DataFrame
    points: pd.DataFrame | None = None
    observable_known: bool = True
    causes_known: bool = True
    rejected: tuple[tuple[int, str, str], ...] = ()
    unusable: int = 0
    label: str = "truth.csv"
    source: str = "truth"


def read_truth(path: Path, zone: ZoneInfo) -> Truth:
    """Read truth.csv, and truth_points.csv where it lies beside it (contract, section 5).

    Rows that cannot be understood, or that repeat a key, are kept apart in `Truth.rejected`.
    Without a column `observable` everything counts as observable.

    Args:
        path: the file; UTF-8 with or without byte-order mark, or GB18030.
        zone: local time of the site, for windows and times without an offset.

    Raises:
        UsageError: there is no such file, it is no table with the columns needed, or no row of
            it can be used; the same for a truth_points.csv that is there.
    """
    path = Path(path)
    cells, lines, given = _read_cells(path, COLUMNS, REQUIRED)
    dates = [_value(read_date, text) for text in cells["service_date"]]
    minutes = [_minute(t, d, zone) for t, d in zip(cells["window_start"], dates, strict=True)]
    observable = cells["observable"].replace("", "true")
    table = cells[["point_id"]].assign(
        service_date=pd.Series(dates, dtype=object),
        start_minute=pd.Series(minutes, dtype=object),
        collected=pd.Series([_value(read_bool, t) for t in cells["collected"]], dtype=object),
        observable=pd.Series([_value(read_bool, t) for t in observable], dtype=object),
        cause=cells["cause"],
        vehicle_id=cells["vehicle_id"],
    )
    reasons = np.full(len(cells), "", dtype=object)
    for bad, reason in (
        (table["point_id"] == "", "point_id"),
        (table["service_date"].isna(), "service_date"),
        (table["collected"].isna(), "collected"),
        (table["start_minute"].isna(), "window_start"),
        (table["observable"].isna(), "observable"),
        (table.duplicated(["point_id", "service_date", "start_minute"]), "duplicate"),
    ):
        reasons[bad.to_numpy() & (reasons == "")] = reason
    good = reasons == ""
    rejected = tuple(
        (lines[k], str(reasons[k]), ",".join(cells.iloc[k])[:200]) for k in np.flatnonzero(~good)
    )
    if not good.any():
        why = Message("truth_no_rows")
        if rejected:
            why = Message("truth_bad_row", line=rejected[0][0], why=rejected[0][1])
        raise UsageError("truth_no_row", file=path, why=why)
    pickups = table[good].reset_index(drop=True)
    beside = path.with_name("truth_points.csv")
    return Truth(
        zone,
        pickups.astype({"start_minute": "int64", "collected": "bool", "observable": "bool"}),
        _read_points(beside) if beside.exists() and beside != path else None,
        observable_known="observable" in given,
        causes_known=bool((pickups["cause"] != "").any()),
        rejected=rejected,
        unusable=len(rejected),
        label=path.name,
    )


def _read_points(path: Path) -> pd.DataFrame:
    cells, _, _ = _read_cells(path, POINT_COLUMNS, POINT_REQUIRED)
    for name in ("lon", "lat"):
        cells[name] = pd.to_numeric(cells[name], errors="coerce").astype("float64")
    return cells[cells["point_id"] != ""].drop_duplicates("point_id").reset_index(drop=True)


def _read_cells(
    path: Path, columns: tuple[str, ...], required: tuple[str, ...]
) -> tuple[pd.DataFrame, list[int], set[str]]:
    """Return columns as stripped text (blank where there are none), lines, and the header."""
    require_ordinary(path, UsageError)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UsageError("truth_missing", file=path) from None
    except IsADirectoryError:
        raise UsageError("truth_is_folder", file=path) from None
    except OSError as error:
        raise UsageError("file_refused", file=path, reason=error.strerror or error) from None
    wanted = ", ".join(required)
    text = None if b"\0" in data[:4096] else _decoded(data)
    if text is None:
        raise UsageError("truth_no_text", file=path, wanted=wanted)
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if any(cells := [cell.strip() for cell in row]):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise UsageError("truth_no_csv", file=path, line=reader.line_num, reason=error) from None
    header = [name.lower() for name in rows[0][1]] if rows else []
    missing = [name for name in required if name not in header]
    if missing:
        given = ", ".join(header[:12])[:200] or Message("nothing")
        raise UsageError(
            "truth_columns", file=path, wanted=wanted, missing=", ".join(missing), found=given
        )
    place = {name: header.index(name) for name in columns if name in header}
    table = pd.DataFrame(
        {name: [_cell(cells, place.get(name)) for _, cells in rows[1:]] for name in columns},
        dtype=TEXT,
    )
    return table, [line for line, _ in rows[1:]], set(header)


def _cell(cells: list[str], place: int | None) -> str:
    return "" if place is None or place >= len(cells) else cells[place]


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return None


def _value(read: Callable[[str], Any], text: str) -> Any:
    """What a text means; None where it means nothing."""
    with suppress(ValueError):
        return read(text)
    return None


def _minute(text: str, day: date | None, zone: ZoneInfo) -> int | None:
    """Minutes by the wall clock after local midnight of the date; -1 of nothing, None of noise."""
    if text == "":
        return -1
    minute: int | None = _value(read_minute, text)
    if minute is not None:
        return minute
    moment: pd.Timestamp | None = _value(pd.Timestamp, text)
    if moment is None or pd.isna(moment) or day is None:
        return None
    if moment.tzinfo is not None:
        moment = moment.tz_convert(zone).tz_localize(None)
    return round((moment - pd.Timestamp(day)).total_seconds() / 60)
