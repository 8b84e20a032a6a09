"""Whether a stand as this point usually has it would have been seen between the fixes there.

A stand of ten seconds between two fixes ten seconds apart leaves hardly a trace: that none is seen
shows nothing. How long vehicles stand is what the site's own days teach, not what it requires.
"""

from __future__ import annotations

import numpy as np

from routecheck.domain.codes import Cause
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case, Judgement
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.hidden import HiddenStand
from routecheck.verdicts.trajectories import Trajectory


def too_short_to_see(case: Case, facts: Facts) -> Judgement | None:
    """A pass with time to spare for a stand as usual here, among fixes too sparse to show one."""
    usual_s = case.usual_stand_s
    if case.seldom or np.isnan(usual_s):
        return None
    for track in case.observers:
        stand = _unseen(track, case, usual_s)
        if stand is not None:
            case.note(stand)
            return case.unverifiable("gap_short", Cause.GAP, track.vehicle_id)
    return None


def _unseen(track: Trajectory, case: Case, usual_s: float) -> HiddenStand | None:
    """The segment near the point with most time to spare, where fixes lie as far apart as that."""
    inside = np.flatnonzero(track.between(*case.window_s))
    if len(inside) < 2:
        return None
    first, last = max(int(inside[0]) - 1, 0), min(int(inside[-1]) + 2, len(track.time_s))
    time_s = track.time_s[first:last]
    away_m = distances_m(case.geometry, track.lon[first:last], track.lat[first:last])
    if away_m.min() > p.PASSED_WITHIN_M:
        return None
    long_s, k = np.diff(time_s), int(np.argmin(away_m))
    about = slice(max(k - p.INTERVAL_FIXES, 0), k + p.INTERVAL_FIXES)
    if np.median(long_s[about]) < p.UNSEEN_INTERVAL_SHARE * usual_s:
        return None
    beyond_m = np.maximum(away_m - case.tolerance_m, 0.0)
    way_m = np.maximum(beyond_m[:-1] + beyond_m[1:], track.moved_m[first : last - 1])
    spare_s = long_s - way_m / track.pace_ms
    near = np.minimum(away_m[:-1], away_m[1:]) <= p.PASSED_WITHIN_M
    most = int(np.argmax(np.where(near, spare_s, -np.inf)))
    if spare_s[most] < p.UNSEEN_SPARE_SHARE * usual_s:
        return None
    start_s, end_s = float(time_s[most]), float(time_s[most + 1])
    return HiddenStand(start_s, end_s, 0.0, float(spare_s[most]), on_the_way=True)
