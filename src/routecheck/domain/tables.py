"""The tables that pass between the rooms: every column once, with type, unit and meaning.

A table is a pandas DataFrame with a plain index. `Table.check` is called where a table enters
or leaves a stage; it refuses missing columns, wrong types, forbidden blanks and codes that do
not exist. Why not a schema library: importing one costs a sixth of a whole county-day here,
and what is checked fits in thirty lines (see ARCHITECTURE.md).

Types: `text` (pandas str), `vehicle` (pandas category of str: few values, many rows), `time`
(datetime64[us, UTC]), `date` (datetime.date objects: the local calendar), `float`, `int`,
`bool`, `geometry` (shapely, longitude and latitude in WGS-84), `object`.
Blank is NaN, NaT or None, allowed only where a column says `blank=True`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_bool_dtype,
    is_integer_dtype,
    is_object_dtype,
    is_string_dtype,
)

from routecheck.domain.codes import (
    Cause,
    Classification,
    CorrectionState,
    IncidentKind,
    RejectReason,
    Verdict,
)

Kind = Literal["text", "vehicle", "time", "date", "float", "int", "bool", "geometry", "object"]

TIME_DTYPE = "datetime64[us, UTC]"
_EMPTY_DTYPE: Mapping[Kind, str] = {
    "text": "str",
    "vehicle": "category",
    "time": TIME_DTYPE,
    "date": "object",
    "float": "float64",
    "int": "int64",
    "bool": "bool",
    "geometry": "object",
    "object": "object",
}


_EMPTY: dict[str, pd.DataFrame] = {}
"""Empty tables by name, made once: they are asked for often, and take a millisecond each."""


class TableError(AssertionError):
    """A stage was given, or made, a table that is not what its contract says: a bug."""


@dataclass(frozen=True)
class Column:
    """One column: its name, type, unit, meaning, and whether it may be blank."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    blank: bool = False
    codes: type[StrEnum] | None = None


@dataclass(frozen=True)
class Table:
    """A named set of columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return the table without rows."""
        if self.name not in _EMPTY:
            _EMPTY[self.name] = pd.DataFrame({c.name: _no_values(c.kind) for c in self.columns})
        return _EMPTY[self.name].copy(deep=False)

    def check(self, df: pd.DataFrame) -> pd.DataFrame:
        """Return `df` with just the columns of this table, in order.

        Raises:
            TableError: a column is missing, of another type, blank where it must not be, or
                holds a code that does not exist.
        """
        found = dict(df.items())
        missing = [name for name in self.names if name not in found]
        if missing:
            raise TableError(f"{self.name}: columns missing: {', '.join(missing)}")
        for column in self.columns:
            _check_column(f"{self.name}.{column.name}", column, found[column.name])
        return df.copy(deep=False) if list(found) == self.names else df[self.names]


@cache
def _no_values(kind: Kind) -> Any:
    return pd.Series([], dtype=_EMPTY_DTYPE[kind]).array


_RIGHT: Mapping[Kind, Callable[[Any], bool]] = {
    "text": lambda dtype: isinstance(dtype, pd.StringDtype) or is_string_dtype(dtype),
    "vehicle": lambda dtype: isinstance(dtype, pd.CategoricalDtype),
    "time": lambda dtype: str(dtype) == TIME_DTYPE,
    "float": lambda dtype: bool(dtype == np.float64),
    "int": is_integer_dtype,
    "bool": is_bool_dtype,
    "date": is_object_dtype,
    "geometry": is_object_dtype,
    "object": is_object_dtype,
}
"""Whether a type is right for a kind of column."""


