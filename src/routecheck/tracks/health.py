"""Health of devices: which vehicle's days cannot be believed as witnesses, and why.

A pickup is `missed` only where a track was there to see it. Whether a track was there is asked of
the device's own past: a receiver whose day lies somewhere else altogether, is displaced as a whole,
or repeats the same digits though it always jittered, shows nothing. All of it is inferred from
HISTORY, the compact evidence of many dates, and so is the same whenever a date is judged again.

- `elsewhere`: the whole day lies far from every point and from where the vehicle works on its other
  days (a lost sign of the longitude, exchanged axes); or a part of it that nobody can have driven
  to.
- `displaced`: its stands lie at none of its usual places, and at most of them after one shift: from
  another datum, or by a constant. The shift is undone where enough distinct stands agree. Or they
  lie where other vehicles stand, and at its points, only after the shift of a datum (`company`).
- `poor`: it stands beside its usual places by tens of metres, where it always stood within a few;
  or, for a part of the day, beside several of them by one and the same shift.
- `stuck`: a stand of many fixes that repeats its digits on a device whose stands always scatter.
"""

from __future__ import annotations

from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, seconds
from routecheck.domain.tables import HISTORY, PICKUPS, POINTS, TEXT
from routecheck.geo.plane import distance_m, metres_per_degree
from routecheck.tracks import parameters as par
from routecheck.tracks.company import days_off_from_company
from routecheck.tracks.part_days import find_part_days
from routecheck.tracks.shifts import shift_to
from routecheck.tracks.stuck import find_stuck

FAULTS = ("elsewhere", "displaced", "poor", "stuck")
COLUMNS = ("service_date", "vehicle_id", "fault", "how", "start", "end", "shift_m")


def find_faults(
    history: pd.DataFrame, pickups: pd.DataFrame, points: pd.DataFrame, zone: ZoneInfo
) -> pd.DataFrame:
    """Find the days of vehicles that cannot be believed.

    Args:
        history: HISTORY of all dates that are known.
        pickups: PICKUPS of those dates.
        points: POINTS, a row a point, as recorded.
        zone: the site's time zone.

    Returns:
        A row a fault: `service_date`, `vehicle_id` (text), `fault` (of `FAULTS`), `how` (the
        shift that undoes it; empty where nothing does), `start` and `end` (seconds since 1970;
        the whole day: minus and plus infinity), `shift_m` (how far the day is displaced, or lies
        from the site; NaN for `stuck`).
    """
    HISTORY.check(history)
    PICKUPS.check(pickups)
    POINTS.check(points)
    stands = _stands(history, zone)
    if stands.empty:
        return fault_table([])
    nearest_m = _nearest_other_day_m(stands)
    place = _located(points)
    due = pickups.loc[pickups["vehicle_id"] != "", ["point_id", "vehicle_id"]].drop_duplicates()
    far_m = _far_from_site(stands, place)
    points_of = due.merge(place, on="point_id")
    scheduled = _at_scheduled(stands, points_of)
    found = days_off_from_company(stands, points_of, scheduled)
    known = {(row[0], row[1]) for row in found}
    own = _whole_days(stands, nearest_m, far_m, points_of, scheduled, known)
    found += [row for row in own if (row[0], row[1]) not in known]
    for more in (
        find_part_days(stands, nearest_m, far_m, place),
        _poor(stands, nearest_m),
        find_stuck(history, stands),
    ):
        apart = {(row[0], row[1]) for row in found}
        found += [row for row in more if (row[0], row[1]) not in apart]
    return fault_table(found)


