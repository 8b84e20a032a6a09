"""Which visit serves which pickup."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, seconds
from routecheck.domain.settings import AFTER_WINDOW_S
from routecheck.domain.tables import TEXT
from routecheck.verdicts import parameters as p
from routecheck.verdicts.lines import grazed


def stood(dwell_s: Array, most_s: Array, least_s: float) -> Bools:
    """Which visits have dwell enough.

    The dwell of a short stand is known to a sampling interval only: a share of what is required is
    enough where all of it may have been stood, as most pickups happen.

    Args:
        dwell_s: time stood of each.
        most_s: most time stood that the data allow.
        least_s: what is required.
    """
    perhaps = (dwell_s >= p.DWELL_SURE_SHARE * least_s) & (most_s >= least_s)
    return np.asarray((dwell_s >= least_s) | perhaps)


def assign(
    visits: pd.DataFrame, pickups: pd.DataFrame, zone: ZoneInfo, *, any_vehicle: bool
) -> pd.DataFrame:
    """Give each visit to the one pickup it serves.

    The window it lies in, else the nearest of its local date, or some hours after a window past
    midnight. Of several visits in the same case the scheduled vehicle's longest comes first; of a
    line, who drove along it before who only touched it. A morning round that begins hours late
    comes twice in the afternoon: of two visits in one window one serves the pickup of that date
    that has none.

    Args:
        visits: VISITS that stood long enough.
        pickups: PICKUPS of the date and of the dates beside it, with a plain index.
        zone: zone of the service dates.
        any_vehicle: false: only the scheduled vehicle's visits count.

    Returns:
        The columns of `visits`, with `pickup` (position in `pickups`), `outside_s` (seconds
        outside the window, 0 within) and `other` (not the scheduled vehicle), best first.
    """
    visits = visits.assign(
        vehicle_id=visits["vehicle_id"].astype(TEXT),
        visit=np.arange(len(visits)),
        day=local_dates(visits["entered"], zone),
    )
    windows = pd.DataFrame(
        {
            "point_id": pickups["point_id"],
            "pickup": np.arange(len(pickups)),
            "service_date": pickups["service_date"],
            "start_s": seconds(pickups["window_start"]),
            "end_s": seconds(pickups["window_end"]),
            "past_midnight": local_dates(pickups["window_end"], zone)
            > pickups["service_date"].to_numpy(),
            "scheduled": pickups["vehicle_id"],
        }
    )
    pairs = visits.merge(windows, on="point_id")
    entered_s, left_s = seconds(pairs["entered"]), seconds(pairs["left"])
    start_s, end_s = pairs["start_s"].to_numpy(), pairs["end_s"].to_numpy()
    outside_s = np.maximum(np.maximum(start_s - left_s, entered_s - end_s), 0.0)
    same_day = (pairs["day"] == pairs["service_date"]).to_numpy(dtype=bool)
    after = pairs["past_midnight"].to_numpy(dtype=bool)
    after = after & (entered_s >= end_s) & (outside_s <= AFTER_WINDOW_S)
    scheduled = pairs["scheduled"].to_numpy()
    other = (scheduled != "") & (pairs["vehicle_id"].to_numpy() != scheduled)
    eligible = (outside_s == 0.0) | same_day | after
    if not any_vehicle:
        eligible &= ~other
    pairs = pairs.assign(outside_s=outside_s, other=other)[eligible]
    pairs = pairs.sort_values(["visit", "outside_s", "start_s"], kind="stable")
    given = _best_first(pairs.drop_duplicates("visit"))
    return _shared_out(pairs, given)


def _best_first(pairs: pd.DataFrame) -> pd.DataFrame:
    ranked = pairs.assign(
        late=pairs["outside_s"] > 0, grazed=grazed(pairs, "pickup"), short=-pairs["dwell_s"]
    )
    order = ["pickup", "late", "grazed", "other", "short", "entered"]
    ranked = ranked.sort_values(order, kind="stable")
    result: pd.DataFrame = ranked.drop(columns=["late", "grazed", "short"]).reset_index(drop=True)
    return result


def _shared_out(pairs: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Give a second visit in one window to a pickup that has none.

    Args:
        pairs: every visit with every pickup that it may serve.
        given: each visit with one, best first.
    """
    left = pairs[~pairs["pickup"].isin(given["pickup"])]
    if left.empty:
        return given
    best = given.drop_duplicates("pickup").set_index("pickup").reindex(given["pickup"])
    entered_s, left_s = seconds(given["entered"]), seconds(given["left"])
    apart_s = np.maximum(entered_s - seconds(best["left"]), seconds(best["entered"]) - left_s)
    spare = given.loc[apart_s >= p.APART_S, "visit"]
    left = left[left["visit"].isin(spare)].sort_values(["outside_s", "start_s"], kind="stable")
    left = left.drop_duplicates("pickup").drop_duplicates("visit")
    kept = given[~given["visit"].isin(left["visit"])]
    return _best_first(pd.concat([kept, left], ignore_index=True)) if len(left) else given


def local_dates(times: pd.Series, zone: ZoneInfo) -> np.ndarray:
    """Local calendar dates (datetime.date) of a time column."""
    days = times.dt.tz_convert(zone).dt.tz_localize(None).to_numpy(dtype="datetime64[D]")
    result: np.ndarray = days.astype(object)
    assert len(result) == 0 or isinstance(result[0], date)
    return result