def _check_column(where: str, column: Column, values: pd.Series) -> None:
    dtype = values.dtype
    right = _RIGHT[column.kind](dtype) or (column.kind == "text" and len(values) == 0)
    if not right:
        raise TableError(f"{where}: wanted {column.kind}, found {dtype}")
    # Plain numbers and truth values cannot be blank.
    may = not (isinstance(dtype, np.dtype) and dtype.kind in "iub") and column.kind != "object"
    # Asked of the array: through the column each of some hundred checks takes twice as long.
    if may and not column.blank and bool((blank := pd.isna(values.array)).any()):
        raise TableError(f"{where}: blank in {int(blank.sum())} rows")
    if column.codes is not None:
        known = {str(code) for code in column.codes}
        strange = {code for code in values.unique() if code not in known and not pd.isna(code)}
        if strange:
            raise TableError(f"{where}: unknown codes {sorted(strange)}")


def _times(*columns: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, "time", meaning, "UTC") for name, meaning in columns)


_POINT_ID = Column("point_id", "text", "identifier of the collection point, as text")
_DATE = Column("service_date", "date", "local calendar date on which the window starts")
_VEHICLE = Column("vehicle_id", "vehicle", "vehicle, after terminals were mapped to vehicles")
_WINDOW = (
    Column("window_start", "time", "start of the window", "UTC"),
    Column("window_end", "time", "end of the window", "UTC"),
)
_FILE_ROW = (
    Column("file", "vehicle", "input file, relative to the configuration"),
    Column("row", "int", "line of the file, 1 = the header or first line"),
)
_POSITION = (
    Column("lon", "float", "longitude, WGS-84", "deg"),
    Column("lat", "float", "latitude, WGS-84", "deg"),
)

POINTS = Table(
    "points",
    "Collection points as the registry holds them: one row a point and validity.",
    (
        _POINT_ID,
        Column("name", "text", "name of the point"),
        Column("township", "text", "township"),
        Column("village", "text", "village"),
        Column("geometry", "geometry", "recorded place; None where impossible", blank=True),
        Column("tolerance_m", "float", "its own tolerance, blank: the default", "m", blank=True),
        Column("datum", "text", "datum the place was declared in"),
        Column("valid_from", "date", "first day of validity, inclusive", blank=True),
        Column("valid_to", "date", "last day of validity, inclusive", blank=True),
        Column("recorded_lon", "float", "longitude as written in the file", blank=True),
        Column("recorded_lat", "float", "latitude as written in the file", blank=True),
        Column("group", "text", "what else groups points: file, survey; may be empty"),
    ),
)

SCHEDULE = Table(
    "schedule",
    "Expected services, one row a window of a point.",
    (
        _POINT_ID,
        Column("vehicle_id", "text", "scheduled vehicle, empty: any"),
        Column("weekdays", "text", "ISO digits, 1234567 = daily"),
        Column("start_minute", "int", "start of the window after local midnight", "min"),
        Column("end_minute", "int", "end after local midnight; above 1440: next day", "min"),
        Column("valid_from", "date", "first day of validity, inclusive", blank=True),
        Column("valid_to", "date", "last day of validity, inclusive", blank=True),
        Column("every_days", "int", "period counted from valid_from; 0: by weekdays only", "d"),
        Column("route_id", "text", "route, may be empty"),
    ),
)

FIXES = Table(
    "fixes",
    "GPS reports as read: position in WGS-84, not yet cleaned.",
    (
        _VEHICLE,
        Column("time", "time", "device time", "UTC"),
        *_POSITION,
        Column("speed_kmh", "float", "speed as reported", "km/h", blank=True),
        Column("heading_deg", "float", "course over ground", "deg", blank=True),
        Column("received_at", "time", "time of receipt", "UTC", blank=True),
        Column("positioned", "bool", "false where the device said it had no position"),
        Column("day", "int", "local date the row is counted under, days since 1970-01-01", "d"),
        *_FILE_ROW,
    ),
)

REJECTED = Table(
    "rejected",
    "Rows kept apart, with the reason.",
    (
        *_FILE_ROW,
        Column("reason", "text", "why", codes=RejectReason),
        Column("text", "text", "the offending cell or row"),
        Column("day", "int", "local date the row is counted under, -1: none", "d"),
    ),
)

