"""From the coordinate systems that files declare to longitude and latitude in WGS-84.

A datum is named `wgs84`, `gcj02`, `bd09`, `cgcs2000` or `EPSG:n`, in any case and with or without
blanks and dashes. CGCS2000 agrees with WGS-84 to about a metre and counts as the same, so its
grids are only unprojected. Anything else goes through PROJ, never by a ballpark: where PROJ knows
no transformation (Xian 1980, whose parameters are not public), that is an error, because the
silent alternative is wrong by some hundred metres.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from routecheck.domain.errors import UsageError
from routecheck.geo.datum import (
    Degrees,
    Pair,
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

if TYPE_CHECKING:
    from pyproj import Transformer

WGS84 = "wgs84"
KNOWN_DATUMS = ("wgs84", "gcj02", "bd09", "cgcs2000")
_SPELLINGS = {
    "wgs84": "wgs84",
    "wgs1984": "wgs84",
    "84": "wgs84",
    "gps": "wgs84",
    "gcj02": "gcj02",
    "gcj2": "gcj02",
    "火星坐标": "gcj02",
    "火星坐标系": "gcj02",
    "高德": "gcj02",
    "高德坐标": "gcj02",
    "bd09": "bd09",
    "bd9": "bd09",
    "bd09ll": "bd09",
    "百度": "bd09",
    "百度坐标": "bd09",
    "cgcs2000": "cgcs2000",
    "2000国家大地坐标系": "cgcs2000",
    "国家2000": "cgcs2000",
    "epsg4326": "wgs84",
    "epsg4490": "cgcs2000",
}


@dataclass(frozen=True)
class _Grid:
    """A run of EPSG codes, one for each Gauss-Krüger zone of a national grid of China."""

    first_code: int
    first_zone: int
    zones: int
    prefixed: bool
    """Whether the false easting carries the zone number in front."""

    def __contains__(self, code: int) -> bool:
        return self.first_code <= code < self.first_code + self.zones


_GRIDS = tuple(
    _Grid(code, zone, count, prefixed)
    for code, zone, count, prefixed in (
        (4513, 25, 21, True), (4534, 25, 21, False), (4491, 13, 11, True), (4502, 13, 11, False),
        (2349, 25, 21, True), (2370, 25, 21, False), (2327, 13, 11, True), (2338, 13, 11, False),
        (2401, 25, 21, True), (2422, 25, 21, False), (21413, 13, 11, True), (21453, 13, 11, False),
    )
)  # fmt: skip
"""CGCS2000, Xian 1980, Beijing 1954: 3-degree by zone and by central meridian, then 6-degree."""


def parse_datum(text: str) -> str:
    """Return the one spelling of a datum: a name of `KNOWN_DATUMS`, or `EPSG:n`.

    Raises:
        UsageError: the name is not known, or PROJ cannot lead from it to WGS-84.
    """
    key = re.sub(r"[\s\-_:/()]", "", unicodedata.normalize("NFKC", text)).lower()
    if key in _SPELLINGS:
        return _SPELLINGS[key]
    match = re.fullmatch(r"(?:epsg)?(\d{4,6})", key)
    if match is None:
        raise UsageError("datum_unknown", found=text, known=", ".join(KNOWN_DATUMS))
    name = f"EPSG:{int(match[1])}"
    _way(name)
    return name


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, datum: str) -> Pair:
    """Return positions in WGS-84, longitude and latitude in degrees.

    Args:
        x: longitude in degrees or easting in metres (also where the grid's own first axis is
            north). In the national grids with or without the zone in front: 36575144 is zone 36,
            whatever zone was declared.
        y: latitude in degrees or northing in metres.
        datum: any spelling that `parse_datum` knows.

    NaN stays NaN; what PROJ cannot convert becomes NaN.

    Raises:
        UsageError: as `parse_datum`.
    """
    name = parse_datum(datum)
    xs, ys = _floats(x, y)
    if name in _BY_FORMULA:
        return _BY_FORMULA[name][0](xs, ys)
    grid = _grid(name)
    if grid is None:
        return _by_proj(name, xs, ys)
    declared, zones, known = _zones(grid, name, xs)
    short = np.where(np.isfinite(xs) & (xs >= 1e6) & known, xs - zones * 1e6, xs)
    lon, lat = np.full(xs.shape, np.nan), np.full(xs.shape, np.nan)
    for zone in np.unique(zones[known]):
        rows = known & (zones == zone)
        east = short[rows] + (zone * 1e6 if grid.prefixed else 0.0)
        lon[rows], lat[rows] = _by_proj(_in_zone(name, zone - declared), east, ys[rows])
    return lon, lat


def from_wgs84(
    lon: npt.ArrayLike, lat: npt.ArrayLike, datum: str, *, like: npt.ArrayLike = np.nan
) -> Pair:
    """Return positions in another datum: what `to_wgs84` takes back.

    Args:
        lon: longitude in degrees, WGS-84.
        lat: latitude in degrees.
        datum: any spelling that `parse_datum` knows.
        like: in the national grids an easting (m) whose zone, and whose way to write it with the
            zone in front or without, is to be kept; NaN: as the system is defined.

    Returns:
        Longitude and latitude in degrees, or easting and northing in metres. NaN stays NaN; what
        PROJ cannot convert becomes NaN.

    Raises:
        UsageError: as `parse_datum`.
    """
    name = parse_datum(datum)
    lons, lats = _floats(lon, lat)
    if name in _BY_FORMULA:
        return _BY_FORMULA[name][1](lons, lats)
    grid = _grid(name)
    if grid is None:
        return _by_proj(name, lons, lats, inverse=True)
    as_written = np.broadcast_to(np.asarray(like, np.float64), lons.shape)
    declared, zones, known = _zones(grid, name, as_written)
    zones = np.where(known, zones, declared)
    with_zone = np.where(np.isfinite(as_written), as_written >= 1e6, grid.prefixed)
    x, y = np.full(lons.shape, np.nan), np.full(lons.shape, np.nan)
    for zone in np.unique(zones):
        rows = zones == zone
        crs = _in_zone(name, zone - declared)
        east, y[rows] = _by_proj(crs, lons[rows], lats[rows], inverse=True)
        short = east - (zone * 1e6 if grid.prefixed else 0.0)
        x[rows] = short + np.where(with_zone[rows], zone * 1e6, 0.0)
    return x, y


def from_crs(x: npt.ArrayLike, y: npt.ArrayLike, crs: str) -> Pair:
    """Return positions in WGS-84, from a coordinate system that a file carries in itself.

    Args:
        x: longitude in degrees or easting.
        y: latitude in degrees or northing.
        crs: anything that PROJ reads: `EPSG:n`, WKT.

    Raises:
        UsageError: PROJ does not know it, or no way from it to WGS-84.
    """
    return _by_proj(crs, *_floats(x, y))


def _floats(x: npt.ArrayLike, y: npt.ArrayLike) -> Pair:
    xs, ys = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    return xs, ys


def _unchanged(lon: Degrees, lat: Degrees) -> Pair:
    return lon, lat


_BY_FORMULA: dict[str, tuple[Callable[[Degrees, Degrees], Pair], ...]] = {
    "wgs84": (_unchanged, _unchanged),
    "cgcs2000": (_unchanged, _unchanged),
    "gcj02": (gcj02_to_wgs84, wgs84_to_gcj02),
    "bd09": (bd09_to_wgs84, wgs84_to_bd09),
}
"""Of the datums that PROJ is not needed for: to WGS-84, and from it."""


def _grid(name: str) -> _Grid | None:
    """The national grid that a datum (as `parse_datum` spells it) is a zone of."""
    if not name.startswith("EPSG:"):
        return None
    return next((grid for grid in _GRIDS if int(name.removeprefix("EPSG:")) in grid), None)


def _zones(
    grid: _Grid, name: str, easting: Degrees
) -> tuple[int, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The declared zone, the zone of each easting (m), and whether the grid has that zone."""
    declared = grid.first_zone + int(name.removeprefix("EPSG:")) - grid.first_code
    written = np.isfinite(easting) & (easting >= 1e6)
    zones = np.where(written, np.where(written, easting, 0.0) // 1e6, declared).astype(np.int64)
    return declared, zones, (zones >= grid.first_zone) & (zones < grid.first_zone + grid.zones)


def _in_zone(name: str, zones_on: int) -> str:
    """The system some zones east of another of its grid: codes are in the order of zones."""
    return f"EPSG:{int(name.removeprefix('EPSG:')) + int(zones_on)}"


def _by_proj(crs: str, x: Degrees, y: Degrees, *, inverse: bool = False) -> Pair:
    """To WGS-84 by PROJ, or from it; NaN for what it cannot convert."""
    way = _way(crs)
    if way is None:
        return x, y
    new_x, new_y = way.transform(
        x, y, direction="INVERSE" if inverse else "FORWARD", errcheck=False
    )
    lost = ~(np.isfinite(new_x) & np.isfinite(new_y))
    return np.where(lost, np.nan, new_x), np.where(lost, np.nan, new_y)


def east_north(x: npt.ArrayLike, y: npt.ArrayLike, datum: str) -> Pair:
    """Return easting and northing from columns that are only called x and y.

    In the national grids X is north, but many tables name the easting so. Within China a
    northing lies between 1.9 and 6.2 million metres and an easting below one or above ten
    million, so the values decide; where they do not, X is north as the grids define it.
    Everywhere else x is east.
    """
    xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if _grid(parse_datum(datum)) is None:
        return xs, ys
    usable = np.isfinite(xs) & np.isfinite(ys)
    if usable.any() and not _northing(np.median(xs[usable])) and _northing(np.median(ys[usable])):
        return xs, ys
    return ys, xs


def _northing(value: np.floating) -> bool:
    return bool(1.9e6 <= value <= 6.2e6)


@lru_cache(maxsize=64)
def _way(crs_text: str) -> Transformer | None:
    """Return the way from a coordinate system to WGS-84, or None where there is none to go."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError, ProjError

    try:
        crs = CRS.from_user_input(crs_text)
    except CRSError:
        raise UsageError(
            "crs_unknown", crs=_short(crs_text), known=", ".join(KNOWN_DATUMS)
        ) from None
    base = crs.geodetic_crs
    if base is None:
        raise UsageError("crs_without_degrees", crs=crs.name)
    if base.datum is not None and re.search(_CGCS2000, base.datum.name):
        # Treated as WGS-84: between the two PROJ has a ballpark only, and there is no shift.
        return None if crs.is_geographic else Transformer.from_crs(crs, base, always_xy=True)
    try:
        way = Transformer.from_crs(crs, "EPSG:4326", always_xy=True, allow_ballpark=False)
    except ProjError:
        raise UsageError("crs_no_way", crs=_short(crs_text), name=crs.name) from None
    return None if crs.equals("EPSG:4326", ignore_axis_order=True) else way


_CGCS2000 = re.compile(r"(?i)^(d_)?(china|cgcs).*2000$|china geodetic coordinate system 2000")


def _short(crs_text: str) -> str:
    return crs_text if len(crs_text) <= 40 else crs_text[:37] + "…"
