"""Silence: a span of time in which a vehicle may have been at a place unseen.

Of a parked vehicle whose ignition is off silence is no gap; of one that drives it is. In between
lies what most of this module decides: whether there was time to get away, serve, and be back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.domain.arrays import Array
from routecheck.domain.settings import JudgeSettings
from routecheck.verdicts import parameters as p
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


@dataclass(frozen=True)
class Context:
    """What decides whether a silence may hide a pickup. Times in seconds since 1970 (UTC).

    Attributes:
        place: longitude and latitude (WGS-84), and how near it had to come (the tolerance, m).
        window_s: start and end of the pickup's window.
        span_s: when a pickup would have counted.
        as_of_s: until when the feed as a whole reached.
        did_round: whether the vehicle was seen doing its round in the window; then a silence in
            which it was parked hides nothing.
        last_served_s: when it was last seen serving a point in the window, else minus infinity.
        shift_s: how long before and after the window it may have come.
        stretch: how fast vehicles drive about the place; None: not known.
    """

    place: tuple[float, float, float]
    window_s: Span
    span_s: Span
    as_of_s: float
    did_round: bool
    last_served_s: float
    shift_s: float
    stretch: Stretch | None = None


def longest_silence(track: Trajectory, context: Context, settings: JudgeSettings) -> Silence | None:
    """Find the silence, longest within the window, that may hide a stand at the place."""
    window_s, span_s = context.window_s, context.span_s
    if len(track.time_s) == 0:
        return Silence(*window_s, whole_window=True)
    lon, lat, tolerance_m = context.place
    away_m = np.maximum(track.distance_m(lon, lat) - tolerance_m, 0.0)
    least_s = _least_way_s(track, away_m, context.stretch)
    late_s = _late_round_s(track, window_s)
    start_s, end_s = track.time_s[:-1], track.time_s[1:]
    long_s = end_s - start_s
    first_s = max(span_s[0], window_s[0] - context.shift_s)
    last_s = min(span_s[1], window_s[1] + context.shift_s)
    possible = (start_s < last_s) & (end_s > first_s)
    possible &= least_s[:-1] + least_s[1:] + settings.min_dwell_s <= long_s
    # Parked with both ends in one place: there was time to get away and back only if the
    # silence covers the hours of the pickup and the round was not seen.
    in_window_s = np.minimum(end_s, window_s[1]) - np.maximum(start_s, window_s[0])
    hides = in_window_s >= p.HIDDEN_ROUND_SHARE * (window_s[1] - window_s[0])
    hides &= not context.did_round
    hides |= (start_s >= window_s[0]) & (long_s >= late_s)
    parked = track.parked & (long_s > settings.gap_s)
    for k in np.flatnonzero(parked & hides & possible):
        worked = _worked(track, int(k), window_s[0]) or context.last_served_s >= end_s[k]
        hides[k] = not worked
    gap = track.gap & ~(track.halted & (away_m <= 0.0).any())
    possible &= np.where(parked, hides & (long_s > p.PARKED_SILENCE_S), gap)
    spans = [(float(a), float(b)) for a, b in zip(start_s[possible], end_s[possible], strict=True)]
    spans += _after_last(track, context, float(least_s[-1]), late_s, settings)
    spans += _before_first(track, context, float(least_s[0]), settings)
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


def _hides_round(
    track: Trajectory, fix: int, silent_s: float, context: Context, gap_s: float
) -> bool:
    """Whether a silence beyond the first or last fix may hide a round, by where that fix is."""
    window_s = context.window_s
    at_home = bool(track.distance_m(*track.home)[fix] <= p.YARD_M)
    if track.stands[fix] or at_home:
        half_s = p.OPEN_END_SHARE * (window_s[1] - window_s[0])
        return silent_s >= half_s and not context.did_round
    return silent_s > gap_s


def _before_first(
    track: Trajectory, context: Context, way_s: float, settings: JudgeSettings
) -> list[Span]:
    """The silence before the first fix, where it may hide a stand."""
    first_s, since_s = float(track.time_s[0]), context.span_s[0]
    silent_s = first_s - context.window_s[0]
    if not _hides_round(track, 0, silent_s, context, settings.gap_s):
        return []
    if way_s + settings.min_dwell_s > first_s - since_s:
        return []
    return [(max(since_s, context.window_s[0]), first_s)]


def _after_last(
    track: Trajectory, context: Context, way_s: float, late_s: float, settings: JudgeSettings
) -> list[Span]:
    """The silence after the last fix, where it may hide a stand; late rounds among them."""
    window_s, last_s = context.window_s, float(track.time_s[-1])
    until_s = min(max(window_s[1], last_s), context.as_of_s)
    until_day_s = min(context.span_s[1], context.as_of_s)
    late = until_day_s - last_s >= late_s
    hides = _hides_round(track, -1, window_s[1] - last_s, context, settings.gap_s)
    hides |= late and last_s <= window_s[1] + p.SHIFTED_WINDOW_S
    if late:
        until_s = max(until_s, until_day_s)
    if not hides or way_s + settings.min_dwell_s > until_s - last_s:
        return []
    return [(last_s, until_s)]
