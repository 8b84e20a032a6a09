"""Days on which a device says what is not so: one mechanism, and a function for each kind.

`KINDS` has the kinds by the amount that is their rate; a truck has one of them at a time. What
happened stays as it is: only what the device tells of it changes, and with that what the monitor
sees and what is observable. Nothing here is drawn from the streams of other modules, so that the
same seed gives the same county, rounds and misses whatever the amounts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .chance import Stream, generator
from .county import DAY_S, County
from .datums import bd09_from_wgs84, gcj02_from_wgs84
from .devices import Fixes, correlated
from .plane import Floats
from .truck_day import TruckDay

_FAR_M = 1e7  # where the monitor sees a fix that lies in another part of the world
_STANDING_MPS = 0.2
_SAME_STAND_M = 1.0
_FIRST_DAY = 1000  # keeps the numbers of days before the start positive
_WANDERING_S = 900.0  # the way to an error that wanders takes so long to turn
_SWELLING_S = 2400.0  # and its size comes and goes in this time


@dataclass(frozen=True)
class _Day:
    """What a fault may know: the delivered fixes, where the truck really was, and chance."""

    rng: np.random.Generator
    county: County
    ran: TruckDay
    true: Floats  # x and y at each fix

    @property
    def fixes(self) -> Fixes:
        return self.ran.fixes

    def at(self, x: Floats, y: Floats) -> Fixes:
        """The fixes at other places, their errors told anew."""
        error_m = np.hypot(x - self.true[0], y - self.true[1])
        return replace(self.fixes, x=x, y=y, error_m=error_m)

    def elsewhere(self, lon: Floats, lat: Floats) -> Fixes:
        """The fixes with degrees that are no place of the county."""
        far = np.full(len(lon), _FAR_M)
        return replace(self.at(far, far), lon=lon, lat=lat)

    def on_the_way(self) -> tuple[float, float]:
        """A moment with the engine on, and when it is switched off; else of the whole day."""
        spans = self.ran.ignition or [(float(self.fixes.t[0]), float(self.fixes.t[-1]))]
        begin, end = spans[int(self.rng.integers(len(spans)))]
        return float(self.rng.uniform(begin, end)), end


def _shifted(day: _Day, shift: Callable[[Floats, Floats], tuple[Floats, Floats]]) -> Fixes:
    lon, lat = shift(*day.county.to_lonlat(day.fixes.x, day.fixes.y))
    return day.at(*day.county.to_plane(lon, lat))


def _in_gcj02(day: _Day) -> Fixes:
    return _shifted(day, gcj02_from_wgs84)


def _in_bd09(day: _Day) -> Fixes:
    return _shifted(day, bd09_from_wgs84)


def _displaced(day: _Day) -> Fixes:
    by_m, angle = day.rng.uniform(*day.county.amounts.displaced_m), day.rng.uniform(0, 2 * np.pi)
    return day.at(day.fixes.x + by_m * np.cos(angle), day.fixes.y + by_m * np.sin(angle))


def _sign_lost(day: _Day) -> Fixes:
    lon, lat = day.county.to_lonlat(day.fixes.x, day.fixes.y)
    return day.elsewhere(-lon, lat)


def _axes_swapped(day: _Day) -> Fixes:
    lon, lat = day.county.to_lonlat(day.fixes.x, day.fixes.y)
    return day.elsewhere(lat, lon)


def _wandering(day: _Day) -> Fixes:
    """The true places and an error that turns and swells slowly between two sizes."""
    least, most = day.county.amounts.wandering_m
    t = day.fixes.t
    angle = day.rng.uniform(0, 2 * np.pi) + correlated(day.rng, t, np.pi, _WANDERING_S)
    swell = np.sin(2 * np.pi * (t / _SWELLING_S + day.rng.random()))
    size_m = (least + most) / 2 + (most - least) / 2 * swell
    return day.at(day.true[0] + size_m * np.cos(angle), day.true[1] + size_m * np.sin(angle))


def _no_fix(day: _Day) -> Fixes:
    """Rows that repeat the last position and say that there is no fix."""
    begin, end = day.on_the_way()
    told = _repeating(day, begin, end)
    return replace(told, valid=~((told.t > begin) & (told.t <= end)))


def _held_back(day: _Day) -> Fixes:
    late_s = day.county.amounts.held_back_days * DAY_S
    return replace(day.fixes, received_t=day.fixes.received_t + late_s)


def _repeating(day: _Day, begin: float, end: float, place: Floats | None = None) -> Fixes:
    """After a moment and up to another the last position, or a given one, at speed 0."""
    fixes = day.fixes
    during = (fixes.t > begin) & (fixes.t <= end)
    if place is None:
        last = max(int(np.searchsorted(fixes.t, begin, "right")) - 1, 0)
        place = np.array([fixes.x[last], fixes.y[last]])
    told = day.at(np.where(during, place[0], fixes.x), np.where(during, place[1], fixes.y))
    speed = np.where(during & ~np.isnan(fixes.speed_kmh), 0.0, fixes.speed_kmh)
    return replace(
        told,
        error_m=np.where(during, told.error_m, fixes.error_m),
        speed_kmh=speed,
        usable=fixes.usable & ~during,
    )


KINDS: dict[str, Callable[[_Day], Fixes]] = {
    "gcj02_day_rate": _in_gcj02,
    "bd09_day_rate": _in_bd09,
    "displaced_day_rate": _displaced,
    "sign_lost_rate": _sign_lost,
    "axes_swapped_rate": _axes_swapped,
    "wandering_rate": _wandering,
    "no_fix_rate": _no_fix,
    "held_back_rate": _held_back,
}
"""What becomes of the fixes of a day, by the amount that is the rate of such days."""
STUCK = "stuck_rate"
"""The rate of a kind that begins within a day and goes on over others."""


class FalseDays:
    """What the devices of a site tell, day after day in their order."""

    def __init__(self, county: County, seed: int) -> None:
        """Draws which devices hold their last speed.

        Raises:
            ValueError: the rates of the kinds add up to more than 1.
        """
        amounts = county.amounts
        self._county, self._seed = county, seed
        self._rates = {name: getattr(amounts, name) for name in (*KINDS, STUCK)}
        if sum(self._rates.values()) > 1:
            raise ValueError(f"more than 1 together: {', '.join(self._rates)}")
        share = amounts.last_speed_share
        self._hold = [self._draw(truck).random() < share for truck in range(len(county.trucks))]
        self._stuck: dict[int, tuple[Floats, float]] = {}  # place, until when

    def told(self, truck: int, day: int, ran: TruckDay) -> TruckDay:
        """A truck-day as its device tells it."""
        if not len(ran.fixes):
            return ran
        if self._hold[truck]:
            ran = replace(ran, fixes=_last_speed(self._day(truck, day, ran)))
        what = self._day(truck, day, ran)
        if truck in self._stuck:
            place, until = self._stuck[truck]
            if until <= ran.fixes.t[-1]:
                del self._stuck[truck]
            return replace(ran, fixes=_repeating(what, -np.inf, until, place))
        kind = self.kind(truck, day)
        if kind == STUCK:
            return replace(ran, fixes=self._stick(truck, what))
        return replace(ran, fixes=KINDS[kind](what)) if kind else ran

    def kind(self, truck: int, day: int) -> str:
        """Which kind of day it is for a truck, but for one that is still stuck; empty: none."""
        if not any(self._rates.values()):
            return ""
        for begun in range(day, day - self._county.amounts.fault_days, -1):
            draw = self._draw(begun + _FIRST_DAY, truck).random()
            for kind, rate in self._rates.items():
                if draw < rate:
                    return kind if kind != STUCK or begun == day else ""
                draw -= rate
        return ""

    def _draw(self, *numbers: int) -> np.random.Generator:
        return generator(self._seed, Stream.FALSE_DAYS, *numbers)

    def _day(self, truck: int, day: int, ran: TruckDay) -> _Day:
        if ran.motion is not None:
            true = np.stack(ran.motion.at(ran.fixes.t)[:2])
        else:
            at = self._county.trucks[truck]
            home = self._county.networks[at.block].xy_at(at.depot)
            true = np.repeat(home[:, None], len(ran.fixes), axis=1)
        return _Day(self._draw(day + _FIRST_DAY, truck, 1), self._county, ran, true)

    def _stick(self, truck: int, day: _Day) -> Fixes:
        begin, _ = day.on_the_way()
        until = begin + 2 * 3600 * self._county.amounts.stuck_h * float(day.rng.random())
        told = _repeating(day, begin, until)
        if until > told.t[-1]:
            last = max(int(np.searchsorted(told.t, begin, "right")) - 1, 0)
            self._stuck[truck] = (np.array([told.x[last], told.y[last]]), until)
        return told


def _last_speed(day: _Day) -> Fixes:
    """While it stands, the position of the first fix there and the speed of the last on its way."""
    fixes = day.fixes
    if day.ran.motion is None:
        return fixes
    _, _, v, _ = day.ran.motion.at(fixes.t)
    stands = v < _STANDING_MPS
    went_m = np.hypot(*np.diff(day.true, axis=1, prepend=day.true[:, :1]))
    own = np.arange(len(fixes))
    # between two stands it moves, though no fix may show it
    begins = ~stands | (went_m > _SAME_STAND_M)
    first = np.maximum.accumulate(np.where(begins, own, 0))
    told = day.at(fixes.x[first], fixes.y[first])
    last = np.maximum.accumulate(np.where(stands, -1, own))
    held = stands & (last >= 0) & ~np.isnan(fixes.speed_kmh)  # a day begins as it is
    return replace(told, speed_kmh=np.where(held, fixes.speed_kmh[last], fixes.speed_kmh))
