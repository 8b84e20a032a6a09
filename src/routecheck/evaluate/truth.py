"""What is known to have happened: truth.csv, and truth_points.csv beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.errors import Said, UsageError

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
_YES_NO = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


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
    cells, lines = _read_cells(path, REQUIRED)
    given = set(cells.columns)
    for name in COLUMNS:
        if name not in given:
            cells[name] = ""
    dates = _each(cells["service_date"], _date)
    collected = _each(cells["collected"], _yes_no)
    minutes = np.array(
        [_minute(t, d, zone) for t, d in zip(cells["window_start"], dates, strict=True)],
        dtype=object,
    )
    observable = np.array(
        [True if text == "" else _yes_no(text) for text in cells["observable"]], dtype=object
    )
    reasons = np.full(len(cells), "", dtype=object)
    for bad, name in (
        ((cells["point_id"] == "").to_numpy(), "point_id"),
        (_none(dates), "service_date"),
        (_none(collected), "collected"),
        (_none(minutes) & ~_none(dates), "window_start"),
        (_none(observable), "observable"),
    ):
        reasons[bad & (reasons == "")] = name
    table = pd.DataFrame(
        {
            "point_id": cells["point_id"].astype("str"),
            "service_date": pd.Series(dates, dtype=object),
            "start_minute": pd.Series(minutes, dtype=object),
        }
    )
    again = table.duplicated().to_numpy() & (reasons == "")
    reasons[again] = "duplicate"
    good = reasons == ""
    rejected = tuple(
        (int(lines[k]), str(reasons[k]), ",".join(cells[list(COLUMNS)].iloc[k])[:200])
        for k in np.flatnonzero(~good)
    )
    if not good.any():
        why = Said("truth_no_rows")
        if rejected:
            why = Said("truth_bad_row", line=rejected[0][0], why=rejected[0][1])
        raise UsageError("truth_no_row", file=path, why=why)
    pickups = pd.DataFrame(
        {
            "point_id": table["point_id"],
            "service_date": table["service_date"],
            "start_minute": minutes,
            "collected": collected,
            "observable": observable,
            "cause": cells["cause"].astype("str"),
            "vehicle_id": cells["vehicle_id"].astype("str"),
        }
    )[good].reset_index(drop=True)
    pickups = pickups.astype({"start_minute": "int64", "collected": "bool", "observable": "bool"})
    beside = path.with_name("truth_points.csv")
    return Truth(
        zone,
        pickups,
        _read_points(beside) if beside.exists() and beside != path else None,
        observable_known="observable" in given,
        causes_known=bool((pickups["cause"] != "").any()),
        rejected=rejected,
        unusable=len(rejected),
        label=path.name,
    )


def _read_points(path: Path) -> pd.DataFrame:
    cells, _ = _read_cells(path, POINT_REQUIRED)
    if "record_fault" not in cells:
        cells["record_fault"] = ""
    table = pd.DataFrame(
        {
            "point_id": cells["point_id"].astype("str"),
            "lon": pd.to_numeric(cells["lon"], errors="coerce").astype("float64"),
            "lat": pd.to_numeric(cells["lat"], errors="coerce").astype("float64"),
            "record_fault": cells["record_fault"].astype("str"),
        }
    )
    return table[table["point_id"] != ""].drop_duplicates("point_id").reset_index(drop=True)


def _read_cells(path: Path, required: tuple[str, ...]) -> tuple[pd.DataFrame, list[int]]:
    """Return the table as stripped text, and the line of each row."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UsageError("truth_missing", file=path) from None
    except IsADirectoryError:
        raise UsageError("truth_is_folder", file=path) from None
    except OSError as error:
        raise UsageError("file_refused", file=path, reason=error.strerror or error) from None
    wanted = ", ".join(required)
    text = _decoded(data)
    if text is None:
        raise UsageError("truth_no_text", file=path, wanted=wanted)
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[list[str]] = []
    lines: list[int] = []
    header: list[str] | None = None
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in row]
                continue
            rows.append([cell.strip() for cell in row])
            lines.append(reader.line_num)
    except csv.Error as error:
        raise UsageError("truth_no_csv", file=path, line=reader.line_num, reason=error) from None
    missing = [name for name in required if name not in (header or [])]
    if header is None or missing:
        found = ", ".join(header[:12])[:200] if header else Said("nothing")
        raise UsageError(
            "truth_columns", file=path, wanted=wanted, missing=", ".join(missing), found=found
        )
    width = len(header)
    rows = [(row + [""] * width)[:width] for row in rows]
    table = pd.DataFrame(rows, columns=header, dtype="str")
    return table.loc[:, ~table.columns.duplicated()], lines


def _decoded(data: bytes) -> str | None:
    if b"\0" in data[:4096]:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _each(texts: pd.Series, read: Callable[[str], Any]) -> np.ndarray:
    """Read each text, each distinct one once."""
    known = {text: read(text) for text in texts.unique()}
    result = np.empty(len(texts), dtype=object)
    result[:] = [known[text] for text in texts]
    return result


def _none(values: np.ndarray) -> np.ndarray:
    return np.array([value is None for value in values], dtype=bool)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _yes_no(text: str) -> bool | None:
    return _YES_NO.get(text.lower())


def _minute(text: str, day: date | None, zone: ZoneInfo) -> int | None:
    """Minutes by the wall clock after local midnight of the date; -1 of nothing, None of noise."""
    if text == "":
        return -1
    if len(text) <= 5:
        hour, colon, minute = text.partition(":")
        if not (colon and hour.isdigit() and len(minute) == 2 and minute.isdigit()):
            return None
        found = int(hour) * 60 + int(minute)
        return found if int(minute) < 60 and found <= 1440 else None
    if day is None:
        return None
    try:
        moment = pd.Timestamp(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.tz_convert(zone).tz_localize(None)
    return round((moment - pd.Timestamp(day)).total_seconds() / 60)
