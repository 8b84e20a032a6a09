"""Small worlds for tests: trucks that drive and stand on a plane, given in metres and seconds.

Positions are made with pyproj (azimuthal equidistant about an origin), times with the standard
library: nothing here comes from the code under test.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyproj
import shapely

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 3, 2)  # a Monday
LON, LAT = 108.77, 28.84
_PLANE = pyproj.Transformer.from_crs(
    f"+proj=aeqd +lat_0={LAT} +lon_0={LON} +ellps=WGS84", "EPSG:4326", always_xy=True
)
UTC_TIME = "datetime64[us, UTC]"


def degrees(x_m, y_m):
    """Longitude and latitude of metres east and north of the origin."""
    return _PLANE.transform(x_m, y_m)


def point_at(x_m: float, y_m: float) -> shapely.Point:
    return shapely.Point(*degrees(x_m, y_m))


def local(clock: str, day: date = DAY) -> datetime:
    """A moment of the local day, such as `07:30` or `07:30:15`."""
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, hours, minutes, *rest, tzinfo=ZONE)


def drive(start: tuple[float, float], legs: list[tuple], every_s: float = 10.0, lag_s: float = 0.0):
    """Positions by time of a truck that goes through legs.

    Legs: `("to", x, y, speed_ms)` drives straight there, `("stand", seconds)` stands,
    `("silent", seconds)` stands and sends nothing, `("hide", x, y, speed_ms)` drives unseen.
    Returns rows (seconds since the start, x, y, speed m/s).
    """
    x, y = start
    t, rows, dark = 0.0, [], []
    knots = [(0.0, x, y, 0.0)]
    for leg in legs:
        kind = leg[0]
        begin = t
        if kind in ("to", "hide"):
            _, x, y, speed = leg
            t += float(np.hypot(x - knots[-1][1], y - knots[-1][2])) / speed
        else:
            t += leg[1]
        knots.append((t, x, y, 0.0))
        if kind in ("silent", "hide"):
            dark.append((begin, t))
    times = np.arange(lag_s, t + 1e-9, every_s)
    at = np.array([k[0] for k in knots])
    xs = np.interp(times, at, [k[1] for k in knots])
    ys = np.interp(times, at, [k[2] for k in knots])
    for moment, px, py in zip(times, xs, ys, strict=True):
        if any(a < moment < b for a, b in dark):
            continue
        k = int(np.searchsorted(at, moment, side="right"))
        k = min(max(k, 1), len(at) - 1)
        span = at[k] - at[k - 1]
        way = np.hypot(knots[k][1] - knots[k - 1][1], knots[k][2] - knots[k - 1][2])
        rows.append((moment, px, py, way / span if span else 0.0))
    return rows


def fixes(
    vehicle: str,
    begins: datetime,
    rows,
    *,
    receipt_s: float | None = 5.0,
    clock_s: float = 0.0,
    speed: bool = True,
) -> pd.DataFrame:
    """FIXES of one vehicle; `clock_s` is how far its clock is ahead."""
    seconds, x, y, v = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    lon, lat = degrees(x, y)
    true = pd.DatetimeIndex([begins + timedelta(seconds=float(s)) for s in seconds])
    true = pd.Series(true.tz_convert("UTC").astype(UTC_TIME))
    device = true + pd.Timedelta(seconds=clock_s)
    n = len(seconds)
    blank = pd.Series([pd.NaT] * n, dtype=UTC_TIME)
    return pd.DataFrame(
        {
            "vehicle_id": pd.Categorical([vehicle] * n),
            "time": device.astype(UTC_TIME),
            "lon": lon,
            "lat": lat,
            "speed_kmh": v * 3.6 if speed else np.full(n, np.nan),
            "heading_deg": np.full(n, np.nan),
            "after_break": np.zeros(n, dtype=bool),
            "received_at": blank
            if receipt_s is None
            else (true + pd.Timedelta(seconds=receipt_s)).astype(UTC_TIME),
            "positioned": np.ones(n, dtype=bool),
            "day": np.full(n, (begins.date() - date(1970, 1, 1)).days),
            "file": pd.Categorical(["fixes.csv"] * n),
            "row": np.arange(2, n + 2),
        }
    )


def together(*tables: pd.DataFrame) -> pd.DataFrame:
    """Fixes of several vehicles in one table."""
    table = pd.concat(
        [t.astype({"vehicle_id": "str", "file": "str"}) for t in tables], ignore_index=True
    )
    return table.astype({"vehicle_id": "category", "file": "category"})


def points(**places: object) -> pd.DataFrame:
    """POINTS by id: `(x, y)` in metres, a shapely geometry in degrees, or None."""
    geometry = [
        point_at(*place) if isinstance(place, tuple) else place for place in places.values()
    ]
    n = len(geometry)
    return pd.DataFrame(
        {
            "point_id": pd.Series(list(places), dtype="str"),
            "name": pd.Series([f"name of {p}" for p in places], dtype="str"),
            "township": pd.Series(["town"] * n, dtype="str"),
            "village": pd.Series([""] * n, dtype="str"),
            "geometry": pd.Series(geometry, dtype=object),
            "tolerance_m": np.full(n, np.nan),
            "datum": pd.Series(["wgs84"] * n, dtype="str"),
            "valid_from": pd.Series([None] * n, dtype=object),
            "valid_to": pd.Series([None] * n, dtype=object),
            "recorded_lon": np.array([np.nan if g is None else g.centroid.x for g in geometry]),
            "recorded_lat": np.array([np.nan if g is None else g.centroid.y for g in geometry]),
            "group": pd.Series(["points.csv"] * n, dtype="str"),
        }
    )


def schedule(*rows: tuple) -> pd.DataFrame:
    """SCHEDULE of `(point, vehicle, "06:00", "10:00")`, daily."""

    def minute(clock: str) -> int:
        return int(clock[:2]) * 60 + int(clock[3:])

    starts = [minute(r[2]) for r in rows]
    ends = [minute(r[3]) + (1440 if minute(r[3]) <= minute(r[2]) else 0) for r in rows]
    n = len(rows)
    return pd.DataFrame(
        {
            "point_id": pd.Series([r[0] for r in rows], dtype="str"),
            "vehicle_id": pd.Series([r[1] for r in rows], dtype="str"),
            "weekdays": pd.Series(["1234567"] * n, dtype="str"),
            "start_minute": np.array(starts, dtype=np.int64),
            "end_minute": np.array(ends, dtype=np.int64),
            "valid_from": pd.Series([None] * n, dtype=object),
            "valid_to": pd.Series([None] * n, dtype=object),
            "every_days": np.zeros(n, dtype=np.int64),
            "route_id": pd.Series([""] * n, dtype="str"),
        }
    )


def alerts(*rows: tuple) -> pd.DataFrame:
    """ALERTS of `(alert, point, "12:00")` or `(alert, point, "12:00", "06:00")`, raised locally."""
    n = len(rows)
    minutes = [int(r[3][:2]) * 60 + int(r[3][3:]) if len(r) > 3 else -1 for r in rows]
    return pd.DataFrame(
        {
            "alert_id": pd.Series([r[0] for r in rows], dtype="str"),
            "point_id": pd.Series([r[1] for r in rows], dtype="str"),
            "service_date": pd.Series([DAY] * n, dtype=object),
            "raised_at": pd.Series(
                [pd.Timestamp(local(r[2])).tz_convert("UTC") for r in rows], dtype=UTC_TIME
            ),
            "start_minute": np.array(minutes, dtype=np.int64),
        }
    )