ALERTS = Table(
    "alerts",
    "What the monitor raised.",
    (
        Column("alert_id", "text", "identifier of the alert"),
        _POINT_ID,
        _DATE,
        Column("raised_at", "time", "when it was raised", "UTC", blank=True),
        Column("start_minute", "int", "window it names, after local midnight; -1: none", "min"),
    ),
)

CALENDAR = Table(
    "calendar",
    "Days that differ from the schedule.",
    (
        Column("date", "date", "local date"),
        Column("township", "text", "township it holds for, empty: all"),
        Column("point_id", "text", "point it holds for, empty: all"),
        Column("due", "bool", "whether pickups are due"),
    ),
)

VEHICLES = Table(
    "vehicles",
    "Which terminal was on which vehicle, when.",
    (
        Column("device_id", "text", "terminal, as the fixes name it"),
        Column("vehicle_id", "text", "vehicle"),
        Column("valid_from", "date", "first day, inclusive", blank=True),
        Column("valid_to", "date", "last day, inclusive", blank=True),
    ),
)

CHECKS = Table(
    "checks",
    "What someone went to see.",
    (
        _POINT_ID,
        _DATE,
        Column("start_minute", "int", "window, after local midnight; -1: none", "min"),
        Column("collected", "bool", "whether it had been collected"),
        Column("by", "text", "who looked"),
    ),
)

TRACKS = Table(
    "tracks",
    "Cleaned fixes, sorted by vehicle and time; row i and i+1 of one vehicle are a segment.",
    (
        _VEHICLE,
        Column("time", "time", "true time, after the clock was corrected", "UTC"),
        *_POSITION,
        Column("speed_kmh", "float", "speed, blank where not to be trusted", "km/h", blank=True),
        Column("received_at", "time", "time of receipt", "UTC", blank=True),
        Column("clock_offset_s", "float", "correction that was added to the device time", "s"),
        Column("drifting", "bool", "parked, and scattering about one place"),
        Column("day", "int", "local date the fix is counted under, days since 1970-01-01", "d"),
    ),
)

CLOCKS = Table(
    "clocks",
    "Devices whose clock was found off.",
    (
        _VEHICLE,
        Column("offset_s", "float", "added to device time to get true time", "s"),
        Column("fixes", "int", "fixes it was applied to"),
        *_times(("first", "true time of the first of them"), ("last", "of the last of them")),
    ),
)

STOPS = Table(
    "stops",
    "Intervals in which a vehicle stands.",
    (
        _VEHICLE,
        *_times(("start", "start of standing"), ("end", "end of standing")),
        *_POSITION,
        Column("stood_s", "float", "best estimate of the time stood", "s"),
        Column("stood_min_s", "float", "least time stood that the data allow", "s"),
        Column("stood_max_s", "float", "most time stood that the data allow", "s"),
        Column("spread_m", "float", "scatter of the fixes about the place", "m"),
        Column("fixes", "int", "fixes at the place; 0: a stop hidden between two fixes"),
    ),
)

PLACES = Table(
    "places",
    "Where each point is believed to be: recorded, or diagnosed.",
    (
        _POINT_ID,
        Column("geometry", "geometry", "place to judge at; None: not known", blank=True),
        Column("tolerance_m", "float", "tolerance about it", "m"),
        Column("sigma_m", "float", "uncertainty of the place", "m"),
        Column("cause", "text", "fault of the record, empty: none", codes=None),
        Column("settled", "bool", "false: contradicted, and the right place not yet known"),
        Column("stand", "geometry", "where vehicles usually stand for it", blank=True),
        Column("stand_sigma_m", "float", "scatter of the stands", "m", blank=True),
        Column("stand_days", "int", "days on which vehicles stood there", "d"),
        Column("seldom", "bool", "vehicles that are well seen stand there on few due days or none"),
        Column("confirmed", "bool", "false: right as far as is known, and never yet seen to be"),
        Column("confidence", "float", "probability that this is the place"),
    ),
)

