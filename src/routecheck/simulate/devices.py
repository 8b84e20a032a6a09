"""What a terminal makes of the true motion: fixes with noise, silence, gaps and late receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from .amounts import Amounts
from .motion import Motion
from .plane import Bools, Floats

_NOISE_STEP_S = 10.0


@dataclass(frozen=True)
class Device:
    """The habits of one terminal."""

    interval_s: float
    heartbeat_s: float  # while parked; 0: silent
    speed: str  # ok | missing | zero
    drops_zero_speed: bool
    noise_m: float
    latency_s: float


@dataclass(frozen=True)
class Fixes:
    """Fixes of one truck and day in columns; times are site seconds, places plane metres.

    t is the true time, device_t what the terminal wrote, received_t when the server had it.
    error_m is how far the fix lies from the truth; usable says that nothing but noise is wrong,
    valid that the receiver says it has a fix. Where lon and lat are given, the file has these
    degrees instead of x and y.
    """

    t: Floats
    device_t: Floats
    received_t: Floats
    x: Floats
    y: Floats
    speed_kmh: Floats  # NaN: not given
    heading_deg: Floats
    error_m: Floats
    usable: Bools
    valid: Bools
    lon: Floats  # deg; NaN: as x and y say
    lat: Floats

    def __len__(self) -> int:
        return len(self.t)

    def rows(self, which: NDArray[Any]) -> Fixes:
        """The rows that a mask keeps, or of these numbers in that order."""
        return Fixes(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


_NONE, _NEVER = np.empty(0), np.empty(0, dtype=bool)
NO_FIXES = Fixes(
    _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NEVER, _NEVER, _NONE, _NONE
)


def concatenate(parts: list[Fixes]) -> Fixes:
    """Several tables as one, in their order; there is at least one."""
    names = Fixes.__dataclass_fields__
    return Fixes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def make_device(rng: np.random.Generator, amounts: Amounts, number: int) -> Device:
    """The terminal of a truck. Intervals are dealt in turn so that small fleets have all."""
    shares = np.array([share for _, share in amounts.interval_mix])
    turn = (number * 0.618033988749895) % 1.0
    which = int(np.searchsorted(np.cumsum(shares) / shares.sum(), turn, "right"))
    interval = amounts.interval_mix[min(which, len(shares) - 1)][0]
    silent = rng.random() < amounts.silent_when_parked_share
    draw = rng.random()
    speed = "ok"
    if draw < amounts.speed_missing_share:
        speed = "missing"
    elif draw < amounts.speed_missing_share + amounts.speed_zero_share:
        speed = "zero"
    drops = speed == "ok" and rng.random() < amounts.zero_speed_filtered_share
    return Device(
        interval_s=float(interval),
        heartbeat_s=0.0 if silent else float(rng.choice([120.0, 180.0, 240.0, 300.0])),
        speed=speed,
        drops_zero_speed=bool(drops),
        noise_m=float(amounts.noise_m * rng.uniform(0.8, 1.25)),
        latency_s=float(rng.uniform(1.0, 5.0)),
    )


def correlated(rng: np.random.Generator, t: Floats, sigma: float, memory_s: float) -> Floats:
    """AR(1) noise with the given standard deviation and memory, read at times t."""
    if not len(t) or sigma == 0:
        return np.zeros(len(t))
    count = int((t[-1] - t[0]) / _NOISE_STEP_S) + 3
    keep = np.exp(-_NOISE_STEP_S / memory_s)
    shocks = rng.normal(0.0, sigma * np.sqrt(1 - keep * keep), count)
    shocks[0] = rng.normal(0.0, sigma)
    grid = lfilter([1.0], [1.0, -keep], shocks)
    return np.interp(t, t[0] + _NOISE_STEP_S * np.arange(count), grid)


def _ticks(rng: np.random.Generator, start: float, end: float, every: float) -> Floats:
    count = int((end - start) / every) + 1
    t = start + every * np.arange(count) + (rng.random(count) < 0.05)
    return np.asarray(np.round(t[t < end]))


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a device on one day, in site seconds."""

    dead: bool = False
    dies_t: float = np.inf
    late: tuple[float, float, float] | None = None  # from, to, received
    clock_off_s: float = 0.0
    poor_m: float = 0.0
    silent: tuple[float, float] | None = None  # the whole feed


