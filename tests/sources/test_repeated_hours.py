"""Times without an offset, of an hour that occurs twice; the truth is the clock in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults.zones import about_now
from routecheck.cli import main
from routecheck.sources.repeated_hours import RepeatedHours
from routecheck.sources.time_values import read_times
from site_tools import rows

BACK = [change for change in about_now() if change.after < change.before]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moments: list[datetime]) -> np.ndarray:
    return np.array([(m - EPOCH) // timedelta(microseconds=1) for m in moments], np.int64)


def read(moments, zone, devices, hours=None) -> np.ndarray:
    """What is made of moments that a file writes by the clock on the wall."""
    walls = [f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" for moment in moments]
    names = sorted(set(devices))
    which = np.array([names.index(name) for name in devices], np.int64)
    times = read_times(pa.array(walls), zone)
    return (hours or RepeatedHours(zone)).settle(times.us, times.local, names, which)


def test_a_track_through_every_change_of_every_zone():
    assert len(BACK) > 50
    for change in BACK:
        zone = ZoneInfo(change.zones[0])
        moments = [change.at + timedelta(seconds=60 * n) for n in range(-180, 180)]
        settled = read(moments, zone, ["A"] * len(moments))
        assert (settled == micros(moments)).all(), f"{zone} {change.at}"


@given(
    change=st.sampled_from(BACK),
    steps=st.lists(st.sampled_from([10, 30, 60, 240]), min_size=60, max_size=200),
    block=st.integers(1, 60),
    newest_first=st.booleans(),
    others=st.booleans(),
)
def test_whatever_the_steps_the_blocks_and_the_order(change, steps, block, newest_first, others):
    zone = ZoneInfo(change.zones[-1])
    half = sum(steps) / 2
    moments = [change.at + timedelta(seconds=float(s) - half) for s in np.cumsum([0, *steps])]
    if moments[0] > change.at - timedelta(minutes=5) or half < 2700:
        return
    devices = ["A"] * len(moments)
    if others:
        # Another device among its rows: one that came on after the change.
        late = [m + timedelta(hours=12) for m in moments]
        moments = [m for pair in zip(moments, late, strict=True) for m in pair]
        devices = ["A", "B"] * (len(moments) // 2)
    if newest_first:
        moments, devices, block = moments[::-1], devices[::-1], len(moments)
    hours = RepeatedHours(zone)
    settled = np.concatenate(
        [
            read(moments[n : n + block], zone, devices[n : n + block], hours)
            for n in range(0, len(moments), block)
        ]
    )
    assert (settled == micros(moments)).all()


@pytest.mark.parametrize(("first", "last"), [(-90, -30), (30, 90), (-20, -5)])
def test_a_device_that_is_on_for_one_of_the_two_hours(first, last):
    """It goes on from the hour before, or into the hour that follows."""
    zone, change = ZoneInfo("America/New_York"), datetime(2025, 11, 2, 6, tzinfo=UTC)
    moments = [change + timedelta(minutes=n) for n in range(first, last)]
    assert (read(moments, zone, ["A"] * len(moments)) == micros(moments)).all()


@pytest.mark.parametrize("shift_s", [0, 120])
def test_two_rows_of_a_block_between_which_the_clock_falls_are_in_order(shift_s):
    zone, change = ZoneInfo("America/New_York"), datetime(2025, 11, 2, 6, tzinfo=UTC)
    moments = [change + timedelta(seconds=120 * n + shift_s - 60) for n in range(-20, 20)]
    hours = RepeatedHours(zone)
    blocks = [read(moments[n : n + 2], zone, ["A", "A"], hours) for n in range(0, 40, 2)]
    assert (np.concatenate(blocks) == micros(moments)).all()


@pytest.mark.parametrize("kept_s", [180, 600])
@pytest.mark.parametrize("first", [-90, -58])
@pytest.mark.parametrize("last", [-5, 90])
def test_a_packet_that_was_kept_a_while_is_no_clock_set_back(kept_s, first, last):
    """It was measured 40 minutes before the clocks go back, and comes between later ones."""
    zone, change = ZoneInfo("America/New_York"), datetime(2025, 11, 2, 6, tzinfo=UTC)
    moments = [change + timedelta(seconds=30 * n) for n in range(2 * first, 2 * last)]
    late = moments.pop(moments.index(change - timedelta(minutes=40)))
    moments.insert(moments.index(late + timedelta(seconds=kept_s)), late)
    assert (read(moments, zone, ["A"] * len(moments)) == micros(moments)).all()


def test_a_night_in_new_york(tmp_path):
    """Five points, emptied between half past midnight and three by a clock without an offset."""
    zone, day = ZoneInfo("America/New_York"), date(2025, 11, 2)
    places = [(-73.9 + 0.005 * n, 40.7) for n in range(5)]
    start = datetime(2025, 11, 2, 4, 20, tzinfo=UTC)  # 00:20
    fixes, stands, lines = [], [], ["vehicle_id,time,lon,lat,received_at\n"]
    at = start
    for x, y in places:
        # It waits a while half way, drives on for a minute, and stands for five.
        stands.append(at + timedelta(minutes=25))
        for step in range(31 * 6):
            off = 0.0025 * (1 - min(max(step / 6 - 24, 0.0), 1.0))
            off -= 0.0025 * max(step / 6 - 30, 0.0)
            fixes.append((at, x - off, y))
            at += timedelta(seconds=10)
    for moment, x, y in fixes:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        received = (moment + timedelta(seconds=3)).astimezone(zone).replace(tzinfo=None)
        lines.append(f"V1,{wall},{x:.7f},{y:.7f},{received}\n")
    (tmp_path / "fixes.csv").write_text("".join(lines))
    (tmp_path / "points.csv").write_text(
        "point_id,name,township,lon,lat\n"
        + "".join(f"P{n},Gate,Town,{x},{y}\n" for n, (x, y) in enumerate(places))
    )
    (tmp_path / "schedule.csv").write_text(
        "point_id,vehicle_id,weekdays,window_start,window_end\n"
        + "".join(f"P{n},V1,1234567,00:00,04:00\n" for n in range(5))
    )
    config = tmp_path / "routecheck.toml"
    config.write_text(
        '[site]\ntime_zone = "America/New_York"\n[points]\npath = "points.csv"\n'
        '[schedule]\npath = "schedule.csv"\n[fixes]\npath = "fixes.csv"\n'
    )
    main(("run", "--date", str(day), "--config", str(config)))
    assert rows(tmp_path / "out" / f"rejected_{day}.csv") == []
    pickups = rows(tmp_path / "out" / f"pickups_{day}.csv")
    assert [row["verdict"] for row in pickups] == ["collected"] * 5
    for row, stand in zip(pickups, stands, strict=True):
        arrived = datetime.fromisoformat(row["arrived_at"])
        assert abs(arrived - stand) < timedelta(minutes=2), row
