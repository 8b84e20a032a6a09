"""Fixes in columns: what is done in one go is what the plain way does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routecheck.tracks.fix_columns import Fixes, in_order

FEW = st.integers(0, 3)
ROWS = st.lists(st.tuples(FEW, FEW, st.sampled_from([0.0, 1.0, np.nan]), FEW, FEW), max_size=25)


@given(ROWS)
def test_the_order_is_that_of_all_five_keys(rows):
    vehicle, time_s, received_s, lon, lat = np.array(rows, dtype=float).reshape(-1, 5).T
    last = np.where(np.isnan(received_s), np.inf, received_s)
    found = in_order(vehicle.astype(np.int8), time_s, received_s, lon, lat)
    assert found.tolist() == np.lexsort((lat, lon, last, time_s, vehicle)).tolist()


@given(ROWS, st.data())
def test_steps_kept_are_those_of_the_fixes_that_are_left(rows, data):
    vehicle, time_s, _, lon, lat = np.array(rows, dtype=float).reshape(-1, 5).T
    fixes = Fixes(vehicle, time_s, lon / 1e3, lat / 1e3, time_s)
    _ = fixes.length_m, fixes.repeat, fixes.joined  # as another stage has asked for
    keep = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), bool
    )
    left = fixes.only(keep).with_speeds(np.zeros(int(keep.sum())))
    fresh = Fixes(vehicle[keep], time_s[keep], lon[keep] / 1e3, lat[keep] / 1e3, left.speed_kmh)
    assert left.speed_kmh.tolist() == [0.0] * int(keep.sum())
    for name in ("joined", "length_m", "repeat", "time_s"):
        assert getattr(left, name).tolist() == getattr(fresh, name).tolist()
