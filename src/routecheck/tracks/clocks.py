"""Clocks that are off where no receipt times show it: by the schedule and the places served.

Where fixes carry the time of receipt, cleaning finds clocks by itself. Where they do not, a
device whose clock is off still stands at its scheduled points, only never in their windows. For
such a device a few explanations are tried: its wall clock was marked as UTC, or UTC as wall
clock (off by the zone, 8 h in China), or it lives on another date altogether (a lost week
counter, 7,168 days; a date that was never set). One holds where it brings the stands into the
windows of the very points they are at, far better than the times as they stand.

The measure is a likelihood ratio (J. Neyman and E. S. Pearson, 1933): a point at which the
vehicle stands on a date is served in its window with probability `HIT` where the clock is right,
and by chance with `CHANCE` where it is not (`tracks.parameters`). Only points at which the device
was seen to stand at some time count, so that wrong records of points have no bearing on clocks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, Ints, rows_of, seconds
from routecheck.domain.tables import PICKUPS, POINTS, STOPS, TEXT
from routecheck.geo.plane import metres_per_degree
from routecheck.tracks import parameters as par


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

    def of(self, rows: Bools | Ints) -> Standpoints:
        """Some of the pairs."""
        return Standpoints(*(getattr(self, column.name)[rows] for column in fields(self)))

    def hits(self, shift_s: float) -> np.ndarray:
        """The pickups served in their windows if seconds are added to the times."""
        inside = self.start_s + shift_s <= self.close_s + par.BEYOND_WINDOW_S
        inside &= self.end_s + shift_s >= self.open_s - par.BEYOND_WINDOW_S
        return np.unique(self.pickup[inside])

    @property
    def points(self) -> int:
        """How many pickups have a stand at their point."""
        return len(np.unique(self.pickup))

    def served(self, shift_s: float) -> float:
        """Share of the pickups with a stand that are served in their windows, times shifted."""
        return len(self.hits(shift_s)) / max(1, self.points)


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
            "vehicle_id": pickups["vehicle_id"].astype(TEXT).array,
            "pickup": np.arange(len(pickups)),
            "open_s": seconds(pickups["window_start"]),
            "close_s": seconds(pickups["window_end"]),
        }
    ).merge(at, on="point_id")
    stood = (stops["stood_s"].to_numpy() >= par.STAND_S[0]) & (stops["fixes"].to_numpy() > 0)
    some = stops[stood]
    stands = pd.DataFrame(
        {
            "vehicle_id": some["vehicle_id"].astype(TEXT).array,
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
    pairs = pairs[away_m <= par.NEAR_POINT_M]
    return Standpoints(*(pairs[column.name].to_numpy() for column in fields(Standpoints)))


def zone_offsets(service_date: date, zone: ZoneInfo) -> list[float]:
    """Seconds by which a clock is off that takes UTC for local time, or the reverse."""
    noon = datetime.combine(service_date, time(12), tzinfo=zone)
    offset = noon.utcoffset() or timedelta(0)
    return [] if not offset else [offset.total_seconds(), -offset.total_seconds()]


def find_clocks(
    stands: Standpoints, vehicles: set[str], service_date: date, zone: ZoneInfo
) -> dict[str, float]:
    """Find the devices whose clock is off by the time zone.

    Args:
        stands: from `standpoints`.
        vehicles: those without receipt times, among whom to look.
        service_date: the local date of the pickups.
        zone: the site's time zone.

    Returns:
        Seconds to add to the time of a device, by vehicle.
    """
    offsets = zone_offsets(service_date, zone)
    mine = stands.of(np.isin(stands.vehicle_id, sorted(vehicles)))
    off: dict[str, float] = {}
    right, unsure = 0, []
    for vehicle in np.unique(mine.vehicle_id):
        own = mine.of(mine.vehicle_id == vehicle)
        best = max(offsets, key=lambda shift_s: len(own.hits(shift_s)), default=0.0)
        if best and explains(own, best):
            off[str(vehicle)] = best
        elif own.served(0.0) > par.RIGHT_SHARE:
            right += 1
        else:
            unsure.append(str(vehicle))
    amount, count = Counter(off.values()).most_common(1)[0] if off else (0.0, 0)
    most = count >= max(par.FEED_DEVICES, par.FEED_CLOCK_SHARE * len(off))
    if most and right <= par.FEED_RIGHT * count:
        silent = vehicles - set(off) - set(unsure)
        off |= dict.fromkeys((*unsure, *sorted(silent)), amount)
    return off


def feed_offset(stands: Standpoints, service_date: date, zone: ZoneInfo) -> float:
    """Find by how much the times of all vehicles are off: a feed read in another time zone.

    Platforms export UTC without an offset; every vehicle then seems to work hours early. One
    vehicle alone may have worked at another hour, several of them not all by the very offset of
    the time zone.

    Args:
        stands: from `standpoints`, of all vehicles.
        service_date: the local date of the pickups.
        zone: the site's time zone.

    Returns:
        Seconds to add to the times of the feed; 0.0 where they are right.
    """
    rows = rows_of(stands.vehicle_id)
    own = [stands.of(rows[name]) for name in sorted(rows)]
    own = [one for one in own if one.points >= par.OFF_FEED_POINTS]
    if len(own) < par.OFF_FEED_VEHICLES:
        return 0.0
    points = sum(one.points for one in own)
    if sum(len(one.hits(0.0)) for one in own) > par.OFF_FEED_BEFORE * points:
        return 0.0
    for shift_s in zone_offsets(service_date, zone):
        served = [len(one.hits(shift_s)) for one in own]
        agree = [n >= 0.5 * one.points for n, one in zip(served, own, strict=True)]
        if sum(served) >= par.OFF_FEED_SHARE * points and np.mean(agree) >= par.FEED_CLOCK_SHARE:
            return shift_s
    return 0.0


def explains(own: Standpoints, shift_s: float) -> bool:
    """Whether a shift of one vehicle's times explains its stands far better than none."""
    points = own.points
    after, before = own.hits(shift_s), own.hits(0.0)
    if points < par.CLOCK_POINTS or len(after) < par.CLOCK_SHARE * points:
        return False
    if len(before) > par.MOST_BEFORE * points:
        return False
    starts = own.open_s[np.isin(own.pickup, after)]
    apart = float(np.ptp(starts)) >= par.LEAST_SPAN_S
    gain = (len(after) - len(before)) * float(np.log(par.HIT / par.CHANCE))
    gain += (len(before) - len(after)) * float(np.log((1 - par.HIT) / (1 - par.CHANCE)))
    return gain >= np.log(par.LEAST_ODDS) and (apart or len(after) >= 2 * par.CLOCK_POINTS)


