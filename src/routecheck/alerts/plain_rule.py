"""The plain rule: what the monitor tests, replayed on the recorded data.

The scheduled vehicle, a fix inside the recorded tolerance, within the window by the clock of the
device; and when that fix was received. What the rule lacks is the cause of an alert: `shown`
gives what the fixes of the visits that served pickups show. Under corrected points the rule
predicts which alerts the monitor would still raise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from routecheck.alerts.parameters import LIVE_S
from routecheck.domain.arrays import Array, Ints, records, runs_of, seconds, times
from routecheck.domain.codes import Verdict
from routecheck.domain.settings import EDGE_S, JudgeSettings
from routecheck.domain.tables import JUDGEMENTS, PICKUPS, PLAIN, SHOWN, STOPS, TEXT, TRACKS, VISITS
from routecheck.geo.distance import distances_m


def plain_rule(
    pickups: pd.DataFrame,
    points: pd.DataFrame,
    visits: pd.DataFrame,
    tracks: pd.DataFrame,
    settings: JudgeSettings,
) -> pd.DataFrame:
    """Replay the monitor's rule for each pickup.

    Args:
        pickups: PICKUPS of the date.
        points: columns point_id, geometry, tolerance_m (blank: the monitor's), a row a point.
        visits: VISITS at those geometries with those tolerances.
        tracks: TRACKS, sorted by vehicle and time.
        settings: the monitor's tolerance.

    Returns:
        PLAIN, in the order of `pickups`.

    Raises:
        TableError: a table is not what its contract says.
    """
    PICKUPS.check(pickups)
    VISITS.check(visits)
    TRACKS.check(tracks)
    seen_s = np.full(len(pickups), np.inf)
    inside = visits[visits["fixes_inside"] > 0]
    if len(pickups) and len(inside):
        fixes, shapes = _Fixes.of(tracks), _shapes(points, settings)
        for pair in records(_pairs(inside, pickups)):
            rows = fixes.between(pair.vehicle, pair.entered_s, pair.left_s)
            rows = fixes.within(rows, *shapes[pair.point_id])
            rows = rows[fixes.in_window(fixes.device_s[rows], pair.start_s, pair.end_s)]
            seen_s[pair.k] = min(seen_s[pair.k], np.min(fixes.received_s[rows], initial=np.inf))
    holds = np.isfinite(seen_s)
    table = pd.DataFrame(
        {
            "point_id": pickups["point_id"].array,
            "window_start": pickups["window_start"].array,
            "holds": holds,
            "seen_at": times(np.where(holds, seen_s, np.nan)),
        }
    )
    return PLAIN.check(table)


def _pairs(inside: pd.DataFrame, pickups: pd.DataFrame) -> pd.DataFrame:
    """Visits with each pickup of their point that the vehicle may serve, by position `k`."""
    visits = pd.DataFrame(
        {
            "point_id": inside["point_id"],
            "vehicle": inside["vehicle_id"].astype(TEXT),
            "entered_s": seconds(inside["entered"]),
            "left_s": seconds(inside["left"]),
        }
    )
    windows = pd.DataFrame(
        {
            "point_id": pickups["point_id"],
            "k": np.arange(len(pickups)),
            "scheduled": pickups["vehicle_id"],
            "start_s": seconds(pickups["window_start"]),
            "end_s": seconds(pickups["window_end"]),
        }
    )
    pairs = visits.merge(windows, on="point_id")
    return pairs[(pairs["scheduled"] == "") | (pairs["scheduled"] == pairs["vehicle"])]


def shown(
    judgements: pd.DataFrame,
    plain: pd.DataFrame,
    points: pd.DataFrame,
    tracks: pd.DataFrame,
    stops: pd.DataFrame,
    settings: JudgeSettings,
) -> pd.DataFrame:
    """Find what the fixes of a visit show the monitor, where the plain rule did not see it.

    For the collected pickups for which the rule does not hold, or holds by fixes received more
    than `LIVE_S` after the visit: those may be of another hour of the day.

    Args:
        judgements: JUDGEMENTS of the date.
        plain: PLAIN, in their order.
        points: columns point_id, geometry, tolerance_m (blank: the monitor's), a row a point.
        tracks: TRACKS, sorted by vehicle and time.
        stops: STOPS of the same tracks.
        settings: the monitor's tolerance.

    Returns:
        SHOWN.

    Raises:
        TableError: a table is not what its contract says.
    """
    JUDGEMENTS.check(judgements)
    PLAIN.check(plain)
    STOPS.check(stops)
    departed_s = seconds(judgements["departed_at"])
    with np.errstate(invalid="ignore"):
        in_time = seconds(plain["seen_at"]) - departed_s <= LIVE_S
    collected = (judgements["verdict"] == Verdict.COLLECTED).to_numpy()
    unseen = np.flatnonzero(collected & ~np.isnan(departed_s) & ~in_time)
    fixes, shapes, stands = _Fixes.of(tracks), _shapes(points, settings), _Stands.of(stops)
    rows = []
    for k, row in zip(unseen.tolist(), records(judgements.iloc[unseen]), strict=True):
        geometry, tolerance_m = shapes.get(row.point_id, (None, np.nan))
        if geometry is None or row.vehicle_id not in fixes.bounds:
            continue
        visit_s = row.arrived_at.timestamp(), row.departed_at.timestamp()
        window_s = row.window_start.timestamp(), row.window_end.timestamp()
        inside = fixes.within(fixes.between(row.vehicle_id, *visit_s), geometry, tolerance_m)
        due = fixes.in_window(fixes.device_s[inside], *window_s)
        received_s = fixes.received_s[inside][due]
        rows.append(
            {
                "pickup": k,
                "clock_offset_s": fixes.clock_offset_s(row.vehicle_id, visit_s[0]),
                "inside": len(inside),
                "in_window": int(fixes.in_window(fixes.time_s[inside], *window_s).sum()),
                "in_device_window": int(due.sum()),
                "seen_at": times(np.array([received_s.min()]))[0] if len(received_s) else pd.NaT,
                "stand_m": stands.nearest_m(row.vehicle_id, *visit_s, geometry),
                "tolerance_m": tolerance_m,
            }
        )
    return SHOWN.of_rows(rows)


@dataclass(frozen=True)
class _Fixes:
    """TRACKS in arrays, seconds since 1970 (UTC), with the rows of each vehicle."""

    time_s: Array
    offset_s: Array
    device_s: Array
    received_s: Array
    lon: Array
    lat: Array
    bounds: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, tracks: pd.DataFrame) -> _Fixes:
        time_s, received_s = seconds(tracks["time"]), seconds(tracks["received_at"])
        offset_s = tracks["clock_offset_s"].to_numpy()
        names = tracks["vehicle_id"].cat.categories
        runs = runs_of(tracks["vehicle_id"].cat.codes.to_numpy())
        return cls(
            time_s,
            offset_s,
            time_s - offset_s,
            np.where(np.isnan(received_s), time_s, received_s),
            tracks["lon"].to_numpy(),
            tracks["lat"].to_numpy(),
            {
                str(names[code]): (int(start), int(start + count))
                for code, start, count in zip(*runs, strict=True)
            },
        )

    def between(self, vehicle: str, start_s: float, end_s: float) -> Ints:
        """Rows of a vehicle in a span of time."""
        first, last = self.bounds[vehicle]
        own = self.time_s[first:last]
        a, b = np.searchsorted(own, start_s - EDGE_S), np.searchsorted(own, end_s + EDGE_S, "right")
        return first + np.arange(a, b)

    def within(self, rows: Ints, geometry: Any, tolerance_m: float) -> Ints:
        """Those of the rows that lie within a tolerance of a geometry."""
        away_m = distances_m(geometry, self.lon[rows], self.lat[rows])
        return rows[away_m <= tolerance_m]

    @staticmethod
    def in_window(time_s: Array, start_s: float, end_s: float) -> np.ndarray:
        """Which of the times lie in a window."""
        return (time_s >= start_s) & (time_s <= end_s)

    def clock_offset_s(self, vehicle: str, since_s: float) -> float:
        """What was added to the clock of a vehicle's device at a moment, or just before it."""
        first, last = self.bounds[vehicle]
        row = first + int(np.searchsorted(self.time_s[first:last], since_s - EDGE_S))
        return float(self.offset_s[min(row, last - 1)])


@dataclass(frozen=True)
class _Stands:
    """STOPS that fixes show, in arrays, seconds since 1970 (UTC)."""

    rows: Mapping[str, Ints]
    """Of each vehicle."""
    start_s: Array
    end_s: Array
    lon: Array
    lat: Array

    @classmethod
    def of(cls, stops: pd.DataFrame) -> _Stands:
        seen = stops[stops["fixes"] > 0]
        rows = seen.groupby("vehicle_id", sort=False, observed=True).indices
        return cls(
            {str(name): np.asarray(own, np.int64) for name, own in rows.items()},
            seconds(seen["start"]),
            seconds(seen["end"]),
            seen["lon"].to_numpy(),
            seen["lat"].to_numpy(),
        )

    def nearest_m(self, vehicle: str, start_s: float, end_s: float, geometry: Any) -> float:
        """From a geometry to the nearest stop of a vehicle in a span of time, NaN: none."""
        there = self.rows.get(vehicle, np.zeros(0, dtype=np.int64))
        there = there[(self.start_s[there] <= end_s) & (self.end_s[there] >= start_s)]
        if not len(there):
            return np.nan
        return float(distances_m(geometry, self.lon[there], self.lat[there]).min())


def _shapes(points: pd.DataFrame, settings: JudgeSettings) -> dict[str, tuple[Any, float]]:
    """Geometry of each point, and the tolerance that the monitor uses."""
    tolerance_m = points["tolerance_m"].fillna(settings.monitor_tolerance_m).astype(float)
    shapes = zip(points["geometry"], tolerance_m.tolist(), strict=True)
    return dict(zip(points["point_id"], shapes, strict=True))