def observe(
    rng: np.random.Generator,
    motion: Motion | None,
    home: Floats,
    day: tuple[float, float],
    ignition: list[tuple[float, float]],
    device: Device,
    amounts: Amounts,
    trouble: Trouble,
    dead_zones: Floats,
    blind_zones: Floats,
) -> Fixes:
    """The fixes of one truck-day.

    day is the time from which and up to which to report, ignition the intervals with the engine
    on; outside them the device sends heartbeats or nothing.
    """
    t = _report_times(rng, day, ignition, device)
    if trouble.dead or not len(t):
        return NO_FIXES
    if motion is None:
        x, y = np.full(len(t), home[0]), np.full(len(t), home[1])
        v, heading = np.zeros(len(t)), np.full(len(t), 90.0)
    else:
        x, y, v, heading = motion.at(t)
    parked = np.ones(len(t), dtype=bool)
    for start, end in ignition:
        parked &= ~_within(t, start, end)
    error_x, error_y = _errors(rng, t, parked, ignition, device.noise_m + trouble.poor_m, amounts)

    speed: Floats = np.maximum(v * 3.6 + rng.normal(0, 0.6, len(t)) * (v > 0.2), 0.0)
    speed[(v < 0.2) & (rng.random(len(t)) < 0.96)] = 0.0
    speed[speed < 1.0] = 0.0
    heading = np.round((heading + rng.normal(0, 3, len(t))) % 360) % 360
    received = t + np.round(rng.exponential(device.latency_s, len(t)) + 1.0)

    keep = rng.random(len(t)) >= amounts.single_loss_share
    for _ in range(rng.poisson(amounts.short_gaps_per_day) if ignition else 0):
        begin = rng.uniform(ignition[0][0], ignition[-1][1])
        keep &= ~((t > begin) & (t < begin + rng.uniform(120, 900)))
    for zone_x, zone_y, radius_m in dead_zones:
        keep &= np.hypot(x - zone_x, y - zone_y) > radius_m
    keep &= t < trouble.dies_t
    if trouble.silent:
        keep &= ~_within(t, *trouble.silent)
    if device.drops_zero_speed:
        keep &= (speed > 0) | parked
    for zone_x, zone_y, radius_m in blind_zones:
        inside = np.hypot(x - zone_x, y - zone_y) < radius_m
        # the batch goes out when the truck is back in coverage
        outside_t = np.where(inside, np.inf, t)
        back = np.minimum.accumulate(outside_t[::-1])[::-1]
        back = np.where(np.isinf(back), t[-1] + 60, back)
        received = np.where(inside, np.maximum(received, back + 5), received)
    if trouble.late:
        begin, end, uploaded = trouble.late
        later = uploaded + np.floor((t - begin) / 600)
        received = np.where(_within(t, begin, end), later, received)
    given = {"missing": np.full(len(t), np.nan), "zero": np.zeros(len(t))}.get(device.speed, speed)
    table = Fixes(
        t=t,
        device_t=t + trouble.clock_off_s,
        received_t=received,
        x=x + error_x,
        y=y + error_y,
        speed_kmh=np.asarray(np.round(given, 1), dtype=np.float64),
        heading_deg=heading,
        error_m=np.hypot(error_x, error_y),
        usable=np.ones(len(t), dtype=bool),
        valid=np.ones(len(t), dtype=bool),
        lon=np.full(len(t), np.nan),
        lat=np.full(len(t), np.nan),
    )
    return _stale(rng, table.rows(keep), amounts)


def _within(t: Floats, start: float, end: float) -> Bools:
    return np.asarray((t >= start) & (t < end))


def _report_times(
    rng: np.random.Generator,
    day: tuple[float, float],
    ignition: list[tuple[float, float]],
    device: Device,
) -> Floats:
    """When a device takes its fixes."""
    parts = [_ticks(rng, start, end, device.interval_s) for start, end in ignition]
    if device.heartbeat_s:
        edges = [day[0], *(t for span in ignition for t in span), day[1]]
        for start, end in zip(edges[0::2], edges[1::2], strict=True):
            if end - start > device.heartbeat_s:
                first = start + rng.uniform(0.3, 1.0) * device.heartbeat_s
                parts.append(_ticks(rng, first, end, device.heartbeat_s))
    t = np.sort(np.concatenate(parts)) if parts else np.empty(0)
    return np.asarray(t[np.diff(t, prepend=-1.0) > 0])


def _errors(
    rng: np.random.Generator,
    t: Floats,
    parked: Bools,
    ignition: list[tuple[float, float]],
    sigma_m: float,
    amounts: Amounts,
) -> tuple[Floats, Floats]:
    """Errors of positions in x and y: noise, drift while parked, cold starts, multipath."""
    white_m = 0.5 if amounts.noise_m < 2 else 0.9
    error = np.empty((2, len(t)))
    for axis in error:
        axis[:] = correlated(rng, t, sigma_m, 60.0) + rng.normal(0, white_m, len(t))
    for axis in error:
        axis += correlated(rng, t, 1.0, 600.0) * (sigma_m * 1.5 * parked)

    def push(size_m: Floats, angle: float) -> None:
        error[0] += size_m * np.cos(angle)
        error[1] += size_m * np.sin(angle)

    for start, _ in ignition:
        off_m = amounts.cold_start_m * np.exp(-np.maximum(t - start, 0) / 45.0) * (t >= start)
        push(off_m, rng.uniform(0, 2 * np.pi))
    for start, end in ignition:
        for _ in range(rng.poisson(amounts.multipath_per_hour * (end - start) / 3600)):
            middle, half = rng.uniform(start, end), rng.uniform(15, 90)
            size_m, angle = rng.uniform(15, 50), rng.uniform(0, 2 * np.pi)
            push(size_m * np.clip(1.3 * (1 - ((t - middle) / half) ** 2), 0, 1), angle)
    return error[0], error[1]


def _stale(rng: np.random.Generator, fixes: Fixes, amounts: Amounts) -> Fixes:
    """Now and then a device repeats its last position for some minutes while it moves."""
    if len(fixes) < 50 or rng.random() >= amounts.stale_rate:
        return fixes
    begin = int(rng.integers(10, len(fixes) - 20))
    span = slice(begin + 1, begin + int(rng.integers(5, 14)))
    x, y, usable = fixes.x.copy(), fixes.y.copy(), fixes.usable.copy()
    error = fixes.error_m.copy()
    error[span] = np.hypot(x[span] - x[begin], y[span] - y[begin])
    x[span], y[span], usable[span] = x[begin], y[begin], False
    return replace(fixes, x=x, y=y, usable=usable, error_m=error)
