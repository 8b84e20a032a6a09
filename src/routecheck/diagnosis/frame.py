"""Codes and metres: points, vehicles and days as numbers, places in one plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, Ints
from routecheck.domain.settings import DiagnoseSettings
from routecheck.geo.plane import LocalPlane


@dataclass(frozen=True)
class Frame:
    """Points (one row each, in the order of `point_ids`) in the plane of the site.

    `x`, `y` are the recorded places in metres (centroids), NaN where there is none.
    """

    plane: LocalPlane
    point_ids: pd.Index
    vehicle_ids: pd.Index
    dates: pd.Index
    registry: pd.DataFrame
    """POINTS in the order of the frame."""
    geometry: Any
    flat: Any
    """Geometries in metres, None for single points."""
    x: Array
    y: Array
    located: Bools
    tolerance_m: Array
    main_vehicle: Ints

    @property
    def points(self) -> int:
        """How many points there are."""
        return len(self.point_ids)

    @property
    def vehicles(self) -> int:
        """How many vehicles there are."""
        return len(self.vehicle_ids)

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.dates)

    def sum_of_vehicle(self, values: Array | Ints | Bools) -> Array:
        """For each point the sum of a value over the points of its main vehicle."""
        total = np.bincount(self.main_vehicle, weights=values, minlength=1)
        return np.asarray(total[self.main_vehicle], dtype=np.float64)

    def point_codes(self, ids: pd.Series) -> Ints:
        """Positions of points, -1 where not known."""
        return _codes(self.point_ids, ids)

    def vehicle_codes(self, ids: pd.Series) -> Ints:
        """Positions of vehicles, -1 where not known (or empty)."""
        return _codes(self.vehicle_ids, ids)

    def day_codes(self, dates: pd.Series) -> Ints:
        """Positions of dates, -1 where not known."""
        return _codes(self.dates, dates)

    def away_m(self, point: Ints, x: Array, y: Array) -> Array:
        """Distance of places (m) from the recorded geometries of points; far where none."""
        away = np.hypot(x - self.x[point], y - self.y[point])
        shaped = np.flatnonzero(self.shaped[point])
        if len(shaped):
            away[shaped] = shapely.distance(
                self.flat[point[shaped]], shapely.points(x[shaped], y[shaped])
            )
        return np.nan_to_num(away, nan=1e9)

    @property
    def half_size_m(self) -> Array:
        """Half the diagonal of each geometry's box, 0 for single positions."""
        box = shapely.bounds(self.flat)
        size = np.hypot(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) / 2
        return np.asarray(np.nan_to_num(size))

    @property
    def shaped(self) -> Bools:
        """Points whose geometry is more than one position."""
        return np.array([g is not None for g in self.flat], dtype=bool)


def _codes(index: pd.Index, values: pd.Series) -> Ints:
    codes, distinct = pd.factorize(values)
    table = np.append(index.get_indexer(pd.Index(np.asarray(distinct, dtype=object))), -1)
    return np.asarray(table[codes], dtype=np.int64)


def make_frame(
    history: pd.DataFrame,
    pickups: pd.DataFrame,
    points: pd.DataFrame,
    settings: DiagnoseSettings,
) -> Frame:
    """Give codes to what the tables name, and a plane about the middle of the stops.

    Args:
        history: HISTORY.
        pickups: PICKUPS.
        points: POINTS, one row a point.
        settings: the default tolerance.
    """
    stops = history[(history["kind"] == "stop").to_numpy()]
    if len(stops):
        lon0, lat0 = float(stops["lon"].median()), float(stops["lat"].median())
    else:
        known = points["recorded_lon"].notna() & (points["recorded_lat"].abs() < 90)
        lon0, lat0 = (
            (float(points.loc[known, c].median()) for c in ("recorded_lon", "recorded_lat"))
            if known.any()
            else (105.0, 35.0)
        )
    plane = LocalPlane(lon0, lat0)
    geometry = points["geometry"].to_numpy()
    located = np.array([g is not None and g == g for g in geometry], dtype=bool)
    whole = np.where(located, geometry, np.full(len(points), None, dtype=object))
    centre = shapely.centroid(whole)
    x, y = plane.to_metres(shapely.get_x(centre), shapely.get_y(centre))
    kind = shapely.get_type_id(whole)
    flat = np.full(len(points), None, dtype=object)
    for i in np.flatnonzero(located & (kind != 0)):
        flat[i] = shapely.transform(
            geometry[i], lambda c: np.column_stack(plane.to_metres(c[:, 0], c[:, 1]))
        )
    vehicles = np.unique(
        np.concatenate(
            [
                np.asarray(history["vehicle_id"].astype("category").cat.categories, dtype=object),
                pickups["vehicle_id"].unique().astype(object),
            ]
        ).astype(str)
    )
    vehicle_ids = pd.Index(vehicles[vehicles != ""], dtype=object)
    point_ids = pd.Index(points["point_id"].astype(object))
    main = np.zeros(len(points), dtype=np.int64)
    code = _codes(vehicle_ids, pickups["vehicle_id"])
    which = _codes(point_ids, pickups["point_id"])
    both = (code >= 0) & (which >= 0)
    if both.any():
        key, count = np.unique(which[both] * len(vehicle_ids) + code[both], return_counts=True)
        order = np.argsort(count, kind="stable")
        main[key[order] // len(vehicle_ids)] = key[order] % len(vehicle_ids)
    own = points["tolerance_m"].to_numpy(dtype=np.float64)
    return Frame(
        plane=plane,
        point_ids=point_ids,
        vehicle_ids=vehicle_ids,
        dates=pd.Index(sorted(set(history["service_date"].unique())), dtype=object),
        registry=points,
        geometry=geometry,
        flat=flat,
        x=x,
        y=y,
        located=located,
        tolerance_m=np.where(np.isnan(own), settings.tolerance_m, own),
        main_vehicle=main,
    )
