"""Cleaning: which fixes may be believed, in true time, in order.

Faults and their signs are those of `facts` on GPS feeds: positions of 0/0, doubled rows, two
places at one time, jumps, stale repeats, impossible dates, clocks that are off. Rejected rows
are kept apart with their reason; drift while parked is flagged and kept, because it is dwell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, seconds, times
from routecheck.domain.codes import RejectReason
from routecheck.domain.settings import CleanSettings
from routecheck.domain.tables import CLOCKS, FIXES, REJECTED, TRACKS
from routecheck.geo.plane import metres_per_degree

ROLLOVER_S = 7168 * 86400.0
"""1,024 weeks: what a GPS receiver loses when its week counter overflows."""

MONTH_S = 31 * 86400.0
"""Farther from the rows about it a date is no matter of hours or days."""

PILE_S = 300.0
"""Live delays of one state of a clock differ by less: transmission takes seconds to minutes."""


@dataclass(frozen=True)
class Cleaned:
    """Tracks (TRACKS), clocks that were found off (CLOCKS), rows kept apart (REJECTED)."""

    tracks: pd.DataFrame
    clocks: pd.DataFrame
    rejected: pd.DataFrame


def clean(
    fixes: pd.DataFrame,
    settings: CleanSettings,
    now: pd.Timestamp,
    known: Mapping[str, float] | None = None,
) -> Cleaned:
    """Sort fixes into tracks in true time and keep apart what cannot be believed.

    Args:
        fixes: FIXES, in any order.
        settings: thresholds.
        now: the present, UTC; nothing can have been measured later.
        known: by vehicle, seconds to add to the device time of fixes without receipt time, where
            something else told that its clock is off (`stages.clocks`). More than a month is
            added only to rows that lie more than a month from the day they are counted under.

    Returns:
        Every row of `fixes` is either in `tracks` or in `rejected`.
    """
    FIXES.check(fixes)
    reason = np.zeros(len(fixes), dtype=np.int8)  # numbers of `_REASONS`; texts only of the bad
    lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
    # Receivers without a position send 0/0, or the last digits of noise about it.
    nowhere = ~fixes["positioned"].to_numpy() | ((np.abs(lon) < 1e-3) & (np.abs(lat) < 1e-3))
    reason[nowhere] = _REASONS.index(RejectReason.NOT_POSITIONED)
    off_earth = ~nowhere & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    reason[off_earth] = _REASONS.index(RejectReason.OUT_OF_RANGE)

    device_s, received_s = seconds(fixes["time"]), seconds(fixes["received_at"])
    vehicle = fixes["vehicle_id"].cat.codes.to_numpy()
    offset_s = _clock_offsets(vehicle, device_s, received_s, reason == 0, settings)
    for name, seconds_off in (known or {}).items():
        here = vehicle == fixes["vehicle_id"].cat.categories.get_loc(name)
        mine = here & np.isnan(received_s)
        if abs(seconds_off) > MONTH_S:
            mine &= np.abs(fixes["day"].to_numpy() * 86400.0 - device_s) > MONTH_S
        offset_s[mine] = seconds_off
    true_s = device_s + offset_s
    oldest_s = pd.Timestamp(year=settings.oldest_year, month=1, day=1, tz="UTC").timestamp()
    reason[(reason == 0) & (true_s < oldest_s)] = _REASONS.index(RejectReason.BAD_CLOCK)
    latest_s = np.where(np.isnan(received_s), now.timestamp(), received_s) + settings.future_s
    reason[(reason == 0) & (true_s > latest_s)] = _REASONS.index(RejectReason.FUTURE)

    # By vehicle and time, then what arrived first, then position: one order for any input order.
    received_or_last = np.where(np.isnan(received_s), np.inf, received_s)
    order = np.lexsort((lat, lon, received_or_last, true_s, vehicle))
    order = order[reason[order] == 0]
    for find in (_doubled, _jumps, _stale):
        found = find(
            vehicle[order],
            true_s[order],
            lon[order],
            lat[order],
            fixes["speed_kmh"].to_numpy()[order],
            settings,
        )
        for code, rows in found.items():
            reason[order[rows]] = _REASONS.index(code)
        order = order[reason[order] == 0]

    speed = _trusted_speed(
        vehicle[order], true_s[order], lon[order], lat[order], fixes["speed_kmh"].to_numpy()[order]
    )
    kept = fixes.iloc[order]
    tracks = pd.DataFrame(
        {
            "vehicle_id": kept["vehicle_id"].array,
            "time": times(true_s[order]),
            "lon": lon[order],
            "lat": lat[order],
            "speed_kmh": speed,
            "received_at": kept["received_at"].array,
            "clock_offset_s": offset_s[order],
            "drifting": _drifting(vehicle[order], true_s[order], lon[order], lat[order], speed),
            "day": kept["day"].array,
        }
    )
    return Cleaned(TRACKS.check(tracks), clock_table(tracks), _rejected(fixes, reason))


_REASONS = ("", *RejectReason)


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
            "reason": pd.Series([str(_REASONS[n]) for n in reason[reason != 0]], dtype="str"),
            "text": pd.Series(text, dtype="str"),
            "day": bad["day"].array,
        }
    )
    return REJECTED.check(rejected)


def clock_table(tracks: pd.DataFrame) -> pd.DataFrame:
    """CLOCKS of the vehicles whose fixes in TRACKS were put right."""
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


def _clock_offsets(
    vehicle: np.ndarray,
    device_s: Array,
    received_s: Array,
    usable: Bools,
    settings: CleanSettings,
) -> Array:
    """Seconds to add to device time, by device, from rows that were not uploaded late.

    A row is live when from the row before it the receipt clock advanced as the device clock did
    (within a quarter, or 4 s): a batch that is uploaded late arrives at one moment. On live rows
    receipt minus device time is the error of the clock plus seconds of transmission.
    """
    offset = np.zeros(len(device_s))
    delay = received_s - device_s
    # A lost week counter can be told row by row: nothing else is wrong by 19.6 years.
    rollovers = np.round(np.where(np.isnan(delay), 0.0, delay) / ROLLOVER_S)
    rest = delay - rollovers * ROLLOVER_S
    rolled = (rollovers != 0) & (np.abs(rest) < 30 * 86400.0)
    offset[rolled] = rollovers[rolled] * ROLLOVER_S
    delay = np.where(rolled, rest, delay)

    order = np.lexsort((device_s + offset, vehicle))
    order = order[usable[order] & ~np.isnan(delay[order])]
    if len(order) < 2:
        return offset
    step_s = np.diff((device_s + offset)[order])
    received_step_s = np.diff(received_s[order])
    same = np.diff(vehicle[order]) == 0
    live = np.concatenate([[False], same & (step_s > 0)])
    live[1:] &= np.abs(received_step_s - step_s) <= np.maximum(4.0, 0.25 * step_s)
    live[1:] &= received_step_s > 0
    rows = order[live]
    # A clock is off for a day or for good: the live delays of a device pile up in one place for
    # each state of its clock. Earlier than sent is impossible; later may be a feed that is
    # polled, or seconds of transmission.
    pile = np.round(delay[rows] / PILE_S)
    piles = np.lexsort((pile, vehicle[rows]))
    change = np.concatenate(
        [[True], (np.diff(vehicle[rows][piles]) != 0) | (np.diff(pile[piles]) > 1)]
    )
    start = np.flatnonzero(change)
    for members in np.split(rows[piles], start[1:]) if len(rows) else []:
        middle = float(np.median(delay[members]))
        if len(members) < 10 or -60.0 <= middle <= 1200.0:
            continue
        # Whole quarters of an hour are time zones and wrong days; transmission is not.
        quarter = round(middle / 900.0) * 900.0
        correction = quarter if abs(middle - quarter) <= 180.0 and quarter else middle
        mine = (vehicle == vehicle[members[0]]) & ~rolled
        off = mine & (np.abs(delay - middle) <= 2 * PILE_S)
        # Rows of the same time that were uploaded late have the same clock; rows that fit their
        # receipt as they stand were not touched by it.
        between = (device_s >= device_s[members].min()) & (device_s <= device_s[members].max())
        off |= mine & between & (np.isnan(delay) | (np.abs(delay) > 600.0))
        offset[off] = correction
    return offset


def _metres(lon: Array, lat: Array) -> tuple[Array, Array]:
    """East and north from each fix to the next, metres."""
    east_m, north_m = metres_per_degree((lat[1:] + lat[:-1]) / 2)
    return np.diff(lon) * east_m, np.diff(lat) * north_m


def _doubled(
    vehicle: np.ndarray,
    time_s: Array,
    lon: Array,
    lat: Array,
    _speed_kmh: Array,
    settings: CleanSettings,
) -> dict[RejectReason, np.ndarray]:
    """Several fixes of one vehicle at one time: keep the one nearest to where it just was."""
    n = len(vehicle)
    if n < 2:
        return {}
    same = np.concatenate([[False], (np.diff(vehicle) == 0) & (np.diff(time_s) == 0)])
    if not same.any():
        return {}
    group = np.cumsum(~same) - 1
    first = np.flatnonzero(~same)
    # The fix before each group, if it is the same vehicle's; else the first of the group.
    before = np.where((first > 0) & (vehicle[first - 1] == vehicle[first]), first - 1, first)
    # Most fixes are alone at their time; only the others are compared.
    rows = np.flatnonzero(same | np.append(same[1:], False))
    group = group[rows]
    east_m, north_m = metres_per_degree(lat[rows])

    def metres_to(place: np.ndarray) -> Array:
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


def _jumps(
    vehicle: np.ndarray,
    time_s: Array,
    lon: Array,
    lat: Array,
    _speed_kmh: Array,
    settings: CleanSettings,
) -> dict[RejectReason, np.ndarray]:
    """Fixes that can be reached and left only at an impossible speed.

    Impossible segments cut a track into pieces. A short piece beside a longer one is the jump;
    one after another, because taking a piece out joins its neighbours.
    """
    keep = np.arange(len(vehicle))
    bad: list[np.ndarray] = []
    for _ in range(8):
        if len(keep) < 2:
            break
        dx, dy = _metres(lon[keep], lat[keep])
        dt = np.diff(time_s[keep])
        same = np.diff(vehicle[keep]) == 0
        # 30 m of GPS error may lie in any one step.
        fast = same & (np.hypot(dx, dy) - 30.0 > settings.jump_kmh / 3.6 * np.maximum(dt, 1.0))
        if not fast.any():
            break
        piece = np.concatenate([[0], np.cumsum(fast | ~same)])
        size = np.bincount(piece)
        edge = np.flatnonzero(fast)
        left, right = piece[edge], piece[edge + 1]
        into = np.zeros(len(size), dtype=bool)
        out = np.zeros(len(size), dtype=bool)
        out[left], into[right] = True, True
        beside = np.zeros(len(size), dtype=np.int64)
        np.maximum.at(beside, left, size[right])
        np.maximum.at(beside, right, size[left])
        both = into & out & (size <= 12) & (size <= beside)
        one = (into ^ out) & (size <= 2) & (beside >= 4 * size)
        wrong = both if both.any() else one
        if not wrong.any():
            break
        # Of two neighbouring pieces only the smaller goes in one round.
        ids = np.flatnonzero(wrong)
        ids = ids[np.concatenate([[True], np.diff(ids) > 1])] if len(ids) > 1 else ids
        gone = np.isin(piece, ids)
        bad.append(keep[gone])
        keep = keep[~gone]
    return {RejectReason.JUMP: np.concatenate(bad)} if bad else {}


def _stale(
    vehicle: np.ndarray,
    time_s: Array,
    lon: Array,
    lat: Array,
    speed_kmh: Array,
    settings: CleanSettings,
) -> dict[RejectReason, np.ndarray]:
    """The same position to the last digit, again and again, while the vehicle is elsewhere.

    A receiver that stands repeats itself too, but says that it stands: what gives it away is a
    run in which it reports to move more than once, or once between repeats: nobody drives off and
    comes back to the same digits, so from there on the position is an old one. So it is where the
    next position cannot be reached from it in the time.
    """
    if len(vehicle) < 2:
        return {}
    repeat = np.concatenate(
        [[False], (np.diff(vehicle) == 0) & (np.diff(lon) == 0) & (np.diff(lat) == 0)]
    )
    run = np.cumsum(~repeat)
    moving = np.nan_to_num(speed_kmh) > 10.0
    moves = np.bincount(run, weights=moving & repeat)[run]
    length = np.bincount(run, weights=repeat)[run]
    starts_moving = np.bincount(run, weights=moving & ~repeat)[run]
    long = length >= settings.stale_repeats
    dx, dy = _metres(lon, lat)
    fast_ms = settings.jump_kmh / 3.6
    far = np.hypot(dx, dy) - 30.0 > fast_ms * np.maximum(np.diff(time_s), 1.0)
    leaps = np.append(far & (np.diff(vehicle) == 0) & ~repeat[1:], False)
    stuck = long & ((moves + starts_moving >= 2) | (np.bincount(run, weights=leaps)[run] > 0))
    between = np.append(repeat[:-1] & moving[:-1] & repeat[1:], False)
    since = np.maximum.accumulate(np.where(between, np.arange(len(run)), -1))
    first = np.flatnonzero(~repeat)
    after = long & (since > first[run - 1])
    return {RejectReason.STALE: np.flatnonzero(repeat & (stuck | after))}


def _trusted_speed(
    vehicle: np.ndarray, time_s: Array, lon: Array, lat: Array, speed_kmh: Array
) -> Array:
    """The reported speed, blank for vehicles that report standing while their track moves.

    Measured on a municipal feed: 43% of fixes said "stopped" above 3 m/s. A quarter is enough
    to do without the column.
    """
    if len(vehicle) < 2:
        return speed_kmh
    dx, dy = _metres(lon, lat)
    dt = np.diff(time_s)
    ok = (np.diff(vehicle) == 0) & (dt <= 120.0)
    # Two neighbouring segments that lead on, not to and fro: the fix between cannot stand.
    moves = ok & (np.hypot(dx, dy) > 4.0 * dt)
    on = np.hypot(dx[1:] + dx[:-1], dy[1:] + dy[:-1]) > 4.0 * (dt[1:] + dt[:-1])
    between = np.concatenate([[False], moves[1:] & moves[:-1] & on, [False]])
    known = between & ~np.isnan(speed_kmh)
    n = int(vehicle.max()) + 1
    seen = np.bincount(vehicle[known], minlength=n)
    liars = np.bincount(vehicle[known & (speed_kmh < 3.0)], minlength=n)
    untrusted = liars > 0.25 * np.maximum(seen, 1)
    return np.where(untrusted[vehicle], np.nan, speed_kmh)


def _drifting(
    vehicle: np.ndarray, time_s: Array, lon: Array, lat: Array, speed_kmh: Array
) -> Bools:
    """Parked for ten minutes or more, and this fix over 15 m from the middle of the stay."""
    n = len(vehicle)
    if n < 2:
        return np.zeros(n, dtype=bool)
    dx, dy = _metres(lon, lat)
    slow = ~(speed_kmh >= 5.0)
    stays = (np.diff(vehicle) == 0) & (np.hypot(dx, dy) < 60.0) & slow[1:] & slow[:-1]
    run = np.concatenate([[0], np.cumsum(~stays)])
    start = np.flatnonzero(np.concatenate([[True], np.diff(run) != 0]))
    size = np.diff(np.append(start, n))
    length_s = time_s[start + size - 1] - time_s[start]
    east_m, north_m = metres_per_degree(lat)
    mean_lon = np.add.reduceat(lon, start) / size
    mean_lat = np.add.reduceat(lat, start) / size
    off = np.hypot((lon - mean_lon[run]) * east_m, (lat - mean_lat[run]) * north_m)
    reach = np.hypot(
        (mean_lon - lon[start]) * east_m[start], (mean_lat - lat[start]) * north_m[start]
    )
    long_stay = (length_s >= 600.0) & (size >= 4) & (reach < 100.0)
    return np.asarray(long_stay[run] & (off > 15.0))