HISTORY = Table(
    "history",
    "The compact evidence of a service date that diagnosing looks back on.",
    (
        _DATE,
        Column(
            "kind",
            "text",
            "stop, gap (silent on its way), track (a vehicle's day) or pass (a cell)",
        ),
        _VEHICLE,
        Column("start", "time", "start of the stop, or first fix of the track", "UTC"),
        *_POSITION,
        Column("stood_s", "float", "time stood, or silent; of a track from first to last fix", "s"),
        Column("spread_m", "float", "scatter of a stop, extent of a track, half of a gap", "m"),
        Column("fixes", "int", "fixes at the stop (0: hidden between two) or of the track"),
        Column("pace_ms", "float", "how fast the fastest drove through a cell", "m/s", blank=True),
    ),
)

PACES = Table(
    "paces",
    "How fast vehicles drive through cells of some 50 m, told from the passes of many dates.",
    (
        *_POSITION,
        Column("usual_ms", "float", "pace of the fastest on the middle one of the dates", "m/s"),
        Column("fastest_ms", "float", "pace of the fastest on any date", "m/s"),
    ),
)

PICKUPS = Table(
    "pickups",
    "Expected services of one date.",
    (
        _DATE,
        _POINT_ID,
        *_WINDOW,
        Column("vehicle_id", "text", "scheduled vehicle, empty: any"),
        Column("route_id", "text", "route, may be empty"),
    ),
)

VISITS = Table(
    "visits",
    "Contiguous intervals in which a track lies within tolerance of a point.",
    (
        _POINT_ID,
        _VEHICLE,
        *_times(
            ("entered", "first moment within tolerance"),
            ("left", "last moment within tolerance"),
            ("nearest_at", "moment of the least distance"),
        ),
        Column("distance_m", "float", "least distance to the geometry", "m"),
        Column("dwell_s", "float", "time stood within tolerance", "s"),
        Column("dwell_max_s", "float", "most time stood that the data allow", "s"),
        Column("fixes_inside", "int", "fixes within tolerance"),
    ),
)

JUDGEMENTS = Table(
    "judgements",
    "A verdict for each expected pickup, with what led to it.",
    (
        *PICKUPS.columns[:4],
        Column("scheduled_vehicle_id", "text", "scheduled vehicle, empty: any"),
        Column("verdict", "text", "verdict", codes=Verdict),
        Column("cause", "text", "cause, empty for a plain collected one"),
        Column("confidence", "float", "probability that the verdict is right"),
        Column("vehicle_id", "text", "vehicle that collected or came nearest, empty: none"),
        Column("arrived_at", "time", "start of the visit", "UTC", blank=True),
        Column("departed_at", "time", "end of the visit", "UTC", blank=True),
        Column("dwell_s", "float", "time stood", "s", blank=True),
        Column("distance_m", "float", "least distance", "m", blank=True),
        Column("criteria", "object", "dict: outcome of every criterion that was looked at"),
    ),
)

PLAIN = Table(
    "plain",
    "The monitor's plain rule for each pickup, replayed on recorded points.",
    (
        _POINT_ID,
        _WINDOW[0],
        Column("holds", "bool", "scheduled vehicle, a fix inside the tolerance, in the window"),
        Column("seen_at", "time", "when the first such fix was received", "UTC", blank=True),
    ),
)

