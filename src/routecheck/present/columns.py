"""The columns that people are shown, each declared once: for CSV files, sheets and pages.

A CSV file names its columns as the tables do and has codes as they are; sheets and pages have
headings and labels in the language of the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from routecheck.domain.codes import (
    Cause,
    Classification,
    Code,
    CorrectionState,
    IncidentKind,
    Verdict,
)

Kind = Literal["text", "wrap", "int", "number", "share", "degrees", "time", "date", "bool"]


@dataclass(frozen=True)
class Column:
    """A column that is shown.

    Attributes:
        name: of the table's column, and of the CSV file's.
        heading: its key among the texts of reports; empty: stands in CSV files only.
        width: of a sheet's column, in characters.
        kind: of its cells; `wrap` is text in several lines, `share` a part of one.
        digits: after the point, in a CSV file: a decimetre, a tenth of a second, a centimetre in
            degrees.
        codes: whose labels sheets and pages show.
        of: the table's column, where that has another name.
    """

    name: str
    heading: str = ""
    width: float = 0
    kind: Kind = "text"
    digits: int = 1
    codes: type[Code] | None = None
    of: str = ""

    @property
    def source(self) -> str:
        """The name of the table's column."""
        return self.of or self.name


_DECLARED = (
    # Which pickup, alert or point.
    Column("service_date", "date", 12, "date"),
    Column("alert_id", "alert_id", 18),
    Column("point_id", "point_id", 11),
    Column("name", "name", 20),
    Column("township", "township", 12),
    Column("village", "village", 14),
    Column("route_id", "route_id", 11),
    Column("village", "village", 12),
    Column("number", "order", 6, "int"),
    Column("scheduled_vehicle_id", "scheduled", 11),
    Column("window", "window", 13),
    Column("window_start", "window_start", 17, "time"),
    Column("window_end", "window_end", 17, "time"),
    Column("raised_at", "raised", 17, "time"),
    # What became of it.
    Column("verdict", "verdict", 15, codes=Verdict),
    Column("classification", "classification", 15, codes=Classification),
    Column("cause", "cause", 22, codes=Cause),
    Column("code", "code", 16, of="cause"),
    Column("confidence", "confidence", 10, "number", digits=3),
    Column("vehicle_id", "vehicle", 11),
    Column("arrived_at", "arrived", 17, "time"),
    Column("departed_at", "departed", 17, "time"),
    Column("dwell_s", "dwell", 10, "number"),
    Column("distance_m", "distance", 11, "number"),
    Column("alerted", "alerted", 8, "bool"),
    Column("evidence", "evidence", 60, "wrap"),
    Column("action", "action", 40, "wrap"),
    Column("done", "done", 8),
    Column("revised_at", kind="time"),
    Column("earlier_verdict"),
    # Incidents.
    Column("incident", "order", 6, "int"),
    Column("kind", "kind", 24, codes=IncidentKind),
    Column("kind_code", "code", 18, of="kind"),
    Column("batch", "batch", 16),
    Column("from", "since", 17, "time"),
    Column("until", "until", 17, "time"),
    Column("point_ids"),
    # Episodes.
    Column("scheduled", kind="bool"),
    Column("start", kind="time"),
    Column("end", kind="time"),
    Column("outside_s", kind="number"),
    Column("tolerance_m", kind="number"),
    Column("dwell_max_s", kind="number"),
    Column("usual_stand_s", kind="number"),
    Column("fixes", kind="int"),
    Column("interval_s", kind="number"),
    Column("scatter_m", kind="number"),
    Column("place", kind="int"),
    Column("place_probability", kind="number", digits=3),
    Column("served_point_id"),
    Column("fault"),
    Column("decisive", kind="bool"),
    # Many sites together.
    Column("county", "county", 24),
    Column("silent_devices", "silent_devices", 10, "int"),
    Column("waiting", "to_accept", 12, "int"),
    Column("due_dates", "due_dates", 10, "int"),
    Column("trouble", "trouble", 80, "wrap"),
    # Stops, and vehicles, in data sets.
    Column("stood_s", kind="number"),
    Column("spread_m", kind="number"),
    Column("scheduled_pickups", kind="int"),
    Column("heard", kind="bool"),
    Column("first_fix_at", kind="time"),
    Column("last_fix_at", kind="time"),
    Column("delay_s", kind="number"),
    Column("clock_offset_s", kind="int"),
    # Corrections.
    Column("recorded_lon", "recorded_lon", 14, "degrees", digits=7),
    Column("recorded_lat", "recorded_lat", 14, "degrees", digits=7),
    Column("proposed_lon", "proposed_lon", 16, "degrees", digits=7),
    Column("proposed_lat", "proposed_lat", 16, "degrees", digits=7),
    Column("offset_m", "offset_m", 11, "number"),
    # Places.
    Column("lon", kind="degrees", digits=7),
    Column("lat", kind="degrees", digits=7),
    Column("uncertainty_m", kind="number"),
    Column("basis"),
    Column("days_due", kind="int"),
    Column("proposed_tolerance_m", "proposed_tolerance", 12, "number"),
    Column("days_seen", "days_seen", 10, "int"),
    Column("state", "state", 10, codes=CorrectionState),
    # Counts of pickups, alerts, points, dates.
    Column("due", "due", 9, "int"),
    Column("collected", "collected", 10, "int"),
    Column("missed", "missed", 10, "int"),
    Column("unverifiable", "unverifiable", 11, "int"),
    Column("rate", "rate", 15, "share"),
    Column("rank", "rank", 7, "int"),
    Column("pickups", "pickups", 10, "int"),
    Column("alerts", "alerts", 10, "int"),
    Column("false", "false", 10, "int"),
    Column("genuine", "genuine_short", 10, "int"),
    Column("alerts_unverifiable", "untold_short", 13, "int"),
    Column("false_rate", "false_rate", 12, "share"),
    Column("points", "points_count", 9, "int"),
    Column("share", "share", 9, "share"),
    Column("meaning", "meaning", 80, "wrap"),
    Column("date_state", "q_state", 14),
    # Chronic alerts: of a month, by week.
    Column("days", "chronic_days", 10, "int"),
    Column("dates_unverifiable", "untold_short", 13, "int", of="unverifiable"),
    Column("marks", "chronic_marks", 36),
    Column("week", "week", 11),
    Column("days_judged", "week_days", 10, "int"),
    Column("week_points", "week_points", 13, "int", of="points"),
    Column("came", "week_came", 9, "int"),
    Column("left", "week_left", 9, "int"),
    Column("causes", "week_causes", 60, "wrap"),
    Column("corrected", "week_corrected", 15, "int"),
    Column("corrections_in_force", "week_in_force", 15, "int"),
    # What the data were like; rejected rows; changes of the points file.
    Column("item", "item", 28),
    Column("detail", "detail", 52, "wrap"),
    Column("rows", "rows", 12, "int"),
    Column("file"),
    Column("row", kind="int"),
    Column("reason"),
    Column("text"),
    Column("changed_at", kind="time"),
    Column("field"),
    Column("was"),
    Column("now"),
    Column("moved_m", kind="number"),
    Column("by"),
)
COLUMNS: Mapping[str, Column] = {column.name: column for column in _DECLARED}


def columns(*names: str, **widths: Any) -> list[Column]:
    """Return declared columns by their names, some with another width than usual."""
    return [
        replace(COLUMNS[name], width=widths[name]) if name in widths else COLUMNS[name]
        for name in names
    ]
