"""Clocks that are off where no receipt times tell: by the schedule and the places served.

Where fixes carry the time of receipt, cleaning finds clocks by itself. Where they do not, a
device whose clock is off still stands at its scheduled points, only never in their windows. For
such a device a few explanations are tried: its wall clock was marked as UTC, or UTC as wall
clock (off by the zone, 8 h in China), or it lives on another date altogether (a lost week
counter, 7,168 days; a date that was never set). One holds where it brings the stands into the
windows of the very points they are at, far better than the times as they stand.

The measure is a likelihood ratio (J. Neyman and E. S. Pearson, 1933): a point at which the
vehicle stands on a date is served in its window with probability `HIT` where the clock is right,
and by chance with `CHANCE` where it is not. Only points at which the device was seen to stand at
some time count, so that wrong records of points say nothing about clocks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, seconds
from routecheck.domain.tables import PICKUPS, POINTS, STOPS
from routecheck.geo.plane import metres_per_degree

DAY_S = 86400.0
ROLLOVER_S = 7168 * DAY_S
"""1,024 weeks: what a receiver of GPS loses when its week counter overflows (IS-GPS-200)."""
NEAR_M = 60.0
"""A stand so near to a recorded point may be for it: tolerance, GPS and survey error."""
LEAST_STAND_S = 15.0
"""Shorter stands are traffic."""
ASIDE_S = 1200.0
"""A round may begin and end a little outside its window."""
HIT, CHANCE = 0.9, 0.25
"""A window of three to four hours covers a quarter of the hours in which trucks are about."""
MARGIN = float(np.log(1000.0))
"""The shifted times must be a thousand times likelier than those of the device ..."""
LEAST_POINTS = 5
"""... by so many points ..."""
LEAST_SHARE = 0.75
"""... of which so many are then served in their windows ..."""
MOST_BEFORE = 0.3
"""... and hardly any without: a round that was run late in part is no clock."""
LEAST_SPAN_S = 7200.0
"""Windows that begin apart by this, or twice the points, are needed: one round alone may have
been run at another hour."""
LEAST_OF_FEED = 3
"""So many devices with one and the same error are the feed, and those with too few points to tell
share it ..."""
FEED_SHARE = 0.75
"""... where they are so many of all that are off, ..."""
MOST_RIGHT = 0.1
"""... and hardly any is right: one that is may have a fault of its own that makes up for it."""


@dataclass(frozen=True)
class Standpoints:
    """Stands of vehicles at points they are scheduled for, whatever the hour.

    Attributes:
        vehicle_id: whose stand, of each pair of a stand and a pickup.
        pickup: position of the pickup.
        start_s: begin of the stand, seconds since 1970.
        end_s: its end.
        open_s: begin of the pickup's window.
        close_s: its end.
    """

    vehicle_id: np.ndarray
    pickup: np.ndarray
    start_s: Array
    end_s: Array
    open_s: Array
    close_s: Array

    def of(self, rows: Bools) -> Standpoints:
        """Some of the pairs."""
        return Standpoints(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def hits(self, shift_s: float) -> np.ndarray:
        """The pickups served in their windows if so many seconds are added to the times."""
        inside = (self.start_s + shift_s <= self.close_s + ASIDE_S) & (
            self.end_s + shift_s >= self.open_s - ASIDE_S
        )
        return np.unique(self.pickup[inside])


def standpoints(stops: pd.DataFrame, pickups: pd.DataFrame, points: pd.DataFrame) -> Standpoints:
    """Pair the stands of each vehicle with the points it is scheduled for.

    Args:
        stops: STOPS about a date.
        pickups: PICKUPS of the date.
        points: POINTS, a row a point, as recorded.
    """
    STOPS.check(stops)
    PICKUPS.check(pickups)
    POINTS.check(points)
    located = points[points["geometry"].notna().to_numpy()]
    centre = shapely.centroid(located["geometry"].to_numpy(dtype=object))
    at = pd.DataFrame(
        {
            "point_id": located["point_id"].array,
            "x": shapely.get_x(centre),
            "y": shapely.get_y(centre),
        }
    )
    due = pd.DataFrame(
        {
            "point_id": pickups["point_id"].array,
            "vehicle_id": pickups["vehicle_id"].astype("str").array,
            "pickup": np.arange(len(pickups)),
            "open_s": seconds(pickups["window_start"]),
            "close_s": seconds(pickups["window_end"]),
        }
    ).merge(at, on="point_id")
    stood = (stops["stood_s"].to_numpy() >= LEAST_STAND_S) & (stops["fixes"].to_numpy() > 0)
    some = stops[stood]
    stands = pd.DataFrame(
        {
            "vehicle_id": some["vehicle_id"].astype("str").array,
            "start_s": seconds(some["start"]),
            "end_s": seconds(some["end"]),
            "lon": some["lon"].to_numpy(),
            "lat": some["lat"].to_numpy(),
        }
    )
    pairs = stands.merge(due[due["vehicle_id"] != ""], on="vehicle_id")
    east_m, north_m = metres_per_degree(pairs["y"].to_numpy())
    away_m = np.hypot(
        (pairs["lon"] - pairs["x"]).to_numpy() * east_m,
        (pairs["lat"] - pairs["y"]).to_numpy() * north_m,
    )
    pairs = pairs[away_m <= NEAR_M]
    return Standpoints(*(pairs[name].to_numpy() for name in Standpoints.__dataclass_fields__))


def zone_offsets(service_date: date, zone: ZoneInfo) -> list[float]:
    """Seconds by which a clock is off that takes UTC for local time, or the reverse."""
    noon = datetime.combine(service_date, time(12), tzinfo=zone)
    offset = noon.utcoffset() or timedelta(0)
    return [] if not offset else [offset.total_seconds(), -offset.total_seconds()]


def find_clocks(
    found: Standpoints, vehicles: set[str], service_date: date, zone: ZoneInfo
) -> dict[str, float]:
    """Find the devices whose clock is off by the time zone.

    Args:
        found: from `standpoints`.
        vehicles: those without receipt times, among whom to look.
        service_date: the local date of the pickups.
        zone: the site's time zone.

    Returns:
        Seconds to add to the time of a device, by vehicle.
    """
    offsets = zone_offsets(service_date, zone)
    mine = found.of(np.isin(found.vehicle_id, sorted(vehicles)))
    off: dict[str, float] = {}
    right, unsure = 0, []
    for vehicle in np.unique(mine.vehicle_id):
        own = mine.of(mine.vehicle_id == vehicle)
        best = max(offsets, key=lambda shift_s: len(own.hits(shift_s)), default=0.0)
        if best and explains(own, best):
            off[str(vehicle)] = best
        elif _served(own, 0.0) > 0.5:
            right += 1
        else:
            unsure.append(str(vehicle))
    amount, count = Counter(off.values()).most_common(1)[0] if off else (0.0, 0)
    most = count >= max(LEAST_OF_FEED, FEED_SHARE * len(off))
    if most and right <= MOST_RIGHT * count:
        silent = vehicles - set(off) - set(unsure)
        off |= dict.fromkeys((*unsure, *sorted(silent)), amount)
    return off


def explains(own: Standpoints, shift_s: float) -> bool:
    """Whether a shift of one vehicle's times explains its stands far better than none."""
    points = len(np.unique(own.pickup))
    after, before = own.hits(shift_s), own.hits(0.0)
    if points < LEAST_POINTS or len(after) < LEAST_SHARE * points:
        return False
    if len(before) > MOST_BEFORE * points:
        return False
    starts = own.open_s[np.isin(own.pickup, after)]
    apart = float(np.ptp(starts)) >= LEAST_SPAN_S
    gain = (len(after) - len(before)) * float(np.log(HIT / CHANCE))
    gain += (len(before) - len(after)) * float(np.log((1 - HIT) / (1 - CHANCE)))
    return gain >= MARGIN and (apart or len(after) >= 2 * LEAST_POINTS)