SHOWN = Table(
    "shown",
    "What the fixes of the visits that served pickups show the monitor, on recorded points.",
    (
        Column("pickup", "int", "position of the pickup among those of the date"),
        Column("clock_offset_s", "float", "what was added to the device's clock", "s"),
        Column("inside", "int", "fixes of the visit within the recorded tolerance"),
        Column("in_window", "int", "of those: in the window, by the clock set right"),
        Column("in_device_window", "int", "of those: in the window, by the device's clock"),
        Column("seen_at", "time", "when the first of the last was received", "UTC", blank=True),
        Column("stand_m", "float", "from the record to the nearest stand", "m", blank=True),
        Column("tolerance_m", "float", "recorded tolerance, else the monitor's", "m"),
    ),
)

CLASSIFIED = Table(
    "classified",
    "A classification for each alert.",
    (
        *ALERTS.columns[:4],
        Column("classification", "text", "what it was worth", codes=Classification),
        Column("cause", "text", "why", codes=Cause),
        Column("confidence", "float", "probability that the classification is right"),
        Column("vehicle_id", "text", "vehicle it speaks of, empty: none"),
        Column("arrived_at", "time", "start of the visit", "UTC", blank=True),
        Column("departed_at", "time", "end of the visit", "UTC", blank=True),
        Column("dwell_s", "float", "time stood", "s", blank=True),
        Column("distance_m", "float", "least distance", "m", blank=True),
        Column("criteria", "object", "dict: outcome of every criterion that was looked at"),
    ),
)

CORRECTIONS = Table(
    "corrections",
    "Points whose record is diagnosed wrong.",
    (
        _POINT_ID,
        Column("cause", "text", "what is wrong with the record", codes=Cause),
        Column("recorded_lon", "float", "as the points file has it, in WGS-84", blank=True),
        Column("recorded_lat", "float", "as the points file has it, in WGS-84", blank=True),
        Column("proposed_lon", "float", "WGS-84, where vehicles stop for it", blank=True),
        Column("proposed_lat", "float", "WGS-84", blank=True),
        Column("offset_m", "float", "from recorded to proposed", "m", blank=True),
        Column("days_seen", "int", "days with evidence", "d"),
        Column("confidence", "float", "probability that the correction is right"),
        Column(
            "proposed_tolerance_m",
            "float",
            "where that is the cure, the place left as it is",
            "m",
            blank=True,
        ),
        Column("state", "text", "what was decided", codes=CorrectionState),
        Column("criteria", "object", "dict: the evidence"),
    ),
)

CHECKED = Table(
    "checked",
    "Field checks beside the verdicts of the pickups they speak of.",
    (
        _POINT_ID,
        _DATE,
        _WINDOW[0],
        Column("collected", "bool", "whether it had been collected, by the check"),
        Column("by", "text", "who looked"),
        Column("verdict", "text", "verdict", codes=Verdict),
        Column("say", "text", "the sentence by which it was reached"),
        Column("confidence", "float", "as judging gave it, before any recalibration"),
    ),
)

INCIDENTS = Table(
    "incidents",
    "What explains many pickups of a date at once.",
    (
        _DATE,
        Column("incident", "int", "number of the incident within its date, from 1"),
        Column("kind", "text", "what happened", codes=IncidentKind),
        Column("vehicle_id", "text", "vehicle whose device or round it is, empty: none"),
        Column("batch", "text", "township, file or survey it is about, empty: none"),
        Column("start", "time", "since when, blank where it has no hour", "UTC", blank=True),
        Column("end", "time", "until when, blank where it has no hour", "UTC", blank=True),
        Column("pickups", "int", "pickups it explains"),
        Column("alerts", "int", "alerts it explains"),
        Column("criteria", "object", "dict: figures of its sentence"),
    ),
)

ALL_TABLES = (
    POINTS, SCHEDULE, FIXES, REJECTED, ALERTS, CALENDAR, VEHICLES, CHECKS, TRACKS, CLOCKS, STOPS,
    PLACES, HISTORY, PACES, PICKUPS, VISITS, JUDGEMENTS, PLAIN, SHOWN, CLASSIFIED, CORRECTIONS,
    INCIDENTS, CHECKED,
)  # fmt: skip
