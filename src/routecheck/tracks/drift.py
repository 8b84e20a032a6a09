"""Clocks that drift slowly, without receipt times: by when a vehicle is where it always is.

A clock that gains some minutes a day shifts the whole round, a little more on every date, while
the places and their order stay as they are. That shows in the hours at which a vehicle stands
at its usual places: their trend over the dates by the median of all slopes (H. Theil, 1950; P. K.
Sen, 1968), which one odd day does not move. A driver may well rise earlier as the days grow longer:
it is a clock only where it leads out of the windows of the schedule, and taking it off leads back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, seconds
from routecheck.domain.local_time import day_begins
from routecheck.domain.tables import HISTORY, PICKUPS, TEXT
from routecheck.tracks import parameters as par


@dataclass(frozen=True)
class Drift:
    """A clock that is `ahead_s` ahead on `since`, and gains `gain_s` with every date."""

    since: date
    ahead_s: float
    gain_s: float

    def correction_s(self, day: date) -> float:
        """Seconds to add to device times of a date."""
        return -(self.ahead_s + self.gain_s * (day - self.since).days)


def find_drifts(history: pd.DataFrame, pickups: pd.DataFrame, zone: ZoneInfo) -> dict[str, Drift]:
    """Return by vehicle the clocks that seem to drift, whatever receipt times show.

    Args:
        history: HISTORY of some dates, in any order, device times as they came.
        pickups: PICKUPS of the same dates.
        zone: of the dates.
    """
    HISTORY.check(history)
    PICKUPS.check(pickups)
    dates = sorted(set(history["service_date"]))
    if len(dates) < par.DRIFT_DATES:
        return {}
    stands = _stands(history, dates, zone)
    midnight_s = _midnights(dates, zone)
    number = {day: n for n, day in enumerate(dates)}
    vehicle, due = pickups["vehicle_id"].astype(TEXT), pickups["service_date"].map(number)
    known = due.notna().to_numpy()
    windows = pd.DataFrame(
        {
            "vehicle": vehicle[known],
            "date": due[known].astype(int),
            "start_s": seconds(pickups.loc[known, "window_start"]),
            "end_s": seconds(pickups.loc[known, "window_end"]),
        }
    ).drop_duplicates()
    for name in ("start_s", "end_s"):
        windows[name] -= midnight_s[windows["date"]]
    windows_of = dict(list(windows.groupby("vehicle")))
    days = np.array([(day - dates[0]).days for day in dates], dtype=float)
    drifts = {}
    for vehicle_id, mine in stands.groupby("vehicle", sort=True):
        trend = _trend(mine, days)
        if trend is None or vehicle_id not in windows_of:
            continue
        ahead_s = _ahead_s(mine, windows_of[vehicle_id], days, trend)
        if ahead_s is not None:
            drifts[str(vehicle_id)] = Drift(dates[0], ahead_s, trend)
    return drifts


def _stands(history: pd.DataFrame, dates: list[date], zone: ZoneInfo) -> pd.DataFrame:
    """The first stand of each vehicle, date (number) and usual place, seconds after midnight."""
    kept = (
        (history["kind"] == "stop")
        & (history["fixes"] > 0)
        & history["stood_s"].between(*par.STAND_S)
    )
    table = history[kept.to_numpy()]
    date_number = pd.Index(dates).get_indexer(pd.Index(table["service_date"]))
    row, column = (
        np.round(table[c].to_numpy() / par.PLACE_DEG).astype(np.int64) for c in ("lat", "lon")
    )
    stands = pd.DataFrame(
        {
            "vehicle": table["vehicle_id"].astype(TEXT).to_numpy(),
            "date": date_number,
            "place": row * 1_000_000 + column,
            "at_s": seconds(table["start"]) - _midnights(dates, zone)[date_number],
        }
    )
    stands = stands.sort_values("at_s", kind="stable")
    stands = stands.drop_duplicates(["vehicle", "date", "place"])
    of_place = stands.groupby(["vehicle", "place"])["date"].transform("size")
    of_vehicle = stands.groupby("vehicle")["date"].transform("nunique")
    regular = stands[
        (of_place >= np.maximum(par.REGULAR * of_vehicle, par.REGULAR_DATES)).to_numpy()
    ]
    enough = regular.groupby(["vehicle", "date"])["place"].transform("size") >= par.DRIFT_PLACES
    return regular[enough.to_numpy()]


def _trend(stands: pd.DataFrame, days: Array) -> float | None:
    """Seconds that a vehicle's stands come later with every date, None where there is no trend."""
    usual_s = stands.groupby("place")["at_s"].transform("median")
    late_s = (stands["at_s"] - usual_s).groupby(stands["date"]).median()
    if len(late_s) < par.DRIFT_DATES:
        return None
    x, y = days[late_s.index.to_numpy()], late_s.to_numpy()
    i, j = np.triu_indices(len(x), 1)
    slope = float(np.median((y[j] - y[i]) / (x[j] - x[i])))
    rest = y - slope * x
    # By three of four dates: the fourth may be an odd one.
    scatter_s = float(np.quantile(np.abs(rest - np.median(rest)), par.QUARTILE)) / par.QUARTILE_SD
    change_s = abs(slope) * float(np.ptp(x))
    steady = change_s >= par.DRIFT_LEAST_S and scatter_s <= par.MOST_SCATTER * change_s
    return slope if steady else None


def _ahead_s(
    stands: pd.DataFrame, windows: pd.DataFrame, days: Array, gain_s: float
) -> float | None:
    """How far ahead the clock was on the first date, None where the schedule bears no drift out."""
    pairs = stands[["date", "at_s"]].assign(stand=np.arange(len(stands)))
    pairs = pairs.merge(windows, on="date")
    if pairs.empty:
        return None
    stand, size = pairs["stand"].to_numpy(), len(stands)
    start_s, end_s = (
        pairs["start_s"].to_numpy() - par.BEYOND_WINDOW_S,
        pairs["end_s"].to_numpy() + par.BEYOND_WINDOW_S,
    )
    at_s = pairs["at_s"].to_numpy()
    passed_s = gain_s * days[pairs["date"].to_numpy()]

    def inside(off_s: Array | float) -> np.ndarray:
        true_s = at_s - off_s
        hit = (true_s >= start_s) & (true_s <= end_s)
        return np.bincount(stand[hit], minlength=size) > 0

    steps = np.arange(-par.MOST_AHEAD_S, par.MOST_AHEAD_S + 1.0, par.AHEAD_STEP_S)
    share = np.array([inside(step + passed_s).mean() for step in steps])
    good = steps[share >= share.max() - par.ALIKE]
    ahead_s = float(good[np.argmin(np.abs(good))])
    off_s = np.abs(ahead_s + gain_s * days[stands["date"].to_numpy()])
    most = off_s >= par.MOST_OFF * off_s.max()
    after, before = inside(ahead_s + passed_s)[most].mean(), inside(0.0)[most].mean()
    holds = after >= par.INSIDE_AFTER and after - before >= par.INSIDE_GAIN
    return ahead_s if holds else None


def _midnights(dates: list[date], zone: ZoneInfo) -> Array:
    """Local midnight of each date, seconds since 1970."""
    return np.array([day_begins(day, zone).timestamp() for day in dates])
