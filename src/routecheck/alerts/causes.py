"""Causes: why a plain monitor would have missed a pickup that was collected.

Where the plain rule does not hold, the cause is what would have to change for it to hold, tried in
the order of the codes. A place that is believed to lie beyond the reach of its record is a fault of
the record, whether a correction is proposed yet or not: no denser fixes would end such an alert.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Verdict
from routecheck.geo.plane import distance_m
from routecheck.registry.records import valid_points


@dataclass(frozen=True)
class Causes:
    """The causes of the pickups of a date, by position.

    Attributes:
        cause: of each pickup; empty for a collected one that the plain rule sees.
        criteria: of each pickup, with the figures that its cause cites.
        of_visit: of pickups for which the rule holds by fixes of another hour: what the fixes of
            the visit itself lack.
    """

    cause: list[str]
    criteria: list[Any]
    of_visit: Mapping[int, str]


def find_causes(
    judgements: pd.DataFrame,
    plain: pd.DataFrame,
    shown: pd.DataFrame,
    places: pd.DataFrame,
    points: pd.DataFrame,
    service_date: date,
    margin_m: float,
) -> Causes:
    """Find the cause of each pickup: that of its judgement, or of the plain rule's failure.

    Args:
        judgements: JUDGEMENTS of the date.
        plain: PLAIN, in their order.
        shown: SHOWN.
        places: PLACES at which was judged.
        points: POINTS as recorded, all validities.
        service_date: local calendar date.
        margin_m: beyond the tolerance, what GPS and survey error allow.
    """
    holds = plain["holds"].to_numpy()
    collected = (judgements["verdict"] == Verdict.COLLECTED).to_numpy()
    fixes_of = {row.pickup: row for row in records(shown)}
    fault = dict(zip(places["point_id"].tolist(), places["cause"].tolist(), strict=True))
    lacking = ~holds
    lacking[list(fixes_of)] = True
    causes, criteria = judgements["cause"].tolist(), judgements["criteria"].tolist()
    of_visit: dict[int, str] = {}
    unseen = np.flatnonzero(collected & lacking)
    offset_m = _offsets_m(points, places, service_date, set(judgements["point_id"].iloc[unseen]))
    for k, row in zip(unseen.tolist(), records(judgements.iloc[unseen]), strict=True):
        fixes: Any = fixes_of.get(k)
        places_m = offset_m.get(row.point_id, [0.0])
        if fault.get(row.point_id):
            cause: str = fault[row.point_id]
            likeliest_m = places_m[0] if row.point_id in offset_m else None
            criteria[k] = {**row.criteria, "offset_m": likeliest_m}
        elif _out_of_reach(fixes, min(places_m), margin_m):
            cause = Cause.MISPLACED
            criteria[k] = {**row.criteria, "offset_m": min(places_m)}
        elif _clock_moved_it(row, fixes):
            cause = Cause.CLOCK
            criteria[k] = {**row.criteria, "clock_offset_s": round(fixes.clock_offset_s)}
        else:
            served_m = _of_place_served(places_m, fixes)
            cause = next(_reasons(row, fixes, served_m, margin_m))
            if cause == Cause.MISPLACED:
                criteria[k] = {**row.criteria, "offset_m": served_m}
        causes[k] = str(cause)
        if holds[k]:
            # The rule holds; where by fixes of another hour, those of this visit lack something.
            if not fixes.in_device_window:
                of_visit[k] = causes[k]
            causes[k] = ""
    for k in np.flatnonzero(collected & holds).tolist():
        causes[k] = ""
    return Causes(causes, criteria, of_visit)


def _out_of_reach(fixes: Any, offset_m: float, margin_m: float) -> bool:
    """Whether the place that was served lies farther from its record than errors explain."""
    if fixes is None or fixes.inside:
        return False
    seen_m = offset_m if np.isnan(fixes.stand_m) else min(offset_m, fixes.stand_m)
    return bool(seen_m > fixes.tolerance_m + margin_m)


def _clock_moved_it(row: Any, fixes: Any) -> bool:
    """Whether by the clock of the device the visit lies outside the window."""
    offset_s = 0.0 if fixes is None else fixes.clock_offset_s
    device_in_s = row.arrived_at.timestamp() - offset_s
    device_out_s = row.departed_at.timestamp() - offset_s
    before = device_out_s < row.window_start.timestamp()
    return bool(offset_s) and (before or device_in_s > row.window_end.timestamp())


def _reasons(row: Any, fixes: Any, served_m: float, margin_m: float) -> Iterator[Cause]:
    """What the plain rule lacks, in the order of the codes; the last one always applies."""
    if row.scheduled_vehicle_id and row.vehicle_id != row.scheduled_vehicle_id:
        yield Cause.OTHER_VEHICLE
    if row.criteria.get("outside_s", 0.0) > 0.0:
        yield Cause.OUTSIDE_WINDOW
    if row.criteria["say"] == "tolerance":
        yield Cause.TOLERANCE
    if fixes is not None:
        if fixes.inside and not fixes.in_window:
            # Fixes of this visit lie inside, none of them in the window: it straddles its edge.
            yield Cause.OUTSIDE_WINDOW
        farthest_m = fixes.tolerance_m + margin_m
        if not fixes.inside and fixes.tolerance_m < fixes.stand_m <= farthest_m:
            # It was seen standing just outside; its track touches the tolerance on the way there.
            yield Cause.TOLERANCE
    if _out_of_reach(fixes, served_m, margin_m):
        yield Cause.MISPLACED
    yield Cause.SPARSE_FIXES


def _of_place_served(offset_m: list[float], fixes: Any) -> float:
    """Of the places where a point was judged, how far from the record the one served lies (m).

    It is the one whose distance fits best where the vehicle was seen standing; the nearest, where
    that was not seen.
    """
    if fixes is None or np.isnan(fixes.stand_m):
        return min(offset_m)
    return min(offset_m, key=lambda away_m: abs(away_m - fixes.stand_m))


def _offsets_m(
    points: pd.DataFrame, places: pd.DataFrame, day: date, asked: set[str]
) -> dict[str, list[float]]:
    """Metres from the recorded place to each that is judged at, of the points asked for.

    The likeliest place comes first. Points that are judged as recorded are left out.
    """
    own = places[places["point_id"].isin(asked)]
    recorded = valid_points(points[points["point_id"].isin(asked)], day)
    was = dict(zip(recorded["point_id"], recorded["geometry"], strict=True))
    result = {}
    for row in records(own):
        before, now = was.get(row.point_id), row.geometry
        if before is not None and now is not None and not now.equals(before):
            parts = shapely.get_parts(now) if before.geom_type == "Point" else np.array([now])
            a, b = shapely.centroid(before), shapely.centroid(parts)
            away_m = distance_m(a.x, a.y, shapely.get_x(b), shapely.get_y(b))
            result[row.point_id] = np.round(away_m, 1).tolist()
    return result
