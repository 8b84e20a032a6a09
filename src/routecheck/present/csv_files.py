"""The CSV files: UTF-8 with BOM, local times with offset, codes the same in every language.

Each cell is made from what the store holds and nothing else, and rows are sorted, so the same
store gives the same bytes. Columns may be appended at the end of a file, never moved.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.alerts.incidents import Incidents
from routecheck.domain.codes import Language, Verdict
from routecheck.present.files import write_all, write_whole
from routecheck.registry.records import valid_points
from routecheck.store.changes import PointChange

_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*\s*[\t\r\n]")
"""What a spreadsheet may take for a formula, after blanks, the full-width signs of Chinese and
Japanese ones among them. A text that looks guarded is guarded too, so that it can be undone."""

ALERT_COLUMNS = (
    "alert_id", "service_date", "point_id", "name", "township", "raised_at", "classification",
    "cause", "confidence", "vehicle_id", "arrived_at", "departed_at", "dwell_s", "distance_m",
    "evidence", "action", "revised_at", "earlier_verdict",
)  # fmt: skip
PICKUP_COLUMNS = (
    "service_date", "point_id", "name", "township", "window_start", "window_end",
    "scheduled_vehicle_id", "verdict", "cause", "confidence", "vehicle_id", "arrived_at",
    "departed_at", "dwell_s", "distance_m", "alerted", "revised_at", "earlier_verdict",
)  # fmt: skip
CORRECTION_COLUMNS = (
    "point_id", "name", "township", "cause", "recorded_lon", "recorded_lat", "proposed_lon",
    "proposed_lat", "offset_m", "days_seen", "confidence", "evidence", "proposed_tolerance_m",
    "state",
)  # fmt: skip
INCIDENT_COLUMNS = (
    "service_date", "incident", "kind", "vehicle_id", "batch", "from", "until", "pickups",
    "alerts", "evidence", "action", "point_ids",
)  # fmt: skip
REJECTED_COLUMNS = ("file", "row", "reason", "text")
CHANGE_COLUMNS = ("changed_at", "kind", "point_id", "field", "was", "now", "moved_m", "by")
POINT_CHANGES = "points_changed.csv"

_DIGITS = {
    "confidence": 3,
    "distance_m": 1,
    "offset_m": 1,
    "moved_m": 1,
    "proposed_tolerance_m": 1,
    "dwell_s": 1,
    "recorded_lon": 7,
    "recorded_lat": 7,
    "proposed_lon": 7,
    "proposed_lat": 7,
}
"""Digits after the point: a decimetre, a tenth of a second, a centimetre in degrees."""
_TIMES = frozenset(
    {
        "raised_at",
        "arrived_at",
        "departed_at",
        "window_start",
        "window_end",
        "revised_at",
        "from",
        "until",
        "changed_at",
    }
)
_REVISIONS = ("revised_at", "earlier_verdict")
"""Blank where a verdict was never another one, and where the tables do not tell."""


@dataclass(frozen=True)
class DateTables:
    """What is told of one service date.

    Attributes:
        service_date: the date.
        pickups: JUDGEMENTS with `alerted`.
        alerts: CLASSIFIED.
        points: POINTS of all time (or of that date), for names; `valid_*` tell which holds.
        rejected: REJECTED of that date.
        incidents: of that date; None: not told.
        corrections: by point, what has been said of its correction; None: not told.
    """

    service_date: date
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    points: pd.DataFrame
    rejected: pd.DataFrame
    incidents: Incidents | None = None
    corrections: Mapping[str, str] | None = None

    def decided(self, point_id: str) -> str | None:
        """What has been said of the correction of a point; empty: there is none."""
        return None if self.corrections is None else self.corrections.get(point_id, "")


def export_date(
    tables: DateTables, directory: Path, *, language: Language, zone: ZoneInfo
) -> list[Path]:
    """Write the files of a service date and return where they were written.

    Args:
        tables: of that date.
        directory: made where it is missing.
        language: of the sentences; codes and headers are the same in all.
        zone: the site's time zone, in which times are told.

    Raises:
        ExportError: a file could not be written; see `write_all`.
    """
    from routecheck.present.sentences.verdicts import action, evidence

    day = tables.service_date
    known = _names(tables.points, day)
    pickups = _with_names(tables.pickups, known)
    pickups = pickups.sort_values(["point_id", "window_start"], kind="stable")
    alerts = _with_names(tables.alerts, known).sort_values("alert_id", kind="stable")
    rows = _row_mappings(alerts)
    alerts["evidence"] = _texts([evidence(row, language, zone) for row in rows])
    alerts["action"] = _texts(
        [action(row, language, zone, tables.decided(row["point_id"])) for row in rows]
    )
    missed = pickups[(pickups["verdict"] == str(Verdict.MISSED)).to_numpy()]
    rejected = tables.rejected.sort_values(["file", "row"], kind="stable")
    files = {
        "alerts": _content(alerts, ALERT_COLUMNS, zone),
        "pickups": _content(pickups, PICKUP_COLUMNS, zone),
        "missed": _content(missed, PICKUP_COLUMNS, zone),
        "rejected": _content(rejected, REJECTED_COLUMNS, zone),
    }
    if tables.incidents is not None:
        told = _incident_rows(tables, tables.incidents, language, zone)
        files["incidents"] = _content(told, INCIDENT_COLUMNS, zone)
    return write_all({directory / f"{name}_{day}.csv": what for name, what in files.items()})


def _incident_rows(
    tables: DateTables, found: Incidents, language: Language, zone: ZoneInfo
) -> pd.DataFrame:
    """Return a row an incident, with its sentences and the points under it, joined by `|`."""
    from routecheck.present.sentences.incidents import incident_action, incident_text

    rows = _row_mappings(found.table)
    points: list[set[str]] = [set() for _ in rows]
    for of, ids in (
        (found.pickup, tables.pickups["point_id"]),
        (found.alert, tables.alerts["point_id"]),
    ):
        for number, point_id in zip(of.tolist(), ids, strict=True):
            if number >= 0:
                points[number].add(point_id)
    return found.table.assign(
        evidence=_texts([incident_text(row, language, zone) for row in rows]),
        action=_texts([incident_action(row, language, zone) for row in rows]),
        point_ids=_texts(["|".join(sorted(ids)) for ids in points]),
    ).rename(columns={"start": "from", "end": "until"})


def export_corrections(
    corrections: pd.DataFrame,
    points: pd.DataFrame,
    directory: Path,
    *,
    language: Language,
    zone: ZoneInfo,
) -> Path:
    """Write `corrections.csv` (CORRECTIONS, names from POINTS) and return where.

    Raises:
        ExportError: the file could not be written; see `write_all`.
    """
    from routecheck.present.sentences.corrections import correction_evidence

    df = _with_names(corrections, _names(points, None)).sort_values("point_id", kind="stable")
    rows = _row_mappings(df)
    df["evidence"] = _texts([correction_evidence(row, language) for row in rows])
    return write_whole(directory / "corrections.csv", _content(df, CORRECTION_COLUMNS, zone))


def export_rejected_inputs(
    rejected: Mapping[str, pd.DataFrame], directory: Path, *, zone: ZoneInfo
) -> list[Path]:
    """Write `rejected_points.csv` and the like, and return where.

    Args:
        rejected: REJECTED by the name of the input. One without rows is written only over an
            earlier file, which it empties.
        directory: made where it is missing.
        zone: the site's time zone.
    """
    written = []
    for name in sorted(rejected):
        path = directory / f"rejected_{name}.csv"
        if len(rejected[name]) or path.exists():
            df = rejected[name].sort_values(["file", "row"], kind="stable")
            written.append(write_whole(path, _content(df, REJECTED_COLUMNS, zone)))
    return written


def export_point_changes(
    changes: Sequence[tuple[datetime, str, Sequence[PointChange]]],
    directory: Path,
    *,
    zone: ZoneInfo,
) -> Path:
    """Write `points_changed.csv`: what each import of the points file changed, oldest first.

    Raises:
        ExportError: the file could not be written; see `write_all`.
    """
    found = [(at, by, change) for at, by, several in changes for change in several]
    df = pd.DataFrame(
        {
            "changed_at": pd.to_datetime([at for at, _, _ in found], utc=True),
            "by": [by for _, by, _ in found],
            **{
                name: [getattr(change, name) for _, _, change in found]
                for name in ("kind", "point_id", "field", "was", "now")
            },
            "moved_m": np.array(
                [np.nan if c.moved_m is None else c.moved_m for _, _, c in found], dtype=float
            ),
        }
    )
    return write_whole(directory / POINT_CHANGES, _content(df, CHANGE_COLUMNS, zone))


def guarded(text: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _names(points: pd.DataFrame, on: date | None) -> dict[str, tuple[str, str]]:
    """Return name and township by point: of the record that holds, else of the last one."""
    rows = (
        points.drop_duplicates("point_id", keep="last") if on is None else valid_points(points, on)
    )
    columns = (rows[name].tolist() for name in ("point_id", "name", "township"))
    return {point_id: (name, township) for point_id, name, township in zip(*columns, strict=True)}


def _with_names(df: pd.DataFrame, known: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    pairs = [known.get(point_id, ("", "")) for point_id in df["point_id"].tolist()]
    return df.assign(
        name=_texts([name for name, _ in pairs]), township=_texts([place for _, place in pairs])
    )


def _texts(values: Sequence[str]) -> np.ndarray[Any, np.dtype[np.object_]]:
    return np.array(values, dtype=object)


def _row_mappings(df: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in df.columns]
    columns = (column.tolist() for _, column in df.items())
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _content(df: pd.DataFrame, columns: Sequence[str], zone: ZoneInfo) -> bytes:
    cells = [
        [""] * len(df)
        if name in _REVISIONS and name not in df.columns
        else _cells(df[name], name, zone)
        for name in columns
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _cells(values: pd.Series, name: str, zone: ZoneInfo) -> list[str]:
    """Return the cells of a column, blank where unknown."""
    if name in _TIMES:
        stamps = values.to_numpy(dtype="datetime64[us]").tolist()
        # Windows are the same in many rows.
        told = {
            t: t.replace(tzinfo=UTC).astimezone(zone).isoformat(timespec="seconds")
            for t in set(stamps)
            if t is not None
        }
        return [told.get(t, "") for t in stamps]
    form: Callable[[Any], str]
    if name in _DIGITS:
        digits = _DIGITS[name]

        def form(value: Any) -> str:
            return f"{round(value, digits) + 0.0:.{digits}f}"
    elif name == "alerted":

        def form(value: Any) -> str:
            return "true" if value else "false"
    elif name in ("row", "days_seen", "incident", "pickups", "alerts"):

        def form(value: Any) -> str:
            return str(int(value))
    elif name == "service_date":
        form = str
    else:

        def form(value: Any) -> str:
            return guarded(str(value))

    blank = values.isna().tolist()
    return ["" if b else form(v) for v, b in zip(values.tolist(), blank, strict=True)]
