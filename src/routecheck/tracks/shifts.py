"""Displacements of a whole day: which one brings its stands to the places that are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array
from routecheck.geo import datum
from routecheck.geo.plane import distance_m, metres_per_degree
from routecheck.tracks import parameters as par


@dataclass(frozen=True)
class Shift:
    """A displacement of a whole day: how to undo it."""

    how: str
    undo: Callable[[Array, Array], tuple[Array, Array]]


_NAMED = (
    Shift("gcj02", datum.gcj02_to_wgs84),
    Shift("bd09", datum.bd09_to_wgs84),
    Shift("gcj02_inverse", datum.wgs84_to_gcj02),
    Shift("swapped", lambda lon, lat: (lat, lon)),
    Shift("sign_lon", lambda lon, lat: (-lon, lat)),
    Shift("sign_lat", lambda lon, lat: (lon, -lat)),
)

REPORTED = _NAMED[:2]
"""Datums that receivers report in."""


def by_constant(east_deg: float, north_deg: float) -> Shift:
    """Return the shift that moves a day by a constant (deg)."""
    return Shift(
        f"constant {east_deg:.6f} {north_deg:.6f}",
        lambda lon, lat: (lon + east_deg, lat + north_deg),
    )


def shift_of(how: str) -> Shift:
    """Return the shift of a name, as FAULTS tables hold it."""
    for shift in _NAMED:
        if shift.how == how:
            return shift
    _, east, north = how.split()
    return by_constant(float(east), float(north))


def shift_to(
    mine: pd.DataFrame, others: pd.DataFrame, recorded: pd.DataFrame, *, constants: bool
) -> tuple[Shift, float] | None:
    """Find the shift that brings a day's stands to places that are known of its vehicle.

    Args:
        mine: stands of the day: `lon`, `lat` (deg).
        others: its stands of other days: `lon`, `lat` (deg).
        recorded: records that count as well: `lon`, `lat` (deg); but that a day lies at records as
            it is speaks for nothing, as these may be in its datum.
        constants: whether a displacement by any constant may be one, not only datums.

    Returns:
        The shift and its length (m); None where none agrees on enough places, or where the day
        lies where its other days do as it is.
    """
    lon, lat = mine["lon"].to_numpy(), mine["lat"].to_numpy()
    known = pd.concat([others[["lon", "lat"]], recorded[["lon", "lat"]]])
    known_lon, known_lat = known["lon"].to_numpy(), known["lat"].to_numpy()
    before = agree(lon, lat, others["lon"].to_numpy(), others["lat"].to_numpy())
    best: tuple[float, Shift, float] | None = None
    of_any_length = _constants(lon, lat, known_lon, known_lat) if constants else []
    for shift in (*_NAMED, *of_any_length):
        to_lon, to_lat, length_m = shifted(shift, lon, lat)
        count: float = agree(to_lon, to_lat, known_lon, known_lat)
        if shift in of_any_length:
            # Over a county a datum is nearly a constant, and a truer account of itself.
            count *= par.CONSTANT_WEIGHT
        if length_m >= par.LEAST_SHIFT_M and (best is None or count > best[0]):
            best = count, shift, length_m
    places = distinct(lon, lat)
    if best is None or best[0] < max(par.AGREE_STANDS, par.AGREE_SHARE * places):
        return None
    return (best[1], best[2]) if before <= par.BEFORE_SHARE * best[0] else None


def shifted(shift: Shift, lon: Array, lat: Array) -> tuple[Array, Array, float]:
    """Return places with a shift undone (deg), and by how many metres it moves them."""
    to_lon, to_lat = shift.undo(lon, lat)
    return to_lon, to_lat, float(np.median(distance_m(lon, lat, to_lon, to_lat)))


def one_shift_m(mine: pd.DataFrame, known: pd.DataFrame, share: float, least: int) -> float:
    """Return the length (m) of the shift that brings most of some stands to known places.

    Args:
        mine: stands: `lon`, `lat` (deg).
        known: places: `lon`, `lat` (deg).
        share: of the stands that it has to bring there.
        least: distinct places that it has to bring them to.

    Returns:
        Metres; NaN where none brings enough of them there.
    """
    if known.empty:
        return float("nan")
    lon, lat = mine["lon"].to_numpy(), mine["lat"].to_numpy()
    known_lon, known_lat = known["lon"].to_numpy(), known["lat"].to_numpy()
    best, best_m = 0, float("nan")
    for shift in (*_NAMED, *_constants(lon, lat, known_lon, known_lat)):
        to_lon, to_lat, length_m = shifted(shift, lon, lat)
        count = agree(to_lon, to_lat, known_lon, known_lat)
        if length_m >= par.LEAST_SHIFT_M and count > best:
            best, best_m = count, length_m
    return best_m if best >= max(least, share * len(mine)) else float("nan")


def agree(lon: Array, lat: Array, known_lon: Array, known_lat: Array) -> int:
    """Return how many stands are at a known place, those of one place counted once."""
    away_m = distance_m(lon[:, None], lat[:, None], known_lon[None, :], known_lat[None, :])
    near = away_m.min(axis=1) <= par.SAME_STAND_M
    return distinct(lon[near], lat[near])


def distinct(lon: Array, lat: Array) -> int:
    """How many places there are, those within one square counted once."""
    if not len(lon):
        return 0
    east_m, north_m = metres_per_degree(np.median(lat))
    cells = np.column_stack([lon * east_m, lat * north_m]) / par.STAND_CELL_M
    return len(np.unique(np.round(cells), axis=0))


def _constants(lon: Array, lat: Array, known_lon: Array, known_lat: Array) -> list[Shift]:
    """The constant displacement on which most pairs of a stand and a known place agree."""
    east = (known_lon[None, :] - lon[:, None]).ravel()
    north = (known_lat[None, :] - lat[:, None]).ravel()
    east_m, north_m = metres_per_degree(np.median(known_lat))
    cell = np.round(np.column_stack([east * east_m, north * north_m]) / par.PILE_M).astype(np.int64)
    _, of, count = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    top = np.argmax(count)
    pile = of.ravel() == top
    return [by_constant(float(np.median(east[pile])), float(np.median(north[pile])))]
