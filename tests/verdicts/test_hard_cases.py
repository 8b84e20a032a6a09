"""What is hard to distinguish on the road, one scene each, by several samplings and devices.

A point that was served is never missed. A place where nobody stood is never called collected where
fixes show where the vehicle stood: without those of its standing a stand lies anywhere between two
fixes, as do those at neighbours 40 m apart at a fix every 30 s. Where ten seconds and true speeds
show it plainly, the verdict is definite.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pandas as pd
import pytest

from judged import decide
from routecheck.domain.tables import FIXES
from routecheck.verdicts.hidden import unmeasured_stand
from routecheck.verdicts.trajectories import Trajectory
from scene import DAY, drive, fixes, local, points, schedule, together

EVERY_S = (10.0, 20.0, 30.0)
DEVICES = ("speeds", "no speeds", "stuck at 0", "standing left out")
SEEN = pytest.mark.parametrize(("device", "every_s"), list(product(DEVICES, EVERY_S)))
HOME = [("to", 0.0, 0.0, 10.0), ("stand", 16000)]


def seen_by(
    device: str, legs: list[tuple], every_s: float, lag_s: float = 3.0, noise_m: float = 2.5
) -> pd.DataFrame:
    """Fixes of truck A as its device delivers them."""
    table = fixes("A", local("06:10"), drive((0.0, 0.0), [("stand", 300), *legs, *HOME], every_s,
                                             lag_s))  # fmt: skip
    noise = np.random.default_rng(5).normal(0.0, noise_m, (2, len(table)))
    table["lon"] += noise[0] / 97_600.0
    table["lat"] += noise[1] / 110_900.0
    if device == "no speeds":
        table["speed_kmh"] = np.nan
    elif device == "stuck at 0":
        table["speed_kmh"] = 0.0
    elif device == "standing left out":
        table = table[table["speed_kmh"] > 0.0].reset_index(drop=True)
    return FIXES.check(table)


def overnight(table: pd.DataFrame, every_s: float) -> pd.DataFrame:
    """With the evening before, and another truck that keeps the feed alive."""
    evening = drive((400.0, 0.0), [("to", 0.0, 0.0, 8.0), ("stand", 240)], every_s)
    before = fixes("A", local("18:00", DAY - timedelta(days=1)), evening)
    before = before[before["speed_kmh"] > 0.0].reset_index(drop=True)
    other = fixes("B", local("05:00"), drive((30_000.0, 0.0), [("stand", 36_000)], 60.0))
    return together(before, table, other)


def verdicts_at(table: pd.DataFrame, **places: tuple[float, float]) -> dict[str, str]:
    """Verdict of each point; A is due at all of them from 06:00 to 10:00."""
    route = schedule(*[(name, "A", "06:00", "10:00") for name in places])
    rows = decide(table, pts=points(**places), route=route).judgements
    return dict(zip(rows["point_id"], rows["verdict"], strict=True))


def round_by(*stops: float, dwell_s: float = 60.0, end: float = 6000.0) -> list[tuple]:
    """East along the road, standing at these places, then on."""
    legs: list[tuple] = []
    for x in stops:
        legs += [("to", x, 0.0, 8.0), ("stand", dwell_s)]
    return [*legs, ("to", end, 0.0, 8.0)]


OTHERS = {"K": (1500.0, 6.0), "L": (2000.0, 6.0), "M": (4500.0, 6.0), "N": (5000.0, 6.0)}
SERVED = (1500.0, 2000.0, 4500.0, 5000.0)


@pytest.mark.parametrize("every_s", [5.0, *EVERY_S, 45.0, 60.0, 90.0])
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dwell_s", [18.0, 60.0])
def test_a_served_point_is_never_missed(device: str, every_s: float, dwell_s: float) -> None:
    at = sorted([*SERVED, 3000.0, 3045.0, 3090.0])
    table = seen_by(device, round_by(*at, dwell_s=dwell_s), every_s)
    places = {**OTHERS, "P": (3000.0, 6.0), "Q": (3045.0, 6.0), "R": (3090.0, 6.0)}
    assert "missed" not in verdicts_at(table, **places).values()


@SEEN
@pytest.mark.parametrize("apart_m", [40.0, 50.0])
def test_one_skipped_between_two_served_is_not_collected(
    device: str, every_s: float, apart_m: float
) -> None:
    at = sorted([*SERVED, 3000.0 - apart_m, 3000.0 + apart_m])
    places = {
        **OTHERS,
        "P": (3000.0 - apart_m, 6.0), "Q": (3000.0, 6.0), "R": (3000.0 + apart_m, 6.0),
    }  # fmt: skip
    verdicts = verdicts_at(seen_by(device, round_by(*at), every_s), **places)
    if device != "standing left out" and (apart_m, every_s) != (40.0, 30.0):
        assert verdicts["Q"] != "collected"
    assert "missed" not in (verdicts["P"], verdicts["R"])
    if (device, every_s) == ("speeds", 10.0):
        assert verdicts["Q"] == "missed"


@pytest.mark.parametrize("every_s", [5.0, 10.0])
@pytest.mark.parametrize("apart_m", [120.0, 200.0])
def test_a_device_that_leaves_out_its_stands_stood_where_it_fell_silent(
    every_s: float, apart_m: float
) -> None:
    at = sorted([*SERVED, 2600.0, 3000.0 - apart_m, 3000.0 + apart_m])
    places = {
        **OTHERS, "O": (2600.0, 6.0),
        "P": (3000.0 - apart_m, 6.0), "Q": (3000.0, 6.0), "R": (3000.0 + apart_m, 6.0),
    }  # fmt: skip
    table = seen_by("standing left out", round_by(*at, dwell_s=90.0), every_s)
    verdicts = verdicts_at(overnight(table, every_s), **places)
    assert verdicts.pop("Q") == "missed"
    assert set(verdicts.values()) == {"collected"}


@pytest.mark.parametrize("every_s", [5.0, 10.0])
def test_its_break_hides_nothing_that_it_passed_and_its_night_nothing(
    every_s: float,
) -> None:
    legs = [*round_by(1500.0, 2000.0, end=3300.0), ("stand", 900.0), *round_by(4500.0, 5000.0)]
    places = {**OTHERS, "P": (3000.0, 6.0), "Q": (2500.0, 900.0)}
    table = seen_by("standing left out", legs, every_s)
    verdicts = verdicts_at(overnight(table, every_s), **places)
    assert verdicts["P"] == "missed"
    # Of Q the break may have been a way into a valley without reception; the night was none.
    early = [*round_by(1500.0, 2000.0, end=3300.0), *round_by(4500.0, 5000.0)]
    table = seen_by("standing left out", early, every_s)
    assert verdicts_at(overnight(table, every_s), **places)["Q"] == "missed"


@pytest.mark.parametrize("noise_m", [8.0, 10.0])
def test_poor_fixes_without_speeds_make_no_miss_of_a_quick_pickup(noise_m: float) -> None:
    for every_s in (10.0, 20.0):
        table = seen_by("no speeds", round_by(*SERVED, dwell_s=18.0), every_s, noise_m=noise_m)
        assert "missed" not in verdicts_at(table, **OTHERS).values()


def test_gps_error_is_taken_off_what_a_stand_seems_to_move() -> None:
    # 48 m in 20 s: at 8 m/s they take 6 s, and 28 of them, less what GPS error adds, 3.5 s.
    none, no = np.full(3, np.nan), np.zeros(2, dtype=bool)
    track = replace(
        Trajectory.silent("A"), time_s=np.array([0.0, 10.0, 20.0]), moved_m=np.array([24.0, 24.0]),
        speed_at_ms=none, gap=no, pace_ms=8.0,
    )  # fmt: skip
    stand = unmeasured_stand(track, (5.0, 15.0), None)
    assert stand is not None
    assert stand.most_s == pytest.approx(16.5)
    with_speeds = replace(track, speed_at_ms=np.array([8.0, 2.0, 8.0]))
    assert unmeasured_stand(with_speeds, (5.0, 15.0), None) is None
    assert unmeasured_stand(replace(track, pace_ms=4.0), (5.0, 15.0), None) is None


def test_two_slow_ends_a_minute_apart_show_nothing_of_the_way_between() -> None:
    # Setting off from O at 10 km/h, and a minute later setting off from P, 208 m on: it stood.
    before = drive((0.0, 0.0), [("stand", 300), *round_by(1500.0, 2000.0, 2796.0)[:-1]], 60.0)
    begun = before[-1][0]
    rows = [(begun + 60.0, 2798.0, 0.0, 2.8), (begun + 120.0, 3006.0, 0.0, 2.5)]
    after = drive((3405.0, 0.0), [("stand", 60), *round_by(4500.0, 5000.0), *HOME], 60.0)
    after[0] = (*after[0][:3], 0.0)
    rows = [*before, *rows, *((t + begun + 180.0, x, y, v) for t, x, y, v in after)]
    places = {**OTHERS, "O": (2796.0, 6.0), "P": (3000.0, 6.0)}
    assert verdicts_at(fixes("A", local("06:10"), rows), **places)["P"] != "missed"


@pytest.mark.parametrize("long_m", [200.0, 600.0, 1500.0])
def test_out_and_back_in_silence_is_no_halt_at_the_mouth(long_m: float) -> None:
    # A side valley without reception: in at its mouth, and out there again, its bins served.
    lane = [("hide", 3000.0, long_m, 8.0), ("silent", 60.0), ("hide", 3000.0, 0.0, 8.0)]
    turn = [("to", 2940.0, 0.0, 8.0)]
    places = {**OTHERS, "P": (3000.0, long_m + 5.0)}
    legs = [*round_by(1500.0, 2000.0, end=3000.0), *lane, *turn, *round_by(4500.0, 5000.0)]
    for every_s in (5.0, 10.0):
        table = overnight(seen_by("standing left out", legs, every_s), every_s)
        assert verdicts_at(table, **places)["P"] != "missed"


def test_a_fix_that_reports_standing_at_the_point_makes_no_miss() -> None:
    # From a neighbour's bins slowly on, a fix that stands at P, and away: no dwell can be measured.
    before = drive((0.0, 0.0), [("stand", 300), *round_by(1500.0, 2000.0, 2936.0)[:-1]], 30.0)
    begun = before[-1][0]
    rows = [(begun + 30.0, 2948.0, 0.0, 1.1), (begun + 60.0, 2998.0, 0.0, 0.0)]
    rows += [(begun + 90.0, 3110.0, 0.0, 4.4)]
    after = drive((3110.0, 0.0), [*round_by(4500.0, 5000.0), *HOME], 30.0)
    rows = [*before, *rows, *((t + begun + 120.0, x, y, v) for t, x, y, v in after)]
    places = {**OTHERS, "O": (2936.0, 6.0), "P": (3000.0, 6.0)}
    verdicts = verdicts_at(fixes("A", local("06:10"), rows), **places)
    assert verdicts.pop("P") != "missed"
    assert set(verdicts.values()) == {"collected"}


@SEEN
@pytest.mark.parametrize("aside_m", [45.0, 70.0])
def test_a_stand_on_one_of_two_parallel_roads_serves_that_one(
    device: str, every_s: float, aside_m: float
) -> None:
    places = {**OTHERS, "P": (3000.0, 6.0), "Q": (3000.0, aside_m)}
    verdicts = verdicts_at(seen_by(device, round_by(*sorted([*SERVED, 3000.0])), every_s), **places)
    assert verdicts["P"] != "missed"
    if device != "standing left out":
        assert verdicts["Q"] != "collected"
    if (device, every_s) == ("speeds", 10.0):
        assert verdicts == {"P": "collected", "Q": "missed"} | dict.fromkeys(OTHERS, "collected")


@SEEN
def test_across_a_dual_carriageway_the_way_back_serves(device: str, every_s: float) -> None:
    # Eastwards on the near lanes, and back on the far ones, where the bins of Q stand.
    there = round_by(*SERVED)
    back = [("to", 6000.0, 22.0, 4.0), ("to", 3000.0, 22.0, 8.0)]
    on = [("to", 100.0, 22.0, 8.0)]
    places = {**OTHERS, "Q": (3000.0, 27.0)}
    served = seen_by(device, [*there, *back, ("stand", 60.0), *on], every_s)
    passed = seen_by(device, [*there, *back, *on], every_s)
    assert verdicts_at(served, **places)["Q"] != "missed"
    assert verdicts_at(passed, **places)["Q"] != "collected"
    if (device, every_s) == ("speeds", 10.0):
        assert (verdicts_at(served, **places)["Q"], verdicts_at(passed, **places)["Q"]) == (
            "collected",
            "missed",
        )


@SEEN
@pytest.mark.parametrize(
    ("before_m", "stood_s"), [(60.0, 40.0), (58.0, 1500.0), (40.0, 1500.0)],
    ids=["a traffic light", "a lunch break", "a lunch break beside it"],
)  # fmt: skip
def test_a_halt_for_another_reason_is_no_pickup(
    device: str, every_s: float, before_m: float, stood_s: float
) -> None:
    legs = [
        *round_by(1500.0, 2000.0, end=3000.0 - before_m), ("stand", stood_s),
        *round_by(4500.0, 5000.0),
    ]  # fmt: skip
    verdicts = verdicts_at(seen_by(device, legs, every_s), **OTHERS, P=(3000.0, 6.0))
    if device != "standing left out" or stood_s > 600.0:
        assert verdicts["P"] != "collected"


@SEEN
@pytest.mark.parametrize(
    "passing",
    [
        [("to", 3000.0, 0.0, 8.0), ("to", 3008.0, 4.0, 2.0), ("to", 3000.0, 8.0, 2.0),
         ("to", 2000.0, 8.0, 8.0), ("to", 2000.0, 0.0, 3.0)],
        [("to", 3400.0, 0.0, 8.0), ("to", 3400.0, 9.0, 3.0), ("to", 2600.0, 9.0, 8.0),
         ("to", 2600.0, 0.0, 3.0)],
        [("to", 2940.0, 0.0, 8.0), ("to", 3060.0, 0.0, 3.0)],
    ],
    ids=["a U-turn", "passing twice", "slow traffic"],
)  # fmt: skip
def test_driving_is_no_standing(device: str, every_s: float, passing: list[tuple]) -> None:
    legs = [*round_by(1500.0, 2000.0, end=2200.0), *passing, *round_by(4500.0, 5000.0)]
    verdicts = verdicts_at(seen_by(device, legs, every_s), **OTHERS, P=(3000.0, 6.0))
    assert verdicts["P"] != "collected"
    if (device, every_s) == ("speeds", 10.0):
        assert verdicts["P"] == "missed"
