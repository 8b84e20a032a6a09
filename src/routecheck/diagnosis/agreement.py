"""What agrees with what: on which due days the vehicles of a point stood at which stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.day_counts import log_junk, log_served, share_worse
from routecheck.diagnosis.due_days import DueDays, due_days_of
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.habits import SeenRates, UsualStand, seen_rates
from routecheck.diagnosis.keys import distinct_days, lookup
from routecheck.diagnosis.stands import Stands, Stops, find_stands
from routecheck.domain.arrays import Array, Bools, Ints, seconds
from routecheck.domain.settings import DiagnoseSettings


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
    """Log-odds against the stand as the place of a point that is recorded elsewhere."""
    density: Array


@dataclass(frozen=True)
class Gaps:
    """Times in which a vehicle was silent on its way: the middle of it (m), how far about it."""

    x: Array
    y: Array
    reach_m: Array
    vehicle: Ints
    day: Ints


@dataclass(frozen=True)
class Evidence:
    """All that the days show."""

    stands: Stands
    pairs: Pairs
    due_days: Ints
    """Of each point: due days on which a vehicle of it worked."""
    rates: SeenRates
    """Of each point: how surely services of it show."""
    usual_stand: UsualStand
    stops: Stops
    gaps: Gaps
    due: DueDays
    """The due days alone."""

    @property
    def service(self) -> Array:
        """Of each point: probability that its stand is seen on a day it is served."""
        return self.rates.service

    @property
    def clear(self) -> Array:
        """Of each point: probability that fixes show the vehicle standing on a day it is served."""
        return self.rates.clear

    def days_at(self, point: Ints, stand: Ints) -> Ints:
        """Due days on which a vehicle of each point stood at each stand (-1: none, 0 days)."""
        pairs, count = self.pairs, max(len(self.stands), 1)
        if not len(pairs.point):
            return np.zeros(len(point), dtype=np.int64)
        at, there = lookup(pairs.point * count + pairs.stand, point * count + stand)
        return np.where((stand >= 0) & there, pairs.days[at], 0)


def stops_of(history: pd.DataFrame, frame: Frame, settings: DiagnoseSettings) -> Stops:
    """Return the stops of HISTORY in metres, without parking."""
    least_s = par.DWELL_SHARE * settings.min_dwell_s
    stood = history["stood_s"].between(least_s, par.PARKED_S)
    table = history[(history["kind"] == "stop") & stood]
    x, y = frame.plane.to_metres(table["lon"].to_numpy(), table["lat"].to_numpy())
    fixes = table["fixes"].to_numpy()
    spread = table["spread_m"].to_numpy()
    hidden = fixes == 0
    sigma = np.where(
        hidden,
        np.maximum(par.HIDDEN_SIGMA_SHARE * spread, par.HIDDEN_SIGMA_LEAST_M),
        np.hypot(par.SEEN_SIGMA_M, spread / np.sqrt(2.0)),
    )
    averaged = np.maximum(sigma / np.sqrt(np.maximum(fixes, 1) / 2.0), par.LEAST_SIGMA_M)
    sigma = np.where(~hidden & (fixes > 2), averaged, sigma)
    poor = ~hidden & (spread > par.BLURRED_M)
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
    roam_m = par.ROAMING_MS * (table["stood_s"].to_numpy() - par.STOPPING_S) / 2
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
    worked = due_days_of(history, pickups, frame, stands, settings)
    due = worked.due_only()
    due_days = distinct_days(due.point, due.day, frame.points, frame.days)
    pairs, rates, usual = _pairs(worked, due_days, frame, stands, stops)
    gaps = gaps_of(history, frame)
    return Evidence(stands, pairs, due_days, rates, usual, stops, gaps, due)


def _pairs(
    worked: DueDays, due_days: Ints, frame: Frame, stands: Stands, stops: Stops
) -> tuple[Pairs, SeenRates, UsualStand]:
    """Count days, visits and windows of every point and stand that share a vehicle.

    Returns:
        The pairs, how surely services show, and how long vehicles stand.
    """
    points, count, days_in_all = frame.points, len(stands), frame.days
    idle_days = distinct_days(
        worked.point[~worked.due], worked.day[~worked.due], points, days_in_all
    )
    windows = np.bincount(worked.point, weights=worked.windows, minlength=points) / np.maximum(
        np.bincount(worked.point[worked.due], minlength=points), 1
    )
    row, visit = worked.meeting(stands.visit_vehicle, stands.visit_day)
    stand, due, day = stands.visit_stand[visit], worked.due[row], worked.day[row]
    at_s = stands.visit_start_s[visit]
    timely = due & (at_s >= worked.start_s[row] - par.BEFORE_WINDOW_S)
    timely &= at_s <= worked.end_s[row] + par.AFTER_WINDOW_S

    pair, inverse = np.unique(worked.point[row] * count + stand, return_inverse=True)
    visits = np.bincount(inverse, weights=due, minlength=len(pair))
    in_time, days, odd_days = (
        distinct_days(inverse[rows], day[rows], len(pair), days_in_all)
        for rows in (timely, due, ~due)
    )
    p, s = np.divmod(pair, max(count, 1))
    n, idle = due_days[p], idle_days[p]

    rates = _seen_rates(p, s, days, due_days, frame, stands, stops)
    worse = share_worse(rates.clear)[p]
    by_days, fit = _of_days(days, n, odd_days, idle, rates.service[p], worse)
    usual = _usual_stand(p, s, days, due_days, frame, stands)
    likeness = by_days + _of_dwell(stands.log_stood[s], days, usual.log_s, usual.log_sd)
    likeness -= _of_visits(visits / np.maximum(days, 1), windows[p])
    usually = _in_window(p, s, in_time, days, due_days, frame, stands)
    likeness += _of_windows(in_time, days, *usually)
    # A stand where many vehicles come is a yard, a transfer station, a junction; stops that no
    # fix saw standing gather anywhere on the way between two fixes.
    others = np.clip(stands.vehicles[s] - lk.VEHICLES_FREE, 0, lk.VEHICLES_MOST)
    common = np.asarray(lk.VEHICLES_COST * others, dtype=np.float64)
    common += lk.BLURRED_COST * stands.blurred[s]
    pairs = Pairs(
        point=p,
        stand=s,
        days=days,
        likeness=likeness,
        fit=fit,
        common=common,
        density=density(p, s, stands, np.ones(len(p), dtype=bool)),
    )
    return pairs, rates, usual


def _of_days(
    days: Ints, due_days: Ints, odd_days: Ints, idle_days: Ints, service: Array, worse: Array
) -> tuple[Array, Array]:
    """Log-likelihood ratio of the days with a stand: at a point, against at no point.

    Args:
        days: due days with a stand there.
        due_days: all due days.
        odd_days: other days with a stand there.
        idle_days: all other days on which the vehicle worked.
        service: how surely a service leaves a stand.
        worse: share of the points that are seen at a rate of their own.

    Returns:
        The ratio; and the log-likelihood of the due days against a stand on each of them.
    """
    n = due_days
    served = log_served(days, n, service, worse)
    fit = served - log_served(n, n, service, worse)
    without = idle_days - odd_days
    served += odd_days * np.log(lk.IDLE_DAY) + without * np.log(1.0 - lk.IDLE_DAY)
    junk = log_junk(int((n + idle_days).max(initial=0)))[n + idle_days, days + odd_days]
    return served - junk, np.minimum(fit, 0.0)


def _of_dwell(log_stood: Array, days: Ints, mean: float, sd: float) -> Array:
    """Log-likelihood ratio of standing as long as at known points, against any plausible time."""
    of_stand = np.hypot(sd, lk.VISIT_SD / np.sqrt(np.maximum(days, 1)))
    z = (log_stood - mean) / of_stand
    normal = -0.5 * np.minimum(z**2, lk.STOOD_MOST_Z2) - np.log(of_stand * np.sqrt(2 * np.pi))
    return np.asarray(normal + np.log(lk.STOOD_SPAN))


def _of_visits(visits_a_day: Array, windows: Array) -> Array:
    """What it costs to come more or less often in a day than there are windows."""
    often = np.abs(visits_a_day - np.maximum(windows, 1.0))
    return np.asarray(lk.OFTEN_COST * np.clip(often - lk.OFTEN_FREE, 0.0, lk.OFTEN_MOST))


def _of_windows(in_time: Ints, days: Ints, inside: Array, elsewhere: Array) -> Array:
    """Log-likelihood ratio of days on which the stand fell into the window, and of the others.

    Args:
        in_time: due days with a stand there in the window.
        days: all due days with a stand there.
        inside: probability that a visit falls into the window, at a point.
        elsewhere: the same of other stands.
    """
    timing = in_time * np.log(inside / elsewhere)
    timing += (days - in_time) * np.log((1.0 - inside) / (1.0 - elsewhere))
    return np.asarray(np.clip(timing, *lk.WINDOW_BOUNDS))


def _in_window(
    p: Ints, s: Ints, in_time: Ints, days: Ints, due_days: Ints, frame: Frame, stands: Stands
) -> tuple[Array, Array]:
    """How often visits fall into the window: at points, and elsewhere; of each pair.

    Learnt of the point's vehicle, from its stands at records that are plainly right: whoever
    drives the whole round at another hour than the schedule has it does so wherever the bins are.
    """
    away = frame.away_m(p, stands.x[s], stands.y[s])
    plain = (away <= frame.tolerance_m[p]) & (days >= lk.HALF * due_days[p])
    timely, seen = (
        frame.sum_of_vehicle(np.bincount(p, weights=plain * n, minlength=frame.points))
        for n in (in_time, days)
    )
    rate = (timely + lk.IN_WINDOW * lk.WINDOW_DAYS) / (seen + lk.WINDOW_DAYS)
    inside = np.minimum(rate, lk.IN_WINDOW)[p]
    return inside, inside * (lk.IN_WINDOW_ELSEWHERE / lk.IN_WINDOW)


def vague_days(evidence: Evidence, frame: Frame, x: Array, y: Array) -> tuple[Ints, Ints]:
    """Count for each point the due days on which its vehicle may have stood at it unseen.

    Args:
        evidence: stops, gaps and due days.
        frame: codes.
        x: metres, where each point is believed to be.
        y: metres.

    Returns:
        Due days on which a stop between two fixes may have been at it; and those on which its
        vehicle was silent about it for long enough to have been there.
    """
    due, stops, gaps = evidence.due, evidence.stops, evidence.gaps

    def days_about(at_x: Array, at_y: Array, reach_m: Array, vehicle: Ints, day: Ints) -> Ints:
        row, one = due.meeting(vehicle, day)
        point = due.point[row]
        away = np.hypot(at_x[one] - x[point], at_y[one] - y[point])
        may = away <= reach_m[one] + frame.tolerance_m[point]
        return distinct_days(point[may], due.day[row][may], frame.points, frame.days)

    vague = np.flatnonzero(stops.hidden | (stops.sigma_m > par.BLURRED_M))
    reach_m = par.HIDDEN_REACH_SIGMAS * stops.sigma_m[vague]
    return (
        days_about(stops.x[vague], stops.y[vague], reach_m, stops.vehicle[vague], stops.day[vague]),
        days_about(gaps.x, gaps.y, gaps.reach_m, gaps.vehicle, gaps.day),
    )


def _seen_rates(
    p: Ints, s: Ints, days: Ints, due_days: Ints, frame: Frame, stands: Stands, stops: Stops
) -> SeenRates:
    """How surely services show, by the stands about the recorded places."""
    away = frame.away_m(p, stands.x[s], stands.y[s])
    near = np.flatnonzero(away <= frame.tolerance_m[p] + par.EDGE_M)
    rate = days[near] / np.maximum(due_days[p[near]], 1)
    best, clear = np.zeros(frame.points), np.zeros(frame.points)
    np.maximum.at(best, p[near], rate)
    np.maximum.at(clear, p[near], rate * stands.seen[s[near]])
    return seen_rates(best, clear, due_days, frame, stops)


def _usual_stand(
    p: Ints, s: Ints, days: Ints, due_days: Ints, frame: Frame, stands: Stands
) -> UsualStand:
    """How long vehicles stand, by the stands within tolerance of recorded places."""
    away = frame.away_m(p, stands.x[s], stands.y[s])
    good = (away <= frame.tolerance_m[p]) & (days >= lk.HALF * due_days[p])
    return UsualStand.of(stands.log_stood[s[good]])


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
    column = (stands.x[s] / par.DENSITY_CELL_M).astype(np.int64)
    row = (stands.y[s] / par.DENSITY_CELL_M).astype(np.int64)
    column -= column.min() - 1
    row -= row.min() - 1
    high, wide = int(row.max()) + 2, int(column.max()) + 2
    key = (p * wide + column) * high + row
    cells, inverse = np.unique(key, return_inverse=True)
    count = np.bincount(inverse, weights=counted, minlength=len(cells))
    total = np.zeros(len(p))
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            at, there = lookup(cells, key + dx * high + dy)
            total += np.where(there, count[at], 0.0)
    return (total - counted + 0.5) / (3 * par.DENSITY_CELL_M) ** 2