def fault_table(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Return rows of COLUMNS as the table that `find_faults` gives."""
    table: pd.DataFrame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"start": float, "end": float, "shift_m": float}
    )
    return table


def _stands(history: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Stands that were seen: rows of HISTORY with a vehicle as text, seconds, when they began.

    A stand that lasts past midnight is a row of both dates, and began on the first.
    """
    seen = (
        (history["kind"] == "stop").to_numpy()
        & (history["fixes"].to_numpy() > 0)
        & (history["stood_s"].to_numpy() >= par.LEAST_STAND_S)
    )
    rows = history[seen]
    return pd.DataFrame(
        {
            "service_date": rows["service_date"].array,
            "vehicle_id": rows["vehicle_id"].astype(TEXT).array,
            "began": rows["start"].dt.tz_convert(zone).dt.date.array,
            "start_s": seconds(rows["start"]),
            "stood_s": rows["stood_s"].to_numpy(),
            "lon": rows["lon"].to_numpy(),
            "lat": rows["lat"].to_numpy(),
            "spread_m": rows["spread_m"].to_numpy(),
            "fixes": rows["fixes"].to_numpy(),
        }
    )


# --- whole days -----------------------------------------------------------------------------------


def _located(points: pd.DataFrame) -> pd.DataFrame:
    """The middles of POINTS that have a place (deg)."""
    located = points[points["geometry"].notna().to_numpy()]
    centre = shapely.centroid(located["geometry"].to_numpy(dtype=object))
    return pd.DataFrame(
        {
            "point_id": located["point_id"].array,
            "lon": shapely.get_x(centre),
            "lat": shapely.get_y(centre),
        }
    )


def _whole_days(
    stands: pd.DataFrame,
    nearest_m: Array,
    far_m: Array,
    due: pd.DataFrame,
    scheduled: Bools,
    displaced: set[tuple[object, object]],
) -> list[tuple[object, ...]]:
    """Days that lie elsewhere, or are displaced. Those that are known to be bear nothing out.

    Days that are displaced alike know each other's places. Where a vehicle has days that lie at its
    points, those alone bear out one that does not.
    """
    elsewhen, dates = _dates_that_know(stands)
    # A day that only its like confirm, or its own night, is as doubtful as they.
    again = (nearest_m <= par.SAME_STAND_M) & (elsewhen >= par.CONFIRMED_SHARE * (dates - 1))
    usual = again & (elsewhen > par.USUAL_SHARE * (dates - 1))
    known = again | scheduled
    there, by_points = _lie_at_points(stands, scheduled)
    borne_out = _nearest_other_day_m(stands, there) <= par.SAME_STAND_M
    stood_s = stands["stood_s"].to_numpy()
    rested = (stood_s >= par.RESTED_S) & (stands["began"] == stands["service_date"]).to_numpy()
    rested_s = np.where(rested, stood_s, 0.0)
    found: list[tuple[object, ...]] = []
    day_of = stands.groupby(["vehicle_id", "service_date"], sort=True).indices
    suspects: dict[str, dict[date, bool]] = {}  # whether nothing speaks for the day
    alike: set[tuple[str, date]] = set()
    for key, rows in day_of.items():
        vehicle, day = cast(tuple[str, date], key)
        if len(rows) < par.LEAST_STANDS:
            continue
        away_m = float(np.median(far_m[rows]))
        if away_m > par.ELSEWHERE_M:
            found.append((day, vehicle, "elsewhere", "", -np.inf, np.inf, away_m))
            continue
        # Where it rests for most of the time it is at home, whatever round it made; what remains
        # of the night before, when its device may have been sound, is not enough.
        at_home_s = rested_s[rows][usual[rows]].sum()
        at_home = at_home_s > 0 and at_home_s >= par.USUAL_SHARE * rested_s[rows].sum()
        if again[rows].mean() <= par.KNOWN_SHARE and not at_home:
            unknown = bool(known[rows].mean() <= par.KNOWN_SHARE)
            suspects.setdefault(str(vehicle), {})[day] = unknown
        elif (
            by_points[rows].all()
            and (borne_out | scheduled)[rows].mean() <= par.KNOWN_SHARE
            and not (borne_out & rested)[rows].any()
        ):
            suspects.setdefault(str(vehicle), {})[day] = False
            alike.add((vehicle, day))
    lost = {(row[0], row[1]) for row in found}
    of_vehicle = stands.groupby("vehicle_id").indices
    for vehicle, days in suspects.items():
        own = stands.iloc[of_vehicle[vehicle]]
        doubtful: set[object] = {day for day, name in {*lost, *displaced} if name == vehicle}
        doubtful |= {day for day, unknown in days.items() if unknown or (vehicle, day) in alike}
        for day, unknown in days.items():
            others = own[(~own["service_date"].isin(doubtful | {day})).to_numpy()]
            if len(others) < par.LEAST_STANDS:
                continue  # nothing to hold it against: a first day is taken as it is
            own_points = due[(due["vehicle_id"] == vehicle).to_numpy()]
            mine = own[(own["service_date"] == day).to_numpy()]
            # A day that stands where its points are recorded, and its other days never do, is in
            # the datum of these records: what its other days know lies one shift of a datum away.
            records_too = own_points if unknown else own_points[:0]
            shift = shift_to(mine, others, records_too, constants=unknown)
            if shift is not None:
                found.append((day, vehicle, "displaced", shift[0].how, -np.inf, np.inf, shift[1]))
    return found


def _lie_at_points(stands: pd.DataFrame, scheduled: Bools) -> tuple[Bools, Bools]:
    """Of each stand: whether its day lies at its vehicle's points; whether only other days do.

    Where fewer than half of the days do, the records of the points are as doubtful as the days.
    """
    keys = [stands["vehicle_id"], stands["service_date"]]
    there = pd.Series(scheduled).groupby(keys).transform("mean").to_numpy() > par.KNOWN_SHARE
    days = pd.DataFrame({"there": there}).groupby(keys)["there"].first()
    share = stands["vehicle_id"].map(days.groupby(level=0).mean()).to_numpy()
    return np.asarray(there), np.asarray((share >= par.USUAL_SHARE) & ~there)


def _nearest_other_day_m(stands: pd.DataFrame, among: Bools | None = None) -> Array:
    """Metres from each stand to the nearest one of the same vehicle on another date.

    Infinite where there is none within reach, or among its nearest few: a place that no other date
    knows. A stand that lasts past midnight is no other one. `among`: the stands that count; None:
    all.
    """
    vehicle, day, began = (
        pd.factorize(stands[name])[0] for name in ("vehicle_id", "service_date", "began")
    )
    nearest_m = np.full(len(stands), np.inf)
    if day.max() == 0:
        return nearest_m
    # One width of a degree for all latitudes of a site; vehicles apart on an axis of the plane.
    east_m, north_m = metres_per_degree(np.median(stands["lat"]))
    x = stands["lon"].to_numpy() * east_m
    y = stands["lat"].to_numpy() * north_m + vehicle * par.APART_M
    at = np.asarray(shapely.points(x, y), dtype=object)
    tree = shapely.STRtree(at)
    for low in range(0, len(stands), par.STANDS_AT_ONCE):
        rows = at[low : low + par.STANDS_AT_ONCE]
        of_rows, near = tree.query(rows, predicate="dwithin", distance=par.POOR_REACH_M)
        one = of_rows + low
        away_m = np.hypot(x[one] - x[near], y[one] - y[near])
        counts = (day[one] != day[near]) & (began[one] != began[near])
        if among is not None:
            counts &= among[near]
        np.minimum.at(nearest_m, one[counts], away_m[counts])
        nearer = ~counts & (away_m < nearest_m[one])
        crowded = np.bincount(of_rows[nearer], minlength=len(rows)) >= par.NEIGHBOURS
        nearest_m[low : low + par.STANDS_AT_ONCE][crowded] = np.inf
    return nearest_m


def _dates_that_know(stands: pd.DataFrame) -> tuple[Array, Array]:
    """Of each stand, on how many other dates its vehicle stood there, and how many it has.

    There is one of the nine squares about the stand. A stand counts for the date on which it began.
    """
    east_m, north_m = metres_per_degree(np.median(stands["lat"]))
    rows = pd.DataFrame(
        {
            "vehicle": pd.factorize(stands["vehicle_id"])[0],
            "day": pd.factorize(stands["began"])[0],
            "x": np.floor(stands["lon"].to_numpy() * east_m / par.STAND_CELL_M),
            "y": np.floor(stands["lat"].to_numpy() * north_m / par.STAND_CELL_M),
        }
    )
    in_square = rows.drop_duplicates().groupby(["vehicle", "x", "y"]).size()
    most = np.zeros(len(rows))
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            key = pd.MultiIndex.from_arrays([rows["vehicle"], rows["x"] + east, rows["y"] + north])
            at = in_square.index.get_indexer(key)
            most = np.maximum(most, np.where(at >= 0, in_square.to_numpy()[at], 0))
    dates = rows.groupby("vehicle")["day"].transform("nunique")
    return most - 1, dates.to_numpy(dtype=float)


def _poor(stands: pd.DataFrame, nearest_m: Array) -> list[tuple[object, ...]]:
    """Days on which a vehicle stands at its usual places, and beside them by tens of metres."""
    near = nearest_m <= par.POOR_REACH_M
    rows = stands[near].assign(off_m=nearest_m[near])
    by_day = rows.groupby(["vehicle_id", "service_date"])["off_m"].agg(["size", "median"])
    if by_day.empty:
        return []
    own = by_day.groupby("vehicle_id")["median"]
    # A vehicle with two days is off from itself as much on the one as on the other.
    usual_m = own.transform("median").where(own.transform("size") > 2, by_day["median"].median())
    poor = (by_day["size"] >= par.POOR_STANDS) & (by_day["median"] >= par.POOR_M)
    poor &= by_day["median"] >= par.POOR_TIMES * usual_m
    return [
        (day, vehicle, "poor", "", -np.inf, np.inf, off_m)
        for (vehicle, day), off_m in zip(
            by_day.index[poor].to_list(), by_day.loc[poor, "median"].to_list(), strict=True
        )
    ]


def _at_scheduled(stands: pd.DataFrame, due: pd.DataFrame) -> Bools:
    """Whether a stand lies at a recorded point that its vehicle is scheduled for."""
    pairs = stands[["vehicle_id", "lon", "lat"]].reset_index().merge(due, on="vehicle_id")
    away_m = distance_m(pairs["lon_x"], pairs["lat_x"], pairs["lon_y"], pairs["lat_y"])
    found = np.zeros(len(stands), dtype=bool)
    found[pairs["index"].to_numpy()[away_m <= par.SAME_STAND_M]] = True
    return found


def _far_from_site(stands: pd.DataFrame, place: pd.DataFrame) -> Array:
    """Metres from each stand to the nearest recorded place, zero where it is certainly near.

    The distance is that to the box about the middle nine tenths of the places: enough to tell
    another province from this county, whatever a few wrong records say.
    """
    if len(place) < par.LEAST_STANDS:
        return np.zeros(len(stands))
    west, east = np.quantile(place["lon"], [0.05, 0.95])
    south, north = np.quantile(place["lat"], [0.05, 0.95])
    lon, lat = stands["lon"].to_numpy(), stands["lat"].to_numpy()
    return distance_m(lon, lat, np.clip(lon, west, east), np.clip(lat, south, north))