def wrong_dates(fixes: pd.DataFrame, service_date: date, zone: ZoneInfo) -> dict[str, float]:
    """Whole days by which devices without receipt times live on another date.

    Such rows are counted under the date of the rows about them (`day`), which gives that date
    to within one. A lost week counter is known by its 7,168 days; any other amount is a guess
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
    days_off = np.round((midnight_s + par.DAY_S / 2 - seconds(fixes["time"])) / par.DAY_S)
    far = blank & (np.abs(days_off) > par.MONTH_S / par.DAY_S) & (fixes["day"].to_numpy() == number)
    if not far.any():
        return {}
    vehicle = fixes["vehicle_id"].cat.codes.to_numpy()
    names = fixes["vehicle_id"].cat.categories
    rollover_days = par.ROLLOVER_S / par.DAY_S
    wrong: dict[str, float] = {}
    for code in np.unique(vehicle[far]):
        rows = far & (vehicle == code)
        if rows.sum() < par.WRONG_DATE_SHARE * (vehicle == code).sum():
            continue
        amounts, counts = np.unique(days_off[rows], return_counts=True)
        amount = float(amounts[np.argmax(counts)])
        weeks = round(amount / rollover_days) * rollover_days
        if weeks and abs(amount - weeks) <= 1.0:
            amount = weeks
        wrong[str(names[code])] = amount * par.DAY_S
    return wrong


def confirmed(
    dates: dict[str, float], stands: Standpoints, off: dict[str, float]
) -> dict[str, float]:
    """Keep the whole days that hold: a lost week counter, or what the schedule bears out.

    Args:
        dates: from `wrong_dates`.
        stands: `standpoints` of tracks to which these were added already.
        off: from `find_clocks` on those: hours that are wrong besides.
    """
    kept: dict[str, float] = {}
    for vehicle, amount_s in dates.items():
        shift_s = off.get(vehicle, 0.0)
        own = stands.of(stands.vehicle_id == vehicle)
        enough = own.points >= par.CLOCK_POINTS
        borne_out = enough and own.served(shift_s) >= par.CLOCK_SHARE
        if amount_s % par.ROLLOVER_S == 0 or borne_out:
            kept[vehicle] = amount_s + shift_s
    return kept
