"""What looks wrong with fixes that were asked for: clocks, zones, units, grain, axes, datum."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from routecheck.config import Config, FixesSource
from routecheck.domain.arrays import seconds
from routecheck.domain.errors import Message, RoutecheckError
from routecheck.fetching.kinds import zone_of
from routecheck.geo.crs import from_wgs84, to_wgs84
from routecheck.geo.plane import LocalPlane, distance_m
from routecheck.sources.points import read_points

AHEAD_S = 300.0
"""A clock that is ahead by less is a clock; by whole hours, it is a zone."""
HOUR_TOLERANCE_S = 600.0
MOST_HOURS = 14
"""No zone is further from UTC, and no two that one country uses are as far apart."""
OLD = timedelta(days=1)
UNITS = {"kn": 1.852, "m/s": 3.6, "mph": 1.609}
"""Units of speeds, in km/h."""
UNIT_TOLERANCE, MOVING_KMH, MOVES = 0.1, 10.0, 50
"""A unit is another one where at least so many ratios of distance over time to the speed as read
show it; segments of 5 to 60 s with hardly a change of speed."""
STRAIGHT = 0.7
"""Quantile of these ratios that is 1 where speeds are in km/h: roads bend, and chords are shorter
(0.98 to 1.02 on counties of two simulators that have nothing in common)."""
NEAR_M, STANDING_M, BETTER = 30.0, 15.0, 0.15
"""Stands (two fixes so near each other, half a minute or more apart) near points: another datum
is meant where such a share more of them are within reach of a point by it."""
DATUMS = ("wgs84", "gcj02", "bd09")
FAR_M = 100_000.0
"""Fixes whose middle lies farther than this from that of the points are elsewhere."""


def _places(config: Config) -> np.ndarray:
    """Longitude and latitude of the points, one a row; none where they cannot be read."""
    with suppress(RoutecheckError):
        points = read_points(config.points, config.directory).table
        located = points[points["recorded_lon"].notna() & points["recorded_lat"].notna()]
        return located[["recorded_lon", "recorded_lat"]].to_numpy(float)
    return np.empty((0, 2))


def findings_of_fixes(
    fixes: pd.DataFrame, section: FixesSource, config: Config, now: datetime
) -> Iterator[Message]:
    """Yield what looks wrong.

    Args:
        fixes: FIXES, vehicles as text.
        section: of the source.
        config: the site, whose points are looked at where they can be read.
        now: the present, an aware time.
    """
    zone = zone_of(section, config).key
    yield from _of_clock(fixes, zone, now)
    yield from _of_speed(fixes)
    yield from _of_grain(fixes)
    yield from _of_place(fixes, _places(config), section)


def _of_clock(fixes: pd.DataFrame, zone: str, now: datetime) -> Iterator[Message]:
    """Times that are hours ahead of the present, or of their receipts."""
    # The newest of the second vehicle: one clock that is wrong is a device's matter.
    newest = np.sort(seconds(fixes.groupby("vehicle_id", observed=True)["time"].max()))
    ahead_s = float(newest[-2:].min()) - now.timestamp()
    received = fixes["received_at"].notna().to_numpy()
    if received.any():
        late_s = seconds(fixes["received_at"][received]) - seconds(fixes["time"][received])
        behind_s = float(np.median(late_s))
        hours = round(behind_s / 3600)
        if 0 < abs(hours) <= MOST_HOURS and abs(behind_s - 3600 * hours) < HOUR_TOLERANCE_S:
            yield Message("connect.zone_of_receipts", hours=abs(hours), zone=zone,
                          ahead=int(hours < 0))  # fmt: skip
            return
    if ahead_s > AHEAD_S:
        yield Message("connect.ahead", hours=round(ahead_s / 3600, 1), zone=zone)
    elif _is_offset(-ahead_s, zone, now):
        yield Message("connect.perhaps_utc", hours=round(-ahead_s / 3600), zone=zone)
    elif ahead_s < -OLD.total_seconds():
        yield Message("connect.old", days=round(-ahead_s / 86400))


def _is_offset(behind_s: float, zone: str, now: datetime) -> bool:
    """Whether a feed is behind by as much as a zone is ahead of UTC."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    offset_s = offset.total_seconds()
    return offset_s > 0 and abs(behind_s - offset_s) < HOUR_TOLERANCE_S


