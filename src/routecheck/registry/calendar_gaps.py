"""What of a calendar is not known: rows that could not be read, or that join to nothing. Pure.

A row cancels a round or orders one. Where it was not read, neither a pickup that seems to be missed
nor an alert of a day without a pickup is what it seems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from routecheck.registry.ids import POINT, TOWN, Joined, join_ids, likely_partner


@dataclass(frozen=True)
class UnreadDay:
    """A row that was rejected, as far as it could be read.

    Attributes:
        point_id: its point; empty: of a township, of all, or not read.
        township: its township.
        first: the first date that it may be about; None: any.
        last: the last one.
        text: the row, where it did not fall into cells.
    """

    point_id: str = ""
    township: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True)
class CalendarGaps:
    """Rows that change nothing, for they are not known, each with the points that it is about."""

    rows: tuple[tuple[UnreadDay, frozenset[str]], ...] = field(default=())

    def of(self, point_id: str, day: date) -> dict[str, Any] | None:
        """Return why it is not known whether a point was due on a date; None where it is known."""
        for row, points in self.rows:
            begun = row.first is None or row.first <= day
            if begun and (row.last is None or day <= row.last) and point_id in points:
                return {"say": "calendar_row_unread"}
        return None

    def on(self, day: date, points: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return `of` by point, for those points of which it is not known."""
        if not self.rows:
            return {}
        found = {point: self.of(point, day) for point in set(points)}
        return {point: gap for point, gap in found.items() if gap is not None}


def calendar_gaps(
    calendar: pd.DataFrame,
    unread: Iterable[UnreadDay],
    points: pd.DataFrame,
    joined_points: Joined,
    joined_towns: Joined,
) -> CalendarGaps:
    """Find the rows of a calendar that are not known, and which points each may be about.

    A row that could be read, and whose point or township joins to nothing, is about those that it
    probably means; it is about none where nothing is like it.

    Args:
        calendar: CALENDAR under the ids of the points file.
        unread: rows of the file that were rejected, but for repeated ones.
        points: POINTS.
        joined_points: how its points join to those of the points file.
        joined_towns: how its townships do.
    """
    towns = points.groupby("township")["point_id"]
    by_town = {str(town): frozenset(its) for town, its in towns}
    own = frozenset(points["point_id"])
    rows = []
    for row in unread:
        rows.append((row, _points_of(row, own, by_town)))
    for day, point, town in calendar[["date", "point_id", "township"]].itertuples(index=False):
        if point in joined_points.alone:
            meant = frozenset(joined_points.alone[point])
        elif not point and town in joined_towns.alone:
            near = joined_towns.alone[town] or (likely_partner(town, by_town, TOWN),)
            meant = frozenset().union(*(by_town.get(one, frozenset()) for one in near))
        else:
            continue
        if meant:
            rows.append((UnreadDay(point, town, day, day), meant))
    return CalendarGaps(tuple(rows))


def _points_of(
    row: UnreadDay, own: frozenset[str], by_town: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """Points that an unread row may be about: all of them where it names none."""
    cells = [cell.strip(' "') for cell in re.split("[,;\t|]", row.text)]
    points = join_ids(own, [row.point_id, *cells], POINT)
    named = {points.same.get(cell, cell) for cell in (row.point_id, *cells)} & own
    if row.point_id and not named:
        return frozenset(points.alone[row.point_id])
    if named:
        return frozenset(named)
    towns = join_ids(by_town, [row.township, *cells], TOWN)
    named_towns = {towns.same.get(cell, cell) for cell in (row.township, *cells) if cell}
    found = [by_town[town] for town in named_towns if town in by_town]
    return frozenset().union(*found) if found else own
