"""Records and places: which record holds on a date, and what corrections make of it. Pure."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Bools, records
from routecheck.domain.codes import Cause, CorrectionState
from routecheck.domain.settings import MatchSettings
from routecheck.domain.tables import PLACES, TEXT
from routecheck.geo.plane import distance_m
from routecheck.geo.shapes import moved_to

BACK_M = 40.0
"""A proposal so near to where the points file had the point before would take it back there."""


def back_again(corrections: pd.DataFrame, points: pd.DataFrame, valid: pd.DataFrame) -> set[str]:
    """Points proposed to go back to where the points file had them, or on as it moved them.

    They really moved, or were put right while the rest of their batch was not: of the new place
    the tracks show little yet, and the file knows better.

    Args:
        corrections: CORRECTIONS.
        points: POINTS of all time.
        valid: POINTS, the records that hold.
    """
    several = points[points["point_id"].duplicated(keep=False)]
    moving = corrections[
        (corrections["state"] == CorrectionState.PROPOSED)
        & (corrections["cause"] != Cause.TOLERANCE)
        & corrections["point_id"].isin(several["point_id"])
    ]
    if moving.empty:
        return set()
    now = dict(zip(valid["point_id"], valid["geometry"], strict=True))
    back = set()
    for row in records(moving):
        goal = shapely.Point(row.proposed_lon, row.proposed_lat)
        for former in several.loc[several["point_id"] == row.point_id, "geometry"]:
            if former is None or now[row.point_id] is None:
                continue
            if same_place(former, now[row.point_id]):
                continue
            centre, here = shapely.centroid(former), shapely.centroid(now[row.point_id])
            again = np.array([2 * here.x - centre.x, 2 * here.y - centre.y])
            away = distance_m(
                np.array([goal.x, goal.x]), np.array([goal.y, goal.y]),
                np.array([centre.x, again[0]]), np.array([centre.y, again[1]]),
            )  # fmt: skip
            if away.min() <= BACK_M:
                back.add(row.point_id)
    return back


def holds_on(table: pd.DataFrame, on: date) -> Bools:
    """Mark the rows that hold on a date.

    Args:
        table: columns `valid_from` and `valid_to`: dates, both inclusive, blank: open.
        on: the date.
    """
    return np.array(
        [
            (first is None or first != first or first <= on)
            and (last is None or last != last or on <= last)
            for first, last in zip(
                table["valid_from"].tolist(), table["valid_to"].tolist(), strict=True
            )
        ],
        dtype=bool,
    )


def valid_points(points: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return POINTS with one row a point: the record that holds on a date, else its last one.

    The one place where it is decided which of several records of a point counts.

    Args:
        points: POINTS of all time, in the order in which the records were entered.
        on: the service date.
    """
    if points["point_id"].is_unique:
        return points.reset_index(drop=True)
    order = np.argsort(holds_on(points, on), kind="stable")
    rows = points.iloc[order].drop_duplicates("point_id", keep="last")
    return rows.sort_index().reset_index(drop=True)


def same_place(a: object, b: object) -> bool:
    """Whether two geometries, or their absence, are the same."""
    return a is b or (a is not None and b is not None and bool(a == b))


def corrected(points: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Return points or places with `geometry` and `tolerance_m` as corrections have them.

    Args:
        points: any table with point_id, geometry, tolerance_m.
        corrections: CORRECTIONS to apply; a wider tolerance leaves the place as it is, lines and
            polygons are moved as a whole.
    """
    if corrections.empty:
        return points
    by_point = {row.point_id: row for row in records(corrections)}
    geometry, tolerance = [], []
    for row in records(points):
        cure = by_point.get(row.point_id)
        place, tolerance_m = row.geometry, row.tolerance_m
        if cure is not None and cure.cause != Cause.TOLERANCE:
            place = moved_to(place, cure.proposed_lon, cure.proposed_lat)
        if cure is not None and not np.isnan(cure.proposed_tolerance_m):
            tolerance_m = float(cure.proposed_tolerance_m)
        geometry.append(place)
        tolerance.append(tolerance_m)
    return points.assign(
        geometry=pd.Series(geometry, index=points.index, dtype=object),
        tolerance_m=np.array(tolerance, dtype=float),
    )


def accepted_places(
    places: pd.DataFrame, recorded: pd.DataFrame, corrections: pd.DataFrame
) -> pd.DataFrame:
    """Places under the corrections that an operator accepted: settled by that.

    Where a wider tolerance was accepted, it lies about the recorded place again.
    """
    wider = corrections.loc[corrections["cause"] == Cause.TOLERANCE, "point_id"]
    if len(wider):
        own = recorded.drop_duplicates("point_id").set_index("point_id")["geometry"]
        back = places["point_id"].isin(wider) & places["point_id"].isin(own.index)
        geometry = places["geometry"].to_numpy(dtype=object, copy=True)
        geometry[back.to_numpy()] = own.reindex(places.loc[back, "point_id"]).to_numpy()
        places = places.assign(geometry=pd.Series(geometry, index=places.index, dtype=object))
    moved = set(corrections.loc[corrections["cause"] != Cause.TOLERANCE, "point_id"])
    sure = places["point_id"].isin(moved).to_numpy()
    table = corrected(places, corrections)
    # What was wrong with the record stays its cause, whatever later records of the point have.
    cause_of = dict(zip(corrections["point_id"], corrections["cause"].astype(str), strict=True))
    cause = [
        cause_of[point] if one else own
        for point, one, own in zip(
            places["point_id"].tolist(), sure.tolist(), places["cause"].tolist(), strict=True
        )
    ]
    return PLACES.check(
        table.assign(
            cause=pd.Series(cause, index=table.index, dtype=TEXT),
            settled=places["settled"].to_numpy() | sure,
            confirmed=places["confirmed"].to_numpy() | sure,
            sigma_m=np.where(sure, 5.0, places["sigma_m"].to_numpy()),
        )
    )


def recorded_places(points: pd.DataFrame, on: date, settings: MatchSettings) -> pd.DataFrame:
    """PLACES that take every record at its word: the one that holds on a date, else the last."""
    rows = valid_points(points, on)
    return as_places(rows, rows["tolerance_m"].fillna(settings.tolerance_m).to_numpy(float))


def as_places(rows: pd.DataFrame, tolerance_m: np.ndarray) -> pd.DataFrame:
    """PLACES that take POINTS at their word, with these tolerances (m)."""
    n = len(rows)
    places = pd.DataFrame(
        {
            "point_id": rows["point_id"].array,
            "geometry": pd.Series(rows["geometry"].to_numpy(), dtype=object),
            "tolerance_m": tolerance_m,
            "sigma_m": np.full(n, 5.0),
            "cause": pd.Series([""] * n, dtype=TEXT),
            "settled": np.array([g is not None for g in rows["geometry"]], dtype=bool),
            "stand": pd.Series([None] * n, dtype=object),
            "stand_sigma_m": np.full(n, np.nan),
            "stand_days": np.zeros(n, dtype=np.int64),
            "stand_s": np.full(n, np.nan),
            "seldom": np.zeros(n, dtype=bool),
            "confirmed": np.ones(n, dtype=bool),
            "confidence": np.full(n, 0.9),
        }
    )
    return PLACES.check(places)
