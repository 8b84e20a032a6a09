"""The shift of Chinese web maps, one way: WGS-84 to GCJ-02 and on to BD-09.

The simulator spoils records with these. It keeps its own copy of the published formulas, so that
an error in the part of the service that undoes the shift cannot hide behind the same error here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_KRASOVSKY_AXIS_M = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323  # 2f - f**2 with f = 1/298.3


def _waves(x: Floats, a: float, b: float) -> Floats:
    """The two sine series that both axes share, over x with periods set by a and b."""
    return np.asarray(
        (20 * np.sin(x * np.pi) + 40 * np.sin(x * np.pi / 3)) * 2 / 3
        + (a * np.sin(x * np.pi / 12) + b * np.sin(x * np.pi / 30)) * 2 / 3
    )


def gcj02_from_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude in GCJ-02, in degrees, of WGS-84 degrees inside mainland China."""
    x, y = lon - 105.0, lat - 35.0
    ripple = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north = north + _waves(y, 160.0, 320.0)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east = east + _waves(x, 150.0, 300.0)
    phi = np.radians(lat)
    w2 = 1 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian_m = _KRASOVSKY_AXIS_M * (1 - _KRASOVSKY_E2) / (w2 * np.sqrt(w2))
    parallel_m = _KRASOVSKY_AXIS_M / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def bd09_from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude in BD-09, in degrees, of GCJ-02 degrees."""
    k = np.pi * 3000.0 / 180.0
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * k)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * k)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_from_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude in BD-09, in degrees, of WGS-84 degrees."""
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))