def _served(own: Standpoints, shift_s: float) -> float:
    """Share of the points stood at that are served in their windows."""
    return len(own.hits(shift_s)) / max(1, len(np.unique(own.pickup)))


def wrong_dates(fixes: pd.DataFrame, service_date: date, zone: ZoneInfo) -> dict[str, float]:
    """Whole days by which devices without receipt times live on another date.

    Such rows are counted under the date of the rows about them (`day`), which says which date it
    was to within one. A lost week counter is known by its 7,168 days; any other amount is a guess
    that the schedule has to confirm (`explains`).

    Args:
        fixes: FIXES about a date.
        service_date: the date.
        zone: the site's time zone.

    Returns:
        Seconds to add, by vehicle: of those most of whose rows lie more than a month away.
    """
    blank = fixes["received_at"].isna().to_numpy() & fixes["positioned"].to_numpy()
    number = (service_date - date(1970, 1, 1)).days
    midnight_s = datetime.combine(service_date, time(), tzinfo=zone).timestamp()
    days_off = np.round((midnight_s + DAY_S / 2 - seconds(fixes["time"])) / DAY_S)
    far = blank & (np.abs(days_off) > 31) & (fixes["day"].to_numpy() == number)
    if not far.any():
        return {}
    vehicle = fixes["vehicle_id"].cat.codes.to_numpy()
    names = fixes["vehicle_id"].cat.categories
    found: dict[str, float] = {}
    for code in np.unique(vehicle[far]):
        rows = far & (vehicle == code)
        if rows.sum() < 0.5 * (vehicle == code).sum():
            continue
        amounts, counts = np.unique(days_off[rows], return_counts=True)
        amount = float(amounts[np.argmax(counts)])
        weeks = round(amount / 7168.0) * 7168.0
        if weeks and abs(amount - weeks) <= 1.0:
            amount = weeks
        found[str(names[code])] = amount * DAY_S
    return found


def confirmed(
    dates: dict[str, float], found: Standpoints, off: dict[str, float]
) -> dict[str, float]:
    """Keep the whole days that hold: a lost week counter, or what the schedule bears out.

    Args:
        dates: from `wrong_dates`.
        found: `standpoints` of tracks to which these were added already.
        off: from `find_clocks` on those: hours that are wrong besides.
    """
    kept: dict[str, float] = {}
    for vehicle, amount_s in dates.items():
        shift_s = off.get(vehicle, 0.0)
        own = found.of(found.vehicle_id == vehicle)
        points = len(np.unique(own.pickup))
        borne_out = points >= LEAST_POINTS and _served(own, shift_s) >= LEAST_SHARE
        if amount_s % ROLLOVER_S == 0 or borne_out:
            kept[vehicle] = amount_s + shift_s
    return kept
