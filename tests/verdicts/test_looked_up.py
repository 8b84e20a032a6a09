"""What is looked up by vehicle is what going through all rows finds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.domain.arrays import times
from routecheck.domain.tables import TEXT
from routecheck.verdicts import parameters as p
from routecheck.verdicts.rounds import Rounds
from routecheck.verdicts.stops import Stops
from routecheck.verdicts.trajectories import Trajectory

NAMES = st.sampled_from(["A", "B", "C", "D"])
WINDOWS = st.sampled_from([(0.0, 60.0), (30.0, 90.0), (60.0, 90.0), (100.0, 160.0)])


@st.composite
def stop_tables(draw):
    """STOPS of some vehicles, in any order, with the lengths and times of each drawn freely."""
    count = draw(st.integers(0, 12))
    vehicle = draw(st.lists(NAMES, min_size=count, max_size=count))
    whole = st.lists(st.integers(0, 100), min_size=count, max_size=count)
    start_s, long_s, spread_m, fixes = (np.array(draw(whole), dtype=float) for _ in range(4))
    return pd.DataFrame(
        {
            "vehicle_id": pd.Categorical(vehicle, categories=["D", "C", "B", "A", "E"]),
            "start": times(start_s),
            "end": times(start_s + long_s),
            "lon": 110.0 + start_s / 1e4,
            "lat": 30.0,
            "stood_s": long_s,
            "stood_max_s": long_s,
            "fixes": fixes.astype(np.int64),
            "spread_m": spread_m,
        }
    )


@given(stop_tables(), st.lists(NAMES, unique=True), st.integers(0, 150), st.integers(0, 60))
def test_stops_of_vehicles(table, names, first, least):
    stops = Stops(table, {})
    rows = table.assign(vehicle_id=table["vehicle_id"].astype(str)).to_dict("records")
    own = [k for k, row in enumerate(rows) if row["vehicle_id"] in names]
    assert stops.of(names).tolist() == own
    span_s, stood_s = (first, first + 20.0), (least, least + 30.0)
    kept = [
        k
        for k in own
        if rows[k]["start"].timestamp() <= span_s[1]
        and rows[k]["end"].timestamp() >= span_s[0]
        and stood_s[0] <= rows[k]["stood_s"] <= stood_s[1]
    ]
    assert stops.between(stops.of(names), span_s, stood_s).tolist() == kept


@given(
    st.lists(st.tuples(NAMES, WINDOWS), min_size=1, max_size=10),
    st.lists(st.tuples(st.integers(0, 9), NAMES), max_size=20),
)
def test_substitutes_are_those_of_what_has_been_entered(due, served):
    pickups = pd.DataFrame(
        {
            "point_id": pd.Series([f"P{k}" for k in range(len(due))], dtype=TEXT),
            "vehicle_id": pd.Series([name for name, _ in due], dtype=TEXT),
            "window_start": times(np.array([window[0] for _, window in due])),
            "window_end": times(np.array([window[1] for _, window in due])),
        }
    )
    rounds = Rounds(pickups)
    for position, vehicle in served:
        rounds.enter(position % len(due), vehicle, 10.0)
        for scheduled, window_s in due:
            plain = [rounds.took_over(scheduled, window_s), rounds.did_for(scheduled)]
            assert rounds.substitutes(scheduled, window_s) == plain
            assert rounds.substitutes(scheduled, window_s) == plain


@given(
    st.lists(st.integers(0, 3000), max_size=12).map(sorted),
    st.data(),
    st.integers(0, 3000),
    st.integers(0, 1500),
)
def test_the_fixes_of_a_span_and_the_silences_of_a_track(moments, data, start, long):
    time_s = np.array(moments, dtype=float)
    count = len(time_s)
    yes = st.lists(st.booleans(), min_size=max(count - 1, 0), max_size=max(count - 1, 0))
    gap, parked = np.array(data.draw(yes), bool), np.array(data.draw(yes), bool)
    silent = Trajectory.silent("A")
    track = replace(silent, time_s=time_s, lon=108.0 + time_s / 1e6, lat=30.0 + time_s / 1e7,
                    gap=gap, parked=parked)  # fmt: skip
    rows = track.rows_between(start, start + long)
    assert rows.tolist() == np.flatnonzero(track.between(start, start + long)).tolist()
    plain = [
        k
        for k in range(count - 1)
        if gap[k] or (parked[k] and time_s[k + 1] - time_s[k] > p.PARKED_SILENCE_S)
    ]
    assert track.silences.tolist() == plain
    every = track.distance_m(108.001, 30.001)
    assert track.distance_m(108.001, 30.001, rows).tolist() == every[rows].tolist()


@given(
    st.lists(st.tuples(NAMES, WINDOWS), min_size=1, max_size=10),
    st.lists(st.tuples(st.integers(0, 9), NAMES, st.integers(0, 3000)), max_size=20),
    NAMES,
    WINDOWS,
)
def test_what_is_asked_of_a_vehicle_is_found_by_looking_at_every_pickup(
    due, served, vehicle, window
):
    table = pd.DataFrame(
        {
            "point_id": pd.Series([f"P{k % 4}" for k in range(len(due))], dtype=TEXT),
            "vehicle_id": pd.Series([name for name, _ in due], dtype=TEXT),
            "window_start": times(np.array([window[0] for _, window in due])),
            "window_end": times(np.array([window[1] for _, window in due])),
        }
    )
    rounds = Rounds(table)
    by, at = [""] * len(due), [-np.inf] * len(due)
    for position, name, moment in served:
        rounds.enter(position % len(due), name, float(moment))
        by[position % len(due)], at[position % len(due)] = name, float(moment)
    scheduled = [name for name, _ in due]
    starts, ends = [one[0] for _, one in due], [one[1] for _, one in due]
    every = range(len(due))
    meets = [
        k for k in every
        if scheduled[k] == vehicle and starts[k] < window[1] and ends[k] > window[0]
    ]  # fmt: skip
    assert rounds.overlapping(vehicle, window).tolist() == meets
    own = [k for k in every if scheduled[k] == vehicle and by[k] == vehicle]
    off_s = [max(starts[k] - at[k], at[k] - ends[k], 0.0) for k in own]
    assert rounds.shift_s(vehicle) == max(
        p.SHIFTED_WINDOW_S, max(off_s, default=0.0) + p.SHIFTED_ROUND_S
    )
    seen = [k for k in every if by[k] == vehicle]
    before = [at[k] for k in seen if at[k] <= window[1]]
    assert rounds.last_served_s(vehicle, window[1]) == max(before, default=-np.inf)
    of_round = [k for k in seen if k in meets] if meets else seen
    before = [at[k] for k in of_round if at[k] <= window[1]]
    assert rounds.served_within_s(vehicle, window) == max(before, default=-np.inf)
    near = {
        f"P{k % 4}" for k in every
        if (scheduled[k] in (vehicle, "") or by[k] == vehicle)
        and max(starts[k] - window[1], window[0] - ends[k]) <= 600
    }  # fmt: skip
    assert rounds.needing(vehicle, window, 600) == near
    count = len([k for k in every if scheduled[k] == vehicle])
    mine = [by[k] for k in every if scheduled[k] == vehicle]
    share = (
        (0, 0.0, 0.0)
        if not count
        else (count, mine.count(vehicle) / count, 1 - mine.count("") / count)
    )
    assert rounds.shares(vehicle) == pytest.approx(share)
