"""What a record may mean instead: other datums, and the known slips of single records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.frame import Frame
from routecheck.domain.arrays import Array, Bools
from routecheck.geo import datum

Convert = Callable[[Array, Array], tuple[Array, Array]]


def _shifted(degrees: float) -> Convert:
    return lambda lon, lat: (lon + degrees, lat)


def _twice(convert: Convert) -> Convert:
    return lambda lon, lat: convert(*convert(lon, lat))


@dataclass(frozen=True)
class Reading:
    """Another way to read a batch: what turns the record into WGS-84, and its log-prior."""

    name: str
    convert: Convert
    prior: float


READINGS: tuple[Reading, ...] = (
    Reading("gcj02", datum.gcj02_to_wgs84, 0.0),
    Reading("bd09", datum.bd09_to_wgs84, 0.0),
    # Converted although it was right already.
    Reading("gcj02_reversed", datum.wgs84_to_gcj02, -2.0),
    Reading("bd09_reversed", datum.wgs84_to_bd09, -3.0),
    # Converted twice towards the map.
    Reading("gcj02_twice", _twice(datum.gcj02_to_wgs84), -3.0),
    Reading("bd09_twice", _twice(datum.bd09_to_wgs84), -4.0),
    # BD-09 taken for GCJ-02, and the other way round.
    Reading("bd09_as_gcj02", datum.bd09_to_gcj02, -2.0),
    Reading("gcj02_as_bd09", datum.gcj02_to_bd09, -3.0),
    Reading("meridian_east", _shifted(3.0), -3.0),
    Reading("meridian_west", _shifted(-3.0), -3.0),
)
"""Datums, their reverses and doubles, and the wrong central meridian, with the log of how rare each
is beside the two datums themselves (judged from the exports that counties keep, not measured)."""


@dataclass(frozen=True)
class Slip:
    """A slip of single records: where each record would lie (m), NaN where it cannot be."""

    name: str
    x: Array
    y: Array
    certain: Bools
    """The record is impossible as it stands, and this is the plain way to read it."""
    share: Array | None = None
    """How many of the points about each are recorded so, where that was found; None: as usual."""


@dataclass(frozen=True)
class Lattice:
    """Records on a lattice of round degrees: the box in which the place lies (m), NaN: none."""

    x: Array
    y: Array
    half_x: Array
    half_y: Array
    rare: bool
    """Few records of the registry are so coarse: it is a slip, not the style of the file."""


def _declared(name: str) -> Convert | None:
    """Undo the declared datum; None for systems that are not in degrees."""
    text = name.strip().lower()
    if text in ("", "wgs84", "cgcs2000"):
        return lambda lon, lat: (lon, lat)
    return {"gcj02": datum.gcj02_to_wgs84, "bd09": datum.bd09_to_wgs84}.get(text)


def _minutes(value: Array) -> Array:
    """Degrees and minutes read as decimal degrees: every fraction is below 0.6."""
    whole = np.floor(value)
    return np.where(value - whole < 0.6, whole + (value - whole) / 0.6, np.nan)


def _seconds(value: Array) -> Array:
    """Degrees, minutes and seconds in one number: dd.mmss."""
    whole = np.floor(value)
    minutes = np.floor((value - whole) * 100 + 1e-9)
    seconds = ((value - whole) * 100 - minutes) * 100
    good = (minutes < 60) & (seconds < 60)
    return np.where(good, whole + minutes / 60 + seconds / 3600, np.nan)


def slips(frame: Frame, points: pd.DataFrame) -> list[Slip]:
    """Return the readings of single records, in metres of the frame."""
    lon, lat = (points[c].to_numpy(dtype=np.float64) for c in ("recorded_lon", "recorded_lat"))
    in_degrees = (np.abs(lon) <= 180) & (np.abs(lat) <= 180)
    lon, lat = np.where(in_degrees, lon, np.nan), np.where(in_degrees, lat, np.nan)
    impossible = in_degrees & (np.abs(lat) > 90)
    forms: list[tuple[str, Array, Array]] = [
        ("swapped", lat, lon),
        ("minutes", _minutes(lon), _minutes(lat)),
        ("seconds", _seconds(lon), _seconds(lat)),
        ("minutes_lon", _minutes(lon), lat),
        ("minutes_lat", lon, _minutes(lat)),
        ("meridian", lon + 3.0, lat),
        ("meridian", lon - 3.0, lat),
        ("sign", -lon, lat),
        ("sign", lon, -lat),
        ("swapped_minutes", _minutes(lat), _minutes(lon)),
    ]
    result = []
    for name, east, north in forms:
        x, y = _place(frame, points, east, north)
        result.append(Slip(name, x, y, impossible & (name == "swapped")))
    return result


def _place(frame: Frame, points: pd.DataFrame, lon: Array, lat: Array) -> tuple[Array, Array]:
    """Undo the declared datum and project."""
    x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    good = ~np.isnan(lon) & ~np.isnan(lat) & (np.abs(lat) <= 90)
    names = points["datum"].to_numpy()
    for name in set(names):
        convert = _declared(str(name))
        rows = np.flatnonzero(good & (names == name))
        if convert is not None and len(rows):
            x[rows], y[rows] = frame.plane.to_metres(*convert(lon[rows], lat[rows]))
    # Where it is not on this part of the earth, it is no reading.
    far = np.hypot(x, y) > par.ELSEWHERE_M
    x[far] = y[far] = np.nan
    return x, y


def lattice(frame: Frame, points: pd.DataFrame) -> Lattice:
    """Return for records with few digits the box in which the place lies, cut or rounded."""
    lon, lat = (points[c].to_numpy(dtype=np.float64) for c in ("recorded_lon", "recorded_lat"))
    n = len(lon)
    digits = np.full(n, 9)
    for count in (4, 3, 2, 1):
        scale = 10.0**count
        on = np.ones(n, dtype=bool)
        for value in (lon, lat):
            on &= np.abs(value * scale - np.round(value * scale)) < par.DIGITS_DEG
        digits[on] = count
    known = (digits >= 1) & (digits <= 3) & frame.located
    step = 10.0 ** -digits.astype(np.float64)
    # Cut towards zero: the place lies up to one step beyond; rounded: half a step about.
    low_x, low_y = _place(frame, points, lon - 0.5 * step, lat - 0.5 * step)
    high_x, high_y = _place(frame, points, lon + step, lat + step)
    known &= ~np.isnan(low_x) & ~np.isnan(high_x)

    def blank(values: Array) -> Array:
        return np.where(known, values, np.nan)

    return Lattice(
        x=blank((low_x + high_x) / 2),
        y=blank((low_y + high_y) / 2),
        half_x=blank((high_x - low_x) / 2),
        half_y=blank((high_y - low_y) / 2),
        rare=bool(known.sum() < par.COARSE_RARE * len(known)),
    )
