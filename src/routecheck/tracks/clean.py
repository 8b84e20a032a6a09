"""Cleaning: which fixes may be believed, in true time, in order.

Faults and their signs are those of GPS feeds: positions of 0/0, doubled rows, two places at one
time, jumps, stale repeats, impossible dates, clocks that are off. Rejected rows are kept apart
with their reason; drift while parked is flagged and kept, because it is dwell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints, seconds, times
from routecheck.domain.codes import RejectReason
from routecheck.domain.settings import CleanSettings
from routecheck.domain.tables import CLOCKS, FIXES, REJECTED, TEXT, TRACKS
from routecheck.geo.plane import metres_per_degree
from routecheck.tracks import parameters as par
from routecheck.tracks.fix_columns import Fixes, in_order
from routecheck.tracks.receipt_clocks import clock_offsets


@dataclass(frozen=True)
class Cleaned:
    """Tracks (TRACKS), clocks that are off (CLOCKS), rows kept apart (REJECTED).

    `last_speeds`: vehicles whose device repeats its last driving speed while it stands, so that
    its stands count as such; `false_stands`: those that report standing while they drive, so that
    their speeds do not count.
    """

    tracks: pd.DataFrame
    clocks: pd.DataFrame
    rejected: pd.DataFrame
    last_speeds: frozenset[str] = frozenset()
    false_stands: frozenset[str] = frozenset()


def clean(
    fixes: pd.DataFrame,
    settings: CleanSettings,
    now: pd.Timestamp,
    known: Mapping[str, float] | None = None,
    coarse: Collection[str] = (),
) -> Cleaned:
    """Sort fixes into tracks in true time and keep apart what cannot be believed.

    Args:
        fixes: FIXES, in any order.
        settings: thresholds.
        now: the present, UTC; nothing can have been measured later.
        known: by vehicle, seconds to add to the device time of fixes without receipt time, where
            the schedule showed that its clock is off (`tracks.clocks`). More than a month is
            added only to rows that lie more than a month from the day they are counted under.
        coarse: vehicles whose positions lie on a lattice: they repeat a position while they drive.

    Returns:
        Every row of `fixes` is either in `tracks` or in `rejected`.
    """
    fixes = FIXES.check(fixes)
    reason = np.zeros(len(fixes), dtype=np.int8)  # numbers of `_REASONS`; texts only of the bad
    lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
    near_null = (np.abs(lon) < par.NOWHERE_DEG) & (np.abs(lat) < par.NOWHERE_DEG)
    nowhere = ~fixes["positioned"].to_numpy() | near_null
    reason[nowhere] = _REASONS.index(RejectReason.NOT_POSITIONED)
    off_earth = ~nowhere & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    reason[off_earth] = _REASONS.index(RejectReason.OUT_OF_RANGE)

    device_s, received_s = seconds(fixes["time"]), seconds(fixes["received_at"])
    vehicle = fixes["vehicle_id"].cat.codes.to_numpy()
    offset_s = clock_offsets(vehicle, device_s, received_s, reason == 0)
    for name, seconds_off in (known or {}).items():
        here = vehicle == fixes["vehicle_id"].cat.categories.get_loc(name)
        mine = here & np.isnan(received_s)
        if abs(seconds_off) > par.MONTH_S:
            days_off_s = fixes["day"].to_numpy() * par.DAY_S - device_s
            mine &= np.abs(days_off_s) > par.MONTH_S
        offset_s[mine] = seconds_off
    true_s = device_s + offset_s
    oldest_s = pd.Timestamp(year=settings.oldest_year, month=1, day=1, tz="UTC").timestamp()
    reason[(reason == 0) & (true_s < oldest_s)] = _REASONS.index(RejectReason.BAD_CLOCK)
    latest_s = np.where(np.isnan(received_s), now.timestamp(), received_s) + settings.future_s
    reason[(reason == 0) & (true_s > latest_s)] = _REASONS.index(RejectReason.FUTURE)

    # By vehicle and time, then what arrived first, then position: one order for any input order.
    order = in_order(vehicle, true_s, received_s, lon, lat)
    stretch = _stretches(fixes["after_break"].to_numpy(), order)
    order = order[reason[order] == 0]
    track = Fixes(vehicle, true_s, lon, lat, fixes["speed_kmh"].to_numpy()).take(order)
    names, last_speeds = fixes["vehicle_id"].cat.categories, frozenset[str]()
    for find in (_doubled, _jumps, _stale):
        if find is _stale:
            as_sent, track = track, _without_last_speeds(track, settings)
            last_speeds = _otherwise(as_sent.speed_kmh, track, names)
        for code, rows in find(track, settings).items():
            if find is _stale and len(coarse):
                lattice = fixes["vehicle_id"].iloc[order[rows]].isin(list(coarse)).to_numpy()
                rows = rows[~lattice | _leaps_after(track, rows, settings)]
            reason[order[rows]] = _REASONS.index(code)
        kept_still = reason[order] == 0
        order, track = order[kept_still], track.only(kept_still)

    speed_kmh = _trusted_speed(track)
    kept = fixes[["vehicle_id", "received_at", "day"]].iloc[order]
    tracks = pd.DataFrame(
        {
            "vehicle_id": kept["vehicle_id"].array,
            "time": times(track.time_s),
            "lon": track.lon,
            "lat": track.lat,
            "speed_kmh": speed_kmh,
            "received_at": kept["received_at"].array,
            "clock_offset_s": offset_s[order],
            "drifting": _drifting(track, speed_kmh),
            "day": kept["day"].array,
            # What is rejected takes no break away.
            "after_break": np.diff(stretch[order], prepend=0) != 0,
        }
    )
    return Cleaned(
        TRACKS.check(tracks),
        clock_table(tracks),
        _rejected(fixes, reason),
        last_speeds,
        _otherwise(speed_kmh, track, names),
    )


_REASONS = ("", *RejectReason)


def _otherwise(speed_kmh: Array, fixes: Fixes, names: pd.Index) -> frozenset[str]:
    """Vehicles with other speeds than those of the fixes; a blank one is another than any."""
    differ = (speed_kmh != fixes.speed_kmh) & ~(np.isnan(speed_kmh) & np.isnan(fixes.speed_kmh))
    return frozenset(str(names[code]) for code in np.unique(fixes.vehicle[differ]))


def _stretches(after_break: Bools, order: Ints) -> Ints:
    """Number of the unbroken stretch of each fix, from the fixes after breaks and their order."""
    stretch = np.zeros(len(order), dtype=np.int64)
    if after_break.any():
        stretch[order] = np.cumsum(after_break[order])
    return stretch


def _rejected(fixes: pd.DataFrame, reason: np.ndarray) -> pd.DataFrame:
    bad = fixes[reason != 0]
    clock = bad["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = [
        f"{name} {moment} {lon:.6f} {lat:.6f}"
        for name, moment, lon, lat in zip(
            bad["vehicle_id"], clock, bad["lon"], bad["lat"], strict=True
        )
    ]
    rejected = pd.DataFrame(
        {
            "file": bad["file"].array,
            "row": bad["row"].array,
            "reason": pd.Series([str(_REASONS[n]) for n in reason[reason != 0]], dtype=TEXT),
            "text": pd.Series(text, dtype=TEXT),
            "day": bad["day"].array,
        }
    )
    return REJECTED.check(rejected)


def clock_table(tracks: pd.DataFrame) -> pd.DataFrame:
    """Return CLOCKS of the vehicles whose fixes in TRACKS were put right."""
    off = tracks[tracks["clock_offset_s"] != 0.0]
    if off.empty:
        return CLOCKS.empty()
    by_vehicle = off.groupby("vehicle_id", observed=True)
    table = pd.DataFrame(
        {
            "offset_s": by_vehicle["clock_offset_s"].median(),
            "fixes": by_vehicle.size(),
            "first": by_vehicle["time"].min(),
            "last": by_vehicle["time"].max(),
        }
    )
    return CLOCKS.check(table.reset_index())


def _doubled(fixes: Fixes, settings: CleanSettings) -> dict[RejectReason, Ints]:
    """Several fixes of one vehicle at one time: keep the one nearest to where it just was."""
    same = np.append(False, fixes.joined & (np.diff(fixes.time_s) == 0))
    if not same.any():
        return {}
    group = np.cumsum(~same) - 1
    first = np.flatnonzero(~same)
    # The fix before each group, if it is the same vehicle's; else the first of the group.
    own_before = (first > 0) & (fixes.vehicle[first - 1] == fixes.vehicle[first])
    before = np.where(own_before, first - 1, first)
    # Most fixes are alone at their time; only the others are compared.
    rows = np.flatnonzero(same | np.append(same[1:], False))
    group = group[rows]
    lon, lat = fixes.lon, fixes.lat
    east_m, north_m = metres_per_degree(lat[rows])

    def metres_to(place: Ints) -> Array:
        x, y = (lon[rows] - lon[place]) * east_m, (lat[rows] - lat[place]) * north_m
        return np.asarray(np.hypot(x, y))

    order = np.lexsort((metres_to(before[group]), group))
    nearest = order[np.diff(group[order], prepend=-1) > 0]
    best = rows[nearest][np.cumsum(np.diff(group, prepend=group[0]) > 0)]
    extra = rows != best
    apart = metres_to(best)
    return {
        RejectReason.DUPLICATE: rows[extra & (apart <= settings.conflict_m)],
        RejectReason.CONFLICT: rows[extra & (apart > settings.conflict_m)],
    }


def _jumps(fixes: Fixes, settings: CleanSettings) -> dict[RejectReason, Ints]:
    """Fixes that can be reached and left only at an impossible speed.

    Impossible segments cut a track into pieces. A short piece beside a longer one is the jump;
    one after another, because taking a piece out joins its neighbours.
    """
    kept, keep = fixes, np.arange(len(fixes))
    bad = [keep[:0]]
    for _ in range(par.JUMP_ROUNDS):
        fast = kept.joined & kept.impossible(settings.jump_kmh)
        if not fast.any():
            break
        piece = np.append(0, np.cumsum(fast | ~kept.joined))
        size = np.bincount(piece)
        edge = np.flatnonzero(fast)
        left, right = piece[edge], piece[edge + 1]
        into = np.zeros(len(size), dtype=bool)
        out = np.zeros(len(size), dtype=bool)
        out[left], into[right] = True, True
        beside = np.zeros(len(size), dtype=np.int64)
        np.maximum.at(beside, left, size[right])
        np.maximum.at(beside, right, size[left])
        both = into & out & (size <= par.JUMP_FIXES) & (size <= beside)
        one = (into ^ out) & (size <= par.JUMP_END_FIXES) & (beside >= par.JUMP_END_TIMES * size)
        wrong = np.flatnonzero(both if both.any() else one)
        if not len(wrong):
            break
        # Of two neighbouring pieces only the first goes in one round.
        gone = np.isin(piece, wrong[np.diff(wrong, prepend=-2) > 1])
        bad.append(keep[gone])
        kept, keep = kept.only(~gone), keep[~gone]
    return {RejectReason.JUMP: np.concatenate(bad)}


def _stale(fixes: Fixes, settings: CleanSettings) -> dict[RejectReason, Ints]:
    """The same position to the last digit, again and again, while the vehicle is elsewhere.

    A receiver that stands repeats itself too, but reports that it stands: what gives it away is a
    run in which it reports to move more than once, or once between repeats: no truck drives off and
    comes back to the same digits, so from there on the position is an old one. So it is where the
    next position cannot be reached from it in the time.
    """
    if len(fixes) < 2:
        return {}
    repeat = fixes.repeat
    run = np.cumsum(~repeat)
    moving = np.nan_to_num(fixes.speed_kmh) > par.STALE_MOVING_KMH
    moves = np.bincount(run, weights=moving & repeat)[run]
    length = np.bincount(run, weights=repeat)[run]
    starts_moving = np.bincount(run, weights=moving & ~repeat)[run]
    long = length >= settings.stale_repeats
    leaps = fixes.impossible(settings.jump_kmh) & fixes.joined & ~repeat[1:]
    leaps_off = np.bincount(run, weights=np.append(leaps, False))[run] > 0
    stuck = long & ((moves + starts_moving >= 2) | leaps_off)
    between = np.append(repeat[:-1] & moving[:-1] & repeat[1:], False)
    since = np.maximum.accumulate(np.where(between, np.arange(len(run)), -1))
    first = np.flatnonzero(~repeat)
    after = long & (since > first[run - 1])
    return {RejectReason.STALE: np.flatnonzero(repeat & (stuck | after))}


def _leaps_after(fixes: Fixes, rows: Ints, settings: CleanSettings) -> Bools:
    """Whether the position after the repeats that each of the rows is of cannot be reached."""
    repeat = fixes.repeat
    run = np.cumsum(~repeat)
    leaps = fixes.impossible(settings.jump_kmh) & fixes.joined & ~repeat[1:]
    return np.asarray(np.bincount(run, weights=np.append(leaps, False))[run][rows] > 0)


def _without_last_speeds(fixes: Fixes, settings: CleanSettings) -> Fixes:
    """The same with speed zero in the stands of devices that repeat their last driving speed.

    Some devices repeat the last position and speed until they move again (traccar issues 2992, 3660
    and 4780). Such a stand repeats one speed, and the next position can be reached from it within
    its own interval; a receiver that lost its position while moving leaps. A device that reports at
    nearly all of its stands that it stands has no such habit, and repeats of one are old positions:
    but where the next position lies much nearer than that speed would have led, it stood.
    """
    if len(fixes) < 2:
        return fixes
    repeat = fixes.repeat
    run = np.cumsum(~repeat) - 1
    first = np.flatnonzero(~repeat)
    last = np.append(first[1:], len(fixes)) - 1
    speed_kmh = np.nan_to_num(fixes.speed_kmh)
    # The last repeat may be that with which the vehicle sets off.
    changes = np.append(False, np.diff(speed_kmh) != 0) & repeat
    changes[last] = False
    one_speed = np.bincount(run, weights=changes) == 0
    following = np.minimum(last + 1, len(fixes) - 1)
    followed = (following > last) & (fixes.vehicle[following] == fixes.vehicle[last])
    step_m = np.append(fixes.length_m, 0.0)[last] - par.STEP_ERROR_M
    within_s = np.maximum(fixes.time_s[following] - fixes.time_s[last], 1.0)
    pace_ms = np.maximum(par.TOWN_KMH, speed_kmh[following]) / 3.6
    leaps = followed & (step_m > pace_ms * within_s)
    moving = speed_kmh[first] > par.STANDING_REPORT_KMH
    rests = (last > first) & one_speed & moving & ~leaps
    # Long enough to show the habit: two fixes at one place may be chance.
    shows = rests & (last - first >= settings.stale_repeats - 1)
    still = ~np.isnan(fixes.speed_kmh) & (speed_kmh <= par.STANDING_REPORT_KMH)
    begins = still & np.append(True, ~still[:-1] | ~fixes.joined)
    vehicles = int(fixes.vehicle.max()) + 1
    habit = np.bincount(fixes.vehicle[first[shows]], minlength=vehicles)
    usual = np.bincount(fixes.vehicle[begins], minlength=vehicles)
    has_habit = (habit >= par.LAST_SPEED_LEAST) & (habit > par.LAST_SPEED_TIMES * usual)
    lead_m = speed_kmh[first] / 3.6 * (fixes.time_s[last] - fixes.time_s[first])
    next_m = np.append(fixes.length_m, 0.0)[last]
    stayed = shows & followed & (lead_m >= par.LEAD_M) & (next_m <= par.LEAD_SHARE * lead_m)
    resting = (rests & (has_habit[fixes.vehicle[first]] | stayed))[run]
    if not resting.any():
        return fixes
    return fixes.with_speeds(np.where(resting, 0.0, fixes.speed_kmh))


def _trusted_speed(fixes: Fixes) -> Array:
    """The reported speed, blank for vehicles that report standing while their track moves."""
    if len(fixes) < 2:
        return fixes.speed_kmh
    vehicle, speed_kmh = fixes.vehicle, fixes.speed_kmh
    dx, dy = fixes.steps_m
    dt = np.diff(fixes.time_s)
    moves = fixes.joined & (dt <= par.LEADING_S) & (fixes.length_m > par.LEADING_MS * dt)
    # Two neighbouring segments that lead on, not to and fro: the fix between cannot stand.
    on = np.hypot(dx[1:] + dx[:-1], dy[1:] + dy[:-1]) > par.LEADING_MS * (dt[1:] + dt[:-1])
    between = np.concatenate([[False], moves[1:] & moves[:-1] & on, [False]])
    known = between & ~np.isnan(speed_kmh)
    n = int(vehicle.max()) + 1
    seen = np.bincount(vehicle[known], minlength=n)
    false = np.bincount(vehicle[known & (speed_kmh < par.FALSE_STAND_KMH)], minlength=n)
    untrusted = false > par.FALSE_SHARE * np.maximum(seen, 1)
    return np.where(untrusted[vehicle], np.nan, speed_kmh)


def _drifting(fixes: Fixes, speed_kmh: Array) -> Bools:
    """Parked for ten minutes or more, and this fix some way from the middle of the stay."""
    n = len(fixes)
    if n < 2:
        return np.zeros(n, dtype=bool)
    lon, lat = fixes.lon, fixes.lat
    slow = ~(speed_kmh >= par.STAYING_KMH)
    stays = fixes.joined & (fixes.length_m < par.STAYING_M) & slow[1:] & slow[:-1]
    run = np.append(0, np.cumsum(~stays))
    start = np.flatnonzero(np.append(True, np.diff(run) != 0))
    size = np.diff(np.append(start, n))
    length_s = fixes.time_s[start + size - 1] - fixes.time_s[start]
    east_m, north_m = metres_per_degree(lat)
    mean_lon = np.add.reduceat(lon, start) / size
    mean_lat = np.add.reduceat(lat, start) / size
    off_m = np.hypot((lon - mean_lon[run]) * east_m, (lat - mean_lat[run]) * north_m)
    reach_m = np.hypot(
        (mean_lon - lon[start]) * east_m[start], (mean_lat - lat[start]) * north_m[start]
    )
    parked = (length_s >= par.STAY_S) & (size >= par.STAY_FIXES)
    parked &= reach_m < par.STAY_WITHIN_M
    return np.asarray(parked[run] & (off_m > par.DRIFTING_M))
