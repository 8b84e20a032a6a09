"""The CSV files: UTF-8 with BOM, local times with offset, codes the same in every language.

Each cell is made from what the store holds and nothing else, and rows are sorted, so the same
store gives the same bytes. Columns may be appended at the end of a file, never moved.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import Language, Verdict
from routecheck.present.columns import Column, columns
from routecheck.present.files import write_all, write_whole
from routecheck.present.sentences.corrections import correction_evidence
from routecheck.present.sentences.tables import DateInWords, mappings, with_sentences
from routecheck.queries.service_date import with_names
from routecheck.registry.records import valid_points
from routecheck.store.point_changes import PointChange
from routecheck.texts.outside import fit

_FORMULA = re.compile("'*[\\s\ufffd\u2400-\u2426\u200c\u200d]*[=+\\-@＝＋－＠]")
"""What a spreadsheet may take for a formula, after blanks and what stands for characters without
width; the full-width signs of Chinese and Japanese ones among them. A text that looks guarded is
guarded too, so that it can be undone."""

ALERTS = columns(
    "alert_id", "service_date", "point_id", "name", "township", "raised_at", "classification",
    "cause", "confidence", "vehicle_id", "arrived_at", "departed_at", "dwell_s", "distance_m",
    "evidence", "action", "revised_at", "earlier_verdict",
)  # fmt: skip
PICKUPS = columns(
    "service_date", "point_id", "name", "township", "window_start", "window_end",
    "scheduled_vehicle_id", "verdict", "cause", "confidence", "vehicle_id", "arrived_at",
    "departed_at", "dwell_s", "distance_m", "alerted", "revised_at", "earlier_verdict",
)  # fmt: skip
MISSED = [
    *PICKUPS,
    *columns("route_id", "village", "lon", "lat", "evidence", "action"),
]
"""The list to act on: where to drive (WGS-84, where the point is judged to be), and why."""
CORRECTIONS = columns(
    "point_id", "name", "township", "cause", "recorded_lon", "recorded_lat", "proposed_lon",
    "proposed_lat", "offset_m", "days_seen", "confidence", "evidence", "proposed_tolerance_m",
    "state",
)  # fmt: skip
INCIDENTS = columns(
    "service_date", "incident", "kind", "vehicle_id", "batch", "from", "until", "pickups",
    "alerts", "evidence", "action", "point_ids",
)  # fmt: skip
WHEREABOUTS = columns(
    "point_id", "lon", "lat", "uncertainty_m", "confidence", "basis", "offset_m", "days_seen",
    "days_due",
)  # fmt: skip
EPISODES = columns(
    "service_date", "point_id", "window_start", "vehicle_id", "scheduled", "kind", "start", "end",
    "outside_s", "distance_m", "tolerance_m", "dwell_s", "dwell_max_s", "usual_stand_s", "fixes",
    "interval_s", "scatter_m", "place", "place_probability", "served_point_id", "fault", "decisive",
)  # fmt: skip
REJECTED = columns("file", "row", "reason", "text")
CHANGES = columns("changed_at", "kind", "point_id", "field", "was", "now", "moved_m", "by")
POINT_CHANGES = "points_changed.csv"


def export_date(words: DateInWords, rejected: pd.DataFrame | None, directory: Path) -> list[Path]:
    """Write the files of a service date and return where they were written.

    Args:
        words: the date; codes and headers are the same in all languages.
        rejected: REJECTED of that date; None: not to be written.
        directory: made where it is missing.

    Raises:
        ExportError: a file could not be written; see `write_all`.
    """
    day, zone = words.day, words.zone
    pickups = day.named_pickups.sort_values(["point_id", "window_start"], kind="stable")
    alerts = words.alerts.sort_values("alert_id", kind="stable")
    missed = day.placed_pickups
    missed = missed[(missed["verdict"] == str(Verdict.MISSED)).to_numpy()]
    missed = missed.sort_values(["point_id", "window_start"], kind="stable")
    missed = with_sentences(missed, day.decided, words.language, zone)
    files = {
        "alerts": as_csv(alerts, ALERTS, zone),
        "pickups": as_csv(pickups, PICKUPS, zone),
        "missed": as_csv(missed, MISSED, zone),
    }
    if rejected is not None:
        rows = rejected.sort_values(["file", "row"], kind="stable")
        files["rejected"] = as_csv(rows, REJECTED, zone)
    files["incidents"] = as_csv(words.incidents, INCIDENTS, zone)
    return write_all(
        {directory / f"{name}_{day.service_date}.csv": what for name, what in files.items()}
    )


def export_corrections(
    corrections: pd.DataFrame,
    points: pd.DataFrame,
    directory: Path,
    *,
    language: Language,
    zone: ZoneInfo,
) -> Path:
    """Write `corrections.csv` (CORRECTIONS, names from the last record of POINTS); return where.

    Raises:
        ExportError: the file could not be written; see `write_all`.
    """
    table = with_names(corrections, valid_points(points, date.max))
    table = table.sort_values("point_id", kind="stable")
    table["evidence"] = [correction_evidence(row, language) for row in mappings(table)]
    return write_whole(directory / "corrections.csv", as_csv(table, CORRECTIONS, zone))


def export_places(whereabouts: pd.DataFrame, directory: Path, *, zone: ZoneInfo) -> Path:
    """Write `places.csv` (columns of `queries.whereabouts.whereabouts`) and return where.

    Raises:
        ExportError: the file could not be written; see `write_all`.
    """
    return write_whole(directory / "places.csv", as_csv(whereabouts, WHEREABOUTS, zone))


def export_episodes(
    episodes: Mapping[date, pd.DataFrame], directory: Path, *, zone: ZoneInfo
) -> list[Path]:
    """Write `episodes_DATE.csv` (EPISODES) of service dates, and return where.

    Raises:
        ExportError: a file could not be written; see `write_all`.
    """
    return write_all(
        {
            directory / f"episodes_{day}.csv": as_csv(table, EPISODES, zone)
            for day, table in episodes.items()
        }
    )


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
            table = rejected[name].sort_values(["file", "row"], kind="stable")
            written.append(write_whole(path, as_csv(table, REJECTED, zone)))
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
    table = pd.DataFrame(
        [
            {"changed_at": at, "by": by} | asdict(change)
            for at, by, several in changes
            for change in several
        ],
        columns=[column.name for column in CHANGES],
    )
    table["changed_at"] = pd.to_datetime(table["changed_at"], utc=True)
    return write_whole(directory / POINT_CHANGES, as_csv(table, CHANGES, zone))


def guarded(text: str) -> str:
    """Return a text cell as it may be shown, which no spreadsheet takes for a formula.

    Ids and names stand whole: a weak password may be a part of one, and whoever reads the file
    joins by it. Sentences have lost their secrets before.
    """
    text = fit(text)
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given, where that was fit to be shown."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def as_csv(table: pd.DataFrame, wanted: Sequence[Column], zone: ZoneInfo) -> bytes:
    """Return a table as a CSV file: a header, and a row a row of it.

    Args:
        table: what is not in it of the columns is blank.
        wanted: columns, in order.
        zone: of the times in it.
    """
    # What is not in the table is blank: revisions, in tables that were not read from the store.
    blank = pd.Series([None] * len(table), dtype=object)
    cells = [_cells(table.get(column.source, blank), column, zone) for column in wanted]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in wanted])
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _cells(values: pd.Series, column: Column, zone: ZoneInfo) -> list[str]:
    """Return the cells of a column, empty where blank."""
    if column.kind == "time":
        moments = values.to_numpy(dtype="datetime64[us]").tolist()
        # Windows are the same in many rows.
        local = {
            moment: moment.replace(tzinfo=UTC).astimezone(zone).isoformat(timespec="seconds")
            for moment in set(moments)
            if moment is not None
        }
        return [local.get(moment, "") for moment in moments]
    blank = values.isna().tolist()
    return ["" if b else _cell(v, column) for v, b in zip(values.tolist(), blank, strict=True)]


def _cell(value: Any, column: Column) -> str:
    match column.kind:
        case "number" | "degrees":
            return f"{round(value, column.digits) + 0.0:.{column.digits}f}"
        case "bool":
            return "true" if value else "false"
        case "int":
            return str(int(value))
        case "date":
            return str(value)
        case _:
            return guarded(str(value))
