"""Positions on a lattice: what they show of a point, and what is left open.

A position lies anywhere within half a mesh of where it seems to be. A stand counts for a point
within half a mesh of its tolerance, unless the mesh cannot tell the point from others that the
vehicle serves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Bools, Ints, records
from routecheck.domain.codes import Cause
from routecheck.domain.tables import TEXT
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement, iso
from routecheck.verdicts.facts import Facts


def shown(visits: pd.DataFrame, facts: Facts) -> Bools:
    """Which visits are of their point, as far as the lattice of their fixes shows.

    Args:
        visits: VISITS that stood long enough.
        facts: of the date.
    """
    mesh = facts.scene.grain.mesh_m
    result = np.ones(len(visits), dtype=bool)
    if not mesh:
        return result
    vague = np.flatnonzero(visits["vehicle_id"].astype(TEXT).isin(list(mesh)).to_numpy())
    for k, visit in zip(vague.tolist(), records(visits.iloc[vague]), strict=True):
        vehicle = str(visit.vehicle_id)
        span_s = visit.entered.timestamp(), visit.left.timestamp()
        crossing_s = max(mesh[vehicle]) / p.COARSE_PACE_MS
        unheard = bool(np.isnan(facts.tracks[vehicle].speed_at_ms).all())
        slow = unheard and visit.dwell_s < crossing_s + facts.settings.min_dwell_s
        result[k] = not slow and _of_its_own(str(visit.point_id), vehicle, span_s, facts)
    return result


def _stands(vehicle: str, facts: Facts) -> Ints:
    """The stands of a vehicle that fixes saw."""
    stops = facts.stops
    mine = stops.of([vehicle])
    seen = (stops.fixes > 0) & (stops.stood_s >= facts.settings.min_dwell_s)
    return mine[seen[mine]]


def _of_its_own(point_id: str, vehicle: str, span_s: tuple[float, float], facts: Facts) -> bool:
    """Whether a vehicle made at least as many stands as there are points that one may be of."""
    stops, half_m = facts.stops, facts.scene.grain.half_mesh_m(vehicle)
    stands = _stands(vehicle, facts)
    here = stands[stops.during(*span_s)[stands]]
    if not len(here):
        return False
    near = facts.due_within(vehicle, here, half_m)
    others = near - {point_id}
    if not others:
        return True
    hours_s = span_s[0] - p.APART_S, span_s[1] + p.APART_S
    about = stands[stops.during(*hours_s)[stands]]
    points = sorted(near | {point_id})
    reach = np.zeros(len(about), dtype=bool)
    for name in points:
        place: Any = facts.place_of[name]
        away_m = distances_m(place.geometry, stops.lon[about], stops.lat[about])
        reach |= away_m <= float(place.tolerance_m) + half_m
    start_s, end_s = stops.start_s[about[reach]], stops.end_s[about[reach]]
    # One stand whose positions hop between two cells is one.
    apart = int((start_s[1:] - end_s[:-1] >= p.COARSE_APART_S).sum()) + 1 if len(start_s) else 0
    return apart >= len(points)


def coarse_fixes(case: Case, facts: Facts) -> Judgement | None:
    """An observer with positions on a lattice stood, or may have, within a mesh of the point."""
    stops, margin_m = facts.stops, facts.settings.margin_m
    first_s, last_s = facts.hours_of(case)
    for track in case.observers:
        half_m = facts.scene.grain.half_mesh_m(track.vehicle_id)
        if not half_m or not len(track.time_s):
            continue
        reach_m = case.tolerance_m + margin_m + 2.0 * half_m
        stands = _stands(track.vehicle_id, facts)
        stands = stands[
            stops.during(first_s, last_s)[stands] & (stops.stood_s[stands] <= p.BREAK_S)
        ]
        away_m, span_s = stops.away_m(case.geometry, stands), (first_s, last_s)
        if (away_m <= reach_m).any():
            k = int(np.argmin(away_m))
            nearest_m, span_s = float(away_m[k]), stops.span_s(int(stands[k]))
        elif np.isnan(track.speed_at_ms).all():
            inside = np.flatnonzero(track.between(first_s, last_s))
            away_m = distances_m(case.geometry, track.lon[inside], track.lat[inside])
            if not (away_m <= reach_m).any():
                continue
            k = int(np.argmin(away_m))
            nearest_m, at_s = float(away_m[k]), float(track.time_s[inside[k]])
            span_s = at_s, at_s
        else:
            continue
        case.criteria.update(
            spread_m=round(2.0 * half_m, 1),
            distance_m=round(nearest_m, 1),
            stood_from=iso(span_s[0]),
            stood_until=iso(span_s[1]),
        )
        return case.unverifiable("coarse_fixes", Cause.POOR_FIXES, track.vehicle_id)
    return None
