"""GCJ-02 and BD-09, the shifted datums of Chinese web maps, to and from WGS-84.

PROJ has neither. The polynomial is the public approximation of the unpublished one, on the
Krasovsky 1940 ellipsoid; six independent implementations agree on it to better than 1e-7
degrees. Real AMap control points differ from it by a median of 1.2 m (105-112 E) to 4.5 m
(97-103 E), at most 7.1 m: a limit of the formula, not of this code.

All functions take and return arrays (or numbers) of decimal degrees, longitude first; NaN stays
NaN. The shift does not apply outside mainland China: positions that `outside_china` flags are
returned as they are. The flag is the rectangle that all implementations share; it also holds
places (neighbouring countries, Taiwan) where no map is shifted, so what is declared decides,
and nothing here guesses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Degrees: TypeAlias = npt.NDArray[np.float64]
Pair: TypeAlias = tuple[Degrees, Degrees]

_KRASOVSKY_A_M = 6378245.0
_KRASOVSKY_E2 = (2.0 - 1.0 / 298.3) / 298.3
"""Krasovsky 1940: semi-major axis in metres, and the square of the first eccentricity."""
_BD_FREQUENCY = np.pi * 3000.0 / 180.0


def outside_china(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return true where a position lies outside 72.004-137.8347 E, 0.8293-55.8271 N, or is NaN."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return np.asarray(~inside)


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return WGS-84 positions in GCJ-02."""
    return _inside(_gcj_forward, lon, lat)


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return GCJ-02 positions in WGS-84, by three passes of a fixed point (to 0.2 mm)."""
    return _inside(_gcj_inverse, lon, lat)


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return GCJ-02 positions in BD-09."""
    return _inside(_bd_forward, lon, lat)


def bd09_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return BD-09 positions in GCJ-02: closed form and two corrections (to 0.02 mm)."""
    return _inside(_bd_inverse, lon, lat)


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return WGS-84 positions in BD-09."""
    return _inside(lambda x, y: _bd_forward(*_gcj_forward(x, y)), lon, lat)


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return BD-09 positions in WGS-84."""
    return _inside(lambda x, y: _gcj_inverse(*_bd_inverse(x, y)), lon, lat)


def _inside(convert: Callable[[Degrees, Degrees], Pair], lon: object, lat: object) -> Pair:
    """Apply `convert` where the shift exists, and leave the rest as it is."""
    x, y = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    outside = outside_china(x, y)
    if not outside.any():
        return convert(x, y)
    # Far-off values could overflow in the series; they are not used, so any number will do.
    new_x, new_y = convert(np.where(outside, 105.0, x), np.where(outside, 35.0, y))
    return np.where(outside, x, new_x), np.where(outside, y, new_y)


def _gcj_forward(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian_m = _KRASOVSKY_A_M * (1.0 - _KRASOVSKY_E2) / (w2 * np.sqrt(w2))
    parallel_m = _KRASOVSKY_A_M / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def _gcj_inverse(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon, lat
    # The shift changes by less than 0.1% over its own length, so each pass gains three digits.
    for _ in range(3):
        shifted_x, shifted_y = _gcj_forward(x, y)
        x, y = x + lon - shifted_x, y + lat - shifted_y
    return x, y


def _bd_forward(lon: Degrees, lat: Degrees) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_FREQUENCY)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_FREQUENCY)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd_inverse(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 0.0065, lat - 0.006
    radius = np.hypot(x, y) - 0.00002 * np.sin(y * _BD_FREQUENCY)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * _BD_FREQUENCY)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    for _ in range(2):
        shifted_x, shifted_y = _bd_forward(x, y)
        x, y = x + lon - shifted_x, y + lat - shifted_y
    return x, y
