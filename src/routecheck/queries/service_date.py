"""A service date as the store has it: its verdicts, with the names and incidents that go with them.

The exports, the report and the workbook of a date are all made from this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.alerts.incidents import Incidents, find_incidents
from routecheck.domain.errors import MissingDataError
from routecheck.domain.tables import TEXT
from routecheck.registry.records import holds_on, valid_points
from routecheck.store import Store


@dataclass(frozen=True)
class ServiceDate:
    """What the store holds of a service date. What is derived from it is made when first used.

    Attributes:
        service_date: the date.
        entry: the ledger's entry of the date.
        pickups: JUDGEMENTS with `alerted`.
        alerts: CLASSIFIED.
        points: POINTS of all time.
        corrections: CORRECTIONS, current ones.
        decided: by point, the state of its correction; a point without one is not in it.
        rounds: see `engine.evidence.routes_and_places`, None where none were kept.
    """

    service_date: date
    entry: Mapping[str, Any]
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    points: pd.DataFrame
    corrections: pd.DataFrame
    decided: Mapping[str, str]
    rounds: pd.DataFrame | None = None

    @cached_property
    def records(self) -> pd.DataFrame:
        """POINTS, a row a point: the record that holds on the date, else its last one."""
        return valid_points(self.points, self.service_date)

    @cached_property
    def incidents(self) -> Incidents:
        """What explains several pickups or alerts of the date at once."""
        return find_incidents(
            self.service_date, self.pickups, self.alerts, self.corrections, self.points,
            self.entry["counts"],
        )  # fmt: skip

    @cached_property
    def named_pickups(self) -> pd.DataFrame:
        """The pickups with `name`, `township`, `village` and `incident` (its number, 0: none)."""
        return with_names(self.pickups.assign(incident=self.incidents.pickup + 1), self.records)

    @cached_property
    def named_alerts(self) -> pd.DataFrame:
        """The alerts with `name`, `township`, `village` and `incident` (its number, 0: none)."""
        return with_names(self.alerts.assign(incident=self.incidents.alert + 1), self.records)

    @cached_property
    def places(self) -> pd.DataFrame:
        """A row a point, sorted: where it is recorded, and where it was judged to be.

        `point_id`, `name`, `township`, `village`, `geometry` (recorded), `holds` (its record holds
        on the date), `recorded_lon`, `recorded_lat` (centre, WGS-84), `lon`, `lat` (where it is
        believed to be), `tolerance_m` (NaN: not known).
        """
        rows = self.records.sort_values("point_id", kind="stable").reset_index(drop=True)
        centre = shapely.centroid(rows["geometry"].to_numpy(dtype=object))
        recorded = np.column_stack([shapely.get_x(centre), shapely.get_y(centre)])
        places = _by_point(self.rounds, rows["point_id"], ["lon", "lat", "tolerance_m"])
        moved = ["proposed_lon", "proposed_lat"]
        proposed = _by_point(self.corrections, rows["point_id"], moved)
        # A date that was judged before places were kept: what is proposed now, else the record.
        place = np.where(np.isnan(places[:, :2]), proposed, places[:, :2])
        place = np.where(np.isnan(place), recorded, place)
        table = rows[["point_id", "name", "township", "village", "geometry"]]
        return table.assign(
            holds=holds_on(rows, self.service_date),
            recorded_lon=recorded[:, 0],
            recorded_lat=recorded[:, 1],
            lon=place[:, 0],
            lat=place[:, 1],
            tolerance_m=places[:, 2],
        )

    @cached_property
    def placed_pickups(self) -> pd.DataFrame:
        """The named pickups with `lon`, `lat` (judged at), `route_id` and `route`.

        `route` is the route, else the scheduled vehicle.
        """
        places = self.places[["point_id", "lon", "lat"]]
        table = self.named_pickups.merge(places, on="point_id", how="left")
        key = ["point_id", "window_start"]
        if self.rounds is None:
            table["route_id"] = ""
        else:
            routes = self.rounds.drop_duplicates(key)[[*key, "route_id"]]
            table = table.merge(routes, on=key, how="left").fillna({"route_id": ""})
        vehicle = table["scheduled_vehicle_id"].to_numpy(dtype=object)
        return table.assign(route=np.where(table["route_id"] != "", table["route_id"], vehicle))

    @cached_property
    def incident_points(self) -> list[str]:
        """For each incident, the ids of the points under it, joined by `|`."""
        both = pd.concat(
            [table[["incident", "point_id"]] for table in (self.named_pickups, self.named_alerts)]
        )
        ids = both.groupby("incident")["point_id"].agg(lambda of: "|".join(sorted(set(of))))
        return [ids.get(number, "") for number in self.incidents.table["incident"]]


def read_service_date(
    store: Store,
    day: date,
    *,
    points: pd.DataFrame | None = None,
    corrections: pd.DataFrame | None = None,
) -> ServiceDate:
    """Read a service date.

    Args:
        store: open; only read.
        day: the service date.
        points: POINTS of all time, where they were just read.
        corrections: CORRECTIONS, where they were just read.

    Raises:
        MissingDataError: the store holds no verdicts of that date.
    """
    entry = store.date_entry(day)
    if entry is None:
        raise MissingDataError("no_verdicts", count=1, first=day, last=day)
    return ServiceDate(
        day,
        entry,
        store.read_pickups(day),
        store.read_alerts(day),
        store.points() if points is None else points,
        store.read_corrections() if corrections is None else corrections,
        store.correction_states(),
        store.evidence("rounds", day, day).get(day),
    )


def with_names(table: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the names of its points, empty where a point is not known.

    Args:
        table: `point_id`; a `name`, `township` or `village` of its own is replaced.
        records: `point_id`, `name`, `township`, `village`, a row a point.
    """
    names = ["name", "township", "village"]
    table = table.drop(columns=[name for name in names if name in table.columns])
    ids = table["point_id"].astype(TEXT)
    record = pd.Index(records["point_id"]).get_indexer(pd.Index(ids))
    found = {name: np.append(records[name].to_numpy(object), "")[record] for name in names}
    return table.assign(
        point_id=ids, **{name: pd.array(values, dtype=TEXT) for name, values in found.items()}
    ).reset_index(drop=True)


def _by_point(table: pd.DataFrame | None, points: pd.Series, names: list[str]) -> np.ndarray:
    """Return figures of points as a matrix, from the first row of each; NaN where there is none."""
    if table is None or table.empty:
        return np.full((len(points), len(names)), np.nan)
    known = table.drop_duplicates("point_id").set_index("point_id")[names]
    return np.asarray(known.reindex(points).to_numpy(dtype=float))
