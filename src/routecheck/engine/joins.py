"""The ids of the tables put under one spelling: points as the points file has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from routecheck.domain.tables import TEXT
from routecheck.registry.ids import (
    ALERTED,
    POINT,
    TOWN,
    VEHICLE,
    Joined,
    join_ids,
    one_spelling,
)


@dataclass(frozen=True)
class Joins:
    """How the tables of a site join.

    Attributes:
        tables: by input, how its points join to those of the points file.
        townships: how the townships of the calendar join to those of the points file.
        vehicles: spellings of vehicles in the schedule, each with the one that is used.
    """

    tables: Mapping[str, Joined] = field(default_factory=dict)
    townships: Joined = field(default_factory=Joined)
    vehicles: Mapping[str, str] = field(default_factory=dict)


def join_tables(
    points: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], Joins]:
    """Put the points of tables under the ids of the points file, and vehicles under one spelling.

    Args:
        points: POINTS.
        tables: by input: SCHEDULE, ALERTS, CALENDAR, CHECKS.

    Returns:
        The tables under those ids, and how they were joined.
    """
    own = points["point_id"].tolist()
    joined = {
        name: join_ids(own, table["point_id"], ALERTED if name == "alerts" else POINT)
        for name, table in tables.items()
    }
    result = {name: renamed(table, "point_id", joined[name].same) for name, table in tables.items()}
    towns = Joined()
    if "calendar" in result:
        calendar = result["calendar"]
        towns = join_ids(points["township"], calendar["township"], TOWN)
        result["calendar"] = renamed(calendar, "township", towns.same)
    spellings: dict[str, str] = {}
    if "schedule" in result:
        spellings = one_spelling(result["schedule"]["vehicle_id"], VEHICLE)
        result["schedule"] = renamed(result["schedule"], "vehicle_id", spellings)
    return result, Joins(joined, towns, spellings)


def renamed(table: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with other names in a column of text; as it was where there are none."""
    if not names:
        return table
    values = [names.get(value, value) for value in table[column].tolist()]
    return table.assign(**{column: pd.Series(values, index=table.index, dtype=TEXT)})