def _of_speed(fixes: pd.DataFrame) -> Iterator[Message]:
    """Speeds in another unit than km/h, by how far vehicles came meanwhile."""
    table = fixes.sort_values(["vehicle_id", "time"], kind="stable")
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    took_s = np.diff(seconds(table["time"]))
    vehicle = table["vehicle_id"].to_numpy()
    went_m = distance_m(lon[1:], lat[1:], lon[:-1], lat[:-1])
    speed = table["speed_kmh"].to_numpy(float)
    told = (speed[1:] + speed[:-1]) / 2
    fit = (vehicle[1:] == vehicle[:-1]) & (took_s >= 5) & (took_s <= 60) & (told > 0)
    kmh = 3.6 * went_m / np.where(took_s > 0, took_s, np.inf)
    fit &= (kmh > MOVING_KMH) & (np.abs(speed[1:] - speed[:-1]) < 0.1 * told)
    if fit.sum() < MOVES:
        return
    factor = float(np.quantile(kmh[fit] / told[fit], STRAIGHT))
    unit = min(UNITS, key=lambda name: abs(np.log(UNITS[name] / factor)))
    if abs(np.log(factor)) > UNIT_TOLERANCE and abs(np.log(UNITS[unit] / factor)) < UNIT_TOLERANCE:
        yield Message("connect.speed_unit", unit=unit, factor=f"{UNITS[unit]:g}")


def _of_grain(fixes: pd.DataFrame) -> Iterator[Message]:
    at_s = seconds(fixes["time"])
    if len(at_s) >= MOVES and np.mean(np.mod(at_s, 60.0) == 0.0) > 0.98:
        yield Message("connect.whole_minutes")


def _of_place(fixes: pd.DataFrame, points: np.ndarray, section: FixesSource) -> Iterator[Message]:
    """Fixes far from all points, exchanged axes, or another datum."""
    lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
    if np.mean((np.abs(lat) > 90) | (np.abs(lon) > 180)) > 0.5:
        exchanged = (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
        yield Message("connect.axes" if np.mean(exchanged) > 0.5 else "connect.no_place")
        return
    if not len(points):
        return
    middle = np.median(points, axis=0)
    there = float(np.median(distance_m(lon, lat, middle[0], middle[1])))
    if there > FAR_M:
        fits = np.abs(lon) <= 90
        swapped = distance_m(lat[fits], lon[fits], middle[0], middle[1])
        if len(swapped) and float(np.median(swapped)) < FAR_M:
            yield Message("connect.axes")
        else:
            yield Message("connect.elsewhere", km=round(there / 1000))
        return
    if section.datum not in DATUMS:
        return
    plane = LocalPlane(float(middle[0]), float(middle[1]))
    tree = cKDTree(np.column_stack(plane.to_metres(points[:, 0], points[:, 1])))
    stood = _standing(fixes, plane)
    if len(stood) < MOVES:
        return
    shares = {}
    written = from_wgs84(stood[:, 0], stood[:, 1], section.datum)
    for datum in DATUMS:
        x, y = plane.to_metres(*to_wgs84(*written, datum))
        shares[datum] = float(np.mean(tree.query(np.column_stack([x, y]))[0] <= NEAR_M))
    best = max(shares, key=lambda name: shares[name])

    if shares[best] > shares[section.datum] + BETTER:
        yield Message("connect.datum", datum=best, share=round(100 * shares[best]),
                      now=round(100 * shares[section.datum]))  # fmt: skip


def _standing(fixes: pd.DataFrame, plane: LocalPlane) -> np.ndarray:
    """Longitude and latitude of the places at which vehicles stood, each once."""
    table = fixes.sort_values(["vehicle_id", "time"], kind="stable")
    x, y = plane.to_metres(table["lon"].to_numpy(), table["lat"].to_numpy())
    took_s = np.diff(seconds(table["time"]))
    vehicle = table["vehicle_id"].to_numpy()
    stood = (vehicle[1:] == vehicle[:-1]) & (np.hypot(np.diff(x), np.diff(y)) <= STANDING_M)
    stood &= (took_s >= 5) & (took_s <= 600)
    # A night in the yard is one place, as a minute at the bins is.
    cells = np.column_stack([x[1:][stood] // NEAR_M, y[1:][stood] // NEAR_M])
    _, first = np.unique(cells, axis=0, return_index=True)
    found: np.ndarray = table[["lon", "lat"]].to_numpy(float)[1:][stood][first]
    return found
