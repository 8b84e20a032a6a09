"""What of a schedule is not known: rows that could not be read, or that join to nothing. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from routecheck.domain.tables import TEXT
from routecheck.registry.calendar_gaps import CalendarGaps
from routecheck.registry.ids import POINT, Joined, join_ids

_DAY = timedelta(days=1)
"""A window past midnight may be one of the date after."""
LARGE_SHARE = 0.2
"""From this share of its rows on, a schedule is not read: the rest says nothing of points that it
does not name (unit: share; a fifth, as of any table that loses rows)."""


@dataclass(frozen=True)
class UnreadRow:
    """A row that was rejected, as far as it could be read.

    Attributes:
        point_id: its point; empty where that cannot be read.
        first: the first date on which it holds; None: open, or not read.
        last: the last one.
        text: the row, where it did not fall into cells.
        repeated: whether it was rejected for its key, which a row before it has.
    """

    point_id: str
    first: date | None = None
    last: date | None = None
    text: str = ""
    repeated: bool = False


@dataclass(frozen=True)
class ScheduleGaps:
    """Of which points it is not known when they are due.

    Attributes:
        rows: by point, the rows of it that could not be read.
        named: points that rows which join to nothing probably mean, with the id they give.
        scheduled: points of rows that were read.
        everywhere: whether nothing is known of points that no such row names.
        vehicles: by vehicle that the schedule names, the points of its rows.
        calendar: what of the calendar is not known.
    """

    rows: Mapping[str, Sequence[UnreadRow]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    scheduled: frozenset[str] = frozenset()
    everywhere: bool = False
    vehicles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    calendar: CalendarGaps = field(default_factory=CalendarGaps)

    def unread(self, points: Iterable[str]) -> frozenset[str]:
        """Return the points of which no row was read, and one may be lost."""
        may = self.rows.keys() | self.named.keys()
        return frozenset(
            point
            for point in points
            if point not in self.scheduled and (self.everywhere or point in may)
        )

    def on(
        self, day: date, points: Iterable[str], strangers: Mapping[str, str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Return `of` by point, for those points of which it is not known what was due."""
        found = {point: self.of(point, day, strangers) for point in set(points)}
        return {point: gap for point, gap in found.items() if gap is not None}

    def of(
        self, point_id: str, day: date, strangers: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """Return why it is not known what was due at a point on a date; None where it is known.

        Args:
            point_id: the point.
            day: the service date.
            strangers: vehicles of the schedule that join to no vehicle that was heard, with the
                one that does their round.

        Returns:
            Criteria with `say`, and `named`: the id that joins to nothing.
        """
        for row in self.rows.get(point_id, ()):
            if (row.first is None or row.first <= day) and (
                row.last is None or day <= row.last + _DAY
            ):
                return {"say": "schedule_row_unread"}
        if point_id in self.named:
            return {"say": "schedule_row_unjoined", "named": self.named[point_id]}
        for vehicle in strangers or {}:
            if point_id in self.vehicles.get(vehicle, ()):
                return {"say": "schedule_vehicle_unjoined", "named": vehicle}
        if self.everywhere and point_id not in self.scheduled:
            return {"say": "schedule_unread"}
        return self.calendar.of(point_id, day)


def schedule_gaps(
    schedule: pd.DataFrame,
    unread: Iterable[UnreadRow],
    joined: Joined,
    points: Iterable[str],
    *,
    rows_in: int,
    calendar: CalendarGaps | None = None,
) -> ScheduleGaps:
    """Find out of which points it is not known when they are due.

    Args:
        schedule: SCHEDULE under the ids of the points file.
        unread: rows of the file that were rejected.
        joined: how its points join to those of the points file.
        points: ids of the points file.
        rows_in: rows of the file.
        calendar: what of the calendar is not known.
    """
    ids = list(dict.fromkeys(points))
    # Of points that all became one id, such as `#N/A`, all but the first are repeated.
    unread = [row for row in unread if not row.repeated or row.point_id in joined.alone]
    lost = int(schedule["point_id"].isin(joined.alone).sum()) + len(unread)
    unread = [row for row in unread if not row.repeated]
    everywhere = lost >= LARGE_SHARE * max(rows_in, 1)
    meant = join_ids(ids, (row.point_id for row in unread), POINT)
    rows: dict[str, list[UnreadRow]] = defaultdict(list)
    for row in unread:
        whose = [row.point_id] if row.point_id else _points_in(row.text, ids)
        for point in whose:
            for known in (meant.same.get(point, point), *meant.alone.get(point, ())):
                rows[known].append(row)
        everywhere |= not whose
    # A point that has gone from the points file, and not from the schedule, may be one still.
    named = {point: point for point in joined.alone}
    named |= {near: point for point, partners in joined.alone.items() for near in partners}
    vehicles = schedule[schedule["vehicle_id"] != ""].groupby("vehicle_id")["point_id"]
    return ScheduleGaps(
        rows=dict(rows),
        named=named,
        scheduled=frozenset(schedule["point_id"]),
        everywhere=bool(everywhere),
        vehicles={str(vehicle): frozenset(its) for vehicle, its in vehicles},
        calendar=calendar or CalendarGaps(),
    )


def _points_in(text: str, points: Sequence[str]) -> list[str]:
    """Points that a row names which did not fall into cells."""
    cells = [cell.strip().strip('"') for cell in re.split("[,;\t|]", text)]
    joined = join_ids(points, cells, POINT)
    known = frozenset(points)
    found = (joined.same.get(cell, cell) for cell in cells)
    return [point for point in dict.fromkeys(found) if point in known]


def never_heard(
    vehicles: Mapping[str, frozenset[str]], heard: Iterable[str], usual: pd.DataFrame
) -> dict[str, str]:
    """Find vehicles of the schedule that join to none that was heard while another does its round.

    A vehicle that is silent while all that are heard are on the schedule is a device at fault, and
    no name that is spelt otherwise.

    Args:
        vehicles: by vehicle of the schedule, the points of its rows.
        heard: vehicles that sent fixes, under the spelling of the schedule.
        usual: columns point_id, vehicle_id: who usually serves a point.

    Returns:
        By vehicle of the schedule the one, not on the schedule, that serves half its points.
    """
    known = set(heard)
    silent = [vehicle for vehicle in vehicles if vehicle not in known]
    if not silent:
        return {}
    others = usual[~usual["vehicle_id"].astype(TEXT).isin(vehicles)]
    found = {}
    for vehicle in silent:
        points = vehicles[vehicle]
        its = others.loc[others["point_id"].isin(points), "vehicle_id"].astype(TEXT)
        serving = its.value_counts()
        if len(serving) and 2 * serving.iloc[0] >= len(points):
            found[vehicle] = str(serving.index[0])
    return found
