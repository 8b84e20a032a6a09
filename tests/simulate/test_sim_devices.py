"""What the device makes of the motion: noise that remembers, silence, gaps, late receipt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from routecheck.simulate import Amounts, amounts_for
from routecheck.simulate.devices import Device, Fixes, Trouble, correlated, observe
from routecheck.simulate.motion import Motion, Stand, drive

CLEAN = amounts_for("ideal")
DEVICE = Device(10.0, 180.0, "ok", False, 3.5, 2.0)
NOWHERE = np.empty((0, 3))


@pytest.fixture(scope="module")
def motion() -> Motion:
    line = np.column_stack([np.arange(0, 20_001, 50.0), np.zeros(401)])
    stands = [Stand(s, 120.0) for s in np.arange(1000.0, 19_000.0, 1000.0)]
    limit = np.full(400, 10.0)
    return drive(np.random.default_rng(0), line, limit, stands, 30_000.0, 1.0, 0)


def look(
    motion: Motion,
    device: Device = DEVICE,
    amounts: Amounts = CLEAN,
    trouble: Trouble | None = None,
    dead: np.ndarray = NOWHERE,
    blind: np.ndarray = NOWHERE,
) -> Fixes:
    ignition = [(motion.start_t - 60, motion.end_t + 60)]
    day = (10_800.0, 97_200.0)
    return observe(np.random.default_rng(7), motion, np.zeros(2), day, ignition, device, amounts,
                   trouble or Trouble(), dead, blind)  # fmt: skip


def test_noise_has_its_size_and_memory() -> None:
    t = np.arange(0, 200_000, 10.0)
    noise = correlated(np.random.default_rng(1), t, 3.5, 60.0)
    assert noise.std() == pytest.approx(3.5, rel=0.06)
    assert np.corrcoef(noise[:-1], noise[1:])[0, 1] == pytest.approx(np.exp(-1 / 6), abs=0.03)
    assert abs(np.corrcoef(noise[:-60], noise[60:])[0, 1]) < 0.08


def test_intervals_and_heartbeats(motion: Motion) -> None:
    fixes = look(motion)
    driving = (fixes.t > motion.start_t) & (fixes.t < motion.end_t)
    assert np.median(np.diff(fixes.t[driving])) == 10
    parked = fixes.t > motion.end_t + 600
    assert np.median(np.diff(fixes.t[parked])) == 180
    silent = look(motion, replace(DEVICE, heartbeat_s=0.0))
    assert silent.t.max() <= motion.end_t + 61


def test_errors_are_what_they_are_said_to_be(motion: Motion) -> None:
    fixes = look(motion, amounts=replace(CLEAN, noise_m=3.5, multipath_per_hour=4.0))
    x, y, _, _ = motion.at(fixes.t)
    np.testing.assert_allclose(np.hypot(fixes.x - x, fixes.y - y), fixes.error_m, atol=1e-6)
    assert 3 < np.median(fixes.error_m) < 8
    assert fixes.error_m.max() > 15


def test_dead_valleys_swallow_and_blind_valleys_delay(motion: Motion) -> None:
    valley = np.array([[10_000.0, 0.0, 800.0]])
    dead, blind, free = look(motion, dead=valley), look(motion, blind=valley), look(motion)
    x, _, _, _ = motion.at(dead.t)
    assert not (np.abs(x - 10_000) < 750).any()
    assert np.diff(dead.t).max() > 150
    x, _, _, _ = motion.at(blind.t)
    inside = np.abs(x - 10_000) < 750
    assert len(blind) == len(free)
    left = blind.t[(x > 10_850)].min()
    assert (blind.received_t[inside] >= left - 20).all()
    assert np.median((blind.received_t - blind.t)[~inside]) < 20


def test_troubles(motion: Motion) -> None:
    assert len(look(motion, trouble=Trouble(dead=True))) == 0
    dies = motion.start_t + 900
    assert look(motion, trouble=Trouble(dies_t=dies)).t.max() < dies
    off = look(motion, trouble=Trouble(clock_off_s=28_800.0))
    np.testing.assert_allclose(off.device_t - off.t, 28_800)
    assert np.median(off.received_t - off.t) < 10
    span = (motion.start_t + 300, motion.start_t + 1500)
    quiet = look(motion, trouble=Trouble(silent=span))
    assert not ((quiet.t >= span[0]) & (quiet.t < span[1])).any()
    held = look(motion, trouble=Trouble(late=(*span, 150_000.0)))
    inside = (held.t >= span[0]) & (held.t < span[1])
    assert inside.sum() > 50
    assert held.received_t[inside].min() >= 150_000
    poor = look(motion, trouble=Trouble(poor_m=30.0))
    assert np.median(poor.error_m) > 20


def test_speed_columns(motion: Motion) -> None:
    assert np.isnan(look(motion, replace(DEVICE, speed="missing")).speed_kmh).all()
    assert (look(motion, replace(DEVICE, speed="zero")).speed_kmh == 0).all()
    fixes = look(motion, replace(DEVICE, drops_zero_speed=True))
    driving = (fixes.t > motion.start_t) & (fixes.t < motion.end_t)
    assert (fixes.speed_kmh[driving] > 0).all()
    _, _, v, _ = motion.at(look(motion).t)
    assert np.abs(look(motion).speed_kmh - v * 3.6).max() < 5


def test_stale_repeats_are_marked_unusable(motion: Motion) -> None:
    fixes = look(motion, amounts=replace(CLEAN, stale_rate=1.0))
    assert 3 < (~fixes.usable).sum() < 15
    assert len(np.unique(fixes.x[~fixes.usable])) == 1
