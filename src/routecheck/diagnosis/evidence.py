"""What agrees with what: on which due days the vehicles of a point stood at which stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.diagnosis.due import Watch, watch_days
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.stands import BLURRED_M, SEEN_SIGMA_M, Stands, Stops, find_stands
from routecheck.domain.arrays import Array, Bools, Ints, seconds
from routecheck.domain.settings import DiagnoseSettings

ROAMING_MS, STOPPING_S = 8.0, 20.0
"""How fast a truck gets about between stops on county roads, and the least it stops for."""
PARKED_S = 3 * 3600.0
"""Nobody empties bins for three hours: parking, and no stand of a point."""
EARLY_S, LATE_S = 1800.0, 3600.0
"""So far outside a window a stand still agrees with it: rounds run early and late."""
ONCE, AGAIN = 0.9, 0.08
"""Most places that are no points are stopped at once, by chance again now and then."""
JUNK_A, JUNK_B = 1.0, 1.5
"""The others are habits (a shop, a junction), kept on any share of the days."""
HIDDEN = (0.15, 0.3, 0.5, 0.7, 0.85, 1.0)
CLEAR = (0.95, 0.9, 0.81, 0.66, 0.35, 0.1)
"""How surely fixes show a service, by the share of a vehicle's stops that lie between two fixes
(430 vehicles of twelve tuning counties)."""
NEAR_M = 250.0
"""Side of the cells in which the density of stands is counted."""


@dataclass(frozen=True)
class Pairs:
    """Points and stands of vehicles that serve them, in columns.

    `days` of `due_days` are due days on which a vehicle of the point stood there; `likeness` is
    the log-likelihood ratio of "here the point is served" to "this is no place of a point",
    and `density` how many stands of the point's vehicles lie about, per square metre.
    """

    point: Ints
    stand: Ints
    days: Ints
    likeness: Array
    fit: Array
    """Log-likelihood of the due days alone, against a stand on every one of them."""
    common: Array
    """What speaks against the stand as the place of a point that is recorded elsewhere."""
    density: Array


@dataclass(frozen=True)
class Evidence:
    """All that the days say."""

    stands: Stands
    pairs: Pairs
    due_days: Ints
    """Of each point: due days on which a vehicle of it worked."""
    service: Array
    """Of each point: probability that its stand is seen on a day it is served."""
    clear: Array
    """Of each point: probability that fixes show the vehicle standing on a day it is served."""
    days: int
    stops: Stops
    gaps: Gaps
    due: Due

    def days_at(self, point: Ints, stand: Ints) -> Ints:
        """Due days on which a vehicle of each point stood at each stand (-1: none, 0 days)."""
        pairs, count = self.pairs, max(len(self.stands), 1)
        key, wanted = pairs.point * count + pairs.stand, point * count + stand
        if not len(key):
            return np.zeros(len(point), dtype=np.int64)
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where((stand >= 0) & (key[at] == wanted), pairs.days[at], 0)


@dataclass(frozen=True)
class Gaps:
    """Times in which a vehicle was silent on its way: the middle of it (m), how far about it."""

    x: Array
    y: Array
    reach_m: Array
    vehicle: Ints
    day: Ints


@dataclass(frozen=True)
class Due:
    """One row a point, vehicle that serves it, and due day on which that vehicle worked."""

    point: Ints
    vehicle: Ints
    day: Ints


def stops_of(history: pd.DataFrame, frame: Frame, settings: DiagnoseSettings) -> Stops:
    """Return the stops of HISTORY in metres, without parking."""
    stood = history["stood_s"].between(0.8 * settings.min_dwell_s, PARKED_S)
    table = history[(history["kind"] == "stop") & stood]
    x, y = frame.plane.to_metres(table["lon"].to_numpy(), table["lat"].to_numpy())
    fixes = table["fixes"].to_numpy()
    spread = table["spread_m"].to_numpy()
    hidden = fixes == 0
    sigma = np.where(
        hidden, np.maximum(0.6 * spread, 10.0), np.hypot(SEEN_SIGMA_M, spread / np.sqrt(2.0))
    )
    # Many fixes average out, but not below what a receiver is off by for minutes.
    sigma = np.where(
        ~hidden & (fixes > 2), np.maximum(sigma / np.sqrt(np.maximum(fixes, 1) / 2.0), 4.0), sigma
    )
    poor = ~hidden & (spread > BLURRED_M)
    return Stops(
        x=x,
        y=y,
        sigma_m=np.where(poor, np.maximum(sigma, spread / 2), sigma),
        vehicle=frame.vehicle_codes(table["vehicle_id"]),
        day=frame.day_codes(table["service_date"]),
        start_s=seconds(table["start"]),
        stood_s=table["stood_s"].to_numpy(),
        hidden=hidden,
    )


def gaps_of(history: pd.DataFrame, frame: Frame) -> Gaps:
    """Return the gaps of HISTORY in metres."""
    table = history[(history["kind"] == "gap").to_numpy()]
    x, y = frame.plane.to_metres(table["lon"].to_numpy(), table["lat"].to_numpy())
    roam_m = ROAMING_MS * (table["stood_s"].to_numpy() - STOPPING_S) / 2
    return Gaps(
        x=x,
        y=y,
        reach_m=np.maximum(table["spread_m"].to_numpy(), roam_m),
        vehicle=frame.vehicle_codes(table["vehicle_id"]),
        day=frame.day_codes(table["service_date"]),
    )


def gather(
    history: pd.DataFrame, pickups: pd.DataFrame, frame: Frame, settings: DiagnoseSettings
) -> Evidence:
    """Find the stands and hold the due days against them.

    Args:
        history: HISTORY of some dates.
        pickups: PICKUPS of the same dates.
        frame: codes and coordinates.
        settings: thresholds.
    """
    stops = stops_of(history, frame, settings)
    stands = find_stands(stops, frame.days)
    watch = watch_days(history, pickups, frame, stands, settings)
    return _agree(watch, frame, stands, stops, gaps_of(history, frame))


def _agree(watch: Watch, frame: Frame, stands: Stands, stops: Stops, gaps: Gaps) -> Evidence:
    """Count days, visits and windows of every point and stand that share a vehicle."""
    points, count = frame.points, len(stands)
    wide = frame.days
    due_days = _distinct(watch.point[watch.due], watch.day[watch.due], points, wide)
    idle_days = _distinct(watch.point[~watch.due], watch.day[~watch.due], points, wide)
    windows = np.bincount(watch.point, weights=watch.windows, minlength=points) / np.maximum(
        np.bincount(watch.point[watch.due], minlength=points), 1
    )
    # Join on vehicle and day.
    key = stands.visit_vehicle * wide + stands.visit_day
    order = np.argsort(key, kind="stable")
    wanted = watch.vehicle * wide + watch.day
    begin = np.searchsorted(key[order], wanted, side="left")
    size = np.searchsorted(key[order], wanted, side="right") - begin
    row = np.repeat(np.arange(len(wanted)), size)
    within = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    visit = order[begin[row] + within]
    point, stand, due = watch.point[row], stands.visit_stand[visit], watch.due[row]
    at_s = stands.visit_start_s[visit]
    timely = due & (at_s >= watch.start_s[row] - EARLY_S) & (at_s <= watch.end_s[row] + LATE_S)

    pair, inverse = np.unique(point * count + stand, return_inverse=True)
    visits = np.bincount(inverse, weights=due, minlength=len(pair))
    in_time = _distinct(inverse[timely], watch.day[row][timely], len(pair), wide)
    days = _distinct(inverse[due], watch.day[row][due], len(pair), wide)
    odd_days = _distinct(inverse[~due], watch.day[row][~due], len(pair), wide)
    p, s = np.divmod(pair, max(count, 1))
    n, n0 = due_days[p], idle_days[p]

    service, clear = _service(p, s, days, due_days, frame, stands, stops)
    q = service[p]
    # Some points are seen worse than others (a valley, a hedge), at any rate: the fewer, the
    # better the vehicle is seen.
    worse = share_worse(clear)[p]
    any_rate = _log_rates(int(n.max(initial=0)), 1.0, 1.0)
    served = np.logaddexp(
        np.log1p(-worse) + days * np.log(q) + (n - days) * np.log1p(-q),
        np.log(worse) + any_rate[n, days],
    )
    fit = served - np.logaddexp(np.log1p(-worse) + n * np.log(q), np.log(worse) + any_rate[n, n])
    served += odd_days * np.log(0.06) + (n0 - odd_days) * np.log(0.94)
    table = _junk(int((n + n0).max(initial=0)))
    junk = table[n + n0, days + odd_days]
    regular = served - junk
    # Standing as long as at known points, rather than any time from seconds to hours.
    mean, sd = _usual_stand(p, s, days, due_days, frame, stands)
    z = (stands.log_stood[s] - mean) / sd
    regular += -0.5 * np.minimum(z**2, 40.0) - np.log(sd * np.sqrt(2 * np.pi)) + np.log(7.0)
    often = visits / np.maximum(days, 1) - np.maximum(windows[p], 1.0)
    regular -= 2.0 * np.clip(np.abs(often) - 0.4, 0.0, 2.0)
    share = np.clip(in_time * np.log(0.95 / 0.6) + (days - in_time) * np.log(0.05 / 0.4), -6, 2)
    # A stand where many vehicles come is a yard, a transfer station, a junction; stops that no
    # fix saw standing gather anywhere on the way between two fixes.
    common = np.asarray(2.0 * np.clip(stands.vehicles[s] - 2, 0, 4), dtype=np.float64)
    common += 3.0 * stands.blurred[s]
    pairs = Pairs(
        point=p,
        stand=s,
        days=days,
        likeness=regular + share,
        fit=np.minimum(fit, 0.0),
        common=common,
        density=density(p, s, stands, np.ones(len(p), dtype=bool)),
    )
    due_rows = Due(watch.point[watch.due], watch.vehicle[watch.due], watch.day[watch.due])
    return Evidence(stands, pairs, due_days, service, clear, frame.days, stops, gaps, due_rows)


def vague_days(evidence: Evidence, frame: Frame, x: Array, y: Array) -> tuple[Ints, Ints]:
    """Count for each point the due days on which nobody can say whether its vehicle stood at it.

    Args:
        evidence: stops, gaps and due days.
        frame: codes.
        x: metres, where each point is believed to be.
        y: metres.

    Returns:
        Due days on which a stop between two fixes may have been at it; and those on which its
        vehicle was silent about it for long enough to have been there.
    """
    stops, gaps = evidence.stops, evidence.gaps
    vague = np.flatnonzero(stops.hidden | (stops.sigma_m > BLURRED_M))
    # The stop lies on the way between the fixes: within 1 / 0.6 of its sigma of the middle.
    hidden = _days_about(
        evidence.due, frame, (x, y), (stops.x[vague], stops.y[vague]),
        1.7 * stops.sigma_m[vague], stops.vehicle[vague], stops.day[vague],
    )  # fmt: skip
    silent = _days_about(
        evidence.due, frame, (x, y), (gaps.x, gaps.y), gaps.reach_m, gaps.vehicle, gaps.day
    )
    return hidden, silent


def _days_about(
    due: Due,
    frame: Frame,
    place: tuple[Array, Array],
    at: tuple[Array, Array],
    reach_m: Array,
    vehicle: Ints,
    day: Ints,
) -> Ints:
    """Due days of each point on which something of its vehicle reached to its place."""
    key = vehicle * frame.days + day
    order = np.argsort(key, kind="stable")
    wanted = due.vehicle * frame.days + due.day
    begin = np.searchsorted(key[order], wanted, side="left")
    size = np.searchsorted(key[order], wanted, side="right") - begin
    row = np.repeat(np.arange(len(wanted)), size)
    within = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    one, point = order[begin[row] + within], due.point[row]
    away = np.hypot(at[0][one] - place[0][point], at[1][one] - place[1][point])
    may = away <= reach_m[one] + frame.tolerance_m[point]
    return _distinct(point[may], due.day[row][may], frame.points, frame.days)


def _distinct(group: Ints, day: Ints, groups: int, wide: int) -> Ints:
    return np.bincount(np.unique(group * wide + day) // wide, minlength=groups)


def share_worse(clear: Array) -> Array:
    """Share of points that are seen at a rate of their own, by how well their vehicle is seen.

    Of vehicles seen clearly on 95, 87 or 75% of the due days one point in a hundred, in twenty or
    in six was seen on less than 60% of them (sixteen tuning counties).
    """
    return np.clip(2.5 * (1.0 - clear) ** 2, 0.01, 0.5)


def _log_rates(most: int, a: float, b: float) -> Array:
    """Log-probability of k of n days (one given order) where the rate is Beta(a, b)."""
    n, k = np.meshgrid(np.arange(most + 1), np.arange(most + 1), indexing="ij")
    misses = np.maximum(n - k, 0)
    up = _log_gamma(k + a) + _log_gamma(misses + b) - _log_gamma(k + misses + a + b)
    return np.asarray(up - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b))


def _junk(most: int) -> Array:
    """Log-probability of k of n days (one given order) at a place that is no point.

    Of places that were stopped at: k is one at least.
    """
    n, k = np.meshgrid(np.arange(most + 1), np.arange(most + 1), indexing="ij")
    habit = _log_rates(most, JUNK_A, JUNK_B)
    habit = habit - np.log1p(-np.exp(np.minimum(habit[:, :1], -1e-9)))
    misses = np.maximum(n - k, 0)
    orders = _log_gamma(k + misses + 1.0) - _log_gamma(k + 1.0) - _log_gamma(misses + 1.0)
    once = math.log(1.0 - AGAIN) + np.maximum(k - 1, 0) * math.log(AGAIN) - orders
    once = once - np.log1p(-(AGAIN ** np.maximum(n, 1.0)))
    return np.asarray(np.logaddexp(math.log(ONCE) + once, math.log(1.0 - ONCE) + habit))


_log_gamma = np.vectorize(math.lgamma, otypes=[float])


def _service(
    p: Ints, s: Ints, days: Ints, due_days: Ints, frame: Frame, stands: Stands, stops: Stops
) -> tuple[Array, Array]:
    """How surely a service leaves a stand, and one that fixes saw, on a day.

    Told by the points of the vehicle whose record is plainly right; at first, by how many of its
    stops lie between two fixes.
    """
    away = frame.away_m(p, stands.x[s], stands.y[s])
    near = np.flatnonzero(away <= frame.tolerance_m[p] + 10.0)
    rate = days[near] / np.maximum(due_days[p[near]], 1)
    best, clear = np.zeros(frame.points), np.zeros(frame.points)
    np.maximum.at(best, p[near], rate)
    np.maximum.at(clear, p[near], rate * stands.seen[s[near]])
    plain = (best >= 0.3) & (due_days > 0)
    vehicle = frame.main_vehicle
    size = max(int(vehicle.max(initial=0)) + 1, frame.vehicles)
    due = np.bincount(vehicle[plain], weights=due_days[plain], minlength=size)
    # What is known at first is worth three points of the vehicle.
    prior = 3.0 * max(float(np.median(due_days)) if len(due_days) else 1.0, 1.0)

    def rates(share: Array, at_first: Array) -> Array:
        seen = np.bincount(vehicle[plain], weights=(share * due_days)[plain], minlength=size)
        return np.asarray(((seen + at_first * prior) / (due + prior))[vehicle])

    count = np.bincount(stops.vehicle, minlength=size)
    hidden = np.bincount(stops.vehicle, weights=stops.hidden, minlength=size)
    usually = np.interp(hidden / np.maximum(count, 1), HIDDEN, CLEAR)
    usually[count == 0] = 0.9
    return (
        np.clip(rates(best, np.full(size, 0.9)), 0.3, 0.96),
        np.clip(rates(clear, usually), 0.05, 0.96),
    )


def _usual_stand(
    p: Ints, s: Ints, days: Ints, due_days: Ints, frame: Frame, stands: Stands
) -> tuple[float, float]:
    """Mean and scatter of log(seconds stood) at stands within tolerance of recorded places."""
    away = frame.away_m(p, stands.x[s], stands.y[s])
    good = (away <= frame.tolerance_m[p]) & (days >= 0.5 * due_days[p])
    values = stands.log_stood[s[good]]
    if len(values) < 10:
        return math.log(90.0), 0.9
    middle = float(np.median(values))
    return middle, float(np.clip(1.4826 * np.median(np.abs(values - middle)), 0.4, 1.2))


def density(p: Ints, s: Ints, stands: Stands, counted: Bools) -> Array:
    """Stands per square metre that the point's vehicles have about a stand, itself left out.

    Args:
        p: points of the pairs.
        s: stands of the pairs.
        stands: where they are.
        counted: the pairs whose stands are counted.
    """
    if not len(p):
        return np.zeros(0)
    column = (stands.x[s] / NEAR_M).astype(np.int64)
    row = (stands.y[s] / NEAR_M).astype(np.int64)
    column -= column.min() - 1
    row -= row.min() - 1
    wide, high = int(row.max()) + 2, int(column.max()) + 2
    key = (p * high + column) * wide + row
    found, inverse = np.unique(key, return_inverse=True)
    count = np.bincount(inverse, weights=counted, minlength=len(found))
    total = np.zeros(len(p))
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            other = key + dx * wide + dy
            at = np.minimum(np.searchsorted(found, other), len(found) - 1)
            total += np.where(found[at] == other, count[at], 0.0)
    return (total - counted + 0.5) / (3 * NEAR_M) ** 2
