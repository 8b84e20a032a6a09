"""Displaced days that a vehicle's own days do not show: held against where other vehicles stand.

A receiver in another datum for a week, or from its first day, makes days that bear each other out.
But yards, tips, stations and lights are where other vehicles stand too. A day that comes to none
of them, nor to its points, and after one shift of a datum to some of them and to most of its
points, is in that datum: wrong records alone look otherwise, for with them the vehicle still comes
to the yard.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools
from routecheck.geo.plane import metres_per_degree
from routecheck.tracks import parameters as par
from routecheck.tracks.shifts import REPORTED, Shift, agree, distinct, shifted


def days_off_from_company(
    stands: pd.DataFrame, due: pd.DataFrame, scheduled: Bools
) -> list[tuple[object, ...]]:
    """Find the days that lie where their vehicle and the others stand after a shift of a datum.

    Args:
        stands: stands that were seen, of all vehicles and dates.
        due: `vehicle_id`, `lon`, `lat` of the recorded points of each vehicle.
        scheduled: of each stand, whether it lies at a recorded point of its vehicle.

    Returns:
        Rows of faults: the date, the vehicle, `displaced`, the shift, the whole day, metres.
    """
    found: list[tuple[object, ...]] = []
    doubtful: dict[str, list[tuple[date, pd.DataFrame, pd.DataFrame]]] = {}
    common = _CommonPlaces(stands)
    at_common = common.hold(stands["lon"].to_numpy(), stands["lat"].to_numpy())
    rested_s = stands["stood_s"].where(stands["stood_s"] >= par.RESTED_S, 0.0).to_numpy()
    points_of = dict(iter(due.groupby("vehicle_id")))
    days = stands.groupby(["vehicle_id", "service_date"], sort=True).indices
    for key, rows in days.items():
        vehicle, day = cast(tuple[str, date], key)
        # Where it rests with others for most of the time its day lies where it should; what remains
        # of the night before is not enough.
        with_others_s = rested_s[rows][at_common[rows]].sum()
        if with_others_s > 0.0 and with_others_s >= par.USUAL_SHARE * rested_s[rows].sum():
            continue
        if len(rows) < par.LEAST_STANDS or scheduled[rows].mean() > par.KNOWN_SHARE:
            continue
        if vehicle not in points_of:
            continue
        doubtful.setdefault(vehicle, []).append((day, stands.iloc[rows], points_of[vehicle]))
    for vehicle, those in doubtful.items():
        known: set[Shift] = set()
        # A datum that one of its days shows is known of the receiver: on the others less is enough.
        for least in (par.AGREE_STANDS, par.AGREE_AGAIN):
            shifts = [shift for shift in REPORTED if least == par.AGREE_STANDS or shift in known]
            rest = []
            for day, mine, points in those:
                shift = _shift(mine, points, common, shifts, least)
                if shift is None:
                    rest.append((day, mine, points))
                    continue
                known.add(shift[0])
                found.append((day, vehicle, "displaced", shift[0].how, -np.inf, np.inf, shift[1]))
            those = rest
    return found


def _shift(
    mine: pd.DataFrame,
    points: pd.DataFrame,
    common: _CommonPlaces,
    shifts: Sequence[Shift],
    least: int,
) -> tuple[Shift, float] | None:
    """The datum that brings a day to common places and to its points, and by how much (m)."""
    lon, lat = mine["lon"].to_numpy(), mine["lat"].to_numpy()
    before, _ = _known(lon, lat, points, common)
    for shift in shifts:
        to_lon, to_lat, length_m = shifted(shift, lon, lat)
        agrees, at_common = _known(to_lon, to_lat, points, common)
        enough = agrees >= max(least, par.AGREE_SHARE * distinct(to_lon, to_lat))
        if at_common and enough and before <= par.BEFORE_SHARE * agrees:
            return shift, length_m
    return None


def _known(lon: Array, lat: Array, points: pd.DataFrame, common: _CommonPlaces) -> tuple[int, int]:
    """How many distinct places of a day are common ones or its points, and how many are common."""
    there = common.hold(lon, lat)
    known_lon = np.concatenate([points["lon"].to_numpy(), lon[there]])
    known_lat = np.concatenate([points["lat"].to_numpy(), lat[there]])
    return agree(lon, lat, known_lon, known_lat), distinct(lon[there], lat[there])


class _CommonPlaces:
    """Squares in which several vehicles stood, and the squares about them."""

    def __init__(self, stands: pd.DataFrame) -> None:
        self._east_m, self._north_m = metres_per_degree(np.median(stands["lat"]))
        square = pd.DataFrame(
            {
                "square": self._square(stands["lon"].to_numpy(), stands["lat"].to_numpy()),
                "vehicle": pd.factorize(stands["vehicle_id"])[0],
            }
        )
        vehicles = square.drop_duplicates().groupby("square").size()
        self._squares = vehicles.index[vehicles >= par.COMMON_VEHICLES].to_numpy()

    def _square(self, lon: Array, lat: Array, east: int = 0, north: int = 0) -> Array:
        x = np.floor(lon * self._east_m / par.STAND_CELL_M).astype(np.int64) + east
        y = np.floor(lat * self._north_m / par.STAND_CELL_M).astype(np.int64) + north
        return np.asarray(x * 10_000_000 + y)

    def hold(self, lon: Array, lat: Array) -> Bools:
        """Whether each place lies at a common one."""
        found = np.zeros(len(lon), dtype=bool)
        for east in (-1, 0, 1):
            for north in (-1, 0, 1):
                found |= np.isin(self._square(lon, lat, east, north), self._squares)
        return found
