"""Silence: a span of time in which a vehicle may have been at a place unseen.

Of a parked vehicle whose ignition is off silence is no gap; of one that drives it is. In between
lies what most of this module decides: whether there was time to get away, serve, and be back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.domain.arrays import Array
from routecheck.verdicts import parameters as p
from routecheck.verdicts.case import Case
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.stretches import Stretch
from routecheck.verdicts.trajectories import Trajectory

Span = tuple[float, float]


@dataclass(frozen=True)
class Silence:
    """A span of time in which a vehicle may have been at the place unseen (s since 1970, UTC)."""

    start_s: float
    end_s: float
    whole_window: bool

    @property
    def length_s(self) -> float:
        """How long it was."""
        return self.end_s - self.start_s


def longest_silence(track: Trajectory, case: Case, facts: Facts) -> Silence | None:
    """Find the silence of a vehicle, longest within the window, that may hide a stand.

    Where the vehicle was seen doing its round in the window, a silence in which it was parked
    hides nothing.
    """
    window_s, span_s, min_dwell_s = case.window_s, case.span_s, facts.settings.min_dwell_s
    if len(track.time_s) == 0:
        return Silence(*window_s, whole_window=True)
    did_round = facts.rounds.did_round(track.vehicle_id, window_s)
    last_served_s = facts.rounds.last_served_s(track.vehicle_id, window_s[1])
    shift_s = facts.rounds.shift_s(track.vehicle_id)
    away_m = np.maximum(track.distance_m(case.lon, case.lat) - case.tolerance_m, 0.0)
    least_s = _least_way_s(track, away_m, case.stretch)
    late_s = _late_round_s(track, window_s)
    start_s, end_s = track.time_s[:-1], track.time_s[1:]
    long_s = end_s - start_s
    first_s, last_s = max(span_s[0], window_s[0] - shift_s), min(span_s[1], window_s[1] + shift_s)
    possible = (start_s < last_s) & (end_s > first_s)
    # Who falls silent beside the place was there, whatever the hour: rounds are exchanged.
    beside = np.minimum(away_m[:-1], away_m[1:]) <= p.SILENT_BESIDE_M
    possible |= beside & (start_s < span_s[1]) & (end_s > span_s[0])
    possible &= least_s[:-1] + least_s[1:] + min_dwell_s <= long_s
    # Parked with both ends in one place: there was time to get away and back only if the
    # silence covers the hours of the pickup and the round was not seen.
    in_window_s = np.minimum(end_s, window_s[1]) - np.maximum(start_s, window_s[0])
    hides = in_window_s >= p.HIDDEN_ROUND_SHARE * (window_s[1] - window_s[0])
    hides &= not did_round
    hides |= (start_s >= window_s[0]) & (long_s >= late_s)
    parked = track.parked & (long_s > facts.settings.gap_s)
    for k in np.flatnonzero(parked & hides & possible):
        hides[k] = not (_worked(track, int(k), window_s[0]) or last_served_s >= end_s[k])
    gap = track.gap & ~(track.halted & (away_m <= 0.0).any())
    possible &= np.where(parked, hides & (long_s > p.PARKED_SILENCE_S), gap)
    spans = [(float(a), float(b)) for a, b in zip(start_s[possible], end_s[possible], strict=True)]
    after_s, before_s = float(least_s[-1]) + min_dwell_s, float(least_s[0]) + min_dwell_s
    spans += _after_last(track, case, facts, after_s, late_s, did_round=did_round)
    spans += _before_first(track, case, facts, before_s, did_round=did_round)
    if not spans:
        return None

    def in_window(span: Span) -> Span:
        inside_s = min(span[1], window_s[1]) - max(span[0], window_s[0])
        return max(inside_s, 0.0), span[1] - span[0]

    whole = any(a <= window_s[0] and b >= window_s[1] for a, b in spans)
    return Silence(*max(spans, key=in_window), whole_window=whole)


def _least_way_s(track: Trajectory, away_m: Array, stretch: Stretch | None) -> Array:
    """Least time from each fix to the place, or from the place to it."""
    if stretch is None:
        return away_m / track.speed_ms
    return stretch.least_s(away_m, track.speed_ms)


def _late_round_s(track: Trajectory, window_s: Span) -> float:
    """How long a silence must be to hide a round that was hours late, else infinity.

    It may where the vehicle reported all the window, in its yard: it reports while parked, so that
    a long silence afterwards is none of an ignition that is off.
    """
    quiet_s = track.longest_silence_s(*window_s)
    if quiet_s > p.PARKED_SILENCE_S or not track.idle(*window_s):
        return np.inf
    round_s = p.HIDDEN_ROUND_SHARE * (window_s[1] - window_s[0])
    return max(round_s, p.LATE_ROUND_SILENCES * quiet_s)


def _worked(track: Trajectory, k: int, since_s: float) -> bool:
    """Whether it was seen working since the window began, and then parked at fix k.

    A vehicle that comes home from its round and is silent there has its ignition off; and so
    has one that is silent at home until it sets out on its round.
    """
    before = slice(int(np.searchsorted(track.time_s[: k + 1], since_s)), k + 1)
    away_m = track.distance_m(float(track.lon[k]), float(track.lat[k]))[before]
    return bool((away_m > p.IDLE_M).any())


def _before_first(
    track: Trajectory, case: Case, facts: Facts, need_s: float, *, did_round: bool
) -> list[Span]:
    """The silence before the first fix, where it may hide a stand that takes so long."""
    first_s, (since_s, _) = float(track.time_s[0]), case.span_s
    silent_s = first_s - case.window_s[0]
    hides = _hides_round(track, 0, silent_s, case.window_s, facts, did_round=did_round)
    if not hides or need_s > first_s - since_s:
        return []
    return [(max(since_s, case.window_s[0]), first_s)]


def _after_last(
    track: Trajectory, case: Case, facts: Facts, need_s: float, late_s: float, *, did_round: bool
) -> list[Span]:
    """The silence after the last fix, where it may hide a stand that takes so long.

    A silence of `late_s` until the end of the date may hide a round that was hours late.
    """
    last_s, closes_s = float(track.time_s[-1]), case.window_s[1]
    until_s = min(max(closes_s, last_s), facts.as_of_s)
    until_day_s = min(case.span_s[1], facts.as_of_s)
    late = until_day_s - last_s >= late_s
    silent_s = closes_s - last_s
    hides = _hides_round(track, -1, silent_s, case.window_s, facts, did_round=did_round)
    hides |= late and last_s <= closes_s + p.SHIFTED_WINDOW_S
    if late:
        until_s = max(until_s, until_day_s)
    if not hides or need_s > until_s - last_s:
        return []
    return [(last_s, until_s)]


def _hides_round(
    track: Trajectory, fix: int, silent_s: float, window_s: Span, facts: Facts, *, did_round: bool
) -> bool:
    """Whether a silence beyond the first or last fix may hide a round, by where that fix is."""
    parked = bool(track.distance_m(*track.home)[fix] <= p.YARD_M)
    # Where it is last heard standing it was parked; where it is first heard standing, away from
    # its yard, it had come there unheard.
    parked |= fix != 0 and bool(track.stands[fix])
    if parked:
        half_s = p.OPEN_END_SHARE * (window_s[1] - window_s[0])
        return silent_s >= half_s and not did_round
    return silent_s > facts.settings.gap_s
